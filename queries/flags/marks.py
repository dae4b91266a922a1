"""What marks the dossiers of a period: who answers for them, how they were recorded, what became of them.

A period's dossiers are those it has to resolve: received in it, or carried over into it.
Counts and lists read the same columns of 0 and 1, so that they cannot differ.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any, cast

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, or_, select, true

from queries.asked.view import View
from queries.courses.bound import Bound
from queries.courses.constructs import minute_of
from queries.definitions.flag_rule import Parameters
from queries.flags.odd import EVENTS, ODD_KINDS, crowds, odd_conditions
from queries.on_time.outcomes import (
    ALWAYS,
    FACTS,
    Columns,
    Condition,
    Window,
    code,
    is_broken,
    is_late,
    number,
    outcome,
    place,
)
from queries.on_time.statements import narrowed
from queries.on_time.touched import touched

INSIDE = 2
"""The place (``outcomes.place``) of a dossier of the period."""

MARKS = (
    "inside", "late", "broken", "refused", "nobody_answerable", "hidden_by_reappointment", "contract_staff",
    *(kind for kind in ODD_KINDS if kind != "unknown_unit"),
)  # fmt: skip
"""What a dossier is marked with; inside: it is of the period; broken: it is late or overdue."""

More = Callable[[Columns], Mapping[str, ColumnElement[Any]]]

_NEEDED = ("dossier_code", "unit_code", "officer_code", "current_due_at", "kind", "closed_at")


def marked_by_unit(conn: Connection, bound: Bound, view: View, *, parameters: Parameters) -> pd.DataFrame:
    """Dossiers by unit and marks: one row per unit_code and combination of marks.

    Columns: unit_code, a boolean for each of ``MARKS``, n. No row where the period has
    not begun.
    """
    if not view.has_started:
        return pd.DataFrame(columns=["unit_code", *MARKS, "n"])
    rows = [*conn.execute(marked_statement(bound, view, parameters))]
    if view.is_running:
        future = 2 ** MARKS.index("future")
        rows += [(code, future, n) for code, n in conn.execute(ahead_statement(bound, view, parameters))]
    return unpacked(rows, MARKS)


def marked_statement(bound: Bound, view: View, parameters: Parameters) -> Select[Any]:
    """Build the statement that counts a period's dossiers by unit and packed marks."""
    return by_unit(marked(bound, view, parameters), MARKS)


def ahead_statement(bound: Bound, view: View, parameters: Parameters) -> Select[Any]:
    """Build the statement that counts the dossiers ``ahead`` by unit."""
    a = ahead(bound, view, parameters)
    keys = [a.unit_code]
    return select(*keys, func.count()).group_by(*keys)


def ahead(bound: Bound, view: View, parameters: Parameters) -> Columns:
    """Give the dossiers whose receipt lies in the future: dossier_code, unit_code, procedure_code, field.

    They are of no period, so a running one shows them, or they would be seen nowhere.
    """
    d = bound["dossiers"].c
    chosen = d.received_at > parameters.last_moment(view)
    columns = (d.dossier_code, d.unit_code, d.procedure_code, d.field)
    return select(*columns).where(chosen, narrowed(bound, view)).subquery("ahead").c


def marked(bound: Bound, view: View, parameters: Parameters, also: More | None = None) -> Columns:
    """Give a period's dossiers: dossier_code, unit_code, and ``MARKS`` as 0 or 1.

    ``also``: gives more columns, out of those of dossiers with kind, closed_at and outcome.
    """
    window = Window.of(view)
    own = ("dossier_code", "officer_code", "current_due_at", "returned_at")
    f = touched(bound, window, None, narrowed(bound, view), also=own)
    judged = (
        select(
            *(f[name] for name in dict.fromkeys((*_NEEDED, *EVENTS, *(FACTS if also else ())))),
            place(f, window).label("place"),
            outcome(f, window, view.compare).label("outcome"),
        )
    ).subquery("judged")  # fmt: skip
    j, crowd = judged.c, crowds(bound, view)
    late = j.outcome == code("late")
    # The promise in force, in the place of the first one.
    again = cast(Columns, SimpleNamespace(due_at=j.current_due_at, finished_at=j.finished_at))
    conditions: dict[str, Condition] = {
        "inside": ALWAYS,
        "late": late,
        "broken": is_broken(j.outcome),
        "refused": j.outcome == code("refused"),
        "nobody_answerable": and_(late, is_blank(j.officer_code)),
        "hidden_by_reappointment": and_(late, j.current_due_at.is_not(None), ~is_late(again, view.compare)),
        "contract_staff": _on_contract(j, bound),
        **odd_conditions(j, crowd.c, bound, view, parameters),
    }
    more = also(j) if also else {}
    same = and_(crowd.c.unit_code == j.unit_code, crowd.c.minute == minute_of(j.finished_at))
    return (
        select(
            j.dossier_code, j.unit_code,
            *(yes(conditions[mark]).label(mark) for mark in MARKS),
            *(column.label(name) for name, column in more.items()),
        )
        .select_from(judged.outerjoin(crowd, same))
        .where(j.place == number(INSIDE))
        .subquery("marked")
        .c
    )  # fmt: skip


def _on_contract(j: Columns, bound: Bound) -> Condition:
    o = bound["officers"].c
    on_contract = select(o.officer_code).where(o.on_contract == true(), o.officer_code.is_not(None))
    found: Condition = j.officer_code.in_(on_contract)
    return found


def is_blank(text: ColumnElement[Any]) -> Condition:
    """Say whether a text is null or empty; to Oracle an empty text is null."""
    bare = func.trim(text)
    return or_(bare.is_(None), bare == "")


def yes(condition: Condition) -> ColumnElement[int]:
    """Give 1 where a condition holds, else 0."""
    return case((condition, number(1)), else_=number(0))


def by_unit(columns: Columns, marks: tuple[str, ...]) -> Select[Any]:
    """Build the statement that counts rows by unit_code and marks, these packed into one number."""
    packed: ColumnElement[int] = columns[marks[0]]
    for i, mark in enumerate(marks[1:], 1):
        packed = packed + number(2**i) * columns[mark]
    inner = select(columns.unit_code, packed.label("packed")).subquery("packed").c
    return select(inner.unit_code, inner.packed, func.count()).group_by(inner.unit_code, inner.packed)


def unpacked(rows: Any, marks: tuple[str, ...]) -> pd.DataFrame:
    """Give marks packed into one number their columns; ``rows`` are of ``by_unit``."""
    table = pd.DataFrame(
        [(row[0], int(row[1]), int(row[2])) for row in rows], columns=["unit_code", "packed", "n"]
    )
    for i, mark in enumerate(marks):
        table[mark] = (table["packed"] // 2**i) % 2 == 1
    return table[["unit_code", *marks, "n"]]

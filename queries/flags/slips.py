"""What the slips of a period's dossiers tell: apologies and requests for supplements, issued by J.

Only dossiers that have such a slip are looked at; that a late one has none follows by
subtraction in the counts, and by ``without_apology`` in the lists.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
from sqlalchemy import Connection, Select, and_, case, func, or_, select

from queries.asked.view import View
from queries.courses.bound import Bound
from queries.courses.constructs import day_of, days_between
from queries.definitions.flag_rule import Parameters
from queries.flags.marks import INSIDE, More, by_unit, is_blank, unpacked, yes
from queries.on_time.outcomes import (
    Columns,
    Condition,
    Window,
    code,
    is_broken,
    number,
    outcome,
    place,
)
from queries.on_time.statements import narrowed
from queries.on_time.touched import touched

SLIP_MARKS = (
    "broken", "refused", "has_apology", "late_apology", "no_reason", "no_date", "has_new_date",
    "reappointed_twice", "has_supplement", "supplement_twice", "on_due_day", "on_due_day_guessed",
)  # fmt: skip
"""What a dossier with slips is marked with; ``on_due_day_guessed``: only by the first promise."""


def slips_by_unit(conn: Connection, bound: Bound, view: View, *, parameters: Parameters) -> pd.DataFrame:
    """Dossiers that have slips, by unit and marks: one row per unit_code and combination.

    Columns: unit_code, a boolean for each of ``SLIP_MARKS``, n. No row where the period
    has not begun or there are no slips.
    """
    if not view.has_started or not bound.has("slips"):
        return pd.DataFrame(columns=["unit_code", *SLIP_MARKS, "n"])
    return unpacked(conn.execute(slips_statement(bound, view, parameters)).all(), SLIP_MARKS)


def slips_statement(bound: Bound, view: View, parameters: Parameters) -> Select[Any]:
    """Build the statement that counts dossiers with slips by unit and packed marks."""
    return by_unit(with_slips(bound, view, parameters), SLIP_MARKS)


def with_slips(bound: Bound, view: View, parameters: Parameters) -> Columns:
    """Give the period's dossiers that have slips: dossier_code, unit_code, and ``SLIP_MARKS`` as 0 or 1."""
    o = _by_dossier(_by_body(bound, view))
    broken = is_broken(o.outcome)
    issued_late = days_between(o.due_at, o.first_apology) > number(-parameters.late_apology_days)
    conditions: dict[str, Condition] = {
        "broken": broken,
        "refused": o.outcome == code("refused"),
        "has_apology": o.apologies > number(0),
        "late_apology": and_(broken, o.first_apology.is_not(None), issued_late),
        "no_reason": o.no_reason > number(0),
        "no_date": o.no_date > number(0),
        "has_new_date": o.new_dates > number(0),
        "reappointed_twice": o.new_dates > number(1),
        "has_supplement": o.supplements > number(0),
        "supplement_twice": o.most_of_a_body > number(1),
        "on_due_day": or_(o.on_due_day > number(0), o.on_due_day_guessed > number(0)),
        "on_due_day_guessed": and_(o.on_due_day == number(0), o.on_due_day_guessed > number(0)),
    }
    return (
        select(o.dossier_code, o.unit_code, *(yes(conditions[mark]).label(mark) for mark in SLIP_MARKS))
        .subquery("with_slips")
        .c
    )


_SUMS = (
    "apologies", "no_reason", "no_date", "new_dates", "supplements", "on_due_day", "on_due_day_guessed",
)  # fmt: skip
_DOSSIER = ("dossier_code", "unit_code", "due_at", "outcome")
_MORE = ("procedure_code", "field", "received_at", "suspended_since", "kind", "closed_at")


SLIP_COUNTS = (
    "apology", "no_reason", "no_date", "new_date", "supplement", "on_due_day", "on_due_day_guessed",
)  # fmt: skip
"""What a slip can be, as ``slips_of`` says it with 0 and 1."""


def slips_of(bound: Bound, view: View, also: More | None = None) -> Columns:
    """Give the apologies and requests for supplements of the period's dossiers, issued by J: one row each.

    dossier_code, unit_code, due_at, outcome; body (who issued it), issued_at, ``SLIP_COUNTS`` as 0 or 1.
    ``also``: gives more columns, out of those of the judged dossiers.
    """
    window, s = Window.of(view), bound["slips"].c
    f = touched(bound, window, None, narrowed(bound, view), also=("dossier_code",))
    judged = (
        select(
            f.dossier_code, f.unit_code, f.due_at,
            *((f[name] for name in _MORE) if also else ()),
            place(f, window).label("place"),
            outcome(f, window, view.compare).label("outcome"),
        )
        .subquery("judged")
    )  # fmt: skip
    j = judged.c
    apology, supplement = s.kind == "apology", s.kind == "supplement"
    promise = case((s.due_before.is_not(None), s.due_before), else_=j.due_at)
    on_due = and_(supplement, day_of(s.issued_at) >= day_of(promise))
    kinds: dict[str, Condition] = {
        "apology": apology,
        "no_reason": and_(apology, is_blank(s.reason)),
        "no_date": and_(apology, s.new_due_at.is_(None)),
        "new_date": and_(apology, s.new_due_at.is_not(None)),
        "supplement": supplement,
        "on_due_day": and_(on_due, s.due_before.is_not(None)),
        "on_due_day_guessed": and_(on_due, s.due_before.is_(None)),
    }
    more = also(j) if also else {}
    return (
        select(
            *(j[name] for name in _DOSSIER),
            case((is_blank(s.issuing_unit_code), j.unit_code), else_=s.issuing_unit_code).label("body"),
            s.issued_at,
            *(yes(kinds[kind]).label(kind) for kind in SLIP_COUNTS),
            *(column.label(name) for name, column in more.items()),
        )
        .select_from(judged.join(bound["slips"], s.dossier_code == j.dossier_code))
        .where(j.place == number(INSIDE), s.issued_at < window.cut, or_(apology, supplement))
        .subquery("slip_of")
        .c
    )  # fmt: skip


def _by_body(bound: Bound, view: View) -> Columns:
    """Give one row a dossier and body that issued slips to it: how many of each kind, the first apology."""
    one = slips_of(bound, view)
    keys = (*(one[name] for name in _DOSSIER), one.body)
    apology_at = case((one.apology == number(1), one.issued_at))
    return (
        select(
            *(one[name] for name in _DOSSIER),
            func.min(apology_at).label("first_apology"),
            *(func.sum(one[kind]).label(name) for name, kind in zip(_SUMS, SLIP_COUNTS, strict=True)),
        )
        .group_by(*keys)
        .subquery("of_body")
        .c
    )


def _by_dossier(b: Columns) -> Columns:
    keys = [b[name] for name in _DOSSIER]
    return (
        select(
            *keys,
            func.min(b.first_apology).label("first_apology"),
            *(func.sum(b[name]).label(name) for name in _SUMS),
            func.max(b.supplements).label("most_of_a_body"),
        )
        .group_by(*keys)
        .subquery("of_dossier")
        .c
    )


def without_apology(dossier_code: Any, bound: Bound, view: View) -> Condition:
    """Say whether a dossier has no apology slip issued by J."""
    s = bound["slips"].c
    return ~(
        select(number(1))
        .where(
            s.dossier_code == dossier_code, s.kind == "apology", s.issued_at < Window.of(view).cut
        )
        .exists()
    )  # fmt: skip

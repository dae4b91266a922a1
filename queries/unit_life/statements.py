"""The life of a unit beside its deadlines: complaints, receptions, and which procedures it was asked for.

Complaints and receptions belong to a unit; a complaint may name a field, neither names a
procedure. So the view's unit narrows both, its field only complaints, its procedure none.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    String,
    and_,
    bindparam,
    func,
    or_,
    select,
)

from queries.asked.view import View
from queries.copy.tables import CLEAN
from queries.courses.complaints import complaints_of
from queries.courses.conditions import Condition, parts_of
from queries.courses.constructs import day_number_of
from queries.courses.counting import counted
from queries.courses.frames import frame_of
from queries.courses.stock import Courses
from queries.courses.table import day_number
from queries.definitions.unit_metrics import COMPLAINT_COUNTS
from queries.unit_life.duties import DUTY_COLUMNS

USED_COLUMNS = ("procedure_code", "field", "received")


def has_complaints(courses: Courses, view: View) -> bool:
    """Say whether the view's complaints can be counted: by field only where they name one."""
    fields = view.field is None or courses.has("complaints.field")
    return fields and courses.has("complaints.unit_code") and courses.has("complaints.received_on")


def has_receptions(courses: Courses) -> bool:
    """Say whether the database has receptions of citizens."""
    return courses.has("receptions.unit_code") and courses.has("receptions.held_on")


def complaints_received_by_unit(conn: Connection, courses: Courses, view: View) -> pd.DataFrame:
    """Complaints received in the period: one row per unit_code that has any.

    Columns: unit_code (None where the complaint has none) and ``metrics_unit.COMPLAINT_COUNTS``:
    complaints, of these answered by J, and overdue (unanswered by J and due before it).
    What the source does not record counts 0: ask ``courses.has`` before showing it. No row
    where the period has not begun or there is no such table.
    """
    columns = ["unit_code", *COMPLAINT_COUNTS]
    if not view.has_started or not has_complaints(courses, view):
        return pd.DataFrame(columns=columns)
    every, judged = complaints_of(conn, courses), day_number(view.judged)
    is_received = (
        every.within(view) & (every.received >= day_number(view.period.start)) & (every.received <= judged)
    )
    received = every.by_unit(is_received)
    answered = every.by_unit(is_received & (every.answered <= judged))
    overdue = every.by_unit(is_received & every.overdue(view.judged))
    rows = [(code, n, answered[code], overdue[code]) for code, n in received.items()]
    return pd.DataFrame(rows, columns=columns)


def receptions_by_unit(conn: Connection, courses: Courses, view: View) -> pd.DataFrame:
    """Receptions of citizens held in the period: one row per unit_code that held any.

    Columns: unit_code, receptions. No row where the period has not begun or there is no
    such table.
    """
    columns = ["unit_code", "receptions"]
    if not view.has_started or not has_receptions(courses):
        return pd.DataFrame(columns=columns)
    units, unit, day, held = courses.held("receptions", lambda: _receptions(conn))
    is_here = (day >= day_number(view.period.start)) & (day <= day_number(view.judged))
    sums = np.bincount(unit[is_here], held[is_here], len(units)).astype(np.int64)
    found = [
        (code, n) for code, n in zip(units, sums.tolist(), strict=True)
        if n and view.unit_code in (None, code) and (view.units_seen is None or code in view.units_seen)
    ]  # fmt: skip
    return pd.DataFrame(found, columns=columns)


def _receptions(conn: Connection) -> tuple[list[str | None], np.ndarray, np.ndarray, np.ndarray]:
    """Read all receptions: the units, and of each unit and day the unit's place, the day, and how many."""
    r = CLEAN["receptions"].c
    keys = (r.unit_code, day_number_of(r.held_on))
    rows = conn.execute(select(*keys, func.count()).where(r.held_on.is_not(None)).group_by(*keys)).all()
    units = list(dict.fromkeys(row[0] for row in rows))
    places = {code: place for place, code in enumerate(units)}
    numbers = np.array([(places[row[0]], row[1], row[2]) for row in rows], dtype=np.int64).reshape(-1, 3)
    return units, *numbers.T


def has_duties(courses: Courses) -> bool:
    """Say whether the source records what units have to do, and by when."""
    return all(courses.has(f"duties.{name}") for name in ("unit_code", "title", "due_on"))


def duties_of_period(conn: Connection, courses: Courses, view: View) -> pd.DataFrame:
    """Duties that a period is about: due in it (its days still to come too), or not done before it began.

    One row a duty, columns ``DUTY_COLUMNS``; days. ``done_on`` is the source's, whether or not it has
    come by J. No row where the period has not begun or there is no such table.
    """
    if not view.has_started or not has_duties(courses):
        return pd.DataFrame(columns=list(DUTY_COLUMNS))
    frame = frame_of(conn, duties_statement(view), DUTY_COLUMNS, {"unit": view.unit_code}).astype(object)
    return frame.where(frame.notna(), None)


def duties_statement(view: View) -> Select[Any]:
    """Build the statement that lists the duties of a period."""
    d, start = CLEAN["duties"].c, view.period.start
    was_open = and_(d.due_on < start, or_(d.done_on.is_(None), d.done_on >= start))
    return select(*(d[name] for name in DUTY_COLUMNS)).where(
        d.title.is_not(None),
        or_(d.due_on.between(start, view.period.end), was_open),
        *_of_unit(d.unit_code, view),
    )


def procedures_used(conn: Connection, courses: Courses, view: View) -> pd.DataFrame:
    """Procedures with a dossier received in the period: one row per procedure and field.

    Columns: procedure_code, field (the dossier's own word), received in dossiers. No row where the
    period has not begun.
    """
    if not view.has_started:
        return pd.DataFrame(columns=list(USED_COLUMNS))
    return counted(conn, courses, [view], {"received": parts_of("received")}, ("procedure",))


def _of_unit(unit_code: ColumnElement[Any], view: View) -> list[Condition]:
    seen: list[Condition] = [] if view.units_seen is None else [unit_code.in_(view.units_seen)]
    return seen if view.unit_code is None else [*seen, unit_code == bindparam("unit", type_=String())]

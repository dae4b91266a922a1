"""Complaints (phản ánh, kiến nghị) left unanswered: by unit, and one by one."""

from __future__ import annotations

from typing import Any

import pandas as pd
from sqlalchemy import Connection, Date, Select, String, and_, bindparam, func, or_, select

from queries.asked.view import View
from queries.copy.tables import CLEAN
from queries.courses.conditions import one_if
from queries.courses.constructs import binary_order
from queries.courses.stock import Courses

COMPLAINT_COLUMNS = ("unit_code", "waiting", "overdue")
MOST_COMPLAINTS = 50
"""So many complaints are listed one by one."""
LISTED_COLUMNS = ("complaint_id", "unit_code", "field", "received_on", "due_on")


def complaints_by_unit(conn: Connection, courses: Courses, view: View) -> pd.DataFrame:
    """Complaints received and unanswered by J: one row per unit_code.

    Columns: unit_code, waiting (unanswered), overdue (of these, due before J). Whatever the
    period they came in. No row where there is none, or the period has not begun.
    """
    if not view.has_started:
        return pd.DataFrame(columns=list(COMPLAINT_COLUMNS))
    key = ("complaints waiting", view.unit_code is not None, view.units_seen, view.field is not None)
    rows = courses.rows_of(conn, key, lambda: complaints_statement(view), _values(view))
    return pd.DataFrame(
        [(row[0], int(row[1]), int(row[2] or 0)) for row in rows], columns=list(COMPLAINT_COLUMNS)
    )


def complaints_statement(view: View) -> Select[Any]:
    """Build the statement: unanswered and overdue complaints by unit."""
    w = _waiting(view)
    return select(w.unit_code, func.count(), func.sum(w.overdue)).group_by(w.unit_code)


def overdue_complaints(conn: Connection, courses: Courses, view: View, *, most: int) -> pd.DataFrame:
    """The complaints overdue at J, longest waiting first: one row a complaint, at most ``most``.

    Columns: complaint_id, unit_code, field, received_on, due_on (days).
    """
    if not view.has_started:
        return pd.DataFrame(columns=list(LISTED_COLUMNS))
    return pd.DataFrame(
        conn.execute(overdue_complaints_statement(view, most), _values(view)).all(),
        columns=list(LISTED_COLUMNS),
    )


def overdue_complaints_statement(view: View, most: int) -> Select[Any]:
    """Build the statement that lists the complaints overdue."""
    w = _waiting(view)
    return (
        select(*(w[name] for name in LISTED_COLUMNS))
        .where(w.overdue == 1)
        .order_by(w.due_on, binary_order(w.complaint_id))
        .limit(most)
    )


def _values(view: View) -> dict[str, Any]:
    """Give the parameters: the judging day, the unit and the field."""
    return {"judged": view.judged, "unit": view.unit_code, "field": view.field}


def _waiting(view: View) -> Any:
    """Give the complaints received and not answered by J, with ``overdue`` 0 or 1; J is a parameter."""
    c, judged = CLEAN["complaints"].c, bindparam("judged", type_=Date())
    where = [c.received_on <= judged, or_(c.answered_on.is_(None), c.answered_on > judged)]
    if view.unit_code is not None:
        where.append(c.unit_code == bindparam("unit", type_=String()))
    if view.units_seen is not None:
        where.append(c.unit_code.in_(view.units_seen))
    if view.field is not None:
        where.append(c.field == bindparam("field", type_=String()))
    late = one_if(and_(c.due_on.is_not(None), c.due_on < judged))
    return (
        select(*(c[name] for name in LISTED_COLUMNS), late.label("overdue"))
        .where(*where)
        .subquery("waiting")
        .c
    )

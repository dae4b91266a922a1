"""Complaints (phản ánh, kiến nghị) left unanswered: by unit, and one by one."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from queries.asked.view import View
from queries.courses.complaints import complaints_of
from queries.courses.stock import Courses
from queries.courses.table import day_of_number

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
    every = complaints_of(conn, courses)
    is_within = every.within(view)
    overdue = every.by_unit(is_within & every.overdue(view.judged))
    waiting = every.by_unit(is_within & every.waiting(view.judged))
    rows = [(code, n, overdue[code]) for code, n in waiting.items()]
    return pd.DataFrame(rows, columns=list(COMPLAINT_COLUMNS))


def overdue_complaints(conn: Connection, courses: Courses, view: View, *, most: int) -> pd.DataFrame:
    """The complaints overdue at J, longest waiting first: one row a complaint, at most ``most``.

    Columns: complaint_id, unit_code, field, received_on, due_on (days).
    """
    if not view.has_started:
        return pd.DataFrame(columns=list(LISTED_COLUMNS))
    every = complaints_of(conn, courses)
    places = np.flatnonzero(every.within(view) & every.overdue(view.judged)).tolist()
    places.sort(key=lambda place: (every.due[place], every.code[place]))
    rows = [
        (every.code[place], every.unit[place], every.field[place], day_of_number(int(every.received[place])),
         day_of_number(int(every.due[place])))
        for place in places[:most]
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(LISTED_COLUMNS))

"""Officials with too many late dossiers due in a calendar year."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Connection, and_, func, select

from queries.asked.view import View
from queries.copy.tables import CLEAN
from queries.courses.conditions import Condition, Days, is_broken_by, number, one_if
from queries.courses.stock import Courses
from queries.courses.table import OFFICERS, day_number
from queries.definitions.flag_rule import OFFICER_FROM

OFFICER_COLUMNS = ("officer_code", "unit_code", "late", "late_in_view")


def late_by_officer(conn: Connection, courses: Courses, view: View) -> pd.DataFrame:
    """Officials with at least ``OFFICER_FROM`` late dossiers: one row per officer_code and unit_code.

    Columns: officer_code, unit_code (of the dossiers), late (theirs of that unit), late_in_view
    (those among them within the view's unit, field and procedure). Late: due in the
    calendar year of E, and finished late or overdue at J. An official is judged by all of
    theirs, whatever the view is narrowed to. No row where there is none, or no data.
    """
    if not view.has_started or not courses.has("dossiers.officer_code"):
        return pd.DataFrame(columns=list(OFFICER_COLUMNS))
    c = courses.rows(conn, view)
    in_view = func.sum(one_if(courses.narrowed(c, view)))
    late = (
        select(c.officer, c.unit, func.count().label("late"), in_view.label("late_in_view"))
        .where(_late_of_officers(c, view))
        .group_by(c.officer, c.unit)
        .subquery("late")
        .c
    )
    o = OFFICERS.c
    statement = select(o.officer_code, late.unit, late.late, late.late_in_view).where(
        o.number == late.officer
    )
    rows = [(code, courses.units[unit], int(n), int(seen)) for code, unit, n, seen in conn.execute(statement)]
    found = pd.DataFrame(rows, columns=list(OFFICER_COLUMNS))
    total = found.groupby("officer_code")["late"].transform("sum")
    return found[total >= OFFICER_FROM].reset_index(drop=True)


def _late_of_officers(c: Any, view: View) -> Condition:
    """Late dossiers due in the year that name an official."""
    days, year = Days.of(view), view.end.year
    # What is due after the judging day is not late by it.
    first, last = day_number(date(year, 1, 1)), min(day_number(date(year, 12, 31)), days.judged)
    return and_(
        c.due >= number(first),
        c.due <= number(last),
        c.received <= number(days.judged),
        c.officer > number(0),
        is_broken_by(c, days.judged),
    )


def of_late_officers(c: Any, courses: Courses, view: View) -> Condition:
    """The late dossiers, within the view, of officials who have too many."""
    many = (
        select(c.officer)
        .where(_late_of_officers(c, view))
        .group_by(c.officer)
        .having(func.count() >= OFFICER_FROM)
    )
    return and_(_late_of_officers(c, view), courses.narrowed(c, view), c.officer.in_(many))


def officer_names(
    conn: Connection, courses: Courses, view: View, *, codes: tuple[str, ...]
) -> dict[str, str]:
    """Give the names of officials by code, as far as the source has them; only for who may see them."""
    o = CLEAN["officers"].c
    rows = conn.execute(select(o.officer_code, o.name).where(o.officer_code.in_(codes))) if codes else ()
    return {code: name for code, name in rows if name}

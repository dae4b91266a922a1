"""On time, late, open: what each unit, field and procedure did in a period.

Counts are plain integers (``courses.conditions`` defines each); nothing is divided here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Integer, bindparam, or_, select

from queries.asked.view import View
from queries.copy.tables import CLEAN
from queries.courses.conditions import (
    ON_TIME_BY_DAY,
    ON_TIME_COLLAPSED,
    ON_TIME_COUNTS,
    Condition,
    parts_of,
)
from queries.courses.counting import counted
from queries.courses.stock import NO_NUMBER, Courses
from queries.courses.table import BY_UNIT
from queries.definitions.metrics import COUNTS

_COUNTS = {word: ON_TIME_COUNTS[word] for word in COUNTS}


def on_time_by_unit(conn: Connection, courses: Courses, view: View) -> pd.DataFrame:
    """Counts by unit: one row per unit_code that has a dossier in the period.

    Columns: unit_code (None for dossiers without one), the counts of ``metrics.COUNTS`` in dossiers,
    and oldest_due (the earliest promised day among the overdue, None for none). No row where the
    period has not begun.
    """
    return _counts(conn, courses, view, ("unit",))


def on_time_by_procedure(conn: Connection, courses: Courses, view: View) -> pd.DataFrame:
    """Counts by procedure: one row per procedure_code and (source's own) field.

    The same columns as ``on_time_by_unit`` after procedure_code and field; field is the dossier's own
    word, which counts only where the catalogue has none.
    """
    return _counts(conn, courses, view, ("procedure",))


def on_time_by_unit_procedure(
    conn: Connection, courses: Courses, view: View, *, units: tuple[str, ...]
) -> pd.DataFrame:
    """Counts of some units by procedure: one row per unit_code, procedure_code and (source's own) field.

    The same columns as ``on_time_by_procedure`` after unit_code.
    """
    return _counts(conn, courses, view, ("unit", "procedure"), units)


def late_by_unit_procedure(conn: Connection, courses: Courses, view: View) -> pd.DataFrame:
    """Late and overdue dossiers: one row per unit_code, procedure_code and (source's own) field with any.

    Columns: unit_code, procedure_code, field, c_late in dossiers. No row where the period has not begun.
    """
    if not view.has_started:
        return pd.DataFrame(columns=["unit_code", "procedure_code", "field", "c_late"])
    return counted(conn, courses, [view], {"c_late": parts_of("c_late")}, ("unit", "procedure"))


def events_until(conn: Connection, courses: Courses, view: View) -> pd.DataFrame:
    """Events (mốc) up to the moment of the data: one row each.

    Columns: on_day, title, unit_code (None for all units), document (None for none). No row where the
    source has no such table.
    """
    columns = ["on_day", "title", "unit_code", "document"]
    if not (courses.has("events.on_day") and courses.has("events.title")):
        return pd.DataFrame(columns=columns)
    c = CLEAN["events"].c
    told = select(c.on_day, c.title, c.unit_code, c.document).where(
        c.on_day.is_not(None), c.title.is_not(None)
    )
    today = view.as_of.date()
    rows = [row for row in courses.held("events", lambda: conn.execute(told).all()) if row.on_day <= today]
    return pd.DataFrame(rows, columns=columns, dtype=object)


@dataclass(frozen=True)
class OfUnits:
    """The condition that a dossier is of one of so many units: the parameters unit_0, unit_1, …"""

    count: int

    def __call__(self, c: Any) -> Condition:
        """Give it for ``courses``."""
        return or_(*(c.unit == bindparam(f"unit_{place}", type_=Integer()) for place in range(self.count)))


def _counts(
    conn: Connection, courses: Courses, view: View, by: tuple[str, ...], units: tuple[str, ...] | None = None
) -> pd.DataFrame:
    if not view.has_started:
        names = {"unit": ["unit_code"], "procedure": ["procedure_code", "field"]}
        return pd.DataFrame(columns=[*(name for key in by for name in names[key]), *COUNTS, "oldest_due"])
    numbers = None if units is None else [courses.unit_number(code) for code in units] or [NO_NUMBER]
    return counted(
        conn, courses, [view], _COUNTS, by, oldest="open_overdue", collapsed=ON_TIME_COLLAPSED,
        by_day=ON_TIME_BY_DAY if by == ("unit",) else None,
        only=None if numbers is None else OfUnits(len(numbers)),
        through=None if numbers is None else BY_UNIT,
        values={f"unit_{place}": one for place, one in enumerate(numbers or ())},
    )  # fmt: skip

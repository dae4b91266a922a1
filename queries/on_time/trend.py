"""The late rate month by month: thirteen months, one row a unit and month.

Each month is judged as if it were the period of the view: a month that is over on its own last day,
the running one on the day of the data; rates B and D on the day of the data for all. So a month of the
trend equals that month opened as a period: it is the same count of the same conditions.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import pandas as pd
from sqlalchemy import Connection

from queries.asked.periods import Period, months_back
from queries.asked.view import View
from queries.courses.conditions import ON_TIME_BY_DAY, parts_of
from queries.courses.counting import counted
from queries.courses.stock import Courses
from queries.definitions.metrics import late_metric

MONTHS = 13
COLUMNS = ("unit_code", "month", "late", "total")
FLOWS = ("received", "finished", "early", "on_time", "late")
"""What comes in and goes out in a month, whatever stood at its end."""


def trend_months(view: View, months: int = MONTHS) -> tuple[Period, ...]:
    """Give so many months, calendar or reporting, up to the one that holds the view's last day."""
    return months_back(view.end, months, basis=view.period.basis, cutoff_day=view.cutoff_day)


@lru_cache(maxsize=256)  # seven counts of a page ask for them
def month_views(view: View, months: int = MONTHS) -> tuple[View, ...]:
    """Give the view of each month of a trend, oldest first."""
    return tuple(view.at(period=month, judged_on=None) for month in trend_months(view, months))


def late_by_unit_month(
    conn: Connection, courses: Courses, view: View, *, months: int = MONTHS
) -> pd.DataFrame:
    """Late and total of the view's late rate: one row per unit_code and month.

    Columns: unit_code, month (0 the oldest, the view's the last), late, total in dossiers. A unit and
    month without dossiers has no row. ``months``: how many.
    """
    if not view.has_started:
        return pd.DataFrame(columns=list(COLUMNS))
    # Rate C counts what stands at each month's end, too.
    found = _late(conn, courses, month_views(view, months), in_sequence=view.basis != "C")
    return found.set_axis(list(COLUMNS), axis=1)


def late_by_unit(conn: Connection, courses: Courses, view: View) -> pd.DataFrame:
    """Late and total of the view's late rate in its period: one row per unit_code.

    Columns: unit_code, late, total in dossiers; no row of a unit without any. The same numbers as among
    all counts (``statements.on_time_by_unit``), by the same conditions, for who asks for nothing else.
    """
    if not view.has_started:
        return pd.DataFrame(columns=["unit_code", "late", "total"])
    return _late(conn, courses, [view])


def _late(
    conn: Connection, courses: Courses, views: Sequence[View], *, in_sequence: bool = False
) -> pd.DataFrame:
    basis = views[0].basis
    rate = late_metric(basis)
    counts = {"late": parts_of(rate.numerator), "total": parts_of(rate.denominator)}
    found = counted(
        conn,
        courses,
        views,
        counts,
        ("unit",),
        in_sequence=in_sequence,
        by_day=ON_TIME_BY_DAY,
    )
    is_any = found.total.to_numpy() > 0
    return found if is_any.all() else found[is_any].reset_index(drop=True)


def flows_by_unit_month(
    conn: Connection, courses: Courses, view: View, *, months: int = MONTHS
) -> pd.DataFrame:
    """What came in and went out month by month: one row per unit_code and month that has any.

    Columns: unit_code, month (0 the oldest, the view's the last) and ``FLOWS`` in dossiers, each month
    counted as the period it is. No row where the period has not begun.
    """
    columns = ["unit_code", "month", *FLOWS]
    if not view.has_started:
        return pd.DataFrame(columns=columns)
    counts = {word: parts_of(word) for word in FLOWS}
    found = counted(
        conn,
        courses,
        month_views(view, months),
        counts,
        ("unit",),
        in_sequence=True,
        by_day=ON_TIME_BY_DAY,
    )
    return found.set_axis(columns, axis=1)

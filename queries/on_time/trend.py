"""The late rate month by month: thirteen months, one row a unit and month.

Each month is judged as if it were the period of the view: a month that is over on its
own last day, the running one on the day of the data; rates B and D on the day of the
data for all. So a month of the trend equals that month opened as a period.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, or_, select, union_all

from queries.asked.periods import Period, months_back
from queries.asked.view import View
from queries.courses.bound import Bound
from queries.courses.frames import frame_of
from queries.on_time.outcomes import (
    ALWAYS,
    Columns,
    Condition,
    Window,
    code,
    facts,
    is_closed,
    is_late,
    is_overdue,
    is_suspended,
    midnight,
    number,
    outcome,
)
from queries.on_time.statements import narrowed
from queries.on_time.touched import touched

MONTHS = 13
COLUMNS = ("unit_code", "month", "late", "total")


def trend_months(view: View, months: int = MONTHS) -> tuple[Period, ...]:
    """Give so many months, calendar or reporting, up to the one that holds the view's last day."""
    return months_back(view.end, months, basis=view.period.basis, cutoff_day=view.cutoff_day)


def late_by_unit_month(conn: Connection, bound: Bound, view: View, *, months: int = MONTHS) -> pd.DataFrame:
    """Late and total of the view's late rate: one row per unit_code and month.

    Columns: unit_code, month (0 the oldest, the view's the last), late, total in dossiers.
    A unit and month without dossiers has no row. ``months``: how many.
    """
    if not view.has_started:
        return pd.DataFrame(columns=list(COLUMNS))
    if view.basis == "C":
        return _standing(conn, bound, view, months)
    return _by_month(conn, bound, view, months)


def _month_view(view: View, month: Period) -> View:
    return view.at(period=month, judged_on=None)


def month_of(when: ColumnElement[Any], months: tuple[Period, ...], bound: Bound) -> ColumnElement[int]:
    """Give the index of the month a moment falls in; below 0 before the first."""
    first = months[0].start
    if not bound.by_branches:
        starts = [midnight(month.start) for month in months]
        branches = [(when >= start, number(i)) for i, start in reversed(list(enumerate(starts)))]
        return case(*branches, else_=number(-1))
    # Thirteen comparisons cost DuckDB more than all the rest of the statement.
    index = func.year(when) * number(12) + func.month(when) - number(first.year * 12 + first.month)
    if first.day == 1:
        return index
    return index - case((func.day(when) < number(first.day), number(1)), else_=number(0))


def month_statement(bound: Bound, view: View, months: int = MONTHS) -> Select[Any]:
    """Build the statement of rates A, B and D: unit_code, month, late, total."""
    wanted = trend_months(view, months)
    rows = _closings(bound, view, wanted) if view.basis == "A" else _promises(bound, view, wanted)
    keys = (rows.unit_code, rows.month)
    return select(*keys, func.sum(rows.late), func.count()).where(rows.counts == number(1)).group_by(*keys)


def _closings(bound: Bound, view: View, months: tuple[Period, ...]) -> Columns:
    """Give the dated dossiers finished within the months: unit_code, month, late and counts (0 or 1).

    A closing moment is the later of two, so one of them lies in the months.
    """
    d = bound["dossiers"].c
    start, window = midnight(months[0].start), Window.of(_month_view(view, months[-1]))
    # An unknown state is finished where there is an end.
    is_finished = func.coalesce(d.state, "finished").not_in(("open", "suspended", "refused", "withdrawn"))
    chosen = (is_finished, d.due_at.is_not(None), narrowed(bound, view))
    closed_at = case((d.finished_at > d.received_at, d.finished_at), else_=d.received_at)
    if bound.by_branches:
        ways: list[tuple[Condition, ...]] = [
            (d.finished_at >= start,), (d.received_at >= start, d.finished_at < start)
        ]  # fmt: skip
    else:
        ways = [(or_(d.finished_at >= start, d.received_at >= start), d.finished_at.is_not(None))]
    late = case((is_late(d, view.compare), number(1)), else_=number(0))
    parts = [
        select(
            d.unit_code, month_of(closed_at, months, bound).label("month"), late.label("late"),
            number(1).label("counts"),
        ).where(*way, closed_at < window.cut, *chosen)
        for way in ways
    ]  # fmt: skip
    return (union_all(*parts) if len(parts) > 1 else parts[0]).subquery("closings").c


def _promises(bound: Bound, view: View, months: tuple[Period, ...]) -> Columns:
    """Give the dossiers due (rate B) or received (D) within the months: as ``_closings``."""
    d = bound["dossiers"].c
    first, last = _month_view(view, months[0]), _month_view(view, months[-1])
    window = Window.now(last)
    column = "due_at" if view.basis == "B" else "received_at"
    within = and_(d[column] >= Window.of(first).start, d[column] < Window.of(last).end)
    f = facts(bound, d.received_at < window.cut, within, narrowed(bound, view))
    j = (
        select(
            f.unit_code, f.due_at,
            month_of(f[column], months, bound).label("month"),
            outcome(f, window, view.compare).label("outcome"),
        )
        .subquery("judged")
        .c
    )  # fmt: skip
    late, overdue = j.outcome == code("late"), j.outcome == code("open_overdue")
    counts: Condition = ALWAYS
    if view.basis == "B":
        # Rate B counts a dossier as overdue by day under both day rules.
        overdue = and_(overdue, j.due_at < window.judged)
        counts = or_(j.outcome.between(code("early"), code("late")), overdue)
    return (
        select(
            j.unit_code, j.month,
            case((or_(late, overdue), number(1)), else_=number(0)).label("late"),
            case((counts, number(1)), else_=number(0)).label("counts"),
        )
        .subquery("promises")
        .c
    )  # fmt: skip


def _by_month(conn: Connection, bound: Bound, view: View, months: int) -> pd.DataFrame:
    return frame_of(conn, month_statement(bound, view, months), COLUMNS).astype({"late": int, "total": int})


def standing_statement(bound: Bound, view: View, count: int = MONTHS) -> Select[Any]:
    """Build the statement of rate C: dossiers by when they came, closed and fell overdue.

    One group a unit, month received (-1 before the first), month closed (``count`` not yet),
    first month at whose end the dossier was overdue (``count`` never), and whether it closed
    late. From these every month's standing follows by adding up.
    """
    months = trend_months(view, count)
    windows = [Window.of(_month_view(view, month)) for month in months]
    last = windows[-1]
    # Received before the last cut, not closed before the first month: as one long period.
    long = replace(windows[0], cut=last.cut)
    f = touched(bound, long, None, narrowed(bound, view))
    overdue = [(is_overdue(f, window, view.compare), number(i)) for i, window in enumerate(windows)]
    j = (
        select(
            f.unit_code,
            month_of(f.received_at, months, bound).label("came"),
            case((is_closed(f, last.cut), month_of(f.closed_at, months, bound)), else_=number(count)).label(
                "closed"
            ),
            case((is_suspended(f, last, view.compare), number(count)), *overdue, else_=number(count)).label(
                "overdue"
            ),
            case((outcome(f, last, view.compare) == code("late"), number(1)), else_=number(0)).label("late"),
        )
        .subquery("standing")
        .c
    )
    keys = (j.unit_code, j.came, j.closed, j.overdue, j.late)
    return select(*keys, func.count()).where(j.closed >= number(0)).group_by(*keys)


def _standing(conn: Connection, bound: Bound, view: View, months: int) -> pd.DataFrame:
    columns = ("unit_code", "came", "closed", "overdue", "late", "n")
    found = frame_of(conn, standing_statement(bound, view, months), columns)
    number_of, units = pd.factorize(found.unit_code, use_na_sentinel=False)
    came, closed, overdue, late, n = (
        found[word].to_numpy(dtype=np.int64) for word in ("came", "closed", "overdue", "late", "n")
    )
    sums = np.zeros((2, len(units), months), dtype=np.int64)
    for month in range(months):
        here = (came <= month) & (closed >= month)
        is_late = np.where(closed == month, late == 1, overdue <= month)
        for sum_of, which in zip(sums, (here & is_late, here), strict=True):
            # The sums are floats, exact up to 2**53 dossiers.
            sum_of[:, month] = np.bincount(number_of[which], n[which], len(units))
    unit, month_of = np.nonzero(sums[1])
    return pd.DataFrame(
        {
            "unit_code": units.take(unit), "month": month_of,
            "late": sums[0][unit, month_of], "total": sums[1][unit, month_of],
        }
    )  # fmt: skip

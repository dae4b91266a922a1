"""The late rate month by month: thirteen months, one row a unit and month.

Each month is judged as if it were the period of the view: a month that is over on its
own last day, the running one on the day of the data; rates B and D on the day of the
data for all. So a month of the trend equals that month opened as a period.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, or_, select

from queries.contract import Bound
from queries.on_time import narrowed
from queries.outcomes import (
    ALWAYS,
    CODE,
    Window,
    code,
    facts,
    is_closed,
    is_overdue,
    is_suspended,
    number,
    outcome,
    since_start,
)
from queries.periods import Period, months_back
from queries.view import View

MONTHS = 13
COLUMNS = ("unit_code", "month", "late", "total")


def trend_months(view: View) -> tuple[Period, ...]:
    """Give the thirteen months, calendar or reporting, that end with the view's last day."""
    return months_back(view.end, MONTHS, basis=view.period.basis, cutoff_day=view.cutoff_day)


def late_by_unit_month(conn: Connection, bound: Bound, view: View) -> pd.DataFrame:
    """Late and total of the view's late rate: one row per unit_code and month.

    Columns: unit_code, month (0 the oldest, 12 the view's), late, total in dossiers.
    A unit and month without dossiers has no row.
    """
    if not view.has_started:
        return pd.DataFrame(columns=list(COLUMNS))
    if view.basis == "C":
        return _standing(conn, bound, view)
    return _by_month(conn, bound, view)


def _month_view(view: View, month: Period) -> View:
    return view.at(period=month, judged_on=None)


def _month_of(when: ColumnElement[Any], months: tuple[Period, ...], view: View) -> ColumnElement[int]:
    """Give the index of the month a moment falls in; -1 before the first."""
    starts = [Window.of(_month_view(view, month)).start for month in months]
    branches = [(when >= start, number(i)) for i, start in reversed(list(enumerate(starts)))]
    return case(*branches, else_=number(-1))


def month_statement(bound: Bound, view: View) -> Select[Any]:
    """Build the statement of rates A, B and D: unit_code, month, outcome, is_due, how many."""
    d = bound["dossiers"].c
    months = trend_months(view)
    first, last = _month_view(view, months[0]), _month_view(view, months[-1])
    start, end = Window.of(first).start, Window.of(last).end
    window = Window.of(last) if view.basis == "A" else Window.now(last)
    if view.basis == "A":
        # A closing moment is the later of two: one of them lies in the months.
        within = or_(d.finished_at >= start, d.received_at >= start)
    else:
        when = d.due_at if view.basis == "B" else d.received_at
        within = and_(when >= start, when < end)
    f = facts(bound, d.received_at < window.cut, within, narrowed(bound, view))
    when = {"A": f.closed_at, "B": f.due_at, "D": f.received_at}[view.basis]
    j = (
        select(
            f.unit_code,
            _month_of(when, months, view).label("month"),
            outcome(f, window, view.compare).label("outcome"),
            case((f.due_at < window.judged, number(1)), else_=number(0)).label("is_due"),
        )
        .where(is_closed(f, window.cut) if view.basis == "A" else ALWAYS)
        .subquery("judged")
        .c
    )
    keys = (j.unit_code, j.month, j.outcome, j.is_due)
    return select(*keys, func.count()).group_by(*keys)


def _by_month(conn: Connection, bound: Bound, view: View) -> pd.DataFrame:
    rows = conn.execute(month_statement(bound, view)).all()
    found = pd.DataFrame(rows, columns=["unit_code", "month", "outcome", "is_due", "n"])
    found = found[found.month >= 0]
    late, overdue = found.outcome == CODE["late"], found.outcome == CODE["open_overdue"]
    dated = found.outcome.between(CODE["early"], CODE["late"])
    if view.basis == "B":
        overdue &= found.is_due == 1
    is_late = late if view.basis == "A" else late | overdue
    counted = {"A": dated, "B": dated | overdue, "D": dated | True}[view.basis]
    n = found.n.to_numpy()
    table = found[["unit_code", "month"]].assign(late=np.where(is_late, n, 0), total=np.where(counted, n, 0))
    table = table.groupby(["unit_code", "month"], dropna=False, as_index=False, sort=False).sum()
    return table[table.total > 0]


def standing_statement(bound: Bound, view: View) -> Select[Any]:
    """Build the statement of rate C: dossiers by when they came, closed and fell overdue.

    One group a unit, month received (-1 before the first), month closed (13 not yet),
    first month at whose end the dossier was overdue (13 never), and whether it closed
    late. From these every month's standing follows by adding up.
    """
    d = bound["dossiers"].c
    months = trend_months(view)
    windows = [Window.of(_month_view(view, month)) for month in months]
    last = windows[-1]
    f = facts(bound, d.received_at < last.cut, or_(*since_start(d, windows[0])), narrowed(bound, view))
    overdue = [(is_overdue(f, window, view.compare), number(i)) for i, window in enumerate(windows)]
    j = (
        select(
            f.unit_code,
            _month_of(f.received_at, months, view).label("came"),
            case(
                (is_closed(f, last.cut), _month_of(f.closed_at, months, view)), else_=number(MONTHS)
            ).label("closed"),
            case(
                (is_suspended(f, last, view.compare), number(MONTHS)), *overdue, else_=number(MONTHS)
            ).label("overdue"),
            case((outcome(f, last, view.compare) == code("late"), number(1)), else_=number(0)).label("late"),
        )
        .subquery("standing")
        .c
    )
    keys = (j.unit_code, j.came, j.closed, j.overdue, j.late)
    return select(*keys, func.count()).where(j.closed >= number(0)).group_by(*keys)


def _standing(conn: Connection, bound: Bound, view: View) -> pd.DataFrame:
    rows = conn.execute(standing_statement(bound, view)).all()
    found = pd.DataFrame(rows, columns=["unit_code", "came", "closed", "overdue", "late", "n"])
    number_of, units = pd.factorize(found.unit_code, use_na_sentinel=False)
    came, closed, overdue, late, n = (
        found[word].to_numpy(dtype=np.int64) for word in ("came", "closed", "overdue", "late", "n")
    )
    sums = np.zeros((2, len(units), MONTHS), dtype=np.int64)
    for month in range(MONTHS):
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

"""Thirteen months of every late rate: each month equals that month opened as a period."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

import pandas as pd
import pytest
from clean_copies import CleanCopy, Row
from combinations import EVERY_DOSSIER
from drawing import drawn
from hypothesis import given
from hypothesis import strategies as st
from oracle import ALL, count
from strategies import DAYS, TIMES, rows

from queries.asked.periods import custom_period, parse_period
from queries.asked.view import COMPARES, View
from queries.definitions.metrics import BASES
from queries.on_time.statements import on_time_by_unit
from queries.on_time.trend import MONTHS, late_by_unit_month, trend_months

RATE = {
    "A": ("late", ("early", "on_time", "late")),
    "B": ("B_num", ("B_den",)),
    "C": ("C_num", ("C_den",)),
    "D": ("D_num", ("D_den",)),
}


def months_earlier(moment: datetime, count: int) -> datetime:
    """The same day and time so many months earlier; a day that month lacks becomes its 28."""
    year, month = divmod(moment.year * 12 + moment.month - 1 - count, 12)
    day = moment.day
    try:
        return moment.replace(year=year, month=month + 1, day=day)
    except ValueError:
        return moment.replace(year=year, month=month + 1, day=28)


def over_months() -> st.SearchStrategy[list[dict[str, Any]]]:
    """Forty dossiers over sixteen months; what belongs together moves together, mostly."""

    def shifted(drawn: tuple[dict[str, Any], int, int]) -> dict[str, Any]:
        row, by, longer = drawn
        ends = ("finished_at", "suspended_since")
        return {
            name: months_earlier(value, max(0, by - longer) if name in ends else by)
            if isinstance(value, datetime) else value
            for name, value in row.items()
        }  # fmt: skip

    by = st.integers(0, 15)
    apart = st.sampled_from((0, 0, 0, 1, 2, 7))
    one = st.tuples(rows(), by, apart).map(shifted)
    return st.lists(one, min_size=30, max_size=45).map(
        lambda drawn: [{"dossier_code": f"HS-{i:03}", **row} for i, row in enumerate(drawn)]
    )


@st.composite
def views(draw: st.DrawFn) -> View:
    """Calendar or reporting months, an ended or running period, any moment of the data."""
    as_of = datetime.combine(draw(st.sampled_from(DAYS[1:])), draw(st.sampled_from(TIMES)))
    code = draw(st.sampled_from(("2026-10", "2026-Q4", "2026", "bc-2026-10", "bc-2026-11", "bc-2026", None)))
    cutoff = draw(st.sampled_from((15, 15, 21, 1, 28)))
    period = parse_period(code, cutoff) if code else custom_period(date(2026, 9, 5), date(2026, 10, 14))
    return View(period, as_of, compare=draw(st.sampled_from(("day", "moment"))), cutoff_day=cutoff)


def answered(table: pd.DataFrame) -> dict[Hashable, tuple[int, int]]:
    """(late, total) by unit and month."""
    assert list(table.columns) == ["unit_code", "month", "late", "total"]
    records = table.to_dict("records")
    answer: dict[Hashable, tuple[int, int]] = {
        (None if pd.isna(one["unit_code"]) else one["unit_code"], one["month"]): (one["late"], one["total"])
        for one in records
    }
    assert len(answer) == len(records)
    return answer


def expected(of: Sequence[Row], view: View, columns: frozenset[str] = ALL) -> dict[str, dict[Hashable, Any]]:
    """The oracle's (late, total) by basis, unit and month; what has no total has no row."""
    answer: dict[str, dict[Hashable, Any]] = {basis: {} for basis in BASES}
    for unit in {row["unit_code"] for row in of}:
        own = [row for row in of if row["unit_code"] == unit]
        for i, month in enumerate(trend_months(view)):
            found = count(
                own, start=month.start, end=month.end, as_of=view.as_of, compare=view.compare, columns=columns
            )
            for basis, (late, total) in RATE.items():
                n = sum(found[word] for word in total)
                if n:
                    answer[basis][unit, i] = found[late], n
    return answer


@drawn(5)
@given(over_months(), views(), st.booleans())
def test_every_month_of_every_rate_equals_the_oracle(
    copy: CleanCopy, of: list[dict[str, Any]], view: View, has_since: bool
) -> None:
    copy.fill({"dossiers": of}, without=() if has_since else ("dossiers.suspended_since",))
    if not view.has_started:
        return
    months = trend_months(view)
    assert len(months) == MONTHS
    assert months[-1].start <= view.end <= months[-1].end
    with copy.asked(view) as (conn, courses):
        found = {basis: answered(late_by_unit_month(conn, courses, view.at(basis=basis))) for basis in BASES}
    assert found == expected(of, view, ALL if has_since else ALL - {"suspended_since"})


@cache
def of_every_dossier(view: View) -> dict[str, dict[Hashable, tuple[int, int]]]:
    return expected(EVERY_DOSSIER, view)


@pytest.mark.parametrize("compare", COMPARES)
@pytest.mark.parametrize("code", ["2026-12", "bc-2026-11"])
def test_every_combination_of_states_nulls_and_days(copy: CleanCopy, code: str, compare: str) -> None:
    """Ended and running months; the months before and after those the dossiers lie in, too."""
    as_of = datetime(2026, 11, 12, 12, 0, 1) if code.startswith("bc") else datetime(2026, 12, 31)
    view = View(parse_period(code), as_of, compare=compare)
    copy.fill({"dossiers": EVERY_DOSSIER})
    wanted = of_every_dossier(view)
    with copy.asked(view) as (conn, courses):
        for basis in BASES:
            assert answered(late_by_unit_month(conn, courses, view.at(basis=basis))) == wanted[basis]


def test_the_last_month_is_the_month_of_the_view(copy: CleanCopy) -> None:
    """By hand: one late in November, one overdue, one late in December a year before."""
    view = View(parse_period("2026-11"), datetime(2026, 11, 21, 10, 15))
    row = {"unit_code": "P1", "received_at": datetime(2026, 11, 2, 8), "due_at": datetime(2026, 11, 10)}
    copy.fill({"dossiers": [
        {**row, "state": "finished", "finished_at": datetime(2026, 11, 12, 9)},
        {**row, "state": "finished", "finished_at": datetime(2026, 11, 9, 9)},
        {**row, "state": "open"},
        {"unit_code": "P1", "state": "finished", "received_at": datetime(2025, 11, 3),
         "due_at": datetime(2025, 11, 20), "finished_at": datetime(2025, 11, 21)},
        {"unit_code": "P1", "state": "finished", "received_at": datetime(2025, 10, 3),
         "due_at": datetime(2025, 10, 20), "finished_at": datetime(2025, 10, 31, 23, 59)},
    ]})  # fmt: skip
    with copy.asked(view) as (conn, courses):
        found = {basis: answered(late_by_unit_month(conn, courses, view.at(basis=basis))) for basis in BASES}
        judged = view.at(judged_on=date(2026, 11, 10), basis="C")
        assert answered(late_by_unit_month(conn, courses, judged)) == found["C"]  # a trend has no such day
        counts = on_time_by_unit(conn, courses, view).iloc[0]
    assert found == {
        "A": {("P1", 0): (1, 1), ("P1", 12): (1, 2)},
        "B": {("P1", 0): (1, 1), ("P1", 12): (2, 3)},
        "C": {("P1", 0): (1, 1), ("P1", 12): (2, 3)},
        "D": {("P1", 0): (1, 1), ("P1", 12): (2, 3)},
    }
    assert (counts.b_late, counts.b_due) == (2, 3)


def test_finished_before_the_months_but_received_in_them(copy: CleanCopy) -> None:
    """An odd record closes on the day received."""
    row = {"unit_code": "P1", "state": "finished", "received_at": datetime(2025, 11, 5),
           "due_at": datetime(2025, 10, 20), "finished_at": datetime(2025, 10, 31)}  # fmt: skip
    copy.fill({"dossiers": [row]})
    view = View(parse_period("2026-11"), datetime(2026, 11, 21, 10, 15))
    with copy.asked(view) as (conn, courses):
        for basis in "ACD":
            assert answered(late_by_unit_month(conn, courses, view.at(basis=basis))) == {("P1", 0): (1, 1)}


@pytest.mark.parametrize("basis", BASES)
def test_nothing_found_and_a_period_that_has_not_begun(copy: CleanCopy, basis: str) -> None:
    copy.fill({})
    for code in ("2026-11", "2026-12", "bc-2026-11"):
        view = View(parse_period(code), datetime(2026, 11, 21, 10, 15), basis=basis)
        with copy.asked(view) as (conn, courses):
            assert answered(late_by_unit_month(conn, courses, view)) == {}

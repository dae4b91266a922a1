"""The View: its days, what it is compared with, and the rules in force on a day."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queries.asked.periods import custom_period, month_of, parse_period, year_before
from queries.asked.view import DEFAULT_RULES, Comparison, Rule, Rules, View

AS_OF = datetime(2026, 11, 21, 10, 15)
LAST_YEAR = Comparison("last_year")


def view(code: str, as_of: datetime = AS_OF, comparison: Comparison = Comparison("previous")) -> View:  # noqa: B008
    return View(parse_period(code), as_of, comparison)


@pytest.mark.parametrize(
    ("code", "end", "has_started", "is_running"),
    [
        ("2026-10", "2026-10-31", True, False),
        ("2026-11", "2026-11-21", True, True),
        ("2026-12", "2026-11-21", False, False),
        ("2026", "2026-11-21", True, True),
        ("2026-11-01..2026-11-20", "2026-11-20", True, False),
        ("2026-11-01..2026-11-21", "2026-11-21", True, True),
        ("2026-11-21..2026-11-30", "2026-11-21", True, True),
        ("2026-11-22..2026-11-30", "2026-11-21", False, False),
    ],
)
def test_the_last_day_that_counts(code: str, end: str, has_started: bool, is_running: bool) -> None:
    one = view(code)
    assert (one.end.isoformat(), one.has_started, one.is_running) == (end, has_started, is_running)


@pytest.mark.parametrize(
    ("code", "as_of", "compared"),
    [
        # Over: the whole period before, however long.
        ("2026-10", "2026-11-21", "2026-09"),
        ("2026-03", "2026-11-21", "2026-02"),
        ("bc-2026-10", "2026-11-21", "bc-2026-09"),
        ("bc-2026-9T", "2026-11-21", "bc-2025-9T"),
        ("2026-01-01..2026-03-31", "2026-11-21", "2025-10-03..2025-12-31"),
        # Running: as many first days as have passed, today counted.
        ("2026-11", "2026-11-21", "2026-10-01..2026-10-21"),
        ("2026-11", "2026-11-01", "2026-10-01..2026-10-01"),
        ("2026-11", "2026-11-30", "2026-10-01..2026-10-30"),
        ("2026-Q4", "2026-11-21", "2026-07-01..2026-08-21"),
        ("2026-H2", "2026-11-21", "2026-01-01..2026-05-24"),
        ("2026", "2026-11-21", "2025-01-01..2025-11-21"),
        ("2024", "2024-11-21", "2023-01-01..2023-11-22"),
        ("bc-2026-12", "2026-11-21", "2026-10-15..2026-10-21"),
        ("2026-11-15..2026-11-30", "2026-11-21", "2026-10-30..2026-11-05"),
        # Running and the one before is shorter: all of it, by its own name.
        ("2026-03", "2026-03-30", "2026-02"),
        ("2026-03", "2026-03-28", "2026-02"),
        ("2026-03", "2026-03-27", "2026-02-01..2026-02-27"),
        ("2026-10", "2026-10-31", "2026-09"),
    ],
)
def test_compared_with_the_period_before(code: str, as_of: str, compared: str) -> None:
    other = view(code, datetime.fromisoformat(f"{as_of}T10:15")).compared()
    assert other is not None
    assert other.period == parse_period(compared)


@pytest.mark.parametrize(
    ("code", "as_of", "compared"),
    [
        ("2026-10", "2026-11-21", "2025-10"),
        ("2026-11", "2026-11-21", "2025-11-01..2025-11-21"),
        ("2026-11", "2026-11-30", "2025-11"),
        ("2024-02", "2024-02-29", "2023-02"),
        ("2024-02", "2024-02-28", "2023-02-01..2023-02-28"),
        ("2025-02", "2026-11-21", "2024-02-01..2024-02-28"),
        ("2024", "2024-02-29", "2023-01-01..2023-02-28"),
        ("bc-2026-12", "2026-11-21", "2025-11-15..2025-11-21"),
        ("bc-2026-11", "2026-11-21", "bc-2025-11"),
        ("2024-02-29..2024-03-05", "2026-11-21", "2023-02-28..2023-03-05"),
    ],
)
def test_compared_with_the_same_dates_last_year(code: str, as_of: str, compared: str) -> None:
    other = view(code, datetime.fromisoformat(f"{as_of}T10:15"), LAST_YEAR).compared()
    assert other is not None
    assert other.period == parse_period(compared)


@pytest.mark.parametrize(
    ("code", "day", "judged_on"),
    [
        ("2026-11", "2026-11-14", "2026-11-14"),
        ("2026-11", "2026-11-01", "2026-11-01"),
        ("2026-11", "2026-11-21", "2026-11-21"),
        ("2026-11", "2026-12-24", "2026-11-21"),
        ("2026-10", "2026-11-14", "2026-10-31"),
        ("2026-11", "2026-10-31", None),
    ],
)
def test_compared_with_itself_on_a_day(code: str, day: str, judged_on: str | None) -> None:
    one = view(code, comparison=Comparison("day", date.fromisoformat(day)))
    other = one.compared()
    if judged_on is None:
        assert other is None
    else:
        assert other == one.at(judged_on=date.fromisoformat(judged_on))


@pytest.mark.parametrize("comparison", [Comparison("previous"), LAST_YEAR, Comparison("day", AS_OF.date())])
def test_a_period_that_has_not_started_is_compared_with_nothing(comparison: Comparison) -> None:
    assert view("2026-12", comparison=comparison).compared() is None


def test_the_filters_and_the_moment_stay_in_the_comparison() -> None:
    one = view("2026-10").at(unit_code="P01", field="Hộ tịch", procedure_code="1.001", basis="D")
    other = one.compared()
    assert other == one.at(period=parse_period("2026-09"))


def test_the_edge_of_the_calendar_has_a_comparison() -> None:
    for comparison in (Comparison("previous"), LAST_YEAR):
        other = view("1990-01", comparison=comparison).compared()
        assert other is not None
        assert other.period.end.year == 1989


def test_the_months_of_a_trend_follow_the_basis_and_end_with_the_last_day() -> None:
    assert [m.code for m in view("2026").months()][-2:] == ["2026-10", "2026-11"]
    assert len(view("2026").months()) == 13
    reporting = View(parse_period("bc-2026-Q4", 21), AS_OF, cutoff_day=21)
    assert reporting.months(2) == (parse_period("bc-2026-11", 21), parse_period("bc-2026-12", 21))


def test_a_view_is_a_key() -> None:
    assert {view("2026-11"): 1}[view("2026-11")] == 1
    assert view("2026-11") != view("2026-11").at(basis="B")


@pytest.mark.parametrize(
    "changes", [{"basis": "E"}, {"basis": ""}, {"compare": "hour"}, {"as_of": AS_OF.replace(tzinfo=UTC)}]
)
def test_a_view_that_no_query_could_follow_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        view("2026-11").at(**changes)


def test_a_day_belongs_to_the_day_comparison_only() -> None:
    with pytest.raises(ValueError):
        Comparison("day")
    with pytest.raises(ValueError):
        Comparison("previous", date(2026, 11, 14))


def test_default_rules() -> None:
    threshold, near = DEFAULT_RULES.threshold_on(AS_OF.date()), DEFAULT_RULES.near_on(AS_OF.date())
    assert (threshold.percent, threshold.document) == ("5", "Công văn 2307/UBND-NC (Cần Thơ, 2020)")
    assert (near.percent, near.document) == ("4", "quy ước của hệ thống")


def test_the_rule_in_force_is_the_latest_that_has_begun() -> None:
    always = Rule("5", None, "CV 2307")
    first, second = Rule("4.5", date(2026, 1, 1), "QĐ 1"), Rule("3", date(2026, 7, 1), "QĐ 2")
    rules = Rules(threshold=(second, always, first), near=DEFAULT_RULES.near)
    assert rules.threshold_on(date(2025, 12, 31)) == always
    assert rules.threshold_on(date(2026, 1, 1)) == first
    assert rules.threshold_on(date(2026, 6, 30)) == first
    assert rules.threshold_on(date(2026, 7, 1)) == second
    assert Rules((first, second), DEFAULT_RULES.near).threshold_on(date(2020, 1, 1)) == first


def test_a_rule_is_an_exact_percent() -> None:
    assert Rule("4.5", None, "").fraction == Fraction(9, 2)
    assert Rule("0.1", None, "").fraction == Fraction(1, 10)


@pytest.mark.parametrize(
    "percent", ["0", "0.0", "100", "-1", "4,5", "5%", "", " 5", "5e1", "1/2", "٥", "nan", "5\n"]
)
def test_a_percent_that_is_none_is_refused(percent: str) -> None:
    with pytest.raises(ValueError, match="trên 0 và dưới 100"):
        Rule(percent, None, "")


def test_histories_have_one_rule_a_day_and_at_least_one() -> None:
    twice = (Rule("5", None, "a"), Rule("6", None, "b"))
    for threshold in ((), twice):
        with pytest.raises(ValueError):
            Rules(threshold, DEFAULT_RULES.near)


def test_neither_view_nor_address_needs_data_frames_or_dash() -> None:
    code = "import sys, dashboard.address.url; print({'pandas', 'dash', 'plotly'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


DAYS = st.dates(date(1992, 1, 1), date(2099, 12, 31))


@settings(max_examples=300, deadline=None)
@given(
    start=DAYS, length=st.integers(0, 400), now=st.integers(-10, 500), named=st.booleans(),
    comparison=st.sampled_from([Comparison("previous"), LAST_YEAR]),
)  # fmt: skip
def test_every_comparison_is_earlier_and_no_longer_than_what_has_passed(
    start: date, length: int, now: int, named: bool, comparison: Comparison
) -> None:
    period = month_of(start) if named else custom_period(start, start + timedelta(days=length))
    one = View(period, datetime.combine(start + timedelta(days=now), time()), comparison)
    other = one.compared()
    if not one.has_started:
        assert other is None
        return
    assert other is not None
    assert (other.as_of, other.judged_on) == (one.as_of, None)
    assert other.end == other.period.end, "the other period is over"
    passed = (one.end - one.period.start).days + 1
    if comparison == LAST_YEAR:
        assert (other.period.start, other.end) == (year_before(one.period.start), year_before(one.end))
    else:
        assert other.end < one.period.start
        assert other.period.start == one.period.previous.start
        if one.is_running:
            assert other.period.days == min(passed, one.period.previous.days)
        else:
            assert other.period == one.period.previous

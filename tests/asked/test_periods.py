"""Periods: days, codes and labels that can be checked against a wall calendar."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queries.asked.periods import (
    FIRST_YEAR,
    LAST_YEAR,
    Period,
    custom_period,
    half_of,
    month_of,
    months_back,
    parse_period,
    quarter_of,
    year_of,
)

DAYS = st.dates(date(FIRST_YEAR + 1, 1, 1), date(LAST_YEAR - 1, 12, 31))
BASES = st.sampled_from(("calendar", "reporting"))
CUTOFFS = st.integers(1, 28)
HOLDING = st.sampled_from((month_of, quarter_of, half_of, year_of))


@pytest.mark.parametrize(
    ("code", "kind", "start", "end", "label", "short_label"),
    [
        ("2026-11", "month", "2026-11-01", "2026-11-30", "tháng 11/2026", "11/2026"),
        ("2026-02", "month", "2026-02-01", "2026-02-28", "tháng 02/2026", "02/2026"),
        ("2024-02", "month", "2024-02-01", "2024-02-29", "tháng 02/2024", "02/2024"),
        ("2026-03", "month", "2026-03-01", "2026-03-31", "tháng 3/2026", "03/2026"),
        ("2026-12", "month", "2026-12-01", "2026-12-31", "tháng 12/2026", "12/2026"),
        ("2026-Q1", "quarter", "2026-01-01", "2026-03-31", "quý I/2026", "QI/2026"),
        ("2026-Q4", "quarter", "2026-10-01", "2026-12-31", "quý IV/2026", "QIV/2026"),
        ("2026-H1", "half", "2026-01-01", "2026-06-30", "6 tháng đầu năm 2026", "6T đầu/2026"),
        ("2026-H2", "half", "2026-07-01", "2026-12-31", "6 tháng cuối năm 2026", "6T cuối/2026"),
        ("2026", "year", "2026-01-01", "2026-12-31", "năm 2026", "2026"),
        ("1990", "year", "1990-01-01", "1990-12-31", "năm 1990", "1990"),
        ("2100", "year", "2100-01-01", "2100-12-31", "năm 2100", "2100"),
        ("bc-2026-11", "month", "2026-10-15", "2026-11-14",
         "kỳ báo cáo tháng 11/2026 (15/10–14/11/2026)", "11/2026"),
        ("bc-2026-01", "month", "2025-12-15", "2026-01-14",
         "kỳ báo cáo tháng 01/2026 (15/12/2025–14/01/2026)", "01/2026"),
        ("bc-2026-Q1", "quarter", "2025-12-15", "2026-03-14",
         "kỳ báo cáo quý I/2026 (15/12/2025–14/03/2026)", "QI/2026"),
        ("bc-2026-Q4", "quarter", "2026-09-15", "2026-12-14",
         "kỳ báo cáo quý IV/2026 (15/09–14/12/2026)", "QIV/2026"),
        ("bc-2026-H1", "half", "2025-12-15", "2026-06-14",
         "kỳ báo cáo 6 tháng đầu năm 2026 (15/12/2025–14/06/2026)", "6T đầu/2026"),
        ("bc-2026-H2", "half", "2026-06-15", "2026-12-14",
         "kỳ báo cáo 6 tháng cuối năm 2026 (15/06–14/12/2026)", "6T cuối/2026"),
        ("bc-2026-9T", "nine_months", "2025-12-15", "2026-09-14",
         "kỳ báo cáo 9 tháng năm 2026 (15/12/2025–14/09/2026)", "9T/2026"),
        ("bc-2026", "year", "2025-12-15", "2026-12-14",
         "kỳ báo cáo năm 2026 (15/12/2025–14/12/2026)", "2026"),
        ("2026-01-01..2026-03-31", "custom", "2026-01-01", "2026-03-31",
         "01/01/2026–31/03/2026", "01/01–31/03/2026"),
        ("2025-12-30..2026-01-02", "custom", "2025-12-30", "2026-01-02",
         "30/12/2025–02/01/2026", "30/12/2025–02/01/2026"),
        ("2026-11-21..2026-11-21", "custom", "2026-11-21", "2026-11-21",
         "ngày 21/11/2026", "21/11/2026"),
    ],
)  # fmt: skip
def test_a_code_names_its_days(
    *, code: str, kind: str, start: str, end: str, label: str, short_label: str
) -> None:  # fmt: skip
    period = parse_period(code)
    assert (period.kind, period.code) == (kind, code)
    assert (period.start.isoformat(), period.end.isoformat()) == (start, end)
    assert period.label() == label
    assert period.short_label() == short_label
    assert period.basis == ("reporting" if code.startswith("bc-") else "calendar")


@pytest.mark.parametrize(
    ("code", "cutoff_day", "start", "end"),
    [
        ("bc-2026-11", 1, "2026-10-01", "2026-10-31"),
        ("bc-2026-03", 1, "2026-02-01", "2026-02-28"),
        ("bc-2026", 1, "2025-12-01", "2026-11-30"),
        ("bc-2026-11", 21, "2026-10-21", "2026-11-20"),
        ("bc-2026-03", 28, "2026-02-28", "2026-03-27"),
        ("bc-2026-9T", 21, "2025-12-21", "2026-09-20"),
        ("2026-11", 21, "2026-11-01", "2026-11-30"),
    ],
)
def test_the_cutoff_day_moves_reporting_periods_only(
    code: str, cutoff_day: int, start: str, end: str
) -> None:
    period = parse_period(code, cutoff_day)
    assert (period.start.isoformat(), period.end.isoformat()) == (start, end)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("", "Kỳ phải viết như"),
        ("2026-13", "Tháng phải từ 01 đến 12."),
        ("2026-00", "Tháng phải từ 01 đến 12."),
        ("2026-Q5", "Quý phải từ Q1 đến Q4."),
        ("2026-Q0", "Quý phải từ Q1 đến Q4."),
        ("2026-H3", "Nửa năm phải là H1 hoặc H2."),
        ("2026-9T", "Kỳ 9 tháng chỉ có ở kỳ báo cáo"),
        ("1989", "Năm phải từ 1990 đến 2100."),
        ("2101-01", "Năm phải từ 1990 đến 2100."),
        ("bc-2101", "Năm phải từ 1990 đến 2100."),
        ("1989-12-31..1990-01-01", "Năm phải từ 1990 đến 2100."),
        ("2100-12-31..2101-01-01", "Năm phải từ 1990 đến 2100."),
        ("2026-03-31..2026-01-01", "đứng trước ngày đầu"),
        ("2026-02-29..2026-03-01", "không có trong lịch"),
        ("0000-01-01..0000-01-01", "không có trong lịch"),
        ("2026-11\n", "Kỳ phải viết như"),
        (" 2026-11", "Kỳ phải viết như"),
        ("2026-q4", "Kỳ phải viết như"),
        ("٢٠٢٦-١١", "Kỳ phải viết như"),
        ("bc-2026-01-01..2026-03-31", "Kỳ phải viết như"),
        ("2026" * 2_500, "Kỳ phải viết như"),
        ("2026\x00", "Kỳ phải viết như"),
        ("\ud800", "Kỳ phải viết như"),
    ],
)
def test_a_code_that_names_nothing_says_why(code: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason) as caught:
        parse_period(code)
    assert len(str(caught.value)) < 200, "the sentence does not repeat the word"


@pytest.mark.parametrize("cutoff_day", [0, 29, -1])
def test_a_cutoff_day_every_month_has(cutoff_day: int) -> None:
    with pytest.raises(ValueError, match="từ 1 đến 28"):
        parse_period("bc-2026-11", cutoff_day)


@pytest.mark.parametrize(
    ("code", "previous", "following", "last_year"),
    [
        ("2026-01", "2025-12", "2026-02", "2025-01"),
        ("2026-12", "2026-11", "2027-01", "2025-12"),
        ("2026-Q1", "2025-Q4", "2026-Q2", "2025-Q1"),
        ("2026-H1", "2025-H2", "2026-H2", "2025-H1"),
        ("2026", "2025", "2027", "2025"),
        ("bc-2026-01", "bc-2025-12", "bc-2026-02", "bc-2025-01"),
        ("bc-2026-Q1", "bc-2025-Q4", "bc-2026-Q2", "bc-2025-Q1"),
        ("bc-2026-H2", "bc-2026-H1", "bc-2027-H1", "bc-2025-H2"),
        ("bc-2026-9T", "bc-2025-9T", "bc-2027-9T", "bc-2025-9T"),
        ("bc-2026", "bc-2025", "bc-2027", "bc-2025"),
        ("2024-02", "2024-01", "2024-03", "2023-02"),
        # Same dates: 29/2/2024 is not in 1–28 February, so it is no longer the whole month.
        ("2025-02", "2025-01", "2025-03", "2024-02-01..2024-02-28"),
        ("2026-01-01..2026-03-31", "2025-10-03..2025-12-31", "2026-04-01..2026-06-29",
         "2025-01-01..2025-03-31"),
        ("2024-02-29..2024-02-29", "2024-02-28..2024-02-28", "2024-03-01..2024-03-01",
         "2023-02-28..2023-02-28"),
    ],
)  # fmt: skip
def test_neighbours(code: str, previous: str, following: str, last_year: str) -> None:
    period = parse_period(code)
    assert period.previous.code == previous
    assert period.following.code == following
    assert period.last_year.code == last_year


def test_neighbours_keep_the_cutoff_day() -> None:
    period = parse_period("bc-2026-11", 21)
    assert period.previous == parse_period("bc-2026-10", 21)
    assert period.following == parse_period("bc-2026-12", 21)
    assert period.last_year == parse_period("bc-2025-11", 21)


def test_the_edge_of_the_addressable_years() -> None:
    first, last = parse_period("1990-01"), parse_period("2100-12")
    assert (first.is_addressable, first.previous.is_addressable) == (True, False)
    assert (last.is_addressable, last.following.is_addressable) == (True, False)
    everything = parse_period("1990-01-01..2100-12-31")
    assert everything.is_addressable
    assert not everything.previous.is_addressable
    assert parse_period("bc-1990-01").is_addressable, "it starts in 1989, but its name is of 1990"


@pytest.mark.parametrize(
    ("day", "cutoff_day", "month", "quarter", "half", "year"),
    [
        ("2026-11-14", 15, "bc-2026-11", "bc-2026-Q4", "bc-2026-H2", "bc-2026"),
        ("2026-11-15", 15, "bc-2026-12", "bc-2026-Q4", "bc-2026-H2", "bc-2026"),
        ("2026-12-14", 15, "bc-2026-12", "bc-2026-Q4", "bc-2026-H2", "bc-2026"),
        ("2026-12-15", 15, "bc-2027-01", "bc-2027-Q1", "bc-2027-H1", "bc-2027"),
        ("2026-06-15", 15, "bc-2026-07", "bc-2026-Q3", "bc-2026-H2", "bc-2026"),
        ("2026-11-01", 1, "bc-2026-12", "bc-2026-Q4", "bc-2026-H2", "bc-2026"),
        ("2026-12-20", 21, "bc-2026-12", "bc-2026-Q4", "bc-2026-H2", "bc-2026"),
    ],
)
def test_the_reporting_period_of_a_day(
    *, day: str, cutoff_day: int, month: str, quarter: str, half: str, year: str
) -> None:
    on = date.fromisoformat(day)
    found = [of(on, "reporting", cutoff_day).code for of in (month_of, quarter_of, half_of, year_of)]
    assert found == [month, quarter, half, year]


def test_thirteen_months_end_with_that_of_the_day() -> None:
    codes = [month.code for month in months_back(date(2026, 11, 21))]
    assert codes[0] == "2025-11"
    assert codes[-1] == "2026-11"
    assert len(codes) == 13
    assert codes == sorted(codes)


def test_months_of_a_period_keep_its_basis_and_cutoff_day() -> None:
    months = months_back(parse_period("bc-2026-H1", 21), 6)
    assert [month.code for month in months] == [f"bc-2026-{number:02d}" for number in range(1, 7)]
    assert months[0].start == date(2025, 12, 21)
    assert [m.code for m in months_back(parse_period("2026-01-10..2026-03-05"), 2)] == ["2026-02", "2026-03"]
    with pytest.raises(ValueError):
        months_back(date(2026, 11, 21), 0)


def test_a_reversed_range_is_refused() -> None:
    with pytest.raises(ValueError, match="đứng trước"):
        custom_period(date(2026, 3, 1), date(2026, 2, 28))


@settings(max_examples=200, deadline=None)
@given(day=DAYS, basis=BASES, cutoff_day=CUTOFFS, holding=HOLDING)
def test_periods_hold_their_day_tile_the_calendar_and_read_back(day, basis, cutoff_day, holding) -> None:  # type: ignore[no-untyped-def]
    period: Period = holding(day, basis, cutoff_day)
    assert period.start <= day <= period.end
    assert period.days == (period.end - period.start).days + 1
    assert parse_period(period.code, cutoff_day) == period
    assert period.following.start == period.end + timedelta(days=1)
    assert period.previous.end == period.start - timedelta(days=1)
    assert period.following.previous == period == period.previous.following
    assert holding(period.start, basis, cutoff_day) == period == holding(period.end, basis, cutoff_day)
    months = months_back(period, {"month": 1, "quarter": 3, "half": 6, "year": 12}[period.kind],
                         cutoff_day=cutoff_day)  # fmt: skip
    assert (months[0].start, months[-1].end) == (period.start, period.end)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=30) | st.from_regex(r"(bc-)?[0-9]{4}(-[0-9QHT]{1,3})?", fullmatch=True))
def test_any_text_is_a_period_or_a_value_error(code: str) -> None:
    try:
        period = parse_period(code)
    except ValueError:
        return
    assert period.code == code
    assert period.is_addressable


@settings(max_examples=200, deadline=None)
@given(start=DAYS, length=st.integers(0, 800))
def test_custom_ranges_read_back_and_step_by_their_own_length(start: date, length: int) -> None:
    period = custom_period(start, start + timedelta(days=length))
    if period.is_addressable:
        assert parse_period(period.code) == period
    assert period.previous.days == period.days == period.following.days
    assert period.previous.end == start - timedelta(days=1)
    assert abs(period.days - period.last_year.days) <= 1, "a leap day at most"

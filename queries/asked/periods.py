"""The periods a reader can ask for: month, quarter, half, nine months, year, or any days.

Two families. Calendar (dương lịch): the months as everybody counts them. Reporting
(kỳ báo cáo, Nghị định 09/2019/NĐ-CP Điều 12): month m runs from the cut-off day of
month m-1 to the day before the cut-off day of month m, and everything longer is made of
such months. The cut-off day is 15 by law and a setting, 1 to 28, by custom.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

PeriodKind = Literal["month", "quarter", "half", "nine_months", "year", "custom"]
PeriodBasis = Literal["calendar", "reporting"]

FIRST_YEAR = 1990
LAST_YEAR = 2100
CUTOFF_DAY = 15

_LENGTH: dict[PeriodKind, int] = {"month": 1, "quarter": 3, "half": 6, "nine_months": 9, "year": 12}
_NAMED = re.compile(r"(bc-)?([0-9]{4})(?:-(?:([0-9]{2})|Q([0-9])|H([0-9])|9(T)))?")
_RANGE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})\.\.([0-9]{4})-([0-9]{2})-([0-9]{2})")
_ROMAN = ("I", "II", "III", "IV")
_HOW_TO_WRITE = (
    "Kỳ phải viết như 2026-11, 2026-Q4, 2026-H1, 2026, bc-2026-11, bc-2026-Q4, bc-2026-H1, "
    "bc-2026-9T, bc-2026 hoặc 2026-01-01..2026-03-31."
)


@dataclass(frozen=True)
class Period:
    """The inclusive days [start, end], and the word that names them in an address.

    Made by ``parse_period``, ``month_of`` and their kin or ``custom_period``, which keep
    ``code`` and days in agreement; a custom period has the basis "calendar".
    """

    kind: PeriodKind
    basis: PeriodBasis
    start: date
    end: date
    code: str

    @property
    def days(self) -> int:
        """The number of days, both ends counted."""
        return (self.end - self.start).days + 1

    @property
    def is_addressable(self) -> bool:
        """True when ``parse_period`` takes the code: its years lie within 1990 to 2100."""
        years = (self.start.year, self.end.year) if self.kind == "custom" else (self._place()[0],)
        return all(FIRST_YEAR <= year <= LAST_YEAR for year in years)

    @property
    def previous(self) -> Period:
        """The period of this kind just before; for nine months those of the year before.

        A custom period gives the equal range that ends the day before it starts.
        """
        return self._step(-1)

    @property
    def following(self) -> Period:
        """The period of this kind just after; the mirror of ``previous``."""
        return self._step(1)

    @property
    def last_year(self) -> Period:
        """The same dates a year earlier, 29/2 becoming 28/2.

        A named period stays named where its dates allow: tháng 11/2026 gives tháng 11/2025,
        but tháng 2/2025 gives the custom 01/02/2024–28/02/2024, never one day more.
        """
        start, end = year_before(self.start), year_before(self.end)
        if self.kind != "custom":
            year, part = self._place()
            named = _named(self.kind, self.basis, year - 1, part, self.start.day)
            if (named.start, named.end) == (start, end):
                return named
        return custom_period(start, end)

    def label(self) -> str:
        """The period in Vietnamese, as a title says it; a reporting one with its dates."""
        if self.kind == "custom":
            if self.start == self.end:
                return f"ngày {self.start:%d/%m/%Y}"
            return f"{self.start:%d/%m/%Y}–{self.end:%d/%m/%Y}"
        name = self.name()
        return name if self.basis == "calendar" else f"kỳ báo cáo {name} ({self._span()})"

    def short_label(self) -> str:
        """The period in a few characters, for an axis; the basis is not said."""
        if self.kind == "custom":
            return f"{self.start:%d/%m/%Y}" if self.start == self.end else self._span()
        year, part = self._place()
        if self.kind == "month":
            return f"{part:02d}/{year}"
        if self.kind == "quarter":
            return f"Q{_ROMAN[part - 1]}/{year}"
        if self.kind == "half":
            return f"6T {'đầu' if part == 1 else 'cuối'}/{year}"
        return f"9T/{year}" if self.kind == "nine_months" else f"{year}"

    def name(self) -> str:
        """The period within a sentence: "tháng 5/2026", "quý III/2026"; the basis is not said."""
        year, part = self._place()
        if self.kind == "month":
            # Nghị định 30/2020/NĐ-CP, Phụ lục I: only the months 1 and 2 carry a leading zero.
            return f"tháng {part if part > 2 else f'{part:02d}'}/{year}"
        if self.kind == "quarter":
            return f"quý {_ROMAN[part - 1]}/{year}"
        if self.kind == "half":
            return f"6 tháng {'đầu' if part == 1 else 'cuối'} năm {year}"
        return f"9 tháng năm {year}" if self.kind == "nine_months" else f"năm {year}"

    def _span(self) -> str:
        start = f"{self.start:%d/%m}" if self.start.year == self.end.year else f"{self.start:%d/%m/%Y}"
        return f"{start}–{self.end:%d/%m/%Y}"

    def _place(self) -> tuple[int, int]:
        return _placed(self.code)

    def _step(self, count: int) -> Period:
        if self.kind == "custom":
            by = timedelta(days=count * self.days)
            return custom_period(self.start + by, self.end + by)
        year, part = self._place()
        in_year = 12 // _LENGTH[self.kind]
        years, part = divmod(part - 1 + count, in_year)
        return _named(self.kind, self.basis, year + years, part + 1, self.start.day)


@lru_cache(maxsize=4_096)
def _placed(code: str) -> tuple[int, int]:
    """Give year and number of a named period, (2026, 4) for bc-2026-Q4, read from its code."""
    found = _NAMED.fullmatch(code)
    if found is None:
        raise ValueError(f"{code!r} is no code of a named period")
    _, year, month, quarter, half, _ = found.groups()
    return int(year), int(month or quarter or half or 1)


def parse_period(code: str, cutoff_day: int = CUTOFF_DAY) -> Period:
    """Give the period that an address word names.

    ValueError with a Vietnamese sentence, which does not repeat the word, where it names
    none: another form, no such day, a reversed range, a year outside 1990 to 2100.
    """
    span = _RANGE.fullmatch(code)
    if span:
        numbers = [int(number) for number in span.groups()]
        try:
            start, end = date(*numbers[:3]), date(*numbers[3:])
        except ValueError:
            raise ValueError("Khoảng ngày có ngày không có trong lịch.") from None
        _check_years(start.year, end.year)
        return custom_period(start, end)
    found = _NAMED.fullmatch(code)
    if found is None:
        raise ValueError(_HOW_TO_WRITE)
    prefix, year, month, quarter, half, nine_months = found.groups()
    _check_years(int(year))
    basis: PeriodBasis = "reporting" if prefix else "calendar"
    if month:
        if not 1 <= int(month) <= 12:
            raise ValueError("Tháng phải từ 01 đến 12.")
        return _named("month", basis, int(year), int(month), cutoff_day)
    if quarter:
        if not 1 <= int(quarter) <= 4:
            raise ValueError("Quý phải từ Q1 đến Q4.")
        return _named("quarter", basis, int(year), int(quarter), cutoff_day)
    if half:
        if not 1 <= int(half) <= 2:
            raise ValueError("Nửa năm phải là H1 hoặc H2.")
        return _named("half", basis, int(year), int(half), cutoff_day)
    if nine_months:
        if basis == "calendar":
            raise ValueError("Kỳ 9 tháng chỉ có ở kỳ báo cáo, viết như bc-2026-9T.")
        return _named("nine_months", basis, int(year), 1, cutoff_day)
    return _named("year", basis, int(year), 1, cutoff_day)


def custom_period(start: date, end: date) -> Period:
    """Give the custom period of these days, both counted; ValueError when reversed."""
    if end < start:
        raise ValueError("Ngày cuối của khoảng ngày đứng trước ngày đầu.")
    return Period("custom", "calendar", start, end, f"{start:%Y-%m-%d}..{end:%Y-%m-%d}")


def month_of(day: date, basis: PeriodBasis = "calendar", cutoff_day: int = CUTOFF_DAY) -> Period:
    """Give the month that holds the day."""
    return _holding("month", day, basis, cutoff_day)


def quarter_of(day: date, basis: PeriodBasis = "calendar", cutoff_day: int = CUTOFF_DAY) -> Period:
    """Give the quarter that holds the day."""
    return _holding("quarter", day, basis, cutoff_day)


def half_of(day: date, basis: PeriodBasis = "calendar", cutoff_day: int = CUTOFF_DAY) -> Period:
    """Give the half-year that holds the day."""
    return _holding("half", day, basis, cutoff_day)


def year_of(day: date, basis: PeriodBasis = "calendar", cutoff_day: int = CUTOFF_DAY) -> Period:
    """Give the year that holds the day."""
    return _holding("year", day, basis, cutoff_day)


@lru_cache(maxsize=1_024)
def months_back(
    last: Period | date, count: int = 13, basis: PeriodBasis = "calendar", cutoff_day: int = CUTOFF_DAY
) -> tuple[Period, ...]:
    """Give ``count`` months, oldest first, that end with the month holding the day ``last``.

    A Period stands for its last day and brings its own basis; its cut-off day too where
    it is a reporting one.
    """
    if count < 1:
        raise ValueError("months_back gives at least one month")
    if isinstance(last, Period):
        basis = last.basis
        cutoff_day = last.start.day if basis == "reporting" else cutoff_day
        last = last.end
    months = [month_of(last, basis, cutoff_day)]
    while len(months) < count:
        months.append(months[-1].previous)
    return tuple(reversed(months))


def year_before(day: date) -> date:
    """Give the same day a year earlier; 28/2 for 29/2."""
    if (day.month, day.day) == (2, 29):
        return day.replace(year=day.year - 1, day=28)
    return day.replace(year=day.year - 1)


@lru_cache(maxsize=4_096)
def _holding(kind: PeriodKind, day: date, basis: PeriodBasis, cutoff_day: int) -> Period:
    months = day.year * 12 + day.month - 1
    if basis == "reporting" and day.day >= cutoff_day:
        months += 1
    year, month = divmod(months, 12)
    return _named(kind, basis, year, month // _LENGTH[kind] + 1, cutoff_day)


def _named(kind: PeriodKind, basis: PeriodBasis, year: int, part: int, cutoff_day: int) -> Period:
    """The part-th period of its kind in the year; the one place that knows their days."""
    if not 1 <= cutoff_day <= 28:
        raise ValueError("Ngày chốt kỳ báo cáo phải từ 1 đến 28.")
    first = year * 12 + (part - 1) * _LENGTH[kind]
    shift, day = (1, cutoff_day) if basis == "reporting" else (0, 1)
    start = _day(first - shift, day)
    end = _day(first + _LENGTH[kind] - shift, day) - timedelta(days=1)
    word = {"month": f"-{part:02d}", "quarter": f"-Q{part}", "half": f"-H{part}", "nine_months": "-9T"}
    code = f"{'bc-' if basis == 'reporting' else ''}{year:04d}{word.get(kind, '')}"
    return Period(kind, basis, start, end, code)


def _day(months: int, day: int) -> date:
    year, month = divmod(months, 12)
    return date(year, month + 1, day)


def _check_years(*years: int) -> None:
    if not all(FIRST_YEAR <= year <= LAST_YEAR for year in years):
        raise ValueError(f"Năm phải từ {FIRST_YEAR} đến {LAST_YEAR}.")

"""Working days of the sample district, and how busy each day of its year is.

Days are whole numbers counted from 1970-01-01, moments whole seconds counted from it,
so that a million of them can be reckoned with at once.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cached_property

import holidays
import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

DAY = 86_400
NONE = int(np.iinfo(np.int64).min)
"""No moment; also what numpy calls NaT."""

_EPOCH = date(1970, 1, 1)
_MONTH_FACTORS = (0.98, 0.97, 1.06, 1.03, 1.04, 1.06, 1.10, 1.12, 1.02, 0.97, 0.96, 0.93)
_WEEKDAY_FACTORS = (1.16, 1.06, 1.0, 0.97, 0.95, 0.22, 0.0)


def number_of(day: date) -> int:
    """Give the day as a number counted from 1970-01-01."""
    return (day - _EPOCH).days


def day_of(number: int) -> date:
    """Give the day with that number."""
    return _EPOCH + timedelta(days=number)


def month_start(day: date, back: int = 0) -> date:
    """Give the first day of the day's month, or of the month so many before it."""
    months = day.year * 12 + day.month - 1 - back
    return date(months // 12, months % 12 + 1, 1)


class Calendar:
    """Days from ``first`` to ``last`` with their working days (Monday to Friday, no holidays)."""

    def __init__(self, first: date, last: date) -> None:
        self.first = number_of(first)
        self.days: Ints = np.arange(self.first, number_of(last) + 1, dtype=np.int64)
        years = range(first.year, last.year + 1)
        self._holidays: dict[date, str] = dict(holidays.country_holidays("VN", years=years, language="en_US"))
        off = np.array([number_of(day) for day in self._holidays], dtype=np.int64)
        self.is_holiday: Mask = np.isin(self.days, off)
        self.weekday: Ints = (self.days + 3) % 7
        self.is_work: Mask = (self.weekday < 5) & ~self.is_holiday
        self._order: Ints = np.cumsum(self.is_work, dtype=np.int64) - 1
        self.working: Ints = self.days[self.is_work]

    def order(self, days: Ints) -> Ints:
        """Give the position, among working days, of the last working day up to each day."""
        return self._order[days - self.first]

    def at(self, order: Ints) -> Ints:
        """Give the working days at these positions."""
        return self.working[order]

    def next_work(self, days: Ints) -> Ints:
        """Give the day itself where it is a working day, else the next one."""
        return self.working[self.order(days - 1) + 1]

    @cached_property
    def months(self) -> Ints:
        """The month of every day, as year × 12 + month − 1."""
        return self.days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + 1970 * 12

    def month(self, days: Ints) -> Ints:
        """Give the month of each day, as year × 12 + month − 1."""
        return self.months[days - self.first]

    @cached_property
    def busyness(self) -> Floats:
        """How many dossiers each day brings, beside an ordinary Wednesday (1)."""
        factor = np.array(_WEEKDAY_FACTORS)[self.weekday] * np.array(_MONTH_FACTORS)[self.months % 12]
        factor = np.where(self.is_holiday, 0.0, factor)
        for day, name in self._holidays.items():
            if name == "Lunar New Year":
                around = self.days - number_of(day)
                factor *= np.select(
                    [
                        (around >= -9) & (around < 0),
                        (around >= 0) & (around < 9),
                        (around >= 9) & (around < 35),
                    ],
                    [0.35 + 0.06 * np.maximum(-around, 0), 0.4 + 0.05 * np.maximum(around, 0), 1.24],
                    1.0,
                )
        growing: Floats = factor * 1.03 ** ((self.days - self.days[0]) / 365.25)
        return growing

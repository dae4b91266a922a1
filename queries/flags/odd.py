"""Odd records: what in a dossier cannot be, or hardly, as it was recorded; and days off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, bindparam, not_, or_

from queries.asked.periods import FIRST_YEAR
from queries.asked.view import View
from queries.courses.conditions import Condition, Day, number
from queries.courses.table import NEVER, day_number
from queries.definitions.flag_rule import Parameters

_WEEK, _SATURDAY = 7, 5
_THURSDAY = 3
"""The weekday of the day 0, 1970-01-01, Monday being 0."""
_FIRST_DAY = date(FIRST_YEAR, 1, 1)
"""Before it no reader's period begins."""
_AT_A_TIME = 8


@dataclass(frozen=True)
class Exceptions:
    """Weekends worked and weekdays off among the days of a view.

    Numbers of days, or the parameters of a kept statement that they will be.
    """

    worked: tuple[Day, ...]
    off: tuple[Day, ...]

    @classmethod
    def of(cls, view: View, parameters: Parameters) -> Exceptions:
        """Give those of a view, as numbers."""
        worked, off = exceptions(view, parameters)
        return cls(tuple(map(day_number, worked)), tuple(map(day_number, off)))

    def named(self) -> Exceptions:
        """Give parameters in their place, as many as the next multiple: few statements serve all periods."""
        return Exceptions(*(
            tuple(bindparam(f"{name}_{place}", type_=Integer()) for place in range(_padded(len(days))))
            for name, days in (("worked", self.worked), ("off", self.off))
        ))  # fmt: skip

    def values(self) -> dict[str, Any]:
        """Give the values of named ones; what is left over is no day."""
        return {
            f"{name}_{place}": days[place] if place < len(days) else NEVER
            for name, days in (("worked", self.worked), ("off", self.off))
            for place in range(_padded(len(days)))
        }


def _padded(count: int) -> int:
    return max(1, -(-count // _AT_A_TIME)) * _AT_A_TIME


def is_day_off(day: ColumnElement[int], among: Exceptions) -> Condition:
    """Say whether offices were closed on a day: a week's end or a holiday, as the settings correct it.

    The days that are not as their weekday says are few, so that any period makes a short statement.
    """
    weekend: Condition = (day + number(_THURSDAY)) % number(_WEEK) >= number(_SATURDAY)
    if among.worked:
        weekend = and_(weekend, not_(_one_of(day, among.worked)))
    return or_(weekend, _one_of(day, among.off)) if among.off else weekend


def exceptions(view: View, parameters: Parameters) -> tuple[list[date], list[date]]:
    """Give the weekends worked and the weekdays off among the days of a view."""
    first, last = max(view.period.start, _FIRST_DAY), view.end
    worked: list[date] = []
    off: list[date] = []
    for i in range((last - first).days + 1):
        day = first + timedelta(days=i)
        if parameters.calendar.is_working(day) == (day.weekday() >= _SATURDAY):
            (worked if day.weekday() >= _SATURDAY else off).append(day)
    return worked, off


def _one_of(day: ColumnElement[Any], days: Sequence[Day]) -> Condition:
    return day.in_([number(one) for one in days])

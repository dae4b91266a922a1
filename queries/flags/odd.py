"""Odd records: what in a dossier cannot be, or hardly, as it was recorded; and days off."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, not_, or_

from queries.asked.periods import FIRST_YEAR
from queries.asked.view import View
from queries.courses.conditions import Condition, number
from queries.courses.table import day_number
from queries.definitions.flag_rule import Parameters

_WEEK, _SATURDAY = 7, 5
_THURSDAY = 3
"""The weekday of the day 0, 1970-01-01, Monday being 0."""
_FIRST_DAY = date(FIRST_YEAR, 1, 1)
"""Before it no reader's period begins."""


def is_day_off(day: ColumnElement[int], view: View, parameters: Parameters) -> Condition:
    """Say whether offices were closed on a day: a week's end or a holiday, as the settings correct it.

    The days that are not as their weekday says are few, so that any period makes a short statement.
    """
    weekend: Condition = (day + number(_THURSDAY)) % number(_WEEK) >= number(_SATURDAY)
    worked, off = exceptions(view, parameters)
    if worked:
        weekend = and_(weekend, not_(_one_of(day, worked)))
    return or_(weekend, _one_of(day, off)) if off else weekend


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


def _one_of(day: ColumnElement[Any], days: list[date]) -> Condition:
    return day.in_([number(day_number(one)) for one in days])

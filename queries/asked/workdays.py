"""Working days of Vietnam: what "due within two working days" means."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import holidays


@lru_cache(maxsize=64)
def _public_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("VN", years=year))


@lru_cache(maxsize=64)
def _weekends_worked(year: int) -> frozenset[date]:
    """The weekend days of a year worked in exchange for a weekday off, as the government decided.

    The day off may lie in the next year: a Saturday of December worked for 2 January.
    """
    found = holidays.country_holidays("VN", years=(year, year + 1))
    return frozenset(day for day in found.weekend_workdays if day.year == year)


@dataclass(frozen=True)
class WorkCalendar:
    """Monday to Friday without public holidays, and the Saturdays worked in exchange; settings correct it.

    ``extra_off``: days off that the law's list lacks (make-up days, a local holiday).
    ``extra_working``: days worked though they look off (a Saturday of one's own).
    """

    extra_off: frozenset[date] = frozenset()
    extra_working: frozenset[date] = frozenset()

    def is_working(self, day: date) -> bool:
        """Say whether offices work on the day."""
        if day in self.extra_working:
            return True
        if day in self.extra_off or day in _public_holidays(day.year):
            return False
        return day.weekday() < 5 or day in _weekends_worked(day.year)

    def after(self, day: date, count: int) -> date:
        """Give the last of the next ``count`` working days after a day; the day itself for 0."""
        while count > 0:
            day += timedelta(days=1)
            count -= self.is_working(day)
        return day

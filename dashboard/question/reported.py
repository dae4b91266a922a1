"""Which period a report is of where nobody says."""

from __future__ import annotations

from dataclasses import replace

from dashboard.question.question import Question
from dashboard.question.unit import UnitQuestion, unit_path
from queries.asked.periods import Period, quarter_of, year_of


def last_quarter(question: Question) -> Period:
    """Give the last reporting quarter that has ended by the moment of the data."""
    today, cutoff = question.view.as_of.date(), question.view.cutoff_day
    quarter = quarter_of(today, "reporting", cutoff)
    return quarter if quarter.end <= today else quarter.previous


def usual(question: Question, period: Period) -> Question:
    """Ask of the period that a report is usually of; of the reader's own where they may not see that."""
    asked = of_period(question, period)
    return question if asked.view.is_barred else asked


def of_period(question: Question, period: Period) -> Question:
    """Ask the same of another period."""
    return replace(question, parsed=replace(question.parsed, view=question.view.at(period=period)))


def this_year(question: Question) -> Period:
    """Give the calendar year of the moment of the data."""
    return year_of(question.view.as_of.date())


def unit_of(question: Question) -> UnitQuestion:
    """Ask of the view's unit as its own page does. Raises LookupError where the view is of no known unit."""
    code = question.view.unit_code
    unit = None if code is None else UnitQuestion.about(replace(question, path=unit_path(code)))
    if unit is None:
        raise LookupError(f"no unit {code!r}")
    return unit

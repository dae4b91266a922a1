"""Which period a report is of where nobody says."""

from __future__ import annotations

from dataclasses import replace

from dashboard.question.question import Question
from queries.asked.periods import Period, quarter_of


def last_quarter(question: Question) -> Period:
    """Give the last reporting quarter that has ended by the moment of the data."""
    today, cutoff = question.view.as_of.date(), question.view.cutoff_day
    quarter = quarter_of(today, "reporting", cutoff)
    return quarter if quarter.end <= today else quarter.previous


def of_period(question: Question, period: Period) -> Question:
    """Ask the same of another period."""
    return replace(question, parsed=replace(question.parsed, view=question.view.at(period=period)))

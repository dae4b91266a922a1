"""Whether the district's total may stand beside the figures of a reader of some units.

They know their own, so they know what is left of the total: where that is one other unit's, the total would
be that unit's figure. This is the one place that says where it is told (``tells_total``); why it suffices is
said in ``queries.unit_life.presence``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from queries.asked.periods import Period, month_of
from queries.asked.view import PREVIOUS
from queries.unit_life.presence import (
    COMPLAINTS,
    DOSSIERS,
    SUBJECTS,
    Blocks,
    blocks_of_one,
    days_of_units,
)

if TYPE_CHECKING:
    from dashboard.question.question import Question


def tells_total(question: Question, subject: str, period: Period) -> bool:
    """Say whether the district's total of a subject and period is told to who asks.

    Never of a field or procedure, of days freely chosen or of another moment: such totals are so many that
    taking one from another leaves what a single unit had. Votes and receptions have no field.
    """
    units = question.rights.units
    courses = question.known.courses
    known = {courses.units[number] for number in courses.known_units} - {None}
    if units is None or known <= set(units):
        return True
    view = question.view
    is_narrowed = {
        DOSSIERS: view.field is not None or view.procedure_code is not None,
        COMPLAINTS: view.field is not None,
    }
    if is_narrowed.get(subject, False) or view.as_of != question.source.moment(question.known):
        return False
    row = Blocks(view.cutoff_day).row(period, view.as_of.date())
    return row is not None and _of_one(question)[subject].isdisjoint(row)


def untold(question: Question) -> frozenset[str]:
    """Give the subjects whose total of the question's own period is not told."""
    period = question.view.period
    return frozenset(subject for subject in SUBJECTS if not tells_total(question, subject, period))


def _of_one(question: Question) -> Mapping[str, frozenset[int]]:
    view, known, units = question.view, question.known, question.rights.units or ()
    courses, today = known.courses, view.as_of.date()
    # The same for every view of the data.
    of_all = view.at(
        period=month_of(today), comparison=PREVIOUS, basis="A", unit_code=None, field=None,
        procedure_code=None, units_seen=None, days_seen=None, judged_on=None,
    )  # fmt: skip

    def made() -> Mapping[str, frozenset[int]]:
        days = question.source.ask(known, days_of_units, of_all)
        there = {code for number in courses.known_units if (code := courses.units[number]) is not None}
        return blocks_of_one(days, Blocks(view.cutoff_day), seen=units, known=there, today=today)

    return question.source.kept(known, question.rights, made, "blocks of one", view.cutoff_day, today)

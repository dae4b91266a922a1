"""What the meeting's page asks beside the answers it shares: links to then, and what moved two units."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from dashboard.figures.meeting.points import Opens
from dashboard.question.flags import flag_link
from dashboard.question.question import Question
from dashboard.question.unit import unit_link
from queries.asked.view import View
from queries.on_time.changes import Breakdown, Pair, breakdown, moves
from queries.on_time.statements import on_time_by_procedure
from queries.online.statements import recorded


def opens(question: Question) -> Opens:
    """Give the links that the sentences open their evidence with."""
    has = question.known.courses.has
    return Opens(
        listed=question.listed,
        then=lambda word, **changes: _then(question, word, **changes),
        page=question.link,
        unit=unit_link(question),
        flagged=flag_link(question),
        fields=frozenset(question.context.fields),
        procedures=question.context.procedures,
        has_fields=recorded(question.known.courses).fields,
        has_procedures=has("dossiers.procedure_code"),
    )


def _then(question: Question, word: str, **changes: Any) -> str:
    """Give the address of the dossiers behind a number of the comparison; "" where none lists just them.

    A day's dossiers are listed by data that end with it. Rate B is the exception: it goes
    by what is due in the whole period, past that day too.
    """
    other = question.view.compared()
    if other is None:
        return ""
    if other.judged_on is None:
        return question.listed(word, period=other.period, **changes)
    if other.basis == "B":
        return ""
    last = min(datetime.combine(other.judged_on, time.max), other.as_of)
    return question.listed(word, as_of=last, **changes)


def breakdowns(question: Question) -> tuple[Breakdown | None, Breakdown | None]:
    """Split the contributions that raised and lowered the late rate most.

    None where no unit raised it, or lowered it; of several that moved it alike the first by name.
    """
    found, other = moves(question.on_time, question.compared), question.view.compared()
    if found is None or other is None:
        return None, None
    furthest = [pairs[0] if pairs else None for pairs in (found.rise, found.fall)]
    rise, fall = (None if pair is None else _split(question, other, pair, found.whole) for pair in furthest)
    return rise, fall


def own_breakdown(question: Question, pair: Pair) -> Breakdown | None:
    """Split the change of a unit's own late rate since the comparison; None where it did not exist then."""
    other = question.view.compared()
    if other is None or not pair.now.b or not pair.before.b:
        return None
    return _split(question, other, pair, (pair.now.b, pair.before.b))


def _split(question: Question, other: View, pair: Pair, whole: tuple[int, int]) -> Breakdown | None:
    """Split a unit's change by its counts by procedure, as its own page has them; None for no known unit."""
    code = pair.row.unit.code
    if code is None:
        return None
    view = question.counted.at(unit_code=code)
    now, before = (
        question.source.ask(question.known, on_time_by_procedure, one)
        for one in (view, view.at(period=other.period, judged_on=other.judged_on))
    )
    fields = {one.code: one.field for one in question.known.procedures}
    return breakdown(pair, now, before, fields, question.view.basis, whole)

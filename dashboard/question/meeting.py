"""What the meeting's page asks beside the answers it shares: links to then, and what moved two units."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time
from typing import Any

import pandas as pd

from dashboard.figures.meeting.points import Opens
from dashboard.question.flags import flag_link
from dashboard.question.question import Question
from dashboard.question.unit import unit_link
from queries.asked.view import View
from queries.on_time.changes import Breakdown, Pair, breakdown, moves
from queries.on_time.statements import on_time_by_unit_procedure
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
    """Split the contributions that raised and lowered the late rate most: two statements for both.

    None where no unit raised it, or lowered it; of several that moved it alike the first by name.
    """
    found, other = moves(question.on_time, question.compared), question.view.compared()
    if found is None or other is None:
        return None, None
    furthest = [pairs[0] if pairs else None for pairs in (found.rise, found.fall)]
    codes = sorted({pair.row.unit.code for pair in furthest if pair is not None and pair.row.unit.code})
    if not codes:
        return None, None
    split = _splitter(question, other, tuple(codes))
    rise, fall = (None if pair is None else split(pair, found.whole) for pair in furthest)
    return rise, fall


def own_breakdown(question: Question, pair: Pair) -> Breakdown | None:
    """Split the change of a unit's own late rate since the comparison; None where it did not exist then."""
    other, code = question.view.compared(), pair.row.unit.code
    if other is None or code is None or not pair.now.b or not pair.before.b:
        return None
    return _splitter(question, other, (code,))(pair, (pair.now.b, pair.before.b))


def _splitter(
    question: Question, other: View, codes: tuple[str, ...]
) -> Callable[[Pair, tuple[int, int]], Breakdown]:
    """Give what splits the change of one of the units: two statements for all of them."""
    views = (question.counted, question.counted.at(period=other.period, judged_on=other.judged_on))

    def of(view: View) -> pd.DataFrame:
        return question.source.ask(question.known, on_time_by_unit_procedure, view, units=codes)

    now, before = map(of, views)
    fields = {one.code: one.field for one in question.known.procedures}
    return lambda pair, whole: breakdown(pair, now, before, fields, question.view.basis, whole)

"""Months of units, as sheets and the API list them: those a reader may see, that hold or could hold any."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from dashboard.question.question import Question
from queries.asked.periods import Period
from queries.definitions.units import NO_UNIT, Unit, by_name


def unit_months(
    question: Question, months: Sequence[Period], series: Mapping[str | None, Sequence[Any]],
    nothing: Sequence[Any], counted: Callable[[Any], int],
) -> Iterator[tuple[Unit, Period, Any]]:  # fmt: skip
    """Give units by name, "(không rõ đơn vị)" last, each with its months of something, or active."""
    only = question.view.unit_code
    units = sorted((one for one in question.known.units if only in (None, one.code)), key=by_name)
    for unit in (*units, NO_UNIT):
        for month, one in zip(months, series.get(unit.code, nothing), strict=True):
            if not question.view.sees(month):
                continue
            if counted(one) or (unit.is_known and unit.is_active(month.start, month.end)):
                yield unit, month, one

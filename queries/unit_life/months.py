"""Thirteen months of every indicator of one unit: the small line beside each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from queries.asked.periods import Period
from queries.courses.frames import rows_of
from queries.definitions.metrics import METRICS, Share, late_metric
from queries.definitions.units import Unit
from queries.on_time.judging_trend import Trend
from queries.on_time.trend import FLOWS
from queries.online.judging import OnlineTally, OnlineTrend
from queries.satisfaction.judging import SatisfactionTrend

_ONLINE = (
    "online", "online_rate", "level_3", "level_4", "partial", "full", "online_rate_eligible",
    "self_submitted", "post_in",
)  # fmt: skip
_VOTES = ("satisfaction_rate", "very_satisfied_rate")

Monthly = tuple[int | Share | None, ...]


@dataclass(frozen=True)
class UnitMonths:
    """The months of one unit.

    ``of``: metric id → a count or an undivided rate a month; None where the unit was not there, or the
    reader may not see the month.
    What stands at a month's end, and what no month tells, has none.
    """

    months: tuple[Period, ...]
    is_running: bool
    of: Mapping[str, Monthly]


def unit_months(
    unit: Unit, trend: Trend, flows: pd.DataFrame, online: OnlineTrend, votes: SatisfactionTrend
) -> UnitMonths:
    """Take one unit's months out of what is told of it, or of all units.

    ``trend`` of all units, ``flows`` from ``flows_by_unit_month``.
    """
    months = trend.months
    there = [trend.was_there(unit.code, month) and trend.view.sees(month) for month in months]
    counts = {word: [0] * len(months) for word in FLOWS}
    mine = flows[flows.unit_code == unit.code]
    for month, *numbers in rows_of(mine, ("month", *FLOWS)):
        for word, number in zip(FLOWS, numbers, strict=True):
            counts[word][month] += int(number)
    judged = [sum(counts[word][i] for word in ("early", "on_time", "late")) for i in range(len(months))]
    found: dict[str, list[int | Share]] = {word: list(values) for word, values in counts.items()}
    found["on_time_rate"] = [
        Share(all_of - late, all_of) for late, all_of in zip(counts["late"], judged, strict=True)
    ]
    found["late_rate_a"] = [Share(late, all_of) for late, all_of in zip(counts["late"], judged, strict=True)]
    empty = (Share(0, 0),) * len(months)
    found[late_metric(trend.view.basis).id] = list(trend.units.get(unit.code, empty))
    tallies = online.units.get(unit.code, (OnlineTally(),) * len(months))
    for word in _ONLINE:
        found[word] = [one.share(word) if METRICS[word].is_rate else one[word] for one in tallies]
    series = votes.series(unit.code)
    for word in _VOTES:
        found[word] = [one.pooled(votes.chosen).share(word) for one in series]
    return UnitMonths(
        months,
        trend.view.is_running,
        {
            word: tuple(value if is_there else None for value, is_there in zip(values, there, strict=True))
            for word, values in found.items()
        },
    )

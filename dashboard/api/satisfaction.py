"""/api/v1/satisfaction: per unit the votes, five levels, both rates, by source and by month."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard.api.head import Answer, head_of
from dashboard.formats import rate_text
from dashboard.question.question import Question
from queries.contract import RATING_LEVELS, RATING_SOURCES
from queries.definitions.metrics import METRICS, wilson
from queries.flags.judging import is_drop
from queries.satisfaction.judging import SatisfactionRow
from queries.satisfaction.statements import SOURCES, UNKNOWN_SOURCE
from queries.satisfaction.votes import Change, Sources, Votes

RATES = ("satisfaction_rate", "very_satisfied_rate")


def satisfaction(question: Question) -> Answer:
    """One row a unit; the district beside them. Without ratings every figure is null, never 0."""
    found, trend = question.satisfaction, question.satisfaction_trend
    rows = [_row(row, question, trend.series(row.unit.code)) for row in found.rows]
    whole = found.district.sources.whole
    head = {
        **head_of(question),
        "has_data": found.has_data,
        "sources_pooled": [one for one in found.chosen if one != UNKNOWN_SOURCE],
        "district": _row(found.district, question, trend.district),
        "unknown_level_votes": whole.unknown_level if found.has_data else None,
        "uncountable_rows": whole.uncountable if found.has_data else None,
    }
    return Answer(head, rows)


def _row(row: SatisfactionRow, question: Question, months: Sequence[Sources]) -> dict[str, Any]:
    found, trend = question.satisfaction, question.satisfaction_trend
    has_data = found.has_data
    interval = wilson(row.share) or (None, None)
    return {
        "unit_code": row.unit.code,
        "unit": row.unit.name,
        "kind": row.unit.kind or None,
        **votes_and_rates(row.votes, has_data=has_data),
        "satisfaction_rate_text": rate_text(row.share, METRICS["satisfaction_rate"].decimals),
        "very_satisfied_rate_text": rate_text(
            row.votes.share("very_satisfied_rate"), METRICS["very_satisfied_rate"].decimals
        ),
        "satisfaction_low": interval[0],
        "satisfaction_high": interval[1],
        "comparison": _change(found.change(row, question.satisfaction_before)),
        "by_source": {one: votes_and_rates(row.sources[one], has_data=has_data) for one in SOURCES
                      if one in RATING_SOURCES or row.sources[one]["votes"]},
        "by_month": {
            month.code: votes_and_rates(sources.pooled(trend.chosen), has_data=has_data, levels=False)
            for month, sources in zip(trend.months, months, strict=True)
        },
    }  # fmt: skip


def votes_and_rates(votes: Votes, *, has_data: bool, levels: bool = True) -> dict[str, Any]:
    """Give votes and rates; a rate without votes is null, and all is null without ratings."""
    words = ("votes", *RATING_LEVELS) if levels else ("votes", "pleased", "very_satisfied")
    return {
        **{word: votes[word] if has_data else None for word in words},
        **{metric: votes.share(metric).percent for metric in RATES},
    }


def _change(change: Change | None) -> dict[str, Any]:
    """Give the change over the sources that have votes on both sides."""
    if change is None:
        return {"votes": None, "votes_before": None, "points": None, "sources": None, "is_drop": None}
    points = change.points
    return {
        "votes": change.now.b,
        "votes_before": change.before.b,
        "points": None if points is None else float(points),
        "sources": " ".join(change.sources),
        "is_drop": is_drop(change) if points is not None else None,
    }

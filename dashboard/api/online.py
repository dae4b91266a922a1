"""/api/v1/online: per unit what came online, at which level, typed by whom, and what went by post."""

from __future__ import annotations

from typing import Any

from dashboard.api.head import Answer, head_of
from dashboard.formats import rate_text
from dashboard.question.question import Question
from queries.definitions.metrics import METRICS, online_levels_on
from queries.online.judging import Online, OnlineRow, OnlineTally

LEVELS = ("level_3", "level_4", "partial", "full", "level_unknown", "eligible")
RATES = ("online_rate", "online_rate_eligible")
TYPED = ("self_submitted", "assisted", "assisted_unknown")


def online(question: Question) -> Answer:
    """One row a unit; the district beside them. What the source does not record is null, never 0."""
    head = head_of(question)
    if not question.view.has_started:
        return Answer({**head, "district": None}, [])
    found = question.online
    head["levels"] = online_levels_on(found.view.end).name
    head["online_target"] = None if found.target is None else float(found.target)
    district = _row(found.district, found, found.has_contract)
    rows = [_row(row, found, row.unit.has_postal_contract) for row in found.rows]
    return Answer({**head, "district": district}, rows)


def _row(row: OnlineRow, found: Online, contract: bool | None) -> dict[str, Any]:
    tally, recorded = row.tally, found.recorded
    return {
        "unit_code": row.unit.code,
        "unit": row.unit.name,
        "kind": row.unit.kind or None,
        **counts_and_rates(tally, found),
        "post_out": tally["post_out"] if recorded.returns else None,
        "returned": tally["returned"] if recorded.returns else None,
        "has_postal_contract": contract,
        "online_low": row.is_low if found.target is not None and tally["received"] else None,
    }


def counts_and_rates(tally: OnlineTally, found: Online) -> dict[str, Any]:
    """Give what some received dossiers came as; null where the source does not record it."""
    recorded, edges = found.recorded, () if found.target is None else (found.target,)
    has_typed = recorded.levels and recorded.assisted

    def rates(word: str) -> dict[str, Any]:
        share = tally.share(word)
        text = rate_text(share, METRICS[word].decimals, edges) if recorded.levels else None
        return {word: share.percent if recorded.levels else None, f"{word}_text": text}

    return {
        "received": tally["received"],
        "online": tally["online"],
        **{word: tally[word] if recorded.levels else None for word in LEVELS},
        **rates(RATES[0]),
        **rates(RATES[1]),
        **{word: tally[word] if has_typed else None for word in TYPED},
        "post_in": tally["post_in"],
    }

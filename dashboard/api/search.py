"""/api/v1/search: units, procedures and dossiers by part of a name or code."""

from __future__ import annotations

from dataclasses import asdict

from dashboard.api.head import Answer, head_of
from dashboard.question.audit import DOSSIERS
from dashboard.question.question import Question
from dashboard.question.search import DOSSIER, hits_of

WORDS = frozenset({"tim", "trang"})
SIZE = 8
"""So many of each kind fit a list that opens under a box."""
MOST_UNITS = 200


def search(question: Question) -> Answer:
    """Give one row a thing found; nothing typed gives every unit, for a list to choose from."""
    hits = hits_of(question, size=SIZE if question.parsed.extras.search else MOST_UNITS)
    head = {
        **head_of(question), "search": hits.typed, "page": hits.page, "has_more": hits.has_more,
        "totals": hits.totals,
    }  # fmt: skip
    return Answer(head, [asdict(one) for one in hits.rows], shows=DOSSIERS if hits.of(DOSSIER) else "")

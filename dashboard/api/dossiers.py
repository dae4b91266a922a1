"""/api/v1/dossiers: the dossiers behind a number, a page at a time, or a random sample."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from dashboard.api.head import Answer, head_of
from dashboard.question.listing import listing_of
from dashboard.question.question import Question
from queries.listing.statements import PAGE_SIZE

WORDS = frozenset({"chi_so", "canh_bao", "ma", "trang", "sap_xep", "mau", "hat_giong"})


def dossiers(question: Question) -> Answer:
    """Give one row a dossier; officials only where they may be seen."""
    found, extras = listing_of(question), question.parsed.extras
    shows_officials = question.rights.sees_officials
    fields = {one.code: one.field for one in question.known.procedures}
    rows = []
    for i, dossier in enumerate(found.rows):
        row: dict[str, Any] = {"position": found.positions[i]} if found.positions else {}
        for name, value in asdict(dossier).items():
            if name == "officer_code" and not shows_officials:
                continue
            row[name] = value
        # The catalogue's, as on the page; the dossier's own where it has none.
        row["field"] = fields.get(dossier.procedure_code or "") or dossier.field
        rows.append(row)
    head = {
        **head_of(question),
        "metric": extras.metric,
        "flag": extras.flag,
        "total": found.total,
        "page": found.page,
        "pages": found.pages,
        "page_size": PAGE_SIZE,
    }
    if extras.sample_size is not None:
        head |= {"sample_size": len(found.rows), "seed": extras.seed or 0}
    return Answer(head, rows)

"""What every answer of the API begins with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dashboard.figures.shared.outcome import why_no_figures
from dashboard.question.question import Question


@dataclass(frozen=True)
class Answer:
    """An answer: its head, and its rows (the only thing CSV shows).

    ``shows``: what the audit notes of it, where that depends on what was found.
    """

    head: dict[str, Any]
    rows: list[dict[str, Any]]
    lists_rows: bool = True
    shows: str = ""


def head_of(question: Question) -> dict[str, Any]:
    """Give what every answer begins with: moment, period, basis, and whether it is a sample."""
    view, known = question.view, question.known
    head: dict[str, Any] = {
        "as_of": view.as_of.isoformat(),
        "period": {
            "kind": view.period.kind,
            "start": view.period.start.isoformat(),
            "end": view.period.end.isoformat(),
        },
        "basis": view.basis,
    }
    if not view.has_started:
        head["note"], _ = why_no_figures(view)
    if known.as_of.is_sample:
        head["sample"] = True
    return head

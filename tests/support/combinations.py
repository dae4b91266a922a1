"""Every combination of states, nulls, days and times that a sentence of the definitions turns on.

Each dossier is a procedure of its own, so that a count by procedure shows what became
of it; together they are forty units.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from itertools import product
from typing import Any

from strategies import Question


def _moments(*texts: str | None) -> list[datetime | None]:
    return [None if text is None else datetime.fromisoformat(f"2026-{text}") for text in texts]


RECEIVED = _moments(None, "10-31T23:59:59", "11-01", "11-10T10:15", "11-21T10:15", "11-21T10:15:01")
DUE = _moments(None, "10-31", "11-01", "11-12", "11-12T12:00", "11-20T23:59:59", "11-21", "11-21T10:14:59",
               "11-21T10:15", "11-30T23:59:59", "12-01")  # fmt: skip
FINISHED = _moments(None, "10-31T12:00", "11-01", "11-11T15:00", "11-12", "11-12T12:00", "11-12T12:00:01",
                    "11-13", "11-21T10:15", "11-21T10:15:01", "12-11")  # fmt: skip
SINCE = _moments(None, "10-31", "11-12T12:00", "11-12T12:00:01", "11-13", "11-21T10:15", "11-21T10:15:01")
QUESTIONS = tuple(
    Question(date.fromisoformat(start), date.fromisoformat(end), datetime.fromisoformat(as_of), compare,
             None if judged is None else date.fromisoformat(judged))
    for start, end, as_of, judged in (
        ("2026-11-01", "2026-11-30", "2026-11-21T10:15", None),  # running
        ("2026-11-01", "2026-11-30", "2026-12-31T00:00", None),  # ended
        ("2026-11-01", "2026-11-30", "2026-11-21T10:15", "2026-11-12"),
        ("2026-10-15", "2026-11-12", "2026-11-12T12:00", None),
    )
    for compare in ("day", "moment")
)  # fmt: skip


def _rows() -> Iterable[tuple[Any, ...]]:
    states = ("finished", "open", "refused", "withdrawn", None)
    yield from product(states, RECEIVED, DUE, FINISHED, (None,))
    yield from product(("suspended",), RECEIVED, DUE, FINISHED[:4:3], SINCE)


EVERY_DOSSIER: list[dict[str, Any]] = [
    {
        "dossier_code": f"HS-{i}", "unit_code": f"P{i % 40}" if i % 40 else None, "procedure_code": f"TT-{i}",
        "field": None, "state": state, "received_at": received, "due_at": due, "finished_at": finished,
        "suspended_since": since,
    }
    for i, (state, received, due, finished, since) in enumerate(_rows())
]  # fmt: skip

"""The dashboard as a district runs it, asked over its API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.application import create_server
from dashboard.settings import Settings

Row = Mapping[str, Any]
COUNTS = (
    "received", "carried_over", "finished", "early", "on_time", "late", "undated", "refused", "withdrawn",
    "closed_undated", "open_in_time", "open_overdue", "suspended",
)  # fmt: skip


class Dashboard:
    """One running dashboard; ``settings`` are what motcua.toml would say."""

    def __init__(self, **settings: Any) -> None:
        self._client = create_server(Settings(**settings)).test_client()

    def ask(self, path: str, **words: str) -> dict[str, Any]:
        """Give the JSON answer of /api/v1/<path>; RuntimeError for anything but a 200."""
        answer = self._client.get(f"/api/v1/{path}", query_string=words)
        if answer.status_code != 200:
            raise RuntimeError(f"{path} {words}: {answer.status_code} {answer.get_data(as_text=True)[:300]}")
        found: dict[str, Any] = answer.get_json()
        return found


def by_unit(answer: Mapping[str, Any]) -> dict[str | None, Row]:
    """Give the rows by unit_code; None is "(không rõ đơn vị)". ValueError where a unit comes twice."""
    rows: dict[str | None, Row] = {row["unit_code"]: row for row in answer["rows"]}
    if len(rows) != len(answer["rows"]):
        raise ValueError("a unit has two rows")
    return rows


def sums(answer: Mapping[str, Any]) -> dict[str, int]:
    """Add up the rows: what the district's row must say."""
    return {word: sum(row[word] for row in answer["rows"]) for word in COUNTS}

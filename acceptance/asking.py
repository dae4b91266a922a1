"""The dashboard as a district runs it, asked over its API and read on its pages."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping
from functools import cache
from html import unescape
from typing import Any

import flask

from dashboard.application import create_server
from dashboard.frame.components import MARKUP
from dashboard.question.source import Source
from dashboard.question.working_copy import generations_of, kept_up_to_date, reader_of, terms_of
from dashboard.settings.settings import Settings
from queries.copy.refresh import refresh
from queries.courses.build import build

Row = Mapping[str, Any]
COUNTS = (
    "received", "carried_over", "finished", "early", "on_time", "late", "undated", "refused", "withdrawn",
    "closed_undated", "open_in_time", "open_overdue", "suspended",
)  # fmt: skip


@cache
def _server() -> flask.Flask:
    """The one application of this process: Dash hands the pages' callbacks to the first there is."""
    return create_server(Settings(), kept_up_to_date(Settings())[0])


class Dashboard:
    """One running dashboard; ``settings`` are what motcua.toml would say."""

    def __init__(self, **settings: Any) -> None:
        folder = tempfile.mkdtemp(prefix="motcua-accept-")
        given = Settings(**{"copy_folder": folder, "writing_account": True, **settings})
        outcome = refresh(generations_of(given), reader_of(given), build, terms_of(given))
        if not outcome.is_good:
            raise RuntimeError(outcome.sentence)
        self._source = Source(given, kept_up_to_date(given)[0])
        self._client = _server().test_client()

    def ask(self, path: str, **words: str) -> dict[str, Any]:
        """Give the JSON answer of /api/v1/<path>; RuntimeError for anything but a 200."""
        _server().extensions["motcua"] = self._source
        answer = self._client.get(f"/api/v1/{path}", query_string=words)
        if answer.status_code != 200:
            raise RuntimeError(f"{path} {words}: {answer.status_code} {answer.get_data(as_text=True)[:300]}")
        found: dict[str, Any] = answer.get_json()
        return found

    def file(self, path: str, **words: str) -> bytes:
        """Give a file of /tai/<path>; RuntimeError for anything but a 200."""
        _server().extensions["motcua"] = self._source
        answer = self._client.get(f"/tai/{path}", query_string=words)
        if answer.status_code != 200:
            raise RuntimeError(f"{path} {words}: {answer.status_code} {answer.get_data(as_text=True)[:300]}")
        return answer.get_data()

    def drawn(self, card: str, path: str, **words: str) -> str:
        """Give the markup of a card, asked for as a browser asks; RuntimeError where there is none."""
        _server().extensions["motcua"] = self._source
        slot = f'{{"card":"{card}","type":"slot"}}'
        asked = next(one for one in _dependencies() if f"{slot}.{MARKUP}" in one["output"])
        value = {"words": words, "path": path, "as_of": None}
        answer = self._client.post("/_dash-update-component", json={
            "output": asked["output"],
            "outputs": _outputs(asked["output"]),
            "inputs": [{**asked["inputs"][0], "value": value}],
            "changedPropIds": [f"{asked['inputs'][0]['id']}.data"],
        })  # fmt: skip
        if answer.status_code != 200:
            raise RuntimeError(f"{card} {path} {words}: {answer.status_code}")
        return str(answer.get_json()["response"][slot][MARKUP])

    def read(self, card: str, path: str, **words: str) -> str:
        """Give the words of a card as a reader sees them."""
        return said(self.drawn(card, path, **words))


def said(markup: str) -> str:
    """Give the text of markup, blanks joined."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", markup))).strip()


@cache
def _dependencies() -> list[dict[str, Any]]:
    return list(_server().test_client().get("/_dash-dependencies").get_json())


def _outputs(output: str) -> Any:
    found = []
    for one in output.strip(".").split("..."):
        name, _, what = one.rpartition(".")
        found.append({"id": json.loads(name) if name.startswith("{") else name, "property": what})
    return found if output.startswith("..") else found[0]


def by_unit(answer: Mapping[str, Any]) -> dict[str | None, Row]:
    """Give the rows by unit_code; None is "(không rõ đơn vị)". ValueError where a unit comes twice."""
    rows: dict[str | None, Row] = {row["unit_code"]: row for row in answer["rows"]}
    if len(rows) != len(answer["rows"]):
        raise ValueError("a unit has two rows")
    return rows


def sums(answer: Mapping[str, Any]) -> dict[str, int]:
    """Add up the rows: what the district's row must say."""
    return {word: sum(row[word] for row in answer["rows"]) for word in COUNTS}

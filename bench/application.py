"""The application under measurement, inside this process: its real requests through Flask.

A card is asked for as a browser asks, with the answer serialised and compressed. Only the network is missing.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import brotli
import flask
from sqlalchemy import Connection, Engine, event

from bench.asking import DEPENDENCIES, PAGES, UPDATE, Cards, Request, layout_request, question_in
from bench.data import AS_OF
from bench.refreshing import current
from dashboard.address.url import Context
from dashboard.application import create_server
from dashboard.frame.components import FAILED
from dashboard.question.copies import Status
from dashboard.question.known import Known
from dashboard.question.source import Source
from dashboard.serving.garbage import settle
from dashboard.settings.settings import Settings
from queries.copy.engine import open_copy
from queries.courses.opened import OpenCopy, open_generation


@dataclass(frozen=True)
class Answered:
    """One request: its name, milliseconds, the statements it sent and their milliseconds, bytes as sent.

    Statements of one request run side by side, so theirs may be more than the request's.
    """

    name: str
    milliseconds: float
    statements: int
    in_statements: float
    sent_bytes: int


_TIMED = "bench-timed"


class _Timed:
    """The application as its server calls it: how long the last request took, to its last byte.

    What the client of this process spends on putting a request together is not the server's time.
    """

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self._application = application
        self.milliseconds = 0.0

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        started = time.perf_counter()
        answer = self._application(environ, start_response)
        try:
            return list(answer)
        finally:
            if hasattr(answer, "close"):
                answer.close()
            self.milliseconds = 1000 * (time.perf_counter() - started)


class _Fixed:
    """A copy that never changes."""

    def __init__(self, copy: OpenCopy | None) -> None:
        self._copy = copy

    def current(self) -> OpenCopy | None:
        return self._copy

    def status(self) -> Status:
        return Status()

    def leave(self, copy: OpenCopy) -> None:
        """There is no other copy to go to."""


class Application:
    """The dashboard over one copy."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(as_of=AS_OF, cache_seconds=3600)
        self.source = Source(self.settings, _Fixed(opened(folder)))
        self._server = _server()
        self._server.extensions["motcua"] = self.source
        self._timed: _Timed = self._server.extensions[_TIMED]
        self._client = self._server.test_client()
        self._cards = Cards(self._client.get(DEPENDENCIES).get_json())
        self._statements: list[float] = []
        event.listen(Engine, "before_cursor_execute", self._begins)
        event.listen(Engine, "after_cursor_execute", self._ends)

    def close(self) -> None:
        """Look at no statement any more, and close the copy."""
        event.remove(Engine, "before_cursor_execute", self._begins)
        event.remove(Engine, "after_cursor_execute", self._ends)
        self.known.copy.engine.dispose()

    @property
    def known(self) -> Known:
        """What is known of the copy."""
        return self.source.known()

    @property
    def context(self) -> Context:
        """What addresses are read against."""
        return self.source.context(self.known)

    def open(self, page: str, words: Mapping[str, str]) -> list[Answered]:
        """Open a page with all its cards, one after another, as nobody had asked for any of it."""
        self.source.forget()
        query = "&".join(f"{word}={value}" for word, value in words.items())
        frame, told = self._post(layout_request(PAGES[page], f"?{query}" if query else ""))
        question = question_in(told)
        return [frame, *(self._post(one)[0] for one in self._cards.requests(page, question))]

    def _post(self, request: Request) -> tuple[Answered, Any]:
        self._statements.clear()
        answer = self._client.post(
            UPDATE, data=request.body, content_type="application/json", headers={"Accept-Encoding": "br"}
        )
        sent = answer.get_data()
        spent = self._timed.milliseconds
        assert answer.status_code == 200, (request.name, answer.status, sent[:300])
        raw = brotli.decompress(sent) if answer.headers.get("Content-Encoding") == "br" else sent
        told = json.loads(raw)
        # Read, not searched as bytes: JSON may write its letters as numbers.
        is_drawn = FAILED not in json.dumps(told, ensure_ascii=False)
        assert is_drawn, (request.name, "the card says it failed; see the log above")
        statements = list(self._statements)
        return Answered(request.name, spent, len(statements), sum(statements), len(sent)), told

    def _begins(self, connection: Connection, *_: Any) -> None:
        connection.info["began"] = time.perf_counter()

    def _ends(self, connection: Connection, *_: Any) -> None:
        self._statements.append(1000 * (time.perf_counter() - connection.info["began"]))


@cache
def _server() -> flask.Flask:
    """Make the one application of this process: Dash gives its pages to the first."""
    made = create_server(Settings(), _Fixed(None))
    timed = made.extensions[_TIMED] = _Timed(made.wsgi_app)
    made.wsgi_app = timed  # type: ignore[method-assign]
    settle()  # as app.py does
    return made


def opened(folder: Path) -> OpenCopy:
    """Open the current generation of a folder as a server does."""
    made = current(folder)
    return open_generation(open_copy(made.path), made, Settings().compare)

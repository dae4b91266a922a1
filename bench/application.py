"""The application under measurement: its real requests, made inside this process.

A card is asked for as a browser asks: the POST Dash sends, through Flask, with the
answer serialised and compressed. Only the network is missing.
"""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import brotli
from sqlalchemy import Connection, Engine, event

from bench.bare import Bare, answered, bare_of
from bench.data import AS_OF, Data
from dashboard.application import create_server
from dashboard.frame.components import FAILED
from dashboard.question.known import Known
from dashboard.question.source import Source
from dashboard.settings.settings import Settings
from dashboard.settings.values import SecretUrl
from queries.source.engine import reading


@dataclass
class Asked:
    """One question a card had answered, by a statement or by the register: the time, its twin by hand."""

    name: str
    milliseconds: float
    bare: Bare | None


@dataclass
class Drawn:
    """One request: its time, the statements it sent, the time of all answers, its size."""

    name: str
    milliseconds: float
    statements: int
    in_answers: float
    raw_bytes: int
    sent_bytes: int
    asked: list[Asked] = field(default_factory=list)


class Application:
    """The dashboard in this process, on one database at a time."""

    def __init__(self) -> None:
        self._server = create_server(_settings("duckdb:///none", None))
        self._client = self._server.test_client()
        gc.collect()
        gc.freeze()  # as app.py does
        self._statements: list[float] = []
        self._by_ledger: list[float] = []
        self.ledger_seconds: float | None = None
        self._asked: list[tuple[str, Any, Any, Any, float]] = []
        event.listen(Engine, "before_cursor_execute", self._begins)
        event.listen(Engine, "after_cursor_execute", self._ends)

    def use(self, data: Data, *, ledger: bool) -> None:
        """Go over to a database and learn what is remembered of it; ``ledger``: with its register."""
        self.data = data
        self.source = Source(_settings(data.url, data.schema))
        self._server.extensions["motcua"] = self.source
        ask = self.source.ask

        def recorded(known: Any, query: Callable[..., Any], view: Any, **keywords: Any) -> Any:
            before, of_ledger = len(self._statements), len(self._by_ledger)
            found = ask(known, query, view, **keywords)
            spent = [*self._statements[before:], *self._by_ledger[of_ledger:]]
            if spent:
                self._asked.append((query.__name__, view, keywords, found, sum(spent)))
            return found

        setattr(self.source, "ask", recorded)  # noqa: B010 - mypy allows no other way
        known = self.source.known()
        if ledger:
            self._take_ledger(known)

    def _take_ledger(self, known: Known) -> None:
        books = self.source.books
        began = time.perf_counter()
        assert books.take(known), "the register could not be read; see the log above"
        self.ledger_seconds = time.perf_counter() - began
        answer = books.answer

        def timed(*question: Any) -> Any:
            started = time.perf_counter()
            found = answer(*question)
            if found is not None:
                self._by_ledger.append(1000 * (time.perf_counter() - started))
            return found

        setattr(books, "answer", timed)  # noqa: B010 - mypy allows no other way

    @contextmanager
    def bare_connection(self) -> Iterator[Connection]:
        """Give a connection of the application's own engine, for the hand-written SQL."""
        engine = self.source.database._engine
        assert engine is not None
        with reading(engine) as connection:
            if self.data.schema:
                driver: Any = connection.connection.driver_connection
                driver.execute(f'SET search_path TO "{self.data.schema}"')
            yield connection

    def forget(self) -> None:
        """Empty the cache of answers; what is known of the data stays, as between two readers."""
        self.source.forget()

    def layout(self, path: str, query: str) -> tuple[Drawn, dict[str, Any]]:
        """Open a page: the request, and the question its cards will send."""
        inputs = [
            {"id": "_pages_location", "property": "pathname", "value": path},
            {"id": "_pages_location", "property": "search", "value": query},
        ]
        drawn, answer = self._post("page", ".._pages_content.children..._pages_store.data..", inputs)
        return drawn, _question(answer)

    def cards(self, page: str) -> list[dict[str, Any]]:
        """Give a page's callbacks, in the order they are registered."""
        found = self._client.get("/_dash-dependencies").get_json()
        return [
            one
            for one in found
            if not one["clientside_function"] and one["inputs"][0]["id"] == f"{page}-question"
        ]

    def draw(self, card: dict[str, Any], question: dict[str, Any], *, check: bool = False) -> Drawn:
        """Ask for one card; with ``check`` hold every answer against the hand-written SQL's."""
        inputs = [{**card["inputs"][0], "value": question["data"]}]
        drawn, _ = self._post(_name(card), card["output"], inputs)
        for query, view, keywords, found, spent in self._asked:
            bare = bare_of(self.data.engine, query, view, keywords)
            drawn.asked.append(Asked(bare.name if bare else query, spent, bare))
            if check and bare:
                self._check(bare, query, found)
        return drawn

    def _check(self, bare: Bare, query: str, found: Any) -> None:
        with self.bare_connection() as connection:
            _, by_hand = bare.run(connection, self.data.engine)
        ours = answered(query, found)
        if ours != by_hand:
            keys = [key for key in {**ours, **by_hand} if ours.get(key) != by_hand.get(key)]
            shown = "\n".join(f"  {key}: {ours.get(key)}\n    by hand {by_hand.get(key)}" for key in keys[:3])
            raise AssertionError(f"{self.data.engine}: {bare.name} differs in {len(keys)} rows\n{shown}")

    def _post(self, name: str, output: str, inputs: list[dict[str, Any]]) -> tuple[Drawn, Any]:
        self.source.known()  # it may be due to look for new data: not this card's work
        self._statements.clear()
        self._by_ledger.clear()
        self._asked.clear()
        body = json.dumps({
            "output": output,
            "outputs": _outputs(output),
            "inputs": inputs,
            "changedPropIds": [f"{one['id']}.{one['property']}" for one in inputs],
        })  # fmt: skip
        started = time.perf_counter()
        answer = self._client.post(
            "/_dash-update-component", data=body, content_type="application/json",
            headers={"Accept-Encoding": "br"},
        )  # fmt: skip
        sent = answer.get_data()
        spent = 1000 * (time.perf_counter() - started)
        assert answer.status_code == 200, (name, answer.status, sent[:300])
        raw = brotli.decompress(sent) if answer.headers.get("Content-Encoding") == "br" else sent
        told = json.loads(raw)
        # Read, not searched as bytes: JSON may write its letters as numbers.
        is_drawn = FAILED not in json.dumps(told, ensure_ascii=False)
        assert is_drawn, (name, "the card says it failed; see the log above")
        answers = sum(self._statements) + sum(self._by_ledger)
        return Drawn(name, spent, len(self._statements), answers, len(raw), len(sent)), told

    def _begins(self, connection: Connection, *_: Any) -> None:
        connection.info["bench_started"] = time.perf_counter()

    def _ends(self, connection: Connection, *_: Any) -> None:
        self._statements.append(1000 * (time.perf_counter() - connection.info["bench_started"]))


def _settings(url: str, schema: str | None) -> Settings:
    # Answers are kept until the benchmark forgets them; no statement is cut short.
    return Settings(
        database_url=SecretUrl(url),
        db_schema=schema,
        as_of=AS_OF,
        cache_seconds=3600,
        statement_timeout_seconds=600,
    )


def _outputs(output: str) -> Any:
    """Give what a browser sends as "outputs" for an output string: one, or several as ..a...b.."""
    if not output.startswith(".."):
        return _output(output)
    return [_output(one) for one in output.strip(".").split("...")]


def _output(one: str) -> dict[str, Any]:
    where, _, what = one.rpartition(".")
    return {"id": json.loads(where) if where.startswith("{") else where, "property": what}


def _name(card: dict[str, Any]) -> str:
    first = _outputs(card["output"])
    where = (first[0] if isinstance(first, list) else first)["id"]
    return str(where["card"] if isinstance(where, dict) else where)


def _question(layout: Any) -> dict[str, Any]:
    """Find the page's Store in its layout."""
    waiting = [layout]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            if one.get("type") == "Store" and str(one["props"].get("id", "")).endswith("-question"):
                return dict(one["props"])
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)
    raise LookupError("the page has no question")

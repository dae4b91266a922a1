"""What a reader reads first: drawn with the page where it is there soon.

The page's own request, and the document itself (frame/document.py), wait this long for the bar,
the headline and the ranking. Later they would keep everything else waiting: a server that has just
started takes seconds for its first answer. What was begun goes on and is kept for who asks next.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, cast

import dash
import flask

from dashboard.question.access import WITHOUT_ACCOUNTS, the_reader
from dashboard.question.errors import Unavailable
from dashboard.question.question import Question
from dashboard.serving.request_id import request_id

SOON_SECONDS = 0.4
"""What nobody takes for waiting, if what comes then is whole."""
_NAME, _READS = "motcua-first", "motcua_reads"

Drawing = Callable[[Callable[[], Question]], Any]


@dataclass
class _First:
    """What an application draws, by page: first, and later; and the threads that draw what is first."""

    drawings: dict[str, dict[str, Drawing]] = field(default_factory=dict)
    later: dict[str, list[Drawing]] = field(default_factory=dict)
    threads: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(
            2 * (os.cpu_count() or 1), thread_name_prefix="motcua-first"
        )
    )


def is_first(page_id: str, card_id: str, drawing: Drawing) -> None:
    """Say that a card of a page is read first, and what draws it."""
    _of(dash.get_app().server).drawings.setdefault(page_id, {})[card_id] = drawing


def is_later(page_id: str, drawing: Drawing) -> None:
    """Say what draws another card of a page."""
    _of(dash.get_app().server).later.setdefault(page_id, []).append(drawing)


def rehearse(server: flask.Flask, page_id: str, path: str) -> None:
    """Draw a page once before anybody asks, so that the first reader of a server waits for nothing new.

    Statements are built and compiled, templates read, answers kept: of the view that the bare address
    opens. Nothing where there are no data yet.
    """
    with server.test_request_context(path):
        flask.g.reader = WITHOUT_ACCOUNTS
        try:
            question = Question.asked({}, path)
        except Unavailable:
            return
        first = _of(server)
        for drawing in (*first.drawings.get(page_id, {}).values(), *first.later.get(page_id, ())):
            drawing(lambda: question)


def first_answers(page_id: str, asked: Callable[[], Question]) -> tuple[Mapping[str, str], bool]:
    """Draw what is read first of a page: markup by card, and whether it is whole.

    It is not where nobody reads (Dash lays every page out when it starts), and where something takes
    longer: then each card is asked for on its own.
    """
    if not _is_read():
        return {}, False
    server = cast(flask.Flask, flask.current_app._get_current_object())  # type: ignore[attr-defined]
    first, question = _of(server), _once(asked)
    drawings: dict[str, Drawing] = first.drawings.get(page_id, {})
    drawn: dict[str, str] = {}
    reader, request = the_reader(), request_id()

    def draw() -> None:
        with server.app_context():
            # The request, which says who asks, stays where it is.
            flask.g.reader, flask.g.request_id = reader, request
            for card_id, drawing in drawings.items():
                drawn[card_id] = str(drawing(question))

    with suppress(TimeoutError):
        first.threads.submit(draw).result(timeout=SOON_SECONDS)
    there = dict(drawn)
    return there, len(there) == len(drawings)


@contextmanager
def reading() -> Iterator[None]:
    """Lay a page out for somebody who reads it, outside Dash's own request for it."""
    setattr(flask.g, _READS, True)
    try:
        yield
    finally:
        flask.g.pop(_READS)


def _is_read() -> bool:
    """Say whether a reader's browser waits for the page: Dash asks for it by POST."""
    return flask.has_request_context() and (flask.request.method == "POST" or flask.g.get(_READS, False))


def _once(asked: Callable[[], Question]) -> Callable[[], Question]:
    """Understand a question here, where the request is; a failure is each card's to tell."""
    try:
        question = asked()
    except Exception as error:
        failure = error

        def fail() -> Question:
            raise failure

        return fail
    return lambda: question


def _of(server: flask.Flask) -> _First:
    return cast(_First, server.extensions.setdefault(_NAME, _First()))

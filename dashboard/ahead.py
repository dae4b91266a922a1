"""Working ahead: while nobody waits, the cards of the periods a reader may step to are drawn.

They are kept (``dashboard.answers``), so that the step, when it comes, asks and draws
nothing. Only for an embedded DuckDB file: the database server of
a district has other work to do. A reader's own question always comes first.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, cast

import flask

from dashboard.question.question import Question
from queries.asked.view import View
from queries.source.engine import DatabaseUnavailable

AHEAD = "motcua-ahead"
IDLE_SECONDS = 1.0
"""How long no card must have been asked for: a reader is reading."""

Draw = Callable[[Question], Any]

_log = logging.getLogger("motcua")


class Ahead:
    """What was asked last, and a thread that goes on from there."""

    def __init__(self, idle_seconds: float = IDLE_SECONDS) -> None:
        self._idle_seconds = idle_seconds
        self._noted: tuple[Sequence[Draw], Question] | None = None
        self._at = 0.0
        self._turn = threading.Condition()

    def start(self, server: flask.Flask) -> None:
        """Begin; before this, what is noted stays without consequence."""
        threading.Thread(target=self._run, args=(server,), name="motcua-ahead", daemon=True).start()

    def note(self, cards: Sequence[Draw], question: Question) -> None:
        """Remember a question that a reader's card has just asked, and all cards of its page."""
        with self._turn:
            self._noted, self._at = (cards, question), time.monotonic()
            self._turn.notify()

    def _run(self, server: flask.Flask) -> None:
        while True:
            cards, question = self._waited()
            with server.app_context():
                work_ahead(cards, question, self._is_quiet)

    def _waited(self) -> tuple[Sequence[Draw], Question]:
        """Wait for a question, and until nobody has asked another for a while; then take it."""
        with self._turn:
            while True:
                self._turn.wait_for(lambda: self._noted is not None)
                left = self._at + self._idle_seconds - time.monotonic()
                if left <= 0:
                    assert self._noted is not None
                    noted, self._noted = self._noted, None
                    return noted
                self._turn.wait(left)

    def _is_quiet(self) -> bool:
        return self._noted is None


def the_ahead() -> Ahead:
    """Give the running application's."""
    return cast(Ahead, flask.current_app.extensions[AHEAD])


def work_ahead(cards: Sequence[Draw], question: Question, is_quiet: Callable[[], bool]) -> None:
    """Draw a page's cards for the periods beside its own, as long as nobody asks anything."""
    first_page = replace(question.parsed.extras, page=1)
    for view in neighbours(question):
        parsed = replace(question.parsed, view=view, extras=first_page)
        beside = Question(question.source, question.known, question.context, parsed, question.path)
        for draw in cards:
            if not is_quiet():
                return
            try:
                draw(beside)
            except DatabaseUnavailable:
                return  # the next reader is told; nobody waits for this
            except Exception:
                _log.warning("working ahead of %s failed", question.path, exc_info=True)
                return


def neighbours(question: Question) -> list[View]:
    """Give the Views of the period before and, where it has begun, of the one after.

    None where answers could not be used again: on a server's database, of data that are
    of each new minute, or where answers are not kept.
    """
    settings, view = question.source.settings, question.view
    is_kept = settings.work_ahead and settings.cache_seconds and not settings.is_live
    if not is_kept or not question.known.bound.by_branches or not view.has_started:
        return []
    before, after = view.period.previous, view.period.following
    found = [view.at(period=before)] if before.is_addressable else []
    return [*found, view.at(period=after)] if after.start <= view.as_of.date() else found

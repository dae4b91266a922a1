"""The district's database as the dashboard holds it: opened once, its answers kept once.

One ``Source`` a process, made by ``application.create_server``. It is the only mutable
state: the engine, what was last learnt of the data (their moment, names), and answers
keyed by the version of the data and the View.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

import pandas as pd
from cachetools import LRUCache, cached
from sqlalchemy import Connection, Engine
from sqlalchemy.engine import make_url

from dashboard.answers import Answers
from dashboard.known import Known, require
from dashboard.settings import Settings
from dashboard.url import Context
from queries.as_of import read_as_of
from queries.check import Report, check
from queries.contract import SAMPLE_SOURCE, bind
from queries.dossiers import listed_words
from queries.engine import DatabaseUnavailable, open_engine, reading
from queries.flags import FLAGS
from queries.found import find
from queries.periods import Period
from queries.units import read_fields, read_procedures, read_units
from queries.view import View
from queries.workdays import WorkCalendar

_Answer = TypeVar("_Answer")
RECHECK_SECONDS = 20
"""How long new data may go unnoticed: the data's moment is asked again after this."""

LONGEST_WAIT_SECONDS = 10
"""How long a reader waits for another who asks: a dead line must not take every thread."""


class Source:
    """The database behind every page."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.calendar = WorkCalendar(
            frozenset(settings.extra_days_off), frozenset(settings.extra_working_days)
        )
        self._engine: Engine | None = None
        self._stamp: tuple[int, ...] = ()
        self._known: Known | None = None
        self._checked = float("-inf")
        self._learning = threading.Lock()
        self._failed: tuple[float, DatabaseUnavailable] | None = None
        self._turn = threading.Condition()
        self._readers = 0
        self._replacing = False
        # 0 keeps nothing; the tiny lifetime still lets the cards of one page share an answer.
        self._answers = Answers(settings.cache_seconds or 1.5, self._compute)
        reports: LRUCache[Any, Any] = LRUCache(1)
        self._report = cached(reports, key=lambda known: known.version,
                              condition=threading.Condition())(self._check)  # fmt: skip

    # --- what is known -------------------------------------------------------------

    def known(self, *, ask_now: bool = False) -> Known:
        """Give what is known of the data, asked again when it may have changed.

        One thread asks; the others take what was known a moment ago, or wait, and then share
        its answer or its failure. ``ask_now`` asks in any case.
        Raises DatabaseUnavailable, or ContractBroken where required columns are missing.
        """
        known, began = self.remembered(), time.monotonic()
        if ask_now:
            known, self._checked = None, float("-inf")
        if known is not None and began - self._checked < self._recheck:
            return known
        if known is None or not self._is_fresh:
            if not self._learning.acquire(timeout=LONGEST_WAIT_SECONDS):
                raise DatabaseUnavailable("Cơ sở dữ liệu chưa trả lời; các câu hỏi khác đang chờ.")
        elif not self._learning.acquire(blocking=False):
            return known
        try:
            if self._failed is not None and self._failed[0] >= began:
                error = self._failed[1]
                raise type(error)(str(error)) from error
            if self._known is None or time.monotonic() - self._checked >= self._recheck:
                try:
                    self._known = self._learn(self._known)
                except DatabaseUnavailable as error:
                    self._failed = time.monotonic(), error
                    raise
                self._checked = time.monotonic()
            return self._known
        finally:
            self._learning.release()

    @property
    def _recheck(self) -> float:
        return min(RECHECK_SECONDS, self.settings.cache_seconds)

    @property
    def _is_fresh(self) -> bool:
        """Say whether what is known was asked a moment ago.

        Past that, after a night without readers, neither a page nor a card may go by it:
        the cards of one page would show two moments, or all of them yesterday's.
        """
        return time.monotonic() - self._checked < 2 * self._recheck

    def _learn(self, before: Known | None) -> Known:
        self._reopen_if_replaced()
        with self._reading() as conn:
            found = find(conn, self.settings.renames())
            bound = bind(found, self.settings.renames(), engine=conn.dialect.name)
            require(bound)
            as_of = read_as_of(conn, bound, self.settings.now(), live=self.settings.is_live)
            as_of = replace(as_of, version=f"{as_of.version} {self._stamp} {sorted(bound.present)}")
            if before is not None and before.version == as_of.version:
                return replace(before, as_of=as_of)
            return Known(
                as_of, bound, read_units(conn, bound), read_fields(conn, bound), read_procedures(conn, bound)
            )

    def remembered(self) -> Known | None:
        """Give what was last learnt, without asking; None before the first time."""
        return self._known

    def remembered_as_of(self) -> datetime | None:
        """Give the data's moment as learnt a moment ago, without asking; else None."""
        known = self._known
        return None if known is None or not self._is_fresh else self.moment(known)

    def moment(self, known: Known) -> datetime:
        """Give the moment of the data; of this minute where the settings say ``live``."""
        if self.settings.is_live:
            return self.settings.now().replace(second=0, microsecond=0)
        return known.as_of.moment

    def is_old(self, known: Known) -> bool:
        """Say whether the data are older than the settings expect."""
        age = self.settings.now() - self.moment(known)
        return age > timedelta(minutes=self.settings.expected_age_minutes)

    def context(self, known: Known) -> Context:
        """Give what an address is read against."""
        s = self.settings
        return Context(
            as_of=self.moment(known),
            units={unit.code: unit.name for unit in known.units if unit.code is not None},
            fields=known.fields,
            procedures={one.code: one.name for one in known.procedures},
            rules=s.rules(),
            default_basis=s.late_rate_basis,
            compare=s.compare,
            cutoff_day=s.cutoff_day,
            metrics=listed_words(),
            flags=frozenset(FLAGS),
        )

    def district_name(self, known: Known | None) -> str:
        """Give the district's name: the setting, else the sample's own, else the general word."""
        if self.settings.district_name:
            return self.settings.district_name
        if known is not None:
            for source, _ in known.as_of.sources:
                if source.startswith(SAMPLE_SOURCE):
                    # The district stands before what was loaded: "… · Quận Mẫu · Đánh giá hài lòng".
                    name, *_ = source.removeprefix(SAMPLE_SOURCE).strip(" ·").split(" · ")
                    return name or "Quận Mẫu"
        return "Một cửa"

    # --- answers -------------------------------------------------------------------

    def ask(
        self, known: Known, query: Callable[..., _Answer], view: View, **keywords: Any
    ) -> _Answer:
        """Give a query's answer, computed once for a version of the data and a View."""
        answer: _Answer = self._answers.ask(known, query, view, **keywords)
        return answer

    def ask_months(
        self, known: Known, query: Callable[..., pd.DataFrame], view: View, months: tuple[Period, ...]
    ) -> pd.DataFrame:
        """Give a query's rows of a trend's months; those another trend has asked for are known."""
        if not view.has_started:
            return self.ask(known, query, view)
        return self._answers.months(known, query, view, months, partial(self.ask, known, query))

    def kept(self, known: Known, make: Callable[[], _Answer], *key: Any) -> _Answer:
        """Give what is made of answers, made once for a version of the data and a key.

        The key names all that it is made of beside the data: the View, and what else.
        """
        return self._answers.made(known, make, *key)

    def drawn(self, known: Known, draw: Callable[[], _Answer], *key: Any) -> _Answer:
        """Give a card as drawn, once for a version of the data and a key."""
        return self._answers.drawn(known, draw, *key)

    def forget(self) -> None:
        """Forget every answer, and what was made of them; not what is known of the data."""
        self._answers.forget()

    def _compute(self, known: Known, query: Callable[..., Any], view: View, keywords: Any) -> Any:
        with self._reading() as conn:
            return query(conn, known.bound, view, **dict(keywords))

    def report(self, known: Known) -> Report:
        """Give what the contract check finds in the data: it reads every row, so once a version."""
        report: Report = self._report(known)
        return report

    def _check(self, _known: Known) -> Report:
        s = self.settings
        with self._reading() as conn:
            return check(conn.engine, s.renames(), s.now(), live=s.is_live)

    # --- the engine ----------------------------------------------------------------

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._turn:
            self._turn.wait_for(lambda: not self._replacing)
            if self._engine is None:
                self._open()
            engine = self._engine
            self._readers += 1
        assert engine is not None
        try:
            with reading(engine) as conn:
                yield conn
        finally:
            with self._turn:
                self._readers -= 1
                self._turn.notify_all()

    def _open(self) -> None:
        s = self.settings
        self._stamp = self._file_stamp()
        self._engine = open_engine(
            s.database_url.get_secret_value(),
            statement_timeout_seconds=s.statement_timeout_seconds,
            time_zone=s.time_zone,
        )

    def _file_stamp(self) -> tuple[int, ...]:
        """Give what changes when the file of an embedded database is replaced."""
        url = make_url(self.settings.database_url.get_secret_value())
        if url.get_backend_name() not in ("duckdb", "sqlite") or not url.database:
            return ()
        try:
            stat = os.stat(url.database)
        except OSError:
            return ()
        return stat.st_ino, stat.st_mtime_ns, stat.st_size

    def _reopen_if_replaced(self) -> None:
        """Open a replaced file anew, once nobody reads the old one.

        DuckDB keeps one instance a path and process while any connection lives, so the
        old file would otherwise be read on under the new file's name. New readers wait
        meanwhile; while old ones will not end, the old file stays, to be replaced later.
        """
        with self._turn:
            if self._engine is None or self._file_stamp() == self._stamp:
                return
            self._replacing = True
            try:
                limit = self.settings.statement_timeout_seconds
                if self._turn.wait_for(lambda: self._readers == 0, timeout=limit):
                    self._engine.dispose()
                    self._engine = None
            finally:
                self._replacing = False
                self._turn.notify_all()

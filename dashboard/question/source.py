"""The district's database as the dashboard holds it: opened once, its answers kept once.

One ``Source`` a process, made by ``application.create_server``. It is the only mutable
state: the engine, what was last learnt of the data (their moment, names), and answers
keyed by the version of the data and the View.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

import pandas as pd
from cachetools import LRUCache, cached

from dashboard.address.url import Context
from dashboard.answers import Answers
from dashboard.bookkeeping import Bookkeeper
from dashboard.question.database import Database
from dashboard.question.known import Known, require
from dashboard.settings.settings import Settings
from queries.asked.periods import Period
from queries.asked.view import View
from queries.asked.workdays import WorkCalendar
from queries.copy.as_of import read_as_of
from queries.copy.catalogue import read_fields, read_procedures, read_units
from queries.courses.bound import bind
from queries.flags.rules import FLAGS, Parameters
from queries.ledger import Ledger
from queries.ledger_check import read_checked
from queries.listing.statements import listed_words
from queries.on_time.trend import MONTHS
from queries.source.check.report import Report, check
from queries.source.engine import DatabaseUnavailable
from queries.source.found import find, has_collations, plain_moments

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
        self.database = Database(settings)
        self._known: Known | None = None
        self._checked = float("-inf")
        self._learning = threading.Lock()
        self._failed: tuple[float, DatabaseUnavailable] | None = None
        # 0 keeps nothing; the tiny lifetime still lets the cards of one page share an answer.
        self._answers = Answers(settings.cache_seconds or 1.5, self._compute)
        self.books = Bookkeeper(self._read_books, is_wanted=settings.ledger and not settings.is_live)
        reports: LRUCache[Any, Any] = LRUCache(1)
        self._report = cached(reports, key=lambda known: known.version,
                              condition=threading.Condition())(self._check)  # fmt: skip

    # --- what is known -------------------------------------------------------------

    def learn(self) -> None:
        """Ask what is known of the data, for nobody; a database that is away is asked by the first reader."""
        with suppress(DatabaseUnavailable):
            self.known()

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
                self.books.note(self._known)
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
        self.database.reopen_if_replaced()
        with self.database.reading() as conn:
            found = find(conn, self.settings.renames())
            bound = bind(found, self.settings.renames(), engine=conn.dialect.name)
            bound.compares_exactly &= not has_collations(conn)
            require(bound)
            as_of = read_as_of(conn, bound, self.settings.now(), live=self.settings.is_live)
            as_of = replace(
                as_of, version=f"{as_of.version} {self.database.stamp} {sorted(bound.present)}",
                is_moving=as_of.is_moving and not isinstance(self.settings.as_of, datetime),
            )  # fmt: skip
            if before is not None and before.version == as_of.version:
                return replace(before, as_of=as_of)
            if not as_of.is_moving:  # or it would be asked every minute
                plain = plain_moments(conn, found, self.settings.renames())
                bound = bind(found, self.settings.renames(), conn.dialect.name, plain)
                bound.compares_exactly &= not has_collations(conn)
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

    def parameters(self, known: Known) -> Parameters:
        """Give what the flags' rules depend on beside the View."""
        s, moments = self.settings, (moment for _, moment in known.as_of.sources)
        latest = max([self.moment(known), *moments])
        return Parameters(self.calendar, s.due_soon_working_days, s.late_apology_days, latest)

    def district_name(self, known: Known | None) -> str:
        """Give the district's name: the setting, else the sample's own, else the general word."""
        sample = None if known is None else known.sample_name
        return self.settings.district_name or sample or "Một cửa"

    # --- answers -------------------------------------------------------------------

    def ask(self, known: Known, query: Callable[..., _Answer], view: View, **keywords: Any) -> _Answer:
        """Give a query's answer, computed once for a version of the data and a View."""
        answer: _Answer = self._answers.ask(known, query, view, **keywords)
        return answer

    def ask_months(
        self, known: Known, query: Callable[..., pd.DataFrame], view: View, months: tuple[Period, ...]
    ) -> pd.DataFrame:
        """Give a query's rows of a trend's months; those another trend has asked for are known."""
        if not view.has_started or (len(months) == MONTHS and self.books.holds(known)):
            return self.ask(known, query, view)  # the register has every month at hand
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
        found = self.books.answer(known, query, view, dict(keywords))
        if found is None:
            with self.database.reading() as conn:
                found = query(conn, known.bound, view, **dict(keywords))
        return found

    def _read_books(self, known: Known) -> Ledger | None:
        with self.database.reading(aside=True) as conn:
            if f" {self.database.stamp} " not in known.version:
                return None  # the file has been replaced; what is known of the new one is noted next
            return read_checked(
                conn, known.bound, known.as_of.moment, self.settings.compare, self.parameters(known)
            )

    def report(self, known: Known) -> Report:
        """Give what the contract check finds in the data: it reads every row, so once a version."""
        report: Report = self._report(known)
        return report

    def _check(self, _known: Known) -> Report:
        s = self.settings
        with self.database.reading() as conn:
            return check(conn.engine, s.renames(), s.now(), live=s.is_live)

"""The data behind every page: the copy that is current, and what has been worked out of it.

One ``Source`` a process, made by ``application.create_server``. Readers never wait for the district's
own database: everything is asked of the working copy (``queries.copy``), which is changed for a newer
one between two questions. It holds the only mutable state: what is known of the current copy, and
answers by (version of the data, question) (``dashboard.memory``).
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

import pandas as pd

from dashboard.address.url import NO_UNIT, Context
from dashboard.formats import count_text
from dashboard.memory import Memory
from dashboard.question.access import WHOLE, Rights
from dashboard.question.copies import Copies, Status
from dashboard.question.errors import CopyDamaged, NoCopy, Unavailable
from dashboard.question.known import Known
from dashboard.settings.settings import Settings
from queries.asked.periods import Period
from queries.asked.view import View
from queries.asked.workdays import WorkCalendar
from queries.contract import CONTRACT
from queries.courses.catalogue import read_fields, read_procedures, read_units
from queries.courses.opened import Damaged, OpenCopy, damage
from queries.definitions.flag_rule import Parameters
from queries.definitions.flags import FLAGS
from queries.flags.dossiers import marked_by_unit, slips_by_unit
from queries.listing.statements import listed_words
from queries.on_time.statements import on_time_by_unit
from queries.on_time.trend import flows_by_unit_month, late_by_unit, late_by_unit_month
from queries.online.statements import online_by_unit, online_by_unit_month
from queries.satisfaction.statements import votes_by_unit, votes_by_unit_month

_Answer = TypeVar("_Answer")

BY_UNIT: frozenset[Callable[..., pd.DataFrame]] = frozenset({
    on_time_by_unit, late_by_unit, late_by_unit_month, flows_by_unit_month, online_by_unit,
    online_by_unit_month, votes_by_unit, votes_by_unit_month, marked_by_unit, slips_by_unit,
})  # fmt: skip
"""The queries whose rows are each of one unit, whichever others are asked for."""


DAMAGED = "Bản sao dữ liệu bị hỏng; bản trước đó sẽ thay vào."
"""What whoever meets the damage is told; whoever asks next is answered from the copy before."""


class Source:
    """What pages, API and wall ask."""

    def __init__(self, settings: Settings, copies: Copies) -> None:
        self.settings = settings
        self.copies = copies
        self.calendar = WorkCalendar(
            frozenset(settings.extra_days_off), frozenset(settings.extra_working_days)
        )
        self._known: Known | None = None
        self._contexts: tuple[Known, dict[Rights, Context]] | None = None
        self._learning = threading.Lock()
        self._memory = Memory(settings.cache_seconds)

    # --- what is known -------------------------------------------------------------

    def known(self) -> Known:
        """Give what is known of the current copy. Raises NoCopy where there is none yet.

        While one learns a new copy, the others go on with the one before. CopyDamaged where neither the copy
        nor the one before can be read.
        """
        for _ in range(2):
            copy = self.copies.current()
            if copy is None:
                raise NoCopy(first_sentence(self.copies.status()))
            try:
                with damage():
                    return self._known_of(copy)
            except Damaged as error:
                self.copies.leave(copy)
                damaged = error
        raise CopyDamaged(DAMAGED) from damaged

    def _known_of(self, copy: OpenCopy) -> Known:
        known = self._known
        if known is not None and known.version == copy.version:
            return known
        if not self._learning.acquire(blocking=known is None):
            assert known is not None
            return known
        try:
            known = self._known
            if known is None or known.version != copy.version:
                known = self._known = _learn(copy, known)
            return known
        finally:
            self._learning.release()

    def remembered(self) -> Known | None:
        """Give what is known of the current copy; None where there is none yet."""
        try:
            return self.known()
        except Unavailable:
            return None

    def moment(self, known: Known) -> datetime:
        """Give the moment of the data."""
        return known.as_of.moment

    def is_old(self, known: Known) -> bool:
        """Say whether the data are older than the settings expect."""
        age = self.settings.now() - self.moment(known)
        return age > timedelta(minutes=self.settings.expected_age_minutes)

    def context(self, known: Known, rights: Rights = WHOLE) -> Context:
        """Give what an address is read against: one object for every request of the same data and rights.

        Its rules stand in every View, and are compared wherever an answer is looked for: the very same ones
        are alike at a glance.
        """
        kept = self._contexts
        if kept is None or kept[0] is not known:
            kept = self._contexts = (known, {})
        if rights not in kept[1]:
            kept[1][rights] = self._context(known, rights)
        return kept[1][rights]

    def _context(self, known: Known, rights: Rights) -> Context:
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
            default_unit=rights.own_unit,
            default_period=rights.periods[-1] if rights.periods else None,
            no_unit=NO_UNIT if rights.units is None else f"{NO_UNIT} trong phạm vi được xem",
            prefix=s.url_prefix,
        )

    def parameters(self, known: Known) -> Parameters:
        """Give what the flags' rules depend on beside the View."""
        s = self.settings
        return Parameters(self.calendar, s.due_soon_working_days, s.late_apology_days, known.copy.latest)

    def troubles(self) -> tuple[str, ...]:
        """Say since when and why the figures are not newer; nothing where all is well."""
        told = trouble_sentence(self.copies.status())
        return (told,) if told else ()

    def district_name(self, known: Known | None) -> str:
        """Give the district's name: the setting, else the sample's own, else the general word."""
        sample = None if known is None else known.sample_name
        return self.settings.district_name or sample or "Một cửa"

    # --- answers -------------------------------------------------------------------

    def ask(self, known: Known, query: Callable[..., _Answer], view: View, **keywords: Any) -> _Answer:
        """Give a query's answer, computed once for a version of the data and a View.

        Where all units have been asked for, one unit's rows are taken out of theirs: whoever goes from the
        district to a unit waits for no statement again.
        """

        def key(of: View) -> tuple[Any, ...]:
            return known.version, query, of, *sorted(keywords.items())

        def compute() -> _Answer:
            if query in BY_UNIT and view.unit_code is not None and view.units_seen is None:
                every = view.at(unit_code=None)
                if self._memory.holds(key(every)):
                    found: Any = self.ask(known, query, every, **keywords)
                    return cast(_Answer, found[found.unit_code == view.unit_code].reset_index(drop=True))
            with self.reading(known) as conn:
                return query(conn, known.courses, view, **keywords)

        return self._memory.get(key(view), compute)

    @contextmanager
    def reading(self, known: Known) -> Iterator[Any]:
        """Open the copy for an answer too long to be kept: rows that are taken while they come."""
        try:
            with damage(), _WhenAsked(known.copy.engine.connect) as conn:
                yield conn
        except Damaged as error:
            self.copies.leave(known.copy)
            if self._known is known:
                self._known = None  # nobody goes on with it
            raise CopyDamaged(DAMAGED) from error

    def ask_months(
        self, known: Known, query: Callable[..., pd.DataFrame], view: View, months: tuple[Period, ...]
    ) -> pd.DataFrame:
        """Give a query's rows of a trend's months: the same for every period that ends in the last.

        No row of a month that the reader may not see.
        """
        if not view.has_started:
            return self.ask(known, query, view, months=len(months))
        shared = view.at(period=months[-1], judged_on=None, days_seen=None)
        found = self.ask(known, query, shared, months=len(months))
        seen = [place for place, month in enumerate(months) if view.sees(month)]
        return found if len(seen) == len(months) else found[found.month.isin(seen)]

    def kept(self, known: Known, rights: Rights, make: Callable[[], _Answer], *key: Any) -> _Answer:
        """Give what is made of answers, made once for a version of the data, a reader's rights and a key.

        The key names all that it is made of beside these: the View, and what else.
        """
        return self._memory.get((known.version, rights, *key), make)

    def forget(self) -> None:
        """Forget every answer, and what was made of them; not what is known of the data."""
        self._memory.forget()


class _WhenAsked:
    """A connection that is taken when it is first used: much of what is asked lies in memory."""

    def __init__(self, connect: Callable[[], Any]) -> None:
        self._connect = connect
        self._taken: Any = None

    def __enter__(self) -> _WhenAsked:
        return self

    def __exit__(self, *_: object) -> None:
        if self._taken is not None:
            self._taken.close()

    def __getattr__(self, name: str) -> Any:
        if self._taken is None:
            self._taken = self._connect()
        return getattr(self._taken, name)


_ERROR_NAME = re.compile(r"\s*\([A-Z]\w*(?:Error|Exception)\)")
_QUOTED_PLACE = re.compile(r"\s*«[^»]*[/\\@:][^»]*»")
_PLACE = re.compile(r"[/\\@:\"]")


def for_readers(sentence: str) -> str:
    """Give what a reader is told of why a refresh failed: its first sentence.

    Without addresses and files, and without the names that errors have in the program: the log has them.
    """
    bare = _without_places(_ERROR_NAME.sub("", _QUOTED_PLACE.sub("", sentence)))
    return f"{bare.partition('. ')[0].rstrip('.')}."


def _without_places(text: str) -> str:
    """Leave out what stands in brackets, and in brackets within them, where it names a place."""
    kept, depth, began = "", 0, 0
    for at, sign in enumerate(text):
        if sign == "(":
            began = at if depth == 0 else began
            depth += 1
        elif sign == ")" and depth > 0:
            depth -= 1
            if depth == 0:
                within = text[began : at + 1]
                kept = kept.rstrip() if _PLACE.search(within) else kept + within
        elif depth == 0:
            kept += sign
    # Brackets that are never closed: what a driver says was cut off.
    return kept.rstrip() if depth else kept


def first_sentence(status: Status) -> str:
    """Say why there are no figures yet."""
    if status.is_failing and status.last_try is not None:
        return f"Chưa đọc được dữ liệu lần nào: {for_readers(status.last_try.sentence)}"
    if not status.table:
        return "Đang đọc dữ liệu lần đầu."
    label = CONTRACT[status.table].label if status.table in CONTRACT else status.table
    return f"Đang đọc dữ liệu lần đầu: {label}, {count_text(status.rows)} dòng."


def trouble_sentence(status: Status) -> str:
    """Say since when and why the figures are not newer; empty where all is well."""
    last = status.last_try
    if status.is_failing and last is not None:
        since = f" từ {last.failing_since:%H:%M ngày %d/%m/%Y}" if last.failing_since else ""
        return f"Số liệu chưa cập nhật được{since}: {for_readers(last.sentence)}"
    if status.instead_of is not None:
        return "Bản sao mới nhất bị hỏng; đang dùng bản trước đó."
    return ""


def _learn(copy: OpenCopy, before: Known | None) -> Known:
    with copy.engine.connect() as conn:
        courses = copy.courses(conn)
        if before is not None:
            courses = courses.keeping(before.courses, is_same_file=copy.engine is before.copy.engine)
        return Known(copy, copy.as_of, courses, read_units(conn), read_fields(conn), read_procedures(conn))

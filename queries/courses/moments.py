"""``courses`` as of another moment than the one it was built for, without building it anew.

A moment differs from the end of its day only in the dossiers with an event or a promise on that very
day (and, where it is later than the copy's, on the days between): those few are judged again from the
clean tables. Whoever lists dossiers sees them in the place of their rows (``as_of``); whoever counts takes
away what they were and adds what they are (``changed``), so that all that is counted beforehand serves
every moment.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

import numpy as np
from cachetools import LRUCache
from sqlalchemy import (
    Column,
    Connection,
    Integer,
    MetaData,
    Table,
    cast,
    insert,
    quoted_name,
    select,
    union_all,
)
from sqlalchemy.schema import CreateSchema, CreateTable, CreateView, DropSchema

from queries.copy.engine import SCRATCH, look_into
from queries.courses.build import courses_of, end_of_moment, touched_by
from queries.courses.conditions import number
from queries.courses.prepared import Prepared
from queries.courses.table import BY_UNIT, COURSES

MOST_MOMENTS, MOST_CHANGED = 64, 16
"""So many moments an instance keeps, and of so many what counts need in memory; a link to an older one is
judged again."""

THEN = Table("courses_then", MetaData(), *(Column(one.name, one.type) for one in COURSES.c))
"""``courses`` as of the moment whose schema a connection looks into."""

AGAIN = Table("courses_again", MetaData(), *(Column(one.name, one.type) for one in COURSES.c))
"""The rows of it that were judged again."""

CHANGED = Table(
    "courses_changed",
    MetaData(),
    *(Column(one.name, one.type) for one in BY_UNIT.c),
    Column("dossiers", Integer),
)
"""The rows that a moment changes, in the numbers of ``COURSES``: as they were built, which count -1 dossier
each, and as they were judged again, 1 each. They lie in memory alone."""


@dataclass(frozen=True)
class Rule:
    """What ``courses`` are built by: for which moment, the day rule, and what lies in the future.

    ``until``: as of ``Courses``.
    """

    built_for: datetime
    until: datetime | None
    compare: str
    latest: datetime

    def is_as_built(self, moment: datetime) -> bool:
        """Say whether at a moment every dossier is what it was built as, up to the day of the moment.

        So it is at the end of every day that COURSES have seen to its end.
        """
        wanted, built = end_of_moment(moment), end_of_moment(self.built_for)
        # Up to the minute that means the end of its day, which may hold more than has been looked at.
        is_quiet = self.until is not None and built <= wanted <= self.until and wanted == moment
        return wanted == built or is_quiet or (wanted.time() == time.max and wanted < built)


class Moments:
    """The moments that one engine keeps in its memory beside ``courses``: a schema each.

    In it the table ``courses_again`` and the view ``courses_then``. A connection chooses the moment by its
    search path, so that a statement over ``THEN`` is the same, built and parsed once, whatever the moment.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, None] = OrderedDict()
        self._changed: LRUCache[datetime, Mapping[str, np.ndarray]] = LRUCache(MOST_CHANGED)
        self._columns: LRUCache[datetime, Any] = LRUCache(MOST_MOMENTS)

    def then(self, conn: Connection, moment: datetime, rule: Rule) -> Any:
        """Give the columns of all rows as of a moment; on this connection, until it is asked for another."""
        wanted = end_of_moment(moment)
        if conn.dialect.name == "duckdb":
            self._look_into(conn, wanted, rule)
            return THEN.c
        # An engine without memory beside the copy has a statement for each.
        found = self._columns.get(wanted)
        if found is None:
            again = _judged_again(wanted, rule).cte("judged_again")
            found = self._columns[wanted] = _replaced(again.c).subquery("courses_then").c
        return found

    def changed(self, conn: Connection, moment: datetime, rule: Rule) -> Mapping[str, np.ndarray]:
        """Give the columns of ``CHANGED`` at a moment, read by the first who asks for it."""
        wanted = end_of_moment(moment)
        with self._lock:
            found = self._changed.get(wanted)
        if found is None:
            if conn.dialect.name == "duckdb":
                self._look_into(conn, wanted, rule)
                again: Any = AGAIN.c
            else:
                again = _judged_again(wanted, rule).cte("judged_again").c
            found = _read_changed(conn, again)
            with self._lock:
                self._changed[wanted] = found
        return found

    def _look_into(self, conn: Connection, wanted: datetime, rule: Rule) -> None:
        """Let a connection see a moment, made by the first who asks for it."""
        name = f"courses_{wanted:%Y%m%d%H%M%S%f}"
        with self._lock:
            if name not in self._kept:
                _make(conn, f"{SCRATCH}.{name}", wanted, rule)
                conn.commit()
            self._kept[name] = None
            self._kept.move_to_end(name)
            while len(self._kept) > MOST_MOMENTS:
                oldest = self._kept.popitem(last=False)[0]
                conn.execute(DropSchema(_plain(f"{SCRATCH}.{oldest}"), cascade=True))
                conn.commit()
        look_into(conn, f"{SCRATCH}.{name}")


def _make(conn: Connection, name: str, wanted: datetime, rule: Rule) -> None:
    schema = _plain(name)
    again = AGAIN.to_metadata(MetaData(), schema=schema)
    conn.execute(CreateSchema(schema))
    conn.execute(CreateTable(again))
    conn.execute(insert(again).from_select(list(COURSES.c.keys()), _judged_again(wanted, rule)))
    conn.execute(CreateView(_replaced(again.c), "courses_then", schema=schema))


def _judged_again(wanted: datetime, rule: Rule) -> Any:
    touched = touched_by(wanted, end_of_moment(rule.built_for))
    return courses_of(as_of=wanted, compare=rule.compare, latest=rule.latest, touched=touched)


def _read_changed(conn: Connection, again: Any) -> Mapping[str, np.ndarray]:
    """Read what becomes of the rows judged again: from what they were built as to what they are."""
    c = COURSES.c
    both = union_all(
        select(*_numbers(c), number(-1).label("dossiers")).where(c.number.in_(select(again.number))),
        select(*_numbers(again), number(1)),
    )
    told = Prepared(both, conn.dialect).numbers(conn, {})
    return {name: column.astype(np.int32) for name, column in zip(CHANGED.c.keys(), told, strict=True)}


def _numbers(c: Any) -> list[Any]:
    return [cast(c[one.name], Integer).label(one.name) for one in CHANGED.c if one.name in c]


def _plain(name: str) -> quoted_name:
    return quoted_name(name, quote=False)


def _replaced(again: Any) -> Any:
    """Give ``courses`` with the rows that were judged again in the place of their own."""
    others = select(COURSES).where(COURSES.c.number.not_in(select(again.number)))
    return union_all(others, select(*again))

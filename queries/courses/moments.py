"""``courses`` as of another moment than the one it was built for, without building it anew.

A moment differs from the end of its day only in the dossiers with an event or a promise on that very
day (and, where it is later than the copy's, on the days between): those few are judged again, out of what
their rows say. Whoever lists dossiers sees them in the place of these rows (``then``); whoever counts takes
away what they were and adds what they are (``changed``), so that all that is counted beforehand serves
every moment.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
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
    insert,
    quoted_name,
    select,
    union_all,
)
from sqlalchemy.schema import CreateSchema, CreateTable, CreateView, DropSchema

from queries.copy.engine import SCRATCH, look_into
from queries.courses.build import again_values, end_of_moment, judged_again
from queries.courses.prepared import Prepared
from queries.courses.table import BY_UNIT, COURSES, DECIDED, EVENT_RANGE

MOST_MOMENTS, MOST_CHANGED = 64, 16
"""So many moments an instance keeps, and of so many what counts need in memory; a link to an older one is
judged again."""

_KEPT = [one for one in COURSES.c if one.name not in EVENT_RANGE]
_BUILT = tuple(f"built_{name}" for name in DECIDED)

THEN = Table("courses_then", MetaData(), *(Column(one.name, one.type) for one in _KEPT))
"""``courses`` as of the moment whose schema a connection looks into."""

AGAIN = Table("courses_again", MetaData(), *(Column(one.name, one.type) for one in _KEPT))
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
    """What ``courses`` are built by: for which moment, and the day rule.

    ``until`` and ``kept``: as of ``Courses``.
    """

    built_for: datetime
    until: datetime | None
    compare: str
    kept: Callable[[Any, Callable[[], Prepared]], Prepared]

    def is_as_built(self, moment: datetime) -> bool:
        """Say whether at a moment every dossier is what it was built as, up to the day of the moment.

        So it is at the end of every day that COURSES have seen to its end.
        """
        wanted, built = end_of_moment(moment), end_of_moment(self.built_for)
        # Up to the minute that means the end of its day, which may hold more than has been looked at.
        is_quiet = self.until is not None and built <= wanted <= self.until and wanted == moment
        return wanted == built or is_quiet or (wanted.time() == time.max and wanted < built)

    def is_later(self, moment: datetime) -> bool:
        """Say whether a moment is after the one that they were built for."""
        return end_of_moment(moment) > end_of_moment(self.built_for)

    def values(self, moment: datetime) -> dict[str, Any]:
        """Give the values of the parameters of ``judged_again``."""
        return again_values(moment, self.built_for)


class Moments:
    """The moments that one engine keeps in its memory beside ``courses``: a schema each.

    In it the table ``courses_again`` and the view ``courses_then``. A connection chooses the moment by its
    search path, so that a statement over either is the same, built and parsed once, whatever the moment.
    """

    def __init__(self) -> None:
        self._lock, self._reading = threading.Lock(), threading.Lock()
        self._kept: OrderedDict[str, None] = OrderedDict()
        self._changed: LRUCache[datetime, Mapping[str, np.ndarray]] = LRUCache(MOST_CHANGED)

    def then(self, conn: Connection, moment: datetime, rule: Rule) -> Any:
        """Give the columns of all rows as of a moment; on this connection, until it is asked for another."""
        if conn.dialect.name == "duckdb":
            self._look_into(conn, end_of_moment(moment), rule)
            return THEN.c
        return _replaced(_again(moment, rule).cte("judged_again").c).subquery("courses_then").c

    def changed(self, conn: Connection, moment: datetime, rule: Rule) -> Mapping[str, np.ndarray]:
        """Give the columns of ``CHANGED`` at a moment, read by the first who asks for it."""
        wanted = end_of_moment(moment)
        with self._lock:
            found = self._changed.get(wanted)
        if found is None:
            with self._reading:
                with self._lock:
                    found = self._changed.get(wanted)
                if found is None:
                    found = self._read(conn, wanted, rule)
                    with self._lock:
                        self._changed[wanted] = found
        return found

    @staticmethod
    def _read(conn: Connection, wanted: datetime, rule: Rule) -> Mapping[str, np.ndarray]:
        is_later, names = rule.is_later(wanted), BY_UNIT.c.keys()

        def prepare() -> Prepared:
            again = judged_again(rule.compare, is_later=is_later).subquery("judged_again").c
            return Prepared(select(*(again[one] for one in (*names, *_BUILT))), conn.dialect)

        told = rule.kept(("changed", rule.compare, is_later), prepare).numbers(conn, rule.values(wanted))
        now, built = dict(zip(names, told, strict=False)), dict(zip(_BUILT, told[len(names) :], strict=True))
        # What the moment leaves as it was built is not counted twice for nothing.
        differs = np.any([built[f"built_{name}"] != now[name] for name in DECIDED], axis=0)
        built = {name: built.get(f"built_{name}", column)[differs] for name, column in now.items()}
        both = {name: np.append(built[name], column[differs]) for name, column in now.items()}
        both["dossiers"] = np.repeat((-1, 1), np.count_nonzero(differs))
        return {name: column.astype(np.int32) for name, column in both.items()}

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
    # One that was half made, or of which nobody knows any more, would stand in the way for good.
    conn.execute(DropSchema(schema, cascade=True, if_exists=True))
    conn.execute(CreateSchema(schema))
    conn.execute(CreateTable(again))
    look_into(conn, name)

    def prepare() -> Prepared:
        again = judged_again(rule.compare, is_later=rule.is_later(wanted)).subquery("judged_again").c
        names = AGAIN.c.keys()
        return Prepared(
            insert(AGAIN).from_select(names, select(*(again[one] for one in names))), conn.dialect
        )

    rule.kept(("again", rule.compare, rule.is_later(wanted)), prepare).run(conn, rule.values(wanted))
    conn.execute(CreateView(_replaced(again.c), "courses_then", schema=schema))


def _again(moment: datetime, rule: Rule) -> Any:
    return judged_again(rule.compare, is_later=rule.is_later(moment)).params(**rule.values(moment))


def _plain(name: str) -> quoted_name:
    return quoted_name(name, quote=False)


def _replaced(again: Any) -> Any:
    """Give ``courses`` with the rows that were judged again in the place of their own."""
    others = select(*_KEPT).where(COURSES.c.number.not_in(select(again.number)))
    return union_all(others, select(*(again[one.name] for one in _KEPT)))

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
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time
from functools import partial
from typing import Any

import numpy as np
from cachetools import LRUCache
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Dialect,
    Integer,
    MetaData,
    Table,
    cast,
    column,
    func,
    literal,
    quoted_name,
    select,
    table,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.schema import CreateSchema, DropSchema

from queries.copy.engine import SCRATCH, look_into
from queries.courses.added_up import Columns
from queries.courses.again import SEEN, judged_again
from queries.courses.build import end_of_moment
from queries.courses.table import BY_UNIT, COURSES, DECIDED

MOST_MOMENTS, MOST_CHANGED = 64, 100_000
"""So many moments an instance keeps for lists, and of so many dossiers in memory what moments change of them,
60 MB at most: at 1.28 million fifty noons. A link to an older one is judged again; one moment is always kept.
"""

THEN = Table("courses_then", MetaData(), *(Column(one.name, one.type) for one in SEEN))
"""``courses`` as of the moment whose schema a connection looks into."""

AGAIN = Table("courses_again", MetaData(), *(Column(one.name, one.type) for one in SEEN))
"""The rows of it that the moment changes."""

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

    ``until``, ``kept`` and ``held``: as of ``Courses``.
    """

    built_for: datetime
    until: datetime | None
    compare: str
    kept: Callable[[Any, Callable[[], Any]], Any]
    held: Callable[[str, Callable[[], Any]], Any]

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
    search path, so that a statement over either is the same, built and parsed once, whatever the moment.
    """

    def __init__(self) -> None:
        self._lock, self._reading, self._making = threading.Lock(), threading.Lock(), threading.Lock()
        self._kept: OrderedDict[str, None] = OrderedDict()
        self._of_moments: LRUCache[datetime, _OfMoment] = LRUCache(
            MOST_CHANGED, lambda one: min(len(one.now["number"]), MOST_CHANGED)
        )

    def then(self, conn: Connection, moment: datetime, rule: Rule) -> Any:
        """Give the columns of all rows as of a moment; on this connection, until it is asked for another."""
        if conn.dialect.name == "duckdb":
            self._look_into(conn, end_of_moment(moment), rule)
            return THEN.c
        again = _joined(self._of(conn, moment, rule).now).cte("courses_again").c
        return _replaced(again).subquery("courses_then").c

    def changed(self, conn: Connection, moment: datetime, rule: Rule) -> Columns:
        """Give the columns of ``CHANGED`` at a moment."""
        return self._of(conn, moment, rule).changed

    def _of(self, conn: Connection, moment: datetime, rule: Rule) -> _OfMoment:
        """Give what a moment changes, judged by the first who asks for it."""
        wanted = end_of_moment(moment)
        with self._lock:
            found = self._of_moments.get(wanted)
        if found is None:
            with self._reading:
                with self._lock:
                    found = self._of_moments.get(wanted)
                if found is None:
                    found = _OfMoment.judged(conn, wanted, rule)
                    with self._lock:
                        self._of_moments[wanted] = found
        return found

    def _look_into(self, conn: Connection, wanted: datetime, rule: Rule) -> None:
        """Let a connection see a moment, made by the first who asks for it."""
        name = f"courses_{wanted:%Y%m%d%H%M%S%f}"
        with self._making:
            if name not in self._kept:
                _make(conn, f"{SCRATCH}.{name}", self._of(conn, wanted, rule).now, rule)
                conn.commit()
            self._kept[name] = None
            self._kept.move_to_end(name)
            while len(self._kept) > MOST_MOMENTS:
                oldest = self._kept.popitem(last=False)[0]
                conn.execute(DropSchema(_plain(f"{SCRATCH}.{oldest}"), cascade=True))
                conn.commit()
        look_into(conn, f"{SCRATCH}.{name}")


@dataclass(frozen=True)
class _OfMoment:
    """The dossiers that a moment changes: for lists as they are ``now``, for counts as ``CHANGED``."""

    now: Columns
    changed: Columns

    @classmethod
    def judged(cls, conn: Connection, wanted: datetime, rule: Rule) -> _OfMoment:
        """Judge the dossiers of one moment."""
        again = judged_again(
            conn, moment=wanted, built_for=rule.built_for, compare=rule.compare,
            kept=rule.kept, held=rule.held,
        )  # fmt: skip
        changed = {
            one.name: np.concatenate((again.built[one.name], again.now[one.name]), dtype=np.int32)
            for one in BY_UNIT.c
        }
        changed["dossiers"] = np.repeat(np.array((-1, 1), dtype=np.int32), len(again.now["number"]))
        return cls(again.now, changed)


def _make(conn: Connection, name: str, now: Columns, rule: Rule) -> None:
    schema = _plain(name)
    # One that was half made, or of which nobody knows any more, would stand in the way for good.
    conn.execute(DropSchema(schema, cascade=True, if_exists=True))
    conn.execute(CreateSchema(schema))
    look_into(conn, name)
    # Arrays, which the engine reads as they lie; this connection alone sees them.
    conn.exec_driver_sql("register", (_JUDGED.name, dict(now)))
    try:
        for kind, made, rows in (("TABLE", AGAIN, _typed), ("VIEW", THEN, lambda: _replaced(AGAIN.c))):
            text = rule.kept(("moment", kind), partial(_compiled, rows, conn.dialect))
            conn.exec_driver_sql(f"CREATE {kind} {name}.{made} AS {text}")
    finally:
        # As a view, which it is: the dialect has no word for letting it go.
        conn.exec_driver_sql(f"DROP VIEW {_JUDGED}")


def _compiled(rows: Callable[[], Any], dialect: Dialect) -> str:
    return str(rows().compile(dialect=dialect))


_JUDGED = table("judged", *(column(one.name) for one in SEEN))


def _typed() -> Any:
    return select(*(cast(_JUDGED.c[one.name], one.type).label(one.name) for one in SEEN))


def _joined(now: Columns) -> Any:
    """Give the rows of ``AGAIN`` as a statement: their own of ``COURSES``, and what the moment decides."""
    told = {name: now[name].astype(np.int32).tolist() for name in ("number", *DECIDED)}
    rows = select(*(func.unnest(literal(of, ARRAY(Integer))).label(name) for name, of in told.items()))
    judged, c = rows.subquery("judged").c, COURSES.c
    decided = {name: judged[name] for name in DECIDED} | {"crowd": cast(judged.crowd, Boolean)}
    columns = (decided.get(one.name, c[one.name]).label(one.name) for one in SEEN)
    return select(*columns).where(c.number == judged.number)


def _plain(name: str) -> quoted_name:
    return quoted_name(name, quote=False)


def _replaced(again: Any) -> Any:
    """Give ``courses`` with the rows that were judged again in the place of their own."""
    others = select(*SEEN).where(COURSES.c.number.not_in(select(again.number)))
    return union_all(others, select(*(again[one.name] for one in SEEN)))

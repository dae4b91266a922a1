"""``courses`` as of another moment than the one it was built for, without building it anew.

A moment differs from the end of its day only in the dossiers with an event or a promise on that very
day (and, where it is later than the copy's, on the days between): those few are judged again from the
clean tables and stand in the place of their rows. They are kept in the engine's memory, the last few
moments of an instance, since the cards of a page ask for the same one.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from datetime import date, datetime
from typing import Any

from cachetools import LRUCache
from sqlalchemy import (
    Column,
    Connection,
    MetaData,
    String,
    Table,
    insert,
    quoted_name,
    select,
    union_all,
)
from sqlalchemy.schema import CreateSchema, CreateView, DropSchema

from queries.copy.engine import SCRATCH, look_into
from queries.courses.build import courses_of, end_of_moment, touched_between
from queries.courses.table import COURSES

MOST_MOMENTS = 64
"""So many moments an instance keeps; a link to an older one is judged again."""

THEN = Table("courses_then", MetaData(), *(Column(one.name, one.type) for one in COURSES.c))
"""``courses`` as of the moment whose schema a connection looks into."""


class Moments:
    """The moments that one engine keeps in its memory beside ``courses``: a schema each.

    In it the view ``courses_then``. A connection chooses the moment by its search path, so that a statement
    over ``THEN`` is the same, built and parsed once, whatever the moment.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, None] = OrderedDict()
        self.columns: LRUCache[datetime, Any] = LRUCache(MOST_MOMENTS)
        """Where an engine has no memory beside the copy: the columns of a statement of its own."""

    def look_into(self, conn: Connection, wanted: datetime, days: tuple[date, date], **rule: Any) -> None:
        """Let a connection see a moment, made by the first who asks for it.

        ``days``: those on which the moment changes what a dossier was; ``rule``: of ``courses_of``.
        """
        name = f"courses_{wanted:%Y%m%d%H%M%S%f}"
        with self._lock:
            if name not in self._kept:
                _make(conn, f"{SCRATCH}.{name}", wanted, days, rule)
                conn.commit()
            self._kept[name] = None
            self._kept.move_to_end(name)
            while len(self._kept) > MOST_MOMENTS:
                oldest = self._kept.popitem(last=False)[0]
                conn.execute(DropSchema(_plain(f"{SCRATCH}.{oldest}"), cascade=True))
                conn.commit()
        look_into(conn, f"{SCRATCH}.{name}")


def _make(
    conn: Connection, name: str, wanted: datetime, days: tuple[date, date], rule: dict[str, Any]
) -> None:
    schema = _plain(name)
    touched = Table("touched", MetaData(), Column("dossier_code", String), schema=schema)
    again = Table("again", MetaData(), *(Column(one.name, one.type) for one in COURSES.c), schema=schema)
    conn.execute(CreateSchema(schema))
    for one in (touched, again):
        one.create(conn, checkfirst=False)
    # Asked once: the statement that judges again looks at the codes in three places.
    conn.execute(insert(touched).from_select(["dossier_code"], touched_between(*days)))
    judged = courses_of(as_of=wanted, codes=select(touched.c.dossier_code), days=days, **rule)
    conn.execute(insert(again).from_select(list(COURSES.c.keys()), judged))
    conn.execute(CreateView(_replaced(again.c), "courses_then", schema=schema))


def _plain(name: str) -> quoted_name:
    return quoted_name(name, quote=False)


def _replaced(again: Any) -> Any:
    """Give ``courses`` with the rows that were judged again in the place of their own."""
    others = select(COURSES).where(COURSES.c.number.not_in(select(again.number)))
    return union_all(others, select(*again))


def as_of(
    conn: Connection,
    moments: Moments,
    moment: datetime,
    *,
    built_for: datetime,
    until: datetime | None,
    compare: str,
    latest: datetime,
) -> Any:
    """Give the columns of ``courses`` as of a moment; on this connection, until it is asked for another."""
    wanted, built = end_of_moment(moment), end_of_moment(built_for)
    # Up to the minute that means the end of its day, which may hold more than has been looked at.
    is_as_built = until is not None and built <= wanted <= until and wanted == moment
    if wanted == built or is_as_built:
        return COURSES.c
    first = min(wanted.date(), built.date()) if wanted > built else wanted.date()
    days = (first, wanted.date())
    if conn.dialect.name == "duckdb":
        moments.look_into(conn, wanted, days, compare=compare, latest=latest)
        return THEN.c
    found = moments.columns.get(wanted)
    if found is None:
        codes = touched_between(*days)
        judged = courses_of(as_of=wanted, compare=compare, latest=latest, codes=codes, days=days)
        found = _replaced(judged.cte("judged_again").c).subquery("courses_then").c
        moments.columns[wanted] = found
    return found

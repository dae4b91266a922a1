"""``courses`` as of another moment than the one it was built for, without building it anew.

A moment differs from the end of its day only in the dossiers with an event or a promise on that very
day (and, where it is later than the copy's, on the days between): those few are judged again from the
clean tables and stand in the place of their rows. They are kept in the engine's memory, the last few
moments of an instance, since the cards of a page ask for the same one.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, MetaData, Select, Table, insert, quoted_name, select, union_all

from queries.copy.engine import SCRATCH
from queries.courses.build import courses_of, end_of_moment, touched_between
from queries.courses.table import COURSES

MOST_MOMENTS = 16
"""So many moments an instance keeps; a link to an older one is judged again."""


class Moments:
    """The moments that one engine keeps in its memory beside ``courses``."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Table] = OrderedDict()

    def kept(self, conn: Connection, name: str, judged_again: Select[Any]) -> Table:
        """Give the table of the rows judged again, made by the first who asks for it."""
        with self._lock:
            if name in self._kept:
                self._kept.move_to_end(name)
                return self._kept[name]
            columns = (Column(one.name, one.type) for one in COURSES.c)
            made = Table(name, MetaData(), *columns, schema=quoted_name(f"{SCRATCH}.main", quote=False))
            made.create(conn, checkfirst=False)
            conn.execute(insert(made).from_select(list(COURSES.c.keys()), judged_again))
            conn.commit()
            self._kept[name] = made
            while len(self._kept) > MOST_MOMENTS:
                self._kept.popitem(last=False)[1].drop(conn, checkfirst=False)
                conn.commit()
            return made


def as_of(
    conn: Connection,
    moments: Moments,
    moment: datetime,
    *,
    built_for: datetime,
    compare: str,
    latest: datetime,
) -> Any:
    """Give the columns of ``courses`` as of a moment."""
    wanted, built = end_of_moment(moment), end_of_moment(built_for)
    if wanted == built:
        return COURSES.c
    first = min(wanted.date(), built.date()) if wanted > built else wanted.date()
    codes = touched_between(first, wanted.date())
    days = (first, wanted.date())
    judged_again = courses_of(as_of=wanted, compare=compare, latest=latest, codes=codes, days=days)
    if conn.dialect.name == "duckdb":
        again: Any = moments.kept(conn, f"courses_{wanted:%Y%m%d%H%M%S%f}", judged_again)
    else:
        again = judged_again.cte("judged_again")
    others = select(COURSES).where(COURSES.c.number.not_in(select(again.c.number)))
    return union_all(others, select(*again.c)).subquery("courses_then").c

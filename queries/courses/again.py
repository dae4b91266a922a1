"""The dossiers that another moment changes, judged again by the expressions that build ``courses``.

The engine gives their rows, which keep every moment that a judgement looks at; what they are is worked out in
numpy (``queries.courses.evaluated``). As a statement of the engine the same expressions took it longer to
plan than everything else together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    DateTime,
    Integer,
    Select,
    SmallInteger,
    and_,
    bindparam,
    or_,
    select,
)

from queries.courses.added_up import Columns, distinct
from queries.courses.build import closings, decided, end_of_moment, is_a_crowd, tells_its_minute
from queries.courses.conditions import Condition, number
from queries.courses.constructs import minute_of
from queries.courses.evaluated import Holds, Value, evaluated, of_time, value
from queries.courses.prepared import MOMENT, Prepared
from queries.courses.table import COURSES, DAYS, DECIDED, EVENT_RANGE, MOMENTS, day_number

SEEN = tuple(one for one in COURSES.c if one.name not in EVENT_RANGE)
"""What is known of a dossier at any moment: the columns of ``COURSES`` but between which days it has all."""

LATELY_DAYS, MOST_LATELY = 31, 100_000
"""Days, the last being the one that ``COURSES`` were built for, whose dossiers lie in memory, where these are
no more than so many (30 MB): the engine takes longer to give a day's rows than it takes to judge them, and
most links are of these days."""


@dataclass(frozen=True)
class Again:
    """The dossiers that a moment changes: by ``SEEN``, as they were built and as they are at the moment."""

    built: Columns
    now: Columns


def judged_again(
    conn: Connection,
    *,
    moment: datetime,
    built_for: datetime,
    compare: str,
    kept: Callable[[Any, Callable[[], Any]], Any],
    held: Callable[[str, Callable[[], Any]], Any],
) -> Again:
    """Judge again the dossiers that another moment than the one ``COURSES`` were built for may change.

    Of a moment that COURSES have seen these are the dossiers that have one of their days on its day. What has
    happened since they were built COURSES do not know: then every dossier with an event since. ``kept`` keeps
    statements under a key, ``held`` rows of these data.
    """
    moment, built_for = end_of_moment(moment), end_of_moment(built_for)
    is_later = moment > built_for
    first, last = min(moment, built_for).date(), moment.date()
    asked = {
        "moment": moment, "day": day_number(last),
        "begin": datetime.combine(first, time()), "end": datetime.combine(last + timedelta(days=1), time()),
    }  # fmt: skip
    lately: Columns = {}
    if not is_later and last > built_for.date() - timedelta(days=LATELY_DAYS):
        lately = held("touched lately", lambda: _touched_lately(conn, built_for.date()))
    if lately:
        (here,) = np.any([lately[name] == asked["day"] for name in DAYS], axis=0).nonzero()
        built: Columns = {name: column[here] for name, column in lately.items()}
    else:
        statement = kept(
            ("touched", is_later), lambda: Prepared(_seen(_is_touched(is_later=is_later)), conn.dialect)
        )
        built = _rows(statement, conn, asked)
    judged: _Judged = kept(("judged again", compare), lambda: _Judged.by(compare))
    values = {name: of_time(one) if isinstance(one, datetime) else one for name, one in asked.items()}
    decided_now = judged.at(built, values)
    (changed,) = np.any([decided_now[name] != built[name] for name in DECIDED], axis=0).nonzero()
    as_built = {name: column[changed] for name, column in built.items()}
    as_now = {name: one[changed].astype(as_built[name].dtype) for name, one in decided_now.items()}
    return Again(as_built, {**as_built, **as_now})


def _seen(is_touched: Condition) -> Select[Any]:
    return select(*SEEN).where(is_touched)


def _rows(statement: Prepared, conn: Connection, asked: Mapping[str, Any]) -> Columns:
    columns = zip(SEEN, statement.columns(conn, asked), strict=True)
    return {one.name: column.astype(_kind(one), copy=False) for one, column in columns}


def _touched_lately(conn: Connection, last: date) -> Columns:
    """Give the dossiers that have one of their days on one of the last, up to this one; none for too many."""
    c, to = COURSES.c, number(day_number(last))
    since = number(day_number(last) - LATELY_DAYS + 1)
    has_one = or_(*(and_(c[name] >= since, c[name] <= to) for name in DAYS))
    some = _seen(and_(c.event_from <= to, c.event_to >= since, has_one))
    rows = _rows(Prepared(some.limit(MOST_LATELY + 1), conn.dialect), conn, {})
    return rows if len(rows["number"]) <= MOST_LATELY else {}


def _kind(column: ColumnElement[Any]) -> Any:
    if isinstance(column.type, Integer):
        return np.int16 if isinstance(column.type, SmallInteger) else np.int32
    kinds: Mapping[type, Any] = {Boolean: np.bool_, DateTime: MOMENT}
    return kinds.get(type(column.type), object)


def _is_touched(*, is_later: bool) -> Condition:
    c, day = COURSES.c, bindparam("day", type_=Integer())
    if is_later:
        return or_(*(_on_these_days(c[name]) for name in MOMENTS))
    # By two columns the engine finds the few that are under way, before it looks at sixteen.
    return and_(c.event_from <= day, c.event_to >= day, or_(*(c[name] == day for name in DAYS)))


def _on_these_days(when: ColumnElement[Any]) -> Condition:
    """Say whether something was between the parameters ``begin`` and ``end``, this one being after it."""
    return and_(when >= bindparam("begin", type_=DateTime()), when < bindparam("end", type_=DateTime()))


_OF_CROWDS = ("unit", "state", "received_at", "finished_at")
"""What of a dossier tells whether it was closed in a crowd."""


@dataclass(frozen=True)
class _Judged:
    """What the moment decides of a dossier, as it is asked of rows in memory."""

    decided: Mapping[str, Value]
    is_closed_then: Holds
    is_closing: Holds
    tells_its_minute: Holds
    minute: Value

    @classmethod
    def by(cls, compare: str) -> _Judged:
        c, moment = COURSES.c, bindparam("moment", type_=DateTime())
        return cls(
            {name: value(one) for name, one in decided(c, c, c.state, moment, compare).items()},
            evaluated(_on_these_days(c.finished_at)),
            evaluated(and_(closings(c, c.state, moment), c.unit != 0)),
            evaluated(tells_its_minute(c)),
            value(minute_of(c.finished_at)),
        )

    def at(self, rows: Columns, values: Mapping[str, Any]) -> dict[str, np.ndarray]:
        """Give ``DECIDED`` of rows at a moment."""
        days = {name: one(rows, values) for name, one in self.decided.items()}
        # Of other days' minutes the moment changes nothing.
        (then,) = self.is_closed_then(rows, values, len(rows["unit"])).nonzero()
        crowd = rows["crowd"].copy()
        crowd[then] = self._is_crowded({name: rows[name][then] for name in _OF_CROWDS}, values)
        return {**days, "crowd": crowd}

    def _is_crowded(self, rows: Columns, values: Mapping[str, Any]) -> np.ndarray:
        """Say of dossiers whether each was closed in one of its unit's crowded minutes."""
        unit = rows["unit"]
        minute = (self.minute(rows, values) - values["begin"]) // np.timedelta64(1, "m")
        _, place = distinct([unit, minute], len(unit))
        closed = np.bincount(place, self.is_closing(rows, values, len(unit)))
        crowded: np.ndarray = is_a_crowd(closed)[place] & self.tells_its_minute(rows, values, len(unit))
        return crowded

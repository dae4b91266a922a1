"""The moment of the data in a copy: fixed at the refresh, kept with it, and never later than the clock."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Column, Connection, Date, and_, cast, func, select

from queries.contract import CONTRACT, SAMPLE_SOURCE, Kind
from queries.copy.tables import CLEAN


def _local(value: date) -> datetime:
    """Give a moment as the wall clock shows it; the first one of a day where the source has a date only."""
    if not isinstance(value, datetime):
        return datetime.combine(value, time())
    return value.replace(tzinfo=None)  # the session's time zone is the dashboard's


LAST_MINUTE = time(23, 59)
DOSSIERS = "dossiers"
_LATEST = ("updated_at", "received_at", "finished_at")
_NOT_EVENTS = frozenset({"updated_at", "active_from", "active_to", "period_start", "period_end", "on_day"})
_PROMISES = frozenset({"due_at", "current_due_at", "due_before", "new_due_at", "due_on"})


@dataclass(frozen=True)
class DataMoment:
    """The moment of the data in a copy, as it was at the refresh.

    ``inferred``: no load tells of the dossiers, so it was taken from the dossiers ("suy ra").
    ``sources``: each source of dossiers with its latest load, oldest first; ``others``: likewise the sources
    of other tables, which show their own time. ``is_sample``: a source says so. ``is_live``: the settings say
    that it is the moment of the refresh.
    """

    moment: datetime
    inferred: bool = False
    sources: tuple[tuple[str, datetime], ...] = ()
    others: tuple[tuple[str, datetime], ...] = ()
    is_sample: bool = False
    is_live: bool = False

    @classmethod
    def from_plain(cls, told: Mapping[str, Any]) -> DataMoment:
        """Make one of what JSON keeps."""
        return cls(
            moment=datetime.fromisoformat(told["moment"]),
            inferred=told["inferred"],
            sources=tuple((name, datetime.fromisoformat(moment)) for name, moment in told["sources"]),
            others=tuple((name, datetime.fromisoformat(moment)) for name, moment in told["others"]),
            is_sample=told["is_sample"],
            is_live=told["is_live"],
        )


def whole_day(moment: datetime) -> datetime:
    """Give the end of the day where a moment is in a day's last minute, else the moment itself."""
    return _end_of(moment) if moment.time() >= LAST_MINUTE else moment


def moment_of_copy(
    conn: Connection,
    *,
    clock: datetime,
    live: bool = False,
    sources_of: Mapping[str, str] | None = None,
    loads: Sequence[tuple[str, datetime]] | None = None,
) -> DataMoment:
    """Give the moment of the data in a copy that is being made; ``clock`` is the local one at the refresh.

    ``loads``: each source's latest where it is known; None asks the copy's own table, which is not written
    anew for a load that brings no rows.

    The oldest, over the sources of dossiers, of each source's latest ``loads.as_of``, never later than the
    clock. Without such loads, the latest of updated_at, received_at and finished_at not in the future.
    The clock's where ``live``, or where there is nothing at all to go by. A day without a time, and a
    moment in a day's last minute, is the end of that day.

    ``loads`` tells no table, so which of its sources are sources of dossiers is decided here: all of them,
    but those that ``sources_of`` gives another table (setting ``loads_of``), and those named after another
    table of the contract ("ratings", "ratings: máy tính bảng", "phiếu đánh giá"). So a district
    that says nothing gets the oldest of all, which is never too late.
    """
    floor = whole_day(clock.replace(second=0, microsecond=0))
    known = _latest_loads(conn) if loads is None else sorted(loads, key=lambda one: (one[1], one[0]))
    table_of = {name: table_of_source(name, sources_of or {}) for name, _ in known}
    sources = tuple(one for one in known if table_of[one[0]] == DOSSIERS)
    others = tuple(one for one in known if table_of[one[0]] != DOSSIERS)
    is_sample = any(name.startswith(SAMPLE_SOURCE) for name, _ in known)
    if live:
        return DataMoment(floor, False, sources, others, is_sample, True)
    if sources:
        oldest = sources[0][1]
        return DataMoment(oldest if oldest <= clock else floor, False, sources, others, is_sample)
    latest = _latest_of_dossiers(conn, clock)
    moment = floor if latest is None else min(latest, floor) if latest > clock else latest
    return DataMoment(moment, True, sources, others, is_sample)


def table_of_source(source: str, sources_of: Mapping[str, str]) -> str:
    """Give the table a source of loads is of: the settings', the one it is named after, else dossiers."""
    if source in sources_of:
        return sources_of[source]
    name = _folded(source.partition(":")[0].strip())
    return next(
        (one.name for one in CONTRACT.values() if name in (_folded(one.name), _folded(one.label))), DOSSIERS
    )


def next_moment(conn: Connection, after: datetime, *, compare: str = "day") -> datetime | None:
    """Give the first moment after another at which something in the clean tables happens, if any.

    Until then, courses built for the one moment are right for the later one too. A promise happens only
    where promises are compared by the minute.
    """
    following: list[datetime] = []
    for name, table in CLEAN.items():
        columns = [one for one in table.c if name != "loads" and _happens(name, one.name, compare)]
        if columns:
            asked = (func.min(one).filter(one > after) for one in columns)
            following += [_local(one) for one in conn.execute(select(*asked)).one() if one is not None]
    return min(following, default=None)


def _happens(table: str, column: str, compare: str) -> bool:
    """Say whether something happens at the moments of a column: a promise only where minutes count."""
    kind = CONTRACT[table][column].kind
    if kind not in (Kind.DAY, Kind.MOMENT) or column in _NOT_EVENTS:
        return False
    return column not in _PROMISES or (compare == "moment" and kind is Kind.MOMENT)


def is_bare(conn: Connection, column: Column[Any]) -> bool:
    """Say whether a column of moments holds days only: it has values, and none of them has a time."""
    timed = and_(column.is_not(None), column != cast(column, Date))
    some, with_time = conn.execute(select(func.count(column), func.count().filter(timed))).one()
    return bool(some) and not with_time


def _latest_loads(conn: Connection) -> list[tuple[str, datetime]]:
    """Give each source of loads with its latest moment, oldest first, then by name."""
    loads = CLEAN["loads"].c
    bare = is_bare(conn, loads.as_of)
    rows = conn.execute(
        select(loads.source, func.max(loads.as_of)).where(loads.as_of.is_not(None)).group_by(loads.source)
    ).all()
    latest: dict[str, datetime] = {}
    for source, moment in rows:  # an empty name is no name
        latest[source or ""] = max(moment, latest.get(source or "", moment))
    known = [(name, _end_of(one) if bare else whole_day(one)) for name, one in latest.items()]
    return sorted(known, key=lambda one: (one[1], one[0]))


def _latest_of_dossiers(conn: Connection, clock: datetime) -> datetime | None:
    """Give the latest moment of the dossiers that is not in the future."""
    latest = []
    for name in _LATEST:
        column = CLEAN[DOSSIERS].c[name]
        found = conn.scalar(select(func.max(column)).where(column <= clock))
        if found is not None:
            latest.append(_end_of(found) if is_bare(conn, column) else whole_day(found))
    return max(latest, default=None)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def _end_of(day: datetime) -> datetime:
    return datetime.combine(day, time.max)

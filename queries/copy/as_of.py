"""The moment the data are of, and the version of the data that answers are kept by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import Connection, func, select

from queries.contract import SAMPLE_SOURCE
from queries.courses.bound import Bound


@dataclass(frozen=True)
class AsOf:
    """The moment of the data.

    ``inferred``: there are no loads, so it was taken from the dossiers ("suy ra").
    ``sources``: each source's latest load, oldest first. ``version``: changes whenever
    the data do, as far as loads and dossiers show it. ``is_sample``: a source says so.
    ``is_moving``: the moment is the clock's, because every load is of a later one.
    """

    moment: datetime
    inferred: bool
    sources: tuple[tuple[str, datetime], ...]
    version: str
    is_sample: bool
    is_moving: bool = False


def read_as_of(conn: Connection, bound: Bound, now: datetime, *, live: bool = False) -> AsOf:
    """Read the moment of the data: one value for everything that is shown.

    The oldest, over sources, of each source's latest ``loads.as_of``, never later than
    ``now``; without loads the latest dossier moment that is not in the future; ``now``
    where ``live``, or where there is nothing at all to go by. ``now`` to the minute.
    """
    loads = bound["loads"]
    rows = conn.execute(
        select(loads.c.source, func.max(loads.c.as_of), func.max(loads.c.loaded_at), func.count())
        .where(loads.c.as_of.is_not(None))
        .group_by(loads.c.source)
    ).all()
    # By name where two are of one moment: engines give groups in any order.
    known = sorted(((row[0] or "", _local(row[1])) for row in rows), key=lambda one: (one[1], one[0]))
    is_sample = any(source.startswith(SAMPLE_SOURCE) for source, _ in known)
    stamp = [*(f"{row[0]}|{row[1]}|{row[2]}|{row[3]}" for row in sorted(rows, key=str))]
    floor, is_moving = now.replace(second=0, microsecond=0), live
    if known:
        # A load of later today counts up to the minute, so that the View is not new each second.
        is_moving = is_moving or known[0][1] > now
        moment, inferred = (known[0][1] if known[0][1] <= now else floor), False
    else:
        latest = _latest(conn, bound, now)
        moment, inferred = (latest[0] or floor), True
        stamp.append("|".join(map(str, latest)))
    if live:
        moment, inferred = floor, False
    return AsOf(moment, inferred, tuple(known), " ".join(stamp), is_sample, is_moving)


def _latest(conn: Connection, bound: Bound, now: datetime) -> tuple[datetime | None, int]:
    """Give the latest past moment in the dossiers and how many dossiers there are."""
    dossiers = bound["dossiers"]
    latest = []
    for name in ("updated_at", "received_at", "finished_at"):
        if bound.has(f"dossiers.{name}"):
            column = dossiers.c[name]
            latest.append(conn.scalar(select(func.max(column)).where(column <= now)))
    count = conn.scalar(select(func.count()).select_from(dossiers)) or 0
    past = [_local(one) for one in latest if one is not None]
    return (max(past) if past else None), count


def _local(value: date) -> datetime:
    """Give a moment as the wall clock shows it; the first one of a day where the source has a date only."""
    if not isinstance(value, datetime):
        return datetime.combine(value, time())
    return value.replace(tzinfo=None)  # the session's time zone is the dashboard's

"""Part "http": one question over HTTP, of a period nobody asked before, beside the bare SQL of the same.

The one statement written by hand: what a person who knows PostgreSQL would ask the source's own table,
indexed as an administrator would, for late and total by unit. Both are held to give the same numbers.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Any, cast

import psycopg

from bench.databases import PostgreSQL
from bench.machine import Machine
from bench.results import Aim, Result, Table, milliseconds
from bench.serving import Server, serving
from bench.stage import Stage
from queries.asked.periods import parse_period

MOST_SHARE = 0.5
_BARE = """
SELECT unit_code, count(*) FILTER (WHERE finished_at::date > due_at::date) AS late, count(*) AS total
FROM dossiers
WHERE {closed_at} >= %(start)s AND {closed_at} < %(after)s AND due_at IS NOT NULL
  AND coalesce(state, 'finished') NOT IN ('open', 'suspended', 'refused', 'withdrawn')
GROUP BY unit_code"""
_TIMED = "finished_at"
"""What is timed: an index finds it."""
_EXACT = "(CASE WHEN finished_at < received_at THEN received_at ELSE finished_at END)"
"""What is right for the few dossiers finished before they were received; held against ours, not timed."""
PERIODS = {
    "month": ("2026-10", "2026-09", "2026-08", "2026-07", "2026-06", "2026-05", "2026-04"),
    "quarter": ("2026-Q3", "2026-Q2", "2026-Q1", "2025-Q4", "2025-Q3"),
    "year": ("2025", "2024", "2025-02-10..2026-02-09", "2024-08-05..2025-08-04", "2024-05-13..2025-05-12"),
}
"""Over before the moment of the data; asked once each."""
_FIRST = "2025-01"

Counts = dict[str | None, tuple[int, int]]


@dataclass(frozen=True)
class _Pair:
    """One period: milliseconds of the same late and total over HTTP, of everything on time, of bare SQL."""

    kind: str
    period: str
    ours: float
    everything: float
    bare: float


def measure_http(stage: Stage) -> Result | str:
    """Ask both, in turn."""
    database = stage.source
    if not isinstance(database, PostgreSQL):
        return f"the bare SQL is for PostgreSQL, the source is {database.label}"
    with serving(database.url, stage.folder("http")) as server, database.connect() as connection:
        machine = Machine.now()
        _pair(server, connection, "", _FIRST)
        pairs = [_pair(server, connection, kind, code) for kind, codes in PERIODS.items() for code in codes]
    how = (
        "`/api/v1/on-time?theo=don-vi-ky&ky=…` of `python app.py serve`, each period once, on a new line, "
        "compressed; `/api/v1/on-time?ky=…`, which gives all counts, rates, the comparison and thirteen "
        "months; and the statement below on PostgreSQL with the same rows, on an open line of psycopg, "
        "its rows fetched: columns indexed that it looks for, tables vacuumed and analysed, pages mostly in "
        "memory. They take turns, and gave the same late and total for every unit.\n\n"
        f"```sql{_BARE.format(closed_at=_TIMED)}\n```"
    )
    return Result(
        "http", stage.sample.rows, machine, how, tuple(_aims(pairs)), (_table(pairs), _every(pairs))
    )


def _pair(server: Server, connection: psycopg.Connection[Any], kind: str, code: str) -> _Pair:
    bare = _bare(connection, code, _TIMED)[0]
    narrow, wide = f"/api/v1/on-time?theo=don-vi-ky&ky={code}", f"/api/v1/on-time?ky={code}"
    ours, everything = server.timed(narrow), server.timed(wide)
    answered = _answered(server.get(narrow), lambda row: row)
    by_hand = _known(_bare(connection, code, _EXACT)[1], answered)
    assert answered == _answered(server.get(wide), lambda row: row["rates"]["A"]), code
    if answered != by_hand:
        keys = [key for key in {**answered, **by_hand} if answered.get(key) != by_hand.get(key)]
        shown = "; ".join(f"{key}: {answered.get(key)}, by hand {by_hand.get(key)}" for key in keys[:3])
        raise AssertionError(f"{code} differs in {len(keys)} units: {shown}")
    return _Pair(kind, code, ours, everything, bare)


def _bare(connection: psycopg.Connection[Any], code: str, closed_at: str) -> tuple[float, Counts]:
    start, after = _days(code)
    started = time.perf_counter()
    text = cast(Any, _BARE.format(closed_at=closed_at))
    rows = connection.execute(text, {"start": start, "after": after}).fetchall()
    return 1000 * (time.perf_counter() - started), {row[0]: (row[1], row[2]) for row in rows if row[2]}


def _known(by_hand: Counts, answered: Counts) -> Counts:
    """Put what is of a unit that is in no list under none, as ours does."""
    found: Counts = {}
    for code, (late, total) in by_hand.items():
        known = code if code in answered else None
        before = found.get(known, (0, 0))
        found[known] = (before[0] + late, before[1] + total)
    return found


def _days(code: str) -> tuple[date, date]:
    period = parse_period(code)
    return period.start, period.end + timedelta(days=1)


def _answered(answer: bytes, rate_in: Callable[[Any], Any]) -> Counts:
    found = {}
    for row in json.loads(answer)["rows"]:
        rate = rate_in(row)
        if rate["denominator"]:
            found[row["unit_code"]] = (rate["numerator"], rate["denominator"])
    return found


def _aims(pairs: list[_Pair]) -> Iterator[Aim]:
    for kind in PERIODS:
        ours, _, bare = _medians(pairs, kind)
        found = f"{ours / bare:.2f} × ({milliseconds(ours)} and {milliseconds(bare)} ms)"
        what = (
            f"late and total by unit of a {kind} nobody asked for, over HTTP ≤ {MOST_SHARE:g} × the bare SQL "
            "on PostgreSQL"
        )
        yield Aim(what, found, ours <= MOST_SHARE * bare)


def _medians(pairs: list[_Pair], kind: str) -> tuple[float, float, float]:
    here = [one for one in pairs if one.kind == kind]
    ours = median(one.ours for one in here)
    return ours, median(one.everything for one in here), median(one.bare for one in here)


_HEADS = ("period", "over HTTP", "everything on time", "bare SQL")


def _table(pairs: list[_Pair]) -> Table:
    rows = []
    for kind in PERIODS:
        ours, everything, bare = _medians(pairs, kind)
        ratios = (f"{ours / bare:.2f}", f"{everything / bare:.2f}")
        rows.append((kind, *map(milliseconds, (ours, everything, bare)), *ratios))
    return Table.of("Milliseconds, medians:", (*_HEADS, "ratio", "ratio of everything"), rows)


def _every(pairs: list[_Pair]) -> Table:
    return Table.of(
        "Each:",
        _HEADS,
        ((one.period, *map(milliseconds, (one.ours, one.everything, one.bare))) for one in pairs),
    )

"""Part "reading": how long a source is read, what that costs, and what readers notice of a new generation."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from bench.databases import CHANGED_AT, Database, NoServer
from bench.machine import Machine
from bench.readers import Report, percentile, readers
from bench.refreshing import Refreshed, refreshed
from bench.results import Aim, Result, Table
from bench.serving import serving
from bench.stage import Stage

ENGINES = ("postgresql", "mariadb", "sqlite")
MOST_SECONDS = {"postgresql": 15.0, "mariadb": 40.0}
MOST_MEMORY = {"postgresql": 600.0}
MOST_CHANGED_SECONDS = {"postgresql": 3.0}
CHANGED = 2_000
_AIMED = 1_500_000
"""The aims are for 1.28 million dossiers: larger ones are told without."""
_STEPS = ("read", "judged", "built", "verified", "kept", "swapped")
SWAP_READERS, SWAP_EVERY, MOST_SWAP_SECONDS = 40, 10.0, 180.0
MOST_REQUEST = 1000.0


@dataclass(frozen=True)
class Swapped:
    """What readers noticed. ``took``: seconds from the change at the source until an answer was another.

    ``before``: milliseconds of requests before the change; ``meanwhile``: of those after it, until some
    seconds after the new answer; both sorted.
    """

    took: float | None
    before: list[float]
    meanwhile: list[float]
    report: Report


def measure_reading(stage: Stage) -> Result:
    """Read every engine whole, then two thousand changed rows; then change the source of a server at work."""
    machine = Machine.now()
    whole: dict[str, Refreshed] = {}
    changed: dict[str, Refreshed] = {}
    labels, missing = {}, []
    for engine in ENGINES:
        try:
            database = stage.database(engine)
        except NoServer as error:
            missing.append(f"{engine}: not measured, {error}.")
            continue
        print(f"  {database.label}", flush=True)
        labels[engine] = database.label
        whole[engine], changed[engine] = _read(stage, database)
    swapped = _swap(stage)
    how = (
        "Each reading is one refresh of the working copy in a process of its own: the source is read in one "
        "snapshot and cleaned (read), measured against the generation before (judged), `courses` are made "
        "(built), the file is read back (verified), moved to its place and flushed (kept), and named the "
        f"current one (swapped). Then {CHANGED:,} dossiers are changed at the source, and it is refreshed "
        "again: changed dossiers are read, tables without `updated_at` whole. Memory is the process's peak "
        "(VmHWM). Each was done once, on indexed tables whose pages may still be in the server's memory. "
        + " ".join(missing)
    ).strip()
    tables = [_readings(labels, whole, "The whole source:")]
    tables.append(_readings(labels, changed, f"{CHANGED:,} changed dossiers:"))
    tables.append(_swap_table(swapped))
    tables += swapped.report.first_errors()
    aims = [*_aims(labels, whole, changed)] if stage.sample.rows <= _AIMED else []
    return Result("reading", stage.sample.rows, machine, how, (*aims, *_swap_aims(swapped)), tuple(tables))


def _read(stage: Stage, database: Database) -> tuple[Refreshed, Refreshed]:
    folder = stage.folder(f"read-{database.label}")
    whole = refreshed(database.url, folder)
    # The load after the first reading is read whole, once: that may have been amid one.
    database.change(stage.sample.newest(3 * CHANGED)[2 * CHANGED :])
    refreshed(database.url, folder)
    database.change(stage.sample.newest(CHANGED), CHANGED_AT + timedelta(minutes=2))
    return whole, refreshed(database.url, folder)


def _aims(
    labels: dict[str, str], whole: dict[str, Refreshed], changed: dict[str, Refreshed]
) -> Iterator[Aim]:
    for engine, label in labels.items():
        if most := MOST_SECONDS.get(engine):
            found = whole[engine].reading
            yield Aim(f"reading all from {label} ≤ {most:g} s", f"{found:.1f} s", found <= most)
        if most := MOST_MEMORY.get(engine):
            found = whole[engine].peaks["read"]
            yield Aim(f"the same in ≤ {most:g} MB", f"{found:.0f} MB", found <= most)
            found = max(whole[engine].peaks.values())
            yield Aim(f"the whole refresh in ≤ {most:g} MB", f"{found:.0f} MB", found <= most)
        if most := MOST_CHANGED_SECONDS.get(engine):
            found = changed[engine].reading
            yield Aim(
                f"reading {CHANGED:,} changed rows from {label} ≤ {most:g} s", f"{found:.1f} s", found <= most
            )


def _readings(labels: dict[str, str], found: dict[str, Refreshed], told: str) -> Table:
    heads = ("source", *(f"{step}, s" for step in _STEPS), "in all, s", "peak when read, MB", "peak, MB",
             "dossiers", "other rows")  # fmt: skip
    rows = [
        (label, *(f"{found[engine].seconds.get(step, 0):.2f}" for step in _STEPS),
         f"{found[engine].whole:.1f}", f"{found[engine].peaks['read']:.0f}",
         f"{max(found[engine].peaks.values()):.0f}", f"{found[engine].rows.get('dossiers', 0):,}",
         f"{sum(found[engine].rows.values()) - found[engine].rows.get('dossiers', 0):,}")
        for engine, label in labels.items()
    ]  # fmt: skip
    return Table.of(told, heads, rows)


def _swap(stage: Stage) -> Swapped:
    """Change the source of a server that readers ask, until its answers change."""
    # The same changes again would change nothing: other dossiers, and another moment of loading.
    codes = stage.sample.newest(2 * CHANGED)[CHANGED:]
    # It reads as soon as it has seen the change, not when reading has taken little enough of the time.
    with serving(stage.source.url, stage.folder("swapped"), read_time_percent="100") as server:
        was = server.get("/api/v1/on-time")
        with readers(server.address, count=SWAP_READERS, every=SWAP_EVERY, seconds=MOST_SWAP_SECONDS) as work:
            started = time.monotonic()
            time.sleep(2 * SWAP_EVERY)
            changed, took = time.monotonic(), None
            stage.source.change(codes, CHANGED_AT + timedelta(minutes=3))
            while took is None and work.is_running():
                time.sleep(0.5)
                if server.get("/api/v1/on-time") != was:
                    took = time.monotonic() - changed
            time.sleep(SWAP_EVERY)  # everybody meets the new answers
            ended = time.monotonic()
            work.stop()
            report = work.report()
            return Swapped(took, report.between(started, changed), report.between(changed, ended), report)


def _swap_aims(swapped: Swapped) -> tuple[Aim, ...]:
    slowest = percentile(swapped.meanwhile, 100)
    is_met = swapped.took is not None and slowest <= MOST_REQUEST and not swapped.report.errors
    found = f"slowest {slowest:.0f} ms, {swapped.report.errors} errors"
    if swapped.took is None:
        found = f"no new generation was seen in {MOST_SWAP_SECONDS:.0f} s; {found}"
    return (Aim(f"a generation swap while readers ask: no request over {MOST_REQUEST:g} ms", found, is_met),)


def _swap_table(swapped: Swapped) -> Table:
    took = "never" if swapped.took is None else f"{swapped.took:.0f} s after the change"
    times = {"before the change": swapped.before, "from the change on": swapped.meanwhile}
    return Table.of(
        f"A generation swap: {SWAP_READERS} readers change their view every {SWAP_EVERY:g} s, while "
        f"{CHANGED:,} dossiers are changed at the source of a server that refreshes by itself; answers were "
        f"new {took}. Milliseconds of the readers' requests:",
        ("", "requests", "median", "p95", "slowest"),
        ((name, f"{len(here):,}", *(f"{percentile(here, percent):.0f}" for percent in (50, 95, 100)))
         for name, here in times.items()),
    )  # fmt: skip

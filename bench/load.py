"""Part "load": two hundred readers, their wait, a monitor's, and what the source is asked."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from bench.counting_proxy import CountingProxy, Sent, counting
from bench.databases import PostgreSQL
from bench.machine import Machine
from bench.monitor import monitoring
from bench.plan import Plan
from bench.readers import ADDRESSES, Report, percentile, readers
from bench.results import Aim, Result, Table
from bench.serving import serving
from bench.stage import Stage

MOST_P95, MOST_HEALTH = 500.0, 200.0
_HEALTH_EVERY = 0.25


@dataclass(frozen=True)
class Health:
    """What a monitor waited for /healthz, in milliseconds, sorted: at the readers' address and at its own."""

    readers: Sequence[float]
    monitors: Sequence[float]


@dataclass(frozen=True)
class _Asked:
    """What the source was asked before the readers began, while they were at it, and as long afterwards."""

    before: Sequence[Sent]
    busy: Sequence[Sent]
    quiet: Sequence[Sent]

    @property
    def strange(self) -> list[str]:
        """Statements that were never sent while nobody read."""
        known = {one.text for one in (*self.before, *self.quiet)}
        return sorted({one.text for one in self.busy} - known)

    @property
    def visit(self) -> int:
        """The most statements of one connection while nobody read: the refresher may come once more."""
        of_one = Counter(one.connection for one in (*self.before, *self.quiet))
        return max(of_one.values(), default=0)

    @property
    def is_refreshers(self) -> bool:
        """Say whether the busy time saw no more than the refresher's own."""
        return not self.strange and len(self.busy) <= len(self.quiet) + self.visit


def measure_load(stage: Stage, plan: Plan) -> Result:
    """Let readers work on a real server whose source is counted."""
    database = stage.source
    with ExitStack() as opened:
        is_counted = isinstance(database, PostgreSQL)
        proxy = opened.enter_context(counting(database.url)) if is_counted else CountingProxy(database.url)
        server = opened.enter_context(serving(proxy.url, stage.folder("loaded")))
        machine = Machine.now()
        with readers(
            server.address, count=plan.readers, every=plan.every, seconds=plan.seconds
        ) as work, monitoring(server.ports, every=_HEALTH_EVERY) as heard:  # fmt: skip
            used, started = server.cpu_seconds(), time.monotonic()
            report = work.report()
            ended = time.monotonic()
            cpu = 100 * (server.cpu_seconds() - used) / (ended - started)
        quiet_from = time.monotonic()
        time.sleep(ended - started)
        asked = _Asked(
            proxy.between(0, started),
            proxy.between(started, ended),
            proxy.between(quiet_from, time.monotonic()),
        )
        memory = server.memory
    health = Health(*(sorted(heard.times[port]) for port in server.ports))
    counted = (
        "A proxy before PostgreSQL notes every statement (simple queries and Execute messages) with its "
        f"words: those of the readers' {ended - started:.0f} s are held against as long a time afterwards in "
        "which nobody reads; the refresher may have come once more."
        if is_counted
        else f"Statements at {database.label} were not counted."
    )
    how = (
        f"`python app.py serve` (one parent, {memory.workers} workers) over a copy of {database.label}. "
        f"{plan.readers} readers each change their view every {plan.every:g} s for {plan.seconds:g} s, "
        f"evenly staggered: an address drawn from {ADDRESSES}, of which half had been asked for before, "
        "others share some of their answers. A change is the page's frame, then all its cards at once on up "
        "to six lines, as a browser asks; nothing is drawn. The readers are one process of their own, on the "
        f"same machine, and so is the monitor, which asks /healthz every {_HEALTH_EVERY:g} s on a new line: "
        f"at the readers' address, and at the monitors' own. {counted}"
    )
    aims = list(_aims(report, health, asked if is_counted else None))
    tables = list(_tables(report, health, asked if is_counted else None, cpu, memory.peak))
    return Result("load", stage.sample.rows, machine, how, tuple(aims), tuple(tables))


def _aims(report: Report, health: Health, asked: _Asked | None) -> Iterator[Aim]:
    change, request = percentile(report.change_times, 95), percentile(report.request_times, 95)
    yield Aim(f"under load a change of view, p95 < {MOST_P95:g} ms", f"{change:.0f} ms", change < MOST_P95)
    yield Aim(f"under load a request, p95 < {MOST_P95:g} ms", f"{request:.0f} ms", request < MOST_P95)
    told = f"{report.errors} of {len(report.requests):,}"
    yield Aim("under load no error", told, report.errors == 0 and bool(report.requests))
    for where, times in (("monitors'", health.monitors), ("readers'", health.readers)):
        worst = max(times, default=float("inf"))
        told = f"slowest {worst:.0f} ms"
        yield Aim(
            f"/healthz at the {where} address ≤ {MOST_HEALTH:g} ms meanwhile", told, worst <= MOST_HEALTH
        )
    if asked is not None:
        found = (
            f"{len(asked.busy)}, {len(asked.quiet)} while nobody reads; {len(asked.strange)} of other words"
        )
        yield Aim("statements at the source no more than the refresher's", found, asked.is_refreshers)


def _tables(
    report: Report, health: Health, asked: _Asked | None, cpu: float, memory: float
) -> Iterator[Table]:
    measured = {
        "change of view": report.change_times,
        "request": report.request_times,
        "/healthz, monitors' address": health.monitors,
        "/healthz, readers' address": health.readers,
    }
    yield Table.of(
        "Milliseconds:",
        ("", "count", "median", "p95", "p99", "slowest"),
        (
            (name, f"{len(times):,}", *(f"{percentile(times, percent):.0f}" for percent in (50, 95, 99, 100)))
            for name, times in measured.items()
        ),
    )
    yield Table.of(
        "CPU in percent of one core, resident memory at most:",
        ("", "CPU", "MB"),
        [("the server", f"{cpu:.0f}", f"{memory:.0f}"), ("the readers' process", f"{report.cpu:.0f}", "—")],
    )
    yield from report.first_errors()
    if asked is not None:
        words = Counter(one.text for one in asked.busy)
        quiet = Counter(one.text for one in asked.quiet)
        yield Table.of(
            "What was sent to the source:",
            ("statement", "while readers read", "while nobody does"),
            [(f"`{text[:120].replace('|', '/')}`", words[text], quiet[text])
             for text in sorted({*words, *quiet})],
        )  # fmt: skip

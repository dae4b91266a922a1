"""Readers at work: their plan, their process, and what they found; ``bench.reader`` is that process."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from bench.asking import PAGES
from bench.machine import ROOT
from bench.results import Table
from dashboard.frame.components import FAILED

ADDRESSES = 400
_SEED = 11
_UNITS = tuple(f"QM-P{number:02}" for number in range(1, 13))


@dataclass(frozen=True)
class Report:
    """What readers found, in milliseconds.

    ``requests``: when each was sent (``time.monotonic``), and its time from its first byte to its answer's
    last. ``change_times``: of each change of view, from the click to the last card, sorted. ``messages``: of
    the first errors. ``cpu``: of the readers' process, in percent of a core.
    """

    requests: Sequence[tuple[float, float]]
    change_times: Sequence[float]
    errors: int
    messages: Sequence[str]
    cpu: float
    seconds: float

    @cached_property
    def request_times(self) -> list[float]:
        """The times of all requests, sorted."""
        return sorted(spent for _, spent in self.requests)

    def first_errors(self) -> list[Table]:
        """Give a table of the first errors; none where there was none."""
        rows = [(one.replace("|", "/"),) for one in self.messages]
        return [Table.of("The first errors:", ("error",), rows)] if rows else []

    def between(self, start: float, end: float) -> list[float]:
        """Give the times of requests that were under way in a time, sorted."""
        return sorted(spent for at, spent in self.requests if at < end and at + spent / 1000 >= start)


class Work:
    """Readers that are at it."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._told = ""
        # Meanwhile: what they found is more than a pipe holds, and they would wait for ever to tell it.
        self._listening = threading.Thread(target=self._listen, daemon=True)
        self._listening.start()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        self._told = self._process.stdout.read()

    def is_running(self) -> bool:
        """Say whether they still change their views."""
        return self._process.poll() is None

    def stop(self) -> None:
        """Let them finish the view they are at, and no other."""
        if self._process.stdin and not self._process.stdin.closed:
            self._process.stdin.close()

    def report(self) -> Report:
        """Wait for the end, and give what they found."""
        self._listening.join()
        assert self._process.wait(60) == 0, "the readers' process failed; see its error above"
        return Report(**json.loads(self._told))


@contextmanager
def readers(address: str, *, count: int, every: float, seconds: float) -> Iterator[Work]:
    """Start readers, once half of their addresses have been asked for; they begin at this moment."""
    plan = {
        "address": address, "readers": count, "every": every, "seconds": seconds, "addresses": addresses(),
        "failed": FAILED, "seed": _SEED,
    }  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.reader", json.dumps(plan, ensure_ascii=False)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        line = process.stdout.readline()  # the known addresses are known when it speaks
        assert line.strip() == "ready", f"the readers' process said {line!r}"
        yield Work(process)
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(30)
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


def addresses(count: int = ADDRESSES) -> list[tuple[str, str, str]]:
    """Give the addresses readers go to, as (page, path, query): the same for every run; the first half known.

    Every page, months, quarters and years, half of them for one unit, one in ten of another moment.
    """
    draw = random.Random(_SEED)
    periods = [
        *(f"{year}-{month:02}" for year in (2024, 2025, 2026) for month in range(1, 13)),
        *(f"{year}-Q{quarter}" for year in (2024, 2025, 2026) for quarter in range(1, 5)),
        "2024", "2025", "2026",
    ]  # fmt: skip
    periods = [one for one in periods if one not in ("2026-12",)]
    found: dict[tuple[str, str, str], Any] = {}
    while len(found) < count:
        page = draw.choice(list(PAGES))
        words = {"ky": draw.choice(periods)}
        path = PAGES[page]
        if page == "unit":
            path = f"/don-vi/{draw.choice(_UNITS)}"
        elif draw.random() < 0.5:
            words["don_vi"] = draw.choice(_UNITS)
        if draw.random() < 0.1:
            words["den"] = draw.choice(("2026-11-20T12:00", "2026-11-18T12:00"))
        query = "&".join(f"{word}={value}" for word, value in words.items())
        found[page, path, f"?{query}"] = None
    return list(found)


def percentile(values: Sequence[float], percent: int) -> float:
    """Give what so many percent of sorted values do not exceed; 0 of none."""
    if not values:
        return 0.0
    return values[min(len(values) - 1, len(values) * percent // 100)]

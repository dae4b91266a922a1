"""One refresh of a copy, in a process of its own, so that its memory is its own: how long each step took.

``python -m bench.refreshing URL FOLDER`` prints it as JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.data import AS_OF
from bench.machine import ROOT
from dashboard.question.working_copy import generations_of, reader_of, terms_of
from dashboard.settings.settings import Settings
from dashboard.settings.values import SecretUrl
from queries.copy.generations import Generation, Generations
from queries.copy.refresh import refresh
from queries.courses.build import build

LONGEST_SECONDS = 1800
FILES = "files:"


@dataclass(frozen=True)
class Refreshed:
    """How a refresh went.

    ``seconds``: what each step took, by the name of ``refresh.STEPS`` that it ended with. ``peaks``: the most
    memory the process had held by then, in MB. ``rows``: what arrived, by table. ``size``: of the
    generation, in bytes.
    """

    kind: str
    sentence: str
    seconds: Mapping[str, float]
    peaks: Mapping[str, float]
    rows: Mapping[str, int]
    size: int

    @property
    def reading(self) -> float:
        """Seconds from the source's first row to clean tables."""
        return self.seconds["read"]

    @property
    def building(self) -> float:
        """Seconds for ``courses``."""
        return self.seconds.get("built", 0.0)

    @property
    def whole(self) -> float:
        """Seconds for everything."""
        return sum(self.seconds.values())


class RefreshFailed(Exception):  # noqa: N818 - what it is
    """The refresh took nothing; the text says why."""


def refreshed(url: str, folder: Path) -> Refreshed:
    """Refresh the copy of a folder in a process of its own. Raises RefreshFailed."""
    asked = [sys.executable, "-m", "bench.refreshing", url, str(folder)]
    done = subprocess.run(
        asked, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True, timeout=LONGEST_SECONDS
    )
    found = Refreshed(**json.loads(done.stdout))
    if found.kind != "taken":
        raise RefreshFailed(f"{found.kind}: {found.sentence}")
    return found


def current(folder: Path) -> Generation:
    """Give the generation that is current in a folder."""
    found = Generations(folder).current()
    if found is None:
        raise RefreshFailed(f"no copy in {folder}")
    return found


def settings_of(url: str, folder: Path) -> Settings:
    """Give the settings under which a source is served from a copy; ``FILES`` before a path: it is a file."""
    # The servers measured are this machine's own, and read by the account that fills them.
    more: dict[str, Any] = {"database_url": SecretUrl(url), "writing_account": True}
    if url.startswith(FILES):
        more = {"files": [{"path": url.removeprefix(FILES)}]}
    return Settings(copy_folder=str(folder), as_of=AS_OF, cache_seconds=3600, **more)


def _refresh(url: str, folder: Path) -> dict[str, Any]:
    settings = settings_of(url, folder)
    seconds: dict[str, float] = {}
    peaks: dict[str, float] = {}
    rows: dict[str, int] = {}
    last = time.perf_counter()

    def step(name: str) -> None:
        nonlocal last
        now = time.perf_counter()
        seconds[name], last = now - last, now
        peaks[name] = _peak()

    outcome = refresh(
        generations_of(settings), reader_of(settings), build, terms_of(settings),
        progress=rows.__setitem__, step=step,
    )  # fmt: skip
    size = outcome.generation.size if outcome.generation is not None else 0
    return {
        "kind": outcome.kind, "sentence": outcome.sentence, "seconds": seconds, "peaks": peaks, "rows": rows,
        "size": size,
    }  # fmt: skip


def _peak() -> float:
    """Give the most resident memory of this process so far, in MB.

    Not ``ru_maxrss``: that of a child begins with what its parent held.
    """
    for line in Path("/proc/self/status").read_text("utf-8").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise LookupError("this system does not tell a process's peak memory")


if __name__ == "__main__":
    print(json.dumps(_refresh(sys.argv[1], Path(sys.argv[2]))))

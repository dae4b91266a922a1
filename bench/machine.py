"""The machine a part was measured on, and what else it was doing: part of every result."""

from __future__ import annotations

import os
import platform
import subprocess
import time
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_PACKAGES = (
    "dash", "plotly", "pandas", "sqlalchemy", "duckdb", "duckdb-sqlalchemy", "psycopg", "pymysql", "uvicorn",
    "httptools", "flask",
)  # fmt: skip


@dataclass(frozen=True)
class Machine:
    """When and where something was measured.

    ``load``: of the last minute, when the part began. ``loop_seconds``: what adding up ten million numbers in
    a plain Python loop took then, by which runs on another day can be compared. ``commit``: of the code, with
    a "+" where files were changed since.
    """

    at: str
    processors: str
    load: float
    loop_seconds: float
    commit: str
    versions: str

    @classmethod
    def now(cls) -> Machine:
        """Look at this machine now."""
        load = os.getloadavg()[0]  # before the loop, which is a load itself
        return cls(
            datetime.now().strftime("%Y-%m-%d %H:%M"), f"{os.cpu_count()} × {_model()}, {platform.system()}",
            load, _loop_seconds(), _commit(), _versions(),
        )  # fmt: skip


def _model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        lines = []
    named = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())


def _loop_seconds() -> float:
    started, total = time.perf_counter(), 0
    for number in range(10_000_000):
        total += number
    return time.perf_counter() - started


def _commit() -> str:
    try:
        commit = _git("rev-parse", "--short", "HEAD")
        changed = _git("status", "--porcelain", "--untracked-files=no", "--", "*.py", "assets")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return f"{commit}+" if changed else commit


def _git(*words: str) -> str:
    asked = ["git", "-C", str(ROOT), *words]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()


def _versions() -> str:
    named = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    return f"Python {platform.python_version()}, {named}"

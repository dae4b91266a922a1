"""What is counted of the serving, by every worker, for one listener to add up (``watch``).

The workers write into files of one folder, which prometheus_client maps into memory; the folder is in an
environment variable, because workers are other processes.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
READY = "ready.json"


class Measures:
    """The counters of one process. Made after the folder is named, or they are this process's alone."""

    def __init__(self) -> None:
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram  # noqa: PLC0415 - reads FOLDER

        registry = CollectorRegistry()
        self._answers = Counter("motcua_answers", "Answers by status class", ["status"], registry=registry)
        self._seconds = Histogram(
            "motcua_answer_seconds", "From a request's head to its answer",
            buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30), registry=registry,
        )  # fmt: skip
        self._refused = Counter("motcua_refused", "Requests refused by the front", ["why"], registry=registry)
        self._waiting = Gauge(
            "motcua_waiting",
            "Requests that wait for a thread",
            registry=registry,
            multiprocess_mode="livesum",
        )
        self._beat = Gauge(
            "motcua_beat_seconds", "When a worker's loop last turned, Unix time", registry=registry,
            multiprocess_mode="max",
        )  # fmt: skip

    def answered(self, status: int, seconds: float) -> None:
        """Count an answer."""
        self._answers.labels(f"{status // 100}xx").inc()
        self._seconds.observe(seconds)

    def refused(self, why: str) -> None:
        """Count a refusal."""
        self._refused.labels(why).inc()

    def beat(self, waiting: int) -> None:
        """Say that the loop turns, and how much waits."""
        self._beat.set(time.time())
        self._waiting.set(waiting)


def workers_folder() -> Path | None:
    """Give the folder that all workers of a program share as long as it serves; None for one by itself."""
    folder = os.environ.get(FOLDER)
    return Path(folder) if folder else None


def tell_ready(status: int, told: dict[str, Any]) -> None:
    """Leave what /readyz says for the listener; nothing where nobody listens."""
    folder = workers_folder()
    if folder is None:
        return
    path = folder / READY
    beside = path.with_name(f"{READY}.{os.getpid()}")
    beside.write_text(json.dumps({"at": time.time(), "status": status, "told": told}), "utf-8")
    beside.replace(path)

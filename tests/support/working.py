"""``python working.py PORT WORKERS FRONT``: workers before a small front, as a program of their own."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dashboard.serving.front import Front
from dashboard.serving.log import set_up
from dashboard.serving.measures import Measures
from dashboard.serving.workers import Work, Workers


def named(_environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
    """Answer with the number of the process."""
    start("200 OK", [])
    return [str(os.getpid()).encode()]


def create() -> Front:
    """Make a front that answers."""
    return Front(named, threads=2, hosts=(), is_proxy=lambda _: False, measures=Measures())


def create_once() -> Front:
    """Make a front, the first time only: later there is a file that says so."""
    with Path("made").open("x", encoding="utf-8"):
        return create()


def create_never() -> Front:
    """Make none."""
    raise RuntimeError("không dựng được")


if __name__ == "__main__":
    set_up("Asia/Ho_Chi_Minh")
    with socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=256) as listener:
        told = Work(f"working:{sys.argv[3]}", listener, "Asia/Ho_Chi_Minh", int(sys.argv[2]), 1_000)
        sys.exit(0 if Workers(told).run() else 3)

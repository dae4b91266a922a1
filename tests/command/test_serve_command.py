"""The real server, as ``serve`` starts it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.request import urlopen

import pytest
from apps import unit, write
from ports import free_port

from dashboard.command import program

ROOT = Path(program.__file__).parents[2]
LINES = 1_200
"""Two hundred browsers with six lines each."""


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """A server of one unit without dossiers, as soon as it answers."""
    database = write(tmp_path, [unit(1)], [])
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MOTCUA_")}
    asked = [
        sys.executable, str(ROOT / "app.py"), "serve", "--port", str(port),
        "--database-url", f"duckdb:///{database}",
    ]  # fmt: skip
    told = {**kept, "MOTCUA_COPY_FOLDER": str(tmp_path / "copy"), "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(asked, cwd=tmp_path, env=told, stdout=subprocess.DEVNULL) as process:
        try:
            ends = time.monotonic() + 60
            while not _answers(port):
                assert process.poll() is None, "the server ended; see its log above"
                assert time.monotonic() < ends
                time.sleep(0.2)
            yield port
        finally:
            process.terminate()


def _answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def test_the_lines_of_two_hundred_browsers_keep_nobody_out(port: int) -> None:
    asked = f"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
    with ExitStack() as kept:
        for _ in range(LINES):
            line = kept.enter_context(socket.create_connection(("127.0.0.1", port), timeout=5))
            line.sendall(asked)
            assert line.recv(64).startswith(b"HTTP/1.1 200")
        assert _answers(port)

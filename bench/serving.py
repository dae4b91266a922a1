"""A real server: ``python app.py serve`` in processes of its own, over a copy in a folder of ours."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from bench.data import AS_OF, FOLDER
from bench.machine import ROOT

LONGEST_START_SECONDS = 900
"""The first copy has to be read before anything is shown."""
_LOOK_SECONDS = 0.1


class Server:
    """A server that runs. ``address``: http://127.0.0.1:port; ``ports``: the readers', the monitors'."""

    def __init__(self, port: int, process: subprocess.Popen[bytes]) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.ports = port, port + 1
        self.memory = Memory(process.pid)
        self._process = psutil.Process(process.pid)

    def get(self, path: str, timeout: float = 60) -> bytes:
        """Ask for an address as a program does."""
        with urllib.request.urlopen(self.address + path, timeout=timeout) as answer:
            return bytes(answer.read())

    def timed(self, path: str) -> float:
        """Give the milliseconds an answer takes on a line of its own, as a browser has it sent."""
        request = urllib.request.Request(self.address + path, headers={"Accept-Encoding": "br"})
        started = time.perf_counter()
        with urllib.request.urlopen(request, timeout=120) as answer:
            answer.read()
        return 1000 * (time.perf_counter() - started)

    def cpu_seconds(self) -> float:
        """Give the CPU its processes have used."""
        total = 0.0
        for one in (self._process, *self._process.children(recursive=True)):
            with suppress(psutil.Error):
                times = one.cpu_times()
                total += times.user + times.system
        return total


def free_pair() -> int:
    """Give a port that is free with the next one, the monitors': none that a line going out may take."""
    for port in range(20_000 + 2 * (os.getpid() % 5_000), 32_000, 2):
        with closing(socket.socket()) as first, closing(socket.socket()) as second, suppress(OSError):
            first.bind(("127.0.0.1", port))
            second.bind(("127.0.0.1", port + 1))
            return port
    raise OSError("no two ports beside each other are free")


@contextmanager
def serving(url: str, folder: Path, **settings: str) -> Iterator[Server]:
    """Serve a source as ``python app.py serve`` does, once it has its copy. Raises TimeoutError.

    ``settings``: beside those of every measured server.
    """
    port = free_pair()
    keep = {name: value for name, value in os.environ.items() if not name.upper().startswith("MOTCUA_")}
    ours = {
        "MOTCUA_AS_OF": AS_OF.isoformat(), "MOTCUA_CACHE_SECONDS": "3600", "MOTCUA_COPY_FOLDER": str(folder),
        "MOTCUA_WRITING_ACCOUNT": "true",
    }  # fmt: skip
    more = {f"MOTCUA_{name.upper()}": value for name, value in settings.items()}
    asked = [sys.executable, str(ROOT / "app.py"), "serve", "--port", str(port), "--database-url", url]
    FOLDER.mkdir(parents=True, exist_ok=True)
    process = subprocess.Popen(asked, env={**keep, **ours, **more}, cwd=FOLDER, stdout=subprocess.DEVNULL)
    try:
        _wait(f"http://127.0.0.1:{port}", process)
        yield Server(port, process)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(20)


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until the server says that it has a copy."""
    deadline = time.monotonic() + LONGEST_START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise TimeoutError(f"the server ended with {process.returncode}; see its log above")
        with suppress(OSError), urllib.request.urlopen(f"{address}/readyz", timeout=30):
            return
        time.sleep(2 * _LOOK_SECONDS)
    raise TimeoutError("the server did not get its copy in time")


class Memory:
    """Watches the resident memory of a process and its children, in MB."""

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)
        self.workers = sum("spawn_main" in " ".join(one.cmdline()) for one in self._process.children())
        self.at_rest = self.peak = self._now()
        threading.Thread(target=self._watch, daemon=True).start()

    def _now(self) -> float:
        total = 0
        for one in (self._process, *self._process.children(recursive=True)):
            with suppress(psutil.Error):
                total += one.memory_info().rss
        return total / 1e6

    def _watch(self) -> None:
        with suppress(psutil.Error):
            while self._process.is_running():
                self.peak = max(self.peak, self._now())
                time.sleep(_LOOK_SECONDS)

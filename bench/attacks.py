"""What readers see while others hold lines open: times of pages and of /healthz under each attack.

``python -m bench.attacks`` starts the program on the sample district; attackers come from 127.0.0.1,
the readers whose times are taken from 127.0.0.2.
"""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bench.machine import ROOT
from bench.serving import free_pair

MANY, PIPELINED, SECONDS = 200, 20, 12.0
PAGES = ("/", "/dung-han", "/man-hinh/so-lieu", "/api/v1/on-time")


@dataclass(frozen=True)
class Times:
    """The slowest of some requests, in milliseconds, and how many failed."""

    pages: float
    median: float
    health: float
    failed: int
    asked: int


def line(port: int, source: str = "127.0.0.1") -> socket.socket:
    """Open a line."""
    return socket.create_connection(("127.0.0.1", port), timeout=30, source_address=(source, 0))


@contextmanager
def nobody(_port: int) -> Iterator[None]:
    """Attack not at all."""
    yield


@contextmanager
def slow_bodies(port: int) -> Iterator[None]:
    """Send bodies a byte at a time, without end."""
    head = (b"POST /_dash-update-component HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            b"Content-Length: 100000\r\n\r\n{")  # fmt: skip
    with _dripping(port, head, b" "):
        yield


@contextmanager
def slow_heads(port: int) -> Iterator[None]:
    """Send a head a line at a time, without end."""
    with _dripping(port, b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n", b"X-A: 1\r\n"):
        yield


@contextmanager
def _dripping(port: int, first: bytes, more: bytes) -> Iterator[None]:
    lines, ended = [], threading.Event()
    for _ in range(MANY):
        lines.append(line(port))
        lines[-1].sendall(first)

    def drip() -> None:
        while not ended.wait(1):
            for i, one in enumerate(lines):
                with suppress(OSError):
                    one.sendall(more)
                    continue
                one.close()
                with suppress(OSError):  # thrown out: in again
                    lines[i] = line(port)
                    lines[i].sendall(first)

    with _threads([drip], ended):
        yield
    for one in lines:
        one.close()


@contextmanager
def slow_readers(port: int) -> Iterator[None]:
    """Ask for the largest answer there is, and read a byte a second of it."""
    lines, ended = [], threading.Event()
    ask = b"GET /api/v1/dossiers?chi_so=received&ky=2026 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    for _ in range(MANY):
        one = socket.socket()
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        one.settimeout(30)
        one.connect(("127.0.0.1", port))
        one.sendall(ask)
        lines.append(one)

    def drip() -> None:
        while not ended.wait(1):
            for one in lines:
                with suppress(OSError):
                    one.recv(1)

    with _threads([drip], ended):
        yield
    for one in lines:
        one.close()


@contextmanager
def pipelined(port: int) -> Iterator[None]:
    """Send twenty requests at once on each of two hundred lines, again and again."""
    ended = threading.Event()
    ask = b"GET /api/v1/on-time HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * PIPELINED

    def send(lines: Sequence[socket.socket]) -> Callable[[], None]:
        def go() -> None:
            for one in lines:
                one.setblocking(False)
            while not ended.wait(0.05):
                for one in lines:
                    with suppress(OSError):
                        one.sendall(ask)
                    with suppress(OSError):
                        one.recv(65_536)

        return go

    lines = [line(port) for _ in range(MANY)]
    with _threads([send(lines)], ended):
        yield
    for one in lines:
        one.close()


@contextmanager
def readers_at_once(port: int) -> Iterator[None]:
    """Let two hundred readers open pages without a pause."""
    ended = threading.Event()

    def read(i: int) -> Callable[[], None]:
        def go() -> None:
            while not ended.is_set():
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
                with suppress(OSError, http.client.HTTPException), closing(connection):
                    for page in PAGES[i % 4 :]:
                        connection.request("GET", page)
                        connection.getresponse().read()
                        ended.wait(0.5)

        return go

    with _threads([read(i) for i in range(MANY)], ended):
        yield


@contextmanager
def _threads(works: Sequence[Callable[[], None]], ended: threading.Event) -> Iterator[None]:
    threads = [threading.Thread(target=work, daemon=True) for work in works]
    for one in threads:
        one.start()
    try:
        yield
    finally:
        ended.set()
        for one in threads:
            one.join(35)


ATTACKS = {
    "nobody": nobody, "200 slow bodies": slow_bodies, "200 slow heads": slow_heads,
    "200 slow readers": slow_readers, "200 × 20 pipelined requests": pipelined,
    "200 readers at once": readers_at_once,
}  # fmt: skip


def asked(port: int, path: str, source: str = "127.0.0.2") -> float | None:
    """Give how long a request on a new line took, in milliseconds; None where it failed."""
    began = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30, source_address=(source, 0))
    try:
        with closing(connection):
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
    except (OSError, http.client.HTTPException):
        return None
    return 1000 * (time.perf_counter() - began) if answer.status == 200 else None


def taken(port: int, health_port: int, seconds: float = SECONDS) -> Times:
    """Take times for a while: a page, then health, and so on."""
    pages: list[float] = []
    health: list[float] = []
    failed, ends, i = 0, time.monotonic() + seconds, 0
    while time.monotonic() < ends:
        for found, at, path in ((pages, port, PAGES[i % len(PAGES)]), (health, health_port, "/healthz")):
            took = asked(at, path)
            if took is None:
                failed += 1
            else:
                found.append(took)
        i += 1
        time.sleep(0.1)
    whole = sorted(pages) or [float("nan")]
    return Times(whole[-1], whole[len(whole) // 2], max(health or [float("nan")]), failed, 2 * i)


def main() -> None:
    """Start the program on the sample district, attack it, print a table."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "mau.duckdb"
        program = [sys.executable, str(ROOT / "app.py")]
        subprocess.run([*program, "sample", "--out", str(data)], check=True, capture_output=True, cwd=folder)
        port = free_pair()
        ours = {"MOTCUA_DATABASE_URL": f"duckdb:///{data}", "MOTCUA_COPY_FOLDER": f"{folder}/copy"}
        served = subprocess.Popen([*program, "serve", "--port", str(port)], env={**os.environ, **ours},
                                  stdout=subprocess.DEVNULL, cwd=folder)  # fmt: skip
        try:
            while asked(port, "/readyz") is None:
                time.sleep(0.5)
            for path in PAGES:
                asked(port, path)
            print("| attack | a page, median | slowest page | slowest /healthz | failed |")
            print("|---|---|---|---|---|")
            for name, attack in ATTACKS.items():
                with attack(port):
                    time.sleep(2)
                    found = taken(port, port + 1)
                print(f"| {name} | {found.median:.0f} ms | {found.pages:.0f} ms | {found.health:.0f} ms | "
                      f"{found.failed} of {found.asked} |", flush=True)  # fmt: skip
        finally:
            served.terminate()
            served.wait(30)


if __name__ == "__main__":
    main()

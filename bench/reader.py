"""The readers' process: browsers that change their view, without drawing anything.

``python -m bench.reader PLAN`` asks for half of the addresses, says "ready", lets the readers work until the
time is over or its input is closed, and prints what they found as JSON. Each reader holds up to six lines,
as a browser does: the page's frame first, then its cards all at once.
"""

from __future__ import annotations

import asyncio
import json
import random
import resource
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import brotli

from bench.asking import DEPENDENCIES, UPDATE, Cards, layout_request, question_in

LINES = 6
_WARMING_AT_ONCE = 4
_LONGEST_ANSWER = 30.0
_MOST_MESSAGES = 5


@dataclass
class Found:
    """What was found so far."""

    requests: list[tuple[float, float]] = field(default_factory=list)
    change_times: list[float] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    errors: int = 0

    def failed(self, message: str) -> None:
        """Count an error."""
        self.errors += 1
        if len(self.messages) < _MOST_MESSAGES:
            self.messages.append(message[:200])


class Line:
    """One connection, kept open between requests."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def ask(self, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
        """Give status and body, unpacked. A line the server has closed meanwhile is opened anew, once."""
        was_open = self._writer is not None and not self._writer.is_closing()
        try:
            return await self._asked(method, path, body)
        except (ConnectionError, asyncio.IncompleteReadError) as error:
            if not was_open or (isinstance(error, asyncio.IncompleteReadError) and error.partial):
                raise
            self.close()
            return await self._asked(method, path, body)

    async def _asked(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        if self._writer is None or self._writer.is_closing():
            self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        assert self._reader is not None
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\nAccept-Encoding: br\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self._writer.write(head.encode() + body)
        status, headers = await self._head(self._reader)
        answer = await self._body(self._reader, headers)
        if headers.get("connection") == "close":
            self.close()
        return status, brotli.decompress(answer) if headers.get("content-encoding") == "br" else answer

    async def _head(self, reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        named = (line.partition(":") for line in lines[1:] if line)
        return int(lines[0].split()[1]), {name.strip().lower(): value.strip() for name, _, value in named}

    async def _body(self, reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
        if headers.get("transfer-encoding") != "chunked":
            return await reader.readexactly(int(headers.get("content-length", 0)))
        pieces = []
        while size := int((await reader.readline()).split(b";")[0], 16):
            pieces.append(await reader.readexactly(size))
            await reader.readexactly(2)
        await reader.readline()
        return b"".join(pieces)

    def close(self) -> None:
        """Give the connection up."""
        if self._writer is not None:
            self._writer.close()
        self._writer = None


class Reader:
    """One browser."""

    def __init__(self, plan: dict[str, Any], cards: Cards, found: Found) -> None:
        place = urlsplit(plan["address"])
        assert place.hostname == "127.0.0.1"
        assert place.port is not None
        self._lines = asyncio.LifoQueue[Line]()
        for _ in range(LINES):
            self._lines.put_nowait(Line(place.hostname, place.port))
        self._cards, self._found = cards, found
        failed = plan["failed"]
        self._failed = (failed.encode(), json.dumps(failed)[1:-1].encode())

    async def change(self, page: str, path: str, query: str) -> None:
        """Go to an address: the page's frame, then all its cards."""
        started = time.perf_counter()
        answer = await self._ask(f"{path}{query}", layout_request(path, query).body)
        if answer is None:
            return
        asked = self._cards.requests(page, question_in(json.loads(answer)))
        drawn = await asyncio.gather(*(self._ask(f"{path}{query} {one.name}", one.body) for one in asked))
        if all(one is not None for one in drawn):
            self._found.change_times.append(1000 * (time.perf_counter() - started))

    async def _ask(self, what: str, body: bytes) -> bytes | None:
        line = await self._lines.get()
        started = time.monotonic()
        try:
            async with asyncio.timeout(_LONGEST_ANSWER):
                status, answer = await line.ask("POST", UPDATE, body)
        except (OSError, EOFError, TimeoutError) as error:
            line.close()
            self._found.failed(f"{what}: {error!r}")
            return None
        finally:
            self._lines.put_nowait(line)
        self._found.requests.append((started, 1000 * (time.monotonic() - started)))
        if status != 200 or any(one in answer for one in self._failed):
            self._found.failed(f"{what}: {status} {answer[:100]!r}")
            return None
        return answer

    def close(self) -> None:
        """Leave."""
        while not self._lines.empty():
            self._lines.get_nowait().close()


async def _work(plan: dict[str, Any]) -> dict[str, Any]:
    place = urlsplit(plan["address"])
    first = Line(str(place.hostname), int(place.port or 80))
    _, told = await first.ask("GET", DEPENDENCIES)
    first.close()
    cards, addresses = Cards(json.loads(told)), plan["addresses"]
    await _warm(plan, cards, addresses[: len(addresses) // 2])
    print("ready", flush=True)
    found, used = Found(), _cpu()
    began = time.perf_counter()
    ended = asyncio.Event()
    asyncio.get_running_loop().add_reader(sys.stdin, ended.set)  # closed: stop
    draw = random.Random(plan["seed"])
    waits = [number * plan["every"] / plan["readers"] for number in range(plan["readers"])]
    await asyncio.gather(
        *(_read(plan, Reader(plan, cards, found), ended, at=wait, draw=draw) for wait in waits)
    )
    seconds = time.perf_counter() - began
    return {
        "requests": found.requests, "change_times": sorted(found.change_times),
        "errors": found.errors, "messages": found.messages, "cpu": 100 * (_cpu() - used) / seconds,
        "seconds": seconds,
    }  # fmt: skip


async def _warm(plan: dict[str, Any], cards: Cards, addresses: list[Any]) -> None:
    """Ask for the addresses that are to be known, a few at a time."""
    found, waiting = Found(), iter(addresses)

    async def some() -> None:
        reader = Reader(plan, cards, found)
        for page, path, query in waiting:
            await reader.change(page, path, query)
        reader.close()

    await asyncio.gather(*(some() for _ in range(_WARMING_AT_ONCE)))
    if found.errors:
        raise SystemExit(f"{found.errors} errors before the readers began: {found.messages}")


async def _read(
    plan: dict[str, Any], reader: Reader, ended: asyncio.Event, *, at: float, draw: random.Random
) -> None:
    """Change the view from a moment on every so often, until the time is over."""
    started = time.perf_counter()
    while at < plan["seconds"] and not ended.is_set():
        with suppress(TimeoutError):
            await asyncio.wait_for(ended.wait(), max(0.0, started + at - time.perf_counter()))
        if not ended.is_set():
            await reader.change(*draw.choice(plan["addresses"]))
        at += plan["every"]
    reader.close()


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_work(json.loads(sys.argv[1])))))

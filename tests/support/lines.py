"""Requests to the front, as the server's event loop hands them over, without a server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from types import SimpleNamespace
from typing import Any

from dashboard.serving.measures import Measures


class Counts(Measures):
    """Measures that are only remembered."""

    def __init__(self) -> None:  # counts nothing of this process
        self.why: list[str] = []

    def answered(self, status: int, seconds: float) -> None: ...

    def refused(self, why: str) -> None:
        self.why.append(why)

    def beat(self, waiting: int) -> None: ...


class Heads(dict[str, str]):
    """The heads of a request; of one that is there several times all values, parted by line ends."""

    def get_all(self, name: str) -> list[str]:
        return self[name].split("\n") if name in self else []

    def get(self, name: str, default: Any = None) -> Any:
        return self.get_all(name)[0] if name in self else default

    def items(self) -> Any:
        return [(name, value) for name in self for value in self.get_all(name)]


class Line:
    """A request's line: gives parts of a body, takes the answer."""

    def __init__(self, parts: Iterable[bytes] = (), *, is_endless: bool = False) -> None:
        self._parts, self._is_endless = tuple(parts), is_endless
        self.answer: tuple[int, dict[str, str], bytes] = (0, {}, b"")

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self._parts:
            yield part
        if self._is_endless:
            await asyncio.sleep(60)

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.answer = (status, dict(headers), body)


def asked(
    line: Line, *, client: str = "10.0.0.1:5000", scheme: str = "http", method: str = "POST", path: str = "/đơn",
    query: str = "a=1", authority: str | None = None, **headers: str,
) -> tuple[Any, Line]:  # fmt: skip
    """Give a request and its line; a head given as "" is not there."""
    named = Heads({"host": "localhost", **{name.replace("_", "-"): value for name, value in headers.items()}})
    named = Heads({name: named[name] for name in named if named[name]})
    scope = SimpleNamespace(
        client=client, server="127.0.0.1:8050", scheme=scheme, method=method, path=path, query_string=query,
        http_version="1.1", authority=authority, headers=named,
    )  # fmt: skip
    return scope, line

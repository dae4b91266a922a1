"""Requests to the front, as the server's event loop hands them over, without a server."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from dashboard.serving.measures import Measures


class Counts(Measures):
    """Measures that are only remembered."""

    def __init__(self) -> None:  # counts nothing of this process
        self.why: list[str] = []

    def answered(self, status: int, seconds: float) -> None: ...

    def refused(self, why: str) -> None:
        self.why.append(why)

    def beat(self, waiting: int) -> None: ...


class Line:
    """A request's line: gives parts of a body, takes the answer."""

    def __init__(self, parts: Iterable[bytes] = (), *, is_endless: bool = False) -> None:
        self._parts, self._is_endless = list(parts), is_endless
        self.answer: tuple[int, dict[str, str], bytes] = (0, {}, b"")

    async def receive(self) -> dict[str, Any]:
        if self._is_endless and not self._parts:
            await asyncio.sleep(60)
        part = self._parts.pop(0) if self._parts else b""
        return {"type": "http.request", "body": part, "more_body": bool(self._parts) or self._is_endless}

    async def send(self, told: dict[str, Any]) -> None:
        status, headers, body = self.answer
        if told["type"] == "http.response.start":
            status = told["status"]
            headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in told["headers"]}
        else:
            body += told["body"]
        self.answer = (status, headers, body)


def asked(
    line: Line, *, client: str = "10.0.0.1:5000", scheme: str = "http", method: str = "POST", path: str = "/đơn",
    query: str = "a=1", **headers: str,
) -> tuple[Any, Line]:  # fmt: skip
    """Give a request and its line; a head given as "" is not there, with line ends in it there several times."""
    named = {"host": "localhost", **{name.replace("_", "-"): value for name, value in headers.items()}}
    scope = {
        "type": "http", "client": tuple(client.rsplit(":", 1)), "server": ("127.0.0.1", 8050), "scheme": scheme,
        "method": method, "raw_path": quote(path).encode(), "query_string": query.encode(), "http_version": "1.1",
        "headers": [(name.encode(), one.encode()) for name, value in named.items() if value
                    for one in value.split("\n")],
    }  # fmt: skip
    return scope, line

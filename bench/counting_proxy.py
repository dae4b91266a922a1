"""A proxy before PostgreSQL that counts the statements sent to it, with their words.

It needs nothing of the server (``pg_stat_statements`` has to be loaded when it starts, and mixes in who
else asks): whoever reads the source through it is counted, statement by statement, connection by connection.
"""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field

from sqlalchemy.engine import make_url

_PIECE = 1 << 18
_QUERY, _PARSE, _BIND, _EXECUTE = b"Q", b"P", b"B", b"E"


@dataclass(frozen=True)
class Sent:
    """One statement: when (``time.monotonic``), on which connection, its words."""

    at: float
    connection: int
    text: str


@dataclass
class CountingProxy:
    """What has been sent so far. ``url``: the source's address through the proxy."""

    url: str
    sent: list[Sent] = field(default_factory=list)

    def between(self, start: float, end: float) -> list[Sent]:
        """Give what was sent in a time."""
        return [one for one in self.sent if start <= one.at < end]


@contextmanager
def counting(url: str) -> Iterator[CountingProxy]:
    """Stand before the PostgreSQL server of an address."""
    parsed = make_url(url)
    server = (parsed.host or "127.0.0.1", parsed.port or 5432)
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        through = parsed.set(host="127.0.0.1", port=listener.getsockname()[1])
        # Of what is encrypted nothing could be counted.
        through = through.update_query_dict({"sslmode": "disable", "gssencmode": "disable"})
        proxy = CountingProxy(through.render_as_string(hide_password=False))
        threading.Thread(target=_accept, args=(listener, server, proxy), daemon=True).start()
        yield proxy


def _accept(listener: socket.socket, server: tuple[str, int], proxy: CountingProxy) -> None:
    number = 0
    while True:
        try:
            client, _ = listener.accept()
        except OSError:  # closed: the proxy's time is over
            return
        number += 1
        upstream = socket.create_connection(server)
        reading = _Messages(number, proxy)
        for one, other, look in ((client, upstream, reading), (upstream, client, None)):
            threading.Thread(target=_pump, args=(one, other, look), daemon=True).start()


def _pump(one: socket.socket, other: socket.socket, look: _Messages | None) -> None:
    with suppress(OSError):
        while piece := one.recv(_PIECE):
            if look is not None:
                look.take(piece)
            other.sendall(piece)
    for end in (one, other):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()


class _Messages:
    """Reads what a client sends: one message after another, the first without a letter."""

    def __init__(self, connection: int, proxy: CountingProxy) -> None:
        self._connection, self._proxy = connection, proxy
        self._left = b""
        self._has_begun = False
        self._prepared: dict[bytes, str] = {}
        self._bound = ""

    def take(self, piece: bytes) -> None:
        """Take what came, and note the statements in it."""
        data = self._left + piece
        while True:
            letter = 1 if self._has_begun else 0
            if len(data) < letter + 4:
                break
            size = struct.unpack_from("!I", data, letter)[0] + letter
            if len(data) < size:
                break
            if self._has_begun:
                self._message(data[:1], data[5:size])
            self._has_begun, data = True, data[size:]
        self._left = data

    def _message(self, letter: bytes, body: bytes) -> None:
        if letter == _QUERY:
            self._note(body.rstrip(b"\0").decode("utf-8", "replace"))
        elif letter == _PARSE:
            name, text = body.split(b"\0")[:2]
            self._prepared[name] = text.decode("utf-8", "replace")
        elif letter == _BIND:
            self._bound = self._prepared.get(body.split(b"\0")[1], "")
        elif letter == _EXECUTE:
            self._note(self._bound)

    def _note(self, text: str) -> None:
        self._proxy.sent.append(Sent(time.monotonic(), self._connection, " ".join(text.split())))

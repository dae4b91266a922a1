"""A line to a server that can be made silent, or be cut, while somebody reads."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from pathlib import Path

from sqlalchemy.engine import URL


class Proxy:
    """Forwards to a server. ``stalled``: nothing more goes through; ``cut``: all lines end at once."""

    def __init__(self, server: URL) -> None:
        self._server = server
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self.stalled = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> URL:
        port = self._listener.getsockname()[1]
        query = {name: value for name, value in self._server.query.items() if name != "host"}
        return self._server.set(host="127.0.0.1", port=port, query=query)

    def cut(self) -> None:
        for one in self._open:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        for one in (self._listener, *self._open):
            one.close()

    def _connect(self) -> socket.socket:
        folder = self._server.query.get("host")
        if folder:
            line = socket.socket(socket.AF_UNIX)
            line.connect(str(Path(str(folder)) / f".s.PGSQL.{self._server.port or 5432}"))
            return line
        port = 5432 if self._server.get_backend_name() == "postgresql" else 3306
        return socket.create_connection((self._server.host or "127.0.0.1", self._server.port or port))

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                here, _ = self._listener.accept()
                there = self._connect()
                self._open += [here, there]
                for one, other in ((here, there), (there, here)):
                    threading.Thread(target=self._forward, args=(one, other), daemon=True).start()

    def _forward(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(65_536):
                if self.stalled.is_set():
                    continue
                other.sendall(data)
        with suppress(OSError):
            other.shutdown(socket.SHUT_RDWR)

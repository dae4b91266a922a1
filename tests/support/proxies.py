"""A line to a server that we may hold still or cut, as networks do."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy.engine import URL


class Line:
    """What goes to and fro between a client and a server. ``after``: so many bytes of answers come."""

    def __init__(self, target: tuple[str, int] | str) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._lock = threading.Lock()
        self.after: int | None = None
        self.is_cut = False
        self.port: int = self._listener.getsockname()[1]
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    def hold_still_after(self, answered: int) -> None:
        """Let so many bytes of answers through from now on, and then nothing."""
        self.after, self.is_cut = answered, False

    def cut_after(self, answered: int) -> None:
        """Let so many bytes of answers through from now on, and then end every connection."""
        self.after, self.is_cut = answered, True

    def mend(self) -> None:
        """Let everything through again, for those who connect anew."""
        self._close_all()
        self.after = None

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # or who waits for clients would wait on
        self._listener.close()
        self._accepting.join()
        self._close_all()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                family = socket.AF_UNIX if isinstance(self._target, str) else socket.AF_INET
                server = socket.socket(family)
                try:
                    server.connect(self._target)
                except OSError:
                    client.close()
                    server.close()
                    continue
                with self._lock:
                    self._open += [client, server]
                for source, sink, counts in ((client, server, False), (server, client, True)):
                    threading.Thread(target=self._pass, args=(source, sink, counts), daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket, counts: bool) -> None:
        try:
            while data := source.recv(16_384):
                if counts and self.after is not None:
                    self.after -= len(data)
                    if self.after < 0:
                        if self.is_cut:
                            self._close_all()
                        return
                sink.sendall(data)
        except OSError:
            # One end is gone: the other must hear of it, or it would wait for ever with what it holds. Closed,
            # not only shut: what a server still sends would be taken in until it waits for room, with its locks.
            for one in (source, sink):
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
                one.close()
            return
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)

    def _close_all(self) -> None:
        with self._lock:
            ended, self._open = self._open, []
        for one in ended:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()


@contextmanager
def line_to(url: URL) -> Iterator[tuple[Line, URL]]:
    """Give a line to the server of an address, and the address through it."""
    folder = url.query.get("host")
    port = url.port or (5432 if url.get_backend_name() == "postgresql" else 3306)
    target: tuple[str, int] | str = (url.host or "127.0.0.1", port)
    if isinstance(folder, str) and not url.host:
        target = f"{folder}/.s.PGSQL.{port}"
    line = Line(target)
    through = url.set(host="127.0.0.1", port=line.port).difference_update_query(["host"])
    try:
        yield line, through
    finally:
        line.close()

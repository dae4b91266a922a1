"""One worker's server in a thread, before an application of a test's own."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

from lines import Counts

from dashboard.serving.front import Application, Front
from dashboard.serving.server import Server


@dataclass(frozen=True)
class Served:
    """A server that answers at ``port``; ``counts``: what it refused."""

    port: int
    server: Server
    counts: Counts

    def line(self, source: str = "127.0.0.1", seconds: float = 30) -> socket.socket:
        """Open a line."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=seconds, source_address=(source, 0))

    def told(self, sent: bytes, seconds: float = 30) -> bytes:
        """Send, and give all that comes until the other end hangs up."""
        with self.line(seconds=seconds) as one:
            one.sendall(sent)
            return rest(one)


def answer(one: socket.socket) -> bytes:
    """Give the next answer that comes, which has a length."""
    got = b""
    while b"\r\n\r\n" not in got:
        part = one.recv(65_536)
        assert part, got
        got += part
    head, _, body = got.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
    while len(body) < length:
        body += one.recv(65_536)
    return head + b"\r\n\r\n" + body


def rest(one: socket.socket) -> bytes:
    """Give what comes until the other end hangs up; TimeoutError where it does not."""
    got = b""
    while True:
        try:
            part = one.recv(65_536)
        except ConnectionResetError:
            return got
        if not part:
            return got
        got += part


@contextmanager
def serving(
    application: Application, *, most: int = 1_000, workers: int = 1,
    is_proxy: Callable[[str], bool] = lambda _: False,
) -> Iterator[Served]:  # fmt: skip
    """Serve an application as a worker does."""
    counts, begun = Counts(), threading.Event()
    front = Front(application, threads=4, hosts=(), is_proxy=is_proxy, measures=counts, workers=workers)
    with closing(socket.create_server(("127.0.0.1", 0), backlog=256)) as listener:
        server = Server(front, listener, zone="Asia/Ho_Chi_Minh", workers=workers, most=most, ready=begun.set)
        thread = threading.Thread(target=server.run)
        thread.start()
        try:
            assert begun.wait(20)
            yield Served(listener.getsockname()[1], server, counts)
        finally:
            server.stop()
            thread.join(30)
            assert not thread.is_alive()


def echo(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
    """Answer with the path, the peer and the body."""
    start("200 OK", [("Content-Type", "text/plain"), ("Server", "x")])
    told = f"{environ['PATH_INFO'].encode('latin-1').decode('utf-8', 'replace')} {environ['REMOTE_ADDR']} "
    return [told.encode(), environ["wsgi.input"].read()]

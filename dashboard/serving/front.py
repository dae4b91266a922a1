"""What stands between the lines and the application's threads: nobody holds a thread by being slow.

A request is looked at, and its body read, by the worker's event loop. Only what is whole takes a thread;
threads go to the addresses in turn, so that one machine with a thousand requests keeps nobody else
waiting. An answer is whole before it is sent, and who reads it slowly holds nothing.
"""

from __future__ import annotations

import asyncio
import io
import logging
import re
import sys
import threading
import time
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import unquote_to_bytes

from dashboard.accounts.gate import COOKIE
from dashboard.serving.log import FIELDS, READER, REQUESTS, line_of, shown_path
from dashboard.serving.measures import Measures
from dashboard.serving.request_id import ENVIRON, HEADER, TOLD, id_of_proxy, new_id
from dashboard.serving.security import MOST_ASKED

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Headers = list[tuple[str, str]]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]

THREADS = 16
"""Requests one worker answers at a time. The pools of engine.py hold half as many connections: a card that
asks nothing and a file need none."""
BODY_SECONDS = 10.0
MOST_BODIES, MOST_BODIES_OF_ONE = 256 * MOST_ASKED, 64 * MOST_ASKED
"""Bytes of bodies on their way at once, in all and from one address. A body on its way costs no thread, and a
card's is a hundredth of the longest: an office behind one address may have all its cards under way."""
MOST_WAITING, MOST_WAITING_OF_ONE = 8_000, 2_000
"""Requests that wait for a thread. Two hundred readers opening a page at once are some 1.200. A listed proxy
that does not say for whom it asks is asked for everybody: only the first holds for it."""
SLACK = 2
"""Lines come to the workers about evenly, not quite: each takes so many times its share of the four limits
above, and no more than the whole, so that all together take at most so many times as much."""
MOST_OF_SESSION, LEAST_OF_SESSION = 100, 40
"""Requests of one session on their way at once, from whatever addresses: a worker's share of the first, as
lines come to all alike, but no fewer than the second, which is a page opened."""
BEAT_SECONDS = 1.0
READY_SECONDS = 5.0
_HSTS = ("strict-transport-security", "max-age=31536000")
_BODILESS = (204, 304)
_PLAIN = (
    ("content-type", "text/plain; charset=utf-8"), ("cache-control", "no-store"),
    ("x-content-type-options", "nosniff"),
    ("content-security-policy", "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"),
)  # fmt: skip
_SESSIONS = frozenset({COOKIE, f"__Host-{COOKIE}", f"__Secure-{COOKIE}"})
_LOOPBACK = ("localhost",)
_HOST = re.compile(r"(?:\[(?P<ipv6>[0-9a-f:.]+)\]|(?P<name>[^\[\]:@/\\,\s]+))(?::[0-9]{0,5})?", re.ASCII)

_log = logging.getLogger("motcua.front")


@dataclass(frozen=True)
class Answer:
    """A whole answer; ``is_ours``: the front's own, which nobody has told the request's id yet."""

    status: int
    headers: Headers
    body: bytes
    is_ours: bool = False


class Heads:
    """The heads of a request: as many of one name as it has."""

    def __init__(self, heads: Iterable[tuple[bytes, bytes]]) -> None:
        self._heads = [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in heads]

    def get_all(self, name: str) -> list[str]:
        """Give all values of a name."""
        return [value for one, value in self._heads if one == name]

    def get(self, name: str) -> str | None:
        """Give the first value of a name."""
        return next(iter(self.get_all(name)), None)

    def __contains__(self, name: str) -> bool:
        return any(one == name for one, _ in self._heads)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._heads)


@dataclass(frozen=True)
class Asked:
    """A request's head. ``path``: bytes, in whatever letters; ``peer``: the line's other end."""

    method: str
    path: bytes
    query: str
    version: str
    scheme: str
    peer: str
    server: tuple[str, int | None]
    headers: Heads

    @property
    def shown_path(self) -> str:
        """Give the path as it is read."""
        return self.path.decode("utf-8", "replace")


def asked_of(scope: Mapping[str, Any]) -> Asked:
    """Give what an ASGI server read of a request."""
    return Asked(
        scope["method"], unquote_to_bytes(scope["raw_path"]), scope["query_string"].decode("latin-1"),
        scope["http_version"], scope["scheme"], address_of(scope["client"]), scope["server"] or ("", None),
        Heads(scope["headers"]),
    )  # fmt: skip


def address_of(peer: Sequence[Any] | None) -> str:
    """Give the address of a line's other end; IPv4 that came to an IPv6 listener is IPv4 still."""
    address = str(peer[0]) if peer else ""
    return address.removeprefix("::ffff:") if "." in address else address


def told(status: int, text: str, *more: tuple[str, str]) -> Answer:
    """Give a short answer of the front itself."""
    return Answer(status, [*_PLAIN, *more], text.encode(), is_ours=True)


BROKEN = told(500, "Máy chủ gặp lỗi.")
BAD_HOST = told(421, "Tên máy này không thuộc bảng theo dõi (cài đặt hosts).")
TOO_LONG = told(413, "Yêu cầu quá dài.")
TOO_SHORT = told(400, "Yêu cầu gửi chưa hết.")
TOO_SLOW = told(408, "Yêu cầu gửi quá chậm.")
BUSY = told(503, "Máy chủ đang bận, hãy thử lại.", ("retry-after", "2"))
TOO_MANY = told(429, "Máy này gửi quá nhiều yêu cầu cùng lúc, hãy thử lại.", ("retry-after", "5"))
TOO_MANY_OF_SESSION = told(
    429, "Phiên này gửi quá nhiều yêu cầu cùng lúc, hãy thử lại.", ("retry-after", "5")
)


def is_host_allowed(host: str, allowed: Iterable[str]) -> bool:
    """Say whether a Host is one we are served as.

    Names are those of the settings and localhost. An address is no name: nobody else's page
    can be made to be served from one (DNS rebinding needs a name).
    """
    found = _HOST.fullmatch(host.strip().lower())
    if found is None:
        return False
    name = found["name"] or found["ipv6"]
    try:
        ip_address(name)
    except ValueError:
        return name.rstrip(".") in {*_LOOPBACK, *(one.lower() for one in allowed)}
    return True


def share_of(most: int, workers: int) -> int:
    """Give how much of a limit one of so many workers may take."""
    return min(most, -(-SLACK * most // workers))


class Turns:
    """Threads that take work from each address in turn, in its own order; those of one of ``workers``."""

    def __init__(self, threads: int, workers: int = 1) -> None:
        self._most, self._most_of_one = (
            share_of(most, workers) for most in (MOST_WAITING, MOST_WAITING_OF_ONE)
        )
        self._waiting: OrderedDict[str, deque[tuple[Callable[[], Any], Future[Any]]]] = OrderedDict()
        self._count = 0
        self._changed = threading.Condition()
        for i in range(threads):
            threading.Thread(target=self._work, name=f"motcua-{i}", daemon=True).start()

    @property
    def waiting(self) -> int:
        """Give how much work nobody has begun."""
        return self._count

    def take(self, whose: str, work: Callable[[], Any], *, is_of_many: bool = False) -> Future[Any] | None:
        """Put work at the end of an address's row; None where too much waits already.

        ``is_of_many``: the address asks for others, so its row has no end of its own.
        """
        with self._changed:
            row = self._waiting.get(whose)
            is_full = row is not None and not is_of_many and len(row) >= self._most_of_one
            if self._count >= self._most or is_full:
                return None
            if row is None:
                row = self._waiting[whose] = deque()
            done: Future[Any] = Future()
            row.append((work, done))
            self._count += 1
            self._changed.notify()
        return done

    def _next(self) -> tuple[Callable[[], Any], Future[Any]]:
        with self._changed:
            while not self._waiting:
                self._changed.wait()
            whose, row = self._waiting.popitem(last=False)
            one = row.popleft()
            self._count -= 1
            if row:
                self._waiting[whose] = row  # behind all others
            return one

    def _work(self) -> None:
        while True:
            work, done = self._next()
            if not done.set_running_or_notify_cancel():
                continue
            try:
                done.set_result(work())
            except BaseException as error:  # whoever waits for it hears of it
                done.set_exception(error)


class Front:
    """The server's RSGI application over a WSGI application.

    ``hosts``: the names it is served as. ``is_proxy``: whether an address is a listed proxy's, which is
    believed about whose request it passes on. ``ready``: asks the application how it is.
    """

    def __init__(
        self, application: Application, *, threads: int, hosts: Iterable[str],
        is_proxy: Callable[[str], bool], measures: Measures, ready: Callable[[], None] | None = None,
        workers: int = 1,
    ) -> None:  # fmt: skip
        self._application = application
        self._turns = Turns(threads, workers)
        self._hosts = tuple(hosts)
        self._is_proxy = is_proxy
        self._measures = measures
        self._ready = ready
        self._bodies: dict[str, int] = {}
        self._most_bodies, self._most_bodies_of_one = (
            share_of(most, workers) for most in (MOST_BODIES, MOST_BODIES_OF_ONE)
        )
        self._sessions: dict[str, int] = {}
        self._most_of_session = min(MOST_OF_SESSION, max(LEAST_OF_SESSION, -(-MOST_OF_SESSION // workers)))

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI); or live as long as the server does."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await self._request(asked_of(scope), receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        """Beat while the server serves: a monitor sees that the loop turns and that threads answer."""
        await receive()
        beating = asyncio.get_running_loop().create_task(self._beat())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        beating.cancel()
        await send({"type": "lifespan.shutdown.complete"})

    def is_proxy(self, address: str) -> bool:
        """Say whether an address is a listed proxy's."""
        return self._is_proxy(address)

    def refused(self, why: str) -> None:
        """Count what was refused before there was a request to answer."""
        self._measures.refused(why)

    async def _request(self, asked: Asked, receive: Receive, send: Send) -> None:
        began = time.perf_counter()
        headers, peer = asked.headers, asked.peer
        is_secure, whose, request = asked.scheme == "https", peer, None
        if self._is_proxy(peer):
            request = id_of_proxy(headers.get(HEADER.lower()))
            told_of = ",".join(headers.get_all("x-forwarded-for"))
            chain = [one.strip() for one in told_of.split(",") if one.strip()]
            while chain and self._is_proxy(whose):
                whose = chain.pop()
            spoken = ",".join(headers.get_all("x-forwarded-proto")).rpartition(",")[2].strip()
            is_secure = is_secure or spoken == "https"
        about: dict[str, Any] = {ENVIRON: request or new_id()}
        answer = _with_id(await self._counted(asked, receive, whose, about), about[ENVIRON])
        seconds = time.perf_counter() - began
        self._measures.answered(answer.status, seconds)
        await _sent(answer, [_HSTS] if is_secure else [], send, is_head=asked.method == "HEAD")
        line = line_of(
            request=about[ENVIRON], method=asked.method, path=asked.shown_path, query=asked.query,
            status=answer.status, seconds=seconds, size=len(answer.body), address=whose,
            reader=about.get(READER, ("", "")),
        )  # fmt: skip
        REQUESTS.info("", extra={FIELDS: line})

    async def _counted(self, asked: Asked, receive: Receive, whose: str, about: dict[str, Any]) -> Answer:
        """Answer, unless the session that asks has too much on its way.

        Whoever invents a session is held to the limits of their address all the same.
        """
        session = _session_of(asked.headers)
        if not session:
            return await self._answer(asked, receive, whose, about)
        count = self._sessions.get(session, 0)
        if count >= self._most_of_session:
            return self._refused(TOO_MANY_OF_SESSION, "session")
        self._sessions[session] = count + 1
        try:
            return await self._answer(asked, receive, whose, about)
        finally:
            left = self._sessions[session] - 1
            if left:
                self._sessions[session] = left
            else:
                del self._sessions[session]

    async def _answer(self, asked: Asked, receive: Receive, whose: str, about: dict[str, Any]) -> Answer:
        """Answer; ``about`` takes the request's id to the application, and brings back who asked."""
        headers, is_of_many = asked.headers, self._is_proxy(whose)
        hosts = headers.get_all("host")
        if len(hosts) != 1 or not is_host_allowed(hosts[0], self._hosts):
            return self._refused(BAD_HOST, "host")
        body = b""
        if "content-length" in headers or "transfer-encoding" in headers:
            read = await self._body(headers, receive, whose, is_of_many=is_of_many)
            if isinstance(read, Answer):
                return read
            body = read
        environ = environ_of(asked, body) | about
        done = self._turns.take(whose, lambda: called(self._application, environ), is_of_many=is_of_many)
        if done is None:
            return self._refused(TOO_MANY, "requests")
        try:
            return await asyncio.wrap_future(done)
        except Exception:
            _log.exception("%s", shown_path(asked.shown_path), extra={FIELDS: {"request": about[ENVIRON]}})
            return BROKEN
        finally:
            about[READER] = environ.get(READER, ("", ""))

    async def _body(
        self, headers: Heads, receive: Receive, whose: str, *, is_of_many: bool
    ) -> bytes | Answer:
        """Read a body whole: no longer, slower or beside more others than it may be."""
        length = headers.get("content-length") or "0"
        if not length.isdigit() or int(length) > MOST_ASKED:
            return self._refused(TOO_LONG, "long")
        size = max(1, int(length)) if "content-length" in headers else MOST_ASKED
        of_one = self._bodies.get(whose, 0) + size
        is_full = not is_of_many and of_one > self._most_bodies_of_one
        if sum(self._bodies.values()) + size > self._most_bodies or is_full:
            return self._refused(BUSY, "bodies")
        self._bodies[whose] = of_one
        try:
            async with asyncio.timeout(BODY_SECONDS):
                read = bytearray()
                async for part in _parts(receive):
                    read += part
                    if len(read) > MOST_ASKED:
                        return self._refused(TOO_LONG, "long")
                if "content-length" in headers and len(read) != int(length):
                    raise ConnectionError
                return bytes(read)
        except ConnectionError:
            return self._refused(TOO_SHORT, "short")  # what came is not what was sent
        except TimeoutError:
            return self._refused(TOO_SLOW, "slow")
        finally:
            left = self._bodies[whose] - size
            if left:
                self._bodies[whose] = left
            else:
                del self._bodies[whose]

    def _refused(self, answer: Answer, why: str) -> Answer:
        self._measures.refused(why)
        return answer

    async def _beat(self) -> None:
        asked_at = 0.0
        while True:
            self._measures.beat(self._turns.waiting)
            if self._ready is not None and time.monotonic() - asked_at >= READY_SECONDS:
                asked_at = time.monotonic()
                # In a thread of its own turn: that it is told is the sign that threads answer.
                self._turns.take("", self._ready)
            await asyncio.sleep(BEAT_SECONDS)


def _with_id(answer: Answer, request: str) -> Answer:
    """Give the answer with the request's id; in its words too where they are the front's own."""
    headers = [one for one in answer.headers if one[0] != HEADER.lower()]
    body = answer.body if not answer.is_ours else answer.body + f"\n{TOLD}: {request}\n".encode()
    return Answer(answer.status, [*headers, (HEADER.lower(), request)], body)


async def _parts(receive: Receive) -> AsyncIterator[bytes]:
    """Give the parts of a body. Raises ConnectionError where the line breaks before its end."""
    is_more = True
    while is_more:
        told = await receive()
        if told["type"] != "http.request":
            raise ConnectionError
        yield told.get("body", b"")
        is_more = told.get("more_body", False)


async def _sent(answer: Answer, more: Headers, send: Send, *, is_head: bool) -> None:
    """Send an answer whole. Its length is said once: what follows it on the line is the next answer."""
    headers = [*answer.headers, *more]
    length = [value for name, value in headers if name == "content-length"] if is_head else []
    headers = [one for one in headers if one[0] not in ("content-length", "transfer-encoding")]
    if answer.status not in _BODILESS:
        headers.append(("content-length", length[0] if length else str(len(answer.body))))
    encoded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    await send({"type": "http.response.start", "status": answer.status, "headers": encoded})
    body = b"" if is_head or answer.status in _BODILESS else answer.body
    await send({"type": "http.response.body", "body": body})


def _session_of(headers: Heads) -> str:
    """Give the session that a request says it is of; empty where it says nothing."""
    for part in ";".join(headers.get_all("cookie")).split(";"):
        name, _, value = part.strip().partition("=")
        if name in _SESSIONS:
            return str(value)
    return ""


def environ_of(asked: Asked, body: bytes) -> dict[str, Any]:
    """Give a request as WSGI has it; a head with "_" in its name is left out."""
    host, port = asked.server
    environ: dict[str, Any] = {
        "REQUEST_METHOD": asked.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": asked.path.decode("latin-1"),
        "QUERY_STRING": asked.query,
        "SERVER_NAME": host or "localhost",
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": f"HTTP/{asked.version}",
        "REMOTE_ADDR": asked.peer,
        "CONTENT_LENGTH": str(len(body)) if body else "",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": asked.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in asked.headers:
        if "_" in name:
            continue  # as X_User it would be taken for X-User, which a proxy sets or takes away
        key = name.upper().replace("-", "_")
        if key == "CONTENT_TYPE":
            environ[key] = value
        elif key not in ("CONTENT_LENGTH", "TRANSFER_ENCODING"):
            key = f"HTTP_{key}"
            joined = "; " if key == "HTTP_COOKIE" else ","
            environ[key] = f"{environ[key]}{joined}{value}" if key in environ else value
    return environ


def called(application: Application, environ: dict[str, Any]) -> Answer:
    """Call the application and gather its answer whole."""
    status = 500
    headers: Headers = []
    written: list[bytes] = []

    def start(line: str, given: Headers, _error: Any = None) -> Callable[[bytes], None]:
        nonlocal status, headers
        status, headers = int(line.split(" ", 1)[0]), given
        return written.append

    parts = application(environ, start)
    try:
        body = b"".join([*written, *parts]) if written else b"".join(parts)
    finally:
        close = getattr(parts, "close", None)
        if close is not None:
            close()
    lower = [(name.lower(), value) for name, value in headers]
    return Answer(status, [one for one in lower if one[0] != "server"], body)

"""A reader's line as HTTP/1.1: heads that are long, slow or no heads are refused before anybody sees them.

uvicorn reads heads and bodies, keeps lines open and writes answers. What it leaves without a limit has one
here: how long a head may be, how long it may take, how much of what was sent ahead is looked at, and
how long an answer may lie unread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httptools
from uvicorn.config import Config
from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT, FlowControl
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

MOST_HEAD, MOST_HEADS, MOST_ADDRESS = 65_536, 100, 32_768
"""Bytes of a head, its lines, bytes of the address in it."""
HEAD_SECONDS = 10.0
"""From a line's beginning, or a head's first byte, to the head's end; also for the rest of a body that was
refused, and for the other end to hang up after a refusal."""
KEPT_SECONDS, KEPT_SECONDS_OF_PROXY = 30, 300
"""How long a line without a request is kept. A proxy must be the first to hang up: a request that it
sends as we do is lost to it."""
UNREAD_SECONDS, LEAST_A_SECOND = 30.0, 4_096
"""So long an answer may lie unread, and as long again as it takes at so many bytes a second."""
_PART = 2_048
"""Bytes looked at in one go: no more requests are read ahead than fit in there."""
_VERSIONS = ("1.0", "1.1")
_SAFE = (
    b"content-type: text/plain; charset=utf-8\r\ncache-control: no-store\r\n"
    b"x-content-type-options: nosniff\r\nconnection: close\r\n"
)


class _Refused(Exception):  # noqa: N818 - it is told to the reader, not an error of ours
    """A head that is not answered, with the status that says why."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


_WHY = {
    400: "Yêu cầu không đúng quy cách HTTP.",
    414: "Địa chỉ quá dài.",
    431: "Phần đầu của yêu cầu quá dài.",
    505: "Máy chủ chỉ nhận HTTP/1.1.",
}


class _Flow(FlowControl):
    """Reads on from what has come already before it lets more come."""

    def __init__(self, transport: asyncio.Transport, line: Line) -> None:
        super().__init__(transport)
        self._line = line

    def resume_reading(self) -> None:
        if self._line.ahead:
            # Not at once: whoever says so has not yet begun the request that waits.
            self._line.loop.call_soon(self._line.read_on)
        else:
            super().resume_reading()


class _Joined:
    """A line's way out. Head and body are written together: each write lets other threads go first."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport, self._loop = transport, loop
        self._parts: list[bytes] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Write soon."""
        if not self._parts:
            self._loop.call_soon(self._flush)
        self._parts.append(data)

    def _flush(self) -> None:
        parts, self._parts = self._parts, []
        if parts:
            self._transport.write(b"".join(parts))

    def close(self) -> None:
        """Write what is left, and close."""
        self._flush()
        self._transport.close()

    def write_eof(self) -> None:
        """Write what is left, and that it was all."""
        self._flush()
        self._transport.write_eof()

    def get_write_buffer_size(self) -> int:
        """Give how many bytes the other end has not taken."""
        return self._transport.get_write_buffer_size() + sum(map(len, self._parts))


class Line(HttpToolsProtocol):
    """One line. ``ended`` is told once when it is gone; ``is_leaving`` says whether the server stops."""

    def __init__(
        self, config: Config, state: ServerState, *, ended: Callable[[], None],
        refused: Callable[[str], None], is_leaving: Callable[[], bool], is_proxy: bool,
    ) -> None:  # fmt: skip
        super().__init__(config, state, {})
        # Bytes after a message that ends its line are not ours to understand.
        self.parser = httptools.HttpRequestParser(self)
        self.timeout_keep_alive = KEPT_SECONDS_OF_PROXY if is_proxy else KEPT_SECONDS
        self.ahead = bytearray()
        self._ended, self._refused, self._is_leaving = ended, refused, is_leaving
        self._head, self._is_in_head = 0, False
        self._is_over, self._is_refused = False, False
        self._since = self.loop.time()
        self._unread_until: float | None = None
        self._answered: RequestResponseCycle = None  # type: ignore[assignment]

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin: a line that never says anything has a head's time."""
        super().connection_made(transport)
        self.transport = _Joined(transport, self.loop)  # type: ignore[assignment]
        self.flow = _Flow(transport, self)
        self._begin_to_wait(HEAD_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self.ahead.clear()
        self.pipeline.clear()
        super().connection_lost(exc)
        self._ended()

    def data_received(self, data: bytes) -> None:
        """Take what has come, and look at it as far as it is its turn."""
        self._unset_keepalive_if_required()
        if not self._is_over:
            self.ahead += data
            self.read_on()

    def read_on(self) -> None:
        """Look at what has come: no further than one request beyond the one that is answered."""
        while self.ahead and self._may_read():
            part = bytes(self.ahead[:_PART])
            del self.ahead[:_PART]
            status = self._read(part)
            if status:
                self._refuse(status)
        if self._is_over:
            self.ahead.clear()
        if self.ahead:
            self.flow.pause_reading()
        elif self.parser is not None and not self.pipeline and len(self._body) <= HIGH_WATER_LIMIT:
            self.flow.resume_reading()

    def _may_read(self) -> bool:
        is_full = self.pipeline or self.flow.write_paused or len(self._body) > HIGH_WATER_LIMIT
        return not (is_full or self._is_over or self.parser is None)

    @property
    def _body(self) -> bytes | bytearray:
        return b"" if self.cycle is None or self.cycle.response_complete else self.cycle.body

    def _read(self, part: bytes) -> int:
        """Give the status that refuses what has been read; 0 where nothing does."""
        try:
            self.parser.feed_data(part)
        except httptools.HttpParserUpgrade:
            # Nobody speaks anything else here: the request is answered as it stands, and that is all.
            self._end_with_answer()
            return 0
        except httptools.HttpParserError as error:
            why = error.__context__
            return why.status if isinstance(why, _Refused) else 400
        if self._is_in_head:
            self._head += len(part)
            if len(self.url) > MOST_ADDRESS:
                return 414
            if self._head > MOST_HEAD:
                return 431
        elif self.cycle is not None and not self.cycle.keep_alive and not self.cycle.more_body:
            self._is_over = True
        return 0

    def on_message_begin(self) -> None:
        """Begin a head."""
        super().on_message_begin()
        self._head, self._is_in_head = 0, True
        self._begin_to_wait(HEAD_SECONDS)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a line of the head. What stands after a body is no head: it says nothing of a request."""
        if not self._is_in_head:
            return
        if len(self.headers) >= MOST_HEADS:
            raise _Refused(431)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """End a head, and begin its request where it is its turn."""
        self._is_in_head = False
        if self.parser.get_http_version() not in _VERSIONS:
            raise _Refused(505)
        # Of "http://another/", "*" and "host:port" a second name would have to be checked; nobody sends them.
        if not self.url.startswith(b"/"):
            raise _Refused(400)
        if len(self.url) > MOST_ADDRESS:
            raise _Refused(414)
        super().on_headers_complete()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        if self._is_leaving():
            cycle.keep_alive = False
        self._answered = cycle
        super()._start_asgi_task(cycle, app)

    def on_response_complete(self) -> None:
        """Wait for the next request; for the rest of a body that nobody wanted only so long."""
        cycle = self.cycle  # the last that was read, which may still wait for its turn
        is_unread = cycle.response_complete and cycle.more_body
        self._unread_until = None
        self._begin_to_wait(HEAD_SECONDS if is_unread or self._is_in_head else self.timeout_keep_alive)
        if is_unread and self.expect_100_continue:
            # Whether the body comes is the other end's to choose: what follows may be either.
            self._is_over = True
            self.transport.close()
        super().on_response_complete()
        if self.ahead:
            self.loop.call_soon(self.read_on)

    def resume_writing(self) -> None:
        """Read on when the answers have been taken."""
        super().resume_writing()
        if self.ahead:
            self.loop.call_soon(self.read_on)

    def _end_with_answer(self) -> None:
        self._is_over = True
        if self.cycle is not None:
            self.cycle.keep_alive = False

    def _refuse(self, status: int) -> None:
        """Say why, and hang up; where earlier requests are not answered yet, hang up after their answers."""
        self._refused("head")
        if self.pipeline and self.cycle.more_body:
            self.pipeline.popleft()  # it is this one's body that is none
            self.cycle = self.pipeline[0][0] if self.pipeline else self._answered
        cycle = self.cycle
        is_answered = cycle is None or cycle.response_complete
        if not is_answered and (cycle.response_started or not cycle.more_body):
            self._end_with_answer()
            return
        self._is_over = self._is_refused = True
        if not is_answered:
            cycle.disconnected = True
            cycle.message_event.set()
        body = f"{_WHY[status]}\n".encode()
        date = b"".join(b"%s: %s\r\n" % one for one in self.server_state.default_headers)
        head = b"%scontent-length: %d\r\n\r\n" % (_SAFE, len(body))
        self.transport.write(STATUS_LINE[status] + date + head + body)
        # What is on its way still is let come for a while: to hang up at once may take the answer with it.
        self._begin_to_wait(HEAD_SECONDS)
        if self.transport.can_write_eof():
            self.transport.write_eof()
        else:
            self.transport.close()

    def shutdown(self) -> None:
        """End as soon as what was asked is answered."""
        if self._is_refused:
            self.transport.close()
        else:
            super().shutdown()

    def _begin_to_wait(self, seconds: float) -> None:
        self._since, self._patience = self.loop.time(), seconds

    @property
    def is_idle(self) -> bool:
        """Say whether nothing has been asked that is not answered, and nothing is being sent."""
        if self.transport is None or self.transport.is_closing() or self.unsent:
            return False
        return self._is_refused or self.cycle is None or self.cycle.response_complete

    @property
    def waits_since(self) -> float:
        """Give since when the line has waited for a request."""
        return self._since

    @property
    def unsent(self) -> int:
        """Give how many bytes of answers the other end has not taken."""
        return 0 if self.transport is None else self.transport.get_write_buffer_size()

    @property
    def held(self) -> int:
        """Give how many bytes lie here for the line: what it sent ahead, what it has not taken."""
        return self.unsent + len(self.ahead)

    def hang_up(self) -> None:
        """End now; what was not taken is lost."""
        if self.transport is not None:
            self.transport.abort()

    def look(self) -> None:
        """Hang up where the other end has had its time."""
        now, unsent = self.loop.time(), self.unsent
        if unsent:
            if self._unread_until is None:
                self._unread_until = now + UNREAD_SECONDS + unsent / LEAST_A_SECOND
            if now > self._unread_until:
                self.hang_up()
            return
        self._unread_until = None
        if self.is_idle and now > self._since + self._patience:
            self.hang_up()

"""One worker's server: lines are counted before they are heard, and no address takes all of them."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import suppress

import uvicorn

from dashboard.serving.front import Front, address_of, share_of
from dashboard.serving.line import Line
from dashboard.serving.log import theirs

MOST_LINES, MOST_LINES_OF_ONE = 8_192, 2_048
"""Lines of readers that all workers keep open, and those of one address: an office behind one may have two
hundred browsers with six lines each. A listed proxy's are everybody's: only the first holds for it."""
MOST_HELD = 256 * 1024 * 1024
"""Bytes that lie in one worker: answers nobody takes, requests sent ahead. Beyond it who has most must go."""
GRACE_SECONDS = 20
"""A worker told to stop answers what it has begun, for so long."""
LEAVING_SECONDS = 10
"""One whose place another has taken answers the next requests too, and says to come by another line."""
_LOOK_SECONDS = 0.2
_TICKS_A_SECOND = 10
_log = logging.getLogger("motcua.server")


class Lines:
    """The lines of one worker, by the address of their other end."""

    def __init__(self, most: int, most_of_one: int) -> None:
        self._most, self._most_of_one = most, most_of_one
        self._counts: Counter[str] = Counter()
        self._of: defaultdict[str, set[Line]] = defaultdict(set)

    def __len__(self) -> int:
        return self._counts.total()

    def enter(self, address: str, *, is_of_many: bool) -> bool:
        """Count a line in; False where it may not come.

        Where all are taken, the address with most of them gives up the one that has been idle longest,
        unless it is the same that wants another.
        """
        if not is_of_many and self._counts[address] >= self._most_of_one:
            return False
        if len(self) >= self._most and not self._make_room(address):
            return False
        self._counts[address] += 1
        return True

    def _make_room(self, address: str) -> bool:
        most, count = self._counts.most_common(1)[0]
        idle = [one for one in self._of[most] if one.is_idle]
        if count <= self._counts[address] or not idle:
            return False
        min(idle, key=lambda one: one.waits_since).hang_up()
        return True

    def opened(self, address: str, line: Line) -> None:
        """Remember a line that has been counted in."""
        self._of[address].add(line)

    def ended(self, address: str, line: Line | None) -> None:
        """Count a line out."""
        self._counts[address] -= 1
        if line is not None:
            self._of[address].discard(line)
        if not self._counts[address]:
            del self._counts[address]
            self._of.pop(address, None)

    def look(self) -> None:
        """Hang up on whoever had their time, and on those who hold most where all hold too much."""
        lines = [one for each in self._of.values() for one in each]
        for one in lines:
            one.look()
        held = sum(one.held for one in lines)
        if held > MOST_HELD:
            for one in sorted(lines, key=lambda one: one.held, reverse=True):
                if held <= MOST_HELD:
                    break
                held -= one.held
                one.hang_up()


class Server(uvicorn.Server):
    """Serves one worker's lines; they come from a socket that all workers share."""

    def __init__(
        self, front: Front, listener: socket.socket, *, zone: str, workers: int, most: int,
        ready: Callable[[], None],
    ) -> None:  # fmt: skip
        config = uvicorn.Config(
            front, loop="asyncio", ws="none", lifespan="on", interface="asgi3", proxy_headers=False,
            server_header=False, access_log=False, log_config=theirs(zone),
            workers=1, timeout_graceful_shutdown=GRACE_SECONDS,
        )  # fmt: skip
        super().__init__(config)
        self._front, self._listener, self._ready = front, listener, ready
        self.lines = Lines(min(share_of(MOST_LINES, workers), most), share_of(MOST_LINES_OF_ONE, workers))
        self._is_closed = threading.Event()
        self._accepting = threading.Thread(target=self._accept, name="motcua-lines", daemon=True)
        self._leaves_at: float | None = None

    def leave(self) -> None:
        """Stop as one whose place another has taken; from any thread."""
        self._leaves_at = time.monotonic() + LEAVING_SECONDS
        self.should_exit = True

    def stop(self) -> None:
        """Stop; from any thread."""
        self._leaves_at = None
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to let lines in."""
        await self.lifespan.startup()
        if self.lifespan.should_exit:
            self.should_exit = True
            return
        self.servers = []
        self._loop = asyncio.get_running_loop()
        self._accepting.start()
        self.started = True
        self._ready()

    def _accept(self) -> None:
        """Take lines one by one, in a thread: workers take turns, and Windows has no other way to share."""
        self._listener.settimeout(_LOOK_SECONDS)
        while not self._is_closed.is_set():
            try:
                line, peer = self._listener.accept()
            except TimeoutError:
                continue
            except OSError as error:
                if not self._is_closed.wait(_LOOK_SECONDS):
                    _log.warning("%s", error)
                continue
            with suppress(RuntimeError):  # the loop has ended: so does the line
                self._loop.call_soon_threadsafe(self._admit, line, address_of(peer))

    def _admit(self, line: socket.socket, address: str) -> None:
        is_proxy = self._front.is_proxy(address)
        if not self.lines.enter(address, is_of_many=is_proxy):
            self._front.refused("lines")
            line.close()
            return
        task = self._loop.create_task(self._connect(line, address, is_proxy=is_proxy))
        self.server_state.tasks.add(task)
        task.add_done_callback(self.server_state.tasks.discard)

    async def _connect(self, line: socket.socket, address: str, *, is_proxy: bool) -> None:
        made: list[Line] = []

        def protocol() -> Line:
            one = Line(
                self.config, self.server_state, ended=lambda: self.lines.ended(address, one),
                refused=self._front.refused, is_leaving=lambda: self.should_exit, is_proxy=is_proxy,
            )  # fmt: skip
            made.append(one)
            self.lines.opened(address, one)
            return one

        try:
            line.setblocking(False)
            # Else what is written second waits up to 40 ms for word that the first is there.
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            await self._loop.connect_accepted_socket(protocol, line)
        except OSError:  # it was gone before it was there
            line.close()
            if not made or made[0].transport is None:
                self.lines.ended(address, made[0] if made else None)

    async def on_tick(self, counter: int) -> bool:
        """Look at the lines once a second."""
        if counter % _TICKS_A_SECOND == 0:
            self.lines.look()
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let no more lines in, answer what comes on those there are while it leaves, then close them."""
        self._is_closed.set()
        await asyncio.to_thread(self._accepting.join)
        while self._leaves_at is not None and time.monotonic() < self._leaves_at and self.lines:
            await asyncio.sleep(1 / _TICKS_A_SECOND)
        await super().shutdown(sockets)

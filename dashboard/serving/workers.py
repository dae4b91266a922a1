"""The processes that serve: begun, replaced when they die, changed without losing a request.

All take lines from one socket, which this process opens and never listens to itself. What it has to say to
a worker goes through a pipe: Windows knows no signals for it, and a worker whose pipe ends stops by itself.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib import import_module
from multiprocessing.connection import Connection, wait
from types import FrameType
from typing import Any

from dashboard.serving.log import set_up
from dashboard.serving.server import GRACE_SECONDS, LEAVING_SECONDS, Server

START_SECONDS = 180
"""Until a worker that is to take another's place serves; else the other stays."""
MOST_DEATHS = 3
"""So many workers in a row that died before they served: the next would too."""
SWITCH_SECONDS = 0.001
"""The loop that hears all lines waits no longer for a thread that counts; Python's own is five times that."""
_READY, _LEAVE, _STOP = "ready", "leave", "stop"
_END_SECONDS = 5
_LOOK_SECONDS = 0.5
_TO_STOP = [getattr(signal, one) for one in ("SIGINT", "SIGTERM", "SIGBREAK") if hasattr(signal, one)]
_log = logging.getLogger("motcua.workers")
_spawn = multiprocessing.get_context("spawn")


@dataclass(frozen=True)
class Work:
    """What a worker is told. ``front``: where what makes the front is, "module:name"."""

    front: str
    listener: socket.socket
    zone: str
    workers: int
    most_lines: int


@dataclass
class Worker:
    """One process, and this end of its pipe."""

    process: Any
    pipe: Connection
    began: float = field(default_factory=time.monotonic)
    is_ready: bool = False
    ends_by: float | None = None

    def hear(self) -> None:
        """Take what it has said."""
        with suppress(EOFError, OSError):
            while self.pipe.poll():
                self.is_ready = self.pipe.recv() == _READY or self.is_ready

    def say(self, word: str, seconds: float) -> None:
        """Tell it to end, by itself within so many seconds."""
        self.ends_by = time.monotonic() + seconds
        with suppress(OSError):
            self.pipe.send(word)

    def is_alive(self) -> bool:
        """Say whether it lives."""
        return bool(self.process.is_alive())


class Workers:
    """So many processes that serve."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self.serving: list[Worker] = []
        self._next: Worker | None = None
        self._to_change: list[Worker] = []
        self._leaving: list[Worker] = []
        self._is_to_change = self._is_to_stop = False
        self._deaths = 0

    def run(self) -> bool:
        """Serve until told to stop; False where no worker can begin to."""
        with self._signals():
            try:
                self.serving = [self._begun() for _ in range(self._work.workers)]
                while not self._is_to_stop and self._deaths < MOST_DEATHS:
                    self._wait()
                    self._replace()
                    self._change()
            finally:
                self._end()
        if self._deaths >= MOST_DEATHS:
            _log.error("Không tiến trình nào phục vụ được: dừng.")
        return self._deaths < MOST_DEATHS

    def stop(self) -> None:
        """Stop soon."""
        self._is_to_stop = True

    def change(self) -> None:
        """Let new workers take the places of those there are."""
        self._is_to_change = True

    def _begun(self) -> Worker:
        ours, its = _spawn.Pipe()
        # No daemon: it reads the source in a process of its own.
        process = _spawn.Process(target=work, args=(self._work, its), name="motcua-worker")
        # Ctrl+C comes to all of a terminal: one that is not yet ready to hear it is ended by us.
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            process.start()
        finally:
            signal.signal(signal.SIGINT, before)
        its.close()  # so that each hears when the other is gone
        return Worker(process, ours)

    def _wait(self) -> None:
        """Wait until something ends, or a moment; then hear what is said."""
        ours = [*self.serving, *filter(None, [self._next])]
        wait([one.process.sentinel for one in ours], _LOOK_SECONDS)
        for one in ours:
            one.hear()
        if any(one.is_ready for one in ours):
            self._deaths = 0
        now = time.monotonic()
        for one in self._leaving:
            if one.ends_by is not None and now > one.ends_by:
                one.process.kill()
        self._leaving = [one for one in self._leaving if one.is_alive()]

    def _replace(self) -> None:
        for i, one in enumerate(self.serving):
            if one.is_alive() or self._is_to_stop:
                continue
            _log.warning("Tiến trình phục vụ %s đã dừng (mã %s).", one.process.pid, one.process.exitcode)
            self._deaths += not one.is_ready
            if self._deaths < MOST_DEATHS:
                self.serving[i] = self._begun()

    def _change(self) -> None:
        """Change one worker at a time: the new one serves before the old one leaves."""
        if self._is_to_change:
            self._is_to_change = False
            self._to_change = list(self.serving)
        self._to_change = [one for one in self._to_change if one in self.serving]
        if not self._to_change:
            return
        new = self._next = self._next or self._begun()
        if new.is_ready:
            old = self._to_change.pop(0)
            self.serving[self.serving.index(old)] = new
            self._next = None
            old.say(_LEAVE, LEAVING_SECONDS + GRACE_SECONDS + _END_SECONDS)
            self._leaving.append(old)
        elif not new.is_alive() or time.monotonic() > new.began + START_SECONDS:
            _log.error("Tiến trình mới không chạy được: các tiến trình cũ tiếp tục phục vụ.")
            new.process.kill()
            self._next, self._to_change = None, []

    def _end(self) -> None:
        """Let all answer what they have begun."""
        all_ = [*self.serving, *self._leaving, *filter(None, [self._next])]
        for one in all_:
            one.say(_STOP, GRACE_SECONDS + _END_SECONDS)
            if not one.is_ready:
                one.process.terminate()  # it answers nobody yet, and hears nothing until it does
        ends = time.monotonic() + GRACE_SECONDS + _END_SECONDS
        for one in all_:
            one.process.join(max(0.0, ends - time.monotonic()))
            if one.is_alive():
                one.process.kill()
                one.process.join()

    @contextmanager
    def _signals(self) -> Iterator[None]:
        """Hear what the system says: to stop, or (where it can) to change the workers."""

        def on(number: int, act: Callable[[], None]) -> Any:
            def told(_number: int, _frame: FrameType | None) -> None:
                act()

            return signal.signal(number, told)

        before = {number: on(number, self.stop) for number in _TO_STOP}
        if hasattr(signal, "SIGHUP"):
            before[signal.SIGHUP] = on(signal.SIGHUP, self.change)
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def work(told: Work, pipe: Connection) -> None:
    """Be a worker: serve until told to stop, or until nobody is there to tell."""
    set_up(told.zone)
    sys.setswitchinterval(SWITCH_SECONDS)
    module, _, name = told.front.partition(":")
    try:
        front = getattr(import_module(module), name)()
    except KeyboardInterrupt:
        return
    except Exception:
        _log.exception("Không chuẩn bị được để phục vụ.")
        sys.exit(1)
    server = Server(front, told.listener, zone=told.zone, workers=told.workers, most=told.most_lines,
                    ready=lambda: pipe.send(_READY))  # fmt: skip

    def hear() -> None:
        with suppress(EOFError, OSError):
            if pipe.recv() == _LEAVE:
                server.leave()
                pipe.recv()
        server.stop()

    threading.Thread(target=hear, name="motcua-pipe", daemon=True).start()
    try:
        with suppress(KeyboardInterrupt):
            server.run()
    finally:
        logging.shutdown()
        # Threads that wait hold nothing that must be put away, and libraries have nothing to say of the end.
        os._exit(0)

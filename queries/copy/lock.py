"""One refresh (or one sending of mail) a folder, whoever asks for one: the operating system's own lock.

It is let go when its holder ends, however that ends, so that nothing is left behind by a killed process.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

LOCK = "refresh.lock"
LEADER = "leader.lock"
_LOOK_SECONDS = 0.1

if sys.platform == "win32":
    import msvcrt

    def _take(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _take(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


class Leader:
    """The one of several servers over a folder that refreshes it; another takes over when it ends."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / LEADER
        self._handle: int | None = None

    def is_me(self) -> bool:
        """Say whether it is this one, which it becomes where there is none."""
        if self._handle is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            if _take(handle):
                self._handle = handle
            else:
                os.close(handle)
        return self._handle is not None

    def resign(self) -> None:
        """Let another be it."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


class LockBusy(Exception):  # noqa: N818 - what it is
    """Another still refreshes, after all the time there was to wait."""


@contextmanager
def only_one(
    folder: Path, *, seconds: float, waiting: Callable[[], None] | None = None, name: str = LOCK
) -> Iterator[bool]:
    """Hold a lock of the folder; give whether another had it first. ``waiting`` is called once if so.

    Raises LockBusy after ``seconds``, OSError where the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder / name, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        ends, has_waited = time.monotonic() + seconds, False
        while not _take(handle):
            if not has_waited and waiting is not None:
                waiting()
            has_waited = True
            if time.monotonic() >= ends:
                raise LockBusy
            time.sleep(_LOOK_SECONDS)
        yield has_waited
    finally:
        os.close(handle)  # which lets the lock go

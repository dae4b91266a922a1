"""A thread beside a reading: is it to stop, has the source gone silent?"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from queries.source.errors import ReadingStopped

Stop = threading.Event | Callable[[], bool]
"""What says that a reading is to stop."""

_EVERY = 0.25
_PIECE = 0.2
"""A pause is taken in pieces, so that a reading that is to stop does so at once."""


class Watch:
    """Cuts what a driver waits for where nothing comes for ``silence`` seconds, or the reading is to stop.

    ``cut`` is called with the driver's connection, from another thread. ``stopped`` and ``gave_up`` say
    afterwards why it was; ``paused`` how many seconds the source was left alone; ``longest`` how long nothing
    came at most.
    """

    def __init__(self, cut: Callable[[Any], None], silence: float, stop: Stop | None) -> None:
        self._cut = cut
        self._silence = silence
        self._stop = stop
        self._raw: Any = None
        self._last: float | None = None
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look_after, name="reading-watch", daemon=True)
        self.stopped = False
        self.gave_up = False
        self.paused = 0.0
        self.longest = 0.0

    def __enter__(self) -> Watch:
        self.check()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def over(self, raw: Any) -> None:
        """Look after this driver's connection."""
        self._raw = raw
        self.alive()

    def alive(self) -> None:
        """Something came; the next is waited for from now on."""
        now, last = time.monotonic(), self._last
        if last is not None:
            self.longest = max(self.longest, now - last)
        self._last = now

    def hold(self) -> None:
        """Nothing is asked of the source for the moment."""
        self.alive()
        self._last = None

    def check(self) -> None:
        """Raise ReadingStopped where the reading is to stop."""
        self.stopped = self.stopped or is_to_stop(self._stop)
        if self.stopped:
            raise ReadingStopped

    def pause(self, seconds: float) -> None:
        """Leave the source alone for a while. Raises ReadingStopped."""
        self.check()
        began = time.monotonic()
        while (left := began + seconds - time.monotonic()) > 0:
            time.sleep(min(left, _PIECE))
            self.check()
        self.paused += time.monotonic() - began

    def _look_after(self) -> None:
        while not self._ended.wait(_EVERY):
            last = self._last
            if is_to_stop(self._stop):
                self.stopped = True
            elif last is not None and time.monotonic() - last > self._silence:
                self.gave_up = True
            if (self.stopped or self.gave_up) and self._raw is not None:
                self._cut(self._raw)
                return


def is_to_stop(stop: Stop | None) -> bool:
    """Say whether what may say so says that a reading is to stop."""
    if stop is None:
        return False
    return stop.is_set() if isinstance(stop, threading.Event) else stop()


def check(stop: Stop | None) -> None:
    """Raise ReadingStopped where a reading is to stop."""
    if is_to_stop(stop):
        raise ReadingStopped

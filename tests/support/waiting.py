"""Waiting for what another thread or process does, as long as a busy machine needs."""

from __future__ import annotations

import time
from collections.abc import Callable


def until(said: Callable[[], object], seconds: float = 60) -> None:
    """Return once it is so; a test that rests a fixed time instead fails on a slow machine."""
    ends = time.monotonic() + seconds
    while not said():
        assert time.monotonic() < ends, "in vain"
        time.sleep(0.01)

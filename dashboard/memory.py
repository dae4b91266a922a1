"""What a process remembers: answers, what is made of them, and cards as drawn.

One cache. A key begins with the version of the data and names all that the value is made of beside
them (the reader's rights too, once readers differ). Whoever asks for what another is just working
out waits for it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Any, TypeVar, cast

from cachetools import TTLCache
from cachetools.keys import hashkey

_Made = TypeVar("_Made")
MOST = 4_000
"""So many values are kept; a page is some forty."""
LONGEST_WAIT_SECONDS = 30
"""So long somebody waits for what another works out; then they work it out themselves."""


class Memory:
    """Values by key, each made once. ``lifetime``: seconds; 0 keeps a value only while a page is drawn."""

    def __init__(self, lifetime: float) -> None:
        self._kept: TTLCache[Hashable, Any] = TTLCache(MOST, lifetime or 1.5)
        self._making: dict[Hashable, Future[Any]] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], _Made]) -> _Made:
        """Give the value of a key, made by the first who asks. What ``make`` raises, all who wait raise."""
        key = hashkey(
            key
        )  # hashed once: a View in it is a dozen values, and each look into a table asks again
        with self._lock:
            if key in self._kept:
                return cast(_Made, self._kept[key])
            waiting = self._making.get(key)
            if waiting is None:
                mine = self._making[key] = Future()
        if waiting is not None:
            try:
                return cast(_Made, waiting.result(timeout=LONGEST_WAIT_SECONDS))
            except TimeoutError:
                return make()
        try:
            value = make()
        except BaseException as error:
            with self._lock:
                self._making.pop(key, None)
            mine.set_exception(error)
            raise
        with self._lock:
            self._kept[key] = value
            self._making.pop(key, None)
        mine.set_result(value)
        return value

    def holds(self, key: Hashable) -> bool:
        """Say whether a value is kept, or somebody is just making it."""
        key = hashkey(key)
        with self._lock:
            return key in self._kept or key in self._making

    def forget(self) -> None:
        """Forget every value."""
        with self._lock:
            self._kept.clear()

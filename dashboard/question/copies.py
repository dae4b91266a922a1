"""The working copy as this process holds it: the current generation, open; a newer one taken up at once.

Readers ask ``current`` before every question; it costs one look at the state file a second. A generation
stays open as long as somebody who asked still holds it, so that a swap never fails a request.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

import duckdb

from queries.copy.engine import open_copy
from queries.copy.generations import Generation, Generations, Identity, LastTry
from queries.courses.opened import OpenCopy, open_generation

LOOK_SECONDS = 1.0
"""How often the state file is looked at."""

_log = logging.getLogger("motcua")


@dataclass(frozen=True)
class Status:
    """How the copy stands to its source.

    ``made_at``: when it was read; None where there is none yet. ``last_try``: how the last refresh went;
    None before the first. ``table``, ``rows``: what is being read just now, for the first time.
    ``instead_of``: the damaged newer generation in whose place an older one answers.
    """

    made_at: datetime | None = None
    last_try: LastTry | None = None
    table: str = ""
    rows: int = 0
    instead_of: int | None = None

    @property
    def is_failing(self) -> bool:
        """Say whether the last refresh did not bring the copy up to date."""
        return self.last_try is not None and self.last_try.kind not in ("taken", "nothing_new")


class Copies(Protocol):
    """Whoever gives the current copy."""

    def current(self) -> OpenCopy | None:
        """Give the current copy, at once; None where there is none yet."""

    def status(self) -> Status:
        """Say how it stands to its source."""

    def leave(self, copy: OpenCopy) -> None:
        """Ask this copy no more: its file cannot be read."""


class FolderCopies:
    """The copies in a folder that a refresh, of this process or another, writes to."""

    def __init__(
        self,
        generations: Generations,
        identity: Identity,
        *,
        compare: str,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._generations, self._identity, self._compare, self._now = generations, identity, compare, now
        self._lock = threading.Lock()
        self._open: OpenCopy | None = None
        self._generation: Generation | None = None
        self._last_try: LastTry | None = None
        self._stamp: tuple[int, ...] | None = None
        self._looked = float("-inf")
        self._reading = ("", 0)

    def current(self) -> OpenCopy | None:
        """Give the current copy, at once; None where there is none yet."""
        self._look()
        return self._open

    def status(self) -> Status:
        """Say how the copy stands to its source."""
        self._look()
        generation = self._generation
        # Another worker, or the command line, may be the one that reads.
        table, rows = self._reading if self._reading[0] else self._generations.progress() or ("", 0)
        return Status(
            None if generation is None else generation.made_at,
            self._last_try,
            table,
            rows,
            None if generation is None else generation.instead_of,
        )

    def leave(self, copy: OpenCopy) -> None:
        """Ask this copy no more: its file cannot be read; the one before takes its place at once."""
        with self._lock:
            if self._open is not copy or self._generation is None:
                return
            _log.error("generation %s cannot be read", self._generation.number)
            self._generations.mark_damaged(self._generation)
            self._stamp, self._looked = None, float("-inf")

    def note_reading(self, table: str, rows: int) -> None:
        """Remember how far the reading under way is; "" where none is."""
        self._reading = (table, rows)

    def note_try(self, last_try: LastTry) -> None:
        """Remember how a refresh of this process went, where the disk was too full to keep that."""
        # Since when is then not kept either: each try takes itself for the first that failed.
        since = [one.failing_since for one in (self._last_try, last_try) if one and one.failing_since]
        self._last_try = replace(last_try, failing_since=min(since, default=None))

    def _look(self) -> None:
        """Take up a newer generation. Only one looks; the others go on with what there is."""
        if self._now() - self._looked < LOOK_SECONDS or not self._lock.acquire(blocking=self._open is None):
            return
        try:
            if self._now() - self._looked < LOOK_SECONDS:
                return
            stamp = self._generations.stamp()
            if stamp != self._stamp or (self._generation and not self._generation.path.exists()):
                self._take_up()
                self._stamp = stamp
            self._looked = self._now()
        except OSError as error:
            _log.warning("the copy's folder cannot be looked at: %s", error)
            self._looked = self._now()
        finally:
            self._lock.release()

    def _take_up(self) -> None:
        self._last_try = self._generations.state().last_try
        for _ in range(
            2
        ):  # one that is damaged in a way only the engine sees is left, and the one before asked
            generation = self._generations.current(self._identity)
            if generation is None:
                # What is open stays: the files may have been taken away, the figures are still true.
                return
            if self._open is not None and self._open.version == generation.version:
                self._generation = generation
                return
            try:
                engine = self._open.engine if self._is_open(generation) and self._open else None
                engine = engine or open_copy(generation.path)
                self._open = open_generation(engine, generation, self._compare)
                self._generation = generation
                return
            except duckdb.Error as error:
                _log.error("generation %s cannot be opened: %s", generation.number, error)
                self._generations.mark_damaged(generation)

    def _is_open(self, generation: Generation) -> bool:
        """Say whether the very file is open already: only the moment of its data has moved on."""
        was = self._generation
        return was is not None and (was.path, was.checksum) == (generation.path, generation.checksum)

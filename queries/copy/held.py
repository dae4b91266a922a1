"""The generation that this process answers from: changed for a newer one between two questions."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

import duckdb
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from queries.copy.as_of import AsOf
from queries.copy.engine import open_copy
from queries.copy.generations import Generation, Generations, Identity, LastTry
from queries.copy.opened import OpenCopy

RETIRE_SECONDS = 120
"""A generation that another has taken the place of stays open so long: a page may be half drawn from it."""

_log = logging.getLogger("motcua")


class HeldCopies:
    """The current copy, open; whoever asks for it never waits. ``look`` is called every few seconds."""

    def __init__(
        self, generations: Generations, identity: Identity, *, compare: str,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._generations = generations
        self._identity = identity
        self._compare = compare
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._stamp: tuple[int, ...] | None = None
        self._held: OpenCopy | None = None
        self._generation: Generation | None = None
        self._retired: list[tuple[float, Engine]] = []
        self._last_try: LastTry | None = None

    # --- for readers ---------------------------------------------------------------------

    def current(self) -> OpenCopy | None:
        """Give the current copy, at once; None where there is none yet."""
        if self._held is None:
            self.look()
        return self._held

    def generation(self) -> Generation | None:
        """Give the generation of the current copy: its number, when it was made, what it stands in for."""
        return self._generation

    def last_try(self) -> LastTry | None:
        """Give how the last refresh went; None before the first."""
        return self._last_try

    def why_not(self) -> str:
        """Say in one sentence why there is no copy yet, or why it is not newer; empty where all is well."""
        last, generation = self._last_try, self._generation
        if generation is not None and generation.instead_of is not None:
            return "Bản sao mới nhất bị hỏng; đang dùng bản trước đó và sẽ tự đọc lại."
        if last is not None and last.failing_since is not None:
            return last.sentence
        return "" if self._held is not None else self.progress()

    def progress(self) -> str:
        """Say how far a first reading is; the sentence alone where none has begun."""
        told = "Đang đọc dữ liệu lần đầu."
        found = self._generations.progress()
        if found is None:
            return told
        label, rows = found
        counted = f"{rows:,}".replace(",", ".")
        return f"Đang đọc dữ liệu lần đầu: bảng {label}, {counted} dòng."

    # --- for whoever looks after it ---------------------------------------------------------

    def look(self) -> bool:
        """Take up a newer generation where there is one; say whether another is current now.

        It costs one question to the disk where nothing has changed. Whatever is wrong with a newer one, the
        one that is held stays.
        """
        with self._lock:
            self._close_retired()
            stamp = self._generations.stamp()
            is_broken = self._generation is not None and not self._generations.is_there(self._generation)
            if stamp == self._stamp and not is_broken:
                return False
            try:
                return self._take_up(stamp)
            except (OSError, duckdb.Error, SQLAlchemyError) as error:
                _log.warning("the newest copy could not be taken up now: %s", error)
                return False

    def note(self, last_try: LastTry) -> None:
        """Take note of how a refresh of this process went, where the disk was too full to keep that."""
        self._last_try = last_try

    def mark_damaged(self) -> None:
        """Have the current generation given up: a question found its file damaged."""
        generation = self._generation
        if generation is not None:
            _log.error("generation %d is damaged", generation.number)
            self._generations.mark_damaged(generation)
            self._stamp = None
            self.look()

    def close(self) -> None:
        """Close everything, at the end of the process."""
        with self._lock:
            held, self._held, self._generation = self._held, None, None
            for engine in [one for _, one in self._retired] + ([held.engine] if held else []):
                engine.dispose()
            self._retired.clear()

    def _take_up(self, stamp: tuple[int, ...]) -> bool:
        state = self._generations.state()
        self._last_try = state.last_try
        generation = self._generations.current(self._identity)
        if generation is None or generation == self._generation:
            self._stamp = stamp
            return False
        before, known = self._held, self._generation
        is_same_file = before is not None and known is not None and known.number == generation.number
        engine = before.engine if before is not None and is_same_file else open_copy(generation.path)
        self._held = self._opened(generation, engine)
        self._generation = generation
        self._stamp = stamp
        if before is not None and not is_same_file:
            self._retired.append((self._monotonic(), before.engine))
        _log.info("answering from generation %d, as of %s", generation.number, generation.as_of.moment)
        return True

    def _opened(self, generation: Generation, engine: Engine) -> OpenCopy:
        told = generation.as_of
        sources = tuple(sorted((*told.sources, *told.others), key=lambda one: (one[1], one[0])))
        as_of = AsOf(
            told.moment, told.inferred, sources, generation.version, told.is_sample, is_moving=told.is_live
        )
        return OpenCopy(
            engine, generation.version, as_of, generation.built_for, self._compare, generation.latest,
            frozenset(generation.present),
        )  # fmt: skip

    def _close_retired(self) -> None:
        now, kept = self._monotonic(), []
        for since, engine in self._retired:
            if now - since >= RETIRE_SECONDS and not _is_asked(engine):
                engine.dispose()
            else:
                kept.append((since, engine))
        self._retired = kept


def _is_asked(engine: Engine) -> bool:
    checked_out = getattr(engine.pool, "checkedout", None)
    return bool(checked_out is not None and checked_out())

"""The thread in every server that looks for a newer copy; and in one of them, that makes it.

Files are looked at every few seconds, databases asked one small question a minute; what shows no change
by that is read every ``refresh_minutes``, and everything once a night. Reading never takes more than
its share of the time.
"""

from __future__ import annotations

import atexit
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from dashboard.question.copies import FolderCopies
from queries.copy.generations import Generations, LastTry
from queries.copy.lock import Leader
from queries.copy.refresh import Marks, Outcome, Progress, Reader, Terms
from queries.source.errors import ReadingStopped, SourceError

LOOK_SECONDS = 3.0
"""How often the folder and a file are looked at: a change is seen at the first look, taken at the second."""
ASK_SECONDS = 60.0
"""How often a database is asked the small question, and how soon a failed refresh is tried again."""
COMPARE_AGAIN_SECONDS = 3600.0
"""How soon a nightly comparison that could not be made is tried again."""
LONG_READING_SECONDS = 120.0
"""A reading that failed after more than this was no question to a source that is away: it weighs on the
source as one that came to its end, and rests as long."""
ENDING_SECONDS = 4.0
"""How long the end of the program waits for a reading to stop; the server gives a worker five."""

_log = logging.getLogger("motcua")


class Watched(Reader, Protocol):
    """A reader whose source may be files. ``is_asked``: whether there is a server to ask, too."""

    @property
    def is_asked(self) -> bool:
        """Say whether there is a server to ask the small question."""
        ...

    def stamp(self) -> str:
        """Give what changes with the files; empty where there are none."""
        ...


@dataclass(frozen=True)
class Rhythm:
    """When things are done. ``refresh_minutes``, ``compare_hour``, ``read_share``: the settings'."""

    refresh_minutes: float = 10
    compare_hour: int = 2
    read_share: float = 0.05


class Refresh(Protocol):
    """Whatever makes one refresh: in this process, or apart from it."""

    def __call__(self, *, whole: bool, progress: Progress) -> Outcome:
        """Refresh now. Raises ReadingStopped."""
        ...


class Refresher:
    """Keeps a copy up to date for as long as a server runs. ``monotonic`` is the clock of the waiting."""

    def __init__(
        self, generations: Generations, copies: FolderCopies, *, reader: Watched, refresh: Refresh,
        terms: Terms, rhythm: Rhythm, stop: threading.Event | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._generations, self._copies = generations, copies
        self._reader, self._refresh, self._terms = reader, refresh, terms
        self._rhythm = rhythm
        self._stop = stop or threading.Event()
        self._monotonic = monotonic
        self._leader = Leader(generations.folder)
        self._thread: threading.Thread | None = None
        self._stamp: str | None = None
        self._seen_stamp: str | None = None
        self._asked = self._refreshed = self._compared = float("-inf")
        self._rests_until = float("-inf")
        self._is_failing = False
        self._has_begun = False

    def start(self) -> None:
        """Begin; what is begun ends with the program."""
        atexit.register(self.close)
        self._thread = threading.Thread(target=self._run, name="motcua-refresh", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End: a reading under way stops where it stands, and the copy stays as it is."""
        atexit.unregister(self.close)
        self._stop.set()
        if self._thread is not None:
            self._thread.join(ENDING_SECONDS)
        self._leader.resign()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self.tick()
            except ReadingStopped:
                return
            except Exception:
                _log.exception("the refresher stumbled, and goes on")
            self._stop.wait(LOOK_SECONDS)

    def tick(self) -> Outcome | None:
        """Do whatever is due now; give the outcome of a refresh, None where none was."""
        self._copies.current()
        if not self._is_leader():
            return None
        if not self._has_begun:
            self._go_on()
        why = self._why()
        if why is None:
            return None
        began = self._monotonic()
        _log.debug("refreshing: %s", why)
        # Where there are loads the comparison waits for the next one, whatever the refresh is made for.
        whole = why == "compare" or (self._marks().token_kind == "loads" and self._is_night())
        outcome = self._refresh(whole=whole, progress=self._copies.note_reading)
        self._copies.note_reading("", 0)
        self._note(outcome, began, why)
        self._copies.current()
        return outcome

    def _is_leader(self) -> bool:
        try:
            return self._leader.is_me()
        except OSError as error:  # the folder cannot be written: the refresh will say so
            _log.warning("the copy's folder cannot be written: %s", error)
            return True

    def _go_on(self) -> None:
        """Go on where the server before left off, so that one that starts often does not read often."""
        self._has_begun = True
        marks = self._marks()
        if marks.read_at is None:
            return
        ago = (self._terms.clock() - marks.read_at).total_seconds()
        if ago >= 0:
            ended = self._monotonic() - ago
            self._refreshed = ended
            self._rests_until = ended + marks.read_seconds * (1 / self._rhythm.read_share - 1)

    def _why(self) -> str | None:
        """Say why a refresh is due; None where none is."""
        now = self._monotonic()
        is_again = now - self._refreshed >= ASK_SECONDS
        has_file_changed = self._has_file_changed()
        if is_again and self._generations.current(self._terms.identity) is None:
            return "first"
        due: dict[str, Callable[[], bool]] = {
            "again": lambda: self._is_failing and is_again,
            "file": lambda: has_file_changed,
            "time": lambda: now - self._refreshed >= self._rhythm.refresh_minutes * 60,
            "compare": lambda: now - self._compared >= COMPARE_AGAIN_SECONDS and self._is_night(),
            "changed": lambda: now - self._asked >= ASK_SECONDS and self._has_changed(),
        }
        return (
            None if now < self._rests_until else next((why for why, is_due in due.items() if is_due()), None)
        )

    def _has_file_changed(self) -> bool:
        """Say whether the file is another than the one last read, and no more being written."""
        stamp = self._reader.stamp()
        seen, self._seen_stamp = self._seen_stamp, stamp
        return bool(stamp) and stamp != self._stamp and stamp == seen

    def _has_changed(self) -> bool:
        """Ask the small question; of a file there is nothing to ask."""
        if not self._reader.is_asked:
            return False
        self._asked = self._monotonic()
        try:
            token = self._reader.probe()
        except SourceError:
            return True  # the refresh finds out why, and keeps it
        marks = self._marks()
        if token.text is None or token.text == marks.half:
            return False  # half a load is looked at again when its time has come
        return (token.kind, token.text) != (marks.token_kind, marks.token)

    def _is_night(self) -> bool:
        """Say whether the nightly comparison is due: its hour is past, and no whole reading since."""
        now = self._terms.clock()
        due = now.replace(hour=self._rhythm.compare_hour, minute=0, second=0, microsecond=0)
        if now < due:
            due -= timedelta(days=1)
        compared = self._marks().compared_at
        return compared is not None and (compared < due or compared > now + timedelta(days=1))

    def _marks(self) -> Marks:
        return Marks.of(self._generations.state().marks)

    def _note(self, outcome: Outcome, began: float, why: str) -> None:
        now = self._monotonic()
        self._refreshed = self._asked = now
        if why == "compare":
            self._compared = now
        self._is_failing = not outcome.is_good
        self._stamp = self._seen_stamp
        if outcome.kind != "unreadable" or outcome.read_seconds > LONG_READING_SECONDS:
            share = self._rhythm.read_share
            self._rests_until = now + outcome.read_seconds * (1 / share - 1)
        if outcome.differences:
            _log.warning(
                "dossiers that a comparison found gone, or changed in silence: %s", outcome.differences
            )
        if outcome.is_good:
            _log.info("%s (%.1f s)", outcome.sentence, now - began)
        else:
            _log.warning("%s: %s", outcome.kind, outcome.sentence)
            self._copies.note_try(
                LastTry(outcome.at, outcome.kind, outcome.sentence, outcome.failing_since or outcome.at)
            )

"""The register of dossiers kept beside the database: read when data arrive, checked, then answering.

Until it is there, and for whatever it does not hold, the statements answer; so it changes how
soon a number comes, never which.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from dashboard.question.known import Known
from queries.asked.view import View
from queries.ledger import Ledger
from queries.ledger_answers import answer
from queries.ledger_check import LedgerDiffers
from queries.source.engine import DatabaseUnavailable

REST = 20
"""After reading for a second the bookkeeper rests for so many, however often the data change."""

Read = Callable[[Known], Ledger | None]
_log = logging.getLogger("motcua")


class Bookkeeper:
    """The register of the data as last read, and a thread that reads it anew when they change."""

    def __init__(self, read: Read, *, is_wanted: bool) -> None:
        self._read = read
        self._is_wanted = is_wanted
        self._held: tuple[Any, Ledger | None] = (None, None)
        self._noted: Known | None = None
        self._turn = threading.Condition()

    def start(self) -> None:
        """Begin; before this, what is noted stays without consequence."""
        threading.Thread(target=self._run, name="motcua-ledger", daemon=True).start()

    def note(self, known: Known) -> None:
        """Remember what is known of the data now.

        Not on a server's database, of which millions of rows do not come in seconds; nor while the
        moment of the data moves with the clock, of which a register would hold one minute.
        """
        is_possible = self._is_wanted and known.bound.by_branches and not known.as_of.is_moving
        if is_possible and self._held[0] != _key(known):
            with self._turn:
                self._noted = known
                self._turn.notify()

    def take(self, known: Known) -> bool:
        """Read the register, and hold it from now on; say whether there is one."""
        # The last one answers for nothing any more; it need not stand in memory beside the next.
        self._held = None, None
        ledger, began = None, time.monotonic()
        try:
            ledger = self._read(known)
        except DatabaseUnavailable as error:
            _log.warning("the register could not be read now, the database answers: %s", error)
            return False  # it is noted again, and then tried again
        except LedgerDiffers as error:
            _log.error("%s; it is not used, the database answers", error)
        except Exception:
            _log.warning("the register could not be read; the database answers", exc_info=True)
        if ledger is not None:
            _log.info("the register holds %d dossiers, read and checked in %.1f s",
                      len(ledger.dossiers.closed), time.monotonic() - began)  # fmt: skip
        self._held = _key(known), ledger
        return ledger is not None

    def holds(self, known: Known) -> bool:
        """Say whether there is a register of these data."""
        return self._held[0] == _key(known) and self._held[1] is not None

    def answer(self, known: Known, query: Callable[..., Any], view: View, keywords: Mapping[str, Any]) -> Any:
        """Give a query's answer, None where the database has to be asked."""
        key, ledger = self._held
        if ledger is None or key != _key(known):
            return None
        return answer(ledger, query, view, keywords)

    def _run(self) -> None:
        while True:
            with self._turn:
                self._turn.wait_for(lambda: self._noted is not None)
                known, self._noted = self._noted, None
            assert known is not None
            began = time.monotonic()
            if self._held[0] != _key(known):
                self.take(known)
            time.sleep(REST * (time.monotonic() - began))


def _key(known: Known) -> Any:
    return known.version, known.as_of.moment

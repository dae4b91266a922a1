"""What a refresh reads now: one decision on what is known of the copy and of its source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Literal

LOADED_DAILY = timedelta(days=4)
"""Dossiers whose newest load is younger are loaded day by day, weekends and a holiday between."""


class Next(StrEnum):
    """What is done now."""

    NOTHING = "nothing"
    """The source holds what the copy holds."""
    WAIT = "wait"
    """What is there may be half a load: it is read with the next one."""
    JUDGE_AGAIN = "judge again"
    """The source is as it was when it was refused, which may have been for the clock alone."""
    CHANGES = "changes"
    EVERYTHING = "everything"


@dataclass(frozen=True)
class Facts:
    """What the decision looks at.

    ``is_read_alike``: by the columns, words, zones and cleaning of the copy; ``is_same_file``: the source is
    the file that was read, where it is one. ``shows``: by what the source shows that it changed;
    ``is_unchanged``: by that it did not; ``has_new_load``: a source of dossiers has loaded.
    ``last_load``: how long ago the newest load of dossiers that the copy knows was; None where it knows none.
    ``can_read_changes``: since when is known. ``owes_everything``: what everything showed was refused, and
    nothing whole has been believed since; ``is_owed_load``: one of the new loads is of a source of which the
    last whole reading may have had half a load. ``is_refused``: the source as it is now was refused, and that
    reading is kept; ``refused_everything``: it was a whole one. ``is_night``: the nightly comparison is due.
    ``is_by_hand``: somebody asked for it. ``is_live``: the settings say that the data are of now.
    """

    has_copy: bool
    is_read_alike: bool = True
    is_same_file: bool = True
    shows: Literal["loads", "updated_at", "file", ""] = ""
    is_unchanged: bool = False
    has_new_load: bool = False
    last_load: timedelta | None = None
    can_read_changes: bool = False
    owes_everything: bool = False
    is_owed_load: bool = False
    is_refused: bool = False
    refused_everything: bool = False
    is_night: bool = False
    is_by_hand: bool = False
    is_live: bool = False

    @property
    def loads_tell_all(self) -> bool:
        """Say whether dossiers change with their loads alone, so that between two nothing whole is read.

        Where changes can be read and the last load is long ago, the loads are no rhythm to wait for.
        """
        if self.shows != "loads" or self.last_load is None or self.is_live:
            return False
        # A day that bears no time ends after now; what is said of later days is a slip of somebody's hand.
        is_daily = -timedelta(days=1) <= self.last_load < LOADED_DAILY
        return is_daily or not self.can_read_changes

    @property
    def is_amid_loads(self) -> bool:
        """Say whether what is there may be half a load."""
        return self.loads_tell_all and not self.has_new_load

    @property
    def must_not_shrink(self) -> bool:
        """Say whether a table that lost rows has to be taken for half a load, though it may be believed."""
        return self.is_amid_loads and self.is_read_alike and self.is_same_file and not self.is_by_hand


def next_reading(facts: Facts) -> Next:
    """Decide what is read now; the first line that holds."""
    if not facts.has_copy:
        return Next.EVERYTHING
    if facts.is_refused and not facts.is_by_hand and _shows_no_more(facts):
        return Next.JUDGE_AGAIN
    if not (facts.is_read_alike and facts.is_same_file):
        return Next.EVERYTHING
    if facts.shows == "file" and facts.is_unchanged and not facts.is_night:
        return Next.NOTHING
    if facts.can_read_changes and not _is_compared(facts):
        return Next.CHANGES
    return where_changes_do_not_do(facts)


def where_changes_do_not_do(facts: Facts) -> Next:
    """Decide the same where the changes alone cannot be read, or have turned out not to do."""
    return Next.WAIT if facts.is_amid_loads and facts.is_unchanged else Next.EVERYTHING


def _is_compared(facts: Facts) -> bool:
    """Say whether the copy has to be compared with all there is, which finds what was deleted."""
    if facts.has_new_load and (facts.is_owed_load or (facts.is_by_hand and facts.loads_tell_all)):
        return True  # whoever loads and then refreshes by hand leaves no new load for the night
    return facts.owes_everything or (facts.is_night and not facts.is_amid_loads)


def _shows_no_more(facts: Facts) -> bool:
    """Say whether reading once more what was refused could show nothing else."""
    return (facts.shows == "file" and not facts.is_night) or (
        facts.loads_tell_all and facts.refused_everything
    )

"""Who may see what: the one place that decides it.

A reader has rights; a question carries them. They are laid over the View (``narrowed_to``), so that
no statement counts, lists or finds what the reader may not see, and they are part of every key that an
answer or a drawn card is kept by. What a page, the API, an export or the wall shows of officials is
asked of the same rights.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import cast

import flask

from dashboard.question.known import Known
from queries.asked.periods import Period
from queries.asked.view import View
from queries.definitions.flags import FLAGS

IDENTIFY = "motcua_reader"
"""Where the application keeps what says who asks (``accounts.gate``)."""


@dataclass(frozen=True)
class Rights:
    """What a reader may see; hashable, so that it is part of what answers are kept by.

    ``units``: codes, None for the whole district. ``periods``: None for all. ``sees_officials``: names
    and codes of officials, and every figure on them.
    """

    role: str = "noi_vu"
    units: tuple[str, ...] | None = None
    periods: tuple[Period, ...] | None = None
    sees_officials: bool = False

    @property
    def is_whole(self) -> bool:
        """Say whether the whole district may be seen, at any time."""
        return self.units is None and self.periods is None

    @property
    def own_unit(self) -> str | None:
        """Give the one unit that may be seen; None where there are more, or all."""
        return self.units[0] if self.units is not None and len(self.units) == 1 else None


WHOLE = Rights()
"""Everything but what is told of officials."""


@dataclass(frozen=True)
class Reader:
    """Who asks: the account's name, empty without accounts, and its rights."""

    name: str
    rights: Rights


WITHOUT_ACCOUNTS = Reader("", WHOLE)
"""Whoever sits at the machine itself: everything but officials."""


def the_reader() -> Reader:
    """Give who sent the request. Raises what ``accounts.gate`` raises for somebody it does not know."""
    if "reader" not in flask.g:
        identify = cast(Callable[[], Reader], flask.current_app.extensions[IDENTIFY])
        flask.g.reader = identify()
    return cast(Reader, flask.g.reader)


def narrowed_to(rights: Rights, view: View) -> View:
    """Give the view with what its reader may see laid over it."""
    days = None if rights.periods is None else tuple((one.start, one.end) for one in rights.periods)
    return view.at(units_seen=rights.units, days_seen=days)


def known_to(rights: Rights, known: Known) -> Known:
    """Give what is known of the data with the units alone that the reader may see.

    Dossiers of the others, where the district is summed, are then of no known unit.
    """
    if rights.units is None:
        return known
    return replace(known, units=tuple(unit for unit in known.units if unit.code in rights.units))


def may_list(rights: Rights, flag_id: str) -> bool:
    """Say whether a reader may see whom or what a flag is about, not only how many."""
    return not FLAGS[flag_id].is_restricted or rights.sees_officials


def covers(rights: Rights, needed: Rights) -> bool:
    """Say whether a reader may see all that was seen with other rights: units, periods, officials."""
    if needed.sees_officials and not rights.sees_officials:
        return False
    if rights.units is not None and (needed.units is None or not set(needed.units) <= set(rights.units)):
        return False
    if rights.periods is None:
        return True
    return needed.periods is not None and all(
        any(own.start <= one.start and one.end <= own.end for own in rights.periods) for one in needed.periods
    )

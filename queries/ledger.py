"""The register of dossiers (sổ theo dõi) held in memory: what happened on which day, counted by slices.

Read once when data arrive (``queries.ledger_reading``). What a dossier is (its outcome once
closed, its marks, its level) is decided there, by the same SQL that the statements use; here
only days are compared. It holds for one version of the data, one moment and one day rule.

Everything counted belongs to a day: nothing after the data's moment is in it, and every other
edge of a period is a midnight. Days are numbers from 1970-01-01 on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

import numpy as np
import pandas as pd

from queries.asked.view import View
from queries.definitions.flag_rule import Parameters
from queries.ledger_events import Array, Chosen, Events, Group, Named
from queries.on_time.outcomes import CODE
from queries.on_time.trend import trend_months

EARLIEST = date(1988, 1, 1)
"""No reader's period, and no trend of one, begins before (``periods.FIRST_YEAR``)."""


def day_number(day: date) -> int:
    """Give a day's number."""
    return (day - date(1970, 1, 1)).days


@dataclass(frozen=True)
class Names:
    """The units and procedures that dossiers name, by the number they have in the register.

    ``procedures``: the code and the dossier's own word for the field. ``catalogue``: the code
    and field of each row of the procedures' table.
    """

    units: tuple[str | None, ...]
    procedures: tuple[tuple[str | None, str | None], ...]
    catalogue: tuple[tuple[str | None, str | None], ...]

    @cached_property
    def unit_number(self) -> Mapping[str | None, int]:
        """Give the number of a unit's code."""
        return {code: number for number, code in enumerate(self.units)}

    def of_procedure(self, code: str | None, field_name: str | None) -> Array:
        """Say for each procedure whether a view narrowed so counts its dossiers, as ``on_time.narrowed``."""
        in_field = {one for one, name in self.catalogue if name == field_name and one is not None}
        catalogued = {one for one, name in self.catalogue if name is not None and one is not None}
        return np.array(
            [
                (code is None or one == code)
                and (
                    field_name is None
                    or one in in_field
                    or (own == field_name and (one is None or one not in catalogued))
                )
                for one, own in self.procedures
            ],
            dtype=bool,
        )


@dataclass(frozen=True)
class Standing:
    """Dossiers that stand open at the end of some day, by places in ``Dossiers``; and what they then are.

    ``outcome``: suspended, open_overdue or open_in_time, by ``outcomes.CODE``. ``bucket``: of the
    overdue 1 to 3 for up to 3, up to 10 and more days, else 0.
    """

    place: Array
    outcome: Array
    bucket: Array


@dataclass(frozen=True)
class Course:
    """The course of some dossiers, by days: received, closed (NEVER: open), and what they are while open.

    ``overdue_from``, ``suspended_from``: the first day at whose end a dossier is so while it is
    open, NEVER if none.
    """

    closed: Array
    received: Array
    named: Named
    overdue_from: Array
    suspended_from: Array

    def while_open(self, judging: int, place: Array | slice) -> Array:
        """Say what dossiers are at the end of a day on which they are open, by ``outcomes.CODE``."""
        return np.where(
            self.suspended_from[place] <= judging,
            CODE["suspended"],
            np.where(self.overdue_from[place] <= judging, CODE["open_overdue"], CODE["open_in_time"]),
        )


@dataclass(frozen=True)
class Dossiers(Course):
    """Every dossier received by the data's moment, sorted by the day it closed.

    ``kind``: numbers into ``Ledger.meanings``. ``due``: the promise, to the microsecond; NaT
    where there is none.
    """

    kind: Array
    due: Array

    def standing(self, judging: int, chosen: Chosen) -> Standing:
        """Give the dossiers open at the end of a day."""
        first = int(np.searchsorted(self.closed, self.closed.dtype.type(judging), side="right"))
        place = first + np.flatnonzero(self.received[first:] <= judging)
        place = place[chosen.among(self.named[place])]
        outcome = self.while_open(judging, place)
        days = judging - self.due[place].astype("M8[D]").astype(np.int64)
        overdue = outcome == CODE["open_overdue"]
        bucket = np.where(overdue, 1 + (days > 3) + (days > 10), 0)
        return Standing(place, outcome, bucket)


@dataclass(frozen=True)
class Judged(Course):
    """Dossiers with what became of them once closed, by ``outcomes.CODE``."""

    outcome: Array

    def became(self, judging: int, place: Array | slice) -> Array:
        """Say what dossiers are at the end of a day."""
        is_closed = self.closed[place] <= judging
        return np.where(is_closed, self.outcome[place], self.while_open(judging, place))


@dataclass(frozen=True)
class Slips(Judged):
    """Dossiers that have slips, sorted by the day they closed.

    ``since``: of everything slips can tell the day from which it holds, NEVER if none.
    ``is_apology_late``: whether the first apology was.
    """

    since: Mapping[str, Array]
    is_apology_late: Array


@dataclass(frozen=True)
class Officers(Judged):
    """Dossiers that were late or overdue at some time and name an official, sorted by the day due.

    ``officer``: numbers into ``codes``.
    """

    codes: tuple[str, ...]
    due: Array
    officer: Array


@dataclass(frozen=True)
class DailyVotes:
    """Votes by day, unit and packed number (``satisfaction.unpacked``): their sums and rows; sorted by day.

    ``unit``: numbers into ``codes``, which are the ratings' own.
    """

    codes: tuple[str | None, ...]
    day: Array
    unit: Array
    packed: Array
    sums: Array
    rows: Array


@dataclass(frozen=True)
class Life:
    """Complaints or receptions: the day, the unit (a number into ``codes``), and of complaints their field.

    ``due``, ``answered``: of complaints; NEVER where there is no day.
    """

    codes: tuple[str | None, ...]
    day: Array
    unit: Array
    due: Array
    answered: Array
    field: Array


@dataclass(frozen=True)
class Ledger:
    """The register: for one version of the data, their moment, a day rule and the flags' parameters.

    ``meanings``: of each kind of dossier its outcome as of the data's moment, its bucket of days
    late and its marks, packed (``ledger_reading``). ``closings``: dossiers by the day they closed.
    ``received``: 1 those late or overdue as of the data's moment, else 0. ``due``: rate B's three
    values, and ``SOON`` more for those open in time. ``handed_in``: by what ``online_codes``
    means; ``given_back``: 1 by post, else 0, None where a day is out of order. ``ahead``: units
    and procedures of what is received in the future. ``votes``, ``complaints``,
    ``receptions`` None: there are none to count.
    ``slips`` None, ``has_odd_crowds``: the records are such that the database must be asked.
    """

    as_of: datetime
    compare: str
    parameters: Parameters
    names: Names
    dossiers: Dossiers
    meanings: Array
    closings: Events
    received: Events
    due: Events
    handed_in: Events
    online_codes: Array
    given_back: Events | None
    ahead: Named
    has_odd_crowds: bool
    slips: Slips | None
    officers: Officers
    votes: DailyVotes | None
    complaints: Life | None
    receptions: Life | None

    @cached_property
    def outcomes(self) -> Array:
        """Give the outcome of each kind of dossier, by ``outcomes.CODE``."""
        return self.meanings % BUCKET

    @cached_property
    def buckets(self) -> Array:
        """Give the bucket of days late of each kind of dossier."""
        return self.meanings // BUCKET % (MARK // BUCKET)

    @cached_property
    def marks(self) -> Array:
        """Give the marks of each kind of dossier: bit i for the i-th of ``flags_marks.MARKS``."""
        return self.meanings // MARK

    def days(self, view: View) -> tuple[int, int] | None:
        """Give a view's first and last counted day; None where the register does not hold it."""
        is_held = view.as_of == self.as_of and view.compare == self.compare and view.judged_on is None
        if not is_held or not view.has_started or view.period.start < EARLIEST:
            return None
        return day_number(view.period.start), day_number(view.end)

    def months(self, view: View, count: int) -> list[tuple[int, int]] | None:
        """Give the first and last counted day of each month of a trend; None where not all are held."""
        found = [self.days(view.at(period=month, judged_on=None)) for month in trend_months(view, count)]
        held = [days for days in found if days is not None]
        return held if self.days(view) is not None and len(held) == count else None

    def chosen(self, view: View, units: tuple[str, ...] | None = None) -> Chosen:
        """Give what a view is narrowed to; ``units``: to these units beside."""
        wanted: set[str | None] | None = None if units is None else set(units)
        if view.unit_code is not None:
            wanted = {view.unit_code} if wanted is None else wanted & {view.unit_code}
        return Chosen(
            None if wanted is None else np.array([code in wanted for code in self.names.units], dtype=bool),
            None if view.field is None and view.procedure_code is None
            else self.names.of_procedure(view.procedure_code, view.field),
        )  # fmt: skip

    def keys(self, by: Group, groups: Array) -> dict[str, list[str | None]]:
        """Give the columns that name groups."""
        units, procedures = self.names.units, self.names.procedures
        if by == "unit":
            return {"unit_code": [units[one] for one in groups.tolist()]}
        numbers = (groups % len(procedures)).tolist() if by == "both" else groups.tolist()
        found: dict[str, list[str | None]] = {}
        if by == "both":
            found["unit_code"] = [units[one] for one in (groups // len(procedures)).tolist()]
        found["procedure_code"] = [procedures[one][0] for one in numbers]
        found["field"] = [procedures[one][1] for one in numbers]
        return found

    def frame(
        self, by: Group, counts: Mapping[str, Array], more: Mapping[str, Array] | None = None
    ) -> pd.DataFrame:  # fmt: skip
        """Give the groups that have any count, with their names; ``more``: columns that are no counts."""
        groups = np.flatnonzero(np.any(list(counts.values()), axis=0))
        columns = {**counts, **(more or {})}
        return pd.DataFrame(
            {**self.keys(by, groups), **{word: found[groups] for word, found in columns.items()}}
        )


BUCKET, MARK = 16, 64
"""The place values of what ``Ledger.meanings`` packs; outcomes are below 16, buckets below 4."""

SOON = 4
"""What ``Ledger.due`` adds to rate B's value for a dossier that is open in time."""

"""Of which units a total is: what a total tells of one unit alone is never told to who sees others.

Whoever sees some units and the district's total knows what is left of it. They ask for many periods, and
subtract. Time is therefore cut into blocks, at the 1st of each month and at the cut-off day: every calendar
or reporting month, quarter, half and year is a row of whole blocks. A block is **of one** if, of the units
that a reader does not see, exactly one received something in it; or none did, and exactly one had anything
at all (a dossier still open, a late ending). A total is told of a period that is a row of whole blocks of
which none is of one.

Why no unit follows. Whatever is added up and taken away of totals that are told is a sum of blocks, each
taken so many times. In each block that is left over several units were at work, or none: what is left is
nobody's alone. ``tests/unit_life/test_presence.py`` looks at whole systems of sums.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd
from sqlalchemy import Connection, func, select

from queries.asked.periods import Period
from queries.asked.view import View
from queries.copy.tables import CLEAN
from queries.courses.frames import rows_of
from queries.courses.stock import Courses
from queries.courses.table import CLOSED_BY_DAY, DUE_BY_DAY, RECEIVED_BY_DAY, day_of_number
from queries.satisfaction.statements import has_ratings
from queries.unit_life.statements import has_complaints, has_receptions

DOSSIERS, VOTES, COMPLAINTS, RECEPTIONS = "dossiers", "votes", "complaints", "receptions"
SUBJECTS = (DOSSIERS, VOTES, COMPLAINTS, RECEPTIONS)
RECEIVED, CLOSED, DUE = "received", "closed", "due"
COLUMNS = ("subject", "event", "unit_code", "day", "n")
_NOTHING: Counter[int] = Counter()


def days_of_units(conn: Connection, courses: Courses, view: View) -> pd.DataFrame:
    """Give the days on which any unit had anything: one row per subject, event, unit_code and day.

    n: how many rows. Of the data as they are now, all units and all time, whatever the view.
    """
    rows: list[tuple[str, str, str | None, date, int]] = []
    for event, table in ((RECEIVED, RECEIVED_BY_DAY), (CLOSED, CLOSED_BY_DAY), (DUE, DUE_BY_DAY)):
        day = table.c[event]
        asked = select(table.c.unit, day, func.sum(table.c.dossiers)).group_by(table.c.unit, day)
        rows += [
            (DOSSIERS, event, courses.units[unit], day_of_number(at), int(n))
            for unit, at, n in conn.execute(asked)
        ]
    r, c, held = CLEAN["ratings"].c, CLEAN["complaints"].c, CLEAN["receptions"].c
    for subject, is_there, unit_code, at, counts in (
        (VOTES, has_ratings(courses), r.unit_code, r.rated_on, [r.votes > 0]),
        (COMPLAINTS, has_complaints(courses, view.at(field=None)), c.unit_code, c.received_on, []),
        (RECEPTIONS, has_receptions(courses), held.unit_code, held.held_on, []),
    ):
        if is_there:
            dated = select(unit_code, at, func.count()).where(at.is_not(None), *counts)
            asked = dated.group_by(unit_code, at)
            rows += [(subject, RECEIVED, unit, day, int(n)) for unit, day, n in conn.execute(asked)]
    columns = zip(*rows, strict=True) if rows else [()] * len(COLUMNS)
    return pd.DataFrame({name: list(found) for name, found in zip(COLUMNS, columns, strict=True)})


@dataclass(frozen=True)
class Blocks:
    """Time cut at the 1st of each month and at a day of it, block by block, numbered in order."""

    cutoff_day: int

    def of(self, day: date) -> int:
        """Give the number of the block that holds a day."""
        months = day.year * 12 + day.month - 1
        return months if self.cutoff_day == 1 else 2 * months + int(day.day >= self.cutoff_day)

    def row(self, period: Period, today: date) -> range | None:
        """Give the blocks of a period up to today; None where it is no row of whole blocks."""
        begins = {1, self.cutoff_day}
        if period.start.day not in begins or (period.end + timedelta(days=1)).day not in begins:
            return None
        return range(self.of(period.start), self.of(min(period.end, today)) + 1)


def blocks_of_one(
    days: pd.DataFrame, blocks: Blocks, *, seen: Collection[str], known: Collection[str], today: date
) -> Mapping[str, frozenset[int]]:
    """Give, by subject, the blocks of one for whoever sees some units.

    ``days``: of ``days_of_units``. ``known``: the units there are. What has no unit, or one in no list, is
    there, but makes no second unit: nobody is hidden behind it.
    """
    number_of: dict[date, int] = {}
    counts: dict[tuple[str, str], dict[str | None, Counter[int]]] = {}
    for subject, event, unit, day, n in rows_of(days, COLUMNS):
        code = unit if isinstance(unit, str) else None
        if code in seen:
            continue
        block = number_of.get(day)
        if block is None:
            block = number_of[day] = blocks.of(day)
        counts.setdefault((subject, event), {}).setdefault(code, Counter())[block] += n
    last = blocks.of(today)
    return {subject: frozenset(_of_one(counts, subject, known, last)) for subject in SUBJECTS}


def _of_one(
    counts: Mapping[tuple[str, str], Mapping[str | None, Counter[int]]], subject: str,
    known: Collection[str], last: int,
) -> Iterator[int]:  # fmt: skip
    received, closed, due = (counts.get((subject, event), {}) for event in (RECEIVED, CLOSED, DUE))
    codes = {*received, *closed, *due}
    begun = [block for by_code in (received, closed, due) for of in by_code.values() for block in of]
    still_open: Counter[str | None] = Counter()
    for block in range(min(begun, default=last + 1), last + 1):
        receiving = {code for code in codes if received.get(code, _NOTHING)[block]}
        there = {
            code for code in codes
            if still_open[code] > 0 or any(block in of.get(code, _NOTHING) for of in (received, closed, due))
        }  # fmt: skip
        several = len((receiving or there).intersection(known)) > 1
        if there and not several:
            yield block
        if subject == DOSSIERS:
            for code in codes:
                still_open[code] += received.get(code, _NOTHING)[block] - closed.get(code, _NOTHING)[block]

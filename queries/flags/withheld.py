"""What may be told of officials to whoever may not see them: sums that no dossier's official follows from.

Whoever reads the lists knows every dossier, its unit and its days, but not whose it is. They could ask
for many periods, and of each unit, and subtract. So what is told of dossiers of contract officials is
told of whole runs of time in which nothing can be told apart.

Time is cut into blocks at the 1st of each month and at the cut-off day: every calendar or reporting
month, quarter, half and year is a row of blocks. A dossier lies in the blocks from its receipt to its
closing, and a period counts it once if they meet. A block **holds** for some units if, of the dossiers
that lie in it alone, at least ``LEAST`` are of contract officials and at least ``LEAST`` are not; a
**crossing** holds if the same is so of the dossiers that lie in it and the next block alone. A run is a
row of blocks that all hold for the district, with their crossings.

Why nothing follows. Say one dossier of a told unit were of the other kind. Where it lies in one block of the
run, another that lies there alone changes the other way. Where it lies in several, one dossier for each of
its crossings, lying in just these two blocks, changes the other way, and one for each block between its
first and last, lying there alone, changes the same way: a period that meets it in m blocks meets m − 1 of
its crossings or one or two more at its ends, and the counts come out even. So every sum of every period of
the run, of the unit and of the district, is what it was, and no sum tells of which kind the dossier is. The
same holds among the units that are not told, of which only the remainder is known, as they too must hold
together. As there are ``LEAST`` of each kind, a group of fewer always has other possible counts than its own.
``tests/flags/test_withheld.py`` does this to every dossier of whole systems of sums.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from queries.asked.periods import Period
from queries.asked.view import View

LEAST = 5
WITHHELD = "không nêu, để không lộ ai"
"""What stands in the place of a figure on officials for whoever may not see them."""
YEARS = 3
_MANY = np.iinfo(np.int64).max
_KINDS = frozenset({"month", "quarter", "half", "year"})


@dataclass(frozen=True)
class Block:
    """Some days that are always counted together, both ends in."""

    first: date
    last: date


def blocks_of(view: View) -> tuple[Block, ...]:
    """Give the blocks that have ended by the data's day, oldest first, of some three years."""
    today, first = view.as_of.date(), date(view.as_of.year - YEARS, 12, view.cutoff_day)
    begins: list[date] = []
    year, month = first.year, first.month
    while (year, month) <= (today.year, today.month):
        begins += sorted({date(year, month, 1), date(year, month, view.cutoff_day)})
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    begins = [one for one in begins if first <= one <= today]
    ends = [one - timedelta(days=1) for one in begins[1:]]
    return tuple(Block(*both) for both in zip(begins, ends, strict=False))


def is_asked_plainly(view: View, as_of: object) -> bool:
    """Say whether a view is of an ended named period as the data are now, of all fields and procedures."""
    return (
        view.period.kind in _KINDS
        and view.period.end < view.as_of.date()
        and view.as_of == as_of
        and view.comparison.day is None
        and view.judged_on is None
        and view.field is None
        and view.procedure_code is None
    )


def told_units(atoms: pd.DataFrame, blocks: Sequence[Block], period: Period) -> frozenset[str] | None:
    """Give the units whose dossiers of contract officials may be told in a period; None where not even
    the district's may.

    ``atoms``: unit_code, block, crosses (0: in that block alone; 1: in it and the next alone),
    on_contract, n; of every unit, None for those of no known one.
    """  # fmt: skip
    places = _places(blocks, period)
    if places is None:
        return None
    counted = _Counted(atoms, len(blocks))
    run = counted.run(places)
    if run is None:
        return None
    slack = {code: counted.slack([code], run) for code in counted.units}
    told = {code for code, least in slack.items() if code is not None and least >= LEAST}
    rest = [code for code in counted.units if code not in told]
    while rest and told and counted.slack(rest, run) < LEAST:
        weakest = min(told, key=lambda code: (slack[code], code))
        told.remove(weakest)
        rest.append(weakest)
    return frozenset(told)


def _places(blocks: Sequence[Block], period: Period) -> range | None:
    """Give which blocks a period is made of; None where it is not made of blocks we have."""
    firsts = {block.first: place for place, block in enumerate(blocks)}
    lasts = {block.last: place for place, block in enumerate(blocks)}
    if period.start not in firsts or period.end not in lasts:
        return None
    return range(firsts[period.start], lasts[period.end] + 1)


class _Counted:
    """Atoms as one array: of each unit, kind, crosses and block so many dossiers."""

    def __init__(self, atoms: pd.DataFrame, length: int) -> None:
        self._length = length
        places, codes = pd.factorize(atoms.unit_code, use_na_sentinel=False)
        self.units: tuple[str | None, ...] = tuple(one if isinstance(one, str) else None for one in codes)
        self._place = {code: place for place, code in enumerate(self.units)}
        self._dossiers = np.zeros((len(self.units), 2, 2, length), dtype=np.int64)
        others = (atoms[name].to_numpy(dtype=np.int64) for name in ("on_contract", "crosses", "block"))
        where = (places, *others)
        np.add.at(self._dossiers, where, atoms.n.to_numpy(dtype=np.int64))

    def slack(self, units: Iterable[str | None], run: range) -> int:
        """Give the fewest of either kind in any block or crossing of a run."""
        among = self._dossiers[[self._place[code] for code in units]].sum(axis=0)
        inside, between = among[:, 0, run[0] : run[-1] + 1], among[:, 1, run[0] : run[-1]]
        return int(min(inside.min(), between.min(initial=_MANY)))

    def run(self, places: range) -> range | None:
        """Give the longest row of blocks around some places that all hold for the district."""
        if self.slack(self.units, places) < LEAST:
            return None
        first, last = places[0], places[-1]
        while first > 0 and self.slack(self.units, range(first - 1, first + 1)) >= LEAST:
            first -= 1
        while last + 1 < self._length and self.slack(self.units, range(last, last + 2)) >= LEAST:
            last += 1
        return range(first, last + 1)

"""What happens to dossiers, day by day: events sorted by day, and counted by slices of days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

Array = np.ndarray
Group = Literal["unit", "procedure", "both"]
"""What counts are grouped by: units, procedures (with the dossier's own word for its field), or both."""

NEVER = np.int16(32_767)
"""The day of what has not happened; the calendar ends before it, in 2059."""
FIRST_DAY = np.int16(-32_768)
"""The first day of the calendar, in 1880, and whatever lies before it."""
MOST_CELLS = 2_000_000
"""More counters than this for one answer cost more than the statement does."""
_MOST_ROLLED = 20_000_000


def day_array(days: Array) -> Array:
    """Give days in their own small type; NEVER where there is none."""
    found: Array = np.clip(np.ma.filled(days, NEVER), FIRST_DAY, NEVER).astype(np.int16)
    return found


def small(numbers: Array) -> Array:
    """Give numbers of units or procedures in the smallest type that holds them."""
    plain = np.asarray(numbers)
    return plain.astype(np.int16 if not len(plain) or plain.max() < NEVER else np.int32)


def are_texts(values: Iterable[Any]) -> bool:
    """Say whether all are texts or None: to an engine the number 7 is the text "7", to Python it is not."""
    return all(one is None or isinstance(one, str) for one in values)


def numbered(codes: Sequence[str | None]) -> tuple[tuple[str | None, ...], Array]:
    """Number codes in the order they come: each once, and the number of every one given."""
    number_of: dict[str | None, int] = {}
    numbers = [number_of.setdefault(code, len(number_of)) for code in codes]
    return tuple(number_of), np.array(numbers, dtype=np.int64)


@dataclass(frozen=True)
class Named:
    """The unit and the procedure of each of some rows, as numbers; ``sizes``: how many there are of each."""

    unit: Array
    procedure: Array
    sizes: tuple[int, int]

    def __getitem__(self, places: Array | slice) -> Named:
        """Give those of some rows."""
        return Named(self.unit[places], self.procedure[places], self.sizes)

    def group(self, by: Group) -> Array:
        """Give the number of each row's group."""
        if by == "both":
            pairs: Array = self.unit * np.int64(self.sizes[1]) + self.procedure
            return pairs
        return self.unit if by == "unit" else self.procedure

    def size(self, by: Group) -> int:
        """Say how many groups there are."""
        units, procedures = self.sizes
        return units if by == "unit" else procedures if by == "procedure" else units * procedures


@dataclass(frozen=True)
class Chosen:
    """What a view is narrowed to: of each unit, and of each procedure, whether it counts; None is all."""

    units: Array | None = None
    procedures: Array | None = None

    def among(self, named: Named) -> Array | slice:
        """Give the places of the chosen rows."""
        if self.units is None and self.procedures is None:
            return slice(None)
        if self.procedures is None:
            return np.flatnonzero(_are(named.unit, self.units))
        if self.units is None:
            return np.flatnonzero(_are(named.procedure, self.procedures))
        return np.flatnonzero(_are(named.unit, self.units) & _are(named.procedure, self.procedures))

    def groups(self, by: Group) -> Array | None:
        """Give which groups count, if that says everything; None where rows have to be looked at."""
        if by == "both" or (self.procedures if by == "unit" else self.units) is not None:
            return None
        wanted = self.units if by == "unit" else self.procedures
        return np.ones(1, dtype=bool) if wanted is None else wanted


def _are(numbers: Array, wanted: Array | None) -> Array:
    """Say which numbers are wanted; of one alone by comparing, which is ten times faster than looking up."""
    assert wanted is not None
    ones = np.flatnonzero(wanted)
    found: Array = numbers == int(ones[0]) if len(ones) == 1 else wanted[numbers]
    return found


@dataclass(frozen=True)
class Rollup:
    """Events counted by day, group and kind: ``cell`` is group × kinds + kind; sorted by day."""

    day: Array
    cell: Array
    n: Array


@dataclass(frozen=True)
class Events:
    """One thing that happens to dossiers, sorted by the day it happened; a row each, and counted by day.

    ``kind``: the number of what it was, of ``kinds`` in all; what that means is the reader's.
    """

    day: Array
    named: Named
    kind: Array
    kinds: int
    rollups: Mapping[Group, Rollup]

    def counted(self, first: int, last: int, by: Group, chosen: Chosen) -> Array:
        """Count by group (rows) and kind (columns) what happened from one day to another, both counted."""
        return self.by_month((first, last + 1), by, chosen)[:, 0]

    def by_month(self, edges: Sequence[int], by: Group, chosen: Chosen) -> Array:
        """Count by group, month and kind; ``edges``: the first day of each month, and the day after all."""
        size, months = self.named.size(by), len(edges) - 1
        groups = chosen.groups(by)
        if groups is not None:
            rollup = self.rollups[by]
            part = between(rollup.day, edges[0], edges[-1] - 1)
            group, kind = np.divmod(rollup.cell[part], self.kinds)
            day, n = rollup.day[part], rollup.n[part]
        else:
            part = between(self.day, edges[0], edges[-1] - 1)
            named, n = self.named[part], None
            places = chosen.among(named)
            group, kind = named[places].group(by), self.kind[part][places]
            day = self.day[part][places] if months > 1 else self.day[:0]
        cell = group.astype(np.int64)
        if months > 1:
            month = np.repeat(np.arange(months), np.diff(edges))[day.astype(np.int64) - edges[0]]
            cell = cell * months + month
        found = np.bincount(cell * self.kinds + kind, weights=n, minlength=size * months * self.kinds)
        counts = found.astype(np.int64).reshape(size, months, self.kinds)
        return counts if groups is None else counts * groups[:, None, None]


def events(day: Array, named: Named, kind: Array, kinds: int) -> Events:
    """Sort events by day, and count them by day."""
    order = np.argsort(day, kind="stable")
    return sorted_events(day[order], named[order], kind[order], kinds)


def sorted_events(day: Array, named: Named, kind: Array, kinds: int) -> Events:
    """Count events by day that are sorted by day."""
    rollups: dict[Group, Rollup] = {
        "unit": _rolled_up(day, named.unit, kind, (named.sizes[0], kinds)),
        "procedure": _rolled_up(day, named.procedure, kind, (named.sizes[1], kinds)),
    }
    return Events(day, named, kind, kinds, rollups)


def _rolled_up(day: Array, group: Array, kind: Array, sizes: tuple[int, int]) -> Rollup:
    # What never happened is on no day to count, and would make the span too long.
    happened = int(np.searchsorted(day, NEVER))
    day, group, kind = day[:happened], group[:happened], kind[:happened]
    if not happened:
        return Rollup(day, np.zeros(0, np.int32), np.zeros(0))
    base, cells = int(day[0]), sizes[0] * sizes[1]
    span = int(day[-1]) - base + 1
    place = (day.astype(np.int64) - base) * cells + group * np.int64(sizes[1]) + kind
    if span * cells <= _MOST_ROLLED:
        counts = np.bincount(place, minlength=span * cells)
        found = np.flatnonzero(counts)
        n = counts[found]
    else:
        found, n = np.unique(place, return_counts=True)
    return Rollup(
        (found // cells + base).astype(np.int16), (found % cells).astype(np.int32), n.astype(np.float64)
    )


def counted_cells(group: Array, kind: Array, shape: tuple[int, int]) -> Array:
    """Count rows by group and kind."""
    return np.bincount(group * np.int64(shape[1]) + kind, minlength=shape[0] * shape[1]).reshape(shape)


def counted_values(values: Array, weights: Array | None, size: int) -> tuple[Array, Array]:
    """Count equal values below ``size``: the values there are, in order, and how many each."""
    if size <= _MOST_ROLLED:
        counts = np.bincount(values, weights=weights, minlength=size)
        found = np.flatnonzero(counts)
        return found, counts[found].astype(np.int64)
    found, where = np.unique(values, return_inverse=True)
    return found, np.bincount(where, weights=weights, minlength=len(found)).astype(np.int64)


def edges_of(days: list[tuple[int, int]]) -> list[int]:
    """Give the first day of each month, and the day after the last, for ``Events.by_month``."""
    return [first for first, _ in days] + [days[-1][1] + 1]


def between(day: Array, first: int, last: int) -> slice:
    """Give where the days from one to another stand, both counted."""
    # In the days' own type: numpy would else turn all of them into the other.
    start, end = np.searchsorted(day, np.array((first, last + 1), dtype=day.dtype))
    return slice(int(start), int(end))

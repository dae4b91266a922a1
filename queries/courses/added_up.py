"""What the branches of a count tell, added up by what they are counted by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sqlalchemy import Connection, Dialect, Select, Table, union_all

from queries.courses.conditions import number
from queries.courses.evaluated import Holds, Value
from queries.courses.prepared import Prepared
from queries.courses.table import NEVER

Columns = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Branch:
    """What is asked of one scan: a row for each of its keys, or for each of what is alike in all that counts.

    ``select``: a column for each key, then ``seen``, then one a count. ``counted``: the places of the parts
    that these counts are; with ``has_oldest`` a promise stands before them, which may be the oldest, and
    after them of how many dossiers it is. ``judged``: else, the parts by place with the condition that is
    asked of what was seen; the only count is then of dossiers that are alike. ``fixed``: what is seen of
    every dossier alike. ``oldest``: the condition of those whose promise, as seen, may be the oldest.
    ``sign``: whether the dossiers are added (1) or taken away (-1).
    """

    select: Select[Any]
    counted: tuple[int, ...] = ()
    seen: tuple[str, ...] = ()
    fixed: Mapping[str, int] = field(default_factory=dict)
    judged: tuple[tuple[int, Holds], ...] = ()
    has_oldest: bool = False
    oldest: Holds | None = None
    sign: int = 1


@dataclass(frozen=True)
class InMemory:
    """What is asked of one scan whose rows stand in a small table: the engine is not asked again.

    ``here``: which of its rows the scan has. Where a ``day`` is told, the rows lie in order of it, and none
    before the ``first`` or after the ``last`` is of the scan. ``keys``: what gives each key of a row.
    ``alike``: the columns that the conditions look at, where these are small numbers: rows are brought
    together by them first. The rest is as of a ``Branch``.
    """

    table: Table
    here: Holds
    day: str | None
    first: Value
    last: Value
    keys: tuple[Value, ...]
    judged: tuple[tuple[int, Holds], ...]
    fixed: Mapping[str, int] = field(default_factory=dict)
    oldest: Holds | None = None
    alike: tuple[str, ...] = ()
    sign: int = 1


@dataclass(frozen=True)
class _Told:
    """What a branch told, row by row: the keys, which rows add how much to each part, and each row's promise
    that may be the oldest with the number of its dossiers."""

    keys: list[np.ndarray]
    rows: int
    parts: Iterable[tuple[int, np.ndarray | slice, np.ndarray]]
    oldest: tuple[np.ndarray, np.ndarray] | None


class AddedUp:
    """The branches, those of the engine as one statement, and the sums of what they tell.

    The engine's stand one below the other, each with columns of its own behind its number. Added up by the
    engine each would need a column for every count of all the others: planning that took it as long as
    going through the rows.
    """

    def __init__(
        self, branches: Sequence[Branch | InMemory], keys: Sequence[str], parts: int, dialect: Dialect
    ) -> None:
        self._keys, self._parts = keys, parts
        self._in_memory = [one for one in branches if isinstance(one, InMemory)]
        self._branches = [one for one in branches if isinstance(one, Branch)]
        self._statement: Prepared | None = None
        if self._branches:
            width = max(len(one.select.selected_columns) for one in self._branches)
            selects = [_filled(place, one.select, width) for place, one in enumerate(self._branches)]
            self._statement = Prepared(selects[0] if len(selects) == 1 else union_all(*selects), dialect)

    def asked(
        self, conn: Connection, values: Mapping[str, Any], rows_of: Callable[[Table], Columns]
    ) -> tuple[list[np.ndarray], np.ndarray, np.ndarray]:
        """Give the keys by column, the sums (one row a part), and the oldest promise; one column each key.

        ``rows_of``: gives the columns of a small table. ``NEVER`` where there is no oldest promise.
        """
        told = [_looked_up(one, rows_of(one.table), values) for one in self._in_memory]
        if self._statement is not None:
            branch, *columns = self._statement.numbers(conn, values)
            for place, one in enumerate(self._branches):
                here = branch == place
                told.append(self._engine_s(one, [column[here] for column in columns], values))
        keys, place_of = distinct(
            [np.concatenate(column) for column in zip(*(one.keys for one in told), strict=True)],
            sum(one.rows for one in told),
        )
        width = len(keys[0]) if keys else 1
        sums = np.zeros((self._parts, width), dtype=np.int64)
        dues: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
        begins = 0
        for each in told:
            there = place_of[begins : begins + each.rows]
            begins += each.rows
            for part, rows, weight in each.parts:
                # In floating point, which tells every number of dossiers exactly.
                sums[part] += np.bincount(there[rows], weight, width).astype(np.int64)
            if each.oldest is not None:
                dues.append((there, *each.oldest))
        return keys, sums, _oldest(dues, width)

    def _engine_s(self, one: Branch, columns: Sequence[np.ndarray], values: Mapping[str, Any]) -> _Told:
        keys, rest = [*columns[: len(self._keys)]], columns[len(self._keys) :]
        rows = len(columns[0])
        if not one.judged:
            oldest = None
            if one.has_oldest:
                due, *rest = rest
                oldest = due, one.sign * rest[len(one.counted)]
            counts = (
                (part, slice(None), one.sign * told) for part, told in zip(one.counted, rest, strict=False)
            )
            return _Told(keys, rows, counts, oldest)
        seen = dict(zip((*self._keys, *one.seen), columns, strict=False))
        return _judged(one, keys, seen, one.sign * rest[len(one.seen)], values)


def _looked_up(one: InMemory, columns: Columns, values: Mapping[str, Any]) -> _Told:
    """Tell the rows of a small table that the scan has."""
    if one.day is not None:
        day = columns[one.day]
        # As a number of the column's own kind, else the column is copied into another.
        first, last = (day.dtype.type(bound(columns, values)) for bound in (one.first, one.last))
        begins, ends = np.searchsorted(day, first), np.searchsorted(day, last, side="right")
        columns = _Here(columns, slice(begins, ends))
    (here,) = one.here(columns, values, len(columns["unit"])).nonzero()
    if not len(here):
        return _Told([here] * len(one.keys), 0, (), None)
    seen: dict[str, np.ndarray] = _Here(columns, here)
    keys = [np.broadcast_to(np.asarray(key(seen, values)), len(here)) for key in one.keys]
    weight = seen["dossiers"] if "dossiers" in one.table.c else np.ones(len(here), dtype=np.int64)
    if one.alike:
        told, place = distinct([*keys, *(seen[name] for name in one.alike)], len(here))
        keys, seen = told[: len(keys)], dict(zip(one.alike, told[len(keys) :], strict=True))
        weight = np.bincount(place, weight).astype(np.int64)
    return _judged(one, keys, seen, one.sign * weight, values)


class _Here(dict[str, np.ndarray]):
    """The columns of a table in some of its rows, each taken when it is first looked at."""

    def __init__(self, columns: Columns, places: np.ndarray | slice) -> None:
        super().__init__()
        self._columns, self._places = columns, places

    def __missing__(self, name: str) -> np.ndarray:
        taken: np.ndarray = self._columns[name][self._places]
        self[name] = taken
        return taken


def _judged(
    one: Branch | InMemory,
    keys: list[np.ndarray],
    seen: dict[str, np.ndarray],
    weight: np.ndarray,
    values: Mapping[str, Any],
) -> _Told:
    """Ask the conditions of rows that stand for so many dossiers each."""
    rows = len(weight)
    seen |= {name: np.full(rows, fixed) for name, fixed in one.fixed.items()}
    found = ((part, holds(seen, values, rows).nonzero()[0]) for part, holds in one.judged)
    parts = ((part, places, weight[places]) for part, places in found)
    oldest = None
    if one.oldest is not None:
        oldest = np.where(one.oldest(seen, values, rows), seen["due"], NEVER), weight
    return _Told(keys, rows, parts, oldest)


def _oldest(told: Sequence[tuple[np.ndarray, np.ndarray, np.ndarray]], width: int) -> np.ndarray:
    """Give the oldest promise of each key, ``NEVER`` where there is none.

    ``told``: places of keys, promises, and of how many dossiers each is; those that another moment takes away
    are told as less than none, and none of a promise may be left.
    """
    oldest = np.full(width, NEVER, dtype=np.int64)
    for key, due, left in _left(told):
        np.minimum.at(oldest, key, np.where(left > 0, due, NEVER))
    return oldest


def _left(
    told: Sequence[tuple[np.ndarray, np.ndarray, np.ndarray]],
) -> Sequence[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    if all(dossiers.min(initial=0) >= 0 for _, _, dossiers in told):
        return told
    key, due, dossiers = (np.concatenate(column) for column in zip(*told, strict=True))
    first = due.min(initial=0)
    (key, due), place = distinct([key, due - first], len(key))
    return [(key, due + first, np.bincount(place, dossiers))]


def _filled(place: int, select: Select[Any], width: int) -> Select[Any]:
    """Put a branch's number before its columns, and noughts behind them."""
    columns = [number(place), *select.selected_columns]
    columns += [number(0)] * (width + 1 - len(columns))
    return select.with_only_columns(*(one.label(f"c{i}") for i, one in enumerate(columns)))


def distinct(columns: Sequence[np.ndarray], rows: int) -> tuple[list[np.ndarray], np.ndarray]:
    """Give each combination of keys once, in order, by column; and the place of every row's among them."""
    if not columns:
        return [], np.zeros(rows, dtype=np.int64)
    one = np.zeros(rows, dtype=np.int64)
    for column in columns:
        one = one * (int(column.max(initial=0)) + 1) + column
    last = int(one.max(initial=0))
    if last > 4 * rows + 10_000:
        _, first, place = np.unique(one, return_index=True, return_inverse=True)
        return [column[first] for column in columns], place
    # Few combinations are possible: looked up, not sorted.
    first = np.full(last + 1, -1)
    first[one[::-1]] = np.arange(rows)[::-1]
    is_there = first >= 0
    place = (np.cumsum(is_there) - 1)[one]
    return [column[first[is_there]] for column in columns], place

"""What the branches of a counting statement tell, added up by what they are counted by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sqlalchemy import Connection, Dialect, Select, union_all

from queries.courses.conditions import number
from queries.courses.evaluated import Holds
from queries.courses.prepared import Prepared
from queries.courses.table import NEVER


@dataclass(frozen=True)
class Branch:
    """What is asked of one scan: a row for each of its keys, or for each of what is alike in all that counts.

    ``select``: a column for each key, then ``seen``, then one a count. ``counted``: the places of the parts
    that these counts are; with ``has_oldest`` the oldest promise stands after them. ``judged``: else, the
    parts by place with the condition that is asked of what was seen; the only count is then of dossiers
    that are alike. ``fixed``: what is seen of every dossier alike. ``oldest``: the condition of those whose
    promise, as seen, may be the oldest.
    """

    select: Select[Any]
    counted: tuple[int, ...] = ()
    seen: tuple[str, ...] = ()
    fixed: Mapping[str, int] = field(default_factory=dict)
    judged: tuple[tuple[int, Holds], ...] = ()
    has_oldest: bool = False
    oldest: Holds | None = None


class AddedUp:
    """The branches as one statement, and the sums of what they tell.

    The branches stand one below the other, each with columns of its own behind its number. Added up by the
    engine each would need a column for every count of all the others: planning that took it as long as
    going through the rows.
    """

    def __init__(self, branches: Sequence[Branch], keys: Sequence[str], parts: int, dialect: Dialect) -> None:
        self._branches, self._keys, self._parts = branches, keys, parts
        width = max(len(one.select.selected_columns) for one in branches)
        selects = [_filled(place, one.select, width) for place, one in enumerate(branches)]
        self._statement = Prepared(selects[0] if len(selects) == 1 else union_all(*selects), dialect)

    def asked(
        self, conn: Connection, values: Mapping[str, Any]
    ) -> tuple[list[np.ndarray], np.ndarray, np.ndarray]:
        """Give the keys by column, the sums (one row a part), and the oldest promise; one column each key.

        ``NEVER`` where there is no oldest promise.
        """
        branch, *columns = self._statement.numbers(conn, values)
        keys, place = _distinct(columns[: len(self._keys)], len(branch))
        rest = columns[len(self._keys) :]
        sums = np.zeros((self._parts, len(keys[0]) if keys else 1), dtype=np.int64)
        oldest = np.full(sums.shape[1], NEVER, dtype=np.int64)
        for which, one in enumerate(self._branches):
            here = branch == which
            there = place[here]
            if one.judged:
                names = (*self._keys, *one.seen)
                seen = {name: column[here] for name, column in zip(names, columns, strict=False)}
                weight = columns[len(names)][here]
                seen |= {name: np.full(len(there), fixed) for name, fixed in one.fixed.items()}
                for part, holds in one.judged:
                    is_one = holds(seen, values, len(there))
                    np.add.at(sums[part], there[is_one], weight[is_one])
                if one.oldest is not None:
                    is_one = one.oldest(seen, values, len(there))
                    np.minimum.at(oldest, there[is_one], seen["due"][is_one])
                continue
            for part, column in zip(one.counted, rest, strict=False):
                sums[part, there] += column[here]  # each key is once in a branch
            if one.has_oldest:
                oldest[there] = np.minimum(oldest[there], rest[len(one.counted)][here])
        return keys, sums, oldest


def _filled(place: int, select: Select[Any], width: int) -> Select[Any]:
    """Put a branch's number before its columns, and noughts behind them."""
    columns = [number(place), *select.selected_columns]
    columns += [number(0)] * (width + 1 - len(columns))
    return select.with_only_columns(*(one.label(f"c{i}") for i, one in enumerate(columns)))


def _distinct(columns: Sequence[np.ndarray], rows: int) -> tuple[list[np.ndarray], np.ndarray]:
    """Give each combination of keys once, in order, by column; and the place of every row's among them."""
    if not columns:
        return [], np.zeros(rows, dtype=np.int64)
    one = np.zeros(rows, dtype=np.int64)
    for column in columns:
        one = one * (int(column.max(initial=0)) + 1) + column
    _, first, place = np.unique(one, return_index=True, return_inverse=True)
    return [column[first] for column in columns], place

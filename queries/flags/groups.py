"""Groups of dossiers that bear the same marks, and adding them up by unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from queries.courses.frames import rows_of


@dataclass(frozen=True)
class Group:
    """Dossiers of one unit that bear the same marks."""

    code: str | None
    marks: frozenset[str]
    n: int


def groups_of(frame: pd.DataFrame, marks: Sequence[str]) -> list[Group]:
    """Give the rows of a frame of marks; plain loops over them are faster than pandas here."""
    rows = rows_of(frame, ("unit_code", "n", *marks))
    return [
        Group(
            row[0] if isinstance(row[0], str) else None,
            frozenset(mark for mark, is_set in zip(marks, row[2:], strict=True) if is_set),
            int(row[1]),
        )
        for row in rows
    ]


def sums(groups: Iterable[Group], *marks: str, of: str = "") -> dict[str | None, int]:
    """Add up by unit the dossiers that bear any of the marks, and ``of`` too."""
    found: dict[str | None, int] = {}
    for group in groups:
        if not group.marks.isdisjoint(marks) and (not of or of in group.marks):
            found[group.code] = found.get(group.code, 0) + group.n
    return found


def total(groups: Iterable[Group], *marks: str, of: str = "") -> int:
    """Add up the dossiers of all units that bear any of the marks, and ``of`` too."""
    return sum(sums(groups, *marks, of=of).values())


def less(counts: Mapping[str | None, int], others: Mapping[str | None, int]) -> dict[str | None, int]:
    """Take away from each unit's number another."""
    return {code: n - others.get(code, 0) for code, n in counts.items()}

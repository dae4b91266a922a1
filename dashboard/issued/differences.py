"""What differs between the figures of a sheet and the same figures asked again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

from dashboard.issued.record import CODE, Block

GONE, NOT_THERE = "không còn", "không có"
_NUMBER = re.compile(r"\d[\d.,/:]*")
_PLACES = frozenset({"TT", "Số thứ tự trong danh sách"})
"""Columns that say where a row stands, which is no figure of it."""


@dataclass(frozen=True)
class Change:
    """One figure, sentence or dossier that is another now; ``part``: under which head it stands."""

    part: str
    what: str
    then: str
    now: str


@dataclass(frozen=True)
class Differences:
    """Every difference: figures and sentences, and dossiers."""

    figures: tuple[Change, ...]
    dossiers: tuple[Change, ...]

    @property
    def is_none(self) -> bool:
        """Say whether nothing differs."""
        return not self.figures and not self.dossiers


def differences(then: Sequence[Block], now: Sequence[Block]) -> Differences:
    """Compare the blocks of a sheet with those of now. Notes (definitions, sources) are no figures."""
    figures = list(_of_texts(_texts(then), _texts(now)))
    dossiers: list[Change] = []
    others = _tables(now)
    for key, (part, rows) in _tables(then).items():
        found = list(_of_tables(part, key[0], rows, others.pop(key, ("", ()))[1]))
        (dossiers if CODE in key[0] else figures).extend(found)
    for (heads, _), (part, rows) in others.items():
        (dossiers if CODE in heads else figures).extend(_of_tables(part, heads, (), rows))
    return Differences(tuple(figures), tuple(dossiers))


_Row = Sequence[str]
_Key = tuple[tuple[str, ...], int]


def _parts(blocks: Sequence[Block]) -> Iterator[tuple[str, Block]]:
    part = ""
    for block in blocks:
        part = block.text if block.kind == "head" else part
        yield part, block


def _texts(blocks: Sequence[Block]) -> list[tuple[str, str]]:
    return [(part, block.text) for part, block in _parts(blocks) if block.kind != "note" and block.text]


def _tables(blocks: Sequence[Block]) -> dict[_Key, tuple[str, Sequence[_Row]]]:
    """Give the tables by their heads, and by how many of the same heads stood before."""
    found: dict[_Key, tuple[str, Sequence[_Row]]] = {}
    for part, block in _parts(blocks):
        if block.kind == "rows":
            so_far = sum(heads == block.heads for heads, _ in found)
            found[(block.heads, so_far)] = (part, block.rows)
    return found


def _of_texts(then: Sequence[tuple[str, str]], now: Sequence[tuple[str, str]]) -> Iterator[Change]:
    """Pair sentences that are the same but for their numbers, and compare these."""
    match = SequenceMatcher(None, [_masked(text) for _, text in then], [_masked(text) for _, text in now],
                            autojunk=False)  # fmt: skip
    for kind, a, b, c, d in match.get_opcodes():
        for old, new in zip_longest(then[a:b], now[c:d]):
            if old is None:
                yield Change(new[0], "Câu", NOT_THERE, new[1])
            elif new is None:
                yield Change(old[0], "Câu", old[1], GONE)
            elif old[1] != new[1] and (kind == "equal" or _masked(old[1]) != _masked(new[1])):
                yield Change(old[0], "Câu", old[1], new[1])


def _masked(text: str) -> str:
    return _NUMBER.sub("0", text)


def _of_tables(
    part: str, heads: Sequence[str], then: Sequence[_Row], now: Sequence[_Row]
) -> Iterator[Change]:
    place = _key_place(heads, then, now)
    if place is None:
        yield from _of_texts(
            [(part, " · ".join(row)) for row in then], [(part, " · ".join(row)) for row in now]
        )
        return
    old, new = ({row[place]: row for row in rows} for rows in (then, now))
    compared = [i for i, head in enumerate(heads) if i != place and head not in _PLACES]
    for key, row in old.items():
        if key not in new:
            yield Change(part, key, _told(heads, row, compared), GONE)
            continue
        changed = [i for i in compared if row[i] != new[key][i]]
        if CODE in heads and changed:
            yield Change(part, key, _told(heads, row, changed), _told(heads, new[key], changed))
        elif CODE not in heads:
            for i in changed:
                yield Change(part, f"{key}: {heads[i]}", row[i] or NOT_THERE, new[key][i] or NOT_THERE)
    for key, row in new.items():
        if key not in old:
            yield Change(part, key, NOT_THERE, _told(heads, row, compared))


def _key_place(heads: Sequence[str], then: Sequence[_Row], now: Sequence[_Row]) -> int | None:
    """Give the column that names a row: the dossier's code, else the first; None where it names several."""
    place = (
        heads.index(CODE) if CODE in heads else next(i for i, one in enumerate(heads) if one not in _PLACES)
    )
    if all(len({row[place] for row in rows}) == len(rows) for rows in (then, now)):
        return place
    return None


def _told(heads: Sequence[str], row: _Row, places: Sequence[int]) -> str:
    return "; ".join(f"{heads[i]}: {row[i]}" for i in places if row[i]) or NOT_THERE

"""What differs between the figures of a sheet and the same figures asked again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
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
    """Every difference: figures and sentences, and dossiers.

    ``reworded``: how many sentences, names and heads say the same numbers in other words, where another
    program wrote them.
    """

    figures: tuple[Change, ...]
    dossiers: tuple[Change, ...]
    reworded: int = 0

    @property
    def is_none(self) -> bool:
        """Say whether nothing differs."""
        return not self.figures and not self.dossiers


def differences(then: Sequence[Block], now: Sequence[Block], *, same_words: bool = True) -> Differences:
    """Compare the blocks of a sheet with those of now. Notes (definitions, sources) are no figures.

    ``same_words`` False: another program wrote the sheet, so that other words for the same numbers are no
    difference. Every number is compared all the same, and of dossiers every word.
    """
    figures = list(_of_texts(_texts(then), _texts(now), same_words))
    dossiers: list[_Found] = []
    old, new = _tables(then), _tables(now)
    if not same_words:
        old, renamed = _headed_as(old, new)
        figures += [None] * renamed
    for key, (part, rows) in old.items():
        found = list(_of_tables(part, key[0], rows, new.pop(key, ("", ()))[1], same_words))
        (dossiers if CODE in key[0] else figures).extend(found)
    for (heads, _), (part, rows) in new.items():
        (dossiers if CODE in heads else figures).extend(_of_tables(part, heads, (), rows, same_words))
    told = tuple(one for one in figures if one is not None)
    return Differences(told, tuple(one for one in dossiers if one is not None), len(figures) - len(told))


_Found = Change | None
"""A difference; None: other words for the same numbers, of another program."""
_Row = Sequence[str]
_Key = tuple[tuple[str, ...], int]
_Tables = dict[_Key, tuple[str, Sequence[_Row]]]


def _parts(blocks: Sequence[Block]) -> Iterator[tuple[str, Block]]:
    part = ""
    for block in blocks:
        part = block.text if block.kind == "head" else part
        yield part, block


def _texts(blocks: Sequence[Block]) -> list[tuple[str, str]]:
    return [(part, block.text) for part, block in _parts(blocks) if block.kind != "note" and block.text]


def _tables(blocks: Sequence[Block]) -> _Tables:
    """Give the tables by their heads, and by how many of the same heads stood before."""
    found: _Tables = {}
    for part, block in _parts(blocks):
        if block.kind == "rows":
            so_far = sum(heads == block.heads for heads, _ in found)
            found[(block.heads, so_far)] = (part, block.rows)
    return found


def _headed_as(old: _Tables, new: _Tables) -> tuple[_Tables, int]:
    """Give tables of as many columns the heads that they have by now, and how many are other words."""
    free = [key for key in new if key not in old]
    found: _Tables = {}
    renamed = 0
    for key, told in old.items():
        match = None
        if key not in new:
            match = next((one for one in free if len(one[0]) == len(key[0])
                          and (CODE in one[0]) == (CODE in key[0])), None)  # fmt: skip
        if match is not None:
            free.remove(match)
            renamed += sum(a != b for a, b in zip(key[0], match[0], strict=True))
        found[match or key] = told
    return found, renamed


def _of_texts(
    then: Sequence[tuple[str, str]], now: Sequence[tuple[str, str]], same_words: bool
) -> Iterator[_Found]:
    """Pair sentences that are the same but for their numbers, and compare these."""
    match = SequenceMatcher(None, [_masked(text) for _, text in then], [_masked(text) for _, text in now],
                            autojunk=False)  # fmt: skip
    for kind, a, b, c, d in match.get_opcodes():
        olds, news = then[a:b], now[c:d]
        if kind != "equal" and not same_words and _same_numbers((t for _, t in olds), (t for _, t in news)):
            yield from [None] * max(len(olds), len(news))
            continue
        for old, new in zip_longest(olds, news):
            if old is None:
                yield Change(new[0], "Câu", NOT_THERE, new[1])
            elif new is None:
                yield Change(old[0], "Câu", old[1], GONE)
            elif old[1] != new[1] and (kind == "equal" or _masked(old[1]) != _masked(new[1])):
                is_reworded = not same_words and _same_numbers(old[1:], new[1:])
                yield None if is_reworded else Change(old[0], "Câu", old[1], new[1])


def _masked(text: str) -> str:
    return _NUMBER.sub("0", text)


def _same_numbers(then: Iterable[str], now: Iterable[str]) -> bool:
    """Say whether texts tell the same numbers in the same order; "0 hồ sơ" and "không có hồ sơ nào" do.

    Only where one of them tells fewer: "3 trễ, 0 quá hạn" and "0 trễ, 3 quá hạn" are not the same.
    """
    old, new = (
        [one.rstrip(".,:/") for text in texts for one in _NUMBER.findall(text)] for texts in (then, now)
    )
    if len(old) == len(new):
        return old == new
    return [one for one in old if one != "0"] == [one for one in new if one != "0"]


def _of_tables(
    part: str, heads: Sequence[str], then: Sequence[_Row], now: Sequence[_Row], same_words: bool
) -> Iterator[_Found]:
    place = _key_place(heads, then, now)
    if place is None:
        yield from _of_texts(
            [(part, " · ".join(row)) for row in then], [(part, " · ".join(row)) for row in now], same_words
        )
        return
    old, new = ({row[place]: row for row in rows} for rows in (then, now))
    compared = [i for i, head in enumerate(heads) if i != place and head not in _PLACES]
    may_be_reworded = not same_words and CODE not in heads
    if may_be_reworded:
        yield from [None] * _renamed(old, new, compared)
    for key, row in old.items():
        if key not in new:
            yield Change(part, key, _told(heads, row, compared), GONE)
            continue
        changed = [i for i in compared if row[i] != new[key][i]]
        if CODE in heads and changed:
            yield Change(part, key, _told(heads, row, changed), _told(heads, new[key], changed))
        elif CODE not in heads:
            for i in changed:
                is_reworded = may_be_reworded and _same_numbers((row[i],), (new[key][i],))
                yield (
                    None
                    if is_reworded
                    else Change(part, f"{key}: {heads[i]}", row[i] or NOT_THERE, new[key][i] or NOT_THERE)
                )
    for key, row in new.items():
        if key not in old:
            yield Change(part, key, NOT_THERE, _told(heads, row, compared))


def _renamed(old: dict[str, _Row], new: dict[str, _Row], compared: Sequence[int]) -> int:
    """Leave out the rows that another program calls otherwise, numbers alike; give how many."""
    gone, come = [key for key in old if key not in new], [key for key in new if key not in old]
    found = 0
    for key in gone:
        cells = [old[key][i] for i in compared]
        match = next((one for one in come if _same_numbers(cells, (new[one][i] for i in compared))), None)
        if match is not None:
            come.remove(match)
            del old[key], new[match]
            found += 1
    return found


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

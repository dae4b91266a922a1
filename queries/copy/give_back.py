"""The rows of files that could not be used, written to workbooks that a person mends and gives back."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import xlsxwriter

from queries.source.files.heads import REJECT_REASON, REJECT_ROW, Understood
from queries.source.files.sheet import filled_down
from queries.source.from_files import SheetRead
from queries.source.mended import SENTENCES, Reason
from queries.source.reading import Reading

GIVEN_BACK = "tra-lai"
"""The folder of these workbooks, within the copy's."""
_ENDING = "-tra-lai.xlsx"
_WRITTEN = ".da-ghi.json"
"""What was written, and when: what a person has changed since is left alone."""

_log = logging.getLogger("motcua")


def give_back(reading: Reading, folder: Path) -> int:
    """Write one workbook a file that has such rows, and take away those of before; give how many rows.

    Its heads are the file's, and two more that reading passes over: the row, and what is wrong. Only cells of
    columns that were recognised are in it, nothing of a citizen's, and no official's name where a code would
    do: such a column keeps its head and stays blank. Only this account may read it. A workbook
    that somebody has changed is neither written over nor deleted. Raises what reading a file raises.
    """
    wrong: dict[int, dict[int, str]] = {}
    sheets = {one.number: one for one in reading.sheets}
    for row in reading.rejected:
        heads = sheets[row.origin].understood.columns
        told = [
            f"{heads[column].text if column in heads else column}:"
            f" {SENTENCES[Reason(reason)].rstrip('.').partition(';')[0]}."
            for column, reason in row.wrong
        ]
        wrong.setdefault(row.origin, {})[row.row] = " ".join(told)
    of_file: dict[Path, list[SheetRead]] = {}
    for number in wrong:
        of_file.setdefault(sheets[number].path, []).append(sheets[number])
    try:
        _write_all(of_file, wrong, folder)
    except OSError as error:
        _log.warning("rows to be given back could not be written to %s: %s", folder, error)
        return 0
    return sum(map(len, wrong.values()))


def _write_all(
    of_file: Mapping[Path, Sequence[SheetRead]], wrong: Mapping[int, Mapping[int, str]], folder: Path
) -> None:
    kept = _kept(folder)
    if not of_file and not kept:
        return
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    written: dict[str, int] = {}
    for file, sheets in of_file.items():
        name = _name(file, written)
        path = folder / name
        if not path.exists() or kept.get(name) == path.stat().st_mtime_ns:
            _written(path, lambda book, sheets=sheets: _fill(book, sheets, wrong))  # type: ignore[misc]
            written[name] = path.stat().st_mtime_ns
        else:
            written[name] = -1
    for name, at in kept.items():
        path = folder / name
        if name not in written and path.is_file() and path.stat().st_mtime_ns == at:
            path.unlink()
    (folder / _WRITTEN).write_text(json.dumps(written, ensure_ascii=False), "utf-8")


def _kept(folder: Path) -> dict[str, int]:
    with suppress(OSError, ValueError):
        return dict(json.loads((folder / _WRITTEN).read_text("utf-8")))
    return {}


def _name(file: Path, taken: Mapping[str, int]) -> str:
    name, number = f"{file.stem}{_ENDING}", 2
    while name in taken:
        name, number = f"{file.stem}-{number}{_ENDING}", number + 1
    return name


def _written(path: Path, fill: Callable[[Any], None]) -> None:
    """Write a workbook that only this account may read, whole or not at all."""
    new = path.with_name(f".{path.name}.tmp")
    with (
        open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file,
        xlsxwriter.Workbook(file, {"constant_memory": True}) as book,
    ):
        fill(book)
    new.replace(path)


def _fill(book: Any, sheets: Sequence[SheetRead], wrong: Mapping[int, Mapping[int, str]]) -> None:
    for one in sheets:
        page = book.add_worksheet()
        rows = [*_heads(one.understood), *_rows(one, wrong[one.number])]
        for number, cells in enumerate(rows):
            for index, cell in enumerate(cells):
                if cell is not None:
                    page.write_string(number, index, cell)
        page.set_column(0, max(map(len, rows)), 18)


def _heads(understood: Understood) -> list[list[str | None]]:
    """Give the heads, a row a level; a head of fewer levels stands in all of them, as if merged."""
    levels = [None if one is None else one.split(" / ") for one in understood.heads]
    depth = max(len(one) for one in levels if one)
    every = [
        *([None] * depth if one is None else [*one, *[one[-1]] * (depth - len(one))] for one in levels),
        *([own] * depth for own in (REJECT_ROW, REJECT_REASON)),
    ]
    return [[column[level] for column in every] for level in range(depth)]


def _rows(one: SheetRead, wrong: Mapping[int, str]) -> list[list[str | None]]:
    understood = one.understood
    rows, width, kept = [], len(understood.heads), understood.kept - _of_officials(understood)
    for number, cells in filled_down(understood.sheet.rows(kept), one.merged):
        if number in wrong:
            there = [cell if index in kept else None for index, cell in enumerate(cells[:width])]
            rows.append([*there, *[None] * (width - len(there)), str(number), wrong[number]])
            if len(rows) == len(wrong):
                break
    return rows


def _of_officials(understood: Understood) -> frozenset[int]:
    """Give the columns where names of officials stand, which no mending needs but that of their own table."""
    return frozenset(
        head.index
        for name, head in understood.columns.items()
        if (name == "officer_code" and head.by_name) or name == "head_name"
    )

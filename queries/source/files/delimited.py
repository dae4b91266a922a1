"""Text files of rows: any usual separator and any encoding that Vietnamese systems write."""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from queries.source.errors import SourceBroken
from queries.source.files.disk import opened
from queries.source.files.sheet import Block, Cell, Losses, Row, Sheet

SEPARATORS = (";", ",", "\t", "|")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WINDOWS = "cp1258"
_LOOKED_AT = 65_536
BLOCK = 65_536
"""Rows taken in at once are so much text: what the processor keeps at hand is read in half the time."""
_AFTER = "#"
_LONGEST_CELL = 1_000_000
_SEPARATOR_TOLD = re.compile(r"sep=(.)", re.IGNORECASE)
_KEPT_AS_TEXT = re.compile(r'^="([^"]*)"$')
"""How some systems keep the zeros of a code: a formula that is no more than its text."""


def sheets_of(path: Path) -> list[Sheet]:
    """Give a text file as its one sheet. Raises SourceUnavailable, and SourceBroken where it is no text."""
    with opened(path) as file:
        encoding = encoding_of(file)
        file.seek(0)
        with text_of(file, encoding) as text:
            sample = text.read(_LOOKED_AT)
    if "\0" in sample:
        raise SourceBroken(
            f"Tệp «{path.name}» không phải bảng tính đọc được (.xlsx, .xls, .csv); xuất lại từ hệ thống."
        )
    separator, is_told = separator_of(sample)
    width = _usual_width(sample, separator)[0]

    blocks = Records(path, encoding, separator, width)

    def rows(wanted: Collection[int] | None, _losses: Losses) -> Iterator[Row]:
        return _rows(blocks, wanted, is_told=is_told)

    return [Sheet(path, path.stem, 1, rows, is_alone=True, width=width, block_reader=lambda: iter(blocks))]


def encoding_of(file: BinaryIO) -> str:
    """Give the encoding of a file's text: what its first bytes say, else UTF-8 if it is all that."""
    start = file.read(_LOOKED_AT)
    for mark, encoding in _BOMS:
        if start.startswith(mark):
            return encoding
    zeros = [start[one::2].count(0) / max(1, len(start) // 2) for one in (0, 1)]
    if max(zeros) > 0.2 and min(zeros) < 0.05:
        return "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        block = start
        while block:
            decoder.decode(block)
            block = file.read(16 * BLOCK)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        # A byte that went wrong in a text of UTF-8 is one sign lost; else hardly anything there reads so.
        text = start.decode("utf-8", "replace")
        lost = text.count("\ufffd")
        read = sum(1 for sign in text if sign > "\x7f") - lost
        return "utf-8" if read > 4 * lost else _WINDOWS
    return "utf-8"


def separator_of(sample: str) -> tuple[str, bool]:
    """Give what separates the cells, and whether the first line says it (``sep=;``)."""
    first = sample.partition("\n")[0].strip().strip('"')
    told = _SEPARATOR_TOLD.fullmatch(first)
    if told or first.lower() == "sep=":
        return (told[1] if told else "\t"), True
    return max(SEPARATORS, key=lambda one: _fitness(sample, one)), False


def _fitness(sample: str, separator: str) -> int:
    """Give how well a separator makes rows of the same width out of a text."""
    width, times = _usual_width(sample, separator)
    return (width - 1) * times


def _usual_width(sample: str, separator: str) -> tuple[int, int]:
    """Give how many cells most rows of a table have, and how many rows have so many."""
    lines = io.StringIO(sample, newline="")
    try:
        widths = [len(row) for row in csv.reader(lines, delimiter=separator)]
    except csv.Error:
        return 1, 0
    width, times = Counter(widths or [0]).most_common(1)[0]
    if width <= 1:
        wider = [one for one in widths if one > 1]
        width, times = Counter(wider or [1]).most_common(1)[0]
    return width, times


def text_of(file: BinaryIO, encoding: str) -> io.TextIOWrapper:
    """Give a file's text as it is written; what is no text becomes U+FFFD."""
    return io.TextIOWrapper(file, encoding, errors="replace", newline="")


def composed(text: str, encoding: str) -> str:
    """Give a text with its marks composed where the encoding cannot but write a vowel and its tone apart."""
    return unicodedata.normalize("NFC", text) if encoding == _WINDOWS else text


def _rows(blocks: Iterable[Block], wanted: Collection[int] | None, *, is_told: bool) -> Iterator[Row]:
    for numbers, rows in blocks:
        for number, cells in zip(numbers, rows, strict=True):
            row: list[Cell] = [
                one if one and (wanted is None or index in wanted) else None
                for index, one in enumerate(cells)
            ]
            while row and row[-1] is None:
                row.pop()
            if cells and not (number == 1 and is_told):
                yield number, row


@dataclass(frozen=True)
class Records:
    """The rows of a text file, block by block, numbered as records.

    Iterating opens the file anew. Raises SourceUnavailable and SourceBroken wherever the file fails.
    """

    path: Path
    encoding: str
    separator: str
    width: int

    def __iter__(self) -> Iterator[Block]:
        csv.field_size_limit(_LONGEST_CELL)
        with opened(self.path) as file, text_of(file, self.encoding) as text:
            number, line = 1, 1
            while block := text.read(BLOCK) + text.readline():
                lines = list(io.StringIO(composed(block, self.encoding), newline=""))
                rows = self._at_once(lines)
                if rows is None:
                    rows, taken = self._one_by_one(lines, text, number, line)
                else:
                    taken = len(lines)
                    rows = [*map(_as_texts, rows)] if '="' in block else rows
                yield range(number, number + len(rows)), rows  # type: ignore[misc]
                number, line = number + len(rows), line + taken

    def _at_once(self, lines: list[str]) -> list[list[str]] | None:
        """Give the records of some lines; None where one of them is no record of its own."""
        try:
            rows = list(csv.reader([*lines, _AFTER], delimiter=self.separator))
        except csv.Error:
            return None
        # A quote left open would have taken in the line that was put after them.
        return rows if len(rows) == len(lines) + 1 and rows.pop() == [_AFTER] else None

    def _one_by_one(
        self, block: list[str], text: Iterable[str], number: int, line: int
    ) -> tuple[list[list[str]], int]:
        """Give the records that begin in some lines, and how many lines they are."""
        rows: list[list[str]] = []
        lines = _Lines(block, text, self.encoding)
        reader = csv.reader(lines, delimiter=self.separator)
        try:
            while lines.number < len(block):
                rows.append(_as_texts(next(reader)))
                if len(lines.held) > 1 and _has_swallowed(lines.held, self.separator, self.width):
                    first = line + lines.number - len(lines.held)
                    raise SourceBroken(
                        f'Tệp «{self.path.name}», dòng {first}: dấu nháy kép (") mở mà '
                        "không đóng nên nuốt các dòng sau; sửa dòng ấy hoặc xuất lại."
                    )
                lines.held.clear()
        except csv.Error as error:
            raise SourceBroken(
                f'Tệp «{self.path.name}», sau dòng {number + len(rows) - 1}: dấu nháy kép (") mở mà không '
                "đóng, hoặc một ô quá dài; sửa dòng ấy hoặc xuất lại."
            ) from error
        return rows, lines.number


def _as_texts(cells: list[str]) -> list[str]:
    return [_KEPT_AS_TEXT.sub(r"\1", one) for one in cells]


def _has_swallowed(lines: list[str], separator: str, width: int) -> bool:
    """Say whether the lines of one record are rows that a quote left open has swallowed.

    A note of several lines has none that is cut into cells; after the quote that closes it, the record's own
    cells go on.
    """
    within = [*lines[1:-1], lines[-1].partition('"')[0]]
    return any(one.count(separator) >= max(2, (width - 1) // 2) for one in within)


class _Lines:
    """Some lines, and those of the text after them.

    ``number``: so many were taken; ``held``: those of the record that is being read.
    """

    def __init__(self, block: list[str], text: Iterable[str], encoding: str) -> None:
        self._lines = chain(block, (composed(one, encoding) for one in text))
        self.number = 0
        self.held: list[str] = []

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self.number += 1
            self.held.append(line)
            yield line

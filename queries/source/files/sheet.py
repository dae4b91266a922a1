"""The sheets of a file, whatever kind of file it is, as rows of texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from pathlib import Path

Cell = str | None
"""What a cell says: numbers without needless point, days and moments as ISO, yes and no as 1 and 0."""

Row = tuple[int, list[Cell]]
"""A row's number as Excel shows it, and its cells from the first column on."""

Block = tuple[Sequence[int], Sequence[list[Cell]]]
"""Some rows, one after another: their numbers, and their cells; a blank cell may be an empty text."""
_BLOCK_ROWS = 5_000


class Loss(StrEnum):
    """Why a cell that is not blank says nothing, or not what was meant."""

    ERROR = "error_cell"
    NO_RESULT = "formula_without_result"
    ROUNDED = "rounded_number"
    SERIAL = "serial_day"


LOSSES: dict[Loss, str] = {
    Loss.ERROR: "Ô báo lỗi (#N/A, #REF!, …); đọc là trống; sửa công thức rồi lưu lại.",
    Loss.NO_RESULT: "Ô là công thức chưa có kết quả lưu trong tệp; đọc là trống; mở tệp bằng Excel "
    "rồi lưu lại.",
    Loss.ROUNDED: "Số dài hơn 15 chữ số, Excel đã làm tròn nên có thể không còn là mã gốc; xuất lại với cột "
    "này là chữ.",
    Loss.SERIAL: "Ô là số thứ tự ngày của Excel mà không mang định dạng ngày (như 46332); đọc là ngày ấy.",
}  # fmt: skip
"""What a person is told of each."""

EXAMPLES = 3
"""So many rows are kept as examples of each thing that is counted."""


@dataclass(frozen=True, order=True)
class Merged:
    """Cells of one column that are one over several rows: the column's index, the first row and the last."""

    index: int
    first: int
    last: int


@dataclass
class Losses:
    """How often cells of the columns read were lost, or taken for a day: counts and first rows by column's
    index and reason.

    ``merged``: the cells merged downwards, whose text stands in their first row alone; known when all rows
    have gone by.
    """

    counts: Counter[tuple[int, Loss]] = field(default_factory=Counter)
    examples: dict[tuple[int, Loss], list[int]] = field(default_factory=dict)
    merged: list[Merged] = field(default_factory=list)

    def add(self, row: int, index: int, loss: Loss) -> None:
        """Count one cell."""
        self.counts[index, loss] += 1
        rows = self.examples.setdefault((index, loss), [])
        if len(rows) < EXAMPLES:
            rows.append(row)


Reader = Callable[[Collection[int] | None, Losses], Iterator[Row]]
BlockReader = Callable[[], Iterator[Block]]


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook, or the one that a text file is.

    ``number``: from 1. ``is_alone``: the file has no other, and no name for it that a person knows.
    ``since_1904``: its serial numbers of days begin in 1904. ``width``: so many cells most of its rows have,
    where one too many says that the row has shifted; 0 where cells have their own places. ``block_reader``:
    of files whose rows come by the block, in a fraction of the time.
    """

    path: Path
    name: str
    number: int
    reader: Reader
    is_hidden: bool = False
    is_alone: bool = False
    since_1904: bool = False
    width: int = 0
    block_reader: BlockReader | None = None

    @property
    def told(self) -> str:
        """The sheet as a sentence names it: «a.xlsx», trang «Sheet1»."""
        return f"«{self.path.name}»" if self.is_alone else f"«{self.path.name}», trang «{self.name}»"

    def rows(self, wanted: Collection[int] | None = None, losses: Losses | None = None) -> Iterator[Row]:
        """Give the rows that hold something, one after another; blank rows may be missing.

        ``wanted``: indexes of the columns to be read, from 0; every other cell is None. ``losses`` counts the
        cells that could not be read. Raises SourceUnavailable and SourceBroken wherever the file fails.
        """
        return self.reader(wanted, Losses() if losses is None else losses)

    def blocks(self, wanted: Collection[int] | None, losses: Losses) -> Iterator[Block]:
        """Give the rows as ``rows`` does, many at once; those of text files with every cell, and blank rows.

        Raises SourceUnavailable and SourceBroken wherever the file fails.
        """
        if self.block_reader is not None:
            yield from self.block_reader()
            return
        rows = self.rows(wanted, losses)
        while some := list(islice(rows, _BLOCK_ROWS)):
            yield [number for number, _ in some], [cells for _, cells in some]


def filled_down(rows: Iterable[Row], merged: Iterable[Merged]) -> Iterator[Row]:
    """Give rows in their order with each cell that another covers filled with what that says."""
    beginning: dict[int, list[Merged]] = {}
    for one in merged:
        beginning.setdefault(one.first, []).append(one)
    covering: dict[int, tuple[int, Cell]] = {}
    for number, cells in rows:
        for index, (last, told) in covering.items():
            if number <= last and told:
                cells.extend([None] * (index + 1 - len(cells)))
                cells[index] = cells[index] or told
        for one in beginning.get(number, ()):
            covering[one.index] = one.last, cells[one.index] if one.index < len(cells) else None
        yield number, cells

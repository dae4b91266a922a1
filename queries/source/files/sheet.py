"""The sheets of a file, whatever kind of file it is, as rows of texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

Cell = str | None
"""What a cell says: numbers without needless point, days and moments as ISO, yes and no as 1 and 0."""

Row = tuple[int, list[Cell]]
"""A row's number as Excel shows it, and its cells from the first column on."""


class Loss(StrEnum):
    """Why a cell that is not blank says nothing, or not what was meant."""

    ERROR = "error_cell"
    NO_RESULT = "formula_without_result"
    ROUNDED = "rounded_number"


LOSSES: dict[Loss, str] = {
    Loss.ERROR: "Ô báo lỗi (#N/A, #REF!, …); đọc là trống; sửa công thức rồi lưu lại.",
    Loss.NO_RESULT: "Ô là công thức chưa có kết quả lưu trong tệp; đọc là trống; mở tệp bằng Excel "
    "rồi lưu lại.",
    Loss.ROUNDED: "Số dài hơn 15 chữ số, Excel đã làm tròn nên có thể không còn là mã gốc; xuất lại với cột "
    "này là chữ.",
}  # fmt: skip
"""What a person is told of each."""

EXAMPLES = 3
"""So many rows are kept as examples of each thing that is counted."""


@dataclass
class Losses:
    """How often cells of the columns read were lost: counts and first rows by column's index and reason."""

    counts: Counter[tuple[int, Loss]] = field(default_factory=Counter)
    examples: dict[tuple[int, Loss], list[int]] = field(default_factory=dict)

    def add(self, row: int, index: int, loss: Loss) -> None:
        """Count one cell."""
        self.counts[index, loss] += 1
        rows = self.examples.setdefault((index, loss), [])
        if len(rows) < EXAMPLES:
            rows.append(row)


Reader = Callable[[Collection[int] | None, Losses], Iterator[Row]]


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook, or the one that a text file is.

    ``number``: from 1. ``is_alone``: the file has no other, and no name for it that a person knows.
    ``since_1904``: its serial numbers of days begin in 1904. ``width``: so many cells most of its rows have,
    where one too many says that the row has shifted; 0 where cells have their own places.
    """

    path: Path
    name: str
    number: int
    reader: Reader
    is_hidden: bool = False
    is_alone: bool = False
    since_1904: bool = False
    width: int = 0

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

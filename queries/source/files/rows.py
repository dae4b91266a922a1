"""The rows of a sheet that are a table's, as the same parts a database's rows arrive in."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from queries.contract import CONTRACT, Kind
from queries.source.errors import SourceBroken
from queries.source.files.formats import Moments
from queries.source.files.heads import Understood, is_numbering
from queries.source.files.sheet import EXAMPLES, Block, Cell, Loss, Losses
from queries.source.files.spellings import fold_head, fold_plain, is_personal
from queries.source.parts import Landing, Part, written_columns

_SHORTEST_DAY = 5
_FEW = 2
_NUMBERED_WITHIN = 3
_SERIAL = re.compile(r"[1-9]\d{4}(?:\.\d+)?")
_TIME_FIRST = re.compile(
    r"(\d{1,2}[:hHgG]\d{0,2}(?::\d{2})?)[\s,\-–]+(?:ngày\s+)?(\d{1,2}[/.\-]\d{1,2}[/.\-]\d{4})"
)
_HOUR = re.compile(r"(?:lúc\s+)?(\d{1,2})\s*(?:giờ|[hHgG])\s*(\d{2})?(?:\s*(?:phút|[pP]))?")
_USUAL = re.compile(
    r"(?:(?:(?:\d{4}-\d\d-\d\d|\d\d[/.\-]\d\d[/.\-]\d{4})(?: \d\d:\d\d(?::\d\d)?)?)?\n)*", re.ASCII
)
"""Many moments, or nothing, one a line, as reading clean knows them."""
_OWN_DAY = re.compile(r"^\d{4}-\d\d-(\d\d)\b", re.MULTILINE)
_WRITTEN_DAY = re.compile(r"^(\d{1,2})[/.\-]\d{1,2}[/.\-]\d{4}\b", re.MULTILINE)
_LAST_MONTH = 12
_FEWEST_DAYS, _FEWEST_TEXTS = 10, 5
"""So many are no chance: ten days all in the first twelve of a month are one in ten thousand."""
_HALF_DAY = re.compile(r"\s*\b(SA|CH)$", re.IGNORECASE)
_SUMMARY = re.compile(r"(?:tong cong|tong so|tong|cong|cong trang|luy ke|cong don)\b(?! dan)")
_SIGNED = re.compile(
    r"nguoi lap|nguoi tong hop|nguoi bao cao|thu truong|chu tich|pho chu tich|truong phong|ky ten|ky "
    r"va|ky ghi"
    r"|ky dong dau|ghi ro ho ten|\bngay \d* ?thang \d* ?nam|xac nhan|noi nhan"
)


class Why(StrEnum):
    """Why a row of a sheet is none of the table's."""

    NUMBERING = "numbering"
    HEADER_AGAIN = "header_again"
    SUMMARY = "summary"
    OUTSIDE = "outside"
    SHIFTED = "shifted"


WHY: dict[Why, str] = {
    Why.NUMBERING: "Dòng đánh số cột; bỏ qua.",
    Why.HEADER_AGAIN: "Dòng lặp lại đầu cột; bỏ qua.",
    Why.SUMMARY: "Dòng cộng; bỏ qua.",
    Why.SHIFTED: "Dòng có nhiều ô hơn đầu cột nên các ô bị lệch (một ô có dấu ngăn cách mà không đặt trong "
    "nháy kép); không đọc dòng này; sửa dòng ấy trong tệp.",
    Why.OUTSIDE: "Dòng ngoài bảng (tên nhóm, ghi chú, chữ ký); bỏ qua.",
}
"""What a person is told of each."""


@dataclass(frozen=True)
class Skipped:
    """A row that is none of the table's."""

    row: int
    why: Why


@dataclass
class Taken:
    """What came of a sheet's rows, while and after they are taken.

    ``rows``: how many are in the parts. ``skipped``: how many are not, by reason, blank ones apart;
    ``examples``: the first few of each. ``losses``: cells that say nothing, by column's index and reason.
    """

    rows: int = 0
    skipped: Counter[Why] = field(default_factory=Counter)
    examples: list[Skipped] = field(default_factory=list)
    losses: Losses = field(default_factory=Losses)

    def skip(self, row: int, why: Why) -> None:
        """Count a row that is left out."""
        self.skipped[why] += 1
        if self.skipped[why] <= EXAMPLES:
            self.examples.append(Skipped(row, why))


def parts(
    understood: Understood, columns: Sequence[str], landing: Landing, taken: Taken | None = None
) -> Iterator[Part]:
    """Give the rows of a sheet, part by part: the row's number as Excel shows it, then these columns as text.

    ``columns``: of the contract, each among those understood. In columns of days and moments a serial number
    of Excel becomes its day, and what people write about a time (10 giờ 30, SA, CH, the time first) is set
    right; nothing else is changed. ``taken`` is told what was left out, and whole when all parts are taken.
    Raises SourceUnavailable and SourceBroken wherever the file fails.
    """
    told = Taken() if taken is None else taken
    return written_columns(_batches(understood, columns, landing, told), landing)


def _batches(
    understood: Understood, columns: Sequence[str], landing: Landing, taken: Taken
) -> Iterator[list[Sequence[str]]]:
    """Give the numbers of rows and these columns of them, some rows at a time; blank cells are empty."""
    spec = CONTRACT[understood.table]
    indexes = [understood.columns[one].index for one in columns]
    moments = [at for at, one in enumerate(columns, 1) if spec[one].kind in (Kind.DAY, Kind.MOMENT)]
    serials = Moments(since_1904=understood.sheet.since_1904)
    # Only a workbook has days of its own beside texts.
    orders = {} if understood.sheet.width else {at: _Order() for at in moments}
    for numbers, rows in _rows(understood, taken):
        cells = list(zip(*rows, strict=False))
        batch = [list(map(str, numbers)), *(_texts(cells[index]) for index in indexes)]
        for at in moments:
            if at in orders:
                orders[at].look(batch[at])
            if not _USUAL.fullmatch("\n".join((*batch[at], ""))):  # else reading clean knows them as they are
                _note_serials(batch[at], numbers, indexes[at - 1], taken.losses)
                batch[at] = [one and written_moment(one, serials) for one in batch[at]]
        taken.rows += len(rows)
        landing.alive()
        yield batch
    for at, order in orders.items():
        if order.is_swapped:
            raise SourceBroken(_told_swapped(understood, columns[at - 1], order))


def _rows(understood: Understood, taken: Taken) -> Iterator[Block]:
    """Give the rows that are the table's, each with a cell for every column of it."""
    width = max(head.index for head in understood.columns.values()) + 1
    wanted = _wanted(understood)
    judge = _Judge(understood, wanted, taken)
    widest = max(understood.sheet.width, len(understood.heads)) if understood.sheet.width else sys.maxsize
    for numbers, rows in understood.sheet.blocks(wanted, taken.losses):
        lengths = set(map(len, rows))
        is_even = numbers[0] >= understood.first_row and min(lengths) >= width and max(lengths) <= widest
        block = (numbers, rows) if is_even else _evened(understood, (numbers, rows), width, widest, taken)
        yield from judge.kept(block)


def _evened(understood: Understood, block: Block, width: int, widest: int, taken: Taken) -> Block:
    """Give the rows below the header that have not shifted, those cut short filled up with blanks."""
    kept: tuple[list[int], list[list[Cell]]] = ([], [])
    for number, cells in zip(*block, strict=True):
        if number < understood.first_row:
            continue
        while cells and not cells[-1]:
            cells.pop()
        if len(cells) > widest:
            # Whose cell is whose is not known any more: a citizen's name may stand where a code should.
            taken.skip(number, Why.SHIFTED)
            continue
        cells.extend([None] * (width - len(cells)))
        kept[0].append(number)
        kept[1].append(cells)
    return kept


@dataclass
class _Order:
    """Whether Excel has changed day and month over in a column when somebody opened an export of texts.

    It makes days of those texts alone of which the first number can be a month. Then no day of its own is
    after the twelfth, and every text is. ``days``, ``texts``: so many of each; ``is_otherwise``: one of them
    is not so.
    """

    days: int = 0
    texts: int = 0
    is_otherwise: bool = False

    def look(self, cells: Sequence[str]) -> None:
        """Take in some cells as they are written."""
        if self.is_otherwise:
            return
        told = "\n".join(cells)
        days, texts = _OWN_DAY.findall(told), _WRITTEN_DAY.findall(told)
        self.days += len(days)
        self.texts += len(texts)
        last = _LAST_MONTH
        self.is_otherwise = any(int(one) > last for one in days) or any(int(one) <= last for one in texts)

    @property
    def is_swapped(self) -> bool:
        return not self.is_otherwise and self.days >= _FEWEST_DAYS and self.texts >= _FEWEST_TEXTS


def _told_swapped(understood: Understood, column: str, order: _Order) -> str:
    return (
        f"Tệp {understood.sheet.told}, cột «{understood.columns[column].text}»: Excel đã đổi chỗ ngày và "
        f"tháng của {order.days} ô khi có người mở tệp xuất rồi lưu lại (ô nào thành ngày thật cũng từ ngày "
        f"12 trở xuống, {order.texts} ô còn là chữ đều từ ngày 13 trở lên); lấy lại tệp gốc từ hệ thống, "
        "không mở rồi lưu bằng Excel."
    )


def _texts(cells: Sequence[Cell]) -> Sequence[str]:
    return [one or "" for one in cells] if None in cells else cells  # type: ignore[return-value]


def _note_serials(texts: Sequence[str], numbers: Sequence[int], index: int, losses: Losses) -> None:
    """Count the cells of a column of moments that are bare numbers of Excel's."""
    for row, text in zip(numbers, texts, strict=True):
        if text and _SERIAL.fullmatch(text.strip()):
            losses.add(row, index, Loss.SERIAL)


def _wanted(understood: Understood) -> frozenset[int]:
    """Give the columns to be read: the table's, and what stands left of them, where "Tổng cộng" may stand."""
    first = min(head.index for head in understood.columns.values())
    beside = {
        index for index, head in enumerate(understood.heads[:first]) if head is None or not is_personal(head)
    }
    return understood.kept | beside


class _Judge:
    """What says whether a row is one of the table's; ``wanted``: the columns that may be looked at."""

    def __init__(self, understood: Understood, wanted: Collection[int], taken: Taken) -> None:
        columns, spec = understood.columns, CONTRACT[understood.table]
        needed = [columns[one.name].index for one in spec.columns
                  if one.name in columns and (one.key or one.required)]  # fmt: skip
        self._taken = taken
        self._wanted = sorted(wanted)
        self._used = sorted(understood.kept)
        self._days = [
            head.index for name, head in columns.items() if spec[name].kind in (Kind.DAY, Kind.MOMENT)
        ]
        self._first = needed[0]
        self._first_day = next((index for index in needed if index in self._days), None)
        self._heads = {head.index: fold_head(head.text.rpartition(" / ")[2]) for head in columns.values()}
        self._header = understood.first_row - 1

    def kept(self, block: Block) -> Iterator[Block]:
        """Give the rows of a block that are the table's, if there are any."""
        numbers, rows = block
        none = {at for at in self._doubtful(rows) if not self._is_row(numbers[at], rows[at])}
        if none:
            kept = [at for at in range(len(rows)) if at not in none]
            block = [numbers[at] for at in kept], [rows[at] for at in kept]
        if len(rows) > len(none):
            yield block

    def _doubtful(self, rows: Sequence[Sequence[Cell]]) -> Sequence[int]:
        """Give the places of the rows that may be none.

        Most are plain: what names them has no blank but a digit, and a day stands there.
        """
        first, day = self._first, self._first_day
        if day is None:
            return range(len(rows))
        return [
            at
            for at, row in enumerate(rows)
            if not (
                (name := row[first])
                and " " not in name
                and not name.isalpha()
                and len(row[day] or "") >= _SHORTEST_DAY
            )
        ]

    def _is_row(self, number: int, cells: Sequence[Cell]) -> bool:
        """Say whether a row is the table's; what is not, and not blank, is counted."""
        filled = {index: text for index in self._used if (text := (cells[index] or "").strip())}
        beside = (cells[index] for index in self._wanted if index < len(cells))
        texts = [fold_plain(one) for one in beside if one and not one.isdigit()]
        if not filled and not any(texts):
            return False
        why = self._why(number, filled, texts)
        if why is not None:
            self._taken.skip(number, why)
        return why is None

    def _why(self, number: int, filled: Mapping[int, str], texts: Sequence[str]) -> Why | None:
        is_dated = any(
            text[0].isdigit() for index in self._days if len(text := filled.get(index, "")) >= _SHORTEST_DAY
        )
        is_below = number <= self._header + _NUMBERED_WITHIN
        if is_below and not is_dated and is_numbering(list(filled.values())):
            return Why.NUMBERING
        if len(filled) > 1 and all(fold_head(text) == self._heads[at] for at, text in filled.items()):
            self._header = number
            return Why.HEADER_AGAIN
        if not is_dated and any(_SUMMARY.match(one) for one in texts):
            return Why.SUMMARY
        if not is_dated and len(filled) <= _FEW:
            name = filled.get(self._first, "")
            if not name or " " in name or any(_SIGNED.search(one) for one in texts):
                return Why.OUTSIDE
        return None


def written_moment(text: str, serials: Moments) -> str:
    """Give what a cell of days or moments says as reading clean knows it; a text that says else as it is."""
    given = text.strip()
    if _SERIAL.fullmatch(given):
        return serials.text(given) or given
    given = _TIME_FIRST.sub(r"\2 \1", given)
    given = _HOUR.sub(lambda found: f"{found[1]}:{found[2] or '00'}", given)
    return _HALF_DAY.sub(lambda found: " AM" if found[1].upper() == "SA" else " PM", given)

"""The rows of a sheet that are a table's, as the same parts a database's rows arrive in."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from queries.contract import CONTRACT, Kind
from queries.source.files.formats import Moments
from queries.source.files.heads import Understood, is_numbering
from queries.source.files.sheet import EXAMPLES, Cell, Losses
from queries.source.files.spellings import fold_head, fold_plain, is_personal
from queries.source.parts import Landing, Part, written

_BATCH = 5_000
_SHORTEST_DAY = 5
_FEW = 2
_NUMBERED_WITHIN = 3
_SERIAL = re.compile(r"[1-9]\d{4}(?:\.\d+)?")
_TIME_FIRST = re.compile(
    r"(\d{1,2}[:hHgG]\d{0,2}(?::\d{2})?)[\s,\-–]+(?:ngày\s+)?(\d{1,2}[/.\-]\d{1,2}[/.\-]\d{4})"
)
_HOUR = re.compile(r"(?:lúc\s+)?(\d{1,2})\s*(?:giờ|[hHgG])\s*(\d{2})?(?:\s*(?:phút|[pP]))?")
_USUAL = re.compile(
    r"(?:(?:\d{4}-\d\d-\d\d|\d\d[/.\-]\d\d[/.\-]\d{4})(?: \d\d:\d\d(?::\d\d)?)?\n)*", re.ASCII
)
"""Many moments, one a line, as reading clean knows them."""
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
    yield from written(_batches(understood, columns, landing, told), [None] * (len(columns) + 1), landing)


def _batches(
    understood: Understood, columns: Sequence[str], landing: Landing, taken: Taken
) -> Iterator[list[list[Cell | int]]]:
    spec = CONTRACT[understood.table]
    moments = [at for at, one in enumerate(columns, 1) if spec[one].kind in (Kind.DAY, Kind.MOMENT)]
    serials = Moments(since_1904=understood.sheet.since_1904)
    for batch in _rows(understood, columns, taken):
        for at in moments:
            _set_right(batch, at, serials)
        taken.rows += len(batch)
        landing.alive()
        yield batch


def _rows(understood: Understood, columns: Sequence[str], taken: Taken) -> Iterator[list[list[Cell | int]]]:
    indexes = [understood.columns[one].index for one in columns]
    width = max(head.index for head in understood.columns.values()) + 1
    is_row = _judge(understood, taken)
    widest = max(understood.sheet.width, len(understood.heads)) if understood.sheet.width else sys.maxsize
    batch: list[list[Cell | int]] = []
    for number, cells in understood.sheet.rows(_wanted(understood), taken.losses):
        if len(cells) > widest and number >= understood.first_row:
            # Whose cell is whose is not known any more: a citizen's name may stand where a code should.
            taken.skip(number, Why.SHIFTED)
            continue
        if len(cells) < width:
            cells.extend([None] * (width - len(cells)))
        if number >= understood.first_row and is_row(number, cells):
            batch.append([number, *[cells[index] for index in indexes]])
            if len(batch) == _BATCH:
                yield batch
                batch = []
    if batch:
        yield batch


def _set_right(batch: list[list[Cell | int]], at: int, serials: Moments) -> None:
    """Set right the moments of one column that reading clean would not know as they are written."""
    texts = [str(row[at]) for row in batch if row[at] is not None]
    if _USUAL.fullmatch("\n".join([*texts, ""])):
        return
    for row in batch:
        if row[at] is not None:
            row[at] = written_moment(str(row[at]), serials)


def _wanted(understood: Understood) -> frozenset[int]:
    """Give the columns to be read: the table's, and what stands left of them, where "Tổng cộng" may stand."""
    first = min(head.index for head in understood.columns.values())
    beside = {
        index for index, head in enumerate(understood.heads[:first]) if head is None or not is_personal(head)
    }
    return understood.kept | beside


def _judge(understood: Understood, taken: Taken) -> Callable[[int, list[Cell]], bool]:
    """Give what says whether a row is one of the table's."""
    spec = CONTRACT[understood.table]
    used = sorted(understood.kept)
    needed = [understood.columns[one.name].index for one in spec.columns
              if one.name in understood.columns and (one.key or one.required)]  # fmt: skip
    days = [
        head.index for name, head in understood.columns.items() if spec[name].kind in (Kind.DAY, Kind.MOMENT)
    ]
    first = needed[0]
    first_day = next((index for index in needed if index in days), None)
    heads = {head.index: fold_head(head.text.rpartition(" / ")[2]) for head in understood.columns.values()}

    header = understood.first_row - 1

    def is_row(number: int, cells: list[Cell]) -> bool:
        # Most rows are plain: what names them has no blank but a digit, and a day stands there.
        name = cells[first]
        if name and first_day is not None and " " not in name and not name.isalpha():
            day = cells[first_day]
            if day and len(day) >= _SHORTEST_DAY:
                return True
        return _is_row(number, cells)

    def _is_row(number: int, cells: list[Cell]) -> bool:
        filled = {index: text for index in used if (text := (cells[index] or "").strip())}
        texts = [fold_plain(one) for one in cells if one and not one.isdigit()]
        if not filled and not any(texts):
            return False
        is_dated = any(
            text[0].isdigit() for index in days if len(text := filled.get(index, "")) >= _SHORTEST_DAY
        )
        why: Why | None = None
        nonlocal header
        if number <= header + _NUMBERED_WITHIN and not is_dated and is_numbering(list(filled.values())):
            why = Why.NUMBERING
        elif len(filled) > 1 and all(fold_head(text) == heads[index] for index, text in filled.items()):
            why, header = Why.HEADER_AGAIN, number
        elif not is_dated and any(_SUMMARY.match(one) for one in texts):
            why = Why.SUMMARY
        elif not is_dated and len(filled) <= _FEW:
            name = filled.get(first, "")
            if not name or " " in name or any(_SIGNED.search(one) for one in texts):
                why = Why.OUTSIDE
        if why is None:
            return True
        taken.skip(number, why)
        return False

    return is_row


def written_moment(text: str, serials: Moments) -> str:
    """Give what a cell of days or moments says as reading clean knows it; a text that says else as it is."""
    given = text.strip()
    if _SERIAL.fullmatch(given):
        return serials.text(given) or given
    given = _TIME_FIRST.sub(r"\2 \1", given)
    given = _HOUR.sub(lambda found: f"{found[1]}:{found[2] or '00'}", given)
    return _HALF_DAY.sub(lambda found: " AM" if found[1].upper() == "SA" else " PM", given)

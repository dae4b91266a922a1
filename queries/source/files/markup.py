"""Web pages saved under the name .xls, as many systems export: their tables, read as sheets."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import partial
from html.parser import HTMLParser
from pathlib import Path

from queries.source.errors import SourceBroken, SourceUnavailable
from queries.source.files.delimited import composed, encoding_of, text_of
from queries.source.files.disk import opened
from queries.source.files.sheet import Cell, Losses, Merged, Row, Sheet

_STARTS = ("<html", "<!doctype html", "<table", "<head", "<meta", "<style", "<body", "<div", "<!--")
_BLOCK = 1 << 18
_WIDEST = 16_384
LONGEST = 4_000_000
"""Signs of one tag or one cell; a tag that never ends would be looked at anew with each block."""
MOST_TABLES = 500
"""Of one page, which is read anew for each."""


def is_markup(start: bytes) -> bool:
    """Say whether a file begins as a web page or other markup does."""
    return _begun(start).startswith(("<?xml", *_STARTS))


def sheets_of(path: Path) -> list[Sheet]:
    """Give the tables of a web page, each as a sheet. Raises SourceUnavailable, SourceBroken."""
    with opened(path) as file:
        start = file.read(4096)
        file.seek(0)
        encoding = encoding_of(file)
    text = _begun(start)
    if text.startswith("<?xml") and not any(one in text for one in ("<html", "<table")):
        raise SourceBroken(
            f"Tệp «{path.name}» là XML (Excel 2003 XML hoặc loại khác), chưa đọc được; mở bằng Excel "
            "rồi lưu lại "
            "thành .xlsx."
        )
    count, is_whole = _counted(path, encoding)
    if not is_whole:
        raise SourceUnavailable(
            f"Tệp «{path.name}» chưa trọn vẹn: bảng chưa kết thúc, có thể đang chép dở; chép hoặc tải "
            "lại tệp."
        )
    if not count:
        raise SourceBroken(
            f"Tệp «{path.name}» là trang web không có bảng nào (có thể là trang báo lỗi hoặc đăng "
            "nhập của hệ "
            "thống); đăng nhập rồi xuất lại."
        )
    if count > MOST_TABLES:
        raise SourceBroken(
            f"Tệp «{path.name}» là trang web có hơn {MOST_TABLES} bảng; xuất lại ra Excel hoặc CSV."
        )
    return [
        Sheet(path, f"Bảng {number}", number, _reader(path, encoding, number), is_alone=count == 1)
        for number in range(1, count + 1)
    ]


def _begun(start: bytes) -> str:
    return start.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t").lower().decode("latin-1")


class _Tables(HTMLParser):
    """The rows of a page's tables as it goes by, a table inside another as one of its own."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.count = 0
        self.rows: list[tuple[int, int, list[Cell]]] = []
        self.merged: dict[int, list[Merged]] = {}
        self._open: list[_Table] = []
        self._aside = 0

    @property
    def is_whole(self) -> bool:
        """Whether every table that began has ended."""
        return not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a table, a row or a cell."""
        if tag in ("style", "script"):
            self._aside += 1
        if tag == "table":
            self.count += 1
            self._open.append(_Table(self.count))
        if not self._open:
            return
        table = self._open[-1]
        if tag == "tr":
            self._end_row(table)
            table.begin_row()
        elif tag in ("td", "th"):
            given = dict(attrs)
            table.begin_cell(_span(given.get("colspan")), _span(given.get("rowspan")))
        elif tag in ("br", "p", "div") and table.pieces:
            table.pieces.append("\n" if tag == "br" else " ")

    def handle_endtag(self, tag: str) -> None:
        """End a table, a row or a cell."""
        if tag in ("style", "script"):
            self._aside = max(0, self._aside - 1)
        if not self._open:
            return
        if tag in ("td", "th"):
            self._open[-1].end_cell()
        elif tag == "tr":
            self._end_row(self._open[-1])
        elif tag == "table":
            self._end_row(self._open[-1])
            ended = self._open.pop()
            self.merged[ended.number] = ended.merged

    def handle_data(self, data: str) -> None:
        """Take the text of a cell."""
        if self._open and not self._aside:
            self._open[-1].say(data)

    def _end_row(self, table: _Table) -> None:
        row = table.end_row()
        if row is not None:
            self.rows.append((table.number, table.row, row))


class _Table:
    """One table while it is open: what its cells above still cover stays blank."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.row = 0
        self.merged: list[Merged] = []
        self.pieces: list[str] = []
        self._cells: list[Cell] | None = None
        self._covered: dict[int, int] = {}
        self._in_cell = False
        self._span = (1, 1)

    def begin_row(self) -> None:
        self._cells = []
        self.row += 1

    def begin_cell(self, columns: int, rows: int) -> None:
        self.end_cell()
        if self._cells is None:
            self.begin_row()
        self._in_cell, self._span = True, (columns, rows)

    def say(self, text: str) -> None:
        if self._in_cell:
            self.pieces.append(text)

    def end_cell(self) -> None:
        if not self._in_cell or self._cells is None:
            return
        self._skip_covered(self._cells)
        text = "".join(self.pieces).replace("\xa0", " ").strip()
        self.pieces.clear()
        columns, rows = self._span
        at = len(self._cells)
        columns = min(columns, _WIDEST - at)
        if columns > 0:
            self._cells += [text or None, *[None] * (columns - 1)]
        if rows > 1 and columns > 0:
            self.merged.append(Merged(at, self.row, self.row + rows - 1))
            self._covered |= dict.fromkeys(range(at, at + columns), rows)
        self._in_cell = False

    def _skip_covered(self, cells: list[Cell]) -> None:
        while self._covered.get(len(cells)):
            cells.append(None)

    def end_row(self) -> list[Cell] | None:
        self.end_cell()
        cells, self._cells = self._cells, None
        if cells is not None:
            self._covered = {at: left - 1 for at, left in self._covered.items() if left > 1}
        return cells


def _span(text: str | None) -> int:
    return min(max(int(text), 1), _WIDEST) if text and text.strip().isdigit() else 1


def _fed(path: Path, encoding: str) -> Iterator[_Tables]:
    """Give the parser after each block, and once after the end."""
    tables = _Tables()
    with opened(path) as file:
        text = text_of(file, encoding)
        while block := text.read(_BLOCK):
            tables.feed(block)
            if len(tables.rawdata) > LONGEST:
                raise SourceBroken(
                    f"Tệp «{path.name}» có thẻ hoặc ô dài bất thường (trên 4 triệu ký tự); xuất lại từ hệ "
                    "thống."
                )
            yield tables
        tables.close()
        yield tables


def _counted(path: Path, encoding: str) -> tuple[int, bool]:
    """Give how many tables a page has, and whether all of them end."""
    count, is_whole = 0, True
    for tables in _fed(path, encoding):
        tables.rows.clear()
        count, is_whole = tables.count, tables.is_whole
    return count, is_whole


def _reader(
    path: Path, encoding: str, number: int
) -> Callable[[Collection[int] | None, Losses], Iterator[Row]]:
    return partial(_rows, path, encoding, number)


def _rows(
    path: Path, encoding: str, number: int, wanted: Collection[int] | None, losses: Losses
) -> Iterator[Row]:
    for tables in _fed(path, encoding):
        for table, row, cells in tables.rows:
            if table == number and any(cells):
                kept = [one if wanted is None or at in wanted else None for at, one in enumerate(cells)]
                yield row, [one and composed(one, encoding) for one in kept]
        tables.rows.clear()
        losses.merged += tables.merged.pop(number, ())

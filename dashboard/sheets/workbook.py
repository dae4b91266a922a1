"""Writes tables into an .xlsx file, row by row, in constant memory.

A text is never a formula: it is written as text, and what a person's next keystroke would turn into one
(it begins with = + - @, also behind blanks or as ＝) is marked as text as by a leading apostrophe.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby, islice
from pathlib import Path
from typing import IO, Any

import xlsxwriter

from dashboard.formats import NOTHING, day_text
from dashboard.sheets.table import Cell, Column, Points, Rate, Table
from dashboard.theme import ACCENT, MUTED, OVER_TEXT, PALETTE

FULL_SHEET = 1_048_000
"""Rows of dossiers on one sheet: Excel holds 1.048.576 with its heads."""
SAMPLE = "DỮ LIỆU MẪU: số liệu tạo ra để dùng thử, không phải của quận, huyện nào."
RISKY = re.compile(r"[\s\u200b\ufeff]*[=+\-@＝＋－＠]|[\t\r\n]")
"""How a text begins that a spreadsheet may take for a formula."""

_WIDEST, _NARROWEST = 48, 7
_PAGE_PIXELS, _SMALLEST = 860, 0.6  # of a landscape A4 page within its margins; as small as can be read
_FACT_WIDTHS = (34, 60, 26, 40)
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_SHORT = 2_000
"""A list of no more rows is looked at as a whole before it is written."""
_WRAPS = 26
"""A text column of at least this width goes on on a second line."""
_RULE, _HEAD, _OVER = PALETTE["grey-76"], PALETTE["blue-90"], OVER_TEXT
_SIDES = ("left", "right", "top", "bottom")
_BORDER: dict[str, Any] = {**dict.fromkeys(_SIDES, 1), **{f"{side}_color": _RULE for side in _SIDES}}


@dataclass(frozen=True)
class Fact:
    """One line of the sheet "Về số liệu"; ``href`` makes it a link."""

    name: str
    text: str
    href: str = ""


class Stopped(Exception):  # noqa: N818 - what happens to the writing
    """The reader has cancelled."""


class Book:
    """A workbook that is being written: a context, at whose end the file is whole."""

    def __init__(self, file: IO[bytes] | str, *, title: str, foot: str, is_sample: bool) -> None:
        self._book = xlsxwriter.Workbook(
            file,
            {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
             "strings_to_numbers": False, "default_date_format": "dd/mm/yyyy"},
        )  # fmt: skip
        self._book.set_properties({"title": title, "comments": SAMPLE if is_sample else ""})
        self._foot, self._is_sample = foot, is_sample
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}
        self._names: set[str] = set()

    def __enter__(self) -> Book:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        """Write the file; where something went wrong, leave nothing of it."""
        if kind is None:
            self._book.close()
            return
        for sheet in self._book.worksheets():
            # The rows written so far lie in a file of the sheet's own, which only closing the book would end.
            sheet.row_data_fh.close()
            Path(sheet.row_data_filename).unlink(missing_ok=True)

    def facts(
        self, facts: Iterable[Fact], definitions: Iterable[Sequence[str]], notes: Iterable[str]
    ) -> None:
        """Write the first sheet: what the figures are, until when, by which rule."""
        sheet = self._sheet("Về số liệu")
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        for column, width in enumerate(_FACT_WIDTHS):
            sheet.set_column(column, column, width)
        row = 0
        sheet.write_string(row, 0, "Về số liệu", self._format(bold=True, font_size=14))
        if self._is_sample:
            row += 1
            sheet.write_string(row, 0, SAMPLE, self._format(bold=True, font_color=_OVER))
        row += 1
        for fact in facts:
            row += 1
            self._text(sheet, row, 0, fact.name, bold=True, valign="top")
            sheet.set_row(row, 15 if fact.href else _height([(fact.text, 60)]))
            if fact.href:
                sheet.write_url(
                    row,
                    1,
                    fact.href,
                    # An address has no blanks to break at: it runs on over the empty cells beside it.
                    self._format(font_color=ACCENT, underline=1, valign="top"),
                    fact.text,
                )
            else:
                self._text(sheet, row, 1, fact.text, text_wrap=True, valign="top")
        for note in notes:
            row += 1
            sheet.set_row(row, _height([(note, 60)]))
            self._text(sheet, row, 0, "Lưu ý", bold=True, valign="top")
            self._text(sheet, row, 1, note, text_wrap=True, valign="top")
        row += 2
        head = {"bold": True, "bg_color": _HEAD, "border": 1, "border_color": _RULE, "text_wrap": True}
        lines = list(definitions)
        if lines:
            for column, name in enumerate(("Cột", "Định nghĩa", "Tính theo", "Căn cứ")):
                sheet.write_string(row, column, name, self._format(**head))
        for line in lines:
            row += 1
            sheet.set_row(row, _height(zip(line, _FACT_WIDTHS, strict=True)))
            for column, text in enumerate(line):
                self._text(
                    sheet, row, column, text, text_wrap=True, valign="top", border=1, border_color=_RULE
                )

    def table(self, table: Table, *, subtitle: str, tell: Callable[[int], None] | None = None) -> None:
        """Write a table, over several sheets 1/2, 2/2 where one is full.

        ``tell``: told after every thousand rows how many are written; it raises Stopped to end it.
        """
        rows = iter(table.rows)
        sheets = 1 if table.count is None else max(1, -(-table.count // FULL_SHEET))
        written = 0
        for place in range(sheets):
            part = f" ({place + 1}/{sheets})" if sheets > 1 else ""
            name = f"{table.sheet} {place + 1} trên {sheets}" if sheets > 1 else table.sheet
            is_last = place == sheets - 1
            mine = rows if is_last else islice(rows, FULL_SHEET)
            written += self._one(table, name, f"{table.title}{part}", subtitle, mine, written, tell,
                                 has_total=is_last)  # fmt: skip

    def _one(
        self, table: Table, name: str, title: str, subtitle: str, rows: Iterable[Sequence[Cell]], before: int,
        tell: Callable[[int], None] | None, *, has_total: bool,
    ) -> int:  # fmt: skip
        sheet, columns = self._sheet(name), table.columns
        # Of a long list the widths and heights cannot be known before it is written.
        kept: list[Sequence[Cell]] | None = None
        if table.count is None or table.count <= _SHORT:
            kept = list(rows)
            rows = kept
        sample = [*(kept or ()), *([table.total] if table.total else ())]
        widths = [_width(column, [row[i] for row in sample]) for i, column in enumerate(columns)]
        for i, width in enumerate(widths):
            sheet.set_column(i, i, width)
        self._text(sheet, 0, 0, title, bold=True, font_size=14)
        self._text(sheet, 1, 0, subtitle, font_color=MUTED)
        row = 2
        if self._is_sample:
            self._text(sheet, row, 0, SAMPLE, bold=True, font_color=_OVER)
            row += 1
        top = row
        if any(column.group for column in columns):
            self._groups(sheet, row, columns)
            row += 1
        has_groups = row > top
        sheet.set_row(row, _height(((one.head, width) for one, width in zip(columns, widths, strict=True))))
        for i, column in enumerate(columns):
            # A head without one above it stands in a cell that looks like one over both rows.
            above = {"top": 0} if has_groups and not column.group else {}
            is_middle = column.kind == "day" or column.head == "TT"
            align = "left" if column.kind == "text" else "center" if is_middle else "right"
            border = {**_BORDER, **above}
            look = self._format(
                bold=True, bg_color=_HEAD, **border, text_wrap=True, valign="bottom", align=align
            )
            sheet.write_string(row, i, column.head, look)
        first, width = row + 1, len(columns)
        written = 0
        looks = _looks(columns, is_framed=kept is not None, is_form=table.is_form)
        wrapped = [i for i, look in enumerate(looks) if look.get("text_wrap")]
        for cells in rows:
            row += 1
            if table.is_form:
                sheet.set_row(row, max(30, _height((_shown(cells[i]), widths[i]) for i in wrapped)))
            elif wrapped:
                sheet.set_row(row, _height((_shown(cells[i]), widths[i]) for i in wrapped))
            self._row(sheet, row, cells, looks)
            written += 1
            if tell is not None and written % 1000 == 0:
                tell(before + written)
        sheet.autofilter(first - 1, 0, max(row, first), width - 1)
        if has_total and table.total:
            row += 1
            self._row(sheet, row, table.total, [{**look, "bold": True, "bg_color": _HEAD} for look in looks])
        sheet.freeze_panes(first, min(table.freezes, width - 1))
        sheet.repeat_rows(top, first - 1)
        self._pages(sheet, table, widths)
        return written

    def _pages(self, sheet: Any, table: Table, widths: Sequence[float]) -> None:
        """Set a table up for A4; one too wide is parted between groups of columns, so that no head is cut."""
        columns, freezes = table.columns, min(table.freezes, len(widths))
        sheet.set_landscape()
        if table.is_form or _pixels(widths) <= _PAGE_PIXELS / _SMALLEST:
            sheet.fit_to_pages(1, 0)
            return
        if freezes:
            sheet.repeat_columns(0, freezes - 1)
        kept = _pixels(widths[:freezes])
        breaks, widest, used = [], 0, 0
        for _, group in groupby(range(freezes, len(columns)), key=lambda i: columns[i].group or i):
            places = list(group)
            width = _pixels(widths[i] for i in places)
            if used and kept + used + width > _PAGE_PIXELS / _SMALLEST:
                breaks.append(places[0])
                used = 0
            used += width
            widest = max(widest, kept + used)
        sheet.set_v_pagebreaks(breaks)
        sheet.set_print_scale(max(10, min(100, int(100 * _PAGE_PIXELS / widest) - 1)))

    def _groups(self, sheet: Any, row: int, columns: Sequence[Column]) -> None:
        """Write the upper heads, each over the columns it is of."""
        look = self._format(bold=True, bg_color=_HEAD, **_BORDER, align="center")
        place = 0
        for name, group in groupby(columns, key=lambda one: one.group):
            many = len(list(group))
            if name and many > 1:
                sheet.merge_range(row, place, row, place + many - 1, name, look)
            else:
                bare = look if name else self._format(bg_color=_HEAD, **{**_BORDER, "bottom": 0})
                for i in range(place, place + many):
                    sheet.write_string(row, i, name, bare)
            place += many

    def _row(self, sheet: Any, row: int, cells: Sequence[Cell], looks: Sequence[dict[str, Any]]) -> None:
        for column, (cell, look) in enumerate(zip(cells, looks, strict=True)):
            self._cell(sheet, row, column, cell, look)

    def _cell(self, sheet: Any, row: int, column: int, cell: Cell, look: dict[str, Any]) -> None:
        if cell is None:
            if look:
                sheet.write_blank(row, column, None, self._format(**look))
        elif isinstance(cell, str):
            self._text(sheet, row, column, cell, **look)
        elif isinstance(cell, datetime):
            is_day = cell.hour == cell.minute == cell.second == 0
            shape = "dd/mm/yyyy" if is_day else "dd/mm/yyyy hh:mm"
            sheet.write_datetime(
                row, column, cell, self._format(**{**look, "num_format": shape, "align": "center"})
            )
        elif isinstance(cell, date):
            day = datetime(cell.year, cell.month, cell.day)
            shown = self._format(**{**look, "num_format": "dd/mm/yyyy", "align": "center"})
            sheet.write_datetime(row, column, day, shown)
        elif isinstance(cell, int):
            sheet.write_number(row, column, cell, self._format(num_format="#,##0", **look))
        elif isinstance(cell, Rate):
            value = cell.value
            if value is None:
                sheet.write_string(row, column, NOTHING, self._format(**{**look, "align": "right"}))
            else:
                shape = f"0.{'0' * cell.places}%" if cell.places else "0%"
                sheet.write_number(row, column, value, self._format(num_format=shape, **look))
        elif cell.value is None:
            sheet.write_string(row, column, NOTHING, self._format(**{**look, "align": "right"}))
        else:
            sheet.write_number(
                row, column, float(cell.value), self._format(num_format="+0.00;−0.00;0", **look)
            )

    def _text(self, sheet: Any, row: int, column: int, text: str, **look: Any) -> None:
        if RISKY.match(text):
            look["quote_prefix"] = True
        sheet.write_string(row, column, text[:32_767], self._format(**look))

    def _format(self, **look: Any) -> Any:
        key = tuple(sorted(look.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(
                {"font_name": "Times New Roman", "font_size": 11, **look}
            )
        return self._formats[key]

    def _sheet(self, name: str) -> Any:
        base = _FORBIDDEN.sub(" ", name)[:28].strip()
        name, more = base, 1
        while name.casefold() in self._names:
            more += 1
            name = f"{base} {more}"
        self._names.add(name.casefold())
        sheet = self._book.add_worksheet(name)
        sheet.set_paper(9)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        foot = self._foot.replace("&", "&&")[:180]
        sheet.set_footer(f"&L&8{foot}&R&8Trang &P/&N")
        if self._is_sample:
            sheet.set_header("&C&8DỮ LIỆU MẪU")
        return sheet


def _look(column: Column, *, is_framed: bool, is_form: bool) -> dict[str, Any]:
    """Give how a column's cells look."""
    look: dict[str, Any] = {**_BORDER, "valign": "top"} if is_framed else {}
    if column.head == "TT":
        look["align"] = "center"
    if is_framed and (column.width >= _WRAPS or (is_form and column.kind == "text")):
        look["text_wrap"] = True
    return look


def _pixels(widths: Iterable[float]) -> int:
    """Give how wide columns of so many characters are at most; Excel draws them a little narrower."""
    return sum(int(width * 7.5) + 5 for width in widths)


def _looks(columns: Sequence[Column], *, is_framed: bool, is_form: bool) -> list[dict[str, Any]]:
    looks = [_look(column, is_framed=is_framed, is_form=is_form) for column in columns]
    for i, column in enumerate(columns):
        # Text right behind a number would read as one with it.
        if i > 1 and column.kind == "text" and columns[i - 1].kind in ("count", "rate", "points"):
            looks[i] |= {"align": "left", "indent": 1}
    return looks


def _height(texts: Iterable[tuple[str, float]]) -> float:
    """Give the height of a row in points that shows texts in columns so many characters wide."""
    lines = max((sum(_lines(part, width) for part in text.split("\n")) for text, width in texts), default=1)
    return 15 * max(1, lines)


def _lines(text: str, width: float) -> int:
    """Count the lines of a text that breaks between words."""
    lines, room = 1, 0.0
    for word in text.split():
        if room and room + 1 + len(word) > width - 1:
            lines, room = lines + 1, 0.0
        room += len(word) + (1 if room else 0)
        lines += int(room // max(1, width - 1)) if room > width - 1 else 0
    return lines


def _width(column: Column, cells: Iterable[Cell]) -> float:
    """Give a width that fits a column's cells, and its head over two lines."""
    if column.width:
        return column.width
    longest = max((len(_shown(cell)) for cell in cells), default=0)
    words = column.head.split()
    head = max([-(-len(column.head) // 2), *(len(word) for word in words)])
    return min(_WIDEST, max(_NARROWEST, longest + 2, head + 4))


def _shown(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return "00/00/0000 00:00"
    if isinstance(cell, date):
        return day_text(cell)
    if isinstance(cell, int):
        return f"{cell:,}"
    if isinstance(cell, Rate):
        return "0" * (4 + cell.places)
    return "00000" if isinstance(cell, Points) else cell

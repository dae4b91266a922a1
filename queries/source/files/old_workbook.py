"""Workbooks of Excel 97 to 2003 (.xls): no more than 65,536 rows a sheet, so each is read whole."""

from __future__ import annotations

import io
from collections.abc import Callable, Collection, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import xlrd
from xlrd.biffh import XLRDError

from queries.source.errors import SourceBroken, SourceError, SourceUnavailable
from queries.source.files.disk import opened
from queries.source.files.formats import Moments, Shown, is_rounded, number_text, shown_as
from queries.source.files.sheet import Cell, Loss, Losses, Merged, Row, Sheet

_LOCKED = "EncryptedPackage".encode("utf-16-le")
_OF_OTHERS = tuple(one.encode("utf-16-le") for one in ("WordDocument", "PowerPoint Document"))
_LARGEST = 512 << 20


def sheets_of(path: Path) -> list[Sheet]:
    """Give the worksheets of an .xls workbook in their order. Raises SourceUnavailable, SourceBroken.

    A new workbook with a password is such a file outside: it is told as what it is.
    """
    with opened(path) as file:
        whole = file.read(_LARGEST + 1)
    if len(whole) > _LARGEST:
        raise SourceBroken(f"Tệp «{path.name}» lớn bất thường đối với .xls; xuất lại ra .xlsx hoặc CSV.")
    book = _book(path, whole)
    sheets = [
        Sheet(
            path, one.name, number, _reader(path, book, one), is_hidden=one.visibility != 0,
            since_1904=book.datemode == 1,
        )
        for number, one in enumerate(book.sheets(), 1)
        if one.nrows
    ]  # fmt: skip
    if not sheets:
        raise SourceBroken(f"Tệp «{path.name}» không có trang nào có số liệu; xuất lại từ hệ thống.")
    return sheets


def _book(path: Path, whole: bytes) -> Any:
    quiet = io.StringIO()
    try:
        return xlrd.open_workbook(file_contents=whole, logfile=quiet, formatting_info=True, ragged_rows=True)
    except Exception as error:  # xlrd lets whatever a damaged file leads it into come out
        raise _told(path, whole, error) from error


def _told(path: Path, whole: bytes, error: Exception) -> SourceError:
    """Give why a file is no workbook that can be read, by the names of what lies in it."""
    if _LOCKED in whole or (isinstance(error, XLRDError) and "encrypted" in str(error).lower()):
        return SourceBroken(
            f"Tệp «{path.name}» có mật khẩu; mở bằng Excel, bỏ mật khẩu (Tệp › Thông tin › Bảo vệ) "
            "rồi lưu lại."
        )
    if any(one in whole for one in _OF_OTHERS):
        return SourceBroken(
            f"Tệp «{path.name}» không phải sổ tính Excel (có thể là tệp Word hay PowerPoint đời cũ); "
            "xuất lại ra "
            "Excel hoặc CSV."
        )
    return SourceUnavailable(
        f"Tệp «{path.name}» chưa trọn vẹn hoặc hỏng: có thể đang chép dở; chép lại tệp, hoặc mở bằng Excel "
        "rồi lưu thành .xlsx."
    )


def _reader(path: Path, book: Any, sheet: Any) -> Callable[[Collection[int] | None, Losses], Iterator[Row]]:
    moments = Moments(since_1904=book.datemode == 1)
    shown: list[Shown] = []
    for one in book.xf_list:
        code = book.format_map[one.format_key]
        shown.append(shown_as(one.format_key, code.format_str))
    return partial(_rows, sheet, shown, moments)


def _rows(
    sheet: Any, shown: list[Shown], moments: Moments, wanted: Collection[int] | None, losses: Losses
) -> Iterator[Row]:
    for at in range(sheet.nrows):
        row: list[Cell] = []
        for index, kind in enumerate(sheet.row_types(at)):
            value: Cell = None
            if wanted is None or index in wanted:
                given = sheet.cell_value(at, index)
                if kind == xlrd.XL_CELL_TEXT:
                    value = given or None
                elif kind in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
                    value = _number(given, shown[sheet.cell_xf_index(at, index)], moments)
                    if is_rounded(value):
                        losses.add(at + 1, index, Loss.ROUNDED)
                elif kind == xlrd.XL_CELL_BOOLEAN:
                    value = str(given)
                elif kind == xlrd.XL_CELL_ERROR:
                    losses.add(at + 1, index, Loss.ERROR)
            row.append(value)
        if any(row):
            yield at + 1, row
    losses.merged += [
        Merged(left, top + 1, below) for top, below, left, _ in sheet.merged_cells if below > top + 1
    ]


def _number(value: float, shown: Shown, moments: Moments) -> str:
    if shown.is_moment:
        return moments.text(repr(value)) or number_text(repr(value))
    return number_text(repr(value)).zfill(shown.zeros)

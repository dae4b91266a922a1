"""What a file is, by what it holds and not by its name, and its sheets."""

from __future__ import annotations

from pathlib import Path

from queries.source.errors import SourceBroken, SourceUnavailable
from queries.source.files import delimited, markup, old_workbook, workbook
from queries.source.files.disk import opened
from queries.source.files.sheet import Cell, Loss, Losses, Row, Sheet

__all__ = ["Cell", "Loss", "Losses", "Row", "Sheet", "sheets_of"]

_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLD_STREAM = (b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00")
_SNIFFED = 4096


def sheets_of(path: Path) -> list[Sheet]:
    """Give the sheets of an .xlsx, .xls or .csv file in their order; a text file is one sheet.

    A web page or a text saved under the name .xls is read as what it is. Raises SourceUnavailable where the
    file is not there, not to be opened or not whole now, SourceBroken where it is no table we read.
    """
    with opened(path) as file:
        start = file.read(_SNIFFED)
    if not start.strip(b"\0 \r\n\t"):
        raise SourceUnavailable(
            f"Tệp «{path.name}» đang trống: có thể đang được ghi hoặc chép dở; chờ chép xong, hoặc xuất lại."
        )
    if start.startswith((_ZIP, _EMPTY_ZIP)):
        return workbook.sheets_of(path)
    if start.startswith(_OLE):
        return old_workbook.sheets_of(path)
    if start.startswith(b"%PDF"):
        raise SourceBroken(f"Tệp «{path.name}» là PDF, không phải bảng tính; xuất lại ra Excel hoặc CSV.")
    if markup.is_markup(start):
        return markup.sheets_of(path)
    if start.startswith(_OLD_STREAM):
        return old_workbook.sheets_of(path)
    return delimited.sheets_of(path)

"""Workbooks of Excel 97 to 2003 (.xls)."""

from __future__ import annotations

from pathlib import Path

from queries.source.errors import SourceBroken
from queries.source.files.sheet import Sheet


def sheets_of(path: Path) -> list[Sheet]:
    """Give the sheets of an .xls workbook."""
    raise SourceBroken(f"Tệp «{path.name}» là .xls đời cũ; mở bằng Excel rồi lưu lại thành .xlsx.")

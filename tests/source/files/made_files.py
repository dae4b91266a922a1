"""Small files as one-stop systems export them, made in a test."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

import openpyxl
import xlwt

from queries.source.files.given import GivenFile
from queries.source.files.heads import Understood, understand
from queries.source.files.rows import Taken, parts
from queries.source.files.sheets import sheets_of
from queries.source.mapping import SourceMapping
from queries.source.parts import Landing

HEADS: list[Any] = ["STT", "Mã hồ sơ", "Họ tên", "Đơn vị xử lý", "Hình thức nộp", "Ngày tiếp nhận", "Ngày hẹn trả",
         "Ngày có kết quả", "Tình trạng"]  # fmt: skip
COLUMNS = ["dossier_code", "unit_code", "channel", "received_at", "due_at", "finished_at", "state"]
ROWS: list[list[Any]] = [
    ["1", "H01", "Nguyễn Văn A", "Phường 1", "Trực tiếp", "05/01/2026", "09/01/2026", None, "Đang xử lý"],
    ["2", "H02", "Trần Thị B", "Phường 2", "Trực tuyến", "06/01/2026 08:30", "12/01/2026", "09/01/2026",
     "Đã giải quyết"],
]  # fmt: skip

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def xlsx(path: Path, sheets: dict[str, Sequence[Sequence[Any]]]) -> Path:
    """A workbook as openpyxl writes it."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path


def xls(path: Path, rows: Sequence[Sequence[Any]], name: str = "Sheet1") -> Path:
    """A workbook of Excel 97."""
    book = xlwt.Workbook()
    sheet = book.add_sheet(name)
    for at, row in enumerate(rows):
        for index, one in enumerate(row):
            if one is not None:
                sheet.write(at, index, one)
    book.save(str(path))
    return path


def csv_file(
    path: Path,
    rows: Sequence[Sequence[Any]],
    *,
    separator: str = ",",
    encoding: str = "utf-8",
    first: str = "",
) -> Path:
    """A text file of rows."""
    text = io.StringIO(newline="")
    text.write(first)
    csv.writer(text, delimiter=separator).writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def page(path: Path, rows: Sequence[Sequence[Any]], *, encoding: str = "utf-8") -> Path:
    """A web page with one table."""
    lines = "".join(
        "<tr>" + "".join(f"<td>{escape(one or '')}</td>" for one in row) + "</tr>\n" for row in rows
    )
    path.write_text(f"<html><body><table border=1>{lines}</table></body></html>", encoding)
    return path


def raw_xlsx(
    path: Path,
    data: str,
    *,
    texts: str = "",
    styles: str = "",
    book: str = "",
    prefix: str = "",
    is_whole: bool = True,
) -> Path:
    """A workbook of one sheet whose XML is written out by the test."""
    p = prefix and f"{prefix}:"
    space = f'xmlns:{prefix}="{MAIN}"' if prefix else f'xmlns="{MAIN}"'
    related = [("r1", "worksheet", "worksheets/sheet1.xml")]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        if texts:
            related.append(("r2", "sharedStrings", "sharedStrings.xml"))
            archive.writestr("xl/sharedStrings.xml", f"<{p}sst {space}>{texts}</{p}sst>")
        if styles:
            related.append(("r3", "styles", "/xl/styles.xml"))
            archive.writestr("xl/styles.xml", f"<{p}styleSheet {space}>{styles}</{p}styleSheet>")
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{PACKAGE}"><Relationship Id="a" Type="{RELATED}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<{p}workbook {space} xmlns:r="{RELATED}">{book}<{p}sheets><{p}sheet name="S" sheetId="1" '
            f'r:id="r1"/></{p}sheets></{p}workbook>',
        )
        told = "".join(
            f'<Relationship Id="{one}" Type="{RELATED}/{kind}" Target="{target}"/>'
            for one, kind, target in related
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{PACKAGE}">{told}</Relationships>'
        )
        archive.writestr(
            "xl/worksheets/sheet1.xml",
            f"<{p}worksheet {space}><{p}sheetData>{data}"
            + (f"</{p}sheetData></{p}worksheet>" if is_whole else ""),
        )
    return path


def rows_of(path: Path) -> list[tuple[int, list[str | None]]]:
    """The rows of a file's first sheet."""
    return [(number, list(cells)) for number, cells in sheets_of(path)[0].rows()]


def understood(
    path: Path, mapping: SourceMapping | None = None, *, table: str | None = None, sheet: str | None = None
) -> list[Understood]:
    """What is understood of a file."""
    return understand(sheets_of(path), GivenFile(str(path), table, sheet), mapping or SourceMapping())


def arrived(
    one: Understood, columns: Sequence[str], folder: Path, taken: Taken | None = None, part_rows: int = 1000
) -> list[list[str]]:
    """The rows of a sheet as its parts have them."""
    rows: list[list[str]] = []
    for part in parts(one, columns, Landing(folder / "part.csv", part_rows, lambda: None), taken):
        with part.path.open(encoding="utf-8", newline="") as file:
            there = list(csv.reader(file, delimiter=part.separator))
        assert len(there) == part.rows
        rows += there
    return rows

"""A district's rows written to files as one-stop systems export them: workbooks in three styles, and texts."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import xlsxwriter

Rows = Sequence[Mapping[str, Any]]
Tables = Mapping[str, Rows]

HEADS = {
    "units": {"unit_code": "Mã đơn vị", "name": "Tên đơn vị", "kind": "Loại đơn vị"},
    "procedures": {"procedure_code": "Mã thủ tục", "name": "Tên thủ tục", "field": "Lĩnh vực"},
    "dossiers": {
        "dossier_code": "Mã hồ sơ", "unit_code": "Mã đơn vị", "procedure_code": "Mã thủ tục",
        "channel": "Hình thức nộp", "online_level": "Mức độ", "received_at": "Ngày tiếp nhận",
        "due_at": "Ngày hẹn trả", "finished_at": "Ngày có kết quả", "state": "Tình trạng",
        "late_reason": "Lý do trễ hạn",
    },
    "ratings": {
        "unit_code": "Mã đơn vị", "rated_on": "Ngày đánh giá", "source": "Nguồn", "level": "Mức đánh giá",
        "votes": "Số phiếu",
    },
}  # fmt: skip
"""The heads of the plain table."""

WORDS = {
    "open": "Đang giải quyết", "finished": "Đã giải quyết", "withdrawn": "Rút hồ sơ", "counter": "Trực tiếp",
    "online": "Trực tuyến", "post": "BCCI", "ward": "Phường", "department": "Phòng chuyên môn", "paper": "Phiếu giấy",
    "satisfied": "Hài lòng", "neutral": "Bình thường", "full": "Toàn trình", "tablet": "Máy tính bảng",
}  # fmt: skip
"""What a system writes for our words."""


def nfd(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def _said(value: Any) -> Any:
    return WORDS.get(value, value) if isinstance(value, str) else value


def written_out(value: Any) -> str:
    """A value as a system writes it in text: days first, with a time where there is one."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y %H:%M:%S}"
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)


def save(path: Path, sheets: Mapping[str, Iterable[Sequence[Any]]], merged: Sequence[str] = ()) -> Path:
    """Write a workbook: by sheet its rows; real numbers and dates where the values are."""
    with xlsxwriter.Workbook(path) as book:
        moment = book.add_format({"num_format": "dd/mm/yyyy hh:mm:ss"})
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for at, row in enumerate(rows):
                for index, value in enumerate(row):
                    if isinstance(value, datetime):
                        page.write_datetime(at, index, value, moment)
                    elif isinstance(value, date):
                        page.write_datetime(at, index, value, day)
                    elif isinstance(value, str):
                        page.write_string(at, index, value)
                    elif value is not None:
                        page.write_number(at, index, value)
            for one in merged:
                page.merge_range(one, None)
    return path


def table_of(
    rows: Rows, heads: Mapping[str, str], said: Callable[[Any], Any] = lambda one: one
) -> list[list[Any]]:
    """The heads, then the rows."""
    return [list(heads.values()), *([said(row.get(one)) for one in heads] for row in rows)]


def plain(tables: Tables, folder: Path) -> None:
    """A workbook a table, nothing but the table, our words."""
    for name, rows in tables.items():
        save(folder / f"{name}.xlsx", {"Sheet1": table_of(rows, HEADS[name])})


def report(tables: Tables, folder: Path) -> None:
    """As printed: titles, heads of two levels in decomposed marks, numbered, dates as text, sums, signatures."""
    for name, rows in tables.items():
        heads = HEADS[name]
        if name != "dossiers":
            body = table_of(rows, heads, lambda one: written_out(_said(one)))
            save(folder / f"{name}.xlsx", {"Bảng": [["DANH MỤC"], [], *body]})
            continue
        names = {row["unit_code"]: row["name"] for row in tables["units"]}
        upper = [nfd(one) for one in ("STT", "Mã hồ sơ", "Đơn vị xử lý", "Mã thủ tục", "Hình thức nộp",
                                      "Mức độ", "Họ và tên", "Thời gian")]  # fmt: skip
        lower = [None] * 7 + [nfd(one) for one in ("Ngày tiếp nhận", "Ngày hẹn trả", "Ngày có kết quả")]
        body = [
            [number, row["dossier_code"], names.get(row["unit_code"], row["unit_code"]),
             row["procedure_code"], _said(row["channel"]), _said(row["online_level"]), "Nguyễn Văn A",
             *(written_out(row[one]) for one in ("received_at", "due_at", "finished_at")),
             _said(row["state"]), row["late_reason"]]
            for number, row in enumerate(rows, 1)
        ]  # fmt: skip
        save(
            folder / "ho-so.xlsx",
            {
                "Hướng dẫn": [["Cách xuất báo cáo"]],
                "Báo cáo": [
                    [nfd("ỦY BAN NHÂN DÂN QUẬN 1")], [], [None, None, "DANH SÁCH HỒ SƠ"],
                    [None, "Từ ngày 01/01/2026 đến ngày 31/03/2026"], [],
                    [*upper, None, None, nfd("Tình trạng"), nfd("Lý do trễ hạn")], lower,
                    [f"({one})" for one in range(1, 13)], *body,
                    ["Tổng cộng", None, len(rows)], [],
                    [None] * 9 + ["Ngày 31 tháng 3 năm 2026"], [None] * 9 + ["NGƯỜI LẬP BIỂU"],
                ],
            },
        )  # fmt: skip


def months(tables: Tables, folder: Path) -> None:
    """Dossiers in one workbook, a sheet a month; the rest in another, a sheet a table."""
    rows = sorted(tables["dossiers"], key=lambda row: row["received_at"])
    by_month = groupby(rows, key=lambda row: f"Tháng {row['received_at'].month}")
    heads = {
        **HEADS["dossiers"],
        "dossier_code": "SỐ HỒ SƠ",
        "due_at": "HẠN TRẢ KẾT QUẢ",
        "state": "Trạng thái",
    }
    save(folder / "theo-thang.xlsx",
         {name: table_of(list(each), heads, _numbered) for name, each in by_month})  # fmt: skip
    others = {name: table_of(each, HEADS[name], _said) for name, each in tables.items() if name != "dossiers"}
    save(folder / "danh-muc.xlsx", others)


def _numbered(value: Any) -> Any:
    """What is all digits is a number, as Excel makes of it."""
    said = _said(value)
    return int(said) if isinstance(said, str) and said.isdigit() and said[0] != "0" else said


def texts(encoding: str, separator: str) -> Callable[[Tables, Path], None]:
    """A text file a table."""

    def write(tables: Tables, folder: Path) -> None:
        for name, rows in tables.items():
            file = io.StringIO(newline="")
            writer = csv.writer(file, delimiter=separator, lineterminator="\r\n")
            writer.writerows(table_of(rows, HEADS[name], lambda one: written_out(_said(one))))
            text = file.getvalue()
            (folder / f"{name}.csv").write_bytes(
                _for_windows(text) if encoding == "cp1258" else text.encode(encoding)
            )

    return write


def _for_windows(text: str) -> bytes:
    """Vietnamese as Windows has written it: a letter, then its tone."""
    told = []
    for sign in unicodedata.normalize("NFC", text):
        try:
            told.append(sign.encode("cp1258"))
        except UnicodeEncodeError:
            letter, *marks = list(unicodedata.normalize("NFD", sign))
            tones = "\u0300\u0301\u0303\u0309\u0323"
            base = unicodedata.normalize("NFC", letter + "".join(one for one in marks if one not in tones))
            told.append((base + "".join(one for one in marks if one in tones)).encode("cp1258"))
    return b"".join(told)


STYLES: Mapping[str, Callable[[Tables, Path], None]] = {
    "plain xlsx": plain, "report xlsx": report, "months xlsx": months,
    "utf-8 ,": texts("utf-8", ","), "utf-8 bom ;": texts("utf-8-sig", ";"),
    "utf-16 tab": texts("utf-16", "\t"), "windows-1258 ,": texts("cp1258", ","),
}  # fmt: skip

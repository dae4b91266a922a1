"""A district's files arrive as the same copy as its database, each record once; bad rows can be mended."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlwt
from openpyxl import Workbook
from sources import ZONE, Copy, put
from stores import Store
from workbooks import HEADS, STYLES, plain, save, table_of

from queries.contract import CONTRACT
from queries.copy.give_back import give_back
from queries.source.errors import SourceBroken, SourceUnavailable
from queries.source.files.given import GivenFile
from queries.source.from_files import Files
from queries.source.mapping import SourceMapping
from queries.source.reading import Reading, Source, read_into

UNITS = [
    {"unit_code": "P1", "name": "Phường Thủy Xuân", "kind": "ward"},
    {"unit_code": "P2", "name": "Phường 2", "kind": "ward"},
    {"unit_code": "TNMT", "name": "Phòng Tài nguyên và Môi trường", "kind": "department"},
]
PROCEDURES = [
    {"procedure_code": "1.001193", "name": "Đăng ký khai sinh", "field": "Hộ tịch"},
    {"procedure_code": "2.000815", "name": "Chứng thực, bản sao", "field": "Chứng thực"},
]


def dossier(code: str, **more: Any) -> dict[str, Any]:
    return {
        "dossier_code": code, "unit_code": "P1", "procedure_code": "1.001193", "channel": "counter",
        "online_level": None, "received_at": datetime(2026, 1, 5, 8, 30), "due_at": date(2026, 1, 12),
        "finished_at": None, "state": "open", "late_reason": None,
    } | more  # fmt: skip


DISTRICT = {
    "units": UNITS,
    "procedures": PROCEDURES,
    "dossiers": [
        dossier("000.00.12.H29-260105-0001"),
        dossier("HS-2", channel="online", online_level="full", state="finished",
                finished_at=datetime(2026, 1, 9, 16, 45, 30)),
        dossier("HS-3", unit_code="P2", channel="post", received_at=datetime(2026, 2, 12, 13, 5),
                due_at=date(2026, 2, 28), state="finished", finished_at=datetime(2026, 3, 2, 10, 0),
                late_reason="Chờ ý kiến; “phòng” chuyên môn, quận"),
        dossier("2602130004", unit_code="TNMT", received_at=datetime(2026, 2, 13, 7, 31)),
        dossier("HS-5", received_at=datetime(2026, 3, 31, 23, 59, 59), state="withdrawn",
                finished_at=datetime(2026, 4, 1, 8, 0)),
    ],
    "ratings": [
        {"unit_code": "P1", "rated_on": date(2026, 1, 31), "source": "paper", "level": "satisfied", "votes": 12},
        {"unit_code": "P2", "rated_on": date(2026, 1, 31), "source": "paper", "level": "neutral", "votes": 3},
        {"unit_code": "P2", "rated_on": date(2026, 2, 1), "source": "tablet", "level": "satisfied", "votes": 1},
        {"unit_code": "P2", "rated_on": date(2026, 2, 1), "source": "tablet", "level": "satisfied", "votes": 1},
    ],
}  # fmt: skip
TYPES = {
    "dossiers.received_at": "moment", "dossiers.due_at": "day", "dossiers.finished_at": "moment",
    "ratings.rated_on": "day", "ratings.votes": "whole",
}  # fmt: skip


class FileCopy(Copy):
    """A working copy read from files in a folder beside it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "copy")
        self.given = folder / "du-lieu"
        self.given.mkdir()

    def read_files(
        self, *given: GivenFile, store: Store | None = None, mapping: SourceMapping | None = None
    ) -> Reading:
        files = Files(given or (GivenFile("*.*"),), self.given, settled_seconds=0)
        source = None if store is None else Source(store.url)
        return read_into(self.connection, source, mapping or SourceMapping(), zone=ZONE, folder=self.folder,
                         files=files)  # fmt: skip

    def clean(self) -> dict[str, list[tuple[Any, ...]]]:
        return {name: self.rows(name) for name in (*CONTRACT, "present")}

    def dossiers(self, *rows: dict[str, Any], name: str = "ho-so.xlsx", at: float = 0) -> Path:
        """Write a workbook of dossiers; ``at``: when it was written, in seconds from some moment."""
        path = save(self.given / name, {"Sheet1": table_of(rows, HEADS["dossiers"])})
        os.utime(path, (1_790_000_000 + at, 1_790_000_000 + at))
        return path


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[FileCopy]:
    made = FileCopy(tmp_path)
    yield made
    made.connection.close()


@pytest.mark.parametrize("style", STYLES)
def test_a_district_arrives_from_files_as_from_a_database(
    store: Store, style: str, copy: FileCopy, tmp_path: Path
) -> None:
    put(store, DISTRICT, TYPES)
    STYLES[style](DISTRICT, copy.given)
    copy.read_files()
    database = Copy(tmp_path / "database")
    database.read(store)
    expected = {name: database.rows(name) for name in (*CONTRACT, "present")}
    database.connection.close()
    assert len(expected["dossiers"]) == 5
    assert copy.clean() == expected


def test_the_same_file_twice_and_an_overlapping_export_change_nothing(copy: FileCopy) -> None:
    plain(DISTRICT, copy.given)
    copy.read_files()
    once = copy.clean(), copy.mended()
    for name in ("dossiers", "ratings"):
        (copy.given / f"{name}-2.xlsx").write_bytes((copy.given / f"{name}.xlsx").read_bytes())
    copy.dossiers(*DISTRICT["dossiers"][1:3], name="thang-1.xlsx")
    copy.read_files()
    assert copy.clean() == once[0]
    told = copy.mended()
    assert told.pop(("dossiers", "dossier_code", "overlap"))[0] == 5 + 2
    assert told.pop(("ratings", "dossier_code", "overlap"), None) is None
    assert told.pop(("ratings", "unit_code", "overlap"))[0] == 4
    assert told == once[1]


def test_of_one_record_in_two_files_the_newer_file_has_the_word(copy: FileCopy) -> None:
    copy.dossiers(dossier("A"), dossier("B"), name="z.xlsx", at=1)
    copy.dossiers(dossier("A", state="finished", finished_at=datetime(2026, 1, 8, 9)), name="a.xlsx", at=2)
    copy.read_files()
    assert copy.rows("dossiers", "dossier_code", "state") == [("A", "finished"), ("B", "open")]
    assert copy.mended()["dossiers", "dossier_code", "overlap"] == (
        1, "A («z.xlsx», trang «Sheet1», dòng 2)"
    )  # fmt: skip


def test_updated_at_has_the_word_before_the_file_where_both_rows_have_one(copy: FileCopy) -> None:
    heads = {**HEADS["dossiers"], "updated_at": "Ngày cập nhật"}
    early, late = datetime(2026, 2, 1, 8), datetime(2026, 2, 2, 8)
    for at, (name, rows) in enumerate({
        "cu.xlsx": [dossier("A", updated_at=late, late_reason="cũ"), dossier("B", updated_at=late, late_reason="cũ")],
        "moi.xlsx": [dossier("A", updated_at=early, late_reason="mới"), dossier("B", late_reason="mới")],
    }.items()):  # fmt: skip
        path = save(copy.given / name, {"T": table_of(rows, heads)})
        os.utime(path, (1_790_000_000 + at, 1_790_000_000 + at))
    copy.read_files()
    assert copy.rows("dossiers", "dossier_code", "late_reason") == [("A", "cũ"), ("B", "mới")]


def test_files_beside_a_database_add_tables_and_rows_and_the_database_comes_first(
    store: Store, copy: FileCopy
) -> None:
    put(store, {"units": UNITS, "dossiers": [dossier("A", late_reason="csdl"), dossier("B")]}, TYPES)
    copy.dossiers(dossier("A", late_reason="tệp"), dossier("C", unit_code="P. 02"))
    save(copy.given / "phieu.xlsx", {"Phiếu": table_of(DISTRICT["ratings"], HEADS["ratings"])})
    reading = copy.read_files(store=store)
    assert copy.rows("dossiers", "dossier_code", "unit_code", "late_reason") == [
        ("A", "P1", "csdl"), ("B", "P1", None), ("C", "P2", None)
    ]  # fmt: skip
    assert sum(copy.column("ratings", "votes")) == 17
    assert {"ratings.votes", "dossiers.online_level", "units.name"} <= reading.present
    assert copy.mended()["dossiers", "unit_code", "named_code"] == (
        1, "C («ho-so.xlsx», trang «Sheet1», dòng 3)"
    )  # fmt: skip


def test_a_database_without_the_dossiers_takes_them_from_files(store: Store, copy: FileCopy) -> None:
    put(store, {"units": UNITS}, TYPES)
    copy.dossiers(dossier("A"))
    copy.read_files(store=store)
    assert copy.rows("dossiers", "dossier_code", "unit_code") == [("A", "P1")]
    with pytest.raises(SourceBroken, match="Không có bảng hồ sơ"):
        copy.read(store)


def test_units_are_known_by_code_then_by_the_one_name_that_fits(copy: FileCopy) -> None:
    units = [*UNITS, {"unit_code": "X1", "name": "Xã Hòa Bình", "kind": "commune"},
             {"unit_code": "X2", "name": "Xã Hoà Bình", "kind": "commune"}]  # fmt: skip
    save(copy.given / "don-vi.xlsx", {"Đơn vị": table_of(units, HEADS["units"])})
    written = ["P1", "p1", "Phường Thuỷ Xuân", "P.Thủy Xuân", "UBND phường 02", "Phong tai nguyen va moi truong",
               "Xã Hòa Bình", "Phường 3"]  # fmt: skip
    copy.dossiers(*(dossier(f"H{i}", unit_code=one) for i, one in enumerate(written)))
    copy.read_files()
    assert copy.column("dossiers", "unit_code") == [
        "P1", "P1", "P1", "P1", "P2", "TNMT", "Xã Hòa Bình", "Phường 3"
    ]  # fmt: skip
    told = {reason: n for (_, column, reason), (n, _) in copy.mended().items() if column == "unit_code"}
    assert told == {"folded_code": 1, "named_code": 4, "ambiguous_name": 1, "unknown_code": 1}


def test_without_a_table_of_units_they_are_derived_and_told(copy: FileCopy) -> None:
    names = ["Phường Bến Nghé", "P. Bến Nghé", "Phòng Tư pháp", "Trung tâm Phục vụ hành chính công",
             "Xã Bình Hưng", "TT. Nhà Bè", "Đặc khu Phú Quốc", "001"]  # fmt: skip
    copy.dossiers(*(dossier(f"H{i}", unit_code=one) for i, one in enumerate(names)))
    reading = copy.read_files()
    assert set(copy.rows("units", "unit_code", "name", "kind")) == {
        ("Phường Bến Nghé", "Phường Bến Nghé", "ward"), ("Phòng Tư pháp", "Phòng Tư pháp", "department"),
        ("Trung tâm Phục vụ hành chính công", "Trung tâm Phục vụ hành chính công", "center"),
        ("Xã Bình Hưng", "Xã Bình Hưng", "commune"), ("TT. Nhà Bè", "TT. Nhà Bè", "township"),
        ("Đặc khu Phú Quốc", "Đặc khu Phú Quốc", "zone"), ("001", "001", None),
    }  # fmt: skip
    assert copy.rows("dossiers", "unit_code")[1] == ("Phường Bến Nghé",)
    assert copy.mended()["units", "unit_code", "derived"][0] == 7
    assert {"units", "units.kind"} <= reading.present


def test_procedures_are_known_by_name(copy: FileCopy) -> None:
    save(copy.given / "thu-tuc.xlsx", {"TT": table_of(PROCEDURES, HEADS["procedures"])})
    copy.dossiers(dossier("A", procedure_code="đăng ký  khai sinh"), dossier("B", procedure_code="Khai tử"))
    copy.read_files()
    assert copy.column("dossiers", "procedure_code") == ["1.001193", "Khai tử"]


BAD = [
    dossier("A"),
    dossier("", late_reason="không mã"),
    dossier("C", received_at="chưa rõ"),
    dossier("D", due_at="31/02/2026"),
    dossier("E", unit_code="Phường Lạ"),
    dossier("F", received_at=None),
]


def test_rows_of_no_use_are_told_by_sheet_and_row_and_the_others_are_in(copy: FileCopy) -> None:
    save(copy.given / "don-vi.xlsx", {"Đơn vị": table_of(UNITS, HEADS["units"])})
    copy.dossiers(*BAD)
    reading = copy.read_files()
    assert copy.rows("dossiers", "dossier_code", "unit_code", "due_at") == [
        ("A", "P1", datetime(2026, 1, 12)), ("D", "P1", None), ("E", "Phường Lạ", datetime(2026, 1, 12)),
    ]  # fmt: skip
    where = "«ho-so.xlsx», trang «Sheet1», dòng"
    assert copy.mended() == {
        ("dossiers", "dossier_code", "no_key"): (1, f"({where} 3)"),
        ("dossiers", "received_at", "not_moment"): (1, f"C ({where} 4)"),
        ("dossiers", "due_at", "no_such_day"): (1, f"D ({where} 5)"),
        ("dossiers", "unit_code", "unknown_code"): (1, f"E ({where} 6)"),
        ("dossiers", "received_at", "no_moment"): (1, f"F ({where} 7)"),
    }
    assert [(one.row, one.wrong) for one in reading.rejected] == [
        (3, (("dossier_code", "no_key"),)), (4, (("received_at", "not_moment"),)),
        (5, (("due_at", "no_such_day"),)), (6, (("unit_code", "unknown_code"),)),
        (7, (("received_at", "no_moment"),)),
    ]  # fmt: skip


def test_rows_given_back_are_mended_and_are_in_once(copy: FileCopy, tmp_path: Path) -> None:
    save(copy.given / "don-vi.xlsx", {"Đơn vị": table_of(UNITS, HEADS["units"])})
    heads = {**HEADS["dossiers"], "citizen": "Họ và tên", "note": "Ghi chú của cán bộ"}
    rows = [one | {"citizen": "Trần Thị B", "note": "gọi 0901234567"} for one in BAD]
    save(copy.given / "ho-so.xlsx", {"Sheet1": table_of(rows, heads)})
    os.utime(copy.given / "ho-so.xlsx", (1_790_000_000, 1_790_000_000))
    folder = tmp_path / "tra-lai"
    assert give_back(copy.read_files(), folder) == 5
    path = folder / "ho-so-tra-lai.xlsx"
    assert path.stat().st_mode & 0o777 == 0o600
    back = cells(path)
    assert "Trần Thị B" not in str(back)
    assert "0901234567" not in str(back)
    assert [row["Dòng (motcua)"] for row in back] == ["3", "4", "5", "6", "7"]
    assert back[0]["Lý do trả lại (motcua)"].startswith("Mã hồ sơ: Dòng không có mã")
    mended = [
        {"Mã hồ sơ": "B"}, {"Ngày tiếp nhận": "06/01/2026"}, {"Ngày hẹn trả": "28/02/2026"},
        {"Mã đơn vị": "Phường 2"}, {"Ngày tiếp nhận": "07/01/2026 10:00"},
    ]  # fmt: skip
    save(copy.given / path.name, {"Sheet1": [list(back[0]), *(
        list((row | change).values()) for row, change in zip(back, mended, strict=True)
    )]})  # fmt: skip
    reading = copy.read_files()
    assert copy.rows("dossiers", "dossier_code", "unit_code", "received_at", "due_at", "late_reason") == [
        ("A", "P1", datetime(2026, 1, 5, 8, 30), datetime(2026, 1, 12), None),
        ("B", "P1", datetime(2026, 1, 5, 8, 30), datetime(2026, 1, 12), "không mã"),
        ("C", "P1", datetime(2026, 1, 6), datetime(2026, 1, 12), None),
        ("D", "P1", datetime(2026, 1, 5, 8, 30), datetime(2026, 2, 28), None),
        ("E", "P2", datetime(2026, 1, 5, 8, 30), datetime(2026, 1, 12), None),
        ("F", "P1", datetime(2026, 1, 7, 10), datetime(2026, 1, 12), None),
    ]  # fmt: skip
    # The row without a code cannot be told from the mended one: it is told of until it is mended where it is.
    assert give_back(reading, folder) == 1


def _xlsx_merged(path: Path, rows: list[list[Any]], merged: list[tuple[int, int, int]]) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    sheet.merge_cells("A1:D1")
    for column, first, last in merged:
        sheet.merge_cells(start_row=first, start_column=column, end_row=last, end_column=column)
    book.save(path)


def _xls_merged(path: Path, rows: list[list[Any]], merged: list[tuple[int, int, int]]) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    for at, row in enumerate(rows):
        for index, one in enumerate(row):
            if one is not None:
                sheet.write(at, index, one)
    sheet.merge(0, 0, 0, 3)
    for column, first, last in merged:
        sheet.merge(first - 1, last - 1, column - 1, column - 1)
    book.save(str(path))


def _page_merged(path: Path, rows: list[list[Any]], merged: list[tuple[int, int, int]]) -> None:
    spans = {(first, column): last - first + 1 for column, first, last in merged}
    covered = {(row, column) for column, first, last in merged for row in range(first + 1, last + 1)}
    lines = [
        "".join(
            f"<td rowspan={spans.get((at, index), 1)}>{one or ''}</td>"
            for index, one in enumerate(row, 1)
            if (at, index) not in covered
        )
        for at, row in enumerate(rows, 1)
    ]
    path.write_text(f"<table>{''.join(f'<tr>{one}</tr>' for one in lines)}</table>", "utf-8")


@pytest.mark.parametrize(
    ("name", "make"), [("a.xlsx", _xlsx_merged), ("a.xls", _xls_merged), ("b.xls", _page_merged)]
)
def test_cells_merged_down_over_rows_are_those_rows(
    copy: FileCopy, tmp_path: Path, name: str, make: Callable[..., None]
) -> None:
    heads = ["Mã hồ sơ", "Đơn vị", "Cán bộ xử lý", "Ngày tiếp nhận", "Ngày hẹn trả", "Ngày có kết quả"]
    rows = [
        ["Danh sách hồ sơ"], heads,
        ["H1", "Phường 1", "Nguyễn Văn Cán", "05/01/2026", "12/01/2026"],
        ["H2", None, None, "05/01/2026", "13/01/2026"],
        ["H3", None, None, "06/01/2026", "31/02/2026"],  # to be given back with its unit
        ["H4", "Phường 2", None, "06/01/2026", None],
        [None, None, None, None, "14/01/2026"],  # the same dossier, its code and day merged
        ["H5", None, None, "07/01/2026", "14/01/2026"],  # blank, and merged with nothing
    ]  # fmt: skip
    make(copy.given / name, rows, [(2, 3, 5), (1, 6, 7), (2, 6, 7), (4, 6, 7)])
    reading = copy.read_files()
    assert copy.rows("dossiers", "dossier_code", "unit_code", "due_at") == [
        ("H1", "Phường 1", datetime(2026, 1, 12)), ("H2", "Phường 1", datetime(2026, 1, 13)),
        ("H3", "Phường 1", None), ("H4", "Phường 2", datetime(2026, 1, 14)), ("H5", None, datetime(2026, 1, 14)),
    ]  # fmt: skip
    told = copy.mended()
    assert told["dossiers", "unit_code", "merged_down"][0] == 3
    assert told["dossiers", "dossier_code", "merged_down"][0] == 1
    assert told["dossiers", "dossier_code", "same_key"][0] == 1
    give_back(reading, tmp_path / "tra-lai")
    (back,) = cells(next((tmp_path / "tra-lai").glob("*.xlsx")))
    assert (back["Mã hồ sơ"], back["Đơn vị"], back["Ngày hẹn trả"]) == ("H3", "Phường 1", "31/02/2026")


def test_no_name_of_an_official_is_given_back_but_codes_are(copy: FileCopy, tmp_path: Path) -> None:
    named = HEADS["dossiers"] | {"officer": "Cán bộ xử lý"}
    coded = HEADS["dossiers"] | {"officer": "Mã cán bộ"}
    bad = dossier("A", due_at="31/02/2026")
    save(copy.given / "ten.xlsx", {"S": table_of([bad | {"officer": "Nguyễn Văn Cán"}], named)})
    save(copy.given / "ma.xlsx", {"S": table_of([bad | {"dossier_code": "B", "officer": "CB07"}], coded)})
    give_back(copy.read_files(), tmp_path)
    (by_name,), (by_code,) = cells(tmp_path / "ten-tra-lai.xlsx"), cells(tmp_path / "ma-tra-lai.xlsx")
    assert (by_name["Mã hồ sơ"], by_name["Cán bộ xử lý"]) == ("A", None)
    assert (by_code["Mã hồ sơ"], by_code["Mã cán bộ"]) == ("B", "CB07")


def cells(path: Path) -> list[dict[str, Any]]:
    """The rows of a workbook's first sheet by their heads."""
    from openpyxl import load_workbook  # noqa: PLC0415 - heavy

    heads, *rows = load_workbook(path).active.values  # type: ignore[union-attr]
    return [dict(zip(map(str, heads), row, strict=True)) for row in rows]


def test_heads_of_two_levels_are_given_back_so_that_they_are_understood_again(
    copy: FileCopy, tmp_path: Path
) -> None:
    tables = {**DISTRICT, "dossiers": [dossier("A", due_at=None), dossier("B")]}
    STYLES["report xlsx"](tables, copy.given)
    path = copy.given / "ho-so.xlsx"
    from openpyxl import load_workbook  # noqa: PLC0415

    book = load_workbook(path)
    book["Báo cáo"]["I9"] = "30/02/2026"
    book.save(path)
    folder = tmp_path / "tra-lai"
    assert give_back(copy.read_files(), folder) == 1
    path.unlink()
    (folder / "ho-so-tra-lai.xlsx").rename(path)
    copy.read_files()
    assert copy.rows("dossiers", "dossier_code", "unit_code", "due_at", "channel") == [
        ("A", "P1", None, "counter")
    ]  # fmt: skip


def test_what_a_person_has_changed_in_a_workbook_given_back_is_left_alone(
    copy: FileCopy, tmp_path: Path
) -> None:
    folder = tmp_path / "tra-lai"
    copy.dossiers(*BAD)
    give_back(copy.read_files(), folder)
    path = folder / "ho-so-tra-lai.xlsx"
    first = path.read_bytes()
    give_back(copy.read_files(), folder)
    assert len(cells(path)) == len([one for one in BAD if one["dossier_code"] != "A"]) - 1
    path.write_bytes(first + b" ")
    os.utime(path, (1, 1))
    give_back(copy.read_files(), folder)
    copy.dossiers(dossier("A"))
    assert give_back(copy.read_files(), folder) == 0
    assert path.read_bytes() == first + b" "


def test_a_workbook_given_back_goes_with_its_reason(copy: FileCopy, tmp_path: Path) -> None:
    folder = tmp_path / "tra-lai"
    copy.dossiers(*BAD)
    give_back(copy.read_files(), folder)
    copy.dossiers(dossier("A"), at=1)
    assert give_back(copy.read_files(), folder) == 0
    assert not list(folder.glob("*.xlsx"))


def test_files_without_dossiers_and_a_named_file_that_is_not_there_are_told(copy: FileCopy) -> None:
    save(copy.given / "phieu.xlsx", {"Phiếu": table_of(DISTRICT["ratings"], HEADS["ratings"])})
    with pytest.raises(SourceBroken, match=r"Không tệp nào có bảng hồ sơ"):
        copy.read_files()
    with pytest.raises(SourceUnavailable, match=r"«ho-so\.xlsx»"):
        copy.read_files(GivenFile("ho-so.xlsx"))


def test_the_settings_words_and_heads_come_before_what_is_usual(copy: FileCopy) -> None:
    heads = {**HEADS["dossiers"], "received_at": "Ngày nhập máy", "state": "TT"}
    rows = [
        dossier("A", state="Đã giải quyết"),
        dossier("B", state="Xong lâu rồi"),
        dossier("C", state="Mới đăng ký"),
    ]
    save(copy.given / "ho-so.xlsx", {"T": table_of(rows, heads)})
    mapping = SourceMapping.of_settings(
        columns={"dossiers": {"received_at": "ngày nhập MÁY", "state": "TT"}},
        values={"state": {"Xong lâu rồi": "finished", "Đã giải quyết": "refused"}},
    )
    copy.read_files(mapping=mapping)
    assert copy.rows("dossiers", "dossier_code", "state", "received_at") == [
        ("A", "refused", datetime(2026, 1, 5, 8, 30)), ("B", "finished", datetime(2026, 1, 5, 8, 30))
    ]  # fmt: skip

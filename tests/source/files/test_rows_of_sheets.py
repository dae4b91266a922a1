"""Which rows of a sheet are a table's, and how they arrive."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import made_files as made
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queries.source.errors import ReadingStopped, SourceBroken
from queries.source.files.rows import Skipped, Taken, Why, parts
from queries.source.files.sheet import Loss
from queries.source.parts import Landing

ARRIVED = [
    ["H01", "Phường 1", "Trực tiếp", "05/01/2026", "09/01/2026", "", "Đang xử lý"],
    ["H02", "Phường 2", "Trực tuyến", "06/01/2026 08:30", "12/01/2026", "09/01/2026", "Đã giải quyết"],
]


def taken_of(
    path: Path, folder: Path, columns: Sequence[str] = made.COLUMNS
) -> tuple[list[list[str]], Taken]:
    (one,) = made.understood(path)
    taken = Taken()
    return made.arrived(one, columns, folder, taken), taken


@pytest.mark.parametrize("name", ["a.xlsx", "a.xls", "a.csv", "b.xls"])
def test_rows_arrive_with_their_numbers_whatever_the_file(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    rows = [["DANH SÁCH HỒ SƠ"], made.HEADS, *made.ROWS]
    {
        "a.xlsx": lambda: made.xlsx(path, {"S": rows}), "a.xls": lambda: made.xls(path, rows),
        "a.csv": lambda: made.csv_file(path, rows, separator=";", encoding="utf-16"),
        "b.xls": lambda: made.page(path, rows),
    }[name]()  # fmt: skip
    there, taken = taken_of(path, tmp_path)
    assert there == [["3", *ARRIVED[0]], ["4", *ARRIVED[1]]]
    assert taken.rows == 2
    assert not taken.skipped


def test_columns_arrive_in_the_order_asked_for(tmp_path: Path) -> None:
    path = made.csv_file(tmp_path / "a.csv", [made.HEADS, *made.ROWS])
    assert taken_of(path, tmp_path, ["state", "dossier_code"])[0] == [
        ["2", "Đang xử lý", "H01"], ["3", "Đã giải quyết", "H02"],
    ]  # fmt: skip


def test_what_is_no_row_of_the_table_is_left_out_and_counted(tmp_path: Path) -> None:
    rows = [
        made.HEADS,
        ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)", "(8)", "(9)"],
        ["I. Lĩnh vực đất đai"],
        made.ROWS[0],
        [],
        made.HEADS,
        ["1", "2", "3", "4", "5", "6", "7", "8", "9"],
        made.ROWS[1],
        ["Cộng", None, None, None, None, "2"],
        ["Tổng cộng: 2 hồ sơ"],
        [None, None, None, None, None, None, "Quận 1, ngày 31 tháng 01 năm 2026"],
        [None, "NGƯỜI LẬP BIỂU", None, None, None, None, "CHỦ TỊCH"],
        [None, "(Ký, ghi rõ họ tên)"],
        [None, "Lê Văn C", None, None, None, None, "Phạm Thị D"],
    ]
    there, taken = taken_of(made.xlsx(tmp_path / "a.xlsx", {"S": rows}), tmp_path)
    assert there == [["4", *ARRIVED[0]], ["8", *ARRIVED[1]]]
    assert taken.skipped == {Why.NUMBERING: 2, Why.HEADER_AGAIN: 1, Why.SUMMARY: 2, Why.OUTSIDE: 5}
    assert taken.examples == [
        Skipped(2, Why.NUMBERING), Skipped(3, Why.OUTSIDE), Skipped(6, Why.HEADER_AGAIN),
        Skipped(7, Why.NUMBERING), Skipped(9, Why.SUMMARY), Skipped(10, Why.SUMMARY),
        Skipped(11, Why.OUTSIDE), Skipped(12, Why.OUTSIDE),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "row",
    [
        ["1", "H 01", None, "Phường 1", None, "05/01/2026", None, None, None],
        ["1", None, None, "Phường 1", "Trực tiếp", None, None, None, "Đang xử lý"],
        ["1", "H01", None, None, None, None, None, None, None],
        ["1", None, None, None, None, "05/01/2026", None, None, None],
        ["1", "12", None, "3", "1", "45000", "45010", None, "4"],
        ["1", "Cộng hòa", None, "Phường 1", None, "05/01/2026", None, None, None],
        ["1", "H01", None, "Phường 1", None, "không rõ", None, None, "Đang xử lý"],
    ],
)
def test_a_row_with_a_defect_is_still_a_row(tmp_path: Path, row: list[str | None]) -> None:
    there, taken = taken_of(made.csv_file(tmp_path / "a.csv", [made.HEADS, row]), tmp_path)
    assert len(there) == 1
    assert not taken.skipped


def test_rows_of_small_numbers_are_no_numbering(tmp_path: Path) -> None:
    heads = ["Mã hồ sơ", "Bước", "Mã đơn vị"]
    path = made.csv_file(
        tmp_path / "a.csv", [heads, *[["7", "1", "3"]] * 3, ["1", "2", "3"], ["2", "3", "4"]]
    )
    there, taken = taken_of(path, tmp_path, ["dossier_code", "step_no", "unit_code"])
    assert len(there) == 5
    assert not taken.skipped


def test_citizens_cells_never_arrive(tmp_path: Path) -> None:
    path = made.xlsx(tmp_path / "a.xlsx", {"S": [made.HEADS, *made.ROWS, [None, None, "Tổng cộng"]]})
    taken_of(path, tmp_path)
    assert "Nguyễn" not in (tmp_path / "part.csv").read_text("utf-8")
    (one,) = made.understood(path)
    assert not [row for row in one.sheet.rows(one.kept) if "Nguyễn Văn A" in row[1]]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("45000", "2023-03-15"), ("45000.5", "2023-03-15 12:00:00"), ("05/11/2026", "05/11/2026"),
        ("2026-11-05 10:15:00", "2026-11-05 10:15:00"), ("10:15 05/11/2026", "05/11/2026 10:15"),
        ("10:15:30 ngày 05/11/2026", "05/11/2026 10:15:30"), ("8h30 5/11/2026", "5/11/2026 8:30"),
        ("05/11/2026 08h30", "05/11/2026 08:30"), ("05/11/2026 14 giờ 05 phút", "05/11/2026 14:05"),
        ("05/11/2026 8g", "05/11/2026 8:00"), ("05/11/2026 10:30 SA", "05/11/2026 10:30 AM"),
        ("05/11/2026 03:30:00 CH", "05/11/2026 03:30:00 PM"), (" 05/11/2026 ", "05/11/2026"),
        ("hôm qua", "hôm qua"), ("123", "123"), ("20260105", "20260105"), ("30/02/2026", "30/02/2026"),
    ],
)  # fmt: skip
def test_moments_as_people_write_them(tmp_path: Path, text: str, wanted: str) -> None:
    row = ["1", "H01", None, "Phường 1", None, text, None, None, "45000"]
    (there,), _ = taken_of(made.csv_file(tmp_path / "a.csv", [made.HEADS, row]), tmp_path)
    assert there[4] == wanted
    assert there[7] == "45000"


def test_a_serial_number_without_format_follows_its_workbook(tmp_path: Path) -> None:
    path = made.xlsx(tmp_path / "a.xlsx", {"S": [made.HEADS, [1, "H01", None, "P", None, 45000]]})
    book = openpyxl.load_workbook(path)
    book.epoch = dt.datetime(1904, 1, 1)
    book.save(path)
    (there,), taken = taken_of(path, tmp_path, ["received_at"])
    assert there == ["2", "2027-03-16"]
    assert taken.losses.examples == {(5, Loss.SERIAL): [2]}


def test_thousands_in_text_are_left_to_reading_clean(tmp_path: Path) -> None:
    heads = ["Mã đơn vị", "Ngày đánh giá", "Nguồn", "Mức đánh giá", "Số phiếu"]
    rows = [["P1", "05/01/2026", "Phiếu giấy", "Hài lòng", one] for one in ("1.234", 1234, 12.0)]
    there, _ = taken_of(made.xlsx(tmp_path / "a.xlsx", {"S": [heads, *rows]}), tmp_path, ["votes"])
    assert there == [["2", "1.234"], ["3", "1234"], ["4", "12"]]


def test_lost_cells_are_counted_by_column(tmp_path: Path) -> None:
    row = [1, "H01", "=A1", "P", None, "=TODAY()", dt.date(2026, 1, 9)]
    _, taken = taken_of(made.xlsx(tmp_path / "a.xlsx", {"S": [made.HEADS, row]}), tmp_path)
    assert taken.losses.counts == {(5, Loss.NO_RESULT): 1}
    assert taken.losses.examples == {(5, Loss.NO_RESULT): [2]}


def test_parts_hold_what_is_asked_and_a_block_more_at_most_and_stop_where_they_are_told_to(
    tmp_path: Path,
) -> None:
    path = made.csv_file(tmp_path / "a.csv", [made.HEADS, *[made.ROWS[0]] * 12_001])
    (one,) = made.understood(path)
    sizes = [
        part.rows for part in parts(one, ["dossier_code"], Landing(tmp_path / "p.csv", 5000, lambda: None))
    ]
    assert sum(sizes) == 12_001
    assert len(sizes) == 3
    assert all(5000 <= one < 6000 for one in sizes[:2])

    def stop() -> None:
        raise ReadingStopped

    with pytest.raises(ReadingStopped):
        list(parts(one, ["dossier_code"], Landing(tmp_path / "p.csv", 5000, stop)))


CODES = st.text(st.sampled_from("ABH019.-/"), min_size=1, max_size=12).map(lambda text: f"H{text}")
DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2030, 1, 1))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(CODES, DAYS, st.none() | DAYS), min_size=1, max_size=10))
def test_the_same_rows_arrive_from_each_kind_of_file(
    tmp_path_factory: pytest.TempPathFactory, given_rows: list[tuple[str, dt.date, dt.date | None]]
) -> None:
    folder = tmp_path_factory.mktemp("same")
    heads = [
        "Mã hồ sơ",
        "Đơn vị",
        "Hình thức nộp",
        "Ngày tiếp nhận",
        "Ngày hẹn trả",
        "Ngày có kết quả",
        "Tình trạng",
    ]
    texts = [
        [code, "Phường 1", "Trực tiếp", day.strftime("%d/%m/%Y"), day.strftime("%d/%m/%Y"),
         end.strftime("%d/%m/%Y") if end else None, "4"]
        for code, day, end in given_rows
    ]  # fmt: skip
    typed = [[code, "Phường 1", "Trực tiếp", day, day, end, 4] for code, day, end in given_rows]
    wanted = [[str(number), *[one or "" for one in row]] for number, row in enumerate(texts, 2)]
    for path in (
        made.xlsx(folder / "a.xlsx", {"S": [heads, *texts]}),
        made.xls(folder / "a.xls", [heads, *texts]),
        made.csv_file(folder / "a.csv", [heads, *texts], separator=";", encoding="utf-8-sig"),
        made.page(folder / "b.xls", [heads, *texts]),
    ):
        assert taken_of(path, folder)[0] == wanted
    iso = [
        [code, "Phường 1", "Trực tiếp", str(day), str(day), str(end or ""), "4"]
        for code, day, end in given_rows
    ]
    there, _ = taken_of(made.xlsx(folder / "b.xlsx", {"S": [heads, *typed]}), folder)
    assert [row[1:] for row in there] == iso


def lines_of(rows: int, at: int, line: str) -> str:
    """A text of so many rows, one of which is another line."""
    usual = [f"H{i:02};Phường 1;0{1 + i % 9}/01/2026;09/01/2026;;ghi chú;Đang xử lý" for i in range(rows)]
    usual[at] = line
    return "\n".join(
        ["Mã hồ sơ;Đơn vị;Ngày tiếp nhận;Ngày hẹn trả;Ngày có kết quả;Trích yếu;Tình trạng", *usual, ""]
    )


@pytest.mark.parametrize("cell", ['"Công ty X', '"H05'])
@pytest.mark.parametrize("closed_at", [None, 7, 6])
def test_a_quote_left_open_swallows_no_row(tmp_path: Path, cell: str, closed_at: int | None) -> None:
    """Until the next quote, or the end, all would be one cell: fifty rows gone without a word."""
    path = tmp_path / "a.csv"
    cells = ["H05", "Phường 1", "05/01/2026", "09/01/2026", "", "ghi chú", "Đang xử lý"]
    cells[0 if "H05" in cell else 5] = cell
    text = lines_of(20, 5, ";".join(cells))
    if closed_at is not None:
        text = text.replace(
            f"H{closed_at:02};Phường 1;0{1 + closed_at % 9}/01/2026;09/01/2026;;ghi chú",
            f'H{closed_at:02};Phường 1;0{1 + closed_at % 9}/01/2026;09/01/2026;;ghi "chú"',
        )
    path.write_text(text, "utf-8")
    with pytest.raises(SourceBroken, match=r"«a.csv», dòng 7: dấu nháy kép"):
        taken_of(path, tmp_path)


def test_a_note_of_several_lines_is_one_cell(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    note = 'H05;Phường 1;05/01/2026;09/01/2026;;"Một; hai\nba\nbốn";Đang xử lý'
    path.write_text(lines_of(20, 5, note), "utf-8")
    there, taken = taken_of(path, tmp_path, ["dossier_code", "state"])
    assert len(there) == taken.rows == 20
    assert there[5][1:] == ["H05", "Đang xử lý"]


def test_a_row_with_a_cell_too_many_is_left_out_and_its_cells_are_told_nowhere(tmp_path: Path) -> None:
    """What stands where a code should may be a citizen's name."""
    path = tmp_path / "a.csv"
    path.write_text(
        lines_of(20, 5, "H05;Phường 1;05/01/2026;09/01/2026;;Cấp mới; Nguyễn Văn A;Đang xử lý"), "utf-8"
    )
    there, taken = taken_of(path, tmp_path, ["dossier_code", "unit_code", "state"])
    assert len(there) == 19
    assert taken.skipped == {Why.SHIFTED: 1}
    assert taken.examples == [Skipped(7, Why.SHIFTED)]
    assert "Nguyễn" not in str(there)


def test_cells_beside_the_table_shift_nothing_where_most_rows_have_them(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    lines = lines_of(20, 5, "H05;Phường 1;05/01/2026;09/01/2026;;ghi chú;Đang xử lý").splitlines()
    path.write_text("\n".join([lines[0], *(f"{one};x" for one in lines[1:])]), "utf-8")
    assert taken_of(path, tmp_path, ["dossier_code"])[1].rows == 20
    path.write_text("\n".join(f"{one};;;" for one in lines), "utf-8")
    assert taken_of(path, tmp_path, ["dossier_code"])[1].rows == 20


def test_days_and_months_that_excel_has_changed_over_are_refused(tmp_path: Path) -> None:
    days = [dt.date(2026, 10, 1) + dt.timedelta(days=at) for at in range(30)]
    swapped: list[Any] = [
        one.replace(month=one.day, day=10) if one.day <= 12 else f"{one:%d/%m/%Y}" for one in days
    ]
    rows = [
        ["1", f"H{at}", "", "P", "", one, dt.date(2026, 12, 28), None, ""] for at, one in enumerate(swapped)
    ]
    path = made.xlsx(tmp_path / "a.xlsx", {"S": [made.HEADS, *rows]})
    with pytest.raises(SourceBroken, match=r"«Ngày tiếp nhận»: Excel đã đổi chỗ ngày và tháng của 12 ô"):
        taken_of(path, tmp_path)
    # One day of Excel's own after the twelfth, or one text before the thirteenth, and they are what they say.
    for other in (dt.date(2026, 10, 13), "05/11/2026"):
        rows[0][5] = other
        assert len(taken_of(made.xlsx(path, {"S": [made.HEADS, *rows]}), tmp_path)[0]) == 30

"""Which sheet holds which table, and which column is which."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from pathlib import Path
from typing import Any

import made_files as made
import openpyxl
import pytest

from queries.contract import CONTRACT
from queries.source.errors import SourceBroken
from queries.source.files.heads import REJECT_REASON, REJECT_ROW
from queries.source.files.spellings import SPELLINGS, fold_head, is_personal
from queries.source.mapping import SourceMapping

TITLES: list[list[Any]] = [
    ["ỦY BAN NHÂN DÂN QUẬN 1"],
    ["DANH SÁCH HỒ SƠ"],
    ["Từ ngày 01/01/2026 đến ngày 31/01/2026"],
    [],
]


def indexes(path: Path, mapping: SourceMapping | None = None, **given: str) -> dict[str, int]:
    (one,) = made.understood(path, mapping, **given)
    return {column: head.index for column, head in one.columns.items()}


def with_head(path: Path, column: str, *heads: str) -> Path:
    """A file of dossiers in which one column is headed otherwise."""
    at = {"dossier_code": 1, "unit_code": 3, "channel": 4, "received_at": 5, "due_at": 6, "finished_at": 7,
          "state": 8}[column]  # fmt: skip
    row = [*made.HEADS[:at], *heads, *made.HEADS[at + 1 :]]
    return made.csv_file(path / "a.csv", [row, *made.ROWS])


def test_titles_above_the_header_are_passed_over(tmp_path: Path) -> None:
    path = made.xlsx(tmp_path / "a.xlsx", {"S": [*TITLES, made.HEADS, *made.ROWS]})
    (one,) = made.understood(path)
    assert (one.table, one.header_row, one.first_row) == ("dossiers", 5, 6)
    assert {name: head.index for name, head in one.columns.items()} == dict(
        zip(made.COLUMNS, [1, 3, 4, 5, 6, 7, 8], strict=True)
    )
    assert one.heads == tuple(made.HEADS)


@pytest.mark.parametrize(
    ("column", "head"),
    [
        ("dossier_code", "Mã HS"), ("dossier_code", "Số hồ sơ"), ("dossier_code", "MÃ SỐ HỒ SƠ"),
        ("dossier_code", "ma ho so"), ("dossier_code", "Mã hồ sơ (*)"), ("dossier_code", "dossier_code"),
        ("dossier_code", unicodedata.normalize("NFD", "Mã hồ sơ")), ("dossier_code", "Mã\nhồ sơ"),
        ("received_at", "Ngày nhận hồ sơ"), ("received_at", "Thời điểm tiếp nhận"),
        ("received_at", "Ngày, giờ tiếp nhận"), ("received_at", "Ngày tiếp nhận (dd/mm/yyyy)"),
        ("due_at", "Hạn trả kết quả"), ("due_at", "NGAY HEN TRA KQ"), ("due_at", "Thời gian hẹn trả"),
        ("finished_at", "Ngày có KQ"), ("finished_at", "Ngày kết thúc xử lý"),
        ("unit_code", "Đơn vị giải quyết"), ("unit_code", "Mã ĐV"), ("unit_code", "CƠ QUAN XỬ LÝ"),
        ("channel", "Kênh tiếp nhận"), ("channel", "Hình thức tiếp nhận"),
        ("state", "Trạng thái hồ sơ"), ("state", "Tình trạng xử lý"),
    ],
)  # fmt: skip
def test_one_column_under_many_heads(tmp_path: Path, column: str, head: str) -> None:
    assert set(indexes(with_head(tmp_path, column, head))) == set(made.COLUMNS)


@pytest.mark.parametrize("table", list(CONTRACT))
def test_every_table_is_known_by_the_heads_of_its_columns(tmp_path: Path, table: str) -> None:
    columns = [one.name for one in CONTRACT[table].columns]
    heads = [SPELLINGS[table][one].heads[0] for one in columns]
    path = made.csv_file(tmp_path / "a.csv", [heads, ["1"] * len(heads)])
    if table == "loads":  # could be of anything
        assert indexes(path, table=table) == {one: at for at, one in enumerate(columns)}
    (one,) = made.understood(path)
    assert one.table == table
    assert {name: head.index for name, head in one.columns.items()} == {
        name: at for at, name in enumerate(columns)
    }


@pytest.mark.parametrize("table", list(CONTRACT))
def test_no_head_stands_for_two_columns_of_a_table(table: str) -> None:
    assert set(SPELLINGS[table]) == {one.name for one in CONTRACT[table].columns}
    seen: dict[str, str] = {}
    for column, spelled in SPELLINGS[table].items():
        for head in {fold_head(one) for one in (*spelled.heads, *spelled.weaker, *spelled.names)}:
            assert seen.setdefault(head, column) == column, (table, head)


def test_levels_of_a_header_are_joined_and_merged_cells_filled(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["STT", "Mã hồ sơ", "Đơn vị", None, "Hình thức nộp", "Thời gian", None, None, "Tình trạng"],
        [None, None, "tiếp nhận", "xử lý", None, "tiếp nhận", "hẹn trả", "có kết quả", None],
        ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)", "(8)", "(9)=(7)-(8)"],
        ["1", "H1", "P1", "P2", "Trực tiếp", "05/01/2026", "09/01/2026", None, "Đang xử lý"],
    ]
    (one,) = made.understood(made.xlsx(tmp_path / "a.xlsx", {"S": rows}))
    assert {name: head.index for name, head in one.columns.items()} == {
        "dossier_code": 1, "receiving_unit_code": 2, "unit_code": 3, "channel": 4, "received_at": 5,
        "due_at": 6, "finished_at": 7, "state": 8,
    }  # fmt: skip
    assert one.columns["due_at"].text == "Thời gian / hẹn trả"
    assert (one.header_row, one.first_row) == (1, 3)


def test_of_three_sheets_one_matters(tmp_path: Path) -> None:
    path = made.xlsx(
        tmp_path / "a.xlsx",
        {
            "Bìa": [["BÁO CÁO"], ["Năm", "2026"]],
            "Tổng hợp": [["Đơn vị", "Tiếp nhận", "Trễ hạn"], ["Phường 1", 5, 1]],
            "Chi tiết": [made.HEADS, *made.ROWS],
        },
    )
    (one,) = made.understood(path)
    assert one.sheet.name == "Chi tiết"
    assert [note for note in one.notes if "không đọc" in note] == [
        "Trang «Bìa» không có đầu cột của bảng nào, không đọc.",
        "Trang «Tổng hợp» không có đầu cột của bảng nào, không đọc.",
    ]


def test_a_sheet_a_month_and_two_tables_in_a_file(tmp_path: Path) -> None:
    path = made.xlsx(
        tmp_path / "a.xlsx",
        {
            "Tháng 1": [made.HEADS, *made.ROWS],
            "Đơn vị": [["Mã đơn vị", "Tên đơn vị", "Loại"], ["P1", "Phường 1", "Phường"]],
            "Tháng 2": [*TITLES, made.HEADS, *made.ROWS],
        },
    )
    told = [(one.sheet.name, one.table, one.header_row) for one in made.understood(path)]
    assert told == [("Tháng 1", "dossiers", 1), ("Đơn vị", "units", 1), ("Tháng 2", "dossiers", 5)]
    assert [one.sheet.name for one in made.understood(path, sheet="thang 2")] == ["Tháng 2"]
    with pytest.raises(SourceBroken, match="không có trang «Tháng 3»; có: «Tháng 1», «Đơn vị», «Tháng 2»"):
        made.understood(path, sheet="Tháng 3")


def test_hidden_sheets_are_read_only_where_they_are_named(tmp_path: Path) -> None:
    path = made.xlsx(tmp_path / "a.xlsx", {"A": [made.HEADS], "B": [made.HEADS]})
    book = openpyxl.load_workbook(path)
    book["B"].sheet_state = "hidden"
    book.save(path)
    (one,) = made.understood(path)
    assert one.sheet.name == "A"
    assert "Trang ẩn «B» không đọc." in one.notes
    assert [one.sheet.name for one in made.understood(path, sheet="B")] == ["B"]


def test_three_hundred_columns(tmp_path: Path) -> None:
    heads = [*made.HEADS[:5], *[f"Ghi chú {at}" for at in range(290)], *made.HEADS[5:]]
    (one,) = made.understood(made.xlsx(tmp_path / "a.xlsx", {"S": [heads]}))
    assert one.columns["state"].index == 298
    assert len(one.others) == 290


def test_a_codes_head_is_taken_before_a_names(tmp_path: Path) -> None:
    path = with_head(tmp_path, "unit_code", "Tên đơn vị", "Mã đơn vị")
    (one,) = made.understood(path)
    assert (one.columns["unit_code"].text, one.columns["unit_code"].by_name) == ("Mã đơn vị", False)
    assert "Cột unit_code lấy từ «Mã đơn vị», không từ «Tên đơn vị»." in one.notes
    (other,) = made.understood(with_head(tmp_path, "unit_code", "Tên đơn vị"))
    assert other.columns["unit_code"].by_name


def test_settings_name_a_head_that_nobody_would_recognise(tmp_path: Path) -> None:
    path = with_head(tmp_path, "due_at", "Cột số 7")
    with pytest.raises(SourceBroken, match="due_at"):
        made.understood(path)
    mapping = SourceMapping.of_settings(columns={"dossiers": {"due_at": "CỘT SỐ 7"}})
    assert indexes(path, mapping)["due_at"] == 6


def test_a_name_of_the_settings_that_a_file_lacks_falls_back_on_the_heads(tmp_path: Path) -> None:
    path = made.csv_file(tmp_path / "a.csv", [made.HEADS])
    mapping = SourceMapping.of_settings(columns={"dossiers": {"due_at": "han_tra"}})
    assert indexes(path, mapping)["due_at"] == 6


def test_settings_can_say_that_a_column_is_not_there(tmp_path: Path) -> None:
    path = made.csv_file(tmp_path / "a.csv", [[*made.HEADS, "Lĩnh vực"]])
    mapping = SourceMapping.of_settings(columns={"dossiers": {"field": ""}})
    assert "field" in indexes(path)
    assert "field" not in indexes(path, mapping)


def test_two_heads_for_one_column_are_asked_about(tmp_path: Path) -> None:
    path = with_head(tmp_path, "due_at", "Ngày hẹn trả", "Hạn trả kết quả")
    with pytest.raises(SourceBroken) as told:
        made.understood(path)
    sentence = str(told.value)
    assert "«Ngày hẹn trả» (cột G), «Hạn trả kết quả» (cột H)" in sentence
    assert "«a.csv»" in sentence
    given = tomllib.loads("[columns.dossiers]\n" + sentence.rpartition(": ")[2].removesuffix("."))
    mapping = SourceMapping.of_settings(columns=given["columns"])
    assert indexes(path, mapping)["due_at"] == 6


def test_the_same_head_twice_has_to_be_renamed(tmp_path: Path) -> None:
    path = with_head(tmp_path, "due_at", "Ngày hẹn trả", "NGÀY HẸN TRẢ")
    with pytest.raises(SourceBroken, match="đổi tên một trong hai đầu cột"):
        made.understood(path)


def test_a_needed_head_that_is_missing_is_named_with_the_heads_left(tmp_path: Path) -> None:
    heads = [
        "Mã hồ sơ",
        "Họ tên",
        "Đơn vị tiếp nhận",
        "Ngày tiếp nhận",
        "Ngày hẹn trả",
        "Ngày có kết quả",
        "Ghi",
    ]
    path = made.csv_file(tmp_path / "a.csv", [heads])
    with pytest.raises(SourceBroken) as told:
        made.understood(path)
    sentence = str(told.value)
    assert "dòng 1: đọc là bảng hồ sơ nhưng không thấy cột" in sentence
    assert "(unit_code)" in sentence
    assert "[columns.dossiers]: unit_code" in sentence
    assert "«Ghi»" in sentence
    assert "Họ tên" not in sentence


def test_one_sheet_of_two_that_lacks_a_head_is_not_left_out_silently(tmp_path: Path) -> None:
    lacking = [*made.HEADS[:6], "Cột 7", *made.HEADS[7:]]
    path = made.xlsx(tmp_path / "a.xlsx", {"Tháng 1": [made.HEADS], "Tháng 2": [lacking]})
    with pytest.raises(SourceBroken, match="trang «Tháng 2», dòng 1") as told:
        made.understood(path)
    assert "hoặc khai sheet ở [[files]]" in str(told.value)


def test_channel_and_state_may_lack_and_what_that_means_is_told(tmp_path: Path) -> None:
    path = made.csv_file(
        tmp_path / "a.csv", [[one for one in made.HEADS if one not in ("Hình thức nộp", "Tình trạng")]]
    )
    (one,) = made.understood(path)
    assert [note.partition(":")[0] for note in one.notes] == [
        "Không có cột kênh nộp (channel)", "Không có cột trạng thái (state)",
    ]  # fmt: skip


def test_a_file_without_any_head_is_told_what_is_needed(tmp_path: Path) -> None:
    path = made.csv_file(tmp_path / "a.csv", [["a", "b"], ["1", "2"]])
    with pytest.raises(SourceBroken) as told:
        made.understood(path, table="complaints")
    assert "«Mã phản ánh», «Mã đơn vị», «Ngày tiếp nhận»" in str(told.value)
    assert "[columns.complaints]" in str(told.value)


def test_a_sheet_that_may_be_two_tables_is_asked_about(tmp_path: Path) -> None:
    path = made.csv_file(tmp_path / "a.csv", [["Ngày tiếp", "Đơn vị", "Loại"], ["1", "2", "3"]])
    assert made.understood(path)[0].table == "receptions"
    path = made.csv_file(tmp_path / "b.csv", [["Ngày", "Đơn vị", "Nội dung", "Loại"], ["1", "2", "3", "4"]])
    with pytest.raises(SourceBroken, match=r"là bảng nào: events \(mốc\) hay receptions \(tiếp công dân\)"):
        made.understood(path)
    assert made.understood(path, table="receptions")[0].table == "receptions"


# citizens' data

PERSONAL = ["Họ tên", "Họ và tên người nộp", "CMND/CCCD", "Số CCCD", "Số điện thoại", "SĐT", "Địa chỉ",
            "Địa chỉ thường trú", "Email", "Chủ hồ sơ", "Tên công dân", "Người nộp hồ sơ", "Ngày sinh",
            "Năm sinh", "Giới tính", "Mã số thuế", "Tổ chức, cá nhân", "Tên doanh nghiệp", "Người đại diện",
            "Số định danh", "ĐT liên hệ", "Tên người yêu cầu", "Người nhận kết quả", "Chủ sử dụng"]  # fmt: skip


@pytest.mark.parametrize("head", PERSONAL)
def test_heads_of_citizens_data_are_known_and_never_used(tmp_path: Path, head: str) -> None:
    assert is_personal(head)
    (one,) = made.understood(made.csv_file(tmp_path / "a.csv", [[*made.HEADS, head + " "]]))
    assert head in [text.strip() for text in one.personal]
    assert head not in one.others
    assert 9 not in one.kept
    assert 2 not in one.kept


@pytest.mark.parametrize("head", ["Họ tên", "Số CCCD", "Người nộp hồ sơ"])
def test_settings_cannot_name_a_column_of_citizens_data(tmp_path: Path, head: str) -> None:
    path = made.csv_file(tmp_path / "a.csv", [[*made.HEADS[:2], head, *made.HEADS[3:]]])
    mapping = SourceMapping.of_settings(columns={"dossiers": {"late_reason": head}})
    with pytest.raises(SourceBroken, match="dữ liệu cá nhân của công dân"):
        made.understood(path, mapping)


def test_officials_names_are_read_in_their_own_table(tmp_path: Path) -> None:
    path = made.csv_file(tmp_path / "a.csv", [["Mã cán bộ", "Họ và tên", "Đơn vị"]])
    assert indexes(path) == {"officer_code": 0, "name": 1, "unit_code": 2}


@pytest.mark.parametrize(
    "head", ["Cán bộ thụ lý", "Họ tên cán bộ xử lý", "Ghi chú", "Số ngày trễ", "Người ký"]
)
def test_other_heads_are_not_taken_for_personal(head: str) -> None:
    assert not is_personal(head)


def test_the_two_columns_of_a_rejects_workbook_are_ignored(tmp_path: Path) -> None:
    (one,) = made.understood(made.csv_file(tmp_path / "a.csv", [[REJECT_ROW, *made.HEADS, REJECT_REASON]]))
    assert one.others == ()
    assert one.columns["dossier_code"].index == 2


def test_heads_named_in_the_guide_are_recognised() -> None:
    guide = (Path(__file__).parents[3] / "docs" / "files.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (.+) \|$", guide, re.MULTILINE)
    assert len(rows) > 10
    for column, heads in rows:
        spelled = SPELLINGS["dossiers"][column]
        known = {fold_head(one) for one in (*spelled.heads, *spelled.weaker, *spelled.names)}
        assert {fold_head(one) for one in heads.split(";")} <= known, column

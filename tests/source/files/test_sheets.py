"""What the cells of each kind of file say, and the sentence of each kind that cannot be read."""

from __future__ import annotations

import csv
import datetime as dt
import unicodedata
import zipfile
from pathlib import Path
from typing import Any

import made_files as made
import openpyxl
import pytest
import xlwt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from queries.source.errors import SourceBroken, SourceUnavailable
from queries.source.files import delimited, markup, workbook
from queries.source.files.sheets import Loss, Losses, sheets_of

# cells of .xlsx


def test_cells_of_a_workbook_as_a_person_sees_them(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    values = ["chữ", 1, 1.0, 2.5, True, False, dt.datetime(2026, 1, 5, 8, 30), dt.date(2026, 1, 9), 12, None,
              dt.time(7, 5)]  # fmt: skip
    sheet.append(values)
    sheet["I1"].number_format = "00000"
    book.save(tmp_path / "a.xlsx")
    assert made.rows_of(tmp_path / "a.xlsx") == [
        (
            1,
            [
                "chữ",
                "1",
                "1",
                "2.5",
                "1",
                "0",
                "2026-01-05 08:30:00",
                "2026-01-09",
                "00012",
                None,
                "07:05:00",
            ],
        )
    ]


def test_blank_rows_keep_the_numbers_of_the_others(tmp_path: Path) -> None:
    made.xlsx(tmp_path / "a.xlsx", {"S": [["a"], [], [None], ["b"]]})
    assert made.rows_of(tmp_path / "a.xlsx") == [(1, ["a"]), (4, ["b"])]


CELL_STYLES = '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/></cellXfs>'


def raw(path: Path, cells: str, *, texts: str = "", styles: str = "", book: str = "") -> list[str | None]:
    made.raw_xlsx(path / "a.xlsx", f'<row r="1">{cells}</row>', texts=texts, styles=styles, book=book)
    return made.rows_of(path / "a.xlsx")[0][1]


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        ('<c r="A1" t="inlineStr"><is><t xml:space="preserve">a &amp; b</t></is></c>', ["a & b"]),
        ('<c r="A1" t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r><rPh><t>x</t></rPh></is></c>', ["ab"]),
        ('<c t="inlineStr"><is><t>a</t></is></c><c><v>2</v></c>', ["a", "2"]),
        ('<c t="str" r="B1"><f>A1&amp;"x"</f><v>a&lt;_x0031_</v></c>', [None, "a<1"]),
        ('<c r="A1"><f t="shared" si="0"/><v>7</v></c><c r="B1" s="1"/><c r="C1"><v>8</v></c>', ["7", None, "8"]),
        ('<c r="A1"><v><![CDATA[9]]></v></c>', ["9"]),
        ('<!-- <c r="A1"><v>1</v></c> --><c r="A1"><v>2</v></c>', ["2"]),
        ('<c r="A1" t="d"><v>2026-01-05T00:00:00</v></c>', ["2026-01-05"]),
        ('<c r="A1"><v>1E3</v></c><c r="B1"><v>8.1999999999999993</v></c><c r="C1"><v>1E-7</v></c>',
         ["1000", "8.2", "0.0000001"]),
        ('<c r="C1"><v>3</v></c><c r="A1"><v>1</v></c>', ["1", None, "3"]),
        ("<c\nr='B1'\tt='n'><v>3</v></c>", [None, "3"]),
        ('<c t="str" s="1" r="A1" cm="1"><v xml:space="preserve"> a </v></c>', [" a "]),
    ],
)  # fmt: skip
def test_cells_as_other_programs_write_them(tmp_path: Path, cells: str, wanted: list[str | None]) -> None:
    assert raw(tmp_path, cells, styles=CELL_STYLES) == wanted


def test_shared_texts_plain_rich_and_read_aloud(tmp_path: Path) -> None:
    texts = "<si><t>a</t></si><si><r><t>b</t></r><r><t>c</t></r><rPh><t>no</t></rPh></si><si><t/></si><si/><si><t>d</t></si><si/>"
    cells = "".join(f'<c r="{one}1" t="s"><v>{at}</v></c>' for at, one in enumerate("ABCDEF"))
    assert raw(tmp_path, cells + '<c r="G1"><v>4</v></c>', texts=texts) == [
        "a",
        "bc",
        None,
        None,
        "d",
        None,
        "4",
    ]


def test_shared_texts_beyond_those_held_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "APART", 2)
    texts = "".join(f"<si><t>{one}</t></si>" for one in ("a", "b", "Thủ tục", "", "&lt;d"))
    cells = "".join(f'<c r="{one}1" t="s"><v>{at}</v></c>' for at, one in enumerate("ABCDE"))
    assert raw(tmp_path, cells, texts=texts) == ["a", "b", "Thủ tục", None, "<d"]


def test_a_text_that_is_not_there_is_damage(tmp_path: Path) -> None:
    with pytest.raises(SourceBroken, match="hỏng bên trong"):
        raw(tmp_path, '<c r="A1" t="s"><v>7</v></c>', texts="<si><t>a</t></si>")


def test_elements_may_have_a_prefix(tmp_path: Path) -> None:
    made.raw_xlsx(
        tmp_path / "a.xlsx",
        '<x:row r="2"><x:c r="A2" t="s"><x:v>0</x:v></x:c><x:c r="B2"><x:v>5</x:v></x:c></x:row>',
        texts="<x:si><x:t>mã</x:t></x:si>",
        prefix="x",
    )
    assert made.rows_of(tmp_path / "a.xlsx") == [(2, ["mã", "5"])]


def test_rows_without_numbers_are_counted(tmp_path: Path) -> None:
    made.raw_xlsx(tmp_path / "a.xlsx", "<row><c><v>1</v></c></row><row/><row><c><v>3</v></c></row>")
    assert made.rows_of(tmp_path / "a.xlsx") == [(1, ["1"]), (3, ["3"])]


@pytest.mark.parametrize(("book", "day"), [("", "2023-03-15"), ('<workbookPr date1904="1"/>', "2027-03-16")])
def test_days_count_from_1900_or_1904(tmp_path: Path, book: str, day: str) -> None:
    assert raw(tmp_path, '<c r="A1" s="1"><v>45000</v></c>', styles=CELL_STYLES, book=book) == [day]


@pytest.mark.parametrize(
    ("code", "serial", "wanted"),
    [
        ("dd/mm/yyyy hh:mm", "45000.354166666664", "2023-03-15 08:30:00"),
        ("[$-42A]dd\\ mmmm\\ yyyy", "45000", "2023-03-15"),
        ('"Ngày "dd', "45000", "2023-03-15"),
        ("dd/mm/yyyy", "59", "1900-02-28"),
        ("dd/mm/yyyy", "61", "1900-03-01"),
        ("dd/mm/yyyy", "45000.99999999999", "2023-03-16"),
        ("dd/mm/yyyy", "-5", "-5"),
        ("dd/mm/yyyy", "9999999", "9999999"),
        ("[h]:mm", "1.5", "1.5"),
        ("00000", "42", "00042"),
        ("0.00", "42", "42"),
        ("#,##0", "1234567", "1234567"),
        ("General", "42", "42"),
    ],
)
def test_formats_of_a_workbooks_own(tmp_path: Path, code: str, serial: str, wanted: str) -> None:
    code = code.replace('"', "&quot;")
    styles = f'<numFmts><numFmt numFmtId="164" formatCode="{code}"/></numFmts>' + CELL_STYLES
    assert raw(tmp_path, f'<c r="A1" s="2"><v>{serial}</v></c>', styles=styles) == [wanted]


def test_errors_formulas_without_result_and_rounded_numbers_are_counted(tmp_path: Path) -> None:
    made.raw_xlsx(
        tmp_path / "a.xlsx",
        '<row r="3"><c r="A3" t="e"><v>#N/A</v></c><c r="B3"><f>1+1</f></c><c r="C3"><f>A1</f><v></v></c>'
        '<c r="D3"><v>12345678901234567</v></c><c r="E3" t="e"><v>#REF!</v></c></row>',
    )
    losses = Losses()
    assert list(sheets_of(tmp_path / "a.xlsx")[0].rows({0, 1, 2, 3}, losses)) == [
        (3, [None, None, None, "12345678901234567"])
    ]
    assert losses.counts == {
        (0, Loss.ERROR): 1, (1, Loss.NO_RESULT): 1, (2, Loss.NO_RESULT): 1, (3, Loss.ROUNDED): 1,
    }  # fmt: skip
    assert losses.examples[0, Loss.ERROR] == [3]


@pytest.mark.parametrize("name", ["a.xlsx", "a.xls", "a.csv", "a.html"])
def test_only_the_columns_wanted_are_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    rows = [["a", "b", "c"]]
    {
        "a.xlsx": lambda: made.xlsx(path, {"S": rows}), "a.xls": lambda: made.xls(path, rows),
        "a.csv": lambda: made.csv_file(path, rows), "a.html": lambda: made.page(path, rows),
    }[name]()  # fmt: skip
    assert [[*cells, None][:3] for _, cells in sheets_of(path)[0].rows({1})] == [[None, "b", None]]


# .xls and web pages


def test_cells_of_an_old_workbook(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("HoSo")
    zeros, day = xlwt.easyxf(num_format_str="00000"), xlwt.easyxf(num_format_str="dd/mm/yyyy hh:mm")
    sheet.write(1, 0, "chữ")
    sheet.write(1, 1, 12, zeros)
    sheet.write(1, 2, 45000.5, day)
    sheet.write(1, 3, True)
    sheet.write(1, 4, 1.0)
    sheet.row(1).set_cell_error(5, 0x2A)
    book.save(str(tmp_path / "a.xls"))
    losses = Losses()
    (one,) = sheets_of(tmp_path / "a.xls")
    assert one.name == "HoSo"
    assert list(one.rows(None, losses)) == [(2, ["chữ", "00012", "2023-03-15 12:00:00", "1", "1", None])]
    assert losses.counts == {(5, Loss.ERROR): 1}


def test_a_web_page_named_xls_is_read_as_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_text(
        "<html><head><style>td {color: red}</style></head><body><p>Lời đầu</p><table>"
        "<tr><th rowspan=2>Mã</th><th colspan='2'>Ngày</th></tr><tr><th>nhận<th>hẹn</tr>"
        "<tr><td>H&amp;1</td><td>a<br>b</td><td>&nbsp;</td></tr></table></body></html>",
        "utf-16",
    )
    assert made.rows_of(path) == [
        (1, ["Mã", "Ngày", None]), (2, [None, "nhận", "hẹn"]), (3, ["H&1", "a\nb", None]),
    ]  # fmt: skip


def test_a_page_has_no_more_columns_than_excel(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_text(f"<table><tr>{'<td colspan=16000>a</td>' * 50}</tr></table>", "utf-8")
    ((_, cells),) = made.rows_of(path)
    assert len(cells) == 16_384


def test_each_table_of_a_page_is_a_sheet(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_text("<table><tr><td>a</td></tr></table><table><tr><td>b</td></tr></table>", "utf-8")
    assert [[cells for _, cells in one.rows()] for one in sheets_of(path)] == [[["a"]], [["b"]]]


# text

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1258")


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_text_of_any_encoding_and_separator(tmp_path: Path, encoding: str, separator: str) -> None:
    rows = [["Mã hồ sơ", "Nội dung", "Ngày"], ["H1", 'a, b; c "d"\nxuống dòng', "05/01/2026"], ["", "", "x"]]
    given_rows = rows
    if encoding == "cp1258":  # has no sign for a vowel with two marks: the tone stands behind it
        given_rows = [[apart(one) for one in row] for row in rows]
    path = made.csv_file(tmp_path / "a.csv", given_rows, separator=separator, encoding=encoding)
    assert made.rows_of(path) == [(1, rows[0]), (2, rows[1]), (3, [None, None, "x"])]


def apart(text: str) -> str:
    """A text with each tone behind its vowel, as windows-1258 writes it."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    written = ""
    for sign in text:
        parts = unicodedata.normalize("NFD", sign)
        bare = unicodedata.normalize("NFC", "".join(one for one in parts if one not in tones))
        written += bare + "".join(one for one in parts if one in tones)
    return written


def test_a_first_line_may_tell_the_separator(tmp_path: Path) -> None:
    path = made.csv_file(tmp_path / "a.csv", [["a,b", "c"]], separator=";", first="sep=;\r\n")
    assert made.rows_of(path) == [(2, ["a,b", "c"])]


def test_titles_with_commas_do_not_decide_the_separator(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Quận 1, Thành phố, Việt Nam, 2026\n\n" + "a;b;c\n" * 5, "utf-8")
    assert made.rows_of(path)[1] == (3, ["a", "b", "c"])


def test_one_broken_byte_does_not_change_the_encoding(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("Mã hồ sơ,Đơn vị xử lý\nH\xff1,Phường".encode().replace(b"\xc3\xbf", b"\xff"))
    assert made.rows_of(path) == [(1, ["Mã hồ sơ", "Đơn vị xử lý"]), (2, ["H\ufffd1", "Phường"])]


def test_codes_kept_as_text_by_a_formula(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('="00123","=""0045""","=a"\n7,8,9\n', "utf-8")
    assert made.rows_of(path) == [(1, ["00123", "0045", "=a"]), (2, ["7", "8", "9"])]


def test_blank_lines_count_as_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n\nc,d\n", "utf-8")
    assert [number for number, _ in made.rows_of(path)] == [1, 3]


# what cannot be read


def read_whole(path: Path) -> None:
    for one in sheets_of(path):
        list(one.rows())


def truncated(path: Path) -> None:
    made.xlsx(path, {"S": [["a"] * 50] * 50})
    path.write_bytes(path.read_bytes()[:-200])


def cut_short(path: Path) -> None:
    """A zip whose list is whole but whose sheet is not: as a share hands out a file that is still copied."""
    made.raw_xlsx(path, '<row r="1"><c r="A1"><v>1</v></c></row>' * 500)
    whole = bytearray(path.read_bytes())
    at = whole.index(b"xl/worksheets/sheet1.xml") + 30
    whole[at : at + 40] = bytes(40)
    path.write_bytes(bytes(whole))


def without_end(path: Path) -> None:
    made.raw_xlsx(path, '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c>', is_whole=False)


def row_without_end(path: Path) -> None:
    made.raw_xlsx(path, '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2"><v>1</v></c></row >')


def locked(path: Path) -> None:
    path.write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "EncryptedPackage".encode("utf-16-le")
    )


def word(path: Path) -> None:
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "WordDocument".encode("utf-16-le"))


def half_old(path: Path) -> None:
    made.xls(path, [["chữ dài"] * 200] * 100)
    path.write_bytes(path.read_bytes()[:3000])


def other_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "a")


def binary_book(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.bin", "a")


def declared(path: Path) -> None:
    made.raw_xlsx(path, '<row r="1"><c r="A1"><v>1</v></c></row>')
    book = '<!DOCTYPE a [<!ENTITY b "bbb">]><workbook/>'
    other = path.with_name("b.zip")
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(other, "w") as into:
        for name in archive.namelist():
            into.writestr(name, book if name == "xl/workbook.xml" else archive.read(name))
    other.replace(path)


def bomb(path: Path) -> None:
    made.raw_xlsx(path, " " * (70 << 20))


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda path: path.write_bytes(b""), SourceUnavailable, "đang trống"),
        (lambda path: path.write_bytes(bytes(9000)), SourceUnavailable, "đang trống"),
        (truncated, SourceUnavailable, "chép dở"),
        (cut_short, SourceUnavailable, "chép dở"),
        (half_old, SourceUnavailable, "chép dở"),
        (without_end, SourceBroken, "hỏng bên trong"),
        (row_without_end, SourceBroken, "hỏng bên trong"),
        (locked, SourceBroken, "có mật khẩu; mở bằng Excel, bỏ mật khẩu"),
        (word, SourceBroken, "không phải sổ tính Excel"),
        (other_zip, SourceBroken, "không phải sổ tính Excel"),
        (binary_book, SourceBroken, ".xlsb"),
        (declared, SourceBroken, "khai báo XML"),
        (bomb, SourceBroken, "lớn bất thường"),
        (lambda path: path.write_bytes(b"%PDF-1.7"), SourceBroken, "là PDF"),
        (lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), SourceBroken, "không phải bảng tính"),
        (lambda path: path.write_text("<html><body>Đăng nhập</body></html>", "utf-8"), SourceBroken,
         "trang web không có bảng"),
        (lambda path: path.write_text("<html><table><tr><td>a", "utf-8"), SourceUnavailable, "chép dở"),
        (lambda path: path.write_text('<?xml version="1.0"?><Workbook/>', "utf-8"), SourceBroken, "là XML"),
        (lambda path: path.write_text('a,b\n"' + "x" * 1_100_000, "utf-8"), SourceBroken, "dấu nháy kép"),
    ],
)  # fmt: skip
def test_each_kind_that_cannot_be_read_has_its_sentence(
    tmp_path: Path, make: object, error: type[Exception], words: str
) -> None:
    path = tmp_path / "ho-so.xlsx"
    assert callable(make)
    make(path)
    with pytest.raises(error) as told:
        read_whole(path)
    assert words in str(told.value)
    assert "«ho-so.xlsx»" in str(told.value)
    assert "\n" not in str(told.value)


def test_a_sheet_larger_than_any_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = made.xlsx(tmp_path / "a.xlsx", {"S": [["a"] * 30] * 3000})
    monkeypatch.setattr(workbook, "LARGEST", 300_000)
    with pytest.raises(SourceBroken, match="lớn bất thường"):
        list(sheets_of(path)[0].rows())


@pytest.mark.parametrize(
    ("make", "limit", "words"),
    [
        (lambda path: path.write_text("<html><table " + "a='" * 100_000 + "></table>", "utf-8"),
         (markup, "LONGEST", 100_000), "dài bất thường"),
        (lambda path: path.write_text("<table><tr><td>" * 20 + "</table>" * 20, "utf-8"),
         (markup, "MOST_TABLES", 19), "hơn 19 bảng"),
        (lambda path: made.raw_xlsx(path, '<row r="1"><c r="A1"><v>1</v></c></row><row r="2">' + "<c/>" * 200_000),
         (workbook, "LONGEST_ROW", 500_000), "hỏng bên trong"),
    ],
    ids=["tag", "tables", "row"],
)  # fmt: skip
def test_what_never_ends_is_not_looked_at_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Any, limit: tuple[Any, str, int], words: str
) -> None:
    """Each was read anew with every block, or every table: minutes for a few megabytes."""
    make(tmp_path / "a.xls")
    monkeypatch.setattr(*limit)
    with pytest.raises(SourceBroken, match=words):
        read_whole(tmp_path / "a.xls")


def test_a_file_that_is_gone_passes(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match=r"Không thấy tệp «a\.xlsx»"):
        sheets_of(tmp_path / "a.xlsx")


def test_a_file_locked_by_excel_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = made.xlsx(tmp_path / "a.xlsx", {"S": [["a"]]})

    def refuse(*_: object) -> None:
        raise PermissionError(13, "in use")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(SourceUnavailable, match="đang mở bằng Excel"):
        sheets_of(path)


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
def test_a_file_written_while_it_is_read_passes(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    rows = [["a", "b"]] * 30_000
    made.xlsx(path, {"S": rows}) if name == "a.xlsx" else made.csv_file(path, rows)
    reading = sheets_of(path)[0].rows()
    next(reading)
    with path.open("ab") as file:
        file.write(b"more")
    with pytest.raises(SourceUnavailable, match="vừa được ghi lại"):
        list(reading)


# the same rows from each

TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp", "Cn"], exclude_characters="\ufeff"),
    min_size=1, max_size=12,
).filter(lambda text: not text.startswith("="))  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(TEXTS, min_size=3, max_size=3), min_size=1, max_size=8))
def test_rows_are_the_same_from_each_kind_of_file(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    folder = tmp_path_factory.mktemp("rows")
    wanted = list(enumerate(rows, 1))
    assert made.rows_of(made.xlsx(folder / "a.xlsx", {"S": rows})) == wanted
    assert made.rows_of(made.xls(folder / "a.xls", rows)) == wanted
    assert made.rows_of(made.page(folder / "b.xls", rows)) == wanted
    for encoding in ("utf-8-sig", "utf-16"):
        path = made.csv_file(folder / "a.csv", rows, separator=";", encoding=encoding, first="sep=;\r\n")
        assert made.rows_of(path) == [(number + 1, cells) for number, cells in wanted]


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 2_900_000), st.integers(0, 86_399))
def test_a_moment_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, days: int, seconds: int
) -> None:
    folder = tmp_path_factory.mktemp("moment")
    moment = dt.datetime(1900, 3, 1) + dt.timedelta(days=days % 2_900_000, seconds=seconds)
    serial = (moment - dt.datetime(1899, 12, 30)) / dt.timedelta(days=1)
    cell = f'<c r="A1" s="1"><v>{serial!r}</v></c>'
    made.raw_xlsx(folder / "a.xlsx", f'<row r="1">{cell}</row>', styles=CELL_STYLES)
    told = made.rows_of(folder / "a.xlsx")[0][1][0]
    assert told == (moment.isoformat(" ") if seconds else moment.date().isoformat())


_CELLS = st.sampled_from(
    ["", "H1", 'ghi "chú"', "hai\ndòng", "ba\r\ndòng; nữa", "a;b", '="007"', " x ", "Thủy"]
)


@pytest.mark.parametrize("block", [1, 7, 40, 4096])
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.lists(_CELLS, min_size=1, max_size=5), max_size=12), end=st.sampled_from(["\n", "\r\n"])
)
def test_rows_of_a_text_are_the_same_wherever_its_blocks_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int, rows: list[list[str]], end: str
) -> None:
    monkeypatch.setattr(delimited, "BLOCK", block)
    path = tmp_path / "a.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";", lineterminator=end).writerows(rows)
    blocks = delimited.Records(path, "utf-8", ";", 50)
    there = [
        (number, list(cells)) for numbers, some in blocks for number, cells in zip(numbers, some, strict=True)
    ]
    told = [["007" if one == '="007"' else one for one in row] for row in rows]
    assert there == list(enumerate(told, 1))

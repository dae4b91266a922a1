"""Numbered sheets from the desk to the page: the same figures everywhere, whatever becomes of the source."""

from __future__ import annotations

import io
import re
import sqlite3
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from apps import AS_OF, Living, Site, attributes, dossiers, loaded, page, said, unit, write
from docx import Document
from openpyxl import load_workbook

from dashboard.issued.program import program
from dashboard.issued.record import Block, Record
from dashboard.issued.register import Register
from dashboard.question.access import Reader, Rights
from queries.asked.periods import parse_period

UNIT = "phieu-giam-sat.docx?ky=2026&don_vi=P01"
FORM = "bieu-ii06a.xlsx?ky=2026"
REPORT = "bao-cao-dinh-ky.docx?ky=2026-11"
SAMPLE = "ho-so.xlsx?ky=2026&don_vi=P01&mau=5&hat_giong=7"
_NUMBER = re.compile(r"_([A-Z]{2}-\d{4}-\d{4}-[A-Z])\.")


class Desk:
    """A district whose source can be corrected, and the sheets that are taken of it."""

    def __init__(self, folder: Path) -> None:
        rows = [
            *dossiers("P01", early=30, on_time=4, late=2, overdue=1, procedure_code="A"),
            *dossiers("P02", early=9, late=1, procedure_code="A"),
        ]
        procedures = [{"procedure_code": "A", "name": "Khai sinh", "field": "Hộ tịch", "level": "commune"}]
        self.source = write(folder, [unit(1), unit(2)], rows, procedures=procedures)
        self.register = Register(folder / "so" / "phieu.sqlite")
        # The clock stands a day after the load, so that a correction comes with a load of its own.
        self.site = Living(
            self.source, folder / "copy", issued_file=str(self.register.path), as_of=datetime(2026, 11, 22, 8)
        )
        self.site.refresh()

    def take(self, what: str, site: Site | None = None) -> tuple[str, bytes]:
        answer = (site or self.site).get(f"/tai/{what}")
        assert answer.status_code == 200, answer.get_data(as_text=True)
        found = _NUMBER.search(answer.headers["Content-Disposition"])
        assert found, answer.headers["Content-Disposition"]
        return found[1], answer.get_data()

    def record(self, number: str) -> Record:
        kept = self.register.find(number)
        assert kept is not None
        assert not kept.broken
        return kept.record

    def card(self, name: str, number: str, site: Site | None = None) -> str:
        drawn = (site or self.site).draw(getattr(page("issued"), f"draw_{name}"), path=f"/phieu/{number}")
        assert isinstance(drawn, str)
        return drawn

    def changes(self, number: str) -> list[tuple[str, str, str]]:
        """What the page says has changed: what, then, now."""
        drawn = self.card("changes", number)
        rows = re.findall(
            r"<tr[^>]*>(.*?)</tr>", drawn.partition("<tbody>")[2].partition("</tbody>")[0], re.S
        )
        cells = [[said(one) for one in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)] for row in rows]
        return [(one[0], one[1], one[2]) for one in cells]

    def correct(self, *statements: str) -> None:
        with closing(duckdb.connect(str(self.source))) as db:
            for one in statements:
                db.execute(one)
            db.execute("UPDATE loads SET as_of = as_of + INTERVAL 1 MINUTE, loaded_at = as_of")
        self.refresh()

    def refresh(self) -> None:
        outcome = self.site.refresh()
        if outcome.kind == "refused":  # a small district loses much with one dossier
            outcome = self.site.refresh(accept=True)
        assert outcome.kind == "taken", outcome


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def tables(made: bytes) -> list[tuple[tuple[str, ...], list[tuple[str, ...]]]]:
    """The tables of a Word document that have heads: the heads, the rows."""
    found = []
    for one in Document(io.BytesIO(made)).tables:
        head, *rows = [tuple(cell.text for cell in row.cells) for row in one.rows]
        if one.style is not None and one.style.name == "Table Grid":
            found.append((head, rows))
    return found


def rows_of(record: Record, *, drawn: bool = False) -> list[Block]:
    return [one for one in record.taken.blocks if one.kind == "rows" and bool(one.text) is drawn]


@pytest.mark.parametrize("what", [UNIT, REPORT])
def test_the_figures_of_the_file_the_record_and_the_page_are_the_same(desk: Desk, what: str) -> None:
    number, made = desk.take(what)
    record = desk.record(number)
    assert [(one.heads, list(one.rows)) for one in rows_of(record)] == tables(made)
    document = Document(io.BytesIO(made))
    lines = [one.text for one in document.paragraphs]
    for block in record.taken.blocks:
        assert block.kind == "rows" or block.text in lines
    assert any(record.checksum in one and f"/phieu/{number}" in one for one in lines)
    assert any(number in one.text for one in document.sections[0].header.paragraphs)
    shown = said(desk.card("figures", number))
    for block in record.taken.blocks:
        for row in block.rows:
            assert " ".join(filter(None, row)) in shown
        assert re.sub(r"\s+", " ", block.text) in shown
    assert record.checksum in said(desk.card("headline", number))


def test_the_form_and_the_ticking_sheet_are_numbered_too(desk: Desk) -> None:
    number, made = desk.take(FORM)
    assert number.startswith("BM-2026-0001-")
    (block,) = rows_of(desk.record(number))
    sheet = load_workbook(io.BytesIO(made), data_only=True).worksheets[0]
    told = [tuple(str(cell) for cell in row) for row in sheet.iter_rows(values_only=True, max_col=13)]
    for name, *figures in block.rows:
        assert any(name in row[:2] and list(row[2:]) == figures for row in told), name
    text = " ".join(one for row in told for one in row)
    assert f"/phieu/{number}" in text
    assert desk.record(number).checksum in text

    number, made = desk.take(SAMPLE)
    assert number.startswith("KT-2026-0001-")
    book = load_workbook(io.BytesIO(made))
    cells = [[str(cell) for cell in row] for row in book.worksheets[1].iter_rows(values_only=True)]
    (block,) = rows_of(desk.record(number))
    assert len(block.rows) == 5
    for row in block.rows:
        assert any(row[2] in line for line in cells)
    about = " ".join(str(one) for row in book.worksheets[0].iter_rows(values_only=True) for one in row)
    assert f"/phieu/{number}" in about
    assert desk.record(number).checksum in about


def test_the_same_asked_again_is_the_same_number_and_the_very_same_file(desk: Desk) -> None:
    first = desk.take(UNIT)
    assert desk.take(UNIT) == first
    assert desk.site.get(f"/tai/phieu/{first[0]}").get_data() == first[1]
    other, _ = desk.take("phieu-giam-sat.docx?ky=2026-11&don_vi=P01")
    assert other != first[0]
    assert desk.register.numbers() == (first[0], other)


def test_a_word_that_was_mistyped_is_told_on_no_other_sheet(desk: Desk) -> None:
    wrong, _ = desk.take(f"{FORM}&don_vi=KHONG-CO")
    number, file = desk.take(FORM)
    again, other = desk.take(f"{FORM}&don_vi=P99")
    assert len({wrong, number, again}) == 3
    for made, words in ((file, ()), (other, ("P99",))):
        sheet = load_workbook(io.BytesIO(made)).active
        assert sheet is not None
        said_there = str(list(sheet.iter_rows(values_only=True)))
        assert [one for one in ("KHONG-CO", "P99") if one in said_there] == [*words]
    assert desk.take(f"{FORM}&don_vi=P99") == (again, other)


def test_another_reader_gets_another_number(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    first, _ = desk.take(UNIT)
    monkeypatch.setitem(desk.site.server.extensions, "gate", lambda: Reader("an", Rights()))
    second, _ = desk.take(UNIT)
    assert second != first
    assert (desk.record(first).who, desk.record(second).who) == ("", "an")
    assert desk.record(first).checksum == desk.record(second).checksum


def test_nothing_has_changed_until_the_source_is_corrected(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = {what: desk.take(what) for what in (UNIT, FORM, REPORT, SAMPLE)}
    for number, _ in made.values():
        assert "Số liệu nguồn chưa thay đổi kể từ khi lập phiếu" in desk.card("changes", number)
    desk.correct("UPDATE dossiers SET finished_at = '2026-11-14 09:00' WHERE dossier_code = 'HS-00034'",
                 "DELETE FROM dossiers WHERE dossier_code = 'HS-00036'")  # fmt: skip
    told = desk.changes(made[UNIT][0])
    dossiers_told = [one for one in told if one[0].startswith("HS-")]
    assert dossiers_told == [
        ("HS-00036", "Thủ tục: Khai sinh; Hẹn trả: 10/11/2026; Có kết quả: chưa xong; Ngày trễ: 11; "
         "Phiếu xin lỗi: chưa", "không còn"),
        ("HS-00034", "Có kết quả: 12/11/2026; Ngày trễ: 2", "Có kết quả: 14/11/2026; Ngày trễ: 4"),
    ]  # fmt: skip
    figures = {what: (then, now) for what, then, now in told if ": " in what}
    assert figures["Tiếp nhận trong kỳ: Tại đơn vị"] == ("37", "36")
    assert figures["Quá hạn chưa giải quyết xong: Tại đơn vị"] == ("1", "0")
    assert figures["Quá hạn chưa giải quyết xong: Toàn địa bàn"] == ("1", "0")
    assert "Trễ hạn: Tại đơn vị" not in " ".join(figures)  # two were late, and two are
    assert {what for what, *_ in desk.changes(made[FORM][0]) if what.startswith("Phường 2")} == set()
    # Another program's words are no difference, and every figure is one still.
    kept = desk.record(made[UNIT][0])
    assert kept.program == program()
    with monkeypatch.context() as patch:
        patch.setattr("dashboard.pages.issued.program", lambda: "9 (0)")
        drawn = said(desk.card("changes", made[UNIT][0]))
        assert f"Phiếu lập bằng bản chương trình {kept.program}, nay là 9 (0)" in drawn
        assert [one for one in desk.changes(made[UNIT][0]) if ": " in one[0]] == [
            one for one in told if ": " in one[0]]  # fmt: skip
    # The sheet itself stays: its page and its file say what they said.
    again = desk.site.get(f"/tai/phieu/{made[UNIT][0]}")
    assert again.get_data() == made[UNIT][1]
    assert "Tiếp nhận trong kỳ 37" in said(desk.card("figures", made[UNIT][0]))
    newer, _ = desk.take(UNIT)
    assert newer != made[UNIT][0]


def test_a_sample_is_held_to_the_dossiers_that_were_drawn(desk: Desk) -> None:
    number, _ = desk.take(SAMPLE)
    codes = [row[2] for row in rows_of(desk.record(number))[0].rows]
    gone, moved = codes[0], codes[1]
    desk.correct(f"DELETE FROM dossiers WHERE dossier_code = '{gone}'",
                 f"UPDATE dossiers SET received_at = '2026-11-01 09:00' WHERE dossier_code = '{moved}'")  # fmt: skip
    told = desk.changes(number)
    assert [(what, now) for what, _, now in told if what.startswith("HS-")] == [
        (gone, "không còn"), (moved, "Tiếp nhận: 01/11/2026")
    ]  # fmt: skip
    assert [(then, now) for what, then, now in told if what == "Câu"] == [
        ("Phiếu kiểm tra hồ sơ: 5/37 hồ sơ rút ngẫu nhiên", "Phiếu kiểm tra hồ sơ: 5/36 hồ sơ rút ngẫu nhiên")
    ]


def test_the_passing_of_time_is_no_difference(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    number, _ = desk.take(UNIT)
    later = datetime(2026, 11, 25, 10)
    with closing(duckdb.connect(str(desk.source))) as db:
        db.execute("UPDATE dossiers SET state = 'finished', finished_at = '2026-11-24 09:00' "
                   "WHERE dossier_code = 'HS-00036'")  # fmt: skip
        db.execute("INSERT INTO dossiers BY NAME SELECT * REPLACE ('HS-9' AS dossier_code, "
                   "TIMESTAMP '2026-11-23 09:00' AS received_at) FROM dossiers LIMIT 1")  # fmt: skip
        db.execute("UPDATE loads SET as_of = ?, loaded_at = ?", [later, later])
    desk.site = Living(desk.source, tmp_path / "copy", issued_file=str(desk.register.path), as_of=later)
    desk.refresh()
    assert desk.site.ask().view.as_of == later
    assert "chưa thay đổi" in desk.card("changes", number)


def test_who_may_open_a_sheet(desk: Desk) -> None:
    numbers = {what: desk.take(what)[0] for what in (UNIT, REPORT)}
    year = (parse_period("2026"),)
    cases: list[tuple[Rights, str, int]] = [
        # The district's total stands beside the unit: who is not told it does not get it by a sheet.
        (Rights(), UNIT, 200), (Rights("don_vi", ("P01",)), UNIT, 404), (Rights("don_vi", ("P02",)), UNIT, 404),
        (Rights("don_vi", ("P01",)), REPORT, 404), (Rights("giam_sat", ("P01",), year), UNIT, 404),
    ]  # fmt: skip
    for rights, what, status in cases:
        site, number = desk.site.seen_by(rights), numbers[what]
        assert site.get(f"/phieu/{number}").status_code == status, (rights, what)
        assert site.get(f"/tai/phieu/{number}").status_code == status, (rights, what)
        shown = said(desk.card("headline", number, site) + desk.card("figures", number, site))
        assert ("Tiếp nhận trong kỳ" in shown or "Kết quả chung" in shown) is (status == 200)
    theirs = desk.site.seen_by(Rights("giam_sat", ("P01",), year))
    own, _ = desk.take(UNIT, theirs)
    assert theirs.get(f"/phieu/{own}").status_code == 200
    wider = desk.site.seen_by(Rights("giam_sat", ("P01", "P02"), year))
    assert wider.get(f"/phieu/{own}").status_code == 404, "another remainder of the same total"
    assert desk.site.seen_by(Rights("giam_sat", ("P01",), (parse_period("2025"),))).get(
        f"/phieu/{own}").status_code == 404  # fmt: skip


def test_what_tells_of_officials_needs_the_right_to_see_them(desk: Desk) -> None:
    sees = desk.site.seen_by(Rights("lanh_dao", sees_officials=True))
    report, _ = desk.take(REPORT, sees)
    sheet, _ = desk.take(UNIT, sees)
    assert sees.get(f"/phieu/{report}").status_code == 200
    assert desk.site.get(f"/phieu/{report}").status_code == 404
    assert desk.site.get(f"/phieu/{sheet}").status_code == 200  # a unit's sheet tells of none


def test_a_number_that_is_none_gets_a_sentence(desk: Desk) -> None:
    number, _ = desk.take(UNIT)
    for wrong, told in ((f"{number[:-1]}{'A' if number[-1] != 'A' else 'B'}", "gõ sai"), ("x", "gõ sai")):
        assert told in said(desk.card("headline", wrong))
        assert desk.site.get(f"/phieu/{wrong}").status_code == 404
        assert told in desk.site.get(f"/tai/phieu/{wrong}").get_data(as_text=True)
    assert desk.site.get(f"/phieu/{number.lower()}").status_code == 200


def test_sheets_are_listed_to_those_who_may_open_them(desk: Desk) -> None:
    def listed(site: Site) -> list[str]:
        drawn = site.draw(page("reports").draw_issued, path="/bao-cao")
        assert isinstance(drawn, str)
        assert drawn.count("/phieu/") == len(re.findall(r"[A-Z]{2}-\d{4}-\d{4}-[A-Z]</a>", drawn))
        return [one.rpartition("/")[2] for one in attributes(drawn, "href") if one.startswith("/phieu/")]

    assert listed(desk.site) == []
    assert "Chưa lập phiếu nào" in desk.site.text(page("reports").draw_issued)
    taken = [desk.take(what)[0] for what in (UNIT, FORM, SAMPLE)]
    assert listed(desk.site) == taken[::-1]
    whole = desk.site.text(page("reports").draw_issued)
    assert "3 phiếu đã lập" in whole
    assert "Phiếu số liệu giám sát" in whole
    assert listed(desk.site.seen_by(Rights("don_vi", units=("P01",)))) == [taken[2]]
    assert listed(desk.site.seen_by(Rights("don_vi", units=("P02",)))) == []
    # One that was taken out afterwards is told to who sees all; to others it is as if it had never been.
    assert "không còn trong sổ" not in whole
    with closing(sqlite3.connect(desk.register.path)) as db, db:
        db.execute("DELETE FROM sheets WHERE number = ?", (taken[2],))
    for site, is_told in ((desk.site, True), (desk.site.seen_by(Rights("don_vi", ("P01",))), False)):
        told = said(desk.card("headline", taken[2], site))
        assert ("Số này đã được cấp, nhưng phiếu không còn trong sổ" in told) is is_told
        whole = site.text(page("reports").draw_issued)
        assert (f"1 số đã cấp mà phiếu không còn trong sổ: {taken[2]}." in whole) is is_told
        assert {site.get(f"{one}/{taken[2]}").status_code for one in ("/phieu", "/tai/phieu")} == {404}


def test_a_record_that_was_changed_is_told_and_its_file_is_not_given(desk: Desk) -> None:
    number, _ = desk.take(UNIT)
    with closing(sqlite3.connect(desk.register.path)) as db, db:
        db.execute("UPDATE sheets SET record = replace(record, '37', '38')")
    assert "Không dùng phiếu này làm chứng cứ" in said(desk.card("headline", number))
    assert desk.site.get(f"/tai/phieu/{number}").status_code == 409


def test_a_register_that_cannot_be_written_keeps_nobody_from_the_figures(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    (tmp_path / "file").write_text("")
    site = Living(desk.source, tmp_path / "copy", issued_file=str(tmp_path / "file" / "phieu.sqlite"))
    answer = site.get(f"/tai/{UNIT}")
    assert answer.status_code == 200
    lines = " ".join(one.text for one in Document(io.BytesIO(answer.get_data())).paragraphs)
    assert "Chưa cấp được số phiếu" in lines
    assert "SHA-256" in lines


def test_what_cannot_be_asked_again_is_said(desk: Desk) -> None:
    number, _ = desk.take(UNIT)
    desk.correct("UPDATE units SET unit_code = 'P09' WHERE unit_code = 'P01'",
                 "UPDATE dossiers SET unit_code = 'P09' WHERE unit_code = 'P01'")  # fmt: skip
    assert "Không đối chiếu được với nguồn" in desk.card("changes", number)
    assert "Tiếp nhận trong kỳ 37" in said(desk.card("figures", number))


def test_dossiers_of_a_sheet_lead_to_their_pages(desk: Desk) -> None:
    number, _ = desk.take(UNIT)
    desk.correct("UPDATE dossiers SET finished_at = '2026-11-14 09:00' WHERE dossier_code = 'HS-00034'")
    hrefs: list[str] = attributes(desk.card("changes", number), "href")
    assert any(one.startswith("/ho-so/HS-00034") for one in hrefs)


def test_the_moment_of_the_tests_is_the_sheets(desk: Desk) -> None:
    number, _ = desk.take(UNIT)
    told: Any = desk.record(number).taken
    assert told.words["den"] == "2026-11-21T10:15"
    assert told.moment == AS_OF
    assert loaded()["as_of"] == AS_OF
    assert date(2026, 11, 21) == told.moment.date()


def test_a_sheet_is_found_by_its_number_by_those_who_may_open_it(desk: Desk) -> None:
    number, _ = desk.take(UNIT)
    (hit,) = desk.site.json(f"/api/v1/search?tim={number.lower()}")["rows"]
    assert (hit["kind"], hit["code"], hit["href"]) == ("phieu", number, f"/phieu/{number}")
    theirs = desk.site.seen_by(Rights("don_vi", ("P02",)))
    assert theirs.json(f"/api/v1/search?tim={number}")["rows"] == []

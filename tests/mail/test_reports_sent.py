"""``motcua send report``: to each account a file of what it may see, and of nothing else."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from email.message import EmailMessage
from pathlib import Path

import docx
import pytest
from alone import no_settings  # noqa: F401 - a fixture
from apps import SAMPLE, dossiers, loaded, unit
from mail_servers import Letterbox
from mailing import Desk, copied
from openpyxl import load_workbook
from stores import Row

from dashboard.command.letters import TITLES
from dashboard.command.report import WRITERS

pytestmark = pytest.mark.usefixtures("no_settings")

EVERYBODY = tuple(word for role in ("noi_vu", "lanh_dao", "giam_sat", "don_vi") for word in ("--role", role))
AT = datetime(2026, 11, 21, 10, 15)


def rows() -> list[Row]:
    """P01 and P02 in October and November, with an official who is late three times."""
    return [
        row
        for code, n in (("P01", 30), ("P02", 40), ("P03", 50))
        for month in (10, 11)
        for row in (
            *dossiers(code, on_time=n, month=date(2026, month, 1)),
            *dossiers(code, late=4, officer_code=f"CB-{code}", month=date(2026, month, 1)),
        )
    ]


@pytest.fixture
def box() -> Letterbox:
    return Letterbox()


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a desk that has read its source and sent nothing."""
    folder = tmp_path_factory.mktemp("desk")
    with pytest.MonkeyPatch.context() as patched:
        made = Desk(folder, patched)
        made.units = [unit(1), unit(2), unit(3)]
        officers = [
            {"officer_code": f"CB-P0{i}", "name": f"Nguyễn Thị Số {i}", "unit_code": f"P0{i}"}
            for i in (1, 2, 3)
        ]
        made.at(AT, rows(), load=loaded(SAMPLE["source"], AT), tables={"officers": officers})
    return folder


@pytest.fixture
def desk(first: Path, tmp_path: Path, box: Letterbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """The same desk, of one test alone."""
    source = f"duckdb:///{first / 'nguon' / 'motcua.duckdb'}"
    with copied(first, tmp_path, box, monkeypatch, as_of=AT.isoformat(), database_url=source) as made:
        yield made


def plain(letter: EmailMessage) -> str:
    part = letter.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def files(letter: EmailMessage) -> dict[str, bytes]:
    return {str(one.get_filename()): one.get_content() for one in letter.iter_attachments()}


def words(content: bytes, name: str) -> str:
    """All that is written in a file, whatever kind it is."""
    if name.endswith("xlsx"):
        book = load_workbook(io.BytesIO(content))
        return "\n".join(
            str(cell.value)
            for sheet in book
            for row in sheet.iter_rows()
            for cell in row
            if cell.value is not None
        )
    paper = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    heads = [one.text for section in paper.sections for one in section.header.paragraphs]
    return "\n".join([*heads, *(one.text for one in paper.paragraphs), *cells])


@pytest.mark.parametrize("what", ["district", "ii06a"])
def test_nobody_gets_by_mail_what_their_role_may_not_open(desk: Desk, box: Letterbox, what: str) -> None:
    found = desk.send("report", what, *EVERYBODY)
    assert found.exit_code == 0, found.output
    assert {to for to, _ in box.taken} == {"nv@quan.vn", "ld@quan.vn", "p1@quan.vn", "doan@tinh.vn"}
    for to, letter in box.taken:
        ((name, content),) = files(letter).items()
        whole = words(content, name) + plain(letter)
        seen = {f"P0{i}" for i in (1, 2, 3) if f"Phường {i}" in whole}
        may = {"p1@quan.vn": {"P01"}, "doan@tinh.vn": {"P01", "P02"}}.get(to, {"P01", "P02", "P03"})
        assert seen <= may, to
        assert not re.search("Nguyễn Thị Số|CB-P", whole) or to in ("nv@quan.vn", "ld@quan.vn")
        assert letter["Subject"].startswith("[DỮ LIỆU MẪU] ")
        assert "DỮ LIỆU MẪU" in words(content, name)
        assert plain(letter).startswith("DỮ LIỆU MẪU")
        if to == "doan@tinh.vn":
            assert "2026-10" in name
        if to == "p1@quan.vn":
            assert "phuong-1" in name


def test_a_sheet_of_a_unit_goes_to_who_may_see_the_unit(desk: Desk, box: Letterbox) -> None:
    found = desk.send("report", "unit", *EVERYBODY)
    assert found.exit_code == 0, found.output
    assert "Không gửi cho nv (noi_vu): phiếu của một đơn vị cần --don-vi MÃ." in found.stderr
    got = {to: sorted(files(letter)) for to, letter in box.taken}
    assert set(got) == {"p1@quan.vn", "doan@tinh.vn"}
    assert [name.split("_")[1] for name in got["p1@quan.vn"]] == ["phuong-1"]
    assert [name.split("_")[1] for name in got["doan@tinh.vn"]] == ["phuong-1", "phuong-2"]
    (kept,) = (desk.folder / "nhat-ky").glob("*.jsonl")
    lines = [json.loads(line) for line in kept.read_text("utf-8").splitlines()]
    assert [(one["who"], one["role"], one["what"], one["how"]) for one in lines] == [
        *[("doan", "giam_sat", "dossiers", "mail")] * 2, ("p1", "don_vi", "dossiers", "mail"),
    ]  # fmt: skip
    box.taken.clear()
    found = desk.send("report", "unit", "--don-vi", "P02", *EVERYBODY)
    assert found.exit_code == 0
    assert {to for to, _ in box.taken} == {"nv@quan.vn", "ld@quan.vn", "doan@tinh.vn"}
    assert "Không gửi cho p1 (don_vi):" in found.stderr
    box.taken.clear()
    found = desk.send("report", "district", "--ky", "2026-11", "--role", "giam_sat")
    assert found.exit_code == 2
    assert "Không gửi cho doan (giam_sat): kỳ này ngoài phạm vi được xem." in found.stderr
    assert box.taken == []


def test_a_report_is_sent_once_and_again_when_asked(desk: Desk, box: Letterbox) -> None:
    box.refused = {"ld@quan.vn"}
    both = ("report", "meeting", "--role", "noi_vu", "--role", "lanh_dao")
    assert desk.send(*both).exit_code == 3
    box.refused = set()
    found = desk.send(*both)
    assert found.exit_code == 0
    assert "nv đã có báo cáo này; gửi lại: --again." in found.stdout
    assert [to for to, _ in box.taken] == ["nv@quan.vn", "ld@quan.vn"]
    again = desk.send(*both, "--again")
    assert again.exit_code == 0, again.output
    assert len(box.taken) == 4
    numbers = {letter["Message-ID"] for _, letter in box.taken}
    assert len(numbers) == 4


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["năm"], 2, "phải là một trong ii06a, unit, district, meeting, slides"),
        (["ii06a", "--ky", "2026-13"], 2, "Tháng phải từ 01 đến 12"), (["ii06a", "--ky", "2030"], 2, "chưa bắt đầu"),
        (["unit", "--don-vi", "KHÔNG"], 2, "không có đơn vị"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_one_line_and_a_code(
    desk: Desk, box: Letterbox, arguments: list[str], code: int, told: str
) -> None:
    found = desk.send("report", *arguments, "--role", "noi_vu")
    assert found.exit_code == code, found.output
    assert told.lower() in found.output.lower()
    assert box.taken == []


def test_old_figures_are_sent_as_old(desk: Desk, box: Letterbox) -> None:
    desk.configure(as_of=datetime(2026, 11, 25, 8).isoformat())
    assert desk.send("report", "meeting", "--to", "nv").exit_code == 0
    assert "Chú ý: dữ liệu cũ hơn mức mong đợi." in plain(box.to("nv@quan.vn")[0])


def test_a_dry_run_of_a_report_sends_nothing(desk: Desk, box: Letterbox) -> None:
    desk.configure(smtp_host="khong-co.invalid")
    found = desk.send("report", "meeting", "--to", "p1", "--dry-run")
    assert found.exit_code == 0
    assert re.search(r"Kèm giao-ban_phuong-1_2026-11_den-2026-11-21-10h15\.docx, \d+ kB", found.stdout)
    found = desk.send("report", "ii06a", "--to", "p1", "--dry-run")
    assert found.exit_code == 0
    assert re.search(r"Kèm bieu-ii06a_phuong-1_[^ ]*_den-2026-11-21-10h15\.xlsx", found.stdout)
    assert box.taken == []
    assert not desk.state.exists()
    assert desk.register.numbers() == ()  # a trial uses up no number


def test_a_mailed_sheet_says_what_made_it_and_for_whom(desk: Desk, box: Letterbox) -> None:
    both = ("report", "ii06a", "--role", "noi_vu", "--role", "don_vi")
    assert desk.send(*both).exit_code == 0
    kept = [desk.register.find(number) for number in desk.register.numbers()]
    assert {one.record.who for one in kept if one} == {
        "motcua send (tự gửi, vai trò noi_vu)", "motcua send (tự gửi, vai trò don_vi)",
    }  # fmt: skip
    box.taken.clear()
    assert (
        "nv đã có báo cáo này" in desk.send(*both, "--dry-run").stdout
    )  # though it has no number to compare
    assert len(desk.register.numbers()) == 2


def test_every_report_has_its_name_in_a_letter() -> None:
    assert set(TITLES) == set(WRITERS)

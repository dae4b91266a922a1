"""The command ``report``: files made unattended, exit codes, one-line errors."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from alone import no_settings  # noqa: F401 - a fixture
from click.testing import CliRunner, Result
from docx import Document
from openpyxl import load_workbook

from dashboard.command import program as command
from dashboard.issued.register import Register
from queries.sample.district import write_sample

pytestmark = pytest.mark.usefixtures("no_settings")


@pytest.fixture(scope="module")
def sample_copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a copy of the sample; a report reads it and changes nothing in it."""
    folder = tmp_path_factory.mktemp("mau")
    path = folder / "mau.duckdb"
    write_sample(path, units=2, departments=1, years=1, per_unit_year=200, until=date(2026, 11, 20), seed=1)
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(folder)
        patched.setenv("MOTCUA_DATABASE_URL", f"duckdb:///{path}")
        patched.setenv("MOTCUA_COPY_FOLDER", str(folder / "ban-sao"))
        assert CliRunner().invoke(command.program, ["refresh"]).exit_code == 0
    return folder


@pytest.fixture
def settings(no_settings: None, sample_copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    """The sample and its copy, which the settings name (after ``no_settings``)."""
    monkeypatch.setenv("MOTCUA_DATABASE_URL", f"duckdb:///{sample_copy / 'mau.duckdb'}")
    monkeypatch.setenv("MOTCUA_COPY_FOLDER", str(sample_copy / "ban-sao"))


def report(*arguments: str) -> Result:
    result = CliRunner().invoke(command.program, ["report", *arguments], prog_name="motcua")
    assert "Traceback" not in result.output
    return result


@pytest.mark.usefixtures("settings")
def test_a_form_and_a_sheet_are_written(tmp_path: Path) -> None:
    result = report("ii06a", "--ky", "bc-2026-Q3", "--out", str(tmp_path))
    assert result.exit_code == 0, result.output
    made = next(tmp_path.glob("bieu-ii06a_toan-dia-ban_bc-2026-Q3_den-*.xlsx"))
    assert str(made) in result.stdout
    sheet = load_workbook(io.BytesIO(made.read_bytes())).worksheets[0]
    assert any("Quý III/2026" in str(one.value) for row in sheet.iter_rows() for one in row)
    result = report("unit", "--don-vi", "QM-P01", "--out", str(tmp_path / "phieu.docx"))
    assert result.exit_code == 0, result.output
    assert (tmp_path / "phieu.docx").read_bytes()[:2] == b"PK"


@pytest.mark.usefixtures("settings")
def test_a_sheet_that_the_command_makes_is_numbered_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "phieu.docx"
    for _ in range(2):
        assert report("unit", "--don-vi", "QM-P01", "--out", str(path)).exit_code == 0
    register = Register(tmp_path / "var" / "so-phieu.sqlite")
    (number,) = register.numbers()
    kept = register.find(number)
    assert kept is not None
    assert kept.file == path.read_bytes()
    assert kept.record.who == "motcua report"
    assert any(number in one.text for one in Document(str(path)).sections[0].header.paragraphs)


@pytest.mark.usefixtures("settings")
def test_a_file_names_the_address_the_dashboard_is_opened_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "giao-ban.docx"
    told = report("meeting", "--out", str(path))
    assert "public_url" in told.stderr
    monkeypatch.setenv("MOTCUA_PUBLIC_URL", "https://motcua.quan.vn")
    told = report("meeting", "--out", str(path))
    assert told.exit_code == 0, told.output
    assert told.stderr == ""
    lines = [one.text for one in Document(str(path)).paragraphs]
    assert any("Mở lại đúng số liệu này: https://motcua.quan.vn/bao-cao?" in one for one in lines)


@pytest.mark.usefixtures("settings")
@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["năm"], 2, "phải là một trong ii06a, unit, district, meeting, slides"), (["unit"], 2, "--don-vi"),
        (["ii06a", "--ky", "2026-13"], 2, "Tháng phải từ 01 đến 12"), (["ii06a", "--ky", "2030"], 2, "chưa bắt đầu"),
        (["unit", "--don-vi", "KHÔNG"], 2, "không có đơn vị"),
        (["ii06a", "--out", "/không/có/tệp.xlsx"], 4, "tệp.xlsx: không có tệp hoặc thư mục."),
        ([], 2, "Loại báo cáo phải là một trong"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_one_line_and_a_code(arguments: list[str], code: int, told: str) -> None:
    result = report(*arguments)
    assert result.exit_code == code, result.output
    assert told.lower() in result.output.lower()


def test_without_a_copy_there_is_no_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTCUA_COPY_FOLDER", str(tmp_path))
    result = report("ii06a", "--out", str(tmp_path))
    assert result.exit_code == 1
    assert "Chưa có bản sao làm việc: chạy motcua refresh" in result.output  # nobody is reading just now
    assert not list(tmp_path.glob("*.xlsx"))

"""The command ``refresh``: what it says, and its exit codes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest
from alone import no_settings  # noqa: F401 - a fixture
from click.testing import CliRunner, Result

from dashboard.command import program as command
from queries.sample.district import write_sample

pytestmark = pytest.mark.usefixtures("no_settings")


@pytest.fixture(scope="module")
def sample_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("mau") / "mau.duckdb"
    write_sample(path, units=2, departments=1, years=1, per_unit_year=200, until=date(2026, 11, 20), seed=1)
    return path


@pytest.fixture
def source(sample_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A sample of our own, which the settings name."""
    path = tmp_path / "nguon.duckdb"
    path.write_bytes(sample_file.read_bytes())
    monkeypatch.setenv("MOTCUA_DATABASE_URL", f"duckdb:///{path}")
    monkeypatch.setenv("MOTCUA_COPY_FOLDER", str(tmp_path / "ban-sao"))
    return path


def refresh(*arguments: str) -> Result:
    result = CliRunner().invoke(command.program, ["refresh", *arguments], prog_name="motcua")
    assert "Traceback" not in result.stderr
    return result


def change(source: Path, *statements: str) -> None:
    with duckdb.connect(source) as connection:
        for one in statements:
            connection.execute(one)
        connection.execute(
            "INSERT INTO loads (as_of, loaded_at, source, rows)"
            " SELECT as_of, loaded_at + INTERVAL 1 MINUTE, source, rows FROM loads"
        )


def test_taken_nothing_new_refused_and_accepted(source: Path) -> None:
    result = refresh()
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("Đã cập nhật: ")
    assert result.stdout.endswith("hồ sơ, số liệu đến 10:15 20/11/2026.\n")
    result = refresh("--verify")
    assert result.exit_code == 0
    assert "không có gì mới" in result.stdout
    assert "Bản sao khớp với nguồn theo từng đơn vị và tháng: hồ sơ " in result.stdout

    change(source, "DELETE FROM slips")
    result = refresh()
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr.startswith("Bảng phiếu (slips) từ ")
    assert "motcua refresh --accept" in result.stderr
    result = refresh("--accept")
    assert result.exit_code == 0
    assert result.stdout.startswith("Đã cập nhật: ")
    assert refresh("--accept").stdout == "Không có lần đọc nào bị từ chối đang chờ được chấp nhận.\n"


def test_the_differences_are_printed(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refresh()
    with duckdb.connect(source) as connection:
        # silently: neither a load nor an updated_at tells of it
        connection.execute(
            "DELETE FROM dossiers WHERE dossier_code = (SELECT min(dossier_code) FROM dossiers)"
        )
    monkeypatch.setenv("COLUMNS", "160")
    result = refresh("--verify")
    assert result.exit_code == 3
    assert "Bản sao khác nguồn" in result.stdout
    assert "số dòng" in result.stdout
    assert "+1" in result.stdout


def test_a_source_that_cannot_be_read(source: Path) -> None:
    refresh()
    source.unlink()
    result = refresh()
    assert (result.exit_code, result.stdout) == (1, "")
    assert "Không thấy tệp dữ liệu" in result.stderr
    result = refresh("--database-url", "postgresql+psycopg://doc:bi-mat@127.0.0.1:1/motcua")
    assert result.exit_code == 1
    assert "bi-mat" not in result.stderr


def test_settings_that_are_wrong(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTCUA_REFRESH_MINUTES", "0")
    result = refresh()
    assert result.exit_code == 2
    assert "refresh_minutes" in result.stderr
    assert refresh("--accept", "--verify").exit_code == 2


def test_a_copy_that_cannot_be_written(source: Path, tmp_path: Path) -> None:
    (tmp_path / "ban-sao").write_text("", "utf-8")
    result = refresh()
    assert (result.exit_code, result.stdout) == (4, "")
    assert result.stderr.startswith("Không ghi được bản sao mới: ")

"""The command ``connect``: what it understands, the file it writes, the figures it ends with."""

from __future__ import annotations

import sqlite3
import stat
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from alone import no_settings  # noqa: F401 - a fixture
from click.testing import CliRunner, Result

from dashboard.command import program as command
from dashboard.command.draft import Draft

pytestmark = pytest.mark.usefixtures("no_settings")

ADDRESS = "sqlite:///nguon.db"
ROWS = (
    # code, unit, channel, received, promised, finished, state
    ("H1", "P1", 1, "2026-10-01 08:00:00", "2026-10-05 17:00:00", "2026-10-04 09:00:00", 9),
    ("H2", "P1", 2, "2026-10-02 08:00:00", "2026-10-05 17:00:00", "2026-10-08 09:00:00", 10),
    ("H3", "P2", 1, "2026-10-03 08:00:00", "2026-10-07 17:00:00", None, 4),
    ("H4", "P2", 1, "2026-11-20 08:00:00", "2026-11-27 17:00:00", None, 2),
    ("H5", "P2", 1, "2026-10-03 08:00:00", "2026-10-07 17:00:00", None, 1),
)


@pytest.fixture(autouse=True)
def source(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A database with names of its own, national codes, and citizens' columns."""
    connection = sqlite3.connect(tmp_path / "nguon.db")
    connection.executescript(
        "CREATE TABLE dm_don_vi (ma TEXT, ten TEXT, loai TEXT);"
        "INSERT INTO dm_don_vi VALUES ('P1', 'Phường Một', 'PHUONG'), ('P2', 'Phường Hai', 'PHUONG');"
        "CREATE TABLE ho_so (ma_ho_so TEXT, don_vi TEXT, hinh_thuc INTEGER, ngay_tiep_nhan DATETIME,"
        " ngay_hen_tra DATETIME, ngay_co_ket_qua DATETIME, trang_thai INTEGER, ho_ten TEXT, so_dien_thoai TEXT);"
    )
    connection.executemany("INSERT INTO ho_so VALUES (?, ?, ?, ?, ?, ?, ?, 'Nguyễn Văn Kín', '0900')", ROWS)
    connection.commit()
    yield connection
    connection.close()


def connect(*arguments: str, typed: str | None = None) -> Result:
    result = CliRunner(env={"COLUMNS": "120"}).invoke(
        command.program, ["connect", *arguments], input=typed, prog_name="motcua"
    )
    assert "Traceback" not in result.output
    assert "Lỗi ngoài dự kiến" not in result.output
    return result


def test_what_is_not_sure_stands_in_the_file_as_a_comment_and_is_not_used() -> None:
    result = connect("--source", ADDRESS, "--yes")
    assert result.exit_code == 0
    path = Path("motcua.toml")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    text = path.read_text("utf-8")
    assert '# ? unit_code = "don_vi"' in text, "a column named for the unit may hold its name"
    assert '# ? "9" = "finished"' in text
    written = tomllib.loads(text)
    assert written["tables"] == {"units": "dm_don_vi", "dossiers": "ho_so"}
    assert "unit_code" not in written["columns"]["dossiers"]
    assert written["columns"]["dossiers"]["due_at"] == "ngay_hen_tra"
    assert written["values"] == {"units": {"kind": {}}, "dossiers": {"state": {}, "channel": {}}}
    assert "2 cột dữ liệu cá nhân của công dân: không đọc." in result.output
    assert "Nguyễn Văn Kín" not in result.output + text

    assert connect("--figures").exit_code == 1, "it cannot be read as it is"
    path.write_text(text.replace("# ? ", ""), "utf-8")
    done = connect("--figures", "--ky", "2026-10")
    assert (done.exit_code, "Toàn địa bàn" in done.output) == (0, True)


def test_the_figures_of_the_last_month_that_is_over() -> None:
    result = connect("--source", ADDRESS, "--yes", "--take-unsure", "--take-words", "--figures")
    assert result.exit_code == 0, result.output
    assert "tháng 10/2026" in result.output
    rows = {
        cells[0]: cells[1:]
        for line in result.output.splitlines()
        if line.startswith("│") and (cells := [one.strip() for one in line.strip("│").split("│")])
    }
    # received, finished, late, rate, overdue: H5 is left out, H3 is still open at the end of October
    assert rows["Một"] == ["2", "2", "1", "50,00% (1/2)", "0"]
    assert rows["Hai"] == ["1", "0", "0", "— (0/0)", "1"]
    assert rows["Toàn địa bàn"] == ["3", "2", "1", "50,00% (1/2)", "1"]
    assert "Cách tính A" in result.output
    assert "ngày lịch" in result.output
    assert (
        tomllib.loads(Path("motcua.toml").read_text("utf-8"))["values"]["dossiers"]["state"]["8"] == "refused"
    )


def test_a_person_answers_what_is_asked() -> None:
    # the source; unit_code; take the words; live; read now
    result = connect(typed=f"{ADDRESS}\nc\nc\nk\nk\n")
    assert result.exit_code == 0, result.output
    written = tomllib.loads(Path("motcua.toml").read_text("utf-8"))
    assert written["columns"]["dossiers"]["unit_code"] == "don_vi"
    assert written["values"]["dossiers"]["state"]["9"] == "finished"
    assert "as_of" not in written
    assert "motcua connect --figures" in result.output


def test_options_answer_before_anything_is_asked(source: sqlite3.Connection) -> None:
    source.execute("ALTER TABLE ho_so RENAME TO bang_7")
    source.execute("ALTER TABLE bang_7 RENAME COLUMN ngay_co_ket_qua TO c9")
    result = connect(
        "--source", ADDRESS, "--yes", "--table", "dossiers=bang_7", "--column", "dossiers.finished_at=c9",
        "--column", "dossiers.unit_code=don_vi", "--word", "dossiers.state:9=refused", "--zone", "dossiers=UTC",
        "--live",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    written = tomllib.loads(Path("motcua.toml").read_text("utf-8"))
    assert written["as_of"] == "live"
    assert written["tables"]["dossiers"] == "bang_7"
    assert written["columns"]["dossiers"]["finished_at"] == "c9"
    assert written["values"]["dossiers"]["state"] == {"9": "refused"}
    assert written["zones"] == {"dossiers": "UTC"}


def test_a_view_that_fails_is_passed_over(source: sqlite3.Connection) -> None:
    source.executescript("CREATE TABLE goc (a); CREATE VIEW hong AS SELECT a FROM goc; DROP TABLE goc")
    assert connect("--source", ADDRESS, "--yes").exit_code == 0


def test_a_file_that_is_there_is_never_overwritten() -> None:
    Path("motcua.toml").write_text("# của tôi\n", "utf-8")
    for name in ("motcua.moi.toml", "motcua.moi-2.toml"):
        result = connect("--source", ADDRESS, "--yes")
        assert result.exit_code == 0
        assert f"Đã viết {name} (motcua.toml đã có, không ghi đè)" in result.output
    assert Path("motcua.toml").read_text("utf-8") == "# của tôi\n"


def test_a_folder_of_files() -> None:
    Path("tep").mkdir()
    head = "Mã hồ sơ;Họ tên;Đơn vị;Ngày tiếp nhận;Ngày hẹn trả;Ngày có kết quả;Tình trạng\n"
    rows = (
        "H1;Kín;Phường Một;01/10/2026;05/10/2026;04/10/2026;Đã trả kết quả\n"
        "H2;Kín;Phường Một;01/10/2026;05/10/2026;06/10/2026;Đã trả kết quả\n"
        "H3;Kín;Phường Một;02/11/2026;05/11/2026;;Đang chờ\n"
    )
    Path("tep/ho-so.csv").write_text(head + rows, "utf-8")
    result = connect("--source", "tep", "--yes", "--figures")
    assert result.exit_code == 0, result.output
    assert "received_at ← «Ngày tiếp nhận»" in result.output
    assert "«Đã trả kết quả» là finished" in result.output
    assert "tháng 10/2026" in result.output
    assert "Kín" not in result.output
    text = Path("motcua.toml").read_text("utf-8")
    assert tomllib.loads(text)["files"] == [{"path": "tep/*.csv"}]
    assert '# ? "Đang chờ" = ""' in text


def test_a_password_can_stay_out_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    text = Draft("postgresql+psycopg://doc:bi-mat@may/csdl", is_url_kept=False).text()
    assert "doc:***@may/csdl" in text
    assert "bi-mat" not in text
    assert "database_url" not in tomllib.loads(text)
    monkeypatch.setenv("MOTCUA_DATABASE_URL", ADDRESS)
    assert connect("--yes").exit_code == 0
    assert "database_url" not in tomllib.loads(Path("motcua.toml").read_text("utf-8"))


def test_a_workbook_with_a_password_is_told_and_the_file_is_written_all_the_same() -> None:
    locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "EncryptedPackage".encode("utf-16-le")
    Path("khoa.xlsx").write_bytes(locked)
    result = connect("--source", "khoa.xlsx", "--yes", "--figures")
    assert result.exit_code == 1
    assert "mật khẩu" in result.stderr
    assert tomllib.loads(Path("motcua.toml").read_text("utf-8")) == {"files": [{"path": "khoa.xlsx"}]}


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("--yes",), 2, "Nêu nguồn bằng --source"),
        (("--yes", "--source", "postgresql+psycopg://doc:bi-mat@127.0.0.1:1/x"), 1, "không nhận kết nối"),
        (("--yes", "--source", "lạ://a"), 2, "database_url"),
        (("--yes", "--source", "sqlite:///trong.db"), 1, "không có bảng hay view nào"),
        (("--yes", "--source", "sqlite:///khac.db"), 1, "Không nhận ra bảng hồ sơ trong 1 bảng: sach"),
        (("--yes", "--source", "khong-co.xlsx"), 1, "Không thấy tệp «khong-co.xlsx»"),
        (("--yes", "--source", "rong"), 1, "chưa có tệp nào đọc được"),
        (("--yes", "--source", ADDRESS, "--zone", "dossiers=Sao/Hoa"), 2, "múi giờ"),
        (("--yes", "--source", ADDRESS, "--word", "state=4"), 2, "BẢNG.CỘT:TỪ=NGHĨA"),
        (("--figures", "--yes", "--source", ADDRESS, "--ky", "2026-13"), 2, "--ky"),
    ],
)  # fmt: skip
def test_what_goes_wrong_is_one_sentence(arguments: tuple[str, ...], code: int, told: str) -> None:
    Path("rong").mkdir()
    with sqlite3.connect("trong.db") as empty:
        empty.execute("PRAGMA user_version = 1")
    with sqlite3.connect("khac.db") as other:
        other.execute("CREATE TABLE sach (ten TEXT)")
    result = connect(*arguments)
    assert result.exit_code == code, result.output
    assert told in result.stderr
    assert "bi-mat" not in result.output

"""``motcua doctor``: each light with the fault that makes it red, and the word that mends it."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from alone import no_settings  # noqa: F401 - a fixture
from click.testing import CliRunner
from issued_records import record
from ports import free_port

from dashboard.command import doctor, program
from dashboard.command.doctor import BAD, GOOD, LOOK, Finding, findings
from dashboard.issued.register import Register
from dashboard.settings.settings import Settings, load

pytestmark = pytest.mark.usefixtures("no_settings")


def looked(tmp_path: Path, **settings: Any) -> dict[str, Finding]:
    here = {"copy_folder": str(tmp_path / "copy"), "accounts_file": str(tmp_path / "a.sqlite"),
            "port": free_port(), "health_port": free_port()}  # fmt: skip
    return {one.what: one for one in findings(Settings(**{**here, **settings}))}


def test_before_the_first_reading_it_says_what_to_do(tmp_path: Path) -> None:
    found = looked(tmp_path)
    assert (found["Số liệu"].light, found["Số liệu"].mend) == (BAD, "motcua check, rồi motcua refresh")
    assert found["Thư mục bản sao"].light == found["Chỗ trống trên đĩa"].light == GOOD
    assert found["Tài khoản"].light == LOOK
    assert found["Trang"].light == found["Máy chủ (cổng giám sát)"].light == LOOK
    assert all(one.mend for one in found.values() if one.light != GOOD)


def test_other_machines_without_accounts_and_without_a_name(tmp_path: Path) -> None:
    found = looked(tmp_path, host="0.0.0.0")
    assert found["Tài khoản"].light == BAD
    assert found["Tên máy"].light == LOOK
    named = looked(tmp_path, host="0.0.0.0", hosts=("motcua.quan.vn",), public_url="https://motcua.quan.vn")
    assert (named["Tên máy"].light, named["Tên máy"].seen) == (GOOD, "motcua.quan.vn")


def test_a_register_of_sheets_that_was_changed(tmp_path: Path) -> None:
    register = Register(tmp_path / "so-phieu.sqlite")
    assert looked(tmp_path, issued_file=str(register.path))["Sổ phiếu"].seen == "chưa có phiếu nào"
    register.issue("GS", 2026, "a", lambda number: (record(number), b"x"))
    found = looked(tmp_path, issued_file=str(register.path))["Sổ phiếu"]
    assert (found.light, found.seen) == (GOOD, "1 phiếu, nguyên như khi lập")
    with closing(sqlite3.connect(register.path)) as db, db:
        db.execute("UPDATE sheets SET file = x'00'")
    found = looked(tmp_path, issued_file=str(register.path))["Sổ phiếu"]
    assert found.light == BAD
    assert "GS-2026-0001" in found.seen
    with closing(sqlite3.connect(register.path)) as db, db:
        db.execute("DELETE FROM sheets")
    found = looked(tmp_path, issued_file=str(register.path))["Sổ phiếu"]
    assert found.light == BAD
    assert "không còn trong sổ: GS-2026-0001" in found.seen
    register.list_path.unlink()
    register.issue("GS", 2026, "a", lambda number: (record(number), b"x"))
    register.list_path.unlink()
    assert looked(tmp_path, issued_file=str(register.path))["Sổ phiếu"].light == LOOK


def test_a_folder_that_is_a_file_and_a_disk_that_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tep").write_text("", "utf-8")
    assert looked(tmp_path, copy_folder=str(tmp_path / "tep"))["Thư mục bản sao"].light == BAD
    monkeypatch.setattr(doctor, "LEAST_FREE", 2**80)
    assert looked(tmp_path)["Chỗ trống trên đĩa"].light == BAD


def test_a_password_that_others_can_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "motcua.toml"
    file.write_text('database_url = "postgresql+psycopg://doc:bi-mat@127.0.0.1:1/x"\n', "utf-8")
    lights = []
    for mode in (0o644, 0o600):
        file.chmod(mode)
        lights.append({one.what: one for one in findings(load())}["Tệp cài đặt"].light)
    assert lights == [BAD, GOOD]


@pytest.mark.parametrize(
    ("mode", "group", "light"),
    [(0o640, ["motcua"], GOOD), (0o640, ["motcua", "lan"], BAD), (0o660, ["motcua"], BAD),
     (0o644, ["motcua"], BAD)],
)  # fmt: skip
def test_a_password_that_a_group_of_one_can_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int, group: list[str], light: str
) -> None:
    """As the manual sets it up: root's file, of the group that is the service's account alone."""
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "motcua.toml"
    file.write_text('database_url = "postgresql+psycopg://doc:bi-mat@127.0.0.1:1/x"\n', "utf-8")
    file.chmod(mode)
    monkeypatch.setattr("grp.getgrgid", lambda _: SimpleNamespace(gr_mem=group[1:]))
    here = file.stat().st_gid
    everybody = [
        SimpleNamespace(pw_name=group[0], pw_gid=here),
        SimpleNamespace(pw_name="an", pw_gid=here + 1),
    ]
    monkeypatch.setattr("pwd.getpwall", lambda: everybody)
    assert {one.what: one for one in findings(load())}["Tệp cài đặt"].light == light


def test_the_command_ends_with_1_where_something_is_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(program.program, ["doctor", "--json"])
    assert result.exit_code == 1
    assert {one["light"] for one in json.loads(result.stdout)} <= {GOOD, LOOK, BAD}
    text = CliRunner().invoke(program.program, ["doctor"]).stdout
    assert "✗ Số liệu: chưa đọc lần nào\n    → motcua check, rồi motcua refresh" in text

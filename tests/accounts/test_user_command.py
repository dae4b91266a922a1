"""motcua user, and serve with and without accounts."""

from __future__ import annotations

import io
import re
import socket
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from dashboard.accounts.passwords import Passwords
from dashboard.accounts.store import Store
from dashboard.command.program import program

PASSWORD = "Một cửa phường 7 rất nhanh"


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The settings each server would have been started with."""
    started: list[Any] = []

    def run_server(settings: Any, _listener: socket.socket) -> bool:
        started.append(settings)
        return True

    monkeypatch.setattr("dashboard.command.program.run_server", run_server)
    monkeypatch.setattr("dashboard.command.program._listener", lambda *_: socket.socket())
    return started


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MOTCUA_ACCOUNTS_FILE", "tk.sqlite")
    return tmp_path


def run(*words: str, monkeypatch: pytest.MonkeyPatch, given: str = "") -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(given))
    with pytest.raises(SystemExit) as ended:
        program.main([*words])
    return int(ended.value.code or 0)


def test_accounts_are_added_listed_and_disabled(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("user", monkeypatch=monkeypatch) == 0
    assert "Chưa có tài khoản nào" in capsys.readouterr().out
    add = ("user", "add", "an", "--role", "lanh_dao", "--password-stdin")
    assert run(*add, monkeypatch=monkeypatch, given=f"{PASSWORD}\n") == 0
    assert run(*add, monkeypatch=monkeypatch, given=f"{PASSWORD}\n") == 2
    assert "Đã có tài khoản an" in capsys.readouterr().err
    limits = ("--unit", "P01", "--unit", "P02", "--period", "2026-H1", "--until", "2026-12-31")
    assert run("user", "add", "doan", "--role", "giam_sat", *limits, "--sso", monkeypatch=monkeypatch) == 0
    store = Store(folder / "tk.sqlite")
    doan = store.account("doan")
    assert doan is not None
    assert (doan.units, doan.periods, doan.has_password) == (("P01", "P02"), ("2026-H1",), False)
    assert run("user", "disable", "an", monkeypatch=monkeypatch) == 0
    capsys.readouterr()
    assert run("user", "list", monkeypatch=monkeypatch) == 0
    told = capsys.readouterr().out
    assert "đã khóa" in told
    assert "P01, P02" in told
    assert "argon2" not in told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("add", "an", "--role", "admin", "--sso"), "Không có vai trò"),
        (("add", "Ông An", "--role", "noi_vu", "--sso"), "không dùng được"),
        (("add", "p1", "--role", "don_vi", "--sso"), "--unit MÃ"),
        (("add", "g", "--role", "giam_sat", "--unit", "P01", "--sso"), "--until 2026-12-31"),
        (("add", "an", "--role", "noi_vu", "--password-stdin"), "từ 12 đến 128 ký tự"),
        (("disable", "khong-co"), "Không có"),
        (("password", "khong-co"), "Không có"),
        (("link", "khong-co"), "Không có"),
    ],
)
def test_what_cannot_be_is_told_with_its_remedy(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], told: str
) -> None:
    assert run("user", *words, monkeypatch=monkeypatch, given="ngan\n") == 2
    assert told in capsys.readouterr().err


def test_a_link_is_shown_once_and_a_new_one_ends_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("user", "add", "tv", "--role", "man_hinh", monkeypatch=monkeypatch) == 0
    capsys.readouterr()
    tokens = []
    for _ in range(2):
        assert run("user", "link", "tv", monkeypatch=monkeypatch) == 0
        address = capsys.readouterr().out.strip()
        assert address.startswith("http://127.0.0.1:8050/man-hinh?khoa=")
        tokens.append(address.partition("khoa=")[2])
    store = Store(folder / "tk.sqlite")
    assert store.of_link(tokens[0]) is None
    assert store.of_link(tokens[1]) is not None


def test_a_changed_password_ends_sessions(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add = ("user", "add", "an", "--role", "noi_vu", "--password-stdin")
    assert run(*add, monkeypatch=monkeypatch, given=f"{PASSWORD}\n") == 0
    store = Store(folder / "tk.sqlite")
    token = store.begin("an", 1000, 3600)
    assert store.of_session(token, 1001, 60) is not None
    assert (
        run("user", "password", "an", "--password-stdin", monkeypatch=monkeypatch, given=PASSWORD + "!") == 0
    )
    assert store.of_session(token, 1001, 60) is None


@pytest.mark.parametrize("host", ["0.0.0.0", "10.0.0.5", "::"])
def test_without_accounts_only_this_machine_is_served(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], host: str
) -> None:
    assert run("serve", "--host", host, "--port", "8221", monkeypatch=monkeypatch) == 2
    told = capsys.readouterr().err
    assert "Chưa có tài khoản nào" in told
    assert "motcua user add" in told


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.0.0.9"])
def test_this_machine_is_served_without_accounts(
    monkeypatch: pytest.MonkeyPatch, served: list[Any], host: str
) -> None:
    assert run("serve", "--host", host, monkeypatch=monkeypatch) == 0
    assert len(served) == 1


def test_other_machines_are_served_with_accounts(monkeypatch: pytest.MonkeyPatch, served: list[Any]) -> None:
    assert run("user", "add", "an", "--role", "noi_vu", "--sso", monkeypatch=monkeypatch) == 0
    assert run("serve", "--host", "0.0.0.0", monkeypatch=monkeypatch) == 0
    assert len(served) == 1


def test_an_address_of_mail_is_set_shown_and_removed(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    add = ("user", "add", "an", "--role", "noi_vu", "--sso", "--email", "an@quan.vn")
    assert run(*add, monkeypatch=monkeypatch) == 0
    store = Store(folder / "tk.sqlite")
    token = store.begin("an", 1000, 3600)
    assert run("user", "email", "an", "noi.vu+an@quan.vn", monkeypatch=monkeypatch) == 0
    assert store.of_session(token, 1001, 60) is not None  # an address is no right
    capsys.readouterr()
    monkeypatch.setenv("COLUMNS", "200")
    assert run("user", "list", monkeypatch=monkeypatch) == 0
    assert "noi.vu+an@quan.vn" in capsys.readouterr().out
    assert run("user", "email", "an", "--none", monkeypatch=monkeypatch) == 0
    assert [one.email for one in store.accounts()] == [None]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("email", "an", "a@b.vn\nBcc: c@d.vn"), "không phải một địa chỉ thư"),
        (("email", "an", "phường@quan.vn"), "không phải một địa chỉ thư"),
        (("email", "an"), "Nêu một trong hai"),
        (("email", "an", "a@b.vn", "--none"), "Nêu một trong hai"),
        (("email", "khong-co", "a@b.vn"), "Không có tài khoản khong-co"),
        (("email", "tv", "a@b.vn"), "không nhận thư"),
        (("add", "tv-2", "--role", "man_hinh", "--email", "a@b.vn"), "không nhận thư"),
    ],
)
def test_an_address_that_cannot_be_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], told: str
) -> None:
    assert run("user", "add", "an", "--role", "noi_vu", "--sso", monkeypatch=monkeypatch) == 0
    assert run("user", "add", "tv", "--role", "man_hinh", monkeypatch=monkeypatch) == 0
    assert run("user", *words, monkeypatch=monkeypatch) == 2
    assert told in capsys.readouterr().err


def test_a_file_made_before_there_were_addresses_goes_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("user", "add", "an", "--role", "noi_vu", "--sso", monkeypatch=monkeypatch) == 0
    with closing(sqlite3.connect(folder / "tk.sqlite")) as db:
        db.execute("ALTER TABLE accounts DROP COLUMN email")
        db.execute("PRAGMA user_version = 0")
        db.commit()
    store = Store(folder / "tk.sqlite")
    assert [(one.name, one.email) for one in store.accounts()] == [("an", None)]
    store.set_email("an", "an@quan.vn")
    assert [one.email for one in store.accounts()] == ["an@quan.vn"]


def test_a_first_password_is_printed_once_and_has_to_be_changed(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    made = []
    for words in (("add", "an", "--role", "noi_vu"), ("password", "an")):
        assert run("user", *words, "--first", monkeypatch=monkeypatch) == 0
        told = capsys.readouterr()
        (given,) = re.findall(r"^(?:\w{4}-){4}\w{4}$", told.out, re.MULTILINE)
        assert "dùng được đến" in told.err
        assert given not in told.err
        made.append(given)
    store = Store(folder / "tk.sqlite")
    kept = store.password("an")
    assert [Passwords().fits(one, kept) for one in made] == [False, True]
    assert run("user", "list", monkeypatch=monkeypatch) == 0
    told_of = capsys.readouterr().out
    assert "mật khẩu tạm, đến" in told_of
    assert made[1] not in told_of
    assert (
        run("user", "password", "an", "--password-stdin", monkeypatch=monkeypatch, given=f"{PASSWORD}\n") == 0
    )
    assert [one.first_until for one in store.accounts()] == [None]


@pytest.mark.parametrize(
    "words",
    [
        ("add", "an", "--role", "noi_vu", "--sso", "--first"),
        ("add", "tv", "--role", "man_hinh", "--first"),
        ("add", "an", "--role", "noi_vu", "--password-stdin", "--first"),
        ("password", "an", "--password-stdin", "--first"),
    ],
)
def test_what_has_no_first_password_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    assert run("user", *words, monkeypatch=monkeypatch) == 2
    assert "--first không đi cùng" in capsys.readouterr().err

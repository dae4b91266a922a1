"""A desk that mails: a district by hand, its working copy, accounts, a mail server; the commands as they are."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import pytest
from apps import loaded, unit, write
from click.testing import CliRunner, Result
from mail_servers import PASSWORD, USER, Letterbox, Running, mail_server
from stores import Row

from dashboard.accounts.account import Account
from dashboard.accounts.store import Store
from dashboard.command import program as command
from dashboard.issued.register import Register

FAR = date(2099, 12, 31)
ACCOUNTS = (
    Account("nv", "noi_vu", email="nv@quan.vn"),
    Account("ld", "lanh_dao", email="ld@quan.vn"),
    Account("p1", "don_vi", ("P01",), email="p1@quan.vn"),
    Account("doan", "giam_sat", ("P01", "P02"), ("2026-10",), FAR, email="doan@tinh.vn"),
    Account("het-han", "lanh_dao", None, None, date(2020, 1, 1), email="het-han@quan.vn"),
    Account("khoa", "lanh_dao", email="khoa@quan.vn"),
    Account("khong-thu", "lanh_dao"),
    Account("tv", "man_hinh"),
)


class Desk:
    """A district's server in a folder; ``send`` and ``refresh`` run the commands."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, server: Running | None = None) -> None:
        self.folder, self.set = folder, monkeypatch.setenv
        self.units: Sequence[Row] = [unit(1), unit(2)]
        monkeypatch.chdir(folder)
        store = Store(folder / "tk" / "tai-khoan.sqlite")
        if not store.path.exists():
            for one in ACCOUNTS:
                store.add(one, None)
            store.disable("khoa")
        self.store, self.state = store, folder / "tk" / "thu-da-gui.json"
        self.register = Register(folder / "so-phieu.sqlite")
        self.configure(
            issued_file=self.register.path, audit_folder=folder / "nhat-ky", copy_folder=folder / "ban-sao",
            accounts_file=store.path, refuse_dossiers_up_percent=0, refuse_table_down_percent=0,
            refuse_empty_up_points=0, refuse_future_percent=0, public_url="https://motcua.quan.vn", mail_from="motcua@quan.vn",
        )  # fmt: skip
        if server is not None:
            self.configure(
                smtp_host="127.0.0.1", smtp_port=server.port, smtp_ca_file=server.ca_file, smtp_user=USER,
                smtp_password=PASSWORD,
            )  # fmt: skip

    def configure(self, **settings: object) -> None:
        """Put settings into the environment."""
        for name, value in settings.items():
            self.set(f"MOTCUA_{name.upper()}", str(value))

    def at(
        self, moment: datetime, rows: Iterable[Row], *, load: Row | None = None,
        tables: Mapping[str, Sequence[Row]] | None = None,
    ) -> None:  # fmt: skip
        """Let the source hold these dossiers at a moment, and read it."""
        path = write(
            self.folder / "nguon", self.units, rows, load=load or loaded(as_of=moment), **(tables or {})
        )
        self.configure(database_url=f"duckdb:///{path}", as_of=moment.isoformat())
        done = CliRunner().invoke(command.program, ["refresh"], prog_name="motcua")
        assert done.exit_code == 0, done.output

    def send(self, *words: str) -> Result:
        """Run motcua send; nothing it prints is a stack trace, a password or an address."""
        found = CliRunner().invoke(command.program, ["send", *words], prog_name="motcua")
        assert "Traceback" not in found.output
        assert PASSWORD not in found.output
        assert "@quan.vn" not in found.output
        return found


@contextmanager
def copied(
    first: Path, folder: Path, box: Letterbox, monkeypatch: pytest.MonkeyPatch, **settings: object
) -> Iterator[Desk]:
    """Give a desk once more, in a folder of one test alone and before a mail server of its own."""
    own = folder / "desk"
    shutil.copytree(first, own)
    with mail_server(folder, box) as server:
        made = Desk(own, monkeypatch, server)
        made.configure(**settings)
        yield made

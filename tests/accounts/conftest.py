"""A small district with accounts, and browsers that sign in to it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from apps import Site, dossiers, unit, write
from werkzeug.test import Client, TestResponse

from dashboard.accounts.account import Account
from dashboard.accounts.passwords import Passwords
from dashboard.accounts.store import Store

PASSWORD = "Một cửa phường 7 rất nhanh"
HERE = {"Origin": "http://localhost"}


@pytest.fixture(scope="session")
def hashed() -> str:
    return Passwords().hash(PASSWORD, "an")


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = [*dossiers("P01", on_time=3, late=1), *dossiers("P02", on_time=5)]
    return write(tmp_path_factory.mktemp("accounts"), [unit(1), unit(2)], rows)


@pytest.fixture
def store(tmp_path: Path, hashed: str) -> Store:
    """Accounts: an (noi_vu), phuong-1 (don_vi), doan (giam_sat), tv (man_hinh)."""
    made = Store(tmp_path / "tai-khoan.sqlite")
    made.add(Account("an", "noi_vu"), hashed)
    made.add(Account("phuong-1", "don_vi", ("P01",)), hashed)
    made.add(Account("doan", "giam_sat", ("P02",), ("2026-11",), date(2099, 12, 31)), hashed)
    made.add(Account("tv", "man_hinh"), None)
    return made


@pytest.fixture
def site(database: Path, store: Store) -> Site:
    return Site(database, accounts_file=str(store.path))


@pytest.fixture
def open_site(database: Path, tmp_path: Path) -> Site:
    return Site(database, accounts_file=str(tmp_path / "none.sqlite"))


def browser(site: Site, name: str = "") -> Client:
    """A browser; signed in as ``name``."""
    made = site.server.test_client()
    if name:
        answer = sign_in(made, name)
        assert answer.status_code == 303, answer.get_data(as_text=True)
    return made


def sign_in(made: Client, name: str, password: Any = PASSWORD, **more: Any) -> TestResponse:
    form = {"ten": name, "mat_khau": password, "tiep": "/"}
    return made.post("/dang-nhap", data={**form, **more.pop("data", {})}, **{"headers": HERE, **more})


def cookie_of(answer: TestResponse) -> str:
    return answer.headers.get("Set-Cookie", "")

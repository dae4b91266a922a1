"""Several workers are one server: what is limited and who is signed in holds for all of them together."""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlencode

import pytest
from apps import district
from browser.wall import Program
from lines import Counts
from ports import free_port

from dashboard.accounts.account import Account
from dashboard.accounts.gate import COOKIE
from dashboard.accounts.passwords import Passwords
from dashboard.accounts.store import MOST_TRIES, Store
from dashboard.serving import front
from dashboard.serving.front import Front

LISTS = 6
PASSWORD = "bốn mùa hoa gạo nở"


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Program, Store]]:
    """The program with two workers, and its accounts."""
    folder = tmp_path_factory.mktemp("workers")
    store = Store(folder / "tai-khoan.sqlite")
    for name in ("an", "binh"):
        store.add(Account(name, "noi_vu"), Passwords().hash(PASSWORD, name))
    url = district(folder, {"late": 2, "on_time": 9}).settings.database_url.get_secret_value()
    one = Program(url, free_port(), workers="2", health_port=str(free_port()), lists_per_hour=str(LISTS),
                  accounts_file=str(store.path), copy_folder=str(folder / "copy"),
                  audit_folder=str(folder / "nhat-ky"), writing_account="1")  # fmt: skip
    try:
        one.start()
        token = begun(store, "an")
        ends = time.monotonic() + 60
        # Both have begun where sixteen lines in a row have found figures.
        while not all(status(one, "/api/v1/on-time", token) == 200 for _ in range(16)):
            assert time.monotonic() < ends
        yield one, store
    finally:
        one.kill()


def begun(store: Store, name: str) -> str:
    return store.begin(name, int(time.time()), 3_600)


def status(of: Program, path: str, token: str = "", *, form: dict[str, str] | None = None) -> int:
    """Ask on a line of its own, which either worker may take."""
    with closing(http.client.HTTPConnection("127.0.0.1", of.port, timeout=30)) as line:
        headers = {"Origin": of.address} | ({"Cookie": f"{COOKIE}={token}"} if token else {})
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        line.request("GET" if form is None else "POST", path, urlencode(form or {}), headers)
        answer = line.getresponse()
        answer.read()
        return answer.status


def test_lists_are_counted_over_all_workers(two: tuple[Program, Store]) -> None:
    one, store = two
    token = begun(store, "an")
    found = [status(one, "/api/v1/dossiers", token) for _ in range(3 * LISTS)]
    assert (found.count(200), found.count(429)) == (LISTS, 2 * LISTS)
    assert status(one, "/api/v1/dossiers", begun(store, "an")) == 429, "by account, not by session"
    assert status(one, "/api/v1/dossiers", begun(store, "binh")) == 200


def test_tries_to_sign_in_are_counted_over_all_workers(two: tuple[Program, Store]) -> None:
    one, _ = two
    most = MOST_TRIES["both"]
    form = {"ten": "binh", "mat_khau": "sai hoàn toàn rồi"}
    found = [status(one, "/dang-nhap", form=form) for _ in range(2 * most)]
    assert (found.count(401), found.count(429)) == (most, most)


def test_a_session_ends_at_once_on_all_workers(two: tuple[Program, Store]) -> None:
    one, store = two
    token = begun(store, "binh")
    assert {status(one, "/api/v1/on-time", token) for _ in range(8)} == {200}
    store.disable("binh")
    assert {status(one, "/api/v1/on-time", token) for _ in range(8)} == {401}


@pytest.mark.parametrize(("workers", "most"), [(1, 100), (2, 50), (3, 40), (8, 40)])
def test_a_session_has_a_workers_share_on_its_way(workers: int, most: int) -> None:
    made = Front(
        lambda _environ, _start: [], threads=0, hosts=(), is_proxy=lambda _: False, measures=Counts(),
        workers=workers,
    )  # fmt: skip
    assert made._most_of_session == most
    assert front.MOST_OF_SESSION == 100

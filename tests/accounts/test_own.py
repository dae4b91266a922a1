"""The page of one's own account: its password, first passwords, where it is signed in."""

from __future__ import annotations

import re
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from apps import Site
from werkzeug.test import Client, TestResponse

from accounts.conftest import HERE, PASSWORD, browser, sign_in
from dashboard.accounts import own
from dashboard.accounts import store as stored
from dashboard.accounts.account import Account
from dashboard.accounts.passwords import FIRST_SECONDS, Passwords, first_password
from dashboard.accounts.store import Store

NEW = "sông Hàn xanh ngắt buổi trưa"


def change(
    made: Client, known: str = PASSWORD, new: str = NEW, again: str | None = None, **more: Any
) -> TestResponse:
    form = {"viec": "mat-khau", "mat_khau": known, "moi": new, "lai": new if again is None else again}
    return made.post("/tai-khoan", data={**form, **more}, headers=HERE)


def figures(made: Client) -> int:
    return made.get("/api/v1/on-time").status_code


def test_a_reader_changes_their_password_and_stays_signed_in_here_alone(site: Site) -> None:
    here, elsewhere = browser(site, "an"), browser(site, "an")
    before = here.get_cookie("motcua")
    answer = change(here)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/tai-khoan?xong=mat-khau")
    assert "Đã đổi mật khẩu" in here.get("/tai-khoan?xong=mat-khau").get_data(as_text=True)
    assert (figures(here), figures(elsewhere)) == (200, 401)
    after = here.get_cookie("motcua")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert sign_in(browser(site), "an").status_code == 401
    assert sign_in(browser(site), "an", NEW).status_code == 303


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({"known": "sai hoàn toàn nhé"}, own.WRONG),
        ({"known": ""}, own.WRONG),
        ({"again": f"{NEW}."}, own.UNLIKE),
        ({"new": PASSWORD}, own.THE_SAME),
        ({"new": "ngắn"}, "từ 12 đến 128 ký tự"),
        ({"new": "matkhau2026admin"}, "dễ đoán"),
    ],
)
def test_a_password_that_cannot_be_is_told_and_changes_nothing(
    site: Site, store: Store, words: dict[str, str], told: str
) -> None:
    made, kept = browser(site, "an"), store.password("an")
    answer = change(made, **words)
    assert (answer.status_code, told in answer.get_data(as_text=True)) == (400, True)
    assert (store.password("an"), figures(made)) == (kept, 200)


def test_guessing_the_password_at_an_open_screen_is_stopped(site: Site, store: Store) -> None:
    made = browser(site, "an")
    most = stored.MOST_TRIES["both"]
    assert [change(made, "sai").status_code for _ in range(most + 1)] == [400] * most + [429]
    assert change(made).status_code == 429, "the right one either"
    assert own.TOO_MANY in change(made).get_data(as_text=True)


@pytest.mark.parametrize("headers", [{"Origin": "http://elsewhere"}, {"Sec-Fetch-Site": "cross-site"}, {}])
def test_another_site_changes_nothing(site: Site, store: Store, headers: dict[str, str]) -> None:
    made, kept = browser(site, "an"), store.password("an")
    form = {"viec": "mat-khau", "mat_khau": PASSWORD, "moi": NEW, "lai": NEW}
    assert made.post("/tai-khoan", data=form, headers=headers).status_code == 403
    assert made.post("/tai-khoan", data={"viec": "phien"}, headers=headers).status_code == 403
    assert store.password("an") == kept


@pytest.mark.parametrize("meanwhile", ["password", "disable"])
def test_a_password_that_was_changed_while_it_was_checked_stays(
    site: Site, store: Store, hashed: str, monkeypatch: pytest.MonkeyPatch, meanwhile: str
) -> None:
    made, change_it, left = (
        browser(site, "an"),
        Store.own_password,
        Passwords().hash("một hai ba bốn năm", "x"),
    )

    def late(self: Store, *words: Any) -> bool:
        if meanwhile == "password":
            self.set_password("an", left)
        else:
            self.disable("an")
        return change_it(self, *words)

    monkeypatch.setattr(Store, "own_password", late)
    assert change(made).status_code in (303, 409)
    assert store.password("an") == (left if meanwhile == "password" else hashed)
    assert figures(made) == 401


def test_where_one_is_signed_in_is_seen_and_ended(site: Site, store: Store) -> None:
    here, first, second = (browser(site, "an") for _ in range(3))
    text = here.get("/tai-khoan").get_data(as_text=True)
    assert "Đang đăng nhập ở 3 nơi" in text
    assert text.count("Nơi này") == 1
    assert "địa chỉ 127.0.0.1" in text
    kept = first.get_cookie("motcua")
    assert kept is not None
    assert kept.value not in text
    key = stored.digest(kept.value)
    assert key in re.findall(r'name="khoa" value="(\w+)"', text)
    assert here.post("/tai-khoan", data={"viec": "phien", "khoa": key}, headers=HERE).status_code == 303
    assert [figures(one) for one in (here, first, second)] == [200, 401, 200]
    here.post("/tai-khoan", data={"viec": "phien"}, headers=HERE)
    assert [figures(one) for one in (here, first, second)] == [200, 401, 401]
    assert "Đang đăng nhập ở 1 nơi" in here.get("/tai-khoan").get_data(as_text=True)


def test_nobody_ends_or_sees_another_s_session(site: Site) -> None:
    an, other = browser(site, "an"), browser(site, "phuong-1")
    kept = an.get_cookie("motcua")
    assert kept is not None
    key = stored.digest(kept.value)
    assert key not in other.get("/tai-khoan").get_data(as_text=True)
    other.post("/tai-khoan", data={"viec": "phien", "khoa": key}, headers=HERE)
    assert figures(an) == 200


def test_the_page_says_what_the_account_may_see(site: Site) -> None:
    text = browser(site, "doan").get("/tai-khoan").get_data(as_text=True)
    assert "Đơn vị được xem: P02." in text
    assert "Kỳ được xem: 2026-11." in text
    assert "đến hết ngày 31/12/2099" in text


def test_an_account_that_signs_on_elsewhere_has_no_password_here(site: Site, store: Store) -> None:
    store.add(Account("xa", "lanh_dao"), None)
    made = browser(site)
    made.set_cookie("motcua", store.begin("xa", int(time.time()), 3_600))
    assert 'name="moi"' not in made.get("/tai-khoan").get_data(as_text=True)
    answer = change(made)
    assert (answer.status_code, own.NO_PASSWORD in answer.get_data(as_text=True)) == (400, True)


def test_a_wall_has_no_such_page(site: Site, store: Store) -> None:
    made = browser(site)
    made.get(f"/man-hinh?khoa={store.new_link('tv')}")
    assert made.get("/man-hinh").status_code == 200
    assert made.get("/tai-khoan").headers["Location"].startswith("/dang-nhap")


# first passwords


@pytest.fixture
def first(store: Store) -> str:
    given = first_password()
    until = int(time.time()) + FIRST_SECONDS
    store.add(Account("moi", "noi_vu", first_until=until), Passwords().hash(given, "moi"))
    return given


def test_first_passwords_are_random() -> None:
    made = {first_password() for _ in range(50)}
    assert len(made) == 50
    assert all(re.fullmatch(r"([a-hj-km-np-z2-9]{4}-){4}[a-hj-km-np-z2-9]{4}", one) for one in made)


def test_by_a_first_password_there_is_nothing_but_choosing_one_s_own(site: Site, first: str) -> None:
    made = browser(site)
    assert sign_in(made, "moi", first, data={"tiep": "/dung-han?ky=2026-10"}).status_code == 303
    for path in ("/", "/dung-han", "/ho-so", "/man-hinh", "/phuong-phap"):
        assert made.get(path).headers["Location"] == f"/tai-khoan?tiep={path.replace('/', '%2F')}"
    answer = made.get("/api/v1/on-time")
    assert (answer.status_code, answer.get_json()["error"]) == (
        401,
        "Hãy đổi mật khẩu tạm trước khi xem số liệu.",
    )
    for path in ("/_dash-layout", "/tai/ho-so.xlsx", "/man-hinh/so-lieu", "/api/v1/as-of", "/readyz"):
        assert made.get(path).status_code in (303, 401), path
    assert made.post("/_dash-update-component", json={}, headers=HERE).status_code == 401
    text = made.get("/tai-khoan?tiep=/dung-han?ky=2026-10").get_data(as_text=True)
    assert "mật khẩu tạm" in text
    assert "Đang đăng nhập ở" not in text
    answer = change(made, first, tiep="/dung-han?ky=2026-10")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/dung-han?ky=2026-10")
    assert figures(made) == 200
    assert sign_in(browser(site), "moi", first).status_code == 401
    assert figures(browser_of(site, "moi")) == 200, "one's own password lets in to everything"


def browser_of(site: Site, name: str) -> Client:
    made = browser(site)
    assert sign_in(made, name, NEW).status_code == 303
    return made


def test_a_first_password_is_good_for_three_days(site: Site, store: Store, first: str) -> None:
    now = int(time.time())
    kept = store.password("moi")
    assert store.begin("moi", now + FIRST_SECONDS - 60, 60, password=kept)
    with pytest.raises(ValueError, match="hết hạn"):
        store.begin("moi", now + FIRST_SECONDS + 60, 60, password=kept)
    with closing(sqlite3.connect(store.path)) as db:
        db.execute("UPDATE accounts SET first_until = ?", (now - 1,))
        db.commit()
    assert sign_in(browser(site), "moi", first).status_code == 401


def test_a_file_made_before_goes_on(site: Site, store: Store) -> None:
    with closing(sqlite3.connect(store.path)) as db:
        for table, column in (("accounts", "first_until"), ("sessions", "is_first"), ("sessions", "address")):
            db.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        db.execute("PRAGMA user_version = 1")
        db.commit()
    made = browser(site, "an")
    assert change(made).status_code == 303
    assert figures(made) == 200


def test_without_accounts_there_is_no_such_page(database: Path, tmp_path: Path) -> None:
    made = Site(database, accounts_file=str(tmp_path / "none.sqlite"))
    assert made.get("/tai-khoan").headers["Location"] == "/"
    assert made.post("/tai-khoan", data={"viec": "phien"}, headers=HERE).headers["Location"] == "/"

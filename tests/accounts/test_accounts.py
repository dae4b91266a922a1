"""Who gets in: accounts, sessions, sign-in, links of walls, proxies."""

from __future__ import annotations

import os
import re
import sqlite3
import stat
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from apps import Site

from accounts.conftest import HERE, PASSWORD, browser, cookie_of, sign_in
from dashboard.accounts import store as stored
from dashboard.accounts.account import Account, AccountError, checked, name_of
from dashboard.accounts.passwords import Passwords
from dashboard.accounts.store import Store, StoreError
from dashboard.api.routes import ROUTES

# without accounts


def test_without_accounts_whoever_sits_at_the_machine_gets_in(open_site: Site) -> None:
    assert open_site.get("/api/v1/on-time").status_code == 200
    assert open_site.get("/dang-nhap").status_code == 303


@pytest.mark.parametrize("address", ["10.0.0.7", "192.168.1.2", "::ffff:10.0.0.7", "", "2001:db8::1"])
def test_without_accounts_no_other_machine_gets_in(open_site: Site, address: str) -> None:
    for path in ("/", "/api/v1/on-time", "/healthz", "/assets/main.css"):
        answer = open_site.get(path, environ_overrides={"REMOTE_ADDR": address})
        assert (answer.status_code, answer.mimetype) == (403, "application/json")


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"])
def test_this_machine_has_several_addresses(open_site: Site, address: str) -> None:
    assert open_site.get("/healthz", environ_overrides={"REMOTE_ADDR": address}).status_code == 200


@pytest.mark.parametrize(
    "header", ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "x-forwarded-prefix",
               "X-Real-IP", "Via"],
)  # fmt: skip
def test_without_accounts_nothing_comes_by_a_proxy(open_site: Site, header: str) -> None:
    answer = open_site.get("/api/v1/on-time", headers={header: "x"})
    assert answer.status_code == 403
    assert "proxy" in answer.get_json()["error"]


def test_the_first_account_closes_a_server_that_is_running(open_site: Site, hashed: str) -> None:
    assert open_site.get("/api/v1/on-time").status_code == 200
    Store(Path(open_site.settings.accounts_file)).add(Account("an", "noi_vu"), hashed)
    assert open_site.get("/api/v1/on-time").status_code == 401


def test_a_lost_file_of_accounts_opens_nothing(site: Site, store: Store) -> None:
    signed_in = browser(site, "an")
    assert signed_in.get("/api/v1/on-time").status_code == 200
    store.path.unlink()
    assert signed_in.get("/api/v1/on-time").status_code == 503
    assert site.get("/api/v1/on-time").status_code in (401, 503)


# with accounts


def test_nobody_gets_in_without_an_account(site: Site) -> None:
    for route in ROUTES:
        answer = site.get(f"/api/v1/{route.name}")
        assert (answer.status_code, answer.mimetype) == (401, "application/json")
    for path in ("/_dash-layout", "/_dash-dependencies", "/man-hinh/so-lieu", "/api/v1/as-of", "/readyz"):
        answer = site.get(path)
        assert answer.status_code in (401, 303)
        assert "Phường" not in answer.get_data(as_text=True)
    for path in ("/", "/ho-so?ma=HS-00001", "/man-hinh", "/don-vi/P01"):
        answer = site.get(path)
        assert answer.status_code == 303
        assert answer.headers["Location"].startswith("/dang-nhap?tiep=")


def test_a_callback_without_a_session_is_answered_in_json(site: Site) -> None:
    answer = site.post("/_dash-update-component", json={"output": "x"}, headers=HERE)
    assert (answer.status_code, answer.mimetype) == (401, "application/json")
    assert answer.headers["X-Motcua-Sign-In"] == "/dang-nhap"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path", ["/khung/../dung-han", "/khung/x", "/assets//etc/passwd", "/khung/trang.css/../dung-han"]
)
def test_no_page_is_public_by_how_its_path_begins(
    site: Site, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    answer = site.server.test_client().open(path, environ_overrides={"PATH_INFO": path})
    assert answer.status_code in (303, 404)
    assert not [one for one in caplog.records if one.exc_info], "nobody is turned away by an error"


def test_what_a_page_of_ours_is_drawn_with_is_public(site: Site) -> None:
    for path in ("/assets/main.css", "/assets/sign-in/sign-in.css", "/healthz", "/dang-nhap"):
        assert site.get(path).status_code == 200


def test_signing_in_leads_on_and_sets_one_closed_cookie(site: Site) -> None:
    made = browser(site)
    answer = sign_in(made, "an", data={"tiep": "/dung-han?ky=2026-10"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/dung-han?ky=2026-10")
    cookie = cookie_of(answer)
    assert re.fullmatch(r"motcua=[\w-]{43}; HttpOnly; Path=/; SameSite=Lax", cookie)
    assert made.get("/api/v1/on-time").status_code == 200


def test_over_tls_the_cookie_never_leaves_it(site: Site) -> None:
    answer = sign_in(
        browser(site), "an", base_url="https://localhost", headers={"Origin": "https://localhost"}
    )
    assert re.fullmatch(r"__Host-motcua=[\w-]{43}; Secure; HttpOnly; Path=/; SameSite=Lax", cookie_of(answer))


def test_over_tls_only_a_cookie_that_nobody_else_can_set_is_a_session(site: Site, store: Store) -> None:
    """Another host of the domain, or somebody on the way, may set one of any name without the prefix."""
    tls, token = {"base_url": "https://localhost"}, store.begin("an", int(time.time()), 3_600)
    for name, status in (("motcua", 401), ("__Host-motcua", 200)):
        made = browser(site)
        made.set_cookie(name, token, secure=True)
        assert made.get("/api/v1/on-time", **tls).status_code == status
    answer = made.post("/dang-xuat", headers={"Origin": "https://localhost"}, **tls)
    assert cookie_of(answer).startswith("__Host-motcua=; ")
    assert "Secure" in cookie_of(answer)
    assert made.get("/api/v1/on-time", **tls).status_code == 401
    wall = browser(site).get(f"/man-hinh?khoa={store.new_link('tv')}", **tls)
    assert re.match(r"__Secure-motcua_man_hinh=[\w-]{43}; .*Secure; .*Path=/man-hinh;", cookie_of(wall))


def test_a_listed_proxy_says_that_there_is_tls(database: Path, store: Store) -> None:
    told = {**HERE, "X-Forwarded-Proto": "https"}
    for proxies, is_secure in (("127.0.0.1", True), ("10.0.0.1", False)):
        site = Site(database, accounts_file=str(store.path), trusted_proxies=proxies)
        assert ("Secure" in cookie_of(sign_in(browser(site), "an", headers=told))) is is_secure


@pytest.mark.parametrize("there", ["//evil.example", "https://evil.example", "/\\evil.example", "evil", "/\t/evil",
                                   "javascript:alert(1)", "/a\r\nSet-Cookie: x=1", "/dang-nhap"])  # fmt: skip
def test_signing_in_leads_nowhere_else(site: Site, there: str) -> None:
    assert sign_in(browser(site), "an", data={"tiep": there}).headers["Location"] == "/"


def test_wrong_names_and_wrong_passwords_are_told_alike(site: Site) -> None:
    known = sign_in(browser(site), "an", "sai")
    unknown = sign_in(browser(site), "ai-do", "sai")
    assert known.status_code == unknown.status_code == 401
    told = [
        re.sub(
            rf'value="{name}"|<code>{answer.headers["X-Request-Id"]}</code>',
            "",
            answer.get_data(as_text=True),
        )
        for name, answer in (("an", known), ("ai-do", unknown))
    ]
    assert told[0] == told[1]


def test_who_signs_in_and_who_tries_is_in_the_log(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "motcua")
    made = browser(site)
    for name, password in (("an", "sai"), ("mật khẩu gõ nhầm ô", "sai"), ("an", PASSWORD)):
        sign_in(made, name, password)
    made.post("/dang-xuat", headers=HERE)
    found = [vars(one)["fields"] for one in caplog.records if "fields" in vars(one)]
    assert [(one["event"], one["who"]) for one in found] == [
        ("Đăng nhập không thành", "an"), ("Đăng nhập không thành", ""), ("Đăng nhập", "an"), ("Đăng xuất", "an"),
    ]  # fmt: skip
    assert {one["address"] for one in found} == {"127.0.0.1"}
    assert "gõ nhầm ô" not in caplog.text
    assert PASSWORD not in caplog.text


def test_a_name_that_nobody_has_costs_the_same_work(monkeypatch: pytest.MonkeyPatch, site: Site) -> None:
    checks: list[bool] = []
    verify = Passwords.fits

    def counted(self: Passwords, password: str, kept: str | None) -> bool:
        hasher = self._hasher
        before = hasher.time_cost, hasher.memory_cost
        checks.append(kept is None)
        found = verify(self, password, kept)
        assert before == (hasher.time_cost, hasher.memory_cost)
        return found

    monkeypatch.setattr(Passwords, "fits", counted)
    for name in ("an", "ai-do", "tv"):
        sign_in(browser(site), name, "sai")
    # The one who is there has a hash of their own; the others are checked against that of nobody.
    assert checks == [False, True, True]
    assert Passwords()._nobody.split("$")[:4] == Passwords().hash(PASSWORD, "an").split("$")[:4]


@pytest.mark.parametrize("headers", [{"Origin": "http://evil.example"}, {"Origin": "null"}, {},
                                     {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}])  # fmt: skip
def test_another_site_signs_nobody_in(site: Site, headers: dict[str, str]) -> None:
    answer = sign_in(browser(site), "an", headers=headers)
    assert answer.status_code == 403
    assert not cookie_of(answer)


def test_another_site_asks_nothing_with_a_readers_cookie(site: Site) -> None:
    made = browser(site, "an")
    for headers in ({"Origin": "http://evil.example"}, {}):
        assert made.post("/_dash-update-component", json={}, headers=headers).status_code == 403
        assert made.post("/dang-xuat", headers=headers).status_code == 403
    assert made.get("/api/v1/on-time").status_code == 200


@pytest.mark.parametrize("name", ["an", "ai-do"])
def test_too_many_tries_are_stopped_whether_the_name_is_there_or_not(site: Site, name: str) -> None:
    made = browser(site)
    most = stored.MOST_TRIES["both"]
    assert [sign_in(made, name, "sai").status_code for _ in range(most + 2)] == [401] * most + [429] * 2
    assert sign_in(made, name).status_code == 429
    elsewhere = {"environ_overrides": {"REMOTE_ADDR": "10.0.0.9"}}
    assert sign_in(made, name, **elsewhere).status_code == (303 if name == "an" else 401)


def test_tries_are_counted_by_account_and_by_address(store: Store) -> None:
    most = stored.MOST_TRIES
    found = [store.may_try("an", f"10.0.0.{i}", 1000) for i in range(most["account"] + 1)]
    assert found == [True] * most["account"] + [False]
    found = [store.may_try(f"x{i}", "10.9.9.9", 1000) for i in range(most["address"] + 1)]
    assert found == [True] * most["address"] + [False]
    assert store.may_try("an", "10.0.0.1", 1000 + stored.WINDOW_SECONDS + 1)


def test_whoever_signs_in_starts_counting_anew(site: Site) -> None:
    made = browser(site)
    for _ in range(3):
        for _ in range(stored.MOST_TRIES["both"] - 1):
            assert sign_in(made, "an", "sai").status_code == 401
        assert sign_in(made, "an").status_code == 303


def test_signing_out_ends_the_session_on_the_server(site: Site) -> None:
    made = browser(site, "an")
    token = made.get_cookie("motcua")
    assert token is not None
    answer = made.post("/dang-xuat", headers=HERE)
    assert (answer.status_code, answer.headers["Clear-Site-Data"]) == (303, '"cache", "storage"')
    made.set_cookie("motcua", token.value)
    assert made.get("/api/v1/on-time").status_code == 401


def test_signing_in_again_ends_the_session_before(site: Site) -> None:
    made = browser(site, "an")
    token = made.get_cookie("motcua")
    assert token is not None
    sign_in(made, "an")
    other = browser(site)
    other.set_cookie("motcua", token.value)
    assert other.get("/api/v1/on-time").status_code == 401


@pytest.mark.parametrize("change", ["disable", "password"])
def test_a_session_ends_at_once_with_its_account_or_password(
    site: Site, store: Store, hashed: str, change: str
) -> None:
    made = browser(site, "an")
    assert made.get("/api/v1/on-time").status_code == 200
    if change == "disable":
        store.disable("an")
        store.disable("an", is_disabled=False)
    else:
        store.set_password("an", hashed)
    assert made.get("/api/v1/on-time").status_code == 401


@pytest.mark.parametrize("change", ["disable", "password"])
def test_no_session_begins_by_what_ended_while_it_was_checked(
    site: Site, store: Store, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    """The password is right when it is looked at; before the session is written its account changes."""
    begin, left = Store.begin, []

    def late(self: Store, name: str, *words: Any, **more: Any) -> str:
        if change == "disable":
            self.disable(name)
        else:
            self.set_password(name, "another hash")
        left.append(name)
        return begin(self, name, *words, **more)

    monkeypatch.setattr(Store, "begin", late)
    made = browser(site)
    answer = sign_in(made, "an")
    assert (answer.status_code, left, cookie_of(answer)) == (401, ["an"], "")
    with sqlite3.connect(store.path) as db:
        assert db.execute("SELECT count(*) FROM sessions").fetchone() == (0,)


def test_a_disabled_account_does_not_sign_in(site: Site, store: Store) -> None:
    store.disable("an")
    assert sign_in(browser(site), "an").status_code == 401


def test_an_account_ends_after_its_last_day(database: Path, store: Store, hashed: str) -> None:
    site = Site(database, accounts_file=str(store.path))
    today = site.settings.clock().date()
    store.add(Account("qua-han", "giam_sat", ("P01",), ("2026-11",), date(2020, 1, 1)), hashed)
    store.add(Account("hom-nay", "giam_sat", ("P01",), ("2026-11",), today), hashed)
    assert sign_in(browser(site), "qua-han").status_code == 401
    made = browser(site, "hom-nay")
    assert made.get("/api/v1/on-time?ky=2026-11").status_code == 200
    with sqlite3.connect(store.path) as db:
        db.execute("UPDATE accounts SET until = '2020-01-01' WHERE name = 'hom-nay'")
    assert made.get("/api/v1/on-time?ky=2026-11").status_code == 401


def test_sessions_end_after_their_hours_and_when_nobody_clicks(store: Store) -> None:
    now = int(time.time())
    token = store.begin("an", now, 3600)
    assert store.of_session(token, now + 600, 900) is not None
    assert store.of_session(token, now + 1400, 900) is not None  # used at 600
    assert store.of_session(token, now + 2000, 900, is_used=False) is not None
    assert store.of_session(token, now + 2400, 900) is None  # 1.000 seconds after 1.400
    again = store.begin("an", now, 3600)
    assert store.of_session(again, now + 3601, 9_000) is None


def test_tokens_are_kept_as_hashes_alone(site: Site, store: Store) -> None:
    made = browser(site, "an")
    token = made.get_cookie("motcua")
    assert token is not None
    link = store.new_link("tv")
    held = store.path.read_bytes()
    assert token.value.encode() not in held
    assert link.encode() not in held
    assert PASSWORD.encode() not in held
    assert b"$argon2id$v=19$m=19456,t=2,p=1$" in held


# the file


@pytest.mark.skipif(os.name != "posix", reason="quyền tệp của POSIX")
def test_nobody_else_reads_the_file_of_accounts(store: Store) -> None:
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600
    store.path.chmod(0o640)
    with pytest.raises(StoreError, match="chmod 600"):
        store.accounts()


@pytest.mark.parametrize("has_links", [True, False])
def test_of_two_who_make_the_file_at_once_neither_loses_the_others_account(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_links: bool
) -> None:
    """The second has found no file, and is about to give its own the name when the first one's is there."""
    path, link = tmp_path / "tai-khoan.sqlite", os.link

    def late(*words: Any) -> None:
        monkeypatch.setattr(os, "link", link)
        if has_links:
            Store(path).add(Account("an", "noi_vu"), None)
            link(*words)
        else:
            raise PermissionError

    monkeypatch.setattr(os, "link", late)
    Store(path).add(Account("binh", "noi_vu"), None)
    assert [one.name for one in Store(path).accounts()] == (["an", "binh"] if has_links else ["binh"])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_what_an_account_must_say() -> None:
    good = Account("doan", "giam_sat", ("P01",), ("2026-H1",), date(2026, 12, 31))
    assert checked(good) is good
    for bad in (
        replace(good, until=None), replace(good, units=None), replace(good, periods=None),
        replace(good, periods=("2026-13",)), replace(good, name="Ông A"), replace(good, role="admin"),
        Account("x", "don_vi"), Account("x", "don_vi", ("P01", "P02")), Account("x", "noi_vu", ("P01",)),
        Account("x", "man_hinh", ("P01",)),
    ):  # fmt: skip
        with pytest.raises(AccountError):
            checked(bad)
    assert (name_of(" An "), name_of("a b"), name_of("x" * 65)) == ("an", "", "")


@pytest.mark.parametrize(
    "password", ["ngan", "anh.ba-2026-xa", "aaaaaaaaaaaaaaa", "x" * 129, "abcabcabcabcabc"]
)
def test_passwords_that_are_too_easy(password: str) -> None:
    with pytest.raises(AccountError):
        Passwords().hash(password, "anh.ba")


def test_a_password_is_the_same_however_its_marks_are_typed(hashed: str) -> None:
    import unicodedata  # noqa: PLC0415

    assert Passwords().fits(unicodedata.normalize("NFD", PASSWORD), hashed)
    assert not Passwords().fits(PASSWORD + "!", hashed)


# roles


def test_roles_see_what_is_theirs(site: Site) -> None:
    seen = {
        name: [
            row["unit_code"]
            for row in browser(site, name).get("/api/v1/on-time?ky=2026-11").get_json()["rows"]
        ]
        for name in ("an", "phuong-1", "doan")
    }
    assert seen == {"an": ["P01", "P02"], "phuong-1": ["P01"], "doan": ["P02"]}
    assert browser(site, "doan").get("/api/v1/on-time?ky=2026-10").get_json()["rows"] == []


def test_a_changed_account_is_another_from_the_next_request_on(site: Site, store: Store) -> None:
    made = browser(site, "an")
    seen = []
    for changed in (
        "role = 'noi_vu'",
        "role = 'don_vi', units = '[\"P01\"]'",
        "role = 'man_hinh', units = NULL",
    ):
        with sqlite3.connect(store.path) as db:
            db.execute(f"UPDATE accounts SET {changed} WHERE name = 'an'")
        answer = made.get("/api/v1/on-time?ky=2026-11")
        seen.append([row["unit_code"] for row in answer.get_json().get("rows", [])])
    assert (seen, answer.status_code) == ([["P01", "P02"], ["P01"], []], 401)


# walls


def test_a_link_opens_the_wall_and_nothing_else(site: Site, store: Store) -> None:
    token = store.new_link("tv")
    made = browser(site)
    answer = made.get(f"/man-hinh?canh=1&khoa={token}")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/man-hinh?canh=1")
    assert "Path=/man-hinh" in cookie_of(answer)
    assert "HttpOnly" in cookie_of(answer)
    assert made.get("/man-hinh").status_code == 200
    assert made.get("/man-hinh/so-lieu").status_code == 200
    for path in ("/api/v1/on-time", "/_dash-layout", "/api/v1/dossiers", "/readyz"):
        assert made.get(f"{path}?khoa={token}").status_code in (401, 303)
    other = browser(site)
    for name in ("motcua", "motcua_man_hinh"):
        other.set_cookie(name, token)
    assert other.get("/api/v1/on-time").status_code == 401


@pytest.mark.parametrize("is_disabled", [False, True])
def test_a_link_can_be_revoked(site: Site, store: Store, is_disabled: bool) -> None:
    made = browser(site)
    made.get(f"/man-hinh?khoa={store.new_link('tv')}")
    assert made.get("/man-hinh/so-lieu").status_code == 200
    if is_disabled:
        store.disable("tv")
    else:
        store.new_link("tv")
    answer = made.get("/man-hinh/so-lieu")
    assert (answer.status_code, answer.mimetype) == (401, "application/json")


def test_no_link_is_printed_that_opens_nothing(store: Store) -> None:
    store.disable("tv")
    with pytest.raises(AccountError, match="--undo"):
        store.new_link("tv")
    store.disable("tv", is_disabled=False)
    assert store.of_link(store.new_link("tv")) is not None


def test_only_walls_have_links_and_walls_have_no_session(site: Site, store: Store) -> None:
    with pytest.raises(AccountError, match="man_hinh"):
        store.new_link("an")
    assert sign_in(browser(site), "tv", "").status_code == 401
    token = store.begin("tv", int(time.time()), 3600)
    made = browser(site)
    made.set_cookie("motcua", token)
    assert made.get("/api/v1/on-time").status_code == 401


# a proxy that says who


def test_a_listed_proxy_names_the_reader(database: Path, store: Store) -> None:
    site = Site(
        database, accounts_file=str(store.path), trusted_proxies="127.0.0.1", proxy_user_header="X-User"
    )
    told = site.get("/api/v1/on-time?ky=2026-11", headers={"X-User": "phuong-1"})
    assert [row["unit_code"] for row in told.get_json()["rows"]] == ["P01"]
    for name in ("ai-do", "", "tv"):
        assert site.get("/api/v1/on-time", headers={"X-User": name}).status_code == 401
    store.disable("phuong-1")
    assert site.get("/api/v1/on-time", headers={"X-User": "phuong-1"}).status_code == 401


def test_no_other_machine_names_the_reader(database: Path, store: Store) -> None:
    for proxies, header in (("10.0.0.0/8", "X-User"), ("127.0.0.1", None)):
        site = Site(
            database, accounts_file=str(store.path), trusted_proxies=proxies, proxy_user_header=header
        )
        assert site.get("/api/v1/on-time", headers={"X-User": "an"}).status_code == 401


def test_addresses_are_believed_of_listed_proxies_alone(database: Path, store: Store) -> None:
    most = stored.MOST_TRIES["address"]
    for proxies, code in (("127.0.0.1", 401), ("", 429)):
        site = Site(database, accounts_file=str(store.path), trusted_proxies=proxies)
        made = browser(site)
        for i in range(most + 1):
            told = {**HERE, "X-Forwarded-For": f"203.0.113.{i}"}
            last = sign_in(made, f"ai-{i}", "sai", headers=told)
        assert last.status_code == code


def test_under_a_path_of_a_proxy_signing_in_stays_under_it(site: Site) -> None:
    under = {"base_url": "http://localhost/motcua"}
    made = browser(site)
    assert (
        made.get("/ho-so?ky=2026-11", **under)
        .headers["Location"]
        .startswith("/motcua/dang-nhap?tiep=%2Fho-so")
    )
    for there in ("/ho-so?ky=2026-11", "/motcua/ho-so?ky=2026-11"):
        answer = sign_in(made, "an", data={"tiep": there}, **under)
        assert answer.headers["Location"] == "/motcua/ho-so?ky=2026-11"
        assert "Path=/motcua" in cookie_of(answer)
    over_tls = {"base_url": "https://localhost/motcua", "headers": {"Origin": "https://localhost"}}
    assert cookie_of(sign_in(browser(site), "an", **over_tls)).startswith("__Secure-motcua=")


def test_the_first_document_of_a_reader_is_theirs(site: Site) -> None:
    text = browser(site, "phuong-1").get("/don-vi?ky=2026-11").get_data(as_text=True)
    assert "Đăng xuất" in text
    assert "phuong-1" in text
    assert "Phường 1" in text
    assert "Phường 2" not in text

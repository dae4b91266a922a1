"""Signing on at a provider: a real one, made of Authlib's server parts, and what must not get past us."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from apps import Site, dossiers, unit, write
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from werkzeug.test import Client, TestResponse

from accounts.provider import CLIENT, SECRET, Provider
from dashboard.accounts import store as stored
from dashboard.accounts.account import Account
from dashboard.accounts.single_sign_on import claims_of
from dashboard.accounts.store import Store

BACK = "/dang-nhap/sso/ve"


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    made = Provider(f"http://localhost{BACK}")
    yield made
    made.close()


@pytest.fixture(autouse=True)
def unencrypted(monkeypatch: pytest.MonkeyPatch) -> None:
    # The provider is on this machine: no TLS between us.
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")


@pytest.fixture
def site(tmp_path: Path, provider: Provider) -> Site:
    accounts = Store(tmp_path / "tai-khoan.sqlite")
    accounts.add(Account("phuong-1", "don_vi", ("P01",)), None)
    accounts.add(Account("tv", "man_hinh"), None)
    provider.person.name = "phuong-1"
    provider.claims = {}
    database = write(tmp_path, [unit(1), unit(2)], [*dossiers("P01", on_time=3), *dossiers("P02", on_time=5)])
    return Site(
        database, accounts_file=str(accounts.path), oidc_issuer=provider.issuer, oidc_client_id=CLIENT,
        oidc_client_secret=SECRET,
    )  # fmt: skip


def sent(browser: Client, there: str = "/") -> str:
    """Go to the provider, which says yes; the address it sends the browser back to."""
    answer = browser.get("/dang-nhap/sso", query_string={"tiep": there})
    assert answer.status_code == 303
    back = requests.get(answer.headers["Location"], allow_redirects=False, timeout=5)
    assert back.status_code == 302, back.text
    return back.headers["Location"].removeprefix("http://localhost")


def signed_on(browser: Client, there: str = "/") -> TestResponse:
    return browser.get(sent(browser, there))


def test_the_provider_signs_its_people_on(site: Site) -> None:
    browser = site.server.test_client()
    answer = signed_on(browser, "/dung-han?ky=2026-11")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/dung-han?ky=2026-11")
    rows = browser.get("/api/v1/on-time?ky=2026-11").get_json()["rows"]
    assert [row["unit_code"] for row in rows] == ["P01"]


@pytest.mark.parametrize("name", ["ai-do", "tv", ""])
def test_whoever_has_no_account_here_is_not_let_in(site: Site, provider: Provider, name: str) -> None:
    provider.person.name = name
    browser = site.server.test_client()
    assert signed_on(browser).status_code == 403
    assert browser.get("/api/v1/on-time").status_code == 401


def test_an_answer_is_taken_once_and_by_the_browser_that_asked(site: Site) -> None:
    browser, other = site.server.test_client(), site.server.test_client()
    back = sent(browser)
    assert other.get(back).status_code == 403  # whoever made another follow their link
    assert browser.get(back).status_code == 303
    browser.get("/dang-nhap/sso")
    assert browser.get(back).status_code == 403


@pytest.mark.parametrize("whose", ["one's own, used before", "another's"])
def test_a_code_is_worth_nothing_in_another_sign_on(site: Site, whose: str) -> None:
    """The provider refuses it: by its use, or by what only the browser's own sign-on has (PKCE)."""
    browser, victim = site.server.test_client(), site.server.test_client()
    if whose == "another's":
        code = sent(victim).partition("code=")[2].partition("&")[0]
    else:
        back = sent(browser)
        assert browser.get(back).status_code == 303
        code = back.partition("code=")[2].partition("&")[0]
        browser = site.server.test_client()
    state = sent(browser).partition("state=")[2].partition("&")[0]
    answer = browser.get(f"{BACK}?code={code}&state={state}")
    assert answer.status_code == 403
    assert browser.get("/api/v1/on-time").status_code == 401


def test_an_address_begins_so_many_sign_ons(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored, "MOST_FLOWS", 3)
    begun = [site.get("/dang-nhap/sso").status_code for _ in range(5)]
    assert begun == [303, 303, 303, 429, 429]
    elsewhere = site.get("/dang-nhap/sso", environ_overrides={"REMOTE_ADDR": "10.0.0.9"})
    assert elsewhere.status_code == 303


@pytest.mark.parametrize(
    "query", ["", "?state=x", "?code=x", "?state=&code=x", "?error=access_denied&state=x"]
)
def test_an_answer_nobody_asked_for(site: Site, query: str) -> None:
    assert site.get(f"{BACK}{query}").status_code == 403


def test_a_provider_that_is_away_is_told(site: Site) -> None:
    away = Site(
        site.settings.database_url.get_secret_value(), accounts_file=site.settings.accounts_file,
        oidc_issuer="http://127.0.0.1:9", oidc_client_id=CLIENT,
    )  # fmt: skip
    answer = away.get("/dang-nhap/sso")
    assert answer.status_code == 403
    assert "Đăng nhập một lần không thành" in answer.get_data(as_text=True)


def test_it_is_off_by_default(site: Site) -> None:
    off = Site(site.settings.database_url.get_secret_value(), accounts_file=site.settings.accounts_file)
    assert off.get("/dang-nhap/sso").status_code == 404
    assert off.get(f"{BACK}?code=x&state=x").status_code == 404
    assert "sso" not in off.get("/dang-nhap").get_data(as_text=True)
    assert 'href="/dang-nhap/sso' in site.get("/dang-nhap").get_data(as_text=True)


KEY = RSAKey.generate_key(2048, parameters={"kid": "1"})
OTHER = RSAKey.generate_key(2048, parameters={"kid": "1"})
TOLD = {"issuer": "https://noi-cap.example", "keys": {"keys": [KEY.as_dict(private=False)]}}


def id_token(key: Any = KEY, algorithm: str = "RS256", **changes: Any) -> str:
    now = int(time.time())
    claims = {"iss": TOLD["issuer"], "aud": CLIENT, "sub": "1", "exp": now + 300, "iat": now, "nonce": "n"}
    claims = {name: value for name, value in (claims | changes).items() if value is not None}
    return jwt.encode({"alg": algorithm, "kid": "1"}, claims, key, algorithms=["RS256", "HS256"])


def test_only_what_the_provider_signed_for_us_just_now_is_believed() -> None:
    assert claims_of(id_token(), TOLD, CLIENT, "n")["sub"] == "1"
    now = int(time.time())
    for wrong in (
        {"iss": "https://khac.example"}, {"aud": "khac"}, {"nonce": "m"}, {"nonce": None}, {"exp": now - 120},
        {"iat": now + 600}, {"sub": None}, {"exp": None}, {"aud": [CLIENT, "khac"], "azp": "khac"},
    ):  # fmt: skip
        with pytest.raises((JoseError, ValueError)):
            claims_of(id_token(**wrong), TOLD, CLIENT, "n")
    with pytest.raises((JoseError, ValueError)):
        claims_of(id_token(OTHER), TOLD, CLIENT, "n")
    nobody = id_token().split(".")
    unsigned = f"eyJhbGciOiJub25lIn0.{nobody[1]}."
    with pytest.raises((JoseError, ValueError)):
        claims_of(unsigned, TOLD, CLIENT, "n")

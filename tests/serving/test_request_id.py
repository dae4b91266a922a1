"""Every error a reader sees tells the id of its request: pages, callbacks, API, files, the front's own."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest
from apps import Site, district, page, said
from lines import Counts, Line, asked

from dashboard.accounts.account import Account
from dashboard.accounts.passwords import Passwords
from dashboard.accounts.store import Store
from dashboard.question.question import Question
from dashboard.serving import front
from dashboard.serving.front import Front
from dashboard.serving.security import MOST_ASKED

TOLD = "Mã yêu cầu: {}"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return district(tmp_path, {"late": 2, "on_time": 9})


def with_accounts(site: Site, folder: Path) -> Site:
    store = Store(folder / "tai-khoan.sqlite")
    store.add(Account("an", "noi_vu"), Passwords().hash("Một cửa phường 7 rất nhanh", "an"))
    return Site(site.settings.database_url.get_secret_value(), accounts_file=str(store.path))


def of(site: Site, **request: Any) -> tuple[int, str, str]:
    """Status, the id in the head and the words of an answer, through the front."""
    one = Front(site.server.wsgi_app, threads=1, hosts=(), is_proxy=lambda _: False, measures=Counts())
    body = request.pop("body", b"")
    more = {"content_length": str(len(body))} if body else {}
    scope, line = asked(
        Line([body]), **{"client": "127.0.0.1:1", "method": "GET", "query": "", **more, **request}
    )
    asyncio.run(one(scope, line.receive, line.send))
    status, headers, told = line.answer
    return status, headers["x-request-id"], told.decode()


ERRORS: list[tuple[int, dict[str, Any]]] = [
    (404, {"path": "/khong-co"}),
    (404, {"path": "/don-vi/KHONG"}),
    (404, {"path": "/ho-so/KHONG-CO"}),
    (404, {"path": "/api/v1/khong-co"}),
    (404, {"path": "/assets/khong-co.css"}),
    (404, {"path": "/tai/khong-co.xlsx"}),
    (404, {"path": "/tai/viec/khong"}),
    (400, {"path": "/api/v1/on-time", "query": "ky=nham"}),
    (400, {"path": "/tai/phieu-giam-sat.docx"}),
    (409, {"path": "/tai/dung-han.xlsx", "query": "ky=2030-01"}),
    (400, {"path": "/_dash-update-component", "method": "POST", "body": b"{}", "content_type": "application/json"}),
    (405, {"path": "/api/v1/on-time", "method": "DELETE"}),
    (413, {"path": "/", "method": "POST", "content_length": str(MOST_ASKED + 1)}),
    (421, {"path": "/", "host": "evil.example"}),
    (403, {"path": "/", "client": "10.0.0.7:1"}),
    (403, {"path": "/", "x_forwarded_for": "10.0.0.7"}),
]  # fmt: skip


@pytest.mark.parametrize(("status", "request_"), ERRORS, ids=lambda one: str(one)[:60])
def test_an_error_tells_the_id_of_its_request(site: Site, status: int, request_: dict[str, Any]) -> None:
    found, request, text = of(site, **request_)
    assert found == status, text[:300]
    assert re.fullmatch(r"[0-9A-F]{10}", request)
    in_json = f'"request_id":"{request}"' in text.replace(": ", ":")
    assert in_json or TOLD.format(request) in said(text), text[-300:]


def test_a_good_answer_has_it_in_its_head_alone(site: Site) -> None:
    for path in ("/", "/api/v1/on-time", "/man-hinh", "/assets/main.css", "/tai/dung-han.xlsx"):
        status, request, text = of_bytes(site, path)
        assert status == 200
        assert request.encode() not in text


def of_bytes(site: Site, path: str) -> tuple[int, str, bytes]:
    answer = site.get(path)
    return answer.status_code, answer.headers["X-Request-Id"], answer.get_data()


def test_too_many_lists_are_told_with_the_id(site: Site) -> None:
    few = Site(site.settings.database_url.get_secret_value(), lists_per_hour=1)
    assert of(few, path="/api/v1/dossiers")[0] == 200
    for path in ("/api/v1/dossiers", "/tai/ho-so.xlsx"):
        status, request, text = of(few, path=path)
        assert status == 429
        assert request in text


@pytest.mark.parametrize(
    "path", ["/api/v1/on-time", "/tai/dung-han.xlsx", "/man-hinh/so-lieu", "/don-vi/P01"]
)
def test_without_figures_it_is_told(path: str) -> None:
    status, request, text = of(Site("duckdb:////khong/co.duckdb"), path=path)
    assert status == 503
    assert request in text


def test_the_page_without_figures_tells_it_beside_the_cause(site: Site) -> None:
    status, request, text = of(Site("duckdb:////khong/co.duckdb"), path="/")
    assert status == 200
    assert re.search(rf"Mã lỗi: [0-9A-F]{{8}} · {TOLD.format(request)}", said(text))


@pytest.mark.parametrize("path", ["/api/v1/on-time", "/tai/dung-han.xlsx", "/man-hinh/so-lieu"])
def test_a_failure_of_ours_tells_it(site: Site, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("chi tiết nội bộ")

    monkeypatch.setattr("dashboard.question.question.judged_units", broken)
    site.source.forget()
    status, request, text = of(site, path=path)
    assert status == 500
    assert request in text
    assert "nội bộ" not in text


def test_a_card_that_fails_tells_the_id_of_its_callback(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_self: Question) -> None:
        raise ValueError("hỏng")

    monkeypatch.setattr(Question, "on_time", property(fail))
    asked_of: dict[str, Any] = {"words": {}, "path": "/dung-han", "as_of": None}
    with site.server.test_request_context("/", environ_overrides={"motcua.request": "0123456789"}):
        drawn = page("on_time").draw_units(asked_of)
    assert TOLD.format("0123456789") in said(drawn if isinstance(drawn, str) else drawn[0])


def test_signing_in_that_fails_tells_it(site: Site, tmp_path: Path) -> None:
    closed = with_accounts(site, tmp_path)
    form = {"method": "POST", "path": "/dang-nhap", "content_type": "application/x-www-form-urlencoded",
            "body": b"ten=an&mat_khau=sai&tiep=/"}  # fmt: skip
    for origin, status in (("http://localhost", 401), ("http://evil.example", 403)):
        found, request, text = of(closed, **form, origin=origin)
        assert found == status
        assert TOLD.format(request) in said(text)
    status, request, text = of(closed, path="/api/v1/on-time")
    assert (status, request in text) == (401, True)


def test_the_front_tells_it_where_it_answers_itself(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front, "MOST_BODIES", 0)
    status, request, text = of(site, path="/", method="POST", content_length="5")
    assert (status, TOLD.format(request) in text) == (503, True)
    monkeypatch.setattr(front, "MOST_OF_SESSION", 0)
    status, request, text = of(site, path="/", cookie="motcua=A")
    assert (status, TOLD.format(request) in text) == (429, True)
    monkeypatch.setattr(front, "called", lambda *_: 1 / 0)
    status, request, text = of(site, path="/")
    assert (status, TOLD.format(request) in text) == (500, True)

"""The document: the page as it is read before any script runs, and what keeps it safe and honest."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import dash
import pytest
from apps import SAMPLE, Site, district, dossiers, said, server, unit, write
from apps import page as page_module
from clean_copies import statements

from dashboard.frame import first
from dashboard.frame.shell import shell
from dashboard.question.access import Rights
from dashboard.question.question import Question

CALM, OVER = {"on_time": 30}, {"late": 5, "on_time": 95}
DBC = "dash_bootstrap_components"
SLOT = re.compile(r'<div id="([^"]*)" class="slot( is-drawn)?"')
OPEN = re.compile(r'<div id="first"[^>]*>(.*)</div>\n<div id="react-entry-point">', re.DOTALL)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return district(tmp_path_factory.mktemp("nho"), OVER, CALM, {"on_time": 40, "overdue": 2})


def page_in(document: str) -> str:
    """What stands in the document for the page; empty where nothing does."""
    found = OPEN.search(document)
    return found[1] if found else ""


def slots(page: str) -> dict[str, bool]:
    """The cards of a page by their ids, and whether each is drawn."""
    return {json.loads(unescape(name))["card"]: bool(drawn) for name, drawn in SLOT.findall(page)}


def addresses() -> list[str]:
    server()
    named = [one["path"] for one in dash.page_registry.values() if one.get("order") is not None]
    return [*named, "/don-vi/P01"]


def opened(site: Site, address: str) -> str:
    """A page's document, asked for until its answers are there: a busy machine may take longer than is waited."""
    for _ in range(20):
        found = page_in(site.get(address).get_data(as_text=True))
        if any(drawn for name, drawn in slots(found).items() if not name.endswith("-bar")):
            return found
    raise AssertionError(address)


def test_every_page_s_document_holds_navigation_bar_and_headline(small: Site) -> None:
    for path in [*addresses(), "/tim-kiem?tim=phuong", "/don-vi/none"]:
        page = opened(small, path)
        links = re.findall(r'<a href="(/[^"?]*)', page)
        assert {"/", "/dung-han", "/hai-long", "/phuong-phap"} <= set(links), path
        assert "Số liệu đến" in said(page), path
        assert len(re.findall(r"<h1[ >]", page)) == 1, path


def test_the_first_document_of_the_overview_holds_the_ranking(small: Site) -> None:
    page = opened(small, "/?cach_tinh=C")
    assert "http-equiv" not in page
    drawn = {name for name, is_drawn in slots(page).items() if is_drawn}
    assert drawn == {"overview-bar", "overview-headline", "overview-ranking"}
    text = said(page)
    assert "1/3 đơn vị có tỷ lệ trễ hẹn từ 5% trở lên" in text
    assert "cách tính C" in text
    assert "5/100 hồ sơ" in text


def test_the_page_in_the_document_is_what_dash_is_told_to_draw(small: Site) -> None:
    """So nothing moves when Dash takes it over."""
    page = opened(small, "/dung-han?don_vi=P01")
    told = _layout(small, "/dung-han", "?don_vi=P01")
    places = [
        one["props"]["children"][0]["props"]
        for one in told["props"]["children"]
        if one["type"] in ("Navbar", "Section", "Card")
    ]
    assert {one["id"]["card"]: "html" in one for one in places} == slots(page)
    assert '<div class="on-time-fields card">' in page, "a dbc.Card, as the browser writes it"
    assert 'class="slot" role="region" aria-label="Theo lĩnh vực">' in page
    for one in places:
        if one["id"]["card"].endswith("-headline"):
            assert one["html"] in page


def test_cards_and_what_opens_over_the_page_are_dbc(small: Site) -> None:
    with small.server.app_context():
        kinds = [type(one).__name__ for one in shell()._traverse() if getattr(one, "_namespace", "") == DBC]
    assert sorted(kinds) == ["Alert", "Alert", "Offcanvas", "Popover", "Toast"]
    parts = [one for one in _layout(small, "/", "")["props"]["children"] if one["type"] != "Store"]
    assert [one["type"] for one in parts[:2]] == ["Navbar", "Section"], "the bar and the headline"
    assert parts[0]["namespace"] == DBC
    assert {(one["type"], one["namespace"]) for one in parts[2:]} == {("Card", DBC)}


def test_what_the_page_brings_is_not_asked_for_again(small: Site) -> None:
    opened(small, "/")
    stores = [
        one["props"]["id"] for one in _layout(small, "/", "")["props"]["children"] if one["type"] == "Store"
    ]
    assert stores == ["overview-question"]


def test_what_takes_longer_is_left_to_dash(small: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first, "SOON_SECONDS", 0)
    small.source.forget()  # what is kept may be there at once
    document = small.get("/?ky=2026-10").get_data(as_text=True)
    assert not slots(page_in(document))["overview-ranking"]
    assert '<noscript><meta http-equiv="refresh"' in document, "without scripts nobody else asks again"
    small.source.forget()
    stores = [one["props"]["id"] for one in _layout(small, "/", "?ky=2026-10")["props"]["children"]
              if one["type"] == "Store"]  # fmt: skip
    assert stores == ["overview-question", "overview-first-question"]


def test_after_a_rehearsal_the_first_reader_waits_for_no_statement(small: Site) -> None:
    small.source.forget()
    first.rehearse(small.server, "overview", "/")
    overview = page_module("overview")
    with statements() as sent:
        page = opened(small, "/")
        question = next(one["props"]["data"] for one in _layout(small, "/", "")["props"]["children"]
                        if one["type"] == "Store")  # fmt: skip
        for card in ("draw_actions", "draw_trend", "draw_heat", "draw_satisfaction", "draw_online"):
            small.draw(getattr(overview, card), **question)
    assert slots(page)["overview-ranking"]
    assert sent == []


def test_where_there_are_no_data_a_rehearsal_says_nothing(caplog: pytest.LogCaptureFixture) -> None:
    first.rehearse(Site("duckdb:////khong/co.duckdb").server, "overview", "/")
    assert not caplog.records


def test_a_layout_draws_for_nobody_but_readers(small: Site) -> None:
    with small.server.test_request_context("/"):
        assert first.first_answers("overview", _never) == ({}, False)


def _never() -> Question:
    raise AssertionError("nobody reads, so nothing is asked")


def test_one_card_that_fails_keeps_the_others(small: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_self: Any) -> Any:
        raise ValueError("hỏng")

    monkeypatch.setattr(Question, "compared", property(fail))
    small.source.forget()
    text = said(opened(small, "/"))
    assert "Không tải được biểu đồ này" in text
    assert re.search(r"Mã lỗi: [0-9A-F]{8}", text)
    assert "Số liệu đến" in text
    small.source.forget()


def test_before_there_are_figures_the_document_says_so() -> None:
    document = Site("duckdb:////khong/co.duckdb").get("/")
    assert document.status_code == 200
    text = said(page_in(document.get_data(as_text=True)))
    assert "Đang đọc dữ liệu lần đầu" in text
    assert re.search(r"Mã lỗi: [0-9A-F]{8}", text)


def test_sample_data_are_called_so_before_any_script(tmp_path: Path) -> None:
    for path in addresses():
        assert "DỮ LIỆU MẪU" in said(opened(district(tmp_path, OVER, load=SAMPLE), path)), path


def test_what_an_address_got_wrong_is_said_before_any_script(small: Site) -> None:
    assert "“2026-13” không dùng được" in said(opened(small, "/?ky=2026-13"))


def test_an_address_of_nothing_has_its_page_and_status(small: Site) -> None:
    for path, words in (("/khong-co", "Không có trang này"), ("/don-vi/khong-co", "khong-co")):
        answer = small.get(path)
        assert answer.status_code == 404, path
        assert words in said(page_in(answer.get_data(as_text=True))), path


def test_a_title_is_there_before_any_script(small: Site) -> None:
    for path, title in (("/", "Tổng quan"), ("/dung-han", "Đúng hạn"), ("/don-vi/P01", "Phường 1")):
        assert f"<title>{title} · Một cửa</title>" in small.get(path).get_data(as_text=True), path


def test_every_script_of_the_document_is_allowed_by_its_hash_alone(small: Site) -> None:
    answer = small.get("/")
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in re.findall(r"script-src ([^;]*)", policy)[0]
    scripts = re.findall(
        r"<script(?![^>]* src=)(?![^>]*application/json)[^>]*>(.*?)</script>",
        answer.get_data(as_text=True),
        re.DOTALL,
    )
    assert len(scripts) >= 2
    for one in scripts:
        digest = base64.b64encode(hashlib.sha256(one.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy, one[:80]


def test_nothing_starts_dash_before_the_page_is_painted(small: Site) -> None:
    document = small.get("/").get_data(as_text=True)
    outside = re.sub(r'<template id="scripts">.*?</template>', "", document, flags=re.DOTALL)
    assert "DashRenderer" not in outside
    assert re.findall(r"<script[^>]* src=", outside) == []


@pytest.mark.parametrize("name", ['<script>alert("x")</script>', "{%scripts%}{%config%}", '"><b>Phường'])
def test_a_name_is_only_a_name(tmp_path: Path, name: str) -> None:
    site = Site(write(tmp_path, [unit(1, name=name)], dossiers("P01", late=5, on_time=95)))
    document = site.get("/").get_data(as_text=True)
    assert document.count("_dash-config") == 1
    assert name in said(opened(site, "/don-vi/P01"))
    assert "<script>alert" not in page_in(document)


def test_one_style_sheet_holds_all_and_has_an_address_of_its_own(small: Site) -> None:
    document = small.get("/").get_data(as_text=True)
    (address,) = re.findall(r'<link rel="stylesheet" href="([^"]*)"', document)
    answer = small.get(address)
    assert answer.mimetype == "text/css"
    assert "immutable" in answer.headers["Cache-Control"]
    text = answer.get_data(as_text=True)
    assert text.index("--bs-blue") < text.index(".ranking")


def _layout(site: Site, path: str, search: str) -> Any:
    """The page's tree of components, as a browser is sent it."""
    given = (("pathname", path), ("search", search))
    inputs = [{"id": "_pages_location", "property": name, "value": value} for name, value in given]
    body = {
        "output": ".._pages_content.children..._pages_store.data..",
        "outputs": [{"id": "_pages_content", "property": "children"}, {"id": "_pages_store", "property": "data"}],
        "inputs": inputs, "changedPropIds": ["_pages_location.pathname"],
    }  # fmt: skip
    answer = site.post("/_dash-update-component", json=body)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_json()["response"]["_pages_content"]["children"]


def test_what_is_drawn_is_what_its_reader_may_see(small: Site) -> None:
    """The same answers for others are kept already: they are not this reader's."""
    assert "Phường 2" in said(opened(small, "/"))
    page = opened(small.seen_by(Rights("don_vi", units=("P01",))), "/")
    assert "Phường 1" in said(page)
    assert "Phường 2" not in unescape(page)

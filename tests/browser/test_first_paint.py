"""The page before any script, and how Dash takes it over: unseen, and with the reader's place kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, expect

from browser.conftest import PATIENCE, PROJECTOR, UPDATE, Reader

pytestmark = pytest.mark.browser


class Held:
    """Requests to addresses like ``pattern`` whose body has ``words``, kept back until they are let go."""

    def __init__(
        self, reader: Reader, pattern: str | re.Pattern[str] = f"**{UPDATE}*", words: str = ""
    ) -> None:
        self.reader = reader
        self._words = words
        self._routes: list[Route] = []
        self._is_open = False
        reader.page.route(pattern, self._hold)

    def _hold(self, route: Route) -> None:
        if self._is_open or self._words not in (route.request.post_data or ""):
            route.continue_()
        else:
            self._routes.append(route)

    def let_go(self) -> None:
        for _ in range(150):
            if self._routes:
                break
            self.reader.page.wait_for_timeout(100)
        self._is_open = True
        for one in self._routes:
            one.continue_()


@pytest.fixture
def held(reader: Reader) -> Held:
    reader.page.set_viewport_size(PROJECTOR)
    return Held(reader)


@pytest.fixture
def scriptless(browser: Browser, address: str) -> Iterator[Reader]:
    context = browser.new_context(viewport=PROJECTOR, java_script_enabled=False)
    yield Reader(context, address)
    context.close()


def test_without_scripts_the_answer_is_read_and_links_lead_on(scriptless: Reader) -> None:
    page = scriptless.page
    page.goto(scriptless.address)
    expect(page.locator("h1")).to_contain_text("từ 5% trở lên")
    expect(page.locator(".ranking li.bar").first).to_be_visible()
    expect(page.get_by_text("DỮ LIỆU MẪU")).to_be_visible()
    expect(page.locator(".overview-actions")).to_be_hidden()
    page.get_by_role("link", name="Hài lòng", exact=True).first.click()
    expect(page).to_have_title("Hài lòng · Một cửa")
    expect(page.locator("h1")).to_be_visible()


def test_the_headline_is_there_while_scripts_are_still_on_their_way(reader: Reader) -> None:
    late = Held(reader, re.compile(r"\.js(\?|$)"))
    reader.page.goto(reader.address, wait_until="commit")
    expect(reader.page.locator("#first h1")).to_be_visible()
    expect(reader.page.locator("#first .ranking li.bar").first).to_be_visible()
    late.let_go()
    reader.drawn()
    assert reader.page.locator("h1").count() == 1


@pytest.mark.parametrize("path", ["/", "/dung-han", "/don-vi/QM-P01"])
def test_dash_draws_what_stood_there(held: Held, path: str) -> None:
    reader = held.reader
    reader.page.goto(f"{reader.address}{path}")
    shape = """top => [...document.querySelectorAll(`${top} main .is-drawn`)]
        .map(one => [one.id, one.className, one.parentElement.className, one.getAttribute("aria-label"), one.innerHTML.replace(/data-age="\\d+"/, "")])"""
    before = reader.page.evaluate(shape, "#first")
    assert len(before) >= 2
    held.let_go()
    reader.drawn()
    after = reader.page.evaluate(shape, "#react-entry-point")
    assert after[: len(before)] == before


def test_focus_scroll_and_open_boxes_stay(held: Held) -> None:
    reader = held.reader
    reader.page.goto(reader.address)
    reader.page.locator("#first .custom summary").click()
    reader.page.locator('#first [data-key="previous"]').focus()
    reader.page.evaluate("() => window.scrollTo(0, 240)")
    held.let_go()
    reader.drawn()
    assert reader.focused() == "previous"
    assert reader.page.evaluate("() => window.scrollY") == 240
    expect(reader.page.locator("details.custom")).to_have_attribute("open", "")


def test_a_list_that_is_open_is_waited_for(held: Held) -> None:
    reader = held.reader
    reader.page.goto(reader.address)
    reader.page.locator("#first select[data-key=cach_tinh]").focus()
    held.let_go()
    expect(reader.page.locator("#react-entry-point main")).to_be_attached(timeout=PATIENCE)
    reader.page.wait_for_timeout(300)
    expect(reader.page.locator("#first h1")).to_be_visible()
    reader.page.keyboard.press("Tab")
    reader.drawn()


def test_a_link_followed_before_dash_is_there_leads_on(held: Held) -> None:
    reader = held.reader
    reader.page.goto(reader.address)
    reader.page.locator('#first [data-key="previous"]').click()
    reader.page.wait_for_url("**/?ky=2026-10")
    held.let_go()
    reader.drawn()
    assert "/10/2026" in reader.page.locator("main").inner_text()


def test_where_dash_cannot_start_the_answer_stays_and_says_what_is_missing(reader: Reader) -> None:
    reader.page.route("**/dash_renderer*", lambda route: route.abort())
    reader.page.goto(reader.address)
    expect(reader.page.locator("#first.is-alone")).to_be_attached(timeout=PATIENCE)
    expect(reader.page.locator("h1")).to_be_visible()
    told = reader.page.locator("#first").evaluate("one => getComputedStyle(one, '::before').content")
    assert "tải lại trang" in told
    hidden = reader.page.locator("#react-entry-point").evaluate("one => getComputedStyle(one).display")
    assert hidden != "none", "what Dash says is seen"
    reader.page.get_by_role("link", name="Đúng hạn", exact=True).first.click()
    reader.page.wait_for_url("**/dung-han")
    reader.complaints.clear()  # the browser's own words about what was aborted


def test_a_dash_that_never_draws_is_not_waited_for_for_ever(browser: Browser, address: str) -> None:
    with browser.new_context() as context:  # a clock is set for a whole window
        reader = Reader(context, address)
        reader.page.clock.install()
        Held(reader, "**/_dash-layout")
        reader.page.goto(reader.address)
        expect(reader.page.locator("#first h1")).to_be_visible()
        reader.page.clock.fast_forward(21_000)
        expect(reader.page.locator("#first.is-alone h1")).to_be_visible()
        assert reader.complaints == []


# later changes


def test_a_change_that_takes_long_keeps_the_cards_sizes_and_says_so(reader: Reader) -> None:
    reader.page.set_viewport_size(PROJECTOR)
    reader.open("/dung-han")
    sizes = "() => [...document.querySelectorAll('main > .card')].map(one => one.offsetHeight)"
    before = reader.page.evaluate(sizes)
    held = Held(reader)
    reader.page.locator('[data-key="previous"]').click()
    leaving = reader.page.locator("main.is-leaving")
    expect(leaving).to_be_attached()
    assert leaving.evaluate("one => getComputedStyle(one, '::before').content") == '"Đang tải…"'
    assert reader.page.evaluate(sizes) == before
    assert reader.page.locator("main .ranking .rate, main table .rate").first.is_hidden()
    held.let_go()
    reader.drawn()


def test_a_card_that_is_late_waits_as_large_as_it_was(reader: Reader) -> None:
    reader.open("/dung-han")
    size = "() => document.querySelector('main .on-time-fields').offsetHeight"
    before = reader.page.evaluate(size)
    late = Held(reader, words="on-time-fields")
    reader.page.locator('[data-key="previous"]').click()
    waiting = reader.page.locator(".on-time-fields .slot:not(.is-drawn)")
    expect(waiting).to_be_attached(timeout=PATIENCE)
    assert abs(reader.page.evaluate(size) - before) <= 1
    assert waiting.evaluate("one => getComputedStyle(one, '::before').content") == '"Đang tải…"'
    late.let_go()
    reader.drawn()


# charts


def test_the_arrow_keys_say_month_after_month(reader: Reader) -> None:
    reader.open("/dung-han")
    drawing = reader.page.locator(".on-time-trend .drawing")
    expect(drawing.locator(".main-svg").first).to_be_visible()
    drawing.focus()
    reader.page.keyboard.press("ArrowLeft")
    expect(drawing.locator(".hoverlayer")).to_contain_text("háng 11/2026")
    reader.page.keyboard.press("ArrowLeft")
    expect(drawing.locator(".hoverlayer")).to_contain_text("háng 10/2026")
    expect(reader.page.locator("#said")).to_contain_text("háng 10/2026")
    reader.page.keyboard.press("Escape")
    expect(drawing.locator(".hoverlayer")).not_to_contain_text("háng")


def test_a_picture_says_what_it_is_of(reader: Reader, tmp_path: Path) -> None:
    reader.open("/dung-han")
    expect(reader.page.locator(".on-time-trend .main-svg").first).to_be_visible()
    for form in ("png", "svg"):
        with reader.page.expect_download() as asked:
            reader.page.locator(f".on-time-trend [data-picture={form}]").click()
        assert asked.value.suggested_filename == f"dien-bien-13-thang-10-15-21-11-2026.{form}"
        asked.value.save_as(tmp_path / form)
    assert (tmp_path / "png").read_bytes().startswith(b"\x89PNG")
    told = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", (tmp_path / "svg").read_text("utf-8")))
    for words in ("DỮ LIỆU MẪU", "Số liệu đến 10:15, 21/11/2026", "Tỷ lệ trễ hẹn"):
        assert words in told, words

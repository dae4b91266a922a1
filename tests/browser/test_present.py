"""Presenting: one card a screen, walked by keys; the address keeps the place, the server is asked nothing."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Route, expect

from browser.conftest import UPDATE, Reader

pytestmark = pytest.mark.browser

SIZES = ((1366, 768), (1440, 900), (1920, 1080))
PAGES = ("/", "/dung-han")
WARD = "QM-P01"


def cards(reader: Reader) -> list[str]:
    """The cards of the page, in their order."""
    return list(
        reader.page.evaluate(
            """() => [...document.querySelectorAll('#noi-dung > :not(.bar)')]
                .map(one => JSON.parse(one.querySelector('.slot').id).card)"""
        )
    )


def shown(reader: Reader) -> str:
    """The one card on the screen."""
    told = reader.page.locator("[data-shown]")
    expect(told).to_have_count(1)
    return str(told.evaluate("one => JSON.parse(one.querySelector('.slot').id).card"))


def at(reader: Reader, place: str) -> None:
    """Wait for the progress, as "3/12 Tổng quan"."""
    expect(reader.page.locator(".present-place")).to_have_text(re.compile(rf"^\s*{place}"))


def press(reader: Reader, *keys: str) -> None:
    for key in keys:
        reader.page.keyboard.press(key)


def test_p_enters_and_asks_the_server_nothing(reader: Reader) -> None:
    reader.open("/")
    all_cards = cards(reader)
    reader.forget()
    press(reader, "p")
    at(reader, f"1/{len(all_cards)} Tổng quan")
    assert reader.where == "/?trinh_chieu=1&the=overview-headline"
    for name in all_cards[1:]:
        press(reader, "ArrowRight")
        assert shown(reader) == name
        assert reader.where == f"/?trinh_chieu=1&the={name}"
    press(reader, "Home")
    assert shown(reader) == all_cards[0]
    press(reader, "Escape")
    expect(reader.page.locator("html")).not_to_have_class(re.compile("presenting"))
    assert reader.where == "/"
    assert reader.updates == []
    expect(reader.page.locator(".controls")).to_be_visible()


def test_cards_are_counted_before_they_are_drawn(reader: Reader) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        late = "overview-actions" in (route.request.post_data or "")
        held.append(route) if late else route.continue_()

    reader.page.route(f"**{UPDATE}", hold)
    reader.page.goto(f"{reader.address}/?trinh_chieu=1&the=overview-actions")
    at(reader, r"3/\d+")
    waiting = reader.page.locator("[data-shown] .slot:not(.is-drawn)")
    expect(waiting).to_have_count(1)
    reader.page.unroute(f"**{UPDATE}")
    for route in held:
        route.continue_()
    reader.drawn()
    at(reader, r"3/\d+ Tổng quan")
    assert shown(reader) == "overview-actions"
    assert reader.page.evaluate(FAULTS) == []


def test_what_stays_on_the_screen(reader: Reader) -> None:
    reader.open(f"/?trinh_chieu=1&don_vi={WARD}&cach_tinh=B")
    for gone in (".top ul", ".controls", ".chips", "nav [data-copy]"):
        expect(reader.page.locator(gone)).to_be_hidden()
    expect(reader.page.get_by_text("DỮ LIỆU MẪU")).to_be_visible()
    expect(reader.page.locator(".data-time")).to_contain_text("10:15, 21/11/2026")
    expect(reader.page.locator(".presented")).to_have_text(
        "Phường Mỹ An · Tháng 11/2026, dương lịch, 01/11–21/11/2026 (kỳ chưa kết thúc)"
        " · so với kỳ trước (01/10–21/10/2026) · cách tính B"
    )
    expect(reader.page.locator(".presented")).to_be_visible()


def test_from_the_last_card_to_the_next_page_and_back(reader: Reader) -> None:
    reader.open("/?trinh_chieu=1&the=overview-trend&ky=2026-10")
    reader.page.evaluate("() => { window.here = history.length; }")
    last = cards(reader)[-1]
    press(reader, "End", "PageDown")
    at(reader, r"1/\d+ Đúng hạn")
    reader.drawn()
    assert reader.where == "/dung-han?ky=2026-10&trinh_chieu=1&the=on-time-headline"
    press(reader, "Space", "PageDown")
    assert shown(reader) == cards(reader)[2]
    assert reader.page.evaluate("() => history.length - window.here") == 1, "cards are no history, pages are"
    reader.goes(reader.page.go_back, f"/?ky=2026-10&trinh_chieu=1&the={last}")
    assert shown(reader) == last
    reader.goes(reader.page.go_forward, "/dung-han?ky=2026-10&trinh_chieu=1&the=on-time-trend")
    press(reader, "ArrowLeft", "ArrowLeft", "ArrowLeft")
    expect(reader.page).to_have_url(re.compile(rf"/\?ky=2026-10&trinh_chieu=1&the={last}$"))


def test_a_reload_lands_on_the_same_card_and_back_leaves(reader: Reader) -> None:
    reader.open("/dung-han")
    reader.page.get_by_role("button", name="Trình chiếu").click()
    press(reader, "ArrowRight", "ArrowRight")
    place, where = shown(reader), reader.where
    reader.page.reload()
    reader.drawn()
    assert shown(reader) == place
    assert reader.where == where
    reader.forget()
    reader.page.go_back()
    expect(reader.page.locator("html")).not_to_have_class(re.compile("presenting"))
    assert reader.where == "/dung-han"


def test_a_link_that_says_presenting_is_left_by_escape(reader: Reader) -> None:
    reader.open("/?trinh_chieu=1&the=overview-heat")
    assert shown(reader) == "overview-heat"
    press(reader, "Escape")
    assert reader.where == "/"
    reader.goes(reader.page.get_by_role("link", name="Kỳ trước", exact=True).click, "/?ky=2026-10")
    assert reader.page.locator("html.presenting").count() == 0


def test_a_card_there_is_not_is_the_first(reader: Reader) -> None:
    reader.open("/?trinh_chieu=1&the=khong-co")
    assert shown(reader) == "overview-headline"


def test_a_period_without_figures_still_shows_its_sentence(reader: Reader) -> None:
    reader.open("/?ky=2027-03&trinh_chieu=1&the=overview-heat")
    at(reader, "1/1 Tổng quan")
    expect(reader.page.locator("[data-shown]")).to_contain_text("Kỳ này bắt đầu từ 01/03/2027")


def test_the_copied_link_opens_the_same_screen(reader: Reader) -> None:
    reader.open("/")
    press(reader, "p", "ArrowRight")
    reader.page.mouse.move(300, 300)
    reader.page.locator(".present").get_by_role("button", name="Chép liên kết").click()
    expect(reader.page.locator(".toast")).to_have_text("Đã chép liên kết")
    link = str(reader.page.evaluate("() => navigator.clipboard.readText()"))
    words = parse_qs(urlsplit(link).query)
    assert words["trinh_chieu"] == ["1"]
    assert words["the"] == ["overview-ranking"]
    assert words["den"] == ["2026-11-21T10:15"]


def test_a_link_in_a_card_keeps_presenting(reader: Reader) -> None:
    reader.open("/?trinh_chieu=1&the=overview-ranking")
    reader.goes(
        reader.page.locator(f".overview-ranking a[href='/?don_vi={WARD}']").click,
        f"/?don_vi={WARD}&trinh_chieu=1&the=overview-ranking",
    )
    assert shown(reader) == "overview-ranking"


def test_keys_are_shown_with_a_question_mark(reader: Reader) -> None:
    reader.open("/")
    dialog = reader.page.get_by_role("dialog", name="Phím tắt")
    press(reader, "?")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("Esc")
    press(reader, "p")
    assert reader.where == "/", "a dialog is read, not presented"
    press(reader, "Escape")
    expect(dialog).to_be_hidden()
    press(reader, "p", "?", "ArrowRight", "Escape")
    expect(dialog).to_be_hidden()
    assert reader.where == "/?trinh_chieu=1&the=overview-headline", "Esc closed the dialog alone"


def test_no_key_is_taken_from_a_field_or_with_control(reader: Reader) -> None:
    reader.open("/ho-so")
    reader.page.locator("input[name=code]").first.focus()
    press(reader, "p", "?")
    assert reader.page.locator("input[name=code]").first.input_value() == "p?"
    reader.page.evaluate("() => document.activeElement.blur()")
    press(reader, "Alt+p")
    assert reader.page.locator("html.presenting").count() == 0


def test_the_pointer_goes_when_it_rests(reader: Reader) -> None:
    reader.open("/?trinh_chieu=1")
    still = re.compile("is-still")
    expect(reader.page.locator("html")).to_have_class(still, timeout=4_000)
    assert reader.page.evaluate("() => getComputedStyle(document.querySelector('h1')).cursor") == "none"
    reader.page.mouse.move(200, 200)
    expect(reader.page.locator("html")).not_to_have_class(still)


def test_a_long_card_scrolls_by_key_under_its_head(reader: Reader) -> None:
    reader.page.set_viewport_size({"width": 1366, "height": 768})
    reader.open("/ho-so?trinh_chieu=1")
    expect(reader.page.locator(".present-more")).to_be_visible()
    head = reader.page.locator("[data-shown] thead th").first
    before = head.bounding_box()
    reader.page.emulate_media(reduced_motion="reduce")
    press(reader, "ArrowDown", "ArrowDown")
    assert reader.page.locator("[data-shown] .slot").evaluate("one => one.scrollTop") > 300
    after = head.bounding_box()
    assert before is not None
    assert after is not None
    assert after["y"] <= before["y"], "the head stays in view"
    assert after["y"] > 0
    press(reader, "ArrowUp", "ArrowUp")
    assert reader.page.locator("[data-shown] .slot").evaluate("one => one.scrollTop") == 0


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_clipped_on_a_projector(reader: Reader, path: str) -> None:
    reader.open(f"{path}?trinh_chieu=1")
    for width, height in SIZES:
        reader.page.set_viewport_size({"width": width, "height": height})
        press(reader, "Home")
        for name in cards(reader):
            assert shown(reader) == name
            for _ in range(100):  # a chart takes a new window's size a moment later
                faults = reader.page.evaluate(FAULTS)
                if not faults:
                    break
                reader.page.wait_for_timeout(50)
            assert faults == [], (name, width)
            if name != cards(reader)[-1]:
                press(reader, "ArrowRight")


FAULTS = """() => {
    const card = document.querySelector('[data-shown]'), slot = card.querySelector('.slot');
    const strip = document.querySelector('.present').getBoundingClientRect().top;
    const seen = [...card.querySelectorAll('*')].filter(one => one.getClientRects().length
        && !one.closest('.visually-hidden, clipPath, defs'));
    const beyond = seen.filter(one => { const box = one.getBoundingClientRect();
        return box.width && (box.right > innerWidth + 1 || box.left < -1); });
    const own = one => [...one.childNodes].some(child => child.nodeType === 3 && child.data.trim());
    const size = one => parseFloat(getComputedStyle(one).fontSize);
    const small = seen.filter(one => own(one) && size(one) < innerHeight / 64);
    const chart = card.querySelector('.main-svg');
    const rows = seen.filter(own).map(one => one.getBoundingClientRect());
    const filled = Math.max(...rows.map(row => row.bottom)) - Math.min(...rows.map(row => row.top));
    const box = chart && chart.getBoundingClientRect();
    const told = name => one => name + ' ' + one.outerHTML.slice(0, 90);
    return [...beyond.map(told('beyond')), ...small.filter(one => !one.closest('svg')).map(told('small')),
        ...(slot.scrollWidth > slot.clientWidth + 1 ? ['wide'] : []),
        ...(!chart && filled < innerHeight * 0.3 ? ['nearly empty ' + filled] : []),
        ...(slot.scrollHeight > slot.clientHeight + 1 && document.querySelector('.present-more').hidden
            ? ['more is not told'] : []),
        ...(box && (box.bottom > strip + 1 || box.width < innerWidth * 0.9 || box.height < innerHeight / 2)
            ? ['chart ' + [box.bottom, box.width, box.height]] : [])];
}"""


def test_paper_shows_the_whole_page(reader: Reader) -> None:
    reader.open("/?trinh_chieu=1&the=overview-heat")
    reader.page.emulate_media(media="print")
    for name in ("overview-headline", "overview-ranking", "overview-heat"):
        expect(reader.page.locator(f".{name}")).to_be_visible()
    expect(reader.page.locator(".present")).to_be_hidden()
    assert reader.page.evaluate("() => parseFloat(getComputedStyle(document.documentElement).fontSize)") == 11


@pytest.mark.parametrize("path", PAGES)
def test_no_serious_barrier_while_presenting(reader: Reader, path: str) -> None:
    reader.page.set_viewport_size({"width": 1366, "height": 768})
    reader.open(f"{path}?trinh_chieu=1")
    for _ in cards(reader)[1:]:
        press(reader, "ArrowRight")
        barriers = reader.barriers()
        assert barriers == [], shown(reader)
    press(reader, "?")
    assert reader.barriers() == []

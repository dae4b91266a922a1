"""On a phone: the finding first, the filters one line that opens, the page's own tab in sight."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from browser.conftest import PATIENCE, PHONE, Look, Reader

pytestmark = pytest.mark.browser
WARD = "QM-P01"


@pytest.fixture(autouse=True)
def _patient() -> Iterator[None]:
    expect.set_options(timeout=PATIENCE)
    yield
    expect.set_options(timeout=5_000)


def test_the_finding_stands_above_the_filters_which_are_one_line(seen: Look) -> None:
    reader = seen(f"/?don_vi={WARD}", PHONE)
    line, title = reader.page.locator(".fold").bounding_box(), reader.page.locator("h1").bounding_box()
    assert line is not None
    assert title is not None
    assert title["y"] + title["height"] < min(line["y"], 300), "read without a movement of the hand"
    assert line["height"] < 70
    expect(reader.page.locator(".controls")).to_be_hidden()
    expect(reader.page.locator(".fold")).to_have_text(
        "Kỳ và bộ lọc: Tháng 11/2026 · so với kỳ trước · Phường Mỹ An"
    )


def test_the_line_opens_the_filters_and_gives_them_back(reader: Reader) -> None:
    reader.page.set_viewport_size(PHONE)
    reader.open("/dung-han")
    for _ in range(2):  # what was given back opens again
        reader.page.locator(".fold").focus()
        reader.page.keyboard.press("Enter")
        box = reader.page.get_by_role("dialog", name="Kỳ và bộ lọc")
        expect(box.get_by_role("link", name="Quý", exact=True)).to_be_visible()
        reader.page.keyboard.press("Escape")
        expect(box).to_have_count(0)
        expect(reader.page.locator(".bar .controls")).to_have_count(1)
        expect(reader.page.locator(".fold")).to_be_focused()
    reader.page.locator(".fold").click()
    expect(box.get_by_role("link", name="Quý", exact=True)).to_be_visible()
    assert reader.barriers() == []
    unit = box.get_by_role("combobox", name="Đơn vị", exact=True)
    unit.fill("my an")
    reader.goes(reader.page.locator(".found [aria-selected=true]").click, f"/dung-han?don_vi={WARD}")
    expect(reader.page.locator(".offcanvas")).to_have_count(0)
    expect(reader.page.locator(".controls")).to_have_count(1)


def test_the_page_s_own_tab_is_in_sight(seen: Look) -> None:
    for path in ("/", "/phuong-phap"):
        reader = seen(path, PHONE)
        tab = reader.page.locator(".top [aria-current=page]").bounding_box()
        assert tab is not None
        assert tab["x"] >= 0
        assert tab["x"] + tab["width"] <= 390


def test_the_list_under_a_box_stays_within_the_screen(reader: Reader) -> None:
    reader.page.set_viewport_size(PHONE)
    reader.open("/")
    reader.page.get_by_role("combobox", name="Tìm đơn vị").fill("my an")
    expect(reader.page.get_by_role("option", name="Phường Mỹ An")).to_be_visible()
    assert reader.page.evaluate("() => document.documentElement.scrollWidth") <= 390


def test_the_overview_ends_within_4500_pixels(seen: Look) -> None:
    reader = seen("/", PHONE)
    assert reader.page.locator(".ranking li.bar").count() > 20
    assert reader.page.evaluate("() => document.documentElement.scrollHeight") < 4_500
    assert reader.page.evaluate("() => document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize(("path", "card"), [("/don-vi", ".units-list"), ("/dung-han", ".on-time-units")])
def test_a_unit_s_row_is_a_card_whose_numbers_say_their_names(seen: Look, path: str, card: str) -> None:
    reader = seen(path, PHONE)
    rows = reader.page.locator(f"{card} tbody tr")
    assert rows.count() >= 20
    for name in ("th", "td"):
        box = rows.first.locator(name).first.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
    labels = rows.first.locator("td").evaluate_all("cells => cells.map(one => one.dataset.label)")
    heads = reader.page.locator(f"{card} thead th").evaluate_all(
        "heads => heads.map(one => one.textContent.trim())"
    )
    assert labels == heads[1:]
    assert reader.page.locator(f"{card} thead .help").first.is_visible(), (
        "what a number means is asked here too"
    )
    assert reader.page.get_by_role("rowheader", name="Mỹ An").count() >= 1
    assert reader.barriers() == []


@pytest.mark.parametrize(
    ("path", "longest"),
    [
        ("/dung-han", 6_500), ("/truc-tuyen", 6_500), ("/canh-bao", 5_200), (f"/don-vi/{WARD}", 5_200),
        ("/giao-ban", 6_500), ("/bao-cao", 6_500), ("/phuong-phap", 6_000), ("/ho-so", 4_000),
    ],
)  # fmt: skip
def test_a_page_is_no_longer_than_a_thumb_scrolls_and_no_wider_than_the_screen(
    seen: Look, path: str, longest: int
) -> None:
    reader = seen(path, PHONE)
    assert reader.page.evaluate("() => document.documentElement.scrollHeight") < longest
    assert reader.page.evaluate("() => document.documentElement.scrollWidth") <= 390
    beyond = reader.page.evaluate(
        """() => [...document.querySelectorAll("main .card *")]
            .filter((one) => !one.closest(".scroll-x:not(:has(.as-cards)), svg, .visually-hidden, .chart"))
            .filter((one) => one.getClientRects().length && one.getBoundingClientRect().right > 390)
            .map((one) => one.outerHTML.slice(0, 100))"""
    )
    assert beyond == [], "cut at the edge"
    scrolled = reader.page.locator("main .scroll-x:visible:not(:has(.heat, .work-list))").evaluate_all(
        "all => all.filter((one) => one.innerText.trim() && one.scrollWidth > one.clientWidth + 1)"
        ".map((one) => one.innerText.slice(0, 60))"
    )
    assert scrolled == [], "read only by a movement of the hand"


def test_what_is_wrong_with_a_unit_stands_above_all_that_is_counted(reader: Reader) -> None:
    reader.page.set_viewport_size(PHONE)
    reader.open(f"/don-vi/{WARD}")
    tops = [
        box["y"]
        for name in ("flags", "trend", "metrics")
        if (box := reader.page.locator(f".unit-{name}").bounding_box())
    ]
    assert len(tops) == 3
    assert tops == sorted(tops)
    groups = reader.page.locator(".unit-groups > table")
    assert groups.locator("visible=true").count() == 2
    reader.page.get_by_role("button", name="nhóm chỉ số").click()
    assert groups.locator("visible=true").count() == groups.count() > 4


def test_the_rate_s_own_way_of_counting_is_the_one_in_sight(seen: Look) -> None:
    reader = seen("/phuong-phap?cach_tinh=C", PHONE)
    assert reader.page.locator(".example:visible").evaluate_all(
        "all => all.map(one => one.dataset.basis)"
    ) == ["C"]


def test_a_question_mark_never_begins_a_line_of_a_flag(seen: Look) -> None:
    reader = seen("/canh-bao", PHONE)
    alone = reader.page.locator(".flag-head:visible").evaluate_all(
        """heads => heads.filter(head => {
            const mark = head.querySelector(".help").getBoundingClientRect(), text = document.createRange();
            const last = head.querySelector(":scope > a, :scope > span:not(.tag)").lastChild;
            text.setStart(last, last.length - 1); text.setEnd(last, last.length);
            return text.getBoundingClientRect().bottom < mark.top;
        }).length"""
    )
    assert alone == 0


def test_a_long_list_begins_with_its_first_rows_and_opens(reader: Reader) -> None:
    reader.page.set_viewport_size(PHONE)
    reader.open("/dung-han")
    card = reader.page.locator(".on-time-fields")
    rows, more = card.locator("tbody tr"), card.get_by_role("button", name="Xem cả")
    assert card.locator("tbody tr:visible").count() == 3
    expect(card.locator("tfoot tr")).to_have_count(0)
    more.click()
    assert card.locator("tbody tr:visible").count() == rows.count() > 5
    expect(card.get_by_role("button", name="Thu gọn")).to_have_attribute("aria-expanded", "true")
    over = reader.page.locator(".on-time-units tbody tr:has(.rate.over)").filter(has_not_text="ít hồ sơ")
    assert over.count() == over.locator("visible=true").count() >= 1, (
        "a unit surely over the threshold is in sight"
    )


def test_only_what_is_there_is_told_in_a_card_of_flags(reader: Reader) -> None:
    reader.page.set_viewport_size(PHONE)
    reader.open("/canh-bao")
    reader.page.locator(".flags-matrix").get_by_role("button", name="Xem cả").click()
    shown = reader.page.locator(".flag-matrix tbody td:visible")
    assert shown.count() >= 3
    assert "·" not in {text.strip() for text in shown.all_inner_texts()}


def test_paper_and_a_wide_screen_have_every_row(seen: Look) -> None:
    reader = seen("/dung-han", PHONE)
    reader.page.emulate_media(media="print")
    for card in (".on-time-fields", ".on-time-days"):
        rows = reader.page.locator(f"{card} tbody tr")
        assert rows.count() == reader.page.locator(f"{card} tbody tr:visible").count()
    expect(reader.page.get_by_role("button", name="Xem cả")).to_have_count(0)


def test_a_numbered_sheet_of_many_dossiers_is_read_as_cards(reader: Reader) -> None:
    """The first ten, and a button for the rest; on a wide screen a code stands on one line."""
    taken = reader.page.request.get(f"{reader.address}/tai/ho-so.xlsx?mau=60&hat_giong=7")
    number = re.search(r"_(KT-[\w-]+)\.xlsx", taken.headers["content-disposition"])
    assert number is not None
    reader.open(f"/phieu/{number[1]}")
    code = reader.page.locator(".sheet-blocks tbody tr").first.locator("td").nth(1)
    assert code.evaluate("one => getComputedStyle(one).whiteSpace") == "nowrap", "read out digit by digit"
    reader.page.set_viewport_size(PHONE)
    rows = reader.page.locator(".sheet-blocks tbody tr:visible")
    expect(rows).to_have_count(10)
    assert reader.page.evaluate("() => document.documentElement.scrollHeight") < 3_500
    reader.page.get_by_role("button", name="Xem cả 60 dòng").click()
    expect(rows).to_have_count(60)
    assert max(rows.evaluate_all("all => all.map(one => one.offsetHeight)")) < 180
    assert reader.page.evaluate("() => document.documentElement.scrollWidth") <= 390
    assert reader.barriers() == []

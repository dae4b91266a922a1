"""What a hand does on the pages: aim at a bar, open a box, read on a phone, show one card alone."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

import pytest
from playwright.sync_api import Route, ViewportSize, expect

from browser.conftest import PATIENCE, PHONE, PROJECTOR, UPDATE, Look, Reader

pytestmark = pytest.mark.browser


def test_anywhere_on_a_bar_opens_its_unit(reader: Reader) -> None:
    for part in (".track", ".months", ".fill"):
        reader.open("/")
        bar = reader.page.locator(".ranking li.bar").first
        to = bar.locator("a.name").get_attribute("href")
        box = bar.locator(part).bounding_box()
        assert box is not None
        reader.goes(
            partial(reader.page.mouse.click, box["x"] + min(box["width"], 40) / 2, box["y"] + 10), str(to)
        )


def test_ten_units_are_seen_on_a_projector_without_scrolling(seen: Look) -> None:
    """Each whole, with its bar, a/b, change, months and backlog."""
    reader = seen("/")
    bars = reader.page.locator(".ranking li.bar")
    boxes = [one.bounding_box() for one in bars.all()[:10]]
    assert len(boxes) == 10
    assert all(box is not None and box["y"] + box["height"] <= PROJECTOR["height"] for box in boxes)
    for part in (".fill", ".share", ".change", ".months svg", ".overdue"):
        assert bars.first.locator(part).count() == 1, part


def test_a_trend_is_three_times_as_wide_as_high(seen: Look) -> None:
    for path, chart in (("/", ".overview-trend .chart"), ("/dung-han", ".on-time-trend .chart")):
        reader = seen(path)
        box = reader.page.locator(chart).bounding_box()
        assert box is not None
        assert 2.5 <= box["width"] / box["height"] <= 3.5, path


def test_the_numbers_on_a_bar_open_their_dossiers(reader: Reader) -> None:
    reader.open("/")
    share = reader.page.locator(".ranking .share a.count").first
    reader.goes(share.click, str(share.get_attribute("href")))
    assert reader.where.startswith("/ho-so?")


def test_the_box_of_days_opens_over_the_page_and_closes_again(reader: Reader) -> None:
    reader.page.set_viewport_size(PROJECTOR)
    reader.open("/")
    place = "() => JSON.stringify([...document.querySelectorAll('.controls > *, h1')].map(one => {"\
            " const box = one.getBoundingClientRect(); return [box.x, box.y]; }))"  # fmt: skip
    before, box = reader.page.evaluate(place), reader.page.locator(".custom-box")
    summary = reader.page.locator(".custom summary")
    summary.click()
    expect(box).to_be_visible()
    assert reader.page.evaluate(place) == before, "nothing else moves"
    reader.page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    expect(summary).to_be_focused()
    summary.click()
    reader.page.locator(".tile").last.click()
    expect(box).to_be_hidden()


def test_what_fails_for_a_page_that_was_left_is_not_told_of_the_next(reader: Reader) -> None:
    reader.open("/")
    held: list[Route] = []
    is_left = [False]

    def hold(route: Route) -> None:
        if is_left[0]:
            route.continue_()
        else:
            held.append(route)

    reader.page.route(f"**{UPDATE}*", hold)
    reader.page.locator('[data-key="previous"]').click()
    for _ in range(100):
        if not held:
            reader.page.wait_for_timeout(100)
    assert held, "the layout of the period before, or its cards"
    is_left[0] = True
    reader.page.go_back()
    reader.drawn()
    for one in held:
        one.abort()
    reader.page.wait_for_timeout(300)
    assert reader.page.locator(".is-lost").count() == 0
    reader.complaints.clear()  # the browser's own words about what was aborted


@pytest.mark.parametrize("words", ["", "?don_vi=QM-P01&linh_vuc=dat-dai&cach_tinh=C&so_voi=cung-ky"])
def test_what_is_chosen_can_be_read_in_one_line(seen: Look, words: str) -> None:
    reader = seen(f"/{words}")
    cut = reader.page.evaluate(
        """() => {
          const ruler = document.createElement("canvas").getContext("2d");
          return [...document.querySelectorAll(".pick select")].filter((one) => {
            const style = getComputedStyle(one);
            ruler.font = style.font;
            const inside = one.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
            return ruler.measureText(one.selectedOptions[0].textContent).width > inside;
          }).map((one) => one.selectedOptions[0].textContent);
        }"""
    )
    assert cut == []
    tops = reader.page.evaluate("() => [...document.querySelectorAll('.pick')].map(one => one.offsetTop)")
    assert max(tops) - min(tops) < (5 if not words else 60)


def test_on_a_phone_the_last_months_are_in_sight_with_their_units(seen: Look) -> None:
    reader = seen("/dung-han", PHONE)
    inside = reader.page.evaluate(
        """() => {
          const row = document.querySelector(".on-time-heat tbody tr");
          const inside = (one) => {
            const box = one.getBoundingClientRect();
            return box.left >= 0 && box.right <= innerWidth;
          };
          return [inside(row.querySelector("th")), inside(row.querySelector("td:last-child"))];
        }"""
    )
    assert inside == [True, True]


def test_on_a_phone_the_months_of_a_chart_do_not_run_together(seen: Look) -> None:
    reader = seen("/dung-han", PHONE)
    expect(reader.page.locator(".on-time-trend .xtick text").first).to_be_attached(timeout=PATIENCE)
    boxes = reader.page.evaluate(
        "() => [...document.querySelectorAll('.on-time-trend .xtick text')].map(one => {"
        " const box = one.getBoundingClientRect(); return [box.left, box.right, one.textContent]; })"
    )
    assert [text for _, _, text in boxes] == ["11/25", "02/26", "05/26", "08/26", "11/26"]
    assert all(left - right > 4 for (_, right, _), (left, _, _) in pairwise(boxes))


def test_a_card_shown_alone_says_what_it_is_of(reader: Reader) -> None:
    reader.open("/?linh_vuc=dat-dai&trinh_chieu=1&the=overview-ranking")
    scope = reader.page.locator(".overview-ranking .scope")
    expect(scope).to_have_text("Lĩnh vực Đất đai")
    expect(scope).to_be_visible()
    reader.open("/?linh_vuc=dat-dai")
    assert reader.page.locator(".overview-satisfaction .scope").count() == 0, "votes know no field"
    assert reader.page.locator(".scope").count() == 6
    reader.open("/")
    assert reader.page.locator(".scope").count() == 0


def test_presenting_rates_stand_under_one_another(seen: Look) -> None:
    reader = seen("/dung-han?trinh_chieu=1&the=on-time-fields")
    ends = reader.page.evaluate(
        "() => [...document.querySelectorAll('.on-time-fields tbody td > .rate')]"
        ".map(one => Math.round(one.getBoundingClientRect().right))"
    )
    assert len(ends) > 10
    assert max(ends) - min(ends) <= 1


def test_data_that_grow_old_are_told_and_the_word_can_be_sent_away(reader: Reader) -> None:
    reader.open("/")
    assert reader.page.locator("#old").count() == 0
    reader.page.locator(".data-time").evaluate("line => line.setAttribute('data-expected', '-1')")
    tell = "() => document.dispatchEvent(new CustomEvent('motcua:drawn', { detail: 'overview-bar' }))"
    reader.page.evaluate(tell)
    alert = reader.page.locator("#old")
    expect(alert).to_contain_text("Dữ liệu cũ. Số liệu đến 10:15, 21/11/2026")
    expect(reader.page.locator(".old-mark")).to_be_visible()
    alert.get_by_role("button", name="Đóng").click()
    expect(alert).to_have_count(0)
    reader.page.evaluate(tell)
    expect(alert).to_have_count(0)


def test_every_page_of_the_navigation_is_in_sight(reader: Reader) -> None:
    reader.open("/tim-kiem")
    for width in (1366, 1920, 2400):
        reader.page.set_viewport_size(ViewportSize(width=width, height=900))
        hidden = reader.page.locator(".top ul").evaluate("list => list.scrollWidth - list.clientWidth")
        assert hidden <= 0, width

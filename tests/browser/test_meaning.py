"""The "?" beside a number: opened by hand and by keyboard, one at a time, closed where it was opened."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import ViewportSize, expect

from browser.conftest import PATIENCE, Reader
from queries.definitions.metrics import METRICS

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def _patient() -> Iterator[None]:
    expect.set_options(timeout=PATIENCE)
    yield
    expect.set_options(timeout=5_000)


def test_a_question_mark_says_what_the_number_means(reader: Reader) -> None:
    reader.open("/dung-han?ky=2026-10")
    mark, told = (
        reader.page.locator('.on-time-units [data-help="late_rate_a"]'),
        reader.page.locator(".popover"),
    )
    mark.click()
    expect(told).to_contain_text("Trễ hạn / (trước hạn + đúng hạn + trễ hạn).")
    expect(told).to_contain_text("Biểu II.06")
    expect(mark).to_have_attribute("aria-expanded", "true")
    assert reader.barriers() == []
    box, where = told.bounding_box(), mark.bounding_box()
    assert box
    assert where
    assert abs(box["y"] - where["y"]) < 60 or abs(box["y"] + box["height"] - where["y"]) < 60, (
        "beside its number"
    )
    mark.click()
    expect(told).to_have_count(0)


def test_by_keyboard_it_opens_is_read_and_gives_the_keyboard_back(reader: Reader) -> None:
    reader.open("/dung-han")
    mark, told = (
        reader.page.locator(".on-time-units [data-help=open_overdue]"),
        reader.page.locator(".popover"),
    )
    for leave in ("Escape", "Shift+Tab"):
        mark.focus()
        reader.page.keyboard.press("Enter")
        expect(reader.page.locator("#meaning-told")).to_be_focused()
        expect(reader.page.get_by_role("dialog", name="Quá hạn chưa giải quyết xong")).to_be_visible()
        reader.page.keyboard.press(leave)
        expect(told).to_have_count(0)
        expect(mark).to_be_focused()
    reader.page.keyboard.press("Enter")
    expect(reader.page.locator("#meaning-told")).to_be_focused()
    reader.page.keyboard.press("Tab")
    reader.goes(lambda: reader.page.keyboard.press("Enter"), "/phuong-phap")
    expect(told).to_have_count(0)


def test_one_popover_serves_them_all(reader: Reader) -> None:
    reader.open("/dung-han")
    reader.page.locator('.on-time-units [data-help="early"]').click()
    expect(reader.page.locator(".popover")).to_contain_text(METRICS["early"].definition)
    reader.page.locator('.on-time-units [data-help="late"]').click()
    expect(reader.page.locator(".popover")).to_contain_text(METRICS["late"].definition)
    expect(reader.page.locator(".popover")).to_have_count(1)
    reader.page.locator("h1").click()
    expect(reader.page.locator(".popover")).to_have_count(0)


def test_on_a_phone_it_stays_within_the_screen(reader: Reader) -> None:
    reader.page.set_viewport_size(ViewportSize(width=390, height=844))
    reader.open("/dung-han")
    reader.page.locator("main [data-help]:visible").first.click()
    box = reader.page.locator(".popover").bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390

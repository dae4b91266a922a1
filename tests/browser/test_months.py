"""The months of small lines: their numbers under the pointer, and by the arrow keys."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from browser.conftest import Look, Reader

pytestmark = pytest.mark.browser

LINES = (("/", ".tile .spark"), ("/", ".ranking .spark"), ("/", ".overview-online .plot svg"),
         ("/hai-long", ".multiples .plot svg"), ("/don-vi/QM-P01", ".unit-metrics .spark"))  # fmt: skip


@pytest.mark.parametrize(("path", "lines"), LINES)
def test_every_month_is_told_under_the_pointer(seen: Look, path: str, lines: str) -> None:
    reader = seen(path)
    line = reader.page.locator(lines).first
    line.scroll_into_view_if_needed()
    box = line.bounding_box()
    assert box is not None
    months = str(line.get_attribute("data-months")).split("|")
    assert len(months) == 13
    for at in (0, 6, 12):
        x = box["x"] + box["width"] * (0.03 + 0.94 * at / 12)
        reader.page.mouse.move(x, box["y"] + box["height"] / 2)
        expect(reader.page.locator("#month")).to_have_text(months[at])
    reader.page.mouse.move(2, 2)
    expect(reader.page.locator("#month")).to_be_hidden()


def test_the_arrow_keys_walk_through_the_months_of_a_row(reader: Reader) -> None:
    reader.open("/")
    row = reader.page.locator(".ranking li.bar").first
    months = str(row.locator(".spark").get_attribute("data-months")).split("|")
    row.locator("a.name").focus()
    for key, at in (("ArrowLeft", 12), ("ArrowLeft", 11), ("ArrowRight", 12), ("ArrowRight", 12)):
        reader.page.keyboard.press(key)
        expect(reader.page.locator("#month")).to_have_text(months[at])
        expect(reader.page.locator("#said")).to_have_text(months[at])
    reader.page.keyboard.press("Escape")
    expect(reader.page.locator("#month")).to_be_hidden()
    reader.page.keyboard.press("ArrowLeft")
    reader.page.keyboard.press("Tab")
    expect(reader.page.locator("#month")).to_be_hidden()


def test_a_panel_that_leads_nowhere_is_reached_by_the_keyboard(seen: Look) -> None:
    reader = seen("/hai-long")
    panels = reader.page.locator(".multiples li.panel")
    for panel in panels.all():
        if panel.locator("a, summary").count() == 0:
            assert panel.locator("svg").get_attribute("tabindex") == "0"


def test_while_presenting_the_arrow_keys_walk_through_the_cards(reader: Reader) -> None:
    reader.open("/?trinh_chieu=1&the=overview-ranking")
    reader.page.locator(".ranking a.name").first.focus()
    reader.page.keyboard.press("ArrowRight")
    expect(reader.page.locator("#month")).to_be_hidden()
    reader.page.wait_for_url(re.compile("the=overview-(?!ranking)"))

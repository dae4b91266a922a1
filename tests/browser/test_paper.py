"""What is printed: a unit's evidence sheet and a drawn sample, as a browser lays them out on A4."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from browser.conftest import PROJECTOR, Look, Reader

pytestmark = pytest.mark.browser


def sheets(pdf: bytes) -> int:
    """Count the pages of a PDF."""
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def test_a_unit_prints_as_an_evidence_sheet(seen: Look) -> None:
    """Numbered rows, sources, a place to sign, online by field; nothing to press; few sheets, all counted."""
    reader = seen("/don-vi")
    reader = seen(str(reader.page.locator(".units-list th a").first.get_attribute("href")))
    signed, sources = reader.page.locator(".paper.signed"), reader.page.locator(".unit-sources")
    expect(signed).to_be_hidden()
    basis = reader.page.locator(".unit-flags .source").first
    expect(basis).to_be_hidden()
    reader.page.emulate_media(media="print")
    expect(signed).to_be_visible()
    expect(signed).to_contain_text("Người lập")
    expect(sources).to_be_visible()
    expect(basis).to_be_visible()
    expect(reader.page.locator(".unit-online table")).to_be_visible()
    for hidden in (".controls", ".help", ".unit-table .months", ".foot-link"):
        expect(reader.page.locator(hidden).first).to_be_hidden()
    number = "one => getComputedStyle(one, '::before').content"
    row = reader.page.locator(".unit-table tbody th").first
    assert "counter(row)" in row.evaluate(number)
    pdf = reader.page.pdf(format="A4", prefer_css_page_size=True)
    assert sheets(pdf) <= 4
    months = reader.page.locator(".page > .unit-months")
    assert months.evaluate("one => getComputedStyle(one).breakInside") == "avoid", (
        "its head would stand alone"
    )
    css = reader.page.evaluate(
        "() => [...document.styleSheets].flatMap(sheet => [...sheet.cssRules])"
        ".filter(rule => rule instanceof CSSPageRule).map(rule => rule.cssText).join(' ')"
    )
    assert 'counter(page) "/" counter(pages)' in css


def test_a_drawn_sample_prints_as_a_sheet_to_fill_in(reader: Reader) -> None:
    reader.page.set_viewport_size(PROJECTOR)
    reader.open("/ho-so?mau=10&hat_giong=7")
    for name in ("Đạt", "Không đạt", "Ghi chú"):
        expect(reader.page.get_by_role("columnheader", name=name, exact=True)).to_be_hidden()
    reader.page.emulate_media(media="print")
    for name in ("Đạt", "Không đạt", "Ghi chú"):
        expect(reader.page.get_by_role("columnheader", name=name, exact=True)).to_be_visible()
    expect(reader.page.locator(".paper.signed")).to_contain_text("Người lập")
    assert not [one for one in reader.page.locator("form, button").all() if one.is_visible()]
    for code in reader.page.locator(".dossiers code").all():
        assert code.evaluate("one => one.getClientRects().length") == 1
    reader.open("/ho-so")
    expect(reader.page.locator(".dossiers .paper")).to_have_count(0)


def test_flags_fill_their_sheets(reader: Reader) -> None:
    """Long cards go on over the page, their entries stay whole: no sheet is left half empty."""
    reader.page.set_viewport_size(PROJECTOR)
    reader.open("/canh-bao")
    assert sheets(reader.page.pdf(format="A4", prefer_css_page_size=True)) <= 3
    reader.page.emulate_media(media="print")
    breaks = "all => [...new Set(all.map(one => getComputedStyle(one).breakInside))]"
    assert reader.page.locator(".flags-units, .flags-inspect").evaluate_all(breaks) == ["auto"]
    assert reader.page.locator(".flag, .inspect li, .card-head").evaluate_all(breaks) == ["avoid"]
    after = "all => [...new Set(all.map(one => getComputedStyle(one).breakAfter))]"
    assert reader.page.locator(".card-head, .data thead").evaluate_all(after) == ["avoid"], (
        "a head stands alone"
    )
    # A browser goes by the rows where a head is drawn again on each sheet, and parts the two else.
    before = "all => [...new Set(all.map(one => getComputedStyle(one).breakBefore))]"
    followers = reader.page.locator("tbody tr:first-child, .card-foot")
    assert followers.evaluate_all(before) == ["avoid"], "a head, or a foot, stands alone"


@pytest.mark.parametrize(
    ("path", "most"), [("/don-vi", 1), ("/bao-cao", 1), ("/giao-ban", 1), ("/don-vi/QM-N02", 2)]
)
def test_a_page_ends_on_a_sheet_that_is_used(reader: Reader, path: str, most: int) -> None:
    """With the rows and gaps of a screen units, and a unit, go on by little over one sheet more."""
    reader.page.set_viewport_size(PROJECTOR)
    reader.open(path)
    assert sheets(reader.page.pdf(format="A4", prefer_css_page_size=True)) <= most


def test_what_a_chart_says_is_printed_in_the_size_of_the_words_around_it(seen: Look) -> None:
    page = seen("/dung-han").page
    page.emulate_media(media="print")
    zoom = page.locator(".chart .js-plotly-plot").first.evaluate("one => getComputedStyle(one).zoom")
    drawn = page.evaluate(
        "() => { window.dispatchEvent(new Event('beforeprint'));"
        " const width = document.querySelector('.js-plotly-plot').layout.width;"
        " window.dispatchEvent(new Event('afterprint')); return width; }"
    )
    assert float(zoom) < 1
    assert 600 < float(zoom) * drawn < 700, "wider than the paper, or half of it"

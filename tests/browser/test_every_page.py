"""Every page, visited once: whole, still, within its edges, read by everybody, every number with its "?"."""

from __future__ import annotations

import dash
import pytest
from playwright.sync_api import ViewportSize

from browser.conftest import WATCH, Reader, broken

pytestmark = pytest.mark.browser

WARD = "QM-P01"
WIDTHS = (390, 768, 1366, 1920)
MOST_SHIFT = 0.02

PAGES = {
    "/": "Tổng quan", "/dung-han": "Đúng hạn", "/canh-bao": "Cảnh báo", "/hai-long": "Hài lòng",
    "/truc-tuyen": "Trực tuyến", "/don-vi": "Đơn vị", f"/don-vi/{WARD}": "Phường Mỹ An", "/giao-ban": "Giao ban",
    "/ho-so": "Hồ sơ", "/ho-so?chi_so=b_late&cach_tinh=B": "Hồ sơ", "/bao-cao": "Báo cáo", "/phuong-phap": "Phương pháp",
    "/?ky=2027-03": "Tổng quan", "/dung-han?ky=2026-13&don_vi=khong": "Đúng hạn",
}  # fmt: skip
"""Asked everything, the last two with a sentence in the place of figures, or about the address."""
OTHERWISE = (
    "/ho-so?canh_bao=no_apology", "/ho-so?mau=5", f"/dung-han?don_vi={WARD}", "/dung-han?ky=2026-10",
    "/giao-ban?so_voi=cung-ky", f"/canh-bao?don_vi={WARD}", "/tim-kiem?tim=mua", "/?trinh_chieu=1",
)  # fmt: skip
"""The same pages asked otherwise: nothing else is built or laid out in another way."""
FIGURELESS = ("/phuong-phap", "/?ky=2027-03", "/tim-kiem?tim=mua")
"""Pages without a number to ask about; the first is where a "?" leads to."""

SHIFTS = """
window.shifts = [];
new PerformanceObserver(list => list.getEntries().forEach(one => {
  if (!one.hadRecentInput) { window.shifts.push(one.value); }
})).observe({type: "layout-shift", buffered: true});
"""

# What a list says of a dossier or of a numbered sheet, not what was counted; days are told by their heads.
PLAIN = {"Số thứ tự", "Nhiều nhất ở", "Thủ tục", "Của", "Kỳ", "Lập lúc", "Người lập"}

# A column of numbers is told by its head, by the heads of its rows, or, where all cells are one number (a heat
# map), by the card's title.
_COLUMNS = """(plain) => [...document.querySelectorAll("main table")].flatMap((table) => {
  const rows = [...table.querySelectorAll("tbody tr")], card = table.closest(".card, .headline");
  const isNumber = (cell) => /\\d/.test(cell.textContent) && !/^\\s*\\d\\d.\\d\\d.\\d{4}/.test(cell.textContent);
  const told = (one) => Boolean(one && one.querySelector("[data-help]"));
  if (table.matches(".heat") && told(card.querySelector("h2"))) { return []; }
  return [...table.querySelectorAll("thead tr:last-child > th")].filter((head, i) => {
    const cells = rows.map((row) => row.cells[i]).filter((cell) => cell && cell.matches("td") && isNumber(cell));
    const isTold = told(head) || cells.every((cell) => told(cell.parentNode.querySelector("th")));
    return cells.length && !isTold && !plain.includes(head.textContent.trim().replace(/ [▾▴]$/, ""));
  }).map((head) => `${card.className}: ${head.textContent.trim()}`);
})"""

_TILES = """() => [...document.querySelectorAll("main :is(.tile h2, .ledger dt, .bar-heads .beside, .kicker, .flag-head)")]
  .filter((one) => one.textContent.trim() && !one.querySelector("[data-help]"))
  .filter((one) => !one.matches(".kicker") || !one.closest("header").nextElementSibling.querySelector("[data-help]"))
  .map((one) => one.textContent.trim())"""

_CARDS = """() => [...document.querySelectorAll("main > :is(.card, .headline):not(.units-ended, .reports-list, .reports-issued)")]
  .filter((one) => /\\d/.test(one.textContent) && !one.querySelector("[data-help]"))
  .map((one) => one.className)"""

_BEYOND = """width => [...document.querySelectorAll("h1, h2, p, .tile, .card, select, button, footer")]
  .filter((one) => one.getBoundingClientRect().right > width + 1 && !one.closest(".scroll-x"))
  .map((one) => one.outerHTML.slice(0, 80))"""


def unmarked(reader: Reader) -> list[str]:
    """The heads of numbers without a "?"."""
    page = reader.page
    if reader.where in FIGURELESS:
        return []
    if page.locator("main [data-help]").count() == 0:
        return ["all"]
    return [*page.evaluate(_COLUMNS, sorted(PLAIN)), *page.evaluate(_TILES), *page.evaluate(_CARDS)]


def beyond(reader: Reader) -> list[str]:
    """What lies beyond the edge, from a phone to a projector."""
    found = []
    for width in WIDTHS:
        reader.page.set_viewport_size(ViewportSize(width=width, height=844))
        found += [f"{width}: {one}" for one in reader.page.evaluate(_BEYOND, width)]
        for _ in range(30):  # a chart takes its new width a moment later
            wide = reader.page.evaluate("() => document.documentElement.scrollWidth")
            if wide <= width:
                break
            reader.page.wait_for_timeout(100)
        else:
            found.append(f"{width}: the page is {wide} wide")
    return found


def moved(reader: Reader) -> float:
    """How far what was read was shifted while the page came."""
    reader.page.wait_for_timeout(500)
    shift: float = reader.page.evaluate("() => window.shifts.reduce((all, one) => all + one, 0)")
    return shift if shift >= MOST_SHIFT else 0


@pytest.fixture
def visitor(reader: Reader) -> Reader:
    """A reader at a projector, whose browser notes what moves and what is against the policy."""
    reader.page.set_viewport_size(ViewportSize(width=1366, height=768))
    reader.page.add_init_script(SHIFTS)
    reader.page.add_init_script(WATCH)
    return reader


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_wrong_with_a_page(visitor: Reader, path: str) -> None:
    visitor.open(path)
    assert visitor.page.title() == f"{PAGES[path]} · Một cửa"
    text = visitor.page.locator("main").inner_text()
    assert "Không tải được" not in text
    assert "Mã lỗi" not in text
    found = {
        "moved": moved(visitor), "against the policy": broken(visitor.page), "unmarked": unmarked(visitor),
        "barriers": visitor.barriers(), "too small": visitor.too_small(), "beyond the edge": beyond(visitor),
    }  # fmt: skip
    assert {name: one for name, one in found.items() if one} == {}


@pytest.mark.parametrize("path", OTHERWISE)
def test_nothing_is_wrong_with_a_page_asked_otherwise(visitor: Reader, path: str) -> None:
    visitor.open(path)
    found = {
        "moved": moved(visitor), "against the policy": broken(visitor.page),
        "unmarked": unmarked(visitor),
    }  # fmt: skip
    assert {name: one for name, one in found.items() if one} == {}


def test_every_page_is_visited() -> None:
    pages = {str(one["path"]) for one in dash.page_registry.values() if one.get("order") is not None}
    visited = {path.partition("?")[0] for path in (*PAGES, *OTHERWISE)}
    assert len(pages) > 5
    assert pages <= visited

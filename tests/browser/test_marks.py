"""Every number has its "?": no head of numbers on any page stands without one."""

from __future__ import annotations

import pytest

from browser.conftest import Reader

pytestmark = pytest.mark.browser
WARD = "QM-P01"

# What a list says of a dossier, not what was counted; days are told by their heads. /phuong-phap is not among
# the pages: it is what "?" leads to.
PLAIN = {"Số thứ tự", "Nhiều nhất ở", "Thủ tục"}

# A column of numbers is told by its head, by the heads of its rows, or, where all cells are one number (a heat
# map), by the card's title.
_COLUMNS = """(plain) => [...document.querySelectorAll("main table")].flatMap((table) => {
  const rows = [...table.querySelectorAll("tbody tr")], card = table.closest("section");
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

_CARDS = """() => [...document.querySelectorAll("main > section:not(.bar, .units-ended, .reports-list)")]
  .filter((one) => /\\d/.test(one.textContent) && !one.querySelector("[data-help]"))
  .map((one) => one.className)"""

PATHS = (
    "/", "/dung-han", "/canh-bao", "/hai-long", "/truc-tuyen", "/don-vi", f"/don-vi/{WARD}", "/giao-ban",
    "/ho-so", "/ho-so?chi_so=b_late&cach_tinh=B", "/ho-so?canh_bao=no_apology", "/bao-cao",
    f"/dung-han?don_vi={WARD}", "/giao-ban?so_voi=cung-ky", f"/canh-bao?don_vi={WARD}", "/dung-han?ky=2026-10",
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_no_number_stands_without_its_question_mark(reader: Reader, path: str) -> None:
    page = reader.open(path).page
    assert page.evaluate(_COLUMNS, sorted(PLAIN)) == []
    assert page.evaluate(_TILES) == []
    assert page.evaluate(_CARDS) == []
    assert page.locator("main [data-help]").count() >= 1

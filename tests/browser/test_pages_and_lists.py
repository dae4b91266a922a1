"""The pages beside Tổng quan and Đúng hạn as readers use them, and the way from a number to its dossiers."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import ViewportSize, expect

from browser.conftest import PROJECTOR, Look, Reader

pytestmark = pytest.mark.browser

WARD = "QM-P01"
WIDE = ViewportSize(width=1920, height=1080)


def test_every_month_of_the_heat_map_is_as_wide_as_another(seen: Look) -> None:
    reader = seen("/")
    widths = reader.page.locator(".heat thead th").evaluate_all(
        "all => all.slice(1, 14).map(one => Math.round(one.getBoundingClientRect().width))"
    )
    assert len(widths) == 13
    assert max(widths) <= 1.3 * min(widths), widths


def test_one_change_of_a_filter_sends_cards_and_one_requests(reader: Reader) -> None:
    reader.open("/canh-bao")
    cards = reader.page.locator(".slot").count() - 2  # the page brings its bar and its headline
    reader.forget()
    reader.goes(reader.page.get_by_role("link", name="Kỳ trước", exact=True).click, "/canh-bao?ky=2026-10")
    assert len(reader.updates) == cards + 1


@pytest.mark.parametrize("path", ["/canh-bao", "/truc-tuyen", f"/don-vi/{WARD}"])
def test_a_number_clicked_lists_as_many_dossiers(reader: Reader, path: str) -> None:
    reader.open(path)
    for i in range(2):
        number = reader.page.locator("main a.count[href^='/ho-so'], td.number > a[href^='/ho-so']").nth(i)
        text = number.inner_text()
        count = re.search(r"(?<=\()[\d.]+(?=/)", text) or re.search(r"[\d.]+", text)  # "60,2% (133/221)": 133
        to = number.get_attribute("href")
        assert count is not None
        assert to is not None
        reader.goes(number.click, to)
        assert reader.page.locator(".dossiers-list h1").inner_text().startswith(f"{count[0]} hồ sơ: ")
        reader.goes(reader.page.go_back, path)


def test_a_unit_named_in_a_table_leads_to_its_own_page(reader: Reader) -> None:
    reader.open("/hai-long?ky=2026-10")
    name = reader.page.locator(".satisfaction-units tbody a").first
    to = name.get_attribute("href")
    assert to is not None
    reader.goes(name.click, to)
    assert re.fullmatch(r"/don-vi/[^/?]+\?ky=2026-10", reader.where)


def test_a_list_is_sorted_paged_and_searched_by_keyboard(reader: Reader) -> None:
    listed = "/ho-so?ky=2026-10&chi_so=received"
    reader.open(listed)
    keyboard = reader.page.keyboard

    def codes() -> list[str]:
        return reader.page.locator("table.dossiers tbody th code").all_inner_texts()

    reader.page.locator("[data-key=sort-1]").focus()
    reader.goes(lambda: keyboard.press("Enter"), f"{listed}&sap_xep=-dossier_code")
    assert reader.focused() == "sort-1"
    assert codes() == sorted(codes(), reverse=True)
    expect(reader.page.locator("th[aria-sort=descending]")).to_contain_text("Mã hồ sơ")
    first = codes()
    reader.page.locator("[data-key=page-after]").focus()
    reader.goes(lambda: keyboard.press("Enter"), f"{listed}&trang=2&sap_xep=-dossier_code")
    assert reader.focused() == "page-after"
    assert max(codes()) < min(first)
    sought = codes()[3]
    reader.page.get_by_label("Tìm theo mã").focus()
    keyboard.type(sought)
    reader.goes(lambda: keyboard.press("Enter"), f"{listed}&ma={sought}&sap_xep=-dossier_code")
    assert codes() == [sought]


def test_a_unit_s_page_prints_without_what_surrounds_it(seen: Look) -> None:
    reader = seen(f"/don-vi/{WARD}")
    reader.page.emulate_media(media="print")
    printed = reader.page.locator(".print-line")
    expect(printed).to_contain_text("Quận Mẫu · Một cửa · Đơn vị · số liệu đến 10:15, 21/11/2026")
    expect(printed).to_contain_text("Phường Mỹ An")
    for chrome in ("nav", ".periods", ".bar select", "button"):
        shown = [one for one in reader.page.locator(chrome).all() if one.is_visible()]
        assert shown == [], chrome
    expect(reader.page.locator("h1")).to_be_visible()
    expect(reader.page.locator(".unit-metrics table").first).to_be_visible()
    assert reader.page.pdf(format="A4").startswith(b"%PDF")


def test_the_talking_points_print_on_one_sheet(seen: Look) -> None:
    reader = seen("/giao-ban")
    sheets = re.findall(rb"/Type\s*/Page\b(?!s)", reader.page.pdf(prefer_css_page_size=True))
    assert len(sheets) == 1
    reader.page.emulate_media(media="print")
    for chrome in ("nav", ".controls", "button"):
        assert [one for one in reader.page.locator(chrome).all() if one.is_visible()] == [], chrome
    printed = reader.page.locator(".print-line")
    expect(printed).to_contain_text("Quận Mẫu · Một cửa · Giao ban · số liệu đến 10:15, 21/11/2026")
    expect(reader.page.locator(".meeting-formula")).to_be_visible()


def test_a_number_of_a_talking_point_opens_its_dossiers(reader: Reader) -> None:
    reader.open("/giao-ban?ky=2026")
    for card in (".meeting-over", ".meeting-moves tbody", ".meeting-work"):
        number = reader.page.locator(f"{card} a[href^='/ho-so']").last
        count, to = number.inner_text(), number.get_attribute("href")
        assert to is not None
        reader.goes(number.click, to)
        assert reader.page.locator(".dossiers-list").inner_text().startswith(f"{count} hồ sơ")
        reader.goes(reader.page.go_back, "/giao-ban?ky=2026")


def test_a_table_is_copied_for_word_and_excel(reader: Reader) -> None:
    reader.open("/bao-cao?ky=2026-10")
    plain, html = _copied(reader)
    rows = [line.split("\t") for line in plain.splitlines()[1:]]
    assert rows[0][:2] == ["Đơn vị", "(3) Tiếp nhận: tổng số"]
    assert rows[-1][0] == "Tổng số"
    assert {len(row) for row in rows} == {12}
    total = rows[-1][1]
    # A sheet takes the number, whatever its language; a text shows it as here.
    assert f'x:num="{total.replace(".", "")}"' in html
    assert f">{total}</td>" in html
    assert "<script" not in html


def test_no_cell_that_is_copied_is_taken_for_a_formula(reader: Reader) -> None:
    reader.open("/bao-cao?ky=2026-10")
    cruel = ['=HYPERLINK("http://x")', "+1+1", "-1+cmd|' /C calc'!A0", "@SUM(1)", "\u3000\u200b＝1", "\t=1"]
    calm = ["-3,64", "−3,64", "+1.200,5%", "▲ 12,80", "—", "a=b"]
    heads = reader.page.locator("tbody th")
    for i, told in enumerate([*cruel, *calm]):
        heads.nth(i).evaluate("(one, told) => { one.textContent = told; }", told)
    plain, html = _copied(reader)
    firsts = [line.split("\t")[0] for line in plain.splitlines()[2:]]
    assert firsts[: len(cruel)] == ["'=HYPERLINK(\"http://x\")", "'+1+1", "'-1+cmd|' /C calc'!A0", "'@SUM(1)",
                                    "'\u200b＝1", "'=1"]  # fmt: skip
    assert firsts[len(cruel) : len(cruel) + len(calm)] == calm
    # A card's second table is copied too.
    first = reader.page.locator("table.data").first
    first.evaluate("one => { one.parentNode.append(one.cloneNode(true)); }")
    assert len(_copied(reader)[0].splitlines()) == 2 * len(plain.splitlines()) + 1
    # Text, whatever it begins with, to Excel and to LibreOffice.
    for told in ("=HYPERLINK", "+1+1", "@SUM(1)"):
        assert f'<th sdnum="1033;0;@" style="mso-number-format:\'\\@\'">{told}' in html


def _copied(reader: Reader) -> tuple[str, str]:
    """What "Chép bảng" puts on the clipboard: as text and as HTML."""
    reader.page.get_by_role("button", name="Chép bảng").click()
    plain, html = reader.page.evaluate(
        "async () => { const [one] = await navigator.clipboard.read();"
        " const read = kind => one.getType(kind).then(blob => blob.text());"
        " return [await read('text/plain'), await read('text/html')]; }"
    )
    return plain, html


def test_the_list_of_work_is_as_long_on_a_wide_screen(seen: Look) -> None:
    """The figures beside it keep their height there, so its lines keep their length: no strip is left free."""
    width = "one => one.offsetWidth"
    wide = seen("/", WIDE).page.locator(".overview-actions").evaluate(width)
    assert wide < 1.15 * seen("/", PROJECTOR).page.locator(".overview-actions").evaluate(width)


@pytest.mark.parametrize("size", [PROJECTOR, WIDE], ids=["projector", "wide"])
def test_nine_small_charts_stand_in_three_rows_of_three(seen: Look, size: ViewportSize) -> None:
    columns = "one => getComputedStyle(one).gridTemplateColumns.split(' ').length"
    assert seen("/", size).page.locator(".multiples.compact").first.evaluate(columns) == 3

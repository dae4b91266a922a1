"""Found by typing: units, procedures and dossiers in the head, a unit among the filters, days as 21/11/2026."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from browser.conftest import PATIENCE, Reader

pytestmark = pytest.mark.browser
WARD = "QM-P01"


@pytest.fixture(autouse=True)
def _patient() -> Iterator[None]:
    expect.set_options(timeout=PATIENCE)
    yield
    expect.set_options(timeout=5_000)


def test_one_box_finds_a_unit_a_procedure_and_a_dossier_by_keyboard(reader: Reader) -> None:
    reader.open("/?ky=2026-10")
    keyboard, box = reader.page.keyboard, reader.page.get_by_role("combobox", name="Tìm đơn vị")
    keyboard.press("/")
    expect(box).to_be_focused()
    keyboard.type("my an")
    option = reader.page.get_by_role("option", name="Phường Mỹ An")
    expect(option).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    keyboard.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == option.get_attribute("id")
    assert reader.barriers() == []
    keyboard.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_value("")
    keyboard.type("my an")
    expect(option).to_be_visible()
    keyboard.press("ArrowDown")
    reader.goes(lambda: keyboard.press("Enter"), f"/don-vi/{WARD}?ky=2026-10")
    reader.page.keyboard.press("/")
    keyboard.type("khai sinh")
    procedure = reader.page.get_by_role("group", name="Thủ tục").get_by_role("option").first
    expect(procedure).to_contain_text("khai sinh")
    reader.goes(procedure.click, str(procedure.get_attribute("href")))
    assert "thu_tuc=" in reader.where


def test_a_dossier_s_code_in_small_letters_and_all_that_was_found(reader: Reader) -> None:
    reader.open("/ho-so")
    code = reader.page.locator(".dossiers tbody code").first.inner_text()
    box = reader.page.get_by_role("combobox", name="Tìm đơn vị")
    box.fill(code.lower()[:-1])
    dossier = (
        reader.page.get_by_role("group", name="Hồ sơ").get_by_role("option", name=code, exact=False).first
    )
    expect(dossier).to_be_visible()
    reader.goes(lambda: box.press("Enter"), f"/tim-kiem?tim={code.lower()[:-1]}")
    expect(reader.page.locator(".search-found")).to_contain_text(code)
    assert reader.barriers() == []
    box.fill("khongcogi")
    expect(reader.page.get_by_role("listbox").first).to_contain_text("Không tìm thấy")


def test_a_unit_among_the_filters_is_found_without_marks(reader: Reader) -> None:
    reader.open("/dung-han")
    box = reader.page.get_by_role("combobox", name="Đơn vị", exact=True)
    expect(box).to_have_value("tất cả")
    box.click()
    expect(reader.page.locator(".found [role=option]")).to_have_count(22)  # the units and all of them
    box.fill("dong than")
    expect(reader.page.locator(".found [aria-selected=true]")).to_have_text("Phường Đông Thạnh")
    reader.page.locator("h1").click()
    expect(box).to_have_value("tất cả")
    box.fill("dong than")
    option = reader.page.locator(".found [aria-selected=true]")
    href = str(option.get_attribute("href"))
    reader.goes(option.click, href)
    assert href.startswith("/dung-han?don_vi=QM-P")
    box.click()
    reader.goes(reader.page.get_by_role("option", name="tất cả đơn vị").click, "/dung-han")


def test_a_server_that_does_not_answer_is_told_in_the_list(reader: Reader) -> None:
    reader.open("/")
    reader.page.route("**/api/v1/search*", lambda route: route.abort())
    reader.page.get_by_role("combobox", name="Tìm đơn vị").fill("mỹ an")
    expect(reader.page.get_by_role("listbox").first).to_contain_text("máy chủ chưa trả lời")
    reader.complaints.clear()  # the browser's own words about what was aborted


def test_days_are_shown_and_typed_the_vietnamese_way_under_an_english_browser(
    browser: Browser, address: str
) -> None:
    one = Reader(browser.new_context(locale="en-US"), address)
    one.open("/?ky=2026-09-07..2026-10-09")
    one.page.get_by_text("Tùy chọn", exact=True).click()
    start, end = one.page.get_by_label("Từ ngày"), one.page.get_by_label("Đến ngày")
    expect(start).to_have_value("07/09/2026")
    expect(end).to_have_value("09/10/2026")
    see = one.page.get_by_role("button", name="Xem", exact=True)
    for wrong in ("09/13/2026", "31/9/2026", "hôm nay", "2026-09-07"):
        start.fill(wrong)
        see.click()
        assert start.evaluate("box => box.validationMessage") == "Ngày viết như 21/11/2026."
        assert one.where == "/?ky=2026-09-07..2026-10-09"
    start.fill("1-9-26")
    end.click()
    expect(start).to_have_value("01/09/2026")
    one.goes(see.click, "/?ky=2026-09-01..2026-10-09")
    one.page.get_by_text("Tùy chọn", exact=True).click()
    day = one.page.get_by_label("Ngày", exact=True)
    day.fill("31/08/2026")
    assert "ngày đầu kỳ" in day.evaluate("box => box.validationMessage")
    assert one.complaints == []
    one.page.context.close()

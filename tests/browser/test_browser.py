"""The pages as readers use them: land, filter, reload, go back, copy, by keyboard, on a phone."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from apps import Living, Site
from playwright.sync_api import Browser, Route, expect

from browser.conftest import AS_OF, PHONE, UPDATE, Look, Reader, served
from queries.sample.district import write_sample

pytestmark = pytest.mark.browser

PAGES = ("/", "/dung-han")
WARD, WARD_NAME = "QM-P01", "Phường Mỹ An"


def test_land_and_see_the_finding(seen: Look) -> None:
    reader = seen("/")
    assert re.search(r"đơn vị có tỷ lệ trễ hẹn từ 5% trở lên", reader.title)
    assert reader.page.title() == "Tổng quan · Một cửa"
    assert reader.page.locator("html").get_attribute("lang") == "vi"
    expect(reader.page.get_by_text("DỮ LIỆU MẪU")).to_be_visible()
    expect(reader.page.locator(".data-time")).to_contain_text("10:15, 21/11/2026")
    assert reader.page.locator(".js-plotly-plot").count() == 1
    assert reader.page.get_by_text("Share", exact=False).count() == 0
    assert reader.page.locator("a[href*='plotly'], [data-title*='loud']").count() == 0


def test_from_one_page_to_the_other_with_the_same_question(reader: Reader) -> None:
    reader.open(f"/?ky=2026-10&don_vi={WARD}")
    reader.goes(
        reader.page.get_by_role("link", name="Đúng hạn", exact=True).first.click,
        f"/dung-han?ky=2026-10&don_vi={WARD}",
    )
    assert reader.page.title() == "Đúng hạn · Một cửa"
    assert "Mỹ An" in reader.title


def test_a_unit_clicked_narrows_the_view_and_its_chip_widens_it(reader: Reader) -> None:
    reader.open("/")
    before = reader.title
    reader.goes(reader.page.locator(f".overview-ranking a[href='/?don_vi={WARD}']").click, f"/?don_vi={WARD}")
    assert "Mỹ An" in reader.title
    expect(reader.page.locator("#unit-box")).to_have_value(WARD_NAME)
    reader.goes(reader.page.get_by_role("link", name=f"Bỏ lọc {WARD_NAME}").click, "/")
    assert reader.title == before


def test_a_list_narrows_the_view(reader: Reader) -> None:
    reader.open("/dung-han")
    reader.goes(
        lambda: reader.select("linh_vuc").select_option(label="Đất đai"), "/dung-han?linh_vuc=dat-dai"
    )
    reader.goes(
        lambda: reader.select("cach_tinh").select_option(value="/dung-han?linh_vuc=dat-dai&cach_tinh=C"),
        "/dung-han?linh_vuc=dat-dai&cach_tinh=C",
    )
    assert "cách tính C" in reader.page.locator("main").inner_text()
    assert reader.select("linh_vuc").locator("option:checked").inner_text() == "Đất đai"


def test_the_period_before_and_after(reader: Reader) -> None:
    reader.open("/")
    reader.goes(reader.page.get_by_role("link", name="Kỳ trước", exact=True).click, "/?ky=2026-10")
    expect(reader.page.locator("main")).to_contain_text("01/10–31/10/2026")
    reader.goes(reader.page.get_by_role("link", name="Kỳ sau", exact=True).click, "/")
    assert reader.page.get_by_role("link", name="Kỳ sau", exact=True).count() == 0, "nothing after today"


def test_quarter_year_and_reporting_periods(reader: Reader) -> None:
    reader.open("/")
    for name, to in (("Quý", "/?ky=2026-Q4"), ("6 tháng", "/?ky=2026-H2"), ("Năm", "/?ky=2026")):
        reader.goes(reader.page.get_by_role("link", name=name, exact=True).click, to)
    reader.page.get_by_text("Tùy chọn", exact=True).click()
    reader.goes(reader.page.get_by_role("link", name="kỳ báo cáo").click, "/?ky=bc-2026")
    expect(reader.page.locator("main")).to_contain_text("kỳ báo cáo")


def test_days_of_one_s_own_choice(reader: Reader) -> None:
    reader.open(f"/?don_vi={WARD}")
    reader.page.get_by_text("Tùy chọn", exact=True).click()
    reader.page.get_by_label("Từ ngày").fill("07/09/2026")
    reader.page.get_by_label("Đến ngày").fill("9/10/2026")
    reader.goes(
        reader.page.get_by_role("button", name="Xem", exact=True).click,
        f"/?ky=2026-09-07..2026-10-09&don_vi={WARD}",
    )
    expect(reader.page.locator("main")).to_contain_text("07/09–09/10/2026")


def test_compare_with_a_day(reader: Reader) -> None:
    reader.open("/")
    reader.page.get_by_text("Tùy chọn", exact=True).click()
    reader.page.get_by_label("Ngày", exact=True).fill("14112026")
    reader.goes(reader.page.get_by_role("button", name="So sánh").click, "/?so_voi=2026-11-14")
    expect(reader.page.locator("main")).to_contain_text("14/11")


def test_a_reload_shows_the_same(reader: Reader) -> None:
    reader.open(f"/dung-han?ky=2026-Q3&don_vi={WARD}&cach_tinh=B")
    before = reader.page.locator("main").inner_text()
    reader.page.reload()
    reader.drawn()
    assert reader.page.locator("main").inner_text() == before


def test_back_and_forward(reader: Reader) -> None:
    reader.open("/")
    first = reader.title
    reader.goes(reader.page.get_by_role("link", name="Kỳ trước", exact=True).click, "/?ky=2026-10")
    second = reader.page.locator("main").inner_text()
    reader.goes(
        reader.page.get_by_role("link", name="Đúng hạn", exact=True).first.click, "/dung-han?ky=2026-10"
    )
    reader.goes(reader.page.go_back, "/?ky=2026-10")
    assert reader.page.locator("main").inner_text() == second
    reader.goes(reader.page.go_back, "/")
    assert reader.title == first
    reader.goes(reader.page.go_forward, "/?ky=2026-10")
    assert reader.page.locator("main").inner_text() == second


def test_the_copied_link_opens_the_same_view_and_says_everything(reader: Reader) -> None:
    reader.open(f"/dung-han?don_vi={WARD}")
    before = reader.title
    reader.page.get_by_role("button", name="Chép liên kết").click()
    expect(reader.page.locator(".toast")).to_have_text("Đã chép liên kết")
    link = str(reader.page.evaluate("() => navigator.clipboard.readText()"))
    assert link.startswith(reader.address)
    assert parse_qs(urlsplit(link).query) == {
        "ky": ["2026-11"],
        "so_voi": ["ky-truoc"],
        "don_vi": [WARD],
        "cach_tinh": ["A"],
        "den": ["2026-11-21T10:15"],
    }
    reader.open(link)
    assert reader.title == before


def test_two_readers_at_once_see_what_each_asked(browser: Browser, reader: Reader) -> None:
    other = Reader(browser.new_context(), reader.address)
    reader.open(f"/?don_vi={WARD}")
    other.open("/?ky=2026-10&cach_tinh=C")
    for one, words in ((reader, "Mỹ An"), (other, "cách tính C"), (reader, "Mỹ An")):
        one.page.reload()
        assert words in one.drawn().title
    assert other.complaints == []
    other.page.context.close()


def test_by_keyboard_only(reader: Reader) -> None:
    """Tab to a control and use it: the same control has the keyboard afterwards."""
    reader.open("/")
    keyboard = reader.page.keyboard
    keyboard.press("Tab")
    assert reader.page.evaluate("() => document.activeElement.getAttribute('href')") == "#noi-dung"
    for _ in range(40):
        keyboard.press("Tab")
        if reader.focused() == "previous":
            break
    assert reader.focused() == "previous"
    reader.goes(lambda: keyboard.press("Enter"), "/?ky=2026-10")
    assert reader.focused() == "previous"
    reader.goes(lambda: keyboard.press("Enter"), "/?ky=2026-09")
    for _ in range(40):
        keyboard.press("Tab")
        if reader.focused() == "don_vi":
            break
    keyboard.type("my an")
    expect(reader.page.locator(".found [aria-selected=true]")).to_have_text(WARD_NAME)
    reader.goes(lambda: keyboard.press("Enter"), f"/?ky=2026-09&don_vi={WARD}")
    assert reader.focused() == "don_vi"


@pytest.mark.parametrize("path", PAGES)
def test_the_page_and_each_card_it_does_not_bring_are_asked_for_once(reader: Reader, path: str) -> None:
    brought = {"/": 3, "/dung-han": 2}[path]
    reader.open(path)
    cards = reader.page.locator(".slot").count() - brought
    assert cards > 3
    assert len(reader.updates) == cards + 1
    reader.forget()
    reader.goes(reader.page.get_by_role("link", name="Kỳ trước", exact=True).click, f"{path}?ky=2026-10")
    assert len(reader.updates) == cards + 1
    assert len({one.post_data for one in reader.updates}) == cards + 1
    others = [one.url for one in reader.requests if one not in reader.updates and "favicon" not in one.url]
    assert others == [], "nothing is loaded again"


@pytest.mark.parametrize("units", [7, 22, 163])
def test_few_and_very_many_units_stay_within_the_page(browser: Browser, tmp_path: Path, units: int) -> None:
    path = tmp_path / "tinh.duckdb"
    write_sample(path, units=units, years=1, per_unit_year=60, until=AS_OF.date())
    with served(Site(path, as_of=AS_OF, expected_age_minutes=525_600)) as address:
        one = Reader(browser.new_context(locale="vi-VN"), address)
        for page in PAGES:
            one.open(page)
            for width in (390, 1366, 1920):
                one.page.set_viewport_size({"width": width, "height": 900})
                one.page.wait_for_function(f"() => document.documentElement.scrollWidth <= {width}")
        assert one.page.locator(".on-time-units tbody tr").count() >= units
        assert one.complaints == []
        one.page.context.close()


def test_on_a_phone_each_unit_s_rate_is_in_sight_beside_its_name(seen: Look) -> None:
    for path, card in (("/dung-han", ".on-time-units"), ("/don-vi", ".units-list")):
        reader = seen(path, PHONE)
        hidden = reader.page.locator(f"{card} .scroll-x").evaluate(
            """wide => [...wide.querySelectorAll('tbody tr')]
                .filter(row => row.querySelector('.rate')?.getBoundingClientRect().right
                    > wide.getBoundingClientRect().right)
                .map(row => row.innerText)"""
        )
        assert hidden == [], path


def test_a_chart_is_told_in_words(seen: Look) -> None:
    reader = seen("/")
    chart = reader.page.get_by_role("img", name=re.compile("Tỷ lệ trễ hẹn theo tháng"))
    assert len(re.findall(r"\d\d/\d{4}: ", str(chart.get_attribute("aria-label")))) == 13


def test_nonsense_is_answered_with_a_sentence(reader: Reader) -> None:
    reader.open("/?ky=2026-13&la=<script>alert(1)</script>")
    expect(reader.page.locator(".warning[role=status]").first).to_contain_text("2026-13")
    assert "đơn vị" in reader.title


def test_an_unknown_address_says_so_and_leads_back(reader: Reader) -> None:
    answer = reader.page.goto(f"{reader.address}/khong-co")
    assert answer is not None
    assert answer.status == 404
    expect(reader.page.locator("h1")).to_have_text("Không có trang này")
    reader.page.locator(".ways").get_by_role("link", name="Tổng quan").click()
    reader.drawn()
    assert reader.where == "/"
    reader.complaints = [one for one in reader.complaints if "404" not in one]  # the browser's own word on it


# when the server is away


def _gone(complaints: list[str]) -> bool:
    """Whether all that went wrong is that nobody answered."""
    return all(
        "ERR_CONNECTION" in one or "Failed to fetch" in one or "callback" in one.lower() for one in complaints
    )


def test_without_a_server_no_old_figure_stands_under_a_new_address(browser: Browser, site: Site) -> None:
    with browser.new_context() as context:
        with served(site) as running:
            port = urlsplit(running).port or 0
            one = Reader(context, running).open("/")
            rate = one.page.locator(".overview-ranking .rate").first.inner_text()
        one.page.get_by_role("link", name="Kỳ trước", exact=True).click()
        one.page.wait_for_timeout(1_500)
        shown = one.page.locator("main").inner_text()
        assert one.where == "/" or rate not in shown, "October's address over November's figures"
        assert _gone(one.complaints)
        with served(site, port):
            one.page.reload()
            one.drawn()
            assert "đơn vị" in one.title


def test_figures_that_were_not_there_yet_are_there_after_a_reload(
    browser: Browser, tmp_path: Path, sample: Path
) -> None:
    away = Living(
        tmp_path / "motcua.duckdb", tmp_path / "copy", expected_age_minutes=525_600, cache_seconds=0
    )
    with browser.new_context() as context, served(away) as running:
        one = Reader(context, running).open("/")
        text = one.page.locator("main").inner_text()
        assert len(re.findall(r"Mã lỗi:\s*[0-9A-F]{8}", text)) == 1, "one cause is told once with one code"
        assert text.count("Đang đọc dữ liệu lần đầu") == 1
        assert one.page.locator(".top a", has_text="Đúng hạn").get_attribute("href") == "/dung-han"
        assert one.page.locator("main > *:visible").count() == 1
        assert one.barriers() == []
        (tmp_path / "motcua.duckdb").write_bytes(sample.read_bytes())
        assert away.refresh().is_good
        one.page.reload()
        one.drawn()
        assert "Chưa có số liệu" not in one.page.locator("main").inner_text()
        assert one.complaints == []


def test_what_a_browser_sends_is_only_the_question(seen: Look) -> None:
    """The Store holds the address's words and the moment: never figures."""
    reader = seen(f"/?don_vi={WARD}")
    for request in reader.updates:
        body = json.loads(request.post_data or "{}")
        for given in body["inputs"]:
            if given["property"] == "data":
                assert set(given["value"]) == {"words", "path", "as_of"}


# charts

FILLS = """async () => {
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    const size = selector => document.querySelector(selector).getBoundingClientRect();
    const frame = size('.drawing'), chart = size('.chart .main-svg');
    return [frame.width - chart.width, frame.height - chart.height].map(Math.round);
}"""


def test_a_chart_fills_its_card_in_the_frame_that_shows_it(reader: Reader) -> None:
    """Plotly's own way is to wait 150 ms: a reader saw it jump."""
    for path in ("/", "/dung-han"):
        reader.open(path)
        for width, height in ((1440, 900), (1366, 768), (1920, 1080)):
            reader.page.set_viewport_size({"width": width, "height": height})
            reader.page.wait_for_function("() => document.querySelector('.chart .main-svg')")
            assert max(map(abs, reader.page.evaluate(FILLS))) <= 1, (path, width)


def test_a_card_that_is_late_keeps_no_other_waiting(reader: Reader) -> None:
    """Answers are put in their places together, but none waits for long."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        if "on-time-heat" in (route.request.post_data or ""):
            held.append(route)
        else:
            route.continue_()

    reader.page.route(f"**{UPDATE}*", hold)
    reader.page.goto(f"{reader.address}/dung-han")
    late = reader.page.locator("#react-entry-point .slot:not(.is-drawn)")
    expect(late).to_have_count(1)
    expect(reader.page.locator(".on-time-trend .main-svg").first).to_be_visible()
    assert len(held) == 1
    held[0].continue_()
    reader.drawn()
    expect(reader.page.locator(".on-time-heat table")).to_be_visible()


def test_without_the_small_bundle_the_full_one_draws_the_chart(reader: Reader) -> None:
    reader.page.route("**/a-plotly*", lambda route: route.fulfill(body="", content_type="text/javascript"))
    reader.open("/dung-han")
    expect(reader.page.locator(".on-time-trend .main-svg").first).to_be_visible(timeout=30_000)
    asked = [urlsplit(one.url).path for one in reader.requests]
    assert sum(one.startswith("/_dash-component-suites/plotly/package_data/plotly.") for one in asked) == 1


@pytest.mark.parametrize("path", ["/", "/truc-tuyen", f"/don-vi/{WARD}"])
def test_a_chart_tells_its_months_under_the_mouse(seen: Look, path: str) -> None:
    """Every point, the running month's too; what goes wrong meanwhile fails the reader."""
    reader = seen(path)
    chart = reader.page.locator(".chart .main-svg").first
    chart.scroll_into_view_if_needed()
    told: set[str] = set()
    for point in reader.page.locator(".chart .scatterlayer .point").all():
        box = point.bounding_box()
        assert box is not None
        reader.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        reader.page.wait_for_timeout(80)  # plotly answers 20 times a second
        told.update(reader.page.locator(".hoverlayer text").all_text_contents())
    assert any("chưa kết thúc, đến 21/11/2026" in one for one in told), told
    assert sum("háng " in one for one in told) >= 13, told


# when something does not come


def test_a_server_that_is_away_is_told_in_sight_and_the_same_click_asks_again(reader: Reader) -> None:
    reader.open("/dung-han")
    reader.page.route(f"**{UPDATE}*", lambda route: route.abort())
    reader.page.get_by_role("link", name="Kỳ trước", exact=True).click()
    gone = reader.page.locator(".is-leaving.is-lost")
    expect(gone).to_be_attached()
    told = gone.evaluate(
        """main => [...['::before', '::after'].map(part => getComputedStyle(main, part).content),
            getComputedStyle(main, '::before').position, window.scrollY]"""
    )
    assert told[0] == '"Không tải được."'
    assert "tải lại trang" in told[1]
    assert told[2:] == ["fixed", 0], "in sight wherever the reader is"
    reader.page.unroute(f"**{UPDATE}*")
    reader.page.wait_for_timeout(10_000)
    reader.page.get_by_role("link", name="Kỳ trước", exact=True).click()
    reader.drawn()
    assert "01/10–31/10/2026" in reader.page.locator("main").inner_text()
    assert reader.page.locator(".is-lost").count() == 0
    reader.complaints.clear()  # the browser's and Dash's own words about what was lost


def test_a_card_whose_answer_is_lost_says_so_at_once(reader: Reader) -> None:
    def lose(route: Route) -> None:
        if "on-time-heat" in (route.request.post_data or ""):
            route.abort()
        else:
            route.continue_()

    reader.page.route(f"**{UPDATE}*", lose)
    reader.page.goto(f"{reader.address}/dung-han")
    expect(reader.page.locator(".page.is-lost .slot:not(.is-drawn)")).to_have_count(1)
    told = reader.page.locator(".on-time-heat .slot").evaluate(
        """slot => ['::before', '::after'].map(part => getComputedStyle(slot, part))
            .map(style => [style.content, style.opacity])"""
    )
    assert told == [['"Không tải được."', "1"], ['" Máy chủ chưa trả lời. Hãy tải lại trang."', "1"]]
    reader.complaints.clear()  # the browser's and Dash's own words about what was lost


def test_what_fails_on_the_page_tells_the_id_of_its_request(reader: Reader) -> None:
    def fail(route: Route) -> None:
        route.fulfill(status=500, headers={"X-Request-Id": "8FD1E42739"}, body="x")

    reader.open("/dung-han")
    reader.page.route(f"**{UPDATE}*", fail)
    reader.page.get_by_role("link", name="Kỳ trước", exact=True).click()
    gone = reader.page.locator(".is-leaving.is-lost")
    expect(gone).to_be_attached()
    told = gone.evaluate("main => getComputedStyle(main, '::before').content")
    assert told == '"Không tải được. Mã yêu cầu: 8FD1E42739."'
    reader.page.unroute(f"**{UPDATE}*")
    reader.page.route("**/api/v1/search*", fail)
    reader.page.locator("#search").fill("đông")
    expect(reader.page.get_by_role("listbox").first).to_contain_text("Mã yêu cầu: 8FD1E42739.")
    reader.complaints.clear()  # the browser's and Dash's own words about what was lost


def test_the_id_of_a_page_there_is_not_leaves_with_it(reader: Reader) -> None:
    reader.open("/khong-co-trang-nay")
    told = reader.page.locator("body > .request-id")
    assert re.fullmatch(r"Mã yêu cầu: [0-9A-F]{10}", told.inner_text())
    reader.goes(reader.page.locator("main a", has_text="Đúng hạn").first.click, "/dung-han")
    expect(told).to_have_count(0)
    reader.complaints.clear()  # the browser's own word about the 404


def test_a_double_click_is_one_step(reader: Reader) -> None:
    reader.open("/dung-han")
    reader.goes(reader.page.get_by_role("link", name="Kỳ trước", exact=True).dblclick, "/dung-han?ky=2026-10")
    reader.goes(reader.page.go_back, "/dung-han")


def test_the_notice_of_new_data_asks_for_them(reader: Reader) -> None:
    reader.open("/dung-han")
    reader.page.evaluate("() => document.dispatchEvent(new CustomEvent('motcua:fresh'))")
    expect(reader.page.locator("#fresh")).to_contain_text("Có số liệu mới")
    assert reader.barriers() == []
    reader.page.evaluate("() => { window.was_here = true; }")
    with reader.page.expect_navigation():
        reader.page.get_by_role("link", name="Xem ngay").click()
    reader.drawn()
    assert reader.page.evaluate("() => window.was_here") is None


def test_an_open_tab_hears_of_new_data_without_abort_controller(reader: Reader) -> None:
    """Engines before Chromium 66 have none."""
    reader.page.add_init_script(
        "delete window.AbortController; const start = window.setInterval;"
        "window.setInterval = (act, ms) => start(act, ms === 60000 ? 200 : ms);"
    )
    reader.page.route("**/api/v1/as-of", lambda route: route.fulfill(json={"as_of": "2099-01-01T00:00:00"}))
    reader.open()
    expect(reader.page.locator("#fresh")).to_be_visible()

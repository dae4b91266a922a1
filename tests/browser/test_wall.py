"""The wall as the office sees it: everything readable at both sizes, and nothing that takes it down."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from apps import Site
from playwright.sync_api import Browser, Route

from browser.conftest import AS_OF, served
from browser.wall import DATA, DOCUMENT, Wall, answering, growth, program
from queries.sample.district import write_sample

pytestmark = pytest.mark.browser

HD, FOUR_K = (1920, 1080), (3840, 2160)
SMALL = (640, 360)  # the same elements, less to paint
FAST = {"refresh_ms": 20, "tick_ms": 20, "scene_ticks": 1, "timeout_ms": 5_000}
CALM = {"refresh_ms": 200, "timeout_ms": 1_000}
SCENES = ["1 Trễ hẹn", "2 Cảnh báo", "3 Hài lòng", "4 Trực tuyến"]
REFRESHES, WARM_UP = 50, 60
"""A short form of test_soak.py."""
BETWEEN = [pytest.param(units, marks=pytest.mark.soak) for units in (16, 22)]
"""Districts between the smallest and the largest: in the long run alone."""


@contextmanager
def screen(
    browser: Browser, address: str, size: tuple[int, int] = HD, *,
    refresh_ms: int = 0, tick_ms: int = 0, scene_ticks: int = 0, timeout_ms: int = 0,
) -> Iterator[Wall]:  # fmt: skip
    """Open a screen; what is not asked for keeps its own pace."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    asked = {"refresh_ms": refresh_ms, "timeout_ms": timeout_ms, "tick_ms": tick_ms,
             "scene_ticks": scene_ticks}  # fmt: skip
    wall = Wall(context, address, **{name: value for name, value in asked.items() if value})
    yield wall
    wall.page.unroute_all(behavior="ignoreErrors")
    assert wall.errors == []
    context.close()


@pytest.fixture(scope="module")
def districts(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Site]:
    @cache
    def made(units: int) -> Site:
        path = tmp_path_factory.mktemp(f"so-{units}") / "mau.duckdb"
        write_sample(path, units=units, departments=4 if units > 7 else 0, years=1, per_unit_year=400,
                     until=AS_OF.date())  # fmt: skip
        return Site(path, as_of=AS_OF)

    return made


# readable


@pytest.mark.parametrize("units", [7, *BETWEEN, 163])
def test_nothing_is_cut_off_or_small_with_so_many_units(
    browser: Browser, districts: Callable[[int], Site], units: int
) -> None:
    with served(districts(units)) as address:
        for size in (HD, FOUR_K):
            with screen(browser, address, size, tick_ms=50, scene_ticks=4) as wall:
                found = wall.open().drawn().walk()
                assert found == {place: [] for place in found}
                scenes = list(dict.fromkeys(place.split(" trang")[0] for place in found))
                assert sorted(scenes) == SCENES
                assert ("trang" in str(found)) == (units == 163)


def test_every_unit_of_a_province_comes_by(browser: Browser, districts: Callable[[int], Site]) -> None:
    site = districts(163)
    rows = {row["unit"] for row in site.json("/api/v1/on-time")["rows"] if row["unit_code"]}
    with served(site) as address, screen(browser, address, tick_ms=60, scene_ticks=4) as wall:
        wall.open("?canh=1").drawn()
        seen: set[str] = set()
        for _ in range(400):
            seen |= set(wall.page.evaluate(
                "() => [...document.querySelectorAll('.line:not([hidden]) .name')].map((a) => a.textContent)"
            ))  # fmt: skip
            if len(seen) > len(rows):
                break
            wall.page.wait_for_timeout(20)
        assert len(rows) == 167
        assert all(row in seen or row.partition(" ")[2] in seen for row in rows)


def test_a_sentence_about_a_strange_address_is_seen(browser: Browser, address: str) -> None:
    with screen(browser, address) as wall:
        wall.open("?canh=7&ky=2026-13").drawn()
        assert "Kỳ “2026-13” không dùng được" in wall.text("problem")
        assert wall.bad() == []


def test_the_bar_steps_once_a_tick_and_the_picture_shifts_each_minute(browser: Browser, address: str) -> None:
    with screen(browser, address, tick_ms=40, scene_ticks=10, refresh_ms=50) as wall:
        hour = [0]

        def later(route: Route) -> None:
            answer = route.fetch()
            told = answer.json()
            hour[0] += 1
            told["now"] = f"2026-11-21T08:{hour[0] % 60:02}:00"
            route.fulfill(response=answer, json=told)

        wall.page.route(DATA, later)
        wall.open().drawn()
        steps: set[str] = set()
        shifts: set[str] = set()
        for _ in range(60):
            steps.add(wall.variable("bar", "--done"))
            shifts.add(wall.variable("wall", "--shift-x"))
            wall.page.wait_for_timeout(15)
        assert len(steps) >= 8
        assert steps <= {"", *(f"{n / 10:g}" for n in range(11))}
        assert len(shifts) >= 4
        assert max(abs(float(one.removesuffix("rem"))) for one in shifts if one) * 24 <= 4


def test_a_refresh_with_the_same_figures_changes_nothing(browser: Browser, address: str) -> None:
    """No flicker, no shift: between two refreshes not one element of the scene is touched."""
    with screen(browser, address, refresh_ms=50, scene_ticks=1_000) as wall:
        wall.open().drawn()
        wall.page.evaluate(
            "() => { window.touched = []; new MutationObserver((all) => { for (const one of all) "
            "{ window.touched.push(one.target.id || one.target.className || one.target.nodeName); } })"
            ".observe(document.getElementById('wall'), { subtree: true, childList: true, characterData: true,"
            " attributes: true }); }"
        )
        requests: list[str] = []
        wall.page.on("request", lambda request: requests.append(request.url))
        wall.until(lambda: len(requests) > 8, "refreshes")
        touched = set(wall.page.evaluate("() => window.touched"))
        assert touched <= {"wall", "time", "day", "pulse", "pulse is-beat", "age"}, "only time"


# engines of older screens


LATER = re.compile(r"(?<![\w-])(?:min|max|clamp)\(|text-wrap|inset:|aspect-ratio:")
GRIDS = re.compile(r"grid|: contents|gap:|(?<![\w-])(?:minmax|fit-content)\(")
NO_LATER = "window.queueMicrotask = Array.prototype.flatMap = undefined;"
OLDEST = """
  delete window.AbortController;
  delete window.AbortSignal;
  CSS.supports = (name, value) => !/grid|contents/.test(value);
"""


def as_an_engine_without(wall: Wall, dropped: re.Pattern[str], script: str) -> Wall:
    """Take away what an older engine lacks: words of its window, and each declaration it would drop."""

    def older(route: Route) -> None:
        answer = route.fetch()

        def rule(found: re.Match[str]) -> str:
            kept = [
                one
                for one in found[1].split(";")
                if not dropped.search(one) and not ("display: flex" in found[1] and "gap:" in one)
            ]
            return "{" + ";".join(kept) + "}"

        text = re.sub(r"/\*.*?\*/", "", answer.text(), flags=re.DOTALL)
        route.fulfill(response=answer, body=re.sub(r"\{([^{}]*)\}", rule, text))

    wall.page.route("**/assets/wall/*.css*", older)
    wall.page.add_init_script(script)
    return wall


def boxes(wall: Wall) -> list[str]:
    """Where each text stands, and how large, but for the few pixels by which a minute shifts it.

    The clock is the server's: between two walls its minute may end.
    """
    wall.page.evaluate(
        "document.querySelector('#wall').style.transform = 'none';"
        "document.querySelector('#time').textContent = '10:15';"
        "document.querySelector('#day').textContent = 'Thứ Bảy, 21/11/2026';"
    )
    return [str(one) for one in wall.page.evaluate(
        """() => [...document.querySelectorAll("header *, main *, #strip *")]
            .filter(one => one.getClientRects().length && one.textContent.trim() && !one.children.length)
            .map(one => { const box = one.getBoundingClientRect();
              return `${one.textContent} ${box.left} ${box.top} ${box.width} ${box.height} `
                + getComputedStyle(one).fontSize; })"""
    )]  # fmt: skip


@pytest.mark.parametrize("scene", [1, 2, 3, 4])
def test_an_engine_of_2018_shows_it_whole(browser: Browser, address: str, scene: int) -> None:
    """Chromium 68: without min(), max(), clamp() and the gap of a flex box everything is where it was."""
    with screen(browser, address, refresh_ms=60_000) as today, screen(browser, address) as old:
        for wall in (today, as_an_engine_without(old, LATER, NO_LATER)):
            wall.page.clock.install(time=AS_OF)
            wall.open(f"?canh={scene}").page.clock.run_for(1_000)
            wall.drawn()
        assert old.bad() == []
        assert len(boxes(today)) > 15
        assert boxes(old) == boxes(today)


@pytest.mark.parametrize("units", [7, BETWEEN[-1], 163])
def test_an_engine_of_2016_shows_a_list_with_every_unit(
    browser: Browser, districts: Callable[[int], Site], units: int
) -> None:
    """Chromium 53: no grid, no AbortController."""
    site = districts(units)
    rows = [row for row in site.json("/api/v1/on-time")["rows"] if row["unit_code"]]
    with served(site) as address, screen(browser, address, tick_ms=50, scene_ticks=4) as wall:
        as_an_engine_without(wall, re.compile(f"{LATER.pattern}|{GRIDS.pattern}"), OLDEST).open().drawn()
        found = wall.walk()
        assert found == {place: [] for place in found}
        assert sorted(dict.fromkeys(place.split(" trang")[0] for place in found)) == SCENES
        seen: set[str] = set()
        for _ in range(400):
            seen |= set(wall.page.evaluate(
                "() => [...document.querySelectorAll('.list-line:not([hidden]) .name')]"
                ".map((a) => a.textContent.replace(/ \\(.*/, ''))"
            ))  # fmt: skip
            if all(row["unit"] in seen or row["unit"].partition(" ")[2] in seen for row in rows):
                break
            wall.page.wait_for_timeout(20)
        assert all(row["unit"] in seen or row["unit"].partition(" ")[2] in seen for row in rows)


@pytest.mark.parametrize(
    ("name", "answer"),
    [("hangs", lambda _route: None), ("502", answering(502)), ("nonsense", answering(200))],
)
def test_an_engine_of_2016_stays_alive(
    browser: Browser, address: str, name: str, answer: Callable[[Route], Any]
) -> None:
    with screen(browser, address, HD, **CALM) as wall:
        as_an_engine_without(wall, re.compile(f"{LATER.pattern}|{GRIDS.pattern}"), OLDEST).open().drawn()
        assert wall.text("as-of") == "Số liệu đến 10:15, 21/11/2026"
        assert wall.text("age") == "vừa xong"
        wall.page.route(DATA, answer)
        wall.until(lambda: wall.is_shown("lost"), name)
        wall.page.unroute(DATA)
        wall.until(lambda: not wall.is_shown("lost"), f"recovery from: {name}")
        assert wall.loads == 1


def test_red_flags_can_be_read_at_five_metres(browser: Browser, address: str) -> None:
    """A letter of 40 px on a screen of 1080 lines, 55 inches large, is 25 mm high: the 1:200 of signs at 5 m."""
    with screen(browser, address) as wall:
        wall.open("?canh=2").drawn()
        sizes = wall.page.evaluate(
            "() => [...document.querySelectorAll('.flag:not([hidden])')].map((one) => ['.flag-text', '.flag-count']"
            ".map((name) => parseFloat(getComputedStyle(one.querySelector(name)).fontSize)))"
        )
        # The fifth judges officials: a wall may not know of them.
        assert len(sizes) == 4
        assert all(text >= 40 and count >= 40 for text, count in sizes)


# alive


def test_the_age_of_the_data_is_told_and_the_dot_beats(browser: Browser, address: str) -> None:
    with screen(browser, address) as wall:
        ages = {30: "vừa xong", 60: "1 phút trước", 6 * 3_600: "6 giờ trước", 47 * 3_600: "47 giờ trước",
                49 * 3_600: "2 ngày trước"}  # fmt: skip
        told = [0]

        def aged(route: Route) -> None:
            answer = route.fetch()
            route.fulfill(response=answer, json={**answer.json(), "age_seconds": told[0]})

        wall.page.route(DATA, aged)
        wall.page.clock.install(time=AS_OF)
        for told[0], text in ages.items():
            wall.open().page.clock.run_for(1_000)
            wall.drawn()
            assert wall.text("age") == text
        wall.page.clock.run_for(1_000)
        look = {wall.page.locator("#pulse").get_attribute("class")}
        wall.page.clock.run_for(1_000)
        look.add(wall.page.locator("#pulse").get_attribute("class"))
        assert look == {"pulse", "pulse is-beat"}
        assert wall.text("pulse") == "●"
        wall.page.unroute(DATA)
        wall.page.route(DATA, answering(503))
        wall.page.clock.run_for(150_000)
        wall.page.wait_for_timeout(200)
        wall.page.clock.run_for(61_000)
        wall.until(lambda: wall.text("pulse") == "○", "a hollow dot")
        assert wall.page.locator("#pulse").get_attribute("class") == "pulse is-lost"


def test_one_request_at_a_time_however_slow_the_answer(browser: Browser, address: str) -> None:
    with screen(browser, address, refresh_ms=30, timeout_ms=2_000) as wall:
        open_now, most, count = [0], [0], [0]

        def slow(route: Route) -> None:
            open_now[0] += 1
            count[0] += 1
            most[0] = max(most[0], open_now[0])
            wall.page.wait_for_timeout(150)
            open_now[0] -= 1
            route.continue_()

        wall.page.route(DATA, slow)
        wall.open().drawn()
        wall.until(lambda: count[0] >= 5, "five slow answers")
        assert most[0] == 1
        assert not wall.is_shown("lost")


PROXY = "<!DOCTYPE html><title>Đăng nhập</title><p>Phiên làm việc đã hết"
WRONG = {"build": "1", "now": "2026-11-21T10:15:00", "scenes": []}


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("200 with HTML", answering(200, PROXY, "text/html")),
        ("200 with HTML called JSON", answering(200, PROXY)),
        ("200 with other JSON", answering(200, json.dumps(WRONG))),
        ("200 with null", answering(200, "null")),
        ("401", answering(401)),
        ("502", answering(502, "<h1>Bad Gateway</h1>", "text/html")),
        ("503", answering(503, '{"error": "…"}')),
        ("no network", lambda route: route.abort("internetdisconnected")),
        ("hangs", lambda _route: None),
    ],
)
def test_whatever_is_wrong_the_figures_stay_and_come_back(
    browser: Browser, address: str, name: str, answer: Callable[[Route], Any]
) -> None:
    with screen(browser, address, HD, **CALM) as wall:
        wall.open().drawn()
        figures = wall.page.locator("main").inner_text()
        requests: list[str] = []
        wall.page.on("request", lambda request: requests.append(request.url))
        wall.page.route(DATA, answer)
        wall.until(lambda: wall.is_shown("lost"), name)
        asked = len([one for one in requests if "so-lieu" in one])
        assert asked <= 4, "within two refreshes, and the one that may have been under way"
        assert re.fullmatch(r"Mất kết nối từ \d\d:\d\d", wall.text("lost"))
        assert wall.page.locator("main").inner_text() == figures
        assert wall.bad() == []
        wall.page.unroute(DATA)
        wall.until(lambda: not wall.is_shown("lost"), f"recovery from: {name}")
        assert wall.loads == 1


def test_switched_on_before_the_server_has_data(browser: Browser, address: str) -> None:
    with screen(browser, address, HD, **CALM) as wall:
        wall.page.route(DATA, answering(503))
        wall.open()
        wall.until(lambda: "Máy chủ chưa trả lời từ" in wall.text("word"), "since when")
        assert wall.text("title") == "Đang chờ số liệu…"
        assert re.search(r"từ \d\d:\d\d\.", wall.text("word"))
        assert wall.bad() == []
        wall.page.unroute(DATA)
        wall.drawn()
        assert "Đang chờ" not in wall.shown()


def test_a_real_server_killed_and_started_again(browser: Browser, sample: Path) -> None:
    with (
        program(f"duckdb:///{sample}", as_of=AS_OF.isoformat()) as running,
        screen(browser, running.address, HD, **CALM) as wall,
    ):
        wall.open().drawn()
        data_time = wall.text("as-of")
        running.kill()
        wall.until(lambda: wall.is_shown("lost"), "the server is gone")
        assert wall.text("as-of") == data_time
        running.start()
        wall.until(lambda: not wall.is_shown("lost"), "the server is back")
        assert wall.loads == 1


def test_a_laptop_that_slept_asks_as_soon_as_it_wakes(browser: Browser, address: str) -> None:
    with screen(browser, address) as wall:
        wall.page.clock.install()
        wall.open()
        wall.page.clock.run_for(2_000)
        wall.drawn()
        requests: list[str] = []
        wall.page.on("request", lambda request: requests.append(request.url))
        wall.page.clock.fast_forward(8 * 3_600_000)
        wall.page.clock.run_for(3_000)
        wall.until(lambda: any("so-lieu" in one for one in requests), "a request on waking")


def test_data_grow_old_by_the_clock_of_the_screen(browser: Browser, address: str) -> None:
    with screen(browser, address) as wall:
        age = [0]

        def aged(route: Route) -> None:
            if age[0]:
                route.abort()
                return
            age[0] = 1
            answer = route.fetch()
            told = {**answer.json(), "age_seconds": 100, "expected_seconds": 3_600}
            route.fulfill(response=answer, json=told)

        wall.page.clock.install()
        wall.page.route(DATA, aged)
        wall.open()
        wall.page.clock.run_for(1_500)
        wall.drawn()
        assert not wall.is_shown("old")
        wall.page.clock.run_for(3_400_000)
        assert not wall.is_shown("old")
        wall.page.clock.run_for(200_000)
        assert wall.is_shown("old")
        assert wall.is_shown("lost")


# reloading


def renamed(route: Route) -> None:
    answer = route.fetch()
    route.fulfill(response=answer, json={**answer.json(), "build": "0123456789abcdef"})


def test_a_new_version_is_loaded_once_its_page_is_there(browser: Browser, address: str) -> None:
    with screen(browser, address, refresh_ms=80, timeout_ms=1_000) as wall:
        wall.open().drawn()
        wall.page.route(DATA, renamed)
        wall.page.wait_for_timeout(600)
        assert wall.loads == 1, "the page that is there is still the old one: no reload in vain"
        text = wall.page.request.get(f"{address}/man-hinh").text()
        new = re.sub(r'data-build="[^"]+"', 'data-build="0123456789abcdef"', text)
        loads = [0]
        wall.page.unroute(DATA)
        wall.page.route(DATA, renamed)

        def deployed(route: Route) -> None:
            loads[0] += route.request.is_navigation_request()
            route.fulfill(status=200, body=new, content_type="text/html")

        wall.page.route(DOCUMENT, deployed)
        wall.until(lambda: loads[0] == 1, "the reload")
        wall.drawn()
        wall.page.wait_for_timeout(500)
        assert loads[0] == 1, "once"


@pytest.mark.parametrize(("status", "kind"), [(502, "text/html"), (200, "text/plain"), (200, "text/html")])
def test_at_night_it_reloads_after_a_probe_and_waits_without(
    browser: Browser, address: str, status: int, kind: str
) -> None:
    with screen(browser, address, refresh_ms=80, timeout_ms=1_000) as wall:
        wall.open().drawn()

        def night(route: Route) -> None:
            answer = route.fetch()
            told = answer.json()
            told["now"] = re.sub(r"^[^T]+T.*", "2099-01-01T04:00:00", told["now"])
            route.fulfill(response=answer, json=told)

        probes = [0]

        def away(route: Route) -> None:
            probes[0] += 1
            route.fulfill(status=status, body="<p>Cổng thông tin", content_type=kind)

        wall.page.route(DOCUMENT, away)
        wall.page.route(DATA, night, times=4)
        wall.until(lambda: probes[0] >= 2, "probes")
        assert wall.loads == 1
        assert wall.place
        wall.page.unroute(DOCUMENT, away)
        wall.page.route(DATA, night, times=2)
        wall.until(lambda: wall.loads == 2, "the reload")
        wall.page.unroute(DATA)
        wall.drawn()


# for weeks


def test_nothing_grows(browser: Browser, address: str) -> None:
    with screen(browser, address, SMALL, **FAST) as wall:
        wall.open().drawn().count()
        wall.until(lambda: wall.answers >= WARM_UP, "warm-up", 120, 100)
        before = wall.load()
        wall.until(lambda: wall.answers >= WARM_UP + REFRESHES, "refreshes", 120, 100)
        assert wall.scenes >= REFRESHES
        grown = growth(before, wall.load())
        assert max(grown.values()) < 0.05, grown
        assert min(one.nodes for one in before.values()) > 300

"""Behind a real nginx under a path, which it takes off or passes on: pages, callbacks, files, API, wall, links."""

from __future__ import annotations

import re
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from nginx import running_nginx
from playwright.sync_api import Browser, expect
from ports import free_port

from browser.conftest import AS_OF, Reader
from browser.wall import Wall, program

pytestmark = pytest.mark.browser

PREFIX = "/motcua"
_SERVER = """server {{ listen 127.0.0.1:{port}; location {at}/ {{
  proxy_pass http://127.0.0.1:{ours}{path}; proxy_set_header Host $http_host; }} }}
"""


@pytest.fixture(scope="module", params=["taken off", "passed on"])
def under(
    request: pytest.FixtureRequest, sample: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of the proxy, with the path."""
    folder, port = tmp_path_factory.mktemp("nginx"), free_port()
    settings = {"as_of": AS_OF.isoformat(), "copy_folder": str(folder / "copy"), "url_prefix": PREFIX,
                "expected_age_minutes": "525600"}  # fmt: skip
    with program(f"duckdb:///{sample}", **settings) as running:
        path = "/" if request.param == "taken off" else ""
        servers = _SERVER.format(port=port, at=PREFIX, ours=running.port, path=path)
        with running_nginx(folder, servers, f"http://127.0.0.1:{port}{PREFIX}/healthz"):
            until_ready(f"http://127.0.0.1:{port}{PREFIX}")
            yield f"http://127.0.0.1:{port}{PREFIX}"


def until_ready(address: str) -> None:
    """Wait for the first copy."""
    ends = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(f"{address}/readyz", timeout=5).close()
            return
        except OSError:
            assert time.monotonic() < ends, "no copy"
            time.sleep(0.2)


@pytest.fixture
def visitor(browser: Browser, under: str) -> Iterator[Reader]:
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="vi-VN")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    one = Reader(context, under)
    failed: list[str] = []
    one.page.on("response", lambda answer: failed.append(answer.url) if answer.status >= 400 else None)
    yield one
    assert failed == []
    assert one.complaints == []
    outside = [one.url for one in one.requests if not urlsplit(one.url).path.startswith(f"{PREFIX}/")]
    assert [one for one in outside if one.startswith("http")] == []
    context.close()


def test_pages_callbacks_files_and_links(visitor: Reader) -> None:
    visitor.open("/")
    assert "đơn vị" in visitor.title
    visitor.goes(lambda: visitor.page.get_by_role("link", name="Đúng hạn", exact=True).click(), "/dung-han")
    visitor.goes(lambda: visitor.page.locator("a[data-key=previous]").click(), "/dung-han?ky=2026-10")
    unit = visitor.page.locator(f"main a[href^='{PREFIX}/don-vi/']").first
    name, there = unit.inner_text(), str(unit.get_attribute("href")).removeprefix(PREFIX)
    visitor.goes(unit.click, there)
    assert name in visitor.title
    hrefs = visitor.page.evaluate(
        "() => [...document.querySelectorAll('a[href]')].map(a => a.getAttribute('href'))"
    )
    assert [one for one in hrefs if not one.startswith((f"{PREFIX}/", "#"))] == []


def test_the_answer_for_machines_and_the_copied_link(visitor: Reader) -> None:
    visitor.open("/dung-han?ky=2026-10")
    sheet = visitor.page.locator("main a[href*='.xlsx']").first.get_attribute("href")
    assert sheet is not None
    assert sheet.startswith(f"{PREFIX}/tai/")
    root = visitor.address.removesuffix(PREFIX)
    for there, kind in (
        (sheet, "application/vnd.openxml"),
        (f"{PREFIX}/api/v1/on-time?dang=csv", "text/csv"),
    ):
        answer = visitor.page.request.get(root + there)
        assert answer.status == 200
        assert answer.headers["content-type"].startswith(kind)
    title = visitor.title
    visitor.page.get_by_role("button", name="Chép liên kết").first.click()
    copied = str(visitor.page.evaluate("() => navigator.clipboard.readText()"))
    assert re.match(re.escape(f"{visitor.address}/dung-han?ky=2026-10&"), copied)
    visitor.page.goto(copied)
    visitor.drawn()
    assert visitor.title == title


def test_the_wall(browser: Browser, under: str) -> None:
    context = browser.new_context(viewport={"width": 1920, "height": 1080})
    wall = Wall(context, under, refresh_ms=200)
    wall.open().drawn()
    assert wall.bad() == []
    assert wall.errors == []
    context.close()


def test_without_the_setting_it_says_what_is_missing(browser: Browser, sample: Path, tmp_path: Path) -> None:
    port = free_port()
    with program(
        f"duckdb:///{sample}", as_of=AS_OF.isoformat(), copy_folder=str(tmp_path / "copy")
    ) as running:
        servers = _SERVER.format(port=port, at=PREFIX, ours=running.port, path="/")
        with running_nginx(tmp_path / "nginx", servers, f"http://127.0.0.1:{port}{PREFIX}/healthz"):
            page = browser.new_page()
            for path in ("/", "/man-hinh"):
                page.goto(f"http://127.0.0.1:{port}{PREFIX}{path}")
                expect(page.get_by_text("đặt cài đặt url_prefix bằng đường dẫn ấy")).to_be_visible()
            page.close()

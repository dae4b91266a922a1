"""For tests that look at the pages as a reader does: a served sample, Chromium, a tab."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from apps import Site
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    ViewportSize,
    expect,
    sync_playwright,
)
from running import cannot_run
from werkzeug.serving import WSGIRequestHandler, make_server

from dashboard.frame import first
from queries.sample.district import write_sample

AS_OF = datetime(2026, 11, 21, 10, 15)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PATIENCE = 15_000
PHONE, LAPTOP = ViewportSize(width=390, height=844), ViewportSize(width=1440, height=900)
PROJECTOR = ViewportSize(width=1366, height=768)
KEPT = 6
"""So many tabs stay open for who only looks."""
UPDATE = "/_dash-update-component"
WATCH = """
window.broken = [];
document.addEventListener("securitypolicyviolation", (one) => {
  window.broken.push(`${one.effectiveDirective} ${one.blockedURI} ${one.sourceFile}:${one.lineNumber}`);
});
"""
"""Notes in a page what is against its policy."""


class _Quiet(WSGIRequestHandler):
    """HTTP/1.1, and nothing printed for each request."""

    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def served(site: Site, port: int = 0) -> Iterator[str]:
    """Serve a site from a thread; gives its address."""
    running = make_server("127.0.0.1", port, site.server, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{running.server_port}"
    finally:
        running.shutdown()
        thread.join()
        running.server_close()


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("mau") / "mau.duckdb"
    write_sample(path, years=2, per_unit_year=600, until=AS_OF.date())
    return path


@pytest.fixture(scope="session")
def site(sample: Path) -> Site:
    # Measured from today the sample grows old; a reader's browser must not call it so here.
    return Site(sample, as_of=AS_OF, expected_age_minutes=525_600)


@pytest.fixture(scope="session", autouse=True)
def _patient() -> Iterator[None]:
    """What is read first comes with the page, however busy the machine is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(first, "SOON_SECONDS", 30)
        yield


@pytest.fixture(scope="session")
def _running(site: Site) -> Iterator[str]:
    with served(site) as running:
        yield running


@pytest.fixture
def address(site: Site, _running: str) -> str:
    """Where the sample is served. The one application answers from the site that was asked for last."""
    assert site.server
    return _running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        cannot_run("trình duyệt", "không có Chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield started
        started.close()


def broken(page: Page) -> list[str]:
    """What was against the policy since the document was opened, in a page that began with ``WATCH``."""
    return list(page.evaluate("() => window.broken"))


class Reader:
    """One reader's tab: what it shows, and all that went wrong in it."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.address = address
        self.page: Page = context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.complaints: list[str] = []
        self.requests: list[Request] = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._asked)

    def _asked(self, request: Request) -> None:
        self.requests.append(request)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.type}: {message.text}")

    @property
    def updates(self) -> list[Request]:
        """The questions sent to the server since the last ``forget``."""
        return [one for one in self.requests if urlsplit(one.url).path == UPDATE]

    @property
    def foreign(self) -> list[str]:
        return [
            one.url
            for one in self.requests
            if not one.url.startswith((self.address, "data:", "blob:", "about:"))
        ]

    @property
    def where(self) -> str:
        """The address shown, without the host."""
        return self.page.url.removeprefix(self.address)

    @property
    def title(self) -> str:
        return self.page.locator("h1").inner_text()

    def forget(self) -> None:
        """Count anew from here."""
        self.requests.clear()

    def open(self, path: str = "/") -> Reader:
        self.page.goto(f"{self.address}{path}" if path.startswith("/") else path)
        return self.drawn()

    def drawn(self) -> Reader:
        """Wait until Dash has taken the page over and every card is drawn, its chart included."""
        expect(self.page.locator("#react-entry-point .slot").first).to_be_attached(timeout=PATIENCE)
        expect(self.page.locator("#first")).to_have_count(0, timeout=PATIENCE)
        expect(self.page.locator(".slot:not(.is-drawn)")).to_have_count(0, timeout=PATIENCE)
        expect(self.page.locator(".drawing:not(:has(.main-svg))")).to_have_count(0, timeout=PATIENCE)
        return self

    def goes(self, do: Callable[[], object], to: str) -> Reader:
        """Do something that changes the address, and wait for the new page: another element, all drawn."""
        main = self.page.locator("main")
        main.evaluate("main => { main.dataset.seen = 'yes'; }")
        do()
        self.page.wait_for_url(f"{self.address}{to}", wait_until="commit")
        expect(self.page.locator("main:not([data-seen])")).to_be_attached(timeout=PATIENCE)
        return self.drawn()

    def select(self, word: str) -> Locator:
        """The list of choices of a word of the address."""
        return self.page.locator(f"select[data-key={word}]")

    def barriers(self) -> list[str]:
        """What axe-core calls serious; handed over by the browser's own door, past no policy."""
        if not self.page.evaluate("() => 'axe' in window"):
            try:
                script = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
            except ModuleNotFoundError:
                cannot_run("khả năng tiếp cận", "chưa cài axe-playwright-python")
            self.page.evaluate(script)
        found = self.page.evaluate("async () => (await axe.run({resultTypes: ['violations']})).violations")
        return [
            f"{one['id']} ({one['impact']}): {one['nodes'][0]['html'][:120]}"
            for one in found
            if one["impact"] in ("serious", "critical")
        ]

    def too_small(self) -> list[str]:
        """What is written smaller than 12 px."""
        return list(self.page.evaluate(
            """() => [...document.querySelectorAll('main *')]
                .filter(one => [...one.childNodes].some(child => child.nodeType === 3 && child.data.trim()))
                .filter(one => parseFloat(getComputedStyle(one).fontSize) < 12)
                .map(one => one.outerHTML.slice(0, 80))"""
        ))  # fmt: skip

    def focused(self) -> str:
        """The data-key of the element that has the keyboard."""
        return str(self.page.evaluate("() => document.activeElement?.getAttribute('data-key') ?? ''"))


@pytest.fixture(scope="session")
def window(browser: Browser, site: Site, _running: str) -> BrowserContext:
    """The window of all tabs. One stays open in it, so that Chromium keeps the scripts it has compiled.

    A page then takes a processor 1.5 s instead of 2.5. Nothing of a tab is left to the next but what the
    browser may load again from its memory: no cookie is set here, and what a tab keeps is its own.
    """
    opened = browser.new_context(viewport=LAPTOP, locale="vi-VN")
    opened.grant_permissions(["clipboard-read", "clipboard-write"])
    assert site.server
    opened.new_page().goto(f"{_running}/healthz")
    return opened


@pytest.fixture
def reader(window: BrowserContext, address: str) -> Iterator[Reader]:
    """A tab on a laptop; at the end nothing may have gone wrong in it."""
    one = Reader(window, address)
    yield one
    one.page.close()
    assert one.complaints == []
    assert one.foreign == []
    assert window.cookies() == []


Look = Callable[..., Reader]
"""Gives a page that is only looked at, by its path and the size of the screen."""


class Tabs:
    """Tabs that stay open, a few of them: a page takes some three seconds of a processor to come."""

    def __init__(self, window: BrowserContext) -> None:
        self._window = window
        self._open: dict[tuple[str, int], Reader] = {}

    def at(self, url: str, size: ViewportSize) -> Reader:
        """Give a page as it came to a screen of this size, scrolled to its head, no pointer over it."""
        key = url, size["width"]
        one = self._open.pop(key, None)
        if one is None:
            one = Reader(self._window, url[: url.index("/", 8)])
            one.page.set_viewport_size(size)
            one.open(url)
        else:
            one.complaints.clear()  # what a tab heard while nobody looked at it
            one.page.set_viewport_size(size)
            one.page.emulate_media(media="screen")
            one.page.mouse.move(0, 0)
            one.page.evaluate("() => window.scrollTo(0, 0)")
        self._open[key] = one
        if len(self._open) > KEPT:
            self._open.pop(next(iter(self._open))).page.close()
        return one


@pytest.fixture(scope="session")
def _tabs(window: BrowserContext) -> Tabs:
    return Tabs(window)


@pytest.fixture
def seen(address: str, _tabs: Tabs) -> Iterator[Look]:
    """A page that is only looked at. Who presses, types, resizes or follows a link takes ``reader``."""
    looked: list[Reader] = []

    def look(path: str, size: ViewportSize = PROJECTOR) -> Reader:
        looked.append(_tabs.at(f"{address}{path}", size))
        return looked[-1]

    yield look
    assert [one.complaints for one in looked if one.complaints] == []
    assert [one.foreign for one in looked if one.foreign] == []

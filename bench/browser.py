"""What a reader's browser sees: bytes, time to the last card, time of a filter change, server memory."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from statistics import median

import psutil  # type: ignore[import-untyped]
from playwright.sync_api import Browser, CDPSession, Error, Page, sync_playwright

from bench.data import AS_OF, ROOT, Data

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
_CLICKS = 6
_READING = 5_000
"""Milliseconds for which a reader looks at a page before stepping on."""
_PRESSING = 60
"""Seconds after which a server has pressed its files as small as they get."""

# In the page: when each card was drawn, in its own clock, after the frame that shows it. The
# page tells when all are: to ask it again and again would slow what is measured.
_WATCH = """
window.drawnAt = {};
const shown = (name) => requestAnimationFrame(() => {
  window.drawnAt[name] = performance.now();
  if (window.look) { window.look(); }
});
window.whenDrawn = () => new Promise((drawn, failed) => {
  window.look = () => {
    const cards = document.querySelectorAll("main .slot").length;
    const charts = document.querySelectorAll("main .chart:not(.is-empty)").length;
    if (cards && Object.keys(window.drawnAt).length >= cards + charts) {
      window.look = null;
      setTimeout(() => drawn(cards), 150);  // the chart may draw twice: its last time counts
    }
  };
  setTimeout(() => failed("not every card was drawn: " + JSON.stringify(window.drawnAt)), 60000);
  window.look();
});
document.addEventListener("motcua:drawn", (event) => shown(event.detail));
document.addEventListener("click", () => {
  window.drawnAt = {}; window.clickedAt = performance.now();
}, true);
new MutationObserver((changes) => {
  for (const change of changes) {
    const part = change.target;
    if (part.closest && part.closest(".js-plotly-plot .main-svg")) { shown("chart"); return; }
  }
}).observe(document, {subtree: true, childList: true});
"""


@dataclass(frozen=True)
class Loads:
    """A page opened: medians of milliseconds, bytes over the wire.

    ``first``: by the first reader of a server that has just read its data; ``cold``: by later ones
    whose browsers were never here.
    """

    cold_bytes: int
    first: float
    cold: float
    warm_bytes: int
    warm: float


@dataclass(frozen=True)
class Changes:
    """Steps to another period on a page: medians of milliseconds and bytes, most requests of one."""

    change: float
    change_bytes: int
    change_read: float
    change_known: float
    change_requests: int
    cards: int


@dataclass(frozen=True)
class PageSeen:
    """A page in Chromium."""

    path: str
    loads: Loads
    changes: Changes


@dataclass(frozen=True)
class Seen:
    """The pages in Chromium, and the memory of the server's processes together."""

    pages: list[PageSeen]
    memory_at_rest: float
    memory_peak: float
    workers: int


def see(data: Data, paths: dict[str, str], loads: int) -> Seen | str:
    """Open the pages in Chromium; a sentence saying why, where it cannot run."""
    if CHROMIUM is None:
        return "Chromium: not measured, there is none"
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_ARGUMENTS)
        except Error as error:
            return f"Chromium: not measured ({str(error).splitlines()[0]})"
        memories = []
        with _server(data) as (address, memory):
            for path in paths.values():
                _load(browser, address + path)  # it learns the data once, and presses its files
            time.sleep(_PRESSING)
            loaded = {path: _loads(browser, address + path, loads) for path in paths.values()}
            memories.append(memory)
        pages = []
        for path in paths.values():
            # A server for each page: what one has asked for is known to the next.
            with _server(data) as (address, memory):
                first = _load(browser, address + path)
                loads_of = replace(loaded[path], first=first)
                pages.append(PageSeen(path, loads_of, _changes(browser, address + path)))
                memories.append(memory)
        browser.close()
        return Seen(
            pages, max(one.at_rest for one in memories), max(one.peak for one in memories),
            memories[0].workers,
        )  # fmt: skip


def _loads(browser: Browser, address: str, loads: int) -> Loads:
    """Open a page in browsers that were never here, then again in one: bytes and time of each."""
    cold = [_load(browser, address) for _ in range(loads)]
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.add_init_script(_WATCH)
    page.goto(address)
    _all_drawn(page)
    warm = []
    for _ in range(loads):
        page.reload()
        _all_drawn(page)
        warm.append(_last(page))
    # Counting bytes slows the browser down: loads of their own, which nobody times.
    counter = _Counter(context.new_cdp_session(page))
    page.reload()
    _all_drawn(page)
    warm_bytes = counter.bytes
    context.close()
    return Loads(_cold_bytes(browser, address), 0.0, median(cold), warm_bytes, median(warm))


def _changes(browser: Browser, address: str) -> Changes:
    """Step to earlier periods and back: times and bytes, how many cards, how many requests at most."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.add_init_script(_WATCH)
    page.goto(address)
    cards = _all_drawn(page)
    unseen: list[float] = []
    read: list[float] = []
    seen: list[float] = []
    for times, key, pause in ((unseen, "previous", 0), (read, "previous", _READING), (seen, "following", 0)):
        for _ in range(_CLICKS):
            page.wait_for_timeout(pause)
            page.locator(f'[data-key="{key}"]').click()
            _all_drawn(page)
            times.append(_last(page) - float(page.evaluate("window.clickedAt")))
    # Counting slows the browser down: clicks of their own, which nobody times.
    counter = _Counter(context.new_cdp_session(page))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    counts: list[tuple[int, int]] = []
    for _ in range(_CLICKS):
        asked.clear()
        counter.bytes = 0
        page.locator('[data-key="previous"]').click()
        _all_drawn(page)
        counts.append((counter.bytes, sum("/_dash-update-component" in one for one in asked)))
    context.close()
    return Changes(
        median(unseen), int(median(one[0] for one in counts)), median(read), median(seen),
        max(one[1] for one in counts), cards,
    )  # fmt: skip


def _load(browser: Browser, address: str) -> float:
    """Open a page in a browser that has never been here: when the last card was drawn."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.add_init_script(_WATCH)
    page.goto(address)
    _all_drawn(page)
    found = _last(page)
    context.close()
    return found


def _cold_bytes(browser: Browser, address: str) -> int:
    """Open a page in a browser that has never been here: bytes over the wire."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.add_init_script(_WATCH)
    counter = _Counter(context.new_cdp_session(page))
    page.goto(address)
    _all_drawn(page)
    page.wait_for_load_state("networkidle")
    context.close()
    return counter.bytes


class _Counter:
    """Counts what comes over the wire: bodies as sent, and their headers."""

    def __init__(self, session: CDPSession) -> None:
        self.bytes = 0
        session.send("Network.enable")
        session.on("Network.loadingFinished", self._add)

    def _add(self, event: dict[str, float]) -> None:
        self.bytes += int(event["encodedDataLength"])


def _all_drawn(page: Page) -> int:
    """Wait until every card, and the chart of a page that has one, are drawn; give how many cards."""
    return int(page.evaluate("window.whenDrawn()"))


def _last(page: Page) -> float:
    return float(page.evaluate("Math.max(...Object.values(window.drawnAt))"))


@contextmanager
def _server(data: Data) -> Iterator[tuple[str, _Memory]]:
    """Serve the data as ``python app.py serve`` does, in processes of its own."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    keep = {name: value for name, value in os.environ.items() if not name.upper().startswith("MOTCUA_")}
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "app.py"), "serve", "--port", str(port), "--database-url", data.url],
        env={**keep, "MOTCUA_AS_OF": AS_OF.isoformat(), "MOTCUA_CACHE_SECONDS": "3600"},
        cwd=ROOT / "var", stdout=subprocess.DEVNULL,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address)
        yield address, _Memory(process.pid)
    finally:
        process.terminate()
        process.wait(20)


def _wait(address: str) -> None:
    """Wait until the server answers and has read its register."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        with suppress(OSError), urllib.request.urlopen(f"{address}/readyz", timeout=30) as answer:
            if json.load(answer)["has_ledger"]:
                return
        time.sleep(0.2)
    raise TimeoutError("the server did not start")


class _Memory:
    """Watches the resident memory of a process and its children, in MB."""

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)
        self.workers = len(self._process.children())
        self.at_rest = self.peak = self._now()
        threading.Thread(target=self._watch, daemon=True).start()

    def _now(self) -> float:
        total = 0
        for one in (self._process, *self._process.children(recursive=True)):
            with suppress(psutil.Error):
                total += one.memory_info().rss
        return total / 1e6

    def _watch(self) -> None:
        with suppress(psutil.Error):
            while self._process.is_running():
                self.peak = max(self.peak, self._now())
                time.sleep(0.1)

"""Part "browser": what a reader sees: bytes, the last card, a filter change; and the server's memory."""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median

from playwright.sync_api import Browser, CDPSession, Error, Page, Request, Route, sync_playwright

from bench.asking import PAGES, UPDATE
from bench.machine import ROOT, Machine
from bench.paint import (
    FEWEST_UNITS,
    MOST_PAINT,
    MOST_PAINT_SLOW,
    MOST_RATIO,
    MOST_SHIFT,
    Painted,
    painted,
)
from bench.plan import Plan
from bench.results import Aim, Result, Table, kilobytes, milliseconds
from bench.serving import Memory, serving
from bench.stage import Stage

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
_CLICKS = 3
_LOADS = 3
MOST_FIRST_BYTES, MOST_FIRST_LOAD, MOST_CHANGE = 750_000, 1500.0, 300.0
MOST_LATER = 1.05
"""How much later the last chart may be than without the page in the document: what two runs differ by."""
_PRESSING = 90.0
"""Seconds after which a server has pressed its files, one every five, as small as they get."""
_ALSO = {"reports": "/bao-cao", "search": "/tim-kiem?tim=phuong"}
"""Pages that have a first paint and no figures of a period to change."""

# What a document was before it held the page: Dash's place and its scripts.
_HELD = re.compile(r'<div id="first".*?(?=<div id="react-entry-point">)', re.DOTALL)
_KEPT_BACK = re.compile(r'<template id="scripts">(.*?)</template><script>.*?</script>', re.DOTALL)
_AHEAD = re.compile(r'<link rel="preload"[^>]*>')

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
    const cards = document.getElementById("first") ? 0 : document.querySelectorAll("main .slot").length;
    const charts = document.querySelectorAll("main .chart:not(:empty)").length;
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
    """A page opened by browsers that were never here, and again: medians of milliseconds, bytes sent.

    ``held``, ``alone``: to the last chart, from the document as it is and from one that holds Dash alone,
    both handed on by Playwright. ``asked``: requests of a load, of which ``twice`` asked what another did.
    """

    cold_bytes: int
    cold: float
    held: float
    alone: float
    warm_bytes: int
    warm: float
    asked: int
    twice: int


@dataclass(frozen=True)
class Changes:
    """Steps to another period on a page: medians of milliseconds and bytes, most requests of one.

    ``change``: to a period nobody asked for; ``change_known``: back again. ``brought``: so many cards come
    with the page.
    """

    change: float
    change_bytes: int
    change_known: float
    change_requests: int
    cards: int
    brought: int


@dataclass(frozen=True)
class PageSeen:
    """A page in Chromium; ``first``: what the first reader of a server that has just started waited."""

    path: str
    first: float
    loads: Loads
    changes: Changes


def measure_browser(stage: Stage, plan: Plan) -> Result | str:
    """Open the pages in Chromium; a sentence saying why, where it cannot run."""
    if CHROMIUM is None:
        return "there is no Chromium"
    if not list((ROOT / "assets").glob("a-plotly*")):
        return "the small plotly is not in assets/ (make dev), so that bytes and times would be others"
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        except Error as error:
            return str(error).splitlines()[0]
        paths = [PAGES[name] for name in plan.pages]
        also = (
            [*_ALSO.values(), f"/ho-so/{stage.sample.newest(1)[0]}"] if set(plan.pages) == set(PAGES) else []
        )
        url, folder = stage.source.url, stage.folder("seen")
        memories: list[Memory] = []
        pages: list[PageSeen] = []
        with ExitStack() as opened:
            server = opened.enter_context(serving(url, folder))
            machine = Machine.now()
            for path in (*paths, *also):
                _load(browser, server.address + path)  # it learns the data once, and presses its files
            began = time.monotonic()
            changes: dict[str, tuple[float, Changes]] = {}
            for path in paths:
                # A server for each page: what one has asked for is known to the next.
                with serving(url, folder) as own:
                    changes[path] = _load(browser, own.address + path), _changes(browser, own.address + path)
                    memories.append(own.memory)
                print(f"  {path}: a change in {changes[path][1].change:.0f} ms", flush=True)
            time.sleep(max(0.0, began + _PRESSING - time.monotonic()))
            paints = []
            for path in (*paths, *also):
                paints.append(painted(browser, server.address, path))
                print(f"  {path}: painted in {paints[-1].ours:.0f} ms", flush=True)
            for path in paths:
                loads = _loads(browser, server.address + path)
                pages.append(PageSeen(path, changes[path][0], loads, changes[path][1]))
                print(f"  {path}: loaded in {loads.cold:.0f} ms", flush=True)
            memories.append(server.memory)
        browser.close()
    how = (
        f"`python app.py serve` over a copy of {stage.source.label}, and Chromium on the same machine. Over "
        "the wire, and until the frame that shows the last card or chart, from navigation or click. A change "
        "is the link to the period before, of which nobody has asked anything; then back again; for these "
        "each page has a server of its own. A document that holds Dash alone is ours without the page, its "
        f"scripts not kept back. Medians of {_LOADS} loads and {_CLICKS} clicks. The servers (one parent, "
        f"{memories[0].workers} workers) held {max(one.at_rest for one in memories):.0f} MB at rest, "
        f"{max(one.peak for one in memories):.0f} MB at most."
    )
    aims = (*_paint_aims(paints), *_aims(pages))
    return Result("browser", stage.sample.rows, machine, how, aims, (_paint_table(paints), _table(pages)))


def _paint_aims(paints: list[Painted]) -> Iterator[Aim]:
    for one in paints:
        ratio = one.ours / one.plain
        yield Aim(f"{one.path}: headline within {MOST_RATIO:g} × a plain file server", f"{ratio:.2f} ×",
                  ratio <= MOST_RATIO)  # fmt: skip
        yield Aim(f"{one.path}: headline under {MOST_PAINT:g} ms", f"{milliseconds(one.ours)} ms",
                  one.ours < MOST_PAINT)  # fmt: skip
        yield Aim(f"{one.path}: the same, a CPU four times slower, under {MOST_PAINT_SLOW:g} ms",
                  f"{milliseconds(one.ours_slow)} ms", one.ours_slow < MOST_PAINT_SLOW)  # fmt: skip
        yield Aim(f"{one.path}: layout shift under {MOST_SHIFT:g}", f"{one.shift:.3f}",
                  one.shift < MOST_SHIFT)  # fmt: skip
        if one.units is not None:
            yield Aim(f"{one.path}: at least {FEWEST_UNITS} units above the fold at 1366×768",
                      f"{one.units}", one.units >= FEWEST_UNITS)  # fmt: skip


def _paint_table(paints: list[Painted]) -> Table:
    heads = ("page", "headline", "plain server", "CPU/4: headline", "CPU/4: plain server", "layout shift",
             "units above the fold")  # fmt: skip
    rows = [
        (one.path, milliseconds(one.ours), milliseconds(one.plain), milliseconds(one.ours_slow),
         milliseconds(one.plain_slow), f"{one.shift:.3f}", "—" if one.units is None else one.units)
        for one in paints
    ]  # fmt: skip
    told = "Milliseconds from navigation until the headline is painted, in browsers that were never here:"
    return Table.of(told, heads, rows)


def _aims(pages: list[PageSeen]) -> Iterator[Aim]:
    for page in pages:
        loads, changes, where = page.loads, page.changes, page.path
        kilo, most_load = MOST_FIRST_BYTES // 1000, f"{MOST_FIRST_LOAD / 1000:g} s"
        yield Aim(f"{where}: first load under {kilo} kB", f"{kilobytes(loads.cold_bytes)} kB",
                  loads.cold_bytes < MOST_FIRST_BYTES)  # fmt: skip
        yield Aim(f"{where}: first load under {most_load} to the last chart",
                  f"{milliseconds(loads.cold)} ms", loads.cold < MOST_FIRST_LOAD)  # fmt: skip
        yield Aim(f"{where}: the same, the first reader after a start", f"{milliseconds(page.first)} ms",
                  page.first < MOST_FIRST_LOAD)  # fmt: skip
        yield Aim(f"{where}: the last chart no later than from a document that holds Dash alone (≤ "
                  f"{MOST_LATER:g} ×)", f"{milliseconds(loads.held)} and {milliseconds(loads.alone)} ms",
                  loads.held <= MOST_LATER * loads.alone)  # fmt: skip
        expected = changes.cards - changes.brought + 1
        yield Aim(f"{where}: a first load asks for the page and each card it does not bring, nothing twice",
                  f"{loads.asked}, {loads.twice} of them twice",
                  loads.asked == expected and not loads.twice)  # fmt: skip
        yield Aim(f"{where}: filter change under {MOST_CHANGE:g} ms", f"{milliseconds(changes.change)} ms",
                  changes.change < MOST_CHANGE)  # fmt: skip
        yield Aim(f"{where}: a filter change asks for the page and each card it does not bring",
                  f"{changes.change_requests}", changes.change_requests == expected)  # fmt: skip


def _table(pages: list[PageSeen]) -> Table:
    heads = ("page", "cards", "first load kB", "first reader after a start", "to the last chart",
             "as handed on", "Dash alone", "reload kB", "to the last chart", "requests of a change",
             "change kB", "redrawn, new answers", "redrawn, known")  # fmt: skip
    rows = [
        (page.path, page.changes.cards, kilobytes(page.loads.cold_bytes), milliseconds(page.first),
         milliseconds(page.loads.cold), milliseconds(page.loads.held), milliseconds(page.loads.alone),
         kilobytes(page.loads.warm_bytes), milliseconds(page.loads.warm),
         page.changes.change_requests, kilobytes(page.changes.change_bytes),
         milliseconds(page.changes.change), milliseconds(page.changes.change_known))
        for page in pages
    ]  # fmt: skip
    return Table.of("Milliseconds, bytes as sent:", heads, rows)


def _loads(browser: Browser, address: str) -> Loads:
    """Open a page in browsers that were never here, then again in one: bytes and time of each."""
    cold = [_load(browser, address) for _ in range(_LOADS)]
    held, alone = [], []
    for _ in range(_LOADS):
        held.append(_load(browser, address, lambda document: document))
        alone.append(_load(browser, address, _alone))
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.add_init_script(_WATCH)
    page.goto(address)
    _all_drawn(page)
    warm = []
    for _ in range(_LOADS):
        page.reload()
        _all_drawn(page)
        warm.append(_last(page))
    # Counting bytes slows the browser down: loads of their own, which nobody times.
    counter = Counter(context.new_cdp_session(page))
    page.reload()
    _all_drawn(page)
    warm_bytes = counter.bytes
    context.close()
    cold_bytes, asked = _cold_bytes(browser, address)
    return Loads(
        cold_bytes, median(cold), median(held), median(alone), warm_bytes, median(warm),
        len(asked), len(asked) - len(set(asked)),
    )  # fmt: skip


def _changes(browser: Browser, address: str) -> Changes:
    """Step to earlier periods and back: times and bytes, how many cards, how many requests at most."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.add_init_script(_WATCH)
    page.goto(address)
    cards = _all_drawn(page)
    document = page.request.get(address).text()
    brought = document.count('class="slot is-drawn"')
    unseen: list[float] = []
    seen: list[float] = []
    for times, key in ((unseen, "previous"), (seen, "following")):
        for _ in range(_CLICKS):
            page.locator(f'[data-key="{key}"]').click()
            _all_drawn(page)
            times.append(_last(page) - float(page.evaluate("window.clickedAt")))
    # Counting slows the browser down: clicks of their own, which nobody times.
    counter = Counter(context.new_cdp_session(page))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    counts: list[tuple[int, int]] = []
    for _ in range(_CLICKS):
        asked.clear()
        counter.bytes = 0
        page.locator('[data-key="previous"]').click()
        _all_drawn(page)
        counts.append((counter.bytes, sum(UPDATE in one for one in asked)))
    context.close()
    return Changes(
        median(unseen), int(median(one[0] for one in counts)), median(seen),
        max(one[1] for one in counts), cards, brought,
    )  # fmt: skip


def _load(browser: Browser, address: str, written: Callable[[str], str] | None = None) -> float:
    """Open a page in a browser that has never been here: when the last card was drawn.

    ``written``: what becomes of the document on its way.
    """
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.add_init_script(_WATCH)
    if written is not None:
        page.route(address, lambda route: _hand_on(route, written))
    page.goto(address)
    _all_drawn(page)
    found = _last(page)
    context.close()
    return found


def _hand_on(route: Route, written: Callable[[str], str]) -> None:
    answer = route.fetch()
    route.fulfill(response=answer, body=written(answer.text()))


def _alone(document: str) -> str:
    """Take the page out of a document, and let its scripts start at once."""
    return _KEPT_BACK.sub(lambda found: _AHEAD.sub("", found[1]), _HELD.sub("", document, count=1), count=1)


def _cold_bytes(browser: Browser, address: str) -> tuple[int, list[str]]:
    """Open a page in a browser that has never been here: bytes over the wire, and what it asked for."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.add_init_script(_WATCH)
    asked: list[str] = []
    page.on("request", lambda request: asked.extend(_questions(request)))
    counter = Counter(context.new_cdp_session(page))
    page.goto(address)
    _all_drawn(page)
    page.wait_for_load_state("networkidle")
    context.close()
    return counter.bytes, asked


def _questions(request: Request) -> Iterator[str]:
    """Give what a request asks of a callback, if it does."""
    if UPDATE in request.url:
        yield str(json.loads(request.post_data or "")["output"])


class Counter:
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

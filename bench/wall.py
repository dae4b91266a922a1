"""The wall as a slow stick meets it: bytes, server time of its figures, the first scene, the idle load."""

from __future__ import annotations

import time
import urllib.request
from dataclasses import dataclass
from statistics import median

from playwright.sync_api import Browser, Error, sync_playwright

from bench.browser import _ARGUMENTS, CHROMIUM, _Counter, _server
from bench.data import Data

PATH = "/man-hinh"
FIGURES = f"{PATH}/so-lieu"
MOST_BYTES, MOST_IDLE = 150_000, 1.0
IDLE_SECONDS = 20
_SIZE = {"width": 1920, "height": 1080}
_UNASKED = ("?ky=2026-09", "?ky=2026-08", "?ky=2026-07", "?ky=2026-06", "?ky=2026-05")
"""Periods nobody has asked for: their answers are not kept yet."""

# In the page: when the first scene was there, in its own clock.
_WATCH = """
new MutationObserver((_, watch) => {
  if (!document.querySelector("#screens .now")) { return; }
  watch.disconnect();
  requestAnimationFrame(() => { window.firstScene = performance.now(); });
}).observe(document, {subtree: true, childList: true, attributes: true});
"""


@dataclass(frozen=True)
class WallSeen:
    """The wall: bytes over the wire, medians of milliseconds, and the idle page's share of one core.

    ``unasked``: the figures of a period nobody has asked for, ``known``: those of the
    screen's every minute. ``idle``: percent of a core between two changes of the scene.
    """

    size: int
    unasked: float
    known: float
    first_scene: float
    idle: float
    heap: float

    def aims(self) -> list[tuple[str, str, bool]]:
        """Give every aim: what, what was found, whether it is met."""
        return [
            (f"{PATH}: loads under {MOST_BYTES // 1000} kB", f"{self.size / 1000:.1f} kB",
             self.size < MOST_BYTES),
            (f"{PATH}: idles under {MOST_IDLE:g}% of a core", f"{self.idle:.2f}%", self.idle < MOST_IDLE),
        ]  # fmt: skip

    def text(self) -> str:
        """Give the rows as Markdown."""
        heads = ("load kB", "first scene", "figures, new answers", "figures, known", "idle, % of a core",
                 "JavaScript heap MB")  # fmt: skip
        cells = (f"{self.size / 1000:.1f}", f"{self.first_scene:.0f}", f"{self.unasked:.0f}",
                 f"{self.known:.1f}", f"{self.idle:.2f}", f"{self.heap:.1f}")  # fmt: skip
        lines = (heads, ("---:",) * len(heads), cells)
        return (
            f"The wall ({PATH}): page, style, scripts and figures over the wire; milliseconds to the frame "
            f"with the first scene; server time of the figures; the page's main thread over {IDLE_SECONDS} s "
            "between two changes.\n\n"
        ) + "\n".join("| " + " | ".join(line) + " |" for line in lines)


def measure_wall(data: Data, runs: int) -> WallSeen | str:
    """Measure the wall on these data; a sentence saying why, where Chromium cannot run."""
    if CHROMIUM is None:
        return "Wall: not measured, there is no Chromium"
    with _server(data) as (address, _), sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_ARGUMENTS)
        except Error as error:
            return f"Wall: not measured ({str(error).splitlines()[0]})"
        _asked(address + FIGURES)
        unasked = [_asked(address + FIGURES + query) for query in _UNASKED[:runs]]
        known = [min(_asked(address + FIGURES) for _ in range(2)) for _ in range(runs)]
        loads = [_load(browser, address + PATH) for _ in range(runs)]
        idle, heap = _idle(browser, address + PATH)
        browser.close()
    return WallSeen(
        int(median(size for size, _ in loads)), median(unasked), median(known),
        median(first for _, first in loads), idle, heap,
    )  # fmt: skip


def _asked(address: str) -> float:
    request = urllib.request.Request(address, headers={"Accept-Encoding": "br"})
    started = time.perf_counter()
    with urllib.request.urlopen(request, timeout=120) as answer:
        answer.read()
    return 1000 * (time.perf_counter() - started)


def _load(browser: Browser, address: str) -> tuple[int, float]:
    """Open the wall in a browser that has never been here: bytes, and when the first scene was drawn."""
    context = browser.new_context(viewport=_SIZE)  # type: ignore[arg-type]
    page = context.new_page()
    page.add_init_script(_WATCH)
    counter = _Counter(context.new_cdp_session(page))
    page.goto(address)
    page.locator("#screens .now").wait_for()
    page.wait_for_load_state("networkidle")
    found = counter.bytes, float(page.evaluate("window.firstScene"))
    context.close()
    return found


def _idle(browser: Browser, address: str) -> tuple[float, float]:
    """Leave the wall alone for a while: percent of a core its main thread took, and its heap in MB."""
    context = browser.new_context(viewport=_SIZE)  # type: ignore[arg-type]
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Performance.enable")
    # The second scene does not come while we look: one scene, which is also its own next.
    page.goto(f"{address}?canh=1")
    page.locator("#screens .now").wait_for()
    page.wait_for_timeout(2_000)

    def metrics() -> dict[str, float]:
        told = session.send("Performance.getMetrics")["metrics"]
        return {one["name"]: one["value"] for one in told}

    before = metrics()
    page.wait_for_timeout(1000 * IDLE_SECONDS)
    after = metrics()
    context.close()
    spent = after["TaskDuration"] - before["TaskDuration"]
    passed = after["Timestamp"] - before["Timestamp"]
    return 100 * spent / passed, after["JSHeapUsedSize"] / 1e6

"""Part "wall": the wall as a slow stick meets it: bytes, server time, the first scene, the idle load."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

from playwright.sync_api import Browser, Error, sync_playwright

from bench.browser import ARGUMENTS, CHROMIUM, Counter
from bench.machine import Machine
from bench.results import Aim, Result, Table, kilobytes, milliseconds
from bench.serving import serving
from bench.stage import Stage

PATH = "/man-hinh"
FIGURES = f"{PATH}/so-lieu"
MOST_BYTES, MOST_IDLE = 150_000, 1.0
IDLE_SECONDS = 20
_LOADS = 3
_SIZE = {"width": 1920, "height": 1080}
_UNASKED = ("?ky=2026-09", "?ky=2026-08", "?ky=2026-07")
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

    def aims(self) -> tuple[Aim, ...]:
        """Give every aim."""
        return (
            Aim(f"{PATH}: loads under {MOST_BYTES // 1000} kB", f"{kilobytes(self.size)} kB",
                self.size < MOST_BYTES),
            Aim(f"{PATH}: idles under {MOST_IDLE:g}% of a core", f"{self.idle:.2f}%", self.idle < MOST_IDLE),
        )  # fmt: skip

    def table(self) -> Table:
        """Give the one row."""
        heads = ("load kB", "first scene", "figures, new answers", "figures, known", "idle, % of a core",
                 "JavaScript heap MB")  # fmt: skip
        cells = (kilobytes(self.size), milliseconds(self.first_scene), milliseconds(self.unasked),
                 milliseconds(self.known), f"{self.idle:.2f}", f"{self.heap:.1f}")  # fmt: skip
        return Table.of("", heads, [cells])


def measure_wall(stage: Stage) -> Result | str:
    """Measure the wall; a sentence saying why, where Chromium cannot run."""
    if CHROMIUM is None:
        return "there is no Chromium"
    with serving(stage.source.url, stage.folder("wall")) as server, sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        except Error as error:
            return str(error).splitlines()[0]
        machine = Machine.now()
        server.timed(FIGURES)
        unasked = [server.timed(FIGURES + query) for query in _UNASKED]
        known = [min(server.timed(FIGURES) for _ in range(2)) for _ in range(_LOADS)]
        loads = [_load(browser, server.address + PATH) for _ in range(_LOADS)]
        idle, heap = _idle(browser, server.address + PATH)
        browser.close()
    found = WallSeen(
        int(median(size for size, _ in loads)), median(unasked), median(known),
        median(first for _, first in loads), idle, heap,
    )  # fmt: skip
    how = (
        f"{PATH}: page, style, scripts and figures over the wire; milliseconds to the frame with the first "
        "scene; server time of the figures, of periods nobody asked for and of the screen's every minute; "
        f"the page's main thread over {IDLE_SECONDS} s between two changes."
    )
    return Result("wall", stage.sample.rows, machine, how, found.aims(), (found.table(),))


def _load(browser: Browser, address: str) -> tuple[int, float]:
    """Open the wall in a browser that has never been here: bytes, and when the first scene was drawn."""
    context = browser.new_context(viewport=_SIZE)  # type: ignore[arg-type]
    page = context.new_page()
    page.add_init_script(_WATCH)
    counter = Counter(context.new_cdp_session(page))
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

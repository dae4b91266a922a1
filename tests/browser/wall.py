"""The wall as a browser shows it: opened fast or at its own pace, measured, its server taken away."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Error, Page, Route
from ports import free_port

ROOT = Path(__file__).resolve().parents[2]
DATA = "**/man-hinh/so-lieu*"
DOCUMENT = re.compile(r"/man-hinh(\?.*)?$")
PATIENCE = 20_000
PLACES = 400
"""More pages than the scenes of any district have: a walk that never comes round ends."""
SAMPLES = 24
"""So often the page is measured, each time on whatever scene is shown: every one comes by."""

# Its clocks, so that a scene can be held while it is measured: what falls due meanwhile is done afterwards.
_CLOCKS = """(() => {
  const due = [];
  for (const name of ["setInterval", "setTimeout"]) {
    const start = window[name];
    window[name] = (act, ms) => start(() => { window.held ? due.push(act) : act(); }, ms);
  }
  window.hold = () => { window.held = true; };
  window.release = () => { window.held = false; new Set(due.splice(0)).forEach(act => act()); };
})()"""

_PLACE = """() => ["#screens .now", "#page"]
  .map((name) => document.querySelector(name)).map((one) => one ? one.textContent : "").join(" ").trim()"""

# On to the next place, and held there in the same moment: a machine that stands still misses none.
_STEP = f"""async () => {{
  const place = {_PLACE}, was = place();
  await new Promise((there) => {{
    new MutationObserver((_, watch) => {{
      if (place() === was) {{ return; }}
      window.hold();
      watch.disconnect();
      there();
    }}).observe(document.body, {{ subtree: true, childList: true, characterData: true, attributes: true }});
    window.release();
  }});
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
}}"""

# Texts cut off, outside the screen or smaller than 24 px at 1080 lines: what is measured is what is drawn.
_BAD = """() => {
  const bad = [], least = 24 * Math.min(innerWidth / 1920, innerHeight / 1080) - 0.01;
  for (const one of document.querySelectorAll("body *")) {
    const own = [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own || !one.getClientRects().length || one.closest("noscript")) { continue; }
    const range = document.createRange();
    range.selectNodeContents(one);
    const box = range.getBoundingClientRect();
    const size = parseFloat(getComputedStyle(one).fontSize);
    const told = `${one.id || one.className}: ${one.textContent}`;
    if (size < least) { bad.push(`small (${size}) ${told}`); }
    if (box.left < 0 || box.top < 0 || box.right > innerWidth || box.bottom > innerHeight) {
      bad.push(`outside ${told}`);
    }
    for (let part = one; part && part.id !== "wall"; part = part.parentElement) {
      if (getComputedStyle(part).overflowX === "visible") { continue; }
      const frame = part.getBoundingClientRect();
      if (box.right > frame.right + 1 || box.left < frame.left - 1 ||
          box.bottom > frame.bottom + size / 4 || box.top < frame.top - size / 4) {
        bad.push(`cut ${told} ${JSON.stringify(box)} ${JSON.stringify(frame)}`);
      }
    }
  }
  const boxes = ["header", "main", "#strip", "footer"]
    .map((name) => document.querySelector(name).getBoundingClientRect());
  for (let i = 1; i < boxes.length; i += 1) {
    if (boxes[i].top < boxes[i - 1].bottom - 1) { bad.push(`part ${i} lies over the one above`); }
  }
  for (const name of ["#columns .column:not([hidden])", "#figures", ".flags-side"]) {
    for (const one of document.querySelectorAll(name)) {
      if (one.scrollHeight > one.clientHeight + least / 4) { bad.push(`too high ${name}`); }
    }
  }
  return bad;
}"""


@dataclass(frozen=True)
class Load:
    """What the page holds, after a forced collection."""

    heap: float
    nodes: float
    listeners: float


class Wall:
    """One screen. The intervals it reads from its own document are replaced for a test that cannot wait."""

    def __init__(self, context: BrowserContext, address: str, **fast: int) -> None:
        self.address = address
        self.page: Page = context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.errors: list[str] = []
        self.loads = 0
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self._fast = {name.replace("_", "-"): value for name, value in fast.items()}
        self.page.route(DOCUMENT, self._speeded)
        self.page.add_init_script(_CLOCKS)
        self._session = context.new_cdp_session(self.page)

    def _speeded(self, route: Route) -> None:
        if route.request.is_navigation_request():
            self.loads += 1
        answer = route.fetch()
        text = answer.text()
        for name, value in self._fast.items():
            text, found = re.subn(rf'data-{name}="[^"]*"', f'data-{name}="{value}"', text)
            assert found == 1, name
        route.fulfill(response=answer, body=text)

    def open(self, query: str = "") -> Wall:
        self.page.goto(f"{self.address}/man-hinh{query}")
        return self

    def text(self, name: str) -> str:
        return str(self.page.evaluate("(name) => document.getElementById(name).textContent", name))

    def variable(self, element: str, name: str) -> str:
        """What the script last set of an element's style."""
        return str(self.page.evaluate(
            "([id, name]) => document.getElementById(id).style.getPropertyValue(name)", [element, name]
        ))  # fmt: skip

    def is_shown(self, name: str) -> bool:
        return not self.page.evaluate("(name) => document.getElementById(name).hidden", name)

    @property
    def place(self) -> str:
        """The scene and its page: "1 Trễ hẹn trang 2/5"; nothing while there is none."""
        with suppress(Error):  # the page may be loading anew
            return str(self.page.evaluate(_PLACE))
        return ""

    def until(self, is_so: Callable[[], bool], what: str, seconds: float = 20, every: float = 20) -> None:
        """Wait for something: the page's policy forbids wait_for_function."""
        ends = time.monotonic() + seconds
        while not is_so():
            assert time.monotonic() < ends, f"{what}; shown: {self.shown()[:300]!r}"
            self.page.wait_for_timeout(every)

    def shown(self) -> str:
        return str(self.page.locator("#wall").inner_text())

    def drawn(self) -> Wall:
        self.until(lambda: bool(self.place), "the first scene")
        return self

    def bad(self) -> list[str]:
        return [str(one) for one in self.page.evaluate(_BAD)]

    def walk(self) -> dict[str, list[str]]:
        """Every page of every scene once, with what is wrong on it: each is held while it is measured."""
        found: dict[str, list[str]] = {}
        self.page.evaluate("() => window.hold()")
        for _ in range(PLACES):
            place = self.place
            if place in found:
                break
            found[place] = self.bad()
            self.page.evaluate(_STEP)
        self.page.evaluate("() => window.release()")
        return found

    def count(self) -> Wall:
        """Count from here the answers heard and the scenes shown; it takes no memory."""
        self.page.evaluate(
            """() => {
              window.counted = { answers: 0, scenes: 0 };
              const asked = window.fetch;
              window.fetch = (...what) => asked(...what).then((answer) => {
                window.counted.answers += answer.ok ? 1 : 0;
                return answer;
              });
              new MutationObserver(() => { window.counted.scenes += 1; })
                .observe(document.getElementById("scene"),
                  { attributes: true, attributeFilter: ["data-kind", "style", "data-limit", "data-legend"] });
            }"""
        )
        return self

    @property
    def answers(self) -> int:
        return int(self.page.evaluate("() => window.counted.answers"))

    @property
    def scenes(self) -> int:
        return int(self.page.evaluate("() => window.counted.scenes"))

    def load(self) -> Mapping[str, Load]:
        """What the page holds on each scene, at the least: one with more texts on it is no growth."""
        self._session.send("Performance.enable")
        found: dict[str, Load] = {}
        for _ in range(SAMPLES):
            self.page.evaluate("() => window.hold()")
            self.page.wait_for_timeout(60)  # an answer under way is drawn
            for _ in range(2):  # what the first leaves behind it the second takes
                self._session.send("HeapProfiler.collectGarbage")
            told = self._session.send("Performance.getMetrics")["metrics"]
            counted = self._session.send("Memory.getDOMCounters")
            heap = next(one["value"] for one in told if one["name"] == "JSHeapUsedSize")
            one, place = Load(heap, counted["nodes"], counted["jsEventListeners"]), self.place
            least = found.get(place, one)
            found[place] = Load(
                min(one.heap, least.heap), min(one.nodes, least.nodes), min(one.listeners, least.listeners)
            )
            self.page.evaluate("() => window.release()")
            self.page.wait_for_timeout(37)
        return found


class Program:
    """The program itself, as it is served to a district; ``kill`` takes it away without a word."""

    def __init__(self, url: str, port: int, **settings: str) -> None:
        self.port = port
        self.settings = settings
        self.address = f"http://127.0.0.1:{port}"
        keep = {name: value for name, value in os.environ.items() if not name.upper().startswith("MOTCUA_")}
        ours = {f"MOTCUA_{name.upper()}": value for name, value in settings.items()}
        self._environment = {**keep, "MOTCUA_DATABASE_URL": url, **ours}
        self._environment["PYTHONPATH"] = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, script: Path = ROOT / "app.py", log: Path = Path(os.devnull)) -> Program:
        with log.open("wb") as told:
            self._process = subprocess.Popen(
                [sys.executable, str(script), "serve", "--port", str(self.port), "--workers",
                 self.settings.get("workers", "1")],
                env=self._environment, stdout=subprocess.DEVNULL, stderr=told, start_new_session=True,
            )  # fmt: skip
        ends = time.monotonic() + 60
        while time.monotonic() < ends:
            with suppress(OSError), urllib.request.urlopen(f"{self.address}/healthz", timeout=5):
                return self
            time.sleep(0.1)
        raise TimeoutError("the server did not start")

    @property
    def process_id(self) -> int:
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(20)
            self._process = None


@contextmanager
def program(url: str, **settings: str) -> Iterator[Program]:
    one = Program(url, free_port(), **settings)
    try:
        yield one.start()
    finally:
        one.kill()


def growth(before: Mapping[str, Load], after: Mapping[str, Load]) -> Mapping[str, float]:
    """How much each count grew, as a part of what it was, over the scenes measured both times."""
    scenes = before.keys() & after.keys()
    assert len(scenes) > 1, (list(before), list(after))
    found = {}
    for count in fields(Load):
        then, now = (sum(getattr(of[scene], count.name) for scene in scenes) for of in (before, after))
        found[count.name] = (now - then) / then if then else float(now)
    return found


def answering(status: int = 200, body: str = "{}", kind: str = "application/json") -> Callable[[Route], Any]:
    """Something between the screen and the server that answers in its place."""
    return lambda route: route.fulfill(status=status, body=body, content_type=kind)

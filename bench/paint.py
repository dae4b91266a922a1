"""When a page's headline is painted, beside the same document from a plain file server; and what moves after.

A plain server keeps the document, its style sheet and its scripts as our server sent them, compressed, and
sends them again without doing anything: what it takes until the headline is painted is what the machine,
Chromium and the size of the document cost. Ours adds the drawing of the answer.
"""

from __future__ import annotations

import re
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from statistics import median

from playwright.sync_api import Browser, Page

_LOADS = 7
_SLOW = 4
SIZE = {"width": 1366, "height": 768}
MOST_RATIO, MOST_PAINT, MOST_PAINT_SLOW, MOST_SHIFT, FEWEST_UNITS = 1.3, 400.0, 900.0, 0.02, 10
_KEPT = ("content-type", "content-encoding", "cache-control")

# In the page: when the frame that shows the headline had been made, in the page's own clock. Nothing is
# painted, and no frame is made, before the style sheet is there.
_WATCH = """
window.shifts = [];
new PerformanceObserver((list) => list.getEntries().forEach((one) => {
  if (!one.hadRecentInput) { window.shifts.push(one.value); }
})).observe({type: "layout-shift", buffered: true});
window.whenPainted = new Promise((painted, failed) => {
  setTimeout(() => failed("no headline was painted"), 30000);
  const look = () => {
    const head = document.querySelector("h1");
    if (!head || !head.getBoundingClientRect().height) { requestAnimationFrame(look); return; }
    const channel = new MessageChannel();
    channel.port1.onmessage = () => painted(performance.now());
    channel.port2.postMessage(null);
  };
  requestAnimationFrame(look);
});
"""
_ABOVE_FOLD = """() => [...document.querySelectorAll(".ranking li.bar")]
    .filter((one) => one.getBoundingClientRect().bottom <= window.innerHeight).length"""


@dataclass(frozen=True)
class Painted:
    """A page's first paint: medians of milliseconds; ``slow``: with a CPU four times slower.

    ``shift``: how far what is seen moved until all was drawn (CLS). ``units``: how many of the ranking
    are seen without scrolling, None where the page has none.
    """

    path: str
    ours: float
    plain: float
    ours_slow: float
    plain_slow: float
    shift: float
    units: int | None


def painted(browser: Browser, address: str, path: str) -> Painted:
    """Open a page of ours and of the plain server by turns, in browsers that were never here."""
    _read(address + path)  # the answer is known, as it is to the plain server
    with _plain(address, path) as plain:
        found: dict[tuple[str, int], list[float]] = {}
        for slower in (1, _SLOW):
            for _ in range(_LOADS):
                for where in (address, plain):
                    found.setdefault((where, slower), []).append(_headline(browser, where + path, slower))
    shift, units = _settled(browser, address + path)
    times = {key: median(values) for key, values in found.items()}
    return Painted(path, times[address, 1], times[plain, 1], times[address, _SLOW], times[plain, _SLOW],
                   shift, units)  # fmt: skip


def _opened(browser: Browser, slower: int) -> Page:
    page = browser.new_context(viewport=SIZE).new_page()  # type: ignore[arg-type]
    page.add_init_script(_WATCH)
    if slower > 1:
        session = page.context.new_cdp_session(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    return page


def _headline(browser: Browser, address: str, slower: int) -> float:
    page = _opened(browser, slower)
    page.goto(address, wait_until="commit")
    at = float(page.evaluate("window.whenPainted"))
    page.context.close()
    return at


def _settled(browser: Browser, address: str) -> tuple[float, int | None]:
    page = _opened(browser, 1)
    page.goto(address)
    page.wait_for_function(
        "() => !document.getElementById('first') && document.querySelector('.slot')"
        " && !document.querySelector('.slot:not(.is-drawn)')", timeout=60_000,
    )  # fmt: skip
    page.wait_for_timeout(700)
    units = int(page.evaluate(_ABOVE_FOLD)) if page.locator(".ranking").count() else None
    shift = float(page.evaluate("window.shifts.reduce((sum, one) => sum + one, 0)"))
    page.context.close()
    return shift, units


@contextmanager
def _plain(address: str, path: str) -> Iterator[str]:
    """Serve what our server sends for a page, as files; gives the address."""
    kept = {path: _taken(address + path)}
    document = _read(address + path)
    for name in re.findall(r'(?:href|src)="(/(?:assets|khung|_dash-component-suites)/[^"]*)"', document):
        kept[name] = _taken(address + name)

    class Files(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            headers, body = kept.get(self.path, ({}, b""))
            self.send_response(200 if self.path in kept else 404)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """Say nothing: a browser that is closed ends what it was being sent."""

    server = Server(("127.0.0.1", 0), Files)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _taken(address: str) -> tuple[dict[str, str], bytes]:
    request = urllib.request.Request(address, headers={"Accept-Encoding": "br"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        headers = {name: value for name, value in answer.headers.items() if name.lower() in _KEPT}
        return headers, answer.read()


def _read(address: str) -> str:
    with urllib.request.urlopen(address, timeout=60) as answer:
        return str(answer.read().decode())

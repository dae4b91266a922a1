"""Photograph the dashboard on the sample district, as a reader sees it.

``python scripts/screenshots.py`` takes docs/tong-quan.png; with ``--all FOLDER`` every
page at every size goes into FOLDER, once as the screen shows it and once whole. Needs
the sample (``make sample``) and a Chromium on the machine.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "var" / "mau.duckdb"
README_PICTURE = ROOT / "docs" / "tong-quan.png"
README_SIZE = (1440, 900)
SIZES = ((1366, 768), README_SIZE, (1920, 1080), (390, 844))
WALL, WALL_SIZES = "/man-hinh", ((1920, 1080), (3840, 2160))
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
LONGEST, READING = 30, 300
"""Seconds for a page; for the first reading of a million dossiers on a busy machine."""


@contextmanager
def served(sample: Path) -> Iterator[str]:
    """Serve a sample on a free port with no setting of this machine; give the address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    clean = {key: value for key, value in os.environ.items() if not key.upper().startswith("MOTCUA_")}
    server = subprocess.Popen(
        [sys.executable, "app.py", "serve", "--port", str(port), "--workers", "1",
         "--database-url", f"duckdb:///{sample}"],
        cwd=ROOT, env={**clean, "MOTCUA_CONFIG": os.devnull}, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        address = f"http://127.0.0.1:{port}"
        _wait(server, f"{address}/readyz")
        yield address
    finally:
        server.terminate()
        server.wait(LONGEST)


def _wait(server: subprocess.Popen[bytes], address: str) -> None:
    ends = time.monotonic() + READING
    while True:
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except OSError as error:
            if server.poll() is not None or time.monotonic() > ends:
                raise SystemExit(f"Máy chủ không sẵn sàng: {error}") from None
        time.sleep(0.1)


@contextmanager
def browsing() -> Iterator[Browser]:
    """Open the machine's own Chromium."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        raise SystemExit(f"Không thấy trình duyệt nào trong: {', '.join(BROWSERS)}.")
    # Chromium's sandbox refuses to run as root.
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=flags)
        try:
            yield browser
        finally:
            browser.close()


def opened(browser: Browser, address: str, size: tuple[int, int]) -> Page:
    """Open an address and wait until every card is drawn."""
    page = browser.new_page(
        viewport={"width": size[0], "height": size[1]}, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh",
        reduced_motion="reduce",
    )  # fmt: skip
    page.set_default_timeout(1000 * LONGEST)
    expect.set_options(timeout=1000 * LONGEST)
    page.goto(address)
    if WALL in address:  # it has no cards, and asks again and again
        page.locator("#screens .now").wait_for()
        return page
    page.locator(".slot").first.wait_for(state="attached")
    expect(page.locator("#first, .slot:not(.is-drawn)")).to_have_count(0)
    for chart in page.locator(".chart:not(:empty)").all():
        chart.locator(".main-svg").first.wait_for()
    page.wait_for_load_state("networkidle")
    return page


def pages(browser: Browser, address: str) -> list[str]:
    """Give the path of every page the navigation leads to, and of the first unit's page."""
    found = []
    for start, links in ((address, "nav.top ul a"), (f"{address}/don-vi", ".units-list th a")):
        page = opened(browser, start, README_SIZE)
        paths = [(link.get_attribute("href") or "/").partition("?")[0] for link in page.locator(links).all()]
        found += paths if start == address else paths[:1]
        page.close()
    return found


def take(
    browser: Browser, address: str, size: tuple[int, int], file: Path, *, whole: Path | None = None
) -> None:
    """Photograph one page; ``whole``: also from top to bottom, into that file."""
    page = opened(browser, address, size)
    page.screenshot(path=file)
    if whole is not None:
        page.screenshot(path=whole, full_page=True)
    page.close()
    print(file)


def take_all(browser: Browser, address: str, folder: Path) -> None:
    """Photograph every page at every size."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in pages(browser, address):
        name = path.strip("/").replace("/", "-") or "tong-quan"
        for width, height in WALL_SIZES if path == WALL else SIZES:
            stem = f"{name}-{width}x{height}"
            take(browser, address + path, (width, height), folder / f"{stem}.png",
                 whole=folder / f"{stem}-ca-trang.png")  # fmt: skip


def main() -> None:
    """Read the command line and take the pictures."""
    parser = argparse.ArgumentParser(description="Chụp màn hình bảng theo dõi trên quận mẫu.")
    parser.add_argument("--all", type=Path, metavar="THƯ_MỤC", help="chụp mọi trang, mọi cỡ vào thư mục này")
    parser.add_argument("--sample", type=Path, default=SAMPLE, metavar="TỆP", help="tệp dữ liệu mẫu")
    asked = parser.parse_args()
    if not asked.sample.is_file():
        raise SystemExit(f"Không thấy {asked.sample}; chạy: make sample")
    with served(asked.sample.resolve()) as address, browsing() as browser:
        if asked.all is None:
            take(browser, address, README_SIZE, README_PICTURE)
        else:
            take_all(browser, address, asked.all)


if __name__ == "__main__":
    main()

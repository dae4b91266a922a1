"""A whole district's dossiers as one Excel file, through the program as it is served: ``make soak``."""

from __future__ import annotations

import http.client
import re
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import date
from pathlib import Path
from statistics import median
from zipfile import ZipFile

import pytest
from browser.wall import Program
from ports import free_port

from dashboard.sheets.workbook import FULL_SHEET
from queries.sample.district import write_sample

pytestmark = pytest.mark.soak

ADDRESS = "/tai/ho-so.xlsx?ky=2021-01-01..2026-11-21"
HEADS = 5
"""Rows above the dossiers on each sheet: title, subtitle, the mark of sample data, heads on two levels."""
MOST_MB, MOST_GROWTH_MB = 700, 20
"""At most, and more in the second half of the time than at its beginning: what the engine may take for
sorting is taken within the first, and what is held for each row would be seen in the second."""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """The program over more dossiers than a sheet holds."""
    folder = tmp_path_factory.mktemp("ca-quan")
    write_sample(folder / "mau.duckdb", units=16, years=5, per_unit_year=14_500, until=date(2026, 11, 21))
    one = Program(f"duckdb:///{folder / 'mau.duckdb'}", free_port(), copy_folder=str(folder / "copy"))
    try:
        one.start()
        for _ in range(600):
            if _asked(one.port, "GET", "/readyz")[0] == 200:
                break
            time.sleep(1)
        yield one
    finally:
        one.kill()


def _asked(port: int, method: str, address: str) -> tuple[int, str, str]:
    """Ask the program; give status, where it sends on to, and the text."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=300)) as connection:
        try:
            connection.request(method, address)
            answer = connection.getresponse()
            return answer.status, answer.getheader("location") or "", answer.read().decode()
        except OSError:
            return 0, "", ""


class _Watched:
    """The memory in MB, as time goes on, of the process that writes a job."""

    def __init__(self, job: str) -> None:
        self.seen: list[float] = []
        self._job, self._ended = job, threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def end(self) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(1):
            for process in Path("/proc").glob("[0-9]*"):
                with suppress(OSError):
                    if self._job in (process / "cmdline").read_text():
                        told = re.search(r"VmRSS:\s+(\d+)", (process / "status").read_text())
                        if told:
                            self.seen.append(int(told[1]) / 1024)


def test_a_whole_district_goes_into_one_file_in_constant_memory(running: Program, tmp_path: Path) -> None:
    status, _, text = _asked(running.port, "GET", ADDRESS)
    assert status == 200
    told = re.search(r"Tải ([\d.]+) hồ sơ", text)
    assert told
    total = int(told[1].replace(".", ""))
    assert total > FULL_SHEET
    assert "trên 2 trang tính" in text
    status, job, _ = _asked(running.port, "POST", ADDRESS)
    assert status == 303
    began, shown = time.monotonic(), []
    watched = _Watched(job.rsplit("/", 1)[1])
    try:
        while True:
            _, _, page = _asked(running.port, "GET", job)
            if "Đang tạo" not in page:
                break
            shown.append(page)
            time.sleep(2)
    finally:
        watched.end()
    seconds = time.monotonic() - began
    assert "đã sẵn sàng" in page
    path = tmp_path / "ca-quan.xlsx"
    with closing(http.client.HTTPConnection("127.0.0.1", running.port, timeout=300)) as connection:
        connection.request("GET", f"{job}/tep.xlsx")
        answer = connection.getresponse()
        with path.open("wb") as file:
            while part := answer.read(1 << 20):
                file.write(part)
    rows = _rows(path)
    later = watched.seen[len(watched.seen) // 2 :]
    growth = max(later) - median(later[: len(later) // 4])
    print(
        f"\n{total} dossiers, {seconds:.0f} s, {path.stat().st_size / 1e6:.0f} MB on disk, memory "
        f"{max(watched.seen):.0f} MB at most, {growth:.0f} MB more at the end than after half of the time"
    )
    assert len(set(shown)) > 3, "the reader sees it go on"
    assert sum(rows) == total
    assert rows[0] == FULL_SHEET
    assert max(watched.seen) < MOST_MB
    assert growth < MOST_GROWTH_MB


def test_a_whole_district_is_cancelled_at_once_and_leaves_nothing(running: Program) -> None:
    _, job, _ = _asked(running.port, "POST", ADDRESS)
    folder = Path(running.settings["copy_folder"]) / "xuat" / job.rsplit("/", 1)[1]
    while not re.search(r">[1-9][\d.]*/[\d.]+ hồ sơ<", _asked(running.port, "GET", job)[2]):
        time.sleep(1)
    assert _asked(running.port, "POST", f"{job}/huy")[0] == 303
    for _ in range(60):
        if "Đã hủy" in _asked(running.port, "GET", job)[2]:
            break
        time.sleep(1)
    assert "Đã hủy" in _asked(running.port, "GET", job)[2]
    assert {one.name for one in folder.iterdir()} <= {"state.json", "stop"}


def _rows(path: Path) -> list[int]:
    """Count the dossiers on each sheet, without reading a sheet whole."""
    counts = []
    with ZipFile(path) as book:
        for name in sorted(book.namelist()):
            if re.fullmatch(r"xl/worksheets/sheet[2-9]\.xml", name):
                rows, rest = 0, b""
                with book.open(name) as sheet:
                    while part := sheet.read(1 << 20):
                        text = rest + part
                        rows += text.count(b"<row ")
                        rest = text[-4:]
                counts.append(rows - HEADS)
    return counts

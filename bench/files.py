"""Part "files": a million dossiers of fifteen columns in .xlsx and .csv, read into a copy."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter

from bench.data import FOLDER, Sample
from bench.machine import Machine
from bench.refreshing import FILES, Refreshed, refreshed
from bench.results import Aim, Result, Table
from bench.stage import Stage

MOST_ROWS = 1_000_000
"""A sheet has 1,048,576 rows; the aims are for a million."""
MOST_SECONDS = {".xlsx": 60.0, ".csv": 15.0}
MOST_MEMORY = 1024 * 1.048576
COLUMNS = {
    "dossier_code": "Mã hồ sơ", "unit_code": "Mã đơn vị", "receiving_unit_code": "Mã đơn vị tiếp nhận",
    "procedure_code": "Mã thủ tục", "field": "Lĩnh vực", "channel": "Hình thức nộp", "online_level": "Mức độ",
    "current_due_at": "Ngày hẹn lại", "received_at": "Ngày tiếp nhận", "due_at": "Ngày hẹn trả",
    "finished_at": "Ngày có kết quả", "returned_at": "Ngày trả kết quả", "state": "Tình trạng",
    "officer_code": "Mã cán bộ", "late_reason": "Lý do trễ hạn",
}  # fmt: skip
_STEPS = ("read", "judged", "built", "verified", "kept", "swapped")
Write = Callable[[Path, Iterator[Sequence[Any]]], None]


def measure_files(stage: Stage) -> Result:
    """Read a workbook and a text file of the same dossiers, each into a copy of its own."""
    machine, rows = Machine.now(), min(stage.sample.rows, MOST_ROWS)
    found: dict[str, Refreshed] = {}
    sizes: dict[str, int] = {}
    for ending, write in _WRITES.items():
        path = _made(stage.sample, ending, write)
        sizes[ending] = path.stat().st_size
        print(f"  {ending}", flush=True)
        found[ending] = refreshed(f"{FILES}{path}", stage.folder(f"read{ending}"))
    aims = []
    for ending, one in found.items():
        most, peak = MOST_SECONDS[ending], max(one.peaks.values())
        what = f"{rows:,} dossiers of {ending} in ≤ {most:g} s"
        aims.append(Aim(what, f"{one.whole:.1f} s", one.whole <= most))
        aims.append(Aim("the same in ≤ 1 GiB", f"{peak / 1.048576:.0f} MiB", peak <= MOST_MEMORY))
    table = Table.of(
        f"{rows:,} dossiers of {len(COLUMNS)} columns:",
        ("file", "MB", *(f"{step}, s" for step in _STEPS), "in all, s", "peak, MB"),
        ((ending, f"{sizes[ending] / 1e6:.0f}", *(f"{one.seconds.get(step, 0):.2f}" for step in _STEPS),
          f"{one.whole:.1f}", f"{max(one.peaks.values()):.0f}") for ending, one in found.items()),
    )  # fmt: skip
    how = (
        "One refresh of the working copy from one file, in a process of its own: unpacked, understood, "
        "cleaned, judged, `courses` built, verified and swapped in. Real dates in .xlsx; UTF-8, `;` and "
        "dates as people write them in .csv. Memory is the process's peak (VmHWM)."
    )
    return Result("files", rows, machine, how, tuple(aims), (table,))


def _made(sample: Sample, ending: str, write: Write) -> Path:
    """Give a file of the sample's dossiers, written the first time."""
    path = FOLDER / f"dossiers-{sample.asked}{ending}"
    if not path.is_file():
        print(f"  writing {path.name} …", flush=True)
        new = path.with_name(f"{path.name}.part")
        write(new, _rows(sample))
        new.replace(path)
    return path


def _rows(sample: Sample) -> Iterator[Sequence[Any]]:
    with duckdb.connect(str(sample.path), read_only=True) as connection:
        asked = connection.execute(f"SELECT {', '.join(COLUMNS)} FROM dossiers LIMIT {MOST_ROWS}")
        while some := asked.fetchmany(10_000):
            yield from some


def _workbook(path: Path, rows: Iterator[Sequence[Any]]) -> None:
    options = {"constant_memory": True, "default_date_format": "dd/mm/yyyy hh:mm"}
    with xlsxwriter.Workbook(path, options) as book:
        page = book.add_worksheet("Hồ sơ")
        page.write_row(0, 0, COLUMNS.values())
        for at, row in enumerate(rows, 1):
            for index, value in enumerate(row):
                if isinstance(value, date):
                    page.write_datetime(at, index, value)
                elif value is not None:
                    page.write_string(at, index, str(value))


def _text(path: Path, rows: Iterator[Sequence[Any]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(COLUMNS.values())
        for row in rows:
            writer.writerow(f"{one:%d/%m/%Y %H:%M}" if isinstance(one, datetime) else one for one in row)


_WRITES: Mapping[str, Write] = {".xlsx": _workbook, ".csv": _text}

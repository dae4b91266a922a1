"""The report of ``check`` on a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from dashboard.question.working_copy import patience_of, reader_of
from dashboard.settings.settings import Settings
from queries.check.findings import ERROR, NOTE, WARNING, Report, counted
from queries.check.report import PATIENT, Terms, check
from queries.check.shape import sentence
from queries.check.sheets import sentences
from queries.contract import CONTRACT
from queries.source import reading

_STYLE = {ERROR: "bold red", WARNING: "yellow", NOTE: "dim"}


def check_settings(settings: Settings, progress: reading.Progress) -> Report:
    """Check the source of these settings, by what the refresh goes by, with a person's patience."""
    reader = reader_of(settings)
    terms = Terms(
        clock=settings.now(),
        folder=Path(settings.copy_folder),
        zone=settings.time_zone,
        live=settings.is_live,
        compare=settings.compare,
        loads_of=settings.loads_of,
        pace=reader.pace,
        usual=patience_of(settings),
        percent=settings.read_time_percent,
        memory_mb=settings.refresh_memory_mb,
    )
    source = None if reader.source is None else replace(reader.source, patience=PATIENT)
    return check(source, settings.mapping(), terms, progress=progress, files=reader.files)


def show(report: Report, console: Console) -> None:
    """Print one line a table, then every finding, what can be pasted, and the verdict."""

    def line(*parts: str | tuple[str, str]) -> None:
        # Whatever the width: a line that is broken cannot be searched, or pasted.
        console.print(Text.assemble(*parts), soft_wrap=True)

    line(f"Nguồn: {report.source}")
    for sheet in report.sheets:
        for told in sentences(sheet):
            line(told)
    for table in report.tables:
        line(sentence(table))
    for finding in report.findings:
        line((f"{finding.severity}: ", _STYLE[finding.severity]), finding.sentence)
    if report.toml:
        line("\nCác dòng có thể dán vào motcua.toml:\n")
        line(report.toml)
        line("")
    if report.as_of is not None:
        how = " (suy ra)" if report.as_of.inferred else ""
        line(f"Số liệu đến {report.as_of.moment:%H:%M %d/%m/%Y}{how}.")
    line(verdict(report))


def verdict(report: Report) -> str:
    """Give the last line: whether the dashboard can work with this source."""
    errors = sum(one.severity == ERROR for one in report.findings)
    warnings = sum(one.severity == WARNING for one in report.findings)
    if errors:
        return f"CHƯA dùng được: {errors} lỗi, {warnings} cảnh báo."
    return f"Dùng được, {warnings} cảnh báo." if warnings else "Dùng được."


@contextmanager
def reading_shown() -> Iterator[reading.Progress]:
    """Give what shows, on stderr, how far a reading is; on a terminal alone."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("đang xem các bảng", total=None)

        def told(table: str, rows: int) -> None:
            label = CONTRACT[table].label
            bar.update(task, description=f"đang đọc {table} ({label}): {counted(rows)} dòng")

        yield told

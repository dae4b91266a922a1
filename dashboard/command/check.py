"""The report of ``check`` on a terminal."""

from __future__ import annotations

from datetime import datetime

from rich.console import Console
from rich.table import Table
from rich.text import Text

from queries.source.check.data import counted
from queries.source.check.doubts import ERROR, NOTE, WARNING
from queries.source.check.report import Report
from queries.source.check.shape import KIND_WORDS, TableReport

_STYLE = {ERROR: "bold red", WARNING: "yellow", NOTE: "dim"}


def show(report: Report, console: Console) -> None:
    """Print what was found per table, then every finding, then the verdict."""
    console.print(Text(f"Cơ sở dữ liệu: {report.database}"))
    table = Table("Bảng", "Tên thật", "Số dòng", "Từ", "Đến", "Thiếu, sai kiểu")
    for one in report.tables:
        rows = "?" if one.rows is None else counted(one.rows)
        table.add_row(
            Text(f"{one.name} ({one.label})"),
            Text(one.real_name),
            Text(rows if one.found else "không có", justify="right"),
            _day(one.first),
            _day(one.last),
            Text(_lacks(one)),
        )
    console.print(table)
    for finding in report.findings:
        console.print(Text.assemble((f"{finding.severity}: ", _STYLE[finding.severity]), finding.sentence))
    if report.as_of is not None:
        inferred = " (suy ra)" if report.as_of.inferred else ""
        console.print(Text(f"Số liệu đến {report.as_of.moment:%H:%M %d/%m/%Y}{inferred}."))
    console.print(Text(verdict(report)))


def verdict(report: Report) -> str:
    """Give the last line: whether the dashboard can work with this database."""
    errors = sum(one.severity == ERROR for one in report.findings)
    warnings = sum(one.severity == WARNING for one in report.findings)
    if errors:
        return f"CHƯA dùng được: {errors} lỗi, {warnings} cảnh báo."
    return f"Dùng được, {warnings} cảnh báo." if warnings else "Dùng được."


def _day(moment: datetime | None) -> str:
    return f"{moment:%d/%m/%Y}" if moment else ""


def _lacks(one: TableReport) -> str:
    parts = []
    if one.missing_required:
        parts.append(f"THIẾU {', '.join(one.missing_required)}")
    if one.missing_optional:
        parts.append(f"không có {', '.join(one.missing_optional)}")
    parts += [f"{column} là {KIND_WORDS[kind]}" for column, kind in one.wrong_type.items()]
    return "; ".join(parts)

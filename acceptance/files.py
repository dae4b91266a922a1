"""The same rows in .xlsx and .csv: what arrives from files must give the same figures."""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter
from psycopg import errors, sql

from acceptance.asking import Dashboard
from acceptance.checks import Checks
from acceptance.database import Database
from acceptance.mariadb import local
from queries.contract import CONTRACT

Write = Callable[[Path, Sequence[str], Iterable[Sequence[Any]]], None]
_AT_ONCE = 20_000


def check(
    checks: Checks, database: Database, schema: str, settings: Mapping[str, Any],
    expected: Mapping[str, Any], **words: str,
) -> None:  # fmt: skip
    """Put a schema into files, and ask the same of them; ``expected``: what PostgreSQL answered."""
    zone = ZoneInfo(str(settings.get("time_zone", "Asia/Ho_Chi_Minh")))
    for ending, write in _KINDS.items():
        with tempfile.TemporaryDirectory(prefix="motcua-accept-") as folder:
            for table in CONTRACT:
                _put(database, schema, table, zone, Path(folder) / f"{table}{ending}", write)
            files = json.dumps([{"path": f"{folder}/*{ending}"}])
            answer = Dashboard(**{**settings, "files": files}).ask("on-time", **words)
        for part in ("district", "rows", "as_of"):
            checks.equal_silently(
                f"Tệp {ending} cho cùng số liệu với PostgreSQL: {part}", answer[part], expected[part]
            )


def _put(database: Database, schema: str, table: str, zone: ZoneInfo, path: Path, write: Write) -> None:
    try:
        found = database.owner.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(schema, table)))
    except errors.UndefinedTable:
        return

    def rows() -> Iterable[Sequence[Any]]:
        while some := found.fetchmany(_AT_ONCE):
            yield from ([local(one, zone) for one in row] for row in some)

    names = [one.name for one in found.description or []]
    if {one.name for one in CONTRACT[table].columns} & set(names):  # else another table of that name
        write(path, names, rows())


def _workbook(path: Path, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    options = {"constant_memory": True, "default_date_format": "dd/mm/yyyy hh:mm:ss"}
    with xlsxwriter.Workbook(path, options) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, heads)
        for at, row in enumerate(rows, 1):
            for index, value in enumerate(row):
                if isinstance(value, date):
                    page.write_datetime(at, index, value)
                elif isinstance(value, str):
                    page.write_string(at, index, value)
                elif value is not None:
                    page.write(at, index, value)


def _text(path: Path, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(heads)
        writer.writerows([_written(one) for one in row] for row in rows)


def _written(value: Any) -> Any:
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y %H:%M:%S}"
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else value


_KINDS: Mapping[str, Write] = {".xlsx": _workbook, ".csv": _text}

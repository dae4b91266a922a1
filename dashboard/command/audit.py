"""motcua audit: reads the audit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from dashboard.command.words import Command
from dashboard.question.audit import folder_of, read
from dashboard.settings.settings import load

_WHAT = {"dossiers": "danh sách hồ sơ", "officials": "tên công chức"}
_HOW = {"page": "trang", "api": "API", "file": "tệp", "mail": "thư"}


@click.command("audit", cls=Command, short_help="Ai đã xem, tải danh sách hồ sơ, tên công chức.")
@click.option("--who", metavar="TÊN", help="Chỉ một tài khoản.")
@click.option("--since", metavar="NGÀY", default="", help="Từ ngày, dạng 2026-11-21.")
@click.option("--json", "as_json", is_flag=True, help="In từng dòng JSON thay cho bảng.")
def audit(*, who: str | None, since: str, as_json: bool) -> None:
    """In ai đã xem hoặc tải danh sách hồ sơ, tên công chức, lúc nào, lọc thế nào; không có nội dung."""
    rows = [
        row for row in read(folder_of(load()))
        if (who is None or row.get("who") == who) and str(row.get("at", "")) >= since
    ]  # fmt: skip
    if as_json:
        for row in rows:
            click.echo(json.dumps(row, ensure_ascii=False))
        return
    table = Table()
    for title in ("Lúc", "Ai", "Vai trò", "Xem gì", "Bằng", "Lọc"):
        table.add_column(title, overflow="fold")
    for row in rows:
        table.add_row(*_cells(row))
    Console().print(table)
    click.echo(f"{len(rows)} lần.")


def _cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    what = _WHAT.get(str(row.get("what")), "?")
    if row.get("officials") and row.get("what") == "dossiers":
        what += ", cả công chức"
    told = " ".join(f"{word}={value}" for word, value in dict(row.get("filter") or {}).items())
    who = str(row.get("who") or "(tại máy chủ)")
    return str(row.get("at")), who, str(row.get("role")), what, _HOW.get(str(row.get("how")), "?"), told

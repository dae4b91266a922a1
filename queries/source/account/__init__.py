"""The SQL that makes the account a district's tables are read by: it reads the contract's and nothing else.

Data of ours, for a database administrator to read, change and run: nothing here is run by us.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy.engine import make_url

from queries.contract import CONTRACT
from queries.source.mapping import SourceMapping

_ROOM: Final = Path(__file__).parent
_NAME: Final = re.compile(r"\w[\w$ -]{0,62}")
_SAME: Final = {"mysql": "mariadb", "postgres": "postgresql", "sqlserver": "mssql"}
READER: Final = "motcua_doc"
NOT_RUN: Final = frozenset({"oracle", "mssql"})
"""Engines no server of was at hand."""


class NoSuchAccountError(ValueError):
    """There is no such SQL; the text is one Vietnamese sentence."""


def engines() -> tuple[str, ...]:
    """Give the engines there is SQL for, in order of name."""
    return tuple(sorted(one.stem for one in _ROOM.glob("*.sql")))


def place_of(url: str | None, engine: str = "") -> tuple[str, str | None]:
    """Give the engine, the address's where none is named, and of MariaDB the database its tables lie in."""
    parsed = None if url is None else make_url(url)
    of_url = "" if parsed is None else _ours(parsed.get_backend_name())
    engine = _ours(engine) or of_url
    return engine, parsed.database if parsed is not None and engine == of_url == "mariadb" else None


def _ours(engine: str) -> str:
    return _SAME.get(engine.lower(), engine.lower())


def account_sql(engine: str, mapping: SourceMapping, *, schema: str, reader: str = READER) -> str:
    """Give the SQL that makes the account ``reader``; it may run again and again.

    ``mapping``: what the tables are called. ``schema``: where they lie (MariaDB: the database). Raises
    NoSuchAccountError where there is none for that engine, or a name cannot be written without surprises.
    """
    if engine not in engines():
        raise NoSuchAccountError(f"Chưa có SQL tạo tài khoản cho “{engine}”; có cho {', '.join(engines())}.")
    tables = [mapping.table(name) for name in CONTRACT]
    for name in (schema, reader, *tables):
        if not _NAME.fullmatch(name):
            raise NoSuchAccountError(f"“{name}” không dùng làm tên được: chỉ chữ, số, dấu cách, _, $ và -.")
    # What is written is SQL for a person to read, of names checked above: there is no markup to escape.
    environment = Environment(
        loader=FileSystemLoader(_ROOM), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        keep_trailing_newline=True, autoescape=False,
    )  # fmt: skip
    return environment.get_template(f"{engine}.sql").render(schema=schema, reader=reader, tables=tables)

"""The same rows in MariaDB: what arrives from there must give the same figures."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pymysql
from psycopg import errors, sql
from sqlalchemy.engine import make_url

from acceptance.asking import Dashboard
from acceptance.checks import Checks
from acceptance.database import Database
from queries.contract import CONTRACT

GIVEN = "MOTCUA_TEST_MARIADB"
USUAL = "mysql+pymysql://root@127.0.0.1:3306/"
_TYPES = {16: "boolean", 20: "bigint", 21: "bigint", 23: "bigint", 1082: "date", 1114: "datetime(6)",
          1184: "datetime(6)", 1700: "decimal(18,4)"}  # fmt: skip
_AT_ONCE = 20_000


def check(
    checks: Checks, database: Database, schema: str, settings: Mapping[str, Any],
    expected: Mapping[str, Any], **words: str,
) -> None:  # fmt: skip
    """Put a schema into MariaDB, and ask the same of it; ``expected``: what PostgreSQL answered."""
    zone = ZoneInfo(str(settings.get("time_zone", "Asia/Ho_Chi_Minh")))
    with _moved(database, schema, zone) as url:
        answer = Dashboard(**{**settings, "database_url": url}).ask("on-time", **words)
    for part in ("district", "rows", "as_of"):
        checks.equal_silently(
            f"MariaDB cho cùng số liệu với PostgreSQL: {part}", answer[part], expected[part]
        )


@contextmanager
def _moved(database: Database, schema: str, zone: ZoneInfo) -> Iterator[str]:
    """Give the address of a database of MariaDB with the same tables and rows; dropped afterwards."""
    server = make_url(os.environ.get(GIVEN) or USUAL)
    name = f"motcua_accept_{os.getpid()}_{secrets.token_hex(3)}"
    connection = pymysql.connect(
        host=server.host or "127.0.0.1", port=server.port or 3306, user=server.username,
        password=server.password or "", charset="utf8mb4",
    )  # fmt: skip
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
            cursor.execute(f"USE {name}")
            for table in CONTRACT:
                _move(database, schema, table, cursor, zone)
        connection.commit()
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        connection.close()


def _move(database: Database, schema: str, table: str, cursor: Any, zone: ZoneInfo) -> None:
    try:
        found = database.owner.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(schema, table)))
    except errors.UndefinedTable:
        return
    described = found.description or []
    columns = ", ".join(f"`{one.name}` {_TYPES.get(one.type_code, 'varchar(500)')}" for one in described)
    cursor.execute(f"CREATE TABLE `{table}` ({columns})")
    marks = ", ".join(["%s"] * len(described))
    while rows := found.fetchmany(_AT_ONCE):
        cursor.executemany(
            f"INSERT INTO `{table}` VALUES ({marks})", [[local(one, zone) for one in row] for row in rows]
        )


def local(value: Any, zone: ZoneInfo) -> Any:
    """Give a moment as the wall clock shows it: MariaDB's datetime has no zone."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(zone).replace(tzinfo=None)
    return value

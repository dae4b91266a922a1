"""One-stop systems of others: their tables as they are, the SQL we print run over them, what arrives of it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pymysql
from clean_copies import DuckDBMemory
from sources import ZONE
from sqlalchemy.engine import URL, make_url
from stores import Row, mariadb_url

from queries.asked.view import View
from queries.contract import CONTRACT
from queries.on_time.statements import on_time_by_unit
from queries.source.mapping import SourceMapping
from queries.source.reading import Source, read_into

THEIRS = f"motcua_ho_{os.getpid()}"
OURS = f"motcua_view_{os.getpid()}"
READER = f"motcua_xem_{os.getpid()}"
PASSWORD = "chi-doc"


def statements(script: str) -> list[str]:
    """A script's statements as the mariadb client takes them: comments gone, DELIMITER heeded."""
    found: list[str] = []
    lines: list[str] = []
    end = ";"
    for line in script.splitlines():
        told = re.sub(r"(^|\s)-- .*|^--$", "", line).rstrip()
        word = re.fullmatch(r"DELIMITER (\S+)", told)
        if word:
            end = word[1]
        elif told.endswith(end):
            found.append("\n".join([*lines, told.removesuffix(end)]))
            lines = []
        elif told:
            lines.append(told)
    assert not lines, lines
    return found


def made_of(comments: str, *heads: str) -> list[str]:
    """The statements a script offers in its comments, that begin with these words."""
    text = "\n".join(line.removeprefix("-- ") for line in comments.splitlines() if line.startswith("-- "))
    return [
        re.search(rf"^{re.escape(head)}.*?;$", text, re.MULTILINE | re.DOTALL)[0].rstrip(";")  # type: ignore[index]
        for head in heads
    ]


class Place:
    """Two databases (or schemas): theirs, and ours with the views; ``url`` is that of an account that reads."""

    def __init__(self, connection: Any, url: URL, schema: str | None = None) -> None:
        self.connection = connection
        self.url = url
        self.schema = schema

    def run(self, *told: str) -> list[tuple[Any, ...]]:
        """Run statements as the administrator; give the rows of the last."""
        rows: list[tuple[Any, ...]] = []
        with self.connection.cursor() as cursor:
            for one in told:
                cursor.execute(one)
                rows = list(cursor.fetchall()) if cursor.description else []
        self.connection.commit()
        return rows

    def insert(self, table: str, rows: Sequence[Row]) -> None:
        """Put rows into a table of theirs; what a row does not say is null."""
        columns = list(dict.fromkeys(one for row in rows for one in row))
        marks = ", ".join(["%s"] * len(columns))
        with self.connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {THEIRS}.{table} ({', '.join(columns)}) VALUES ({marks})",
                [tuple(row.get(one) for one in columns) for row in rows],
            )
        self.connection.commit()

    def read(self, folder: Path, mapping: SourceMapping | None = None) -> Arrived:
        """Read it into a copy, as the reader's account."""
        folder.mkdir(exist_ok=True)
        with duckdb.connect(folder / "copy.duckdb") as copy:
            reading = read_into(
                copy, Source(self.url), mapping or SourceMapping(schema=self.schema), zone=ZONE, folder=folder
            )
            tables = {}
            for name in CONTRACT:
                cursor = copy.execute(f"SELECT * FROM {name} ORDER BY ALL")
                names = [one[0] for one in cursor.description]
                tables[name] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
            mended = [(one.table, one.column, str(one.reason)) for one in reading.mended]
        return Arrived(tables, reading.present, mended)


class Arrived:
    """What arrived in a copy: clean rows by table, what the source has, what was mended."""

    def __init__(
        self, tables: dict[str, list[dict[str, Any]]], present: frozenset[str], mended: list[Any]
    ) -> None:
        self.tables, self.present, self.mended = tables, present, mended

    def by_code(self, *columns: str) -> dict[str, Any]:
        """Of each dossier these columns: one value, or a tuple of them."""
        return {
            row["dossier_code"]: row[columns[0]] if len(columns) == 1 else tuple(row[one] for one in columns)
            for row in self.tables["dossiers"]
        }

    def counts(self, view: View) -> dict[str, int]:
        """The district's counts as the pages show them."""
        every = set(CONTRACT) | {
            f"{name}.{one.name}" for name, table in CONTRACT.items() for one in table.columns
        }
        copy = DuckDBMemory()
        try:
            copy.fill(self.tables, without=every - self.present)
            with copy.asked(view) as (conn, courses):
                table = on_time_by_unit(conn, courses, view)
        finally:
            copy.close()
        return {
            name: int(table[name].sum()) for name in table.columns if name not in ("unit_code", "oldest_due")
        }


@contextmanager
def on_mariadb() -> Iterator[Place | None]:
    """Two databases of a MariaDB server, gone afterwards; None where there is no server."""
    given = mariadb_url()
    if given is None:
        yield None
        return
    server = make_url(given).set(drivername="mysql+pymysql")
    connection = pymysql.connect(
        host=server.host or "127.0.0.1", port=server.port or 3306, user=server.username,
        password=server.password or "", charset="utf8mb4",
    )  # fmt: skip
    url = server.set(database=OURS, username=READER, password=PASSWORD)
    place = Place(connection, url)
    drop = [f"DROP DATABASE IF EXISTS {THEIRS}", f"DROP DATABASE IF EXISTS {OURS}",
            f"DROP USER IF EXISTS '{READER}'@'%'"]  # fmt: skip
    try:
        place.run(*drop, f"CREATE DATABASE {THEIRS} CHARACTER SET utf8")
        yield place
    finally:
        place.run(*drop)
        connection.close()


@contextmanager
def on_postgresql(url: str) -> Iterator[Place]:
    """Two schemas of a PostgreSQL database, gone afterwards."""
    server = make_url(url).set(drivername="postgresql+psycopg")
    connection = psycopg.connect(
        server.set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True
    )
    place = Place(connection, server.set(username=READER, password=PASSWORD), OURS)
    drop = [f"DROP SCHEMA IF EXISTS {OURS} CASCADE", f"DROP SCHEMA IF EXISTS {THEIRS} CASCADE"]
    try:
        place.run(*drop, f"DROP ROLE IF EXISTS {READER}", f"CREATE SCHEMA {THEIRS}")
        yield place
    finally:
        place.run(*drop, f"DROP ROLE IF EXISTS {READER}")
        connection.close()

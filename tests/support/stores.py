"""The contract's tables in a real database of each engine, filled by the tests.

A ``Store`` writes with the owner's account. Each has a schema, database or file of its own.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, ClassVar

import duckdb
import psycopg
import pymysql
from psycopg import sql
from sqlalchemy.engine import URL, make_url

from queries.contract import CONTRACT, Kind

Row = Mapping[str, Any]
SCHEMA = f"motcua_test_{os.getpid()}"


class Store:
    """One engine with the contract's tables in it; ``name`` is the engine's."""

    name: ClassVar[str]
    quote: ClassVar[str] = '"'
    placeholder: ClassVar[str] = "%s"
    types: ClassVar[Mapping[Kind, str]] = {
        Kind.TEXT: "varchar(255)", Kind.NUMBER: "integer", Kind.DECIMAL: "decimal(18,4)",
        Kind.BOOLEAN: "boolean", Kind.DAY: "date",
        Kind.MOMENT: "timestamp",
    }  # fmt: skip

    def __init__(self, url: URL) -> None:
        self.url = url
        self._changed = set(CONTRACT)
        self._filled: dict[str, Sequence[Row]] = {}

    # writing, as the owner of the data

    def fill(self, tables: Mapping[str, Sequence[Row]], *, without: Collection[str] = ()) -> None:
        """Put these rows into the whole contract's tables, and nothing else.

        ``without``: "table" or "table.column" that are not made. A table that ``write``
        did not change and that holds the very same list is left alone.
        """
        lacking = {one.partition(".")[0] for one in without}
        renewed = self._changed | lacking
        kept = {name for name, rows in self._filled.items() if rows is tables.get(name)} - renewed
        with self.owner() as cursor:
            for name in CONTRACT:
                if name in renewed:
                    cursor.execute(f"DROP TABLE IF EXISTS {self.q(name)}")
                    if name not in without:
                        cursor.execute(self.create(name, without=without))
                elif name in self._filled and name not in kept:
                    cursor.execute(f"DELETE FROM {self.q(name)}")
            self._changed = lacking
            self._filled = {name: rows for name, rows in tables.items() if rows and name not in without}
            for name, rows in self._filled.items():
                if name in kept:
                    continue
                columns = [one.name for one in CONTRACT[name].columns
                           if f"{name}.{one.name}" not in without
                           and any(one.name in row for row in rows)]  # fmt: skip
                self.insert(
                    cursor, name, columns, [[self.value(row.get(one)) for one in columns] for row in rows]
                )

    def create(
        self, name: str, types: Mapping[str, str] | None = None, *, without: Collection[str] = ()
    ) -> str:
        """The statement that makes a table; ``types``: other types than usual, by column."""
        types = types or {}
        columns = (f"{self.q(one.name)} {types.get(one.name, self.types[one.kind])}"
                   for one in CONTRACT[name].columns if f"{name}.{one.name}" not in without)  # fmt: skip
        return f"CREATE TABLE {self.q(name)} ({', '.join(columns)})"

    def drop_column(self, table: str, column: str) -> None:
        self.write(f"ALTER TABLE {self.q(table)} DROP COLUMN {self.q(column)}", changes=(table,))

    def drop_table(self, table: str) -> None:
        self.write(f"DROP TABLE {self.q(table)}", changes=(table,))

    def write(self, *statements: str, changes: Iterable[str] = ()) -> None:
        """Run statements as the owner; tables they change are made anew by the next ``fill``."""
        with self.owner() as cursor:
            self._changed.update(changes)
            for one in statements:
                cursor.execute(one)

    def q(self, name: str) -> str:
        return f"{self.quote}{name}{self.quote}"

    def value(self, value: Any) -> Any:
        return value

    def insert(self, cursor: Any, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        names, marks = ", ".join(map(self.q, columns)), ", ".join([self.placeholder] * len(columns))
        cursor.executemany(f"INSERT INTO {self.q(table)} ({names}) VALUES ({marks})", rows)

    def owner(self) -> AbstractContextManager[Any]:
        """A cursor that may write; what it wrote is there afterwards."""
        raise NotImplementedError

    def close(self) -> None:
        """Give back what the store holds."""


class DuckDB(Store):
    """A DuckDB file. A writer locks readers out, so the reading engine closes meanwhile."""

    name = "duckdb"
    placeholder = "?"

    def __init__(self, folder: Path) -> None:
        self.path = folder / "motcua.duckdb"
        super().__init__(URL.create("duckdb", database=str(self.path)))

    @contextmanager
    def owner(self) -> Iterator[Any]:
        with duckdb.connect(self.path) as connection:
            connection.begin()
            yield connection
            connection.commit()

    def insert(self, cursor: Any, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        # One statement: executemany runs one a row.
        names, marks = ", ".join(map(self.q, columns)), ", ".join([self.placeholder] * len(columns))
        cursor.execute(
            f"INSERT INTO {self.q(table)} ({names}) VALUES {', '.join([f'({marks})'] * len(rows))}",
            [one for row in rows for one in row],
        )


class SQLite(Store):
    """A SQLite file. Moments are text, in every spelling a source may use."""

    name = "sqlite"
    placeholder = "?"
    types: ClassVar = {**Store.types, Kind.TEXT: "TEXT", Kind.MOMENT: "DATETIME"}

    def __init__(self, folder: Path) -> None:
        self.path = folder / "motcua.sqlite"
        self._writer = sqlite3.connect(self.path)
        self._writer.execute("PRAGMA synchronous = OFF")
        self._spelling = 0
        super().__init__(URL.create("sqlite", database=str(self.path)))

    @contextmanager
    def owner(self) -> Iterator[Any]:
        with self._writer:
            yield self._writer

    def value(self, value: Any) -> Any:
        """Moments with a blank or a T, with or without fraction, seconds, time, in turn."""
        if not isinstance(value, datetime):
            return value.isoformat() if isinstance(value, date) else value
        self._spelling += 1
        spelling = self._spelling % 5
        if spelling == 0 and value.time().isoformat() == "00:00:00":
            return value.date().isoformat()
        if spelling == 1 and value.second == value.microsecond == 0:
            return value.isoformat(" ", "minutes")
        return value.isoformat("T" if spelling % 2 else " ", "milliseconds" if spelling == 2 else "auto")

    def close(self) -> None:
        super().close()
        self._writer.close()


class PostgreSQL(Store):
    """A schema of a PostgreSQL database; the account is the one of the address."""

    name = "postgresql"

    def __init__(self, url: str, schema: str = SCHEMA) -> None:
        server = make_url(url).set(drivername="postgresql+psycopg")
        super().__init__(server.update_query_dict({"options": f"-csearch_path={schema}"}))
        self._schema = schema
        libpq = server.set(drivername="postgresql").render_as_string(hide_password=False)
        self._writer = psycopg.connect(libpq, options=f"-csearch_path={schema} -clock_timeout=10s")
        with self.owner() as cursor:
            cursor.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
            cursor.execute(f"CREATE SCHEMA {schema}")

    @contextmanager
    def owner(self) -> Iterator[Any]:
        with self._writer.transaction(), self._writer.cursor() as cursor:
            yield cursor

    def insert(self, cursor: Any, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        names = sql.SQL(", ").join(map(sql.Identifier, columns))
        with cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)) as copy:
            for row in rows:
                copy.write_row(row)

    def close(self) -> None:
        super().close()
        self.write(f"DROP SCHEMA {self._schema} CASCADE")
        self._writer.close()


class MariaDB(Store):
    """A database of a MariaDB server."""

    name = "mariadb"
    quote = "`"
    types: ClassVar = {**Store.types, Kind.MOMENT: "datetime"}

    def __init__(self, url: str) -> None:
        server = make_url(url).set(drivername="mysql+pymysql")
        super().__init__(server.set(database=SCHEMA))
        self._writer = pymysql.connect(
            host=server.host or "127.0.0.1", port=server.port or 3306, user=server.username,
            password=server.password or "", charset="utf8mb4",
        )  # fmt: skip
        self.write(
            f"DROP DATABASE IF EXISTS {SCHEMA}",
            f"CREATE DATABASE {SCHEMA} CHARACTER SET utf8mb4",
            f"USE {SCHEMA}",
            "SET SESSION lock_wait_timeout = 10",
        )

    @contextmanager
    def owner(self) -> Iterator[Any]:
        with self._writer.cursor() as cursor:
            yield cursor
        self._writer.commit()

    def close(self) -> None:
        super().close()
        self.write(f"DROP DATABASE {SCHEMA}")
        self._writer.close()


def icu_postgresql_url() -> str | None:
    """A PostgreSQL with collations of ICU, which the wheel's was built without; None where there is none."""
    url = os.environ.get("MOTCUA_TEST_POSTGRESQL", "postgresql://postgres@127.0.0.1:5432/postgres")
    try:
        with psycopg.connect(url, connect_timeout=2) as conn:
            found = conn.execute("SELECT count(*) FROM pg_collation WHERE collprovider = 'i'").fetchone()
    except psycopg.Error:
        return None
    return url if found and found[0] else None


def mariadb_url() -> str | None:
    """The MariaDB the tests may use; None where there is no server."""
    given = os.environ.get("MOTCUA_TEST_MARIADB")
    if given:
        return given
    try:
        pymysql.connect(host="127.0.0.1", port=3306, user="root", connect_timeout=2).close()
    except pymysql.MySQLError:
        return None
    return "mysql+pymysql://root@127.0.0.1:3306/"

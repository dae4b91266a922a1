"""Databases of a district: the sample's rows in PostgreSQL, MariaDB, SQLite or DuckDB, to be read from.

Each is of the benchmark's own making under a name of its own, and is dropped when the run is over.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar, cast

import duckdb
import psycopg
import pymysql
from psycopg import sql
from sqlalchemy.engine import URL, make_url

from bench.data import AS_OF, FOLDER, Sample
from queries.contract import CONTRACT, Kind

POSTGRESQL = "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"
MARIADB = "mysql+pymysql://root@127.0.0.1:3306"
CHANGED_AT = AS_OF + timedelta(minutes=1)
_INDEXED = {
    "dossiers": ("dossier_code", "received_at", "finished_at", "due_at", "unit_code", "updated_at"),
    "slips": ("dossier_code",),
}
"""What a database administrator would index."""


class NoServer(Exception):  # noqa: N818 - what there is
    """The engine has no server here; the text says what was tried."""


class Database(ABC):
    """One district in one engine. ``label``: the engine's name; ``url``: where the dashboard reads it."""

    label: str
    url: str

    def __init__(self, sample: Sample) -> None:
        self.sample = sample
        self.name = f"motcua_bench_{sample.asked}_{os.getpid()}"

    @abstractmethod
    def fill(self) -> None:
        """Make it, with the sample's rows. Raises NoServer."""

    @abstractmethod
    def drop(self) -> None:
        """Leave nothing of it."""

    @abstractmethod
    def write(self, statement: str, values: Sequence[Any]) -> None:
        """Run one statement with ``?`` for each value."""

    def change(self, codes: Sequence[str], at: datetime = CHANGED_AT) -> None:
        """Change some dossiers, and say in ``loads`` that there is something new."""
        marks = ", ".join("?" for _ in codes)
        self.write(
            f"UPDATE dossiers SET due_at = received_at, updated_at = ? WHERE dossier_code IN ({marks})",
            [at, *codes],
        )
        self.write("UPDATE loads SET loaded_at = ?", [at])

    def dump(self, table: str, columns: Sequence[str], path: Path, null: str = "") -> None:
        """Write a table of the sample as CSV: engines read it faster than rows can be sent."""
        kinds = {one.name: one.kind for one in CONTRACT[table].columns}
        chosen = ", ".join(
            f'"{name}"::TINYINT' if kinds[name] is Kind.BOOLEAN and null else f'"{name}"' for name in columns
        )
        with duckdb.connect(str(self.sample.path), read_only=True) as file:
            file.execute(
                f"COPY (SELECT {chosen} FROM \"{table}\") TO '{path}'"
                f" (FORMAT csv, HEADER false, NULLSTR '{null}', TIMESTAMPFORMAT '%Y-%m-%d %H:%M:%S')"
            )


@contextmanager
def filled(engine: str, sample: Sample) -> Iterator[Database]:
    """Give a database of an engine with the sample's rows, for as long as it is needed."""
    made = ENGINES[engine](sample)
    print(f"loading {sample.rows:,} dossiers into {made.label} …", flush=True)
    try:
        made.fill()
        yield made
    finally:
        made.drop()


class PostgreSQL(Database):
    """A database of its own on the server of MOTCUA_TEST_POSTGRESQL, else the local one."""

    label = "PostgreSQL"
    _types: ClassVar = {
        Kind.TEXT: "text", Kind.NUMBER: "integer", Kind.DECIMAL: "numeric(18, 4)", Kind.BOOLEAN: "boolean",
        Kind.DAY: "date", Kind.MOMENT: "timestamp",
    }  # fmt: skip

    def __init__(self, sample: Sample) -> None:
        super().__init__(sample)
        given = make_url(os.environ.get("MOTCUA_TEST_POSTGRESQL", POSTGRESQL))
        self._server = given.set(drivername="postgresql")
        own = given.set(drivername="postgresql+psycopg", database=self.name)
        self.url = own.render_as_string(hide_password=False)

    def connect(self, database: str | None = None) -> psycopg.Connection[tuple[Any, ...]]:
        """Open it with the driver alone."""
        url = self._server.set(database=database or self.name)
        return psycopg.connect(url.render_as_string(hide_password=False), autocommit=True, connect_timeout=3)

    def fill(self) -> None:
        """Make it, with the sample's rows."""
        try:
            with self.connect(self._server.database) as connection:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(self.name)))
        except psycopg.OperationalError as error:
            raise NoServer(f"no PostgreSQL answers ({str(error).splitlines()[0]})") from error
        with self.connect() as connection:
            for table, columns in self.sample.tables.items():
                self._copy(connection, table, columns)
            for table, columns in _INDEXED.items():
                for column in columns:
                    place = (sql.Identifier(table), sql.Identifier(column))
                    connection.execute(sql.SQL("CREATE INDEX ON {} ({})").format(*place))
            connection.execute("VACUUM ANALYZE")
            connection.execute("CHECKPOINT")

    def _copy(self, connection: psycopg.Connection[Any], table: str, columns: Sequence[str]) -> None:
        kinds = {one.name: one.kind for one in CONTRACT[table].columns}
        typed = [sql.Identifier(name) + sql.SQL(f" {self._types[kinds[name]]}") for name in columns]
        made = sql.SQL("CREATE TABLE {} ({})").format(sql.Identifier(table), sql.SQL(", ").join(typed))
        connection.execute(made)
        path = FOLDER / f".{self.name}-{table}.csv"
        try:
            self.dump(table, columns, path)
            into = sql.SQL("COPY {} FROM STDIN (FORMAT csv)").format(sql.Identifier(table))
            with path.open("rb") as rows, connection.cursor() as cursor, cursor.copy(into) as copy:
                while piece := rows.read(1 << 20):
                    copy.write(piece)
        finally:
            path.unlink(missing_ok=True)

    def write(self, statement: str, values: Sequence[Any]) -> None:
        """Run one statement."""
        with self.connect() as connection:
            connection.execute(cast(Any, statement.replace("?", "%s")), values)

    def drop(self) -> None:
        """Leave nothing of it."""
        try:
            with self.connect(self._server.database) as connection:
                gone = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(self.name))
                connection.execute(gone)
        except psycopg.OperationalError:
            return


class MariaDB(Database):
    """A database of its own on the server of MOTCUA_TEST_MARIADB, else the local one."""

    label = "MariaDB"
    _types: ClassVar = {
        Kind.TEXT: "varchar(255)", Kind.NUMBER: "int", Kind.DECIMAL: "decimal(18, 4)",
        Kind.BOOLEAN: "tinyint(1)", Kind.DAY: "date", Kind.MOMENT: "datetime",
    }  # fmt: skip

    def __init__(self, sample: Sample) -> None:
        super().__init__(sample)
        self._server = make_url(os.environ.get("MOTCUA_TEST_MARIADB", MARIADB))
        own = self._server.set(drivername="mysql+pymysql", database=self.name)
        self.url = own.render_as_string(hide_password=False)

    def _connect(self, database: str | None) -> Any:
        server = self._server
        try:
            return pymysql.connect(
                host=server.host or "127.0.0.1", port=server.port or 3306, user=server.username,
                password=server.password or "", database=database, charset="utf8mb4", autocommit=True,
                local_infile=True, connect_timeout=3,
            )  # fmt: skip
        except pymysql.OperationalError as error:
            raise NoServer(f"no MariaDB answers ({error.args[-1]})") from error

    def fill(self) -> None:
        """Make it, with the sample's rows."""
        with closing(self._connect(None)) as connection, connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE `{self.name}` CHARACTER SET utf8mb4")
            cursor.execute(f"USE `{self.name}`")
            for table, columns in self.sample.tables.items():
                self._copy(cursor, table, columns)
            for table, columns in _INDEXED.items():
                named = ", ".join(f"ADD INDEX (`{column}`)" for column in columns)
                cursor.execute(f"ALTER TABLE `{table}` {named}")

    def _copy(self, cursor: Any, table: str, columns: Sequence[str]) -> None:
        kinds = {one.name: one.kind for one in CONTRACT[table].columns}
        typed = ", ".join(f"`{name}` {self._types[kinds[name]]}" for name in columns)
        cursor.execute(f"CREATE TABLE `{table}` ({typed})")
        path = FOLDER / f".{self.name}-{table}.csv"
        try:
            self.dump(table, columns, path, null="NULL")
            # Escaped by nothing, the bare word NULL is a null.
            cursor.execute(
                f"LOAD DATA LOCAL INFILE '{path}' INTO TABLE `{table}` CHARACTER SET utf8mb4"
                " FIELDS TERMINATED BY ',' OPTIONALLY ENCLOSED BY '\"' ESCAPED BY ''"
            )
        finally:
            path.unlink(missing_ok=True)

    def write(self, statement: str, values: Sequence[Any]) -> None:
        """Run one statement."""
        with closing(self._connect(self.name)) as connection, connection.cursor() as cursor:
            cursor.execute(statement.replace("?", "%s"), values)

    def drop(self) -> None:
        """Leave nothing of it."""
        try:
            with closing(self._connect(None)) as connection, connection.cursor() as cursor:
                cursor.execute(f"DROP DATABASE IF EXISTS `{self.name}`")
        except NoServer:
            return


class SQLite(Database):
    """A SQLite file."""

    label = "SQLite"
    _types: ClassVar = {
        Kind.TEXT: "TEXT", Kind.NUMBER: "INTEGER", Kind.DECIMAL: "NUMERIC", Kind.BOOLEAN: "BOOLEAN",
        Kind.DAY: "DATE", Kind.MOMENT: "DATETIME",
    }  # fmt: skip

    def __init__(self, sample: Sample) -> None:
        super().__init__(sample)
        self.path = FOLDER / f"{self.name}.sqlite"
        self.url = URL.create("sqlite", database=str(self.path)).render_as_string()

    def fill(self) -> None:
        """Make it, with the sample's rows."""
        self.drop()
        with (
            closing(sqlite3.connect(self.path)) as connection,
            duckdb.connect(str(self.sample.path), read_only=True) as file,
        ):
            connection.execute("PRAGMA synchronous = OFF")
            for table, columns in self.sample.tables.items():
                kinds = {one.name: one.kind for one in CONTRACT[table].columns}
                typed = ", ".join(f'"{name}" {self._types[kinds[name]]}' for name in columns)
                connection.execute(f'CREATE TABLE "{table}" ({typed})')
                moments = (Kind.DAY, Kind.MOMENT, Kind.DECIMAL)
                chosen = ", ".join(
                    f'"{name}"::VARCHAR' if kinds[name] in moments else f'"{name}"' for name in columns
                )
                file.execute(f'SELECT {chosen} FROM "{table}"')
                marks = ", ".join("?" for _ in columns)
                while rows := file.fetchmany(50_000):
                    connection.executemany(f'INSERT INTO "{table}" VALUES ({marks})', rows)
            for table, columns in _INDEXED.items():
                for column in columns:
                    connection.execute(f'CREATE INDEX "{table}_{column}" ON "{table}" ("{column}")')
            connection.commit()

    def write(self, statement: str, values: Sequence[Any]) -> None:
        """Run one statement."""
        plain = [one.isoformat(" ") if isinstance(one, datetime) else one for one in values]
        with closing(sqlite3.connect(self.path)) as connection:
            connection.execute(statement, plain)
            connection.commit()

    def drop(self) -> None:
        """Leave nothing of it."""
        self.path.unlink(missing_ok=True)


class DuckDB(Database):
    """A copy of the sample's own file."""

    label = "DuckDB"

    def __init__(self, sample: Sample) -> None:
        super().__init__(sample)
        self.path = FOLDER / f"{self.name}.duckdb"
        self.url = f"duckdb:///{self.path}"

    def fill(self) -> None:
        """Make it, with the sample's rows."""
        shutil.copyfile(self.sample.path, self.path)

    def write(self, statement: str, values: Sequence[Any]) -> None:
        """Run one statement."""
        with duckdb.connect(str(self.path)) as connection:
            connection.execute(statement, list(values))

    def drop(self) -> None:
        """Leave nothing of it."""
        self.path.unlink(missing_ok=True)


ENGINES: dict[str, type[Database]] = {
    "postgresql": PostgreSQL, "mariadb": MariaDB, "sqlite": SQLite, "duckdb": DuckDB,
}  # fmt: skip

"""Rows that are clean already, on each engine that is asked, with ``courses`` built as a test wants.

A ``CleanCopy`` is filled with rows by table and asked for a View: it gives a reader's connection and the
``Courses`` built for the view's day rule, and for its moment or, every other copy, for another one, so
that every test of a query also goes through ``queries.courses.moments``.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar
from uuid import uuid4

import duckdb
from copies import present_of
from duckdb_sqlalchemy import ConnectionWrapper
from psycopg import sql
from sqlalchemy import Connection, Engine, QueuePool, create_engine, delete, event
from sqlalchemy.engine import make_url
from sqlalchemy.schema import CreateSchema, DropSchema

from queries.asked.view import View
from queries.copy.engine import GENERATION, SCRATCH, open_copy
from queries.copy.tables import CLEAN, METADATA
from queries.courses.build import build
from queries.courses.stock import Courses, read_courses

Row = Mapping[str, Any]

SHIFTS = tuple(
    timedelta(days=days, hours=hours)
    for days, hours in ((0, -1), (0, 1), (-1, 0), (1, 0), (-9, -3), (9, 3), (-400, 0), (60, 0), (100, 3))
)
"""How far from the view's moment ``courses`` are built, where they are built for another."""


class CleanCopy:
    """The clean tables of one engine.

    ``is_elsewhere``: ``courses`` are built for another moment than is asked for; which one goes by the
    view and the rows, so that an example run again is the same.
    """

    name: ClassVar[str]
    engine: Engine

    def __init__(self, *, is_elsewhere: bool = False) -> None:
        self.is_elsewhere = is_elsewhere
        self._rows: dict[str, Sequence[Row]] = {}
        self._present: frozenset[str] = frozenset()
        self._courses: tuple[tuple[datetime, str, datetime], Courses] | None = None
        self._before: Courses | None = None

    def fill(self, tables: Mapping[str, Sequence[Row]], *, without: Collection[str] = ()) -> None:
        """Put these rows into the clean tables, and nothing else.

        ``without``: "table" or "table.column" that the source does not have. Dossiers without a code are
        given one: a clean dossier has a key.
        """
        missing = set(without)
        self._present = present_of(CLEAN, missing)
        self._rows = {
            name: [{key: one for key, one in row.items() if f"{name}.{key}" not in missing} for row in rows]
            for name, rows in tables.items()
            if rows and name not in missing
        }
        if "dossiers" in self._rows:
            self._rows["dossiers"] = [
                {"dossier_code": f"HS-{i:04}", **row} for i, row in enumerate(self._rows["dossiers"])
            ]
        self._courses = None

    @contextmanager
    def asked(
        self, view: View, *, built_for: datetime | None = None, latest: datetime | None = None
    ) -> Iterator[tuple[Connection, Courses]]:
        """Give a connection and the ``Courses`` a view of these rows is asked of.

        ``built_for``: the moment they are built for, whatever the copy's habit. ``latest``: what lies
        after it is in the future; the view's moment unless told.
        """
        moment = built_for or (self._elsewhere(view) if self.is_elsewhere else view.as_of)
        wanted = moment, view.compare, latest or view.as_of
        if self._courses is None or self._courses[0] != wanted:
            as_of, compare, ahead = wanted
            self._write(as_of=as_of, compare=compare, latest=ahead)
            with self.engine.connect() as conn:
                made = read_courses(conn, as_of=as_of, compare=compare, present=self._present)
            # As a server goes from one generation to the next: what can be kept of statements is.
            self._before = made if self._before is None else made.keeping(self._before)
            self._courses = wanted, self._before
        with self.engine.connect() as conn:
            yield conn, self._courses[1]

    def _elsewhere(self, view: View) -> datetime:
        of = f"{view.as_of}|{view.period.start}|{view.period.end}|{len(self._rows.get('dossiers', ()))}"
        return view.as_of + SHIFTS[zlib.crc32(of.encode()) % len(SHIFTS)]

    def _write(self, *, as_of: datetime, compare: str, latest: datetime) -> None:
        """Write the rows where they are not, and build ``courses``."""
        raise NotImplementedError

    def _put(self, conn: Connection, name: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Insert rows into an empty clean table."""
        raise NotImplementedError

    def _put_all(self, conn: Connection) -> None:
        for name, rows in self._rows.items():
            columns = [one.name for one in CLEAN[name].c if any(one.name in row for row in rows)]
            self._put(conn, name, columns, rows)

    def close(self) -> None:
        """Let the engine go."""
        self.engine.dispose()


class WrittenAnew(CleanCopy):
    """A database that stays, and whose tables are emptied and filled again: fast."""

    def __init__(self, engine: Engine, *, is_elsewhere: bool = False) -> None:
        super().__init__(is_elsewhere=is_elsewhere)
        self.engine = engine
        self._written: Mapping[str, Sequence[Row]] = {}
        with engine.begin() as conn:
            METADATA.create_all(conn)

    def _write(self, *, as_of: datetime, compare: str, latest: datetime) -> None:
        with self.engine.begin() as conn:
            if self._written is not self._rows:
                for name in self._written:
                    conn.execute(delete(CLEAN[name]))
                self._put_all(conn)
            build(conn, as_of=as_of, compare=compare, latest=latest)
        self._written = self._rows


def _put_duckdb(conn: Connection, name: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Insert by columns: one value a row and column would be a parameter each."""
    types = [CLEAN[name].c[one].type.compile(dialect=conn.dialect) for one in columns]
    lists = ", ".join(f"unnest(?::{one}[])" for one in types)
    conn.exec_driver_sql(
        f"INSERT INTO {name} ({', '.join(columns)}) SELECT {lists}",
        tuple([row.get(one) for row in rows] for one in columns),
    )


class DuckDBMemory(WrittenAnew):
    """DuckDB as readers have it, but for the file: an instance with the generation's name and search path."""

    name = "duckdb"

    def __init__(self, *, is_elsewhere: bool = False) -> None:
        self._instance = duckdb.connect(":memory:", config={"threads": 1})
        self._instance.execute(f"ATTACH ':memory:' AS {GENERATION}")

        def connect() -> Any:
            cursor = self._instance.cursor()
            cursor.execute(f"SET search_path = '{GENERATION},{SCRATCH}'")
            return ConnectionWrapper(cursor)

        super().__init__(
            create_engine("duckdb://", creator=connect, poolclass=QueuePool), is_elsewhere=is_elsewhere
        )

    def _write(self, *, as_of: datetime, compare: str, latest: datetime) -> None:
        # Moments kept of what was built before; a generation of its own has none.
        kept = f"SELECT schema_name FROM duckdb_schemas() WHERE database_name = '{SCRATCH}' AND NOT internal"
        for (name,) in self._instance.execute(kept).fetchall():
            if name != "main":
                self._instance.execute(f"DROP SCHEMA {SCRATCH}.{name} CASCADE")
        super()._write(as_of=as_of, compare=compare, latest=latest)

    def _put(self, conn: Connection, name: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        _put_duckdb(conn, name, columns, rows)

    def close(self) -> None:
        super().close()
        self._instance.close()


class DuckDBFile(CleanCopy):
    """A generation's file, made anew for each build and opened as readers open it."""

    name = "duckdb"

    def __init__(self, folder: Path, *, is_elsewhere: bool = False) -> None:
        super().__init__(is_elsewhere=is_elsewhere)
        self._folder, self._number = folder, 0
        self.engine = create_engine("duckdb://")

    def _write(self, *, as_of: datetime, compare: str, latest: datetime) -> None:
        self.engine.dispose()
        self._number += 1
        path = self._folder / f"generation-{self._number:06}.duckdb"
        writer = create_engine(f"duckdb:///{path}")
        with writer.begin() as conn:
            METADATA.create_all(conn)
            self._put_all(conn)
            build(conn, as_of=as_of, compare=compare, latest=latest)
        writer.dispose()
        self.engine = open_copy(path)

    def _put(self, conn: Connection, name: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        _put_duckdb(conn, name, columns, rows)


class PostgreSQLSchema(WrittenAnew):
    """A schema of a PostgreSQL database."""

    name = "postgresql"

    def __init__(self, url: str, *, is_elsewhere: bool = False) -> None:
        self._schema = f"motcua_clean_{uuid4().hex}"
        server = make_url(url).set(drivername="postgresql+psycopg")
        self._owner = create_engine(server)
        with self._owner.begin() as conn:
            conn.execute(CreateSchema(self._schema))
        path = server.update_query_dict({"options": f"-csearch_path={self._schema}"})
        super().__init__(create_engine(path), is_elsewhere=is_elsewhere)

    def _put(self, conn: Connection, name: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        names = sql.SQL(", ").join(map(sql.Identifier, columns))
        connection: Any = conn.connection.driver_connection
        with (
            connection.cursor() as cursor,
            cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(name), names)) as copy,
        ):
            for row in rows:
                copy.write_row([row.get(one) for one in columns])

    def close(self) -> None:
        super().close()
        with self._owner.begin() as conn:
            conn.execute(DropSchema(self._schema, cascade=True))
        self._owner.dispose()


@contextmanager
def statements() -> Iterator[list[str]]:
    """What is sent to any database meanwhile."""
    sent: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)

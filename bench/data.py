"""The data that are measured: a sample district in DuckDB, and the same rows in PostgreSQL."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

from queries.contract import CONTRACT, Kind
from queries.sample.district import as_of_moment, write_sample

ROOT = Path(__file__).resolve().parent.parent
UNTIL = date(2026, 11, 21)
AS_OF = as_of_moment(UNTIL)
LOCAL_SERVER = "postgresql://postgres@127.0.0.1:5432/postgres"
_ROWS_OF_ONE = 50.85
"""Dossiers of the whole sample for each one of an average ward's year."""
_POSTGRESQL_TYPES = {
    Kind.TEXT: sql.SQL(" text"), Kind.NUMBER: sql.SQL(" integer"), Kind.BOOLEAN: sql.SQL(" boolean"),
    Kind.DAY: sql.SQL(" date"), Kind.MOMENT: sql.SQL(" timestamp"),
}  # fmt: skip
_INDEXED = {
    "dossiers": ("dossier_code", "received_at", "finished_at", "due_at", "unit_code"),
    "slips": ("dossier_code",),
}
"""What a database administrator would index."""


@dataclass(frozen=True)
class Data:
    """A filled database: the engine's name, its SQLAlchemy address and schema, how many dossiers."""

    engine: str
    url: str
    schema: str | None
    rows: int


def duckdb_data(rows: int) -> Data:
    """Give a sample of about that many dossiers, made the first time and kept in var/."""
    path = ROOT / "var" / f"bench-{rows}.duckdb"
    if not path.is_file():
        print(f"making {path.relative_to(ROOT)} …", flush=True)
        write_sample(path, per_unit_year=round(rows / _ROWS_OF_ONE), until=UNTIL)
    with duckdb.connect(str(path), read_only=True) as connection:
        found = connection.execute("SELECT count(*) FROM dossiers").fetchall()[0][0]
    return Data("DuckDB", f"duckdb:///{path}", None, int(found))


def postgresql_data(source: Data, rows: int) -> Data | str:
    """Give the same rows in a schema of a PostgreSQL server, loaded the first time and kept there.

    The server: MOTCUA_TEST_POSTGRESQL, else the local one. A sentence saying why, where
    there is none.
    """
    given = os.environ.get("MOTCUA_TEST_POSTGRESQL", LOCAL_SERVER)
    url = make_url(given).set(drivername="postgresql+psycopg")
    schema = f"motcua_bench_{rows}"
    try:
        connection = _connect(url)
    except psycopg.OperationalError as error:
        return f"PostgreSQL: not measured, no server answers ({str(error).splitlines()[0]})"
    with connection:
        stamp = f"{source.rows} {UNTIL}"
        if _stamp(connection, schema) != stamp:
            print(f"loading {source.rows:,} dossiers into PostgreSQL …", flush=True)
            _load(connection, source, schema, stamp)
    return Data("PostgreSQL", url.render_as_string(hide_password=False), schema, source.rows)


def _connect(url: URL) -> psycopg.Connection[tuple[object, ...]]:
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(plain, autocommit=True, connect_timeout=3)


def _stamp(connection: psycopg.Connection[tuple[object, ...]], schema: str) -> object:
    row = connection.execute(
        "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = %s", [schema]
    ).fetchone()
    return row[0] if row else None


def _load(connection: psycopg.Connection[tuple[object, ...]], source: Data, schema: str, stamp: str) -> None:
    where = sql.Identifier(schema)
    connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(where))
    connection.execute(sql.SQL("CREATE SCHEMA {}").format(where))
    path = make_url(source.url).database
    assert path is not None
    with duckdb.connect(path, read_only=True) as file:
        for name in CONTRACT:
            _copy(connection, file, schema, name)
    for name, columns in _INDEXED.items():
        table = sql.Identifier(schema, name)
        for column in columns:
            connection.execute(sql.SQL("CREATE INDEX ON {} ({})").format(table, sql.Identifier(column)))
    for name in CONTRACT:
        connection.execute(sql.SQL("VACUUM ANALYZE {}").format(sql.Identifier(schema, name)))
    connection.execute(sql.SQL("COMMENT ON SCHEMA {} IS {}").format(where, sql.Literal(stamp)))


def _copy(
    connection: psycopg.Connection[tuple[object, ...]],
    file: duckdb.DuckDBPyConnection,
    schema: str,
    name: str,
) -> None:
    """Copy one table through a CSV file: both engines write and read it faster than rows can be sent."""
    target = sql.Identifier(schema, name)
    columns = sql.SQL(", ").join(
        [sql.Identifier(one.name) + _POSTGRESQL_TYPES[one.kind] for one in CONTRACT[name].columns]
    )
    connection.execute(sql.SQL("CREATE TABLE {} ({})").format(target, columns))
    named = ", ".join(f'"{one.name}"' for one in CONTRACT[name].columns)
    path = ROOT / "var" / f".{schema}-{name}.csv"
    try:
        file.execute(f"COPY (SELECT {named} FROM \"{name}\") TO '{path}' (FORMAT csv, HEADER false)")
        into = sql.SQL("COPY {} FROM STDIN (FORMAT csv)").format(target)
        with path.open("rb") as rows, connection.cursor() as cursor, cursor.copy(into) as copy:
            while piece := rows.read(1 << 20):
                copy.write(piece)
    finally:
        path.unlink(missing_ok=True)

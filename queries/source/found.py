"""What a database really has: the columns of each contract table, and their kinds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    case,
    column,
    func,
    inspect,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy.exc import DBAPIError

from queries.contract import CONTRACT, Kind, Renames
from queries.source.driver_words import Trouble, first_line, trouble_of


def _look(conn: Connection, name: str, schema: str | None, broken: dict[str, str] | None = None) -> Any:
    """Run SELECT * … that returns no row; None where there is no such table, or it cannot be read.

    ``broken`` is given why, by name, of a table that is there but fails, as a view over what is
    no more. Raises what passes by itself (a lock, a timeout, a lost server): a table that cannot
    be read for a moment is not missing.
    """
    source = table(name, **({"schema": schema} if schema else {}))
    try:
        return conn.execute(
            select(literal_column("*")).select_from(source).limit(0),
            # A kept statement would keep the names of the columns it first found.
            execution_options={"compiled_cache": None},
        )
    except DBAPIError as error:
        trouble = trouble_of(error, name)
        if error.connection_invalidated or trouble is Trouble.PASSING:
            raise
        conn.rollback()
        if broken is not None and trouble is Trouble.BROKEN:
            broken[name] = first_line(error)
        return None


def find(conn: Connection, renames: Renames | None = None) -> dict[str, tuple[str, ...]]:
    """Give the real column names of each contract table that can be read.

    A table that is missing, or that the account may not read, is not in the answer.
    """
    renames = renames or Renames()
    found: dict[str, tuple[str, ...]] = {}
    for name in CONTRACT:
        result = _look(conn, renames.table(name), renames.schema)
        if result is not None:
            found[name] = tuple(result.keys())
            result.close()
    return found


def broken_tables(conn: Connection, renames: Renames | None = None) -> dict[str, str]:
    """Give the tables that are there but fail, and what the driver says: contract table → its line."""
    renames = renames or Renames()
    broken: dict[str, str] = {}
    for name in CONTRACT:
        result = _look(conn, renames.table(name), renames.schema, broken)
        if result is not None:
            result.close()
    return {name: broken[renames.table(name)] for name in CONTRACT if renames.table(name) in broken}


def plain_moments(conn: Connection, found: Mapping[str, tuple[str, ...]], renames: Renames) -> frozenset[str]:
    """Give the moments and days of MariaDB or MySQL that hold no 0000-00-00: ``contract.bind``'s ``plain``.

    A condition on a bare column can use its index; one on NULLIF of it cannot.
    """
    plain: set[str] = set()
    if conn.dialect.name not in ("mysql", "mariadb"):
        return frozenset(plain)
    at = {"schema": renames.schema} if renames.schema else {}
    for name, columns in found.items():
        real = {one.lower(): one for one in columns}
        moments: dict[str, ColumnElement[Any]] = {
            one.name: column(real[called])
            for one in CONTRACT[name].columns
            if one.kind in (Kind.DAY, Kind.MOMENT)
            and (called := renames.column(name, one.name).lower()) in real
        }
        if not moments:
            continue
        asked = select(*(func.max(case((one == 0, 1), else_=0)) for one in moments.values()))
        held = conn.execute(asked.select_from(table(renames.table(name), **at))).one()
        plain |= {f"{name}.{word}" for word, zero in zip(moments, held, strict=True) if not zero}
    return frozenset(plain)


_COLLATED = {
    "duckdb": "SELECT (SELECT count(*) FROM duckdb_tables() WHERE sql ILIKE '% COLLATE %')"
              " + (SELECT count(*) FROM duckdb_views() WHERE sql ILIKE '% COLLATE %')"
              " + CAST(current_setting('default_collation') <> '' AS INTEGER)",
    "sqlite": "SELECT count(*) FROM sqlite_master WHERE sql LIKE '% COLLATE %'",
}  # fmt: skip


def has_collations(conn: Connection) -> bool:
    """Say whether a DuckDB or SQLite file compares some texts otherwise than sign by sign."""
    statement = _COLLATED.get(conn.dialect.name)
    return statement is not None and bool(conn.scalar(text(statement)))


def column_types(conn: Connection, renames: Renames | None = None) -> dict[str, dict[str, str]]:
    """Give each found column's kind: contract table → lower-case real column → kind.

    Kinds: ``text``, ``number``, ``boolean``, ``day``, ``moment``, ``moment_tz``, ``other``.
    SQLite stores moments as text: its declared type is taken.
    """
    renames = renames or Renames()
    kinds: dict[str, dict[str, str]] = {}
    for name in CONTRACT:
        real = renames.table(name)
        result = _look(conn, real, renames.schema)
        if result is None:
            continue
        description = result.cursor.description
        result.close()
        if conn.dialect.name == "sqlite":
            columns = inspect(conn).get_columns(real)
            kinds[name] = {one["name"].lower(): _kind_of_word(repr(one["type"])) for one in columns}
        else:
            kinds[name] = {one[0].lower(): _kind_of_code(conn.dialect.name, one[1]) for one in description}
    return kinds


_POSTGRESQL: Mapping[int, str] = {
    16: "boolean",
    20: "number",
    21: "number",
    23: "number",
    700: "number",
    701: "number",
    1700: "number",
    18: "text",
    19: "text",
    25: "text",
    1042: "text",
    1043: "text",
    2950: "text",
    1082: "day",
    1114: "moment",
    1184: "moment_tz",
}
_MARIADB: Mapping[int, str] = {
    0: "number", 1: "number", 2: "number", 3: "number", 4: "number", 5: "number", 8: "number", 9: "number",
    246: "number", 13: "number", 16: "boolean", 7: "moment", 12: "moment", 10: "day", 14: "day",
    15: "text", 247: "text", 248: "text", 249: "text", 250: "text", 251: "text", 252: "text", 253: "text",
    254: "text",
}  # fmt: skip


def _kind_of_code(dialect: str, code: Any) -> str:
    if dialect == "postgresql":
        return _POSTGRESQL.get(code, "other")
    if dialect in ("mysql", "mariadb"):
        return _MARIADB.get(code, "other")
    return _kind_of_word(str(code))


_WORDS = (
    ("moment_tz", ("with time zone", "timestamptz", "datetimeoffset")),
    ("moment", ("timestamp", "datetime")),
    ("day", ("date",)),
    ("boolean", ("bool",)),
    ("number", ("int", "num", "dec", "real", "double", "float")),
    ("text", ("char", "text", "string", "uuid", "enum")),
)


def _kind_of_word(word: str) -> str:
    lower = word.lower()
    return next((kind for kind, parts in _WORDS if any(part in lower for part in parts)), "other")

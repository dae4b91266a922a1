"""Sources of many kinds of types, and what arrives of them in a working copy."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import psycopg
from stores import Store

from queries.contract import CONTRACT
from queries.source.mapping import SourceMapping
from queries.source.reading import Reading, Source, read_into

ZONE = "Asia/Ho_Chi_Minh"
Rows = Sequence[Mapping[str, Any]]

TYPES: dict[str, dict[str, str]] = {
    "text": {"": "varchar(255)", "sqlite": "TEXT"},
    "char": {"": "char(20)", "sqlite": "TEXT", "duckdb": "varchar"},
    "nocase": {
        "postgresql": "citext", "mariadb": "varchar(255) collate utf8mb4_general_ci",
        "sqlite": "TEXT COLLATE NOCASE", "duckdb": "varchar COLLATE NOCASE",
    },
    "other nocase": {
        "postgresql": "varchar(255) collate motcua_nocase",
        "mariadb": "varchar(255) collate utf8mb4_unicode_ci", "sqlite": "TEXT COLLATE NOCASE",
        "duckdb": "varchar COLLATE NOACCENT",
    },
    "uuid": {"": "uuid", "sqlite": "TEXT"},
    "enum": {
        "postgresql": "motcua_state", "duckdb": "motcua_state", "sqlite": "TEXT",
        "mariadb": "enum('open','suspended','finished','refused','withdrawn')",
    },
    "bit": {"": "bit(1)", "sqlite": "INTEGER", "duckdb": "BIT"},
    "boolean": {"": "boolean"},
    "whole": {"": "bigint"},
    "decimal": {"": "decimal(8,1)", "sqlite": "REAL"},
    "double": {"": "double", "postgresql": "double precision", "sqlite": "REAL"},
    "day": {"": "date"},
    "moment": {"": "timestamp", "mariadb": "datetime(6)", "sqlite": "DATETIME"},
    "instant": {"": "timestamp with time zone", "mariadb": "timestamp(6) null", "sqlite": "TEXT"},
}  # fmt: skip
"""A word of the tests for a type → how each engine names it ("": all others)."""

_MADE_FIRST = {
    "postgresql": (
        "CREATE EXTENSION IF NOT EXISTS citext SCHEMA pg_catalog",
        "DROP TYPE IF EXISTS motcua_state CASCADE",
        "CREATE TYPE motcua_state AS ENUM ('open', 'suspended', 'finished', 'refused', 'withdrawn')",
    ),
    "duckdb": (
        "DROP TYPE IF EXISTS motcua_state",
        "CREATE TYPE motcua_state AS ENUM ('open', 'suspended', 'finished', 'refused', 'withdrawn')",
    ),
    "mariadb": ("SET SESSION sql_mode = ''", "SET SESSION time_zone = '+00:00'"),
}


def put(
    store: Store, tables: Mapping[str, Rows], types: Mapping[str, str] | None = None,
    *, names: Mapping[str, str] | None = None,
) -> None:  # fmt: skip
    """Put rows into tables that have just the columns the rows have.

    ``types``: "table.column" → a word of ``TYPES``, else text. ``names``: "table" or "table.column" → what
    the source calls it.
    """
    types, names = types or {}, names or {}
    has_icu = _makes_icu(store)
    store.write(
        *(f"DROP TABLE IF EXISTS {store.q(name)}" for name in {*CONTRACT, *names.values()}),
        *_MADE_FIRST.get(store.name, ()),
        changes=CONTRACT,
    )
    for table, rows in tables.items():
        columns = list(dict.fromkeys(one for row in rows for one in row))
        declared = ", ".join(
            f"{store.q(names.get(f'{table}.{one}', one))} "
            + type_of(store, types.get(f"{table}.{one}", "text"), has_icu=has_icu)
            for one in columns
        )
        real = names.get(table, table)
        store.write(f"CREATE TABLE {store.q(real)} ({declared})")
        with store.owner() as cursor:
            store.insert(
                cursor,
                real,
                [names.get(f"{table}.{one}", one) for one in columns],
                [
                    [_value(store, types.get(f"{table}.{one}", "text"), row.get(one)) for one in columns]
                    for row in rows
                ],
            )


def type_of(store: Store, word: str, *, has_icu: bool = True) -> str:
    """The engine's name of a type."""
    names = TYPES[word]
    name = names.get(store.name, names.get("", ""))
    return name if has_icu or "motcua_nocase" not in name else "citext"


def _makes_icu(store: Store) -> bool:
    """Make a collation of ICU that ignores case, where PostgreSQL was built with it (the wheel's is not)."""
    if store.name != "postgresql":
        return True
    try:
        store.write(
            "CREATE COLLATION IF NOT EXISTS motcua_nocase (provider = icu, locale = 'und-u-ks-level2',"
            " deterministic = false)"
        )
    except psycopg.errors.FeatureNotSupported:
        return False
    return True


def _value(store: Store, word: str, value: Any) -> Any:
    """What the driver is given: of instants, moments of UTC."""
    made: dict[tuple[str, str], Callable[[Any], Any]] = {
        ("mariadb", "instant"): lambda one: one.replace(tzinfo=None),
        ("mariadb", "bit"): lambda one: bytes([int(one)]),
        ("postgresql", "bit"): str,
        ("duckdb", "bit"): str,
        ("sqlite", "instant"): lambda one: one.isoformat(),
        ("sqlite", "moment"): str,
        ("sqlite", "day"): str,
        ("sqlite", "decimal"): float,
    }
    as_it_is: Callable[[Any], Any] = lambda one: one  # noqa: E731
    return None if value is None else made.get((store.name, word), as_it_is)(value)


class Copy:
    """A working copy of a test's own, in a folder."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.folder = folder
        self.connection = duckdb.connect(folder / "copy.duckdb")

    def read(self, store: Store, mapping: SourceMapping | None = None, **more: Any) -> Reading:
        """Read a store into it."""
        return read_into(
            self.connection,
            Source(store.url),
            mapping or SourceMapping(),
            zone=ZONE,
            folder=self.folder,
            **more,
        )

    def rows(self, table: str, *columns: str) -> list[tuple[Any, ...]]:
        """A table's rows as they lie there."""
        chosen = ", ".join(columns) or "*"
        return self.connection.execute(f"SELECT {chosen} FROM {table}").fetchall()

    def column(self, table: str, column: str) -> list[Any]:
        return [row[0] for row in self.rows(table, column)]

    def mended(self) -> dict[tuple[str, str, str], tuple[int, str]]:
        """What was mended: (table, column, reason) → how often, and examples."""
        return {(row[0], row[1], row[2]): (row[3], row[4]) for row in self.rows("mended")}

    def everything(self) -> dict[str, list[tuple[Any, ...]]]:
        """All a copy holds, in order."""
        return {name: self.rows(name) for name in (*CONTRACT, "present", "mended")}

"""A generation of the working copy, opened for asking."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
from cachetools import LRUCache, cached
from duckdb_sqlalchemy import ConnectionWrapper
from sqlalchemy import Connection, Engine, QueuePool, create_engine, event

GENERATION, SCRATCH = "generation", "memory"
"""The names of the copy, which nobody writes to, and of the memory beside it (``courses.moments``)."""


_PATH = f"{GENERATION},{SCRATCH}"

MOST_PARSED = 512
"""So many statements are kept as parsed."""


class _Reader:
    """A connection of DuckDB that parses a statement once, and needs no transaction around it.

    The file never changes, and what is made in the memory beside it is whole at once. Parsing costs a
    fifth of what a statement of twenty counts takes, beginning and ending a transaction almost a
    millisecond.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, parsed: Callable[[str], Any]) -> None:
        self._connection = connection
        self._parsed = parsed

    def execute(self, text: str, parameters: Any = None) -> Any:
        return self._connection.execute(self._parsed(text), parameters)

    def begin(self) -> None:
        """Begin nothing."""

    commit = rollback = begin

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


def open_copy(path: Path) -> Engine:
    """Open a generation: an instance of DuckDB in memory that holds the file, attached read-only.

    Every connection of the engine is a cursor of that one instance, so what one keeps in its memory
    the others find. Raises duckdb.Error where the file is none of DuckDB's, or cannot be read.
    """
    instance = duckdb.connect(":memory:")

    @cached(LRUCache(MOST_PARSED), lock=threading.Lock())
    def parsed(text: str) -> Any:
        statements = instance.extract_statements(text)
        return statements[0] if len(statements) == 1 else text

    quoted = str(path).replace("'", "''")
    instance.execute(f"ATTACH '{quoted}' AS {GENERATION} (READ_ONLY)")

    def connect() -> Any:
        cursor = instance.cursor()
        cursor.execute(f"SET search_path = '{_PATH}'")
        return ConnectionWrapper(_Reader(cursor, parsed))

    engine = create_engine("duckdb://", creator=connect, poolclass=QueuePool, pool_size=8, max_overflow=56)

    @event.listens_for(engine, "engine_disposed")
    def _close(_engine: Engine) -> None:
        instance.close()  # or the file stays open, and on Windows cannot be deleted

    return engine


def look_first_in(conn: Connection, schema: str) -> None:
    """Let a connection of ``open_copy`` find what has no schema in one of the memory's first."""
    if conn.info.get("looks_into") != schema:
        conn.exec_driver_sql(f"SET search_path = '{schema},{_PATH}'")
        conn.info["looks_into"] = schema

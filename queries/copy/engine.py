"""A generation of the working copy, opened for asking."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import duckdb
from cachetools import LRUCache
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

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, parsed: LRUCache[str, Any], lock: threading.Lock
    ) -> None:
        self._connection = connection
        self._parsed = parsed
        self._lock = lock

    def execute(self, text: str, parameters: Any = None) -> Any:
        with self._lock:
            statement = self._parsed.get(text)
        if statement is None:
            # By this connection: one that several threads let parse waits for Python's lock for ever.
            statements = self._connection.extract_statements(text)
            statement = statements[0] if len(statements) == 1 else text
            with self._lock:
                self._parsed[text] = statement
        return self._connection.execute(statement, parameters)

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

    parsed: LRUCache[str, Any] = LRUCache(MOST_PARSED)
    lock = threading.Lock()
    quoted = str(path).replace("'", "''")
    instance.execute(f"ATTACH '{quoted}' AS {GENERATION} (READ_ONLY)")

    def connect() -> Any:
        cursor = instance.cursor()
        cursor.execute(f"SET search_path = '{_PATH}'")
        return ConnectionWrapper(_Reader(cursor, parsed, lock))

    engine = create_engine("duckdb://", creator=connect, poolclass=QueuePool, pool_size=8, max_overflow=56)

    @event.listens_for(engine, "engine_disposed")
    def _close(_engine: Engine) -> None:
        instance.close()  # or the file stays open, and on Windows cannot be deleted

    return engine


def look_into(conn: Connection, schema: str) -> None:
    """Let a connection of ``open_copy`` find what the generation lacks in a schema of the memory."""
    if conn.info.get("looks_into") != schema:
        conn.exec_driver_sql(f"SET search_path = '{GENERATION},{schema},{SCRATCH}'")
        conn.info["looks_into"] = schema

"""A generation of the working copy, opened for asking."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
from duckdb_sqlalchemy import ConnectionWrapper
from sqlalchemy import Engine, QueuePool, create_engine, event

GENERATION, SCRATCH = "generation", "memory"
"""The names of the copy, which nobody writes to, and of the memory beside it (``courses.moments``)."""


def open_copy(path: Path) -> Engine:
    """Open a generation: an instance of DuckDB in memory that holds the file, attached read-only.

    Every connection of the engine is a cursor of that one instance, so what one keeps in its memory
    the others find. Raises duckdb.Error where the file is none of DuckDB's, or cannot be read.
    """
    instance = duckdb.connect(":memory:")
    quoted = str(path).replace("'", "''")
    instance.execute(f"ATTACH '{quoted}' AS {GENERATION} (READ_ONLY)")

    def connect() -> Any:
        cursor = instance.cursor()
        cursor.execute(f"SET search_path = '{GENERATION},{SCRATCH}'")
        return ConnectionWrapper(cursor)

    engine = create_engine("duckdb://", creator=connect, poolclass=QueuePool, pool_size=8, max_overflow=56)

    @event.listens_for(engine, "engine_disposed")
    def _close(_engine: Engine) -> None:
        instance.close()  # or the file stays open, and on Windows cannot be deleted

    return engine

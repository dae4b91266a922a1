"""Working copies made without a refresher: rows that are clean already, put straight into a copy."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, insert

from dashboard.question.copies import Status
from queries.contract import CONTRACT
from queries.copy.as_of import moment_of_copy
from queries.copy.engine import open_copy
from queries.copy.opened import OpenCopy
from queries.copy.tables import CLEAN, METADATA, PRESENT
from queries.courses.build import build
from queries.source.mapping import SourceMapping

Row = Mapping[str, Any]


def present_of(tables: Iterable[str], without: Iterable[str] = ()) -> frozenset[str]:
    """The names of tables and their columns, less some."""
    missing = set(without)
    names = {name for name in tables if name not in missing}
    names |= {f"{name}.{one.name}" for name in names for one in CONTRACT[name].columns}
    return frozenset(names - missing)


def copy_of_file(
    file: Path,
    now: datetime,
    *,
    compare: str = "day",
    live: bool = False,
    renames: SourceMapping | None = None,
) -> OpenCopy:
    """A copy of a DuckDB file whose values are clean already."""
    folder = Path(tempfile.mkdtemp(prefix="motcua-copy-"))
    path = folder / "generation.duckdb"
    present: set[str] = set()
    renames = renames or SourceMapping()
    engine = create_engine(f"duckdb:///{path}")
    with engine.begin() as conn:
        METADATA.create_all(conn)
        conn.exec_driver_sql(f"ATTACH '{file}' AS source (READ_ONLY)")
        for name, table in CLEAN.items():
            real = name
            found = conn.exec_driver_sql(
                "SELECT column_name FROM duckdb_columns() WHERE database_name = 'source'"
                f" AND lower(table_name) = lower('{real}')"
            )
            columns = {row[0].lower() for row in found}
            if not columns:
                continue
            present.add(name)
            named = {one.name: one.name for one in table.c if one.name in columns}
            present |= {f"{name}.{one}" for one in named}
            conn.exec_driver_sql(
                f"INSERT INTO {name} ({', '.join(named)}) SELECT "
                + ", ".join(f'"{real_name}"' for real_name in named.values())
                + f' FROM source."{real}"'
            )
        if present:
            conn.execute(insert(PRESENT), [{"name": name} for name in sorted(present)])
    engine.dispose()
    return _built(path, now, compare, live, frozenset(present))


def _built(path: Path, now: datetime, compare: str, live: bool, present: frozenset[str]) -> OpenCopy:
    engine = create_engine(f"duckdb:///{path}")
    with engine.begin() as conn:
        as_of = moment_of_copy(conn, clock=now, live=live)
        latest = max([as_of.moment, *(moment for _, moment in (*as_of.sources, *as_of.others))])
        build(conn, as_of=as_of.moment, compare=compare, latest=latest)
    engine.dispose()
    return OpenCopy(open_copy(path), str(path), as_of, as_of.moment, compare, latest, present)


class Fixed:
    """Copies that never change: what a ``Source`` is given in tests."""

    def __init__(self, copy: OpenCopy | None, told: Status | None = None) -> None:
        self._copy = copy
        self.told = told or Status()

    def current(self) -> OpenCopy | None:
        """Give the copy."""
        return self._copy

    def status(self) -> Status:
        """Say that all is well, or what the test says."""
        return self.told

    def leave(self, copy: OpenCopy) -> None:
        """There is no other."""

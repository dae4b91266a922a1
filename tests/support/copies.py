"""Working copies made without a refresher: rows that are clean already, put straight into a copy."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from cachetools import LRUCache
from sqlalchemy import Connection, Engine, StaticPool, create_engine, insert

from dashboard.question.copies import Status
from queries.contract import CONTRACT
from queries.copy.as_of import moment_of_copy
from queries.copy.engine import GENERATION, SCRATCH, open_copy
from queries.copy.tables import CLEAN, METADATA, PRESENT
from queries.courses.build import build
from queries.courses.opened import OpenCopy

Row = Mapping[str, Any]

ROOM = 1 << 29
"""So many bytes free in memory: a container often has 64 MB there."""


def present_of(tables: Iterable[str], without: Iterable[str] = ()) -> frozenset[str]:
    """The names of tables and their columns, less some."""
    missing = set(without)
    names = {name for name in tables if name not in missing}
    names |= {f"{name}.{one.name}" for name in names for one in CONTRACT[name].columns}
    return frozenset(names - missing)


def copy_of_file(file: Path, now: datetime, *, compare: str = "day", live: bool = False) -> OpenCopy:
    """A copy of a DuckDB file whose values are clean already.

    The same copy as before where the file and what is asked are the same: tests that differ in their
    settings alone need no other.
    """
    seen = file.stat()
    key = str(file), seen.st_mtime_ns, seen.st_size, now, compare, live
    made = _made().get(key)
    if made is None:
        made = _made()[key] = _copied(file, now, compare, live)
    return made


@cache
def _made() -> LRUCache[Any, OpenCopy]:
    return LRUCache(8)  # each holds an instance of DuckDB


@cache
def _folder() -> Path:
    """A folder for the copies of this process, gone when it ends."""
    folder = Path(tempfile.mkdtemp(prefix="motcua-copy-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def _writer() -> Engine:
    """One instance of DuckDB for all copies, so that a statement is compiled once a process."""
    return create_engine("duckdb://", poolclass=StaticPool, connect_args={"config": {"threads": 1}})


@cache
def _empty() -> Path:
    """A copy without a row: making its tables takes longer than copying them."""
    path = _folder() / "empty.duckdb"
    engine = create_engine(f"duckdb:///{path}")
    with engine.begin() as conn:
        METADATA.create_all(conn)
    engine.dispose()
    return path


@contextmanager
def written_in_memory(path: Path) -> Iterator[Path]:
    """Give where to write a database file that is then put at a path.

    DuckDB waits for the disk at every commit and checkpoint: half of a small district's time, and no test of
    those that only ask is about it. The folder is in memory where the system has one with room.
    """
    memory = Path("/dev/shm")
    has_room = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM
    with tempfile.TemporaryDirectory(prefix="motcua-", dir=memory if has_room else None) as folder:
        yield Path(folder) / path.name
        path.unlink(missing_ok=True)
        shutil.copyfile(Path(folder) / path.name, path)


def _copied(file: Path, now: datetime, compare: str, live: bool) -> OpenCopy:
    path = Path(tempfile.mkdtemp(dir=_folder())) / "generation.duckdb"
    with written_in_memory(path) as made:
        shutil.copyfile(_empty(), made)
        with _attached(made, file) as conn:
            present = _taken_over(conn)
            as_of = moment_of_copy(conn, clock=now, live=live)
            latest = max([as_of.moment, *(moment for _, moment in (*as_of.sources, *as_of.others))])
            build(conn, as_of=as_of.moment, compare=compare, latest=latest)
    return OpenCopy(open_copy(path), str(path), as_of, as_of.moment, compare, latest, present)


@contextmanager
def _attached(path: Path, file: Path) -> Iterator[Connection]:
    """Give a connection that writes to a copy and reads a file as ``source``; what it wrote is kept."""
    with _writer().connect() as conn:
        conn.exec_driver_sql(f"ATTACH '{path}' AS {GENERATION}")
        try:
            conn.exec_driver_sql(f"ATTACH '{file}' AS source (READ_ONLY)")
            conn.exec_driver_sql(f"SET search_path = '{GENERATION},{SCRATCH}'")
            conn.commit()
            yield conn
            conn.commit()
        finally:
            conn.rollback()
            conn.exec_driver_sql(f"SET search_path = '{SCRATCH}'")
            for one in ("source", GENERATION):
                conn.commit()
                conn.exec_driver_sql(f"DETACH DATABASE IF EXISTS {one}")
            conn.commit()


def _taken_over(conn: Connection) -> frozenset[str]:
    """Put the file's rows into the copy; gives the names of tables and columns that it has."""
    found = conn.exec_driver_sql(
        "SELECT lower(table_name), lower(column_name) FROM duckdb_columns() WHERE database_name = 'source'"
    )
    columns: defaultdict[str, set[str]] = defaultdict(set)
    for table, column in found:
        columns[table].add(column)
    present: set[str] = set()
    for name, clean in CLEAN.items():
        if name not in columns:
            continue
        named = [one.name for one in clean.c if one.name in columns[name]]
        present |= {name, *(f"{name}.{one}" for one in named)}
        conn.exec_driver_sql(
            f"INSERT INTO {name} ({', '.join(named)}) SELECT {', '.join(named)} FROM source.{name}"
        )
    if present:
        conn.execute(insert(PRESENT), [{"name": name} for name in sorted(present)])
    return frozenset(present)


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

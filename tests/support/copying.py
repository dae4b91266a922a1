"""A source of our own for the tests of the copy: rows in a JSON file, read clean as they stand."""

from __future__ import annotations

import csv
import json
import multiprocessing
import os
import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
from sqlalchemy import Column, Connection, Integer, MetaData, Table, func, insert, select
from waiting import until

from queries.contract import CONTRACT
from queries.copy.generations import Generations, Identity
from queries.copy.plausible import Limits
from queries.copy.refresh import Outcome, Progress, Read, Terms, Token, refresh
from queries.copy.tables import CLEAN

Row = Mapping[str, Any]
NOON = datetime(2026, 11, 21, 12)
_OTHER = MetaData()
COURSES = Table("courses", _OTHER, Column("n", Integer))


def dossiers(n: int, **more: Any) -> list[dict[str, Any]]:
    """So many dossiers, one an hour before noon; ``more`` is in each."""
    return [
        {
            "dossier_code": f"HS{i:05}", "unit_code": "P1", "channel": "counter", "state": "open",
            "received_at": NOON - timedelta(hours=i + 1), "due_at": NOON + timedelta(days=3), **more,
        }
        for i in range(n)
    ]  # fmt: skip


LOADS = [{"as_of": NOON - timedelta(hours=1), "source": "Một cửa"}]
"""Dossiers that are loaded day by day."""


def loaded(dossiers_at: int, ratings_at: int = 0) -> Token:
    """What the loads say: of the dossiers, and of the ratings that another loads."""
    loads = {"Một cửa": (f"{dossiers_at:02}", "", dossiers_at), "ratings": (f"{ratings_at:02}", "", 1)}
    return Token("loads", str(sorted(loads.items())), loads=loads)


UNITS = [{"unit_code": f"P{i}", "name": f"Phường {i}", "kind": "ward"} for i in range(1, 8)]


def district(n: int = 60, **tables: Sequence[Row]) -> dict[str, Sequence[Row]]:
    return {"units": UNITS, "dossiers": dossiers(n), **tables}


def put(path: Path, tables: Mapping[str, Sequence[Row]]) -> None:
    """Write a source's tables, whole."""
    aside = path.with_suffix(".new")
    aside.write_text(json.dumps(tables, default=str), "utf-8")
    aside.replace(path)


@dataclass
class FileReader:
    """Reads the JSON file, as a ``Reader`` does. ``calls``: what was read, "whole" or since when.

    ``of_files``: as of ``Read``; not ``is_partial``: it cannot be asked by changes.
    """

    path: Path
    token: Token = field(default_factory=Token)
    clock: datetime | None = None
    calls: list[Any] = field(default_factory=list)
    of_files: frozenset[str] = frozenset()
    is_partial: bool = True
    amid: Callable[[], None] | None = None

    def probe(self) -> Token:
        return replace(self.token, clock=self.clock)

    def read_into(
        self, connection: duckdb.DuckDBPyConnection, *, folder: Path, changed_since: datetime | None,
        progress: Progress | None,
    ) -> Read:  # fmt: skip
        self.calls.append(changed_since or "whole")
        changed_since = changed_since if self.is_partial else None
        tables: dict[str, list[dict[str, Any]]] = json.loads(self.path.read_text("utf-8"))
        present = {name for name in CONTRACT if name in tables}
        newest = None
        for name, spec in CONTRACT.items():
            rows = tables.get(name, [])
            columns = [one.name for one in spec.columns if any(one.name in row for row in rows)]
            present |= {f"{name}.{one}" for one in columns}
            if name == "dossiers" and changed_since is not None:
                since = str(changed_since)
                rows = [one for one in rows if not one.get("updated_at") or one["updated_at"] >= since]
                newest = max((one["updated_at"] for one in rows if one.get("updated_at")), default=None)
                connection.execute(
                    "DELETE FROM dossiers WHERE updated_at IS NULL"
                    " OR dossier_code IN (SELECT unnest(?::VARCHAR[]))",
                    [[one["dossier_code"] for one in rows]],
                )
            else:
                connection.execute(f"DELETE FROM {name}")
            if rows:
                part = folder / f"{name}.csv"
                with part.open("w", encoding="utf-8", newline="") as file:
                    csv.writer(file).writerows([row.get(one) for one in columns] for row in rows)
                connection.execute(
                    f"COPY {name} ({', '.join(columns)}) FROM '{part}' (FORMAT csv, HEADER false, NULLSTR '')"
                )
            if progress is not None:
                progress(name, len(rows))
            if name == "dossiers" and self.amid is not None:
                self.amid()
        connection.execute("DELETE FROM present")
        connection.executemany("INSERT INTO present VALUES (?)", [[one] for one in sorted(present)])
        return Read(
            frozenset(present), self.clock, is_partial=changed_since is not None,
            newest=None if newest is None else datetime.fromisoformat(newest), of_files=self.of_files,
        )  # fmt: skip


def build(conn: Connection, *, as_of: datetime, compare: str, latest: datetime) -> None:
    """A stub: one table with the number of dossiers received by then."""
    COURSES.drop(conn, checkfirst=True)
    COURSES.create(conn)
    received = CLEAN["dossiers"].c.received_at
    conn.execute(insert(COURSES).values(n=select(func.count()).where(received <= as_of).scalar_subquery()))


class Copy:
    """A folder, a source, and a clock that stands still until it is set."""

    def __init__(self, folder: Path, *, keep: int = 3) -> None:
        self.source = folder / "source.json"
        self.reader = FileReader(self.source)
        self.generations = Generations(folder / "copy", keep=keep)
        self.now = NOON
        self.identity = Identity("source", "shape")
        self.limits = Limits()
        self.more: dict[str, Any] = {}

    @property
    def terms(self) -> Terms:
        return Terms(
            self.identity, clock=lambda: self.now, limits=self.limits, **{"wait_seconds": 20, **self.more}
        )

    def put(self, **tables: Sequence[Row]) -> None:
        put(self.source, tables)

    def refresh(self, **more: Any) -> Outcome:
        return refresh(self.generations, self.reader, build, self.terms, **more)

    def rows(self, table: str = "dossiers", column: str = "dossier_code") -> list[Any]:
        """A column of the current generation, in order."""
        current = self.generations.current(self.identity)
        assert current is not None
        with duckdb.connect(current.path, read_only=True) as connection:
            return [
                row[0] for row in connection.execute(f"SELECT {column} FROM {table} ORDER BY 1").fetchall()
            ]


# --- other processes ------------------------------------------------------------------------


def in_another_process(work: Callable[..., None], *arguments: Any) -> multiprocessing.Process:
    """Start a function of a module in a process of its own, which has read the modules already."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["copying"])
    process = context.Process(target=work, args=arguments)
    process.start()
    return process  # type: ignore[return-value]


def be_killed_at(folder: str, step: str, now: datetime) -> None:
    """Refresh, and be killed without a word at a step ("amid": in the middle of reading)."""
    copy = Copy(Path(folder))
    copy.now = now

    def die(reached: str = "amid") -> None:
        if reached == step:
            os.kill(os.getpid(), signal.SIGKILL)

    copy.reader.amid = die
    copy.refresh(step=die)


def refresh_slowly(folder: str, told: str) -> None:
    """Refresh; write how it went into a file.

    Beside it ``.started`` appears in the middle of reading, which goes on when somebody makes ``.go``,
    and ``.waiting`` where another is at it.
    """
    copy = Copy(Path(folder))

    def rest() -> None:
        Path(told).with_suffix(".started").touch()
        until(Path(told).with_suffix(".go").exists)

    copy.reader.amid = rest
    outcome = copy.refresh(waiting=Path(told).with_suffix(".waiting").touch)
    Path(told).write_text(f"{outcome.kind} {outcome.was_shared} {len(copy.reader.calls)}", "utf-8")


def refresh_with_small_files(folder: str, told: str, most: int) -> None:
    """Refresh where no file may grow beyond so many bytes, as on a disk that is full."""
    import resource  # noqa: PLC0415 - there is none on Windows

    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
    outcome = Copy(Path(folder)).refresh()
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    Path(told).write_text(f"{outcome.kind} {outcome.sentence}", "utf-8")

"""A source read once: one consistent snapshot of every table of the contract, clean, into the working copy.

    source = Source("postgresql+psycopg://…")
    reading = read_into(connection, source, mapping, zone="Asia/Ho_Chi_Minh", folder=folder)

A source is a database, files (``Files``), or both, whose rows then lie in the same tables.

Nothing is written to the source, and nothing of ours is left there. Rows lie on disk while they arrive, one
part at a time; no table is ever held in memory.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal
from unicodedata import normalize
from zoneinfo import ZoneInfo

import duckdb
from sqlalchemy import Select, Unicode, cast, column, func, literal_column, select
from sqlalchemy.sql.elements import ColumnElement

from queries.contract import CONTRACT
from queries.source.clean import Cleaning, q
from queries.source.errors import ReadingStopped, SourceBroken, SourceError, SourceUnavailable
from queries.source.files.words import usual_word
from queries.source.from_files import (
    Files,
    SheetRead,
    columns_of,
    find_all,
    take_sheets,
    understood,
)
from queries.source.kinds import SourceKind
from queries.source.mapping import SourceMapping
from queries.source.mended import Mended, Respelled
from queries.source.sheeted import Rejected
from queries.source.statements import FoundTable, place_of
from queries.source.visit import CopyFailed, Source, Visit, visit
from queries.source.watch import Stop, check

__all__ = [
    "Pace", "Probe", "Reading", "ReadingStopped", "Source", "SourceBroken", "SourceError",
    "SourceUnavailable", "Watermark", "probe", "read_into",
]  # fmt: skip

Progress = Callable[[str, int], None]
"""Told the contract's table that is read, and how many of its rows so far."""


_PACED_SECONDS = 10
"""A pace is kept in so short pieces: after a pause of minutes a server takes its reader for gone."""


@dataclass(frozen=True)
class Pace:
    """How politely a source is read: at most so many rows a second, at most this share of the time."""

    rows_per_second: float | None = None
    share: float = 1.0

    @property
    def rows_at_once(self) -> int | None:
        """Give how many rows are read between two pauses at most; None where nothing limits them."""
        return None if self.rows_per_second is None else max(1, int(self.rows_per_second * _PACED_SECONDS))

    def pause(self, rows: int, seconds: float) -> float:
        """Give how long to pause after reading some rows in some seconds."""
        by_rows = rows / self.rows_per_second - seconds if self.rows_per_second else 0.0
        return max(0.0, by_rows, seconds * (1 / self.share - 1))


@dataclass(frozen=True)
class Watermark:
    """The greatest ``updated_at`` of a table, local; ``is_day``: the source keeps days alone."""

    greatest: datetime
    is_day: bool


@dataclass(frozen=True)
class Reading:
    """What one reading brought.

    ``rows``: rows in each clean table. ``partial``: the tables of which changes alone were read. ``present``:
    "table" and "table.column" that the source has. ``respelled``: some of the values mended. ``clock``: the
    source's own at the snapshot, local. ``watermarks``: by table that has ``updated_at``. ``seconds``: how
    long the source was read, without the pauses; ``cleaned_seconds``: what came after. ``sheets``: those of
    files that were read; ``rejected``: of their rows those that could not be used, or not wholly. ``waits``:
    by table of the database, how long nothing came at most. ``newest``: of each table read by changes the
    greatest ``updated_at`` that came, None where none did.
    """

    rows: Mapping[str, int]
    partial: frozenset[str]
    present: frozenset[str]
    mended: tuple[Mended, ...]
    respelled: tuple[Respelled, ...]
    clock: datetime
    watermarks: Mapping[str, Watermark]
    seconds: float
    cleaned_seconds: float
    sheets: tuple[SheetRead, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    waits: Mapping[str, float] = field(default_factory=dict)
    newest: Mapping[str, datetime | None] = field(default_factory=dict)


Load = tuple[str, str, int]
"""A source's newest load as the database tells it: ``as_of``, ``loaded_at``, and how many it has had."""


@dataclass(frozen=True)
class Probe:
    """What a source shows of its state at one small question: something changed where the text differs.

    ``place``: of a file, what stays until another takes its place. ``clock``: the source's own, local.
    ``kind``: "loads" its newest loads, "updated_at" its greatest, "file" what changes with a file; "" where
    nothing can be asked cheaply, and ``text`` is None. ``loads``: the newest of each source by its name.
    """

    kind: Literal["loads", "updated_at", "file", ""] = ""
    text: str | None = None
    place: str = ""
    clock: datetime | None = field(default=None, compare=False)
    loads: Mapping[str, Load] = field(default_factory=dict)


def read_into(
    connection: duckdb.DuckDBPyConnection,
    source: Source | None,
    mapping: SourceMapping,
    *,
    zone: str,
    folder: Path,
    files: Files | None = None,
    pace: Pace | None = None,
    changed_since: Mapping[str, datetime] | None = None,
    progress: Progress | None = None,
    stop: Stop | None = None,
) -> Reading:
    """Read every table into the clean tables of ``connection``, and fill ``present`` and ``mended``.

    The clean tables are made where there are none, and emptied first; the connection must be in no
    transaction. ``folder``: where rows may lie meanwhile; nothing of it is left. ``files``: read beside the
    database (None: there is none), or alone. ``changed_since``: by table,
    a local moment: where the source can be asked that (``Reading.partial`` says where it was), only rows with
    an ``updated_at`` from then on, or with none, are read; the clean table then holds the copy before, and is
    brought up to date. ``progress`` is told of each part; ``stop`` ends the reading wherever it stands.

    Raises SourceUnavailable, SourceBroken, ReadingStopped; OSError or duckdb.Error where the copy cannot be
    written. The clean tables are changed only when all has arrived; what fails then leaves them half done.
    """
    began = time.monotonic()
    sheets = [] if files is None else understood(files, mapping)
    with _aside(connection, folder) as (place, stage):
        cleaning = Cleaning(connection, mapping, zone, stage, usual_word)
        path, telling = place / "part.csv", progress or _nobody
        elsewhere = columns_of(sheets)
        if source is None:
            find_all(elsewhere)
            taken = _Taken(datetime.now(ZoneInfo(zone)).replace(tzinfo=None))
        else:
            with visit(source, stop) as opened:
                taken = _take(
                    opened, source, cleaning, mapping, zone=zone, path=path, pace=pace or Pace(),
                    changed_since=changed_since or {}, progress=telling, elsewhere=elsewhere,
                )  # fmt: skip
        take_sheets(sheets, cleaning, mapping, path, progress=telling, alive=lambda: check(stop))
        present = taken.present | {
            name for table, columns in elsewhere.items()
            for name in (table, *(f"{table}.{one}" for one in columns))
        }  # fmt: skip
        arrived = time.monotonic()
        rows, mended = cleaning.finish(present, lambda: check(stop))
        if files is not None:
            files.still_as([one.file for one in sheets])
        return Reading(
            rows=rows,
            partial=taken.partial,
            present=cleaning.present,
            mended=tuple(mended),
            respelled=tuple(cleaning.respelled),
            clock=taken.clock,
            watermarks=_watermarks(connection, cleaning.present, taken.days),
            seconds=arrived - began - taken.paused,
            cleaned_seconds=time.monotonic() - arrived,
            sheets=tuple(sheets),
            rejected=cleaning.rejected,
            waits=taken.waits,
            newest=cleaning.newest,
        )


def probe(source: Source, mapping: SourceMapping, *, zone: str = "UTC", stop: Stop | None = None) -> Probe:
    """Ask the one small question whose answer is another where data have changed.

    The newest row of ``loads``; else of a file when it was written; else the greatest ``updated_at`` of the
    dossiers where that is indexed. Raises as ``read_into`` does.
    """
    place, stamp = source.place(), source.stamp()
    with visit(source, stop, is_question=True) as opened:
        clock = opened.begin(ZoneInfo(zone))
        loads = _newest_loads(opened, mapping)
        if loads:
            return Probe("loads", str(sorted(loads.items())), place, clock, loads)
        if stamp:
            return Probe("file", stamp, place, clock)
        dossiers = opened.look("dossiers", mapping)
        if dossiers is None or "updated_at" not in dossiers.columns:
            return Probe(clock=clock)
        real = dossiers.columns["updated_at"][0]
        if not opened.is_indexed(dossiers.real, mapping.schema, real):
            return Probe(clock=clock)
        greatest: Select[Any] = select(func.max(column(real))).select_from(place_of(dossiers.real, mapping))
        return Probe("updated_at", str(opened.row(greatest)[0]), clock=clock)


def _newest_loads(opened: Visit, mapping: SourceMapping) -> dict[str, Load]:
    """Give the newest load of each source by its name, "" where it has none."""
    table = opened.look("loads", mapping)
    if table is None or "as_of" not in table.columns:
        return {}
    real: dict[str, ColumnElement[Any]] = {name: column(found[0]) for name, found in table.columns.items()}
    told: list[ColumnElement[Any]] = [
        func.max(real[one]) if one in real else literal_column("NULL") for one in ("as_of", "loaded_at")
    ]
    asked: Select[Any] = select(*told, func.count()).select_from(place_of(table.real, mapping))
    if "source" in real:
        # As text of a length: not every type can be grouped by.
        named = cast(real["source"], Unicode(255))
        asked = asked.add_columns(named).group_by(named)
    loads: dict[str, Load] = {}
    for as_of, loaded_at, count, *source in opened.rows(asked):
        name = normalize("NFC", str(source[0])).strip() if source and source[0] is not None else ""
        was = loads.get(name, ("", "", 0))
        newest = ("" if one is None else str(one) for one in (as_of, loaded_at))
        loads[name] = max(next(newest), was[0]), max(next(newest), was[1]), int(count) + was[2]
    return {name: one for name, one in loads.items() if one[2]}


def _nobody(_table: str, _rows: int) -> None:
    return None


@contextmanager
def _aside(connection: duckdb.DuckDBPyConnection, folder: Path) -> Iterator[tuple[Path, str]]:
    """Give a folder of our own, and a database in it attached by a name; both are gone afterwards."""
    place = Path(tempfile.mkdtemp(prefix="reading-", dir=folder))
    stage = f"stage_{place.name.removeprefix('reading-')}"
    path = str(place / "stage.duckdb").replace("'", "''")
    try:
        connection.execute(f"ATTACH '{path}' AS {q(stage)}")
        try:
            yield place, stage
        finally:
            with suppress(duckdb.Error):
                connection.execute(f"DETACH {q(stage)}")
    finally:
        shutil.rmtree(place, ignore_errors=True)


@dataclass(frozen=True)
class _Taken:
    clock: datetime
    present: frozenset[str] = frozenset()
    partial: frozenset[str] = frozenset()
    days: frozenset[str] = frozenset()
    paused: float = 0.0
    waits: Mapping[str, float] = field(default_factory=dict)


def _take(
    opened: Visit, source: Source, cleaning: Cleaning, mapping: SourceMapping, *, zone: str, path: Path,
    pace: Pace, changed_since: Mapping[str, datetime], progress: Progress,
    elsewhere: Mapping[str, frozenset[str]],
) -> _Taken:  # fmt: skip
    """Let every table that is there arrive; give what was found.

    ``elsewhere``: what comes from files too; a table of which some rows do is read whole.
    """
    tables = opened.find(mapping, elsewhere)
    if not source.may_write:
        opened.refuse_writer([one.real for one in tables.values()], mapping.schema)
    clock = opened.begin(ZoneInfo(zone))
    partial = set()
    waits = {}
    for name, found in tables.items():
        statement, columns = opened.statement(found, mapping)
        since = None if name in elsewhere else changed_since.get(name)
        condition = opened.changed(found, since, mapping, zone)
        if condition is not None:
            statement = statement.where(condition)
            partial.add(name)
        with _ours():
            cleaning.open_table(name, columns, since=None if condition is None else since)
        rows, at = 0, time.monotonic()
        opened.watch.longest = 0.0
        progress(name, rows)
        for part in opened.parts(statement, columns, path, pace.rows_at_once):
            with _ours():
                cleaning.take(name, part)
                part.path.unlink()
            rows += part.rows
            progress(name, rows)
            opened.watch.pause(pace.pause(part.rows, time.monotonic() - at))
            at = time.monotonic()
        waits[name] = opened.watch.longest
    return _Taken(
        clock, _present(tables), frozenset(partial), _kept_as_days(tables), opened.watch.paused, waits
    )


@contextmanager
def _ours() -> Iterator[None]:
    """Tell what fails at the copy from what fails at the source: both may speak the same driver's words."""
    try:
        yield
    except (duckdb.Error, OSError) as error:
        raise CopyFailed from error


def _present(tables: Mapping[str, FoundTable]) -> frozenset[str]:
    columns = {f"{name}.{one}" for name, found in tables.items() for one in found.columns}
    return frozenset(columns | set(tables))


def _kept_as_days(tables: Mapping[str, FoundTable]) -> frozenset[str]:
    kinds = {
        name: found.columns["updated_at"][1]
        for name, found in tables.items()
        if "updated_at" in found.columns
    }
    return frozenset(name for name, kind in kinds.items() if kind is SourceKind.DAY)


def _watermarks(
    connection: duckdb.DuckDBPyConnection, present: frozenset[str], days: frozenset[str]
) -> dict[str, Watermark]:
    marks = {}
    for name in CONTRACT:
        if f"{name}.updated_at" in present:
            found = connection.execute(f"SELECT max(updated_at) FROM {q(name)}").fetchone()
            if found and found[0] is not None:
                marks[name] = Watermark(found[0], name in days)
    return marks

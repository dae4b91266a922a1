"""One reading on trial: exactly as the copy's, into a file of its own that is gone afterwards."""

from __future__ import annotations

import csv
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb
from duckdb_sqlalchemy import ConnectionWrapper
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool

from queries.check.sheets import look
from queries.contract import CONTRACT, Column, Kind
from queries.source.expressions import ColumnRead
from queries.source.from_files import Files, SheetRead
from queries.source.kinds import SourceKind
from queries.source.mapping import SourceMapping
from queries.source.reading import Pace, Progress, Reading, read_into
from queries.source.rights import Rights
from queries.source.statements import FoundTable
from queries.source.visit import Source, Visit, visit
from queries.source.watch import Stop

PREFIX = "check-"
_LEFT_OVER_SECONDS = 2 * 86_400
"""What is older was left by a check that was killed: none takes two days."""

SAMPLED_ROWS = 1_000
"""So many rows are looked at as they are written, where dates are text."""

_DATED = (SourceKind.DAY, SourceKind.MOMENT, SourceKind.INSTANT)


@contextmanager
def own_folder(folder: Path) -> Iterator[Path]:
    """Give an empty folder within the copy's, which only this account may enter; it is gone afterwards.

    Raises OSError where it cannot be made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob(f"{PREFIX}*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _LEFT_OVER_SECONDS:
                shutil.rmtree(left, ignore_errors=True)
    path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=folder))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@dataclass(frozen=True)
class Survey:
    """What a source has, before its rows are read.

    ``broken``: of a table that is there but fails, what the driver says. ``session_zone``: the zone the
    source gives us. ``texts``: of each column of text dates ("table.column"), values as they are written.
    ``is_indexed``: whether dossiers.updated_at is; None of a view. ``outside_snapshot``: tables, as the
    source calls them, that are read each at a moment of its own. ``sheets``: what is understood of files;
    ``troubles``: why it is not of others.
    """

    tables: Mapping[str, FoundTable]
    broken: Mapping[str, str]
    session_zone: str
    texts: Mapping[str, Sequence[str]]
    rights: Rights | None
    is_indexed: bool | None
    outside_snapshot: tuple[str, ...] = ()
    sheets: tuple[SheetRead, ...] = ()
    troubles: tuple[str, ...] = ()

    def kind(self, table: str, column: str) -> SourceKind | None:
        """Give the kind of a column's type at the source; None where there is no such column."""
        found = self.tables.get(table)
        return found.columns[column][1] if found is not None and column in found.columns else None


def survey(
    source: Source | None, mapping: SourceMapping, folder: Path, *, files: Files | None = None,
    stop: Stop | None = None,
) -> Survey:  # fmt: skip
    """Look at every table, of a database and of files, without reading it. Raises SourceError."""
    known = Survey({}, {}, "", {}, None, None)
    if source is not None:
        known = _survey(source, mapping, folder, stop)
    if files is None:
        return known
    looked = look(files, mapping, folder / "texts.csv", sampled=SAMPLED_ROWS)
    tables = dict(known.tables)
    for name, found in looked.tables.items():
        # What a column holds is told by the database, where both have it.
        columns = {**found.columns, **(tables[name].columns if name in tables else {})}
        tables[name] = replace(tables.get(name, found), columns=columns)
    return replace(
        known, tables=tables, texts={**looked.texts, **known.texts}, sheets=looked.sheets,
        troubles=looked.troubles,
    )  # fmt: skip


def _survey(source: Source, mapping: SourceMapping, folder: Path, stop: Stop | None) -> Survey:
    with visit(source, stop) as opened:
        tables, broken = opened.survey(mapping)
        texts: dict[str, Sequence[str]] = {}
        for found in tables.values():
            texts |= _texts(opened, found, mapping, folder / "texts.csv")
        dossiers = tables.get("dossiers")
        updated_at = dossiers.columns.get("updated_at") if dossiers is not None else None
        is_indexed = None
        if dossiers is not None and updated_at is not None:
            is_indexed = opened.index_on(dossiers.real, mapping.schema, updated_at[0])
        names = [one.real for one in tables.values()]
        rights = opened.rights(names, mapping.schema)
        outside = opened.outside_snapshot(names, mapping.schema)
        return Survey(tables, broken, opened.session_zone, texts, rights, is_indexed, outside)


def _texts(opened: Visit, found: FoundTable, mapping: SourceMapping, path: Path) -> dict[str, list[str]]:
    """Give some values of each column of text dates, as they are written."""
    spec = CONTRACT[found.name]
    dated = [
        name for name, (_, kind) in found.columns.items()
        if spec[name].kind in (Kind.DAY, Kind.MOMENT) and kind not in _DATED
    ]  # fmt: skip
    return _some(opened, found, dated, mapping, path, rows=SAMPLED_ROWS)


def _some(
    opened: Visit, found: FoundTable, names: Sequence[str], mapping: SourceMapping, path: Path, *, rows: int
) -> dict[str, list[str]]:
    """Give the values of some columns in a table's first rows, as they arrive."""
    if not names:
        return {}
    chosen = {name: found.columns[name] for name in names}
    statement, columns = opened.statement(FoundTable(found.name, found.real, chosen), mapping)
    values: dict[str, list[str]] = {f"{found.name}.{one.name}": [] for one in columns}
    for part in opened.parts(opened.first(statement, rows), columns, path):
        with part.path.open(encoding="utf-8", errors="replace", newline="") as file:
            for row in csv.reader(file, delimiter=part.separator):
                for one, value in zip(columns, row, strict=True):
                    if value:
                        values[f"{found.name}.{one.name}"].append(value)
        part.path.unlink()
    return values


def words_seen(
    source: Source, mapping: SourceMapping, tables: Mapping[str, FoundTable], folder: Path, *, rows: int
) -> dict[str, Counter[str]]:
    """Give, by "table.column" that holds words, those in a table's first rows. Raises SourceError."""
    seen: dict[str, Counter[str]] = {}
    with visit(source) as opened:
        opened.survey(mapping)
        for found in tables.values():
            worded = [one for one in found.columns if is_worded(CONTRACT[found.name][one])]
            values = _some(opened, found, worded, mapping, folder / "texts.csv", rows=rows)
            seen |= {name: Counter(one) for name, one in values.items()}
    return seen


def is_worded(spec: Column) -> bool:
    """Say whether a column holds words of the contract, or yes and no."""
    return bool(spec.words) or spec.kind is Kind.BOOLEAN


@dataclass
class Course:
    """How a reading went: the table being read, its rows so far; by table the seconds it took."""

    table: str = ""
    rows: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    _at: float = 0.0

    def told(self, progress: Progress | None) -> Progress:
        """Give what is told of each part: it is noted, and told on."""

        def noted(table: str, rows: int) -> None:
            now = time.monotonic()
            if table == self.table:
                self.seconds[table] += now - self._at
            else:
                self.end()
                self.seconds[table] = 0.0
            self.table, self.rows, self._at = table, rows, now
            if progress is not None:
                progress(table, rows)

        return noted

    def end(self) -> None:
        """Note what the last table took after its last part."""
        if self.table:
            self.seconds[self.table] += time.monotonic() - self._at


@dataclass(frozen=True)
class Trial:
    """A reading on trial: the clean tables, open for asking, and what is known of them."""

    raw: duckdb.DuckDBPyConnection
    conn: Connection
    reading: Reading
    survey: Survey
    mapping: SourceMapping
    zone: str

    def has(self, name: str) -> bool:
        """Say whether the source has a "table" or "table.column"."""
        return name in self.reading.present

    def row(self, statement: str, parameters: object = None) -> tuple[Any, ...]:
        """Give the one row of a question about the clean tables."""
        found: tuple[Any, ...] | None = self.raw.execute(statement, parameters).fetchone()
        return found or ()

    def rows(self, statement: str, parameters: object = None) -> list[tuple[Any, ...]]:
        """Give the rows of a question about the clean tables."""
        return self.raw.execute(statement, parameters).fetchall()

    def column(self, table: str, name: str) -> ColumnRead:
        """Give a column as it arrives."""
        kind = self.survey.kind(table, name) or SourceKind.OTHER
        return ColumnRead(name, CONTRACT[table][name].kind, kind, self.mapping.zone(table, name))


@contextmanager
def trial(
    source: Source | None, mapping: SourceMapping, surveyed: Survey, folder: Path, *, zone: str, pace: Pace,
    memory_mb: int, progress: Progress, stop: Stop | None = None, files: Files | None = None,
) -> Iterator[Trial]:  # fmt: skip
    """Read everything into a file of its own in ``folder``, and leave it open for asking.

    Raises SourceError, ReadingStopped; OSError or duckdb.Error where it cannot be written.
    """
    config: dict[str, Any] = {"memory_limit": f"{memory_mb}MB", "temp_directory": str(folder / "spilled")}
    with duckdb.connect(folder / "check.duckdb", config=config) as raw:
        reading = read_into(
            raw, source, mapping, zone=zone, folder=folder, files=files, pace=pace, progress=progress,
            stop=stop,
        )  # fmt: skip
        engine = create_engine("duckdb://", creator=_cursors(raw), poolclass=NullPool)
        try:
            with engine.connect() as conn:
                yield Trial(raw, conn, reading, surveyed, mapping, zone)
        finally:
            engine.dispose()


def _cursors(raw: duckdb.DuckDBPyConnection) -> Callable[[], Any]:
    return lambda: ConnectionWrapper(raw.cursor())

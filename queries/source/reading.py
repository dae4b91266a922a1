"""A source read once: one consistent snapshot of every table of the contract, clean, into the working copy.

    source = Source("postgresql+psycopg://…")
    reading = read_into(connection, source, mapping, zone="Asia/Ho_Chi_Minh", folder=folder, pace=Pace())

Nothing is written to the source, and nothing of ours is left there. Rows lie on disk while they arrive, one
part at a time; no table is ever held in memory.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
from sqlalchemy import (
    Connection,
    Engine,
    Select,
    and_,
    column,
    create_engine,
    func,
    inspect,
    not_,
    or_,
    select,
)
from sqlalchemy import table as named_table
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool
from sqlalchemy.sql.elements import ColumnElement

from queries.contract import CONTRACT, Kind
from queries.source.clean import Cleaning, create_tables, q
from queries.source.driver_words import Trouble, cause_of, first_line
from queries.source.engines import Asked, EngineRecord, Patience, record_of, with_driver
from queries.source.expressions import ColumnRead
from queries.source.kinds import SourceKind
from queries.source.mapping import SESSION, SourceMapping
from queries.source.masking import mask, mask_within
from queries.source.mended import Mended

PART_ROWS = 100_000
"""So many rows lie on disk at once: some twenty megabytes."""
_PAUSE = 0.2
"""A pause is taken in pieces, so that a reading that is to stop does so at once."""

Stop = threading.Event | Callable[[], bool]
Progress = Callable[[str, int], None]


class SourceError(Exception):
    """A source could not be read; ``sentence`` says why, in Vietnamese, without a password."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class SourceUnavailable(SourceError):  # noqa: N818 - the word an operator knows
    """It does not answer, or not now: a line that is down, a lock, a timeout. Ask again later."""


class SourceBroken(SourceError):  # noqa: N818
    """It answers, and cannot be read as it is: a table or column missing, no rights, a wrong address."""


class ReadingStopped(Exception):  # noqa: N818
    """The reading was told to stop, and did."""


class _Ours(Exception):  # noqa: N818
    """What failed is not the source but the copy, its cause."""


@dataclass(frozen=True)
class Source:
    """Where the data are, and how long to wait for them."""

    url: str | URL
    patience: Patience = Patience()


@dataclass(frozen=True)
class Pace:
    """How politely a source is read: at most so many rows a second, at most this share of the time."""

    rows_per_second: float | None = None
    share: float = 1.0

    def pause(self, rows: int, seconds: float) -> float:
        """Give how long to pause after reading some rows in some seconds."""
        by_rows = rows / self.rows_per_second - seconds if self.rows_per_second else 0.0
        return max(0.0, by_rows, seconds * (1 / self.share - 1))


@dataclass(frozen=True)
class Watermark:
    """The greatest ``updated_at`` of a table, as local wall clock; ``is_day``: the source keeps days alone."""

    greatest: datetime
    is_day: bool


@dataclass(frozen=True)
class Reading:
    """What one reading brought.

    ``rows``: rows in each clean table. ``partial``: the tables of which only changes were read. ``present``:
    "table" and "table.column" that the source has. ``read_at``: the source's clock at the snapshot, local.
    ``watermarks``: by table that has ``updated_at``. ``seconds``: how long the source was read, with pauses
    left out; ``cleaned_seconds``: what came after.
    """

    rows: Mapping[str, int]
    partial: frozenset[str]
    present: frozenset[str]
    mended: tuple[Mended, ...]
    read_at: datetime
    watermarks: Mapping[str, Watermark]
    seconds: float
    cleaned_seconds: float


@dataclass(frozen=True)
class FoundTable:
    """A table as the source has it: contract column → its real name and kind; ``unread``: what is left."""

    name: str
    real: str
    columns: Mapping[str, tuple[str, SourceKind]]


def read_into(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    mapping: SourceMapping,
    *,
    zone: str,
    folder: Path,
    pace: Pace | None = None,
    changed_since: Mapping[str, datetime] | None = None,
    earlier: str | None = None,
    progress: Progress | None = None,
    stop: Stop | None = None,
) -> Reading:
    """Read every table into the clean tables of ``connection``, and fill ``present`` and ``mended``.

    The clean tables are made where there are none, and have to be empty; the connection must be in no
    transaction. ``folder``: where rows may lie meanwhile; nothing of it is left. ``changed_since``: by table,
    a local moment: only rows with an ``updated_at`` from then on, or with none, are read of it, where the
    source can be asked that (``Reading.partial`` says where it was). ``earlier``: the name of a database
    attached to the connection that holds the copy before, whose dossiers are then known too.
    ``progress(table, rows)`` is told of each part; ``stop`` ends the reading wherever it stands.

    Raises SourceUnavailable, SourceBroken, ReadingStopped; OSError or duckdb.Error where the copy cannot be
    written. The clean tables are then half filled.
    """
    began = time.monotonic()
    aside = Path(tempfile.mkdtemp(prefix="reading-", dir=folder))
    stage = f"stage_{aside.name.removeprefix('reading-')}"
    try:
        connection.execute(
            f"ATTACH '{str(aside / 'stage.duckdb').replace(chr(39), chr(39) * 2)}' AS {q(stage)}"
        )
        try:
            cleaning = Cleaning(
                connection, mapping, zone, stage, earlier=earlier, is_partial=bool(changed_since)
            )
            create_tables(connection)
            with Visit.of(source, stop) as visit:
                taken = _take(
                    visit, cleaning, mapping, zone=zone, path=aside / "part.csv", pace=pace or Pace(),
                    changed_since=changed_since or {}, progress=progress or (lambda *_: None),
                )  # fmt: skip
            arrived = time.monotonic()
            mended = cleaning.finish()
            _told(connection, taken.present, mended)
            return Reading(
                rows=cleaning.rows,
                partial=taken.partial,
                present=taken.present,
                mended=tuple(mended),
                read_at=taken.read_at,
                watermarks=_watermarks(connection, taken),
                seconds=arrived - began - taken.paused,
                cleaned_seconds=time.monotonic() - arrived,
            )
        finally:
            with suppress(duckdb.Error):
                connection.execute(f"DETACH {q(stage)}")
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def probe(source: Source, mapping: SourceMapping, *, stop: Stop | None = None) -> str | None:
    """Give an opaque text that is another where data have changed; None where one cannot know cheaply.

    One small question: the newest row of ``loads``, else the greatest ``updated_at`` of the dossiers where
    that is indexed. Raises as ``read_into`` does.
    """
    with Visit.of(source, stop, for_a_question=True) as visit:
        loads = visit.look("loads", mapping)
        if loads is not None and "as_of" in loads.columns:
            names = [loads.columns[one][0] for one in ("as_of", "loaded_at") if one in loads.columns]
            chosen = [func.max(column(one)) for one in names] + [func.count()]
            newest = visit.row(select(*chosen).select_from(visit.named(loads.real, mapping.schema)))
            if newest[-1]:
                return "loads: " + ", ".join(map(str, newest))
        dossiers = visit.look("dossiers", mapping)
        if dossiers is None or "updated_at" not in dossiers.columns:
            return None
        real = dossiers.columns["updated_at"][0]
        if not visit.is_indexed(dossiers.real, mapping.schema, real):
            return None
        greatest = select(func.max(column(real))).select_from(visit.named(dossiers.real, mapping.schema))
        return f"updated_at: {visit.row(greatest)[0]}"


@dataclass(frozen=True)
class _Taken:
    read_at: datetime
    present: frozenset[str]
    partial: frozenset[str]
    paused: float
    days: frozenset[str] = field(default_factory=frozenset)


def _take(
    visit: Visit, cleaning: Cleaning, mapping: SourceMapping, *, zone: str, path: Path, pace: Pace,
    changed_since: Mapping[str, datetime], progress: Progress,
) -> _Taken:  # fmt: skip
    """Let every table that is there arrive; give what was found."""
    tables = visit.find(mapping)
    read_at = visit.begin(ZoneInfo(zone))
    partial = set()
    for found in tables.values():
        statement, columns = visit.statement(found, mapping)
        since = changed_since.get(found.name)
        condition = None if since is None else visit.changed(found, mapping, since, zone)
        if condition is not None:
            statement = statement.where(condition)
            partial.add(found.name)
        cleaning.open_table(found.name, columns)
        rows, at = 0, time.monotonic()
        progress(found.name, rows)
        for part in visit.parts(statement, columns, path):
            try:
                cleaning.take(found.name, part)
                part.path.unlink()
            except (duckdb.Error, OSError) as error:
                raise _Ours from error
            rows += part.rows
            progress(found.name, rows)
            visit.pause(pace.pause(part.rows, time.monotonic() - at))
            at = time.monotonic()
    present = {name for name in tables} | {
        f"{name}.{one}" for name, found in tables.items() for one in found.columns
    }
    days = {
        name for name, found in tables.items()
        if found.columns.get("updated_at", ("", SourceKind.OTHER))[1] is SourceKind.DAY
    }  # fmt: skip
    return _Taken(read_at, frozenset(present), frozenset(partial), visit.paused, frozenset(days))


def _told(connection: duckdb.DuckDBPyConnection, present: frozenset[str], mended: Sequence[Mended]) -> None:
    connection.executemany("INSERT INTO present VALUES (?)", [(one,) for one in sorted(present)])
    if mended:
        connection.executemany(
            "INSERT INTO mended VALUES (?, ?, ?, ?, ?)",
            [(one.table, one.column, one.reason, one.count, one.examples) for one in mended],
        )


def _watermarks(connection: duckdb.DuckDBPyConnection, taken: _Taken) -> dict[str, Watermark]:
    marks = {}
    for name in CONTRACT:
        if f"{name}.updated_at" not in taken.present:
            continue
        found = connection.execute(f"SELECT max(updated_at) FROM {q(name)}").fetchone()
        if found and found[0] is not None:
            marks[name] = Watermark(found[0], name in taken.days)
    return marks


class Visit:
    """One connection to a source, for as long as one reading or one question takes.

    A watch beside it gives up a source that has gone silent, and ends what is asked when told to stop.
    """

    def __init__(
        self, engine: Engine, record: EngineRecord, conn: Connection, watch: _Watch, patience: Patience
    ) -> None:
        self._engine = engine
        self._record = record
        self._conn = conn
        self._watch = watch
        self._patience = patience
        self._session_zone = ""
        self.paused = 0.0

    @classmethod
    @contextmanager
    def of(cls, source: Source, stop: Stop | None = None, *, for_a_question: bool = False) -> Iterator[Visit]:
        """Open a source; whatever its driver raises comes out as SourceUnavailable or SourceBroken."""
        url = _parsed(source.url)
        record = record_of(url)
        if record is None:
            raise SourceBroken(
                f"Chưa đọc được loại cơ sở dữ liệu của «{mask(url)}»; đọc được PostgreSQL, MariaDB, MySQL, "
                "SQLite, DuckDB, SQL Server, Oracle."
            )
        patience = source.patience
        if for_a_question:
            patience = Patience(
                patience.connect, patience.question, patience.question, patience.question, patience.lock
            )
        engine = _engine(with_driver(url, record), record, patience)
        watch = _Watch(record, patience.silence, stop)
        try:
            with watch, engine.connect() as conn:
                raw = conn.connection.driver_connection
                watch.over(raw)
                try:
                    yield cls(engine, record, conn, watch, patience)
                except BaseException:
                    # What still arrives is not waited for.
                    record.cut(raw)
                    conn.invalidate()
                    raise
                conn.rollback()
        except (SourceError, ReadingStopped):
            raise
        except _Ours as error:
            assert error.__cause__ is not None
            raise error.__cause__ from None
        except Exception as error:
            if _is_full(error):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error
            if watch.stopped:
                raise ReadingStopped from error
            if watch.gave_up:
                raise SourceUnavailable(
                    f"Không đọc được «{mask(url)}»: quá {patience.silence:.0f} giây không có gì trả lời."
                ) from error
            if not isinstance(error, (SQLAlchemyError, _driver_error(engine), OSError)):
                raise
            raise _told_error(error, record, url) from error
        finally:
            engine.dispose()

    # what is there

    def look(
        self, name: str, mapping: SourceMapping, broken: dict[str, str] | None = None
    ) -> FoundTable | None:
        """Give a contract table as the source has it; None where there is none, or it may not be read."""
        real = mapping.table(name)
        asked = self._asked(select(self._star()).select_from(self.named(real, mapping.schema)).limit(0))
        raw = self._raw
        try:
            cursor = raw.cursor()
            cursor.execute(asked.text, asked.parameters)
            description = list(cursor.description or ())
            with suppress(Exception):
                cursor.fetchall()
            cursor.close()
        except _driver_error(self._engine) as error:
            trouble = self._record.trouble(error, real)
            if trouble is Trouble.PASSING:
                raise
            self._record.begin(raw, self._patience)  # what failed ends the transaction on some engines
            if broken is not None and trouble is Trouble.BROKEN:
                broken[name] = first_line(error)
            return None
        kinds = self._record.kinds(self._conn, real, mapping.schema, description)
        by_name = {str(one[0]): kind for one, kind in zip(description, kinds, strict=True)}
        columns = {one: (called, by_name[called]) for one, called in mapping.found(name, by_name).items()}
        return FoundTable(name, real, columns) if columns else None

    def find(self, mapping: SourceMapping) -> dict[str, FoundTable]:
        """Give the tables that are there. Raises SourceBroken where one that is needed is not, or fails."""
        broken: dict[str, str] = {}
        self._session_zone = self._record.begin(self._raw, self._patience)
        tables = {}
        for name in CONTRACT:
            found = self.look(name, mapping, broken)
            if found is not None:
                tables[name] = found
        for name, line in broken.items():
            real = mapping.table(name)
            raise SourceBroken(f"Bảng «{real}» có nhưng không đọc được: {cause_of(line) or line} ({line}).")
        for spec in CONTRACT.values():
            if not spec.required:
                continue
            if spec.name not in tables:
                raise SourceBroken(
                    f"Không có bảng {spec.label} «{mapping.table(spec.name)}», hoặc tài khoản không được đọc."
                )
            missing = [
                f"«{mapping.column(spec.name, one.name)}»" for one in spec.columns
                if one.required and one.name not in tables[spec.name].columns
            ]  # fmt: skip
            if missing:
                raise SourceBroken(
                    f"Bảng «{mapping.table(spec.name)}» thiếu cột {', '.join(missing)}; khai tên khác ở "
                    f"[columns.{spec.name}] nếu nguồn gọi khác."
                )
        return tables

    def is_indexed(self, real: str, schema: str | None, name: str) -> bool:
        """Say whether the greatest value of a column is found without reading the table."""
        if self._record.is_quick_to_look:
            return True
        try:
            inspector = inspect(self._conn)
            first = [one["column_names"][:1] for one in inspector.get_indexes(real, schema)]
        except (SQLAlchemyError, NotImplementedError):  # a view has none
            return False
        return [name] in first

    # asking

    @property
    def _raw(self) -> Any:
        return self._conn.connection.driver_connection

    def named(self, real: str, schema: str | None) -> Any:
        """Give a table by its real name, to select from."""
        return named_table(real, **({"schema": schema} if schema else {}))

    def _star(self) -> Any:
        from sqlalchemy import literal_column  # noqa: PLC0415

        return literal_column("*")

    def begin(self, zone: ZoneInfo) -> datetime:
        """Start the snapshot; give the source's clock as local wall time."""
        self._record.begin(self._raw, self._patience)
        if not self._record.clock:
            return datetime.now(zone).replace(tzinfo=None)
        cursor = self._raw.cursor()
        cursor.execute(self._record.clock)
        value = cursor.fetchone()[0]
        cursor.close()
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return aware.astimezone(zone).replace(tzinfo=None)

    def row(self, statement: Select[Any]) -> Sequence[Any]:
        """Give the one row of a small question."""
        asked = self._asked(statement)
        cursor = self._raw.cursor()
        cursor.execute(asked.text, asked.parameters)
        row: Sequence[Any] = cursor.fetchone()
        cursor.close()
        return row

    def statement(self, found: FoundTable, mapping: SourceMapping) -> tuple[Select[Any], list[ColumnRead]]:
        """Give the plain select of a table's named columns, and how each arrives."""
        return select_of(self._record, found, mapping, self._session_zone)

    def changed(
        self, found: FoundTable, mapping: SourceMapping, since: datetime, zone: str
    ) -> ColumnElement[bool] | None:
        """Give the condition of a row that has changed since; None where the source cannot be asked."""
        if "updated_at" not in found.columns:
            return None
        real, kind = found.columns["updated_at"]
        return changed_since_of(kind, column(real), since, zone, mapping.zone(found.name, "updated_at"),
                                mapping.first_year)  # fmt: skip

    def parts(self, statement: Select[Any], columns: Sequence[ColumnRead], path: Path) -> Iterator[Any]:
        """Give a statement's rows, part by part, each in a file."""
        arriving = [(one.name, one.source) for one in columns]
        self._watch.alive()
        for part in self._record.parts(
            self._raw, self._asked(statement), arriving, path, PART_ROWS, self._watch.alive
        ):
            self._watch.hold()
            yield part
            self._watch.alive()
        self._watch.hold()

    def pause(self, seconds: float) -> None:
        """Leave the source alone for a while."""
        ends = time.monotonic() + seconds
        self.paused += seconds
        while (left := ends - time.monotonic()) > 0:
            self._watch.check()
            time.sleep(min(left, _PAUSE))
        self._watch.check()

    def _asked(self, statement: Select[Any]) -> Asked:
        return asked_of(statement, self._engine)


def asked_of(statement: Select[Any], engine: Engine) -> Asked:
    """Give a statement in the words of an engine's driver, which is then asked without SQLAlchemy."""
    compiled = statement.compile(dialect=engine.dialect, compile_kwargs={"render_postcompile": True})
    values = compiled.construct_params()
    if compiled.positional:
        return Asked(str(compiled), [values[name] for name in compiled.positiontup or ()])
    return Asked(str(compiled), values)


def select_of(
    record: EngineRecord, found: FoundTable, mapping: SourceMapping, session_zone: str
) -> tuple[Select[Any], list[ColumnRead]]:
    """Give the select of the contract's columns a table has, and how each arrives."""
    chosen, columns = [], []
    for spec in CONTRACT[found.name].columns:
        if spec.name not in found.columns:
            continue
        real, kind = found.columns[spec.name]
        zone = mapping.zone(found.name, spec.name) if spec.kind in (Kind.DAY, Kind.MOMENT) else None
        read: ColumnElement[Any] = column(real)
        if kind is SourceKind.INSTANT and zone == SESSION:
            read, kind, zone = record.session_wall(read, session_zone), SourceKind.MOMENT, None
        elif kind is SourceKind.INSTANT:
            read = record.instant(read)
        chosen.append(read.label(spec.name))
        columns.append(ColumnRead(spec.name, spec.kind, kind, zone))
    place = named_table(found.real, **({"schema": mapping.schema} if mapping.schema else {}))
    return select(*chosen).select_from(place), columns


def changed_since_of(
    kind: SourceKind, updated_at: ColumnElement[Any], since: datetime, zone: str, set_zone: str | None,
    first_year: int,
) -> ColumnElement[bool] | None:  # fmt: skip
    """Give the condition of rows changed since a local moment, or of which that cannot be known.

    None for kinds that cannot be compared. Text is compared by its day, and read whenever it is no ISO.
    """
    if kind is SourceKind.DAY:
        day = since.date()
        return or_(updated_at >= day, updated_at.is_(None), updated_at < date(first_year, 1, 1))
    if kind in (SourceKind.MOMENT, SourceKind.INSTANT):
        moment: datetime = since
        if kind is SourceKind.INSTANT:
            read_in = zone if set_zone in (None, SESSION) else str(set_zone)
            moment = since.replace(tzinfo=ZoneInfo(read_in)).astimezone(UTC).replace(tzinfo=None)
            if set_zone == SESSION:
                moment -= timedelta(days=1)  # whatever that zone is
        elif set_zone not in (None, SESSION):
            local = since.replace(tzinfo=ZoneInfo(zone))
            moment = local.astimezone(ZoneInfo(str(set_zone))).replace(tzinfo=None)
        # What is no day reads as empty, and has to be read every time: 0000-00-00 is before all others.
        return or_(updated_at >= moment, updated_at.is_(None), updated_at < datetime(first_year, 1, 1))
    if kind is SourceKind.TEXT:
        # A day earlier, for what is written in another zone.
        day_text = (since - timedelta(days=1)).date().isoformat()
        is_iso = updated_at.like("____-__-__%")
        return or_(updated_at.is_(None), not_(is_iso), and_(is_iso, updated_at >= day_text))
    return None


class _Watch:
    """A thread that looks after a reading: is it to stop, has the source gone silent?"""

    _EVERY = 0.25

    def __init__(self, record: EngineRecord, silence: float, stop: Stop | None) -> None:
        self._record = record
        self._silence = silence
        self._stop: Callable[[], bool] = (
            _never if stop is None else stop.is_set if isinstance(stop, threading.Event) else stop
        )
        self._raw: Any = None
        self._last: float | None = None
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look_after, name="reading-watch", daemon=True)
        self.stopped = False
        self.gave_up = False

    def __enter__(self) -> None:
        self.check()
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def over(self, raw: Any) -> None:
        """Look after this driver's connection."""
        self._raw = raw
        self.alive()

    def alive(self) -> None:
        """Something came; the next is waited for from now on."""
        self._last = time.monotonic()

    def hold(self) -> None:
        """Nothing is asked of the source at the moment."""
        self._last = None

    def check(self) -> None:
        """Raise ReadingStopped where the reading is to stop."""
        if self.stopped or self._stop():
            self.stopped = True
            raise ReadingStopped

    def _look_after(self) -> None:
        while not self._ended.wait(self._EVERY):
            last = self._last
            if self._stop():
                self.stopped = True
            elif last is not None and time.monotonic() - last > self._silence:
                self.gave_up = True
            if (self.stopped or self.gave_up) and self._raw is not None:
                self._record.cut(self._raw)
                return


def _is_full(error: BaseException) -> bool:
    """Say whether there is no room where rows are put meanwhile."""
    number = error.errno if isinstance(error, OSError) else None
    return number in (errno.ENOSPC, errno.EDQUOT) or "No space left on device" in str(error)


def _never() -> bool:
    return False


def _parsed(url: str | URL) -> URL:
    try:
        return make_url(url)
    except (ArgumentError, ValueError) as error:  # ValueError: a port that is no number
        raise SourceBroken(_bad_address(url)) from error


def _bad_address(url: str | URL) -> str:
    return (
        f"Địa chỉ cơ sở dữ liệu «{mask(url)}» không hợp lệ. Ví dụ đúng: "
        "postgresql+psycopg://nguoi_doc:mat_khau@may_chu:5432/motcua"
    )


def _engine(url: URL, record: EngineRecord, patience: Patience) -> Engine:
    if record.is_file and not (url.database and Path(url.database).is_file()):
        raise SourceBroken(
            f"Không thấy tệp dữ liệu «{url.database or ''}». Tạo dữ liệu mẫu bằng «motcua sample» hoặc sửa "
            "database_url."
        )
    try:
        # No pool: the connection is ours from the first to the last, and is not handed to anybody after.
        return create_engine(url, poolclass=NullPool, **record.options(url, patience))
    except (ArgumentError, NoSuchModuleError) as error:
        raise SourceBroken(_bad_address(url)) from error
    except ModuleNotFoundError as error:
        raise SourceBroken(
            f"Chưa cài trình điều khiển «{error.name}» cho cơ sở dữ liệu «{mask(url)}»."
        ) from error


def _driver_error(engine: Engine) -> type[BaseException]:
    error: type[BaseException] = engine.dialect.loaded_dbapi.Error
    return error


def _told_error(error: Exception, record: EngineRecord, url: URL) -> SourceError:
    origin = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    line, host = mask_within(first_line(error)), url.host or ""
    if "@" in host:
        # A password with an @ that was not written %40: its rest is taken for the host, and told.
        line = f"{line.replace(host, host.rpartition('@')[2])}; trong mật khẩu, @ phải viết là %40"
    cause = cause_of(line)
    told = f"{cause} ({line})" if cause else line
    is_passing = isinstance(origin, OSError) or record.trouble(origin, "") is Trouble.PASSING
    kind = SourceUnavailable if is_passing else SourceBroken
    return kind(f"Không đọc được cơ sở dữ liệu «{mask(url)}»: {told}")

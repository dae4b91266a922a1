"""One connection to a source, for as long as one reading or one small question takes."""

from __future__ import annotations

import errno
import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, Select, create_engine, inspect, literal_column, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool
from sqlalchemy.sql.elements import ColumnElement

from queries.contract import CONTRACT
from queries.source.driver_words import Trouble, cause_of, first_line
from queries.source.engines import ENGINES, OWN_SCHEMAS, EngineRecord, Patience, record_of, with_driver
from queries.source.errors import ReadingStopped, SourceBroken, SourceError, SourceUnavailable
from queries.source.expressions import ColumnRead
from queries.source.mapping import SourceMapping
from queries.source.masking import mask, mask_within
from queries.source.parts import Landing, Part
from queries.source.rights import Rights, refusal
from queries.source.statements import FoundTable, asked_of, changed_since, place_of, select_of
from queries.source.watch import Stop, Watch

PART_ROWS = 100_000
"""So many rows lie on disk at once: some twenty megabytes."""


@dataclass(frozen=True)
class Source:
    """Where the data are, and how long to wait for them.

    ``may_write``: an account that could do more than read is taken all the same.
    """

    url: str | URL
    patience: Patience = Patience()  # noqa: RUF009 - it is frozen
    may_write: bool = True

    def parsed(self) -> URL:
        """Give the address in its parts. Raises SourceBroken."""
        try:
            return make_url(self.url)
        except (ArgumentError, ValueError) as error:  # ValueError: a port that is no number
            raise SourceBroken(_bad_address(self.url)) from error

    def record(self) -> EngineRecord:
        """Give what is particular to its engine. Raises SourceBroken for an engine we do not know."""
        url = self.parsed()
        record = record_of(url)
        if record is None:
            known = ", ".join(label for one in ENGINES for label in one.backends.values())
            raise SourceBroken(f"Chưa đọc được loại cơ sở dữ liệu của «{mask(url)}»; đọc được {known}.")
        return record

    @property
    def path(self) -> Path | None:
        """The file the data are to be in, there or not; None where there is none to be."""
        try:
            url, record = self.parsed(), self.record()
        except SourceBroken:
            return None
        return Path(url.database) if record.is_file and url.database else None

    def stamp(self) -> str:
        """Give what changes whenever the file does; empty where there is none."""
        stamps: list[int] = []
        for beside in ("", "-wal", ".wal") if self.path else ():
            with suppress(OSError):
                stat = Path(f"{self.path}{beside}").stat()
                # A log of changes that is made and emptied again by readers says nothing.
                if not beside or stat.st_size:
                    stamps += [stat.st_ino, stat.st_mtime_ns, stat.st_size]
        return " ".join(map(str, stamps))

    def place(self) -> str:
        """Give what the file keeps until another takes its place; empty where there is none."""
        with suppress(OSError):
            if self.path:
                stat = self.path.stat()
                return f"{stat.st_dev}-{stat.st_ino}"
        return ""

    def file(self) -> Path | None:
        """Give the file the data are in; None where a server keeps them. Raises SourceBroken."""
        record, url = self.record(), self.parsed()
        if not record.is_file:
            return None
        if not (url.database and Path(url.database).is_file()):
            raise SourceBroken(
                f"Không thấy tệp dữ liệu «{url.database or ''}». Tạo dữ liệu mẫu bằng «motcua sample» hoặc "
                "sửa database_url."
            )
        return Path(url.database)


class CopyFailed(Exception):  # noqa: N818
    """What failed within a visit is not the source: its cause says what."""


@contextmanager
def visit(source: Source, stop: Stop | None = None, *, is_question: bool = False) -> Iterator[Visit]:
    """Open a source; whatever its driver raises comes out as SourceUnavailable or SourceBroken.

    Raises the cause of a CopyFailed, and OSError where there is no room for the rows.
    """
    url, record, patience = source.parsed(), source.record(), source.patience
    source.file()
    if is_question:
        asked = patience.question
        patience = replace(patience, silence=asked, table=asked)
    engine = _engine(with_driver(url, record), record, patience)
    watch = Watch(record.cut, patience.silence, stop)
    try:
        with watch, engine.connect() as conn:
            raw: Any = conn.connection.driver_connection
            watch.over(raw)
            try:
                yield Visit(engine, record, conn, watch, patience)
            except BaseException:
                # What still arrives is not waited for.
                record.cut(raw)
                if record.is_file:
                    with suppress(Exception):
                        raw.rollback()  # else the file stays locked for as long as anybody holds a cursor
                conn.invalidate()
                raise
            conn.rollback()
    except (SourceError, ReadingStopped):
        raise
    except CopyFailed as error:
        raise (error.__cause__ or error) from None
    except Exception as error:
        if watch.stopped:
            raise ReadingStopped from error
        if _is_full(error, is_here=record.is_file):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error
        if watch.gave_up:
            raise SourceUnavailable(
                f"Không đọc được cơ sở dữ liệu «{mask(url)}»: quá {patience.silence:.0f} giây không có gì "
                "trả lời."
            ) from error
        if not isinstance(error, (SQLAlchemyError, _driver_error(engine), OSError)):
            raise
        raise _told(error, record, url) from error
    finally:
        engine.dispose()


class Visit:
    """What can be asked of an open source."""

    def __init__(
        self, engine: Engine, record: EngineRecord, conn: Connection, watch: Watch, patience: Patience
    ) -> None:
        self._engine = engine
        self._record = record
        self._conn = conn
        self._patience = patience
        self._session_zone = ""
        self.watch = watch

    @property
    def _raw(self) -> Any:
        return self._conn.connection.driver_connection

    # what is there

    def look(
        self, name: str, mapping: SourceMapping, broken: dict[str, str] | None = None
    ) -> FoundTable | None:
        """Give a contract table as the source has it; None where there is none, or it may not be read.

        ``broken`` is told, by name, of one that is there but fails, as a view over what is no more.
        """
        real = mapping.table(name)
        nothing: Select[Any] = select(literal_column("*")).select_from(place_of(real, mapping)).limit(0)
        try:
            description = self._described(nothing)
        except _driver_error(self._engine) as error:
            trouble = self._record.trouble(error, real)
            if trouble is Trouble.PASSING:
                raise
            self._record.begin(self._raw, self._patience)  # with some engines what failed ends it
            if broken is not None and trouble is Trouble.BROKEN:
                broken[name] = first_line(error) if isinstance(error, Exception) else str(error)
            return None
        kinds = self._record.kinds(self._conn, real, mapping.schema, description)
        by_name = {str(one[0]): kind for one, kind in zip(description, kinds, strict=True)}
        columns = {one: (called, by_name[called]) for one, called in mapping.found(name, by_name).items()}
        named = {called for called, _ in columns.values()}
        return FoundTable(name, real, columns, tuple(one for one in by_name if one not in named))

    def _described(self, statement: Select[Any]) -> list[Any]:
        asked = asked_of(statement, self._engine.dialect)
        cursor = self._raw.cursor()
        cursor.execute(asked.text, asked.parameters)
        description = list(cursor.description or ())
        cursor.fetchall()
        cursor.close()
        return description

    def survey(self, mapping: SourceMapping) -> tuple[dict[str, FoundTable], dict[str, str]]:
        """Give the tables that are there, and of those that are there but fail what the driver says."""
        broken: dict[str, str] = {}
        self._session_zone = self._record.begin(self._raw, self._patience)
        found = {name: self.look(name, mapping, broken) for name in CONTRACT}
        if len(broken) == len(CONTRACT) and len(set(broken.values())) == 1:
            # Not one table, the whole: a file of another kind shows only when it is asked something.
            line = _with_cause(mask_within(next(iter(broken.values()))))
            raise SourceBroken(f"Không đọc được cơ sở dữ liệu «{mask(self._engine.url)}»: {line}.")
        return {name: one for name, one in found.items() if one is not None}, broken

    def names(self, schema: str | None, also: Iterable[str] = ()) -> dict[str, tuple[str, ...]]:
        """Give the tables and views of a schema that may be read, each with its columns' names.

        ``schema``: None is the account's own. ``also``: names to try though none is listed, as a synonym's.
        Each is asked for no row: what an engine tells of its views wants more rights than reading them.
        """
        inspector = inspect(self._conn)
        listed = [*inspector.get_table_names(schema), *inspector.get_view_names(schema)]
        for more in ("get_materialized_view_names", "get_foreign_table_names"):
            with suppress(AttributeError, NotImplementedError):
                listed += getattr(inspector, more)(schema)
        self._conn.rollback()  # with some engines nothing else begins before that has ended
        self._record.begin(self._raw, self._patience)
        known = {one.casefold() for one in listed}
        listed += [one for one in also if one.casefold() not in known]
        mapping = SourceMapping(schema)
        names: dict[str, tuple[str, ...]] = {}
        for real in listed:
            nothing: Select[Any] = select(literal_column("*")).select_from(place_of(real, mapping)).limit(0)
            try:
                names[real] = tuple(str(one[0]) for one in self._described(nothing))
            except _driver_error(self._engine) as error:
                if self._record.trouble(error, real) is Trouble.PASSING:
                    raise
                self._record.begin(self._raw, self._patience)
        return names

    def schemas(self) -> list[str]:
        """Give the schemas there are, without those an engine keeps for itself."""
        if self._record.is_file:
            return []
        named = inspect(self._conn).get_schema_names()
        return sorted(one for one in named if one.casefold() not in OWN_SCHEMAS)

    def find(
        self, mapping: SourceMapping, elsewhere: Mapping[str, Collection[str]] | None = None
    ) -> dict[str, FoundTable]:
        """Give the tables that are there. Raises SourceBroken where one that is needed is not, or fails.

        ``elsewhere``: tables that come from files too, and need not be here; their columns.
        """
        others = elsewhere or {}
        tables, broken = self.survey(mapping)
        # A table of that name without any column of ours is another one.
        tables = {name: one for name, one in tables.items() if one.columns or CONTRACT[name].required}
        for name, line in broken.items():
            raise SourceBroken(
                f"Bảng «{mapping.table(name)}» có nhưng không đọc được: {_with_cause(mask_within(line))}."
            )
        for spec in (one for one in CONTRACT.values() if one.required):
            if spec.name not in tables and (
                spec.name in others or (spec.name == "units" and "dossiers" in others)
            ):
                continue
            if spec.name not in tables:
                raise SourceBroken(
                    f"Không có bảng {spec.label} «{mapping.table(spec.name)}», hoặc tài khoản không được đọc "
                    "bảng này; khai tên khác ở [tables] nếu nguồn gọi khác."
                )
            missing = [
                f"«{mapping.column(spec.name, one.name)}»"
                for one in spec.columns
                if one.required
                and one.name not in tables[spec.name].columns
                and one.name not in others.get(spec.name, ())
            ]
            if missing:
                raise SourceBroken(
                    f"Bảng «{mapping.table(spec.name)}» thiếu cột {', '.join(missing)}; khai tên khác ở "
                    f"[columns.{spec.name}] nếu nguồn gọi khác."
                )
        return tables

    def is_indexed(self, real: str, schema: str | None, name: str) -> bool:
        """Say whether the greatest value of a column is found without reading the table."""
        return self.index_on(real, schema, name) is True

    def index_on(self, real: str, schema: str | None, name: str) -> bool | None:
        """Say whether an index begins with a column; None of a view, whose tables are not known."""
        if self._record.is_quick_to_look:
            return True
        with suppress(SQLAlchemyError, NotImplementedError):
            inspector = inspect(self._conn)
            indexes = inspector.get_indexes(real, schema)
            if [name] in [one["column_names"][:1] for one in indexes]:
                return True
            return False if real in inspector.get_table_names(schema) else None
        return None

    def rights(self, tables: Sequence[str], schema: str | None) -> Rights | None:
        """Give what the account may do beyond reading these tables; None where that cannot be learned."""
        if self._record.rights is None:
            return None
        try:
            return self._record.rights(self._conn, self._engine.url, tables, schema)
        except (SQLAlchemyError, NotImplementedError):
            self._record.begin(self._raw, self._patience)
            return None

    def outside_snapshot(self, tables: Sequence[str], schema: str | None) -> tuple[str, ...]:
        """Give those of these tables that are read each as it is then; none where that cannot be learned."""
        try:
            return tuple(self._record.outside_snapshot(self._conn, tables, schema))
        except SQLAlchemyError:
            self._record.begin(self._raw, self._patience)
            return ()

    def refuse_writer(self, tables: Sequence[str], schema: str | None) -> None:
        """Raise SourceBroken where the account could do more than read; a file has no account."""
        rights = None if self._record.is_file else self.rights(tables, schema)
        self._conn.rollback()  # with some engines nothing else begins before that has ended
        if rights is not None and (rights.is_superuser or rights.writes):
            raise SourceBroken(refusal(rights))

    @property
    def session_zone(self) -> str:
        """The zone that the source gives this session, in its own words; empty where it has none."""
        return self._session_zone

    # asking

    def begin(self, zone: ZoneInfo) -> datetime:
        """Start the snapshot; give the source's clock as local wall time."""
        self._record.begin(self._raw, self._patience)
        if not self._record.clock:
            return datetime.now(zone).replace(tzinfo=None)
        value = self._first(self._record.clock)[0]
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return aware.astimezone(zone).replace(tzinfo=None)

    def row(self, statement: Select[Any]) -> Sequence[Any]:
        """Give the one row of a small question."""
        asked = asked_of(statement, self._engine.dialect)
        return self._first(asked.text, asked.parameters)

    def rows(self, statement: Select[Any]) -> list[Sequence[Any]]:
        """Give all rows of a small question."""
        asked = asked_of(statement, self._engine.dialect)
        cursor = self._raw.cursor()
        cursor.execute(asked.text, asked.parameters)
        found: list[Sequence[Any]] = list(cursor.fetchall())
        cursor.close()
        return found

    def _first(self, *asked: Any) -> Sequence[Any]:
        cursor = self._raw.cursor()
        cursor.execute(*asked)
        row: Sequence[Any] = cursor.fetchone()
        cursor.close()
        return row

    def statement(self, found: FoundTable, mapping: SourceMapping) -> tuple[Select[Any], list[ColumnRead]]:
        """Give the select of a table's columns, and how each arrives."""
        return select_of(self._record, found, mapping, self._session_zone)

    def first(self, statement: Select[Any], rows: int) -> Select[Any]:
        """Give a statement of so many rows at most, the number written out: some drivers take none there."""
        return self._record.first(statement, rows)

    def changed(
        self, found: FoundTable, since: datetime | None, mapping: SourceMapping, zone: str
    ) -> ColumnElement[bool] | None:
        """Give the condition of what changed since; None where everything has to be read."""
        return None if since is None else changed_since(found, since, mapping=mapping, zone=zone)

    def parts(
        self, statement: Select[Any], columns: Sequence[ColumnRead], path: Path, most: int | None = None
    ) -> Iterator[Part]:
        """Give a statement's rows, part by part, each in the file at ``path``; ``most``: rows of a part."""
        arriving = [(one.name, one.source) for one in columns]
        asked = asked_of(statement, self._engine.dialect)
        landing = Landing(path, min(PART_ROWS, most or PART_ROWS), self.watch.alive)
        self.watch.alive()
        for part in self._record.parts(self._raw, asked, arriving, landing):
            self.watch.hold()
            yield part
            self.watch.alive()
        self.watch.hold()


def _bad_address(url: str | URL) -> str:
    return (
        f"Địa chỉ cơ sở dữ liệu «{mask(url)}» không hợp lệ. Ví dụ đúng: "
        "postgresql+psycopg://nguoi_doc:mat_khau@may_chu:5432/motcua"
    )


def _engine(url: URL, record: EngineRecord, patience: Patience) -> Engine:
    try:
        # No pool: the connection is ours from the first to the last, and is handed to nobody after.
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


def _is_full(error: BaseException, *, is_here: bool) -> bool:
    """Say whether there is no room where rows are put meanwhile; ``is_here``: by an engine on this machine.

    A server that says so has no room itself.
    """
    number = error.errno if isinstance(error, OSError) else None
    return number in (errno.ENOSPC, errno.EDQUOT) or (is_here and "No space left on device" in str(error))


def _with_cause(line: str) -> str:
    cause = cause_of(line)
    return f"{cause} ({line})" if cause else line


def _told(error: Exception, record: EngineRecord, url: URL) -> SourceError:
    origin = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    line, host = mask_within(first_line(error)), url.host or ""
    if "@" in host:
        # A password with an @ that was not written %40: its rest is taken for the host, and told.
        line = f"{line.replace(host, host.rpartition('@')[2])}; trong mật khẩu, @ phải viết là %40"
    is_passing = isinstance(origin, OSError) or record.trouble(origin, "") is Trouble.PASSING
    kind = SourceUnavailable if is_passing else SourceBroken
    return kind(f"Không đọc được cơ sở dữ liệu «{mask(url)}»: {_with_cause(line)}")

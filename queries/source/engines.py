"""One record an engine: how it is opened to be read, and what its driver's words mean.

PostgreSQL, MariaDB, SQLite and DuckDB are run by the tests. MySQL is asked as MariaDB is, but no server of it
was at hand; of SQL Server and Oracle only the statements are compiled.
"""

from __future__ import annotations

import re
import socket
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Connection,
    DateTime,
    Select,
    cast,
    column,
    func,
    inspect,
    literal,
    literal_column,
    select,
    table,
)
from sqlalchemy.dialects.mssql import DATETIME2
from sqlalchemy.engine import URL, make_url
from sqlalchemy.sql.elements import ColumnElement

from queries.source.driver_words import Trouble
from queries.source.kinds import SourceKind, kind_of_word
from queries.source.parts import Landing, Part, Render, bits_of, text_of, written
from queries.source.rights import (
    Rights,
    file_rights,
    mariadb_rights,
    mssql_rights,
    oracle_rights,
    postgresql_rights,
)

FETCHED_ROWS = 5_000
"""So many rows are asked of a driver at once: a few megabytes."""
GONE_SECONDS = 600
"""So long a server waits for us to take what it sends before it takes us for gone.

Its reader's line dead, it would hold the tables being read against who loads them: PostgreSQL until the
system gives the line up, a quarter of an hour, or for ever where the system still answers for us. Less is
too little for the slowest pace and what is done with a part.
"""


@dataclass(frozen=True)
class Patience:
    """How long is waited for a source, in seconds, before it is given up.

    ``connect``: for a line. ``silence``: for the next rows of a table that is being read. ``question``:
    for the answer to a small question. ``table``: for one whole table. ``lock``: for whoever holds one.
    """

    connect: float = 5
    silence: float = 60
    question: float = 30
    table: float = 3600
    lock: float = 10


@dataclass(frozen=True)
class Asked:
    """A statement in the driver's own words, with its parameters."""

    text: str
    parameters: Any


Columns = Sequence[tuple[str, SourceKind]]
Unchanged = Callable[[ColumnElement[Any]], ColumnElement[Any]]


def _as_it_is(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return column


def _limited(statement: Select[Any], rows: int) -> Select[Any]:
    return statement.limit(literal_column(str(rows)))


def _in_zone_as_it_is(column: ColumnElement[Any], _zone: str) -> ColumnElement[Any]:
    return column


def _kinds_by_word(_conn: Connection, _name: str, _schema: str | None, description: Any) -> list[SourceKind]:
    return [kind_of_word(str(getattr(one[1], "name", one[1]))) for one in description]


def _nothing(_raw: Any, *_: Any) -> None:
    return None


def _none_outside(_conn: Connection, _tables: Sequence[str], _schema: str | None) -> Sequence[str]:
    return ()


def _no_zone(_raw: Any, _patience: Patience) -> str:
    return ""


@dataclass(frozen=True)
class EngineRecord:
    """What is particular to one engine.

    ``backends``: SQLAlchemy's names of it, and what they are called; ``driver``: the one taken where the
    address names none. ``options``: what to open it with. ``begin``: starts one consistent read-only
    snapshot on the driver's connection, everything set for this transaction alone where the engine can;
    gives the session's own zone. ``kinds``: the kinds of a table's columns, of a description and its names.
    ``parts``: reads a statement's rows into files. ``clock``: asks the time, in UTC; empty where the clock
    is this machine's. ``instant``: reads a column of instants, so that what arrives is UTC.
    ``session_wall``: reads it as the session's own zone shows it. ``trouble``: what an error of its driver
    means. ``cut``: ends, from another thread, whatever the driver is waiting for. ``rights``: what the
    account may do beyond reading tables of these names. ``outside_snapshot``: those of these tables that are
    not in the snapshot, but each as it is while it is read; ``snapshot_remedy``: what puts them there, for a
    sentence. ``is_quick_to_look``: the greatest value of a column is known without an index. ``first``: so
    many rows of a statement at most.
    """

    backends: Mapping[str, str]
    driver: str
    options: Callable[[URL, Patience], dict[str, Any]]
    begin: Callable[[Any, Patience], str]
    kinds: Callable[[Connection, str, str | None, Any], list[SourceKind]]
    parts: Callable[[Any, Asked, Columns, Landing], Iterator[Part]]
    trouble: Callable[[BaseException, str], Trouble]
    cut: Callable[[Any], None]
    clock: str = ""
    rights: Callable[[Connection, URL, Sequence[str], str | None], Rights] | None = None
    outside_snapshot: Callable[[Connection, Sequence[str], str | None], Sequence[str]] = _none_outside
    snapshot_remedy: str = ""
    instant: Unchanged = _as_it_is
    session_wall: Callable[[ColumnElement[Any], str], ColumnElement[Any]] = _in_zone_as_it_is
    first: Callable[[Select[Any], int], Select[Any]] = _limited
    is_file: bool = False
    is_quick_to_look: bool = False
    renders: Mapping[SourceKind, Render] = field(default_factory=dict)


def _kind(is_absent: object, is_passing: object) -> Trouble:
    return Trouble.ABSENT if is_absent else Trouble.PASSING if is_passing else Trouble.BROKEN


def _from_cursor(raw: Any, asked: Asked, columns: Columns, landing: Landing) -> Iterator[Part]:
    """Read through the driver's cursor, whose values are made text by their Python type."""
    cursor = raw.cursor()
    cursor.arraysize = FETCHED_ROWS
    cursor.execute(asked.text, asked.parameters)
    yield from written(_batches(cursor, landing), [text_of] * len(columns), landing)
    cursor.close()


def _batches(cursor: Any, landing: Landing) -> Iterator[Sequence[Sequence[Any]]]:
    while rows := cursor.fetchmany(FETCHED_ROWS):
        landing.alive()
        yield rows


def _shut(line: Any) -> None:
    with suppress(Exception):  # it may have ended meanwhile
        line.shutdown(socket.SHUT_RDWR)


# PostgreSQL


def _postgresql_options(_url: URL, patience: Patience) -> dict[str, Any]:
    return {
        # Its types of our own are asked for at every connection, and not needed.
        "use_native_hstore": False,
        "connect_args": {
            "connect_timeout": max(2, int(patience.connect)),
            "keepalives": 1, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3,
            "tcp_user_timeout": int(patience.silence * 1000),
            # A pooler between us gives each transaction another server, which knows none of ours.
            "prepare_threshold": None,
        },
    }  # fmt: skip


def _postgresql_begin(raw: Any, patience: Patience) -> str:
    import psycopg  # noqa: PLC0415 - drivers are loaded for the engine that is read

    raw.rollback()
    raw.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    raw.read_only = True
    settings = {
        "TimeZone": "UTC",
        "DateStyle": "ISO, YMD",
        "client_encoding": "UTF8",
        "extra_float_digits": "1",
        "bytea_output": "hex",
        "jit": "off",
        "statement_timeout": f"{patience.table:.0f}s",
        "lock_timeout": f"{patience.lock * 1000:.0f}",
        "idle_in_transaction_session_timeout": f"{patience.silence * 2 + 60:.0f}s",
    }
    # Local to this transaction: behind a pooler the session is somebody else's next.
    chosen = ", ".join(["set_config(%s, %s, true)"] * len(settings))
    with raw.cursor() as cursor:
        cursor.execute("SELECT current_setting('TimeZone')")
        zone = str(cursor.fetchone()[0])
        cursor.execute(f"SELECT {chosen}", [word for pair in settings.items() for word in pair])
    # Servers before 12, and those of Windows, refuse it; what is refused ends a transaction.
    with suppress(psycopg.Error), raw.transaction(), raw.cursor() as cursor:
        cursor.execute("SELECT set_config('tcp_user_timeout', %s, true)", [f"{GONE_SECONDS}s"])
    return zone


_POSTGRESQL = {
    16: SourceKind.BOOLEAN, 20: SourceKind.NUMBER, 21: SourceKind.NUMBER, 23: SourceKind.NUMBER,
    700: SourceKind.NUMBER, 701: SourceKind.NUMBER, 1700: SourceKind.NUMBER, 18: SourceKind.TEXT,
    19: SourceKind.TEXT, 25: SourceKind.TEXT, 1042: SourceKind.TEXT, 1043: SourceKind.TEXT,
    2950: SourceKind.UUID, 1082: SourceKind.DAY, 1114: SourceKind.MOMENT, 1184: SourceKind.INSTANT,
    1560: SourceKind.BIT, 1562: SourceKind.BIT,
}  # fmt: skip


def _postgresql_kinds(
    _conn: Connection, _name: str, _schema: str | None, description: Any
) -> list[SourceKind]:
    return [_POSTGRESQL.get(one[1], SourceKind.OTHER) for one in description]


def _postgresql_parts(raw: Any, asked: Asked, _columns: Columns, landing: Landing) -> Iterator[Part]:
    statement = f"COPY ({asked.text}) TO STDOUT (FORMAT csv)"
    with raw.cursor() as cursor, cursor.copy(statement, asked.parameters) as copied:
        lines = iter(copied)
        line = next(lines, None)
        while line is not None:
            rows = 0
            with landing.path.open("wb") as file:
                while line is not None and rows < landing.part_rows:
                    file.write(line)  # one row a message
                    rows += 1
                    if not rows % 1000:
                        landing.alive()
                    line = next(lines, None)
            yield Part(landing.path, rows, r"\n")


_ABSENT_STATES = frozenset({"42P01", "3F000", "42501"})
_PASSING_STATES = ("40", "53", "57", "55P03")
"""A deadlock, no room, an end by timeout or administrator, a lock. Not 08: a foreign table whose own
server is away says that too, while this one answers; a lost line has no state."""


def _postgresql_trouble(error: BaseException, _name: str) -> Trouble:
    state = getattr(error, "sqlstate", None)
    # Without a state it is the driver's own: the line broke.
    is_passing = state.startswith(_PASSING_STATES) if state else type(error).__name__ == "OperationalError"
    return _kind(state in _ABSENT_STATES, is_passing)


def _postgresql_cut(raw: Any) -> None:
    with suppress(Exception):
        raw.cancel_safe(timeout=2)
    with (
        suppress(Exception),
        socket.fromfd(raw.pgconn.socket, socket.AF_INET, socket.SOCK_STREAM) as line,
    ):
        _shut(line)


def _local_zone(column: ColumnElement[Any], zone: str) -> ColumnElement[Any]:
    return func.timezone(literal(zone), column)


# MariaDB and MySQL


def _mariadb_options(_url: URL, patience: Patience) -> dict[str, Any]:
    return {
        "connect_args": {
            "connect_timeout": max(1, int(patience.connect)),
            "charset": "utf8mb4",
            # A line that went dead says nothing: the driver gives up.
            "read_timeout": max(1, int(patience.silence)),
            "write_timeout": max(1, int(patience.silence)),
        }
    }


def _mariadb_begin(raw: Any, patience: Patience) -> str:
    with raw.cursor() as cursor:
        cursor.execute("ROLLBACK")
        cursor.execute("SELECT @@session.time_zone, VERSION()")
        zone, version = cursor.fetchone()
        limit = (
            ("max_statement_time", patience.table)
            if "mariadb" in version.lower()
            else ("max_execution_time", int(patience.table * 1000))
        )
        # These last as long as the connection, which is ours and ends with the reading.
        cursor.execute(f"SET SESSION time_zone = '+00:00', {limit[0]} = %s", (limit[1],))
        cursor.execute("SET SESSION lock_wait_timeout = %s", (max(1, int(patience.lock)),))
        # What we do with a part, and the pause after it, may take longer than the minute it waits by itself.
        cursor.execute("SET SESSION net_write_timeout = %s", (GONE_SECONDS,))
        cursor.execute("SET SESSION TRANSACTION READ ONLY")  # CREATE and DROP heed this alone
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
    return str(zone)


def _mariadb_outside(conn: Connection, tables: Sequence[str], schema: str | None) -> Sequence[str]:
    """Give the tables of other engines than InnoDB, which alone keeps what was there when a reading began.

    Of a view there is no engine, and what it reads is not told to whoever may read the view alone.
    """
    there = table(
        "tables", *map(column, ("table_schema", "table_name", "engine")), schema="information_schema"
    )
    asked = select(there.c.table_name).where(
        there.c.table_schema == (schema or func.database()),
        there.c.table_name.in_(tables),
        there.c.engine != "InnoDB",
    )
    return sorted(str(row[0]) for row in conn.execute(asked))


_MARIADB = {
    **dict.fromkeys((0, 1, 2, 3, 4, 5, 8, 9, 13, 246), SourceKind.NUMBER),
    **dict.fromkeys((15, 247, 248, 249, 250, 251, 252, 253, 254), SourceKind.TEXT),
    7: SourceKind.INSTANT, 10: SourceKind.DAY, 12: SourceKind.MOMENT, 14: SourceKind.DAY, 16: SourceKind.BIT,
}  # fmt: skip


def _mariadb_kinds(_conn: Connection, _name: str, _schema: str | None, description: Any) -> list[SourceKind]:
    return [_MARIADB.get(one[1], SourceKind.OTHER) for one in description]


def _bytes_as_text(value: Any) -> str | None:
    return text_of(value) if isinstance(value, bytes) else value


def _mariadb_parts(raw: Any, asked: Asked, columns: Columns, landing: Landing) -> Iterator[Part]:
    """Read what the server sends as it is: the driver's own making of values costs five times as much."""
    from pymysql.cursors import SSCursor  # noqa: PLC0415 - drivers are loaded for the engine that is read

    decoders, raw.decoders = raw.decoders, {}
    cursor = raw.cursor(SSCursor)
    try:
        cursor.execute(asked.text, asked.parameters)
        # 63: the collation of what is no text, and arrives as bytes
        binary = [one.charsetnr == 63 for one in cursor._result.fields]
        renders = [
            bits_of
            if kind is SourceKind.BIT
            else _bytes_as_text
            if is_binary and _may_be_bytes(kind)
            else None
            for (_, kind), is_binary in zip(columns, binary, strict=True)
        ]
        yield from written(_batches(cursor, landing), renders, landing)
        cursor.close()
    except BaseException:
        # Of an answer that broke off, or of which we can take no more, the driver would read the rest once
        # nobody holds it any more, and complain about the lost line where no one can catch it.
        if cursor._result is not None:
            cursor._result.unbuffered_active = False
            cursor._result = None
        raise
    finally:
        raw.decoders = decoders


def _may_be_bytes(kind: SourceKind) -> bool:
    return kind in (SourceKind.TEXT, SourceKind.OTHER)


_ABSENT_NUMBERS = frozenset({1044, 1051, 1142, 1143, 1146})
_PASSING_NUMBERS = frozenset({
    1040, 1053, 1077, 1078, 1105, 1158, 1159, 1160, 1161, 1205, 1213, 1226, 1317, 1412, 1927, 1969, 2002,
    2003, 2006, 2013, 2014, 2055, 3024,
})  # fmt: skip
"""Shut down, interrupted, out of connections, waiting for a lock, a table made anew, too long, gone away."""


def _mariadb_trouble(error: BaseException, _name: str) -> Trouble:
    number = next(iter(error.args), None)
    return _kind(number in _ABSENT_NUMBERS, number in _PASSING_NUMBERS)


def _mariadb_cut(raw: Any) -> None:
    with suppress(Exception):
        # The server would go on with a question nobody waits for until it has something to send.
        beside = type(raw)(
            host=raw.host, port=raw.port, user=raw.user, password=raw.password, connect_timeout=2,
            read_timeout=2, unix_socket=raw.unix_socket, ssl=raw.ctx if raw._ssl_required else None,
        )  # fmt: skip
        with suppress(Exception), beside.cursor() as cursor:
            cursor.execute("KILL QUERY %s", (raw.thread_id(),))
        beside.close()
    _shut(getattr(raw, "_sock", None))


def _mariadb_session_wall(column: ColumnElement[Any], zone: str) -> ColumnElement[Any]:
    return func.convert_tz(column, literal("+00:00"), literal(zone))


# SQLite


def _sqlite_options(url: URL, patience: Patience) -> dict[str, Any]:
    path = Path(url.database or "").resolve()

    def opened() -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"{path.as_uri()}?mode=ro", uri=True, check_same_thread=False, timeout=patience.lock
        )
        connection.execute("PRAGMA query_only = ON")
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        # Bytes that are no UTF-8 are one sign, not the end of the reading.
        connection.text_factory = lambda text: text.decode("utf-8", "replace")
        return connection

    return {"creator": opened}


def _sqlite_begin(raw: Any, _patience: Patience) -> str:
    raw.rollback()
    raw.execute("BEGIN")
    return ""


def _sqlite_kinds(conn: Connection, name: str, schema: str | None, description: Any) -> list[SourceKind]:
    """Take the declared types: the engine itself keeps values of any type in any column."""
    declared = {one["name"]: str(one["type"]) for one in inspect(conn).get_columns(name, schema)}
    kinds = [kind_of_word(declared.get(one[0], "")) for one in description]
    # Its moments are text, in whatever spelling the writer chose.
    moments = (SourceKind.DAY, SourceKind.MOMENT, SourceKind.INSTANT)
    return [SourceKind.TEXT if one in moments else one for one in kinds]


def _sqlite_trouble(error: BaseException, _name: str) -> Trouble:
    text = str(error).lower()
    # Of a view over a table that is no more it says "no such table: main.…".
    is_absent = text.startswith("no such table") and ": main." not in text
    return _kind(is_absent, re.search(r"locked|busy|interrupted|disk i/o", text))


def _interrupt(raw: Any) -> None:
    with suppress(Exception):
        raw.interrupt()


# DuckDB


def _duckdb_options(_url: URL, _patience: Patience) -> dict[str, Any]:
    # Beside the copy being written, which needs the memory more.
    return {"connect_args": {"read_only": True, "config": {"memory_limit": "256MB"}}}


def _duckdb_begin(raw: Any, _patience: Patience) -> str:
    cursor = raw.cursor()
    with suppress(Exception):  # there is none at first
        cursor.execute("ROLLBACK")
    cursor.execute("SELECT current_setting('TimeZone')")
    zone = str(cursor.fetchone()[0])
    cursor.execute("SET TimeZone = 'UTC'")
    cursor.execute("BEGIN TRANSACTION")
    return zone


_DUCKDB_PART_BYTES = 16 << 20
_GROWN_SECONDS = 0.25


def _duckdb_parts(raw: Any, asked: Asked, _columns: Columns, landing: Landing) -> Iterator[Part]:
    """Let the engine write the table's files itself: two seconds for a million rows.

    Files of a bounded size, as whoever reads one holds it whole.
    """
    cursor, folder = raw.cursor(), landing.path.with_suffix(".parts")
    target = str(folder).replace("'", "''")
    form = f"FORMAT csv, HEADER false, FILE_SIZE_BYTES {_DUCKDB_PART_BYTES}"
    with _growing(folder, landing.alive):
        cursor.execute(f"COPY ({asked.text}) TO '{target}' ({form})", asked.parameters)
    for path in sorted(folder.iterdir() if folder.is_dir() else ()):
        landing.alive()
        rows = path.read_bytes().count(b"\n")  # a few too many where texts have lines: for progress alone
        if rows:
            yield Part(path, rows, r"\n")
        else:
            path.unlink()  # of an empty table: the next one's must find nothing here


@contextmanager
def _growing(folder: Path, alive: Callable[[], None]) -> Iterator[None]:
    """Call ``alive`` while more and more lies in a folder: a large table is one statement of a minute."""
    ended = threading.Event()

    def look() -> None:
        before = 0
        while not ended.wait(_GROWN_SECONDS):
            size = 0
            with suppress(OSError):  # there is none yet
                size = sum(one.stat().st_size for one in folder.iterdir())
            if size > before:
                alive()
            before = size

    looking = threading.Thread(target=look, name="reading-growth", daemon=True)
    looking.start()
    try:
        yield
    finally:
        ended.set()
        looking.join()


def _duckdb_trouble(error: BaseException, name: str) -> Trouble:
    kind = type(error).__name__
    # A view over a table that is no more fails with the name of that table.
    is_absent = kind == "CatalogException" and f"with name {name.lower()} " in str(error).lower()
    is_damaged = re.search(r"not a valid|corrupt|serializ", str(error), re.IGNORECASE)
    return _kind(is_absent, kind == "InterruptException" or (kind == "IOException" and not is_damaged))


# SQL Server: compiled only


def _mssql_options(_url: URL, patience: Patience) -> dict[str, Any]:
    return {"connect_args": {"login_timeout": max(1, int(patience.connect)), "timeout": int(patience.table)}}


def _mssql_begin(raw: Any, patience: Patience) -> str:
    cursor = raw.cursor()
    raw.rollback()
    cursor.execute(f"SET LOCK_TIMEOUT {int(patience.lock * 1000)}")
    # One snapshot where the database allows it; else each table as it is when it is read.
    cursor.execute(
        "IF EXISTS (SELECT 1 FROM sys.databases WHERE database_id = DB_ID()"
        " AND snapshot_isolation_state = 1) SET TRANSACTION ISOLATION LEVEL SNAPSHOT"
    )
    # The driver sends BEGIN TRAN when it connects and after each rollback. The one that stands open was begun
    # under another level, and every table read in it would fail (3951): the next begins under this one.
    raw.rollback()
    return ""


def _mssql_outside(conn: Connection, tables: Sequence[str], _schema: str | None) -> Sequence[str]:
    """Give all of the tables, where the database allows no snapshot."""
    there = table("databases", *map(column, ("database_id", "snapshot_isolation_state")), schema="sys")
    asked = select(there.c.snapshot_isolation_state).where(there.c.database_id == func.db_id())
    return () if conn.scalar(asked) == 1 else sorted(set(tables))


_MSSQL = {1: SourceKind.TEXT, 3: SourceKind.NUMBER, 4: SourceKind.MOMENT, 5: SourceKind.NUMBER}


def _mssql_kinds(conn: Connection, name: str, schema: str | None, description: Any) -> list[SourceKind]:
    """Take the declared types: the driver tells a moment with an offset from text by nothing."""
    declared = {one["name"]: str(one["type"]) for one in inspect(conn).get_columns(name, schema)}
    return [
        kind_of_word(declared[one[0]]) if one[0] in declared else _MSSQL.get(one[1], SourceKind.OTHER)
        for one in description
    ]


def _mssql_instant(column: ColumnElement[Any]) -> ColumnElement[Any]:
    # All seven places of a second: as DATETIME the last moment of a day became the next day.
    return cast(func.switchoffset(column, literal("+00:00")), DATETIME2)


def _mssql_first(statement: Select[Any], rows: int) -> Select[Any]:
    return statement.prefix_with(f"TOP {rows}")


def _mssql_wall(column: ColumnElement[Any], _zone: str) -> ColumnElement[Any]:
    return cast(column, DATETIME2)


def _mssql_trouble(error: BaseException, _name: str) -> Trouble:
    number = next(iter(error.args), None)
    if isinstance(number, tuple):
        number = next(iter(number), None)
    return _kind(number in (208, 229, 230), number in (1205, 1222, 20002, 20003, 20004, 20006, 20009, 20047))


# Oracle: compiled only


def _oracle_options(_url: URL, patience: Patience) -> dict[str, Any]:
    return {"connect_args": {"tcp_connect_timeout": patience.connect}}


def _oracle_begin(raw: Any, patience: Patience) -> str:
    raw.rollback()
    raw.call_timeout = int(patience.silence * 1000)
    raw.cursor().execute("SET TRANSACTION READ ONLY")
    return ""


_ORACLE = (
    (SourceKind.INSTANT, ("TIMESTAMP_TZ", "TIMESTAMP_LTZ")),
    (SourceKind.MOMENT, ("TIMESTAMP", "DATE")),
    (SourceKind.NUMBER, ("NUMBER", "BINARY_INTEGER", "BINARY_FLOAT", "BINARY_DOUBLE")),
    (SourceKind.BOOLEAN, ("BOOLEAN",)),
    (SourceKind.TEXT, ("VARCHAR", "NVARCHAR", "CHAR", "NCHAR", "CLOB", "NCLOB", "LONG")),
)


def _oracle_kinds(_conn: Connection, _name: str, _schema: str | None, description: Any) -> list[SourceKind]:
    words = [str(getattr(one[1], "name", one[1])).removeprefix("DB_TYPE_") for one in description]
    return [next((kind for kind, names in _ORACLE if word in names), SourceKind.OTHER) for word in words]


def _oracle_instant(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.sys_extract_utc(column)


def _oracle_trouble(error: BaseException, _name: str) -> Trouble:
    code = getattr(next(iter(error.args), None), "code", None)
    return _kind(
        code in (942, 1031, 4043),
        code in (54, 60, 1012, 1013, 1033, 1089, 1555, 3113, 3114, 3135, 12170, 12514, 12516, 12520, 12541),
    )


def _oracle_cut(raw: Any) -> None:
    with suppress(Exception):
        raw.cancel()


def _wall_as_written(column: ColumnElement[Any], _zone: str) -> ColumnElement[Any]:
    return cast(column, DateTime)


ENGINES: tuple[EngineRecord, ...] = (
    EngineRecord(
        backends={"postgresql": "PostgreSQL"},
        driver="psycopg",
        options=_postgresql_options,
        begin=_postgresql_begin,
        kinds=_postgresql_kinds,
        parts=_postgresql_parts,
        rights=postgresql_rights,
        trouble=_postgresql_trouble,
        cut=_postgresql_cut,
        clock="SELECT now()",
        session_wall=_local_zone,
    ),
    EngineRecord(
        backends={"mariadb": "MariaDB", "mysql": "MySQL"},
        driver="pymysql",
        options=_mariadb_options,
        begin=_mariadb_begin,
        kinds=_mariadb_kinds,
        parts=_mariadb_parts,
        rights=mariadb_rights,
        outside_snapshot=_mariadb_outside,
        snapshot_remedy="ALTER TABLE tên_bảng ENGINE=InnoDB, với từng bảng ấy",
        trouble=_mariadb_trouble,
        cut=_mariadb_cut,
        clock="SELECT utc_timestamp(6)",
        session_wall=_mariadb_session_wall,
    ),
    EngineRecord(
        backends={"sqlite": "SQLite"},
        driver="pysqlite",
        options=_sqlite_options,
        begin=_sqlite_begin,
        kinds=_sqlite_kinds,
        parts=_from_cursor,
        rights=file_rights,
        trouble=_sqlite_trouble,
        cut=_interrupt,
        is_file=True,
    ),
    EngineRecord(
        backends={"duckdb": "DuckDB"},
        driver="",
        options=_duckdb_options,
        begin=_duckdb_begin,
        kinds=_kinds_by_word,
        parts=_duckdb_parts,
        rights=file_rights,
        trouble=_duckdb_trouble,
        cut=_interrupt,
        session_wall=_local_zone,
        is_file=True,
        is_quick_to_look=True,
    ),
    EngineRecord(
        backends={"mssql": "SQL Server"},
        driver="pymssql",
        options=_mssql_options,
        begin=_mssql_begin,
        kinds=_mssql_kinds,
        parts=_from_cursor,
        trouble=_mssql_trouble,
        rights=mssql_rights,
        outside_snapshot=_mssql_outside,
        snapshot_remedy="ALTER DATABASE tên_csdl SET ALLOW_SNAPSHOT_ISOLATION ON",
        cut=_nothing,
        clock="SELECT sysutcdatetime()",
        instant=_mssql_instant,
        first=_mssql_first,
        session_wall=_mssql_wall,
    ),
    EngineRecord(
        backends={"oracle": "Oracle"},
        driver="oracledb",
        options=_oracle_options,
        begin=_oracle_begin,
        kinds=_oracle_kinds,
        parts=_from_cursor,
        trouble=_oracle_trouble,
        rights=oracle_rights,
        cut=_oracle_cut,
        clock="SELECT sys_extract_utc(systimestamp) FROM dual",
        instant=_oracle_instant,
        session_wall=_wall_as_written,
    ),
)


def record_of(url: URL) -> EngineRecord | None:
    """Give the record of an address's engine; None where we know none of that name."""
    backend = url.get_backend_name()
    return next((one for one in ENGINES if backend in one.backends), None)


def label_of(address: str) -> str:
    """Give what the engine of an address is called; as the address says where we know none of that name."""
    url = make_url(address)
    record, backend = record_of(url), url.get_backend_name()
    return backend if record is None else record.backends[backend]


def with_driver(url: URL, record: EngineRecord) -> URL:
    """Give the address with the driver we know, where it names none."""
    if "+" in url.drivername or not record.driver:
        return url
    return url.set(drivername=f"{url.drivername}+{record.driver}")


OWN_SCHEMAS = frozenset({"information_schema", "performance_schema", "mysql", "sys", "pg_catalog", "guest"})
"""Schemas that engines keep for themselves."""

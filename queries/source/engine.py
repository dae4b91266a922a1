"""The one place that opens a database, and it opens it for reading only.

Every engine is closed to writing by several means at once, because each alone has a
hole: a PostgreSQL superuser may COPY TO a file inside a read-only transaction, SQLite's
``mode=ro`` still lets ATTACH write elsewhere, MariaDB's INTO OUTFILE needs no write
transaction. So a guard on our side refuses every statement that is not a question, and
the session itself is made read-only beneath it.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from queries.source.driver_words import cause_of, first_line, is_of_data
from queries.source.guard import NotReadOnly, guard
from queries.source.masking import mask, mask_within
from queries.source.patience import PING_SECONDS, give_up_after, given_up, interrupt_after

__all__ = ["DataUnreadable", "DatabaseUnavailable", "NotReadOnly", "open_engine", "reading"]


class DatabaseUnavailable(Exception):  # noqa: N818 - the word an operator knows
    """The database cannot be opened or read; its text is one Vietnamese sentence.

    ``told``: what a reader is told, who has no business with addresses and drivers.
    """

    told = "Cơ sở dữ liệu không trả lời."


class DataUnreadable(DatabaseUnavailable):
    """The database answers, and what it holds cannot be read."""

    told = "Cơ sở dữ liệu có giá trị không đọc được; quản trị chạy «motcua check» để biết ở bảng nào."


def open_engine(
    url: str | URL, *, statement_timeout_seconds: float = 30, time_zone: str = "Asia/Ho_Chi_Minh"
) -> Engine:
    """Open a database for reading.

    A statement that runs longer than the timeout is ended with an error; a connection
    found dead is replaced (``pool_pre_ping``). Raises DatabaseUnavailable for an address
    that cannot be understood, a driver that is not installed, or a missing DuckDB or
    SQLite file; a server is not contacted before the first connection.
    """
    try:
        parsed = _parsed(url)
        name = parsed.get_backend_name()
        if name == "duckdb":
            engine = _open_duckdb(parsed)
        elif name == "sqlite":
            engine = _open_sqlite(parsed, statement_timeout_seconds)
        elif name == "postgresql":
            engine = _open_postgresql(parsed, statement_timeout_seconds, time_zone)
        elif name in ("mysql", "mariadb"):
            engine = _open_mariadb(parsed, statement_timeout_seconds)
        else:
            engine = create_engine(parsed, pool_pre_ping=True)
    except (ArgumentError, NoSuchModuleError) as error:
        raise DatabaseUnavailable(
            f"Địa chỉ cơ sở dữ liệu «{mask(url)}» không hợp lệ. Ví dụ đúng: "
            "postgresql+psycopg://nguoi_doc:mat_khau@may_chu:5432/motcua"
        ) from error
    except ModuleNotFoundError as error:
        raise DatabaseUnavailable(
            f"Chưa cài trình điều khiển «{error.name}» cho cơ sở dữ liệu «{mask(url)}»."
        ) from error
    guard(engine)
    if name == "duckdb":
        interrupt_after(engine, statement_timeout_seconds)
    return engine


def _parsed(url: str | URL) -> URL:
    try:
        return make_url(url)
    except ValueError as error:  # a port that is no number
        raise ArgumentError(str(error)) from error


def _existing_file(url: URL) -> Path:
    if not url.database or url.database == ":memory:":
        raise DatabaseUnavailable(f"Địa chỉ «{mask(url)}» không nêu tệp dữ liệu nào.")
    path = Path(url.database)
    if not path.is_file():
        raise DatabaseUnavailable(
            f"Không thấy tệp dữ liệu «{path}». Tạo dữ liệu mẫu bằng «motcua sample» hoặc sửa database_url."
        )
    return path


def _open_duckdb(url: URL) -> Engine:
    path = _existing_file(url)
    return create_engine(
        url.set(database=str(path)),
        connect_args={
            "read_only": True,
            # Without these two, COPY TO and ATTACH reach any file the process can.
            "config": {"enable_external_access": "false", "lock_configuration": "true"},
        },
        # No ping: a connection within the process does not die, and asking costs as much as a small card.
        pool_size=8,
    )


def _open_sqlite(url: URL, timeout: float) -> Engine:
    path = _existing_file(url).resolve()
    engine = create_engine(
        # The file is in the address too: for one without, SQLAlchemy would keep a connection a thread.
        url.set(database=str(path)),
        creator=lambda: sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, check_same_thread=False),
        pool_pre_ping=True,
    )

    @event.listens_for(engine, "connect")
    def _close_to_writing(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA query_only = ON")
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        connection.set_authorizer(_sqlite_may)

    @event.listens_for(engine, "before_cursor_execute")
    def _start(conn: Connection, _cursor: Any, _statement: str, *_: Any) -> None:
        ends = time.monotonic() + timeout
        driver = conn.connection.driver_connection
        assert driver is not None
        driver.set_progress_handler(lambda: int(time.monotonic() > ends), 10_000)

    return engine


_SQLITE_READS = {
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_READ,
    sqlite3.SQLITE_FUNCTION,
    sqlite3.SQLITE_TRANSACTION,
    sqlite3.SQLITE_RECURSIVE,
}
_SQLITE_PRAGMAS = {"table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo"}


def _sqlite_may(action: int, first: str | None, *_: str | None) -> int:
    """Say yes to reading, and to the pragmas that describe a table; else no."""
    if action in _SQLITE_READS or (action == sqlite3.SQLITE_PRAGMA and first in _SQLITE_PRAGMAS):
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


_PATIENCE = {
    "connect_timeout": 5,
    # The server's own timeout says nothing over a line that went dead: the system finds that out.
    "keepalives": 1, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3,
    "tcp_user_timeout": 25_000,
}  # fmt: skip


def _open_postgresql(url: URL, timeout: float, time_zone: str) -> Engine:
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    engine = create_engine(url, pool_pre_ping=True, pool_size=8, connect_args=_PATIENCE)
    give_up_after(engine, timeout)

    @event.listens_for(engine, "connect")
    def _close_to_writing(connection: Any, _record: object) -> None:
        # One round trip. A superuser steps down to the role that may only read: inside a
        # read-only transaction COPY TO would otherwise still write files on the server.
        connection.autocommit = True
        with given_up(connection, PING_SECONDS), connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('default_transaction_read_only', 'on', false),"
                " set_config('statement_timeout', %s, false), set_config('TimeZone', %s, false),"
                # Compiling these statements costs seconds and saves none.
                " set_config('jit', 'off', false),"
                " current_setting('is_superuser')",
                (str(int(timeout * 1000)), time_zone),
            )
            if cursor.fetchone()[-1] == "on":
                with suppress(Exception):  # PostgreSQL 13 and older lack the role; `check` warns
                    cursor.execute("SET ROLE pg_read_all_data")
        connection.autocommit = False

    return engine


def _open_mariadb(url: URL, timeout: float) -> Engine:
    if "+" not in url.drivername:
        url = url.set(drivername=f"{url.drivername}+pymysql")
    engine = create_engine(
        url,
        pool_pre_ping=True,
        pool_size=8,
        pool_recycle=1800,
        # A line that went dead says nothing: the driver gives up a little after the server would have.
        connect_args={
            "connect_timeout": 5,
            "charset": "utf8mb4",
            "read_timeout": int(timeout) + 5,
            "write_timeout": int(timeout) + 5,
        },
    )

    @event.listens_for(engine, "connect")
    def _close_to_writing(connection: Any, _record: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET SESSION TRANSACTION READ ONLY")
            cursor.execute("SELECT VERSION()")
            if "mariadb" in cursor.fetchone()[0].lower():
                cursor.execute("SET SESSION max_statement_time = %s", (timeout,))
            else:
                cursor.execute("SET SESSION max_execution_time = %s", (int(timeout * 1000),))

    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Give a connection; whatever the driver raises comes out as DatabaseUnavailable."""
    try:
        with _connected(engine) as conn:
            yield conn
    except SQLAlchemyError as error:
        line, host = mask_within(first_line(error)), engine.url.host or ""
        if "@" in host:
            # A password with an @ that was not written %40: its rest is taken for the host, and told.
            line = f"{line.replace(host, host.rpartition('@')[2])}; trong mật khẩu, @ phải viết là %40"
        cause = cause_of(line)
        told = f"{cause} ({line})" if cause else line
        kind = DataUnreadable if is_of_data(line) else DatabaseUnavailable
        raise kind(f"Không đọc được cơ sở dữ liệu «{mask(engine.url)}»: {told}") from error


def _connected(engine: Engine) -> Connection:
    try:
        return engine.connect()
    except TypeError as error:  # the driver's function has no such argument
        raise DatabaseUnavailable(
            f"Địa chỉ cơ sở dữ liệu «{mask(engine.url)}» có tùy chọn sau dấu ? mà trình điều khiển "
            f"không biết ({error}); sửa database_url."
        ) from error

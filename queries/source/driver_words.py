"""What the drivers answer: whether it passes by itself, and in Vietnamese with what to change."""

from __future__ import annotations

import re
from enum import Enum

from sqlalchemy.exc import DBAPIError, OperationalError


class Trouble(Enum):
    """Why a table could not be read."""

    ABSENT = "there is none, or the account may not read it"
    BROKEN = "it is there, but fails: a view over what is no more, a value that cannot be read"
    PASSING = "a lock, a timeout, a server that is away: ask again later"


_ABSENT_STATES = frozenset({"42P01", "3F000", "42501"})
_PASSING_STATES = ("40", "53", "57", "55P03")
"""PostgreSQL: a deadlock, no room, an end by timeout or administrator, a lock. Not 08: a foreign table whose
own server is away says that too, while this one answers; a lost line is told by the pool."""

_ABSENT_NUMBERS = frozenset({1044, 1051, 1142, 1143, 1146})
_PASSING_NUMBERS = frozenset({
    1040, 1053, 1077, 1078, 1105, 1158, 1159, 1160, 1161, 1205, 1213, 1226, 1317, 1927, 1969, 2002, 2003,
    2006, 2013, 2014, 2055, 3024,
})  # fmt: skip
"""MariaDB and MySQL: shut down, interrupted, out of connections, waiting for a lock, too long, gone away."""


def trouble_of(error: DBAPIError, name: str) -> Trouble:
    """Say what kind of trouble it was to look at a table; of an unknown driver only that there is none."""
    driver = type(error.orig).__module__.partition(".")[0].removeprefix("_")
    read = {"psycopg": _postgresql, "pymysql": _mariadb, "sqlite3": _sqlite}.get(driver)
    if driver == "duckdb":
        return _duckdb(error, name)
    return Trouble.ABSENT if read is None else read(error)


def _kind(is_absent: object, is_passing: object) -> Trouble:
    return Trouble.ABSENT if is_absent else Trouble.PASSING if is_passing else Trouble.BROKEN


def _postgresql(error: DBAPIError) -> Trouble:
    state = getattr(error.orig, "sqlstate", None)
    # Without a state it is the driver's own: the line broke.
    is_passing = state.startswith(_PASSING_STATES) if state else isinstance(error, OperationalError)
    return _kind(state in _ABSENT_STATES, is_passing)


def _mariadb(error: DBAPIError) -> Trouble:
    number = next(iter(getattr(error.orig, "args", ())), None)
    return _kind(number in _ABSENT_NUMBERS, number in _PASSING_NUMBERS)


def _sqlite(error: DBAPIError) -> Trouble:
    text = str(error.orig).lower()
    # Of a view over a table that is no more it says "no such table: main.…".
    is_absent = text.startswith("no such table") and ": main." not in text
    return _kind(is_absent, re.search(r"locked|busy|interrupted|disk i/o", text))


def _duckdb(error: DBAPIError, name: str) -> Trouble:
    kind = type(error.orig).__name__
    # A view over a table that is no more fails with the name of that table.
    is_absent = kind == "CatalogException" and f"with name {name.lower()} " in str(error.orig).lower()
    return _kind(is_absent, kind in ("InterruptException", "IOException"))


def first_line(error: Exception) -> str:
    """Give the first line of what the driver said, shortened."""
    origin = error.orig if isinstance(error, DBAPIError) else error
    lines = str(origin).strip().splitlines()
    return lines[0][:200] if lines else type(origin).__name__


_CAUSES = (
    (r"password authentication failed|access denied for user|no password supplied|authentication plugin",
     "sai tài khoản hoặc mật khẩu"),
    (r'role "[^"]*" does not exist', "không có tài khoản này"),
    (r'database "[^"]*" does not exist|unknown database', "không có cơ sở dữ liệu tên này"),
    (r"could not translate host|failed to resolve host|name or service not known|getaddrinfo|nodename",
     "không tìm thấy máy chủ tên này"),
    (r"connection refused|can't connect to|no route to host|network is unreachable",
     "máy chủ không nhận kết nối: chưa chạy, sai cổng, hoặc bị tường lửa chặn"),
    (r"could not set lock|conflicting lock|database is locked|lock wait timeout|lock timeout",
     "đang bị chương trình khác khóa"),
    (r"statement timeout|max_statement_time|max_execution_time|query execution was interrupted|interrupted",
     "câu hỏi chạy quá lâu nên bị dừng (cài đặt statement_timeout_seconds)"),
    (r"timed out|timeout expired|timeout", "máy chủ không trả lời kịp"),
    (r"too many connections|too many clients|remaining connection slots", "máy chủ hết chỗ kết nối"),
    (r"server closed the connection|gone away|lost connection|broken pipe|"
     r"connection (?:is )?(?:closed|reset|lost)", "mất kết nối với máy chủ"),
    (r"file is not a database|not a valid duckdb|loading external extensions|serialization error|"
     r"corrupt|malformed", "tệp hỏng, hoặc không phải tệp của loại cơ sở dữ liệu này"),
    (r"permission denied for|select command denied", "tài khoản không được đọc bảng này"),
    (r"unable to open database file|permission denied|cannot open file", "không được phép mở tệp"),
    (r"no such (?:table|column)|does not exist|doesn't exist|unknown column|references invalid",
     "thiếu bảng hoặc cột, hoặc một view dựa vào bảng không còn"),
    (r"out of range|invalid input syntax|could not convert|conversion error|invalid (?:date|timestamp)|"
     r"division by zero|can't parse|incorrect \w+ value", "dữ liệu có giá trị không đọc được"),
)  # fmt: skip
_FOUND = tuple((re.compile(pattern, re.IGNORECASE), told) for pattern, told in _CAUSES)

_OF_DATA = frozenset({"dữ liệu có giá trị không đọc được"})


def cause_of(line: str) -> str:
    """Say in Vietnamese why, of what a driver said; empty where it is none of the usual reasons."""
    return next((told for pattern, told in _FOUND if pattern.search(line)), "")


def is_of_data(line: str) -> bool:
    """Say whether the database answered and what it holds is to blame."""
    return cause_of(line) in _OF_DATA

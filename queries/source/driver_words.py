"""What the drivers answer: whether it passes by itself, and in Vietnamese with what to change."""

from __future__ import annotations

import re
from enum import Enum

from sqlalchemy.exc import DBAPIError


class Trouble(Enum):
    """Why a table could not be read."""

    ABSENT = "there is none, or the account may not read it"
    BROKEN = "it is there, but fails: a view over what is no more, a value that cannot be read"
    PASSING = "a lock, a timeout, a server that is away: ask again later"


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
    (r"no pg_hba\.conf entry|is not allowed to connect to this", "máy chủ không cho vào từ máy này"),
    (r"database system is (?:starting up|shutting down|in recovery|not yet)|not yet accepting connections|"
     r"server shutdown in progress", "máy chủ đang khởi động lại hoặc đang tắt"),
    (r"terminating connection|connection was killed", "máy chủ ngắt kết nối giữa chừng"),
    (r"conflict with recovery", "máy chủ dự phòng bỏ lần đọc vì máy chủ chính vừa thay dữ liệu"),
    (r"could not set lock|conflicting lock|database is locked|lock wait timeout|lock timeout",
     "đang bị chương trình khác khóa"),
    (r"table definition has changed", "bảng vừa được nạp lại giữa lúc đọc"),
    (r"due to user request|query execution was interrupted(?![ ,])",
     "người quản trị máy chủ đã dừng lần đọc"),
    (r"statement timeout|max_statement_time|max_execution_time|interrupted",
     "câu hỏi chạy quá lâu nên bị dừng (cài đặt source_table_seconds, hoặc giới hạn của máy chủ)"),
    (r"too many connections|too many clients|remaining connection slots", "máy chủ hết chỗ kết nối"),
    (r"no space left on device|disk full|errcode: 28\b", "đĩa của máy chủ cơ sở dữ liệu đầy"),
    (r"timed out|timeout expired|timeout", "máy chủ không trả lời kịp"),
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

_ADDRESS = re.compile("«[^»]*»")

_OF_SILENCE = frozenset({
    "không tìm thấy máy chủ tên này", "máy chủ không trả lời kịp", "mất kết nối với máy chủ",
    "máy chủ không nhận kết nối: chưa chạy, sai cổng, hoặc bị tường lửa chặn",
})  # fmt: skip
_OF_DATA = frozenset({"dữ liệu có giá trị không đọc được"})


def cause_of(line: str) -> str:
    """Say in Vietnamese why, of what a driver said; empty where it is none of the usual reasons.

    An address that is told with it, between « and », says nothing of that: connect_timeout is no timeout.
    """
    said = _ADDRESS.sub("", line)
    return next((told for pattern, told in _FOUND if pattern.search(said)), "")


def is_of_silence(line: str) -> bool:
    """Say whether nothing answers where the database should be; a lock, a timeout, a refusal are answers."""
    return cause_of(line) in _OF_SILENCE or "không có gì trả lời" in line


def is_of_data(line: str) -> bool:
    """Say whether the database answered and what it holds is to blame."""
    return cause_of(line) in _OF_DATA

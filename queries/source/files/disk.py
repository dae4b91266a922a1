"""A file opened for reading; what the disk or the network share answers, told in a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from queries.source.errors import SourceUnavailable


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Give a file's bytes to read. Raises SourceUnavailable where that fails, or it changes meanwhile."""
    with told(path), path.open("rb") as file:
        before = _stamp(path)
        yield file
        if _stamp(path) != before:
            raise SourceUnavailable(
                f"Tệp «{path.name}» vừa được ghi lại trong lúc đang đọc; sẽ đọc lại ở lần sau."
            )


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn what the disk says of a file into SourceUnavailable."""
    try:
        yield
    except FileNotFoundError as error:
        raise SourceUnavailable(
            f"Không thấy tệp «{path.name}»: đã đổi tên, đã xóa, hoặc ổ mạng chưa kết nối; chép lại tệp."
        ) from error
    except PermissionError as error:
        raise SourceUnavailable(
            f"Không mở được tệp «{path.name}»: đang mở bằng Excel, hoặc tài khoản chạy chương trình "
            "không được "
            "đọc; đóng tệp trong Excel hoặc cấp quyền đọc."
        ) from error
    except OSError as error:
        raise SourceUnavailable(
            f"Không đọc được tệp «{path.name}»: {error.strerror or error}; kiểm tra ổ đĩa hoặc ổ mạng."
        ) from error


def _stamp(path: Path) -> tuple[int, int, int]:
    state = path.stat()
    return state.st_ino, state.st_mtime_ns, state.st_size

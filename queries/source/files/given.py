"""The files the settings name, as they lie on disk now."""

from __future__ import annotations

import glob
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from queries.source.errors import SourceBroken, SourceUnavailable

_UNFINISHED = (".tmp", ".part", ".partial", ".crdownload", ".download", ".filepart")
_PATTERN_SIGNS = "*?["


@dataclass(frozen=True)
class GivenFile:
    """One entry of ``files`` in the settings.

    ``path``: a path or a pattern (``ho-so-*.xlsx``). ``table``: the contract's table, where it is not to be
    recognised from the heads. ``sheet``: the name of the one sheet to be read.
    """

    path: str
    table: str | None = None
    sheet: str | None = None


@dataclass(frozen=True)
class FoundFile:
    """A file that is there. ``state``: a text that differs where the file was written or replaced."""

    path: Path
    given: GivenFile
    written_ns: int
    state: str


def found(given: Sequence[GivenFile], base: Path) -> list[FoundFile]:
    """Give the files that are there, the older first, then by name; each once, by its first
    entry; several times where entries name other sheets of it.

    Hidden files, Excel's lock files (``~$…``) and half copied ones (``.tmp``, ``.part``) are left out.
    ``base``: the folder that paths are relative to. Raises SourceUnavailable where a named file or its folder
    is not there (a share may be away), SourceBroken where a pattern fits no file.
    """
    files: dict[tuple[Path, str | None], FoundFile] = {}
    for one in given:
        for path in _paths(one, base):
            state = _state_of(path)
            if state is not None and (path, one.sheet) not in files:
                written_ns, text = state
                files[path, one.sheet] = FoundFile(path, one, written_ns, text)
    return sorted(files.values(), key=lambda file: (file.written_ns, file.path.name, str(file.path)))


def _paths(given: GivenFile, base: Path) -> list[Path]:
    path = base / Path(given.path).expanduser()
    if path.is_file():
        return [path]
    if any(sign in given.path for sign in _PATTERN_SIGNS):
        paths = [Path(one) for one in sorted(glob.glob(str(path), recursive=True))]
        paths = [one for one in paths if one.is_file() and not _is_unfinished(one.name)]
        if paths:
            return paths
        folder = _folder_of(path)
        if not folder.is_dir():
            raise SourceUnavailable(_no_folder(folder))
        raise SourceBroken(
            f"Thư mục «{folder}» chưa có tệp nào khớp với «{Path(given.path).name}»; đặt tệp vào đó, "
            "hoặc sửa "
            "path ở [[files]] trong motcua.toml."
        )
    if path.is_dir():
        raise SourceBroken(
            f"«{given.path}» là thư mục, không phải tệp; ghi kèm tên tệp hoặc mẫu tên, ví dụ "
            f"«{given.path.rstrip('/')}/*.xlsx»."
        )
    if not path.parent.is_dir():
        raise SourceUnavailable(_no_folder(path.parent))
    raise SourceUnavailable(
        f"Không thấy tệp «{given.path}»: chưa chép đến, đã đổi tên hoặc đã xóa; chép lại tệp, hoặc "
        "sửa path ở "
        "[[files]] trong motcua.toml."
    )


def _no_folder(folder: Path) -> str:
    return f"Không thấy thư mục «{folder}»: ổ mạng chưa kết nối, hoặc thư mục đã đổi tên."


def _folder_of(pattern: Path) -> Path:
    """Give the folder above the first part of a path that has a pattern's signs."""
    folder = pattern
    while any(sign in str(folder) for sign in _PATTERN_SIGNS):
        folder = folder.parent
    return folder


def _is_unfinished(name: str) -> bool:
    return name.startswith((".", "~$")) or name.lower().endswith(_UNFINISHED)


def _state_of(path: Path) -> tuple[int, str] | None:
    """Give when a file was written, and what changes with it; None where it went away just now."""
    try:
        state = os.stat(path)
    except OSError:
        return None
    return state.st_mtime_ns, f"{state.st_ino}-{state.st_mtime_ns}-{state.st_size}"

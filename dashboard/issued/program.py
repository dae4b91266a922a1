"""Which program wrote a sheet: its words may be other ones in another."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
_ROOMS = ("dashboard", "queries")
"""The folders whose files word, count and draw what is on a sheet."""


@cache
def program() -> str:
    """Give this program's version and a sum over its files, "0.2.0 (3f9a01c2)": as one reads it aloud."""
    try:
        number = version("motcua")
    except PackageNotFoundError:  # run from a folder that was never installed
        number = ""
    told = hashlib.sha256()
    for room in _ROOMS:
        for path in sorted((_ROOT / room).rglob("*.py")):
            told.update(f"{path.relative_to(_ROOT).as_posix()}\n".encode() + path.read_bytes())
    return f"{number} ({told.hexdigest()[:8]})".strip()

"""Finding a name by typing part of it, with or without its marks: "dong hai" finds "Phường Đông Hải"."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

Rank = tuple[int, int, int]


@lru_cache(maxsize=65_536)
def unmarked(text: str) -> str:
    """Give a text in small Latin letters without marks: "Đông Hải" is "dong hai"; blanks joined."""
    spread = unicodedata.normalize("NFKD", " ".join(text.casefold().split()).replace("đ", "d"))
    return "".join(sign for sign in spread if not unicodedata.combining(sign))


@lru_cache(maxsize=65_536)
def _words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\w+", text))


@lru_cache(maxsize=65_536)
def _marked(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.casefold().split()))


def rank_of(typed: str, code: str, name: str) -> Rank | None:
    """Say how well a name or its code fits what was typed: the smaller the better, None for not at all.

    Every word typed begins a word of the name, in any order; or all of it stands within the code. A
    code typed whole comes first, then marks as they were typed, then what begins as it was typed.
    """
    wanted, plain = unmarked(typed), unmarked(name)
    words = _words(plain)
    parts = _words(wanted)
    is_named = bool(parts) and all(any(word.startswith(part) for word in words) for part in parts)
    is_coded = bool(wanted) and wanted in unmarked(code)
    if not is_named and not is_coded:
        return None
    has_marks = _marked(typed) in _marked(name)
    return int(wanted != unmarked(code)), int(not has_marks), int(not plain.startswith(wanted))

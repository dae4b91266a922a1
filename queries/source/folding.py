"""Codes and words that differ only in how they are written, matched over their few distinct values."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping


def fold(text: str) -> str:
    """Give a text without what carelessness changes: NFC of casefold of NFC."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


class Catalogue:
    """The values a column may hold, to be found exactly or by their fold."""

    def __init__(self, values: Iterable[str]) -> None:
        self.values = frozenset(values)
        self._by_fold: Mapping[str, list[str]] = defaultdict(list)
        for one in self.values:
            self._by_fold[fold(one)].append(one)

    def __contains__(self, value: str) -> bool:
        return value in self.values

    def alike(self, value: str) -> list[str]:
        """Give the values whose fold is this one's, the value itself alone where it is one of them."""
        return [value] if value in self.values else sorted(self._by_fold.get(fold(value), ()))


_TONES = "\u0300\u0301\u0303\u0309\u0323"
_SHORT = {
    "p": "phường", "x": "xã", "tt": "thị trấn", "tx": "thị xã", "tp": "thành phố", "q": "quận", "h": "huyện",
}  # fmt: skip
_BODY = re.compile(r"^(ubnd|[uủ][yỷ] ban nhân dân)\b\W*")


def name_key(name: str) -> str:
    """Give a name without what spelling changes: case, where a tone stands (Thủy, Thuỷ), P. for Phường, 01.

    "UBND" in front is not part of a unit's name.
    """
    text = _BODY.sub("", fold(name).strip())
    text = re.sub(r"\b(p|x|tt|tx|tp|q|h)\.", lambda found: f"{_SHORT[found[1]]} ", text)
    return " ".join(_toned_last(word) for word in re.findall(r"\w+", text))


def _toned_last(word: str) -> str:
    if word.isdecimal():
        return word.lstrip("0") or "0"
    signs = unicodedata.normalize("NFD", word)
    tones = "".join(one for one in signs if one in _TONES)
    return unicodedata.normalize("NFC", "".join(one for one in signs if one not in _TONES)) + tones


def _without_marks(text: str) -> str:
    signs = unicodedata.normalize("NFD", text.replace("đ", "d"))
    return "".join(one for one in signs if not unicodedata.combining(one))


class Names:
    """The names of a catalogue, to find the one code that a name stands for."""

    def __init__(self, rows: Iterable[tuple[str, str | None]]) -> None:
        self._by_key: Mapping[str, set[str]] = defaultdict(set)
        self._without_marks: Mapping[str, set[str]] = defaultdict(set)
        for code, name in rows:
            if name:
                self._by_key[name_key(name)].add(code)
                self._without_marks[_without_marks(name_key(name))].add(code)

    def code_of(self, text: str) -> str | None:
        """Give the code of the one name that a text is; None where it is none, or several.

        A text without any mark is also compared with the names without theirs.
        """
        codes = self._by_key.get(name_key(text), set())
        if not codes and text.isascii():
            codes = self._without_marks.get(_without_marks(name_key(text)), set())
        return next(iter(codes)) if len(codes) == 1 else None

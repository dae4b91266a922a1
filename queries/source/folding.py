"""Codes and words that differ only in how they are written, matched over their few distinct values."""

from __future__ import annotations

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

"""Columns by their letters, as Excel shows them, and by their index, from 0."""

from __future__ import annotations

_LAST = 16_384


def index_of(letters: str) -> int:
    """Give a column's index by its letters. Raises ValueError where Excel has no such column."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    if not 1 <= number <= _LAST:
        raise ValueError(letters)
    return number - 1


def letters_of(index: int) -> str:
    """Give a column's letters by its index."""
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters

"""The number of a sheet: GS-2026-0007-K, what it is, its year, its place in the year, a check letter."""

from __future__ import annotations

import re

_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
"""Twenty-three, a prime: one wrong digit, or two that changed places, give another letter."""
_SHAPE = re.compile(r"([A-Z]{2})-([0-9]{4})-([0-9]{4,7})-([A-Z])")


def number_of(prefix: str, year: int, place: int) -> str:
    """Give the number of the sheet that is so-many-th of its kind in a year."""
    told = f"{prefix}-{year:04}-{place:04}"
    return f"{told}-{_letter(told)}"


def read_number(typed: str) -> str | None:
    """Give the number that was typed, in capitals; None for what is no sheet's number or is mistyped."""
    told = typed.strip().upper()
    found = _SHAPE.fullmatch(told)
    return told if found and _letter(told.rpartition("-")[0]) == found.group(4) else None


def _letter(told: str) -> str:
    signs = [int(sign, 36) for sign in told if sign != "-"]
    return _LETTERS[sum(place * sign for place, sign in enumerate(signs, 1)) % len(_LETTERS)]

"""What Excel's number formats make of a number: days, times, codes with their zeros."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

_DATE_IDS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
"""Excel's own formats of days and times."""
_NOT_SIGNS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_ELAPSED = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_ZEROS = re.compile(r"0{2,}")

_FIRST_1900 = date(1899, 12, 30).toordinal()
_FIRST_1904 = date(1904, 1, 1).toordinal()
_DAY_MS = 86_400_000
_LAST = date(9999, 12, 31).toordinal()
DIGITS = 15
"""So many digits of a number does Excel keep."""


@dataclass(frozen=True)
class Shown:
    """How a number is shown: as a day or time, or filled up with zeros to so many digits."""

    is_moment: bool = False
    zeros: int = 0


PLAIN = Shown()


def shown_as(number: int, code: str | None) -> Shown:
    """Give what a format does, by its number and, of those a workbook defines itself, its code."""
    if code is None:
        return Shown(is_moment=True) if number in _DATE_IDS else PLAIN
    first = code.partition(";")[0]
    if _ELAPSED.search(first):
        return PLAIN
    signs = _NOT_SIGNS.sub("", first).strip().lower()
    if _ZEROS.fullmatch(signs):
        return Shown(zeros=len(signs))
    if "general" in signs or "#" in signs or "0" in signs.replace(".0", ""):
        return PLAIN
    return Shown(is_moment=True) if re.search(r"[dmyhs]", signs) else PLAIN


def day_of(serial: int, *, since_1904: bool = False) -> date | None:
    """Give the day of a serial number; None where it is none. Before March 1900 Excel counts one too many."""
    ordinal = serial + (_FIRST_1904 if since_1904 else _FIRST_1900 + (serial < 60))
    return date.fromordinal(ordinal) if 1 <= ordinal <= _LAST else None


class Moments:
    """The days and moments that serial numbers are; those met before are not worked out again."""

    def __init__(self, *, since_1904: bool = False) -> None:
        self._since_1904 = since_1904
        self._days: dict[int, str] = {}
        self._times: dict[int, str] = {}

    def text(self, serial: str) -> str | None:
        """Give a serial number as ISO text: a day, a day with its time, or a time alone below one day."""
        whole, rest = divmod(int(float(serial) * _DAY_MS + 0.5), _DAY_MS)
        if whole < 0:
            return None
        day = self._days.get(whole)
        if day is None:
            if whole == 0 and not self._since_1904:
                return self._time(rest)
            found = day_of(whole, since_1904=self._since_1904)
            if found is None:
                return None
            day = self._days[whole] = found.isoformat()
        if rest:
            return f"{day} {self._times.get(rest) or self._time(rest)}"
        return day

    def _time(self, thousandths: int) -> str:
        seconds, below = divmod(thousandths, 1000)
        minutes, second = divmod(seconds, 60)
        hour, minute = divmod(minutes, 60)
        time = f"{hour:02}:{minute:02}:{second:02}"
        if below:
            return f"{time}.{below:03}"
        self._times[thousandths] = time
        return time


def number_text(text: str) -> str:
    """Give a number as Excel shows it: up to fifteen digits, without needless point or exponent."""
    try:
        value = float(text)
    except ValueError:
        return text
    if value.is_integer():
        return str(int(value))
    plain = format(value, f".{DIGITS}g")
    return format(Decimal(plain), "f") if "e" in plain else plain


def is_rounded(plain: str) -> bool:
    """Say whether a whole number has more digits than Excel keeps, so that the last are lost."""
    digits = plain.lstrip("-")
    return len(digits) > DIGITS and digits.isdigit()

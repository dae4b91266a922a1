"""The numbers that were given, in a file of their own that is only added to: what was taken out is missed.

One line a sheet: its number and its seal. A register whose last sheet was taken out, that was put back as it
was some days ago, or was sealed anew from some sheet on, does not agree with it. Being a text that is only
added to, it can be kept so by the system (``chattr +a``), even from the account that writes it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from dashboard.issued.number import read_number
from dashboard.system_words import reason_of


class GivenError(Exception):
    """The list cannot be read or written; its text says why, in Vietnamese."""


class Given:
    """The list that belongs to a register; it need not be there."""

    def __init__(self, register: Path) -> None:
        self.path = register.with_suffix(".cap-so.txt")

    def read(self) -> Mapping[str, str]:
        """Give the seal of every number that was given, as it was first written. Raises GivenError."""
        try:
            lines = self.path.read_text("utf-8").splitlines()
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise GivenError(f"Không đọc được {self.path}: {_why(error)}.") from None
        found: dict[str, str] = {}
        for line in lines:
            number, _, seal = line.partition(" ")
            if read_number(number) is not None:
                # What is added later about the same number does not undo what was said first.
                found.setdefault(number, seal)
        return found

    def add(self, sheets: Iterable[tuple[str, str]]) -> None:
        """Add numbers with their seals. Raises GivenError."""
        told = "".join(f"{number} {seal}\n" for number, seal in sheets)
        if not told:
            return
        try:
            handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                # Begun on a line of its own: a line that a full disk cut short stays by itself.
                os.write(handle, ("\n" * self._is_cut() + told).encode())
                os.fsync(handle)
            finally:
                os.close(handle)
        except OSError as error:
            raise GivenError(f"Không ghi được {self.path}: {_why(error)}.") from None

    def _is_cut(self) -> bool:
        with self.path.open("rb") as file:
            file.seek(0, os.SEEK_END)
            if not file.tell():
                return False
            file.seek(-1, os.SEEK_END)
            return file.read() != b"\n"


def last_place(numbers: Iterable[str], prefix: str, year: int) -> int:
    """Give the last place in a year that one of the numbers has; 0 for none."""
    head = f"{prefix}-{year:04}-"
    return max((int(one.split("-")[2]) for one in numbers if one.startswith(head)), default=0)


def _why(error: OSError | ValueError) -> str:
    return reason_of(error) if isinstance(error, OSError) else "không phải văn bản UTF-8"

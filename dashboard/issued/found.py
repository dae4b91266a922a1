"""Opening a sheet by its number: what this reader may see of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dashboard.issued.number import read_number
from dashboard.issued.record import BESIDE_DISTRICT, Entry, Record
from dashboard.issued.register import Kept, Register
from dashboard.question.access import Rights, covers
from dashboard.settings.settings import Settings

MISTYPED = "Số phiếu gõ sai hoặc thiếu: chữ cuối là chữ kiểm tra, như trong GS-2026-0007-K."
MISSING = "Không có phiếu này trong phạm vi được xem."
REMOVED = "Số này đã được cấp, nhưng phiếu không còn trong sổ: khôi phục sổ phiếu từ bản sao lưu."


@dataclass(frozen=True)
class FoundSheet:
    """A sheet as it is kept; None where there is none for this reader, ``missing`` says why."""

    kept: Kept | None
    missing: str = ""

    @property
    def status(self) -> int:
        """Give the status of its page: one that a reader may not see is not there."""
        return 404 if self.kept is None else 200


def sheet_of(typed: str, settings: Settings, rights: Rights) -> FoundSheet:
    """Find the sheet of a number as it is typed. Raises RegisterError where the register cannot be read."""
    number = read_number(typed)
    if number is None:
        return FoundSheet(None, MISTYPED)
    register = Register(Path(settings.issued_file))
    kept = register.find(number)
    # Of a sheet that is not there nobody knows who might open it.
    if kept is None and rights.is_whole and number in register.missing():
        return FoundSheet(None, REMOVED)
    if kept is None or not covers(rights, kept.record.needed) or not _sees_as_much(rights, kept.record):
        return FoundSheet(None, MISSING)
    return FoundSheet(kept)


def _sees_as_much(rights: Rights, record: Record) -> bool:
    """Say whether a unit's sheet may be opened by what its maker was told of the district beside it.

    Whoever sees other units takes other figures from the same total, and may be left with one unit's.
    """
    if record.taken.kind != BESIDE_DISTRICT or rights.units is None:
        return True
    return set(rights.units) == set(record.rights.units or ())


def sheets_for(settings: Settings, rights: Rights) -> Iterator[Entry]:
    """Give the sheets that a reader may open, the last one first. Raises RegisterError."""
    for one in Register(Path(settings.issued_file)).entries():
        if covers(rights, one.needed):
            yield one


def removed_for(settings: Settings, rights: Rights) -> tuple[str, ...]:
    """Give the numbers whose sheets are gone from the register, to who sees all. Raises RegisterError."""
    return Register(Path(settings.issued_file)).missing() if rights.is_whole else ()

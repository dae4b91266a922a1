"""The register of sheets: one SQLite file of ours in which every numbered sheet stays as it was.

Nobody else may read it (0600). Workers and the command line add to it at once: a number is given, the sheet
written and its record kept in one transaction, so that no number is given twice and none is without a record.
Nothing in it is changed afterwards. Each record carries a seal over itself, its file and the seal before, so
that one that was changed, or taken out of the middle, is noticed; beside it lies the list of the numbers that
were given (``given``), so that the last one is missed too.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from dashboard.issued.given import Given, GivenError, last_place
from dashboard.issued.number import number_of
from dashboard.issued.record import Entry, Record, entry_of, record_of
from dashboard.system_words import reason_of

WAIT_SECONDS = 30
"""So long one who issues a sheet waits for another."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS sheets (
    place INTEGER PRIMARY KEY, number TEXT NOT NULL UNIQUE, prefix TEXT NOT NULL, year INTEGER NOT NULL,
    in_year INTEGER NOT NULL, asked TEXT NOT NULL, record TEXT NOT NULL, file BLOB NOT NULL,
    seal TEXT NOT NULL, UNIQUE (prefix, year, in_year)
) STRICT
"""
_ENTRIES = """
SELECT number, CASE WHEN json_valid(record) THEN json_object(
    'made_at', record ->> '$.made_at', 'who', record ->> '$.who', 'title', record ->> '$.taken.title',
    'scope', record ->> '$.taken.scope', 'period', record ->> '$.taken.period',
    'needed', record -> '$.needed'
) ELSE '' END FROM sheets ORDER BY place DESC
"""
_INDEX = "CREATE INDEX IF NOT EXISTS sheets_asked ON sheets (asked)"


class RegisterError(Exception):
    """The register cannot be used; its text says why, in Vietnamese, with the remedy."""


@dataclass(frozen=True)
class Kept:
    """A sheet as it is kept: its record and file; ``broken``: what is wrong with it, if anything."""

    record: Record
    file: bytes
    broken: str = ""


class Register:
    """The register at a path; it need not be there."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._list = Given(path)

    @property
    def list_path(self) -> Path:
        """Give where the list of the numbers that were given lies."""
        return self._list.path

    def issue(
        self, prefix: str, year: int, asked: str, make: Callable[[str], tuple[Record, bytes]]
    ) -> tuple[Kept, bool]:
        """Give the sheet of what is asked, and whether it is a new one.

        ``asked``: the same for the same reader, figures and version of the data, who get the same number
        again. ``make``: gives the record and the file of a number. Raises RegisterError, and what ``make``
        raises; then no number is used up.
        """
        self._create()
        with self._open() as db:
            db.execute("BEGIN IMMEDIATE")
            kept = self._sound(db, asked)
            if kept is not None:
                return kept, False
            (last,) = db.execute(
                "SELECT coalesce(max(in_year), 0) FROM sheets WHERE prefix = ? AND year = ?", (prefix, year)
            ).fetchone()
            # Nor is a number given again whose sheet was taken out.
            in_year = max(last, last_place(self._given(), prefix, year)) + 1
            number = number_of(prefix, year, in_year)
            record, file = make(number)
            before = db.execute("SELECT place, seal FROM sheets ORDER BY place DESC LIMIT 1").fetchone()
            place, seal = before or (0, "")
            written = record.written()
            db.execute(
                "INSERT INTO sheets VALUES (?,?,?,?,?,?,?,?,?)",
                (place + 1, number, prefix, year, in_year, asked, written, file, _seal(seal, written, file)),
            )
            db.execute("COMMIT")
            # What a process that died here did not add, the next sheet does.
            with suppress(GivenError):
                given = self._given()
                every = db.execute("SELECT number, seal FROM sheets ORDER BY place")
                self._list.add(one for one in every if one[0] not in given)
        return Kept(record, file), True

    def find(self, number: str) -> Kept | None:
        """Give a sheet by its number; None where there is none. Raises RegisterError."""
        if not self._is_there():
            return None
        with self._open() as db:
            return self._read(db, number, self._given())

    def numbers(self) -> tuple[str, ...]:
        """Give the numbers of all sheets, in the order they were issued. Raises RegisterError."""
        if not self._is_there():
            return ()
        with self._open() as db:
            return tuple(row[0] for row in db.execute("SELECT number FROM sheets ORDER BY place"))

    def entries(self) -> Iterator[Entry]:
        """Give what the sheets are, the last one first, as far as it is asked. Raises RegisterError."""
        if not self._is_there():
            return
        with self._open() as db:
            for number, told in db.execute(_ENTRIES):
                try:
                    yield entry_of(number, told)
                except ValueError:  # found by ``broken``, and said where it is opened
                    continue

    def broken(self) -> tuple[str, ...]:
        """Give the numbers of the sheets that are not as they were issued. Raises RegisterError."""
        numbers, given = self.numbers(), self._given()
        if not numbers:
            return ()
        found = []
        with self._open() as db:
            for number in numbers:
                try:
                    kept = self._read(db, number, given)
                except RegisterError:
                    kept = None
                if kept is None or kept.broken:
                    found.append(number)
        return tuple(found)

    def missing(self) -> tuple[str, ...]:
        """Give the numbers that were given and whose sheets are not there any more. Raises RegisterError."""
        there = set(self.numbers())
        return tuple(number for number in self._given() if number not in there)

    def unlisted(self) -> tuple[str, ...]:
        """Give the numbers of the sheets that the list of numbers lacks. Raises RegisterError."""
        given = self._given()
        return tuple(number for number in self.numbers() if number not in given)

    def _given(self) -> Mapping[str, str]:
        try:
            return self._list.read()
        except GivenError as error:
            raise RegisterError(str(error)) from None

    def _sound(self, db: sqlite3.Connection, asked: str) -> Kept | None:
        """Give the last sheet of what is asked; None where there is none, or it is not as it was issued."""
        last = "SELECT number FROM sheets WHERE asked = ? ORDER BY place DESC LIMIT 1"
        row = db.execute(last, (asked,)).fetchone()
        try:
            kept = None if row is None else self._read(db, row[0], self._given())
        except RegisterError:
            return None
        return None if kept is None or kept.broken else kept

    def _read(self, db: sqlite3.Connection, number: str, given: Mapping[str, str]) -> Kept | None:
        row = db.execute(
            "SELECT place, record, file, seal FROM sheets WHERE number = ?", (number,)
        ).fetchone()
        if row is None:
            return None
        place, written, file, seal = row
        try:
            record = record_of(written)
        except ValueError:
            raise RegisterError(
                f"Bản ghi của phiếu {number} hỏng, không đọc được: khôi phục sổ phiếu từ bản sao lưu."
            ) from None
        before = db.execute("SELECT seal FROM sheets WHERE place = ?", (place - 1,)).fetchone()
        broken = ""
        if record.number != number or record.taken.checksum != record.checksum:
            broken = "Số liệu trong bản ghi không khớp mã kiểm tra in trên phiếu"
        elif place > 1 and before is None:
            broken = "Phiếu lập ngay trước phiếu này không còn trong sổ"
        elif _seal(before[0] if before else "", written, file) != seal or given.get(number, seal) != seal:
            broken = "Bản ghi hoặc tệp của phiếu đã bị sửa sau khi lập"
        return Kept(record, file, broken)

    # --- the file --------------------------------------------------------------------

    def _is_there(self) -> bool:
        # Between the making of the file and of its table it is empty.
        return self.path.exists() and self.path.stat().st_size > 0

    def _create(self) -> None:
        if self._is_there():
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(self.path, os.O_CREAT | os.O_WRONLY, 0o600))
        except OSError as error:
            raise RegisterError(f"Không tạo được sổ phiếu {self.path}: {reason_of(error)}.") from None
        with self._open() as db:
            db.execute("BEGIN IMMEDIATE")
            db.execute(_SCHEMA)
            db.execute(_INDEX)
            db.execute("COMMIT")

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            mode = self.path.stat().st_mode
        except OSError as error:
            raise RegisterError(f"Không mở được sổ phiếu {self.path}: {reason_of(error)}.") from None
        if os.name == "posix" and mode & 0o077:
            raise RegisterError(f"Người khác đọc được sổ phiếu {self.path}: chạy chmod 600 {self.path}.")
        try:
            # Transactions are begun by hand; what is not committed is taken back when the file is closed.
            with closing(sqlite3.connect(self.path, timeout=WAIT_SECONDS, isolation_level=None)) as db:
                yield db
        except sqlite3.Error as error:
            raise RegisterError(f"Sổ phiếu {self.path} không đọc, ghi được: {error}.") from error


def _seal(before: str, written: str, file: bytes) -> str:
    return hashlib.sha256(f"{before}\n{hashlib.sha256(file).hexdigest()}\n{written}".encode()).hexdigest()

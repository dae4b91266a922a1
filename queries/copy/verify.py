"""Whether the copy says what the source says: counted by unit and month by a select of its own.

The source's rows are counted here one by one, in plain Python: none of the statements that clean a copy
has a part in it.
"""

from __future__ import annotations

import csv
import re
import tempfile
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, extract, func, select

from queries.copy.tables import CLEAN, MENDED
from queries.source.expressions import ColumnRead
from queries.source.folding import Catalogue
from queries.source.kinds import SourceKind
from queries.source.mapping import LEFT_OUT, SESSION, SourceMapping
from queries.source.statements import FoundTable
from queries.source.visit import Source, visit

_COUNTED = {
    "dossiers": "received_at",
    "slips": "issued_at",
    "ratings": "rated_on",
    "complaints": "received_on",
    "receptions": "held_on",
}
"""The tables that are compared, by the month of which column."""
_SUMMED = {"dossiers": "finished_at", "ratings": "votes", "complaints": "answered_on"}
"""What is added up beside the rows: votes, or the rows that have a moment."""
_UNIT = {"slips": "issuing_unit_code"}
_BLANKS = "\u200b\ufeff"

Key = tuple[str, str, str]
"""Table, unit and month; "" where there is none."""


@dataclass(frozen=True, order=True)
class Difference:
    """One count by table, unit and month (2026-11) in which the copy and its source differ."""

    table: str
    unit: str
    month: str
    what: str
    source: int
    copy: int


@dataclass(frozen=True)
class Verified:
    """What was compared. ``left_out``: by table the rows that the copy leaves out knowingly (a key twice)."""

    rows: Mapping[str, int]
    differences: tuple[Difference, ...]
    left_out: Mapping[str, int]


def verify(
    conn: Connection, source: Source, mapping: SourceMapping, *, zone: str,
    progress: Callable[[str, int], None] | None = None,
) -> Verified:  # fmt: skip
    """Count the source anew and compare with the copy of ``conn``. Raises as a reading does."""
    ours = _of_copy(conn)
    units = Catalogue(
        str(code) for (code,) in conn.execute(select(CLEAN["units"].c.unit_code)) if code is not None
    )
    theirs: dict[str, Counter[Key]] = defaultdict(Counter)
    rows: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as folder, visit(source) as opened:
        tables = opened.find(mapping)
        opened.begin(ZoneInfo(zone))
        for name, column in _COUNTED.items():
            found = tables.get(name)
            if found is None or column not in found.columns:
                continue
            counting = _Counting(name, mapping, zone, units)
            wanted = replace(found, columns=counting.wanted(found))
            statement, arriving = opened.statement(wanted, mapping)
            for part in opened.parts(statement, arriving, Path(folder) / "part.csv"):
                counting.take(part.path, arriving)
                if progress is not None:
                    progress(name, counting.seen)
            rows[name] = counting.seen
            theirs["rows"].update(counting.rows)
            theirs["sum"].update(counting.sums)
    differing, left_out = tuple(_differences(theirs, ours, set(rows))), _known(conn)
    explained = _explained(differing, left_out)
    return Verified(rows, tuple(one for one in differing if one.table not in explained), left_out)


class _Counting:
    """One table, counted row by row."""

    def __init__(self, table: str, mapping: SourceMapping, zone: str, units: Catalogue) -> None:
        self.table, self._mapping, self._units = table, mapping, units
        self._zone = ZoneInfo(zone)
        self._months: dict[tuple[str, str], str] = {}
        self._codes: dict[str, str] = {}
        self._words: dict[tuple[str, str], str] = {}
        self.rows: Counter[Key] = Counter()
        self.sums: Counter[Key] = Counter()
        self.seen = 0

    def wanted(self, found: FoundTable) -> dict[str, tuple[str, SourceKind]]:
        """Give the few columns that are counted by, and those by whose words rows are left out."""
        names = {_COUNTED[self.table], _UNIT.get(self.table, "unit_code"), _SUMMED.get(self.table, "")}
        names |= {one for one in found.columns if LEFT_OUT in self._mapping.words(self.table, one).values()}
        return {name: one for name, one in found.columns.items() if name in names}

    def take(self, path: Path, arriving: list[ColumnRead]) -> None:
        """Count the rows of a part."""
        places = {one.name: (i, one) for i, one in enumerate(arriving)}
        leaves = [
            (places[one.name][0], one.name)
            for one in arriving
            if LEFT_OUT in self._mapping.words(self.table, one.name).values()
        ]
        day, unit = places[_COUNTED[self.table]], places.get(_UNIT.get(self.table, "unit_code"))
        summed = places.get(_SUMMED.get(self.table, ""))
        for row in _lines(path):
            if any(self._said(column, row[i]) == LEFT_OUT for i, column in leaves):
                continue
            self.seen += 1
            month = self._month(row[day[0]], day[1])
            key = (self.table, self._unit(row[unit[0]]) if unit else "", month)
            self.rows[key] += 1
            if summed is not None:
                self.sums[key] += self._summed(row[summed[0]], summed[1])

    def _summed(self, text: str, read: ColumnRead) -> int:
        if read.name == "votes":
            try:
                return int(float(text or 0))
            except ValueError:
                return 0
        return int(bool(self._month(text, read)))

    def _said(self, column: str, text: str) -> str:
        """Give what the settings say of a word, however it is written; the word itself where they do not."""
        if (column, text) not in self._words:
            words, word = self._mapping.words(self.table, column), _text(text)
            alike = Catalogue(words).alike(word)
            self._words[column, text] = words[alike[0]] if len(alike) == 1 else word
        return self._words[column, text]

    def _unit(self, text: str) -> str:
        if text not in self._codes:
            code = self._said(_UNIT.get(self.table, "unit_code"), text)
            alike = self._units.alike(code)
            self._codes[text] = alike[0] if len(alike) == 1 else code
        return self._codes[text]

    def _month(self, text: str, read: ColumnRead) -> str:
        # By the hour and the offset, so that few different texts are looked at closely.
        rest = text[16:].lstrip(":.0123456789") if text[13:14] in (":", "") else text[13:]
        key = (read.name, text[:13] + rest)
        if key not in self._months:
            moment = self._moment(text, read)
            self._months[key] = f"{moment:%Y-%m}" if moment else ""
        return self._months[key]

    def _moment(self, text: str, read: ColumnRead) -> datetime | None:
        moment = _parsed(_text(text), self._mapping.date_formats)
        if moment is None:
            return None
        if read.source is SourceKind.INSTANT and moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        elif moment.tzinfo is None and read.zone not in (None, SESSION):
            moment = moment.replace(tzinfo=ZoneInfo(str(read.zone)))
        if moment.tzinfo is not None:
            moment = moment.astimezone(self._zone).replace(tzinfo=None)
        return moment if self._mapping.first_year <= moment.year <= self._mapping.last_year else None


def _lines(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        yield from csv.reader(file)
    path.unlink()


def _text(text: str) -> str:
    stripped = unicodedata.normalize("NFC", text)
    while stripped != (shorter := stripped.strip().strip(_BLANKS)):
        stripped = shorter
    return stripped


_ISO = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ]+(\d{1,2})(:.*))?")


def _parsed(text: str, formats: tuple[str, ...]) -> datetime | None:
    if iso := _ISO.fullmatch(text):
        year, month, on, hour, rest = iso.groups()
        text = f"{year}-{month:>02}-{on:>02}" + (f" {hour:>02}{rest}" if hour else "")
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    day, _, time = text.partition(" ")
    for one in formats:
        try:
            found = datetime.strptime(day, one)
        except ValueError:
            continue
        try:
            return (
                datetime.combine(found, datetime.fromisoformat(f"2000-01-01 {time}").time())
                if time
                else found
            )
        except ValueError:
            return found
    return None


def _of_copy(conn: Connection) -> dict[str, Counter[Key]]:
    counted: dict[str, Counter[Key]] = defaultdict(Counter)
    for name, column in _COUNTED.items():
        c = CLEAN[name].c
        unit = c[_UNIT.get(name, "unit_code")]
        summed = _SUMMED.get(name)
        value: ColumnElement[Any] = func.count()
        if summed == "votes":
            value = func.sum(c.votes)
        elif summed is not None:
            value = func.count(c[summed])
        year, month = extract("year", c[column]), extract("month", c[column])
        for code, y, m, n, total in conn.execute(
            select(unit, year, month, func.count(), value).group_by(unit, year, month)
        ):
            key = (name, code or "", "" if y is None else f"{int(y)}-{int(m):02}")
            counted["rows"][key] += n
            if summed is not None:
                counted["sum"][key] += int(total or 0)
    return counted


def _differences(
    theirs: Mapping[str, Counter[Key]], ours: Mapping[str, Counter[Key]], tables: set[str]
) -> Iterator[Difference]:
    for what in ("rows", "sum"):
        source, copy = theirs.get(what, Counter()), ours.get(what, Counter())
        for key in sorted({*source, *copy}):
            if key[0] in tables and source[key] != copy[key]:
                told = "rows" if what == "rows" else _SUMMED[key[0]]
                yield Difference(*key, told, source[key], copy[key])


def _explained(found: tuple[Difference, ...], left_out: Mapping[str, int]) -> set[str]:
    """Give the tables that differ by nothing but the rows of one key that were left out, and counted.

    So many rows fewer and not one more anywhere; of what is added up no more than the rows there.
    """
    fewer: Counter[str] = Counter()
    there: Counter[Key] = Counter()
    for one in found:
        if one.what == "rows":
            fewer[one.table] += one.source - one.copy
            there[one.table, one.unit, one.month] = one.source - one.copy
    others = {
        one.table for one in found
        if not 0 < one.source - one.copy <= there[one.table, one.unit, one.month]
    }  # fmt: skip
    return {name for name, n in left_out.items() if fewer[name] == n and name not in others}


def _known(conn: Connection) -> dict[str, int]:
    m = MENDED.c
    rows = conn.execute(
        select(m.table_name, func.sum(m.count))
        .where(m.reason.in_(("same_row", "same_key")))
        .group_by(m.table_name)
    )
    return {str(name): int(n) for name, n in rows}

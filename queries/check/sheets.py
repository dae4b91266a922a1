"""What is understood of files: which sheet is which table, which head which column, which rows are none."""

from __future__ import annotations

import csv
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from queries.contract import CONTRACT, Column, Kind
from queries.source.files.heads import READ_AS_NONE
from queries.source.files.rows import WHY, parts
from queries.source.from_files import Files, SheetRead, columns_of, understood
from queries.source.kinds import SourceKind
from queries.source.mapping import SourceMapping
from queries.source.parts import Landing
from queries.source.statements import FoundTable

LENIENT = frozenset({"units", *(f"{table}.{one}" for table, names in READ_AS_NONE.items() for one in names)})
"""Tables and columns that are required of a database, and that files may lack."""

_UNUSED_TOLD = 12
"""So many heads that are not used are named."""


@dataclass(frozen=True)
class SheetLine:
    """One sheet as understood.

    ``columns``: contract column → the head it is read from. ``by_name``: those of them that hold names, not
    codes. ``unused``: heads that are none of the contract's; of citizens' data only how many there are
    (``personal``). ``rows``: how many are the table's, None where they were not read. ``skipped``: reason →
    how many rows are none. ``notes``: sentences.
    """

    file: str
    sheet: str
    table: str
    header_row: int
    columns: Mapping[str, str]
    by_name: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    personal: int = 0
    rows: int | None = None
    skipped: Mapping[str, int] = field(default_factory=dict)
    skipped_rows: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Looked:
    """The files looked at: their sheets, their tables as a source's, text dates, what kept one from it."""

    sheets: tuple[SheetRead, ...]
    tables: Mapping[str, FoundTable]
    texts: Mapping[str, Sequence[str]]
    troubles: tuple[str, ...]


def look(files: Files, mapping: SourceMapping, path: Path, *, sampled: int) -> Looked:
    """Look at every file without reading it whole. ``path``: where some rows may lie meanwhile."""
    troubles: list[str] = []
    sheets = understood(files, mapping, troubles)
    tables = {}
    for name, columns in columns_of(sheets).items():
        of_it = [one.understood for one in sheets if one.understood.table == name]
        heads = {one: head.text for sheet in of_it for one, head in sheet.columns.items()}
        others = tuple(dict.fromkeys(one for sheet in of_it for one in sheet.others))
        called = {one: (heads[one], SourceKind.TEXT) for one in columns}
        tables[name] = FoundTable(name, name, called, others)
    texts: dict[str, list[str]] = {}
    for one in sheets:
        for column, values in _texts(one, path, sampled):
            texts.setdefault(f"{one.understood.table}.{column}", []).extend(values)
    return Looked(tuple(sheets), tables, texts, tuple(troubles))


def _texts(sheet: SheetRead, path: Path, sampled: int) -> Iterator[tuple[str, list[str]]]:
    """Give the days and moments of the first rows as they are written; real dates of Excel are ISO."""
    yield from _some(sheet, path, sampled, lambda spec: spec.kind in (Kind.DAY, Kind.MOMENT))


def words_in(sheets: Sequence[SheetRead], path: Path, rows: int) -> dict[str, Counter[str]]:
    """Give, by "table.column" that holds words, those in the first rows of each sheet."""
    seen: dict[str, Counter[str]] = {}
    for one in sheets:
        for name, values in _some(one, path, rows, lambda spec: bool(spec.words)):
            seen.setdefault(f"{one.understood.table}.{name}", Counter()).update(values)
    return seen


def _some(
    sheet: SheetRead, path: Path, rows: int, wanted: Callable[[Column], bool]
) -> Iterator[tuple[str, list[str]]]:
    """Give the values of some columns in a sheet's first rows."""
    spec = CONTRACT[sheet.understood.table]
    names = [one.name for one in spec.columns if one.name in sheet.columns]
    taking = parts(sheet.understood, names, Landing(path, rows, lambda: None))
    part = next(taking, None)
    if part is None:
        return
    with part.path.open(encoding="utf-8", newline="") as file:
        columns = list(zip(*csv.reader(file, delimiter=part.separator), strict=True))[1:]
    part.path.unlink()
    for name, values in zip(names, columns, strict=True):
        if wanted(spec[name]):
            yield name, [one for one in values[:rows] if one]


def line_of_sheet(one: SheetRead, *, is_read: bool) -> SheetLine:
    """Give a sheet's line; ``is_read``: its rows have been taken."""
    what = one.understood
    return SheetLine(
        one.path.name, "" if what.sheet.is_alone else what.sheet.name, what.table, what.header_row,
        {column: _nfc(head.text) for column, head in what.columns.items()},
        tuple(column for column, head in what.columns.items() if head.by_name),
        tuple(map(_nfc, what.others)), len(what.personal),
        one.taken.rows if is_read else None,
        {WHY[why]: count for why, count in one.taken.skipped.items()},
        tuple(each.row for each in one.taken.examples), what.notes,
    )  # fmt: skip


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def sentences(line: SheetLine) -> Iterator[str]:
    """Give what is understood of a sheet, in lines for a terminal."""
    where = f"Tệp «{line.file}»" + (f", trang «{line.sheet}»" if line.sheet else "")
    rows = "" if line.rows is None else ", " + f"{line.rows:,} dòng".replace(",", ".")
    label = CONTRACT[line.table].label
    yield f"{where}: bảng {line.table} ({label}), đầu cột ở dòng {line.header_row}{rows}."
    told = (
        f"{column} ← «{head}»{' (hiểu theo tên)' if column in line.by_name else ''}"
        for column, head in line.columns.items()
    )
    yield f"  {'; '.join(told)}."
    if line.unused:
        named = ", ".join(f"«{one}»" for one in line.unused[:_UNUSED_TOLD])
        more = len(line.unused) - _UNUSED_TOLD
        rest = f" và {more} cột khác (đủ ở dòng {line.header_row} của tệp)" if more > 0 else ""
        yield f"  Đầu cột không dùng: {named}{rest}."
    if line.personal:
        yield f"  {line.personal} cột dữ liệu cá nhân của công dân: không đọc."
    if line.skipped:
        why = "; ".join(f"{count} dòng: {told.rstrip('.')}" for told, count in line.skipped.items())
        places = ", ".join(map(str, line.skipped_rows))
        yield f"  Không phải dữ liệu: {why} (ví dụ dòng {places})."
    yield from (f"  {one}" for one in line.notes)

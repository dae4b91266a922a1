"""The Excel files a reader can take along: which tables there are, and how one becomes a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import IO

from dashboard.address.words import Extras
from dashboard.formats import NOTHING, count_text, day_text, moment_text, rate_text
from dashboard.issued.record import Block, Seal, rows_block
from dashboard.question.listing import whole_rows, whole_size
from dashboard.question.question import Question
from dashboard.sheets import about, dossiers, flags, on_time, online, satisfaction, units
from dashboard.sheets.table import Cell, Rate, Table
from dashboard.sheets.workbook import Book, Fact

BY_UNIT = "don-vi"
LIST = "ho-so"
TABLES: Mapping[str, Mapping[str, Callable[[Question], Table]]] = {
    "dung-han": {
        BY_UNIT: on_time.by_unit, "linh-vuc": on_time.by_field, "thu-tuc": on_time.by_procedure,
        "thang": on_time.by_month, "don-vi-thang": on_time.by_unit_month,
        "noi-tre": on_time.by_origin, "dong-gop": on_time.by_contribution,
    },
    "truc-tuyen": {
        BY_UNIT: online.by_unit, "linh-vuc": online.by_field, "thu-tuc": online.by_procedure,
        "thang": online.by_month, "don-vi-thang": online.by_unit_month,
    },
    "hai-long": {
        BY_UNIT: satisfaction.by_unit, "nguon-thang": satisfaction.by_source_month,
        "don-vi-thang": satisfaction.by_unit_month,
    },
    "canh-bao": {
        BY_UNIT: flags.flags, "viec": flags.work, "kiem-tra": flags.inspected, "phan-anh": flags.complaints,
    },
    "don-vi": {BY_UNIT: units.units, "chi-so": units.metrics},
}  # fmt: skip
"""File → what a row is (the word ``theo``) → its table."""


def write_table(file: IO[bytes] | str, question: Question, table: Table, *, address: str) -> None:
    """Write a table into a workbook."""
    _write(file, question, table, address=address)


def write_list(
    file: IO[bytes] | str, question: Question, *, address: str, tell: Callable[[int], None] | None = None
) -> None:
    """Write the whole list into a workbook; ``tell`` as ``Book.table``."""
    count = whole_size(question)
    with question.source.reading(question.known) as conn:
        table = dossiers.whole_list(question, whole_rows(question, conn), count)
        _write(file, question, table, address=address, tell=tell)


def _write(
    file: IO[bytes] | str, question: Question, table: Table, *, address: str,
    tell: Callable[[int], None] | None = None, seal: Seal | None = None,
) -> None:  # fmt: skip
    is_sample = question.known.as_of.is_sample
    notes = [*table.notes, *question.parsed.sentences]
    facts = about.facts(
        question, title=table.title, address=address, made_at=question.source.settings.clock()
    )
    foot = about.foot(question)
    if seal is not None:
        facts[1:1] = [Fact(*line.split(": ", 1)) for line in seal.lines if ": " in line]
        foot = f"{seal.number} · {foot}" if seal.number else foot
    with Book(file, title=table.title, foot=foot, is_sample=is_sample) as book:
        defined = [*about.definitions(table.columns, question.view), *table.definitions]
        book.facts(facts, defined, notes)
        book.table(table, subtitle=about.subtitle(question), tell=tell)


class TableFile:
    """A table of a view, all of whose rows are there, not yet saved."""

    def __init__(self, question: Question, table: Table, *, address: str) -> None:
        self._question, self._address = question, address
        self._table = replace(table, rows=list(table.rows))

    @property
    def blocks(self) -> list[Block]:
        """What the table says, as data: its title, its notes, its cells as they are read."""
        table = self._table
        rows = [[_read(cell) for cell in row] for row in table.rows]
        return [Block("head", table.title), *(Block("note", one) for one in table.notes),
                rows_block([column.head for column in table.columns], rows)]  # fmt: skip

    def save(self, file: IO[bytes], seal: Seal | None = None) -> None:
        """Write the workbook."""
        _write(file, self._question, self._table, address=self._address, seal=seal)


def _read(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return moment_text(cell)
    if isinstance(cell, date):
        return day_text(cell)
    if isinstance(cell, int):
        return count_text(cell)
    if isinstance(cell, Rate):
        return rate_text(cell.share, cell.decimals, cell.edges)
    return cell if isinstance(cell, str) else NOTHING


def name_of(question: Question, what: str, by: str = "") -> str:
    """Give the file name of a table, or of the list."""
    extras: Extras = question.parsed.extras
    told = what if by in ("", BY_UNIT) and what != "dung-han" else f"{what}-theo-{by or BY_UNIT}"
    if what == LIST:
        parts = [
            extras.flag,
            extras.metric,
            None if extras.sample_size is None else f"mau-{extras.sample_size}",
        ]
        told = "-".join([what, *(one.replace("_", "-") for one in parts if one)])
    return about.file_name(question, told, "xlsx")

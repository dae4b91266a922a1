"""The Excel files a reader can take along: which tables there are, and how one becomes a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import IO

from dashboard.address.words import Extras
from dashboard.question.listing import whole_rows, whole_size
from dashboard.question.question import Question
from dashboard.sheets import about, dossiers, flags, on_time, online, satisfaction, units
from dashboard.sheets.table import Table
from dashboard.sheets.workbook import Book

BY_UNIT = "don-vi"
LIST = "ho-so"
TABLES: Mapping[str, Mapping[str, Callable[[Question], Table]]] = {
    "dung-han": {
        BY_UNIT: on_time.by_unit, "linh-vuc": on_time.by_field, "thu-tuc": on_time.by_procedure,
        "thang": on_time.by_month, "don-vi-thang": on_time.by_unit_month,
    },
    "truc-tuyen": {
        BY_UNIT: online.by_unit, "linh-vuc": online.by_field, "thu-tuc": online.by_procedure,
        "thang": online.by_month, "don-vi-thang": online.by_unit_month,
    },
    "hai-long": {BY_UNIT: satisfaction.by_unit, "nguon-thang": satisfaction.by_source_month},
    "canh-bao": {BY_UNIT: flags.flags},
    "don-vi": {BY_UNIT: units.units},
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
    tell: Callable[[int], None] | None = None,
) -> None:  # fmt: skip
    is_sample = question.known.as_of.is_sample
    notes = [*table.notes, *question.parsed.sentences]
    facts = about.facts(
        question, title=table.title, address=address, made_at=question.source.settings.clock()
    )
    with Book(file, title=table.title, foot=about.foot(question), is_sample=is_sample) as book:
        book.facts(facts, about.definitions(table.columns, question.view), notes)
        book.table(table, subtitle=about.subtitle(question), tell=tell)


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

"""What may be meant by a database's tables, and which words they hold: looked at, not read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from queries.check.identifiers import TableGuess, fitting, proposed
from queries.check.sheets import words_in
from queries.check.trial import Survey, words_seen
from queries.contract import CONTRACT
from queries.source.mapping import SourceMapping
from queries.source.visit import Source, visit

LOOKED_AT = 20_000
"""So many rows of a table are looked at for words; a check reads them all."""


@dataclass(frozen=True)
class Looked:
    """What a database may have. ``schema``: where that is, None: the account's own; ``names``: its tables."""

    schema: str | None
    guesses: tuple[TableGuess, ...]
    names: tuple[str, ...]


def look(
    source: Source, schema: str | None, *, tables: Mapping[str, str], columns: Mapping[str, str]
) -> Looked:
    """Look at the names in a schema, or where none is said in the account's own, else the one that fits best.

    ``tables``, ``columns``: what a person said. Raises SourceError.
    """
    with visit(source) as opened:

        def looked(place: str | None) -> Looked:
            names = opened.names(place, (*CONTRACT, *tables.values()))
            return Looked(place, proposed(names, tables=tables, columns=columns), tuple(sorted(names)))

        own = looked(schema)
        if schema is not None or any(one.name == "dossiers" for one in own.guesses):
            return own
        return max((own, *map(looked, opened.schemas())), key=lambda one: fitting(one.guesses))


def words(
    source: Source | None, mapping: SourceMapping, survey: Survey, folder: Path
) -> tuple[dict[str, Counter[str]], dict[str, Counter[str]]]:
    """Give the words in the first rows: the database's and the sheets'. Raises SourceError."""
    in_sheets = words_in(survey.sheets, folder / "words.csv", LOOKED_AT)
    if source is None:
        return {}, in_sheets
    of_sheets = {one.understood.table for one in survey.sheets}
    tables = {name: one for name, one in survey.tables.items() if name not in of_sheets}
    return words_seen(source, mapping, tables, folder, rows=LOOKED_AT), in_sheets

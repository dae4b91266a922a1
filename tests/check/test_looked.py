"""What is looked at in each engine, by an account that may only read."""

from __future__ import annotations

from checked import Place, dossier
from stores import SCHEMA

from queries.check.looked import look, words
from queries.check.trial import survey
from queries.contract import CONTRACT
from queries.source.mapping import SourceMapping
from queries.source.visit import Source


def test_tables_are_found_and_words_counted(place: Place) -> None:
    place.fill(dossiers=[dossier(n, state="9" if n < 3 else "finished") for n in range(40)])
    source = Source(place.url)
    # PostgreSQL's reader sees the tables in a schema that is not its own
    looked = look(source, None, tables={}, columns={})
    assert [one.name for one in looked.guesses] == list(CONTRACT)
    assert looked.schema == (SCHEMA if place.name == "postgresql" else None)
    mapping = SourceMapping(looked.schema)
    seen, in_sheets = words(source, mapping, survey(source, mapping, place.folder), place.folder)
    assert seen["dossiers.state"] == {"9": 3, "finished": 37}
    assert in_sheets == {}

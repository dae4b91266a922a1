"""What is looked at in each engine, by an account that may only read."""

from __future__ import annotations

from pathlib import Path

from checked import Place, dossier

from queries.check.looked import look, words
from queries.check.trial import survey
from queries.contract import CONTRACT
from queries.source.mapping import SourceMapping
from queries.source.visit import Source


def test_tables_are_found_and_words_counted(place: Place, tmp_path: Path) -> None:
    place.fill(dossiers=[dossier(n, state="9" if n < 3 else "finished") for n in range(40)])
    source = Source(place.url)
    looked = look(source, None, tables={}, columns={})
    assert [one.name for one in looked.guesses] == list(CONTRACT)
    assert looked.schema is None
    mapping = SourceMapping(looked.schema)
    seen, in_sheets = words(source, mapping, survey(source, mapping, tmp_path), tmp_path)
    assert seen["dossiers.state"] == {"9": 3, "finished": 37}
    assert in_sheets == {}

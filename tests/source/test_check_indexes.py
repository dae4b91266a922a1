"""The warning about indexes that large tables lack, where an engine needs and can tell them."""

from __future__ import annotations

from pathlib import Path

import pytest
from stores import SQLite, Store
from test_check import CLEAN, NOW

from dashboard.command.documents import contract_document
from queries.contract import Renames
from queries.source.check import indexes as check_indexes
from queries.source.check.indexes import MANY, NEEDED, RECOMMENDED, missing_indexes
from queries.source.check.report import check


@pytest.fixture(autouse=True)
def small_tables_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_indexes, "MANY", 1)


def missing(store: Store) -> list[tuple[str, str | None]]:
    found = check(store.engine, None, NOW).findings
    return [(one.table, one.column) for one in found if one.id == "missing_index"]


def test_a_needed_index_is_missed_until_it_is_there(store: Store) -> None:
    store.fill(CLEAN)
    if store.name == "duckdb":
        assert missing(store) == [], "DuckDB joins without one"
        return
    assert missing(store) == [("dossiers", "dossier_code"), ("slips", "dossier_code")]
    code, unit, slips = store.q("dossier_code"), store.q("unit_code"), store.q("slips")
    store.write(f"CREATE INDEX behind ON {store.q('dossiers')} ({unit}, {code})", changes=("dossiers",))
    assert ("dossiers", "dossier_code") in missing(store), "an index that begins with another column"
    store.write(f"CREATE INDEX first_of_two ON {slips} ({code}, {store.q('kind')})", changes=("slips",))
    assert missing(store) == [("dossiers", "dossier_code")]
    store.write(f"CREATE UNIQUE INDEX own ON {store.q('dossiers')} ({code})", changes=("dossiers",))
    assert missing(store) == []


def test_the_warning_names_the_real_table_and_says_what_to_do(tmp_path: Path) -> None:
    store = SQLite(tmp_path)
    store.fill(CLEAN)
    store.write("ALTER TABLE slips RENAME TO phieu")
    renames = Renames(tables={"slips": "phieu"})
    found = [one for one in check(store.engine, renames, NOW).findings if one.table == "slips"]
    assert [one.severity for one in found] == ["cảnh báo"]
    assert "CREATE INDEX phieu_dossier_code ON phieu (dossier_code)" in found[0].sentence
    store.close()


def test_of_a_view_and_of_a_small_table_nothing_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = SQLite(tmp_path)
    store.fill(CLEAN)
    for name in ("slips", "dossiers"):
        store.write(f"CREATE VIEW v_{name} AS SELECT * FROM {name}")
    views = Renames(tables={"slips": "v_slips", "dossiers": "v_dossiers"})
    rows: dict[str, int | None] = {"dossiers": 5, "slips": 5}
    assert missing_indexes(store.engine, views, rows) == []
    assert len(missing_indexes(store.engine, Renames(), rows)) == 2
    assert missing_indexes(store.engine, Renames(), {"dossiers": None, "slips": 0}) == []
    monkeypatch.setattr(check_indexes, "MANY", MANY)
    assert missing_indexes(store.engine, Renames(), rows) == []
    store.close()


def test_what_is_needed_is_recommended_in_the_contract_s_document() -> None:
    text = contract_document()
    for name, columns in RECOMMENDED.items():
        assert set(NEEDED.get(name, ())) <= set(columns)
        for column in columns:
            assert f"ON {name} ({column});" in text

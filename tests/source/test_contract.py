"""The contract fitted to real databases: renamed, in capitals, with things missing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import select
from stores import SCHEMA, Store

from queries.asked.periods import parse_period
from queries.asked.view import View
from queries.contract import CONTRACT, Kind, Renames
from queries.copy.as_of import read_as_of
from queries.courses.bound import Bound, bind
from queries.courses.catalogue import read_fields, read_procedures, read_units
from queries.definitions.metrics import BASES
from queries.on_time.statements import on_time_by_procedure, on_time_by_unit
from queries.on_time.trend import late_by_unit_month

NOW = datetime(2026, 11, 21, 10, 15)
VIEW = View(parse_period("2026-11"), NOW)
OPTIONAL_COLUMNS = [
    (table.name, one.name) for table in CONTRACT.values() for one in table.columns if not one.required
]
OPTIONAL_TABLES = [table.name for table in CONTRACT.values() if not table.required]
_VALUES: dict[Kind, Any] = {
    Kind.TEXT: "x", Kind.NUMBER: 1, Kind.DECIMAL: 1, Kind.BOOLEAN: True, Kind.DAY: date(2026, 1, 1),
    Kind.MOMENT: datetime(2026, 11, 5, 8),
}  # fmt: skip


def filled(table: str, **given: Any) -> dict[str, Any]:
    """A row with something in every column."""
    return {one.name: _VALUES[one.kind] for one in CONTRACT[table].columns} | given


def dossier(code: str, state: str, due: datetime, finished: datetime | None, **more: Any) -> dict[str, Any]:
    return filled(
        "dossiers", dossier_code=code, unit_code="P1", procedure_code="1.001", field="Hộ tịch", state=state,
        received_at=datetime(2026, 11, 2, 8), due_at=due, finished_at=finished,
        suspended_since=datetime(2026, 11, 12), updated_at=datetime(2026, 11, 20, 9), **more,
    )  # fmt: skip


DATA: dict[str, list[dict[str, Any]]] = {
    **{name: [filled(name)] for name in CONTRACT},
    "units": [filled("units", unit_code="P1", name="Phường 1", kind="ward", active_to=date(2027, 1, 1))],
    "procedures": [filled("procedures", procedure_code="1.001", name="Khai sinh", field="Đất đai")],
    "dossiers": [
        dossier("1", "finished", datetime(2026, 11, 10), datetime(2026, 11, 9, 8)),
        dossier("2", "finished", datetime(2026, 11, 10), datetime(2026, 11, 12, 8)),
        dossier("3", "open", datetime(2026, 11, 10), None),
        # suspended when already overdue: overdue, but suspended where the column is missing
        dossier("4", "suspended", datetime(2026, 11, 10), None),
    ],
    "loads": [filled("loads", as_of=datetime(2026, 11, 21, 6), source="Một cửa")],
}


def answers(store: Store, bound: Bound) -> dict[str, Any]:
    """Everything that is asked of a database, in a word each."""
    with store.connect() as conn:
        units, as_of = read_units(conn, bound), read_as_of(conn, bound, NOW)
        by_unit = on_time_by_unit(conn, bound, VIEW)
        by_procedure = on_time_by_procedure(conn, bound, VIEW)
        of_field = on_time_by_unit(conn, bound, VIEW.at(field="Đất đai"))
        rates = {}
        for basis in BASES:
            last = late_by_unit_month(conn, bound, VIEW.at(basis=basis)).iloc[-1]
            rates[basis] = (last.unit_code, last.month, last.late, last.total)
        return {
            "units": units,
            "procedures": read_procedures(conn, bound),
            "fields": read_fields(conn, bound),
            "as_of": (as_of.moment, as_of.inferred),
            "counts": [(one.unit_code, one.received, one.late, one.open_overdue, one.suspended)
                       for one in by_unit.itertuples()],
            "by procedure": [(*(None if pd.isna(word) else word for word in one[:2]), one[2])
                             for one in by_procedure.itertuples(index=False)],
            "of field": of_field.received.sum(),
            "rates": rates,
        }  # fmt: skip


def unchanged(store: Store) -> dict[str, Any]:
    """What the whole contract answers."""
    store.fill(DATA)
    found = answers(store, store.bound())
    assert found["counts"] == [("P1", 4, 1, 2, 0)]
    assert found["by procedure"] == [("1.001", "Hộ tịch", 4)]
    assert found["of field"] == 4
    assert found["fields"] == ("Đất đai", "Hộ tịch")
    assert found["as_of"] == (datetime(2026, 11, 21, 6), False)
    assert found["rates"] == {"A": ("P1", 12, 1, 2), **dict.fromkeys("BCD", ("P1", 12, 3, 4))}
    assert [(one.name, one.head_name, one.active_to) for one in found["units"]] == [
        ("Phường 1", "x", date(2027, 1, 1))
    ]
    assert [(one.name, one.field) for one in found["procedures"]] == [("Khai sinh", "Đất đai")]
    return found


CHANGED: dict[str, set[str]] = {
    # what another answer depends on: dropping the left changes the right and nothing else
    "dossiers.suspended_since": {"counts", "rates"},
    "dossiers.procedure_code": {"by procedure", "of field"},
    "dossiers.field": {"by procedure", "fields"},
    "procedures.field": {"procedures", "fields", "of field"},
    "procedures": {"procedures", "fields", "of field"},
    "loads": {"as_of"},
    **{f"procedures.{word}": {"procedures"} for word in ("level", "online_level")},
    **{f"units.{word}": {"units"} for word in ("sort_order", "active_from", "active_to", "successor_code",
                                               "has_postal_contract", "head_name")},
}  # fmt: skip


def differing(found: dict[str, Any], whole: dict[str, Any]) -> set[str]:
    return {word for word in whole if found[word] != whole[word]}


def test_each_optional_column_may_be_missing(store: Store) -> None:
    """All is asked in the engines of a file; elsewhere where an answer depends on the column."""
    whole = unchanged(store)
    for table, column in OPTIONAL_COLUMNS:
        store.fill(DATA, without=[f"{table}.{column}"])
        bound = store.bound()
        missing = {f"{table}.{column}"}
        assert every_name() - bound.present == missing
        assert not bound.has(f"{table}.{column}")
        with store.connect() as conn:
            assert conn.scalars(select(bound[table].c[column])).first() is None
            assert on_time_by_unit(conn, bound, VIEW).open_overdue.tolist() == (
                [1] if column == "suspended_since" else [2]
            )
        changed = CHANGED.get(f"{table}.{column}", set())
        if changed or store.name in ("duckdb", "sqlite"):
            assert differing(answers(store, bound), whole) == changed, missing


def test_each_optional_table_may_be_missing(store: Store) -> None:
    whole = unchanged(store)
    for table in OPTIONAL_TABLES:
        store.fill(DATA, without=[table])
        bound = store.bound()
        assert every_name() - bound.present == {one for one in every_name() if one.split(".")[0] == table}
        assert not bound.has(table)
        assert differing(answers(store, bound), whole) == CHANGED.get(table, set()), table


@pytest.mark.parametrize("tables_too", [False, True])
def test_all_that_is_optional_may_be_missing_at_once(store: Store, tables_too: bool) -> None:
    columns = [f"{table}.{column}" for table, column in OPTIONAL_COLUMNS]
    store.fill(DATA, without=[*columns, *(OPTIONAL_TABLES if tables_too else ())])
    bound = store.bound()
    required = {f"{table.name}.{one.name}" for table in CONTRACT.values() for one in table.columns
                if one.required and (table.required or not tables_too)}  # fmt: skip
    tables = {"units", "dossiers"} if tables_too else set(CONTRACT)
    assert bound.present == required | tables
    found = answers(store, bound)
    assert found["counts"] == [("P1", 4, 1, 1, 1)]
    assert found["by procedure"] == [(None, None, 4)]
    assert (found["of field"], found["fields"]) == (0, ())
    assert [one.name for one in found["units"]] == ["Phường 1"]
    assert [one.name for one in found["procedures"]] == ([] if tables_too else ["Khai sinh"])
    # the latest finished_at, or the load
    latest = datetime(2026, 11, 12, 8) if tables_too else datetime(2026, 11, 21, 6)
    assert found["as_of"] == (latest, tables_too)
    assert found["rates"]["C"] == ("P1", 12, 2, 4)


def every_name() -> set[str]:
    columns = {f"{table.name}.{one.name}" for table in CONTRACT.values() for one in table.columns}
    return columns | set(CONTRACT)


# Names of the district's own


@pytest.fixture
def views(store: Store) -> Iterator[Renames]:
    """Views in the district's own words, some in capitals, one column misspelt in case."""
    store.fill(DATA)
    tables = {"units": "DON_VI", "dossiers": "Hồ sơ", "procedures": "v_thu_tuc"}
    columns = {"units.unit_code": "MA_DV", "dossiers.dossier_code": "Mã hồ sơ", "dossiers.due_at": "order",
               "dossiers.unit_code": "ma_dv", "procedures.field": "LINH_VUC"}  # fmt: skip
    for table, view in tables.items():
        chosen = ", ".join(
            f"{store.q(one.name)} AS {store.q(columns.get(f'{table}.{one.name}', one.name.upper()))}"
            for one in CONTRACT[table].columns
        )
        store.write(f"CREATE VIEW {store.q(view)} AS SELECT {chosen} FROM {store.q(table)}")
    asked = columns | {"dossiers.unit_code": "MA_dv"}
    schema = {"postgresql": SCHEMA, "mariadb": SCHEMA, "duckdb": "main", "sqlite": "main"}[store.name]
    yield Renames(schema=schema, tables=tables, columns=asked)
    for view in tables.values():
        store.write(f"DROP VIEW {store.q(view)}")


def test_renames_schema_and_capitals(store: Store, views: Renames) -> None:
    whole = answers(store, store.bound())
    bound = store.bound(views)
    assert bound.present == every_name()
    assert answers(store, bound) == whole


def test_a_rename_that_is_not_there_is_a_missing_column(store: Store) -> None:
    store.fill(DATA)
    bound = store.bound(Renames(columns={"dossiers.suspended_since": "ngay_dung"}))
    assert not bound.has("dossiers.suspended_since")
    assert answers(store, bound)["counts"] == [("P1", 4, 1, 1, 1)]


# Without a database


def test_bind_knows_what_is_there() -> None:
    bound = bind({"units": ["Unit_Code", "NAME", "extra"], "khac": ["a"]})
    assert bound.present == {"units", "units.unit_code", "units.name"}
    assert set(bound["units"].c.keys()) == {one.name for one in CONTRACT["units"].columns}
    assert set(bound["loads"].c.keys()) == {"as_of", "loaded_at", "source", "rows"}
    with pytest.raises(KeyError):
        bound["khac"]


def test_a_column_of_the_contract_by_its_name() -> None:
    assert CONTRACT["dossiers"]["due_at"].required
    assert not CONTRACT["dossiers"]["assisted"].required
    with pytest.raises(KeyError, match=r"dossiers\.khac"):
        CONTRACT["dossiers"]["khac"]


def test_the_contract_holds_nothing_personal_about_citizens() -> None:
    names = {one.name for table in CONTRACT.values() for one in table.columns}
    assert not names & {"citizen", "applicant", "phone", "address", "email", "id_number", "birth_date"}
    assert {name for name in names if "name" in name} == {"name", "head_name"}

"""The contract check: a clean database, each thing wrong with one, and what it never does."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import select
from stores import SQLite, Store

from queries.contract import CONTRACT
from queries.source.check.data import Finding
from queries.source.check.doubts import ERROR, NOTE, WARNING
from queries.source.check.report import Report, check

NOW = datetime(2026, 11, 21, 10, 15)
SPRING, SUMMER = datetime(2026, 3, 2, 8, 0), datetime(2026, 6, 1, 9, 30)
Tables = dict[str, list[dict[str, Any]]]

CLEAN: Tables = {
    "units": [
        {"unit_code": "P1", "name": "Phường 1", "kind": "ward", "active_from": date(2020, 1, 1)},
        {"unit_code": "P2", "name": "Phường 2", "kind": "ward"},
    ],
    "procedures": [{"procedure_code": "T1", "name": "Khai sinh", "level": "commune", "online_level": "full"}],
    "dossiers": [
        {
            "dossier_code": f"H{number}", "unit_code": "P1", "procedure_code": "T1", "channel": "counter",
            "received_at": SPRING, "due_at": SUMMER, "finished_at": SUMMER, "state": "finished",
            "officer_code": "C1", "online_level": "4", "assisted": False, "updated_at": SUMMER,
        }
        for number in range(4)
    ],
    "slips": [{"slip_id": "S1", "dossier_code": "H1", "kind": "apology", "issued_at": SUMMER}],
    "ratings": [
        {"unit_code": "P1", "rated_on": date(2026, 6, 1), "source": "paper", "level": "satisfied", "votes": 3}
    ],
    "officers": [{"officer_code": "C1", "name": "A", "unit_code": "P1", "on_contract": False}],
    "complaints": [{"complaint_id": "K1", "unit_code": "P1", "received_on": date(2026, 6, 1)}],
    "receptions": [{"unit_code": "P1", "held_on": date(2026, 6, 1)}],
    "loads": [{"as_of": datetime(2026, 11, 20, 23, 0), "source": "một cửa"}],
}  # fmt: skip

ODD = (
    ("dossiers", {"channel": "web"}, "unknown_word", "channel"),
    ("dossiers", {"channel": None}, "unknown_word", "channel"),
    ("dossiers", {"state": "xong"}, "unknown_word", "state"),
    ("dossiers", {"online_level": "5"}, "unknown_word", "online_level"),
    ("dossiers", {"unit_code": "P9"}, "unknown_unit", "unit_code"),
    ("dossiers", {"unit_code": None}, "null_unit", "unit_code"),
    ("dossiers", {"received_at": None}, "null_required", "received_at"),
    ("dossiers", {"due_at": None}, "null_due_at", "due_at"),
    ("dossiers", {"due_at": datetime(2026, 3, 1, 23)}, "due_before_received", "due_at"),
    ("dossiers", {"finished_at": datetime(2026, 3, 1, 23)}, "finished_before_received", "finished_at"),
    ("dossiers", {"finished_at": None}, "closed_without_finished_at", "finished_at"),
    ("dossiers", {"state": "suspended"}, "open_with_finished_at", "finished_at"),
    ("dossiers", {"updated_at": datetime(2026, 11, 21, 10, 16)}, "future", "updated_at"),
    ("dossiers", {"procedure_code": "T9"}, "unknown_procedure", "procedure_code"),
    ("dossiers", {"officer_code": "C9"}, "unknown_officer", "officer_code"),
    ("dossiers", {"receiving_unit_code": "P9"}, "unknown_receiving_unit", "receiving_unit_code"),
    ("dossiers", {"dossier_code": None}, "null_key", "dossier_code"),
    ("units", {"kind": "phuong"}, "unknown_word", "kind"),
    ("units", {"name": None}, "null_required", "name"),
    ("units", {"active_to": date(2019, 1, 1)}, "ended_before_begun", "active_to"),
    ("units", {"successor_code": "P9"}, "unknown_successor", "successor_code"),
    ("procedures", {"level": "tỉnh"}, "unknown_word", "level"),
    ("slips", {"kind": "xin lỗi"}, "unknown_word", "kind"),
    ("slips", {"dossier_code": "H9"}, "unknown_dossier", "dossier_code"),
    ("slips", {"issued_at": datetime(2027, 1, 1)}, "future", "issued_at"),
    ("ratings", {"level": "tốt"}, "unknown_word", "level"),
    ("ratings", {"source": None}, "unknown_word", "source"),
    ("ratings", {"votes": -1}, "negative_votes", "votes"),
    ("ratings", {"rated_on": date(2026, 11, 22)}, "future", "rated_on"),
    ("complaints", {"answered_on": date(2026, 5, 1)}, "answered_before_received", "answered_on"),
    ("complaints", {"unit_code": "P9"}, "unknown_unit", "unit_code"),
    ("receptions", {"held_on": None}, "null_required", "held_on"),
    ("loads", {"as_of": datetime(2026, 11, 21, 11)}, "future", "as_of"),
)
"""One change to one row, and the finding it must give."""


def with_change(table: str, change: dict[str, Any]) -> Tables:
    tables = deepcopy(CLEAN)
    tables[table][0].update(change)
    return tables


def told(report: Report, *severities: str) -> list[Finding]:
    """What is told about rows and shape; whether the account can write is another matter."""
    return [one for one in report.findings if one.table and one.severity in (severities or (ERROR, WARNING))]


def one(report: Report, identity: str) -> Finding:
    return next(found for found in report.findings if found.id == identity)


def test_a_clean_database_has_nothing_wrong(store: Store) -> None:
    store.fill(CLEAN)
    report = check(store.engine, None, NOW)
    assert report.ok
    assert told(report, ERROR, WARNING, NOTE) == []
    tables = {table.name: table for table in report.tables}
    assert list(tables) == list(CONTRACT)
    assert {name: table.rows for name, table in tables.items()} == {
        name: len(rows) for name, rows in CLEAN.items()
    }
    assert (tables["dossiers"].first, tables["dossiers"].last) == (SPRING, SPRING)
    assert tables["ratings"].last == datetime(2026, 6, 1)
    assert tables["units"].first is None
    assert report.as_of is not None
    assert (report.as_of.moment, report.as_of.inferred) == (datetime(2026, 11, 20, 23, 0), False)


def test_every_kind_of_odd_row_is_found_on_every_engine(store: Store) -> None:
    tables = deepcopy(CLEAN)
    for table, change, _, _ in ODD:
        if table in ("dossiers", "slips", "complaints"):
            key = next(column.name for column in CONTRACT[table].columns if column.key)
            fresh = {key: f"{table}{len(tables[table])}"}
        else:
            fresh = {"unit_code": f"P{len(tables['units']) + 100}"} if table == "units" else {}
        tables[table].append({**CLEAN[table][0], **fresh, **change})
    store.fill(tables)
    report = check(store.engine, None, NOW)
    found = {(one.table, one.id, one.column): one.count for one in told(report, ERROR, WARNING, NOTE)}
    expected: dict[tuple[str, str, str], int] = {}
    for table, _, identity, column in ODD:
        expected[table, identity, column] = expected.get((table, identity, column), 0) + 1
    expected["procedures", "repeated_key", "procedure_code"] = 2
    assert found == expected
    assert report.ok, "odd rows are defects of the data, not of the connection"
    assert "Thấy: " in one(report, "unknown_word").sentence


@pytest.fixture(scope="module")
def lite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SQLite]:
    made = SQLite(tmp_path_factory.mktemp("lite"))
    yield made
    made.close()


def test_the_wrong_words_are_named_most_frequent_first(lite: SQLite) -> None:
    tables = deepcopy(CLEAN)
    for row, word in zip(tables["dossiers"], ("web", "web", None, "post"), strict=True):
        row["channel"] = word
    lite.fill(tables)
    found = one(check(lite.engine, None, NOW), "unknown_word")
    assert (found.count, found.severity) == (3, WARNING)
    assert found.sentence == (
        "3 dòng hồ sơ có channel ngoài danh mục, được tính là nộp trực tiếp (counter). "
        "Cho phép: counter, online, post. Thấy: “web” 2, trống 1."
    )


def test_repeated_keys_are_counted_and_officials_not_named(store: Store) -> None:
    tables = deepcopy(CLEAN)
    tables["dossiers"] += [tables["dossiers"][0], tables["dossiers"][0], tables["dossiers"][1]]
    tables["officers"] += tables["officers"]
    store.fill(tables)
    dossiers, officers = told(check(store.engine, None, NOW))
    assert (dossiers.id, dossiers.count, officers.id, officers.count) == (
        "repeated_key",
        5,
        "repeated_key",
        2,
    )
    assert "2 mã dossier_code bị lặp, ở 5 dòng hồ sơ (ví dụ H0, H1)" in dossiers.sentence
    assert "C1" not in officers.sentence


@pytest.mark.parametrize("moment", [datetime(2026, 3, 2), datetime(2026, 3, 2, 7, 59)])
def test_the_same_day_is_not_before_the_day_received(moment: datetime, lite: SQLite) -> None:
    lite.fill(with_change("dossiers", {"finished_at": moment, "due_at": moment}))
    assert told(check(lite.engine, None, NOW)) == []


@pytest.mark.parametrize("text", [
    "21/11/2026", "2026-02-30", "2026-11-31 08:00:00", "2026-11-21 24:00:00", "2026-11-21 25:00",
    "2026-11-21 08:00:00+07:00", "2026-11-21T08:00:00Z", "08:00", "now", "2461000.5", "x", "",
])  # fmt: skip
def test_text_that_is_no_moment_is_found_on_sqlite(text: str, lite: SQLite) -> None:
    """And is read as null by every question: none fails, none moves it to another hour."""
    lite.fill(CLEAN)
    lite.write(f"UPDATE dossiers SET due_at = '{text}' WHERE dossier_code = 'H1'", changes=("dossiers",))
    report = check(lite.engine, None, NOW)
    assert {(found.id, found.count) for found in told(report)} == {
        ("unreadable_moment", 1),
        ("null_due_at", 1),
    }
    with lite.connect() as conn:
        c = lite.bound()["dossiers"].c
        ((due,),) = conn.execute(select(c.due_at).where(c.dossier_code == "H1"))
    assert due is None


@pytest.mark.parametrize(("text", "moment"), [
    ("2026-11-21", datetime(2026, 11, 21)), ("2026-11-21T08:05", datetime(2026, 11, 21, 8, 5)),
    ("2026-11-21 08:05:09.5", datetime(2026, 11, 21, 8, 5, 9, 500_000)),
    ("2024-02-29 23:59:59", datetime(2024, 2, 29, 23, 59, 59)),
    ("2026-11-21 23:59:59.999999", datetime(2026, 11, 21, 23, 59, 59, 999_000)),
    ("2026-12-31T23:59:59.9996", datetime(2026, 12, 31, 23, 59, 59, 999_000)),
])  # fmt: skip
def test_every_way_to_write_a_moment_is_read_on_sqlite(text: str, moment: datetime, lite: SQLite) -> None:
    lite.fill(CLEAN)
    lite.write(f"UPDATE dossiers SET due_at = '{text}' WHERE dossier_code = 'H1'", changes=("dossiers",))
    with lite.connect() as conn:
        c = lite.bound()["dossiers"].c
        ((due,),) = conn.execute(select(c.due_at).where(c.dossier_code == "H1"))
    assert due == moment


REQUIRED = [
    (name, one.name) for name in ("dossiers", "slips") for one in CONTRACT[name].columns if one.required
]


@pytest.mark.parametrize(("table", "column"), REQUIRED)
def test_a_missing_required_column_takes_only_its_own_checks(table: str, column: str, lite: SQLite) -> None:
    lite.fill(CLEAN)
    lite.drop_column(table, column)
    report = check(lite.engine, None, NOW)
    shape = next(found for found in report.tables if found.name == table)
    assert (shape.missing_required, shape.missing_optional) == ((column,), ())
    assert shape.rows == len(CLEAN[table])
    assert not report.ok
    assert [(found.id, found.column) for found in told(report)] == [("missing_column", column)]


def test_without_anything_optional_the_dashboard_works(store: Store) -> None:
    store.fill(CLEAN)
    dropped = [
        (table.name, one.name) for table in CONTRACT.values() for one in table.columns if not one.required
    ]
    drops = [f"ALTER TABLE {store.q(table)} DROP COLUMN {store.q(column)}" for table, column in dropped]
    store.write(*drops, changes=CONTRACT)
    report = check(store.engine, None, NOW)
    assert report.ok
    assert told(report) == []
    missing = [(found.table, found.column) for found in report.findings if found.id == "missing_column"]
    assert missing == dropped
    assert [column for table in report.tables for column in table.missing_optional] == [
        one for _, one in dropped
    ]


@pytest.mark.parametrize("table", list(CONTRACT))
def test_a_missing_table_is_an_error_only_where_required(table: str, lite: SQLite) -> None:
    lite.fill(CLEAN)
    lite.drop_table(table)
    report = check(lite.engine, None, NOW)
    assert report.ok is not CONTRACT[table].required
    missing = one(report, "missing_table")
    assert (missing.table, missing.severity) == (table, ERROR if CONTRACT[table].required else NOTE)
    assert not next(found for found in report.tables if found.name == table).found


def test_an_empty_database_misses_what_is_required(store: Store) -> None:
    store.fill({})
    store.write(*(f"DROP TABLE {store.q(table)}" for table in CONTRACT), changes=CONTRACT)
    report = check(store.engine, None, NOW)
    assert [found.table for found in told(report, ERROR)] == ["units", "dossiers"]
    assert report.as_of is not None
    assert report.as_of.inferred


def test_tables_without_rows_are_told(store: Store) -> None:
    store.fill({})
    report = check(store.engine, None, NOW)
    assert [(found.table, found.id) for found in told(report)] == [("units", "empty"), ("dossiers", "empty")]
    assert one(report, "as_of_inferred").severity == NOTE

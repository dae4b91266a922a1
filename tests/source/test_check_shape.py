"""The contract check: types, renames, access, broken databases, and the report as JSON."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select
from stores import DuckDB, SQLite, Store
from test_check import CLEAN, NOW, one, told, with_change

from queries.contract import CONTRACT, Kind, Renames
from queries.courses.bound import bind
from queries.source.check.access import granted
from queries.source.check.data import Reader
from queries.source.check.doubts import ERROR, NOTE, WARNING
from queries.source.check.report import check
from queries.source.check.shape import misfit
from queries.source.engine import DatabaseUnavailable, open_engine


@pytest.fixture(scope="module")
def lite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SQLite]:
    made = SQLite(tmp_path_factory.mktemp("lite"))
    yield made
    made.close()


@pytest.fixture
def duck(tmp_path: Path) -> Iterator[DuckDB]:
    made = DuckDB(tmp_path)
    yield made
    made.close()


def retype(store: Store, table: str, **types: str) -> None:
    store.fill(CLEAN)
    store.write(f"DROP TABLE {store.q(table)}", store.create(table, types), changes=(table,))


def test_a_wrong_type_is_told_and_its_column_left_alone(store: Store) -> None:
    retype(
        store,
        "dossiers",
        due_at="varchar(50)",
        received_at="bigint",
        dossier_code="integer",
        finished_at="date",
    )
    report = check(store.engine, None, NOW)
    assert not report.ok
    found = {finding.column: finding for finding in told(report) if finding.id == "wrong_type"}
    # SQLite has no type for moments: the rows are looked at instead.
    moments = () if store.name == "sqlite" else ("received_at", "due_at")
    assert set(found) == {"dossier_code", *moments}
    assert {finding.severity for finding in found.values()} == {ERROR}
    # MariaDB knows other names of types where it casts.
    text, moment = ("char", "datetime") if store.name == "mariadb" else ("varchar", "timestamp")
    assert found["dossier_code"].sentence == (
        f"Cột dossiers.dossier_code là số, cần chữ. Đổi trong view: CAST(dossier_code AS {text})."
    )
    if moments:
        told_due = f"due_at là chữ, cần thời điểm. Đổi trong view: CAST(due_at AS {moment})."
        assert told_due in found["due_at"].sentence
        assert "received_at là số, cần thời điểm" in found["received_at"].sentence
    assert [finding.id for finding in report.findings if finding.id == "not_checked"] == []


@pytest.mark.parametrize("store", ["duckdb", "postgresql"], indirect=True)
def test_a_moment_with_an_offset_is_a_warning(store: Store) -> None:
    """The other two engines have no such type."""
    retype(store, "dossiers", received_at="timestamp with time zone")
    store.write(
        "INSERT INTO dossiers (dossier_code, unit_code, channel, state, received_at, due_at)"
        " VALUES ('H1', 'P1', 'counter', 'open', '2026-03-02 08:00:00+07', '2026-03-05')"
    )
    report = check(store.engine, None, NOW)
    assert report.ok
    assert (
        "Đổi trong view: received_at AT TIME ZONE 'Asia/Ho_Chi_Minh'." in one(report, "wrong_type").sentence
    )
    dossiers = next(table for table in report.tables if table.name == "dossiers")
    assert dossiers.rows == 1
    assert dossiers.first is not None
    assert dossiers.first.tzinfo is None


@pytest.mark.parametrize(
    ("wanted", "found", "dialect", "severity"),
    [
        (Kind.TEXT, "text", "postgresql", None),
        (Kind.TEXT, "number", "mysql", ERROR),
        (Kind.TEXT, "other", "postgresql", WARNING),
        (Kind.BOOLEAN, "number", "mysql", None),
        (Kind.BOOLEAN, "number", "sqlite", None),
        (Kind.BOOLEAN, "number", "postgresql", ERROR),
        (Kind.BOOLEAN, "text", "mysql", ERROR),
        (Kind.NUMBER, "text", "duckdb", ERROR),
        (Kind.DAY, "moment", "duckdb", None),
        (Kind.MOMENT, "day", "duckdb", None),
        (Kind.MOMENT, "text", "duckdb", ERROR),
        (Kind.MOMENT, "text", "sqlite", None),
        (Kind.MOMENT, "moment_tz", "postgresql", WARNING),
        (Kind.TEXT, "moment_tz", "postgresql", ERROR),
        (Kind.NUMBER, "other", "sqlite", None),
    ],
)
def test_what_fits(wanted: Kind, found: str, dialect: str, severity: str | None) -> None:
    assert misfit(wanted, found, dialect) == severity


def test_names_of_the_settings_are_followed(store: Store) -> None:
    store.fill(CLEAN)
    store.write(
        f"CREATE VIEW {store.q('V_HS')} AS SELECT dossier_code, unit_code, channel, received_at,"
        f" finished_at, state, due_at AS {store.q('NGAY_HEN')} FROM dossiers"
    )
    try:
        renames = Renames(tables={"dossiers": "V_HS"}, columns={"dossiers.due_at": "ngay_hen"})
        report = check(store.engine, renames, NOW)
        assert told(report) == []
        dossiers = next(table for table in report.tables if table.name == "dossiers")
        assert (dossiers.real_name, dossiers.rows) == ("V_HS", 4)
        unmapped = check(store.engine, Renames(tables={"dossiers": "V_HS"}), NOW)
        assert 'columns = {"dossiers.due_at": "…"}' in one(unmapped, "missing_column").sentence
    finally:
        store.write(f"DROP VIEW {store.q('V_HS')}")


def test_a_name_of_the_settings_that_is_not_there_is_told(lite: SQLite) -> None:
    lite.fill(CLEAN)
    renames = Renames(tables={"slips": "PHIEU"}, columns={"dossiers.late_reason": "LY_DO"})
    report = check(lite.engine, renames, NOW)
    column, table = told(report, WARNING)
    assert (table.id, table.table) == ("missing_table", "slips")
    assert "tìm với tên “PHIEU”" in table.sentence
    assert (column.id, column.column) == ("missing_column", "late_reason")
    assert "không có cột “LY_DO” mà cài đặt columns đặt cho dossiers.late_reason" in column.sentence
    assert report.ok


def test_a_column_with_a_similar_name_is_suggested(lite: SQLite) -> None:
    lite.fill(CLEAN)
    lite.write("ALTER TABLE dossiers RENAME COLUMN due_at TO due_date", changes=("dossiers",))
    assert "Có phải là cột “due_date”?" in one(check(lite.engine, None, NOW), "missing_column").sentence


def test_a_question_that_fails_is_a_finding(duck: DuckDB) -> None:
    duck.fill(with_change("slips", {"reason": "không phải ngày"}))
    duck.write(
        "CREATE VIEW v AS SELECT slip_id, dossier_code, kind, CAST(reason AS timestamp) AS issued_at"
        " FROM slips"
    )
    report = check(duck.engine, Renames(tables={"slips": "v"}), NOW)
    failed = one(report, "not_checked")
    assert failed.table == "slips"
    assert failed.sentence.startswith("Không kiểm tra hết được bảng slips: Không đọc được cơ sở dữ liệu")
    assert "\n" not in failed.sentence
    slips = next(table for table in report.tables if table.name == "slips")
    assert (slips.found, slips.rows) == (True, None)


def test_a_value_python_cannot_hold_is_a_finding() -> None:
    reader = Reader(_OutOfRange(), bind({}), "units")  # type: ignore[arg-type]
    assert reader.ask(select(func.now())) == []
    assert reader.content.findings[0].sentence.endswith("bảng units: có giá trị không đọc được.")


class _OutOfRange:
    """An engine whose answers hold a day after the year 9999."""

    def connect(self) -> _OutOfRange:
        return self

    def __enter__(self) -> _OutOfRange:
        return self

    def __exit__(self, *_: object) -> None: ...

    def execute(self, _question: object) -> object:
        raise OverflowError("year is out of range")


def test_a_database_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "hỏng.duckdb"
    path.write_text("đây không phải cơ sở dữ liệu" * 50)
    for url in (
        f"duckdb:///{path}",
        f"sqlite:///{path}",
        f"duckdb:///{tmp_path}/không có",
        "postgresql+psycopg://doc:bi-mat@127.0.0.1:1/d",
        "mysql+pymysql://doc:bi-mat@127.0.0.1:1/d",
    ):
        with pytest.raises(DatabaseUnavailable) as caught:
            check(open_engine(url), None, NOW)
        assert "\n" not in str(caught.value)
        assert "bi-mat" not in str(caught.value)


@pytest.mark.parametrize("writable", [True, False])
def test_a_file_that_can_be_written_is_a_warning(
    writable: bool, duck: DuckDB, monkeypatch: pytest.MonkeyPatch
) -> None:
    duck.fill(CLEAN)
    # Not chmod: root may write whatever the file says.
    monkeypatch.setattr(os, "access", lambda path, mode: writable)
    report = check(duck.engine, None, NOW)
    assert report.can_write is writable
    assert [found.severity for found in report.findings if found.id == "can_write"] == [WARNING] * writable
    assert report.ok


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_a_postgresql_reader_is_told_from_a_writer(store: Store) -> None:
    store.fill(CLEAN)
    schema = store.url.query["options"]
    assert isinstance(schema, str)
    name = schema.partition("=")[2]
    store.write(
        "CREATE ROLE motcua_test_reader LOGIN PASSWORD 'x'",
        f"GRANT USAGE ON SCHEMA {name} TO motcua_test_reader",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA {name} TO motcua_test_reader",
    )
    try:
        engine = open_engine(store.url.set(username="motcua_test_reader", password="x"))
        assert check(engine, None, NOW).can_write is False
        store.write("GRANT UPDATE ON dossiers TO motcua_test_reader")
        assert "sửa được bảng dossiers." in one(check(engine, None, NOW), "can_write").sentence
        engine.dispose()
    finally:
        store.write("DROP OWNED BY motcua_test_reader", "DROP ROLE motcua_test_reader")
    assert "superuser" in one(check(store.engine, None, NOW), "can_write").sentence


def test_grants_of_mariadb_are_read_for_our_database_only() -> None:
    lines = [
        "GRANT USAGE ON *.* TO `doc`@`%` IDENTIFIED BY PASSWORD '*AB'",
        "GRANT SELECT, INSERT, DROP ON `test`.* TO PUBLIC",
        "GRANT DELETE ON `test\\_%`.* TO PUBLIC",
        "GRANT SELECT, UPDATE (`name`, `kind`) ON `motcua`.`units` TO `doc`@`%`",
        "GRANT `vai trò` TO `doc`@`%`",
        "GRANT EXECUTE ON PROCEDURE `motcua`.`p` TO `doc`@`%`",
    ]
    assert granted(lines, "motcua") == {"USAGE", "SELECT", "UPDATE"}
    assert granted(lines, "test_a") == {"USAGE", "DELETE"}
    assert granted(lines, "testa") == {"USAGE"}
    assert granted(["GRANT ALL PRIVILEGES ON *.* TO `root`@`%`"], "motcua") == {"ALL PRIVILEGES"}


def test_checking_changes_nothing(duck: DuckDB) -> None:
    duck.fill(CLEAN)
    before = hashlib.sha256(duck.path.read_bytes()).hexdigest()
    check(duck.engine, None, NOW)
    duck.close()
    assert hashlib.sha256(duck.path.read_bytes()).hexdigest() == before
    assert [path.name for path in duck.path.parent.iterdir()] == [duck.path.name]


def test_the_report_is_json(lite: SQLite) -> None:
    lite.fill(with_change("dossiers", {"state": "xong"}))
    lite.drop_table("slips")
    told_as_json = json.loads(json.dumps(check(lite.engine, None, NOW).to_dict()))
    assert told_as_json["ok"] is True
    assert told_as_json["as_of"] == {
        "moment": "2026-11-20T23:00:00",
        "inferred": False,
        "sources": {"một cửa": "2026-11-20T23:00:00"},
    }
    assert [table["name"] for table in told_as_json["tables"]] == list(CONTRACT)
    dossiers = told_as_json["tables"][2]
    assert (dossiers["rows"], dossiers["first"]) == (4, "2026-03-02T08:00:00")
    assert [(one["id"], one["severity"]) for one in told_as_json["findings"] if one["table"]] == [
        ("unknown_word", WARNING),
        ("missing_table", NOTE),
    ]


def test_live_data_are_of_this_minute(lite: SQLite) -> None:
    lite.fill(CLEAN)
    report = check(lite.engine, None, datetime(2026, 11, 21, 10, 15, 42), live=True)
    assert report.as_of is not None
    assert report.as_of.moment == NOW

"""One record an engine; of SQL Server and Oracle, whose servers are not here, what they would be asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Dialect
from sqlalchemy.dialects import oracle
from sqlalchemy.engine import make_url

from queries.contract import CONTRACT, Kind
from queries.source.driver_words import Trouble, cause_of
from queries.source.engines import ENGINES, EngineRecord, Patience, label_of, record_of, with_driver
from queries.source.kinds import SourceKind, kind_of_word
from queries.source.mapping import SourceMapping
from queries.source.parts import Landing, bits_of, text_of, written
from queries.source.statements import FoundTable, asked_of, changed_since, select_of

URLS = {
    "postgresql": "postgresql", "mariadb": "mariadb", "mysql": "mysql", "sqlite": "sqlite",
    "duckdb": "duckdb", "mssql": "mssql+pymssql", "oracle": "oracle+oracledb",
}  # fmt: skip


def record(name: str) -> EngineRecord:
    found = record_of(make_url(f"{URLS[name]}://"))
    assert found is not None
    return found


def dialect_of(name: str) -> Dialect:
    if name == "oracle":
        return oracle.dialect()  # type: ignore[no-untyped-call]
    return with_driver(make_url(f"{URLS[name]}://"), record(name)).get_dialect()()


def found(table: str, *, updated_at: SourceKind = SourceKind.MOMENT) -> FoundTable:
    """A table whose administrator likes capitals, every moment of it an instant but one."""
    kinds: Mapping[Kind, SourceKind] = {Kind.MOMENT: SourceKind.INSTANT, Kind.DAY: SourceKind.DAY}
    columns = {
        one.name: (one.name.upper(), kinds.get(one.kind, SourceKind.TEXT)) for one in CONTRACT[table].columns
    }
    if "updated_at" in columns:
        columns["updated_at"] = ("UPDATED_AT", updated_at)
    return FoundTable(table, f"V_{table.upper()}", columns)


@pytest.mark.parametrize("name", URLS)
@pytest.mark.parametrize("table", CONTRACT)
def test_every_table_is_asked_for_by_a_plain_select_of_its_columns(name: str, table: str) -> None:
    mapping = SourceMapping(schema="MOTCUA", zones={"dossiers.finished_at": "session"})
    statement, columns = select_of(record(name), found(table), mapping, "+07:00")
    text = asked_of(statement, dialect_of(name)).text
    assert [one.name for one in columns] == [one.name for one in CONTRACT[table].columns]
    assert re.match(r"SELECT ", text)
    assert "MOTCUA" in text
    assert f"V_{table.upper()}" in text
    assert not re.search(r" (WHERE|JOIN|ORDER BY|GROUP BY) |;|--", text)
    for one in CONTRACT[table].columns:
        assert one.name.upper() in text


@pytest.mark.parametrize("name", URLS)
def test_changes_are_asked_for_by_one_condition_on_updated_at(name: str) -> None:
    since = datetime(2026, 3, 10, 12)
    for kind, expected in (
        (SourceKind.MOMENT, datetime(2026, 3, 10, 12)),
        (SourceKind.INSTANT, datetime(2026, 3, 10, 5)),
        (SourceKind.DAY, date(2026, 3, 10)),
        (SourceKind.TEXT, "2026-03-09"),
    ):
        table = found("dossiers", updated_at=kind)
        condition = changed_since(table, since, mapping=SourceMapping(), zone="Asia/Ho_Chi_Minh")
        assert condition is not None
        statement, _ = select_of(record(name), table, SourceMapping(), "")
        asked = asked_of(statement.where(condition), dialect_of(name))
        values = asked.parameters.values() if isinstance(asked.parameters, dict) else asked.parameters
        assert expected in list(values)
        assert asked.text.upper().count("UPDATED_AT IS NULL") + asked.text.count('"UPDATED_AT" IS NULL') + (
            asked.text.count("[UPDATED_AT] IS NULL") + asked.text.count("`UPDATED_AT` IS NULL")
        ) >= 1  # fmt: skip
    other = found("dossiers", updated_at=SourceKind.NUMBER)
    assert changed_since(other, since, mapping=SourceMapping(), zone="UTC") is None
    assert changed_since(found("slips"), since, mapping=SourceMapping(), zone="UTC") is None


@pytest.mark.parametrize(
    ("set_zone", "kind", "expected"),
    [
        (None, SourceKind.MOMENT, datetime(2026, 3, 10, 12)),
        ("UTC", SourceKind.MOMENT, datetime(2026, 3, 10, 5)),
        ("session", SourceKind.MOMENT, datetime(2026, 3, 10, 12)),
        ("UTC", SourceKind.INSTANT, datetime(2026, 3, 10, 12)),
        ("Asia/Tokyo", SourceKind.INSTANT, datetime(2026, 3, 10, 3)),
        ("session", SourceKind.INSTANT, datetime(2026, 3, 9, 12)),
    ],
)
def test_a_watermark_is_said_in_the_column_s_own_zone(
    set_zone: str | None, kind: SourceKind, expected: datetime
) -> None:
    mapping = SourceMapping(zones={} if set_zone is None else {"dossiers.updated_at": set_zone})
    condition = changed_since(
        found("dossiers", updated_at=kind),
        datetime(2026, 3, 10, 12),
        mapping=mapping,
        zone="Asia/Ho_Chi_Minh",
    )
    assert condition is not None
    assert expected in condition.compile().params.values()


def test_instants_are_asked_for_in_utc_where_the_driver_would_lose_their_offset() -> None:
    def text(name: str, zones: Mapping[str, str]) -> str:
        statement, _ = select_of(record(name), found("dossiers"), SourceMapping(zones=zones), "+07:00")
        return asked_of(statement, dialect_of(name)).text

    assert 'sys_extract_utc("RECEIVED_AT")' in text("oracle", {})
    assert "CAST(switchoffset([RECEIVED_AT]" in text("mssql", {})
    session = {"dossiers.received_at": "session"}
    assert "convert_tz(`RECEIVED_AT`" in text("mariadb", session)
    assert "timezone(" in text("postgresql", session)
    assert 'CAST("RECEIVED_AT" AS DATE)' in text("oracle", session)
    # As DATETIME, of three milliseconds, the last moment of a day would be the next day.
    assert "CAST([RECEIVED_AT] AS DATETIME2)" in text("mssql", session)
    assert "AS DATETIME2)" in text("mssql", {})
    assert "AS DATETIME)" not in text("mssql", {})


@pytest.mark.parametrize("name", URLS)
def test_so_many_rows_at_most_are_asked_for_by_a_number_written_out(name: str) -> None:
    statement, _ = select_of(record(name), found("dossiers"), SourceMapping(), "+07:00")
    asked = asked_of(record(name).first(statement, 200), dialect_of(name))
    said = {"mssql": "SELECT TOP 200 ", "oracle": "FETCH FIRST 200 ROWS ONLY"}.get(name, "LIMIT 200")
    assert said in " ".join(asked.text.split())


def test_each_backend_has_one_record() -> None:
    backends = [name for one in ENGINES for name in one.backends]
    assert len(backends) == len(set(backends)) == 7
    assert record_of(make_url("firebird://x/y")) is None
    assert [label_of(f"{one}://h/d") for one in ("mariadb+pymysql", "mssql+pymssql", "firebird")] == [
        "MariaDB",
        "SQL Server",
        "firebird",
    ]
    assert with_driver(make_url("postgresql://h/d"), record("postgresql")).drivername == "postgresql+psycopg"
    assert with_driver(make_url("mysql://h/d"), record("mysql")).drivername == "mysql+pymysql"


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("TIMESTAMP WITH TIME ZONE", SourceKind.INSTANT),
        ("TIMESTAMP(6) WITH LOCAL TIME ZONE", SourceKind.INSTANT),
        ("DATETIMEOFFSET", SourceKind.INSTANT),
        ("TIMESTAMP_NS", SourceKind.MOMENT),
        ("SMALLDATETIME", SourceKind.MOMENT),
        ("DATE", SourceKind.DAY),
        ("DECIMAL(18,3)", SourceKind.NUMBER),
        ("UINTEGER", SourceKind.NUMBER),
        ("ENUM('date', 'int')", SourceKind.TEXT),
        ("NVARCHAR(20)", SourceKind.TEXT),
        ("UNIQUEIDENTIFIER", SourceKind.UUID),
        ("BIT", SourceKind.BIT),
        ("BOOLEAN", SourceKind.BOOLEAN),
        ("INTEGER[]", SourceKind.OTHER),
        ("", SourceKind.OTHER),
    ],
)
def test_a_type_is_known_by_its_name(word: str, kind: SourceKind) -> None:
    assert kind_of_word(word) is kind


def test_types_of_oracle_are_known_by_the_driver_s_names() -> None:
    names = ["TIMESTAMP_TZ", "TIMESTAMP_LTZ", "TIMESTAMP", "DATE", "NUMBER", "VARCHAR", "CHAR", "CLOB", "RAW"]
    description = [("C", SimpleNamespace(name=f"DB_TYPE_{one}")) for one in names]
    kinds = record("oracle").kinds(None, "t", None, description)  # type: ignore[arg-type]
    assert kinds == [
        SourceKind.INSTANT, SourceKind.INSTANT, SourceKind.MOMENT, SourceKind.MOMENT, SourceKind.NUMBER,
        SourceKind.TEXT, SourceKind.TEXT, SourceKind.TEXT, SourceKind.OTHER,
    ]  # fmt: skip


class _BeginsByItself:
    """What pymssql sends: BEGIN TRAN when it connects and after each rollback."""

    def __init__(self) -> None:
        self.sent = ["BEGIN TRAN"]

    def cursor(self) -> _BeginsByItself:
        return self

    def execute(self, statement: str) -> None:
        self.sent.append(statement)

    def rollback(self) -> None:
        self.sent += ["ROLLBACK", "BEGIN TRAN"]


def test_the_transaction_of_sql_server_is_begun_after_its_level_is_set() -> None:
    raw = _BeginsByItself()
    for _ in range(2):  # and so when it is begun anew, as after a table that is not there
        raw.sent[1:] = []
        assert record("mssql").begin(raw, Patience(lock=7)) == ""
        ended, begun, lock, level, *after = raw.sent[1:]
        assert (ended, begun, lock) == ("ROLLBACK", "BEGIN TRAN", "SET LOCK_TIMEOUT 7000")
        assert level.endswith("snapshot_isolation_state = 1) SET TRANSACTION ISOLATION LEVEL SNAPSHOT")
        assert after == ["ROLLBACK", "BEGIN TRAN"]


@pytest.mark.parametrize("state", [0, 1, 2, 3, None])
def test_every_table_of_sql_server_is_outside_where_no_snapshot_is_allowed(state: int | None) -> None:
    asked: list[str] = []

    class Answering:
        """A connection that notes what it is asked."""

        def scalar(self, statement: Any) -> int | None:
            asked.append(" ".join(str(statement.compile(dialect=dialect_of("mssql"))).split()))
            return state

    conn: Any = Answering()
    outside = record("mssql").outside_snapshot(conn, ["units", "dossiers", "units"], "motcua")
    assert list(outside) == ([] if state == 1 else ["dossiers", "units"])
    assert asked == [
        "SELECT sys.databases.snapshot_isolation_state FROM sys.databases"
        " WHERE sys.databases.database_id = db_id()"
    ]
    assert "ALLOW_SNAPSHOT_ISOLATION ON" in record("mssql").snapshot_remedy


@pytest.mark.parametrize("name", URLS)
def test_an_engine_that_has_tables_outside_says_what_puts_them_in(name: str) -> None:
    has_some = record(name).outside_snapshot is not record("sqlite").outside_snapshot
    assert has_some is bool(record(name).snapshot_remedy) is (name in ("mariadb", "mysql", "mssql"))


class _Error(Exception):
    sqlstate: str | None = None


@pytest.mark.parametrize(
    ("name", "argument", "expected"),
    [
        ("mssql", 208, Trouble.ABSENT),
        ("mssql", (229, b"denied"), Trouble.ABSENT),
        ("mssql", 1222, Trouble.PASSING),
        ("mssql", (20009, b"unable to connect"), Trouble.PASSING),
        ("mssql", 8114, Trouble.BROKEN),
        ("oracle", SimpleNamespace(code=942), Trouble.ABSENT),
        ("oracle", SimpleNamespace(code=12541), Trouble.PASSING),
        ("oracle", SimpleNamespace(code=1555), Trouble.PASSING),
        ("oracle", SimpleNamespace(code=1858), Trouble.BROKEN),
        ("mariadb", 1146, Trouble.ABSENT),
        ("mariadb", 2013, Trouble.PASSING),
        ("mariadb", 1412, Trouble.PASSING),
        ("mariadb", 1356, Trouble.BROKEN),
    ],
)
def test_a_driver_s_numbers_say_whether_it_passes(name: str, argument: Any, expected: Trouble) -> None:
    assert record(name).trouble(_Error(argument), "t") is expected


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("terminating connection due to administrator command", "ngắt kết nối giữa chừng"),
        ("terminating connection due to idle-in-transaction timeout", "ngắt kết nối giữa chừng"),
        ("(1927, 'Connection was killed')", "ngắt kết nối giữa chừng"),
        ("FATAL:  the database system is starting up", "đang khởi động lại"),
        ("FATAL:  the database system is in recovery mode", "đang khởi động lại"),
        ("canceling statement due to conflict with recovery", "máy chủ dự phòng"),
        ('FATAL:  no pg_hba.conf entry for host "10.0.0.5", user "xem"', "không cho vào từ máy này"),
        ("(1130, \"Host '10.0.0.5' is not allowed to connect to this MariaDB server\")", "không cho vào"),
        ("canceling statement due to statement timeout", "chạy quá lâu"),
        ("(1969, 'Query execution was interrupted (max_statement_time exceeded)')", "chạy quá lâu"),
        (
            "(3024, 'Query execution was interrupted, maximum statement execution time exceeded')",
            "chạy quá lâu",
        ),
        ("(1412, 'Table definition has changed, please retry transaction')", "vừa được nạp lại"),
        ("canceling statement due to user request", "người quản trị máy chủ đã dừng"),
        ("(1317, 'Query execution was interrupted')", "người quản trị máy chủ đã dừng"),
        ("server closed the connection unexpectedly", "mất kết nối"),
        ('could not write to file "base/pgsql_tmp/1": No space left on device', "đĩa của máy chủ"),
        (
            "Không đọc được «postgresql://a/d?connect_timeout=5»: FATAL: sorry, too many clients already",
            "hết chỗ kết nối",
        ),
    ],
)
def test_readers_are_told_in_vietnamese_what_a_server_said(said: str, told: str) -> None:
    assert told in cause_of(said)


def test_values_become_text_by_their_type(tmp_path: Path) -> None:
    uuid = UUID("0f8fad5b-d9cb-469f-a165-70867728950e")
    values = [
        None, "a", True, 7, 7.0, 7.5, 1e20, Decimal("7.50"), datetime(2026, 3, 1, 8), date(2026, 3, 1),
        b"\xe1\xba\xa5", b"\xff", uuid,
    ]  # fmt: skip
    assert [text_of(one) for one in values] == [
        None, "a", "1", "7", "7", "7.5", "100000000000000000000", "7.50", "2026-03-01 08:00:00", "2026-03-01",
        "ấ", "ff", str(uuid),
    ]  # fmt: skip
    assert [bits_of(one) for one in (b"\x01", b"\x00", b"\x01\x01", None, "1")] == [
        "1",
        "0",
        "257",
        None,
        "1",
    ]
    landing = Landing(tmp_path / "part.csv", 2, lambda: None)
    parts = [
        (one.rows, one.path.read_text("utf-8"))
        for one in written([[("a", None)], [('"', 1)], [("b\r", "c")]], [None, text_of], landing)
    ]
    assert parts == [(2, 'a,\n"""",1\n'), (1, '"b\n",c\n')]

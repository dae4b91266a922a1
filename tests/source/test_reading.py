"""A reading is one snapshot, polite, ends when told to, and says in one sentence why it could not be."""

from __future__ import annotations

import errno
import gc
import re
import sqlite3
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest
from ports import free_port
from proxies import line_to
from sources import ZONE, Copy, put
from sqlalchemy.engine import make_url
from stores import DuckDB, PostgreSQL, SQLite, Store
from temporary_postgresql import temporary_postgresql

from queries.source import engines, visit
from queries.source import reading as reading_module
from queries.source.clean import Cleaning
from queries.source.engines import Patience
from queries.source.mapping import SourceMapping
from queries.source.reading import (
    Pace,
    ReadingStopped,
    Source,
    SourceBroken,
    SourceUnavailable,
    probe,
    read_into,
)
from queries.source.visit import visit as visiting

MARIADB = pytest.param("mariadb", marks=pytest.mark.mariadb)
ONLY_SERVERS = pytest.mark.parametrize("store", ["postgresql", MARIADB], indirect=True)
ONLY_POSTGRESQL = pytest.mark.parametrize("store", ["postgresql"], indirect=True)
BUT_DUCKDB = pytest.mark.parametrize("store", ["postgresql", MARIADB, "sqlite"], indirect=True)
BUT_POSTGRESQL = pytest.mark.parametrize("store", [MARIADB, "sqlite", "duckdb"], indirect=True)
ONLY_SQLITE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
ONLY_DUCKDB = pytest.mark.parametrize("store", ["duckdb"], indirect=True)

UNITS = [{"unit_code": "P1", "name": "Phường 1", "kind": "ward"}]
MOMENTS = {f"dossiers.{one}": "moment" for one in ("received_at", "due_at", "finished_at")}
NOON = datetime(2026, 3, 10, 12)


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Copy]:
    made = Copy(tmp_path)
    yield made
    made.connection.close()


def dossier(code: str, **more: Any) -> dict[str, Any]:
    return {
        "dossier_code": code, "unit_code": "P1", "channel": "counter", "state": "open",
        "received_at": NOON, "due_at": NOON, "finished_at": None,
    } | more  # fmt: skip


def slip(code: str, **more: Any) -> dict[str, Any]:
    return {"slip_id": code, "dossier_code": "A", "kind": "apology", "issued_at": "2026-03-10"} | more


def district(n: int = 3, **tables: Any) -> dict[str, Any]:
    return {"units": UNITS, "dossiers": [dossier(f"HS-{i:04}") for i in range(n)]} | tables


def add(store: Store, code: str, **more: Any) -> None:
    """Put one dossier more into a source."""
    row = dossier(code, **more)
    with store.owner() as cursor:
        store.insert(cursor, "dossiers", list(row), [[str(one) if one else None for one in row.values()]])


_REFUSED = re.compile("read.?only|Cannot execute|attempt to write", re.IGNORECASE)

# one snapshot


@ONLY_SERVERS
def test_what_is_written_while_a_reading_runs_is_not_in_it(store: Store, copy: Copy) -> None:
    what_is_written_meanwhile_is_not_in_it(store, copy)


def test_what_is_written_to_a_file_with_a_log_of_changes_is_not_in_it(copy: Copy, tmp_path: Path) -> None:
    """SQLite's WAL, in which a writer need not wait for readers; without it, it waits."""
    folder = tmp_path / "wal"
    folder.mkdir()
    store = SQLite(folder)
    try:
        with store.owner() as cursor:
            assert cursor.execute("PRAGMA journal_mode = WAL").fetchone() == ("wal",)
        what_is_written_meanwhile_is_not_in_it(store, copy)
    finally:
        store.close()


def what_is_written_meanwhile_is_not_in_it(store: Store, copy: Copy) -> None:
    put(store, district(slips=[slip("S1")]), MOMENTS)

    def write(table: str, rows: int) -> None:
        if table == "units" and rows:  # a file's snapshot begins with what is first read of it
            add(store, "LATE")
            store.write("DELETE FROM slips")

    copy.read(store, progress=write)
    assert copy.column("dossiers", "dossier_code") == ["HS-0000", "HS-0001", "HS-0002"]
    assert copy.column("slips", "slip_id") == ["S1"]
    copy.read(store)
    assert "LATE" in copy.column("dossiers", "dossier_code")
    assert copy.column("slips", "slip_id") == []


@pytest.mark.parametrize("store", [MARIADB], indirect=True)
def test_a_table_of_an_engine_without_transactions_is_as_it_is_when_it_is_read(
    store: Store, copy: Copy
) -> None:
    put(store, district(slips=[slip("S1")]), MOMENTS)
    store.write("ALTER TABLE slips ENGINE=MyISAM", changes=("slips",))

    def write(table: str, rows: int) -> None:
        if table == "units" and rows:
            add(store, "LATE")
            store.write("DELETE FROM slips")

    copy.read(store, progress=write)
    assert "LATE" not in copy.column("dossiers", "dossier_code")
    assert copy.column("slips", "slip_id") == [], "which is why check tells of it"


def test_a_source_cannot_be_written_to(store: Store) -> None:
    put(store, district(), MOMENTS)
    with visiting(Source(store.url)) as opened:
        opened.find(SourceMapping())
        for statement in ("DELETE FROM units", "DROP TABLE units", "CREATE TABLE mine (a integer)"):
            with pytest.raises(Exception, match=_REFUSED):
                opened._raw.cursor().execute(statement)
            opened.find(SourceMapping())


@ONLY_POSTGRESQL
def test_nothing_of_ours_outlives_the_transaction(store: Store) -> None:
    """A pooler hands the session to somebody else when our transaction ends."""
    names = ("TimeZone", "statement_timeout", "lock_timeout", "default_transaction_read_only", "jit",
             "transaction_isolation", "idle_in_transaction_session_timeout", "DateStyle")  # fmt: skip
    put(store, district(), MOMENTS)
    with visiting(Source(store.url)) as opened:
        raw = opened._raw

        def settings() -> list[Any]:
            return [raw.execute(f"SHOW {name}").fetchone()[0] for name in names]

        raw.rollback()
        before = settings()
        opened.find(SourceMapping())
        within = settings()
        raw.rollback()
        raw.isolation_level = raw.read_only = None
        assert settings() == before
        assert within != before


# in parts, at a pace


def test_tables_come_in_parts_and_none_is_lost(
    store: Store, copy: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visit, "PART_ROWS", 10)
    monkeypatch.setattr(engines, "FETCHED_ROWS", 10)
    put(store, district(95), MOMENTS)
    told: list[int] = []
    sizes: list[int] = []

    def progress(table: str, rows: int) -> None:
        if table == "dossiers":
            told.append(rows)
            sizes.append(sum(one.stat().st_size for one in copy.folder.rglob("part.csv")))

    copy.read(store, progress=progress)
    assert len(copy.column("dossiers", "dossier_code")) == 95
    # DuckDB writes a table's file by itself, in one piece.
    assert told == ([0, 95] if store.name == "duckdb" else [*range(0, 91, 10), 95])
    assert not any(sizes), "a part is gone before the next is asked for"
    assert not [one for one in copy.folder.iterdir() if one.is_dir()], "nothing is left"


def test_a_pace_leaves_the_source_alone(copy: Copy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Pace().pause(1000, 1.0) == 0
    assert Pace(rows_per_second=100).pause(1000, 1.0) == 9.0
    assert Pace(share=0.05).pause(10, 1.0) == pytest.approx(19)
    monkeypatch.setattr(reading_module, "_PACED_SECONDS", 0.1)
    monkeypatch.setattr(engines, "FETCHED_ROWS", 10)
    store = SQLite(tmp_path)
    put(store, district(50), MOMENTS)
    told: list[int] = []
    began = time.monotonic()
    reading = copy.read(
        store, pace=Pace(rows_per_second=100),
        progress=lambda table, rows: told.append(rows) if table == "dossiers" else None,
    )  # fmt: skip
    assert told == [0, 10, 20, 30, 40, 50], "in short pieces: no server is left for minutes"
    took = time.monotonic() - began
    assert took >= 0.5
    assert reading.seconds < took - 0.3, "the pauses are not counted as reading"
    assert reading.waits["dossiers"] < took - 0.3, "nor as waiting for the source"
    store.close()


# changes


@pytest.mark.parametrize("kind", ["moment", "instant", "day", "text"])
def test_only_what_changed_is_read_and_the_copy_is_as_if_all_had_been(
    store: Store, tmp_path: Path, kind: str
) -> None:
    def at(hours: float) -> Any:
        when = NOON + timedelta(hours=hours)
        if kind == "instant":
            return when.replace(tzinfo=UTC) - timedelta(hours=7)
        return when.date() if kind == "day" else when.isoformat(" ") if kind == "text" else when

    types = {**MOMENTS, "dossiers.updated_at": kind}
    changed, whole = Copy(tmp_path / "a"), Copy(tmp_path / "b")
    mapping = SourceMapping(values={"state": {"1": "left_out"}})
    before = [
        dossier("OLD", updated_at=at(-99), unit_code="P9"),
        dossier("SAME", updated_at=at(0)),
        dossier("FIXED", updated_at=at(-50), unit_code="P8", late_reason=" x\u3000"),
        dossier("OUT", updated_at=at(-50)),
        dossier("NEVER", updated_at=None, unit_code="P7"),
        dossier("GONE", updated_at=None, unit_code="P7"),
        dossier("TWICE", updated_at=at(-98), late_reason="a"),
        dossier("TWICE", updated_at=at(-97), late_reason="b"),
    ]
    put(store, {"units": UNITS, "dossiers": before, "slips": [slip("S1", dossier_code="old")]}, types)
    first = changed.read(store, mapping)
    after = [
        dossier("NEW", updated_at=at(30), unit_code="P9"),
        dossier("OLD", updated_at=at(-99), unit_code="P9"),
        dossier("SAME", updated_at=at(0)),
        dossier("FIXED", updated_at=at(30), state="finished", late_reason="x"),
        dossier("OUT", updated_at=at(30), state="1"),
        dossier("NEVER", updated_at=None, unit_code="P7", state="finished"),
        dossier("TWICE", updated_at=at(-98), late_reason="a"),
        dossier("TWICE", updated_at=at(-97), late_reason="b"),
    ]
    put(
        store,
        {
            "units": UNITS,
            "dossiers": after,
            "slips": [slip("S2", dossier_code="new"), slip("S3", dossier_code="x")],
        },
        types,
    )
    since = first.watermarks["dossiers"].greatest - timedelta(hours=1)
    reading = changed.read(store, mapping, changed_since={"dossiers": since})
    whole.read(store, mapping)
    assert first.watermarks["dossiers"].is_day == (kind == "day" and store.name != "sqlite")
    assert reading.partial == {"dossiers"}
    assert sorted(changed.rows("dossiers"), key=repr) == sorted(whole.rows("dossiers"), key=repr)
    assert changed.rows("slips") == whole.rows("slips")
    assert changed.mended() == whole.mended()
    assert ("dossiers", "unit_code", "unknown_code") in changed.mended()
    for one in (changed, whole):
        one.connection.close()


def test_of_changes_the_rest_is_not_asked_for(store: Store, copy: Copy) -> None:
    put(
        store,
        {
            "units": UNITS,
            "dossiers": [dossier(f"{i:03}", updated_at=NOON - timedelta(days=i)) for i in range(100)],
        },
        {**MOMENTS, "dossiers.updated_at": "moment"},
    )
    copy.read(store)
    told: list[int] = []
    copy.read(
        store,
        changed_since={"dossiers": NOON - timedelta(days=1, hours=1)},
        progress=lambda table, rows: told.append(rows) if table == "dossiers" else None,
    )
    # of text a day more, for what is written in another zone
    assert told[-1] == (3 if store.name == "sqlite" else 2)
    assert len(copy.column("dossiers", "dossier_code")) == 100


def test_a_table_without_updated_at_is_read_whole(store: Store, copy: Copy) -> None:
    put(store, district(2), MOMENTS)
    copy.read(store)
    put(store, district(1), MOMENTS)
    reading = copy.read(store, changed_since={"dossiers": NOON, "slips": NOON})
    assert reading.partial == frozenset()
    assert len(copy.column("dossiers", "dossier_code")) == 1


def test_moments_that_are_none_are_read_every_time(store: Store, copy: Copy) -> None:
    nothing = {"mariadb": "0000-00-00", "sqlite": "0000-00-00"}.get(store.name, "0001-01-01")
    put(
        store,
        {"units": UNITS, "dossiers": [dossier("A", updated_at=nothing), dossier("B", updated_at=NOON)]},
        {**MOMENTS, "dossiers.updated_at": "moment"},
    )
    copy.read(store)
    store.write("UPDATE dossiers SET state = 'finished' WHERE dossier_code = 'A'")
    copy.read(store, changed_since={"dossiers": NOON + timedelta(days=1)})
    assert sorted(copy.rows("dossiers", "dossier_code", "state")) == [("A", "finished"), ("B", "open")]


def test_a_row_whose_moment_cannot_be_read_is_not_lost(store: Store, copy: Copy) -> None:
    """Its updated_at is empty in the copy, and says at the source that it did not change."""
    put(
        store,
        {
            "units": UNITS,
            "dossiers": [dossier("A", updated_at="2025-02-30"), dossier("B", updated_at="2026-03-10")],
        },
        MOMENTS,
    )
    copy.read(store)
    copy.read(store, changed_since={"dossiers": NOON - timedelta(hours=1)})
    assert sorted(copy.column("dossiers", "dossier_code")) == ["A", "B"]
    assert copy.mended() == {("dossiers", "updated_at", "no_such_day"): (1, "A")}


def test_a_copy_that_came_without_its_rows_mended_keeps_what_it_was_told(store: Store, copy: Copy) -> None:
    rows = [dossier("A", updated_at=NOON - timedelta(days=9), unit_code="P9"), dossier("B", updated_at=NOON)]
    put(store, {"units": UNITS, "dossiers": rows}, {**MOMENTS, "dossiers.updated_at": "moment"})
    copy.read(store)
    told = copy.mended()
    copy.connection.execute("DROP TABLE mended_rows")
    copy.read(store, changed_since={"dossiers": NOON - timedelta(hours=1)})
    assert copy.mended() == told == {("dossiers", "unit_code", "unknown_code"): (1, "A")}


# it ends


def test_a_reading_ends_when_told_to_and_leaves_the_copy_as_it_was(store: Store, copy: Copy) -> None:
    put(store, district(), MOMENTS)
    copy.read(store)
    before = copy.everything()
    put(store, district(9), MOMENTS)
    stop = threading.Event()
    with pytest.raises(ReadingStopped):
        copy.read(store, progress=lambda *_: stop.set(), stop=stop)
    with pytest.raises(ReadingStopped):
        copy.read(store, stop=lambda: True)
    assert copy.everything() == before
    assert not [one for one in copy.folder.iterdir() if one.is_dir()]
    assert len(copy.connection.execute("SELECT * FROM duckdb_databases() WHERE NOT internal").fetchall()) == 1
    copy.read(store)
    assert len(copy.column("dossiers", "dossier_code")) == 9


_SLOW = {
    "postgresql": "CREATE VIEW slips AS SELECT pg_sleep(60)::text AS slip_id",
    "mariadb": "CREATE VIEW slips AS SELECT CAST(SLEEP(60) AS CHAR) AS slip_id",
    "sqlite": "CREATE VIEW slips AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
    " SELECT max(i) AS slip_id FROM n",
    "duckdb": "CREATE VIEW slips AS SELECT sum(hash(i)) AS slip_id FROM range(1000000000000) t(i)",
}


@pytest.fixture
def slow(store: Store) -> Iterator[Store]:
    """A source one view of which takes for ever."""
    put(store, district(), MOMENTS)
    store.write("DROP TABLE IF EXISTS slips", _SLOW[store.name], changes=("slips",))
    yield store
    store.write("DROP VIEW slips")


def test_a_source_that_says_nothing_is_given_up(slow: Store, copy: Copy) -> None:
    began = time.monotonic()
    with pytest.raises(SourceUnavailable) as raised:
        read_into(
            copy.connection, Source(slow.url, Patience(silence=1)), SourceMapping(), zone=ZONE,
            folder=copy.folder,
        )  # fmt: skip
    assert time.monotonic() - began < 8
    assert "không đọc được" in raised.value.sentence.lower()
    assert slow.url.password is None or slow.url.password not in raised.value.sentence


def test_a_reading_that_waits_ends_when_told_to(slow: Store, copy: Copy) -> None:
    stop = threading.Event()
    threading.Timer(0.8, stop.set).start()
    began = time.monotonic()
    with pytest.raises(ReadingStopped):
        copy.read(slow, stop=stop)
    assert time.monotonic() - began < 6


@ONLY_POSTGRESQL
def test_a_table_that_takes_too_long_ends_at_the_server(slow: Store, copy: Copy) -> None:
    with pytest.raises(SourceUnavailable, match="quá lâu nên bị dừng"):
        read_into(
            copy.connection, Source(slow.url, Patience(table=1)), SourceMapping(), zone=ZONE,
            folder=copy.folder,
        )  # fmt: skip


@ONLY_SERVERS
@pytest.mark.parametrize("how", ["stalled", "cut"])
def test_a_line_that_dies_in_mid_reading_is_given_up(
    store: Store, copy: Copy, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No driver complains of it later, either, past everybody who could catch it."""
    put(store, district(5_000), MOMENTS)
    copy.read(store)
    before = copy.everything()
    with line_to(store.url) as (line, through):
        # While dossiers come: all that is read before them is a twentieth of that.
        line.hold_still_after(200_000) if how == "stalled" else line.cut_after(200_000)
        complaints: list[object] = []
        monkeypatch.setattr(sys, "unraisablehook", complaints.append)

        def give_up() -> None:  # with all that the error holds
            with pytest.raises(SourceUnavailable):
                read_into(
                    copy.connection, Source(through, Patience(silence=1)), SourceMapping(), zone=ZONE,
                    folder=copy.folder,
                )  # fmt: skip

        began = time.monotonic()
        give_up()
        assert time.monotonic() - began < 10
    gc.collect()
    assert complaints == []
    assert copy.everything() == before


@pytest.mark.parametrize("store", [MARIADB], indirect=True)
def test_a_disk_that_fills_in_mid_reading_makes_the_driver_complain_of_nothing(
    store: Store, copy: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of rows that are not taken any more it told a trace, past everybody who could catch it."""
    put(store, district(5_000), MOMENTS)
    monkeypatch.setattr(engines, "FETCHED_ROWS", 100)
    monkeypatch.setattr(visit, "PART_ROWS", 1_000)
    complaints: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", complaints.append)
    take = Cleaning.take

    def taken(cleaning: Cleaning, table: str, part: Any) -> None:
        if table == "dossiers":
            raise OSError(errno.ENOSPC, "No space left on device")
        take(cleaning, table, part)

    monkeypatch.setattr(Cleaning, "take", taken)

    def give_up() -> None:  # with all that the error holds
        with pytest.raises(OSError, match="No space"):
            copy.read(store)

    give_up()
    gc.collect()
    assert complaints == []


@BUT_DUCKDB
def test_a_table_that_is_locked_is_a_thing_that_passes(store: Store, copy: Copy) -> None:
    """A DuckDB file that is written to cannot be opened at all: another test."""
    put(store, district(), MOMENTS)
    lock, free = {
        "postgresql": ("LOCK TABLE dossiers IN ACCESS EXCLUSIVE MODE", "SELECT 1"),
        "mariadb": ("LOCK TABLES dossiers WRITE", "UNLOCK TABLES"),
        "sqlite": ("BEGIN EXCLUSIVE", "ROLLBACK"),
    }[store.name]
    with store.owner() as cursor:
        cursor.execute(lock)
        try:
            with pytest.raises(SourceUnavailable, match="đang bị chương trình khác khóa"):
                read_into(
                    copy.connection, Source(store.url, Patience(lock=1)), SourceMapping(), zone=ZONE,
                    folder=copy.folder,
                )  # fmt: skip
        finally:
            cursor.execute(free)
    copy.read(store)


# it cannot be read


def test_a_table_or_column_that_is_needed_is_named(store: Store, copy: Copy) -> None:
    put(store, {"units": UNITS}, MOMENTS)
    with pytest.raises(SourceBroken, match="Không có bảng hồ sơ «ho_so»"):
        copy.read(store, SourceMapping(tables={"dossiers": "ho_so"}))
    put(store, {"units": UNITS, "dossiers": [{"dossier_code": "A", "unit_code": "P1"}]})
    with pytest.raises(SourceBroken, match=r"thiếu cột «channel», «received_at», «due_at», «finished_at»"):
        copy.read(store)


@BUT_POSTGRESQL
def test_a_view_over_what_is_no_more_is_named(store: Store, copy: Copy) -> None:
    """PostgreSQL does not let what a view needs go."""
    put(store, district(), MOMENTS)
    store.write(
        "CREATE TABLE behind (slip_id varchar(20))",
        "CREATE VIEW slips AS SELECT slip_id FROM behind",
        "DROP TABLE behind",
    )
    try:
        with pytest.raises(SourceBroken, match="Bảng «slips» có nhưng không đọc được"):
            copy.read(store)
    finally:
        store.write("DROP VIEW slips")


@ONLY_POSTGRESQL
def test_rights_that_were_taken_away_are_told_by_table(store: Store, copy: Copy) -> None:
    put(store, district(slips=[slip("S1")]), MOMENTS)
    schema = str(store.url.query["options"]).partition("=")[2]
    store.write(
        "CREATE ROLE motcua_source_reader LOGIN PASSWORD 'bi-mat'",
        f"GRANT USAGE ON SCHEMA {schema} TO motcua_source_reader",
        "GRANT SELECT ON units, dossiers TO motcua_source_reader",
    )
    reader = Source(store.url.set(username="motcua_source_reader", password="bi-mat"))
    try:
        reading = read_into(copy.connection, reader, SourceMapping(), zone=ZONE, folder=copy.folder)
        assert "slips" not in reading.present
        store.write("REVOKE SELECT ON dossiers FROM motcua_source_reader")
        with pytest.raises(SourceBroken, match="tài khoản không được đọc"):
            read_into(copy.connection, reader, SourceMapping(), zone=ZONE, folder=copy.folder)
    finally:
        store.write("DROP OWNED BY motcua_source_reader", "DROP ROLE motcua_source_reader")


@pytest.mark.parametrize(
    ("url", "kind", "told"),
    [
        ("không phải địa chỉ", SourceBroken, "không hợp lệ"),
        ("postgresql://u:bi-mat@h:cong/x", SourceBroken, "không hợp lệ"),
        ("firebird://u:bi-mat@h/x", SourceBroken, "Chưa đọc được loại cơ sở dữ liệu"),
        ("mssql+pymssql://u:bi-mat@h/x", SourceBroken, "Chưa cài trình điều khiển"),
        ("duckdb:////khong/co.duckdb", SourceBroken, "Không thấy tệp dữ liệu"),
        ("sqlite://", SourceBroken, "Không thấy tệp dữ liệu"),
        ("postgresql://u:bi-mat@127.0.0.1:1/x", SourceUnavailable, "máy chủ không nhận kết nối"),
        ("mysql://u:bi-mat@127.0.0.1:1/x", SourceUnavailable, "máy chủ không nhận kết nối"),
    ],
)
def test_an_address_that_leads_nowhere_is_told_without_its_password(
    copy: Copy, url: str, kind: type[Exception], told: str
) -> None:
    with pytest.raises(kind) as raised:
        read_into(copy.connection, Source(url), SourceMapping(), zone=ZONE, folder=copy.folder)
    assert told in str(raised.value)
    assert "bi-mat" not in str(raised.value)
    assert not [one for one in copy.folder.iterdir() if one.is_dir()]


def test_a_file_that_is_no_database_is_told_as_that(copy: Copy, tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    path.write_bytes(b"xin chao" * 500)
    for url in (f"sqlite:///{path}", f"duckdb:///{path}"):
        with pytest.raises(SourceBroken, match="tệp hỏng"):
            read_into(copy.connection, Source(url), SourceMapping(), zone=ZONE, folder=copy.folder)


@ONLY_DUCKDB
def test_what_fails_at_the_copy_is_not_told_of_the_source(
    store: Store, copy: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, district(), MOMENTS)

    def full(*_: Any) -> None:
        raise duckdb.IOException("IO Error: disk is gone")

    monkeypatch.setattr(Cleaning, "take", full)
    with pytest.raises(duckdb.IOException, match="disk is gone"):
        copy.read(store)


@ONLY_SQLITE
def test_bytes_that_are_no_text_are_one_sign_each_and_the_rest_is_read(store: Store, copy: Copy) -> None:
    put(store, district(), MOMENTS)
    assert isinstance(store, SQLite)
    with sqlite3.connect(store.path) as writer:
        writer.execute("ALTER TABLE dossiers ADD COLUMN late_reason TEXT")
        writer.execute(
            "UPDATE dossiers SET late_reason = CAST(X'61FF62' AS TEXT) WHERE dossier_code = 'HS-0000'"
        )
        writer.execute("UPDATE dossiers SET late_reason = 'a' || char(0) WHERE dossier_code = 'HS-0001'")
        writer.execute("UPDATE dossiers SET late_reason = 7.0 WHERE dossier_code = 'HS-0002'")
    writer.close()
    copy.read(store)
    assert copy.column("dossiers", "late_reason") == ["a\ufffdb", "a", "7.0"]


# a small question


def test_a_probe_is_another_where_data_have_changed(store: Store) -> None:
    mapping = SourceMapping()
    types = {**MOMENTS, "dossiers.updated_at": "moment", "loads.as_of": "moment"}
    rows = [dossier("A", updated_at=NOON)]
    put(store, {"units": UNITS, "dossiers": rows}, types)
    source = Source(store.url)
    first = probe(source, mapping, zone=ZONE)
    assert first == probe(source, mapping)
    assert first.clock is not None
    assert abs(first.clock - datetime.now(ZoneInfo(ZONE)).replace(tzinfo=None)) < timedelta(minutes=5)
    if isinstance(store, DuckDB | SQLite):
        assert first.kind == "file"
        add(store, "B", updated_at=NOON)
        assert probe(source, mapping) != first
        return
    assert (first.kind, first.text) == ("", None), "no index, so nothing is asked"
    store.write("CREATE INDEX by_updated_at ON dossiers (updated_at)")
    second = probe(source, mapping)
    assert second.kind == "updated_at"
    add(store, "B", updated_at=NOON + timedelta(hours=1))
    assert probe(source, mapping).text != second.text
    put(store, {"units": UNITS, "dossiers": rows, "loads": [{"as_of": NOON}]}, types)
    third = probe(source, mapping)
    assert third.kind == "loads"
    store.write("INSERT INTO loads VALUES ('2026-03-10 12:00:00')")
    assert probe(source, mapping).text != third.text
    assert [one[2] for one in probe(source, mapping).loads.values()] == [2], "one more of the same moment"


def test_a_probe_tells_the_loads_of_each_source(store: Store) -> None:
    loads: list[dict[str, Any]] = [
        {"as_of": NOON, "source": "Một cửa "}, {"as_of": NOON + timedelta(days=1), "source": "Một cửa"},
        {"as_of": NOON, "source": "ratings"}, {"as_of": NOON, "source": None},
    ]  # fmt: skip
    put(store, {"units": UNITS, "loads": loads}, {"loads.as_of": "moment"})
    told = probe(Source(store.url), SourceMapping())
    assert {name: count for name, (_, _, count) in told.loads.items()} == {"Một cửa": 2, "ratings": 1, "": 1}
    assert told.loads["Một cửa"] > told.loads["ratings"]
    assert told.kind == "loads"


def test_a_probe_reads_names_of_loads_of_any_type(store: Store) -> None:
    put(store, {"units": UNITS, "loads": [{"as_of": NOON, "source": "Một cửa"}]}, {"loads.as_of": "moment"})
    types = {"mariadb": "VARBINARY(99)", "sqlite": "BLOB", "duckdb": "VARCHAR", "postgresql": "json"}
    store.write("DROP TABLE loads")
    store.write(
        f"CREATE TABLE loads (as_of {'TIMESTAMP' if store.name != 'mariadb' else 'DATETIME'}, source {types[store.name]})"
    )
    said = "'\"ratings\"'" if store.name == "postgresql" else "'ratings'"
    store.write(f"INSERT INTO loads VALUES ('2026-03-10 12:00:00', {said})")
    assert [name.strip('"') for name in probe(Source(store.url), SourceMapping()).loads] == ["ratings"]
    if store.name == "sqlite":
        store.write("INSERT INTO loads VALUES ('2026-03-10 12:00:00', CAST(X'61FF' AS TEXT))")
        assert set(probe(Source(store.url), SourceMapping()).loads) == {"ratings", "a\ufffd"}


def test_of_changes_the_newest_that_came_is_told_used_or_not(store: Store, copy: Copy) -> None:
    types = {**MOMENTS, "dossiers.updated_at": "moment"}
    later = NOON + timedelta(minutes=30)
    put(store, {"units": UNITS, "dossiers": [dossier("A", updated_at=NOON)]}, types)
    assert copy.read(store).newest == {}, "everything was read"
    put(store, {"units": UNITS, "dossiers": [dossier("", updated_at=later)]}, types)
    since = {"dossiers": NOON - timedelta(hours=1)}
    assert copy.read(store, changed_since=since).newest == {"dossiers": later}
    store.write("DELETE FROM dossiers")
    assert copy.read(store, changed_since=since).newest == {"dossiers": None}


def test_a_probe_fails_as_a_reading_does(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable):
        probe(Source("postgresql://u@127.0.0.1:1/x"), SourceMapping())
    with pytest.raises(SourceBroken):
        probe(Source(f"sqlite:///{tmp_path / 'none'}"), SourceMapping())


def test_make_url_is_taken_as_well_as_text(store: Store, copy: Copy) -> None:
    put(store, district(), MOMENTS)
    text = store.url.render_as_string(hide_password=False)
    assert make_url(text) == store.url
    reading = read_into(copy.connection, Source(text), SourceMapping(), zone=ZONE, folder=copy.folder)
    assert reading.rows["units"] == 1


def test_a_table_that_duckdb_writes_for_a_minute_is_no_silence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five million rows are one statement, and were given up after source_silence_seconds on a busy machine."""
    monkeypatch.setattr(engines, "_GROWN_SECONDS", 0.01)
    came = threading.Event()
    with engines._growing(tmp_path, came.set):
        assert not came.wait(0.1), "nothing lies there yet"
        for rows in range(1, 4):
            (tmp_path / "data_0.csv").write_text("HS-1\n" * rows)
            assert came.wait(5)
            came.clear()


@pytest.mark.parametrize("store", [MARIADB], indirect=True)
def test_a_server_waits_for_us_longer_than_the_slowest_pace_pauses(store: Store) -> None:
    """MariaDB hangs up after a minute in which we take nothing, as in the pause that a pace asks for."""
    put(store, district(), MOMENTS)
    with visiting(Source(store.url)) as opened:
        opened.find(SourceMapping())
        cursor = opened._raw.cursor()
        cursor.execute("SELECT @@session.net_write_timeout")
        assert cursor.fetchone() == (600,)


@ONLY_SERVERS
def test_a_server_lets_go_of_a_reader_that_takes_nothing_more(
    store: Store, copy: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who loads the tables waited for a reader whose line was dead: an hour, or for ever."""
    monkeypatch.setattr(engines, "GONE_SECONDS", 2)
    monkeypatch.setattr(visit, "PART_ROWS", 1_000)
    if store.name == "mariadb" or store.url.host:
        assert_is_let_go(store, copy)
        return
    with temporary_postgresql(free_port()) as url:  # a socket that is a file knows no such limit
        listening = PostgreSQL(url)
        assert_is_let_go(listening, copy)
        listening.close()


def assert_is_let_go(store: Store, copy: Copy) -> None:
    rows = [dossier(f"HS-{i:04}", late_reason="x" * 250) for i in range(1_000)]
    put(store, {"units": UNITS, "dossiers": rows})
    for _ in range(6):  # more than the system keeps between the two
        store.write("INSERT INTO dossiers SELECT * FROM dossiers")
    renamed: list[int] = []

    def load(table: str, rows: int) -> None:
        if table == "dossiers" and rows and not renamed:
            # This thread takes nothing meanwhile; after ten seconds the loader would give up.
            store.write("ALTER TABLE dossiers RENAME TO renamed", "ALTER TABLE renamed RENAME TO dossiers")
            renamed.append(rows)

    with pytest.raises(SourceUnavailable):
        copy.read(store, progress=load)
    assert renamed


@ONLY_DUCKDB
def test_a_large_table_of_a_duckdb_file_comes_in_many_parts(
    store: Store, copy: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who reads a part holds it whole: of five million rows in one there was no room."""
    monkeypatch.setattr(engines, "_DUCKDB_PART_BYTES", 1 << 16)
    put(store, {"units": UNITS, "dossiers": [dossier(f"HS-{i:05}") for i in range(3)]})
    store.write(
        "INSERT INTO dossiers BY NAME SELECT 'X' || i AS dossier_code, 'P1' AS unit_code, 'counter' AS channel,"
        " 'open' AS state, TIMESTAMP '2026-03-10 12:00:00' AS received_at FROM range(300000) AS many(i)"
    )
    told: list[int] = []
    copy.read(store, progress=lambda table, rows: told.append(rows) if table == "dossiers" else None)
    assert len(copy.rows("dossiers", "dossier_code")) == 300_003
    assert len(told) > 3

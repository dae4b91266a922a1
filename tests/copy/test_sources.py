"""Copies of real databases: reading changes and reading everything is the same, and faults cost nothing."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from copying import NOON, Copy
from proxies import line_to
from sqlalchemy.engine import URL
from stores import SCHEMA, PostgreSQL, Row, Store

from queries.copy.engine import open_copy
from queries.copy.generations import Generation
from queries.copy.plausible import Limits
from queries.copy.reader import SourceReader, identity_of
from queries.copy.verify import Difference, verify
from queries.source.engines import Patience
from queries.source.errors import ReadingStopped
from queries.source.mapping import SourceMapping
from queries.source.visit import Source

ZONE = "Asia/Ho_Chi_Minh"
OLD = NOON - timedelta(days=3)
QUICK = Patience(connect=5, silence=4, question=5, table=30, lock=0.5)
MAPPING = SourceMapping(values={"state": {"3": "left_out"}})


class Real(Copy):
    """A copy of a database; its clock is late in time, since the rows' own are of that day."""

    def __init__(self, folder: Path, url: URL, mapping: SourceMapping = MAPPING) -> None:
        super().__init__(folder)
        self.mapping = mapping
        self.limits = Limits(clock_apart_minutes=0)
        self.at(url)

    def at(self, url: URL) -> None:
        self.reader = SourceReader(Source(url, QUICK), self.mapping, ZONE)  # type: ignore[assignment]
        self.identity = identity_of(url, self.mapping, zone=ZONE)

    def current(self) -> Generation:
        found = self.generations.current(self.identity)
        assert found is not None
        return found

    def differences(self) -> tuple[Difference, ...]:
        engine = open_copy(self.current().path)
        try:
            with engine.connect() as conn:
                return verify(conn, self.reader.source, self.mapping, zone=ZONE).differences  # type: ignore[attr-defined]
        finally:
            engine.dispose()


def dossier(i: int, **more: Any) -> dict[str, Any]:
    received = datetime(2026, 9, 1, 8) + timedelta(hours=7 * i)
    return {
        "dossier_code": f"HS{i:04}", "unit_code": ("P1", "p1", "P2 ")[i % 3], "channel": "counter",
        "state": "finished" if i % 2 else "open", "received_at": received,
        "due_at": received + timedelta(days=3), "updated_at": OLD,
        "finished_at": received + timedelta(days=2) if i % 2 else None,
    } | more  # fmt: skip


def tables(rows: Sequence[Row], **more: Sequence[Row]) -> dict[str, Sequence[Row]]:
    units = [{"unit_code": f"P{i}", "name": f"Phường {i}", "kind": "ward"} for i in (1, 2)]
    ratings = [
        {"unit_code": "P1", "rated_on": date(2026, 10, n), "source": "paper", "level": "satisfied",
         "votes": n}
        for n in range(1, 20)
    ]  # fmt: skip
    receptions = [{"unit_code": "P2", "held_on": date(2026, 10, n)} for n in range(1, 9)]
    return {"units": units, "dossiers": rows, "ratings": ratings, "receptions": receptions, **more}


@contextmanager
def missing_table(store: Store, name: str) -> Iterator[None]:
    store.write(f"ALTER TABLE {store.q(name)} RENAME TO {store.q(f'{name}_x')}", changes=[name])
    try:
        yield
    finally:
        store.write(f"ALTER TABLE {store.q(f'{name}_x')} RENAME TO {store.q(name)}", changes=[name])


def test_reading_changes_and_reading_everything_make_the_same_copy(store: Store, tmp_path: Path) -> None:
    rows = [dossier(i) for i in range(90)]
    rows[3]["due_at"] = None
    rows[13]["updated_at"] = None
    store.fill(tables(rows))
    copy = Real(tmp_path, store.url)
    copy.limits = replace(copy.limits, unknown_units_percent=2)
    first = copy.refresh()
    assert first.kind == "taken", first.sentence
    assert copy.differences() == ()

    late = {"updated_at": NOON - timedelta(days=1)}
    rows = [*rows, dossier(95, **late)]
    rows[10] = dossier(10, state="3", **late)  # left out now
    rows[11] = dossier(11, unit_code="p2", state="refused", **late)
    rows[12] = dossier(12, unit_code="P9", **late)
    rows[13] = dossier(13, updated_at=None, state="refused")
    slips = [{"slip_id": "S1", "dossier_code": "hs0004", "kind": "apology", "issued_at": NOON}]
    store.fill(tables(rows, slips=slips))
    changed = copy.refresh()
    assert (changed.kind, changed.whole) == ("taken", False)
    assert [one for one in copy.rows() if one in ("HS0010", "HS0095")] == ["HS0095"]
    assert copy.rows("slips", "dossier_code") == ["HS0004"]
    content = copy.current().content
    assert copy.differences() == ()
    again = copy.refresh(whole=True)
    assert (again.kind, again.whole, dict(again.differences)) == ("nothing_new", True, {})
    assert copy.current().content == content

    # Another spelling of old codes comes: of rows that did not change, the codes do.
    told = tables(rows, slips=slips)
    units = [*told["units"], {"unit_code": "p1", "name": "Phường 1 cũ", "kind": "ward"}]
    store.fill({**told, "units": units})
    outcome = copy.refresh()
    assert (outcome.kind, outcome.whole) == ("taken", True)
    assert copy.rows("dossiers WHERE unit_code = 'p1'", "count(*)") == [29]
    assert copy.differences() == ()


def test_of_a_doubled_key_the_latest_row_counts_whichever_is_read_again(store: Store, tmp_path: Path) -> None:
    """As where a view puts an archive without moments and the live table together."""
    rows = [dossier(i) for i in range(60)]
    live = dossier(1, state="finished", finished_at=NOON - timedelta(days=9))
    rows[1] = live
    archived = dossier(1, state="open", finished_at=None, updated_at=None)
    store.fill(tables([*rows, archived]))
    copy = Real(tmp_path, store.url)
    assert copy.refresh().kind == "taken"
    assert copy.rows("dossiers WHERE dossier_code = 'HS0001'", "state") == ["finished"]
    rows.append(dossier(95, updated_at=NOON - timedelta(days=1)))
    store.fill(tables([*rows, archived]))
    outcome = copy.refresh()
    assert (outcome.kind, outcome.whole, len(copy.rows())) == ("taken", False, 61), "changes are enough"
    assert copy.rows("dossiers WHERE dossier_code = 'HS0001'", "state") == ["finished"]
    # One that comes later to stand there twice; and one of two that is left out now.
    twice = [dossier(2, state="finished", updated_at=None), dossier(4, updated_at=OLD - timedelta(days=9))]
    store.fill(tables([*rows, archived, *twice]))
    copy.refresh()
    assert copy.rows("dossiers WHERE dossier_code = 'HS0002'", "state") == ["open"]
    copy.refresh(whole=True)
    twice[1] = dossier(4, state="3", updated_at=NOON - timedelta(hours=9))
    store.fill(tables([*rows, archived, *twice]))
    copy.refresh()
    assert copy.rows("dossiers WHERE dossier_code = 'HS0004'", "state") == ["open"]


def test_rows_without_a_key_are_there_once_however_often_they_are_read(store: Store, tmp_path: Path) -> None:
    """Of moments that are text a day more is asked for than has changed, in case of another zone."""
    newest = NOON - timedelta(days=1)
    rows = [dossier(i) for i in range(60)]
    rows += [
        dossier(70, updated_at=newest),
        dossier(71, dossier_code=None, updated_at=newest - timedelta(hours=12)),
    ]
    store.fill(tables(rows))
    copy = Real(tmp_path, store.url)
    copy.refresh()
    for hour in (1, 2):
        rows[70 - 10] = dossier(70, updated_at=newest + timedelta(minutes=hour), state="refused")
        store.fill(tables(rows))
        assert not copy.refresh().whole
        assert copy.rows("dossiers WHERE dossier_code IS NULL", "count(*)") == [1]
    assert copy.differences() == ()


def test_what_was_mended_in_rows_without_a_key_is_told_on(store: Store, tmp_path: Path) -> None:
    """Else each reading of changes forgets it, the next whole one finds it again, and both write a copy."""
    rows = [dossier(i) for i in range(60)]
    rows.append(dossier(70, dossier_code=None, unit_code="P9", updated_at=OLD - timedelta(days=9)))
    store.fill(tables(rows))
    copy = Real(tmp_path, store.url)
    copy.refresh()
    told = copy.rows("mended WHERE column_name = 'unit_code'", "(reason, count)")
    assert ("unknown_code", 1) in told
    for whole in (False, True, False):
        store.fill(tables([*rows]))
        assert copy.refresh(whole=whole).kind == "nothing_new"
        assert copy.rows("mended WHERE column_name = 'unit_code'", "(reason, count)") == told


def test_rows_of_one_key_that_were_left_out_and_counted_are_no_difference(
    store: Store, tmp_path: Path
) -> None:
    rows = [dossier(i) for i in range(60)]
    rows += [dossier(3, updated_at=OLD - timedelta(days=9), finished_at=None, state="open"), dossier(4)]
    store.fill(tables(rows))
    copy = Real(tmp_path, store.url)
    copy.refresh()
    assert copy.differences() == ()
    rows[5]["finished_at"] = None  # in silence, at another unit
    store.fill(tables([*rows]))
    assert Difference("dossiers", "P2", "2026-09", "finished_at", 9, 10) in copy.differences()


def test_what_the_copy_reads_the_comparison_reads_too(tmp_path: Path) -> None:
    """Words left out however they are written; ISO of one digit; hours of several offsets."""
    written = ["2026-3-2", "2026/03/02", "2026-03-02 7:05", "2026-03-02  07:05", "2026-03-31 20:10:00Z",
               "2026-03-31 20:20:00+07:00"]  # fmt: skip
    rows = [{**dossier(i), "received_at": one} for i, one in enumerate(written)]
    mapping = SourceMapping(values={"state": {"Mới": "left_out"}})
    path = tmp_path / "nguon.db"
    with sqlite3.connect(path) as own:
        own.execute("CREATE TABLE units (unit_code TEXT, name TEXT, kind TEXT)")
        own.execute("INSERT INTO units VALUES ('P1', 'Phường 1', 'ward'), ('P2', 'Phường 2', 'ward')")
        names = list(rows[0])
        own.execute(f"CREATE TABLE dossiers ({', '.join(f'{one} TEXT' for one in names)})")
        for row in [*rows, {**dossier(9), "state": "MỚI"}]:
            values = [None if row[one] is None else str(row[one]) for one in names]
            own.execute(f"INSERT INTO dossiers VALUES ({', '.join('?' * len(names))})", values)
    own.close()
    copy = Real(tmp_path, URL.create("sqlite", database=str(path)), mapping)
    copy.refresh()
    assert len(copy.rows()) == len(written)
    assert copy.differences() == ()


def test_a_column_that_comes_between_is_read_of_every_row(tmp_path: Path, postgresql: PostgreSQL) -> None:
    rows = [dossier(i) for i in range(60)]
    postgresql.fill(tables(rows), without=["dossiers.officer_code"])
    copy = Real(tmp_path, postgresql.url)
    copy.refresh()
    rows = [one | {"officer_code": "CB1"} for one in rows]
    rows.append(dossier(80, officer_code="CB1", updated_at=NOON - timedelta(days=1)))
    postgresql.fill(tables(rows))
    outcome = copy.refresh()
    assert (outcome.kind, outcome.whole) == ("taken", True)
    assert copy.rows("dossiers WHERE officer_code = 'CB1'", "count(*)") == [61]


def test_a_unit_that_was_not_known_is_told_as_such_no_more(tmp_path: Path, postgresql: PostgreSQL) -> None:
    rows = [dossier(i, unit_code="P9" if i == 3 else "P1") for i in range(60)]
    postgresql.fill(tables(rows))
    copy = Real(tmp_path, postgresql.url)
    copy.limits = replace(copy.limits, unknown_units_percent=2)
    copy.refresh()
    unknown = "mended WHERE column_name = 'unit_code' AND reason = 'unknown_code'"
    assert copy.rows(unknown, "count") == [1]
    told = tables(rows)
    units = [*told["units"], {"unit_code": "P9", "name": "Phường 9", "kind": "ward"}]
    postgresql.fill({**told, "units": units})
    assert copy.refresh().kind == "taken"
    assert copy.rows(unknown, "count") == []


def test_the_comparison_names_unit_and_month(tmp_path: Path, postgresql: PostgreSQL) -> None:
    copy = Real(tmp_path, postgresql.url)
    copy.refresh()
    rows = [dossier(i) for i in range(60)]
    rows[1]["finished_at"] = None
    told = tables(rows[:-1], slips=slips(20))
    votes = [{**told["ratings"][0], "votes": 7}, *told["ratings"][1:]]
    postgresql.fill({**told, "ratings": votes, "receptions": told["receptions"][1:]})
    assert copy.differences() == (
        Difference("dossiers", "P2", "2026-09", "rows", 19, 20),
        Difference("receptions", "P2", "2026-10", "rows", 7, 8),
        Difference("dossiers", "P1", "2026-09", "finished_at", 19, 20),
        Difference("dossiers", "P2", "2026-09", "finished_at", 9, 10),
        Difference("ratings", "P1", "2026-10", "votes", 196, 190),
    )


@pytest.fixture
def postgresql(postgresql_url: str) -> Iterator[PostgreSQL]:
    opened = PostgreSQL(postgresql_url, f"{SCHEMA}_own")  # that of ``store`` may be open beside it
    opened.fill(tables([dossier(i) for i in range(60)], slips=slips(20)))
    yield opened
    opened.close()


def slips(n: int) -> list[Mapping[str, Any]]:
    return [
        {"slip_id": f"S{i}", "dossier_code": f"HS{i:04}", "kind": "apology", "issued_at": NOON}
        for i in range(n)
    ]


@pytest.fixture
def reading_role(postgresql: PostgreSQL) -> Iterator[URL]:
    """The address with an account that may read the tables, and nothing else."""
    role = f"motcua_reader_{os.getpid()}"
    postgresql.write(
        f"DROP ROLE IF EXISTS {role}", f"CREATE ROLE {role} LOGIN PASSWORD 'x'",
        f"GRANT USAGE ON SCHEMA {SCHEMA}_own TO {role}",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA {SCHEMA}_own TO {role}",
    )  # fmt: skip
    yield postgresql.url.set(username=role, password="x")
    postgresql.write(f"DROP OWNED BY {role}", f"DROP ROLE {role}")


def test_rights_revoked(postgresql: PostgreSQL, reading_role: URL, tmp_path: Path) -> None:
    copy = Real(tmp_path, reading_role)
    assert copy.refresh().kind == "taken"
    role = reading_role.username
    postgresql.write(f"REVOKE SELECT ON dossiers FROM {role}")
    outcome = copy.refresh()
    assert outcome.kind == "unreadable"
    assert "dossiers" in outcome.sentence
    assert "không được đọc" in outcome.sentence
    postgresql.write(f"GRANT SELECT ON dossiers TO {role}", f"REVOKE SELECT ON slips FROM {role}")
    outcome = copy.refresh()
    assert outcome.kind == "refused"  # a table that may be missing, and was there
    assert outcome.sentence == "Bảng phiếu (slips) từ 20 còn 0 dòng, giảm 100,0% (giới hạn 10%)."
    assert len(copy.rows("slips", "slip_id")) == 20
    postgresql.write(f"GRANT SELECT ON slips TO {role}")
    assert copy.refresh().is_good
    postgresql.write(f"ALTER ROLE {role} NOLOGIN")
    outcome = copy.refresh()
    assert outcome.kind == "unreadable"
    assert len(copy.rows()) == 60


@pytest.mark.parametrize("store", [pytest.param("mariadb", marks=pytest.mark.mariadb)], indirect=True)
def test_a_password_changed(store: Store, tmp_path: Path) -> None:
    """On MariaDB, as the tests' own PostgreSQL asks for none: there the account is locked instead."""
    store.fill(tables([dossier(i) for i in range(60)]))
    account = f"motcua_{os.getpid()}"
    named = f"{account}@'%'"
    store.write(f"CREATE USER {named} IDENTIFIED BY 'cu-bi-mat'", f"GRANT SELECT ON *.* TO {named}")
    try:
        copy = Real(tmp_path, store.url.set(username=account, password="cu-bi-mat"))
        assert copy.refresh().kind == "taken"
        store.write(f"ALTER USER {named} IDENTIFIED BY 'moi'")
        outcome = copy.refresh()
        assert outcome.kind == "unreadable"
        assert "sai tài khoản" in outcome.sentence
        assert "bi-mat" not in outcome.sentence
        assert len(copy.rows()) == 60
        store.write(f"ALTER USER {named} IDENTIFIED BY 'cu-bi-mat'")
        assert copy.refresh().is_good
    finally:
        store.write(f"DROP USER {named}")


def test_a_table_renamed(postgresql: PostgreSQL, tmp_path: Path) -> None:
    copy = Real(tmp_path, postgresql.url)
    copy.refresh()
    with missing_table(postgresql, "dossiers"):
        outcome = copy.refresh()
        assert outcome.kind == "unreadable"
        assert "Không có bảng hồ sơ «dossiers»" in outcome.sentence
    with missing_table(postgresql, "slips"):
        assert copy.refresh().kind == "refused"
    assert copy.refresh().is_good
    assert len(copy.rows("slips", "slip_id")) == 20


def test_a_table_locked(postgresql: PostgreSQL, tmp_path: Path) -> None:
    copy = Real(tmp_path, postgresql.url)
    copy.refresh()
    with postgresql.owner() as cursor:
        cursor.execute("LOCK TABLE dossiers IN ACCESS EXCLUSIVE MODE")
        outcome = copy.refresh()
    assert outcome.kind == "unreadable"
    assert "lock timeout" in outcome.sentence
    assert copy.refresh().is_good


def test_half_a_load_is_not_taken(postgresql: PostgreSQL, tmp_path: Path) -> None:
    load = {"as_of": OLD, "loaded_at": OLD, "source": "Một cửa", "rows": 60}
    rows = [{**dossier(i), "updated_at": None} for i in range(60)]
    without = ["dossiers.updated_at"]
    postgresql.fill(tables(rows, loads=[load]), without=without)
    copy = Real(tmp_path, postgresql.url)
    copy.refresh()
    postgresql.fill(tables(rows[:56], loads=[load]), without=without)
    assert copy.refresh().kind == "nothing_new"
    assert len(copy.rows()) == 60
    postgresql.fill(tables([*rows, dossier(70)], loads=[load, load | {"loaded_at": NOON}]), without=without)
    assert copy.refresh().kind == "taken"
    assert len(copy.rows()) == 61


@pytest.mark.parametrize("way", ["hold_still_after", "cut_after"])
def test_a_line_that_ends_in_mid_reading(postgresql: PostgreSQL, tmp_path: Path, way: str) -> None:
    with line_to(postgresql.url) as (line, url):
        copy = Real(tmp_path, url)
        assert copy.refresh().kind == "taken"
        rows = [dossier(i, updated_at=NOON, late_reason="x" * 100) for i in range(61)]
        postgresql.fill(tables(rows, slips=slips(20)))
        getattr(line, way)(12_000)
        outcome = copy.refresh()
        assert outcome.kind == "unreadable", outcome.sentence
        assert outcome.sentence.startswith("Không đọc được")
        assert line.after is not None
        assert line.after < 0
        assert len(copy.rows()) == 60
        line.mend()
        assert copy.refresh().kind == "taken", "it recovers by itself"
        assert len(copy.rows()) == 61
    outcome = copy.refresh()
    assert outcome.kind == "unreadable"
    assert "máy chủ không nhận kết nối" in outcome.sentence
    assert "x" * 3 not in outcome.sentence


def test_a_reading_told_to_stop_leaves_everything_as_it_was(postgresql: PostgreSQL, tmp_path: Path) -> None:
    copy = Real(tmp_path, postgresql.url)
    copy.refresh()
    stop = threading.Event()
    copy.reader = replace(copy.reader, stop=stop)  # type: ignore[call-arg]
    before = copy.generations.state()
    with pytest.raises(ReadingStopped):
        copy.refresh(progress=lambda *_: stop.set())
    assert copy.generations.state() == before
    stop.clear()
    assert copy.refresh().is_good


def test_the_account_may_change_and_another_database_is_another_copy() -> None:
    def of(url: str, **mapping: Any) -> Any:
        return identity_of(url, SourceMapping(**mapping), zone=ZONE)

    base = of("postgresql+psycopg://a:b@h/d")
    assert of("postgresql+psycopg://c:d@h/d") == base
    assert of("postgresql+psycopg://a:b@h/d?password=z") == base
    for other in (
        of("postgresql+psycopg://a:b@h/e"), of("postgresql+psycopg://a:b@i/d"),
        of("postgresql+psycopg://a:b@h:5433/d"), of("postgresql+psycopg://a:b@h/d", schema="x"),
        of("postgresql+psycopg://a:b@h/d", tables={"dossiers": "V"}), of("sqlite:///d"),
    ):  # fmt: skip
        assert other.source != base.source
    for other in (
        of("postgresql+psycopg://a:b@h/d", columns={"dossiers.due_at": "V"}),
        of("postgresql+psycopg://a:b@h/d", values={"state": {"4": "open"}}),
        of("postgresql+psycopg://a:b@h/d", zones={"dossiers.due_at": "UTC"}),
        identity_of("postgresql+psycopg://a:b@h/d", SourceMapping(), zone="UTC"),
    ):
        assert other.source == base.source
        assert other.shape != base.shape

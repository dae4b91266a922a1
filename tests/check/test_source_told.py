"""The account, loads, updated_at, and a source that cannot be read: each told as what it is."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import duckdb
import pytest
from checked import CLEAN, NOW, READER, TWO_ENGINES, Place, dossier, ids, of
from sqlalchemy.dialects import mssql, oracle
from sqlalchemy.engine import make_url
from stores import SCHEMA

from queries.check import report as report_module
from queries.check import trial as trial_module
from queries.check.findings import ERROR, NOTE, WARNING, Duration
from queries.check.freshness import seconds_told, time_found
from queries.check.report import Terms, TrialFailed, check
from queries.check.trial import Course
from queries.source.engines import ENGINES, Patience
from queries.source.mapping import SourceMapping
from queries.source.rights import Rights, granted
from queries.source.visit import Source

MARIADB = pytest.param("mariadb", marks=pytest.mark.mariadb)
ONLY_POSTGRESQL = pytest.mark.parametrize("store", ["postgresql"], indirect=True)
ONLY_SERVERS = pytest.mark.parametrize("store", ["postgresql", MARIADB], indirect=True)
ONLY_FILES = pytest.mark.parametrize("store", ["sqlite", "duckdb"], indirect=True)
ONLY_SQLITE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)

# the account


@ONLY_SERVERS
def test_an_account_that_may_write_is_refused_unless_the_settings_allow_it(place: Place) -> None:
    place.fill()
    place.store.write({
        "postgresql": f"GRANT UPDATE ON dossiers TO {READER}",
        "mariadb": f"GRANT UPDATE ON `{SCHEMA}`.* TO '{READER}'@'%'",
    }[place.name])  # fmt: skip
    report = place.check()
    assert not report.ok
    assert (report.can_write, report.is_superuser) == (True, False)
    found = of(report, "can_write")
    assert found.severity == ERROR
    assert {"postgresql": "sửa được bảng dossiers", "mariadb": "có quyền UPDATE"}[
        place.name
    ] in found.sentence
    allowed = place.check(may_write=True)
    assert (allowed.ok, of(allowed, "can_write").severity) == (True, WARNING)


@ONLY_POSTGRESQL
def test_an_account_that_may_write_one_column_may_write(place: Place) -> None:
    place.fill()
    place.store.write(f"GRANT UPDATE (due_at) ON dossiers TO {READER}")
    report = place.check()
    assert (report.ok, report.can_write) == (False, True)
    assert "sửa được bảng dossiers" in of(report, "can_write").sentence


@ONLY_POSTGRESQL
@pytest.mark.parametrize("by", ["itself", "another role"])
@pytest.mark.parametrize(
    ("role", "told"),
    [
        ("pg_write_server_files", "có vai trò pg_write_server_files, ghi được tệp trên máy chủ"),
        ("pg_execute_server_program", "có vai trò pg_execute_server_program, chạy được chương trình"),
    ],
)
def test_an_account_that_reaches_the_server_itself_is_refused(
    place: Place, role: str, told: str, by: str
) -> None:
    place.fill()
    assert place.check().can_write is False
    between = f"{READER}_nhom"
    if by == "itself":
        place.store.write(f"GRANT {role} TO {READER}")
    else:
        # Not what the account is at once, but what it may become by SET ROLE.
        place.store.write(
            f"CREATE ROLE {between}", f"GRANT {role} TO {between}", f"GRANT {between} TO {READER}",
            f"ALTER ROLE {READER} NOINHERIT",
        )  # fmt: skip
    try:
        report = place.check()
    finally:
        place.store.write(f"DROP ROLE IF EXISTS {between}")
    assert (report.ok, report.can_write, report.is_superuser) == (False, True, False)
    assert told in of(report, "can_write").sentence


@ONLY_SERVERS
def test_a_superuser_is_refused(place: Place) -> None:
    place.fill()
    place.url = place.store.url
    report = place.check()
    assert not report.ok
    assert (report.can_write, report.is_superuser) == (True, True)
    found = of(report, "superuser")
    assert found.severity == ERROR
    assert "motcua account" in found.sentence
    assert report.duration is not None, "the rest is told all the same"


@ONLY_FILES
@pytest.mark.parametrize("writable", [True, False])
def test_a_file_that_can_be_written_is_told(
    writable: bool, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.fill()
    # Not chmod: root may write whatever the file says.
    monkeypatch.setattr(os, "access", lambda path, mode: writable)
    report = place.check()
    assert report.can_write is writable
    assert [one.severity for one in report.findings if one.id == "can_write"] == [NOTE] * writable
    assert report.ok


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
    assert granted(lines, None, everywhere=True) == {"USAGE"}
    assert granted(["GRANT ALL PRIVILEGES ON *.* TO `root`@`%`"], "motcua") == {"ALL PRIVILEGES"}
    owner = ["GRANT ALL PRIVILEGES ON `motcua`.* TO `chu`@`%`"]
    assert granted(owner, None, everywhere=True) == set(), "the owner of one database is no superuser"


class _Answering:
    """A connection that notes what it is asked, and answers by what stands in the question."""

    def __init__(self, backend: str, answers: Mapping[str, list[Any]]) -> None:
        self.dialect: Any = {"mssql": mssql, "oracle": oracle}[backend].dialect()
        self.answers = answers
        self.asked: list[str] = []

    def execute(self, statement: Any) -> _Rows:
        told = str(statement.compile(dialect=self.dialect, compile_kwargs={"literal_binds": True}))
        self.asked.append(" ".join(told.split()))
        return _Rows(next(rows for words, rows in self.answers.items() if words in told))

    def scalar(self, statement: Any) -> Any:
        return self.execute(statement)[0][0]


class _Rows(list[Any]):
    def one(self) -> Any:
        """Give the first row."""
        return self[0]


def rights_of(backend: str, answers: Mapping[str, list[Any]], schema: str | None) -> tuple[Rights, list[str]]:
    """What is told of an account on units and V_HO_SO, and what was asked."""
    record = next(one for one in ENGINES if backend in one.backends)
    assert record.rights is not None
    conn = _Answering(backend, answers)
    return record.rights(cast(Any, conn), make_url("x://"), ["units", "V_HO_SO"], schema), conn.asked


@pytest.mark.parametrize(
    ("roles", "units", "v_ho_so", "is_superuser", "writes"),
    [
        ((0, 0, 0, 0, 0), (0, 0, 0, 0), (0, 0, 0, 0), False, ()),
        ((0, None, 0, 0, None), (None,) * 4, (0, 0, 0, 0), False, ()),
        ((1, 1, 0, 0, 0), None, None, True, ("có vai trò sysadmin, db_owner",)),
        ((0, 0, 0, 1, 1), (0,) * 4, (0,) * 4, False, ("có vai trò db_ddladmin, db_securityadmin",)),
        ((0, 0, 0, 0, 0), (0, 1, 0, 0), (0, 0, 0, 0), False, ("sửa được bảng units",)),
        ((0, 0, 0, 0, 0), (0, 0, 0, 1), (1, 1, 1, 0), False, ("sửa được bảng units, V_HO_SO",)),
        (
            (0, 0, 1, 0, 0), (0, 0, 0, 0), (1, 1, 1, 0), False,
            ("có vai trò db_datawriter", "sửa được bảng V_HO_SO"),
        ),
    ],
)  # fmt: skip
def test_sql_server_is_asked_for_roles_and_for_what_may_be_done_to_each_table(
    roles: Any, units: Any, v_ho_so: Any, is_superuser: bool, writes: tuple[str, ...]
) -> None:
    answers = {"is_srvrolemember": [roles], "motcua.units": [units], "motcua.[V_HO_SO]": [v_ho_so]}
    rights, asked = rights_of("mssql", answers, "motcua")
    assert rights == Rights(is_superuser, writes)
    assert [one for one in ("sysadmin", "db_owner", "db_datawriter", "db_ddladmin", "db_securityadmin")
            if f"('{one}')" in asked[0]] == [
        "sysadmin", "db_owner", "db_datawriter", "db_ddladmin", "db_securityadmin",
    ]  # fmt: skip
    assert len(asked) == (1 if is_superuser else 3)
    for one in ("INSERT", "UPDATE", "DELETE", "ALTER"):
        assert is_superuser or f"has_perms_by_name('motcua.units', 'OBJECT', '{one}')" in asked[1]


@pytest.mark.parametrize("schema", [None, "motcua"])
@pytest.mark.parametrize(
    ("dba", "privileges", "owned", "direct", "by_role", "writes"),
    [
        (0, [], [], [], [], ()),
        (1, ["CREATE TABLE"], [], [], [], ("có quyền CREATE TABLE",)),
        (0, [], [], ["V_HO_SO"], [], ("sửa được bảng V_HO_SO",)),
        (0, [], [], [], ["UNITS", "UNITS"], ("sửa được bảng units",)),
        (0, [], [], ["UNITS"], ["V_HO_SO"], ("sửa được bảng units, V_HO_SO",)),
        (0, [], ["UNITS", "V_HO_SO"], [], [], ("là chủ của bảng units, V_HO_SO",)),
    ],
)
def test_oracle_is_asked_for_privileges_grants_and_the_owner(
    schema: str | None, dba: int, privileges: list[str], owned: list[str], direct: list[str],
    by_role: list[str], writes: tuple[str, ...],
) -> None:  # fmt: skip
    lists = {
        "FROM session_privs": privileges, "FROM user_objects": owned, "FROM user_tab_privs": direct,
        "FROM role_tab_privs": by_role,
    }  # fmt: skip
    answers: dict[str, list[Any]] = {words: [(one,) for one in rows] for words, rows in lists.items()}
    rights, asked = rights_of("oracle", {"FROM session_roles": [(dba,)], **answers}, schema)
    assert rights == Rights(bool(dba), writes)
    of_objects, of_account, of_roles = asked[2:]
    assert "object_name IN ('UNITS', 'V_HO_SO')" in of_objects
    assert "user_tab_privs.grantee = USER" in of_account
    for one in (of_account, of_roles):
        assert "privilege IN ('INSERT', 'UPDATE', 'DELETE', 'ALTER')" in one
        assert ("owner = 'MOTCUA'" in one) is (schema is not None)
    assert ("'MOTCUA' = USER" in of_objects) is (schema is not None)


# tables that are not read as of one moment


@pytest.mark.parametrize("store", [MARIADB], indirect=True)
def test_tables_of_an_engine_without_transactions_are_told_with_the_remedy(place: Place) -> None:
    place.fill()
    assert not any(one.id == "outside_snapshot" for one in place.check().findings)
    place.store.write(
        "ALTER TABLE slips ENGINE=MyISAM", "ALTER TABLE ratings ENGINE=Aria",
        "CREATE TABLE goc ENGINE=MyISAM AS SELECT * FROM complaints", "CREATE VIEW V AS SELECT * FROM goc",
        changes=["slips", "ratings"],
    )  # fmt: skip
    try:
        for schema in (None, SCHEMA):
            report = place.check(SourceMapping(schema, tables={"complaints": "V"}))
            found = of(report, "outside_snapshot")
            assert (report.ok, found.severity, found.table) == (True, WARNING, "")
            assert found.sentence.startswith("Bảng “ratings”, “slips” được đọc mỗi bảng ở một lúc"), (
                "of a view nothing is known"
            )
            assert "người quản trị cơ sở dữ liệu chạy ALTER TABLE tên_bảng ENGINE=InnoDB" in found.sentence
        place.store.write("ALTER TABLE slips ENGINE=InnoDB", "ALTER TABLE ratings ENGINE=InnoDB")
        assert not any(one.id == "outside_snapshot" for one in place.check().findings)
    finally:
        place.store.write("DROP VIEW V", "DROP TABLE goc")


@pytest.mark.parametrize("store", ["postgresql", "sqlite", "duckdb"], indirect=True)
def test_of_engines_that_keep_every_table_nothing_is_told(place: Place) -> None:
    place.fill()
    assert not any(one.id == "outside_snapshot" for one in place.check().findings)


# the moment of the data


@TWO_ENGINES
def test_loads_missing_and_loads_empty_are_two_sentences_that_name_live(place: Place) -> None:
    told = {}
    for loads in (None, [], [{"as_of": None, "source": "một cửa"}]):
        place.fill(loads=loads)
        report = place.check()
        assert report.ok
        assert report.as_of is not None
        assert report.as_of.inferred
        found = next(one for one in report.findings if one.id.startswith("loads_"))
        told[found.id] = found.sentence
        live = place.check(live=True)
        assert not any(one.id.startswith("loads_") for one in live.findings), "it is set already"
        assert live.as_of is not None
        assert live.as_of.moment == NOW
    assert told.keys() == {"loads_missing", "loads_empty", "loads_without_as_of"}
    assert told["loads_missing"].startswith("Không có bảng loads: ")
    assert told["loads_empty"].startswith("Bảng loads có nhưng chưa có dòng nào: ")
    for sentence in told.values():
        assert 'đặt as_of = "live" để lấy thời điểm của lần cập nhật bản sao gần nhất' in sentence
    assert of(place.check(), "loads_without_as_of").severity == WARNING


def test_updated_at_is_the_only_column_that_wants_an_index(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("queries.check.freshness._MANY_ROWS", 30)
    place.fill()
    needs_one = place.name != "duckdb"  # which knows the greatest value of every column
    report = place.check()
    assert ids(report, WARNING) == ({("dossiers", "updated_at", "missing_index")} if needs_one else set())
    assert report.is_indexed is not needs_one
    if not needs_one:
        return
    told = of(report, "missing_index").sentence
    assert "CREATE INDEX dossiers_updated_at ON dossiers (updated_at)." in told
    q = place.store.q
    place.store.write(f"CREATE INDEX moi ON {q('dossiers')} ({q('updated_at')})", changes=["dossiers"])
    assert ids(place.check(), WARNING) == set()


def test_of_a_view_the_index_is_left_to_whoever_made_it(place: Place) -> None:
    place.fill()
    q = place.store.q
    place.store.write(f"CREATE VIEW {q('V')} AS SELECT * FROM {q('dossiers')}")
    place.let_read()
    try:
        report = place.check(SourceMapping(tables={"dossiers": "V"}))
    finally:
        place.store.write(f"DROP VIEW {q('V')}")
    assert ids(report, WARNING) == set()
    if place.name != "duckdb":
        assert "dossiers là view" in of(report, "index_unknown").sentence


def test_without_updated_at_everything_is_read_each_time(place: Place) -> None:
    place.fill()
    place.store.drop_column("dossiers", "updated_at")
    place.let_read()
    report = place.check()
    assert report.ok
    assert "đọc lại toàn bộ" in of(report, "no_updated_at").sentence
    assert "không đọc lại thường hơn mỗi 1 phút" in of(report, "duration").sentence


@pytest.mark.parametrize(
    ("seconds", "told"), [(0.44, "0,4 giây"), (12.3, "12 giây"), (200, "3 phút 20 giây"), (120, "2 phút")]
)
def test_lengths_of_time_are_told(seconds: float, told: str) -> None:
    assert seconds_told(seconds) == told


# a source that is slow


def test_a_source_that_is_slow_is_read_to_its_end_and_that_is_a_warning() -> None:
    waits = {"dossiers": 90.0, "units": 1.0, "slips": 50.0}
    trial: Any = SimpleNamespace(has=lambda name: True, reading=SimpleNamespace(waits=waits))
    course = Course(seconds={"dossiers": 400.0, "units": 1.0, "slips": 4000.0})
    found = list(time_found(trial, Duration(5_000_000, 400.0, 20.0), course, usual=Patience(), percent=5))
    assert "Đọc toàn bộ 5.000.000 dòng mất 6 phút 40 giây (12.500 dòng mỗi giây)" in found[0].sentence
    assert [(one.table, one.severity, one.id) for one in found[1:]] == [
        ("dossiers", WARNING, "slow"), ("slips", WARNING, "slow"),
    ]  # fmt: skip
    assert "có lần chờ 1 phút 30 giây" in found[1].sentence
    assert "source_silence_seconds = 60" in found[1].sentence
    assert "source_table_seconds = 3600" in found[2].sentence


def test_a_check_waits_longer_than_the_refresh_does() -> None:
    patient, usual = report_module.PATIENT, Patience()
    assert patient.silence > 60 * usual.silence
    assert patient.table > usual.table


@ONLY_POSTGRESQL
def test_a_view_slower_than_a_statement_may_be_is_read(place: Place) -> None:
    place.fill()
    place.store.write(
        "CREATE VIEW cham AS SELECT d.* FROM dossiers d, (SELECT pg_sleep(2.5)) s",
        f"ALTER ROLE {READER} SET statement_timeout = '1s'",
    )
    place.let_read()
    try:
        report = place.check(SourceMapping(tables={"dossiers": "cham"}))
    finally:
        place.store.write("DROP VIEW cham")
    assert report.ok
    dossiers = next(one for one in report.tables if one.name == "dossiers")
    assert dossiers.rows == 40
    assert (dossiers.seconds or 0) > 2


# a source that cannot be read


@ONLY_SQLITE
@pytest.mark.parametrize(
    ("address", "identity", "told"),
    [
        ("postgresql+psycopg://doc:bi-mat@127.0.0.1:1/d", "no_answer", "máy chủ không nhận kết nối"),
        ("mysql+pymysql://doc:bi-mat@127.0.0.1:1/d", "no_answer", "máy chủ không nhận kết nối"),
        ("postgresql+psycopg://doc:bi-mat@khong-co.invalid/d", "no_answer", "không tìm thấy máy chủ"),
        ("duckdb:///khong-co.duckdb", "not_read", "Không thấy tệp dữ liệu «khong-co.duckdb»"),
        ("sqlite:///HONG", "not_read", "tệp hỏng, hoặc không phải tệp của loại cơ sở dữ liệu này"),
        ("duckdb:///HONG", "not_read", "tệp hỏng, hoặc không phải tệp của loại cơ sở dữ liệu này"),
    ],
)
def test_only_what_does_not_answer_is_said_not_to_answer(
    place: Place, tmp_path: Path, address: str, identity: str, told: str
) -> None:
    broken = tmp_path / "hỏng.db"
    broken.write_text("đây không phải cơ sở dữ liệu" * 50, "utf-8")
    report = check(Source(address.replace("HONG", str(broken))), SourceMapping(), Terms(NOW, place.folder))
    assert not report.ok
    (found,) = report.findings
    assert (found.id, found.severity) == (identity, ERROR)
    assert told in found.sentence
    assert found.sentence.startswith("Cơ sở dữ liệu không trả lời.") == (identity == "no_answer")
    assert "\n" not in found.sentence
    assert "bi-mat" not in found.sentence
    assert list(place.folder.iterdir()) == []


@ONLY_SERVERS
def test_a_wrong_password_is_no_silence(place: Place) -> None:
    place.fill()
    url = place.url.set(password="sai")
    if place.name == "postgresql":
        url = url.set(username="khong_co_ai")  # the tests' own server asks for no password
    report = check(Source(url), SourceMapping(), Terms(NOW, place.folder))
    (found,) = report.findings
    assert found.id == "not_read"
    cause = {"postgresql": ("không có tài khoản này", "sai tài khoản"), "mariadb": ("sai tài khoản",)}[
        place.name
    ]
    assert any(one in found.sentence for one in cause)
    assert "không trả lời" not in found.sentence


@contextmanager
def locked(place: Place, table: str) -> Iterator[None]:
    """Hold a table against every reader."""
    held, free = threading.Event(), threading.Event()

    def hold() -> None:
        with place.store.owner() as cursor:
            cursor.execute({"postgresql": f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE",
                            "mariadb": f"LOCK TABLES {table} WRITE"}[place.name])  # fmt: skip
            held.set()
            free.wait(20)
            if place.name == "mariadb":
                cursor.execute("UNLOCK TABLES")

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(10)
    try:
        yield
    finally:
        free.set()
        holder.join()


@ONLY_SERVERS
def test_a_table_that_is_locked_is_told_as_locked(place: Place) -> None:
    place.fill()
    source = Source(place.url, replace(report_module.PATIENT, lock=1))
    with locked(place, "slips"):
        report = check(source, SourceMapping(), Terms(NOW, place.folder))
    (found,) = (one for one in report.findings if one.severity == ERROR)
    assert found.id == "not_read"
    assert "đang bị chương trình khác khóa" in found.sentence
    assert "không trả lời" not in found.sentence
    assert place.check().ok, "and afterwards nothing is missing"


@ONLY_POSTGRESQL
def test_a_value_the_database_fails_on_is_told_with_the_table_that_was_read(place: Place) -> None:
    place.fill()
    place.store.write(
        "CREATE VIEW loi AS SELECT slip_id, dossier_code, kind,"
        " CAST(CASE WHEN slip_id = 'S1' THEN 'x' ELSE '2026-01-01' END AS timestamp) AS issued_at FROM slips"
    )
    place.let_read()
    try:
        report = place.check(SourceMapping(tables={"slips": "loi"}))
    finally:
        place.store.write("DROP VIEW loi")
    found = of(report, "not_read")
    assert found.table == "slips"
    assert "dữ liệu có giá trị không đọc được" in found.sentence
    assert "(khi đang đọc bảng slips, sau 0 dòng)" in found.sentence


# what a check leaves alone


@ONLY_SQLITE
def test_the_current_copy_is_not_touched_and_nothing_is_left(place: Place) -> None:
    place.fill()
    place.folder.mkdir()
    current = place.folder / "generation-000001.duckdb"
    with duckdb.connect(str(current)) as connection:
        connection.execute("CREATE TABLE dossiers (n INTEGER)")
    before, source = current.read_bytes(), Path(str(place.url.database)).read_bytes()
    left, mine = place.folder / "check-cu", place.folder / "check-moi"
    left.mkdir()
    mine.mkdir()
    long_ago = NOW.timestamp() - 30 * 86_400
    os.utime(left, (long_ago, long_ago))
    report = check(Source(place.url), SourceMapping(), Terms(NOW, place.folder))
    assert report.ok
    assert sorted(place.folder.iterdir()) == [mine, current], "what another check may be using stays"
    assert current.read_bytes() == before
    assert Path(str(place.url.database)).read_bytes() == source


@ONLY_SQLITE
def test_a_full_disk_is_not_the_source(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.fill()

    def full(*_: Any, **__: Any) -> Any:
        raise duckdb.IOException("IO Error: Could not write file: No space left on device")

    monkeypatch.setattr(trial_module, "read_into", full)
    with pytest.raises(TrialFailed) as caught:
        place.check()
    assert caught.value.sentence == f"Không ghi được bản đọc thử vào thư mục «{place.folder}»: đĩa đầy."
    assert list(place.folder.iterdir()) == []


@ONLY_SQLITE
def test_a_check_that_is_stopped_leaves_nothing(place: Place) -> None:
    place.fill(dossiers=[dossier(n) for n in range(2000)])

    def stopped(table: str, _rows: int) -> None:
        if table == "slips":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check(Source(place.url), SourceMapping(), Terms(NOW, place.folder), progress=stopped)
    assert list(place.folder.iterdir()) == []
    assert CLEAN["dossiers"]

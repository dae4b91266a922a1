"""Engines are opened for reading only, by the guard and beneath it; and they come back to life."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pymysql
import pytest
from sqlalchemy import ColumnElement, Engine, func, literal_column, select, table, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import QueuePool
from stores import SCHEMA, DuckDB, PostgreSQL, Store

from queries.source.engine import (
    DatabaseUnavailable,
    NotReadOnly,
    open_engine,
    reading,
)
from queries.source.masking import mask

MARIADB = pytest.param("mariadb", marks=pytest.mark.mariadb)
ROWS = {"units": [{"unit_code": f"P{i}", "name": f"Phường {i}", "kind": "ward"} for i in (1, 2)]}
DRIVER_ERRORS = (psycopg.Error, duckdb.Error, sqlite3.Error, pymysql.Error)
REFUSED = re.compile(
    r"read.?only|permission denied|must be superuser|not authorized|denied|disabled|locked|too many attached",
    re.IGNORECASE,
)
ONLY_POSTGRESQL = pytest.mark.parametrize("store", ["postgresql"], indirect=True)
ONLY_MARIADB = pytest.mark.parametrize("store", [MARIADB], indirect=True)
ONLY_SERVERS = pytest.mark.parametrize("store", ["postgresql", MARIADB], indirect=True)
SLOW = {
    "duckdb": "SELECT sum(a.i * b.i % 7) FROM range(4000000) a(i), range(4000000) b(i)",
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
    "postgresql": "SELECT pg_sleep(30)",
    "mariadb": "SELECT sleep(30)",
}


@pytest.fixture(autouse=True)
def two_units(request: pytest.FixtureRequest) -> None:
    if "store" in request.fixturenames:
        request.getfixturevalue("store").fill(ROWS)


def writes(store: Store, folder: Path) -> dict[str, str]:
    """Every way to write that an engine has."""
    units, out = store.q("units"), str(folder / "out")
    each = {
        "insert": f"INSERT INTO {units} (unit_code) VALUES ('X')",
        "update": f"UPDATE {units} SET name = 'X'",
        "delete": f"DELETE FROM {units}",
        "create": "CREATE TABLE motcua_new (a integer)",
        "create as": f"CREATE TABLE motcua_new AS SELECT * FROM {units}",
        "drop": f"DROP TABLE {units}",
        "alter": f"ALTER TABLE {units} ADD COLUMN a integer",
    }
    own = {
        "duckdb": {
            "attach": f"ATTACH '{out}'",
            "copy to": f"COPY {units} TO '{out}'",
            "export": f"EXPORT DATABASE '{out}'",
            "unlock": "SET enable_external_access = true",
            "install": "INSTALL httpfs",
        },
        "sqlite": {
            "attach": f"ATTACH '{out}' AS other",
            "vacuum into": f"VACUUM INTO '{out}'",
            "with delete": f"WITH a AS (SELECT 1) DELETE FROM {units}",
            "pragma": "PRAGMA query_only = OFF",
        },
        "postgresql": {
            "copy to": f"COPY {units} TO '{out}'",
            "copy to program": f"COPY {units} TO PROGRAM 'cat > {out}'",
            "with delete": f"WITH a AS (DELETE FROM {units} RETURNING 1) SELECT * FROM a",
            "explain analyze": f"EXPLAIN ANALYZE DELETE FROM {units}",
            "select into": f"SELECT * INTO motcua_new FROM {units}",
        },
        "mariadb": {
            "outfile": f"SELECT * FROM {units} INTO OUTFILE '{out}'",
            "truncate": f"TRUNCATE TABLE {units}",
        },
    }
    return each | own[store.name]


def contents(store: Store) -> list[tuple[Any, ...]]:
    with store.connect() as conn:
        words: list[ColumnElement[str]] = [literal_column("unit_code"), literal_column("name")]
        return sorted(tuple(row) for row in conn.execute(select(*words).select_from(table("units"))))


KILL = {
    "postgresql": ("SELECT pg_backend_pid()", "SELECT pg_terminate_backend({})"),
    "mariadb": ("SELECT connection_id()", "KILL {}"),
}
UNCHANGED = [("P1", "Phường 1"), ("P2", "Phường 2")]


def test_our_guard_refuses_every_write(store: Store, tmp_path: Path) -> None:
    for what, statement in writes(store, tmp_path).items():
        if what == "pragma":  # a question to the guard; the authorizer beneath refuses it
            continue
        with store.connect() as conn, pytest.raises(NotReadOnly, match="Chỉ được đọc"):
            conn.execute(text(statement))
    assert contents(store) == UNCHANGED
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT 1; DROP TABLE units", "SELECT * FROM units FOR UPDATE", "SELECT a INTO b FROM c", "CALL x()",
        "WITH a AS (SELECT 1) INSERT INTO b SELECT 1", "MERGE INTO a USING b ON 1 = 1", "", "SET a = 1",
        "  select 'a' into outfile 'b'", "VACUUM", "LOCK TABLE a",
        # a quote where the engine reads none, so that what follows would pass for words of the data
        "select 1 /* ' */; reset role; copy (select 1) to program 'id' -- '", "select 1 -- '\n into a -- '",
        "select $a$ ' $a$ into b -- '", "select '\\' , ' into outfile ' '", "select e'\\' into a, '",
        "select lo_create(0)", 'select "lo_creat"(-1)', "select set_config('role', 'none', false)",
        "select setval('a', 1)", "select dblink_exec('', 'drop table a')", "select pg_read_file('/a')",
        "select pg_terminate_backend(1)", "select pg_catalog.pg_switch_wal ()", "select load_file('/a')",
        "select query_to_xml('delete from a', true, true, '')",
    ],
)  # fmt: skip
def test_the_guard_reads_the_whole_statement(tmp_path: Path, statement: str) -> None:
    """Where an engine has no read-only session (SQL Server, Oracle) the guard is alone."""
    with sqlite3.connect(tmp_path / "a.sqlite") as conn:
        conn.execute("CREATE TABLE units (a)")
    conn.close()
    engine = open_engine(f"sqlite:///{tmp_path / 'a.sqlite'}")
    with engine.connect() as reader, pytest.raises(NotReadOnly):
        reader.exec_driver_sql(statement)
    engine.dispose()


def test_the_guard_lets_words_of_the_data_through(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "a.sqlite").close()
    engine = open_engine(f"sqlite:///{tmp_path / 'a.sqlite'}")
    with engine.connect() as conn:
        words = """SELECT 'insert, delete' AS "update", 1 AS updated_at, 2 AS lo_1, 3 AS pg_read_at"""
        found = conn.exec_driver_sql(words).one()
        assert found == ("insert, delete", 1, 2, 3)
    engine.dispose()


@pytest.mark.parametrize("store", ["mariadb"], indirect=True)
def test_what_is_a_comment_to_one_engine_alone_is_refused_there(store: Store) -> None:
    with store.connect() as conn, pytest.raises(NotReadOnly):
        conn.exec_driver_sql("select 1 # '\n into outfile '/tmp/x' # '")


def test_beneath_the_guard_the_engine_itself_refuses(store: Store, tmp_path: Path) -> None:
    """By the driver's own connection, as if our guard were not there.

    INTO OUTFILE apart: an account with FILE may write a file on the server in any
    transaction; the next test gives MariaDB the account it should have.
    """
    refused = writes(store, tmp_path)
    refused.pop("outfile", None)
    for what, statement in refused.items():
        assert REFUSED.search(beneath(store.engine, statement)), what
    assert contents(store) == UNCHANGED
    assert [one.name for one in tmp_path.iterdir()] == []


def beneath(engine: Engine, statement: str) -> str:
    """Run a statement by the driver alone; give what the engine said against it, or nothing."""
    fairy = engine.raw_connection()
    try:
        cursor = fairy.cursor()
        try:
            cursor.execute(statement)
        except DRIVER_ERRORS as error:
            return str(error)
        finally:
            cursor.close()
        fairy.commit()  # what an engine let through is to stay, so that the test sees it
        return ""
    finally:
        fairy.invalidate()


@pytest.fixture
def reader(store: Store) -> Iterator[URL]:
    """An account of the server that may only read the test's tables."""
    name, word = f"motcua_reader_{SCHEMA[-6:]}", "b1 m@t:kh/au"
    url = store.url.set(username=name, password=word)
    if isinstance(store, PostgreSQL):
        store.write(
            f"CREATE ROLE {name} LOGIN PASSWORD '{word}'",
            f"GRANT USAGE ON SCHEMA {SCHEMA} TO {name}",
            f"GRANT SELECT ON ALL TABLES IN SCHEMA {SCHEMA} TO {name}",
        )
        yield url
        store.write(f"DROP OWNED BY {name}", f"DROP ROLE {name}")
    else:
        store.write(
            f"CREATE USER {name}@'%' IDENTIFIED BY '{word}'", f"GRANT SELECT ON {SCHEMA}.* TO {name}@'%'"
        )
        yield url
        store.write(f"DROP USER {name}@'%'")


@ONLY_SERVERS
def test_an_account_that_may_only_read_is_refused_by_the_server(
    store: Store, reader: URL, tmp_path: Path
) -> None:
    engine = open_engine(reader)
    for what, statement in writes(store, tmp_path).items():
        assert REFUSED.search(beneath(engine, statement)), what
    with engine.connect() as conn:
        assert conn.scalar(text("SELECT count(*) FROM units")) == 2
    engine.dispose()
    assert contents(store) == UNCHANGED
    assert list(tmp_path.iterdir()) == []


@ONLY_POSTGRESQL
def test_a_superuser_of_postgresql_steps_down(store: Store) -> None:
    with store.owner() as cursor:
        is_superuser = cursor.execute("SELECT current_setting('is_superuser')").fetchone()[0]
    with store.connect() as conn:
        assert conn.exec_driver_sql("SELECT current_setting('is_superuser')").scalar() == "off"
        role = conn.exec_driver_sql("SELECT current_user").scalar()
        assert (role == "pg_read_all_data") == (is_superuser == "on")
        assert conn.exec_driver_sql("SELECT current_setting('TimeZone')").scalar() == "Asia/Ho_Chi_Minh"


# A statement that lasts too long, a connection that died


def test_a_statement_that_lasts_too_long_is_ended(store: Store) -> None:
    store.close() if isinstance(store, DuckDB) else None  # one configuration a process
    engine = open_engine(store.url, statement_timeout_seconds=0.3)
    began = time.monotonic()
    with pytest.raises(DatabaseUnavailable, match="Không đọc được"), reading(engine) as conn:  # noqa: PT012
        conn.exec_driver_sql(SLOW[store.name]).all()
        if store.name == "mariadb":  # sleep() that is cut short answers 1
            pytest.fail("not ended")
    assert time.monotonic() - began < 5
    with reading(engine) as conn:  # and the engine goes on
        assert conn.scalar(select(func.count()).select_from(table("units"))) == 2
    engine.dispose()


def test_a_quick_statement_leaves_nothing_behind(store: Store) -> None:
    """The timer of one statement must not end the next."""
    store.close() if isinstance(store, DuckDB) else None
    engine = open_engine(store.url, statement_timeout_seconds=0.3)
    with reading(engine) as conn:
        for _ in range(3):
            assert conn.scalar(select(func.count()).select_from(table("units"))) == 2
            time.sleep(0.15)
    engine.dispose()


@ONLY_SERVERS
def test_a_connection_that_was_cut_is_replaced(store: Store) -> None:
    engine = open_engine(store.url)
    ask, end = KILL[store.name]
    with reading(engine) as conn:
        first = conn.exec_driver_sql(ask).scalar()
    store.write(end.format(first))
    with reading(engine) as conn:
        assert conn.exec_driver_sql(ask).scalar() != first
        assert conn.scalar(select(func.count()).select_from(table("units"))) == 2
    # While it is in use the statement fails, in words; the next connection is a new one.
    with pytest.raises(DatabaseUnavailable, match="Không đọc được"), reading(engine) as conn:  # noqa: PT012
        store.write(end.format(conn.exec_driver_sql(ask).scalar()))
        conn.exec_driver_sql(ask)
    with reading(engine) as conn:
        assert conn.scalar(select(func.count()).select_from(table("units"))) == 2
    assert REFUSED.search(beneath(engine, f"DELETE FROM {store.q('units')}"))  # the new one reads only, too
    engine.dispose()


# What cannot be opened

SECRET = "b1-m4t"


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("duckdb:///khong/co.duckdb", "Không thấy tệp dữ liệu"),
        ("sqlite:///khong/co.sqlite", "Không thấy tệp dữ liệu"),
        ("duckdb://", "không nêu tệp"),
        ("sqlite:///:memory:", "không nêu tệp"),
        ("", "không hợp lệ"),
        (f"motcua:{SECRET}@may", "không hợp lệ"),
        (f"postgresql://motcua:{SECRET}@may:cong/db", "không hợp lệ"),
        (f"khongco://motcua:{SECRET}@may/db", "không hợp lệ"),
        (f"mysql+mysqldb://motcua:{SECRET}@may/db", "Chưa cài trình điều khiển «MySQLdb»"),
        (f"mssql+pyodbc://motcua:{SECRET}@may/db", "Chưa cài trình điều khiển «pyodbc»"),
    ],
)
def test_what_cannot_be_opened_says_so(url: str, says: str) -> None:
    with pytest.raises(DatabaseUnavailable, match=says) as raised:
        open_engine(url)
    assert SECRET not in str(raised.value)


@pytest.mark.parametrize(
    "url", [f"postgresql://motcua:{SECRET}@127.0.0.1:9/db", f"mysql://motcua:{SECRET}@127.0.0.1:9/db",
            f"postgresql://127.0.0.1:9/db?user=motcua&password={SECRET}"],
)  # fmt: skip
def test_a_server_that_does_not_answer(url: str) -> None:
    engine = open_engine(url)
    with pytest.raises(DatabaseUnavailable, match=r"^Không đọc được") as raised, reading(engine):
        pass
    assert SECRET not in str(raised.value)
    assert "\n" not in str(raised.value)


@ONLY_MARIADB
def test_a_wrong_password_is_not_repeated(store: Store, reader: URL) -> None:
    engine = open_engine(reader.set(password=SECRET))
    with pytest.raises(DatabaseUnavailable, match="Không đọc được") as raised, reading(engine):
        pass
    assert SECRET not in str(raised.value)


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("không phải cơ sở dữ liệu" * 1000, encoding="utf-8")
    for name in ("duckdb", "sqlite"):
        engine = open_engine(f"{name}:///{path}")
        with pytest.raises(DatabaseUnavailable, match="Không đọc được") as raised, reading(engine) as conn:
            conn.execute(select(literal_column("*")).select_from(table("units")))
        assert "a.txt" in str(raised.value)
        engine.dispose()


@pytest.mark.parametrize(
    ("url", "masked"),
    [
        ("postgresql://u:p4ss@h:5432/db", "postgresql://u:***@h:5432/db"),
        ("postgresql://u:p@ss@h/db", "postgresql://u:***@h/db"),
        ("postgresql://u:p/ss:w@h/db", "postgresql://u:***@h/db"),
        ("postgresql://h/db?user=u&password=p4ss&sslmode=require",
         "postgresql://h/db?user=u&password=***&sslmode=require"),
        ("mysql://u:p4ss@h:port/db", "mysql://u:***@h:port/db"),
        ("postgresql://u@h/db", "postgresql://u@h/db"),
        ("postgresql://u@server:p4ss@h/db", "postgresql://u@server:***@h/db"),
        ("postgresql://u@h/db?sslpassword=p4ss&x=1", "postgresql://u@h/db?sslpassword=***&x=1"),
        ("duckdb:///md:db?motherduck_token=p4ss", "duckdb:///md:db?motherduck_token=***"),
        ("mssql+pyodbc:///?odbc_connect=UID%3Du%3BPWD%3Dp4ss%3BX%3D1",
         "mssql+pyodbc:///?odbc_connect=UID%3Du%3BPWD%3D***%3BX%3D1"),
        ("duckdb:////du/lieu.duckdb", "duckdb:////du/lieu.duckdb"),
    ],
)  # fmt: skip
def test_mask(url: str, masked: str) -> None:
    assert mask(url) == masked


def test_the_rest_of_a_password_with_an_at_is_not_told() -> None:
    engine = open_engine("postgresql://u:bi@mat-day@127.0.0.1:1/db")
    with pytest.raises(DatabaseUnavailable) as caught, reading(engine):
        pass
    assert "mat-day" not in str(caught.value)
    assert "%40" in str(caught.value)


@pytest.mark.parametrize("store", ["mariadb"], indirect=True)
def test_an_option_that_the_driver_does_not_know_is_told(store: Store) -> None:
    engine = open_engine(f"{store.url}?la=1")
    with pytest.raises(DatabaseUnavailable, match=r"tùy chọn sau dấu .*'la'.*database_url"), reading(engine):
        pass


def test_mask_of_an_address_that_is_parsed() -> None:
    url = make_url("postgresql://h/db").set(username="u", password="p@ss w:r/d")
    assert mask(url) == "postgresql://u:***@h/db"


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "statement", ["DELETE FROM units", "CREATE TEMP TABLE a (b)", "ATTACH ':memory:' AS other"]
)
def test_each_lock_of_sqlite_holds_without_the_authorizer(store: Store, statement: str) -> None:
    """query_only, for the last also the limit of attached files; the file is opened for reading beside."""
    fairy = store.engine.raw_connection()
    connection = fairy.driver_connection
    assert isinstance(connection, sqlite3.Connection)
    connection.set_authorizer(None)
    with pytest.raises(sqlite3.OperationalError, match=REFUSED):
        connection.execute(statement)
    fairy.invalidate()


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_sqlite_file_is_opened_for_reading_alone(store: Store) -> None:
    """As if the authorizer and query_only were not there."""
    fairy = store.engine.raw_connection()
    connection = fairy.driver_connection
    assert isinstance(connection, sqlite3.Connection)
    connection.set_authorizer(None)
    connection.execute("PRAGMA query_only = OFF")
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        connection.execute("DELETE FROM units")
    fairy.invalidate()


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_sqlite_keeps_its_connections_in_a_queue(store: Store) -> None:
    """A connection a thread, as for a database in memory, would be closed under its reader."""
    assert isinstance(store.engine.pool, QueuePool)

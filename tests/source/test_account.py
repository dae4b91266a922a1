"""The account that the printed SQL makes: it reads the contract and nothing else, and others are refused."""

from __future__ import annotations

import os
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import duckdb
import pytest
from checked import CLEAN
from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from stores import SCHEMA, Store
from systems import statements

from queries.contract import CONTRACT
from queries.source.account import NOT_RUN, NoSuchAccountError, account_sql, engines
from queries.source.errors import SourceBroken
from queries.source.mapping import SourceMapping
from queries.source.reading import Reading, Source, read_into

ACCOUNT = f"motcua_tk_{os.getpid()}"
PASSWORD = "chi-doc-thoi"
ON_SERVERS = pytest.mark.parametrize(
    "store", ["postgresql", pytest.param("mariadb", marks=pytest.mark.mariadb)], indirect=True
)
DENIED = {
    "postgresql": (
        f"SELECT * FROM {SCHEMA}.cong_dan", f"INSERT INTO {SCHEMA}.dossiers (dossier_code) VALUES ('X')",
        f"UPDATE {SCHEMA}.units SET name = 'X'", f"TRUNCATE {SCHEMA}.slips", f"CREATE TABLE {SCHEMA}.x (a int)",
        "SELECT rolpassword FROM pg_authid", 'SELECT * FROM U&"\\0070g_authid"', "SELECT passwd FROM pg_shadow",
        "SELECT data FROM pg_largeobject", "SELECT lo_import('/etc/hostname')", "SELECT lo_from_bytea(0, 'x')",
        "SELECT pg_read_file('/etc/hostname')", "COPY (SELECT 1) TO PROGRAM 'true'",
        "COPY (SELECT 1) TO '/tmp/motcua-x'", "CREATE ROLE motcua_x", "SET ROLE pg_read_all_data",
    ),
    "mariadb": (
        f"SELECT * FROM {SCHEMA}.cong_dan", f"INSERT INTO {SCHEMA}.dossiers (dossier_code) VALUES ('X')",
        f"UPDATE {SCHEMA}.units SET name = 'X'", f"TRUNCATE {SCHEMA}.slips", f"CREATE TABLE {SCHEMA}.x (a int)",
        "SELECT * FROM mysql.global_priv", "SELECT * FROM mysql.user",
        f"SELECT 1 FROM {SCHEMA}.dossiers INTO OUTFILE '/tmp/motcua-x'", "CREATE USER motcua_x",
        f"SHOW CREATE TABLE {SCHEMA}.cong_dan",
    ),
}  # fmt: skip


@pytest.fixture
def reader(store: Store) -> Iterator[URL]:
    """The address of the account made by the SQL that is printed, on a district with a table too many."""
    rows = deepcopy(CLEAN)
    without = [name for name in CONTRACT if name not in rows]
    store.fill(rows, without=without)
    store.write("DROP TABLE IF EXISTS cong_dan", "CREATE TABLE cong_dan (ho_ten varchar(50))")
    script = account_sql(store.name, SourceMapping(), schema=SCHEMA, reader=ACCOUNT)
    for _ in range(2):  # it may run again
        store.write(*([script] if store.name == "postgresql" else statements(script)))
    if store.name == "postgresql":
        store.write(f"ALTER ROLE {ACCOUNT} PASSWORD '{PASSWORD}'")
    else:
        store.write(f"ALTER USER '{ACCOUNT}'@'%' IDENTIFIED BY '{PASSWORD}' ACCOUNT UNLOCK")
    yield store.url.set(username=ACCOUNT, password=PASSWORD)
    store.write("DROP TABLE cong_dan")
    if store.name == "postgresql":
        store.write(f"DROP OWNED BY {ACCOUNT}", f"DROP ROLE {ACCOUNT}")
    else:
        store.write(f"DROP USER '{ACCOUNT}'@'%'")


def read(url: URL, folder: Path, mapping: SourceMapping | None = None, *, may_write: bool = False) -> Reading:
    with duckdb.connect(str(folder / "copy.duckdb")) as connection:
        return read_into(
            connection, Source(url, may_write=may_write), mapping or SourceMapping(),
            zone="Asia/Ho_Chi_Minh", folder=folder,
        )  # fmt: skip


@ON_SERVERS
def test_it_reads_the_contract_and_nothing_else(store: Store, reader: URL, tmp_path: Path) -> None:
    assert read(reader, tmp_path).rows["dossiers"] == 40
    engine = create_engine(reader)
    for statement in DENIED[store.name]:
        with engine.connect() as conn, pytest.raises(DBAPIError):
            conn.execute(text(statement.replace(":", "\\:")))
    engine.dispose()
    if store.name == "postgresql":
        script = account_sql("postgresql", SourceMapping(), schema=SCHEMA, reader=ACCOUNT)
        too_many = script[script.index("SELECT n.nspname") :]
        with store.owner() as cursor:
            assert cursor.execute(too_many).fetchall() == []
        store.write(f"GRANT SELECT ON cong_dan TO {ACCOUNT}", f"GRANT UPDATE ON units TO {ACCOUNT}")
        with store.owner() as cursor:
            assert cursor.execute(too_many).fetchall() == [(SCHEMA, "cong_dan"), (SCHEMA, "units")]


@ON_SERVERS
def test_an_account_that_may_write_is_refused_and_told_the_remedy(
    store: Store, reader: URL, tmp_path: Path
) -> None:
    with pytest.raises(SourceBroken, match=r"là tài khoản quản trị .*motcua account.*writing_account = true"):
        read(store.url, tmp_path)
    grant = {"postgresql": f"GRANT UPDATE ON dossiers TO {ACCOUNT}",
             "mariadb": f"GRANT UPDATE ON `{SCHEMA}`.* TO '{ACCOUNT}'@'%'"}[store.name]  # fmt: skip
    store.write(grant)
    with pytest.raises(SourceBroken, match=r"Tài khoản này ghi được: .*motcua account"):
        read(reader, tmp_path)
    assert read(reader, tmp_path, may_write=True).rows["units"] == 2


@ON_SERVERS
@pytest.mark.parametrize(
    "name",
    ['U&"\\0070g_authid"', "pg_authid", "pg_catalog.pg_authid", "pg_shadow", "pg_largeobject", "mysql.user",
     "dossiers; DROP TABLE units", 'dossiers" UNION SELECT * FROM "pg_authid', "lo_import('/etc/hostname')"],
)  # fmt: skip
def test_a_name_of_the_settings_is_a_name_and_opens_nothing(
    store: Store, reader: URL, tmp_path: Path, name: str
) -> None:
    mapping = SourceMapping.of_settings(tables={"dossiers": name})
    with pytest.raises(SourceBroken):
        read(reader, tmp_path, mapping)
    # And as a column's: it is quoted, and there is none of that name.
    mapping = SourceMapping.of_settings(columns={"dossiers": {"dossier_code": name}})
    with pytest.raises(SourceBroken, match="thiếu cột"):
        read(reader, tmp_path, mapping)
    assert read(reader, tmp_path).rows["units"] == 2


@pytest.mark.parametrize("engine", ["mariadb", "mssql", "oracle", "postgresql"])
def test_every_table_of_the_contract_is_named_as_the_settings_call_it(engine: str) -> None:
    told = account_sql(
        engine, SourceMapping.of_settings(tables={"dossiers": "V_HO_SO"}), schema="mc", reader="doc"
    )
    assert "V_HO_SO" in told
    assert all(name in told for name in CONTRACT if name != "dossiers")
    assert "dossiers" not in told
    assert ("CHƯA chạy thử" in told) is (engine in NOT_RUN)


def test_what_cannot_be_is_one_sentence() -> None:
    assert engines() == ("mariadb", "mssql", "oracle", "postgresql")
    with pytest.raises(NoSuchAccountError, match="Chưa có SQL tạo tài khoản cho “duckdb”"):
        account_sql("duckdb", SourceMapping(), schema="main")
    for name in ("a'b", 'a"b', "a`b", "", "a;b"):
        with pytest.raises(NoSuchAccountError, match="không dùng làm tên được"):
            account_sql("postgresql", SourceMapping(), schema="motcua", reader=name)

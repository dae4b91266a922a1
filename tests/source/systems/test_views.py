"""The SQL that is printed: nothing personal in it, names as they are given, and what is refused."""

from __future__ import annotations

import re

import pytest
from systems import statements

from queries.contract import CONTRACT
from queries.source.systems import SYSTEMS, NoSuchSqlError, Wanted, sql_of

EVERY = [(system, engine) for system in SYSTEMS.values() for engine in system.engines]
PERSONAL = re.compile(
    r"citizen|return_phone|return_email|xml_data|applicant|address|contact|delegate|telno|idno|email",
    re.IGNORECASE,
)


def all_of(name: str, engine: str) -> list[str]:
    system = SYSTEMS[name]
    wanted = Wanted(is_nightly="is_nightly" in system.choices, has_slips="has_slips" in system.choices)
    return [sql_of(system, engine, Wanted()), sql_of(system, engine, wanted),
            sql_of(system, engine, Wanted(), what="compare")]  # fmt: skip


def test_there_is_sql_for_the_engines_they_run_on() -> None:
    assert {(system.name, engine) for system, engine in EVERY} == {
        ("epar", "mariadb"), ("opencps", "mariadb"), ("opencps", "postgresql"),
    }  # fmt: skip


@pytest.mark.parametrize(("name", "engine"), [(one.name, engine) for one, engine in EVERY])
def test_no_personal_column_is_named(name: str, engine: str) -> None:
    for script in all_of(name, engine):
        assert PERSONAL.search(script) is None
        told = "\n".join(statements(script))
        assert not re.search(r"\bu\.C_NAME\b", told), "an official's name only where the district wants it"
        assert "*" not in told.replace("COUNT(*)", "")
        for reason in re.findall(r".*C_REJECT_REASON.*", told):
            assert reason == "  CASE WHEN TRIM(r.C_REJECT_REASON) <> '' THEN 'có ghi lý do' END"


@pytest.mark.parametrize(("name", "engine"), [(one.name, engine) for one, engine in EVERY])
def test_columns_are_the_contract_s_and_the_required_ones_are_there(name: str, engine: str) -> None:
    told = "\n".join(statements(sql_of(SYSTEMS[name], engine, Wanted())))
    for table in ("units", "procedures", "dossiers"):
        view = re.search(rf"VIEW \S+\.{table} AS\n(.*?)^(FROM|UNION)", told, re.MULTILINE | re.DOTALL)
        assert view is not None, table
        given = set(re.findall(r"^  .*?\b(\w+),?$", view[1], re.MULTILINE)) & {
            one.name for one in CONTRACT[table].columns
        }
        assert given >= {one.name for one in CONTRACT[table].columns if one.required}


def test_names_are_taken_as_they_are_given() -> None:
    told = sql_of(SYSTEMS["epar"], "mariadb", Wanted("tam-viet", "mot_cua", "nguoi_doc"))
    assert "`tam-viet`.t_r3_record" in told
    assert "CREATE DATABASE IF NOT EXISTS `mot_cua`" in told
    assert "-- GRANT SELECT, SHOW VIEW ON `mot_cua`.* TO 'nguoi_doc'@'%';" in told
    assert "epar`" not in told
    assert "motcua`" not in told


@pytest.mark.parametrize(
    ("name", "engine", "wanted", "sentence"),
    [
        ("epar", "postgresql", Wanted(), "Chưa có SQL của e-PAR (R3) cho postgresql; có cho mariadb."),
        ("opencps", "mariadb", Wanted(is_nightly=True), "SQL của OpenCPS v2 không có phần bảng nạp hằng đêm."),
        ("opencps", "mariadb", Wanted(has_slips=True), "SQL của OpenCPS v2 không có phần phiếu."),
        ("epar", "mariadb", Wanted(site=0), "SQL của e-PAR (R3) không có phần chọn theo groupId."),
        ("epar", "mariadb", Wanted(ours="a`b"), "“a`b” không dùng làm tên được: chỉ chữ không dấu, số, _, $ và -."),
        ("epar", "mariadb", Wanted(theirs=""), "“” không dùng làm tên được: chỉ chữ không dấu, số, _, $ và -."),
        ("epar", "mariadb", Wanted(reader="x'y"), "“x'y” không dùng làm tên được: chỉ chữ không dấu, số, _, $ và -."),
    ],
)  # fmt: skip
def test_what_cannot_be_is_one_sentence(name: str, engine: str, wanted: Wanted, sentence: str) -> None:
    with pytest.raises(NoSuchSqlError) as told:
        sql_of(SYSTEMS[name], engine, wanted)
    assert str(told.value) == sentence


@pytest.mark.parametrize(("name", "engine"), [(one.name, engine) for one, engine in EVERY])
def test_views_never_lie_among_their_tables(name: str, engine: str) -> None:
    """The reader may read all that lies beside the views."""
    usual = {"epar": "epar", "opencps": "public" if engine == "postgresql" else "opencps"}[name]
    with pytest.raises(NoSuchSqlError, match="schema khác"):
        sql_of(SYSTEMS[name], engine, Wanted(ours=usual))

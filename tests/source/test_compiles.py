"""What is asked of a source itself compiles for every engine; SQL Server and Oracle by this alone."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Dialect, select
from sqlalchemy.dialects import oracle
from sqlalchemy.dialects.mysql.pymysql import MySQLDialect_pymysql
from sqlalchemy.engine import make_url

from queries.contract import CONTRACT, Renames
from queries.copy.as_of import read_as_of
from queries.courses.bound import Bound, bind
from queries.courses.constructs import count_if

DIALECTS = ("mssql", "oracle", "oracle 19", "postgresql", "mariadb", "mysql", "sqlite", "duckdb")


def dialect_of(name: str) -> Dialect:
    if name.startswith("oracle"):
        dialect: Dialect = oracle.dialect()  # type: ignore[no-untyped-call]
        # as SQLAlchemy sets it once connected
        dialect.supports_native_boolean = name == "oracle"
        return dialect
    if name == "mariadb":
        return MySQLDialect_pymysql(is_mariadb=True)
    return make_url(f"{name}://").get_dialect()()


def bounds() -> dict[str, Bound]:
    """A whole contract, one of the required alone, one whose DBA likes capitals."""
    whole = {name: [one.name for one in spec.columns] for name, spec in CONTRACT.items()}
    bare = {name: [one.name for one in spec.columns if one.required]
            for name, spec in CONTRACT.items() if spec.required}  # fmt: skip
    capitals = {name: [one.upper() for one in columns] for name, columns in whole.items()}
    renames = Renames(schema="MOTCUA", tables={name: f"V_{name}".upper() for name in CONTRACT})
    return {"whole": bind(whole), "bare": bind(bare), "capitals": bind(capitals, renames)}


class Compiling:
    """A connection that compiles what it is asked, and answers with nothing."""

    def __init__(self, dialect: str) -> None:
        self.dialect, self.texts = dialect, list[str]()

    def _take(self, statement: Any) -> None:
        text = str(statement.compile(dialect=dialect_of(self.dialect)))
        check(self.dialect, text, text[:60])
        self.texts.append(text)

    def execute(self, statement: Any) -> Compiling:
        self._take(statement)
        return self

    def scalar(self, statement: Any) -> int | None:
        self._take(statement)
        return None

    def all(self) -> list[Any]:
        return []


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_moment_of_the_data_compiles(dialect: str) -> None:
    for bound in bounds().values():
        conn = Compiling(dialect)
        reader: Any = conn
        read_as_of(reader, bound, datetime(2026, 11, 21, 10, 15))
        assert conn.texts


def check(dialect: str, text: str, of: str) -> None:
    """What SQL Server and Oracle have no word for, and what would be text where a number is meant."""
    assert "motcua" not in text, of  # a construct without a spelling prints its Python name
    assert not re.search(r"\b(day_of|days_between|moment|count_if|absent)\s*\(", text), of
    if dialect.startswith(("mssql", "oracle")):
        assert not re.search(r"\b(true|false|filter|boolean|limit|interval)\b", text, re.IGNORECASE), of
        assert not re.search(r"\b(AND|OR|WHERE|WHEN|NOT)\s+\(*[01]\b(?!\s*=)", text), of
        assert not list(bare_conditions(text)), of


def bare_conditions(text: str) -> list[str]:
    """Comparisons that stand where a value is meant: in a select list, or after THEN or ELSE."""
    operators = r"(?:[<>=]|\bIS\b|\bIN\b|\bLIKE\b|\bBETWEEN\b|\bAND\b|\bOR\b|\bNOT\b)"
    text = re.sub(r"'[^']*'", "''", text)
    values = re.findall(r"\b(?:THEN|ELSE)\b(.*?)(?=\b(?:WHEN|ELSE|END|CASE)\b)", text, re.DOTALL)
    without_cases = text
    while True:  # the innermost CASE first
        shorter = re.sub(r"\bCASE\b(?:(?!\bCASE\b|\bEND\b).)*\bEND\b", "0", without_cases, flags=re.DOTALL)
        if shorter == without_cases:
            break
        without_cases = shorter
    lists = re.findall(r"\bSELECT\b(.*?)\bFROM\b", without_cases, re.DOTALL)
    return [one for one in (*values, *lists) if re.search(operators, one)]


def test_the_check_sees_a_bare_condition() -> None:
    assert bare_conditions("SELECT a > 1 AS x FROM t")
    assert bare_conditions("SELECT CASE WHEN a > 1 THEN b = 2 ELSE 0 END FROM t")
    fine = "CASE WHEN a > 1 AND b IS NULL THEN 1 ELSE CASE WHEN c = 2 THEN 3 END END"
    assert not bare_conditions(f"SELECT {fine} AS x FROM t")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_count_if(dialect: str) -> None:
    d = bounds()["whole"]["dossiers"].c
    text = str(select(count_if(d.state == "open")).compile(dialect=dialect_of(dialect)))
    assert ("FILTER" in text) == (dialect in ("postgresql", "sqlite", "duckdb"))

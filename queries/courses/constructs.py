"""The few SQL constructs that engines spell differently, each compiled per dialect."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, Date, DateTime, Integer, SmallInteger, String, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import ColumnElement
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.type_api import TypeEngine
from sqlalchemy.sql.visitors import InternalTraversal

_EPOCH = datetime(1970, 1, 1)


class moment(FunctionElement[Any]):  # noqa: N801 - reads as a SQL function
    """A stored moment in the form its engine can compare with a bound datetime.

    MariaDB and MySQL keep days that are none, 0000-00-00, which older systems wrote for
    no day at all: NULL. But most of it is for SQLite: there a moment is text, with a blank or a 'T', with or
    without seconds and fraction, and compares as text. It is brought to the form
    SQLAlchemy binds, ``YYYY-MM-DD HH:MM:SS.ffffff``. What is no moment of a wall clock
    is NULL: a day that is not in the calendar (SQLite's functions take 2026-02-30, and
    SQLAlchemy then cannot read the row), a time with an offset (which they would move
    to another hour, or day), a number, the word "now".
    """

    type = DateTime()
    inherit_cache = True
    name = "moment"


@compiles(moment)
def _moment_as_is(element: moment, compiler: Any, **kw: Any) -> str:
    return str(compiler.process(element.clauses, **kw))


@compiles(moment, "mysql", "mariadb")
def _moment_mysql(element: moment, compiler: Any, **kw: Any) -> str:
    return f"NULLIF({compiler.process(element.clauses, **kw)}, 0)"


@compiles(moment, "sqlite")
def _moment_sqlite(element: moment, compiler: Any, **kw: Any) -> str:
    def text() -> str:
        return str(compiler.process(element.clauses, **kw))  # each time anew: it may hold bound values

    # '+0 days' makes SQLite work the day out: 2026-02-30 becomes 2026-03-02, 24:00 the next day's. Of the
    # minute, as a fraction is rounded: 23:59:59.9999 would be the next day's too, and is brought back.
    is_day = f"date(substr({text()}, 1, 16), '+0 days') = substr({text()}, 1, 10)"
    is_local = f"substr({text()}, 11) NOT GLOB '*[-+Zz]*'"
    rounded = f"strftime('%Y-%m-%d %H:%M:%f', {text()})"
    kept = f"substr({text()}, 1, 10) || ' 23:59:59.999'"
    return (f"CASE WHEN {is_day} AND {is_local} THEN CASE WHEN substr({rounded}, 1, 10) > "
            f"substr({text()}, 1, 10) THEN {kept} ELSE {rounded} END || '000' END")  # fmt: skip


class day_of(FunctionElement[Any]):  # noqa: N801
    """The calendar day of a moment."""

    type = Date()
    inherit_cache = True
    name = "day_of"


@compiles(day_of)
def _day_cast(element: day_of, compiler: Any, **kw: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **kw)} AS DATE)"


@compiles(day_of, "sqlite")
def _day_sqlite(element: day_of, compiler: Any, **kw: Any) -> str:
    return f"date({compiler.process(element.clauses, **kw)})"


@compiles(day_of, "oracle")
def _day_oracle(element: day_of, compiler: Any, **kw: Any) -> str:
    return f"TRUNC({compiler.process(element.clauses, **kw)})"


class days_between(FunctionElement[Any]):  # noqa: N801
    """Whole calendar days from the day of the first moment to the day of the second."""

    type = Integer()
    inherit_cache = True
    name = "days_between"

    def __init__(self, first: ColumnElement[Any], second: ColumnElement[Any]) -> None:
        super().__init__(day_of(first), day_of(second))


def _both(element: days_between, compiler: Any, **kw: Any) -> tuple[str, str]:
    first, second = element.clauses
    return compiler.process(first, **kw), compiler.process(second, **kw)


def days_from_epoch(moment: ColumnElement[Any]) -> ColumnElement[int]:
    """Give the number of a moment's day, from 1970-01-01 on."""
    return days_between(bindparam("epoch", _EPOCH, type_=DateTime(), unique=True), moment)


@compiles(days_between)
def _days_minus(element: days_between, compiler: Any, **kw: Any) -> str:
    first, second = _both(element, compiler, **kw)
    return f"({second} - {first})"


@compiles(days_between, "mysql", "mariadb")
def _days_mysql(element: days_between, compiler: Any, **kw: Any) -> str:
    first, second = _both(element, compiler, **kw)
    return f"DATEDIFF({second}, {first})"


@compiles(days_between, "sqlite")
def _days_sqlite(element: days_between, compiler: Any, **kw: Any) -> str:
    first, second = _both(element, compiler, **kw)
    return f"CAST(julianday({second}) - julianday({first}) AS INTEGER)"


@compiles(days_between, "mssql")
def _days_mssql(element: days_between, compiler: Any, **kw: Any) -> str:
    first, second = _both(element, compiler, **kw)
    return f"DATEDIFF(day, {first}, {second})"


class absent(ColumnElement[Any]):  # noqa: N801
    """NULL in place of a column the database does not have, with the column's type."""

    _traverse_internals = [("type", InternalTraversal.dp_type)]  # noqa: RUF012 - SQLAlchemy's own attribute
    inherit_cache = True

    def __init__(self, sql_type: TypeEngine[Any]) -> None:
        self.type = sql_type


@compiles(absent)
def _absent_typed(element: absent, compiler: Any, **kw: Any) -> str:
    return f"CAST(NULL AS {compiler.dialect.type_compiler_instance.process(element.type)})"


@compiles(absent, "mysql", "mariadb")
def _absent_untyped(element: absent, compiler: Any, **kw: Any) -> str:
    # CAST there knows no boolean; and NULL needs no type.
    return "NULL"


@compiles(absent, "oracle")
def _absent_oracle(element: absent, compiler: Any, **kw: Any) -> str:
    # Before version 23 it knows no boolean either.
    sql_type = SmallInteger() if isinstance(element.type, Boolean) else element.type
    return f"CAST(NULL AS {compiler.dialect.type_compiler_instance.process(sql_type)})"


class count_if(FunctionElement[int]):  # noqa: N801
    """The number of rows for which a condition holds: 0, never NULL, where none does."""

    type = BigInteger()
    inherit_cache = True
    name = "count_if"


@compiles(count_if)
def _count_case(element: count_if, compiler: Any, **kw: Any) -> str:
    return f"COUNT(CASE WHEN {compiler.process(element.clauses, **kw)} THEN 1 END)"


@compiles(count_if, "duckdb")
@compiles(count_if, "postgresql")
@compiles(count_if, "sqlite")
def _count_filter(element: count_if, compiler: Any, **kw: Any) -> str:
    return f"COUNT(*) FILTER (WHERE {compiler.process(element.clauses, **kw)})"


class minute_of(FunctionElement[Any]):  # noqa: N801
    """The minute of a moment, to group by and to compare: a moment, a text or a number, as engines like."""

    inherit_cache = True
    name = "minute_of"


@compiles(minute_of)
def _minute_truncated(element: minute_of, compiler: Any, **kw: Any) -> str:
    return f"date_trunc('minute', {compiler.process(element.clauses, **kw)})"


@compiles(minute_of, "sqlite")
def _minute_sqlite(element: minute_of, compiler: Any, **kw: Any) -> str:
    return f"substr({compiler.process(element.clauses, **kw)}, 1, 16)"


@compiles(minute_of, "mysql", "mariadb")
def _minute_mysql(element: minute_of, compiler: Any, **kw: Any) -> str:
    return f"TIMESTAMPDIFF(MINUTE, '2000-01-01', {compiler.process(element.clauses, **kw)})"


@compiles(minute_of, "mssql")
def _minute_mssql(element: minute_of, compiler: Any, **kw: Any) -> str:
    return f"DATEDIFF(minute, '2000-01-01', {compiler.process(element.clauses, **kw)})"


@compiles(minute_of, "oracle")
def _minute_oracle(element: minute_of, compiler: Any, **kw: Any) -> str:
    return f"TRUNC({compiler.process(element.clauses, **kw)}, 'MI')"


class binary_order(FunctionElement[Any]):  # noqa: N801
    """A text in the order of its bytes, whatever the collation of its column: to sort by."""

    type = String()
    inherit_cache = True
    name = "binary_order"


@compiles(binary_order)
def _binary_as_is(element: binary_order, compiler: Any, **kw: Any) -> str:
    return str(compiler.process(element.clauses, **kw))


@compiles(binary_order, "postgresql")
def _binary_postgresql(element: binary_order, compiler: Any, **kw: Any) -> str:
    return f'{compiler.process(element.clauses, **kw)} COLLATE "C"'


@compiles(binary_order, "mysql", "mariadb")
def _binary_mysql(element: binary_order, compiler: Any, **kw: Any) -> str:
    return f"CAST(CONVERT({compiler.process(element.clauses, **kw)} USING utf8mb4) AS BINARY)"


@compiles(binary_order, "mssql")
def _binary_mssql(element: binary_order, compiler: Any, **kw: Any) -> str:
    return f"{compiler.process(element.clauses, **kw)} COLLATE Latin1_General_100_BIN2_UTF8"


@compiles(binary_order, "oracle")
def _binary_oracle(element: binary_order, compiler: Any, **kw: Any) -> str:
    return f"NLSSORT({compiler.process(element.clauses, **kw)}, 'NLS_SORT=BINARY')"


class day_number_of(FunctionElement[int]):  # noqa: N801
    """The number of a moment's calendar day, from 1970-01-01 on; NULL for no moment."""

    type = Integer()
    inherit_cache = True
    name = "day_number_of"


@compiles(day_number_of)
def _day_number(element: day_number_of, compiler: Any, **kw: Any) -> str:
    day = f"CAST({compiler.process(element.clauses, **kw)} AS DATE)"
    return f"CAST({day} - DATE '1970-01-01' AS INTEGER)"

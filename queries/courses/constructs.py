"""The few SQL constructs that SQLAlchemy lacks, in words that DuckDB and PostgreSQL share but for one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Date, Integer, String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class day_of(FunctionElement[Any]):  # noqa: N801 - reads as a SQL function
    """The calendar day of a moment."""

    type = Date()
    inherit_cache = True
    name = "day_of"


@compiles(day_of)
def _day(element: day_of, compiler: Any, **kw: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **kw)} AS DATE)"


class count_if(FunctionElement[int]):  # noqa: N801
    """The number of rows for which a condition holds: 0, never NULL, where none does."""

    type = BigInteger()
    inherit_cache = True
    name = "count_if"


@compiles(count_if)
def _count(element: count_if, compiler: Any, **kw: Any) -> str:
    return f"COUNT(*) FILTER (WHERE {compiler.process(element.clauses, **kw)})"


class minute_of(FunctionElement[Any]):  # noqa: N801
    """The minute of a moment, to group by and to compare."""

    inherit_cache = True
    name = "minute_of"


@compiles(minute_of)
def _minute(element: minute_of, compiler: Any, **kw: Any) -> str:
    return f"date_trunc('minute', {compiler.process(element.clauses, **kw)})"


class binary_order(FunctionElement[Any]):  # noqa: N801
    """A text in the order of its bytes, whatever the collation of its column: to sort by."""

    type = String()
    inherit_cache = True
    name = "binary_order"


@compiles(binary_order)
def _binary(element: binary_order, compiler: Any, **kw: Any) -> str:
    return str(compiler.process(element.clauses, **kw))


@compiles(binary_order, "postgresql")
def _binary_postgresql(element: binary_order, compiler: Any, **kw: Any) -> str:
    return f'{compiler.process(element.clauses, **kw)} COLLATE "C"'


class day_number_of(FunctionElement[int]):  # noqa: N801
    """The number of a moment's calendar day, from 1970-01-01 on; NULL for no moment."""

    type = Integer()
    inherit_cache = True
    name = "day_number_of"


@compiles(day_number_of)
def _day_number(element: day_number_of, compiler: Any, **kw: Any) -> str:
    day = f"CAST({compiler.process(element.clauses, **kw)} AS DATE)"
    return f"CAST({day} - DATE '1970-01-01' AS INTEGER)"

"""A condition asked of numbers in memory: the very one that a statement asks of rows.

Dossiers that are alike in all that a count looks at are told by the engine as one row and how many there
are: for one statement, or once for all in a small table (``courses.table``). Which counts such a row is
in, the conditions say here: a dozen sums of a condition each cost the engine more to plan than to work out.
So what the few dossiers of another moment are is said here too (``courses.again``).

A moment is a datetime64, NaT where there is none. A comparison with none does not hold, nor does its
opposite, as in SQL. But NOT of several conditions holds here where SQL knows no answer: whoever denies them
asks beside it for a moment.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import reduce
from typing import Any

import numpy as np
from sqlalchemy import BindParameter, Cast, ColumnClause, DateTime
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import (
    BinaryExpression,
    BooleanClauseList,
    Case,
    False_,
    Grouping,
    Null,
    True_,
    UnaryExpression,
)
from sqlalchemy.sql.functions import FunctionElement

from queries.courses.constructs import day_number_of, day_of, minute_of
from queries.courses.prepared import MOMENT

Value = Callable[[Mapping[str, Any], Mapping[str, Any]], Any]
"""Gives what an expression is, of columns by name and of the values of parameters."""
Holds = Callable[[Mapping[str, np.ndarray], Mapping[str, Any], int], np.ndarray]
"""Says of so many rows whether a condition holds, of columns by name and of the values of parameters."""

_PLAIN = (
    operator.eq, operator.lt, operator.le, operator.gt, operator.ge,
    operator.add, operator.sub, operator.mod,
)  # fmt: skip
"""What numpy does under the name that SQLAlchemy has for it. Days are not negative: % is the same."""
_TOGETHER = {operators.and_: operator.and_, operators.or_: operator.or_}
_UNARY: Mapping[Any, Callable[[Any], Any]] = {
    operators.is_true: lambda told: told != 0,
    operators.is_false: lambda told: told == 0,
    operators.inv: np.logical_not,
}
_OF_MOMENTS: Mapping[type, Callable[[Any], Any]] = {
    day_of: lambda when: when.astype("datetime64[D]"),
    day_number_of: lambda when: when.astype("datetime64[D]").astype(np.int64),
    minute_of: lambda when: when.astype("datetime64[m]"),
}
_IS_NONE: Mapping[Any, Callable[[Any], Any]] = {
    operators.is_: np.isnat, operators.is_not: lambda when: ~np.isnat(when),
}  # fmt: skip
_ONE_OF = {operators.in_op: False, operators.not_in_op: True}


def evaluated(condition: Any) -> Holds:
    """Give a condition as a function that answers with one truth a row.

    TypeError for an expression that no condition has used yet: it has to be said here first.
    """
    is_so = value(condition)

    def holds(columns: Mapping[str, np.ndarray], values: Mapping[str, Any], rows: int) -> np.ndarray:
        found = is_so(columns, values)
        if isinstance(found, np.ndarray) and found.dtype == bool and found.shape == (rows,):
            return found  # as nearly all are: numpy takes longer to see that there is nothing to broadcast
        return np.broadcast_to(np.asarray(found, dtype=bool), rows)

    return holds


def value(one: Any) -> Value:
    """Give an expression as a function of columns and parameters; TypeError as for a condition."""
    if isinstance(one, Grouping):
        return value(one.element)
    if isinstance(one, BindParameter | ColumnClause | True_ | False_):
        return _single(one)
    if isinstance(one, UnaryExpression | FunctionElement | Cast):
        return _of_one(one)
    if isinstance(one, BooleanClauseList) and one.operator in _TOGETHER:
        return _together(_TOGETHER[one.operator], [value(each) for each in one.clauses])
    if isinstance(one, BinaryExpression):
        return _compared(one)
    if isinstance(one, Case) and one.else_ is not None:
        return _first_of([(value(when), value(then)) for when, then in one.whens], value(one.else_))
    raise _unknown(one)


def _of_one(one: Any) -> Value:
    if isinstance(one, UnaryExpression) and one.operator in _UNARY:
        return _of(_UNARY[one.operator], value(one.element))
    if type(one) in _OF_MOMENTS:
        (moment,) = one.clauses
        return _of(_OF_MOMENTS[type(one)], value(moment))
    if isinstance(one, Cast) and isinstance(one.type, DateTime):
        return _of(lambda day: day.astype(MOMENT), value(one.clause))
    raise _unknown(one)


def _compared(one: BinaryExpression[Any]) -> Value:
    left: Value = value(one.left)
    if one.operator in _PLAIN:
        return _two(one.operator, left, value(one.right))
    if one.operator is operator.ne:
        return _two(_differ, left, value(one.right))
    if one.operator in _IS_NONE and isinstance(one.right, Null):
        return _of(_IS_NONE[one.operator], left)
    among = getattr(getattr(one.right, "element", one.right), "clauses", None)
    if one.operator is operators.between_op and among is not None:
        low, high = (value(each) for each in among)
        return _together(operator.and_, [_two(operator.ge, left, low), _two(operator.le, left, high)])
    if one.operator in _ONE_OF and among is not None:
        return _one_of(left, [value(each) for each in among], is_not=_ONE_OF[one.operator])
    raise _unknown(one)


def _unknown(one: Any) -> TypeError:
    return TypeError(f"no condition has used {type(one).__name__} yet: {one}")


def _single(one: Any) -> Value:
    if isinstance(one, True_ | False_):
        return _fixed(isinstance(one, True_))
    if isinstance(one, BindParameter) and not one.required:
        return _fixed(one.value)
    if isinstance(one, ColumnClause) and one.is_literal:
        return _fixed(int(one.name))
    name = one.key if isinstance(one, BindParameter) else one.name
    if isinstance(one, BindParameter):
        return lambda columns, values: values[name]
    return lambda columns, values: columns[name]


def _fixed(given: Any) -> Value:
    if isinstance(given, datetime | timedelta):
        given = of_time(given)
    return lambda columns, values: given


def of_time(given: datetime | timedelta) -> Any:
    """Give a moment or a length of time as numpy compares it with columns of moments."""
    return np.datetime64(given, "us") if isinstance(given, datetime) else np.timedelta64(given, "us")


def _differ(left: Any, right: Any) -> Any:
    # To numpy NaT differs from everything.
    differs = left != right
    return differs & ~(np.isnat(left) | np.isnat(right)) if np.asarray(left).dtype.kind == "M" else differs


def _of(do: Callable[[Any], Any], one: Value) -> Value:
    return lambda columns, values: do(one(columns, values))


def _two(do: Callable[[Any, Any], Any], left: Value, right: Value) -> Value:
    return lambda columns, values: do(left(columns, values), right(columns, values))


def _together(do: Callable[[Any, Any], Any], parts: list[Value]) -> Value:
    return lambda columns, values: reduce(do, (one(columns, values) for one in parts))


def _first_of(cases: list[tuple[Value, Value]], otherwise: Value) -> Value:
    def found(columns: Mapping[str, Any], values: Mapping[str, Any]) -> Any:
        told = otherwise(columns, values)
        for when, then in reversed(cases):
            told = np.where(when(columns, values), then(columns, values), told)
        return told

    return found


def _one_of(left: Value, among: list[Value], *, is_not: bool) -> Value:
    def holds(columns: Mapping[str, Any], values: Mapping[str, Any]) -> Any:
        return np.isin(left(columns, values), [one(columns, values) for one in among], invert=is_not)

    return holds

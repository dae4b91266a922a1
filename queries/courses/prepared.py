"""A statement compiled once, and asked again and again with other values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from sqlalchemy import CompoundSelect, Connection, DateTime, Dialect, Select

MOMENT = np.dtype("datetime64[us]")
"""A moment in memory."""


class Prepared:
    """A statement in the words of one dialect.

    SQLAlchemy keeps what it has compiled too, but looks a statement of twenty counts through from end to
    end to find it again, which costs a third of what the engine needs to answer.
    """

    def __init__(self, statement: Select[Any] | CompoundSelect[Any], dialect: Dialect) -> None:
        self._types = [one.type for one in statement.selected_columns]
        compiled: Any = statement.compile(dialect=dialect)
        self._text, self._order = str(compiled), compiled.positiontup
        self._asked = tuple(name for name, one in compiled.binds.items() if one.required)
        given = compiled.construct_params(_check=False)
        self._given = {name: value for name, value in given.items() if name not in self._asked}
        # A list is written out as long as it is, which its tree is needed for. Any other is let go: it is
        # some ten thousand objects, and the collector of garbage goes through all that are kept.
        self._tree = compiled if compiled.post_compile_params else None

    def numbers(self, conn: Connection, values: Mapping[str, Any]) -> list[np.ndarray]:
        """Ask with values for the parameters; give the columns, whole numbers of which none is missing.

        KeyError for a parameter without its value: as nothing it would be counted by.
        """
        cursor = self._cursor(conn, values)
        if conn.dialect.name == "duckdb":
            # Without a tuple a row and an object a number.
            return [column.astype(np.int64) for column in cursor.fetchnumpy().values()]
        width = len(cursor.description)
        return [*np.array(cursor.fetchall(), dtype=np.int64).reshape(-1, width).T]

    def columns(self, conn: Connection, values: Mapping[str, Any]) -> list[np.ndarray]:
        """Give the columns of anything, as ``numbers`` does; of a moment that is missing NaT.

        ValueError where anything else is missing.
        """
        cursor = self._cursor(conn, values)
        if conn.dialect.name == "duckdb":
            told = list(cursor.fetchnumpy().values())
        else:
            rows = np.array(cursor.fetchall(), dtype=object)
            told = [np.ma.array(one, mask=one == None) for one in rows.reshape(-1, len(self._types)).T]  # noqa: E711 - of each row
        return [_whole(column, type_) for column, type_ in zip(told, self._types, strict=True)]

    def _cursor(self, conn: Connection, values: Mapping[str, Any]) -> Any:
        text, order = self._text, self._order
        named = self._given | {name: values[name] for name in self._asked}
        if self._tree is not None:
            expanded = self._tree.construct_expanded_state(named)
            text, named, order = expanded.statement, expanded.parameters, expanded.positiontup
        asked = named if order is None else tuple(named[name] for name in order)
        return conn.exec_driver_sql(text, asked).cursor


def _whole(column: np.ndarray, type_: Any) -> np.ndarray:
    is_missing = np.ma.getmaskarray(column)
    told = np.ma.getdata(column)
    if isinstance(type_, DateTime):
        return np.where(is_missing, np.datetime64("NaT", "us"), told.astype(MOMENT))
    if is_missing.any():
        raise ValueError("a number, truth or text is missing")
    return told

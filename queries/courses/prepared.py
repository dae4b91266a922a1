"""A statement compiled once, and asked again and again with other values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from sqlalchemy import CompoundSelect, Connection, Dialect, Insert, Select


class Prepared:
    """A statement in the words of one dialect.

    SQLAlchemy keeps what it has compiled too, but looks a statement of twenty counts through from end to
    end to find it again, which costs a third of what the engine needs to answer.
    """

    def __init__(self, statement: Select[Any] | CompoundSelect[Any] | Insert, dialect: Dialect) -> None:
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

    def run(self, conn: Connection, values: Mapping[str, Any]) -> None:
        """Run what gives no rows, with values for the parameters; KeyError as for ``numbers``."""
        self._cursor(conn, values)

    def _cursor(self, conn: Connection, values: Mapping[str, Any]) -> Any:
        text, order = self._text, self._order
        named = self._given | {name: values[name] for name in self._asked}
        if self._tree is not None:
            expanded = self._tree.construct_expanded_state(named)
            text, named, order = expanded.statement, expanded.parameters, expanded.positiontup
        asked = named if order is None else tuple(named[name] for name in order)
        return conn.exec_driver_sql(text, asked).cursor

"""A statement compiled once, and asked again and again with other values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Dialect, Select


class Prepared:
    """A statement in the words of one dialect.

    SQLAlchemy keeps what it has compiled too, but looks a statement of twenty counts through from end to
    end to find it again, which costs a third of what the engine needs to answer.
    """

    def __init__(self, statement: Select[Any], dialect: Dialect) -> None:
        self._compiled: Any = statement.compile(dialect=dialect)
        self._text = str(self._compiled)

    def rows(self, conn: Connection, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Ask with values for the parameters; give the rows as plain tuples, as the driver made them."""
        text, order = self._text, self._compiled.positiontup
        if self._compiled.post_compile_params:
            # A list is written out as long as it is.
            expanded = self._compiled.construct_expanded_state(dict(values))
            text, named, order = expanded.statement, expanded.parameters, expanded.positiontup
        else:
            named = self._compiled.construct_params(dict(values))
        asked = named if order is None else tuple(named[name] for name in order)
        return list(conn.exec_driver_sql(text, asked).cursor.fetchall())

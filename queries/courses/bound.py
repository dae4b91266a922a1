"""The contract fitted to one database: what is not there is read as NULL."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Boolean, DateTime, Integer, Numeric, String, column, literal_column, select, table
from sqlalchemy.sql import Subquery
from sqlalchemy.sql.type_api import TypeEngine

from queries.contract import CONTRACT, Kind, Renames
from queries.courses.constructs import absent, moment

_SQL_TYPE: dict[Kind, TypeEngine[Any]] = {
    Kind.TEXT: String(255),
    Kind.NUMBER: Integer(),
    Kind.DECIMAL: Numeric(18, 4),
    Kind.BOOLEAN: Boolean(),
    Kind.DAY: DateTime(),
    Kind.MOMENT: DateTime(),
}

_NEVER = literal_column("1", Integer()) == literal_column("0", Integer())
"""A condition that never holds: SQLAlchemy's false() is a bare 0 on Oracle."""


class Bound:
    """The contract fitted to one database: nine subqueries that always have every word.

    ``bound["dossiers"].c.due_at`` can be used whether or not the column exists; where
    it does not it is NULL, and ``bound.has("dossiers.due_at")`` is False. A missing
    table is one without rows. ``by_branches``: the engine wants ``queries.on_time.touched`` so;
    ``compares_exactly``: to it "p1" is not "P1".
    """

    def __init__(self, tables: Mapping[str, Subquery], present: frozenset[str], engine: str) -> None:
        self._tables = dict(tables)
        self.present = present
        self.by_branches = engine == "duckdb"
        self.compares_exactly = engine in ("duckdb", "oracle", "postgresql", "sqlite")

    def __getitem__(self, name: str) -> Subquery:
        """Give the subquery of a contract table."""
        return self._tables[name]

    def has(self, name: str) -> bool:
        """Say whether the table ("slips") or column ("dossiers.assisted") exists."""
        return name in self.present


def bind(found: Mapping[str, Iterable[str]], renames: Renames | None = None, engine: str = "",
         plain: Collection[str] = ()) -> Bound:  # fmt: skip
    """Fit the contract to the tables and columns found in a database.

    ``found``: contract table name → the real column names of its table or view (as ``found.find`` reads
    them), whatever their case; a table not in it is missing. ``engine``: SQLAlchemy's name of it.
    ``plain``: the moments and days ("dossiers.due_at") that can be read as they are, by an index.
    """
    renames = renames or Renames()
    tables: dict[str, Subquery] = {}
    present: set[str] = set()
    for spec in CONTRACT.values():
        real = {name.lower(): name for name in found.get(spec.name, ())}
        exists = spec.name in found
        if exists:
            present.add(spec.name)
        source = table(
            renames.table(spec.name),
            *(column(name) for name in real.values()),
            **({"schema": renames.schema} if renames.schema else {}),
        )
        chosen = []
        for one in spec.columns:
            sql_type = _SQL_TYPE[one.kind]
            name = real.get(renames.column(spec.name, one.name).lower())
            if name is None:
                chosen.append(absent(sql_type).label(one.name))
                continue
            present.add(f"{spec.name}.{one.name}")
            found_column = column(name, sql_type, _selectable=source)
            is_moment = one.kind in (Kind.DAY, Kind.MOMENT) and f"{spec.name}.{one.name}" not in plain
            chosen.append((moment(found_column) if is_moment else found_column).label(one.name))
        if exists:
            tables[spec.name] = select(*chosen).select_from(source).subquery(spec.name)
        else:
            tables[spec.name] = select(*chosen).where(_NEVER).subquery(spec.name)
    return Bound(tables, frozenset(present), engine)

"""``Courses``: one built table of dossiers, with what a statement over it has to know."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from cachetools import LRUCache
from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Integer,
    SmallInteger,
    Table,
    and_,
    bindparam,
    cast,
    func,
    select,
)

from queries.asked.view import View
from queries.courses.added_up import Columns
from queries.courses.conditions import ALL, Condition, number
from queries.courses.moments import Moments, Rule
from queries.courses.prepared import Prepared
from queries.courses.table import ALONE_BY, COURSES, PROCEDURES, UNITS, ordered_by

_Made = TypeVar("_Made")

NO_NUMBER = -1
"""The number of a code that no dossier names."""

MOST_STATEMENTS, MOST_FIGURES = 256, 8
"""So many statements are kept as built, and so many answers of all time."""
MOST_IN_MEMORY = 300_000
"""Rows of a small table that lie in memory. 5 million dossiers in 21 units have as many at most, all tables
together 50 MB; a hundred more at the worst. Where more is open, or in a province, the engine goes through
the table as fast."""
MOST_ALONE, MOST_KEPT_ALONE = 150_000, 450_000
"""Rows of one unit or field that lie in memory, and of all that were asked for last: 45 MB. A larger unit is
asked of the engine: two readers of two such would read each anew all the time."""


@dataclass(frozen=True, eq=False)
class Courses:
    """``courses`` of one copy.

    ``as_of``: the moment it was built for; ``compare``: the day rule. ``units``: unit codes by number, None
    first. ``procedures``: procedure code, the dossiers' own field and the field that counts, by number, from
    1. ``present``: the tables and columns that the source has. ``known_units``: the numbers of units that are
    in the list.

    ``until``: the moment of the data, where it has moved on since within that day and nothing has happened in
    between: up to it ``courses`` are as built.
    """

    as_of: datetime
    compare: str
    units: tuple[str | None, ...]
    procedures: tuple[tuple[str | None, str | None, str | None], ...]
    present: frozenset[str]
    known_units: frozenset[int]
    until: datetime | None = None
    moments: Moments = field(default_factory=Moments)
    statements: LRUCache[Any, Any] = field(default_factory=lambda: LRUCache(MOST_STATEMENTS))
    figures: LRUCache[Any, Any] = field(default_factory=lambda: LRUCache(MOST_FIGURES))
    small: dict[str, Any] = field(default_factory=dict)
    alone: LRUCache[Any, Any] = field(default_factory=lambda: LRUCache(MOST_KEPT_ALONE, _rows_in))
    lock: threading.Lock = field(default_factory=threading.Lock)
    reading: threading.Lock = field(default_factory=threading.Lock)

    def keeping(self, before: Courses, *, is_same_file: bool = False) -> Courses:
        """Give the same with the statements built for the generation before, where these hold here too.

        ``is_same_file``: of a generation whose moment alone has moved on; all that is kept of it stays.
        Numbers of units and procedures stand in statements, and what the source has decides which there are.
        Most generations differ in their dossiers alone; building all statements anew took half a second of
        every reader's time.
        """
        if is_same_file:
            return replace(before, until=self.until)
        same = all(
            getattr(self, name) == getattr(before, name)
            for name in ("compare", "units", "procedures", "present", "known_units")
        )
        return replace(self, statements=before.statements, lock=before.lock) if same else self

    def without_rows(self) -> Courses:
        """Give the same without what lies in memory, for what outlives these data (``keeping``)."""
        return replace(self, figures=LRUCache(1), small={}, alone=LRUCache(1), moments=Moments())

    def has(self, name: str) -> bool:
        """Say whether the source has a table ("slips") or a column ("dossiers.assisted")."""
        return name in self.present

    def is_as_built(self, view: View) -> bool:
        """Say whether at the view's moment every dossier is what it was built as (``moments.Rule``).

        ValueError where they were built by another day rule.
        """
        if view.compare != self.compare:
            raise ValueError(f"courses were built for {self.compare!r}, not for {view.compare!r}")
        return self._rule.is_as_built(view.as_of)

    def rows(self, conn: Connection, view: View) -> Any:
        """Give the columns of ``courses`` as of the view's moment."""
        return COURSES.c if self.is_as_built(view) else self.moments.then(conn, view.as_of, self._rule)

    def changed(self, conn: Connection, view: View) -> Mapping[str, np.ndarray]:
        """Give what is otherwise at the view's moment than built: the columns of ``moments.CHANGED``."""
        return self.moments.changed(conn, view.as_of, self._rule)

    @property
    def _rule(self) -> Rule:
        return Rule(self.as_of, self.until, self.compare, self.kept, self.held)

    def narrowed(self, c: Any, view: View, *, named: bool = False) -> Condition:
        """Give the view's unit, field and procedure, and the units its reader may see, as one condition.

        ``c``: columns of ``courses``, or of ``BY_FIELD``, which say of a row its field.

        ``named``: the unit is a parameter (``values``), so that one statement serves every unit.
        """
        wanted: list[ColumnElement[bool]] = []
        if view.units_seen is not None:
            wanted.append(_one_of(c.unit, [self.unit_number(code) for code in view.units_seen]))
        if view.unit_code is not None:
            unit = bindparam("unit", type_=Integer()) if named else number(self.unit_number(view.unit_code))
            wanted.append(c.unit == unit)
        if view.procedure_code is not None:
            procedures = self.of_procedure(view.procedure_code)
            wanted.append(_one_of(c.procedure, procedures))
            if "field" in c:
                fields = {self.procedures[one - 1][2] for one in procedures}
                wanted.append(_one_of(c.field, sorted(self.first_of_field(one) for one in fields)))
        if view.field is not None:
            is_told = "field" in c
            numbers = [self.first_of_field(view.field)] if is_told else self.of_field(view.field)
            wanted.append(_one_of(c.field if is_told else c.procedure, numbers))
        return and_(*wanted) if wanted else ALL

    def kept(self, key: Any, make: Callable[[], _Made]) -> _Made:
        """Give a statement, or what is read out of it, built once for a key; no figure (``keeping``)."""
        return self._once(self.statements, key, make)

    def of_all_time(self, key: Any, make: Callable[[], _Made]) -> _Made:
        """Give an answer that is the same whatever is asked for, worked out once for these data."""
        return self._once(self.figures, key, make)

    def lies_in_memory(self, conn: Connection, table: Table, alone: int | None = None) -> bool:
        """Say whether a small table is small enough, in these data, to lie in memory (``in_memory``).

        ``alone``: the number of a unit of ``BY_UNIT`` or a field of ``BY_FIELD``, whose rows are meant.
        """
        if alone is not None:
            each = self.held(f"{table.name}: rows of each", lambda: _counted_by(conn, ALONE_BY[table]))
            return each.get(alone, 0) <= MOST_ALONE
        rows = self.held(f"{table.name}: rows", lambda: conn.scalar(select(func.count()).select_from(table)))
        return rows is not None and rows <= MOST_IN_MEMORY

    def in_memory(self, conn: Connection, table: Table, alone: int | None = None) -> Columns:
        """Give the columns of numbers and truths of a small table, read once for these data.

        In order of a day (``table.ordered_by``). ``alone``: as of ``lies_in_memory``; the last are kept.
        """
        if alone is None:
            return self.held(table.name, lambda: _numbers(conn, table))
        key = table.name, alone
        with self.lock:
            found: Columns | None = self.alone.get(key)
        if found is None:
            with self.reading:
                with self.lock:
                    found = self.alone.get(key)
                if found is None:
                    found = _numbers(conn, table, ALONE_BY[table] == number(alone))
                    with self.lock:
                        self.alone[key] = found
        return found

    def held(self, name: str, read: Callable[[], _Made]) -> _Made:
        """Give rows that lie in memory as long as these data are asked, read by the first who needs them."""
        found: _Made | None = self.small.get(name)
        if found is None:
            with self.reading:
                found = self.small.get(name)
                if found is None:
                    found = self.small[name] = read()
        return found

    def _once(self, kept: LRUCache[Any, Any], key: Any, make: Callable[[], _Made]) -> _Made:
        with self.lock:
            found: _Made | None = kept.get(key)
        if found is None:
            found = make()
            with self.lock:
                kept[key] = found
        return found

    def narrowing(self, view: View) -> tuple[Any, ...]:
        """Give what a named ``narrowed`` goes by."""
        return view.unit_code is not None, view.procedure_code, view.field, view.units_seen

    def values(self, view: View) -> dict[str, int]:
        """Give the values of the parameters of a named ``narrowed``."""
        return {} if view.unit_code is None else {"unit": self.unit_number(view.unit_code)}

    def unit_number(self, code: str) -> int:
        """Give a unit's number; ``NO_NUMBER`` where no dossier names it and it is in no list."""
        return self.units.index(code) if code in self.units else NO_NUMBER

    def of_procedure(self, code: str) -> list[int]:
        """Give the numbers of a procedure code, one a field that dossiers name beside it."""
        return [place for place, one in enumerate(self.procedures, start=1) if one[0] == code]

    def of_field(self, name: str) -> list[int]:
        """Give the numbers of the procedures of a field."""
        return [place for place, one in enumerate(self.procedures, start=1) if one[2] == name]

    def first_of_field(self, name: str | None) -> int:
        """Give the number of the first procedure of a field; ``NO_NUMBER`` where there is none."""
        return next(
            (place for place, one in enumerate(self.procedures, start=1) if one[2] == name), NO_NUMBER
        )

    def named(self, found: Mapping[str, np.ndarray]) -> pd.DataFrame:
        """Give columns of numbers as a frame, with codes in the place of ``unit`` and ``procedure``."""
        codes: dict[str, np.ndarray] = {}
        if "unit" in found:
            codes["unit_code"] = _taken(self.units, found["unit"])
        if "procedure" in found:
            places = found["procedure"] - 1
            codes["procedure_code"] = _taken([one[0] for one in self.procedures], places)
            codes["field"] = _taken([one[1] for one in self.procedures], places)
        numbers = {name: column for name, column in found.items() if name not in ("unit", "procedure")}
        # As one block: pandas takes a tenth of a millisecond for every column that it is given on its own.
        frame = pd.DataFrame(np.array([*numbers.values()]).T, columns=_index(tuple(numbers)))
        for place, (name, column) in enumerate(codes.items()):
            frame.insert(place, name, column)
        return frame


@lru_cache(maxsize=256)
def _index(names: tuple[str, ...]) -> pd.Index[str]:
    """Give the names of columns as pandas keeps them: it takes longer to make them than to count."""
    return pd.Index(list(names))


def _numbers(conn: Connection, table: Any, where: Condition = ALL) -> Columns:
    numbers = [one for one in table.c if isinstance(one.type, Integer | Boolean)]
    columns: list[Any] = [cast(one, Integer).label(one.name) for one in numbers]
    in_order = select(*columns).where(where).order_by(table.c[ordered_by(table)])
    told = Prepared(in_order, conn.dialect).numbers(conn, {})
    # As narrow as they may be: there is less to keep, and less to go through.
    return {
        one.name: column.astype(np.int8 if isinstance(one.type, SmallInteger | Boolean) else np.int32)
        for one, column in zip(numbers, told, strict=True)
    }


def _counted_by(conn: Connection, column: Column[int]) -> dict[int, int]:
    return {row[0]: row[1] for row in conn.execute(select(column, func.count()).group_by(column))}


def _rows_in(columns: Columns) -> int:
    return len(next(iter(columns.values())))


def _one_of(column: ColumnElement[int], numbers: Sequence[int]) -> Condition:
    found: Condition = column.in_([number(one) for one in numbers or (NO_NUMBER,)])
    return found


def _taken(values: Sequence[Any], places: np.ndarray) -> np.ndarray:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array[places.astype(np.int64)]


def read_courses(
    conn: Connection, *, as_of: datetime, compare: str, present: frozenset[str],
    until: datetime | None = None,
) -> Courses:  # fmt: skip
    """Read what statements over a built ``courses`` have to know."""
    u = UNITS.c
    units = conn.execute(select(u.number, u.unit_code, u.is_known).order_by(u.number)).all()
    p = PROCEDURES.c
    procedures = conn.execute(select(p.procedure_code, p.own_field, p.field).order_by(p.number))
    return Courses(
        as_of,
        compare,
        (None, *(row[1] for row in units)),
        tuple((row[0], row[1], row[2]) for row in procedures),
        present,
        frozenset(row[0] for row in units if row[2]),
        until,
    )

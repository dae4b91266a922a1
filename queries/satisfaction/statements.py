"""Satisfaction (hài lòng): the votes of each unit by source and level, in a period and by month.

Votes are counted by the day they were given. A rating belongs to a unit, not to a field
or a procedure: those two of the View narrow nothing here. A row whose level is not in the
contract, or whose number of votes is missing or negative, counts in no figure; it comes
back under a word of its own, so that it is told as a defect. A row of 0 votes is an empty
box: it adds nothing and is no defect. An unknown source is one more source.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Date,
    Select,
    String,
    bindparam,
    case,
    func,
    or_,
    select,
)

from queries.asked.view import View
from queries.contract import RATING_LEVELS, RATING_SOURCES
from queries.copy.tables import CLEAN
from queries.courses.conditions import Condition, number
from queries.courses.prepared import Prepared
from queries.courses.stock import Courses
from queries.on_time.trend import MONTHS, month_views

UNKNOWN_SOURCE = "unknown_source"
UNKNOWN_LEVEL = "unknown_level"
UNCOUNTABLE = "uncountable"
SIPAS = "sipas"
"""The one source that is never pooled with the others."""

SOURCES = (*RATING_SOURCES, UNKNOWN_SOURCE)
COLUMNS = ("unit_code", "source", "level", "votes")
MONTH_COLUMNS = ("unit_code", "month", "source", "level", "votes")

# A row of ratings packed into one small number: level, source, month; each part's place value.
_LEVELS = (UNKNOWN_LEVEL, *RATING_LEVELS, UNCOUNTABLE)
_SOURCE, MONTH_PLACE = 8, 64
_REQUIRED = ("unit_code", "rated_on", "source", "level", "votes")


def has_ratings(courses: Courses) -> bool:
    """Say whether the database has what satisfaction is counted from."""
    return all(courses.has(f"ratings.{column}") for column in _REQUIRED)


def votes_by_unit(conn: Connection, courses: Courses, view: View) -> pd.DataFrame:
    """Votes in the period: one row per unit_code, source and level that has any.

    Columns: unit_code (None where the rating has none), source (of ``SOURCES``), level
    (of the contract, or ``UNKNOWN_LEVEL``), votes. Level ``UNCOUNTABLE``: rows whose
    number of votes is missing or negative; there ``votes`` is the number of rows. No row
    where nothing was found, the period has not begun, or there is no such table.
    """
    if not view.has_started or not has_ratings(courses):
        return pd.DataFrame(columns=list(COLUMNS))
    prepared = courses.kept(("votes", *_shape(view)), lambda: Prepared(_grouped(view, []), conn.dialect))
    return unpacked(*_columns(prepared.rows(conn, _values(view, [view], view.judged))))[list(COLUMNS)]


def votes_by_unit_month(
    conn: Connection, courses: Courses, view: View, *, months: int = MONTHS
) -> pd.DataFrame:
    """Votes by month: one row per unit_code, month, source and level.

    As ``votes_by_unit``, with month: 0 the oldest, the view's the last. ``months``: how many.
    """
    if not view.has_started or not has_ratings(courses):
        return pd.DataFrame(columns=list(MONTH_COLUMNS))
    views = month_views(view, months)

    def prepare() -> Prepared:
        rated_on = CLEAN["ratings"].c.rated_on
        begun = [(rated_on >= _day(f"start_{i}"), number(MONTH_PLACE * i)) for i in range(len(views))]
        return Prepared(_grouped(view, begun[:0:-1]), conn.dialect)

    prepared = courses.kept(("votes by month", len(views), *_shape(view)), prepare)
    return unpacked(*_columns(prepared.rows(conn, _values(view, views, views[-1].end))))[list(MONTH_COLUMNS)]


def _day(name: str) -> BindParameter[Any]:
    """Give a day that is a parameter, so that one statement serves every period."""
    return bindparam(name, type_=Date())


def _shape(view: View) -> tuple[Any, ...]:
    """Give what a statement depends on beside its parameters."""
    return view.unit_code is not None, view.units_seen


def _values(view: View, views: Sequence[View], last: date) -> dict[str, Any]:
    """Give the parameters: the first day of each period, the last day of all, and the unit."""
    starts = {f"start_{i}": one.period.start for i, one in enumerate(views)}
    return {**starts, "last": last, **({} if view.unit_code is None else {"unit": view.unit_code})}


def _packed() -> ColumnElement[int]:
    """Give the level and the source of a row as one number."""
    r = CLEAN["ratings"].c
    uncountable = or_(r.votes.is_(None), r.votes < 0)
    level = case(
        (uncountable, number(len(_LEVELS) - 1)),
        *((r.level == word, number(code)) for code, word in enumerate(_LEVELS) if word in RATING_LEVELS),
        else_=number(0),
    )
    source = case(
        *((r.source == word, number(_SOURCE * code)) for code, word in enumerate(RATING_SOURCES)),
        else_=number(_SOURCE * len(RATING_SOURCES)),
    )
    packed: ColumnElement[int] = level + source
    return packed


def _grouped(view: View, months: list[tuple[Condition, ColumnElement[int]]]) -> Select[Any]:
    """Build a statement: unit_code, packed number, votes, rows; ``months``: by which day each begins."""
    r, packed = CLEAN["ratings"].c, _packed()
    if months:
        packed += case(*months, else_=number(0))
    wanted = [r.rated_on >= _day("start_0"), r.rated_on <= _day("last")]
    if view.unit_code is not None:
        wanted.append(r.unit_code == bindparam("unit", type_=String()))
    if view.units_seen is not None:
        wanted.append(r.unit_code.in_(view.units_seen))
    inner = select(r.unit_code, packed.label("packed"), r.votes).where(*wanted).subquery("packed").c
    keys = (inner.unit_code, inner.packed)
    return select(*keys, func.sum(inner.votes), func.count()).group_by(*keys)


def _columns(rows: Sequence[tuple[Any, ...]]) -> tuple[np.ndarray, ...]:
    """Give units, packed numbers, votes and rows as columns."""
    units, packs, sums, counts = zip(*rows, strict=True) if rows else ((),) * 4
    numbers = (np.array([one or 0 for one in column], dtype=np.int64) for column in (packs, sums, counts))
    return np.array(units, dtype=object), *numbers


def unpacked(units: np.ndarray, packed: np.ndarray, sums: np.ndarray, counts: np.ndarray) -> pd.DataFrame:
    """Give source, level and month back their words; what has no votes is left out.

    ``sums``: votes; ``counts``: rows. ``packed``: level, source and ``MONTH_PLACE`` times the month.
    """
    level = packed % _SOURCE
    votes = np.where(level == len(_LEVELS) - 1, counts, sums)
    voted = votes > 0
    columns = {
        "unit_code": units,
        "month": packed // MONTH_PLACE,
        "source": np.array(SOURCES, dtype=object)[packed % MONTH_PLACE // _SOURCE],
        "level": np.array(_LEVELS, dtype=object)[level],
        "votes": votes,
    }
    return pd.DataFrame({name: found[voted] for name, found in columns.items()})

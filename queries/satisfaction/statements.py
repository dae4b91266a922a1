"""Satisfaction (hài lòng): the votes of each unit by source and level, in a period and by month.

Votes are counted by the day they were given. A rating belongs to a unit, not to a field
or a procedure: those two of the View narrow nothing here. A row whose level is not in the
contract, or whose number of votes is missing or negative, counts in no figure; it comes
back under a word of its own, so that it is told as a defect. A row of 0 votes is an empty
box: it adds nothing and is no defect. An unknown source is one more source.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from sqlalchemy import (
    ColumnElement,
    Connection,
    case,
    func,
    or_,
    select,
)

from queries.asked.view import View
from queries.contract import RATING_LEVELS, RATING_SOURCES
from queries.copy.tables import CLEAN
from queries.courses.added_up import distinct
from queries.courses.conditions import number
from queries.courses.constructs import day_number_of
from queries.courses.stock import Courses
from queries.courses.table import day_number
from queries.on_time.trend import MONTHS, month_views

UNKNOWN_SOURCE = "unknown_source"
UNKNOWN_LEVEL = "unknown_level"
UNCOUNTABLE = "uncountable"
MOST_VOTES = 1_000_000_000
"""A row of more is no number of votes."""
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
    (of the contract, or ``UNKNOWN_LEVEL``), votes. Level ``UNCOUNTABLE``: rows whose number
    of votes is missing, negative or over a billion; there ``votes`` is the number of rows. No row
    where nothing was found, the period has not begun, or there is no such table.
    """
    if not view.has_started or not has_ratings(courses):
        return pd.DataFrame(columns=list(COLUMNS))
    return _added_up(conn, courses, view, [view], view.judged, COLUMNS)


def votes_by_unit_month(
    conn: Connection, courses: Courses, view: View, *, months: int = MONTHS
) -> pd.DataFrame:
    """Votes by month: one row per unit_code, month, source and level.

    As ``votes_by_unit``, with month: 0 the oldest, the view's the last. ``months``: how many.
    """
    if not view.has_started or not has_ratings(courses):
        return pd.DataFrame(columns=list(MONTH_COLUMNS))
    views = month_views(view, months)
    return _added_up(conn, courses, view, views, views[-1].end, MONTH_COLUMNS)


@dataclass(frozen=True)
class _Ratings:
    """All ratings by unit, day, source and level, in memory: ``units`` by number, and a column each."""

    units: np.ndarray
    unit: np.ndarray
    day: np.ndarray
    packed: np.ndarray
    votes: np.ndarray
    rows: np.ndarray


def _ratings(conn: Connection) -> _Ratings:
    r = CLEAN["ratings"].c
    keys = (r.unit_code, day_number_of(r.rated_on).label("day"), _packed().label("packed"))
    inner = select(*keys, r.votes).where(r.rated_on.is_not(None)).subquery("packed").c
    of = (inner.unit_code, inner.day, inner.packed)
    rows = conn.execute(select(*of, func.sum(inner.votes), func.count()).group_by(*of)).all()
    codes, *columns = zip(*rows, strict=True) if rows else ((),) * 5
    numbers = {code: place for place, code in enumerate(dict.fromkeys(codes))}
    units = np.array([*numbers], dtype=object)
    day, packed, votes, counts = (np.array([one or 0 for one in each], dtype=np.int64) for each in columns)
    return _Ratings(
        units, np.array([numbers[code] for code in codes], dtype=np.int64), day, packed, votes, counts
    )


def _added_up(
    conn: Connection,
    courses: Courses,
    view: View,
    periods: Sequence[View],
    last: date,
    columns: Sequence[str],
) -> pd.DataFrame:
    """Add votes up by unit, source, level and period, each of which follows upon the one before."""
    all_of_them = courses.held("ratings", lambda: _ratings(conn))
    starts = np.array([day_number(one.period.start) for one in periods])
    is_here = (all_of_them.day >= starts[0]) & (all_of_them.day <= day_number(last))
    if view.unit_code is not None:
        is_here &= (all_of_them.units == view.unit_code)[all_of_them.unit]
    if view.units_seen is not None:
        is_seen = [code in view.units_seen for code in all_of_them.units]
        is_here &= np.array(is_seen, dtype=bool)[all_of_them.unit]
    here = np.flatnonzero(is_here)
    month = np.searchsorted(starts, all_of_them.day[here], side="right") - 1
    packed = all_of_them.packed[here] + MONTH_PLACE * month
    (unit, packed), place = distinct([all_of_them.unit[here], packed], len(here))
    sums, counts = (
        np.bincount(place, column[here], len(unit)).astype(np.int64)
        for column in (all_of_them.votes, all_of_them.rows)
    )
    return unpacked(all_of_them.units[unit], packed, sums, counts, columns)


def _packed() -> ColumnElement[int]:
    """Give the level and the source of a row as one number."""
    r = CLEAN["ratings"].c
    uncountable = or_(r.votes.is_(None), r.votes < 0, r.votes > MOST_VOTES)
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


def unpacked(
    units: np.ndarray, packed: np.ndarray, sums: np.ndarray, counts: np.ndarray, columns: Sequence[str]
) -> pd.DataFrame:
    """Give source, level and month back their words, as far as asked for; what has no votes is left out.

    ``sums``: votes; ``counts``: rows. ``packed``: level, source and ``MONTH_PLACE`` times the month.
    """
    level = packed % _SOURCE
    votes = np.where(level == len(_LEVELS) - 1, counts, sums)
    voted = votes > 0
    every = {
        "unit_code": units,
        "month": packed // MONTH_PLACE,
        "source": np.array(SOURCES, dtype=object)[packed % MONTH_PLACE // _SOURCE],
        "level": np.array(_LEVELS, dtype=object)[level],
        "votes": votes,
    }
    return pd.DataFrame({name: every[name][voted] for name in columns})

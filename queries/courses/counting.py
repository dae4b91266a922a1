"""Counting dossiers: one statement for any counts, by any of the small numbers of ``courses``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import (
    BigInteger,
    ColumnClause,
    ColumnElement,
    Connection,
    Select,
    Table,
    case,
    cast,
    func,
    or_,
    select,
    union_all,
)

from queries.asked.view import View
from queries.courses.conditions import ALL, DAY_OF, Collapsed, Condition, Days, Part, Scan, number, within
from queries.courses.constructs import count_if
from queries.courses.prepared import Prepared
from queries.courses.stock import Courses
from queries.courses.table import COURSES, NEVER, day_of_number

Counts = Mapping[str, tuple[Part, ...]]


def counted(
    conn: Connection,
    courses: Courses,
    views: Sequence[View],
    counts: Counts,
    by: Sequence[str],
    *,
    oldest: str = "",
    only: Callable[[Any], Condition] | None = None,
    among: Table | None = None,
    values: Mapping[str, int] | None = None,
    collapsed: Mapping[Scan, Collapsed] | None = None,
    in_sequence: bool = False,
    by_day: Mapping[Scan, Table] | None = None,
) -> pd.DataFrame:
    """Count dossiers: one row per value of ``by`` (and view) that has any.

    Columns: those of ``by`` (small numbers, decoded: unit_code; procedure_code and field), ``view`` where
    there are several (0 the first), every word of ``counts`` in dossiers, and, where ``oldest`` names one
    of them, oldest_due: the earliest promised day among its dossiers, None for none. The views differ in
    their days alone. ``only`` narrows further: a statement is kept for each, so what it compares with
    belongs into parameters, whose ``values`` are given beside it. ``among``: the table in which the rows of
    ``courses`` that ``only`` leaves stand on their own, asked instead. ``collapsed``: what the conditions
    of a scan look at, where that is little.
    ``in_sequence``: the views' periods follow one another without a gap, none of the scans is what stands
    at a day, and no condition looks at a period's own days: then each scan is gone through once for all.
    ``by_day``: where a scan's dossiers stand already counted by day, in every column that ``by`` and the
    conditions look at; asked instead of them where the view is narrowed by no procedure or field.
    """
    c = courses.rows(conn, views[0])
    parts = list(dict.fromkeys(part for parts in counts.values() for part in parts))
    is_built = c is COURSES.c
    if among is not None and is_built:
        c, only = among.c, None
    is_by_day = is_built and views[0].procedure_code is None and views[0].field is None
    tables = by_day if by_day and is_by_day else {}
    # Of the view all but its days: one statement serves every period.
    shape = (
        next(iter(c)).table, tuple(parts), tuple(by), len(views), in_sequence, oldest, only,
        frozenset(tables.items()), *courses.narrowing(views[0]),
    )  # fmt: skip

    def where(rows: Any) -> list[Condition]:
        return [courses.narrowed(rows, views[0], named=True), *([] if only is None else [only(rows)])]

    oldest_parts = counts[oldest] if oldest else ()
    asked = {**courses.values(views[0]), **(values or {})}
    for place, view in enumerate(views):
        asked |= Days.of(view).values(place)

    def prepare() -> Prepared:
        statement = statement_of(
            c, parts, by, len(views), where, oldest_parts, collapsed or {}, tables, in_sequence=in_sequence
        )
        return Prepared(statement, conn.dialect)

    rows = courses.kept(shape, prepare).rows(conn, asked)
    keys = [*by, *(["view"] if len(views) > 1 else [])]
    width = len(keys) + len(parts) + bool(oldest)
    found = np.array(rows, dtype=np.int64).reshape(len(rows), width).T
    of_part = dict(zip(parts, found[len(keys) :], strict=False))
    nothing = np.zeros(len(rows), dtype=np.int64)
    # No dossier is in two parts of one count: they add up.
    sums = {word: sum((of_part[part] for part in parts), nothing) for word, parts in counts.items()}
    is_any = np.any([*sums.values()], axis=0) if len(rows) else np.zeros(0, dtype=bool)
    columns = {**dict(zip(keys, found, strict=False)), **sums}
    frame = courses.named({name: column[is_any] for name, column in columns.items()})
    if oldest:
        frame["oldest_due"] = [None if day >= NEVER else day_of_number(int(day)) for day in found[-1][is_any]]
    return frame


def statement_of(
    c: Any,
    parts: Sequence[Part],
    by: Sequence[str],
    views: int,
    where: Callable[[Any], list[Condition]],
    oldest: Sequence[Part],
    collapsed: Mapping[Scan, Collapsed],
    by_day: Mapping[Scan, Table],
    *,
    in_sequence: bool = False,
) -> Select[Any]:
    """Build the statement: one branch a scan and view, each over its own range of days, then their sums.

    Its columns: ``by``, the view where there are several, one a part, and the oldest promise. Its days
    are parameters (``Days.named``): a statement costs as much to build as to run. ``in_sequence``: one
    branch a scan for all views; a row is of the last that starts by its day.
    """
    keys = [*by, *(["view"] if views > 1 else [])]
    each = [Days.named(place) for place in range(views)]
    ranges = [replace(each[-1], start=each[0].start)] if in_sequence else each
    branches = []
    for place, days in enumerate(ranges):
        for scan in dict.fromkeys(part.scan for part in parts):
            rows = by_day[scan].c if scan in by_day else c
            view = _started_last(DAY_OF[scan](rows), each) if in_sequence else number(place)
            named = {"view": view} if views > 1 else {}
            here = [within(scan, rows, days), *where(rows)]
            branches.append(_branch(rows, scan, days, here, (parts, oldest), by, named, collapsed.get(scan)))
    return _summed(branches, keys, len(parts), has_oldest=bool(oldest))


def _started_last(day: ColumnElement[int], each: Sequence[Days]) -> ColumnElement[int]:
    """Give the place of the last of several ranges, oldest first, that has started by a day."""
    starts = [(day >= number(one.start), number(place)) for place, one in enumerate(each)]
    return case(*reversed(starts), else_=number(0))


def _branch(
    c: Any,
    scan: Scan,
    days: Days,
    here: Sequence[Condition],
    counts: tuple[Sequence[Part], Sequence[Part]],
    by: Sequence[str],
    view: Mapping[str, ColumnElement[int]],
    collapsed: Collapsed | None,
) -> Select[Any]:
    """Build the branch of one scan: its keys, one column a part (0 where it is another scan's)."""
    parts, oldest = counts
    keys = {**{name: c[name] for name in by}, **view}
    rows, weight = c, c.get("dossiers")
    if collapsed is not None:
        seen = {**keys, **collapsed(c, days)}
        alike = func.count() if weight is None else func.sum(weight)
        grouped = select(*(column.label(name) for name, column in seen.items()), alike.label("weight"))
        by_value = [column for column in seen.values() if not _is_fixed(column)]
        rows = grouped.where(*here).group_by(*by_value).subquery().c
        weight, keys = rows.weight, {name: rows[name] for name in keys}
    columns = [column.label(name) for name, column in keys.items()]
    for i, part in enumerate(parts):
        counted = _counted(part, rows, days, weight) if part.scan == scan else number(0)
        columns.append(counted.label(f"n{i}"))
    if oldest:
        columns.append(_oldest([one for one in oldest if one.scan == scan], rows, days))
    branch = select(*columns).select_from(next(iter(rows)).table)
    if collapsed is None:
        branch = branch.where(*here)
    # A view written as a number is the same in every row: nothing to group by.
    grouping = [column for column in keys.values() if not _is_fixed(column)]
    return branch.group_by(*grouping) if grouping else branch


def _is_fixed(column: ColumnElement[Any]) -> bool:
    return isinstance(column, ColumnClause) and column.is_literal


def _summed(
    branches: Sequence[Select[Any]], keys: Sequence[str], parts: int, *, has_oldest: bool
) -> Select[Any]:
    """Add up what the branches counted."""
    every = union_all(*branches).subquery("counts").c
    sums = [cast(func.sum(every[f"n{i}"]), BigInteger).label(f"n{i}") for i in range(parts)]
    if has_oldest:
        sums.append(func.min(every.oldest_due).label("oldest_due"))
    summed = select(*(every[name] for name in keys), *sums)
    return summed.group_by(*(every[name] for name in keys)) if keys else summed


def _counted(part: Part, rows: Any, days: Days, weight: ColumnElement[int] | None) -> ColumnElement[int]:
    holds = part.holds(rows, days)
    if weight is not None:
        return func.sum(weight if holds is ALL else case((holds, weight), else_=number(0)))
    return func.count() if holds is ALL else count_if(holds)


def _oldest(parts: Sequence[Part], rows: Any, days: Days) -> ColumnElement[int]:
    if not parts:
        return number(NEVER).label("oldest_due")
    is_one = or_(*(part.holds(rows, days) for part in parts))
    return func.coalesce(func.min(case((is_one, rows.due))), number(NEVER)).label("oldest_due")

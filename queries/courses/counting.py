"""Counting dossiers: one statement for any counts, by any of the small numbers of ``courses``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import BigInteger, ColumnElement, Connection, Select, case, cast, func, or_, select, union_all

from queries.asked.view import View
from queries.courses.build import end_of_moment
from queries.courses.conditions import ALL, Collapsed, Condition, Days, Part, Scan, number, within
from queries.courses.constructs import count_if
from queries.courses.stock import Courses
from queries.courses.table import NEVER, day_of_number

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
    collapsed: Mapping[Scan, Collapsed] | None = None,
) -> pd.DataFrame:
    """Count dossiers: one row per value of ``by`` (and view) that has any.

    Columns: those of ``by`` (small numbers, decoded: unit_code; procedure_code and field), ``view`` where
    there are several (0 the first), every word of ``counts`` in dossiers, and, where ``oldest`` names one
    of them, oldest_due: the earliest promised day among its dossiers, None for none. The views differ in
    their days alone. ``only`` narrows further. ``collapsed``: what the conditions of a scan look at, where
    that is little.
    """
    c = courses.rows(conn, views[0])
    parts = list(dict.fromkeys(part for parts in counts.values() for part in parts))
    # Of the view all but its days: one statement serves every period.
    shape = (
        end_of_moment(views[0].as_of), tuple(parts), tuple(by), len(views), oldest, only,
        *courses.narrowing(views[0]),
    )  # fmt: skip
    where = [courses.narrowed(c, views[0]), *([] if only is None else [only(c)])]
    oldest_parts = counts[oldest] if oldest else ()
    statement = courses.kept(
        shape, lambda: statement_of(c, parts, by, len(views), where, oldest_parts, collapsed or {})
    )
    values: dict[str, int] = {}
    for place, view in enumerate(views):
        values |= Days.of(view).values(place)
    rows = conn.execute(statement, values).all()
    keys = [*by, *(["view"] if len(views) > 1 else [])]
    width = len(keys) + len(parts) + bool(oldest)
    found = np.array([tuple(row) for row in rows], dtype=np.int64).reshape(len(rows), width).T
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
    where: Sequence[Condition],
    oldest: Sequence[Part],
    collapsed: Mapping[Scan, Collapsed],
) -> Select[Any]:
    """Build the statement: one branch a scan and view, each over its own range of days, then their sums.

    Its columns: ``by``, the view where there are several, one a part, and the oldest promise. Its days
    are parameters (``Days.named``): a statement costs as much to build as to run.
    """
    keys = [*by, *(["view"] if views > 1 else [])]
    branches = []
    for place in range(views):
        days = Days.named(place)
        for scan in dict.fromkeys(part.scan for part in parts):
            rows, weight = _scanned(c, scan, days, by, where, collapsed.get(scan))
            columns: list[ColumnElement[Any]] = [rows[name] for name in by]
            if views > 1:
                columns.append(number(place).label("view"))
            for i, part in enumerate(parts):
                counted = _counted(part, rows, days, weight) if part.scan == scan else number(0)
                columns.append(counted.label(f"n{i}"))
            if oldest:
                columns.append(_oldest([one for one in oldest if one.scan == scan], rows, days))
            branch = select(*columns).select_from(*_tables(rows))
            if weight is None:
                branch = branch.where(within(scan, c, days), *where)
            branches.append(branch.group_by(*(rows[name] for name in by)) if by else branch)
    every = union_all(*branches).subquery("counts").c
    sums = [cast(func.sum(every[f"n{i}"]), BigInteger).label(f"n{i}") for i in range(len(parts))]
    if oldest:
        sums.append(func.min(every.oldest_due).label("oldest_due"))
    summed = select(*(every[name] for name in keys), *sums)
    return summed.group_by(*(every[name] for name in keys)) if keys else summed


def _scanned(
    c: Any, scan: Scan, days: Days, by: Sequence[str], where: Sequence[Condition], collapsed: Collapsed | None
) -> tuple[Any, ColumnElement[int] | None]:
    """Give the rows of a scan, and how many dossiers each stands for: one where they are not collapsed."""
    if collapsed is None:
        return c, None
    columns = [column.label(name) for name, column in collapsed(c, days).items()]
    keys = [*(c[name] for name in by), *columns]
    grouped = select(*keys, func.count().label("weight")).where(within(scan, c, days), *where)
    rows = grouped.group_by(*keys).subquery().c
    return rows, rows.weight


def _tables(rows: Any) -> tuple[Any, ...]:
    return (next(iter(rows)).table,)


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

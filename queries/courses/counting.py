"""Counting dossiers: one statement for any counts, by any of the small numbers of ``courses``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import BigInteger, ColumnElement, Connection, Select, case, cast, func, select, union_all

from queries.asked.view import View
from queries.courses.build import end_of_moment
from queries.courses.conditions import ALL, Condition, Days, Part, number, within
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
) -> pd.DataFrame:
    """Count dossiers: one row per value of ``by`` (and view) that has any.

    Columns: those of ``by`` (small numbers, decoded: unit_code; procedure_code and field), ``view`` where
    there are several (0 the first), every word of ``counts`` in dossiers, and, where ``oldest`` names one
    of them, oldest_due: the earliest promised day among its dossiers, None for none. The views differ in
    their days alone. ``only`` narrows further.
    """
    c = courses.rows(conn, views[0])
    # Of the view all but its days: one statement serves every period.
    shape = (
        end_of_moment(views[0].as_of),
        tuple(counts.items()),
        tuple(by),
        len(views),
        oldest,
        *courses.narrowing(views[0]),
    )
    statement = courses.kept(
        (*shape, only), lambda: statement_of(c, courses, views, counts, by, oldest=oldest, only=only)
    )
    values: dict[str, int] = {}
    for place, view in enumerate(views):
        values |= Days.of(view).values(place)
    rows = conn.execute(statement, values).all()
    names = [*by, *(["view"] if len(views) > 1 else []), *counts, *(["oldest_due"] if oldest else [])]
    found = np.array([tuple(row) for row in rows], dtype=np.int64).reshape(len(rows), len(names))
    found = found[found[:, len(by) + (len(views) > 1) :][:, : len(counts)].any(axis=1)]
    frame = courses.named(dict(zip(names, found.T, strict=True)))
    if oldest:
        frame["oldest_due"] = [
            None if day >= NEVER else day_of_number(int(day)) for day in frame.pop("oldest_due")
        ]
    return frame


def statement_of(
    c: Any,
    courses: Courses,
    views: Sequence[View],
    counts: Counts,
    by: Sequence[str],
    *,
    oldest: str = "",
    only: Callable[[Any], Condition] | None = None,
) -> Select[Any]:
    """Build the statement: one branch a scan and view, each over its own range of days, then their sums.

    Its days are parameters (``Days.named``): a statement costs as much to build as to run.
    """
    keys = [*by, *(["view"] if len(views) > 1 else [])]
    where = [courses.narrowed(c, views[0]), *([] if only is None else [only(c)])]
    branches = []
    for place in range(len(views)):
        days = Days.named(place)
        for scan in dict.fromkeys(part.scan for parts in counts.values() for part in parts):
            columns: list[ColumnElement[Any]] = [c[name] for name in by]
            if len(views) > 1:
                columns.append(number(place).label("view"))
            for word, parts in counts.items():
                here = [part for part in parts if part.scan == scan]
                columns.append(_counted(here, c, days).label(word))
            if oldest:
                of_scan = [part for part in counts[oldest] if part.scan == scan]
                columns.append(_oldest(of_scan, c, days).label("oldest_due"))
            branch = select(*columns).where(within(scan, c, days), *where)
            branches.append(branch.group_by(*(c[name] for name in by)) if by else branch)
    every = union_all(*branches).subquery("counts").c
    sums = [cast(func.sum(every[word]), BigInteger).label(word) for word in counts]
    if oldest:
        sums.append(func.min(every.oldest_due).label("oldest_due"))
    summed = select(*(every[name] for name in keys), *sums)
    return summed.group_by(*(every[name] for name in keys)) if keys else summed


def _counted(parts: Sequence[Part], c: Any, days: Days) -> ColumnElement[int]:
    if not parts:
        return number(0)
    total: ColumnElement[int] | None = None
    for part in parts:
        holds = part.holds(c, days)
        one: ColumnElement[int] = func.count() if holds is ALL else count_if(holds)
        total = one if total is None else total + one
    assert total is not None
    return total


def _oldest(parts: Sequence[Part], c: Any, days: Days) -> ColumnElement[int]:
    if not parts:
        return number(NEVER)
    return func.coalesce(func.min(case((parts[0].holds(c, days), c.due))), number(NEVER))

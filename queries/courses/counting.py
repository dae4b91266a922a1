"""Counting dossiers: one statement for any counts, by any of the small numbers of ``courses``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import (
    Boolean,
    ColumnClause,
    ColumnElement,
    Connection,
    Integer,
    Select,
    Table,
    and_,
    case,
    cast,
    column,
    func,
    or_,
    select,
    table,
)

from queries.asked.view import View
from queries.courses.added_up import AddedUp, Branch, InMemory
from queries.courses.conditions import (
    ALL,
    AMONG,
    DAY_OF,
    Collapsed,
    Condition,
    Days,
    Part,
    Scan,
    Test,
    number,
    standing_apart,
    within,
)
from queries.courses.constructs import count_if
from queries.courses.evaluated import evaluated, value
from queries.courses.stock import Courses
from queries.courses.table import BY_UNIT, COURSES, NEVER, day_of_number, ordered_by

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
    belongs into parameters, whose ``values`` are given beside it. ``among``: the small table in which the
    rows of ``courses`` that ``only`` leaves stand on their own, looked at instead. ``collapsed``: what the
    conditions of a scan look at, where that is little.
    ``in_sequence``: the views' periods follow one another without a gap, none of the scans is what stands
    at a day, and no condition looks at a period's own days: then each scan is gone through once for all.
    ``by_day``: where a scan's dossiers stand already counted by day, in every column that ``by`` and the
    conditions look at; looked at instead of them where the view is narrowed by no procedure or field.

    Small tables lie in memory, so that nothing but what is left is asked of the engine; for one unit it goes
    through ``BY_UNIT`` instead of ``courses``.
    """
    c = courses.rows(conn, views[0])
    parts = list(dict.fromkeys(part for parts in counts.values() for part in parts))
    is_built = c is COURSES.c
    small: dict[Scan, Table] = {}
    if is_built:
        is_by_day = views[0].procedure_code is None and views[0].field is None
        small = {**standing_apart(views), **(by_day if by_day and is_by_day else {})}
        if views[0].unit_code is not None:
            c = BY_UNIT.c
        if among is not None:
            small, only = dict.fromkeys(Scan, among), None
    in_memory = frozenset(one for one in small.values() if courses.lies_in_memory(conn, one))
    # Of the view all but its days: one statement serves every period.
    shape = (
        next(iter(c)).table, tuple(parts), tuple(by), len(views), in_sequence, oldest, only,
        frozenset(small.items()), in_memory, *courses.narrowing(views[0]),
    )  # fmt: skip

    def where(rows: Any) -> list[Condition]:
        wanted = [courses.narrowed(rows, views[0], named=True), *([] if only is None else [only(rows)])]
        return [one for one in wanted if one is not ALL]

    asked = {**courses.values(views[0]), **(values or {})}
    for place, view in enumerate(views):
        asked |= Days.of(view).values(place)
    names = [*by, *(["view"] if len(views) > 1 else [])]

    def prepare() -> AddedUp:
        oldest_parts = counts[oldest] if oldest else ()
        branches = branches_of(
            c,
            parts,
            by,
            len(views),
            where,
            oldest_parts,
            collapsed or {},
            small,
            in_memory,
            in_sequence=in_sequence,
        )
        return AddedUp(branches, names, len(parts), conn.dialect)

    keys, of_parts, oldest_due = courses.kept(shape, prepare).asked(
        conn, asked, lambda table: courses.in_memory(conn, table)
    )
    of_part = dict(zip(parts, of_parts, strict=True))
    nothing = np.zeros(len(oldest_due), dtype=np.int64)
    # No dossier is in two parts of one count: they add up.
    sums = {word: sum((of_part[part] for part in parts), nothing) for word, parts in counts.items()}
    is_any = np.any([*sums.values()], axis=0)
    columns = {**dict(zip(names, keys, strict=True)), **sums}
    frame = courses.named({name: column[is_any] for name, column in columns.items()})
    if oldest:
        frame["oldest_due"] = [
            None if day >= NEVER else day_of_number(day) for day in oldest_due[is_any].tolist()
        ]
    return frame


def branches_of(
    c: Any,
    parts: Sequence[Part],
    by: Sequence[str],
    views: int,
    where: Callable[[Any], list[Condition]],
    oldest: Sequence[Part],
    collapsed: Mapping[Scan, Collapsed],
    small: Mapping[Scan, Table],
    in_memory: Collection[Table],
    *,
    in_sequence: bool = False,
) -> list[Branch | InMemory]:
    """Build one branch a scan and view, each over its own range of days.

    Its days are parameters (``Days.named``): a statement costs as much to build as to run. ``small``: the
    scans whose dossiers stand in a small table, ``in_memory``: those of the tables that no engine is asked
    for. ``in_sequence``: one branch a scan for all views; a row is of the last that starts by its day.
    """
    each = [Days.named(place) for place in range(views)]
    ranges = [replace(each[-1], start=each[0].start)] if in_sequence else each
    branches: list[Branch | InMemory] = []
    for place, days in enumerate(ranges):
        for scan, own in scans(parts, collapsed, small).items():
            rows = small[scan].c if scan in small else c
            keys: dict[str, ColumnElement[Any]] = {name: rows[name] for name in by}
            if views > 1:
                keys["view"] = _started_last(DAY_OF[scan](rows), each) if in_sequence else number(place)
            here = [within(scan, rows, days), *where(rows)]
            counts = {i: _test(part, scan) for i, part in enumerate(parts) if part.scan in own}
            of_oldest = [one for one in oldest if one.scan in own]
            if scan in small and small[scan] in in_memory:
                seen = collapsed[scan](c, days) if scan in collapsed else {}
                day = DAY_OF[scan](rows).name if scan in DAY_OF else None
                branches.append(
                    _in_memory(small[scan], scan, day, c, _fixed(seen), days, here, counts, keys, of_oldest)
                )
            elif scan in collapsed:
                looked_at: dict[str, ColumnElement[Any]] = {}
                for one in own:
                    looked_at |= collapsed[one](rows, days)
                branches.append(_alike(scan, rows, looked_at, days, here, counts, keys, of_oldest))
            else:
                branches.append(_counted_in(scan, rows, days, here, counts, keys, of_oldest))
    return branches


def scans(
    parts: Sequence[Part], collapsed: Mapping[Scan, Collapsed], small: Mapping[Scan, Table]
) -> dict[Scan, tuple[Scan, ...]]:
    """Give the scans to go through, and for each itself and those asked for that are told of with it.

    One that lies in another is told of with it where both are grouped by what is alike, neither stands
    in a small table, and the other is gone through anyhow or for two.
    """
    asked = list(dict.fromkeys(part.scan for part in parts))
    wholes = {
        scan: AMONG[scan][0]
        for scan in asked
        if scan in AMONG and {scan, AMONG[scan][0]} <= collapsed.keys() and scan not in small
    }
    times = Counter([*wholes.values(), *asked])
    found: dict[Scan, tuple[Scan, ...]] = {}
    for scan in asked:
        whole = wholes.get(scan, scan)
        into = whole if times[whole] > 1 and whole not in small else scan
        found[into] = tuple(dict.fromkeys((*found.get(into, (into,)), scan)))
    return found


def _test(part: Part, scan: Scan) -> Test:
    """Give what a part asks of the rows of a scan: its own, or one that it lies in."""
    if part.scan == scan:
        return part.holds
    of_scan = AMONG[part.scan][1]
    return lambda c, days: and_(of_scan(c, days), part.holds(c, days))


def _started_last(day: ColumnElement[int], each: Sequence[Days]) -> ColumnElement[int]:
    """Give the place of the last of several ranges, oldest first, that has started by a day."""
    starts = [(day >= number(one.start), number(place)) for place, one in enumerate(each)]
    return case(*reversed(starts), else_=number(0))


def _counted_in(
    scan: Scan,
    rows: Any,
    days: Days,
    here: Sequence[Condition],
    counts: Mapping[int, Test],
    keys: Mapping[str, ColumnElement[Any]],
    oldest: Sequence[Part],
) -> Branch:
    """Build a branch whose dossiers the engine counts: one column a part."""
    weight = rows.get("dossiers")
    columns = [*keys.values(), *(_count(test(rows, days), weight) for test in counts.values())]
    if weight is not None and not keys:
        columns = [func.coalesce(one, number(0)) for one in columns]  # nothing adds up to no number
    if oldest:
        is_one = _any_of(oldest, scan, rows, days)
        columns.append(func.coalesce(func.min(case((is_one, rows.due))), number(NEVER)))
    return Branch(_grouped(rows, columns, here, [*keys.values()]), tuple(counts), has_oldest=bool(oldest))


def _alike(
    scan: Scan,
    rows: Any,
    looked_at: Mapping[str, ColumnElement[Any]],
    days: Days,
    here: Sequence[Condition],
    counts: Mapping[int, Test],
    keys: Mapping[str, ColumnElement[Any]],
    oldest: Sequence[Part],
) -> Branch:
    """Build a branch that only tells which dossiers are alike in all that the parts look at, and how many."""
    seen = {name: one for name, one in looked_at.items() if not _is_fixed(one)}
    weight = rows.get("dossiers")
    # PostgreSQL puts no truth below a number.
    told = (cast(one, Integer) if isinstance(one.type, Boolean) else one for one in seen.values())
    columns = [*keys.values(), *told, func.count() if weight is None else func.sum(weight)]
    alike = table("alike", *(column(name, one.type) for name, one in {**keys, **looked_at}.items())).c
    return Branch(
        _grouped(rows, columns, here, [*keys.values(), *seen.values()]),
        seen=tuple(seen),
        fixed=_fixed(looked_at),
        judged=tuple((place, evaluated(test(alike, days))) for place, test in counts.items()),
        oldest=evaluated(_any_of(oldest, scan, alike, days)) if oldest else None,
    )  # fmt: skip


def _in_memory(
    small: Table,
    scan: Scan,
    day: str | None,
    rows: Any,
    fixed: Mapping[str, int],
    days: Days,
    here: Sequence[Condition],
    counts: Mapping[int, Test],
    keys: Mapping[str, ColumnElement[Any]],
    oldest: Sequence[Part],
) -> InMemory:
    """Build a branch whose rows stand in a small table; ``fixed``: what its dossiers have all alike.

    ``day``: the day by which the scan's rows are in a period; none of a scan is after the last counted day.
    """
    return InMemory(
        small,
        evaluated(and_(*here)),
        day if day == ordered_by(small) else None,
        value(number(days.start)),
        value(number(days.end)),
        tuple(value(one) for one in keys.values()),
        tuple((place, evaluated(test(rows, days))) for place, test in counts.items()),
        fixed,
        evaluated(_any_of(oldest, scan, rows, days)) if oldest else None,
    )


def _fixed(looked_at: Mapping[str, ColumnElement[Any]]) -> dict[str, int]:
    """Give what is written as a number among what is looked at: every dossier has it alike."""
    return {
        name: int(one.name)
        for name, one in looked_at.items()
        if isinstance(one, ColumnClause) and _is_fixed(one)
    }


def _any_of(parts: Sequence[Part], scan: Scan, rows: Any, days: Days) -> Condition:
    return or_(*(_test(part, scan)(rows, days) for part in parts))


def _grouped(
    rows: Any,
    columns: Sequence[ColumnElement[Any]],
    here: Sequence[Condition],
    grouping: Sequence[ColumnElement[Any]],
) -> Select[Any]:
    """Select columns, the first of which are grouped by: by their places, as some are long to say twice."""
    # A view written as a number is the same in every row: nothing to group by.
    places = [number(place) for place, one in enumerate(grouping, start=2) if not _is_fixed(one)]
    branch = select(*columns).select_from(next(iter(rows)).table).where(*here)
    return branch.group_by(*places) if places else branch


def _is_fixed(column: ColumnElement[Any]) -> bool:
    return isinstance(column, ColumnClause) and column.is_literal


def _count(holds: Condition, weight: ColumnElement[int] | None) -> ColumnElement[int]:
    if weight is not None:
        return func.sum(weight if holds is ALL else case((holds, weight), else_=number(0)))
    return func.count() if holds is ALL else count_if(holds)

"""Counting dossiers: one statement for any counts, by any of the small numbers of ``courses``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import (
    Boolean,
    Column,
    ColumnClause,
    ColumnElement,
    Connection,
    Integer,
    Select,
    SmallInteger,
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
from queries.courses.added_up import AddedUp, Branch, Columns, InMemory
from queries.courses.conditions import (
    ALL,
    AMONG,
    CLOSED_SINCE,
    DAY_OF,
    Collapsed,
    Condition,
    Days,
    Part,
    Scan,
    Test,
    first_at_hand,
    in_one_scan,
    number,
    standing_apart,
    within,
)
from queries.courses.constructs import count_if
from queries.courses.evaluated import Holds, evaluated, value
from queries.courses.moments import CHANGED
from queries.courses.stock import Courses
from queries.courses.table import (
    BY_FIELD,
    BY_UNIT,
    COURSES,
    DUE_BY_DAY,
    LATELY_OPEN,
    NEVER,
    day_number,
    day_of_number,
    ordered_by,
)

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
    through: Table | None = None,
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

    Small tables lie in memory, and so do the rows of one unit or field: nothing but what is left is asked of
    the engine. For a unit with too many it goes through ``BY_UNIT`` instead of ``courses``, for a field or
    procedure through ``BY_FIELD``.
    """
    view = views[0]
    parts = list(dict.fromkeys(part for parts in counts.values() for part in parts))
    table, alone = _rows_asked(courses, view)
    if alone is None and through is not None:
        table = through
    built_on = courses.as_of.date()
    small: Mapping[Scan, Table] = standing_apart(views, built_on)
    if by_day and view.procedure_code is None and view.field is None:
        small = {**small, **by_day}
    if among is not None:
        small = dict.fromkeys(Scan, among)
    in_memory = {one for one in small.values() if courses.lies_in_memory(conn, one)}
    if alone is not None and among is None and courses.lies_in_memory(conn, table, alone):
        at_hand = {scan: one for scan, one in small.items() if one in in_memory}
        small = {**dict.fromkeys(Scan, table), **at_hand}
        in_memory |= {table}
    closed_since: dict[Scan, Table] = {}
    earliest = min(Days.of(one).now for one in views)
    if earliest < day_number(built_on):
        is_at_hand = earliest >= first_at_hand(built_on) and LATELY_OPEN in in_memory
        closed_later = LATELY_OPEN if is_at_hand else table
        closed_since = {scan: closed_later for scan in CLOSED_SINCE if small.get(scan) is DUE_BY_DAY}
    is_as_built = courses.is_as_built(view)
    # Of the view all but its days: one statement serves every period.
    shape = (
        tuple(parts), tuple(by), len(views), in_sequence, oldest, only, among, table, is_as_built,
        *(frozenset(one.items()) for one in (small, closed_since)), frozenset(in_memory),
        *courses.narrowing(view),
    )  # fmt: skip

    def where(rows: Any) -> list[Condition]:
        wanted = [courses.narrowed(rows, view, named=True)]
        if only is not None and (among is None or rows is CHANGED.c):
            wanted.append(only(rows))
        return [one for one in wanted if one is not ALL]

    asked = {**courses.values(view), **(values or {})}
    for place, one in enumerate(views):
        asked |= Days.of(one).values(place)
    names = [*by, *(["view"] if len(views) > 1 else [])]

    def prepare() -> AddedUp:
        every = _Asked(parts, by, len(views), where, counts[oldest] if oldest else (), in_sequence)
        branches = branches_of(
            every, table.c, collapsed or {}, small, in_memory, closed_since, with_changed=not is_as_built
        )
        return AddedUp(branches, names, len(parts), conn.dialect)

    def rows_of(one: Table) -> Columns:
        if one is CHANGED:
            return courses.changed(conn, view)
        return courses.in_memory(conn, one, alone if one is table else None)

    keys, of_parts, oldest_due = courses.kept(shape, prepare).asked(conn, asked, rows_of)
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


def _rows_asked(courses: Courses, view: View) -> tuple[Table, int | None]:
    """Give the table that a view's counts go through, and the one unit or field whose rows it asks of it."""
    if view.unit_code is not None:
        return BY_UNIT, courses.unit_number(view.unit_code)
    if view.field is not None:
        return BY_FIELD, courses.first_of_field(view.field)
    if view.procedure_code is None:
        return COURSES, None
    fields = {courses.procedures[one - 1][2] for one in courses.of_procedure(view.procedure_code)}
    return BY_FIELD, courses.first_of_field(fields.pop()) if len(fields) == 1 else None


@dataclass(frozen=True)
class _Asked:
    """What a count asks of every scan: of which rows, grouped by what, which parts.

    ``where``: what narrows rows beside their scan. ``oldest``: the parts whose oldest promise is told.
    ``in_sequence``: the views follow one another, and a scan is gone through once for all of them.
    """

    parts: Sequence[Part]
    by: Sequence[str]
    views: int
    where: Callable[[Any], list[Condition]]
    oldest: Sequence[Part]
    in_sequence: bool

    def scanned(self, scan: Scan, own: Collection[Scan], rows: Any, place: int) -> _Scanned:
        """Give what is asked of some rows for one scan and one view (``in_sequence``: for all).

        ``own``: the scan itself and those that are told of with it. Days are parameters (``Days.named``):
        a statement costs as much to build as to run.
        """
        each = [Days.named(one) for one in range(self.views)]
        days = replace(each[-1], start=each[0].start) if self.in_sequence else each[place]
        keys: dict[str, ColumnElement[Any]] = {name: rows[name] for name in self.by}
        if self.views > 1:
            # In a sequence a row is of the last view that starts by its day.
            keys["view"] = _started_last(DAY_OF[scan](rows), each) if self.in_sequence else number(place)
        here = [within(scan, rows, days), *self.where(rows)]
        tests = {i: _test(part, scan) for i, part in enumerate(self.parts) if part.scan in own}
        return _Scanned(scan, rows, days, here, keys, tests, [one for one in self.oldest if one.scan in own])


@dataclass(frozen=True)
class _Scanned:
    """What is asked of the rows of one scan: ``here`` says which these are, ``tests`` which part by place."""

    scan: Scan
    rows: Any
    days: Days
    here: Sequence[Condition]
    keys: Mapping[str, ColumnElement[Any]]
    tests: Mapping[int, Test]
    oldest: Sequence[Part]

    def may_be_oldest(self, rows: Any) -> Condition:
        """Say of rows of this scan whether the oldest promise is looked for among them."""
        return or_(*(_test(part, self.scan)(rows, self.days) for part in self.oldest))

    def judged(self, rows: Any) -> tuple[tuple[int, Holds], ...]:
        """Give the tests as they are asked in memory."""
        return tuple((place, evaluated(test(rows, self.days))) for place, test in self.tests.items())


def branches_of(
    asked: _Asked,
    c: Any,
    collapsed: Mapping[Scan, Collapsed],
    small: Mapping[Scan, Table],
    in_memory: Collection[Table],
    closed_since: Mapping[Scan, Table],
    *,
    with_changed: bool,
) -> list[Branch | InMemory]:
    """Build one branch a scan and view, each over its own range of days.

    ``small``: the scans whose dossiers stand in a small table, ``in_memory``: those of the tables that no
    engine is asked for. ``closed_since``: those whose small table counts what was closed later too, which
    another branch takes away, with the table that it goes through. ``with_changed``: beside each one over
    what the moment changes of its rows.
    """
    branches: list[Branch | InMemory] = []
    for place in range(1 if asked.in_sequence else asked.views):
        for scan, own in scans(asked.parts, collapsed, small).items():
            one = asked.scanned(scan, own, small[scan].c if scan in small else c, place)
            if scan in small and small[scan] in in_memory:
                seen = collapsed[scan](c, one.days) if scan in collapsed else {}
                branches.append(_in_memory(one, small[scan], c, _fixed(seen), _alike_by(seen)))
            elif scan in collapsed:
                looked_at: dict[str, ColumnElement[Any]] = {}
                for told in own:
                    looked_at |= collapsed[told](one.rows, one.days)
                branches.append(_alike(one, looked_at))
            else:
                branches.append(_counted_in(one))
            if scan in closed_since:
                table = closed_since[scan]
                later = asked.scanned(scan, own, table.c, place)
                later = replace(
                    later, here=[CLOSED_SINCE[scan](later.rows, later.days), *asked.where(later.rows)]
                )
                branches.append(
                    _in_memory(later, table, later.rows, sign=-1)
                    if table in in_memory
                    else replace(_counted_in(later), sign=-1)
                )
            if with_changed:
                branches.append(_in_memory(asked.scanned(scan, own, CHANGED.c, place), CHANGED, CHANGED.c))
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
    return part.holds if part.scan == scan else in_one_scan(part).holds


def _started_last(day: ColumnElement[int], each: Sequence[Days]) -> ColumnElement[int]:
    """Give the place of the last of several ranges, oldest first, that has started by a day."""
    starts = [(day >= number(one.start), number(place)) for place, one in enumerate(each)]
    return case(*reversed(starts), else_=number(0))


def _counted_in(one: _Scanned) -> Branch:
    """Build a branch whose dossiers the engine counts: one column a part."""
    weight = one.rows.get("dossiers")
    grouped = [*one.keys.values()]
    counts = [_count(test(one.rows, one.days), weight) for test in one.tests.values()]
    if one.oldest:
        # By their promise too: of dossiers that a moment takes away none may be the oldest.
        grouped.append(case((one.may_be_oldest(one.rows), one.rows.due), else_=number(NEVER)))
        counts.append(_count(ALL, weight))
    if weight is not None and not grouped:
        counts = [func.coalesce(each, number(0)) for each in counts]  # nothing adds up to no number
    branch = _grouped(one.rows, [*grouped, *counts], one.here, grouped)
    return Branch(branch, counted=tuple(one.tests), has_oldest=bool(one.oldest))


def _alike(one: _Scanned, looked_at: Mapping[str, ColumnElement[Any]]) -> Branch:
    """Build a branch that only tells which dossiers are alike in all that the parts look at, and how many."""
    seen = {name: column for name, column in looked_at.items() if not _is_fixed(column)}
    weight = one.rows.get("dossiers")
    # PostgreSQL puts no truth below a number.
    told = (cast(each, Integer) if isinstance(each.type, Boolean) else each for each in seen.values())
    columns = [*one.keys.values(), *told, _count(ALL, weight)]
    named = (column(name, each.type) for name, each in {**one.keys, **looked_at}.items())
    alike = table("alike", *named).c
    return Branch(
        _grouped(one.rows, columns, one.here, [*one.keys.values(), *seen.values()]),
        seen=tuple(seen),
        fixed=_fixed(looked_at),
        judged=one.judged(alike),
        oldest=evaluated(one.may_be_oldest(alike)) if one.oldest else None,
    )


def _in_memory(
    one: _Scanned,
    small: Table,
    rows: Any,
    fixed: Mapping[str, int] | None = None,
    alike: tuple[str, ...] = (),
    *,
    sign: int = 1,
) -> InMemory:
    """Build a branch whose rows stand in a small table, and whose tests look at the columns ``rows``.

    ``fixed``: what its dossiers have all alike; ``alike``: what they are brought together by. ``sign``: -1
    where the dossiers are taken away. Where the rows lie in order of the scan's day, only those of the view's
    days are gone through: none of a scan is after the last counted day.
    """
    day = DAY_OF[one.scan](one.rows).name if one.scan in DAY_OF else None
    return InMemory(
        small,
        evaluated(and_(*one.here)),
        day if small is not CHANGED and day == ordered_by(small) else None,
        value(number(one.days.start)),
        value(number(one.days.end)),
        tuple(value(each) for each in one.keys.values()),
        one.judged(rows),
        fixed or {},
        evaluated(one.may_be_oldest(rows)) if one.oldest else None,
        alike,
        sign,
    )


def _fixed(looked_at: Mapping[str, ColumnElement[Any]]) -> dict[str, int]:
    """Give what is written as a number among what is looked at: every dossier has it alike."""
    return {
        name: int(one.name)
        for name, one in looked_at.items()
        if isinstance(one, ColumnClause) and _is_fixed(one)
    }


def _alike_by(looked_at: Mapping[str, ColumnElement[Any]]) -> tuple[str, ...]:
    """Give the columns that are looked at, where all of them are small numbers as they stand."""
    small = [isinstance(one, Column) and isinstance(one.type, SmallInteger) for one in looked_at.values()]
    return tuple(looked_at) if all(small) else ()


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

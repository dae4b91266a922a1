"""On time, late, open: what each unit, field and procedure did in a period.

Every count comes from one scan of the dossiers the window touches. The statement packs
what a dossier is into one small number and groups by it; Python unpacks the groups and
adds them up. Counts are plain integers; nothing is divided here.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, not_, or_, select

from queries.asked.view import View
from queries.courses.bound import Bound
from queries.courses.frames import frame_of
from queries.definitions.metrics import COUNTS, SUMS
from queries.on_time.outcomes import (
    ALWAYS,
    CODE,
    FACTS,
    OUTCOMES,
    Columns,
    Condition,
    Window,
    code,
    days_late,
    facts,
    is_broken,
    number,
    outcome,
    place,
)
from queries.on_time.touched import touched


def on_time_by_unit(conn: Connection, bound: Bound, view: View) -> pd.DataFrame:
    """Counts by unit: one row per unit_code that has a dossier in the period.

    Columns: unit_code (None for dossiers without one), the counts of
    ``metrics.COUNTS`` in dossiers, and oldest_due (the earliest promise among the
    overdue, NaT for none). No row where the period has not begun.
    """
    return _counts(conn, bound, view, ("unit_code",))


def on_time_by_procedure(conn: Connection, bound: Bound, view: View) -> pd.DataFrame:
    """Counts by procedure: one row per procedure_code and (source's own) field.

    The same columns as ``on_time_by_unit`` after procedure_code and field; field is the
    dossier's own word, which counts only where the catalogue has none.
    """
    return _counts(conn, bound, view, ("procedure_code", "field"))


def on_time_by_unit_procedure(
    conn: Connection, bound: Bound, view: View, *, units: tuple[str, ...]
) -> pd.DataFrame:
    """Counts of some units by procedure: one row per unit_code, procedure_code and (source's own) field.

    The same columns as ``on_time_by_procedure`` after unit_code.
    """
    return _counts(conn, bound, view, ("unit_code", "procedure_code", "field"), units)


def _counts(
    conn: Connection, bound: Bound, view: View, by: tuple[str, ...], units: tuple[str, ...] | None = None
) -> pd.DataFrame:
    columns = [*by, *COUNTS, "oldest_due"]
    if not view.has_started:
        return pd.DataFrame(columns=columns)
    names = [*by, "packed", "n", "first_due"]
    if units is None and not view.is_narrowed:
        # Building the statement costs as much as a small card; its moments are all that changes.
        window, now = Window.of(view), Window.now(view)
        kept = _kept_statement(bound, by, view.compare, now != window, now.cut > window.cut)
        groups = frame_of(conn, kept, names, {**window.values("own"), **now.values("now")})
    else:
        groups = frame_of(conn, counts_statement(bound, view, by, units), names)
    if groups.empty:
        return pd.DataFrame(columns=columns)
    return _unpacked(groups, list(by))[columns]


# What a dossier is, packed: each part's place value. Outcomes are below 16, places and
# rate B's three values below 4.
_PLACE, _IN, _B, _D, _DAYS = 16, 64, 128, 512, 1024
B_LATE = 2
_INSIDE = 2


def counts_statement(
    bound: Bound, view: View, by: tuple[str, ...], units: tuple[str, ...] | None = None
) -> Select[Any]:
    """Build the one statement that counts a period, grouped by columns of dossiers.

    Columns: those of ``by``, the packed number, how many dossiers, their earliest promise.
    ``units``: the codes of the units to count, where not all; ``by`` then has unit_code.
    """
    window, now = Window.of(view), Window.now(view)
    f = touched(bound, window, now, narrowed(bound, view), is_later=now.cut > window.cut)
    inner = _packed(f, by, view.compare, window, now if now != window else None, is_list=False)
    counted = _counted(inner, by)
    return counted if units is None else counted.where(inner.unit_code.in_(units))


@lru_cache(maxsize=64)
def _kept_statement(
    bound: Bound, by: tuple[str, ...], compare: str, has_now: bool, is_later: bool
) -> Select[Any]:
    """Build ``counts_statement`` of any period of the whole district, its moments yet to be given."""
    window, now = Window.named("own"), Window.named("now")
    f = touched(bound, window, now, is_later=is_later)
    return _counted(_packed(f, by, compare, window, now if has_now else None, is_list=False), by)


def _counted(inner: Columns, by: tuple[str, ...]) -> Select[Any]:
    keys = [inner[name] for name in (*by, "packed")]
    return select(*keys, func.count(), func.min(inner.due_at)).group_by(*keys)


def packed_dossiers(
    bound: Bound, view: View, columns: tuple[str, ...], among: Condition | None = None,
    only: Condition = ALWAYS,
) -> Columns:  # fmt: skip
    """Give one row a dossier the period touches: columns of dossiers, due_at, packed, days.

    ``among``: the dossiers to take instead of those the period touches. ``only``: what these
    are narrowed to beside the view.

    ``packed`` says what the dossier is to the period (``meaning`` reads it); ``days``
    after the promise, for late and overdue ones; the parts of ``packed`` stand beside it
    for ``belongs``. Counting and listing both build on this, so a list has as many rows
    as its number says.
    """
    window, now = Window.of(view), Window.now(view)
    own = [name for name in columns if name not in FACTS]
    if among is None:
        where = (narrowed(bound, view), only)
        f = touched(bound, window, now, *where, also=own, is_later=now.cut > window.cut)
    else:
        f = facts(bound, among, narrowed(bound, view), only, also=own)
    return _packed(f, columns, view.compare, window, now if now != window else None, is_list=True)


def _packed(
    f: Columns, columns: tuple[str, ...], compare: str, window: Window, now: Window | None, *, is_list: bool
) -> Columns:
    """Pack what dossiers are; ``now`` None: it is the window. Not a list: columns, due_at, packed alone."""
    both = [] if now is None else [outcome(f, now, compare).label("later")]
    j = (
        select(
            *(f[name] for name in dict.fromkeys((*columns, "received_at", "due_at", "finished_at"))),
            place(f, window).label("place"),
            outcome(f, window, compare).label("outcome"),
            *both,
        )
        .subquery("judged")
        .c
    )  # fmt: skip
    later = j.later if both else j.outcome
    b = case(
        (or_(j.due_at < window.start, j.due_at >= window.end, j.due_at.is_(None)), number(0)),
        *kept_promise(j.due_at, later, now or window),
        else_=number(0),
    )
    days = days_late(j, j.outcome, window)
    bucket = case((days <= 3, number(1)), (days <= 10, number(2)), (days > 10, number(3)), else_=number(0))
    parts = {
        "place": j.place,
        "outcome": j.outcome,
        "is_in": _flag(and_(j.received_at >= window.start, j.received_at < window.cut)),
        "b": b,
        "d": _flag(is_broken(later)),
        "bucket": bucket,
    }
    packed = (
        j.outcome
        + number(_PLACE) * j.place
        + number(_IN) * parts["is_in"]
        + number(_B) * b
        + number(_D) * parts["d"]
        + number(_DAYS) * bucket
    )
    named = [expression.label(name) for name, expression in parts.items()] + [days.label("days")]
    wanted = [j[name] for name in columns if name != "due_at"]
    more = named if is_list else []
    return select(*wanted, j.due_at, packed.label("packed"), *more).subquery("packed").c


def kept_promise(
    due_at: ColumnElement[Any], later: ColumnElement[int], now: Window
) -> tuple[tuple[Condition, ColumnElement[int]], ...]:
    """Give the branches that say what rate B makes of a dossier due in the period: B_LATE, 1 kept, else 0."""
    # It counts a dossier as overdue by day under both day rules: "due day < J".
    overdue = and_(later == code("open_overdue"), due_at < now.judged)
    return (
        (or_(later == code("late"), overdue), number(B_LATE)),
        (later.between(code("early"), code("on_time")), number(1)),
    )


def belongs(c: Columns, word: str) -> Condition:
    """Say in SQL what ``meaning`` says in Python: whether a dossier is in a count, or a sum of counts."""
    inside = c.place == number(_INSIDE)
    if word in SUMS:
        return or_(*(belongs(c, part) for part in SUMS[word]))
    if word in CODE:
        return and_(inside, c.outcome == code(word))
    conditions: dict[str, Condition] = {
        "received": c.is_in == number(1),
        "carried_over": and_(inside, c.is_in == number(0)),
        "finished": and_(inside, c.outcome.between(code("early"), code("undated"))),
        "b_late": c.b == number(B_LATE),
        "b_due": c.b > number(0),
        "d_late": and_(c.is_in == number(1), c.d == number(1)),
        "late_1_3": and_(inside, c.bucket == number(1)),
        "late_4_10": and_(inside, c.bucket == number(2)),
        "late_over_10": and_(inside, c.bucket == number(3)),
    }
    return conditions[word]


def meaning(packed: np.ndarray) -> dict[str, np.ndarray]:
    """Say for each packed number which counts of ``COUNTS`` it belongs to: word → yes or no."""
    outcomes = packed % _PLACE
    inside = packed // _PLACE % 4 == _INSIDE
    is_in = packed // _IN % 2 == 1
    b = packed // _B % 4
    days = np.where(inside, packed // _DAYS, 0)
    chosen = {word: inside & (outcomes == CODE[word]) for word in OUTCOMES if word}
    chosen |= {
        "received": is_in,
        "carried_over": inside & ~is_in,
        "finished": inside & (outcomes >= CODE["early"]) & (outcomes <= CODE["undated"]),
        "b_late": b == B_LATE,
        "b_due": b > 0,
        "d_late": is_in & (packed // _D % 2 == 1),
        "late_1_3": days == 1,
        "late_4_10": days == 2,
        "late_over_10": days == 3,
    }
    return chosen


def packed_inside(outcomes: np.ndarray, buckets: np.ndarray) -> np.ndarray:
    """Pack outcomes and buckets of days late of dossiers of the period, for ``meaning``."""
    packed: np.ndarray = outcomes + _PLACE * _INSIDE + _DAYS * buckets
    return packed


def _unpacked(groups: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Give the counts of ``COUNTS`` per group of ``by`` from packed numbers."""
    packed, n = groups.packed.to_numpy(dtype=np.int64), groups.n.to_numpy(dtype=np.int64)
    chosen = meaning(packed)
    number_of = groups.groupby(by, dropna=False, sort=False).ngroup().to_numpy()
    keys = groups[by].drop_duplicates(ignore_index=True)
    # bincount adds floats: exact up to 2**53 dossiers.
    sums = {word: np.bincount(number_of, n * chosen[word], len(keys)).astype(np.int64) for word in COUNTS}
    broken = pd.to_datetime(groups.first_due).where(chosen["open_overdue"]).groupby(number_of).min()
    table = pd.concat([keys, pd.DataFrame(sums), broken.rename("oldest_due")], axis=1)
    # WHERE lets through a few dossiers that nothing counts: they make no row.
    is_counted = np.any(list(sums.values()), axis=0)
    return table if is_counted.all() else table[is_counted].reset_index(drop=True)


def _flag(condition: Condition) -> ColumnElement[int]:
    return case((condition, number(1)), else_=number(0))


def narrowed(bound: Bound, view: View, of: Columns | None = None) -> Condition:
    """Give the view's unit, field and procedure as one condition on dossiers, or on ``of``."""
    d, p = bound["dossiers"].c if of is None else of, bound["procedures"].c
    wanted: list[Condition] = []
    if view.unit_code is not None:
        wanted.append(d.unit_code == view.unit_code)
    if view.procedure_code is not None:
        wanted.append(d.procedure_code == view.procedure_code)
    if view.field is not None:
        of_field = d.procedure_code.in_(select(p.procedure_code).where(p.field == view.field))
        if bound.has("dossiers.field"):
            # The dossier's own word counts only where the catalogue has no field for it.
            # Without the null codes: one of them in the list would make every NOT IN unknown.
            catalogued = and_(p.field.is_not(None), p.procedure_code.is_not(None))
            known = d.procedure_code.in_(select(p.procedure_code).where(catalogued))
            own = and_(d.field == view.field, or_(d.procedure_code.is_(None), not_(known)))
            wanted.append(or_(of_field, own))
        else:
            wanted.append(of_field)
    return and_(*wanted) if wanted else ALWAYS

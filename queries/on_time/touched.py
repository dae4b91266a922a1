"""Which dossiers a period can count, in the form that an engine finds them fastest.

One OR over every reason lets an index be used, but DuckDB skips a block of rows only by
plain conditions on one column. So there each reason is a branch of its own, no dossier
under two: of five million dossiers a month then reads a tenth.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_, func, not_, or_, select, union_all

from queries.courses.bound import Bound
from queries.on_time.outcomes import FACTS, Columns, Condition, Window, facts

Reasons = Sequence[tuple[Condition, ...]]


def touched(
    bound: Bound,
    window: Window,
    now: Window | None,
    *where: Condition,
    also: Sequence[str] = (),
    is_later: bool = True,
) -> Columns:
    """Give the facts (``outcomes.facts``) of every dossier the window can count, and of few others.

    ``now``: the later judging of rates B and D, which also need the dossiers due in the
    period though they closed before it; None where they are not asked for. ``where``: what
    the dossiers are narrowed to. ``also``: other columns of dossiers. ``is_later`` False: the
    later judging ends at the same moment.
    """
    return either(bound, _reasons(bound["dossiers"].c, window, now, is_later), *where, also=also)


def either(bound: Bound, reasons: Reasons, *where: Condition, also: Sequence[str] = ()) -> Columns:
    """Give the facts of the dossiers for which one of some reasons holds; two never may for one."""
    d = bound["dossiers"].c
    if not bound.by_branches:
        return facts(bound, or_(*(and_(*reason) for reason in reasons)), *where, also=also)
    columns = [d[name] for name in dict.fromkeys((*FACTS, "state", *also))]
    branches = [select(*columns).where(*reason, *where) for reason in reasons]
    return facts(bound, also=also, of=union_all(*branches).subquery("touched").c)


def ever_late(d: Columns) -> Condition:
    """Say of dossiers of a period whether they can be late or overdue: the others were closed in time.

    On the bare columns, so that the greater part is left out before anything is judged.
    """
    return or_(d.finished_at > d.due_at, d.finished_at.is_(None), is_open(d))


def is_open(d: Columns) -> Condition:
    """In a state that says so, whatever finished_at says."""
    # With coalesce, which changes nothing, DuckDB looks once at each word instead of at each row.
    found: Condition = func.coalesce(d.state, "?").in_(("open", "suspended"))
    return found


def _reasons(d: Columns, window: Window, now: Window | None, is_later: bool) -> Reasons:
    carried, ended = d.received_at < window.start, d.finished_at < window.start
    reasons = [
        (d.received_at >= window.start, d.received_at < window.cut),
        (carried, d.finished_at >= window.start),
        (carried, d.finished_at.is_(None)),
        (carried, ended, is_open(d)),
    ]
    if now is not None:
        is_due = and_(d.due_at >= window.start, d.due_at < window.end)
        reasons.append((is_due, carried, ended, not_(is_open(d))))
        if is_later:
            reasons.append((is_due, d.received_at >= window.cut, d.received_at < now.cut))
    return reasons

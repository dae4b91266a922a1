"""What became of each dossier at the judging day: the SQL behind every count.

``Window`` says which events count; ``outcome`` gives each dossier exactly one of the
words of the glossary, so that received + carried over always equals the sum of the
outcomes. Written with comparisons of moments, never a day function in WHERE, so that
an index or a zone map can be used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Integer,
    and_,
    bindparam,
    case,
    literal,
    literal_column,
    not_,
    or_,
    select,
)
from sqlalchemy.sql import ColumnCollection

from queries.asked.view import View
from queries.courses.bound import Bound
from queries.courses.constructs import day_of, days_between, moment

OUTCOMES = (
    "", "early", "on_time", "late", "undated", "refused", "withdrawn", "closed_undated",
    "suspended", "open_overdue", "open_in_time",
)  # fmt: skip
CODE = {word: code for code, word in enumerate(OUTCOMES)}

FINISHED, REFUSED, WITHDRAWN, SUSPENDED, OPEN = 1, 2, 3, 4, 5
"""The state as a number; up to WITHDRAWN it is one that ends a dossier."""

Columns = ColumnCollection[str, Any]
Condition = ColumnElement[bool]


def number(value: int) -> ColumnElement[int]:
    """Give one of our own numbers written into the statement, not bound to it."""
    return literal_column(str(value), Integer())


ALWAYS: Condition = number(1) == number(1)
"""A condition that holds: SQLAlchemy's true() is a bare 1 on Oracle."""


def code(word: str) -> ColumnElement[int]:
    """Give an outcome's number."""
    return number(CODE[word])


_LATE_OR_OVERDUE = 6
assert [one % _LATE_OR_OVERDUE for one in range(len(OUTCOMES))].count(3) == 2


def is_broken(outcome_code: ColumnElement[int]) -> Condition:
    """Late or overdue, which the numbers 3 and 9 say: what the promise is broken of.

    As one comparison: of IN, DuckDB makes two, and works the outcome out for each.
    """
    found: Condition = outcome_code % number(_LATE_OR_OVERDUE) == code("late")
    return found


@dataclass(frozen=True)
class Window:
    """Which events count.

    ``start``: the first moment of the period. ``end``: the first moment after its last
    counted day. ``cut``: the first moment that has not happened for the judging day.
    ``judged``: the first moment of the judging day; ``upper``: the end of the judging
    day or the moment of the data, whichever is earlier.
    """

    start: datetime
    end: datetime
    cut: datetime
    judged: datetime
    upper: datetime

    @classmethod
    def of(cls, view: View, judging: date | None = None) -> Window:
        """Give the window of a view, judged on its last counted day unless told otherwise."""
        last = view.end
        judging = judging or last
        if view.judged_on is not None:
            judging = min(view.judged_on, last)
        after = midnight(judging) + timedelta(days=1)
        return cls(
            start=midnight(view.period.start),
            end=midnight(last) + timedelta(days=1),
            # Moments are kept to the microsecond: the first one past as_of has not happened.
            cut=min(after, view.as_of + timedelta(microseconds=1)),
            judged=midnight(judging),
            upper=min(after, view.as_of),
        )

    @classmethod
    def now(cls, view: View) -> Window:
        """Give the same period judged on the day of the data, as rates B and D are."""
        return cls.of(view, view.as_of.date())

    @classmethod
    def named(cls, name: str) -> Window:
        """Give a window of parameters yet to be given, as ``values`` gives them: for a statement kept."""
        moments = {f"{name}_{one.name}": one.name for one in fields(cls)}
        return cls(**{
            word: cast(datetime, bindparam(parameter, type_=DateTime()))
            for parameter, word in moments.items()
        })  # fmt: skip

    def values(self, name: str) -> dict[str, datetime]:
        """Give the values of a named window's parameters."""
        return {f"{name}_{one.name}": getattr(self, one.name) for one in fields(self)}


def midnight(day: date) -> datetime:
    """Give the first moment of a day."""
    return datetime.combine(day, time())


def is_bare_date(due: ColumnElement[Any]) -> Condition:
    """Say whether a promise has no time of day: it then means the end of that day."""
    return due == moment(day_of(due))


def is_late(d: Columns, compare: str) -> Condition:
    """Finished after the first promise, by calendar day or by moment."""
    if compare == "day":
        return day_of(d.finished_at) > day_of(d.due_at)
    same_day = and_(is_bare_date(d.due_at), day_of(d.finished_at) == day_of(d.due_at))
    return and_(d.finished_at > d.due_at, not_(same_day))


def is_early(d: Columns) -> Condition:
    """Finished on a day before the promised one (both day rules)."""
    return day_of(d.finished_at) < day_of(d.due_at)


def is_overdue(d: Columns, window: Window, compare: str) -> Condition:
    """Past the first promise on the judging day."""
    before: Condition = d.due_at < window.judged
    if compare == "day":
        return before
    return or_(before, and_(d.due_at < window.upper, not_(is_bare_date(d.due_at))))


def state_number(d: Columns) -> ColumnElement[int]:
    """Give the state as a number; an unknown or null one is finished if it has an end, else open."""
    return case(
        (d.state == "finished", number(FINISHED)),
        (d.state == "open", number(OPEN)),
        (d.state == "suspended", number(SUSPENDED)),
        (d.state == "refused", number(REFUSED)),
        (d.state == "withdrawn", number(WITHDRAWN)),
        (d.finished_at.is_not(None), number(FINISHED)),
        else_=number(OPEN),
    )


FACTS = (
    "unit_code", "procedure_code", "field", "received_at", "due_at", "finished_at", "suspended_since",
)  # fmt: skip
"""The columns of dossiers that ``facts`` gives in any case."""


def facts(bound: Bound, *where: Condition, also: Sequence[str] = (), of: Columns | None = None) -> Columns:
    """Give one row a dossier with its state as a number and the moment it would have closed.

    A layer of its own, so that the engine works both out once, not once a use:
    ``kind`` and ``closed_at`` (the later of finished_at and received_at; received_at
    where the source has no end) beside the columns the outcomes need; ``also``: other
    columns of dossiers; ``of``: rows to take instead, with the same columns and state.
    """
    d = bound["dossiers"].c if of is None else of
    return (
        select(
            *(d[name] for name in dict.fromkeys((*FACTS, *also))),
            state_number(d).label("kind"),
            case((d.finished_at > d.received_at, d.finished_at), else_=d.received_at).label("closed_at"),
        )
        .where(*where)
        .subquery("facts")
        .c
    )  # fmt: skip


def is_closed(f: Columns, before: datetime) -> Condition:
    """In a state that ends a dossier, and closed before a moment."""
    return and_(f.kind <= number(WITHDRAWN), f.closed_at < before)


def is_suspended(d: Columns, window: Window, compare: str) -> Condition:
    """Suspended on the judging day, and not already overdue when that began.

    Without a recorded beginning today's state is taken for every judging day.
    """
    since = d.suspended_since
    if compare == "day":
        was_overdue: Condition = day_of(since) > day_of(d.due_at)
    else:
        was_overdue = and_(
            since > d.due_at, not_(and_(is_bare_date(d.due_at), day_of(since) == day_of(d.due_at)))
        )
    in_force = and_(since < window.cut, or_(d.due_at.is_(None), not_(was_overdue)))
    return and_(d.kind == number(SUSPENDED), or_(since.is_(None), in_force))


def outcome(f: Columns, window: Window, compare: str) -> ColumnElement[int]:
    """Give each dossier's outcome on the judging day, as its number in ``OUTCOMES``.

    The order of the branches is the order of the definitions; the first that holds
    decides.
    """
    closed = case(
        (f.finished_at.is_(None), code("closed_undated")),
        (f.kind == number(REFUSED), code("refused")),
        (f.kind == number(WITHDRAWN), code("withdrawn")),
        (f.due_at.is_(None), code("undated")),
        (is_late(f, compare), code("late")),
        (is_early(f), code("early")),
        else_=code("on_time"),
    )
    return case(
        (is_closed(f, window.cut), closed),
        (is_suspended(f, window, compare), code("suspended")),
        (is_overdue(f, window, compare), code("open_overdue")),
        else_=code("open_in_time"),
    )


def place(f: Columns, window: Window) -> ColumnElement[int]:
    """Say where a dossier stands to the period: 0 received too late, 1 closed before it, 2 in it."""
    return case(
        (f.received_at >= window.cut, number(0)), (is_closed(f, window.start), number(1)), else_=number(2)
    )


def days_late(f: Columns, outcome_code: ColumnElement[int], window: Window) -> ColumnElement[int]:
    """Calendar days after the promised day, for late and overdue dossiers; else NULL."""
    named: object = window.judged
    judged = named if isinstance(named, ColumnElement) else literal(named, DateTime())
    return case(
        (outcome_code == code("late"), days_between(f.due_at, f.finished_at)),
        (outcome_code == code("open_overdue"), days_between(f.due_at, judged)),
    )

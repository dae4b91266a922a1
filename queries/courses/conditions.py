"""Every count of dossiers, defined once: as a condition over ``courses``.

Counting, listing ("the dossiers behind this number") and flags derive from these; the glossary prints
their words. A count is one or more ``Part``s: a ``Scan`` (which rows of courses, by a range of days
that the engine finds fast) and what they must be beside it. No dossier is in two parts of one count.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Table, and_, bindparam, case, false, literal_column, or_
from sqlalchemy.types import Integer

from queries.asked.view import View
from queries.contract import ONLINE_LEVELS
from queries.courses.table import (
    ALWAYS,
    ASSISTED,
    CLOSED_BY_DAY,
    CLOSED_UNDATED,
    DUE_BY_DAY,
    EARLY,
    ENDED_LATE,
    HIGH,
    LATE,
    LATELY_OPEN,
    LEVEL,
    LOOKS_BACK,
    MARKED_BY_DAY,
    NEVER,
    NOT_RECORDED,
    ON_TIME,
    ONLINE,
    POST,
    RECEIVED_BY_DAY,
    REFUSED,
    RETURNED_BY_DAY,
    SELF,
    UNDATED,
    WITHDRAWN,
    day_number,
)
from queries.definitions.metrics import ONLINE_SUMS, SUMS

Condition = Any
"""A condition of SQLAlchemy, which types what is compared with what loosely."""
Columns = Any


Day = int | BindParameter[int]
"""A day's number, or the parameter of a kept statement that it will be."""


@dataclass(frozen=True)
class Days:
    """The days a view counts by, as numbers.

    ``start``, ``end``: its first and last counted day (E). ``judged`` (J): what happened after it has
    not happened. ``now``: the day rates B and D are judged on. ``today``: the day of the data.
    """

    start: Day
    end: Day
    judged: Day
    now: Day
    today: Day

    @classmethod
    def of(cls, view: View) -> Days:
        """Give the days of a view that has begun."""
        today = view.as_of.date()
        now = today if is_judged_today(view) else view.judged
        numbers = (day_number(day) for day in (view.period.start, view.end, view.judged, now, today))
        return cls(*numbers)

    @classmethod
    def named(cls, place: int) -> Days:
        """Give days that are parameters yet to be given (``values``), so that a statement can be kept."""
        return cls(*(bindparam(f"{one.name}_{place}", type_=Integer()) for one in fields(cls)))

    def values(self, place: int) -> dict[str, int]:
        """Give the values of named days."""
        return {f"{one.name}_{place}": getattr(self, one.name) for one in fields(self)}


def number(value: Day) -> ColumnElement[int]:
    """Give one of our own numbers, written into the statement; a parameter stays one."""
    return literal_column(str(value), Integer()) if isinstance(value, int) else value


ALL: Condition = number(1) == number(1)
"""A condition that holds."""


def lived_in(c: Columns, view: View) -> Condition:
    """Give the condition that a dossier was open on a day of the spans that the view's reader may see."""
    if view.days_seen is None:
        return ALL
    return or_(*(
        and_(c.received <= number(day_number(last)), c.closed >= number(day_number(first)))
        for first, last in view.days_seen
    ))  # fmt: skip


class Scan(StrEnum):
    """Which rows of courses a part of a count looks at."""

    CLOSED = "closed"
    """Closed from the start of the period to the judging day."""
    CARRIED = "carried"
    """Received before the period and not closed before it: what the period before left."""
    STANDING = "standing"
    """Received and not closed by the judging day."""
    RECEIVED = "received"
    """Received from the start of the period to the judging day."""
    RECEIVED_LATE = "received_late"
    """Of the received those that ended late by now."""
    RECEIVED_OPEN = "received_open"
    """Of the received those not closed by now."""
    LATE = "late"
    """Of the closed those that ended late: few, so that what is asked of them alone is cheap."""
    DUE = "due"
    """Due in the period, received by now."""
    DUE_CLOSED = "due_closed"
    """Due in the period, received and closed by now."""
    DUE_OPEN = "due_open"
    """Due in the period, received and not closed by now."""
    RETURNED = "returned"
    """Given back from the start of the period to the judging day."""
    NOW = "now"
    """Received and not closed by the day of the data, whatever the period."""
    AHEAD = "ahead"
    """Received in the future: of no period."""


def within(scan: Scan, c: Columns, days: Days) -> Condition:
    """Give a scan's range of days as a condition."""
    s, e, j, now, today = (number(day) for day in (days.start, days.end, days.judged, days.now, days.today))
    conditions: Mapping[Scan, Callable[[], Condition]] = {
        Scan.CLOSED: lambda: and_(c.closed >= s, c.closed <= j),
        Scan.CARRIED: lambda: and_(c.received < s, c.closed >= s),
        Scan.STANDING: lambda: and_(c.received <= j, c.closed > j),
        Scan.RECEIVED: lambda: and_(c.received >= s, c.received <= j),
        Scan.DUE: lambda: and_(c.due >= s, c.due <= e, *([c.received <= now] if "received" in c else [])),
        Scan.RETURNED: lambda: and_(c.returned >= s, c.returned <= j, c.received <= j),
        Scan.NOW: lambda: and_(c.received <= today, c.closed > today),
        Scan.AHEAD: lambda: c.is_ahead,
    }
    if scan in AMONG:
        among, test = AMONG[scan]
        return and_(within(among, c, days), test(c, days))
    return conditions[scan]()


def _is_over(c: Columns, days: Days) -> Condition:
    """Closed by a day; by day only what is received and closed by the day of the data was counted."""
    return c.closed <= number(days.now) if "closed" in c else ALL


AMONG: Mapping[Scan, tuple[Scan, Callable[[Columns, Days], Condition]]] = {
    Scan.LATE: (Scan.CLOSED, lambda c, days: c.ending == number(LATE)),
    Scan.RECEIVED_LATE: (
        Scan.RECEIVED,
        lambda c, days: and_(c.closed <= number(days.now), c.ending == number(LATE)),
    ),
    Scan.RECEIVED_OPEN: (Scan.RECEIVED, lambda c, days: c.closed > number(days.now)),
    Scan.DUE_CLOSED: (Scan.DUE, _is_over),
    Scan.DUE_OPEN: (Scan.DUE, lambda c, days: c.closed > number(days.now)),
}
"""The scans that are rows of another, by what they must be beside it: so two may be gone through as one."""


DAY_OF: Mapping[Scan, Callable[[Columns], ColumnElement[int]]] = {
    Scan.CLOSED: lambda c: c.closed,
    Scan.RECEIVED: lambda c: c.received,
    Scan.RECEIVED_LATE: lambda c: c.received,
    Scan.RECEIVED_OPEN: lambda c: c.received,
    Scan.LATE: lambda c: c.closed,
    Scan.DUE_CLOSED: lambda c: c.due,
    Scan.DUE_OPEN: lambda c: c.due,
    Scan.RETURNED: lambda c: c.returned,
}
"""The day by which a scan's rows are in a period. What stands on a day is in every period that holds it."""


@dataclass(frozen=True)
class Part:
    """Dossiers of one scan that are something beside; ``holds(c, days)`` says what."""

    scan: Scan
    holds: Callable[[Columns, Days], Condition] = lambda c, days: ALL

    def whole(self, c: Columns, days: Days) -> Condition:
        """Give scan and condition in one."""
        return and_(within(self.scan, c, days), self.holds(c, days))


Test = Callable[[Columns, Days], Condition]


def _ended(ending: int) -> Part:
    return Part(Scan.CLOSED, lambda c, days: c.ending == number(ending))


def is_suspended(c: Columns, day: Day) -> Condition:
    """Suspended on a day, of a dossier not closed by it."""
    return c.suspended_from <= number(day)


def is_overdue(c: Columns, day: Day) -> Condition:
    """Overdue at the end of a day, of a dossier not closed by it."""
    return and_(c.suspended_from > number(day), c.overdue_from <= number(day))


def is_broken_by(c: Columns, day: Day) -> Condition:
    """Finished late by a day, or overdue on it: the promise is broken."""
    return or_(
        and_(c.closed <= number(day), c.ending == number(LATE)),
        and_(c.closed > number(day), is_overdue(c, day)),
    )


def _overdue(c: Columns, days: Days) -> Condition:
    return is_overdue(c, days.judged)


def _ended_late_by(low: int, high: int) -> Part:
    return Part(Scan.LATE, lambda c, days: c.days_late.between(number(low), number(high)))


def _overdue_by(low: int, high: int) -> Part:
    def holds(c: Columns, days: Days) -> Condition:
        return and_(_overdue(c, days), (number(days.judged) - c.due).between(number(low), number(high)))

    return Part(Scan.STANDING, holds)


def of_broken(test: Test) -> tuple[Part, ...]:
    """Give the parts of what is said of dossiers whose promise is broken: finished late, or overdue."""
    return Part(Scan.LATE, test), Part(Scan.STANDING, lambda c, days: and_(_overdue(c, days), test(c, days)))


def in_one_scan(part: Part) -> Part:
    """Give a part of a scan that lies in another as one of that other."""
    if part.scan not in AMONG:
        return part
    whole, test = AMONG[part.scan]
    return Part(whole, lambda c, days: and_(test(c, days), part.holds(c, days)))


def in_period(test: Test) -> tuple[Part, ...]:
    """Give the parts of what is said of the dossiers a period has to resolve: closed in it, or standing."""
    return Part(Scan.CLOSED, test), Part(Scan.STANDING, test)


def _b_broken(c: Columns, days: Days) -> Condition:
    # By day under both day rules: "due day < J".
    return and_(c.suspended_from > number(days.now), c.due < number(days.now))


_BUCKETS = ((0, 3), (4, 10), (11, 1_000_000))
_MOST_LATE = _BUCKETS[-1][0]
"""From so many days on it is no longer asked how late."""
_EARLY, _ON_TIME, _UNDATED = _ended(EARLY), _ended(ON_TIME), _ended(UNDATED)
_LATE = Part(Scan.LATE)
_LATE_BY = tuple(_ended_late_by(*bucket) for bucket in _BUCKETS)
_OVERDUE_BY = tuple(_overdue_by(*bucket) for bucket in _BUCKETS)
_B_LATE = (
    Part(Scan.DUE_CLOSED, lambda c, days: c.ending == number(LATE)),
    Part(Scan.DUE_OPEN, _b_broken),
)
_B_KEPT = Part(Scan.DUE_CLOSED, lambda c, days: c.ending <= number(ON_TIME))

ON_TIME_COUNTS: Mapping[str, tuple[Part, ...]] = {
    "received": (Part(Scan.RECEIVED),),
    "carried_over": (Part(Scan.CARRIED),),
    "finished": (_EARLY, _ON_TIME, _LATE, _UNDATED),
    "early": (_EARLY,),
    "on_time": (_ON_TIME,),
    "late": (_LATE,),
    "undated": (_UNDATED,),
    "refused": (_ended(REFUSED),),
    "withdrawn": (_ended(WITHDRAWN),),
    "closed_undated": (_ended(CLOSED_UNDATED),),
    "suspended": (Part(Scan.STANDING, lambda c, days: is_suspended(c, days.judged)),),
    "open_overdue": (Part(Scan.STANDING, _overdue),),
    "open_in_time": (
        Part(
            Scan.STANDING,
            lambda c, days: and_(
                c.suspended_from > number(days.judged), c.overdue_from > number(days.judged)
            ),
        ),
    ),
    "b_late": _B_LATE,
    "b_due": (*_B_LATE, _B_KEPT),
    "d_late": (Part(Scan.RECEIVED_LATE), Part(Scan.RECEIVED_OPEN, lambda c, days: is_overdue(c, days.now))),
    "late_1_3": (_LATE_BY[0], _OVERDUE_BY[0]),
    "late_4_10": (_LATE_BY[1], _OVERDUE_BY[1]),
    "late_over_10": (_LATE_BY[2], _OVERDUE_BY[2]),
}
"""``metrics.COUNTS``."""


def _online(test: Test | None = None) -> tuple[Part, ...]:
    def holds(c: Columns, days: Days) -> Condition:
        is_online = c.channel == number(ONLINE)
        return is_online if test is None else and_(is_online, test(c, days))

    return (Part(Scan.RECEIVED, holds),)


def _typed(by: int) -> tuple[Part, ...]:
    return _online(lambda c, days: and_(c.level >= number(HIGH), c.typed_by == number(by)))


def _at_level(level: int) -> tuple[Part, ...]:
    return _online(lambda c, days: c.level == number(level))


ONLINE_COUNTS: Mapping[str, tuple[Part, ...]] = {
    "received": (Part(Scan.RECEIVED),),
    "online": _online(),
    "level_3": _at_level(LEVEL["3"]),
    "level_4": _at_level(LEVEL["4"]),
    "partial": _at_level(LEVEL["partial"]),
    "full": _at_level(LEVEL["full"]),
    "level_unknown": _at_level(0),
    "eligible": (Part(Scan.RECEIVED, lambda c, days: c.level >= number(HIGH)),),
    "eligible_unknown": (Part(Scan.RECEIVED, lambda c, days: c.level == number(0)),),
    "self_submitted": _typed(SELF),
    "assisted": _typed(ASSISTED),
    "assisted_unknown": _typed(NOT_RECORDED),
    "post_in": (Part(Scan.RECEIVED, lambda c, days: c.channel == number(POST)),),
    "returned": (Part(Scan.RETURNED),),
    "post_out": (Part(Scan.RETURNED, lambda c, days: c.by_post),),
}
"""``metrics.ONLINE_COUNTS``."""

assert LEVEL.keys() == set(ONLINE_LEVELS)


Collapsed = Callable[[Columns, Days], Mapping[str, ColumnElement[Any]]]


def on_its_side(day: ColumnElement[int], of: Day) -> ColumnElement[int]:
    """Bring a day down to whether it has come by the end of another."""
    return case((day <= number(of), number(ALWAYS)), else_=number(NEVER))


ON_TIME_COLLAPSED: Mapping[Scan, Collapsed] = {
    Scan.CLOSED: lambda c, days: {"ending": c.ending},
    Scan.LATE: lambda c, days: {
        "days_late": case(
            (c.ending != number(LATE), number(0)),
            (c.days_late > number(_MOST_LATE), number(_MOST_LATE)),
            else_=c.days_late,
        )
    },
    Scan.DUE: lambda c, days: {"closed": on_its_side(c.closed, days.now)},
    Scan.DUE_CLOSED: lambda c, days: {"ending": c.ending},
    Scan.DUE_OPEN: lambda c, days: {
        "suspended_from": on_its_side(c.suspended_from, days.now),
        "due": case((c.due < number(days.now), number(ALWAYS)), else_=number(NEVER)),
    },
    Scan.STANDING: lambda c, days: {
        "suspended_from": on_its_side(c.suspended_from, days.judged),
        "overdue_from": on_its_side(c.overdue_from, days.judged),
        # Of overdue ones alone is it asked since when.
        "due": case((_overdue(c, days), c.due), else_=number(NEVER)),
    },
}
ONLINE_COLLAPSED: Mapping[Scan, Collapsed] = {
    Scan.RECEIVED: lambda c, days: {name: c[name] for name in ("channel", "level", "typed_by")},
}
"""What the conditions of a scan look at, in few values: grouped by these first, dossiers that are alike are
judged once. A column bears its own name, so that the very same conditions hold of it."""


ONLINE_BY_DAY: Mapping[Scan, Table] = {Scan.RECEIVED: RECEIVED_BY_DAY, Scan.RETURNED: RETURNED_BY_DAY}
ON_TIME_BY_DAY: Mapping[Scan, Table] = {
    Scan.CLOSED: CLOSED_BY_DAY, Scan.RECEIVED: RECEIVED_BY_DAY, Scan.DUE_CLOSED: DUE_BY_DAY,
}  # fmt: skip
"""The scans whose dossiers stand counted by day (``courses.table``); of the last some may be closed only
after the day that rate B is judged on (``CLOSED_SINCE``).
"""
CLOSED_SINCE: Mapping[Scan, Callable[[Columns, Days], Condition]] = {
    Scan.DUE_CLOSED: lambda c, days: and_(
        c.due.between(number(days.start), number(days.end)),
        c.closed > number(days.now),
        c.closed < number(NEVER),
    ),
}
"""Of a scan counted by day the dossiers that are counted but were closed later."""
MARKED_CLOSED_BY_DAY: Mapping[Scan, Table] = {Scan.CLOSED: MARKED_BY_DAY}
"""The same, with what flags look at."""


def standing_apart(views: Sequence[View], built_on: date) -> Mapping[Scan, Table]:
    """Give the scans whose dossiers all stand in a table of few, as views ask: it has every column.

    ``built_on``: the day that ``courses`` were built for. What was not closed by a day long before it may
    stand in no such table.
    """
    since = first_at_hand(built_on)
    not_closed_by: dict[Scan, Callable[[Days], Any]] = {
        Scan.NOW: lambda days: days.today,
        Scan.STANDING: lambda days: days.judged,
        Scan.CARRIED: lambda days: days.start - 1,
        Scan.DUE_OPEN: lambda days: days.now,
        Scan.RECEIVED_OPEN: lambda days: days.now,
    }
    each = [Days.of(view) for view in views]
    lately = [scan for scan, day in not_closed_by.items() if all(day(days) >= since for days in each)]
    late = dict.fromkeys((Scan.LATE, Scan.RECEIVED_LATE), ENDED_LATE)
    return {**late, **dict.fromkeys((Scan.AHEAD, *lately), LATELY_OPEN)}


def first_at_hand(built_on: date) -> int:
    """Give the first day whose open dossiers all stand in ``LATELY_OPEN``."""
    return day_number(built_on) - LOOKS_BACK


def is_judged_today(view: View) -> bool:
    """Say whether rates B and D of a view are judged on the day of the data."""
    return view.judged_on is None or view.judged == view.as_of.date()


def parts_of(word: str) -> tuple[Part, ...]:
    """Give the parts of a count of ``metrics``, or of a sum of counts; KeyError for another word."""
    for sums, counts in ((SUMS, ON_TIME_COUNTS), (ONLINE_SUMS, ONLINE_COUNTS)):
        if word in counts:
            return counts[word]
        if word in sums:
            return tuple(part for one in sums[word] for part in counts[one])
    raise KeyError(word)


def belongs(parts: tuple[Part, ...], c: Columns, days: Days) -> Condition:
    """Say whether a dossier is in a count."""
    return or_(false(), *(part.whole(c, days) for part in parts))


def one_if(condition: Condition) -> ColumnElement[int]:
    """Give 1 where a condition holds, else 0."""
    return case((condition, number(1)), else_=number(0))

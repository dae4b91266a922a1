"""Odd records: what in a dossier cannot be, or hardly, as it was recorded.

Each kind is one condition on a dossier of the period; a dossier may be of several kinds.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, DateTime, Subquery, and_, bindparam, func, not_, or_, select

from queries.asked.periods import FIRST_YEAR
from queries.asked.view import View
from queries.courses.bound import Bound
from queries.courses.constructs import day_of, days_between, minute_of
from queries.definitions.flag_rule import CROWD, Parameters
from queries.on_time.outcomes import (
    SUSPENDED,
    WITHDRAWN,
    Columns,
    Condition,
    Window,
    code,
    is_bare_date,
    number,
    state_number,
)

ODD_KINDS = {
    "finished_before_received": "xong trước khi tiếp nhận",
    "future": "ngày giờ ở tương lai",
    "unknown_unit": "không rõ đơn vị",
    "reopened": "đang mở mà có ngày xong",
    "closed_undated": "đã đóng, không rõ ngày",
    "crowd": f"trên {CROWD} hồ sơ đóng trong một phút",
    "day_off": "đóng vào ngày nghỉ",
}
"""Every kind of odd record, with its name on screen."""

EVENTS = ("received_at", "finished_at", "returned_at", "suspended_since")
"""What has happened, so that none of it may lie in the future."""

_A_MONDAY = datetime(1900, 1, 1)
_WEEK, _SATURDAY = 7, 5
_LONGEST_LIST = 500
_FIRST_DAY = date(FIRST_YEAR, 1, 1)
"""Before it no reader's period begins."""


def odd_conditions(
    j: Columns, crowds: Columns, bound: Bound, view: View, parameters: Parameters
) -> dict[str, Condition]:
    """Give the condition of each kind but ``unknown_unit``.

    ``j``: the dossiers of the period with ``kind``, ``closed_at`` and ``outcome``, joined
    from outside with ``crowds``.
    """
    latest = parameters.last_moment(view)
    closed = j.outcome <= code("withdrawn")
    # A source that keeps days only has midnights: on the same day nothing is out of order.
    same_day = and_(is_bare_date(j.finished_at), day_of(j.finished_at) == day_of(j.received_at))
    ahead = [j[name] > latest for name in EVENTS if bound.has(f"dossiers.{name}")]
    return {
        "finished_before_received": and_(j.finished_at < j.received_at, not_(same_day)),
        "future": or_(*ahead),
        "reopened": and_(j.kind >= number(SUSPENDED), j.finished_at.is_not(None)),
        "closed_undated": j.outcome == code("closed_undated"),
        "crowd": and_(closed, crowds.unit_code.is_not(None)),
        "day_off": and_(closed, _is_day_off(j.closed_at, view, parameters)),
    }


def unknown_unit(j: Columns, bound: Bound) -> Condition:
    """Say whether the dossier's unit is in no list."""
    u = bound["units"].c
    return ~select(number(1)).where(u.unit_code == j.unit_code).exists()


def crowds(bound: Bound, view: View) -> Subquery:
    """Give the minutes in which a unit closed too many: one row a unit_code and minute.

    Midnights are left out: there they are days without a time.
    """
    d, window = bound["dossiers"].c, Window.of(view)
    minute = minute_of(d.finished_at).label("minute")
    of_unit = [] if view.unit_code is None else [d.unit_code == view.unit_code]
    one = (
        select(d.unit_code, minute)
        .where(
            d.finished_at >= window.start, d.finished_at < window.cut, d.received_at < window.cut,
            d.unit_code.is_not(None), state_number(d) <= number(WITHDRAWN),
            not_(is_bare_date(d.finished_at)), *of_unit,
        )
        .subquery("closings")
    )  # fmt: skip
    keys = (one.c.unit_code, one.c.minute)
    return select(*keys).group_by(*keys).having(func.count() > CROWD).subquery("crowds")


def _is_day_off(when: ColumnElement[Any], view: View, parameters: Parameters) -> Condition:
    """Say whether offices were closed on the day: a week's end or a holiday, as the settings correct it.

    The days that are not as their weekday says are few, so that any period makes a short statement.
    """
    monday = bindparam("monday", _A_MONDAY, type_=DateTime(), unique=True)
    weekday = days_between(monday, when) % number(_WEEK)
    weekend: Condition = weekday >= number(_SATURDAY)
    worked, off = exceptions(max(view.period.start, _FIRST_DAY), view.end, parameters)
    day = day_of(when)
    if worked:
        weekend = and_(weekend, not_(_one_of(day, worked)))
    return or_(weekend, _one_of(day, off)) if off else weekend


def exceptions(first: date, last: date, parameters: Parameters) -> tuple[list[date], list[date]]:
    """Give the weekends worked and the weekdays off from one day to another."""
    worked: list[date] = []
    off: list[date] = []
    for i in range((last - first).days + 1):
        day = first + timedelta(days=i)
        if parameters.calendar.is_working(day) == (day.weekday() >= _SATURDAY):
            (worked if day.weekday() >= _SATURDAY else off).append(day)
    return worked, off


def _one_of(day: ColumnElement[Any], days: list[date]) -> Condition:
    # Oracle takes at most a thousand values in one list.
    return or_(*(day.in_(days[i : i + _LONGEST_LIST]) for i in range(0, len(days), _LONGEST_LIST)))

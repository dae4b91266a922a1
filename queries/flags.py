"""Every flag, defined once: its rule, its legal source, how grave it is.

This file knows what can be told from the dossiers alone; each flag names the list of
dossiers behind it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, and_, func, or_, select, true

from queries.contract import Bound
from queries.judging import OnTime, Row
from queries.judging_satisfaction import Change, Satisfaction, SatisfactionRow
from queries.metrics import CV_2307
from queries.on_time import narrowed
from queries.outcomes import Window, facts, is_closed, is_suspended, midnight
from queries.units import by_name
from queries.view import View
from queries.workdays import WorkCalendar

Level = Literal["red", "amber", "note", "work", "positive"]
COMMENDED_FROM = 30
"""Fewer judged dossiers than this prove nothing good either."""
DROP_POINTS = 5
"""A fall of the satisfaction rate by so many percentage points is flagged."""


@dataclass(frozen=True)
class FlagRule:
    """One flag: its name on screen, the rule in words, its source and its level."""

    id: str
    name: str
    rule: str
    source: str
    level: Level


FLAGS: dict[str, FlagRule] = {
    one.id: one
    for one in (
        FlagRule("unit_late", "Vượt ngưỡng", "Tỷ lệ trễ hẹn từ ngưỡng trở lên (từ 5% là vượt).",
                 CV_2307, "red"),
        FlagRule("unit_near", "Sát ngưỡng", "Tỷ lệ trễ hẹn từ mức sát ngưỡng đến dưới ngưỡng.",
                 "quy ước của hệ thống", "amber"),
        FlagRule("unit_backlog", "Tồn quá hạn",
                 "Chưa vượt ngưỡng theo cách tính A, nhưng sẽ vượt nếu hôm nay giải quyết xong toàn bộ "
                 "hồ sơ quá hạn.", "quy ước của hệ thống", "amber"),
        FlagRule("basis_matters", "Phụ thuộc cách tính",
                 "Các cách tính A, B, C, D cho kết quả khác nhau so với ngưỡng.",
                 "quy ước của hệ thống", "note"),
        FlagRule("satisfaction_drop", "Hài lòng giảm",
                 "Tỷ lệ hài lòng thấp hơn mốc so sánh từ 5 điểm % trở lên, trên cùng các nguồn phiếu "
                 "(trừ SIPAS), cả hai bên từ 30 phiếu trở lên.", "quy ước của hệ thống", "amber"),
        FlagRule("due_soon", "Sắp đến hạn", "Đang giải quyết, đến hạn trong số ngày làm việc tới.",
                 "quy ước của hệ thống", "work"),
        FlagRule("commended", "Biểu dương",
                 "Không có hồ sơ trễ hạn hay quá hạn trong kỳ, từ 30 hồ sơ trở lên.",
                 "Kế hoạch của phường Thạch Bàn (2019)", "positive"),
    )
}  # fmt: skip


def due_soon_until(view: View, calendar: WorkCalendar, working_days: int) -> date:
    """Give the last day that still counts as "sắp đến hạn"."""
    return calendar.after(view.as_of.date(), working_days)


def due_soon_statement(bound: Bound, view: View, until: date) -> Any:
    """Build the statement that counts open dossiers due from now to the end of a day, by unit."""
    window = Window.now(view)
    d = bound["dossiers"].c
    f = facts(
        bound,
        d.received_at < window.cut,
        # By the day rule today's promises are not yet overdue; by moment those passed are.
        d.due_at >= window.judged,
        d.due_at < midnight(until + timedelta(days=1)),
        narrowed(bound, view),
    )
    not_overdue = (
        or_(f.due_at >= window.upper, f.due_at == window.judged) if view.compare == "moment" else true()
    )
    is_open = and_(~is_closed(f, window.cut), ~is_suspended(f, window, view.compare), not_overdue)
    return select(f.unit_code, func.count()).where(is_open).group_by(f.unit_code)


def due_soon_by_unit(conn: Connection, bound: Bound, view: View, *, until: date) -> dict[str | None, int]:
    """Open dossiers due soon: unit code → how many; whatever the period, as of the data's moment."""
    rows = conn.execute(due_soon_statement(bound, view, until))
    return {row[0]: int(row[1]) for row in rows}


def commended(found: OnTime) -> tuple[Row, ...]:
    """Give the units with no late and no overdue dossier in the period, and enough to tell."""
    return tuple(
        row
        for row in found.known
        if row.tally["judged"] >= COMMENDED_FROM and not row.tally["late"] and not row.tally["open_overdue"]
    )


def backlog(found: OnTime) -> tuple[Row, ...]:
    """Give the units whose overdue backlog would push them over, largest backlog first."""
    return tuple(
        sorted(
            (row for row in found.known if row.verdict.backlog_tips),
            key=lambda row: -row.tally["open_overdue"],
        )
    )


def is_drop(change: Change | None) -> bool:
    """Say whether a change is a fall from 5 points on, with votes enough on both sides."""
    if change is None or change.points is None:
        return False
    return change.is_enough and change.points <= -DROP_POINTS


def satisfaction_drop(
    found: Satisfaction, before: Satisfaction | None
) -> tuple[tuple[SatisfactionRow, Change], ...]:
    """Give the units whose satisfaction fell, with the change over the same sources; most first."""
    changes = ((row, found.change(row, before)) for row in found.known)
    fallen = [(row, change) for row, change in changes if change is not None and is_drop(change)]
    return tuple(sorted(fallen, key=lambda one: (one[1].points or 0, by_name(one[0].unit))))

"""The flags on units that judged rows and votes decide: no SQL."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from queries.asked.view import View
from queries.asked.workdays import WorkCalendar
from queries.definitions.flag_rule import COMMENDED_FROM
from queries.definitions.units import by_name
from queries.on_time.judging import OnTime, Row
from queries.satisfaction.judging import Satisfaction, SatisfactionRow
from queries.satisfaction.votes import Change

DROP_POINTS = 5
"""A fall of the satisfaction rate by so many percentage points is flagged."""


def due_soon_until(view: View, calendar: WorkCalendar, working_days: int) -> date:
    """Give the last day that still counts as "sắp đến hạn"."""
    return calendar.after(view.as_of.date(), working_days)


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
    return dropped(satisfaction_changes(found, before))


def satisfaction_changes(
    found: Satisfaction, before: Satisfaction | None
) -> tuple[tuple[SatisfactionRow, Change], ...]:
    """Give how every unit's satisfaction moved over the same sources; nothing where nothing is compared."""
    changes = ((row, found.change(row, before)) for row in found.known)
    return tuple((row, change) for row, change in changes if change is not None)


def dropped(
    changes: Iterable[tuple[SatisfactionRow, Change]],
) -> tuple[tuple[SatisfactionRow, Change], ...]:
    """Give those of the changes that are a fall to be flagged, most first."""
    fallen = [(row, change) for row, change in changes if is_drop(change)]
    return tuple(sorted(fallen, key=lambda one: (one[1].points or 0, by_name(one[0].unit))))

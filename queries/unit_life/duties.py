"""Duties (việc phải làm theo văn bản): which a period is about, and how each stands on the judging day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

import pandas as pd

from queries.courses.frames import rows_of

DUTY_COLUMNS = ("duty_id", "unit_code", "title", "due_on", "done_on", "document")

DutyState = Literal["overdue", "waiting", "done_late", "done"]
_ORDER: tuple[DutyState, ...] = ("overdue", "waiting", "done_late", "done")


@dataclass(frozen=True)
class Duty:
    """One duty of a unit as it stands on a day.

    ``done_on`` None: not done by then. ``days``: so many calendar days after ``due_on`` it was done,
    or has been overdue; 0 where it is neither late nor overdue.
    """

    id: str
    unit_code: str | None
    title: str
    due_on: date
    done_on: date | None
    document: str
    state: DutyState
    days: int


def duties_of(frame: pd.DataFrame, judged: date) -> tuple[Duty, ...]:
    """Judge the duties of a frame on a day: what is overdue first, then by the day due."""
    duties = [_judged(*row, judged=judged) for row in rows_of(frame, DUTY_COLUMNS)]
    return tuple(
        sorted(
            duties,
            key=lambda one: (_ORDER.index(one.state), one.due_on, one.title, one.unit_code or "", one.id),
        )
    )


def _judged(
    duty_id: str, unit_code: str | None, title: str, due_on: date, done_on: date | None,
    document: str | None, *, judged: date,
) -> Duty:  # fmt: skip
    done_on = done_on if done_on is not None and done_on <= judged else None
    days = max(0, ((done_on or judged) - due_on).days)
    states: tuple[DutyState, DutyState] = ("waiting", "overdue") if done_on is None else ("done", "done_late")
    state = states[days > 0]
    return Duty(duty_id, unit_code, title, due_on, done_on, document or "", state, days)

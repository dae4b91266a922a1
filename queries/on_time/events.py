"""What happened on a day that a trend should not be read without: a pilot, a new rule, a merger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from queries.asked.periods import Period
from queries.courses.frames import rows_of


@dataclass(frozen=True)
class Event:
    """One event; ``unit_code`` None for all units; ``place``: which of the months shown it lies in."""

    day: date
    title: str
    unit_code: str | None
    document: str
    place: int


def events_of(frame: pd.DataFrame, months: Sequence[Period], unit_code: str | None) -> tuple[Event, ...]:
    """Take what a trend of these months marks, earliest first: of all units, and of the one in view."""
    found = []
    for day, title, code, document in rows_of(frame, ("on_day", "title", "unit_code", "document")):
        place = next((i for i, month in enumerate(months) if month.start <= day <= month.end), None)
        if place is not None and (code is None or code == unit_code):
            found.append(Event(day, title, code, document or "", place))
    return tuple(sorted(found, key=lambda one: (one.day, one.title)))

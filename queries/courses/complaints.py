"""Complaints (phản ánh, kiến nghị) of one copy, in memory: few, and asked for by nearly every page."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import Connection, case, select

from queries.asked.view import View
from queries.copy.tables import CLEAN
from queries.courses.constructs import day_number_of
from queries.courses.stock import Courses
from queries.courses.table import NEVER, day_number


@dataclass(frozen=True)
class Complaints:
    """One place a complaint: its code, unit and field (None for none), its days (NEVER for none)."""

    code: np.ndarray
    unit: np.ndarray
    field: np.ndarray
    received: np.ndarray
    due: np.ndarray
    answered: np.ndarray

    def within(self, view: View) -> np.ndarray:
        """Say which are of the view's unit and field, and of units that its reader may see."""
        is_within = np.full(len(self.code), fill_value=True)
        if view.unit_code is not None:
            is_within &= self.unit == view.unit_code
        if view.units_seen is not None:
            is_within &= np.array([code in view.units_seen for code in self.unit], dtype=bool)
        if view.field is not None:
            is_within &= self.field == view.field
        return is_within

    def waiting(self, judged: date) -> np.ndarray:
        """Say which were received and not answered by a day."""
        day = day_number(judged)
        return (self.received <= day) & (self.answered > day)

    def overdue(self, judged: date) -> np.ndarray:
        """Say which of these were due before it."""
        return self.waiting(judged) & (self.due < day_number(judged))

    def by_unit(self, are_counted: np.ndarray) -> Counter[str | None]:
        """Count some by unit."""
        return Counter(self.unit[are_counted].tolist())


def complaints_of(conn: Connection, courses: Courses) -> Complaints:
    """Give the complaints, read by the first who asks."""
    return courses.held("complaints", lambda: _read(conn))


def _read(conn: Connection) -> Complaints:
    c = CLEAN["complaints"].c
    days = (case((day.is_not(None), day_number_of(day)), else_=NEVER)
            for day in (c.received_on, c.due_on, c.answered_on))  # fmt: skip
    rows = conn.execute(select(c.complaint_id, c.unit_code, c.field, *days)).all()
    columns: list[Any] = [*zip(*rows, strict=True)] or [()] * 6
    words = (_objects(column) for column in columns[:3])
    return Complaints(*words, *(np.array(column, dtype=np.int64) for column in columns[3:]))


def _objects(values: Any) -> np.ndarray:
    found = np.empty(len(values), dtype=object)
    found[:] = values
    return found

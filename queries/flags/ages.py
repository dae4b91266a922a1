"""How old the work is that waits: dossiers past their promise, by days since it, and what is due today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Connection, and_

from queries.asked.view import View
from queries.courses.conditions import ON_TIME_COUNTS, Condition, Days, Part, Scan, number
from queries.courses.counting import counted
from queries.courses.stock import Courses
from queries.definitions.flag_rule import Parameters
from queries.flags.conditions import Parts, mark_parts

AGES = ((0, 3), (4, 10), (11, 1_000_000))
"""Days past the promise, as ``late_1_3`` and its kin count them (under ``moment`` the due day too)."""
AGE_NAMES = ("1–3 ngày", "4–10 ngày", "trên 10 ngày")
AGED = ("open_overdue", "no_apology")
"""The work told by age."""
_WORDS = tuple(f"{word}_{place}" for word in AGED for place in range(len(AGES)))


@dataclass(frozen=True)
class Aged:
    """Dossiers of one kind of work by age; ``oldest``: the earliest promise among them, None for none."""

    by_age: tuple[int, ...]
    oldest: date | None


@dataclass(frozen=True)
class WorkAges:
    """The work that waits at the judging day, by its word of ``AGED``; ``due_today`` of what is due soon."""

    of: Mapping[str, Aged]
    due_today: int = 0


def work_by_age(conn: Connection, courses: Courses, view: View, *, parameters: Parameters) -> WorkAges:
    """Count overdue dossiers and those without an apology by days since their promise, and those due today.

    Nothing of a period that has not begun; nothing is due today in one that does not run.
    """
    if not view.has_started:
        return WorkAges({word: Aged((0,) * len(AGES), None) for word in AGED})
    parts = courses.kept(("ages",), lambda: _parts(courses, view, parameters))
    made = {}
    for word in AGED:
        counts = {name: parts[name] for name in (word, *_WORDS) if name.startswith(word)}
        frame = counted(conn, courses, [view], counts, ("unit",), oldest=word)
        dues = [due for due in frame.oldest_due if due is not None and not pd.isna(due)]
        sums = tuple(int(frame[f"{word}_{place}"].sum()) for place in range(len(AGES)))
        made[word] = Aged(sums, min(dues, default=None))
    today = {"n": parts["due_today"]}
    due_today = counted(conn, courses, [view], today, ("unit",)).n.sum() if view.is_running else 0
    return WorkAges(made, int(due_today))


def _parts(courses: Courses, view: View, parameters: Parameters) -> Mapping[str, Parts]:
    whole = {
        "open_overdue": ON_TIME_COUNTS["open_overdue"],
        "no_apology": mark_parts(courses, view, parameters)["no_apology"],
    }
    aged = {
        f"{word}_{place}": tuple(_aged(part, *days) for part in parts)
        for word, parts in whole.items()
        for place, days in enumerate(AGES)
    }
    return whole | aged | {"due_today": (Part(Scan.NOW, _due_today),)}


def _due_today(c: Any, days: Days) -> Condition:
    today = number(days.today)
    return and_(c.suspended_from > today, c.overdue_from > today, c.due == today)


def _aged(part: Part, low: int, high: int) -> Part:
    def holds(c: Any, days: Days) -> Condition:
        age = number(days.judged) - c.due
        return and_(part.holds(c, days), age.between(number(low), number(high)))

    return Part(part.scan, holds)

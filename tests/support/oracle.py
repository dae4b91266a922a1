"""What docs/glossary.md says of periods and counts, counted a second time with plain loops.

The queries are tested against this file, so it knows nothing of the project: no
import of ours, no SQL, no pandas. Every metric is counted by its own sentence, not
derived from another one, so that the identities between them can fail.

A dossier is a mapping whose keys are the contract's columns and whose moments are
``datetime`` or None. A due_at at midnight is a bare date: the end of that day.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, time
from fractions import Fraction
from typing import Any

Dossier = Mapping[str, Any]

ALL = frozenset((
    "dossier_code", "unit_code", "receiving_unit_code", "procedure_code", "field", "channel", "online_level",
    "assisted", "received_at", "due_at", "current_due_at", "finished_at", "returned_at", "returned_by_post",
    "state", "suspended_since", "officer_code", "late_reason", "updated_at",
))  # fmt: skip
CLOSED = ("finished", "refused", "withdrawn")
OPEN = ("open_in_time", "open_overdue", "suspended")
COUNTS = (
    "received", "carried_over", "finished", "early", "on_time", "late", "undated", "refused", "withdrawn",
    "closed_undated", "open_in_time", "open_overdue", "suspended", "B_num", "B_den", "C_num", "C_den",
    "D_num", "D_den", "late_1_3", "late_4_10", "late_over_10",
)  # fmt: skip
END_OF_DAY = time(23, 59, 59, 999999)
Z = Fraction("1.959963984540054")
"""The normal quantile of a two-sided 95% interval."""


@dataclass(frozen=True)
class Judge:
    """Where one stands: the judging day J, the moment of the data, the rule of comparing."""

    day: date
    as_of: datetime
    compare: str
    has_suspended_since: bool

    @property
    def now(self) -> datetime:
        """The last moment that has happened: min(end of J, as_of); the last minute of a day is its end."""
        is_last_minute = (self.as_of.hour, self.as_of.minute) == (23, 59)
        as_of = datetime.combine(self.as_of, END_OF_DAY) if is_last_minute else self.as_of
        return min(datetime.combine(self.day, END_OF_DAY), as_of)

    def has_happened(self, moment: datetime | None) -> bool:
        return moment is not None and moment <= self.now


def count(
    dossiers: Iterable[Dossier],
    *,
    start: date,
    end: date,
    as_of: datetime,
    compare: str = "day",
    judged_on: date | None = None,
    columns: AbstractSet[str] = ALL,
) -> dict[str, Any]:
    """Every figure of one period: COUNTS as int, oldest_overdue_due as datetime or None.

    A column outside ``columns`` is missing from the source. ValueError where there are
    no figures: the period begins after as_of, or after the day it is judged on.
    """
    if compare not in ("day", "moment"):
        raise ValueError(f"compare {compare!r}")
    last = min(end, as_of.date())  # E
    here = last if judged_on is None else min(judged_on, last)  # J of counts, A and C
    later = as_of.date() if judged_on is None else here  # J of B and D
    if here < start:
        raise ValueError("the period has no figures yet")
    at_here = Judge(here, as_of, compare, "suspended_since" in columns)
    at_later = Judge(later, as_of, compare, "suspended_since" in columns)

    result: dict[str, Any] = dict.fromkeys(COUNTS, 0)
    result["oldest_overdue_due"] = None
    for row in dossiers:
        one = {name: row.get(name) if name in columns else None for name in ALL}
        one["due_at"] = _moment(one["due_at"])
        _count_here(result, one, start, last, at_here)
        _count_b(result, one, start, last, at_later)
        _count_d(result, one, start, last, at_later)
    result["C_num"] = result["late"] + result["open_overdue"]
    result["C_den"] = result["received"] + result["carried_over"]
    return result


def _count_here(result: dict[str, Any], one: Dossier, start: date, last: date, judge: Judge) -> None:
    where, closed_on = place(one, judge)
    if where == "not received":
        return
    received_on = one["received_at"].date()
    if start <= received_on <= last:
        result["received"] += 1
    closed_before = closed_on is not None and closed_on < start
    if received_on < start and not closed_before:
        result["carried_over"] += 1
    if where in OPEN:
        result[where] += 1
    elif closed_on is not None and start <= closed_on <= judge.day:
        result[where] += 1
        if where == "finished":
            word = verdict(one, judge.compare)
            result[word] += 1
            if word == "late":
                _count_days(result, (one["finished_at"].date() - one["due_at"].date()).days)
    if where == "open_overdue":
        _count_days(result, (judge.day - one["due_at"].date()).days)
        oldest = result["oldest_overdue_due"]
        result["oldest_overdue_due"] = one["due_at"] if oldest is None else min(oldest, one["due_at"])


def _count_days(result: dict[str, Any], days: int) -> None:
    if days <= 3:  # 0 too: late within the due day, by the moment rule
        result["late_1_3"] += 1
    elif days <= 10:
        result["late_4_10"] += 1
    else:
        result["late_over_10"] += 1


def _count_b(result: dict[str, Any], one: Dossier, start: date, last: date, judge: Judge) -> None:
    where, _ = place(one, judge)
    due = one["due_at"]
    if where == "not received" or due is None or not start <= due.date() <= last:
        return
    if where == "finished":
        result["B_den"] += 1
        if verdict(one, judge.compare) == "late":
            result["B_num"] += 1
    elif where in ("open_in_time", "open_overdue") and due.date() < judge.day:
        result["B_den"] += 1
        result["B_num"] += 1


def _count_d(result: dict[str, Any], one: Dossier, start: date, last: date, judge: Judge) -> None:
    where, _ = place(one, judge)
    if where == "not received" or not start <= one["received_at"].date() <= last:
        return
    result["D_den"] += 1
    finished_late = where == "finished" and verdict(one, judge.compare) == "late"
    if finished_late or where == "open_overdue":
        result["D_num"] += 1


def place(one: Dossier, judge: Judge) -> tuple[str, date | None]:
    """Where a dossier stands at J, and its closing day where it is closed."""
    received, finished = one["received_at"], one["finished_at"]
    if not judge.has_happened(received):
        return "not received", None
    state = state_of(one)
    if state in CLOSED and finished is None:
        return "closed_undated", received.date()
    if state in CLOSED and judge.has_happened(finished):
        return state, max(finished.date(), received.date())
    if is_suspended(one, judge):
        return "suspended", None
    return ("open_overdue" if is_overdue(one["due_at"], judge) else "open_in_time"), None


def state_of(one: Dossier) -> str:
    """The state a dossier counts under; an unknown or null word goes by finished_at."""
    state = one["state"]
    if state in ("open", "suspended", *CLOSED):
        return str(state)
    return "open" if one["finished_at"] is None else "finished"


def is_suspended(one: Dossier, judge: Judge) -> bool:
    """Whether the dossier, open at J, is suspended at J."""
    if one["state"] != "suspended":
        return False
    since, due = one["suspended_since"], one["due_at"]
    if not judge.has_suspended_since or since is None:
        return True
    if not judge.has_happened(since):
        return False
    if due is None:
        return True
    was_overdue = since.date() > due.date() if judge.compare == "day" else _end(due) < since
    return not was_overdue


def is_overdue(due: datetime | None, judge: Judge) -> bool:
    """Whether a promise was broken by J, for a dossier open at J."""
    if due is None:
        return False
    return judge.day > due.date() if judge.compare == "day" else _end(due) < judge.now


def verdict(one: Dossier, compare: str) -> str:
    """early, on_time, late or undated, for a finished dossier."""
    finished, due = one["finished_at"], one["due_at"]
    if due is None:
        return "undated"
    if finished.date() < due.date():
        return "early"
    is_late = finished.date() > due.date() if compare == "day" else finished > _end(due)
    return "late" if is_late else "on_time"


def _moment(due: date | None) -> datetime | None:
    return due if due is None or isinstance(due, datetime) else datetime.combine(due, time())


def _end(due: datetime) -> datetime:
    return datetime.combine(due.date(), END_OF_DAY) if due.time() == time() else due


def is_over(late: int, n: int, threshold: str | Fraction) -> bool:
    """Whether late of n reaches the threshold, in percent; "từ 5%": at 5% exactly it does."""
    return n > 0 and Fraction(100 * late, n) >= Fraction(threshold)


def flag(late: int, n: int, threshold: str, near: str) -> str | None:
    """over, near or fine; None without a denominator."""
    if n == 0:
        return None
    if is_over(late, n, threshold):
        return "over"
    return "near" if is_over(late, n, near) else "fine"


def strength(late: int, n: int, threshold: str) -> str | None:
    """How sure a unit_late flag is; None where there is no flag.

    The Wilson interval is the set of rates the score test accepts, so its lower bound
    is ≥ t iff the test of t lies on its edge or beyond: n(late/n − t)² ≥ z²·t(1 − t).
    """
    if not is_over(late, n, threshold):
        return None
    if n < 20:
        return "ít hồ sơ"
    t = Fraction(threshold) / 100
    return "vượt rõ" if n * (Fraction(late, n) - t) ** 2 >= Z**2 * t * (1 - t) else "vượt ngưỡng"


def needed(late: int, n: int, p: int, q: int) -> int | None:
    """The on-time dossiers in a row that bring late/n below p/q percent; None if not over."""
    if not (n > 0 and 100 * q * late >= p * n):
        return None
    more = 0
    while 100 * q * late >= p * (n + more):
        more += 1
    return more


def affordable(late: int, n: int, p: int, q: int) -> int | None:
    """The late dossiers in a row that leave late/n below p/q percent; None if over or n = 0."""
    if n == 0 or 100 * q * late >= p * n:
        return None
    more = 0
    while 100 * q * (late + more + 1) < p * (n + more + 1):
        more += 1
    return more


def printed(num: int, den: int, decimals: int, edges: Iterable[str | Fraction] = ()) -> str:
    """The rate as the screen prints it; edges (threshold, near band, target) are in percent."""
    if den == 0:
        return "—"
    exact = Fraction(100 * num, den)
    if exact in (0, 100):
        return f"{exact}%"
    sides = [*(Fraction(edge) for edge in edges), Fraction(100)]
    while True:
        units = math.floor(exact * 10**decimals + Fraction(1, 2))
        shown = Fraction(units, 10**decimals)
        if units != 0 and all((shown >= side) == (exact >= side) for side in sides):
            break
        decimals += 1
    if decimals == 0:
        return f"{units}%"
    whole, rest = divmod(units, 10**decimals)
    return f"{whole},{rest:0{decimals}d}%"

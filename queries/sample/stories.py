"""What a demonstration needs: units brought to their late rate and backlog of the current month.

Dossiers are moved as a busy or a lax unit would move them: an early one is delayed past its
promise, a late one done on the day, one in time left open for another day. Late rate A by the
day rule is the measure (late / finished with a promise, closed from the 1st to the moment of
the data). With fewer than about 200 finished dossiers in the month a part may fail to show:
there is too little to move, on days before the month's first working day nothing at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from math import ceil

import numpy as np

from queries.sample.calendar import DAY, NONE, Calendar, Ints, Mask, month_start, number_of
from queries.sample.catalogue import PROCEDURES
from queries.sample.dossiers import AS_OF_SECONDS, FINISHED, OPEN, Dossiers, days_late
from queries.sample.units import (
    EXACT,
    HIDING,
    JUST_BELOW,
    MERGED,
    ORDINARY,
    PERFECT,
    TINY,
    WORSENING,
    WORSENING_RATES,
    SampleUnit,
)

_PRONENESS = np.array([one.proneness for one in PROCEDURES])
_TINY_MONTH = (3, 15)


class UnitMonth:
    """The dossiers of one unit, seen from one month of closing days [start, end]."""

    def __init__(
        self,
        dossiers: Dossiers,
        rows: Ints,
        rng: np.random.Generator,
        calendar: Calendar,
        *,
        start: int,
        end: int,
        as_of: int,
    ) -> None:
        self.start, self.end, self.as_of = start, end, as_of
        self._rng, self._calendar = rng, calendar
        self._rows, self._all = rows, dossiers
        self.mine = dossiers.take(rows)
        days = calendar.working[(calendar.working >= start) & (calendar.working <= end)]
        self.last_work = int(days[-1]) if len(days) else None

    def store(self) -> None:
        """Write the moved dossiers back."""
        self._all.finished[self._rows] = self.mine.finished
        self._all.state[self._rows] = self.mine.state

    @property
    def judged(self) -> Mask:
        """Finished in the month with a promise: the denominator of late rate A."""
        closed = self.mine.closed_on
        inside: Mask = (closed >= self.start) & (closed <= self.end)
        inside &= (self.mine.state == FINISHED) & (self.mine.due != NONE)
        return inside

    @property
    def late(self) -> Mask:
        """The numerator of late rate A."""
        return self.judged & (self.mine.finished // DAY > self.mine.due_on)

    @property
    def n(self) -> int:
        """The denominator of late rate A."""
        return int(self.judged.sum())

    @property
    def n_late(self) -> int:
        """The numerator of late rate A, counted."""
        return int(self.late.sum())

    @property
    def overdue(self) -> Mask:
        """Open past the promise on the last day."""
        passed: Mask = self.mine.due_on < self.end
        passed &= (self.mine.state == OPEN) & (self.mine.due != NONE)
        return passed

    @property
    def open_in_time(self) -> Mask:
        """Open with the promise still ahead."""
        ahead: Mask = self.mine.due_on >= self.end
        ahead &= (self.mine.state == OPEN) & (self.mine.due != NONE)
        return ahead

    def _pick(self, able: Mask, count: int, *, prone: float = 0.0) -> Ints:
        """Draw up to ``count`` rows of ``able``; ``prone`` 1 likes the fields often late, −1 the others."""
        rows = np.flatnonzero(able & ~self.mine.locked)
        order = self._rng.exponential(1.0, len(rows)) / _PRONENESS[self.mine.procedure[rows]] ** prone
        return rows[np.argsort(order, kind="stable")[:count]]

    def _finish(self, rows: Ints, days: Ints) -> None:
        """Close these rows on these days: after they were received, before the moment of the data."""
        lowest = np.maximum(self.mine.received[rows] + 300, days * DAY + 7 * 3600 + 2400)
        highest = np.minimum(np.maximum(lowest + 60, days * DAY + 16 * 3600 + 3000), self.as_of)
        lowest = np.minimum(lowest, highest - 1)
        after = (self._rng.random(len(rows)) * (highest - lowest)).astype(np.int64)
        self.mine.finished[rows] = lowest + after
        self.mine.state[rows] = FINISHED

    def make_late(self, count: int) -> None:
        """Delay ``count`` dossiers past their promise: those of this month, then of the month before."""
        if self.last_work is None:
            return
        on_time = self.judged & ~self.late
        rows = self._pick(on_time & (self.mine.due_on < self.last_work), count, prone=1.0)
        if len(rows) < count:
            before = (
                (self.mine.state == FINISHED)
                & (self.mine.due != NONE)
                & (self.mine.closed_on < self.start)
                & (self.mine.due_on < self.start)
                & (self.mine.due_on >= self.start - 20)
                & (self.mine.finished // DAY <= self.mine.due_on)
            )
            rows = np.concatenate([rows, self._pick(before, count - len(rows), prone=1.0)])
        due = self._calendar.order(self.mine.due_on[rows])
        highest = int(self._calendar.order(np.array([self.last_work]))[0])
        lowest = np.maximum(due + 1, int(self._calendar.order(np.array([self.start - 1]))[0]) + 1)
        done = np.clip(due + days_late(self._rng, len(rows)), lowest, highest)
        self._finish(rows, self._calendar.at(done))

    def make_on_time(self, count: int) -> None:
        """Let ``count`` late dossiers be done on the day promised, where that can be within this month."""
        able = self.late & self._on_working_day()
        here = able & (self.mine.due_on >= self.start)
        rows = self._pick(here, count, prone=-1.0)
        rows = np.concatenate([rows, self._pick(able & ~here, count - len(rows), prone=-1.0)])
        self._finish(rows, self.mine.due_on[rows])

    def _on_working_day(self) -> Mask:
        """Promised on a working day on which it can still be done after being received."""
        due_on = np.where(self.mine.due == NONE, self._calendar.first, self.mine.due_on)
        in_time: Mask = self.mine.received + 600 < due_on * DAY + 17 * 3600
        in_time &= self._calendar.is_work[due_on - self._calendar.first]
        return in_time

    def settle_overdue(self, count: int) -> None:
        """Let ``count`` overdue dossiers have been done on the day promised."""
        rows = self._pick(self.overdue & self._on_working_day(), count)
        self._finish(rows, self.mine.due_on[rows])

    def leave_overdue(self, count: int, *, since: int) -> None:
        """Leave ``count`` dossiers open whose promise passed on or after the day ``since``."""
        able = (
            (self.mine.state == FINISHED)
            & (self.mine.due != NONE)
            & (self.mine.due_on < self.end)
            & (self.mine.due_on >= since)
        )
        self._reopen(self._pick(able, count, prone=1.0))

    def _reopen(self, rows: Ints) -> None:
        self.mine.finished[rows] = NONE
        self.mine.state[rows] = OPEN

    def add_finished(self, count: int) -> None:
        """Change the denominator by ``count`` dossiers, none of them late."""
        if count < 0:
            able = self.judged & ~self.late & (self.mine.due_on >= self.end)
            self._reopen(self._pick(able, -count))
        elif self.last_work is not None:
            room = min(self.as_of, self.last_work * DAY + 16 * 3600) - 900
            rows = self._pick(self.open_in_time & (self.mine.received < room), count)
            self._finish(rows, np.full(len(rows), self.last_work, dtype=np.int64))

    def bring_late_to(self, rate: float, *, over: bool = False) -> None:
        """Bring the late dossiers to that share of the finished ones, rounded; up where meant to be over."""
        for _ in range(6):
            wanted = rate * self.n
            missing = (ceil(wanted) if over else round(wanted)) - self.n_late
            if missing > 0:
                self.make_late(missing)
            elif missing < 0:
                self.make_on_time(-missing)
            else:
                return

    def bring_beside_threshold(self, *, exact: bool) -> None:
        """Bring late : finished to exactly 1 : 20, or to the most that stays below it."""
        late = max(1, round(0.05 * self.n) if exact else (self.n - 1) // 20)
        for _ in range(6):
            missing = late - self.n_late
            if missing == 0:
                break
            if missing > 0:
                self.make_late(missing)
            else:
                self.make_on_time(-missing)
        # 1 to 16 more than 20 for each late one: one late dossier more is over, and 4,9% is printed
        most = 20 * late + (0 if exact else min(16, max(1, 2 * late // 5)))
        least = 20 * late + (0 if exact else 1)
        if self.n < least:
            self.add_finished(least - self.n)
        elif self.n > most:
            self.add_finished(most - self.n)


def _backlog(unit: SampleUnit, month: UnitMonth, *, monthly: float) -> None:
    """Bring the overdue dossiers of a unit to its backlog; elsewhere too few to take it over 5%."""
    wanted = round(unit.backlog * monthly)
    if unit.part in (ORDINARY, WORSENING) and unit.target < 0.05 and month.n:
        wanted = min(wanted, int(0.8 * month.n * (0.05 - unit.target) / 0.95))
    have = int(month.overdue.sum())
    if have > wanted:
        month.settle_overdue(have - wanted)
    else:
        month.leave_overdue(wanted - have, since=month.end - (70 if unit.part == HIDING else 25))


def _play(unit: SampleUnit, month: UnitMonth) -> None:
    """Bring one unit to the late rate of its part in the current month."""
    if unit.part == TINY:
        month.add_finished(min(max(month.n, _TINY_MONTH[0]), _TINY_MONTH[1]) - month.n)
        if month.n and not month.n_late:
            month.make_late(1)
    elif unit.part == PERFECT:
        month.bring_late_to(0.0)
        month.add_finished(max(0, 30 - month.n))
    elif not month.n:
        return
    elif unit.part in (EXACT, JUST_BELOW):
        month.bring_beside_threshold(exact=unit.part == EXACT)
    else:
        month.bring_late_to(unit.target, over=unit.target > 0.05)


def arrange(
    dossiers: Dossiers,
    rng: np.random.Generator,
    calendar: Calendar,
    units: Sequence[SampleUnit],
    *,
    until: date,
) -> None:
    """Bring every unit to its part in the month of ``until``; the worsening one in the five before it too."""
    today = number_of(until)
    as_of = today * DAY + AS_OF_SECONDS
    start = number_of(month_start(until))
    recent = dossiers.received >= (start - 330) * DAY
    lately = np.flatnonzero(recent)
    lately = lately[np.argsort(dossiers.unit[lately], kind="stable")]
    edges = np.searchsorted(dossiers.unit[lately], np.arange(len(units) + 1))
    for position, unit in enumerate(units):
        rows = lately[edges[position] : edges[position + 1]]
        if unit.part == MERGED or not len(rows):
            continue
        month = UnitMonth(dossiers, rows, rng, calendar, start=start, end=today, as_of=as_of)
        monthly = float((month.mine.received >= as_of - 91 * DAY).sum()) / 3
        _backlog(unit, month, monthly=monthly)
        _play(unit, month)
        month.store()
        if unit.part == WORSENING:
            for back, rate in enumerate(WORSENING_RATES[1:], start=1):
                earlier = UnitMonth(
                    dossiers,
                    rows,
                    rng,
                    calendar,
                    start=number_of(month_start(until, back)),
                    end=number_of(month_start(until, back - 1)) - 1,
                    as_of=as_of,
                )
                earlier.bring_late_to(rate)
                earlier.store()

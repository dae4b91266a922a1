"""The few odd records of the sample district, so that the data quality panel has something to show."""

from __future__ import annotations

from datetime import date

import numpy as np

from queries.sample.calendar import DAY, NONE, Calendar, Ints, Mask, month_start, number_of
from queries.sample.dossiers import AS_OF_SECONDS, FINISHED, OPEN, UNKNOWN_STATE, Dossiers
from queries.sample.units import ORDINARY, SampleUnit

BULK = 24
"""Dossiers closed within one minute by one unit."""


def plant(
    dossiers: Dossiers, rng: np.random.Generator, calendar: Calendar, units: list[SampleUnit], *, until: date
) -> None:
    """Spoil a few recent dossiers of ordinary units, in place, and lock them.

    Units ``len(units)`` and ``len(units) + 1`` are the unknown one and none at all.
    """
    today, month = number_of(until), number_of(month_start(until))
    as_of = today * DAY + AS_OF_SECONDS
    ordinary = np.isin(dossiers.unit, [i for i, unit in enumerate(units) if unit.part == ORDINARY])
    recent = ordinary & (dossiers.received >= as_of - 75 * DAY)
    few = len(dossiers) // 400

    def some(able: Mask, count: int) -> Ints:
        rows = np.flatnonzero(able & ~dossiers.locked)
        chosen = rng.choice(rows, min(count, few, len(rows)), replace=False)
        dossiers.locked[chosen] = True
        return np.asarray(chosen, dtype=np.int64)

    closed_on = dossiers.closed_on
    finished = recent & (dossiers.state == FINISHED) & (dossiers.due != NONE)
    before_month = finished & (closed_on < month)

    rows = some(finished & (dossiers.due_on >= closed_on), 9)
    dossiers.finished[rows] = dossiers.received[rows] - rng.integers(1800, 3 * DAY, len(rows))

    rows = some(before_month, 7)
    dossiers.finished[rows] = NONE

    rows = some(before_month, 6)
    dossiers.state[rows] = UNKNOWN_STATE

    rows = some(
        recent
        & (dossiers.state == OPEN)
        & (dossiers.received < as_of - 3 * DAY)
        & (dossiers.due_on > today + 1),
        7,
    )
    dossiers.finished[rows] = dossiers.received[rows] + rng.integers(3600, 2 * DAY, len(rows))

    rows = some(recent, 12)
    dossiers.unit[rows] = len(units) + np.arange(len(rows)) % 2

    rows = some(
        recent
        & (dossiers.state == OPEN)
        & (dossiers.finished == NONE)
        & (dossiers.due_on > today)
        & (dossiers.asked == NONE),
        6,
    )
    ahead = rng.integers(1, 21, len(rows)) * DAY
    dossiers.received[rows] = as_of + ahead
    dossiers.due[rows] = calendar.next_work((as_of + ahead) // DAY + 7) * DAY + 17 * 3600

    friday = (closed_on % 7 == 1) & (closed_on + 2 < today)  # 1970-01-01 was a Thursday
    rows = some(finished & friday & (dossiers.due_on >= closed_on + 2), 8)
    dossiers.finished[rows] += 2 * DAY

    _close_in_one_minute(dossiers, rng, calendar, finished & (dossiers.due_on >= closed_on), today)


def _close_in_one_minute(
    dossiers: Dossiers, rng: np.random.Generator, calendar: Calendar, able: Mask, today: int
) -> None:
    """Let one unit close BULK dossiers in one minute, on the last working day it had so many."""
    days = calendar.working[(calendar.working < today) & (calendar.working > today - 40)]
    closed_on = dossiers.closed_on
    for day in days[::-1]:
        rows = np.flatnonzero(able & ~dossiers.locked & (closed_on == day) & (dossiers.received < day * DAY))
        if len(rows) and (counts := np.bincount(dossiers.unit[rows])).max() >= BULK:
            chosen = rows[dossiers.unit[rows] == int(counts.argmax())][:BULK]
            dossiers.finished[chosen] = day * DAY + 16 * 3600 + 58 * 60 + rng.integers(0, 60, BULK)
            dossiers.locked[chosen] = True
            return

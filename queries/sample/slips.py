"""Slips of the sample district: apologies with a new promise, requests for supplements, refusals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from queries.sample.calendar import DAY, NONE, Calendar, Ints, Mask, number_of
from queries.sample.catalogue import LATE_REASONS, REFUSAL_REASONS, SUPPLEMENT_REASONS
from queries.sample.dossiers import AS_OF_SECONDS, OPEN, REFUSED, SUSPENDED, Dossiers, office_moments
from queries.sample.units import HIDING, SampleUnit

KINDS = ("apology", "supplement", "refusal")
APOLOGY, SUPPLEMENT, REFUSAL = range(3)
REASONS = (*LATE_REASONS, *SUPPLEMENT_REASONS, *REFUSAL_REASONS)
_FIRST_SUPPLEMENT = len(LATE_REASONS)
_FIRST_REFUSAL = _FIRST_SUPPLEMENT + len(SUPPLEMENT_REASONS)


@dataclass(frozen=True)
class _Batch:
    rows: Ints
    kind: int
    issued: Ints
    due_before: Ints
    new_due: Ints
    reason: Ints

    def where(self, keep: Mask) -> _Batch:
        return _Batch(
            self.rows[keep],
            self.kind,
            self.issued[keep],
            self.due_before[keep],
            self.new_due[keep],
            self.reason[keep],
        )


def is_late(dossiers: Dossiers, today: int) -> Mask:
    """Say which dossiers were finished after the day promised, or are still open after it."""
    late: Mask = (dossiers.closed_on != NONE) & (dossiers.finished // DAY > dossiers.due_on)
    overdue = (dossiers.state == OPEN) & (dossiers.due_on < today)
    late |= overdue
    late &= dossiers.due != NONE
    return late


def _apologies(
    dossiers: Dossiers,
    rng: np.random.Generator,
    calendar: Calendar,
    units: list[SampleUnit],
    *,
    rows: Ints,
    as_of: int,
) -> list[_Batch]:
    """Give the apologies for late dossiers: most the working day before, some late, some missing."""
    size = len(rows)
    forgets = np.array([0.28 if unit.part == HIDING else rng.uniform(0.0, 0.05) for unit in units])
    forgets = np.append(forgets, [0.0, 0.0])  # the unknown unit and none
    due, received = dossiers.due[rows], dossiers.received[rows]
    ended = np.where(dossiers.finished[rows] == NONE, as_of, dossiers.finished[rows])
    due_order = calendar.order(due // DAY)
    behind = rng.random(size) < 0.05
    issue_order = np.where(behind, due_order + rng.integers(0, 6, size), due_order - rng.integers(1, 3, size))
    issue_day = np.maximum(calendar.at(issue_order), received // DAY)
    issued = office_moments(rng, issue_day, received)
    done_order = np.where(
        dossiers.finished[rows] == NONE,
        due_order + rng.integers(3, 12, size),
        calendar.order(ended // DAY) + rng.integers(0, 3, size),
    )
    hasty = rng.random(size) < 0.3
    new_order = np.maximum(np.where(hasty, due_order + 1, done_order), calendar.order(issue_day) + 1)
    new_due = calendar.at(new_order) * DAY + 17 * 3600
    reason = np.where(rng.random(size) < 0.015, -1, rng.integers(0, len(LATE_REASONS), size))
    sent = (rng.random(size) >= forgets[dossiers.unit[rows]]) & (issued < ended)
    twice = sent & ~behind & (new_order - due_order >= 5) & (rng.random(size) < 0.12)
    between = calendar.at(due_order + 2) * DAY + 17 * 3600
    blank = (rng.random(size) < 0.01) & ~twice
    first = _Batch(
        rows, APOLOGY, issued, due, np.where(twice, between, np.where(blank, NONE, new_due)), reason
    ).where(sent)
    again = _Batch(
        rows, APOLOGY, office_moments(rng, calendar.at(due_order + 1), received), between, new_due, reason
    ).where(twice)
    return [first, again.where(again.issued < ended[twice])]


def _supplements(dossiers: Dossiers, rng: np.random.Generator, as_of: int) -> list[_Batch]:
    """Give the requests for supplements; one in forty is followed by another."""
    ended = np.where(dossiers.finished == NONE, as_of, dossiers.finished)
    rows = np.flatnonzero((dossiers.asked != NONE) & (dossiers.asked <= ended))
    size = len(rows)
    moved = (dossiers.due[rows] > dossiers.asked_due[rows]) & (dossiers.state[rows] != SUSPENDED)
    first = _Batch(
        rows,
        SUPPLEMENT,
        dossiers.asked[rows],
        dossiers.asked_due[rows],
        np.where(moved, dossiers.due[rows], NONE),
        rng.integers(_FIRST_SUPPLEMENT, _FIRST_REFUSAL, size),
    )
    again = _Batch(
        rows,
        SUPPLEMENT,
        first.issued + rng.integers(1, 4, size) * DAY + 1800,
        first.due_before,
        first.new_due,
        first.reason,
    )
    weekday = (again.issued // DAY + 3) % 7
    return [first, again.where((rng.random(size) < 0.025) & (again.issued < ended[rows]) & (weekday < 5))]


def _refusals(dossiers: Dossiers, rng: np.random.Generator) -> list[_Batch]:
    """Give the slips of refused dossiers: the refusal itself, and for most an apology with it."""
    refused = np.flatnonzero((dossiers.state == REFUSED) & (dossiers.finished != NONE))
    size = len(refused)
    none = np.full(size, NONE, dtype=np.int64)
    issued = dossiers.finished[refused] - rng.integers(120, 2400, size)
    issued = np.maximum(issued, dossiers.received[refused] + 30)
    slip = _Batch(
        refused,
        REFUSAL,
        issued,
        dossiers.due[refused],
        none,
        rng.integers(_FIRST_REFUSAL, len(REASONS), size),
    )
    sorry = _Batch(refused, APOLOGY, issued, dossiers.due[refused], none, slip.reason)
    return [slip.where(rng.random(size) < 0.94), sorry.where(rng.random(size) < 0.75)]


def slips(
    dossiers: Dossiers, rng: np.random.Generator, calendar: Calendar, units: list[SampleUnit], *, until: date
) -> tuple[pd.DataFrame, Ints]:
    """Give the slips, one row each by moment of issue, and every dossier's promise now in force.

    ``dossier`` holds the dossier's row; ``kind`` and ``reason`` are positions in KINDS and
    REASONS (−1: none); moments are seconds, NONE where there is none.
    """
    today = number_of(until)
    as_of = today * DAY + AS_OF_SECONDS
    late = np.flatnonzero(is_late(dossiers, today) & (dossiers.state != REFUSED))
    batches = [
        *_apologies(dossiers, rng, calendar, units, rows=late, as_of=as_of),
        *_supplements(dossiers, rng, as_of),
        *_refusals(dossiers, rng),
    ]
    frame = pd.DataFrame(
        {
            "dossier": np.concatenate([one.rows for one in batches]),
            "kind": np.concatenate([np.full(len(one.rows), one.kind) for one in batches]),
            "issued_at": np.concatenate([one.issued for one in batches]),
            "due_before": np.concatenate([one.due_before for one in batches]),
            "new_due_at": np.concatenate([one.new_due for one in batches]),
            "reason": np.concatenate([one.reason for one in batches]),
        }
    )
    frame = frame[frame["issued_at"] <= as_of]
    frame = frame.sort_values(["issued_at", "dossier", "kind"], ignore_index=True)
    in_force = dossiers.due.copy()
    for batch in batches[:2]:
        dated = batch.where(batch.new_due != NONE)
        in_force[dated.rows] = dated.new_due
    return frame, in_force

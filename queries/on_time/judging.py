"""From counts to judgements: one row a unit, with its rates, its flag and how sure it is.

The one place where a count becomes a verdict. Screen, API and exports all read these
rows, so no two of them can disagree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Literal

import pandas as pd

from queries.asked.view import View
from queries.courses.frames import rows_of
from queries.definitions.metrics import (
    BASES,
    COUNTS,
    METRICS,
    SUMS,
    Share,
    affordable_late,
    late_metric,
    needed_on_time,
    over,
    strength,
)
from queries.definitions.units import LOCAL_KINDS, NO_UNIT, Unit, by_name, is_ranked, listed

Flag = Literal["over", "near", "fine"]
BECAME = ("finished", "refused", "withdrawn", "closed_undated", "open_in_time", "open_overdue", "suspended")


@dataclass(frozen=True)
class Tally:
    """The counts of one group of dossiers; adding two adds every count.

    ``tally["late"]`` gives a count or a sum of counts (``metrics.SUMS``);
    ``tally.share("late_rate_a")`` a metric's numerator and denominator.
    """

    counts: Mapping[str, int] = field(default_factory=dict)
    oldest_due: date | None = None

    def __getitem__(self, word: str) -> int:
        """Give a count by its word, or the sum that bears the word."""
        if word in SUMS:
            return sum(self.counts.get(part, 0) for part in SUMS[word])
        if word not in COUNTS:
            raise KeyError(word)
        return self.counts.get(word, 0)

    def __add__(self, other: Tally) -> Tally:
        """Add two groups."""
        counts = {word: self.counts.get(word, 0) + other.counts.get(word, 0) for word in COUNTS}
        dues = [due for due in (self.oldest_due, other.oldest_due) if due is not None]
        return Tally(counts, min(dues) if dues else None)

    @property
    def is_empty(self) -> bool:
        """Say whether there is no dossier at all: nothing, which is not zero late."""
        return not any(self[word] for word in COUNTS)

    def share(self, metric_id: str) -> Share:
        """Give a rate's numerator and denominator."""
        metric = METRICS[metric_id]
        return Share(self[metric.numerator], self[metric.denominator])

    def late(self, basis: str) -> Share:
        """Give the late rate of a basis, A to D, undivided."""
        return self.share(late_metric(basis).id)

    @property
    def with_backlog_done(self) -> Share:
        """Give rate A as it would be "nếu hôm nay giải quyết xong toàn bộ hồ sơ quá hạn"."""
        return self.share("late_rate_backlog")

    @property
    def gap(self) -> int:
        """Received + carried over minus everything it became: 0 unless the data break the identity."""
        return self["to_resolve"] - sum(self[word] for word in BECAME)


def tallies(frame: pd.DataFrame, key: str) -> dict[Any, Tally]:
    """Give a Tally per value of a column of a counts frame; missing values come under None."""
    found: dict[Any, Tally] = {}
    for row in rows_of(frame, (key, *COUNTS, "oldest_due")):
        name = None if pd.isna(row[0]) else row[0]
        due = None if pd.isna(row[-1]) else row[-1]
        tally = Tally(dict(zip(COUNTS, map(int, row[1:-1]), strict=True)), due)
        found[name] = found[name] + tally if name in found else tally
    return found


@dataclass(frozen=True)
class Verdict:
    """What a late rate means under the rules in force.

    ``flag``: None where there is nothing to judge. ``strength``: None unless over.
    ``needed`` and ``affordable``: under rate A only. ``basis_matters``: the rates that
    take part (``taking_part``) do not all stand on the same side of the threshold.
    """

    share: Share
    flag: Flag | None
    strength: str | None
    needed: int | None
    affordable: int | None
    basis_matters: bool
    backlog_tips: bool

    @property
    def is_over(self) -> bool:
        """Say whether the unit is at or over the threshold."""
        return self.flag == "over"

    @property
    def is_sure(self) -> bool:
        """Say whether it is over with enough dossiers to be named."""
        return self.is_over and self.strength != "few"


def taking_part(view: View) -> tuple[str, ...]:
    """Give the bases that are held against each other, of A to D.

    D counts what was received in the period: while the period runs most of it is not due
    yet, and D is low for that alone. It waits for the end, unless the reader chose it.
    """
    return tuple(basis for basis in BASES if basis != "D" or not view.is_running or view.basis == "D")


def judge(tally: Tally, view: View) -> Verdict:
    """Judge one group by the view's late rate and the rules in force on its last day."""
    threshold = view.rules.threshold_on(view.end).fraction
    near = view.rules.near_on(view.end).fraction
    share = tally.late(view.basis)
    flag: Flag | None = None
    if share.b:
        flag = "over" if over(share, threshold) else "near" if over(share, near) else "fine"
    sides = {over(one, threshold) for one in map(tally.late, taking_part(view)) if one.b}
    rate_a = tally.late("A")
    return Verdict(
        share=share,
        flag=flag,
        strength=strength(share, threshold),
        needed=needed_on_time(share, threshold) if view.basis == "A" else None,
        affordable=affordable_late(share, threshold) if view.basis == "A" else None,
        basis_matters=len(sides) > 1,
        backlog_tips=view.is_running
        and not over(rate_a, threshold)
        and tally["open_overdue"] > 0
        and over(tally.with_backlog_done, threshold),
    )


@dataclass(frozen=True)
class Row:
    """One unit, or the district: its counts and its verdict.

    ``is_ranked`` False: dossiers of no known unit, or of one that was not there in the period.
    """

    unit: Unit
    tally: Tally
    verdict: Verdict
    is_ranked: bool = True


@dataclass(frozen=True)
class OnTime:
    """A period judged: the district, and every listed unit by name, "(không rõ đơn vị)" last."""

    view: View
    district: Row
    rows: tuple[Row, ...]

    @cached_property
    def known(self) -> tuple[Row, ...]:
        """The rows that are ranked and flagged: real units of the period."""
        return tuple(row for row in self.rows if row.is_ranked)

    @cached_property
    def unranked(self) -> tuple[Row, ...]:
        """The others: units that were not there in the period, then "(không rõ đơn vị)"."""
        return tuple(row for row in self.rows if not row.is_ranked)

    @cached_property
    def judged(self) -> tuple[Row, ...]:
        """The real units that have something to judge: the N of "4/16"."""
        return tuple(row for row in self.known if row.verdict.share.b)

    @cached_property
    def over(self) -> tuple[Row, ...]:
        """The units over the threshold, worst first; those with few dossiers after the others."""
        return tuple(row for row in self.ranked if row.verdict.is_over)

    @cached_property
    def near(self) -> tuple[Row, ...]:
        """The units near the threshold, nearest first."""
        return tuple(row for row in self.ranked if row.verdict.flag == "near")

    @cached_property
    def few(self) -> tuple[Row, ...]:
        """The units over the threshold on so few dossiers that they are never named worst."""
        return tuple(row for row in self.over if not row.verdict.is_sure)

    @cached_property
    def silent(self) -> tuple[Row, ...]:
        """The real units without anything to judge."""
        return tuple(row for row in self.known if not row.verdict.share.b)

    @cached_property
    def ranked(self) -> tuple[Row, ...]:
        """Every real unit, worst first; few dossiers after the surely judged, none at the end."""
        return tuple(sorted(self.known, key=_worst_first))

    def of(self, code: str | None) -> Row | None:
        """Give a unit's row."""
        return next((row for row in self.rows if row.unit.code == code), None)


def _worst_first(row: Row) -> tuple[Any, ...]:
    share = row.verdict.share
    rate = share.exact
    # Wards and communes first, then departments: they are compared among themselves.
    is_local = row.unit.kind in LOCAL_KINDS
    return (not is_local, rate is None, row.verdict.strength == "few", -(rate or 0), by_name(row.unit))


def judged_units(frame: pd.DataFrame, units: Iterable[Unit], view: View) -> OnTime:
    """Judge a period: ``frame`` from ``on_time_by_unit``, ``units`` all the district has.

    Dossiers of a null or unknown unit form one row, in the district's sums but never
    flagged; those of a unit that was not there in the period have one of their own, as little judged.
    """
    by_code = tallies(frame, "unit_code")
    known = {unit.code for unit in units}
    strays = [tally for code, tally in by_code.items() if code not in known]
    rows = [_row(unit, by_code.get(unit.code, Tally()), view) for unit in listed(units, by_code.keys(), view)]
    if strays:
        rows.append(_row(NO_UNIT, sum(strays, Tally()), view))
    total = sum((row.tally for row in rows), Tally())
    verdict = judge(total, view)
    if view.unit_code is not None and not any(row.is_ranked for row in rows):
        verdict = _unflagged(verdict)  # the sum of one unit that was not there
    return OnTime(view, Row(Unit(None, view.whole_name), total, verdict), tuple(rows))


def _row(unit: Unit, tally: Tally, view: View) -> Row:
    verdict = judge(tally, view)
    if is_ranked(unit, view):
        return Row(unit, tally, verdict)
    return Row(unit, tally, _unflagged(verdict), is_ranked=False)


def _unflagged(verdict: Verdict) -> Verdict:
    return Verdict(verdict.share, None, None, None, None, False, False)

"""From counts to shares: one row a unit, what its source records, whether it is below the target.

Screen, API and exports all read these rows, so no two of them can disagree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import pandas as pd

from queries.asked.periods import Period
from queries.asked.view import View
from queries.courses.frames import rows_of
from queries.definitions.metrics import FEW, METRICS, ONLINE_COUNTS, ONLINE_SUMS, Share, over
from queries.definitions.units import (
    LOCAL_KINDS,
    NO_UNIT,
    UNKNOWN_PROCEDURE,
    Procedure,
    Unit,
    by_name,
    fields_of,
    is_ranked,
    listed,
)
from queries.online.statements import RECEIVED_COUNTS, Recorded

LEVEL_WORDS = ("level_3", "partial", "level_4", "full")
"""The levels that count, old and new words of a like service side by side."""
BUSIEST = 10


@dataclass(frozen=True)
class OnlineTally:
    """The counts of one group of dossiers; adding two adds every count."""

    counts: Mapping[str, int] = field(default_factory=dict)

    def __getitem__(self, word: str) -> int:
        """Give a count by its word, or the sum that bears the word."""
        if word in ONLINE_SUMS:
            return sum(self.counts.get(part, 0) for part in ONLINE_SUMS[word])
        if word not in ONLINE_COUNTS:
            raise KeyError(word)
        return self.counts.get(word, 0)

    def __add__(self, other: OnlineTally) -> OnlineTally:
        """Add two groups."""
        return OnlineTally(
            {word: self.counts.get(word, 0) + other.counts.get(word, 0) for word in ONLINE_COUNTS}
        )

    def share(self, metric_id: str) -> Share:
        """Give a rate's numerator and denominator."""
        metric = METRICS[metric_id]
        return Share(self[metric.numerator], self[metric.denominator])

    @property
    def rate(self) -> Share:
        """Give the share of level 3, 4, partial and full over what was received."""
        return self.share("online_rate")


def online_tallies(frame: pd.DataFrame, key: str) -> dict[Any, OnlineTally]:
    """Give a tally per value of a column of a counts frame; missing values come under None."""
    words = [word for word in ONLINE_COUNTS if word in frame]
    found: dict[Any, OnlineTally] = {}
    for value, *counts in rows_of(frame, (key, *words)):
        name = None if pd.isna(value) else value
        tally = OnlineTally(dict(zip(words, map(int, counts), strict=True)))
        found[name] = found[name] + tally if name in found else tally
    return found


def missing(share: Share, target: Fraction) -> int:
    """Give how many of the period's dossiers would have had to come online to meet the target.

    The smallest x with (a + x) / b at or over it; 0 where it is met.
    """
    p, q = target.numerator, target.denominator
    return max(0, -(-p * share.b // (100 * q)) - share.a)


@dataclass(frozen=True)
class OnlineRow:
    """One unit, or the district: its counts; ``is_low`` where it is below the target."""

    unit: Unit
    tally: OnlineTally
    is_low: bool = False
    missing: int = 0
    is_ranked: bool = True

    @property
    def is_few(self) -> bool:
        """Say whether so few dossiers were received that the unit is never named lowest or highest."""
        return self.tally["received"] < FEW


@dataclass(frozen=True)
class Online:
    """A period's dossiers by the way they came: the district and every listed unit.

    ``rows``: units by name, local ones first, "(không rõ đơn vị)" last if it has any.
    ``target``: the district's own, in percent; None where it has set none.
    """

    view: View
    recorded: Recorded
    target: Fraction | None
    district: OnlineRow
    rows: tuple[OnlineRow, ...]

    @property
    def known(self) -> tuple[OnlineRow, ...]:
        """The rows that are ranked and flagged: real units of the period."""
        return tuple(row for row in self.rows if row.is_ranked)

    @property
    def unranked(self) -> tuple[OnlineRow, ...]:
        """The others: units that were not there in the period, then "(không rõ đơn vị)"."""
        return tuple(row for row in self.rows if not row.is_ranked)

    @property
    def judged(self) -> tuple[OnlineRow, ...]:
        """The real units that received something: the N of "4/16"."""
        return tuple(row for row in self.known if row.tally["received"])

    @property
    def silent(self) -> tuple[OnlineRow, ...]:
        """The real units that received nothing."""
        return tuple(row for row in self.known if not row.tally["received"])

    @property
    def ranked(self) -> tuple[OnlineRow, ...]:
        """Every real unit, wards and communes first, lowest share first; few dossiers, then none, last."""
        return tuple(sorted(self.known, key=_lowest_first))

    @property
    def low(self) -> tuple[OnlineRow, ...]:
        """The units below the target, lowest first."""
        return tuple(row for row in self.ranked if row.is_low)

    @property
    def has_contract(self) -> bool | None:
        """Say whether any listed unit has a postal contract; None where no one's is known."""
        known = [row.unit.has_postal_contract for row in self.known]
        told = [one for one in known if one is not None]
        return any(told) if told else None


def _lowest_first(row: OnlineRow) -> tuple[Any, ...]:
    rate = row.tally.rate.exact
    return (row.unit.kind not in LOCAL_KINDS, rate is None, row.is_few, rate or 0, by_name(row.unit))


def judged_online(
    frame: pd.DataFrame, units: Iterable[Unit], view: View, recorded: Recorded, target: Fraction | None
) -> Online:
    """Judge a period: ``frame`` from ``online_by_unit``, ``units`` all the district has.

    Dossiers of a null or unknown unit form one row, in the district's sums but never
    ranked or flagged.
    """
    units = tuple(units)
    by_code = online_tallies(frame, "unit_code")
    known = {unit.code for unit in units}
    rows = [
        _row(unit, by_code.get(unit.code, OnlineTally()), view, recorded, target)
        for unit in listed(units, by_code.keys(), view)
    ]
    strays = [tally for code, tally in by_code.items() if code not in known]
    if strays:
        rows.append(OnlineRow(NO_UNIT, sum(strays, OnlineTally()), is_ranked=False))
    total = sum((row.tally for row in rows), OnlineTally())
    district = _judged(Unit(None, view.whole_name), total, recorded, target)
    return Online(view, recorded, target, district, tuple(rows))


def _row(
    unit: Unit, tally: OnlineTally, view: View, recorded: Recorded, target: Fraction | None
) -> OnlineRow:
    if not is_ranked(unit, view):
        return OnlineRow(unit, tally, is_ranked=False)
    return _judged(unit, tally, recorded, target)


def _judged(unit: Unit, tally: OnlineTally, recorded: Recorded, target: Fraction | None) -> OnlineRow:
    rate = tally.rate
    if target is None or not recorded.levels or not rate.b:
        return OnlineRow(unit, tally)
    return OnlineRow(unit, tally, not over(rate, target), missing(rate, target))


@dataclass(frozen=True)
class OnlineTrend:
    """Thirteen months: the district's counts and each unit's, one a month.

    ``units``: unit code (None for dossiers without a known one) → one tally a month.
    """

    view: View
    months: tuple[Period, ...]
    district: tuple[OnlineTally, ...]
    units: Mapping[str | None, tuple[OnlineTally, ...]]

    def percents(self, metric_id: str, code: str | None = "") -> tuple[float | None, ...]:
        """Give a rate month by month, of the district or of one unit; None where nothing is divided."""
        nothing = (OnlineTally(),) * len(self.months)
        series = self.district if code == "" else self.units.get(code, nothing)
        return tuple(tally.share(metric_id).percent for tally in series)


def online_trend_of(
    frame: pd.DataFrame, months: tuple[Period, ...], units: Iterable[Unit], view: View
) -> OnlineTrend:
    """Arrange ``online_by_unit_month`` by unit, every month filled."""
    known = {unit.code for unit in units}
    found: dict[str | None, list[OnlineTally]] = {}
    sums = [dict.fromkeys(RECEIVED_COUNTS, 0) for _ in months]
    for code, month, *counts in rows_of(frame, ("unit_code", "month", *RECEIVED_COUNTS)):
        of_unit = dict(zip(RECEIVED_COUNTS, counts, strict=True))
        series = found.setdefault(code if code in known else None, [OnlineTally()] * len(months))
        series[month] = series[month] + OnlineTally(of_unit) if series[month].counts else OnlineTally(of_unit)
        for word, count in of_unit.items():
            sums[month][word] += count
    district = tuple(map(OnlineTally, sums))
    return OnlineTrend(view, months, district, {name: tuple(series) for name, series in found.items()})


@dataclass(frozen=True)
class OnlineGroup:
    """One procedure or field; ``code`` is a procedure's, empty for dossiers without one."""

    name: str
    tally: OnlineTally
    code: str = ""
    field: str = ""
    level: str | None = None


def online_fields(frame: pd.DataFrame, procedures: Iterable[Procedure]) -> tuple[OnlineGroup, ...]:
    """Counts by field, most received first: the catalogue's; the dossier's own where it has none."""
    named = frame.assign(name=fields_of(rows_of(frame, ("procedure_code", "field")), procedures))
    groups = (
        OnlineGroup(name, tally) for name, tally in online_tallies(named, "name").items() if tally["received"]
    )
    return tuple(sorted(groups, key=lambda one: (-one.tally["received"], one.name)))


def online_procedures(frame: pd.DataFrame, procedures: Iterable[Procedure]) -> tuple[OnlineGroup, ...]:
    """Counts by procedure, most received first; dossiers without one are one group."""
    known = {one.code: one for one in procedures}
    groups = []
    for code, tally in online_tallies(frame, "procedure_code").items():
        one = known.get(code) if code else None
        if not tally["received"]:
            continue
        if one is None:
            groups.append(OnlineGroup(code or UNKNOWN_PROCEDURE, tally, code or ""))
        else:
            groups.append(OnlineGroup(one.name, tally, one.code, one.field or "", one.online_level))
    return tuple(sorted(groups, key=lambda one: (-one.tally["received"], one.name, one.code)))


def busiest_lowest(groups: Iterable[OnlineGroup]) -> tuple[OnlineGroup, ...]:
    """Give the ten procedures with the most dossiers, the lowest online share first.

    Those that are not offered online at a level that counts come last: their 0% says
    nothing about the desk.
    """
    named = [one for one in groups if one.code][:BUSIEST]
    return tuple(sorted(named, key=_least_used_first))


def _least_used_first(one: OnlineGroup) -> tuple[Any, ...]:
    tally = one.tally
    return (not tally["eligible"], tally.rate.exact or 0, -tally["received"])

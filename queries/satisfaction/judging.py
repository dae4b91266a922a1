"""From votes to judgements: one row a unit, its rates, and how they moved on the same sources.

A unit's figure pools every source but SIPAS, or is one source alone where the reader asked
for one; the votes of each source stay beside it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import pandas as pd

from queries.asked.periods import Period
from queries.asked.view import View
from queries.courses.frames import rows_of
from queries.definitions.metrics import ENOUGH_VOTES, Share
from queries.definitions.units import LOCAL_KINDS, NO_UNIT, Unit, by_name, is_ranked, listed
from queries.satisfaction.statements import COLUMNS
from queries.satisfaction.votes import (
    NO_SOURCES,
    NONE,
    PLACE,
    POOLED,
    Change,
    Sources,
    Votes,
    added,
    changed,
    together,
)

MOVED_POINTS = 1
"""From so many points on, a change of the district's rate is worth a name."""


@dataclass(frozen=True)
class SatisfactionRow:
    """One unit, or the district: its votes by source, and those its figure is made of."""

    unit: Unit
    sources: Sources
    votes: Votes
    is_ranked: bool = True

    @property
    def share(self) -> Share:
        """Give the satisfaction rate, undivided."""
        return self.votes.share()

    @property
    def is_enough(self) -> bool:
        """Say whether there are votes enough to speak of a trend."""
        return self.votes["votes"] >= ENOUGH_VOTES


@dataclass(frozen=True)
class Satisfaction:
    """A period judged: the district and every listed unit.

    ``chosen``: the sources the figures are made of. ``has_data`` False: the database has
    no ratings at all, which is not the same as nobody having voted.
    """

    view: View
    chosen: tuple[str, ...]
    has_data: bool
    district: SatisfactionRow
    rows: tuple[SatisfactionRow, ...]

    @property
    def known(self) -> tuple[SatisfactionRow, ...]:
        """The rows that are ranked and flagged: real units of the period."""
        return tuple(row for row in self.rows if row.is_ranked)

    @property
    def unranked(self) -> tuple[SatisfactionRow, ...]:
        """The others: units that were not there in the period, then "(không rõ đơn vị)"."""
        return tuple(row for row in self.rows if not row.is_ranked)

    @property
    def judged(self) -> tuple[SatisfactionRow, ...]:
        """The real units that have votes."""
        return tuple(row for row in self.known if row.share.b)

    @property
    def silent(self) -> tuple[SatisfactionRow, ...]:
        """The real units without votes."""
        return tuple(row for row in self.known if not row.share.b)

    @property
    def ranked(self) -> tuple[SatisfactionRow, ...]:
        """Every real unit, local ones first, lowest rate first; few votes later, none at the end."""
        return tuple(sorted(self.known, key=_lowest_first))

    def of(self, code: str | None) -> SatisfactionRow | None:
        """Give a unit's row."""
        return next((row for row in self.rows if row.unit.code == code), None)

    def change(
        self, row: SatisfactionRow, before: Satisfaction | None, metric_id: str = "satisfaction_rate"
    ) -> Change | None:
        """Compare a unit, or the district, with the comparison; None where there is none."""
        if before is None:
            return None
        then = before.district if row is self.district else before.of(row.unit.code)
        return changed(row.sources, then.sources if then else NO_SOURCES, self.chosen, metric_id)


@dataclass(frozen=True)
class Movers:
    """Who moved the district's satisfaction most, the way it went, and by how many points.

    ``change``: the district's. ``rows``: several where they moved it exactly alike.
    ``compared``: how many units have votes enough on both sides, or none on one of them.
    ``new``: the codes of those that had no votes then.
    """

    change: Change
    rows: tuple[SatisfactionRow, ...]
    points: Fraction
    compared: int
    new: frozenset[str | None]


def contributions(
    found: Satisfaction, before: Satisfaction | None
) -> tuple[tuple[SatisfactionRow, Fraction, bool], ...]:
    """Give each unit's part of the district's change in points, and whether it had no votes then.

    It is u'/N' − u/N, u its votes that are not satisfied and N all votes, over the sources
    that voted on both sides: a unit whose voters are all content takes no part, however many
    come or go; the parts add up to the district's change. Empty where there is nothing to
    compare; a unit with too few votes on either side, but not none, is left out.
    """
    change = found.change(found.district, before)
    if before is None or change is None or not change.is_enough or change.points is None:
        return ()
    parts: list[tuple[SatisfactionRow, Fraction, bool]] = []
    for row in found.known:
        was = before.of(row.unit.code)
        now = row.sources.pooled(change.sources).share()
        then = (was.sources if was else NO_SOURCES).pooled(change.sources).share()
        if (now.b or then.b) and all(b >= ENOUGH_VOTES or not b for b in (now.b, then.b)):
            fallen = Fraction(100 * (now.b - now.a), change.now.b) - Fraction(
                100 * (then.b - then.a), change.before.b
            )
            parts.append((row, -fallen, not then.b))
    return tuple(parts)


def movers(found: Satisfaction, before: Satisfaction | None) -> Movers | None:
    """Give who moved the district most; None where it moved less than a point, or nobody is known to have."""
    change, parts = found.change(found.district, before), contributions(found, before)
    if not parts or change is None or change.points is None or abs(change.points) < MOVED_POINTS:
        return None
    sign = 1 if change.points > 0 else -1
    most = max(sign * points for _, points, _ in parts)
    if most <= 0:
        return None
    rows = tuple(row for row, points, _ in parts if sign * points == most)
    new = frozenset(row.unit.code for row, _, is_new in parts if is_new)
    return Movers(change, rows, most, len(parts), new)


def _lowest_first(row: SatisfactionRow) -> tuple[Any, ...]:
    rate = row.share.exact
    return (
        row.unit.kind not in LOCAL_KINDS, rate is None, not row.is_enough, rate or 0, by_name(row.unit),
    )  # fmt: skip


def sources_chosen(source: str | None) -> tuple[str, ...]:
    """Give the sources a figure is made of: the one asked for, else all but SIPAS."""
    return POOLED if source is None else (source,)


def judged_satisfaction(
    frame: pd.DataFrame, units: Iterable[Unit], view: View, *, source: str | None = None,
    has_data: bool = True,
) -> Satisfaction:  # fmt: skip
    """Judge a period: ``frame`` from ``votes_by_unit``, ``units`` all the district has.

    Ratings of a null or unknown unit form one row, in the district's sums but never
    flagged.
    """
    chosen = sources_chosen(source)
    units = tuple(units)
    by_code = _by_unit(frame, {unit.code for unit in units})
    voting = {code for code, sources in by_code.items() if sources.whole["votes"]}
    rows = [
        _row(unit, by_code.get(unit.code, NO_SOURCES), chosen, is_ranked=is_ranked(unit, view))
        for unit in listed(units, voting, view)
    ]
    if None in by_code:
        rows.append(_row(NO_UNIT, by_code[None], chosen, is_ranked=False))
    district = _row(Unit(None, view.whole_name), together(by_code.values()), chosen)
    return Satisfaction(view, chosen, has_data, district, tuple(rows))


def _row(unit: Unit, sources: Sources, chosen: Collection[str], *, is_ranked: bool = True) -> SatisfactionRow:
    return SatisfactionRow(unit, sources, sources.pooled(chosen), is_ranked)


def _by_unit(frame: pd.DataFrame, known: Collection[Any]) -> dict[str | None, Sources]:
    """Give the votes by unit; those of a null or unknown one together under None."""
    return _by_unit_and_month(((0, *row) for row in rows_of(frame, COLUMNS)), known, 1)[0]


def _by_unit_and_month(
    rows: Iterable[tuple[Any, ...]], known: Collection[Any], months: int
) -> list[dict[str | None, Sources]]:
    """Give the votes by unit of each month; of each row the month, then ``COLUMNS``."""
    found: list[dict[str | None, dict[str, list[int]]]] = [{} for _ in range(months)]
    for month, code, source, level, votes in rows:
        of = found[month].setdefault(code if code in known else None, {})
        of.setdefault(source, list(NONE))[PLACE[level]] += votes
    return [
        {
            code: Sources({source: Votes(tuple(counts)) for source, counts in of.items()})
            for code, of in one.items()
        }
        for one in found
    ]


def _rows_of(frame: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    return zip(*(frame[name].tolist() for name in ("month", *COLUMNS)), strict=True)


@dataclass(frozen=True, eq=False)
class SatisfactionTrend:
    """Thirteen months of votes: the district's, and each unit's once asked for.

    ``frame`` from ``votes_by_unit_month``; ``known``: the codes of the units there are.
    """

    view: View
    chosen: tuple[str, ...]
    months: tuple[Period, ...]
    frame: pd.DataFrame
    known: frozenset[str | None]

    @cached_property
    def district(self) -> tuple[Sources, ...]:
        """The district's votes, one ``Sources`` a month."""
        sums = self.frame.groupby(["month", "source", "level"], as_index=False)["votes"].sum()
        whole = self._by_month(sums.assign(unit_code=None))
        return tuple(found.get(None, NO_SOURCES) for found in whole)

    @cached_property
    def units(self) -> Mapping[str | None, tuple[Sources, ...]]:
        """Unit code (None for ratings without a known one) → one ``Sources`` a month."""
        by_month = self._by_month(self.frame)
        codes = dict.fromkeys(code for found in by_month for code in found)
        return {code: tuple(found.get(code, NO_SOURCES) for found in by_month) for code in codes}

    @cached_property
    def rates(self) -> Mapping[str | None, tuple[Share, ...]]:
        """The same, as satisfaction rates over the chosen sources."""
        return {code: tuple(one.share() for one in of) for code, of in self._pooled.items()}

    @cached_property
    def _pooled(self) -> Mapping[str | None, tuple[Votes, ...]]:
        """The votes of each unit's months over the chosen sources, for whom no source is told by itself."""
        found: dict[str | None, list[list[int]]] = {}
        for month, code, source, level, votes in _rows_of(self.frame):
            if source in self.chosen:
                place = code if code in self.known else None
                of = found.get(place)
                if of is None:
                    of = found[place] = [list(NONE) for _ in self.months]
                of[month][PLACE[level]] += votes
        return {code: tuple(Votes(tuple(counts)) for counts in of) for code, of in found.items()}

    def series(self, code: str | None) -> tuple[Sources, ...]:
        """Give a unit's months; empty ones for a unit without votes."""
        return self.units.get(code, (NO_SOURCES,) * len(self.months))

    def shares(self, code: str | None) -> tuple[Share, ...]:
        """Give a unit's satisfaction rate month by month, over the chosen sources."""
        return self.rates.get(code, (Share(0, 0),) * len(self.months))

    def district_shares(self, metric_id: str = "satisfaction_rate") -> tuple[Share, ...]:
        """Give one of the district's rates month by month, over the chosen sources."""
        months = zip(*self._pooled.values(), strict=True) if self._pooled else ((),) * len(self.months)
        return tuple(added(units).share(metric_id) for units in months)

    def _by_month(self, frame: pd.DataFrame) -> list[dict[str | None, Sources]]:
        return _by_unit_and_month(_rows_of(frame), self.known, len(self.months))


def satisfaction_trend(
    frame: pd.DataFrame, months: tuple[Period, ...], units: Iterable[Unit], view: View, *,
    source: str | None = None,
) -> SatisfactionTrend:  # fmt: skip
    """Arrange ``votes_by_unit_month`` by unit, every month filled."""
    known = frozenset(unit.code for unit in units)
    return SatisfactionTrend(view, sources_chosen(source), months, frame, known)

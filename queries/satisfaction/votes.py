"""Votes by level and by source: adding them up, and comparing them over the same sources.

Rates are compared only over the sources that have votes on both sides: a paper box that is
emptied once a month must not pass for a change of opinion.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from operator import itemgetter

from queries.contract import RATING_LEVELS
from queries.definitions.metrics import ENOUGH_VOTES, METRICS, VOTE_SUMS, Share
from queries.satisfaction.statements import SIPAS, SOURCES, UNCOUNTABLE, UNKNOWN_LEVEL

POOLED = tuple(source for source in SOURCES if source != SIPAS)

_WORDS = (*RATING_LEVELS, UNKNOWN_LEVEL, UNCOUNTABLE)
PLACE = {word: place for place, word in enumerate(_WORDS)}
"""Where a level, or a kind of defect, stands in the counts."""
_PARTS = {word: itemgetter(*(PLACE[part] for part in parts)) for word, parts in VOTE_SUMS.items()}
"""Gives the counts that a sum adds up; it is asked thousands of times a page."""
NONE = (0,) * len(_WORDS)
"""The counts of nobody's votes."""


@dataclass(frozen=True)
class Votes:
    """Votes by level, added up by ``Sources.pooled``.

    ``votes["satisfied"]`` gives a level or a sum of levels (``metrics.VOTE_SUMS``).
    ``unknown_level`` votes and ``uncountable`` rows are defects, in no sum.
    """

    counts: tuple[int, ...] = NONE

    @classmethod
    def of(cls, **levels: int) -> Votes:
        """Give the votes of some levels: ``Votes.of(satisfied=12)``."""
        return cls(tuple(levels.get(word, 0) for word in _WORDS))

    def __getitem__(self, word: str) -> int:
        """Give a level's votes by its word, or the sum that bears the word."""
        if word in _PARTS:
            return sum(_PARTS[word](self.counts))
        if word not in RATING_LEVELS:
            raise KeyError(word)
        return self.counts[PLACE[word]]

    @property
    def unknown_level(self) -> int:
        """Votes whose level is not known."""
        return self.counts[PLACE[UNKNOWN_LEVEL]]

    @property
    def uncountable(self) -> int:
        """Rows whose number of votes is missing or negative."""
        return self.counts[PLACE[UNCOUNTABLE]]

    def share(self, metric_id: str = "satisfaction_rate") -> Share:
        """Give a rate's numerator and denominator."""
        metric = METRICS[metric_id]
        return Share(self[metric.numerator], self[metric.denominator])


NO_VOTES = Votes()


def added(votes: Iterable[Votes]) -> Votes:
    """Add up votes, level by level."""
    counts = [one.counts for one in votes]
    if len(counts) == 1:
        return Votes(counts[0])
    return Votes(tuple(map(sum, zip(*counts, strict=True)))) if counts else NO_VOTES


@dataclass(frozen=True)
class Sources:
    """The votes of one group, by source; only those that have any."""

    by_source: Mapping[str, Votes] = field(default_factory=dict)

    def __getitem__(self, source: str) -> Votes:
        """Give the votes of a source; none where it has none."""
        return self.by_source.get(source, NO_VOTES)

    def pooled(self, sources: Collection[str]) -> Votes:
        """Add up the votes of some sources."""
        return added(votes for name, votes in self.by_source.items() if name in sources)

    def voting(self, sources: Collection[str]) -> tuple[str, ...]:
        """Give those of some sources that have votes, in the order of the contract."""
        return tuple(name for name in SOURCES if name in sources and self[name]["votes"])

    @property
    def whole(self) -> Votes:
        """Every vote whatever its source: for counting defects, never for a rate."""
        return added(self.by_source.values())


NO_SOURCES = Sources()


def together(groups: Iterable[Sources]) -> Sources:
    """Add up groups, source by source."""
    groups = tuple(groups)
    names = dict.fromkeys(name for one in groups for name in one.by_source)
    return Sources(
        {name: added(one.by_source[name] for one in groups if name in one.by_source) for name in names}
    )


@dataclass(frozen=True)
class Change:
    """A rate now and then, over the sources that have votes on both sides.

    ``points``: percentage points, None where no source has votes on both sides.
    """

    now: Share
    before: Share
    sources: tuple[str, ...]

    @property
    def points(self) -> Fraction | None:
        """Give the change in percentage points."""
        now, before = self.now.exact, self.before.exact
        return None if now is None or before is None else now - before

    @property
    def is_enough(self) -> bool:
        """Say whether there are votes enough on both sides to speak of a change."""
        return self.now.b >= ENOUGH_VOTES and self.before.b >= ENOUGH_VOTES


def changed(
    now: Sources, before: Sources, chosen: Collection[str], metric_id: str = "satisfaction_rate"
) -> Change:
    """Compare two groups over their common sources among those chosen."""
    then = before.voting(chosen)
    common = tuple(name for name in now.voting(chosen) if name in then)
    return Change(now.pooled(common).share(metric_id), before.pooled(common).share(metric_id), common)

"""What the reader asked to see: one frozen View, the argument of every query."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any, Literal

from queries.asked.periods import CUTOFF_DAY, Period, custom_period, months_back, year_before
from queries.definitions.metrics import BASES
from queries.definitions.sources import CV_2307, LOCAL, OURS, Document, Source, in_force

COMPARES = ("day", "moment")
"""Whether a promise is kept by calendar day or to the minute."""

_PERCENT = re.compile(r"[0-9]{1,2}(?:\.[0-9]+)?")


@dataclass(frozen=True)
class Rule:
    """A limit in percent, the day it holds from (None: always) and the document that sets it.

    ``percent`` is a decimal string strictly between 0 and 100, so that 5 is exactly 5.
    ``consequence``: what that document says of a unit that reaches it; empty where it says nothing.
    """

    percent: str
    since: date | None
    document: str
    consequence: str = ""

    def __post_init__(self) -> None:
        if not _PERCENT.fullmatch(self.percent) or not Fraction(self.percent):
            raise ValueError(
                f"Ngưỡng {self.percent[:20]!r} phải là số thập phân trên 0 và dưới 100, ví dụ 5 hoặc 4.5."
            )

    @cached_property
    def fraction(self) -> Fraction:
        """The limit in percent, exactly: 9/2 for "4.5"."""
        return Fraction(self.percent)


@dataclass(frozen=True)
class LocalRule:
    """A district's own document in the place of another locality's (``replaces``: its id)."""

    replaces: str
    document: Document


@dataclass(frozen=True)
class Rules:
    """The threshold and the near band, each a history of rules in any order, one a day.

    Before the first dated rule of a history that has none for "always", that first rule
    holds: a figure is judged by the oldest rule known rather than by none. ``local``: the
    district's own documents; before the day one holds from, the replaced one is cited.
    """

    threshold: tuple[Rule, ...]
    near: tuple[Rule, ...]
    local: tuple[LocalRule, ...] = ()

    def __post_init__(self) -> None:
        for history in (self.threshold, self.near):
            if not history:
                raise ValueError("Phải có ít nhất một mức ngưỡng và một mức sát ngưỡng.")
            if len({rule.since for rule in history}) < len(history):
                raise ValueError("Hai mức ngưỡng không được có hiệu lực từ cùng một ngày.")

    def threshold_on(self, day: date) -> Rule:
        """The threshold in force on the day: of those already in force, the latest."""
        return _in_force(self.threshold, day) if len(self.threshold) > 1 else self.threshold[0]

    def near_on(self, day: date) -> Rule:
        """The lower edge of the near band in force on the day."""
        return _in_force(self.near, day) if len(self.near) > 1 else self.near[0]

    def document(self, source: Source, day: date) -> Document:
        """The document in force on the day: the district's own where it has replaced the source."""
        return self._own(source, day) or source.on(day)

    def cited(self, sources: Sequence[Source], day: date) -> str:
        """The documents in force on the day, by name; another locality's rule is called that."""
        return "; ".join(dict.fromkeys(self._name(one, day) for one in sources))

    def threshold_cited(self, day: date) -> str:
        """The document of the threshold in force on the day, as ``cited``."""
        name = self.threshold_on(day).document
        source = _local_of(name)
        return name if source is None else self._name(source, day)

    def threshold_document(self, day: date) -> str:
        """The same by its name alone."""
        name = self.threshold_on(day).document
        source = _local_of(name)
        return name if source is None else self.document(source, day).name

    def threshold_consequence(self, day: date) -> str:
        """What follows for a unit at or over the threshold in force on the day; empty for nothing."""
        rule = self.threshold_on(day)
        source = _local_of(rule.document)
        if rule.consequence or source is None:
            return rule.consequence
        return self.document(source, day).unit_consequence

    def _own(self, source: Source, day: date) -> Document | None:
        return in_force([one.document for one in self.local if one.replaces == source.id], day)

    def _name(self, source: Source, day: date) -> str:
        name = self.document(source, day).name
        return f"{name}, quy định địa phương" if source.is_local and not self._own(source, day) else name


@lru_cache(maxsize=1_024)
def _in_force(history: tuple[Rule, ...], day: date) -> Rule:
    by_start = sorted(history, key=lambda rule: rule.since or date.min)
    begun = [rule for rule in by_start if rule.since is None or rule.since <= day]
    return begun[-1] if begun else by_start[0]


def _local_of(name: str) -> Source | None:
    return next((one for one in LOCAL.values() if any(name == each.name for each in one.documents)), None)


DEFAULT_RULES = Rules(
    threshold=(Rule("5", None, CV_2307.documents[0].name),),
    near=(Rule("4", None, OURS.documents[0].name),),
)


@dataclass(frozen=True)
class Comparison:
    """What a figure is held against: the period before, last year's, or itself on a day."""

    kind: Literal["previous", "last_year", "day"]
    day: date | None = None

    def __post_init__(self) -> None:
        if (self.kind == "day") != (self.day is not None):
            raise ValueError("a comparison has a day exactly when its kind is 'day'")


PREVIOUS = Comparison("previous")


@dataclass(frozen=True)
class View:
    """What to count, where and until when; hashable, so it keys the cache.

    ``as_of`` is the moment of the data, local and without offset. ``unit_code``,
    ``field`` (its name) and ``procedure_code`` narrow; None is all. ``judged_on`` is set
    only by a comparison with a day: then nothing after min(judged_on, end) has happened.

    ``units_seen`` and ``days_seen`` are what the reader may see, whatever they ask for: codes of
    units, and spans of days (first, last); None is all. Nothing of another unit is counted, and a
    period that no span holds has no figures.
    """

    period: Period
    as_of: datetime
    comparison: Comparison = PREVIOUS
    unit_code: str | None = None
    field: str | None = None
    procedure_code: str | None = None
    basis: str = "A"
    compare: str = "day"
    rules: Rules = DEFAULT_RULES
    cutoff_day: int = CUTOFF_DAY
    judged_on: date | None = None
    units_seen: tuple[str, ...] | None = None
    days_seen: tuple[tuple[date, date], ...] | None = None

    def __post_init__(self) -> None:
        if self.basis not in BASES:
            raise ValueError(f"Cách tính phải là một trong {', '.join(BASES)}.")
        if self.compare not in COMPARES:
            raise ValueError(f"Cách so hạn phải là một trong {', '.join(COMPARES)}.")
        if self.as_of.tzinfo is not None:
            raise ValueError("as_of is local wall-clock time, without offset")

    @property
    def end(self) -> date:
        """E, the last day that counts: min(end of the period, day of as_of).

        Before ``period.start`` where the period has not started.
        """
        return min(self.period.end, self.as_of.date())

    @property
    def judged(self) -> date:
        """J, the last day whose events count: E, or the comparison day where that is earlier."""
        return self.end if self.judged_on is None else min(self.judged_on, self.end)

    @property
    def is_narrowed(self) -> bool:
        """Say whether the view is of one unit, field or procedure."""
        return any(one is not None for one in (self.unit_code, self.field, self.procedure_code))

    @property
    def has_started(self) -> bool:
        """False: there are no figures, "Kỳ chưa bắt đầu" or a period that the reader may not see."""
        return self.period.start <= self.as_of.date() and self.sees(self.period)

    @property
    def is_barred(self) -> bool:
        """True of a period that the reader may not see."""
        return not self.sees(self.period)

    @property
    def whole_name(self) -> str:
        """Name all that a view of no one unit is of: the district, or the units that its reader may see."""
        return "Toàn địa bàn" if self.units_seen is None else "Các đơn vị được xem"

    def sees(self, period: Period) -> bool:
        """Say whether the reader may see a period: all its days lie within one span, those to come too."""
        if self.days_seen is None:
            return True
        return any(first <= period.start and period.end <= last for first, last in self.days_seen)

    @property
    def is_running(self) -> bool:
        """True when the period holds the day of as_of: "kỳ chưa kết thúc"."""
        return self.has_started and self.period.end >= self.as_of.date()

    def compared(self) -> View | None:
        """The View to compare with; None shows "—", as of a period that the reader may not see.

        The as_of stays. A running period is compared with as many first days of the
        period before as have passed of itself (all of it, if shorter), or with last
        year's same dates up to today; a day gives the same period as it stood then, by
        today's data. None before the period starts, and for a day before its start.
        """
        other = self._compared()
        return None if other is None or other.is_barred else other

    def _compared(self) -> View | None:
        if not self.has_started:
            return None
        if self.comparison.day is not None:
            if self.comparison.day < self.period.start:
                return None
            return replace(self, judged_on=min(self.comparison.day, self.end))
        if self.comparison.kind == "last_year":
            if self.end == self.period.end:
                return replace(self, period=self.period.last_year)
            return replace(self, period=custom_period(year_before(self.period.start), year_before(self.end)))
        before = self.period.previous
        passed = (self.end - self.period.start).days + 1
        if self.is_running and passed < before.days:
            before = custom_period(before.start, before.start + timedelta(days=passed - 1))
        return replace(self, period=before)

    def months(self, count: int = 13) -> tuple[Period, ...]:
        """The months of a trend, oldest first: of the period's basis, up to the one holding E."""
        return months_back(self.end, count, self.period.basis, self.cutoff_day)

    def at(self, **changes: Any) -> View:
        """The View with some of its fields changed."""
        return replace(self, **changes)

"""From counts to one unit's figures: complaints, receptions, procedures; None where there are no data."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

import pandas as pd

from queries.asked.view import View
from queries.contract import RATING_LEVELS
from queries.courses.frames import rows_of
from queries.courses.stock import Courses
from queries.definitions.metrics import COUNTS, METRICS, SUMS, VOTE_SUMS, Share
from queries.definitions.unit_metrics import COMPLAINT_COUNTS, UNIT_COUNTS
from queries.definitions.units import LOCAL_KINDS, Procedure, Unit
from queries.on_time.judging import Tally
from queries.online.judging import OnlineTally
from queries.online.statements import Recorded
from queries.satisfaction.votes import Votes
from queries.unit_life.presence import COMPLAINTS, DOSSIERS, RECEPTIONS, VOTES
from queries.unit_life.statements import has_complaints, has_receptions

UNKNOWN_THEN = ("suspended",)
"""The source keeps the suspension in force alone: what was suspended a year ago it does not know."""


@dataclass(frozen=True)
class UnitLife:
    """The figures of a unit, or of the district; a word that is missing has no data in the source.

    ``outside``: procedures with dossiers that are not in the catalogue of the unit's level.
    """

    counts: Mapping[str, int] = field(default_factory=dict)
    outside: int = 0

    def get(self, word: str) -> int | None:
        """Give a count; None where the source has no data for it."""
        return self.counts.get(word)


def catalogue_of(unit: Unit | None, procedures: Iterable[Procedure], view: View) -> tuple[Procedure, ...]:
    """Give the procedures published for a unit's level; of every level for the district (None).

    Wards, communes and townships own the level ``commune``, the others ``district``. The
    view's field and procedure narrow it.
    """
    level = None if unit is None else "commune" if unit.kind in LOCAL_KINDS else "district"
    return tuple(
        one
        for one in procedures
        if (one.level in ("commune", "district") if level is None else one.level == level)
        and view.field in (None, one.field)
        and view.procedure_code in (None, one.code)
    )


def unit_life(
    unit: Unit | None, view: View, courses: Courses, *, complaints: pd.DataFrame, receptions: pd.DataFrame,
    used: Collection[str], procedures: Iterable[Procedure],
) -> UnitLife:  # fmt: skip
    """Add up one unit's figures, or the district's (``unit`` None), from the frames of ``unit_life``.

    ``used``: the codes of the procedures that it had dossiers of.
    """
    counts: dict[str, int] = {}
    if has_complaints(courses, view):
        counts |= _sums(complaints, COMPLAINT_COUNTS, unit)
        if not courses.has("complaints.answered_on"):
            del counts["complaints_answered"], counts["complaints_overdue"]
        elif not courses.has("complaints.due_on"):
            del counts["complaints_overdue"]
    if has_receptions(courses):
        counts |= _sums(receptions, ("receptions",), unit)
    more, outside = _procedures(unit, view, courses, used, procedures)
    return UnitLife(counts | more, outside)


def _sums(frame: pd.DataFrame, words: Collection[str], unit: Unit | None) -> dict[str, int]:
    rows = rows_of(frame, ("unit_code", *words))
    mine = [counts for code, *counts in rows if unit is None or code == unit.code]
    return {word: int(sum(counts[place] for counts in mine)) for place, word in enumerate(words)}


def _procedures(
    unit: Unit | None, view: View, courses: Courses, used: Collection[str], procedures: Iterable[Procedure]
) -> tuple[dict[str, int], int]:
    if not courses.has("procedures.level"):
        return {}, 0
    catalogue = {one.code: one for one in catalogue_of(unit, procedures, view)}
    counts = {"procedures": len(catalogue)}
    has_fields, is_coded = courses.has("procedures.field"), courses.has("dossiers.procedure_code")
    codes = set(used) if is_coded else set()
    if has_fields:
        counts["fields"] = len({one.field for one in catalogue.values() if one.field})
    if is_coded:
        counts["procedures_used"] = len(codes & catalogue.keys())
    if is_coded and has_fields:
        counts["fields_used"] = len({catalogue[code].field for code in codes if code in catalogue} - {None})
    return counts, len(codes - catalogue.keys())


def codes_used(frame: pd.DataFrame) -> frozenset[str]:
    """Give the procedures that counts by procedure say were received for; none for those without a code."""
    rows = rows_of(frame, ("procedure_code", "received"))
    return frozenset(code for code, received in rows if received and isinstance(code, str))


def subject_of(word: str) -> str:
    """Give what a count is of: what has no table of its own is of dossiers."""
    if word in VOTE_SUMS or word in RATING_LEVELS:
        return VOTES
    return COMPLAINTS if word in COMPLAINT_COUNTS else RECEPTIONS if word == "receptions" else DOSSIERS


@dataclass(frozen=True)
class UnitFigures:
    """Every figure of one unit in one period, or of the district, whatever its subject.

    ``tally`` None: the unit did not exist then. ``votes`` None: the source has no ratings.
    ``apologized`` None: it has no slips. ``target``: of the online share, in percent; None
    where the district has set none. ``untold``: the subjects whose figures are not told to who asks
    (``presence``); of the district alone.
    """

    tally: Tally | None
    online: OnlineTally
    recorded: Recorded
    votes: Votes | None
    life: UnitLife
    apologized: int | None
    target: Fraction | None = None
    untold: frozenset[str] = frozenset()

    def is_untold(self, metric_id: str) -> bool:
        """Say whether a metric is not told to who asks, whatever it is."""
        return subject_of(METRICS[metric_id].numerator) in self.untold

    def edges(self, metric_id: str) -> tuple[Fraction, ...]:
        """Give what a printed rate may not cross, but for the rules of the late rates."""
        return (self.target,) if metric_id == "online_rate" and self.target is not None else ()

    def get(self, metric_id: str) -> int | Share | None:
        """Give a metric's count, or its numerator and denominator; None without data, or where untold."""
        metric = METRICS[metric_id]
        if self.is_untold(metric_id):
            return None
        if not metric.is_rate:
            return self._count(metric.numerator)
        a, b = self._count(metric.numerator), self._count(metric.denominator)
        return None if a is None or b is None else Share(a, b)

    def _count(self, word: str) -> int | None:
        if word == "apologized":
            return self.apologized
        if word in UNIT_COUNTS:
            return self.life.get(word)
        if word in VOTE_SUMS or word in RATING_LEVELS:
            return None if self.votes is None else self.votes[word]
        if word in COUNTS or word in SUMS:
            return (self.tally or Tally())[word]
        return self.online[word] if self._is_recorded(word) else None

    def _is_recorded(self, word: str) -> bool:
        if word in ("returned", "post_out"):
            return self.recorded.returns
        if word in ("self_submitted", "assisted", "assisted_unknown", "assisted_known"):
            return self.recorded.assisted and self.recorded.levels
        return word in ("online", "post_in") or self.recorded.levels

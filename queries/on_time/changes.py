"""What to say in the meeting: who crossed the threshold, whose rate moved most, and what moved it.

Pure functions over judged rows; every number is an integer or an exact fraction.

The late rate of all that is in view is L/N: of N dossiers in the denominator, L are late. Let a
part of it (a unit, a unit's field or procedure) have l of the late ones now, and l' at the
comparison. Its contribution to the change is l/N − l'/N', in percentage points: how many late
dossiers of that part there are in a hundred of all, now less then. As Σl = L and Σl' = L', the
contributions add up to L/N − L'/N', the change itself, with nothing left over, whatever the
basis; a part that came or went needs no special case, and each figure can be checked with a
pocket calculator. So a large ward comes before a small office whose own
rate moved further. A split into "rate" and "mix" was turned down: it needs a rate of a part
without dossiers, and a sentence nobody in the meeting could check.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import TypeVar

import pandas as pd

from queries.definitions.metrics import ENOUGH_DOSSIERS, FEW, Share
from queries.definitions.units import UNKNOWN_FIELD
from queries.on_time.judging import OnTime, Row, tallies

_Key = TypeVar("_Key")


@dataclass(frozen=True)
class Pair:
    """A unit now, and its late rate at the comparison (0 of 0 where it had none)."""

    row: Row
    before: Share

    @property
    def now(self) -> Share:
        """Give the late rate of the view."""
        return self.row.verdict.share

    @property
    def points(self) -> Fraction | None:
        """Give the change in percentage points; None where either side has nothing to divide by."""
        now, before = self.now.exact, self.before.exact
        return None if now is None or before is None else now - before

    @property
    def is_few(self) -> bool:
        """Say whether either side rests on few dossiers; nothing to judge before is not few."""
        return self.now.b < FEW or 0 < self.before.b < FEW


@dataclass(frozen=True)
class Crossings:
    """Who crossed the threshold since the comparison, unit by unit, each period judged by its own rules.

    ``over``: over now, judged then and below. ``still``: over now and then. ``new``: over
    now, nothing to judge then. ``back``: over then, judged now and below. ``gone``: over
    then, nothing to judge now; rows of then. Every unit over now is in one of the first three.
    """

    over: tuple[Pair, ...]
    still: tuple[Pair, ...]
    new: tuple[Pair, ...]
    back: tuple[Pair, ...]
    gone: tuple[Row, ...]


def crossings(now: OnTime, before: OnTime | None) -> Crossings | None:
    """Give who crossed the threshold; None where there is nothing to compare with."""
    if before is None or not before.judged:
        return None
    judged = {row.unit.code for row in now.judged}
    judged_then = {row.unit.code for row in before.judged}
    over_then = {row.unit.code for row in before.over}
    over = [_pair(row, before) for row in now.over]
    return Crossings(
        over=tuple(one for one in over if one.row.unit.code in judged_then - over_then),
        still=tuple(one for one in over if one.row.unit.code in over_then),
        new=tuple(one for one in over if one.row.unit.code not in judged_then),
        back=tuple(
            _pair(row, before)
            for row in now.ranked
            if row.unit.code in over_then and row.unit.code in judged and not row.verdict.is_over
        ),
        gone=tuple(row for row in before.over if row.unit.code not in judged),
    )


def _pair(row: Row, before: OnTime) -> Pair:
    then = before.of(row.unit.code)
    return Pair(row, then.verdict.share if then else Share(0, 0))


@dataclass(frozen=True)
class Moves:
    """Who moved the rate of all that is in view: the district's, or the one unit's.

    ``points``: its change. ``compared`` have dossiers enough on both sides, or none on one
    of them; ``others`` do not. ``rise`` and ``fall``: whose contribution raised and lowered
    it most, several where they are exactly equal, by name; empty where nobody's did.
    """

    points: Fraction
    compared: tuple[Pair, ...]
    others: int
    rise: tuple[Pair, ...]
    fall: tuple[Pair, ...]
    whole: tuple[int, int]
    """N now and N' then."""

    def contribution(self, pair: Pair) -> Fraction:
        """Give a unit's part of the change, in points."""
        return _contribution(pair.now.a, pair.before.a, self.whole)


def moves(now: OnTime, before: OnTime | None) -> Moves | None:
    """Give the largest contribution each way; None where there is nothing to compare, or to compare with."""
    if before is None or not before.judged or not now.judged:
        return None
    all_now, all_then = now.district.verdict.share, before.district.verdict.share
    pairs = [pair for pair in (_pair(row, before) for row in now.known) if pair.now.b or pair.before.b]
    compared = tuple(
        pair for pair in pairs if all(b >= ENOUGH_DOSSIERS or not b for b in (pair.now.b, pair.before.b))
    )
    found = Moves(
        _contribution(all_now.a, all_then.a, (all_now.b, all_then.b)),
        compared, len(pairs) - len(compared), (), (), (all_now.b, all_then.b),
    )  # fmt: skip
    return replace(found, rise=_furthest(found, 1), fall=_furthest(found, -1))


def _furthest(found: Moves, sign: int) -> tuple[Pair, ...]:
    sizes = [(pair, sign * found.contribution(pair)) for pair in found.compared]
    most = max((size for _, size in sizes), default=Fraction(0))
    return tuple(pair for pair, size in sizes if size == most) if most > 0 else ()


def _contribution(now: int, then: int, whole: tuple[int, int]) -> Fraction:
    return Fraction(100 * now, whole[0]) - Fraction(100 * then, whole[1])


def contributions(
    now: Mapping[_Key, Share], before: Mapping[_Key, Share], whole: tuple[int, int] | None = None
) -> dict[_Key, Fraction]:
    """Give each part's contribution to the change of the rate of the whole, in points.

    ``whole``: its denominator now and then; without it, the parts together are the whole,
    and they add up exactly to its change; see the head of this file. Nothing where either
    side has an empty denominator, as there is no change then.
    """
    n_now, n_before = whole or (sum(one.b for one in now.values()), sum(one.b for one in before.values()))
    if not n_now or not n_before:
        return {}
    nothing = Share(0, 0)
    return {
        key: _contribution(now.get(key, nothing).a, before.get(key, nothing).a, (n_now, n_before))
        for key in dict.fromkeys((*now, *before))
    }


@dataclass(frozen=True)
class Contribution:
    """A part of a unit's dossiers: its late ones now and then, and its contribution in points."""

    name: str
    now: int
    before: int
    points: Fraction

    def __add__(self, other: Contribution) -> Contribution:
        """Join two parts; the first keeps its name."""
        return Contribution(
            self.name, self.now + other.now, self.before + other.before, self.points + other.points
        )


Place = tuple[str, str]
"""A field's name and a procedure's code; the code is "" for dossiers without one."""


@dataclass(frozen=True)
class Breakdown:
    """A unit's contribution, split by field and procedure; the parts of each split add up to it."""

    pair: Pair
    parts: Mapping[Place, Contribution]

    @cached_property
    def points(self) -> Fraction:
        """Give the contribution."""
        return sum((one.points for one in self.parts.values()), Fraction(0))

    @cached_property
    def fields(self) -> tuple[Contribution, ...]:
        """Give the fields, that which explains most of it first."""
        return self._joined(lambda place: place[0])

    def procedures(self, field: str | None = None) -> tuple[Contribution, ...]:
        """Give the procedures (their codes as names), of one field or of all, in the same order."""
        return self._joined(lambda place: place[1] if field in (None, place[0]) else None)

    def _joined(self, name_of: Callable[[Place], str | None]) -> tuple[Contribution, ...]:
        found: dict[str, Contribution] = {}
        for place, one in self.parts.items():
            name = name_of(place)
            if name is not None:
                part = Contribution(name, one.now, one.before, one.points)
                found[name] = found[name] + part if name in found else part
        sign = 1 if self.points >= 0 else -1
        return tuple(sorted(found.values(), key=lambda one: (-sign * one.points, one.name)))


def breakdown(
    pair: Pair, now: pd.DataFrame, before: pd.DataFrame, fields: Mapping[str, str | None], basis: str,
    whole: tuple[int, int],
) -> Breakdown:  # fmt: skip
    """Split a unit's contribution to the change of the ``whole`` (``Moves.whole``).

    Frames from ``on_time_by_unit_procedure``; ``fields``: procedure → field.
    """
    shares = [_shares(frame, pair.row.unit.code, fields, basis) for frame in (now, before)]
    nothing = Share(0, 0)
    return Breakdown(
        pair,
        {
            place: Contribution(
                place[1], shares[0].get(place, nothing).a, shares[1].get(place, nothing).a, points
            )
            for place, points in contributions(shares[0], shares[1], whole).items()
        },
    )


def _shares(
    frame: pd.DataFrame, unit_code: str | None, fields: Mapping[str, str | None], basis: str
) -> dict[Place, Share]:
    own = frame[frame.unit_code == unit_code]
    places = [
        ((fields.get(code) if isinstance(code, str) else None) or _text(field) or UNKNOWN_FIELD, _text(code))
        for code, field in zip(own.procedure_code, own.field, strict=True)
    ]
    found: dict[Place, Share] = {}
    for line, tally in tallies(own.assign(line=range(len(own))), "line").items():
        share, before = tally.late(basis), found.get(places[line], Share(0, 0))
        found[places[line]] = Share(before.a + share.a, before.b + share.b)
    return found


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""

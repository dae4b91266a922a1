"""What to say in the meeting: who crossed the threshold, whose rate moved most, and what moved it.

Pure functions over judged rows; every number is an integer or an exact fraction.

A unit's late rate is L/N: of N dossiers in the denominator, L are late. Let its parts (fields,
procedures) have l of the late ones and n of all, now, and l', n' at the comparison. A part's
contribution to the change is l/N − l'/N', in percentage points: how many late dossiers of that
part there are in a hundred of the unit's, now less then. As Σl = L and Σl' = L', the
contributions add up to L/N − L'/N', the change itself, with nothing left over, whatever the
basis; a part that came or went needs no special case, and each figure can be checked with a
pocket calculator. A split into "rate" and "mix" was turned down: it needs a rate of a part
without dossiers, and a sentence nobody in the meeting could check.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
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
    """How the late rates moved: ``compared`` have dossiers enough on both sides, the others do not.

    ``rise`` and ``fall``: who rose and who fell most, several where they are exactly
    equal, by name; empty where nobody did.
    """

    compared: tuple[Pair, ...]
    others: int
    rise: tuple[Pair, ...]
    fall: tuple[Pair, ...]


def moves(now: OnTime, before: OnTime | None) -> Moves | None:
    """Give the biggest change each way; None where there is nothing to compare with."""
    if before is None or not before.judged:
        return None
    pairs = [_pair(row, before) for row in now.judged]
    compared = tuple(pair for pair in pairs if min(pair.now.b, pair.before.b) >= ENOUGH_DOSSIERS)
    return Moves(compared, len(pairs) - len(compared), _furthest(compared, 1), _furthest(compared, -1))


def _furthest(pairs: tuple[Pair, ...], sign: int) -> tuple[Pair, ...]:
    sizes = [(pair, sign * pair.points) for pair in pairs if pair.points is not None]
    most = max((size for _, size in sizes), default=Fraction(0))
    return tuple(pair for pair, size in sizes if size == most) if most > 0 else ()


def contributions(now: Mapping[_Key, Share], before: Mapping[_Key, Share]) -> dict[_Key, Fraction]:
    """Give each part's contribution to the change of the rate of all parts together, in points.

    They add up exactly to it; see the head of this file. Nothing where either side has an
    empty denominator, as there is no change then.
    """
    n_now, n_before = sum(one.b for one in now.values()), sum(one.b for one in before.values())
    if not n_now or not n_before:
        return {}
    nothing = Share(0, 0)
    return {
        key: Fraction(100 * now.get(key, nothing).a, n_now)
        - Fraction(100 * before.get(key, nothing).a, n_before)
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
    """A unit's change, split by field and procedure; the parts of each split add up to it."""

    pair: Pair
    parts: Mapping[Place, Contribution]

    @cached_property
    def points(self) -> Fraction:
        """Give the change."""
        return sum((one.points for one in self.parts.values()), Fraction(0))

    @cached_property
    def fields(self) -> tuple[Contribution, ...]:
        """Give the fields, that which explains most of the change first."""
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
    pair: Pair, now: pd.DataFrame, before: pd.DataFrame, fields: Mapping[str, str | None], basis: str
) -> Breakdown:
    """Split a unit's change; frames from ``on_time_by_unit_procedure``, ``fields``: procedure → field."""
    shares = [_shares(frame, pair.row.unit.code, fields, basis) for frame in (now, before)]
    nothing = Share(0, 0)
    return Breakdown(
        pair,
        {
            place: Contribution(
                place[1], shares[0].get(place, nothing).a, shares[1].get(place, nothing).a, points
            )
            for place, points in contributions(*shares).items()
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

"""The units of the sample district and the part each plays in the demonstration."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np

from queries.sample.calendar import month_start, number_of
from queries.sample.catalogue import (
    DEPARTMENT_SHARES,
    MERGED_NAME,
    WARD_WEIGHTS,
    department_name,
    ward_name,
)

# parts a unit can play in the current month
CLEARLY_OVER, OVER, EXACT, JUST_BELOW, WORSENING = "clearly_over", "over", "exact", "just_below", "worsening"
HIDING, PERFECT, TINY, ORDINARY, MERGED = "hiding", "perfect", "tiny", "ordinary", "merged"
WORSENING_RATES = (0.044, 0.037, 0.030, 0.024, 0.018, 0.013)
"""Late rate of the worsening unit, this month first."""

_RECENT_RATES = {WORSENING: WORSENING_RATES, PERFECT: (0.0, 0.0, 0.001)}
_FEW_PARTS = (CLEARLY_OVER, EXACT, JUST_BELOW, PERFECT, HIDING, WORSENING, ORDINARY, OVER, OVER)
_PARTS = (CLEARLY_OVER, OVER, OVER, EXACT, JUST_BELOW, WORSENING, HIDING)
_OVER_RATES = (0.0684, 0.0561)
_ORDINARY_RATES = (0.0375, 0.0325, 0.026, 0.029, 0.0205, 0.0165, 0.0115, 0.0045)
_DEPARTMENT_RATES = (0.03, 0.012, 0.018, 0.0385)


@dataclass
class SampleUnit:
    """One unit: what the units table says of it, how busy it is, and its part.

    ``target``: the late rate of the current month. ``usual_rate``: of an ordinary month.
    ``backlog``: overdue dossiers kept open, per dossier of a month. ``first`` and ``last``:
    the days, as numbers, on which it receives dossiers.
    """

    code: str
    name: str
    kind: str
    part: str
    share: float
    target: float
    usual_rate: float
    backlog: float
    first: int
    last: int
    department: int = -1
    successor: int | None = None
    active_from: date | None = None
    active_to: date | None = None
    has_postal_contract: bool = True
    recent_rates: tuple[float, ...] = field(default=())

    @property
    def is_tiny(self) -> bool:
        """Whether it has a handful of dossiers a month whatever the size of the others."""
        return self.part == TINY


def merger_day(until: date, years: int) -> date:
    """Give the first day of the successor: about 8 months ago, or 5 in data of one year; trends show it."""
    return month_start(until, 8 if years > 1 else 5)


def _parts(units: int) -> list[str]:
    if units < 10:
        return list(_FEW_PARTS[:units])
    return [*_PARTS, *([ORDINARY] * (units - len(_PARTS) - 1)), PERFECT]


def _successor(parts: list[str]) -> int:
    """Give the ward others merged into: an ordinary one near the end of the list."""
    ordinary = [i for i, part in enumerate(parts) if part == ORDINARY]
    return ordinary[-2] if len(ordinary) > 1 else ordinary[0] if ordinary else 0


def sample_units(
    rng: np.random.Generator, *, units: int, departments: int, years: int, until: date
) -> list[SampleUnit]:
    """Lay out the wards, the departments and last the ward merged away."""
    first, last = number_of(month_start(until, 12 * years)), number_of(until)
    parts = _parts(units)
    weights = np.array([WARD_WEIGHTS[i % len(WARD_WEIGHTS)] for i in range(units)], dtype=float)
    weights /= weights.mean()
    wards: list[SampleUnit] = []
    over = ordinary = 0
    for i, part in enumerate(parts):
        target, usual = 0.0, 0.0
        if part in (CLEARLY_OVER, EXACT, JUST_BELOW, WORSENING, HIDING, PERFECT):
            target, usual = {
                CLEARLY_OVER: (0.0742, 0.074),
                EXACT: (0.05, 0.049),
                JUST_BELOW: (0.0495, 0.051),
                WORSENING: (WORSENING_RATES[0], 0.014),
                HIDING: (0.0205, 0.036),
                PERFECT: (0.0, 0.003),
            }[part]
        elif part == OVER:
            target = _OVER_RATES[over % 2]
            usual, over = target * 0.97, over + 1
        elif i > 15 and i % 9 == 0:  # a province of 163 has more than four units over
            target = float(rng.uniform(0.051, 0.09))
            usual = target * 0.9
        else:
            target = _ORDINARY_RATES[ordinary % len(_ORDINARY_RATES)] * float(rng.uniform(0.96, 1.04))
            usual, ordinary = target, ordinary + 1
        backlog = 0.055 if part == HIDING else 0.0 if part == PERFECT else float(rng.uniform(0.001, 0.006))
        wards.append(
            SampleUnit(
                code=f"QM-P{i + 1:02d}",
                name=ward_name(i),
                kind="ward",
                part=part,
                share=float(weights[i]),
                target=target,
                usual_rate=usual,
                backlog=backlog,
                first=first,
                last=last,
                has_postal_contract=i % 5 != 4,
                recent_rates=_RECENT_RATES.get(part, ()),
            )
        )
    if departments == 0 and units >= 10:
        tiny = wards[units - 2]
        tiny.part, tiny.target, tiny.usual_rate = TINY, 0.03, 0.03
    rooms = [_department(i, rng, first, last) for i in range(departments)]
    heir = _successor(parts)
    opened = merger_day(until, years)
    wards[heir].first, wards[heir].active_from = number_of(opened), opened
    merged = SampleUnit(
        code="QM-P00",
        name=MERGED_NAME,
        kind="ward",
        part=MERGED,
        share=wards[heir].share * 0.97,
        target=0.0,
        usual_rate=0.031,
        backlog=0.0,
        first=first,
        last=number_of(opened) - 1,
        successor=heir,
        active_to=date.fromordinal(opened.toordinal() - 1),
    )
    return [*wards, *rooms, merged]


def _department(position: int, rng: np.random.Generator, first: int, last: int) -> SampleUnit:
    known = position < len(DEPARTMENT_SHARES)
    rate = _DEPARTMENT_RATES[position] if known else float(rng.uniform(0.01, 0.038))
    return SampleUnit(
        code=f"QM-N{position + 1:02d}",
        name=department_name(position),
        kind="department",
        part=TINY if position == 0 else ORDINARY,
        share=DEPARTMENT_SHARES[position] if known else 0.15,
        target=rate,
        usual_rate=rate,
        backlog=float(rng.uniform(0.002, 0.006)),
        first=first,
        last=last,
        department=position,
    )

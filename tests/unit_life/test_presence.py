"""No sum of totals that are told is one unit's: whole systems of sums, not pairs of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from random import Random

import pandas as pd
import pytest

from queries.asked.periods import Period, custom_period, parse_period
from queries.unit_life.presence import CLOSED, COLUMNS, DOSSIERS, RECEIVED, Blocks, blocks_of_one

TODAY = date(2026, 12, 20)
HIDDEN = ("U1", "U2", "U3")
NAMED = (
    "2026", "bc-2026", "bc-2026-9T",
    *(f"{basis}2026-{part}" for basis in ("", "bc-") for part in ("H1", "H2", "Q1", "Q2", "Q3", "Q4")),
    *(f"{basis}2026-{month:02}" for basis in ("", "bc-") for month in range(1, 13)),
)  # fmt: skip


def periods(cutoff_day: int) -> list[Period]:
    return [parse_period(word, cutoff_day) for word in NAMED]


def happened(*rows: tuple[str | None, str, date], subject: str = DOSSIERS) -> pd.DataFrame:
    return pd.DataFrame([(subject, event, unit, day, 1) for unit, event, day in rows], columns=list(COLUMNS))


def told(days: pd.DataFrame, cutoff_day: int = 15, subject: str = DOSSIERS) -> list[Period]:
    blocks = Blocks(cutoff_day)
    barred = blocks_of_one(days, blocks, seen=("OWN",), known=("OWN", *HIDDEN), today=TODAY)[subject]
    rows = [(one, blocks.row(one, TODAY)) for one in periods(cutoff_day)]
    return [one for one, row in rows if row is not None and barred.isdisjoint(row)]


def at_random(chance: Random) -> pd.DataFrame:
    """A dossier or none a unit and third of a month, each closed on the day it came."""
    rows: list[tuple[str | None, str, date]] = []
    likely = {unit: chance.choice((0.3, 0.8, 1)) for unit in (*HIDDEN, "OWN")}
    for place in range(36):
        day = date(2026, 1, 5) + timedelta(days=10 * place)
        for unit, share in likely.items():
            if chance.random() < share:
                rows += [(unit, RECEIVED, day), (unit, CLOSED, day)]
    return happened(*rows)


def sums_of_one(days: pd.DataFrame, of: list[Period], cutoff_day: int) -> Iterator[str]:
    """Give the units of which some sum of the periods' totals tells what they alone had.

    A sum takes each day so many times. It is a unit's where every day that is left over is that unit's
    alone: the sums that take every other day no times are looked for as the solutions of equations.
    """
    at: dict[date, set[str]] = {}
    for unit, day in zip(days.unit_code.tolist(), days.day.tolist(), strict=True):
        if unit != "OWN":
            at.setdefault(day, set()).add(unit)
    for unit in HIDDEN:
        must_go = [day for day, units in at.items() if units != {unit}]
        own = [day for day, units in at.items() if units == {unit}]
        equations = [[Fraction(int(one.start <= day <= one.end)) for one in of] for day in must_go]
        rank = _rank(equations)
        for day in own:
            if _rank([*equations, [Fraction(int(one.start <= day <= one.end)) for one in of]]) > rank:
                yield unit
                break


def _rank(rows: list[list[Fraction]]) -> int:
    left, rank = [list(row) for row in dict.fromkeys(map(tuple, rows))], 0
    for column in range(len(left[0]) if left else 0):
        pivot = next((i for i in range(rank, len(left)) if left[i][column]), None)
        if pivot is None:
            continue
        left[rank], left[pivot] = left[pivot], left[rank]
        for i in range(rank + 1, len(left)):
            if left[i][column]:
                factor = left[i][column] / left[rank][column]
                left[i] = [a - factor * b for a, b in zip(left[i], left[rank], strict=True)]
        rank += 1
    return rank


def in_blocks(days: pd.DataFrame, cutoff_day: int) -> pd.DataFrame:
    """Every day as the first of its block: within a block a period tells no day apart."""
    first: dict[int, date] = {}
    place = [Blocks(cutoff_day).of(day) for day in days.day]
    for one, day in zip(place, days.day, strict=True):
        first[one] = min(day, first.get(one, day))
    return days.assign(day=[first[one] for one in place])


@pytest.mark.parametrize("cutoff_day", [15, 1, 28])
def test_no_sum_of_totals_that_are_told_is_one_units(cutoff_day: int) -> None:
    shown = withheld = leaking = 0
    for seed in range(12):
        days = at_random(Random(f"{seed} {cutoff_day}"))
        of, merged = told(days, cutoff_day), in_blocks(days, cutoff_day)
        assert not list(sums_of_one(merged, of, cutoff_day)), seed
        shown, withheld = shown + len(of), withheld + len(NAMED) - len(of)
        leaking += bool(list(sums_of_one(merged, periods(cutoff_day), cutoff_day)))
    assert shown
    assert withheld
    assert leaking, "were all told, some sum would be one unit's: the test would find it"


def test_where_one_unit_is_left_nothing_is_told() -> None:
    every = [date(2026, month, day) for month in range(1, 13) for day in (3, 18)]
    assert told(happened(*(("U1", RECEIVED, day) for day in every))) == []
    # What has no unit, or one in no list, makes no second one.
    rows = [(unit, RECEIVED, day) for unit in ("U1", None, "X9") for day in every]
    assert told(happened(*rows)) == []
    both = happened(*((unit, RECEIVED, day) for unit in ("U1", "U2") for day in every))
    assert len(told(both)) == len(NAMED)


def test_one_block_of_one_takes_its_periods_and_no_others() -> None:
    every = [date(2026, month, day) for month in range(1, 13) for day in (3, 18)]
    rows = [(unit, RECEIVED, day) for unit in ("U1", "U2") for day in every]
    rows.remove(("U2", RECEIVED, date(2026, 5, 18)))
    rows += [(unit, CLOSED, day) for unit, _, day in rows]
    gone = {one.code for one in periods(15)} - {one.code for one in told(happened(*rows))}
    assert gone == {"2026", "2026-H1", "2026-Q2", "2026-05", "bc-2026", "bc-2026-H1", "bc-2026-9T",
                    "bc-2026-Q2", "bc-2026-06"}  # fmt: skip


def test_a_unit_that_only_closes_what_is_left_hides_nobody() -> None:
    every = [date(2026, month, day) for month in range(1, 13) for day in (3, 18)]
    new = [("U1", RECEIVED, day) for day in every]
    old = [("U2", RECEIVED, date(2025, 1, 3))] * 24 + [("U2", CLOSED, day) for day in every]
    assert told(happened(*new, *old)) == []
    # Where nobody receives anything, as at a weekend with which a month begins, what several have left is told.
    left = [(unit, RECEIVED, date(2025, 1, 3)) for unit in ("U1", "U2")]
    assert len(told(happened(*left))) == len(NAMED)
    assert told(happened(*left[:1])) == []


def test_days_freely_chosen_are_no_row_of_blocks() -> None:
    blocks = Blocks(15)
    assert blocks.row(custom_period(date(2026, 5, 1), date(2026, 5, 14)), TODAY) is not None
    for first, last in ((date(2026, 5, 1), date(2026, 5, 15)), (date(2026, 5, 2), date(2026, 5, 31))):
        assert blocks.row(custom_period(first, last), TODAY) is None

"""What is told of officials to whoever may not see them: no dossier's official follows from all of it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

import pandas as pd
import pytest
from clean_copies import CleanCopy

from queries.asked.periods import Period, parse_period
from queries.asked.view import Comparison, View
from queries.flags.officers import contract_atoms
from queries.flags.withheld import LEAST, Block, blocks_of, is_asked_plainly, told_units

AS_OF = datetime(2026, 11, 20, 10, 15)
VIEW = View(parse_period("2026-10"), AS_OF)
BLOCKS = blocks_of(VIEW)


class Dossier(NamedTuple):
    """One dossier; ``closed`` None while open."""

    unit: str | None
    received: date
    closed: date | None
    of_contract: bool

    def meets(self, first: date, last: date) -> bool:
        """Say whether it was there in a period: what the count of the flag counts."""
        return self.received <= last and (self.closed is None or self.closed >= first)


def periods() -> list[Period]:
    """Every period that figures on officials may be told of."""
    words = [
        f"{basis}{year}{part}"
        for basis in ("", "bc-")
        for year in (2024, 2025, 2026)
        for part in ("", "-H1", "-H2", *(f"-Q{i}" for i in range(1, 5)), *(f"-{i:02}" for i in range(1, 13)))
    ]
    found = [parse_period(word, VIEW.cutoff_day) for word in words]
    return [one for one in found if one.end < AS_OF.date()]


def place_of(day: date) -> int | None:
    return next((i for i, block in enumerate(BLOCKS) if block.first <= day <= block.last), None)


def atoms_of(dossiers: Sequence[Dossier]) -> pd.DataFrame:
    """The same atoms as the statement, counted one by one."""
    counted: Counter[tuple[Any, ...]] = Counter()
    for one in dossiers:
        begins, ends = place_of(one.received), None if one.closed is None else place_of(one.closed)
        if begins is not None and ends is not None and ends - begins in (0, 1):
            counted[(one.unit, begins, ends - begins, one.of_contract)] += 1
    rows = [(*key, n) for key, n in counted.items()]
    return pd.DataFrame(rows, columns=["unit_code", "block", "crosses", "on_contract", "n"])


def district(seed: int, *, fewest: int = 0) -> list[Dossier]:
    """Four units and strays over a year: most of a few days, some of months, some never closed.

    The units differ in how many dossiers of contract officials they have; the last has few.
    """
    draw = random.Random(seed)
    made: list[Dossier] = []
    for unit, many in (
        ("P01", 14),
        ("P02", 11),
        ("P03", 9),
        ("P04", fewest or draw.randint(1, 6)),
        (None, 1),
    ):
        for block in BLOCKS[-26:]:
            length = (block.last - block.first).days
            for kind in (True, False):
                for _ in range(draw.randint(max(0, many - 3), many + 2)):
                    first = block.first + timedelta(days=draw.randint(0, length))
                    last = block.first + timedelta(days=draw.randint((first - block.first).days, length))
                    made.append(Dossier(unit, first, last, kind))
                for _ in range(draw.randint(max(0, many - 4), many)):
                    first = block.first + timedelta(days=draw.randint(0, length))
                    made.append(Dossier(unit, first, block.last + timedelta(days=draw.randint(1, 13)), kind))
                if draw.random() < 0.4:
                    first = block.first + timedelta(days=draw.randint(0, length))
                    last_day = first + timedelta(days=draw.randint(20, 300))
                    made.append(Dossier(unit, first, draw.choice([last_day, None]), kind))
    return made


class Sums:
    """Everything that is told: by period, the district's and each told unit's sum."""

    def __init__(self, dossiers: Sequence[Dossier]) -> None:
        atoms = atoms_of(dossiers)
        self.told = {one: told_units(atoms, BLOCKS, one) for one in periods()}

    def scopes(self) -> Iterator[tuple[Period, str]]:
        """Every sum told: the period, and the unit or "" for the district."""
        for period, units in self.told.items():
            if units is not None:
                yield from ((period, code) for code in ("", *units))


def changed(dossiers: Sequence[Dossier], one: int, sums: Sums) -> dict[int, int] | None:
    """Other kinds for some dossiers, the one among them, that leave every sum as it is: place → +1 or −1.

    Only of the same unit where it is told, else of the units that are not. None where there are none.
    """
    subject = dossiers[one]
    step = -1 if subject.of_contract else 1
    changes = {one: step}
    runs: dict[int, tuple[frozenset[str], range]] = {}
    for period, units in sums.told.items():
        if units is not None:
            within = range(place_of(period.start) or 0, (place_of(period.end) or 0) + 1)
            for place in within:
                before = runs.get(place)
                if before is None or len(before[1]) < len(within):
                    runs[place] = (units, within)
    begins = place_of(subject.received) if subject.received >= BLOCKS[0].first else 0
    ends = len(BLOCKS) - 1 if subject.closed is None else place_of(subject.closed)
    ends = len(BLOCKS) - 1 if ends is None else ends
    assert begins is not None
    mine = [place for place in range(begins, ends + 1) if place in runs]
    crossed = [
        place for place in mine if place + 1 in mine
        and any(units is not None and (place_of(p.start) or 0) <= place and place + 1 <= (place_of(p.end) or 0)
                for p, units in sums.told.items())
    ]  # fmt: skip

    def take(first: int, last: int, way: int) -> bool:
        told = runs[first][0]
        for i, other in enumerate(dossiers):
            if i in changes or other.closed is None or other.of_contract is not (way < 0):
                continue
            same = other.unit == subject.unit if subject.unit in told else other.unit not in told
            if same and place_of(other.received) == first and place_of(other.closed) == last:
                changes[i] = way
                return True
        return False

    # A row of m blocks that are crossed: m − 1 pairs the other way, the m − 2 within the same way.
    rows: list[list[int]] = []
    for place in mine:
        if rows and place - 1 in crossed and rows[-1][-1] == place - 1:
            rows[-1].append(place)
        else:
            rows.append([place])
    for row in rows:
        if len(row) == 1:
            if not take(row[0], row[0], -step):
                return None
            continue
        if not all(take(place, place + 1, -step) for place in row[:-1]):
            return None
        if not all(take(place, place, step) for place in row[1:-1]):
            return None
    return changes


@pytest.mark.parametrize("seed", range(4))
def test_any_dossier_may_be_of_the_other_kind_for_all_that_is_told(seed: int) -> None:
    dossiers = district(seed)
    sums = Sums(dossiers)
    scopes = list(sums.scopes())
    assert len({code for _, code in scopes}) > 2, "some units are told"
    assert len({period for period, _ in scopes}) > 30
    done: set[Any] = set()
    for i, one in enumerate(dossiers):
        alike = (one.unit, place_of(one.received), one.closed and place_of(one.closed), one.of_contract)
        if alike in done:
            continue
        done.add(alike)
        changes = changed(dossiers, i, sums)
        assert changes is not None, one
        for period, code in scopes:
            moved = sum(
                way for k, way in changes.items()
                if dossiers[k].meets(period.start, period.end) and code in ("", dossiers[k].unit)
            )  # fmt: skip
            assert moved == 0, (one, period.code, code)
    assert len(done) > 300


@pytest.mark.parametrize("seed", range(4))
def test_nothing_told_is_under_five_nor_is_the_remainder(seed: int) -> None:
    dossiers = district(seed)
    for period, units in Sums(dossiers).told.items():
        if units is None:
            continue
        of_units = Counter(
            one.unit for one in dossiers if one.of_contract and one.meets(period.start, period.end)
        )
        assert all(of_units[code] >= LEAST for code in units)
        hidden = sum(n for code, n in of_units.items() if code not in units)
        assert hidden >= LEAST or set(of_units) <= units


def test_what_two_months_would_give_away_is_not_told() -> None:
    """October's dossiers are September's and one more: the difference of two sums above five is that one."""
    both = [Dossier("P01", date(2026, 9, 3), date(2026, 10, 28), i < 9) for i in range(30)]
    one = Dossier("P01", date(2026, 10, 5), date(2026, 10, 6), True)
    told = Sums([*both, one]).told
    for word in ("2026-09", "2026-10"):
        period = parse_period(word)
        assert sum(d.of_contract and d.meets(period.start, period.end) for d in (*both, one)) >= LEAST
        assert told[period] is None


def test_dossiers_that_are_all_of_contract_officials_are_not_told() -> None:
    dossiers = [one._replace(of_contract=True) if one.unit == "P01" else one for one in district(1)]
    assert all("P01" not in (units or ()) for units in Sums(dossiers).told.values())


def test_the_weakest_unit_hides_with_those_that_alone_would_be_the_remainder() -> None:
    dossiers = [one for one in district(2, fewest=9) if one.unit is not None]
    stray = Dossier(None, date(2026, 10, 2), date(2026, 10, 3), True)
    month = parse_period("2026-10")
    assert Sums(dossiers).told[month] == frozenset({"P01", "P02", "P03", "P04"})
    told = Sums([*dossiers, stray]).told[month]
    assert told is not None
    assert len(told) == 3


@pytest.mark.parametrize(
    "changes",
    [
        {"period": parse_period("2026-11")},  # it runs
        {"period": parse_period("bc-2026-9T")},
        {"period": parse_period("2026-10-01..2026-10-31")},
        {"as_of": datetime(2026, 11, 19, 10)},  # den
        {"comparison": Comparison("day", date(2026, 10, 5))},
        {"judged_on": date(2026, 10, 5)},
        {"field": "Đất đai"},
        {"procedure_code": "TT1"},
    ],
)
def test_what_is_asked_in_another_way_is_not_told(changes: dict[str, Any]) -> None:
    assert is_asked_plainly(VIEW, AS_OF)
    assert is_asked_plainly(VIEW.at(unit_code="P01", period=parse_period("bc-2026-Q3")), AS_OF)
    assert not is_asked_plainly(VIEW.at(**changes), AS_OF)


def test_blocks_are_cut_at_months_and_at_the_cut_off_day() -> None:
    assert BLOCKS[-2:] == (
        Block(date(2026, 10, 15), date(2026, 10, 31)),
        Block(date(2026, 11, 1), date(2026, 11, 14)),
    )
    assert all(after.first - before.last == timedelta(days=1) for before, after in pairwise(BLOCKS))
    assert len(blocks_of(VIEW.at(cutoff_day=1))) == 35


def test_the_atoms_of_the_database_are_those_counted_one_by_one(here: CleanCopy) -> None:
    dossiers = district(5)[:700]
    rows = [
        {
            "dossier_code": f"H{i:04}", "unit_code": one.unit, "received_at": one.received,
            "finished_at": one.closed, "state": "open" if one.closed is None else "finished",
            "due_at": one.received, "officer_code": "C" if one.of_contract else None,
        }
        for i, one in enumerate(dossiers)
    ]  # fmt: skip
    units = [{"unit_code": code, "name": code, "kind": "ward"} for code in ("P01", "P02", "P03", "P04")]
    staff = [{"officer_code": "C", "name": "C", "on_contract": True}]
    here.fill({"units": units, "dossiers": rows, "officers": staff})
    view = View(parse_period("2026-11"), AS_OF)
    with here.asked(view) as (conn, courses):
        found = contract_atoms(conn, courses, view, blocks=BLOCKS)
    expected = atoms_of(dossiers)

    def plain(frame: pd.DataFrame) -> set[tuple[Any, ...]]:
        return {
            (code if isinstance(code, str) else None, *rest) for code, *rest in frame.itertuples(index=False)
        }

    assert plain(found) == plain(expected)

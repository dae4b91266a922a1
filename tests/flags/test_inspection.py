"""Đơn vị nên kiểm tra, and which units have a red flag: lists of work are no alarm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from queries.asked.periods import parse_period
from queries.asked.view import View
from queries.definitions.flag_rule import Parameters
from queries.definitions.flags import FLAGS
from queries.definitions.units import Unit
from queries.flags.found import Found, FoundFlags, Raised

VIEW = View(parse_period("2026-11"), datetime(2026, 11, 20, 10, 15))


@dataclass(frozen=True)
class Of:
    """A unit: to resolve, overdue, under red flags on dossiers; over the threshold as strongly as said."""

    to_resolve: int
    overdue: int = 0
    red: int = 0
    over: str = ""


def found(units: Mapping[str, Of], *, has_slips: bool = True, **more: Raised) -> FoundFlags:
    late = {code: Raised(1, strength=one.over) for code, one in units.items() if one.over}
    lists = {code: Raised(one.red, one.red) for code, one in units.items() if one.red}
    flags = (
        Found(FLAGS["unit_late"], "found", Raised(len(late)), late),
        Found(FLAGS["officer_late"], "found", Raised(len(more)), more),
        Found(FLAGS["no_apology"], "found", Raised(sum(one.red for one in units.values())), lists),
    )
    return FoundFlags(
        VIEW, Parameters(), flags, tuple(Unit(code, code, "ward") for code in units),
        {code: one.overdue for code, one in units.items()},
        {code: one.to_resolve for code, one in units.items()},
        {code: one.red for code, one in units.items()} if has_slips else None,
    )  # fmt: skip


def order(flags: FoundFlags) -> str:
    return " ".join(row.unit.name for row in flags.inspected)


def test_over_the_threshold_comes_first_then_red_dossiers_for_the_size_then_overdue() -> None:
    units = {
        "Large": Of(1000, overdue=50, red=20), "Small": Of(100, overdue=1, red=5),
        "Over": Of(200, over="over"), "Same": Of(200, overdue=3, red=4), "Fine": Of(500),
        "Overdue": Of(400, overdue=9),
    }  # fmt: skip
    flags = found(units)
    # 5 of 100 is 50 of 1.000; 20 of 1.000 and 4 of 200 are 20 each: more overdue first.
    assert order(flags) == "Over Small Large Same Overdue"
    assert flags.inspected[1].per_thousand == Fraction(50)


def test_few_to_resolve_are_last_whatever_else() -> None:
    units = {"Few": Of(29, overdue=20, red=20, over="clear"), "Enough": Of(30, overdue=1)}
    assert order(found(units)) == "Enough Few"
    assert order(found({**units, "Few": Of(30, overdue=20, red=20, over="clear")})) == "Few Enough"


def test_over_on_few_dossiers_comes_after_the_surely_over() -> None:
    assert order(
        found({"Weak": Of(90, 5, 40, "few"), "Sure": Of(90, 1, 1, "over"), "Not": Of(90, 9, 80)})
    ) == ("Sure Weak Not")


def test_without_slips_overdue_dossiers_alone_decide() -> None:
    units = {"A": Of(100, overdue=2, red=90), "B": Of(5000, overdue=7), "C": Of(100, red=50)}
    flags = found(units, has_slips=False)
    assert order(flags) == "B A", "C has nothing that can be known"
    assert flags.inspected[0].per_thousand is None


def test_a_unit_has_a_red_flag_only_by_what_judges_the_unit() -> None:
    units = {"Over": Of(100, over="over"), "Listed": Of(1234, red=1), "Fine": Of(100)}
    flags = found(units, Listed=Raised(1, 3))
    assert [one.name for one in flags.alarmed] == ["Over"], "nor an official's late dossiers"
    assert [one.name for one in found({"Listed": Of(1234, red=1)}).alarmed] == []

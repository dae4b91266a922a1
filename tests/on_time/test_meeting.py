"""What moved since the last meeting: splits that add up exactly, and who crossed the threshold, by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from apps import Site, dossiers, unit, write
from hypothesis import given
from hypothesis import strategies as st
from stores import Row

from dashboard.formats import adding_up, half_up, signed_text
from dashboard.question.meeting import breakdowns
from dashboard.settings.values import DatedRule
from queries.definitions.metrics import ENOUGH_DOSSIERS, Share
from queries.on_time.changes import contributions, crossings, moves
from queries.on_time.statements import on_time_by_procedure, on_time_by_unit_procedure

OCTOBER = date(2026, 10, 1)
LAND, CIVIL, TRADE = "Đất đai", "Hộ tịch", "Kinh doanh"
PROCEDURES = [
    {"procedure_code": "1.1", "name": "Đăng ký đất", "field": LAND},
    {"procedure_code": "1.2", "name": "Tách thửa", "field": LAND},
    {"procedure_code": "2.1", "name": "Khai sinh", "field": CIVIL},
    {"procedure_code": "3.1", "name": "Hộ kinh doanh", "field": TRADE},
]


def moved_rows() -> list[Row]:
    """P01 rises and crosses, P02 falls and is back, P03 is few, P05 has nothing left, P06 is to tip over."""
    return [
        *dossiers("P01", on_time=19, late=1, month=OCTOBER, procedure_code="1.1"),
        *dossiers("P01", on_time=20, month=OCTOBER, procedure_code="2.1"),
        *dossiers("P01", on_time=14, late=5, procedure_code="1.1"),
        *dossiers("P01", on_time=10, late=1, procedure_code="1.2"),
        *dossiers("P01", on_time=20, procedure_code="2.1"),
        *dossiers("P02", on_time=36, late=4, month=OCTOBER, procedure_code="2.1"),
        *dossiers("P02", on_time=38, late=1, procedure_code="2.1"),
        *dossiers("P02", on_time=1, procedure_code=None, field="Lạ"),
        *dossiers("P03", on_time=3, late=1, procedure_code="3.1"),
        *dossiers("P04", on_time=40, month=OCTOBER),
        *dossiers("P04", on_time=40),
        *dossiers("P05", on_time=3, late=3, month=OCTOBER, procedure_code="3.1"),
        *dossiers("P06", on_time=39, late=1, month=OCTOBER, procedure_code="3.1"),
        *dossiers("P06", on_time=40, late=1, overdue=3, open_in_time=2, procedure_code="3.1"),
    ]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder = tmp_path_factory.mktemp("hop")
    return Site(write(folder, [unit(i) for i in range(1, 7)], moved_rows(), procedures=PROCEDURES))


# contributions: exact


def shares() -> st.SearchStrategy[dict[str, Share]]:
    def share(pair: tuple[int, int]) -> Share:
        return Share(min(pair), max(pair))

    number = st.integers(0, 40)
    return st.dictionaries(st.sampled_from("abcdef"), st.tuples(number, number).map(share), max_size=6)


def rate(parts: Mapping[str, Share]) -> Fraction | None:
    return Share(sum(one.a for one in parts.values()), sum(one.b for one in parts.values())).exact


@given(now=shares(), before=shares(), places=st.integers(2, 5))
def test_contributions_add_up_to_the_change_exactly_and_as_printed(
    now: dict[str, Share], before: dict[str, Share], places: int
) -> None:
    found = contributions(now, before)
    new, old = rate(now), rate(before)
    if new is None or old is None:
        assert found == {}
        return
    assert set(found) == set(now) | set(before)
    assert sum(found.values()) == new - old
    exact = list(found.values())
    printed = adding_up(exact, new - old, places)
    assert sum(printed) == half_up(new - old, places)
    inner = adding_up(exact[1:], sum(exact[1:], Fraction(0)), places)
    assert sum(inner) == half_up(sum(exact[1:], Fraction(0)), places)
    for one, shown in zip(exact, printed, strict=True):
        assert abs(one - shown) < Fraction(1, 10**places)
        assert one * shown >= 0, "never printed with the other sign"


@given(parts=st.lists(st.fractions(-50, 50, max_denominator=300), min_size=1, max_size=6), up=st.booleans())
def test_parts_of_a_part_add_up_to_it_as_printed(parts: list[Fraction], up: bool) -> None:
    """The total may itself have been rounded either way to make its own level add up."""
    exact = sum(parts, Fraction(0)) * 100
    floor = exact // 1
    total = Fraction(floor + (1 if up and exact != floor else 0), 100)
    printed = adding_up(parts, total, 2)
    assert sum(printed) == total
    assert all(abs(one - shown) <= Fraction(1, 100) for one, shown in zip(parts, printed, strict=True))


def test_signs_are_printed() -> None:
    values = (Fraction(12, 5), Fraction(-7, 20), Fraction(0), Fraction(123456, 100))
    assert [signed_text(one, 2) for one in values] == ["+2,40", "−0,35", "0", "+1.234,56"]


def test_the_biggest_changes_are_split_by_field_and_procedure(site: Site) -> None:
    question = site.ask()
    rise, fall = breakdowns(question)
    assert rise is not None
    assert fall is not None
    assert (rise.pair.row.unit.code, rise.pair.now, rise.pair.before) == ("P01", Share(6, 50), Share(1, 40))
    assert rise.points == Fraction(600, 175) - Fraction(100, 166), "of the district's 175 and 166"
    assert rise.pair.points == Fraction(600, 50) - Fraction(100, 40)
    assert [(one.name, one.now, one.before, one.points) for one in rise.fields] == [
        (LAND, 6, 1, Fraction(600, 175) - Fraction(100, 166)),
        (CIVIL, 0, 0, 0),
    ]
    assert [(one.name, one.now, one.before, one.points) for one in rise.procedures(LAND)] == [
        ("1.1", 5, 1, Fraction(500, 175) - Fraction(100, 166)),
        ("1.2", 1, 0, Fraction(100, 175)),
    ]
    assert sum(one.points for one in rise.procedures(LAND)) == rise.fields[0].points
    assert sum(one.points for one in rise.procedures()) == rise.points
    assert (fall.pair.row.unit.code, fall.points) == ("P02", Fraction(100, 175) - Fraction(400, 166))
    assert {one.name for one in fall.fields} == {CIVIL, "Lạ"}, "the dossier's own word where it has no code"


@pytest.mark.parametrize(
    "words",
    [{"cach_tinh": basis} for basis in "ABCD"] + [{"so_voi": "2026-11-11"}, {"linh_vuc": "dat-dai"}],
)
def test_a_split_adds_up_to_its_unit_s_part_of_the_change_under_every_basis(
    site: Site, words: dict[str, str]
) -> None:
    question = site.ask(words)
    found = [one for one in breakdowns(question) if one is not None]
    assert found or "linh_vuc" in words, words
    assert question.compared is not None
    now, then = (one.district.verdict.share.b for one in (question.on_time, question.compared))
    for one in found:
        assert one.points == Fraction(100 * one.pair.now.a, now) - Fraction(100 * one.pair.before.a, then)
        assert sum(field.points for field in one.fields) == one.points


def test_two_units_are_split_by_one_statement_a_period(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    question, asked = site.ask(), []
    _ = question.on_time, question.compared
    ask = site.source.ask

    def counting(known: Any, query: Any, view: Any, **more: Any) -> Any:
        asked.append((query, view))
        return ask(known, query, view, **more)

    monkeypatch.setattr(site.source, "ask", counting)
    breakdowns(question)
    assert {query for query, _ in asked} == {on_time_by_unit_procedure}
    assert len(set(asked)) == 2


def test_some_units_by_procedure_are_those_units_alone(site: Site) -> None:
    question = site.ask()
    ask, known = site.source.ask, question.known
    both = ask(known, on_time_by_unit_procedure, question.counted, units=("P01", "P02"))
    assert set(both.unit_code) == {"P01", "P02"}
    for code in ("P01", "P02"):
        alone = ask(known, on_time_by_procedure, question.counted.at(unit_code=code))
        own = both[both.unit_code == code].drop(columns="unit_code")
        key = ["procedure_code", "field"]
        left, right = (frame.sort_values(key).reset_index(drop=True).astype(object) for frame in (own, alone))
        assert left.fillna(0).equals(right.fillna(0))
    to_come = site.ask({"ky": "2026-12"})
    assert ask(known, on_time_by_unit_procedure, to_come.counted, units=("P01",)).empty


# who crossed, who moved


def codes(pairs: tuple[object, ...]) -> list[str | None]:
    return [getattr(one, "row", one).unit.code for one in pairs]  # type: ignore[attr-defined]


def test_who_crossed_the_threshold(site: Site) -> None:
    question = site.ask()
    found = crossings(question.on_time, question.compared)
    assert found is not None
    assert codes(found.over) == ["P01"], "nothing to judge then is nothing to have come from"
    assert codes(found.back) == ["P02"]
    assert codes(found.gone) == ["P05"]
    assert (codes(found.new), found.still) == (["P03"], ())


def test_who_moved_most(site: Site) -> None:
    question = site.ask()
    found = moves(question.on_time, question.compared)
    assert found is not None
    assert codes(found.compared) == ["P01", "P02", "P04", "P06"]
    assert (found.others, codes(found.rise), codes(found.fall)) == (2, ["P01"], ["P02"])
    assert found.points == Fraction(900, 175) - Fraction(900, 166)


def large_and_small() -> list[Row]:
    """A ward of 400 and an office of 40 whose own rate rises further; the district has 440, then 462."""
    return [
        *dossiers("P01", on_time=380, late=20, month=OCTOBER), *dossiers("P01", on_time=388, late=32),
        *dossiers("P02", on_time=40, month=OCTOBER), *dossiers("P02", on_time=40, late=2),
    ]  # fmt: skip


def test_a_large_unit_comes_before_a_small_one_that_moved_further(tmp_path: Path) -> None:
    question = Site(write(tmp_path, [unit(1), unit(2)], large_and_small())).ask()
    found = moves(question.on_time, question.compared)
    assert found is not None
    one, two = found.compared
    assert two.points is not None
    assert one.points is not None
    assert two.points > one.points, "by its own rate the office is the worst"
    assert codes(found.rise) == ["P01"]
    assert found.contribution(one) == Fraction(3200, 462) - Fraction(2000, 440)
    assert found.contribution(two) == Fraction(200, 462)
    assert found.points == found.contribution(one) + found.contribution(two)


def test_a_unit_that_is_new_and_one_that_has_nothing_left_move_the_district(tmp_path: Path) -> None:
    rows = [
        *large_and_small(),
        *dossiers("P03", on_time=50, late=50),
        *dossiers("P04", late=40, month=OCTOBER),
    ]
    question = Site(write(tmp_path, [unit(i) for i in range(1, 5)], rows)).ask()
    found = moves(question.on_time, question.compared)
    assert found is not None
    assert (codes(found.rise), codes(found.fall), found.others) == (["P03"], ["P04"], 0)
    rise, fall = breakdowns(question)
    assert rise is not None
    assert fall is not None
    assert (rise.points, fall.points) == (Fraction(5000, 562), -Fraction(4000, 480))


def test_nothing_is_compared_with_nothing(site: Site) -> None:
    for words in ({"so_voi": "2026-10-30"}, {"so_voi": "cung-ky"}):
        question = site.ask(words)
        assert crossings(question.on_time, question.compared) is None
        assert moves(question.on_time, question.compared) is None
        assert breakdowns(question) == (None, None)


def test_few_dossiers_never_moved_most_and_equal_moves_are_all_named(tmp_path: Path) -> None:
    enough = ENOUGH_DOSSIERS
    rows = [
        *dossiers("P01", on_time=enough - 1, month=OCTOBER), *dossiers("P01", late=enough),
        *dossiers("P02", on_time=enough, month=OCTOBER), *dossiers("P02", on_time=enough - 1, late=1),
        *dossiers("P03", on_time=enough, month=OCTOBER), *dossiers("P03", on_time=enough - 1, late=1),
    ]  # fmt: skip
    question = Site(write(tmp_path, [unit(i) for i in (1, 2, 3)], rows)).ask()
    found = moves(question.on_time, question.compared)
    assert found is not None
    assert (found.others, codes(found.rise), found.fall) == (1, ["P02", "P03"], ())


def test_each_period_is_judged_by_its_own_threshold(tmp_path: Path) -> None:
    """6% in both months, and the threshold went from 7 to 5: over now, not then."""
    rows = [*dossiers("P01", on_time=47, late=3, month=OCTOBER), *dossiers("P01", on_time=47, late=3)]
    rules = (DatedRule(percent="7", document="cũ"),
             DatedRule(since=date(2026, 11, 1), percent="5", document="mới"))  # fmt: skip
    question = Site(write(tmp_path, [unit(1)], rows), thresholds=rules).ask()
    found = crossings(question.on_time, question.compared)
    assert found is not None
    assert (codes(found.over), found.back) == (["P01"], ())

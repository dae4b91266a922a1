"""From counts to verdicts: who is listed, who is flagged, how sure, since when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.asked.periods import Period, months_back, parse_period
from queries.asked.view import Rule, Rules, View
from queries.definitions.metrics import BASES, COUNTS, Share
from queries.definitions.units import UNKNOWN_UNIT, Unit
from queries.flags.judging import backlog, commended
from queries.on_time.judging import OnTime, Row, Tally, judge, judged_units, tallies
from queries.on_time.judging_trend import trend_of
from queries.on_time.streak import Running, running
from queries.on_time.trend import trend_months

AS_OF = datetime(2026, 11, 21, 10, 15)
VIEW = View(parse_period("2026-11"), AS_OF)
ENDED = View(parse_period("2026-10"), AS_OF)


def ward(code: str, **more: Any) -> Unit:
    return Unit(code, f"Phường {code}", "ward", **more)


def tally(**counts: int) -> Tally:
    """Counts that agree: what is finished is also received, and what is open too."""
    parts = ("early", "on_time", "late", "undated", "refused", "withdrawn", "closed_undated", "open_in_time",
             "open_overdue", "suspended")  # fmt: skip
    finished = sum(counts.get(word, 0) for word in parts[:4])
    received = sum(counts.get(word, 0) for word in parts)
    return Tally({"finished": finished, "received": received, **counts})


def frame(rows: Mapping[Any, Mapping[str, Any]]) -> pd.DataFrame:
    """What ``on_time_by_unit`` gives: one row a unit_code."""
    columns = ["unit_code", *COUNTS, "oldest_due"]
    table = [
        {"unit_code": code, **dict.fromkeys(COUNTS, 0), "oldest_due": pd.NaT, **tally_of}
        for code, tally_of in rows.items()
    ]
    return pd.DataFrame(table, columns=columns)


def judged(
    rows: Mapping[Any, Mapping[str, Any]], *units: Unit, view: View = VIEW
) -> OnTime:  # fmt: skip
    return judged_units(frame(rows), units or [ward(code) for code in rows if code is not None], view)


def done(late: int, n: int, **more: int) -> dict[str, int]:
    return {"late": late, "on_time": n - late, "finished": n, "received": n, **more}


def codes(rows: tuple[Row, ...]) -> list[str | None]:
    return [row.unit.code for row in rows]


# counts


def test_a_tally_gives_counts_and_their_sums() -> None:
    one = Tally({"early": 3, "on_time": 5, "late": 2, "received": 7, "carried_over": 4, "open_overdue": 6})
    assert (one["early"], one["undated"]) == (3, 0)
    assert (one["judged"], one["not_late"], one["to_resolve"], one["c_late"]) == (10, 8, 11, 8)
    assert one.share("on_time_rate") == Share(8, 10)
    with pytest.raises(KeyError):
        one["no_such_count"]


def test_each_basis_divides_its_own_sums() -> None:
    one = Tally({"early": 1, "on_time": 5, "late": 2, "received": 7, "carried_over": 4, "open_overdue": 3,
                 "b_late": 4, "b_due": 9, "d_late": 1})  # fmt: skip
    assert [one.late(basis) for basis in BASES] == [Share(2, 8), Share(4, 9), Share(5, 11), Share(1, 7)]
    assert one.with_backlog_done == Share(5, 11)


@given(st.lists(st.dictionaries(st.sampled_from(COUNTS), st.integers(0, 99)), max_size=5))
def test_adding_tallies_adds_every_count(parts: list[dict[str, int]]) -> None:
    total = sum(map(Tally, parts), Tally())
    for word in COUNTS:
        assert total[word] == sum(part.get(word, 0) for part in parts)
    for rate in ("late_rate_a", "late_rate_b", "late_rate_c", "late_rate_d", "on_time_rate", "resolved_rate"):
        assert total.share(rate).a == sum(Tally(part).share(rate).a for part in parts)
        assert total.share(rate).b == sum(Tally(part).share(rate).b for part in parts)


def test_the_oldest_promise_of_a_sum_is_the_older_one() -> None:
    first, second = datetime(2026, 3, 1), datetime(2026, 4, 1)
    assert (Tally({}, second) + Tally({}, first) + Tally()).oldest_due == first
    assert (Tally() + Tally()).oldest_due is None


@given(st.dictionaries(st.sampled_from(("early", "on_time", "late", "undated", "refused", "withdrawn",
                                        "closed_undated", "open_in_time", "open_overdue", "suspended")),
                       st.integers(0, 50)))  # fmt: skip
def test_counts_that_agree_leave_no_gap(counts: dict[str, int]) -> None:
    assert tally(**counts).gap == 0


def test_published_figures_that_break_the_identity_show_their_gap() -> None:
    assert Tally({"received": 100, "carried_over": 5, "finished": 98, "open_in_time": 4}).gap == 3
    assert Tally({"received": 1, "finished": 3}).gap == -2


def test_rows_of_one_code_are_one_tally_and_missing_codes_come_under_none() -> None:
    due = datetime(2026, 11, 3)
    parts = (
        frame({"P1": {"late": 1}}),
        frame({"P1": {"late": 2, "oldest_due": due}}),
        frame({None: {"early": 4}}),
    )
    table = pd.concat(parts, ignore_index=True)
    found = tallies(table, "unit_code")
    assert set(found) == {"P1", None}
    assert (found["P1"]["late"], found["P1"].oldest_due, found[None]["early"]) == (3, due, 4)
    assert tallies(table.assign(unit_code=float("nan")), "unit_code").keys() == {None}


# one verdict


@pytest.mark.parametrize(
    ("late", "n", "expected"),
    [
        (0, 0, (None, None, None, None)),
        (0, 30, ("fine", None, None, 1)),
        (1, 20, ("over", "over", 1, None)),  # 5% exactly is over
        (99, 2_000, ("near", None, None, 1)),
        (100, 2_016, ("near", None, None, 0)),
        (4, 100, ("near", None, None, 1)),  # 4% exactly is near
        (399, 10_000, ("fine", None, None, 106)),
        (1, 19, ("over", "few", 2, None)),
        (171, 2_305, ("over", "clear", 1_116, None)),
        (92, 1_840, ("over", "over", 1, None)),
        (7, 7, ("over", "few", 134, None)),
    ],
)
def test_a_verdict_by_hand(
    late: int, n: int, expected: tuple[str | None, str | None, int | None, int | None]
) -> None:
    """Expected: flag, strength, needed, affordable."""
    found = judge(Tally(done(late, n)), VIEW)
    assert (found.flag, found.strength, found.needed, found.affordable) == expected
    assert found.is_over == (found.flag == "over")
    assert found.is_sure == (found.is_over and n >= 20)


def test_the_chosen_basis_is_judged_and_only_a_counts_what_is_needed() -> None:
    one = Tally(done(1, 100, open_overdue=9, received=110, b_late=10, b_due=40, d_late=3))
    flags = {basis: judge(one, VIEW.at(basis=basis)) for basis in BASES}
    assert [flags[basis].flag for basis in BASES] == ["fine", "over", "over", "fine"]
    assert [flags[basis].share for basis in BASES] == [one.late(basis) for basis in BASES]
    assert flags["A"].affordable is not None
    assert all(flags[basis].needed is flags[basis].affordable is None for basis in "BCD")


def test_the_rules_of_the_last_day_judge_the_period() -> None:
    rules = Rules(
        threshold=(Rule("5", None, "CV"), Rule("10", date(2026, 11, 22), "QĐ mới")),
        near=(Rule("4", None, "CV"), Rule("6", date(2026, 11, 22), "QĐ mới")),
    )
    one = Tally(done(7, 100))
    assert judge(one, VIEW.at(rules=rules)).flag == "over"  # E is 21/11
    later = VIEW.at(rules=rules, as_of=datetime(2026, 11, 22, 8))
    assert judge(one, later).flag == "near"
    assert judge(Tally(done(5, 100)), later).flag == "fine", "near begins at 6% by then"
    assert judge(one, ENDED.at(rules=rules, as_of=datetime(2026, 12, 1))).flag == "over"


@pytest.mark.parametrize(
    ("counts", "matters"),
    [
        ({"late": 5, "on_time": 95, "received": 100, "d_late": 5, "b_late": 5, "b_due": 100}, False),
        ({"late": 5, "on_time": 95, "received": 100, "d_late": 4, "b_late": 5, "b_due": 100}, True),
        ({"open_overdue": 5, "received": 10, "d_late": 5}, False),  # A and B have no denominator
        ({"late": 1, "on_time": 9, "received": 0, "carried_over": 10}, False),
        ({}, False),
    ],
)
def test_the_basis_matters_where_those_with_a_denominator_disagree(
    counts: dict[str, int], matters: bool
) -> None:
    assert all(judge(Tally(counts), ENDED.at(basis=basis)).basis_matters is matters for basis in BASES)


@pytest.mark.parametrize(
    ("counts", "matters"),
    [
        # D is 0 of 100, for what came in is not due yet: that alone decides nothing.
        ({"late": 5, "on_time": 95, "received": 100, "b_late": 5, "b_due": 100}, False),
        ({"late": 5, "on_time": 95, "received": 100, "b_late": 4, "b_due": 100}, True),
        ({"received": 100}, False),
        ({}, False),
    ],
)
def test_rate_d_waits_for_the_end_of_the_period_unless_it_is_chosen(
    counts: dict[str, int], matters: bool
) -> None:
    """VIEW runs: without D its A, B and C decide; with D chosen, or the month over, D takes part."""
    assert all(judge(Tally(counts), VIEW.at(basis=basis)).basis_matters is matters for basis in "ABC")
    with_d = bool(counts.get("late"))
    assert judge(Tally(counts), VIEW.at(basis="D")).basis_matters is with_d
    assert judge(Tally(counts), ENDED).basis_matters is with_d


@pytest.mark.parametrize(
    ("counts", "tips"),
    [
        (done(1, 100, open_overdue=5), True),  # 6/105
        (done(0, 95, open_overdue=5), True),  # 5/100: exactly the threshold
        (done(0, 96, open_overdue=5), False),
        (done(5, 100, open_overdue=50), False),  # over already
        (done(0, 0, open_overdue=1), True),  # n = 0: nothing else is known of it
        (done(0, 0), False),
        (done(4, 100), False),
    ],
)
def test_a_backlog_that_would_tip_a_unit_over(counts: dict[str, int], tips: bool) -> None:
    assert judge(Tally(counts), VIEW).backlog_tips is tips
    assert judge(Tally(counts), VIEW.at(basis="C")).backlog_tips is tips, "always told by rate A"
    assert not judge(Tally(counts), ENDED).backlog_tips, "not of a period that is over"


# a period


def test_units_are_ranked_worst_first_and_few_dossiers_never_first() -> None:
    found = judged({
        "fine": done(1, 100), "few": done(3, 4), "over": done(6, 100), "worst": done(20, 100),
        "near": done(9, 200), "none": done(0, 0), "calm": done(0, 3),
    })  # fmt: skip
    assert codes(found.ranked) == ["worst", "over", "near", "fine", "calm", "few", "none"]
    assert codes(found.over) == ["worst", "over", "few"]
    assert (codes(found.few), codes(found.near), codes(found.silent)) == (["few"], ["near"], ["none"])
    assert len(found.judged) == 6


def test_the_same_rate_stands_in_vietnamese_order() -> None:
    names = ("Phường 10", "Phường 2", "Phường Đông", "Phường Dương", "Phòng An")
    units = [Unit(name, name, "department" if name == "Phòng An" else "ward") for name in names]
    found = judged({unit.code: done(1, 10) for unit in units}, *units)
    assert [row.unit.name for row in found.ranked] == [
        "Phường 2", "Phường 10", "Phường Dương", "Phường Đông", "Phòng An",
    ]  # fmt: skip


def test_dossiers_without_a_known_unit_are_in_the_sum_and_never_flagged() -> None:
    found = judged({"P1": done(0, 50), "gone": done(30, 40), None: done(10, 10)}, ward("P1"))
    stray = found.rows[-1]
    assert (stray.unit.name, stray.unit.is_known) == (UNKNOWN_UNIT, False)
    assert (stray.tally["late"], stray.tally["judged"], stray.verdict.share) == (40, 50, Share(40, 50))
    assert (stray.verdict.flag, stray.verdict.strength, stray.verdict.needed) == (None, None, None)
    assert not stray.verdict.basis_matters
    assert not stray.verdict.backlog_tips
    assert found.district.verdict.share == Share(40, 100)
    assert found.district.verdict.flag == "over"
    for group in (found.known, found.judged, found.over, found.near, found.silent, found.ranked):
        assert None not in codes(group)
    assert found.of(None) is stray
    assert found.of("gone") is None


def test_without_strays_there_is_no_such_row() -> None:
    assert codes(judged({"P1": done(0, 5)}).rows) == ["P1"]


def test_the_district_is_the_sum_of_its_rows() -> None:
    found = judged({"P1": done(1, 10, open_overdue=2), "P2": done(3, 7, carried_over=4), None: done(1, 1)})
    for word in COUNTS:
        assert found.district.tally[word] == sum(row.tally[word] for row in found.rows)


def test_listed_are_the_active_and_those_with_a_dossier() -> None:
    merged = ward("old", active_to=date(2026, 10, 31), successor_code="new")
    closing = ward("last", active_to=date(2026, 11, 1))
    coming = ward("soon", active_from=date(2026, 11, 22))
    new = ward("new", active_from=date(2026, 11, 1))
    units = (merged, closing, coming, new)
    assert set(codes(judged({}, *units).rows)) == {"last", "new"}
    assert set(codes(judged({"old": done(0, 1)}, *units).rows)) == {"last", "new", "old"}
    assert set(codes(judged({}, *units, view=ENDED).rows)) == {"old", "last"}
    assert codes(judged({"old": done(0, 1)}, *units, view=VIEW.at(unit_code="new")).rows) == ["new"]


def test_an_empty_district_has_nothing_to_judge() -> None:
    found = judged({})
    assert (found.rows, found.judged, found.ranked) == ((), (), ())
    assert found.district.verdict.share == Share(0, 0)
    assert found.district.verdict.flag is None


def test_commended_have_neither_late_nor_overdue_and_thirty_dossiers() -> None:
    found = judged({
        "yes": done(0, 30), "few": done(0, 29), "late": done(1, 500), "overdue": done(0, 90, open_overdue=1),
        "busy": done(0, 40, open_in_time=7), None: done(0, 99),
    })  # fmt: skip
    assert set(codes(commended(found))) == {"yes", "busy"}


def test_the_largest_backlog_that_would_tip_comes_first() -> None:
    found = judged({
        "small": done(0, 10, open_overdue=1), "large": done(0, 10, open_overdue=9), "none": done(1, 1),
        None: done(0, 1, open_overdue=99),
    })  # fmt: skip
    assert codes(backlog(found)) == ["large", "small"]


# months in a row

MONTHS = months_back(AS_OF.date(), 13)
OVER, FINE, NONE = Share(5, 100), Share(1, 100), Share(0, 0)


def series(*last: Share) -> list[Share]:
    return [FINE] * (len(MONTHS) - len(last)) + list(last)


def month(code: str) -> Period:
    return parse_period(code)


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        (series(), Running()),
        (series(OVER), Running(1, month("2026-11"), is_unfinished=True)),
        (series(OVER, OVER, OVER), Running(3, month("2026-09"), is_unfinished=True)),
        (series(OVER, FINE), Running()),
        (series(OVER, FINE, OVER), Running(1, month("2026-11"), is_unfinished=True)),
        # skipped, neither broken nor counted
        (series(OVER, NONE, OVER), Running(2, month("2026-09"), is_unfinished=True)),
        (series(OVER, NONE, NONE), Running(1, month("2026-09"))),
        ([NONE] * 13, Running()),
        ([OVER] * 13, Running(13, month("2025-11"), from_before=True, is_unfinished=True)),
        ([OVER, NONE, *[OVER] * 11], Running(12, month("2025-11"), from_before=True, is_unfinished=True)),
        ([FINE, *[OVER] * 12], Running(12, month("2025-12"), is_unfinished=True)),
    ],
)
def test_months_over_in_a_row(shares: list[Share], expected: Running) -> None:
    assert running(shares, MONTHS, VIEW) == expected


def test_a_unit_without_dossiers_in_the_oldest_month_was_not_over_before_it() -> None:
    """A new ward: over in every month it has, and in none before."""
    found = running([NONE, NONE, *[OVER] * 11], MONTHS, VIEW)
    assert found == Running(11, month("2026-01"), from_before=False, is_unfinished=True)


def test_what_was_before_a_month_that_may_not_be_seen_is_not_known() -> None:
    """Over in August, October and November; September is not the reader's: at least two in a row, not three."""
    allowed = tuple((one.start, one.end) for one in map(parse_period, ("2026-08", "2026-10", "2026-11")))
    shares = series(OVER, NONE, OVER, OVER)
    found = running(shares, MONTHS, VIEW.at(days_seen=allowed))
    assert found == Running(2, month("2026-10"), from_before=True, is_unfinished=True)
    assert running(shares, MONTHS, VIEW) == Running(3, month("2026-08"), is_unfinished=True)


@pytest.mark.parametrize(("code", "by_month"), [("2026-11", False), ("2026-Q4", True), ("2026", True)])
def test_a_streak_of_months_is_marked_in_another_period(code: str, by_month: bool) -> None:
    found = running(series(OVER, OVER), MONTHS, VIEW.at(period=parse_period(code)))
    assert found == Running(2, month("2026-10"), by_month=by_month, is_unfinished=True)


def test_each_month_is_judged_by_the_threshold_of_its_own_last_day() -> None:
    rules = Rules((Rule("10", None, "cũ"), Rule("5", date(2026, 10, 31), "mới")), (Rule("4", None, "CV"),))
    shares = series(Share(9, 100), Share(9, 100), Share(9, 100))
    assert running(shares, MONTHS, VIEW.at(rules=rules)) == Running(2, month("2026-10"), is_unfinished=True)


def test_a_trend_is_filled_month_by_month() -> None:
    months = trend_months(VIEW)
    rows = [("P1", 0, 1, 10), ("P1", 12, 2, 20), ("P2", 12, 3, 30), (None, 12, 4, 40), ("gone", 12, 5, 50)]
    table = pd.DataFrame(rows, columns=["unit_code", "month", "late", "total"])
    trend = trend_of(table, months, [ward("P1"), ward("P2"), ward("P3")], VIEW)
    assert trend.units["P1"] == (Share(1, 10), *[NONE] * 11, Share(2, 20))
    assert trend.units[None][-1] == Share(9, 90), "null and unknown codes are one series"
    assert trend.district[-1] == Share(14, 140)
    assert trend.district[5] == NONE
    assert trend.running("P3") == Running()
    assert trend.running("P2").months == 1


def test_the_year_to_date_is_the_months_of_that_year() -> None:
    months = trend_months(VIEW)
    table = pd.DataFrame(
        [("P1", i, 1, 10 + i) for i in range(13)], columns=["unit_code", "month", "late", "total"]
    )
    trend = trend_of(table, months, [ward("P1")], VIEW)
    assert trend.year_to_date() == Share(11, sum(10 + i for i in range(2, 13)))  # tháng 1 đến tháng 11/2026
    january = View(parse_period("2026-01"), AS_OF)
    assert trend_of(table, trend_months(january), [ward("P1")], january).year_to_date() == Share(1, 22)


def test_the_year_to_date_of_reporting_months_is_the_reporting_year() -> None:
    view = View(parse_period("bc-2026-11"), AS_OF)
    rows = [("P1", i, 1, 1) for i in range(13)]
    table = pd.DataFrame(rows, columns=["unit_code", "month", "late", "total"])
    assert trend_of(table, trend_months(view), [ward("P1")], view).year_to_date() == Share(11, 11)


def test_a_verdict_does_not_depend_on_who_else_is_judged() -> None:
    alone = judged({"P1": done(6, 100)}).rows[0]
    among = judged({"P1": done(6, 100), "P2": done(50, 60), None: done(9, 9)}).of("P1")
    assert among is not None
    assert alone.verdict == among.verdict

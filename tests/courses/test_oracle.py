"""The oracle against the sentences of docs/glossary.md, by cases one can check by hand."""

from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import ALL, COUNTS, affordable, count, flag, is_over, needed, printed, strength
from strategies import DAYS, TIMES, Question, dossiers, questions

NOVEMBER: dict[str, Any] = {"start": date(2026, 11, 1), "end": date(2026, 11, 30)}
AS_OF = datetime(2026, 11, 21, 10, 15)
ENDED = datetime(2026, 12, 31, 10, 15)
WHERE = ("finished", "refused", "withdrawn", "closed_undated", "open_in_time", "open_overdue", "suspended")
OPEN = WHERE[4:]
properties = settings(max_examples=150, deadline=None)


def at(text: str | None) -> datetime | None:
    """Read "20" as 20/11/2026 at midnight; "20 15:00" has a time, "10-05" is a day of October."""
    if text is None:
        return None
    day, _, clock = text.partition(" ")
    return datetime.fromisoformat(f"2026-{day if '-' in day else '11-' + day}T{clock or '00:00'}")


def dossier(
    state: str | None = "open",
    received: str | None = "02 08:00",
    due: str | None = "20",
    finished: str | None = None,
    since: str | None = None,
) -> dict[str, Any]:
    return {
        "state": state, "received_at": at(received), "due_at": at(due), "finished_at": at(finished),
        "suspended_since": at(since),
    }  # fmt: skip


def found(*rows: dict[str, Any], as_of: datetime = AS_OF, **question: Any) -> dict[str, Any]:
    """What is counted in November, without the zeros."""
    counted = count(rows, **{**NOVEMBER, "as_of": as_of, **question})
    return {name: value for name, value in counted.items() if value}


def places(*rows: dict[str, Any], as_of: datetime = AS_OF, **question: Any) -> dict[str, Any]:
    """As found, the places where a dossier can stand only."""
    return {name: n for name, n in found(*rows, as_of=as_of, **question).items() if name in WHERE}


def rate(basis: str, *rows: dict[str, Any], as_of: datetime = AS_OF, **question: Any) -> tuple[int, int]:
    counted = count(rows, **{**NOVEMBER, "as_of": as_of, **question})
    return counted[f"{basis}_num"], counted[f"{basis}_den"]


# Periods and days


def test_nothing_counts_as_nothing() -> None:
    counted = count([], **NOVEMBER, as_of=AS_OF)
    assert counted == dict.fromkeys(COUNTS, 0) | {"oldest_overdue_due": None}


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        ("10-31 23:59:59", "carried_over"),
        ("01 00:00", "received"),
        ("21 10:15", "received"),
        ("21 10:15:01", None),  # after as_of: has not happened
        ("22 08:00", None),
        (None, None),
    ],
)
def test_received_and_carried_over_by_the_day_received(received: str | None, expected: str | None) -> None:
    counted = found(dossier(received=received))
    assert {name for name in ("received", "carried_over") if name in counted} == ({expected} - {None})


@pytest.mark.parametrize("as_of", [AS_OF, ENDED])
def test_a_period_that_has_not_begun_has_no_figures(as_of: datetime) -> None:
    with pytest.raises(ValueError):
        count([], start=date(2027, 1, 1), end=date(2027, 1, 31), as_of=as_of)
    with pytest.raises(ValueError):
        count([], **NOVEMBER, as_of=as_of, judged_on=date(2026, 10, 31))


def test_closed_before_the_period_is_in_none_of_its_figures() -> None:
    assert found(dossier("finished", "10-01", "10-05", "10-31 23:59:59")) == {}
    assert found(dossier("finished", "10-01", "10-05", "01 00:00"))["carried_over"] == 1


def test_what_happened_after_j_has_not_happened() -> None:
    closed_in_december = dossier("finished", due="12-05", finished="12-01 00:00")
    assert places(closed_in_december, as_of=ENDED) == {"open_in_time": 1}
    for state in ("finished", "refused", "withdrawn"):
        closed_this_afternoon = dossier(state, finished="21 15:00")
        assert places(closed_this_afternoon) == {"open_overdue": 1}
        assert places(closed_this_afternoon, as_of=datetime(2026, 11, 21, 15)) == {state: 1}


def test_judged_on_an_earlier_day() -> None:
    late = dossier("finished", finished="21 09:00")
    assert found(late)["late"] == 1
    assert places(late, judged_on=date(2026, 11, 20)) == {"open_in_time": 1}
    assert places(late, judged_on=date(2027, 5, 1)) == {"finished": 1}  # J = min(judged_on, E)
    assert rate("B", late) == rate("D", late) == (1, 1)
    assert rate("B", late, judged_on=date(2026, 11, 20)) == (0, 0)
    assert rate("D", late, judged_on=date(2026, 11, 20)) == (0, 1)


# Day rule and moment rule


@pytest.mark.parametrize(
    ("due", "finished", "by_day", "by_moment"),
    [
        ("20 10:00", "19 23:59:59", "early", "early"),
        ("20 10:00", "20 00:00", "on_time", "on_time"),
        ("20 10:00", "20 10:00", "on_time", "on_time"),
        ("20 10:00", "20 10:00:01", "on_time", "late"),
        ("20 10:00", "21 00:00", "late", "late"),
        ("20", "19 23:59:59", "early", "early"),
        ("20", "20 23:59:59", "on_time", "on_time"),  # a bare date is the end of that day
        ("20", "21 00:00", "late", "late"),
        (None, "20 10:00", "undated", "undated"),
    ],
)
def test_early_on_time_late(due: str | None, finished: str, by_day: str, by_moment: str) -> None:
    words = ("early", "on_time", "late", "undated")
    for compare, expected in (("day", by_day), ("moment", by_moment)):
        counted = found(dossier("finished", due=due, finished=finished), compare=compare)
        assert [name for name in words if name in counted] == [expected]
        assert counted["finished"] == 1


@pytest.mark.parametrize(
    ("due", "by_day", "by_moment"),
    [
        ("20 23:59:59", "open_overdue", "open_overdue"),
        ("20", "open_overdue", "open_overdue"),
        ("21 10:14:59", "open_in_time", "open_overdue"),
        ("21 10:15", "open_in_time", "open_in_time"),  # due_at < as_of, strictly
        ("21", "open_in_time", "open_in_time"),
        ("22 08:00", "open_in_time", "open_in_time"),
        (None, "open_in_time", "open_in_time"),
    ],
)
def test_overdue_at_the_moment_of_the_data(due: str | None, by_day: str, by_moment: str) -> None:
    assert places(dossier(due=due)) == {by_day: 1}
    assert places(dossier(due=due), compare="moment") == {by_moment: 1}


def test_overdue_by_the_moment_rule_is_judged_at_the_end_of_j_when_the_period_has_ended() -> None:
    assert places(dossier(due="30 23:59:58"), as_of=ENDED, compare="moment") == {"open_overdue": 1}
    assert places(dossier(due="30 23:59:58"), as_of=ENDED) == {"open_in_time": 1}
    assert places(dossier(due="30"), as_of=ENDED, compare="moment") == {"open_in_time": 1}


# States and odd records


@pytest.mark.parametrize("state", ["open", "suspended"])
def test_open_whatever_finished_at_says(state: str) -> None:
    counted = places(dossier(state, due="25", finished="10 08:00"))
    assert counted == {"open_in_time" if state == "open" else "suspended": 1}


@pytest.mark.parametrize("state", [None, "", "đã xong", "Finished"])
def test_an_unknown_state_goes_by_finished_at(state: str | None) -> None:
    assert places(dossier(state, finished="20 08:00")) == {"finished": 1}
    assert places(dossier(state)) == {"open_overdue": 1}
    assert places(dossier(state, since="10")) == {"open_overdue": 1}


@pytest.mark.parametrize("state", ["finished", "refused", "withdrawn"])
def test_a_closed_state_without_finished_at_closes_on_the_day_received(state: str) -> None:
    counted = found(dossier(state))
    assert counted == {"received": 1, "closed_undated": 1, "C_den": 1, "D_den": 1}
    assert found(dossier(state, received="10-20")) == {}


def test_refused_and_withdrawn_are_neither_late_nor_finished() -> None:
    for state in ("refused", "withdrawn"):
        counted = found(dossier(state, due="05", finished="20"))
        assert counted == {"received": 1, state: 1, "C_den": 1, "D_den": 1}


def test_finished_before_received_closes_on_the_day_received_and_is_judged_by_its_own_day() -> None:
    odd = dossier("finished", received="02 08:00", due="10-20", finished="10-20 08:00")
    counted = found(odd)
    assert counted["received"] == counted["finished"] == counted["on_time"] == 1
    assert "carried_over" not in counted
    october: dict[str, Any] = {"start": date(2026, 10, 1), "end": date(2026, 10, 31)}
    assert places(odd, **october) == {}  # not received by J
    assert rate("B", odd, **october) == (0, 1)  # J of B is the day of as_of


@pytest.mark.parametrize(
    ("due", "since", "by_day", "by_moment"),
    [
        ("25", "21 10:15", "suspended", "suspended"),
        ("25", "21 10:15:01", "open_in_time", "open_in_time"),  # after as_of
        ("20", "21 10:15:01", "open_overdue", "open_overdue"),
        ("10 10:00", "09 12:00", "suspended", "suspended"),  # suspended in time: stays suspended
        ("10 10:00", "10 10:00", "suspended", "suspended"),
        ("10 10:00", "10 10:00:01", "suspended", "open_overdue"),
        ("10 10:00", "11 00:00", "open_overdue", "open_overdue"),
        ("10", "10 23:59:59", "suspended", "suspended"),
        ("10", "11 00:00", "open_overdue", "open_overdue"),
        ("10", None, "suspended", "suspended"),
        (None, "10", "suspended", "suspended"),
    ],
)
def test_suspended(due: str | None, since: str | None, by_day: str, by_moment: str) -> None:
    row = dossier("suspended", due=due, since=since)
    assert places(row) == {by_day: 1}
    assert places(row, compare="moment") == {by_moment: 1}


def test_without_the_column_the_state_of_today_is_used_at_every_j() -> None:
    row = dossier("suspended", due="10", since="12-05")
    assert places(row, as_of=ENDED) == {"open_overdue": 1}
    assert places(row, as_of=ENDED, columns=ALL - {"suspended_since"}) == {"suspended": 1}


def test_without_an_optional_column_nothing_else_changes() -> None:
    row = dossier("finished", finished="21 09:00")
    assert found(row) == found(row, columns={"state", "received_at", "due_at", "finished_at"})


# How late


@pytest.mark.parametrize(
    ("finished", "bucket"),
    [
        ("06", "late_1_3"),
        ("08", "late_1_3"),
        ("09", "late_4_10"),
        ("15", "late_4_10"),
        ("16", "late_over_10"),
    ],
)
def test_days_late_of_finished_and_of_open(finished: str, bucket: str) -> None:
    assert found(dossier("finished", due="05", finished=finished + " 09:00"))[bucket] == 1
    judged = at(finished)
    assert judged is not None
    assert found(dossier(due="05"), judged_on=judged.date())[bucket] == 1


def test_late_within_the_day_counts_in_the_first_bucket() -> None:
    assert found(dossier(due="21 08:00"), compare="moment")["late_1_3"] == 1
    finished = dossier("finished", due="05 08:00", finished="05 09:00")
    assert found(finished, compare="moment")["late_1_3"] == 1


def test_the_oldest_overdue_is_an_open_one() -> None:
    rows = [
        dossier("finished", due="10-01", finished="05"),
        dossier("suspended", due="10-03", since="10-02"),
        dossier(due="05 08:00"),
        dossier(due="04"),
    ]
    assert found(*rows)["oldest_overdue_due"] == at("04")


# The four rates


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (dossier("finished", finished="20"), (0, 1)),
        (dossier("finished", finished="21 09:00"), (1, 1)),
        (dossier("finished", "10-01", "01", "10-20"), (0, 1)),  # due now, finished before the period
        (dossier("finished", "10-01", "10-31", "05"), (0, 0)),  # due before the period
        (dossier("finished", due="22", finished="12"), (0, 0)),  # due after E
        (dossier(due="20"), (1, 1)),
        (dossier(due="21"), (0, 0)),  # due on J's day: not due before J
        (dossier("finished", due="21", finished="21 09:00"), (0, 1)),
        (dossier("suspended", due="10", since="09"), (0, 0)),
        (dossier("suspended", due="10", since="11"), (1, 1)),  # already overdue when suspended
        (dossier("refused", due="10", finished="15"), (0, 0)),
        (dossier("refused", due="10", finished="21 15:00"), (1, 1)),  # not refused yet
        (dossier("withdrawn", due="10"), (0, 0)),
        (dossier("finished", due="10"), (0, 0)),  # closed_undated
        (dossier(due=None), (0, 0)),
        (dossier(received="21 15:00", due="10"), (0, 0)),
    ],
)
def test_late_rate_b(row: dict[str, Any], expected: tuple[int, int]) -> None:
    assert rate("B", row) == expected


def test_late_rates_b_and_d_of_an_ended_period_are_judged_on_the_day_of_as_of() -> None:
    rows = [dossier(due="30"), dossier("finished", due="30", finished="12-20"), dossier(due="12-10")]
    assert rate("B", *rows, as_of=ENDED) == (2, 2)
    assert rate("D", *rows, as_of=ENDED) == (3, 3)
    assert rate("C", *rows, as_of=ENDED) == (0, 3)


def test_late_rates_c_and_d() -> None:
    rows = [
        dossier("finished", finished="21 09:00"),
        dossier("finished", "10-20", "10-30", "05"),  # late, carried over: in C only
        dossier(due="10"),
        dossier("finished", due=None, finished="15"),
        dossier("refused", due="10", finished="15"),
        dossier("withdrawn"),
        dossier("suspended", due="10", since="05"),
    ]
    assert rate("C", *rows) == (3, 7)
    assert rate("D", *rows) == (2, 6)


# Identities


def opened(counted: dict[str, Any]) -> int:
    return sum(counted[name] for name in OPEN)


@properties
@given(dossiers(), questions(), st.booleans())
def test_every_dossier_to_resolve_stands_in_exactly_one_place(
    rows: list[dict[str, Any]], question: Question, has_since: bool
) -> None:
    columns = ALL if has_since else ALL - {"suspended_since"}
    counted = count(rows, **question._asdict(), columns=columns)
    assert counted["received"] + counted["carried_over"] == sum(counted[name] for name in WHERE)
    assert counted["finished"] == sum(counted[name] for name in ("early", "on_time", "late", "undated"))
    how_late = sum(counted[name] for name in ("late_1_3", "late_4_10", "late_over_10"))
    assert how_late == counted["late"] + counted["open_overdue"] == counted["C_num"]
    assert counted["D_den"] == counted["received"]
    assert all(0 <= counted[f"{basis}_num"] <= counted[f"{basis}_den"] for basis in "BCD")
    assert (counted["oldest_overdue_due"] is None) == (counted["open_overdue"] == 0)


@properties
@given(dossiers(), questions(judged=False), st.data())
def test_the_open_of_one_period_are_the_carried_over_of_the_next(
    rows: list[dict[str, Any]], question: Question, data: st.DataObject
) -> None:
    end = min(question.end, question.as_of.date())
    at_its_end = datetime.combine(end, time.max)
    before = count(rows, start=question.start, end=end, as_of=at_its_end, compare=question.compare)
    following = end + timedelta(days=1)
    later = data.draw(st.sampled_from([day for day in (following, *DAYS) if day >= following]))
    as_of = datetime.combine(later, data.draw(st.sampled_from(TIMES)))
    after = count(rows, start=following, end=date(2027, 12, 31), as_of=as_of, compare=question.compare)
    assert opened(before) == after["carried_over"]
    looking_back = count(rows, start=question.start, end=end, as_of=as_of, compare=question.compare)
    same = [name for name in COUNTS if name[0] not in "BD"]
    assert {name: before[name] for name in same} == {name: looking_back[name] for name in same}


@properties
@given(dossiers(), questions())
def test_the_district_is_the_sum_over_its_units(rows: list[dict[str, Any]], question: Question) -> None:
    whole = count(rows, **question._asdict())
    units = {row["unit_code"] for row in rows}
    parts = [count([row for row in rows if row["unit_code"] == unit], **question._asdict()) for unit in units]
    assert {name: whole[name] for name in COUNTS} == {
        name: sum(part[name] for part in parts) for name in COUNTS
    }


@properties
@given(dossiers(), questions())
def test_judged_on_a_day_is_the_view_of_that_evening(rows: list[dict[str, Any]], question: Question) -> None:
    """Rate B apart: its due days run to E whatever the day judged on."""
    judged_on = min(question.judged_on or question.end, question.end, question.as_of.date())
    judged = count(rows, **question._replace(judged_on=judged_on)._asdict())
    evening = min(question.as_of, datetime.combine(judged_on, time.max))
    seen = count(rows, **question._replace(as_of=evening, judged_on=None)._asdict())
    for name in judged.keys() - {"B_num", "B_den"}:
        assert judged[name] == seen[name], name


# Threshold, strength, needed and affordable


def test_at_5_percent_exactly_the_unit_is_flagged() -> None:
    assert flag(5, 100, "5", "4") == "over"
    assert flag(600, 12_010, "5", "4") == flag(4, 100, "5", "4") == "near"
    assert flag(399, 10_000, "5", "4") == flag(0, 1, "5", "4") == "fine"
    assert flag(0, 0, "5", "4") is None
    assert flag(45, 1_000, "4.5", "4") == "over"


@pytest.mark.parametrize(("late", "n", "expected"), [(171, 2_305, 1_116), (92, 1_840, 1), (91, 1_840, None)])
def test_needed(late: int, n: int, expected: int | None) -> None:
    assert needed(late, n, 5, 1) == expected


@pytest.mark.parametrize(
    ("late", "n", "expected"), [(100, 2_016, 0), (0, 0, None), (5, 100, None), (0, 1, 0), (0, 40, 2)]
)
def test_affordable(late: int, n: int, expected: int | None) -> None:
    # 2/42 = 4,76%, 3/43 = 6,98%
    assert affordable(late, n, 5, 1) == expected


@properties
@given(st.integers(0, 300), st.integers(0, 300), st.sampled_from(("5", "4.5", "0.5", "10", "33.3", "99.9")))
def test_needed_and_affordable_are_the_closed_forms(late: int, n: int, threshold: str) -> None:
    late = min(late, n)
    p, q = Fraction(threshold).as_integer_ratio()
    over = is_over(late, n, threshold)
    assert needed(late, n, p, q) == (100 * q * late // p - n + 1 if over else None)
    closed = (p * n - 100 * q * late - 1) // (100 * q - p)
    assert affordable(late, n, p, q) == (None if over or n == 0 else closed)


def test_strength() -> None:
    assert strength(4, 100, "5") is None
    assert strength(0, 0, "5") is None
    assert strength(19, 19, "5") == "ít hồ sơ"
    assert strength(5, 100, "5") == strength(1, 20, "5") == "vượt ngưỡng"
    assert strength(171, 2_305, "5") == "vượt rõ"  # lower bound 6,42%


@properties
@given(st.integers(20, 5_000), st.data(), st.sampled_from(("5", "4.5", "10")))
def test_strength_is_the_lower_bound_of_wilson(n: int, data: st.DataObject, threshold: str) -> None:
    late = data.draw(st.integers(0, min(n, n // 5 + 1)))
    z, rate_, t = 1.959963984540054, late / n, float(threshold) / 100
    middle = rate_ + z**2 / (2 * n)
    lower = (middle - z * math.sqrt(rate_ * (1 - rate_) / n + z**2 / (4 * n**2))) / (1 + z**2 / n)
    if abs(lower - t) > 1e-9:
        assert (strength(late, n, threshold) == "vượt rõ") == (lower > t)


# Printing


@pytest.mark.parametrize(
    ("num", "den", "decimals", "expected"),
    [
        (600, 12_010, 2, "4,996%"),
        (5, 100, 2, "5,00%"),
        (171, 2_305, 2, "7,42%"),
        (616, 1_825, 1, "33,8%"),
        (82, 85, 2, "96,47%"),
        (19, 31, 2, "61,29%"),
        (1, 800, 2, "0,13%"),  # 0,125 half up
        (1, 8, 0, "13%"),
        (0, 10, 2, "0%"),
        (10, 10, 2, "100%"),
        (25_684, 25_684, 1, "100%"),
        (0, 0, 2, "—"),
        (1, 100_000, 2, "0,001%"),
        (99_999, 100_000, 2, "99,999%"),
        (3_996, 100_000, 2, "3,996%"),  # the near band is an edge too
        (2_996, 100_000, 2, "3,00%"),
        (4_999_999, 100_000_000, 2, "4,999999%"),
    ],
)
def test_printed(num: int, den: int, decimals: int, expected: str) -> None:
    assert printed(num, den, decimals, ("5", "4")) == expected


@properties
@given(st.integers(0, 2_500), st.integers(1, 2_500), st.integers(0, 2))
def test_a_printed_rate_lies_on_its_side_of_every_edge(late: int, n: int, decimals: int) -> None:
    late = min(late, n)
    text = printed(late, n, decimals, ("5", "4"))
    shown = Fraction(text.removesuffix("%").replace(",", "."))
    for edge in (5, 4, 100):
        assert (shown >= edge) == is_over(late, n, str(edge))
    assert (shown == 0) == (late == 0)
    assert abs(shown - Fraction(100 * late, n)) <= Fraction(1, 2 * 10**decimals)

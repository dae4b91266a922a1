"""Votes on DuckDB and PostgreSQL: by hand, against plain Python, and the figures published in 2019."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Any

import pandas as pd
import pytest
from clean_copies import CleanCopy, Row
from drawing import drawn
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection

from queries.asked.periods import parse_period
from queries.asked.view import Comparison, View
from queries.contract import RATING_LEVELS, RATING_SOURCES
from queries.courses.stock import Courses
from queries.definitions.metrics import Share
from queries.definitions.units import Unit
from queries.flags.judging import is_drop, satisfaction_drop
from queries.on_time.trend import trend_months
from queries.satisfaction.judging import (
    Satisfaction,
    SatisfactionTrend,
    judged_satisfaction,
    satisfaction_trend,
)
from queries.satisfaction.statements import (
    UNCOUNTABLE,
    UNKNOWN_LEVEL,
    UNKNOWN_SOURCE,
    has_ratings,
    votes_by_unit,
    votes_by_unit_month,
)
from queries.satisfaction.votes import POOLED, Votes

AS_OF = datetime(2026, 11, 21, 10, 15)
NOVEMBER = View(parse_period("2026-11"), AS_OF)
P1, P2 = Unit("P1", "Phường 1", "ward"), Unit("P2", "Phường 2", "ward")
UNITS = (P1, P2)
LAST = View(parse_period("2026-10"), AS_OF)


def rating(votes: int | None = 1, level: str | None = "satisfied", source: str | None = "tablet",
           on: date | datetime = date(2026, 11, 5), unit: str | None = "P1") -> Row:  # fmt: skip
    return {"unit_code": unit, "rated_on": on, "source": source, "level": level, "votes": votes}


def satisfaction_by_unit(
    conn: Connection, courses: Courses, view: View, *, units: Sequence[Unit], source: str | None = None
) -> Satisfaction:
    votes = votes_by_unit(conn, courses, view)
    return judged_satisfaction(votes, units, view, source=source, has_data=has_ratings(courses))


def satisfaction_by_unit_month(
    conn: Connection, courses: Courses, view: View, *, units: Sequence[Unit]
) -> SatisfactionTrend:
    return satisfaction_trend(votes_by_unit_month(conn, courses, view), trend_months(view), units, view)


def asked(copy: CleanCopy, rows: Sequence[Row], view: View = NOVEMBER, **more: Any) -> Satisfaction:
    copy.fill({"ratings": rows})
    with copy.asked(view) as (conn, courses):
        return satisfaction_by_unit(conn, courses, view, units=UNITS, **more)


def test_a_period_by_hand(copy: CleanCopy) -> None:
    """Pooled without SIPAS, each source beside it; what cannot be counted is told, not counted."""
    found = asked(copy, [
        rating(40, "very_satisfied"), rating(50), rating(7, "neutral", "paper"),
        rating(2, "dissatisfied", "online"), rating(1, "very_dissatisfied", "front"),
        rating(30, "very_dissatisfied", "sipas"),
        rating(3, source="kiosk"), rating(4, source=None),
        rating(5, "tốt"), rating(6, None),
        rating(None), rating(-9), rating(-9, "tốt"), rating(0), rating(0, "tốt"),
        rating(11, unit=None), rating(13, unit="P9"),
        rating(99, on=date(2026, 10, 31)), rating(99, on=date(2026, 12, 1)),
        rating(99, on=date(2026, 11, 22)),
        rating(1, unit="P2", on=date(2026, 11, 1)), rating(1, unit="P2", on=date(2026, 11, 21)),
    ])  # fmt: skip
    row = found.of("P1")
    assert row is not None
    assert row.share == Share(97, 107)
    assert row.votes.share("very_satisfied_rate") == Share(40, 107)
    by_source = {name: row.sources[name]["votes"] for name in (*RATING_SOURCES, UNKNOWN_SOURCE)}
    assert by_source == {"tablet": 90, "paper": 7, "front": 1, "online": 2, "sipas": 30, UNKNOWN_SOURCE: 7}
    assert row.sources["sipas"].share() == Share(0, 30)
    assert (row.votes.unknown_level, row.votes.uncountable) == (11, 3)
    assert [one.unit.name for one in found.rows] == ["Phường 1", "Phường 2", "(không rõ đơn vị)"]
    assert found.rows[-1].share == Share(24, 24)
    assert found.rows[1].share == Share(2, 2)
    assert found.district.share == Share(97 + 24 + 2, 107 + 24 + 2)
    assert [one.unit.code for one in found.ranked] == ["P1", "P2"]


def test_one_source_alone(copy: CleanCopy) -> None:
    rows = [rating(8), rating(2, "neutral"), rating(5, "neutral", "sipas")]
    assert asked(copy, rows).district.share == Share(8, 10)
    assert asked(copy, rows, source="tablet").district.share == Share(8, 10)
    assert asked(copy, rows, source="sipas").district.share == Share(0, 5)
    assert asked(copy, rows, source="paper").district.share == Share(0, 0)


def test_one_unit_alone_and_a_comparison_with_a_day(copy: CleanCopy) -> None:
    rows = [rating(8), rating(2, unit="P2"), rating(4, "neutral", on=date(2026, 11, 20))]
    assert asked(copy, rows, NOVEMBER.at(unit_code="P1")).district.share == Share(8, 12)
    before = NOVEMBER.at(comparison=Comparison("day", date(2026, 11, 19))).compared()
    assert before is not None
    assert asked(copy, rows, before).district.share == Share(10, 10)


# the oracle: plain loops

DAYS = tuple(date.fromisoformat(day) for day in (
    "2025-10-31", "2025-11-01", "2025-11-14", "2025-11-15", "2026-02-28", "2026-10-14", "2026-10-15",
    "2026-10-31", "2026-11-01", "2026-11-14", "2026-11-15", "2026-11-21", "2026-11-22", "2026-12-01",
))  # fmt: skip
ratings = st.builds(
    rating, st.sampled_from((None, -1, 0, 1, 2, 30)), st.sampled_from((*RATING_LEVELS, "tốt", None)),
    st.sampled_from((*RATING_SOURCES, "kiosk", None)), st.sampled_from(DAYS),
    st.sampled_from(("P1", "P2", "P9", None)),
)  # fmt: skip
Key = tuple[Any, ...]


def expected(rows: Iterable[Row], start: date, end: date) -> Counter[Key]:
    """Votes by (unit, source, level) from start to end, both included."""
    found: Counter[Key] = Counter()
    for row in rows:
        if not start <= row["rated_on"] <= end:
            continue
        source = row["source"] if row["source"] in RATING_SOURCES else UNKNOWN_SOURCE
        if row["votes"] is None or row["votes"] < 0:
            found[row["unit_code"], source, UNCOUNTABLE] += 1
        elif row["votes"]:
            level = row["level"] if row["level"] in RATING_LEVELS else UNKNOWN_LEVEL
            found[row["unit_code"], source, level] += row["votes"]
    return found


@drawn(6)
@given(
    st.lists(ratings, max_size=40),
    st.sampled_from(("2026-11", "2026-10", "bc-2026-11", "2026", "2026-12")),
    st.sampled_from((None, None, "P1", "P9")),
)
def test_every_count_equals_the_oracle(copy: CleanCopy, rows: list[Row], code: str, unit: str | None) -> None:
    copy.fill({"ratings": rows})
    view = View(parse_period(code), AS_OF, unit_code=unit)
    with copy.asked(view) as (conn, courses):
        counts, months = votes_by_unit(conn, courses, view), votes_by_unit_month(conn, courses, view)
        found = satisfaction_by_unit(conn, courses, view, units=UNITS)
    if not view.has_started:
        assert counts.empty
        assert months.empty
        return
    mine = [row for row in rows if unit is None or row["unit_code"] == unit]
    whole = expected(mine, view.period.start, view.end)
    assert keyed(counts) == whole
    for i, month in enumerate(trend_months(view)):
        end = min(month.end, AS_OF.date())
        assert keyed(months[months.month == i].drop(columns="month")) == expected(mine, month.start, end)
    pooled = {key: votes for key, votes in whole.items() if key[1] != "sipas" and key[2] in RATING_LEVELS}
    pleased = sum(votes for key, votes in pooled.items() if key[2] in ("very_satisfied", "satisfied"))
    assert found.district.share == Share(pleased, sum(pooled.values()))
    assert sum(row.share.b for row in found.rows) == found.district.share.b


def keyed(table: Any) -> Counter[Key]:
    table = table.astype({"unit_code": object}).where(table.notna(), None)
    rows = list(table.itertuples(index=False, name=None))
    assert len({row[:3] for row in rows}) == len(rows)
    return Counter({row[:3]: row[3] for row in rows})


def test_the_trend_is_filled_and_ends_with_the_view(copy: CleanCopy) -> None:
    copy.fill({"ratings": [
        rating(31, on=date(2025, 11, 30)), rating(2, on=date(2026, 11, 1)), rating(5, source="sipas"),
        rating(7, unit="P9"), rating(50, on=date(2025, 10, 31)),
    ]})  # fmt: skip
    with copy.asked(NOVEMBER) as (conn, courses):
        trend = satisfaction_by_unit_month(conn, courses, NOVEMBER, units=UNITS)
    assert [share.b for share in trend.shares("P1")] == [31, *[0] * 11, 2]
    assert [share.b for share in trend.shares(None)] == [*[0] * 12, 7]
    assert [share.b for share in trend.shares("P2")] == [0] * 13
    assert [share.b for share in trend.district_shares()] == [31, *[0] * 11, 9]


@pytest.mark.parametrize("column", ["unit_code", "rated_on", "source", "level", "votes", None])
def test_without_the_table_or_a_column_there_is_no_data(copy: CleanCopy, column: str | None) -> None:
    copy.fill({"ratings": [rating(5)]}, without=["ratings" if column is None else f"ratings.{column}"])
    with copy.asked(NOVEMBER) as (conn, courses):
        assert not has_ratings(courses)
        found = satisfaction_by_unit(conn, courses, NOVEMBER, units=UNITS)
        trend = satisfaction_by_unit_month(conn, courses, NOVEMBER, units=UNITS)
    assert not found.has_data
    assert found.district.share == Share(0, 0)
    assert not any(share.b for share in trend.district_shares())


def test_nobody_voted_is_not_no_data(copy: CleanCopy) -> None:
    found = asked(copy, [])
    assert found.has_data
    assert (found.judged, [row.unit.code for row in found.silent]) == ((), ["P1", "P2"])


def test_what_was_published_in_2019(copy: CleanCopy) -> None:
    """Thạch Bàn: 19/31 and 32/34 very satisfied, all satisfied. Nhà Bè: 96,47%, whose n is made up."""
    units = (Unit("TB", "Phường Thạch Bàn", "ward"), Unit("NB", "Thị trấn Nhà Bè", "township"))
    june, july, year = date(2019, 6, 14), date(2019, 7, 12), date(2019, 12, 2)
    copy.fill({"ratings": [
        rating(19, "very_satisfied", "paper", june, "TB"), rating(12, "satisfied", "paper", june, "TB"),
        rating(32, "very_satisfied", "paper", july, "TB"), rating(2, "satisfied", "paper", july, "TB"),
        rating(82, "satisfied", "tablet", year, "NB"), rating(3, "neutral", "tablet", year, "NB"),
    ]})  # fmt: skip
    got = {}
    for code in ("2019-06", "2019-07", "2019"):
        with copy.asked(NOVEMBER) as (conn, courses):
            found = satisfaction_by_unit(conn, courses, View(parse_period(code), AS_OF), units=units)
            got[code] = {row.unit.code: row.votes for row in found.rows}
    assert got["2019-06"]["TB"].share("very_satisfied_rate") == Share(19, 31)
    assert got["2019-06"]["TB"].share() == Share(31, 31)
    assert got["2019-07"]["TB"].share("very_satisfied_rate") == Share(32, 34)
    assert got["2019-07"]["TB"].share() == Share(34, 34)
    assert got["2019"]["NB"].share() == Share(82, 85)


# change and flag


def period(rows: Iterable[tuple[str, int, int]], view: View, unit: Unit = P1) -> Satisfaction:
    """A period of one unit from (source, satisfied, not) votes."""
    table = [(unit.code, source, level, votes) for source, good, bad in rows
             for level, votes in (("satisfied", good), ("dissatisfied", bad)) if votes]  # fmt: skip
    frame = pd.DataFrame(table, columns=["unit_code", "source", "level", "votes"])
    return judged_satisfaction(frame, (unit,), view)


@pytest.mark.parametrize(
    ("now", "before", "points", "dropped"),
    [
        ([("tablet", 90, 10)], [("tablet", 95, 5)], Fraction(-5), True),  # 5 points exactly
        ([("tablet", 901, 99)], [("tablet", 950, 50)], Fraction(-49, 10), False),
        ([("tablet", 27, 2)], [("tablet", 300, 0)], Fraction(-200, 29), False),  # 29 votes now
        ([("tablet", 270, 30)], [("tablet", 29, 0)], Fraction(-10), False),  # 29 votes then
        ([("tablet", 27, 3)], [("tablet", 30, 0)], Fraction(-10), True),
        ([("tablet", 95, 5)], [("tablet", 95, 5), ("paper", 100, 0)], Fraction(0), False),  # paper not both
        ([("tablet", 95, 5), ("paper", 50, 50)], [("tablet", 95, 5)], Fraction(0), False),
        ([("tablet", 50, 50)], [("paper", 100, 0)], None, False),  # no common source
        ([("tablet", 95, 5), ("sipas", 0, 90)], [("tablet", 95, 5), ("sipas", 90, 0)], Fraction(0), False),
        ([], [("tablet", 95, 5)], None, False),
    ],
)  # fmt: skip
def test_a_fall_over_the_same_sources(
    now: Sequence[tuple[str, int, int]], before: Sequence[tuple[str, int, int]],
    points: Fraction | None, dropped: bool,
) -> None:  # fmt: skip
    found, then = period(now, NOVEMBER), period(before, LAST)
    change = found.change(found.rows[0], then)
    assert change is not None
    assert change.points == points
    assert is_drop(change) == dropped
    assert [row.unit.code for row, _ in satisfaction_drop(found, then)] == (["P1"] if dropped else [])


def test_without_a_comparison_nothing_falls() -> None:
    found = period([("tablet", 1, 99)], NOVEMBER)
    assert found.change(found.rows[0], None) is None
    assert satisfaction_drop(found, None) == ()
    assert not is_drop(None)


def test_an_unknown_unit_is_never_flagged() -> None:
    stray = Unit("P9", "?", "ward")
    found, then = period([("tablet", 1, 99)], NOVEMBER, stray), period([("tablet", 99, 1)], LAST, stray)
    found = judged_satisfaction(_frame_of(found), (P1,), NOVEMBER)
    then = judged_satisfaction(_frame_of(then), (P1,), LAST)
    assert found.rows[-1].share == Share(1, 100)
    assert satisfaction_drop(found, then) == ()


def _frame_of(found: Satisfaction) -> Any:
    row = found.rows[0]
    return pd.DataFrame(
        [("P9", "tablet", level, row.votes[level]) for level in RATING_LEVELS if row.votes[level]],
        columns=["unit_code", "source", "level", "votes"],
    )


def test_votes_know_their_words() -> None:
    votes = Votes.of(very_satisfied=1, satisfied=2, neutral=4, dissatisfied=8, very_dissatisfied=16)
    assert (votes["pleased"], votes["votes"], votes["neutral"]) == (3, 31, 4)
    with pytest.raises(KeyError):
        votes[UNKNOWN_LEVEL]
    assert "sipas" not in POOLED
    assert set(POOLED) == {*RATING_SOURCES, UNKNOWN_SOURCE} - {"sipas"}


def test_a_month_counts_what_the_month_opened_alone_counts(copy: CleanCopy) -> None:
    """Reporting months too."""
    rows = [rating(3**i, on=day) for i, day in enumerate(DAYS)]
    copy.fill({"ratings": rows})
    view = View(parse_period("bc-2026-11"), AS_OF)
    with copy.asked(view) as (conn, courses):
        trend = satisfaction_by_unit_month(conn, courses, view, units=UNITS)
        for month, share in zip(trend.months, trend.shares("P1"), strict=True):
            alone = satisfaction_by_unit(conn, courses, view.at(period=month), units=UNITS)
            assert alone.district.share == share

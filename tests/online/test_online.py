"""Online, assisted and by post: by hand, and against an oracle of plain loops, on DuckDB and PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pandas as pd
from clean_copies import CleanCopy, Row
from copies import present_of
from drawing import drawn
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from strategies import FIELDS, UNITS, Question, dossiers, questions, rows

from queries.asked.periods import custom_period, parse_period
from queries.asked.view import View
from queries.contract import CONTRACT, ONLINE_LEVELS
from queries.courses.conditions import Days, belongs, parts_of
from queries.courses.stock import Courses
from queries.definitions.metrics import METRICS, ONLINE_COUNTS, Share, online_levels_on, over
from queries.definitions.units import Procedure, Unit
from queries.on_time.trend import trend_months
from queries.online.judging import (
    Online,
    OnlineTally,
    busiest_lowest,
    judged_online,
    missing,
    online_fields,
    online_procedures,
    online_tallies,
    online_trend_of,
)
from queries.online.statements import (
    RECEIVED_COUNTS,
    Recorded,
    online_by_procedure,
    online_by_unit,
    online_by_unit_month,
    recorded,
)

CATALOGUE: list[dict[str, Any]] = [
    {"procedure_code": "1.001", "name": "Một", "field": "Đất đai", "online_level": "4"},
    {"procedure_code": "1.002", "name": "Hai", "field": "Hộ tịch", "online_level": "full"},
    {"procedure_code": "1.003", "name": "Ba", "field": None, "online_level": None},
    {"procedure_code": None, "name": "Không mã", "field": "Đất đai", "online_level": "full"},
]
BACK = ("returned", "post_out")
OPTIONAL = ("dossiers.online_level", "dossiers.assisted", "dossiers.returned_at", "dossiers.returned_by_post",
            "procedures.online_level")  # fmt: skip
NOVEMBER = View(parse_period("2026-11"), datetime(2026, 11, 21, 10, 15))


# The oracle: from the definitions, without looking at the SQL.


def level_of(row: Row, columns: Collection[str]) -> str | None:
    """The dossier's own level, else its procedure's."""
    own = row.get("online_level") if "dossiers.online_level" in columns else None
    if own in ONLINE_LEVELS:
        return str(own)
    if "procedures.online_level" not in columns or row["procedure_code"] is None:
        return None
    levels: dict[str, str | None] = {one["procedure_code"]: one["online_level"] for one in CATALOGUE}
    return levels.get(row["procedure_code"])


def happened(moment: datetime | None, start: date, last: date, as_of: datetime) -> bool:
    return moment is not None and start <= moment.date() <= last and moment <= as_of


def oracle(of: Sequence[Row], question: Question, columns: Collection[str] = OPTIONAL) -> dict[str, int]:
    """Every online count of a question, by going through the dossiers one by one."""
    last = min(question.end, question.as_of.date())
    if question.judged_on is not None:
        last = min(last, question.judged_on)
    n = dict.fromkeys(ONLINE_COUNTS, 0)
    for row in of:
        received = row["received_at"]
        if received is None or received.date() > last or received > question.as_of:
            continue
        if {"dossiers.returned_at", "dossiers.returned_by_post"} <= set(columns) and happened(
            row["returned_at"], question.start, last, question.as_of
        ):
            n["returned"] += 1
            n["post_out"] += row["returned_by_post"] is True
        if received.date() < question.start:
            continue
        n["received"] += 1
        level = level_of(row, columns)
        n["eligible"] += level in ("3", "4", "partial", "full")
        n["eligible_unknown"] += level is None
        n["post_in"] += row["channel"] == "post"
        if row["channel"] != "online":
            continue
        n["online"] += 1
        n["level_unknown"] += level is None
        if level in ("3", "4"):
            n[f"level_{level}"] += 1
        elif level in ("partial", "full"):
            n[level] += 1
        else:
            continue
        helped = row["assisted"] if "dossiers.assisted" in columns else None
        n[{True: "assisted", False: "self_submitted", None: "assisted_unknown"}[helped]] += 1
    return n


def grouped(of: Sequence[Row], by: Sequence[str]) -> dict[tuple[Any, ...], list[Row]]:
    found: dict[tuple[Any, ...], list[Row]] = {}
    for row in of:
        found.setdefault(tuple(row[word] for word in by), []).append(row)
    return found


def answered(
    table: pd.DataFrame, by: Sequence[str], words: Sequence[str] = ONLINE_COUNTS
) -> dict[Hashable, Any]:
    assert list(table.columns) == [*by, *words]
    answer: dict[Hashable, Any] = {
        tuple(None if pd.isna(row[word]) else row[word] for word in by): {word: row[word] for word in words}
        for row in table.to_dict("records")
    }
    assert len(answer) == len(table)
    return answer


def expected(
    of: Sequence[Row], by: Sequence[str], question: Question, columns: Collection[str]
) -> dict[Hashable, Any]:
    """What the oracle gives by the same key; keys without anything counted have no row."""
    each = {key: oracle(own, question, columns) for key, own in grouped(of, by).items()}
    return {key: counts for key, counts in each.items() if any(counts.values())}


def view_of(question: Question, **changes: Any) -> View:
    period = custom_period(question.start, question.end)
    return View(period, question.as_of, judged_on=question.judged_on, **changes)


@drawn(8)
@given(st.lists(rows(), min_size=15, max_size=30), questions(), st.sets(st.sampled_from(OPTIONAL)), st.data())
def test_every_count_equals_the_oracle(
    copy: CleanCopy, of: list[dict[str, Any]], question: Question, absent: set[str], data: st.DataObject
) -> None:
    of = [{"dossier_code": f"HS-{i:03}", **row} for i, row in enumerate(of)]
    of[0] = {**of[0], "online_level": "Mức độ 4"}  # a word that is no level
    # Mostly everything is there: what is left out then is no sentence about the rest.
    absent = data.draw(st.sampled_from((frozenset(), frozenset(absent))))
    copy.fill({"dossiers": of, "procedures": CATALOGUE}, without=absent)
    columns = set(OPTIONAL) - absent
    view = view_of(question)
    narrow: dict[str, str] = data.draw(st.sampled_from((
        {"unit_code": UNITS[0]}, {"field": FIELDS[0]}, {"field": FIELDS[1]}, {"procedure_code": "1.002"},
    )))  # fmt: skip
    with copy.asked(view) as (conn, courses):
        by_unit = online_by_unit(conn, courses, view)
        by_procedure = online_by_procedure(conn, courses, view)
        narrowed = online_by_unit(conn, courses, view.at(**narrow))
        c, days = courses.rows(conn, view), Days.of(view)
        # Returns are 0 in a count where the source does not say by which way, whatever a dossier holds.
        words = [word for word in ONLINE_COUNTS if recorded(courses).returns or word not in BACK]
        behind = {word: sorted(conn.scalars(select(c.dossier_code).where(belongs(parts_of(word), c, days))))
                  for word in data.draw(st.sets(st.sampled_from(words), max_size=3))}  # fmt: skip

    assert answered(by_unit, ["unit_code"]) == expected(of, ["unit_code"], question, columns)
    by = ["procedure_code", "field"]
    assert answered(by_procedure, by) == expected(of, by, question, columns)
    chosen = [row for row in of
              if all(wanted == (field_of(row) if word == "field" else row[word])
                     for word, wanted in narrow.items())]  # fmt: skip
    assert answered(narrowed, ["unit_code"]) == expected(chosen, ["unit_code"], question, columns)

    total = sum(online_tallies(by_unit, "unit_code").values(), OnlineTally())
    assert {word: total[word] for word in ONLINE_COUNTS} == oracle(of, question, columns)
    assert_identities(total)
    for word, codes in behind.items():
        assert codes == [row["dossier_code"] for row in of if oracle([row], question, columns)[word]]


def field_of(row: Row) -> str | None:
    known = {one["procedure_code"]: one["field"] for one in CATALOGUE if one["procedure_code"]}
    found: str | None = known.get(row["procedure_code"]) or row["field"]
    return found


def assert_identities(tally: OnlineTally) -> None:
    """What holds of any dossiers at all."""
    high = tally["online_high"]
    assert high + tally["level_unknown"] <= tally["online"] <= tally["received"]
    assert high <= tally["eligible"]
    assert tally["eligible"] + tally["eligible_unknown"] <= tally["received"]
    assert tally["self_submitted"] + tally["assisted"] + tally["assisted_unknown"] == high
    assert tally["online"] + tally["post_in"] <= tally["received"]
    assert tally["post_out"] <= tally["returned"]


@drawn(4)
@given(dossiers(max_size=25), st.sampled_from(("2026-11", "bc-2026-11", "2026-Q4")), st.integers(0, 40))
def test_every_month_equals_that_month_opened_as_a_period(
    copy: CleanCopy, of: list[dict[str, Any]], code: str, later: int
) -> None:
    as_of = datetime(2026, 11, 21, 10, 15) + timedelta(days=later)
    copy.fill({"dossiers": of, "procedures": CATALOGUE})
    view = View(parse_period(code), as_of)
    with copy.asked(view) as (conn, courses):
        table = answered(online_by_unit_month(conn, courses, view), ["unit_code", "month"], RECEIVED_COUNTS)
    by_month = {}
    for i, month in enumerate(trend_months(view)):
        asked = Question(month.start, month.end, as_of, "day", None)
        for (unit,), own in grouped(of, ["unit_code"]).items():
            counts = oracle(own, asked)
            if counts["received"]:
                by_month[unit, i] = {word: counts[word] for word in RECEIVED_COUNTS}
    assert table == by_month


# By hand


def dossier(channel: str | None = "online", level: str | None = "3", day: int = 2, **more: Any) -> Row:
    return {"unit_code": "P1", "channel": channel, "online_level": level, "state": "open",
            "received_at": datetime(2026, 11, day, 9), **more}  # fmt: skip


def asked(
    copy: CleanCopy, of: Sequence[Row], view: View = NOVEMBER, **tables: Sequence[Row]
) -> dict[str, int]:
    copy.fill({"dossiers": of, **tables})
    with copy.asked(view) as (conn, courses):
        counts, = answered(online_by_unit(conn, courses, view), ["unit_code"]).values()  # fmt: skip
    return {word: int(n) for word, n in counts.items() if n}


def test_a_plain_month(copy: CleanCopy) -> None:
    assert asked(copy, [
        dossier(level="1"), dossier(level="2"), dossier(level="3", assisted=False), dossier(level="4"),
        dossier(level="partial", assisted=True), dossier(level="full", assisted=False), dossier(level=None),
        dossier("counter", "4"), dossier("post", "full"), dossier(None, "3"), dossier("fax", None),
        dossier(day=22),  # has not happened
        dossier(received_at=datetime(2026, 10, 31, 23, 59), returned_at=datetime(2026, 11, 1),
                returned_by_post=True),
        dossier("counter", "2", returned_at=datetime(2026, 11, 21, 10, 15), returned_by_post=False),
        dossier("counter", "2", returned_at=datetime(2026, 11, 21, 10, 16), returned_by_post=True),  # not yet
    ]) == {
        "received": 13, "online": 7, "level_3": 1, "level_4": 1, "partial": 1, "full": 1, "level_unknown": 1,
        "eligible": 7, "eligible_unknown": 2, "self_submitted": 2, "assisted": 1, "assisted_unknown": 1,
        "post_in": 1, "returned": 2, "post_out": 1,
    }  # fmt: skip


def test_nothing_received_is_no_row_and_no_share(copy: CleanCopy) -> None:
    copy.fill({"dossiers": [dossier(day=22)]})
    for view in (NOVEMBER, NOVEMBER.at(period=parse_period("2026-12"))):
        with copy.asked(view) as (conn, courses):
            by_unit = online_by_unit(conn, courses, view)
            by_month = online_by_unit_month(conn, courses, view)
            assert by_unit.empty
            assert by_month.empty
            found = judged_online(by_unit, [Unit("P1", "Phường 1", "ward")], view, ALL, Fraction(50))
            trend = online_trend_of(by_month, trend_months(view), [], view)
            assert set(trend.percents("online_rate")) == {None}
            assert (found.judged, found.low) == ((), ())
    for metric_id in ("online_rate", "online_rate_eligible", "self_submitted", "post_in", "post_out"):
        assert found.district.tally.share(metric_id).exact is None


def test_golden_nha_be_2019(copy: CleanCopy) -> None:
    """Thị trấn Nhà Bè 2019, field hộ tịch: 616 of 1.825 online at level 3."""
    view = View(parse_period("2019"), datetime(2020, 1, 2), field="Hộ tịch")
    on: dict[str, Any] = {"received_at": datetime(2019, 6, 3, 8), "procedure_code": "1", "unit_code": "NB"}
    of = [dossier("online" if i < 616 else "counter", "3", **on) for i in range(1_825)]
    of += [dossier("counter", None, **{**on, "procedure_code": "2"}) for _ in range(40)]
    counts = asked(copy, of, view, procedures=[
        {"procedure_code": "1", "name": "Khai sinh", "field": "Hộ tịch", "online_level": "3"},
        {"procedure_code": "2", "name": "Khác", "field": "Đất đai", "online_level": "2"},
    ])  # fmt: skip
    tally = OnlineTally(counts)
    assert tally.rate == tally.share("level_3") == tally.share("online_rate_eligible") == Share(616, 1_825)
    assert tally.share("post_in") == Share(0, 1_825)


def source_of(tables: Iterable[str], *without: str) -> Courses:
    """Courses of a source that has these tables, less some columns."""
    present = present_of(tables, without)
    return Courses(NOVEMBER.as_of, "day", (None,), (), present, frozenset())


def test_what_is_recorded() -> None:
    assert recorded(source_of(CONTRACT)) == ALL
    assert recorded(source_of(())) == Recorded(*(False,) * 6)
    assert recorded(source_of(CONTRACT, "dossiers.online_level")).levels
    assert not recorded(source_of(CONTRACT, "dossiers.online_level", "dossiers.procedure_code")).levels
    assert not recorded(source_of(CONTRACT, "dossiers.returned_by_post")).returns
    assert not recorded(source_of(CONTRACT, "dossiers.field", "dossiers.procedure_code")).fields


# Judging

ALL = Recorded(*(True,) * 6)


def found(per_unit: Mapping[str | None, Mapping[str, int]], target: str | None = None) -> Online:
    frame = pd.DataFrame([{"unit_code": code, **dict.fromkeys(ONLINE_COUNTS, 0), **counts}
                          for code, counts in per_unit.items()])  # fmt: skip
    units = [Unit(code, f"Phường {code}", "ward") for code in ("1", "2", "3", "10")]
    units.append(Unit("N", "Phòng Nội vụ", "department"))
    return judged_online(frame, units, NOVEMBER, ALL, Fraction(target) if target else None)


def test_units_rank_lowest_first_and_few_dossiers_after_the_others() -> None:
    online = found({
        "1": {"received": 100, "level_3": 60}, "2": {"received": 100, "full": 30, "level_4": 9},
        "3": {"received": 19, "level_3": 0}, "N": {"received": 50, "partial": 1},
        "X": {"received": 2, "level_3": 2}, None: {"received": 1},
    }, "39.5")  # fmt: skip
    assert [row.unit.code for row in online.ranked] == ["2", "1", "3", "10", "N"]
    assert [row.unit.code for row in online.low] == ["2", "3", "N"]
    assert [row.unit.code for row in online.silent] == ["10"]
    assert online.district.tally["received"] == 272
    assert online.rows[-1].unit.code is None
    assert not online.rows[-1].is_low
    assert [row.missing for row in online.low] == [1, 8, 19]


def test_without_a_target_nobody_is_low() -> None:
    assert found({"1": {"received": 100}}).low == ()


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 300), st.integers(1, 300), st.sampled_from(("50", "33.3", "100", "0.5", "62.75")))
def test_what_is_missing_is_just_enough(a: int, b: int, percent: str) -> None:
    share, target = Share(min(a, b), b), Fraction(percent)
    more = missing(share, target)
    assert over(Share(share.a + more, b), target)
    assert more == 0 or not over(Share(share.a + more - 1, b), target)


def test_fields_come_from_the_catalogue_else_from_the_dossier() -> None:
    zeros = dict.fromkeys(ONLINE_COUNTS, 0)
    frame = pd.DataFrame([
        {"procedure_code": "1", "field": "khác", **zeros, "received": 2},
        {"procedure_code": "2", "field": "Hộ tịch", **zeros, "received": 1},
        {"procedure_code": None, "field": "Hộ tịch", **zeros, "received": 4, "full": 1},
        {"procedure_code": None, "field": None, **zeros, "received": 1},
        {"procedure_code": "9", "field": None, **zeros, "returned": 1},
    ])  # fmt: skip
    catalogue = [Procedure("1", "Một", "Đất đai", None, "4"), Procedure("2", "Hai", None)]
    fields = online_fields(frame, catalogue)
    assert [(one.name, one.tally["received"], one.tally["full"]) for one in fields] == [
        ("Hộ tịch", 5, 1), ("Đất đai", 2, 0), ("(không rõ lĩnh vực)", 1, 0),
    ]  # fmt: skip
    groups = online_procedures(frame, catalogue)
    assert [(one.name, one.code, one.level) for one in groups] == [
        ("(không rõ thủ tục)", "", None), ("Một", "1", "4"), ("Hai", "2", None),
    ]  # fmt: skip
    assert [one.code for one in busiest_lowest(groups)] == ["1", "2"]


def test_the_ten_busiest_procedures_come_lowest_share_first() -> None:
    zeros = dict.fromkeys(ONLINE_COUNTS, 0)
    frame = pd.DataFrame([
        {"procedure_code": f"{i:02}", "field": None, **zeros, "received": 100 - i, "full": i * i % 7}
        for i in range(14)
    ])  # fmt: skip
    ten = busiest_lowest(online_procedures(frame, []))
    assert {one.code for one in ten} == {f"{i:02}" for i in range(10)}
    rates = [one.tally.rate.exact for one in ten]
    assert rates == sorted(rates, key=lambda rate: rate or 0)
    assert [one.code for one in ten][:2] == ["00", "07"]


def test_the_name_of_the_levels_goes_by_the_day() -> None:
    assert online_levels_on(date(2022, 8, 14)).name == "mức độ 3, 4"
    assert online_levels_on(date(2022, 8, 15)).name == "một phần / toàn trình"


def test_metrics_are_those_of_the_product() -> None:
    named = {"online_rate": "Tỷ lệ trực tuyến mức độ 3, 4", "self_submitted": "Tự nộp"}
    assert {word: METRICS[word].name for word in named} == named
    assert METRICS["received"].numerator == "received"  # the same count as on the other pages

"""Duties: which a period is about, on DuckDB and PostgreSQL; how each stands, by hand and by a plain loop."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random

import pytest
from clean_copies import CleanCopy, Row

from queries.asked.periods import parse_period
from queries.asked.view import View
from queries.unit_life.duties import Duty, duties_of
from queries.unit_life.statements import duties_of_period, has_duties

AS_OF = datetime(2026, 11, 21, 10, 15)
NOVEMBER = View(parse_period("2026-11"), AS_OF)
VIEWS = (
    NOVEMBER, NOVEMBER.at(period=parse_period("2026-10")), NOVEMBER.at(period=parse_period("2026")),
    NOVEMBER.at(unit_code="P1"), NOVEMBER.at(units_seen=("P2",)), NOVEMBER.at(judged_on=date(2026, 11, 9)),
    NOVEMBER.at(period=parse_period("2027-01")),
)  # fmt: skip


def duty(number: int, due_on: date, done_on: date | None = None, unit_code: str = "P1") -> Row:
    return {"duty_id": f"V{number}", "unit_code": unit_code, "title": f"Kế hoạch {number}", "due_on": due_on,
            "done_on": done_on, "document": None if number % 2 else "Công văn 1"}  # fmt: skip


def found(copy: CleanCopy, view: View = NOVEMBER) -> tuple[Duty, ...]:
    with copy.asked(view) as (conn, courses):
        return duties_of(duties_of_period(conn, courses, view), view.judged)


def test_each_stands_as_it_stood_on_the_judging_day(copy: CleanCopy) -> None:
    copy.fill({"duties": [
        duty(1, date(2026, 11, 10), date(2026, 11, 10)),  # on its day
        duty(2, date(2026, 11, 10), date(2026, 11, 11)),  # a day late
        duty(3, date(2026, 11, 21)),  # today is not over
        duty(4, date(2026, 11, 20)),
        duty(5, date(2026, 11, 15), date(2026, 11, 22)),  # done after the data end
        duty(6, date(2026, 11, 30)),
        duty(7, date(2026, 8, 31)),  # left over
        duty(8, date(2026, 8, 31), date(2026, 11, 2)),  # left over when the period began
        duty(9, date(2026, 8, 31), date(2026, 10, 31)),  # of the period before
        duty(10, date(2026, 12, 1)),  # of the next
    ]})  # fmt: skip
    assert [(one.id, one.state, one.days, one.done_on) for one in found(copy)] == [
        ("V7", "overdue", 82, None), ("V5", "overdue", 6, None), ("V4", "overdue", 1, None),
        ("V3", "waiting", 0, None), ("V6", "waiting", 0, None), ("V8", "done_late", 63, date(2026, 11, 2)),
        ("V2", "done_late", 1, date(2026, 11, 11)), ("V1", "done", 0, date(2026, 11, 10)),
    ]  # fmt: skip
    assert {one.id: one.document for one in found(copy)}["V4"] == "Công văn 1"
    assert {one.id: one.document for one in found(copy)}["V7"] == ""


@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_a_plain_loop_finds_the_same(copy: CleanCopy, view: View) -> None:
    draw = Random(5)

    def day() -> date:
        return date(2026, 9, 1) + timedelta(days=draw.randrange(120))

    rows = [duty(i, day(), draw.choice((None, day())), draw.choice(("P1", "P2"))) for i in range(150)]
    copy.fill({"duties": rows})
    start, last = view.period.start, view.period.end
    told = {
        row["duty_id"]
        for row in rows
        if view.has_started
        and (start <= row["due_on"] <= last
             or (row["due_on"] < start and (row["done_on"] is None or row["done_on"] >= start)))
        and view.unit_code in (None, row["unit_code"])
        and (view.units_seen is None or row["unit_code"] in view.units_seen)
    }  # fmt: skip
    duties = found(copy, view)
    assert {one.id for one in duties} == told
    by_id = {row["duty_id"]: row for row in rows}
    for one in duties:
        done = by_id[one.id]["done_on"]
        is_done = done is not None and done <= view.judged
        is_late = (done if is_done else view.judged) > one.due_on
        assert one.state == (("done", "done_late") if is_done else ("waiting", "overdue"))[is_late]


def test_a_source_without_such_a_table_has_none(copy: CleanCopy) -> None:
    copy.fill({}, without=["duties"])
    with copy.asked(NOVEMBER) as (_, courses):
        assert not has_duties(courses)
    assert found(copy) == ()

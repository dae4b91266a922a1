"""Complaints, receptions, procedures of a unit, on DuckDB and PostgreSQL: plain loops, and by hand."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pandas as pd
import pytest
from clean_copies import CleanCopy, Row

from queries.asked.periods import parse_period
from queries.asked.view import View
from queries.courses.catalogue import read_procedures
from queries.definitions.metrics import Share
from queries.definitions.unit_metrics import COMPLAINT_COUNTS
from queries.definitions.units import Unit
from queries.unit_life.judging import UnitLife, codes_used, unit_life
from queries.unit_life.statements import (
    complaints_received_by_unit,
    procedures_used,
    receptions_by_unit,
)

AS_OF = datetime(2026, 11, 21, 10, 15)
NOVEMBER = View(parse_period("2026-11"), AS_OF)
VIEWS = (
    NOVEMBER, NOVEMBER.at(period=parse_period("2026-10")), NOVEMBER.at(period=parse_period("bc-2026-11")),
    NOVEMBER.at(unit_code="P1"), NOVEMBER.at(field="Đất đai"), NOVEMBER.at(judged_on=date(2026, 11, 9)),
    NOVEMBER.at(period=parse_period("2026"), unit_code="P2", field="Hộ tịch"),
    NOVEMBER.at(period=parse_period("2027-01")),
)  # fmt: skip


def rows_at_random() -> dict[str, list[Row]]:
    draw = Random(11)

    def day(none: float = 0.0) -> date | None:
        return None if draw.random() < none else date(2026, 9, 20) + timedelta(days=draw.randrange(75))

    units = ("P1", "P2", None, "lạ")
    complaints: list[Row] = [
        {"complaint_id": f"K{i}", "unit_code": draw.choice(units), "received_on": day(),
         "field": draw.choice(("Đất đai", "Hộ tịch", None)), "due_on": day(0.1), "answered_on": day(0.4)}
        for i in range(240)
    ]  # fmt: skip
    receptions: list[Row] = [
        {"unit_code": draw.choice(units), "held_on": day(), "kind": "định kỳ"} for _ in range(120)
    ]
    dossiers: list[Row] = [
        {"dossier_code": f"H{i}", "unit_code": draw.choice(units),
         "procedure_code": draw.choice(("1", "2", "9", None)), "due_at": AS_OF, "finished_at": None,
         "received_at": datetime.combine(day() or AS_OF, AS_OF.time()),
         "state": "open", "channel": "counter"}
        for i in range(160)
    ]  # fmt: skip
    return {"complaints": complaints, "receptions": receptions, "dossiers": dossiers, "procedures": CATALOGUE}


CATALOGUE: list[Row] = [
    {"procedure_code": "1", "name": "Khai sinh", "field": "Hộ tịch", "level": "commune"},
    {"procedure_code": "2", "name": "Cấp giấy", "field": "Đất đai", "level": "district"},
    {"procedure_code": "3", "name": "Chứng thực", "field": "Chứng thực", "level": "commune"},
    {"procedure_code": "4", "name": "Khai tử", "field": "Hộ tịch", "level": "commune"},
    {"procedure_code": "5", "name": "Không rõ cấp", "field": "Khác", "level": None},
]


@pytest.fixture(scope="module")
def filled(copy: CleanCopy) -> tuple[CleanCopy, dict[str, list[Row]]]:
    rows = rows_at_random()
    copy.fill(rows)
    return copy, rows


def within(day: date, view: View) -> bool:
    last = min(view.judged_on or view.end, view.end)
    return view.period.start <= day <= last


def expected_complaints(rows: list[Row], view: View) -> dict[Any, tuple[int, int, int]]:
    """The definitions again, in loops."""
    found: dict[Any, list[int]] = {}
    judged = min(view.judged_on or view.end, view.end)
    for row in rows:
        if not within(row["received_on"], view):
            continue
        if view.unit_code not in (None, row["unit_code"]) or view.field not in (None, row["field"]):
            continue
        counts = found.setdefault(row["unit_code"], [0, 0, 0])
        answered = row["answered_on"] is not None and row["answered_on"] <= judged
        counts[0] += 1
        counts[1] += answered
        counts[2] += not answered and row["due_on"] is not None and row["due_on"] < judged
    return {code: (a, b, c) for code, (a, b, c) in found.items()}


def known(code: Any) -> Any:
    return None if pd.isna(code) else code


@pytest.mark.parametrize("view", VIEWS)
def test_complaints_equal_the_loops(filled: tuple[CleanCopy, dict[str, list[Row]]], view: View) -> None:
    copy, rows = filled
    with copy.asked(view) as (conn, courses):
        frame = complaints_received_by_unit(conn, courses, view)
    assert list(frame.columns) == ["unit_code", *COMPLAINT_COUNTS]
    got = {known(row[0]): tuple(row[1:]) for row in frame.itertuples(index=False, name=None)}
    assert got == expected_complaints(rows["complaints"], view)


@pytest.mark.parametrize("view", [view for view in VIEWS if view.field is None])
def test_receptions_equal_the_loops(filled: tuple[CleanCopy, dict[str, list[Row]]], view: View) -> None:
    copy, rows = filled
    with copy.asked(view) as (conn, courses):
        frame = receptions_by_unit(conn, courses, view)
    expected: dict[Any, int] = {}
    for row in rows["receptions"]:
        if within(row["held_on"], view) and view.unit_code in (None, row["unit_code"]):
            expected[row["unit_code"]] = expected.get(row["unit_code"], 0) + 1
    assert {known(code): n for code, n in frame.itertuples(index=False, name=None)} == expected


@pytest.mark.parametrize("view", VIEWS)
def test_procedures_used_equal_the_loops(filled: tuple[CleanCopy, dict[str, list[Row]]], view: View) -> None:
    copy, rows = filled
    fields = {row["procedure_code"]: row["field"] for row in CATALOGUE}
    with copy.asked(view) as (conn, courses):
        frame = procedures_used(conn, courses, view)
    expected: dict[Any, int] = {}
    for row in rows["dossiers"]:
        code = row["procedure_code"]
        if not within(row["received_at"].date(), view) or view.unit_code not in (None, row["unit_code"]):
            continue
        if view.field not in (None, fields.get(code)):
            continue
        expected[code] = expected.get(code, 0) + 1
    got: dict[Any, int] = {}
    for code, _, n in frame.itertuples(index=False, name=None):
        got[known(code)] = got.get(known(code), 0) + n
    assert got == expected
    assert codes_used(frame) == expected.keys() - {None}


# by hand


def life(copy: CleanCopy, unit: Unit | None, view: View = NOVEMBER) -> UnitLife:
    of_unit = view if unit is None else view.at(unit_code=unit.code)
    with copy.asked(view) as (conn, courses):
        return unit_life(
            unit, view, courses,
            complaints=complaints_received_by_unit(conn, courses, view),
            receptions=receptions_by_unit(conn, courses, view),
            used=codes_used(procedures_used(conn, courses, of_unit)),
            procedures=read_procedures(conn),
        )  # fmt: skip


def share(found: UnitLife, a: str, b: str) -> Share:
    return Share(found.counts[a], found.counts[b])


def test_a_unit_by_hand(copy: CleanCopy) -> None:
    """Answered on the day counts; due today is not overdue; a day later than as_of has not happened."""
    day = {"received_on": date(2026, 11, 2), "due_on": date(2026, 11, 20), "unit_code": "P1"}
    copy.fill({
        "complaints": [
            {**day, "complaint_id": "1", "answered_on": date(2026, 11, 21)},
            {**day, "complaint_id": "2", "answered_on": date(2026, 11, 22)},
            {**day, "complaint_id": "3", "answered_on": None, "due_on": date(2026, 11, 21)},
            {**day, "complaint_id": "4", "answered_on": None, "due_on": None},
            {**day, "complaint_id": "5", "received_on": date(2026, 11, 22)},
            {**day, "complaint_id": "6", "received_on": date(2026, 10, 31)},
            {**day, "complaint_id": "7", "unit_code": "P2"},
        ],
        "receptions": [
            {"unit_code": "P1", "held_on": date(2026, 11, day)} for day in (1, 21, 22)
        ],
        "procedures": CATALOGUE,
        "dossiers": [
            {"dossier_code": f"H{i}", "unit_code": "P1", "procedure_code": code, "state": "open",
             "received_at": datetime(2026, 11, 3), "due_at": None, "finished_at": None, "channel": "counter"}
            for i, code in enumerate(("1", "1", "2", "9", None))
        ],
    })  # fmt: skip
    ward, room = Unit("P1", "Phường 1", "ward"), Unit("P1", "Phòng 1", "department")
    found = life(copy, ward)
    assert [found.get(word) for word in COMPLAINT_COUNTS] == [4, 1, 1]
    assert found.get("receptions") == 2
    assert share(found, "procedures_used", "procedures") == Share(1, 3)
    assert share(found, "fields_used", "fields") == Share(1, 2)
    assert found.outside == 2  # of the district's level, and in no catalogue
    assert share(life(copy, room), "procedures_used", "procedures") == Share(1, 1)
    whole = life(copy, None)
    assert share(whole, "procedures_used", "procedures") == Share(2, 4)
    assert whole.get("complaints") == 5


@pytest.mark.parametrize(
    ("without", "lost"),
    [
        (("complaints.answered_on",), {"complaints_answered", "complaints_overdue"}),
        (("complaints.due_on",), {"complaints_overdue"}),
        (("procedures.level",), {"procedures", "procedures_used", "fields", "fields_used"}),
        (("procedures.field",), {"fields", "fields_used"}),
        (("dossiers.procedure_code",), {"procedures_used", "fields_used"}),
        (("complaints.unit_code",), set(COMPLAINT_COUNTS)),
        (("receptions.held_on",), {"receptions"}),
    ],
)  # fmt: skip
def test_what_the_source_does_not_have_is_no_data_and_never_0(
    copy: CleanCopy, without: tuple[str, ...], lost: set[str]
) -> None:
    copy.fill({"procedures": CATALOGUE})
    ward = Unit("P1", "Phường 1", "ward")
    everything = set(life(copy, ward).counts)
    assert everything == {
        *COMPLAINT_COUNTS, "receptions", "procedures", "procedures_used", "fields", "fields_used",
    }  # fmt: skip
    copy.fill({"procedures": CATALOGUE}, without=without)
    assert everything - set(life(copy, ward).counts) == lost


def test_by_field_complaints_need_a_field_of_their_own(copy: CleanCopy) -> None:
    copy.fill({"procedures": CATALOGUE})
    view = NOVEMBER.at(field="Hộ tịch")
    ward = Unit("P1", "Phường 1", "ward")
    assert life(copy, ward, view).get("complaints") == 0
    assert life(copy, ward, view).counts["procedures"] == 2
    copy.fill({"procedures": CATALOGUE}, without=["complaints.field"])
    assert life(copy, ward, view).get("complaints") is None

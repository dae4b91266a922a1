"""What ``courses`` holds of a dossier: its days and numbers, by hand, on DuckDB and PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import pytest
from clean_copies import CleanCopy, Row
from sqlalchemy import func, select

from queries.asked.periods import parse_period
from queries.asked.view import View
from queries.copy.mended import read_quality, told_of
from queries.courses.catalogue import read_fields, read_procedures, read_units
from queries.courses.table import (
    ALWAYS,
    BY_FIELD,
    BY_UNIT,
    CLOSED_BY_DAY,
    CLOSED_UNDATED,
    COURSES,
    DUE_BY_DAY,
    EARLY,
    ENDED_LATE,
    FINISHED,
    LATE,
    LATELY_OPEN,
    NEVER,
    OFFICERS,
    ON_TIME,
    OPEN,
    PROCEDURES,
    RECEIVED_BY_DAY,
    REFUSED,
    RETURNED_BY_DAY,
    STATE_REFUSED,
    SUSPENDED,
    UNDATED,
    UNITS,
    WITHDRAWN,
    day_number,
    day_of_number,
)
from queries.on_time.statements import on_time_by_unit

AS_OF = datetime(2026, 11, 21, 10, 15)
VIEW = View(parse_period("2026-11"), AS_OF)
CODES = ("hs-1", "HS-1", "Hồ-2", "HS-10", "HS-2", "a", "Z", "đ-1", "z", "HS-1a", "HS.1", "hs_1", "ﬀ", "𝒽", "")
"""Codes whose order differs by collation, by case, and between UTF-8 and UTF-16."""


def at(text: str | None) -> datetime | None:
    """Read "20 15:00" as of November 2026, "10-05 08:00" as of October."""
    return None if text is None else datetime.fromisoformat(f"2026-{text if '-' in text else '11-' + text}")


def day(text: str) -> int:
    return day_number(date.fromisoformat(f"2026-{text if '-' in text else '11-' + text}"))


def dossier(
    state: str | None = "open", received: str | None = "02 08:00", due: str | None = "20", **more: Any
) -> Row:
    moments = {key: at(value) for key, value in more.items() if key.endswith(("_at", "_since"))}
    rest = {key: value for key, value in more.items() if key not in moments}
    told = {"state": state, "channel": "counter", "received_at": at(received), "due_at": at(due)}
    return told | rest | moments


def built(copy: CleanCopy, of: Sequence[Row], compare: str = "day", **tables: Sequence[Row]) -> list[Any]:
    """The rows of courses built for the moment asked, in the order of the dossiers."""
    copy.fill({"dossiers": [{"dossier_code": f"{i:03}", **row} for i, row in enumerate(of)], **tables})
    with copy.asked(VIEW.at(compare=compare)) as (conn, _):
        return list(conn.execute(select(COURSES).order_by(COURSES.c.dossier_code)).mappings())


# days


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (dossier(), {"received": day("02"), "due": day("20"), "closed": NEVER, "suspended_from": NEVER,
                     "returned": NEVER, "submitted": NEVER, "clock_start": NEVER, "overdue_from": day("21")}),
        (dossier(received=None), {"received": NEVER, "closed": NEVER}),
        (dossier(received="21 10:15:01"), {"received": NEVER}),
        (dossier(due=None), {"due": NEVER, "overdue_from": NEVER}),
        (dossier(due="12-31"), {"due": day("12-31"), "overdue_from": day("12-31") + 1}),
        (dossier("finished", finished_at="21 10:15"), {"closed": day("21")}),
        (dossier("finished", finished_at="21 10:16"), {"closed": NEVER}),
        (dossier("finished", finished_at="10-05"), {"closed": day("02")}),
        (dossier("finished"), {"closed": day("02"), "ending": CLOSED_UNDATED}),
        (dossier("finished", received=None, finished_at="05"), {"closed": NEVER}),
        (dossier("open", finished_at="05"), {"closed": NEVER, "ending": 0}),
        (dossier("suspended"), {"suspended_from": ALWAYS, "closed": NEVER}),
        (dossier("suspended", suspended_since="05 09:00"), {"suspended_from": day("05")}),
        (dossier("suspended", suspended_since="21 10:16"), {"suspended_from": NEVER}),
        (dossier("suspended", due="04", suspended_since="05"), {"suspended_from": NEVER}),
        (dossier("suspended", due=None, suspended_since="05"), {"suspended_from": day("05")}),
        (dossier("open", suspended_since="05"), {"suspended_from": NEVER}),
        (dossier(submitted_at="01 08:00", clock_start_at="03", returned_at="20 16:00"),
         {"submitted": day("01"), "clock_start": day("03"), "returned": day("20")}),
        (dossier(submitted_at="22", clock_start_at="22", returned_at="22"),
         {"submitted": NEVER, "clock_start": NEVER, "returned": NEVER}),
    ],
)  # fmt: skip
def test_the_days_of_a_dossier(here: CleanCopy, row: Row, expected: dict[str, int]) -> None:
    (found,) = built(here, [row])
    assert {name: found[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("due", "by_day", "by_moment"),
    [
        ("20 09:00", "21", "20"),  # by moment overdue on the day itself
        ("20", "21", "21"),  # a bare date is the end of its day
        ("21 10:00", "22", "21"),  # today's, and passed
        ("21 10:15", "22", "22"),  # today's, and not yet
        ("21 16:00", "22", "22"),
        ("25 16:00", "26", "25"),
    ],
)
def test_the_first_day_overdue(here: CleanCopy, due: str, by_day: str, by_moment: str) -> None:
    for compare, first in (("day", by_day), ("moment", by_moment)):
        (found,) = built(here, [dossier(due=due)], compare)
        assert found["overdue_from"] == day(first), compare


def test_a_suspension_within_the_day_it_was_due(here: CleanCopy) -> None:
    row = dossier("suspended", due="05 09:00", suspended_since="05 10:00")
    assert built(here, [row])[0]["suspended_from"] == day("05")
    assert built(here, [row], "moment")[0]["suspended_from"] == NEVER, "already overdue: it stays so"


def test_never_and_always_lie_beyond_every_day() -> None:
    assert day_number(date(1900, 1, 1)) > ALWAYS
    assert day_number(date(2199, 12, 31)) < NEVER
    assert day_of_number(day_number(date(2024, 2, 29))) == date(2024, 2, 29)
    assert day_number(date(1970, 1, 1)) == 0


# what became of it


@pytest.mark.parametrize(
    ("row", "by_day", "by_moment"),
    [
        (dossier("finished", due="20 09:00", finished_at="19 23:59"), (EARLY, 0), (EARLY, 0)),
        (dossier("finished", due="20 09:00", finished_at="20 08:00"), (ON_TIME, 0), (ON_TIME, 0)),
        (dossier("finished", due="20 09:00", finished_at="20 09:01"), (ON_TIME, 0), (LATE, 0)),
        (dossier("finished", due="20", finished_at="20 23:59"), (ON_TIME, 0), (ON_TIME, 0)),
        (dossier("finished", due="18", finished_at="21"), (LATE, 3), (LATE, 3)),
        (dossier("finished", due=None, finished_at="20"), (UNDATED, 0), (UNDATED, 0)),
        (dossier("refused", due="10", finished_at="20"), (REFUSED, 0), (REFUSED, 0)),
        (dossier("withdrawn", due="10", finished_at="20"), (WITHDRAWN, 0), (WITHDRAWN, 0)),
        (dossier("refused", due="10"), (CLOSED_UNDATED, 0), (CLOSED_UNDATED, 0)),
    ],
)
def test_how_it_ended(here: CleanCopy, row: Row, by_day: tuple[int, int], by_moment: tuple[int, int]) -> None:
    for compare, expected in (("day", by_day), ("moment", by_moment)):
        (found,) = built(here, [row], compare)
        assert (found["ending"], found["days_late"]) == expected, compare


def test_states_channels_levels_and_who_typed(here: CleanCopy) -> None:
    rows = built(here, [
        dossier("refused", channel="online", online_level="3", assisted=True),
        dossier(None, channel="post", online_level="x", procedure_code="A", assisted=False),
        dossier("đã xong", channel="kiosk", finished_at="03", returned_by_post=True),
        dossier("suspended", channel=None, procedure_code="B"),
        dossier("open", channel="fax", officer_code="CC1"),
    ], procedures=[{"procedure_code": "A", "name": "A", "online_level": "full"}, {"procedure_code": "B"}],
        officers=[{"officer_code": "CC1", "on_contract": True}])  # fmt: skip
    assert [row["state"] for row in rows] == [STATE_REFUSED, OPEN, FINISHED, SUSPENDED, OPEN]
    assert [row["channel"] for row in rows] == [1, 2, 0, 0, 0]
    assert [row["channel_known"] for row in rows] == [True, True, True, False, False]
    assert [row["level"] for row in rows] == [3, 6, 0, 0, 0]
    assert [row["typed_by"] for row in rows] == [2, 1, 0, 0, 0]
    assert [row["by_post"] for row in rows] == [False, False, True, False, False]
    assert [row["on_contract"] for row in rows] == [False] * 4 + [True]


def test_the_first_days_of_slips(here: CleanCopy) -> None:
    """Each kind its own first day; a second one of a body or with a new date by the moment it was issued."""

    def slip(kind: str, when: str, **more: Any) -> Row:
        return {
            "slip_id": f"{kind}{when}",
            "dossier_code": "000",
            "kind": kind,
            "issued_at": at(when),
            **more,
        }

    slips = [
        slip("supplement", "03 09:00"), slip("supplement", "04 09:00", issuing_unit_code="P2"),
        slip("supplement", "06 09:00", issuing_unit_code="P1"), slip("supplement", "22 09:00"),
        slip("supplement", "20 08:00", issuing_unit_code="P3"),
        slip("supplement", "09 08:00", issuing_unit_code="P4", due_before=at("08 17:00")),
        slip("apology", "07", reason=" ", new_due_at=at("12")), slip("apology", "10", reason="ốm"),
        slip("apology", "11", reason="ốm", new_due_at=at("18")), slip("refusal", "01"),
        {**slip("apology", "05", reason=None, new_due_at=None), "dossier_code": "no such"},
    ]  # fmt: skip
    (row,) = built(here, [dossier(unit_code="P1")], slips=slips)
    assert {name: row[f"first_{name}"] for name in (
        "apology", "no_reason", "no_date", "new_date", "second_new_date", "supplement", "second_of_a_body",
        "on_due_day", "on_due_day_guessed",
    )} == {
        "apology": day("07"), "no_reason": day("07"), "no_date": day("10"), "new_date": day("07"),
        "second_new_date": day("11"), "supplement": day("03"), "second_of_a_body": day("06"),
        "on_due_day": day("09"), "on_due_day_guessed": day("20"),
    }  # fmt: skip
    (none,) = built(here, [dossier()])
    assert {none[one.name] for one in COURSES.c if one.name.startswith("first_")} == {NEVER}


# numbers of codes


def test_numbers_are_in_the_binary_order_of_codes(here: CleanCopy) -> None:
    """On any engine, whatever its collation; none is 0, or comes last."""
    ordered = sorted(CODES, key=lambda code: code.encode())
    of = [
        {"dossier_code": code, "unit_code": code, "receiving_unit_code": CODES[-1 - i], "state": "open",
         "procedure_code": code, "field": code, "officer_code": code}
        for i, code in enumerate(CODES)
    ]  # fmt: skip
    here.fill({"dossiers": [*of, {"dossier_code": "~", "state": "open"}], "units": [{"unit_code": "P9"}]})
    with here.asked(VIEW) as (conn, courses):
        rows = conn.execute(select(COURSES).order_by(COURSES.c.number)).mappings().all()
        units = conn.execute(select(UNITS).order_by(UNITS.c.number)).all()
        procedures = conn.execute(select(PROCEDURES).order_by(PROCEDURES.c.number)).all()
        officers = conn.execute(select(OFFICERS).order_by(OFFICERS.c.number)).all()
    codes = sorted([*CODES, "~"], key=lambda code: code.encode())
    assert [row["dossier_code"] for row in rows] == codes
    assert [row["number"] for row in rows] == list(range(1, len(codes) + 1))
    with_unit = sorted([*CODES, "P9"], key=lambda code: code.encode())
    assert [(row[0], row[1], row[2]) for row in units] == [
        (i, code, code == "P9") for i, code in enumerate(with_unit, start=1)
    ]
    assert [row[0] for row in procedures] == list(range(1, len(procedures) + 1))
    assert [row[1] for row in procedures if row[1]] == [code for code in ordered if code]
    assert [row[1] for row in officers] == [code for code in ordered if code], "a blank is nobody"
    by_code = {row["dossier_code"]: row for row in rows}
    for one in of:
        row = by_code[one["dossier_code"]]
        assert courses.units[row["unit"]] == one["unit_code"]
        assert courses.units[row["receiving_unit"]] == one["receiving_unit_code"]
        assert courses.procedures[row["procedure"] - 1][0] == one["procedure_code"]
        officer = officers[row["officer"] - 1][1] if row["officer"] else ""
        assert officer == one["officer_code"]
    nobody = by_code["~"]
    assert (nobody["unit"], nobody["receiving_unit"], nobody["officer"]) == (0, 0, 0)
    assert courses.units[0] is None
    assert courses.known_units == {courses.unit_number("P9")}


def test_a_field_is_the_catalogue_s_else_the_dossier_s_own(here: CleanCopy) -> None:
    here.fill({
        "dossiers": [
            {"procedure_code": code, "field": field, "state": "open", "received_at": AS_OF}
            for code, field in (("1", None), ("1", "Khác"), ("2", "Hộ tịch"), (None, "Hộ tịch"), (None, None))
        ],
        "procedures": [{"procedure_code": "1", "field": "Đất đai"}, {"procedure_code": "2", "field": None},
                       {"procedure_code": "3", "field": "Chứng thực"}],
    })  # fmt: skip
    with here.asked(VIEW) as (conn, courses):
        assert [courses.procedures[n - 1][:2] for n in courses.of_field("Hộ tịch")] == [
            (None, "Hộ tịch"), ("2", "Hộ tịch"),
        ]  # fmt: skip
        assert {courses.procedures[n - 1][:2] for n in courses.of_field("Đất đai")} == {
            ("1", None), ("1", "Khác"),
        }  # fmt: skip
        assert courses.of_field("Khác") == []
        assert len(courses.of_procedure("1")) == 2
        assert [len(read_fields(conn)), *read_fields(conn)[:1]] == [4, "Chứng thực"]
        c = courses.rows(conn, VIEW)
        for narrow, n in (({}, 5), ({"field": "Hộ tịch"}, 2), ({"field": "không có"}, 0),
                          ({"procedure_code": "1"}, 2), ({"procedure_code": "3"}, 0),
                          ({"unit_code": "không có"}, 0)):  # fmt: skip
            condition = courses.narrowed(c, VIEW.at(**narrow))
            assert conn.scalar(select(func.count()).select_from(COURSES).where(condition)) == n, narrow


def test_building_again_replaces_what_was_there(here: CleanCopy) -> None:
    for of in ([dossier(), dossier("finished")], [dossier("suspended")], []):
        assert len(built(here, of)) == len(of)


@pytest.mark.parametrize(("due", "overdue_from"), [
    ("19 23:59:59", "19"), ("19 23:59:59.999999", "20"), ("19", "20"), ("19 16:00", "19"),
])  # fmt: skip
def test_a_promise_at_the_last_moment_of_a_day_has_not_passed_by_its_end(
    here: CleanCopy, due: str, overdue_from: str
) -> None:
    (row,) = built(here, [dossier(due=due)], "moment")
    assert row["overdue_from"] == day(overdue_from)


def test_a_dossier_without_a_code_is_in_no_period(here: CleanCopy) -> None:
    """Nobody could look it up; the quality of the data tells of it, and of one without a day of receipt."""
    rows = [dossier(), dossier("finished", finished_at="05"), dossier("finished", received=None)]
    coded = [{**row, "dossier_code": f"HS-{i}", "unit_code": "P1"} for i, row in enumerate(rows)]
    nameless = {**dossier("finished", finished_at="21 09:00"), "dossier_code": None, "unit_code": "P1"}
    here.fill({"dossiers": [*coded, nameless]})
    with here.asked(VIEW) as (conn, courses):
        found = on_time_by_unit(conn, courses, VIEW)
        earlier = on_time_by_unit(conn, courses, VIEW.at(as_of=at("21 08:00")))
        told = read_quality(conn, courses, VIEW).mended
    assert [(int(one.received.sum()), int(one.finished.sum())) for one in (found, earlier)] == [
        (2, 1),
        (2, 1),
    ]
    assert [(one.column, one.count, one.examples) for one in told] == [
        ("dossier_code", 1, ""), ("received_at", 1, "HS-2"),
    ]  # fmt: skip
    assert [told_of(one) for one in told] == [
        "1 hồ sơ không có mã, không thuộc kỳ nào.", "1 hồ sơ không có ngày tiếp nhận, không thuộc kỳ nào.",
    ]  # fmt: skip


def test_rows_that_nothing_counts_are_told(here: CleanCopy) -> None:
    """A slip without a day or a dossier, votes and receptions without a day: not one is dropped in silence."""
    slip = {"slip_id": "S1", "dossier_code": "HS-0000", "kind": "apology", "issued_at": at("21 08:00")}
    here.fill({
        "dossiers": [dossier()],
        "slips": [slip, slip | {"slip_id": "S2", "issued_at": None}, slip | {"slip_id": "S3", "dossier_code": None}],
        "ratings": [{"unit_code": "P1", "rated_on": None, "source": "paper", "level": "satisfied", "votes": 3}],
        "receptions": [{"unit_code": "P1", "held_on": None}],
    })  # fmt: skip
    with here.asked(VIEW) as (conn, courses):
        told = read_quality(conn, courses, VIEW).mended
    assert [(one.table, one.column, one.count, one.examples) for one in told] == [
        ("slips", "dossier_code", 1, "S3"), ("slips", "issued_at", 1, "S2"), ("ratings", "rated_on", 1, ""),
        ("receptions", "held_on", 1, "P1"),
    ]  # fmt: skip
    assert [told_of(one) for one in told][1].endswith("không có ngày nên không dùng được.")


def test_the_catalogue_s_lists(here: CleanCopy) -> None:
    here.fill({
        "units": [
            {"unit_code": "D", "name": "Phòng Nội vụ", "kind": "department"},
            {"unit_code": "P10", "name": "Phường 10", "kind": "ward", "active_from": date(2026, 1, 1)},
            {"unit_code": "P2", "name": "Phường 2", "kind": "ward", "active_to": date(2026, 6, 30)},
            {"unit_code": "N", "name": None, "kind": None}, {"unit_code": None, "name": "không mã"},
        ],
        "procedures": [{"procedure_code": "2", "name": "Khai tử"}, {"procedure_code": "1", "name": None},
                       {"procedure_code": None, "name": "không mã"}],
    })  # fmt: skip
    with here.asked(VIEW) as (conn, _):
        units, procedures = read_units(conn), read_procedures(conn)
    assert [unit.code for unit in units][:2] == ["P2", "P10"], "wards first, by number"
    assert {unit.code: unit.name for unit in units}["N"] == "N"
    assert len(units) == 4
    assert (units[0].active_to, units[1].active_from) == (date(2026, 6, 30), date(2026, 1, 1))
    assert [(one.code, one.name) for one in procedures] == [("1", "1"), ("2", "Khai tử")]


def test_what_is_counted_by_day_leaves_out_what_has_not_happened(here: CleanCopy) -> None:
    closed = dossier("finished", finished_at="05", channel="online")
    rows = [
        closed, {**closed, "channel": "post"}, dossier("finished", due="04", finished_at="05"), dossier(),
        dossier(received=None), dossier(received="22"), dossier(received="04", due="06", returned_at="03"),
        dossier("suspended", received="04", suspended_since="05", returned_at="07", returned_by_post=True),
    ]  # fmt: skip
    built(here, rows)
    with here.asked(VIEW) as (conn, _):
        by_day = {
            table.name: conn.execute(select(table).order_by(*table.c)).all()
            for table in (CLOSED_BY_DAY, RECEIVED_BY_DAY, RETURNED_BY_DAY, DUE_BY_DAY)
        }
        late = conn.execute(select(ENDED_LATE.c.closed, ENDED_LATE.c.days_late)).all()
        open_ones = select(LATELY_OPEN.c.received).where(LATELY_OPEN.c.closed == NEVER)
        still_open = conn.scalars(open_ones.order_by(LATELY_OPEN.c.received)).all()
    assert [tuple(row) for row in by_day["courses_closed_by_day"]] == [
        (0, day("05"), EARLY, 2), (0, day("05"), LATE, 1),
    ]  # fmt: skip
    assert [tuple(row) for row in by_day["courses_received_by_day"]] == [
        (0, day("02"), 0, 0, 0, 2), (0, day("02"), 1, 0, 0, 1), (0, day("02"), 2, 0, 0, 1),
        (0, day("04"), 0, 0, 0, 2),
    ]  # fmt: skip
    assert [tuple(row) for row in by_day["courses_returned_by_day"]] == [
        (0, day("03"), day("04"), False, 1), (0, day("07"), ALWAYS, True, 1),
    ]  # fmt: skip
    assert still_open == [day("02"), day("04"), day("04"), NEVER, NEVER]
    assert [tuple(row) for row in by_day["courses_due_by_day"]] == [
        (0, day("04"), LATE, 1), (0, day("20"), EARLY, 2),
    ]  # fmt: skip
    assert [tuple(row) for row in late] == [(day("05"), 1)]


def test_unit_by_unit_stand_the_same_numbers(here: CleanCopy) -> None:
    here.fill({
        "dossiers": [dossier(unit_code=code, received=on, dossier_code=f"{code} {on}")
                     for on in ("02", "05", None) for code in ("P2", "P1")],
        "units": [{"unit_code": "P1", "name": "P1", "kind": "ward"}],
    })  # fmt: skip
    with here.asked(VIEW) as (conn, _):
        found = conn.execute(select(BY_UNIT).order_by(BY_UNIT.c.number)).all()
        numbers = [COURSES.c[one.name] for one in BY_UNIT.c]
        assert found == conn.execute(select(*numbers).order_by(COURSES.c.number)).all()
    assert len({row.unit for row in found}) == 2
    assert len(found) == 6


def test_field_by_field_stand_the_same_numbers(here: CleanCopy) -> None:
    """Of a field with two procedures, one that the catalogue does not name, and none."""
    of = [("1", "Đất đai"), ("2", None), ("3", "Hộ tịch"), (None, "Đất đai"), (None, None), ("9", None)]
    rows = [dossier(procedure_code=code, field=own, received=on) for code, own in of for on in ("02", None)]
    procedures = [{"procedure_code": "2", "name": "b", "field": "Đất đai"}]
    here.fill({"dossiers": rows, "procedures": procedures})
    with here.asked(VIEW) as (conn, courses):
        found = conn.execute(select(BY_FIELD).order_by(BY_FIELD.c.number)).all()
        numbers = [COURSES.c[one.name] for one in BY_UNIT.c]
        same = conn.execute(select(*numbers).order_by(COURSES.c.number)).all()
        firsts = {name: courses.first_of_field(name) for name in ("Đất đai", "Hộ tịch", None)}
    assert [tuple(row)[:-1] for row in found] == [tuple(row) for row in same]
    fields = {courses.procedures[row.procedure - 1][2]: row.field for row in found}
    assert fields == firsts
    assert len({*firsts.values()}) == 3


def test_required_words_that_are_empty_are_told(here: CleanCopy) -> None:
    """A dossier without channel counts as handed in at the counter, one without state by its end: a defect."""
    rows = [dossier(channel=None), dossier(), dossier(None, finished_at="05")]
    here.fill({"dossiers": [{**row, "dossier_code": f"HS-{i}"} for i, row in enumerate(rows)]})
    with here.asked(VIEW) as (conn, courses):
        told = read_quality(conn, courses, VIEW).mended
    assert [(one.column, one.reason, one.count, one.examples) for one in told] == [
        ("channel", "no_word", 1, "HS-0"), ("state", "no_word", 1, "HS-2"),
    ]  # fmt: skip
    assert told_of(told[0]) == "1 hồ sơ không ghi kênh nộp, tạm tính trực tiếp."

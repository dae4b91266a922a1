"""The flags on dossiers and officials: by hand, and against the oracle, on DuckDB and PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
import pytest
from clean_copies import CleanCopy, Row
from drawing import drawn
from hypothesis import given
from hypothesis import strategies as st
from oracle_flags import ODD, Asked, find, is_overdue, late_of_officers
from sqlalchemy import select
from strategies import FIELDS, UNITS, Question, dossiers_of_officers, questions, slips_for

import queries.courses.build
from queries.asked.periods import custom_period, parse_period
from queries.asked.view import View
from queries.asked.workdays import WorkCalendar
from queries.contract import CONTRACT
from queries.definitions.flag_rule import ODD_KINDS, Parameters
from queries.definitions.flags import FLAGS
from queries.definitions.metrics import BASES
from queries.definitions.units import Unit
from queries.flags.ages import work_by_age
from queries.flags.complaints import complaints_by_unit, overdue_complaints
from queries.flags.conditions import RED_DOSSIER_FLAGS
from queries.flags.dossiers import (
    MARKS,
    SLIP_MARKS,
    due_soon_by_unit,
    flagged,
    lists_dossiers,
    marked_by_unit,
    slips_by_unit,
)
from queries.flags.found import Counted, Found, FoundFlags, find_flags
from queries.flags.odd import exceptions
from queries.flags.officers import late_by_officer, officer_names
from queries.flags.units import UNIT_FLAGS
from queries.on_time.judging import judged_units
from queries.on_time.statements import on_time_by_unit

AS_OF = datetime(2026, 11, 20, 10, 15)  # a Friday
VIEW = View(parse_period("2026-11"), AS_OF)
CALENDAR = WorkCalendar(frozenset({date(2026, 11, 4)}), frozenset({date(2026, 11, 14)}))
PARAMETERS = Parameters(calendar=CALENDAR)
OF_DOSSIERS = tuple(one.id for one in FLAGS.values() if one.of == "dossiers")
KNOWN = tuple(Unit(code, code, "ward") for code in UNITS)
UNIT_ROWS = [{"unit_code": code, "name": code, "kind": "ward"} for code in UNITS]
OFFICERS: list[Row] = [
    {"officer_code": "CC1", "name": "A", "on_contract": True}, {"officer_code": "CC2", "on_contract": False},
    {"officer_code": "CC3", "on_contract": None}, {"officer_code": None, "on_contract": True},
]  # fmt: skip


def flags_of(copy: CleanCopy, view: View = VIEW, parameters: Parameters = PARAMETERS) -> FoundFlags:
    """Every flag the dossiers decide, as the pages see them."""
    with copy.asked(view, latest=parameters.last_moment(view)) as (conn, courses):
        counted = Counted(
            marked=marked_by_unit(conn, courses, view, parameters=parameters),
            slips=slips_by_unit(conn, courses, view, parameters=parameters),
            officers=late_by_officer(conn, courses, view),
            complaints=complaints_by_unit(conn, courses, view),
            due_soon=due_soon_by_unit(conn, courses, view, until=parameters.due_soon_until(view))
            if view.is_running else {},
        )  # fmt: skip
        found = judged_units(on_time_by_unit(conn, courses, view), KNOWN, view)
    return find_flags(found, counted, KNOWN, courses, parameters, extra={})


def codes(copy: CleanCopy, flag_id: str, view: View = VIEW, parameters: Parameters = PARAMETERS) -> set[str]:
    """The dossiers a list page would show."""
    with copy.asked(view, latest=parameters.last_moment(view)) as (conn, courses):
        c = courses.rows(conn, view)
        condition = flagged(c, courses, view, flag_id, parameters)
        found = list(conn.scalars(select(c.dossier_code).where(condition)))
    assert len(found) == len(set(found))
    return set(found)


# against the oracle


def _ages_equal_the_oracle(
    copy: CleanCopy, view: View, parameters: Parameters, of: list[dict[str, Any]],
    expected: dict[str, set[str]], asked: Asked, inside: set[str],
) -> None:  # fmt: skip
    """The work that waits by days past the promise: sums that make up the whole, and the oldest promise."""
    with copy.asked(view, latest=parameters.last_moment(view)) as (conn, courses):
        ages = work_by_age(conn, courses, view, parameters=parameters)
    overdue = {row["dossier_code"] for row in of if is_overdue(row, asked)} & inside
    dues = {row["dossier_code"]: row["due_at"].date() for row in of if row["due_at"] is not None}
    for word, codes_of in (("open_overdue", overdue), ("no_apology", expected.get("no_apology", set()))):
        days = [(view.judged - dues[code]).days for code in codes_of]
        assert ages.of[word].by_age == (
            sum(n <= 3 for n in days),
            sum(3 < n <= 10 for n in days),
            sum(n > 10 for n in days),
        ), word
        assert ages.of[word].oldest == min((dues[code] for code in codes_of), default=None), word
    today = view.as_of.date()
    soon = {code for code in expected.get("due_soon", set()) if dues[code] == today}
    assert ages.due_today == (len(soon) if view.is_running else 0)


@drawn(4)
@given(dossiers_of_officers(15, 30), slips_for(12), questions(), st.integers(0, 2), st.data())
def test_every_flag_equals_the_oracle(
    copy: CleanCopy, monkeypatch: pytest.MonkeyPatch, of: list[dict[str, Any]], slips: list[dict[str, Any]],
    question: Question, days: int, data: st.DataObject,
) -> None:  # fmt: skip
    monkeypatch.setattr(queries.courses.build, "CROWD", 1)
    copy.fill({"dossiers": of, "slips": slips, "officers": OFFICERS, "units": UNIT_ROWS})
    latest = question.as_of + timedelta(days=data.draw(st.sampled_from((0, 1, 30))))
    parameters = Parameters(CALENDAR, 2, days, latest)
    view = View(
        custom_period(question.start, question.end), question.as_of, compare=question.compare,
        judged_on=question.judged_on,
    )  # fmt: skip
    asked = Asked(
        *question, latest, UNITS, CALENDAR.is_working, parameters.due_soon_until(view), days, crowd=1
    )
    narrow = data.draw(st.sampled_from(({}, {"unit_code": "P1"})))
    expected = find(of, slips, OFFICERS, asked)
    inside = {row["dossier_code"] for row in of if not narrow or row["unit_code"] == narrow["unit_code"]}
    expected = {flag: found & inside for flag, found in expected.items()}
    found = flags_of(copy, view.at(**narrow), parameters)

    unit_of = {row["dossier_code"]: row["unit_code"] for row in of}
    for flag_id in OF_DOSSIERS:
        one, wanted = found.of(flag_id), expected.get(flag_id, set())
        if flag_id == "due_soon" and not view.is_running:
            assert one.state == "idle"
            continue
        assert one.district.count == len(wanted), flag_id
        by_unit = {code: one.units[code].count if code in one.units else 0 for code in UNITS}
        assert by_unit == {code: sum(unit_of[one] == code for one in wanted) for code in UNITS}, flag_id
        assert one.unknown == sum(unit_of[one] not in UNITS for one in wanted), flag_id
    red = set().union(*(expected.get(one, set()) for one in RED_DOSSIER_FLAGS))
    assert found.red is not None
    assert {code: found.red.get(code, 0) for code in UNITS} == {
        code: sum(unit_of[one] == code for one in red) for code in UNITS
    }, "each dossier once, however many red flags it bears"
    _ages_equal_the_oracle(copy, view.at(**narrow), parameters, of, expected, asked, inside)
    kinds = {name: len(expected.get(f"odd_record.{kind}", ())) for kind, name in ODD_KINDS.items()}
    assert dict(found.of("odd_record").parts) == {name: n for name, n in kinds.items() if n}
    assert set(ODD) == set(ODD_KINDS)

    officials = {
        code: late for code, late in late_of_officers(of, asked).items()
        if len(late) >= 3 and set(late) & inside
    }  # fmt: skip
    assert found.of("officer_late").district.count == len(officials)
    assert found.of("officer_late").district.dossiers == len(expected.get("officer_late", ()))
    listable = st.sampled_from((*OF_DOSSIERS, "officer_late"))
    for flag_id in data.draw(st.lists(listable, min_size=3, max_size=3)):
        listed = codes(copy, flag_id, view.at(**narrow), parameters)
        assert listed == expected.get(flag_id, set()), flag_id


@drawn(4)
@given(dossiers_of_officers(15, 25), questions(judged=False), st.sampled_from(BASES))
def test_the_list_behind_a_flag_on_units_is_as_long_as_its_number(
    copy: CleanCopy, of: list[dict[str, Any]], question: Question, basis: str
) -> None:
    copy.fill({"dossiers": of, "units": UNIT_ROWS})
    period = custom_period(question.start, question.end)
    view = View(period, question.as_of, compare=question.compare, basis=basis)
    with copy.asked(view) as (conn, courses):
        found = judged_units(on_time_by_unit(conn, courses, view), KNOWN, view)
    for flag_id in UNIT_FLAGS:
        units = tuple(row.unit.code for row in UNIT_FLAGS[flag_id](found) if row.unit.code)
        one = find_flags(found, _nothing(), KNOWN, courses, PARAMETERS, extra={}).of(flag_id)
        listed = codes(copy, flag_id, view, Parameters(CALENDAR, units=units))
        if one.state == "found":
            assert len(listed) == one.district.dossiers, flag_id


def _nothing() -> Counted:
    with_columns = {"marked": marked_by_unit, "slips": slips_by_unit}
    empty = View(parse_period("2027-12"), AS_OF)
    frames = {name: query(None, None, empty, parameters=PARAMETERS)  # type: ignore[arg-type]
              for name, query in with_columns.items()}  # fmt: skip
    return Counted(
        **frames, officers=late_by_officer(None, None, empty),  # type: ignore[arg-type]
        complaints=complaints_by_unit(None, None, empty), due_soon={},  # type: ignore[arg-type]
    )  # fmt: skip


# by hand


def dossier(code: str, due: int | None = 10, finished: int | None = None, **more: Any) -> Row:
    """A dossier of P1 received on 2 November; days of November at nine o'clock."""
    return {
        "dossier_code": code, "unit_code": "P1", "received_at": datetime(2026, 11, 2, 8),
        "due_at": None if due is None else datetime(2026, 11, due, 9), "officer_code": "CC1",
        "finished_at": None if finished is None else datetime(2026, 11, finished, 9),
        "state": "open" if finished is None else "finished", **more,
    }  # fmt: skip


def slip(of: str, kind: str, day: int, **more: Any) -> Row:
    number = f"{of}-{kind}-{day}-{len(more)}-{more.get('issuing_unit_code')}"
    return {"slip_id": number, "dossier_code": of, "kind": kind, "issued_at": datetime(2026, 11, day, 15),
            "reason": "ốm", **more}  # fmt: skip


def apology(of: str, day: int, new_due: int | None = 18, **more: Any) -> Row:
    again = None if new_due is None else datetime(2026, 11, new_due, 17)
    return slip(of, "apology", day, new_due_at=again, **more)


def found(
    copy: CleanCopy, flag_id: str, of: Sequence[Row], slips: Sequence[Row] = (), *, view: View = VIEW,
    parameters: Parameters = PARAMETERS, **tables: Sequence[Row],
) -> tuple[Found, set[str]]:  # fmt: skip
    """A flag and its list."""
    copy.fill({"dossiers": of, "slips": slips, "officers": OFFICERS, "units": UNIT_ROWS, **tables})
    one = flags_of(copy, view, parameters).of(flag_id)
    listed = codes(copy, flag_id, view, parameters)
    assert one.rule.of == "officials" or one.district.count == len(listed)
    return one, listed


def test_late_without_an_apology(copy: CleanCopy) -> None:
    of = [dossier("on-time", finished=10), dossier("late", finished=11), dossier("sorry", finished=12),
          dossier("overdue"), dossier("refused", finished=15, state="refused"),
          dossier("afterwards", finished=13), dossier("suspended", state="suspended")]  # fmt: skip
    slips = [apology("sorry", 9), apology("afterwards", 20), slip("overdue", "supplement", 9)]
    one, listed = found(copy, "no_apology", of, slips)
    assert listed == {"late", "overdue", "afterwards"}  # 20/11 15:00 is after the moment of the data
    assert (one.district.count, one.district.base) == (3, 4)


def test_no_late_dossier_is_nothing_to_apologise_for(copy: CleanCopy) -> None:
    one, listed = found(copy, "no_apology", [dossier("on-time", finished=10)])
    assert (listed, one.district.count, one.district.base) == (set(), 0, 0)
    said = one.rule.sentence("0", 0, VIEW, PARAMETERS, is_zero=True)
    assert said == "Không có hồ sơ nào trễ hạn hay quá hạn"


@pytest.mark.parametrize(("days", "late"), [(0, {"11"}), (1, {"10", "11"}), (2, {"9", "10", "11"})])
def test_an_apology_is_late_by_calendar_days(copy: CleanCopy, days: int, late: set[str]) -> None:
    of = [dossier(code, finished=12) for code in ("8", "9", "10", "11")]
    slips = [apology(code, int(code)) for code in ("8", "9", "10", "11")]
    slips.append(apology("8", 11))  # only the first one counts
    parameters = Parameters(CALENDAR, late_apology_days=days)
    assert found(copy, "late_apology", of, slips, parameters=parameters)[1] == late


def test_an_apology_without_a_reason_or_a_new_day(copy: CleanCopy) -> None:
    of = [dossier(code, finished=12) for code in ("full", "no-reason", "no-day")]
    of.append(dossier("refused", finished=9, state="refused"))
    slips = [apology("full", 9), apology("no-reason", 9, reason=" "), apology("no-day", 9, None),
             apology("refused", 9, None)]  # fmt: skip
    one, listed = found(copy, "empty_apology", of, slips)
    assert listed == {"no-reason", "no-day", "refused"}
    assert (one.district.count, one.district.base) == (3, 4)
    assert [n for _, n in one.parts] == [1, 2, 1]


def test_reappointed_more_than_once(copy: CleanCopy) -> None:
    of = [dossier(code, finished=19) for code in ("once", "twice", "a-word-and-a-day")]
    slips = [apology("once", 9), apology("twice", 9), apology("twice", 17, 19),
             apology("a-word-and-a-day", 9), apology("a-word-and-a-day", 17, None)]  # fmt: skip
    assert found(copy, "reappointed_twice", of, slips)[1] == {"twice"}


def test_supplements_of_one_body(copy: CleanCopy) -> None:
    of = [dossier(code) for code in ("two-bodies", "null-and-own", "twice", "again")]
    slips = [
        slip("two-bodies", "supplement", 4, issuing_unit_code="P2"), slip("two-bodies", "supplement", 5),
        slip("null-and-own", "supplement", 4), slip("null-and-own", "supplement", 5, issuing_unit_code="P1"),
        slip("twice", "supplement", 4, issuing_unit_code="P2"),
        slip("twice", "supplement", 5, issuing_unit_code="P2"),
        slip("again", "supplement", 4), slip("again", "supplement", 20),
    ]  # fmt: skip
    one, listed = found(copy, "supplement_twice", of, slips)
    assert listed == {"null-and-own", "twice"}
    assert (one.district.count, one.district.base) == (2, 4)


def test_supplements_on_the_day_promised(copy: CleanCopy) -> None:
    of = [dossier(code) for code in ("before", "on", "moved", "guessed", "undated")]
    of[-1] = dossier("undated", None)
    slips = [
        slip("before", "supplement", 9, due_before=datetime(2026, 11, 10, 9)),
        slip("on", "supplement", 10, due_before=datetime(2026, 11, 10, 17)),
        slip("moved", "supplement", 12, due_before=datetime(2026, 11, 13)),
        slip("guessed", "supplement", 10), slip("undated", "supplement", 10),
    ]  # fmt: skip
    one, listed = found(copy, "supplement_on_due_day", of, slips)
    assert listed == {"on", "guessed"}
    assert one.parts == (("gần đúng", 1),)


def test_late_and_nobody_answerable(copy: CleanCopy) -> None:
    of = [dossier("somebody", finished=12), dossier("nobody", finished=12, officer_code=None),
          dossier("blank", finished=12, officer_code=" "), dossier("overdue", officer_code=None)]  # fmt: skip
    one, listed = found(copy, "nobody_answerable", of)
    assert listed == {"nobody", "blank"}
    assert (one.district.count, one.district.base) == (2, 3)


def test_refused_without_an_apology(copy: CleanCopy) -> None:
    of = [dossier("sorry", finished=9, state="refused"), dossier("not", finished=9, state="refused"),
          dossier("withdrawn", finished=9, state="withdrawn")]  # fmt: skip
    assert found(copy, "refused_no_apology", of, [apology("sorry", 9, None)])[1] == {"not"}


@pytest.mark.parametrize(("compare", "hidden"), [("day", {"kept", "same-day"}), ("moment", {"kept", "bare"})])
def test_hidden_by_reappointment(copy: CleanCopy, compare: str, hidden: set[str]) -> None:
    of = [
        dossier("kept", finished=12, current_due_at=datetime(2026, 11, 13)),
        dossier("same-day", finished=12, current_due_at=datetime(2026, 11, 12, 8)),
        dossier("bare", finished=12, current_due_at=datetime(2026, 11, 12)),
        dossier("broken", finished=14, current_due_at=datetime(2026, 11, 13)),
        dossier("never", finished=12), dossier("open", current_due_at=datetime(2026, 11, 30)),
    ]  # fmt: skip
    if compare == "day":
        hidden = hidden | {"bare"}  # by day both are kept on the 12th
    assert found(copy, "hidden_by_reappointment", of, view=VIEW.at(compare=compare))[1] == hidden


def test_contract_staff(copy: CleanCopy) -> None:
    of = [dossier("on-contract"), dossier("staff", officer_code="CC2"), dossier("unknown", officer_code="X")]
    one, listed = found(copy, "contract_staff", of)
    assert listed == {"on-contract"}
    assert (one.district.count, one.district.base) == (1, 3)


def test_an_official_with_three_late_dossiers_of_the_year(copy: CleanCopy) -> None:
    def late(code: str, officer: str, **more: Any) -> Row:
        return dossier(code, finished=12, officer_code=officer, **more)

    of = [
        late("a1", "A"), late("a2", "A", unit_code="P2"),
        dossier("a3", officer_code="A"),  # overdue
        late("b1", "B"), late("b2", "B"), dossier("b3", officer_code="B", state="suspended"),
        dossier("b4", officer_code="B", finished=12, state="refused"),
        late("b5", "B", due_at=datetime(2025, 12, 31)),  # due in another year
        dossier("b6", officer_code="B", finished=10),
        late("c1", "C", received_at=datetime(2026, 3, 2), due_at=datetime(2026, 3, 9),
             finished_at=datetime(2026, 3, 10)),
        late("c2", "C", received_at=datetime(2026, 3, 2), due_at=datetime(2026, 3, 9),
             finished_at=datetime(2026, 3, 10)),
        late("c3", "C"),
        *(late(f"none{i}", " ") for i in range(3)),
    ]  # fmt: skip
    one, listed = found(copy, "officer_late", of)
    assert one.district.count == 2
    assert {code: raised.count for code, raised in one.units.items()} == {"P1": 2, "P2": 1}
    assert listed == {"a1", "a2", "a3", "c1", "c2", "c3"}
    narrow = VIEW.at(unit_code="P2")  # one of theirs is enough: they are judged by all of them
    one, listed = found(copy, "officer_late", of, view=narrow)
    assert (one.district.count, listed) == (1, {"a2"})


def test_odd_records(copy: CleanCopy) -> None:
    off, exchanged = datetime(2026, 11, 8, 9), datetime(2026, 11, 14, 9)
    of = [
        dossier("fine", finished=9), dossier("exchanged", finished=14, finished_at=exchanged),
        dossier("backwards", finished=9, finished_at=datetime(2026, 11, 2, 7)),
        dossier("day-only", finished=9, finished_at=datetime(2026, 11, 2)),
        dossier("tomorrow", finished=9, finished_at=datetime(2026, 11, 23, 9)),
        dossier("not-yet-received", received_at=datetime(2026, 12, 11, 9)),
        dossier("collected", finished=9, returned_at=datetime(2026, 11, 27)),
        dossier("nowhere", finished=9, unit_code="X"), dossier("no-unit", finished=9, unit_code=None),
        dossier("reopened", finished=9, state="open"), dossier("undated", state="finished"),
        dossier("sunday", finished=8, finished_at=off),
        dossier("holiday", finished=4),
        dossier("another-month", received_at=datetime(2026, 10, 1), finished=9,
                finished_at=datetime(2026, 10, 4, 9)),
    ]  # fmt: skip
    one, listed = found(copy, "odd_record", of)
    assert dict(one.parts) == {
        ODD_KINDS["finished_before_received"]: 1, ODD_KINDS["future"]: 3, ODD_KINDS["unknown_unit"]: 2,
        ODD_KINDS["reopened"]: 1, ODD_KINDS["closed_undated"]: 1, ODD_KINDS["day_off"]: 2,
    }  # fmt: skip
    assert listed == {row["dossier_code"] for row in of} - {"fine", "exchanged", "day-only", "another-month"}
    assert one.unknown == 2
    later = Parameters(CALENDAR, latest=datetime(2026, 12, 31))  # another source is that far
    one, listed = found(copy, "odd_record", of, parameters=later)
    assert ODD_KINDS["future"] not in dict(one.parts)


@pytest.mark.parametrize(("n", "is_odd"), [(20, False), (21, True)])
def test_too_many_closed_in_one_minute(copy: CleanCopy, n: int, is_odd: bool) -> None:
    minute = datetime(2026, 11, 9, 16, 58)
    of = [dossier(f"c{i}", finished=9, finished_at=minute + timedelta(seconds=2 * i)) for i in range(n)]
    of.append(dossier("next-minute", finished=9, finished_at=minute + timedelta(minutes=1)))
    of += [dossier(f"p2-{i}", finished=9, finished_at=minute, unit_code="P2") for i in range(5)]
    midnight = datetime(2026, 11, 10)
    of += [dossier(f"day{i}", finished=9, finished_at=midnight, unit_code="P3") for i in range(30)]
    _, listed = found(copy, "odd_record", of)
    assert listed == ({f"c{i}" for i in range(n)} if is_odd else set())


def test_a_crowd_is_of_what_was_closed_in_its_minute(copy: CleanCopy) -> None:
    """Neither a bare day nor what was received later and so closed on another day is in it, or makes it."""
    minute, midnight = datetime(2026, 11, 9, 9), datetime(2026, 11, 10)
    of = [dossier(f"c{i}", finished=9, finished_at=minute) for i in range(20)]
    of.append(dossier("later", finished=9, finished_at=minute, received_at=datetime(2026, 11, 19, 8)))
    of += [dossier(f"n{i}", finished=9, finished_at=midnight + timedelta(seconds=i + 1), unit_code="P2")
           for i in range(21)]  # fmt: skip
    of.append(dossier("day", finished=9, finished_at=midnight, unit_code="P2"))
    of.append(dossier("backwards", finished=9, finished_at=midnight + timedelta(seconds=1), unit_code="P2",
                      received_at=datetime(2026, 11, 12)))  # fmt: skip
    one, listed = found(copy, "odd_record", of)
    assert dict(one.parts)[ODD_KINDS["crowd"]] == 21
    assert listed == {*(f"n{i}" for i in range(21)), "later", "backwards"}  # two finished before received
    before, known = VIEW.at(as_of=datetime(2026, 11, 18, 9)), Parameters(CALENDAR, latest=AS_OF)
    not_yet = found(copy, "odd_record", of, view=before, parameters=known)[1]
    assert not_yet == listed - {"later"}


def test_a_saturday_worked_in_exchange_is_no_day_off() -> None:
    """22 August 2026 was worked for Monday 31 August: the one is usual, the other odd."""
    august = View(parse_period("2026-08"), AS_OF)
    assert exceptions(august, Parameters()) == ([date(2026, 8, 22)], [date(2026, 8, 31)])


def test_a_long_period_knows_every_day_off() -> None:
    year = VIEW.at(period=parse_period("2026"), as_of=datetime(2026, 12, 31, 9))
    worked, off = exceptions(year, PARAMETERS)
    assert worked == [date(2026, 8, 22), date(2026, 11, 14)], "of the law, and of the settings"
    assert {date(2026, 1, 1), date(2026, 11, 4), date(2026, 9, 2)} <= set(off)
    assert all(day.weekday() < 5 for day in off)


def test_one_statement_serves_months_with_other_days_off(copy: CleanCopy) -> None:
    """August 2026 has a worked Saturday and a Monday off, September two days off, July and November none."""
    closed = [(7, 5), (7, 6), (8, 22), (8, 31), (9, 1), (9, 2), (9, 3), (11, 8)]
    copy.fill({"units": UNIT_ROWS, "dossiers": [
        {"dossier_code": f"{month}-{day}", "unit_code": "P1", "received_at": datetime(2026, 7, 1, 8),
         "due_at": datetime(2026, 12, 1), "finished_at": datetime(2026, month, day, 9), "state": "finished"}
        for month, day in closed
    ]})  # fmt: skip
    parameters, counts, kept = Parameters(latest=AS_OF), {}, 0
    with copy.asked(VIEW) as (conn, courses):
        courses.statements.clear()  # what other tests asked
        for month in (8, 7, 9, 11):
            view = VIEW.at(period=parse_period(f"2026-{month:02}"), as_of=AS_OF)
            counts[month] = int(marked_by_unit(conn, courses, view, parameters=parameters).day_off.sum())
            kept = kept or len(courses.statements)
            assert month > 8 or len(courses.statements) == kept
        assert counts == {7: 1, 8: 1, 9: 2, 11: 1}
        # What stood lately is at hand, and a running period looks at what lies ahead too: its parts and its
        # statement are its own.
        assert len(courses.statements) == kept + 3


def test_complaints_overdue(copy: CleanCopy) -> None:
    def complaint(code: str, due: date | None, answered: date | None = None, **more: Any) -> Row:
        return {"complaint_id": code, "unit_code": "P1", "received_on": date(2026, 9, 1), "due_on": due,
                "answered_on": answered, "field": "Đất đai", **more}  # fmt: skip

    of = [
        complaint("overdue", date(2026, 11, 19)), complaint("today", date(2026, 11, 20)),
        complaint("answered", date(2026, 11, 1), date(2026, 11, 20)), complaint("no-day", None),
        complaint("answered-later", date(2026, 11, 18), date(2026, 11, 21)),
        complaint("not-yet", date(2026, 11, 1), received_on=date(2026, 11, 21)),
        complaint("elsewhere", date(2026, 11, 2), unit_code="P2", field="Hộ tịch"),
        complaint("nowhere", date(2026, 11, 3), unit_code=None),
    ]  # fmt: skip
    copy.fill({"complaints": of, "units": UNIT_ROWS})
    one = flags_of(copy).of("complaint_overdue")
    assert (one.district.count, one.district.base, one.unknown) == (4, 6, 1)
    assert {code: raised.count for code, raised in one.units.items()} == {"P1": 2, "P2": 1}
    with copy.asked(VIEW) as (conn, courses):
        listed = overdue_complaints(conn, courses, VIEW, most=3)
    assert list(listed.complaint_id) == ["elsewhere", "nowhere", "answered-later"]
    assert flags_of(copy, VIEW.at(field="Hộ tịch")).of("complaint_overdue").district.count == 1
    assert flags_of(copy, VIEW.at(unit_code="P1")).of("complaint_overdue").district.count == 2
    assert flags_of(copy, VIEW.at(procedure_code="1.001")).of("complaint_overdue").state == "idle"


def test_filters_narrow_every_flag(copy: CleanCopy) -> None:
    procedures = [{"procedure_code": "1", "name": "1", "field": FIELDS[0]}]
    of = [dossier("a", finished=12, officer_code=None, procedure_code="1"),
          dossier("b", finished=12, officer_code=None, unit_code="P2")]  # fmt: skip
    narrower = ({"unit_code": "P2"}, {"b"}), ({"field": FIELDS[0]}, {"a"}), ({"procedure_code": "1"}, {"a"})
    for narrow, expected in narrower:
        for flag_id in ("no_apology", "nobody_answerable"):
            assert found(copy, flag_id, of, view=VIEW.at(**narrow), procedures=procedures)[1] == expected


# no data


@pytest.mark.parametrize("column", sorted({need for one in FLAGS.values() for need in one.needs}))
def test_a_missing_column_is_no_data_and_never_zero(copy: CleanCopy, column: str) -> None:
    copy.fill({"dossiers": [dossier("late", finished=12)], "units": UNIT_ROWS}, without=[column])
    found = flags_of(copy)
    for one in found.flags:
        if column in one.rule.needs:
            assert (one.state, one.missing) == ("no_data", (column,))
            assert not one.is_raised
            assert not one.units
        else:
            assert one.state == "found"


def test_missing_tables_are_no_data(copy: CleanCopy) -> None:
    optional = ("slips", "officers", "complaints", "procedures", "ratings", "receptions", "loads")
    copy.fill({"dossiers": [dossier("late", finished=12)], "units": UNIT_ROWS}, without=optional)
    states = {one.rule.id: one.state for one in flags_of(copy).flags}
    assert {flag for flag, state in states.items() if state == "no_data"} == {
        "no_apology", "late_apology", "empty_apology", "reappointed_twice", "supplement_twice",
        "supplement_on_due_day", "refused_no_apology", "complaint_overdue", "contract_staff",
    }  # fmt: skip
    assert flags_of(copy).of("no_apology").missing == ("slips",)
    assert flags_of(copy).red is None, "without slips units are inspected by overdue dossiers alone"
    assert states["officer_late"] == states["odd_record"] == "found"


def test_the_least_a_source_can_have(copy: CleanCopy) -> None:
    """Only what is required: nothing fails, and nothing that needs more is a number."""
    lacking = [name for name, table in CONTRACT.items() if not table.required]
    lacking += [
        f"{name}.{one.name}" for name, table in CONTRACT.items() for one in table.columns if not one.required
    ]
    copy.fill({"dossiers": [dossier("late", finished=12)], "units": UNIT_ROWS}, without=lacking)
    states = {one.rule.id: one.state for one in flags_of(copy).flags}
    assert {flag for flag, state in states.items() if state == "found"} == {
        "unit_late", "unit_near", "unit_backlog", "basis_matters", "due_soon", "odd_record", "commended",
    }  # fmt: skip
    assert codes(copy, "odd_record") == set()


def test_a_period_that_has_not_begun_or_is_over(copy: CleanCopy) -> None:
    copy.fill({"dossiers": [dossier("late", finished=12)], "units": UNIT_ROWS})
    october = flags_of(copy, VIEW.at(period=parse_period("2026-10")))
    assert (october.of("due_soon").state, october.of("unit_backlog").state) == ("idle", "idle")
    december = flags_of(copy, VIEW.at(period=parse_period("2026-12")))
    assert not any(one.is_raised for one in december.flags)


def test_a_flag_without_dossiers_lists_none(copy: CleanCopy) -> None:
    copy.fill({})
    for flag_id in ("complaint_overdue", "satisfaction_drop", "online_low"):
        assert not lists_dossiers(flag_id)
        with pytest.raises(KeyError):
            codes(copy, flag_id)


# the frames


def test_marks_are_counts_by_unit(copy: CleanCopy) -> None:
    """One row a unit that has any; every word a whole number, None the unit of what has none."""
    copy.fill({
        "dossiers": [
            dossier("late", finished=12, officer_code=None), dossier("overdue"), dossier("fine", finished=9),
            dossier("no-unit", finished=9, unit_code=None),
            dossier("another", finished=9, unit_code="P2", finished_at=datetime(2026, 10, 1),
                    received_at=datetime(2026, 9, 1)),
        ],
        "slips": [apology("late", 9, None), slip("fine", "supplement", 3), slip("late", "refusal", 9)],
        "units": UNIT_ROWS, "officers": OFFICERS,
    })  # fmt: skip
    with copy.asked(VIEW) as (conn, courses):
        marked = marked_by_unit(conn, courses, VIEW, parameters=PARAMETERS)
        slips = slips_by_unit(conn, courses, VIEW, parameters=PARAMETERS)
    assert list(marked.columns) == ["unit_code", *MARKS]
    assert list(slips.columns) == ["unit_code", *SLIP_MARKS]
    told = {None if pd.isna(code := row.pop("unit_code")) else code: {word: n for word, n in row.items() if n}
            for row in marked.to_dict("records")}  # fmt: skip
    assert told == {
        "P1": {"inside": 3, "red_dossiers": 1, "late": 1, "broken": 2, "no_apology": 1, "nobody_answerable": 1,
               "contract_staff": 2},
        None: {"inside": 1, "contract_staff": 1, "unknown_unit": 1, "odd_record": 1},
    }  # fmt: skip
    (row,) = slips.to_dict("records")
    assert {word: n for word, n in row.items() if n} == {
        "unit_code": "P1", "apologised": 1, "has_apology": 1, "empty_apology": 1,
        "no_date": 1, "has_supplement": 1,
    }  # fmt: skip
    assert all(frame[word].dtype.kind == "i" for frame, words in ((marked, MARKS), (slips, SLIP_MARKS))
               for word in words)  # fmt: skip


def test_names_of_officials_are_given_by_code(copy: CleanCopy) -> None:
    copy.fill({"officers": OFFICERS})
    with copy.asked(VIEW) as (conn, courses):
        assert officer_names(conn, courses, VIEW, codes=("CC1", "CC2", "X")) == {"CC1": "A"}
        assert officer_names(conn, courses, VIEW, codes=()) == {}

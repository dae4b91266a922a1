"""A condition says the same of numbers in memory as the engine says of rows."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from clean_copies import CleanCopy, Row
from combinations import EVERY_DOSSIER
from sqlalchemy import Boolean, DateTime, Integer, bindparam, false, func, not_, select, true

from queries.asked.periods import parse_period
from queries.asked.view import COMPARES, View
from queries.asked.workdays import WorkCalendar
from queries.courses.again import SEEN
from queries.courses.build import closings, decided, tells_its_minute
from queries.courses.conditions import ON_TIME_COUNTS, ONLINE_COUNTS, Days, one_if
from queries.courses.evaluated import evaluated, of_time, value
from queries.courses.prepared import Prepared
from queries.courses.table import COURSES, MOMENTS, day_number
from queries.definitions.flag_rule import Parameters
from queries.flags.conditions import due_soon_parts, mark_parts, slip_parts

NOVEMBER = View(parse_period("2026-11"), datetime(2026, 11, 21, 10, 15))
PARAMETERS = Parameters(WorkCalendar(frozenset({date(2026, 11, 4)}), frozenset({date(2026, 11, 14)})))
UNITS: list[Row] = [{"unit_code": "P1", "name": "P1", "kind": "ward"}]


def test_every_condition_holds_of_the_same_dossiers(copy: CleanCopy) -> None:
    copy.fill({"dossiers": EVERY_DOSSIER[::3], "units": UNITS})
    with copy.asked(NOVEMBER) as (conn, courses):
        c, days = courses.rows(conn, NOVEMBER), Days.of(NOVEMBER)
        parts = {
            part
            for counts in (
                ON_TIME_COUNTS, ONLINE_COUNTS, slip_parts(PARAMETERS),
                mark_parts(courses, NOVEMBER, PARAMETERS),
                {"due_soon": due_soon_parts(day_number(date(2026, 11, 27)))},
            )
            for of_one in counts.values()
            for part in of_one
        }  # fmt: skip
        conditions = [part.holds(c, days) for part in parts]
        numbers = [one for one in c if isinstance(one.type, Integer | Boolean)]
        rows = conn.execute(select(*numbers, *map(one_if, conditions))).all()
    columns = dict(zip((one.name for one in numbers), np.array(rows, dtype=np.int64).T, strict=False))
    found = np.array([row[len(numbers) :] for row in rows])
    assert found.any(axis=0).sum() > 30  # most of them hold of some dossier
    for place, condition in enumerate(conditions, start=len(numbers)):
        told = evaluated(condition)(columns, {}, len(rows))
        assert told.tolist() == [bool(row[place]) for row in rows], str(condition)


@pytest.mark.parametrize("compare", COMPARES)
def test_what_a_moment_decides_is_the_same_in_memory(copy: CleanCopy, compare: str) -> None:
    """Any two moments of a dossier missing, on the day itself, at midnight and to the last microsecond."""
    noon = datetime(2026, 11, 21, 12)
    whens = (None, noon, noon + timedelta(microseconds=1), datetime(2026, 11, 21), datetime(2026, 11, 20, 9),
             datetime(2026, 11, 21, 23, 59, 59, 999999))  # fmt: skip
    given: Row = {
        "unit_code": "P1", "received_at": datetime(2026, 11, 20, 8), "due_at": datetime(2026, 11, 20, 17),
        "finished_at": datetime(2026, 11, 21, 8),
    }  # fmt: skip
    own = (*given, "suspended_since", "submitted_at", "clock_start_at", "returned_at")[1:]
    rows: list[Row] = [
        {**given, "state": state, one: when, other: also}
        for state in ("suspended", "finished")
        for one, other in combinations(own, 2)
        for when in whens
        for also in whens
    ]
    slips: list[Row] = [
        {"slip_id": f"{i}-{kind}-{promised}", "dossier_code": f"HS-{i:04}", "kind": kind, "issued_at": when,
         "due_before": promised, "issuing_unit_code": "P1",
         "new_due_at": promised, "reason": "" if promised else "vì sao"}
        for i, when in enumerate(whens[1:], start=1)
        for kind in ("apology", "supplement")
        for promised in (None, noon, datetime(2026, 11, 30))
    ]  # fmt: skip
    copy.fill({"dossiers": rows, "slips": slips, "units": UNITS})
    c, moment = COURSES.c, bindparam("moment", type_=DateTime())
    asked = decided(c, c, c.state, moment, compare)
    truths = {"closing": closings(c, c.state, moment), "minute": tells_its_minute(c)}
    with copy.asked(NOVEMBER) as (conn, _):
        statement = select(*SEEN, *asked.values(), *map(one_if, truths.values()))
        found = Prepared(statement, conn.dialect).columns(conn, {"moment": noon})
    told = {one.name: column for one, column in zip(SEEN, found, strict=False)}
    assert not [name for name in MOMENTS if np.isnat(told[name]).all()], "each is there of some dossier"
    values = {"moment": of_time(noon)}
    for (name, one), wanted in zip(asked.items(), found[len(SEEN) :], strict=False):
        assert np.broadcast_to(value(one)(told, values), len(rows)).tolist() == wanted.tolist(), name
        assert len(set(wanted.tolist())) > 1, name
    for (name, truth), wanted in zip(truths.items(), found[len(SEEN) + len(asked) :], strict=True):
        assert evaluated(truth)(told, values, len(rows)).tolist() == wanted.astype(bool).tolist(), name
        assert wanted.any(), name


def test_parameters_and_truths(copy: CleanCopy) -> None:
    copy.fill({"dossiers": EVERY_DOSSIER[:1]})
    with copy.asked(NOVEMBER) as (conn, courses):
        c = courses.rows(conn, NOVEMBER)
    days = {"closed": np.array([3, 5, 7]), "by_post": np.array([0, 1, 1])}
    named, given = bindparam("day", type_=Integer()), bindparam(None, 5, Integer())
    assert evaluated(c.closed > named)(days, {"day": 4}, 3).tolist() == [False, True, True]
    assert evaluated(c.closed > given)(days, {}, 3).tolist() == [False, False, True]
    assert evaluated((c.closed < named) | c.by_post)(days, {"day": 4}, 3).tolist() == [True, True, True]
    assert evaluated((c.closed < named) | not_(c.by_post))(days, {"day": 6}, 3).tolist() == [
        True,
        True,
        False,
    ]
    assert evaluated(true())(days, {}, 3).tolist() == [True] * 3
    assert evaluated(false())(days, {}, 3).tolist() == [False] * 3


def test_what_no_condition_uses_is_said(copy: CleanCopy) -> None:
    copy.fill({"dossiers": EVERY_DOSSIER[:1]})
    with copy.asked(NOVEMBER) as (conn, courses):
        c: Any = courses.rows(conn, NOVEMBER)
    for strange in (c.dossier_code.like("a%"), func.abs(c.due) > 1, c.due * 2 > 1):
        with pytest.raises(TypeError):
            evaluated(strange)

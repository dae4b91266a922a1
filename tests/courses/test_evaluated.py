"""A condition says the same of numbers in memory as the engine says of rows."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import numpy as np
import pytest
from clean_copies import CleanCopy, Row
from combinations import EVERY_DOSSIER
from sqlalchemy import Boolean, Integer, bindparam, false, func, not_, select, true

from queries.asked.periods import parse_period
from queries.asked.view import View
from queries.asked.workdays import WorkCalendar
from queries.courses.conditions import ON_TIME_COUNTS, ONLINE_COUNTS, Days, one_if
from queries.courses.evaluated import evaluated
from queries.courses.table import day_number
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

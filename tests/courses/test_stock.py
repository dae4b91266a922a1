"""What one generation's ``courses`` keep for the next."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from cachetools import LRUCache
from clean_copies import CleanCopy, statements
from sqlalchemy import Boolean, DateTime, Integer, String, bindparam, false, literal, null, select, true

from queries.asked.periods import parse_period
from queries.asked.view import View
from queries.asked.workdays import WorkCalendar
from queries.courses import stock
from queries.courses.moments import Moments
from queries.courses.prepared import MOMENT, Prepared
from queries.courses.stock import Courses
from queries.courses.table import BY_UNIT
from queries.definitions.flag_rule import Parameters
from queries.flags.ages import work_by_age
from queries.flags.dossiers import due_soon_by_unit, marked_by_unit, slips_by_unit
from queries.flags.officers import late_by_officer
from queries.on_time.statements import on_time_by_procedure, on_time_by_unit, on_time_by_unit_procedure

VIEW = View(parse_period("2026-11"), datetime(2026, 11, 20, 10, 15))
BEFORE = Courses(
    datetime(2026, 11, 20), "day", (None, "P1"), (("1", None, "Đất đai"),),
    frozenset({"dossiers"}), frozenset({1}),
)  # fmt: skip


def test_statements_are_kept_for_data_that_differ_in_dossiers_alone() -> None:
    BEFORE.kept("statement", lambda: "built")
    BEFORE.of_all_time("figure", lambda: 7)
    after = replace(BEFORE, as_of=datetime(2026, 11, 21), figures=type(BEFORE.figures)(8)).keeping(BEFORE)
    assert after.as_of == datetime(2026, 11, 21)
    assert after.kept("statement", lambda: "built anew") == "built"
    assert after.of_all_time("figure", lambda: 8) == 8, "a figure is of its data alone"


@pytest.mark.parametrize("changed", [
    {"units": (None, "P0", "P1")}, {"procedures": ()}, {"present": frozenset[str]()}, {"compare": "moment"},
    {"known_units": frozenset[int]()},
])  # fmt: skip
def test_no_statement_is_kept_where_its_numbers_may_mean_something_else(changed: dict[str, Any]) -> None:
    BEFORE.kept("statement", lambda: "built")
    own: Any = type(BEFORE.statements)(8)
    after = replace(BEFORE, statements=own, **changed).keeping(BEFORE)
    assert after.kept("statement", lambda: "built anew") == "built anew"


def test_a_parameter_without_a_value_is_no_nothing(copy: CleanCopy) -> None:
    days = bindparam("first", type_=Integer()) + literal(2)
    with copy.engine.connect() as conn:
        prepared = Prepared(select(days), conn.dialect)
        assert [column.tolist() for column in prepared.numbers(conn, {"first": 5, "of_another": 1})] == [[7]]
        with pytest.raises(KeyError, match="first"):
            prepared.numbers(conn, {"of_another": 1})


def test_numbers_come_by_column_also_where_there_are_none(copy: CleanCopy) -> None:
    first = bindparam("first", type_=Integer())
    one: Any = select((first + literal(1)).label("a"), literal(2**40).label("b"))
    both = one.union_all(select(literal(3), literal(4)))
    with copy.engine.connect() as conn:
        numbers = Prepared(both, conn.dialect).numbers(conn, {"first": 5})
        none = Prepared(one.where(first > literal(9)), conn.dialect).numbers(conn, {"first": 5})
    assert sorted(zip(*(column.tolist() for column in numbers), strict=True)) == [(3, 4), (6, 2**40)]
    assert [(len(column), column.dtype.name) for column in none] == [(0, "int64")] * 2


def test_columns_lack_nothing_but_moments(copy: CleanCopy) -> None:
    when = datetime(2026, 11, 20, 8, 0, 0, 5)
    moment, number, text = literal(when, DateTime()), literal(4), literal("a")
    lacking: Any = select(null().cast(DateTime()), number, text, true())
    with copy.engine.connect() as conn:
        both: Any = select(moment, number, text, true()).union_all(lacking)
        moments, *others = Prepared(both, conn.dialect).columns(conn, {})
        assert moments.dtype == MOMENT
        assert sorted(moments.tolist(), key=str) == [when, None]
        assert [column.tolist() for column in others] == [[4, 4], ["a", "a"], [True, True]]
        for of in (Integer(), String(), Boolean()):
            missing: Any = select(moment, null().cast(of))
            with pytest.raises(ValueError, match="missing"):
                Prepared(missing, conn.dialect).columns(conn, {})
        assert [len(one) for one in Prepared(lacking.where(false()), conn.dialect).columns(conn, {})] == [
            0
        ] * 4


def test_a_kept_statement_counts_the_dossiers_of_the_new_data(copy: CleanCopy) -> None:
    def late(n: int) -> list[dict[str, Any]]:
        return [
            {"dossier_code": str(i), "unit_code": "P1", "received_at": datetime(2026, 11, 2),
             "due_at": datetime(2026, 11, 4), "finished_at": datetime(2026, 11, 9), "state": "finished"}
            for i in range(n)
        ]  # fmt: skip

    counts, before = [], None
    for n in (3, 5):
        copy.fill({"units": [{"unit_code": "P1", "name": "P1", "kind": "ward"}], "dossiers": late(n)})
        with copy.asked(VIEW) as (conn, courses):
            kept = courses if before is None else courses.keeping(before)
            counts.append(on_time_by_unit(conn, kept, VIEW).late.tolist())
            assert before is None or kept.statements is before.statements
            before = kept
    assert counts == [[3], [5]]


def test_what_lies_in_memory_goes_with_its_data(copy: CleanCopy) -> None:
    """What is kept with statements, which the next generation takes over, holds none of it."""
    late = {"unit_code": "P1", "received_at": datetime(2026, 11, 2), "due_at": datetime(2026, 11, 4),
            "finished_at": datetime(2026, 11, 9), "state": "finished", "officer_code": "CC1"}  # fmt: skip
    copy.fill({"dossiers": [{**late, "dossier_code": str(i)} for i in range(3)]})
    parameters = Parameters(WorkCalendar(frozenset(), frozenset()))
    narrow = VIEW.at(unit_code="P1")
    with copy.asked(VIEW) as (conn, courses):
        before = replace(courses, small={}, alone=LRUCache(100, len), moments=Moments())
        for view in (VIEW, narrow):
            late_by_officer(conn, before, view)
            marked_by_unit(conn, before, view, parameters=parameters)
            slips_by_unit(conn, before, view, parameters=parameters)
            work_by_age(conn, before, view, parameters=parameters)
            due_soon_by_unit(conn, before, view, until=date(2026, 11, 27))
            on_time_by_unit_procedure(conn, before, view, units=("P1",))
        late_by_officer(conn, before, narrow.at(as_of=VIEW.as_of - timedelta(hours=1)))
        after = courses.keeping(before)
        rows = before.in_memory(conn, BY_UNIT, before.unit_number("P1"))["received"]
        gone: list[Any] = [weakref.ref(one) for one in (before, before.moments, rows)]
        assert after.statements is before.statements
        del before, rows
        gc.collect()
        assert [one() for one in gone] == [None, None, None]


def test_the_rows_of_one_unit_or_field_are_read_once_and_of_a_large_one_never(
    here: CleanCopy, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = {"P1": 3, "P2": 2, "P3": 4}
    here.fill({"dossiers": [
        {"dossier_code": f"{unit}-{i}", "unit_code": unit, "procedure_code": unit, "field": f"Lĩnh vực {unit}",
         "received_at": datetime(2026, 11, 2), "state": "open"}
        for unit, size in sizes.items() for i in range(size)
    ]})  # fmt: skip
    monkeypatch.setattr(stock, "MOST_ALONE", 3)
    with here.asked(VIEW) as (conn, built):
        courses = replace(built, small={}, alone=LRUCache(5, stock._rows_in))

        def asked(**narrow: str) -> tuple[list[int], int]:
            with statements() as sent:
                found = on_time_by_procedure(conn, courses, VIEW.at(**narrow))
            of_rows = [
                one for one in sent if "courses_by_" in one and "GROUP BY courses_by_unit.unit" not in one
            ]
            return found.received.tolist(), len(of_rows)

        asked(unit_code="P2")
        assert asked(unit_code="P1") == ([3], 1)
        assert asked(unit_code="P1") == ([3], 0), "they lie in memory"
        assert asked(unit_code="P2") == ([2], 0)
        assert asked(unit_code="P3")[0] == [4]
        assert asked(unit_code="P3")[1] > 0, "too many: the engine is asked each time"
        assert asked(unit_code="P1", field="Lĩnh vực P1") == ([3], 0)
        assert asked(unit_code="P1", procedure_code="P2") == ([], 0)
        assert asked(unit_code="P4")[0] == []
        assert asked(procedure_code="P1")[0] == asked(field="Lĩnh vực P1")[0] == [3]
        assert asked(procedure_code="P1") == ([3], 0), "a procedure is asked of its field's rows"
        assert asked(unit_code="P2") == ([2], 1), "the last that are kept are five rows"

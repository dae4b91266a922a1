"""A unit's part of the district's answer: the rows its own question would find, and no question asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pandas as pd
import pytest
from apps import Site

from dashboard.by_unit import BY_UNIT, part_of, whole_of
from dashboard.question.database import Database
from dashboard.question.question import Question
from dashboard.question.source import Source
from queries.asked.periods import parse_period
from queries.asked.view import View
from queries.courses.bound import Bound, bind
from queries.definitions.flag_rule import Parameters
from queries.definitions.metrics import BASES
from queries.flags.marks import marked_by_unit
from queries.on_time.statements import on_time_by_unit
from queries.on_time.trend import late_by_unit_month
from queries.sample.district import as_of_moment, write_sample

UNTIL = date(2026, 11, 21)
VIEW = View(parse_period("2026-11"), as_of_moment(UNTIL))


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Source:
    path = tmp_path_factory.mktemp("by-unit") / "sample.duckdb"
    write_sample(path, units=3, years=3, per_unit_year=600, until=UNTIL)
    return Site(path).source


def keywords_of(query: Any) -> dict[str, Any]:
    if query.__name__ in ("marked_by_unit", "slips_by_unit"):
        return {"parameters": Parameters()}
    return {"until": date(2026, 11, 25)} if query.__name__ == "due_soon_by_unit" else {}


def plain(answer: Any) -> Any:
    if isinstance(answer, dict):
        return answer
    without_nan = answer.astype(object).where(answer.notna(), None)
    return sorted(map(repr, without_nan.itertuples(index=False, name=None)))


@pytest.mark.parametrize("query", sorted(BY_UNIT, key=lambda one: str(getattr(one, "__name__", ""))))
def test_a_unit_s_part_is_what_its_own_question_finds(source: Source, query: Callable[..., Any]) -> None:
    known, words = source.known(), keywords_of(query)
    views = [VIEW.at(period=parse_period(code)) for code in ("2026-11", "2026-09", "2026", "2025-11")]
    views += [VIEW.at(basis=basis) for basis in BASES]
    views += [VIEW.at(compare="moment"), VIEW.at(field="Hộ tịch"), VIEW.at(judged_on=date(2026, 11, 12))]
    found_some = False
    for view in views:
        with source.database.reading() as conn:
            district = query(conn, known.bound, view, **words)
            for code in (*(unit.code for unit in known.units if unit.code), "XX", "QM-NONE"):
                own = query(conn, known.bound, view.at(unit_code=code), **words)
                part = part_of(district, code)
                assert plain(part) == plain(own), (view, code)
                assert isinstance(part, dict) or [*part.columns] == [*own.columns]
                found_some |= len(own) > 0
    assert found_some


def test_after_the_district_a_unit_asks_nothing(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    source.forget()
    known = source.known()
    district = source.ask(known, on_time_by_unit, VIEW)
    own = VIEW.at(unit_code="QM-P02")
    months = VIEW.months()
    source.ask_months(known, late_by_unit_month, VIEW, months)
    monkeypatch.setattr(Database, "reading", lambda _self: pytest.fail("it asked"))
    row = source.ask(known, on_time_by_unit, own).iloc[0]
    assert row.received == district[district.unit_code == "QM-P02"].iloc[0].received
    assert set(source.ask_months(known, late_by_unit_month, own, months).unit_code) == {"QM-P02"}


def test_a_unit_alone_asks_for_itself(source: Source) -> None:
    source.forget()
    own = VIEW.at(unit_code="QM-P02")
    assert set(source.ask(source.known(), on_time_by_unit, own).unit_code) == {"QM-P02"}
    months = source.ask_months(source.known(), late_by_unit_month, own, VIEW.months())
    assert set(months.unit_code) == {"QM-P02"}
    assert len(source.ask(source.known(), on_time_by_unit, VIEW)) > 1


@pytest.mark.parametrize("engine", ["mysql", "mariadb", "mssql", ""])
def test_where_the_engine_folds_letters_the_engine_is_asked(engine: str) -> None:
    own = VIEW.at(unit_code="P1")
    assert whole_of(on_time_by_unit, own, bind({}, engine=engine)) is None
    assert whole_of(on_time_by_unit, own, bind({}, engine="postgresql")) == VIEW


def test_only_queries_by_unit_are_parts() -> None:
    bound = cast(Bound, SimpleNamespace(compares_exactly=True))
    assert whole_of(marked_by_unit, VIEW.at(unit_code="P1"), bound) == VIEW
    assert whole_of(marked_by_unit, VIEW, bound) is None
    assert whole_of(Question.asked, VIEW.at(unit_code="P1"), bound) is None


def test_codes_that_are_numbers_are_left_to_the_engine(tmp_path: Path) -> None:
    assert part_of(pd.DataFrame({"unit_code": [7, 8], "n": [1, 2]}), "7") is None
    assert part_of({7: 1, None: 2}, "7") is None
    assert part_of({"7": 1, None: 2}, "7") == {"7": 1}
    assert len(part_of(pd.DataFrame({"unit_code": ["7", None], "n": [1, 2]}), "7")) == 1
    assert part_of(pd.DataFrame({"unit_code": [], "n": []}), "7").empty

"""Months of a trend, kept one by one: the same as asked whole, and asked for once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from apps import Site, district

from dashboard.months import KeptMonths
from dashboard.question.source import Source
from queries.asked.periods import parse_period
from queries.asked.view import View
from queries.definitions.metrics import BASES
from queries.on_time.trend import late_by_unit_month, trend_months
from queries.online.statements import online_by_unit_month
from queries.sample.district import as_of_moment, write_sample
from queries.satisfaction.statements import votes_by_unit_month

UNTIL = date(2026, 11, 21)
VIEW = View(parse_period("2026-11"), as_of_moment(UNTIL))
QUERIES = (late_by_unit_month, online_by_unit_month, votes_by_unit_month)
WALK = ("2026-11", "2026-10", "2026-08", "2026-11", "2026-Q1", "2026", "2025-06")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Source:
    path = tmp_path_factory.mktemp("months") / "sample.duckdb"
    write_sample(path, units=3, years=3, per_unit_year=300, until=UNTIL)
    return Site(path).source


def asked(source: Source, query: Callable[..., pd.DataFrame], view: View) -> pd.DataFrame:
    return source.ask_months(source.known(), query, view, trend_months(view))


def whole(source: Source, query: Callable[..., pd.DataFrame], view: View) -> pd.DataFrame:
    with source.database.reading() as conn:
        return query(conn, source.known().bound, view)


def in_order(found: pd.DataFrame) -> pd.DataFrame:
    return found.sort_values([*found.columns]).reset_index(drop=True)


@pytest.mark.parametrize("basis", BASES)
@pytest.mark.parametrize("query", QUERIES)
def test_months_kept_are_the_months_asked_whole(
    source: Source, query: Callable[..., pd.DataFrame], basis: str
) -> None:
    source.forget()
    for narrowed in ({}, {"unit_code": "QM-P02"}, {"field": "Hộ tịch"}):
        for code in WALK:
            view = VIEW.at(period=parse_period(code), basis=basis, **narrowed)
            found, wanted = asked(source, query, view), whole(source, query, view)
            assert [*found.columns] == [*wanted.columns]
            assert len(wanted)
            pd.testing.assert_frame_equal(in_order(found), in_order(wanted), check_dtype=False)


def test_reporting_months_are_kept_apart_from_calendar_months(source: Source) -> None:
    source.forget()
    for code in ("2026-11", "bc-2026-11", "2026-10", "bc-2026-10"):
        view = VIEW.at(period=parse_period(code))
        found, wanted = asked(source, late_by_unit_month, view), whole(source, late_by_unit_month, view)
        pd.testing.assert_frame_equal(in_order(found), in_order(wanted), check_dtype=False)


def test_a_step_to_the_month_before_asks_for_one_month(
    source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    source.forget()
    counts: list[int] = []
    ask = source.ask

    def counted(*arguments: Any, months: int) -> Any:
        counts.append(months)
        return ask(*arguments, months=months)

    monkeypatch.setattr(source, "ask", counted)
    for code in ("2026-10", "2026-09", "2026-10", "2026-11"):
        asked(source, late_by_unit_month, VIEW.at(period=parse_period(code)))
    assert counts == [13, 1, 1]
    source.forget()
    asked(source, late_by_unit_month, VIEW)
    assert counts == [13, 1, 1, 13]


def test_a_period_not_begun_has_no_months(source: Source) -> None:
    assert asked(source, late_by_unit_month, VIEW.at(period=parse_period("2027-03"))).empty


def test_a_district_without_dossiers_has_months_without_rows(tmp_path: Path) -> None:
    site = district(tmp_path, {})
    for query in QUERIES:
        assert asked(site.source, query, VIEW).empty


def test_those_who_want_the_same_months_wait_for_one_question() -> None:
    kept, begun, go_on = KeptMonths(60), threading.Event(), threading.Event()
    questions: list[int] = []

    def slowly(view: View, *, months: int) -> pd.DataFrame:
        questions.append(months)
        begun.set()
        assert go_on.wait(10)
        return pd.DataFrame({"unit_code": ["P1"] * months, "month": range(months), "late": range(months)})

    def rows() -> pd.DataFrame:
        return kept.rows("v", late_by_unit_month, VIEW, trend_months(VIEW), slowly)

    with ThreadPoolExecutor(4) as together:
        answers = [together.submit(rows) for _ in range(4)]
        assert begun.wait(10)
        go_on.set()
        assert [answer.result(10).late.tolist() for answer in answers] == [[*range(13)]] * 4
    assert questions == [13]


def test_a_question_that_failed_keeps_nothing_and_is_asked_again() -> None:
    kept = KeptMonths(60)

    def fails(view: View, *, months: int) -> pd.DataFrame:
        raise TimeoutError

    def answers(view: View, *, months: int) -> pd.DataFrame:
        return pd.DataFrame({"unit_code": ["P1"], "month": [months - 1], "late": [7]})

    with pytest.raises(TimeoutError):
        kept.rows("v", late_by_unit_month, VIEW, trend_months(VIEW), fails)
    found = kept.rows("v", late_by_unit_month, VIEW, trend_months(VIEW), answers)
    assert (found.month.tolist(), found.late.tolist()) == ([12], [7])

"""Counts by unit and by procedure: by hand, and against the oracle, on DuckDB and PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

import pandas as pd
import pytest
from clean_copies import CleanCopy, Row
from combinations import EVERY_DOSSIER, QUESTIONS
from drawing import drawn
from hypothesis import given
from hypothesis import strategies as st
from oracle import ALL, count
from strategies import FIELDS, PROCEDURES, UNITS, Question, questions, rows

from queries.asked.periods import custom_period, parse_period
from queries.asked.view import View
from queries.definitions.metrics import COUNTS
from queries.on_time.statements import (
    on_time_by_procedure,
    on_time_by_unit,
    on_time_by_unit_procedure,
)

ORACLE_WORDS = {"b_late": "B_num", "b_due": "B_den", "d_late": "D_num"}
CATALOGUE = [
    *({"procedure_code": code, "name": code, "field": field} for code, field in PROCEDURES.items()),
    {"procedure_code": None, "name": "Không mã", "field": "Đất đai"},  # a defect that must change nothing
]
WITHOUT = {True: (), False: ("dossiers.suspended_since",)}
NOVEMBER = View(parse_period("2026-11"), datetime(2026, 11, 21, 10, 15))

Counted = tuple[dict[str, int], date | None]
"""The counts, and the day of the oldest promise broken."""
Answer = dict[Hashable, Counted]


def view_of(question: Question, **changes: Any) -> View:
    return View(
        custom_period(question.start, question.end), question.as_of, compare=question.compare,
        judged_on=question.judged_on, **changes,
    )  # fmt: skip


def counted(of: Sequence[Row], question: Question, columns: Collection[str] = ALL) -> Counted:
    """What the oracle counts, in the words of ``COUNTS``, and the oldest promise broken."""
    found = count(of, **question._asdict(), columns=frozenset(columns))
    assert (found["C_num"], found["C_den"]) == (
        found["late"] + found["open_overdue"], found["received"] + found["carried_over"]
    )  # fmt: skip
    assert found["D_den"] == found["received"]
    oldest = found["oldest_overdue_due"]
    counts = {word: found[ORACLE_WORDS.get(word, word)] for word in COUNTS}
    return counts, None if oldest is None else oldest.date()


def answered(table: pd.DataFrame, by: Sequence[str]) -> Answer:
    """What the query gives, by its key: COUNTS and the oldest promise broken."""
    assert list(table.columns) == [*by, *COUNTS, "oldest_due"]
    answer: Answer = {}
    for row in table.to_dict("records"):
        key = tuple(None if pd.isna(row[word]) else row[word] for word in by)
        assert key not in answer
        answer[key] = {word: row[word] for word in COUNTS}, row["oldest_due"]
    return answer


def expected(
    of: Sequence[Row], by: Sequence[str], question: Question, columns: Collection[str] = ALL
) -> Answer:
    """What the oracle gives, by the same key; keys without anything counted have no row."""
    keys = {tuple(row[word] for word in by) for row in of}
    each = {
        key: counted([row for row in of if tuple(row[word] for word in by) == key], question, columns)
        for key in keys
    }
    return {key: one for key, one in each.items() if any(one[0].values())}


def field_of(row: Row) -> str | None:
    """The field a dossier belongs to: the catalogue's, else its own word."""
    return PROCEDURES.get(row["procedure_code"]) or row["field"]


def many_dossiers(low: int, high: int) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(rows(), min_size=low, max_size=high).map(
        lambda drawn: [{"dossier_code": f"HS-{i:03}", **row} for i, row in enumerate(drawn)]
    )


@drawn(10)
@given(many_dossiers(20, 35), questions(), st.booleans(), st.data())
def test_every_count_equals_the_oracle(
    copy: CleanCopy, of: list[dict[str, Any]], question: Question, has_since: bool, data: st.DataObject
) -> None:
    copy.fill({"dossiers": of, "procedures": CATALOGUE}, without=WITHOUT[has_since])
    columns = ALL if has_since else ALL - {"suspended_since"}
    view = view_of(question)
    narrow: dict[str, str] = data.draw(st.one_of(
        st.sampled_from(UNITS).map(lambda unit: {"unit_code": unit}),
        st.sampled_from(FIELDS).map(lambda field: {"field": field}),
        st.sampled_from(tuple(PROCEDURES)).map(lambda code: {"procedure_code": code}),
    ))  # fmt: skip
    with copy.asked(view) as (conn, courses):
        by_unit = on_time_by_unit(conn, courses, view)
        by_procedure = on_time_by_procedure(conn, courses, view)
        of_two = on_time_by_unit_procedure(conn, courses, view, units=UNITS[:2])
        narrowed = on_time_by_unit(conn, courses, view.at(**narrow))

    assert answered(by_unit, ["unit_code"]) == expected(of, ["unit_code"], question, columns)
    by = ["procedure_code", "field"]
    assert answered(by_procedure, by) == expected(of, by, question, columns)
    of_units = [row for row in of if row["unit_code"] in UNITS[:2]]
    assert answered(of_two, ["unit_code", *by]) == expected(of_units, ["unit_code", *by], question, columns)
    chosen = [row for row in of
              if all(wanted == (field_of(row) if word == "field" else row[word])
                     for word, wanted in narrow.items())]  # fmt: skip
    assert answered(narrowed, ["unit_code"]) == expected(chosen, ["unit_code"], question, columns)

    whole, oldest = counted(of, question, columns)
    assert {word: int(by_unit[word].sum()) for word in COUNTS} == whole
    assert {word: int(by_procedure[word].sum()) for word in COUNTS} == whole
    given_oldest = [day for day in by_unit.oldest_due if day is not None]
    assert min(given_oldest, default=None) == oldest


@cache
@cache  # the oracle's answer is the same on every engine
def of_every_dossier(question: Question, has_since: bool) -> Answer:
    columns = ALL if has_since else ALL - {"suspended_since"}
    each = {(row["procedure_code"], None): counted([row], question, columns) for row in EVERY_DOSSIER}
    return {key: one for key, one in each.items() if any(one[0].values())}


def test_every_combination_of_states_nulls_and_days(copy: CleanCopy) -> None:
    by = ["procedure_code", "field"]
    for has_since, asked in ((True, QUESTIONS), (False, QUESTIONS[:2])):
        copy.fill({"dossiers": EVERY_DOSSIER}, without=WITHOUT[has_since])
        for question in asked:
            view = view_of(question)
            with copy.asked(view) as (conn, courses):
                found = answered(on_time_by_procedure(conn, courses, view), by)
            wanted = of_every_dossier(question, has_since)
            wrong = [
                (row, found.get(key), wanted.get(key))
                for row in EVERY_DOSSIER
                if found.get(key := (row["procedure_code"], None)) != wanted.get(key)
            ]
            assert not wrong[:1], question


# By hand


def dossier(received: str, due: str | None, finished: str | None = None, state: str | None = None,
            **more: Any) -> dict[str, Any]:  # fmt: skip
    """A dossier of P1; moments of November 2026 as "20 15:00", of another month as "2026-10-05"."""
    return {
        "unit_code": "P1", "received_at": at(received), "due_at": at(due), "finished_at": at(finished),
        "state": state or ("finished" if finished else "open"), **more,
    }  # fmt: skip


def at(text: str | None) -> datetime | None:
    if text is None:
        return None
    return datetime.fromisoformat(text if text.startswith("20") and "-" in text else f"2026-11-{text}")


def asked(copy: CleanCopy, of: Sequence[Row], view: View = NOVEMBER) -> pd.DataFrame:
    copy.fill({"dossiers": of, "procedures": CATALOGUE})
    with copy.asked(view) as (conn, courses):
        return on_time_by_unit(conn, courses, view)


def only(table: pd.DataFrame, unit: str | None = "P1") -> dict[str, int]:
    """The counts of one unit that are not 0."""
    counts, _ = answered(table, ["unit_code"])[(unit,)]
    return {word: n for word, n in counts.items() if n}


def test_a_plain_month(copy: CleanCopy) -> None:
    table = asked(copy, [
        dossier("02 08:00", "10", "09 10:00"),  # early
        dossier("02 08:00", "10", "10 16:00"),  # on time
        dossier("02 08:00", "10", "12 08:00"),  # 2 days late
        dossier("2026-10-20 08:00", "2026-10-30", "11 08:00"),  # 12 days late, carried over
        dossier("02 08:00", None, "12 08:00"),  # undated
        dossier("02 08:00", "10", "09 10:00", "refused"),
        dossier("02 08:00", "10", "09 10:00", "withdrawn"),
        dossier("02 08:00", "10", None, "finished"),  # closed, no day
        dossier("02 08:00", "30"),  # open in time
        dossier("02 08:00", "16"),  # open, 5 days overdue
        dossier("2026-10-02 08:00", "2026-10-12"),  # open, 40 days overdue, carried over
        dossier("02 08:00", "18", None, "suspended", suspended_since=at("05 08:00")),
        dossier("2026-10-02 08:00", "2026-10-12", "2026-10-10 08:00"),  # closed before
        dossier("22 08:00", "30"),  # not yet received
    ])  # fmt: skip
    assert only(table) == {
        "received": 10, "carried_over": 2, "finished": 5, "early": 1, "on_time": 1, "late": 2, "undated": 1,
        "refused": 1, "withdrawn": 1, "closed_undated": 1, "open_in_time": 1, "open_overdue": 2,
        "suspended": 1, "b_late": 2, "b_due": 4, "d_late": 2, "late_1_3": 1, "late_4_10": 1,
        "late_over_10": 2,
    }  # fmt: skip
    assert table.oldest_due.tolist() == [date(2026, 10, 12)]
    assert all(table[word].dtype.kind == "i" for word in COUNTS)


def test_five_percent_exactly(copy: CleanCopy) -> None:
    on_time = [dossier("02 08:00", "10", "09 10:00") for _ in range(95)]
    table = asked(copy, [*on_time, *(dossier("02 08:00", "10", "11 00:00") for _ in range(5))])
    found = only(table)
    assert (found["late"], found["early"] + found["late"]) == (5, 100)
    assert (found["b_late"], found["b_due"]) == (found["d_late"], found["received"]) == (5, 100)
    assert table.oldest_due.tolist() == [None]


def test_a_field_is_the_catalogues_else_the_dossiers_own_word(copy: CleanCopy) -> None:
    """1.001 is of Đất đai; 1.003 has no field; 9.999 is not in the catalogue; one row of it has no code."""
    own = {"field": "Hộ tịch"}
    table = asked(copy, [
        dossier("02", "10", unit_code="P1", procedure_code="1.001", **own),
        dossier("02", "10", unit_code="P2", procedure_code="1.002"),
        dossier("02", "10", unit_code="P3", procedure_code="1.003", **own),
        dossier("02", "10", unit_code="P4", procedure_code="9.999", **own),
        dossier("02", "10", unit_code="P5", procedure_code=None, **own),
        dossier("02", "10", unit_code="P6", procedure_code="9.999"),
    ], NOVEMBER.at(field="Hộ tịch"))  # fmt: skip
    assert sorted(table.unit_code) == ["P2", "P3", "P4", "P5"]


def test_an_empty_table_and_a_period_without_dossiers_give_no_row(copy: CleanCopy) -> None:
    assert answered(asked(copy, []), ["unit_code"]) == {}
    october = View(parse_period("2026-10"), NOVEMBER.as_of)
    assert answered(asked(copy, [dossier("02 08:00", "10")], october), ["unit_code"]) == {}


def test_a_dossier_that_nothing_counts_makes_no_row(copy: CleanCopy) -> None:
    closed_before = dossier("2026-10-02", "2026-10-12", "2026-10-05", "finished", unit_code="P2")
    odd = dossier("2026-10-02", "2026-10-12", None, "finished", unit_code="P3")  # closed when received
    assert set(answered(asked(copy, [closed_before, odd, dossier("02", "10")]), ["unit_code"])) == {("P1",)}


def test_a_period_that_has_not_begun_has_no_figures(copy: CleanCopy) -> None:
    december = View(parse_period("2026-12"), NOVEMBER.as_of)
    table = asked(copy, [dossier("02 08:00", "10")], december)
    assert table.empty
    assert list(table.columns) == ["unit_code", *COUNTS, "oldest_due"]


def test_dossiers_without_a_unit_are_one_row(copy: CleanCopy) -> None:
    table = asked(copy, [dossier("02", "10", unit_code=None), dossier("03", "10", unit_code=None)])
    assert only(table, None)["open_overdue"] == 2


@pytest.mark.parametrize("compare", ["day", "moment"])
def test_promises_kept_as_dates_mean_the_end_of_that_day(copy: CleanCopy, compare: str) -> None:
    """A day without a time is read as its midnight."""
    table = asked(copy, [
        dossier("02 08:00", "10", "10 23:59"), dossier("02 08:00", "10", "11 00:00:01"),
        dossier("02 08:00", "21"), dossier("02 08:00", "20"),
    ], NOVEMBER.at(compare=compare))  # fmt: skip
    found = only(table)
    assert {word: found[word] for word in ("on_time", "late", "open_in_time", "open_overdue")} == {
        "on_time": 1, "late": 1, "open_in_time": 1, "open_overdue": 1,
    }  # fmt: skip
    assert table.oldest_due.tolist() == [date(2026, 11, 20)]

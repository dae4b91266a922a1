"""The list behind a number: as many rows as the number says, the same sample on both engines."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from random import Random
from typing import Any

import pytest
from clean_copies import CleanCopy
from hypothesis import HealthCheck, given, settings
from strategies import Question, questions
from test_on_time import many_dossiers, view_of

from queries.asked.periods import parse_period
from queries.asked.view import View
from queries.definitions.metrics import COUNTS, METRICS, ONLINE_COUNTS, ONLINE_SUMS, SUMS
from queries.listing.statements import (
    PAGE_SIZE,
    SORTS,
    Dossier,
    Subject,
    among,
    how_many,
    listed_words,
    listing,
    random_sample,
    received_on,
    whole_list,
    word_counted,
    words_of,
)
from queries.on_time.statements import on_time_by_unit
from queries.online.statements import online_by_unit

NOVEMBER = View(parse_period("2026-11"), datetime(2026, 11, 21, 10, 15))


def finished(number: int, day: int, *, code: str | None = None) -> dict[str, object]:
    return {
        "dossier_code": code or f"HS-{number:04}",
        "unit_code": f"P{number % 3}",
        "procedure_code": None,
        "channel": "counter",
        "received_at": datetime(2026, 11, 2, 8),
        "due_at": datetime(2026, 11, 5, 17),
        "finished_at": datetime(2026, 11, day, 9),
        "state": "finished",
    }


@settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.data_too_large, HealthCheck.too_slow]
)
@given(many_dossiers(15, 30), questions())
def test_every_number_lists_exactly_its_dossiers(
    copy: CleanCopy, of: list[dict[str, object]], question: Question
) -> None:
    copy.fill({"dossiers": of})
    view = view_of(question)
    with copy.asked(view) as (conn, courses):
        counts = on_time_by_unit(conn, courses, view)
        for word in COUNTS:
            found = listing(conn, courses, view, subject=Subject(word))
            assert found.total == int(counts[word].sum()) == len(found.rows)
        for word, parts in SUMS.items():
            assert listing(conn, courses, view, subject=Subject(word)).total == sum(
                int(counts[part].sum()) for part in parts
            )


@settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.data_too_large, HealthCheck.too_slow]
)
@given(many_dossiers(15, 30), questions())
def test_every_online_number_lists_exactly_its_dossiers(
    copy: CleanCopy, of: list[dict[str, object]], question: Question
) -> None:
    copy.fill({"dossiers": of})
    view = view_of(question)
    with copy.asked(view) as (conn, courses):
        counts = online_by_unit(conn, courses, view)
        for word in ONLINE_COUNTS:
            found = listing(conn, courses, view, subject=Subject(word))
            assert found.total == int(counts[word].sum()) == len(found.rows), word


@settings(
    max_examples=2, deadline=None, suppress_health_check=[HealthCheck.data_too_large, HealthCheck.too_slow,
                                                          HealthCheck.function_scoped_fixture]
)  # fmt: skip
@given(many_dossiers(15, 30), questions())
def test_a_list_whose_length_is_known_shows_the_same_pages(
    copy: CleanCopy, monkeypatch: pytest.MonkeyPatch, of: list[dict[str, object]], question: Question
) -> None:
    monkeypatch.setattr("queries.listing.statements.PAGE_SIZE", 3)
    copy.fill({"dossiers": of})
    view = view_of(question)
    with copy.asked(view) as (conn, courses):
        sums = on_time_by_unit(conn, courses, view)[list(COUNTS)].sum()
        overdue, late = int(sums.open_overdue), int(sums.late)
        totals = {"to_resolve": int(sums.received + sums.carried_over), "late": late, "open_overdue": overdue,
                  "c_late": late + overdue}  # fmt: skip
        for word, total in totals.items():
            for page in range(1, total // 3 + 2):
                asked: Any = partial(listing, conn, courses, view, subject=Subject(word), page=page)
                assert asked(total=total) == asked()


def test_the_words_whose_number_is_a_list_s_length() -> None:
    assert word_counted(Subject()) == "to_resolve"
    assert word_counted(Subject("late_rate_c")) == "c_late"
    assert word_counted(Subject("online")) is None
    assert word_counted(Subject("late", flag="no_apology")) is None


def test_a_metric_lists_its_numerator() -> None:
    assert words_of("late_rate_a") == "late"
    assert words_of("late_rate_c") == "c_late"
    assert words_of("open_overdue") == "open_overdue"
    with pytest.raises(KeyError):
        words_of("nothing")
    assert {"late", "judged", "late_rate_b"} <= listed_words()
    assert all(words_of(word) in {*COUNTS, *SUMS, *ONLINE_COUNTS, *ONLINE_SUMS} for word in listed_words())
    assert METRICS["late"].numerator == "late"


def test_pages_show_every_dossier_once_in_any_order(copy: CleanCopy) -> None:
    rows = [finished(number, 3 + number % 10) for number in range(2 * PAGE_SIZE + 7)]
    rows[3]["due_at"] = rows[5]["due_at"] = None
    copy.fill({"dossiers": rows})
    with copy.asked(NOVEMBER) as (conn, courses):
        for sort in (None, *SORTS, *(f"-{sort}" for sort in SORTS)):
            pages = [listing(conn, courses, NOVEMBER, subject=Subject("finished"), sort=sort, page=page)
                     for page in (1, 2, 3)]  # fmt: skip
            seen = [row.dossier_code for page in pages for row in page.rows]
            assert sorted(seen) == sorted(str(row["dossier_code"]) for row in rows)
            assert [page.pages for page in pages] == [3, 3, 3]
        by_due = [row for page in (1, 2, 3)
                  for row in listing(conn, courses, NOVEMBER, subject=Subject("finished"),
                                     sort="-due_at", page=page).rows]  # fmt: skip
        assert [row.due_at for row in by_due[-2:]] == [None, None], "nulls come last on both engines"
        beyond = listing(conn, courses, NOVEMBER, subject=Subject("finished"), page=999)
        assert (beyond.page, len(beyond.rows)) == (3, 7)


def test_the_whole_list_is_all_its_pages(copy: CleanCopy, monkeypatch: pytest.MonkeyPatch) -> None:
    """Row by row as the pages show them, in each order, read in parts smaller than it."""
    monkeypatch.setattr("queries.listing.statements._BATCH", 4)
    rows = [finished(number, 3 + number % 10) for number in range(PAGE_SIZE + 7)]
    rows[3]["due_at"] = None
    copy.fill({"dossiers": rows})
    subject = Subject("finished")
    with copy.asked(NOVEMBER) as (conn, courses):
        assert how_many(conn, courses, NOVEMBER, subject=subject) == len(rows)
        assert how_many(conn, courses, NOVEMBER, subject=Subject("open_overdue")) == 0
        for sort in (None, "received_at", "-due_at", "unit_code"):
            asked: Any = partial(listing, conn, courses, NOVEMBER, subject=subject, sort=sort)
            pages = [row for page in (1, 2) for row in asked(page=page).rows]
            assert list(whole_list(conn, courses, NOVEMBER, subject=subject, sort=sort)) == pages
        view = NOVEMBER.at(unit_code="P1")
        own = list(whole_list(conn, courses, view, subject=subject))
        assert {row.unit_code for row in own} == {"P1"}
        assert how_many(conn, courses, view, subject=subject) == len(own) > 0
        not_begun = NOVEMBER.at(period=parse_period("2027-01"))
        assert list(whole_list(conn, courses, not_begun)) == []
        assert how_many(conn, courses, not_begun) == 0


def test_of_given_dossiers_those_behind_a_number(copy: CleanCopy) -> None:
    copy.fill({"dossiers": [finished(n, 9 if n % 2 else 4, code=code) for n, code in enumerate(CODES)]})
    late = {code for n, code in enumerate(CODES) if n % 2}
    with copy.asked(NOVEMBER) as (conn, courses):
        found = among(
            conn, courses, NOVEMBER, subject=Subject("late"), codes=["z", "HS-1", "hs-1", "' OR 1=1"]
        )
        expected = sorted(late & {"z", "HS-1", "hs-1"}, key=str.encode)
        assert [row.dossier_code for row in found.rows] == expected == ["HS-1"]
        assert (found.total, found.positions) == (len(late), (0,))
        every = among(conn, courses, NOVEMBER, subject=Subject("late"), codes=list(reversed(CODES)))
        assert [row.dossier_code for row in every.rows] == sorted(late, key=str.encode)


def test_found_by_code(copy: CleanCopy) -> None:
    copy.fill({"dossiers": [finished(1, 9), finished(2, 4)]})
    with copy.asked(NOVEMBER) as (conn, courses):
        found = listing(conn, courses, NOVEMBER, code="HS-0001")
        assert [(row.dossier_code, row.outcome, row.days) for row in found.rows] == [("HS-0001", "late", 4)]
        assert listing(conn, courses, NOVEMBER, subject=Subject("early"), code="HS-0001").total == 0
        assert listing(conn, courses, NOVEMBER, code="' OR 1=1 --").total == 0


CODES = ("hs-1", "HS-1", "Hồ-2", "HS-10", "HS-2", "a", "Z", "đ-1", "z", "HS-1a", "HS.1", "hs_1")


def test_a_dossier_of_another_period_is_found_by_the_day_it_was_received(copy: CleanCopy) -> None:
    copy.fill(
        {
            "dossiers": [
                finished(1, 4, code="A-1"),
                {**finished(2, 4, code="A-2"), "received_at": datetime(2026, 11, 30, 8)},
            ]
        }
    )
    for period in ("2026-11", "2025-01", "2027-01"):
        view = NOVEMBER.at(period=parse_period(period))
        with copy.asked(view) as (conn, courses):
            assert received_on(conn, courses, view, code="A-1") == date(2026, 11, 2)
            assert received_on(conn, courses, view, code="A-2") is None, "not yet received"
            assert received_on(conn, courses, view, code="A-3") is None


def test_a_sample_is_the_same_on_both_engines(copy: CleanCopy) -> None:
    copy.fill({"dossiers": [finished(n, 9, code=code) for n, code in enumerate(CODES)]})
    ordered = sorted(CODES, key=lambda code: code.encode())
    drawn = sorted(Random(7).sample(range(len(CODES)), 5))
    with copy.asked(NOVEMBER) as (conn, courses):
        found = random_sample(conn, courses, NOVEMBER, subject=Subject("late"), size=5, seed=7)
        assert [row.dossier_code for row in found.rows] == [ordered[place] for place in drawn]
        assert found.positions == tuple(place + 1 for place in drawn)
        assert found.total == len(CODES)
        everything = random_sample(conn, courses, NOVEMBER, subject=Subject("late"), size=99, seed=1)
        assert len(everything.rows) == len(CODES), "more than there are gives them all"
        none = random_sample(conn, courses, NOVEMBER, subject=Subject("early"), size=3, seed=1)
        assert none.rows == ()


def test_a_period_not_begun_lists_nothing(copy: CleanCopy) -> None:
    copy.fill({"dossiers": [finished(1, 9)]})
    view = NOVEMBER.at(period=parse_period("2027-01"))
    with copy.asked(view) as (conn, courses):
        assert listing(conn, courses, view).total == 0
        assert random_sample(conn, courses, view, size=3, seed=1).total == 0


def test_a_dossier_shows_nothing_of_a_citizen() -> None:
    assert set(Dossier.__dataclass_fields__) == {
        "dossier_code", "unit_code", "receiving_unit_code", "procedure_code", "field", "channel",
        "received_at", "current_due_at", "finished_at", "returned_at", "state", "officer_code",
        "late_reason", "due_at", "outcome", "days",
    }  # fmt: skip

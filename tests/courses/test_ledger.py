"""The register against the statements: every answer the same, and none where it could not know."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from combinations import EVERY_DOSSIER, QUESTIONS
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from stores import DuckDB, Row
from strategies import DAYS, FIELDS, PERIODS, PROCEDURES, UNITS, dossiers_of_officers, questions, slips_for

import queries.flags.odd
from queries.asked.periods import custom_period, month_of, parse_period
from queries.asked.view import COMPARES, View
from queries.asked.workdays import WorkCalendar
from queries.contract import CONTRACT
from queries.courses.bound import Bound, bind
from queries.definitions.flag_rule import Parameters
from queries.definitions.metrics import BASES
from queries.flags.marks import marked_by_unit
from queries.flags.officers import late_by_officer
from queries.flags.rules import due_soon_by_unit
from queries.flags.slips import slips_by_unit
from queries.ledger import EARLIEST, Ledger
from queries.ledger_answers import ANSWERS, answer
from queries.ledger_check import differences, plain, read_checked
from queries.ledger_reading import read_ledger
from queries.on_time.statements import on_time_by_procedure, on_time_by_unit, on_time_by_unit_procedure
from queries.on_time.trend import late_by_unit_month
from queries.online.statements import online_by_unit
from queries.sample.district import as_of_moment, write_sample
from queries.source.found import find, has_collations

AS_OF = datetime(2026, 11, 20, 10, 15)
PARAMETERS = Parameters(WorkCalendar(frozenset({date(2026, 11, 4)}), frozenset({date(2026, 11, 14)})))
OFFICERS: list[Row] = [
    {"officer_code": "CC1", "name": "A", "on_contract": True}, {"officer_code": "CC2", "on_contract": False},
    {"officer_code": None, "on_contract": True},
]  # fmt: skip
CATALOGUE: list[Row] = [
    {"procedure_code": code, "name": code, "field": field, "online_level": level}
    for (code, field), level in zip(PROCEDURES.items(), ("3", "partial", None), strict=True)
]
OPTIONAL = {
    name: [f"{name}.{one.name}" for one in table.columns if not one.required]
    for name, table in CONTRACT.items()
}  # fmt: skip
SETTINGS = settings(
    max_examples=4, deadline=None, phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.data_too_large, HealthCheck.too_slow,
                           HealthCheck.function_scoped_fixture],
)  # fmt: skip


@pytest.fixture(scope="module")
def duck(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDB]:
    store = DuckDB(tmp_path_factory.mktemp("ledger"))
    yield store
    store.close()


def read(duck: DuckDB, as_of: datetime = AS_OF, compare: str = "day", bound: Bound | None = None) -> Ledger:
    with duck.connect() as conn:
        ledger = read_ledger(conn, bound or duck.bound(), as_of, compare, PARAMETERS)
    assert ledger is not None
    return ledger


def differing(
    duck: DuckDB, ledger: Ledger, views: Sequence[View], bound: Bound | None = None,
    queries: Collection[Callable[..., Any]] = tuple(ANSWERS),
) -> list[str]:  # fmt: skip
    with duck.connect() as conn:
        return differences(conn, bound or duck.bound(), ledger, views, queries)


def a_dossier(code: str = "1", **more: Any) -> Row:
    return {
        "dossier_code": code, "unit_code": "P1", "procedure_code": "1.001", "channel": "counter",
        "received_at": datetime(2026, 11, 2, 8), "due_at": datetime(2026, 11, 10), "state": "open", **more,
    }  # fmt: skip


def a_slip(code: str, day: int, kind: str = "apology", **more: Any) -> Row:
    return {"slip_id": f"{code}-{day}", "dossier_code": code, "kind": kind,
            "issued_at": datetime(2026, 11, day, 9), **more}  # fmt: skip


MONTH = View(parse_period("2026-11"), AS_OF)


def narrowings() -> st.SearchStrategy[dict[str, str]]:
    return st.fixed_dictionaries({}, optional={
        "unit_code": st.sampled_from((*UNITS, "P9", "none")),
        "field": st.sampled_from(FIELDS),
        "procedure_code": st.sampled_from((*PROCEDURES, "9.999")),
    })  # fmt: skip


def of_units(**columns: st.SearchStrategy[Any]) -> st.SearchStrategy[list[dict[str, Any]]]:
    code = st.sampled_from((*UNITS, "P9", None))
    return st.lists(st.fixed_dictionaries({"unit_code": code, **columns}), max_size=12)


some_day = st.sampled_from(DAYS)
maybe_day = st.sampled_from((*DAYS, None, None, None))
rated = of_units(
    rated_on=some_day, source=st.sampled_from(("tablet", "sipas", "khác")),
    level=st.sampled_from(("satisfied", "dissatisfied", "rất vui")),
    votes=st.sampled_from((0, 1, 7, 30, -1, None)),
)  # fmt: skip
complained = of_units(
    received_on=some_day, due_on=maybe_day, answered_on=maybe_day, field=st.sampled_from((None, *FIELDS))
)


@SETTINGS
@given(dossiers_of_officers(10, 30), slips_for(12), rated, complained, of_units(held_on=some_day), st.data())
def test_every_answer_is_the_statement_s(  # noqa: PLR0917 - drawn in this order
    duck: DuckDB, monkeypatch: pytest.MonkeyPatch, of: list[Row], slips: list[Row], ratings: list[Row],
    complaints: list[Row], receptions: list[Row], data: st.DataObject,
) -> None:  # fmt: skip
    monkeypatch.setattr(queries.flags.odd, "CROWD", 1)
    duck.fill({
        "dossiers": of, "slips": slips, "officers": OFFICERS, "procedures": CATALOGUE, "ratings": ratings,
        "complaints": complaints, "receptions": receptions,
    })  # fmt: skip
    question = data.draw(questions(judged=False))
    ledger = read(duck, question.as_of, question.compare)
    periods = data.draw(st.lists(st.sampled_from(PERIODS), min_size=1, max_size=1))
    for start, end in ((question.start, question.end), *periods):
        view = View(custom_period(start, end), question.as_of, compare=question.compare)
        narrow, basis = data.draw(narrowings()), data.draw(st.sampled_from(BASES))
        assert differing(duck, ledger, [view, view.at(**narrow, basis=basis)]) == []


@pytest.mark.parametrize("compare", COMPARES)
def test_every_combination_of_states_nulls_and_days(duck: DuckDB, compare: str) -> None:
    duck.fill({"dossiers": EVERY_DOSSIER})
    for question in QUESTIONS:
        if question.judged_on is not None or question.compare != compare:
            continue
        ledger = read(duck, question.as_of, compare)
        view = View(custom_period(question.start, question.end), question.as_of, compare=compare)
        # A procedure each: what became of every one of them.
        days = [date(2026, 10, 31), date(2026, 11, 12), date(2026, 11, 21)]
        each = [view.at(period=custom_period(day, day)) for day in days if day <= question.as_of.date()]
        assert differing(duck, ledger, [view, *each], queries=[on_time_by_procedure]) == []
        bases = [view.at(basis=basis) for basis in BASES[1:]]
        of_units: list[Any] = [late_by_unit_month, due_soon_by_unit, marked_by_unit, late_by_officer]
        assert differing(duck, ledger, [view, *bases], queries=of_units) == []


def test_a_whole_district_over_three_years(tmp_path_factory: pytest.TempPathFactory) -> None:
    store = DuckDB(tmp_path_factory.mktemp("sample"))
    until = date(2026, 11, 21)
    write_sample(Path(str(store.url.database)), units=3, years=3, per_unit_year=600, until=until)
    moment = as_of_moment(until)
    ledger = read(store, moment)
    codes = ("2026-11", "bc-2026-11", "2026-10", "2026", "2025-Q1", "2023", "1990")
    views = [View(parse_period(code), moment) for code in codes]
    views += [views[0].at(basis=basis) for basis in BASES] + [views[1].at(basis="C"), views[3].at(basis="C")]
    views += [views[0].at(unit_code="QM-P02"), views[3].at(unit_code="QM-P02", field="Hộ tịch")]
    assert differing(store, ledger, views) == []
    with store.connect() as conn:
        counted = answer(ledger, on_time_by_unit, views[3], {})
        assert counted.received.sum() > 1000
        assert plain(counted) == plain(on_time_by_unit(conn, store.bound(), views[3]))
    store.close()


@pytest.mark.parametrize("without", [
    *(OPTIONAL[name] for name in ("dossiers", "procedures", "slips", "complaints", "officers")),
    [name for name, table in CONTRACT.items() if not table.required],
    [one for columns in OPTIONAL.values() for one in columns],
], ids=lambda without: f"{without[0]} and {len(without) - 1} more")  # fmt: skip
def test_what_is_optional_may_be_missing(duck: DuckDB, without: list[str]) -> None:
    of = [
        a_dossier("1", officer_code="CC1"),
        a_dossier(
            "2",
            finished_at=datetime(2026, 11, 12, 9),
            state="finished",
            online_level="3",
            channel="online",
            returned_at=datetime(2026, 11, 13),
        ),
    ]
    duck.fill({"dossiers": of, "slips": [a_slip("1", 12)], "procedures": CATALOGUE, "officers": OFFICERS,
               "complaints": [{"unit_code": "P1", "received_on": date(2026, 11, 3)}]})  # fmt: skip
    found = {
        name: [one.name for one in table.columns if f"{name}.{one.name}" not in without]
        for name, table in CONTRACT.items() if name not in without
    }  # fmt: skip
    bound = bind(found, engine="duckdb")
    ledger = read(duck, bound=bound)
    assert differing(duck, ledger, [MONTH, MONTH.at(unit_code="P1", field="Đất đai")], bound) == []


def test_an_empty_district(duck: DuckDB) -> None:
    duck.fill({})
    assert differing(duck, read(duck), [MONTH, MONTH.at(unit_code="P1", field="Đất đai", basis="C")]) == []


# what it leaves to the database


def asked(ledger: Ledger, view: View) -> set[str]:
    """The questions it answers."""
    words: dict[Any, dict[str, Any]] = {
        marked_by_unit: {"parameters": PARAMETERS},
        slips_by_unit: {"parameters": PARAMETERS},
    }
    words |= {due_soon_by_unit: {"until": date(2026, 11, 24)}, on_time_by_unit_procedure: {"units": ("P1",)}}
    return {
        query.__name__ for query in ANSWERS
        if answer(ledger, query, view, words.get(query, {})) is not None
    }  # fmt: skip


def test_it_answers_every_question_it_knows(duck: DuckDB) -> None:
    of = [a_dossier(), a_dossier("2", returned_at=datetime(2026, 11, 5))]
    everything: dict[str, list[Row]] = {
        "dossiers": of, "ratings": [{"unit_code": "P1", "rated_on": date(2026, 11, 3), "votes": 1}],
        "complaints": [{"unit_code": "P1"}], "receptions": [{"unit_code": "P1"}],
    }  # fmt: skip
    duck.fill(everything)
    assert asked(read(duck), MONTH) == {query.__name__ for query in ANSWERS}


@pytest.mark.parametrize("change", [
    {"judged_on": date(2026, 11, 12)}, {"compare": "moment"}, {"as_of": AS_OF + timedelta(minutes=1)},
    {"period": parse_period("2027-01")}, {"period": custom_period(EARLIEST - timedelta(days=1), EARLIEST)},
])  # fmt: skip
def test_another_moment_rule_or_judging_day_is_left_to_the_database(
    duck: DuckDB, change: dict[str, Any]
) -> None:
    duck.fill({"dossiers": [a_dossier()]})
    assert asked(read(duck), MONTH.at(**change)) == set()


def test_a_query_it_does_not_know_is_left_to_the_database(duck: DuckDB) -> None:
    duck.fill({"dossiers": [a_dossier()]})
    assert answer(read(duck), read_ledger, MONTH, {}) is None


def test_marks_made_by_other_parameters_are_left_to_the_database(duck: DuckDB) -> None:
    duck.fill({"dossiers": [a_dossier()], "slips": [a_slip("1", 12)]})
    ledger = read(duck)
    others = (Parameters(), Parameters(PARAMETERS.calendar, late_apology_days=3),
              Parameters(PARAMETERS.calendar, latest=AS_OF + timedelta(days=1)))  # fmt: skip
    for query in (marked_by_unit, slips_by_unit):
        assert answer(ledger, query, MONTH, {"parameters": PARAMETERS}) is not None
        assert all(answer(ledger, query, MONTH, {"parameters": one}) is None for one in others)


def test_two_dossiers_of_one_code_leave_the_slips_to_the_database(duck: DuckDB) -> None:
    duck.fill({"dossiers": [a_dossier(), a_dossier()], "slips": [a_slip("1", 12)]})
    ledger = read(duck)
    assert "slips_by_unit" not in asked(ledger, MONTH)
    assert differing(duck, ledger, [MONTH]) == []


def test_a_crowd_out_of_order_leaves_the_marks_to_the_database(
    duck: DuckDB, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries.flags.odd, "CROWD", 1)
    minute = datetime(2026, 11, 5, 9, 30)
    late = {"received_at": datetime(2026, 11, 12), "finished_at": minute, "state": "finished"}
    duck.fill({"dossiers": [a_dossier("1", finished_at=minute, state="finished"), a_dossier("2", **late)]})
    ledger = read(duck)
    assert "marked_by_unit" not in asked(ledger, MONTH)
    assert "on_time_by_unit" in asked(ledger, MONTH)


def test_given_back_before_received_leaves_the_online_counts_to_the_database(duck: DuckDB) -> None:
    duck.fill({"dossiers": [a_dossier(returned_at=datetime(2026, 10, 30), returned_by_post=True)]})
    ledger = read(duck)
    assert asked(ledger, MONTH).isdisjoint({"online_by_unit", "online_by_procedure"})
    with duck.connect() as conn:
        assert answer(ledger, online_by_unit, MONTH, {}) is None
        assert online_by_unit(conn, duck.bound(), MONTH).received.tolist() == [1]


@pytest.mark.parametrize(
    ("table", "types"),
    [("dossiers", {"unit_code": "integer"}), ("procedures", {"procedure_code": "integer"})],
)
def test_codes_that_are_numbers_have_no_register(duck: DuckDB, table: str, types: dict[str, str]) -> None:
    duck.fill({})
    duck.write(f"DROP TABLE {table}", duck.create(table, types), changes=[table])
    duck.write(f"INSERT INTO {table} ({next(iter(types))}) VALUES (7)")
    with duck.connect() as conn:
        assert read_ledger(conn, duck.bound(), AS_OF, "day", PARAMETERS) is None


def test_the_calendar_of_the_register_ends_in_2059(duck: DuckDB) -> None:
    far = (a_dossier("1", due_at=datetime(2300, 1, 1)), a_dossier("2", due_at=datetime(1850, 1, 1)))
    duck.fill({"dossiers": far})
    with duck.connect() as conn:
        assert read_ledger(conn, duck.bound(), datetime(2059, 1, 1), "day", PARAMETERS) is None
    views = [MONTH, MONTH.at(basis="B"), MONTH.at(period=parse_period("2026"))]
    assert differing(duck, read(duck), views) == []


# before it answers anybody


def test_it_is_read_and_checked(duck: DuckDB) -> None:
    duck.fill({"dossiers": [a_dossier()]})
    with duck.connect() as conn:
        ledger = read_checked(conn, duck.bound(), AS_OF, "day", PARAMETERS)
    assert ledger is not None
    assert answer(ledger, on_time_by_unit, MONTH, {}).open_overdue.tolist() == [1]


def test_what_differs_is_named(duck: DuckDB) -> None:
    duck.fill({"dossiers": [a_dossier()]})
    ledger = read(duck)
    duck.fill({"dossiers": [a_dossier(), a_dossier("2")]})
    found = differing(duck, ledger, [View(month_of(AS_OF.date()), AS_OF)])
    assert "on_time_by_unit 2026-11 A" in found
    assert "votes_by_unit 2026-11 A" not in found


# what districts drawn at random do not hold


def typed(duck: DuckDB, table: str, types: dict[str, str], rows: Sequence[str], **tables: list[Row]) -> None:
    """Fill a district, one table of it with other types, and rows written in SQL."""
    duck.fill(dict(tables))
    duck.write(f"DROP TABLE {table}", duck.create(table, types), changes=[table])
    duck.write(*(f"INSERT INTO {table} {one}" for one in rows), changes=[table])


def register_of(duck: DuckDB) -> Ledger | None:
    with duck.connect() as conn:
        bound = bind(find(conn), engine="duckdb")
        bound.compares_exactly = not has_collations(conn)
        return read_ledger(conn, bound, AS_OF, "day", PARAMETERS)


@pytest.mark.parametrize(("kind", "votes"), [("double", "0.5"), ("decimal(10,1)", "1.5"),
                                             ("bigint", str(2**53 + 1))])  # fmt: skip
def test_parts_of_votes_are_left_to_the_database(duck: DuckDB, kind: str, votes: str) -> None:
    given = [f"(unit_code, rated_on, source, level, votes) VALUES ('P1', '2026-11-0{day}', 'tablet', "
             f"'satisfied', {votes})" for day in (3, 4)]  # fmt: skip
    typed(duck, "ratings", {"votes": kind}, given)
    ledger = read(duck)
    assert asked(ledger, MONTH).isdisjoint({"votes_by_unit", "votes_by_unit_month"})


def test_ratings_by_numbers_of_units_are_left_to_the_database(duck: DuckDB) -> None:
    row = "(unit_code, rated_on, source, level, votes) VALUES (7, '2026-11-03', 'tablet', 'satisfied', 5)"
    typed(duck, "ratings", {"unit_code": "integer"}, [row])
    assert asked(read(duck), MONTH.at(unit_code="7")).isdisjoint({"votes_by_unit", "votes_by_unit_month"})


@pytest.mark.parametrize("types", [{"unit_code": "varchar COLLATE NOCASE"}, {"due_at": "timestamptz"},
                                   {"finished_at": "timestamp_ns"}])  # fmt: skip
def test_texts_and_moments_of_other_kinds_have_no_register(duck: DuckDB, types: dict[str, str]) -> None:
    row = "(dossier_code, unit_code, received_at, due_at) VALUES ('1', 'p1', '2026-11-02', '2026-11-10')"
    typed(duck, "dossiers", types, [row])
    assert register_of(duck) is None


def test_moments_before_the_first_year_have_no_register(duck: DuckDB) -> None:
    columns = "(dossier_code, unit_code, received_at, due_at, finished_at, state)"
    row = f"{columns} VALUES ('1', 'P1', '-infinity', '2026-11-10', '-infinity', 'finished')"
    typed(duck, "dossiers", {}, [row])
    assert register_of(duck) is None


def test_slips_from_before_its_calendar_are_left_to_the_database(duck: DuckDB) -> None:
    old = [a_slip("1", 12, issued_at=datetime(year, 1, 1)) for year in (1850, 1700)]
    duck.fill({"dossiers": [a_dossier(due_at=datetime(1800, 1, 2))], "slips": old})
    assert "slips_by_unit" not in asked(read(duck), MONTH)


def test_a_zero_byte_is_a_part_of_a_code(duck: DuckDB) -> None:
    votes = [{"unit_code": code, "rated_on": date(2026, 11, 3), "source": "tablet", "level": "satisfied",
              "votes": 5} for code in ("P", "P\0")]  # fmt: skip
    complaint = {"unit_code": "P", "received_on": date(2026, 11, 3)}
    complaints = [{**complaint, "field": field} for field in ("F", "F\0")]
    duck.fill({"ratings": votes, "complaints": complaints})
    views = [MONTH.at(unit_code="P\0"), MONTH.at(unit_code="P"), MONTH.at(field="F"), MONTH.at(field="F\0")]
    assert differing(duck, read(duck), views) == []


def test_an_empty_word_narrows_to_nothing(duck: DuckDB) -> None:
    duck.fill({"dossiers": [a_dossier(str(i), officer_code="CC1") for i in range(3)]})
    views = [MONTH.at(unit_code=""), MONTH.at(field=""), MONTH.at(procedure_code="")]
    assert differing(duck, read(duck), views) == []
    with duck.connect() as conn:
        assert late_by_officer(conn, duck.bound(), views[0]).late_in_view.tolist() == [0]


def test_more_counters_than_dossiers_are_left_to_the_database(duck: DuckDB) -> None:
    many = [a_dossier(str(i), unit_code=f"P{i}", procedure_code=f"T{i}") for i in range(1500)]
    duck.fill({"dossiers": many})
    ledger = read(duck)
    assert {query.__name__ for query in ANSWERS} - asked(ledger, MONTH) >= {
        "on_time_by_unit_procedure", "procedures_used_by_unit",
    }  # fmt: skip
    assert differing(duck, ledger, [MONTH], queries=[on_time_by_unit, on_time_by_procedure]) == []

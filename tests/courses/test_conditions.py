"""Every count is one condition: counting, listing and adding up agree, whatever the dossiers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

import pandas as pd
import pytest
from clean_copies import CleanCopy, Row, statements
from combinations import EVERY_DOSSIER, QUESTIONS
from drawing import drawn
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Table, event, func, select
from strategies import DAYS, FIELDS, TIMES, UNITS, Question, dossiers_of_officers, questions, slips_for

import queries.courses.build
import queries.courses.conditions
from queries.asked.periods import custom_period, parse_period
from queries.asked.view import COMPARES, View
from queries.asked.workdays import WorkCalendar
from queries.courses import stock
from queries.courses.build import BY_DAY, FEW
from queries.courses.conditions import (
    ON_TIME_BY_DAY,
    ON_TIME_COLLAPSED,
    ON_TIME_COUNTS,
    ONLINE_COUNTS,
    Days,
    Part,
    Scan,
    belongs,
    one_if,
    parts_of,
    standing_apart,
    within,
)
from queries.courses.counting import counted, scans
from queries.courses.table import LOOKS_BACK, day_number, day_of_number
from queries.definitions import metrics
from queries.definitions.flag_rule import Parameters
from queries.flags.conditions import due_soon_parts, mark_parts, parts_behind_unit_flag, slip_parts
from queries.flags.dossiers import marked_by_unit, slips_by_unit
from queries.flags.units import UNIT_FLAGS
from queries.on_time.statements import late_by_unit_procedure, on_time_by_procedure, on_time_by_unit
from queries.on_time.trend import flows_by_unit_month, late_by_unit, late_by_unit_month
from queries.online.statements import online_by_unit, online_by_unit_month

CALENDAR = WorkCalendar(frozenset({date(2026, 11, 4)}), frozenset({date(2026, 11, 14)}))
PARAMETERS = Parameters(CALENDAR)
UNIT_ROWS = [{"unit_code": code, "name": code, "kind": "ward"} for code in UNITS]
OFFICERS: list[Row] = [{"officer_code": "CC1", "on_contract": True}]
CATALOGUE: list[Row] = [{"procedure_code": "1.001", "name": "Một", "field": FIELDS[0], "online_level": "4"}]


def view_of(question: Question, **changes: Any) -> View:
    return View(
        custom_period(question.start, question.end), question.as_of, compare=question.compare,
        judged_on=question.judged_on, **changes,
    )  # fmt: skip


def every_count(courses: Any, view: View, parameters: Parameters) -> dict[str, tuple[Part, ...]]:
    """Every count there is, by a name of its own."""
    until = day_number(parameters.due_soon_until(view))
    named: Mapping[str, Mapping[str, tuple[Part, ...]]] = {
        "on_time": ON_TIME_COUNTS,
        "online": ONLINE_COUNTS,
        "sum": {word: parts_of(word) for word in (*metrics.SUMS, *metrics.ONLINE_SUMS)},
        "mark": mark_parts(courses, view, parameters),
        "slip": slip_parts(parameters),
        "flag": {
            "due_soon": due_soon_parts(until),
            **{flag: parts_behind_unit_flag(flag, view) for flag in UNIT_FLAGS},
        },
    }
    return {f"{of} {word}": parts for of, counts in named.items() for word, parts in counts.items()}


@drawn(4)
@given(
    dossiers_of_officers(15, 30), slips_for(12), questions(), st.sampled_from(metrics.BASES),
    st.sampled_from(({}, {"unit_code": "P1"}, {"field": FIELDS[0]}, {"procedure_code": "1.001"})),
)  # fmt: skip
def test_what_is_counted_is_what_is_listed_and_in_one_part_alone(
    copy: CleanCopy, monkeypatch: pytest.MonkeyPatch, of: list[dict[str, Any]], slips: list[dict[str, Any]],
    question: Question, basis: str, narrow: dict[str, str],
) -> None:  # fmt: skip
    monkeypatch.setattr(queries.courses.build, "CROWD", 1)
    copy.fill({"dossiers": of, "slips": slips, "officers": OFFICERS, "units": UNIT_ROWS,
               "procedures": CATALOGUE})  # fmt: skip
    view, parameters = view_of(question, basis=basis, **narrow), Parameters(CALENDAR)
    with copy.asked(view) as (conn, courses):
        counts = every_count(courses, view, parameters)
        found = counted(conn, courses, [view], counts, ("unit",))
        c, days = courses.rows(conn, view), Days.of(view)
        listed = [one_if(belongs(parts, c, days)) for parts in counts.values()]
        in_parts = [sum(one_if(part.whole(c, days)) for part in parts) for parts in counts.values()]
        statement = select(c.unit, *listed, *in_parts).where(courses.narrowed(c, view))
        rows = conn.execute(statement).all()
        by_unit: dict[str, dict[str | None, int]] = {}
        for place, word in enumerate(counts, start=1):
            assert all(row[place] == row[place + len(counts)] for row in rows), word
            by_unit[word] = {}
            for row in rows:
                if row[place]:
                    code = courses.units[row[0]]
                    by_unit[word][code] = by_unit[word].get(code, 0) + 1
    for word in counts:
        told = {code if isinstance(code, str) else None: n
                for code, n in zip(found.unit_code, found[word], strict=True) if n}  # fmt: skip
        assert told == by_unit[word], word


def test_every_word_has_its_parts() -> None:
    assert set(ON_TIME_COUNTS) == set(metrics.COUNTS)
    assert set(ONLINE_COUNTS) == set(metrics.ONLINE_COUNTS)
    for word in (*metrics.COUNTS, *metrics.SUMS, *metrics.ONLINE_COUNTS, *metrics.ONLINE_SUMS):
        assert parts_of(word)
    with pytest.raises(KeyError):
        parts_of("no such word")


# identities

WHERE = ("finished", "refused", "withdrawn", "closed_undated", "open_in_time", "open_overdue", "suspended")
OPEN = WHERE[4:]


def totals(copy: CleanCopy, view: View, by: tuple[str, ...] = ()) -> list[dict[str, int]]:
    """Every on-time count: of all, or a row a value."""
    with copy.asked(view) as (conn, courses):
        frame = counted(conn, courses, [view], ON_TIME_COUNTS, by)
    return [{word: int(row[word]) for word in ON_TIME_COUNTS} for row in frame.to_dict("records")]


def assert_identities(found: Mapping[str, int]) -> None:
    assert found["received"] + found["carried_over"] == sum(found[word] for word in WHERE)
    judged = found["early"] + found["on_time"] + found["late"]
    assert found["finished"] == judged + found["undated"]
    how_late = found["late_1_3"] + found["late_4_10"] + found["late_over_10"]
    assert how_late == found["late"] + found["open_overdue"]
    assert found["b_late"] <= found["b_due"]
    assert found["d_late"] <= found["received"]


def test_identities_hold_of_every_combination(copy: CleanCopy) -> None:
    """Each dossier is a procedure, so they hold of each."""
    copy.fill({"dossiers": EVERY_DOSSIER})
    for question in QUESTIONS[::3]:
        rows = totals(copy, view_of(question), ("procedure",))
        assert len(rows) > 1_000
        for row in rows:
            assert_identities(row)


@drawn(4)
@given(dossiers_of_officers(10, 25), questions(judged=False), st.data())
def test_the_open_of_one_period_are_the_carried_over_of_the_next(
    copy: CleanCopy, of: list[dict[str, Any]], question: Question, data: st.DataObject
) -> None:
    copy.fill({"dossiers": of})
    end = min(question.end, question.as_of.date())
    following = end + timedelta(days=1)
    later = data.draw(st.sampled_from([day for day in (following, *DAYS) if day >= following]))
    as_of = datetime.combine(later, data.draw(st.sampled_from(TIMES)))
    at_its_end = datetime.combine(end, data.draw(st.sampled_from((time.max, time(23, 59)))))
    ended = View(custom_period(question.start, end), at_its_end, compare=question.compare)
    before = _first(totals(copy, ended))
    after = _first(totals(copy, ended.at(period=custom_period(following, date(2027, 12, 31)), as_of=as_of)))
    for found in (before, after):
        assert_identities(found)
    assert sum(before[word] for word in OPEN) == after["carried_over"]
    looking_back = _first(totals(copy, ended.at(as_of=as_of)))
    same = [word for word in ON_TIME_COUNTS if word not in ("b_late", "b_due", "d_late")]
    assert {word: before[word] for word in same} == {word: looking_back[word] for word in same}


def _first(rows: list[dict[str, int]]) -> dict[str, int]:
    return rows[0] if rows else dict.fromkeys(ON_TIME_COUNTS, 0)


# the days a view counts by

NOVEMBER = View(parse_period("2026-11"), datetime(2026, 11, 21, 10, 15))


@pytest.mark.parametrize(
    ("changes", "judged", "now"),
    [
        ({}, date(2026, 11, 21), date(2026, 11, 21)),
        ({"as_of": datetime(2026, 12, 5)}, date(2026, 11, 30), date(2026, 12, 5)),
        ({"judged_on": date(2026, 11, 9)}, date(2026, 11, 9), date(2026, 11, 9)),
        ({"judged_on": date(2026, 12, 9)}, date(2026, 11, 21), date(2026, 11, 21)),
    ],
)
def test_the_days_of_a_view(changes: dict[str, Any], judged: date, now: date) -> None:
    view = NOVEMBER.at(**changes)
    days = Days.of(view)
    assert (days.start, days.end) == (day_number(date(2026, 11, 1)), day_number(view.end))
    assert (days.judged, days.now) == (day_number(judged), day_number(now))
    assert days.today == day_number(view.as_of.date())
    assert set(days.values(3)) == {f"{word}_3" for word in ("start", "end", "judged", "now", "today")}


def test_each_scan_takes_its_own_days(copy: CleanCopy) -> None:
    """One day before, the first, the last and one day after: which of them each scan takes."""
    days = (date(2026, 10, 31), date(2026, 11, 1), date(2026, 11, 21), date(2026, 11, 22))
    long_ago = datetime(2026, 1, 5, 8)

    def rows(name: str, code: str = "", **more: Any) -> list[Row]:
        same = {"received_at": long_ago, "state": "open", **more}
        return [{**same, name: datetime.combine(day, time(9)), "dossier_code": f"{code or name} {i}"}
                for i, day in enumerate(days)]  # fmt: skip

    closed = {"state": "finished", "finished_at": datetime(2026, 11, 10, 9)}
    copy.fill({"dossiers": [
        *rows("received_at"), *rows("finished_at", state="finished"), *rows("due_at"), *rows("returned_at"),
        *rows("due_at", "promised", **closed),
        *rows("received_at", "late", state="finished", due_at=long_ago, finished_at=datetime(2026, 11, 21, 9)),
    ]})  # fmt: skip
    taken = {
        Scan.CLOSED: {
            "finished_at 1",
            "finished_at 2",
            *(f"promised {i}" for i in range(4)),
            *(f"late {i}" for i in range(3)),
        },
        Scan.LATE: {"promised 0", "promised 1", *(f"late {i}" for i in range(3))},
        Scan.RECEIVED: {"received_at 1", "received_at 2", "late 1", "late 2"},
        Scan.RECEIVED_LATE: {"late 1", "late 2"},
        Scan.RECEIVED_OPEN: {"received_at 1", "received_at 2"},
        Scan.DUE: {"promised 1", "promised 2", "due_at 1", "due_at 2"},
        Scan.DUE_CLOSED: {"promised 1", "promised 2"},
        Scan.DUE_OPEN: {"due_at 1", "due_at 2"},
        Scan.RETURNED: {"returned_at 1", "returned_at 2"},
        Scan.AHEAD: {"received_at 3", "late 3"},
    }
    everything = {f"{name} {i}" for name in ("received_at", "finished_at", "due_at", "returned_at")
                  for i in range(4)}  # fmt: skip
    standing = everything - {"received_at 3", "finished_at 0", "finished_at 1", "finished_at 2"}
    taken[Scan.STANDING] = taken[Scan.NOW] = standing
    # What the period before left: all of it but what was received in this one.
    carried = (standing | taken[Scan.CLOSED]) - taken[Scan.RECEIVED]
    taken[Scan.CARRIED] = carried
    with copy.asked(NOVEMBER) as (conn, courses):
        c = courses.rows(conn, NOVEMBER)
        for scan in Scan:
            found = conn.scalars(select(c.dossier_code).where(within(scan, c, Days.of(NOVEMBER))))
            assert set(found) == taken[scan], scan
        # The day of the data, whatever the period; the judging day is the period's last.
        october = NOVEMBER.at(period=parse_period("2026-10"))
        for scan in (Scan.NOW, Scan.STANDING):
            found = conn.scalars(select(c.dossier_code).where(within(scan, c, Days.of(october))))
            assert set(found) == (carried if scan == Scan.STANDING else standing), scan


@pytest.mark.parametrize("compare", COMPARES)
def test_several_views_at_once_count_what_each_counts_alone(copy: CleanCopy, compare: str) -> None:
    copy.fill({"dossiers": EVERY_DOSSIER[::7]})
    views = [
        NOVEMBER.at(period=parse_period(code), compare=compare, judged_on=judged)
        for code, judged in (
            ("2026-10", None),
            ("2026-11", None),
            ("2026-11", date(2026, 11, 12)),
            ("2025", None),
        )
    ]
    counts = {word: ON_TIME_COUNTS[word] for word in ("received", "late", "open_overdue", "b_due")}
    with copy.asked(views[0]) as (conn, courses):
        together = counted(conn, courses, views, counts, ("unit",), oldest="open_overdue")
        for place, view in enumerate(views):
            alone = counted(conn, courses, [view], counts, ("unit",), oldest="open_overdue")
            of_it = together[together["view"] == place].drop(columns="view")
            assert by_code(of_it) == by_code(alone), view.period.code


def asked_of_all(conn: Any, courses: Any, view: View) -> list[Any]:
    """Every answer by unit that is looked up in small tables."""
    return [
        on_time_by_unit(conn, courses, view), online_by_unit(conn, courses, view), late_by_unit(conn, courses, view),
        late_by_unit_month(conn, courses, view), flows_by_unit_month(conn, courses, view),
        online_by_unit_month(conn, courses, view), late_by_unit_procedure(conn, courses, view),
        on_time_by_procedure(conn, courses, view), marked_by_unit(conn, courses, view, parameters=PARAMETERS),
        slips_by_unit(conn, courses, view, parameters=PARAMETERS),
    ]  # fmt: skip


@pytest.mark.parametrize("compare", COMPARES)
@pytest.mark.parametrize("basis", ["A", "B", "C", "D"])
def test_what_lies_in_memory_is_counted_as_the_engine_counts(
    here: CleanCopy, basis: str, compare: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = EVERY_DOSSIER[::3]
    slips = [
        {"dossier_code": row["dossier_code"], "kind": kind, "issued_at": datetime(2026, 11, 3 + i % 9, 9)}
        for i, row in enumerate(rows) for kind in ("apology", "supplement")[: 1 + i % 2]
    ]  # fmt: skip
    here.fill(
        {"dossiers": rows, "units": [{"unit_code": "P1", "name": "P1", "kind": "ward"}], "slips": slips}
    )
    plain = NOVEMBER.at(compare=compare, basis=basis)
    views = [
        plain, plain.at(period=parse_period("2026-10")), plain.at(period=parse_period("2026")),
        plain.at(judged_on=date(2026, 11, 12)), plain.at(judged_on=plain.as_of.date()),
        plain.at(unit_code="P1"), plain.at(units_seen=("P1", "P2")), plain.at(procedure_code="TT-3"),
        plain.at(unit_code="P1", judged_on=date(2026, 11, 12)), plain.at(field=FIELDS[0]),
        plain.at(unit_code="P2", field=FIELDS[0], units_seen=("P1", "P2")),
    ]  # fmt: skip
    with here.asked(plain) as (conn, courses):
        in_memory = [asked_of_all(conn, courses, view) for view in views]
        monkeypatch.setattr(stock, "MOST_ALONE", -1)
        small_alone = [asked_of_all(conn, courses, view) for view in views]
        monkeypatch.setattr(stock, "MOST_IN_MEMORY", -1)
        too_large = [asked_of_all(conn, courses, view) for view in views]
    with here.asked(plain, built_for=datetime(2026, 11, 20, 9)) as (conn, elsewhere):
        by_engine = [asked_of_all(conn, elsewhere, view) for view in views]
    for view, *answers in zip(views, in_memory, small_alone, too_large, by_engine, strict=True):
        for one, *others in zip(*answers, strict=True):
            assert all(rows_in(one) == rows_in(other) for other in others), view
    assert all(len(one) for one in in_memory[0])


@pytest.mark.parametrize("too_large", [*FEW, *BY_DAY], ids=lambda table: str(table.name))
def test_one_table_too_large_for_memory_changes_no_count(
    here: CleanCopy, too_large: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = EVERY_DOSSIER[::5]
    here.fill({"dossiers": rows, "units": UNIT_ROWS})
    judged = datetime(2026, 11, 12, 23, 59)
    of_one = {
        row["unit_code"] for row in rows if row["unit_code"] and row["received_at"] and row["due_at"]
        and row["finished_at"] and datetime(2026, 11, 1) <= row["due_at"] <= judged < row["finished_at"]
    }  # fmt: skip
    plain = NOVEMBER.at(basis="B")
    views = [plain, plain.at(judged_on=date(2026, 11, 12)), plain.at(as_of=datetime(2026, 11, 12, 12, 0, 1))]
    # Units some of whose dues were still open on the day that B is judged on, and are not by the day of the data.
    views += [one.at(unit_code=code) for code in sorted(of_one)[:2] for one in views[:3]]
    with here.asked(plain) as (conn, courses):
        in_memory = [asked_of_all(conn, courses, view) for view in views]
        monkeypatch.setattr(
            stock.Courses, "lies_in_memory", lambda _self, _conn, table, _alone=None: table is not too_large
        )
        answers = [asked_of_all(conn, courses, view) for view in views]
    for view, *both in zip(views, in_memory, answers, strict=True):
        for one, other in zip(*both, strict=True):
            assert rows_in(one) == rows_in(other), view


def test_what_was_closed_after_the_day_it_is_judged_on_is_taken_away_however_long_ago(
    here: CleanCopy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of what was due: out of the few that were open lately, out of a unit's rows, or by the engine."""
    here.fill({"dossiers": EVERY_DOSSIER[::5], "units": UNIT_ROWS})
    plain = NOVEMBER.at(basis="B")
    views = [
        plain.at(**days, **narrow)
        for days in ({"judged_on": date(2026, 11, 12)}, {"as_of": datetime(2026, 11, 12, 12, 0, 1)},
                     {"judged_on": date(2026, 11, 12), "period": parse_period("2026")})
        for narrow in ({}, {"unit_code": "P1"}, {"units_seen": ("P1", "P2")})
    ]  # fmt: skip
    with here.asked(plain) as (conn, courses):
        at_hand = [asked_of_all(conn, courses, view) for view in views]
        monkeypatch.setattr(queries.courses.conditions, "LOOKS_BACK", 3)
        with statements() as sent:
            long_ago = [asked_of_all(conn, courses, view) for view in views]
        monkeypatch.setattr(stock, "MOST_ALONE", -1)
        of_no_unit = [asked_of_all(conn, courses, view) for view in views]
    if not here.is_elsewhere:
        assert [one for one in sent if "courses.due BETWEEN" in one and "courses.closed < 99999" in one]
    for view, *answers in zip(views, at_hand, long_ago, of_no_unit, strict=True):
        for one, *others in zip(*answers, strict=True):
            assert all(rows_in(one) == rows_in(other) for other in others), view
    kept, of_all = (one[0][["b_late", "b_due"]].to_numpy().sum() for one in (at_hand[0], at_hand[6]))
    assert 0 < kept < of_all


def rows_in(frame: Any) -> set[tuple[Any, ...]]:
    rows = [tuple(None if pd.isna(one) else one for one in row) for row in frame.itertuples(index=False)]
    assert len({*rows}) == len(rows)
    return {*rows}


def test_what_stood_on_a_day_is_told_however_long_ago(copy: CleanCopy) -> None:
    """One dossier closed on each day around the first of those that are at hand."""
    since = day_number(NOVEMBER.as_of.date()) - LOOKS_BACK
    closings = [day_of_number(since + shift) for shift in range(-3, 4)]
    copy.fill({"dossiers": [
        {"received_at": datetime(2026, 1, 5), "due_at": datetime(2026, 2, 2), "state": "finished",
         "finished_at": datetime.combine(day, time(9))} for day in closings
    ]})  # fmt: skip
    with copy.asked(NOVEMBER) as (conn, courses):
        for judged in closings:
            view = NOVEMBER.at(period=custom_period(date(2026, 2, 1), judged), judged_on=judged)
            wanted = sum(day > judged for day in closings)
            found = on_time_by_unit(conn, courses, view)
            assert [*found.open_overdue] == [wanted], judged
            begun = NOVEMBER.at(period=custom_period(judged, NOVEMBER.as_of.date()))
            found = on_time_by_unit(conn, courses, begun)
            assert [*found.carried_over] == [sum(day >= judged for day in closings)], judged
            for basis, word in (("B", "b_late"), ("D", "d_late")):
                of_january = NOVEMBER.at(
                    period=custom_period(date(2026, 1, 1), judged), judged_on=judged, basis=basis
                )
                told = on_time_by_unit(conn, courses, of_january)[word]
                assert [*told] == [len(closings)], (judged, basis)


def test_of_a_running_month_the_engine_is_asked_for_nothing(here: CleanCopy) -> None:
    here.fill({"dossiers": EVERY_DOSSIER[::7], "units": UNIT_ROWS})
    sent: list[str] = []
    with here.asked(NOVEMBER) as (conn, courses):
        on_time_by_unit(conn, courses, NOVEMBER)
        online_by_unit(conn, courses, NOVEMBER)  # the small tables are read
        event.listen(conn, "before_cursor_execute", lambda *told: sent.append(told[2]))
        on_time_by_unit(conn, courses, NOVEMBER)
        online_by_unit(conn, courses, NOVEMBER)
        late_by_unit_month(conn, courses, NOVEMBER)
        assert not sent
        on_time_by_unit(conn, courses, NOVEMBER.at(period=parse_period("2026")))
    assert len(sent) == 1, "of a longer period what was carried over long ago"
    assert sent[0].count("FROM courses") == 1


def test_what_lies_in_another_scan_is_told_with_it_unless_it_stands_in_a_small_table() -> None:
    parts = [part for of_one in ON_TIME_COUNTS.values() for part in of_one]
    through = scans(parts, ON_TIME_COLLAPSED, {})
    assert set(through) == {
        Scan.RECEIVED, Scan.CARRIED, Scan.CLOSED, Scan.STANDING, Scan.DUE, Scan.RECEIVED_LATE,
        Scan.RECEIVED_OPEN,
    }  # fmt: skip
    assert through[Scan.CLOSED] == (Scan.CLOSED, Scan.LATE)
    assert through[Scan.DUE] == (Scan.DUE, Scan.DUE_CLOSED, Scan.DUE_OPEN)
    today = NOVEMBER.as_of.date()
    small = scans(parts, ON_TIME_COLLAPSED, {**standing_apart([NOVEMBER], today), **ON_TIME_BY_DAY})
    assert all(small[one] == (one,) for one in (Scan.CLOSED, Scan.LATE, Scan.DUE_CLOSED, Scan.DUE_OPEN))
    assert all(own == (one,) for one, own in scans(parts, {}, {}).items())
    late = [part for part in parts if part.scan == Scan.LATE]
    assert scans(late, ON_TIME_COLLAPSED, {}) == {Scan.LATE: (Scan.LATE,)}


def by_code(frame: Any) -> dict[str | None, tuple[Any, ...]]:
    rows = frame.itertuples(index=False, name=None)
    found = {code if isinstance(code, str) else None: tuple(rest) for code, *rest in rows}
    assert len(found) == len(frame)
    return found


def test_only_narrows_further_and_a_statement_is_kept_apart_for_it(copy: CleanCopy) -> None:
    copy.fill({"dossiers": EVERY_DOSSIER[::50]})
    counts = {"received": ON_TIME_COUNTS["received"]}

    def is_late(c: Any) -> Any:
        return c.due < day_number(date(2026, 11, 12))

    with copy.asked(NOVEMBER) as (conn, courses):
        whole = counted(conn, courses, [NOVEMBER], counts, ()).received.sum()
        part = counted(conn, courses, [NOVEMBER], counts, (), only=is_late).received.sum()
        c = courses.rows(conn, NOVEMBER)
        there = conn.scalar(
            select(func.count()).where(within(Scan.RECEIVED, c, Days.of(NOVEMBER)), is_late(c))
        )
        assert 0 < part < whole
        assert part == there
        assert counted(conn, courses, [NOVEMBER], counts, ()).received.sum() == whole
        december = NOVEMBER.at(period=parse_period("2026-12"))
        assert counted(conn, courses, [december], counts, ()).empty

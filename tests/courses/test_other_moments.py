"""``courses`` at another moment than they were built for: row by row what they would be if built for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from clean_copies import SHIFTS, CleanCopy, DuckDBFile, Row, statements
from drawing import drawn
from hypothesis import given
from hypothesis import strategies as st
from oracle import count
from sqlalchemy import Connection, exc, func, insert, inspect, select
from strategies import MOMENTS, dossiers_of_officers, slips_for

import queries.courses.again
import queries.courses.build
import queries.courses.moments
from queries.asked.periods import parse_period
from queries.asked.view import COMPARES, View
from queries.courses.table import COURSES, DAYS, EVENT_RANGE, NEVER, day_number
from queries.on_time.statements import on_time_by_unit

AS_OF = datetime(2026, 11, 21, 10, 15)
SEEN = [one.name for one in COURSES.c if one.name not in EVENT_RANGE]
DAYS_OF_ROWS = tuple(SEEN.index(name) for name in (*DAYS, "overdue_from") if name != "due")
CLOSED, CROWD = SEEN.index("closed"), SEEN.index("crowd")
OFFICERS: list[Row] = [{"officer_code": "CC1", "on_contract": True}]


def view_at(as_of: datetime, compare: str = "day") -> View:
    return View(parse_period("2026"), as_of, compare=compare)


def rows_at(here: CleanCopy, view: View, built_for: datetime, latest: datetime) -> list[tuple[Any, ...]]:
    """Every row as of the view's moment, what lies after its day being never."""
    with here.asked(view, built_for=built_for, latest=latest) as (conn, courses):
        c = courses.rows(conn, view)
        found = conn.execute(select(*(c[name] for name in SEEN)).order_by(c.number)).all()
    return [seen_on(view.as_of.date(), tuple(row)) for row in found]


def seen_on(day: date, row: tuple[Any, ...]) -> tuple[Any, ...]:
    """A row as a statement can see it on a day or before: later days are one, and open is not crowded."""
    last, told = day_number(day), list(row)
    for place in DAYS_OF_ROWS:
        told[place] = NEVER if told[place] > last else told[place]
    if told[CLOSED] == NEVER:
        told[CROWD] = False
    return tuple(told)


def with_beginnings(low: int, high: int) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Dossiers that also say when they were handed in and when their time limit began."""
    ever = st.sampled_from((None, *MOMENTS))
    return st.lists(st.tuples(ever, ever), min_size=high, max_size=high).flatmap(
        lambda drawn: dossiers_of_officers(low, high).map(
            lambda of: [
                {**row, "submitted_at": submitted, "clock_start_at": start}
                for row, (submitted, start) in zip(of, drawn, strict=False)
            ]
        )
    )


@drawn(10)
@given(
    with_beginnings(10, 25), slips_for(10), st.sampled_from(MOMENTS),
    st.sampled_from(SHIFTS) | st.sampled_from(MOMENTS), st.sampled_from(COMPARES),
)  # fmt: skip
def test_another_moment_is_as_if_built_for_it(
    here: CleanCopy, monkeypatch: pytest.MonkeyPatch, of: list[dict[str, Any]], slips: list[dict[str, Any]],
    asked: datetime, built: timedelta | datetime, compare: str,
) -> None:  # fmt: skip
    monkeypatch.setattr(queries.courses.build, "CROWD", 1)
    built_for = built if isinstance(built, datetime) else asked + built
    latest = max(asked, built_for)
    here.fill({"dossiers": of, "slips": slips, "officers": OFFICERS})
    view = view_at(asked, compare)
    other = rows_at(here, view, built_for, latest)
    assert len(other) == len(of)
    assert other == rows_at(here, view, asked, latest)


# by hand: each event, and each place the built moment may have


def event(name: str, when: datetime) -> list[Row]:
    """A dossier with one event at a moment, all else being long before or after."""
    row: dict[str, Any] = {
        "dossier_code": "HS", "unit_code": "P1", "state": "open", "received_at": datetime(2026, 10, 1, 8),
        "due_at": datetime(2026, 12, 20), name: when,
    }  # fmt: skip
    if name == "finished_at":
        row["state"] = "finished"
    if name == "suspended_since":
        row["state"] = "suspended"
    return [row]


EVENTS = (
    "received_at", "submitted_at", "clock_start_at", "due_at", "finished_at", "suspended_since",
    "returned_at",
)  # fmt: skip
NOON = datetime(2026, 11, 21, 12)
PLACES = {
    "earlier that day": (AS_OF, NOON + timedelta(hours=1)),  # asked before the event, built after it
    "later that day": (NOON + timedelta(hours=1), AS_OF),
    "an earlier day": (AS_OF, datetime(2026, 11, 25, 9)),
    "a later day": (datetime(2026, 11, 25, 9), AS_OF),
    "the day after the copy": (datetime(2026, 11, 22, 9), AS_OF),
    "the end of the day": (datetime(2026, 11, 21, 23, 59), AS_OF),
}
"""Asked, and built for."""


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("compare", COMPARES)
def test_every_event_is_judged_again(here: CleanCopy, place: str, compare: str) -> None:
    asked, built_for = PLACES[place]
    latest, view = max(asked, built_for), view_at(asked, compare)
    rows = [
        {**row, "dossier_code": f"{name} {when:%d}"}
        for name in EVENTS
        for when in (NOON, datetime(2026, 11, 22, 8), datetime(2026, 11, 25, 8))
        for row in event(name, when)
    ]
    slips = [
        {"slip_id": f"{i}", "dossier_code": row["dossier_code"], "kind": "apology", "issued_at": when}
        for i, (row, when) in enumerate(
            (row, when) for row in rows[:3] for when in (NOON, datetime(2026, 11, 25, 8))
        )
    ]
    here.fill({"dossiers": rows, "slips": slips})
    assert rows_at(here, view, built_for, latest) == rows_at(here, view, asked, latest)


@pytest.mark.parametrize("asked", [datetime(2026, 11, 20, 9), datetime(2026, 11, 21, 9, 30), NOON])
def test_a_crowd_is_of_the_moment_asked_for(
    here: CleanCopy, monkeypatch: pytest.MonkeyPatch, asked: datetime
) -> None:
    """Made whole, or not yet, by closings of that day and by what is received afterwards."""
    monkeypatch.setattr(queries.courses.build, "CROWD", 1)
    closed = {"unit_code": "P1", "state": "finished", "received_at": datetime(2026, 11, 2)}
    minutes = (datetime(2026, 11, 20, 8), datetime(2026, 11, 21, 9, 30), datetime(2026, 11, 21, 11))
    rows = [{**closed, "finished_at": when + timedelta(seconds=one)} for when in minutes for one in (0, 1)]
    rows.append({**closed, "finished_at": datetime(2026, 11, 19, 8)})
    rows.append({**closed, "finished_at": datetime(2026, 11, 19, 8), "received_at": datetime(2026, 11, 24)})
    rows.append({**closed, "finished_at": datetime(2026, 11, 21, 11), "received_at": NOON})
    here.fill({"dossiers": rows})
    wanted = rows_at(here, view_at(asked), asked, NOON)
    for built_for in (datetime(2026, 11, 20, 9), datetime(2026, 11, 21, 9, 30), NOON, datetime(2026, 11, 30)):
        assert rows_at(here, view_at(asked), built_for, NOON) == wanted


@pytest.mark.parametrize(("clock", "is_received"), [(time(23, 59), True), (time(23, 58, 59), False)])
def test_a_moment_in_the_last_minute_of_a_day_is_its_end(
    here: CleanCopy, clock: time, is_received: bool
) -> None:
    late = datetime(2026, 11, 21, 23, 59, 59, 999999)
    here.fill({"dossiers": event("received_at", late)})
    view = view_at(datetime.combine(AS_OF.date(), clock))
    for built_for in (view.as_of, AS_OF, late, datetime(2026, 11, 30)):
        with here.asked(view, built_for=built_for, latest=late) as (conn, courses):
            assert len(on_time_by_unit(conn, courses, view)) == is_received


def test_what_was_built_for_the_moment_is_asked_as_it_is(here: CleanCopy) -> None:
    here.fill({"dossiers": event("received_at", AS_OF)})
    for asked, built_for in (
        (AS_OF, AS_OF),
        (datetime(2026, 11, 21, 23, 59), datetime(2026, 11, 21, 23, 59, 30)),
    ):
        with here.asked(view_at(asked), built_for=built_for) as (conn, courses):
            assert courses.rows(conn, view_at(asked)) is COURSES.c


def test_courses_of_one_day_rule_do_not_answer_for_the_other(here: CleanCopy) -> None:
    here.fill({})
    with here.asked(view_at(AS_OF)) as (conn, courses), pytest.raises(ValueError, match="day"):
        courses.rows(conn, view_at(AS_OF, "moment"))


# what readers have: a file that nobody writes to


def received(n: int) -> list[Row]:
    """One dossier received each hour."""
    return [
        {"dossier_code": f"HS-{i:02}", "unit_code": "P1", "state": "open", "due_at": datetime(2026, 12, 1),
         "received_at": datetime(2026, 11, 20) + timedelta(hours=i)}
        for i in range(n)
    ]  # fmt: skip


def counts(here: CleanCopy, views: Sequence[View], built_for: datetime) -> list[int]:
    with here.asked(views[0], built_for=built_for, latest=datetime(2026, 12, 1)) as (conn, courses):
        return [int(on_time_by_unit(conn, courses, view).received.sum()) for view in views]


def listed(here: CleanCopy, views: Sequence[View], built_for: datetime) -> list[int]:
    """How many are received as lists see it, which look at the rows as of the moment."""
    with here.asked(views[0], built_for=built_for, latest=datetime(2026, 12, 1)) as (conn, courses):
        return [_received(conn, courses.rows(conn, view)) for view in views]


def _received(conn: Connection, c: Any) -> int:
    return int(conn.scalar(select(func.count()).where(c.received < NEVER)) or 0)


def test_a_generation_s_file_answers_for_any_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read-only, and each moment kept once in the memory beside it, whichever connection asks."""
    monkeypatch.setattr(queries.courses.moments, "MOST_MOMENTS", 16)
    copy, built_for = DuckDBFile(tmp_path), datetime(2026, 11, 22, 12)
    copy.fill({"dossiers": received(20)})
    views = [view_at(datetime(2026, 11, 20) + timedelta(hours=i, minutes=30)) for i in range(20)]
    wanted = [i + 1 for i in range(20)]
    with statements() as sent:
        assert counts(copy, views, built_for) == wanted
    assert not [one for one in sent if "courses_again" in one], "counts keep nothing in the engine"
    assert listed(copy, views, built_for) == wanted
    kept = [one for one in inspect(copy.engine).get_schema_names() if "courses_2026" in one]
    assert len(kept) == 16, "the last ones, and no more"
    assert listed(copy, views[:3], built_for) == wanted[:3], "one that was let go is judged again"
    with statements() as sent:
        assert listed(copy, views[:3], built_for) == wanted[:3], "another connection finds it"
    assert not [one for one in sent if "CREATE" in one or "INSERT" in one]
    with copy.engine.connect() as conn, pytest.raises(exc.DBAPIError, match="read-only"):
        conn.execute(insert(COURSES).values(number=1))
    copy.close()


def test_of_so_many_dossiers_it_is_kept_what_moments_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many one moment changes, it is judged once for all counts that ask for it one after another."""
    copy, built_for = DuckDBFile(tmp_path), datetime(2026, 11, 22, 12)
    monkeypatch.setattr(queries.courses.again, "LATELY_DAYS", 1)
    copy.fill({"dossiers": received(20)})
    early, late = (view_at(datetime(2026, 11, 20, hour, 30)) for hour in (3, 18))
    for most, judged in ((1, 4), (16, 4), (17, 2)):
        monkeypatch.setattr(queries.courses.moments, "MOST_CHANGED", most)
        with copy.asked(early, built_for=built_for, latest=datetime(2026, 12, 1)) as (conn, courses):
            asked = replace(courses, moments=queries.courses.moments.Moments())
            with statements() as sent:
                for view in (early, early, late, late, early, late):
                    on_time_by_unit(conn, asked, view)
        assert len([one for one in sent if "event_from" in one]) == judged, most
    copy.close()


@pytest.mark.parametrize("compare", COMPARES)
def test_what_happened_lately_is_judged_out_of_memory(
    here: CleanCopy, monkeypatch: pytest.MonkeyPatch, compare: str
) -> None:
    """The very rows that the engine gives of a day, on each day around the first that lies in memory."""
    monkeypatch.setattr(queries.courses.again, "LATELY_DAYS", 3)
    built_for = datetime(2026, 11, 21, 10, 15)
    days = [date(2026, 11, day) for day in range(17, 24)]
    here.fill({"dossiers": [
        {**row, "dossier_code": f"{name} {when}"}
        for day in days for name in EVENTS for when in [datetime.combine(day, time(9))]
        for row in event(name, when)
    ]})  # fmt: skip
    with here.asked(view_at(built_for, compare), built_for=built_for) as (conn, built):
        again: dict[int, list[Any]] = {}
        for most in (0, 10**6):
            monkeypatch.setattr(queries.courses.again, "MOST_LATELY", most)
            courses = replace(built, small={}, moments=queries.courses.moments.Moments())
            asked = []
            for day in days:
                with statements() as sent:
                    changed = courses.changed(conn, view_at(datetime.combine(day, time(8)), compare))
                asked.append(len(sent))
                rows = zip(*(changed[name].tolist() for name in sorted(changed)), strict=True)
                again.setdefault(most, []).append(sorted(rows))
            # On the 19th it is read; on days before and, of what is later, after the engine is asked.
            assert asked == ([1, 1, 2, 1, 1, 1, 1] if not most else [1, 1, 1, 0, 0, 1, 1])
    assert again[0] == again[10**6]
    assert all(again[0][day] for day in range(len(days) - 2))


def test_a_generation_s_file_equals_the_oracle(file_copy: CleanCopy) -> None:
    of = [{**row, "dossier_code": f"{i}"} for i, row in enumerate(
        row for name in EVENTS for when in (NOON, datetime(2026, 11, 22, 8)) for row in event(name, when)
    )]  # fmt: skip
    file_copy.fill({"dossiers": of})
    for as_of in (AS_OF, NOON, datetime(2026, 11, 22, 8), datetime(2026, 11, 21, 23, 59)):
        for compare in COMPARES:
            view = view_at(as_of, compare)
            found = count(of, start=view.period.start, end=view.period.end, as_of=as_of, compare=compare)
            with file_copy.asked(view) as (conn, courses):
                (row,) = on_time_by_unit(conn, courses, view).to_dict("records")
            for word in ("received", "finished", "open_in_time", "open_overdue", "suspended"):
                assert row[word] == found[word], (word, as_of, compare)


def test_a_moment_that_could_not_be_made_is_made_when_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy, built_for = DuckDBFile(tmp_path), datetime(2026, 11, 22, 12)
    copy.fill({"dossiers": received(20)})
    view = view_at(datetime(2026, 11, 20, 3, 30))

    def fails(_again: Any) -> Any:
        raise MemoryError

    with monkeypatch.context() as broken:
        broken.setattr(queries.courses.moments, "_replaced", fails)
        with pytest.raises(MemoryError):
            listed(copy, [view], built_for)
    assert listed(copy, [view], built_for) == [4]
    with copy.asked(view, built_for=built_for, latest=datetime(2026, 12, 1)) as (conn, courses):
        # What was known of the copy is forgotten where its file is thought to be damaged.
        learnt_anew = replace(courses, moments=queries.courses.moments.Moments(), small={})
        assert _received(conn, learnt_anew.rows(conn, view)) == 4
    copy.close()

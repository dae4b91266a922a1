"""The moment of the data in a copy, as it is fixed at the refresh: each clause of its sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, insert

from queries.contract import SAMPLE_SOURCE
from queries.copy.as_of import DataMoment, moment_of_copy, next_moment
from queries.copy.tables import CLEAN, METADATA

NOW = datetime(2026, 11, 21, 10, 15, 30)
MINUTE = datetime(2026, 11, 21, 10, 15)
MONDAY, TUESDAY, FUTURE = datetime(2026, 11, 16, 6), datetime(2026, 11, 17, 6), datetime(2026, 12, 1, 6)


@pytest.fixture
def conn() -> Iterator[Connection]:
    engine = create_engine("duckdb:///:memory:")
    with engine.connect() as opened:
        METADATA.create_all(opened)
        yield opened
    engine.dispose()


def ask(
    conn: Connection, loads: Sequence[tuple[str | None, datetime | None]] = (),
    dossiers: Sequence[dict[str, Any]] = (), *, clock: datetime = NOW, **more: Any,
) -> DataMoment:  # fmt: skip
    for name, rows in {
        "loads": [{"source": source, "as_of": moment} for source, moment in loads],
        "dossiers": [dict.fromkeys(("received_at", "updated_at", "finished_at")) | one for one in dossiers],
    }.items():  # fmt: skip
        conn.execute(CLEAN[name].delete())
        if rows:
            conn.execute(insert(CLEAN[name]), rows)
    return moment_of_copy(conn, clock=clock, **more)


def test_the_oldest_over_sources_of_each_sources_latest_load(conn: Connection) -> None:
    found = ask(
        conn, [("Một cửa", MONDAY), ("Một cửa", TUESDAY), ("Liên thông", MONDAY), ("Liên thông", None)]
    )
    assert (found.moment, found.inferred, found.is_live, found.is_sample) == (MONDAY, False, False, False)
    assert found.sources == (("Liên thông", MONDAY), ("Một cửa", TUESDAY))
    assert ask(conn, [(None, MONDAY), ("", TUESDAY)]).sources == (("", TUESDAY),)


def test_sources_of_other_tables_show_their_own_time(conn: Connection) -> None:
    loads = [("Một cửa", TUESDAY), ("Kiosk", MONDAY), ("ratings", MONDAY), ("Phiếu đánh giá: quầy", MONDAY)]
    found = ask(conn, loads, sources_of={"Kiosk": "ratings"})
    assert found.moment == TUESDAY
    assert found.sources == (("Một cửa", TUESDAY),)
    assert [name for name, _ in found.others] == ["Kiosk", "Phiếu đánh giá: quầy", "ratings"]
    assert ask(conn, loads).moment == MONDAY, "what nothing is said of counts as a source of dossiers"
    only_others = ask(conn, [("ratings", TUESDAY)], [{"received_at": MONDAY}])
    assert (only_others.moment, only_others.inferred) == (MONDAY, True)


def test_never_later_than_the_clock_at_the_refresh(conn: Connection) -> None:
    assert ask(conn, [("Một cửa", FUTURE)]).moment == MINUTE
    assert ask(conn, [("Một cửa", NOW)]).moment == NOW
    assert ask(conn, [("Một cửa", FUTURE), ("Liên thông", TUESDAY)]).moment == TUESDAY
    assert ask(conn, [("Một cửa", TUESDAY)], clock=MONDAY).moment == MONDAY


def test_without_loads_the_latest_past_moment_of_the_dossiers(conn: Connection) -> None:
    rows = [
        {"received_at": MONDAY, "updated_at": TUESDAY, "finished_at": FUTURE},
        {"received_at": FUTURE, "finished_at": datetime(2026, 11, 17, 9)},
    ]
    found = ask(conn, (), rows)
    assert (found.moment, found.inferred, found.sources) == (datetime(2026, 11, 17, 9), True, ())
    assert ask(conn, [("Một cửa", MONDAY)], rows).moment == MONDAY


def test_with_nothing_to_go_by_it_is_the_clock_to_the_minute(conn: Connection) -> None:
    found = ask(conn)
    assert (found.moment, found.inferred) == (MINUTE, True)
    assert ask(conn, (), [{"received_at": FUTURE}]).moment == MINUTE


def test_live_is_the_moment_of_the_refresh(conn: Connection) -> None:
    found = ask(conn, [("Một cửa", MONDAY)], live=True)
    assert (found.moment, found.inferred, found.is_live) == (MINUTE, False, True)
    assert found.sources == (("Một cửa", MONDAY),)


def test_a_day_and_a_days_last_minute_are_the_end_of_the_day(conn: Connection) -> None:
    end = datetime.combine(TUESDAY, time.max)
    assert ask(conn, [("Một cửa", datetime(2026, 11, 17, 23, 59))]).moment == end
    assert ask(conn, [("Một cửa", datetime(2026, 11, 17, 23, 58, 59))]).moment < end
    assert ask(conn, [("Một cửa", datetime(2026, 11, 17)), ("Khác", datetime(2026, 11, 19))]).moment == end
    # a moment at midnight among others with a time is what it says
    assert ask(conn, [("Một cửa", datetime(2026, 11, 17)), ("Khác", NOW)]).moment == datetime(2026, 11, 17)
    # today's day has not ended yet
    assert ask(conn, [("Một cửa", datetime(2026, 11, 21))]).moment == MINUTE
    assert ask(conn, (), [{"received_at": datetime(2026, 11, 17)}]).moment == end
    assert ask(conn, (), [{"received_at": datetime(2026, 11, 21)}]).moment == MINUTE
    late = datetime(2026, 11, 17, 23, 59, 20)
    assert ask(conn, clock=late, live=True).moment == end


def test_a_sample_is_known_by_the_source_of_its_loads(conn: Connection) -> None:
    assert ask(conn, [(f"{SAMPLE_SOURCE} Quận Mẫu", MONDAY), ("Một cửa", MONDAY)]).is_sample
    assert not ask(conn, [(f"không phải {SAMPLE_SOURCE}", MONDAY)]).is_sample


def test_it_is_kept_as_it_was(conn: Connection) -> None:
    found = ask(conn, [("Một cửa", TUESDAY), ("ratings", MONDAY)])
    told = {
        "moment": found.moment.isoformat(), "inferred": False, "is_sample": False, "is_live": False,
        "sources": [["Một cửa", TUESDAY.isoformat()]], "others": [["ratings", MONDAY.isoformat()]],
    }  # fmt: skip
    assert DataMoment.from_plain(told) == found


def test_the_next_moment_at_which_something_happens(conn: Connection) -> None:
    ask(conn, (), [{"received_at": MONDAY}, {"received_at": FUTURE}, {"updated_at": NOW}])
    due = NOW + timedelta(hours=1)
    conn.execute(insert(CLEAN["dossiers"]), [{"due_at": due}])
    assert next_moment(conn, MONDAY) == FUTURE
    assert next_moment(conn, MONDAY, compare="moment") == due
    assert next_moment(conn, FUTURE) is None
    conn.execute(insert(CLEAN["ratings"]), [{"rated_on": TUESDAY.date()}])
    assert next_moment(conn, MONDAY) == datetime(2026, 11, 17)

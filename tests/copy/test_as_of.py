"""The moment of the data: each clause of its sentence, on every engine."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import pytest
from stores import Row, Store

from queries.contract import SAMPLE_SOURCE
from queries.copy.as_of import AsOf, read_as_of

NOW = datetime(2026, 11, 21, 10, 15, 30)
MONDAY, TUESDAY, FUTURE = datetime(2026, 11, 16, 6), datetime(2026, 11, 17, 6), datetime(2026, 12, 1, 6)


def load(source: str | None, as_of: datetime | None, **more: Any) -> dict[str, Any]:
    return {"source": source, "as_of": as_of, **more}


def dossier(updated: datetime | None = None, received: datetime | None = None,
            finished: datetime | None = None) -> dict[str, Any]:  # fmt: skip
    return {"dossier_code": "HS", "updated_at": updated, "received_at": received, "finished_at": finished}


def ask(store: Store, loads: Sequence[Row] = (), dossiers: Sequence[Row] = (), *, now: datetime = NOW,
        live: bool = False) -> AsOf:  # fmt: skip
    store.fill({"loads": loads, "dossiers": dossiers})
    return read(store, now=now, live=live)


def read(store: Store, *, now: datetime = NOW, live: bool = False) -> AsOf:
    bound = store.bound()
    with store.connect() as conn:
        return read_as_of(conn, bound, now, live=live)


def test_the_oldest_over_sources_of_each_sources_latest_load(store: Store) -> None:
    found = ask(store, [
        load("Một cửa", MONDAY), load("Một cửa", TUESDAY), load("Đánh giá", MONDAY), load("Đánh giá", None),
    ])  # fmt: skip
    assert (found.moment, found.inferred, found.is_sample) == (MONDAY, False, False)
    assert found.sources == (("Đánh giá", MONDAY), ("Một cửa", TUESDAY))
    assert ask(store, [load("Một cửa", MONDAY), load("Một cửa", TUESDAY)]).moment == TUESDAY


def test_loads_without_a_source_are_one_source(store: Store) -> None:
    found = ask(store, [load(None, MONDAY), load(None, TUESDAY)])
    assert (found.moment, found.sources) == (TUESDAY, (("", TUESDAY),))


def test_never_later_than_the_clock(store: Store) -> None:
    # to the minute: the data would otherwise be new each second
    assert ask(store, [load("Một cửa", FUTURE)]).moment == datetime(2026, 11, 21, 10, 15)
    assert ask(store, [load("Một cửa", NOW)]).moment == NOW
    assert ask(store, [load("Một cửa", FUTURE), load("Đánh giá", TUESDAY)]).moment == TUESDAY
    # the setting as_of is the clock
    assert ask(store, [load("Một cửa", TUESDAY)], now=MONDAY).moment == MONDAY


def test_the_loads_decide_whatever_the_dossiers_say(store: Store) -> None:
    assert ask(store, [load("Một cửa", MONDAY)], [dossier(TUESDAY, TUESDAY, TUESDAY)]).moment == MONDAY


@pytest.mark.parametrize("place", [0, 1, 2])
def test_without_loads_the_latest_moment_of_the_dossiers(store: Store, place: int) -> None:
    moments = [datetime(2026, 11, 2, 8), datetime(2026, 11, 3, 8), None]
    moments.insert(place, TUESDAY)
    found = ask(store, (), [dossier(*moments[:3]), dossier(*reversed(moments[1:]))])
    assert (found.moment, found.inferred, found.sources) == (TUESDAY, True, ())


def test_without_loads_what_is_in_the_future_is_left_out(store: Store) -> None:
    rows = [dossier(FUTURE, MONDAY, FUTURE), dossier(None, FUTURE, TUESDAY)]
    assert ask(store, (), rows).moment == TUESDAY
    assert ask(store, (), [dossier(NOW)]).moment == NOW  # now itself is not the future


def test_without_the_table_or_the_optional_columns(store: Store) -> None:
    store.fill({"dossiers": [dossier(TUESDAY, MONDAY)], "loads": [load("Một cửa", TUESDAY)]})
    store.drop_column("loads", "source")
    assert read(store).moment == TUESDAY
    store.drop_table("loads")
    found = read(store)
    assert (found.moment, found.inferred) == (TUESDAY, True)
    store.drop_column("dossiers", "updated_at")
    assert read(store).moment == MONDAY


def test_with_nothing_to_go_by_it_is_now_to_the_minute(store: Store) -> None:
    found = ask(store)
    assert (found.moment, found.inferred) == (datetime(2026, 11, 21, 10, 15), True)
    assert ask(store, (), [dossier(FUTURE, FUTURE, FUTURE)]).moment == datetime(2026, 11, 21, 10, 15)


def test_live_is_now_to_the_minute(store: Store) -> None:
    found = ask(store, [load("Một cửa", MONDAY)], live=True)
    assert (found.moment, found.inferred) == (datetime(2026, 11, 21, 10, 15), False)
    assert found.sources == (("Một cửa", MONDAY),)


def test_sources_of_one_moment_stand_by_name(store: Store) -> None:
    names = [f"Nguồn {i}" for i in range(9)]
    found = ask(store, [load(name, MONDAY) for name in reversed(names)])
    assert [name for name, _ in found.sources] == names


def test_a_sample_is_known_by_the_source_of_its_loads(store: Store) -> None:
    assert ask(store, [load(f"{SAMPLE_SOURCE} Quận Mẫu", MONDAY), load("Một cửa", MONDAY)]).is_sample
    assert not ask(store, [load(f"không phải {SAMPLE_SOURCE}", MONDAY)]).is_sample


def test_the_version_changes_with_the_data(store: Store) -> None:
    one = load("Một cửa", MONDAY, loaded_at=TUESDAY)
    versions = [
        ask(store, [one]).version,
        ask(store, [load("Một cửa", TUESDAY, loaded_at=TUESDAY)]).version,
        ask(store, [one | {"loaded_at": TUESDAY.replace(hour=7)}]).version,
        ask(store, [one, load("Một cửa", datetime(2026, 11, 1))]).version,
        ask(store, [load("Đánh giá", MONDAY, loaded_at=TUESDAY)]).version,
        ask(store).version,
        ask(store, (), [dossier(MONDAY)]).version,
        ask(store, (), [dossier(MONDAY), dossier(MONDAY)]).version,
        ask(store, (), [dossier(TUESDAY)]).version,
    ]
    assert len(set(versions)) == len(versions)
    assert ask(store, [one], [dossier(MONDAY)], now=TUESDAY, live=True).version == versions[0]


def test_a_source_that_knows_only_the_day(store: Store) -> None:
    """As a DATE: the first moment of the day."""
    for name, column in (("loads", "as_of"), ("dossiers", "updated_at")):
        store.fill({})
        store.write(f"DROP TABLE {store.q(name)}", store.create(name, {column: "date"}), changes=[name])
        with store.owner() as cursor:
            store.insert(cursor, name, [column], [[store.value(date(2026, 11, 17))]])
        assert read(store).moment == datetime(2026, 11, 17)


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_moments_kept_with_their_offset_are_read_as_local_ones(store: Store) -> None:
    for name, column in (("loads", "as_of"), ("dossiers", "updated_at")):
        store.fill({})
        store.write(
            f"DROP TABLE {store.q(name)}",
            store.create(name, {column: "timestamp with time zone"}),
            f"INSERT INTO {store.q(name)} ({column}) VALUES ('2026-11-16 23:00:00+00')",
            changes=[name],
        )
        assert read(store).moment == TUESDAY

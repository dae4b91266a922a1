"""What happens to a source one thing after another, and what the copy holds and says then."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from copying import LOADS, NOON, UNITS, Copy, Row, district, dossiers

from queries.copy.generations import Generations, Identity, State
from queries.copy.refresh import Marks, Token, refresh

OLD = NOON - timedelta(days=9)
RATING: Row = {"unit_code": "P1", "rated_on": "2026-11-20"}


def loaded(dossiers_at: int, ratings_at: int = 0) -> Token:
    """What the loads say: of the dossiers, and of the ratings that another loads."""
    loads = {"Một cửa": (f"{dossiers_at:02}", "", dossiers_at), "ratings": (f"{ratings_at:02}", "", 1)}
    return Token("loads", str(sorted(loads.items())), loads=loads)


def owes_everything(copy: Copy) -> bool:
    return Marks.of(copy.generations.state().marks).owes_everything


# --- amid a load --------------------------------------------------------------------------------


def test_a_load_of_ratings_says_nothing_of_dossiers_that_are_just_loading(copy: Copy) -> None:
    """At night, with changes to read: the comparison waits for the load of the dossiers."""
    rows = dossiers(60, updated_at=OLD)
    copy.reader.token = loaded(1)
    copy.put(units=UNITS, dossiers=rows, loads=LOADS)
    copy.refresh()
    copy.reader.token = loaded(2)
    copy.refresh(whole=True)
    copy.put(units=UNITS, dossiers=rows[:57], ratings=[RATING], loads=LOADS)
    copy.reader.token = loaded(2, ratings_at=1)
    assert not copy.refresh(whole=True).whole
    assert (len(copy.rows()), copy.rows("ratings", "unit_code")) == (60, ["P1"])
    compared_at = Marks.of(copy.generations.state().marks).compared_at
    copy.now += timedelta(minutes=30)
    copy.put(units=UNITS, dossiers=rows[:59], ratings=[RATING], loads=LOADS)
    copy.reader.token = loaded(3, ratings_at=1)
    assert copy.refresh(whole=True).whole
    assert len(copy.rows()) == 59
    assert Marks.of(copy.generations.state().marks).compared_at != compared_at


def test_amid_a_load_without_updated_at_a_table_of_fewer_rows_is_not_taken(copy: Copy) -> None:
    copy.reader.token = loaded(1)
    copy.put(**district(60), loads=LOADS)
    copy.refresh()
    copy.put(**district(58), ratings=[RATING], loads=LOADS)
    copy.reader.token = loaded(1, ratings_at=1)
    assert (copy.refresh().kind, len(copy.rows())) == ("nothing_new", 60)
    copy.put(**district(60), ratings=[RATING], loads=LOADS)
    assert (copy.refresh().kind, copy.rows("ratings", "unit_code")) == ("taken", ["P1"])
    copy.put(**district(58), ratings=[RATING], loads=LOADS)
    copy.reader.token = loaded(2, ratings_at=1)
    assert (copy.refresh().kind, len(copy.rows())) == ("taken", 58)


def test_amid_a_load_slips_that_are_not_all_there_yet_are_not_taken(copy: Copy) -> None:
    rows = dossiers(60, updated_at=OLD)
    slips = [
        {"slip_id": str(i), "dossier_code": f"HS{i:05}", "kind": "apology", "issued_at": NOON}
        for i in range(40)
    ]
    copy.reader.token = loaded(1)
    copy.put(units=UNITS, dossiers=rows, slips=slips, loads=LOADS)
    copy.refresh()
    copy.put(units=UNITS, dossiers=rows, slips=slips[:38], loads=LOADS)
    assert copy.refresh().kind == "nothing_new"
    assert len(copy.rows("slips", "slip_id")) == 40
    copy.reader.token = loaded(2)
    assert copy.refresh().kind == "taken"
    assert len(copy.rows("slips", "slip_id")) == 38


def test_other_settings_amid_a_load_leave_the_comparison_due(copy: Copy) -> None:
    rows = dossiers(60, updated_at=OLD)
    copy.put(units=UNITS, dossiers=rows, loads=LOADS)
    for number in (1, 2):
        copy.reader.token = loaded(number)
        copy.refresh(whole=True)
    compared_at = Marks.of(copy.generations.state().marks).compared_at
    copy.identity = Identity("source", "other zones")
    copy.now += timedelta(hours=14)
    copy.put(units=UNITS, dossiers=rows[:57], loads=LOADS)
    assert copy.refresh().kind == "taken"
    assert Marks.of(copy.generations.state().marks).compared_at == compared_at
    copy.put(units=UNITS, dossiers=rows, loads=LOADS)
    copy.reader.token = loaded(3)
    copy.refresh(whole=True)
    assert len(copy.rows()) == 60


# --- loads that are no rhythm -------------------------------------------------------------------


def test_one_row_of_loads_from_long_ago_keeps_nobody_from_finding_what_was_deleted(copy: Copy) -> None:
    rows = dossiers(60, updated_at=OLD)
    copy.reader.token = loaded(1)
    loads = [{"as_of": NOON - timedelta(days=300), "source": "Một cửa"}]
    copy.put(units=UNITS, dossiers=rows, loads=loads)
    copy.refresh()
    copy.put(units=UNITS, dossiers=rows[1:], loads=loads)
    found = copy.refresh(whole=True)
    assert (found.whole, found.differences) == (True, {"deleted": 1})
    assert len(copy.rows()) == 59


def test_data_said_to_be_of_now_are_read_whatever_stands_in_loads(copy: Copy) -> None:
    copy.more["live"] = True
    copy.reader.token = loaded(1)
    copy.put(**district(60), loads=LOADS)
    copy.refresh()
    copy.put(**district(61), loads=LOADS)
    copy.now += timedelta(minutes=10)
    assert copy.refresh().kind == "taken"
    assert len(copy.rows()) == 61


def test_a_file_put_in_the_place_of_another_is_read_though_its_loads_are_the_same(copy: Copy) -> None:
    rows = dossiers(60, updated_at=OLD)
    copy.reader.token = replace(loaded(1), file="one")
    copy.put(units=UNITS, dossiers=rows, loads=LOADS)
    copy.refresh()
    copy.reader.token = replace(loaded(1), file="another")
    copy.put(units=UNITS, dossiers=[*rows[1:], rows[0] | {"state": "finished"}], loads=LOADS)
    assert copy.refresh().whole
    assert copy.rows("dossiers WHERE state = 'finished'") == ["HS00000"]
    assert copy.refresh().kind == "nothing_new"
    assert copy.reader.calls[-1] != "whole"


# --- a source that went back --------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["updated_at", ""])
def test_a_source_that_was_emptied_is_refused_at_once(copy: Copy, kind: Any) -> None:
    copy.reader.token = Token(kind, "1" if kind else None)
    copy.put(units=UNITS, dossiers=dossiers(60, updated_at=OLD))
    copy.refresh()
    copy.put(units=UNITS, dossiers=[])
    outcome = copy.refresh()
    assert (outcome.kind, len(copy.rows())) == ("refused", 60)
    assert outcome.sentence == "Lần đọc mới không có hồ sơ nào, trong khi bản đang dùng có 60."


def test_a_source_put_back_to_what_it_was_is_read_whole(copy: Copy) -> None:
    rows = dossiers(60, updated_at=OLD)
    copy.put(units=UNITS, dossiers=rows)
    copy.refresh()
    later = [rows[0] | {"state": "finished", "updated_at": NOON - timedelta(hours=1)}, *rows[1:]]
    copy.put(units=UNITS, dossiers=later)
    copy.refresh()
    assert copy.rows("dossiers WHERE state = 'finished'") == ["HS00000"]
    copy.put(units=UNITS, dossiers=rows)
    assert copy.refresh().whole
    assert copy.rows("dossiers WHERE state = 'finished'") == []


# --- what was refused ---------------------------------------------------------------------------


def test_what_is_refused_is_told_until_it_can_be_believed_where_loads_are_rare(copy: Copy) -> None:
    """A unit came, everything was read and refused, and the one row of loads stays what it is."""
    rows = dossiers(60, updated_at=OLD)
    loads = [{"as_of": NOON - timedelta(days=5), "source": "Một cửa"}]
    copy.reader.token = loaded(1)
    copy.put(units=UNITS, dossiers=rows, loads=loads)
    copy.refresh()
    units = [*UNITS, UNITS[0] | {"unit_code": "p1"}]
    copy.put(units=units, dossiers=rows[:40], loads=loads)
    first = copy.refresh()
    assert (first.kind, owes_everything(copy)) == ("refused", True)
    for minutes in (10, 20):
        copy.now = NOON + timedelta(minutes=minutes)
        again = copy.refresh()
        assert (again.kind, again.failing_since, len(copy.rows())) == ("refused", first.at, 60)
    copy.put(units=units, dossiers=[*rows[:-1], rows[-1] | {"state": "finished"}], loads=loads)
    assert copy.refresh().whole
    assert copy.rows("dossiers WHERE state = 'finished'") == ["HS00059"]
    assert not owes_everything(copy)


def test_at_night_what_changes_showed_is_not_judged_in_the_place_of_a_reading(copy: Copy) -> None:
    rows = dossiers(60, updated_at=OLD)
    slips = [{"slip_id": "1", "dossier_code": "HS00001", "kind": "apology", "issued_at": NOON}]
    copy.reader.token = loaded(1)
    copy.put(units=UNITS, dossiers=rows, slips=slips, loads=LOADS)
    copy.refresh()
    copy.reader.token = loaded(2)
    copy.put(units=UNITS, dossiers=rows, loads=LOADS)  # nobody may read the slips
    assert copy.refresh().kind == "refused"
    copy.put(units=UNITS, dossiers=rows, slips=slips, loads=LOADS)
    assert copy.refresh(whole=True).is_good
    assert copy.reader.calls[-1] == "whole"


def test_by_hand_what_was_refused_is_read_again(copy: Copy) -> None:
    slips = [{"slip_id": "1", "dossier_code": "HS00001", "kind": "apology", "issued_at": NOON}]
    copy.reader.token = loaded(1)
    copy.put(**district(60), slips=slips, loads=LOADS)
    copy.refresh()
    copy.reader.token = loaded(2)
    copy.put(**district(61), loads=LOADS)
    assert copy.refresh().kind == "refused"
    copy.put(**district(61), slips=slips, loads=LOADS)
    assert copy.refresh().kind == "refused", "the loads show no change"
    assert copy.refresh(by_hand=True).kind == "taken"
    assert len(copy.rows()) == 61


def test_what_the_night_showed_is_owed_whatever_was_set_meanwhile(copy: Copy) -> None:
    rows = dossiers(60, updated_at=OLD)
    copy.put(units=UNITS, dossiers=rows)
    copy.refresh()
    copy.put(units=UNITS, dossiers=rows[:40])
    assert copy.refresh(whole=True).kind == "refused"
    itself = copy.identity
    copy.identity = Identity("source", "other zones")
    assert copy.refresh().kind == "refused"
    copy.identity = itself
    assert (copy.refresh().kind, copy.reader.calls[-1]) == ("refused", "whole")
    assert len(copy.rows()) == 60


def test_what_was_refused_stays_so_while_the_rows_there_are_are_built_anew(copy: Copy) -> None:
    """Of data of now, time alone makes courses anew; it takes no row of what was refused."""
    copy.more["live"] = True
    rows = dossiers(60, updated_at=OLD)
    rows[0]["finished_at"] = NOON + timedelta(minutes=5)
    copy.reader.token = Token("file", "1")
    copy.put(units=UNITS, dossiers=rows)
    copy.refresh()
    copy.reader.token = Token("file", "2")
    copy.put(units=UNITS, dossiers=rows[:30])
    assert copy.refresh(whole=True).kind == "refused"
    copy.reader.token = Token("file", "1")  # put back
    copy.now += timedelta(minutes=10)
    assert copy.refresh().kind == "taken"
    state = copy.generations.state()
    assert state.refused is not None
    assert (Marks.of(state.marks).token, len(copy.rows())) == ("1", 60)
    assert copy.refresh(accept=True).kind == "taken"
    assert (len(copy.rows()), Marks.of(copy.generations.state().marks).token) == (30, "2")


def test_a_refused_file_that_is_gone_is_read_again(copy: Copy) -> None:
    copy.reader.token = Token("file", "1")
    copy.put(**district(100))
    copy.refresh()
    copy.reader.token = Token("file", "2")
    copy.put(**district(50))
    copy.refresh()
    refused = copy.generations.state().refused
    assert refused is not None
    refused.generation.path.unlink()
    assert copy.refresh().kind == "refused"
    assert copy.reader.calls == ["whole"] * 3
    assert copy.refresh(accept=True).kind == "taken"


def test_what_a_wrong_clock_refused_is_accepted_by_the_clock_of_now(copy: Copy) -> None:
    copy.more["live"] = True
    copy.put(**district(100))
    copy.refresh()
    copy.now = NOON - timedelta(days=2000)
    copy.put(**district(101))
    assert copy.refresh().kind == "refused"
    copy.now = NOON + timedelta(minutes=1)
    copy.refresh(accept=True)
    current = copy.generations.current(copy.identity)
    assert current is not None
    assert (current.as_of.moment, len(copy.rows())) == (copy.now, 101)


def test_old_rows_of_loads_may_be_cleared_away(copy: Copy) -> None:
    def at(n: int, days: range) -> None:
        loads = [{"as_of": NOON - timedelta(days=i), "source": "Một cửa"} for i in days]
        copy.put(**district(n), loads=loads)

    at(60, range(100))
    copy.refresh()
    at(61, range(10))
    assert copy.refresh().kind == "taken"
    copy.put(**district(62), loads=[])
    assert copy.refresh().kind == "refused", "the moment of the data would be another's"


def test_a_moment_of_a_load_mistyped_into_the_future_may_be_set_right(copy: Copy) -> None:
    def at(n: int, moment: datetime) -> None:
        copy.put(**district(n), loads=[{"as_of": moment, "source": "Một cửa"}])

    at(60, datetime(2062, 11, 21))
    copy.refresh()
    at(61, NOON - timedelta(hours=1))
    assert copy.refresh().kind == "taken"


# --- the copy itself ----------------------------------------------------------------------------


def test_another_version_is_built_for_the_moment_it_was_whatever_our_clock_says(copy: Copy) -> None:
    copy.more["live"] = True
    copy.reader.clock = NOON
    copy.put(**district(60))
    copy.refresh()
    copy.identity = Identity("source", "shape", "another layout")
    copy.now = datetime(2020, 1, 1)
    assert copy.refresh().kind == "refused"
    current = copy.generations.current(copy.identity)
    assert current is not None
    assert current.as_of.moment == NOON


class Unwritable(Generations):
    """The disk is full whenever the state is to name a new generation."""

    def write(self, state: State) -> None:
        if state.next_number > 2:
            raise OSError(28, "No space left on device")
        super().write(state)


def test_a_generation_that_could_not_be_named_is_not_the_copy(copy: Copy) -> None:
    copy.put(**district(60))
    copy.refresh()
    copy.put(**district(61))
    full = Unwritable(copy.generations.folder)
    outcome = refresh(full, copy.reader, lambda *_, **__: None, copy.terms)
    assert outcome.kind == "unwritable"
    state = copy.generations.state()
    assert [one.number for one in state.generations] == [1]
    assert state.last_try is not None
    assert state.last_try.kind == "unwritable"
    assert len(copy.rows()) == 60
    assert copy.refresh().kind == "taken"
    assert len(copy.rows()) == 61


def test_what_was_read_by_other_words_is_not_told_as_changed_in_silence(copy: Copy) -> None:
    rows = dossiers(60, updated_at=OLD)
    copy.put(units=UNITS, dossiers=rows)
    copy.refresh()
    copy.identity = Identity("source", "other words")
    copy.put(units=UNITS, dossiers=[one | {"channel": "online"} for one in rows])
    outcome = copy.refresh(whole=True)
    assert (outcome.kind, dict(outcome.differences)) == ("taken", {})

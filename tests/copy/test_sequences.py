"""What happens to a source one thing after another, and what the copy holds and says then."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from copying import LOADS, NOON, UNITS, Copy, Row, district, dossiers, loaded

from queries.copy.generations import Generations, Identity, State
from queries.copy.refresh import Marks, Token, refresh

OLD = NOON - timedelta(days=9)
RATING: Row = {"unit_code": "P1", "rated_on": "2026-11-20"}


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
    copy.now += timedelta(minutes=30)
    copy.put(units=UNITS, dossiers=rows[:59], ratings=[RATING], loads=LOADS)
    copy.reader.token = loaded(3, ratings_at=1)
    assert copy.refresh(whole=True).whole
    assert len(copy.rows()) == 59


def test_amid_a_load_without_updated_at_a_table_of_fewer_rows_is_not_taken(copy: Copy) -> None:
    copy.reader.token = loaded(1)
    copy.put(**district(200), loads=LOADS)
    copy.refresh()
    copy.put(**district(190), ratings=[RATING], loads=LOADS)
    copy.reader.token = loaded(1, ratings_at=1)
    outcome = copy.refresh()
    assert (outcome.kind, len(copy.rows())) == ("nothing_new", 200)
    assert outcome.sentence == (
        "Nguồn có thể đang nạp dở: bảng hồ sơ ít dòng hơn bản sao; đợi lần nạp này xong."
    )
    copy.put(**district(199), ratings=[RATING], loads=LOADS)  # as where somebody deletes one
    assert (copy.refresh().kind, copy.rows("ratings", "unit_code")) == ("taken", ["P1"])
    copy.put(**district(190), ratings=[RATING], loads=LOADS)
    copy.reader.token = loaded(2, ratings_at=1)
    assert (copy.refresh().kind, len(copy.rows())) == ("taken", 190)


def test_amid_a_load_slips_that_are_not_all_there_yet_are_not_taken(copy: Copy) -> None:
    rows = dossiers(60, updated_at=OLD)
    slips = [
        {"slip_id": str(i), "dossier_code": f"HS{i % 60:05}", "kind": "apology", "issued_at": NOON}
        for i in range(200)
    ]
    copy.reader.token = loaded(1)
    copy.put(units=UNITS, dossiers=rows, slips=slips, loads=LOADS)
    copy.refresh()
    copy.put(units=UNITS, dossiers=rows, slips=slips[:190], loads=LOADS)
    assert copy.refresh().kind == "nothing_new"
    assert len(copy.rows("slips", "slip_id")) == 200
    assert copy.refresh(by_hand=True).kind == "taken", "somebody says that it is so"
    assert len(copy.rows("slips", "slip_id")) == 190


def test_after_other_settings_amid_a_load_that_load_is_read_whole(copy: Copy) -> None:
    rows = dossiers(60, updated_at=OLD)
    copy.put(units=UNITS, dossiers=rows, loads=LOADS)
    for number in (1, 2):
        copy.reader.token = loaded(number)
        copy.refresh(whole=True)
    copy.identity = Identity("source", "other zones")
    copy.put(units=UNITS, dossiers=rows[:57], loads=LOADS)
    assert copy.refresh().kind == "taken"
    copy.put(units=UNITS, dossiers=rows, loads=LOADS)
    copy.reader.token = loaded(3)
    copy.refresh()
    assert len(copy.rows()) == 60
    copy.reader.token = loaded(4)
    copy.refresh()
    assert copy.reader.calls == ["whole"] * 4 + [OLD - timedelta(hours=1)]


@pytest.mark.parametrize("days", [7, 300])
def test_a_load_compared_at_night_before_it_ended_is_read_whole_once_more(copy: Copy, days: int) -> None:
    """As after Tết: the last load is too long ago to be waited for."""
    rows = dossiers(60, updated_at=OLD)
    loads = [{"as_of": NOON - timedelta(days=days), "source": "Một cửa"}]
    for number in (1, 2):
        copy.reader.token = loaded(number)
        copy.put(units=UNITS, dossiers=rows, loads=loads)
        copy.refresh()
    copy.put(units=UNITS, dossiers=rows[:57], loads=loads)
    assert copy.refresh(whole=True).whole
    copy.put(units=UNITS, dossiers=rows, loads=[*loads, *LOADS])
    copy.reader.token = loaded(3)
    assert copy.refresh().whole
    assert len(copy.rows()) == 60


def test_of_two_sources_that_load_at_night_the_later_is_read_whole_too(copy: Copy) -> None:
    def at(one: int, other: int, n: int) -> None:
        told = {"Một cửa": (f"{one:02}", "", one), "Đất đai": (f"{other:02}", "", other)}
        copy.reader.token = Token("loads", str(told), loads=told)
        loads = [*LOADS, {"as_of": NOON - timedelta(hours=2), "source": "Đất đai"}]
        copy.put(units=UNITS, dossiers=dossiers(60, updated_at=OLD)[:n], loads=loads)

    at(1, 1, 60)
    copy.refresh()
    at(2, 2, 60)
    copy.refresh()
    at(3, 2, 57)
    assert copy.refresh(whole=True).whole
    at(3, 3, 60)
    assert copy.refresh().whole
    assert len(copy.rows()) == 60
    for loads in ((4, 3), (4, 4), (5, 4)):
        at(*loads, 60)
        assert not copy.refresh().whole, "once is enough"


@pytest.mark.parametrize("is_refused", [False, True])
def test_half_a_load_read_for_the_row_of_the_load_before_is_made_up_for(copy: Copy, is_refused: bool) -> None:
    """The server was away, or the load before was refused: its row tells of nothing that is there now."""
    rows = dossiers(200, updated_at=OLD)
    for i, row in enumerate(rows[:20]):
        row["updated_at"] = OLD - timedelta(days=i + 1)
    slips = [
        {"slip_id": str(i), "dossier_code": f"HS{i:05}", "kind": "apology", "issued_at": NOON}
        for i in range(60)
    ]
    for number in (1, 2):
        copy.reader.token = loaded(number)
        copy.put(units=UNITS, dossiers=rows, slips=slips, loads=LOADS)
        copy.refresh()
    copy.reader.token = loaded(3)
    if is_refused:
        copy.put(units=UNITS, dossiers=rows, slips=slips[:30], loads=LOADS)
        assert copy.refresh().kind == "refused"
    copy.now += timedelta(hours=9)
    copy.put(units=UNITS, dossiers=rows[10:], slips=slips, loads=LOADS)
    assert copy.refresh(whole=True).kind == "taken"
    assert len(copy.rows()) == 190
    copy.now += timedelta(minutes=20)
    copy.put(units=UNITS, dossiers=rows, slips=slips, loads=LOADS)
    copy.reader.token = loaded(4)
    assert copy.refresh().whole
    assert len(copy.rows()) == 200
    copy.reader.token = loaded(5)
    assert not copy.refresh().whole, "once is enough"


def test_after_damage_what_the_source_holds_is_taken_though_the_older_copy_has_more(copy: Copy) -> None:
    for number, n in ((1, 200), (2, 190)):
        copy.reader.token = loaded(number)
        copy.put(**district(n), loads=LOADS)
        copy.refresh()
    current = copy.generations.current(copy.identity)
    assert current is not None
    current.path.write_bytes(b"x")
    outcome = copy.refresh()
    assert (outcome.kind, len(copy.rows())) == ("taken", 190)
    assert outcome.sentence.startswith("Bản sao trước bị hỏng nên đã đọc lại.")


def test_no_load_of_dossiers_speaks_of_files_of_another_s_load_or_of_a_table_that_is_away(copy: Copy) -> None:
    """What came of these is judged as it is, though a load of dossiers may be under way."""
    rows = dossiers(60, updated_at=OLD)
    ratings = [{**RATING, "rating_id": str(i)} for i in range(200)]
    copy.reader.token = loaded(1)
    copy.put(units=UNITS, dossiers=rows, ratings=ratings, loads=LOADS)
    copy.refresh()
    copy.put(units=UNITS, dossiers=rows, ratings=ratings[:190], loads=LOADS)
    assert "bảng phiếu đánh giá" in copy.refresh().sentence
    copy.reader.token = loaded(1, ratings_at=1)
    assert copy.refresh().kind == "taken", "the ratings' own load has ended"
    copy.put(units=UNITS, dossiers=rows, ratings=ratings[:170], loads=LOADS)
    assert copy.refresh().sentence.startswith("Nguồn có thể đang nạp dở")
    copy.reader.of_files = frozenset({"ratings"})
    assert copy.refresh().reasons, "they come from files"
    copy.reader.of_files = frozenset()
    copy.put(units=UNITS, dossiers=rows, loads=LOADS)
    assert copy.refresh().kind == "refused", "it is away"


def test_what_could_not_be_asked_by_changes_is_not_told_as_fewer_rows(copy: Copy) -> None:
    rows = dossiers(60, updated_at=OLD)
    for number in (1, 2):
        copy.reader.token = loaded(number)
        copy.put(units=UNITS, dossiers=rows, loads=LOADS)
        copy.refresh()
    copy.reader.is_partial = False
    outcome = copy.refresh()
    assert (outcome.kind, outcome.sentence) == (
        "nothing_new", "Nguồn chưa có lần nạp mới (bảng loads chưa có dòng mới).",
    )  # fmt: skip


def test_dossiers_that_come_from_files_too_are_not_asked_by_changes(copy: Copy) -> None:
    copy.reader.of_files = frozenset({"dossiers"})
    copy.put(units=UNITS, dossiers=dossiers(60, updated_at=OLD))
    copy.refresh()
    copy.refresh()
    assert copy.reader.calls == ["whole", "whole"]


def test_damage_found_amid_a_load_leaves_that_load_to_be_read_whole(copy: Copy) -> None:
    rows = dossiers(60, updated_at=OLD)
    for number in (1, 2):
        copy.reader.token = loaded(number)
        copy.put(units=UNITS, dossiers=rows, loads=LOADS)
        copy.refresh()
    current = copy.generations.current(copy.identity)
    assert current is not None
    current.path.write_bytes(b"x")
    copy.put(units=UNITS, dossiers=rows[:57], loads=LOADS)
    assert copy.refresh().kind == "taken"
    copy.put(units=UNITS, dossiers=rows, loads=LOADS)
    copy.reader.token = loaded(3)
    assert copy.refresh().whole
    assert len(copy.rows()) == 60


def test_who_loads_and_refreshes_by_hand_finds_what_was_deleted(copy: Copy) -> None:
    """The server finds no new load at night: it was taken by hand."""
    rows = dossiers(60, updated_at=OLD)
    for number in (1, 2):
        copy.reader.token = loaded(number)
        copy.put(units=UNITS, dossiers=rows, loads=LOADS)
        copy.refresh(by_hand=True)
    copy.reader.token = loaded(3)
    copy.put(units=UNITS, dossiers=rows[1:], loads=LOADS)
    assert copy.refresh(by_hand=True).differences == {"deleted": 1}
    assert len(copy.rows()) == 59


def test_half_a_load_is_not_looked_at_again_every_minute(copy: Copy) -> None:
    copy.reader.token = loaded(1)
    copy.put(**district(200), loads=LOADS)
    copy.refresh()
    copy.put(**district(190), ratings=[RATING], loads=LOADS)
    copy.reader.token = loaded(1, ratings_at=1)
    copy.refresh()
    marks = Marks.of(copy.generations.state().marks)
    assert (marks.half, marks.token) == (copy.reader.token.text, loaded(1).text)


def test_a_version_that_marked_nothing_left_a_refusal_of_everything(copy: Copy) -> None:
    rows = dossiers(60, updated_at=OLD)
    copy.put(units=UNITS, dossiers=rows)
    copy.refresh()
    copy.put(units=UNITS, dossiers=rows[:40])
    assert copy.refresh(whole=True).kind == "refused"
    state = copy.generations.state()
    before = {name: one for name, one in state.marks.items() if not name.startswith("owes")}
    copy.generations.write(replace(state, marks=before))
    assert (copy.refresh().kind, copy.reader.calls[-1]) == ("refused", "whole")


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


def test_a_mistyped_moment_of_a_load_is_no_load_to_wait_for(copy: Copy) -> None:
    rows = dossiers(60, updated_at=OLD)
    copy.reader.token = loaded(1)
    loads = [{"as_of": datetime(2062, 1, 1), "source": "Một cửa"}]
    copy.put(units=UNITS, dossiers=rows, loads=loads)
    copy.refresh()
    copy.put(units=UNITS, dossiers=rows[1:], loads=loads)
    assert copy.refresh(whole=True).differences == {"deleted": 1}


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


def test_where_dossiers_are_loaded_one_deleted_keeps_nothing_else_away(copy: Copy) -> None:
    """The newest is gone: that is found with the next load, and what changed is taken now."""
    rows = dossiers(60, updated_at=OLD)
    newest = rows[0] | {"updated_at": NOON - timedelta(hours=3)}
    copy.reader.token = loaded(1)
    copy.put(units=UNITS, dossiers=[newest, *rows[1:]], loads=LOADS)
    copy.refresh()
    changed = rows[1] | {"state": "finished", "updated_at": NOON - timedelta(hours=3, minutes=30)}
    copy.put(units=UNITS, dossiers=[changed, *rows[2:]], loads=LOADS)
    assert copy.refresh().kind == "taken"
    assert copy.rows("dossiers WHERE state = 'finished'") == ["HS00001"]


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
    for number in (1, 2):
        copy.reader.token = loaded(number)
        copy.put(units=UNITS, dossiers=rows, slips=slips, loads=LOADS)
        copy.refresh()
    copy.reader.token = loaded(3)
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


def test_another_file_put_in_the_place_of_the_refused_is_read(copy: Copy) -> None:
    copy.reader.token = replace(loaded(1), file="one")
    copy.put(**district(100), loads=LOADS)
    copy.refresh()
    copy.reader.token = replace(loaded(2), file="two")
    copy.put(**district(50), loads=LOADS)
    assert copy.refresh().kind == "refused"
    copy.reader.token = replace(loaded(2), file="three")
    copy.put(**district(101), loads=LOADS)
    assert copy.refresh().kind == "taken"


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


def test_a_source_that_stopped_is_not_forgotten_by_clearing_its_rows_of_loads(copy: Copy) -> None:
    """Its dossiers would be judged as of today."""
    stopped = {"as_of": NOON - timedelta(days=10), "source": "Đất đai"}
    copy.put(**district(60), loads=[*LOADS, stopped])
    copy.refresh()
    copy.put(**district(61), loads=LOADS)
    outcome = copy.refresh()
    assert (outcome.kind, outcome.sentence) == (
        "refused",
        "Nguồn “Đất đai” (số liệu đến 12:00 11/11/2026) không còn trong bảng loads; không có nó thì số liệu "
        "được coi là đến 11:00 21/11/2026.",
    )
    assert copy.refresh(accept=True).kind == "taken"
    assert copy.refresh().is_good


def test_one_source_s_mistyped_moment_does_not_hide_that_another_loads_daily(copy: Copy) -> None:
    rows = dossiers(60, updated_at=OLD)
    loads = [*LOADS, {"as_of": datetime(2062, 1, 1), "source": "Đất đai"}]
    for number in (1, 2):
        copy.reader.token = loaded(number)
        copy.put(units=UNITS, dossiers=rows, loads=loads)
        copy.refresh()
    copy.put(units=UNITS, dossiers=rows[:57], loads=loads)
    copy.refresh(whole=True)
    assert len(copy.rows()) == 60, "it may be half a load"


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

"""One refresh after another: what is read, what is taken, what is remembered."""

from __future__ import annotations

import json
import os
import stat
from dataclasses import asdict, replace
from datetime import datetime, timedelta

import duckdb
import pytest
from copying import LOADS, NOON, UNITS, Copy, district, dossiers, loaded

from queries.copy.generations import STATE, Generation, Identity
from queries.copy.refresh import STEPS, Marks, Token


def test_a_first_start_takes_what_there_is(copy: Copy) -> None:
    assert copy.generations.current() is None
    copy.put(**district(60))
    steps: list[str] = []
    outcome = copy.refresh(step=steps.append)
    assert (outcome.kind, outcome.whole, outcome.was_shared) == ("taken", True, False)
    assert outcome.sentence == "Đã cập nhật: 60 hồ sơ, số liệu đến 11:00 21/11/2026."
    assert tuple(steps) == STEPS
    assert len(copy.rows()) == 60
    assert copy.rows("courses", "n") == [60]
    current = copy.generations.current(copy.identity)
    assert current is not None
    assert (current.number, current.path.name) == (1, "generation-000001.duckdb")
    assert current.rows["dossiers"] == 60
    assert set(current.rows) >= {"units", "steps", "present", "mended", "about", "courses"}
    assert "dossiers.due_at" in current.present
    assert "dossiers.assisted" not in current.present


def test_only_its_owner_may_read_the_copy(copy: Copy) -> None:
    copy.put(**district())
    seen: list[int] = []

    def look(_step: str) -> None:
        seen.extend(
            stat.S_IMODE(path.stat().st_mode)
            for path in copy.generations.folder.iterdir()
            if path.is_dir() or path.suffix in (".duckdb", ".json", ".lock")
        )

    before = os.umask(0)
    try:
        copy.refresh(step=look)
    finally:
        os.umask(before)
    assert set(seen) == {0o600, 0o700}
    assert {stat.S_IMODE(path.stat().st_mode) for path in copy.generations.folder.iterdir()} == {0o600}


def test_data_that_did_not_change_write_no_generation(copy: Copy) -> None:
    copy.put(**district())
    first = copy.refresh()
    copy.now += timedelta(minutes=10)
    outcome = copy.refresh()
    assert (outcome.kind, outcome.sentence) == ("nothing_new", "Đã đọc nguồn: không có gì mới.")
    assert first.generation
    assert outcome.generation == first.generation
    assert len(list(copy.generations.folder.glob("*.duckdb"))) == 1
    copy.put(**district(61))
    assert copy.refresh().kind == "taken"


def test_a_new_load_of_the_same_data_moves_the_moment_alone(copy: Copy) -> None:
    copy.put(**district(), loads=[{"as_of": NOON - timedelta(hours=3), "source": "Một cửa"}])
    copy.refresh()
    copy.put(**district(), loads=[{"as_of": NOON - timedelta(hours=2), "source": "Một cửa"}])
    assert copy.refresh().kind == "taken"  # dossiers were received between the two
    early = NOON - timedelta(minutes=30)
    copy.put(**district(), loads=[{"as_of": early, "source": "Một cửa"}])
    copy.refresh()
    copy.put(**district(), loads=[{"as_of": NOON, "source": "Một cửa"}])
    outcome = copy.refresh()
    assert outcome.kind == "nothing_new"
    current = copy.generations.current(copy.identity)
    assert current is not None
    assert (current.as_of.moment, current.built_for) == (NOON, early)
    assert current.version != replace(current, as_of=replace(current.as_of, moment=early)).version


@pytest.mark.parametrize("live", [False, True])
def test_the_moment_of_a_load_that_brought_no_rows_stays(copy: Copy, live: bool) -> None:
    """Its row of ``loads`` is in no file: the generation is that of the load before."""
    copy.more["live"] = live
    for number, hours in enumerate((1, 0)):
        loads = [{"as_of": NOON - timedelta(minutes=30 + 10 * hours), "source": "Một cửa"}]
        copy.put(**district(), loads=loads)
        copy.reader.token = Token("loads", str(number))
        copy.refresh()
    for minutes in (0, 10, 20):
        copy.now = NOON + timedelta(minutes=minutes)
        assert copy.refresh().kind == "nothing_new"
        current = copy.generations.current(copy.identity)
        assert current is not None
        assert current.as_of.sources == (("Một cửa", NOON - timedelta(minutes=30)),)
        assert current.as_of.moment == (copy.now if live else NOON - timedelta(minutes=30))
    copy.identity = Identity("source", "shape", "another layout")
    copy.refresh()
    built = copy.generations.current(copy.identity)
    assert built is not None
    assert built.as_of.sources == (("Một cửa", NOON - timedelta(minutes=30)),)


def test_what_needs_everything_waits_for_the_next_load(copy: Copy) -> None:
    """A unit is gone amid a load: whoever read everything then would read half of it."""
    old = NOON - timedelta(days=9)
    rows = dossiers(60, updated_at=old)
    loads = [{"as_of": NOON - timedelta(hours=1), "source": "Một cửa"}]
    copy.reader.token = Token("loads", "1")
    copy.put(units=UNITS, dossiers=rows, loads=loads)
    copy.refresh()
    copy.put(units=UNITS[1:], dossiers=rows[:57], loads=loads)
    outcome = copy.refresh()
    assert (outcome.kind, len(copy.rows())) == ("nothing_new", 60)
    assert copy.reader.calls[1:] == [NOON - timedelta(days=9, hours=1)]
    copy.reader.token = Token("loads", "2")
    copy.put(units=[*UNITS, UNITS[0] | {"unit_code": "p1"}], dossiers=rows, loads=loads)
    outcome = copy.refresh()
    assert (outcome.kind, outcome.whole) == ("taken", True)


def test_the_last_few_are_kept(copy: Copy) -> None:
    for n in range(60, 66):
        copy.put(**district(n))
        copy.refresh()
    names = sorted(path.name for path in copy.generations.folder.glob("*.duckdb"))
    assert names == [f"generation-00000{i}.duckdb" for i in (4, 5, 6)]


def test_only_what_changed_is_read_where_rows_say_when(copy: Copy) -> None:
    old = NOON - timedelta(days=9)
    rows = dossiers(60, updated_at=old)
    rows[0]["updated_at"] = NOON - timedelta(hours=5)
    copy.put(units=UNITS, dossiers=rows, slips=[])
    copy.reader.clock = NOON
    copy.refresh()
    rows[7] = rows[7] | {"state": "finished", "updated_at": NOON - timedelta(hours=5, minutes=30)}
    rows[8] = rows[8] | {"state": "finished"}  # silently
    slips = [{"slip_id": "1", "dossier_code": "HS00001", "kind": "apology", "issued_at": NOON}]
    copy.put(units=UNITS, dossiers=rows[:-1], slips=slips)  # and the last one is deleted
    outcome = copy.refresh()
    # one hour before the greatest updated_at, which is before the source's clock
    assert copy.reader.calls == ["whole", NOON - timedelta(hours=6)]
    assert (outcome.kind, outcome.whole) == ("taken", False)
    assert len(copy.rows()) == 60
    assert copy.rows("dossiers WHERE state = 'finished'") == ["HS00007"]
    assert copy.rows("slips", "slip_id") == ["1"]

    found = copy.refresh(whole=True)
    assert (found.kind, found.whole, dict(found.differences)) == ("taken", True, {"deleted": 1, "changed": 1})
    assert len(copy.rows()) == 59
    assert copy.rows("dossiers WHERE state = 'finished'") == ["HS00007", "HS00008"]
    assert copy.refresh(whole=True).kind == "nothing_new"


def test_the_watermark_is_never_after_the_sources_clock(copy: Copy) -> None:
    rows = dossiers(60, updated_at=NOON - timedelta(days=1))
    rows[0]["updated_at"] = datetime(2099, 1, 1)
    copy.put(units=UNITS, dossiers=rows)
    copy.reader.clock = NOON - timedelta(minutes=20)
    copy.refresh()
    copy.refresh()
    assert copy.reader.calls[1] == NOON - timedelta(hours=1, minutes=20)


def test_a_bare_date_overlaps_by_a_whole_day(copy: Copy) -> None:
    copy.put(units=UNITS, dossiers=dossiers(60, updated_at=datetime(2026, 11, 20)))
    copy.refresh()
    copy.refresh()
    assert copy.reader.calls[1] == datetime(2026, 11, 19)


def test_rows_without_updated_at_are_always_read_again(copy: Copy) -> None:
    rows = dossiers(60, updated_at=NOON - timedelta(days=1))
    rows[5]["updated_at"] = None
    copy.put(units=UNITS, dossiers=rows)
    copy.refresh()
    rows[5]["state"] = "finished"
    copy.put(units=UNITS, dossiers=rows)
    assert copy.refresh().kind == "taken"
    assert copy.rows("dossiers WHERE state = 'finished'") == ["HS00005"]


def test_where_there_are_loads_a_whole_reading_waits_for_a_new_row(copy: Copy) -> None:
    load = {"as_of": NOON - timedelta(hours=1), "source": "Một cửa"}
    copy.put(**district(60), loads=[load])
    copy.reader.token = Token("loads", "1")
    copy.refresh()
    copy.put(**district(58), loads=[load])  # half a load
    outcome = copy.refresh()
    assert outcome.kind == "nothing_new"
    assert outcome.sentence == "Nguồn chưa có lần nạp mới (bảng loads chưa có dòng mới)."
    assert copy.refresh(whole=True).kind == "nothing_new"
    assert copy.reader.calls == ["whole"]
    copy.put(**district(62), loads=[load, load | {"as_of": NOON}])
    copy.reader.token = Token("loads", "2")
    assert copy.refresh().kind == "taken"
    assert len(copy.rows()) == 62


def test_where_there_are_loads_the_comparison_waits_for_the_next_one(copy: Copy) -> None:
    """What was deleted or changed in silence is found with the first load after; until then changes are read."""
    rows = dossiers(60, updated_at=NOON - timedelta(days=9))
    copy.put(units=UNITS, dossiers=rows, loads=LOADS)
    for number in (1, 2):
        copy.reader.token = loaded(number)
        copy.refresh()
    assert copy.reader.calls == ["whole"] * 2, "nobody knows whether the first reading was amid a load"
    copy.put(units=UNITS, dossiers=rows[1:], loads=LOADS)
    copy.reader.token = loaded(3)
    copy.refresh()
    assert not copy.refresh(whole=True).whole
    assert copy.reader.calls[2:] == [NOON - timedelta(days=9, hours=1)] * 2
    assert len(copy.rows()) == 60, "nothing tells that one is gone"
    copy.reader.token = loaded(4)
    found = copy.refresh(whole=True)
    assert (found.kind, found.whole, found.differences) == ("taken", True, {"deleted": 1})
    assert len(copy.rows()) == 59


def test_a_load_that_was_refused_is_not_compared_again_before_the_next(copy: Copy) -> None:
    rows = dossiers(60, updated_at=NOON - timedelta(days=9))
    copy.put(units=UNITS, dossiers=rows, loads=LOADS)
    copy.reader.token = Token("loads", "1")
    copy.refresh()
    copy.put(units=UNITS, dossiers=rows[:30], loads=LOADS)
    copy.reader.token = Token("loads", "2")
    assert [copy.refresh(whole=True).kind for _ in range(3)] == ["refused"] * 3
    assert copy.reader.calls == ["whole", "whole"]
    copy.put(units=UNITS, dossiers=rows, loads=LOADS)
    copy.reader.token = Token("loads", "3")
    assert copy.refresh(whole=True).is_good
    assert copy.reader.calls == ["whole"] * 3


def test_a_file_that_did_not_change_is_not_read(copy: Copy) -> None:
    copy.put(**district())
    copy.reader.token = Token("file", "1")
    copy.refresh()
    assert copy.refresh().kind == "nothing_new"
    assert copy.reader.calls == ["whole"]
    copy.refresh(whole=True)
    copy.reader.token = Token("file", "2")
    copy.refresh()
    assert copy.reader.calls == ["whole"] * 3


def test_another_file_in_the_place_of_the_old_is_read_whole(copy: Copy) -> None:
    copy.put(units=UNITS, dossiers=dossiers(60, updated_at=NOON - timedelta(days=9)))
    copy.reader.token = replace(loaded(1), file="a")
    copy.refresh()
    copy.put(units=UNITS, dossiers=dossiers(60, updated_at=NOON - timedelta(days=9), state="finished"))
    copy.reader.token = replace(loaded(2), file="b")
    assert copy.refresh().whole
    assert len(copy.rows("dossiers WHERE state = 'finished'")) == 60
    copy.reader.token = replace(loaded(3), file="b")
    copy.refresh()
    assert copy.reader.calls[-1] != "whole"


def test_the_moment_of_live_data_is_that_of_the_last_refresh(copy: Copy) -> None:
    copy.put(**district())
    copy.more["live"] = True
    copy.reader.token = Token("file", "1")
    copy.refresh()
    copy.now += timedelta(minutes=25, seconds=10)
    assert copy.refresh().kind == "nothing_new"
    current = copy.generations.current()
    assert current is not None
    assert current.as_of.moment == NOON + timedelta(minutes=25)


def test_what_was_in_the_future_is_built_in_when_its_moment_comes(copy: Copy) -> None:
    rows = dossiers(200)
    rows[0]["received_at"] = NOON + timedelta(minutes=30)
    copy.put(units=UNITS, dossiers=rows)
    copy.more["live"] = True
    copy.reader.token = Token("file", "1")
    copy.refresh()
    assert copy.rows("courses", "n") == [199]
    copy.now = NOON + timedelta(minutes=29)
    assert copy.refresh().kind == "nothing_new"
    copy.now = NOON + timedelta(minutes=31)
    assert copy.refresh().kind == "taken"
    assert copy.rows("courses", "n") == [200]
    assert copy.reader.calls == ["whole"]
    copy.now = NOON + timedelta(minutes=3)  # the clock goes back
    assert copy.refresh().kind == "taken"
    assert copy.rows("courses", "n") == [199]


def test_another_source_is_a_first_start_and_the_old_copy_is_not_shown(copy: Copy) -> None:
    copy.put(**district(60))
    old = copy.identity
    copy.refresh()
    copy.identity = Identity("another", "shape")
    assert copy.generations.current(copy.identity) is None
    source = copy.source.read_text("utf-8")
    copy.source.write_text("", "utf-8")
    assert copy.refresh().kind == "unwritable"  # it fails: the old one is still there for the old name
    assert copy.generations.current(old) is not None
    assert copy.generations.current(copy.identity) is None
    copy.source.write_text(source, "utf-8")
    copy.put(**district(3))  # a first start refuses nothing
    assert copy.refresh().kind == "taken"
    assert len(copy.rows()) == 3
    assert copy.generations.current(old) is None
    assert len(list(copy.generations.folder.glob("*.duckdb"))) == 1


def test_another_shape_is_a_whole_reading(copy: Copy) -> None:
    copy.put(units=UNITS, dossiers=dossiers(60, updated_at=NOON))
    copy.reader.token = Token("loads", "1")
    copy.refresh()
    copy.identity = Identity("source", "another")
    assert copy.generations.current(copy.identity) is not None
    assert (copy.refresh().kind, copy.reader.calls) == ("taken", ["whole", "whole"])


def damage(generation: Generation) -> None:
    with generation.path.open("r+b") as file:
        file.seek(generation.size // 2)
        file.write(os.urandom(2000))


def test_what_another_version_built_is_never_asked_instead_of_a_damaged_copy(copy: Copy) -> None:
    """It lacks what this one asks, or was judged by another day rule; what it has is built anew at once."""
    copy.identity = Identity("source", "shape", "by day")
    copy.put(units=UNITS, dossiers=dossiers(60, updated_at=NOON))
    copy.refresh()
    copy.identity = Identity("source", "shape", "by moment")
    copy.refresh()
    newest = copy.generations.current(copy.identity)
    assert newest is not None
    assert (newest.number, newest.layout) == (2, "by moment")
    damage(newest)
    assert Copy(copy.source.parent).generations.current(copy.identity) is None
    copy.source.write_text("", "utf-8")  # the source is away, too
    assert not copy.refresh().is_good
    current = copy.generations.current(copy.identity)
    assert current is not None
    assert (current.layout, current.instead_of) == ("by moment", None)
    assert len(copy.rows()) == 60


def test_a_damaged_copy_is_never_asked_and_is_made_anew(copy: Copy) -> None:
    for n in (60, 61):
        copy.put(units=UNITS, dossiers=dossiers(n, updated_at=NOON))
        copy.refresh()
    newest = copy.generations.current()
    assert newest is not None
    damage(newest)
    current = Copy(copy.source.parent).generations.current(copy.identity)
    assert current is not None
    assert (current.number, current.instead_of) == (1, 2)
    assert current.as_of == newest.as_of or current.as_of.moment <= newest.as_of.moment
    outcome = copy.refresh()
    assert outcome.kind == "taken"
    assert outcome.whole
    assert outcome.sentence.startswith("Bản sao trước bị hỏng nên đã đọc lại. Đã cập nhật: 61 hồ sơ")
    assert [one.number for one in copy.generations.state().generations] == [1, 3]


def test_where_every_copy_is_damaged_it_is_a_first_start(copy: Copy) -> None:
    copy.put(**district(60))
    copy.refresh()
    copy.generations.folder.joinpath("generation-000001.duckdb").write_bytes(b"x")
    assert copy.generations.current() is None
    copy.put(**district(2))
    assert copy.refresh().kind == "taken"


def test_damage_found_only_while_reading_it_leads_to_a_whole_reading(copy: Copy) -> None:
    copy.put(units=UNITS, dossiers=dossiers(3000, updated_at=NOON - timedelta(days=1)))
    copy.refresh()
    current = copy.generations.current()
    assert current is not None
    times = current.path.stat()
    with current.path.open("r+b") as file:
        for place in range(4096 * 4, current.size, 4096):
            file.seek(place)
            file.write(os.urandom(16))
    os.utime(current.path, ns=(times.st_atime_ns, times.st_mtime_ns))
    outcome = copy.refresh()
    assert (outcome.kind, outcome.whole) == ("taken", True)
    assert len(copy.reader.calls) == 2


@pytest.mark.parametrize("text", ["", '{"format": 99}'])
def test_a_damaged_state_file_is_made_of_what_the_generations_say(copy: Copy, text: str) -> None:
    for n in (60, 61):
        copy.put(units=UNITS, dossiers=dossiers(n, updated_at=NOON - timedelta(days=1)))
        copy.refresh()
    (copy.generations.folder / STATE).write_text(text, "utf-8")
    current = copy.generations.current(copy.identity)
    assert current is not None
    assert current.number == 2
    assert len(copy.rows()) == 61
    assert copy.refresh().kind == "nothing_new"
    assert json.loads((copy.generations.folder / STATE).read_text("utf-8"))["format"] == 1
    assert copy.reader.calls[-1] != "whole"
    (copy.generations.folder / STATE).write_text(text, "utf-8")
    copy.put(units=UNITS, dossiers=dossiers(62, updated_at=NOON - timedelta(minutes=1)))
    assert copy.refresh().kind == "taken"
    after = copy.generations.current(copy.identity)
    assert after is not None
    assert (after.number, len(copy.rows())) == (3, 62), "servers have number 2 open"


def test_how_it_went_is_kept_with_since_when_it_fails(copy: Copy) -> None:
    copy.put(**district())
    copy.refresh()
    good = copy.source.read_text("utf-8")
    copy.source.write_text("", "utf-8")
    since = copy.now
    for minutes in (0, 10, 20):
        copy.now = since + timedelta(minutes=minutes)
        outcome = copy.refresh()
        last = copy.generations.state().last_try
        assert last is not None
        assert (last.at, last.failing_since) == (copy.now, since)
        assert (last.kind, last.sentence) == (outcome.kind, outcome.sentence)
        assert outcome.failing_since == since
    assert len(copy.rows()) == 60
    copy.source.write_text(good, "utf-8")
    assert copy.refresh().is_good
    last = copy.generations.state().last_try
    assert last is not None
    assert last.failing_since is None


def test_a_generation_is_never_written_to_after_the_swap(copy: Copy) -> None:
    copy.put(units=UNITS, dossiers=dossiers(60, updated_at=NOON))
    copy.refresh()
    path = copy.generations.folder / "generation-000001.duckdb"
    before, times = path.read_bytes(), path.stat().st_mtime_ns
    with duckdb.connect(path, read_only=True):
        copy.refresh()
        copy.refresh(whole=True)
        copy.put(units=UNITS, dossiers=dossiers(66, updated_at=NOON))
        copy.refresh()
    assert (path.read_bytes(), path.stat().st_mtime_ns) == (before, times)


def test_marks_are_the_same_written_or_not_yet() -> None:
    at = datetime(2026, 11, 21, 10, 15)
    marks = Marks("loads", "x", "f", at, 1.5, at, None, ("a.xlsx",))
    written = {**asdict(marks), "watermark": at.isoformat(), "read_at": at.isoformat()}
    assert Marks.of(asdict(marks)) == Marks.of(written) == marks

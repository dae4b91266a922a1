"""The thread that keeps the copy up to date: what is due when, by a clock of ours."""

from __future__ import annotations

import errno
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from copying import LOADS, NOON, UNITS, Copy, FileReader, build, district, dossiers, loaded

from dashboard.question.copies import FolderCopies
from dashboard.question.refresher import LOOK_SECONDS, Refresher, Rhythm
from queries.copy.generations import Generations
from queries.copy.refresh import Token, refresh
from queries.source.errors import ReadingStopped, SourceUnavailable


class Watched(FileReader):
    """A reader that counts its questions, and may be a file's, slow, or away."""

    file = False
    probes = 0
    seconds = 0.0
    is_away = False

    @property
    def is_asked(self) -> bool:
        return not self.file

    def stamp(self) -> str:
        return str(self.path.stat().st_mtime_ns) if self.file else ""

    def probe(self) -> Token:
        self.probes += 1
        if self.is_away:
            raise SourceUnavailable("Không đọc được nguồn: máy chủ không trả lời kịp")
        return Token("file", self.stamp()) if self.file else super().probe()


class Served(Copy):
    """A copy with its refresher; ``pass_time`` lets it tick for so many seconds."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.reader = self.watched = Watched(self.source)
        self.seconds = 1000.0
        self.copies = FolderCopies(self.generations, self.identity, compare="day", now=lambda: self.seconds)
        self.refresher = self.another()

    def another(self) -> Refresher:
        return Refresher(
            self.generations, self.copies, reader=self.watched,
            refresh=partial(refresh, self.generations, self.watched, build, self.terms), terms=self.terms,
            rhythm=Rhythm(), monotonic=lambda: self.seconds,
        )  # fmt: skip

    def pass_time(self, seconds: float, refresher: Refresher | None = None) -> list[str]:
        """Tick as the thread does; give the outcomes by kind."""
        kinds: list[str] = []
        ends = self.seconds + seconds
        while self.seconds < ends:
            outcome = (refresher or self.refresher).tick()
            kinds += [outcome.kind] if outcome is not None else []
            self.seconds += LOOK_SECONDS
            self.now += timedelta(seconds=LOOK_SECONDS)
        return kinds

    def held(self) -> int:
        current = self.copies.current()
        assert current is not None
        with current.engine.connect() as conn:
            return int(conn.exec_driver_sql("SELECT count(*) FROM dossiers").scalar_one())


@pytest.fixture
def served(tmp_path: Path) -> Served:
    made = Served(tmp_path)
    made.put(**district(60))
    return made


def test_the_first_copy_is_made_at_once_and_a_newer_one_taken_up(served: Served) -> None:
    assert served.copies.current() is None
    assert served.pass_time(LOOK_SECONDS) == ["taken"]
    assert served.held() == 60
    served.put(**district(62))
    served.refresh()  # the command line, in another process
    served.pass_time(2 * LOOK_SECONDS)
    assert served.held() == 62


def test_a_source_that_shows_nothing_is_read_every_ten_minutes(served: Served) -> None:
    served.pass_time(LOOK_SECONDS)
    assert served.pass_time(590) == []
    assert served.pass_time(20) == ["nothing_new"]
    assert served.pass_time(3600) == ["nothing_new"] * 6


def test_a_small_question_a_minute_shows_a_change(served: Served) -> None:
    served.watched.token = Token("updated_at", "1")
    served.pass_time(LOOK_SECONDS)
    asked = served.watched.probes
    served.pass_time(300)
    assert served.watched.probes - asked in (4, 5)
    served.put(**district(63))
    served.watched.token = Token("updated_at", "2")
    assert served.pass_time(65) == ["taken"]
    assert served.held() == 63


def test_a_file_is_read_soon_after_it_was_written_and_not_while_it_is(served: Served) -> None:
    served.watched.file = True
    served.pass_time(60)
    served.put(**district(61))
    began = served.seconds
    while served.held() != 61:
        served.pass_time(LOOK_SECONDS)
    assert served.seconds - began <= 15
    calls = len(served.watched.calls)
    for n in range(62, 66):  # it is being written: at every look it is another
        served.put(**district(n))
        assert served.pass_time(LOOK_SECONDS) == []
    assert served.pass_time(10) == ["taken"]
    assert len(served.watched.calls) == calls + 1
    assert served.pass_time(500) == []


def test_reading_takes_a_twentieth_of_the_time_at_most(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    served.watched.token = Token("updated_at", "1")

    def slowly() -> None:
        served.seconds += 90
        served.now += timedelta(seconds=90)

    clock = time.monotonic
    began = served.seconds
    monkeypatch.setattr("queries.copy.refresh.time.monotonic", lambda: clock() + served.seconds - began)
    served.watched.amid = slowly
    served.pass_time(LOOK_SECONDS)
    for i in range(2, 130):
        served.watched.token = Token("updated_at", str(i))
        served.put(**district(60 + i % 5))
        served.pass_time(60)
    read = len(served.watched.calls)
    assert (read - 1) * 90 <= 0.05 * (served.seconds - began)
    assert read == 5


def test_a_reading_that_fails_late_rests_as_one_that_does_not(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = time.monotonic
    began = served.seconds

    def fail_late() -> None:
        served.seconds += 300
        served.now += timedelta(seconds=300)
        raise SourceUnavailable("Bảng hồ sơ đọc quá lâu.")

    served.pass_time(LOOK_SECONDS)
    monkeypatch.setattr("queries.copy.refresh.time.monotonic", lambda: clock() + served.seconds - began)
    served.watched.amid = fail_late
    before = len(served.watched.calls)
    kinds = served.pass_time(7200)
    assert set(kinds) == {"unreadable"}
    assert len(served.watched.calls) - before == 2, "one every 95 minutes"


def test_a_source_that_is_away_is_tried_every_minute_and_recovers(served: Served) -> None:
    served.pass_time(LOOK_SECONDS)
    served.watched.is_away = True
    kinds = served.pass_time(900)
    assert set(kinds) == {"unreadable"}
    assert 10 <= len(kinds) <= 15
    status = served.copies.status()
    assert status.is_failing
    assert status.last_try is not None
    assert status.last_try.failing_since is not None
    assert status.last_try.failing_since < status.last_try.at
    assert served.held() == 60
    served.watched.is_away = False
    served.put(**district(64))
    assert served.pass_time(65) == ["taken"]
    assert not served.copies.status().is_failing
    assert served.held() == 64


def test_a_disk_too_full_to_keep_a_failure_is_told_since_the_first_all_the_same(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    served.pass_time(LOOK_SECONDS)
    served.put(**district(66))
    served.watched.token = Token("updated_at", "1")

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Generations, "write", refuse)
    began = served.now
    assert len(served.pass_time(300)) > 3
    last = served.copies.status().last_try
    assert last is not None
    assert last.failing_since is not None
    assert last.failing_since < began + timedelta(seconds=70) < last.at
    monkeypatch.undo()
    assert "taken" in served.pass_time(70)
    assert not served.copies.status().is_failing


def test_everything_is_compared_once_a_night(served: Served) -> None:
    served.put(units=UNITS, dossiers=dossiers(60, updated_at=NOON))
    served.watched.token = Token("updated_at", "1")
    served.pass_time(LOOK_SECONDS)

    def until(moment: datetime) -> list[object]:
        served.watched.calls.clear()
        served.now = moment
        served.seconds += 3600
        served.pass_time(60)
        return [one for one in served.watched.calls if one == "whole"]

    assert until(datetime(2026, 11, 22, 1, 50)) == []
    assert until(datetime(2026, 11, 22, 2, 1)) == ["whole"]
    assert until(datetime(2026, 11, 22, 4)) == []
    assert until(datetime(2026, 11, 23, 1)) == []
    assert until(datetime(2026, 11, 23, 9)) == ["whole"]


def test_where_there_are_loads_everything_is_compared_with_the_first_one_after_the_night(
    served: Served,
) -> None:
    rows = dossiers(60, updated_at=NOON - timedelta(days=9))
    served.put(units=UNITS, dossiers=rows, loads=LOADS)
    served.watched.token = loaded(0)
    served.pass_time(LOOK_SECONDS)
    served.watched.token = loaded(1)
    served.pass_time(70)
    assert served.watched.calls == ["whole"] * 2, "nobody knows whether the first reading was amid a load"
    served.put(units=UNITS, dossiers=rows[1:], loads=LOADS)
    served.now = datetime(2026, 11, 22, 1, 50)
    served.watched.token = loaded(2)
    served.pass_time(1200)
    assert served.held() == 60
    served.now = datetime(2026, 11, 22, 5)
    served.pass_time(1800)
    assert served.watched.calls.count("whole") == 2, "the load may be under way"
    served.watched.token = loaded(3)
    served.pass_time(70)
    assert served.watched.calls.count("whole") == 3
    assert served.held() == 59
    served.watched.token = loaded(4)
    served.pass_time(1800)
    assert served.watched.calls.count("whole") == 3, "once a night"


def test_one_of_many_workers_refreshes_and_another_takes_over(served: Served) -> None:
    other = served.another()
    served.pass_time(LOOK_SECONDS)
    assert served.pass_time(1300, other) == []
    served.refresher.close()
    assert served.pass_time(1300, other) == ["nothing_new"] * 3  # at once, and every ten minutes


def test_one_that_starts_again_goes_on_where_the_last_left_off(served: Served) -> None:
    served.pass_time(LOOK_SECONDS)
    served.refresher.close()
    another = served.another()
    assert served.pass_time(500, another) == []
    assert served.pass_time(100, another) == ["nothing_new"]


def test_it_ends_in_the_middle_of_a_reading(served: Served) -> None:
    stop = threading.Event()
    reading = threading.Event()

    def read_on() -> None:
        reading.set()
        if stop.wait(30):
            raise ReadingStopped

    served.watched.amid = read_on
    refresher = Refresher(
        served.generations, served.copies, reader=served.watched,
        refresh=partial(refresh, served.generations, served.watched, build, served.terms), terms=served.terms,
        rhythm=Rhythm(), stop=stop,
    )  # fmt: skip
    refresher.start()
    assert reading.wait(10)
    assert served.copies.current() is None
    began = time.monotonic()
    refresher.close()
    assert time.monotonic() - began < 5
    assert not [one for one in threading.enumerate() if one.name == "motcua-refresh"]
    served.watched.amid = None
    assert served.refresh().kind == "taken"


def test_a_stumble_does_not_end_it(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    ticks: list[int] = []
    stop = threading.Event()

    def tick(_self: Refresher) -> None:
        ticks.append(1)
        if len(ticks) == 3:
            stop.set()
        raise ZeroDivisionError

    monkeypatch.setattr(Refresher, "tick", tick)
    monkeypatch.setattr("dashboard.question.refresher.LOOK_SECONDS", 0.01)
    refresher = Refresher(
        served.generations, served.copies, reader=served.watched,
        refresh=partial(refresh, served.generations, served.watched, build, served.terms), terms=served.terms,
        rhythm=Rhythm(), stop=stop,
    )  # fmt: skip
    refresher.start()
    stop.wait(10)
    refresher.close()
    assert len(ticks) == 3


def test_readers_hold_their_generation_while_newer_ones_come(served: Served) -> None:
    served.pass_time(LOOK_SECONDS)
    current = served.copies.current()
    assert current is not None
    failures: list[Exception] = []
    stop = threading.Event()

    def read(ask: Callable[[], int]) -> None:
        while not stop.is_set():
            try:
                assert ask() >= 60
            except Exception as error:
                failures.append(error)
            time.sleep(0.01)

    readers = [threading.Thread(target=read, args=(served.held,)) for _ in range(3)]
    for one in readers:
        one.start()
    with current.engine.connect() as conn:
        for n in range(61, 65):
            served.put(**district(n))
            served.refresh()
            served.seconds += 10
        assert conn.exec_driver_sql("SELECT count(*) FROM dossiers").scalar_one() == 60
    stop.set()
    for one in readers:
        one.join()
    assert failures == []
    assert served.held() == 64

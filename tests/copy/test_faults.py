"""What happens to the copy when a process, a disk or a file fails, done for real."""

from __future__ import annotations

import errno
import multiprocessing
import os
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest
from copying import (
    NOON,
    UNITS,
    Copy,
    be_killed_at,
    district,
    dossiers,
    in_another_process,
    refresh_slowly,
    refresh_with_small_files,
)
from disks import filled, small_disk
from waiting import until

from queries.copy.generations import Generations
from queries.copy.refresh import STEPS

SWAPPED = STEPS[STEPS.index("swapped") :]


@pytest.fixture(autouse=True)
def _processes_end() -> Iterator[None]:
    yield
    for one in multiprocessing.active_children():
        one.kill()
        one.join()


@pytest.mark.parametrize("step", [*STEPS, "amid"])
def test_a_process_killed_at_any_step_leaves_the_good_copy(filled: Copy, step: str) -> None:
    copy = filled
    before = copy.generations.current(copy.identity)
    assert before is not None
    with duckdb.connect(before.path, read_only=True) as reader:
        copy.put(**district(66))
        process = in_another_process(be_killed_at, str(copy.source.parent), step, copy.now)
        process.join(60)
        assert process.exitcode == -9
        assert reader.execute("SELECT count(*) FROM dossiers").fetchall() == [(60,)]
    assert len(copy.rows()) == (66 if step in SWAPPED else 60)
    outcome = copy.refresh()
    assert outcome.kind == ("nothing_new" if step in SWAPPED else "taken")
    assert len(copy.rows()) == 66
    left = {path.name for path in copy.generations.folder.iterdir()}
    numbers = {f"generation-{one.number:06}.duckdb" for one in copy.generations.state().generations}
    assert left == {"state.json", "refresh.lock", *numbers}


@pytest.mark.parametrize("step", ["reading", "kept", "swapped"])
def test_a_first_start_killed_at_any_step_starts_again(copy: Copy, step: str) -> None:
    copy.put(**district(60))
    process = in_another_process(be_killed_at, str(copy.source.parent), step, copy.now)
    process.join(60)
    assert (copy.generations.current() is None) == (step not in SWAPPED)
    assert copy.refresh().is_good
    assert len(copy.rows()) == 60


def test_of_two_refreshes_at_once_one_reads_and_the_other_reports_its_result(
    copy: Copy, tmp_path: Path
) -> None:
    copy.put(**district(60))
    one, other = tmp_path / "one", tmp_path / "other"
    first = in_another_process(refresh_slowly, str(tmp_path), str(one))
    until(one.with_suffix(".started").exists)
    waited: list[str] = []
    second = in_another_process(refresh_slowly, str(tmp_path), str(other))

    def all_wait() -> None:
        waited.append("waited")
        until(other.with_suffix(".waiting").exists)
        one.with_suffix(".go").touch()

    outcome = copy.refresh(waiting=all_wait)
    first.join(60)
    second.join(60)
    assert one.read_text("utf-8") == "taken False 1"
    assert other.read_text("utf-8") == "taken True 0"
    assert (outcome.kind, outcome.was_shared, copy.reader.calls) == ("taken", True, [])
    assert waited == ["waited"]
    assert outcome.sentence == "Đã cập nhật: 60 hồ sơ, số liệu đến 11:00 21/11/2026."


def test_one_who_waited_for_a_refresh_that_was_killed_does_it_himself(copy: Copy, tmp_path: Path) -> None:
    copy.put(**district(60))
    told = tmp_path / "told"
    process = in_another_process(refresh_slowly, str(tmp_path), str(told))
    until(told.with_suffix(".started").exists)
    outcome = copy.refresh(waiting=process.kill)
    assert (outcome.kind, outcome.was_shared) == ("taken", False)


def test_waiting_ends(copy: Copy, tmp_path: Path) -> None:
    copy.put(**district(60))
    told = tmp_path / "told"
    in_another_process(refresh_slowly, str(tmp_path), str(told))
    until(told.with_suffix(".started").exists)
    copy.more["wait_seconds"] = 0.2
    outcome = copy.refresh()
    assert outcome.kind == "unwritable"
    assert outcome.sentence == "Một lần cập nhật khác vẫn đang chạy, chưa xong sau thời gian chờ."


def test_threads_take_turns_too(copy: Copy) -> None:
    copy.put(**district(60))
    others_wait = threading.Semaphore(0)

    def rest() -> None:
        assert all(others_wait.acquire(timeout=60) for _ in range(2))

    copy.reader.amid = rest
    kinds: list[tuple[str, bool]] = []

    def work() -> None:
        outcome = copy.refresh(waiting=others_wait.release)
        kinds.append((outcome.kind, outcome.was_shared))

    threads = [threading.Thread(target=work) for _ in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(kinds) == [("taken", False), ("taken", True), ("taken", True)]
    assert copy.reader.calls == ["whole"]


@pytest.mark.skipif(sys.platform == "win32", reason="limits of the file size are POSIX's")
@pytest.mark.parametrize("most", [2_000, 13_000, 100_000, 600_000])
def test_a_disk_that_is_full_costs_nothing_but_the_news(filled: Copy, tmp_path: Path, most: int) -> None:
    copy = filled
    copy.put(**district(69))
    told = tmp_path / "told"
    process = in_another_process(refresh_with_small_files, str(tmp_path), str(told), most)
    process.join(60)
    assert process.exitcode == 0
    kind, _, sentence = told.read_text("utf-8").partition(" ")
    assert kind == "unwritable"
    assert sentence == "Không ghi được bản sao mới: tệp vượt giới hạn kích thước; số liệu cũ vẫn được dùng."
    assert len(copy.rows()) == 60
    assert copy.refresh().kind == "taken"


def test_a_tmpfs_that_fills(tmp_path: Path) -> None:
    copy = Copy(tmp_path)
    with small_disk(tmp_path / "disk", 12) as disk:
        copy.generations = Generations(disk / "copy")
        copy.put(**district(60))
        assert copy.refresh().kind == "taken"
        with filled(disk):
            copy.put(**district(66))
            for minutes in (1, 2):
                copy.now = NOON + timedelta(minutes=minutes)
                outcome = copy.refresh()
                assert outcome.kind == "unwritable"
                assert outcome.sentence == "Không ghi được bản sao mới: đĩa đầy; số liệu cũ vẫn được dùng."
            assert len(copy.rows()) == 60
        assert copy.refresh().kind == "taken"
        assert len(copy.rows()) == 66
        assert copy.generations.state().last_try.failing_since is None  # type: ignore[union-attr]


def test_a_folder_that_cannot_be_written(filled: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = filled
    copy.put(**district(66))

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    outcome = copy.refresh()
    assert outcome.kind == "unwritable"
    assert outcome.sentence == "Không ghi được bản sao mới: không có quyền ghi; số liệu cũ vẫn được dùng."
    monkeypatch.undo()
    assert copy.refresh().kind == "taken"


def test_a_folder_that_is_a_file(copy: Copy) -> None:
    copy.put(**district())
    copy.generations.folder.write_text("", "utf-8")
    assert copy.refresh().kind == "unwritable"


def test_a_file_that_cannot_be_deleted_yet_goes_later(copy: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    unlink = Path.unlink

    def held_open(path: Path, *, missing_ok: bool = False) -> None:
        if path.name == "generation-000001.duckdb":
            raise PermissionError(errno.EACCES, "in use")
        unlink(path, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", held_open)
    for n in range(60, 65):
        copy.put(**district(n))
        assert copy.refresh().kind == "taken"
    names = sorted(path.name[:17] for path in copy.generations.folder.glob("*.duckdb"))
    assert names == ["generation-000001", "generation-000003", "generation-000004", "generation-000005"]
    monkeypatch.undo()
    assert copy.refresh().kind == "nothing_new"
    assert not (copy.generations.folder / "generation-000001.duckdb").exists()


def test_what_cannot_be_read_back_is_not_taken(filled: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = filled
    copy.put(**district(66))
    original = Generations.verify

    def damage(generations: Generations, path: Path, *rest: object) -> None:
        with path.open("r+b") as file:
            file.seek(4096 * 3)
            file.write(os.urandom(200_000))
        original(generations, path, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Generations, "verify", damage)
    outcome = copy.refresh()
    assert outcome.kind == "unwritable"
    assert outcome.sentence == "Bản sao vừa ghi không đọc lại được như đã ghi; đĩa có thể hỏng."
    assert len(copy.rows()) == 60


def test_an_error_nobody_foresaw_is_told_and_costs_nothing(copy: Copy) -> None:
    copy.put(units=UNITS, dossiers=dossiers(60))
    copy.refresh()
    copy.put(**district(66))

    def stumble() -> None:
        raise ZeroDivisionError

    copy.reader.amid = stumble
    outcome = copy.refresh()
    assert outcome.kind == "unwritable"
    assert "ZeroDivisionError" in outcome.sentence
    assert len(copy.rows()) == 60

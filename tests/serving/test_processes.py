"""The processes that serve: replaced when they die, changed without losing a request, ended with their parent."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest
import working
from ports import free_port
from waiting import until

ROOT = Path(__file__).resolve().parents[2]


class Running:
    """Workers in a program of their own; ``told``: what it logged."""

    def __init__(self, folder: Path, front: str, workers: int) -> None:
        self.port, self._log = free_port(), folder / "log"
        path = os.pathsep.join(
            [str(ROOT), str(Path(working.__file__).parent), os.environ.get("PYTHONPATH", "")]
        )
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, working.__file__, str(self.port), str(workers), front], cwd=folder, stderr=log,
                env={**os.environ, "PYTHONPATH": path}, start_new_session=True,
            )  # fmt: skip

    @property
    def told(self) -> str:
        return self._log.read_text("utf-8")

    def workers(self) -> set[int]:
        found = set()
        for one in psutil.Process(self.process.pid).children():
            with suppress(psutil.Error):  # it has ended, or is just ending
                if "spawn_main" in " ".join(one.cmdline()):
                    found.add(one.pid)
        return found

    def asked(self) -> int | None:
        """Give which process answers on a new line."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            line.request("GET", "/")
            return int(line.getresponse().read())
        except (OSError, http.client.HTTPException):
            return None
        finally:
            line.close()


@contextmanager
def running(folder: Path, front: str = "create", workers: int = 1) -> Iterator[Running]:
    one = Running(folder, front, workers)
    try:
        yield one
    finally:
        with suppress(ProcessLookupError):
            os.killpg(one.process.pid, signal.SIGKILL)
        one.process.wait(20)


@contextmanager
def readers(one: Running) -> Iterator[tuple[list[int], list[str]]]:
    """Ask all the while, on new lines and on kept ones; give who answered, and what was not."""
    answers: list[int] = []
    failed: list[str] = []
    ended = threading.Event()

    def anew() -> None:
        while not ended.is_set():
            found = one.asked()
            if found is None:
                failed.append("on a new line")
            else:
                answers.append(found)

    def kept() -> None:
        line = http.client.HTTPConnection("127.0.0.1", one.port, timeout=20)
        while not ended.is_set():
            try:
                line.request("GET", "/")  # by a new line where the last answer said so
                answers.append(int(line.getresponse().read()))
            except (OSError, http.client.HTTPException) as error:
                failed.append(f"on a kept line: {error!r}")
                line.close()
        line.close()

    threads = [threading.Thread(target=each) for each in (anew, anew, kept, kept)]
    for each in threads:
        each.start()
    try:
        yield answers, failed
    finally:
        ended.set()
        for each in threads:
            each.join(30)


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="Windows has no such signal")
@pytest.mark.parametrize("workers", [1, pytest.param(2, marks=pytest.mark.soak)])
def test_new_workers_take_over_without_losing_a_request(tmp_path: Path, workers: int) -> None:
    with running(tmp_path, workers=workers) as one:
        until(lambda: one.asked() is not None)
        until(lambda: len(one.workers()) == workers)
        old = one.workers()
        assert len(old) == workers
        with readers(one) as (answers, failed):
            time.sleep(0.5)
            os.kill(one.process.pid, signal.SIGHUP)
            until(lambda: not old & one.workers())
            new = one.workers()
            time.sleep(0.5)
        assert failed == []
        assert len(new) == workers
        assert {*answers} & old
        assert answers[-1] in new


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="Windows has no such signal")
def test_where_no_new_worker_can_begin_the_old_one_stays(tmp_path: Path) -> None:
    with running(tmp_path, "create_once") as one:
        until(lambda: one.asked() is not None)
        before = one.asked()
        os.kill(one.process.pid, signal.SIGHUP)
        until(lambda: "các tiến trình cũ tiếp tục phục vụ" in one.told)
        assert one.asked() == before


def test_a_worker_that_dies_is_replaced_and_meanwhile_readers_wait(tmp_path: Path) -> None:
    with running(tmp_path) as one:
        until(lambda: one.asked() is not None)
        (first,) = one.workers()
        os.kill(first, signal.SIGKILL)
        after = one.asked()
        assert after is not None
        assert after != first
        assert f"Tiến trình phục vụ {first} đã dừng" in one.told


def test_workers_that_cannot_begin_end_the_program_with_their_reason(tmp_path: Path) -> None:
    with running(tmp_path, "create_never") as one:
        assert one.process.wait(60) == 3
        assert one.told.count("Không chuẩn bị được để phục vụ.") == 3
        assert all(line.startswith("{") for line in one.told.splitlines())


@pytest.mark.parametrize("number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.soak)])
def test_told_to_stop_it_ends_soon_and_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    with running(tmp_path, workers=2) as one:
        until(lambda: one.asked() is not None)
        workers = one.workers()
        os.kill(one.process.pid, number)
        assert one.process.wait(20) == 0
        assert not [each for each in workers if psutil.pid_exists(each)]
        assert one.told.replace("\n", "") == "" or '"level": "INFO"' in one.told
        assert "Traceback" not in one.told


def test_the_keyboard_stops_all_of_them_quietly(tmp_path: Path) -> None:
    """Ctrl+C comes to every process of the terminal."""
    with running(tmp_path, workers=2) as one:
        until(lambda: one.asked() is not None)
        until(lambda: len(one.workers()) == 2)
        os.killpg(one.process.pid, signal.SIGINT)
        assert one.process.wait(20) == 0
        assert "Traceback" not in one.told


def test_workers_do_not_outlive_their_parent(tmp_path: Path) -> None:
    with running(tmp_path, workers=2) as one:
        until(lambda: one.asked() is not None)
        until(lambda: len(one.workers()) == 2)
        workers = one.workers()
        one.process.kill()
        one.process.wait(10)
        until(lambda: not [each for each in workers if psutil.pid_exists(each)], 20)

"""The program as it is served, attacked: whoever holds lines open keeps nobody else out."""

from __future__ import annotations

import http.client
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import date

import psutil  # type: ignore[import-untyped]
import pytest
from browser.wall import Program
from ports import free_port

from bench import attacks
from dashboard.serving.workers import START_SECONDS
from queries.sample.district import write_sample


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    folder = tmp_path_factory.mktemp("dung-vung")
    write_sample(
        folder / "mau.duckdb", units=4, departments=0, years=1, per_unit_year=200, until=date(2026, 11, 21)
    )
    health = free_port()
    one = Program(f"duckdb:///{folder / 'mau.duckdb'}", free_port(), copy_folder=str(folder / "copy"),
                  health_port=str(health))  # fmt: skip
    try:
        one.start()
        while attacks.asked(one.port, "/readyz") is None:
            pass
        yield one
    finally:
        one.kill()


@pytest.mark.parametrize("name", [one for one in attacks.ATTACKS if one != "nobody"])
def test_others_are_answered_while(running: Program, name: str) -> None:
    """Every request of another address is answered, and health's listener too; how fast, bench measures."""
    with attacks.ATTACKS[name](running.port):
        found = attacks.taken(running.port, int(running.settings["health_port"]), seconds=2)
    assert found.failed == 0
    assert found.asked > 2


def test_another_name_is_not_served_and_the_server_is_nameless(running: Program) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", running.port, timeout=30)) as connection:
        connection.request("GET", "/", headers={"Host": "evil.example"})
        answer = connection.getresponse()
        answer.read()
    assert answer.status == 421
    assert answer.getheader("server") is None
    with attacks.line(running.port) as one:
        one.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00")
        assert not one.recv(100).startswith(b"\x00"), "no cleartext HTTP/2"


@pytest.mark.soak
def test_new_workers_take_over_without_losing_a_request(running: Program) -> None:
    """SIGHUP: the program itself, as long as it takes; every request is answered."""
    before = {one.pid for one in psutil.Process(running.process_id).children(recursive=True)}
    failed: list[float | None] = []
    asked = [0]
    ended = threading.Event()

    def ask() -> None:
        while not ended.is_set():
            asked[0] += 1
            if attacks.asked(running.port, "/api/v1/on-time") is None:
                failed.append(time.time())

    readers = [threading.Thread(target=ask) for _ in range(4)]
    for one in readers:
        one.start()
    os.kill(running.process_id, signal.SIGHUP)
    ends = time.monotonic() + START_SECONDS
    while len([one for one in before if psutil.pid_exists(one)]) > 1:  # multiprocessing's own stays
        assert time.monotonic() < ends
        time.sleep(0.5)
    time.sleep(2)
    ended.set()
    for one in readers:
        one.join()
    assert asked[0] > 100
    assert failed == []

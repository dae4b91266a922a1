"""The program as it is served, attacked: whoever holds lines open keeps nobody else out."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from contextlib import closing
from datetime import date

import pytest
from browser.wall import Program, free_port

from bench import attacks
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
        found = attacks.taken(running.port, int(running.settings["health_port"]), seconds=4)
    assert found.failed == 0
    assert found.asked > 4


def test_another_name_is_not_served_and_the_server_is_nameless(running: Program) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", running.port, timeout=30)) as connection:
        connection.request("GET", "/", headers={"Host": "evil.example"})
        answer = connection.getresponse()
        answer.read()
    assert answer.status == 421
    assert not answer.getheader("server")
    with attacks.line(running.port) as one:
        one.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00")
        assert not one.recv(100).startswith(b"\x00"), "no cleartext HTTP/2"

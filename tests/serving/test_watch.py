"""The listener of monitors: it tells what workers told, and how long ago; readers cannot reach it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dashboard.serving import watch
from dashboard.serving.measures import FOLDER, READY, tell_ready

WORKER = """
import sys
from dashboard.serving.measures import Measures
counted = Measures()
counted.answered(200, 0.01); counted.answered(503, 3.0); counted.refused("slow"); counted.beat(7)
"""


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv(FOLDER, str(tmp_path))
    return tmp_path


def test_what_workers_say_of_the_figures_is_told_with_its_age(folder: Path) -> None:
    assert watch.readyz(folder) == (503, {"status": "starting"})
    tell_ready(200, {"status": "ok", "data_age_seconds": 60})
    status, told = watch.readyz(folder)
    assert (status, told["status"], told["data_age_seconds"]) == (200, "ok", 60)
    assert told["asked_seconds_ago"] < 10
    assert watch.healthz(folder, 2) == (200, {"status": "ok", "workers": 2})
    assert watch.healthz(folder, 0)[0] == 503


def test_workers_that_give_no_sign_are_called_silent(folder: Path) -> None:
    tell_ready(200, {"status": "ok"})
    told = json.loads((folder / READY).read_text("utf-8"))
    (folder / READY).write_text(json.dumps({**told, "at": time.time() - watch.STILL_SECONDS - 1}), "utf-8")
    status, said = watch.healthz(folder, 1)
    assert (status, said["status"]) == (503, "silent")
    assert watch.readyz(folder)[0] == 503


@pytest.fixture
def address(folder: Path) -> Iterator[str]:
    server = watch.listen("127.0.0.1", 0, folder, lambda: 1)
    assert server is not None
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_counts_of_all_workers_are_added_up(address: str, folder: Path) -> None:
    for _ in range(2):
        subprocess.run([sys.executable, "-c", WORKER], check=True, env={**os.environ, FOLDER: str(folder)},
                       cwd=Path(__file__).resolve().parents[2])  # fmt: skip
    tell_ready(200, {"data_age_seconds": 60, "last_try": {"failing_since": "2026-11-29T10:00:00"}})
    with urllib.request.urlopen(f"{address}/metrics", timeout=10) as answer:
        lines = answer.read().decode().splitlines()
    for line in ('motcua_answers_total{status="2xx"} 2.0', 'motcua_answers_total{status="5xx"} 2.0',
                 'motcua_refused_total{why="slow"} 2.0', "motcua_answer_seconds_count 4.0", "motcua_ready 1",
                 "motcua_data_age_seconds 60", "motcua_refresh_failing 1"):  # fmt: skip
        assert line in lines, line


def test_it_answers_three_addresses_and_no_other(address: str) -> None:
    def asked(path: str) -> tuple[int, Any]:
        try:
            with urllib.request.urlopen(address + path, timeout=10) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    assert asked("/healthz") == (200, {"status": "ok", "workers": 1})
    assert asked("/readyz")[0] == 503
    assert asked("/api/v1/dossiers")[0] == 404


def test_a_port_that_is_taken_is_told_and_serving_goes_on(
    address: str, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    port = int(address.rpartition(":")[2])
    assert watch.listen("127.0.0.1", port, folder, lambda: 1) is None
    assert "/healthz" in caplog.text

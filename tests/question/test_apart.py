"""A refresh in a process of its own: what it did comes back, it ends when told to, its death is told."""

from __future__ import annotations

import subprocess
import threading
from pathlib import Path
from typing import Any

import pytest
from apps import AS_OF, unit, write

from dashboard.question.apart import refresh_apart
from dashboard.question.working_copy import generations_of, identity_for, terms_of
from dashboard.settings.settings import Settings
from dashboard.settings.values import SecretUrl
from queries.copy.generations import LastTry
from queries.copy.lock import only_one
from queries.copy.refresh import ended_amid
from queries.source.errors import ReadingStopped


def settings_of(folder: Path, database: Path) -> Settings:
    return Settings(
        database_url=SecretUrl(f"duckdb:///{database}"),
        copy_folder=str(folder / "copy"),
        as_of=AS_OF,
        refresh_memory_mb=300,
    )


def test_a_refresh_apart_brings_the_copy_up_to_date_and_says_so(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, write(tmp_path, [unit(1)], []))
    told: list[str] = []
    run = refresh_apart(settings, threading.Event())
    outcome = run(whole=False, progress=lambda table, rows: told.append(table))
    assert (outcome.kind, outcome.whole) == ("taken", True)
    assert {"units", "dossiers"} <= set(told)
    current = generations_of(settings).current(identity_for(settings))
    assert current is not None
    assert current == outcome.generation
    again = run(whole=False, progress=lambda *_: None)
    assert again.kind == "nothing_new"


def test_what_cannot_be_read_is_told_as_in_this_process(tmp_path: Path) -> None:
    outcome = refresh_apart(settings_of(tmp_path, tmp_path / "none.duckdb"), threading.Event())(
        whole=False, progress=lambda *_: None
    )
    assert outcome.kind == "unreadable"
    assert "none.duckdb" in outcome.sentence


def test_it_ends_when_the_server_does(tmp_path: Path) -> None:
    stop = threading.Event()
    stop.set()
    run = refresh_apart(settings_of(tmp_path, write(tmp_path, [unit(1)], [])), stop)
    with pytest.raises(ReadingStopped):
        run(whole=False, progress=lambda *_: None)


def test_a_process_that_dies_is_a_failed_refresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the system ends it for want of memory: told in every server of the folder, and tried again."""
    popen = subprocess.Popen

    def killed(*asked: Any, **more: Any) -> Any:
        process = popen(*asked, **more)
        process.kill()
        return process

    monkeypatch.setattr(subprocess, "Popen", killed)
    settings = settings_of(tmp_path, write(tmp_path, [unit(1)], []))
    run = refresh_apart(settings, threading.Event())
    outcome = run(whole=False, progress=lambda *_: None)
    assert outcome.kind == "unwritable"
    assert "dừng giữa chừng (mã -9)" in outcome.sentence
    again = run(whole=False, progress=lambda *_: None)
    assert again.at > outcome.at
    assert again.failing_since == outcome.at, "since the first that died, not the last"
    kept = generations_of(settings).state().last_try
    assert kept == LastTry(again.at, again.kind, again.sentence, outcome.at)
    monkeypatch.undo()
    assert run(whole=False, progress=lambda *_: None).kind == "taken"


def test_a_death_is_not_told_over_another_refresh(tmp_path: Path) -> None:
    """Who holds the lock meanwhile says itself how it went."""
    settings = settings_of(tmp_path, tmp_path / "none.duckdb")
    generations = generations_of(settings)
    with only_one(generations.folder, seconds=0):
        assert ended_amid(generations, terms_of(settings), "Dừng.").kind == "unwritable"
    assert generations.state().last_try is None

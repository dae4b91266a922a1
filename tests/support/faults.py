"""Faults of a source and of the copy, done to an application that is running; each gives what readers are told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

from apps import AS_OF, Living, dossiers, loaded, unit, write

from dashboard.question import source
from dashboard.question.source import for_readers
from dashboard.question.working_copy import generations_of
from queries.copy.generations import Generation
from queries.copy.refresh import Kind, Outcome

DAMAGED = "Bản sao mới nhất bị hỏng; đang dùng bản trước đó."


def _since(outcome: Outcome, kind: Kind) -> str:
    assert outcome.kind == kind
    assert outcome.failing_since is not None
    return (
        f"Số liệu chưa cập nhật được từ {outcome.failing_since:%H:%M ngày %d/%m/%Y}: "
        f"{for_readers(outcome.sentence)}"
    )


def begun(folder: Path) -> Living:
    """Give an application whose copy is whole, of a source in that folder."""
    load = loaded(as_of=AS_OF - timedelta(hours=1))
    site = Living(write(folder, [unit(1)], dossiers("P01", late=3), load=load), folder / "copy")
    assert site.refresh().kind == "taken"
    return site


def _away(site: Living, folder: Path) -> str:
    next(folder.glob("*.duckdb")).unlink()
    return _since(site.refresh(), "unreadable")


def _refused(site: Living, folder: Path) -> str:
    write(folder, [unit(1)], [], load=loaded(as_of=AS_OF))
    told = _since(site.refresh(), "refused")
    assert "hồ sơ" in told
    return told


def _damaged(site: Living, folder: Path) -> str:
    """Spoil the newest copy before readers take it up; the one before is whole."""
    _spoil(_newer(site, folder))
    return DAMAGED


def _damaged_open(site: Living, folder: Path) -> str:
    """Spoil the newest copy, which readers have open, in what nobody has asked of it yet."""
    newest = _newer(site, folder)
    assert site.source.known().copy.version == newest.version
    _spoil(newest)
    assert site.json("/api/v1/on-time", 503)["error"] == source.DAMAGED, "the first only"
    return DAMAGED


def _newer(site: Living, folder: Path) -> Generation:
    # So many that they do not all lie in memory as soon as the file is open.
    rows = [*dossiers("P01", late=4), *dossiers("P01", early=3_000)]
    write(folder, [unit(1)], rows, load=loaded(as_of=AS_OF))
    assert site.refresh(accept=site.refresh().kind == "refused").kind == "taken"
    newest = generations_of(site.settings).state().newest
    assert newest is not None
    return newest


def _spoil(copy: Generation) -> None:
    with copy.path.open("r+b") as file:
        file.seek(3 * 4096)
        file.write(b"\xff" * (copy.size - 3 * 4096))


FAULTS: Mapping[str, Callable[[Living, Path], str]] = {
    "source away": _away, "load refused": _refused, "copy damaged": _damaged,
    "copy damaged while open": _damaged_open,
}  # fmt: skip
"""Each is given what has ``begun``, and its folder."""

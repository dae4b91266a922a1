"""A copy of files: whatever happens to a file, the last good figures stay, and a sentence says why."""

from __future__ import annotations

import os
import time
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from copying import NOON, Copy
from workbooks import HEADS, save, table_of

from dashboard.question.copies import FolderCopies
from dashboard.question.refresher import LOOK_SECONDS, Refresher, Rhythm
from queries.copy.give_back import GIVEN_BACK
from queries.copy.reader import SourceReader, identity_of
from queries.copy.refresh import refresh
from queries.source.files.given import GivenFile
from queries.source.from_files import Files
from queries.source.mapping import SourceMapping
from queries.source.visit import Source

ZONE = "Asia/Ho_Chi_Minh"


def dossier(i: int, **more: Any) -> dict[str, Any]:
    received = NOON - timedelta(hours=i + 1)
    return {
        "dossier_code": f"HS{i:03}", "unit_code": "Phường 1", "channel": "counter", "state": "open",
        "received_at": received.replace(microsecond=0), "due_at": date(2026, 12, 1), "finished_at": None,
    } | more  # fmt: skip


class OfFiles(Copy):
    """A copy of the workbooks in a folder."""

    def __init__(self, folder: Path, *given: GivenFile, settled: float = 0) -> None:
        super().__init__(folder)
        self.place = folder / "du-lieu"
        self.place.mkdir(exist_ok=True)
        self.written = 1_790_000_000
        self.read(*(given or (GivenFile("ho-so*"),)), settled=settled)

    def read(self, *given: GivenFile, settled: float = 0, url: str | None = None) -> None:
        files = Files(given, self.place, settled)
        source = None if url is None else Source(url)
        folder = self.generations.folder / GIVEN_BACK
        reader = SourceReader(source, SourceMapping(), ZONE, files=files, give_back=folder)
        self.reader = reader  # type: ignore[assignment]
        self.identity = identity_of(url, SourceMapping(), zone=ZONE, files=files)

    def export(self, *numbers: int, name: str = "ho-so.xlsx", **more: Any) -> Path:
        rows = [dossier(i, **more) for i in numbers]
        heads = {one: head for one, head in HEADS["dossiers"].items() if one in dossier(0)}
        path = save(self.place / name, {"Sheet1": table_of(rows, heads)})
        self.written += 1
        os.utime(path, (self.written, self.written))
        return path


@pytest.fixture
def copy(tmp_path: Path) -> OfFiles:
    made = OfFiles(tmp_path)
    made.export(*range(20))
    assert made.refresh().kind == "taken"
    return made


def test_files_that_stand_as_they_were_are_not_read(copy: OfFiles) -> None:
    outcome = copy.refresh()
    assert (outcome.kind, outcome.read_seconds) == ("nothing_new", 0.0)
    copy.export(*range(21))
    assert copy.refresh().kind == "taken"
    assert len(copy.rows()) == 21


def test_the_moment_of_files_is_that_of_their_rows(copy: OfFiles) -> None:
    current = copy.generations.current(copy.identity)
    assert current is not None
    assert (current.as_of.moment, current.as_of.inferred) == (datetime(2026, 11, 21, 11), True)


def test_the_same_patterns_are_the_same_copy_whichever_files_they_fit(tmp_path: Path) -> None:
    def identity(*given: GivenFile, url: str | None = None) -> str:
        return identity_of(url, SourceMapping(), zone=ZONE, files=Files(given, tmp_path)).source

    first = identity(GivenFile("a-*.xlsx"), GivenFile("b.csv"))
    (tmp_path / "a-1.xlsx").touch()
    assert identity(GivenFile("b.csv"), GivenFile("a-*.xlsx")) == first
    assert identity(GivenFile("a-*.xlsx")) != first
    assert identity(GivenFile("a-*.xlsx"), GivenFile("b.csv", table="slips")) != first
    assert identity(GivenFile("a-*.xlsx"), GivenFile("b.csv"), url="sqlite:///x.db") != first


def gone(path: Path) -> None:
    path.unlink()


def renamed(path: Path) -> None:
    path.rename(path.with_name("cu.xlsx"))


def half_copied(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:2000])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def not_there_yet(path: Path) -> None:
    path.rename(path.with_name("ho-so.xlsx.part"))


@pytest.mark.parametrize("fault", [gone, renamed, half_copied, emptied, not_there_yet])
def test_a_file_that_is_away_or_half_there_takes_nothing_away(copy: OfFiles, fault: Any) -> None:
    path = copy.place / "ho-so.xlsx"
    whole = path.read_bytes()
    fault(path)
    outcome = copy.refresh()
    assert outcome.kind == "unreadable"
    assert outcome.sentence.endswith(".")
    assert len(outcome.sentence.splitlines()) == 1
    assert "ho-so" in outcome.sentence
    assert len(copy.rows()) == 20
    path.write_bytes(whole)
    assert copy.refresh().is_good


def test_a_file_that_excel_holds_takes_nothing_away(copy: OfFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    copy.export(*range(21))
    opened = Path.open

    def locked(self: Path, *rest: Any, **more: Any) -> Any:
        if self.suffix == ".xlsx":
            raise PermissionError(13, "Permission denied")
        return opened(self, *rest, **more)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", locked)
        outcome = copy.refresh()
    assert outcome.kind == "unreadable"
    assert "«ho-so.xlsx»" in outcome.sentence
    assert "Excel" in outcome.sentence
    assert len(copy.rows()) == 20
    (copy.place / "~$ho-so.xlsx").write_bytes(b"x")
    assert copy.refresh().kind == "taken"


def test_a_file_written_while_it_is_looked_at_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = OfFiles(tmp_path, settled=0.01)
    path = copy.export(*range(20))
    os.utime(path)

    def meanwhile(_seconds: float) -> None:
        path.write_bytes(path.read_bytes() + b" ")

    with monkeypatch.context() as patch:
        patch.setattr(time, "sleep", meanwhile)
        outcome = copy.refresh()
    assert outcome.kind == "unreadable"
    assert "«ho-so.xlsx» đang được ghi" in outcome.sentence


def test_a_file_replaced_while_it_is_read_is_not_believed(copy: OfFiles) -> None:
    copy.export(*range(21))

    def replaced(table: str, rows: int) -> None:
        copy.export(*range(22))

    outcome = copy.refresh(progress=replaced)
    assert outcome.kind == "unreadable"
    assert "ho-so.xlsx" in outcome.sentence
    assert len(copy.rows()) == 20
    assert copy.refresh().kind == "taken"
    assert len(copy.rows()) == 22


def test_one_file_of_many_that_is_gone_is_refused_until_a_person_accepts(copy: OfFiles) -> None:
    copy.export(20, name="ho-so-2.xlsx")
    assert copy.refresh().kind == "taken"
    (copy.place / "ho-so-2.xlsx").unlink()
    outcome = copy.refresh()
    assert outcome.kind == "refused"
    assert outcome.sentence == (
        "Không còn thấy tệp «ho-so-2.xlsx», nên thiếu 1 hồ sơ; đặt lại tệp, hoặc chấp nhận nếu bỏ thật."
    )
    assert copy.refresh().sentence == outcome.sentence
    assert len(copy.rows()) == 21
    assert copy.refresh(accept=True).kind == "taken"
    assert len(copy.rows()) == 20
    copy.export(*range(19))
    assert copy.refresh().kind == "taken", "a file that was given up is not missed again"


def test_a_file_renamed_or_taken_up_by_a_larger_one_is_not_missed(copy: OfFiles) -> None:
    copy.export(20, name="ho-so-2.xlsx")
    copy.refresh()
    (copy.place / "ho-so-2.xlsx").rename(copy.place / "ho-so-thang-2.xlsx")
    assert copy.refresh().kind == "nothing_new"
    (copy.place / "ho-so-thang-2.xlsx").unlink()
    copy.export(*range(22))
    assert copy.refresh().kind == "taken"
    assert len(copy.rows()) == 22


def test_an_export_of_far_fewer_rows_is_refused(copy: OfFiles) -> None:
    copy.export(*range(5))
    outcome = copy.refresh()
    assert outcome.kind == "refused"
    assert "từ 20 còn 5" in outcome.sentence


def test_rows_to_be_mended_are_told_with_their_folder(copy: OfFiles) -> None:
    copy.export(*range(20), 21, due_at="31/02/2026")
    copy.limits = type(copy.limits)(empty_up_points=0)
    outcome = copy.refresh()
    folder = copy.generations.folder / GIVEN_BACK
    assert outcome.sentence.endswith(f"21 dòng của tệp cần sửa: xem thư mục {folder}.")
    assert [one.name for one in folder.glob("*.xlsx")] == ["ho-so-tra-lai.xlsx"]


def test_a_change_is_seen_within_twenty_seconds_and_what_is_gone_is_told(copy: OfFiles) -> None:
    seconds = 1000.0
    copies = FolderCopies(copy.generations, copy.identity, compare="day", now=lambda: seconds)
    refresher = Refresher(
        copy.generations, copies, reader=copy.reader, terms=copy.terms,  # type: ignore[arg-type]
        refresh=partial(refresh, copy.generations, copy.reader, _nothing, copy.terms),
        rhythm=Rhythm(read_share=1), monotonic=lambda: seconds,
    )  # fmt: skip

    def kinds(lasting: float) -> list[str]:
        nonlocal seconds
        told: list[str] = []
        ends = seconds + lasting
        while seconds < ends:
            outcome = refresher.tick()
            told += [outcome.kind] if outcome is not None else []
            seconds += LOOK_SECONDS
        return told

    kinds(60)
    copy.export(*range(21))
    assert kinds(20) == ["taken"]
    path = copy.place / "ho-so.xlsx"
    path.rename(copy.place / "cu.xlsx")
    assert kinds(20) == ["unreadable"]
    assert len(copy.rows()) == 21
    (copy.place / "cu.xlsx").rename(path)
    assert kinds(20) == ["nothing_new"]


def _nothing(*_: Any, **__: Any) -> None:
    return None

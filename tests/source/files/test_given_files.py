"""Which files on disk are meant."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from queries.source.errors import SourceBroken, SourceUnavailable
from queries.source.files.given import GivenFile, found


def put(path: Path, seconds: int) -> Path:
    path.write_text("a")
    os.utime(path, (seconds, seconds))
    return path


def test_older_files_come_first_then_names(tmp_path: Path) -> None:
    put(tmp_path / "b.csv", 200)
    put(tmp_path / "a.csv", 300)
    put(tmp_path / "d.csv", 100)
    put(tmp_path / "c.csv", 100)
    names = [one.path.name for one in found([GivenFile("*.csv")], tmp_path)]
    assert names == ["c.csv", "d.csv", "b.csv", "a.csv"]


def test_a_file_of_two_entries_is_there_once_by_the_first(tmp_path: Path) -> None:
    put(tmp_path / "a.csv", 1)
    first = GivenFile("a.csv", "slips")
    assert [one.given for one in found([first, GivenFile("*.csv")], tmp_path)] == [first]


@pytest.mark.parametrize("name", ["~$a.xlsx", ".a.xlsx", "a.xlsx.tmp", "a.xlsx.part", "a.crdownload"])
def test_locks_hidden_and_half_copied_files_are_left_out(tmp_path: Path, name: str) -> None:
    put(tmp_path / name, 1)
    put(tmp_path / "good.xlsx", 1)
    assert [one.path.name for one in found([GivenFile("*")], tmp_path)] == ["good.xlsx"]


def test_state_differs_where_the_file_was_written(tmp_path: Path) -> None:
    path = put(tmp_path / "a.csv", 1)
    before = found([GivenFile("a.csv")], tmp_path)[0].state
    assert found([GivenFile("a.csv")], tmp_path)[0].state == before
    put(path, 2)
    assert found([GivenFile("a.csv")], tmp_path)[0].state != before


def test_brackets_in_a_name_are_no_pattern_where_that_file_is_there(tmp_path: Path) -> None:
    put(tmp_path / "a [1].csv", 1)
    assert [one.path.name for one in found([GivenFile("a [1].csv")], tmp_path)] == ["a [1].csv"]


@pytest.mark.parametrize(
    ("path", "error", "words"),
    [
        ("none.xlsx", SourceUnavailable, "Không thấy tệp «none.xlsx»"),
        ("share/none.xlsx", SourceUnavailable, "Không thấy thư mục"),
        ("share/*.xlsx", SourceUnavailable, "ổ mạng chưa kết nối"),
        ("*.xlsx", SourceBroken, "chưa có tệp nào khớp với «*.xlsx»"),
        ("here", SourceBroken, "«here» là thư mục"),
    ],
)
def test_what_is_not_there_has_its_sentence(
    tmp_path: Path, path: str, error: type[Exception], words: str
) -> None:
    (tmp_path / "here").mkdir()
    with pytest.raises(error) as told:
        found([GivenFile(path)], tmp_path)
    assert words in str(told.value)

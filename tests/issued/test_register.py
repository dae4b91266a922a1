"""The register: numbers without gaps, one transaction a sheet, what is changed afterwards is noticed."""

from __future__ import annotations

import json
import multiprocessing
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from issued_records import record

from dashboard.issued.record import Record, record_of
from dashboard.issued.register import Register, RegisterError


def issued(register: Register, asked: str, text: str = "3 hồ sơ trễ hạn") -> str:
    kept, _ = register.issue("GS", 2026, asked, lambda number: (record(number, text), number.encode()))
    return kept.record.number


def _issue_many(path: Path, who: int) -> list[str]:
    return [issued(Register(path), f"{who}-{i}") for i in range(8)]


def test_a_record_is_read_as_it_was_written() -> None:
    one = record("GS-2026-0001-A")
    assert record_of(one.written()) == one
    # One of before the program was kept.
    told = json.loads(one.written())
    del told["program"]
    assert record_of(json.dumps(told)) == one
    with pytest.raises(ValueError, match="not a record"):
        record_of("[]")


def test_the_same_question_gets_the_same_number_and_file(tmp_path: Path) -> None:
    register = Register(tmp_path / "so" / "phieu.sqlite")
    first = issued(register, "a")
    assert issued(register, "b") != first
    kept, is_new = register.issue("GS", 2026, "a", lambda _: pytest.fail("made again"))
    assert (kept.record.number, kept.file, is_new) == (first, first.encode(), False)
    assert register.numbers() == tuple(sorted(register.numbers()))
    if os.name == "posix":
        assert register.path.stat().st_mode & 0o777 == 0o600


def test_numbers_begin_anew_each_year_and_kind(tmp_path: Path) -> None:
    register = Register(tmp_path / "phieu.sqlite")
    made = [
        register.issue(prefix, year, f"{prefix}{year}{i}", lambda number: (record(number), b""))[0].record.number
        for prefix, year in (("GS", 2026), ("BM", 2026), ("GS", 2027)) for i in range(2)
    ]  # fmt: skip
    assert [one[:12] for one in made] == [
        "GS-2026-0001", "GS-2026-0002", "BM-2026-0001", "BM-2026-0002", "GS-2027-0001", "GS-2027-0002",
    ]  # fmt: skip
    assert register.broken() == ()


def test_processes_that_issue_at_once_give_no_number_twice_and_none_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "phieu.sqlite"
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        made = pool.starmap(_issue_many, [(path, who) for who in range(3)])
    numbers = [one for numbers in made for one in numbers]
    assert len(set(numbers)) == 24
    assert sorted(int(one[8:12]) for one in numbers) == list(range(1, 25))
    assert Register(path).broken() == ()


def test_a_sheet_that_fails_uses_up_no_number(tmp_path: Path) -> None:
    register = Register(tmp_path / "phieu.sqlite")

    def fails(_number: str) -> tuple[Record, bytes]:
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        register.issue("GS", 2026, "a", fails)
    assert register.numbers() == ()
    assert issued(register, "a")[:12] == "GS-2026-0001"


@pytest.mark.parametrize("change", [
    ("UPDATE sheets SET record = replace(record, '3 hồ sơ', '2 hồ sơ') WHERE place = 2", "mã kiểm tra"),
    ("UPDATE sheets SET record = replace(record, '\"an\"', '\"ba\"') WHERE place = 2", "đã bị sửa"),
    ("UPDATE sheets SET file = x'00' WHERE place = 2", "đã bị sửa"),
    ("DELETE FROM sheets WHERE place = 1", "không còn trong sổ"),
])  # fmt: skip
def test_what_was_changed_afterwards_is_told(tmp_path: Path, change: tuple[str, str]) -> None:
    register = Register(tmp_path / "phieu.sqlite")
    numbers = [issued(register, str(i)) for i in range(3)]
    statement, told = change
    with closing(sqlite3.connect(register.path)) as db, db:
        db.execute(statement)
    kept = register.find(numbers[1])
    assert kept is not None
    assert told in kept.broken
    assert register.broken() == (numbers[1],)
    # Whoever asks the same again gets a sound sheet.
    again = issued(register, "1")
    assert again not in numbers
    assert issued(register, "1") == again


def test_the_last_sheet_that_was_taken_out_is_missed_and_its_number_not_given_again(tmp_path: Path) -> None:
    register = Register(tmp_path / "phieu.sqlite")
    numbers = [issued(register, str(i)) for i in range(3)]
    assert (register.missing(), register.unlisted()) == ((), ())
    if os.name == "posix":
        assert register.list_path.stat().st_mode & 0o777 == 0o600
    before = register.path.read_bytes()
    taken_out = [issued(register, "3"), numbers[2]]
    with closing(sqlite3.connect(register.path)) as db, db:
        db.execute("DELETE FROM sheets WHERE place > 2")
    assert register.missing() == (numbers[2], taken_out[0])
    assert register.broken() == ()
    assert issued(register, "4")[:12] == "GS-2026-0005"
    assert register.missing() == (numbers[2], taken_out[0])
    # The whole file put back as it was some days ago, or gone.
    register.path.write_bytes(before)
    assert [one[:12] for one in register.missing()] == ["GS-2026-0004", "GS-2026-0005"]
    register.path.unlink()
    assert len(register.missing()) == 5
    assert issued(register, "5")[:12] == "GS-2026-0006"


def test_a_register_that_was_sealed_anew_does_not_agree_with_the_numbers_given(tmp_path: Path) -> None:
    register = Register(tmp_path / "phieu.sqlite")
    number = issued(register, "a")
    other = Register(tmp_path / "khac" / "phieu.sqlite")
    assert issued(other, "a", "2 hồ sơ trễ hạn") == number
    register.path.write_bytes(other.path.read_bytes())
    assert register.broken() == (number,)
    # A line that is added about the same number does not undo the first.
    with register.list_path.open("a") as file:
        file.write(other.list_path.read_text())
    assert register.broken() == (number,)


def test_what_the_list_of_numbers_lacks_the_next_sheet_adds(tmp_path: Path) -> None:
    register = Register(tmp_path / "phieu.sqlite")
    first = issued(register, "a")
    register.list_path.unlink()
    assert register.unlisted() == (first,)
    assert register.missing() == register.broken() == ()
    register.list_path.write_text("GS-2026-00")  # a full disk cut the line short
    second = issued(register, "b")
    assert (register.unlisted(), register.missing(), register.broken()) == ((), (), ())
    with closing(sqlite3.connect(register.path)) as db, db:
        db.execute("DELETE FROM sheets WHERE number = ?", (second,))
    assert register.missing() == (second,)


def test_a_record_that_cannot_be_read_is_a_sentence(tmp_path: Path) -> None:
    register = Register(tmp_path / "phieu.sqlite")
    number = issued(register, "a")
    with closing(sqlite3.connect(register.path)) as db, db:
        db.execute("UPDATE sheets SET record = ?", (json.dumps({"number": number}),))
    with pytest.raises(RegisterError, match="bản sao lưu"):
        register.find(number)
    assert register.broken() == (number,)


def test_a_register_others_may_read_is_refused(tmp_path: Path) -> None:
    register = Register(tmp_path / "phieu.sqlite")
    number = issued(register, "a")
    if os.name == "posix":
        register.path.chmod(0o644)
        with pytest.raises(RegisterError, match="chmod 600"):
            register.find(number)
    assert Register(tmp_path / "none.sqlite").find(number) is None

"""What differs between a sheet and the same asked again: figures, sentences, dossiers; no notes."""

from __future__ import annotations

from dashboard.issued.differences import Change, differences
from dashboard.issued.record import CODE, Block, rows_block

HEAD = Block("head", "1. Tiếp nhận")
COUNTS = rows_block(("Chỉ tiêu", "Đơn vị", "a/b"), [("Trễ hạn", "3", ""), ("Tỷ lệ", "5%", "3/60")])
LATE = rows_block(("TT", CODE, "Có kết quả"), [("1", "HS-1", "chưa xong"), ("2", "HS-2", "12/11/2026")])


def test_the_same_is_no_difference_whatever_the_notes_say() -> None:
    then = [HEAD, COUNTS, LATE, Block("note", "nạp đến 10:15")]
    assert differences(then, [HEAD, COUNTS, LATE, Block("note", "nạp đến 11:15")]).is_none


def test_each_figure_that_changed_is_named_once() -> None:
    now = rows_block(COUNTS.heads, [("Trễ hạn", "2", ""), ("Tỷ lệ", "3,33%", "2/60")])
    found = differences([HEAD, COUNTS], [HEAD, now])
    assert found.figures == (
        Change("1. Tiếp nhận", "Trễ hạn: Đơn vị", "3", "2"),
        Change("1. Tiếp nhận", "Tỷ lệ: Đơn vị", "5%", "3,33%"),
        Change("1. Tiếp nhận", "Tỷ lệ: a/b", "3/60", "2/60"),
    )
    assert not found.dossiers


def test_dossiers_that_came_went_or_changed_are_told_by_their_code_not_by_their_place() -> None:
    now = rows_block(LATE.heads, [("1", "HS-2", "14/11/2026"), ("2", "HS-3", "chưa xong")])
    found = differences([HEAD, LATE], [HEAD, now])
    assert not found.figures
    assert found.dossiers == (
        Change("1. Tiếp nhận", "HS-1", "Có kết quả: chưa xong", "không còn"),
        Change("1. Tiếp nhận", "HS-2", "Có kết quả: 12/11/2026", "Có kết quả: 14/11/2026"),
        Change("1. Tiếp nhận", "HS-3", "không có", "Có kết quả: chưa xong"),
    )
    assert [one.what for one in differences([HEAD, LATE], [HEAD]).dossiers] == ["HS-1", "HS-2"]
    assert [one.what for one in differences([HEAD], [HEAD, LATE]).dossiers] == ["HS-1", "HS-2"]


def test_sentences_are_paired_though_their_numbers_differ() -> None:
    then = [
        Block("head", "2. 4/16 đơn vị"),
        Block("text", "Trễ 3 hồ sơ."),
        Block("text", "Không có cảnh báo."),
    ]
    now = [Block("head", "2. 3/16 đơn vị"), Block("text", "Trễ 2 hồ sơ."), Block("text", "Có 1 cảnh báo.")]
    told = [(one.then, one.now) for one in differences(then, now).figures]
    assert told == [
        ("2. 4/16 đơn vị", "2. 3/16 đơn vị"), ("Trễ 3 hồ sơ.", "Trễ 2 hồ sơ."),
        ("Không có cảnh báo.", "Có 1 cảnh báo."),
    ]  # fmt: skip


def test_rows_without_a_name_of_their_own_are_paired_as_sentences() -> None:
    heads = ("Mức", "Nội dung")
    then = rows_block(heads, [("Đỏ", "3 hồ sơ trễ"), ("Đỏ", "2 hồ sơ không phiếu")])
    now = rows_block(heads, [("Đỏ", "3 hồ sơ trễ"), ("Đỏ", "1 hồ sơ không phiếu")])
    (change,) = differences([then], [now]).figures
    assert (change.then, change.now) == ("Đỏ · 2 hồ sơ không phiếu", "Đỏ · 1 hồ sơ không phiếu")


def test_other_words_of_another_program_are_no_difference_and_every_number_is_compared() -> None:
    then = [
        Block("head", "1. Tiếp nhận"), Block("text", "Tại đơn vị: 3 hồ sơ trễ, 0 hồ sơ rút."), Block("text", "Hết."),
        rows_block(("Chỉ tiêu", "Đơn vị"), [("Trễ hạn", "3"), ("Rút", "0 hồ sơ"), ("Sớm", "9")]), LATE,
    ]  # fmt: skip
    now = [
        Block("head", "1. Hồ sơ tiếp nhận"), Block("text", "Đơn vị có 3 hồ sơ trễ."),
        Block("text", "Không hồ sơ nào rút."), Block("text", "Hết."),
        rows_block(("Chỉ tiêu", "Tại đơn vị"), [("Trễ hẹn", "3"), ("Rút", "không có"), ("Sớm", "8")]),
        rows_block(("TT", CODE, "Kết quả"), [("1", "HS-1", "chưa xong"), ("2", "HS-2", "chưa xong")]),
    ]  # fmt: skip
    found = differences(then, now, same_words=False)
    assert found.figures == (Change("1. Tiếp nhận", "Sớm: Tại đơn vị", "9", "8"),)
    assert found.dossiers == (Change("1. Tiếp nhận", "HS-2", "Kết quả: 12/11/2026", "Kết quả: chưa xong"),)
    # The head, the sentence that is two now, both tables' heads, the row of another name, "0 hồ sơ".
    assert found.reworded == 7
    assert differences(then, then, same_words=False) == differences(then, then)
    assert len(differences(then, now).figures) > 3


def test_a_number_that_changed_is_told_whatever_the_words() -> None:
    then, now = [Block("text", "Trễ 3 hồ sơ.")], [Block("text", "Có 2 hồ sơ trễ hẹn.")]
    found = differences(then, now, same_words=False)
    assert [(one.then, one.now) for one in found.figures] == [("Trễ 3 hồ sơ.", "Có 2 hồ sơ trễ hẹn.")]
    assert differences([], [Block("text", "Có 1 cảnh báo.")], same_words=False).figures
    then, now = [Block("text", "Trễ 3, quá hạn 0.")], [Block("text", "Trễ 0, quá hạn 3 hồ sơ.")]
    assert differences(then, now, same_words=False).figures, "a nothing that has changed its place"

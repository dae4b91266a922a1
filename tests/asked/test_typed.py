"""Names found by typing, with or without marks."""

from __future__ import annotations

import pytest

from queries.asked.typed import rank_of, unmarked


def test_marks_case_and_blanks_do_not_count() -> None:
    assert unmarked("  Đông   HẢI ") == "dong hai"
    assert unmarked("Đo\u0302ng") == "dong", "NFD is the same text"
    assert unmarked("Ủy ban Ký túc xá Mỹ Đức ưỡn ẹo") == "uy ban ky tuc xa my duc uon eo"


@pytest.mark.parametrize(
    "typed", ["dong hai", "Đông Hải", "hai dong", "d hai", "ĐÔNG", "p07", "P07", "phuong dong"]
)
def test_what_finds_a_ward(typed: str) -> None:
    assert rank_of(typed, "QM-P07", "Phường Đông Hải") is not None


@pytest.mark.parametrize("typed", ["ong", "dong hoi", "P08", "", "   ", "%", "đông hải x"])
def test_what_does_not(typed: str) -> None:
    assert rank_of(typed, "QM-P07", "Phường Đông Hải") is None


def test_the_code_comes_first_then_marks_as_typed_then_the_beginning() -> None:
    names = [("A", "Phường Đồng Hải"), ("B", "Phường Đông Hải"), ("dong", "Xã Khác"), ("C", "Đông Hải")]

    def order(typed: str) -> list[str]:
        ranked = [(rank, code) for code, name in names if (rank := rank_of(typed, code, name))]
        return [code for _, code in sorted(ranked)]

    assert order("đông hải") == ["C", "B", "A"]
    assert order("dong")[0] == "dong"

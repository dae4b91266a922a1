"""The Vietnamese order of names."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queries.asked.collation import collation_key


def in_order(*names: str) -> bool:
    return all(collation_key(one) < collation_key(other) for one, other in pairwise(names))


@pytest.mark.parametrize(
    "names",
    [
        ("Phường 1", "Phường 2", "Phường 10", "Phường 11", "Phường 100"),
        ("Phường 2", "Phường 10", "Phường Bến Thành", "Phường Đa Kao"),
        ("Dương Đông", "Đa Kao", "Đông Ngạc", "Em"),
        ("Cầu Giấy", "Chương Mỹ", "Cổ Nhuế", "Dịch Vọng"),
        # As Intl.Collator("vi") has it: ch, ng, th are not letters of their own.
        ("a", "ă", "â", "b", "c", "d", "đ", "e", "ê", "g"),
        ("l", "m", "n", "o", "ô", "ơ", "p", "t", "u", "ư", "v", "x", "y"),
        ("ma", "mà", "mả", "mã", "má", "mạ", "mă"),
        ("ba", "bà", "bá", "bạ", "băng", "bằng", "bẳng", "bẵng", "bắng", "bặng", "bâng"),
        ("tu", "tù", "tủ", "tũ", "tú", "tụ", "tư", "từ", "tử", "tữ", "tứ", "tự"),
        # Letters decide before tones, over the whole name.
        ("bà xã", "ba zê"),
        ("Hòa Bình", "Hoa Lư", "Hòa Lư"),
        ("Tổ 2", "Tổ 2A", "Tổ 2B", "Tổ 10A"),
        ("1 Hộ tịch", "2 Đất đai", "Đất đai"),
        ("a b", "a-b", "a1", "ab"),
        ("khu phố 2", "Khu phố 2", "khu phố 3"),
        ("Khu phố 1", "Khu phố 02", "Khu phố 3"),
        ("u", "ü", "v", "я"),
        ("", "a"),
    ],
)
def test_names_in_their_order(names: tuple[str, ...]) -> None:
    assert in_order(*names)


def test_both_spellings_of_a_letter_are_one() -> None:
    for name in ("Phường Bến Nghé", "Đặng Xá", "Thượng Thanh"):
        assert collation_key(unicodedata.normalize("NFD", name)) == collation_key(name)
        assert unicodedata.normalize("NFD", name) != name


def test_numbers_of_any_length_and_broken_text_have_a_place() -> None:
    assert in_order("Phường " + "9" * 10_000, "Phường 1" + "0" * 10_000)
    assert in_order("Phường 9", "Phường " + "0" * 10_000 + "10")
    for text in ("\x00", "\ud800", "\u0301a", "\u200b", "²", "١٢"):
        assert collation_key(text) == collation_key(text)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 10**30), st.integers(0, 10**30))
def test_numbers_count_by_value(one: int, other: int) -> None:
    assert (collation_key(f"Phường {one}") < collation_key(f"Phường {other}")) == (one < other)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.text(st.characters(codec=None), max_size=12), max_size=8))
def test_any_texts_can_be_sorted_and_their_spelling_does_not_count(names: list[str]) -> None:
    keys = [collation_key(name) for name in names]
    assert len(sorted(keys)) == len(names), "parts of any two keys can be compared"
    assert keys == [collation_key(unicodedata.normalize("NFC", name)) for name in names]


@settings(max_examples=300, deadline=None)
@given(st.text("aăâáàảãạbdđeêếo oôơuưự019", max_size=8), st.text("aăâáàảãạbdđeêếo oôơuưự019", max_size=8))
def test_adding_to_a_name_puts_it_after(name: str, more: str) -> None:
    name = name.strip() + "m"
    assert collation_key(name) <= collation_key(name + more)

"""Units found by name: only where exactly one fits."""

from __future__ import annotations

import unicodedata

import pytest

from queries.source.files.names import Names

NAMES = Names([
    ("1", "Phường Bến Nghé"), ("2", "Xã Thuỷ Xuân"), ("3", "Phường 1"), ("4", "Phường 01B"),
    ("5", "Xã Hòa Bình"), ("6", "Phường Hòa Bình"), ("7", "Thị trấn Bình Đại"), ("8", "Xã Tân Phú"),
    ("9", "Xã Tân Phủ"),
])  # fmt: skip


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("Phường Bến Nghé", ["1"]), ("P. Bến Nghé", ["1"]), ("P.Bến Nghé", ["1"]), ("bến nghé", ["1"]),
        ("UBND Phường Bến Nghé", ["1"]), ("Uỷ ban nhân dân phường Bến Nghé", ["1"]),
        ("PHUONG BEN NGHE", ["1"]), ("Xã Thủy Xuân", ["2"]), ("X. Thuỷ Xuân", ["2"]), ("P1", ["3"]),
        ("Phường 01", ["3"]), ("P. 1B", ["4"]), ("Xã Hoà Bình", ["5"]), ("Hoà Bình", ["5", "6"]),
        ("TT. Bình Đại", ["7"]), ("Xã Tân Phú", ["8"]), ("Xa Tan Phu", ["8", "9"]), ("1", []), ("", []),
        ("Phường Đa Kao", []), (unicodedata.normalize("NFD", "Phường  Bến Nghé "), ["1"]),
    ],
)  # fmt: skip
def test_a_name_stands_for_the_units_it_may_mean(name: str, codes: list[str]) -> None:
    assert NAMES.alike(name) == codes

"""What a change comes from, in the words of a meeting: mostly one part, several alike, others the other way."""

from __future__ import annotations

from fractions import Fraction
from types import SimpleNamespace
from typing import Any, cast

import pytest

from dashboard.figures.meeting.split import Printed, Told, mostly
from queries.on_time.changes import Contribution


def said(whole: int, *parts: int, by_field: bool = True) -> str:
    """The words for a change of so many hundredths of a point, and its parts, largest first."""
    printed = tuple(
        Printed(name, Contribution(name, 0, 0, Fraction(size, 100)), Fraction(size, 100), None)
        for name, size in zip(("Đất đai", "Hộ tịch", "Trẻ em"), parts, strict=False)
    )
    split = cast(Any, SimpleNamespace(points=Fraction(whole, 100)))
    return mostly(Told(printed, (), 2, by_field), split)


@pytest.mark.parametrize(
    ("whole", "parts", "words"),
    [
        (10, (10,), ", chủ yếu do Đất đai"),
        (10, (6, 4), ", chủ yếu do Đất đai"),
        (10, (5, 4, 1), ", góp nhiều nhất là Đất đai"),  # half is not most
        (10, (15, -5), ", chủ yếu do Đất đai; lĩnh vực khác giảm bớt"),
        (-10, (-15, 5), ", chủ yếu do Đất đai; lĩnh vực khác lại tăng"),
        (10, (5, 5), ", cùng góp nhiều nhất là Đất đai và Hộ tịch"),
        (5, (4, 4, -3), ", cùng góp nhiều nhất là Đất đai và Hộ tịch"),
    ],
)
def test_what_a_change_mostly_comes_from(whole: int, parts: tuple[int, ...], words: str) -> None:
    assert said(whole, *parts) == words


def test_procedures_are_called_that() -> None:
    assert said(10, 15, -5, by_field=False) == ", chủ yếu do Đất đai; thủ tục khác giảm bớt"

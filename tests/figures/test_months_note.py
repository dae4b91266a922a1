"""Small lines go by months whatever the period: a quarter or a year says so, a month need not."""

from __future__ import annotations

from datetime import datetime

import pytest

from dashboard.figures.shared.wording import months_note
from queries.asked.periods import parse_period
from queries.asked.view import View


@pytest.mark.parametrize(
    ("code", "note"),
    [
        ("2026-11", ""), ("bc-2026-11", ""),
        ("2026-Q3", " Đường nhỏ vẽ theo tháng: 13 tháng đến 09/2026."),
        ("2026", " Đường nhỏ vẽ theo tháng: 13 tháng đến 11/2026."),
        ("2026-01-01..2026-03-31", " Đường nhỏ vẽ theo tháng: 13 tháng đến 03/2026."),
    ],
)  # fmt: skip
def test_small_lines_are_named_where_the_period_is_no_month(code: str, note: str) -> None:
    assert months_note(View(parse_period(code), datetime(2026, 11, 21, 10, 15))) == note

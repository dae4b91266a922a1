"""Asking the question of a sheet again: the sheets know how, pages want to know; the wiring joins them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dashboard.issued.record import Block, Taken
from dashboard.question.access import Rights
from dashboard.question.source import Source

ASK_AGAIN = "motcua_ask_again"
"""Where the application keeps what asks again."""
AskAgain = Callable[[Taken, Rights, Source], Sequence[Block]]


class NotComparable(Exception):  # noqa: N818 - what a sheet is
    """The same cannot be asked of the data as they are now; its text says why, in Vietnamese."""

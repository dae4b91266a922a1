"""A sparkline: the shape of thirteen months in the space of a word."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from queries.asked.periods import Period

WIDTH, HEIGHT, PAD = 132, 36, 4
ROW_WIDTH, ROW_HEIGHT = 88, 24
"""The size in a row of a table."""
NOTHING_MONTH = "không có hồ sơ"


@dataclass(frozen=True)
class Sparkline:
    """Drawn by templates/sparkline.html: path pieces (a gap breaks the line), the last point.

    ``pending``: the last stretch of a period not over yet, drawn dashed with a hollow end.
    """

    pieces: tuple[str, ...]
    pending: str
    last: tuple[float, float] | None
    is_running: bool
    label: str
    width: int = WIDTH
    height: int = HEIGHT
    limit: float | None = None
    look: str = ""
    months: tuple[str, ...] = ()
    """Each month's number in words, told under the pointer and by the arrow keys (assets/months.js)."""


def sparkline(
    values: Sequence[float | None], *, is_running: bool, label: str, months: Sequence[str] = ()
) -> Sparkline:
    """Scale values into the box; None stays a gap. ``label`` says it to a screen reader, ``months`` each."""
    known = [value for value in values if value is not None]
    low, high = (min(known), max(known)) if known else (0.0, 0.0)
    return _drawn(values, low, high, WIDTH, HEIGHT, is_running=is_running, label=label, months=months)


def row_sparkline(
    values: Sequence[float | None], *, is_running: bool, label: str, high: float | None = None,
    limit: float | None = None, look: str = "", months: Sequence[str] = (),
) -> Sparkline:  # fmt: skip
    """Draw one row's line in a table.

    ``high``: the top of the one scale from 0 that all its rows share, what lies above stands at the
    top; None: the row's own scale. ``limit``: the threshold, a line across. ``look`` is a class.
    """
    known = [value for value in values if value is not None]
    if high is None:
        low, high = (min(known), max(known)) if known else (0.0, 0.0)
    else:
        low = 0.0
    top = high
    drawn = [None if value is None else min(value, top) for value in values]
    return _drawn(drawn, low, high, ROW_WIDTH, ROW_HEIGHT, is_running=is_running, label=label,
                  limit=limit, look=look, months=months)  # fmt: skip


def _drawn(
    values: Sequence[float | None], low: float, high: float, width: int, height: int, *,
    is_running: bool, label: str, limit: float | None = None, look: str = "", months: Sequence[str] = (),
) -> Sparkline:  # fmt: skip
    if sum(value is not None for value in values) < 2:
        return Sparkline((), "", None, is_running, label, width, height, look=look)
    spread = (high - low) or 1.0
    step = (width - 2 * PAD) / (len(values) - 1)

    def y(value: float) -> float:
        return round(height - PAD - (value - low) / spread * (height - 2 * PAD), 1)

    points = [
        None if value is None else (round(PAD + i * step, 1), y(value)) for i, value in enumerate(values)
    ]
    pending = ""
    drawn = points
    if is_running and points[-1] is not None and points[-2] is not None:
        pending = _path([points[-2], points[-1]])
        drawn = points[:-1]
    pieces, piece = [], []
    for point in [*drawn, None]:
        if point is not None:
            piece.append(point)
            continue
        if len(piece) > 1:
            pieces.append(_path(piece))
        piece = []
    at = None if limit is None else y(limit)
    return Sparkline(tuple(pieces), pending, points[-1], is_running, label, width, height, at, look,
                     months=tuple(months))  # fmt: skip


def months_told(months: Sequence[Period], texts: Iterable[str]) -> tuple[str, ...]:
    """Give each month with its number: "11/2026: 3,70%"."""
    return tuple(f"{month.short_label()}: {text}" for month, text in zip(months, texts, strict=True))


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x},{y}" for x, y in points)

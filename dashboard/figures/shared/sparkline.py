"""A sparkline: the shape of thirteen months in the space of a word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, PAD = 132, 36, 4


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


def sparkline(values: Sequence[float | None], *, is_running: bool, label: str) -> Sparkline:
    """Scale values into the box; None stays a gap. ``label`` says it to a screen reader."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return Sparkline((), "", None, is_running, label)
    low, high = min(known), max(known)
    spread = (high - low) or 1.0
    step = (WIDTH - 2 * PAD) / (len(values) - 1)
    points = [
        None
        if value is None
        else (round(PAD + i * step, 1), round(HEIGHT - PAD - (value - low) / spread * (HEIGHT - 2 * PAD), 1))
        for i, value in enumerate(values)
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
    return Sparkline(tuple(pieces), pending, points[-1], is_running, label)


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x},{y}" for x, y in points)

"""Charts as pictures for Word, drawn without a browser, in the pages' palette and words.

matplotlib brings its own font, which has every Vietnamese letter, and draws without a screen; figures are
made without pyplot, which keeps state.
"""

from __future__ import annotations

import io
import textwrap
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from dashboard.formats import count_text, rate_text
from dashboard.theme import ACCENT, FINE, INK, MUTED, OVER, PALETTE, RULE
from queries.definitions.metrics import Share, over

_WIDTH, _DPI = 6.3, 200  # inches: the text of A4
_NAME = 34
"""Characters of a group's name on one line."""


def _figure(height: float) -> tuple[Any, Any]:
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - a second, and only for reports
    from matplotlib.figure import Figure  # noqa: PLC0415

    figure = Figure(figsize=(_WIDTH, height), dpi=_DPI, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(RULE)
    axes.tick_params(colors=MUTED, length=0, labelsize=8)
    return figure, axes


def _png(figure: Any) -> io.BytesIO:
    file = io.BytesIO()
    figure.savefig(file, format="png")
    file.seek(0)
    return file


def late_by_month(
    months: Sequence[str], shares: Sequence[Share], limits: Sequence[Fraction], *, last_is_running: bool
) -> io.BytesIO:
    """Draw the late rate of months: a line with a gap where there is nothing, the threshold beside it."""
    figure, axes = _figure(2.0)
    places = range(len(months))
    values = [float("nan") if one.percent is None else one.percent for one in shares]
    axes.plot(places, values, color=ACCENT, linewidth=1.6, zorder=2)
    axes.step([place - 0.5 for place in places] + [len(months) - 0.5],
              [float(one) for one in limits] + [float(limits[-1])], where="post", color=OVER,
              linewidth=1, linestyle=(0, (4, 3)), zorder=1)  # fmt: skip
    for place, (share, limit) in enumerate(zip(shares, limits, strict=True)):
        if share.percent is None:
            continue
        is_over, is_hollow = over(share, limit), last_is_running and place == len(months) - 1
        colour = OVER if is_over else ACCENT
        axes.plot(place, share.percent, "^" if is_over else "o", color=colour, markersize=5, zorder=3,
                  markerfacecolor="white" if is_hollow else colour)  # fmt: skip
        axes.annotate(
            rate_text(share, 1, (limit,)), (place, share.percent), xytext=(0, 7),
            textcoords="offset points", ha="center", fontsize=7, color=OVER if is_over else INK, zorder=4,
            bbox={"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none", "alpha": 0.85},
        )  # fmt: skip
    axes.set_xticks(list(places), months)
    axes.set_yticks([])
    highest = max([one.percent for one in shares if one.percent is not None] + [float(max(limits))])
    axes.set_ylim(0, highest * 1.25)
    axes.annotate(
        # Behind the last month, where no month's number stands.
        f"ngưỡng {float(limits[-1]):g}%".replace(".", ","), (len(months) - 0.5, float(limits[-1])),
        xytext=(3, 0), textcoords="offset points", ha="left", va="center", fontsize=7, color=OVER,
    )  # fmt: skip
    return _png(figure)


def outcomes_by_group(names: Sequence[str], parts: Sequence[tuple[int, int, int]]) -> io.BytesIO:
    """Draw early, on time and late of groups, largest first, as stacked bars with their numbers."""
    names = [textwrap.fill(name, _NAME) for name in names]
    figure, axes = _figure(0.4 + sum(0.22 if "\n" not in name else 0.3 for name in names))
    places = list(range(len(names)))[::-1]
    left = [0] * len(names)
    for kind, colour in enumerate((FINE, PALETTE["blue-78"], OVER)):
        widths = [one[kind] for one in parts]
        axes.barh(places, widths, left=left, color=colour, height=0.62)
        left = [one + width for one, width in zip(left, widths, strict=True)]
    for place, one in zip(places, parts, strict=True):
        told = f" {count_text(sum(one))}" + (f" (trễ {count_text(one[2])})" if one[2] else "")
        axes.annotate(told, (sum(one), place), va="center", fontsize=7, color=INK)
    axes.set_yticks(places, names)
    axes.set_xticks([])
    axes.set_xlim(0, max([sum(one) for one in parts] or [1]) * 1.18 or 1)
    axes.spines["bottom"].set_visible(False)
    return _png(figure)

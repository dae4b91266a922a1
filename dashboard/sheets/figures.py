"""Figures of a unit or the district as Word tables show them: number, a/b, and what it is held against."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from dashboard.figures.shared.outcome import NO_DATA
from dashboard.figures.shared.wording import NOT_THERE, edges
from dashboard.formats import NOTHING, complement_text, count_text, points_text, rate_text, share_text
from queries.asked.view import View
from queries.definitions.metrics import (
    ENOUGH_DOSSIERS,
    METRICS,
    ONLINE_LEVELS_SINCE,
    Share,
    online_levels_on,
)
from queries.on_time.judging import Row, Tally
from queries.unit_life.judging import UnitFigures


def figure_text(view: View, figures: UnitFigures, word: str) -> str:
    """Give a figure as printed: a count, a rate, or that the source has no data for it, or it is not told."""
    if figures.is_untold(word):
        return NOTHING
    value = figures.get(word)
    if value is None:
        return NO_DATA
    if isinstance(value, int):
        return count_text(value)
    if word == "on_time_rate":
        return complement_text(Share(value.b - value.a, value.b), 2, edges(view))
    is_judged = word.startswith("late_rate")
    limits = edges(view) if is_judged else figures.edges(word)
    return rate_text(value, METRICS[word].decimals, limits)


def parts_text(figures: UnitFigures, word: str) -> str:
    """Give a rate's a/b; nothing for a count."""
    value = figures.get(word)
    return share_text(value) if isinstance(value, Share) and value.b else ""


def change_text(now: UnitFigures, then: UnitFigures | None, word: str) -> str:
    """Give how a figure has changed: a count by so many, a rate by points; a dash where it cannot be said."""
    new, old = now.get(word), None if then is None or then.tally is None else then.get(word)
    if new is None or old is None:
        return NOTHING
    if isinstance(new, Share) and isinstance(old, Share):
        # Of few dossiers or votes a change is chance; procedures and fields are just as many as there are.
        if min(new.b, old.b) < ENOUGH_DOSSIERS and not word.startswith(("procedures", "fields")):
            return NOTHING
        a, b = (one.exact for one in (new, old))
        if a is None or b is None:
            return NOTHING
        return points_text(a - b).removesuffix(" điểm %") if a != b else "0"
    assert isinstance(new, int)
    assert isinstance(old, int)
    sign = "+" if new > old else "−" if new < old else ""
    return f"{sign}{count_text(abs(new - old))}"


def metric_name(view: View, word: str) -> str:
    """Name a metric; what the levels of online services are called goes by the view's last day."""
    return METRICS[word].name.replace(ONLINE_LEVELS_SINCE[0].name, online_levels_on(view.end).name)


def defined(view: View, words: Iterable[str]) -> Iterator[str]:
    """Give the definitions of metrics, line by line; a document that several rest on is named once."""
    for source, group in groupby((METRICS[word] for word in words), key=lambda one: one.source_text(view)):
        metrics = tuple(group)
        if len(metrics) > 1 and source:
            yield f"Theo {source}:"
        for one in metrics:
            cited = f" Căn cứ: {source}." if len(metrics) == 1 and source else ""
            yield f"{metric_name(view, one.id)}: {one.definition}{cited}"


def full_name(row: Row) -> str:
    """Name a row as official papers do, by the unit's whole name; see ``listed_name``."""
    is_gone = row.unit.is_known and not row.is_ranked
    return f"{row.unit.name} {NOT_THERE}" if is_gone else row.unit.name


def rate_cells(view: View, tally: Tally) -> tuple[str, str]:
    """Give the late rate in the view's basis, and its a/b."""
    share = tally.late(view.basis)
    return (rate_text(share, 2, edges(view)), share_text(share)) if share.b else (NOTHING, "")


def lines_of(
    words: Sequence[tuple[str, str]], view: View, now: UnitFigures, whole: UnitFigures,
    then: UnitFigures | None,
) -> list[tuple[str, ...]]:  # fmt: skip
    """Give one row a figure (its name and metric): now, a/b, of the whole district, and a year earlier."""
    return [
        (name, figure_text(view, now, word), parts_text(now, word), figure_text(view, whole, word),
         NO_DATA if then is None or then.tally is None else figure_text(view, then, word))
        for name, word in words
    ]  # fmt: skip

"""Small multiples: thirteen months of one rate per panel, all on one scale, drawn as SVG.

A month with too few to tell is a grey dot that no line passes through; a month without
anything is a gap; a month in which the unit did not exist is shaded. The last month of a
period not over yet is hollow, on a dashed line.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor

from dashboard.figures.shared.markup import markup
from queries.definitions.metrics import ENOUGH_VOTES, Share, wilson

WIDTH, HEIGHT, PAD = 208.0, 62.0, 6.0
STEP = 5
MOST_PANELS = 40


@dataclass(frozen=True)
class Scale:
    """The one scale of all panels, in percent: from ``low`` at the bottom to ``high``."""

    low: float
    count: int
    high: float = 100

    def x(self, index: float) -> float:
        """Give the place of a month."""
        return round(PAD + index * self.step, 1)

    @property
    def step(self) -> float:
        """Give the distance between two months."""
        return (WIDTH - 2 * PAD) / max(self.count - 1, 1)

    def y(self, percent: float) -> float:
        """Give the height of a rate; what lies below the scale stands on its floor."""
        part = (self.high - max(min(percent, self.high), self.low)) / (self.high - self.low)
        return round(PAD + part * (HEIGHT - 2 * PAD), 1)

    @property
    def lines(self) -> tuple[tuple[float, str], ...]:
        """Give the three lines of the scale with their labels."""
        at = (self.high, (self.high + self.low) / 2, self.low)
        return tuple((self.y(one), f"{one:g}%".replace(".", ",")) for one in at)


def scale_of(series: Iterable[Sequence[Share]], count: int) -> Scale:
    """Give the scale up to 100 that holds every month with enough to tell, its foot a multiple of five."""
    lowest = min(_sure(series), default=90.0)
    return Scale(min(90, STEP * floor(lowest / STEP)), count)


def tight_scale_of(series: Iterable[Sequence[Share]], count: int) -> Scale:
    """Give the scale that just holds them, for rates that need not come near 100."""
    rates = _sure(series) or [0.0, 100.0]
    low = min(90, STEP * floor(min(rates) / STEP))
    return Scale(low, count, min(100, max(low + 2 * STEP, STEP * ceil(max(rates) / STEP))))


def _sure(series: Iterable[Sequence[Share]]) -> list[float]:
    return [share.percent for shares in series for share in shares
            if share.b >= ENOUGH_VOTES and share.percent is not None]  # fmt: skip


@dataclass(frozen=True)
class Month:
    """One month of a panel: its share, what pointer and arrow keys are told, whether the unit existed."""

    share: Share
    title: str
    existed: bool = True


@dataclass(frozen=True)
class Dot:
    """One drawn point; ``look`` is a class."""

    x: float
    y: float
    look: str


@dataclass(frozen=True)
class Panel:
    """One panel, drawn by templates/multiples.html."""

    name: str
    href: str
    value: str
    change: str
    note: str
    look: str
    label: str
    lines: tuple[str, ...]
    pending: str
    bands: tuple[str, ...]
    dots: tuple[Dot, ...]
    gone: tuple[tuple[float, float], ...]
    months: tuple[str, ...]
    group: str = ""
    pulled: str = ""


def panel(
    name: str, months: Sequence[Month], scale: Scale, *, is_running: bool, href: str = "", value: str = "",
    change: str = "", note: str = "", look: str = "", label: str = "", with_bands: bool = True,
) -> Panel:  # fmt: skip
    """Draw one panel's thirteen months on the common scale; bands are for samples, such as votes."""
    last = len(months) - 1
    is_sure = [month.share.b >= ENOUGH_VOTES for month in months]
    runs = _runs(is_sure[:-1] if is_running else is_sure)
    is_pending = is_running and last > 0 and is_sure[last] and is_sure[last - 1]
    return Panel(
        name, href, value, change, note, look, label,
        lines=tuple(_path((scale.x(i), _height(months[i], scale)) for i in run)
                    for run in runs if len(run) > 1),
        pending=_path((scale.x(i), _height(months[i], scale)) for i in (last - 1, last))
        if is_pending else "",
        bands=tuple(_band(months, run, scale) for run in _runs(is_sure) if len(run) > 1)
        if with_bands else (),
        dots=tuple(_dots(months, is_sure, scale, is_running)),
        gone=tuple((round(scale.x(run[0]) - scale.step / 2, 1), round(scale.step * len(run), 1))
                   for run in _runs([not month.existed for month in months])),
        months=tuple(month.title for month in months),
    )  # fmt: skip


def _runs(flags: Sequence[bool]) -> list[list[int]]:
    """Give the stretches of consecutive indexes that hold."""
    runs: list[list[int]] = []
    for i, flag in enumerate(flags):
        if flag and i and flags[i - 1]:
            runs[-1].append(i)
        elif flag:
            runs.append([i])
    return runs


def _height(month: Month, scale: Scale) -> float:
    return scale.y(month.share.percent or 0.0)


def _path(points: Iterable[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:g},{y:g}" for x, y in points)


def _band(months: Sequence[Month], run: Sequence[int], scale: Scale) -> str:
    """Draw the 95% Wilson interval of a stretch of months."""
    ends = [wilson(months[i].share) or (0.0, 100.0) for i in run]
    upper = [(scale.x(i), scale.y(high)) for i, (_, high) in zip(run, ends, strict=True)]
    lower = [(scale.x(i), scale.y(low)) for i, (low, _) in zip(run, ends, strict=True)]
    return _path([*upper, *reversed(lower)]) + "Z"


def _dots(months: Sequence[Month], is_sure: Sequence[bool], scale: Scale, is_running: bool) -> list[Dot]:
    dots = []
    last = max((i for i, month in enumerate(months) if month.share.b), default=-1)
    for i, month in enumerate(months):
        percent = month.share.percent
        if percent is None:
            continue
        hollow = is_running and i == len(months) - 1
        alone = is_sure[i] and not any(is_sure[j] for j in (i - 1, i + 1) if 0 <= j < len(months))
        if not is_sure[i] or i == last or alone:
            words = ["few" if not is_sure[i] else "", "hollow" if hollow else "",
                     "below" if percent < scale.low else "", "end" if i == last else ""]  # fmt: skip
            dots.append(Dot(scale.x(i), scale.y(percent), " ".join(word for word in words if word)))
    return dots


def multiples(
    panels: Sequence[Panel], scale: Scale, *, title: str, subtitle: str, note: str,
    links: Sequence[tuple[str, str]] = (), rest: Sequence[Panel] = (), rest_name: str = "",
    kind: str = "", more: str = "", more_href: str = "", lead: Sequence[Panel] = (),
    meaning: str = "",
) -> str:  # fmt: skip
    """Frame panels as a card; ``lead`` are drawn large, ``rest`` opens under the name ``rest_name``."""
    return markup(
        "multiples.html", lead=lead, panels=panels, rest=rest, rest_name=rest_name, scale=scale, title=title,
        subtitle=subtitle, note=note, links=links, kind=kind, more=more, more_href=more_href,
        width=WIDTH, height=HEIGHT, meaning=meaning,
    )  # fmt: skip

"""The wall's scenes as texts and shares, ready for the screen: nothing is worked out there.

A scene is a board (a row a unit), the flags, or one word where there is nothing to draw.
It names units, never a person and never a dossier.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from dashboard.figures.on_time.ranking import scale_of
from dashboard.figures.shared.outcome import why_no_figures
from dashboard.figures.shared.wording import (
    OTHERS,
    by_rate_a,
    change,
    comparison_word,
    days_text,
    edges,
    finding,
    rate_of,
    strength_text,
    threshold_text,
)
from dashboard.formats import (
    NOTHING,
    complement_text,
    count_text,
    join_names,
    points_text,
    rate_text,
    sentence,
    share_text,
)
from dashboard.theme import MARKS
from queries.asked.view import View
from queries.definitions.metrics import BASIS_NAMES, ENOUGH_DOSSIERS, METRICS, Share
from queries.definitions.units import LOCAL_KINDS
from queries.on_time.changes import Crossings, crossings
from queries.on_time.judging import OnTime, Row
from queries.online.judging import OnlineRow
from queries.satisfaction.judging import SatisfactionRow

SCENE_NAMES = {1: "Trễ hẹn", 2: "Cảnh báo", 3: "Hài lòng", 4: "Trực tuyến"}
NOTHING_THERE = "Không có hồ sơ nào trong kỳ này"
NO_DATA = "Không có dữ liệu"
MOST_CROSSED, LONGEST_CROSSED = 3, 76
"""So many units are named of those that crossed the threshold one way, and so many letters fit on a line."""
LONGEST_NOTE = 32
"""So many letters fit beside a figure above two columns."""
STRAY = "stray"
"""The look of dossiers without a known unit: in the sums, never judged."""


@dataclass(frozen=True)
class Figure:
    """One large figure beside a board: its name, value, and a line or two below."""

    name: str
    value: str
    note: str = ""
    more: str = ""
    look: str = ""


@dataclass(frozen=True)
class Line:
    """One unit on a board; ``parts``: the lengths of its bar, of the whole track.

    ``look``: over, near, fine, none, stray; ``few``: so few dossiers that the bar is hatched.
    ``is_clipped``: the bar goes on beyond the track; ``none``: why there is no bar.
    ``a``, ``b``: the two columns at the right; ``is_heading``: a name above a group.
    """

    name: str
    value: str = ""
    look: str = "none"
    mark: str = ""
    few: bool = False
    parts: tuple[float, ...] = ()
    note: str = ""
    a: str = ""
    b: str = ""
    b_look: str = ""
    is_clipped: bool = False
    none: str = ""
    is_heading: bool = False


@dataclass(frozen=True)
class Heads:
    """What stands above a board's columns; ``bar``: what each part of a bar is."""

    value: str = ""
    bar: tuple[str, ...] = ()
    a: str = ""
    b: str = ""


@dataclass(frozen=True)
class Limit:
    """A line through all bars: where, of the whole track, and what it is."""

    at: float
    text: str
    look: str = "over"


@dataclass(frozen=True)
class FlagLine:
    """One flag: how often, what, and the units it is on most."""

    look: str
    mark: str
    count: str
    text: str
    units: str = ""


@dataclass(frozen=True)
class FlagGroup:
    """The flags of a level, or of several."""

    name: str
    flags: tuple[FlagLine, ...]


@dataclass(frozen=True)
class Scene:
    """One scene; ``kind``: board, flags or word."""

    number: int
    name: str
    kind: str
    title: str
    lead: str = ""
    figures: tuple[Figure, ...] = ()
    heads: Heads = field(default_factory=Heads)
    limit: Limit | None = None
    lines: tuple[Line, ...] = ()
    groups: tuple[FlagGroup, ...] = ()


@dataclass(frozen=True)
class Named:
    """A unit of the strip with its rate."""

    name: str
    value: str
    few: bool = False


@dataclass(frozen=True)
class Strip:
    """The units over the threshold, worst first, few dossiers last; ``text`` where there are none."""

    label: str
    count: str
    look: str
    text: str = ""
    units: tuple[Named, ...] = ()


def word(number: int, title: str, lead: str = "") -> Scene:
    """Make a scene that says why there is nothing to draw."""
    return Scene(number, SCENE_NAMES[number], "word", title, lead)


def grouped(rows: Iterable[tuple[Row | OnlineRow | SatisfactionRow, Line]]) -> tuple[Line, ...]:
    """Put a heading between wards and communes, and the district's own departments."""
    rows = tuple(rows)
    local = [line for row, line in rows if row.is_ranked and row.unit.kind in LOCAL_KINDS]
    other = [line for row, line in rows if row.is_ranked and row.unit.kind not in LOCAL_KINDS]
    strays = [line for row, line in rows if not row.is_ranked]
    between = [Line(OTHERS, is_heading=True)] if local and other else []
    return (*local, *between, *other, *strays)


def strip(found: OnTime) -> Strip:
    """Name the units over the threshold; it stands in every scene."""
    view = found.view
    threshold = threshold_text(view)
    basis = "" if view.basis == "A" else f", cách tính {view.basis}"
    label = f"Vượt ngưỡng {threshold}{basis}"
    if not view.has_started:
        return Strip(label, NOTHING, "none", why_no_figures(view)[0])
    if not found.judged:
        return Strip(label, NOTHING, "none", "Chưa có hồ sơ nào để tính tỷ lệ trễ hẹn")
    count = f"{count_text(len(found.over))}/{count_text(len(found.judged))} đơn vị"
    if not found.over:
        return Strip(label, count, "fine", "Không đơn vị nào vượt ngưỡng")
    worst = sorted(found.over, key=_worst_first)
    units = tuple(Named(row.unit.label, rate_of(row, found), not row.verdict.is_sure) for row in worst)
    return Strip(label, count, "over", units=units)


def _worst_first(row: Row) -> tuple[bool, float]:
    """Order the strip: whatever kind a unit is, but few dossiers are never named worst."""
    return not row.verdict.is_sure, -float(row.verdict.share.exact or 0)


def late_scene(found: OnTime, before: OnTime | None) -> Scene:
    """Draw the late rate by unit, the backlog beside it."""
    view = found.view
    if not view.has_started:
        return word(1, *why_no_figures(view))
    if not found.district.tally["to_resolve"]:
        return word(1, NOTHING_THERE)
    threshold = float(view.rules.threshold_on(view.end).fraction)
    scale = scale_of(found.ranked, threshold)
    shown = [*found.ranked, *found.unranked]
    lines = grouped((row, _late_line(row, found, scale)) for row in shown)
    lead = f"Tỷ lệ trễ hẹn theo đơn vị, cách tính {view.basis}, {BASIS_NAMES[view.basis]}"
    return Scene(
        1, SCENE_NAMES[1], "board", _title(found), explained(lead, lines, "ít hồ sơ"),
        _late_figures(found, before),
        Heads("Trễ hẹn", (), "Trễ/hồ sơ", "Quá hạn"),
        Limit(round(threshold / scale, 4), f"Ngưỡng {threshold_text(view)}"),
        lines,
    )  # fmt: skip


def period_text(view: View) -> str:
    """Say the period, its basis and days; the data's moment stands below."""
    kind = "kỳ báo cáo" if view.period.basis == "reporting" else "dương lịch"
    name = sentence(view.period.label().split(" (")[0])
    if not view.has_started:
        return f"{name}, {kind}"
    running = " (kỳ chưa kết thúc)" if view.is_running else ""
    return f"{name}, {kind}, {days_text(view.period.start, view.end)}{running}"


def _title(found: OnTime) -> str:
    """Say the finding; where the whole district is one unit, as of that unit."""
    if len(found.known) == 1:
        found = replace(found, view=found.view.at(unit_code=found.known[0].unit.code))
    return finding(found)


def _late_line(row: Row, found: OnTime, scale: float) -> Line:
    share, verdict = row.verdict.share, row.verdict
    overdue = count_text(row.tally["open_overdue"])
    look = "near" if verdict.backlog_tips else ""
    if not share.b:
        return Line(row.unit.label, NOTHING, none="không có hồ sơ", b=overdue, b_look=look)
    length = (share.percent or 0.0) / scale
    return Line(
        row.unit.label, rate_of(row, found), verdict.flag or STRAY, MARKS.get(verdict.flag or STRAY, ""),
        verdict.strength == "few", (round(min(1.0, length), 4),),
        strength_text(row) if verdict.strength != "over" else "",
        share_text(share), overdue, look, length > 1,
    )  # fmt: skip


def _late_figures(found: OnTime, before: OnTime | None) -> tuple[Figure, ...]:
    """Give the district's rate, who crossed the threshold, the backlog; how many are over the title says."""
    view, tally = found.view, found.district.tally
    late = tally.late("A")
    overdue = tally["open_overdue"]
    done = f"{rate_text(tally.with_backlog_done, 2, edges(view))}{by_rate_a(view)}"
    return (
        Figure(
            f"{METRICS['on_time_rate'].name}{by_rate_a(view)}",
            complement_text(late, 2, edges(view)),
            f"{share_text(Share(late.b - late.a, late.b))} hồ sơ" if late.b else "không có hồ sơ",
            _moved(late, before, found),
        ),
        *_crossed(found, crossings(found, before) if found.judged else None),
        Figure(
            METRICS["open_overdue"].name,
            count_text(overdue),
            "" if not overdue else f"nếu giải quyết hết hôm nay: {done}" if view.is_running else "khi hết kỳ",
        ),
    )


def _crossed(found: OnTime, crossed: Crossings | None) -> tuple[Figure, ...]:
    """Count the units newly over, those without dossiers then apart; below them who is back under it."""
    if crossed is None or len(found.judged) < 2:
        return ()
    back = [pair.row.unit.label for pair in crossed.back]
    return (
        Figure(
            f"Mới vượt so với {comparison_word(found.view)}",
            count_text(len(crossed.over)),
            _that_fit([pair.row.unit.label for pair in crossed.over]) or _none_then(crossed),
            f"đã xuống: {_that_fit(back)}" if back else "",
            "over" if crossed.over else "",
        ),
    )


def _that_fit(names: Sequence[str]) -> str:
    """Name as many as fit beside a figure, one at least."""
    told = [join_names(names, most) for most in range(len(names), 0, -1)]
    return next((one for one in told if len(one) <= LONGEST_NOTE), told[-1] if told else "")


def _none_then(crossed: Crossings) -> str:
    """Say how many are over that had no dossiers to judge then."""
    return f"{count_text(len(crossed.new))} đơn vị khác khi đó chưa có hồ sơ" if crossed.new else ""


def crossed_line(crossed: Crossings | None, than: str) -> str | None:
    """Say in a line who crossed the threshold since the comparison; None where there is none."""
    if crossed is None:
        return None
    told = ""
    for most in range(MOST_CROSSED, -1, -1):
        parts = [
            f"{what}: {join_names(names, most) if most else f'{count_text(len(names))} đơn vị'}"
            for pairs, what in ((crossed.over, "mới vượt"), (crossed.back, "đã xuống"))
            if (names := [pair.row.unit.label for pair in pairs])
        ]
        told = "; ".join([*parts, *([_none_then(crossed)] if crossed.new else [])])
        if len(told) <= LONGEST_CROSSED:
            break
    return f"So với {than}, {told}" if told else f"Vẫn là những đơn vị như {than}"


def _moved(late: Share, before: OnTime | None, found: OnTime) -> str:
    """Say how the on-time rate moved; no arrow where a side has few dossiers."""
    then = before.district.tally.late("A") if before else None
    points = change(late, then)
    if points is None or then is None or min(late.b, then.b) < ENOUGH_DOSSIERS:
        return ""
    return f"{points_text(-points)} so với {comparison_word(found.view)}"


def explained(lead: str, lines: Iterable[Line], few: str) -> str:
    """Say below a board's title what a hatched bar is, where there is one."""
    return f"{lead}; gạch chéo: {few}" if any(line.few for line in lines) else lead


def stretched(parts: Sequence[int], whole: int) -> tuple[float, ...]:
    """Give counts as parts of a whole; nothing of nothing."""
    return tuple(round(part / whole, 4) for part in parts) if whole else ()

"""The unit × month heat map: thirteen months of the late rate, each number printed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dashboard.figures.shared.markup import markup
from dashboard.figures.shared.outcome import BARRED_MONTH, UNTOLD_MONTH
from dashboard.figures.shared.wording import heat_title, is_over, total_name
from dashboard.formats import NOTHING, rate_text, share_text
from queries.asked.periods import Period
from queries.asked.view import View
from queries.definitions.metrics import FEW, Share, late_metric, over
from queries.definitions.units import Unit
from queries.on_time.judging import OnTime
from queries.on_time.judging_trend import Trend

MOST_ROWS = 40
_FEW_LOOK = "over-few"


@dataclass(frozen=True)
class Cell:
    """One unit and month: its look (a class), its number, what a pointer is told."""

    look: str
    text: str
    title: str


@dataclass(frozen=True)
class Line:
    """One unit's months."""

    name: str
    href: str
    cells: tuple[Cell, ...]


def heat(found: OnTime, trend: Trend, *, link: Callable[[str], str], links: Sequence[tuple[str, str]]) -> str:
    """Draw the heat map in the order of the ranking; past 40 units those at or near the threshold."""
    rows = found.ranked
    if len(rows) > MOST_ROWS:
        rows = tuple(row for row in rows if row.verdict.flag in ("over", "near")) or rows[:MOST_ROWS]
    # What a unit that has ended left behind is seen where it ended.
    rows += tuple(row for row in found.unranked if row.unit.is_known)
    title = heat_title(trend, rows)
    view = found.view
    lines = [Line(row.unit.label, link(row.unit.code or ""), month_cells(row.unit, trend)) for row in rows]
    return markup(
        "heat.html",
        meaning=late_metric(view.basis).id,
        title=title,
        subtitle=f"{late_metric(view.basis).name} (%) theo đơn vị và tháng, cách tính {view.basis}",
        months=month_heads(trend.months),
        is_running=view.is_running,
        rows=lines,
        total_name=total_name(view),
        total=[
            month_cell(share, month, view, True)
            for share, month in zip(trend.district, trend.months, strict=True)
            if len(rows) > 1
        ],
        note=note_of(lines, view),
        links=links,
    )


def note_of(lines: Sequence[Line], view: View) -> str:
    """Say what the looks of the cells mean: those that can be seen."""
    said = ["▲ từ ngưỡng trở lên, ◆ sát ngưỡng"]
    if any(_FEW_LOOK in cell.look for line in lines for cell in line.cells):
        said.append(f"ô viền: vượt ngưỡng nhưng dưới {FEW} hồ sơ")
    said += ["“·” không có hồ sơ", "ô gạch chéo: đơn vị chưa hoặc không còn hoạt động"]
    if any(cell.text == NOTHING for line in lines for cell in line.cells):
        said.append(f"“{NOTHING}” {BARRED_MONTH}")
    if view.is_running:
        said.append("tháng cuối (*) chưa kết thúc")
    return "; ".join(said) + "."


def month_heads(months: Sequence[Period]) -> list[str]:
    """Give short heads: the year only where it begins or changes."""
    heads = []
    for i, month in enumerate(months):
        number, year = month.short_label().split("/")
        heads.append(f"{number}/{year[2:]}" if i == 0 or number == "01" else number)
    return heads


def month_cells(unit: Unit, trend: Trend) -> tuple[Cell, ...]:
    """Give a unit's months: empty before it began and after it ended."""
    series = trend.units.get(unit.code, (Share(0, 0),) * len(trend.months))
    return tuple(
        month_cell(share, month, trend.view, trend.was_there(unit.code, month))
        for share, month in zip(series, trend.months, strict=True)
    )


def month_cell(share: Share, month: Period, view: View, existed: bool) -> Cell:
    """Give one month of a late rate, judged by the rules of its own last day."""
    last_day = min(month.end, view.as_of.date())
    edges = view.rules.threshold_on(last_day).fraction, view.rules.near_on(last_day).fraction
    name = month.label()
    if not share.b:
        return _empty_cell(name, is_seen=view.sees(month), existed=existed)
    text = rate_text(share, late_metric(view.basis).decimals, edges)
    title = f"{name}: {text} ({share_text(share)} hồ sơ)"
    text = text.removesuffix("%")
    if not existed:
        return Cell("none", text, f"{title}, không hoạt động trong tháng")
    if is_over(share, view, last_day):
        if share.b < FEW:
            return Cell(f"over {_FEW_LOOK}", f"▲{text}", f"{title}, vượt ngưỡng, ít hồ sơ")
        times = (share.percent or 0.0) / float(edges[0])
        grade = 1 if times < 1.25 else 2 if times < 1.6 else 3
        return Cell(f"over over-{grade}", f"▲{text}", f"{title}, vượt ngưỡng")
    if over(share, edges[1]):
        return Cell("near", f"◆{text}", f"{title}, sát ngưỡng")
    grade = 1 if (share.percent or 0.0) < float(edges[1]) / 2 else 2
    return Cell(f"fine fine-{grade}", text, title)


def untold_cell(month: Period) -> Cell:
    """Give a month whose rate is not told to who asks."""
    return Cell("none", NOTHING, f"{month.label()}: {UNTOLD_MONTH}")


def _empty_cell(name: str, *, is_seen: bool, existed: bool) -> Cell:
    if not is_seen:
        return Cell("none", NOTHING, f"{name}: {BARRED_MONTH}")
    return Cell("none" if existed else "gone", "·" if existed else "", f"{name}: không có hồ sơ")

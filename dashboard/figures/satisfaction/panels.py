"""One panel of satisfaction: a unit's thirteen months, what a pointer and a screen reader are told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dashboard.figures.satisfaction.wording import FEW, change_text, interval_text, rate, sources_text
from dashboard.figures.shared.multiples import Month, Panel, Scale, panel
from dashboard.figures.shared.outcome import BARRED_MONTH, NO_DATA
from dashboard.formats import NOTHING, count_text, day_text, join_names, sentence, share_text
from queries.asked.periods import Period
from queries.asked.view import View
from queries.definitions.metrics import ENOUGH_VOTES, Share
from queries.definitions.units import Unit
from queries.flags.judging import is_drop
from queries.satisfaction.judging import Satisfaction, SatisfactionRow, SatisfactionTrend
from queries.satisfaction.votes import NO_SOURCES, Change

Link = Callable[[str], str]


@dataclass(frozen=True)
class UnitPanels:
    """What the panels of units have in common."""

    found: Satisfaction
    before: Satisfaction | None
    trend: SatisfactionTrend
    units: Sequence[Unit]
    scale: Scale
    link: Link
    in_full: bool = True
    """Whether a month says its interval and its sources too."""

    def draw(self, row: SatisfactionRow) -> Panel:
        """Draw one unit."""
        unit, view, trend = row.unit, self.found.view, self.trend
        of = trend.series(unit.code) if self.in_full else (NO_SOURCES,) * len(trend.months)
        shares = trend.shares(unit.code)
        has_ended = unit.active_to is not None and unit.active_to < view.period.start
        change = self.found.change(row, self.before) if row.share.b else None
        months = [
            Month(
                share,
                month_title(share, month, view, sources_text(one, trend.chosen), unit)
                if self.in_full
                else month_in_short(share, month, view),
                unit.is_active(month.start, month.end) or bool(share.b),
            )
            for share, one, month in zip(shares, of, trend.months, strict=True)
        ]
        looks = (
            "drop" if is_drop(change) else "",
            "ended" if has_ended else "",
            "" if row.is_enough else "few",
        )
        return panel(
            unit.label, months, self.scale, is_running=view.is_running, href=self.link(unit.code or ""),
            value=rate(row.share) if row.share.b else NOTHING,
            change=moved_text(change) or (FEW if row.share.b and not row.is_enough else ""),
            note=_panel_note(row, has_ended, self.units), look=" ".join(look for look in looks if look),
            label=panel_label(unit.label, shares, trend),
        )  # fmt: skip


def _panel_note(row: SatisfactionRow, has_ended: bool, units: Sequence[Unit]) -> str:
    unit = row.unit
    if has_ended and unit.active_to is not None:
        successor = next((one.label for one in units if one.code == unit.successor_code), "")
        into = f"nhập vào {successor} " if successor else "thôi hoạt động "
        return f"{into}sau {day_text(unit.active_to)}"
    if not row.share.b:
        return "không có phiếu trong kỳ"
    return f"{count_text(row.share.b)} phiếu"


def district_panel(
    found: Satisfaction, before: Satisfaction | None, trend: SatisfactionTrend, scale: Scale
) -> Panel:
    """Draw the district's own panel."""
    row, view = found.district, found.view
    shares = trend.district_shares()
    change = found.change(row, before)
    months = [
        Month(share, month_title(share, month, view, sources_text(one, trend.chosen)))
        for share, one, month in zip(shares, trend.district, trend.months, strict=True)
    ]
    return panel(
        view.whole_name, months, scale, is_running=view.is_running,
        value=rate(row.share) if row.share.b else NOTHING, change=moved_text(change),
        note=f"{count_text(row.share.b)} phiếu" if row.share.b else "không có phiếu trong kỳ", look="whole",
        label=panel_label(view.whole_name, shares, trend),
    )  # fmt: skip


def moved_text(change: Change | None) -> str:
    """Print the change under a panel; "◆" marks a fall from 5 points on."""
    if change is None or change.points is None:
        return ""
    return f"◆ {change_text(change)}" if is_drop(change) else change_text(change)


def month_title(share: Share, month: Period, view: View, sources: str, unit: Unit | None = None) -> str:
    """Say a month to the pointer: rate, a/b, interval, each source's votes."""
    running = view.is_running and month.end >= view.end
    name = f"{sentence(month.label())}{f' (chưa kết thúc, đến {day_text(view.end)})' if running else ''}"
    if not view.sees(month):
        return f"{name}: {BARRED_MONTH}"
    if not share.b:
        if unit is not None and not unit.is_active(month.start, month.end):
            return f"{name}: đơn vị chưa hoặc không còn hoạt động"
        return f"{name}: không có phiếu"
    few = f", {FEW}" if share.b < ENOUGH_VOTES else ""
    interval = f"khoảng tin cậy 95%: {interval_text(share)}"
    text = f"{name}: {rate(share)} ({share_text(share)} phiếu{few}), {interval}"
    return f"{text}. {sources}" if sources else text


def month_in_short(share: Share, month: Period, view: View) -> str:
    """Say a month's rate and votes."""
    nothing = "không có phiếu" if view.sees(month) else BARRED_MONTH
    text = f"{rate(share)} ({share_text(share)} phiếu)" if share.b else nothing
    return f"{month.short_label()}: {text}"


def panel_label(name: str, shares: Sequence[Share], trend: SatisfactionTrend) -> str:
    """Say a panel to somebody who cannot see it."""
    known = [(share.exact, share, month) for share, month in zip(shares, trend.months, strict=True)
             if share.exact is not None]  # fmt: skip
    if not known:
        return f"{name}: {NO_DATA}"
    low, high = min(known, key=lambda one: one[0]), max(known, key=lambda one: one[0])
    return (
        f"{name}: thấp nhất {rate(low[1])} ({low[2].label()}), cao nhất {rate(high[1])} ({high[2].label()}), "
        f"gần nhất {rate(known[-1][1])} ({known[-1][2].label()})"
    )


def marks_note(view: View, panels: Sequence[Panel], silent: Sequence[str] = ()) -> str:
    """Explain the marks that are drawn, and no others."""
    looks = {look for one in panels for dot in one.dots for look in dot.look.split()}
    parts = []
    if view.is_running:
        parts.append("Chấm rỗng: tháng chưa kết thúc.")
    if "few" in looks:
        parts.append(f"Chấm xám: tháng dưới {ENOUGH_VOTES} phiếu ({FEW}), không nối thành đường.")
    if "below" in looks:
        parts.append("Tam giác: thấp hơn đáy thang.")
    if any(one.gone for one in panels):
        parts.append("Nền xám: đơn vị chưa hoặc không còn hoạt động.")
    if silent:
        parts.append(f"Không có phiếu trong các tháng này: {join_names(silent, 6)}.")
    return " ".join(parts)

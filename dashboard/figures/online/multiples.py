"""The overview's small multiples of online shares: a panel a unit, thirteen months, one scale."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from dashboard.figures.online.wording import FEW, NO_LEVELS, levels, rate, units_title, where
from dashboard.figures.shared.multiples import Month, Panel, Scale, multiples, panel, tight_scale_of
from dashboard.figures.shared.outcome import NO_DATA, nothing
from dashboard.figures.shared.sparkline import NOTHING_MONTH
from dashboard.figures.shared.wording import change, comparison_word, months_text
from dashboard.formats import NOTHING, count_text, points_text, sentence, share_text
from queries.asked.periods import Period
from queries.definitions.metrics import ENOUGH_DOSSIERS as ENOUGH
from queries.definitions.metrics import METRICS, Share
from queries.online.judging import Online, OnlineRow, OnlineTally, OnlineTrend

COMPACT = 9
_DECIMALS = METRICS["online_rate"].decimals


def compact(
    found: Online, before: Online | None, trend: OnlineTrend, *, link: Callable[[str], str],
    all_link: str, links: Sequence[tuple[str, str]] = (), most: int = COMPACT,
) -> str:  # fmt: skip
    """Draw the units with the lowest share first, small; past ``most`` the rest are on their own page."""
    if not found.recorded.levels:
        return nothing("Trực tuyến", sentence(NO_DATA), NO_LEVELS)
    if not any(tally.rate.b for tally in trend.district):
        return nothing("Trực tuyến", f"Không có hồ sơ nào trong {months_text(trend.months, found.view)} này")
    rows = [row for row in found.ranked if any(share.b for share in _shares(trend, row))]
    # Of any kind: who the title names stands here first.
    chosen = sorted(rows, key=_lowest_first)[:most]
    scale = tight_scale_of((_shares(trend, row) for row in chosen), len(trend.months))
    then = {row.unit.code: row.tally for row in before.known} if before else {}
    drawn = [
        _panel(row, then.get(row.unit.code), found, trend, scale=scale, href=link(row.unit.code or ""))
        for row in chosen
    ]
    share = found.district.tally.rate
    told = f"{rate(share, found)} ({share_text(share)} hồ sơ tiếp nhận)" if share.b else NOTHING
    return multiples(
        drawn, scale, meaning="online_rate", title=_title(found),
        subtitle=f"{where(found)} nộp trực tuyến {levels(found.view)} {told}. {_which(chosen, rows)}, "
        f"{len(trend.months)} tháng, chung một thang {scale.low:g}–{scale.high:g}%.",
        note=_note(found, drawn), kind="compact",
        more=f"Xem cả {count_text(len(rows))} đơn vị" if len(rows) > len(chosen) else "Xem trang Trực tuyến",
        more_href=all_link, links=links,
    )  # fmt: skip


def _lowest_first(row: OnlineRow) -> tuple[bool, bool, Fraction]:
    rate_now = row.tally.rate.exact
    return rate_now is None, row.is_few, rate_now or Fraction(0)


def _which(chosen: Sequence[OnlineRow], rows: Sequence[OnlineRow]) -> str:
    few = len(chosen) < len(rows)
    return f"{count_text(len(chosen))} đơn vị thấp nhất" if few else "Mỗi đơn vị một ô"


def _shares(trend: OnlineTrend, row: OnlineRow) -> tuple[Share, ...]:
    nothing_there = (OnlineTally(),) * len(trend.months)
    return tuple(tally.rate for tally in trend.units.get(row.unit.code, nothing_there))


def _panel(
    row: OnlineRow, then: OnlineTally | None, found: Online, trend: OnlineTrend, *, scale: Scale, href: str
) -> Panel:
    unit, share, shares = row.unit, row.tally.rate, _shares(trend, row)
    months = [
        Month(one, _month_text(one, month, found), unit.is_active(month.start, month.end) or bool(one.b))
        for one, month in zip(shares, trend.months, strict=True)
    ]
    looks = ("drop" if row.is_low else "", "few" if share.b < ENOUGH else "")
    return panel(
        unit.label, months, scale, is_running=found.view.is_running, href=href,
        value=rate(share, found) if share.b else NOTHING, change=_moved(share, then),
        note=f"{count_text(share.b)} hồ sơ" if share.b else "không có hồ sơ trong kỳ",
        look=" ".join(look for look in looks if look),
        label=_label(unit.label, shares, trend, found), with_bands=False,
    )  # fmt: skip


def _month_text(share: Share, month: Period, found: Online) -> str:
    text = f"{rate(share, found)} ({share_text(share)} hồ sơ)" if share.b else NOTHING_MONTH
    return f"{month.short_label()}: {text}"


def _moved(share: Share, then: OnlineTally | None) -> str:
    points = change(share, then.rate if then else None)
    if points is None or then is None:
        return FEW if 0 < share.b < ENOUGH else ""
    return FEW if min(share.b, then.rate.b) < ENOUGH else points_text(points)


def _label(name: str, shares: Sequence[Share], trend: OnlineTrend, found: Online) -> str:
    known = [(share.exact, share, month) for share, month in zip(shares, trend.months, strict=True)
             if share.exact is not None]  # fmt: skip
    low, high = min(known, key=lambda one: one[0]), max(known, key=lambda one: one[0])
    ends = (("thấp nhất", low), ("cao nhất", high), ("gần nhất", known[-1]))
    return f"{name}: " + ", ".join(
        f"{word} {rate(share, found)} ({month.label()})" for word, (_, share, month) in ends
    )


def _title(found: Online) -> str:
    text = units_title(found)
    is_name = any(text.startswith(row.unit.label) for row in found.known)
    return f"Trực tuyến: {text if is_name else text[:1].lower() + text[1:]}"


def _note(found: Online, panels: Sequence[Panel]) -> str:
    looks = {look for one in panels for dot in one.dots for look in dot.look.split()}
    parts = []
    if any(one.change for one in panels):
        parts.append(f"Mũi tên: so với {comparison_word(found.view)}.")
    if found.view.is_running:
        parts.append("Chấm rỗng: tháng chưa kết thúc.")
    if "few" in looks:
        parts.append(f"Chấm xám: tháng dưới {ENOUGH} hồ sơ ({FEW}), không nối thành đường.")
    if "below" in looks:
        parts.append("Tam giác: thấp hơn đáy thang.")
    if any(one.gone for one in panels):
        parts.append("Nền xám: đơn vị chưa hoặc không còn hoạt động.")
    return " ".join(parts)

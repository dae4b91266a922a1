"""The ranking of units by late rate, with the backlog beside each rate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dashboard.figures.shared.markup import markup
from dashboard.figures.shared.sparkline import NOTHING_MONTH, Sparkline, months_told, row_sparkline
from dashboard.figures.shared.wording import (
    OTHERS,
    UNFINISHED,
    UNFINISHED_NOTE,
    basis_sentence,
    change_text,
    comparison_word,
    edges,
    listed_name,
    ranking_title,
    rate_of,
    running_note,
    silent_sentence,
    strength_text,
    threshold_text,
)
from dashboard.formats import count_text, rate_text, share_text
from queries.definitions.metrics import late_metric
from queries.definitions.units import LOCAL_KINDS
from queries.on_time.judging import OnTime, Row
from queries.on_time.judging_trend import Trend

UNRANKED = "Tính vào toàn địa bàn, không xếp hạng"
MOST_BARS = 40
"""More units than this, and only those at or near the threshold are drawn."""


@dataclass(frozen=True)
class Bar:
    """One unit's row of the ranking; ``width`` in parts of the longest bar."""

    name: str
    href: str
    flag: str | None
    few: bool
    width: float
    clipped: bool
    rate: str
    weak: str
    share: str
    change: str
    spark: Sparkline
    overdue: str
    share_href: str
    overdue_href: str
    group: str = ""


def scale_of(rows: Sequence[Row], threshold: float) -> float:
    """Give the rate at the right end of the track: room for the threshold even if all are low."""
    # One late dossier of four is 25%: few dossiers must not flatten everybody else's bar.
    sure = [row.verdict.share.percent or 0.0 for row in rows if row.verdict.strength != "few"]
    return max(*sure, threshold * 1.5) if sure else threshold * 1.5


def ranking(
    found: OnTime, before: OnTime | None, trend: Trend, *, link: Callable[[str], str],
    listed: Callable[..., str], all_link: str, links: Sequence[tuple[str, str]], note: str,
) -> str:  # fmt: skip
    """Draw the ranking, one row a unit: bar, a/b, change, thirteen months, backlog.

    Worst first, few dossiers after the others, none last.
    """
    rows = found.ranked
    shown = rows
    if len(rows) > MOST_BARS:
        shown = tuple(row for row in rows if row.verdict.flag in ("over", "near")) or rows[:MOST_BARS]
    threshold = float(found.view.rules.threshold_on(found.view.end).fraction)
    scale = scale_of(rows, threshold)
    local = [row for row in shown if row.unit.kind in LOCAL_KINDS]
    other = [row for row in shown if row.unit.kind not in LOCAL_KINDS]
    bars = [*_bars(local, found, before, trend, scale, link=link, listed=listed)]
    heading = OTHERS if local else ""
    bars += _bars(other, found, before, trend, scale, link=link, listed=listed, heading=heading)
    bars += _bars(found.unranked, found, before, trend, scale, listed=listed, heading=UNRANKED,
                  link=lambda code: link(code) if code else all_link)  # fmt: skip
    long = "Thanh có mũi nhọn dài quá thang." if any(bar.clipped for bar in bars) else ""
    unfinished = UNFINISHED_NOTE if any(UNFINISHED in bar.spark.label for bar in bars) else ""
    more = f"Xem cả {count_text(len(rows))} đơn vị" if len(shown) < len(rows) else ""
    return markup(
        "ranking.html",
        title=ranking_title(found),
        subtitle=f"Tỷ lệ trễ hẹn theo đơn vị, cách tính {found.view.basis}; cột cuối: hồ sơ quá hạn "
        "chưa giải quyết xong. Bấm vào đơn vị để xem riêng.",
        change_name=f"So với {comparison_word(found.view)}, điểm %",
        months=len(trend.months),
        meaning=late_metric(found.view.basis).id,
        bars=bars,
        threshold_at=round(threshold / scale, 4),
        threshold_label=f"Ngưỡng {threshold_text(found.view)} (từ {threshold_text(found.view)} là vượt)",
        more=more,
        more_href=all_link,
        note=" ".join(
            part for part in (silent_sentence(found), basis_sentence(found), note, long, unfinished) if part
        ),
        links=links,
    )


def _bars(
    rows: Sequence[Row], found: OnTime, before: OnTime | None, trend: Trend, scale: float, *,
    link: Callable[[str], str], listed: Callable[..., str], heading: str = "",
) -> list[Bar]:  # fmt: skip
    bars: list[Bar] = []
    word = late_metric(found.view.basis).numerator
    for row in rows:
        share = row.verdict.share
        overdue = row.tally["open_overdue"]
        bars.append(
            Bar(
                name=listed_name(row),
                href=link(row.unit.code or ""),
                flag=row.verdict.flag,
                few=row.verdict.strength == "few",
                width=round(min(1.0, (share.percent or 0.0) / scale), 4),
                clipped=(share.percent or 0.0) > scale,
                rate=rate_of(row, found),
                weak=strength_text(row) if row.verdict.strength == "few" else "",
                share=share_text(share) if share.b else "",
                change=change_text(row, before, found.view) if row.is_ranked else "",
                spark=_months(row, trend, scale),
                overdue=count_text(overdue) if overdue else "",
                share_href=listed(word, unit_code=row.unit.code) if share.a and row.unit.code else "",
                overdue_href=listed("open_overdue", unit_code=row.unit.code)
                if overdue and row.unit.code
                else "",
                group=heading if not bars else "",
            )
        )
    return bars


def _months(row: Row, trend: Trend, scale: float) -> Sparkline:
    """Draw a unit's months on the scale of the bars, so that the threshold is where it is there."""
    view, series = trend.view, trend.units.get(row.unit.code, ())
    texts = [
        f"{rate_text(share, 2, edges(view))} ({share_text(share)} hồ sơ)" if share.b else NOTHING_MONTH
        for share in series
    ]
    months = months_told(trend.months, texts) if series else ()
    told = [
        f"{month.short_label()}: {rate_text(share, 2, edges(view))}"
        for month, share in zip(trend.months, series, strict=False)
        if share.b
    ]
    since = running_note(trend.running(row.unit.code)) if row.verdict.is_over else ""
    if since and months:
        months = (*months[:-1], f"{months[-1]}, vượt ngưỡng {since}")
    label = f"{row.unit.label}, tỷ lệ trễ hẹn từng tháng. {'; '.join(told)}"
    return row_sparkline(
        [share.percent for share in series],
        is_running=view.is_running,
        label=f"{label}. Vượt ngưỡng {since}" if since else label,
        high=scale,
        limit=float(edges(view)[0]),
        look=row.verdict.flag or "",
        months=months,
    )

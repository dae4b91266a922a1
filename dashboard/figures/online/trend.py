"""Thirteen months of how dossiers came: each level apart in a column, over what is offered as a line."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from dashboard.figures.on_time.heat import month_heads
from dashboard.figures.on_time.trend import mark_events, unfinished
from dashboard.figures.online.wording import (
    DECIMALS,
    LEVEL_NAMES,
    OVER_OFFERED,
    capital,
    edges,
    levels,
    levels_shown,
    rate,
    target_text,
    trend_title,
)
from dashboard.figures.shared.markup import markup
from dashboard.figures.shared.outcome import BARRED_MONTH
from dashboard.formats import day_text, rate_text, sentence, share_text
from dashboard.theme import CARD, INK, MUTED, NEAR, PALETTE, TEMPLATE
from queries.definitions.metrics import ONLINE_LEVELS_SINCE
from queries.on_time.events import Event
from queries.online.judging import Online, OnlineTally, OnlineTrend

COLORS = {
    "level_3": PALETTE["blue-89"], "partial": PALETTE["blue-78"], "level_4": PALETTE["blue-58"],
    "full": PALETTE["fine-text"],
}  # fmt: skip

PATTERNS = {"level_3": ".", "partial": "", "level_4": "|", "full": ""}
"""Each level's own, as in the bars: none is told by its blue alone."""
MARKS = {"level_3": PALETTE["fine"], "partial": CARD, "level_4": CARD, "full": CARD}


def trend_head(
    trend: OnlineTrend, found: Online, name: str, *, note: str, links: Sequence[tuple[str, str]]
) -> str:
    """Draw what stands around the chart: title, legend, foot."""
    words = levels_shown(trend.district, found.view)
    return markup(
        "online_trend.html",
        meaning="online_rate",
        title=trend_title(trend, found, name),
        subtitle=f"Cột: nộp trực tuyến {levels(found.view)} trên hồ sơ tiếp nhận, {name}.",
        legend=[(word, capital(word)) for word in words],
        line=OVER_OFFERED,
        target=target_text(found) if found.target is not None else "",
        note=note,
        links=links,
    )


def trend_figure(trend: OnlineTrend, found: Online, events: Sequence[Event] = ()) -> dict[str, Any]:
    """Draw stacked columns and a line; a month without dossiers is a gap, the running one is pale.

    As plotly's own dictionary: go.Figure would check each word of it, at many times the cost.
    """
    months = [month.short_label() for month in trend.months]
    # The year on a line of its own: on a phone a column is narrower than "11/25".
    heads = [head.replace("/", "<br>20") for head in month_heads(trend.months)]
    shapes, notes = _change_of_words(trend, months)
    layout = {
        "template": TEMPLATE.to_plotly_json(), "barmode": "stack", "bargap": 0.32, "hovermode": "closest",
        "margin": {"l": 44, "r": 76, "t": 16, "b": 44},
        "yaxis": {"range": [0, _top(trend, found)], "nticks": 6},
        "xaxis": {"type": "category", "tickangle": 0, "tickvals": months, "ticktext": heads,
                  "range": [-0.6, len(months) - 0.4]},
        "shapes": shapes, "annotations": [*_labels(trend, found, months), *notes],
    }  # fmt: skip
    texts = [_hover(trend, found, i) for i in range(len(months))]
    data = [*_columns(trend, found, months, texts), *_lines(trend, months, texts), *_target(found, months)]
    mark_events(layout, events, trend.months)
    return {"data": data, "layout": layout}


def _columns(trend: OnlineTrend, found: Online, months: list[str], texts: list[str]) -> list[dict[str, Any]]:
    opacity = [1.0] * (len(months) - 1) + [0.55 if trend.view.is_running else 1.0]
    return [
        {"type": "bar", "x": months, "y": trend.percents(word), "name": LEVEL_NAMES[word],
         "marker": {
             "color": COLORS[word], "line": {"width": 0}, "opacity": opacity,
             "pattern": {"shape": PATTERNS[word], "fillmode": "overlay", "fgcolor": MARKS[word], "size": 5,
                         "solidity": 0.25},
         },
         "customdata": texts, "hovertemplate": "%{customdata}<extra></extra>"}
        for word in levels_shown(trend.district, found.view)
    ]  # fmt: skip


def _lines(trend: OnlineTrend, months: list[str], texts: list[str]) -> list[dict[str, Any]]:
    line, running = trend.percents("online_rate_eligible"), trend.view.is_running
    style = {"color": INK, "width": 1.75}
    lines: list[dict[str, Any]] = [{
        "type": "scatter", "x": months, "y": [*line[:-1], None] if running else line, "mode": "lines+markers",
        "connectgaps": False, "customdata": texts, "name": "trên có cung cấp", "line": style,
        "marker": {"size": 5, "color": INK}, "hovertemplate": "%{customdata}<extra></extra>",
    }]  # fmt: skip
    if running and line[-1] is not None:
        lines += unfinished(months, line, texts, style, size=7)
    return lines


def _top(trend: OnlineTrend, found: Online) -> float:
    values = [one for word in ("online_rate", "online_rate_eligible") for one in trend.percents(word)]
    highest = max([value for value in values if value is not None], default=0.0)
    return max(10.0, min(104.0, max(highest, float(found.target or 0)) * 1.15))


def _labels(trend: OnlineTrend, found: Online, months: list[str]) -> list[dict[str, Any]]:
    """Print the last month's two shares at the right, apart from each other."""
    tally = trend.district[-1]
    share, eligible = tally.rate, tally.share("online_rate_eligible")
    if share.percent is None:
        return []
    # On a category axis a number is a place: right of the last column.
    beside: dict[str, Any] = {"x": len(months) - 0.55, "showarrow": False, "xanchor": "left"}
    until = f"<br>đến {trend.view.end:%d/%m}" if trend.view.is_running else ""
    near = eligible.percent is not None and eligible.percent - share.percent < 12
    labels = [{
        **beside, "y": share.percent, "text": f"<b>{rate(share, found)}</b>{until}", "align": "left",
        "yanchor": "top" if near else "middle", "font": {"size": 13, "color": INK},
    }]  # fmt: skip
    if eligible.percent is not None:
        labels.append({
            **beside, "y": eligible.percent, "text": rate_text(eligible, DECIMALS, edges(found)),
            "yanchor": "bottom" if near else "middle", "font": {"size": 12, "color": MUTED},
        })  # fmt: skip
    return labels


def _target(found: Online, months: list[str]) -> list[dict[str, Any]]:
    if found.target is None:
        return []
    return [{
        "type": "scatter", "x": months, "y": [float(found.target)] * len(months), "mode": "lines",
        "line": {"color": NEAR, "width": 1.5, "dash": "dash"}, "hoverinfo": "skip", "name": "Chỉ tiêu",
    }]  # fmt: skip


def _change_of_words(
    trend: OnlineTrend, months: list[str]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Mark the month from which the levels bear other names, where it lies inside the trend: line, words."""
    lines: list[dict[str, Any]] = []
    words: list[dict[str, Any]] = []
    for one in ONLINE_LEVELS_SINCE:
        since = one.since
        if since is None:
            continue
        for i in (i for i, month in enumerate(trend.months) if i and month.start <= since <= month.end):
            lines.append({
                "type": "line", "x0": i - 0.5, "x1": i - 0.5, "y0": 0, "y1": 1, "yref": "paper",
                "line": {"color": MUTED, "width": 1, "dash": "dot"},
            })  # fmt: skip
            words.append({
                "x": i - 0.45, "y": 1, "yref": "paper", "text": f"từ {day_text(since)}: {one.name}",
                "showarrow": False, "xanchor": "left" if i < len(months) - 4 else "right",
                "yanchor": "top", "font": {"size": 12, "color": MUTED}, "bgcolor": "rgba(255,255,255,.8)",
            })  # fmt: skip
    return lines, words


def _hover(trend: OnlineTrend, found: Online, index: int) -> str:
    month, tally = trend.months[index], trend.district[index]
    if not trend.view.sees(month):
        return f"{month.label()}: {BARRED_MONTH}"
    running = trend.view.is_running and index == len(trend.months) - 1
    until = f" (chưa kết thúc, đến {day_text(trend.view.end)})" if running else ""
    lines = [f"<b>{month.label()}</b>{until}", _told("Trên tiếp nhận", tally, "online_rate", edges(found))]
    lines += [
        _told(capital(word), tally, word, ())
        for word in levels_shown([tally], found.view)
        if tally[word]
    ]  # fmt: skip
    lines.append(_told(sentence(OVER_OFFERED), tally, "online_rate_eligible", edges(found)))
    if found.recorded.assisted:
        lines.append(_told("Tự nộp", tally, "self_submitted", ()))
    return "<br>".join(lines)


def _told(name: str, tally: OnlineTally, metric_id: str, at: tuple[Fraction, ...]) -> str:
    share = tally.share(metric_id)
    return f"{name}: {rate_text(share, DECIMALS, at)}" + (f" ({share_text(share)})" if share.b else "")


def trend_sentence(trend: OnlineTrend, found: Online) -> str:
    """Say the columns to somebody who cannot see them."""
    parts = [
        f"{month.short_label()}: {rate(tally.rate, found)}"
        for month, tally in zip(trend.months, trend.district, strict=True)
    ]
    return f"Tỷ lệ trực tuyến {levels(found.view)} theo tháng. " + "; ".join(parts)

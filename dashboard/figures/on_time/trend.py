"""The late rate over thirteen months, drawn with plotly: the running month hollow and dashed."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from textwrap import shorten
from typing import Any

from dashboard.figures.on_time.heat import month_heads
from dashboard.figures.shared.outcome import BARRED_MONTH
from dashboard.figures.shared.wording import months_text
from dashboard.formats import day_text, rate_text, share_text
from dashboard.theme import ACCENT, CARD, INK, MUTED, OVER, OVER_TEXT, TEMPLATE
from queries.asked.periods import Period
from queries.definitions.metrics import ENOUGH_DOSSIERS, Share
from queries.on_time.events import Event
from queries.on_time.judging_trend import Trend

MOST_EVENTS, LONGEST_EVENT = 6, 44
"""So many events a trend marks, the latest; so many letters of each, whole words."""
EVENT_ROWS, EVENT_LINE = 3, 17
"""The names of events stand on so many lines in turn, each of so many pixels."""
_LABEL_MONTHS = 4
"""So many months the name of the threshold takes on a narrow screen."""


def trend_title(trend: Trend, name: str) -> str:
    """Say where the last full month stands in the thirteen; of one of few dossiers, what it is alone."""
    last, series = len(trend.months) - (2 if trend.view.is_running else 1), trend.district

    def rate(month: int) -> str:
        return rate_text(series[month], 2, month_edges(trend, month))

    def told(month: int, when: str = "") -> str:
        few = f" ({share_text(series[month])})" if series[month].b < ENOUGH_DOSSIERS else ""
        return f"{when or trend.months[month].label()} là {rate(month)}{few}"

    known = [i for i, share in enumerate(series[: last + 1]) if share.b]
    begins = "Tỷ lệ trễ hẹn "
    if trend.view.is_running and series[-1].b:
        begins += told(-1, f"đến {trend.view.end:%d/%m}") + "; "
    if last not in known:
        if not trend.view.sees(trend.months[last]) or not any(share.b for share in series):
            return f"Tỷ lệ trễ hẹn của {name} trong {months_text(trend.months, trend.view)}"
        if series[-1].b:
            return f"{begins}{trend.months[last].label()} không có hồ sơ"
        return f"{begins}{told(known[-1])}, từ đó không có hồ sơ"
    enough = [month for month in known if series[month].b >= ENOUGH_DOSSIERS]
    if last not in enough or len(enough) < 2:
        return begins + told(last)
    highest = max(enough, key=lambda month: series[month].exact or Fraction(0))
    return f"{begins}{told(last)}{_standing(trend, known, highest, rate(highest))}"


def _standing(trend: Trend, known: Sequence[int], highest: int, rate: str) -> str:
    """Say how the last of the months known stands to those before; empty where few dossiers keep it open.

    ``highest``: of the months of enough dossiers, with its ``rate``.
    """
    rates = [trend.district[month].exact or Fraction(0) for month in known]
    # Of months that the reader may not see nothing is said.
    seen = [trend.view.sees(month) for month in trend.months[: known[-1] + 1]]
    if min(rates) == max(rates):
        return f", bằng mọi tháng trước{'' if all(seen) else ' được xem'}"
    since = f"nhất kể từ {trend.months[known[0]].label()}"
    since += "" if all(seen[known[0] :]) else " trong các tháng được xem"
    if rates[-1] == max(rates):
        return f", cao {since}"
    if rates[-1] < min(rates[:-1]):
        return f", thấp {since}"
    return "" if highest == known[-1] else f", cao nhất là {trend.months[highest].label()} ({rate})"


def trend_figure(trend: Trend, events: Sequence[Event] = ()) -> dict[str, Any]:
    """Draw one line, the threshold, and a visible change of rule; a month without dossiers is a gap.

    As plotly's own dictionary: go.Figure would check each word of it, at ten times the cost.
    """
    view = trend.view
    labels = [month.short_label() for month in trend.months]
    heads = [head.replace("/", "<br>20") for head in month_heads(trend.months)]
    values = [share.percent for share in trend.district]
    texts = [_hover(share, trend, i) for i, share in enumerate(trend.district)]
    solid = [*values[:-1], None] if view.is_running else values
    lines: list[dict[str, Any]] = [{
        "type": "scatter", "x": labels, "y": solid, "mode": "lines+markers", "connectgaps": False,
        "customdata": texts, "name": "Tỷ lệ trễ hẹn", "line": {"color": ACCENT, "width": 2.5},
        "marker": {"size": 7, "color": ACCENT}, "hovertemplate": "%{customdata}<extra></extra>",
    }]  # fmt: skip
    if view.is_running and values[-1] is not None:
        lines += unfinished(labels, values, texts, {"color": ACCENT, "width": 2}, size=9)
    limits = [float(month_edges(trend, i)[0]) for i in range(len(labels))]
    lines.append({
        "type": "scatter", "x": labels, "y": limits, "mode": "lines", "hoverinfo": "skip", "name": "Ngưỡng",
        "line": {"color": OVER, "width": 1, "dash": "dash", "shape": "hvh"},
    })  # fmt: skip
    highest = max([value for value in values if value is not None], default=0.0)
    limit = float(view.rules.threshold_on(view.end).fraction)
    layout = {
        "template": TEMPLATE.to_plotly_json(),
        "margin": {"l": 44, "r": 72, "t": 16, "b": 44},
        "yaxis": {"range": [0, max(highest, limit) * 1.2], "nticks": 6},
        "xaxis": {
            "type": "category",
            "tickangle": 0,
            "tickvals": labels,
            "ticktext": heads,
            "range": [-0.6, len(labels) - 0.6],
        },
        "hovermode": "closest",
        "annotations": [_threshold_label(trend, labels, limits), *_last_labels(trend, labels)],
    }
    mark_events(layout, events, trend.months)
    return {"data": lines, "layout": layout}


def mark_events(layout: dict[str, Any], events: Sequence[Event], months: Sequence[Period]) -> None:
    """Mark on a figure of months what happened: a dotted line on its day, its name above the figure.

    Within it a name would lie over a line somewhere.
    """
    if events:
        layout["margin"]["t"] += EVENT_LINE * min(len(events), MOST_EVENTS, EVENT_ROWS)
    shapes, names = layout.setdefault("shapes", []), layout.setdefault("annotations", [])
    for row, one in enumerate(events[-MOST_EVENTS:]):
        month = months[one.place]
        # A month's mark stands in the middle of its days.
        x = one.place - 0.5 + ((one.day - month.start).days + 0.5) / ((month.end - month.start).days + 1)
        shapes.append({
            "type": "line", "xref": "x", "yref": "paper", "x0": x, "x1": x, "y0": 0, "y1": 1,
            "line": {"color": MUTED, "width": 1, "dash": "dot"},
        })  # fmt: skip
        late = one.place > len(months) / 2
        names.append({
            "name": "event", "x": x, "y": 1, "xref": "x", "yref": "paper",
            # No text of its own under the mouse: it would keep a month beneath it from telling its figures.
            "text": _short(one),
            "showarrow": False, "xanchor": "right" if late else "left", "xshift": -4 if late else 4,
            "yanchor": "bottom", "yshift": EVENT_LINE * (row % EVENT_ROWS),
            "font": {"size": 12, "color": MUTED},
        })  # fmt: skip


def _short(one: Event) -> str:
    title = shorten(one.title, LONGEST_EVENT, placeholder="…")
    return plain(f"{one.day:%d/%m}: {title}")


def plain(text: str) -> str:
    """Take out of a text what plotly would read as markup."""
    return text.replace("<", "‹").replace(">", "›").replace("&", "＆")


def event_text(one: Event) -> str:
    """Say an event: "Bắt đầu thí điểm (01/07/2026, Quyết định 12/QĐ-UBND)"."""
    return f"{one.title} ({day_text(one.day)}{f', {one.document}' if one.document else ''})"


def events_sentence(events: Sequence[Event]) -> str:
    """Say the events a trend marks, for paper and for who cannot point; empty for none."""
    return f" Mốc: {'; '.join(event_text(one) for one in events[-MOST_EVENTS:])}." if events else ""


def events_note(events: Sequence[Event]) -> str:
    """Say what the dotted lines of a trend are, after what is drawn; empty for no event."""
    told = events_sentence(events).removeprefix(" Mốc: ").removesuffix(".")
    return f"; đường chấm dọc là mốc: {told}" if told else ""


def unfinished(
    labels: list[str], values: Sequence[float | None], texts: list[str], line: dict[str, Any], *, size: int
) -> list[dict[str, Any]]:  # fmt: skip
    """Draw the way to a running month as dots, and the month hollow; only the month says itself."""
    same = {"type": "scatter", "name": "chưa kết thúc"}
    return [
        {**same, "x": labels[-2:], "y": values[-2:], "mode": "lines", "line": {**line, "dash": "dot"},
         "hoverinfo": "skip"},
        {**same, "x": labels[-1:], "y": values[-1:], "mode": "markers", "customdata": texts[-1:],
         "marker": {"size": size, "color": CARD, "line": line},
         "hovertemplate": "%{customdata}<extra></extra>"},
    ]  # fmt: skip


def month_edges(trend: Trend, index: int) -> tuple[Fraction, Fraction]:
    """Give the threshold and the near band in force on the last counted day of one of the months."""
    day = min(trend.months[index].end, trend.view.as_of.date())
    rules = trend.view.rules
    return rules.threshold_on(day).fraction, rules.near_on(day).fraction


def _hover(share: Share, trend: Trend, index: int) -> str:
    month = trend.months[index]
    if not trend.view.sees(month):
        return f"{month.label()}: {BARRED_MONTH}"
    running = trend.view.is_running and index == len(trend.months) - 1
    until = f" (chưa kết thúc, đến {day_text(trend.view.end)})" if running else ""
    rate = rate_text(share, 2, month_edges(trend, index))
    return f"{month.label()}{until}: {rate} ({share_text(share)} hồ sơ)"


def _threshold_label(trend: Trend, labels: list[str], limits: list[float]) -> dict[str, Any]:
    """Name the threshold above its line, where the months leave most room for it."""
    percent = trend.view.rules.threshold_on(trend.view.end).percent.replace(".", ",")
    text = f"Ngưỡng {percent}%" if len(set(limits)) == 1 else "Ngưỡng (đổi trong kỳ)"

    def room(start: int) -> float:
        over = [share.percent - limits[i] for i, share in enumerate(trend.district)
                if start <= i < start + _LABEL_MONTHS and share.percent is not None]  # fmt: skip
        # What runs below the line, or far above, is in nobody's way.
        return min((abs(one) if one > 0 else limits[0] for one in over), default=limits[0])

    at = max(range(len(labels) - _LABEL_MONTHS), key=lambda start: (room(start), -start))
    return {
        "x": labels[at], "y": limits[at], "text": text, "showarrow": False, "xanchor": "left",
        "yanchor": "bottom", "font": {"size": 12, "color": OVER_TEXT},
    }  # fmt: skip


def _last_labels(trend: Trend, labels: list[str]) -> list[dict[str, Any]]:
    share = trend.district[-1]
    if share.percent is None:
        return []
    here = {"x": labels[-1], "y": share.percent, "showarrow": False, "xanchor": "left", "xshift": 10}
    rate = f"<b>{rate_text(share, 2, month_edges(trend, len(labels) - 1))}</b>"
    found: list[dict[str, Any]] = [{**here, "text": rate, "font": {"size": 13, "color": INK}}]
    if trend.view.is_running:
        until = f"đến {trend.view.end:%d/%m}"
        found.append({**here, "text": until, "yshift": -16, "font": {"size": 12, "color": MUTED}})
    return found


def trend_sentence(trend: Trend) -> str:
    """Say the line to somebody who cannot see it."""
    parts = [
        f"{month.short_label()}: {rate_text(share, 2, month_edges(trend, i))}"
        for i, (month, share) in enumerate(zip(trend.months, trend.district, strict=True))
    ]
    return "Tỷ lệ trễ hẹn theo tháng. " + "; ".join(parts)

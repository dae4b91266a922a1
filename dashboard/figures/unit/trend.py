"""Thirteen months of one unit: its line, the district's beside it, and the break of a merger."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from dashboard.figures.on_time.heat import (
    Line,
    month_cell,
    month_cells,
    month_heads,
    note_of,
    untold_cell,
)
from dashboard.figures.on_time.trend import events_sentence, month_edges, trend_figure, trend_sentence
from dashboard.figures.shared.markup import markup
from dashboard.figures.shared.outcome import UNTOLD
from dashboard.figures.shared.wording import unit_heat_title
from dashboard.formats import day_text, rate_text, share_text
from dashboard.theme import MUTED, PALETTE
from queries.definitions.metrics import Share, late_metric
from queries.definitions.units import Unit
from queries.on_time.events import Event
from queries.on_time.judging_trend import Trend

_OTHER, _PALE = PALETTE["grey-55"], PALETTE["grey-78"]
_NOTHING = Share(0, 0)


def series_of(unit: Unit, trend: Trend) -> tuple[Share, ...]:
    """Give a unit's months, only those in which it existed: its trend ends where it ended."""
    series = trend.units.get(unit.code, (_NOTHING,) * len(trend.months))
    return tuple(
        share if trend.was_there(unit.code, month) else _NOTHING
        for share, month in zip(series, trend.months, strict=True)
    )


def unit_trend(
    trend: Trend, unit: Unit, others: Sequence[Unit], events: Sequence[Event] = ()
) -> tuple[dict[str, Any] | None, str]:
    """Draw the unit's late rate; ``others`` were merged into it, or it into them: never joined to it.

    Gives the figure, None where neither has a dossier, and the sentence that says it.
    """
    own = replace(trend, district=series_of(unit, trend))
    related = [(other, series_of(other, trend)) for other in others]
    if not any(share.b for _, series in [(unit, own.district), *related] for share in series):
        return None, ""
    labels = [month.short_label() for month in trend.months]
    figure = trend_figure(own, events)
    lines, layout = figure["data"], figure["layout"]
    lines[:0] = _district(labels, trend)
    for other, series in related:
        line = {"color": _OTHER, "width": 2.5}
        lines.append(_line(labels, trend, series, name=other.label, line=line, mode="lines+markers"))
        layout["annotations"] += _name(labels, series, other.label)
    breaks = _breaks(unit, others, trend)
    layout["shapes"] += [
        {"type": "line", "xref": "x", "yref": "paper", "x0": i - 0.5, "x1": i - 0.5, "y0": 0, "y1": 1,
         "line": {"color": MUTED, "width": 1, "dash": "dot"}}
        for i in breaks
    ]  # fmt: skip
    layout["annotations"] += [
        {"x": i - 0.5, "y": 1, "xref": "x", "yref": "paper", "text": "sáp nhập", "showarrow": False,
         "xanchor": "left", "xshift": 4, "yanchor": "top", "font": {"size": 12, "color": MUTED}}
        for i in breaks
    ]  # fmt: skip
    highest = max(
        (share.percent or 0.0 for series in (own.district, trend.district, *(s for _, s in related))
         for share in series),
        default=0.0,
    )  # fmt: skip
    limit = float(trend.view.rules.threshold_on(trend.view.end).fraction)
    layout["yaxis"]["range"] = [0, max(highest, limit) * 1.2]
    return figure, f"{trend_sentence(own)}.{events_sentence(events)}"


def _district(labels: list[str], trend: Trend) -> list[dict[str, Any]]:
    """The line to compare with, as unfinished in the running month as the unit's own."""
    name, pale = "toàn địa bàn", {"color": _PALE, "width": 3}
    whole = _line(labels, trend, trend.district, name=name, line=pale)
    if not trend.view.is_running:
        return [whole]
    rest = {"x": labels[-2:], "y": whole["y"][-2:], "customdata": whole["customdata"][-2:]}
    whole["y"] = [*whole["y"][:-1], None]
    return [whole, {**whole, **rest, "name": f"{name}, chưa kết thúc", "line": {**pale, "dash": "dot"}}]


def _line(
    labels: list[str], trend: Trend, series: Sequence[Share], *, name: str, line: dict[str, object],
    mode: str = "lines",
) -> dict[str, Any]:  # fmt: skip
    texts = [
        f"{_plain(name)}, {month.label()}: {rate_text(share, 2, month_edges(trend, i))} "
        f"({share_text(share)} hồ sơ)"
        for i, (month, share) in enumerate(zip(trend.months, series, strict=True))
    ]
    return {
        "type": "scatter", "x": labels, "y": [share.percent for share in series], "mode": mode,
        "connectgaps": False, "line": line, "marker": {"size": 6, "color": line["color"]},
        "name": _plain(name), "customdata": texts, "hovertemplate": "%{customdata}<extra></extra>",
    }  # fmt: skip


def _plain(name: str) -> str:
    """Take out of a name what plotly would read as markup."""
    return name.replace("<", "‹").replace(">", "›")


def _name(labels: list[str], series: Sequence[Share], name: str) -> list[dict[str, Any]]:
    last = max((i for i, share in enumerate(series) if share.b), default=None)
    if last is None:
        return []
    return [{
        "x": labels[last], "y": series[last].percent, "text": _plain(name), "showarrow": False,
        "xanchor": "center", "yanchor": "bottom", "yshift": 8, "font": {"size": 12, "color": MUTED},
        "bgcolor": "rgba(255,255,255,0.85)",
    }]  # fmt: skip


def _breaks(unit: Unit, others: Sequence[Unit], trend: Trend) -> list[int]:
    """Give the months shown that are the first of a successor, after the first shown."""
    begins = {
        other.active_to for other in others if other.successor_code == unit.code and other.active_to
    } | ({unit.active_to} if unit.active_to and unit.successor_code else set())
    found = {
        next((i for i, month in enumerate(trend.months) if month.start > ended), None) for ended in begins
    }
    return sorted(i for i in found if i)


def unit_months(
    trend: Trend, unit: Unit, others: Sequence[Unit], *, told: Sequence[bool], link: Callable[[str], str],
    links: Sequence[tuple[str, str]],
) -> str:  # fmt: skip
    """Draw the same months as numbers: the unit, those it was merged from or into, the district.

    ``told``: of each month whether the district's rate may be shown.
    """
    view = trend.view
    before = [other for other in others if other.successor_code == unit.code]
    after = [other for other in others if other not in before]
    rows = [Line(one.label, link(one.code or ""), month_cells(one, trend)) for one in (*before, unit, *after)]
    return markup(
        "heat.html",
        meaning=late_metric(view.basis).id,
        title=unit_heat_title(trend, unit),
        subtitle=f"{late_metric(view.basis).name} (%) từng tháng, cách tính {view.basis}",
        months=month_heads(trend.months),
        is_running=view.is_running,
        rows=rows,
        total_name="Toàn địa bàn",
        total=[
            month_cell(share, month, view, True) if is_told or not view.sees(month) else untold_cell(month)
            for share, month, is_told in zip(trend.district, trend.months, told, strict=True)
        ],
        note=f"{note_of(rows, view)}{'' if all(told) else f' {UNTOLD}'}",
        links=links,
    )


def merger_sentence(unit: Unit, predecessors: Sequence[Unit], successor: Unit | None) -> str:
    """Say where the unit's figures begin or end; empty where it was never merged."""
    parts = []
    if predecessors:
        names = ", ".join(
            f"{one.name}{f' (đến hết {day_text(one.active_to)})' if one.active_to else ''}"
            for one in predecessors
        )
        parts.append(f"Số liệu trước sáp nhập nằm ở {names}, không cộng vào đơn vị này.")
    if successor is not None:
        ended = f"hết {day_text(unit.active_to)}" if unit.active_to else "ngày sáp nhập"
        parts.append(f"Số liệu của đơn vị này dừng ở {ended}; tiếp theo là {successor.name}.")
    return " ".join(parts)

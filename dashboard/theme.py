"""The one palette, which survives colour blindness and a bad projector, and the one template.

Meaning never rests on colour alone: over the threshold also carries ▲, near it ◆.
"""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

INK, MUTED, RULE, GROUND, CARD, ACCENT = "#17202a", "#5d6b7a", "#dfe5ec", "#f6f8fa", "#ffffff", "#14507a"
OVER, NEAR, FINE = "#c2410c", "#b7791f", "#2f7fb5"
OVER_TEXT, NEAR_TEXT, FINE_TEXT = "#b03a0b", "#8a5a12", "#1f6a99"
MARKS = {"over": "▲", "near": "◆", "fine": ""}
FONT = "'Be Vietnam Pro', 'Segoe UI', Roboto, 'Noto Sans', sans-serif"

TEMPLATE = go.layout.Template(
    layout={
        "font": {"family": FONT, "size": 13, "color": INK},
        "separators": ",.",
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 48, "r": 24, "t": 12, "b": 32},
        "colorway": [ACCENT],
        "showlegend": False,
        "hovermode": "x unified",
        "hoverlabel": {
            "bgcolor": CARD,
            "bordercolor": RULE,
            "font": {"family": FONT, "size": 13, "color": INK},
        },
        "xaxis": {"showgrid": False, "linecolor": RULE, "tickcolor": RULE, "fixedrange": True},
        "yaxis": {"gridcolor": RULE, "zeroline": False, "fixedrange": True, "ticksuffix": "%"},
    }
)

GRAPH_CONFIG: dict[str, Any] = {
    # plotly.js 4 shows a button that uploads the figure to a public cloud; district networks are closed.
    "displaylogo": False,
    "showSendToCloud": False,
    "plotlyServerURL": "",
    "locale": "vi",
    "displayModeBar": False,
}

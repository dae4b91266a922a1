"""The one palette, which survives colour blindness and a bad projector, and the one template.

``python -m dashboard.command.documents`` writes it into the style sheets' variables (assets/palette.css,
assets/wall/palette.css); no other place holds a colour.

Meaning never rests on colour alone: over the threshold also carries ▲, near it ◆.
"""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

PALETTE = {
    "ink": "#17202a", "muted": "#5d6b7a", "rule": "#dfe5ec", "ground": "#f6f8fa", "card": "#ffffff",
    "accent": "#14507a", "over": "#c2410c", "near": "#b7791f", "fine": "#2f7fb5", "over-text": "#b03a0b",
    "near-text": "#8a5a12", "fine-text": "#1f6a99", "over-pale": "#fbe4d8", "near-pale": "#f8ecd3",
    "fine-pale": "#e2eef6",
    "amber-8": "#2b2000", "amber-25": "#74490c", "amber-59": "#f2a33a", "amber-63": "#f2c14e",
    "amber-83": "#f3dfb3", "black": "#000000", "blue-58": "#5b9fcb", "blue-74": "#a9bfd0",
    "blue-78": "#a9cde6", "blue-83": "#c8d6e1", "blue-89": "#d3e5f1", "blue-90": "#dce8f1",
    "grey-27": "#444444", "grey-35": "#4c5866", "grey-55": "#7d8b9a", "grey-71": "#a3b6c5",
    "grey-76": "#b8c2cc", "grey-80": "#c3ccd5", "grey-86": "#d5dbe1", "grey-93": "#e9edf1",
    "grey-94": "#e9f2f8", "grey-95": "#eef1f4", "orange-32": "#9a3209", "orange-38": "#b93d0b",
    "orange-54": "#dd6b38", "orange-62": "#e08a5b", "orange-71": "#eca27c", "orange-81": "#f3c4a8",
    "orange-95": "#fdf1ea",
}  # fmt: skip
"""Every colour of the pages by name, first those that mean something; tints by hue and lightness."""

WALL_PALETTE = {
    "ground": "#0d1722", "panel": "#14212f", "track": "#1d2c3b", "rule": "#2b3c4d", "ink": "#eef3f8",
    "muted": "#9fb0c1", "over": "#ff7a45", "near": "#f2c14e", "fine": "#5fb0e6", "second": "#2f6d99",
}  # fmt: skip
"""The wall's."""

INK, MUTED, RULE, GROUND, CARD, ACCENT = (
    PALETTE[name] for name in ("ink", "muted", "rule", "ground", "card", "accent")
)
OVER, NEAR, FINE = (PALETTE[name] for name in ("over", "near", "fine"))
OVER_TEXT, NEAR_TEXT, FINE_TEXT = (PALETTE[name] for name in ("over-text", "near-text", "fine-text"))
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


def palette_css(palette: dict[str, str]) -> str:
    """Give a palette, and the font, as variables of a style sheet."""
    lines = [f"  --{name}: {colour};" for name, colour in palette.items()]
    return "\n".join([
        "/* Written from dashboard/theme.py by `python -m dashboard.command.documents`; do not edit. */",
        ":root {", *lines, f"  --font: {FONT};", "}", "",
    ])  # fmt: skip

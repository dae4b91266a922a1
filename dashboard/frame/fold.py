"""The filters of a phone: one line says what is chosen, and this opens to change it.

The filters themselves are the bar's (templates/bar.html); assets/fold.js carries them in here while it
is open, so that there is one of each.
"""

from __future__ import annotations

import dash_bootstrap_components as dbc
from dash import html


def offcanvas() -> dbc.Offcanvas:
    """Lay out where the filters are unfolded, once for all pages."""
    return dbc.Offcanvas(
        html.Div(id="filters-body"), id="filters", title=html.Span("Kỳ và bộ lọc", id="filters-title"),
        labelledby="filters-title", placement="bottom", is_open=False,
        class_name="filters",
    )  # fmt: skip

"""What is said beside the page: new data, data grown old, and what became of a click."""

from __future__ import annotations

from typing import Any

import dash_bootstrap_components as dbc
from dash import html

FRESH, OLD, TOLD = "fresh", "old", "told"


def notices() -> html.Div:
    """Lay out the alerts and the toast, once for all pages; assets/notices.js opens and closes them."""
    return html.Div(
        [
            dbc.Alert(
                [
                    "Có số liệu mới. ",
                    html.A("Xem ngay", href="#", className="alert-link", **{"data-again": ""}),
                    _close(FRESH),
                ],
                id=FRESH, color="primary", is_open=False, fade=False,
            ),
            dbc.Alert(
                [html.B("Dữ liệu cũ. "), html.Span(id="old-moment"), _close(OLD)],
                id=OLD, color="warning", is_open=False, fade=False,
            ),
            dbc.Toast(id=TOLD, is_open=False, duration=4_000, header="", class_name="told"),
        ],
        className="notices",
    )  # fmt: skip


def _close(notice: str) -> Any:
    label = {"aria-label": "Đóng", "data-close": notice}
    return html.Button(type="button", className="btn-close", **label)

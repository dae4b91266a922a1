"""The page of an address there is nothing at."""

from __future__ import annotations

from typing import Any

import dash
from dash import dcc, html


def layout(**_words: Any) -> Any:
    """Say so, and lead back."""
    return html.Main(
        [
            html.H1("Không có trang này"),
            html.P("Địa chỉ không đúng hoặc trang đã được chuyển đi."),
            html.P(dcc.Link("Về Tổng quan", href=dash.get_relative_path("/"))),
        ],
        className="page lost",
        id="noi-dung",
    )


dash.register_page(__name__, name="Không có trang này", title="Không có trang này · Một cửa", layout=layout)

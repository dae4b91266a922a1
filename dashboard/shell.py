"""What surrounds every page: the document, and the place pages are put into.

The address is the only state. Links are made by the server from the View; one script
(assets/address.js) follows them without loading the document again, so nothing else
writes the address.
"""

from __future__ import annotations

import dash
import dash_bootstrap_components as dbc

INDEX = """<!DOCTYPE html>
<html lang="vi">
<head>
{%metas%}
<meta name="referrer" content="same-origin">
<title>{%title%}</title>
<link rel="icon" href="/assets/favicon.svg" type="image/svg+xml">
{%css%}
</head>
<body>
{%app_entry%}
<noscript>Trang này cần JavaScript.</noscript>
<footer>{%config%}{%scripts%}{%renderer%}</footer>
</body>
</html>"""


def shell() -> dbc.Container:
    """Lay out what every page shares; the bar belongs to the page, since it knows the address."""
    return dbc.Container([dash.page_container], fluid=True, className="app p-0")

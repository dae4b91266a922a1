"""The wiring: settings → source → Dash application → WSGI server."""

from __future__ import annotations

import importlib
import os
from pathlib import Path

import flask
import flask_bootstrap

from dashboard.accounts import gate, own, single_sign_on
from dashboard.accounts import pages as sign_in
from dashboard.api import routes as api
from dashboard.frame.document import STYLES, Document
from dashboard.frame.shell import index, shell
from dashboard.question.copies import Copies
from dashboard.question.source import Source
from dashboard.serving import errors, health, log, quota, security
from dashboard.serving.compression import compress
from dashboard.serving.iso import IsoJson
from dashboard.serving.prefix import Under
from dashboard.settings.settings import Settings
from dashboard.sheets import routes as sheets
from dashboard.wall import page as wall

ROOT = Path(__file__).resolve().parent.parent
PAGES = (
    "overview", "on_time", "flags", "satisfaction", "online", "units", "unit", "dossiers", "dossier",
    "meeting", "reports", "issued", "method", "search", "not_found_404",
)  # fmt: skip
BOOTSTRAP = Path(flask_bootstrap.__file__).parent / "static" / "bootstrap5" / "css" / "bootstrap.min.css"
"""Bootstrap's style sheet comes with a package: district networks reach no CDN."""


def create_server(settings: Settings, copies: Copies) -> flask.Flask:
    """Make the WSGI application of these settings; the database is not contacted yet."""
    log.set_up(settings.time_zone)
    server = flask.Flask("motcua", static_folder=None)
    # An address is typed by hand on a TV, once: with a slash at its end it is the same page.
    server.url_map.strict_slashes = False
    server.json = IsoJson(server)
    key = settings.secret_key
    server.secret_key = key.get_secret_value() if key else os.urandom(32)
    server.extensions["motcua"] = Source(settings, copies)
    at_the_door = gate.register(server)
    sign_in.register(server, at_the_door)
    own.register(server, at_the_door)
    single_sign_on.register(server, at_the_door)
    # First: what is registered later runs earlier, and compressing comes last.
    compress(server)
    errors.register(server)
    health.register(server)
    api.register(server)
    sheets.register(server)
    wall.register(server)
    app = _dash(server, settings.url_prefix)
    security.register(server, app)
    quota.register(server)
    # Dash sets itself up at its first request, and not safely if several come at once.
    server.test_client().get("/_dash-dependencies")
    if settings.url_prefix:
        server.wsgi_app = Under(server.wsgi_app, settings.url_prefix)  # type: ignore[method-assign, assignment]
    return server


def _dash(server: flask.Flask, prefix: str) -> Document:
    assets = ROOT / "assets"
    app = Document(
        "motcua",
        styles=(BOOTSTRAP, *sorted(assets.glob("*.css"))),
        server=server,
        use_pages=True,
        pages_folder="",
        assets_folder=str(assets),
        # The files of pages of our own, and what stands in each document: loaded by no page of Dash.
        assets_path_ignore=["^wall$", "^first$", "^sign-in$"],
        requests_pathname_prefix=f"{prefix}/",
        routes_pathname_prefix="/",
        title="Một cửa",
        update_title=None,
        index_string=index(prefix),
        suppress_callback_exceptions=False,
        serve_locally=True,
    )
    for name in PAGES:
        importlib.import_module(f"dashboard.pages.{name}")
    app.layout = shell

    @server.get(STYLES)
    def _styles() -> flask.Response:
        return flask.Response(app.styles, mimetype="text/css")

    return app

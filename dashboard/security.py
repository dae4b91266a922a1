"""Headers of every answer, and 404 for addresses that Dash would answer with its index."""

from __future__ import annotations

import re

import dash
import flask
from dash import Dash
from dash.exceptions import DependencyException

from dashboard.asking import the_source
from dashboard.asking_unit import INDEX, unit_code_in
from dashboard.failures import logged
from queries.engine import DatabaseUnavailable

_PRIVATE = re.compile(r'"[a-z_]*_version(_url)?":\s*"[^"]*",?\s*')
_SOCIAL = re.compile(r'<meta (?:property|name)="(?:og|twitter):[^>]*>\s*')
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def register(server: flask.Flask, app: Dash) -> None:
    """Add the headers, a Content-Security-Policy that fits each document, and honest 404s."""

    @server.after_request
    def _secure(answer: flask.Response) -> flask.Response:
        for name, value in _HEADERS.items():
            answer.headers.setdefault(name, value)
        if answer.mimetype == "text/html" and answer.status_code == 200 and _is_api(flask.request.path):
            # Dash answers any address with its document; a program gets JSON.
            answer = flask.jsonify(error="Không có địa chỉ này.")
            answer.status_code = 404
        if answer.mimetype == "text/html" and "Content-Security-Policy" not in answer.headers:
            # What has a policy of its own (the wall) is not Dash's document.
            # Hashes are taken per document: Dash adds inline scripts at the first request.
            scripts = " ".join(["'self'", *app.csp_hashes()])
            answer.headers["Content-Security-Policy"] = (
                f"default-src 'self'; script-src {scripts}; style-src 'self' 'unsafe-inline'; "
                "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; object-src 'none'; "
                "base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
            )
            answer.headers["Cache-Control"] = "no-store"
            if flask.request.method == "GET" and not answer.direct_passthrough:
                answer.set_data(_tidied(answer.get_data(as_text=True)))
            if answer.status_code == 200:
                answer.status_code = _status(flask.request.path)
        else:
            answer.headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
            if answer.mimetype in ("application/json", "text/csv"):
                answer.headers["Cache-Control"] = "no-store"
        return answer

    @server.errorhandler(404)
    def _missing(_error: Exception) -> tuple[str, int]:
        return "Không có trang này.", 404

    @server.errorhandler(500)
    def _broken(error: Exception) -> tuple[str, int]:
        return f"Máy chủ gặp lỗi. Mã lỗi: {logged(error, flask.request.path)}", 500

    @server.errorhandler(DependencyException)
    def _no_such_bundle(_error: Exception) -> tuple[str, int]:
        # Dash answers a bundle it does not have with a stack trace and 500.
        return _missing(_error)


def _is_api(path: str) -> bool:
    return path == "/api" or path.startswith("/api/")


def _tidied(document: str) -> str:
    """Take versions and social-network metas out of Dash's document; let it wait in Vietnamese."""
    document = _SOCIAL.sub("", _PRIVATE.sub("", document))
    return document.replace("Loading...", "Đang tải…")


def _status(path: str) -> int:
    """Give the status of a document: 404 where there is no such page, or no such unit."""
    if any(
        one["path"] == path.rstrip("/") or one["path"] == path
        for one in dash.page_registry.values()
        if not one["module"].endswith("not_found_404") and not one["path_template"]
    ):
        return 200
    if not path.startswith(f"{INDEX}/"):
        return 404
    source = the_source()
    try:
        known = source.remembered() or source.known()
    except DatabaseUnavailable:
        return 503
    return 200 if unit_code_in(path, [unit.code for unit in known.units if unit.code]) is not None else 404

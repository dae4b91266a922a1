"""Headers of every answer, and 404 for addresses that Dash would answer with its index."""

from __future__ import annotations

import re

import dash
import flask
from dash import Dash

_PRIVATE = re.compile(r'"[a-z_]*_version(_url)?":\s*"[^"]*",?\s*')
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
        if answer.mimetype == "text/html":
            # Hashes are taken per document: Dash adds inline scripts at the first request.
            scripts = " ".join(["'self'", *app.csp_hashes()])
            answer.headers["Content-Security-Policy"] = (
                f"default-src 'self'; script-src {scripts}; style-src 'self' 'unsafe-inline'; "
                "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; object-src 'none'; "
                "base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
            )
            answer.headers["Cache-Control"] = "no-store"
            if flask.request.method == "GET" and not answer.direct_passthrough:
                answer.set_data(_PRIVATE.sub("", answer.get_data(as_text=True)))
            if answer.status_code == 200 and not _is_page(flask.request.path):
                answer.status_code = 404
        else:
            answer.headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
            if answer.mimetype == "application/json":
                answer.headers["Cache-Control"] = "no-store"
        return answer

    @server.errorhandler(404)
    def _missing(_error: Exception) -> tuple[str, int]:
        return "Không có trang này.", 404

    @server.errorhandler(500)
    def _broken(error: Exception) -> tuple[str, int]:
        from dashboard.components import logged  # noqa: PLC0415 - components need a running application

        return f"Máy chủ gặp lỗi. Mã lỗi: {logged(error, flask.request.path)}", 500

    @server.before_request
    def _no_such_bundle() -> None:
        # Dash answers an unknown bundle with a stack trace and 500.
        path = flask.request.path
        parts = path.removeprefix("/_dash-component-suites/").split("/")
        if path.startswith("/_dash-component-suites/") and (
            len(parts) < 2 or parts[0] not in app.registered_paths
        ):
            flask.abort(404)


def _is_page(path: str) -> bool:
    return any(
        one["path"] == path.rstrip("/") or one["path"] == path
        for one in dash.page_registry.values()
        if not one["module"].endswith("not_found_404")
    )

"""Headers of every answer, and 404 for addresses that Dash would answer with its index."""

from __future__ import annotations

import json
import re
from typing import Any

import dash
import flask
from dash import Dash
from dash.exceptions import DependencyException
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from dashboard.frame.failures import logged
from dashboard.issued.found import sheet_of
from dashboard.issued.record import PAGE as SHEETS
from dashboard.issued.register import RegisterError
from dashboard.question.access import known_to, the_reader
from dashboard.question.dossier import INDEX as DOSSIERS
from dashboard.question.dossier import DossierQuestion
from dashboard.question.errors import Unavailable
from dashboard.question.question import Question, the_source
from dashboard.question.unit import INDEX, unit_code_in

_PRIVATE = re.compile(r'"[a-z_]*_version(_url)?":\s*"[^"]*",?\s*')
_SOCIAL = re.compile(r'<meta (?:property|name)="(?:og|twitter):[^>]*>\s*')
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), browsing-topics=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_APART = ("Cross-Origin-Opener-Policy", "same-origin")
_BY_HAND = ("none", "same-origin")
"""What a browser says of an address that was typed, kept or sent, and of a link of ours (Sec-Fetch-Site)."""

UPDATE = "/_dash-update-component"
MOST_ASKED = 200_000
"""Bytes of a request: many times what a page with the longest address sends."""
_TOLD = {
    405: "Địa chỉ này chỉ để đọc (GET).",
    413: "Yêu cầu quá dài.",
    415: "Yêu cầu không đúng dạng.",
}


def register(server: flask.Flask, app: Dash) -> None:
    """Add the headers, a Content-Security-Policy that fits each document, and honest 404s."""

    server.config["MAX_CONTENT_LENGTH"] = MOST_ASKED

    @server.before_request
    def _only_questions() -> Any:
        if flask.request.method != "POST":
            return None
        # Dash answers what no page of ours asks with a stack trace in the log and 500.
        if flask.request.path == UPDATE and not _is_question(app):
            return flask.jsonify(error="Yêu cầu không đúng dạng."), 400
        return None

    @server.after_request
    def _secure(answer: flask.Response) -> flask.Response:
        if answer.mimetype == "text/html" and answer.status_code == 200 and _is_api(flask.request.path):
            # Dash answers any address with its document; a program gets JSON.
            answer = flask.jsonify(error="Không có địa chỉ này.")
            answer.status_code = 404
        for name, value in _HEADERS.items():
            answer.headers.setdefault(name, value)
        if flask.request.headers.get("Sec-Fetch-Site") not in _BY_HAND:
            # A page elsewhere that opened ours is left without a hold on it. The browser starts a process
            # for that, which takes 40 ms before anything is painted; nobody else needs it.
            answer.headers.setdefault(*_APART)
        if answer.mimetype == "text/html" and "Content-Security-Policy" not in answer.headers:
            # What has a policy of its own (the wall) is not Dash's document.
            # Hashes are taken per document: Dash adds inline scripts at the first request.
            scripts = " ".join(["'self'", *app.csp_hashes()])
            answer.headers["Content-Security-Policy"] = (
                f"default-src 'self'; script-src {scripts}; style-src 'self' 'unsafe-inline'; "
                "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; object-src 'none'; "
                "base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
            )
            answer.headers["Cache-Control"] = "no-store"
            if flask.request.method == "GET" and not answer.direct_passthrough:
                answer.set_data(_tidied(answer.get_data(as_text=True)))
            if answer.status_code == 200:
                answer.status_code = _status(flask.request.path)
        else:
            answer.headers.setdefault(
                "Content-Security-Policy", "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"
            )
            if answer.mimetype in ("application/json", "text/csv"):
                answer.headers["Cache-Control"] = "no-store"
        return answer

    @server.errorhandler(HTTPException)
    def _refused(error: HTTPException) -> tuple[Any, int, list[tuple[str, str]]]:
        told, allowed = _TOLD.get(error.code or 0, "Yêu cầu không được chấp nhận."), []
        if isinstance(error, MethodNotAllowed) and error.valid_methods:
            allowed = [("Allow", ", ".join(error.valid_methods))]
        body = flask.jsonify(error=told) if _is_api(flask.request.path) else told
        return body, error.code or 500, allowed

    @server.errorhandler(404)
    def _missing(_error: Exception) -> tuple[Any, int]:
        is_api = _is_api(flask.request.path)
        return (flask.jsonify(error="Không có địa chỉ này.") if is_api else "Không có trang này."), 404

    @server.errorhandler(500)
    def _broken(error: Exception) -> tuple[str, int]:
        return f"Máy chủ gặp lỗi. Mã lỗi: {logged(error, flask.request.path)}", 500

    @server.errorhandler(DependencyException)
    def _no_such_bundle(_error: Exception) -> tuple[Any, int]:
        # Dash answers a bundle it does not have with a stack trace and 500.
        return _missing(_error)


def _is_question(app: Dash) -> bool:
    """Say whether a POST asks what a page of ours asks: a known output, and just its inputs."""
    try:
        asked = flask.request.get_json(silent=True)
    except RecursionError:
        return False
    if not isinstance(asked, dict) or not isinstance(asked.get("output"), str):
        return False
    known = app.callback_map.get(asked["output"])
    given, changed = asked.get("inputs"), asked.get("changedPropIds", [])
    return (
        known is not None
        and not asked.get("state")
        and isinstance(given, list)
        and len(given) == len(known["inputs"])
        and all(
            _is_input(one, of, app.config.requests_pathname_prefix)
            for one, of in zip(given, known["inputs"], strict=True)
        )
        and "callback" in known
        and asked.get("outputs") == _outputs_of(asked["output"])
        and isinstance(changed, list)
        and all(isinstance(one, str) for one in changed)
    )


def _is_input(given: Any, of: dict[str, str], prefix: str) -> bool:
    if not isinstance(given, dict) or (given.get("id"), given.get("property")) != (of["id"], of["property"]):
        return False
    if of["property"] not in ("pathname", "search"):
        return True  # a page's question; who reads it trusts nothing in it
    value = given.get("value")
    if not isinstance(value, str):
        return False
    return of["property"] == "search" or (value != "" and f"{value}/".startswith(prefix))


def _outputs_of(output: str) -> Any:
    """Give the outputs that belong to a callback's name: one, or a list where it has several."""
    named = output.strip(".").split("...") if output.startswith("..") else [output]
    outputs = []
    for one in named:
        name, _, word = one.rpartition(".")
        outputs.append({"id": json.loads(name) if name.startswith("{") else name, "property": word})
    return outputs if output.startswith("..") else outputs[0]


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
    if path.startswith(f"{DOSSIERS}/"):
        return _dossier_status(path)
    if path.startswith(f"{SHEETS}/"):
        return _sheet_status(path.removeprefix(f"{SHEETS}/").rstrip("/"))
    if not path.startswith(f"{INDEX}/"):
        return 404
    source = the_source()
    try:
        known = source.remembered() or source.known()
    except Unavailable:
        return 503
    seen = known_to(the_reader().rights, known).units
    return 200 if unit_code_in(path, [unit.code for unit in seen if unit.code]) is not None else 404


def _sheet_status(number: str) -> int:
    """Give the status of a numbered sheet's page: 404 where this reader is shown none of that number."""
    try:
        return sheet_of(number, the_source().settings, the_reader().rights).status
    except RegisterError:
        return 503


def _dossier_status(path: str) -> int:
    """Give the status of a dossier's page: 404 where this reader is shown none of that code."""
    try:
        about = DossierQuestion.about(Question.asked(flask.request.args.to_dict(flat=False), path))
        return 404 if about is None or about.course() is None else 200
    except Unavailable:
        return 503

"""The id of a request: what a reader who sees an error tells, and what finds it in the log."""

from __future__ import annotations

import re
import secrets

import flask

ENVIRON = "motcua.request"
"""Where the front leaves the id for the application: no header of a reader gets there."""
HEADER = "X-Request-Id"
TOLD = "Mã yêu cầu"
_PLAUSIBLE = re.compile(r"[A-Za-z0-9_-]{8,64}")


def new_id() -> str:
    """Give an id nobody has had: ten signs, to be told over the telephone."""
    return secrets.token_hex(5).upper()


def id_of_proxy(given: str | None) -> str | None:
    """Give the id that a proxy has given the request; None where that is no id."""
    return given if given is not None and _PLAUSIBLE.fullmatch(given) else None


def request_id() -> str:
    """Give the id of the request that is answered; empty where none is."""
    if not flask.has_app_context():
        return ""
    if "request_id" not in flask.g:
        if not flask.has_request_context():
            return ""
        flask.g.request_id = flask.request.environ.get(ENVIRON) or new_id()
    return str(flask.g.request_id)

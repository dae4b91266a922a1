"""The gate: says who asks, before anything is answered."""

from __future__ import annotations

import flask

from dashboard.question.access import IDENTIFY, Reader, Rights
from dashboard.question.question import the_source


def register(server: flask.Flask) -> None:
    """Let every request be somebody's."""
    server.extensions[IDENTIFY] = identified


def identified() -> Reader:
    """Give who sent the request."""
    return Reader("", Rights(sees_officials=the_source().settings.show_officials))

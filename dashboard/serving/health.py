"""What a monitor asks: is the process alive, is the database there, how old are the data."""

from __future__ import annotations

import logging
from typing import Any

import flask

from dashboard.question.known import Known
from dashboard.question.question import the_source
from dashboard.question.source import Source
from queries.source.engine import DatabaseUnavailable

log = logging.getLogger("motcua")


def register(server: flask.Flask) -> None:
    """Add /healthz (the process; never asks the database) and /readyz (asks it)."""

    @server.get("/healthz")
    def _healthz() -> Any:
        source = the_source()
        return flask.jsonify(status="ok", **_age(source, source.remembered()))

    @server.get("/api/v1/as-of")
    def _as_of() -> Any:
        """Give the moment of the data, for a tab that has been open all day."""
        if flask.request.args:
            return flask.jsonify(error="Địa chỉ này không dùng từ nào."), 400
        source = the_source()
        try:
            known = source.known()
        except DatabaseUnavailable as error:
            log.error("as-of: %s", error)
            return flask.jsonify(error="Không đọc được cơ sở dữ liệu."), 503
        return flask.jsonify(**_age(source, known))

    @server.get("/readyz")
    def _readyz() -> Any:
        source = the_source()
        try:
            known = source.known()
        except DatabaseUnavailable as error:
            # The address of the database is the administrator's business: it goes to the log.
            log.error("readyz: %s", error)
            reason = error.told
            return flask.jsonify(status="unavailable", error=reason), 503
        return flask.jsonify(status="ok", **_age(source, known))


def _age(source: Source, known: Known | None) -> dict[str, Any]:
    if known is None:
        return {"as_of": None, "data_age_seconds": None, "is_old": None}
    moment = source.moment(known)
    return {
        "as_of": moment.isoformat(),
        "data_age_seconds": int((source.settings.now() - moment).total_seconds()),
        "is_old": source.is_old(known),
    }

"""What a monitor asks: is the process alive, are there figures, how old, did the last try go well."""

from __future__ import annotations

from typing import Any

import flask

from dashboard.question.copies import Status
from dashboard.question.known import Known
from dashboard.question.question import the_source
from dashboard.question.source import Source, first_sentence, for_readers


def register(server: flask.Flask) -> None:
    """Add /healthz (the process alone), /readyz (the copy) and the moment of the data for open tabs."""

    @server.get("/healthz")
    def _healthz() -> Any:
        return flask.jsonify(status="ok")

    @server.get("/api/v1/as-of")
    def _as_of() -> Any:
        """Give the moment of the data, for a tab that has been open all day."""
        if flask.request.args:
            return flask.jsonify(error="Địa chỉ này không dùng từ nào."), 400
        source = the_source()
        known = source.remembered()
        if known is None:
            return flask.jsonify(error=first_sentence(source.copies.status())), 503
        return flask.jsonify(**_age(source, known))

    @server.get("/readyz")
    def _readyz() -> Any:
        """Say whether there are figures, how old they are, and how the last refresh went."""
        status, told = readiness(the_source())
        return flask.jsonify(**told), status


def readiness(source: Source) -> tuple[int, dict[str, Any]]:
    """Say whether there are figures: 200, or 503 until the first copy is there; and the words of it."""
    known, status = source.remembered(), source.copies.status()
    told = {**_age(source, known), **_tries(source, status)}
    if known is None:
        return 503, {"status": "unavailable", "error": first_sentence(status), **told}
    return 200, {"status": "ok", **told}


def _age(source: Source, known: Known | None) -> dict[str, Any]:
    if known is None:
        return {"as_of": None, "data_age_seconds": None, "is_old": None}
    moment = source.moment(known)
    return {
        "as_of": moment.isoformat(),
        "data_age_seconds": int((source.settings.now() - moment).total_seconds()),
        "is_old": source.is_old(known),
    }


def _tries(source: Source, status: Status) -> dict[str, Any]:
    """Give the copy's age, and the last refresh with its reason."""
    last, clock = status.last_try, source.settings.clock()
    return {
        "copy_made_at": None if status.made_at is None else status.made_at.isoformat(),
        "copy_age_seconds": None if status.made_at is None else int((clock - status.made_at).total_seconds()),
        "last_try": None
        if last is None
        else {
            "at": last.at.isoformat(),
            "result": last.kind,
            "reason": for_readers(last.sentence),
            "failing_since": None if last.failing_since is None else last.failing_since.isoformat(),
        },
    }

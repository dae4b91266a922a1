"""Days and moments in JSON: ISO 8601 from every type that a driver or a frame may give."""

from __future__ import annotations

from datetime import date, datetime, time

import flask
import numpy as np
import pandas as pd
import pytest

from dashboard.serving.iso import IsoJson


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (date(2026, 3, 5), "2026-03-05"),
        (datetime(2026, 3, 5), "2026-03-05T00:00:00"),
        (datetime(2026, 3, 5, 8, 30), "2026-03-05T08:30:00"),
        (time(8, 30), "08:30:00"),
        (pd.Timestamp("2026-03-05 08:30"), "2026-03-05T08:30:00"),
        (np.datetime64("2026-03-05T08:30"), "2026-03-05T08:30:00"),
        (np.datetime64("2026-03-05"), "2026-03-05T00:00:00"),
        (pd.NaT, None),
        (np.datetime64("NaT"), None),
    ],
)
def test_every_kind_of_day_is_iso(value: object, written: str | None) -> None:
    server = flask.Flask("iso")
    server.json = IsoJson(server)
    with server.app_context():
        assert flask.json.loads(flask.json.dumps({"due_at": value, "b": "hẹn"})) == {
            "due_at": written,
            "b": "hẹn",
        }
        assert "hẹn" in flask.json.dumps("hẹn"), "Vietnamese as it is"


def test_what_is_no_day_is_refused_as_ever() -> None:
    server = flask.Flask("iso")
    with pytest.raises(TypeError):
        IsoJson(server).dumps({1, 2})

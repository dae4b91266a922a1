"""The days on which units had anything, the same on both engines."""

from __future__ import annotations

from datetime import date, datetime

from clean_copies import CleanCopy

from queries.asked.periods import parse_period
from queries.asked.view import View
from queries.unit_life.presence import COLUMNS, days_of_units

VIEW = View(parse_period("2026-10"), datetime(2026, 11, 21, 10, 15), unit_code="P9")
"""Of another unit and month: all units and all time are told, whatever the view."""


def dossier(unit: str | None, received: datetime, finished: datetime | None) -> dict[str, object]:
    return {
        "unit_code": unit, "channel": "counter", "state": "open" if finished is None else "finished",
        "received_at": received, "due_at": datetime(2026, 11, 12, 17), "finished_at": finished,
    }  # fmt: skip


def test_each_subject_s_days_and_how_many(copy: CleanCopy) -> None:
    copy.fill(
        {
            "units": [{"unit_code": one, "name": one, "kind": "ward"} for one in ("P1", "P2", "P9")],
            "dossiers": [
                dossier("P1", datetime(2026, 11, 2, 8), datetime(2026, 11, 10, 9)),
                dossier("P1", datetime(2026, 11, 2, 16), datetime(2026, 11, 10, 16)),
                dossier(None, datetime(2026, 11, 3, 8), None),
            ],
            "ratings": [
                {"unit_code": "P2", "rated_on": date(2026, 11, 4), "level": "satisfied", "votes": 7,
                 "source": "kiosk", "batch_id": 1},
                {"unit_code": "P1", "rated_on": date(2026, 11, 4), "level": "satisfied", "votes": 0,
                 "source": "kiosk", "batch_id": 2},
            ],
            "complaints": [{"complaint_id": "K1", "unit_code": "P1", "received_on": date(2026, 11, 5)}],
            "receptions": [
                {"unit_code": "P1", "held_on": date(2026, 11, 6), "reception_id": "T1"},
                {"unit_code": "P1", "held_on": date(2026, 11, 6), "reception_id": "T2"},
                {"unit_code": "P1", "held_on": None, "reception_id": "T3"},
            ],
        }
    )  # fmt: skip
    with copy.asked(VIEW, built_for=VIEW.as_of) as (conn, courses):  # of the data as they are now
        days = days_of_units(conn, courses, VIEW)
    assert list(days.columns) == list(COLUMNS)
    units = days.unit_code.astype(object).where(days.unit_code.notna(), None)
    found = {tuple(row) for row in days.assign(unit_code=units).itertuples(index=False)}
    assert found == {
        ("dossiers", "received", "P1", date(2026, 11, 2), 2),
        ("dossiers", "received", None, date(2026, 11, 3), 1),
        ("dossiers", "closed", "P1", date(2026, 11, 10), 2),
        ("dossiers", "due", "P1", date(2026, 11, 12), 2),
        ("votes", "received", "P2", date(2026, 11, 4), 1),
        ("complaints", "received", "P1", date(2026, 11, 5), 1),
        ("receptions", "received", "P1", date(2026, 11, 6), 2),
    }


def test_without_anything_there_is_no_day(copy: CleanCopy) -> None:
    copy.fill({"units": [{"unit_code": "P1", "name": "P1", "kind": "ward"}]})
    with copy.asked(VIEW) as (conn, courses):
        assert days_of_units(conn, courses, VIEW).empty

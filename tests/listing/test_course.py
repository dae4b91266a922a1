"""A dossier's course up to a day, the same on both engines."""

from __future__ import annotations

from datetime import datetime

import pytest
from clean_copies import CleanCopy

from queries.asked.periods import parse_period
from queries.asked.view import View
from queries.listing.course import course_of

NOON = View(parse_period("2026-11"), datetime(2026, 11, 16, 12))
DOSSIER = {
    "dossier_code": "HS-1", "unit_code": "P1", "channel": "online", "online_level": "4", "state": "finished",
    "submitted_at": datetime(2026, 11, 1, 22), "received_at": datetime(2026, 11, 2, 8),
    "due_at": datetime(2026, 11, 20, 17), "finished_at": datetime(2026, 11, 19, 9),
    "clock_start_at": datetime(2026, 11, 3, 8), "returned_by_post": True, "assisted": False,
}  # fmt: skip
AT = datetime(2026, 11, 10, 9)


def slip(slip_id: str, issued_at: datetime, **more: object) -> dict[str, object]:
    return {"slip_id": slip_id, "dossier_code": "HS-1", "kind": "apology", "issued_at": issued_at, **more}


def step(number: int, received_at: datetime | None, handed_at: datetime | None) -> dict[str, object]:
    return {
        "dossier_code": "HS-1", "step_no": number, "unit_code": "P2", "officer_code": f"CB{number}",
        "received_at": received_at, "handed_at": handed_at,
    }  # fmt: skip


@pytest.fixture
def filled(copy: CleanCopy) -> CleanCopy:
    copy.fill(
        {
            "dossiers": [DOSSIER, DOSSIER | {"dossier_code": "HS-2"}],
            "slips": [
                slip("b", AT, new_due_at=datetime(2026, 11, 20, 17), due_before=AT, reason="Bận"),
                slip("B", AT, kind="supplement", issuing_unit_code="P2"),
                slip("a", datetime(2026, 11, 18, 8)),
                slip("c", AT) | {"dossier_code": "HS-2"},
            ],
            "steps": [
                step(2, datetime(2026, 11, 12, 8), datetime(2026, 11, 18, 8)),
                step(1, datetime(2026, 11, 2, 8), datetime(2026, 11, 12, 8)),
                step(3, datetime(2026, 11, 18, 8), None),
            ],
        }
    )
    return copy


def test_what_had_happened_by_the_day_and_nothing_later(filled: CleanCopy) -> None:
    with filled.asked(NOON) as (conn, courses):
        course = course_of(conn, courses, NOON, code="HS-1")
    assert course is not None
    assert course.slips is not None
    assert course.steps is not None
    assert (course.dossier.dossier_code, course.dossier.outcome) == ("HS-1", "open_in_time")
    assert (course.submitted_at, course.clock_start_at) == (
        datetime(2026, 11, 1, 22),
        datetime(2026, 11, 3, 8),
    )
    assert (course.returned_by_post, course.assisted, course.suspended_since) == (True, False, None)
    assert [(one.kind, one.has_reason, one.issuing_unit_code) for one in course.slips] == [
        ("supplement", False, "P2"),
        ("apology", True, None),
    ], "at the same moment in binary order of the key: B before b"
    assert course.slips[1].new_due_at == datetime(2026, 11, 20, 17)
    assert [(one.step_no, one.officer_code, one.handed_at) for one in course.steps] == [
        (1, "CB1", datetime(2026, 11, 12, 8)),
        (2, "CB2", None),
    ], "what is handed on later was not yet"


def test_none_of_another_code_unit_or_time(filled: CleanCopy) -> None:
    with filled.asked(NOON) as (conn, courses):
        for view, code in (
            (NOON, "hs-1"),
            (NOON, "' OR 1=1 --"),
            (NOON.at(unit_code="P2"), "HS-1"),
            (NOON.at(as_of=datetime(2026, 11, 1, 12)), "HS-1"),
            (NOON.at(period=parse_period("2027-01")), "HS-1"),
        ):
            assert course_of(conn, courses, view, code=code) is None, (view.unit_code, code)
        after = NOON.at(as_of=datetime(2026, 11, 21, 10, 15))
    with filled.asked(after) as (conn, courses):
        closed = course_of(conn, courses, after, code="HS-1")
    assert closed is not None
    assert closed.slips is not None
    assert (closed.dossier.outcome, len(closed.slips)) == ("early", 3)


def test_without_tables_of_them_there_are_no_slips_and_no_steps(copy: CleanCopy) -> None:
    copy.fill({"dossiers": [DOSSIER]}, without=("slips", "steps"))
    with copy.asked(NOON) as (conn, courses):
        course = course_of(conn, courses, NOON, code="HS-1")
    assert course is not None
    assert course.slips is None
    assert course.steps is None

"""One dossier's course: what was recorded of it, its slips and its steps, as of a view's last counted day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy import Connection, or_, select

from queries.asked.view import View
from queries.copy.tables import CLEAN
from queries.courses.conditions import Days, lived_in, number
from queries.courses.constructs import binary_order
from queries.courses.stock import Courses
from queries.listing.statements import Dossier, columns_of, read, unit_seen


@dataclass(frozen=True)
class Slip:
    """One slip; its reason is free text and stays where it is: only whether there is one is told."""

    kind: str
    issued_at: datetime
    issuing_unit_code: str | None
    due_before: datetime | None
    new_due_at: datetime | None
    has_reason: bool


@dataclass(frozen=True)
class Step:
    """One step from desk to desk."""

    step_no: int
    unit_code: str | None
    officer_code: str | None
    received_at: datetime | None
    due_at: datetime | None
    handed_at: datetime | None


@dataclass(frozen=True)
class Course:
    """A dossier judged on the view's day J, with what happened to it up to the end of that day.

    ``slips`` and ``steps`` by time; None where the source has no such table.
    """

    dossier: Dossier
    submitted_at: datetime | None
    clock_start_at: datetime | None
    suspended_since: datetime | None
    returned_by_post: bool | None
    assisted: bool | None
    slips: tuple[Slip, ...] | None
    steps: tuple[Step, ...] | None


def course_of(conn: Connection, courses: Courses, view: View, *, code: str) -> Course | None:
    """Give a dossier's course; None where there is none of this code for the reader and the moment.

    A reader of some periods sees what was received by the end of one and not closed before it began.
    """
    if not view.has_started:
        return None
    c, days = courses.rows(conn, view), Days.of(view)
    chosen = select(*columns_of(c, days)).where(
        c.dossier_code == code,
        c.received <= number(days.judged),
        lived_in(c, view),
        courses.narrowed(c, view),
    )
    found = read(conn, chosen, view)
    if not found:
        return None
    d, end = CLEAN["dossiers"].c, datetime.combine(view.judged, time.max)
    more = conn.execute(
        select(d.submitted_at, d.clock_start_at, d.suspended_since, d.returned_by_post, d.assisted).where(
            d.dossier_code == code
        )
    ).first()
    submitted, clock, suspended, by_post, assisted = more or (None, None, None, None, None)
    slips, steps = _slips(conn, courses, view, code, end), _steps(conn, courses, view, code, end)
    return Course(found[0], submitted, clock, suspended, by_post, assisted, slips, steps)


def _slips(
    conn: Connection, courses: Courses, view: View, code: str, end: datetime
) -> tuple[Slip, ...] | None:  # fmt: skip
    if not courses.has("slips"):
        return None
    s = CLEAN["slips"].c
    rows = conn.execute(
        select(s.kind, s.issued_at, s.issuing_unit_code, s.due_before, s.new_due_at, s.reason.is_not(None))
        .where(s.dossier_code == code, s.issued_at <= end)
        .order_by(s.issued_at, binary_order(s.slip_id))
    )
    return tuple(Slip(kind, issued, unit_seen(unit, view), *rest) for kind, issued, unit, *rest in rows)


def _steps(
    conn: Connection, courses: Courses, view: View, code: str, end: datetime
) -> tuple[Step, ...] | None:  # fmt: skip
    if not courses.has("steps"):
        return None
    s = CLEAN["steps"].c
    rows = conn.execute(
        select(s.step_no, s.unit_code, s.officer_code, s.received_at, s.due_at, s.handed_at)
        .where(s.dossier_code == code, or_(s.received_at.is_(None), s.received_at <= end))
        .order_by(s.step_no)
    )
    return tuple(
        Step(
            no,
            unit_seen(unit, view),
            officer,
            received,
            due,
            None if handed is None or handed > end else handed,
        )
        for no, unit, officer, received, due, handed in rows
    )

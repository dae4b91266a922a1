"""``courses``: one row a dossier, what it was day by day, in whole days and small numbers.

Built from the clean tables for one moment and one day rule (``queries.courses.build``). Days count
from 1970-01-01. On a day J a dossier that is not closed by J is suspended if ``suspended_from ≤ J``,
else overdue if ``overdue_from ≤ J``, else in time: that is all the judging there is, and every count
compares these days (``queries.courses.conditions``).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Boolean, Column, DateTime, Integer, SmallInteger, String, Table, or_

from queries.contract import ONLINE_LEVELS
from queries.copy.tables import METADATA

EPOCH = date(1970, 1, 1)
NEVER = 99_999
"""A day after every other: not (yet) closed, received, due, suspended, asked for."""
ALWAYS = -99_999
"""A day before every other: suspended, nobody wrote down since when."""

ENDINGS = ("", "early", "on_time", "late", "undated", "refused", "withdrawn", "closed_undated")
"""What became of a dossier, once its closing day has come; its number is its place here."""
EARLY, ON_TIME, LATE, UNDATED, REFUSED, WITHDRAWN, CLOSED_UNDATED = range(1, 8)

OPEN, SUSPENDED, FINISHED, STATE_REFUSED, STATE_WITHDRAWN = range(1, 6)
"""The state; an unknown one is finished where there is an end, else open. From FINISHED on it is closed."""

COUNTER, ONLINE, POST = range(3)
"""The channel; null and unknown words count as the counter."""
LEVEL = {word: number for number, word in enumerate(ONLINE_LEVELS, start=1)}
"""The number of each online level, lowest first; 0 is none known. From level 3 on it counts."""
HIGH = LEVEL["3"]
NOT_RECORDED, SELF, ASSISTED = range(3)
"""Who typed an online dossier."""

SLIP_DAYS = (
    "apology", "no_reason", "no_date", "new_date", "second_new_date", "supplement", "second_of_a_body",
    "on_due_day", "on_due_day_guessed",
)  # fmt: skip
"""The first days at which a dossier's slips told something."""

RED_SLIPS = ("first_apology", "first_second_new_date", "first_second_of_a_body")
"""Those that make a flag of the highest level."""

SLIP_MOMENTS = tuple(f"{name}_at" for name in SLIP_DAYS)
MOMENTS = (
    "received_at", "due_at", "finished_at", "returned_at", "suspended_since", "submitted_at",
    "clock_start_at", *SLIP_MOMENTS,
)  # fmt: skip
"""When something happens to a dossier or is promised, and when its slips first told something; whatever the
moment that it is judged at."""
DAYS = (
    "received", "due", "closed", "returned", "suspended_from", "submitted", "clock_start",
    *(f"first_{name}" for name in SLIP_DAYS),
)  # fmt: skip
"""The days on which something happened to a dossier or is promised."""
DECIDED = (*DAYS, "overdue_from", "crowd")
"""What of a dossier the moment decides that it is judged at."""

ODD_MARKS = ("finished_before_received", "future", "reopened", "crowd")
"""What is odd about a record whatever the day; the other kinds follow from its days."""


EVENT_RANGE = ("event_from", "event_to")
"""Between which days a dossier has all of ``DAYS``, as the moment it was built for has seen them."""


def _columns() -> list[Column[Any]]:
    return [
        Column("number", Integer),
        Column("dossier_code", String),
        *(Column(name, Integer) for name in ("unit", "receiving_unit", "procedure", "officer")),
        *(Column(name, Integer) for name in (*DAYS, "overdue_from")),
        *(Column(name, SmallInteger) for name in ("state", "ending", "channel", "level", "typed_by")),
        Column("days_late", Integer),
        *(
            Column(name, Boolean)
            for name in ("by_post", "is_hidden", "on_contract", "is_ahead", "channel_known", *ODD_MARKS)
        ),
        *(Column(name, Integer) for name in EVENT_RANGE),
        *(Column(name, DateTime) for name in MOMENTS),
    ]


COURSES = Table("courses", METADATA, *_columns())
"""One row a dossier.

``number``: its place among all in binary order of the code, for samples. ``unit``, ``receiving_unit``,
``procedure``, ``officer``: numbers of ``UNITS``, ``PROCEDURES`` and ``OFFICERS``; 0 is none.
``closed``: the later of the days received and finished. ``days_late``: calendar days after the promised
day, of what ended late. ``is_hidden``: late, but not after the promise in force. ``is_ahead``: received
in the future. ``first_…``: the first day a slip said so. ``event_from``, ``event_to``: the first and the last
of ``DAYS``; of none NEVER and ALWAYS. The moments are for lists, and for judging a dossier again.
"""


def _by_day(name: str, *seen: str) -> Table:
    """Declare a table of dossiers counted by unit, day and what trends look at."""
    own = [Column(one, COURSES.c[one].type) for one in ("unit", *seen)]
    return Table(name, METADATA, *own, Column("dossiers", Integer))


CLOSED_BY_DAY = _by_day("courses_closed_by_day", "closed", "ending")
RECEIVED_BY_DAY = _by_day("courses_received_by_day", "received", "channel", "level", "typed_by")
RETURNED_BY_DAY = _by_day("courses_returned_by_day", "returned", "received", "by_post")
DUE_BY_DAY = _by_day("courses_due_by_day", "due", "ending")
MARKED_BY_DAY = _by_day(
    "courses_marked_by_day", "closed", "ending", "is_hidden", "on_contract", *ODD_MARKS, "officer",
    *RED_SLIPS,
)  # fmt: skip
"""Dossiers of ``COURSES`` counted by unit and day: closed, received, given back, those due that are closed by
the day of the data, and the closed with all that flags look at; one row a unit, day and the rest.

Small tables: a tenth of the rows and less, which lie in memory (``Courses.in_memory``). Columns bear the
names they have there, so that the very same conditions hold of them. Kept are of ``officer`` whether there is
one (0 or 1), and of the day received in ``RETURNED_BY_DAY`` nothing (ALWAYS) but where it is after the day
given back.
"""

_NOT_COUNTED_BY = ("number", "receiving_unit", "submitted", "clock_start", "returned", "state")
_IN_NUMBERS = tuple(
    one for one in COURSES.c if isinstance(one.type, Integer | Boolean) and one.name not in EVENT_RANGE
)


def _few(name: str) -> Table:
    """Declare a table of some rows of ``COURSES``, in the numbers that are counted by."""
    numbers = (Column(one.name, one.type) for one in _IN_NUMBERS if one.name not in _NOT_COUNTED_BY)
    return Table(name, METADATA, *numbers)


WITH_SLIPS = _few("courses_with_slips")
"""The rows of ``COURSES`` that have slips: few, and what slips tell is asked of them alone."""

ENDED_LATE = _few("courses_ended_late")
"""Those that ended late: few, and asked for by official and by procedure too."""

LOOKS_BACK = 62
"""Days before the day of the data: what has been open since is at hand, and with it a month and the whole of
the month before, which it is compared with."""

LATELY_OPEN = _few("courses_lately_open")
"""Those not closed ``LOOKS_BACK`` days before the day of the data, or received in the future: few, and what
stands on a day is asked for by every view."""


def _numbers(name: str, *more: str) -> Table:
    """Declare a table of all rows of ``COURSES``, in their numbers alone."""
    own = (Column(one.name, one.type) for one in _IN_NUMBERS)
    return Table(name, METADATA, *own, *(Column(one, Integer) for one in more))


BY_UNIT = _numbers("courses_by_unit")
BY_FIELD = _numbers("courses_by_field", "field")
"""The numbers of ``COURSES`` once more, unit by unit, and field by field: whoever asks for one goes through
its rows alone. ``field``: the number of the first procedure that is in it."""


ALONE_BY: Mapping[Table, Column[int]] = {BY_UNIT: BY_UNIT.c.unit, BY_FIELD: BY_FIELD.c.field}
"""By what the rows of these are asked for alone."""


def ordered_by(table: Table) -> str:
    """Give the day by which the rows of a table lie in order in memory: of one by day, its first."""
    if table in (BY_UNIT, BY_FIELD):
        return "received"
    return "closed" if table in (WITH_SLIPS, ENDED_LATE, LATELY_OPEN) else table.c.keys()[1]


UNITS = Table(
    "courses_units",
    METADATA,
    Column("number", Integer),
    Column("unit_code", String),
    Column("is_known", Boolean),
)
"""Every unit code that dossiers or the catalogue name, in binary order: number 1, 2, …"""

PROCEDURES = Table(
    "courses_procedures",
    METADATA,
    Column("number", Integer),
    Column("procedure_code", String),
    Column("own_field", String),
    Column("field", String),
)
"""Every pair of a procedure code and a dossier's own field; ``field``: the catalogue's, else the own."""

OFFICERS = Table("courses_officers", METADATA, Column("number", Integer), Column("officer_code", String))
"""Every official that dossiers name."""


def has_slips(c: Any) -> Any:
    """Say of a row of ``COURSES`` whether it has slips."""
    return or_(c.first_apology < NEVER, c.first_supplement < NEVER)


def day_number(day: date) -> int:
    """Give the number of a day."""
    return (day - EPOCH).days


def day_of_number(number: int) -> date:
    """Give the day of a number."""
    return EPOCH + timedelta(days=number)

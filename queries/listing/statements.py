"""The dossiers behind a number: listed, found by code, or drawn at random.

A list is the very set a count counts (``on_time.belongs`` on the same rows), sorted and
paged by the database, so that a million rows cost no more than the page that is shown.
Nothing about citizens is in it; officials only where the caller may see them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from random import Random
from typing import Any

from sqlalchemy import Connection, Select, and_, case, func, select

from queries.asked.periods import month_of
from queries.asked.view import View
from queries.copy.tables import CLEAN
from queries.courses.conditions import (
    Condition,
    Days,
    belongs,
    is_overdue,
    is_suspended,
    number,
    parts_of,
)
from queries.courses.stock import Courses
from queries.courses.table import ENDINGS, LATE, day_of_number
from queries.definitions.flag_rule import Parameters
from queries.definitions.metrics import COUNTS, METRICS, ONLINE_COUNTS, ONLINE_SUMS, SUMS
from queries.flags.dossiers import flagged

PAGE_SIZE = 50
_ON_TIME = frozenset({*COUNTS, *SUMS})
_ONLINE = frozenset({*ONLINE_COUNTS, *ONLINE_SUMS})
COLUMNS = (
    "dossier_code", "unit_code", "receiving_unit_code", "procedure_code", "field", "channel", "received_at",
    "current_due_at", "finished_at", "returned_at", "state", "officer_code", "late_reason",
)  # fmt: skip
SORTS = ("received_at", "due_at", "finished_at", "days", "dossier_code", "unit_code", "procedure_code")

_BATCH = 2_000
"""So many rows of a whole list are fetched at once."""
OTHER_UNIT = "(đơn vị khác)"
"""What stands for a unit that is not the reader's, where it had a hand in a dossier that is."""
LATEST_FIRST = "-days"
"""How a list is sorted unless told otherwise."""


@dataclass(frozen=True)
class Dossier:
    """One dossier as a list shows it; ``days``: after the promise, for late and overdue ones."""

    dossier_code: str
    unit_code: str | None
    receiving_unit_code: str | None
    procedure_code: str | None
    field: str | None
    channel: str | None
    received_at: datetime | None
    current_due_at: datetime | None
    finished_at: datetime | None
    returned_at: datetime | None
    state: str | None
    officer_code: str | None
    late_reason: str | None
    due_at: datetime | None
    outcome: str
    days: int | None


@dataclass(frozen=True)
class Listing:
    """One page of a list: how many there are in all, and this page's dossiers."""

    total: int
    page: int
    rows: tuple[Dossier, ...]
    positions: tuple[int, ...] = ()

    @property
    def pages(self) -> int:
        """How many pages there are; one for an empty list."""
        return max(1, -(-self.total // PAGE_SIZE))


def words_of(metric_id: str) -> str:
    """Give the count a metric lists: itself, or a rate's numerator.

    Raises KeyError for a word that is neither a metric, a count nor a sum of counts.
    """
    if metric_id in METRICS:
        return METRICS[metric_id].numerator
    if metric_id in _ON_TIME or metric_id in _ONLINE:
        return metric_id
    raise KeyError(metric_id)


def listed_words() -> frozenset[str]:
    """Give every word a list can be asked for (chi_so)."""
    words = {*_ON_TIME, *_ONLINE}
    return frozenset({*words, *(one.id for one in METRICS.values() if one.numerator in words)})


@dataclass(frozen=True)
class Subject:
    """What to list: a number's dossiers (``word``), or those behind a flag.

    ``word``: a metric, count or sum of counts. ``flag`` with its ``parameters``: exactly
    what the flag counted, which need not be of the period. Neither: all that had to be
    resolved in the period.
    """

    word: str | None = None
    flag: str | None = None
    parameters: Parameters | None = None


EVERYTHING = Subject()


def word_counted(subject: Subject) -> str | None:
    """Give the word of ``metrics.COUNTS`` or ``SUMS`` whose dossiers these are; None where there is none."""
    if subject.flag is not None:
        return None
    word = words_of(subject.word) if subject.word else "to_resolve"
    return word if word in _ON_TIME else None


def _chosen(c: Any, courses: Courses, view: View, subject: Subject) -> Condition:
    """Give the condition on ``courses`` that chooses the dossiers to list."""
    wanted: list[Condition] = [courses.narrowed(c, view)]
    if subject.flag is not None and subject.parameters is not None:
        wanted.append(flagged(c, courses, view, subject.flag, subject.parameters))
    word = words_of(subject.word) if subject.word else None
    if word is None and subject.flag is None:
        word = "to_resolve"
    if word is not None:
        wanted.append(belongs(parts_of(word), c, Days.of(view)))
    return and_(*wanted)


def received_on(conn: Connection, courses: Courses, view: View, *, code: str) -> date | None:
    """Give the day a dossier was received, in whatever period that the reader may see.

    None where there is none at the moment, or it is of a unit or period that they may not see.
    """
    c = courses.rows(conn, view)
    seen = courses.narrowed(c, view.at(unit_code=None, field=None, procedure_code=None))
    number_of = conn.scalar(select(func.min(c.received)).where(c.dossier_code == code, seen))
    if number_of is None or number_of > Days.of(view).today:
        return None
    day = day_of_number(int(number_of))
    return day if view.sees(month_of(day)) else None


def listing(
    conn: Connection, courses: Courses, view: View, *, subject: Subject = EVERYTHING, code: str | None = None,
    sort: str | None = None, page: int = 1, total: int | None = None,
) -> Listing:  # fmt: skip
    """Give a page of the dossiers behind a number.

    ``total``: how many they are, where that has been counted; else it is counted here.
    ``code``: only the dossier of this code, if it is among them. ``sort``: a column of ``SORTS``, with a
    leading "-" from large to small; equal ones by code, so that no page repeats a row.
    """
    if not view.has_started:
        return Listing(0, 1, ())
    c = courses.rows(conn, view)
    condition = _chosen(c, courses, view, subject)
    if code is not None:
        condition = and_(condition, c.dossier_code == code)
    if total is None:
        total = int(conn.scalar(select(func.count()).where(condition)) or 0)
    page = min(page, max(1, -(-total // PAGE_SIZE)))
    return Listing(total, page, read(conn, page_statement(c, condition, view, sort, page), view))


def page_statement(c: Any, condition: Condition, view: View, sort: str | None, page: int) -> Select[Any]:
    """Build the statement of one page."""
    chosen = select(*columns_of(c, Days.of(view))).where(condition).order_by(*_order(c, view, sort))
    return chosen.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)


def _order(c: Any, view: View, sort: str | None) -> Sequence[Any]:
    """Give what a list is sorted by; equal ones by code."""
    name = (sort or LATEST_FIRST).lstrip("-")
    is_down = (sort or LATEST_FIRST).startswith("-")
    days = _days(c, Days.of(view))
    columns = {
        # The numbers of codes are in their binary order, and 0 is none.
        "dossier_code": c.number, "unit_code": func.nullif(c.unit, 0), "procedure_code": c.procedure,
        "days": days, "received_at": c.received_at, "due_at": c.due_at, "finished_at": c.finished_at,
    }  # fmt: skip
    column = columns[name if name in SORTS else "days"]
    # Nulls sort differently on each engine: they come last on all.
    return [case((column.is_(None), 1), else_=0), column.desc() if is_down else column.asc(), c.number]


def how_many(conn: Connection, courses: Courses, view: View, *, subject: Subject = EVERYTHING) -> int:
    """Count the dossiers that ``whole_list`` gives."""
    if not view.has_started:
        return 0
    c = courses.rows(conn, view)
    return int(conn.scalar(select(func.count()).where(_chosen(c, courses, view, subject))) or 0)


def whole_list(
    conn: Connection, courses: Courses, view: View, *, subject: Subject = EVERYTHING, sort: str | None = None
) -> Iterator[Dossier]:
    """Give every dossier behind a number, in the order of the list, without holding them all.

    The rows of a million come while they are asked for; what sorting them takes, the engine spills to disk
    where its memory is limited.
    """
    if not view.has_started:
        return
    c, d = courses.rows(conn, view), CLEAN["dossiers"].c
    both = next(iter(c)).table.join(CLEAN["dossiers"], d.dossier_code == c.dossier_code)
    what = columns_of(c, Days.of(view))[1:]
    names = (*COLUMNS, "due_at")
    statement = select(*what, *(d[name] for name in names)).select_from(both)
    statement = statement.where(_chosen(c, courses, view, subject)).order_by(*_order(c, view, sort))
    found = conn.execution_options(stream_results=True).execute(statement)
    while rows := found.fetchmany(_BATCH):
        for outcome, late, *values in rows:
            fields = dict(zip(names, values, strict=True))
            yield _seen(
                Dossier(**fields, outcome=_OUTCOMES[outcome], days=None if late is None else int(late)), view
            )


def random_sample(
    conn: Connection, courses: Courses, view: View, *, subject: Subject = EVERYTHING, size: int, seed: int
) -> Listing:
    """Draw ``size`` dossiers at random: the same for the same seed and data on every engine.

    Row numbers are drawn by Python's Random(seed) over the dossiers in the binary order
    of their codes; ``positions`` are those numbers, from 1, in ascending order.
    """
    if not view.has_started:
        return Listing(0, 1, ())
    c = courses.rows(conn, view)
    condition = _chosen(c, courses, view, subject)
    total = int(conn.scalar(select(func.count()).where(condition)) or 0)
    positions = sorted(Random(seed).sample(range(total), min(size, total)))
    if not positions:
        return Listing(total, 1, ())
    place = func.row_number().over(order_by=c.number).label("place")
    numbered = select(*columns_of(c, Days.of(view)), place).where(condition).subquery("numbered").c
    statement = (
        select(numbered.dossier_code, numbered.what, numbered.days)
        .where(numbered.place.in_([position + 1 for position in positions]))
        .order_by(numbered.place)
    )
    return Listing(total, 1, read(conn, statement, view), tuple(position + 1 for position in positions))


def among(
    conn: Connection, courses: Courses, view: View, *, subject: Subject = EVERYTHING, codes: Sequence[str]
) -> Listing:
    """Give those of these dossiers that are behind a number, in the binary order of their codes.

    ``total``: how many are behind it in all. ``positions``: 0 each, as none is drawn.
    """
    if not view.has_started:
        return Listing(0, 1, ())
    c = courses.rows(conn, view)
    condition = _chosen(c, courses, view, subject)
    total = int(conn.scalar(select(func.count()).where(condition)) or 0)
    wanted = and_(condition, c.dossier_code.in_(codes))
    statement = select(*columns_of(c, Days.of(view))).where(wanted).order_by(c.number)
    rows = read(conn, statement, view)
    return Listing(total, 1, rows, (0,) * len(rows))


def _days(c: Any, days: Days) -> Any:
    """Give the calendar days after the promised day, of what is late or overdue at J; else NULL."""
    judged = number(days.judged)
    return case(
        (and_(c.closed <= judged, c.ending == number(LATE)), c.days_late),
        (and_(c.closed > judged, is_overdue(c, days.judged)), judged - c.due),
    )


def columns_of(c: Any, days: Days) -> Sequence[Any]:
    """Give what a page is made of: the code, what the dossier was at J as a number, its days late."""
    judged = number(days.judged)
    what = case(
        (c.closed <= judged, c.ending),
        (is_suspended(c, days.judged), number(_SUSPENDED)),
        (is_overdue(c, days.judged), number(_OVERDUE)),
        else_=number(_IN_TIME),
    )
    return c.dossier_code, what.label("what"), _days(c, days).label("days")


_STANDING = ("suspended", "open_overdue", "open_in_time")
_OUTCOMES = (*ENDINGS, *_STANDING)
_SUSPENDED, _OVERDUE, _IN_TIME = range(len(ENDINGS), len(_OUTCOMES))


def read(conn: Connection, statement: Select[Any], view: View) -> tuple[Dossier, ...]:
    """Read a page: its codes first, then their rows from the clean table."""
    chosen = conn.execute(statement).all()
    d = CLEAN["dossiers"].c
    wanted = select(*(d[name] for name in (*COLUMNS, "due_at")))
    found = wanted.where(d.dossier_code.in_([row[0] for row in chosen]))
    rows = {row["dossier_code"]: row for row in conn.execute(found).mappings()} if chosen else {}
    return tuple(
        _seen(Dossier(**rows[code], outcome=_OUTCOMES[what], days=None if late is None else int(late)), view)
        for code, what, late in chosen
    )


def unit_seen(code: str | None, view: View) -> str | None:
    """Give a unit's code as the view's reader may see it: another one is only that, another."""
    if code is None or view.units_seen is None or code in view.units_seen:
        return code
    return OTHER_UNIT


def _seen(row: Dossier, view: View) -> Dossier:
    """Leave out of a dossier what its reader may not see: another unit, and what came after their period."""
    if view.units_seen is not None:
        row = replace(row, receiving_unit_code=unit_seen(row.receiving_unit_code, view))
    if view.days_seen is None:
        return row
    finished, returned = (
        None if at is None or _day(at) > view.judged else at for at in (row.finished_at, row.returned_at)
    )
    is_open = row.outcome in _STANDING
    state = ("suspended" if row.outcome == "suspended" else "open") if is_open else row.state
    return replace(row, finished_at=finished, returned_at=returned, state=state)


def _day(at: date) -> date:
    return at.date() if isinstance(at, datetime) else at

"""The dossiers behind a number: listed, found by code, or drawn at random.

A list is the very set a count counts (``on_time.belongs`` on the same rows), sorted and
paged by the database, so that a million rows cost no more than the page that is shown.
Nothing about citizens is in it; officials only where the caller may see them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from random import Random
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, literal_column, select

from queries.asked.view import View
from queries.courses.bound import Bound
from queries.courses.constructs import binary_order
from queries.definitions.flag_rule import Parameters
from queries.definitions.metrics import COUNTS, METRICS, ONLINE_COUNTS, ONLINE_SUMS, SUMS
from queries.flags.dossiers import flagged
from queries.on_time.outcomes import ALWAYS, CODE, Columns, Condition
from queries.on_time.statements import belongs, packed_dossiers
from queries.on_time.touched import ever_late
from queries.online import statements as online

PAGE_SIZE = 50
_ON_TIME = frozenset({*COUNTS, *SUMS})
_ONLINE = frozenset({*ONLINE_COUNTS, *ONLINE_SUMS})
COLUMNS = (
    "dossier_code", "unit_code", "receiving_unit_code", "procedure_code", "field", "channel", "received_at",
    "current_due_at", "finished_at", "returned_at", "state", "officer_code", "late_reason",
)  # fmt: skip
SORTS = ("received_at", "due_at", "finished_at", "days", "dossier_code", "unit_code", "procedure_code")

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


def _chosen(
    bound: Bound, view: View, subject: Subject, *, only_late: bool = False
) -> tuple[Columns, Condition]:
    """Give the rows to list and the condition that chooses them.

    ``only_late``: of the rows at least those that are late or overdue.
    """
    word = words_of(subject.word) if subject.word else None
    own = bound["dossiers"].c.dossier_code
    among = []
    if subject.flag is not None and subject.parameters is not None:
        among.append(own.in_(flagged(bound, view, subject.flag, subject.parameters)))
    if word is not None and word not in _ON_TIME:
        came = online.packed_dossiers(bound, view, ("dossier_code",))
        among.append(own.in_(select(came.dossier_code).where(online.belongs(came, word))))
        word = None
    elif word is None and not among:
        word = "to_resolve"
    c = packed_dossiers(
        bound, view, COLUMNS, among=and_(*among) if among else None,
        only=ever_late(bound["dossiers"].c) if only_late else ALWAYS,
    )  # fmt: skip
    return c, belongs(c, word) if word is not None else ALWAYS


def received_on(conn: Connection, bound: Bound, view: View, *, code: str) -> date | None:
    """Give the day a dossier was received, in whatever period; None where there is none at the moment."""
    d = bound["dossiers"].c
    asked = select(func.min(d.received_at)).where(d.dossier_code == code, d.received_at <= view.as_of)
    received = conn.scalar(asked)
    return received.date() if isinstance(received, datetime) else received


def listing(
    conn: Connection, bound: Bound, view: View, *, subject: Subject = EVERYTHING, code: str | None = None,
    sort: str | None = None, page: int = 1, total: int | None = None, late: int | None = None,
) -> Listing:  # fmt: skip
    """Give a page of the dossiers behind a number.

    ``total``: how many they are, where that has been counted, and ``late``: how many of them are late or
    overdue; else it is counted here.
    ``code``: only the dossier of this code, if it is among them. ``sort``: a column of ``SORTS``, with a
    leading "-" from large to small; equal ones by code, so that no page repeats a row.
    """
    if not view.has_started:
        return Listing(0, 1, ())
    # The longest late come first; as long as there are such, the others need not be looked at.
    only_late = late is not None and sort in (None, LATEST_FIRST) and page * PAGE_SIZE <= late
    c, condition = _chosen(bound, view, subject, only_late=only_late)
    if code is not None:
        condition = condition & (c.dossier_code == code)
    if total is None:
        total = int(conn.scalar(select(func.count()).select_from(_table(c)).where(condition)) or 0)
    page = min(page, max(1, -(-total // PAGE_SIZE)))
    statement = page_statement(c, condition, sort, page)
    return Listing(total, page, _read(conn, statement))


def page_statement(c: Columns, condition: Condition, sort: str | None, page: int) -> Select[Any]:
    """Build the statement of one page."""
    name = (sort or LATEST_FIRST).lstrip("-")
    column = c[name if name in SORTS else "days"]
    down = (sort or LATEST_FIRST).startswith("-")
    # Nulls sort differently on each engine: they come last on all.
    last = case((column.is_(None), literal_column("1")), else_=literal_column("0"))
    order = [
        last,
        column.desc() if down else column.asc(),
        binary_order(c.dossier_code),
    ]
    return (
        select(*_columns(c)).where(condition).order_by(*order).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    )


def random_sample(
    conn: Connection, bound: Bound, view: View, *, subject: Subject = EVERYTHING, size: int, seed: int
) -> Listing:
    """Draw ``size`` dossiers at random: the same for the same seed and data on every engine.

    Row numbers are drawn by Python's Random(seed) over the dossiers in the binary order
    of their codes; ``positions`` are those numbers, from 1, in ascending order.
    """
    if not view.has_started:
        return Listing(0, 1, ())
    c, condition = _chosen(bound, view, subject)
    total = int(conn.scalar(select(func.count()).select_from(_table(c)).where(condition)) or 0)
    positions = sorted(Random(seed).sample(range(total), min(size, total)))
    if not positions:
        return Listing(total, 1, ())
    place = func.row_number().over(order_by=binary_order(c.dossier_code)).label("place")
    numbered = select(*_columns(c), place).where(condition).subquery("numbered").c
    statement = (
        select(*(numbered[name] for name in (*COLUMNS, "due_at", "outcome", "days")))
        .where(numbered.place.in_([position + 1 for position in positions]))
        .order_by(numbered.place)
    )
    return Listing(total, 1, _read(conn, statement), tuple(position + 1 for position in positions))


def _table(c: Columns) -> Any:
    return c.packed.table


def _columns(c: Columns) -> Sequence[ColumnElement[Any]]:
    return [c[name] for name in (*COLUMNS, "due_at", "outcome", "days")]


def _read(conn: Connection, statement: Select[Any]) -> tuple[Dossier, ...]:
    names = {number: word for word, number in CODE.items()}
    rows = []
    for row in conn.execute(statement).mappings():
        values = {name: row[name] for name in (*COLUMNS, "due_at", "days")}
        values["days"] = None if values["days"] is None else int(values["days"])
        rows.append(Dossier(**values, outcome=names[int(row["outcome"])]))
    return tuple(rows)

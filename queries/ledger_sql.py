"""The statements that the register is read with (``queries.ledger_reading``)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Integer,
    Select,
    Subquery,
    and_,
    case,
    cast,
    distinct,
    func,
    or_,
    select,
)

from queries.asked.periods import custom_period
from queries.asked.view import View
from queries.courses.bound import Bound
from queries.courses.constructs import days_between, days_from_epoch
from queries.definitions.flag_rule import Parameters
from queries.flags.marks import MARKS, marked
from queries.flags.slips import SLIP_COUNTS, slips_of
from queries.ledger import BUCKET, MARK
from queries.ledger_events import NEVER
from queries.on_time.outcomes import (
    Columns,
    Window,
    days_late,
    is_bare_date,
    is_closed,
    is_suspended,
    number,
)
from queries.on_time.statements import kept_promise
from queries.online.statements import packed_dossiers

_ALWAYS, _NEVER = number(-32_768), number(int(NEVER))


def whole(as_of: datetime, compare: str) -> View:
    """Give a View of everything that has happened: its window is the register's."""
    return View(custom_period(date.min, as_of.date()), as_of, compare=compare)


def units_statement(bound: Bound) -> Select[Any]:
    """Build the statement that numbers the units dossiers name: number, unit_code."""
    units = _unit_numbers(bound).c
    return select(units.number, units.unit_code).order_by(units.number)


def procedures_statement(bound: Bound) -> Select[Any]:
    """Build the statement that numbers the procedures dossiers name: number, procedure_code, field."""
    procedures = _procedure_numbers(bound).c
    return select(procedures.number, procedures.procedure_code, procedures.field).order_by(procedures.number)


def officers_statement(bound: Bound) -> Select[Any]:
    """Build the statement that numbers the officials dossiers name: number, officer_code."""
    officers = _officer_numbers(bound).c
    return select(officers.number, officers.officer_code).order_by(officers.number)


def _numbered(rows: Subquery, name: str) -> Subquery:
    order = func.row_number().over(order_by=[*rows.c])
    return select(*rows.c, (order - 1).label("number")).subquery(name)


def _unit_numbers(bound: Bound) -> Subquery:
    d = bound["dossiers"].c
    return _numbered(select(d.unit_code).distinct().subquery("units_named"), "unit_numbers")


def _procedure_numbers(bound: Bound) -> Subquery:
    d = bound["dossiers"].c
    named = select(d.procedure_code, d.field).distinct().subquery("procedures_named")
    return _numbered(named, "procedure_numbers")


def _officer_numbers(bound: Bound) -> Subquery:
    code = bound["dossiers"].c.officer_code
    # As flags_officers: a blank names nobody.
    is_named = func.char_length(func.trim(code)) > number(0)
    named = select(code).where(is_named).distinct().subquery("officers_named")
    return _numbered(named, "officer_numbers")


def _with_names(bound: Bound, rows: Columns, *columns: ColumnElement[Any], officers: bool = False) -> Any:
    """Select columns of rows with the numbers of their unit and procedure, and of the official if asked."""
    units, procedures = _unit_numbers(bound), _procedure_numbers(bound)
    u, p = units.c, procedures.c
    source = (
        rows.unit_code.table
        .join(units, u.unit_code.is_not_distinct_from(rows.unit_code))
        .join(procedures, and_(
            p.procedure_code.is_not_distinct_from(rows.procedure_code),
            p.field.is_not_distinct_from(rows.field),
        ))
    )  # fmt: skip
    named = [_small(u.number, "unit"), _small(p.number, "procedure")]
    if officers:
        known = _officer_numbers(bound)
        source = source.outerjoin(known, known.c.officer_code == rows.officer_code)
        named.append(_small(known.c.number, "officer"))
    return select(*named, *columns).select_from(source)


def _small(value: ColumnElement[Any], name: str) -> ColumnElement[int]:
    return cast(value, Integer()).label(name)


def _states(j: Columns, view: View) -> Mapping[str, ColumnElement[Any]]:
    """Give a judged dossier's days: received, closed, overdue from, suspended from (``ledger.Dossiers``)."""
    now = Window.of(view)
    past = days_from_epoch(j.due_at) + number(1)
    overdue: ColumnElement[Any] = past
    if view.compare == "moment":
        # Today's promise that has not passed yet is not overdue at the data's moment.
        not_past = or_(is_bare_date(j.due_at), j.due_at >= now.upper)
        overdue = case((not_past, past), else_=days_from_epoch(j.due_at))
    since = case((j.suspended_since.is_(None), _ALWAYS), else_=days_from_epoch(j.suspended_since))
    return {
        "received": days_from_epoch(j.received_at),
        "closed": case((is_closed(j, now.cut), days_from_epoch(j.closed_at)), else_=_NEVER),
        "overdue_from": case((j.due_at.is_(None), _NEVER), else_=overdue),
        "suspended_from": case((is_suspended(j, now, view.compare), since), else_=_NEVER),
    }


_STATES = ("received", "closed", "overdue_from", "suspended_from")


def dossiers_statement(bound: Bound, view: View, parameters: Parameters) -> Select[Any]:
    """Build the statement of every dossier: numbers of its names, its days, ``due_at``, ``kind``, ``b``.

    ``kind``: outcome, bucket of days late and ``flags_marks.MARKS``, packed as ``Ledger.meanings``.
    """
    now = Window.of(view)

    def more(j: Columns) -> Mapping[str, ColumnElement[Any]]:
        days = days_late(j, j.outcome, now)
        bucket = case((days <= 3, number(1)), (days <= 10, number(2)), (days > 10, number(3)),
                      else_=number(0))  # fmt: skip
        return {
            "procedure_code": j.procedure_code, "field": j.field, "officer_code": j.officer_code,
            **_states(j, view),
            "due_at": j.due_at,
            "became": j.outcome + number(BUCKET) * bucket,
            "b": case(*kept_promise(j.due_at, j.outcome, now), else_=number(0)),
        }  # fmt: skip

    m = marked(bound, view, parameters, more)
    kind = m.became
    for place, mark in enumerate(MARKS):
        kind = kind + number(MARK * 2**place) * m[mark]
    columns: list[ColumnElement[Any]] = [_small(m[name], name) for name in (*_STATES, "b")]
    columns += [_small(kind, "kind"), cast(m.due_at, DateTime()).label("due_at")]
    found: Select[Any] = _with_names(bound, m, *columns, officers=True)
    return found


def received_statement(bound: Bound, view: View) -> Select[Any]:
    """Build the statement that counts the dossiers received by the data's moment."""
    d = bound["dossiers"].c
    counted: Select[Any] = select(func.count().label("n"))
    return counted.select_from(bound["dossiers"]).where(d.received_at < Window.of(view).cut)


def online_statement(bound: Bound, view: View) -> Select[Any]:
    """Build the statement of how dossiers were handed in and given back: names, days, packed ``kind``.

    ``returned`` NULL: not given back by the data's moment.
    """
    o = packed_dossiers(bound, view, ("unit_code", "procedure_code", "field", "received_at", "returned_at"))
    returned = case((o.back > number(0), days_from_epoch(o.returned_at)))
    columns = [_small(days_from_epoch(o.received_at), "received"), _small(returned, "returned"),
               _small(o.packed, "kind")]  # fmt: skip
    found: Select[Any] = _with_names(bound, o, *columns)
    return found


def slips_statement(bound: Bound, view: View) -> Select[Any]:
    """Build the statement of every slip with its dossier: numbers, days, outcome, ``SLIP_COUNTS``.

    ``dossier`` and ``body`` number the dossier's code and who issued the slip; ``to_due``: days
    from the promise to the slip, NULL where there is no promise.
    """

    def more(j: Columns) -> Mapping[str, ColumnElement[Any]]:
        return {"procedure_code": j.procedure_code, "field": j.field, **_states(j, view)}

    s = slips_of(bound, view, more)
    columns = [
        _small(func.dense_rank().over(order_by=s.dossier_code), "dossier"),
        _small(func.dense_rank().over(order_by=s.body), "body"),
        _small(days_from_epoch(s.issued_at), "issued"),
        _small(days_between(s.due_at, s.issued_at), "to_due"),
        *(_small(s[name], name) for name in (*_STATES, "outcome", *SLIP_COUNTS)),
    ]
    found: Select[Any] = _with_names(bound, s, *columns)
    return found


def twins_statement(bound: Bound) -> Select[int, int]:
    """Build the statement that counts the dossiers that have slips, and their different codes."""
    d, s = bound["dossiers"].c, bound["slips"].c
    has_slips = d.dossier_code.in_(select(s.dossier_code))
    return select(func.count(), func.count(distinct(d.dossier_code))).where(has_slips)

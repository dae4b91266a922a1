"""Building ``courses`` from the clean tables: what every dossier was, judged once.

One statement, run when data change. What of a dossier the moment decides is worked out again, by the same
expressions (``decided``, ``closings``), for the few with an event or a promise on one day, where a reader
asks for another moment (``queries.courses.again``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    DateTime,
    Integer,
    Interval,
    Select,
    SmallInteger,
    Table,
    and_,
    bindparam,
    case,
    cast,
    false,
    func,
    insert,
    literal,
    not_,
    or_,
    select,
    true,
    union,
)
from sqlalchemy.schema import CreateTable, DropTable

from queries.copy.tables import CLEAN
from queries.courses.constructs import binary_order, day_number_of, day_of, minute_of
from queries.courses.table import (
    ALWAYS,
    ASSISTED,
    BY_FIELD,
    BY_UNIT,
    CLOSED_BY_DAY,
    CLOSED_UNDATED,
    COUNTER,
    COURSES,
    DAYS,
    DUE_BY_DAY,
    EARLY,
    ENDED_LATE,
    EVENT_RANGE,
    FINISHED,
    LATE,
    LATELY_OPEN,
    LEVEL,
    LOOKS_BACK,
    MARKED_BY_DAY,
    MOMENTS,
    NEVER,
    NOT_RECORDED,
    OFFICERS,
    ON_TIME,
    ONLINE,
    OPEN,
    POST,
    PROCEDURES,
    RECEIVED_BY_DAY,
    REFUSED,
    RETURNED_BY_DAY,
    SELF,
    SLIP_DAYS,
    SLIP_MOMENTS,
    STATE_REFUSED,
    STATE_WITHDRAWN,
    SUSPENDED,
    UNDATED,
    UNITS,
    WITH_SLIPS,
    WITHDRAWN,
    day_number,
    has_slips,
)
from queries.definitions.flag_rule import CROWD

Condition = ColumnElement[bool]
Columns = Any

FEW: Mapping[Table, Callable[[Any, int], Condition]] = {
    WITH_SLIPS: lambda c, _today: has_slips(c),
    ENDED_LATE: lambda c, _today: and_(c.closed < NEVER, c.ending == LATE),
    LATELY_OPEN: lambda c, today: or_(c.closed > today - LOOKS_BACK, c.is_ahead),
}
"""The rows of ``COURSES`` that stand in a table of their own too."""
BY_DAY: Mapping[Table, Callable[[Columns], Condition]] = {
    CLOSED_BY_DAY: lambda c: c.closed < NEVER,
    RECEIVED_BY_DAY: lambda c: c.received < NEVER,
    RETURNED_BY_DAY: lambda c: and_(c.returned < NEVER, c.received < NEVER),
    DUE_BY_DAY: lambda c: and_(c.due < NEVER, c.received < NEVER, c.closed < NEVER),
    MARKED_BY_DAY: lambda c: c.closed < NEVER,
}
"""The rows that are counted by day: those on whose day something has happened."""


def build(conn: Connection, *, as_of: datetime, compare: str, latest: datetime) -> None:
    """Make ``courses`` and its lists of numbers from the clean tables, replacing what was there.

    ``as_of``: what lies after it has not happened. ``compare``: "day" or "moment". ``latest``: what
    lies after it is a date in the future. The caller commits.
    """
    for table in (COURSES, UNITS, PROCEDURES, OFFICERS, BY_UNIT, BY_FIELD, *FEW, *BY_DAY):
        # Not by looking first whether it is there, which asks the catalogue twice a table.
        conn.execute(DropTable(table, if_exists=True))
        conn.execute(CreateTable(table))
    conn.execute(insert(UNITS).from_select(list(UNITS.c.keys()), _units()))
    conn.execute(insert(PROCEDURES).from_select(list(PROCEDURES.c.keys()), _procedures()))
    conn.execute(insert(OFFICERS).from_select(list(OFFICERS.c.keys()), _officers()))
    rows = courses_of(compare).params(moment=end_of_moment(as_of), latest=latest)
    # Sorted by the day received, so that the engine skips whole blocks of rows.
    ordered = rows.order_by(rows.selected_columns.received, rows.selected_columns.number)
    conn.execute(insert(COURSES).from_select(list(COURSES.c.keys()), ordered))
    c = COURSES.c
    by_unit = select(*(c[one.name] for one in BY_UNIT.c)).order_by(c.unit, c.received, c.number)
    conn.execute(insert(BY_UNIT).from_select(list(BY_UNIT.c.keys()), by_unit))
    p = PROCEDURES.c
    first = func.min(p.number).over(partition_by=p.field).label("field")
    of = select(p.number, first).subquery("of_field").c
    numbers = (c[one.name] for one in BY_UNIT.c)
    by_field = select(*numbers, of.field).where(of.number == c.procedure)
    by_field = by_field.order_by(of.field, c.received, c.number)
    conn.execute(insert(BY_FIELD).from_select(list(BY_FIELD.c.keys()), by_field))
    today = day_number(as_of.date())
    for table, is_one in FEW.items():
        few = select(*(c[one.name] for one in table.c)).where(is_one(c, today))
        conn.execute(insert(table).from_select(list(table.c.keys()), few))
    for table, are_there in BY_DAY.items():
        _count_by_day(conn, table, are_there(COURSES.c))


def _count_by_day(conn: Connection, table: Table, are_there: Condition) -> None:
    """Fill a table of dossiers counted by unit and day."""
    c = COURSES.c
    kept: dict[str, ColumnElement[Any]] = {"officer": case((c.officer == 0, 0), else_=1)}
    if table is RETURNED_BY_DAY:
        kept = {"received": case((c.received > c.returned, c.received), else_=ALWAYS)}
    seen = [kept.get(one.name, c[one.name]).label(one.name) for one in table.c if one.name != "dossiers"]
    counted = select(*seen, func.count()).where(are_there).group_by(*seen)
    conn.execute(insert(table).from_select(list(table.c.keys()), counted))


def end_of_moment(moment: datetime) -> datetime:
    """Give the last moment that counts: a moment in the last minute of a day means the end of that day."""
    if (moment.hour, moment.minute) == (23, 59):
        return datetime.combine(moment.date(), time.max)
    return moment


# --- the lists of numbers --------------------------------------------------------


def _numbered(rows: Any, *order: ColumnElement[Any]) -> ColumnElement[int]:
    return cast(func.row_number().over(order_by=order), Integer).label("number")


def _units() -> Select[Any]:
    d, u = CLEAN["dossiers"].c, CLEAN["units"].c
    named = union(
        select(d.unit_code),
        select(d.receiving_unit_code),
        select(u.unit_code),
    ).subquery("named")
    code = named.c.unit_code
    known = code.in_(select(u.unit_code).where(u.unit_code.is_not(None)))
    return select(_numbered(named, binary_order(code)), code, known).where(code.is_not(None))


def _procedures() -> Select[Any]:
    d, p = CLEAN["dossiers"].c, CLEAN["procedures"].c
    pairs = select(d.procedure_code, d.field.label("own_field")).distinct().subquery("pairs")
    o = pairs.c
    order = (binary_order(func.coalesce(o.procedure_code, "")), binary_order(func.coalesce(o.own_field, "")))
    return select(
        _numbered(pairs, *order), o.procedure_code, o.own_field, func.coalesce(p.field, o.own_field)
    ).select_from(pairs.outerjoin(CLEAN["procedures"], p.procedure_code == o.procedure_code))


def _officers() -> Select[Any]:
    code = CLEAN["dossiers"].c.officer_code
    named = select(code).where(func.trim(code) != "").distinct().subquery("officers_named")
    return select(_numbered(named, binary_order(named.c.officer_code)), named.c.officer_code)


# --- one row a dossier -------------------------------------------------------------


def courses_of(compare: str) -> Select[Any]:
    """Build the statement of ``courses``: one row a dossier, the columns of ``COURSES`` in their order.

    Its parameters are the ``moment`` (``end_of_moment``) and ``latest``, as of ``build``.
    """
    moment: ColumnElement[Any] = bindparam("moment", type_=DateTime())
    ahead: ColumnElement[Any] = bindparam("latest", type_=DateTime())
    dossiers = CLEAN["dossiers"]
    d = dossiers.c
    u, r, p, o = UNITS.alias("u"), UNITS.alias("r"), PROCEDURES.alias("p"), OFFICERS.alias("o")
    catalogue, staff = CLEAN["procedures"].alias("catalogue"), CLEAN["officers"].alias("staff")
    state = _state(d)
    crowd = _crowds(d, state, moment)
    slip = _slips()
    source = (
        dossiers.outerjoin(u, u.c.unit_code == d.unit_code)
        .outerjoin(r, r.c.unit_code == d.receiving_unit_code)
        .join(
            p,
            and_(
                p.c.procedure_code.is_not_distinct_from(d.procedure_code),
                p.c.own_field.is_not_distinct_from(d.field),
            ),
        )
        .outerjoin(o, o.c.officer_code == d.officer_code)
        .outerjoin(catalogue, catalogue.c.procedure_code == d.procedure_code)
        .outerjoin(staff, staff.c.officer_code == d.officer_code)
        .outerjoin(crowd, _is_in(crowd, d))
        .outerjoin(slip, slip.c.dossier_code == d.dossier_code)
    )
    columns = {
        "number": cast(func.row_number().over(order_by=binary_order(d.dossier_code)), Integer),
        "dossier_code": d.dossier_code,
        "unit": func.coalesce(u.c.number, 0),
        "receiving_unit": func.coalesce(r.c.number, 0),
        "procedure": p.c.number,
        "officer": func.coalesce(o.c.number, 0),
        **decided(d, slip.c, state, moment, compare),
        "state": state,
        "ending": _ending(d, state, compare),
        "channel": case((d.channel == "online", ONLINE), (d.channel == "post", POST), else_=COUNTER),
        "level": func.coalesce(_level(d.online_level), _level(catalogue.c.online_level), 0),
        "typed_by": case((d.assisted == true(), ASSISTED), (d.assisted == false(), SELF), else_=NOT_RECORDED),
        "days_late": _days_late(d, state, compare),
        "by_post": func.coalesce(d.returned_by_post, false()),
        "is_hidden": func.coalesce(_is_hidden(d, state, compare), false()),
        "on_contract": func.coalesce(staff.c.on_contract, false()),
        "is_ahead": func.coalesce(d.received_at > ahead, false()),
        "channel_known": func.coalesce(d.channel.in_(("counter", "online", "post", "kiosk")), false()),
        "finished_before_received": func.coalesce(
            and_(
                d.finished_at < d.received_at,
                # A source that keeps days only has midnights: on the same day nothing is out of order.
                not_(and_(is_bare_date(d.finished_at), day_of(d.finished_at) == day_of(d.received_at))),
            ),
            false(),
        ),
        "future": func.coalesce(d.received_at > ahead, false())
        | func.coalesce(d.finished_at > ahead, false())
        | func.coalesce(d.returned_at > ahead, false())
        | func.coalesce(d.suspended_since > ahead, false()),
        "reopened": and_(state < FINISHED, d.finished_at.is_not(None)),
        "crowd": crowd.c.unit.is_not(None),
        **{name: slip.c[name] if name in SLIP_MOMENTS else d[name] for name in MOMENTS},
    }
    small = {one.name for one in COURSES.c if isinstance(one.type, SmallInteger)}
    # Without a code it is in no period: nobody could look it up (``copy.mended`` tells how many there are).
    rows = select(
        *((cast(one, SmallInteger) if name in small else one).label(name) for name, one in columns.items())
    )
    judged: Any = rows.select_from(source).where(d.dossier_code.is_not(None)).subquery("judged").c
    days = [judged[name] for name in DAYS]
    told = [case((day == NEVER, ALWAYS), else_=day) for day in days]
    events = dict(zip(EVENT_RANGE, (func.least(*days), func.greatest(*told)), strict=True))
    return select(*(events.get(one.name, judged.get(one.name)).label(one.name) for one in COURSES.c))


def is_bare_date(when: ColumnElement[Any]) -> Condition:
    """Say whether a promise has no time of day: it then means the end of that day."""
    return when == cast(day_of(when), DateTime())


def _is_end_of_day(when: ColumnElement[Any]) -> Condition:
    """Say whether a promise is the last moment of a day: by the end of that day it has not passed."""
    return day_of(when + literal(timedelta(microseconds=1), Interval())) > day_of(when)


def _is_after(when: ColumnElement[Any], due: ColumnElement[Any], compare: str) -> Condition:
    """Say whether a moment lies after a promise, by calendar day or by moment."""
    if compare == "day":
        return day_of(when) > day_of(due)
    return and_(when > due, not_(and_(is_bare_date(due), day_of(when) == day_of(due))))


def _state(d: Columns) -> ColumnElement[int]:
    words = {
        "finished": FINISHED, "open": OPEN, "suspended": SUSPENDED, "refused": STATE_REFUSED,
        "withdrawn": STATE_WITHDRAWN,
    }  # fmt: skip
    return case(
        *((d.state == word, number) for word, number in words.items()),
        (d.finished_at.is_not(None), FINISHED),
        else_=OPEN,
    )


def _day(when: ColumnElement[Any], moment: ColumnElement[Any] | None = None) -> ColumnElement[int]:
    """Give the number of a moment's day; NEVER for none, and for what has not happened by a moment."""
    day = day_number_of(when)
    happened = when.is_not(None) if moment is None else when <= moment
    return case((happened, day), else_=NEVER)


def decided(
    d: Columns, slip: Columns, state: ColumnElement[int], moment: ColumnElement[Any], compare: str
) -> dict[str, ColumnElement[int]]:
    """Give what of a dossier the moment decides, but whether it was closed in a crowd (``DECIDED``).

    ``slip``: has the moments at which its slips first told something (``SLIP_MOMENTS``).
    """
    closed_at = case((d.finished_at > d.received_at, d.finished_at), else_=d.received_at)
    since, due = d.suspended_since, _day(d.due_at)
    overdue_from: ColumnElement[int] = due + 1
    if compare == "moment":
        # Overdue on the day itself, once the moment has passed; today's may not have yet.
        passed = or_(day_of(d.due_at) != day_of(moment), d.due_at < moment)
        means_the_day = or_(is_bare_date(d.due_at), _is_end_of_day(d.due_at))
        overdue_from = case((and_(not_(means_the_day), passed), due), else_=due + 1)
    return {
        "received": _day(d.received_at, moment),
        "submitted": _day(d.submitted_at, moment),
        "clock_start": _day(d.clock_start_at, moment),
        "due": due,
        "closed": case((and_(state >= FINISHED, closed_at <= moment), _day(closed_at)), else_=NEVER),
        "overdue_from": case((d.due_at.is_(None), NEVER), else_=overdue_from),
        "suspended_from": case(
            (state != SUSPENDED, NEVER),
            (since.is_(None), ALWAYS),
            (_is_after(since, d.due_at, compare), NEVER),  # already overdue: it stays so
            else_=_day(since, moment),
        ),
        "returned": _day(d.returned_at, moment),
        **{f"first_{name}": _day(slip[at], moment) for name, at in zip(SLIP_DAYS, SLIP_MOMENTS, strict=True)},
    }


def _ending(d: Columns, state: ColumnElement[int], compare: str) -> ColumnElement[int]:
    return case(
        (state < FINISHED, 0),
        (d.finished_at.is_(None), CLOSED_UNDATED),
        (state == STATE_REFUSED, REFUSED),
        (state == STATE_WITHDRAWN, WITHDRAWN),
        (d.due_at.is_(None), UNDATED),
        (_is_after(d.finished_at, d.due_at, compare), LATE),
        (day_of(d.finished_at) < day_of(d.due_at), EARLY),
        else_=ON_TIME,
    )


def _days_late(d: Columns, state: ColumnElement[int], compare: str) -> ColumnElement[int]:
    is_late = and_(state == FINISHED, _is_after(d.finished_at, d.due_at, compare))
    days = day_number_of(d.finished_at) - day_number_of(d.due_at)
    return case((is_late, days), else_=0)


def _is_hidden(d: Columns, state: ColumnElement[int], compare: str) -> Condition:
    return and_(
        state == FINISHED,
        _is_after(d.finished_at, d.due_at, compare),
        d.current_due_at.is_not(None),
        not_(_is_after(d.finished_at, d.current_due_at, compare)),
    )


def _level(word: ColumnElement[Any]) -> ColumnElement[int]:
    return case(*((word == one, number) for one, number in LEVEL.items()), else_=None)


def tells_its_minute(d: Columns) -> Condition:
    """Say whether a dossier was closed in the minute it names.

    A midnight is a day without a time. What was received on a later day closes on that day, so that
    no moment before it can see a crowd that it makes.
    """
    return and_(not_(is_bare_date(d.finished_at)), day_of(d.received_at) <= day_of(d.finished_at))


def closings(d: Columns, state: ColumnElement[int], moment: ColumnElement[Any]) -> Condition:
    """Say whether a dossier is one of those of its minute that may be a crowd: closed by a moment."""
    return and_(d.finished_at <= moment, d.received_at <= moment, state >= FINISHED, tells_its_minute(d))


def is_a_crowd(dossiers: Any) -> Any:
    """Say whether so many closings of a unit in one minute are too many."""
    return dossiers > CROWD


def _crowds(d: Columns, state: ColumnElement[int], moment: ColumnElement[Any]) -> Any:
    """Give the minutes in which a unit closed too many."""
    closed = select(d.unit_code.label("unit"), minute_of(d.finished_at).label("minute")).where(
        closings(d, state, moment), d.unit_code.is_not(None), d.dossier_code.is_not(None)
    )
    one = closed.subquery("closings").c
    return (
        select(one.unit, one.minute)
        .group_by(one.unit, one.minute)
        .having(is_a_crowd(func.count()))
        .subquery("crowds")
    )


def _is_in(crowd: Any, d: Columns) -> Condition:
    """Say whether a dossier was closed in one of its unit's crowded minutes."""
    return and_(crowd.c.unit == d.unit_code, crowd.c.minute == minute_of(d.finished_at), tells_its_minute(d))


def _slips() -> Any:
    """Give, by dossier code, the moments at which its slips first told something (``SLIP_MOMENTS``)."""
    s, d = CLEAN["slips"].c, CLEAN["dossiers"].c
    apology, supplement = s.kind == "apology", s.kind == "supplement"
    promise = func.coalesce(s.due_before, d.due_at)
    on_due = and_(supplement, day_of(s.issued_at) >= day_of(promise))
    new_date = and_(apology, s.new_due_at.is_not(None))
    body = func.coalesce(func.nullif(func.trim(s.issuing_unit_code), ""), d.unit_code, "")
    reason = func.trim(func.coalesce(s.reason, ""))
    kinds = {
        "apology": apology,
        "no_reason": and_(apology, reason == ""),
        "no_date": and_(apology, s.new_due_at.is_(None)),
        "new_date": new_date,
        "supplement": supplement,
        "on_due_day": and_(on_due, s.due_before.is_not(None)),
        "on_due_day_guessed": and_(on_due, s.due_before.is_(None)),
    }
    among = (
        select(
            s.dossier_code,
            s.issued_at,
            *(func.coalesce(condition, false()).label(name) for name, condition in kinds.items()),
            func.row_number()
            .over(partition_by=(s.dossier_code, case((new_date, 1), else_=0)), order_by=s.issued_at)
            .label("of_dates"),
            func.row_number()
            .over(partition_by=(s.dossier_code, body, case((supplement, 1), else_=0)), order_by=s.issued_at)
            .label("of_body"),
        )
        .select_from(CLEAN["slips"].join(CLEAN["dossiers"], d.dossier_code == s.dossier_code))
        .where(s.issued_at.is_not(None), or_(apology, supplement))
    )
    one = among.subquery("slip").c
    told = {name: one[name] for name in kinds} | {
        "second_new_date": and_(one.new_date, one.of_dates == 2),
        "second_of_a_body": and_(one.supplement, one.of_body == 2),
    }
    firsts = (
        func.min(case((told[name], one.issued_at))).label(moment)
        for name, moment in zip(SLIP_DAYS, SLIP_MOMENTS, strict=True)
    )
    return select(one.dossier_code, *firsts).group_by(one.dossier_code).subquery("slip_moments")

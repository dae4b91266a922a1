"""Reading the register: every dossier once, as the statements would judge it now.

What a dossier is comes from the same SQL expressions that the statements count with
(``flags_marks.marked``, ``online.packed_dossiers``, ``flags_slips.slips_of``), over one period
that holds everything; only days and small numbers leave the database.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import numpy as np
from sqlalchemy import Connection, func, select

from queries.asked.view import View
from queries.courses.bound import Bound
from queries.courses.frames import arrays_of
from queries.definitions.flag_rule import Parameters
from queries.flags.marks import MARKS, ahead
from queries.ledger import BUCKET, MARK, SOON, DailyVotes, Dossiers, Ledger, Names, Officers
from queries.ledger_events import (
    NEVER,
    Array,
    Events,
    Named,
    are_texts,
    day_array,
    events,
    numbered,
    small,
    sorted_events,
)
from queries.ledger_life import read_complaints, read_receptions
from queries.ledger_slips import read_slips
from queries.ledger_sql import (
    dossiers_statement,
    officers_statement,
    online_statement,
    procedures_statement,
    received_statement,
    units_statement,
    whole,
)
from queries.on_time.outcomes import CODE
from queries.online.statements import meaning
from queries.satisfaction.statements import daily_votes_statement, has_ratings

_LAST_DAY = date(2059, 1, 1)
_BACK = 256
"""What ``online`` packs from here on is no part of how a dossier was handed in."""


def read_ledger(
    conn: Connection, bound: Bound, as_of: datetime, compare: str, parameters: Parameters
) -> Ledger | None:
    """Read the register from DuckDB; None where it compares or keeps names and moments otherwise than we.

    ``parameters``: what the flags' rules depend on. Takes about a second a million dossiers.
    """
    if as_of.date() >= _LAST_DAY or not bound.compares_exactly:
        return None
    names, officers = _read_names(conn, bound)
    if not are_texts(_texts(names, officers)) or not _are_plain(conn, bound):
        return None
    view = whole(as_of, compare)
    sizes = len(names.units), len(names.procedures)
    rows = arrays_of(conn, dossiers_statement(bound, view, parameters))
    if len(rows["closed"]) != conn.scalar(received_statement(bound, view)):
        return None  # a moment before the first year
    order = np.argsort(day_array(rows["closed"]), kind="stable")
    meanings, kind = _kinds(np.asarray(rows["kind"]))
    d = Dossiers(
        closed=day_array(rows["closed"])[order],
        received=day_array(rows["received"])[order],
        named=Named(small(rows["unit"]), small(rows["procedure"]), sizes)[order],
        kind=kind[order],
        due=_moments(rows["due_at"])[order],
        overdue_from=day_array(rows["overdue_from"])[order],
        suspended_from=day_array(rows["suspended_from"])[order],
    )
    promise, officer = np.asarray(rows["b"])[order], np.ma.filled(rows["officer"], -1)[order]
    del rows, order, kind
    outcome = (meanings % BUCKET)[d.kind]
    is_broken = (outcome == CODE["late"]) | (outcome == CODE["open_overdue"])
    promise = (promise + SOON * (outcome == CODE["open_in_time"])).astype(np.int16)
    has_due = np.flatnonzero(~np.isnat(d.due))
    due_day = day_array(d.due.astype("M8[D]").astype(np.int64))
    online_codes, handed_in, given_back = _read_online(conn, bound, view, sizes)
    return Ledger(
        as_of=as_of,
        compare=compare,
        parameters=parameters,
        names=names,
        dossiers=d,
        meanings=meanings,
        closings=sorted_events(d.closed, d.named, d.kind, len(meanings)),
        received=events(d.received, d.named, is_broken.astype(np.int16), 2),
        due=events(due_day[has_due], d.named[has_due], promise[has_due], 2 * SOON),
        handed_in=handed_in,
        online_codes=online_codes,
        given_back=given_back,
        ahead=_read_ahead(conn, bound, view, parameters, names),
        has_odd_crowds=_has_odd_crowds(meanings),
        slips=read_slips(conn, bound, view, parameters, sizes),
        officers=_officers(d, outcome, due_day, officer, officers),
        votes=_read_votes(conn, bound, view),
        complaints=read_complaints(conn, bound, view),
        receptions=read_receptions(conn, bound, view),
    )  # fmt: skip


def _read_names(conn: Connection, bound: Bound) -> tuple[Names, tuple[str, ...]]:
    p = bound["procedures"].c
    names = Names(
        units=tuple(row[1] for row in conn.execute(units_statement(bound))),
        procedures=tuple((row[1], row[2]) for row in conn.execute(procedures_statement(bound))),
        catalogue=tuple((row[0], row[1]) for row in conn.execute(select(p.procedure_code, p.field))),
    )
    return names, tuple(row[1] for row in conn.execute(officers_statement(bound)))


def _are_plain(conn: Connection, bound: Bound) -> bool:
    """Say whether the moments are the wall clock's: those with a time zone come from statements as others."""
    d = bound["dossiers"].c
    names = ("received_at", "due_at", "finished_at", "returned_at", "suspended_since", "current_due_at")
    found = conn.execute(select(*(func.typeof(d[name]) for name in names)).limit(1)).first() or ()
    return not any("TIME ZONE" in one or one.endswith("_NS") for one in found)


def _texts(names: Names, officers: tuple[str, ...]) -> list[Any]:
    pairs = (*names.procedures, *names.catalogue)
    return [*names.units, *(one for pair in pairs for one in pair), *officers]


def _kinds(packed: Array) -> tuple[Array, Array]:
    """Number the different values: the values, and each row's number."""
    seen = np.flatnonzero(np.bincount(packed))
    number_of = np.zeros(int(packed.max(initial=0)) + 1, dtype=np.int16)
    number_of[seen] = np.arange(len(seen))
    return seen, number_of[packed]


def _moments(due: Array) -> Array:
    return np.ma.filled(due.astype("M8[us]"), np.datetime64("NaT"))


def _has_odd_crowds(meanings: Array) -> bool:
    """Say whether a crowd holds what finished before it was received: then it depends on the judging day."""
    marks = meanings // MARK
    both = (1 << MARKS.index("crowd")) | (1 << MARKS.index("finished_before_received"))
    return bool(np.any(marks & both == both))


def _officers(
    d: Dossiers, outcome: Array, due_day: Array, officer: Array, codes: tuple[str, ...]
) -> Officers:
    """Give the dossiers that were ever late or overdue: closed late, or not before they were overdue."""
    was_broken = (outcome == CODE["late"]) | (d.overdue_from <= d.closed)
    place = np.flatnonzero((officer >= 0) & was_broken & ~np.isnat(d.due))
    place = place[np.argsort(due_day[place], kind="stable")]
    return Officers(
        closed=d.closed[place],
        received=d.received[place],
        named=d.named[place],
        overdue_from=d.overdue_from[place],
        suspended_from=d.suspended_from[place],
        outcome=outcome[place],
        codes=codes,
        due=due_day[place],
        officer=officer[place],
    )


def _read_online(
    conn: Connection, bound: Bound, view: View, sizes: tuple[int, int]
) -> tuple[Array, Events, Events | None]:
    rows = arrays_of(conn, online_statement(bound, view))
    words, word = _kinds(np.asarray(rows["kind"]))
    codes, kind = _kinds(np.asarray(rows["kind"]) % _BACK)
    named, received = Named(small(rows["unit"]), small(rows["procedure"]), sizes), day_array(rows["received"])
    handed_in = events(received, named, kind, len(codes))
    returned = day_array(rows["returned"])
    back = np.flatnonzero(returned < NEVER)
    if np.any(received[back] > returned[back]):
        return codes, handed_in, None
    by_post = meaning(words)["post_out"][word[back]].astype(np.int16)
    return codes, handed_in, events(returned[back], named[back], by_post, 2)


def _read_votes(conn: Connection, bound: Bound, view: View) -> DailyVotes | None:
    if not has_ratings(bound):
        return None
    rows = sorted(conn.execute(daily_votes_statement(bound, view)).all(), key=lambda row: int(row[2]))
    codes, unit = numbered([row[0] for row in rows])
    votes = [row[3] or 0 for row in rows]
    # Parts of votes are cut by the period, not by the day; sums are floats, exact up to 2**53.
    is_whole = all(one == int(one) for one in votes) and sum(map(abs, votes)) < 2**53
    if not is_whole or not are_texts(codes):
        return None
    packed, day, sums, counts = (np.array([row[i] or 0 for row in rows], dtype=np.int64) for i in range(1, 5))
    return DailyVotes(codes, day_array(day), unit, packed, sums, counts)


def _read_ahead(conn: Connection, bound: Bound, view: View, parameters: Parameters, names: Names) -> Named:
    """Read units and procedures of what is received in the future."""
    a = ahead(bound, view, parameters)
    found = conn.execute(select(a.unit_code, a.procedure_code, a.field)).all()
    numbers = {pair: number for number, pair in enumerate(names.procedures)}
    return Named(
        np.array([names.unit_number[row[0]] for row in found], dtype=np.int64),
        np.array([numbers[row[1], row[2]] for row in found], dtype=np.int64),
        (len(names.units), len(names.procedures)),
    )

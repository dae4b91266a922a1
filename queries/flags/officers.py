"""Officials with too many late dossiers due in a calendar year."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection, and_, case, func, select

from queries.asked.periods import custom_period
from queries.asked.view import View
from queries.copy.tables import CLEAN
from queries.courses.conditions import Condition, Days, Part, Scan, belongs, is_overdue, number
from queries.courses.counting import counted
from queries.courses.stock import Courses
from queries.courses.table import OFFICERS, day_number
from queries.definitions.flag_rule import OFFICER_FROM
from queries.flags.withheld import Block

OFFICER_COLUMNS = ("officer_code", "unit_code", "late", "late_in_view")


def late_by_officer(conn: Connection, courses: Courses, view: View) -> pd.DataFrame:
    """Officials with at least ``OFFICER_FROM`` late dossiers: one row per officer_code and unit_code.

    Columns: officer_code, unit_code (of the dossiers), late (theirs of that unit), late_in_view
    (those among them within the view's unit, field and procedure). Late: due in the
    calendar year of E, and finished late or overdue at J. An official is judged by all of
    theirs, whatever the view is narrowed to. No row where there is none, or no data.
    """
    if not view.has_started or not courses.has("dossiers.officer_code"):
        return pd.DataFrame(columns=list(OFFICER_COLUMNS))
    parts = _late_parts()
    # The view's own unit, field and procedure are a count beside, not what narrows.
    key = ("officers", view.unit_code, *courses.narrowing(view))
    counts = courses.kept(key, lambda: {"late": parts, "late_in_view": _within(parts, courses, view)})
    everywhere = _of_year(view).at(unit_code=None, field=None, procedure_code=None)
    found = counted(conn, courses, [everywhere], counts, ("officer", "unit"), only=_is_named)
    officer, late, in_view = (found[name].to_numpy() for name in ("officer", "late", "late_in_view"))
    has_many = np.bincount(officer, late)[officer] >= OFFICER_FROM
    codes = courses.held("codes of officers", lambda: _officer_codes(conn))
    return pd.DataFrame({
        "officer_code": [codes[number] for number in officer[has_many].tolist()],
        "unit_code": found.unit_code.array[has_many],
        "late": late[has_many],
        "late_in_view": in_view[has_many],
    })  # fmt: skip


def _officer_codes(conn: Connection) -> dict[int, str]:
    """Read every official's code by number."""
    return {row.number: row.officer_code for row in conn.execute(select(*OFFICERS.c))}


def _of_year(view: View) -> View:
    """Give the view of the calendar year of E up to E: what is due after the judging day is not late."""
    return view.at(period=custom_period(date(view.end.year, 1, 1), view.end))


def _late_parts() -> tuple[Part, ...]:
    """Give the dossiers due in the year that finished late in it, or are overdue."""

    def due_in_year(c: Any, days: Days) -> Condition:
        return c.due >= number(days.start)

    def overdue(c: Any, days: Days) -> Condition:
        return and_(is_overdue(c, days.judged), due_in_year(c, days))

    return Part(Scan.LATE, due_in_year), Part(Scan.STANDING, overdue)


def _within(parts: tuple[Part, ...], courses: Courses, view: View) -> tuple[Part, ...]:
    """Narrow parts by the view's unit, field and procedure."""
    courses = courses.without_rows()  # the parts are kept with statements

    def narrowed(part: Part) -> Part:
        return Part(part.scan, lambda c, days: and_(part.holds(c, days), courses.narrowed(c, view)))

    return tuple(narrowed(part) for part in parts)


def _is_named(c: Any) -> Condition:
    return c.officer > number(0)


def _late_of_officers(c: Any, view: View) -> Condition:
    """Late dossiers due in the year that name an official."""
    return and_(belongs(_late_parts(), c, Days.of(_of_year(view))), _is_named(c))


def of_late_officers(c: Any, courses: Courses, view: View) -> Condition:
    """The late dossiers, within the view, of officials who have too many."""
    many = (
        select(c.officer)
        .where(_late_of_officers(c, view))
        .group_by(c.officer)
        .having(func.count() >= OFFICER_FROM)
    )
    return and_(_late_of_officers(c, view), courses.narrowed(c, view), c.officer.in_(many))


def contract_atoms(
    conn: Connection, courses: Courses, view: View, *, blocks: tuple[Block, ...]
) -> pd.DataFrame:
    """Dossiers of the whole district that lie in one block of time alone, or in one and the next alone.

    One row per unit_code, block, crosses (0 or 1) and on_contract: n dossiers. See ``withheld``. Of all
    time, so kept with the data: whichever period is asked for, it is asked once.
    """
    c = courses.rows(conn, view)
    table: Any = next(iter(c)).table
    return courses.of_all_time((table, blocks), lambda: _contract_atoms(conn, courses, c, blocks))


def _contract_atoms(conn: Connection, courses: Courses, c: Any, blocks: tuple[Block, ...]) -> pd.DataFrame:
    days = [(day_number(one.first), day_number(one.last)) for one in blocks]

    def place(day: Any) -> Any:
        return case(*((day <= number(last), number(i)) for i, (_, last) in enumerate(days)))

    first, last = days[0][0], days[-1][1]
    within = and_(c.received >= number(first), c.closed <= number(last), c.closed <= c.received + number(70))
    inner = (
        select(c.unit, place(c.received).label("block"), place(c.closed).label("ends"), c.on_contract)
        .where(within)
        .subquery("placed")
        .c
    )
    crosses = (inner.ends - inner.block).label("crosses")
    keys = (inner.unit, inner.block, crosses, inner.on_contract)
    statement = select(*keys, func.count()).where(crosses <= number(1)).group_by(*keys)
    rows = [
        (courses.units[unit], int(block), int(crossing), bool(kind), int(n))
        for unit, block, crossing, kind, n in conn.execute(statement)
    ]
    return pd.DataFrame(rows, columns=["unit_code", "block", "crosses", "on_contract", "n"])


def officer_names(
    conn: Connection, courses: Courses, view: View, *, codes: tuple[str, ...]
) -> dict[str, str]:
    """Give the names of officials by code, as far as the source has them; only for who may see them."""
    o = CLEAN["officers"].c
    rows = conn.execute(select(o.officer_code, o.name).where(o.officer_code.in_(codes))) if codes else ()
    return {code: name for code, name in rows if name}

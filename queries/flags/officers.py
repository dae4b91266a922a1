"""Officials with too many late dossiers due in a calendar year, and complaints left unanswered."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Select, func, select

from queries.asked.view import View
from queries.courses.bound import Bound
from queries.definitions.flag_rule import OFFICER_FROM
from queries.flags.marks import yes
from queries.on_time.outcomes import Columns, Window, is_broken, midnight, number, outcome
from queries.on_time.statements import narrowed
from queries.on_time.touched import either, is_open

OFFICER_COLUMNS = ("officer_code", "unit_code", "late", "late_in_view")


def late_by_officer(conn: Connection, bound: Bound, view: View) -> pd.DataFrame:
    """Officials with at least ``OFFICER_FROM`` late dossiers: one row per officer_code and unit_code.

    Columns: officer_code, unit_code (of the dossiers), late (theirs of that unit), late_in_view
    (those among them within the view's unit, field and procedure). Late: due in the
    calendar year of E, and finished late or overdue at J. An official is judged by all of
    theirs, whatever the view is narrowed to. No row where there is none, or no data.
    """
    if not view.has_started or not bound.has("dossiers.officer_code"):
        return pd.DataFrame(columns=list(OFFICER_COLUMNS))
    rows = conn.execute(officers_statement(bound, view)).all()
    found = pd.DataFrame(rows, columns=list(OFFICER_COLUMNS)).astype({"late": int, "late_in_view": int})
    total = found.groupby("officer_code")["late"].transform("sum")
    return found[total >= OFFICER_FROM].reset_index(drop=True)


def officers_statement(bound: Bound, view: View) -> Select[Any]:
    """Build the statement: late dossiers of the year by official and unit."""
    o = late_of_officers(bound, view)
    keys = (o.officer_code, o.unit_code)
    return select(*keys, func.count(), func.sum(o.in_view)).group_by(*keys)


def late_of_officers(bound: Bound, view: View) -> Columns:
    """Give the late dossiers due in the year that name an official.

    dossier_code, officer_code, unit_code, in_view (0 or 1).
    """
    window, d = Window.of(view), bound["dossiers"].c
    year = view.end.year
    # What is due after the judging day is not late by it.
    last = min(midnight(date(year, 12, 31)) + timedelta(days=1), window.cut)
    due = (d.due_at >= midnight(date(year, 1, 1)), d.due_at < last, d.received_at < window.cut)
    # What was closed in time needs no outcome, and is the greater part.
    also = ("dossier_code", "officer_code")
    f = either(bound, (
        (d.finished_at > d.due_at,),
        (d.finished_at.is_(None),),
        (d.finished_at <= d.due_at, is_open(d)),
    ), *due, also=also)  # fmt: skip
    is_late = is_broken(outcome(f, window, view.compare))
    in_view = yes(narrowed(bound, view, f)) if view.is_narrowed else number(1)
    return (
        select(f.dossier_code, f.officer_code, f.unit_code, in_view.label("in_view"))
        .where(is_late, func.char_length(func.trim(f.officer_code)) > number(0))
        .subquery("late_of_officers")
        .c
    )


def officer_names(conn: Connection, bound: Bound, view: View, *, codes: tuple[str, ...]) -> dict[str, str]:
    """Give the names of officials by code, as far as the source has them; only for who may see them."""
    o = bound["officers"].c
    rows = conn.execute(select(o.officer_code, o.name).where(o.officer_code.in_(codes))) if codes else ()
    return {code_: name for code_, name in rows if name}

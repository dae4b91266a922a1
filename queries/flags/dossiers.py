"""The dossiers of each flag: counted by unit, and as the condition that a list asks for."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Integer, and_, bindparam

from queries.asked.view import View
from queries.courses.conditions import MARKED_CLOSED_BY_DAY, Condition, Days, belongs, number
from queries.courses.counting import counted
from queries.courses.stock import NO_NUMBER, Courses
from queries.courses.table import WITH_SLIPS, day_number, has_slips
from queries.definitions.flag_rule import ODD_KINDS, Parameters
from queries.definitions.flags import FLAGS
from queries.flags.conditions import (
    due_soon_parts,
    mark_parts,
    marks_collapsed,
    parts_behind_unit_flag,
    slip_parts,
    slips_collapsed,
)
from queries.flags.odd import Exceptions
from queries.flags.officers import of_late_officers
from queries.flags.units import UNIT_FLAGS

MARKS = (
    "inside", "late", "broken", "refused", "no_apology", "refused_no_apology", "nobody_answerable",
    "hidden_by_reappointment", "contract_staff", "red_dossiers", *ODD_KINDS, "odd_record",
)  # fmt: skip
"""What is counted of a period's dossiers whether they have slips or not."""

SLIP_MARKS = (
    "apologised", "late_apology", "has_apology", "refused_apologised", "empty_apology", "no_reason",
    "no_date", "no_date_refused", "has_new_date", "reappointed_twice", "has_supplement", "supplement_twice",
    "supplement_on_due_day", "on_due_day_guessed",
)  # fmt: skip
"""What is counted of those that have slips."""

_DUE_SOON = {"n": due_soon_parts(bindparam("until", type_=Integer()))}


def marked_by_unit(conn: Connection, courses: Courses, view: View, *, parameters: Parameters) -> pd.DataFrame:
    """Dossiers by what flags look for: one row per unit_code with any.

    Columns: unit_code, and each of ``MARKS`` in dossiers. No row where the period has not begun.
    """
    if not view.has_started:
        return pd.DataFrame(columns=["unit_code", *MARKS])
    days = Exceptions.of(view, parameters)
    named = days.named()
    key = ("marks", view.is_running, parameters.late_apology_days, len(named.worked), len(named.off))
    parts, collapsed = courses.kept(
        key, lambda: (mark_parts(courses, view, parameters, named), marks_collapsed(named))
    )
    return counted(
        conn, courses, [view], parts, ("unit",), collapsed=collapsed, values=days.values(),
        by_day=MARKED_CLOSED_BY_DAY,
    )  # fmt: skip


def slips_by_unit(conn: Connection, courses: Courses, view: View, *, parameters: Parameters) -> pd.DataFrame:
    """Dossiers that have slips by what these tell: one row per unit_code with any.

    Columns: unit_code, and each of ``SLIP_MARKS`` in dossiers. No row where the period has not begun
    or there are no slips.
    """
    if not view.has_started or not courses.has("slips"):
        return pd.DataFrame(columns=["unit_code", *SLIP_MARKS])
    parts, collapsed = courses.kept(
        ("slips", parameters.late_apology_days), lambda: (slip_parts(parameters), slips_collapsed(parameters))
    )
    return counted(
        conn, courses, [view], parts, ("unit",), collapsed=collapsed, only=has_slips, among=WITH_SLIPS
    )


def due_soon_by_unit(conn: Connection, courses: Courses, view: View, *, until: date) -> dict[str | None, int]:
    """Open dossiers due from the data's day to a day: unit code → how many, whatever the period."""
    frame = counted(conn, courses, [view], _DUE_SOON, ("unit",), values={"until": day_number(until)})
    # A frame gives NaN for the unit of what has none.
    codes = (code if isinstance(code, str) else None for code in frame.unit_code)
    return {code: int(n) for code, n in zip(codes, frame.n, strict=True)}


def lists_dossiers(flag_id: str) -> bool:
    """Say whether there are dossiers behind a flag."""
    return flag_id in UNIT_FLAGS or FLAGS[flag_id].of in ("dossiers", "officials")


def flagged(c: Any, courses: Courses, view: View, flag_id: str, parameters: Parameters) -> Condition:
    """Give the dossiers behind a flag as a condition on ``courses``.

    Exactly those the flag's number was counted from, within the view's unit, field and procedure; not
    all of them are of the period (an official is judged by a year). A flag on units needs the codes of
    the units it marks in ``parameters.units``. KeyError for a flag without dossiers; whether there are
    data for it, and whether it applies, is asked before.
    """
    if not lists_dossiers(flag_id):
        raise KeyError(flag_id)
    if flag_id == "officer_late":
        return of_late_officers(c, courses, view)
    days, of_units = Days.of(view), []
    if flag_id in UNIT_FLAGS:
        parts = parts_behind_unit_flag(flag_id, view)
        numbers = [number(courses.unit_number(code)) for code in parameters.units] or [number(NO_NUMBER)]
        of_units.append(c.unit.in_(numbers))
    elif flag_id == "due_soon":
        parts = due_soon_parts(day_number(parameters.due_soon_until(view)))
    else:
        parts = {**slip_parts(parameters), **mark_parts(courses, view, parameters)}[flag_id]
    return and_(belongs(parts, c, days), courses.narrowed(c, view), *of_units)

"""The dossiers whose code holds what a reader typed, in any case, whatever their period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, case, func, select

from queries.asked.view import View
from queries.copy.tables import CLEAN
from queries.courses.conditions import Days, lived_in
from queries.courses.stock import Courses
from queries.courses.table import day_of_number

SHORTEST = 3
"""Fewer signs than this are in too many codes to find one by."""


@dataclass(frozen=True)
class FoundDossier:
    """One dossier: its code, unit and procedure as recorded, and the day it was received."""

    dossier_code: str
    unit_code: str | None
    procedure_code: str | None
    received: date


def dossiers_by_part(
    conn: Connection, courses: Courses, view: View, *, part: str, size: int, page: int
) -> tuple[FoundDossier, ...]:
    """Find dossiers by a part of their code: ``size`` of a page and one more, where there is one.

    The code itself first, then codes that begin so, then in binary order. Only what the view's unit,
    field, procedure and moment let see, of every period that its reader may see; nothing for fewer than
    ``SHORTEST`` signs.
    """
    wanted = part.lower()
    if len(wanted) < SHORTEST:
        return ()
    c = courses.rows(conn, view)
    place = func.strpos(func.lower(c.dossier_code), wanted)
    begins = case((func.length(c.dossier_code) == len(wanted), 0), (place == 1, 1), else_=2)
    statement = (
        select(c.dossier_code, c.received)
        .where(place > 0, c.received <= Days.of(view).today, courses.narrowed(c, view), lived_in(c, view))
        .order_by(begins, c.number)
        .limit(size + 1)
        .offset((page - 1) * size)
    )
    found = conn.execute(statement).all()
    d = CLEAN["dossiers"].c
    codes = [row[0] for row in found]
    told = select(d.dossier_code, d.unit_code, d.procedure_code).where(d.dossier_code.in_(codes))
    known = {code: (unit, procedure) for code, unit, procedure in conn.execute(told)} if codes else {}
    return tuple(
        FoundDossier(code, *known.get(code, (None, None)), day_of_number(int(day))) for code, day in found
    )

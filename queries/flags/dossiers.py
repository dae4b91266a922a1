"""The dossiers behind a flag: what a list page asks for, and what its number was counted from."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, func, or_, select, union_all

from queries.asked.view import View
from queries.courses.bound import Bound
from queries.definitions.flag_rule import OFFICER_FROM, Parameters
from queries.flags.marks import MARKS, ahead, marked
from queries.flags.odd import ODD_KINDS, unknown_unit
from queries.flags.of_units import UNIT_FLAGS, behind_units
from queries.flags.officers import late_of_officers
from queries.flags.rules import FLAGS, due_soon
from queries.flags.slips import with_slips, without_apology

_OF_SLIPS = {
    "late_apology": ("late_apology",),
    "empty_apology": ("no_reason", "no_date"),
    "reappointed_twice": ("reappointed_twice",),
    "supplement_twice": ("supplement_twice",),
    "supplement_on_due_day": ("on_due_day",),
}
_UNAPOLOGISED = {"no_apology": "broken", "refused_no_apology": "refused"}


def lists_dossiers(flag_id: str) -> bool:
    """Say whether there are dossiers behind a flag."""
    return flag_id in UNIT_FLAGS or FLAGS[flag_id].of in ("dossiers", "officials")


def flagged(bound: Bound, view: View, flag_id: str, parameters: Parameters) -> Select[Any]:
    """Give the codes of the dossiers behind a flag: ``where(d.dossier_code.in_(flagged(…)))``.

    Exactly those the flag's number was counted from, within the view's unit, field and
    procedure; not all of them are of the period (an official is judged by a year), so a
    list adds no condition of its own. A flag on units needs the codes of the units it
    marks in ``parameters.units``. KeyError for a flag without dossiers; whether there are
    data for it, and whether it applies, is asked before.
    """
    if not lists_dossiers(flag_id):
        raise KeyError(flag_id)
    if flag_id in UNIT_FLAGS:
        return behind_units(bound, view, flag_id, parameters.units)
    if flag_id == "due_soon":
        soon = due_soon(bound, view, parameters.due_soon_until(view))
        return select(soon.dossier_code)
    if flag_id == "officer_late":
        return _of_officers(bound, view)
    if flag_id in _OF_SLIPS:
        s = with_slips(bound, view, parameters)
        return select(s.dossier_code).where(or_(*(s[mark] == 1 for mark in _OF_SLIPS[flag_id])))
    return _of_marks(bound, view, flag_id, parameters)


def _of_marks(bound: Bound, view: View, flag_id: str, parameters: Parameters) -> Select[Any]:
    m = marked(bound, view, parameters)
    if flag_id in _UNAPOLOGISED:
        wanted = and_(m[_UNAPOLOGISED[flag_id]] == 1, without_apology(m.dossier_code, bound, view))
    elif flag_id == "odd_record":
        wanted = or_(*(m[kind] == 1 for kind in ODD_KINDS if kind in MARKS), unknown_unit(m, bound))
    else:
        wanted = m[flag_id] == 1
    chosen = select(m.dossier_code).where(wanted)
    if flag_id == "odd_record" and view.is_running:
        both = union_all(chosen, select(ahead(bound, view, parameters).dossier_code)).subquery("odd").c
        return select(both.dossier_code)
    return chosen


def _of_officers(bound: Bound, view: View) -> Select[Any]:
    every, o = late_of_officers(bound, view), late_of_officers(bound, view)
    many = select(every.officer_code).group_by(every.officer_code).having(func.count() >= OFFICER_FROM)
    return select(o.dossier_code).where(and_(o.in_view == 1, o.officer_code.in_(many)))

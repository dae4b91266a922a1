"""What marks dossiers, their slips and their officials: the answers of ``queries.flags_*`` by the register.

The same columns and grain as the statements'; None where the register does not hold them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
import pandas as pd

from queries.asked.view import View
from queries.definitions.flag_rule import OFFICER_FROM, Parameters
from queries.flags.marks import MARKS
from queries.flags.officers import OFFICER_COLUMNS
from queries.flags.slips import SLIP_MARKS
from queries.ledger import Ledger, day_number
from queries.ledger_events import Array, between, counted_values
from queries.on_time.outcomes import CODE

_OF_OPEN = ("inside", "contract_staff", "finished_before_received", "future", "reopened")
"""The marks that an open dossier bears whether or not it has closed since."""


def _bit(mark: str) -> int:
    return 1 << MARKS.index(mark)


def _same_rules(ledger: Ledger, view: View, parameters: Parameters) -> bool:
    """Say whether the marks were made by the same parameters."""
    mine = ledger.parameters
    return (
        parameters.calendar == mine.calendar
        and parameters.late_apology_days == mine.late_apology_days
        and parameters.last_moment(view) == mine.last_moment(view)
    )


def marked_by_unit(ledger: Ledger, view: View, *, parameters: Parameters) -> pd.DataFrame | None:
    """Answer ``flags_marks.marked_by_unit``."""
    days = ledger.days(view)
    if days is None or ledger.has_odd_crowds or not _same_rules(ledger, view, parameters):
        return None
    (first, last), chosen = days, ledger.chosen(view)
    closed = ledger.closings.counted(first, last, "unit", chosen)
    unit, kind = np.nonzero(closed)
    standing = ledger.dossiers.standing(last, chosen)
    stood = ledger.marks[ledger.dossiers.kind[standing.place]] & sum(map(_bit, _OF_OPEN))
    stood |= np.where(standing.outcome == CODE["open_overdue"], _bit("broken"), 0)
    units = [unit, ledger.dossiers.named.unit[standing.place]]
    marks = [ledger.marks[kind], stood]
    weights = [closed[unit, kind], np.ones(len(stood), dtype=np.int64)]
    if view.is_running:
        ahead = ledger.ahead[chosen.among(ledger.ahead)].unit
        units.append(ahead)
        marks.append(np.full(len(ahead), _bit("future")))
        weights.append(np.ones(len(ahead), dtype=np.int64))
    return _by_marks(ledger, MARKS, *map(np.concatenate, (units, marks, weights)))


def _by_marks(
    ledger: Ledger, words: Sequence[str], unit: Array, marks: Array, weights: Array
) -> pd.DataFrame:
    """Count by unit and marks packed as bits: one row each that has any."""
    cells = unit.astype(np.int64) << len(words) | marks
    found, n = counted_values(cells, weights, len(ledger.names.units) << len(words))
    bits = {word: found >> place & 1 == 1 for place, word in enumerate(words)}
    return pd.DataFrame({**ledger.keys("unit", found >> len(words)), **bits, "n": n})


def slips_by_unit(ledger: Ledger, view: View, *, parameters: Parameters) -> pd.DataFrame | None:
    """Answer ``flags_slips.slips_by_unit``."""
    days, s = ledger.days(view), ledger.slips
    if days is None or s is None or not _same_rules(ledger, view, parameters):
        return None
    (first, last), chosen = days, ledger.chosen(view)
    start = int(np.searchsorted(s.closed, s.closed.dtype.type(first)))
    place = start + np.flatnonzero((s.received[start:] <= last) & (s.since["any"][start:] <= last))
    place = place[chosen.among(s.named[place])]
    outcome = s.became(last, place)
    has = {name: since[place] <= last for name, since in s.since.items()}
    broken = (outcome == CODE["late"]) | (outcome == CODE["open_overdue"])
    marks: Mapping[str, Array] = {
        "broken": broken,
        "refused": outcome == CODE["refused"],
        "has_apology": has["apology"],
        "late_apology": broken & has["apology"] & s.is_apology_late[place],
        "no_reason": has["no_reason"],
        "no_date": has["no_date"],
        "has_new_date": has["new_date"],
        "reappointed_twice": has["second_new_date"],
        "has_supplement": has["supplement"],
        "supplement_twice": has["second_of_a_body"],
        "on_due_day": has["on_due_day"] | has["on_due_day_guessed"],
        "on_due_day_guessed": has["on_due_day_guessed"] & ~has["on_due_day"],
    }
    packed = np.zeros(len(place), dtype=np.int64)
    for i, word in enumerate(SLIP_MARKS):
        packed |= marks[word].astype(np.int64) << i
    return _by_marks(ledger, SLIP_MARKS, s.named.unit[place], packed, np.ones(len(place)))


def late_by_officer(ledger: Ledger, view: View) -> pd.DataFrame | None:
    """Answer ``flags_officers.late_by_officer``."""
    if (days := ledger.days(view)) is None:
        return None
    last, o = days[1], ledger.officers
    year = view.end.year
    # What is due after the judging day is not late by it.
    part = between(o.due, day_number(date(year, 1, 1)), min(day_number(date(year, 12, 31)), last))
    outcome = o.became(last, part)
    broken = (outcome == CODE["late"]) | (outcome == CODE["open_overdue"])
    place = part.start + np.flatnonzero(broken & (o.received[part] <= last))
    units = len(ledger.names.units)
    cell, size = o.officer[place] * np.int64(units) + o.named.unit[place], len(o.codes) * units
    cells, late = counted_values(cell, None, size)
    of_view = np.zeros(len(cells), dtype=np.int64)
    seen, in_view = counted_values(cell[ledger.chosen(view).among(o.named[place])], None, size)
    of_view[np.searchsorted(cells, seen)] = in_view
    total = np.bincount(cells // units, weights=late, minlength=len(o.codes))[cells // units]
    many = total >= OFFICER_FROM
    columns = {
        "officer_code": [o.codes[one] for one in (cells[many] // units).tolist()],
        **ledger.keys("unit", cells[many] % units),
        "late": late[many],
        "late_in_view": of_view[many],
    }
    return pd.DataFrame(columns)[list(OFFICER_COLUMNS)]

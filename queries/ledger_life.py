"""Complaints and receptions: the answers of ``queries.unit_life`` and ``flags_complaints`` by the register.

The same columns and grain as the statements'; None where the register does not hold them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection, Select, case, null, select

from queries.asked.view import View
from queries.courses.bound import Bound
from queries.courses.constructs import days_from_epoch
from queries.definitions.unit_metrics import COMPLAINT_COUNTS
from queries.flags.complaints import COMPLAINT_COLUMNS
from queries.ledger import Ledger, Life
from queries.ledger_events import NEVER, Array, are_texts, day_array, numbered
from queries.on_time.outcomes import Window
from queries.unit_life.statements import has_complaints, has_receptions


def complaints_received_by_unit(ledger: Ledger, view: View) -> pd.DataFrame | None:
    """Answer ``unit_life.complaints_received_by_unit``."""
    days, life = ledger.days(view), ledger.complaints
    if days is None or life is None:
        return None
    first, last = days
    is_in = _of(life, view) & (life.day >= first) & (life.day <= last)
    is_answered = life.answered <= last
    counts = (is_in, is_in & is_answered, is_in & ~is_answered & (life.due < last))
    return _frame(life, dict(zip(COMPLAINT_COUNTS, counts, strict=True)))


def complaints_by_unit(ledger: Ledger, view: View) -> pd.DataFrame | None:
    """Answer ``flags_complaints.complaints_by_unit``."""
    days, life = ledger.days(view), ledger.complaints
    if days is None or life is None:
        return None
    last = days[1]
    waits = _of(life, view) & (life.day <= last) & (life.answered > last)
    return _frame(life, dict(zip(COMPLAINT_COLUMNS[1:], (waits, waits & (life.due < last)), strict=True)))


def receptions_by_unit(ledger: Ledger, view: View) -> pd.DataFrame | None:
    """Answer ``unit_life.receptions_by_unit``."""
    days, life = ledger.days(view), ledger.receptions
    if days is None or life is None:
        return None
    held = _of(life, view.at(field=None)) & (life.day >= days[0]) & (life.day <= days[1])
    return _frame(life, {"receptions": held})


def _of(life: Life, view: View) -> Array:
    """Say which rows a view is narrowed to."""
    chosen = np.ones(len(life.day), dtype=bool)
    if view.unit_code is not None:
        chosen &= np.array([code == view.unit_code for code in life.codes], dtype=bool)[life.unit]
    if view.field is not None:
        chosen &= np.array([field == view.field for field in life.field.tolist()], dtype=bool)
    return chosen


def _frame(life: Life, chosen: dict[str, Array]) -> pd.DataFrame:
    """Count the chosen rows by unit; the first column says which units have a row."""
    size = len(life.codes)
    counts = {word: np.bincount(life.unit[which], minlength=size) for word, which in chosen.items()}
    units = np.flatnonzero(next(iter(counts.values())))
    codes = [life.codes[one] for one in units.tolist()]
    return pd.DataFrame({"unit_code": codes, **{word: found[units] for word, found in counts.items()}})


def read_complaints(conn: Connection, bound: Bound, view: View) -> Life | None:
    """Read every complaint received by the data's moment; None where there are none to read."""
    if not has_complaints(bound, view) or not bound.has("complaints.field"):
        return None
    c, cut = bound["complaints"].c, Window.of(view).cut
    answered = case((c.answered_on < cut, days_from_epoch(c.answered_on)))
    columns = (days_from_epoch(c.received_on), days_from_epoch(c.due_on), answered, c.unit_code, c.field)
    return _life(conn, select(*columns).where(c.received_on < cut))


def read_receptions(conn: Connection, bound: Bound, view: View) -> Life | None:
    """Read every reception held by the data's moment; None where there are none to read."""
    if not has_receptions(bound):
        return None
    r, cut = bound["receptions"].c, Window.of(view).cut
    columns = (days_from_epoch(r.held_on), null(), null(), r.unit_code, null())
    return _life(conn, select(*columns).where(r.held_on < cut))


def _life(conn: Connection, statement: Select[Any]) -> Life | None:
    rows = conn.execute(statement).all()
    codes, unit = numbered([row[3] for row in rows])
    fields = [row[4] for row in rows]
    if not are_texts((*codes, *fields)):
        return None
    day, due, answered = (
        day_array(np.array([NEVER if row[i] is None else row[i] for row in rows], dtype=np.int64))
        for i in range(3)
    )
    return Life(codes, day, unit, due, answered, np.array(fields, dtype=object))

"""Votes: the answers of ``queries.satisfaction.statements`` by the register.

The same columns and grain as the statements'; None where the register does not hold them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from queries.asked.view import View
from queries.ledger import Ledger
from queries.ledger_events import Array, between, edges_of
from queries.on_time.trend import MONTHS
from queries.satisfaction.statements import COLUMNS, MONTH_COLUMNS, MONTH_PLACE, unpacked


def votes_by_unit(ledger: Ledger, view: View) -> pd.DataFrame | None:
    """Answer ``satisfaction.votes_by_unit``."""
    if (days := ledger.days(view)) is None or ledger.votes is None:
        return None
    return unpacked(*_counted(ledger, view, edges_of([days])))[list(COLUMNS)]


def votes_by_unit_month(ledger: Ledger, view: View, *, months: int = MONTHS) -> pd.DataFrame | None:
    """Answer ``satisfaction.votes_by_unit_month``."""
    if (days := ledger.months(view, months)) is None or ledger.votes is None:
        return None
    return unpacked(*_counted(ledger, view, edges_of(days)))[list(MONTH_COLUMNS)]


def _counted(ledger: Ledger, view: View, edges: Sequence[int]) -> tuple[Array, Array, Array, Array]:
    """Add up by unit, month and packed number: units' codes, packed numbers, votes, rows."""
    votes = ledger.votes
    assert votes is not None
    part = between(votes.day, edges[0], edges[-1] - 1)
    codes = np.array(votes.codes, dtype=object)
    month = np.repeat(np.arange(len(edges) - 1), np.diff(edges))[votes.day[part].astype(np.int64) - edges[0]]
    packs = MONTH_PLACE * (len(edges) - 1)
    cell = votes.unit[part] * packs + month * MONTH_PLACE + votes.packed[part]
    sums, rows = (np.bincount(cell, weights=one[part]).astype(np.int64) for one in (votes.sums, votes.rows))
    found = np.flatnonzero(rows)
    if view.unit_code is not None:
        # In Python: numpy takes no notice of zero bytes at a text's end.
        is_of_unit = np.array([code == view.unit_code for code in votes.codes], dtype=bool)
        found = found[is_of_unit[found // packs]]
    return codes[found // packs], found % packs, sums[found], rows[found]

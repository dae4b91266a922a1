"""Online, assisted, by post: the answers of ``queries.online.statements``; and which procedures were used.

The same columns, counts and grain as the statements'; None where the register does not hold them.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from queries.asked.view import View
from queries.definitions.metrics import ONLINE_COUNTS
from queries.ledger import Ledger
from queries.ledger_events import MOST_CELLS, Array, Group, edges_of
from queries.on_time.trend import MONTHS
from queries.online.statements import RECEIVED_COUNTS, meaning
from queries.unit_life.statements import USED_COLUMNS


def online_by_unit(ledger: Ledger, view: View) -> pd.DataFrame | None:
    """Answer ``online.online_by_unit``."""
    return _counts(ledger, view, "unit")


def online_by_procedure(ledger: Ledger, view: View) -> pd.DataFrame | None:
    """Answer ``online.online_by_procedure``."""
    return _counts(ledger, view, "procedure")


def _counts(ledger: Ledger, view: View, by: Group) -> pd.DataFrame | None:
    days, back = ledger.days(view), ledger.given_back
    if days is None or back is None:
        return None
    chosen = ledger.chosen(view)
    found = _meant(ledger, ledger.handed_in.counted(*days, by, chosen))
    given = back.counted(*days, by, chosen)
    found |= {"returned": given.sum(axis=1), "post_out": given[:, 1]}
    return ledger.frame(by, {word: found[word] for word in ONLINE_COUNTS})


def _meant(ledger: Ledger, counted: Array) -> dict[str, Array]:
    """Add up the kinds (the last axis) that each count holds."""
    words = meaning(ledger.online_codes)
    return {word: counted[..., words[word]].sum(axis=-1) for word in RECEIVED_COUNTS}


def online_by_unit_month(ledger: Ledger, view: View, *, months: int = MONTHS) -> pd.DataFrame | None:
    """Answer ``online.online_by_unit_month``."""
    if (days := ledger.months(view, months)) is None:
        return None
    found = _meant(ledger, ledger.handed_in.by_month(edges_of(days), "unit", ledger.chosen(view)))
    unit, month = np.nonzero(found["received"])
    counts = {word: found[word][unit, month] for word in RECEIVED_COUNTS}
    return pd.DataFrame({**ledger.keys("unit", unit), "month": month, **counts})


def procedures_used_by_unit(ledger: Ledger, view: View) -> pd.DataFrame | None:
    """Answer ``unit_life.procedures_used_by_unit``."""
    days = ledger.days(view)
    if days is None or ledger.dossiers.named.size("both") > MOST_CELLS:
        return None
    received = ledger.received.counted(*days, "both", ledger.chosen(view)).sum(axis=1)
    return ledger.frame("both", {"received": received})[list(USED_COLUMNS)]

"""On time, late, open, month by month: the answers of ``queries.on_time``.

The same columns, counts and grain as the statements', out of the register; None where the
register does not hold them. Tests hold every answer against the statement's.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd

from queries.asked.view import View
from queries.definitions.metrics import COUNTS
from queries.ledger import SOON, Ledger, Standing, day_number
from queries.ledger_events import MOST_CELLS, Array, Chosen, Group, counted_cells, edges_of
from queries.on_time.outcomes import CODE, OUTCOMES
from queries.on_time.statements import B_LATE, meaning, packed_inside
from queries.on_time.trend import COLUMNS, MONTHS

_BUCKETS = 4


def on_time_by_unit(ledger: Ledger, view: View) -> pd.DataFrame | None:
    """Answer ``on_time.on_time_by_unit``."""
    return _counts(ledger, view, "unit")


def on_time_by_procedure(ledger: Ledger, view: View) -> pd.DataFrame | None:
    """Answer ``on_time.on_time_by_procedure``."""
    return _counts(ledger, view, "procedure")


def on_time_by_unit_procedure(ledger: Ledger, view: View, *, units: tuple[str, ...]) -> pd.DataFrame | None:
    """Answer ``on_time.on_time_by_unit_procedure``."""
    return _counts(ledger, view, "both", units)


def _counts(
    ledger: Ledger, view: View, by: Group, units: tuple[str, ...] | None = None
) -> pd.DataFrame | None:
    days = ledger.days(view)
    if days is None or ledger.dossiers.named.size(by) * len(ledger.meanings) > MOST_CELLS:
        return None
    (first, last), chosen = days, ledger.chosen(view, units)
    standing = ledger.dossiers.standing(last, chosen)
    closed = ledger.closings.counted(first, last, by, chosen)
    found = _became(ledger, by, closed, standing)
    counts = {word: found[:, is_it].sum(axis=1) for word, is_it in _meant().items()}
    received = ledger.received.counted(first, last, by, chosen)
    due = ledger.due.counted(first, last, by, chosen)
    counts["received"] = received.sum(axis=1)
    # All that was received in the period has become something in it.
    counts["carried_over"] = found.sum(axis=1) - counts["received"]
    counts["d_late"] = received[:, 1]
    late, late_and_soon = due[:, B_LATE], due[:, B_LATE + SOON]
    counts["b_late"] = late + late_and_soon
    counts["b_due"] = counts["b_late"] + due[:, 1] + due[:, 1 + SOON]
    oldest = _oldest_due(ledger, by, standing)
    return ledger.frame(by, {word: counts[word] for word in COUNTS}, {"oldest_due": oldest})


def _meant() -> Mapping[str, Array]:
    """Say for each outcome and bucket, packed as columns of ``_became``, which counts it belongs to."""
    cells = np.arange(len(OUTCOMES) * _BUCKETS)
    return meaning(packed_inside(cells // _BUCKETS, cells % _BUCKETS))


def _became(ledger: Ledger, by: Group, closed: Array, standing: Standing) -> Array:
    """Count by group (rows) what became of dossiers: outcome × bucket (columns).

    ``closed``: by group and kind of dossier.
    """
    cells = ledger.outcomes * _BUCKETS + ledger.buckets
    found = np.zeros((len(closed), len(OUTCOMES) * _BUCKETS), dtype=np.int64)
    for kind, cell in enumerate(cells.tolist()):
        found[:, cell] += closed[:, kind]
    stood = standing.outcome * np.int64(_BUCKETS) + standing.bucket
    found += counted_cells(_groups(ledger, by, standing.place), stood, found.shape)
    return found


def _groups(ledger: Ledger, by: Group, place: Array) -> Array:
    return ledger.dossiers.named[place].group(by)


def _oldest_due(ledger: Ledger, by: Group, standing: Standing) -> Array:
    """Give by group the earliest promise among the overdue."""
    overdue = standing.place[standing.outcome == CODE["open_overdue"]]
    due = ledger.dossiers.due[overdue]
    oldest = np.full(ledger.dossiers.named.size(by), np.datetime64("NaT"), dtype=due.dtype)
    latest_first = np.argsort(due)[::-1]
    # Of several that are written to one place the last one stays.
    oldest[_groups(ledger, by, overdue)[latest_first]] = due[latest_first]
    return oldest


def late_by_unit_month(ledger: Ledger, view: View, *, months: int = MONTHS) -> pd.DataFrame | None:
    """Answer ``trend.late_by_unit_month``."""
    if (days := ledger.months(view, months)) is None:
        return None
    chosen = ledger.chosen(view)
    if view.basis == "C":
        late, total = _standing(ledger, days, chosen)
    else:
        late, total = _by_month(ledger, view.basis, days, chosen)
    unit, month = np.nonzero(total)
    keys = ledger.keys("unit", unit)
    columns = {**keys, "month": month, "late": late[unit, month], "total": total[unit, month]}
    return pd.DataFrame(columns)[list(COLUMNS)]


def _by_month(ledger: Ledger, basis: str, days: list[tuple[int, int]], chosen: Chosen) -> tuple[Array, Array]:
    edges = edges_of(days)
    if basis == "D":
        found = ledger.received.by_month(edges, "unit", chosen)
        return found[:, :, 1], found.sum(axis=2)
    if basis == "B":
        found = ledger.due.by_month(edges, "unit", chosen)
        late = found[:, :, B_LATE] + found[:, :, B_LATE + SOON]
        return late, late + found[:, :, 1] + found[:, :, 1 + SOON]
    found = ledger.closings.by_month(edges, "unit", chosen)
    is_late = ledger.outcomes == CODE["late"]
    is_judged = (ledger.outcomes >= CODE["early"]) & (ledger.outcomes <= CODE["late"])
    return found[:, :, is_late].sum(axis=2), found[:, :, is_judged].sum(axis=2)


def _standing(ledger: Ledger, days: list[tuple[int, int]], chosen: Chosen) -> tuple[Array, Array]:
    """Count rate C: what each month had to resolve, and of that the late and the overdue."""
    shape = (ledger.dossiers.named.size("unit"), len(days))
    late, total = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    columns = _meant()
    for month, (first, last) in enumerate(days):
        closed = ledger.closings.counted(first, last, "unit", chosen)
        found = _became(ledger, "unit", closed, ledger.dossiers.standing(last, chosen))
        late[:, month] = found[:, columns["late"] | columns["open_overdue"]].sum(axis=1)
        total[:, month] = found.sum(axis=1)
    return late, total


def due_soon_by_unit(ledger: Ledger, view: View, *, until: date) -> dict[str | None, int] | None:
    """Answer ``flags.due_soon_by_unit``: whatever the period, as of the data's moment."""
    # A day of comparison is not asked about: it judges the statement's moment too.
    if ledger.days(view) is None:
        return None
    first, last = day_number(ledger.as_of.date()), day_number(until)
    found = ledger.due.counted(first, last, "unit", ledger.chosen(view))[:, SOON:].sum(axis=1)
    units = np.flatnonzero(found)
    return dict(zip(ledger.keys("unit", units)["unit_code"], found[units].tolist(), strict=True))

"""The register held against the database: before it answers anybody, it must agree with the statements."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import Connection

from queries.asked.periods import month_of
from queries.asked.view import View
from queries.courses.bound import Bound
from queries.definitions.flag_rule import Parameters
from queries.definitions.metrics import BASES
from queries.flags.marks import marked_by_unit
from queries.flags.rules import due_soon_by_unit
from queries.flags.slips import slips_by_unit
from queries.ledger import Ledger
from queries.ledger_answers import ANSWERS, answer
from queries.ledger_reading import read_ledger
from queries.on_time.statements import on_time_by_unit_procedure
from queries.on_time.trend import late_by_unit_month


class LedgerDiffers(Exception):  # noqa: N818 - what it is
    """The register and the statements do not agree; its text says where."""


def read_checked(
    conn: Connection, bound: Bound, moment: datetime, compare: str, parameters: Parameters
) -> Ledger | None:
    """Read the register, and hold it against the statements: this month, last month and last year's.

    None where these data cannot be held (``read_ledger``). Raises LedgerDiffers.
    """
    ledger = read_ledger(conn, bound, moment, compare, parameters)
    if ledger is not None:
        month = month_of(moment.date())
        views = [View(one, moment, compare=compare) for one in (month, month.previous, month.last_year)]
        unit = next((code for code in ledger.names.units if code), None)
        field = next((name for _, name in ledger.names.catalogue if name), None)
        views.append(views[0].at(unit_code=unit, field=field))
        bases = [views[0].at(basis=basis) for basis in BASES[1:]]
        found = differences(conn, bound, ledger, views)
        found += differences(conn, bound, ledger, bases, [late_by_unit_month])
        if found:
            raise LedgerDiffers(f"the register differs from the statements in {'; '.join(found)}")
    return ledger


def differences(
    conn: Connection, bound: Bound, ledger: Ledger, views: Sequence[View],
    queries: Collection[Any] = tuple(ANSWERS),
) -> list[str]:  # fmt: skip
    """Ask questions of some Views of both; name those to which the answers are not the same.

    What the register leaves to the database is no difference.
    """
    found = []
    for view in views:
        for query in queries:
            keywords = _keywords(query, ledger, view)
            ours = answer(ledger, query, view, keywords)
            if ours is not None and plain(ours) != plain(query(conn, bound, view, **keywords)):
                found.append(f"{query.__name__} {view.period.code} {view.basis}")
    return found


def _keywords(query: Callable[..., Any], ledger: Ledger, view: View) -> dict[str, Any]:
    if query in (marked_by_unit, slips_by_unit):
        return {"parameters": ledger.parameters}
    if query is due_soon_by_unit:
        return {"until": ledger.parameters.due_soon_until(view)}
    if query is on_time_by_unit_procedure:
        return {"units": tuple(code for code in ledger.names.units if code)[:1]}
    return {}


def plain(found: Any) -> Any:
    """Give an answer so that two can be compared: rows in whatever order, columns by name."""
    if isinstance(found, pd.DataFrame):
        texts = found.astype(object).where(found.notna(), None)
        return sorted(repr(row) for row in texts.to_dict("records"))
    return {key: int(count) for key, count in found.items()}

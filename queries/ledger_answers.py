"""Which questions the register answers, each in the place of a statement."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from queries import ledger_counts, ledger_flags, ledger_life, ledger_online, ledger_votes
from queries.asked.view import View
from queries.flags.complaints import complaints_by_unit
from queries.flags.marks import marked_by_unit
from queries.flags.officers import late_by_officer
from queries.flags.rules import due_soon_by_unit
from queries.flags.slips import slips_by_unit
from queries.ledger import Ledger
from queries.on_time.statements import on_time_by_procedure, on_time_by_unit, on_time_by_unit_procedure
from queries.on_time.trend import late_by_unit_month
from queries.online.statements import online_by_procedure, online_by_unit, online_by_unit_month
from queries.satisfaction.statements import votes_by_unit, votes_by_unit_month
from queries.unit_life.statements import (
    complaints_received_by_unit,
    procedures_used_by_unit,
    receptions_by_unit,
)

ANSWERS: Mapping[Callable[..., Any], Callable[..., Any]] = {
    on_time_by_unit: ledger_counts.on_time_by_unit,
    on_time_by_procedure: ledger_counts.on_time_by_procedure,
    on_time_by_unit_procedure: ledger_counts.on_time_by_unit_procedure,
    late_by_unit_month: ledger_counts.late_by_unit_month,
    due_soon_by_unit: ledger_counts.due_soon_by_unit,
    marked_by_unit: ledger_flags.marked_by_unit,
    slips_by_unit: ledger_flags.slips_by_unit,
    late_by_officer: ledger_flags.late_by_officer,
    online_by_unit: ledger_online.online_by_unit,
    online_by_procedure: ledger_online.online_by_procedure,
    online_by_unit_month: ledger_online.online_by_unit_month,
    procedures_used_by_unit: ledger_online.procedures_used_by_unit,
    complaints_by_unit: ledger_life.complaints_by_unit,
    complaints_received_by_unit: ledger_life.complaints_received_by_unit,
    receptions_by_unit: ledger_life.receptions_by_unit,
    votes_by_unit: ledger_votes.votes_by_unit,
    votes_by_unit_month: ledger_votes.votes_by_unit_month,
}
"""Each query that the register can answer, and the function that does."""


def answer(ledger: Ledger, query: Callable[..., Any], view: View, keywords: Mapping[str, Any]) -> Any:
    """Give a query's answer out of the register; None where it has to be asked of the database."""
    found = ANSWERS.get(query)
    return None if found is None else found(ledger, view, **keywords)

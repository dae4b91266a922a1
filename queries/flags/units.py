"""The flags on units that the dossiers alone decide: which units they mark, from the judged rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from queries.asked.view import View
from queries.definitions.metrics import Share
from queries.flags.conditions import word_behind_unit_flag
from queries.flags.judging import backlog, commended
from queries.on_time.judging import OnTime, Row

UNIT_FLAGS: Mapping[str, Callable[[OnTime], tuple[Row, ...]]] = {
    "unit_late": lambda found: found.over,
    "unit_near": lambda found: found.near,
    "unit_backlog": backlog,
    "basis_matters": lambda found: tuple(row for row in found.known if row.verdict.basis_matters),
    "commended": commended,
}
"""Each flag on units that the dossiers alone decide: the rows it marks."""


def share_of(flag_id: str, row: Row) -> Share:
    """Give the a/b for which a unit is flagged."""
    return row.tally.with_backlog_done if flag_id == "unit_backlog" else row.verdict.share


def dossiers_of(flag_id: str, row: Row, view: View) -> int:
    """Say how many dossiers stand behind the flag on a unit."""
    return row.tally[word_behind_unit_flag(flag_id, view)]

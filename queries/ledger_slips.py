"""Slips in the register: of each dossier that has any, the first day of everything they tell.

Slips are only ever added, so what they tell of a dossier holds from one day on.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from sqlalchemy import Connection

from queries.asked.view import View
from queries.courses.bound import Bound
from queries.courses.frames import arrays_of
from queries.definitions.flag_rule import Parameters
from queries.ledger import Slips
from queries.ledger_events import FIRST_DAY, NEVER, Array, Named, day_array, small
from queries.ledger_sql import slips_statement, twins_statement


def read_slips(
    conn: Connection, bound: Bound, view: View, parameters: Parameters, sizes: tuple[int, int]
) -> Slips | None:
    """Read the dossiers that have slips; None where two bear one code, or slips are from before 1880."""
    dossiers, codes = conn.execute(twins_statement(bound)).one()
    if dossiers != codes:
        return None
    rows = arrays_of(conn, slips_statement(bound, view))
    issued = day_array(rows["issued"])
    if np.any(issued == FIRST_DAY):
        return None  # days that the calendar of the register does not tell apart
    order = np.lexsort((issued, rows["dossier"]))
    dossier, issued = rows["dossier"][order], issued[order]
    is_first = np.ones(len(dossier), dtype=bool)
    is_first[1:] = dossier[1:] != dossier[:-1]
    number = np.cumsum(is_first) - 1
    has = {name: np.asarray(rows[name])[order] == 1 for name in _KINDS}

    def nth(chosen: Array, groups: tuple[Array, ...], n: int) -> Array:
        """Give by dossier the day of the n-th chosen slip of a group, the least over its groups."""
        place = np.flatnonzero(chosen)
        place = place[np.lexsort((issued[place], *(group[place] for group in reversed(groups))))]
        nth_of = place[n:]
        same = np.ones(len(nth_of), dtype=bool)
        for group in groups:
            same &= group[place[: len(nth_of)]] == group[nth_of]
        found = np.full(int(is_first.sum()), NEVER)
        np.minimum.at(found, number[nth_of[same]], issued[nth_of[same]])
        return found

    of_dossier, of_body = (number,), (number, np.asarray(rows["body"])[order])
    since: Mapping[str, Array] = {
        "any": nth(np.ones(len(dossier), dtype=bool), of_dossier, 0),
        **{name: nth(has[name], of_dossier, 0) for name in _KINDS},
        "second_new_date": nth(has["new_date"], of_dossier, 1),
        "second_of_a_body": nth(has["supplement"], of_body, 1),
    }
    to_due = np.ma.filled(rows["to_due"], np.iinfo(np.int32).min)[order]
    late = np.zeros(int(is_first.sum()), dtype=bool)
    # Of the first apology: the earliest day, which the later slips of that day share.
    firsts = np.flatnonzero(has["apology"] & (issued == since["apology"][number]))
    late[number[firsts]] = to_due[firsts] > -parameters.late_apology_days
    one = order[np.flatnonzero(is_first)]
    by_day = np.argsort(day_array(rows["closed"])[one], kind="stable")
    own = one[by_day]
    return Slips(
        closed=day_array(rows["closed"])[own],
        received=day_array(rows["received"])[own],
        named=Named(small(rows["unit"]), small(rows["procedure"]), sizes)[own],
        outcome=np.asarray(rows["outcome"])[own].astype(np.int8),
        overdue_from=day_array(rows["overdue_from"])[own],
        suspended_from=day_array(rows["suspended_from"])[own],
        since={name: days[by_day] for name, days in since.items()},
        is_apology_late=late[by_day],
    )


_KINDS = ("apology", "no_reason", "no_date", "new_date", "supplement", "on_due_day", "on_due_day_guessed")

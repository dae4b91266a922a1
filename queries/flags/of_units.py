"""The flags on units: which units they mark, from the judged rows, and the dossiers behind them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Select, and_, or_, select

from queries.asked.view import View
from queries.courses.bound import Bound
from queries.definitions.metrics import Share
from queries.flags.marks import INSIDE
from queries.flags.rules import backlog, commended
from queries.on_time.judging import OnTime, Row
from queries.on_time.outcomes import Condition, Window, code, number, outcome, place
from queries.on_time.statements import narrowed
from queries.on_time.touched import touched

UNIT_FLAGS: Mapping[str, Callable[[OnTime], tuple[Row, ...]]] = {
    "unit_late": lambda found: found.over,
    "unit_near": lambda found: found.near,
    "unit_backlog": backlog,
    "basis_matters": lambda found: tuple(row for row in found.known if row.verdict.basis_matters),
    "commended": commended,
}
"""Each flag on units that the dossiers alone decide: the rows it marks."""

_LATE = {"A": "late", "B": "b_late", "C": "c_late", "D": "d_late"}


def share_of(flag_id: str, row: Row) -> Share:
    """Give the a/b for which a unit is flagged."""
    return row.tally.with_backlog_done if flag_id == "unit_backlog" else row.verdict.share


def dossiers_of(flag_id: str, row: Row, view: View) -> int:
    """Say how many dossiers ``behind_units`` gives for a unit."""
    words = {"unit_backlog": "open_overdue", "basis_matters": "c_late", "commended": "judged"}
    return row.tally[words.get(flag_id, _LATE[view.basis])]


def behind_units(bound: Bound, view: View, flag_id: str, units: tuple[str, ...]) -> Select[Any]:
    """Give the dossiers behind a flag on units: dossier_code.

    Over or near: the numerator of the view's late rate. A backlog: the overdue ones.
    Where the bases disagree: late and overdue. Commended: the judged ones.
    """
    window, now = Window.of(view), Window.now(view)
    f = touched(bound, window, now, narrowed(bound, view), also=("dossier_code",))
    j = (
        select(
            f.dossier_code, f.unit_code, f.received_at, f.due_at,
            place(f, window).label("place"),
            outcome(f, window, view.compare).label("outcome"),
            outcome(f, now, view.compare).label("later"),
        )
        .subquery("judged")
        .c
    )  # fmt: skip
    late, overdue = code("late"), code("open_overdue")
    inside = j.place == number(INSIDE)
    b_overdue = and_(j.later == overdue, j.due_at < now.judged)
    conditions: dict[str, Condition] = {
        "late": and_(inside, j.outcome == late),
        "open_overdue": and_(inside, j.outcome == overdue),
        "c_late": and_(inside, j.outcome.in_((late, overdue))),
        "b_late": and_(
            j.due_at >= window.start, j.due_at < window.end, or_(j.later == late, b_overdue)
        ),
        "d_late": and_(
            j.received_at >= window.start, j.received_at < window.cut, j.later.in_((late, overdue))
        ),
        "judged": and_(inside, j.outcome.between(code("early"), late)),
    }  # fmt: skip
    words = {"unit_backlog": "open_overdue", "basis_matters": "c_late", "commended": "judged"}
    wanted = conditions[words.get(flag_id, _LATE[view.basis])]
    return select(j.dossier_code).where(wanted, j.unit_code.in_(units))

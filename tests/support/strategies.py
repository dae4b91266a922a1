"""Hypothesis strategies: small lists of dossiers and the questions asked of them.

Days and times of day are few and lie on the edges that matter (period, cut-off, day),
so that dossiers meet each other, the period and as_of by chance often. No fractions of
a second: not every engine keeps them.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from hypothesis import strategies as st

UNITS = ("P1", "P2", "P3")
UNKNOWN_UNIT = "P9"
FIELDS = ("Đất đai", "Hộ tịch")
PROCEDURES = {"1.001": "Đất đai", "1.002": "Hộ tịch", "1.003": None}
STATES = ("open", "suspended", "finished", "refused", "withdrawn")
STRANGE_STATES = (None, "", "unknown", "đã xong")

DAYS = tuple(
    date.fromisoformat(day)
    for day in (
        "2025-12-31", "2026-10-14", "2026-10-15", "2026-10-31", "2026-11-01", "2026-11-02", "2026-11-04",
        "2026-11-11", "2026-11-12", "2026-11-14", "2026-11-15", "2026-11-21", "2026-11-30", "2026-12-01",
        "2026-12-14", "2027-01-01",
    )
)  # fmt: skip
TIMES = (time(0, 0), time(0, 0, 1), time(10, 15), time(10, 15, 1), time(12, 0), time(15, 0), time(23, 59, 59))
MOMENTS = tuple(datetime.combine(day, clock) for day in DAYS for clock in TIMES)
PERIODS = tuple(
    (date.fromisoformat(first), date.fromisoformat(last))
    for first, last in (
        ("2026-11-01", "2026-11-30"),  # month
        ("2026-10-15", "2026-11-14"),  # reporting month
        ("2026-10-01", "2026-12-31"),  # quarter
        ("2026-01-01", "2026-12-31"),  # year
        ("2026-12-01", "2026-12-31"),
        ("2026-11-15", "2026-12-14"),
    )
)


LAGS = tuple(
    timedelta(days=days, seconds=seconds)
    for days, seconds in (
        (0, 0), (0, 1), (0, -1), (0, 3600), (1, 0), (1, -1), (-1, 0), (3, 0), (4, 0), (10, 0), (11, 0),
    )
)  # fmt: skip
"""How far from the promise a dossier was finished or suspended, where the two are drawn to meet."""


class Question(NamedTuple):
    """The keyword arguments of oracle.count, but columns: ``count(rows, **q._asdict())``."""

    start: date
    end: date
    as_of: datetime
    compare: str
    judged_on: date | None


def days() -> st.SearchStrategy[date]:
    return st.sampled_from(DAYS)


def moments(minimum: date | None = None) -> st.SearchStrategy[datetime]:
    """A moment on one of DAYS (from ``minimum`` on) at one of TIMES."""
    return st.sampled_from([moment for moment in MOMENTS if minimum is None or moment.date() >= minimum])


def moments_or_none(*, of: int = 8) -> st.SearchStrategy[datetime | None]:
    """A moment, but None about once in ``of``; one draw, since most of a row is moments."""
    nothing: tuple[datetime | None, ...] = (None,)
    return st.sampled_from(MOMENTS + nothing * (len(MOMENTS) // (of - 1)))


def states() -> st.SearchStrategy[str | None]:
    # finished and suspended twice: the most sentences are about them
    return st.sampled_from((*STATES, "finished", "suspended", *STRANGE_STATES))


def rows() -> st.SearchStrategy[dict[str, Any]]:
    """One dossier without its dossier_code.

    Every column is drawn apart, so odd dossiers are common; in about half of them the
    promise follows the receipt and the other moments lie near the promise.
    """
    lags = st.sampled_from((*(None for _ in LAGS), *LAGS))
    return st.fixed_dictionaries(
        {
            "unit_code": st.sampled_from((*UNITS, *UNITS, UNKNOWN_UNIT, None)),
            "receiving_unit_code": st.sampled_from((None, *UNITS)),
            "procedure_code": st.sampled_from((*PROCEDURES, "9.999", None)),
            "field": st.sampled_from((None, *FIELDS)),
            "channel": st.sampled_from(("counter", "online", "post", "fax", None)),
            "online_level": st.sampled_from(("1", "2", "3", "4", "partial", "full", None, "", "5")),
            "assisted": st.sampled_from((True, False, None)),
            "received_at": moments_or_none(of=12),
            "due_at": moments_or_none(),
            "current_due_at": moments_or_none(of=2),
            "finished_at": moments_or_none(of=4),
            "returned_at": moments_or_none(of=2),
            "returned_by_post": st.sampled_from((True, False, None)),
            "state": states(),
            "suspended_since": moments_or_none(of=4),
            "officer_code": st.sampled_from(("CC1", "CC2", None)),
            "late_reason": st.none(),
            "updated_at": moments_or_none(of=2),
            "finished_lag": lags,
            "suspended_lag": lags,
        }
    ).map(_meet)


def _meet(drawn: dict[str, Any]) -> dict[str, Any]:
    row = dict(drawn)
    near = {"finished_at": row.pop("finished_lag"), "suspended_since": row.pop("suspended_lag")}
    received, due = row["received_at"], row["due_at"]
    if near["finished_at"] is not None and received is not None and due is not None:
        row["received_at"], row["due_at"] = min(received, due), max(received, due)
    for name, lag in near.items():
        if lag is not None and row[name] is not None and row["due_at"] is not None:
            row[name] = row["due_at"] + lag
    return row


def dossiers(max_size: int = 12) -> st.SearchStrategy[list[dict[str, Any]]]:
    """0 to ``max_size`` dossiers with codes HS-00, HS-01, …; keys are the contract's columns."""
    return st.lists(rows(), max_size=max_size).map(
        lambda drawn: [{"dossier_code": f"HS-{i:02}", **row} for i, row in enumerate(drawn)]
    )


@st.composite
def questions(draw: st.DrawFn, *, judged: bool = True) -> Question:
    """A period that has begun, the moment of the data, the rule, sometimes a day to judge on.

    The period is a real one or any two of DAYS; ``judged=False`` never sets judged_on.
    """
    any_two = st.tuples(days(), days()).map(lambda two: (min(two), max(two)))
    start, end = draw(st.sampled_from(PERIODS) | any_two)
    as_of = max(draw(moments(minimum=start)), draw(moments(minimum=start)))  # later: more has happened
    compare = draw(st.sampled_from(("day", "moment")))
    judged_on = None
    if judged and draw(st.integers(1, 3)) == 3:
        judged_on = draw(st.sampled_from([day for day in (start, *DAYS) if day >= start]))
    return Question(start, end, as_of, compare, judged_on)


NOTHING: tuple[datetime | None, ...] = (None,)


def slips_for(count: int) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Slips of dossiers HS-000 on, some of none; moments lie on the edges that dossiers meet."""
    maybe = st.sampled_from(MOMENTS + NOTHING * len(MOMENTS))
    one = st.fixed_dictionaries(
        {
            "dossier_code": st.integers(0, count).map(lambda i: f"HS-{i:03}"),
            "kind": st.sampled_from(("apology", "apology", "supplement", "supplement", "refusal", "other")),
            "issued_at": st.sampled_from(MOMENTS + NOTHING * 8),
            "issuing_unit_code": st.sampled_from((None, None, "", *UNITS)),
            "due_before": maybe,
            "new_due_at": maybe,
            "reason": st.sampled_from((None, "", " ", "mưa bão")),
        }
    )
    return st.lists(one, max_size=2 * count).map(
        lambda drawn: [{"slip_id": f"PH-{i}", **row} for i, row in enumerate(drawn)]
    )


def dossiers_of_officers(low: int, high: int) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Dossiers HS-000, HS-001, …, each with an official, a blank or nobody."""
    officer = st.sampled_from(("CC1", "CC2", "CC3", "", None))
    return st.lists(st.tuples(rows(), officer), min_size=low, max_size=high).map(
        lambda drawn: [
            {"dossier_code": f"HS-{i:03}", **row, "officer_code": code} for i, (row, code) in enumerate(drawn)
        ]
    )

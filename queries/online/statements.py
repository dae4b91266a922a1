"""Online, assisted, by post: how the dossiers of a period were handed in and given back.

Of the dossiers received in the period (``metrics.ONLINE_COUNTS``, each defined in ``courses.conditions``):

``online``                      channel online; a null or unknown channel is the counter
``level_3 … full``              online, at that level: the dossier's own, else the procedure's
``level_unknown``               online, and neither says a level
``eligible``                    any channel, at level 3, 4, partial or full
``eligible_unknown``            any channel, and no level is known
``self_submitted``, ``assisted``, ``assisted_unknown``   the online ones at 3, 4, partial, full
``post_in``                     channel post

``returned`` and ``post_out`` go by the day the result was given to the citizen.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Connection

from queries.asked.view import View
from queries.courses import conditions
from queries.courses.counting import counted
from queries.courses.stock import Courses
from queries.definitions.metrics import ONLINE_COUNTS
from queries.on_time.trend import MONTHS, month_views

RECEIVED_COUNTS = tuple(word for word in ONLINE_COUNTS if word not in ("returned", "post_out"))
"""The counts that go by the day a dossier was received."""


@dataclass(frozen=True)
class Recorded:
    """What the source records; a figure that needs what it does not is "không có dữ liệu"."""

    levels: bool
    assisted: bool
    returns: bool
    contracts: bool
    procedures: bool
    fields: bool


def recorded(courses: Courses) -> Recorded:
    """Say which of the optional columns a district's source has."""
    has = courses.has
    coded = has("dossiers.procedure_code")
    return Recorded(
        levels=has("dossiers.online_level") or (coded and has("procedures.online_level")),
        assisted=has("dossiers.assisted"),
        returns=has("dossiers.returned_at") and has("dossiers.returned_by_post"),
        contracts=has("units.has_postal_contract"),
        procedures=coded,
        fields=has("dossiers.field") or (coded and has("procedures.field")),
    )


def online_by_unit(conn: Connection, courses: Courses, view: View) -> pd.DataFrame:
    """Counts by unit: one row per unit_code with a dossier received or given back in the period.

    Columns: unit_code (None for dossiers without one) and ``metrics.ONLINE_COUNTS`` in dossiers; what
    the source does not record is counted 0 (see ``recorded``). No row where the period has not begun.
    """
    if not view.has_started:
        return pd.DataFrame(columns=["unit_code", *ONLINE_COUNTS])
    return counted(
        conn, courses, [view], _counts(courses), ("unit",),
        collapsed=conditions.ONLINE_COLLAPSED, by_day=conditions.ONLINE_BY_DAY,
    )  # fmt: skip


def online_by_procedure(conn: Connection, courses: Courses, view: View) -> pd.DataFrame:
    """Counts by procedure: one row per procedure_code and (source's own) field.

    The same columns as ``online_by_unit`` after procedure_code and field; field is the dossier's own
    word, which counts only where the catalogue has none.
    """
    if not view.has_started:
        return pd.DataFrame(columns=["procedure_code", "field", *ONLINE_COUNTS])
    return counted(
        conn, courses, [view], _counts(courses), ("procedure",), collapsed=conditions.ONLINE_COLLAPSED
    )


def online_by_unit_month(
    conn: Connection, courses: Courses, view: View, *, months: int = MONTHS
) -> pd.DataFrame:
    """Counts by unit and month: one row per unit_code and month with dossiers.

    Columns: unit_code, month (0 the oldest, the view's the last), ``RECEIVED_COUNTS`` in dossiers. Each
    month is counted as if it were the period of the view. ``months``: how many.
    """
    columns = ["unit_code", "month", *RECEIVED_COUNTS]
    if not view.has_started:
        return pd.DataFrame(columns=columns)
    counts = {word: conditions.ONLINE_COUNTS[word] for word in RECEIVED_COUNTS}
    found = counted(
        conn, courses, month_views(view, months), counts, ("unit",),
        collapsed=conditions.ONLINE_COLLAPSED, in_sequence=True, by_day=conditions.ONLINE_BY_DAY,
    )  # fmt: skip
    return found.set_axis(columns, axis=1)


def _counts(courses: Courses) -> dict[str, tuple[conditions.Part, ...]]:
    """Give the counts; what went back is only known where the source says by which way."""
    missing = () if recorded(courses).returns else ("returned", "post_out")
    return {word: () if word in missing else conditions.ONLINE_COUNTS[word] for word in ONLINE_COUNTS}

"""Which hand-written text answers which question of the pages beside Tổng quan and Đúng hạn."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from datetime import time as clock
from typing import Any

import pandas as pd

from bench import bare_flags, bare_received
from bench.bare_parts import OF_UNIT
from queries.asked.view import View
from queries.flags.marks import MARKS
from queries.flags.odd import exceptions
from queries.flags.slips import SLIP_MARKS
from queries.listing.statements import EVERYTHING
from queries.on_time.outcomes import CODE

_OF_MONTHS = {
    "online_by_unit_month": (bare_received.ONLINE_TREND, 2),
    "votes_by_unit_month": (bare_received.VOTES_TREND, 4),
}
_OF_PERIOD = {
    "online_by_unit": (bare_received.online("unit_code"), 1),
    "online_by_procedure": (bare_received.online("procedure_code, field"), 2),
    "votes_by_unit": (bare_received.VOTES, 3),
    "complaints_received_by_unit": (bare_received.COMPLAINTS_RECEIVED, 1),
    "receptions_by_unit": (bare_received.RECEPTIONS, 1),
    "procedures_used_by_unit": (bare_received.PROCEDURES_USED, 3),
    "complaints_by_unit": (bare_received.COMPLAINTS_WAITING, 1),
    "overdue_complaints": (bare_received.COMPLAINTS_OVERDUE, 1),
}
MONTHLY = frozenset(_OF_MONTHS)
"""The questions whose values are those of the thirteen months."""

_NUMBERS = {
    "online_by_unit": bare_received.ONLINE_COUNTS,
    "online_by_procedure": bare_received.ONLINE_COUNTS,
    "online_by_unit_month": bare_received.CAME,
    "votes_by_unit": ("votes",),
    "votes_by_unit_month": ("votes",),
    "complaints_received_by_unit": ("complaints", "complaints_answered", "complaints_overdue"),
    "receptions_by_unit": ("receptions",),
    "procedures_used_by_unit": ("received",),
    "complaints_by_unit": ("waiting", "overdue"),
    "overdue_complaints": ("due_on",),
    "late_by_officer": ("late", "late_in_view"),
}
_KEYS = ("officer_code", "unit_code", "procedure_code", "field", "month", "source", "level")
_PACKED = {"marked_by_unit": MARKS, "slips_by_unit": SLIP_MARKS}

Text = tuple[str, int, dict[str, Any]]
"""A text, how many columns are its key, and the values it needs beside the period's."""


def text_of(engine: str, query: str, view: View, keywords: Mapping[str, Any]) -> Text | None:
    """Give the hand-written text of a question, narrowed to a unit or not; None where there is none."""
    found = _text_of(engine, query, view, keywords)
    if found is None:
        return None
    text, keys, values = found
    if view.unit_code is None:
        return text.replace(OF_UNIT, ""), keys, values
    if OF_UNIT not in text or query in _OF_MONTHS or query == "marked_by_unit":
        return None
    return text.replace(OF_UNIT, "unit_code = $unit AND "), keys, values


def _text_of(engine: str, query: str, view: View, keywords: Mapping[str, Any]) -> Text | None:
    if query in _OF_PERIOD or query in _OF_MONTHS:
        more = {"most": keywords["most"]} if "most" in keywords else {}
        return (*(_OF_PERIOD | _OF_MONTHS)[query], more)
    if query == "marked_by_unit":
        parameters = keywords["parameters"]
        worked, off = exceptions(view.period.start, view.end, parameters)
        text = bare_flags.marks(engine, worked, off, is_running=view.is_running)
        return text, 2, {"latest": parameters.last_moment(view)}
    if query == "slips_by_unit":
        return bare_flags.slips(engine), 2, {"days_before": keywords["parameters"].late_apology_days}
    if query == "late_by_officer":
        first, last = date(view.end.year, 1, 1), date(view.end.year, 12, 31)
        cut = min(_midnight(min(view.judged_on or view.end, view.end) + timedelta(days=1)),
                  view.as_of + timedelta(microseconds=1))  # fmt: skip
        ends = min(_midnight(last + timedelta(days=1)), cut)
        return bare_flags.OFFICERS, 2, {"year": _midnight(first), "year_end": ends}
    is_first_page = not {"code", "sort"} & {name for name, value in keywords.items() if value}
    if query == "listing" and is_first_page and keywords.get("page", 1) == 1:
        return (bare_received.listing(engine), 1, {}) if keywords["subject"] == EVERYTHING else None
    return None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, clock())


def rows_of(query: str, found: Any) -> list[tuple[tuple[Any, ...], tuple[Any, ...]]] | None:
    """Give what the application answered as keys and numbers; None for a question of other files."""
    if query == "listing":
        return [((row.dossier_code,), (CODE[row.outcome], row.days)) for row in found.rows]
    if query in _PACKED:
        packed = sum(found[mark].astype(int) * 2**i for i, mark in enumerate(_PACKED[query]))
        keys = zip(found.unit_code, packed, strict=True)
        return [(key, (count,)) for key, count in zip(keys, found.n, strict=True)]
    if query not in _NUMBERS:
        return None
    if query == "overdue_complaints":
        return _pairs(found.assign(due_on=pd.to_datetime(found.due_on)), ["complaint_id"], ["due_on"])
    return _pairs(found, [one for one in _KEYS if one in found.columns], list(_NUMBERS[query]))


def _pairs(found: pd.DataFrame, keys: list[str], numbers: list[str]) -> list[tuple[Any, Any]]:
    return list(zip(found[keys].itertuples(index=False, name=None),
                    found[numbers].itertuples(index=False, name=None), strict=True))  # fmt: skip

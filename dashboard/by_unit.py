"""A unit's part of an answer about the whole district: where that is kept, there is nothing to ask.

Only of queries that give rows by unit_code and narrow by nothing else for a unit: the rows
of the unit are then what the narrowed query would find.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from queries.asked.view import View
from queries.courses.bound import Bound
from queries.flags.complaints import complaints_by_unit
from queries.flags.marks import marked_by_unit
from queries.flags.rules import due_soon_by_unit
from queries.flags.slips import slips_by_unit
from queries.on_time.statements import on_time_by_unit
from queries.on_time.trend import late_by_unit_month
from queries.online.statements import online_by_unit, online_by_unit_month
from queries.satisfaction.statements import votes_by_unit, votes_by_unit_month
from queries.unit_life.statements import (
    complaints_received_by_unit,
    procedures_used_by_unit,
    receptions_by_unit,
)

BY_UNIT = frozenset({
    complaints_by_unit, complaints_received_by_unit, due_soon_by_unit, late_by_unit_month, marked_by_unit,
    on_time_by_unit, online_by_unit, online_by_unit_month, procedures_used_by_unit, receptions_by_unit,
    slips_by_unit, votes_by_unit, votes_by_unit_month,
})  # fmt: skip


def whole_of(query: Any, view: View, bound: Bound) -> View | None:
    """Give the View of the district whose answer holds this one; None where no answer does."""
    if view.unit_code is None or query not in BY_UNIT or not bound.compares_exactly:
        return None
    return view.at(unit_code=None)


def part_of(answer: Any, code: str) -> Any:
    """Give a unit's part of the district's answer; None where its codes are not text.

    An engine takes the number 7 for the text "7"; Python does not.
    """
    if isinstance(answer, dict):
        if not all(one is None or isinstance(one, str) for one in answer):
            return None
        return {one: found for one, found in answer.items() if one == code}
    codes = answer["unit_code"]
    if len(codes) and pd.api.types.infer_dtype(codes, skipna=True) != "string":
        return None
    return answer[codes == code].reset_index(drop=True)

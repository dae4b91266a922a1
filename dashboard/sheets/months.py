"""The columns that say which unit and which month a row is of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from dashboard.formats import sentence
from dashboard.question.question import Question
from dashboard.sheets.table import Cell, Column
from queries.asked.periods import Period
from queries.definitions.units import KIND_NAMES, NO_UNIT, Unit, by_name


def unit_columns() -> list[Column]:
    """Give the columns of a unit."""
    return [Column("Mã đơn vị"), Column("Đơn vị"), Column("Loại")]


def unit_cells(unit: Unit, name: str = "") -> list[Cell]:
    """Give the cells of a unit; ``name``: what the row calls it."""
    told = unit.name if not name or name == unit.label else name
    return [unit.code, told, KIND_NAMES.get(unit.kind, unit.kind) or None]


def month_columns() -> list[Column]:
    """Give the columns of a month."""
    return [Column("Tháng"), Column("Từ ngày", "day"), Column("Đến ngày", "day"), Column("Kỳ chưa kết thúc")]


def month_cells(question: Question, month: Period) -> list[Cell]:
    """Give the cells of a month: its name, its first and its last counted day."""
    today = question.view.as_of.date()
    is_running = "chưa kết thúc" if month.end > today else None
    return [sentence(month.label().split(" (")[0]), month.start, min(month.end, today), is_running]


def unit_months(
    question: Question, months: Sequence[Period], series: Mapping[str | None, Sequence[Any]],
    nothing: Sequence[Any], counted: Callable[[Any], int],
) -> Iterator[tuple[Unit, Period, Any]]:  # fmt: skip
    """Give units by name, "(không rõ đơn vị)" last, each with its months of something, or active."""
    only = question.view.unit_code
    units = sorted((one for one in question.known.units if only in (None, one.code)), key=by_name)
    for unit in (*units, NO_UNIT):
        for month, one in zip(months, series.get(unit.code, nothing), strict=True):
            if not question.view.sees(month):
                continue
            if counted(one) or (unit.is_known and unit.is_active(month.start, month.end)):
                yield unit, month, one

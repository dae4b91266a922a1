"""The columns that say which unit and which month a row is of."""

from __future__ import annotations

from dashboard.formats import sentence
from dashboard.question.question import Question
from dashboard.sheets.table import Cell, Column
from queries.asked.periods import Period
from queries.definitions.units import KIND_NAMES, Unit


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

"""The units of the district, as its own table has them."""

from __future__ import annotations

from dashboard.question.question import Question
from dashboard.sheets.months import unit_cells, unit_columns
from dashboard.sheets.table import Cell, Column, Table


def units(question: Question) -> Table:
    """One row a unit, active or not."""
    names = {unit.code: unit.name for unit in question.known.units}
    view = question.view
    rows: list[list[Cell]] = []
    for unit in question.known.units:
        if view.unit_code not in (None, unit.code):
            continue
        after = unit.successor_code
        rows.append([
            len(rows) + 1, *unit_cells(unit), unit.active_from, unit.active_to,
            names.get(after, after) if after else None,
            "có" if unit.is_active(view.period.start, view.end) else "không",
        ])  # fmt: skip
    columns = [
        Column("TT", "count"), *unit_columns(), Column("Hoạt động từ", "day"), Column("Đến hết", "day"),
        Column("Sáp nhập vào"), Column("Hoạt động trong kỳ"),
    ]  # fmt: skip
    return Table("Danh mục đơn vị", columns, rows, sheet="Đơn vị")

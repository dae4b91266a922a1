"""The units of the district, as its own table has them; every metric of one."""

from __future__ import annotations

from dashboard.figures.shared.outcome import NO_DATA, UNTOLD
from dashboard.figures.unit.metrics import GROUPS as METRIC_GROUPS
from dashboard.figures.unit.metrics import JUDGED
from dashboard.formats import NOTHING
from dashboard.question.listing import NotListed
from dashboard.question.question import Question
from dashboard.question.reported import unit_of
from dashboard.sheets.figures import metric_name
from dashboard.sheets.months import unit_cells, unit_columns
from dashboard.sheets.table import Cell, Column, Rate, Table, rate_cells, rate_columns
from queries.definitions.metrics import METRICS, Share
from queries.unit_life.judging import UnitFigures


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


def metrics(question: Question) -> Table:
    """One row a metric of the view's unit: its own, the district's, last year's. Raises NotListed."""
    if question.view.unit_code is None:
        raise NotListed("Các chỉ số là của một đơn vị: thêm don_vi.")
    unit = unit_of(question)
    now, whole, before = unit.figures(whole=True)
    sides = (("Tại đơn vị", now), ("Toàn địa bàn", whole), ("Cùng kỳ năm trước", before))
    columns = [Column("TT", "count"), Column("Nhóm"), Column("Chỉ số")]
    for name, _ in sides:
        columns += [Column("Số lượng", "count", name), *rate_columns(name, "")]
    columns += [Column("Định nghĩa", width=60), Column("Căn cứ", width=40)]
    rows: list[list[Cell]] = []
    for group, words in METRIC_GROUPS:
        for word in words:
            cells = [cell for _, of in sides for cell in _cells(question, of, word)]
            one = METRICS[word]
            told = [one.definition, one.source_text(question.view) or None]
            rows.append([len(rows) + 1, group, metric_name(question.view, word), *cells, *told])
    notes = (UNTOLD,) if whole.untold else ()
    return Table(f"Các chỉ số của {unit.unit.name}", columns, rows, sheet="Các chỉ số", notes=notes)


def _cells(question: Question, figures: UnitFigures | None, word: str) -> list[Cell]:
    """Give a count, or the three cells of a rate; words where the source has none, or it is not told."""
    if figures is None or figures.tally is None or figures.is_untold(word):
        return [NOTHING, None, None, None]
    found = figures.get(word)
    if found is None:
        return [NO_DATA, None, None, None]
    if isinstance(found, int):
        return [found, None, None, None]
    edges = question.edges if word in JUDGED else figures.edges(word)
    if word != "on_time_rate":
        return [None, *rate_cells(found, METRICS[word].decimals, edges)]
    late = Share(found.b - found.a, found.b)
    return [None, found.a, found.b, Rate(late, METRICS[word].decimals, tuple(edges), complement=True)]

"""The way dossiers came: by unit, field, procedure, month, unit and month."""

from __future__ import annotations

from fractions import Fraction

from dashboard.figures.shared.outcome import NO_DATA
from dashboard.figures.shared.wording import listed_name, total_name
from dashboard.question.months import unit_months
from dashboard.question.question import Question
from dashboard.sheets.months import month_cells, month_columns, unit_cells, unit_columns
from dashboard.sheets.table import Cell, Column, Rate, Table, known, rate_columns
from queries.definitions.metrics import METRICS, online_levels_on
from queries.online.judging import OnlineRow, OnlineTally

_LEVELS = {
    "level_3": "Mức độ 3", "level_4": "Mức độ 4", "partial": "Một phần", "full": "Toàn trình",
    "level_unknown": "Không rõ mức độ",
}  # fmt: skip
_TYPED = {"self_submitted": "Tự nộp", "assisted": "Được hỗ trợ", "assisted_unknown": "Không ghi"}
_LEVEL_NAMES = {
    "1": "mức độ 1", "2": "mức độ 2", "3": "mức độ 3", "4": "mức độ 4", "partial": "một phần",
    "full": "toàn trình",
}  # fmt: skip


def columns(question: Question) -> list[Column]:
    """Give the columns of what some dossiers came as."""
    name = online_levels_on(question.view.end).name
    return [
        Column("Tiếp nhận trong kỳ", "count", "", "received"),
        Column("Nộp trực tuyến", "count", "", "online"),
        *(Column(head, "count", "Trong đó nộp trực tuyến", word) for word, head in _LEVELS.items()),
        *rate_columns(f"Trực tuyến {name} trên hồ sơ tiếp nhận", "online_rate"),
        *rate_columns(f"Trên hồ sơ của thủ tục có cung cấp {name}", "online_rate_eligible"),
        *(Column(head, "count", "Người nộp trực tuyến", word if word == "self_submitted" else "")
          for word, head in _TYPED.items()),
        Column("Nộp qua bưu chính", "count", "Bưu chính công ích", "post_in"),
    ]  # fmt: skip


def figures(question: Question, tally: OnlineTally) -> list[Cell]:
    """Give the cells of them; words where the source does not record it."""
    recorded, target = question.online.recorded, question.online.target
    edges: tuple[Fraction, ...] = () if target is None else (target,)
    has_typed = recorded.levels and recorded.assisted
    cells: list[Cell] = [tally["received"], tally["online"]]
    cells += [known(tally[word], is_known=recorded.levels) for word in _LEVELS]
    for word in ("online_rate", "online_rate_eligible"):
        share = tally.share(word)
        told: list[Cell] = [share.a, share.b, Rate(share, METRICS[word].decimals, edges)]
        cells += told if recorded.levels else [NO_DATA] * 3
    cells += [known(tally[word], is_known=has_typed) for word in _TYPED]
    return [*cells, tally["post_in"]]


def by_unit(question: Question) -> Table:
    """One row a unit, lowest share first, those not ranked after them, then the whole."""
    found = question.online
    head = [
        Column("TT", "count"), *unit_columns(), *columns(question),
        *rate_columns("Trả kết quả qua bưu chính", "post_out"), Column("Dưới chỉ tiêu"),
    ]  # fmt: skip

    def cells(place: int | None, row: OnlineRow) -> list[Cell]:
        names: list[Cell] = [None, total_name(question.view), None]
        share = row.tally.share("post_out")
        post: list[Cell] = [share.a, share.b, Rate(share, METRICS["post_out"].decimals)]
        return [
            place, *(unit_cells(row.unit, listed_name(row)) if place is not None else names),
            *figures(question, row.tally), *(post if found.recorded.returns else [NO_DATA] * 3),
            "có" if row.is_low else None,
        ]  # fmt: skip

    rows = [cells(place, row) for place, row in enumerate((*found.ranked, *found.unranked), 1)]
    return Table("Hồ sơ trực tuyến theo đơn vị", head, rows, cells(None, found.district), sheet="Theo đơn vị")


def by_field(question: Question) -> Table:
    """One row a field with a dossier received in the period, most received first."""
    rows = [[place, one.name, *figures(question, one.tally)]
            for place, one in enumerate(question.online_fields, 1)]  # fmt: skip
    head = [Column("TT", "count"), Column("Lĩnh vực"), *columns(question)]
    total: list[Cell] = [None, total_name(question.view), *figures(question, question.online.district.tally)]
    return Table("Hồ sơ trực tuyến theo lĩnh vực", head, rows, total, sheet="Theo lĩnh vực", freezes=2)


def by_procedure(question: Question) -> Table:
    """One row a procedure with a dossier received in the period, most received first."""
    rows = [
        [place, one.code or None, one.name, one.field or None, _LEVEL_NAMES.get(one.level or "", one.level),
         *figures(question, one.tally)]
        for place, one in enumerate(question.online_procedures, 1)
    ]  # fmt: skip
    head = [
        Column("TT", "count"), Column("Mã thủ tục"), Column("Thủ tục"), Column("Lĩnh vực"),
        Column("Mức độ cung cấp"), *columns(question),
    ]  # fmt: skip
    whole = figures(question, question.online.district.tally)
    total: list[Cell] = [None, None, total_name(question.view), None, None, *whole]
    return Table("Hồ sơ trực tuyến theo thủ tục", head, rows, total, sheet="Theo thủ tục")


def by_month(question: Question) -> Table:
    """One row a month of the thirteen: how the dossiers received in it came."""
    trend = question.online_trend
    rows = [
        [place, *month_cells(question, month), *figures(question, tally)]
        for place, (month, tally) in enumerate(zip(trend.months, trend.district, strict=True), 1)
        if question.view.sees(month)
    ]
    head = [Column("TT", "count"), *month_columns(), *columns(question)]
    return Table("Hồ sơ trực tuyến từng tháng", head, rows, sheet="Theo tháng", freezes=2)


def by_unit_month(question: Question) -> Table:
    """One row a unit and month in which it was active or received a dossier."""
    trend = question.online_trend
    nothing = (OnlineTally(),) * len(trend.months)
    found = unit_months(question, trend.months, trend.units, nothing, lambda one: one["received"])
    rows = [
        [place, *unit_cells(unit), *month_cells(question, month), *figures(question, tally)]
        for place, (unit, month, tally) in enumerate(found, 1)
    ]
    head = [Column("TT", "count"), *unit_columns(), *month_columns(), *columns(question)]
    return Table("Hồ sơ trực tuyến theo đơn vị và tháng", head, rows, sheet="Đơn vị và tháng")

"""On time, late, open: by unit, field, procedure, month, unit and month; where late ones are, what moved."""

from __future__ import annotations

from dashboard.figures.shared.wording import change, listed_name, running_text, strength_text, total_name
from dashboard.formats import NOTHING
from dashboard.question.meeting import breakdowns
from dashboard.question.months import unit_months
from dashboard.question.question import Question
from dashboard.sheets.months import month_cells, month_columns, unit_cells, unit_columns
from dashboard.sheets.table import Cell, Column, Points, Rate, Table, counts, rate_cells, rate_columns
from queries.asked.periods import Period
from queries.definitions.metrics import BASES, METRICS, Share, late_metric, over
from queries.on_time.changes import contributions, moves
from queries.on_time.judging import OnTime, Row, Tally

_TO_RESOLVE, _FINISHED = "Phải giải quyết trong kỳ", "Đã giải quyết"
_OTHER, _OPEN, _HOW_LATE = "Kết thúc khác", "Đang giải quyết", "Trễ bao lâu (ngày)"
_STATES = {"over": "vượt ngưỡng", "near": "sát ngưỡng", "fine": "dưới ngưỡng"}
_RESOLVED = "Tỷ lệ giải quyết"

COUNT_COLUMNS: list[Column] = [
    *counts("received", "carried_over", group=_TO_RESOLVE),
    *counts("finished", "early", "on_time", "late", "undated", group=_FINISHED, finished="Tổng"),
    *counts("refused", "withdrawn", "closed_undated", group=_OTHER),
    *counts("open_in_time", "open_overdue", "suspended", group=_OPEN, open_in_time="Trong hạn",
            open_overdue="Quá hạn chưa xong"),
]  # fmt: skip
COUNT_WORDS = tuple(column.metric for column in COUNT_COLUMNS)
_RATES = [
    *rate_columns(_RESOLVED, "resolved_rate"),
    Column(METRICS["on_time_rate"].name, "rate", "", "on_time_rate"),
    *(column for basis in BASES for column in rate_columns(f"Tỷ lệ trễ hẹn {basis}", late_metric(basis).id)),
]
_DAYS = [
    *counts("late_1_3", "late_4_10", "late_over_10", group=_HOW_LATE, late_1_3="1–3", late_4_10="4–10",
            late_over_10="trên 10"),
    Column("Hẹn trả sớm nhất còn quá hạn", "day", _HOW_LATE),
]  # fmt: skip


def figures(question: Question, tally: Tally) -> list[Cell]:
    """Give the cells of the counts, rates and days late of some dossiers."""
    edges, late = question.edges, tally.late("A")
    cells: list[Cell] = [tally[word] for word in COUNT_WORDS]
    cells += rate_cells(tally.share("resolved_rate"), METRICS["resolved_rate"].decimals)
    cells.append(Rate(late, 2, edges, complement=True))
    for basis in BASES:
        cells += rate_cells(tally.late(basis), 2, edges)
    return [*cells, *(tally[word] for word in ("late_1_3", "late_4_10", "late_over_10")), tally.oldest_due]


def by_unit(question: Question) -> Table:
    """One row a unit, worst first, those not ranked after them, then the whole."""
    found, before, trend = question.on_time, question.compared, question.trend
    then = "Thời điểm so sánh"
    columns = [
        Column("TT", "count"), *unit_columns(), *COUNT_COLUMNS, *_RATES,
        Column("Đánh giá", group="Theo ngưỡng"), Column("Phụ thuộc cách tính", group="Theo ngưỡng"),
        Column("Cần thêm hồ sơ đúng hạn", "count", "Theo ngưỡng"),
        Column("Còn được trễ", "count", "Theo ngưỡng"), Column("Vượt từ khi nào", group="Theo ngưỡng"),
        *rate_columns(then, late_metric(question.view.basis).id), Column("Thay đổi, điểm %", "points", then),
        *_DAYS,
    ]  # fmt: skip

    def cells(place: int | None, row: Row) -> list[Cell]:
        verdict = row.verdict
        whole = figures(question, row.tally)
        other = None if before is None else before.district if place is None else before.of(row.unit.code)
        share_then = other.verdict.share if other else Share(0, 0)
        state = strength_text(row) if verdict.is_over else _STATES.get(verdict.flag or "", NOTHING)
        is_listed = row.is_ranked and row.unit.is_known
        since = running_text(trend.running(row.unit.code)) if verdict.is_over and is_listed else ""
        if not row.is_ranked:
            state = "không xếp hạng"
        names: list[Cell] = [None, total_name(question.view), None]
        return [
            place, *(unit_cells(row.unit, listed_name(row)) if place is not None else names),
            *whole[:-4], state,
            "có" if verdict.basis_matters else None, verdict.needed, verdict.affordable, since or None,
            *rate_cells(share_then, 2, question.edges),
            Points(change(verdict.share, share_then)), *whole[-4:],
        ]  # fmt: skip

    rows = [cells(place, row) for place, row in enumerate((*found.ranked, *found.unranked), 1)]
    return Table(
        "Đúng hạn, trễ hạn theo đơn vị", columns, rows, cells(None, found.district), sheet="Theo đơn vị"
    )


def by_field(question: Question) -> Table:
    """One row a field with a dossier in the period, by name."""
    rows = [[place, name, *figures(question, tally)]
            for place, (name, tally) in enumerate(sorted(question.by_field.items()), 1)]  # fmt: skip
    columns = [Column("TT", "count"), Column("Lĩnh vực"), *COUNT_COLUMNS, *_RATES, *_DAYS]
    return Table("Đúng hạn, trễ hạn theo lĩnh vực", columns, rows, _sum(question, question.on_time, 1),
                 sheet="Theo lĩnh vực", freezes=2)  # fmt: skip


def by_procedure(question: Question) -> Table:
    """One row a procedure with a dossier in the period, by code; those without one last."""
    fields = {one.code: one.field for one in question.known.procedures}
    groups = sorted(question.by_procedure.items(), key=lambda one: (not one[0][0], one[0]))
    rows = [[place, code or None, name, fields.get(code), *figures(question, tally)]
            for place, ((code, name), tally) in enumerate(groups, 1)]  # fmt: skip
    columns = [
        Column("TT", "count"), Column("Mã thủ tục"), Column("Thủ tục"), Column("Lĩnh vực"), *COUNT_COLUMNS,
        *_RATES, *_DAYS,
    ]  # fmt: skip
    total: list[Cell] = [None, *_sum(question, question.on_time, 3)[1:]]
    return Table("Đúng hạn, trễ hạn theo thủ tục", columns, rows, total, sheet="Theo thủ tục")


def _sum(question: Question, found: OnTime, names: int) -> list[Cell]:
    return [
        None,
        total_name(question.view),
        *([None] * (names - 1)),
        *figures(question, found.district.tally),
    ]


def by_month(question: Question) -> Table:
    """One row a month of the thirteen: the view's late rate."""
    trend = question.trend
    rows = [
        [place, *month_cells(question, month), *_late(question, month, share)]
        for place, (month, share) in enumerate(zip(trend.months, trend.district, strict=True), 1)
        if question.view.sees(month)
    ]
    columns = [Column("TT", "count"), *month_columns(), *_late_columns(question)]
    return Table("Tỷ lệ trễ hẹn từng tháng", columns, rows, sheet="Theo tháng", freezes=2)


def by_unit_month(question: Question) -> Table:
    """One row a unit and month in which it was active or had a dossier to judge."""
    trend = question.trend
    nothing = (Share(0, 0),) * len(trend.months)
    found = unit_months(question, trend.months, trend.units, nothing, lambda one: one.b)
    rows = [
        [place, *unit_cells(unit), *month_cells(question, month),
         *_late(question, month, share, is_judged=trend.was_there(unit.code, month))]
        for place, (unit, month, share) in enumerate(found, 1)
    ]  # fmt: skip
    columns = [Column("TT", "count"), *unit_columns(), *month_columns(), *_late_columns(question)]
    return Table("Tỷ lệ trễ hẹn theo đơn vị và tháng", columns, rows, sheet="Đơn vị và tháng")


def by_origin(question: Question) -> Table:
    """One row a unit and field (procedure, of one field) with late or overdue dossiers, most first."""
    found = question.origins
    columns = [
        Column("TT", "count"), *unit_columns(),
        *((Column("Mã thủ tục"), Column("Thủ tục")) if found.is_by_procedure else (Column("Lĩnh vực"),)),
        Column("Trễ hạn và quá hạn", "count"),
    ]  # fmt: skip
    rows: list[list[Cell]] = []
    for unit, _ in found.units:
        for group, _ in found.groups:
            if n := found.of(unit, group):
                of: list[Cell] = [group.code or None, group.name] if found.is_by_procedure else [group.name]
                rows.append([len(rows) + 1, *unit_cells(unit), *of, n])
    names = len(columns) - 3
    total: list[Cell] = [None, None, total_name(question.view), *[None] * (names - 1), found.total]
    return Table("Hồ sơ trễ ở đâu", columns, rows, total, sheet="Trễ ở đâu")


def by_contribution(question: Question) -> Table:
    """One row a unit: what it added to the change of the late rate; of the two that moved it most, by field.

    The contributions of units add up to the change, those of a unit's fields to the unit's.
    """
    found, before = question.on_time, question.compared
    moved = moves(found, before)
    now_name, then_name = "Kỳ đang xem", "Thời điểm so sánh"
    columns = [
        Column("TT", "count"), *unit_columns(), Column("Lĩnh vực"),
        *(Column(name, "count", side) for side in (now_name, then_name) for name in ("Trễ", "Trên")),
        Column("Đóng góp, điểm %", "points"),
    ]  # fmt: skip
    if moved is None or before is None:
        note = ("Không có gì để so sánh.",)
        return Table("Đóng góp vào thay đổi tỷ lệ trễ hẹn", columns, (), sheet="Đóng góp", notes=note)
    splits = {one.pair.row.unit.code: one for one in breakdowns(question) if one is not None}
    rows: list[list[Cell]] = []
    now_of, then_of = ({row.unit.code: row.verdict.share for row in one.rows} for one in (found, before))
    added = contributions(now_of, then_of, moved.whole)
    there = {row.unit.code: row for row in (*before.rows, *found.rows)}
    for code in dict.fromkeys(row.unit.code for row in (*found.rows, *before.rows)):
        row = there[code]
        now, old = now_of.get(code, Share(0, 0)), then_of.get(code, Share(0, 0))
        if not (now.b or old.b):
            continue
        points = added[code]
        cells = unit_cells(row.unit, listed_name(row))
        rows.append([len(rows) + 1, *cells, None, now.a, now.b, old.a, old.b, Points(points)])
        if code in splits:
            rows += [
                [len(rows) + place, *cells, one.name, one.now, None, one.before, None, Points(one.points)]
                for place, one in enumerate(splits[code].fields, 1)
            ]
    whole, old = found.district.verdict.share, before.district.verdict.share
    total: list[Cell] = [None, None, total_name(question.view), None, None, whole.a, whole.b, old.a, old.b,
                         Points(moved.points)]  # fmt: skip
    return Table("Đóng góp vào thay đổi tỷ lệ trễ hẹn", columns, rows, total, sheet="Đóng góp")


def _late_columns(question: Question) -> list[Column]:
    basis = question.view.basis
    return [*rate_columns(f"Tỷ lệ trễ hẹn {basis}", late_metric(basis).id), Column("Vượt ngưỡng")]


def _late(question: Question, month: Period, share: Share, *, is_judged: bool = True) -> list[Cell]:
    """Judge a month's late rate by the rules of its own last day; not of a unit that was not there."""
    rules, day = question.view.rules, min(month.end, question.view.as_of.date())
    threshold, near = rules.threshold_on(day).fraction, rules.near_on(day).fraction
    told = ("có" if over(share, threshold) else "không") if share.b and is_judged else NOTHING
    return [*rate_cells(share, 2, (threshold, near)), told]

"""Votes: by unit, by source and month, by unit and month."""

from __future__ import annotations

from dashboard.figures.satisfaction.wording import LEVEL_NAMES, SOURCE_NAMES
from dashboard.figures.shared.wording import listed_name, total_name
from dashboard.question.months import unit_months
from dashboard.question.question import Question
from dashboard.sheets.months import month_cells, month_columns, unit_cells, unit_columns
from dashboard.sheets.table import Cell, Column, Points, Rate, Table, known
from queries.contract import RATING_LEVELS, RATING_SOURCES
from queries.definitions.metrics import METRICS
from queries.satisfaction.judging import SatisfactionRow
from queries.satisfaction.statements import SOURCES
from queries.satisfaction.votes import NO_SOURCES, Votes

_RATES = ("satisfaction_rate", "very_satisfied_rate")


def _columns(group: str) -> list[Column]:
    return [
        Column("Tổng số phiếu", "count", group),
        *(Column(LEVEL_NAMES[level], "count", group) for level in RATING_LEVELS),
        *(Column(METRICS[metric].name, "rate", group, metric) for metric in _RATES),
    ]


def figures(votes: Votes, *, has_data: bool) -> list[Cell]:
    """Give the cells of some votes; words where the source has no ratings at all."""
    return [
        *(known(votes[word], is_known=has_data) for word in ("votes", *RATING_LEVELS)),
        *(known(Rate(votes.share(metric), METRICS[metric].decimals), is_known=has_data) for metric in _RATES),
    ]


def by_unit(question: Question) -> Table:
    """One row a unit, lowest rate first, those not ranked after them, then the whole."""
    found, before = question.satisfaction, question.satisfaction_before
    whole = found.district.sources
    sources = [one for one in SOURCES if one in RATING_SOURCES or whole[one]["votes"]]
    then = "Cùng nguồn, so với mốc so sánh"
    head = [
        Column("TT", "count"), *unit_columns(), *_columns("Các nguồn được tính"),
        Column("Số phiếu kỳ này", "count", then), Column("Số phiếu khi đó", "count", then),
        Column("Thay đổi, điểm %", "points", then),
        *(column for one in sources for column in (
            Column("Số phiếu", "count", SOURCE_NAMES[one]),
            Column(METRICS["satisfaction_rate"].name, "rate", SOURCE_NAMES[one]),
        )),
    ]  # fmt: skip

    def cells(place: int | None, row: SatisfactionRow) -> list[Cell]:
        change = found.change(row, before)
        names: list[Cell] = [None, total_name(question.view), None]
        told: list[Cell] = [
            place, *(unit_cells(row.unit, listed_name(row)) if place is not None else names),
            *figures(row.votes, has_data=found.has_data),
            change.now.b if change else None, change.before.b if change else None,
            Points(change.points if change else None),
        ]  # fmt: skip
        for one in sources:
            votes = row.sources[one]
            told += [
                known(votes["votes"], is_known=found.has_data),
                known(Rate(votes.share(), METRICS["satisfaction_rate"].decimals), is_known=found.has_data),
            ]
        return told

    rows = [cells(place, row) for place, row in enumerate((*found.ranked, *found.unranked), 1)]
    notes = []
    if found.has_data and whole.whole.unknown_level:
        notes.append(f"{whole.whole.unknown_level} phiếu không rõ mức độ, không tính vào tỷ lệ nào.")
    return Table("Mức độ hài lòng theo đơn vị", head, rows, cells(None, found.district), sheet="Theo đơn vị",
                 notes=notes)  # fmt: skip


def by_source_month(question: Question) -> Table:
    """One row a source of ratings and month with votes of it."""
    trend = question.satisfaction_trend
    found = [
        (source, month, sources[source])
        for source in SOURCES
        for month, sources in zip(trend.months, trend.district, strict=True)
        if sources[source]["votes"]
    ]
    rows = [
        [place, SOURCE_NAMES[source], *month_cells(question, month), *figures(votes, has_data=True)]
        for place, (source, month, votes) in enumerate(found, 1)
    ]
    head = [Column("TT", "count"), Column("Nguồn phiếu"), *month_columns(), *_columns("Số phiếu")]
    return Table("Mức độ hài lòng theo nguồn và tháng", head, rows, sheet="Nguồn và tháng")


def by_unit_month(question: Question) -> Table:
    """One row a unit and month, of the sources that count."""
    trend = question.satisfaction_trend
    nothing = (NO_SOURCES,) * len(trend.months)
    found = unit_months(
        question, trend.months, trend.units, nothing, lambda one: one.pooled(trend.chosen)["votes"]
    )
    rows = [
        [place, *unit_cells(unit), *month_cells(question, month),
         *figures(sources.pooled(trend.chosen), has_data=question.satisfaction.has_data)]
        for place, (unit, month, sources) in enumerate(found, 1)
    ]  # fmt: skip
    head = [Column("TT", "count"), *unit_columns(), *month_columns(), *_columns("Các nguồn được tính")]
    return Table("Mức độ hài lòng theo đơn vị và tháng", head, rows, sheet="Đơn vị và tháng")

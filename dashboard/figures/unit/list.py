"""The list of units: each with its late rate, flag and backlog, leading to its own page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from dashboard.figures.shared.markup import markup
from dashboard.figures.shared.table_cells import Cell, Column, Line, metric_column
from dashboard.figures.shared.wording import (
    change_name,
    change_text,
    district_sentence,
    edges,
    finding,
    period_sentence,
    running_text,
    silent_sentence,
    strength_text,
)
from dashboard.formats import NOTHING, count_text, day_text, rate_text, share_text
from queries.definitions.metrics import late_metric
from queries.definitions.units import KIND_NAMES, LOCAL_KINDS, Unit
from queries.on_time.judging import OnTime, Row
from queries.on_time.judging_trend import Trend


def units_headline(found: OnTime, before: OnTime | None) -> str:
    """Draw the finding and the sentence under it."""
    return markup(
        "units_headline.html",
        title=finding(found),
        lead=district_sentence(found, before),
        period=f"{period_sentence(found.view)}.",
        silent=silent_sentence(found),
        meaning=late_metric(found.view.basis).id,
    )


def unit_list(
    found: OnTime, before: OnTime | None, trend: Trend, *, link: Callable[[str], str],
    links: Sequence[tuple[str, str]],
) -> str:  # fmt: skip
    """Draw the units of a period, worst first, local ones before departments, each with its change."""
    view = found.view
    return markup(
        "table.html",
        title=f"{count_text(len(found.known))} đơn vị trong kỳ",
        subtitle="Bấm vào đơn vị để xem mọi chỉ số của đơn vị đó, in được trên giấy A4.",
        columns=(
            Column("Đơn vị", is_number=False),
            Column("Loại", is_number=False),
            metric_column(late_metric(view.basis).id, f"Tỷ lệ trễ hẹn ({view.basis})"),
            Column(change_name(view), meaning="change"),
            Column("Đánh giá", is_number=False),
            metric_column("open_overdue"),
            metric_column("received"),
            metric_column("finished"),
            Column("Từ khi nào", is_number=False, meaning="running"),
        ),
        rows=[_line(row, found, before, trend, link) for row in found.ranked],
        total=(),
        note="Phường, xã, thị trấn trước, phòng chuyên môn và bộ phận một cửa sau; tỷ lệ trễ hẹn cao trước, "
        "ít hồ sơ sau.",
        links=links,
        more="",
        more_href="",
    )


def _line(
    row: Row, found: OnTime, before: OnTime | None, trend: Trend, link: Callable[[str], str]
) -> Line:  # fmt: skip
    verdict, tally = row.verdict, row.tally
    over = "vượt ngưỡng, ít hồ sơ" if verdict.strength == "few" else strength_text(row)
    words = {"over": over, "near": "sát ngưỡng", "fine": "dưới ngưỡng"}
    state = words.get(verdict.flag or "", "không có hồ sơ để tính")
    notes = [
        *(["phụ thuộc cách tính"] if verdict.basis_matters else []),
        *(["tồn quá hạn"] if verdict.backlog_tips else []),
    ]
    since = running_text(trend.running(row.unit.code)) if verdict.is_over else ""
    share = verdict.share
    return Line(
        (
            Cell(row.unit.name),
            Cell(KIND_NAMES.get(row.unit.kind, row.unit.kind)),
            Cell(rate_text(share, 2, edges(found.view)), verdict.flag, share_text(share) if share.b else ""),
            Cell(change_text(row, before, found.view)),
            Cell(state, note=", ".join(notes)),
            Cell(count_text(tally["open_overdue"])),
            Cell(count_text(tally["received"])),
            Cell(count_text(tally["finished"])),
            Cell(since),
        ),
        href=link(row.unit.code or ""),
    )


def ended_units(
    units: Iterable[Unit], found: OnTime, *, link: Callable[[str], str], narrowed: str | None,
    links: Sequence[tuple[str, str]] = (),
) -> str:  # fmt: skip
    """Draw the units that are not in the period; "" where all are."""
    units = tuple(units)
    names = {unit.code: unit.name for unit in units}
    listed = {row.unit.code for row in found.known}
    rest = [unit for unit in units if unit.code not in listed and narrowed in (None, unit.code)]
    if not rest:
        who = "Mọi đơn vị đều" if narrowed is None else "Đơn vị này"
        return markup("nothing_more.html", text=f"{who} hoạt động trong kỳ.")
    rest.sort(key=lambda unit: unit.kind not in LOCAL_KINDS)
    return markup(
        "table.html",
        title=f"{count_text(len(rest))} đơn vị không hoạt động trong kỳ",
        subtitle="Đã sáp nhập hoặc chưa thành lập; số liệu cũ vẫn xem được.",
        columns=tuple(
            Column(name, is_number=False)
            for name in ("Đơn vị", "Loại", "Hoạt động từ", "Đến hết", "Đơn vị kế thừa")
        ),
        rows=[
            Line(
                (
                    Cell(unit.name),
                    Cell(KIND_NAMES.get(unit.kind, unit.kind)),
                    Cell(day_text(unit.active_from) if unit.active_from else NOTHING),
                    Cell(day_text(unit.active_to) if unit.active_to else NOTHING),
                    Cell(names.get(unit.successor_code, NOTHING) if unit.successor_code else NOTHING),
                ),
                href=link(unit.code or ""),
            )
            for unit in rest
        ],
        total=(), note="", links=links, more="", more_href="",
    )  # fmt: skip

"""The reports there are to take along, and a preview of the state's form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.figures.shared.markup import markup
from dashboard.figures.shared.table_cells import Cell, Column, Line
from dashboard.formats import count_text

NUMBERS = ("(3)", "(4)", "(5)", "(6)", "(7)", "(8)", "(9)", "(10)", "(11)", "(12)", "(13)")
_HEADS = (
    "Tiếp nhận: tổng số", "Trong kỳ, trực tuyến", "Trong kỳ, trực tiếp và bưu chính", "Từ kỳ trước",
    "Đã giải quyết: tổng số", "Trước hạn", "Đúng hạn", "Quá hạn", "Đang giải quyết: tổng số", "Trong hạn",
    "Quá hạn",
)  # fmt: skip
_MEANINGS = (
    "to_resolve", "online", "form_counter", "carried_over", "judged", "early", "form_on_time", "late",
    "form_open", "form_in_time", "open_overdue",
)  # fmt: skip


@dataclass(frozen=True)
class Report:
    """One file: its name, what is in it, its addresses by name; ``missing``: why there is none now."""

    name: str
    text: str
    links: tuple[tuple[str, str], ...] = ()
    missing: str = ""


def report_list(reports: Sequence[Report], *, subtitle: str) -> str:
    """Draw the list of what can be taken along."""
    return markup("reports.html", title="Báo cáo để mang đi", subtitle=subtitle, reports=reports)


def form_preview(
    title: str, subtitle: str, by: str, lines: Sequence[tuple[str, Sequence[int]]],
    total: tuple[str, Sequence[int]], note: str, links: Sequence[tuple[str, str]],
) -> str:  # fmt: skip
    """Draw the form as it will be printed; ``lines``: name and the columns (3) to (13)."""

    def cells(name: str, numbers: Sequence[int]) -> tuple[Cell, ...]:
        return Cell(name), *(Cell(count_text(one)) for one in numbers)

    return markup(
        "table.html",
        title=title,
        subtitle=subtitle,
        columns=(
            Column(by, is_number=False),
            *(
                Column(f"{number} {head}", meaning=word)
                for number, head, word in zip(NUMBERS, _HEADS, _MEANINGS, strict=True)
            ),
        ),
        rows=[Line(cells(name, numbers)) for name, numbers in lines],
        total=cells(*total),
        note=note,
        links=links,
        more="",
        more_href="",
    )

"""The reports there are to take along, and a preview of the state's form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.figures.shared.markup import markup
from dashboard.figures.shared.outcome import nothing
from dashboard.figures.shared.table_cells import Cell, Column, Line, table_of
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


MOST_REMOVED = 5


@dataclass(frozen=True)
class Report:
    """One file: its name, what is in it, its addresses by name; ``missing``: why there is none now."""

    name: str
    text: str
    links: tuple[tuple[str, str], ...] = ()
    missing: str = ""


@dataclass(frozen=True)
class Sheet:
    """One sheet that was numbered: where it opens, what it is, when it was made and by whom."""

    number: str
    href: str
    title: str
    scope: str
    period: str
    made_at: str
    who: str


def sheet_list(sheets: Sequence[Sheet], *, has_more: bool, removed: Sequence[str] = ()) -> str:
    """Draw the sheets that were numbered, the last one first; ``has_more``: there are earlier ones.

    ``removed``: the numbers that were given and whose sheets are not there any more.
    """
    warning = _removed(removed)
    if not sheets and not warning:
        return nothing(
            "Chưa lập phiếu nào",
            "Phiếu giám sát, phiếu kiểm tra, Biểu II.06a, báo cáo định kỳ đã tải về được ghi lại ở đây.",
        )
    count = count_text(len(sheets))
    return warning + table_of(
        f"{count} phiếu lập gần nhất" if has_more else f"{count} phiếu đã lập",
        "Mỗi phiếu mở lại đúng số liệu khi lập, kèm những gì nguồn nay ghi khác. Chỉ gồm phiếu được xem.",
        [Column(name, is_number=False) for name in
         ("Số phiếu", "Loại", "Của", "Kỳ", "Lập lúc", "Người lập")],
        [Line(tuple(map(Cell, (one.number, one.title, one.scope, one.period, one.made_at,
                               one.who or "người dùng máy chủ"))), href=one.href) for one in sheets],
        note="Phiếu lập trước nữa: gõ số phiếu vào ô tìm." if has_more else "",
    )  # fmt: skip


def _removed(numbers: Sequence[str]) -> str:
    """Warn of numbers without a sheet; nothing where there are none."""
    if not numbers:
        return ""
    n, named = len(numbers), ", ".join(numbers[:MOST_REMOVED])
    rest = f" và {count_text(n - MOST_REMOVED)} số khác" if n > MOST_REMOVED else ""
    text = f"{count_text(n)} số đã cấp mà phiếu không còn trong sổ: {named}{rest}."
    return markup("warning.html", text=f"{text} Khôi phục sổ phiếu từ bản sao lưu.")


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

"""Biểu số II.06a: the state's form of received, resolved and open dossiers, with formulas.

For the district by unit, for a unit by field. Columns, by the form's own numbers: (3) = (4) + (5) + (6)
received, (7) = (8) + (9) + (10) resolved, (11) = (12) + (13) open. What the form has no column for (refused,
withdrawn, without a promise, closed without a day) stands in a note, with which (3) = (7) + (11) + the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO, Any

import xlsxwriter

from dashboard.figures.shared.wording import listed_name
from dashboard.formats import count_text, day_text, moment_text, sentence
from dashboard.question.question import Question
from dashboard.sheets import about
from dashboard.sheets.workbook import RISKY, SAMPLE
from dashboard.theme import OVER_TEXT, PALETTE
from queries.asked.view import View
from queries.definitions.units import UNKNOWN_FIELD
from queries.on_time.judging import Tally

REST = ("refused", "withdrawn", "undated", "closed_undated")
"""What is neither in (7) nor in (11)."""
FIRST_ROW = 14
"""The first row of figures, counted from 1."""
_REST_NAMES = {
    "refused": "từ chối", "withdrawn": "công dân rút", "undated": "đã giải quyết, không có ngày hẹn trả",
    "closed_undated": "đã đóng, không rõ ngày",
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One line of the form: the columns that are entered, (4) (5) (6) (8) (9) (10) (12) (13)."""

    name: str
    online: int
    other: int
    carried_over: int
    early: int
    on_time: int
    late: int
    in_time: int
    overdue: int

    @property
    def received(self) -> int:
        """Column (3)."""
        return self.online + self.other + self.carried_over

    @property
    def resolved(self) -> int:
        """Column (7)."""
        return self.early + self.on_time + self.late

    @property
    def open(self) -> int:
        """Column (11)."""
        return self.in_time + self.overdue


@dataclass(frozen=True)
class Form:
    """The form of a view: its lines, and what it has no column for.

    ``by``: what a line is. ``adds_closed``: refused and withdrawn are in (9).
    """

    by: str
    lines: tuple[Line, ...]
    rest: dict[str, int]
    adds_closed: bool

    @property
    def total(self) -> Line:
        """The sum of the lines."""
        names = ("online", "other", "carried_over", "early", "on_time", "late", "in_time", "overdue")
        return Line("Tổng số", *(sum(getattr(line, name) for line in self.lines) for name in names))

    @property
    def note(self) -> str:
        """Say what the form has no column for, and that the sums agree."""
        told = ", ".join(f"{_REST_NAMES[word]} {count_text(self.rest[word])}" for word in REST)
        total, rest = self.total, sum(n for word, n in self.rest.items() if not self._is_added(word))
        added = " Từ chối và công dân rút đã cộng vào cột (9)." if self.adds_closed else ""
        sign = "=" if total.received == total.resolved + total.open + rest else "≠"
        return (
            f"Ngoài các cột trên: {told}.{added} Đối chiếu: (3) {count_text(total.received)} {sign} "
            f"(7) {count_text(total.resolved)} + (11) {count_text(total.open)} + còn lại {count_text(rest)}."
        )

    def _is_added(self, word: str) -> bool:
        return self.adds_closed and word in ("refused", "withdrawn")


def form_of(question: Question) -> Form:
    """Give the form of a view: by field where it is of one unit, else by unit."""
    adds = question.source.settings.closed_count_on_time
    if question.view.unit_code is None:
        online = {row.unit.code: row.tally["online"] for row in question.online.rows}
        lines = [
            _line(listed_name(row) if not row.is_ranked else row.unit.name, row.tally,
                  online.get(row.unit.code, 0), adds=adds)
            for row in question.on_time.rows
        ]  # fmt: skip
    else:
        by_field = {one.name: one.tally["online"] for one in question.online_fields}
        fields = sorted(question.by_field.items(), key=lambda one: (one[0] == UNKNOWN_FIELD, one[0]))
        lines = [_line(name, tally, by_field.get(name, 0), adds=adds) for name, tally in fields]
    whole = question.on_time.district.tally
    by = "Đơn vị" if question.view.unit_code is None else "Lĩnh vực"
    return Form(by, tuple(lines), {word: whole[word] for word in REST}, adds)


def _line(name: str, tally: Tally, online: int, *, adds: bool) -> Line:
    closed = tally["refused"] + tally["withdrawn"] if adds else 0
    return Line(
        name, online, tally["received"] - online, tally["carried_over"], tally["early"],
        tally["on_time"] + closed, tally["late"], tally["open_in_time"] + tally["suspended"],
        tally["open_overdue"],
    )  # fmt: skip


def period_text(view: View) -> str:
    """Say the form's period: "Kỳ báo cáo: Quý IV/2026 (Từ ngày 15/9/2026 đến ngày 14/12/2026)"."""
    name = "" if view.period.kind == "custom" else view.period.label().split(" (")[0]
    name = sentence(name.removeprefix("kỳ báo cáo ").strip())
    days = f"Từ ngày {day_text(view.period.start)} đến ngày {day_text(view.period.end)}"
    told = f"Kỳ báo cáo: {name} ({days})" if name else f"Kỳ báo cáo: {days.lower()}"
    return f"{told}; kỳ chưa kết thúc, số liệu đến {day_text(view.end)}" if view.is_running else told


def write_form(file: IO[bytes], question: Question, *, address: str) -> None:
    """Write the form into a workbook."""
    form = form_of(question)
    book = xlsxwriter.Workbook(
        file, {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    )
    _Sheet(book, question, form).write(address)
    book.close()


class _Sheet:
    def __init__(self, book: Any, question: Question, form: Form) -> None:
        self._book, self._question, self._form = book, question, form
        self._sheet = book.add_worksheet("II.06a")
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def _look(self, **look: Any) -> Any:
        key = tuple(sorted(look.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(
                {"font_name": "Times New Roman", "font_size": 12, **look}
            )
        return self._formats[key]

    def _text(self, place: str, text: str, **look: Any) -> None:
        if RISKY.match(text):
            look["quote_prefix"] = True
        self._sheet.write_string(place, text, self._look(**look))

    def _over(self, places: str, text: str, **look: Any) -> None:
        if RISKY.match(text):
            look["quote_prefix"] = True
        self._sheet.merge_range(places, "", self._look(**look))
        self._sheet.write_string(places.partition(":")[0], text, self._look(**look))

    def write(self, address: str) -> None:
        """Write head, figures, note and foot."""
        sheet, question = self._sheet, self._question
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.7, bottom=0.6)
        sheet.set_footer("&L&8" + about.foot(question).replace("&", "&&")[:180] + "&R&8Trang &P/&N")
        for column, width in enumerate((5, 36, 11, 11, 13, 11, 11, 11, 11, 11, 11, 11, 11)):
            sheet.set_column(column, column, width)
        self._head()
        last = self._figures()
        self._foot(last, address)
        sheet.repeat_rows(8, FIRST_ROW - 2)
        sheet.freeze_panes(FIRST_ROW - 1, 2)

    def _head(self) -> None:
        question, view = self._question, self._question.view
        form = question.source.settings.form_on(view.end)
        if question.known.as_of.is_sample:
            self._over("A1:M1", SAMPLE, bold=True, font_color=OVER_TEXT, align="center")
        self._over("A2:D2", form.code, bold=True)
        self._over("A3:D4", f"Ban hành kèm theo {form.document}", text_wrap=True, valign="top", font_size=11)
        unit = question.source.district_name(question.known)
        if view.unit_code is not None:
            unit = f"{question.context.units.get(view.unit_code, view.unit_code)}, {unit}"
        self._over("J2:M2", "- Đơn vị báo cáo:", font_size=11)
        self._over("J3:M3", unit, bold=True, font_size=11, text_wrap=True, valign="top")
        self._over(
            "J4:M5", f"- Đơn vị nhận báo cáo: {form.recipient}", font_size=11, text_wrap=True, valign="top"
        )
        self._over(
            "E2:I4", form.title, bold=True, align="center", valign="vcenter", text_wrap=True, font_size=13
        )
        self._over("A6:M6", period_text(view), italic=True, align="center")
        narrowed = [f"lĩnh vực {view.field}"] if view.field is not None else []
        if view.procedure_code is not None:
            narrowed.append(f"thủ tục {view.procedure_code}")
        if narrowed:
            self._over("A7:M7", f"Chỉ gồm {', '.join(narrowed)}", italic=True, align="center")
        self._over("J8:M8", "Đơn vị tính: số hồ sơ", italic=True, align="right")
        self._sheet.set_row(2, 30)
        self._sheet.set_row(3, 20)

    def _figures(self) -> int:
        """Write heads, lines and totals; give the last row, counted from 1."""
        head = {"bold": True, "align": "center", "valign": "vcenter", "text_wrap": True, "border": 1}
        for places, text in (
            ("A9:A12", "TT"), ("B9:B12", self._form.by), ("C9:F9", "Số lượng hồ sơ tiếp nhận"),
            ("G9:J9", "Số lượng hồ sơ đã giải quyết"), ("K9:M9", "Số lượng hồ sơ đang giải quyết"),
            ("C10:C12", "Tổng số"), ("D10:E10", "Trong kỳ"), ("D11:D12", "Trực tuyến"),
            ("E11:E12", "Trực tiếp, dịch vụ bưu chính"), ("F10:F12", "Từ kỳ trước"), ("G10:G12", "Tổng số"),
            ("H10:H12", "Trước hạn"), ("I10:I12", "Đúng hạn"), ("J10:J12", "Quá hạn"),
            ("K10:K12", "Tổng số"), ("L10:L12", "Trong hạn"), ("M10:M12", "Quá hạn"),
        ):  # fmt: skip
            self._over(places, text, **head)
        numbers = ("(1)", "(2)", "(3)=(4)+(5)+(6)", "(4)", "(5)", "(6)", "(7)=(8)+(9)+(10)", "(8)", "(9)",
                   "(10)", "(11)=(12)+(13)", "(12)", "(13)")  # fmt: skip
        for column, number in zip("ABCDEFGHIJKLM", numbers, strict=True):
            self._text(f"{column}13", number, italic=True, align="center", valign="vcenter", border=1,
                       font_size=9, text_wrap=True)  # fmt: skip
        self._sheet.set_row(12, 26)
        row = FIRST_ROW
        for place, line in enumerate(self._form.lines, 1):
            self._sheet.write_number(f"A{row}", place, self._look(border=1, align="center"))
            self._text(f"B{row}", line.name, border=1, text_wrap=True)
            self._line(row, line)
            row += 1
        self._total(row)
        return row

    def _line(self, row: int, line: Line) -> None:
        look = self._look(border=1, num_format="#,##0")
        entered = {
            "D": line.online, "E": line.other, "F": line.carried_over, "H": line.early, "I": line.on_time,
            "J": line.late, "L": line.in_time, "M": line.overdue,
        }  # fmt: skip
        for column, value in entered.items():
            self._sheet.write_number(f"{column}{row}", value, look)
        bold = self._look(border=1, num_format="#,##0", bold=True)
        for column, formula, value in (
            ("C", f"=SUM(D{row}:F{row})", line.received), ("G", f"=SUM(H{row}:J{row})", line.resolved),
            ("K", f"=SUM(L{row}:M{row})", line.open),
        ):  # fmt: skip
            self._sheet.write_formula(f"{column}{row}", formula, bold, value)

    def _total(self, row: int) -> None:
        total, look = self._form.total, {"border": 1, "bold": True, "bg_color": PALETTE["blue-90"]}
        self._over(f"A{row}:B{row}", total.name, **look, align="center")
        values = (
            total.received, total.online, total.other, total.carried_over, total.resolved, total.early,
            total.on_time, total.late, total.open, total.in_time, total.overdue,
        )  # fmt: skip
        for column, value in zip("CDEFGHIJKLM", values, strict=True):
            formula = f"=SUM({column}{FIRST_ROW}:{column}{row - 1})" if self._form.lines else "=0"
            self._sheet.write_formula(
                f"{column}{row}", formula, self._look(**look, num_format="#,##0"), value
            )

    def _foot(self, last: int, address: str) -> None:
        question = self._question
        notes = [
            self._form.note,
            "(4) nộp trực tuyến; (5) trực tiếp, bưu chính công ích, ki-ốt; (6) kỳ trước chuyển sang; "
            "(12) gồm cả hồ sơ tạm dừng. Hạn so theo ngày hẹn trả đầu tiên; hẹn lại không làm hết quá hạn.",
            f"Số liệu đến {moment_text(question.view.as_of)}. Mở lại đúng số liệu này: {address}",
            *question.parsed.sentences,
        ]
        for place, text in enumerate(notes):
            row = last + 2 + place
            self._over(f"A{row}:M{row}", text, text_wrap=True, valign="top", font_size=10, italic=True)
            self._sheet.set_row(row - 1, 15 * max(1, -(-len(text) // 150)))
        row = last + len(notes) + 3
        self._over(f"A{row}:D{row}", "Người lập biểu", bold=True, align="center")
        self._over(f"I{row}:M{row}", "………, ngày …… tháng …… năm ……", italic=True, align="center")
        self._over(f"A{row + 1}:D{row + 1}", "(Ký, ghi rõ họ tên)", italic=True, align="center")
        self._over(f"I{row + 1}:M{row + 1}", "Thủ trưởng đơn vị", bold=True, align="center")
        self._over(f"I{row + 2}:M{row + 2}", "(Ký, đóng dấu, ghi rõ họ tên)", italic=True, align="center")

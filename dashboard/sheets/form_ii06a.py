"""Biểu số II.06a as a workbook, with formulas: whoever checks it sees how each sum comes about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO, Any

import xlsxwriter

from dashboard.formats import count_text, moment_text
from dashboard.issued.record import Block, Seal, rows_block
from dashboard.question.form_ii06a import Form, Line, form_of, period_text
from dashboard.question.question import Question
from dashboard.sheets import about
from dashboard.sheets.workbook import RISKY, SAMPLE
from dashboard.theme import OVER_TEXT, PALETTE

FIRST_ROW = 14
"""The first row of figures, counted from 1."""
_ON_ONE_PAGE = 30
"""So many lines can still be read where they are printed on one page."""


class FormFile:
    """The form of a view, not yet saved."""

    def __init__(self, question: Question, *, address: str) -> None:
        self._question, self._address, self._form = question, address, form_of(question)

    @property
    def blocks(self) -> list[Block]:
        """What the form says, as data: its lines by the form's own column numbers, and its note."""
        form = self._form
        heads = (form.by, *(f"({number}) {name}" for number, name in _COLUMNS))
        return [rows_block(heads, [(line.name, *_figures(line)) for line in (*form.lines, form.total)]),
                Block("text", form.note), Block("note", _EXPLAINED)]  # fmt: skip

    def save(self, file: IO[bytes], seal: Seal | None = None) -> None:
        """Write the workbook."""
        book = xlsxwriter.Workbook(
            file, {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
        )
        _Sheet(book, self._question, self._form).write(self._address, seal)
        book.close()


_COLUMNS = (
    (3, "Tiếp nhận: tổng số"), (4, "Trong kỳ, trực tuyến"), (5, "Trong kỳ, trực tiếp và bưu chính"),
    (6, "Từ kỳ trước"), (7, "Đã giải quyết: tổng số"), (8, "Trước hạn"), (9, "Đúng hạn"), (10, "Quá hạn"),
    (11, "Đang giải quyết: tổng số"), (12, "Trong hạn"), (13, "Quá hạn"),
)  # fmt: skip
_EXPLAINED = (
    "(4) nộp trực tuyến; (5) trực tiếp, bưu chính công ích, ki-ốt; (6) kỳ trước chuyển sang; "
    "(12) gồm cả hồ sơ tạm dừng. Hạn so theo ngày hẹn trả đầu tiên; hẹn lại không làm hết quá hạn."
)


def _figures(line: Line) -> tuple[str, ...]:
    numbers = (
        line.received, line.online, line.other, line.carried_over, line.resolved, line.early, line.on_time,
        line.late, line.open, line.in_time, line.overdue,
    )  # fmt: skip
    return tuple(count_text(one) for one in numbers)


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

    def write(self, address: str, seal: Seal | None) -> None:
        """Write head, figures, note and foot."""
        sheet, question = self._sheet, self._question
        sheet.set_landscape()
        sheet.set_paper(9)
        # Who signs does not stand alone on a second page: some lines more are printed a little smaller.
        sheet.fit_to_pages(1, 1 if len(self._form.lines) <= _ON_ONE_PAGE else 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.7, bottom=0.6)
        number = f"{seal.number} · " if seal and seal.number else ""
        sheet.set_footer(
            "&L&8" + f"{number}{about.foot(question)}".replace("&", "&&")[:180] + "&R&8Trang &P/&N"
        )
        for column, width in enumerate((5, 36, 11, 11, 13, 11, 11, 11, 11, 11, 11, 11, 11)):
            sheet.set_column(column, column, width)
        self._head()
        last = self._figures()
        self._foot(last, address, seal.lines if seal else ())
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
        self._over("J8:M8", "Đơn vị tính: Số hồ sơ TTHC", italic=True, align="right")
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

    def _foot(self, last: int, address: str, sealed: Sequence[str]) -> None:
        question = self._question
        notes = [
            self._form.note,
            _EXPLAINED,
            f"Số liệu đến {moment_text(question.view.as_of)}. Mở lại đúng số liệu này: {address}",
            *question.parsed.sentences, *sealed,
        ]  # fmt: skip
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

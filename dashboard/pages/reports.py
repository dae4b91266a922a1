"""Báo cáo: what can be taken along of this view, a preview of the state's form, and the sheets there are."""

from __future__ import annotations

from itertools import islice
from typing import Any

import dash

from dashboard.figures.reports import Report, Sheet, form_preview, report_list, sheet_list
from dashboard.figures.shared.outcome import nothing
from dashboard.figures.shared.wording import period_sentence
from dashboard.formats import moment_text
from dashboard.frame.components import answers, card, page, says_itself
from dashboard.frame.failures import logged
from dashboard.issued.found import removed_for, sheets_for
from dashboard.issued.record import PAGE as SHEETS
from dashboard.issued.register import RegisterError
from dashboard.pages.shared import bar_of
from dashboard.question.form_ii06a import Line, form_of, period_text
from dashboard.question.question import Question
from dashboard.question.reported import last_quarter, this_year
from queries.asked.periods import Period

PAGE, PATH = "reports", "/bao-cao"
BAR, LIST, PREVIEW, ISSUED = "reports-bar", "reports-list", "reports-preview", "reports-issued"
MOST_SHEETS = 20
"""So many of the sheets that were made are listed, the latest; any other opens by its number."""


def layout(**words: Any) -> Any:
    """Lay the page out; nothing is asked of the database here."""
    return page(
        PAGE, PATH, words,
        card(BAR, kind="bar"),
        card(LIST, label="Báo cáo để mang đi"),
        card(PREVIEW, label="Xem trước Biểu II.06a"),
        card(ISSUED, label="Phiếu đã lập"),
    )  # fmt: skip


dash.register_page(__name__, path=PATH, name="Báo cáo", title="Báo cáo · Một cửa", order=8.5, layout=layout)

answers(PAGE, BAR, is_bar=True)(bar_of)


@answers(PAGE, LIST, first=True)
def draw_list(question: Question) -> str:
    """Draw what can be taken along."""
    code, seed = question.view.unit_code, int(f"{question.view.as_of:%y%m%d}")
    unit = question.context.units.get(code, code) if code is not None else ""
    whole = question.view.whole_name
    return report_list(
        (
            Report(
                "Biểu số II.06a (Excel)",
                f"{unit} theo lĩnh vực." if unit else f"{whole} theo đơn vị.",
                (_file(question, "bieu-ii06a.xlsx", "kỳ đang xem"),
                 *_seen(question, "bieu-ii06a.xlsx", "quý báo cáo gần nhất đã hết", last_quarter(question))),
            ),
            Report(
                "Phiếu số liệu giám sát (Word)",
                f"Mọi số của {unit} cho đoàn giám sát, kèm danh sách hồ sơ trễ." if unit
                else "Mọi số của một đơn vị cho đoàn giám sát.",
                (_file(question, "phieu-giam-sat.docx", "kỳ đang xem"),
                 *_seen(question, "phieu-giam-sat.docx", "cả năm", this_year(question))) if unit else (),
                "" if unit else "Chọn một đơn vị ở thanh trên.",
            ),
            Report(
                "Báo cáo định kỳ (Word)",
                "Đơn vị vượt ngưỡng, so với kỳ trước, cảnh báo, việc phải làm theo văn bản, hài lòng, trực "
                "tuyến, chất lượng dữ liệu, biểu dương. Báo cáo năm có phụ lục gửi Sở Nội vụ.",
                (_file(question, "bao-cao-dinh-ky.docx", "kỳ đang xem"),
                 _file(question, "bao-cao-dinh-ky.docx", "cả năm, kèm phụ lục", this_year(question))),
            ),
            Report(
                "Giao ban", "Mỗi phát hiện một ý, một trang chiếu; biểu đồ sửa được trong PowerPoint.",
                (_file(question, "giao-ban.docx", "một trang Word"),
                 _file(question, "giao-ban.pptx", "PowerPoint")),
            ),
            Report(
                "Phiếu kiểm tra hồ sơ (Excel)", "20 hồ sơ rút ngẫu nhiên, có cột Đạt, Không đạt, Ghi chú.",
                (("20 hồ sơ của kỳ đang xem",
                  question.link("/tai/ho-so.xlsx", absolute=True, sample_size=20, seed=seed)),),
            ),
            Report(
                "Bảng số liệu (Excel)", "Các bảng của kỳ đang xem.",
                (_file(question, "dung-han.xlsx", "đúng hạn, trễ hạn"),
                 _file(question, "truc-tuyen.xlsx", "trực tuyến"),
                 _file(question, "hai-long.xlsx", "hài lòng"),
                 _file(question, "canh-bao.xlsx", "cảnh báo"),
                 _file(question, "ho-so.xlsx", "danh sách hồ sơ phải giải quyết")),
            ),
        ),
        subtitle=f"{unit or whole}. {period_sentence(question.view)}. Đổi đơn vị, kỳ ở trên.",
    )  # fmt: skip


def _file(question: Question, name: str, told: str, period: Period | None = None) -> tuple[str, str]:
    changes = {} if period is None else {"period": period}
    return told, question.link(f"/tai/{name}", absolute=True, **changes)


def _seen(question: Question, name: str, told: str, period: Period) -> list[tuple[str, str]]:
    """Give a file of another period, if that is the reader's."""
    return [_file(question, name, told, period)] if question.view.sees(period) else []


@answers(PAGE, PREVIEW)
def draw_preview(question: Question) -> str:
    """Draw the form of this view."""
    form = form_of(question)
    head = question.source.settings.form_on(question.view.end)
    return form_preview(
        f"Xem trước: {head.code}", f"{period_text(question.view)}. Đơn vị tính: số hồ sơ TTHC.", form.by,
        [(line.name, _numbers(line)) for line in form.lines], (form.total.name, _numbers(form.total)),
        f"{form.note} Căn cứ: {head.document}.", (_file(question, "bieu-ii06a.xlsx", "Tải Excel"),),
    )  # fmt: skip


def _numbers(line: Line) -> tuple[int, ...]:
    return (
        line.received, line.online, line.other, line.carried_over, line.resolved, line.early, line.on_time,
        line.late, line.open, line.in_time, line.overdue,
    )  # fmt: skip


@answers(PAGE, ISSUED, scope=says_itself, keeps=False)
def draw_issued(question: Question) -> str:
    """Draw the last sheets that were numbered, of those that this reader may open."""
    settings = question.source.settings
    try:
        found = list(islice(sheets_for(settings, question.rights), MOST_SHEETS + 1))
        removed = removed_for(settings, question.rights)
    except RegisterError as error:
        return nothing("Chưa mở được sổ phiếu", f"Hãy báo người quản trị. Mã: {logged(error, ISSUED)}")
    return sheet_list(
        [Sheet(one.number, f"{question.context.prefix}{SHEETS}/{one.number}", one.title, one.scope,
               one.period, moment_text(one.moment), one.who) for one in found[:MOST_SHEETS]],
        has_more=len(found) > MOST_SHEETS, removed=removed,
    )  # fmt: skip

"""Phiếu: one numbered sheet as it was made, and what the source says otherwise by now."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast
from urllib.parse import unquote, urlencode

import dash
import flask

from dashboard.figures.issued import Fact, changes, figures, headline, missing
from dashboard.figures.shared.outcome import nothing
from dashboard.formats import day_text, join_names, moment_text
from dashboard.frame.components import answers, card, page, says_itself
from dashboard.frame.failures import logged
from dashboard.issued.again import ASK_AGAIN, AskAgain, NotComparable
from dashboard.issued.differences import Differences, differences
from dashboard.issued.found import FoundSheet, sheet_of
from dashboard.issued.program import program
from dashboard.issued.record import PAGE as ROOT
from dashboard.issued.record import Record
from dashboard.issued.register import RegisterError
from dashboard.pages.shared import asked_path, bar_of
from dashboard.question.access import Rights, the_reader
from dashboard.question.audit import DOSSIERS, given
from dashboard.question.dossier import dossier_path
from dashboard.question.question import Question
from queries.definitions.metrics import BASIS_NAMES

PAGE = "issued"
BAR, HEADLINE = "issued-bar", "issued-headline"
CHANGES, FIGURES = "issued-changes", "issued-figures"
REPORTS = "/bao-cao"


def layout(number: Any = "", **words: Any) -> Any:
    """Lay the page out; nothing is asked of the database here."""
    path = asked_path() or f"{ROOT}/{unquote(str(number))}"
    return page(
        PAGE, path, words,
        card(BAR, kind="bar"),
        card(HEADLINE, kind="headline"),
        card(CHANGES, label="Đối chiếu với nguồn"),
        card(FIGURES, label="Số liệu của phiếu"),
    )  # fmt: skip


dash.register_page(
    __name__, path_template=f"{ROOT}/<number>", name="Phiếu", title="Phiếu · Một cửa", layout=layout
)


@answers(PAGE, BAR, is_bar=True)
def draw_bar(question: Question) -> str:
    """Draw the bar of the sheet's own view, on the page that gives such sheets."""
    record = _shown(question)
    if record is None:
        return bar_of(replace(question, path=REPORTS), is_here=False)
    return bar_of(Question.asked(dict(record.taken.words), record.taken.page))


@answers(PAGE, HEADLINE, first=True, scope=says_itself, keeps=False)
def draw_headline(question: Question) -> str:
    """Say what sheet this is: whose, of when, by which rules, and whether it is as it was issued."""
    try:
        found = _found(question)
    except RegisterError as error:
        why = f"Hãy báo người quản trị. Mã: {logged(error, HEADLINE)}"
        return missing("Chưa mở được sổ phiếu", why, question.link(REPORTS))
    if found.kept is None:
        return missing("Không có phiếu này", found.missing, question.link(REPORTS))
    record = found.kept.record
    taken = record.taken
    facts = [
        Fact("Lập lúc", moment_text(record.moment)),
        Fact("Người lập", record.who or "người dùng máy chủ, chưa có tài khoản"),
        Fact("Số liệu đến", moment_text(taken.moment)),
        Fact("Cách tính tỷ lệ trễ hẹn", f"{taken.basis}, {BASIS_NAMES[taken.basis]}"),
        Fact("Căn cứ", "; ".join(taken.law)),
        Fact("Ai mở được", _openers(record.needed, question)),
        *([Fact("Lập bằng", f"bản chương trình {record.program}")] if record.program else []),
        Fact("Mã kiểm tra số liệu (SHA-256)", taken.checksum, is_code=True),
    ]
    prefix = question.context.prefix
    links = [] if found.kept.broken else [("Tải đúng tệp đã lập", f"{prefix}/tai{ROOT}/{record.number}")]
    if taken.page == REPORTS:
        links.append(
            ("Mở cùng kỳ, cùng thời điểm ở trang Báo cáo", f"{prefix}{REPORTS}?{urlencode(taken.words)}")
        )
    return headline(
        taken.title, record.number, f"{taken.scope}. {taken.period}.", facts, links,
        broken=found.kept.broken, is_sample=taken.is_sample and question.known.sample_name is None,
    )  # fmt: skip


@answers(PAGE, CHANGES, scope=says_itself, keeps=False)
def draw_changes(question: Question) -> str:
    """Draw what the source says otherwise by now."""
    record = _shown(question)
    if record is None:
        return ""
    until = moment_text(record.taken.moment)
    try:
        found = question.source.kept(
            question.known, record.rights, lambda: _compared(record, question), "issued", record.number,
            record.checksum, record.program == program(),
        )  # fmt: skip
    except NotComparable as error:
        return nothing("Không đối chiếu được với nguồn", str(error))
    return changes(
        found, until=until, read_at=moment_text(question.source.moment(question.known)),
        dossier_link=lambda code: question.link(dossier_path(code)),
        programs=None if record.program == program() else (record.program, program()),
    )  # fmt: skip


@answers(PAGE, FIGURES, scope=says_itself, keeps=False)
def draw_figures(question: Question) -> str:
    """Draw the figures of the sheet, exactly as they are kept."""
    record = _shown(question)
    if record is None:
        return ""
    if record.has_dossiers:
        given(question.source.settings, the_reader(), DOSSIERS, "page", f"{ROOT}/{record.number}")
    return figures(record.taken.blocks, until=moment_text(record.taken.moment))


def _found(question: Question) -> FoundSheet:
    number = unquote(question.path).removeprefix(f"{ROOT}/").rstrip("/")
    return sheet_of(number, question.source.settings, question.rights)


def _shown(question: Question) -> Record | None:
    """Give the sheet's record; None where the headline says that there is none."""
    try:
        kept = _found(question).kept
    except RegisterError:
        return None
    return None if kept is None else kept.record


def _compared(record: Record, question: Question) -> Differences:
    again = cast(AskAgain, flask.current_app.extensions[ASK_AGAIN])
    return differences(
        record.taken.blocks, again(record.taken, record.rights, question.source),
        same_words=record.program == program(),
    )  # fmt: skip


def _openers(needed: Rights, question: Question) -> str:
    told = "ai được xem toàn địa bàn"
    if needed.units is not None:
        names = [question.context.units.get(code, code) for code in needed.units]
        told = f"ai được xem {join_names(names)}"
    if needed.periods is not None:
        days = [f"{day_text(one.start)}–{day_text(one.end)}" for one in needed.periods]
        told += f", các kỳ {join_names(days)}"
    return f"{told}, và thông tin công chức" if needed.sees_officials else told

"""Cảnh báo: every flag with its rule and source, the units it is on, the units worth an inspection."""

from __future__ import annotations

from typing import Any

import dash
from dash import html

from dashboard.figures.flags.cards import flags_group, flags_headline, inspection
from dashboard.figures.flags.complaints import MOST_LISTED, overdue_complaints
from dashboard.figures.flags.matrix import matrix
from dashboard.figures.shared.outcome import nothing
from dashboard.frame.components import answers, card, page
from dashboard.pages.shared import bar_of
from dashboard.question.flags import COMPLAINTS_ANCHOR as ANCHOR
from dashboard.question.flags import flag_link, officials_told, units_by_code
from dashboard.question.question import Question
from dashboard.question.unit import unit_link
from queries.definitions.flag_rule import Level
from queries.flags.complaints import overdue_complaints as waiting_longest

PAGE, PATH = "flags", "/canh-bao"
BAR, HEADLINE, RED, INSPECT = "flags-bar", "flags-headline", "flags-red", "flags-inspect"
AMBER, OTHER, MATRIX, COMPLAINTS = "flags-amber", "flags-other", "flags-matrix", "flags-complaints"


def layout(**words: Any) -> Any:
    """Lay the page out; nothing is asked of the database here."""
    return page(
        PAGE, PATH, words,
        card(BAR, kind="bar"),
        card(HEADLINE, kind="headline"),
        card(RED, label="Cảnh báo mức đỏ"),
        card(INSPECT, label="Đơn vị nên kiểm tra"),
        card(AMBER, label="Cảnh báo mức vàng"),
        card(OTHER, label="Ghi chú, việc sắp đến, dữ liệu, biểu dương"),
        card(MATRIX, label="Đơn vị và cảnh báo"),
        html.Div(card(COMPLAINTS, label="Phản ánh, kiến nghị quá hạn"), id=ANCHOR, className="wide"),
    )  # fmt: skip


dash.register_page(__name__, path=PATH, name="Cảnh báo", title="Cảnh báo · Một cửa", order=3, layout=layout)

answers(PAGE, BAR, is_bar=True)(bar_of)


def csv_links(question: Question) -> tuple[tuple[str, str], ...]:
    """Give the address of the same rows as CSV."""
    return (("Tải CSV", f"{question.link('/api/v1/flags', absolute=True)}&dang=csv"),)


@answers(PAGE, HEADLINE, judges=True)
def draw_headline(question: Question) -> str:
    """Draw the finding and the number of flags by level."""
    return flags_headline(question.flags)


def _group(question: Question, *levels: Level, title: str = "") -> str:
    return flags_group(
        question.flags, levels, units_by_code(question), question.trend, title=title,
        link=flag_link(question), people=officials_told(question), links=csv_links(question),
        note="Hồ sơ phải giải quyết trong kỳ: tiếp nhận trong kỳ và kỳ trước chuyển sang.",
    )  # fmt: skip


@answers(PAGE, RED, judges=True)
def draw_red(question: Question) -> str:
    """Draw the gravest flags."""
    return _group(question, "red")


@answers(PAGE, AMBER, judges=True)
def draw_amber(question: Question) -> str:
    """Draw the flags to look into."""
    return _group(question, "amber")


@answers(PAGE, OTHER, judges=True)
def draw_other(question: Question) -> str:
    """Draw what is no reproach: notes, work to come, data quality, praise."""
    title = "Việc sắp đến, ghi chú, chất lượng dữ liệu, biểu dương"
    return _group(question, "work", "note", "data", "positive", title=title)


@answers(PAGE, INSPECT, judges=True)
def draw_inspection(question: Question) -> str:
    """Draw the units worth an inspection."""
    return inspection(
        question.flags, link=flag_link(question), unit_link=unit_link(question),
        listed=lambda code: question.listed("open_overdue", unit_code=code),
    )  # fmt: skip


@answers(PAGE, MATRIX, judges=True)
def draw_matrix(question: Question) -> str:
    """Draw unit × flag."""
    if not question.flags.units:
        return nothing("Đơn vị và cảnh báo", "Không có đơn vị nào hoạt động trong kỳ này")
    extras = question.parsed.extras
    return matrix(
        question.flags, link=flag_link(question), unit_link=unit_link(question),
        sort=extras.sort, whole=extras.card == MATRIX,
        sort_link=lambda word: question.link(sort=word, card=extras.card),
        whole_link=question.link(sort=extras.sort, card=MATRIX), links=csv_links(question),
    )  # fmt: skip


@answers(PAGE, COMPLAINTS, judges=True)
def draw_complaints(question: Question) -> str:
    """Draw the complaints that wait past their day."""
    frame = question.source.ask(question.known, waiting_longest, question.counted, most=MOST_LISTED)
    return overdue_complaints(frame, question.flags, units_by_code(question), link=unit_link(question))

"""Cảnh báo: what to do today, the units that are judged, those worth an inspection, what to look into."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dash
import pandas as pd
from dash import html

from dashboard.figures.flags.cards import (
    REVIEW_FLAG_IDS,
    UNIT_FLAG_IDS,
    flags_group,
    flags_headline,
    inspection,
)
from dashboard.figures.flags.complaints import overdue_complaints
from dashboard.figures.flags.matrix import matrix
from dashboard.figures.flags.work import work_list
from dashboard.figures.shared.outcome import nothing
from dashboard.frame.components import answers, card, page
from dashboard.pages.shared import bar_of, flags_file
from dashboard.question.audit import OFFICIALS
from dashboard.question.flags import COMPLAINTS_ANCHOR as ANCHOR
from dashboard.question.flags import flag_link, officials_told, units_by_code
from dashboard.question.question import Question
from dashboard.question.unit import unit_link

PAGE, PATH = "flags", "/canh-bao"
BAR, HEADLINE, WORK, UNITS = "flags-bar", "flags-headline", "flags-work", "flags-units"
INSPECT, REVIEW, MATRIX, COMPLAINTS = "flags-inspect", "flags-review", "flags-matrix", "flags-complaints"


def layout(**words: Any) -> Any:
    """Lay the page out; nothing is asked of the database here."""
    return page(
        PAGE, PATH, words,
        card(BAR, kind="bar"),
        card(HEADLINE, kind="headline"),
        card(WORK, label="Hôm nay phải làm"),
        card(UNITS, label="Cảnh báo về đơn vị"),
        card(INSPECT, label="Đơn vị nên kiểm tra"),
        card(REVIEW, label="Cần xem lại"),
        card(MATRIX, label="Đơn vị và cảnh báo"),
        html.Div(card(COMPLAINTS, label="Phản ánh, kiến nghị quá hạn"), id=ANCHOR, className="wide"),
    )  # fmt: skip


dash.register_page(__name__, path=PATH, name="Cảnh báo", title="Cảnh báo · Một cửa", order=3, layout=layout)

answers(PAGE, BAR, is_bar=True)(bar_of)


@answers(PAGE, HEADLINE, first=True, judges=True)
def draw_headline(question: Question) -> str:
    """Draw the finding and the work that waits."""
    return flags_headline(
        question.flags, question.on_time.district.tally, question.work_ages, listed=question.listed
    )


@answers(PAGE, WORK, judges=True)
def draw_work(question: Question) -> str:
    """Draw what is to be done today."""
    days = [due.date() for due in question.complaints_waiting.due_on.map(pd.Timestamp)]
    return work_list(
        question.flags, question.on_time.district.tally, question.work_ages, days, units_by_code(question),
        link=flag_link(question), listed=question.listed, links=(flags_file(question, "viec"),),
    )  # fmt: skip


def _group(question: Question, ids: Sequence[str], title: str, note: str = "") -> str:
    return flags_group(
        question.flags, ids, units_by_code(question), question.trend, title=title, link=flag_link(question),
        people=officials_told(question), links=(flags_file(question),), note=note,
    )  # fmt: skip


@answers(PAGE, UNITS, judges=True)
def draw_units(question: Question) -> str:
    """Draw the flags that judge units."""
    return _group(question, UNIT_FLAG_IDS, "Đơn vị")


@answers(PAGE, REVIEW, judges=True, shows=OFFICIALS)
def draw_review(question: Question) -> str:
    """Draw how dossiers were handled: what nothing done today undoes."""
    note = "Xét hồ sơ phải giải quyết trong kỳ: tiếp nhận trong kỳ và kỳ trước chuyển sang."
    return _group(question, REVIEW_FLAG_IDS, "Cần xem lại", note)


@answers(PAGE, INSPECT, judges=True)
def draw_inspection(question: Question) -> str:
    """Draw the units worth an inspection."""
    return inspection(
        question.flags, link=flag_link(question), unit_link=unit_link(question),
        listed=lambda code: question.listed("open_overdue", unit_code=code),
        links=(flags_file(question, "kiem-tra"),),
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
        whole_link=question.link(sort=extras.sort, card=MATRIX), links=(flags_file(question),),
    )  # fmt: skip


@answers(PAGE, COMPLAINTS, judges=True)
def draw_complaints(question: Question) -> str:
    """Draw the complaints that wait past their day."""
    return overdue_complaints(
        question.complaints_waiting, question.flags, units_by_code(question), link=unit_link(question),
        links=(flags_file(question, "phan-anh"),),
    )  # fmt: skip

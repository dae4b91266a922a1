"""Đơn vị: every unit with its late rate, flag and backlog, each leading to its own page."""

from __future__ import annotations

from typing import Any

import dash

from dashboard.figures.shared.outcome import nothing
from dashboard.figures.unit.list import ended_units, unit_list, units_headline
from dashboard.frame.components import answers, card, page
from dashboard.pages.shared import bar_of, excel_link, units_file
from dashboard.question.question import Question
from dashboard.question.unit import INDEX, unit_link

PAGE, PATH = "units", INDEX
BAR, HEADLINE, LIST, ENDED = "units-bar", "units-headline", "units-list", "units-ended"


def layout(**words: Any) -> Any:
    """Lay the page out; nothing is asked of the database here."""
    return page(
        PAGE, PATH, words,
        card(BAR, kind="bar"),
        card(HEADLINE, kind="headline"),
        card(LIST, label="Danh sách đơn vị"),
        card(ENDED, label="Đơn vị không hoạt động trong kỳ"),
    )  # fmt: skip


dash.register_page(__name__, path=PATH, name="Đơn vị", title="Đơn vị · Một cửa", order=6, layout=layout)

answers(PAGE, BAR, is_bar=True)(bar_of)


@answers(PAGE, HEADLINE, first=True)
def draw_headline(question: Question) -> str:
    """Draw the finding."""
    return units_headline(question.on_time, question.compared)


@answers(PAGE, LIST)
def draw_list(question: Question) -> str:
    """Draw the units of the period."""
    if not question.on_time.known:
        return nothing("Danh sách đơn vị", "Không có đơn vị nào trong kỳ này")
    return unit_list(
        question.on_time, question.compared, question.trend, link=unit_link(question),
        links=(excel_link(question),),
    )  # fmt: skip


@answers(PAGE, ENDED)
def draw_ended(question: Question) -> str:
    """Draw the units that were not active in the period: merged, or not begun."""
    return ended_units(
        question.known.units, question.on_time, link=unit_link(question), narrowed=question.view.unit_code,
        links=(units_file(question),),
    )  # fmt: skip

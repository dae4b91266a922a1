"""Tổng quan: which units, how bad, better or worse, what to do today."""

from __future__ import annotations

from typing import Any

import dash

from dashboard.asking import Question
from dashboard.components import answers, card, page
from dashboard.figures.actions import actions
from dashboard.figures.headline import headline
from dashboard.figures.heat import heat
from dashboard.figures.outcome import nothing
from dashboard.figures.ranking import ranking
from dashboard.pages.shared import bar_of, csv_link, trend_card, unit_link
from queries.flags import due_soon_until

PAGE, PATH = "overview", "/"
BAR, HEADLINE, RANKING = "overview-bar", "overview-headline", "overview-ranking"
ACTIONS, TREND, HEAT = "overview-actions", "overview-trend", "overview-heat"


def layout(**words: Any) -> Any:
    """Lay the page out; nothing is asked of the database here."""
    return page(
        PAGE, PATH, words,
        card(BAR, kind="bar"),
        card(HEADLINE, kind="headline"),
        card(RANKING, label="Xếp hạng đơn vị"),
        card(ACTIONS, label="Việc cần xử lý"),
        card(TREND, graph=True, label="Diễn biến 13 tháng"),
        card(HEAT, label="Đơn vị và tháng"),
    )  # fmt: skip


dash.register_page(__name__, path=PATH, name="Tổng quan", title="Tổng quan · Một cửa", order=1, layout=layout)

answers(PAGE, BAR)(bar_of)


@answers(PAGE, HEADLINE)
def draw_headline(question: Question) -> str:
    """Draw the finding and the four figures."""
    if not question.view.has_started:
        return nothing("Kỳ chưa bắt đầu", f"Kỳ này bắt đầu từ {question.view.period.start:%d/%m/%Y}.")
    # A period that ends within a month has no months that add up to its year.
    adds_up = min(question.trend.months[-1].end, question.view.as_of.date()) == question.view.end
    year = question.trend.year_to_date() if question.view.basis == "A" and adds_up else None
    return headline(question.on_time, question.compared, question.trend, year)


@answers(PAGE, RANKING)
def draw_ranking(question: Question) -> str:
    """Draw the ranking of units."""
    if not question.on_time.rows:
        return nothing("Xếp hạng đơn vị")
    return ranking(
        question.on_time,
        question.trend,
        link=unit_link(question),
        all_link=question.link("/dung-han"),
        links=(("Tải CSV", csv_link(question)),),
        note="Trễ hẹn: ngày có kết quả sau ngày hẹn trả đầu tiên. Căn cứ: CV 2307/UBND-NC (2020).",
    )


@answers(PAGE, ACTIONS)
def draw_actions(question: Question) -> str:
    """Draw what to decide today."""
    settings = question.source.settings
    until = due_soon_until(question.view, question.source.calendar, settings.due_soon_working_days)
    due_soon = question.due_soon if question.view.is_running else {}
    return actions(
        question.on_time, question.trend, due_soon, until, link=unit_link(question, "/dung-han"), links=()
    )


trend_card(PAGE, TREND)


@answers(PAGE, HEAT)
def draw_heat(question: Question) -> str:
    """Draw unit × month."""
    if not any(share.b for share in question.trend.district):
        return nothing("Đơn vị và tháng", "Không có hồ sơ nào trong 13 tháng này")
    return heat(question.on_time, question.trend, link=unit_link(question), links=())

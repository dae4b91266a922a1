"""Tổng quan: which units, how bad, better or worse, what to do today."""

from __future__ import annotations

from typing import Any

import dash

from dashboard.figures.flags.actions import actions
from dashboard.figures.flags.cards import flag_actions
from dashboard.figures.on_time.headline import headline
from dashboard.figures.on_time.ranking import ranking
from dashboard.figures.online import multiples as online_multiples
from dashboard.figures.online.cards import online_tile
from dashboard.figures.satisfaction.cards import satisfaction_tile
from dashboard.figures.satisfaction.multiples import compact
from dashboard.figures.shared.outcome import nothing
from dashboard.frame.components import answers, card, page, scope_of_votes
from dashboard.pages.shared import (
    bar_of,
    excel_link,
    flags_file,
    heat_card,
    method_link,
    narrowing_link,
    ratings_link,
    trend_card,
)
from dashboard.question.flags import flag_link, units_by_code
from dashboard.question.question import Question
from dashboard.question.unit import unit_link
from queries.flags.judging import due_soon_until

PAGE, PATH = "overview", "/"
BAR, HEADLINE, RANKING = "overview-bar", "overview-headline", "overview-ranking"
ACTIONS, TREND, HEAT = "overview-actions", "overview-trend", "overview-heat"
SATISFACTION, ONLINE = "overview-satisfaction", "overview-online"


def layout(**words: Any) -> Any:
    """Lay the page out; nothing is asked of the database here."""
    return page(
        PAGE, PATH, words,
        card(BAR, kind="bar"),
        card(HEADLINE, kind="headline"),
        card(RANKING, label="Xếp hạng đơn vị"),
        card(ACTIONS, label="Việc cần xử lý"),
        card(HEAT, label="Đơn vị và tháng"),
        card(TREND, graph=True, label="Diễn biến 13 tháng"),
        card(SATISFACTION, label="Hài lòng theo đơn vị"),
        card(ONLINE, label="Trực tuyến theo đơn vị"),
    )  # fmt: skip


dash.register_page(__name__, path=PATH, name="Tổng quan", title="Tổng quan · Một cửa", order=1, layout=layout)

answers(PAGE, BAR, is_bar=True)(bar_of)


@answers(PAGE, HEADLINE, first=True, names_unit=True)
def draw_headline(question: Question) -> str:
    """Draw the finding and the four figures."""
    # A period that ends within a month has no months that add up to its year.
    adds_up = min(question.trend.months[-1].end, question.view.as_of.date()) == question.view.end
    year = question.trend.year_to_date() if question.view.basis == "A" and adds_up else None
    return headline(
        question.on_time, question.compared, question.trend, year,
        others=(
            satisfaction_tile(
                question.satisfaction, question.satisfaction_before, question.satisfaction_trend,
                question.link("/hai-long"),
            ),
            online_tile(
                question.online, question.online_before, question.online_trend,
                question.link("/truc-tuyen"), most=2,
            ),
        ),
        listed=question.listed,
    )  # fmt: skip


@answers(PAGE, RANKING, first=True, judges=True)
def draw_ranking(question: Question) -> str:
    """Draw the ranking of units."""
    if question.on_time.district.tally.is_empty:
        return nothing("Xếp hạng đơn vị")
    return ranking(
        question.on_time,
        question.compared,
        question.trend,
        link=narrowing_link(question),
        listed=question.listed,
        all_link=question.link("/dung-han"),
        links=(method_link(question), excel_link(question)),
        note="Trễ hẹn: ngày có kết quả sau ngày hẹn trả đầu tiên. Căn cứ của ngưỡng: "
        f"{question.view.rules.threshold_cited(question.view.end)}.",
    )


@answers(PAGE, ACTIONS, judges=True)
def draw_actions(question: Question) -> str:
    """Draw what to decide today."""
    settings = question.source.settings
    until = due_soon_until(question.view, question.source.calendar, settings.due_soon_working_days)
    due_soon = question.due_soon if question.view.is_running else {}
    return actions(
        question.on_time,
        question.trend,
        due_soon,
        until,
        others=flag_actions(question.flags, units_by_code(question), flag_link(question)),
        link=unit_link(question),
        links=(("Mọi cảnh báo", question.link("/canh-bao")), flags_file(question)),
    )


draw_trend = trend_card(PAGE, TREND)


draw_heat = heat_card(PAGE, HEAT)


@answers(PAGE, SATISFACTION, judges=True, scope=scope_of_votes)
def draw_satisfaction(question: Question) -> str:
    """Draw the satisfaction of the units that fell, then of the lowest, one small chart each."""
    return compact(
        question.satisfaction, question.satisfaction_before, question.satisfaction_trend,
        question.known.units, link=narrowing_link(question), all_link=question.link("/hai-long"),
        links=(ratings_link(question, "don-vi-thang"),),
    )  # fmt: skip


@answers(PAGE, ONLINE, judges=True)
def draw_online(question: Question) -> str:
    """Draw the online shares of the units with the lowest, one small chart each."""
    return online_multiples.compact(
        question.online, question.online_before, question.online_trend,
        link=narrowing_link(question), all_link=question.link("/truc-tuyen"),
        links=(excel_link(question, "don-vi-thang", of="online"),),
    )  # fmt: skip

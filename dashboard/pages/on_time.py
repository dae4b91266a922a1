"""Đúng hạn: early, on time, late by unit, field and procedure; how late; A to D side by side."""

from __future__ import annotations

from typing import Any

import dash

from dashboard.figures.on_time import table
from dashboard.figures.on_time.summary import summary
from dashboard.figures.shared.outcome import nothing
from dashboard.frame.components import answers, card, page
from dashboard.pages.shared import bar_of, csv_link, heat_card, method_link, trend_card
from dashboard.question.question import Question
from dashboard.question.unit import unit_link
from queries.definitions.metrics import BASES

PAGE, PATH = "on-time", "/dung-han"
BAR, HEADLINE, UNITS, TREND = "on-time-bar", "on-time-headline", "on-time-units", "on-time-trend"
DAYS, RATES, HEAT = "on-time-days", "on-time-rates", "on-time-heat"
FIELDS, PROCEDURES = "on-time-fields", "on-time-procedures"


def layout(**words: Any) -> Any:
    """Lay the page out; nothing is asked of the database here."""
    return page(
        PAGE, PATH, words,
        card(BAR, kind="bar"),
        card(HEADLINE, kind="headline"),
        card(UNITS, label="Theo đơn vị"),
        card(TREND, graph=True, label="Diễn biến 13 tháng"),
        card(DAYS, label="Trễ bao lâu"),
        card(HEAT, label="Đơn vị và tháng"),
        card(FIELDS, label="Theo lĩnh vực"),
        card(PROCEDURES, label="Theo thủ tục"),
        card(RATES, label="Bốn cách tính"),
    )  # fmt: skip


dash.register_page(__name__, path=PATH, name="Đúng hạn", title="Đúng hạn · Một cửa", order=2, layout=layout)

answers(PAGE, BAR, is_bar=True)(bar_of)
draw_trend = trend_card(PAGE, TREND)


@answers(PAGE, HEADLINE, first=True, names_unit=True)
def draw_headline(question: Question) -> str:
    """Draw the finding and every count of the period."""
    question.at_once("on_time", "compared")
    return summary(question.on_time, question.compared, question.listed)


@answers(PAGE, UNITS)
def draw_units(question: Question) -> str:
    """Draw the table of units."""
    if question.on_time.district.tally.is_empty:
        return nothing("Theo đơn vị")
    return table.by_unit(
        question.on_time,
        question.compared,
        link=unit_link(question),
        listed=question.listed,
        links=(method_link(question), csv_link(question)),
    )


@answers(PAGE, DAYS)
def draw_days(question: Question) -> str:
    """Draw how late the late ones are."""
    if question.on_time.district.tally.is_empty:
        return nothing("Trễ bao lâu")
    return table.how_late(
        question.on_time, listed=question.listed, links=(method_link(question), csv_link(question))
    )


draw_heat = heat_card(PAGE, HEAT)


@answers(PAGE, FIELDS)
def draw_fields(question: Question) -> str:
    """Draw the table of fields."""
    groups = question.by_field
    if not groups:
        return nothing("Theo lĩnh vực")
    return table.by_field(
        groups, question.view,
        link=lambda name: question.link(field=name) if name in question.context.fields else "",
        listed=question.listed,
        links=(method_link(question), csv_link(question, "linh-vuc")),
    )  # fmt: skip


@answers(PAGE, PROCEDURES)
def draw_procedures(question: Question) -> str:
    """Draw the procedures with the most late dossiers."""
    groups = question.by_procedure
    if not groups:
        return nothing("Theo thủ tục")
    fields = {one.code: one.field or "" for one in question.known.procedures}
    return table.by_procedure(
        groups, fields, question.view,
        link=lambda code: question.link(procedure_code=code) if code in question.context.procedures else "",
        listed=question.listed,
        links=(method_link(question), csv_link(question, "thu-tuc")),
    )  # fmt: skip


@answers(PAGE, RATES, judges=True)
def draw_rates(question: Question) -> str:
    """Draw the four late rates side by side."""
    if not any(question.on_time.district.tally.late(basis).b for basis in BASES):
        return nothing("Bốn cách tính")
    return table.four_rates(
        question.on_time, link=unit_link(question), listed=question.listed,
        links=(method_link(question), csv_link(question)),
    )  # fmt: skip

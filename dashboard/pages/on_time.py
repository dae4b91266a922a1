"""Đúng hạn: where late dossiers come from, how late they are, by unit, field and procedure."""

from __future__ import annotations

from typing import Any

import dash

from dashboard.figures.on_time import table
from dashboard.figures.on_time.origins import origins
from dashboard.figures.on_time.summary import headline, summary
from dashboard.figures.shared.outcome import nothing
from dashboard.frame.components import answers, card, page
from dashboard.pages.shared import bar_of, excel_link, heat_card, method_link, trend_card
from dashboard.question.question import Question
from dashboard.question.unit import unit_link

PAGE, PATH = "on-time", "/dung-han"
BAR, HEADLINE, UNITS, TREND = "on-time-bar", "on-time-headline", "on-time-units", "on-time-trend"
DAYS, ORIGINS, HEAT = "on-time-days", "on-time-origins", "on-time-heat"
FIELDS, PROCEDURES, LEDGER = "on-time-fields", "on-time-procedures", "on-time-ledger"


def layout(**words: Any) -> Any:
    """Lay the page out; nothing is asked of the database here."""
    return page(
        PAGE, PATH, words,
        card(BAR, kind="bar"),
        card(HEADLINE, kind="headline"),
        card(ORIGINS, label="Hồ sơ trễ ở đâu"),
        card(TREND, graph=True, label="Diễn biến 13 tháng"),
        card(DAYS, label="Trễ bao lâu"),
        card(HEAT, label="Đơn vị và tháng"),
        card(FIELDS, label="Theo lĩnh vực"),
        card(PROCEDURES, label="Theo thủ tục"),
        card(LEDGER, label="Hồ sơ trong kỳ"),
        card(UNITS, label="Theo đơn vị"),
    )  # fmt: skip


dash.register_page(__name__, path=PATH, name="Đúng hạn", title="Đúng hạn · Một cửa", order=2, layout=layout)

answers(PAGE, BAR, is_bar=True)(bar_of)
draw_trend = trend_card(PAGE, TREND)


@answers(PAGE, HEADLINE, first=True, names_unit=True)
def draw_headline(question: Question) -> str:
    """Draw the finding."""
    return headline(question.on_time, question.compared)


@answers(PAGE, ORIGINS)
def draw_origins(question: Question) -> str:
    """Draw where the late dossiers come from: units against fields."""
    if question.on_time.district.tally.is_empty:
        return nothing("Hồ sơ trễ ở đâu")
    return origins(
        question.origins, question.view, link=unit_link(question), listed=question.listed,
        fields=question.context.fields, procedures=question.context.procedures,
        links=(
            method_link(question),
            ("Bốn cách tính cạnh nhau", question.link("/phuong-phap")),
            excel_link(question, "noi-tre"),
        ),
    )  # fmt: skip


@answers(PAGE, LEDGER)
def draw_ledger(question: Question) -> str:
    """Draw every count of the period: what came in, and what became of it."""
    if question.on_time.district.tally.is_empty:
        return nothing("Hồ sơ trong kỳ")
    links = (method_link(question), excel_link(question))
    return summary(question.on_time, question.compared, question.listed, links)


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
        links=(method_link(question), excel_link(question)),
    )


@answers(PAGE, DAYS)
def draw_days(question: Question) -> str:
    """Draw how late the late ones are."""
    if question.on_time.district.tally.is_empty:
        return nothing("Trễ bao lâu")
    return table.how_late(
        question.on_time, listed=question.listed, links=(method_link(question), excel_link(question))
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
        links=(method_link(question), excel_link(question, "linh-vuc")),
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
        links=(method_link(question), excel_link(question, "thu-tuc")),
    )  # fmt: skip

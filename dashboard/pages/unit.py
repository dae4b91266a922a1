"""Đơn vị: one unit for a delegation, everything with a/b, on screen and on A4."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any
from urllib.parse import unquote

import dash
from dash import html

from dashboard.figures.on_time import table
from dashboard.figures.on_time.trend import events_note, trend_title
from dashboard.figures.online.tables import by_field as online_by_field
from dashboard.figures.online.wording import NO_LEVELS
from dashboard.figures.shared.markup import markup
from dashboard.figures.shared.outcome import NO_DATA, UNTOLD_LINE, nothing
from dashboard.figures.unit.flags import unit_flags
from dashboard.figures.unit.headline import Told, facts_of, unit_headline, unknown_unit
from dashboard.figures.unit.metrics import unit_metrics
from dashboard.figures.unit.trend import merger_sentence, series_of, unit_months, unit_trend
from dashboard.formats import sentence
from dashboard.frame.components import answers, card, page
from dashboard.frame.filters import RESULTS
from dashboard.pages.shared import (
    asked_path,
    bar_of,
    excel_link,
    flags_file,
    method_link,
    note_of,
    units_file,
)
from dashboard.question.access import known_to, the_reader
from dashboard.question.flags import flag_link
from dashboard.question.question import Question, the_source
from dashboard.question.unit import INDEX, UnitQuestion, unit_path
from queries.definitions.metrics import late_metric
from queries.definitions.units import Unit

PAGE = "unit"
BAR, HEADLINE, METRICS, TREND = "unit-bar", "unit-headline", "unit-metrics", "unit-trend"
MONTHS, FLAGS, FIELDS = "unit-months", "unit-flags", "unit-by-field"
ONLINE = "unit-online"


def layout(unit_code: Any = "", **words: Any) -> Any:
    """Lay the page out; nothing is asked of the database here.

    Dash gives a query word of the same name in the place of the path's: the path is read
    from the address itself, and the word is an unknown one like any other.
    """
    path = asked_path()
    if path is None:
        path = unit_path(unquote(str(unit_code)))
    elif unit_code != path.strip("/").removeprefix(f"{INDEX.strip('/')}/"):
        words["unit_code"] = unit_code
    return page(
        PAGE, path, words,
        card(BAR, kind="bar"),
        card(HEADLINE, kind="headline"),
        card(METRICS, label="Các chỉ số của đơn vị"),
        card(TREND, graph=True, label="Diễn biến 13 tháng"),
        card(FLAGS, label="Cảnh báo của đơn vị"),
        card(MONTHS, label="Từng tháng"),
        card(FIELDS, label="Theo lĩnh vực"),
        card(ONLINE, label="Trực tuyến theo lĩnh vực"),
        _signed(),
    )  # fmt: skip


def _signed() -> html.Section:
    """Leave room for date and signatures, on paper alone."""
    whom = ("Người lập", "Đại diện đơn vị", "Đại diện đoàn giám sát")
    return html.Section(
        [
            html.P("…………………, ngày …… tháng …… năm ………", className="signed-day"),
            *(html.Div([html.B(one), html.Span("(ký, ghi rõ họ tên)")]) for one in whom),
        ],
        className="paper signed",
    )


def _title(unit_code: str = "") -> str:
    known = the_source().remembered()
    # A title names no unit that the page then says there is none of.
    seen = known_to(the_reader().rights, known).units if known else ()
    names = {unit.code: unit.name for unit in seen}
    code = unit_code if unit_code in names else unquote(unit_code)
    return f"{names.get(code) or 'Đơn vị'} · Một cửa"


dash.register_page(__name__, path_template=f"{INDEX}/<unit_code>", name="Đơn vị", title=_title, layout=layout)


def about_unit(draw: Callable[[UnitQuestion], Any]) -> Callable[[Question], Any]:
    """Give a card the unit of the path; where the path names none, the card is empty."""

    @wraps(draw)
    def drawn(question: Question) -> Any:
        unit = UnitQuestion.about(question)
        return nothing("Không có đơn vị mang mã này", "") if unit is None else draw(unit)

    return drawn


@answers(PAGE, BAR, is_bar=True)
def draw_bar(question: Question) -> str:
    """Draw the bar; its links keep the unit, where there is one."""
    return bar_of(UnitQuestion.about(question) or replace(question, path=INDEX))


@answers(PAGE, HEADLINE, first=True)
def draw_headline(question: Question) -> str:
    """Draw who the unit is and how it stands."""
    unit = UnitQuestion.about(question)
    if unit is None:
        code = unquote(question.path.removeprefix(f"{INDEX}/"))[:40]
        return unknown_unit(
            code,
            question.link(INDEX),
            question.link(RESULTS, search=code),
            is_part=question.rights.units is not None,
        )
    figures, district_figures, last_year = unit.figures(whole=False)
    told = Told(
        row=unit.row,
        running=unit.district.trend.running(unit.unit.code),
        figures=figures,
        district_figures=district_figures,
        last_year=last_year,
    )
    # Whoever heads the unit today headed it in a period that holds the data's own day, and in no other;
    # a unit that is no more has no head.
    today = unit.context.as_of.date()
    is_now = unit.view.is_running and unit.view.period.start <= today <= unit.view.period.end
    is_now = is_now and unit.unit.is_active(today, today)
    # The head is an official too: named to those alone who are told officials' names.
    facts = facts_of(
        unit.unit, unit.predecessors, unit.successor, with_head=is_now and unit.rights.sees_officials,
        link=lambda code: unit.link(unit_code=code),
    )  # fmt: skip
    return unit_headline(told, unit.view, facts)


@answers(PAGE, METRICS)
@about_unit
def draw_metrics(unit: UnitQuestion) -> str:
    """Draw every metric beside the district and last year."""
    listable = unit.context.metrics
    return unit_metrics(
        unit.unit, unit.view, *unit.figures(whole=True),
        last_year=unit.last_year.view if unit.last_year else None,
        months=unit.months,
        listed=lambda word: unit.listed(word) if word in listable else "",
        links=(units_file(unit, "chi-so"),),
    )  # fmt: skip


@answers(PAGE, TREND, graph=True)
@about_unit
def draw_trend(unit: UnitQuestion) -> Any:
    """Draw the thirteen months, with a break where units were merged."""
    trend = unit.told_trend
    figure, told = unit_trend(trend, unit.unit, _related(unit), unit.events)
    if figure is None:
        return nothing("Diễn biến 13 tháng", "Không có hồ sơ nào trong 13 tháng này")
    merger = merger_sentence(unit.unit, unit.predecessors, unit.successor)
    whole = "đường xám nhạt: toàn địa bàn" if all(unit.months_told) else UNTOLD_LINE
    head = markup(
        "head.html",
        meaning=late_metric(unit.view.basis).id,
        title=trend_title(replace(trend, district=series_of(unit.unit, trend)), unit.unit.name),
        subtitle=f"{late_metric(unit.view.basis).name}, 13 tháng, cách tính {unit.view.basis}; "
        f"{whole}{events_note(unit.events)}. {merger}".strip(),
        note=note_of(late_metric(unit.view.basis).id, unit.view),
        links=(method_link(unit), excel_link(unit, "thang")),
    )
    return head, figure, told


def _related(unit: UnitQuestion) -> tuple[Unit, ...]:
    """Give who was merged into the unit, and into whom it was, as far as the months shown know them."""
    months = unit.district.trend.months
    others = (*unit.predecessors, *((unit.successor,) if unit.successor else ()))
    return tuple(one for one in others if one.is_active(months[0].start, months[-1].end))


@answers(PAGE, MONTHS)
@about_unit
def draw_months(unit: UnitQuestion) -> str:
    """Draw the same months as numbers."""
    return unit_months(
        unit.told_trend, unit.unit, _related(unit), told=unit.months_told,
        link=lambda code: unit.link(unit_code=code), links=(excel_link(unit, "don-vi-thang"),),
    )  # fmt: skip


@answers(PAGE, FLAGS)
@about_unit
def draw_flags(unit: UnitQuestion) -> str:
    """Draw the flags on the unit."""
    return unit_flags(
        unit.district.flags, unit.unit, link=flag_link(unit.district), links=(flags_file(unit),)
    )


@answers(PAGE, FIELDS)
@about_unit
def draw_fields(unit: UnitQuestion) -> str:
    """Draw the unit's fields."""
    if not unit.by_field:
        return nothing("Theo lĩnh vực")
    return table.by_field(
        unit.by_field, unit.view,
        link=lambda name: unit.link(field=name) if name in unit.context.fields else "",
        listed=unit.listed, links=(method_link(unit), excel_link(unit, "linh-vuc")),
    )  # fmt: skip


@answers(PAGE, ONLINE)
@about_unit
def draw_online(unit: UnitQuestion) -> str:
    """Draw how the unit's dossiers came, field by field."""
    found, title = unit.online, "Trực tuyến theo lĩnh vực"
    if not (found.recorded.levels and found.recorded.fields):
        return nothing(title, sentence(NO_DATA), NO_LEVELS)
    if not found.district.tally["received"]:
        return nothing(title)
    words = unit.context.metrics
    return online_by_field(
        unit.online_fields, found,
        link=lambda name: unit.link(field=name) if name in unit.context.fields else "",
        listed=lambda word, **narrow: unit.listed(word, **narrow) if word in words else "",
        links=(excel_link(unit, "linh-vuc", of="online"),),
    )  # fmt: skip

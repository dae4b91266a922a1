"""Hài lòng: which unit fell, both rates with their votes, thirteen months, every source for itself."""

from __future__ import annotations

from typing import Any

import dash

from dashboard.address.words import Extras
from dashboard.figures.satisfaction import multiples as panels
from dashboard.figures.satisfaction import tables
from dashboard.figures.satisfaction.cards import SourceChoice, headline
from dashboard.figures.satisfaction.wording import NO_VOTES, POOLED_NAME, SOURCE_NAMES, source_suffix
from dashboard.figures.shared.outcome import NO_DATA, nothing
from dashboard.formats import count_text, sentence
from dashboard.frame.components import answers, card, page, scope_of_votes
from dashboard.pages.shared import bar_of, method_link, narrowing_link, ratings_link
from dashboard.question.question import Question
from dashboard.question.unit import unit_link
from queries.contract import RATING_SOURCES
from queries.satisfaction.votes import POOLED

PAGE, PATH = "satisfaction", "/hai-long"
BAR, HEADLINE, MULTIPLES = "satisfaction-bar", "satisfaction-headline", "satisfaction-multiples"
UNITS = "satisfaction-units"
SOURCES, SOURCE_MONTHS = "satisfaction-sources", "satisfaction-source-months"


def layout(**words: Any) -> Any:
    """Lay the page out; nothing is asked of the database here."""
    return page(
        PAGE, PATH, words,
        card(BAR, kind="bar"),
        card(HEADLINE, kind="headline"),
        card(MULTIPLES, label="13 tháng theo đơn vị"),
        card(UNITS, label="Theo đơn vị"),
        card(SOURCES, label="Theo nguồn"),
        card(SOURCE_MONTHS, label="13 tháng theo nguồn"),
    )  # fmt: skip


dash.register_page(__name__, path=PATH, name="Hài lòng", title="Hài lòng · Một cửa", order=4, layout=layout)

answers(PAGE, BAR, is_bar=True)(bar_of)


def missing(question: Question, title: str, *, months: bool = False) -> str:
    """Say why a card is empty: no such data, no votes in the period, none in the months; else ""."""
    found = question.satisfaction
    if not found.has_data:
        return nothing(title, sentence(NO_DATA), "Nguồn dữ liệu không có bảng phiếu đánh giá đầy đủ cột.")
    if months:
        trend = question.satisfaction_trend
        if not any(share.b for share in trend.district_shares()):
            return nothing(title, f"Không có phiếu đánh giá nào trong 13 tháng này{source_suffix(found)}")
    elif not found.district.share.b:
        return nothing(title, f"{NO_VOTES}{source_suffix(found)}")
    return ""


@answers(PAGE, HEADLINE, first=True, judges=True, names_unit=True, scope=scope_of_votes)
def draw_headline(question: Question) -> str:
    """Draw the finding, the four figures and the choice of sources."""
    view = question.view
    return headline(
        question.satisfaction,
        question.satisfaction_before,
        question.satisfaction_trend,
        _choices(question),
        narrowed=view.field is not None or view.procedure_code is not None,
    )


def _choices(question: Question) -> tuple[SourceChoice, ...]:
    sources, chosen = question.satisfaction.district.sources, question.rating_source
    whole = count_text(sources.pooled(POOLED)["votes"])
    return (
        SourceChoice(POOLED_NAME, _source_link(question, ""), whole, chosen is None),
        *(
            SourceChoice(
                SOURCE_NAMES[one],
                _source_link(question, one),
                count_text(sources[one]["votes"]),
                chosen == one,
            )
            for one in RATING_SOURCES
        ),
    )


def _source_link(question: Question, source: str) -> str:
    return question.link(extras=Extras(source=source or None))


@answers(PAGE, MULTIPLES, judges=True, scope=scope_of_votes)
def draw_multiples(question: Question) -> str:
    """Draw thirteen months of every unit on one scale."""
    return missing(question, "13 tháng theo đơn vị", months=True) or panels.by_unit(
        question.satisfaction, question.satisfaction_before, question.satisfaction_trend,
        question.known.units, link=narrowing_link(question), links=(ratings_link(question, "don-vi-thang"),),
    )  # fmt: skip


@answers(PAGE, UNITS, judges=True, scope=scope_of_votes)
def draw_units(question: Question) -> str:
    """Draw the table of units."""
    return missing(question, "Theo đơn vị") or tables.by_unit(
        question.satisfaction, question.satisfaction_before,
        link=unit_link(question), links=(ratings_link(question),),
    )  # fmt: skip


@answers(PAGE, SOURCES, judges=True, scope=scope_of_votes)
def draw_sources(question: Question) -> str:
    """Draw every source for itself, whichever the reader has taken."""
    found = question.satisfaction
    if found.has_data and found.district.sources.by_source:
        return tables.by_source(
            found, question.satisfaction_before,
            link=lambda one: _source_link(question, one),
            links=(method_link(question), ratings_link(question)),
        )  # fmt: skip
    return missing(question, "Theo nguồn") or nothing("Theo nguồn", NO_VOTES)


@answers(PAGE, SOURCE_MONTHS, judges=True, scope=scope_of_votes)
def draw_source_months(question: Question) -> str:
    """Draw thirteen months of every source."""
    found, trend = question.satisfaction, question.satisfaction_trend
    if found.has_data and any(month.by_source for month in trend.district):
        return panels.by_source(
            found, question.satisfaction_before, trend,
            link=lambda one: _source_link(question, one),
            links=(method_link(question), ratings_link(question, "nguon-thang")),
        )  # fmt: skip
    return missing(question, "13 tháng theo nguồn", months=True) or nothing("13 tháng theo nguồn", NO_VOTES)

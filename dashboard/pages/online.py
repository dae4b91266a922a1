"""Trực tuyến: what share came online, at which level, typed by whom, and what went by post."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import dash

from dashboard.figures.on_time.trend import events_sentence
from dashboard.figures.online import bars, tables
from dashboard.figures.online import trend as trends
from dashboard.figures.online.cards import headline
from dashboard.figures.online.wording import NO_LEVELS
from dashboard.figures.shared.outcome import NO_DATA, nothing
from dashboard.formats import sentence
from dashboard.frame.components import answers, card, page
from dashboard.pages.shared import bar_of, excel_link, method_link, narrowing_link, note_of, whose_name
from dashboard.question.question import Question
from dashboard.question.unit import unit_link
from queries.online.judging import busiest_lowest

PAGE, PATH = "online", "/truc-tuyen"
BAR, HEADLINE, UNITS, HELP = "online-bar", "online-headline", "online-units", "online-help"
TREND, PROCEDURES, FIELDS = "online-trend", "online-procedures", "online-fields"
MISSED, POST, COUNTS = "online-missed", "online-post", "online-counts"


def layout(**words: Any) -> Any:
    """Lay the page out; nothing is asked of the database here."""
    return page(
        PAGE, PATH, words,
        card(BAR, kind="bar"),
        card(HEADLINE, kind="headline"),
        card(MISSED, label="Hồ sơ có thể nộp trực tuyến"),
        card(UNITS, label="Xếp hạng đơn vị"),
        card(HELP, label="Tự nộp và được hỗ trợ"),
        card(TREND, graph=True, label="Diễn biến 13 tháng"),
        card(PROCEDURES, label="Thủ tục nhiều hồ sơ nhất"),
        card(FIELDS, label="Theo lĩnh vực"),
        card(POST, label="Bưu chính công ích"),
        card(COUNTS, label="Theo đơn vị"),
    )  # fmt: skip


dash.register_page(
    __name__, path=PATH, name="Trực tuyến", title="Trực tuyến · Một cửa", order=5, layout=layout
)

answers(PAGE, BAR, is_bar=True)(bar_of)


def links(question: Question, by: str | None = None) -> tuple[tuple[str, str], ...]:
    """Give what a card's foot leads to: how its numbers are counted, and its rows as CSV."""
    return method_link(question), excel_link(question, by, of="online")


def listed(question: Question) -> Callable[..., str]:
    """Give the address of the dossiers behind a number, "" where no list knows the word."""
    words = question.context.metrics
    return lambda word, **narrow: question.listed(word, **narrow) if word in words else ""


def missing(question: Question, title: str, *, has_data: bool = True, why: str = NO_LEVELS) -> str:
    """Say why a card is empty: no such data, or nothing in the period; else ""."""
    if not has_data:
        return nothing(title, sentence(NO_DATA), why)
    return "" if question.online.district.tally["received"] else nothing(title)


@answers(PAGE, HEADLINE, first=True, judges=True, names_unit=True)
def draw_headline(question: Question) -> str:
    """Draw the finding and the four figures."""
    return headline(question.online, question.online_before, question.online_trend)


@answers(PAGE, MISSED, judges=True)
def draw_missed(question: Question) -> str:
    """Draw the procedures with most dossiers that could have come online and did not."""
    found, title = question.online, "Hồ sơ có thể nộp trực tuyến"
    coded = found.recorded.procedures
    why = NO_LEVELS if coded else "Nguồn dữ liệu không ghi thủ tục của hồ sơ."
    names = question.context.procedures
    return missing(question, title, has_data=found.recorded.levels and coded, why=why) or bars.by_missed(
        question.online_procedures, found, listed=listed(question), links=links(question, "thu-tuc"),
        link=lambda code: question.link(procedure_code=code) if code in names else "",
    )  # fmt: skip


@answers(PAGE, UNITS, judges=True)
def draw_units(question: Question) -> str:
    """Draw the ranking of units."""
    found = question.online
    return missing(question, "Xếp hạng đơn vị", has_data=found.recorded.levels) or bars.by_unit(
        found, link=narrowing_link(question), listed=listed(question), links=links(question)
    )


@answers(PAGE, HELP, judges=True)
def draw_help(question: Question) -> str:
    """Draw who typed the online dossiers."""
    found = question.online
    title, recorded = "Tự nộp và được hỗ trợ", found.recorded
    why = "Nguồn dữ liệu không ghi hồ sơ trực tuyến do ai nộp." if recorded.levels else NO_LEVELS
    empty = missing(question, title, has_data=recorded.levels and recorded.assisted, why=why)
    if empty:
        return empty
    if not found.district.tally["online_high"]:
        return nothing(title, "Không có hồ sơ trực tuyến nào trong kỳ này")
    return bars.by_help(found, link=narrowing_link(question), listed=listed(question), links=links(question))


@answers(PAGE, TREND, graph=True)
def draw_trend(question: Question) -> Any:
    """Draw the thirteen months of the district, or of the unit in view."""
    found, trend = question.online, question.online_trend
    title = "Diễn biến 13 tháng"
    if not found.recorded.levels:
        return nothing(title, sentence(NO_DATA), NO_LEVELS)
    if not any(tally.rate.b for tally in trend.district):
        return nothing(title, "Không có hồ sơ nào trong 13 tháng này")
    name = whose_name(question)
    return (
        trends.trend_head(
            trend, found, name, note=note_of("online_rate", found.view), links=links(question, "thang")
        ),
        trends.trend_figure(trend, found, question.events),
        f"{trends.trend_sentence(trend, found)}.{events_sentence(question.events)}",
    )


@answers(PAGE, PROCEDURES, judges=True)
def draw_procedures(question: Question) -> str:
    """Draw the ten busiest procedures, the lowest share first."""
    found, title = question.online, "Thủ tục nhiều hồ sơ nhất"
    coded = found.recorded.procedures
    why = NO_LEVELS if coded else "Nguồn dữ liệu không ghi thủ tục của hồ sơ."
    empty = missing(question, title, has_data=found.recorded.levels and coded, why=why)
    if empty:
        return empty
    ten = busiest_lowest(question.online_procedures)
    if not ten:
        return nothing(title, "Không hồ sơ nào trong kỳ này ghi thủ tục")
    names = question.context.procedures
    return bars.by_procedure(
        ten, found, listed=listed(question), links=links(question, "thu-tuc"),
        link=lambda code: question.link(procedure_code=code) if code in names else "",
    )  # fmt: skip


@answers(PAGE, FIELDS, judges=True)
def draw_fields(question: Question) -> str:
    """Draw the fields."""
    found, title = question.online, "Theo lĩnh vực"
    has_fields = found.recorded.fields
    why = NO_LEVELS if has_fields else "Nguồn dữ liệu không ghi lĩnh vực."
    names = question.context.fields
    return missing(question, title, has_data=found.recorded.levels and has_fields, why=why) or bars.by_field(
        question.online_fields, found, listed=listed(question), links=links(question, "linh-vuc"),
        link=lambda name: question.link(field=name) if name in names else "",
    )  # fmt: skip


@answers(PAGE, POST, judges=True)
def draw_post(question: Question) -> str:
    """Draw the post, both ways."""
    found = question.online
    if not found.rows:
        return nothing("Bưu chính công ích")
    return tables.post(found, link=unit_link(question), links=links(question))


@answers(PAGE, COUNTS)
def draw_counts(question: Question) -> str:
    """Draw every count by unit."""
    if not question.online.rows:
        return nothing("Theo đơn vị")
    return tables.every_count(
        question.online, link=unit_link(question), listed=listed(question), links=links(question)
    )

"""Giao ban: what to say in the leadership's meeting, computed; every sentence opens its evidence."""

from __future__ import annotations

from typing import Any

import dash
from dash import html

from dashboard.figures.meeting.moves import biggest_change, nobody_moved
from dashboard.figures.meeting.points import drawn
from dashboard.figures.meeting.service import service
from dashboard.figures.meeting.split import FORMULA
from dashboard.figures.meeting.threshold import meeting_headline, over_now
from dashboard.figures.meeting.work import apologies, backlog_now, praise
from dashboard.figures.shared.outcome import nothing, why_no_figures
from dashboard.frame.components import answers, card, page
from dashboard.pages.shared import bar_of, excel_link, flags_file, ratings_link
from dashboard.question.flags import units_by_code
from dashboard.question.meeting import breakdowns, opens
from dashboard.question.question import Question
from queries.flags.judging import due_soon_until
from queries.on_time.changes import crossings, moves

PAGE, PATH = "meeting", "/giao-ban"
BAR, HEADLINE, OVER, MOVES = "meeting-bar", "meeting-headline", "meeting-over", "meeting-moves"
WORK, SERVICE = "meeting-work", "meeting-service"


def layout(**words: Any) -> Any:
    """Lay the page out; nothing is asked of the database here."""
    return page(
        PAGE, PATH, words,
        card(BAR, kind="bar"),
        card(HEADLINE, kind="headline"),
        card(OVER, label="Vượt ngưỡng, so với mốc"),
        card(MOVES, label="Góp tăng, góp giảm nhiều nhất"),
        card(WORK, label="Hồ sơ quá hạn, xin lỗi"),
        card(SERVICE, label="Hài lòng, trực tuyến, biểu dương"),
        html.P(FORMULA, className="meeting-formula"),
    )  # fmt: skip


dash.register_page(__name__, path=PATH, name="Giao ban", title="Giao ban · Một cửa", order=8, layout=layout)

answers(PAGE, BAR, is_bar=True)(bar_of)


@answers(PAGE, HEADLINE, first=True, judges=True)
def draw_headline(question: Question) -> str:
    """Draw the finding of the meeting."""
    if not question.view.has_started:
        return nothing(*why_no_figures(question.view))
    found, before = question.on_time, question.compared
    return meeting_headline(found, before, crossings(found, before), opens(question))


@answers(PAGE, OVER, judges=True)
def draw_over(question: Question) -> str:
    """Draw who is over the threshold now, who crossed it since the comparison."""
    found, before = question.on_time, question.compared
    told = over_now(found, before, crossings(found, before), question.trend, opens(question))
    return drawn(told, links=(excel_link(question),))


@answers(PAGE, MOVES, judges=True)
def draw_moves(question: Question) -> str:
    """Draw who raised the rate most and who lowered it most, and what explains either."""
    found, before = question.on_time, question.compared
    moved, there = moves(found, before), opens(question)
    split, links = breakdowns(question), (excel_link(question, "dong-gop"),)
    if moved is None or not (moved.rise or moved.fall):
        return drawn(nobody_moved(found, before, moved, there), links=links)
    return drawn(
        biggest_change(found, before, moved, split[0], there, rise=True),
        biggest_change(found, before, moved, split[1], there, rise=False),
        links=links,
    )


@answers(PAGE, WORK, judges=True)
def draw_work(question: Question) -> str:
    """Draw whom the backlog will push over, what falls due, and the apologies not given, or given late."""
    settings, units, there = question.source.settings, units_by_code(question), opens(question)
    until = due_soon_until(question.view, question.source.calendar, settings.due_soon_working_days)
    due_soon = question.due_soon if question.view.is_running else {}
    return drawn(
        backlog_now(question.on_time, due_soon, until, units, there),
        apologies(question.flags, units, there),
        links=(flags_file(question, "viec"),),
    )


@answers(PAGE, SERVICE, judges=True)
def draw_service(question: Question) -> str:
    """Draw satisfaction and the online share, and the units to commend."""
    there = opens(question)
    told = service(
        question.satisfaction, question.satisfaction_before, question.online, question.online_before, there
    )
    files = (ratings_link(question), excel_link(question, of="online"), flags_file(question))
    names = ("Tải Excel: hài lòng", "trực tuyến", "biểu dương")
    links = [(name, href) for name, (_, href) in zip(names, files, strict=True)]
    return drawn(told, praise(question.on_time, there), links=links)

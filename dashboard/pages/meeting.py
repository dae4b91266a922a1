"""Giao ban: what to say in the leadership's meeting, computed; every sentence opens its evidence."""

from __future__ import annotations

from typing import Any

import dash
from dash import html

from dashboard.figures.meeting.moves import biggest_change
from dashboard.figures.meeting.service import service
from dashboard.figures.meeting.split import FORMULA
from dashboard.figures.meeting.threshold import crossed_since, meeting_headline, over_now
from dashboard.figures.meeting.work import apologies, backlog_now, praise
from dashboard.figures.shared.outcome import nothing, why_no_figures
from dashboard.frame.components import answers, card, page
from dashboard.pages.shared import bar_of
from dashboard.question.flags import units_by_code
from dashboard.question.meeting import breakdowns, opens
from dashboard.question.question import Question
from queries.flags.judging import due_soon_until
from queries.on_time.changes import crossings, moves

PAGE, PATH = "meeting", "/giao-ban"
BAR, HEADLINE, OVER, CROSSED = "meeting-bar", "meeting-headline", "meeting-over", "meeting-crossed"
RISE, FALL, BACKLOG, APOLOGIES = "meeting-rise", "meeting-fall", "meeting-backlog", "meeting-apologies"
SERVICE, PRAISE = "meeting-service", "meeting-praise"


def layout(**words: Any) -> Any:
    """Lay the page out; nothing is asked of the database here."""
    return page(
        PAGE, PATH, words,
        card(BAR, kind="bar"),
        card(HEADLINE, kind="headline"),
        card(OVER, label="Đang vượt ngưỡng"),
        card(CROSSED, label="Mới vượt, đã xuống dưới ngưỡng"),
        card(RISE, label="Góp tăng nhiều nhất"),
        card(FALL, label="Góp giảm nhiều nhất"),
        card(BACKLOG, label="Hồ sơ quá hạn"),
        card(APOLOGIES, label="Xin lỗi, hẹn lại"),
        card(SERVICE, label="Hài lòng, trực tuyến"),
        card(PRAISE, label="Biểu dương"),
        html.P(FORMULA, className="meeting-formula"),
    )  # fmt: skip


dash.register_page(__name__, path=PATH, name="Giao ban", title="Giao ban · Một cửa", order=8, layout=layout)

answers(PAGE, BAR, is_bar=True)(bar_of)


@answers(PAGE, HEADLINE, first=True, judges=True)
def draw_headline(question: Question) -> str:
    """Draw the finding of the meeting."""
    if not question.view.has_started:
        return nothing(*why_no_figures(question.view))
    question.at_once("on_time", "compared")
    found, before = question.on_time, question.compared
    return meeting_headline(found, before, crossings(found, before), opens(question))


@answers(PAGE, OVER, judges=True)
def draw_over(question: Question) -> str:
    """Draw who is over the threshold now."""
    question.at_once("on_time", "trend")
    return over_now(question.on_time, question.trend, opens(question))


@answers(PAGE, CROSSED, judges=True)
def draw_crossed(question: Question) -> str:
    """Draw who is newly over, and who is back."""
    found, before = question.on_time, question.compared
    return crossed_since(found, before, crossings(found, before), opens(question))


def _change(question: Question, *, rise: bool) -> str:
    found, before = question.on_time, question.compared
    split = breakdowns(question)[0 if rise else 1]
    return biggest_change(found, before, moves(found, before), split, opens(question), rise=rise)


@answers(PAGE, RISE, judges=True)
def draw_rise(question: Question) -> str:
    """Draw the biggest rise and what explains it."""
    return _change(question, rise=True)


@answers(PAGE, FALL, judges=True)
def draw_fall(question: Question) -> str:
    """Draw the biggest fall and what explains it."""
    return _change(question, rise=False)


@answers(PAGE, BACKLOG, judges=True)
def draw_backlog(question: Question) -> str:
    """Draw whom the backlog will push over, and what falls due."""
    settings = question.source.settings
    until = due_soon_until(question.view, question.source.calendar, settings.due_soon_working_days)
    due_soon = question.due_soon if question.view.is_running else {}
    return backlog_now(question.on_time, due_soon, until, units_by_code(question), opens(question))


@answers(PAGE, APOLOGIES, judges=True)
def draw_apologies(question: Question) -> str:
    """Draw the apologies not given, or given late."""
    return apologies(question.flags, units_by_code(question), opens(question))


@answers(PAGE, SERVICE, judges=True)
def draw_service(question: Question) -> str:
    """Draw satisfaction and the online share."""
    question.at_once("online", "online_before", "satisfaction", "satisfaction_before")
    return service(
        question.satisfaction, question.satisfaction_before, question.online, question.online_before,
        opens(question),
    )  # fmt: skip


@answers(PAGE, PRAISE, judges=True)
def draw_praise(question: Question) -> str:
    """Draw the units to commend."""
    return praise(question.on_time, opens(question))

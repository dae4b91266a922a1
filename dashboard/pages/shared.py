"""What several pages' cards are made of: the bar, a link that narrows to a unit, the CSV twin, the trend."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import dash
from dash.exceptions import MissingCallbackContextException

from dashboard.address.words import Extras
from dashboard.figures.listing.dossiers import Names
from dashboard.figures.on_time.heat import heat
from dashboard.figures.on_time.trend import (
    events_note,
    events_sentence,
    trend_figure,
    trend_sentence,
    trend_title,
)
from dashboard.figures.shared.markup import markup
from dashboard.figures.shared.outcome import nothing
from dashboard.figures.shared.wording import months_text
from dashboard.formats import within
from dashboard.frame.components import answers
from dashboard.frame.filters import bar
from dashboard.frame.navigation import pages_there_are
from dashboard.question.dossier import dossier_path
from dashboard.question.question import Question, the_source
from dashboard.question.unit import unit_link
from queries.asked.view import View
from queries.definitions.metrics import METRICS, late_metric


def bar_of(question: Question, *, is_here: bool = True) -> str:
    """Draw the bar with a link to every page there is; ``is_here``: the reader is on one of them."""
    return bar(question, pages_there_are(), is_here=is_here)


def asked_path() -> str | None:
    """Give the path of the address a page is laid out for, without what a proxy puts before it.

    Dash gives a query word of the same name in the place of the path's, so such pages read the path itself.
    """
    try:
        path = dash.ctx.inputs.get("_pages_location.pathname")
    except (LookupError, MissingCallbackContextException):
        return None
    return path.removeprefix(the_source().settings.url_prefix) if isinstance(path, str) else None


def names_of(question: Question) -> Names:
    """Give what codes are called, and where units and dossiers have pages of their own."""
    known = question.known
    return Names(
        units={unit.code: unit.label for unit in known.units if unit.code is not None},
        procedures=question.context.procedures,
        fields={one.code: one.field or "" for one in known.procedures},
        shows_officials=question.rights.sees_officials,
        unit_link=unit_link(question),
        dossier_link=lambda code: question.link(
            dossier_path(code), unit_code=None, field=None, procedure_code=None
        ),
    )


def narrowing_link(question: Question) -> Callable[[str], str]:
    """Give the link that narrows the view to a unit, or widens it again from that unit: names in charts."""

    def link(code: str) -> str:
        narrowed = None if code == question.view.unit_code else code
        return question.link(unit_code=narrowed)

    return link


_FILES = {"on-time": "dung-han", "online": "truc-tuyen"}


def excel_link(question: Question, by: str | None = None, *, of: str = "on-time") -> tuple[str, str]:
    """Give the link to the same rows as an Excel file: one a unit, or one of ``by``, a word of ``theo``."""
    return _file(question.link(f"/tai/{_FILES[of]}.xlsx", absolute=True), by)


def ratings_link(question: Question, by: str | None = None) -> tuple[str, str]:
    """Give the link to the votes as an Excel file; a rating has neither a field nor a procedure."""
    there = question.link(
        "/tai/hai-long.xlsx", absolute=True, extras=Extras(source=question.rating_source),
        field=None, procedure_code=None,
    )  # fmt: skip
    return _file(there, by)


def flags_file(question: Question, by: str | None = None) -> tuple[str, str]:
    """Give the link to the flags as an Excel file, or to what ``by`` says stands behind them."""
    return _file(question.link("/tai/canh-bao.xlsx", absolute=True), by)


def units_file(question: Question, by: str | None = None) -> tuple[str, str]:
    """Give the link to the units as an Excel file, or to the metrics of the one in view."""
    return _file(question.link("/tai/don-vi.xlsx", absolute=True), by)


def _file(there: str, by: str | None) -> tuple[str, str]:
    return "Tải Excel", f"{there}&theo={by}" if by else there


def method_link(question: Question) -> tuple[str, str]:
    """Give the link from a card's foot to how its numbers are counted."""
    return "Cách tính", question.link("/phuong-phap")


def whose_name(question: Question) -> str:
    """Name whose figures a card draws, as within a sentence: "Phường Mỹ An, lĩnh vực Đất đai"."""
    view, code = question.view, question.view.unit_code
    told = [within(view.whole_name) if code is None else question.context.units.get(code, code)]
    if view.field is not None:
        told.append(f"lĩnh vực {view.field}")
    if view.procedure_code is not None:
        told.append(f"thủ tục {view.procedure_code}")
    return ", ".join(told)


def note_of(metric_id: str, view: View) -> str:
    """Say for a card's foot what a metric is and which document in force defines it."""
    metric = METRICS[metric_id]
    source = metric.source_text(view)
    return f"{metric.definition} Căn cứ: {source}." if source else metric.definition


def heat_card(page_id: str, card_id: str) -> Any:
    """Register the matrix of units and months."""

    @answers(page_id, card_id)
    def draw_heat(question: Question) -> str:
        if not any(share.b for share in question.trend.district):
            shown = months_text(question.trend.months, question.view)
            return nothing("Đơn vị và tháng", f"Không có hồ sơ nào trong {shown} này")
        return heat(
            question.on_time, question.trend, link=narrowing_link(question),
            links=(method_link(question), excel_link(question, "don-vi-thang")),
        )  # fmt: skip

    return draw_heat


def trend_card(page_id: str, card_id: str) -> Any:
    """Register the thirteen months of the district, or of the unit in view."""

    @answers(page_id, card_id, graph=True)
    def draw_trend(question: Question) -> Any:
        trend, view = question.trend, question.view
        name = whose_name(question)
        if not any(share.b for share in trend.district):
            shown = months_text(trend.months, view)
            return nothing("Diễn biến 13 tháng", f"Không có hồ sơ nào trong {shown} này")
        head = markup(
            "head.html",
            meaning=late_metric(view.basis).id,
            title=trend_title(trend, name),
            subtitle=f"{late_metric(view.basis).name} theo tháng, {name}, cách tính {view.basis}"
            f"{events_note(question.events)}",
            note=note_of(late_metric(view.basis).id, view),
            links=(method_link(question), excel_link(question, "thang")),
        )
        told = f"{trend_sentence(trend)}.{events_sentence(question.events)}"
        return head, trend_figure(trend, question.events), told

    return draw_trend

"""What frames a page and its cards, and the one way a card gets its answer.

``page()`` puts one Store with the raw address words into the page; each card is one
callback whose only input is that Store. The answer leaves the server as one string of
markup, put in its place by one component (frame/markup.py), as trees of Dash components cost
the browser a millisecond an element; a chart is a dcc.Graph under it.

What is read first (``answers(…, first=True)``: the bar, the headline, a ranking) a page brings
with it where it is there soon (frame/first.py); the callbacks of these listen to a Store of
their own, which is in the page only where they have yet to be asked.
"""

from __future__ import annotations

import functools
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import dash_bootstrap_components as dbc
from dash import Input, Output, callback, dcc, html

from dashboard.figures.shared.markup import markup
from dashboard.figures.shared.outcome import failed, nothing, why_no_figures
from dashboard.formats import join_names
from dashboard.frame import ids
from dashboard.frame.failures import logged
from dashboard.frame.first import first_answers, is_first, is_later
from dashboard.frame.markup import Markup
from dashboard.frame.navigation import bar_without_figures
from dashboard.question.audit import noted
from dashboard.question.errors import NoCopy, Unavailable
from dashboard.question.question import Question, the_source
from dashboard.serving.request_id import request_id
from dashboard.theme import GRAPH_CONFIG

FAILED, BACK = "Không tải được biểu đồ này", "Trang tự có lại khi có số liệu."

MARKUP = "html"
"""The property of a card's place that its markup travels in."""

NOT_JUDGED = "Hồ sơ còn lại được đếm ở trang Đúng hạn và Hồ sơ; đơn vị không xếp hạng, không cảnh báo."

Draw = Callable[[Question], Any]
Shows = str | Callable[[Question], str]


def page(page_id: str, path: str, words: Mapping[str, Any], *cards: Any) -> html.Main:
    """Frame a page: its question, then its cards.

    The key changes with the question, so that a browser never keeps an old card's
    figures under a new address while the new ones travel.
    """
    known = the_source().remembered()
    moment = None if known is None else known.as_of.moment
    asked = {"words": dict(words), "path": path, "as_of": moment.isoformat() if moment else None}
    key = f"{page_id}-{secrets.token_hex(4)}"
    stores = [dcc.Store(id=ids.question(page_id), data=asked)]
    drawn, is_whole = first_answers(page_id, lambda: question_of(asked))
    if not is_whole:
        stores.append(dcc.Store(id=ids.first_question(page_id), data=asked))
    for place in (part for one in cards for part in one.children if isinstance(part, Markup)):
        if place.id["card"] in drawn:
            place.html = drawn[place.id["card"]]
    return html.Main([*stores, *cards], key=key, className="page", id="noi-dung")


def card(
    card_id: str, *, kind: str = "card", graph: bool = False, label: str = ""
) -> dbc.Card | dbc.Navbar | html.Section:
    """Frame a card: a place for its markup and, if asked, one plotly chart under it.

    A dbc.Card takes no name for a screen reader: its place bears it (``label``).
    """
    children: list[Any] = [Markup(id=ids.slot(card_id), className="slot", label=label or None)]
    if graph:
        children.append(html.Div(id=_chart(card_id), className="chart"))
    if kind == "bar":
        return navbar(children, card_id)
    if kind != "card":
        return html.Section(children, className=f"{kind} {card_id}")
    return dbc.Card(children, class_name=card_id)


def navbar(children: Sequence[Any], card_id: str) -> dbc.Navbar:
    """Frame the bar. A group: it takes no name, and the navigation in it has one."""
    return dbc.Navbar(
        children, tag="section", role="group", color="", dark=False, expand=True, class_name=f"bar {card_id}"
    )


def scope_of(question: Question, *, names_unit: bool = True) -> str:
    """Say what a view is narrowed to, for the head of a card; empty for the whole district.

    ``names_unit`` False: the card's title does.
    """
    view, told = question.view, _units_seen(question)
    if view.unit_code is not None and names_unit:
        told.append(question.context.units.get(view.unit_code, view.unit_code))
    if view.field is not None:
        told.append(f"Lĩnh vực {view.field}")
    if view.procedure_code is not None:
        name = question.context.procedures.get(view.procedure_code, "")
        told.append(f"Thủ tục {view.procedure_code} {name}".strip())
    return " · ".join(told)


def scope_of_votes(question: Question, *, names_unit: bool = True) -> str:
    """Say the same of votes, which have neither a field nor a procedure."""
    code, seen = question.view.unit_code, _units_seen(question)
    if code is not None and names_unit:
        seen.append(question.context.units.get(code, code))
    return " · ".join(seen)


def _units_seen(question: Question) -> list[str]:
    """Say that a view of no one unit is of those alone that its reader may see."""
    seen = question.view.units_seen
    if seen is None or question.view.unit_code is not None:
        return []
    names = [question.context.units.get(code, code) for code in seen]
    return [f"Chỉ gồm {len(seen)} đơn vị được xem: {join_names(names)}"]


def says_itself(_question: Question, *, names_unit: bool = True) -> str:
    """Say nothing: the card names what it is of, or is of everything."""
    return ""


def answers(
    page_id: str,
    card_id: str,
    *,
    graph: bool = False,
    judges: bool = False,
    names_unit: bool = False,
    is_bar: bool = False,
    first: bool = False,
    shows: Shows = "",
    keeps: bool = True,
    scope: Callable[..., str] = scope_of,
) -> Callable[[Draw], Any]:
    """Register a function from Question to markup as a card's one callback.

    ``scope`` gives the line above its title, so that a card that is photographed or shown
    alone says what it is of. ``judges``: it ranks, flags or compares units, so it has nothing to say of
    one that was not there in the period. ``names_unit``: its title names the one unit of a view.
    ``is_bar``: it frames the page, is drawn of any view, and never kept, as it tells how old data are.
    ``first``: it is what a reader reads first, so the page brings it where it is there soon; the bar always.

    ``keeps`` False: it shows what is not of the copy alone, so it is drawn anew each time.
    ``shows``: what of it the audit notes (``audit.DOSSIERS``, ``audit.OFFICIALS``), each time it is given; a
    function where that depends on the question.

    With ``graph`` the function gives (markup, figure, sentence for a screen reader), or
    markup alone where there is nothing to draw. A failure is logged with a code and shown
    with the same code; it never reaches another card.
    """
    place = Output(ids.slot(card_id), MARKUP)
    outputs = [place, Output(_chart(card_id), "children")] if graph else place
    asks = ids.first_question(page_id) if first or is_bar else ids.question(page_id)

    def register(draw: Draw) -> Any:
        says = says_itself if is_bar else functools.partial(scope, names_unit=not names_unit)
        scoped = functools.partial(_scoped, draw, says)
        kept = scoped if is_bar or not keeps else functools.partial(_kept, scoped, card_id)
        drawing = functools.partial(_drawn, kept, card_id, is_bar=is_bar, judges=judges, shows=shows)
        if asks == ids.first_question(page_id):
            is_first(page_id, card_id, drawing)
        else:
            is_later(page_id, drawing)

        @callback(outputs, Input(asks, "data"))  # type: ignore[untyped-decorator]
        @functools.wraps(draw)
        def answer(asked: Any) -> Any:
            drawn = drawing(lambda: question_of(asked))
            return _with_chart(drawn) if graph else drawn

        return answer

    return register


def _chart(card_id: str) -> str:
    return f"{card_id}-chart"


def _scoped(draw: Draw, scope: Callable[[Question], str], question: Question) -> Any:
    """Put what a card is of above what it says."""
    drawn, text = draw(question), scope(question)
    if not text:
        return drawn
    line = markup("scope.html", text=text)
    return f"{line}{drawn}" if isinstance(drawn, str) else (f"{line}{drawn[0]}", *drawn[1:])


def _with_chart(drawn: Any) -> tuple[str, Any]:
    """Give a card's markup, and its chart: None where there is none.

    A screen reader is told the sentence; the arrow keys say month after month (assets/chart.js).
    """
    if isinstance(drawn, str):
        return drawn, None
    text, figure, sentence = drawn
    graph = dcc.Graph(figure=figure, config=GRAPH_CONFIG, responsive=True, className="graph")
    drawing = html.Div(graph, role="img", tabIndex=0, className="drawing", **{"aria-label": sentence})
    return text, [drawing, html.P(["Tải hình: ", *map(_picture, ("png", "svg"))], className="pictures")]


def _picture(form: str) -> html.Button:
    return html.Button(form.upper(), type="button", **{"data-picture": form})


def _drawn(
    draw: Draw, card_id: str, asked: Callable[[], Question], *, is_bar: bool, judges: bool, shows: Shows
) -> Any:
    try:
        question = asked()
        if why := _why_not(question, is_bar=is_bar, judges=judges):
            return why
        if given := shows(question) if callable(shows) else shows:
            noted(question, given, "page")
        return draw(question)
    except Unavailable as error:
        code = logged(error, card_id)
        if is_bar:
            return bar_without_figures(error.told, code)
        # Where there are no figures at all the bar has said so, and a card would only say it again.
        return (
            ""
            if isinstance(error, NoCopy)
            else failed(FAILED, code, f"{error.told} {BACK}", request=request_id())
        )
    except Exception as error:
        return failed(FAILED, logged(error, card_id), request=request_id())


def _why_not(question: Question, *, is_bar: bool, judges: bool) -> str:
    """Say why there is nothing to draw of a view, whatever the card; empty where there may be."""
    if not question.view.has_started and not is_bar:
        return nothing(*why_no_figures(question.view))
    if judges and (name := question.unranked_unit):
        return nothing(f"{name} không hoạt động trong kỳ này", NOT_JUDGED)
    return ""


def _kept(draw: Draw, card_id: str, question: Question) -> Any:
    """Draw a card, or give it as drawn for the same question to a reader of the same rights."""
    key = "card", card_id, question.view, question.parsed.extras, question.path
    return question.source.kept(question.known, question.rights, lambda: draw(question), *key)


def question_of(asked: Any) -> Question:
    """Understand what a page's Store holds; a browser wrote it, so it may hold anything."""
    asked = asked if isinstance(asked, dict) else {}
    words = asked.get("words")
    pinned = None
    try:
        pinned = datetime.fromisoformat(str(asked.get("as_of")))
        if pinned.tzinfo is not None:
            pinned = None
    except ValueError:
        pass
    path = asked.get("path")
    return Question.asked(
        {str(word): value for word, value in words.items()} if isinstance(words, dict) else {},
        path if isinstance(path, str) and path.startswith("/") and not path.startswith("//") else "/",
        pinned,
    )

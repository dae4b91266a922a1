"""The one popover that says what a number means: asked by any "?" of a page, filled here.

A "?" is written by the macro ``help`` of templates/frame.html. assets/meaning.js hears of it wherever
it stands, puts what is asked into the Store below and the popover beside it; the one callback answers.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

import dash_bootstrap_components as dbc
from dash import Input, Output, callback, dcc, html

from dashboard.address.words import shown
from dashboard.formats import moment_text
from dashboard.frame.components import question_of
from dashboard.frame.failures import logged
from dashboard.question.errors import Unavailable
from dashboard.question.question import Question
from dashboard.serving.request_id import TOLD, request_id
from queries.definitions.meanings import NAMES, meaning_of

ASKED, POPOVER, ANCHOR = "meaning-asked", "meaning", "meaning-anchor"


def popover() -> tuple[Any, ...]:
    """Lay out what the popover needs, once for all pages."""
    return (
        dcc.Store(id=ASKED),
        html.Span(id=ANCHOR, className="meaning-anchor"),
        dbc.Popover(id=POPOVER, target=ANCHOR, placement="bottom", is_open=False, class_name="meaning"),
    )


@callback(  # type: ignore[untyped-decorator]
    Output(POPOVER, "children"), Output(POPOVER, "is_open"), Input(ASKED, "data"), prevent_initial_call=True
)
def explain(asked: Any) -> tuple[Any, bool]:
    """Say what the number means that was asked about; ``asked`` was written by a browser."""
    asked = asked if isinstance(asked, dict) else {}
    turn = shown(str(asked.get("turn", "")))
    try:
        name, told = _told(asked)
    except Unavailable as error:
        name, told = "Chưa có số liệu", [html.P(f"{error.told} {TOLD}: {request_id()}.")]
    except Exception as error:
        name, told = (
            "Không tải được phần giải thích",
            [html.P(f"Mã lỗi: {logged(error, POPOVER)} · {TOLD}: {request_id()}")],
        )
    head = dbc.PopoverHeader(html.Span(name, id="meaning-name"))
    body = html.Div(told, id="meaning-told", tabIndex=-1, **{"data-turn": turn})
    return [head, dbc.PopoverBody(body)], True


def _told(asked: dict[str, Any]) -> tuple[str, list[Any]]:
    search = parse_qs(str(asked.get("search", "")).removeprefix("?"), keep_blank_values=True)
    question = question_of({"words": search, "path": asked.get("path"), "as_of": asked.get("as_of")})
    word = str(asked.get("of", ""))
    if word not in NAMES:
        return "Không có phần giải thích", [html.P("Trang này không có số nào mang tên ấy.")]
    source = question.source
    meaning = meaning_of(word, question.view, source.parameters(question.known))
    share = shown(str(asked.get("share") or ""))
    lines = (
        ("Ở đây", share),
        ("Tính theo", meaning.days),
        ("Căn cứ", meaning.source),
        ("Hệ quả", meaning.consequence),
        ("Số liệu đến", _as_of(question)),
    )
    return meaning.name, [
        html.P(meaning.definition),
        html.Dl([part for name, text in lines if text for part in (html.Dt(name), html.Dd(text))]),
        html.A("Mọi cách tính, ở trang Phương pháp", href=question.link("/phuong-phap")),
    ]


def _as_of(question: Question) -> str:
    inferred = " (suy ra)" if question.known.as_of.inferred else ""
    return f"{moment_text(question.view.as_of)}{inferred}"

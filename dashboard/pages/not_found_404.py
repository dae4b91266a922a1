"""The page of an address there is nothing at: the head of every page, and ways on."""

from __future__ import annotations

from typing import Any

import dash

from dashboard.figures.shared.markup import markup
from dashboard.frame.components import answers, card, page, says_itself
from dashboard.frame.navigation import pages_there_are
from dashboard.pages.shared import bar_of
from dashboard.question.question import Question

PAGE, PATH = "lost", "/"
BAR, HEADLINE = "lost-bar", "lost-headline"


def layout(**words: Any) -> Any:
    """Lay the page out; the links of its head lead to the overview."""
    return page(PAGE, PATH, words, card(BAR, kind="bar"), card(HEADLINE, kind="headline"))


dash.register_page(__name__, name="Không có trang này", title="Không có trang này · Một cửa", layout=layout)


@answers(PAGE, BAR, is_bar=True)
def draw_bar(question: Question) -> str:
    """Draw the bar; no page of the navigation is the reader's."""
    return bar_of(question, is_here=False)


@answers(PAGE, HEADLINE, first=True, scope=says_itself)
def draw_headline(question: Question) -> str:
    """Say that there is no such page, and lead on."""
    return markup("lost.html", pages=[(name, question.link(path)) for path, name in pages_there_are()])

"""Tìm kiếm: the units, procedures and dossiers that fit what a reader typed, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import dash

from dashboard.figures.shared.markup import markup
from dashboard.formats import count_text
from dashboard.frame.components import answers, card, page, says_itself
from dashboard.frame.filters import RESULTS
from dashboard.pages.shared import bar_of
from dashboard.question.audit import DOSSIERS
from dashboard.question.question import Question
from dashboard.question.search import KINDS, Hit, Hits, finds_dossiers, hits_of
from queries.listing.found import SHORTEST

PAGE, PATH = "search", RESULTS
BAR, HEADLINE, FOUND = "search-bar", "search-headline", "search-found"
SIZE = 20
"""So many of each kind on a page."""


@dataclass(frozen=True)
class Section:
    """What was found of one kind."""

    name: str
    title: str
    rows: tuple[Hit, ...]


def layout(**words: Any) -> Any:
    """Lay the page out; nothing is asked of the database here."""
    return page(
        PAGE, PATH, words,
        card(BAR, kind="bar"),
        card(HEADLINE, kind="headline"),
        card(FOUND, label="Kết quả tìm kiếm"),
    )  # fmt: skip


dash.register_page(__name__, path=PATH, name="Tìm kiếm", title="Tìm kiếm · Một cửa", layout=layout)

answers(PAGE, BAR, is_bar=True)(bar_of)


@answers(PAGE, HEADLINE, first=True, scope=says_itself)
def draw_headline(question: Question) -> str:
    """Say what was looked for."""
    typed = question.parsed.extras.search
    title = f"Tìm “{typed}”" if typed else "Tìm đơn vị, thủ tục, hồ sơ"
    lead = "" if typed else "Gõ tên hoặc mã vào ô tìm ở đầu trang."
    return markup("found_headline.html", title=title, lead=lead)


def _shows(question: Question) -> str:
    return DOSSIERS if finds_dossiers(question, size=SIZE) else ""


@answers(PAGE, FOUND, first=True, shows=_shows, scope=says_itself)
def draw_found(question: Question) -> str:
    """Draw a page of what was found."""
    hits, typed = hits_of(question, size=SIZE), question.parsed.extras.search
    kinds = [kind for kind in KINDS if hits.of(kind)]
    return markup(
        "search.html",
        sections=[Section(KINDS[kind], _title(hits, kind), hits.of(kind)) for kind in kinds],
        nothing=f"Không tìm thấy đơn vị, thủ tục hay hồ sơ nào có “{typed}”",
        page=hits.page,
        before=question.link(page=hits.page - 1) if hits.page > 1 else "",
        after=question.link(page=hits.page + 1) if hits.has_more else "",
        shortest=SHORTEST,
    )


def _title(hits: Hits, kind: str) -> str:
    """Name a kind and how many there are; of dossiers, which are not counted, only the kind."""
    total = hits.totals.get(kind)
    return KINDS[kind] if total is None else f"{count_text(total)} {KINDS[kind].lower()}"

"""Hồ sơ: the dossiers behind any number, found by code, or drawn at random."""

from __future__ import annotations

from typing import Any

import dash

from dashboard.figures.listing.dossiers import dossiers
from dashboard.figures.shared.outcome import nothing
from dashboard.figures.shared.wording import period_sentence
from dashboard.formats import count_text, sentence
from dashboard.frame.components import answers, card, page, says_itself
from dashboard.pages.shared import bar_of, names_of
from dashboard.question.audit import DOSSIERS
from dashboard.question.listing import NotListed, counted_subject, listing_of, meaning_of_list
from dashboard.question.question import Question
from queries.asked.periods import month_of
from queries.listing.statements import Listing, received_on

PAGE, PATH = "dossiers", "/ho-so"
BAR, LIST = "dossiers-bar", "dossiers-list"


def layout(**words: Any) -> Any:
    """Lay the page out; nothing is asked of the database here."""
    return page(PAGE, PATH, words, card(BAR, kind="bar"), card(LIST, label="Danh sách hồ sơ"))


dash.register_page(__name__, path=PATH, name="Hồ sơ", title="Hồ sơ · Một cửa", order=7, layout=layout)

answers(PAGE, BAR, is_bar=True)(bar_of)


@answers(PAGE, LIST, first=True, shows=DOSSIERS, scope=says_itself)
def draw_list(question: Question) -> str:
    """Draw a page of the list, or the sample that was drawn."""
    extras, known = question.parsed.extras, question.known
    try:
        found = listing_of(question)
    except NotListed as error:
        return nothing("Không có danh sách này", str(error))
    where = [period_sentence(question.view)]
    if question.view.field is not None:
        where.append(f"lĩnh vực {question.view.field}")
    elsewhere = None
    if extras.code is not None and not found.rows:
        received = question.source.ask(known, received_on, question.view, code=extras.code)
        if received is not None:
            elsewhere = received, question.link(
                PATH, period=month_of(received), code=extras.code, unit_code=None, field=None,
                procedure_code=None, metric=None, flag=None, sort=None, page=1,
            )  # fmt: skip
    file = question.link(
        "/tai/ho-so.xlsx", absolute=True, **{**listed_words(question), "code": None, "page": 1}
    )
    is_sample = extras.sample_size is not None
    return dossiers(
        found,
        names_of(question),
        title=_title(question, found),
        meaning=meaning_of_list(question),
        subtitle=". ".join(where),
        sort=extras.sort,
        code=extras.code,
        drawn=(extras.sample_size, extras.seed or 0) if extras.sample_size else None,
        seed=int(f"{question.view.as_of:%y%m%d}"),
        link=question.link,
        elsewhere=elsewhere,
        links=(("Tải Excel phiếu kiểm tra" if is_sample else "Tải Excel cả danh sách", file),),
    )


def listed_words(question: Question) -> dict[str, Any]:
    """Give what the list is of, for a link to its twin in the API."""
    extras = question.parsed.extras
    return {
        "metric": extras.metric, "flag": extras.flag, "code": extras.code, "sort": extras.sort,
        "page": extras.page, "sample_size": extras.sample_size, "seed": extras.seed,
    }  # fmt: skip


def _title(question: Question, found: Listing) -> str:
    """Say how many there are and of what, "36.369 hồ sơ: Phải giải quyết trong kỳ"; of a sample, its size."""
    total = count_text(found.total)
    drawn = (
        f"{count_text(len(found.rows))}/{total} hồ sơ rút ngẫu nhiên" if found.positions else f"{total} hồ sơ"
    )
    return f"{drawn}: {sentence(counted_subject(question))}"

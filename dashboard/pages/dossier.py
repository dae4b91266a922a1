"""Một hồ sơ: one dossier's course on a line, with slips and steps; nothing of the citizen."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import dash

from dashboard.figures.listing.course import course
from dashboard.figures.shared.outcome import nothing
from dashboard.formats import moment_text
from dashboard.frame.components import answers, card, page, says_itself
from dashboard.pages.shared import asked_path, bar_of, names_of
from dashboard.question.audit import DOSSIERS
from dashboard.question.dossier import INDEX, DossierQuestion, dossier_path
from dashboard.question.question import Question

PAGE = "dossier"
BAR, COURSE = "dossier-bar", "dossier-course"


def layout(dossier_code: Any = "", **words: Any) -> Any:
    """Lay the page out; nothing is asked of the database here."""
    path = asked_path()
    if path is None:
        path = dossier_path(unquote(str(dossier_code)))
    elif dossier_code != path.strip("/").removeprefix(f"{INDEX.strip('/')}/"):
        words["dossier_code"] = dossier_code
    return page(PAGE, path, words, card(BAR, kind="bar"), card(COURSE, label="Diễn biến của hồ sơ"))


dash.register_page(
    __name__, path_template=f"{INDEX}/<dossier_code>", name="Một hồ sơ", title="Một hồ sơ · Một cửa",
    layout=layout,
)  # fmt: skip


@answers(PAGE, BAR, is_bar=True)
def draw_bar(question: Question) -> str:
    """Draw the bar; its links are those of the list."""
    return bar_of(DossierQuestion.about(question) or question)


@answers(PAGE, COURSE, first=True, shows=DOSSIERS, scope=says_itself)
def draw_course(question: Question) -> str:
    """Draw the course of the path's dossier."""
    about = DossierQuestion.about(question)
    found = None if about is None else about.course()
    if about is None or found is None:
        code = "" if about is None else f" mang mã {about.code}"
        return nothing("Không có hồ sơ này", f"Không có hồ sơ nào{code} trong số liệu được xem.")
    return course(
        found,
        names_of(about),
        judged=about.view.judged,
        as_of=f"số liệu đến {moment_text(about.view.as_of)}",
        links=(("Danh sách hồ sơ", question.link(INDEX)),),
    )

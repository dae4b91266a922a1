"""One dossier's question: the dossier is the path's; it is judged on the last day the reader may see."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import quote, unquote

from dashboard.address.url import address
from dashboard.address.words import LONGEST_CODE, NO_EXTRAS
from dashboard.question.question import Question
from queries.asked.view import PREVIOUS
from queries.listing.course import Course, course_of

INDEX = "/ho-so"
"""The page that lists dossiers; each has its own below."""


def dossier_path(code: str) -> str:
    """Give the address of a dossier's page; a code may hold any character."""
    return f"{INDEX}/{quote(code, safe='')}"


def dossier_code_in(path: str) -> str | None:
    """Give the code that a decoded path names; None where it names none."""
    code = path.removeprefix(f"{INDEX}/")
    return None if code == path or not code or len(code) > LONGEST_CODE else code


@dataclass(frozen=True)
class DossierQuestion(Question):
    """A question about one dossier, of all units; its view ends on the last day the reader may see."""

    code: str = ""

    @classmethod
    def about(cls, question: Question) -> DossierQuestion | None:
        """Take the code from the question's path; None where the path names none."""
        code = dossier_code_in(unquote(question.path))
        if code is None:
            return None
        view = question.view
        whole = view.at(
            period=question.context.period_of(view.as_of), comparison=PREVIOUS, judged_on=None,
            unit_code=None, field=None, procedure_code=None,
        )  # fmt: skip
        parsed = replace(question.parsed, view=whole, extras=NO_EXTRAS)
        given = {one.name: getattr(question, one.name) for one in fields(question)}
        return cls(**{**given, "parsed": parsed, "path": INDEX}, code=code)

    def link(self, path: str | None = None, **changes: Any) -> str:
        """Give the address of this dossier, or of another page."""
        if path is None:
            return address(dossier_path(self.code), self.view, self.context, **changes)
        return super().link(path, **changes)

    def course(self) -> Course | None:
        """Give the course; None where this reader is shown none of this code, a "/" at its end or not."""
        found = self.source.ask(self.known, course_of, self.view, code=self.code)
        if found is None and self.code.endswith("/"):
            found = self.source.ask(self.known, course_of, self.view, code=self.code.removesuffix("/"))
        return found

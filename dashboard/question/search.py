"""What a reader looks for by typing: a unit, a procedure, a dossier. One place to ask, whoever asks.

Asked of the working copy alone, and through the reader's question: what is not known to the question
(``access``) is not found.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass

from dashboard.formats import day_text
from dashboard.issued.found import sheet_of
from dashboard.issued.record import PAGE as SHEETS
from dashboard.issued.register import RegisterError
from dashboard.question.dossier import dossier_path
from dashboard.question.question import Question
from dashboard.question.unit import unit_link
from queries.asked.collation import collation_key
from queries.asked.typed import rank_of
from queries.definitions.units import UNKNOWN_UNIT
from queries.listing.found import FoundDossier, dossiers_by_part

SHEET, UNIT, PROCEDURE, DOSSIER = "phieu", "don_vi", "thu_tuc", "ho_so"
KINDS = {SHEET: "Phiếu", UNIT: "Đơn vị", PROCEDURE: "Thủ tục", DOSSIER: "Hồ sơ"}
"""What is found, in the order it is shown, with its name on screen."""


log = logging.getLogger("motcua")


@dataclass(frozen=True)
class Hit:
    """One thing found: what it is (``KINDS``), its code, its name, what tells it from others, its address."""

    kind: str
    code: str
    name: str
    note: str
    href: str


@dataclass(frozen=True)
class Hits:
    """A page of what was found, ``size`` of each kind at most; ``totals``: of units and procedures."""

    typed: str
    page: int
    rows: tuple[Hit, ...]
    totals: dict[str, int]
    has_more: bool

    def of(self, kind: str) -> tuple[Hit, ...]:
        """Give the hits of a kind."""
        return tuple(one for one in self.rows if one.kind == kind)


def finds_dossiers(question: Question, *, size: int) -> bool:
    """Say whether dossiers are among what the address finds: then it is a list of them."""
    return bool(hits_of(question, size=size).of(DOSSIER))


def hits_of(question: Question, *, size: int) -> Hits:
    """Find what the address asks for (``tim``, ``trang``), ``size`` of each kind a page.

    Nothing typed finds every unit, and nothing else.
    """
    typed, page = question.parsed.extras.search or "", question.parsed.extras.page
    link, known = unit_link(question), question.known
    units = _ranked(typed, ((one.code, one.name) for one in known.units if one.code is not None))
    procedures = _ranked(typed, ((one.code, one.name) for one in known.procedures)) if typed else []
    fields = {one.code: one.field or "" for one in known.procedures}
    # Whatever is looked for is looked for everywhere: the words that narrow the page do not narrow it.
    everywhere = question.view.at(unit_code=None, field=None, procedure_code=None)
    dossiers = question.source.ask(
        question.known, dossiers_by_part, everywhere, part=typed, size=size, page=page
    )
    rows = _sheets(question, typed) if page == 1 else []
    rows += [Hit(UNIT, code, name, code, link(code)) for code, name in _page(units, page, size)]
    rows += [
        Hit(PROCEDURE, code, name, " · ".join(filter(None, (code, fields[code]))),
            question.link("/dung-han", procedure_code=code, unit_code=None, field=None))
        for code, name in _page(procedures, page, size)
    ]  # fmt: skip
    rows += [_dossier(question, one) for one in dossiers[:size]]
    has_more = max(len(units), len(procedures)) > page * size or len(dossiers) > size
    return Hits(typed, page, tuple(rows), {UNIT: len(units), PROCEDURE: len(procedures)}, has_more)


def _sheets(question: Question, typed: str) -> list[Hit]:
    """Give the numbered sheet whose whole number was typed, where the reader may open it."""
    try:
        kept = sheet_of(typed, question.source.settings, question.rights).kept
    except RegisterError as error:
        log.error("%s", error)
        return []
    if kept is None:
        return []
    number, taken = kept.record.number, kept.record.taken
    note = f"{taken.title} · {taken.scope} · {taken.period}"
    return [Hit(SHEET, number, number, note, f"{question.context.prefix}{SHEETS}/{number}")]


def _ranked(typed: str, named: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    if not typed:
        return list(named)
    found = [(rank, code, name) for code, name in named if (rank := rank_of(typed, code, name)) is not None]
    return [(code, name) for _, code, name in sorted(found, key=lambda one: (one[0], collation_key(one[2])))]


def _page(found: list[tuple[str, str]], page: int, size: int) -> list[tuple[str, str]]:
    return found[(page - 1) * size : page * size]


def _dossier(question: Question, one: FoundDossier) -> Hit:
    context = question.context
    unit = context.units.get(one.unit_code or "", UNKNOWN_UNIT)
    procedure = context.procedures.get(one.procedure_code or "", "")
    note = " · ".join(filter(None, (unit, f"tiếp nhận {day_text(one.received)}", procedure)))
    href = question.link(dossier_path(one.dossier_code), unit_code=None, field=None, procedure_code=None)
    return Hit(DOSSIER, one.dossier_code, one.dossier_code, note, href)

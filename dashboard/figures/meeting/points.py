"""Giao ban: what a talking point is made of, and the card that holds some.

A point is a sentence to be read out, with its evidence in it: the number of a list is the
link to that list, a unit's name the link to its page, other words the link to a page.
Every point has at least one link.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from dashboard.figures.flags.wording import Link
from dashboard.figures.shared.markup import markup
from dashboard.figures.shared.wording import comparison_word, edges
from dashboard.formats import count_text, rate_text, sentence
from queries.asked.view import View
from queries.definitions.metrics import Share, late_metric
from queries.definitions.units import Unit
from queries.on_time.judging import OnTime, Row

MOST_UNITS = 8
"""So many units have a line each; of the others their number stands."""
MOST_IN_LINE = 4
"""So many units are named within a sentence."""

ON_TIME, FLAGS, SATISFACTION, ONLINE, METHOD = (
    "/dung-han", "/canh-bao", "/hai-long", "/truc-tuyen", "/phuong-phap",
)  # fmt: skip


@dataclass(frozen=True)
class Part:
    """Some words of a sentence; with ``href`` they open what they say."""

    text: str
    href: str = ""
    is_strong: bool = False


Piece = str | Part


@dataclass(frozen=True)
class Point:
    """One sentence; ``tag`` before it with its ``look`` (over, near, fine, work, few).

    ``meaning``: what the tag's "?" explains, where it is not what the talk's explains.
    """

    parts: tuple[Part, ...]
    tag: str = ""
    look: str = ""
    meaning: str = ""

    @property
    def text(self) -> str:
        """Give the sentence as read."""
        return "".join(part.text for part in self.parts)


@dataclass(frozen=True)
class Opens:
    """The links of a page's sentences; what of the source the split of a change can go by.

    ``listed``: the dossiers behind a number; ``then``: those behind a number of the
    comparison, "" where no list holds just them. ``page``: this view on a page. ``unit``:
    a unit's page. ``flagged``: what is behind a flag. ``fields``, ``procedures``: those an
    address can name.
    """

    listed: Callable[..., str]
    then: Callable[..., str]
    page: Callable[..., str]
    unit: Callable[[str], str]
    flagged: Link
    fields: Collection[str]
    procedures: Mapping[str, str]
    has_fields: bool
    has_procedures: bool


def point(*pieces: Piece, tag: str = "", look: str = "", meaning: str = "") -> Point:
    """Make a sentence of words and links."""
    parts = tuple(Part(piece) if isinstance(piece, str) else piece for piece in pieces)
    return Point(tuple(part for part in parts if part.text), tag, look, meaning)


@dataclass(frozen=True)
class Talk:
    """Talking points under a finding; ``more``: its second sentence, ``table``: a split under them.

    ``meaning``: what the "?" of its numbers explains.
    """

    kicker: str
    title: str
    points: Sequence[Point]
    more: str = ""
    table: object = None
    note: str = ""
    meaning: str = ""


def drawn(*talks: Talk, links: Sequence[tuple[str, str]] = ()) -> str:
    """Draw a card of one finding, or of two side by side: what is alone on a screen must be worth it."""
    return markup("meeting.html", talks=talks, links=links)


def counted(number: int, href: str) -> Part:
    """Give a number that opens its list; nothing opens for 0."""
    return Part(count_text(number), href if number else "")


def a_of_b(share: Share, top: str, bottom: str) -> tuple[Part, ...]:
    """Give "171/2.305", each number opening its list."""
    return counted(share.a, top), Part("/"), counted(share.b, bottom)


def named(unit: Unit, opens: Opens) -> Part:
    """Give a unit's name, which opens its page."""
    return Part(unit.label, opens.unit(unit.code) if unit.code else "", is_strong=True)


def names(units: Sequence[Unit], opens: Opens, most: int = MOST_UNITS, rest: str = ON_TIME) -> list[Piece]:
    """Give "Mỹ An, An Lạc và Bình Hưng"; past ``most`` "… và 87 đơn vị khác", which opens ``rest``."""
    shown, more = units[:most], len(units) - most
    pieces: list[Piece] = []
    for i, unit in enumerate(shown):
        is_last = i == len(shown) - 1 and more <= 0
        pieces += [(" và " if is_last else ", ") if i else "", named(unit, opens)]
    if more > 0:
        pieces += [" và ", Part(f"{count_text(more)} đơn vị khác", opens.page(rest))]
    return pieces


def late_now(row: Row, found: OnTime, opens: Opens) -> list[Piece]:
    """Give "7,42% (171/2.305)" of a unit, or of all where it has no code."""
    metric, share = late_metric(found.view.basis), row.verdict.share
    of = {} if row.unit.code is None else {"unit_code": row.unit.code}
    top, bottom = opens.listed(metric.id, **of), opens.listed(metric.denominator or "", **of)
    return [f"{rate_text(share, 2, edges(found.view))} (", *a_of_b(share, top, bottom), ")"]


def late_then(unit: Unit, share: Share, before: OnTime, opens: Opens) -> list[Piece]:
    """Give the same of a unit at the comparison."""
    metric = late_metric(before.view.basis)
    top = opens.then(metric.id, unit_code=unit.code)
    bottom = opens.then(metric.denominator or "", unit_code=unit.code)
    return [f"{rate_text(share, 2, edges(before.view))} (", *a_of_b(share, top, bottom), ")"]


def then_word(view: View) -> str:
    """Name the comparison at the head of a sentence: "Kỳ trước", "Ngày 14/11"."""
    return sentence(comparison_word(view))


def basis_note(view: View) -> str:
    """Name the basis where it is not the usual one: " (cách tính B)"."""
    return "" if view.basis == "A" else f" (cách tính {view.basis})"

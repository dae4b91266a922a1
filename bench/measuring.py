"""Measuring pages: each card alone on an empty cache beside its bare SQL, then all cards in a row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from bench.application import Application, Drawn
from bench.bare import Bare

PAGES = {
    "overview": "/", "on-time": "/dung-han", "flags": "/canh-bao", "satisfaction": "/hai-long",
    "online": "/truc-tuyen", "units": "/don-vi", "unit": "/don-vi/QM-P01", "dossiers": "/ho-so",
    "meeting": "/giao-ban", "method": "/phuong-phap",
}  # fmt: skip
ADDRESSES = ("", "?ky=2026", "?cach_tinh=B", "?cach_tinh=C", "?cach_tinh=D")
"""The running month, the running year, and the month by the other late rates."""
MOST_FOR_SQL, MOST_FOR_STATEMENT = 1.5, 10.0
"""A card may take 1.5 times its bare SQL and 10 ms more for each of its statements by hand."""
MOST_FOR_PAGE = 200.0


@dataclass(frozen=True)
class CardTime:
    """A card at an address: medians of milliseconds."""

    page: str
    address: str
    card: str
    questions: int
    statements: int
    milliseconds: float
    in_answers: float
    bare: float | None

    @property
    def allowed(self) -> float | None:
        """The aim: how long it may take; None where a question of it has no hand-written SQL."""
        if self.bare is None or not self.questions:
            return None
        return MOST_FOR_SQL * self.bare + MOST_FOR_STATEMENT * self.questions

    @property
    def is_met(self) -> bool | None:
        """Say whether it took no longer; None where there is nothing to hold it against."""
        return None if self.allowed is None else self.milliseconds <= self.allowed

    @property
    def is_met_by_statements(self) -> bool:
        """Say whether it did with 10 ms for what was really sent to the database alone."""
        return self.milliseconds <= MOST_FOR_SQL * (self.bare or 0) + MOST_FOR_STATEMENT * self.statements


@dataclass(frozen=True)
class PageTime:
    """A page at an address, all its requests one after another on one empty cache."""

    page: str
    address: str
    requests: int
    statements: int
    milliseconds: float
    in_answers: float
    bare: float | None
    raw_bytes: int
    sent_bytes: int

    @property
    def is_met(self) -> bool:
        """Say whether it took no longer than the aim."""
        return self.milliseconds <= MOST_FOR_PAGE


@dataclass(frozen=True)
class QuestionTime:
    """A question: the application's answer and the hand-written statement, medians of milliseconds."""

    name: str
    ours: float
    bare: float | None


@dataclass(frozen=True)
class Measured:
    """Everything measured on one engine."""

    cards: list[CardTime]
    pages: list[PageTime]
    questions: list[QuestionTime]


def measure(application: Application, runs: int, addresses: Sequence[str] = ADDRESSES) -> Measured:
    """Measure every page at some addresses; the runs of ours and of bare SQL take turns."""
    cards, pages = [], []
    ours: dict[str, list[float]] = defaultdict(list)
    by_hand: dict[str, list[float]] = defaultdict(list)
    for address in addresses:
        for page, path in PAGES.items():
            alone: dict[str, list[Drawn]] = defaultdict(list)
            here: dict[str, list[float]] = defaultdict(list)
            whole: list[list[Drawn]] = []
            _check(application, page, path, address)
            for _ in range(runs):
                _, question = application.layout(path, address)
                twins: dict[str, Bare] = {}
                for card in application.cards(page):
                    application.forget()
                    drawn = application.draw(card, question)
                    alone[drawn.name].append(drawn)
                    for one in drawn.asked:
                        ours[one.name].append(one.milliseconds)
                        if one.bare:
                            twins[one.name] = one.bare
                with application.bare_connection() as connection:
                    for name, bare in twins.items():
                        here[name].append(bare.run(connection, application.data.engine)[0])
                application.forget()
                opened, question = application.layout(path, address)
                rest = [application.draw(card, question) for card in application.cards(page)]
                whole.append([opened, *rest])
            bare_time = {name: median(times) for name, times in here.items()}
            for name, times in here.items():
                by_hand[name] += times
            cards += [_card(page, address, drawn, bare_time) for drawn in alone.values()]
            pages.append(_page(page, address, whole, bare_time))
            print(f"  {application.data.engine} {path}{address}: {pages[-1].milliseconds:.0f} ms", flush=True)
    questions = [
        QuestionTime(name, median(times), median(by_hand[name]) if name in by_hand else None)
        for name, times in ours.items()
    ]
    return Measured(cards, pages, questions)


def _check(application: Application, page: str, path: str, address: str) -> None:
    """Hold every answer against the hand-written SQL's once; it also warms the database."""
    application.forget()
    _, question = application.layout(path, address)
    for card in application.cards(page):
        application.draw(card, question, check=True)


def _card(page: str, address: str, drawn: list[Drawn], bare: dict[str, float]) -> CardTime:
    return CardTime(
        page, address, drawn[0].name, len(drawn[0].asked), drawn[0].statements,
        median(one.milliseconds for one in drawn),
        median(one.in_answers for one in drawn),
        _sum(drawn[:1], bare),
    )  # fmt: skip


def _sum(drawn: list[Drawn], bare: dict[str, float]) -> float | None:
    """Add up the hand-written SQL of what was asked; None where some question has none."""
    asked = [one for each in drawn for one in each.asked]
    return sum(bare[one.name] for one in asked) if all(one.bare for one in asked) else None


def _page(page: str, address: str, whole: list[list[Drawn]], bare: dict[str, float]) -> PageTime:
    first = whole[0]
    return PageTime(
        page, address, len(first), sum(one.statements for one in first),
        median(sum(one.milliseconds for one in run) for run in whole),
        median(sum(one.in_answers for one in run) for run in whole),
        _sum(first, bare),
        sum(one.raw_bytes for one in first), sum(one.sent_bytes for one in first),
    )  # fmt: skip

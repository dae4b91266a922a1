"""Part "pages": the server's time for a whole page, as if nobody had asked for any of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from statistics import median

from bench.application import Answered, Application
from bench.asking import PAGES
from bench.machine import Machine
from bench.results import Aim, Result, Table, kilobytes, milliseconds
from bench.stage import Stage

PERIODS: Mapping[str, tuple[str, str, str]] = {
    "month": ("2026-11", "2026-10", "2026-09"),
    "quarter": ("2026-Q4", "2026-Q3", "2026-Q2"),
    "year": ("2026", "2025", "2024"),
}
"""Each kind of period: three of it."""
_MIDDAYS = ("2026-11-20T12", "2026-11-19T12", "2026-11-18T12")
_OLDER: Mapping[str, tuple[tuple[str, str], ...]] = {
    "month": (("2026-08", "2026-08-14T12"), ("2026-07", "2026-07-15T12"), ("2026-06", "2026-06-16T12")),
    "quarter": (("2026-Q2", "2026-06-17T12"), ("2026-Q1", "2026-03-17T12"), ("2025-Q4", "2025-12-16T12")),
    "year": (("2026", "2026-07-16T12"), ("2025", "2025-08-14T12"), ("2024", "2024-08-14T12")),
}
"""Periods with a midday in each, long before the days whose dossiers lie in memory."""
_UNMEASURED = 59
"""The minute of the middays at which pages are opened before anything is measured."""
_SMALL = 1_500_000
"""Up to so many dossiers the aims for 1.28 million hold; above, those for 5 million."""
_MOST = {"small": {"month": 100, "quarter": 100, "year": 100}, "large": {"month": 200, "year": 300}}


@dataclass(frozen=True)
class PageTime:
    """A page at one kind of view, opened three times, each at another period."""

    page: str
    period: str
    variant: str
    opened: tuple[tuple[Answered, ...], ...]

    @property
    def all_milliseconds(self) -> list[float]:
        """The server's time for the page and its cards, one after another, of each time."""
        return [sum(one.milliseconds for one in each) for each in self.opened]

    @property
    def milliseconds(self) -> float:
        """The median."""
        return median(self.all_milliseconds)

    @property
    def in_statements(self) -> float:
        """The median of the time its statements took."""
        return median(sum(one.in_statements for one in each) for each in self.opened)


def measure_pages(stage: Stage) -> Result:
    """Open every page at every kind of view."""
    folder, _ = stage.copy()
    machine = Machine.now()
    application = Application(folder)
    try:
        _open_all(application)
        times = list(_times(application))
    finally:
        application.close()
    how = (
        f"{stage.copy_told()} A page is its frame and all its cards, asked for one after another by the "
        "browser's own POSTs through Flask in one process, with the cache of answers emptied before; what "
        "statements look like is known: every page was opened before at each kind of view, for other units "
        "and at another minute of the middays. Each figure is the median of three views, each another "
        "period. \"midday\" is a `den` at noon of another of the last days each time, at a minute nobody had "
        "asked for, \"old midday\" one of other months and years, of which the engine has to give the rows."
    )  # fmt: skip
    return Result(
        "pages",
        stage.sample.rows,
        machine,
        how,
        tuple(_aims(times, stage.sample.rows)),
        tuple(_tables(times)),
    )


def _open_all(application: Application) -> None:
    """Open every page at every kind of view, with other moments and units: no statement is new then."""
    print("  every page once …", flush=True)
    for page in PAGES:
        for period, codes in PERIODS.items():
            for words in variants(application, period, _UNMEASURED, first_unit=3).values():
                for code, each in zip(codes, words, strict=True):
                    application.open(page, {"ky": code, **each})


def variants(
    application: Application, period: str, minute: int, *, first_unit: int = 0
) -> dict[str, tuple[dict[str, str], ...]]:
    """Give the kinds of view of a kind of period: three sets of address words each."""
    context = application.context
    field = next(iter(sorted(context.slug_of.values())))
    units = sorted(code for code in context.units if code)[first_unit : first_unit + 3]
    return {
        "all": ({}, {}, {}),
        "midday": tuple({"den": f"{hour}:{minute:02}"} for hour in _MIDDAYS),
        "old midday": tuple({"ky": code, "den": f"{hour}:{minute:02}"} for code, hour in _OLDER[period]),
        "unit": tuple({"don_vi": unit} for unit in units),
        "field": ({"linh_vuc": field},) * 3,
    }


def _times(application: Application) -> Iterator[PageTime]:
    minutes = count()
    for page in PAGES:
        for period, codes in PERIODS.items():
            for variant, words in variants(application, period, next(minutes)).items():
                opened = [
                    tuple(application.open(page, {"ky": code, **each}))
                    for code, each in zip(codes, words, strict=True)
                ]
                found = PageTime(page, period, variant, tuple(opened))
                yield found
        print(f"  {page}: {found.milliseconds:.0f} ms {found.period}, {found.variant}", flush=True)


def _aims(times: list[PageTime], rows: int) -> Iterator[Aim]:
    for period, most in _MOST["small" if rows <= _SMALL else "large"].items():
        here = [one for one in times if one.period == period]
        slow = [one for one in here if one.milliseconds > most]
        worst = max(here, key=lambda one: one.milliseconds)
        found = (
            f"{len(here) - len(slow)} of {len(here)}; slowest {worst.milliseconds:.0f} ms "
            f"({worst.page}, {worst.variant})"
        )
        yield Aim(f"a page of a {period}, no answer known, ≤ {most} ms of server time", found, not slow)


def _tables(times: list[PageTime]) -> Iterator[Table]:
    by = {(one.page, one.period, one.variant): one for one in times}
    kinds = list(dict.fromkeys((one.period, one.variant) for one in times))
    yield Table.of(
        "Milliseconds of server time, medians of three views:",
        ("page", *(f"{period}, {variant}" if variant != "all" else period for period, variant in kinds)),
        ([page, *(milliseconds(by[page, *kind].milliseconds) for kind in kinds)] for page in PAGES),
    )
    yield Table.of(
        "The same, the slowest of the three:",
        ("page", *(f"{period}, {variant}" if variant != "all" else period for period, variant in kinds)),
        ([page, *(milliseconds(max(by[page, *kind].all_milliseconds)) for kind in kinds)] for page in PAGES),
    )
    yield Table.of(
        "A month and a year, for the whole district: requests and statements, what of the time is the "
        "statements', and what is sent:",
        (
            "page",
            "requests",
            "statements",
            "month",
            "of it statements",
            "year",
            "of it statements",
            "brotli kB",
        ),
        (_parts(page, by[page, "month", "all"], by[page, "year", "all"]) for page in PAGES),
    )
    cards = sorted(
        ((card, one) for one in times if one.variant == "all" and one.period != "quarter"
         for card in one.opened[1][1:]),
        key=lambda each: -each[0].milliseconds,
    )  # fmt: skip
    yield Table.of(
        "The ten slowest requests of the second of the three views (a card that needs what an earlier one of "
        "its page asked finds it):",
        ("card", "period", "milliseconds", "statements", "of it statements"),
        (
            (card.name, one.period, milliseconds(card.milliseconds), card.statements,
             milliseconds(card.in_statements))
            for card, one in cards[:10]
        ),
    )  # fmt: skip


def _parts(page: str, month: PageTime, year: PageTime) -> tuple[object, ...]:
    first = month.opened[0]
    return (
        page, len(first), sum(one.statements for one in first), milliseconds(month.milliseconds),
        milliseconds(month.in_statements), milliseconds(year.milliseconds), milliseconds(year.in_statements),
        kilobytes(sum(one.sent_bytes for one in first)),
    )  # fmt: skip

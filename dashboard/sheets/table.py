"""A table as people take it along: Vietnamese heads, names beside codes, cells with a type.

What a cell holds: text, a whole number, a date or a moment, a ``Rate``, ``Points``, ``NO_DATA`` where
the source has none, and None for nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Literal

from dashboard.figures.shared.outcome import NO_DATA
from dashboard.formats import decimals_for, half_up
from queries.definitions.metrics import METRICS, Share

Kind = Literal["text", "count", "rate", "points", "day"]


@dataclass(frozen=True)
class Rate:
    """A share as a percent cell: its exact value, and so many decimals that none contradicts a flag.

    ``edges``: what the printed rate may not cross. ``complement``: 100 minus the rate as printed, so that
    the two add up on paper.
    """

    share: Share
    decimals: int = 2
    edges: tuple[Fraction, ...] = ()
    complement: bool = False

    @property
    def places(self) -> int:
        """Give the decimals to show; none for exactly 0 and 100."""
        exact = self.share.exact
        return 0 if exact is None or exact in (0, 100) else decimals_for(exact, self.decimals, self.edges)

    @property
    def value(self) -> float | None:
        """Give what the cell holds, 0.0742 for 7,42%; None where there is nothing to divide by."""
        exact = self.share.exact
        if exact is None:
            return None
        if self.complement:
            return float((100 - half_up(exact, self.places)) / 100)
        return self.share.a / self.share.b


@dataclass(frozen=True)
class Points:
    """A change of a rate in percentage points; None where there is nothing to compare."""

    value: Fraction | None


Cell = str | int | date | datetime | Rate | Points | None


@dataclass(frozen=True)
class Column:
    """One column: its head, the head above it, and the metric that defines it.

    ``width``: in characters; 0 fits what is in it.
    """

    head: str
    kind: Kind = "text"
    group: str = ""
    metric: str = ""
    width: int = 0


@dataclass(frozen=True)
class Table:
    """One table. ``rows`` may be a generator: they are written one by one. ``total``: the last row.

    ``count``: how many rows there are, where that is known before they are made. ``freezes``: so many
    columns stay in sight. ``is_form``: it is filled in by hand on paper, so it is as wide as one page.
    ``definitions``: of what its rows are, as ``about.definitions`` gives those of its columns.
    """

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    total: Sequence[Cell] = ()
    count: int | None = None
    sheet: str = "Bảng"
    freezes: int = 3
    is_form: bool = False
    notes: Sequence[str] = field(default_factory=tuple)
    definitions: Sequence[Sequence[str]] = field(default_factory=tuple)


def counts(*words: str, group: str = "", **heads: str) -> list[Column]:
    """Give columns of counts, each headed by its metric's name unless ``heads`` says otherwise."""
    return [Column(heads.get(word, METRICS[word].name), "count", group, word) for word in words]


def rate_columns(group: str, metric: str, head: str = "Tỷ lệ") -> list[Column]:
    """Give the three columns of a rate: a, b, a/b."""
    return [
        Column("Tử số", "count", group),
        Column("Mẫu số", "count", group),
        Column(head, "rate", group, metric),
    ]


def rate_cells(share: Share, decimals: int = 2, edges: Sequence[Fraction] = ()) -> list[Cell]:
    """Give the three cells of a rate."""
    return [share.a, share.b, Rate(share, decimals, tuple(edges))]


def known(value: Cell, *, is_known: bool) -> Cell:
    """Give the value, or the words for what the source does not record."""
    return value if is_known else NO_DATA

"""Answers kept by the version of the data: each computed once, while others who ask the same wait."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar, cast

import pandas as pd
from cachetools import TTLCache, cached

from dashboard.by_unit import part_of, whole_of
from dashboard.months import Ask, KeptMonths
from dashboard.question.known import Known
from queries.asked.periods import Period
from queries.asked.view import View

_Made = TypeVar("_Made")
MOST_ANSWERS, MOST_CARDS = 2_000, 500
_LAYERS = 3
"""Answers, what is made of them, and the cards drawn of that: together as old as the setting allows."""

Compute = Callable[[Known, Callable[..., Any], View, tuple[tuple[str, Any], ...]], Any]


class Answers:
    """Answers of queries, months of trends, what is made of them, and cards drawn.

    ``lifetime``: how many seconds old the data behind a card may be.
    """

    def __init__(self, lifetime: float, compute: Compute) -> None:
        lifetime /= _LAYERS
        self._found: TTLCache[Any, Any] = TTLCache(MOST_ANSWERS, lifetime)
        self._turn = threading.Condition()
        self._answer = cached(self._found, key=_key, condition=self._turn)(compute)
        self._make = _keeping(MOST_ANSWERS, lifetime)
        self._draw = _keeping(MOST_CARDS, lifetime)
        self._months = KeptMonths(lifetime)

    def ask(self, known: Known, query: Callable[..., Any], view: View, **keywords: Any) -> Any:
        """Give a query's answer; a unit's out of the district's, where that is kept."""
        words = tuple(sorted(keywords.items()))
        if (whole := whole_of(query, view, known.bound)) is not None:
            with self._turn:
                district = self._found.get(_key(known, query, whole, words))
            if district is not None and (part := part_of(district, str(view.unit_code))) is not None:
                return part
        return self._answer(known, query, view, words)

    def months(
        self, known: Known, query: Callable[..., pd.DataFrame], view: View, months: tuple[Period, ...],
        ask: Ask,
    ) -> pd.DataFrame:  # fmt: skip
        """Give a query's rows of a trend's months; those another trend has asked for are known."""
        if (whole := whole_of(query, view, known.bound)) is not None:
            district = self._months.known(known.version, query, whole, months)
            if district is not None and (part := part_of(district, str(view.unit_code))) is not None:
                return cast(pd.DataFrame, part)
        return self._months.rows(known.version, query, view, months, ask)

    def made(self, known: Known, make: Callable[[], _Made], *key: Any) -> _Made:
        """Give what is made of answers; the key names all it is made of beside the data."""
        found: _Made = self._make(known, key, make)
        return found

    def drawn(self, known: Known, draw: Callable[[], _Made], *key: Any) -> _Made:
        """Give a card as drawn; the key names all that it shows beside the data."""
        found: _Made = self._draw(known, key, draw)
        return found

    def forget(self) -> None:
        """Forget everything."""
        self._draw.cache_clear()
        self._answer.cache_clear()
        self._make.cache_clear()
        self._months.forget()


def _keeping(most: int, lifetime: float) -> Any:
    """Give a maker that keeps what it makes, and lets others who want the same wait."""
    kept: TTLCache[Any, Any] = TTLCache(most, lifetime)
    keeping = cached(kept, key=lambda known, key, _: (known.version, *key), condition=threading.Condition())
    return keeping(lambda _known, _key, make: make())


def _key(known: Known, query: Callable[..., Any], view: View, words: Any) -> Any:
    return known.version, query, view, words

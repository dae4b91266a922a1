"""Months of a trend kept one by one: the next trend asks only for the months that are new.

A trend's month is counted as if it were the period of the view, so it is the same in the
trend of every period that has it among its thirteen.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, Protocol

import numpy as np
import pandas as pd
from cachetools import LRUCache, TTLCache

from queries.asked.periods import Period
from queries.asked.view import View

MOST_MONTHS = 20_000
_MOST_LOCKS = 256

Query = Callable[..., pd.DataFrame]


class Ask(Protocol):
    """A query bound to the data."""

    def __call__(self, view: View, *, months: int) -> pd.DataFrame:
        """Ask for so many months up to the View's."""


_Part = dict[str, np.ndarray]
"""A month's rows by column; their month as it was when asked."""


class KeptMonths:
    """The rows of single months, by the version of the data, the query and the month's View."""

    def __init__(self, lifetime: float) -> None:
        self._parts: TTLCache[Any, _Part] = TTLCache(MOST_MONTHS, lifetime)
        self._locks: LRUCache[Any, threading.Lock] = LRUCache(_MOST_LOCKS)
        self._own = threading.Lock()

    def rows(
        self, version: str, query: Query, view: View, months: Sequence[Period], ask: Ask
    ) -> pd.DataFrame:  # fmt: skip
        """Give the query's rows of consecutive months, ``month`` 0 the first of them.

        ``ask`` is given a View of the last month that is missing, and how many months up to it
        to ask for: one question, even where months between were known. Others who want the same
        wait for it.
        """
        views = [view.at(period=month, judged_on=None) for month in months]
        with self._turn((query, views[-1].at(period=months[0]))):
            parts = [self._kept(version, query, one) for one in views]
            missing = [i for i, part in enumerate(parts) if part is None]
            if missing:
                first, last = missing[0], missing[-1]
                new = _split(ask(views[last], months=last - first + 1), last - first + 1)
                parts[first : last + 1] = new
                with self._own:
                    for one, part in zip(views[first : last + 1], new, strict=True):
                        self._parts[version, query, one] = part
        return _joined([part for part in parts if part is not None])

    def known(self, version: str, query: Query, view: View, months: Sequence[Period]) -> pd.DataFrame | None:
        """Give the rows if every one of the months is kept, without asking; else None."""
        parts = [self._kept(version, query, view.at(period=month, judged_on=None)) for month in months]
        found = [part for part in parts if part is not None]
        return _joined(found) if len(found) == len(parts) else None

    def forget(self) -> None:
        """Forget every month."""
        with self._own:
            self._parts.clear()

    def _kept(self, version: str, query: Query, view: View) -> _Part | None:
        with self._own:
            found: _Part | None = self._parts.get((version, query, view))
            return found

    def _turn(self, key: Any) -> threading.Lock:
        with self._own:
            lock: threading.Lock = self._locks.setdefault(key, threading.Lock())
            return lock


def _split(found: pd.DataFrame, months: int) -> list[_Part]:
    month = found["month"].to_numpy(dtype=np.int64)
    order = np.argsort(month, kind="stable")
    edges = np.searchsorted(month[order], np.arange(months + 1))
    columns = {str(name): found[name].to_numpy()[order] for name in found}
    return [{name: rows[start:end] for name, rows in columns.items()} for start, end in pairwise(edges)]


def _joined(parts: Sequence[_Part]) -> pd.DataFrame:
    table = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    numbers = np.repeat(np.arange(len(parts)), [len(part["month"]) for part in parts])
    return pd.DataFrame({**table, "month": numbers})  # where it stood among the columns

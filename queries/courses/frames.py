"""Rows of a statement as a DataFrame."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Select


def frame_of(
    conn: Connection,
    statement: Select[Any],
    columns: Sequence[str],
    values: Mapping[str, Any] | None = None,
) -> pd.DataFrame:
    """Ask, and give the rows under names: one row each, no column lost where there is none.

    ``values``: of the statement's parameters that have none yet.

    By columns, as plain lists: pandas looks into SQLAlchemy's rows as if they were dictionaries,
    which costs more than the statement.
    """
    rows = conn.execute(statement, dict(values) if values else None).all()
    by_column = zip(*rows, strict=True) if rows else [()] * len(columns)
    return pd.DataFrame({name: list(found) for name, found in zip(columns, by_column, strict=True)})


def rows_of(frame: pd.DataFrame, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """Give a frame's rows as plain tuples, of these columns.

    All at once: for a column on its own pandas takes longer than for the twenty units in it.
    """
    names = frame.columns.tolist()
    places = [names.index(name) for name in columns]
    return map(tuple, frame.to_numpy(dtype=object)[:, places].tolist())

"""Raw rows on disk: one part of a table at a time, as CSV, whatever engine they come from."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TextIO, TypeVar

Render = Callable[[Any], str | None]
_Batch = TypeVar("_Batch")
_LINE_END = "\r\n"
"""Only what looks like the end of a line is quoted: so a lone \\r has to be a part of it."""
_BETWEEN = "\x1f"
"""Hardly any text has it: where none has, rows are written at once."""


@dataclass(frozen=True)
class Part:
    """Some rows of one table, in a file: how many, what ends a line of it and what stands between cells."""

    path: Path
    rows: int
    newline: str
    separator: str = ","


@dataclass(frozen=True)
class Landing:
    """Where rows are put meanwhile: one file again and again, so many rows at once.

    ``alive`` is called while rows come.
    """

    path: Path
    part_rows: int
    alive: Callable[[], None]


def text_of(value: Any) -> str | None:
    """Give a driver's value as raw text: numbers without needless point, moments as ISO."""
    if value is None or isinstance(value, str):
        return value
    return next((made(value) for kind, made in _RENDERS if isinstance(value, kind)), str(value))


def text_of_bytes(value: bytes) -> str:
    """Give bytes as the text they hold, else as hexadecimal digits."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.hex()


_RENDERS: tuple[tuple[type, Render], ...] = (
    (bool, lambda value: "1" if value else "0"),
    (int, str),
    (float, lambda value: str(int(value)) if value.is_integer() else repr(value)),
    (Decimal, lambda value: format(value, "f")),
    (datetime, lambda value: value.isoformat(" ")),
    (date, lambda value: value.isoformat()),
    (bytes, text_of_bytes),
)
"""By the type of a driver's value, the narrower before the wider."""


def bits_of(value: Any) -> str | None:
    """Give a bit field as a number: MariaDB and MySQL send it as bytes."""
    if isinstance(value, bytes):
        return str(int.from_bytes(value, "big"))
    return text_of(value)


def written(
    batches: Iterable[Sequence[Sequence[Any]]], renders: Sequence[Render | None], landing: Landing
) -> Iterator[Part]:
    """Write batches of rows to a file and give it each time it holds enough: one part at a time.

    ``renders``: by column, what makes text of a value; None where it is text, a whole number or nothing
    already. Whoever takes a part reads the file before asking for the next.
    """

    def write(file: TextIO, batch: Sequence[Sequence[Any]]) -> int:
        csv.writer(file, lineterminator=_LINE_END).writerows(_rendered(batch, renders))
        return len(batch)

    return _written(batches, write, ",", landing)


def written_columns(batches: Iterable[Sequence[Sequence[str]]], landing: Landing) -> Iterator[Part]:
    """Write batches of rows as ``written`` does, each a batch by its columns, of texts, blank ones empty."""
    return _written(batches, _write_columns, _BETWEEN, landing)


def _write_columns(file: TextIO, columns: Sequence[Sequence[str]]) -> int:
    rows = len(columns[0])
    text = _LINE_END.join((*map(_BETWEEN.join, zip(*columns, strict=True)), ""))
    ends = rows * (len(columns) - 1), rows, rows
    if '"' not in text and tuple(map(text.count, (_BETWEEN, "\r", "\n"))) == ends:
        file.write(text)
    else:
        writer = csv.writer(file, delimiter=_BETWEEN, lineterminator=_LINE_END)
        writer.writerows(zip(*columns, strict=True))
    return rows


def _written(
    batches: Iterable[_Batch], write: Callable[[TextIO, _Batch], int], separator: str, landing: Landing
) -> Iterator[Part]:
    waiting = iter(batches)
    batch = next(waiting, None)
    while batch is not None:
        rows = 0
        with landing.path.open("w", encoding="utf-8", errors="replace", newline="") as file:
            while batch is not None and rows < landing.part_rows:
                rows += write(file, batch)
                batch = next(waiting, None)
        yield Part(landing.path, rows, r"\r\n", separator)


def _rendered(rows: Sequence[Sequence[Any]], renders: Sequence[Render | None]) -> Iterable[Sequence[Any]]:
    if not any(renders):
        return rows
    return (
        [one if render is None else render(one) for one, render in zip(row, renders, strict=True)]
        for row in rows
    )

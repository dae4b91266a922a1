"""A copy as readers hold it: one generation, open for asking, with what was fixed when it was made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import duckdb
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from queries.copy.as_of import DataMoment
from queries.copy.generations import Generation
from queries.courses.stock import Courses, read_courses


@dataclass(frozen=True, eq=False)
class OpenCopy:
    """One generation of the copy.

    ``version`` changes with the data and their moment. ``built_for``, ``compare``, ``latest``: what its
    ``courses`` were built with. ``present``: the tables and columns that the source has.
    """

    engine: Engine
    version: str
    as_of: DataMoment
    built_for: datetime
    compare: str
    latest: datetime
    present: frozenset[str]

    def courses(self, conn: Connection) -> Courses:
        """Read what statements have to know."""
        now = self.as_of.moment
        return read_courses(
            conn, as_of=self.built_for, compare=self.compare, present=self.present,
            # Else courses would have been built anew (``copy.refresh``); sides of a day change at midnight.
            until=now if now.date() == self.built_for.date() else None,
        )  # fmt: skip


def open_generation(engine: Engine, generation: Generation, compare: str) -> OpenCopy:
    """Give a generation as readers hold it."""
    return OpenCopy(
        engine,
        generation.version,
        generation.as_of,
        generation.built_for,
        compare,
        generation.latest,
        frozenset(generation.present),
    )


_DAMAGE = frozenset({"FatalException", "InternalException", "IOException", "SerializationException"})
_CORRUPT = "corrupt"
"""What DuckDB says of a block that is not what was written, as an error of no kind."""


class Damaged(Exception):  # noqa: N818 - what the file is
    """The file itself cannot be read; it is not the question."""


@contextmanager
def damage() -> Iterator[None]:
    """Tell damage of the file apart from what else a question may fail of."""
    try:
        yield
    except (DBAPIError, duckdb.Error) as error:
        # Rows that are still coming are the driver's own, and so are its errors.
        told = error.orig if isinstance(error, DBAPIError) else error
        if type(told).__name__ in _DAMAGE or _CORRUPT in str(told).lower():
            raise Damaged(str(told)) from error
        raise

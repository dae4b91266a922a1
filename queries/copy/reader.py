"""What the refresh needs of a source, database and files: the small question, a clean reading, whose copy."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import astuple, dataclass, field, replace
from datetime import datetime
from pathlib import Path

import duckdb
from sqlalchemy.engine import URL, make_url

from queries.copy.generations import Identity
from queries.copy.give_back import give_back
from queries.copy.refresh import Progress, Read, Token
from queries.source.clean import CLEANING_VERSION
from queries.source.from_files import Files
from queries.source.mapping import SourceMapping
from queries.source.reading import Pace, probe, read_into
from queries.source.visit import Source
from queries.source.watch import Stop

_SECRETS = frozenset({"password", "passwd", "sslpassword", "user"})


@dataclass(frozen=True)
class SourceReader:
    """What the settings name: a database (None: there is none), files, or both.

    ``zone``: the district's; ``stop`` ends a reading at once; ``give_back``: the folder where the rows of
    files are put that could not be used.
    """

    source: Source | None
    mapping: SourceMapping
    zone: str
    pace: Pace = field(default_factory=Pace)
    stop: Stop | None = None
    files: Files | None = None
    give_back: Path | None = None

    @property
    def is_asked(self) -> bool:
        """Say whether there is a server to ask the small question, beside looking at files."""
        return self.source is not None and self.source.path is None

    def probe(self) -> Token:
        """Ask for the newest load, else whether the file is another, else for the newest change."""
        files = "" if self.files is None else self.files.state()
        if self.source is None:
            return Token("file", files)
        told = probe(self.source, self.mapping, zone=self.zone, stop=self.stop)
        clock = told.clock if self.is_asked else None
        token = Token(told.kind, told.text, told.place, clock, told.loads)
        if not files or token.text is None:
            return token
        return replace(token, text=f"{token.text} | {files}")

    def stamp(self) -> str:
        """Give what changes with the files, the database's where it is one; empty where there are none."""
        stamps = [] if self.source is None else [self.source.stamp()]
        stamps += [] if self.files is None else [self.files.stamp()]
        return " ".join(one for one in stamps if one)

    def read_into(
        self,
        connection: duckdb.DuckDBPyConnection,
        *,
        folder: Path,
        changed_since: datetime | None,
        progress: Progress | None,
    ) -> Read:
        """Read everything clean, or of the dossiers only what has changed."""
        reading = read_into(
            connection, self.source, self.mapping, zone=self.zone, folder=folder, files=self.files,
            pace=self.pace, changed_since=None if changed_since is None else {"dossiers": changed_since},
            progress=progress, stop=self.stop,
        )  # fmt: skip
        mark = reading.watermarks.get("dossiers")
        given_back = None
        if self.give_back is not None and self.files is not None:
            rows = give_back(reading, self.give_back)
            given_back = (rows, self.give_back) if rows else None
        return Read(
            reading.present,
            reading.clock if self.is_asked else None,
            is_partial="dossiers" in reading.partial,
            has_days=mark is not None and mark.is_day,
            newest=reading.newest.get("dossiers"),
            files=tuple(dict.fromkeys(str(one.path) for one in reading.sheets)),
            of_files=frozenset(one.understood.table for one in reading.sheets),
            given_back=given_back,
        )


def identity_of(
    url: str | URL | None, mapping: SourceMapping, *, zone: str, layout: Sequence[str] = (),
    files: Files | None = None,
) -> Identity:  # fmt: skip
    """Give whose copy it is: of the address (not its account) and tables; read by columns, words and zones.

    Of files: of what the settings name, whichever files that are at the moment. ``layout``: what else a copy
    must have been made by to be asked: the version of ``courses``, the day rule.
    """
    place = [] if url is None else _place_of(url, mapping)
    if files is not None:
        place += [sorted((str(files.base.resolve()), *map(str, astuple(one))) for one in files.given)]
    shape = [CLEANING_VERSION, mapping.fingerprint(), zone]
    return Identity(_digest(place), _digest(shape), _digest(list(layout)))


def _place_of(url: str | URL, mapping: SourceMapping) -> list[object]:
    parsed = make_url(url)
    path = Source(url).path
    return [
        parsed.get_backend_name(), parsed.host, parsed.port,
        str(path.resolve()) if path else parsed.database,
        sorted((key, str(value)) for key, value in parsed.query.items() if key not in _SECRETS),
        mapping.schema, sorted(mapping.tables.items()),
    ]  # fmt: skip


def _digest(told: object) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()[:32]

"""What the refresh needs of one source: the small question, a clean reading, and whose copy it is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from queries.copy.generations import Identity
from queries.copy.refresh import Progress, Read, Token
from queries.source.clean import CLEANING_VERSION
from queries.source.engines import record_of
from queries.source.mapping import SourceMapping
from queries.source.reading import Pace, Source, Stop, probe, read_into

_SECRETS = frozenset({"password", "passwd", "sslpassword", "user"})


@dataclass(frozen=True)
class SourceReader:
    """One source as the settings name it. ``zone``: the district's; ``stop`` ends a reading at once."""

    source: Source
    mapping: SourceMapping
    zone: str
    pace: Pace = field(default_factory=Pace)
    stop: Stop | None = None

    def probe(self) -> Token:
        """Ask for the newest load, else whether the file is another, else for the newest change."""
        stamp = file_stamp(self.source.url)
        told = probe(self.source, self.mapping, stop=self.stop)
        kind = told.partition(":")[0] if told else ""
        if told and kind == "loads":
            return Token("loads", told)
        if stamp:
            return Token("file", stamp)
        return Token("updated_at", told) if told else Token()

    def read_into(
        self,
        connection: duckdb.DuckDBPyConnection,
        *,
        folder: Path,
        changed_since: datetime | None,
        earlier: str | None,
        progress: Progress | None,
    ) -> Read:
        """Read everything clean, or of the dossiers only what has changed."""
        reading = read_into(
            connection, self.source, self.mapping, zone=self.zone, folder=folder, pace=self.pace,
            changed_since=None if changed_since is None else {"dossiers": changed_since}, earlier=earlier,
            progress=progress, stop=self.stop,
        )  # fmt: skip
        mark = reading.watermarks.get("dossiers")
        return Read(
            reading.present,
            None if is_file(self.source.url) else reading.read_at,
            is_partial="dossiers" in reading.partial,
            has_days=mark is not None and mark.is_day,
        )


def is_file(url: str | URL) -> bool:
    """Say whether a source is a file of this machine."""
    return bool(_file(url))


def file_stamp(url: str | URL) -> str:
    """Give what changes whenever the file of a source does; empty where it is none, or is not there."""
    path = _file(url)
    if not path:
        return ""
    stamps = []
    for one in (path, f"{path}-wal", f"{path}.wal"):
        try:
            stat = Path(one).stat()
        except OSError:
            continue
        # A log of changes that is made and emptied again by readers says nothing.
        stamps += [stat.st_ino, stat.st_mtime_ns, stat.st_size] if one == path or stat.st_size else []
    return " ".join(map(str, stamps))


def _file(url: str | URL) -> str:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        return ""
    record = record_of(parsed)
    return str(parsed.database or "") if record is not None and record.is_file else ""


def identity_of(
    url: str | URL, mapping: SourceMapping, *, zone: str, compare: str, layout: Sequence[str] = ()
) -> Identity:
    """Give whose copy it is: of the address (not its account) and tables; read by columns, words and zones.

    ``layout``: whatever else a copy must have been made by to be asked at all: the version of ``courses``.
    """
    parsed = make_url(url)
    file = _file(url)
    place = [
        parsed.get_backend_name(), parsed.host, parsed.port,
        str(Path(file).resolve()) if file else parsed.database,
        sorted((key, str(value)) for key, value in parsed.query.items() if key not in _SECRETS),
        mapping.schema, sorted(mapping.tables.items()),
    ]  # fmt: skip
    shape = [CLEANING_VERSION, mapping.fingerprint(), zone, compare]
    return Identity(_digest(place), _digest(shape), _digest(list(layout)))


def _digest(told: object) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()[:32]

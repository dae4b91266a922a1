"""The generations of the working copy: written aside, verified, swapped whole, the last few kept.

In the copy's folder::

    state.json                 which generation is current, and all that is known of the refreshes
    generation-000123.duckdb   a generation; never written to after the state names it
    refused-000124.duckdb      a reading that was refused as implausible, kept for `motcua refresh --accept`
    aside/                     what is being written; whatever lies there is of no use to anybody else
    refresh.lock               held by the one who refreshes

Whoever reads asks the state file, which is replaced whole. Only the holder of the lock writes.
A file is opened to readers by its checksum, so that a damaged one is never asked: then the
newest of the older ones that is whole answers in its stead.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from queries.contract import CONTRACT
from queries.copy.as_of import DataMoment
from queries.copy.plausible import Measures
from queries.copy.tables import CLEAN, OF_THE_COPY

STATE = "state.json"
ASIDE = "aside"
PROGRESS = "progress.txt"
_NAMED = re.compile(r"(generation|refused)-(\d{6,})\.duckdb")
_FORMAT = 1
_BLOCK = 1 << 20
_REPLACE_TRIES = 20
"""On Windows a file that another has open cannot be replaced; a state file is open for a millisecond."""


class CopyDamaged(Exception):  # noqa: N818 - what it is
    """A generation that was written cannot be read back as it was written."""


@dataclass(frozen=True)
class Identity:
    """What a copy belongs to. ``source``: where its rows come from; ``shape``: how they are read.

    Another source is a first start: its predecessor's copy is never shown under its name. Another
    shape (columns, values, zones, the cleaning's version, the day rule) is a whole reading. Another
    ``layout`` (what this program builds in a copy) is built anew from the rows there are.
    """

    source: str
    shape: str
    layout: str = ""

    def may_show(self, other: Identity | None) -> bool:
        """Say whether a copy made under another identity may be shown under this one."""
        return other is not None and (self.source, self.layout) == (other.source, other.layout)


@dataclass(frozen=True)
class Generation:
    """One generation, as its readers and the next refresh know it.

    ``rows``: of every table in the file. ``content``: what the clean tables hold, as one text a table, the
    same for the same rows. ``as_of``: the moment of the data; that of the current one may have
    moved on since it was ``built_for`` a moment, without anything between the two; what lay after
    ``latest`` then was a date in the future. ``next_moment``:
    the first moment after that at which something in the data happens. ``instead_of``: the number
    of the newer generation that is damaged, where this one answers in its stead. ``layout``: as of the
    ``Identity`` under which it was built.
    """

    number: int
    path: Path
    size: int
    checksum: str
    made_at: datetime
    rows: Mapping[str, int]
    content: Mapping[str, str]
    present: tuple[str, ...]
    measures: Measures
    as_of: DataMoment
    built_for: datetime
    latest: datetime
    next_moment: datetime | None = None
    instead_of: int | None = None
    layout: str = ""

    @property
    def version(self) -> str:
        """Give a text that is new whenever an answer may be: for keys of caches."""
        # Loads of other tables without new rows change no figure; letters and numbers of papers go by this.
        moments = (self.as_of.moment, *(one for _, one in self.as_of.sources))
        # Of a folder that was emptied the first is number 1 once more.
        return " ".join((str(self.number), self.checksum, *(one.isoformat() for one in moments)))


@dataclass(frozen=True)
class Refused:
    """A reading kept aside, why it was refused, and the marks it would have left.

    ``identity``: as what it was read, which may be another than the copy's. ``is_whole``: everything was
    read, so that changes alone cannot tell whether the source has come to its senses.
    """

    generation: Generation
    reasons: tuple[str, ...]
    marks: Mapping[str, Any]
    identity: Identity | None = None
    is_whole: bool = False


@dataclass(frozen=True)
class LastTry:
    """How the last refresh went: an ``Outcome``'s kind and sentence.

    ``failing_since``: the first of the failures in a row, None where it went well.
    """

    at: datetime
    kind: str
    sentence: str
    failing_since: datetime | None = None


@dataclass(frozen=True)
class State:
    """Everything the state file says. ``marks``: what the refreshes remember (``refresh.Marks``).

    ``tries`` counts the refreshes that came to an end, so that one who waited knows whose result it sees.
    """

    identity: Identity | None = None
    generations: tuple[Generation, ...] = ()
    as_of: DataMoment | None = None
    refused: Refused | None = None
    last_try: LastTry | None = None
    marks: Mapping[str, Any] = field(default_factory=dict)
    next_number: int = 1
    tries: int = 0

    @property
    def newest(self) -> Generation | None:
        """Give the current generation, at its moment of the data; damaged or not."""
        if not self.generations:
            return None
        newest = self.generations[-1]
        return newest if self.as_of is None else replace(newest, as_of=self.as_of)


class Generations:
    """The folder of a working copy. Made once a process: it remembers which files it has found whole."""

    def __init__(self, folder: Path, *, keep: int = 3) -> None:
        self.folder = folder
        self._keep = keep
        self._whole: dict[int, tuple[int, ...]] = {}
        self._damaged: dict[int, tuple[int, ...]] = {}

    # --- for readers --------------------------------------------------------------------

    def state(self) -> State:
        """Read the state file; where there is none, or it is damaged, what the files themselves say."""
        try:
            return _state_of(json.loads((self.folder / STATE).read_text("utf-8")), self.folder)
        except FileNotFoundError:
            return State()
        except (ValueError, KeyError, TypeError, AttributeError):
            return self._recovered()

    def stamp(self) -> tuple[int, ...]:
        """Give what changes whenever the state file is replaced, at the price of one question to the disk."""
        return _stamp(self.folder / STATE)

    def current(self, identity: Identity | None = None) -> Generation | None:
        """Give the generation to be asked: the newest that is whole; None where there is none.

        ``identity``: nothing of another source, or built by another version, is given.
        """
        state = self.state()
        if identity is not None and not identity.may_show(state.identity):
            return None
        newest = state.newest
        if newest is None or (identity is not None and newest.layout != identity.layout):
            return None
        if self.is_whole(newest):
            return newest
        for older in reversed(state.generations[:-1]):
            if older.layout == newest.layout and self.is_whole(older):
                return replace(older, instead_of=newest.number)
        return None

    def is_whole(self, generation: Generation) -> bool:
        """Say whether the file is, byte for byte, the one that was verified; remembered while it stands."""
        stamp = _stamp(generation.path)
        if not stamp or self._damaged.get(generation.number) == stamp:
            return False
        if self._whole.get(generation.number) != stamp:
            if generation.path.stat().st_size != generation.size:
                return False
            with suppress(OSError):
                if checksum(generation.path) == generation.checksum:
                    self._whole[generation.number] = stamp
        return self._whole.get(generation.number) == stamp

    def is_there(self, generation: Generation) -> bool:
        """Say whether a generation's file still stands as it was found whole; one question to the disk."""
        return self._whole.get(generation.number) == _stamp(generation.path)

    def progress(self) -> tuple[str, int] | None:
        """Give the table being read, by whichever process, and its rows so far; None where none is."""
        try:
            name, rows = (self.folder / ASIDE / PROGRESS).read_text("utf-8").split()
            return (name, int(rows)) if name in CONTRACT else None
        except (OSError, ValueError):
            return None

    def mark_damaged(self, generation: Generation) -> None:
        """Remember that the engine found the file damaged while it was asked."""
        self._whole.pop(generation.number, None)
        self._damaged[generation.number] = _stamp(generation.path)

    # --- for the one who refreshes (who holds the lock) ---------------------------------------

    @contextmanager
    def aside(self) -> Iterator[Path]:
        """Give an empty folder that only this account may enter; it is gone afterwards, whatever happens."""
        path = self.folder / ASIDE
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            yield path
        finally:
            shutil.rmtree(path, ignore_errors=True)

    def verify(self, path: Path, rows: Mapping[str, int], content: Mapping[str, str]) -> None:
        """Open a written file as a reader would, and compare. Raises CopyDamaged where anything differs."""
        if path.with_name(f"{path.name}.wal").exists():
            raise CopyDamaged("a part of it lies in a log beside it")
        try:
            with duckdb.connect(path, read_only=True) as connection:
                found = count_rows(connection)
                if dict(found) != dict(rows):
                    wrong = sorted(name for name in {*found, *rows} if found.get(name) != rows.get(name))
                    raise CopyDamaged(f"rows of {', '.join(wrong)}")
                if content_of(connection) != dict(content):
                    raise CopyDamaged("the clean tables hold something else than was written")
        except duckdb.Error as error:
            raise CopyDamaged(str(error).partition("\n")[0]) from error

    def keep(self, path: Path, generation: Generation, *, refused: bool = False) -> Generation:
        """Move a written file to where it is kept; nobody reads it before the state names it."""
        name = f"{'refused' if refused else 'generation'}-{generation.number:06}.duckdb"
        target = self.folder / name
        path.chmod(0o600)
        _flush(path)
        kept = replace(generation, path=target, size=path.stat().st_size, checksum=checksum(path))
        _replace(path, target)
        return kept

    def write(self, state: State) -> None:
        """Replace the state file whole."""
        self.folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(_plain(state), ensure_ascii=False, indent=1, sort_keys=True)
        aside = self.folder / f"{STATE}.new"
        try:
            with open(
                os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
            ) as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            _replace(aside, self.folder / STATE)
        except OSError:
            with suppress(OSError):
                aside.unlink()
            raise
        _flush(self.folder)

    def swapped(self, state: State, generation: Generation) -> State:
        """Give the state in which a generation is the current one, and the oldest are no longer kept."""
        kept = [one for one in state.generations if self.is_whole(one)]
        kept = [*kept, generation][-self._keep :]
        return replace(
            state, generations=tuple(kept), as_of=generation.as_of,
            next_number=max(state.next_number, generation.number + 1),
        )  # fmt: skip

    def sweep(self, state: State) -> list[Path]:
        """Delete the files that nobody is told of any more; give those that cannot be deleted yet."""
        named = {one.path.name for one in state.generations}
        if state.refused is not None:
            named.add(state.refused.generation.path.name)
        left = []
        for path in sorted(self.folder.iterdir()) if self.folder.is_dir() else ():
            base = path.name.removesuffix(".wal")
            if (_NAMED.fullmatch(base) and base not in named) or path.name == f"{STATE}.new":
                try:
                    path.unlink(missing_ok=True)
                except OSError:
                    left.append(path)  # another still has it open (Windows): it goes at the next refresh
        shutil.rmtree(self.folder / ASIDE, ignore_errors=True)
        return left

    def _recovered(self) -> State:
        """Give a state from what the generations say of themselves, the newest readable ones."""
        found: list[State] = []
        for path in sorted(self.folder.glob("generation-*.duckdb")):
            with suppress(duckdb.Error, ValueError, KeyError, TypeError, OSError):
                with duckdb.connect(path, read_only=True) as connection:
                    told = connection.execute("SELECT value FROM about WHERE name = 'state'").fetchone()
                    content = content_of(connection)
                one = _state_of(json.loads((told or ("",))[0]), self.folder)
                if dict(one.generations[-1].content) != content:
                    continue
                itself = replace(
                    one.generations[-1], path=path, size=path.stat().st_size, checksum=checksum(path)
                )
                found.append(replace(one, generations=(itself,), refused=None))
        if not found:
            return State()
        same = [one for one in found if one.identity == found[-1].identity]
        # No number is given twice: servers have files open that may not be replaced under them.
        numbers = [int(named[2]) for path in self.folder.iterdir() if (named := _NAMED.fullmatch(path.name))]
        kept = tuple(one.generations[0] for one in same)
        return replace(found[-1], generations=kept, next_number=max(numbers) + 1)


# --- what a file holds ----------------------------------------------------------------------


def count_rows(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Count the rows of every table in the file."""
    names = [
        row[0]
        for row in connection.execute(
            "SELECT table_name FROM duckdb_tables()"
            " WHERE database_name = current_database() AND NOT temporary ORDER BY table_name"
        ).fetchall()
    ]
    counted = {}
    for name in names:
        quoted = name.replace('"', '""')
        row = connection.execute(f'SELECT count(*) FROM "{quoted}"').fetchone()
        counted[name] = int(row[0]) if row else 0
    return counted


def content_of(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Give one text for each of the clean tables: the same for the same rows, whatever their order.

    It reads every value, so that a damaged block shows.
    """
    content = {}
    for name in (*CLEAN, *OF_THE_COPY):
        row = connection.execute(
            f'SELECT count(*), coalesce(sum(hash("{name}")), 0) FROM "{name}"'  # names of ours
        ).fetchone()
        assert row is not None
        content[name] = f"{row[0]}-{row[1]:x}"
    return content


def checksum(path: Path) -> str:
    """Give the checksum of a file's bytes."""
    digest = hashlib.blake2b(digest_size=20)
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


# --- the state file ---------------------------------------------------------------------------


def as_text(state: State) -> str:
    """Give a state as the text that stands in a generation's own ``about``."""
    return json.dumps(_plain(state), ensure_ascii=False)


def _plain(value: Any) -> Any:
    """Give a value as JSON knows it."""
    if isinstance(value, State):
        return {"format": _FORMAT} | {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Path | datetime):
        return value.name if isinstance(value, Path) else value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if hasattr(value, "__dataclass_fields__"):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    return value


def _state_of(told: Mapping[str, Any], folder: Path) -> State:
    if told["format"] != _FORMAT:
        raise ValueError("another format")
    refused = told["refused"]
    last = told["last_try"]
    return State(
        identity=Identity(**told["identity"]) if told["identity"] else None,
        generations=tuple(_generation_of(one, folder) for one in told["generations"]),
        as_of=DataMoment.from_plain(told["as_of"]) if told["as_of"] else None,
        refused=Refused(
            _generation_of(refused["generation"], folder), tuple(refused["reasons"]), refused["marks"],
            Identity(**refused["identity"]) if refused.get("identity") else None,
            bool(refused.get("is_whole")),
        ) if refused else None,
        last_try=LastTry(
            _moment(last["at"]), last["kind"], last["sentence"],
            _moment(last["failing_since"]) if last["failing_since"] else None,
        ) if last else None,
        marks=told["marks"],
        next_number=told["next_number"],
        tries=told["tries"],
    )  # fmt: skip


def _generation_of(told: Mapping[str, Any], folder: Path) -> Generation:
    return Generation(
        number=told["number"],
        path=folder / Path(told["path"]).name,
        size=told["size"],
        checksum=told["checksum"],
        made_at=_moment(told["made_at"]),
        rows=told["rows"],
        content=told["content"],
        present=tuple(told["present"]),
        measures=Measures.from_plain(told["measures"]),
        as_of=DataMoment.from_plain(told["as_of"]),
        built_for=_moment(told["built_for"]),
        latest=_moment(told["latest"]),
        next_moment=_moment(told["next_moment"]) if told["next_moment"] else None,
        layout=told.get("layout", ""),
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


# --- the disk --------------------------------------------------------------------------------


def _stamp(path: Path) -> tuple[int, ...]:
    try:
        stat = path.stat()
    except OSError:
        return ()
    return stat.st_ino, stat.st_mtime_ns, stat.st_size


def _flush(path: Path) -> None:
    """Have the disk keep a file, or a folder's names, before anybody relies on it."""
    if os.name == "nt" and path.is_dir():
        return  # a folder cannot be opened there, and need not be
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _replace(source: Path, target: Path) -> None:
    for left in reversed(range(_REPLACE_TRIES)):
        try:
            os.replace(source, target)
            return
        except PermissionError:
            if not left or os.name != "nt":
                raise
            time.sleep(0.05)

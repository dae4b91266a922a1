"""Files as a source: those the settings name, what is understood of their sheets, and their rows taken in."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

from queries.contract import CONTRACT, Kind
from queries.source.clean import Cleaning
from queries.source.errors import SourceBroken, SourceError, SourceUnavailable
from queries.source.expressions import ColumnRead
from queries.source.files.given import FoundFile, GivenFile, found
from queries.source.files.heads import Understood, understand
from queries.source.files.rows import Taken, parts
from queries.source.files.sheet import Merged
from queries.source.files.sheets import sheets_of
from queries.source.kinds import SourceKind
from queries.source.mapping import SourceMapping
from queries.source.mended import Reason
from queries.source.parts import Landing, Part
from queries.source.sheeted import Origin

PART_ROWS = 50_000
"""So many rows lie on disk at once; twice as many while one part is taken in and the next is read."""
SETTLED_SECONDS = 2.0


@dataclass(frozen=True)
class Files:
    """The files of the settings.

    ``base``: the folder their paths are relative to. ``settled_seconds``: a file written within the last few
    is looked at again before it is read.
    """

    given: tuple[GivenFile, ...]
    base: Path = Path()
    settled_seconds: float = SETTLED_SECONDS

    def found(self) -> list[FoundFile]:
        """Give the files that are there, the older first. Raises SourceUnavailable, SourceBroken."""
        files = found(self.given, self.base)
        now = time.time()
        if any(now - one.written_ns / 1e9 < self.settled_seconds for one in files):
            time.sleep(self.settled_seconds)
            self.still_as(files)
        return files

    def still_as(self, files: Sequence[FoundFile]) -> None:
        """Make sure that nothing was written meanwhile. Raises SourceUnavailable, naming the file."""
        now = {one.path: one.state for one in found(self.given, self.base)}
        for one in files:
            if now.get(one.path) != one.state:
                raise SourceUnavailable(
                    f"Tệp «{one.path.name}» đang được ghi hoặc vừa bị thay; sẽ đọc lại khi tệp đứng yên."
                )

    def state(self) -> str:
        """Give a text that is another where a file is added, changed, renamed or removed. Raises as found."""
        return _state(self.found())

    def stamp(self) -> str:
        """Give the same at once, and a text too where files cannot be found."""
        try:
            return _state(found(self.given, self.base))
        except SourceError as error:
            return error.sentence


def _state(files: Sequence[FoundFile]) -> str:
    return "; ".join(f"{one.path} {one.state}" for one in files)


@dataclass(frozen=True)
class SheetRead:
    """A sheet that is read: what is understood, its place in the order of age, what came of its rows."""

    number: int
    file: FoundFile
    understood: Understood
    taken: Taken = field(default_factory=Taken)

    @property
    def path(self) -> Path:
        """The file it is in."""
        return self.file.path

    @property
    def merged(self) -> list[Merged]:
        """The cells merged down over rows of the table, once these have been taken."""
        return [one for one in self.taken.losses.merged if one.first >= self.understood.first_row]

    @property
    def columns(self) -> frozenset[str]:
        """The contract's columns it has."""
        return frozenset(self.understood.columns)


def understood(
    files: Files, mapping: SourceMapping, troubles: list[str] | None = None
) -> list[SheetRead]:  # fmt: skip
    """Give every sheet that holds a table, the older first. Raises SourceUnavailable, SourceBroken.

    ``troubles`` is told, where it is given, why files cannot be understood, and nothing is raised for them.
    """
    sheets: list[tuple[FoundFile, Understood]] = []
    for file in files.found():
        try:
            sheets += [(file, one) for one in understand(sheets_of(file.path), file.given, mapping)]
        except SourceError as error:
            if troubles is None:
                raise
            troubles.append(error.sentence)
    return [SheetRead(number, file, one) for number, (file, one) in enumerate(sheets, 1)]


def columns_of(sheets: Sequence[SheetRead]) -> dict[str, frozenset[str]]:
    """Give the tables that sheets have, with the columns of any of them."""
    columns: dict[str, frozenset[str]] = {}
    for one in sheets:
        table = one.understood.table
        columns[table] = columns.get(table, frozenset()) | one.columns
    return columns


def find_all(columns: Mapping[str, frozenset[str]]) -> None:
    """Make sure that files alone have what is needed. Raises SourceBroken."""
    if "dossiers" not in columns:
        label = CONTRACT["dossiers"].label
        raise SourceBroken(
            f"Không tệp nào có bảng {label} (dossiers); thêm tệp hồ sơ vào [[files]] trong motcua.toml, hoặc "
            "đặt database_url."
        )


def take_sheets(
    sheets: Sequence[SheetRead], cleaning: Cleaning, mapping: SourceMapping, path: Path,
    *, progress: Callable[[str, int], None], alive: Callable[[], None],
) -> None:  # fmt: skip
    """Let the rows of every sheet arrive; ``path``: where they may lie meanwhile."""
    rows: Counter[str] = Counter()
    with ThreadPoolExecutor(1, "taking-sheets") as taking:
        for one in sheets:
            _take_sheet(one, cleaning, mapping, path, taking, rows=rows, progress=progress, alive=alive)
    _tell(sheets, cleaning)


def _take_sheet(
    one: SheetRead, cleaning: Cleaning, mapping: SourceMapping, path: Path, taking: Executor,
    *, rows: Counter[str], progress: Callable[[str, int], None], alive: Callable[[], None],
) -> None:  # fmt: skip
    """Let the rows of a sheet arrive: while one part is taken in, the next is read."""
    table = one.understood.table
    spec = CONTRACT[table]
    names = [each.name for each in spec.columns if each.name in one.columns]
    columns = [
        ColumnRead(name, spec[name].kind, SourceKind.TEXT, _zone(mapping, table, name)) for name in names
    ]
    origin = Origin(one.number, one.understood.sheet.told)
    cleaning.open_table(table, columns, origin=origin)
    before: Future[None] | None = None
    for part in parts(one.understood, names, Landing(path, PART_ROWS, alive), one.taken):
        if before is not None:
            before.result()
        read = replace(part, path=part.path.replace(path.with_suffix(".taken")))
        before = taking.submit(_taken, cleaning, table, read)
        rows[table] += part.rows
        progress(table, rows[table])
    if before is not None:
        before.result()
    for name, head in one.understood.columns.items():
        merged = [each for each in one.merged if each.index == head.index]
        if merged:
            cleaning.fill_down(table, name, origin, merged)


def _taken(cleaning: Cleaning, table: str, part: Part) -> None:
    cleaning.take(table, part)
    part.path.unlink()


def _zone(mapping: SourceMapping, table: str, column: str) -> str | None:
    is_dated = CONTRACT[table][column].kind in (Kind.DAY, Kind.MOMENT)
    return mapping.zone(table, column) if is_dated else None


def _tell(sheets: Sequence[SheetRead], cleaning: Cleaning) -> None:
    """Tell of the rows that are none, and of the cells that say nothing."""
    counts: Counter[tuple[str, str, Reason]] = Counter()
    places: dict[tuple[str, str, Reason], list[str]] = defaultdict(list)
    for one in sheets:
        table, told = one.understood.table, one.understood.sheet.told
        key = CONTRACT[table].columns[0].name
        for why, count in one.taken.skipped.items():
            counts[table, key, Reason(why.value)] += count
        for skipped in one.taken.examples:
            places[table, key, Reason(skipped.why.value)].append(f"{told}, dòng {skipped.row}")
        named = {head.index: name for name, head in one.understood.columns.items()}
        for (index, loss), count in one.taken.losses.counts.items():
            if index in named:
                what = (table, named[index], Reason(loss.value))
                counts[what] += count
                places[what] += [f"{told}, dòng {row}" for row in one.taken.losses.examples[index, loss]]
    for what, count in counts.items():
        cleaning.note(*what, count, places[what])

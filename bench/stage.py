"""What the parts of one run share: the sample, the databases made of it, the copies read from them."""

from __future__ import annotations

import os
import shutil
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from bench.data import FOLDER, Sample, sample_of
from bench.databases import Database, filled
from bench.refreshing import Refreshed, refreshed


class Stage:
    """One size of data. Everything is made when first asked for, and gone when the run is over."""

    def __init__(self, rows: int, source: str) -> None:
        self.sample: Sample = sample_of(rows)
        self.engine = source
        self._made = ExitStack()
        self._databases: dict[str, Database] = {}
        self._copies: dict[str, tuple[Path, Refreshed]] = {}

    def __enter__(self) -> Stage:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._made.close()

    @property
    def source(self) -> Database:
        """The database that readers' copies are read from."""
        return self.database(self.engine)

    def database(self, engine: str) -> Database:
        """Give a database of an engine with the sample's rows. Raises NoServer."""
        if engine not in self._databases:
            self._databases[engine] = self._made.enter_context(filled(engine, self.sample))
        return self._databases[engine]

    def folder(self, name: str) -> Path:
        """Give a folder of that name for a copy, empty at first and gone at the end of the run."""
        path = FOLDER / f"copy-{self.sample.asked}-{os.getpid()}-{name}"
        shutil.rmtree(path, ignore_errors=True)
        self._made.callback(shutil.rmtree, path, ignore_errors=True)
        return path

    def copy(self) -> tuple[Path, Refreshed]:
        """Give the folder of a copy of the source, and how it was read."""
        if self.engine not in self._copies:
            database, folder = self.source, self.folder("asked")
            print(f"reading {database.label} …", flush=True)
            self._copies[self.engine] = folder, refreshed(database.url, folder)
        return self._copies[self.engine]

    def copy_told(self) -> str:
        """Say in one sentence what is asked."""
        _, found = self.copy()
        return (
            f"The copy was read from {self.source.label} in {found.reading:.1f} s, its `courses` built in "
            f"{found.building:.1f} s; {found.size / 1e6:.0f} MB."
        )

"""The district's database as this process holds it open: read by many at once, opened anew when replaced."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import make_url

from dashboard.settings.settings import Settings
from queries.source.engine import open_engine, reading

_ASIDE_SECONDS = 0.2
"""How often one who reads for nobody is told to stop."""


class Database:
    """The engine, opened by the first who reads."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._engine: Engine | None = None
        self.stamp: tuple[int, ...] = ()
        self._turn = threading.Condition()
        self._readers = 0
        self._interrupt: Callable[[], None] | None = None
        self._replacing = False

    @contextmanager
    def reading(self, *, aside: bool = False) -> Iterator[Connection]:
        """Give a connection. ``aside``: for nobody who waits; it is interrupted when the file is replaced."""
        with self._turn:
            self._turn.wait_for(lambda: not self._replacing)
            if self._engine is None:
                self._open()
            engine = self._engine
            self._readers += 1
        assert engine is not None
        try:
            with reading(engine) as conn, self._interruptible(conn if aside else None):
                yield conn
        finally:
            with self._turn:
                self._readers -= 1
                self._turn.notify_all()

    def reopen_if_replaced(self) -> None:
        """Open a replaced file anew, once nobody reads the old one.

        DuckDB keeps one instance a path and process while any connection lives, so the
        old file would otherwise be read on under the new file's name. New readers wait
        meanwhile; while old ones will not end, the old file stays, to be replaced later.
        """
        with self._turn:
            if self._engine is None or self._file_stamp() == self.stamp:
                return
            self._replacing = True
            try:
                limit = time.monotonic() + self._settings.statement_timeout_seconds
                while self._readers and time.monotonic() < limit:
                    if self._interrupt is not None:
                        self._interrupt()
                    self._turn.wait_for(lambda: self._readers == 0, timeout=_ASIDE_SECONDS)
                if not self._readers:
                    self._engine.dispose()
                    self._engine = None
            finally:
                self._replacing = False
                self._turn.notify_all()

    @contextmanager
    def _interruptible(self, conn: Connection | None) -> Iterator[None]:
        """Let a connection be interrupted while it is used, and never once another may have it."""
        if conn is None:
            yield
            return
        with self._turn:
            self._interrupt = getattr(conn.connection.driver_connection, "interrupt", None)
        try:
            yield
        finally:
            with self._turn:
                self._interrupt = None

    def _open(self) -> None:
        s = self._settings
        self.stamp = self._file_stamp()
        self._engine = open_engine(
            s.database_url.get_secret_value(),
            statement_timeout_seconds=s.statement_timeout_seconds,
            time_zone=s.time_zone,
        )

    def _file_stamp(self) -> tuple[int, ...]:
        """Give what changes when the file of an embedded database is replaced."""
        url = make_url(self._settings.database_url.get_secret_value())
        if url.get_backend_name() not in ("duckdb", "sqlite") or not url.database:
            return ()
        try:
            stat = os.stat(url.database)
        except OSError:
            return ()
        return stat.st_ino, stat.st_mtime_ns, stat.st_size

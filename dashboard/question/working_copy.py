"""What the settings say of the working copy, as the copy's own rooms want it."""

from __future__ import annotations

import hashlib
import inspect
import threading
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from dashboard.question.copies import FolderCopies
from dashboard.question.refresher import Refresh, Refresher, Rhythm
from dashboard.settings.settings import Settings
from queries import contract
from queries.copy import tables
from queries.copy.generations import Generations, Identity
from queries.copy.give_back import GIVEN_BACK
from queries.copy.plausible import Limits
from queries.copy.reader import SourceReader, identity_of
from queries.copy.refresh import Terms, refresh
from queries.courses import build, constructs, table
from queries.definitions import flag_rule
from queries.source.engines import Patience
from queries.source.files.given import GivenFile
from queries.source.from_files import Files
from queries.source.reading import Pace
from queries.source.visit import Source


def generations_of(settings: Settings) -> Generations:
    """Give the folder of the copy."""
    return Generations(Path(settings.copy_folder), keep=settings.kept_generations)


def kept_up_to_date(
    settings: Settings, apart: Callable[[Settings, threading.Event], Refresh] | None = None
) -> tuple[FolderCopies, Refresher]:
    """Give the copies that a server's readers ask, and the thread (not yet started) that renews them.

    ``apart``: what gives the making of a refresh in a process of its own; else it is made in that thread.
    """
    generations, stop = generations_of(settings), threading.Event()
    copies = FolderCopies(generations, identity_for(settings), compare=settings.compare)
    reader, terms = reader_of(settings, stop), terms_of(settings)
    rhythm = Rhythm(settings.refresh_minutes, settings.compare_hour, settings.read_time_percent / 100)
    refresher = Refresher(
        generations,
        copies,
        reader=reader,
        refresh=(
            apart(settings, stop) if apart else partial(refresh, generations, reader, build.build, terms)
        ),
        terms=terms,
        rhythm=rhythm,
        stop=stop,
    )
    return copies, refresher


def reader_of(settings: Settings, stop: threading.Event | None = None) -> SourceReader:
    """Give what reads the source; setting ``stop`` ends a reading at once."""
    s = settings
    source = None if s.source_url is None else Source(s.source_url, patience_of(s), s.writing_account)
    return SourceReader(
        source, s.mapping(), s.time_zone, Pace(s.read_rows_per_second or None), stop,
        files=files_of(s), give_back=Path(s.copy_folder) / GIVEN_BACK,
    )  # fmt: skip


def patience_of(settings: Settings) -> Patience:
    """Give how long a database is waited for."""
    s = settings
    return Patience(
        connect=s.source_connect_seconds,
        silence=s.source_silence_seconds,
        question=min(s.statement_timeout_seconds, s.source_silence_seconds),
        table=s.source_table_seconds,
        lock=s.source_lock_seconds,
    )


def files_of(settings: Settings) -> Files | None:
    """Give the files that are read; None where the settings name none."""
    given = [GivenFile(one.path, one.table, one.sheet) for one in settings.files]
    return Files(tuple(given), Path()) if given else None


def identity_for(settings: Settings) -> Identity:
    """Give whose copy it is under these settings."""
    return identity_of(
        settings.source_url, settings.mapping(), zone=settings.time_zone, files=files_of(settings),
        layout=(
            settings.compare,
            *(_written(one) for one in (tables, table, build, constructs, contract, flag_rule)),
        ),
    )  # fmt: skip


def terms_of(settings: Settings) -> Terms:
    """Give what holds for every refresh. A pinned ``as_of`` is the moment of the data's clock, no other's."""
    s = settings

    def clock() -> datetime:
        return datetime.now(ZoneInfo(s.time_zone)).replace(tzinfo=None)

    return Terms(
        identity_for(s),
        clock=clock,
        as_of_clock=s.now if isinstance(s.as_of, datetime) else None,
        live=s.is_live,
        compare=s.compare,
        limits=Limits(
            no_dossiers=s.refuse_no_dossiers,
            table_down_percent=s.refuse_table_down_percent,
            dossiers_up_percent=s.refuse_dossiers_up_percent,
            empty_up_points=s.refuse_empty_up_points,
            future_percent=s.refuse_future_percent,
            unknown_units_percent=s.refuse_unknown_units_percent,
            as_of_back_hours=s.refuse_as_of_back_hours,
            clock_apart_minutes=s.refuse_clock_apart_minutes,
            least_rows=s.refuse_least_rows,
        ),
        sources_of=s.loads_of,
        memory_mb=s.refresh_memory_mb,
    )


def _written(module: object) -> str:
    """Give a text that differs where a module was written differently: a copy is of one way to build it."""
    source = inspect.getsource(module)  # type: ignore[arg-type]
    return hashlib.sha256(source.encode()).hexdigest()

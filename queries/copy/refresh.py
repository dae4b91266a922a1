"""One refresh of the working copy: ask, read, judge, build, verify, swap; and how it went.

Nothing here waits for a reader, and no reader waits for this: until the state file is replaced the old
generation answers, and whatever goes wrong before leaves it as it is. A process killed at any of ``STEPS``
leaves rubbish that the next refresh sweeps away, and nothing else.
"""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal, Protocol

import duckdb
from duckdb_sqlalchemy import ConnectionWrapper
from sqlalchemy import Connection, Engine, create_engine, func, select
from sqlalchemy.pool import NullPool

from queries.contract import CONTRACT
from queries.copy.as_of import DOSSIERS, DataMoment, is_bare, moment_of_copy, next_moment, table_of_source
from queries.copy.generations import (
    PROGRESS,
    CopyDamaged,
    Generation,
    Generations,
    Identity,
    LastTry,
    Refused,
    State,
    as_text,
    content_of,
    count_rows,
)
from queries.copy.lock import LockBusy, only_one
from queries.copy.next_reading import Facts, Next, next_reading, where_changes_do_not_do
from queries.copy.plausible import (
    Limits,
    Measures,
    clock_refusal,
    files_gone,
    measure,
    refusals,
    sources_gone,
)
from queries.copy.tables import CLEAN, METADATA, OF_THE_COPY
from queries.source.errors import ReadingStopped, SourceError
from queries.source.folding import fold
from queries.source.mended import Reason
from queries.source.reading import Load

Kind = Literal["taken", "nothing_new", "unreadable", "refused", "unwritable"]
STEPS = (
    "locked", "swept", "probed", "reading", "read", "judged", "built", "verified", "kept", "swapped",
    "cleared",
)  # fmt: skip
"""The named steps of a refresh that takes something, in order, each told when it is done (of "reading"
the beginning)."""

OVERLAP = timedelta(hours=1)
"""Changes are read again from so long before the newest seen: clocks differ, and transactions end late."""
DAY = timedelta(days=1)
LEAST_HOLLOW_BLOCKS = 400
"""A file of fewer blocks (a hundred megabytes) may be as hollow as it likes."""
KEPT = ("mended_rows",)
"""Tables that a reading of changes needs from the reading before, beside the clean ones."""

Build = Callable[..., None]
"""``build(conn, *, as_of, compare, latest)``: makes the courses in the generation being written."""
Progress = Callable[[str, int], None]
"""Told the contract's table that is read, and how many of its rows so far."""

_NO_FILE = "?"
"""What no source's file is: where the copy is of another reading than the last, everything is read again."""
_NOTHING_NEW = "Nguồn chưa có gì mới."
_log = logging.getLogger("motcua")


@dataclass(frozen=True)
class Token:
    """What a source shows of its state at one small question: something changed where the text differs.

    ``kind``: "loads" its newest load, "updated_at" its greatest, "file" what changes with a file; "" where
    there is nothing to ask, and ``text`` is None. ``file``: what a file keeps while it is written to, and has
    not in common with another put in its place: such a one is read whole. ``clock``: the source's own, local;
    None where it has none but ours. ``loads``: the newest of each source by its name.
    """

    kind: Literal["loads", "updated_at", "file", ""] = ""
    text: str | None = None
    file: str = ""
    clock: datetime | None = None
    loads: Mapping[str, Load] = field(default_factory=dict)


@dataclass(frozen=True)
class Read:
    """What a reader says of one reading.

    ``present``: "table" and "table.column" that the source has. ``clock``: the source's own, local, at the
    snapshot; None where it has none but ours. ``is_partial``: only changed dossiers were read.
    ``has_days``: their ``updated_at`` is a day without a time. ``newest``: the greatest that came of those
    that changed, None where none did. ``files``: what was read beside or without a database; ``of_files``:
    the tables that came, or had rows, from there.
    ``given_back``: rows of files written to be mended, and where; None where there are none.
    """

    present: frozenset[str]
    clock: datetime | None = None
    is_partial: bool = False
    has_days: bool = False
    newest: datetime | None = None
    files: tuple[str, ...] = ()
    of_files: frozenset[str] = frozenset()
    given_back: tuple[int, Path] | None = None


class Reader(Protocol):
    """Reads one source clean. Raises SourceError, whose text is one Vietnamese sentence."""

    def probe(self) -> Token:
        """Ask the one small question."""
        ...

    def read_into(
        self,
        connection: duckdb.DuckDBPyConnection,
        *,
        folder: Path,
        changed_since: datetime | None,
        progress: Progress | None,
    ) -> Read:
        """Fill the clean tables of a new generation, and what is said of them (``present``, ``mended``).

        With ``changed_since`` they hold those of the copy before; the dossiers that have changed since then,
        or of which that cannot be known, are brought up to date, and every other table is read whole.
        """
        ...


@dataclass(frozen=True)
class Marks:
    """What the refreshes remember between them. ``token``: the source's state before the last reading.

    ``watermark``: from where changes are read; None where rows have no ``updated_at``. ``read_seconds``
    of the last reading, ``read_at`` its end; ``compared_at`` the end of the last whole one. ``files``: what
    it read beside or without a database. ``loads``: the newest of each source then. ``half``: the token at
    which half a load was found last. ``owes_everything``: as in ``Facts``. ``owed_loads``: the
    sources, folded, whose next load is read whole, as the last whole reading may have had half of one.
    """

    token_kind: str = ""
    token: str | None = None
    file: str = ""
    watermark: datetime | None = None
    read_seconds: float = 0.0
    read_at: datetime | None = None
    compared_at: datetime | None = None
    files: tuple[str, ...] = ()
    loads: Mapping[str, Load] = field(default_factory=dict)
    half: str | None = None
    owes_everything: bool = False
    owed_loads: tuple[str, ...] = ()

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Marks:
        """Make them of what JSON keeps; what is not known is left at its default."""
        known = {one.name: told[one.name] for one in fields(cls) if one.name in told}
        for name in ("watermark", "read_at", "compared_at"):
            # A refresh that first built the copy anew holds what it has not yet written.
            if isinstance(known.get(name), str):
                known[name] = datetime.fromisoformat(known[name])
        known["owed_loads"] = tuple(known.get("owed_loads", ()))
        known["loads"] = {name: tuple(one) for name, one in known.get("loads", {}).items()}
        return cls(**known)


@dataclass(frozen=True)
class Terms:
    """What holds for every refresh of a folder: whose copy it is, how it is judged and built.

    ``clock`` gives the local time; ``as_of_clock`` the pinned moment, where the settings have one.
    ``sources_of``: the table a source of loads is of, where that is not dossiers.
    """

    identity: Identity
    clock: Callable[[], datetime]
    as_of_clock: Callable[[], datetime] | None = None
    live: bool = False
    compare: Literal["day", "moment"] = "day"
    limits: Limits = field(default_factory=Limits)
    sources_of: Mapping[str, str] = field(default_factory=dict)
    memory_mb: int = 512
    wait_seconds: float = 3600


@dataclass(frozen=True)
class Outcome:
    """How a refresh went. ``sentence``: one Vietnamese sentence, for the bar, the wall and the command line.

    ``reasons``: every reason of a refusal. ``was_shared``: another did it meanwhile, this one waited.
    ``whole``: everything was read. ``differences``: what a full comparison found that had gone unseen,
    by "deleted" and "changed". ``failing_since``: the first of the failures in a row. ``read_seconds``: how
    long the source was read.
    """

    kind: Kind
    sentence: str
    at: datetime
    failing_since: datetime | None = None
    reasons: tuple[str, ...] = ()
    whole: bool = False
    was_shared: bool = False
    generation: Generation | None = None
    differences: Mapping[str, int] = field(default_factory=dict)
    read_seconds: float = 0.0

    @property
    def is_good(self) -> bool:
        """Say whether the copy is what the source holds now, as far as could be asked."""
        return self.kind in ("taken", "nothing_new")


def refresh(
    generations: Generations,
    reader: Reader,
    build: Build,
    terms: Terms,
    *,
    whole: bool = False,
    accept: bool = False,
    by_hand: bool = False,
    progress: Progress | None = None,
    step: Callable[[str], None] | None = None,
    waiting: Callable[[], None] | None = None,
) -> Outcome:
    """Bring the working copy up to date now; never raises for what a source, a disk or data may do.

    It raises ReadingStopped where the reader was told to stop, and then nothing has happened.

    ``whole``: read everything and compare (the nightly comparison), once a new load is there where a source
    tells of loads. ``accept``: ask no source, swap in the reading that was refused. ``by_hand``: somebody
    asks for it, who may have mended what was refused: that is read again though the source shows no change.
    One at a time a folder: where another is at it this one waits (``waiting`` is called), and gives the
    other's result, but where it was asked for more than that.
    """
    try:
        tries = generations.state().tries
        with only_one(generations.folder, seconds=terms.wait_seconds, waiting=waiting) as has_waited:
            state = generations.state()
            is_ours = state.identity == terms.identity
            if has_waited and is_ours and state.tries != tries and state.last_try and not (whole or accept):
                last = state.last_try
                return Outcome(last.kind, last.sentence, last.at, last.failing_since, was_shared=True)  # type: ignore[arg-type]
            run = _Run(
                generations, reader, build, terms, state, progress=progress, step=step or (lambda _name: None)
            )
            return run.concluded(
                run.accepted if accept else lambda: run.refreshed(whole=whole, by_hand=by_hand)
            )
    except LockBusy:
        told = "Một lần cập nhật khác vẫn đang chạy, chưa xong sau thời gian chờ."
        return Outcome("unwritable", told, terms.clock())
    except OSError as error:
        return Outcome("unwritable", _of_disk(error), terms.clock())


def ended_amid(generations: Generations, terms: Terms, sentence: str) -> Outcome:
    """Keep that a refresh ended without an outcome, as where its process was killed; give that outcome.

    Where another refreshes meanwhile nothing is kept: it says itself how it went.
    """
    outcome = Outcome("unwritable", sentence, terms.clock())
    with suppress(LockBusy, OSError), only_one(generations.folder, seconds=0):
        state, outcome = _with_try(generations.state(), outcome)
        generations.write(state)
    return outcome


def _with_try(state: State, outcome: Outcome) -> tuple[State, Outcome]:
    """Give the state that knows of one more try, and its outcome with since when tries have failed."""
    since, last = None, state.last_try
    if not outcome.is_good:
        since = last.failing_since if last and last.failing_since else outcome.at
    tried = LastTry(outcome.at, outcome.kind, outcome.sentence, since)
    return replace(state, tries=state.tries + 1, last_try=tried), replace(outcome, failing_since=since)


class _ChangesDoNotDo(Exception):  # noqa: N818
    """What they refer to has changed for others, or the file is hollow, or the source has gone back.

    Or columns have come or gone, or of rows of one key another has arrived than the one that counts.
    """


class _HalfALoad(Exception):  # noqa: N818
    """A table has lost rows, and no load of dossiers tells that it is whole. ``table``: its label."""

    def __init__(self, table: str) -> None:
        super().__init__(table)
        self.table = table


@dataclass(frozen=True)
class _Kept:
    """Rows that are not read but taken from a file that is kept: that of a generation, or a refused one.

    ``marks``: those that belong to these rows. ``as_of``: the moment to build for; None where it has to be
    found. ``is_own``: the copy's own rows: what was refused stays so. ``is_accepted``: a person has looked.
    """

    rows: Generation
    marks: Marks
    as_of: DataMoment | None = None
    is_own: bool = False
    is_accepted: bool = False


class _Run:
    """One refresh by the holder of the lock."""

    def __init__(
        self, generations: Generations, reader: Reader, build: Build, terms: Terms, state: State, *,
        progress: Progress | None, step: Callable[[str], None],
    ) -> None:  # fmt: skip
        self.generations, self.reader, self.build, self.terms = generations, reader, build, terms
        self.state, self.step = state, step
        self._progress = progress
        self._told_at = 0.0
        self.was_damaged = False
        self._read_seconds = 0.0
        self._facts = Facts(has_copy=False)
        self._given_back: tuple[int, Path] | None = None

    def concluded(self, work: Callable[[], Outcome]) -> Outcome:
        """Do the work, make an outcome of whatever happens, and keep it as the last try."""
        outcome = self._tried(work)
        self.state, outcome = _with_try(self.state, outcome)
        try:
            self.generations.write(self.state)
        except OSError as error:
            if outcome.is_good:
                return replace(outcome, kind="unwritable", sentence=_of_disk(error), failing_since=outcome.at)
        return outcome

    def _tried(self, work: Callable[[], Outcome]) -> Outcome:
        try:
            return work()
        except ReadingStopped:
            raise  # the program ends: nothing is known of the source
        except SourceError as error:
            return self._outcome("unreadable", str(error))
        except CopyDamaged as error:
            _log.error("the generation written could not be read back: %s", error)
            return self._outcome(
                "unwritable", "Bản sao vừa ghi không đọc lại được như đã ghi; đĩa có thể hỏng."
            )
        except (MemoryError, duckdb.OutOfMemoryException) as error:
            _log.error("the copy needs more memory: %s", error)
            told = "Không đủ bộ nhớ để tạo bản sao mới; tăng cài đặt refresh_memory_mb."
            return self._outcome("unwritable", told)
        except Exception as error:
            # The engine tells of a full disk in errors of many kinds; what they say is what they share.
            is_of_disk = isinstance(error, OSError | duckdb.IOException) or _cause_on_disk(error)
            if is_of_disk:
                _log.error("the copy could not be written: %s", error)
                return self._outcome("unwritable", _of_disk(error))
            _log.exception("the copy could not be made")
            told = f"Không tạo được bản sao mới vì lỗi ngoài dự kiến ({type(error).__name__}); xem nhật ký."
            return self._outcome("unwritable", told)

    def _outcome(self, kind: Kind, sentence: str, **more: Any) -> Outcome:
        return Outcome(kind, sentence, self.terms.clock(), read_seconds=self._read_seconds, **more)

    # --- what there is ------------------------------------------------------------------------

    def _start(self) -> Generation | None:
        """Sweep, and give the generation to measure against: of this source, and whole."""
        self.step("locked")
        self.generations.sweep(self.state)
        self.step("swept")
        if self.state.identity is None or self.state.identity.source != self.terms.identity.source:
            return None
        newest = self.state.newest
        if newest is None or self.generations.is_whole(newest):
            return newest
        # Readers already answer from the older one; from here on the state says so too.
        self.was_damaged = True
        whole = tuple(one for one in self.state.generations if self.generations.is_whole(one))
        # What was read is not known any more; which loads there were, and what is owed, is.
        was = Marks.of(self.state.marks)
        marks = Marks(
            token_kind=was.token_kind, file=_NO_FILE, loads=was.loads, owes_everything=was.owes_everything,
            owed_loads=was.owed_loads,
        )  # fmt: skip
        self.state = replace(
            self.state, generations=whole, as_of=whole[-1].as_of if whole else None, marks=asdict(marks)
        )
        self.generations.write(self.state)
        return self.state.newest

    # --- one refresh ---------------------------------------------------------------------------

    def refreshed(self, *, whole: bool, by_hand: bool) -> Outcome:
        """Ask the source, read what there is to read, and take it if it can be believed."""
        before = self._start()
        old = self.state.identity
        if before is not None and old is not None and before.layout != self.terms.identity.layout:
            before = self._built_anew(before, replace(old, layout=self.terms.identity.layout))
        token = self.reader.probe()
        self.step("probed")
        if before is None:
            self._facts = Facts(has_copy=False, shows=token.kind)
            return self._read(before, token)
        if (apart := self._clock_refusal(token)) is not None:
            return apart
        self._facts = self._known(token, is_night=whole, is_by_hand=by_hand)
        try:
            return self._done(next_reading(self._facts), before, token)
        except duckdb.Error as error:
            if "corrupt" not in str(error).lower():
                raise
            # What was whole when it was looked at is so no more: everything is read again.
            _log.error("the copy is damaged: %s", error)
            self.generations.mark_damaged(before)
            self._facts = replace(self._facts, is_same_file=False)
            return self._read(self._start(), token)

    def _done(self, decided: Next, before: Generation, token: Token) -> Outcome:
        """Do what was decided; what arrives may show that it was not enough, or half a load."""
        try:
            if decided is Next.CHANGES:
                try:
                    return self._read(before, token, since=Marks.of(self.state.marks).watermark)
                except _ChangesDoNotDo:
                    decided = where_changes_do_not_do(self._facts)
            if decided is Next.EVERYTHING:
                return self._read(before, token)
        except _HalfALoad as half:
            marks = replace(Marks.of(self.state.marks), half=token.text)
            self.state = replace(self.state, marks=asdict(marks))
            told = f"Nguồn có thể đang nạp dở: bảng {half.table} ít dòng hơn bản sao; đợi lần nạp này xong."
            return self._moved_on(before, token, told)
        refused = self._refused()
        if refused is not None and decided is Next.JUDGE_AGAIN:
            return self._judged_again(before, refused, token)
        if refused is not None and decided is Next.WAIT and self._facts.owes_everything:
            return self._outcome("refused", refused.reasons[0], reasons=refused.reasons)
        return self._moved_on(before, token)

    def _known(self, token: Token, *, is_night: bool, is_by_hand: bool) -> Facts:
        """Give what is known of the copy and its source, by which is decided what to read."""
        marks, refused, as_of = Marks.of(self.state.marks), self._refused(), self.state.as_of
        standing = self.state.refused  # read otherwise or not, and of a version that marked nothing
        loads = [one for _, one in as_of.sources] if as_of is not None else []
        # A moment long after now was a slip of somebody's hand, and says nothing of the others' rhythm.
        loads = [one for one in loads if one <= self.terms.clock() + DAY] or loads
        is_kept = refused is not None and self.generations.is_whole(refused.generation)
        return Facts(
            has_copy=True,
            is_read_alike=self.state.identity == self.terms.identity,
            is_same_file=token.file == marks.file,
            shows=token.kind,
            is_unchanged=_shows(self.state.marks, token),
            has_new_load=self._has_new_load(token, marks),
            last_load=self.terms.clock() - max(loads) if loads else None,
            can_read_changes=marks.watermark is not None,
            owes_everything=marks.owes_everything or (standing is not None and standing.is_whole),
            is_owed_load=not self._new_loads(token, marks).isdisjoint(marks.owed_loads),
            is_refused=is_kept and refused is not None and _shows(refused.marks, token, is_same_file=True),
            refused_everything=refused is not None and refused.is_whole,
            is_night=is_night,
            is_by_hand=is_by_hand,
            is_live=self.terms.live,
        )

    def _refused(self) -> Refused | None:
        """Give what was refused of this source, read as it is now; None where nothing was."""
        refused = self.state.refused
        if refused is None or (refused.identity or self.state.identity) != self.terms.identity:
            return None
        return refused

    def _has_new_load(self, token: Token, marks: Marks) -> bool:
        """Say whether a source of dossiers has loaded: another row, or one more of the same moment."""
        if not token.loads:
            return not _shows(self.state.marks, token)
        return bool(self._new_loads(token, marks))

    def _new_loads(self, token: Token, marks: Marks) -> set[str]:
        """Give the sources of dossiers that have loaded since."""
        return {fold(name) for name in _loaded_since(token, marks) if self._is_of_dossiers(name)}

    def _clock_refusal(self, token: Token) -> Outcome | None:
        """Refuse where our clock cannot be believed, whether anything would be read by it or not."""
        apart = clock_refusal(self.terms.clock(), token.clock, self.terms.limits)
        return None if apart is None else self._outcome("refused", apart, reasons=(apart,))

    def _built_anew(self, before: Generation, identity: Identity) -> Generation | None:
        """Build what this version asks from the rows there are: no source is needed for that."""
        terms = self.terms
        self.terms = replace(terms, identity=identity)
        try:
            # For the moment it was: our clock has not been looked at yet.
            self._read(before, Token(), kept=self._own(before, before.as_of))
        finally:
            self.terms = terms
        return self.state.newest

    def _judged_again(self, before: Generation, refused: Refused, token: Token) -> Outcome:
        """Judge what was refused by the clock of now: where that alone was wrong, it is taken after all."""
        marks = Marks.of(refused.marks)
        with _looking(refused.generation.path) as conn:
            as_of = self._as_of(conn)
            measures = measure(conn, clock=self.terms.clock(), as_of=as_of)
        reasons = self._refusals(before, measures, as_of, marks.files)
        if not reasons:
            return self._read(before, token, kept=_Kept(refused.generation, marks))
        return self._outcome("refused", reasons[0], reasons=reasons)

    def _own(self, before: Generation, as_of: DataMoment) -> _Kept:
        return _Kept(before, Marks.of(self.state.marks), as_of, is_own=True)

    def _refusals(
        self, before: Generation, now: Measures, as_of: DataMoment, files: Collection[str]
    ) -> tuple[str, ...]:
        was, limits = self._measures(before), self.terms.limits
        gone = files_gone(Marks.of(self.state.marks).files, files, was, now)
        known = () if as_of.is_live else (self.state.as_of or before.as_of).sources
        return (*gone, *sources_gone(known, as_of.sources, limits), *refusals(was, now, limits))

    def _measures(self, before: Generation) -> Measures:
        """Give what the copy is measured by, its loads as they have moved on."""
        known, was, now = self.state.as_of or before.as_of, before.measures, self.terms.clock()
        if not was.loads:
            return was
        # A load from the future was a slip of somebody's hand: none goes back behind it.
        moments = {name: min(one, now) for name, one in (*known.sources, *known.others)}
        return replace(was, loads={name: moment.isoformat() for name, moment in moments.items()})

    def _is_of_dossiers(self, source: str) -> bool:
        return table_of_source(source, self.terms.sources_of) == DOSSIERS

    def _moved_on(self, before: Generation, token: Token, told: str = "") -> Outcome:
        """Take the moment of the data on, where the source holds what the copy holds, or is waited for."""
        now = self.terms.clock()
        reasons: tuple[str, ...] = ()
        with _looking(before.path) as conn:
            as_of = self._as_of(conn, self.state.as_of)
            is_to_be_built = _needs_building(before, as_of)
            if is_to_be_built:
                measures = measure(conn, clock=now, as_of=as_of)
                reasons = refusals(self._measures(before), measures, self.terms.limits)
        if reasons:
            # The rows are as they were: it is the clock that cannot be.
            why = reasons[0][0].lower() + reasons[0][1:]
            why = f"Đồng hồ máy này ({now:%H:%M %d/%m/%Y}) chậm hẳn so với số liệu: {why}"
            return self._outcome("refused", why, reasons=(why,))
        if is_to_be_built:
            return self._read(before, token, kept=self._own(before, as_of))
        self.state = replace(self.state, as_of=as_of)
        if not told:
            is_of_loads = token.kind == "loads"
            told = "Nguồn chưa có lần nạp mới (bảng loads chưa có dòng mới)." if is_of_loads else _NOTHING_NEW
        return self._outcome("nothing_new", told, generation=replace(before, as_of=as_of))

    def _read(
        self,
        before: Generation | None,
        token: Token,
        *,
        since: datetime | None = None,
        kept: _Kept | None = None,
    ) -> Outcome:
        """Write a generation aside, and swap it in where it is new and can be believed.

        ``since``: only what changed is read. ``kept``: nothing is read, the rows are there.
        """
        with self.generations.aside() as folder:
            path = folder / "copy.duckdb"
            if before is not None and since is not None:
                shutil.copyfile(before.path, path)
            with _Writing(path, folder, self.terms.memory_mb) as writing:
                self.step("reading")
                if kept is not None:
                    _take_over(writing.raw, kept.rows.path)
                    read = Read(frozenset(kept.rows.present))
                else:
                    read = self._arrive(writing, folder, before, token, since)
                self.step("read")
                return self._judged(before, writing, read, token, kept)

    def _arrive(
        self, writing: _Writing, folder: Path, before: Generation | None, token: Token,
        since: datetime | None,
    ) -> Read:  # fmt: skip
        """Read the source: whole, or what has changed since, over a copy of the generation before."""
        began = time.monotonic()
        try:
            read = self.reader.read_into(
                writing.raw, folder=folder, changed_since=since, progress=self._note(folder)
            )
        finally:
            self._read_seconds += time.monotonic() - began
        self._given_back = read.given_back
        marks = Marks.of(self.state.marks)
        if before is not None and read.is_partial:
            with _attached(writing.raw, before.path):
                is_of_others = names_anew(writing.raw) or has_another_of_a_key(writing.raw)
                has_gone = has_gone_back(writing.raw, read.newest)
            is_of_others = is_of_others or _by_changes(read.present) != _by_changes(before.present)
            # What was deleted, and a hollow file, are found with the next load, where that tells of all.
            if is_of_others or (not self._facts.is_amid_loads and (has_gone or is_hollow(writing.raw))):
                raise _ChangesDoNotDo
        if before is not None and self._facts.must_not_shrink:
            if since is not None and not read.is_partial and self._facts.is_unchanged:
                raise _ChangesDoNotDo  # what came could not be asked by changes
            # No load of dossiers says anything of files, of a table whose own load has ended, or of one away.
            has_ended = {table_of_source(one, self.terms.sources_of) for one in _loaded_since(token, marks)}
            held = {name for name in CLEAN if name in read.present} - {"loads"} - read.of_files - has_ended
            if (lost := _lost_rows(writing.raw, before, self.terms.limits, held)) is not None:
                raise _HalfALoad(CONTRACT[lost].label)
        return read

    def _judged(
        self,
        before: Generation | None,
        writing: _Writing,
        read: Read,
        token: Token,
        kept: _Kept | None,
    ) -> Outcome:
        terms, now = self.terms, self.terms.clock()
        is_whole = kept is None and not read.is_partial
        content = content_of(writing.raw)
        with writing.connection() as conn:
            as_of = (kept.as_of if kept is not None else None) or self._as_of(conn)
            measures = measure(conn, clock=now, as_of=as_of)
            marks = kept.marks if kept is not None else self._marks(conn, token, read, as_of)
            following = next_moment(conn, as_of.moment, compare=terms.compare)
        loaded = (*as_of.sources, *as_of.others)
        generation = Generation(
            number=self.state.next_number, path=writing.path, size=0, checksum="", made_at=now, rows={},
            content=content, present=tuple(sorted(read.present)), measures=measures, as_of=as_of,
            built_for=as_of.moment, latest=max([as_of.moment, *(one for _, one in loaded)]),
            next_moment=following,
        )  # fmt: skip
        reasons: tuple[str, ...] = ()
        if before is not None and kept is None:
            reasons = self._refusals(before, measures, as_of, read.files)
        self.step("judged")
        if reasons:
            return self._kept_aside(writing, generation, reasons, marks, is_whole=is_whole)
        is_read_alike = self.state.identity == terms.identity
        differences = (
            _differences(writing.raw, before, self.state) if before and is_whole and is_read_alike else {}
        )
        is_as_built = before is not None and before.layout == terms.identity.layout and is_read_alike
        if before is not None and is_as_built and not self.was_damaged and _same(before.content, content):
            if not (_needs_building(before, as_of) or (kept is not None and kept.is_accepted)):
                self.state = replace(self.state, as_of=as_of, marks=asdict(marks), refused=None)
                current = replace(before, as_of=as_of)
                told = "Đã đọc nguồn: không có gì mới."
                return self._outcome("nothing_new", told, whole=is_whole, generation=current)
            _log.info("the rows are the same; courses are built anew for %s", as_of.moment)
        refused = self.state.refused if kept is not None and kept.is_own else None
        state = replace(self.state, identity=terms.identity, marks=asdict(marks), refused=refused)
        return self._taken(writing, generation, state, whole=is_whole, differences=differences)

    def _taken(
        self,
        writing: _Writing,
        generation: Generation,
        state: State,
        *,
        whole: bool,
        differences: Mapping[str, int],
    ) -> Outcome:
        """Build, verify and swap; ``state``: as it is to be, but for the generation."""
        was = self.state.identity
        if was is None or was.source != self.terms.identity.source:
            state = replace(state, generations=())
        with writing.connection() as conn:
            self.build(conn, as_of=generation.built_for, compare=self.terms.compare, latest=generation.latest)
            conn.commit()
        self.step("built")
        layout = self.terms.identity.layout
        generation = replace(generation, rows=count_rows(writing.raw), layout=layout)
        alone = replace(
            state, generations=(generation,), as_of=generation.as_of, refused=None,
            next_number=generation.number + 1,
        )  # fmt: skip
        writing.raw.execute("DELETE FROM about WHERE name = 'state'")
        writing.raw.execute("INSERT INTO about VALUES ('state', ?)", [as_text(alone)])
        generation = replace(generation, rows=count_rows(writing.raw))
        writing.close()
        self.generations.verify(writing.path, generation.rows, generation.content)
        self.step("verified")
        generation = self.generations.keep(writing.path, generation)
        self.step("kept")
        told = self._told(generation)
        state = replace(state, last_try=LastTry(self.terms.clock(), "taken", told))
        state = self.generations.swapped(state, generation)
        self.generations.write(state)
        # Not before: what could not be written is not so.
        self.state = state
        self.step("swapped")
        self.generations.sweep(self.state)
        self.step("cleared")
        return self._outcome("taken", told, whole=whole, generation=generation, differences=differences)

    def _told(self, generation: Generation) -> str:
        dossiers = f"{generation.measures.dossiers:,}".replace(",", ".")
        told = f"Đã cập nhật: {dossiers} hồ sơ, số liệu đến {generation.as_of.moment:%H:%M %d/%m/%Y}."
        if self._given_back is not None:
            rows, folder = self._given_back
            count = f"{rows:,}".replace(",", ".")
            told += f" {count} dòng của tệp cần sửa: xem thư mục {folder}."
        return f"Bản sao trước bị hỏng nên đã đọc lại. {told}" if self.was_damaged else told

    # --- refused, and accepted by a person ------------------------------------------------------

    def _kept_aside(
        self,
        writing: _Writing,
        generation: Generation,
        reasons: tuple[str, ...],
        marks: Marks,
        *,
        is_whole: bool,
    ) -> Outcome:
        """Keep a reading that is not believed, for a person to look at."""
        generation = replace(generation, rows=count_rows(writing.raw))
        writing.close()
        self.generations.verify(writing.path, generation.rows, generation.content)
        generation = self.generations.keep(writing.path, generation, refused=True)
        known = Marks.of(self.state.marks)
        known = replace(known, owes_everything=known.owes_everything or is_whole)
        state = replace(
            self.state,
            refused=Refused(generation, reasons, asdict(marks), self.terms.identity, is_whole),
            marks=asdict(known),
            next_number=generation.number + 1,
        )
        self.generations.write(state)
        self.state = state
        self.generations.sweep(self.state)
        return self._outcome("refused", reasons[0], reasons=reasons)

    def accepted(self) -> Outcome:
        """Swap in what was refused, after a person has looked; the next reading is measured against it."""
        before, refused = self._start(), self._refused()
        if refused is None:
            return self._outcome("nothing_new", "Không có lần đọc nào bị từ chối đang chờ được chấp nhận.")
        if not self.generations.is_whole(refused.generation):
            self.state = replace(self.state, refused=None)
            return self._outcome(
                "unwritable", "Bản bị từ chối đã hỏng; hãy chạy «motcua refresh» để đọc lại."
            )
        kept = _Kept(refused.generation, Marks.of(refused.marks), is_accepted=True)
        return self._read(before, Token(), kept=kept)

    # --- what is remembered -----------------------------------------------------------------------

    def _as_of(self, conn: Connection, known: DataMoment | None = None) -> DataMoment:
        """Give the moment of the data; by the loads known last, as a copy has none that brought no rows."""
        clock = self.terms.as_of_clock or self.terms.clock
        return moment_of_copy(
            conn, clock=clock(), live=self.terms.live, sources_of=self.terms.sources_of,
            loads=None if known is None else (*known.sources, *known.others),
        )  # fmt: skip

    def _marks(self, conn: Connection, token: Token, read: Read, as_of: DataMoment) -> Marks:
        was, now = Marks.of(self.state.marks), self.terms.clock()
        owed = set(was.owed_loads)
        if not read.is_partial:
            # Whole is what has just been loaded; of all else half may have been there. Read for a load that
            # was owed, it is so of no other: or of two systems each load would be read whole for ever.
            if self._facts.is_night or not self._facts.is_owed_load:
                told = () if as_of.is_live else token.loads
                owed = {fold(name) for name in told if self._is_of_dossiers(name)}
            # A load not looked at for long, or refused, may have ended before the next one began.
            if self._facts.has_copy and self._is_looked_at():
                owed -= self._new_loads(token, was)
        return Marks(
            token_kind=token.kind,
            token=token.text,
            file=token.file,
            watermark=watermark_of(conn, read.clock or now, read),
            read_seconds=round(self._read_seconds, 3),
            read_at=now,
            compared_at=was.compared_at if read.is_partial else now,
            files=tuple(read.files),
            loads=dict(token.loads),
            owes_everything=was.owes_everything and read.is_partial,
            owed_loads=tuple(sorted(owed)),
        )

    def _is_looked_at(self) -> bool:
        """Say whether the source was looked at not long ago, and nothing of it stands refused."""
        last = self.state.last_try
        if last is None or last.failing_since is not None or self.state.refused is not None:
            return False
        return self.terms.clock() - last.at < OVERLAP

    def _note(self, folder: Path) -> Progress:
        """Give what tells the caller, and those who look into the folder, how far the reading is."""
        file = folder / PROGRESS

        def told(table: str, rows: int) -> None:
            if self._progress is not None:
                self._progress(table, rows)
            if time.monotonic() - self._told_at >= 0.5:
                self._told_at = time.monotonic()
                file.write_text(f"{table} {rows}", "utf-8")

        return told


def watermark_of(conn: Connection, clock: datetime, read: Read) -> datetime | None:
    """Give from where changes are read next time; None where dossiers have no updated_at, or come from files.

    The greatest ``updated_at``, but not after the source's clock, less an overlap: an hour, a whole day
    where it is a bare date.
    """
    column = CLEAN["dossiers"].c.updated_at
    if "dossiers.updated_at" not in read.present or DOSSIERS in read.of_files:
        return None
    newest: datetime | None = conn.scalar(select(func.max(column)))
    if newest is None:
        return None
    return min(newest, clock) - (DAY if read.has_days or is_bare(conn, column) else OVERLAP)


def _needs_building(before: Generation, as_of: DataMoment) -> bool:
    """Say whether courses built for one moment are wrong for another, the rows being the same."""
    moment = as_of.moment
    return moment < before.built_for or (before.next_moment is not None and moment >= before.next_moment)


def _same(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Say whether two copies hold the same; loads apart, of which as_of is kept beside."""
    return {**one, "loads": ""} == {**other, "loads": ""}


def _differences(raw: duckdb.DuckDBPyConnection, before: Generation, state: State) -> dict[str, int]:
    """Count the dossiers that a full comparison finds gone, or changed without a new updated_at."""
    watermark = Marks.of(state.marks).watermark
    if watermark is None:
        return {}
    with _attached(raw, before.path):
        gone = raw.execute(
            "SELECT count(*) FROM before.dossiers d ANTI JOIN dossiers n USING (dossier_code)"
        ).fetchone()
        changed = raw.execute(
            "SELECT count(*) FROM dossiers n JOIN before.dossiers d USING (dossier_code)"
            " WHERE n.updated_at < ? AND hash(n) <> hash(d)",
            [watermark],
        ).fetchone()
    counted = {"deleted": gone[0] if gone else 0, "changed": changed[0] if changed else 0}
    return {name: n for name, n in counted.items() if n}


def _shows(marks: Mapping[str, Any], token: Token, *, is_same_file: bool = False) -> bool:
    """Say whether a source shows what it showed when these marks were kept, the file being the same too."""
    was = Marks.of(marks)
    if is_same_file and was.file != token.file:
        return False
    return token.text is not None and (was.token_kind, was.token) == (token.kind, token.text)


def _loaded_since(token: Token, marks: Marks) -> list[str]:
    """Give the sources, of any table, that tell of another load than when these marks were kept."""
    if not marks.loads and marks.token_kind == "loads":
        return []  # of a version that did not know them one by one
    known = {fold(name): one for name, one in marks.loads.items()}
    found = []
    for name, (as_of, loaded_at, count) in token.loads.items():
        was = known.get(fold(name), ("", "", 0))
        if (as_of, loaded_at) != was[:2] or count > was[2]:
            found.append(name)
    return found


def _lost_rows(
    raw: duckdb.DuckDBPyConnection, before: Generation, limits: Limits, names: Collection[str]
) -> str | None:
    """Give one of these tables that has lost more rows than people delete by hand."""
    rows = count_rows(raw)
    for name in sorted(names):
        had = before.rows.get(name, 0)
        lost = had - rows[name]
        if lost * 100 > had and lost >= min(limits.least_rows, had):
            return name
    return None


def has_gone_back(raw: duckdb.DuckDBPyConnection, newest: datetime | None) -> bool:
    """Say whether the newest dossier of the copy did not come again, though every reading asks for it.

    Then the source was emptied, or put back to what it was.
    """
    row = raw.execute("SELECT max(updated_at) FROM before.dossiers").fetchone()
    return row is not None and row[0] is not None and (newest is None or newest < row[0])


def is_hollow(raw: duckdb.DuckDBPyConnection) -> bool:
    """Say whether most of a copy's file is room left by what was replaced: then it is written anew, whole."""
    row = raw.execute("SELECT total_blocks, free_blocks FROM pragma_database_size()").fetchone()
    return row is not None and row[0] > LEAST_HOLLOW_BLOCKS and row[1] * 3 > row[0] * 2


def _by_changes(present: Collection[str]) -> set[str]:
    """Give the columns there are of the table that is read by changes: of the others all rows have come."""
    return {one for one in present if one.startswith("dossiers.")}


def has_another_of_a_key(raw: duckdb.DuckDBPyConnection) -> bool:
    """Say whether a dossier may have come whose key has another row that counts.

    Of rows of one key the latest counts, and of those that did not come nobody knows: where a row came that
    does not say when it was changed, and the one before did; and of a key known to be there several times,
    where none is left, or an older one.
    """
    undated = (
        "SELECT 1 FROM (SELECT dossier_code FROM dossiers WHERE updated_at IS NULL) n"
        " JOIN before.dossiers b USING (dossier_code) WHERE b.updated_at IS NOT NULL LIMIT 1"
    )
    if raw.execute(undated).fetchone() is not None:
        return True
    if "mended_rows" not in _columns(raw, "before"):
        return False
    several = (
        "SELECT 1 FROM (SELECT DISTINCT row_key FROM before.mended_rows"
        " WHERE table_name = 'dossiers' AND reason = ?) k"
        " JOIN before.dossiers b ON b.dossier_code = k.row_key"
        " LEFT JOIN dossiers n ON n.dossier_code = k.row_key"
        " WHERE n.dossier_code IS NULL OR n.updated_at < b.updated_at LIMIT 1"
    )
    return raw.execute(several, [Reason.SAME_KEY.value]).fetchone() is not None


def names_anew(raw: duckdb.DuckDBPyConnection) -> bool:
    """Say whether a catalogue has changed so that a dossier read earlier could now be given another code.

    A dossier's code that is none of its catalogue becomes the one that alone folds to it. What is told of it
    changes where the catalogue has come to know the very code.
    """
    for catalogue, key, columns in (
        ("units", "unit_code", ("unit_code", "receiving_unit_code")),
        ("procedures", "procedure_code", ("procedure_code",)),
        ("officers", "officer_code", ("officer_code",)),
    ):
        came, went = (
            {
                code
                for (code,) in raw.execute(
                    f"SELECT {key} FROM {one} WHERE {key} IS NOT NULL EXCEPT SELECT {key} FROM {other}"
                ).fetchall()
            }
            for one, other in ((catalogue, f"before.{catalogue}"), (f"before.{catalogue}", catalogue))
        )
        folds = {fold(code) for code in came | went}
        for column in columns if folds else ():
            used = raw.execute(f"SELECT DISTINCT {column} FROM before.dossiers WHERE {column} IS NOT NULL")
            for (code,) in used.fetchall():
                if fold(code) in folds:
                    return True
    return False


def _take_over(raw: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Fill the tables of a new copy with those of a generation, column by column of the same name.

    The generation may be of a version that had fewer; what a reading keeps beside the clean tables comes too.
    """
    with _attached(raw, path):
        had = _columns(raw, "before")
        for name in set(KEPT) & set(had):
            raw.execute(f'CREATE TABLE IF NOT EXISTS "{name}" AS FROM before."{name}" LIMIT 0')
        has = _columns(raw, "")
        for name in (*CLEAN, *OF_THE_COPY, *KEPT):
            shared = [f'"{one}"' for one in has.get(name, ()) if one in had.get(name, ())]
            if shared:
                chosen = ", ".join(shared)  # names of ours
                raw.execute(f'INSERT INTO "{name}" ({chosen}) SELECT {chosen} FROM before."{name}"')


def _columns(raw: duckdb.DuckDBPyConnection, database: str) -> dict[str, list[str]]:
    """Give the columns of each table of a database that is attached."""
    columns: dict[str, list[str]] = {}
    for name, column in raw.execute(
        "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal"
        " AND database_name = coalesce(?, current_database()) ORDER BY table_name, column_index",
        [database or None],
    ).fetchall():
        columns.setdefault(name, []).append(column)
    return columns


@contextmanager
def _attached(raw: duckdb.DuckDBPyConnection, path: Path) -> Iterator[None]:
    """Have another generation beside the one being written, as ``before``."""
    quoted = str(path).replace("'", "''")
    raw.execute(f"ATTACH '{quoted}' AS before (READ_ONLY)")
    try:
        yield
    finally:
        raw.execute("DETACH before")


class _Writing:
    """A generation being written: one DuckDB instance, asked directly and through SQLAlchemy."""

    def __init__(self, path: Path, folder: Path, memory_mb: int) -> None:
        self.path = path
        config = {"memory_limit": f"{memory_mb}MB", "temp_directory": str(folder / "spilled")}
        self.raw = duckdb.connect(path, config=config)  # type: ignore[arg-type]
        self._engine = _engine_of(self.raw)
        METADATA.create_all(self._engine)

    def connection(self) -> Connection:
        """Give a SQLAlchemy connection to it."""
        return self._engine.connect()

    def close(self) -> None:
        """Write everything to the file and close it.

        Asked for, since closing alone leaves what did not fit the disk in a log beside it, without a word.
        """
        self._engine.dispose()
        self.raw.execute("CHECKPOINT")
        self.raw.close()

    def __enter__(self) -> _Writing:
        return self

    def __exit__(self, *_: object) -> None:
        self._engine.dispose()
        with suppress(duckdb.Error):
            self.raw.close()


@contextmanager
def _looking(path: Path) -> Iterator[Connection]:
    """Give a connection to a kept generation, which this process may hold open otherwise for its readers."""
    with duckdb.connect() as raw, _attached(raw, path):
        with _engine_of(raw, "USE before").connect() as conn:
            yield conn
        raw.execute("USE memory")


def _engine_of(raw: duckdb.DuckDBPyConnection, first: str = "SELECT 1") -> Engine:
    """Give an engine over an open DuckDB instance; ``first`` is run on each of its connections."""

    def opened() -> ConnectionWrapper:
        cursor = raw.cursor()
        cursor.execute(first)
        return ConnectionWrapper(cursor)

    return create_engine("duckdb://", creator=opened, poolclass=NullPool)


_ON_DISK = (
    (("no space left", "enospc", "errno 28", "disk full", "disk is full"), "đĩa đầy"),
    (("file too large", "errno 27"), "tệp vượt giới hạn kích thước"),
    (("permission denied", "errno 13", "not permitted"), "không có quyền ghi"),
    (("read-only file system", "errno 30"), "đĩa chỉ đọc"),
    (("file exists", "not a directory"), "copy_folder không phải thư mục"),
    (("quota exceeded", "errno 122"), "vượt hạn mức đĩa"),
)


def _cause_on_disk(error: Exception) -> str:
    """Say in Vietnamese why the disk did not take what was written; empty where it is not to blame."""
    text = str(error).lower()
    return next((told for words, told in _ON_DISK if any(word in text for word in words)), "")


def _of_disk(error: Exception) -> str:
    return f"Không ghi được bản sao mới: {_cause_on_disk(error) or 'lỗi đĩa'}; số liệu cũ vẫn được dùng."

"""Long lists: written in a process of their own, with progress, until they are done or cancelled.

A job is a folder beside the copy, so that any worker can tell of it: ``asked`` (what for, pickled by
ourselves for ourselves), ``state.json``, the file, and ``stop`` where the reader has cancelled.
``python -m dashboard.sheets.long_lists FOLDER`` is that process.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import pickle
import re
import secrets
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from dashboard.question.access import Reader, Rights
from dashboard.question.question import Question
from dashboard.question.source import Source
from dashboard.question.working_copy import kept_up_to_date
from dashboard.serving import log
from dashboard.settings.settings import Settings
from dashboard.sheets.files import write_list
from dashboard.sheets.workbook import Stopped

FOLDER = "xuat"
KEPT_SECONDS = 3_600
"""A file waits so long to be fetched."""
SILENT_SECONDS = 120
"""A process that tells nothing for so long has died."""
BEAT_SECONDS = 15
MOST_AT_ONCE = 2
MEMORY = "300MB"
"""What sorting may take in the engine; the rest goes to disk."""
_ID = re.compile(r"[A-Za-z0-9_-]{22}")
_NICE = 10


@dataclass(frozen=True)
class Job:
    """A long list as it stands: ``state`` is running, done, stopped or failed.

    ``owner``: whose it is, with the rights it is written by; nobody else is told of it.
    """

    id: str
    state: str
    total: int
    written: int
    name: str
    told_at: float
    owner: str
    back: str = ""

    @property
    def is_running(self) -> bool:
        """Say whether it is still being written."""
        return self.state == "running"


class Jobs:
    """The jobs of one reader in a copy's folder."""

    def __init__(self, settings: Settings, reader: Reader) -> None:
        self._settings, self._reader = settings, reader
        self._owner = hashlib.sha256(repr(reader).encode()).hexdigest()
        self._folder = Path(settings.copy_folder) / FOLDER

    def begin(
        self, words: Mapping[str, Any], *, total: int, name: str, address: str, back: str
    ) -> Job | None:
        """Begin to write a list; None where too many are being written."""
        self._tidy()
        running = [one for one in map(self._any, self._ids()) if one is not None and one.is_running]
        if len(running) >= MOST_AT_ONCE:
            return None
        job = Job(secrets.token_urlsafe(16), "running", total, 0, name, time.time(), self._owner, back)
        folder = self._folder / job.id
        self._folder.mkdir(mode=0o700, exist_ok=True)
        folder.mkdir(mode=0o700)
        (folder / "asked").write_bytes(
            pickle.dumps((self._settings, self._reader.rights, dict(words), address))
        )
        _tell(folder, job)
        path = os.pathsep.join(one for one in sys.path if one)
        process = subprocess.Popen(
            [sys.executable, "-m", __name__, str(folder)], stdin=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": path},
        )  # fmt: skip
        threading.Thread(target=process.wait, daemon=True).start()
        return job

    def get(self, job_id: str) -> Job | None:
        """Give a job; None where there is none of that id, or it is another reader's."""
        job = self._any(job_id)
        return job if job is not None and job.owner == self._owner else None

    def _any(self, job_id: str) -> Job | None:
        if not _ID.fullmatch(job_id):
            return None
        try:
            job = Job(**json.loads((self._folder / job_id / "state.json").read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None
        if job.is_running and time.time() - job.told_at > SILENT_SECONDS:
            return replace(job, state="failed")
        return job

    def stop(self, job_id: str) -> None:
        """Cancel a job."""
        if self.get(job_id) is not None:
            (self._folder / job_id / "stop").touch()

    def file(self, job_id: str) -> Path | None:
        """Give the file of a job that is done."""
        job = self.get(job_id)
        return self._folder / job_id / "file.xlsx" if job is not None and job.state == "done" else None

    def _ids(self) -> list[str]:
        with suppress(OSError):
            return [one.name for one in self._folder.iterdir()]
        return []

    def _tidy(self) -> None:
        """Remove what nobody has fetched in time."""
        for job_id in self._ids():
            job = self._any(job_id)
            if job is None or (not job.is_running and time.time() - job.told_at > KEPT_SECONDS):
                shutil.rmtree(self._folder / job_id, ignore_errors=True)


def _tell(folder: Path, job: Job) -> None:
    """Write how a job stands, whole or not at all."""
    aside = folder / "state.new"
    aside.write_text(json.dumps(asdict(job), ensure_ascii=False), encoding="utf-8")
    for _ in range(20):
        with suppress(PermissionError):  # on Windows while another reads it
            os.replace(aside, folder / "state.json")
            return
        time.sleep(0.05)


def write(folder: Path) -> None:
    """Write the list that a job's folder asks for, telling of it there."""
    job = Job(**json.loads((folder / "state.json").read_text(encoding="utf-8")))
    settings, rights, words, address = pickle.loads((folder / "asked").read_bytes())
    log.set_up(settings.time_zone)
    teller = _Teller(folder, job)

    def tell(written: int) -> None:
        if (folder / "stop").exists():
            raise Stopped
        teller.tell(written=written)

    with teller.alive():
        try:
            _write(folder, settings, rights, words, address, tell)
            tell(job.total)  # cancelled while the file was put together
        except Stopped:
            (folder / "file.xlsx").unlink(missing_ok=True)
            teller.tell(state="stopped")
        except BaseException:
            teller.tell(state="failed")
            raise
        else:
            teller.tell(state="done")


class _Teller:
    """Tells of a job in its folder, also while nothing is written that could be counted."""

    def __init__(self, folder: Path, job: Job) -> None:
        self._folder, self._job, self._lock = folder, job, threading.Lock()

    def tell(self, **changes: Any) -> None:
        """Tell how the job stands now."""
        with self._lock:
            self._job = replace(self._job, **changes, told_at=time.time())
            _tell(self._folder, self._job)

    @contextmanager
    def alive(self) -> Iterator[None]:
        """Tell every few seconds that the process lives: putting a large file together takes minutes."""
        ended = threading.Event()

        def beat() -> None:
            while not ended.wait(BEAT_SECONDS):
                self.tell()

        thread = threading.Thread(target=beat, daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()


def _write(
    folder: Path, settings: Settings, rights: Rights, words: Mapping[str, Any], address: str,
    tell: Callable[[int], None],
) -> None:  # fmt: skip
    source = Source(settings, kept_up_to_date(settings)[0])
    question = Question.asked(words, "/ho-so", source=source, rights=rights)
    with source.reading(question.known) as conn:
        conn.exec_driver_sql(f"SET memory_limit = '{MEMORY}'")
        scratch = str(folder / "scratch").replace("'", "''")
        conn.exec_driver_sql(f"SET temp_directory = '{scratch}'")
    tell(0)
    write_list(str(folder / "file.xlsx"), question, address=address, tell=tell)


def main() -> None:
    """Write one list, as the folder named says."""
    if hasattr(os, "nice"):
        os.nice(_NICE)
    folder = Path(sys.argv[1])
    try:
        write(folder)
    except Exception:
        logging.getLogger("motcua").exception("Không tạo được tệp dài")
        raise SystemExit(1) from None
    finally:
        shutil.rmtree(folder / "scratch", ignore_errors=True)
        (folder / "asked").unlink(missing_ok=True)


if __name__ == "__main__":
    main()

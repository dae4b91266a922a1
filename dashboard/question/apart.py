"""A refresh in a process of its own, at a lower priority.

Reading a source, cleaning it and building ``courses`` keeps a processor and much memory busy for
seconds. Beside the readers' threads that made their requests wait for Python's lock; apart, the operating
system lets the readers go first, and the memory is given back when it ends.

``python -m dashboard.question.apart`` is that process: settings come in at its standard input, what is being
read and the outcome go out at its standard output, both pickled by ourselves for ourselves.
"""

from __future__ import annotations

import os
import pickle
import queue
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import IO, Any

from dashboard.question.refresher import Refresh
from dashboard.question.working_copy import generations_of, reader_of, terms_of
from dashboard.serving import log
from dashboard.settings.settings import Settings
from queries.copy.refresh import Outcome, Progress, ended_amid, refresh
from queries.courses.build import build
from queries.source.errors import ReadingStopped

_NICE = 10
_LOOK_SECONDS = 0.25
_ENDED = object()


def refresh_apart(settings: Settings, stop: threading.Event) -> Refresh:
    """Give what refreshes the copy of these settings in a process of its own; setting ``stop`` ends it."""

    def run(*, whole: bool, progress: Progress) -> Outcome:
        asked = [sys.executable, "-m", __name__]
        path = os.pathsep.join(one for one in sys.path if one)
        with subprocess.Popen(
            asked, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": path}
        ) as process:
            assert process.stdin is not None
            with suppress(BrokenPipeError), process.stdin as wanted:
                pickle.dump((settings, whole), wanted)
            arriving: queue.Queue[Any] = queue.Queue()
            listener = threading.Thread(target=_listen, args=(process.stdout, arriving.put), daemon=True)
            listener.start()
            try:
                return _outcome(process, arriving, settings, progress, stop)
            finally:
                process.kill()
                listener.join()

    return run


def _outcome(
    process: subprocess.Popen[bytes], arriving: queue.Queue[Any], settings: Settings, progress: Progress,
    stop: threading.Event,
) -> Outcome:  # fmt: skip
    """Wait for the outcome, and pass on what is being read meanwhile. Raises ReadingStopped."""
    while True:
        if stop.is_set():
            raise ReadingStopped
        try:
            found = arriving.get(timeout=_LOOK_SECONDS)
        except queue.Empty:
            continue
        if isinstance(found, Outcome):
            return found
        if found is _ENDED:
            sentence = (
                "Tiến trình cập nhật dừng giữa chừng (mã "
                f"{process.wait()}); có thể máy thiếu bộ nhớ, xem nhật ký."
            )
            return ended_amid(generations_of(settings), terms_of(settings), sentence)
        progress(*found)


def _listen(told: IO[bytes], put: Callable[[Any], None]) -> None:
    with suppress(EOFError, pickle.UnpicklingError, ValueError, OSError):
        while True:
            put(pickle.load(told))
    put(_ENDED)


def main() -> None:
    """Refresh once, as standard input says."""
    if hasattr(os, "nice"):
        os.nice(_NICE)
    settings, whole = pickle.load(sys.stdin.buffer)
    log.set_up(settings.time_zone)
    told = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # Whatever a library prints goes to the log, not among what we tell.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    def tell(*what: Any) -> None:
        with suppress(BrokenPipeError):  # the server is gone: what is being read is of use to the next
            pickle.dump(what[0] if len(what) == 1 else what, told)
            told.flush()

    tell(
        refresh(
            generations_of(settings), reader_of(settings), build, terms_of(settings), whole=whole,
            progress=tell,
        )
    )  # fmt: skip


if __name__ == "__main__":
    main()

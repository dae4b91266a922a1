"""/healthz, /readyz and /metrics on a listener of their own, in the process that only watches the workers.

Whatever readers do to the workers, this one has nothing else to do and answers.
"""

from __future__ import annotations

import json
import logging
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from dashboard.serving.measures import FOLDER, READY

STILL_SECONDS = 30.0
"""After so long without a sign a worker is called silent: ten times what the longest answer holds it up."""
_LATE_SECONDS = 5.0
_HEADERS = (("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"))
_log = logging.getLogger("motcua.watch")


def board() -> Path:
    """Make the folder that workers write their counters to, and name it to them."""
    folder = Path(tempfile.mkdtemp(prefix="motcua-"))
    os.environ[FOLDER] = str(folder)
    return folder


def _metrics(folder: Path) -> bytes:
    from prometheus_client import CollectorRegistry, generate_latest  # noqa: PLC0415 - reads FOLDER
    from prometheus_client.multiprocess import MultiProcessCollector  # noqa: PLC0415

    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=str(folder))  # type: ignore[no-untyped-call]
    return generate_latest(registry) + _of_the_data(folder)


def _of_the_data(folder: Path) -> bytes:
    """Give what /readyz says as metrics."""
    found = _ready(folder)
    told = {} if found is None else found["told"]
    rows = [("motcua_ready", int(found is not None and found["status"] == 200))]
    for name, word in (
        ("motcua_data_age_seconds", "data_age_seconds"),
        ("motcua_copy_age_seconds", "copy_age_seconds"),
    ):
        if told.get(word) is not None:
            rows.append((name, told[word]))
    last = told.get("last_try") or {}
    rows.append(("motcua_refresh_failing", int(last.get("failing_since") is not None)))
    return "".join(f"# TYPE {name} gauge\n{name} {value}\n" for name, value in rows).encode()


def _ready(folder: Path) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads((folder / READY).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return found


def healthz(folder: Path, alive: int) -> tuple[int, dict[str, Any]]:
    """Say whether workers live and give signs of it."""
    found = _ready(folder)
    silent = None if found is None else round(time.time() - found["at"], 1)
    if not alive:
        return 503, {"status": "stopped", "workers": 0}
    if silent is not None and silent > STILL_SECONDS:
        return 503, {"status": "silent", "workers": alive, "silent_seconds": silent}
    return 200, {"status": "ok", "workers": alive}


def readyz(folder: Path) -> tuple[int, dict[str, Any]]:
    """Say what the workers last said of the figures, and how long ago."""
    found = _ready(folder)
    if found is None:
        return 503, {"status": "starting"}
    asked = round(time.time() - found["at"], 1)
    status = int(found["status"]) if asked <= STILL_SECONDS else 503
    return status, {**found["told"], "asked_seconds_ago": asked}


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def listen(host: str, port: int, folder: Path, alive: Callable[[], int]) -> ThreadingHTTPServer | None:
    """Listen from a thread; None, and a line in the log, where the port is taken."""

    class Handler(BaseHTTPRequestHandler):
        timeout = _LATE_SECONDS
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            """Answer one of the three."""
            path = self.path.partition("?")[0].rstrip("/")
            kind = "application/json"
            if path == "/metrics":
                status, body, kind = 200, _metrics(folder), "text/plain; version=0.0.4; charset=utf-8"
            elif path in ("/healthz", "/readyz"):
                status, told = healthz(folder, alive()) if path == "/healthz" else readyz(folder)
                body = json.dumps(told, ensure_ascii=False).encode()
            else:
                status, body = 404, b'{"error": "not here"}'
            self.send_response_only(status)
            length = str(len(body))
            for name, value in (("Content-Type", kind), ("Content-Length", length), *_HEADERS):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing: a monitor asks all day."""

    try:
        server = _Quiet((host, port), Handler)
    except OSError as error:
        _log.warning("Không mở được %s:%s cho /healthz, /readyz, /metrics: %s", host, port, error)
        return None
    threading.Thread(target=server.serve_forever, name="motcua-watch", daemon=True).start()
    return server


def alive_of(workers: Callable[[], Iterable[Any]]) -> Callable[[], int]:
    """Give how many of the server's workers live."""
    return lambda: sum(bool(one.is_alive()) for one in tuple(workers()))

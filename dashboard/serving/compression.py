"""Compression: answers as they go, files once.

Flask-Compress does the work. A file's compressed form is kept by its path while the server
runs, so that a megabyte of JavaScript is not compressed at each request.
"""

from __future__ import annotations

import threading
import time
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import brotli
import flask
from cachetools import LRUCache
from flask_compress import Compress

_FILES = ("/_dash-component-suites/", "/assets/", "/khung/")
_ASSETS = Path(__file__).resolve().parents[2] / "assets"
_MOST_FILES = 500
_WORTH_IT, _LARGE = 1_000, 10_000
"""From so many bytes a file is squeezed, and from so many that takes long enough to be felt."""
_AFTER_SECONDS = 5.0
"""Before each long squeeze: a page's first answers come before its files' last tenth."""
_FOR_EVER = "public, max-age=31536000, immutable"
_ICON = "/assets/favicon.svg"
_FOR_A_DAY = "public, max-age=86400"
"""A browser asks for the icon again at each change of address, in the middle of the cards' requests."""


class _Kept:
    """Compressed files by address; whatever is not a file has an empty address and is not kept.

    A file is first kept as it was sent, quickly compressed; when the first readers have
    been served, one thread squeezes them a tenth smaller, for all who follow.
    """

    def __init__(self) -> None:
        self._kept: LRUCache[str, bytes] = LRUCache(_MOST_FILES)
        self._lock = threading.Lock()
        self._waiting: SimpleQueue[tuple[str, bytes]] = SimpleQueue()
        # A daemon: a server that stops does not wait for it.
        threading.Thread(target=self._squeeze, name="motcua-compression", daemon=True).start()

    def get(self, key: str) -> bytes | None:
        with self._lock:
            kept: bytes | None = self._kept.get(key)
        if kept is None and (kept := _ready(key)) is not None:
            with self._lock:
                self._kept[key] = kept
        return kept

    def set(self, key: str, value: bytes) -> None:
        if key.endswith(";"):
            return
        with self._lock:
            if key in self._kept:
                return
            self._kept[key] = value
        if key.startswith("br;") and len(value) > _WORTH_IT:
            self._waiting.put((key, value))

    def _squeeze(self) -> None:
        while True:
            key, value = self._waiting.get()
            if len(value) > _LARGE:
                time.sleep(_AFTER_SECONDS)
            squeezed = brotli.compress(brotli.decompress(value), quality=11)
            with self._lock:
                self._kept[key] = squeezed


def _ready(key: str) -> bytes | None:
    """Give the form of a large file that was squeezed when it was fetched; None where there is none."""
    name = key.removeprefix("br;/assets/")
    if not key.startswith("br;/assets/") or "/" in name or "\\" in name:
        return None
    file = _ASSETS / name
    squeezed = file.with_name(f"{name}.br")
    try:
        is_of_it = squeezed.stat().st_mtime >= file.stat().st_mtime
        return squeezed.read_bytes() if is_of_it else None
    except OSError:
        return None


def compress(server: flask.Flask) -> None:
    """Compress every answer a browser can take compressed."""
    server.config.update(
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_BR_LEVEL=5,  # 4 takes half the time, but a first load would no longer stay below 750 kB
        COMPRESS_MIN_SIZE=600,
        COMPRESS_CACHE_BACKEND=_Kept,
        COMPRESS_CACHE_KEY=_address,
    )
    Compress(server)

    @server.after_request
    def _whole_files(answer: flask.Response) -> flask.Response:
        # Runs before Compress, which keeps only what is not streamed.
        if flask.request.path.startswith(_FILES) and answer.status_code == 200:
            answer.direct_passthrough = False
            answer.get_data()
            answer.close()  # the file: a browser that goes away leaves the rest of an answer undone
            if flask.request.args.get("m") or ".v" in flask.request.path or "@" in flask.request.path:
                answer.headers["Cache-Control"] = _FOR_EVER
            elif flask.request.path == _ICON:
                answer.headers["Cache-Control"] = _FOR_A_DAY
        return answer


def _address(request: Any) -> str:
    # Without the query: it changes no file, and anybody may write there what they like.
    return str(request.path) if request.path.startswith(_FILES) else ""

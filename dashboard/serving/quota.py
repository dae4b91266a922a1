"""How many lists and sheets a reader may take in an hour: nobody carries a district away page by page."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from weakref import WeakKeyDictionary

import flask

from dashboard.accounts.origin import address_of
from dashboard.question.access import the_reader
from dashboard.question.question import the_source
from dashboard.question.source import Source
from dashboard.serving.measures import workers_folder
from dashboard.serving.security import UPDATE
from dashboard.sheets.routes import ROOT as SHEETS

LISTS = ("/api/v1/dossiers", "/ho-so")
CARD_LIST = "dossiers-list"
SEARCHES = ("/api/v1/search", "/tim-kiem")
"""What is typed finds a few dossiers; page by page it finds them all."""
CARD_SEARCH = "search-found"
WORKED_ON = f"{SHEETS}/viec/"
"""How a sheet under way is asked after: the sheet itself has been counted."""
_HOUR = 3_600
_FILE = "lists.sqlite"
_COUNTS = "CREATE TABLE IF NOT EXISTS taken (whose TEXT PRIMARY KEY, left REAL NOT NULL, at REAL NOT NULL)"
TOLD = "Đã mở quá nhiều danh sách hồ sơ trong một giờ (cài đặt lists_per_hour). Hãy thử lại sau."


class Quota:
    """So much an hour for each, all of it at once if they like.

    ``file``: where all workers count together, as long as they serve; None: this process counts alone.
    """

    def __init__(
        self, an_hour: int, file: Path | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        self._most, self._clock = an_hour, clock
        self._lock = threading.Lock()
        self._counts = sqlite3.connect(
            file or ":memory:", timeout=10, isolation_level=None, check_same_thread=False
        )
        self._counts.execute(_COUNTS)

    def take(self, whose: str) -> bool:
        """Take one; False where there is none left."""
        now = self._clock()
        with self._lock, self._counts as counts:
            counts.execute("BEGIN IMMEDIATE")
            # Whoever took nothing for an hour has all of it again.
            counts.execute("DELETE FROM taken WHERE at < ?", (now - _HOUR,))
            found = counts.execute("SELECT left, at FROM taken WHERE whose = ?", (whose,)).fetchone()
            left, at = found or (float(self._most), now)
            left = min(float(self._most), left + max(0.0, now - at) * self._most / _HOUR)
            is_there = left >= 1
            counts.execute(
                "INSERT OR REPLACE INTO taken VALUES (?,?,?)", (whose, left - 1 if is_there else left, now)
            )
        return is_there


def is_list(request: flask.Request) -> bool:
    """Say whether a request takes a list of dossiers, a later page of what a search found, or a sheet.

    A page brings its list with it, so its address counts however it is asked for.
    """
    if request.path != UPDATE:
        path = request.path
        if path.startswith(f"{SHEETS}/"):
            return not path.startswith(WORKED_ON)
        return _lists(path, request.args.getlist("trang"))
    # As Dash reads it: JSON may write any letter as an escape.
    asked = request.get_json(silent=True)
    if not isinstance(asked, dict):
        return False
    output, given = str(asked.get("output")), asked.get("inputs")
    values = {
        str(one.get("property")): one.get("value")
        for one in (given if isinstance(given, list) else ())
        if isinstance(one, dict)
    }
    if "pathname" in values:
        path = str(values["pathname"]).removeprefix(request.script_root)
        return _lists(path, parse_qs(str(values.get("search")).removeprefix("?")).get("trang", []))
    if CARD_SEARCH in output:
        store = values.get("data")
        words = store.get("words") if isinstance(store, dict) else None
        return isinstance(words, dict) and _is_later(words.get("trang", []))
    return CARD_LIST in output


def _lists(path: str, page: Any) -> bool:
    path = f"/{path.strip('/')}"
    return path in LISTS or (path in SEARCHES and _is_later(page))


def _is_later(page: Any) -> bool:
    """Say whether a page of a list is named that is not plainly the first."""
    return page not in ([], "", "1", ["1"])


def register(server: flask.Flask) -> None:
    """Count lists and sheets of every reader: by the account's name, without accounts by the address."""
    quotas: WeakKeyDictionary[Source, Quota] = WeakKeyDictionary()

    @server.before_request
    def _counted() -> Any:
        source = the_source()
        settings = source.settings
        if not is_list(flask.request):
            return None
        quota = quotas.get(source)
        if quota is None:
            together = workers_folder()
            file = None if together is None else together / _FILE
            quota = quotas.setdefault(source, Quota(settings.lists_per_hour, file))
        whose = the_reader().name or address_of(flask.request, settings.trusted_proxies)
        if quota.take(whose):
            return None
        return flask.jsonify(error=TOLD), 429, {"Retry-After": "60"}

"""The audit: who saw or took along lists of dossiers and names of officials, when, by which filter.

One line of JSON each, in a file a month beside the accounts, readable by us alone and only ever added to;
what was seen is not in it. Months that are too old go when a new one begins.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import flask

from dashboard.question.access import Reader, the_reader
from dashboard.question.question import Question
from dashboard.settings.settings import Settings

DOSSIERS, OFFICIALS = "dossiers", "officials"
_CONTENT = frozenset({"ma", "tim"})
"""Words whose value is what was looked for: that something was is noted, not what."""
_NAME = "xem-{:%Y-%m}.jsonl"

log = logging.getLogger("motcua")


def folder_of(settings: Settings) -> Path:
    """Give where the files are."""
    return Path(settings.audit_folder)


def noted(question: Question, what: str, how: str, who: str | None = None) -> None:
    """Note that the reader is given something; officials only where they may see them.

    ``how``: "page", "api", "file" or "mail". ``who``: the account it is given to; unless given whoever sent
    the request, and without a request somebody at the machine, by the command line.
    A disk that takes no line is told in the log and keeps nobody waiting.
    """
    if what == OFFICIALS and not question.rights.sees_officials:
        return
    path = "/ho-so/…" if question.path.startswith("/ho-so/") else question.path
    if who is None:
        who = the_reader().name if flask.has_app_context() else ""
    given(
        question.source.settings,
        Reader(who, question.rights),
        what,
        how,
        path,
        _filter(question.link(absolute=True)),
    )


def given(
    settings: Settings,
    reader: Reader,
    what: str,
    how: str,
    path: str,
    narrowed: Mapping[str, str] | None = None,
) -> None:
    """Note that a reader is given something at a path, by which filter; as ``noted``."""
    now = datetime.now(ZoneInfo(settings.time_zone))
    line = {
        "at": now.isoformat(timespec="seconds"),
        "who": reader.name,
        "role": reader.rights.role,
        "what": what,
        "officials": reader.rights.sees_officials,
        "how": how,
        "path": path,
        "filter": narrowed or {},
    }
    try:
        _added(folder_of(settings), now, json.dumps(line, ensure_ascii=False), settings.audit_months)
    except OSError as error:
        log.error("Không ghi được nhật ký xem (audit_folder): %s", error)


def _filter(address: str) -> dict[str, str]:
    words = parse_qs(urlsplit(address).query, keep_blank_values=True)
    return {word: "…" if word in _CONTENT else values[0] for word, values in words.items()}


def _added(folder: Path, now: datetime, line: str, months: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / _NAME.format(now)
    if not path.exists():
        for old in sorted(folder.glob("xem-????-??.jsonl"))[: -(months - 1) or None]:
            old.unlink(missing_ok=True)
    # One write of one line: workers add to the same file at once.
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, f"{line}\n".encode())
    finally:
        os.close(handle)


def read(folder: Path) -> Iterator[Mapping[str, Any]]:
    """Give every line, oldest first; one that cannot be read is left out."""
    for path in sorted(folder.glob("xem-????-??.jsonl")):
        for line in path.read_text("utf-8", "replace").splitlines():
            try:
                yield json.loads(line)
            except ValueError:
                continue

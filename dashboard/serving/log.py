"""The log: one line of JSON each, local time with its zone, and the id of the request it is about.

A line a request is written by the front (``line_of``): who, what, how long, how much. Neither the line nor
its address holds what was looked for: codes of dossiers, words typed, keys of links.
"""

from __future__ import annotations

import json
import logging
import re
import traceback
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from dashboard.address.words import WORDS
from dashboard.serving.request_id import request_id

READER = "motcua.reader"
"""Where the application leaves who asked, for the line of the request: name and role."""
LOGGER = "motcua"
REQUESTS = logging.getLogger("motcua.request")
FIELDS = "fields"
"""The word by which a line is given more than its sentence: ``extra={FIELDS: {…}}``."""
HIDDEN = "…"
_CONTENT = frozenset({"ma", "tim"})
_KEPT = (frozenset(WORDS) | {"theo", "dang", "m"}) - _CONTENT
"""Words of an address whose values are told; whatever else stands there may be anything."""
_TELLABLE = re.compile(r"[\w.,:-]{0,60}")
_DIGITS_OF_CODE = 4
_OPEN = ("/don-vi/", "/assets/", "/_dash-component-suites/")
"""Below these nothing is about one dossier."""


class Json(logging.Formatter):
    """One line of JSON a record: at, level, logger, message, request, and what the record brings along."""

    def __init__(self, zone: str) -> None:
        super().__init__()
        self._zone = ZoneInfo(zone)

    def format(self, record: logging.LogRecord) -> str:
        """Give the line; an exception's trace is in it, its line ends written as JSON writes them."""
        at = datetime.fromtimestamp(record.created, self._zone).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {"at": at, "level": record.levelname, "logger": record.name}
        fields: Mapping[str, Any] = getattr(record, FIELDS, {})
        if request := fields.get("request") or request_id():
            line["request"] = request
        if message := record.getMessage():
            line["message"] = message
        line |= {name: value for name, value in fields.items() if name != "request"}
        if record.exc_info:
            line["trace"] = "".join(traceback.format_exception(*record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)


def set_up(zone: str) -> None:
    """Let whatever we log go to standard error; once in a process."""
    logger = logging.getLogger(LOGGER)
    if not logger.handlers:
        handler = logging.StreamHandler()
        handler.setFormatter(Json(zone))
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)


def theirs(zone: str) -> dict[str, Any]:
    """Give the server's own lines, of what went wrong with it, the same form."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": f"{__name__}.{Json.__name__}", "zone": zone}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "loggers": {"uvicorn": {"handlers": ["stderr"], "level": "ERROR", "propagate": False}},
    }


def line_of(
    *, request: str, method: str, path: str, query: str, status: int, seconds: float, size: int,
    address: str, reader: tuple[str, str],
) -> dict[str, Any]:  # fmt: skip
    """Give what is told of a request: an empty account's name is somebody at the machine, or nobody known."""
    who, role = reader
    told: dict[str, Any] = {"request": request, "method": method, "path": shown_path(path)}
    if query:
        told["query"] = shown_query(query)
    return told | {
        "status": status, "ms": round(1000 * seconds, 1), "bytes": size, "address": address, "who": who,
        "role": role,
    }  # fmt: skip


def shown_path(path: str) -> str:
    """Give a path without the code of a dossier, a key, or what may be one: four digits, wherever typed."""
    head, found, _ = path.partition("/ho-so/")
    if found:
        return f"{head}/ho-so/{HIDDEN}"
    head, found, rest = path.partition("/tai/viec/")
    if found:
        return f"{head}/tai/viec/{HIDDEN}{''.join(rest.partition('/')[1:])}"
    if any(one in path for one in _OPEN):
        return path[:200]
    parts = path[:200].split("/")
    return "/".join(HIDDEN if _may_be_code(part) else part for part in parts)


def _may_be_code(part: str) -> bool:
    return sum(sign.isdigit() for sign in part) >= _DIGITS_OF_CODE


def shown_query(query: str) -> dict[str, str]:
    """Give the words of an address and those of their values that say nothing of anybody."""
    return {
        (word if word in _KEPT | _CONTENT else HIDDEN): value
        if word in _KEPT and _TELLABLE.fullmatch(value)
        else HIDDEN
        for word, value in parse_qsl(query, keep_blank_values=True)[:30]
    }

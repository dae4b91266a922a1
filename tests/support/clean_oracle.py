"""What a source's rows are when read clean, told a second time: plain loops over rows, nothing of the code.

Rows are dicts of text or None, as a source of text columns holds them; only dossiers, units, procedures,
officers and slips are told here.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

Row = Mapping[str, str | None]
Noted = dict[tuple[str, str, str], list[str]]

WORDS = {
    "state": ("open", "suspended", "finished", "refused", "withdrawn"),
    "channel": ("counter", "online", "post", "kiosk"),
    "slips.kind": ("apology", "supplement", "refusal"),
    "units.kind": ("ward", "commune", "township", "zone", "department", "desk", "center", "branch", "point"),
}
MOMENTS = ("received_at", "due_at", "finished_at", "updated_at", "issued_at")
UNIT_CODES = ("unit_code", "receiving_unit_code", "parent_code")
YES = ("1", "t", "true", "y", "yes", "on", "có", "đúng", "x", "-1")
NO = ("0", "f", "false", "n", "no", "off", "không", "sai")


def is_blank(sign: str) -> bool:
    return sign.isspace() or sign in "\u200b\ufeff\0"


def trimmed(text: str) -> str:
    while text and is_blank(text[0]):
        text = text[1:]
    while text and is_blank(text[-1]):
        text = text[:-1]
    return text


def nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def folded(text: str) -> str:
    return nfc(nfc(text).casefold())


def moment(text: str) -> tuple[datetime | None, str | None]:
    """A moment and why there is none; Vietnam has been seven hours ahead in all the years that count."""
    iso = re.fullmatch(
        r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ]+(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?(Z|\+\d\d:\d\d)?)?", text
    )
    other = re.fullmatch(
        r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?:\s+(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?)?", text
    )
    if iso:
        year, month, day, hour, minute, second, offset = iso.groups()
    elif other:
        day, _, month, year, hour, minute, second = other.groups()
        offset = None
    else:
        if re.fullmatch(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2}( .*)?", text):
            return None, "short_year"
        return None, "no_such_day" if "infinity" in text else "not_moment"
    parts = [int(one or 0) for one in (year, month, day, hour, minute, second)]
    try:
        when = datetime(*parts)  # type: ignore[arg-type]
    except ValueError:
        if other and parts[1] > 12 and 1 <= parts[2] <= 12:
            return None, "other_day_order"
        return None, "no_such_day"
    if offset:
        ahead = timedelta(0) if offset == "Z" else timedelta(hours=int(offset[1:3]))
        when = when - ahead + timedelta(hours=7)
    return (when, None) if 1990 <= when.year <= 2100 else (None, "outside_years")


def code(value: str | None, codes: Sequence[str]) -> tuple[str | None, str | None]:
    if value is None or value in codes:
        return value, None
    alike = {one for one in codes if folded(one) == folded(value)}
    if len(alike) == 1:
        return alike.pop(), "folded_code"
    return value, "ambiguous_code" if alike else "unknown_code"


class Oracle:
    """The clean rows of each table, and what was noted on the way."""

    def __init__(self, tables: Mapping[str, Sequence[Row]]) -> None:
        self.noted: Noted = defaultdict(list)
        self._key_of: dict[int, str] = {}
        self.codes: dict[str, list[str]] = {}
        self.tables: dict[str, list[dict[str, Any]]] = {}
        for name in ("units", "procedures", "officers", "dossiers", "slips"):
            key = {"units": "unit_code", "procedures": "procedure_code", "officers": "officer_code",
                   "dossiers": "dossier_code", "slips": "slip_id"}[name]  # fmt: skip
            read = [self._texts(name, key, row) for row in tables.get(name, ())]
            if name == "units":
                self.codes["units"] = sorted({str(row[key]) for row in read if row[key] is not None})
            rows = [self._meant(name, key, row) for row in read]
            self.tables[name] = self._each_once(name, key, rows)
            self.codes[name] = [str(row[key]) for row in self.tables[name] if row[key] is not None]

    def mended(self) -> dict[tuple[str, str, str], tuple[int, str]]:
        return {
            what: (len(keys), "; ".join(sorted({one for one in keys if one})[:3]))
            for what, keys in self.noted.items()
        }

    def _note(self, table: str, column: str, reason: str, key: str | None) -> None:
        self.noted[table, column, reason].append(key or "")

    def _texts(self, table: str, key: str, row: Row) -> dict[str, Any]:
        clean: dict[str, Any] = {}
        for column, raw in row.items():
            clean[column] = None if raw is None else trimmed(nfc(raw)) or None
        for column, raw in row.items():
            if raw is None or column in MOMENTS:
                continue
            if trimmed(raw) != raw.rstrip(" "):
                self._note(table, column, "blanks", clean[key])
            if nfc(raw) != raw:
                self._note(table, column, "not_nfc", clean[key])
        return clean

    def _meant(self, table: str, key: str, row: Mapping[str, Any]) -> dict[str, Any]:
        meant = dict(row)
        for column, value in row.items():
            reason = None
            words = WORDS.get(column) or WORDS.get(f"{table}.{column}")
            if value is None:
                continue
            if column in MOMENTS:
                meant[column], reason = moment(value)
            elif words:
                alike = [one for one in words if one == folded(value)]
                meant[column] = alike[0] if alike else value
                reason = None if value in words else "folded_word" if alike else "unknown_word"
            elif column == "assisted":
                meant[column] = True if folded(value) in YES else False if folded(value) in NO else None
                reason = "not_boolean" if meant[column] is None else None
            elif column in UNIT_CODES and (table, column) != ("units", "unit_code"):
                meant[column], reason = code(value, self.codes["units"])
            elif column == "procedure_code" and table != "procedures" and self.codes["procedures"]:
                meant[column], reason = code(value, self.codes["procedures"])
            elif column == "officer_code" and table != "officers" and self.codes["officers"]:
                meant[column], reason = code(value, self.codes["officers"])
            elif column == "dossier_code" and table != "dossiers":
                meant[column], reason = code(value, self.codes["dossiers"])
            if reason:
                self._note(table, column, reason, row[key])
        return meant

    def _each_once(self, table: str, key: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        kept: list[dict[str, Any]] = [row for row in rows if row[key] is None]
        groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in rows:
            if row[key] is not None:
                groups[row[key]].append(row)
        for one, alike in groups.items():
            different: list[dict[str, Any]] = []
            for row in alike:
                if row in different:
                    self._note(table, key, "same_row", one)
                else:
                    different.append(row)
            for _ in different[1:]:
                self._note(table, key, "same_key", one)
            best = different[0]
            for row in different[1:]:
                if _rank(row) > _rank(best):
                    best = row
            kept.append(best)
        return kept


def _rank(row: Mapping[str, Any]) -> list[tuple[bool, Any]]:
    """The latest updated_at first, then sign by sign in the order of the contract's columns."""
    from queries.contract import CONTRACT  # noqa: PLC0415 - the order of columns alone

    order = next(
        [one.name for one in spec.columns]
        for spec in CONTRACT.values()
        if set(row) <= {c.name for c in spec.columns}
    )
    values = [row.get("updated_at"), *(row[one] for one in order if one in row)]
    return [
        (one is not None, one.encode() if isinstance(one, str) else (one if one is not None else 0))
        for one in values
    ]

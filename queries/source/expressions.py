"""How one raw text becomes a clean value, as expressions of the copy's engine, a whole column at a time.

A column passes three steps. ``text``: trimmed, NFC. ``parsed``: what the text says, before anything is
judged. ``value``: what the copy keeps; beside it ``mark``, a small number where something was mended.
Every word from outside (zones, date formats) is a parameter.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from queries.contract import Kind
from queries.source.kinds import SourceKind
from queries.source.mapping import SESSION, SourceMapping
from queries.source.mended import Reason

BLANKS = (
    "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008"
    "\u2009\u200a\u2028\u2029\u202f\u205f\u3000\u200b\ufeff\x00"
)
"""What is taken off both ends of a text: Unicode's white space, U+200B, U+FEFF, NUL."""

TEXT_MARKS = ((1, Reason.BLANKS), (2, Reason.NOT_NFC))
"""The marks of a text, to be added up."""
MARKS = {
    3: Reason.NOT_NUMBER,
    4: Reason.NO_SUCH_DAY,
    5: Reason.OUTSIDE_YEARS,
    6: Reason.OTHER_DAY_ORDER,
    7: Reason.NOT_MOMENT,
}
"""The mark of a value that could not be read."""
_MARK = {reason: number for number, reason in MARKS.items()}

_TIMES = ("", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f", " %I:%M %p", " %I:%M:%S %p")
_TIME = r"[T ]+\d{1,2}:\d{1,2}(:\d{1,2}([.,]\d+)?)?"
_OFFSET = r" ?([Zz]|[+-]\d{2}(:?\d{2})?)"
_ISO = rf"\d{{4}}[-/]\d{{1,2}}[-/]\d{{1,2}}({_TIME}({_OFFSET})?)?"
_ISO_OFFSET = rf"\d{{4}}[-/]\d{{1,2}}[-/]\d{{1,2}}{_TIME}{_OFFSET}"
_LOOKS_LIKE_A_DAY = r"\d{4,6}[-/]\d{1,2}[-/]\d{1,2}.*|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}.*|[+-]?infinity|\d{8}"
_AS_MOMENTS = (SourceKind.DAY, SourceKind.MOMENT, SourceKind.INSTANT)


@dataclass(frozen=True)
class ColumnRead:
    """A column as it arrives: the contract's name and kind, its kind at the source, the zone set for it."""

    name: str
    kind: Kind
    source: SourceKind
    zone: str | None = None


@dataclass
class Parameters:
    """The values a statement is given beside its text, by name."""

    values: dict[str, Any] = field(default_factory=dict)

    def __call__(self, value: Any) -> str:
        """Give the sign that stands for a value."""
        for name, known in self.values.items():
            if known == value:
                return f"${name}"
        name = f"p{len(self.values)}"
        self.values[name] = value
        return f"${name}"


@dataclass(frozen=True)
class Steps:
    """A column's three steps; ``parsed`` reads ``text``, ``value`` and ``mark`` read both and ``raw``."""

    text: str
    parsed: str
    value: str
    mark: str


def formats_of(mapping: SourceMapping, *, swapped: bool = False) -> list[str]:
    """Give every format of a text date, with and without time; ``swapped``: day and month changed over."""
    chosen = []
    for one in mapping.date_formats:
        pattern = one
        if swapped:
            pattern = one.replace("%d", "\0").replace("%m", "%d").replace("\0", "%m")
        has_time = "%H" in one or "%I" in one
        chosen += [pattern] if has_time else [pattern + time for time in _TIMES]
    return chosen


def steps_of(column: ColumnRead, mapping: SourceMapping, zone: str, parameter: Parameters) -> Steps:
    """Give the steps of a column by what the contract keeps in it."""
    makers: dict[Kind, Callable[[], Steps]] = {
        Kind.TEXT: lambda: _text(column.source, parameter),
        Kind.BOOLEAN: lambda: _text(column.source, parameter),
        Kind.NUMBER: lambda: _number(column.source, parameter),
        Kind.DECIMAL: lambda: _decimal(column.source, parameter),
        Kind.DAY: lambda: _moment(column, mapping, zone, parameter),
        Kind.MOMENT: lambda: _moment(column, mapping, zone, parameter),
    }
    return makers[column.kind]()


def _trimmed(parameter: Parameters) -> str:
    # Most texts are plain: a pattern finds that out in a fifth of the time the rest takes.
    return (
        "CASE WHEN regexp_full_match(raw, '[!-~]([ -~]*[!-~])?') THEN raw"
        f" ELSE nullif(trim(nfc_normalize(raw), {parameter(BLANKS)}), '') END"
    )


_WHOLE = r"[+-]?\d+"


def _plain_number(name: str) -> str:
    """Give a number's text without needless point or exponent."""
    return (
        f"CASE WHEN regexp_full_match({name}, '{_WHOLE}') THEN {name}"
        f" WHEN regexp_full_match({name}, '{_WHOLE}\\.0*') THEN regexp_extract({name}, '{_WHOLE}')"
        f" WHEN regexp_full_match({name}, '[+-]?\\d*\\.\\d+') THEN rtrim({name}, '0')"
        f" WHEN TRY_CAST({name} AS DOUBLE) = trunc(TRY_CAST({name} AS DOUBLE))"
        f" AND abs(TRY_CAST({name} AS DOUBLE)) < 1e18"
        f" THEN CAST(TRY_CAST(TRY_CAST({name} AS DOUBLE) AS BIGINT) AS VARCHAR)"
        f" ELSE {name} END"
    )


def _text(source: SourceKind, parameter: Parameters) -> Steps:
    parsed = {
        SourceKind.NUMBER: _plain_number("text"),
        SourceKind.UUID: "lower(text)",
        SourceKind.BOOLEAN: "CASE lower(text) WHEN 't' THEN '1' WHEN 'true' THEN '1' WHEN 'f' THEN '0'"
        " WHEN 'false' THEN '0' ELSE text END",
    }.get(source, "text")
    # Blanks alone at the right end are what CHAR columns are padded with: no more than a way of keeping.
    mark = (
        "CASE WHEN raw IS NULL OR raw = text OR rtrim(raw, ' ') = coalesce(text, '') THEN NULL ELSE"
        f" CASE WHEN trim(raw, {parameter(BLANKS)}) <> rtrim(raw, ' ') THEN 1 ELSE 0 END"
        " + CASE WHEN nfc_normalize(raw) <> raw THEN 2 ELSE 0 END END"
    )
    return Steps(_trimmed(parameter), parsed, "parsed", mark)


def _number(source: SourceKind, parameter: Parameters) -> Steps:
    plain = _plain_number("text")
    if source not in (SourceKind.NUMBER, SourceKind.BOOLEAN, SourceKind.BIT):
        # In text "1.000" may be a thousand: nobody can tell, so it is not guessed.
        plain = (
            f"CASE WHEN regexp_full_match(text, '[+-]?\\d{{1,3}}(\\.\\d{{3}})+') THEN NULL ELSE {plain} END"
        )
    value = f"CASE WHEN regexp_full_match(parsed, '{_WHOLE}') THEN TRY_CAST(parsed AS BIGINT) END"
    return Steps(_trimmed(parameter), plain, value, _unread(value, Reason.NOT_NUMBER))


def _decimal(source: SourceKind, parameter: Parameters) -> Steps:
    plain = "text"
    if source not in (SourceKind.NUMBER, SourceKind.BOOLEAN, SourceKind.BIT):
        plain = (
            "CASE WHEN regexp_full_match(text, '[+-]?\\d*,\\d+') THEN replace(text, ',', '.') ELSE text END"
        )
    pattern = "[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?"
    value = f"CASE WHEN regexp_full_match(parsed, '{pattern}') THEN TRY_CAST(parsed AS DECIMAL(18, 4)) END"
    return Steps(_trimmed(parameter), plain, value, _unread(value, Reason.NOT_NUMBER))


def _unread(value: str, reason: Reason) -> str:
    return f"CASE WHEN text IS NOT NULL AND {value} IS NULL THEN {_MARK[reason]} END"


def _moment(column: ColumnRead, mapping: SourceMapping, zone: str, parameter: Parameters) -> Steps:
    typed = column.source in _AS_MOMENTS
    parsed = (
        _typed_moment(column, zone, parameter) if typed else _text_moment(column, mapping, zone, parameter)
    )
    kept = (
        f"CASE WHEN isfinite(parsed) AND year(parsed) BETWEEN {parameter(mapping.first_year)}"
        f" AND {parameter(mapping.last_year)} THEN parsed END"
    )
    value = f"CAST({kept} AS DATE)" if column.kind is Kind.DAY else kept
    swapped = ""
    if not typed:
        swapped = (
            f" WHEN try_strptime({_ONE_BLANK}, {parameter(formats_of(mapping, swapped=True))}) IS NOT NULL"
            f" THEN {_MARK[Reason.OTHER_DAY_ORDER]}"
        )
    mark = (
        f"CASE WHEN text IS NULL OR ({kept}) IS NOT NULL THEN NULL"
        f" WHEN lower(text) LIKE '%infinity' THEN {_MARK[Reason.NO_SUCH_DAY]}"
        f" WHEN parsed IS NOT NULL THEN {_MARK[Reason.OUTSIDE_YEARS]}{swapped}"
        f" WHEN regexp_full_match(text, '{_LOOKS_LIKE_A_DAY}') THEN {_MARK[Reason.NO_SUCH_DAY]}"
        f" ELSE {_MARK[Reason.NOT_MOMENT]} END"
    )
    return Steps("raw" if typed else _trimmed(parameter), parsed, value, mark)


def _typed_moment(column: ColumnRead, zone: str, parameter: Parameters) -> str:
    """Read what an engine writes of its own type. Instants arrive in UTC; an offset after them says so."""
    wall = "TRY_CAST(text AS TIMESTAMP)"
    if column.source is SourceKind.INSTANT:
        return _between(wall, "UTC", column.zone or zone, parameter)
    if column.source is SourceKind.DAY or column.zone in (None, SESSION):
        return wall
    return _between(wall, str(column.zone), zone, parameter)


def _between(wall: str, written: str, wanted: str, parameter: Parameters) -> str:
    """Give a wall clock of one zone as that of another."""
    if written == wanted:
        return wall
    return f"timezone({parameter(wanted)}, timezone({parameter(written)}, {wall}))"


_ONE_BLANK = "regexp_replace(text, '\\s+', ' ', 'g')"


def _text_moment(column: ColumnRead, mapping: SourceMapping, zone: str, parameter: Parameters) -> str:
    iso = "TRY_CAST(replace(text, ',', '.') AS TIMESTAMP)"
    other = f"try_strptime({_ONE_BLANK}, {parameter(formats_of(mapping))})"
    plain = (
        f"CASE WHEN regexp_full_match(text, '{_ISO}') THEN {iso}"
        " WHEN regexp_full_match(text, '\\d{8}') THEN try_strptime(text, '%Y%m%d')"
        f" ELSE {other} END"
    )
    if column.zone not in (None, SESSION):
        plain = _between(plain, str(column.zone), zone, parameter)
    instant = f"timezone({parameter(zone)}, TRY_CAST(replace(text, ',', '.') AS TIMESTAMPTZ))"
    return f"CASE WHEN regexp_full_match(text, '{_ISO_OFFSET}') THEN {instant} ELSE {plain} END"

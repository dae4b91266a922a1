"""How one raw text becomes a clean value, as expressions of the copy's engine, a whole column at a time.

A column passes three steps. ``text``: trimmed, NFC. ``parsed``: what the text says, before anything is
judged. ``value``: what the copy keeps; beside it ``mark``, a small number where something was mended.
Every word from outside (zones, date formats) is a parameter.
"""

from __future__ import annotations

import re
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
    8: Reason.SHORT_YEAR,
}
"""The mark of a value that could not be read."""
_MARK = {reason: number for number, reason in MARKS.items()}

_LETTERS = "ÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝàáâãèéêìíòóôõùúýĂăĐđĨĩŨũƠơƯưẠ-ỹ"
"""Vietnamese letters in one sign each, which a text of NFC is made of."""
_PLAIN = f"[!-~{_LETTERS}]([ -~{_LETTERS}]*[!-~{_LETTERS}])?"
_TIMES = ("", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f", " %I:%M %p", " %I:%M:%S %p")
_TIME_SHAPES = ("", r" \d+:\d+", r" \d+:\d+:\d+")
"""How the first of those look."""
_DAY = r"\d{4}[-/]\d{1,2}[-/]\d{1,2}"
_TIME = r"[T ]+\d{1,2}:\d{1,2}(:\d{1,2}([.,]\d+)?)?"
_OFFSET = r" ?([Zz]|[+-]\d{2}(:?\d{2})?)"
_SIGN = re.compile("%.")
_WIDTHS = {"%d": "__", "%m": "__", "%Y": "____", "%H": "__", "%M": "__"}
_SHAPE = re.compile(r"__([/.-])__\1____ __:__")
"""Days first, or months: nothing that ISO is read from looks so."""
_WHOLE = r"[+-]?\d+"
_SHORT_YEAR = r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2}( .*)?"
_LOOKS_LIKE_A_DAY = r"\d{4,6}[-/]\d{1,2}[-/]\d{1,2}.*|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}.*|\d{8}"
_MOMENTS = (SourceKind.DAY, SourceKind.MOMENT, SourceKind.INSTANT)
_NUMBERS = (SourceKind.NUMBER, SourceKind.BOOLEAN, SourceKind.BIT)


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
    """The expressions of a column's steps; each may use the columns of the steps before it."""

    text: str
    parsed: str
    value: str
    mark: str


def formats_of(mapping: SourceMapping, *, swapped: bool = False) -> list[str]:
    """Give every format of a text date, with and without time; ``swapped``: day and month changed over."""
    chosen: list[str] = []
    for one in mapping.date_formats:
        pattern = one
        if swapped:
            pattern = one.replace("%d", "\0").replace("%m", "%d").replace("\0", "%m")
        has_time = "%H" in one or "%I" in one
        chosen += [pattern] if has_time else [pattern + time for time in _TIMES]
    return chosen


class Expressions:
    """The expressions of one source's columns; ``parameter`` gathers the values they stand on."""

    def __init__(self, mapping: SourceMapping, zone: str) -> None:
        self._mapping = mapping
        self._zone = zone
        self.parameter = Parameters()

    def steps_of(self, column: ColumnRead, *, raw: str, text: str, parsed: str) -> Steps:
        """Give the steps of a column by what the contract keeps in it; the names are those of its steps."""
        if column.kind in (Kind.TEXT, Kind.BOOLEAN):
            return self._text(column.source, raw, text, parsed)
        if column.kind in (Kind.NUMBER, Kind.DECIMAL):
            return self._number(column, raw, text, parsed)
        return self._moment(column, raw, text, parsed)

    def _trimmed(self, raw: str) -> str:
        # Most texts are plain: a pattern finds that out in a tenth of the time the rest takes.
        return (
            f"CASE WHEN regexp_full_match({raw}, '{_PLAIN}') THEN {raw}"
            f" ELSE nullif(trim(nfc_normalize({raw}), {self.parameter(BLANKS)}), '') END"
        )

    def _text(self, source: SourceKind, raw: str, text: str, parsed: str) -> Steps:
        read = text
        if source is SourceKind.NUMBER:
            read = _plain_number(text)
        elif source is SourceKind.UUID:
            read = f"lower({text})"
        elif source is SourceKind.BOOLEAN:
            read = f"CASE WHEN lower({text}) IN ('t', 'true') THEN '1'"
            read += f" WHEN lower({text}) IN ('f', 'false') THEN '0' ELSE {text} END"
        elif source is SourceKind.BIT:  # as signs where an engine has them so: of one bit or of eight
            read = f"CASE WHEN regexp_full_match({text}, '0+') THEN '0' ELSE ltrim({text}, '0') END"
        # Blanks alone at the right end are what CHAR columns are padded with: no more than a way of keeping.
        mark = (
            f"CASE WHEN {raw} IS NULL OR {raw} = {text} OR rtrim({raw}, ' ') = coalesce({text}, '') THEN NULL"
            f" ELSE CASE WHEN trim({raw}, {self.parameter(BLANKS)}) <> rtrim({raw}, ' ') THEN 1 ELSE 0 END"
            f" + CASE WHEN nfc_normalize({raw}) <> {raw} THEN 2 ELSE 0 END END"
        )
        return Steps(self._trimmed(raw), read, parsed, mark)

    def _number(self, column: ColumnRead, raw: str, text: str, parsed: str) -> Steps:
        is_text = column.source not in _NUMBERS
        if column.kind is Kind.NUMBER:
            read = _plain_number(text)
            if is_text:
                # In text "1.000" may be a thousand: nobody can tell, so it is not guessed.
                thousands = r"[+-]?\d{1,3}(\.\d{3})+"
                read = f"CASE WHEN NOT regexp_full_match({text}, '{thousands}') THEN {read} END"
            pattern, kind = _WHOLE, "BIGINT"
        else:
            comma = rf"CASE WHEN regexp_full_match({text}, '[+-]?\d*,\d+') THEN replace({text}, ',', '.')"
            read = f"{comma} ELSE {text} END" if is_text else text
            pattern, kind = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", "DECIMAL(18, 4)"
        value = f"CASE WHEN regexp_full_match({parsed}, '{pattern}') THEN TRY_CAST({parsed} AS {kind}) END"
        mark = f"CASE WHEN {text} IS NOT NULL AND {value} IS NULL THEN {_MARK[Reason.NOT_NUMBER]} END"
        return Steps(self._trimmed(raw), read, value, mark)

    def _moment(self, column: ColumnRead, raw: str, text: str, parsed: str) -> Steps:
        is_typed = column.source in _MOMENTS
        first, last = self.parameter(self._mapping.first_year), self.parameter(self._mapping.last_year)
        kept = f"CASE WHEN isfinite({parsed}) AND year({parsed}) BETWEEN {first} AND {last} THEN {parsed} END"
        swapped = "" if is_typed else f" WHEN {self._other_order(text)} THEN {_MARK[Reason.OTHER_DAY_ORDER]}"
        short = f" WHEN regexp_full_match({text}, '{_SHORT_YEAR}') THEN {_MARK[Reason.SHORT_YEAR]}"
        mark = (
            f"CASE WHEN {text} IS NULL OR {kept} IS NOT NULL THEN NULL"
            f" WHEN lower({text}) LIKE '%infinity' THEN {_MARK[Reason.NO_SUCH_DAY]}"
            f"{short} WHEN {parsed} IS NOT NULL THEN {_MARK[Reason.OUTSIDE_YEARS]}{swapped}"
            f" WHEN regexp_full_match({text}, '{_LOOKS_LIKE_A_DAY}') THEN {_MARK[Reason.NO_SUCH_DAY]}"
            f" ELSE {_MARK[Reason.NOT_MOMENT]} END"
        )
        return Steps(
            raw if is_typed else self._trimmed(raw),
            self._typed(column, text) if is_typed else self._written(column, text),
            f"CAST({kept} AS DATE)" if column.kind is Kind.DAY else kept,
            mark,
        )

    def _typed(self, column: ColumnRead, text: str) -> str:
        """Read what an engine writes of its own type. Instants arrive in UTC, with an offset or without."""
        wall = f"TRY_CAST({text} AS TIMESTAMP)"
        if column.source is SourceKind.INSTANT:
            return self._between(wall, "UTC", column.zone or self._zone)
        if column.source is SourceKind.DAY or column.zone in (None, SESSION):
            return wall
        return self._between(wall, str(column.zone), self._zone)

    def _written(self, column: ColumnRead, text: str) -> str:
        """Read what people or programs wrote: ISO as it is, anything else by the formats of the settings."""
        iso = f"replace({text}, ',', '.')"
        wall = (
            f"CASE WHEN regexp_full_match({text}, '{_DAY}({_TIME})?') THEN TRY_CAST({iso} AS TIMESTAMP)"
            f" WHEN regexp_full_match({text}, '\\d{{8}}') THEN try_strptime({text}, '%Y%m%d')"
            f" ELSE {self._by_formats(text)} END"
        )
        zone = self._zone if column.zone in (None, SESSION) else str(column.zone)
        usual, wall = (self._between(one, zone, self._zone) for one in (self._usual(text), wall))
        instant = f"timezone({self.parameter(self._zone)}, TRY_CAST({_with_offset(iso)} AS TIMESTAMPTZ))"
        other = (
            f"CASE WHEN regexp_full_match({text}, '{_DAY}{_TIME}{_OFFSET}') THEN {instant} ELSE {wall} END"
        )
        return f"coalesce({usual}, {other})"

    def _usual(self, text: str) -> str:
        """Read a text as wide as the first format with hours and minutes: most are, and it is cheap."""
        chosen = f"{next(iter(self._mapping.date_formats), '')} %H:%M"
        shape = _SIGN.sub(lambda found: _WIDTHS.get(found[0], found[0]), chosen)
        if not _SHAPE.fullmatch(shape):
            return "CAST(NULL AS TIMESTAMP)"
        return f"CASE WHEN {text} LIKE '{shape}' THEN try_strptime({text}, {self.parameter(chosen)}) END"

    def _by_formats(self, text: str) -> str:
        """Read a text by the settings' formats: first by the one that has its time, as to fail costs most."""
        formats = formats_of(self._mapping)
        first = self._mapping.date_formats[:1]
        if formats[:2] != [one + time for one in first for time in _TIMES[:2]]:
            return f"try_strptime({_one_blank(text)}, {self.parameter(formats)})"
        alone = " ".join(
            f"WHEN regexp_full_match({text}, '[^ :]+{time}') THEN try_strptime({text}, {self.parameter(one)})"
            for time, one in zip(_TIME_SHAPES, formats, strict=False)
        )
        every = f"try_strptime({_one_blank(text)}, {self.parameter(formats)})"
        return f"coalesce(CASE {alone} END, {every})"

    def _other_order(self, text: str) -> str:
        formats = self.parameter(formats_of(self._mapping, swapped=True))
        return f"try_strptime({_one_blank(text)}, {formats}) IS NOT NULL"

    def _between(self, wall: str, written: str, wanted: str) -> str:
        """Give a wall clock of one zone as that of another."""
        if written == wanted:
            return wall
        return f"timezone({self.parameter(wanted)}, timezone({self.parameter(written)}, {wall}))"


def _one_blank(text: str) -> str:
    return rf"regexp_replace({text}, '\s+', ' ', 'g')"


def _with_offset(iso: str) -> str:
    """Give a moment with its offset as the engine reads one: without a blank, as +07:00, or as Z."""
    joined = rf"regexp_replace({iso}, '{_OFFSET}$', '\1')"
    return rf"upper(regexp_replace({joined}, '([+-]\d{{2}})(\d{{2}})$', '\1:\2'))"


def _plain_number(text: str) -> str:
    """Give a number's text without needless point or exponent."""
    double = f"TRY_CAST({text} AS DOUBLE)"
    return (
        f"CASE WHEN regexp_full_match({text}, '{_WHOLE}') THEN {text}"
        rf" WHEN regexp_full_match({text}, '{_WHOLE}\.0*') THEN regexp_extract({text}, '{_WHOLE}')"
        rf" WHEN regexp_full_match({text}, '[+-]?\d*\.\d+') THEN rtrim({text}, '0')"
        f" WHEN {double} = trunc({double}) AND abs({double}) < 1e18"
        f" THEN CAST(TRY_CAST({double} AS BIGINT) AS VARCHAR) ELSE {text} END"
    )

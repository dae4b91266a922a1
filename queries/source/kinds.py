"""What a source's column holds, in words that are the same for every engine."""

from __future__ import annotations

from enum import StrEnum


class SourceKind(StrEnum):
    """The kind of a source's type; what no engine's record names is OTHER, and read as text."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DAY = "day"
    MOMENT = "moment"
    INSTANT = "moment_tz"
    UUID = "uuid"
    BIT = "bit"
    OTHER = "other"


_WORDS = (
    (SourceKind.INSTANT, ("with time zone", "with local time zone", "timestamptz", "datetimeoffset")),
    (SourceKind.MOMENT, ("timestamp", "datetime")),
    (SourceKind.DAY, ("date",)),
    (SourceKind.BOOLEAN, ("bool",)),
    (SourceKind.UUID, ("uuid", "uniqueidentifier")),
    (SourceKind.TEXT, ("char", "text", "clob", "string", "enum")),
    (SourceKind.BIT, ("bit",)),
    (SourceKind.NUMBER, ("int", "num", "dec", "real", "double", "float")),
)


def kind_of_word(word: str) -> SourceKind:
    """Give the kind of a type by its name, as it is declared."""
    lower = word.lower()
    # Of a type made of others (an enumeration, a list) only what stands outside its brackets counts.
    outside = lower.partition("(")[0] + lower.rpartition(")")[2] if "(" in lower else lower
    if outside.endswith("[]"):
        return SourceKind.OTHER
    return next((kind for kind, parts in _WORDS if any(part in outside for part in parts)), SourceKind.OTHER)

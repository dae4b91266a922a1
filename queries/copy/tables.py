"""The tables of the working copy, declared once for every engine that is asked.

The contract's own tables, every column of them whether the source has it or not, of clean values:
text, whole numbers, booleans, days and local wall-clock moments. No constraint stands on them: what
they hold has been made unique and known before.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, MetaData, Numeric, String, Table
from sqlalchemy.sql.type_api import TypeEngine

from queries.contract import CONTRACT, Kind

METADATA = MetaData()

_TYPES: dict[Kind, TypeEngine[Any]] = {
    Kind.TEXT: String(),
    Kind.NUMBER: BigInteger(),
    Kind.DECIMAL: Numeric(18, 4),
    Kind.BOOLEAN: Boolean(),
    Kind.DAY: Date(),
    Kind.MOMENT: DateTime(),
}

CLEAN: dict[str, Table] = {
    spec.name: Table(spec.name, METADATA, *(Column(one.name, _TYPES[one.kind]) for one in spec.columns))
    for spec in CONTRACT.values()
}
"""The clean tables by the contract's names."""

PRESENT = Table("present", METADATA, Column("name", String))
"""What the source has: "table" and "table.column"."""

MENDED = Table(
    "mended",
    METADATA,
    Column("table_name", String),
    Column("column_name", String),
    Column("reason", String),
    Column("count", BigInteger),
    Column("examples", String),
)
"""What was mended or left out when the source was read clean, with up to three keys as examples."""

OF_THE_COPY: dict[str, Table] = {one.name: one for one in (PRESENT, MENDED)}
"""What a copy says of its rows."""

ABOUT = Table("about", METADATA, Column("name", String), Column("value", String))
"""What the refresh remembers in the file itself, beside the state file."""

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

OF_THE_COPY: dict[str, Table] = {
    "present": Table("present", METADATA, Column("name", String())),
    "mended": Table(
        "mended",
        METADATA,
        Column("table_name", String()),
        Column("column_name", String()),
        Column("reason", String()),
        Column("count", BigInteger()),
        Column("examples", String()),
    ),
}
"""What a copy says of its rows: which tables and columns the source has ("slips", "slips.reason"), and what
was mended or left out on the way, by table, column and reason, with up to three keys joined by "; "."""

ABOUT = Table("about", METADATA, Column("name", String()), Column("value", String()))
"""What the refresh remembers in the file itself, beside the state file."""

"""Which indexes the tables lack that the questions need; of views nothing can be said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Engine, Inspector, inspect
from sqlalchemy.exc import SQLAlchemyError

from queries.contract import Renames
from queries.source.check.data import Finding
from queries.source.check.doubts import WARNING
from queries.source.engine import DatabaseUnavailable, reading

RECOMMENDED: Mapping[str, tuple[str, ...]] = {
    "dossiers": ("dossier_code", "received_at", "finished_at", "due_at", "unit_code"),
    "slips": ("dossier_code",),
}
"""What a database administrator should index, one index a column."""

NEEDED: Mapping[str, tuple[str, ...]] = {"dossiers": ("dossier_code",), "slips": ("dossier_code",)}
"""What is warned of: 400,000 dossiers took 45 s without these, 0.15 s with them, on PostgreSQL."""

MANY = 10_000
"""In fewer rows nobody notices a missing index."""

_ENGINES = ("postgresql", "mysql", "mariadb", "sqlite")
"""Engines that use an index for a join; DuckDB has no need of one."""


def missing_indexes(engine: Engine, renames: Renames, rows: Mapping[str, int | None]) -> list[Finding]:
    """Give a warning for each needed index that a large table lacks; ``rows``: contract table → rows."""
    large = {name: count for name in NEEDED if (count := rows.get(name) or 0) >= MANY}
    if engine.dialect.name not in _ENGINES or not large:
        return []
    findings = []
    try:
        with reading(engine) as conn:
            inspector = inspect(conn)
            tables = {one.lower(): one for one in inspector.get_table_names(renames.schema)}
            for name, count in large.items():
                real = tables.get(renames.table(name).lower())
                if real is None:
                    continue  # a view: its tables are the administrator's
                led = _leading_columns(inspector, real, renames.schema)
                findings += [
                    _finding(name, column, renames, count)
                    for column in NEEDED[name]
                    if renames.column(name, column).lower() not in led
                ]
    except (DatabaseUnavailable, SQLAlchemyError, NotImplementedError):
        return []  # what may not be asked is no finding
    return findings


def _leading_columns(inspector: Inspector, table: str, schema: str | None) -> set[str]:
    """Give the first column of every index, key and unique constraint; partial indexes help nobody else."""
    keys: list[Sequence[str | None]] = [
        inspector.get_pk_constraint(table, schema)["constrained_columns"],
        *(one["column_names"] for one in inspector.get_unique_constraints(table, schema)),
        *(
            one["column_names"]
            for one in inspector.get_indexes(table, schema)
            if not any(option.endswith("_where") for option in one.get("dialect_options", {}))
        ),
    ]
    return {columns[0].lower() for columns in keys if columns and columns[0]}


def _finding(name: str, column: str, renames: Renames, count: int) -> Finding:
    table, real = renames.table(name), renames.column(name, column)
    place = f"{renames.schema}.{table}" if renames.schema else table
    told = (
        f"Bảng {table} không có chỉ mục (index) trên cột {real}: câu hỏi về phiếu xin lỗi, yêu cầu bổ sung "
        f"có thể mất hàng chục giây. Nên tạo: CREATE INDEX {table}_{real} ON {place} ({real})."
    )
    return Finding(WARNING, name, column, "missing_index", count, told)

"""Whether a database meets the contract: what is found, missing, of the wrong type, or odd.

``check`` only asks. A column that is missing or of the wrong type takes its checks with
it; a question the database refuses becomes a finding, never an exception.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, func, select, table

from queries.contract import CONTRACT, Renames
from queries.copy.as_of import AsOf, read_as_of
from queries.courses.bound import Bound, bind
from queries.source.check.access import what_it_may_write
from queries.source.check.data import Finding, Reader, reason_of
from queries.source.check.doubts import ERROR, NOTE, SEVERITIES, WARNING
from queries.source.check.indexes import missing_indexes
from queries.source.check.shape import TableReport, shape_of
from queries.source.engine import DatabaseUnavailable, reading
from queries.source.found import broken_tables, column_types, find
from queries.source.masking import mask


@dataclass(frozen=True)
class Report:
    """What ``check`` found. ``can_write`` is None where it could not be learned."""

    database: str
    tables: tuple[TableReport, ...]
    findings: tuple[Finding, ...]
    as_of: AsOf | None
    can_write: bool | None

    @property
    def ok(self) -> bool:
        """Say whether the dashboard can work: nothing required is missing or unusable."""
        return all(one.severity != ERROR for one in self.findings)

    def to_dict(self) -> dict[str, Any]:
        """Give the report for JSON; moments as ISO text."""
        return {
            "ok": self.ok,
            "database": self.database,
            "as_of": None
            if self.as_of is None
            else {
                "moment": self.as_of.moment.isoformat(),
                "inferred": self.as_of.inferred,
                "sources": {source: moment.isoformat() for source, moment in self.as_of.sources},
            },
            "can_write": self.can_write,
            "tables": [
                {
                    key: one.isoformat() if isinstance(one, datetime) else one
                    for key, one in asdict(table).items()
                }
                for table in self.tables
            ],
            "findings": [asdict(one) for one in self.findings],
        }


def check(engine: Engine, renames: Renames | None, now: datetime, *, live: bool = False) -> Report:
    """Compare a database with the contract.

    Findings come worst first, then in the order of the contract. Raises
    DatabaseUnavailable where the database cannot be reached at all.
    """
    renames = renames or Renames()
    with reading(engine) as conn:
        if engine.dialect.name == "sqlite":
            # SQLite opens any file; only reading its catalogue tells whether it is a database.
            conn.execute(select(func.count()).select_from(table("sqlite_master")))
        found = find(conn, renames)
        broken = broken_tables(conn, renames)
        types = column_types(conn, renames)
        dialect = conn.dialect.name
    findings: list[Finding] = []
    shapes: list[TableReport] = []
    for spec in CONTRACT.values():
        shape, wrong = shape_of(
            spec, found.get(spec.name), types.get(spec.name, {}), renames, dialect,
            broken=broken.get(spec.name, ""),
        )  # fmt: skip
        shapes.append(shape)
        findings += wrong
    # Columns of an unusable type are hidden, so that every question below can be asked.
    bound = bind(_usable(found, shapes, renames), renames, engine=dialect)
    tables: list[TableReport] = []
    for shape in shapes:
        if shape.found:
            reader = Reader(engine, bound, shape.name)
            zoned = {one for one, kind in shape.wrong_type.items() if kind == "moment_tz"}
            content = reader.read(now, zoned)
            if dialect in ("sqlite", "mysql", "mariadb"):
                reader.look_for_unreadable(renames)
            findings += content.findings
            tables.append(replace(shape, rows=content.rows, first=content.first, last=content.last))
        else:
            tables.append(shape)
    findings += missing_indexes(engine, renames, {one.name: one.rows for one in tables})
    as_of = _read_as_of(engine, bound, now, live, findings)
    can_write, reasons = what_it_may_write(
        engine, [one.real_name for one in shapes if one.found], renames.schema
    )
    findings += _access(can_write, reasons)
    order = {name: place for place, name in enumerate(CONTRACT)}
    findings.sort(key=lambda one: (SEVERITIES.index(one.severity), order.get(one.table, len(order))))
    return Report(mask(engine.url), tuple(tables), tuple(findings), as_of, can_write)


def _usable(
    found: Mapping[str, tuple[str, ...]], shapes: list[TableReport], renames: Renames
) -> dict[str, tuple[str, ...]]:
    hidden = {
        shape.name: {
            renames.column(shape.name, one).lower()
            for one, kind in shape.wrong_type.items()
            if kind not in ("moment_tz", "other")
        }
        for shape in shapes
    }
    return {
        name: tuple(one for one in real if one.lower() not in hidden[name]) for name, real in found.items()
    }


def _read_as_of(
    engine: Engine, bound: Bound, now: datetime, live: bool, findings: list[Finding]
) -> AsOf | None:
    try:
        with reading(engine) as conn:
            as_of = read_as_of(conn, bound, now, live=live)
    except (DatabaseUnavailable, TypeError, ValueError, OverflowError) as error:
        told = f"Không xác định được thời điểm của số liệu: {reason_of(error)}"
        findings.append(Finding(WARNING, "loads", "as_of", "no_as_of", None, told))
        return None
    if as_of.inferred:
        told = ("Không có lần nạp nào trong bảng loads: thời điểm của số liệu được suy ra từ hồ sơ. "
                "Ghi một dòng vào loads sau mỗi lần nạp.")  # fmt: skip
        findings.append(Finding(NOTE, "loads", "as_of", "as_of_inferred", None, told))
    return as_of


def _access(can_write: bool | None, reasons: list[str]) -> list[Finding]:
    if can_write is None:
        told = "Không biết được tài khoản có quyền ghi hay không; hãy dùng tài khoản chỉ có quyền đọc."
        return [Finding(NOTE, "", None, "write_access_unknown", None, told)]
    if not can_write:
        return []
    told = (f"Tài khoản này ghi được: {'; '.join(reasons)}. Bảng theo dõi luôn mở để đọc, "
            "nhưng nên dùng tài khoản chỉ có quyền SELECT.")  # fmt: skip
    return [Finding(WARNING, "", None, "can_write", None, told)]

"""Whether a database meets the contract: what is found, missing, of the wrong type, or odd.

``check`` only asks. A column that is missing or of the wrong type takes its checks with
it; a question the database refuses becomes a finding, never an exception.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from sqlalchemy import Engine, func, select, table

from queries.as_of import AsOf, read_as_of
from queries.check_access import what_it_may_write
from queries.check_data import Finding, Reader, reason_of
from queries.check_doubts import ERROR, NOTE, SEVERITIES, WARNING
from queries.check_indexes import missing_indexes
from queries.contract import CONTRACT, Bound, Column, Kind, Renames, Table, bind
from queries.engine import DatabaseUnavailable, reading
from queries.found import column_types, find
from queries.masking import mask

KIND_WORDS: Mapping[str, str] = {
    "text": "chữ", "number": "số", "boolean": "đúng/sai", "day": "ngày", "moment": "thời điểm",
    "moment_tz": "thời điểm kèm múi giờ", "other": "kiểu lạ",
}  # fmt: skip

_FITS: Mapping[Kind, frozenset[str]] = {
    Kind.TEXT: frozenset({"text"}),
    Kind.NUMBER: frozenset({"number"}),
    Kind.BOOLEAN: frozenset({"boolean"}),
    Kind.DAY: frozenset({"day", "moment"}),
    Kind.MOMENT: frozenset({"day", "moment"}),
}

_CAST: Mapping[Kind, str] = {
    Kind.TEXT: "CAST(cột AS varchar)",
    Kind.NUMBER: "CAST(cột AS integer)",
    Kind.BOOLEAN: "CASE WHEN cột = 1 THEN true ELSE false END",
    Kind.DAY: "CAST(cột AS date)",
    Kind.MOMENT: "CAST(cột AS timestamp)",
}


@dataclass(frozen=True)
class TableReport:
    """One contract table as found; ``rows`` is None where it could not be counted.

    ``wrong_type``: contract column → kind found. ``first``, ``last``: the range of the
    table's main moment.
    """

    name: str
    label: str
    real_name: str
    found: bool
    missing_required: tuple[str, ...] = ()
    missing_optional: tuple[str, ...] = ()
    wrong_type: Mapping[str, str] = field(default_factory=dict)
    rows: int | None = None
    first: datetime | None = None
    last: datetime | None = None


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
        types = column_types(conn, renames)
        dialect = conn.dialect.name
    findings: list[Finding] = []
    shapes: list[TableReport] = []
    for spec in CONTRACT.values():
        shape, wrong = _shape(spec, found.get(spec.name), types.get(spec.name, {}), renames, dialect)
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
            if dialect == "sqlite":
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


def _shape(
    spec: Table, columns: tuple[str, ...] | None, types: Mapping[str, str], renames: Renames, dialect: str
) -> tuple[TableReport, list[Finding]]:
    """Compare names and types of one table with the contract; give what is wrong beside it."""
    real_name = renames.table(spec.name)
    if columns is None:
        return TableReport(spec.name, spec.label, real_name, found=False), [_missing_table(spec, renames)]
    lower = {one.lower() for one in columns}
    real = {one.name: renames.column(spec.name, one.name).lower() for one in spec.columns}
    missing = [one for one in spec.columns if real[one.name] not in lower]
    spare = sorted(lower - set(real.values()))
    findings = [_missing_column(spec, one, renames, spare) for one in missing]
    wrong: dict[str, str] = {}
    for one in spec.columns:
        kind = types.get(real[one.name])
        if kind is not None and (severity := misfit(one.kind, kind, dialect)):
            wrong[one.name] = kind
            findings.append(_wrong_type(spec, one, kind, severity))
    report = TableReport(
        spec.name,
        spec.label,
        real_name,
        found=True,
        missing_required=tuple(one.name for one in missing if one.required),
        missing_optional=tuple(one.name for one in missing if not one.required),
        wrong_type=wrong,
    )
    return report, findings


def misfit(wanted: Kind, found: str, dialect: str) -> str | None:
    """Give how bad it is that a column holds ``found``: an error, a warning, or None.

    SQLite has no moments (what its text holds is checked row by row) and declares nothing
    in a view; it, MariaDB and Oracle keep true and false as numbers.
    """
    if found in _FITS[wanted]:
        return None
    if wanted is Kind.BOOLEAN and found == "number" and dialect not in ("postgresql", "duckdb"):
        return None
    if dialect == "sqlite" and (found == "other" or wanted in (Kind.DAY, Kind.MOMENT)):
        return None
    if found == "other" or (found == "moment_tz" and wanted in (Kind.DAY, Kind.MOMENT)):
        return WARNING
    return ERROR


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


def _missing_table(spec: Table, renames: Renames) -> Finding:
    sought = renames.table(spec.name)
    place = f"{renames.schema}.{sought}" if renames.schema else sought
    told = (
        f"Không thấy bảng {spec.name} ({spec.label}), tìm với tên “{place}”, hoặc tài khoản không được đọc."
    )
    if spec.required:
        remedy = f'Tạo view {spec.name}, cấp quyền đọc, hoặc đặt tên thật: tables = {{"{spec.name}": "…"}}.'
        return Finding(ERROR, spec.name, None, "missing_table", None, f"{told} {remedy}")
    if spec.name in renames.tables:
        remedy = f'Sửa tables."{spec.name}" trong cài đặt.'
        return Finding(WARNING, spec.name, None, "missing_table", None, f"{told} {remedy}")
    told += " Bảng không bắt buộc: phần dựa vào bảng này hiện “không có dữ liệu”."
    return Finding(NOTE, spec.name, None, "missing_table", None, told)


def _missing_column(spec: Table, one: Column, renames: Renames, spare: list[str]) -> Finding:
    key = f"{spec.name}.{one.name}"
    told = f"Bảng {spec.label} thiếu cột {key} ({one.meaning})."
    if key in renames.columns:
        told = f"Bảng {spec.label} không có cột “{renames.columns[key]}” mà cài đặt columns đặt cho {key}."
    elif one.required and (near := get_close_matches(one.name, spare, n=1, cutoff=0.6)):
        told += f" Có phải là cột “{near[0]}”?"
    if one.required:
        remedy = f'Thêm cột vào view, hoặc đặt tên thật: columns = {{"{key}": "…"}}.'
        return Finding(ERROR, spec.name, one.name, "missing_column", None, f"{told} {remedy}")
    told += " Cột không bắt buộc: phần dựa vào cột này hiện “không có dữ liệu”."
    severity = WARNING if key in renames.columns else NOTE
    return Finding(severity, spec.name, one.name, "missing_column", None, told)


def _wrong_type(spec: Table, one: Column, kind: str, severity: str) -> Finding:
    told = f"Cột {spec.name}.{one.name} là {KIND_WORDS[kind]}, cần {KIND_WORDS[one.kind]}."
    cast = _CAST[one.kind]
    if kind == "moment_tz":
        told += " Quy ước là giờ địa phương, không kèm múi giờ."
        cast = "cột AT TIME ZONE 'Asia/Ho_Chi_Minh'"
    told += f" Đổi trong view: {cast.replace('cột', one.name)}."
    return Finding(severity, spec.name, one.name, "wrong_type", None, told)


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

"""The shape of a database beside the contract: which tables and columns it has, of which kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches

from queries.contract import Column, Kind, Renames, Table
from queries.source.check.data import Finding
from queries.source.check.doubts import ERROR, NOTE, WARNING
from queries.source.driver_words import cause_of

KIND_WORDS: Mapping[str, str] = {
    "text": "chữ", "number": "số", "decimal": "số thập phân", "boolean": "đúng/sai",
    "day": "ngày", "moment": "thời điểm",
    "moment_tz": "thời điểm kèm múi giờ", "other": "kiểu lạ",
}  # fmt: skip

_FITS: Mapping[Kind, frozenset[str]] = {
    Kind.TEXT: frozenset({"text"}),
    Kind.NUMBER: frozenset({"number"}),
    Kind.DECIMAL: frozenset({"number"}),
    Kind.BOOLEAN: frozenset({"boolean"}),
    Kind.DAY: frozenset({"day", "moment"}),
    Kind.MOMENT: frozenset({"day", "moment"}),
}

_CAST: Mapping[Kind, str] = {
    Kind.TEXT: "CAST(cột AS varchar)",
    Kind.NUMBER: "CAST(cột AS integer)",
    Kind.DECIMAL: "CAST(cột AS decimal)",
    Kind.BOOLEAN: "CASE WHEN cột = 1 THEN true ELSE false END",
    Kind.DAY: "CAST(cột AS date)",
    Kind.MOMENT: "CAST(cột AS timestamp)",
}
_MARIADB_CAST: Mapping[Kind, str] = {
    Kind.TEXT: "CAST(cột AS char)",
    Kind.NUMBER: "CAST(cột AS signed)",
    Kind.DECIMAL: "CAST(cột AS decimal)",
    Kind.BOOLEAN: "cột = 1",
    Kind.DAY: "CAST(cột AS date)",
    Kind.MOMENT: "CAST(cột AS datetime)",
}


@dataclass(frozen=True)
class TableReport:
    """One contract table as found; ``rows`` is None where it could not be counted.

    ``columns``: contract column → the database's name of it, of those that were found.
    ``wrong_type``: contract column → kind found. ``first``, ``last``: the range of the
    table's main moment.
    """

    name: str
    label: str
    real_name: str
    found: bool
    columns: Mapping[str, str] = field(default_factory=dict)
    missing_required: tuple[str, ...] = ()
    missing_optional: tuple[str, ...] = ()
    wrong_type: Mapping[str, str] = field(default_factory=dict)
    rows: int | None = None
    first: datetime | None = None
    last: datetime | None = None


def shape_of(
    spec: Table, columns: tuple[str, ...] | None, types: Mapping[str, str], renames: Renames, dialect: str,
    *, broken: str = "",
) -> tuple[TableReport, list[Finding]]:  # fmt: skip
    """Compare names and types of one table with the contract; give what is wrong beside it.

    ``broken``: what the driver says of a table that is there but cannot be read.
    """
    real_name = renames.table(spec.name)
    if columns is None:
        wrong = _broken_table(spec, renames, broken) if broken else _missing_table(spec, renames)
        return TableReport(spec.name, spec.label, real_name, found=False), [wrong]
    lower = {one.lower(): one for one in columns}
    real = {one.name: renames.column(spec.name, one.name).lower() for one in spec.columns}
    missing = [one for one in spec.columns if real[one.name] not in lower]
    spare = sorted(lower.keys() - set(real.values()))
    findings = [_missing_column(spec, one, renames, spare) for one in missing]
    unfit: dict[str, str] = {}
    for one in spec.columns:
        kind = types.get(real[one.name])
        if kind is not None and (severity := misfit(one.kind, kind, dialect)):
            unfit[one.name] = kind
            findings.append(_wrong_type(spec, one, kind, severity, dialect))
    report = TableReport(
        spec.name,
        spec.label,
        real_name,
        found=True,
        columns={name: lower[is_called] for name, is_called in real.items() if is_called in lower},
        missing_required=tuple(one.name for one in missing if one.required),
        missing_optional=tuple(one.name for one in missing if not one.required),
        wrong_type=unfit,
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


def _broken_table(spec: Table, renames: Renames, broken: str) -> Finding:
    sought = renames.table(spec.name)
    told = f"Bảng {spec.name} ({spec.label}), tìm với tên “{sought}”, có nhưng không đọc được"
    cause = cause_of(broken)
    told += f": {cause} ({broken})." if cause else f": {broken}."
    severity = ERROR if spec.required else WARNING
    return Finding(severity, spec.name, None, "broken_table", None, f"{told} Sửa view này ở cơ sở dữ liệu.")


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


def _wrong_type(spec: Table, one: Column, kind: str, severity: str, dialect: str) -> Finding:
    told = f"Cột {spec.name}.{one.name} là {KIND_WORDS[kind]}, cần {KIND_WORDS[one.kind]}."
    is_mariadb = dialect in ("mysql", "mariadb")
    cast = (_MARIADB_CAST if is_mariadb else _CAST)[one.kind]
    if kind == "moment_tz":
        told += " Quy ước là giờ địa phương, không kèm múi giờ."
        cast = "cột AT TIME ZONE 'Asia/Ho_Chi_Minh'"
    elif kind == "number" and one.kind is Kind.MOMENT and is_mariadb:
        cast = "FROM_UNIXTIME(cột)"
    told += f" Đổi trong view: {cast.replace('cột', one.name)}."
    return Finding(severity, spec.name, one.name, "wrong_type", None, told)

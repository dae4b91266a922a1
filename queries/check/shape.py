"""Which tables and columns a source has beside the contract, and which types are converted."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches

from queries.check.findings import ERROR, NOTE, WARNING, Finding, TableLine, counted
from queries.contract import CONTRACT, Kind, Table
from queries.source.driver_words import cause_of
from queries.source.kinds import SourceKind
from queries.source.mapping import SourceMapping
from queries.source.masking import mask_within
from queries.source.statements import FoundTable

KIND_WORDS: Mapping[str, str] = {
    Kind.TEXT: "chữ", Kind.NUMBER: "số", Kind.DECIMAL: "số thập phân", Kind.BOOLEAN: "đúng/sai",
    Kind.DAY: "ngày", Kind.MOMENT: "thời điểm",
}  # fmt: skip
"""The contract's kinds, for people."""

_SOURCE_WORDS = {
    SourceKind.TEXT: "chữ", SourceKind.NUMBER: "số", SourceKind.BOOLEAN: "đúng/sai", SourceKind.DAY: "ngày",
    SourceKind.MOMENT: "thời điểm", SourceKind.INSTANT: "thời điểm có múi giờ", SourceKind.UUID: "uuid",
    SourceKind.BIT: "bit", SourceKind.OTHER: "kiểu riêng của cơ sở dữ liệu",
}  # fmt: skip

_FITS = {
    Kind.TEXT: (SourceKind.TEXT,),
    Kind.NUMBER: (SourceKind.NUMBER,),
    Kind.DECIMAL: (SourceKind.NUMBER,),
    # Engines without a type of their own for yes and no keep 1 and 0.
    Kind.BOOLEAN: (SourceKind.BOOLEAN, SourceKind.NUMBER),
    # Text dates and instants are told of by what they hold.
    Kind.DAY: (SourceKind.DAY, SourceKind.MOMENT, SourceKind.INSTANT, SourceKind.TEXT),
    Kind.MOMENT: (SourceKind.MOMENT, SourceKind.INSTANT, SourceKind.TEXT),
}


def line_of(spec: Table, found: FoundTable | None, mapping: SourceMapping) -> TableLine:
    """Compare one table's names and types with the contract; of its rows nothing is known yet."""
    line = TableLine(spec.name, spec.label, mapping.table(spec.name), found is not None)
    if found is None:
        return line
    missing = [one for one in spec.columns if one.name not in found.columns]
    near = {one.name: _near(one.name, found.others) for one in missing if one.required}
    return replace(
        line,
        columns={name: called for name, (called, _) in found.columns.items()},
        missing_required=tuple(one.name for one in missing if one.required),
        missing_optional=tuple(one.name for one in missing if not one.required),
        near={name: called for name, called in near.items() if called},
        converted={
            one.name: _SOURCE_WORDS[found.columns[one.name][1]] for one in spec.columns
            if one.name in found.columns and found.columns[one.name][1] not in _FITS[one.kind]
        },
    )  # fmt: skip


def _near(name: str, others: tuple[str, ...]) -> str:
    lower = {one.lower(): one for one in others}
    return next((lower[one] for one in get_close_matches(name, lower, n=1, cutoff=0.6)), "")


def sentence(line: TableLine) -> str:
    """Give the one line a table has on a terminal: what is found, and what is missing."""
    called = "" if line.real_name == line.name else f", ở nguồn: {line.real_name}"
    head = f"{line.name} ({line.label}{called}): "
    if not line.is_found:
        if CONTRACT[line.name].required:
            return head + "THIẾU BẢNG, bắt buộc phải có."
        return (
            head + "không có, hoặc tài khoản không được đọc; phần dựa vào bảng này hiện “không có dữ liệu”."
        )
    parts = []
    if line.rows is not None:
        parts.append(f"{counted(line.rows)} dòng")
    if line.first is not None and line.last is not None:
        parts[-1] += f" từ {line.first:%d/%m/%Y} đến {line.last:%d/%m/%Y}"
    if line.missing_required:
        parts.append(f"THIẾU {', '.join(line.missing_required)}")
    else:
        parts.append("đủ cột bắt buộc")
    if line.missing_optional:
        parts.append(f"không có {', '.join(line.missing_optional)}")
    return f"{head}{'; '.join(parts)}."


def wrong_shape(
    lines: Mapping[str, TableLine], broken: Mapping[str, str], mapping: SourceMapping,
    lenient: Collection[str] = (),
) -> Iterator[Finding]:  # fmt: skip
    """Give what keeps the source from being read, what the settings name in vain, and what is converted.

    ``lenient``: required tables and "table.column" that may lack all the same.
    """
    for name, spec in CONTRACT.items():
        line = lines[name]
        if name in broken:
            yield _broken(line, broken[name])
        elif not line.is_found and spec.required and name not in lenient:
            yield _missing_table(line, mapping)
        elif not line.is_found and name in mapping.tables:
            told = (
                f"Không có bảng «{line.real_name}» mà [tables] đặt cho {name}, hoặc tài khoản không được đọc."
            )
            yield Finding(WARNING, name, None, "missing_table", told)
        elif spec.required and any(f"{name}.{one}" not in lenient for one in line.missing_required):
            yield _missing_columns(line)
        elif line.missing_required:
            told = (
                f"Bảng {name} thiếu cột {', '.join(line.missing_required)}; phần dựa vào cột đó hiện “không "
                "có dữ liệu”."
            )
            yield Finding(
                WARNING,
                name,
                line.missing_required[0],
                "missing_column",
                told + _columns_toml(line),
                toml=_lines_of(line),
            )
        in_vain = [
            one
            for one in (*line.missing_required, *line.missing_optional)
            if f"{name}.{one}" in mapping.columns
        ]
        if line.is_found and in_vain:
            named = ", ".join(f"«{mapping.column(name, one)}»" for one in in_vain)
            told = (
                f"Bảng «{line.real_name}» không có cột {named} mà [columns.{name}] đặt cho "
                f"{', '.join(in_vain)}."
            )
            yield Finding(WARNING, name, in_vain[0], "unknown_column", told)
        if line.converted:
            told = ", ".join(
                f"{one} ({word} → {KIND_WORDS[spec[one].kind]})" for one, word in line.converted.items()
            )
            yield Finding(NOTE, name, None, "converted", f"Bảng {name} được đổi kiểu khi đọc: {told}.")


def _broken(line: TableLine, driver_line: str) -> Finding:
    told = mask_within(driver_line)
    cause = cause_of(told)
    why = f"{cause} ({told})" if cause else told
    sentence = f"Bảng «{line.real_name}» có nhưng không đọc được: {why}. Sửa view này ở nguồn."
    return Finding(ERROR, line.name, None, "broken_table", sentence)


def _missing_table(line: TableLine, mapping: SourceMapping) -> Finding:
    place = f"{mapping.schema}.{line.real_name}" if mapping.schema else line.real_name
    told = (
        f"Không có bảng {line.label} «{place}», hoặc tài khoản không được đọc; tạo view, cấp quyền đọc, hoặc "
        f'khai tên thật trong mục [tables]: {line.name} = "…".'
    )
    toml = ("tables", f'# {line.name} = "…"')
    return Finding(ERROR, line.name, None, "missing_table", told, toml=toml)


def _missing_columns(line: TableLine) -> Finding:
    meanings = {one.name: one.meaning.partition(";")[0] for one in CONTRACT[line.name].columns}
    named = ", ".join(f"{one} ({meanings[one]})" for one in line.missing_required)
    told = f"Bảng «{line.real_name}» thiếu cột bắt buộc {named}; thêm vào view."
    return Finding(
        ERROR, line.name, line.missing_required[0], "missing_column", told + _columns_toml(line),
        toml=_lines_of(line),
    )  # fmt: skip


def _lines_of(line: TableLine) -> tuple[str, ...]:
    """Give the section that would name the columns: a comment each, as a person has to say it."""
    return (f"columns.{line.name}", *(f"# {one}" for one in _named(line)))


def _columns_toml(line: TableLine) -> str:
    guess = " Có phải là," if line.near else " Nếu nguồn gọi tên khác,"
    return f"{guess} trong mục [columns.{line.name}]: {'; '.join(_named(line))}."


def _named(line: TableLine) -> list[str]:
    """Give a line for each missing column: the source's name that is near, else a gap."""
    near = ((one, line.near.get(one, "…")) for one in line.missing_required)
    return [f"{one} = {json.dumps(name, ensure_ascii=False)}" for one, name in near]

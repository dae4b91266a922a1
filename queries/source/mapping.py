"""How a source's names, words and clocks differ from the contract's, as frozen values.

``[tables]``, ``[columns.TABLE]``, ``[values.COLUMN]`` or ``[values.TABLE.COLUMN]`` and ``[zones]`` of the
settings become one ``SourceMapping``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from queries.contract import CONTRACT, Column, Kind

LEFT_OUT = "left_out"
"""What a source's word is mapped to where its rows are to be left out, and counted."""

SESSION = "session"
"""The zone of a column read as the source's own session shows it."""

DAY_FIRST = ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y")
"""The dates of text that does not begin with its year, with or without a time after them."""

TRUE_WORDS = frozenset({"1", "t", "true", "y", "yes", "on", "có", "đúng", "x", "-1"})
FALSE_WORDS = frozenset({"0", "f", "false", "n", "no", "off", "không", "sai"})


class MappingError(ValueError):
    """The settings name what the contract does not know; its text is one Vietnamese sentence."""


def _frozen(value: Mapping[str, Any]) -> Mapping[str, Any]:
    return MappingProxyType(dict(value))


@dataclass(frozen=True)
class SourceMapping:
    """How one source is read.

    ``tables``: contract table → the source's name. ``columns``: "table.column" → the source's name.
    ``values``: "column" or, first, "table.column" → the source's word → ours, or ``LEFT_OUT``; the word
    "" stands for nothing. ``zones``: "table.column" or "table" → ``session``, ``UTC`` or an IANA zone: of a
    column without zone the one its moments are written in, of instants the one they are read in.
    ``date_formats``: of text dates that do not begin with the year, tried in turn (strptime's signs).
    A moment outside ``first_year`` … ``last_year`` is none.
    """

    schema: str | None = None
    tables: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    zones: Mapping[str, str] = field(default_factory=dict)
    date_formats: tuple[str, ...] = DAY_FIRST
    first_year: int = 1990
    last_year: int = 2100

    def __post_init__(self) -> None:
        for name in ("tables", "columns", "zones"):
            object.__setattr__(self, name, _frozen(getattr(self, name)))
        words = {name: _frozen(one) for name, one in self.values.items()}
        object.__setattr__(self, "values", _frozen(words))
        _check_names(self)
        for name, mapped in self.values.items():
            _check_words(name, mapped)
        _check_zones(self.zones)

    @classmethod
    def of_settings(
        cls,
        *,
        schema: str | None = None,
        tables: Mapping[str, str] | None = None,
        columns: Mapping[str, Mapping[str, str]] | None = None,
        values: Mapping[str, Mapping[str, Any]] | None = None,
        zones: Mapping[str, Any] | None = None,
        date_formats: Iterable[str] = DAY_FIRST,
        first_year: int = 1990,
        last_year: int = 2100,
    ) -> SourceMapping:
        """Make it of the sections as the settings file has them. Raises MappingError."""
        flat_columns = {
            f"{table}.{column}": name
            for table, names in (columns or {}).items()
            for column, name in names.items()
        }
        flat_values: dict[str, dict[str, str]] = {}
        for name, mapped in (values or {}).items():
            for word, ours in mapped.items():
                if isinstance(ours, Mapping):
                    flat_values[f"{name}.{word}"] = {str(key): str(one) for key, one in ours.items()}
                else:
                    flat_values.setdefault(name, {})[str(word)] = _word(ours)
        flat_zones: dict[str, str] = {}
        for name, zone in (zones or {}).items():
            if isinstance(zone, Mapping):
                flat_zones |= {f"{name}.{column}": str(one) for column, one in zone.items()}
            else:
                flat_zones[name] = str(zone)
        return cls(
            schema, tables or {}, flat_columns, flat_values, flat_zones, tuple(date_formats), first_year,
            last_year,
        )  # fmt: skip

    def table(self, name: str) -> str:
        """Give the source's name of a contract table."""
        return self.tables.get(name, name)

    def column(self, table: str, name: str) -> str:
        """Give the source's name of a contract column."""
        return self.columns.get(f"{table}.{name}", name)

    def found(self, table: str, real: Iterable[str]) -> dict[str, str]:
        """Give the contract's columns that a table has: contract column → its real name.

        Names are compared without regard to case; where two differ in that alone, the exact one is taken.
        """
        names = list(real)
        loose = {one.casefold(): one for one in reversed(names)}
        chosen: dict[str, str] = {}
        for one in CONTRACT[table].columns:
            called = self.column(table, one.name)
            name = called if called in names else loose.get(called.casefold())
            if name is not None:
                chosen[one.name] = name
        return chosen

    def words(self, table: str, column: str) -> Mapping[str, str]:
        """Give what the source's words of a column mean; empty where they mean themselves."""
        return self.values.get(f"{table}.{column}", self.values.get(column, {}))

    def zone(self, table: str, column: str) -> str | None:
        """Give the zone set for a column; None where nothing is set."""
        return self.zones.get(f"{table}.{column}", self.zones.get(table))

    def fingerprint(self) -> str:
        """Give sixteen letters that differ where anything differs: another mapping is another copy."""
        told = {
            "schema": self.schema,
            "tables": dict(self.tables),
            "columns": dict(self.columns),
            "values": {name: dict(one) for name, one in self.values.items()},
            "zones": dict(self.zones),
            "dates": [*self.date_formats, self.first_year, self.last_year],
        }
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]


def _word(value: Any) -> str:
    """Give a setting's value as one of our words: TOML's true is the word true."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _check_names(mapping: SourceMapping) -> None:
    for name in mapping.tables:
        if name not in CONTRACT:
            raise MappingError(f"[tables] nêu «{name}», không phải bảng nào của hợp đồng dữ liệu.")
    for name in mapping.columns:
        if not _columns_named(name) or "." not in name:
            raise MappingError(f"[columns] nêu «{name}», không phải cột nào của hợp đồng dữ liệu.")
    for name in mapping.values:
        if not _columns_named(name):
            raise MappingError(f"[values] nêu «{name}», không phải cột nào của hợp đồng dữ liệu.")
    for name in mapping.zones:
        columns = CONTRACT[name].columns if name in CONTRACT else _columns_named(name)
        if not any(one.kind in (Kind.DAY, Kind.MOMENT) for one in columns):
            raise MappingError(f"[zones] nêu «{name}», không phải cột ngày giờ nào của hợp đồng dữ liệu.")


def _columns_named(name: str) -> list[Column]:
    table, dot, column = name.rpartition(".")
    if dot and table not in CONTRACT:
        return []
    tables = [CONTRACT[table]] if dot else list(CONTRACT.values())
    return [one for spec in tables for one in spec.columns if one.name == column]


def _check_words(name: str, mapped: Mapping[str, str]) -> None:
    columns = _columns_named(name)
    if any(one.kind not in (Kind.TEXT, Kind.BOOLEAN) for one in columns):
        raise MappingError(f"[values.{name}] không dùng được: cột này chứa số hoặc ngày, không phải từ.")
    if any(one.kind is Kind.TEXT and not one.words for one in columns):
        return  # any text will do in one of them
    known = {word for one in columns for word in one.words}
    if any(one.kind is Kind.BOOLEAN for one in columns):
        known |= TRUE_WORDS | FALSE_WORDS
    for word, ours in mapped.items():
        if ours and ours != LEFT_OUT and ours.casefold() not in known:
            raise MappingError(
                f"[values.{name}] đổi «{word}» thành «{ours}»; chỉ đổi được thành: "
                f"{', '.join(sorted(known))}, {LEFT_OUT}."
            )


def _check_zones(zones: Mapping[str, str]) -> None:
    for name, zone in zones.items():
        if zone == SESSION:
            continue
        try:
            ZoneInfo(zone)
        except (KeyError, ValueError, OSError) as error:
            raise MappingError(
                f"[zones] {name} = «{zone}»: không có múi giờ tên này; ví dụ đúng: session, UTC, "
                "Asia/Ho_Chi_Minh."
            ) from error

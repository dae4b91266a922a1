"""What a source is asked: plain selects of named columns, and which rows have changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Dialect, Select, TableClause, and_, column, not_, or_, select, table
from sqlalchemy.sql.elements import ColumnElement

from queries.contract import CONTRACT, Kind
from queries.source.engines import Asked, EngineRecord
from queries.source.expressions import ColumnRead
from queries.source.kinds import SourceKind
from queries.source.mapping import SESSION, SourceMapping


@dataclass(frozen=True)
class FoundTable:
    """A contract table as the source has it: contract column → its real name and kind.

    ``others``: the names of its columns that are none of the contract's.
    """

    name: str
    real: str
    columns: Mapping[str, tuple[str, SourceKind]]
    others: tuple[str, ...] = ()


def place_of(real: str, mapping: SourceMapping) -> TableClause:
    """Give a table by its real name, to select from."""
    return table(real, **({"schema": mapping.schema} if mapping.schema else {}))


def select_of(
    record: EngineRecord, found: FoundTable, mapping: SourceMapping, session_zone: str
) -> tuple[Select[Any], list[ColumnRead]]:
    """Give the select of the contract's columns that a table has, and how each arrives."""
    chosen: list[ColumnElement[Any]] = []
    columns: list[ColumnRead] = []
    for spec in CONTRACT[found.name].columns:
        if spec.name not in found.columns:
            continue
        real, kind = found.columns[spec.name]
        zone = mapping.zone(found.name, spec.name) if spec.kind in (Kind.DAY, Kind.MOMENT) else None
        read: ColumnElement[Any] = column(real)
        if kind is SourceKind.INSTANT and zone == SESSION:
            read, kind, zone = record.session_wall(read, session_zone), SourceKind.MOMENT, None
        elif kind is SourceKind.INSTANT:
            read = record.instant(read)
        chosen.append(read.label(spec.name))
        columns.append(ColumnRead(spec.name, spec.kind, kind, zone))
    return select(*chosen).select_from(place_of(found.real, mapping)), columns


def changed_since(
    found: FoundTable, since: datetime, *, mapping: SourceMapping, zone: str
) -> ColumnElement[bool] | None:
    """Give the condition of the rows that changed since a local moment, or of which that is not known.

    None where the table has no ``updated_at``, or one that cannot be compared. Text is compared by its
    day, and read whenever it is no ISO.
    """
    if "updated_at" not in found.columns:
        return None
    real, kind = found.columns["updated_at"]
    updated_at: ColumnElement[Any] = column(real)
    if kind is SourceKind.TEXT:
        # A day earlier, for what is written in another zone.
        day = (since - timedelta(days=1)).date().isoformat()
        is_known = and_(updated_at.like("____-__-__%"), updated_at >= f"{mapping.first_year}-01-01")
        return or_(updated_at.is_(None), not_(is_known), updated_at >= day)
    if kind not in (SourceKind.DAY, SourceKind.MOMENT, SourceKind.INSTANT):
        return None
    from_then: date = since.date()
    never: date = date(mapping.first_year, 1, 1)
    if kind is not SourceKind.DAY:
        is_instant = kind is SourceKind.INSTANT
        from_then = _at_the_source(since, zone, mapping.zone(found.name, "updated_at"), is_instant=is_instant)
        never = datetime(mapping.first_year, 1, 1)
    # What is no day reads as empty, and is read every time: 0000-00-00 lies before all others.
    return or_(updated_at >= from_then, updated_at.is_(None), updated_at < never)


def _at_the_source(since: datetime, zone: str, set_zone: str | None, *, is_instant: bool) -> datetime:
    """Give a local moment as the source's column says it: instants in UTC."""
    if set_zone == SESSION:
        # Whatever that zone is, it is not more than a day away.
        return since - timedelta(days=1) if is_instant else since
    if is_instant:
        return since.replace(tzinfo=ZoneInfo(set_zone or zone)).astimezone(UTC).replace(tzinfo=None)
    if set_zone is None:
        return since
    local = since.replace(tzinfo=ZoneInfo(zone))
    return local.astimezone(ZoneInfo(set_zone)).replace(tzinfo=None)


def asked_of(statement: Select[Any], dialect: Dialect) -> Asked:
    """Give a statement in the words of a driver, which is then asked without SQLAlchemy between."""
    compiled = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    values = compiled.construct_params()
    if compiled.positional:
        return Asked(str(compiled), [values[name] for name in compiled.positiontup or ()])
    return Asked(str(compiled), values)

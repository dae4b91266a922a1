"""Where late dossiers come from: units against fields, or against the procedures of one field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from queries.courses.frames import rows_of
from queries.definitions.units import NO_UNIT, UNKNOWN_FIELD, UNKNOWN_PROCEDURE, Procedure, Unit


@dataclass(frozen=True)
class Group:
    """One column: a field, or a procedure. ``code``: the field itself, or the procedure's; "" for unknown."""

    code: str
    name: str


@dataclass(frozen=True)
class Origins:
    """Late and overdue dossiers by unit and group, most first in both directions; only cells that have any.

    ``is_by_procedure``: the groups are procedures, for a view narrowed to a field or a procedure.
    """

    units: tuple[tuple[Unit, int], ...]
    groups: tuple[tuple[Group, int], ...]
    cells: Mapping[tuple[str | None, str], int]
    is_by_procedure: bool

    @property
    def total(self) -> int:
        """Count all late and overdue dossiers."""
        return sum(self.cells.values())

    def of(self, unit: Unit, group: Group) -> int:
        """Count a cell's; 0 for none."""
        return self.cells.get((unit.code, group.code), 0)


def origins_of(
    frame: pd.DataFrame, units: Iterable[Unit], procedures: Iterable[Procedure], *, by_procedure: bool
) -> Origins:
    """Arrange ``late_by_unit_procedure``; dossiers of no known unit come under ``NO_UNIT``."""
    of_code = {unit.code: unit for unit in units}
    known = {one.code: one for one in procedures}
    cells: dict[tuple[str | None, str], int] = {}
    names: dict[str, str] = {}
    for code, procedure, own, late in rows_of(frame, ("unit_code", "procedure_code", "field", "c_late")):
        if not late:
            continue
        group = _group(procedure, own, known, by_procedure=by_procedure)
        names[group.code] = group.name
        place = (code if code in of_code else None, group.code)
        cells[place] = cells.get(place, 0) + int(late)
    rows: dict[str | None, int] = {}
    columns: dict[str, int] = {}
    for (code, key), late in cells.items():
        rows[code] = rows.get(code, 0) + late
        columns[key] = columns.get(key, 0) + late
    return Origins(
        units=tuple(
            (of_code.get(code, NO_UNIT), late)
            for code, late in sorted(rows.items(), key=lambda one: (one[0] is None, -one[1], one[0] or ""))
        ),
        groups=tuple(
            (Group(key, names[key]), late)
            for key, late in sorted(columns.items(), key=lambda one: (not one[0], -one[1], names[one[0]]))
        ),
        cells=cells,
        is_by_procedure=by_procedure,
    )


def _group(procedure: object, own: object, known: Mapping[str, Procedure], *, by_procedure: bool) -> Group:
    """Give a dossier's procedure, or its field: the catalogue's, its own where the catalogue has none."""
    code = "" if pd.isna(procedure) else str(procedure)  # type: ignore[call-overload]
    listed = known.get(code)
    if by_procedure:
        return Group(code, listed.name if listed else code or UNKNOWN_PROCEDURE)
    field = (listed.field if listed else None) or ("" if pd.isna(own) else str(own))  # type: ignore[call-overload]
    return Group(field, field or UNKNOWN_FIELD)

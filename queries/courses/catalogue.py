"""The units, procedures and fields of the district: small lists that every page needs."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select, union

from queries.asked.collation import collation_key
from queries.copy.tables import CLEAN
from queries.courses.table import PROCEDURES
from queries.definitions.units import Procedure, Unit, by_name, without_kind


def _day(value: Any) -> date | None:
    return value.date() if isinstance(value, datetime) else value


def read_units(conn: Connection) -> tuple[Unit, ...]:
    """Read every unit, in the order of lists (``by_name``).

    Of a code that stands twice the first is taken; the contract check reports it.
    """
    u = CLEAN["units"].c
    rows = conn.execute(
        select(
            u.unit_code, u.name, u.kind, u.sort_order, u.active_from, u.active_to, u.successor_code,
            u.has_postal_contract, u.head_name,
        ).where(u.unit_code.is_not(None))
    ).all()  # fmt: skip
    units = {
        row[0]: Unit(
            row[0], row[1] or row[0], row[2] or "", row[3], _day(row[4]), _day(row[5]), row[6], row[7], row[8]
        )
        for row in reversed(rows)
    }
    shorts = Counter(without_kind(unit) for unit in units.values())
    named = (
        replace(unit, short_name=short) if shorts[short := without_kind(unit)] == 1 else unit
        for unit in units.values()
    )
    return tuple(sorted(named, key=by_name))


def read_procedures(conn: Connection) -> tuple[Procedure, ...]:
    """Read the catalogue of procedures, in the order of names; empty where there is none."""
    p = CLEAN["procedures"].c
    rows = conn.execute(
        select(p.procedure_code, p.name, p.field, p.level, p.online_level).where(
            p.procedure_code.is_not(None)
        )
    ).all()
    known = {row[0]: Procedure(row[0], row[1] or row[0], *row[2:]) for row in reversed(rows)}
    return tuple(sorted(known.values(), key=lambda one: (collation_key(one.name), one.code)))


def read_fields(conn: Connection) -> tuple[str, ...]:
    """Read the names of the fields (lĩnh vực), from the catalogue and from the dossiers."""
    every = union(select(CLEAN["procedures"].c.field), select(PROCEDURES.c.own_field))
    fields = set(conn.scalars(every))
    return tuple(sorted((one for one in fields if one), key=collation_key))

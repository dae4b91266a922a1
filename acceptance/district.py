"""Made-up districts in the contract's own tables: as many dossiers, votes and events as a figure needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from psycopg import sql

from acceptance.asking import Dashboard
from acceptance.database import Database

AS_OF = "2020-01-31"


@dataclass(frozen=True)
class Lot:
    """Many dossiers of one unit, all alike but for the day: spread over ``days`` from ``first``.

    Each is promised ``limit`` days after it was received and finished ``taken`` days after.
    """

    unit: str
    count: int
    limit: int
    taken: int
    first: date = date(2019, 1, 2)
    days: int = 340
    procedure: str | None = None
    channel: str = "counter"


def on_time(unit: str, count: int, first: date = date(2019, 1, 2), days: int = 340, **more: Any) -> Lot:
    """Give dossiers finished before their promise."""
    return Lot(unit, count, 10, 4, first, days, **more)


def late(unit: str, count: int) -> Lot:
    """Give dossiers finished two days after their promise."""
    return Lot(unit, count, 10, 12)


def district(
    database: Database, schema: str, units: Mapping[str, str], lots: Iterable[Lot], *, as_of: str = AS_OF,
    **tables: Sequence[Mapping[str, Any]],
) -> Dashboard:  # fmt: skip
    """Make a district; ``units``: code → kind; ``tables``: rows of the contract's other tables."""
    database.make_contract(schema)
    rows = {
        "units": [{"unit_code": code, "name": f"Đơn vị {code}", "kind": kind}
                  for code, kind in units.items()],
        "loads": [{"as_of": as_of, "source": "nghiệm thu"}],
        **tables,
    }  # fmt: skip
    with database.owner.cursor() as cursor:
        for name, of_table in rows.items():
            columns = list(of_table[0])
            cursor.executemany(
                sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
                    sql.Identifier(schema, name),
                    sql.SQL(", ").join(map(sql.Identifier, columns)),
                    sql.SQL(", ").join(map(sql.Placeholder, columns)),
                ),
                of_table,
            )
        cursor.executemany(
            sql.SQL("""
                INSERT INTO {} (dossier_code, unit_code, procedure_code, channel, received_at, due_at,
                    finished_at, state)
                SELECT %(unit)s || '-' || %(lot)s || '-' || i, %(unit)s, %(procedure)s, %(channel)s, received,
                    received + make_interval(days => %(limit)s), received + make_interval(days => %(taken)s),
                    'finished'
                FROM generate_series(1, %(count)s) AS i,
                    LATERAL (SELECT %(first)s::timestamp
                        + make_interval(days => i %% %(days)s, hours => 8 + i %% 8) AS received) AS r
            """).format(sql.Identifier(schema, "dossiers")),
            [{**vars(lot), "lot": number} for number, lot in enumerate(lots)],
        )
    database.open_to_reader(schema)
    return Dashboard(
        database_url=database.url.render_as_string(hide_password=False), schema=schema, as_of=as_of
    )

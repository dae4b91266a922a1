"""The data that are measured: a sample district in a DuckDB file, kept in var/bench/."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from bench.machine import ROOT
from queries.contract import CONTRACT
from queries.sample.district import as_of_moment, write_sample

FOLDER = ROOT / "var" / "bench"
UNTIL = date(2026, 11, 21)
AS_OF = as_of_moment(UNTIL)
_ROWS_OF_ONE = 50.85
"""Dossiers of the whole sample for each one of an average ward's year."""


@dataclass(frozen=True)
class Sample:
    """A sample district: its file, how many dossiers were asked for and how many it has."""

    path: Path
    asked: int
    rows: int

    @property
    def tables(self) -> dict[str, tuple[str, ...]]:
        """Give the tables it has, of the contract's, with their columns in the contract's order."""
        with duckdb.connect(str(self.path), read_only=True) as connection:
            found = set(connection.execute("SELECT table_name, column_name FROM duckdb_columns()").fetchall())
        columns = {
            name: tuple(one.name for one in spec.columns if (name, one.name) in found)
            for name, spec in CONTRACT.items()
        }
        return {name: names for name, names in columns.items() if names}

    def newest(self, count: int) -> list[str]:
        """Give the codes of the dossiers received last."""
        asked = (
            "SELECT dossier_code FROM dossiers WHERE received_at <= ? ORDER BY received_at DESC, 1 LIMIT ?"
        )
        with duckdb.connect(str(self.path), read_only=True) as connection:
            return [row[0] for row in connection.execute(asked, [AS_OF, count]).fetchall()]


def sample_of(rows: int) -> Sample:
    """Give a sample of about that many dossiers, made the first time."""
    path = FOLDER / f"sample-{rows}.duckdb"
    if not path.is_file():
        print(f"making {path.relative_to(ROOT)} …", flush=True)
        write_sample(path, per_unit_year=max(1, round(rows / _ROWS_OF_ONE)), until=UNTIL)
    with duckdb.connect(str(path), read_only=True) as connection:
        found = connection.execute("SELECT count(*) FROM dossiers").fetchall()[0][0]
    return Sample(path, rows, int(found))

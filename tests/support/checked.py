"""A small district in each engine, read by an account that may only read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import URL
from stores import SCHEMA, Store

from queries.check.findings import Finding, Report
from queries.check.report import Terms, check
from queries.source.mapping import SourceMapping
from queries.source.visit import Source

NOW = datetime(2026, 11, 21, 10, 15)
READER = f"motcua_doc_{os.getpid()}"
PASSWORD = "chi-doc"
Tables = dict[str, list[dict[str, Any]]]
TWO_ENGINES = pytest.mark.parametrize("store", ["sqlite", "postgresql"], indirect=True)
"""For what is told of values: they are read clean first, the same from every engine (``tests/source``). One
engine that knows hardly a type, and one that keeps to them."""


def dossier(number: int, **more: Any) -> dict[str, Any]:
    """A dossier taken in at the counter on some morning or afternoon of March, finished in time."""
    day, hour, minute = 1 + number % 28, 7 + number % 10, 5 + number % 50
    return {
        "dossier_code": f"H{number:04}", "unit_code": f"P{1 + number % 2}", "procedure_code": "T1",
        "channel": "counter", "received_at": datetime(2026, 3, day, hour, minute),
        "due_at": datetime(2026, 4, day, 17, 0), "finished_at": datetime(2026, 3, day, 16, 40),
        "state": "finished", "officer_code": "C1", "online_level": "4", "assisted": False,
        "updated_at": datetime(2026, 4, 30, 16, 40), **more,
    }  # fmt: skip


CLEAN: Tables = {
    "units": [
        {"unit_code": "P1", "name": "Phường 1", "kind": "ward", "active_from": date(2020, 1, 1)},
        {"unit_code": "P2", "name": "Phường 2", "kind": "ward"},
    ],
    "procedures": [{"procedure_code": "T1", "name": "Khai sinh", "level": "commune", "online_level": "full"}],
    "dossiers": [dossier(number) for number in range(40)],
    "slips": [
        {"slip_id": "S1", "dossier_code": "H0001", "kind": "apology", "issued_at": datetime(2026, 3, 9, 9)}
    ],
    "ratings": [
        {"unit_code": "P1", "rated_on": date(2026, 3, 9), "source": "paper", "level": "satisfied", "votes": 3}
    ],
    "officers": [{"officer_code": "C1", "name": "A", "unit_code": "P1", "on_contract": False}],
    "complaints": [{"complaint_id": "K1", "unit_code": "P1", "received_on": date(2026, 3, 9)}],
    "receptions": [{"unit_code": "P1", "held_on": date(2026, 3, 9), "kind": "định kỳ"}],
    "loads": [{"as_of": datetime(2026, 11, 20, 23, 0), "loaded_at": datetime(2026, 11, 20, 23, 5),
               "source": "một cửa", "rows": 40}],
    "events": [{"on_day": date(2026, 3, 1), "title": "Thí điểm"}],
    "duties": [{"duty_id": "V1", "unit_code": "P1", "title": "Kế hoạch", "due_on": date(2026, 8, 31)}],
    "published": [{"unit_code": "P1", "source": "Cổng", "period_start": date(2026, 1, 1),
                   "period_end": date(2026, 6, 30)}],
    "steps": [{"dossier_code": "H0001", "step_no": 1, "unit_code": "P1"}],
}  # fmt: skip


@dataclass
class Place:
    """A store that is filled by its owner, and checked with the account of a reader."""

    store: Store
    url: URL
    folder: Path
    told: list[tuple[str, int]] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.store.name

    def fill(self, **tables: Any) -> None:
        """Put the clean district in, some of its tables as given; None: the table is not there."""
        without = [name for name, rows in tables.items() if rows is None]
        rows = {**deepcopy(CLEAN), **{name: rows for name, rows in tables.items() if rows is not None}}
        self.store.fill({name: one for name, one in rows.items() if name not in without}, without=without)
        self.let_read()

    def change(self, table: str, places: range | list[int], **change: Any) -> None:
        """Fill with some rows of a table changed."""
        rows = deepcopy(CLEAN)[table]
        for place in places:
            rows[place].update(change)
        self.fill(**{table: rows})

    def typed(self, table: str, rows: list[dict[str, Any]], **types: str) -> None:
        """Fill, with a table of other types; values of those columns are given as the engine takes them."""
        self.fill(**{table: []})
        q = self.store.q
        self.store.write(f"DROP TABLE {q(table)}", self.store.create(table, types), changes=[table])
        columns = list(dict.fromkeys(one for row in rows for one in row))
        with self.store.owner() as cursor:
            self.store.insert(cursor, table, columns, [
                [one.get(name) if name in types else self.store.value(one.get(name)) for name in columns]
                for one in rows
            ])  # fmt: skip
        self.let_read()

    def let_read(self) -> None:
        """Let the reader read what there is now."""
        if self.name == "postgresql":
            self.store.write(f"GRANT SELECT ON ALL TABLES IN SCHEMA {SCHEMA} TO {READER}")
        self.store.close() if self.name == "duckdb" else None

    def check(
        self, mapping: SourceMapping | None = None, *, live: bool = False, compare: str = "day",
        zone: str = "Asia/Ho_Chi_Minh", may_write: bool = False,
    ) -> Report:  # fmt: skip
        terms = Terms(NOW, self.folder, zone, live, compare)
        self.told.clear()
        report = check(
            Source(self.url, may_write=may_write), mapping or SourceMapping(), terms,
            progress=lambda table, rows: self.told.append((table, rows)),
        )  # fmt: skip
        assert not self.folder.exists() or list(self.folder.iterdir()) == [], "nothing of a check is left"
        return report


@pytest.fixture
def place(store: Store, tmp_path: Path) -> Iterator[Place]:
    url = store.url
    if store.name in ("postgresql", "mariadb"):
        _make_reader(store)
        url = url.set(username=READER, password=PASSWORD)
    yield Place(store, url, tmp_path / "ban-sao")
    if store.name == "postgresql":
        store.write(f"DROP OWNED BY {READER}", f"DROP ROLE {READER}")
    elif store.name == "mariadb":
        store.write(f"DROP USER '{READER}'@'%'")
    # Tables of other types are made anew for whoever is next.
    store._changed.update(CLEAN)


def _make_reader(store: Store) -> None:
    if store.name == "postgresql":
        store.write(
            f"DROP ROLE IF EXISTS {READER}", f"CREATE ROLE {READER} LOGIN PASSWORD '{PASSWORD}'",
            f"GRANT USAGE ON SCHEMA {SCHEMA} TO {READER}",
        )  # fmt: skip
    else:
        store.write(
            f"DROP USER IF EXISTS '{READER}'@'%'", f"CREATE USER '{READER}'@'%' IDENTIFIED BY '{PASSWORD}'",
            f"GRANT SELECT ON `{SCHEMA}`.* TO '{READER}'@'%'",
        )  # fmt: skip


def of(report: Report, identity: str, table: str | None = None, column: str | None = None) -> Finding:
    """The one finding of that id."""
    found = [one for one in report.findings if one.id == identity and table in (None, one.table)
             and column in (None, one.column)]  # fmt: skip
    assert len(found) == 1, (identity, [(one.id, one.table, one.sentence) for one in report.findings])
    return found[0]


def ids(report: Report, *severities: str) -> set[tuple[str, str | None, str]]:
    """What is found: table, column, id."""
    return {(one.table, one.column, one.id) for one in report.findings if one.severity in severities}

"""0000-00-00, which older systems on MariaDB wrote for no day at all, is no day at all."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from stores import Store

from queries.asked.periods import parse_period
from queries.asked.view import View
from queries.contract import Renames
from queries.courses.bound import bind
from queries.definitions.metrics import COUNTS
from queries.listing.statements import Subject, listing
from queries.on_time.statements import on_time_by_unit
from queries.on_time.trend import late_by_unit_month
from queries.source.check.report import check
from queries.source.found import find, plain_moments

pytestmark = [
    pytest.mark.parametrize("store", [pytest.param("mariadb", marks=pytest.mark.mariadb)], indirect=True)
]
NOW = datetime(2026, 11, 21, 10, 15)
NOVEMBER = View(parse_period("2026-11"), NOW)


def dossier(code: str, **more: Any) -> dict[str, Any]:
    same = {
        "unit_code": "P1", "channel": "counter", "state": "finished", "received_at": datetime(2026, 11, 2, 8),
        "due_at": datetime(2026, 11, 5), "finished_at": datetime(2026, 11, 9),
    }  # fmt: skip
    return {"dossier_code": code, **same, **more}


def zero(store: Store, column: str, code: str) -> None:
    store.write("SET sql_mode = ''", f"UPDATE dossiers SET {column} = 0 WHERE dossier_code = '{code}'",
                "SET sql_mode = DEFAULT", changes=("dossiers",))  # fmt: skip


def fill(store: Store, rows: list[dict[str, Any]]) -> None:
    store.fill({"units": [{"unit_code": "P1", "name": "Phường 1", "kind": "ward"}], "dossiers": rows})


def counts(store: Store, basis: str = "A") -> dict[str, Any]:
    with store.connect() as conn:
        bound = store.bound()
        (row,) = on_time_by_unit(conn, bound, NOVEMBER).to_dict("records")
        late_by_unit_month(conn, bound, NOVEMBER.at(basis=basis))
        assert listing(conn, bound, NOVEMBER, subject=Subject("to_resolve")).total == 3
    return {word: row[word] for word in COUNTS}


ROWS = [
    dossier("H1"), dossier("H2", finished_at=None, state="open"), dossier("H3", finished_at=None, state=None),
]  # fmt: skip


@pytest.mark.parametrize("basis", "ABCD")
def test_it_is_counted_as_if_nothing_stood_there(store: Store, basis: str) -> None:
    fill(store, [{**row, "due_at": None} if row["dossier_code"] == "H2" else row for row in ROWS])
    empty = counts(store, basis)
    fill(store, ROWS)
    for column, code in (("due_at", "H2"), ("finished_at", "H2"), ("finished_at", "H3")):
        zero(store, column, code)
    assert counts(store, basis) == empty
    assert (empty["late"], empty["open_in_time"], empty["open_overdue"]) == (1, 1, 1)


def test_a_column_that_holds_none_is_read_by_its_index(store: Store) -> None:
    fill(store, ROWS)
    zero(store, "due_at", "H1")
    with store.connect() as conn:
        found = find(conn)
        plain = plain_moments(conn, found, Renames())
        assert "dossiers.received_at" in plain
        assert "dossiers.due_at" not in plain
        bound = bind(found, engine="mysql", plain=plain)
        c = bound["dossiers"].c
        text = str(select(c.received_at, c.due_at).compile(dialect=conn.dialect))
        assert text.lower().count("nullif") == 1
        assert conn.scalar(select(c.due_at).where(c.dossier_code == "H1")) is None


def test_check_names_the_column_and_the_remedy(store: Store) -> None:
    fill(store, ROWS)
    zero(store, "due_at", "H1")
    found = [one for one in check(store.engine, None, NOW).findings if one.id == "unreadable_moment"]
    assert [(one.table, one.column, one.count) for one in found] == [("dossiers", "due_at", 1)]
    assert "0000-00-00" in found[0].sentence
    assert "NULLIF(due_at, 0)" in found[0].sentence

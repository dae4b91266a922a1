"""Dossiers found by part of their code: any case, any period, nothing from the future."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from clean_copies import CleanCopy

from queries.asked.periods import parse_period
from queries.asked.view import View
from queries.listing.found import dossiers_by_part

NOVEMBER = View(parse_period("2026-11"), datetime(2026, 11, 21, 10, 15))


def dossier(
    code: str, day: datetime = datetime(2026, 11, 2, 8), unit: str | None = "P1"
) -> dict[str, object]:
    return {"dossier_code": code, "unit_code": unit, "received_at": day, "state": "open"}


def found(copy: CleanCopy, part: str, *, size: int = 10, page: int = 1, view: View = NOVEMBER) -> list[str]:
    with copy.asked(view) as (conn, courses):
        rows = dossiers_by_part(conn, courses, view, part=part, size=size, page=page)
    return [one.dossier_code for one in rows]


def test_by_a_part_in_any_case_of_any_period(copy: CleanCopy) -> None:
    copy.fill({"dossiers": [
        dossier("HS-2026-0042"), dossier("hs-2025-0042", datetime(2025, 3, 1)), dossier("0042"), dossier("HS-7"),
        dossier("X-0042", datetime(2026, 12, 1)),
    ]})  # fmt: skip
    assert found(copy, "0042") == ["0042", "HS-2026-0042", "hs-2025-0042"], "the code itself, then the others"
    assert found(copy, "hS-20") == ["HS-2026-0042", "hs-2025-0042"]
    assert found(copy, "HS-2026-0042") == ["HS-2026-0042"]


@pytest.mark.parametrize("part", ["", "0", "42"])
def test_too_short_a_part_finds_nothing(copy: CleanCopy, part: str) -> None:
    copy.fill({"dossiers": [dossier("HS-2026-0042")]})
    assert found(copy, part) == []


@pytest.mark.parametrize("part", ["%%%", "___", "' OR 1=1 --", "\\%"])
def test_signs_of_sql_are_signs(copy: CleanCopy, part: str) -> None:
    copy.fill({"dossiers": [dossier("HS-2026-0042"), dossier("a%%%b"), dossier("a___b")]})
    assert found(copy, part) == [code for code in ("a%%%b", "a___b") if part in code]


def test_a_page_and_one_more_where_there_is_one(copy: CleanCopy) -> None:
    copy.fill({"dossiers": [dossier(f"HS-{n:03}") for n in range(7)]})
    assert found(copy, "hs-", size=3) == ["HS-000", "HS-001", "HS-002", "HS-003"]
    assert found(copy, "hs-", size=3, page=3) == ["HS-006"]
    assert found(copy, "hs-", size=3, page=4) == []


def test_what_is_told_of_it_is_its_unit_procedure_and_day(copy: CleanCopy) -> None:
    copy.fill({"dossiers": [dossier("HS-001"), dossier("HS-002", unit=None)]})
    with copy.asked(NOVEMBER) as (conn, courses):
        first, second = dossiers_by_part(conn, courses, NOVEMBER, part="HS-", size=5, page=1)
    assert (first.unit_code, first.procedure_code, first.received) == ("P1", None, date(2026, 11, 2))
    assert second.unit_code is None


def test_a_view_narrowed_to_a_unit_finds_nothing_of_another(copy: CleanCopy) -> None:
    copy.fill({
        "units": [{"unit_code": one, "name": one, "kind": "ward"} for one in ("P1", "P2")],
        "dossiers": [dossier("HS-001"), dossier("HS-002", unit="P2")],
    })  # fmt: skip
    assert found(copy, "HS-", view=NOVEMBER.at(unit_code="P2")) == ["HS-002"]

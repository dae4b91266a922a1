"""OpenCPS on MariaDB and PostgreSQL: every status word, what arrives, and its own count beside ours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from running import cannot_run
from systems import (
    OURS,
    PASSWORD,
    READER,
    THEIRS,
    Arrived,
    Place,
    made_of,
    on_mariadb,
    on_postgresql,
    statements,
)

from queries.asked.periods import parse_period
from queries.asked.view import View
from queries.source.mapping import SourceMapping
from queries.source.systems import SYSTEMS, Wanted, sql_of

OPENCPS = SYSTEMS["opencps"]
WANTED = Wanted(theirs=THEIRS, ours=OURS, reader=READER)
MARCH = View(parse_period("2020-03"), datetime(2020, 3, 31, 17, 30), compare="moment")

_TYPES = {"mariadb": ("datetime", "tinyint"), "postgresql": ("timestamp", "boolean")}
TABLE = """
CREATE TABLE {theirs}.opencps_dossier (
  dossierId bigint PRIMARY KEY, groupId bigint, dossierNo varchar(255), serviceCode varchar(128),
  serviceName text, govAgencyCode varchar(128), govAgencyName varchar(512), applicantName text,
  applicantIdNo varchar(75), address text, contactName text, contactTelNo varchar(75),
  contactEmail varchar(255), delegateName text, submitDate {moment}, receiveDate {moment}, dueDate {moment},
  extendDate {moment}, releaseDate {moment}, finishDate {moment}, cancellingDate {moment},
  correcttingDate {moment}, modifiedDate {moment}, dossierStatus varchar(255), dossierSubStatus varchar(128),
  viaPostal int, fromViaPostal int, online_ {boolean}, originality int, originDossierId bigint,
  durationCount float, durationUnit int)
"""


def day(text: str) -> datetime:
    """A moment of 2020: "12/3 16:00"."""
    return datetime.strptime(f"2020/{text}", "%Y/%d/%m %H:%M")


def dossier(number: int, status: str, released: str | None = None, **more: Any) -> dict[str, Any]:
    """A dossier received on 2/3/2020, promised for 12/3 at 16:00; ``released``: when its result was."""
    return {
        "dossierId": number, "groupId": 55301, "dossierNo": f"HS-{number:02}", "serviceCode": "1.001",
        "serviceName": "Khai sinh", "govAgencyCode": "P1", "govAgencyName": "UBND phường Một",
        "submitDate": day("1/3 20:00"), "receiveDate": day("2/3 08:30"), "dueDate": day("12/3 16:00"),
        "releaseDate": day(released) if released else None, "modifiedDate": day("20/3 10:00"),
        "dossierStatus": status, "viaPostal": 1, "fromViaPostal": 0, "online_": False, "originality": 1,
        "applicantName": "Bí Mật", "contactTelNo": "0900000000", **more,
    }  # fmt: skip


DOSSIERS = [
    dossier(1, "done", "10/3 09:00", finishDate=day("11/3 09:00"), viaPostal=2),
    dossier(2, "Releasing", "12/3 15:59", online_=True),
    dossier(3, "POSTING", "12/3 16:01", fromViaPostal=1),
    dossier(4, "unresolved", "16/3 08:00", extendDate=day("20/3 16:00")),
    dossier(5, "done", finishDate=day("11/3 09:00"), dossierNo=""),
    dossier(6, "done", "10/3 09:00", dueDate=None),
    dossier(7, "processing", dueDate=day("12/5 16:00"), govAgencyCode="S1", govAgencyName="Sở Tư pháp"),
    dossier(8, "receiving", dueDate=day("12/5 16:00")),
    dossier(9, "interoperating"),
    dossier(10, "cancelling"),
    dossier(11, "waiting"),
    dossier(12, "paying"),
    dossier(13, "correcting", correcttingDate=day("5/3 09:00")),
    dossier(14, "denied"),
    dossier(15, "cancelled", "6/3 09:00"),
    dossier(16, "cancelled", cancellingDate=day("7/3 09:00")),
    dossier(17, "expired"),
    dossier(18, "new", receiveDate=None),
    dossier(19, "done", "10/3 09:00", originality=-1),
    dossier(20, "done", "10/3 09:00", groupId=99),
]

ENGINES = ["postgresql", pytest.param("mariadb", marks=pytest.mark.mariadb)]


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def place(engine: str, request: pytest.FixtureRequest) -> Iterator[Place]:
    if engine == "postgresql":
        with on_postgresql(request.getfixturevalue("postgresql_url")) as made:
            fill(made, engine)
            yield made
        return
    with on_mariadb() as there:
        if there is None:
            cannot_run("MariaDB", "không có máy chủ")
        fill(there, engine)
        yield there


def fill(place: Place, engine: str) -> None:
    moment, boolean = _TYPES[engine]
    place.run(TABLE.format(theirs=THEIRS, moment=moment, boolean=boolean))
    place.insert("opencps_dossier", DOSSIERS)
    script = sql_of(OPENCPS, engine, WANTED)
    # Twice: it may be run again.
    place.run(*statements(script), *statements(script))
    place.run(*(one.replace("…", PASSWORD) for one in made_of(
        script, *(("CREATE ROLE", "GRANT USAGE", "GRANT SELECT") if engine == "postgresql"
                  else ("CREATE USER", "GRANT")))))  # fmt: skip


@pytest.fixture(scope="module")
def arrived(place: Place, tmp_path_factory: pytest.TempPathFactory) -> Arrived:
    return place.read(tmp_path_factory.mktemp("opencps"))


def test_every_status_word_arrives(arrived: Arrived) -> None:
    states = {"finished": (1, 2, 3, 4, 6, 20), "open": (7, 8, 9, 10), "suspended": (11, 12, 13),
              "refused": (14,), "withdrawn": (15, 16), "expired": (17,)}  # fmt: skip
    expected = {f"HS-{n:02}": state for state, numbers in states.items() for n in numbers}
    assert arrived.by_code("state") == {**expected, "ID5": "finished"}
    assert ("dossiers", "state", "unknown_word") in arrived.mended, "the check asks what expired means"


def test_moments_are_released_else_collected(arrived: Arrived) -> None:
    finished = arrived.by_code("finished_at")
    assert finished["HS-01"] == day("10/3 09:00")
    assert finished["ID5"] == day("11/3 09:00"), "collected: no day of release"
    assert finished["HS-14"] == day("20/3 10:00"), "refused: last changed"
    assert (finished["HS-15"], finished["HS-16"]) == (day("6/3 09:00"), day("7/3 09:00"))
    assert finished["HS-13"] is None
    promises = arrived.by_code("due_at", "current_due_at")
    assert promises["HS-01"] == (day("12/3 16:00"), day("12/3 16:00"))
    assert promises["HS-04"] == (day("12/3 16:00"), day("20/3 16:00"))
    assert promises["HS-06"] == (None, None)
    assert arrived.by_code("suspended_since")["HS-13"] == day("5/3 09:00")
    assert arrived.by_code("updated_at")["HS-01"] == day("20/3 10:00")


def test_units_channels_and_post(arrived: Arrived) -> None:
    channels = arrived.by_code("channel", "returned_by_post", "procedure_code")
    assert channels["HS-01"] == ("counter", True, "1.001")
    assert channels["HS-02"] == ("online", False, "1.001")
    assert channels["HS-03"] == ("post", False, "1.001")
    units = {one["unit_code"]: one["kind"] for one in arrived.tables["units"]}
    assert units == {"P1": "ward", "S1": "Sở Tư pháp"}
    assert ("units", "kind", "unknown_word") in arrived.mended, "the check asks what kind it is"
    [procedure] = arrived.tables["procedures"]
    assert (procedure["procedure_code"], procedure["name"]) == ("1.001", "Khai sinh")


def test_its_own_count_beside_ours(place: Place, engine: str, arrived: Arrived) -> None:
    """What it counts by its rules, told here by hand of the rows above; ours by the moment."""
    ours = arrived.counts(MARCH)
    released = [one for one in DOSSIERS if one["originality"] >= 0 and one["receiveDate"]
                and one["dossierStatus"].lower() in ("done", "posting", "releasing", "unresolved")]  # fmt: skip
    # Of these, one has no day of release (collected on the 11th) and one no promise: it calls that early.
    ended = [(one["releaseDate"] or one["finishDate"], one["dueDate"]) for one in released]
    overtime = sum(due is not None and at > due for at, due in ended)
    betimes = sum(due is None or at.date() < due.date() for at, due in ended)
    ontime = len(ended) - overtime - betimes
    assert (betimes, ontime, overtime) == (4, 1, 2)
    assert (ours["early"] + ours["undated"], ours["on_time"], ours["late"]) == (betimes, ontime, overtime)
    assert (ours["early"], ours["undated"]) == (3, 1)
    # Open ones: undue two, overdue three (one of them "expired", of which nobody has said what it means).
    assert (ours["open_in_time"], ours["open_overdue"]) == (2, 3)
    assert ours["suspended"] == 3, "waiting, paying, correcting"
    assert (ours["refused"], ours["withdrawn"]) == (1, 2), "denied, cancelled"
    assert ours["received"] == 18

    [compared] = statements(sql_of(OPENCPS, engine, WANTED, what="compare"))
    rows = [tuple(row[:1]) + tuple(int(one) for one in row[1:]) for row in place.run(compared)]
    assert rows == [("P1", 2020, 3, 6, 2, 2, 1)]


def test_one_site_of_several(place: Place, engine: str, tmp_path: Path) -> None:
    place.run(*statements(sql_of(OPENCPS, engine, Wanted(THEIRS, OURS, READER, site=99))))
    arrived = place.read(tmp_path)
    place.run(*statements(sql_of(OPENCPS, engine, WANTED)))
    assert list(arrived.by_code("state")) == ["HS-20"]


def test_hours_of_liferay_in_utc_are_told_by_one_line(place: Place, tmp_path: Path) -> None:
    mapping = SourceMapping(schema=place.schema, zones={"dossiers": "UTC"})
    assert place.read(tmp_path, mapping).by_code("received_at")["HS-01"] == day("2/3 15:30")

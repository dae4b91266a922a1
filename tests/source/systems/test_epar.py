"""e-PAR on MariaDB: rows of every state, what arrives of them, and its own count beside ours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from running import cannot_run
from systems import OURS, PASSWORD, READER, THEIRS, Arrived, Place, made_of, on_mariadb, statements

from queries.asked.periods import parse_period
from queries.asked.view import View
from queries.source.systems import SYSTEMS, Wanted, sql_of

pytestmark = pytest.mark.mariadb

EPAR = SYSTEMS["epar"]
WANTED = Wanted(theirs=THEIRS, ours=OURS, reader=READER)
MARCH = View(parse_period("2015-03"), datetime(2015, 4, 10, 9))

TABLES = """
CREATE TABLE t_r3_record (
  PK_RECORD int PRIMARY KEY, FK_RECORD_TYPE int, C_RECORD_NO varchar(50), C_RECEIVE_DATE datetime,
  C_RETURN_DATE datetime, C_RETURN_PHONE_NUMBER varchar(50), C_RETURN_EMAIL varchar(255), C_DELETED tinyint,
  C_CLEAR_DATE datetime, C_XML_DATA text, C_XML_PROCESSING text, C_CITIZEN_NAME varchar(500),
  C_REJECTED tinyint, C_REJECT_DATE datetime, C_REJECT_REASON varchar(4000), C_BIZ_DAYS_EXCEED smallint,
  C_IS_INTERNET_RECORD enum('0','1'), C_PAUSE_DATE datetime, C_UNPAUSE_DATE datetime, C_BIZ_DONE_DATE datetime,
  FK_VILLAGE_ID int, C_LAST_USER_CODE varchar(100));
CREATE TABLE t_r3_record_type (
  PK_RECORD_TYPE int PRIMARY KEY, C_CODE varchar(50), C_NAME varchar(500), C_SCOPE tinyint,
  C_SPEC_CODE varchar(500), C_SEND_OVER_INTERNET enum('0','1'), C_STATUS tinyint);
CREATE TABLE t_r3_record_supplement (
  PK_RECORD_SUPPLEMENT int PRIMARY KEY, FK_RECORD int, C_ANNOUNCE_DATE datetime, C_RECEIVE_DATE datetime,
  C_DONE tinyint);
CREATE TABLE t_cores_ou (
  PK_OU int PRIMARY KEY, FK_OU int, C_NAME varchar(500), C_ORDER int, C_STATUS tinyint, C_LEVEL int);
CREATE TABLE t_cores_user (
  PK_USER int PRIMARY KEY, FK_OU int, C_NAME varchar(255), C_LOGIN_NAME varchar(100), C_JOB_TITLE varchar(255));
CREATE TABLE t_r3_assessment (
  FK_USER int, FK_CRITERIAL int, C_VOTE int, C_DAY int, C_MONTH int, C_YEAR int);
"""


def day(text: str) -> datetime:
    """A moment of 2015: "12/3 16:00"."""
    return datetime.strptime(f"2015/{text}", "%Y/%d/%m %H:%M")


def xml(first: str, steps: int = 1) -> str:
    """The course of a dossier as the system writes it."""
    step = (
        '<step seq="5" code="TP01::X"><user_code>cb1</user_code><datetime>2015-01-01 08:00</datetime></step>'
    )
    return f'<?xml version="1.0" standalone="yes"?><data org_return_date="{first}">{step * steps}</data>'


def record(number: int, code: str, **more: Any) -> dict[str, Any]:
    """A dossier taken in on Monday 2/3/2015, promised for Thursday 12/3 at 16:00."""
    return {
        "PK_RECORD": number, "FK_RECORD_TYPE": 1, "C_RECORD_NO": code, "C_RECEIVE_DATE": day("2/3 08:30"),
        "C_RETURN_DATE": day("12/3 16:00"), "C_DELETED": 0, "C_REJECTED": 0, "C_IS_INTERNET_RECORD": "0",
        "FK_VILLAGE_ID": 7, "C_XML_PROCESSING": xml("2015-03-12 16:00"), "C_LAST_USER_CODE": "cb1",
        "C_CITIZEN_NAME": "Nguyễn Thị Bí Mật", "C_RETURN_PHONE_NUMBER": "0900000000",
        "C_RETURN_EMAIL": "bi@mat", "C_XML_DATA": "<d>bí mật</d>", **more,
    }  # fmt: skip


def done(number: int, code: str, at: str, left: int, **more: Any) -> dict[str, Any]:
    """A finished one: when, and how many working days the system says were left."""
    return record(number, code, C_BIZ_DONE_DATE=day(at), C_BIZ_DAYS_EXCEED=left,
                  **{"C_CLEAR_DATE": day("20/3 09:00"), **more})  # fmt: skip


SUNDAY = {"C_RETURN_DATE": day("15/3 16:00"), "C_XML_PROCESSING": xml("2015-03-15 16:00")}
"""Promised for a Sunday, as happens where days off are made up for."""
FRIDAY = {"C_RETURN_DATE": day("13/3 16:00"), "C_XML_PROCESSING": xml("2015-03-13 16:00")}
RECORDS = [
    done(1, "SOM", "10/3 10:00", 2),
    done(2, "DUNG", "12/3 17:30", 0),
    done(3, "TRE", "16/3 08:00", -2),
    done(4, "HEN-LAI", "18/3 08:00", 2, C_RETURN_DATE=day("20/3 16:00")),
    done(5, "CUOI-TUAN", "13/3 10:00", 0, **SUNDAY),
    record(6, "CHI-CO-NGAY-NHAN", C_CLEAR_DATE=day("11/3 09:00"), C_BIZ_DAYS_EXCEED=1),
    done(7, "TAM-DUNG-XONG", "17/3 09:00", 0, C_PAUSE_DATE=day("4/3 08:00"), C_UNPAUSE_DATE=day("9/3 08:00"),
         C_RETURN_DATE=day("17/3 16:00")),
    done(8, "KHONG-XML", "12/3 09:00", 0, C_XML_PROCESSING=None),
    done(9, "XML-HONG", "12/3 09:00", 0, C_XML_PROCESSING='<data org_return_date="sớm">'),
    done(10, "NGAY-KHONG-CO", "12/3 09:00", 0, C_XML_PROCESSING=xml("2015-02-30 16:00")),
    done(11, "CHI-CO-NGAY-HEN", "12/3 09:00", 0, C_XML_PROCESSING=xml("2015-03-12", steps=400)),
    done(23, "THU-BAY", "14/3 09:00", 0, **FRIDAY),
    record(12, "DANG-LAM", C_RETURN_DATE=day("12/5 16:00"), C_XML_PROCESSING=xml("2015-05-12 16:00")),
    record(13, "QUA-HAN", FK_VILLAGE_ID=0),
    record(14, "TAM-DUNG", C_PAUSE_DATE=day("5/3 09:00")),
    record(15, "TAM-DUNG-LAI", C_PAUSE_DATE=day("6/3 09:00"), C_UNPAUSE_DATE=day("4/3 09:00")),
    record(16, "TU-CHOI", C_REJECTED=1, C_REJECT_DATE=day("5/3 15:00"), C_REJECT_REASON="Bà Bí Mật thiếu giấy"),
    record(17, "CONG-DAN-RUT", C_REJECTED=2, C_REJECT_DATE=day("6/3 15:00")),
    record(18, "TU-CHOI-KHONG-NGAY", C_REJECTED=1, C_CLEAR_DATE=day("7/3 15:00")),
    record(19, "DA-XOA", C_DELETED=1),
    record(20, "QUA-MANG", C_IS_INTERNET_RECORD="1", FK_VILLAGE_ID=8, FK_RECORD_TYPE=2),
    record(21, "QUA-MANG-CHUA-NHAN", C_IS_INTERNET_RECORD="1", C_RECEIVE_DATE=None),
    record(22, "NGAY-KHONG", C_BIZ_DONE_DATE="0000-00-00 00:00:00", C_CLEAR_DATE="0000-00-00 00:00:00",
           C_PAUSE_DATE="0000-00-00 00:00:00"),
]  # fmt: skip
UNITS: list[dict[str, Any]] = [
    {"PK_OU": 1, "FK_OU": None, "C_NAME": "UBND thành phố Yên Bái", "C_ORDER": 1, "C_LEVEL": 0},
    {"PK_OU": 2, "FK_OU": 1, "C_NAME": "Phòng Nội vụ", "C_ORDER": 2, "C_LEVEL": 1},
    {"PK_OU": 7, "FK_OU": 1, "C_NAME": "Phường Hồng Hà", "C_ORDER": 3, "C_LEVEL": 1},
    {"PK_OU": 8, "FK_OU": 1, "C_NAME": "UBND xã Âu Lâu", "C_ORDER": 4, "C_LEVEL": 1},
    {"PK_OU": 9, "FK_OU": 7, "C_NAME": "Bộ phận một cửa", "C_ORDER": 5, "C_LEVEL": 2},
    {"PK_OU": 10, "FK_OU": 1, "C_NAME": "ỦY BAN NHÂN DÂN THỊ TRẤN CỔ PHÚC", "C_ORDER": 6, "C_LEVEL": 1},
    {"PK_OU": 11, "FK_OU": 1, "C_NAME": "Đặc khu Thác Bà", "C_ORDER": 7, "C_LEVEL": 1},
]


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    with on_mariadb() as made:
        if made is None:
            cannot_run("MariaDB", "không có máy chủ")
        made.run("SET SESSION sql_mode = ''", f"USE {THEIRS}", *statements(TABLES))
        made.insert("t_r3_record", RECORDS)
        made.insert("t_r3_record_type", [
            {"PK_RECORD_TYPE": 1, "C_CODE": "TP01", "C_NAME": "Khai sinh", "C_SCOPE": 0, "C_SPEC_CODE": "TP",
             "C_SEND_OVER_INTERNET": "1"},
            {"PK_RECORD_TYPE": 2, "C_CODE": "", "C_NAME": "Đất", "C_SCOPE": 1, "C_SPEC_CODE": "TNMT",
             "C_SEND_OVER_INTERNET": "0"},
            {"PK_RECORD_TYPE": 3, "C_CODE": "XD01", "C_NAME": "Xây dựng", "C_SCOPE": 3, "C_SPEC_CODE": "XD",
             "C_SEND_OVER_INTERNET": "0"},
            {"PK_RECORD_TYPE": 4, "C_CODE": "LT02", "C_NAME": "Trợ cấp", "C_SCOPE": 2, "C_SPEC_CODE": "LD",
             "C_SEND_OVER_INTERNET": "0"},
        ])  # fmt: skip
        made.insert("t_cores_ou", UNITS)
        made.insert("t_cores_user", [
            {"PK_USER": 1, "FK_OU": 9, "C_NAME": "Lê A", "C_LOGIN_NAME": "cb1"},
            {"PK_USER": 2, "FK_OU": 2, "C_NAME": "Lê B", "C_LOGIN_NAME": "cb2"},
            {"PK_USER": 3, "FK_OU": 8, "C_NAME": "Lê C", "C_LOGIN_NAME": "cb3"},
        ])  # fmt: skip
        made.insert("t_r3_record_supplement", [
            {"PK_RECORD_SUPPLEMENT": 5, "FK_RECORD": 14, "C_ANNOUNCE_DATE": day("5/3 09:00"), "C_DONE": 0},
            {"PK_RECORD_SUPPLEMENT": 6, "FK_RECORD": 19, "C_ANNOUNCE_DATE": day("5/3 09:00"), "C_DONE": 0},
        ])  # fmt: skip
        made.insert("t_r3_assessment", [
            {"FK_USER": 1, "FK_CRITERIAL": 1, "C_VOTE": 3, "C_DAY": 9, "C_MONTH": 3, "C_YEAR": 2015},
            {"FK_USER": 2, "FK_CRITERIAL": 3, "C_VOTE": 1, "C_DAY": 10, "C_MONTH": 3, "C_YEAR": 2015},
        ])  # fmt: skip
        script = sql_of(EPAR, "mariadb", WANTED)
        made.run(*statements(script))
        made.run(*(one.replace("…", PASSWORD) for one in made_of(script, "CREATE USER", "GRANT")))
        yield made


@pytest.fixture(scope="module")
def arrived(place: Place, tmp_path_factory: pytest.TempPathFactory) -> Arrived:
    return place.read(tmp_path_factory.mktemp("epar"))


def test_every_state_arrives(arrived: Arrived) -> None:
    states = arrived.by_code("state")
    finished = {one["C_RECORD_NO"] for one in RECORDS[:12]}
    assert states == dict.fromkeys(finished, "finished") | {
        "DANG-LAM": "open", "QUA-HAN": "open", "TAM-DUNG": "suspended", "TAM-DUNG-LAI": "suspended",
        "TU-CHOI": "refused", "CONG-DAN-RUT": "withdrawn", "TU-CHOI-KHONG-NGAY": "refused",
        "QUA-MANG": "open", "NGAY-KHONG": "open",
    }  # fmt: skip


def test_the_result_s_arrival_is_when_it_is_finished_else_the_day_of_collection(arrived: Arrived) -> None:
    finished = arrived.by_code("finished_at")
    assert finished["SOM"] == day("10/3 10:00")
    assert finished["CHI-CO-NGAY-NHAN"] == day("11/3 09:00")
    assert finished["TU-CHOI"] == day("5/3 15:00")
    assert finished["TU-CHOI-KHONG-NGAY"] == day("7/3 15:00")
    assert finished["CONG-DAN-RUT"] == day("6/3 15:00")
    assert finished["NGAY-KHONG"] is None
    assert arrived.by_code("suspended_since")["TAM-DUNG-LAI"] == day("6/3 09:00")
    assert arrived.by_code("returned_at")["SOM"] == day("20/3 09:00")
    script = sql_of(EPAR, "mariadb", WANTED)
    assert (
        "Hồ sơ nào nguồn không ghi lúc ấy thì lấy ngày công dân\n  -- nhận kết quả (C_CLEAR_DATE)" in script
    )


def test_the_first_promise_stands_but_for_a_lawful_suspension(arrived: Arrived) -> None:
    promises = arrived.by_code("due_at", "current_due_at")
    usual = day("12/3 16:00")
    assert promises["SOM"] == (usual, usual)
    assert promises["HEN-LAI"] == (usual, day("20/3 16:00"))
    assert promises["TAM-DUNG-XONG"] == (day("17/3 16:00"), day("17/3 16:00"))
    assert promises["CHI-CO-NGAY-HEN"] == (day("12/3 00:00"), usual)
    for code in ("KHONG-XML", "XML-HONG", "NGAY-KHONG-CO"):
        assert promises[code] == (usual, usual), code


def test_units_channels_procedures_and_officers(arrived: Arrived) -> None:
    assert [(one["unit_code"], one["kind"]) for one in arrived.tables["units"]] == [
        ("0", "desk"), ("10", "township"), ("11", "zone"), ("7", "ward"), ("8", "commune"),
    ]  # fmt: skip
    dossiers = arrived.by_code("unit_code", "channel", "procedure_code", "officer_code")
    assert dossiers["QUA-HAN"] == ("0", "counter", "TP01", "cb1")
    assert dossiers["QUA-MANG"] == ("8", "online", "2", "cb1")
    assert dossiers["SOM"] == ("7", "counter", "TP01", None)
    procedures = {
        one["procedure_code"]: (one["field"], one["level"], one["interlinked"], one["online_level"])
        for one in arrived.tables["procedures"]
    }
    assert procedures == {
        "TP01": ("TP", "commune", False, "3"), "2": ("TNMT", "district", True, None),
        "XD01": ("XD", "district", False, None), "LT02": ("LD", "commune", True, None),
    }  # fmt: skip
    officers = {one["officer_code"]: (one["name"], one["unit_code"]) for one in arrived.tables["officers"]}
    assert officers == {"cb1": (None, "7"), "cb2": (None, "0"), "cb3": (None, "8")}
    assert {"slips", "ratings", "loads", "dossiers.updated_at", "officers.name"}.isdisjoint(arrived.present)
    assert arrived.mended == []


def test_its_own_count_beside_ours(place: Place, arrived: Arrived) -> None:
    """By working days and the promise in force it counts 3 early, 8 on time, 1 late; ours differ in three rows."""
    theirs = [one["C_BIZ_DAYS_EXCEED"] for one in RECORDS if "C_BIZ_DAYS_EXCEED" in one]
    assert (sum(n > 0 for n in theirs), theirs.count(0), sum(n < 0 for n in theirs)) == (3, 8, 1)
    ours = arrived.counts(MARCH)
    assert (ours["early"], ours["on_time"], ours["late"]) == (3, 6, 3)
    assert (ours["received"], ours["refused"], ours["withdrawn"]) == (21, 2, 1)
    assert (ours["open_overdue"], ours["open_in_time"], ours["suspended"]) == (3, 1, 2)

    by_month, differing = statements(sql_of(EPAR, "mariadb", WANTED, what="compare"))[1:]
    [month] = place.run(by_month)
    unit, year, number, collected, *counted = (int(one) for one in month)
    assert (unit, year, number, collected) == (7, 2015, 3, 12)
    assert counted == [3, 3, 8, 6, 1, 3, 0, 0]
    assert {row[0]: row[-1] for row in place.run(differing)} == {
        "HEN-LAI": "hen lai",
        "CUOI-TUAN": "ngay lam viec, ngay lich",
        "THU-BAY": "ngay lam viec, ngay lich",
    }


def test_by_the_promise_in_force_and_working_days_the_count_is_its_own(arrived: Arrived) -> None:
    """Where neither a re-appointment nor a weekend lies between, day by day the same."""
    signs = {one["C_RECORD_NO"]: one["C_BIZ_DAYS_EXCEED"] for one in RECORDS if "C_BIZ_DAYS_EXCEED" in one}
    for code, (due, finished) in arrived.by_code("due_at", "finished_at").items():
        if code in signs and code not in ("HEN-LAI", "CUOI-TUAN", "THU-BAY"):
            left = (due.date() - finished.date()).days
            assert (left > 0, left < 0) == (signs[code] > 0, signs[code] < 0), code


def test_slips_and_ratings_where_they_are_asked_for(place: Place, tmp_path: Path) -> None:
    script = sql_of(EPAR, "mariadb", Wanted(THEIRS, OURS, READER, has_slips=True))
    place.run(*statements(script), *made_of(script, "CREATE OR REPLACE SQL SECURITY DEFINER VIEW"))
    arrived = place.read(tmp_path)
    place.run(f"DROP VIEW {OURS}.slips", f"DROP VIEW {OURS}.ratings")
    slips = [(one["slip_id"], one["dossier_code"], one["kind"], one["issued_at"], one["reason"])
             for one in arrived.tables["slips"]]  # fmt: skip
    assert slips == [
        ("BS5", "TAM-DUNG", "supplement", day("5/3 09:00"), None),
        ("TC16", "TU-CHOI", "refusal", day("5/3 15:00"), "có ghi lý do"),
    ]
    ratings = [(one["unit_code"], one["rated_on"].isoformat(), one["level"], one["votes"])
               for one in arrived.tables["ratings"]]  # fmt: skip
    assert ratings == [("0", "2015-03-10", "dissatisfied", 1), ("7", "2015-03-09", "very_satisfied", 3)]


def test_the_reader_sees_the_views_and_nothing_of_theirs(place: Place) -> None:
    [(grants,)] = place.run(
        "SELECT GROUP_CONCAT(TABLE_SCHEMA, ' ', PRIVILEGE_TYPE ORDER BY PRIVILEGE_TYPE) FROM information_schema.SCHEMA_PRIVILEGES"
        f" WHERE GRANTEE LIKE '%{READER}%'"
    )
    assert grants == f"{OURS} SELECT,{OURS} SHOW VIEW"


def test_a_table_filled_at_night_takes_the_view_s_place(
    place: Place, arrived: Arrived, tmp_path: Path
) -> None:
    script = statements(sql_of(EPAR, "mariadb", Wanted(THEIRS, OURS, READER, is_nightly=True)))
    place.run(*script)
    try:
        taken_over = place.read(tmp_path / "1")
        assert taken_over.tables["dossiers"] == arrived.tables["dossiers"]
        [load] = taken_over.tables["loads"]
        assert (load["source"], load["rows"]) == ("e-PAR", 21)
        assert place.run(f"SHOW EVENTS FROM {OURS}")[0][1] == "fill_dossiers_nightly"

        place.run(
            f"UPDATE {THEIRS}.t_r3_record SET C_BIZ_DONE_DATE = '2015-03-11 08:00' WHERE PK_RECORD = 13"
        )
        assert place.read(tmp_path / "2").by_code("state")["QUA-HAN"] == "open"
        place.run(f"CALL {OURS}.fill_dossiers()")
        after = place.read(tmp_path / "3")
        assert after.by_code("state")["QUA-HAN"] == "finished"
        assert len(after.tables["loads"]) == 2, "a new load is what the refresh looks for"
        place.run(*script)
        assert len(place.read(tmp_path / "4").tables["loads"]) == 3, "run again it loses nothing"
    finally:
        place.run(
            f"UPDATE {THEIRS}.t_r3_record SET C_BIZ_DONE_DATE = NULL WHERE PK_RECORD = 13",
            *statements(sql_of(EPAR, "mariadb", WANTED)),
        )
    # The views alone, run over it, take their place back and leave nothing of the night.
    assert place.run(f"SHOW EVENTS FROM {OURS}") == []
    again = place.read(tmp_path / "5")
    assert (again.tables["dossiers"], "loads" in again.present) == (arrived.tables["dossiers"], False)


def test_a_filling_that_fails_leaves_the_night_before(place: Place) -> None:
    place.run(*statements(sql_of(EPAR, "mariadb", Wanted(THEIRS, OURS, READER, is_nightly=True))))
    try:
        place.run(f"RENAME TABLE {THEIRS}.t_r3_record_type TO {THEIRS}.away")
        with pytest.raises(Exception, match="dossiers_now"):
            place.run(f"CALL {OURS}.fill_dossiers()")
        assert place.run(f"SELECT COUNT(*) FROM {OURS}.dossiers") == [(21,)]
        assert place.run(f"SELECT COUNT(*) FROM {OURS}.loads") == [(1,)]
    finally:
        place.run(
            f"RENAME TABLE {THEIRS}.away TO {THEIRS}.t_r3_record_type", f"DROP EVENT {OURS}.fill_dossiers_nightly",
            f"DROP TABLE {OURS}.dossiers", f"DROP TABLE {OURS}.loads", f"DROP VIEW {OURS}.dossiers_now",
            *statements(sql_of(EPAR, "mariadb", WANTED)),
        )  # fmt: skip

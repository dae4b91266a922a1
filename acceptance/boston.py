"""(a) Boston: for every ward the late and the on-time equal the city's own labels.

The labels are counted here from the file, in plain Python; the dashboard never sees the
column they are in.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from psycopg import sql

from acceptance import files, mariadb
from acceptance.asking import COUNTS, Dashboard, Row, by_unit, sums
from acceptance.checks import Checks
from acceptance.database import Database

FILE = "boston_311_2025-08_2026-02.csv"
HERE = Path(__file__).parent
AS_OF = datetime(2026, 2, 11, tzinfo=UTC)
WHOLE = "2025-08-01..2026-02-10"
"""All days on which something was received; its end is the moment of the labels."""
NEXT_DAY = "2025-08-01..2026-02-11"
LABELLED = 5_463
NO_TARGET = 10
STATES = ("closed", "open")
LABELS = ("ONTIME", "OVERDUE", "no target")
WARDS = 22

SETTINGS: dict[str, Any] = {"compare": "moment", "time_zone": "UTC", "as_of": "2026-02-11T00:00"}
RENAMES: dict[str, Any] = {
    "schema": "boston",
    "tables": {
        "dossiers": "service_requests",
        "units": "city_wards",
        "procedures": "city_services",
        "loads": "exports",
    },
    "columns": {
        "dossiers.dossier_code": "case_id",
        "dossiers.unit_code": "ward",
        "dossiers.procedure_code": "service_name",
        "dossiers.field": "assigned_department",
        "dossiers.channel": "report_source",
        "dossiers.received_at": "open_date",
        "dossiers.due_at": "target_close_date",
        "dossiers.finished_at": "close_date",
        "dossiers.state": "case_status",
        "units.unit_code": "ward_no",
        "units.name": "ward_label",
        "units.kind": "ward_type",
        "procedures.procedure_code": "service",
        "procedures.name": "service_label",
        "loads.as_of": "exported_until",
        "loads.source": "exporter",
    },
}

Requests = list[dict[str, str]]
Cell = tuple[str | None, ...]


def check(checks: Checks, database: Database, data: Path) -> None:
    """Load the city's table, connect it twice, and compare both with the labels."""
    with (data / FILE).open(encoding="utf-8", newline="") as file:
        requests = list(csv.DictReader(file))
    with checks.section("(a) Boston 311: tệp và nhãn của thành phố"):
        _check_file(checks, requests)
    database.run((HERE / "boston_source.sql").read_text(encoding="utf-8"))
    database.load_csv(sql.Identifier("boston", "service_requests"), data / FILE)

    with checks.section("(a) Boston 311: nối bằng khung nhìn"):
        database.run((HERE / "boston_views.sql").read_text(encoding="utf-8"))
        database.open_to_reader("boston_motcua")
        wanted = (
            "SELECT 1 FROM boston.service_requests",
            "INSERT INTO boston_motcua.dossiers (dossier_code) VALUES ('x')",
            "UPDATE boston_motcua.dossiers SET dossier_code = 'x'",
            "DELETE FROM boston_motcua.dossiers",
            "CREATE TABLE public.x (a integer)",
        )  # fmt: skip
        checks.counted("tài khoản của bảng theo dõi chỉ đọc được khung nhìn: số câu lệnh bị từ chối",
                       len(database.refused(wanted)), len(wanted))  # fmt: skip
        views = Dashboard(database_url=_address(database), schema="boston_motcua", **SETTINGS)
        _check_labels(checks, views, requests)

    with checks.section("(a) Boston 311: cùng dữ liệu trong MariaDB"):
        words = {"ky": "2025-08-01..2026-02-11"}
        expected = views.ask("on-time", **words)
        mariadb.check(checks, database, "boston_motcua", SETTINGS, expected, **words)
    with checks.section("(a) Boston 311: cùng dữ liệu trong tệp .xlsx và .csv"):
        files.check(checks, database, "boston_motcua", SETTINGS, expected, **words)

    with checks.section("(a) Boston 311: chỉ đổi tên trong motcua.toml, đọc thẳng bảng của thành phố"):
        _make_lists(database)
        database.open_to_reader("boston")
        renamed = Dashboard(database_url=_address(database), **RENAMES, **SETTINGS)
        _check_labels(checks, renamed, requests)


def _address(database: Database) -> str:
    return database.url.render_as_string(hide_password=False)


def _make_lists(database: Database) -> None:
    # Renaming changes no words, so the kinds of units must be the contract's. The city's
    # states can stay: an unknown state is finished if it has an end, else open. So can its
    # moments with an offset: the session's time zone (the setting) makes them local.
    database.run("""
        CREATE TABLE boston.city_wards AS
        SELECT DISTINCT ward AS ward_no, 'Khu vực ' || ward AS ward_label, 'ward' AS ward_type
        FROM boston.service_requests WHERE ward IS NOT NULL;
        CREATE TABLE boston.city_services AS
        SELECT DISTINCT service_name AS service, service_name AS service_label
        FROM boston.service_requests WHERE service_name IS NOT NULL;
        CREATE TABLE boston.exports AS
        SELECT timestamptz '2026-02-11 00:00+00' AS exported_until, 'boston 311' AS exporter;
    """)


# --- the file ----------------------------------------------------------------------


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _label(request: Mapping[str, str]) -> str:
    """Work the label out anew, from the two moments: what it is said to mean."""
    target = _moment(request["target_close_date"])
    if request["case_status"] == "Closed":
        return "OVERDUE" if _moment(request["close_date"]) > target else "ONTIME"
    return "OVERDUE" if target < AS_OF else "ONTIME"


def _check_file(checks: Checks, requests: Requests) -> None:
    dated = [one for one in requests if one["target_close_date"]]
    checks.counted("yêu cầu có hạn, mang nhãn", len(dated), LABELLED)
    checks.counted("yêu cầu không có hạn, để riêng", len(requests) - len(dated), NO_TARGET)
    right = sum(_label(one) == one["on_time"] for one in dated)
    checks.counted("nhãn đúng như cách định nghĩa (so từng thời điểm, UTC)", right, len(dated))
    # The dashboard takes a promise at midnight exactly for a bare date, the end of that day.
    timed = sum(_moment(one["target_close_date"]).astimezone(UTC).time() != time() for one in dated)
    checks.counted("không hạn nào rơi đúng 0 giờ", timed, len(dated))
    ended = sum(bool(one["close_date"]) == (one["case_status"] == "Closed") for one in requests)
    checks.counted("có ngày đóng khi và chỉ khi trạng thái là Closed", ended, len(requests))


# --- the labels against the API -------------------------------------------------------


def _bucket(request: Mapping[str, str]) -> str:
    state = "closed" if request["case_status"] == "Closed" else "open"
    return f"{state} {request['on_time']}" if request["target_close_date"] else f"{state} no target"


def _counted(requests: Requests, by: Callable[[Mapping[str, str]], Cell]) -> dict[Cell, Counter[str]]:
    found: dict[Cell, Counter[str]] = {}
    for one in requests:
        found.setdefault(by(one), Counter())[_bucket(one)] += 1
    return found


def _by_ward(request: Mapping[str, str]) -> Cell:
    return (request["ward"] or None,)


COMPARED: dict[str, tuple[Callable[[Row], int], tuple[str, ...]]] = {
    "đã đóng, OVERDUE = trễ hạn": (lambda row: row["late"], ("closed OVERDUE",)),
    "đã đóng, ONTIME = trước hạn + đúng hạn": (
        lambda row: row["early"] + row["on_time"], ("closed ONTIME",)
    ),
    "đang mở, OVERDUE = quá hạn chưa giải quyết xong": (lambda row: row["open_overdue"], ("open OVERDUE",)),
    "đang mở, ONTIME (và không có hạn) = đang giải quyết trong hạn": (
        lambda row: row["open_in_time"], ("open ONTIME", "open no target")
    ),
    "đã đóng, không có hạn = không có ngày hẹn trả": (lambda row: row["undated"], ("closed no target",)),
    "tiếp nhận = mọi yêu cầu": (
        lambda row: row["received"], tuple(f"{state} {label}" for state in STATES for label in LABELS)
    ),
    "cả hai loại OVERDUE = tử số của cách tính C": (
        lambda row: row["rates"]["C"]["numerator"], ("closed OVERDUE", "open OVERDUE")
    ),
    "cả hai loại OVERDUE = tử số của cách tính D": (
        lambda row: row["rates"]["D"]["numerator"], ("closed OVERDUE", "open OVERDUE")
    ),
}  # fmt: skip


def _check_labels(checks: Checks, dashboard: Dashboard, requests: Requests) -> None:
    labels = _counted(requests, _by_ward)
    answer = dashboard.ask("on-time", ky=WHOLE)
    rows = by_unit(answer)
    checks.equal("thời điểm của số liệu", answer["as_of"], "2026-02-11T00:00:00")
    checks.counted("dòng: 22 khu vực và dòng không rõ đơn vị", len(rows), WARDS + 1)
    for name, (read, buckets) in COMPARED.items():
        expected = {ward: sum(count[one] for one in buckets) for (ward,), count in labels.items()}
        total = f"{sum(expected.values()):,}".replace(",", ".")
        checks.same(f"{name}: {total} hồ sơ", {ward: read(row) for ward, row in rows.items()}, expected)
    _check_all(checks, rows, labels)
    district = answer["district"]
    checks.same("toàn địa bàn = cộng các dòng", {word: district[word] for word in COUNTS}, sums(answer))
    flags = {
        ward: _flag(ward, count["closed OVERDUE"], count["closed OVERDUE"] + count["closed ONTIME"])
        for (ward,), count in labels.items()
    }
    checks.same("cờ theo nhãn (từ 5% là vượt, từ 4% là sát; dòng không rõ đơn vị không có cờ)",
                {ward: row["flag"] for ward, row in rows.items()}, flags)  # fmt: skip
    later = by_unit(dashboard.ask("on-time", ky=NEXT_DAY))
    checks.same("kỳ chứa cả ngày của số liệu cho cùng số", _counts(later), _counts(rows))
    _check_services(checks, dashboard, requests)


def _flag(ward: str | None, late: int, n: int) -> str | None:
    if ward is None or not n:
        return None
    return "over" if 20 * late >= n else "near" if 25 * late >= n else "fine"


def _counts(rows: Mapping[str | None, Row]) -> dict[Any, int]:
    return {(ward, word): row[word] for ward, row in rows.items() for word in COUNTS}


def _check_all(checks: Checks, rows: Mapping[str | None, Row], labels: Mapping[Cell, Counter[str]]) -> None:
    """Count the labels that come back, ward by ward; those open without a target are taken off."""
    back = of = 0
    for (ward,), count in labels.items():
        row = rows.get(ward)
        late = count["closed OVERDUE"] + count["open OVERDUE"]
        in_time = count["closed ONTIME"] + count["open ONTIME"]
        of += late + in_time
        if row is not None:
            back += min(late, row["late"] + row["open_overdue"])
            fine = row["early"] + row["on_time"] + row["open_in_time"] - count["open no target"]
            back += min(in_time, fine)
    checks.counted("nhãn của thành phố trở lại đủ, theo từng khu vực", back, of)


def _check_services(checks: Checks, dashboard: Dashboard, requests: Requests) -> None:
    """Compare cell by cell: every service of every ward, asked one service at a time.

    No address asks for the requests without a service: they are what the others leave.
    """
    got: dict[Cell, Counter[str]] = {}
    whole = _compared(dashboard.ask("on-time", ky=WHOLE))
    for service in sorted({one["service_name"] for one in requests} - {""}):
        for ward, count in _compared(dashboard.ask("on-time", ky=WHOLE, thu_tuc=service)).items():
            got[ward, service] = count
            whole[ward].subtract(count)
    got |= {(ward, ""): count for ward, count in whole.items()}
    expected = {
        cell: Counter({name: sum(count[one] for one in buckets) for name, (_, buckets) in COMPARED.items()})
        for cell, count in _counted(requests, lambda one: (*_by_ward(one), one["service_name"])).items()
    }
    checks.same("từng khu vực × từng thủ tục, mọi cột trên",
                {cell: +count for cell, count in got.items() if +count},
                {cell: +count for cell, count in expected.items()})  # fmt: skip


def _compared(answer: Mapping[str, Any]) -> dict[str | None, Counter[str]]:
    return {
        ward: Counter({name: read(row) for name, (read, _) in COMPARED.items()})
        for ward, row in by_unit(answer).items()
    }

"""Zones by the hours at the counter, dates that are text by their values, promises without a time."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from checked import CLEAN, TWO_ENGINES, Place, dossier, ids, of

from queries.check.findings import ERROR, NOTE, WARNING
from queries.check.hours import zone_of_session
from queries.source.mapping import SourceMapping

HOME = ZoneInfo("Asia/Ho_Chi_Minh")
MARIADB = pytest.param("mariadb", marks=pytest.mark.mariadb)
WITH_INSTANTS = pytest.mark.parametrize("store", ["duckdb", "postgresql", MARIADB], indirect=True)
INSTANT = {"duckdb": "timestamptz", "postgresql": "timestamptz", "mariadb": "timestamp"}
SEVEN = timedelta(hours=7)


def instant(place: Place, moment: datetime) -> Any:
    """A local moment as the store's owner writes an instant: MariaDB's session is in the server's zone."""
    if place.name != "mariadb":
        return moment.replace(tzinfo=HOME)
    with place.store.owner() as cursor:
        cursor.execute("SET SESSION time_zone = '+00:00'")
    return moment.replace(tzinfo=HOME).astimezone(UTC).replace(tzinfo=None)


def moved(hours: timedelta, column: str = "received_at", n: int = 40) -> list[dict[str, Any]]:
    """Dossiers whose column is that much later than it was."""
    rows = [dossier(number) for number in range(n)]
    return [{**row, column: row[column] + hours} for row in rows]


def with_instants(place: Place, rows: list[dict[str, Any]], *columns: str) -> None:
    given = [{**row, **{one: instant(place, row[one]) for one in columns}} for row in rows]
    place.typed("dossiers", given, **dict.fromkeys(columns, INSTANT[place.name]))


@WITH_INSTANTS
def test_instants_are_read_in_the_districts_zone_and_that_is_told(place: Place) -> None:
    with_instants(place, [dossier(number) for number in range(40)], "received_at", "updated_at")
    report = place.check()
    assert ids(report, ERROR, WARNING) == set()
    told = of(report, "zones_used").sentence
    assert told.startswith(
        "Bảng dossiers có cột mang múi giờ: received_at, updated_at đọc theo giờ Asia/Ho_Chi_Minh. 100% "
        "trong 40 "
        "hồ sơ nộp trực tiếp được tiếp nhận trong giờ làm việc (07:00–17:30)"
    )
    assert "theo giờ UTC: " in told
    dossiers = next(one for one in report.tables if one.name == "dossiers")
    assert dossiers.first == datetime(2026, 3, 1, 7, 5)


@WITH_INSTANTS
def test_local_hours_written_as_if_they_were_utc_are_an_error_with_its_remedy(place: Place) -> None:
    with_instants(place, moved(SEVEN), "received_at")
    report = place.check()
    assert not report.ok
    found = of(report, "zone_misfit")
    assert (found.severity, found.column) == (ERROR, "received_at")
    assert "đang được đọc theo giờ Asia/Ho_Chi_Minh: chỉ " in found.sentence
    assert "đọc theo giờ UTC thì 100%" in found.sentence
    assert found.sentence.endswith('[zones]: "dossiers.received_at" = "UTC".')
    assert tomllib.loads(report.toml) == {"zones": {"dossiers.received_at": "UTC"}}
    mended = place.check(SourceMapping(zones={"dossiers.received_at": "UTC"}))
    assert mended.ok
    assert "received_at đọc theo giờ UTC" in of(mended, "zones_used").sentence
    assert next(one for one in mended.tables if one.name == "dossiers").first == datetime(2026, 3, 1, 7, 5)


@TWO_ENGINES
def test_utc_written_without_a_zone_is_an_error_with_its_remedy(place: Place) -> None:
    place.fill(dossiers=moved(-SEVEN))
    report = place.check()
    assert not report.ok
    assert of(report, "zone_misfit").sentence.endswith('[zones]: "dossiers.received_at" = "UTC".')
    assert tomllib.loads(report.toml) == {"zones": {"dossiers.received_at": "UTC"}}
    mended = place.check(SourceMapping(zones={"dossiers": "UTC"}))
    assert of(mended, "zone_misfit", column="finished_at").severity == WARNING, "only received_at was in UTC"
    assert mended.ok


@TWO_ENGINES
def test_a_zone_that_was_set_wrongly_is_an_error_too(place: Place) -> None:
    place.fill()
    report = place.check(SourceMapping(zones={"dossiers.received_at": "UTC"}))
    found = of(report, "zone_misfit")
    assert found.severity == ERROR
    assert found.sentence.endswith('[zones]: "dossiers.received_at" = "Asia/Ho_Chi_Minh".')


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"channel": "online"}, "at night people send online"),
        ({"received_at": datetime(2026, 3, 2)}, "a day without a time"),
        ({"received_at": datetime(2026, 3, 2, 3, 0), "number": 25}, "15 at the counter are too few"),
    ],
)
def test_what_says_nothing_of_the_zone_is_no_error(place: Place, change: dict[str, Any], why: str) -> None:
    others = change.pop("number", 0)
    rows = [{**row, **change} for row in moved(-SEVEN)]
    rows = [{**row, "channel": "online"} if i < others else row for i, row in enumerate(rows)]
    place.fill(dossiers=rows)
    assert place.check().ok, why


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_few_receipts_in_the_evening_are_no_error(place: Place) -> None:
    rows = [dossier(number) for number in range(100)]
    for row in rows[:15]:
        row["received_at"] = row["received_at"].replace(hour=20)
    place.fill(dossiers=rows)
    report = place.check()
    assert report.ok
    assert "85% trong 100 hồ sơ" in of(report, "zones_used").sentence


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_desk_that_works_day_and_night_fits_no_zone_and_is_no_error(place: Place) -> None:
    rows = [dossier(n, received_at=datetime(2026, 3, 1 + n % 28, n % 24, 30)) for n in range(240)]
    place.fill(dossiers=rows)
    assert place.check().ok


@pytest.mark.parametrize(
    ("word", "zone"),
    [
        ("+07:00", "Etc/GMT-7"), ("-5:00", "Etc/GMT+5"), ("+00:00", "UTC"), ("Etc/UTC", "UTC"),
        ("Asia/Bangkok", "Asia/Bangkok"), ("SYSTEM", None), ("", None),
    ],
)  # fmt: skip
def test_the_words_of_a_session_for_its_zone(word: str, zone: str | None) -> None:
    assert zone_of_session(word) == zone


# text dates


def text_dates(place: Place, pattern: str, n: int = 40) -> None:
    rows = [dossier(number) for number in range(n)]
    place.typed(
        "dossiers", [{**row, "due_at": row["due_at"].strftime(pattern)} for row in rows], due_at="varchar(40)"
    )


@TWO_ENGINES
def test_dates_with_the_day_first_are_read_and_one_is_shown(place: Place) -> None:
    text_dates(place, "%d/%m/%Y %H:%M")
    report = place.check()
    assert ids(report, ERROR, WARNING) == set()
    told = of(report, "text_dates", column="due_at").sentence
    assert told.startswith(
        "dossiers.due_at là ngày kiểu chữ: “13/04/2026 17:00” được đọc là 17:00 ngày 13 tháng 4"
    )
    assert "CAST" not in told


@TWO_ENGINES
def test_dates_that_contradict_the_formats_are_an_error_with_the_formats_that_fit(place: Place) -> None:
    text_dates(place, "%m/%d/%Y %H:%M")
    report = place.check()
    assert not report.ok
    found = of(report, "date_order")
    assert (found.severity, found.table, found.column) == (ERROR, "dossiers", "due_at")
    assert "(ví dụ “04/13/2026 17:00”) trái với date_formats" in found.sentence
    assert '"%m/%d/%Y"' in found.sentence
    assert found.count == 16
    mended = place.check(SourceMapping(date_formats=("%m/%d/%Y",)))
    assert mended.ok
    assert "17:00 ngày 13 tháng 4" in of(mended, "text_dates").sentence


def test_dates_of_two_orders_are_an_error_to_be_mended_at_the_source(place: Place) -> None:
    rows = [dossier(number) for number in range(40)]
    written = [{**row, "due_at": row["due_at"].strftime("%d/%m/%Y")} for row in rows]
    written[14]["due_at"] = "04/15/2026"
    place.typed("dossiers", written, due_at="varchar(40)")
    found = of(place.check(), "date_order")
    assert (found.count, found.examples) == (1, ("H0014",))
    assert "Cột này viết theo hai cách" in found.sentence


def test_iso_beside_another_order_says_nothing_of_that_order(place: Place) -> None:
    rows = [dossier(number) for number in range(40)]
    ways = ("%Y-%m-%d", "%Y-%m-%d", "%m/%d/%Y")
    written = [{**row, "due_at": row["due_at"].strftime(ways[i % 3])} for i, row in enumerate(rows)]
    place.typed("dossiers", written, due_at="varchar(40)")
    found = of(place.check(), "date_order")
    assert '"%m/%d/%Y"' in found.sentence
    assert "viết theo hai cách" not in found.sentence


@TWO_ENGINES
def test_iso_text_needs_no_word(place: Place) -> None:
    text_dates(place, "%Y-%m-%d %H:%M:%S")
    assert not any(one.id.startswith(("text_dates", "date_order")) for one in place.check().findings)


def test_dates_of_which_none_tells_the_order_are_doubted(place: Place) -> None:
    rows = [dossier(number, due_at=f"{1 + number % 12:02}/{1 + number % 12:02}/2026") for number in range(40)]
    place.typed("dossiers", rows, due_at="varchar(40)")
    found = of(place.check(), "date_order_unsure")
    assert found.severity == WARNING
    assert "không giá trị nào cho biết ngày hay tháng đứng trước" in found.sentence


def test_text_that_is_no_date_at_all_is_counted_and_most_of_it_is_an_error(place: Place) -> None:
    rows = [
        {**dossier(number), "received_at": dossier(number)["received_at"].isoformat(" ")}
        for number in range(40)
    ]
    rows[3]["received_at"] = "đầu tháng 3"
    place.typed("dossiers", rows, received_at="varchar(40)")
    report = place.check()
    assert report.ok
    found = of(report, "not_moment")
    assert (found.count, found.examples) == (1, ("H0003",))
    place.typed("dossiers", [{**row, "received_at": "đầu tháng"} for row in rows], received_at="varchar(40)")
    assert of(place.check(), "not_moment").severity == ERROR
    # Morning and evening in Vietnamese: it looks like a day, and none of it can be read.
    written = [{**row, "received_at": "12/03/2026 8:00:00 SA"} for row in rows]
    place.typed("dossiers", written, received_at="varchar(40)")
    report = place.check()
    assert not report.ok
    assert of(report, "no_such_day", column="received_at").severity == ERROR


def test_open_dossiers_whose_end_is_no_day_are_no_error(place: Place) -> None:
    """Of an end that is not there yet some sources say 0000-00-00."""
    rows = [dossier(number, finished_at="0000-00-00 00:00:00") for number in range(40)]
    place.typed("dossiers", rows, finished_at="varchar(40)")
    assert of(place.check(), "no_such_day", column="finished_at").severity == WARNING


# promises without a time


@TWO_ENGINES
def test_promises_at_midnight_are_told_where_moments_are_compared(place: Place) -> None:
    rows = [dossier(number) for number in range(40)]
    for row in rows[:10]:
        row["due_at"] = row["due_at"].replace(hour=0)
    place.fill(dossiers=rows)
    assert not any(one.id == "midnight_promise" for one in place.check().findings)
    found = of(place.check(compare="moment"), "midnight_promise")
    assert (found.severity, found.column, found.count) == (WARNING, "due_at", 10)
    assert "10 hồ sơ (25%) có dossiers.due_at lúc 00:00" in found.sentence


def test_promises_that_are_days_alone_are_told_as_that(place: Place) -> None:
    rows = [{**row, "due_at": row["due_at"].date().isoformat()} for row in CLEAN["dossiers"]]
    place.typed("dossiers", rows, due_at="date")
    found = of(place.check(compare="moment"), "midnight_promise")
    assert "dossiers.due_at chỉ có ngày, không có giờ" in found.sentence


def test_types_that_are_converted_are_one_line_a_table(place: Place) -> None:
    type_of = {"duckdb": "uuid", "postgresql": "uuid", "mariadb": "int", "sqlite": "integer"}[place.name]
    key = (lambda n: f"00000000-0000-4000-8000-{n:012}") if type_of == "uuid" else (lambda n: n)
    rows = [{**dossier(n), "dossier_code": key(n), "online_level": 4} for n in range(40)]
    place.typed("dossiers", rows, dossier_code=type_of, online_level="smallint")
    report = place.check()
    assert of(report, "converted").severity == NOTE
    kind = "uuid" if type_of == "uuid" else "số"
    assert of(report, "converted").sentence == (
        f"Bảng dossiers được đổi kiểu khi đọc: dossier_code ({kind} → chữ), online_level (số → chữ)."
    )
    assert report.ok

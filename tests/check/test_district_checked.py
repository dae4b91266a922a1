"""A district that is as it should be, and each thing that may be wrong with its tables and rows."""

from __future__ import annotations

import json
import re
import tomllib
from datetime import date, datetime

import pytest
from checked import CLEAN, TWO_ENGINES, Place, dossier, ids, of

from queries.check.findings import ERROR, NOTE, WARNING
from queries.check.shape import sentence
from queries.contract import CONTRACT
from queries.source.mapping import SourceMapping

NO_POSTGRESQL = ["duckdb", "sqlite", pytest.param("mariadb", marks=pytest.mark.mariadb)]


def test_a_clean_district_has_nothing_wrong(place: Place) -> None:
    place.fill()
    report = place.check()
    assert report.ok
    assert ids(report, ERROR, WARNING) == set()
    assert [one.name for one in report.tables] == list(CONTRACT)
    assert {one.name: one.rows for one in report.tables} == {name: len(CLEAN[name]) for name in CONTRACT}
    dossiers = report.tables[2]
    assert (dossiers.first, dossiers.last) == (datetime(2026, 3, 1, 7, 5), datetime(2026, 3, 28, 14, 32))
    assert report.as_of is not None
    assert (report.as_of.moment, report.as_of.inferred) == (datetime(2026, 11, 20, 23, 0), False)
    assert report.can_write is (place.name in ("duckdb", "sqlite"))
    assert report.is_superuser is False
    assert report.toml == ""


def test_a_table_is_one_line(place: Place) -> None:
    rows = [{key: value for key, value in row.items() if key != "assisted"} for row in CLEAN["dossiers"]]
    place.fill(dossiers=rows, complaints=None)
    place.store.drop_column("dossiers", "assisted")
    place.store.drop_column("dossiers", "late_reason")
    place.let_read()
    lines = {one.name: sentence(one) for one in place.check().tables}
    assert lines["units"] == "units (đơn vị): 2 dòng; đủ cột bắt buộc."
    assert lines["dossiers"] == (
        "dossiers (hồ sơ): 40 dòng từ 01/03/2026 đến 28/03/2026; đủ cột bắt buộc; không có assisted, "
        "late_reason."
    )
    assert lines["complaints"] == (
        "complaints (phản ánh, kiến nghị): không có, hoặc tài khoản không được đọc; phần dựa vào bảng này hiện “không có dữ liệu”."
    )
    assert not any("\n" in one for one in lines.values())


@TWO_ENGINES
def test_progress_is_told_table_by_table(place: Place) -> None:
    place.fill()
    place.check()
    assert ("dossiers", 0) in place.told
    assert ("dossiers", 40) in place.told
    assert {table for table, _ in place.told} == set(CONTRACT)


@TWO_ENGINES
def test_how_long_a_reading_takes_is_told(place: Place) -> None:
    place.fill()
    report = place.check()
    assert report.duration is not None
    assert report.duration.rows == sum(map(len, CLEAN.values()))
    assert report.duration.rows_per_second > 0
    told = of(report, "duration").sentence
    assert told.startswith(f"Đọc toàn bộ {report.duration.rows} dòng mất ")
    assert "dòng mỗi giây" in told


def test_a_required_column_that_is_missing_is_told_with_what_it_may_be_called(place: Place) -> None:
    place.fill()
    q = place.store.q
    place.store.write(
        f"ALTER TABLE {q('dossiers')} RENAME COLUMN {q('due_at')} TO {q('due_date')}",
        f"ALTER TABLE {q('dossiers')} DROP COLUMN {q('state')}", changes=["dossiers"],
    )  # fmt: skip
    place.let_read()
    report = place.check()
    assert not report.ok
    found = of(report, "missing_column")
    assert (found.severity, found.table) == (ERROR, "dossiers")
    assert "thiếu cột bắt buộc due_at (thời điểm hẹn trả ĐẦU TIÊN), state (trạng thái:" in found.sentence
    assert '[columns.dossiers]: due_at = "due_date"; state = "…".' in found.sentence
    line = next(one for one in report.tables if one.name == "dossiers")
    assert sentence(line).startswith("dossiers (hồ sơ): THIẾU due_at, state")
    assert line.rows is None


def test_every_required_thing_that_is_missing_is_told_at_once(place: Place) -> None:
    place.fill(units=None)
    place.store.drop_column("dossiers", "channel")
    place.let_read()
    report = place.check()
    assert ids(report, ERROR) == {("units", None, "missing_table"), ("dossiers", "channel", "missing_column")}
    assert '[tables]: units = "…"' in of(report, "missing_table").sentence
    said = tomllib.loads(report.toml.replace("# ", ""))
    assert said == {"tables": {"units": "…"}, "columns": {"dossiers": {"channel": "…"}}}
    assert "THIẾU BẢNG" in sentence(report.tables[0])


def test_other_names_are_found_whatever_their_case(place: Place) -> None:
    place.fill()
    q = place.store.q
    place.store.write(
        f"CREATE VIEW {q('V_HO_SO')} AS SELECT {q('dossier_code')} AS {q('Mã')}, {q('unit_code')}, "
        f"{q('channel')} AS {q('CHANNEL')}, {q('received_at')}, {q('due_at')}, {q('finished_at')}, "
        f"{q('state')} "
        f"FROM {q('dossiers')}"
    )  # fmt: skip
    place.let_read()
    mapping = SourceMapping(
        tables={"dossiers": "V_HO_SO", "slips": "KHONG_CO"},
        columns={"dossiers.dossier_code": "mã", "dossiers.late_reason": "LY_DO"},
    )  # fmt: skip
    try:
        report = place.check(mapping)
    finally:
        place.store.write(f"DROP VIEW {q('V_HO_SO')}")
    assert report.ok
    dossiers = report.tables[2]
    assert dossiers.columns["dossier_code"] == "Mã"
    assert sentence(dossiers).startswith("dossiers (hồ sơ, ở nguồn: V_HO_SO): 40 dòng")
    assert "Không có bảng «KHONG_CO» mà [tables] đặt cho slips" in of(report, "missing_table").sentence
    assert "không có cột «LY_DO» mà [columns.dossiers] đặt cho late_reason" in (
        of(report, "unknown_column").sentence
    )


@pytest.mark.parametrize("store", NO_POSTGRESQL, indirect=True)  # it lets no table go that a view needs
def test_a_view_over_what_is_no_more_is_told_as_that(place: Place) -> None:
    place.fill(complaints=None)
    gone, view = place.store.q("gone"), place.store.q("complaints")
    place.store.write(f"CREATE TABLE {gone} (complaint_id varchar(9))",
                      f"CREATE VIEW {view} AS SELECT * FROM {gone}", f"DROP TABLE {gone}")  # fmt: skip
    try:
        report = place.check()
    finally:
        place.store.write(f"DROP VIEW {view}", changes=["complaints"])
    found = of(report, "broken_table")
    assert (found.severity, found.table) == (ERROR, "complaints")
    assert found.sentence.startswith("Bảng «complaints» có nhưng không đọc được: ")


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_an_account_without_rights_on_a_table_is_told_that_it_may_not_read(place: Place) -> None:
    place.fill()
    place.store.write("REVOKE SELECT ON dossiers FROM PUBLIC, " + (place.url.username or ""))
    report = place.check()
    assert "hoặc tài khoản không được đọc" in of(report, "missing_table").sentence
    assert not any("không trả lời" in one.sentence for one in report.findings)


@TWO_ENGINES
def test_codes_that_fold_together_are_named(place: Place) -> None:
    place.change("dossiers", [0, 2], unit_code="p1")
    report = place.check()
    assert report.ok
    found = of(report, "folded_code")
    assert (found.table, found.column, found.count) == ("dossiers", "unit_code", 2)
    assert "Đó là: “p1” → “P1”." in found.sentence
    assert found.examples == ("H0000", "H0002")


@TWO_ENGINES
def test_codes_of_a_catalogue_that_are_nearly_alike_are_told(place: Place) -> None:
    place.fill(units=[*CLEAN["units"], {"unit_code": "p1", "name": "Phường 1 cũ", "kind": "ward"}])
    found = of(place.check(), "alike_codes")
    assert (found.severity, found.table, found.count) == (WARNING, "units", 2)
    assert "chữ hoa, chữ thường: “P1” và “p1”;" in found.sentence


@TWO_ENGINES
def test_codes_that_are_unknown_are_named_and_most_of_them_are_an_error(place: Place) -> None:
    place.change("dossiers", [0, 2], unit_code="P9", procedure_code="T9")
    report = place.check()
    assert report.ok
    assert "2 dòng. Mã không có trong danh mục" in of(report, "unknown_code", column="unit_code").sentence
    assert "Đó là: “P9”." in of(report, "unknown_code", column="unit_code").sentence
    assert of(report, "unknown_code", column="procedure_code").severity == WARNING
    place.change("dossiers", range(30), unit_code="P9")
    report = place.check()
    assert not report.ok
    assert of(report, "unknown_code", column="unit_code").severity == ERROR


@TWO_ENGINES
def test_officials_are_counted_and_not_named(place: Place) -> None:
    place.change("dossiers", [0], officer_code="C9")
    found = of(place.check(), "unknown_code")
    assert (found.severity, found.column) == (NOTE, "officer_code")
    assert "C9" not in found.sentence
    place.fill(officers=[*CLEAN["officers"], {**CLEAN["officers"][0], "name": "B"}])
    twice = of(place.check(), "same_key", "officers")
    assert "C1" not in twice.sentence
    assert twice.examples == ()


@TWO_ENGINES
def test_blanks_repeated_rows_and_keys_are_counted_by_reason(place: Place) -> None:
    rows = [*CLEAN["dossiers"], CLEAN["dossiers"][0], dossier(1, late_reason="khác")]
    rows[5] = {**rows[5], "late_reason": "\u00a0thiếu giấy tờ "}
    place.fill(dossiers=rows)
    report = place.check()
    assert report.ok
    assert (of(report, "same_row").count, of(report, "same_row").examples) == (1, ("H0000",))
    assert (of(report, "same_key").count, of(report, "same_key").examples) == (1, ("H0001",))
    assert of(report, "blanks").severity == NOTE
    assert of(report, "blanks").column == "late_reason"
    assert report.tables[2].rows == 40


@TWO_ENGINES
def test_what_is_empty_and_what_lies_ahead_is_one_line_a_table(place: Place) -> None:
    rows = [dossier(number) for number in range(40)]
    rows[0]["received_at"] = rows[1]["received_at"] = None
    rows[2]["channel"] = None
    rows[3]["finished_at"] = datetime(2027, 1, 1, 9)
    rows[4]["updated_at"] = datetime(2027, 1, 1, 9)
    place.fill(dossiers=rows)
    report = place.check()
    empty = of(report, "empty_required", "dossiers")
    assert "channel ở 1 dòng (2%), received_at ở 2 dòng (5%)." in empty.sentence
    ahead = of(report, "future", "dossiers")
    assert "sau 10:15 21/11/2026: finished_at ở 1 dòng, updated_at ở 1 dòng;" in ahead.sentence
    assert report.ok


@TWO_ENGINES
def test_required_tables_without_rows_are_told(place: Place) -> None:
    place.fill(dossiers=[])
    found = of(place.check(), "empty")
    assert found.sentence.startswith("Bảng dossiers (hồ sơ) chưa có dòng nào; mọi số về hồ sơ sẽ trống.")
    assert re.search(r" Bảng có dòng: .*units \d+ dòng", found.sentence), "other pages still have something"
    assert "các trang" not in found.sentence


@TWO_ENGINES
def test_the_report_is_json(place: Place) -> None:
    place.change("dossiers", [0], state="chờ")
    told = json.loads(json.dumps(place.check().to_dict(), ensure_ascii=False))
    assert told["ok"] is True
    assert told["as_of"] == {
        "moment": "2026-11-20T23:00:00", "inferred": False, "live": False,
        "sources": {"một cửa": "2026-11-20T23:00:00"},
    }  # fmt: skip
    assert told["duration"]["rows_per_second"] > 0
    assert [one["name"] for one in told["tables"]] == list(CONTRACT)
    assert told["tables"][2]["rows"] == 40
    assert told["tables"][2]["first"] == "2026-03-01T07:05:00"
    word = next(one for one in told["findings"] if one["id"] == "unknown_word")
    assert (word["table"], word["column"], word["count"], word["examples"]) == (
        "dossiers",
        "state",
        1,
        ["chờ"],
    )
    assert told["toml"].startswith("[values.state]")


@TWO_ENGINES
def test_dates_that_are_none_are_counted(place: Place) -> None:
    rows = [dossier(number) for number in range(40)]
    rows[0]["due_at"] = datetime(1900, 1, 1)
    rows[1]["received_at"] = datetime(1970, 1, 1, 7)
    place.fill(
        dossiers=rows, units=[{**CLEAN["units"][0], "active_to": date(9999, 12, 31)}, CLEAN["units"][1]]
    )
    report = place.check()
    assert of(report, "outside_years", column="due_at").examples == ("H0000",)
    assert of(report, "outside_years", column="received_at").examples == ("H0001",)
    assert not any(one.id == "empty_required" for one in report.findings), "told once"

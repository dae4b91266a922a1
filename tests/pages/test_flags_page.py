"""Cảnh báo on screen and in the API: one number everywhere, officials only for who may see them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from apps import AS_OF, Site, attributes, dossiers, said, server, unit, with_officials, write
from stores import DuckDB, Row

server()  # the pages register with the one application of the process

from dashboard.figures.flags.cards import flag_actions  # noqa: E402
from dashboard.figures.flags.matrix import matrix  # noqa: E402
from dashboard.figures.flags.wording import Mention  # noqa: E402
from dashboard.figures.unit.flags import unit_flags  # noqa: E402
from dashboard.pages import dossiers as list_page  # noqa: E402
from dashboard.pages import flags as page  # noqa: E402
from dashboard.question.access import WHOLE, may_list  # noqa: E402 - after the server
from dashboard.question.flags import flag_link, units_by_code  # noqa: E402
from queries.definitions.flags import FLAGS  # noqa: E402
from queries.flags.found import Found, Raised  # noqa: E402
from queries.flags.withheld import WITHHELD  # noqa: E402

CARDS = (page.draw_headline, page.draw_work, page.draw_units, page.draw_inspection, page.draw_review,
         page.draw_matrix, page.draw_complaints)  # fmt: skip
TOLD = (page.draw_work, page.draw_units, page.draw_review)
"""The cards that between them tell every flag."""
SECRETS = ("CB-77", "Nguyễn Văn Sở")
API_COLUMNS = {
    "id", "level", "scope", "unit_code", "unit", "count", "dossiers", "numerator", "denominator", "note", "strength",
    "sentence", "link",
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A district of three wards: one bad, one near, one without any dossier late."""
    rows = [
        *dossiers("P01", early=40, late=4, overdue=3, officer_code="CB-77"),
        *dossiers("P02", early=95, late=4, open_in_time=2, officer_code="CB-2"),
        *dossiers("P03", early=31, officer_code="CB-3"),
        *dossiers("P04", early=3, late=1),  # few
        *dossiers("P99", late=1),  # of no known unit
    ]
    late = [i for i, row in enumerate(rows) if row["unit_code"] == "P02" and _is_late(row)]
    apology = {"kind": "apology", "issued_at": datetime(2026, 11, 8, 9), "reason": "mưa bão",
               "new_due_at": datetime(2026, 11, 13)}  # fmt: skip
    slips = [{"slip_id": f"X{i}", "dossier_code": f"HS-{i:05}", **apology} for i in late]
    complaints = [
        {"complaint_id": "PA<1>", "unit_code": "P01", "received_on": date(2026, 10, 1),
         "due_on": date(2026, 11, 1), "field": "Đất đai"},
        {"complaint_id": "PA2", "unit_code": "P02", "received_on": date(2026, 11, 1),
         "due_on": date(2026, 12, 1)},
    ]  # fmt: skip
    officers = [{"officer_code": "CB-77", "name": "Nguyễn Văn Sở", "unit_code": "P01", "on_contract": True}]
    path = tmp_path_factory.mktemp("flags")
    write(path, [unit(i) for i in range(1, 5)], rows, slips=slips, complaints=complaints, officers=officers)
    return path


def _is_late(row: Row) -> bool:
    return bool(row.get("finished_at", AS_OF).day == 12)


@pytest.fixture
def site(folder: Path) -> Site:
    return Site(folder / "motcua.duckdb")


def drawn(site: Site, card: Callable[[Any], Any], **words: str) -> str:
    return str(site.draw(card, words, path="/canh-bao"))


def flag_row(site: Site, flag_id: str, code: str | None = None, query: str = "") -> Any:
    rows = site.json(f"/api/v1/flags{query}")["rows"]
    return next((row for row in rows if row["id"] == flag_id and row["unit_code"] == code), None)


def test_the_title_is_the_finding(site: Site) -> None:
    text = said(drawn(site, page.draw_headline))
    assert text.startswith(
        "2/4 đơn vị có tỷ lệ trễ hẹn từ 5% trở lên (1 đơn vị ít hồ sơ); 9 hồ sơ trễ chưa có phiếu xin lỗi"
    )
    # An official's late dossiers and a list of work are on P02 too: neither alarms.
    assert "2/4 đơn vị có cảnh báo đỏ; nên kiểm tra: Phường 1 và Phường 4." in text


def test_a_unit_without_dossiers_is_not_among_those_that_are_counted(tmp_path: Path) -> None:
    """Every page says "1/2": of the units that have something to judge."""
    rows = [*dossiers("P01", late=3, on_time=27), *dossiers("P02", on_time=30)]
    found = Site(write(tmp_path, [unit(1), unit(2), unit(3)], rows))
    headline = said(drawn(found, page.draw_headline))
    assert headline.startswith("1/2 đơn vị có tỷ lệ trễ hẹn")
    assert "1/2 đơn vị có cảnh báo đỏ" in headline
    assert "Đơn vị có cảnh báo đỏ 1/2" in headline
    assert said(drawn(found, page.draw_matrix)).startswith("1/2 đơn vị có cảnh báo đỏ")


def test_the_title_names_another_basis(site: Site) -> None:
    assert "từ 5% trở lên (1 đơn vị ít hồ sơ) (cách tính B)" in said(
        drawn(site, page.draw_headline, cach_tinh="B")
    )


def test_every_flag_is_told_and_its_rule_is_behind_a_question_mark(site: Site) -> None:
    text = "".join(drawn(site, card) for card in TOLD)
    asked = attributes(text, "data-help")
    told = {one for one in asked if one in FLAGS}
    raised = {
        row["id"] for row in site.json("/api/v1/flags")["rows"] if row["unit_code"] is None and row["count"]
    }
    assert raised <= told
    # Of what can be done today there is a line only where there is something to do.
    assert set(FLAGS) - told <= {"odd_record", "due_soon", "empty_apology"}
    assert len(asked) == len(set(asked)), "each once"
    assert "Căn cứ: " not in text, "the law is behind the question mark"
    assert "{" not in text


def test_what_follows_stands_beside_the_units_over_the_threshold(site: Site) -> None:
    text = said(drawn(site, page.draw_units))
    assert text.startswith("Đơn vị: 2 vượt ngưỡng, 1 sát ngưỡng")
    assert "Từ 5%: xem như không hoàn thành nhiệm vụ, xem xét xử lý kỷ luật người đứng đầu" in text
    assert "Chưa xét được: " in text
    assert "Trực tuyến dưới chỉ tiêu (chưa đặt chỉ tiêu)" in text
    assert "Công chức nhiều hồ sơ trễ (không nêu, để không lộ ai)" in said(drawn(site, page.draw_review))
    review = said(drawn(site.seen_by(with_officials()), page.draw_review))
    assert "Từ 3 hồ sơ trễ trong năm: xem như không hoàn thành nhiệm vụ" in review


def test_the_work_of_today_by_level_number_and_age(site: Site) -> None:
    text = said(drawn(site, page.draw_work))
    assert text.startswith("Hôm nay phải làm: 9 hồ sơ trễ chưa có phiếu xin lỗi, 3 hồ sơ quá hạn, ")
    # Three overdue since the 10th are eleven days old; so are the six that were finished late.
    assert (
        "Xin lỗi, hẹn lại với hồ sơ trễ 9/13 hồ sơ trễ hạn, quá hạn (69,2%) 9 · · 9 11 ngày từ 10/11/2026"
        in text
    )
    assert "Giải quyết xong hồ sơ quá hạn Quá hạn chưa giải quyết xong 3 · · 3 11 ngày từ 10/11/2026" in text
    assert "Trả lời phản ánh, kiến nghị quá hạn" in text
    assert "20 ngày từ 01/11/2026" in text
    order = ("Xin lỗi, hẹn lại", "Giải quyết xong hồ sơ quá hạn", "Trả lời phản ánh", "Sửa hồ sơ ghi sai")
    places = [text.index(name) for name in order if name in text]
    assert places == sorted(places)
    one = said(drawn(site, page.draw_work, don_vi="P02"))
    assert "Nhiều nhất ở" not in one
    assert "Giải quyết xong" not in one


def test_a_past_period_has_what_is_left_of_it(site: Site) -> None:
    assert "Hết kỳ không còn việc nào phải làm" in said(drawn(site, page.draw_work, ky="2026-09"))


def test_the_api_says_what_the_page_says(site: Site) -> None:
    answer = site.json("/api/v1/flags")
    assert all(set(row) == API_COLUMNS for row in answer["rows"])
    assert [row["id"] for row in answer["rows"] if row["unit_code"] is None] == list(FLAGS)
    assert {one["id"] for one in answer["rules"]} == set(FLAGS)
    row = flag_row(site, "no_apology")
    assert (row["count"], row["numerator"], row["denominator"], row["dossiers"]) == (9, 9, 13, 9)
    assert row["sentence"] in said(drawn(site, page.draw_headline))
    same = "ky=2026-11&so_voi=ky-truoc"
    assert row["link"] == f"/ho-so?{same}&cach_tinh=A&den=2026-11-21T10:15&canh_bao=no_apology"
    late = flag_row(site, "unit_late", "P01")
    assert (late["numerator"], late["denominator"], late["strength"]) == (4, 44, "over")
    assert late["sentence"] == "Vượt ngưỡng: 9,09% (4/44)"
    assert late["link"] == (f"/ho-so?{same}&don_vi=P01&cach_tinh=A&den=2026-11-21T10:15&canh_bao=unit_late")
    assert flag_row(site, "unit_late", "P03") is None
    assert flag_row(site, "unit_near", "P02")["numerator"] == 4
    assert flag_row(site, "commended", "P03")["count"] == 1
    assert (answer["alarmed"], answer["inspect"]) == (["P01", "P04"], ["P01", "P04"])
    (rule,) = (one for one in answer["rules"] if one["id"] == "unit_late")
    assert (rule["scope"], rule["level"]) == ("unit", "red")
    assert rule["consequence"].startswith("từ 5%: xem như không hoàn thành nhiệm vụ")


def test_units_and_the_unknown_one_add_up_to_the_district(site: Site) -> None:
    for row in site.json("/api/v1/flags")["rows"]:
        assert row["unit_code"] in (None, "P01", "P02", "P03", "P04")
    units = sum(flag_row(site, "no_apology", code)["count"] for code in ("P01", "P04"))
    assert units == flag_row(site, "no_apology")["count"] - 1
    assert "(không rõ đơn vị)" in drawn(site, page.draw_matrix)


def test_the_list_is_as_long_as_the_number(site: Site) -> None:
    checked = 0
    for row in site.json("/api/v1/flags")["rows"]:
        if row["link"] and row["link"].startswith("/ho-so"):
            there = row["link"].replace("/ho-so", "/api/v1/dossiers")
            assert site.json(there)["total"] == row["dossiers"], row
            checked += 1
    assert checked > 15


def test_csv(site: Site) -> None:
    text = site.get("/api/v1/flags?dang=csv").get_data(as_text=True)
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert len(rows) == len(site.json("/api/v1/flags")["rows"])
    assert {row["id"] for row in rows} == set(FLAGS)


def test_a_period_to_come_has_no_flags(site: Site) -> None:
    assert site.json("/api/v1/flags?ky=2026-12")["rows"] == []
    for card in CARDS:
        assert "Kỳ chưa bắt đầu" in drawn(site, card, ky="2026-12")


def test_past_periods_have_no_work_to_come(site: Site) -> None:
    row = flag_row(site, "due_soon", query="?ky=2026-10")
    assert (row["count"], row["link"], row["note"]) == (None, None, "chỉ xét khi kỳ đang chạy")
    assert "Không có cảnh báo đỏ nào trong kỳ này" in drawn(site, page.draw_headline, ky="2026-10")
    assert "Chưa có đơn vị nào nên kiểm tra" in drawn(site, page.draw_inspection, ky="2026-10")


# officials


@pytest.mark.parametrize("is_open", [False, True])
def test_officials_are_for_who_may_see_them(folder: Path, is_open: bool) -> None:
    of = Site(folder / "motcua.duckdb")
    of = of.seen_by(with_officials()) if is_open else of
    assert of.ask().rights.sees_officials is is_open
    text = "".join(drawn(of, card) for card in CARDS) + of.get("/api/v1/flags").get_data(as_text=True)
    row = flag_row(of, "officer_late")
    counts = (row["count"], row["dossiers"], row["note"])
    assert counts == ((2, 11, None) if is_open else (None, None, WITHHELD))
    staff = flag_row(of, "contract_staff")
    assert (staff["count"], staff["numerator"]) == ((47, 47) if is_open else (None, None))
    assert all((secret in text) is is_open for secret in SECRETS)
    assert ("canh_bao=officer_late" in text) is is_open
    assert ("canh_bao=contract_staff" in text) is is_open
    assert ("officials" in of.json("/api/v1/flags")) is is_open
    listed = of.get("/api/v1/dossiers?canh_bao=officer_late")
    assert (listed.status_code == 200) is is_open


def test_only_restricted_flags_are_closed() -> None:
    closed = {flag_id for flag_id in FLAGS if not may_list(WHOLE, flag_id)}
    assert closed == {"officer_late", "contract_staff"}


# the matrix


def matrix_names(site: Site, **words: str) -> list[str]:
    text = drawn(site, page.draw_matrix, **words)
    return re.findall(r'<th scope="row"><a[^>]*>([^<]*)</a>', text)


def test_units_to_inspect_say_why(site: Site) -> None:
    text = said(drawn(site, page.draw_inspection))
    assert text.startswith("Nên kiểm tra: Phường 1 và Phường 4")
    assert (
        "Vượt ngưỡng 9,09% (4/44) · 7 hồ sơ mức đỏ (149 trên 1.000 hồ sơ phải giải quyết) · 3 hồ sơ quá hạn"
        in text
    )
    assert "ít hồ sơ: 4 hồ sơ phải giải quyết" in text


def test_the_matrix_sorts_by_the_order_of_inspection(site: Site) -> None:
    assert matrix_names(site) == ["Phường 1", "Phường 4", "Phường 2", "Phường 3"]
    assert matrix_names(site, sap_xep="unit") == ["Phường 1", "Phường 2", "Phường 3", "Phường 4"]
    assert matrix_names(site, sap_xep="-unit")[0] == "Phường 4"
    assert matrix_names(site, sap_xep="-unit_late") == ["Phường 4", "Phường 1", "Phường 2", "Phường 3"]
    assert matrix_names(site, sap_xep="-unit_near")[0] == "Phường 2"
    assert matrix_names(site, sap_xep="overdue")[-1] == "Phường 1"
    assert "Không có cột “khong_co” để xếp" in drawn(site, page.draw_matrix, sap_xep="khong_co")


def test_the_matrix_of_a_province_shows_forty_and_then_all(tmp_path: Path) -> None:
    rows = [row for i in range(1, 61) for row in dossiers(f"P{i:02}", early=5, late=1)]
    of = Site(write(tmp_path, [unit(i) for i in range(1, 61)], rows))
    assert len(matrix_names(of)) == 40
    text = drawn(of, page.draw_matrix)
    assert "Xem cả 60 đơn vị" in text
    there = next(href for href in attributes(text, "href") if "the=" in href)
    assert "the=flags-matrix" in unescape(there)
    assert len(matrix_names(of, the="flags-matrix")) == 60


# other cards


def test_complaints_are_listed_one_by_one(site: Site) -> None:
    text = drawn(site, page.draw_complaints)
    assert "PA&lt;1&gt;" in text
    assert "1 phản ánh, kiến nghị quá hạn chưa trả lời" in said(text)
    assert "20" in said(text)  # days
    assert "PA2" not in text
    assert 'href="#phan-anh"' in drawn(site, page.draw_work)


def test_lines_for_the_overview(site: Site) -> None:
    question = site.ask(path="/")
    items = flag_actions(question.flags, units_by_code(question), flag_link(question))
    assert [(item.tag, item.level) for item in items] == [
        ("Chưa xin lỗi", "over"),
        ("Phản ánh, kiến nghị quá hạn", "near"), ("Không rõ người chịu trách nhiệm", "near"),
    ]  # fmt: skip
    assert items[0].text == "9 hồ sơ trễ chưa có phiếu xin lỗi: Phường 1: 7, Phường 4: 1, không rõ đơn vị 1."
    question = site.seen_by(with_officials()).ask(path="/")
    items = flag_actions(question.flags, units_by_code(question), flag_link(question))
    assert (items[1].tag, items[1].level) == ("Công chức nhiều hồ sơ trễ", "over")


def test_one_unit_alone(site: Site) -> None:
    assert "Phường 1 có cảnh báo đỏ." in said(drawn(site, page.draw_headline, don_vi="P01"))
    assert "Phường 3 không có cảnh báo đỏ." in said(drawn(site, page.draw_headline, don_vi="P03"))
    alone = said(drawn(site, page.draw_units, don_vi="P04"))
    assert "Đơn vị: vượt ngưỡng ▲ Vượt ngưỡng 25,00% (1/4), ít hồ sơ, từ tháng 11/2026" in alone
    assert "1 đơn vị" not in alone
    inspected = said(drawn(site, page.draw_inspection, don_vi="P03"))
    assert "Không có gì để gợi ý kiểm tra đơn vị này" in inspected
    assert "không vượt ngưỡng, không có hồ sơ mức đỏ, không có hồ sơ quá hạn" in inspected
    for card in CARDS:
        text = said(drawn(site, card, don_vi="P03"))
        assert not re.search("[Kk]hông đơn vị nào|[Cc]hưa đơn vị nào|Chưa có đơn vị nào|[Mm]ọi đơn vị", text)
    for card in CARDS:
        assert "Mã lỗi" not in drawn(site, card, don_vi="P01", linh_vuc="khong-co", cach_tinh="C")


# no data


def bare(path: Path, rows: list[Row]) -> Site:
    """A district whose source has nothing but what is required."""
    write(path, [unit(1), unit(2)], rows)
    store = DuckDB(path)
    optional = ("slips", "officers", "complaints", "procedures", "ratings", "receptions")
    store.write(*(f"DROP TABLE {name}" for name in optional))
    for column in ("officer_code", "current_due_at", "online_level", "assisted", "returned_at"):
        store.drop_column("dossiers", column)
    store.close()
    return Site(store.path)


def test_a_source_without_slips_and_officials(tmp_path: Path) -> None:
    of = bare(tmp_path, dossiers("P01", early=30, late=1))
    row = flag_row(of, "no_apology")
    assert (row["count"], row["numerator"], row["denominator"]) == (None, None, None)
    assert row["note"] == "không có dữ liệu"
    assert row["sentence"] == "Chưa xin lỗi: không có dữ liệu (nguồn không có bảng phiếu)"
    text = said("".join(drawn(of, card) for card in CARDS))
    assert "Không có cảnh báo đỏ nào trong phần có dữ liệu" in text
    assert "Công chức nhiều hồ sơ trễ (nguồn không có mã công chức chịu trách nhiệm của hồ sơ)" in text
    assert "Không có dữ liệu (nguồn không có bảng phản ánh, kiến nghị)" in text
    assert not re.search("slips|dossiers|officer_code|complaints", text), "no column's name on a page"
    assert "Mã lỗi" not in text


def test_an_empty_district_has_nothing_to_flag(tmp_path: Path) -> None:
    of = Site(write(tmp_path, [], []))
    text = said("".join(drawn(of, card) for card in CARDS))
    assert "Không có cảnh báo đỏ nào trong kỳ này" in text
    assert "Không có đơn vị nào hoạt động trong kỳ này" in text
    assert "Mã lỗi" not in text


@pytest.mark.parametrize("flag", ["due_soon", "unit_backlog"])
def test_what_is_to_be_done_today_has_no_list_in_a_past_period(site: Site, flag: str) -> None:
    assert "total" in site.json(f"/api/v1/dossiers?canh_bao={flag}")
    answer = site.json(f"/api/v1/dossiers?canh_bao={flag}&ky=2026-10", 400)
    assert "là việc của hôm nay: chỉ kỳ có ngày 21/11/2026 mới có danh sách" in answer["error"]
    text = site.text(list_page.draw_list, {"canh_bao": flag, "ky": "2026-10"})
    assert answer["error"] in text
    assert "hồ sơ:" not in text, "today's dossiers under October's title"


@pytest.mark.parametrize(
    ("name", "text", "printed"),
    [("An Lạc", "2", "An Lạc 2"), ("Phường 17", "2", "Phường 17: 2"), ("Phường 17", "", "Phường 17 "),
     ("Phường 17", "9,28% (4/43)", "Phường 17: 9,28% (4/43)")],
)  # fmt: skip
def test_a_number_in_a_name_is_kept_from_the_number_behind_it(name: str, text: str, printed: str) -> None:
    mention = Mention(name, text, "")
    assert f"{mention.name}{mention.gap}{mention.text}" == printed


def test_a_unit_that_is_no_more_is_not_to_be_inspected(tmp_path: Path) -> None:
    """Its official was late earlier in the calendar year, which the flag of officials looks at."""
    late: dict[str, Any] = {"month": date(2026, 3, 1), "officer_code": "C1"}
    rows = [*dossiers("P01", late=3, **late), *dossiers("P02", on_time=40, officer_code="C2")]
    ended = unit(1, active_to=date(2026, 5, 31), successor_code="P02")
    site = Site(write(tmp_path, [ended, unit(2)], rows))
    flags = site.seen_by(with_officials()).ask().flags
    assert set(flags.of("officer_late").units) == {"P01"}
    assert [one.code for one in flags.active] == ["P02"]
    assert flags.inspected == ()


def test_a_figure_that_is_withheld_is_no_figure_that_is_none(site: Site) -> None:
    """What is told of the district alone, or not at all, may be of any unit."""
    assert "Chưa xét được: " in said(drawn(site, page.draw_matrix))
    assert f"Công chức nhiều hồ sơ trễ ({WITHHELD})" in said(drawn(site, page.draw_matrix))
    asked = site.ask()
    staff = FLAGS["contract_staff"]
    told = Found(staff, "found", Raised(12, 12, 40), {"P01": Raised(7, 7, 20)}, untold=WITHHELD)
    kept = tuple(told if one.rule is staff else one for one in asked.flags.flags)
    flags = replace(asked.flags, flags=kept)
    text = matrix(
        flags, link=lambda one, code: "", unit_link=str, sort=None, whole=True, sort_link=str, whole_link="",
        links=(),
    )  # fmt: skip
    assert text.count(f"{staff.name}: {WITHHELD}") == len(flags.units) - 1
    (unit,) = (one for one in flags.units if one.code == "P02")
    assert f"{staff.name} ({WITHHELD})" in said(unit_flags(flags, unit, link=lambda one, code: ""))
    (unit,) = (one for one in flags.units if one.code == "P01")
    assert f"{staff.name} ({WITHHELD})" not in said(unit_flags(flags, unit, link=lambda one, code: ""))

"""/api/v1: the shape promised, the pages' own numbers, and a 400 for what is not understood."""

from __future__ import annotations

import csv
import io
import logging
import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from apps import AS_OF, SAMPLE, Site, district, dossiers, page, said, unit, write

from dashboard.api.routes import cell
from queries.sample.district import write_sample

HEAD = {"as_of", "period", "basis", "comparison", "district", "rows"}
COUNTS = {
    "received", "carried_over", "finished", "early", "on_time", "late", "undated", "refused", "withdrawn",
    "closed_undated", "open_in_time", "open_overdue", "suspended",
}  # fmt: skip
ROW = {
    "unit_code", "unit", "kind", *COUNTS, "late_rate", "late_rate_text", "flag", "rates", "basis_matters",
    "needed_on_time", "affordable_late", "strength", "since", "months_running",
}  # fmt: skip
MORE = {"comparison", "since_is_earlier", "late_1_3", "late_4_10", "late_over_10", "oldest_due"}
RATE = {"numerator", "denominator", "rate", "over"}
NASTY = "=1+1"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Site:
    path = tmp_path_factory.mktemp("mau") / "mau.duckdb"
    write_sample(path, years=2, per_unit_year=300, until=date(2026, 11, 21))
    return Site(path)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """P01 at exactly 5%, P02 calm with a name a spreadsheet would run, P03 empty, and three strays."""
    rows = [
        *dossiers("P01", late=1, on_time=9, early=10, overdue=2, open_in_time=3, suspended=1),
        *dossiers("P02", on_time=30),
        *dossiers(None, late=1, on_time=1),
        *dossiers("P99", overdue=1),
        *dossiers("P01", late=3, month=date(2026, 10, 1)),
    ]
    units = [unit(1), unit(2, name=NASTY), unit(3, active_from=date(2026, 11, 1), successor_code="P01")]
    return Site(write(tmp_path_factory.mktemp("nho"), units, rows))


def row_of(answer: dict[str, Any], code: str | None) -> dict[str, Any]:
    (found,) = [row for row in answer["rows"] if row["unit_code"] == code]
    return dict(found)


# /on-time


def test_days_of_dossiers_are_iso_in_json_and_csv(small: Site) -> None:
    (row, *_) = small.json("/api/v1/dossiers")["rows"]
    moments = {name: value for name, value in row.items() if name.endswith(("_at", "_on")) and value}
    assert {"received_at", "due_at"} <= set(moments)
    for value in moments.values():
        assert datetime.fromisoformat(value).year == 2026, value
    text = small.get("/api/v1/dossiers?dang=csv").get_data(as_text=True).removeprefix("\ufeff")
    (written, *_) = csv.DictReader(io.StringIO(text))
    assert {name: written[name] for name in moments} == moments


def test_the_shape_of_on_time(small: Site) -> None:
    answer = small.json("/api/v1/on-time")
    assert answer.keys() == HEAD
    assert answer["as_of"] == "2026-11-21T10:15:00"
    assert answer["period"] == {"kind": "month", "start": "2026-11-01", "end": "2026-11-30"}
    assert answer["basis"] == "A"
    for row in [*answer["rows"], answer["district"]]:
        assert row.keys() >= ROW
        assert row.keys() - ROW == MORE
        assert row["rates"].keys() == {"A", "B", "C", "D"}
        assert all(rate.keys() == RATE for rate in row["rates"].values())
        assert all(type(row[word]) is int for word in COUNTS)


def test_the_district_too_says_since_when_it_is_over(tmp_path: Path) -> None:
    rows = [row for month in (9, 10, 11)
            for row in dossiers("P01", late=10, on_time=90, month=date(2026, month, 1))]  # fmt: skip
    answer = Site(write(tmp_path, [unit(1), unit(2)], rows)).json("/api/v1/on-time")
    assert (answer["district"]["flag"], answer["district"]["strength"]) == ("over", "clear")
    assert (answer["district"]["since"], answer["district"]["months_running"]) == ("2026-09", 3)


def test_a_unit_by_hand(small: Site) -> None:
    row = row_of(small.json("/api/v1/on-time"), "P01")
    assert row == {
        "unit_code": "P01", "unit": "Phường 1", "kind": "ward",
        "received": 26, "carried_over": 0, "finished": 20, "early": 10, "on_time": 9, "late": 1, "undated": 0,
        "refused": 0, "withdrawn": 0, "closed_undated": 0, "open_in_time": 3, "open_overdue": 2,
        "suspended": 1,
        "late_rate": 5.0, "late_rate_text": "5,00%", "flag": "over", "strength": "over",
        "rates": {
            "A": {"numerator": 1, "denominator": 20, "rate": 5.0, "over": True},
            "B": {"numerator": 3, "denominator": 22, "rate": 300 / 22, "over": True},
            "C": {"numerator": 3, "denominator": 26, "rate": 300 / 26, "over": True},
            "D": {"numerator": 3, "denominator": 26, "rate": 300 / 26, "over": True},
        },
        "basis_matters": False, "needed_on_time": 1, "affordable_late": None,
        "since": "2026-10", "since_is_earlier": False, "months_running": 2,
        "late_1_3": 1, "late_4_10": 0, "late_over_10": 2, "oldest_due": "2026-11-10",
        "comparison": {"numerator": 3, "denominator": 3, "late_rate": 100.0, "points": -95.0},
    }  # fmt: skip


def test_what_it_is_compared_with_is_said_and_followed(small: Site) -> None:
    answer = small.json("/api/v1/on-time")
    assert answer["comparison"] == {
        "kind": "previous", "start": "2026-10-01", "end": "2026-10-21", "judged_on": None,
    }  # fmt: skip
    nothing = {"numerator": 0, "denominator": 0, "late_rate": None, "points": None}
    assert row_of(answer, "P02")["comparison"] == nothing
    earlier = small.json("/api/v1/on-time?so_voi=2026-11-08")
    assert (earlier["comparison"]["kind"], earlier["comparison"]["judged_on"]) == ("day", "2026-11-08")
    then = row_of(earlier, "P01")["comparison"]
    assert (then["numerator"], then["denominator"], then["points"]) == (0, 10, 5.0)
    assert small.json("/api/v1/on-time?so_voi=2026-10-08")["comparison"] is None
    head = small.get("/api/v1/on-time?dang=csv").get_data(as_text=True).split("\r\n")[0]
    assert "comparison_late_rate,comparison_points" in head


def test_nothing_to_judge_is_null_and_never_zero(small: Site) -> None:
    row = row_of(small.json("/api/v1/on-time"), "P03")
    assert (row["late_rate"], row["late_rate_text"], row["flag"], row["strength"]) == (None, "—", None, None)
    assert row["rates"]["B"] == {"numerator": 0, "denominator": 0, "rate": None, "over": None}
    assert (row["needed_on_time"], row["affordable_late"], row["since"], row["months_running"]) == (
        None, None, None, 0,
    )  # fmt: skip


def test_the_unknown_unit_is_in_the_district_and_not_flagged(small: Site) -> None:
    answer = small.json("/api/v1/on-time")
    stray = row_of(answer, None)
    assert (stray["unit"], stray["late"], stray["open_overdue"]) == ("(không rõ đơn vị)", 1, 1)
    assert (stray["flag"], stray["late_rate"]) == (None, 50.0)
    for word in COUNTS:
        assert answer["district"][word] == sum(row[word] for row in answer["rows"])
    assert answer["district"]["unit_code"] is None


def test_words_of_an_address_are_followed(small: Site) -> None:
    answer = small.json("/api/v1/on-time?ky=2026-10&cach_tinh=C&don_vi=P01&den=2026-11-20T08:00")
    assert (answer["basis"], answer["period"]["start"]) == ("C", "2026-10-01")
    assert answer["as_of"] == "2026-11-20T08:00:00"
    assert [row["unit_code"] for row in answer["rows"]] == ["P01"]
    assert answer["rows"][0]["late_rate"] == answer["rows"][0]["rates"]["C"]["rate"] == 100.0
    assert answer["rows"][0]["needed_on_time"] is None


def test_a_period_that_has_not_begun_has_no_figures(small: Site) -> None:
    answer = small.json("/api/v1/on-time?ky=2027-01")
    assert answer.keys() >= HEAD
    assert (answer["district"], answer["rows"]) == (None, [])


def test_sample_data_say_so_and_others_do_not(tmp_path: Path, small: Site, sample: Site) -> None:
    assert "sample" not in small.json("/api/v1/on-time")
    assert "DỮ LIỆU MẪU" not in small.get("/api/v1/on-time?dang=csv").get_data(as_text=True)
    assert district(tmp_path, {"late": 1}, load=SAMPLE).json("/api/v1/units")["sample"] is True
    for name in ("on-time", "units", "meta"):
        assert sample.json(f"/api/v1/{name}")["sample"] is True
        assert "DỮ LIỆU MẪU" in sample.get(f"/api/v1/{name}?dang=csv").get_data(as_text=True)


@pytest.mark.parametrize("query", ["", "?ky=2026-10", "?ky=2026&cach_tinh=B", "?ky=bc-2026-11&cach_tinh=C",
                                   "?linh_vuc=dat-dai&so_voi=cung-ky", "?don_vi=QM-P01"])  # fmt: skip
def test_the_numbers_are_those_of_the_pages(sample: Site, query: str) -> None:
    words = dict(one.split("=") for one in query.removeprefix("?").split("&") if one)
    answer = sample.json(f"/api/v1/on-time{query}")
    text = sample.text(page("on_time").draw_units, words)
    for row in answer["rows"]:
        if row["late_rate"] is not None:
            rate = row["rates"][answer["basis"]]
            share = f"{rate['numerator']:,}/{rate['denominator']:,}".replace(",", ".")
            assert f"{row['late_rate_text']} {share}" in text, row["unit"]
    late = answer["district"]["late"]
    assert f"{late:,}".replace(",", ".") in said(sample.draw(page("on_time").draw_ledger, words))


# /units and /meta


def test_units_are_all_of_the_district_active_or_not(small: Site) -> None:
    answer = small.json("/api/v1/units?ky=2026-10")
    assert [row["unit_code"] for row in answer["rows"]] == ["P02", "P01", "P03"]  # by name: "=1+1" first
    assert answer["rows"][2] == {
        "unit_code": "P03", "unit": "Phường 3", "kind": "ward", "active_from": "2026-11-01",
        "active_to": None, "successor_code": "P01", "is_active": False,
    }  # fmt: skip
    assert row_of(small.json("/api/v1/units"), "P03")["is_active"] is True
    assert [row["unit_code"] for row in small.json("/api/v1/units?don_vi=P01")["rows"]] == ["P01"]


def test_meta_says_what_the_figures_rest_on(small: Site) -> None:
    answer = small.json("/api/v1/meta")
    assert answer["as_of"] == "2026-11-21T10:15:00"
    assert (answer["as_of_inferred"], answer["is_old"]) == (False, False)
    assert answer["sources"] == [{"source": "Một cửa điện tử", "as_of": "2026-11-21T10:15:00"}]
    assert (answer["threshold_percent"], answer["near_percent"], answer["compare"]) == ("5", "4", "day")
    assert "2307" in answer["threshold_document"]
    assert answer["units"] == 3
    assert {"units", "dossiers", "dossiers.due_at", "slips.reason"} <= set(answer["present"])
    assert "rows" not in answer


# CSV


def table(site: Site, address: str) -> list[dict[str, str]]:
    answer = site.get(address)
    assert answer.status_code == 200
    assert (answer.mimetype, answer.content_type) == ("text/csv", "text/csv; charset=utf-8")
    assert answer.get_data().startswith(b"\xef\xbb\xbf"), "or Excel reads the letters wrongly"
    assert "attachment" in answer.headers["Content-Disposition"]
    text = answer.get_data().decode("utf-8-sig")
    assert "\r\n" in text
    return list(csv.DictReader(io.StringIO(text)))


def test_csv_holds_the_rows_of_the_json(small: Site) -> None:
    rows, answer = table(small, "/api/v1/on-time?dang=csv"), small.json("/api/v1/on-time")
    assert len(rows) == len(answer["rows"])
    for flat, row in zip(rows, answer["rows"], strict=True):
        for word in COUNTS:
            assert int(flat[word]) == row[word]
        assert flat["rates_C_denominator"] == str(row["rates"]["C"]["denominator"])
        assert flat["late_rate_text"] == row["late_rate_text"]
        assert flat["flag"] == (row["flag"] or "")
        assert flat["as_of"] == "2026-11-21T10:15:00"
    assert {row["unit_code"] for row in table(small, "/api/v1/units?dang=csv")} == {"P01", "P02", "P03"}
    assert table(small, "/api/v1/meta?dang=csv")[0]["threshold_percent"] == "5"
    head = small.get("/api/v1/meta?dang=csv").get_data(as_text=True).split("\r\n")[0].split(",")
    assert len(head) == len(set(head))


def test_csv_says_what_it_is_of(small: Site) -> None:
    (row, *_) = table(small, "/api/v1/on-time?dang=csv&ky=bc-2026-11&cach_tinh=B")
    told = (row["period"], row["period_start"], row["period_end"])
    assert told == ("bc-2026-11", "2026-10-15", "2026-11-14")
    assert row["basis"] == "B"


def test_a_name_that_excel_would_run_is_neutralised(small: Site) -> None:
    names = {row["unit_code"]: row["unit"] for row in table(small, "/api/v1/on-time?dang=csv")}
    assert names["P02"] == f"'{NASTY}"
    assert row_of(small.json("/api/v1/on-time"), "P02")["unit"] == NASTY, "JSON is not for spreadsheets"


@pytest.mark.parametrize("text", ["=1+1", "+84", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_every_beginning_of_a_formula_gets_an_apostrophe(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("value", ["Phường 1", "1=1", "", "a-b", 5, -5, 5.5, None, True])
def test_other_cells_stay(value: object) -> None:
    assert cell(value) is value


# what is not understood


@pytest.mark.parametrize("name", ["on-time", "units", "meta"])
@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("ky=2026-13", "ky"), ("ky=", "ky"), ("ky=2026-11&ky=2026-10", "ky"), ("KY=2026-11", "KY"),
        ("cach_tinh=E", "cach_tinh"), ("don_vi=P99", "don_vi"), ("so_voi=hom-qua", "so_voi"),
        ("den=2026-11-31", "den"), ("linh_vuc=khong-co", "linh_vuc"), ("thu_tuc=1", "thu_tuc"),
        ("la=1", "la"), ("trang=2", "trang"), ("mau=5", "mau"), ("the=x", "the"), ("canh=1", "canh"),
        ("dang=xml", "dang"), ("dang=", "dang"), ("dang=csv&dang=json", "dang"), ("<script>=1", "<script>"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_a_400_that_names_it(small: Site, name: str, query: str, word: str) -> None:
    answer = small.json(f"/api/v1/{name}?{query}", 400)
    assert answer.keys() == {"error", "word", "value", "request_id"}
    assert answer["word"] == word
    assert answer["error"].endswith(".")
    assert not re.search("đang xem|đang so|đang dùng|bỏ qua", answer["error"]), "nothing is shown instead"
    assert len(answer["value"]) <= 40


def test_a_400_quotes_what_was_written_whole(small: Site) -> None:
    assert "“a;b”" in small.json("/api/v1/on-time?ky=a;b", 400)["error"]


def test_only_reading_is_possible_and_other_paths_are_404(small: Site) -> None:
    for method in ("post", "put", "delete", "patch"):
        assert getattr(small.server.test_client(), method)("/api/v1/on-time").status_code == 405
    assert small.server.test_client().open("/api/v1/on-time", method="TRACE").status_code == 405
    for path in ("/api/v1/", "/api/v1/on_time", "/api/v2/on-time", "/api"):
        assert small.get(path).status_code == 404


# failures


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.ERROR, "motcua")
    return caplog


@pytest.mark.parametrize("query", ["", "?dang=csv", "?ky=2026-13"])
def test_before_the_first_copy_it_is_a_503_with_a_code_of_the_log(
    log: pytest.LogCaptureFixture, query: str
) -> None:
    site = Site("duckdb:////khong/co/bi-mat.duckdb")
    for name in ("on-time", "units", "meta"):
        answer = site.json(f"/api/v1/{name}{query}", 503)
        assert answer["error"] == "Đang đọc dữ liệu lần đầu."
        assert "bi-mat" not in str(answer), "where it lies is the administrator's business"
        assert answer["code"] in log.text


def test_a_list_is_sorted_by_its_columns_alone(small: Site) -> None:
    answer = small.json("/api/v1/dossiers?sap_xep=-officer_code", 400)
    assert "officer_code" in answer["error"]
    assert "due_at" in answer["allowed"]
    assert small.json("/api/v1/dossiers?sap_xep=-due_at")["total"]


def test_an_error_of_ours_is_a_500_in_json_with_a_code_of_the_log(
    small: Site, log: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("chi tiết nội bộ")

    monkeypatch.setattr("dashboard.question.question.judged_units", broken)
    small.source.forget()
    answer = small.json("/api/v1/on-time", 500)
    assert answer["code"] in log.text
    assert "nội bộ" in log.text
    assert "nội bộ" not in answer["error"]


def test_answers_are_not_kept_by_browsers_or_proxies(small: Site) -> None:
    for address in ("/api/v1/on-time", "/api/v1/on-time?dang=csv", "/api/v1/on-time?la=1"):
        assert small.get(address).headers.get("Cache-Control") == "no-store", address


def test_the_moment_of_the_data_is_that_of_the_settings(small: Site) -> None:
    assert datetime.fromisoformat(small.json("/api/v1/meta")["as_of"]) == AS_OF

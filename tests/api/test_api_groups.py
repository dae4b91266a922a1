"""/api/v1 by field, procedure and month, and the link to it under every card."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from apps import Site, attributes, dossiers, page, unit, write
from openpyxl import load_workbook

from dashboard.sheets.issuing import XLSX
from queries.sample.district import write_sample

COUNTS = ("received", "carried_over", "finished", "early", "on_time", "late", "undated", "open_in_time",
          "open_overdue", "suspended")  # fmt: skip
ONLINE = ("received", "online", "level_3", "level_4", "partial", "full", "self_submitted", "post_in")
PROCEDURES = [
    {"procedure_code": "1.01", "name": "Khai sinh", "field": "Hộ tịch", "online_level": "4"},
    {"procedure_code": "1.02", "name": "Tách thửa", "field": "Đất đai", "online_level": "3"},
]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """P01: hộ tịch 1 late of 20 and 2 overdue, đất đai 1 of 2; P02 began in October, 1 of no field."""
    rows = [
        *dossiers("P01", late=1, on_time=9, early=10, overdue=2, procedure_code="1.01"),
        *dossiers("P01", late=1, on_time=1, procedure_code="1.02"),
        *dossiers("P02", on_time=3, channel="online", assisted=False, procedure_code="1.01"),
        *dossiers("P02", on_time=1),
        *dossiers(None, late=1, procedure_code="1.01"),
        *dossiers("P01", late=2, on_time=2, month=date(2026, 9, 1), procedure_code="1.01"),
    ]
    votes = [
        {"unit_code": "P01", "rated_on": date(2026, month, 3), "source": source, "level": level, "votes": n}
        for month, source, level, n in ((11, "tablet", "satisfied", 4), (11, "tablet", "dissatisfied", 1),
                                        (10, "paper", "very_satisfied", 7))
    ]  # fmt: skip
    units = [unit(1), unit(2, active_from=date(2026, 10, 1))]
    return Site(write(tmp_path_factory.mktemp("nhom"), units, rows, procedures=PROCEDURES, ratings=votes))


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Site:
    path = tmp_path_factory.mktemp("mau") / "mau.duckdb"
    write_sample(path, years=2, per_unit_year=300, until=date(2026, 11, 21))
    return Site(path)


def rows_of(site: Site, address: str, key: str | None = None) -> Any:
    rows = site.json(address)["rows"]
    return rows if key is None else {row[key]: row for row in rows}


def test_fields_by_hand(small: Site) -> None:
    fields = rows_of(small, "/api/v1/on-time?theo=linh-vuc", "field")
    assert fields.keys() == {"Hộ tịch", "Đất đai", "(không rõ lĩnh vực)"}
    born = fields["Hộ tịch"]
    assert (born["received"], born["late"], born["open_overdue"], born["early"]) == (26, 2, 2, 10)
    assert (born["late_rate_text"], born["rates"]["A"]["denominator"]) == ("8,33%", 24)
    assert (born["late_1_3"], born["late_over_10"], born["oldest_due"]) == (2, 2, "2026-11-10")
    assert (fields["Đất đai"]["late_rate"], fields["Đất đai"]["oldest_due"]) == (50.0, None)


def test_procedures_by_hand(small: Site) -> None:
    rows = rows_of(small, "/api/v1/on-time?theo=thu-tuc")
    assert [(row["procedure_code"], row["procedure"], row["field"], row["late"]) for row in rows] == [
        ("1.01", "Khai sinh", "Hộ tịch", 2), ("1.02", "Tách thửa", "Đất đai", 1),
        (None, "(không rõ thủ tục)", None, 0),
    ]  # fmt: skip
    assert rows_of(small, "/api/v1/on-time?theo=thu-tuc&linh_vuc=dat-dai")[0]["procedure_code"] == "1.02"


def test_months_by_hand(small: Site) -> None:
    months = rows_of(small, "/api/v1/on-time?theo=thang", "month")
    assert next(iter(months)) == "2025-11"
    assert list(months)[-3:] == ["2026-09", "2026-10", "2026-11"]
    assert len(months) == 13
    assert months["2026-09"] == {
        "month": "2026-09", "start": "2026-09-01", "end": "2026-09-30", "is_unfinished": False,
        "numerator": 2, "denominator": 4, "late_rate": 50.0, "late_rate_text": "50,00%", "over": True,
    }  # fmt: skip
    nothing, now = months["2026-10"], months["2026-11"]
    assert (nothing["late_rate"], nothing["late_rate_text"], nothing["over"]) == (None, "—", None)
    assert (now["end"], now["is_unfinished"], now["numerator"], now["denominator"]) == (
        "2026-11-21", True, 3, 27,
    )  # fmt: skip


def test_a_unit_has_the_months_it_was_there_for(small: Site) -> None:
    rows = rows_of(small, "/api/v1/on-time?theo=don-vi-thang")
    assert Counter(row["unit_code"] for row in rows) == {"P01": 13, "P02": 2, None: 1}
    assert rows[-1]["unit"] == "(không rõ đơn vị)"
    assert {row["unit_code"] for row in rows_of(small, "/api/v1/on-time?theo=don-vi-thang&don_vi=P02")} == {
        "P02"
    }


def test_a_unit_s_rate_of_the_period_is_that_of_all_counts(sample: Site) -> None:
    for words in ("", "&ky=2026", "&ky=2026-Q3&linh_vuc=dat-dai", "&ky=2026-10&don_vi=QM-P02",
                  "&den=2026-11-18T12:00"):  # fmt: skip
        for basis in "ABCD":
            told = {
                row["unit_code"]: (row["numerator"], row["denominator"], row["late_rate_text"])
                for row in rows_of(sample, f"/api/v1/on-time?theo=don-vi-ky&cach_tinh={basis}{words}")
            }
            whole = {
                row["unit_code"]: (row["rates"][basis]["numerator"], row["rates"][basis]["denominator"],
                                   row["late_rate_text"])
                for row in rows_of(sample, f"/api/v1/on-time?cach_tinh={basis}{words}")
            }  # fmt: skip
            judged = {code for code, one in whole.items() if one[1]}
            assert judged, words
            assert {code: told[code] for code in judged} == {code: whole[code] for code in judged}


def test_a_unit_s_rate_of_the_period_by_hand(small: Site) -> None:
    rows = rows_of(small, "/api/v1/on-time?theo=don-vi-ky&ky=2026-09")
    assert rows == [{
        "unit_code": "P01", "unit": "Phường 1", "kind": "ward", "start": "2026-09-01", "end": "2026-09-30",
        "is_unfinished": False, "numerator": 2, "denominator": 4, "late_rate": 50.0,
        "late_rate_text": "50,00%", "over": True,
    }]  # fmt: skip


def test_how_dossiers_came_by_hand(small: Site) -> None:
    fields = rows_of(small, "/api/v1/online?theo=linh-vuc", "field")
    assert (fields["Hộ tịch"]["received"], fields["Hộ tịch"]["level_4"]) == (26, 3)
    assert fields["Hộ tịch"]["online_rate_text"] == "11,5%"
    assert rows_of(small, "/api/v1/online?theo=thu-tuc", "procedure_code")["1.01"]["online_level"] == "4"
    months = rows_of(small, "/api/v1/online?theo=thang", "month")
    assert (months["2026-11"]["self_submitted"], months["2026-10"]["online_rate"]) == (3, None)
    units = rows_of(small, "/api/v1/online?theo=don-vi-thang")
    assert {row["unit_code"]: row["online"] for row in units if row["month"] == "2026-11"} == {
        "P01": 0, "P02": 3, None: 0,
    }  # fmt: skip


def test_votes_by_source_and_month_by_hand(small: Site) -> None:
    rows = rows_of(small, "/api/v1/satisfaction?theo=nguon-thang")
    assert [(row["source"], row["month"], row["votes"], row["satisfaction_rate"]) for row in rows] == [
        ("tablet", "2026-11", 5, 80.0), ("paper", "2026-10", 7, 100.0),
    ]  # fmt: skip
    months = rows_of(small, "/api/v1/satisfaction?theo=don-vi-thang")
    by_unit = {row["unit_code"]: row["by_month"] for row in rows_of(small, "/api/v1/satisfaction")}
    assert {row["unit_code"] for row in months} == {"P01", "P02"}
    for row in months:
        same = ("votes", "satisfaction_rate", "very_satisfied_rate")
        assert [row[word] for word in same] == [
            by_unit[row["unit_code"]][row["month"]][word] for word in same
        ]
    assert sum(row["votes"] for row in months) == 12


@pytest.mark.parametrize(
    "words", ["", "&don_vi=QM-P02", "&ky=2026&cach_tinh=C", "&ky=bc-2026-11&cach_tinh=B"]
)
def test_groups_add_up_to_the_district(sample: Site, words: str) -> None:
    district = sample.json(f"/api/v1/on-time?dang=json{words}")["district"]
    for group in ("linh-vuc", "thu-tuc"):
        rows = rows_of(sample, f"/api/v1/on-time?theo={group}{words}")
        assert {word: sum(row[word] for row in rows) for word in COUNTS} == {
            word: district[word] for word in COUNTS
        }
    online = sample.json(f"/api/v1/online?dang=json{words}")["district"]
    for group in ("linh-vuc", "thu-tuc"):
        rows = rows_of(sample, f"/api/v1/online?theo={group}{words}")
        assert {word: sum(row[word] for row in rows) for word in ONLINE} == {
            word: online[word] for word in ONLINE
        }
    for name, counts in (("on-time", ("numerator", "denominator")), ("online", ONLINE)):
        months = rows_of(sample, f"/api/v1/{name}?theo=thang{words}", "month")
        units = rows_of(sample, f"/api/v1/{name}?theo=don-vi-thang{words}")
        for word in counts:
            assert {code: sum(row[word] for row in units if row["month"] == code) for code in months} == {
                code: row[word] for code, row in months.items()
            }


def test_the_view_s_month_is_the_last_of_the_thirteen(sample: Site) -> None:
    for basis in "ABCD":
        whole = sample.json(f"/api/v1/on-time?cach_tinh={basis}")["district"]
        last = rows_of(sample, f"/api/v1/on-time?theo=thang&cach_tinh={basis}")[-1]
        assert (last["numerator"], last["denominator"]) == (
            whole["rates"][basis]["numerator"], whole["rates"][basis]["denominator"],
        )  # fmt: skip
        assert last["late_rate_text"] == whole["late_rate_text"]


def test_a_period_that_has_not_begun_has_no_rows(small: Site) -> None:
    for name, group in (("on-time", "thang"), ("on-time", "linh-vuc"), ("on-time", "thu-tuc"),
                        ("on-time", "don-vi-thang"), ("on-time", "don-vi-ky"), ("online", "thang"), ("online", "thu-tuc"),
                        ("online", "linh-vuc"), ("online", "don-vi-thang"),
                        ("satisfaction", "nguon-thang"), ("satisfaction", "don-vi-thang")):  # fmt: skip
        assert rows_of(small, f"/api/v1/{name}?theo={group}&ky=2027-01") == []


@pytest.mark.parametrize(
    ("name", "query"),
    [("on-time", "theo=tuan"), ("on-time", "theo="), ("on-time", "theo=thang&theo=thang"),
     ("online", "theo=nguon-thang"), ("satisfaction", "theo=linh-vuc"), ("units", "theo=thang"),
     ("meta", "theo=thang")],
)  # fmt: skip
def test_a_group_that_is_not_there_is_a_400(small: Site, name: str, query: str) -> None:
    assert small.json(f"/api/v1/{name}?{query}", 400)["word"] == "theo"


def test_csv_has_the_rows_and_a_name_of_its_own(small: Site) -> None:
    answer = small.get("/api/v1/on-time?theo=linh-vuc&dang=csv&cach_tinh=B")
    assert 'filename="on-time-linh-vuc.csv"' in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert {row["field"]: row["late"] for row in rows}["Hộ tịch"] == "2"
    assert {row["basis"] for row in rows} == {"B"}


# under the cards


CARDS = {
    "overview": ("ranking", "trend", "heat", "satisfaction", "online"),
    "on_time": ("units", "trend", "days", "heat", "fields", "procedures"),
    "satisfaction": ("multiples", "units", "sources", "source_months"),
    "online": ("units", "help", "trend", "procedures", "fields", "post", "counts"),
    "unit": ("metrics", "trend", "months", "fields"),
}


def card(name: str, what: str) -> Callable[[Any], Any]:
    draw: Callable[[Any], Any] = getattr(page(name), f"draw_{what}")
    return draw


@pytest.mark.parametrize("words", [{}, {"linh_vuc": "dat-dai", "ky": "2026-Q4", "cach_tinh": "C"}])
@pytest.mark.parametrize("name", CARDS)
def test_every_chart_and_table_can_be_taken_along(sample: Site, name: str, words: dict[str, str]) -> None:
    path = {"path": "/don-vi/QM-P02"} if name == "unit" else {}
    for what in CARDS[name]:
        drawn = sample.draw(card(name, what), words, **path)
        markup = drawn if isinstance(drawn, str) else drawn[0]
        links = [one for one in attributes(markup, "href") if one.startswith("/tai/")]
        assert len(links) == 1, (name, what)
        answer = sample.get(links[0])
        assert (answer.status_code, answer.mimetype) == (200, XLSX), (name, what, links)
        sheet = load_workbook(io.BytesIO(answer.get_data()), read_only=True).worksheets[1]
        places = [row[0] for row in sheet.iter_rows(values_only=True, max_col=1)]
        assert 1 in places[places.index("TT") :], "at least one row"

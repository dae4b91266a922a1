"""What a reader's rights leave of every answer: units, periods, officials; lists and counts alike."""

from __future__ import annotations

import json
import re
from datetime import date, datetime, timedelta
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from apps import Site, dossiers, page, server, unit, write
from stores import Row

server()  # the pages register with the one application of the process

from dashboard.pages import dossiers as list_page  # noqa: E402
from dashboard.pages import on_time as on_time_page  # noqa: E402
from dashboard.pages import overview, units  # noqa: E402
from dashboard.pages import unit as unit_page  # noqa: E402
from dashboard.question.access import Rights  # noqa: E402
from queries.asked.periods import parse_period  # noqa: E402

ONE = Rights("don_vi", units=("P01",))
TWO = Rights("giam_sat", units=("P01", "P02"))
JUNE = Rights("giam_sat", units=("P01",), periods=(parse_period("2026-06", 15),))


def votes(of: str, level: str, count: int) -> Row:
    return {
        "unit_code": of,
        "rated_on": date(2026, 11, 5),
        "source": "tablet",
        "level": level,
        "votes": count,
    }


def complaint(number: int, of: str) -> Row:
    return {
        "complaint_id": f"K{number}", "unit_code": of, "received_on": date(2026, 11, 3),
        "due_on": date(2026, 11, 10), "answered_on": None,
    }  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Three wards: 10, 20 and 40 dossiers in November, 1, 2 and 4 of each unit in June and July."""
    rows = [row for i in (1, 2, 3) for row in dossiers(f"P{i:02}", on_time=10 * 2 ** (i - 1) - i, late=i)]
    for month in (6, 7):
        rows += [
            row
            for i in (1, 2, 3)
            for row in dossiers(f"P{i:02}", on_time=2 ** (i - 1), month=date(2026, month, 1))
        ]
    return Site(
        write(
            tmp_path_factory.mktemp("access"), [unit(i) for i in (1, 2, 3)], rows,
            ratings=[votes("P01", "satisfied", 3), votes("P03", "satisfied", 70)],
            complaints=[complaint(1, "P01"), complaint(2, "P03")],
            receptions=[{"unit_code": code, "held_on": date(2026, 11, 4), "kind": "x"}
                        for code in ("P01", "P03", "P03")],
        )
    )  # fmt: skip


def words_of(answer: Any) -> str:
    return answer if isinstance(answer, str) else answer[0]


# units


def test_counts_are_of_the_units_alone_that_may_be_seen(site: Site) -> None:
    whole, one, two = (
        found.json("/api/v1/on-time") for found in (site, site.seen_by(ONE), site.seen_by(TWO))
    )
    assert [row["unit_code"] for row in whole["rows"]] == ["P01", "P02", "P03"]
    assert [(row["unit_code"], row["received"]) for row in one["rows"]] == [("P01", 10)]
    assert [(row["unit_code"], row["received"]) for row in two["rows"]] == [("P01", 10), ("P02", 20)]
    assert [found["district"]["received"] for found in (whole, one, two)] == [70, 10, 30]


@pytest.mark.parametrize("route", ["on-time", "online", "satisfaction", "flags", "units"])
def test_no_route_names_another_unit(site: Site, route: str) -> None:
    for group in ("", "?theo=don-vi-thang"):
        if group and route in ("satisfaction", "flags", "units"):
            continue
        found = site.seen_by(ONE).get(f"/api/v1/{route}{group}").get_data(as_text=True)
        assert "P01" in found
        assert not [code for code in ("P02", "P03", "Phường 2", "Phường 3") if code in found]


def test_votes_complaints_and_receptions_are_narrowed_too(site: Site) -> None:
    asked = site.seen_by(ONE).ask()
    assert asked.satisfaction.district.votes["votes"] == 3
    assert list(asked.complaints.unit_code) == ["P01"]
    assert list(asked.receptions.receptions) == [1]
    assert [row.unit.code for row in asked.satisfaction.rows] == ["P01"]


def test_another_unit_cannot_be_asked_for(site: Site) -> None:
    answer = site.seen_by(ONE).get("/api/v1/on-time?don_vi=P02")
    assert answer.status_code == 400
    assert "trong phạm vi được xem" in answer.get_json()["error"]
    asked = site.seen_by(ONE).ask({"don_vi": "P02"})
    assert asked.view.unit_code == "P01"
    assert "đang xem Phường 1" in asked.parsed.sentences[0]
    # A store that a browser made up is read the same way.
    drawn = site.seen_by(ONE).draw(overview.draw_ranking, {"don_vi": "P03"})
    assert "Phường 1" in drawn
    assert "Phường 3" not in drawn


def test_lists_and_samples_hold_no_dossier_of_another_unit(site: Site) -> None:
    seen = site.seen_by(ONE)
    for words in ("", "&mau=50", "&chi_so=late", "&sap_xep=unit_code"):
        found = seen.json(f"/api/v1/dossiers?ky=2026-11{words}")
        assert {row["unit_code"] for row in found["rows"]} == {"P01"}
        assert found["total"] == (1 if "late" in words else 10)


def test_a_dossier_of_another_unit_is_not_found_by_its_code(site: Site) -> None:
    theirs = site.json("/api/v1/dossiers?ky=2026-11&don_vi=P03")["rows"][0]["dossier_code"]
    june = site.json("/api/v1/dossiers?ky=2026-06&don_vi=P03")["rows"][0]["dossier_code"]
    seen = site.seen_by(ONE)
    for code in (theirs, june):
        assert seen.json(f"/api/v1/dossiers?ma={code}")["rows"] == []
        assert "tiếp nhận ngày" not in words_of(seen.draw(list_page.draw_list, {"ma": code}))


def test_the_page_of_another_unit_is_of_no_unit(site: Site) -> None:
    seen = site.seen_by(ONE)
    for card in (unit_page.draw_metrics, unit_page.draw_flags, unit_page.draw_months, unit_page.draw_fields):
        assert "Không có đơn vị mang mã này" in words_of(seen.draw(card, path="/don-vi/P03"))
    assert "Phường 3" not in words_of(seen.draw(units.draw_list, path="/don-vi"))


def test_the_district_stands_beside_the_own_unit_and_no_other(site: Site) -> None:
    text = site.seen_by(ONE).text(unit_page.draw_metrics, path="/don-vi/P01")
    assert "70" in text  # received by the district
    assert not [one for one in ("Phường 2", "Phường 3") if one in text]


UNTOLD = "ra số của riêng một đơn vị khác"
BESIDE = ("draw_headline", "draw_metrics", "draw_trend", "draw_months")


def beside(of: Site, words: dict[str, str] | None = None) -> str:
    """All that a unit's page says of the district beside the unit, with its markup."""
    # Beside days freely chosen the trend is of whole months, which may be told.
    cards = BESIDE[:2] if ".." in (words or {}).get("ky", "") else BESIDE
    return "\n".join(str(of.draw(getattr(unit_page, one), words or {}, path="/don-vi/P01")) for one in cards)


def paper_of(of: Site) -> str:
    """The words of the paper that is taken along."""
    answer = of.get("/tai/phieu-giam-sat.docx?don_vi=P01&ky=2026-11")
    assert answer.status_code == 200
    with ZipFile(BytesIO(answer.get_data())) as paper:
        return re.sub(
            r"lập lúc [^<]*|[A-Z]{2}-2026-\d{4}-[A-Z]", "", paper.read("word/document.xml").decode()
        )


TT: Row = {"procedure_code": "TT", "name": "Cấp phép", "field": "Đất đai", "level": "commune"}


def numbered(*, other: int, third: int = 0, month: date = date(2026, 11, 1)) -> list[Row]:
    """Ten dossiers of P01, and so many of the other two."""
    return [
        row
        for of, many in (("P01", 10), ("P02", other), ("P03", third))
        for row in dossiers(of, on_time=many, month=month, procedure_code="TT", field="Đất đai")
    ]


@pytest.mark.parametrize(
    ("units", "rights", "third", "views"),
    [
        ((1, 2), ONE, 0, [{}]),  # one of two
        ((1, 2, 3), TWO, 7, [{}]),  # all but one: it is P03 that is not seen
        # The third has nothing in the month.
        ((1, 2, 3), ONE, 0, [{}, {"ky": "2026-Q4"}, {"ky": "bc-2026-11"}]),
        ((1, 2, 3), ONE, 9, [{"linh_vuc": "dat-dai"}, {"thu_tuc": "TT"}, {"ky": "2026-11-02..2026-11-20"},
                             {"den": "2026-11-12T10:00"}]),
    ],
)  # fmt: skip
def test_where_one_unit_is_left_the_districts_total_does_not_stand_beside(
    tmp_path: Path, units: tuple[int, ...], rights: Rights, third: int, views: list[dict[str, str]]
) -> None:
    sites = []
    for place, other in enumerate((1234, 4321)):
        # What is not seen: of P02, or where that is seen P03.
        rows = numbered(other=20, third=other) if rights is TWO else numbered(other=other, third=third)
        sites.append(Site(write(tmp_path / str(place), [unit(i) for i in units], rows, procedures=[TT])))
    for words in views:
        told = [beside(of.seen_by(rights), words) for of in sites]
        assert told[0] == told[1], words
        assert told[0].count(UNTOLD) >= 2, words
        assert UNTOLD not in beside(sites[0], words), "whoever sees all is told it"


def test_nor_does_it_on_the_paper_that_is_taken_along(tmp_path: Path) -> None:
    told = []
    for place, other in enumerate((1234, 4321)):
        of = Site(write(tmp_path / str(place), [unit(1), unit(2)], numbered(other=other)))
        told.append(paper_of(of.seen_by(ONE)))
    assert told[0] == told[1]
    assert UNTOLD in told[0]


def test_where_several_are_left_the_districts_total_stands_beside(tmp_path: Path) -> None:
    of = Site(write(tmp_path, [unit(i) for i in (1, 2, 3)], numbered(other=1234, third=30),
                    procedures=[TT]))  # fmt: skip
    told = beside(of.seen_by(ONE))
    assert "1.274" in told
    assert UNTOLD not in told
    # Nobody is left where all units are seen.
    every = Rights("giam_sat", units=("P01", "P02", "P03"))
    assert UNTOLD not in beside(of.seen_by(every), {"linh_vuc": "dat-dai"})


def test_a_month_of_one_unit_is_a_gap_in_the_districts_line(tmp_path: Path) -> None:
    june = date(2026, 6, 1)
    rows = [*numbered(other=20, third=30), *numbered(other=40, month=june)]
    of = Site(write(tmp_path, [unit(i) for i in (1, 2, 3)], rows)).seen_by(ONE)
    months = words_of(of.draw(unit_page.draw_months, path="/don-vi/P01"))
    assert months.count("không nêu, để không lộ số của riêng một đơn vị khác") == 1
    assert UNTOLD in months
    figure = json.loads(json.dumps(of.draw(unit_page.draw_trend, path="/don-vi/P01"), default=str))
    assert "đứt ở tháng không nêu" in str(figure)
    assert UNTOLD not in words_of(of.draw(unit_page.draw_headline, path="/don-vi/P01"))


def test_votes_of_one_unit_alone_are_not_told_beside_dossiers_of_several(tmp_path: Path) -> None:
    told = []
    for place, many in enumerate((777, 888)):
        rated = [votes("P01", "satisfied", 40), votes("P02", "dissatisfied", many)]
        of = Site(write(tmp_path / str(place), [unit(i) for i in (1, 2, 3)],
                        numbered(other=20, third=30), ratings=rated)).seen_by(ONE)  # fmt: skip
        cards = (unit_page.draw_metrics, unit_page.draw_headline)
        told.append("".join(words_of(of.draw(one, path="/don-vi/P01")) for one in cards))
    assert told[0] == told[1]
    assert "60" in told[0]
    assert UNTOLD in told[0]


def test_one_readers_cards_are_not_another_ones(site: Site) -> None:
    drawn = [
        found.text(on_time_page.draw_units) for found in (site, site.seen_by(TWO), site, site.seen_by(TWO))
    ]
    assert drawn[0] == drawn[2] != drawn[1] == drawn[3]
    assert "Phường 3" in drawn[0]
    assert "Phường 3" not in drawn[1]
    assert "Chỉ gồm 2 đơn vị được xem: Phường 1 và Phường 2" in drawn[1]


def test_the_reader_of_one_unit_lands_on_it(site: Site) -> None:
    asked = site.seen_by(ONE).ask()
    assert asked.view.unit_code == "P01"
    assert asked.link(absolute=True).count("don_vi=P01") == 1


# periods


def test_only_listed_periods_have_figures(site: Site) -> None:
    seen = site.seen_by(JUNE)
    assert seen.json("/api/v1/on-time?ky=2026-06")["rows"][0]["received"] == 1
    for period in ("2026-07", "2026-11", "2026", "2026-Q2", "bc-2026-06", "2026-06-15..2026-07-02"):
        found = seen.json(f"/api/v1/on-time?ky={period}")
        assert (found["rows"], found["district"], found["note"]) == (
            [],
            None,
            "Kỳ này không thuộc phạm vi tài khoản được xem",
        )
        assert seen.json(f"/api/v1/dossiers?ky={period}")["total"] == 0
        assert "Kỳ này không thuộc phạm vi tài khoản được xem" in seen.text(
            overview.draw_ranking, {"ky": period}
        )


def test_the_reader_of_some_periods_lands_in_the_last(site: Site) -> None:
    asked = site.seen_by(JUNE).ask()
    assert asked.view.period.code == "2026-06"
    assert "ky=" not in asked.link()
    assert site.seen_by(JUNE).ask({"den": "2026-08-01T10:00"}).view.period.code == "2026-06"


def test_nothing_is_compared_with_a_period_that_may_not_be_seen(site: Site) -> None:
    seen = site.seen_by(JUNE)
    assert site.ask({"ky": "2026-07"}).compared is not None
    assert seen.ask({"ky": "2026-06"}).compared is None
    assert seen.ask({"ky": "2026-06", "so_voi": "2026-06-20"}).compared is not None


def test_trends_have_no_figures_of_months_that_may_not_be_seen(site: Site) -> None:
    both = Rights("giam_sat", periods=tuple(parse_period(word, 15) for word in ("2026-06", "2026-11")))
    trend = site.seen_by(both).ask({"ky": "2026-11"}).trend
    shown = {month.code: share.b for month, share in zip(trend.months, trend.district, strict=True)}
    assert {code: n for code, n in shown.items() if n} == {"2026-06": 7, "2026-11": 70}
    assert trend.year_to_date().b == 0
    assert site.ask({"ky": "2026-11"}).trend.year_to_date().b == 84


def test_a_dossier_of_another_period_is_not_found_by_its_code(site: Site) -> None:
    code = site.json("/api/v1/dossiers?ky=2026-07&don_vi=P01")["rows"][0]["dossier_code"]
    told = site.text(list_page.draw_list, {"ky": "2026-06", "ma": code})
    assert "2026" in told
    assert "07/2026" not in site.seen_by(JUNE).text(list_page.draw_list, {"ky": "2026-06", "ma": code})


def test_moments_of_the_data_do_not_widen_what_may_be_seen(site: Site) -> None:
    asked = site.seen_by(JUNE).ask({"ky": "2026-07", "den": "2026-06-20T10:00"})
    assert not asked.view.has_started
    assert asked.view.at(as_of=datetime(2026, 6, 30, 9)).is_barred
    longer = site.seen_by(JUNE).ask({"ky": "2026-06-01..2026-08-31", "den": "2026-06-20T10:00"})
    assert longer.view.is_barred, "its days to come tell of duties and promises that are not the reader's"


def test_months_that_may_not_be_seen_have_no_row_and_read_as_a_dash(site: Site) -> None:
    both = Rights(
        "giam_sat", ("P01", "P02"), tuple(parse_period(word, 15) for word in ("2026-06", "2026-11"))
    )
    seen = site.seen_by(both)
    for route, group in (("on-time", "thang"), ("online", "thang"), ("on-time", "don-vi-thang")):
        rows = seen.json(f"/api/v1/{route}?theo={group}")["rows"]
        assert {row["month"] for row in rows} == {"2026-06", "2026-11"}
    heat = words_of(seen.draw(on_time_page.draw_heat))
    assert heat.count("ngoài phạm vi được xem") >= 2 * 11
    assert "“—” ngoài phạm vi được xem" in heat
    assert "“—”" not in words_of(site.draw(on_time_page.draw_heat))


def test_the_sum_of_some_units_is_not_called_the_districts(site: Site) -> None:
    assert site.ask().on_time.district.unit.name == "Toàn địa bàn"
    seen = site.seen_by(TWO)
    assert seen.ask().on_time.district.unit.name == "Các đơn vị được xem"
    for card in (on_time_page.draw_units, on_time_page.draw_heat, overview.draw_ranking):
        assert "oàn địa bàn" not in words_of(seen.draw(card))
    assert "oàn địa bàn" in words_of(site.draw(on_time_page.draw_units))


# officials


def test_figures_on_officials_are_told_where_nobody_can_be_told_apart(tmp_path: Path) -> None:
    """Two wards, six dossiers of each kind in each half of each month, and across it; P03 has one."""
    rows: list[Row] = []
    halves = [datetime(2025, 12, 15)]
    while halves[-1] < datetime(2026, 11, 1):
        months = halves[-1].year * 12 + halves[-1].month
        first = halves[-1].day == 1
        halves.append(halves[-1].replace(day=15) if first else datetime(months // 12, months % 12 + 1, 1))
    for begins, following in pairwise(halves):
        for of, many in (("P01", 6), ("P02", 7), ("P03", 1)):
            for official in ("HD", "BC"):
                for closed in (begins + timedelta(days=2), following + timedelta(days=2)):
                    rows += [
                        {"unit_code": of, "received_at": begins + timedelta(days=1), "finished_at": closed,
                         "due_at": closed, "state": "finished", "channel": "counter", "officer_code": official}
                        for _ in range(many)
                    ]  # fmt: skip
    officials = [{"officer_code": "HD", "name": "Người A", "on_contract": True},
                 {"officer_code": "BC", "name": "Người B", "on_contract": False}]  # fmt: skip
    site = Site(write(tmp_path, [unit(i) for i in (1, 2, 3)], rows, officers=officials))

    def staff(of: Site, words: str) -> dict[str | None, int | None]:
        found = of.json(f"/api/v1/flags?{words}")["rows"]
        return {row["unit_code"]: row["count"] for row in found if row["id"] == "contract_staff"}

    everything = site.seen_by(Rights(sees_officials=True))
    whole = staff(everything, "ky=2026-09")
    assert set(whole) == {None, "P01", "P02", "P03"}
    # P03 alone would be the remainder: the weaker of the others hides with it.
    assert staff(site, "ky=2026-09") == {None: whole[None], "P02": whole["P02"]}
    assert staff(site, "ky=bc-2026-09")[None] == staff(everything, "ky=bc-2026-09")[None]
    assert staff(site, "ky=2026-09&don_vi=P02") == {None: whole["P02"], "P02": whole["P02"]}
    assert staff(site, "ky=2026-09&don_vi=P01") == {None: None}
    assert staff(site.seen_by(Rights("don_vi", ("P02",))), "ky=2026-09")["P02"] == whole["P02"]
    assert staff(site.seen_by(TWO), "ky=2026-09") == {None: None}
    for words in ("ky=2026-11", "ky=2026-09&den=2026-11-01T09:00", "ky=2026-09&so_voi=2026-09-20",
                  "ky=2026-09-01..2026-09-30", "ky=bc-2026-9T", "ky=2026-09-01..2026-09-29"):  # fmt: skip
        assert staff(site, words) == {None: None}, words
    for words in ("ky=2026-09", "ky=2026"):
        assert site.get(f"/api/v1/dossiers?{words}&canh_bao=contract_staff").status_code == 403


def test_late_officials_are_told_of_a_whole_year_of_the_district_alone(tmp_path: Path) -> None:
    rows = [
        {**row, "officer_code": f"C{i}"}
        for i in range(6)
        for row in dossiers(f"P{i % 2 + 1:02}", late=3, month=date(2025, 5, 1))
    ]
    officials = [{"officer_code": f"C{i}", "name": f"Người {i}", "on_contract": False} for i in range(6)]

    def late(of: Site, words: str) -> dict[str | None, tuple[int | None, int | None]]:
        found = of.json(f"/api/v1/flags?{words}")["rows"]
        return {r["unit_code"]: (r["count"], r["dossiers"]) for r in found if r["id"] == "officer_late"}

    site = Site(write(tmp_path, [unit(1), unit(2)], rows, officers=officials))
    assert late(site, "ky=2025") == {None: (6, None)}
    for words in ("ky=2025-05", "ky=bc-2025", "ky=2025-H1", "ky=2025&don_vi=P01", "ky=2026"):
        assert late(site, words) == {None: (None, None)}
    assert late(site.seen_by(TWO), "ky=2025") == {None: (None, None)}
    few = Site(write(tmp_path / "few", [unit(1), unit(2)], rows[:12], officers=officials))
    assert late(few, "ky=2025") == {None: (None, None)}


def test_a_search_finds_nothing_of_another_unit(site: Site) -> None:
    one = site.seen_by(ONE)
    own = {row["dossier_code"] for row in one.json("/api/v1/dossiers")["rows"]}
    assert own
    assert [row["code"] for row in one.json("/api/v1/search")["rows"]] == ["P01"]
    assert one.json("/api/v1/search?tim=phuong+3")["rows"] == []
    for row in site.json("/api/v1/dossiers")["rows"][:20]:
        code = row["dossier_code"]
        found = {hit["code"] for hit in one.json(f"/api/v1/search?tim={code}")["rows"]}
        assert (code in found) == (code in own), code


def test_a_search_finds_nothing_of_another_period(site: Site) -> None:
    june = [row["dossier_code"] for row in site.json("/api/v1/dossiers?ky=2026-06&don_vi=P01")["rows"]]
    found = {row["code"] for row in site.seen_by(JUNE).json("/api/v1/search?tim=HS-")["rows"]}
    assert found == set(june) != set()


def test_the_title_and_status_of_another_units_page_name_nothing(site: Site) -> None:
    answer = site.seen_by(ONE).get("/don-vi/P03")
    assert (answer.status_code, site.get("/don-vi/P03").status_code) == (404, 200)
    assert "Phường 3" in site.get("/don-vi/P03").get_data(as_text=True)
    assert "Phường 3" not in answer.get_data(as_text=True)


def test_what_came_after_the_readers_period_is_not_told_of_a_dossier(tmp_path: Path) -> None:
    row = {"unit_code": "P01", "received_at": datetime(2026, 6, 20, 9), "due_at": datetime(2026, 7, 3),
           "finished_at": datetime(2026, 7, 9, 9), "state": "finished", "channel": "counter",
           "returned_at": datetime(2026, 7, 10, 9), "receiving_unit_code": "P02"}  # fmt: skip
    of = Site(write(tmp_path, [unit(1), unit(2)], [row]))
    (whole,) = of.json("/api/v1/dossiers?ky=2026-06")["rows"]
    assert (whole["finished_at"], whole["state"]) == ("2026-07-09T09:00:00", "finished")
    assert whole["receiving_unit_code"] == "P02"
    (told,) = of.seen_by(JUNE).json("/api/v1/dossiers?ky=2026-06")["rows"]
    assert (told["finished_at"], told["returned_at"], told["state"]) == (None, None, "open")
    assert told["receiving_unit_code"] == "(đơn vị khác)"
    course = of.seen_by(ONE).text(page("dossier").draw_course, path="/ho-so/HS-00000")
    assert "Tiếp nhận hộ tại (đơn vị khác)" in course
    assert "P02" not in course


def test_a_period_that_is_not_the_readers_is_called_so_everywhere(site: Site) -> None:
    seen, told = site.seen_by(JUNE), "Kỳ này không thuộc phạm vi tài khoản được xem"
    for file in ("dung-han.xlsx", "ho-so.xlsx", "bieu-ii06a.xlsx", "phieu-giam-sat.docx", "giao-ban.pptx"):
        answer = seen.get(f"/tai/{file}?ky=2026-07&don_vi=P01")
        assert (answer.status_code, told in answer.get_data(as_text=True)) == (403, True), file
        assert seen.get(f"/tai/{file}?ky=2026-06&don_vi=P01").status_code == 200
    # Without a period a report is of the reader's own, whatever it is usually of.
    for file in ("bieu-ii06a.xlsx?", "phieu-giam-sat.docx?don_vi=P01"):
        assert seen.get(f"/tai/{file}").status_code == 200
    wall = seen.json("/man-hinh/so-lieu?ky=2026-07")
    assert wall["strip"]["text"] == told
    assert {scene["title"] for scene in wall["scenes"]} == {told}
    bar = words_of(seen.draw(unit_page.draw_bar, {"ky": "2026-07"}, path="/don-vi/P01"))
    assert "kỳ này không thuộc phạm vi tài khoản được xem" in bar
    assert "kỳ chưa bắt đầu" not in bar
    assert "kỳ chưa bắt đầu" in words_of(site.draw(unit_page.draw_bar, {"ky": "2026-12"}))


def test_a_month_that_is_not_the_readers_is_no_month_without_dossiers(site: Site) -> None:
    both = Rights(
        "giam_sat", ("P01", "P02"), tuple(parse_period(word, 15) for word in ("2026-06", "2026-11"))
    )
    drawn = words_of(site.seen_by(both).draw(unit_page.draw_metrics, path="/don-vi/P01"))
    assert "07/2026: 0" not in drawn
    assert "07/2026: 1" in words_of(site.draw(unit_page.draw_metrics, path="/don-vi/P01"))
    # Nor is it counted among those of which something is said.
    assert "trong 2 tháng được xem" in site.seen_by(both).text(on_time_page.draw_heat)
    assert "trong 13 tháng" in site.text(on_time_page.draw_heat)


def test_whether_there_is_a_unit_elsewhere_is_not_said(site: Site) -> None:
    for of, told in ((site.seen_by(ONE), "Phạm vi tài khoản được xem"), (site, "Nguồn dữ liệu")):
        assert f"{told} không có đơn vị mang mã “P77”" in of.text(unit_page.draw_headline, path="/don-vi/P77")
    assert "Phạm vi tài khoản" in site.seen_by(ONE).text(unit_page.draw_headline, path="/don-vi/P02")


def test_what_the_source_holds_is_told_to_whoever_sees_all_of_it(site: Site) -> None:
    method = page("method")
    for card in (method.draw_quality, method.draw_administration):
        assert "chỉ tài khoản xem toàn địa bàn có" not in site.text(card)
        for rights in (ONE, JUNE):
            assert "chỉ tài khoản xem toàn địa bàn có" in site.seen_by(rights).text(card)


def test_the_head_of_a_unit_is_an_official(tmp_path: Path) -> None:
    of = Site(write(tmp_path, [unit(1, head_name="Lê Văn Đứng Đầu")], dossiers("P01", on_time=3)))
    for rights, is_named in (
        (Rights("lanh_dao", sees_officials=True), True),
        (ONE, False),
        (Rights(), False),
    ):
        told = of.seen_by(rights).text(unit_page.draw_headline, path="/don-vi/P01")
        assert ("Lê Văn Đứng Đầu" in told) is is_named

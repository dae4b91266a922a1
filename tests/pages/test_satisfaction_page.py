"""Hài lòng on screen and in the API: titles true for every case, sources apart, few votes without a trend."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from apps import Site, attributes, said, server, unit, write
from stores import DuckDB, Row

server()  # the pages register with the one application of the process

from dashboard.figures.satisfaction.cards import satisfaction_tile  # noqa: E402
from dashboard.figures.satisfaction.multiples import compact  # noqa: E402
from dashboard.figures.shared.multiples import MOST_PANELS  # noqa: E402 - after the server
from dashboard.pages import overview  # noqa: E402
from dashboard.pages import satisfaction as page  # noqa: E402

NOW, BEFORE = date(2026, 11, 5), date(2026, 10, 6)
CARDS = (page.draw_headline, page.draw_multiples, page.draw_units, page.draw_sources,
         page.draw_source_months)  # fmt: skip


def votes(
    of: int | str | None, good: int, bad: int = 0, on: date = NOW, source: str = "tablet", *, very: int = 0
) -> list[Row]:
    """Ratings of a unit: ``very`` of the good ones are very satisfied."""
    code = f"P{of:02}" if isinstance(of, int) else of
    levels = (("very_satisfied", very), ("satisfied", good - very), ("dissatisfied", bad))
    return [{"unit_code": code, "rated_on": on, "source": source, "level": level, "votes": n}
            for level, n in levels if n]  # fmt: skip


def site(folder: Path, rows: Iterable[list[Row]], count: int = 2, units: Iterable[Row] | None = None) -> Site:
    known = list(units) if units is not None else [unit(i) for i in range(1, count + 1)]
    return Site(write(folder, known, [], ratings=[one for part in rows for one in part]))


def title(of: Site, words: dict[str, str] | None = None) -> str:
    drawn = of.draw(page.draw_headline, words, path="/hai-long")
    return said(drawn[drawn.index("<h1>") : drawn.index("</h1>")])


def text(of: Site, card: Any, **words: str) -> str:
    return said(of.draw(card, words, path="/hai-long"))


BOTH = (votes(1, 90, 10), votes(1, 95, 5, BEFORE), votes(2, 99, 1), votes(2, 99, 1, BEFORE))

BY_ONE = "điểm % so với kỳ trước, góp nhiều nhất trong 2 đơn vị đủ phiếu để so là Phường 1 (2,50 điểm %)"


@pytest.mark.parametrize(
    ("rows", "words", "expected"),
    [
        (BOTH, {}, f"Hài lòng giảm 2,50 {BY_ONE}"),
        (BOTH, {"nguon": "paper"}, "Không có phiếu đánh giá nào trong kỳ này (nguồn Phiếu giấy)"),
        (BOTH, {"nguon": "tablet"},
         f"Hài lòng giảm 2,50 {BY_ONE} (nguồn Máy tính bảng)"),
        ((votes(1, 40, 0, BEFORE), votes(1, 39, 1), votes(2, 200, 200)), {},
         "Hài lòng giảm 45,68 điểm % so với kỳ trước, góp nhiều nhất trong 2 đơn vị đủ phiếu để so là "
         "Phường 2 (45,45 điểm %, mới có phiếu)"),
        ((votes(1, 40), votes(1, 40, 0, BEFORE), votes(2, 200, 200, BEFORE)), {},
         "Hài lòng tăng 45,45 điểm % so với kỳ trước, góp nhiều nhất trong 2 đơn vị đủ phiếu để so là "
         "Phường 2 (45,45 điểm %)"),
        ((votes(1, 90, 10), votes(1, 95, 5, BEFORE), votes(2, 980, 20), votes(2, 970, 30, BEFORE)), {},
         "Phường 1 giảm hài lòng nhiều nhất trong 2 đơn vị đủ phiếu để so: 5,00 điểm % so với kỳ trước, "
         "còn 90,00%"),
        ((votes(1, 29, 10), votes(1, 39, 0, BEFORE), votes(2, 0, 29)), {},
         "Hài lòng giảm 57,35 điểm % so với kỳ trước, góp nhiều nhất trong 1 đơn vị đủ phiếu để so là "
         "Phường 1 (14,71 điểm %)"),
        (BOTH, {"don_vi": "P01"},
         "Phường 1: 90,00% hài lòng trên 100 phiếu, giảm 5,00 điểm % so với kỳ trước"),
        (BOTH, {"don_vi": "P02"}, "Phường 2: 99,00% hài lòng trên 100 phiếu, bằng kỳ trước"),
        (BOTH, {"so_voi": "2026-10-01"},
         "94,50% hài lòng trên 200 phiếu; không có mốc để so sánh"),
        (BOTH, {"so_voi": "cung-ky"},
         "94,50% hài lòng; chưa đơn vị nào có từ 30 phiếu cùng nguồn ở cả kỳ này và cùng kỳ năm trước"),
        ((votes(1, 99, 1), votes(1, 98, 2, BEFORE), votes(2, 50), votes(2, 50, 0, BEFORE)), {},
         "Không đơn vị nào trong 2 đơn vị đủ phiếu để so giảm tỷ lệ hài lòng so với kỳ trước"),
        ((votes(1, 99, 1), votes(1, 98, 2, BEFORE), votes(2, 2, 20), votes(2, 22, 0, BEFORE)), {},
         "Không đơn vị nào trong 1 đơn vị đủ phiếu để so giảm tỷ lệ hài lòng so với kỳ trước"),
        ((votes(1, 90, 10), votes(1, 100, 0, BEFORE), votes(2, 80, 20), votes(2, 90, 10, BEFORE)), {},
         "Hài lòng giảm 10,00 điểm % so với kỳ trước, góp nhiều nhất trong 2 đơn vị đủ phiếu để so là "
         "Phường 1 và Phường 2 (mỗi đơn vị 5,00 điểm %)"),
        ((votes(1, 9, 20), votes(1, 29, 0, BEFORE)), {},
         "31,03% hài lòng; chưa đơn vị nào có từ 30 phiếu cùng nguồn ở cả kỳ này và kỳ trước"),
        ((votes(1, 9, 20),), {"don_vi": "P01"}, "Phường 1: 31,03% hài lòng trên 29 phiếu (ít phiếu)"),
        ((), {}, "Không có phiếu đánh giá nào trong kỳ này"),
        ((votes("P99", 5, 95), votes("P99", 95, 5, BEFORE)), {},
         "5,00% hài lòng; chưa đơn vị nào có từ 30 phiếu cùng nguồn ở cả kỳ này và kỳ trước"),
    ],
)  # fmt: skip
def test_the_title_is_true(
    tmp_path: Path, rows: Iterable[list[Row]], words: dict[str, str], expected: str
) -> None:
    assert title(site(tmp_path, rows), words) == expected


def test_a_fall_that_rounds_to_five_is_not_printed_as_five(tmp_path: Path) -> None:
    """9.001 of 10.000 against 9.501 is 5 points; 90.004 of 100.000 against 95.003 is 4,999."""
    near = site(tmp_path, (votes(1, 90_004, 9_996), votes(1, 95_003, 4_997, BEFORE)), 1)
    assert "4,999 điểm % so với kỳ trước" in title(near)
    assert "◆ giảm" not in text(near, page.draw_units)


def test_a_change_of_less_than_a_point_names_who_fell_most(tmp_path: Path) -> None:
    """0,99 points of the district name nobody as its mover; exactly one point does."""
    less = (votes(1, 9_901, 99), votes(1, 10_000, 0, BEFORE))
    assert title(site(tmp_path / "less", less, 1)).startswith("Phường 1 giảm hài lòng nhiều nhất trong 1 đơn")
    one = (votes(1, 9_900, 100), votes(1, 10_000, 0, BEFORE))
    assert title(site(tmp_path / "one", one, 1)).startswith("Hài lòng giảm 1,00 điểm % so với kỳ trước")


def test_few_votes_show_no_trend(tmp_path: Path) -> None:
    """29 votes: the rate and its a/b, "ít phiếu", and neither arrow nor line."""
    few = site(tmp_path, (votes(1, 29), votes(1, 20, 9, BEFORE), votes(2, 200), votes(2, 190, 10, BEFORE)))
    table, panels = text(few, page.draw_units), few.draw(page.draw_multiples, path="/hai-long")
    assert "100% 29/29, ít phiếu" in table
    assert "ít phiếu 29 và 29 phiếu" in table
    one = panels.split('<li class="panel')[2:]
    assert "Phường 2" in one[0]
    assert "▲" in one[0]
    assert "Phường 1" in one[1]
    assert "▲" not in one[1]
    assert "ít phiếu" in one[1]
    assert 'class="line' not in one[1]
    assert 'class="dot few' in one[1]
    new = site(tmp_path / "new", (votes(1, 29),), 1).draw(page.draw_multiples, path="/hai-long")
    assert "29 phiếu ít phiếu" in said(new[new.rindex('<li class="panel') :])


def test_sipas_stands_apart_and_every_source_has_its_votes(tmp_path: Path) -> None:
    rows = (votes(1, 40, 10), votes(1, 30, 0, source="paper"), votes(1, 5, 45, source="sipas"))
    found = site(tmp_path, rows, 1)
    headline, sources = text(found, page.draw_headline), text(found, page.draw_sources)
    assert "hài lòng 87,50% (70/80 phiếu)" in headline
    assert "Máy tính bảng 50 · Phiếu giấy 30" in headline
    assert "SIPAS đứng riêng: 10,00% (5/50 phiếu)" in headline
    assert "SIPAS (đứng riêng, không gộp) 10,00% 5/50" in sources
    assert "Phiếu máy tính bảng hài lòng thấp nhất: 80,00%" in text(found, page.draw_source_months)
    assert "Gộp các nguồn (trừ SIPAS) 87,50% 70/80" in sources
    assert "SIPAS (đứng riêng)" in text(found, page.draw_units)
    assert "hài lòng 10,00% (5/50 phiếu)" in text(found, page.draw_headline, nguon="sipas")
    hrefs = attributes(found.draw(page.draw_headline, {"nguon": "sipas"}, path="/hai-long"), "href")
    assert "/hai-long?nguon=tablet" in hrefs
    assert "/hai-long" in hrefs


def test_the_change_names_the_sources_it_rests_on(tmp_path: Path) -> None:
    """The paper box is emptied at the month's end: this month has none yet."""
    rows = (votes(1, 60, 40), votes(1, 60, 40, BEFORE), votes(1, 100, 0, BEFORE, "paper"),
            votes(1, 50, 0, NOW, "online"))  # fmt: skip
    found = site(tmp_path, rows, 1)
    assert "không đổi trên máy tính bảng" in text(found, page.draw_units)
    assert "tính trên máy tính bảng" in text(found, page.draw_headline)


def test_what_could_not_be_counted_is_told(tmp_path: Path) -> None:
    odd: list[Row] = [
        {"unit_code": "P01", "rated_on": NOW, "source": "tablet", "level": "tốt", "votes": 7},
        {"unit_code": "P01", "rated_on": NOW, "source": "tablet", "level": "satisfied", "votes": -1},
        {"unit_code": "P01", "rated_on": NOW, "source": "kiosk", "level": "satisfied", "votes": 4},
    ]
    shown = text(site(tmp_path, (votes(1, 40), odd), 1), page.draw_headline)
    assert "Không tính 7 phiếu không rõ mức đánh giá." in shown
    assert "Không tính 1 dòng có số phiếu trống hoặc âm." in shown
    assert "4 phiếu không rõ nguồn." in shown
    assert "(44/44 phiếu)" in shown


def test_a_merged_unit_ends_where_it_ended(tmp_path: Path) -> None:
    old = unit(2, active_to=date(2026, 9, 30), successor_code="P01")
    new = unit(1, active_from=date(2026, 10, 1))
    rows = (votes(1, 50), votes(1, 50, 0, BEFORE), votes(2, 50, 0, date(2026, 9, 4)),
            votes(2, 50, 0, date(2026, 8, 4)))  # fmt: skip
    panels = site(tmp_path, rows, units=[new, old]).draw(page.draw_multiples, path="/hai-long")
    assert "nhập vào Phường 1 sau 30/09/2026" in said(panels)
    assert panels.count('class="gone"') == 2
    assert "đơn vị chưa hoặc không còn hoạt động" in panels


def test_the_running_month_is_hollow(tmp_path: Path) -> None:
    rows = (votes(1, 50), votes(1, 50, 0, BEFORE))
    found = site(tmp_path, rows, 1)
    running = found.draw(page.draw_multiples, path="/hai-long")
    assert "hollow" in running
    assert "pending" in running
    assert "chưa kết thúc, đến 21/11/2026" in running
    assert "khoảng tin cậy 95%: 92,9–100%" in running
    assert "hollow" not in found.draw(page.draw_multiples, {"ky": "2026-10"}, path="/hai-long")


@pytest.mark.parametrize("count", [7, 16, 22, 163])
def test_many_units(tmp_path: Path, count: int) -> None:
    """All are there; past 40 the rest open on demand, those that fell first."""
    rows = [votes(i, 40 - i % 7, i % 7, on) for i in range(1, count + 1) for on in (NOW, BEFORE)]
    fallen = votes(count, 10, 40), votes(count, 60, 0, BEFORE)
    found = site(tmp_path, [*rows, *fallen], count)
    drawn = found.draw(page.draw_multiples, path="/hai-long")
    assert drawn.count('<li class="panel') == count + 1
    first = drawn.partition("<details")[0]
    assert first.count('<li class="panel') == min(count, MOST_PANELS) + 1
    assert f">Phường {count}<" in first
    assert ("Xem cả 163 đơn vị" in drawn) == (count == 163)
    assert found.draw(page.draw_units, path="/hai-long").count('<th scope="row">') == count + 1


def test_without_ratings_every_card_says_no_data(tmp_path: Path) -> None:
    path = write(tmp_path, [unit(1)], [])
    store = DuckDB(tmp_path)
    store.drop_table("ratings")
    store.close()
    empty = Site(path)
    assert title(empty) == "Nguồn dữ liệu không có phiếu đánh giá"
    for card in CARDS:
        shown = text(empty, card)
        assert "không có dữ liệu" in shown.lower(), card
        assert "0%" not in shown
    answer = empty.json("/api/v1/satisfaction")
    assert not answer["has_data"]
    assert answer["rows"][0]["votes"] is answer["rows"][0]["satisfaction_rate"] is None
    assert answer["district"]["by_source"]["tablet"]["votes"] is None


def test_nobody_voted_looks_otherwise(tmp_path: Path) -> None:
    nobody = site(tmp_path, (), 1)
    for card in CARDS:
        shown = text(nobody, card)
        assert "không có dữ liệu" not in shown.lower(), card
        assert "Không có phiếu đánh giá nào" in shown, card


@pytest.mark.parametrize(
    "words",
    [{"ky": "2027-01"}, {"ky": "1990-01"}, {"nguon": "x"}, {"nguon": "sipas"}, {"don_vi": "P02"},
     {"linh_vuc": "?"}, {"thu_tuc": "1"}, {"so_voi": "2026-11-03"}, {"ky": "bc-2026"}, {"cach_tinh": "C"}],
)  # fmt: skip
def test_every_card_opens_at_any_address(tmp_path: Path, words: dict[str, str]) -> None:
    found = site(tmp_path, BOTH)
    for card in CARDS:
        drawn = found.draw(card, words, path="/hai-long")
        assert isinstance(drawn, str)
        assert "Không tải được" not in drawn


def test_a_field_narrows_nothing_and_says_so(tmp_path: Path) -> None:
    folder = write(tmp_path, [unit(1)], [], ratings=votes(1, 40),
                   procedures=[{"procedure_code": "1.1", "name": "Thủ tục", "field": "Đất đai"}])  # fmt: skip
    found = Site(folder)
    assert "không ghi lĩnh vực hay thủ tục" in text(found, page.draw_headline, linh_vuc="dat-dai")
    assert "(40/40 phiếu)" in text(found, page.draw_headline, linh_vuc="dat-dai")
    assert "không ghi lĩnh vực" not in text(found, page.draw_headline)
    assert found.json("/api/v1/satisfaction?linh_vuc=dat-dai", 400)["word"] == "linh_vuc"
    drawn = found.draw(page.draw_units, {"linh_vuc": "dat-dai"}, path="/hai-long")
    link = next(one for one in attributes(drawn, "href") if "/tai/" in one)
    assert "linh_vuc" not in link
    assert found.get(link).status_code == 200


GOLDEN = (
    votes("TB", 31, on=date(2019, 6, 14), source="paper", very=19),
    votes("TB", 34, on=date(2019, 7, 12), source="paper", very=32),
    votes("NB", 82, 3, on=date(2019, 12, 2)),  # n is made up
)


def test_what_was_published_in_2019_on_screen_and_in_the_api(tmp_path: Path) -> None:
    units = [
        {"unit_code": "TB", "name": "Phường Thạch Bàn", "kind": "ward"},
        {"unit_code": "NB", "name": "Thị trấn Nhà Bè", "kind": "township"},
    ]
    found = site(tmp_path, GOLDEN, units=units)
    june, july = ("2019-06", "61,29% 19/31", "100% 31/31"), ("2019-07", "94,12% 32/34", "100% 34/34")
    for code, very, whole in (june, july):
        shown = text(found, page.draw_units, ky=code)
        assert very in shown
        assert whole in shown
    assert "96,47% 82/85" in text(found, page.draw_units, ky="2019")
    row = found.json("/api/v1/satisfaction?ky=2019-07&don_vi=TB")["rows"][0]
    assert (row["votes"], row["very_satisfied"], row["satisfied"]) == (34, 32, 2)
    assert (row["satisfaction_rate"], row["satisfaction_rate_text"]) == (100, "100%")
    assert (row["very_satisfied_rate"], row["very_satisfied_rate_text"]) == (100 * 32 / 34, "94,12%")
    town = found.json("/api/v1/satisfaction?ky=2019&don_vi=NB")["rows"][0]
    assert town["satisfaction_rate_text"] == "96,47%"


def test_the_api_and_its_csv(tmp_path: Path) -> None:
    found = site(tmp_path, (*BOTH, votes(1, 3, 1, source="sipas"), votes("P99", 2)))
    answer = found.json("/api/v1/satisfaction")
    first = answer["rows"][0]
    assert (answer["has_data"], answer["sources_pooled"]) == (True, ["tablet", "paper", "front", "online"])
    assert [row["unit_code"] for row in answer["rows"]] == ["P01", "P02", None]
    assert {
        "votes",
        "very_satisfied",
        "satisfied",
        "neutral",
        "dissatisfied",
        "very_dissatisfied",
        "satisfaction_rate",
        "very_satisfied_rate",
        "by_source",
        "by_month",
    } <= set(first)
    assert (first["votes"], first["satisfied"], first["dissatisfied"]) == (100, 90, 10)
    assert first["comparison"] == {
        "votes": 100, "votes_before": 100, "points": -5.0, "sources": "tablet", "is_drop": True,
    }  # fmt: skip
    assert first["by_source"]["sipas"]["satisfaction_rate"] == 75
    assert first["by_source"]["paper"] == {
        "votes": 0, "very_satisfied": 0, "satisfied": 0, "neutral": 0, "dissatisfied": 0,
        "very_dissatisfied": 0, "satisfaction_rate": None, "very_satisfied_rate": None,
    }  # fmt: skip
    assert list(first["by_month"])[-2:] == ["2026-10", "2026-11"]
    assert first["by_month"]["2026-10"]["satisfaction_rate"] == 95
    assert answer["district"]["votes"] == sum(row["votes"] for row in answer["rows"]) == 202
    sheet = found.get("/api/v1/satisfaction?dang=csv").get_data(as_text=True).removeprefix("\ufeff")
    lines = list(csv.DictReader(io.StringIO(sheet)))
    assert [line["unit_code"] for line in lines] == ["P01", "P02", ""]
    assert lines[0]["by_month_2026-10_votes"] == "100"
    assert lines[0]["by_source_sipas_votes"] == "4"
    sipas = found.json("/api/v1/satisfaction?nguon=sipas")
    assert (sipas["sources_pooled"], sipas["rows"][0]["votes"]) == (["sipas"], 4)
    assert found.json("/api/v1/satisfaction?nguon=tivi", 400)["word"] == "nguon"


def test_the_overview_gets_its_figure_and_its_card(tmp_path: Path) -> None:
    found = site(tmp_path, BOTH)
    question = found.ask({"nguon": "sipas"}, "/")
    now, before, trend = question.satisfaction, question.satisfaction_before, question.satisfaction_trend
    tile = satisfaction_tile(now, before, trend, "/hai-long")
    assert (tile.name, tile.value, tile.href) == ("Tỷ lệ hài lòng", "94,50%", "/hai-long")
    assert tile.share == "189/200 phiếu"
    assert tile.lines == ("▼ 2,50 điểm % so với kỳ trước",)
    assert tile.spark is not None
    drawn = compact(now, before, trend, question.known.units, link=str, all_link="/hai-long")
    assert f"Hài lòng giảm 2,50 {BY_ONE}" in said(drawn)
    assert drawn.count('<li class="panel') == 2
    nobody = site(tmp_path / "nobody", (), 1).ask({}, "/")
    tile = satisfaction_tile(nobody.satisfaction, nobody.satisfaction_before, nobody.satisfaction_trend)
    assert (tile.value, tile.lines) == ("—", ("Không có phiếu đánh giá nào trong kỳ này",))


def test_the_overview_says_among_how_many_units_one_fell(tmp_path: Path) -> None:
    rows = (votes(1, 90, 10), votes(1, 95, 5, BEFORE), votes(2, 980, 20), votes(2, 970, 30, BEFORE))
    drawn = text(site(tmp_path, rows), overview.draw_satisfaction)
    assert "Hài lòng: trong 2 đơn vị đủ phiếu để so, Phường 1 giảm 5,00 điểm %, còn 90,00%" in drawn


def test_a_name_is_only_a_name(tmp_path: Path) -> None:
    nasty = {"unit_code": "P01", "name": '<script>alert("x")</script>', "kind": "ward"}
    found = site(tmp_path, (votes(1, 20, 30), votes(1, 50, 0, BEFORE)), units=[nasty])
    for card in CARDS:
        assert "<script" not in found.draw(card, path="/hai-long")

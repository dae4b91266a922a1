"""A unit that was not there in the period: its dossiers are listed and summed, itself judged nowhere."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from apps import Site, dossiers, page, said, unit, write
from test_pages import Drawn, Texts

from dashboard.figures.on_time.headline import headline
from dashboard.figures.wall.scenes import late_scene, strip

MARCH = {"ky": "2026-03"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """P01 and P02 stand; P03 ended in February with ten late dossiers still to close, P04 begins in April."""
    rows = [
        *dossiers("P01", on_time=30, month=date(2026, 3, 1)),
        *dossiers("P02", late=3, on_time=27, month=date(2026, 3, 1)),
        *dossiers("P03", late=20, on_time=5, month=date(2026, 3, 1), channel="online", online_level="4"),
        *dossiers("P03", late=20, on_time=5, month=date(2026, 2, 1)),
        *dossiers("P04", late=25, month=date(2026, 3, 1)),
    ]
    units = [unit(1), unit(2), unit(3, active_to=date(2026, 2, 20), successor_code="P02"),
             unit(4, active_from=date(2026, 4, 1))]  # fmt: skip
    levels = (("P01", "satisfied"), ("P02", "neutral"), ("P03", "dissatisfied"))
    same = {"rated_on": date(2026, 3, 5), "source": "tablet", "votes": 40}
    votes = [{**same, "unit_code": code, "level": level} for code, level in levels]
    return Site(write(tmp_path_factory.mktemp("thoi"), units, rows, ratings=votes), online_target="50")


def test_it_is_in_no_ranking_and_no_count_of_units(site: Site) -> None:
    found = site.ask(MARCH).on_time
    assert [row.unit.code for row in found.ranked] == ["P02", "P01"]
    assert [row.unit.code for row in found.unranked] == ["P03", "P04"]
    assert (len(found.over), len(found.judged)) == (1, 2)
    assert site.ask({"ky": "2026-02"}).on_time.over[0].unit.code == "P03", "there it was"


def test_its_dossiers_are_in_the_sums_and_in_the_table(site: Site) -> None:
    answer = site.json("/api/v1/on-time?ky=2026-03")
    assert (answer["district"]["late"], answer["district"]["received"]) == (48, 110)
    rows = {row["unit_code"]: row for row in answer["rows"]}
    for code in ("P03", "P04"):
        told = {word: rows[code][word] for word in ("flag", "strength", "since", "needed_on_time",
                                                    "basis_matters", "months_running")}  # fmt: skip
        assert told == {"flag": None, "strength": None, "since": None, "needed_on_time": None,
                        "basis_matters": False, "months_running": 0}, code  # fmt: skip
        assert rows[code]["late_rate"] is not None
    assert (rows["P02"]["flag"], rows["P02"]["strength"]) == ("over", "over")


def test_no_page_names_it_among_those_over(site: Site) -> None:
    texts = Texts(site, MARCH)
    assert texts["overview-headline"].startswith("1/2 đơn vị có tỷ lệ trễ hẹn từ 5% trở lên")
    assert texts["overview-ranking"].startswith("Phường 2 vượt ngưỡng")
    assert "Phường 3" not in texts["overview-actions"].split("Chưa xin lỗi")[0]
    for card in ("overview-ranking", "on-time-units"):
        assert "Phường 3 (không hoạt động trong kỳ)" in texts[card], card
    units = Drawn(site, MARCH)["on-time-units"]
    assert units.count('class="sign"') == 2, "P02 and the sum of all alone are marked"
    assert "Phường 3" in texts["on-time-heat"], "its last months are seen"
    assert not texts["on-time-heat"].startswith("Phường 3")


def test_every_count_of_units_with_a_flag_is_of_the_same_units(site: Site) -> None:
    texts = Texts(site, MARCH)
    assert "1/2 đơn vị có cảnh báo đỏ" in texts["flags-headline"]
    assert texts["flags-matrix"].startswith("1/2 đơn vị có cảnh báo đỏ")
    assert "Phường 3 (không hoạt động trong kỳ)" in texts["flags-matrix"]
    wall = site.json("/man-hinh/so-lieu?ky=2026-03")
    assert "1/2 đơn vị" in json.dumps(wall, ensure_ascii=False)
    assert "2/4" not in json.dumps(wall, ensure_ascii=False)


def test_neither_votes_nor_online_shares_rank_it(site: Site) -> None:
    question = site.ask(MARCH, "/hai-long")
    assert [row.unit.code for row in question.satisfaction.ranked] == ["P02", "P01"]
    assert [row.unit.code for row in question.online.ranked] == ["P01", "P02"]
    assert {row.unit.code for row in question.online.low} == {"P01", "P02"}
    assert question.satisfaction.district.votes["votes"] == 120
    rows = {row["unit_code"]: row for row in site.json("/api/v1/online?ky=2026-03")["rows"]}
    assert rows["P03"]["online"] == 25


def test_the_wall_draws_it_apart(site: Site) -> None:
    found = site.ask(MARCH).on_time
    scene = late_scene(found, None)
    assert [line.name for line in scene.lines][:2] == ["Phường 2", "Phường 1"]
    assert {line.look for line in scene.lines if line.name in ("Phường 3", "Phường 4")} == {"stray"}
    assert [one.name for one in strip(found).units] == ["Phường 2"]


def test_its_own_view_says_why_it_is_not_judged(site: Site) -> None:
    told = Texts(site, {**MARCH, "don_vi": "P03"})["overview-headline"]
    assert told.startswith("Phường 3 (không hoạt động trong kỳ): không xếp hạng")


def test_its_own_page_tells_what_it_has_and_judges_nothing(site: Site) -> None:
    drawn = Texts(site, MARCH, path="/don-vi/P03")
    told = drawn["unit-headline"]
    assert "Phường 3: đã thôi hoạt động sau ngày 20/02/2026" in told
    assert "dưới ngưỡng" not in told
    assert "100% 25/25" in drawn["unit-metrics"], "its online share is of its own dossiers"
    early = Texts(site, MARCH, path="/don-vi/P04")["unit-headline"]
    assert "không hoạt động trong kỳ, không xếp hạng" in early


def test_a_view_of_it_alone_counts_and_says_why_the_rest_is_not_there(site: Site) -> None:
    texts = Texts(site, {**MARCH, "don_vi": "P03"})
    for card in ("overview-ranking", "overview-actions", "method-rates", "flags-headline",
                 "meeting-headline", "online-units", "satisfaction-headline"):  # fmt: skip
        assert texts[card].startswith("Phường 3 không hoạt động trong kỳ này"), card
    assert "▲" not in texts["on-time-units"]
    assert "25" in texts["on-time-units"]
    assert "Phường 3 vượt ngưỡng 1 trong 13 tháng" in texts["on-time-heat"], "February it was there"


def test_no_month_is_judged_in_which_it_was_not_there(site: Site) -> None:
    rows = site.json("/api/v1/on-time?theo=don-vi-thang&ky=2026-03")["rows"]
    told = {(row["unit_code"], row["month"]): row["over"] for row in rows if row["denominator"]}
    assert told == {("P01", "2026-03"): False, ("P02", "2026-03"): True, ("P03", "2026-02"): True,
                    ("P03", "2026-03"): None, ("P04", "2026-03"): None}  # fmt: skip
    title = Texts(site, {"ky": "2026-04"})["on-time-heat"]
    assert title.startswith("Phường 2 vượt ngưỡng 1 trong 13 tháng")


def test_the_months_before_count_units_that_were_there(site: Site) -> None:
    question = site.ask(MARCH)
    markup = headline(question.on_time, None, question.trend, None, others=(), listed=lambda *_: "")
    assert "Số đơn vị vượt ngưỡng 13 tháng" in markup
    months = question.trend.months
    assert [question.trend.was_there("P03", month) for month in months] == [*[True] * 12, False]
    assert not any(question.trend.was_there("P04", month) for month in months)


# few dossiers


def few(folder: Path, **words: Any) -> dict[str, str]:
    rows = [*dossiers("P01", late=1, on_time=4), *dossiers("P02", on_time=30)]
    drawn = Texts(Site(write(folder, [unit(1), unit(2)], rows)), words)
    return {name: drawn[name] for name in ("overview-headline", "on-time-headline", "meeting-headline")}


def test_a_title_about_one_unit_says_that_it_has_few_dossiers(tmp_path: Path) -> None:
    for card, text in few(tmp_path, don_vi="P01").items():
        assert "Phường 1 vượt ngưỡng nhưng ít hồ sơ: trễ hẹn 20,00%" in text, card


def test_units_over_on_few_dossiers_alone_are_not_called_nobody(tmp_path: Path) -> None:
    text = few(tmp_path)["overview-headline"]
    assert "Ít hồ sơ: Phường 1" in text
    assert "Không đơn vị nào từ 5%" not in text


# the last day of a period


def test_a_period_is_unfinished_to_its_last_moment(tmp_path: Path) -> None:
    site = Site(write(tmp_path, [unit(1)], dossiers("P01", on_time=30)))
    words = {"ky": "2026-11-21..2026-11-21"}
    drawn = Texts(site, words)
    assert "(kỳ chưa kết thúc, số liệu đến 21/11)" in drawn["overview-headline"]
    assert "(kỳ chưa kết thúc)" in drawn["overview-bar"]
    wall = json.dumps(site.json("/man-hinh/so-lieu?ky=2026-11-21..2026-11-21"), ensure_ascii=False)
    assert "(kỳ chưa kết thúc)" in wall
    assert "chưa kết thúc" not in Texts(site, {"ky": "2026-11-20..2026-11-20"})["overview-headline"]


# what is taken along


def test_a_link_in_an_answer_opens_the_same_view_next_month(site: Site) -> None:
    rows = site.json("/api/v1/flags?ky=2026-03")["rows"]
    links = [row["link"] for row in rows if row["link"]]
    assert links
    for link in links:
        assert all(word in link for word in ("ky=2026-03", "cach_tinh=A", "den=2026-11-21T10:15")), link


def test_csv_of_a_list_says_what_it_lists(site: Site) -> None:
    text = site.get("/api/v1/dossiers?ky=2026-03&chi_so=late&don_vi=P02&mau=2&hat_giong=3&dang=csv")
    head, first, *_ = text.get_data().decode("utf-8-sig").splitlines()
    row = dict(zip(head.split(","), first.split(","), strict=True))
    told = {word: row[word] for word in ("filters", "metric", "sample_size", "seed", "period")}
    assert told == {"filters": "don_vi=P02", "metric": "late", "sample_size": "2", "seed": "3",
                    "period": "2026-03"}  # fmt: skip
    assert "seed" not in site.get("/api/v1/on-time?dang=csv").get_data(as_text=True).splitlines()[0]


def test_a_dossier_of_another_period_is_shown_the_way(site: Site) -> None:

    draw = page("dossiers").draw_list
    drawn = site.draw(draw, {"ma": "HS-00000"})
    assert "Hồ sơ HS-00000 không thuộc danh sách này: tiếp nhận ngày 02/03/2026" in said(drawn)
    assert "/ho-so?ky=2026-03&amp;ma=HS-00000" in drawn
    assert "Không có hồ sơ nào mang mã HS-99999" in said(site.draw(draw, {"ma": "HS-99999"}))

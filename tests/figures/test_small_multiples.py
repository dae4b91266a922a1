"""The overview's small multiples of online shares: one scale, gaps, few dossiers, and what is missing."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from apps import Site, attributes, dossiers, page, said, unit, write
from stores import DuckDB, Row

NOVEMBER, OCTOBER, AUGUST = date(2026, 11, 1), date(2026, 10, 1), date(2026, 8, 1)


def received(code: str, month: date, online: int, counter: int) -> list[Row]:
    way: dict[str, Any] = {"channel": "online", "online_level": "full"}
    return [*dossiers(code, early=online, month=month, **way), *dossiers(code, early=counter, month=month)]


@pytest.fixture
def site(tmp_path: Path) -> Site:
    rows = [
        *received("P01", AUGUST, 20, 20), *received("P01", OCTOBER, 24, 16),
        *received("P01", NOVEMBER, 30, 10),
        *received("P02", OCTOBER, 10, 30), *received("P02", NOVEMBER, 8, 32),
        *received("P03", NOVEMBER, 1, 4),
    ]  # fmt: skip
    return Site(write(tmp_path, [unit(i) for i in (1, 2, 3, 4)], rows))


def drawn(site: Site, **words: str) -> str:
    return str(site.draw(page("overview").draw_online, words))


def panels(markup: str) -> list[str]:
    return re.findall(r'<li class="panel.*?</li>', markup, re.DOTALL)


def test_a_panel_a_unit_the_lowest_first_and_few_dossiers_last(site: Site) -> None:
    found = panels(drawn(site))
    assert [said(re.findall(r'class="panel-head">(.*?)</p>', one, re.DOTALL)[0]) for one in found] == [
        "Phường 2 20,0%", "Phường 1 75,0%", "Phường 3 20,0%",
    ]  # fmt: skip
    assert "40 hồ sơ ▼ 5,00 điểm %" in said(found[0])
    assert "40 hồ sơ ▲ 15,00 điểm %" in said(found[1])
    assert 'class="panel few"' in found[2]
    assert "5 hồ sơ ít hồ sơ" in said(found[2]), "few are called few, also where there was nothing before"
    assert "Trực tuyến: Phường 2 thấp nhất (20,0%), Phường 1 cao nhất (75,0%)" in said(drawn(site))


def test_gaps_stay_gaps_and_the_running_month_is_hollow(site: Site) -> None:
    first = panels(drawn(site))[1]
    assert first.count('class="line"') == 0, "August and October are not joined over September"
    assert first.count('class="line pending"') == 1
    assert first.count('class="band"') == 0, "what was received is no sample"
    assert "hollow" in first
    assert '"dot few' in panels(drawn(site))[2]
    assert "dưới 30 hồ sơ (ít hồ sơ)" in said(drawn(site))


def test_every_panel_has_the_one_scale_that_the_subtitle_names(site: Site) -> None:
    text = said(drawn(site))
    low, high = map(int, re.findall(r"chung một thang (\d+)–(\d+)%", text)[0])
    assert (low, high) == (20, 75), "the few dossiers of Phường 3 do not stretch it"
    for one in panels(drawn(site)):
        assert re.findall(r'class="scale".*?>(\d+)%<', one) == [str(high), str(low)]


def test_a_panel_narrows_to_its_unit_and_the_card_leads_to_all(site: Site) -> None:
    links = attributes(drawn(site, ky="2026-11"), "href")
    assert "/?don_vi=P01" in links
    assert "/truc-tuyen" in links


def test_past_nine_units_the_rest_are_on_their_page(tmp_path: Path) -> None:
    rows = [row for i in range(1, 26) for row in received(f"P{i:02}", NOVEMBER, i, 40 - i)]
    found = drawn(Site(write(tmp_path, [unit(i) for i in range(1, 26)], rows)))
    assert len(panels(found)) == 9
    assert "9 đơn vị thấp nhất" in said(found)
    assert "Xem cả 25 đơn vị" in said(found)


def test_without_levels_there_is_no_data_and_without_dossiers_nothing(tmp_path: Path) -> None:
    write(tmp_path, [unit(1)], dossiers("P01", early=40))
    store = DuckDB(tmp_path)
    store.drop_column("dossiers", "online_level")
    store.drop_table("procedures")
    store.close()
    assert "Không có dữ liệu" in said(drawn(Site(store.path)))
    (tmp_path / "empty").mkdir()
    empty = Site(write(tmp_path / "empty", [unit(1)], []))
    assert "Không có hồ sơ nào trong 13 tháng này" in said(drawn(empty))

"""Addresses there is nothing at, and no figures at all: the usual head, one cause, one code, ways on."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from apps import Living, Site, district, page, said

from dashboard.frame.failures import logged
from dashboard.question.errors import NoCopy


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return district(tmp_path_factory.mktemp("loi"), {"late": 5, "on_time": 95}, {"on_time": 30})


def test_a_lost_reader_has_the_head_and_the_way_to_every_page(site: Site) -> None:
    lost = page("not_found_404")
    told = site.draw(lost.draw_headline, {"ky": "2026-10"})
    assert site.get("/khong-co").status_code == 404
    assert "Không có trang này" in said(told)
    assert 'href="/dung-han?ky=2026-10"' in told
    bar = site.draw(lost.draw_bar, {"ky": "2026-10"})
    assert 'aria-current="page"' not in bar
    assert 'data-narrow="/?ky=2026-10&amp;don_vi=__DON_VI__"' in bar


def test_a_missing_unit_s_head_leads_to_units_that_are(site: Site) -> None:
    unit = page("unit")
    bar = site.draw(unit.draw_bar, path="/don-vi/KHONG")
    assert "/don-vi/KHONG" not in bar
    assert 'data-narrow="/don-vi?don_vi=__DON_VI__"' in bar
    headline = site.draw(unit.draw_headline, path="/don-vi/KHONG")
    assert "“KHONG”" in headline
    assert 'href="/tim-kiem?tim=KHONG"' in headline


def test_no_figures_are_told_once_with_one_code_under_the_usual_head(tmp_path: Path) -> None:
    away = Living(tmp_path / "motcua.duckdb", tmp_path / "copy")
    overview = page("overview")
    bar = away.draw(page("unit").draw_bar, path="/don-vi")
    assert said(bar).count("Đang đọc dữ liệu lần đầu") == 1
    assert len(re.findall(r"<code>[0-9A-F]{8}</code>", bar)) == 1
    assert 'href="/dung-han"' in bar
    for card in (overview.draw_headline, overview.draw_ranking, overview.draw_actions):
        assert away.draw(card) == ""
    assert away.draw(overview.draw_trend) in (("", ""), ("", None)), "no chart either"


def test_one_cause_has_one_code_and_another_another() -> None:
    def code(error: Any, where: str) -> str:
        return logged(error, where)

    def broken(number: int) -> Exception:
        try:
            raise ValueError(f"hỏng {number}")
        except ValueError as error:
            return error

    assert code(broken(1), "a") == code(broken(1), "b") != code(broken(2), "a")
    assert code(NoCopy("x"), "a") == code(NoCopy("x"), "b") != code(NoCopy("y"), "a")
    assert re.fullmatch("[0-9A-F]{8}", code(broken(1), "a"))

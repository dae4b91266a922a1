"""Báo cáo: every link gives its file; the preview is the form."""

from __future__ import annotations

from pathlib import Path

import pytest
from apps import SAMPLE, Site, attributes, district, page


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return district(tmp_path, {"early": 3, "late": 2}, {"on_time": 4, "overdue": 1}, load=SAMPLE)


@pytest.mark.parametrize("words", [{}, {"don_vi": "P01", "ky": "2026-Q4"}])
def test_every_link_gives_its_file(site: Site, words: dict[str, str]) -> None:
    reports = page("reports")
    links = attributes(site.draw(reports.draw_list, words), "href")
    assert len(links) >= 8
    assert any("phieu-giam-sat" in one for one in links) is ("don_vi" in words)
    for one in links:
        assert site.get(one).status_code == 200, one


def test_the_preview_is_the_form(site: Site) -> None:
    reports = page("reports")
    told = site.text(reports.draw_preview, {"ky": "2026-11"})
    assert "Phường 1 5 0 5 0 5 3 0 2 0 0 0" in told
    assert "Tổng số 10 0 10 0 9 3 4 2 1 0 1" in told
    assert "Đối chiếu: (3) 10 = (7) 9 + (11) 1 + còn lại 0." in told

"""The method page: every definition, the worked example equal to the pages, identities and findings."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from apps import SAMPLE, Living, Site, district, dossiers, page, said, unit, write

from dashboard.formats import rate_text, share_text
from queries.definitions.flags import FLAGS
from queries.definitions.metrics import BASES, METRICS


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    units = ({"late": 6, "on_time": 94, "overdue": 3}, {"late": 1, "on_time": 60, "suspended": 2})
    return district(tmp_path_factory.mktemp("pp"), *units, load=SAMPLE)


def draw(site: Site, name: str, words: Any = None) -> str:
    return said(site.draw(getattr(page("method"), name), words))


def test_every_metric_and_flag_is_there_with_its_definition(site: Site) -> None:
    metrics, flags = draw(site, "draw_metrics"), draw(site, "draw_flags")
    for metric in METRICS.values():
        assert metric.name in metrics, metric.id
        assert metric.definition in metrics, metric.id
    assert "đếm —" not in metrics
    for flag in FLAGS.values():
        assert flag.name in flags, flag.id
    assert "{" not in flags


@pytest.mark.parametrize("words", [{}, {"don_vi": "P01"}, {"cach_tinh": "C"}, {"ky": "2025-01"}])
def test_the_example_is_worked_on_the_numbers_of_the_pages(site: Site, words: dict[str, str]) -> None:
    text = draw(site, "draw_example", words)
    query = "&".join(f"{key}={value}" for key, value in words.items())
    rates = site.json(f"/api/v1/on-time?{query}")["district"]["rates"]
    question = site.ask(words)
    for basis in BASES:
        share = question.on_time.district.tally.late(basis)
        assert (share.a, share.b) == (rates[basis]["numerator"], rates[basis]["denominator"])
        if share.b:
            told = f"{share_text(share)} = {rate_text(share, 2, question.edges)}"
            assert told in re.sub("[▲◆] ", "", text)
    assert ("Mẫu số 0" in text) == ("2025-01" in words.values())


def test_the_test_of_the_threshold_is_in_integers(site: Site) -> None:
    assert "100 × 6 = 600 ≥ 500 = 5 × 100: vượt ngưỡng 5%" in draw(site, "draw_example", {"don_vi": "P01"})


def test_the_settings_in_force_are_told_with_their_documents(tmp_path: Path) -> None:
    rules = [
        {"percent": "5", "document": "CV cũ"},
        {"percent": "4.5", "since": date(2026, 6, 1), "document": "CV mới"},
    ]
    path = write(tmp_path, [unit(1)], dossiers("P01", late=1))
    site = Site(path, thresholds=rules, due_soon_working_days=3)
    now, before = draw(site, "draw_settings"), draw(site, "draw_settings", {"ky": "2026-05"})
    assert "4,5% đang áp dụng từ 01/06/2026 CV mới" in now
    assert "5% đang áp dụng từ đầu CV cũ" in before
    assert "due_soon_working_days 3" in now
    assert "duckdb:" not in now, "the address of the database is the administrator's business"


def test_identities_hold_and_a_broken_one_names_its_unit(site: Site) -> None:
    text = draw(site, "draw_identities")
    assert "đều khớp" in text
    assert text.count("khớp") >= 3


def test_what_was_mended_for_the_copy_is_told_with_examples(tmp_path: Path) -> None:
    rows = [*dossiers("P01", late=2), *dossiers("p01", late=1), *dossiers("P01", early=1, due_at=None)]
    site = Living(write(tmp_path, [unit(1)], rows), tmp_path / "copy")
    site.refresh()
    text = draw(site, "draw_quality")
    assert "1 giá trị được sửa hoặc bỏ qua khi đọc dữ liệu" in text
    assert "dossiers.unit_code: 1 dòng. Mã viết khác danh mục" in text
    assert "Ví dụ: HS-00002" in text


def test_odd_records_are_told_by_unit(tmp_path: Path) -> None:
    odd = dossiers("P01", on_time=2, month=date(2026, 11, 1), state="open")
    site = Site(write(tmp_path, [unit(1), unit(2)], [*odd, *dossiers("P02", on_time=3)]))
    assert "2 hồ sơ trong kỳ có dấu hiệu ghi sai" in draw(site, "draw_odd")
    assert "Phường 1 2" in draw(site, "draw_odd")


def test_the_moment_and_the_sources_are_told(site: Site) -> None:
    text = draw(site, "draw_headline")
    assert "10:15, 21/11/2026" in text
    assert "theo lần nạp dữ liệu" in text
    assert "DuckDB" in text
    assert "ghim theo địa chỉ" in draw(site, "draw_headline", {"den": "2026-11-20T08:00"})


def test_the_words_are_told(site: Site) -> None:
    for word in ("chưa phát sinh", "không có dữ liệu", "ít hồ sơ", "điểm %"):
        assert word in draw(site, "draw_words")

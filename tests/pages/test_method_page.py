"""The method page: every definition, the worked example equal to the pages, identities and findings."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from apps import SAMPLE, Living, Site, district, dossiers, page, said, unit, write

from dashboard.formats import rate_text, share_text
from dashboard.question.access import Rights
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


def test_the_page_begins_with_a_real_figure_and_reads_it(site: Site) -> None:
    head = draw(site, "draw_headline")
    assert head.startswith(
        "Tỷ lệ 4,35% đọc thế nào Toàn địa bàn: 7 hồ sơ trễ trên 161 hồ sơ đã giải quyết, tức"
    )
    steps = draw(site, "draw_reading")
    assert "Tử số 7 Trễ hạn" in steps
    assert "Mẫu số 161 Trước hạn 0 + Đúng hạn 154 + Trễ hạn 7" in steps
    assert "Từ 5% là vượt; chưa vượt. Còn được thêm 1 hồ sơ trễ trước khi chạm 5%." in steps
    assert "Quá hạn chưa giải quyết xong 3 Chưa có trong tỷ lệ này, vì chưa xong." in steps
    assert "Nếu hôm nay xử lý hết, tỷ lệ trễ thành 6,10% (10/164)." in steps
    assert "Đếm riêng, ngoài tỷ lệ: từ chối 0, công dân rút 0, không có ngày hẹn trả 0, tạm dừng 2." in steps
    over = draw(site, "draw_reading", {"don_vi": "P01"})
    assert "đã vượt. Phải có thêm 21 hồ sơ đúng hạn" in over
    by_c = draw(site, "draw_reading", {"cach_tinh": "C"})
    assert "Đã có trong tử số." in by_c
    assert "Có trong mẫu số, không bao giờ ở tử số: " in by_c
    assert draw(site, "draw_headline", {"ky": "2025-01"}).startswith("Tỷ lệ trễ hẹn đọc thế nào")
    assert "không có hồ sơ đã giải quyết trong kỳ này" in draw(site, "draw_headline", {"ky": "2025-01"})


def test_an_account_of_a_unit_that_is_not_in_the_data_is_answered(site: Site) -> None:
    """Its unit was mistyped, or has no dossier yet: it is called by its code."""
    theirs = site.seen_by(Rights("don_vi", ("P09",), None, False))
    assert "P09: không có hồ sơ đã giải quyết trong kỳ này" in draw(theirs, "draw_headline")


def test_a_reader_sees_no_names_of_columns_nor_false(site: Site) -> None:
    cards = ("draw_headline", "draw_reading", "draw_example", "draw_rules", "draw_quality", "draw_odd",
             "draw_identities", "draw_metrics", "draw_flags", "draw_words")  # fmt: skip
    text = " ".join(draw(site, name) for name in cards)
    assert not re.search(r"\b(?:false|true|[a-z]+_[a-z_]+)\b", text)
    folded = str(site.draw(page("method").draw_administration))
    assert folded.startswith("<details"), "what an administrator looks up is folded"
    assert "late_rate_a" in folded


def test_the_test_of_the_threshold_is_in_integers(site: Site) -> None:
    assert "100 × 6 = 600 ≥ 500 = 5 × 100: vượt ngưỡng 5%" in draw(site, "draw_example", {"don_vi": "P01"})


def test_the_settings_in_force_are_told_with_their_documents(tmp_path: Path) -> None:
    rules = [
        {"percent": "5", "document": "CV cũ"},
        {"percent": "4.5", "since": date(2026, 6, 1), "document": "CV mới"},
    ]
    path = write(tmp_path, [unit(1)], dossiers("P01", late=1))
    site = Site(path, thresholds=rules, due_soon_working_days=3)
    now, before = draw(site, "draw_rules"), draw(site, "draw_rules", {"ky": "2026-05"})
    assert "4,5% đang áp dụng từ 01/06/2026 CV mới" in now
    assert "5% đang áp dụng từ đầu CV cũ" in before
    told = draw(site, "draw_administration")
    assert "due_soon_working_days 3" in told
    assert "duckdb:" not in told, "the address of the database is no setting that changes a number"


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
    assert (
        "1 hồ sơ, đơn vị chịu trách nhiệm kết quả: mã viết khác danh mục (chữ hoa, chữ thường); đã lấy "
        "mã của danh mục." in text
    )
    assert "dossiers" not in text
    told = draw(site, "draw_administration")
    assert "dossiers.unit_code: 1 dòng. Mã viết khác danh mục (chữ hoa, chữ thường)" in told
    assert "Ví dụ: HS-00002" in told


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

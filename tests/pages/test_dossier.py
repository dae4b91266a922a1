"""One dossier's page: its course as rows that can be checked by hand; nobody's name, nothing of later."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from apps import Site, page, unit, with_officials, write
from stores import DuckDB, Row

from dashboard.question.access import Rights
from dashboard.question.dossier import DossierQuestion, dossier_path
from dashboard.question.question import Question
from queries.asked.periods import parse_period

ORDINARY = {
    "dossier_code": "H-1", "unit_code": "P01", "procedure_code": "T1", "channel": "counter",
    "submitted_at": datetime(2026, 11, 1, 20), "received_at": datetime(2026, 11, 2, 9),
    "due_at": datetime(2026, 11, 10, 17), "current_due_at": datetime(2026, 11, 16, 17),
    "finished_at": datetime(2026, 11, 13, 15), "returned_at": datetime(2026, 11, 14, 8), "state": "finished",
    "officer_code": "CC-7", "late_reason": "Chờ phối hợp",
}  # fmt: skip
SLIPS: Sequence[Row] = [
    {"slip_id": "S1", "dossier_code": "H-1", "kind": "supplement", "issued_at": datetime(2026, 11, 4, 8),
     "reason": "Thiếu giấy của ông Nguyễn Văn Dân"},
    {"slip_id": "S2", "dossier_code": "H-1", "kind": "apology", "issued_at": datetime(2026, 11, 9, 8),
     "new_due_at": datetime(2026, 11, 16, 17)},
]  # fmt: skip
STEPS: Sequence[Row] = [
    {"dossier_code": "H-1", "step_no": 1, "unit_code": "P01", "officer_code": "CC-7",
     "received_at": datetime(2026, 11, 2, 10), "due_at": datetime(2026, 11, 5, 17),
     "handed_at": datetime(2026, 11, 6, 9)},
]  # fmt: skip
OPEN = {"unit_code": "P02", "channel": "online", "received_at": datetime(2026, 11, 2, 9),
        "due_at": datetime(2026, 11, 10, 17), "state": "open"}  # fmt: skip


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = [ORDINARY, {**OPEN, "dossier_code": "H/2 x"}]
    procedures = [{"procedure_code": "T1", "name": "Chứng thực", "field": "Tư pháp"}]
    return write(
        tmp_path_factory.mktemp("hs"),
        [unit(1), unit(2)],
        rows,
        slips=SLIPS,
        steps=STEPS,
        procedures=procedures,
    )


def drawn(site: Site, code: str = "H-1", **words: Any) -> str:
    card = page("dossier").draw_course
    return site.text(card, {name: [value] for name, value in words.items()}, path=dossier_path(code))


def test_what_happened_in_its_order(path: Path) -> None:
    text = drawn(Site(path))
    assert "Hồ sơ H-1: trễ hạn 3 ngày" in text
    order = ["01/11/2026 20:00 Nộp", "02/11/2026 09:00 Tiếp nhận Phường 1", "02/11/2026 10:00 Bước 1: Phường 1",
             "04/11/2026 08:00 Phiếu yêu cầu bổ sung", "09/11/2026 08:00 Phiếu xin lỗi và hẹn lại",
             "10/11/2026 17:00 Hẹn trả đầu tiên", "13/11/2026 15:00 Có kết quả trễ 3 ngày",
             "14/11/2026 08:00 Trả kết quả", "16/11/2026 17:00 Hẹn trả đang hiệu lực"]  # fmt: skip
    places = [text.index(one) for one in order]
    assert places == sorted(places)
    assert "phải chuyển trước 05/11/2026 17:00; chuyển 06/11/2026 09:00" in text
    assert "hẹn lại 16/11/2026 17:00; không ghi lý do" in text
    assert "T1 · Chứng thực" in text
    assert "Chờ phối hợp" in text


def test_no_citizen_and_officials_by_the_rule(path: Path) -> None:
    hidden, seen = drawn(Site(path)), drawn(Site(path).seen_by(with_officials()))
    assert "Nguyễn Văn Dân" not in hidden + seen, "a slip's reason is free text"
    assert "CC-7" not in hidden
    assert seen.count("CC-7") == 2


def test_what_comes_after_the_moment_has_not_happened(path: Path) -> None:
    text = drawn(Site(path), den="2026-11-08")
    assert "Hồ sơ H-1: đang giải quyết trong hạn" in text
    assert "Phiếu yêu cầu bổ sung" in text
    for later in ("Phiếu xin lỗi", "Có kết quả", "Trả kết quả"):
        assert later not in text
    assert "Không có hồ sơ này" in drawn(Site(path), den="2026-11-01")


def test_an_open_one_and_a_code_with_any_sign(path: Path) -> None:
    site = Site(path)
    text = drawn(site, "H/2 x")
    assert "Hồ sơ H/2 x: quá hạn chưa giải quyết xong, đã 11 ngày" in text
    for there, status in ((dossier_path("H/2 x"), 200), (dossier_path("H-1"), 200), ("/ho-so/H-9", 404),
                          ("/ho-so/H-1/", 200)):  # fmt: skip
        assert site.get(there).status_code == status, there
    assert "Không có hồ sơ nào mang mã H-9" in drawn(site, "H-9")


def test_a_source_without_slips_and_steps_says_so(tmp_path: Path) -> None:
    store = DuckDB(tmp_path)
    store.fill({"units": [unit(1)], "dossiers": [ORDINARY]}, without=("slips", "steps"))
    store.close()
    assert "Nguồn không có dữ liệu phiếu và luân chuyển" in drawn(Site(store.path))


def test_a_list_that_cannot_be_sorted_so_names_no_column_of_the_source(path: Path) -> None:
    told = Site(path).text(page("dossiers").draw_list, {"chi_so": "late", "sap_xep": "-officer_name"})
    assert "Không có cột “-officer_name” để xếp; bấm đầu cột của danh sách để xếp." in told
    assert "received_at" not in told


def test_every_list_leads_to_it(path: Path) -> None:
    site = Site(path)
    listed = site.draw(page("dossiers").draw_list, {"chi_so": ["late"]}, path="/ho-so")
    assert 'href="/ho-so/H-1"' in listed
    assert site.json("/api/v1/search?tim=H-1")["rows"][0]["href"] == "/ho-so/H-1"


@pytest.mark.parametrize(("rights", "is_seen"), [
    (Rights(units=("P01",)), True), (Rights(units=("P02",)), False), (Rights(), True),
    (Rights(periods=(parse_period("2026-11", 15),)), True), (Rights(periods=(parse_period("2026-10", 15),)), False),
])  # fmt: skip
def test_a_reader_of_another_unit_finds_none(path: Path, rights: Rights, is_seen: bool) -> None:
    site = Site(path)
    question = Question.asked({}, "/ho-so/H-1", source=site.source, rights=rights)
    about = DossierQuestion.about(question)
    assert about is not None
    assert (about.course() is not None) is is_seen

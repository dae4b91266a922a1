"""What is said on every card: one term for one thing, sentences as they are spoken, nothing of the program's."""

from __future__ import annotations

import re

import pytest
from apps import Site, district, said
from test_pages import cards

from queries.contract import CONTRACT

TURNED_DOWN = re.compile(
    "nghiêm trọng|cần chú ý|tỷ lệ trễ hạn|hồ sơ trễ hẹn|quá hạn chưa xử lý|hạt giống|như từng số",
    re.IGNORECASE,
)
"""Of each pair the other was chosen: mức đỏ, mức vàng; trễ hẹn of a rate, trễ hạn of a dossier."""
COLUMNS = {one.name for table in CONTRACT.values() for one in table.columns if "_" in one.name}
OURS = re.compile(rf"\b(?:None|nan|true|false|{'|'.join(sorted(COLUMNS))})\b")
FOR_IT = "method-administration"
"""The one card that names what an administrator writes into motcua.toml."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return district(
        tmp_path_factory.mktemp("loi"),
        {"late": 2, "on_time": 18, "overdue": 1}, {"late": 40, "on_time": 60},
        {"on_time": 30, "open_in_time": 2}, {"on_time": 40, "overdue": 9}, {"on_time": 9, "suspended": 1},
    )  # fmt: skip


@pytest.mark.parametrize("words", [{}, {"ky": "2026-Q4", "so_voi": "cung-ky"}, {"don_vi": "P02"}])
def test_one_term_for_one_thing_and_no_name_of_a_column(site: Site, words: dict[str, str]) -> None:
    site.server  # noqa: B018 - puts this site's database behind the application
    for name, card in cards():
        path = "/don-vi/P02" if name.startswith("unit-") else "/"
        told = said(card({"words": words, "path": path, "as_of": None}))
        assert not TURNED_DOWN.search(told), (name, TURNED_DOWN.findall(told))
        assert name == FOR_IT or not OURS.search(told), (name, OURS.findall(told))


@pytest.mark.parametrize(
    ("name", "words", "sentence"),
    [
        ("overview-actions", {}, r"phải có thêm 701 hồ sơ đúng hạn liên tiếp mới xuống dưới 5%"),
        ("overview-ranking", {}, r"Vượt hay không vượt 5% tùy cách tính: Phường 4 \(vượt theo B, C"),
        ("on-time-ledger", {}, "Tỷ lệ trễ nếu xử lý hết hồ sơ quá hạn"),
        ("on-time-ledger", {}, "Không so sánh số tạm dừng: nguồn chỉ lưu lần tạm dừng hiện tại"),
        ("dossiers-list", {"mau": "3", "hat_giong": "261129"}, r"Mẫu ngẫu nhiên: 3/212 hồ sơ, mã rút 261129"),
    ],
)  # fmt: skip
def test_sentences_are_those_that_are_spoken(
    site: Site, name: str, words: dict[str, str], sentence: str
) -> None:
    site.server  # noqa: B018 - puts this site's database behind the application
    path = "/ho-so" if name.startswith("dossiers-") else "/"
    told = said(dict(cards())[name]({"words": words, "path": path, "as_of": None}))
    assert re.search(sentence, told), told

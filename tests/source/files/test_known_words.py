"""The words that Vietnamese systems write."""

from __future__ import annotations

import unicodedata

import pytest

from queries.contract import CONTRACT, Kind
from queries.source.files.spellings import fold_plain
from queries.source.files.words import WORDS, usual_word
from queries.source.mapping import LEFT_OUT


@pytest.mark.parametrize(
    ("table", "column", "word", "ours"),
    [
        ("dossiers", "channel", "Trực tiếp", "counter"), ("dossiers", "channel", "TRUC TUYEN", "online"),
        ("dossiers", "channel", "BCCI", "post"), ("dossiers", "channel", "3", "post"),
        ("dossiers", "state", "Đã giải quyết", "finished"), ("dossiers", "state", "da giai quyet", "finished"),
        ("dossiers", "state", "4", "open"), ("dossiers", "state", "1", LEFT_OUT),
        ("dossiers", "state", "10", "finished"), ("dossiers", "state", "6", "suspended"),
        ("dossiers", "state", "Dừng xử lý", "refused"), ("dossiers", "state", "Tạm dừng xử lý", "suspended"),
        ("dossiers", "state", "Chờ bổ sung", "suspended"), ("dossiers", "state", "ĐANG XỬ LÝ", "open"),
        ("dossiers", "state", unicodedata.normalize("NFD", "Trả lại hồ sơ"), "refused"),
        ("dossiers", "state", "Công dân rút", "withdrawn"), ("dossiers", "state", "Trễ hạn", None),
        ("dossiers", "online_level", "Toàn trình", "full"), ("dossiers", "online_level", "Mức độ 3", "3"),
        ("dossiers", "returned_by_post", "Bưu điện", "true"), ("dossiers", "field", "Trực tiếp", None),
        ("dossiers", "returned_by_post", "Trực tiếp", "false"), ("units", "kind", "Phường", "ward"),
        ("units", "kind", "đặc khu", "zone"), ("ratings", "level", "Rất hài lòng", "very_satisfied"),
        ("ratings", "source", "MTTQ", "front"), ("slips", "kind", "Phiếu xin lỗi và hẹn lại", "apology"),
    ],
)  # fmt: skip
def test_words_with_and_without_marks(table: str, column: str, word: str, ours: str | None) -> None:
    assert usual_word(table, column, word) == ours


@pytest.mark.parametrize("name", list(WORDS))
def test_every_word_means_one_of_the_contracts(name: str) -> None:
    table, _, column = name.partition(".")
    spec = CONTRACT[table][column]
    known = {*spec.words, LEFT_OUT} if spec.kind is Kind.TEXT else {"true", "false"}
    assert set(WORDS[name].values()) <= known


@pytest.mark.parametrize("name", list(WORDS))
def test_no_two_words_without_marks_are_one_with_two_meanings(name: str) -> None:
    seen: dict[str, str] = {}
    for word, ours in WORDS[name].items():
        assert seen.setdefault(fold_plain(word), ours) == ours, word

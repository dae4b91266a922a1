"""The words of systems, wherever the settings do not say else."""

from __future__ import annotations

import pytest

from queries.contract import CONTRACT, Kind
from queries.source.files.words import WORDS, with_words
from queries.source.folding import Catalogue
from queries.source.kinds import SourceKind
from queries.source.mapping import LEFT_OUT, SourceMapping
from queries.source.meaning import Meaning


def meaning(table: str, column: str, word: str, mapping: SourceMapping | None = None) -> str | None:
    words = with_words(mapping or SourceMapping(), [table]).words(table, column)
    change = Meaning(CONTRACT[table][column], SourceKind.TEXT, words, None).of(word)
    return LEFT_OUT if change.is_left_out else change.target


@pytest.mark.parametrize(
    ("table", "column", "word", "ours"),
    [
        ("dossiers", "channel", "Trực tiếp", "counter"), ("dossiers", "channel", "TRUC TUYEN", "online"),
        ("dossiers", "channel", "BCCI", "post"), ("dossiers", "channel", "3", "post"),
        ("dossiers", "state", "Đã giải quyết", "finished"), ("dossiers", "state", "da giai quyet", "finished"),
        ("dossiers", "state", "4", "open"), ("dossiers", "state", "1", LEFT_OUT),
        ("dossiers", "state", "10", "finished"), ("dossiers", "state", "6", "suspended"),
        ("dossiers", "state", "finished", "finished"), ("dossiers", "state", "Chờ bổ sung", "suspended"),
        ("dossiers", "state", "Trả lại hồ sơ", "refused"), ("dossiers", "state", "Công dân rút", "withdrawn"),
        ("dossiers", "online_level", "Toàn trình", "full"), ("dossiers", "online_level", "Mức độ 3", "3"),
        ("dossiers", "online_level", "3", "3"), ("dossiers", "returned_by_post", "Bưu điện", "true"),
        ("dossiers", "returned_by_post", "Trực tiếp", "false"), ("units", "kind", "Phường", "ward"),
        ("units", "kind", "đặc khu", "zone"), ("ratings", "level", "Rất hài lòng", "very_satisfied"),
        ("ratings", "source", "MTTQ", "front"), ("slips", "kind", "Phiếu xin lỗi và hẹn lại", "apology"),
        ("dossiers", "state", "Trễ hạn", "Trễ hạn"),
    ],
)  # fmt: skip
def test_words_with_and_without_marks(table: str, column: str, word: str, ours: str) -> None:
    assert meaning(table, column, word) == ours


@pytest.mark.parametrize("section", ["state", "dossiers.state"])
def test_settings_come_first_and_the_rest_is_still_known(section: str) -> None:
    mapping = SourceMapping(values={section: {"đã giải quyết": "open"}})
    assert meaning("dossiers", "state", "Đã giải quyết", mapping) == "open"
    assert meaning("dossiers", "state", "Đã trả", mapping) == "finished"


def test_tables_that_are_not_named_keep_their_words() -> None:
    assert with_words(SourceMapping(), ["slips"]).words("dossiers", "state") == {}


@pytest.mark.parametrize("name", list(WORDS))
def test_every_word_means_one_of_the_contracts(name: str) -> None:
    table, _, column = name.partition(".")
    spec = CONTRACT[table][column]
    known = {*spec.words, LEFT_OUT} if spec.kind is Kind.TEXT else {"true", "false"}
    assert set(WORDS[name].values()) <= known
    words = with_words(SourceMapping(), [table]).words(table, column)
    assert all(len(Catalogue(words).alike(one)) == 1 for one in words)

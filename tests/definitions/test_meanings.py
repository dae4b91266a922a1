"""What a number's "?" explains: every number has a definition and a source, under the rules of the view."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from queries.asked.periods import month_of
from queries.asked.view import View
from queries.definitions.flag_rule import Parameters
from queries.definitions.meanings import NAMES, meaning_of
from queries.definitions.metrics import METRICS

NOVEMBER = View(month_of(date(2026, 11, 21)), datetime(2026, 11, 21, 10, 15))


@pytest.mark.parametrize("word", NAMES)
def test_whatever_can_be_asked_has_a_name_a_definition_and_a_source(word: str) -> None:
    meaning = meaning_of(word, NOVEMBER, Parameters())
    assert meaning.name == NAMES[word]
    assert meaning.definition.endswith(".")
    assert "{" not in meaning.definition
    assert meaning.source


def test_a_metric_s_days_decide() -> None:
    meaning = meaning_of("late_rate_a", NOVEMBER, Parameters())
    assert meaning.definition == "Trễ hạn / (trước hạn + đúng hạn + trễ hạn)."
    assert meaning.days == METRICS["late_rate_a"].days
    assert "Biểu II.06" in meaning.source


def test_a_flag_is_told_with_the_threshold_in_force() -> None:
    meaning = meaning_of("unit_late", NOVEMBER, Parameters())
    assert "từ 5% trở lên" in meaning.definition
    assert meaning.source == NOVEMBER.rules.threshold_cited(NOVEMBER.end)
    assert meaning.consequence.startswith("từ 5%: xem như không hoàn thành nhiệm vụ")


def test_a_sum_names_its_parts() -> None:
    assert meaning_of("judged", NOVEMBER, Parameters()).definition == "Trước hạn + Đúng hạn + Trễ hạn."


def test_what_nobody_defined_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        meaning_of("khong_co", NOVEMBER, Parameters())

"""Judging a unit, in integers: against the oracle's brute force and by hand."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction

import oracle
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queries.contract import RATING_LEVELS
from queries.definitions.metrics import (
    BASES,
    BASIS_NAMES,
    COUNTS,
    METRICS,
    ONLINE_COUNTS,
    ONLINE_SUMS,
    STRENGTH_NAMES,
    SUMS,
    VOTE_SUMS,
    Share,
    affordable_late,
    late_metric,
    needed_on_time,
    over,
    strength,
    wilson,
    wilson_lower,
)
from queries.definitions.unit_metrics import UNIT_COUNTS

THRESHOLDS = ("5", "4.5", "0.5", "10", "33.3", "99.9", "4.005")
properties = settings(max_examples=300, deadline=None)


@st.composite
def shares(draw: st.DrawFn, most: int = 400) -> tuple[Share, str]:
    """a of b near the threshold or anywhere; b may be 0."""
    b, percent = draw(st.integers(0, most)), draw(st.sampled_from(THRESHOLDS))
    near = int(b * Fraction(percent) / 100)
    a = draw(st.one_of(st.integers(0, b), st.integers(max(0, near - 1), min(b, near + 2))))
    return Share(a, b), percent


@properties
@given(shares())
def test_over_needed_and_affordable_equal_the_brute_force(drawn: tuple[Share, str]) -> None:
    share, percent = drawn
    exact = Fraction(percent)
    p, q = exact.as_integer_ratio()
    assert over(share, exact) == oracle.is_over(share.a, share.b, percent)
    assert needed_on_time(share, exact) == oracle.needed(share.a, share.b, p, q)
    assert affordable_late(share, exact) == oracle.affordable(share.a, share.b, p, q)


@properties
@given(shares(most=6_000))
def test_strength_equals_the_oracle(drawn: tuple[Share, str]) -> None:
    share, percent = drawn
    word = strength(share, Fraction(percent))
    assert (STRENGTH_NAMES[word] if word else None) == oracle.strength(share.a, share.b, percent)


def test_the_threshold_itself_is_over() -> None:
    five = Fraction("5")
    assert over(Share(5, 100), five)
    assert over(Share(1, 20), five)
    assert not over(Share(600, 12_010), five)
    assert over(Share(45, 1_000), Fraction("4.5"))
    assert not over(Share(449, 10_000), Fraction("4.5"))
    assert not over(Share(0, 0), five)


@pytest.mark.parametrize(
    ("late", "n", "expected"), [(171, 2_305, 1_116), (92, 1_840, 1), (91, 1_840, None), (0, 0, None)]
)
def test_needed_on_time(late: int, n: int, expected: int | None) -> None:
    assert needed_on_time(Share(late, n), Fraction(5)) == expected


@pytest.mark.parametrize(
    ("late", "n", "expected"), [(100, 2_016, 0), (0, 40, 2), (5, 100, None), (0, 0, None)]
)
def test_affordable_late(late: int, n: int, expected: int | None) -> None:
    assert affordable_late(Share(late, n), Fraction(5)) == expected


def test_strength_of_few_dossiers() -> None:
    assert strength(Share(19, 19), Fraction(5)) == "few"
    assert strength(Share(20, 20), Fraction(5)) == "clear"
    assert strength(Share(1, 20), Fraction(5)) == "over"
    assert strength(Share(0, 19), Fraction(5)) is None


def test_nothing_is_divided_by_nothing() -> None:
    nothing = Share(0, 0)
    assert (nothing.exact, nothing.percent, wilson_lower(nothing)) == (None, None, None)
    assert Share(1, 8).exact == Fraction(25, 2)
    assert Share(1, 8).percent == 12.5
    assert wilson_lower(Share(0, 10)) == 0
    assert wilson(nothing) is None


def test_the_wilson_interval_by_hand() -> None:
    """5 of 10: (0.5 + z²/20 ± z·√(0.025 + z²/400)) / (1 + z²/10) with z = 1.96."""
    low, high = wilson(Share(5, 10)) or (0, 0)
    assert (round(low, 2), round(high, 2)) == (23.66, 76.34)
    low, high = wilson(Share(34, 34)) or (0, 0)
    assert (round(low, 2), high) == (89.85, 100)
    low, high = wilson(Share(0, 34)) or (0, 0)
    assert (low, round(high, 2)) == (0, 10.15)


def is_known(word: str) -> bool:
    known: Collection[str] = (
        *COUNTS, *SUMS, *ONLINE_COUNTS, *ONLINE_SUMS, *RATING_LEVELS, *VOTE_SUMS, *UNIT_COUNTS,
    )  # fmt: skip
    return word in known


def test_every_metric_is_made_of_counts() -> None:
    for metric in METRICS.values():
        assert is_known(metric.numerator)
        assert is_known(metric.denominator) or not metric.is_rate
        assert metric.name
        assert metric.definition
        assert metric.days
    for parts in SUMS.values():
        assert set(parts) <= set(COUNTS)
    for parts in ONLINE_SUMS.values():
        assert set(parts) <= set(ONLINE_COUNTS)
    for parts in VOTE_SUMS.values():
        assert set(parts) <= set(RATING_LEVELS)
    assert [late_metric(basis).id[-1].upper() for basis in BASES] == list(BASIS_NAMES) == list(BASES)


def test_days_can_be_read_after_the_words_counted_by() -> None:
    """The unit's page says "Tính theo …." of every metric."""
    for metric in METRICS.values():
        assert metric.days.split()[0] in ("ngày", "danh"), metric.id

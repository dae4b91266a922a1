"""Numbers as printed: rounding never contradicts a flag, and something never prints as nothing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, datetime
from fractions import Fraction

import numpy as np
import oracle
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.formats import (
    complement_text,
    count_text,
    day_text,
    half_up,
    join_names,
    moment_text,
    percent_text,
    points_text,
    rate_text,
    sentence,
    share_text,
)
from queries.definitions.metrics import Share, over

MOST = 2_500
RULES = (("5", "4"), ("4.5", "4"), ("3.333", "2.5"), ("0.05", "0.01"), ("99.99", "50"))
Numbers = np.ndarray[tuple[int, ...], np.dtype[np.int64]]
properties = settings(max_examples=400, deadline=None)


def read(text: str) -> Fraction:
    """The number a printed percentage says."""
    assert text.endswith("%")
    return Fraction(text.removesuffix("%").replace(".", "").replace(",", "."))


def check(share: Share, rules: Sequence[str]) -> None:
    """Everything the printing rule promises of one share, and the oracle's text to the letter."""
    edges = [Fraction(one) for one in rules]
    text, exact = rate_text(share, 2, edges), share.exact
    assert exact is not None
    printed = read(text)
    for edge in (*edges, Fraction(100)):
        assert (printed >= edge) == (exact >= edge), (share, text)
    assert over(share, edges[0]) == (printed >= edges[0]), (share, text)
    assert (printed == 0) == (share.a == 0), (share, text)
    assert printed + read(complement_text(share, 2, edges)) == 100, (share, text)
    assert text == oracle.printed(share.a, share.b, 2, rules)


def all_pairs() -> tuple[Numbers, Numbers]:
    """Every 0 ≤ late ≤ n ≤ 2,500 with n > 0: 3,128,750 pairs, smallest rate first."""
    n = np.repeat(np.arange(1, MOST + 1), np.arange(2, MOST + 2))
    starts = np.cumsum(np.arange(1, MOST + 1) + 1) - (np.arange(1, MOST + 1) + 1)
    late = np.arange(len(n)) - np.repeat(starts, np.arange(2, MOST + 2))
    order = np.argsort(late / n, kind="stable")  # two of these rates differ by 1/2,500² or more
    return late[order], n[order]


@pytest.fixture(scope="module")
def pairs() -> tuple[Numbers, Numbers]:
    return all_pairs()


@pytest.mark.parametrize("rules", RULES, ids=lambda one: f"từ {one[0]}")
def test_no_unflagged_unit_prints_the_threshold_and_no_flagged_one_less(
    pairs: tuple[Numbers, Numbers], rules: tuple[str, str]
) -> None:
    """All 3.1 million pairs, in integers.

    At two decimals every rate prints one of 10,001 hundredths. Integer arithmetic tells for
    each pair whether that hundredth lies on the right side of every edge. Where it does not,
    decimals must be added: those pairs are few, and each is checked. Where it does, the text
    is a step of one monotone rounding, so the first and the last pair of every step pin all
    between them: each of those is checked too.
    """
    late, n = pairs
    assert len(n) == MOST * (MOST + 3) // 2
    hundredths = (20_000 * late + n) // (2 * n)
    assert (np.diff(hundredths) >= 0).all()
    fits = (hundredths > 0) | (late == 0)
    for edge in (*map(Fraction, rules), Fraction(100)):
        p, q = edge.as_integer_ratio()
        fits &= (hundredths * q >= 100 * p) == (100 * q * late >= p * n)
    rest = np.flatnonzero(~fits)
    assert len(rest) < 5_000
    steps = np.flatnonzero(fits)
    change = np.flatnonzero(np.diff(hundredths[steps])) if len(steps) else steps
    ends = np.concatenate([steps[:1], steps[change], steps[change + 1], steps[-1:]])
    assert len(ends) > 15_000
    for i in np.concatenate([rest, ends[::20]]).tolist():
        check(Share(int(late[i]), int(n[i])), rules)
    edges = [Fraction(one) for one in rules]
    for a, b, printed in zip(late[ends].tolist(), n[ends].tolist(), hundredths[ends].tolist(), strict=True):
        whole, part = divmod(printed, 100)
        expected = f"{whole},{part:02}%" if 0 < a < b else f"{whole}%"
        assert rate_text(Share(a, b), 2, edges) == expected


def on_the_wrong_side(least: Fraction, most: Fraction) -> list[tuple[int, int]]:
    """Pairs of a rate from ``least`` to ``most`` that print 5 or more and are not flagged, or are and do not."""
    edges = (Fraction(5), Fraction(4))
    return [
        (late, n)
        for n in range(1, MOST + 1)
        for late in range(math.ceil(least * n), math.floor(most * n) + 1)
        if (int(rate_text(Share(late, n), 2, edges).rstrip("%").partition(",")[0]) >= 5) != (20 * late >= n)
    ]


def test_every_pair_near_five_percent_is_printed_on_its_side() -> None:
    """Each of the 31,000 pairs within half of a percent, printed; the others: the first test."""
    assert on_the_wrong_side(Fraction("0.045"), Fraction("0.055")) == []


@pytest.mark.soak
def test_every_pair_is_printed_on_its_side_of_five_percent() -> None:
    """Each of the 3.1 million, printed."""
    assert on_the_wrong_side(Fraction(0), Fraction(1)) == []


@pytest.mark.parametrize("threshold", ["5", "4.5"])
def test_the_two_shares_around_the_threshold_of_every_n(threshold: str) -> None:
    """For every n to 2,500: the last share below it and the first at or over."""
    edge = Fraction(threshold)
    for n in range(1, MOST + 1):
        first = -(-n * edge // 100)  # the least late that is over
        assert read(rate_text(Share(int(first), n), 2, (edge, Fraction(4)))) >= edge
        assert read(rate_text(Share(int(first) - 1, n), 2, (edge, Fraction(4)))) < edge


@properties
@given(
    st.integers(1, 10**7).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    st.sampled_from([*RULES, ("33.333333", "1.000001")]),
    st.integers(0, 3),
)
def test_any_share_prints_as_the_oracle_does(
    pair: tuple[int, int], rules: tuple[str, str], decimals: int
) -> None:
    share = Share(*pair)
    edges = [Fraction(one) for one in rules]
    assert rate_text(share, decimals, edges) == oracle.printed(share.a, share.b, decimals, rules)
    check(share, rules)


@pytest.mark.parametrize(
    ("a", "b", "text"),
    [
        (600, 12_010, "4,996%"),
        (1, 20, "5,00%"),
        (0, 7, "0%"),
        (7, 7, "100%"),
        (0, 0, "—"),
        (1, 3_000_000, "0,00003%"),
        (29_999, 30_000, "99,997%"),
        (171, 2_305, "7,42%"),
        (25_684, 76_000, "33,79%"),
        (1, 8, "12,50%"),
    ],
)
def test_by_hand(a: int, b: int, text: str) -> None:
    assert rate_text(Share(a, b), 2, (Fraction(5), Fraction(4))) == text


def test_no_two_different_rates_of_a_million_are_called_the_threshold() -> None:
    """The nearest miss a province can have still prints below."""
    for b in (10**6 - 1, 10**6, 10**6 + 1, 10**9 + 1):
        late = -(-5 * b // 100) - 1
        check(Share(late, b), ("5", "4"))


@pytest.mark.parametrize(
    ("late", "on_time"), [(Share(0, 3), "100%"), (Share(3, 3), "0%"), (Share(600, 12_010), "95,004%"),
                          (Share(1, 3), "66,67%"), (Share(0, 0), "—")],
)  # fmt: skip
def test_the_on_time_rate_is_a_hundred_minus_the_printed_late_rate(late: Share, on_time: str) -> None:
    assert complement_text(late, 2, (Fraction(5), Fraction(4))) == on_time


def test_golden_rates_of_public_figures() -> None:
    assert rate_text(Share(616, 1_825), 1) == "33,8%"
    assert rate_text(Share(19, 31)) == "61,29%"
    assert rate_text(Share(32, 34)) == "94,12%"
    assert rate_text(Share(25_684, 25_684), 1) == "100%"


@given(st.fractions(-1000, 1000, max_denominator=1000), st.integers(0, 6))
def test_half_is_rounded_away_from_zero(value: Fraction, places: int) -> None:
    rounded, scale = half_up(value, places), 10**places
    assert (rounded * scale).denominator == 1
    assert abs(rounded - value) * scale * 2 <= 1
    if abs(rounded - value) * scale * 2 == 1:
        assert abs(rounded) > abs(value)


def test_counts_have_dots() -> None:
    assert [count_text(one) for one in (0, 999, 1_000, 25_684, 1_234_567, None)] == [
        "0", "999", "1.000", "25.684", "1.234.567", "—",
    ]  # fmt: skip
    assert share_text(Share(171, 2_305)) == "171/2.305"


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (None, "—"),
        (Fraction(0), "không đổi"),
        (Fraction(31, 100), "▲ 0,31 điểm %"),
        (Fraction(-31, 100), "▼ 0,31 điểm %"),
        (Fraction(1, 3000), "▲ 0,0003 điểm %"),
        (Fraction(-1, 8), "▼ 0,13 điểm %"),
    ],
)
def test_a_change_is_in_points_and_never_hidden(change: Fraction | None, text: str) -> None:
    assert points_text(change) == text


def test_nothing_to_divide_by_is_a_dash() -> None:
    assert percent_text(None, 2) == "—"


def test_dates_moments_and_lists() -> None:
    assert day_text(date(2026, 1, 9)) == "09/01/2026"
    assert moment_text(datetime(2026, 11, 21, 7, 5)) == "07:05, 21/11/2026"
    assert join_names([]) == ""
    assert join_names(["Mỹ An"]) == "Mỹ An"
    assert join_names(["Mỹ An", "An Lạc"]) == "Mỹ An và An Lạc"
    assert join_names(["Mỹ An", "An Lạc", "Bình Hưng"]) == "Mỹ An, An Lạc và Bình Hưng"
    assert join_names(["Mỹ An", "An Lạc", "Bình Hưng"], 2) == "Mỹ An, An Lạc và 1 đơn vị khác"
    assert join_names([str(i) for i in range(1_090)], 3) == "0, 1, 2 và 1.087 đơn vị khác"
    assert sentence("tháng 11/2026") == "Tháng 11/2026"
    assert sentence("") == ""

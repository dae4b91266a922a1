"""The number of a sheet: what is typed wrong is no number."""

from __future__ import annotations

from dashboard.issued.number import number_of, read_number


def test_numbers_sort_as_they_were_given_and_are_read_as_typed() -> None:
    made = [number_of("GS", 2026, place) for place in (1, 2, 9, 10, 99, 100, 9_999)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)
    for one in made:
        assert read_number(f" {one.lower()} ") == one
    assert number_of("GS", 2026, 12_345).startswith("GS-2026-12345-")


def test_a_wrong_sign_or_two_that_changed_places_are_noticed() -> None:
    number = number_of("GS", 2026, 4_817)
    for at, sign in enumerate(number):
        for other in "0123456789" if sign.isdigit() else "":
            if other != sign:
                assert read_number(number[:at] + other + number[at + 1 :]) is None
    for at in range(len(number) - 1):
        one, two = number[at], number[at + 1]
        if one.isdigit() and two.isdigit() and one != two:
            assert read_number(number[:at] + two + one + number[at + 2 :]) is None
    for nonsense in ("", "GS-2026", "GS-2026-0001", "../../etc", number + "X", "HS-00001"):
        assert read_number(nonsense) is None

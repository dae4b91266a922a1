"""What a refresh reads now, by what is known of the copy and its source."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any, Literal

import pytest

from queries.copy.next_reading import LOADED_DAILY, Facts, Next, next_reading, where_changes_do_not_do

DAILY = Facts(
    has_copy=True, shows="loads", last_load=timedelta(hours=3), can_read_changes=True, is_unchanged=True
)  # fmt: skip
WEEKLY = replace(DAILY, last_load=LOADED_DAILY)


@pytest.mark.parametrize(
    ("facts", "decided"),
    [
        (Facts(has_copy=False), Next.EVERYTHING),
        # amid loads that tell of all dossiers
        (DAILY, Next.CHANGES),
        (replace(DAILY, is_night=True), Next.CHANGES),
        (replace(DAILY, can_read_changes=False), Next.WAIT),
        (replace(DAILY, can_read_changes=False, is_night=True), Next.WAIT),
        (replace(DAILY, owes_everything=True), Next.WAIT),
        # the load of another table alone
        (replace(DAILY, is_unchanged=False), Next.CHANGES),
        (replace(DAILY, is_unchanged=False, is_night=True), Next.CHANGES),
        (replace(DAILY, is_unchanged=False, can_read_changes=False), Next.EVERYTHING),
        # a new load of dossiers
        (replace(DAILY, is_unchanged=False, has_new_load=True), Next.CHANGES),
        (replace(DAILY, is_unchanged=False, has_new_load=True, is_night=True), Next.EVERYTHING),
        (replace(DAILY, is_unchanged=False, has_new_load=True, owes_everything=True), Next.EVERYTHING),
        (replace(DAILY, is_unchanged=False, has_new_load=True, is_owed_load=True), Next.EVERYTHING),
        (replace(DAILY, is_owed_load=True), Next.CHANGES),
        (replace(DAILY, is_unchanged=False, has_new_load=True, is_by_hand=True), Next.EVERYTHING),
        # loads that are no rhythm: long ago, of no dossiers, or of data said to be of now
        (WEEKLY, Next.CHANGES),
        (replace(DAILY, last_load=-timedelta(days=300), is_night=True), Next.EVERYTHING),
        (replace(DAILY, last_load=-timedelta(hours=12), is_night=True), Next.CHANGES),
        (replace(WEEKLY, is_night=True), Next.EVERYTHING),
        (replace(WEEKLY, owes_everything=True), Next.EVERYTHING),
        (replace(WEEKLY, can_read_changes=False), Next.WAIT),
        (replace(DAILY, last_load=None, is_night=True), Next.EVERYTHING),
        (replace(DAILY, last_load=None, can_read_changes=False), Next.EVERYTHING),
        (replace(DAILY, is_live=True, can_read_changes=False), Next.EVERYTHING),
        (replace(DAILY, is_live=True, is_night=True), Next.EVERYTHING),
        # what was refused
        (replace(DAILY, is_unchanged=False, has_new_load=True, is_refused=True), Next.CHANGES),
        (
            replace(DAILY, is_unchanged=False, has_new_load=True, is_refused=True, is_night=True),
            Next.EVERYTHING,
        ),
        (
            replace(DAILY, has_new_load=True, is_refused=True, refused_everything=True, owes_everything=True),
            Next.JUDGE_AGAIN,
        ),
        (replace(DAILY, is_refused=True, refused_everything=True, is_by_hand=True), Next.CHANGES),
        (replace(WEEKLY, is_refused=True, refused_everything=True, owes_everything=True), Next.EVERYTHING),
        (Facts(has_copy=True, shows="file", is_refused=True), Next.JUDGE_AGAIN),
        (Facts(has_copy=True, shows="file", is_refused=True, is_by_hand=True), Next.EVERYTHING),
        (Facts(has_copy=True, shows="file", is_refused=True, is_night=True), Next.EVERYTHING),
        # files
        (Facts(has_copy=True, shows="file", is_unchanged=True), Next.NOTHING),
        (Facts(has_copy=True, shows="file", is_unchanged=True, is_night=True), Next.EVERYTHING),
        (Facts(has_copy=True, shows="file", can_read_changes=True), Next.CHANGES),
        (replace(DAILY, is_same_file=False), Next.EVERYTHING),
        # another shape
        (replace(DAILY, is_read_alike=False), Next.EVERYTHING),
        # what shows nothing, or its newest change
        (Facts(has_copy=True), Next.EVERYTHING),
        (Facts(has_copy=True, can_read_changes=True), Next.CHANGES),
        (Facts(has_copy=True, can_read_changes=True, is_night=True), Next.EVERYTHING),
        (Facts(has_copy=True, shows="updated_at", is_unchanged=True, can_read_changes=True), Next.CHANGES),
        (Facts(has_copy=True, can_read_changes=True, owes_everything=True), Next.EVERYTHING),
    ],
)
def test_what_is_read_now(facts: Facts, decided: Next) -> None:
    assert next_reading(facts) is decided


def test_whatever_is_known_nothing_stands_still() -> None:
    """Whoever waits has a load to wait for; and what is owed is never put off but for one."""
    flags = (
        "is_read_alike", "is_same_file", "is_unchanged", "has_new_load", "can_read_changes",
        "owes_everything", "is_owed_load", "is_refused", "refused_everything", "is_night", "is_by_hand", "is_live",
    )  # fmt: skip
    kinds: tuple[Literal["loads", "updated_at", "file", ""], ...] = ("loads", "updated_at", "file", "")
    ages = (None, timedelta(0), LOADED_DAILY, -timedelta(days=300))
    for shows, last, values in product(kinds, ages, product((False, True), repeat=len(flags))):
        known: dict[str, Any] = dict(zip(flags, values, strict=True))
        facts = Facts(has_copy=True, shows=shows, last_load=last, **known)
        decided = next_reading(facts)
        if Next.WAIT in (decided, where_changes_do_not_do(facts)):
            assert facts.is_amid_loads
            assert facts.is_unchanged
        if decided is Next.NOTHING:
            assert (shows, facts.is_unchanged) == ("file", True)
        if decided is Next.JUDGE_AGAIN:
            assert facts.is_refused
        if decided is Next.CHANGES:
            assert facts.can_read_changes
            assert not facts.owes_everything
        if facts.has_new_load and facts.is_owed_load and not facts.is_refused:
            assert decided is not Next.CHANGES
        if facts.is_night and not facts.is_amid_loads and not facts.is_refused:
            assert decided is Next.EVERYTHING

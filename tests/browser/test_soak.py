"""Weeks of the wall in minutes: ``make soak``; the short version is in test_wall.py."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from apps import SAMPLE, dossiers, unit
from playwright.sync_api import Browser
from stores import SCHEMA, PostgreSQL, Store
from temporary_postgresql import restartable_postgresql

from browser.conftest import AS_OF
from browser.wall import Wall, growth, program

pytestmark = pytest.mark.soak

REFRESHES = 2_000
WARM_UP = 500
SIZE = {"width": 640, "height": 360}
"""The same elements as on a wall, less to paint: what may grow does not depend on it."""
LONG = 1_800
SETTINGS = {"schema": SCHEMA, "as_of": AS_OF.isoformat(), "writing_account": "true"}
"""The temporary server knows its superuser alone."""
NOTICED = 180
"""Seconds until a lost database is noticed: it is asked once a minute."""


def fill(url: str) -> None:
    """Put a district of 24 units into the server, and leave no connection behind."""
    store = PostgreSQL(url)
    rows = [
        row
        for i in range(1, 25)
        for row in dossiers(f"P{i:02}", early=20, on_time=20, late=i % 6, overdue=i % 4)
    ]
    ratings = [
        {"unit_code": f"P{i:02}", "rated_on": datetime(2026, 11, 5).date(), "source": "tablet",
         "level": "satisfied", "votes": 30 + i}
        for i in range(1, 25)
    ]  # fmt: skip
    store.fill({
        "units": [unit(i) for i in range(1, 25)],
        "dossiers": [{"dossier_code": f"HS-{i:05}", **row} for i, row in enumerate(rows)],
        "ratings": ratings, "loads": [SAMPLE],
    })  # fmt: skip
    Store.close(store)
    store._writer.close()


def test_two_thousand_refreshes_with_everything_taken_away_in_the_middle(
    browser: Browser, tmp_path: Path
) -> None:
    with restartable_postgresql() as database:
        fill(database.url)
        with program(database.url, copy_folder=str(tmp_path), **SETTINGS) as running:
            context = browser.new_context(viewport=SIZE)  # type: ignore[arg-type]
            wall = Wall(context, running.address, refresh_ms=20, tick_ms=25, scene_ticks=1, timeout_ms=5_000)
            wall.open()
            # The first copy has to be read, while a page asks fifty times a second.
            wall.until(lambda: bool(wall.place), "the first scene", 120)
            wall.count()

            def reach(answers: int) -> None:
                wall.until(lambda: wall.answers >= answers, f"{answers} answers", LONG, 500)

            def away(gone: str, told: str = "lost") -> None:
                wall.until(lambda: wall.is_shown(told), f"{gone} is gone", NOTICED)
                assert "đơn vị" in wall.text("strip-count"), "the last figures stay"

            def back(what: str, told: str = "lost") -> None:
                wall.until(lambda: not wall.is_shown(told), f"{what} is back", NOTICED)

            # An outage too belongs to the warm-up: a script runs some of its lines for the first time.
            reach(WARM_UP // 2)
            context.set_offline(True)
            away("the network")
            context.set_offline(False)
            back("the network")
            reach(WARM_UP)
            before = wall.load()
            reach(WARM_UP + REFRESHES // 3)
            running.kill()
            away("the server")
            running.start()
            back("the server")
            reach(WARM_UP + 2 * REFRESHES // 3)
            database.stop()
            away("the database", "problem")
            assert not wall.is_shown("lost"), "answers come from the copy"
            database.start()
            back("the database", "problem")
            reach(WARM_UP + REFRESHES)
            after = wall.load()
            grown = growth(before, after)
            told = ", ".join(f"{name} {100 * one:+.2f}%" for name, one in grown.items())
            print(f"\n{wall.answers} refreshes, {wall.scenes} scene changes: {before} → {after}; {told}")
            assert wall.scenes >= REFRESHES
            assert wall.loads == 1
            assert wall.errors == []
            assert max(grown.values()) < 0.05, told
            context.close()

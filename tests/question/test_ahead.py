"""Working ahead: the step a reader takes after reading asks nothing, and no reader waits for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from apps import Site, district, dossiers, loaded, page, server, statements, unit
from stores import SQLite

import app
from dashboard.ahead import AHEAD, Ahead, neighbours, work_ahead
from dashboard.frame import components
from dashboard.question.question import Question
from queries.source.engine import DatabaseUnavailable


@pytest.fixture
def site(tmp_path: Path) -> Site:
    september = dossiers("P01", on_time=3, late=1, month=date(2026, 9, 1))
    months = [*september, *dossiers("P01", on_time=3, late=1, month=date(2026, 10, 1))]
    return district(tmp_path, {"late": 1, "on_time": 9}, {"on_time": 5, "overdue": 2}, extra=months)


def periods(question: Question) -> list[str]:
    return [view.period.code for view in neighbours(question)]


def always() -> bool:
    return True


def test_the_periods_beside_are_those_the_bar_links_to(site: Site) -> None:
    assert periods(site.ask()) == ["2026-10"]
    assert periods(site.ask({"ky": "2026-10"})) == ["2026-09", "2026-11"]
    assert periods(site.ask({"ky": "2026-Q3"})) == ["2026-Q2", "2026-Q4"]
    assert periods(site.ask({"ky": "2027-03"})) == []
    assert [view.unit_code for view in neighbours(site.ask({"don_vi": "P02"}))] == ["P02"]


@pytest.mark.parametrize("settings", [{"work_ahead": False}, {"cache_seconds": 0}, {"as_of": "live"}])
def test_nothing_is_done_that_could_not_be_used_again(site: Site, settings: dict[str, Any]) -> None:
    other = Site(str(site.settings.database_url.get_secret_value()), **settings)
    assert periods(other.ask({"ky": "2026-10"})) == []


def test_a_server_s_database_is_left_alone(tmp_path: Path) -> None:
    store = SQLite(tmp_path)
    rows = [{"dossier_code": "1", **row} for row in dossiers("P01", on_time=1)]
    store.fill({"units": [unit(1)], "dossiers": rows, "loads": [loaded()]})
    assert periods(Site(str(store.url)).ask({"ky": "2026-10"})) == []


@pytest.mark.parametrize("name", ["overview", "on-time", "flags", "satisfaction", "online", "meeting"])
def test_the_step_asks_nothing_once_it_was_worked_ahead(site: Site, name: str) -> None:
    page("overview")
    cards = components._cards[name]
    assert cards
    question = site.ask({"ky": "2026-10"})
    with site.server.app_context():
        for draw in cards:
            draw(question)
        with statements() as sent:
            work_ahead(cards, question, always)
        assert [one for one in sent if "dossiers" in one or "ratings" in one]
        for code in ("2026-09", "2026-11"):
            step = site.ask({"ky": code})
            with statements() as sent:
                for draw in cards:
                    draw(step)
            assert [one for one in sent if "dossiers" in one or "ratings" in one] == []


def test_a_reader_s_question_stops_it(site: Site) -> None:
    drawn: list[str] = []

    def first(question: Question) -> None:
        drawn.append(question.view.period.code)

    with site.server.app_context():
        work_ahead([first, first], site.ask({"ky": "2026-10"}), lambda: len(drawn) < 3)
    assert drawn == ["2026-09", "2026-09", "2026-11"]


@pytest.mark.parametrize("error", [DatabaseUnavailable("mất"), KeyError("x")])
def test_what_fails_is_left_to_the_next_reader(site: Site, error: Exception) -> None:
    drawn: list[str] = []

    def fails(question: Question) -> None:
        drawn.append(question.view.period.code)
        raise error

    with site.server.app_context():
        work_ahead([fails, fails], site.ask({"ky": "2026-10"}), always)
    assert drawn == ["2026-09"]


def test_the_thread_waits_until_nobody_asks(site: Site) -> None:
    ahead, drawn, done = Ahead(idle_seconds=0.3), [], threading.Event()
    began: list[float] = []

    def card(question: Question) -> None:
        drawn.append(question.view.period.code)
        began.append(time.monotonic())
        if question.view.period.code == "2026-11":
            done.set()

    ahead.start(site.server)
    ahead.note([card], site.ask({"ky": "2026-09"}))
    last = site.ask({"ky": "2026-10"})
    for _ in range(4):
        time.sleep(0.1)
        ahead.note([card], last)
        noted = time.monotonic()
    assert done.wait(10)
    assert drawn == ["2026-09", "2026-11"]
    assert began[0] - noted >= 0.3


def test_every_card_drawn_for_a_reader_is_noted(site: Site) -> None:
    overview = page("overview")
    noted: list[Any] = []
    site.server.extensions[AHEAD] = Noting(noted.append)
    try:
        site.text(overview.draw_headline, {"ky": "2026-10"})
    finally:
        server().extensions[AHEAD] = Ahead()
    ((cards, question),) = noted
    assert len(cards) == 8
    assert question.view.period.code == "2026-10"


class Noting(Ahead):
    """One that tells what it is given."""

    def __init__(self, tell: Callable[[Any], None]) -> None:
        super().__init__()
        self._tell = tell

    def note(self, cards: Any, question: Question) -> None:
        self._tell((cards, question))


def test_the_served_application_works_ahead(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[str] = []
    monkeypatch.setattr("dashboard.application.create_server", lambda _settings: site.server)
    monkeypatch.setattr("gc.freeze", lambda: started.append("frozen"))
    monkeypatch.setattr(Ahead, "start", lambda _self, _server: started.append("ahead"))
    assert app.create_server() is site.server
    assert started == ["frozen", "ahead"]

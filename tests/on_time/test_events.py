"""Events (mốc) in trends: those of the months shown, of all units or of the one in view."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from apps import Site, dossiers, unit, write
from clean_copies import CleanCopy
from test_pages import Texts

from dashboard.figures.on_time.trend import MOST_EVENTS, trend_figure
from queries.asked.periods import parse_period
from queries.asked.view import View
from queries.on_time.statements import events_until

PILOT = {"on_day": date(2026, 10, 16), "title": "Thí điểm <một cửa>", "document": "QĐ 12"}
OWN = {"on_day": date(2026, 11, 5), "title": "Chuyển trụ sở", "unit_code": "P02"}
OLD = {"on_day": date(2020, 1, 1), "title": "Ngày xưa"}
AHEAD = {"on_day": date(2026, 12, 24), "title": "Chưa đến"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    rows = [row for code in ("P01", "P02") for row in dossiers(code, late=1, on_time=40)]
    folder = tmp_path_factory.mktemp("moc")
    return Site(write(folder, [unit(1), unit(2)], rows, events=[PILOT, OWN, OLD, AHEAD]))


def test_a_trend_marks_what_happened_in_its_months(site: Site) -> None:
    """Of all units; a unit's own on its own trend; nothing from before, nothing that has not happened."""
    assert [(one.title, one.place) for one in site.ask().events] == [("Thí điểm <một cửa>", 11)]
    own = site.ask({"don_vi": "P02"}).events
    assert [(one.title, one.place) for one in own] == [("Thí điểm <một cửa>", 11), ("Chuyển trụ sở", 12)]
    assert len(site.ask({"don_vi": "P01"}).events) == 1


def test_the_mark_stands_on_its_day_and_says_itself(site: Site) -> None:
    """16 October: the middle of the twelfth month; nothing of a title is read as markup."""
    question = site.ask()
    figure: Any = trend_figure(question.trend, question.events)
    (line,) = figure["layout"]["shapes"]
    assert line["x0"] == line["x1"] == pytest.approx(11.0)
    texts = [one["text"] for one in figure["layout"]["annotations"]]
    assert "16/10: Thí điểm ‹một cửa›" in texts
    shown = Texts(site)
    for card in ("overview-trend", "on-time-trend"):
        assert "mốc: Thí điểm <một cửa> (16/10/2026, QĐ 12)" in shown[card], card
    assert "Ngày xưa" not in shown["overview-trend"]


def test_a_source_without_events_marks_nothing(tmp_path: Path) -> None:
    plain = Site(write(tmp_path, [unit(1)], dossiers("P01", on_time=40)))
    question = plain.ask()
    assert question.events == ()
    figure: Any = trend_figure(question.trend, question.events)
    assert figure["layout"]["shapes"] == []
    assert "mốc" not in Texts(plain)["overview-trend"]


def test_only_the_latest_are_marked(tmp_path: Path) -> None:
    many = [{"on_day": date(2026, 11, day), "title": f"Mốc {day}"} for day in range(1, 10)]
    question = Site(write(tmp_path, [unit(1)], dossiers("P01", on_time=40), events=many)).ask()
    figure: Any = trend_figure(question.trend, question.events)
    assert len(figure["layout"]["shapes"]) == MOST_EVENTS


def test_events_up_to_the_moment_on_both_engines(here: CleanCopy) -> None:
    here.fill({"events": [PILOT, OWN, OLD, AHEAD, {"on_day": None, "title": "Không ngày"}]})
    view = View(parse_period("2026-11"), datetime(2026, 11, 21, 10, 15))
    with here.asked(view) as (conn, courses):
        told = events_until(conn, courses, view)
    assert sorted(told.itertuples(index=False, name=None)) == [
        (date(2020, 1, 1), "Ngày xưa", None, None),
        (date(2026, 10, 16), "Thí điểm <một cửa>", None, "QĐ 12"),
        (date(2026, 11, 5), "Chuyển trụ sở", "P02", None),
    ]
    here.fill({"events": [PILOT]}, without=["events.title"])
    with here.asked(view) as (conn, courses):
        assert events_until(conn, courses, view).empty

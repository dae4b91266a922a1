"""The database behind the pages: asked once, never for old answers, and back by itself when it is."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from apps import AS_OF, SAMPLE, Site, district, dossiers, loaded, page, statements, unit, write
from sqlalchemy import Connection, literal, select
from stores import SQLite

from dashboard.question import database as database_module
from dashboard.question import source as source_module
from dashboard.question.known import ContractBroken
from dashboard.question.question import Question
from dashboard.question.source import Source
from queries.asked.periods import parse_period
from queries.asked.view import View
from queries.courses.bound import Bound
from queries.on_time.statements import on_time_by_unit
from queries.source.engine import DatabaseUnavailable

VIEW = View(parse_period("2026-11"), AS_OF)
TOGETHER = 6


def late(source: Source, view: View = VIEW) -> int:
    """The late dossiers of the district, asked as a card does."""
    frame: pd.DataFrame = source.ask(source.known(), on_time_by_unit, view)
    return int(frame.late.sum()) if len(frame) else 0


def eagerly(site: Site) -> Source:
    """A source that looks for new data at every question, but keeps its answers."""
    site.source.settings = site.settings.model_copy(update={"cache_seconds": 0})
    return site.source


def at_once(work: Callable[[], Any], times: int = TOGETHER) -> list[Any]:
    """Do the work in so many threads that begin together; an exception is its result."""
    gate = threading.Barrier(times)

    def one() -> Any:
        gate.wait()
        try:
            return work()
        except Exception as error:
            return error

    with ThreadPoolExecutor(times) as pool:
        return [each.result() for each in [pool.submit(one) for _ in range(times)]]


# answers are kept


def test_the_same_question_is_asked_once(tmp_path: Path) -> None:
    source = district(tmp_path, {"late": 2, "on_time": 8}).source
    assert late(source) == 2
    with statements() as sent:
        assert late(source) == 2
    assert sent == []


def test_another_question_is_another_answer(tmp_path: Path) -> None:
    source = district(tmp_path, {"late": 2}, {"late": 3}).source
    assert late(source) == 5
    with statements() as sent:
        assert late(source, VIEW.at(compare="moment")) == 5
        assert late(source, VIEW.at(as_of=AS_OF - timedelta(days=10))) == 0
    assert len([one for one in sent if "dossiers" in one]) == 2


def test_the_cards_of_a_page_share_their_answers(tmp_path: Path) -> None:
    """Basis, rules and comparison change no count: they ask nothing new."""
    site = district(tmp_path, {"late": 2})
    known = site.source.known()

    def asked(**words: str) -> Question:
        return site.ask(words)

    _ = asked().on_time, asked().compared
    with statements() as sent:
        _ = asked(cach_tinh="C").on_time, asked(so_voi="cung-ky").on_time, asked().compared
    assert sent == []
    assert site.source.known() is known


def test_many_threads_with_one_question_ask_it_once(tmp_path: Path) -> None:
    source = district(tmp_path, {"late": 1}).source
    known = source.known()
    calls: list[int] = []

    def slow(conn: Connection, _bound: Bound, _view: View) -> int:
        calls.append(1)
        time.sleep(0.1)
        return int(conn.scalar(select(literal(7))) or 0)

    assert at_once(lambda: source.ask(known, slow, VIEW)) == [7] * TOGETHER
    assert len(calls) == 1


def test_a_question_that_failed_is_asked_again(tmp_path: Path) -> None:
    source = district(tmp_path, {"late": 1}).source
    known = source.known()
    calls: list[int] = []

    def fails_once(_conn: Connection, _bound: Bound, _view: View) -> str:
        calls.append(1)
        if len(calls) == 1:
            raise RuntimeError
        return "có"

    with pytest.raises(RuntimeError):
        source.ask(known, fails_once, VIEW)
    assert source.ask(known, fails_once, VIEW) == "có"


def test_what_is_known_is_learnt_once_by_threads_that_begin_together(tmp_path: Path) -> None:
    source = district(tmp_path, {"late": 1}).source
    with statements() as sent:
        found = at_once(source.known)
    assert len({id(one) for one in found}) == 1
    assert len([one for one in sent if "loads" in one and "GROUP BY" in one]) == 1


def test_a_failure_is_shared_by_those_who_waited_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database that does not answer costs its time-out once, not once a card."""
    source = district(tmp_path, {"late": 1}).source
    calls: list[int] = []

    def away(*_: Any, **__: Any) -> None:
        calls.append(1)
        time.sleep(0.2)
        raise DatabaseUnavailable("đi vắng")

    monkeypatch.setattr(database_module, "open_engine", away)
    found = at_once(source.known)
    assert all(isinstance(one, DatabaseUnavailable) and str(one) == "đi vắng" for one in found)
    assert len(calls) == 1
    with pytest.raises(DatabaseUnavailable):
        source.known()
    assert len(calls) == 2, "who comes later asks anew"


# new data


def test_a_new_load_gives_new_answers(tmp_path: Path) -> None:
    """SQLite: rows change in place, and loads say so."""
    store = SQLite(tmp_path)
    rows = dossiers("P01", late=1)
    store.fill({"units": [unit(1)], "dossiers": rows, "loads": [loaded(as_of=AS_OF - timedelta(hours=1))]})
    source = eagerly(Site(f"sqlite:///{store.path}"))
    first = source.known()
    assert late(source) == 1
    store.fill({"units": [unit(1)], "dossiers": [*rows, *dossiers("P01", late=2)], "loads": [loaded()]})
    second = source.known()
    assert (first.version != second.version, second.as_of.moment) == (True, AS_OF)
    assert late(source) == 3
    store.close()


def test_unchanged_data_are_not_learnt_again(tmp_path: Path) -> None:
    source = eagerly(district(tmp_path, {"late": 1}))
    first = source.known()
    with statements() as sent:
        second = source.known()
    assert second.units is first.units
    assert not [one for one in sent if "procedure_code" in one and "ORDER" in one]


def test_new_data_are_looked_for_only_so_often(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = district(tmp_path, {"late": 1}).source
    monkeypatch.setattr(source_module, "RECHECK_SECONDS", 0.2)
    source.known()
    with statements() as sent:
        source.known()
    assert sent == []
    time.sleep(0.25)
    with statements() as sent:
        source.known()
    assert sent


def test_a_replaced_duckdb_file_is_noticed(tmp_path: Path) -> None:
    site = district(tmp_path / "a", {"late": 1, "on_time": 9})
    source = eagerly(site)
    assert late(source) == 1
    new = write(tmp_path / "b", [unit(1), unit(2)], dossiers("P02", late=5))
    os.replace(new, site.settings.database_url.get_secret_value().removeprefix("duckdb:///"))
    assert late(source) == 5
    assert [one.code for one in source.known().units] == ["P01", "P02"]


def test_a_replaced_file_is_opened_once_nobody_reads_the_old_one(tmp_path: Path) -> None:
    """The old reader ends with the old data; who comes meanwhile waits, and gets the new."""
    site = district(tmp_path / "a", {"late": 1})
    source = eagerly(site)
    known = source.known()
    reading, may_end = threading.Event(), threading.Event()

    def long(conn: Connection, bound: Bound, view: View) -> int:
        reading.set()
        may_end.wait(5)
        return int(on_time_by_unit(conn, bound, view).late.sum())

    with ThreadPoolExecutor(3) as pool:
        old = pool.submit(source.ask, known, long, VIEW)
        assert reading.wait(5)
        new = write(tmp_path / "b", [unit(1)], dossiers("P01", late=5))
        os.replace(new, site.settings.database_url.get_secret_value().removeprefix("duckdb:///"))
        meanwhile = pool.submit(late, source)
        time.sleep(0.1)
        newcomer = pool.submit(source.ask, known, lambda conn, *_: conn.scalar(select(literal(7))), VIEW)
        time.sleep(0.1)
        assert not meanwhile.done()
        assert not newcomer.done(), "or a busy site would never change over"
        may_end.set()
        assert (old.result(5), meanwhile.result(5), newcomer.result(5)) == (1, 5, 7)


def test_an_old_reader_that_does_not_end_keeps_the_old_file_open(tmp_path: Path) -> None:
    """Opened anew beside it, DuckDB would give the old rows under the new version, for good."""
    old = write(tmp_path / "a", [unit(1)], dossiers("P01", late=1))
    site = Site(old, statement_timeout_seconds=1)
    source = eagerly(site)
    known = source.known()
    with source.database.reading() as conn:
        new = write(tmp_path / "b", [unit(1)], dossiers("P01", late=5))
        os.replace(new, old)
        assert source.known().version == known.version
        assert conn.scalar(select(literal(1))) == 1
    assert late(source) == 5


def test_after_a_night_no_card_goes_by_what_was_known_the_evening_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page would pin its cards to yesterday, and late cards would disagree with early ones."""
    site = district(tmp_path / "a", {"late": 1}, load=loaded(as_of=AS_OF - timedelta(days=1)))
    source = site.source
    monkeypatch.setattr(source_module, "RECHECK_SECONDS", 0.05)
    evening = source.known()
    assert source.remembered_as_of() == AS_OF - timedelta(days=1)
    new = write(tmp_path / "b", [unit(1)], dossiers("P01", late=5))
    os.replace(new, site.settings.database_url.get_secret_value().removeprefix("duckdb:///"))
    time.sleep(0.15)
    with site.server.test_request_context("/"):
        laid_out = page("overview").layout()
    assert laid_out.children[0].data["as_of"] is None
    morning = at_once(source.known)
    assert {one.as_of.moment for one in morning} == {AS_OF}
    assert evening.version not in {one.version for one in morning}
    assert source.remembered_as_of() == AS_OF


# the database goes and comes back


@pytest.mark.parametrize("engine", ["duckdb", "sqlite"])
def test_a_database_that_goes_away_and_comes_back_needs_no_restart(tmp_path: Path, engine: str) -> None:
    if engine == "duckdb":
        site = district(tmp_path / "a", {"late": 2})
        path = Path(site.settings.database_url.get_secret_value().removeprefix("duckdb:///"))
    else:
        store = SQLite(tmp_path)
        store.fill({"units": [unit(1)], "dossiers": dossiers("P01", late=2), "loads": [loaded()]})
        store.close()
        site, path = Site(f"sqlite:///{store.path}"), store.path
    source = eagerly(site)
    assert late(source) == 2
    shutil.move(path, tmp_path / "away")
    for _ in range(2):
        with pytest.raises(DatabaseUnavailable):
            source.known()
    assert site.json("/readyz", 503)["status"] == "unavailable"
    shutil.move(tmp_path / "away", path)
    assert late(source) == 2
    assert site.json("/readyz")["status"] == "ok"


def test_a_database_that_was_never_there_is_found_when_it_comes(tmp_path: Path) -> None:
    path = tmp_path / "a" / "motcua.duckdb"
    source = Site(path).source
    with pytest.raises(DatabaseUnavailable):
        source.known()
    assert source.remembered() is None
    write(tmp_path / "a", [unit(1)], dossiers("P01", late=4))
    assert late(source) == 4


def test_a_database_without_what_is_required_says_what_is_missing(tmp_path: Path) -> None:
    store = SQLite(tmp_path)
    store.fill({})
    store.drop_column("dossiers", "due_at")
    store.drop_table("units")
    with pytest.raises(ContractBroken, match=r"dossiers\.due_at") as caught:
        Site(f"sqlite:///{store.path}").source.known()
    assert "units" in str(caught.value)
    store.close()


# the moment of the data


def test_the_setting_replaces_the_clock_and_never_makes_data_younger(tmp_path: Path) -> None:
    path = write(tmp_path, [unit(1)], dossiers("P01", late=1), load=loaded(as_of=AS_OF - timedelta(days=1)))
    for pinned, moment in (
        (AS_OF, AS_OF - timedelta(days=1)),
        (AS_OF - timedelta(days=5), AS_OF - timedelta(days=5)),
    ):
        source = Site(path, as_of=pinned).source
        assert source.moment(source.known()) == moment
        assert source.context(source.known()).as_of == moment


def test_live_is_this_minute(tmp_path: Path) -> None:
    path = write(tmp_path, [unit(1)], dossiers("P01", late=1), load=loaded(as_of=datetime(2026, 1, 1)))
    source = Site(path, as_of="live").source
    now = source.settings.now().replace(second=0, microsecond=0)
    moment = source.moment(source.known())
    assert now <= moment <= now + timedelta(minutes=1)
    assert (moment.second, moment.microsecond) == (0, 0)
    assert not source.is_old(source.known())


def test_old_data_are_known_to_be_old(tmp_path: Path) -> None:
    path = write(tmp_path, [unit(1)], [], load=loaded(as_of=AS_OF - timedelta(minutes=61)))
    for expected, is_old in ((60, True), (61, False)):
        source = Site(path, expected_age_minutes=expected).source
        assert source.is_old(source.known()) is is_old


def test_the_district_is_named_by_the_setting_then_by_the_sample(tmp_path: Path) -> None:
    path = write(tmp_path / "a", [unit(1)], [], load=SAMPLE)
    sample, named, nameless = Site(path), Site(path, district_name="Quận 5"), district(tmp_path / "b", {})
    assert sample.source.known().as_of.is_sample
    assert sample.source.district_name(sample.source.known()) == "Quận Mẫu"
    assert named.source.district_name(named.source.known()) == "Quận 5"
    assert nameless.source.district_name(nameless.source.known()) == "Một cửa"
    assert not nameless.source.known().as_of.is_sample
    ratings = loaded(f"{SAMPLE['source']} · Đánh giá hài lòng")
    rated = Site(write(tmp_path / "c", [unit(1)], [], load=ratings)).source
    assert rated.district_name(rated.known()) == "Quận Mẫu"


def test_nothing_is_opened_before_the_first_question() -> None:
    with statements() as sent:
        source = Site("duckdb:////khong/co/tep.duckdb").source
    assert sent == []
    assert source.remembered() is None
    assert source.remembered_as_of() is None


def test_a_card_is_drawn_once_for_a_question_and_its_data(tmp_path: Path) -> None:
    site = district(tmp_path, {"late": 1, "on_time": 9})
    overview = page("overview")
    first = site.draw(overview.draw_ranking)
    with statements() as sent:
        assert site.draw(overview.draw_ranking) is first
    assert [one for one in sent if "dossiers" in one] == []
    assert site.draw(overview.draw_ranking, {"ky": "2026-10"}) != first
    assert site.draw(overview.draw_ranking, path="/dung-han") is not first
    site.source.forget()
    again = site.draw(overview.draw_ranking)
    assert again == first
    assert again is not first


def test_a_card_is_drawn_anew_for_new_data(tmp_path: Path) -> None:
    site = district(tmp_path / "a", {"late": 1, "on_time": 9})
    overview = page("overview")
    eagerly(site)
    assert "1/10 hồ sơ" in site.text(overview.draw_ranking)
    new = write(tmp_path / "b", [unit(1)], dossiers("P01", late=2, on_time=9))
    os.replace(new, site.settings.database_url.get_secret_value().removeprefix("duckdb:///"))
    assert "2/11 hồ sơ" in site.text(overview.draw_ranking)


def test_the_data_are_learnt_before_anybody_asks_and_a_dead_database_is_no_matter(tmp_path: Path) -> None:
    site = district(tmp_path, {"on_time": 3})
    site.source.learn()
    assert site.json("/healthz")["as_of"] == "2026-11-21T10:15:00"
    away = Site("duckdb:////khong/co.duckdb")
    away.source.learn()
    assert away.source.remembered() is None

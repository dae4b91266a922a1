"""The register kept beside the database: the same cards without a question, or the database itself."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from apps import AS_OF, Site, district, dossiers, loaded, page, statements, unit, write
from sqlalchemy import text
from stores import SQLite

import app
from dashboard import bookkeeping
from dashboard.bookkeeping import Bookkeeper
from dashboard.frame import components
from dashboard.question.known import Known
from queries import ledger_counts
from queries.asked.view import View
from queries.ledger import Ledger
from queries.on_time.statements import on_time_by_unit
from queries.sample.district import write_sample
from queries.source.engine import DatabaseUnavailable

SUBJECTS = ("dossiers", "ratings", "slips", "complaints", "receptions")
UNTIL = date(2026, 11, 21)


def with_ledger(site: Site) -> Site:
    assert site.source.books.take(site.source.known())
    return site


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> tuple[Site, Site]:
    """The sample district without the register, and with it."""
    path = tmp_path_factory.mktemp("books") / "sample.duckdb"
    write_sample(path, units=3, years=2, per_unit_year=600, until=UNTIL)
    return Site(path), with_ledger(Site(path))


ADDRESSES: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("overview", "/", {}),
    ("overview", "/", {"ky": "2026", "cach_tinh": "C"}),
    ("on-time", "/dung-han", {"cach_tinh": "B"}),
    ("on-time", "/dung-han", {"ky": "bc-2026-10", "linh_vuc": "ho-tich"}),
    ("flags", "/canh-bao", {"don_vi": "QM-P02"}),
    ("flags", "/canh-bao", {"ky": "2026-Q3"}),
    ("satisfaction", "/hai-long", {}),
    ("online", "/truc-tuyen", {"so_voi": "cung-ky"}),
    ("units", "/don-vi", {}),
    ("unit", "/don-vi/QM-P01", {"ky": "2026-10"}),
    ("dossiers", "/ho-so", {"chi_so": "late"}),
    ("meeting", "/giao-ban", {}),
    ("meeting", "/giao-ban", {"so_voi": "2026-11-11"}),
    ("method", "/phuong-phap", {"cach_tinh": "D"}),
)


@pytest.mark.parametrize(("name", "path", "words"), ADDRESSES)
def test_every_card_is_the_same_with_and_without(
    sites: tuple[Site, Site], name: str, path: str, words: dict[str, str]
) -> None:
    page("overview")
    cards = components._cards[name]
    drawn = []
    for site in sites:
        question = site.ask(words, path)
        with site.server.test_request_context(path):
            drawn.append([draw(question) for draw in cards])
    assert drawn[0] == drawn[1]


@pytest.mark.parametrize(("name", "path"), [
    ("overview", "/"), ("on-time", "/dung-han"), ("satisfaction", "/hai-long"), ("online", "/truc-tuyen"),
    ("units", "/don-vi"), ("unit", "/don-vi/QM-P01"),
])  # fmt: skip
def test_with_it_a_page_asks_the_database_nothing(sites: tuple[Site, Site], name: str, path: str) -> None:
    page("overview")
    site = sites[1]
    site.source.forget()
    question = site.ask({"ky": "2026-10"}, path)
    with site.server.test_request_context(path), statements() as sent:
        for draw in components._cards[name]:
            draw(question)
    assert [one for one in sent if any(table in one for table in SUBJECTS)] == []


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return district(tmp_path, {"late": 1, "on_time": 9}, {"on_time": 5, "overdue": 2})


def late_of(site: Site) -> int:
    return int(site.ask().on_time.district.tally["late"])


def test_new_data_are_asked_of_the_database_until_they_are_read(site: Site, tmp_path: Path) -> None:
    with_ledger(site)
    before = site.source.known()
    assert site.source.books.holds(before)
    rows = dossiers("P01", late=4, on_time=1)
    newer = write(tmp_path / "newer", [unit(1)], rows, load=loaded(as_of=datetime(2026, 11, 21, 10)))
    newer.replace(_file(site).removeprefix("duckdb:///"))
    after = site.source.known(ask_now=True)
    assert not site.source.books.holds(after)
    assert site.source.books.answer(after, on_time_by_unit, site.ask().counted, {}) is None
    assert late_of(site) == 4
    assert late_of(with_ledger(site)) == 4
    assert site.source.books.holds(after)


def _file(site: Site) -> str:
    return str(site.settings.database_url.get_secret_value())


def test_a_register_that_differs_is_not_used(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    right = ledger_counts.on_time_by_unit

    def wrong(ledger: Ledger, view: View) -> Any:
        found = right(ledger, view)
        assert found is not None
        return found.assign(late=found.late + 1)

    monkeypatch.setattr("queries.ledger_answers.ANSWERS", {on_time_by_unit: wrong})
    monkeypatch.setattr("queries.ledger_check.ANSWERS", {on_time_by_unit: wrong})
    monkeypatch.setattr("queries.ledger_check.differences.__defaults__", ((on_time_by_unit,),))
    with caplog.at_level(logging.ERROR, "motcua"):
        assert not site.source.books.take(site.source.known())
    assert "on_time_by_unit 2026-11 A" in caplog.text
    assert not site.source.books.holds(site.source.known())
    assert late_of(site) == 1


@pytest.mark.parametrize("error", [DatabaseUnavailable("mất"), ValueError("x"), MemoryError()])
def test_a_register_that_cannot_be_read_leaves_the_database(site: Site, error: Exception) -> None:
    def fails(_known: Known) -> Ledger | None:
        raise error

    books = Bookkeeper(fails, is_wanted=True)
    known = site.source.known()
    assert not books.take(known)
    assert not books.holds(known)
    assert books.answer(known, on_time_by_unit, site.ask().counted, {}) is None


class Counting(Bookkeeper):
    """One that tells what it was asked to read."""

    def __init__(self, done: Callable[[], None], **more: Any) -> None:
        self.read: list[str] = []
        self.done = done
        super().__init__(self._told, **{"is_wanted": True, **more})

    def _told(self, known: Known) -> Ledger | None:
        self.read.append(known.version)
        self.done()
        return None


def test_the_thread_reads_each_version_once(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bookkeeping, "REST", 0)
    done = threading.Event()
    books, known = Counting(done.set), site.source.known()
    books.note(known)
    assert books.read == []
    books.start()
    assert done.wait(10)
    for _ in range(3):
        books.note(known)
        time.sleep(0.05)
    assert books.read == [known.version]


def test_a_server_s_database_and_one_of_each_minute_have_none(site: Site, tmp_path: Path) -> None:
    store = SQLite(tmp_path)
    store.fill({"units": [unit(1)], "loads": [loaded()]})
    books = Counting(lambda: None)
    books.note(Site(str(store.url)).source.known())
    assert books._noted is None
    for settings in ({"ledger": False}, {"as_of": "live"}):
        other = Site(_file(site), **settings)
        other.source.books.note(other.source.known())
        assert other.source.books._noted is None
    site.source.books.note(site.source.known())
    assert site.source.books._noted is not None


def test_while_the_moment_is_the_clock_s_there_is_none(tmp_path: Path) -> None:
    ahead = loaded(as_of=datetime(2100, 1, 1))
    path = write(tmp_path, [unit(1)], dossiers("P01", late=1), load=ahead)
    for settings, is_moving in (({"as_of": None}, True), ({"as_of": AS_OF}, False)):
        source = Site(path, **settings).source
        known = source.known()
        assert known.as_of.is_moving == is_moving
        assert (source.books._noted is None) == is_moving


def test_what_is_interrupted_is_tried_again(site: Site) -> None:
    tries: list[int] = []

    def at_first_away(known: Known) -> Ledger | None:
        tries.append(1)
        if len(tries) == 1:
            raise DatabaseUnavailable("bị ngắt")
        return site.source._read_books(known)

    books, known = Bookkeeper(at_first_away, is_wanted=True), site.source.known()
    assert not books.take(known)
    books.note(known)
    assert books._noted is not None
    assert books.take(known)


def test_another_file_is_not_read_under_an_older_name(site: Site, tmp_path: Path) -> None:
    before = site.source.known()
    newer = write(tmp_path / "newer", [unit(1)], dossiers("P01", late=4))
    newer.replace(_file(site).removeprefix("duckdb:///"))
    site.source.known(ask_now=True)
    assert site.source._read_books(before) is None


def test_a_file_that_folds_letters_has_none(tmp_path: Path) -> None:
    path = write(tmp_path, [unit(1)], dossiers("p01", late=1))
    with duckdb.connect(str(path)) as owner:
        owner.execute("ALTER TABLE dossiers ALTER unit_code TYPE varchar COLLATE nocase")
    site = Site(path)
    assert not site.source.known().bound.compares_exactly
    assert not site.source.books.take(site.source.known())


def test_a_replaced_file_does_not_wait_for_the_bookkeeper(site: Site, tmp_path: Path) -> None:
    source, ended = site.source, threading.Event()
    source.known()
    started = threading.Event()

    def reads_long() -> None:
        many = "range(1000000000)"
        endless = f"SELECT count(*) FROM {many} a, {many} b WHERE a.range > b.range"
        try:
            with source.database.reading(aside=True) as conn:
                started.set()
                conn.execute(text(endless))
        except DatabaseUnavailable:
            ended.set()

    threading.Thread(target=reads_long, daemon=True).start()
    assert started.wait(10)
    newer = write(tmp_path / "newer", [unit(1)], dossiers("P01", late=4))
    newer.replace(_file(site).removeprefix("duckdb:///"))
    began = time.monotonic()
    source.known(ask_now=True)
    assert time.monotonic() - began < 10
    assert ended.wait(1)
    assert late_of(site) == 4


def test_the_program_reads_it_by_itself(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTCUA_DATABASE_URL", _file(site))
    monkeypatch.setenv("MOTCUA_AS_OF", AS_OF.isoformat())
    client = app.create_server().test_client()
    assert client.get("/readyz").get_json()["status"] == "ok"
    until = time.monotonic() + 20
    while not client.get("/readyz").get_json()["has_ledger"]:
        assert time.monotonic() < until
        time.sleep(0.1)
    assert client.get("/api/v1/on-time").get_json()["district"]["late"] == 1

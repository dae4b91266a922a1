"""The copy behind the pages: asked once for all, and changed under readers without a fault."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from apps import AS_OF, SAMPLE, Living, Site, district, dossiers, loaded, page, statements, unit, write
from sqlalchemy import Connection, event, literal, select

from dashboard.question import source as source_module
from dashboard.question.access import Rights
from dashboard.question.errors import NoCopy
from dashboard.question.known import Known
from dashboard.question.source import BY_UNIT, Source, for_readers
from queries.asked.periods import parse_period
from queries.asked.view import View
from queries.courses.opened import OpenCopy
from queries.courses.stock import Courses
from queries.flags.dossiers import marked_by_unit, slips_by_unit
from queries.on_time.statements import on_time_by_unit

VIEW = View(parse_period("2026-11"), AS_OF)
TOGETHER = 6


def late(source: Source, view: View = VIEW) -> int:
    """The late dossiers of the district, asked as a card does."""
    frame: pd.DataFrame = source.ask(source.known(), on_time_by_unit, view)
    return int(frame.late.sum()) if len(frame) else 0


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


def load(folder: Path, count: int) -> Path:
    """A load of so many late dossiers, newer than one of fewer."""
    moment = AS_OF - timedelta(minutes=60 - count)
    return write(folder, [unit(1)], dossiers("P01", late=count), load=loaded(as_of=moment))


def living(folder: Path, *, count: int = 1, **settings: Any) -> Living:
    return Living(load(folder, count), folder / "copy", **settings)


@pytest.mark.parametrize("query", sorted(BY_UNIT, key=str), ids=lambda one: str(one.__name__))
def test_one_units_rows_are_those_it_has_among_all(
    tmp_path: Path, query: Callable[..., pd.DataFrame]
) -> None:
    """What is taken out of all units' answer is what its own statement tells; asked once, no statement more."""
    rows = [*dossiers("P01", late=2, early=1), *dossiers("P02", late=1, channel="online")]
    votes = [{"unit_code": code, "rated_on": AS_OF, "source": "tablet", "level": "satisfied", "votes": n}
             for code, n in (("P01", 3), ("P02", 4))]  # fmt: skip
    slips = [{"dossier_code": "HS-00003", "kind": "apology", "issued_at": AS_OF, "reason": "x"}]
    source = Site(write(tmp_path, [unit(1), unit(2)], rows, ratings=votes, slips=slips)).source
    known, narrow = source.known(), VIEW.at(unit_code="P02")
    keywords: dict[str, Any] = {"parameters": source.parameters(known)} if query in (
        marked_by_unit, slips_by_unit) else {}  # fmt: skip
    of_its_own = source.ask(known, query, narrow, **keywords)
    source.forget()
    source.ask(known, query, VIEW, **keywords)
    with statements() as sent:
        taken_out = source.ask(known, query, narrow, **keywords)
    assert len(of_its_own)
    pd.testing.assert_frame_equal(taken_out, of_its_own)
    assert sent == []


def test_the_same_question_is_asked_once_and_another_is_another_answer(tmp_path: Path) -> None:
    source = district(tmp_path, {"late": 2, "early": 1}).source
    late(source, VIEW.at(period=parse_period("2024")))  # small tables are read into memory
    year = VIEW.at(period=parse_period("2026"))  # what it carried over is left to the engine
    with statements() as sent:
        assert late(source, year) == late(source, year) == 2
    assert len(sent) == 1
    with statements() as sent:
        assert late(source, VIEW.at(period=parse_period("2025"))) == 0
    assert len(sent) == 1


def test_a_connection_is_taken_for_what_the_engine_is_asked_alone(tmp_path: Path) -> None:
    """And given back."""
    source = district(tmp_path, {"late": 2}).source
    known, taken = source.known(), []
    event.listen(known.copy.engine, "checkout", lambda *_: taken.append(1))
    assert source.ask(known, lambda _conn, courses, _view: courses, VIEW) is known.courses
    assert not taken
    assert late(source) == 2
    assert len(taken) == 1
    assert known.copy.engine.pool.checkedout() == 0  # type: ignore[attr-defined]


def test_many_threads_with_one_question_ask_it_once(tmp_path: Path) -> None:
    source = district(tmp_path, {"late": 2}).source
    known, asked = source.known(), []

    def slow(_conn: Connection, _courses: Courses, _view: View) -> int:
        asked.append(1)
        threading.Event().wait(0.2)
        return 7

    assert at_once(lambda: source.ask(known, slow, VIEW)) == [7] * TOGETHER
    assert len(asked) == 1


def test_a_question_that_failed_fails_for_all_who_waited_and_is_asked_again(tmp_path: Path) -> None:
    source = district(tmp_path, {"late": 2}).source
    known, asked = source.known(), []

    def failing(_conn: Connection, _courses: Courses, _view: View) -> int:
        asked.append(1)
        threading.Event().wait(0.2)
        if len(asked) == 1:
            raise RuntimeError("một lần")
        return 7

    found = at_once(lambda: source.ask(known, failing, VIEW))
    assert {type(one) for one in found} == {RuntimeError}
    assert source.ask(known, failing, VIEW) == 7


def test_before_the_first_copy_there_is_a_sentence_and_then_there_are_figures(tmp_path: Path) -> None:
    site = living(tmp_path, count=3)
    with pytest.raises(NoCopy, match=r"Đang đọc dữ liệu lần đầu\."):
        site.source.known()
    site.copies.note_reading("dossiers", 12_000)
    with pytest.raises(NoCopy, match=r"hồ sơ, 12\.000 dòng"):
        site.source.known()
    assert site.refresh().kind == "taken"
    assert late(site.source) == 3


def test_a_new_copy_is_taken_up_and_answers_anew(tmp_path: Path) -> None:
    site = living(tmp_path, count=3)
    site.refresh()
    held = site.source.known()
    assert late(site.source) == 3
    load(tmp_path, 4)
    site.refresh()
    assert late(site.source) == 4
    # Whoever still holds the one before is answered from it.
    assert int(site.source.ask(held, on_time_by_unit, VIEW).late.sum()) == 3


def test_addresses_are_read_against_one_object_as_long_as_data_and_rights_are_the_same(
    tmp_path: Path,
) -> None:
    site = living(tmp_path, count=3)
    site.refresh()
    source = site.source
    context = source.context(source.known())
    of_one = source.context(source.known(), Rights("don_vi", units=("P01",)))
    assert source.context(source.known()) is context
    assert of_one.no_unit != context.no_unit
    load(tmp_path, 4)
    site.refresh()
    assert source.context(source.known()).as_of > context.as_of


def test_while_one_learns_a_new_copy_the_others_go_on_with_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = living(tmp_path, count=3)
    site.refresh()
    held = site.source.known()
    load(tmp_path, 4)
    site.refresh()
    learns, may_end, learn = threading.Event(), threading.Event(), source_module._learn

    def slowly(copy: OpenCopy, before: Known | None) -> Known:
        learns.set()
        assert may_end.wait(10)
        return learn(copy, before)

    monkeypatch.setattr(source_module, "_learn", slowly)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(site.source.known)
        assert learns.wait(10)
        try:
            assert pool.submit(site.source.known).result(5) is held
        finally:
            may_end.set()
        assert first.result() is site.source.known() is not held


def test_unchanged_data_are_neither_written_nor_learnt_again(tmp_path: Path) -> None:
    site = living(tmp_path)
    site.refresh()
    known = site.source.known()
    assert site.refresh().kind == "nothing_new"
    assert site.source.known() is known


def test_data_that_only_moved_on_within_a_day_are_asked_as_before(tmp_path: Path) -> None:
    """The very file is asked: what lies in memory of it stays, and other moments asked for before."""
    site = living(tmp_path, count=3)
    site.refresh()
    before = site.source.known()
    built, later = before.as_of.moment, before.as_of.moment + timedelta(minutes=30)
    earlier = VIEW.at(as_of=built - timedelta(hours=2))
    was = late(site.source, earlier)
    assert late(site.source, VIEW.at(as_of=built)) == 3
    write(tmp_path, [unit(1)], dossiers("P01", late=3), load=loaded(as_of=later))
    assert site.refresh().kind == "nothing_new"
    assert site.source.known() is not before
    assert site.source.known().as_of.moment == later
    assert late(site.source, earlier) == was
    with statements() as sent:
        assert late(site.source, VIEW.at(as_of=later, period=parse_period("2026-10"))) == 0
        assert late(site.source, VIEW.at(as_of=later)) == 3
    assert not sent, "it all lies in memory"


def test_readers_go_on_while_copies_change_under_them(tmp_path: Path) -> None:
    site = living(tmp_path)
    site.refresh()
    stop, failed, seen = threading.Event(), [], set()

    def reads() -> None:
        while not stop.is_set():
            try:
                site.source.forget()
                seen.add(late(site.source))
            except Exception as error:
                failed.append(error)

    readers = [threading.Thread(target=reads) for _ in range(4)]
    for one in readers:
        one.start()
    for count in range(2, 7):
        load(tmp_path, count)
        site.refresh()
    stop.set()
    for one in readers:
        one.join()
    assert not failed
    assert {1, 6} & seen
    assert seen <= set(range(1, 7))


def test_a_source_that_was_never_there_is_told_and_found_when_it_comes(tmp_path: Path) -> None:
    site = Living(tmp_path / "motcua.duckdb", tmp_path / "copy")
    assert site.refresh().kind == "unreadable"
    with pytest.raises(NoCopy, match="Chưa đọc được dữ liệu lần nào"):
        site.source.known()
    load(tmp_path, 2)
    site.refresh()
    assert late(site.source) == 2


def test_another_source_is_a_first_start(tmp_path: Path) -> None:
    site = living(tmp_path / "a", count=3)
    site.refresh()
    other = Living(tmp_path / "b" / "motcua.duckdb", tmp_path / "a" / "copy")
    with pytest.raises(NoCopy):
        other.source.known()


def test_the_setting_replaces_the_clock_and_never_makes_data_younger(tmp_path: Path) -> None:
    path = write(tmp_path, [unit(1)], dossiers("P01", late=1), load=loaded(as_of=AS_OF - timedelta(days=2)))
    source = Site(path, as_of=AS_OF).source
    assert source.moment(source.known()) == AS_OF - timedelta(days=2)
    assert source.settings.now() == AS_OF


def test_live_is_the_moment_of_the_last_refresh(tmp_path: Path) -> None:
    site = living(tmp_path, as_of="live")
    site.refresh()
    moment = site.source.moment(site.source.known())
    assert timedelta(0) <= site.settings.clock() - moment < timedelta(minutes=2)
    assert moment != AS_OF


def test_old_data_are_known_to_be_old(tmp_path: Path) -> None:
    path = write(tmp_path, [unit(1)], [], load=loaded(as_of=AS_OF - timedelta(minutes=61)))
    for minutes, is_old in ((60, True), (61, False)):
        source = Site(path, expected_age_minutes=minutes).source
        assert source.is_old(source.known()) is is_old


def test_the_district_is_named_by_the_setting_then_by_the_sample(tmp_path: Path) -> None:
    sample = write(tmp_path / "a", [unit(1)], [], load=SAMPLE)
    for settings, name in (({}, "Quận Mẫu"), ({"district_name": "Quận Thử"}, "Quận Thử")):
        source = Site(sample, **settings).source
        assert source.district_name(source.known()) == name
    source = Site(write(tmp_path / "b", [unit(1)], [])).source
    assert source.district_name(source.known()) == "Một cửa"


def test_nothing_is_opened_before_the_first_question(tmp_path: Path) -> None:
    with statements() as sent:
        living(tmp_path)
    assert sent == []


def test_a_card_is_drawn_once_for_a_question_and_its_data(tmp_path: Path) -> None:
    site = living(tmp_path, count=4)
    site.refresh()
    draw = page("overview").draw_headline
    first = site.text(draw)
    with statements() as sent:
        assert site.text(draw) == first
    assert sent == []
    load(tmp_path, 5)
    site.refresh()
    assert site.text(draw) != first


def test_a_statement_is_a_question(tmp_path: Path) -> None:
    source = district(tmp_path, {"late": 1}).source

    def asks(conn: Connection, _courses: Courses, _view: View) -> int:
        return int(conn.scalar(select(literal(7))) or 0)

    assert source.ask(source.known(), asks, VIEW) == 7


@pytest.mark.parametrize(
    ("told", "read"),
    [
        ("""Không đọc được cơ sở dữ liệu «mysql://a@h/b»: sai mật khẩu ((1045, "Access denied for 'x'@'h' """
         """(using password: YES)")).""", "Không đọc được cơ sở dữ liệu: sai mật khẩu."),
        ("Không tạo được bản sao mới vì lỗi ngoài dự kiến (TypeError); xem nhật ký.",
         "Không tạo được bản sao mới vì lỗi ngoài dự kiến; xem nhật ký."),
        ("Hồ sơ giảm 12 (8%) so với trước. Xem nhật ký.", "Hồ sơ giảm 12 (8%) so với trước."),
        ("Không kết nối được (máy chủ 10.0.0.1:5432", "Không kết nối được."),
    ],
)  # fmt: skip
def test_readers_are_told_why_without_places(told: str, read: str) -> None:
    assert for_readers(told) == read

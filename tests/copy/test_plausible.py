"""What is refused, what is not, and what a person may accept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from copying import LOADS, NOON, UNITS, Copy, district, dossiers

from queries.copy.generations import Identity
from queries.copy.plausible import ASKED_OF_NOTHING, Limits, Measures, clock_refusal, refusals
from queries.copy.refresh import Token

LIMITS = Limits()
ROOT = Path(__file__).resolve().parents[2]


def measures(rows: Mapping[str, int], empty: Mapping[str, int] | None = None, **more: Any) -> Measures:
    return Measures({"dossiers": 1000, **rows}, empty or {}, **more)


NORMAL = measures({"slips": 200, "duties": 4})


@pytest.mark.parametrize(
    ("before", "now", "sentence"),
    [
        (NORMAL, measures({"dossiers": 0}),
         "Lần đọc mới không có hồ sơ nào, trong khi bản đang dùng có 1.000."),
        (NORMAL, measures({"dossiers": 900, "slips": 200, "duties": 4}),
         "Bảng hồ sơ (dossiers) từ 1.000 còn 900 dòng, giảm 10,0% (giới hạn 10%)."),
        (NORMAL, measures({"slips": 180, "duties": 4}),
         "Bảng phiếu (slips) từ 200 còn 180 dòng, giảm 10,0% (giới hạn 10%)."),
        (NORMAL, measures({"slips": 200}),
         "Bảng việc phải làm theo văn bản (duties) từ 4 còn 0 dòng, giảm 100,0% (giới hạn 10%)."),
        (NORMAL, measures({"dossiers": 1500, "slips": 200, "duties": 4}),
         "Hồ sơ từ 1.000 lên 1.500, tăng 50,0% (giới hạn 50%)."),
        (measures({}, {"dossiers.state": 50}), measures({}, {"dossiers.state": 150}),
         "Cột dossiers.state: giá trị trống hoặc không rõ từ 5,0% lên 15,0% (giới hạn tăng 10 điểm %)."),
        (measures({}, future=5), measures({}, future=11),
         "Hồ sơ tiếp nhận ở tương lai chiếm 1,1%, lần trước 0,5% (giới hạn 1%)."),
        (measures({}, future=6), measures({}, future=12),
         "Hồ sơ tiếp nhận ở tương lai chiếm 1,2%, lần trước 0,6% (giới hạn 1%)."),
        (measures({}, unknown_units=0), measures({}, unknown_units=20),
         "Hồ sơ không rõ đơn vị chiếm 2,0%, lần trước 0,0% (giới hạn 1%)."),
        (measures({}, loads={"Một cửa": "2026-11-21T10:00:00"}),
         measures({}, loads={"Một cửa": "2026-11-20T09:59:00"}),
         "Nguồn “Một cửa” báo số liệu đến 09:59 20/11/2026, lùi so với 10:00 21/11/2026 lần trước."),
    ],
)  # fmt: skip
def test_each_refusal_says_why(before: Measures, now: Measures, sentence: str) -> None:
    assert refusals(before, now, LIMITS) == (sentence,)
    never = Limits(**{one.name: 0 for one in fields(Limits) if one.name != "least_rows"})  # type: ignore[arg-type]
    assert refusals(before, now, never) == ()


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (NORMAL, NORMAL),
        (NORMAL, measures({"dossiers": 901, "slips": 181, "duties": 4})),
        (NORMAL, measures({"slips": 200, "duties": 3})),  # of four rows one is no share
        (NORMAL, measures({"dossiers": 1499, "slips": 9000, "duties": 400})),
        (measures({}, {"dossiers.state": 50}), measures({}, {"dossiers.state": 149})),
        (measures({"duties": 20}, {"duties.done_on": 3}), measures({"duties": 20}, {"duties.done_on": 7})),
        (measures({}, {"slips.reason": 0}), measures({"slips": 20}, {"slips.reason": 20})),  # a new table
        (
            measures({"procedures": 90}, {"procedures.interlinked": 3}),
            measures({"procedures": 90}, {"procedures.interlinked": 90}),
        ),  # by which nothing is counted
        (measures({}, future=50), measures({}, future=99)),
        (measures({}, future=6), measures({}, future=11)),
        (measures({}, future=0), measures({}, future=10)),
        (measures({}, unknown_units=9), measures({}, unknown_units=10)),
        (measures({}, loads={"a": "2026-11-21T10:00:00"}), measures({}, loads={"a": "2026-11-20T10:00:00"})),
        (measures({}, loads={"a": "2026-11-21T10:00:00"}), measures({}, loads={})),  # live, or inferred
        (measures({"dossiers": 0}), measures({"dossiers": 7})),
    ],
)
def test_what_is_within_bounds_is_believed(before: Measures, now: Measures) -> None:
    assert refusals(before, now, LIMITS) == ()


def test_what_is_asked_of_nothing_is_asked_of_nothing() -> None:
    """Whoever begins to count by one of these columns takes it from the set."""
    names = {name.rpartition(".")[2] for name in ASKED_OF_NOTHING if name.startswith(("units", "procedures"))}
    rooms = [f"queries/{one}" for one in ("courses", "on_time", "online", "unit_life", "flags", "listing")]
    code = "".join(
        one.read_text("utf-8") for room in (*rooms, "dashboard") for one in (ROOT / room).rglob("*.py")
    )
    assert not re.search(rf"\b({'|'.join(names)})\b", code)
    assert 'CLEAN["published"]' not in code
    assert 'CLEAN["loads"]' not in code


def test_every_reason_is_told_the_gravest_first() -> None:
    now = measures({"dossiers": 800, "slips": 0, "duties": 4}, unknown_units=100)
    told = refusals(NORMAL, now, LIMITS)
    assert [one.split(" (")[0] for one in told] == [
        "Bảng hồ sơ", "Bảng phiếu", "Hồ sơ không rõ đơn vị chiếm 12,5%, lần trước 0,0%",
    ]  # fmt: skip


def test_our_clock_is_held_beside_the_sources() -> None:
    assert clock_refusal(NOON, None, LIMITS) is None
    assert clock_refusal(NOON, NOON + timedelta(minutes=120), LIMITS) is None
    told = clock_refusal(NOON, NOON - timedelta(minutes=121), LIMITS)
    assert told is not None
    assert told.startswith("Đồng hồ máy này (12:00 21/11/2026) lệch với đồng hồ cơ sở dữ liệu (09:59")
    assert clock_refusal(NOON, datetime(2000, 1, 1), replace(LIMITS, clock_apart_minutes=0)) is None


def test_what_is_unknown_is_measured_where_there_is_a_catalogue(copy: Copy) -> None:
    rows = dossiers(100, procedure_code="TT1", officer_code="CC1")
    copy.put(units=UNITS, dossiers=rows)
    copy.refresh()
    first = copy.generations.state().generations[-1].measures
    assert (first.empty["dossiers.procedure_code"], first.empty["dossiers.officer_code"]) == (0, 0)
    for i in range(12):
        rows[i] |= {"procedure_code": "TT9", "unit_code": "P99", "state": "lạ", "due_at": None}
    copy.put(units=UNITS, dossiers=rows, procedures=[{"procedure_code": "TT1", "name": "Một"}])
    outcome = copy.refresh()
    assert outcome.kind == "refused"
    assert [one.split(":")[0].removeprefix("Cột dossiers.") for one in outcome.reasons] == [
        "Hồ sơ không rõ đơn vị chiếm 12,0%, lần trước 0,0% (giới hạn 1%).", "unit_code", "procedure_code",
        "due_at", "state",
    ]  # fmt: skip


def test_a_refused_reading_is_kept_aside_until_a_person_accepts_it(copy: Copy) -> None:
    copy.put(**district(100))
    assert copy.refresh(accept=True).kind == "nothing_new"
    copy.refresh()
    copy.put(**district(50))
    copy.now += timedelta(minutes=10)
    outcome = copy.refresh()
    assert outcome.kind == "refused"
    assert outcome.sentence == "Bảng hồ sơ (dossiers) từ 100 còn 50 dòng, giảm 50,0% (giới hạn 10%)."
    assert len(copy.rows()) == 100
    copy.now += timedelta(minutes=10)
    again = copy.refresh()
    assert (again.kind, again.failing_since) == ("refused", NOON + timedelta(minutes=10))
    assert len(list(copy.generations.folder.glob("refused-*.duckdb"))) == 1

    accepted = copy.refresh(accept=True)
    assert (accepted.kind, accepted.failing_since) == ("taken", None)
    assert len(copy.rows()) == 50
    assert copy.rows("courses", "n") == [50]
    assert not list(copy.generations.folder.glob("refused-*"))
    assert len(copy.reader.calls) == 3, "nothing is read to accept"
    assert copy.refresh().kind == "nothing_new", "the next is measured against it"
    assert copy.refresh(accept=True).kind == "nothing_new"


def test_a_source_that_comes_to_its_senses_is_taken_and_the_refused_goes(copy: Copy) -> None:
    copy.put(**district(100))
    copy.refresh()
    copy.put(**district(50))
    copy.refresh()
    copy.put(**district(101))
    assert copy.refresh().kind == "taken"
    assert not list(copy.generations.folder.glob("refused-*"))
    assert copy.generations.state().refused is None


def test_the_same_load_is_not_read_again_to_be_refused_again(copy: Copy) -> None:
    copy.reader.token = Token("loads", "1")
    copy.put(**district(100), loads=LOADS)
    copy.refresh()
    copy.put(**district(50), loads=LOADS)
    copy.reader.token = Token("loads", "2")
    assert copy.refresh().kind == "refused"
    assert copy.refresh().kind == "refused"
    assert len(copy.reader.calls) == 2
    copy.reader.token = Token("loads", "3")
    copy.put(**district(99), loads=LOADS)
    assert copy.refresh().kind == "taken"


def test_what_a_wrong_clock_made_unlikely_is_taken_when_the_clock_is_right(copy: Copy) -> None:
    copy.reader.token = Token("loads", "1")
    copy.put(**district(100), loads=LOADS)
    copy.refresh()
    copy.put(**district(101), loads=LOADS)
    copy.reader.token = Token("loads", "2")
    copy.now = NOON - timedelta(days=365)
    outcome = copy.refresh()
    assert outcome.kind == "refused"
    assert outcome.sentence.startswith("Hồ sơ tiếp nhận ở tương lai chiếm 100,0%")
    current = copy.generations.current()
    assert current is not None
    assert current.as_of.moment == NOON - timedelta(hours=1)
    copy.now = NOON + timedelta(minutes=1)
    assert copy.refresh().kind == "taken"
    assert len(copy.reader.calls) == 2, "from what was kept aside"
    assert len(copy.rows()) == 101


def test_a_clock_that_jumped_is_told_and_nothing_is_taken_by_it(copy: Copy) -> None:
    copy.more["live"] = True
    copy.put(**district(100))
    copy.reader.clock = NOON
    copy.refresh()
    copy.put(**district(101))
    copy.now = NOON + timedelta(days=2000)
    outcome = copy.refresh()
    assert outcome.kind == "refused"
    assert "Đồng hồ máy này" in outcome.sentence
    assert not list(copy.generations.folder.glob("refused-*"))
    current = copy.generations.current()
    assert current is not None
    assert current.as_of.moment == NOON
    copy.now = NOON + timedelta(minutes=5)
    assert copy.refresh().kind == "taken"


@pytest.mark.parametrize("kind", ["loads", "updated_at", "file"])
@pytest.mark.parametrize("live", [False, True])
def test_a_clock_that_jumped_is_believed_no_more_where_nothing_is_read(
    copy: Copy, kind: Any, live: bool
) -> None:
    """Back to where a machine begins without its battery; ahead where the source has a clock of its own."""
    copy.more["live"] = live
    copy.put(**district(100))
    copy.reader.token = Token(kind, "1")
    copy.reader.clock = NOON if kind != "file" else None
    copy.refresh()
    before = copy.generations.current()
    assert before is not None
    jumps = [datetime(2020, 1, 1), *([] if kind == "file" else [NOON + timedelta(days=400)])]
    for jumped in jumps:
        copy.now = jumped
        for _ in range(2):
            outcome = copy.refresh()
            assert outcome.kind == "refused"
            assert outcome.sentence.startswith(f"Đồng hồ máy này ({jumped:%H:%M %d/%m/%Y})")
        assert copy.generations.current() == before
    copy.now = NOON + timedelta(minutes=5)
    assert copy.refresh().kind == "nothing_new"
    after = copy.generations.current()
    assert after is not None
    assert after.as_of.moment == (copy.now if live else before.as_of.moment)


def test_loads_that_moved_on_without_a_generation_are_what_is_measured_against(copy: Copy) -> None:
    def at(moment: datetime) -> None:
        copy.put(**district(60), loads=[{"as_of": moment, "source": "Một cửa"}])

    at(NOON - timedelta(minutes=50))
    copy.refresh()
    copy.now = NOON + timedelta(days=3)
    at(NOON + timedelta(days=2))
    assert copy.refresh().kind == "nothing_new"
    at(NOON + timedelta(hours=1))
    outcome = copy.refresh()
    assert outcome.kind == "refused"
    assert "lùi so với 12:00 23/11/2026" in outcome.sentence


@pytest.mark.parametrize("live", [False, True])
def test_loads_that_go_back_are_refused_but_where_the_moment_is_not_theirs(copy: Copy, live: bool) -> None:
    copy.more["live"] = live
    copy.put(**district(60), loads=[{"as_of": NOON - timedelta(hours=1), "source": "Một cửa"}])
    assert copy.refresh().kind == "taken"
    copy.now += timedelta(minutes=10)
    copy.put(**district(61), loads=[{"as_of": NOON - timedelta(days=3), "source": "Một cửa"}])
    outcome = copy.refresh()
    assert outcome.kind == ("taken" if live else "refused")
    assert ("lùi so với" in outcome.sentence) is not live
    assert len(copy.rows()) == (61 if live else 60)


def test_what_another_shape_made_unlikely_may_be_accepted(copy: Copy) -> None:
    """As where a word is said to mean "left out", and most dossiers are of it."""
    copy.put(**district(100))
    copy.refresh()
    copy.identity = Identity("source", "other words")
    copy.put(**district(50))
    assert copy.refresh().kind == "refused"
    assert len(copy.rows()) == 100, "the copy before answers meanwhile"
    assert copy.refresh(accept=True).kind == "taken"
    assert len(copy.rows()) == 50
    assert copy.refresh().kind == "nothing_new"
    copy.identity = Identity("source", "third")
    copy.put(**district(20))
    assert copy.refresh().kind == "refused"
    copy.identity = Identity("source", "fourth")
    assert copy.refresh(accept=True).kind == "nothing_new", "it was read otherwise than is said now"


@pytest.mark.parametrize("kind", ["updated_at", ""])
def test_what_everything_showed_stands_until_everything_can_be_believed(copy: Copy, kind: Any) -> None:
    """Changes alone do not show what was deleted."""
    old = NOON - timedelta(days=9)
    rows = dossiers(100, updated_at=old)
    rows[0]["updated_at"] = NOON - timedelta(hours=5)

    def at(text: str) -> None:
        copy.reader.token = Token(kind, text if kind else None)

    at("1")
    copy.put(units=UNITS, dossiers=rows)
    copy.refresh()
    rows = rows[:80]
    copy.put(units=UNITS, dossiers=rows)
    first = copy.refresh(whole=True)
    assert first.kind == "refused"
    copy.now += timedelta(minutes=10)
    at("2")
    rows[1] = rows[1] | {"state": "finished", "updated_at": NOON - timedelta(hours=4)}
    copy.put(units=UNITS, dossiers=rows)
    again = copy.refresh()
    assert (again.kind, again.failing_since) == ("refused", first.at)
    assert len(copy.rows()) == 100
    assert copy.refresh(accept=True).kind == "taken"
    assert len(copy.rows()) == 80
    assert copy.reader.calls[1:] == ["whole", "whole"]
    copy.refresh()
    assert copy.reader.calls[-1] != "whole", "changes are enough again"


def test_a_table_that_is_whole_again_is_read_though_no_dossier_changed(copy: Copy) -> None:
    copy.reader.token = Token("updated_at", "1")
    rows = dossiers(60, updated_at=NOON - timedelta(days=1))
    slips = [
        {"slip_id": str(i), "dossier_code": f"HS{i:05}", "kind": "apology", "issued_at": NOON}
        for i in range(20)
    ]
    copy.put(units=UNITS, dossiers=rows, slips=slips)
    copy.refresh()
    copy.put(units=UNITS, dossiers=rows, slips=slips[:1])
    assert copy.refresh().kind == "refused"
    copy.put(units=UNITS, dossiers=rows, slips=slips)
    copy.now += timedelta(minutes=10)
    assert copy.refresh().kind == "nothing_new"
    assert len(copy.rows("slips", "slip_id")) == 20

"""The flags' definitions, the work calendar, and what is due soon on DuckDB and PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, get_args

import pytest
from clean_copies import CleanCopy, Row
from hypothesis import given
from hypothesis import strategies as st

from queries.asked.periods import parse_period
from queries.asked.view import DEFAULT_RULES, LocalRule, Rule, Rules, View
from queries.asked.workdays import WorkCalendar
from queries.definitions.flag_rule import Level, Scope
from queries.definitions.flags import FLAGS
from queries.definitions.metrics import METRICS
from queries.definitions.sources import Document
from queries.flags.conditions import RED_DOSSIER_FLAGS
from queries.flags.dossiers import due_soon_by_unit
from queries.flags.judging import due_soon_until

AS_OF = datetime(2026, 11, 20, 10, 15)  # a Friday
VIEW = View(parse_period("2026-11"), AS_OF)
USUAL = WorkCalendar()
MONDAY = date(2026, 11, 23)


def test_every_flag_says_its_rule_its_source_and_how_grave_it_is() -> None:
    assert {"unit_late", "unit_near", "unit_backlog", "basis_matters", "due_soon", "commended"} <= set(FLAGS)
    for name, flag in FLAGS.items():
        assert flag.id == name
        assert flag.name
        assert flag.rule.endswith(".")
        assert flag.cited
        assert flag.level in get_args(Level)
    assert FLAGS["unit_late"].level == "red"


def test_every_flag_has_the_scope_that_says_what_it_may_mean() -> None:
    of = {scope: {one.id for one in FLAGS.values() if one.scope == scope} for scope in get_args(Scope)}
    assert of == {
        "unit": {"unit_late", "unit_near", "unit_backlog", "basis_matters", "satisfaction_drop", "online_low",
                 "commended"},
        "person": {"officer_late", "contract_staff"},
        "data": {"odd_record", "nobody_answerable"},
        "duty": {"complaint_overdue"},
        "dossier": {"no_apology", "late_apology", "empty_apology", "reappointed_twice", "supplement_twice",
                    "supplement_on_due_day", "refused_no_apology", "hidden_by_reappointment", "due_soon"},
    }  # fmt: skip
    assert {one.id for one in FLAGS.values() if one.is_alarm} == {"unit_late"}
    assert {one.id for one in FLAGS.values() if one.is_restricted} == of["person"]
    assert RED_DOSSIER_FLAGS == ("no_apology", "reappointed_twice", "supplement_twice")


# the documents behind them, by day

IN_2019, IN_2025, IN_2026 = (
    View(parse_period(code), datetime(2026, 11, 20, 10, 15)) for code in ("2019-06", "2025-07", "2026-08")
)


@pytest.mark.parametrize(
    ("view", "cited"),
    [
        (IN_2019, "Nghị định 61/2018/NĐ-CP"),
        (VIEW.at(period=parse_period("2025-06")), "Nghị định 61/2018/NĐ-CP"),
        (IN_2025, "Nghị định 118/2025/NĐ-CP"),
        (VIEW.at(period=parse_period("2026-07")), "Nghị định 118/2025/NĐ-CP"),
        (IN_2026, "Nghị định 118/2025/NĐ-CP (sửa đổi bởi Nghị định 367/2025/NĐ-CP, Nghị định 309/2026/NĐ-CP)"),
    ],
)  # fmt: skip
def test_the_decree_cited_is_the_one_in_force_on_the_last_day(view: View, cited: str) -> None:
    local = "Công văn 2307/UBND-NC (Cần Thơ, 2020), quy định địa phương"
    assert FLAGS["late_apology"].source_text(view) == f"{local}; {cited}"


@pytest.mark.parametrize(
    ("code", "cited"),
    [("2022-07", "Nghị định 43/2011/NĐ-CP"), ("2022-08", "Nghị định 42/2022/NĐ-CP"),
     ("2026-06", "Nghị định 42/2022/NĐ-CP"), ("2026-07", "Nghị định 224/2026/NĐ-CP")],
)  # fmt: skip
def test_online_levels_are_by_the_decree_in_force(code: str, cited: str) -> None:
    assert METRICS["online_rate"].source_text(VIEW.at(period=parse_period(code))) == cited


def test_what_follows_is_said_beside_the_rule() -> None:
    assert FLAGS["unit_late"].consequence(VIEW) == (
        "từ 5%: xem như không hoàn thành nhiệm vụ, xem xét xử lý kỷ luật người đứng đầu, "
        "theo Công văn 2307/UBND-NC (Cần Thơ, 2020)"
    )
    assert FLAGS["officer_late"].consequence(VIEW).startswith("từ 3 hồ sơ trễ trong năm: xem như không hoàn")
    assert FLAGS["no_apology"].consequence(VIEW) == ""


def test_a_district_cites_its_own_documents_from_their_day_on() -> None:
    own = LocalRule("cv_2307", Document("Quyết định 9/2026", date(2026, 11, 1), "phê bình", ""))
    view = VIEW.at(rules=replace(DEFAULT_RULES, local=(own,)))
    assert FLAGS["unit_late"].source_text(view) == "Quyết định 9/2026"
    assert FLAGS["unit_late"].consequence(view) == "từ 5%: phê bình, theo Quyết định 9/2026"
    assert FLAGS["officer_late"].consequence(view) == "", "the new document says nothing of officials"
    assert FLAGS["odd_record"].source_text(view) == "Quyết định 9/2026", "the quoted words are another's"
    assert FLAGS["no_apology"].source_text(view) == (
        "Quyết định 9/2026; Công văn 2245/UBND-CCHC, quy định địa phương"
    )
    before = view.at(period=parse_period("2026-10"))
    assert FLAGS["unit_late"].source_text(before).startswith("Công văn 2307")
    other = Rules((Rule("4.5", None, "Nghị quyết 7", "hạ bậc thi đua"),), DEFAULT_RULES.near)
    assert (
        FLAGS["unit_late"].consequence(VIEW.at(rules=other)) == "từ 4,5%: hạ bậc thi đua, theo Nghị quyết 7"
    )
    silent = Rules((Rule("6", None, "Nghị quyết 8"),), DEFAULT_RULES.near)
    assert FLAGS["unit_late"].consequence(VIEW.at(rules=silent)) == ""


# working days


@pytest.mark.parametrize(
    ("day", "is_working"),
    [
        (date(2026, 11, 20), True),
        (date(2026, 11, 21), False),  # Saturday
        (date(2026, 11, 22), False),
        (date(2026, 1, 1), False),
        (date(2026, 4, 27), False),  # Giỗ Tổ on a Sunday: the Monday is off
        (date(2026, 9, 2), False),
        (date(2027, 2, 5), False),  # the eve of Tết
        (date(2027, 2, 8), False),
        (date(2027, 2, 11), True),
        (date(2026, 8, 22), True),  # a Saturday worked for Monday 31 August
        (date(2026, 8, 31), False),
        (date(2026, 8, 29), False),  # the next Saturday is off as ever
        (date(2026, 8, 23), False),
        (date(2025, 4, 26), True),  # for Friday 2 May 2025
        (date(2025, 5, 2), False),
        (date(2018, 12, 29), False),
        (date(2019, 1, 5), True),  # for Monday 31 December 2018: the other way round the new year
        (date(2014, 12, 27), True),  # for 2 January 2015: the day off lies in the next year
        (date(2015, 1, 2), False),
    ],
)
def test_the_working_days_of_vietnam(day: date, is_working: bool) -> None:
    assert USUAL.is_working(day) is is_working


@pytest.mark.parametrize(
    ("day", "count", "last"),
    [
        (date(2026, 11, 16), 2, date(2026, 11, 18)),
        (date(2026, 11, 19), 2, MONDAY),  # over a weekend
        (date(2026, 11, 20), 1, MONDAY),
        (date(2026, 11, 21), 1, MONDAY),  # asked on a Saturday
        (date(2027, 2, 3), 2, date(2027, 2, 12)),  # over Tết 2027, 4 to 10 February
        (date(2027, 2, 6), 1, date(2027, 2, 11)),  # within Tết
        (date(2026, 12, 31), 1, date(2027, 1, 4)),
        (date(2026, 8, 21), 2, date(2026, 8, 24)),  # a Friday: the Saturday is worked
        (date(2026, 8, 28), 2, date(2026, 9, 4)),  # a Friday: 31 August to 2 September are off
        (date(2026, 11, 20), 0, date(2026, 11, 20)),
    ],
)
def test_the_last_of_the_next_working_days(day: date, count: int, last: date) -> None:
    assert USUAL.after(day, count) == last


def test_the_settings_correct_the_calendar() -> None:
    saturday = date(2026, 11, 21)
    worked = WorkCalendar(extra_working=frozenset({saturday}))
    assert worked.is_working(saturday)
    assert worked.after(AS_OF.date(), 1) == saturday
    exchanged = WorkCalendar(extra_off=frozenset({date(2026, 8, 22)}))
    assert not exchanged.is_working(date(2026, 8, 22)), "an office that did not exchange says so"
    off = WorkCalendar(extra_off=frozenset({MONDAY}))
    assert not off.is_working(MONDAY)
    assert off.after(AS_OF.date(), 1) > MONDAY
    tet = date(2027, 2, 8)
    assert WorkCalendar(extra_working=frozenset({tet})).is_working(tet), "a day of Tết worked in exchange"


@given(st.dates(date(2024, 1, 1), date(2028, 12, 31)), st.integers(1, 15))
def test_the_last_day_is_worked_and_so_many_are_worked_until_it(day: date, count: int) -> None:
    last = USUAL.after(day, count)
    assert USUAL.is_working(last)
    between = [day + timedelta(days=i) for i in range(1, (last - day).days + 1)]
    assert sum(map(USUAL.is_working, between)) == count


def test_due_soon_reaches_to_so_many_working_days_after_the_moment_of_the_data() -> None:
    assert due_soon_until(VIEW, USUAL, 1) == MONDAY
    assert due_soon_until(VIEW.at(period=parse_period("2026-03")), USUAL, 1) == MONDAY, "whatever the period"


# due soon

UNTIL = MONDAY


def dossier(due: datetime | None, **more: Any) -> Row:
    return {
        "unit_code": "P1",
        "received_at": datetime(2026, 11, 2, 8),
        "due_at": due,
        "state": "open",
        **more,
    }


def soon(
    copy: CleanCopy, *rows: Mapping[str, Any], view: View = VIEW, **tables: Any
) -> dict[str | None, int]:
    copy.fill({"dossiers": rows, **tables})
    with copy.asked(view) as (conn, courses):
        return due_soon_by_unit(conn, courses, view, until=UNTIL)


SOON = [  # a dossier; is it due soon by the day, by the moment?
    (dossier(datetime(2026, 11, 20, 17)), 1, 1),
    (dossier(datetime(2026, 11, 20, 8)), 1, 0),  # this morning: overdue by the minute
    (dossier(datetime(2026, 11, 20)), 1, 1),  # a bare date is the end of its day
    (dossier(datetime(2026, 11, 23, 23, 59, 59)), 1, 1),
    (dossier(datetime(2026, 11, 24)), 0, 0),
    (dossier(datetime(2026, 11, 19, 23, 59)), 0, 0),  # overdue, not due soon
    (dossier(None), 0, 0),
    (dossier(datetime(2026, 11, 23), received_at=datetime(2026, 11, 20, 10, 16)), 0, 0),
    (dossier(datetime(2026, 11, 23), state="finished", finished_at=datetime(2026, 11, 20, 9)), 0, 0),
    (dossier(datetime(2026, 11, 23), state="finished", finished_at=datetime(2026, 11, 20, 11)), 1, 1),
    (dossier(datetime(2026, 11, 23), state="finished"), 0, 0),  # closed, the day is not known
    (dossier(datetime(2026, 11, 23), state="refused", finished_at=datetime(2026, 11, 3)), 0, 0),
    (dossier(datetime(2026, 11, 23), state="suspended", suspended_since=datetime(2026, 11, 5)), 0, 0),
    (dossier(datetime(2026, 11, 23), state="suspended", suspended_since=datetime(2026, 11, 25)), 1, 1),
    (dossier(datetime(2026, 11, 23), finished_at=datetime(2026, 11, 5)), 1, 1),  # reopened
    (dossier(datetime(2026, 11, 23), state=None), 1, 1),
]


def test_what_is_due_soon(copy: CleanCopy) -> None:
    rows = [{**row, "unit_code": f"U{i:02}"} for i, (row, _, _) in enumerate(SOON)]
    for rule, view in ((1, VIEW), (2, VIEW.at(compare="moment"))):
        found = soon(copy, *rows, view=view)
        assert [one for i, one in enumerate(SOON) if found.get(f"U{i:02}", 0) != one[rule]] == []


def test_due_soon_is_counted_by_unit_and_narrowed_with_the_view(copy: CleanCopy) -> None:
    due = datetime(2026, 11, 23, 11)
    rows = [
        *[dossier(due)] * 3, *[dossier(due, unit_code="P2", procedure_code="1.001")] * 2,
        dossier(due, unit_code=None),
    ]  # fmt: skip
    catalogue = [{"procedure_code": "1.001", "name": "Khai sinh", "field": "Hộ tịch"}]
    assert soon(copy, *rows) == {"P1": 3, "P2": 2, None: 1}
    for narrower in ({"unit_code": "P2"}, {"procedure_code": "1.001"}, {"field": "Hộ tịch"}):
        assert soon(copy, *rows, view=VIEW.at(**narrower), procedures=catalogue) == {"P2": 2}
    assert soon(copy, *rows, view=VIEW.at(period=parse_period("2026-03"))) == {"P1": 3, "P2": 2, None: 1}


def test_nothing_is_due_soon_in_an_empty_district(copy: CleanCopy) -> None:
    assert soon(copy) == {}

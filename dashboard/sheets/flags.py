"""Flags of the period, the work that they leave, the units to inspect, the complaints that wait."""

from __future__ import annotations

from datetime import date

import pandas as pd

from dashboard.figures.flags.wording import flag_sentence, unit_sentence, why_not
from dashboard.figures.flags.work import DO, OVERDUE
from dashboard.figures.shared.outcome import NO_DATA
from dashboard.formats import NOTHING
from dashboard.question.flags import units_by_code
from dashboard.question.question import Question
from dashboard.sheets.months import unit_cells, unit_columns
from dashboard.sheets.table import Cell, Column, Rate, Table, rate_cells, rate_columns
from queries.definitions.flag_rule import LEVEL_NAMES, LEVELS
from queries.definitions.metrics import STRENGTH_NAMES, Share, late_metric
from queries.definitions.units import UNKNOWN_UNIT, Unit, by_name
from queries.flags.ages import AGE_NAMES
from queries.flags.complaints import overdue_complaints
from queries.flags.dossiers import lists_dossiers
from queries.flags.found import Found, FoundFlags

_WHOLE_LIST = 1_000_000
"""More complaints than any district has waiting."""
_OF = {"units": "đơn vị", "dossiers": "hồ sơ", "officials": "công chức", "complaints": "phản ánh, kiến nghị"}


def flags(question: Question) -> Table:
    """One row a flag for the whole, then one for each unit it is on."""
    found = question.flags
    beside = "Tỷ lệ kèm theo"
    columns = [
        Column("TT", "count"), Column("Cảnh báo"), Column("Mức"), *unit_columns(),
        Column("Số lượng", "count"), Column("Đếm theo"), Column("Số hồ sơ", "count"),
        Column("Tử số", "count", beside), Column("Mẫu số", "count", beside), Column("Tỷ lệ", "rate", beside),
        Column("Độ chắc"), Column("Nội dung", width=60),
    ]  # fmt: skip
    rows: list[list[Cell]] = []
    for one in found.flags:
        for unit in (None, *(unit for unit in found.units if unit.code in one.units)):
            rows.append([len(rows) + 1, *_cells(one, unit, found, question)])
    rules = [
        (one.rule.name, one.rule.rule_text(found.view, found.parameters), f"Theo {_OF[one.rule.of]}",
         one.rule.source_text(found.view) or NOTHING) for one in found.flags
    ]  # fmt: skip
    return Table("Cảnh báo", columns, rows, sheet="Cảnh báo", freezes=2, definitions=rules)


def _cells(one: Found, unit: Unit | None, found: FoundFlags, question: Question) -> list[Cell]:
    rule = one.rule
    raised = one.district if unit is None else one.units[unit.code or ""]
    is_counted = one.state == "found"
    why = raised.why if unit is not None and raised.why is not None else None
    if why is None and rule.base and raised.base is not None:
        why = Share(raised.count, raised.base)
    if not is_counted:
        why = None
    told = flag_sentence(one, found) if unit is None else unit_sentence(one, found, unit.code or "")
    if unit is None and one.untold:
        told = f"{told}; đơn vị không có dòng: {one.untold}"
    names: list[Cell] = [None, "Cả phạm vi đang xem", None]
    return [
        rule.name, LEVEL_NAMES[rule.level], *(names if unit is None else unit_cells(unit)),
        raised.count if is_counted else NO_DATA if one.state == "no_data" else "không xét",
        _OF[rule.of], raised.dossiers or None if rule.is_restricted
        else raised.dossiers if is_counted and lists_dossiers(rule.id) else None,
        why.a if why else None, why.b if why else None, Rate(why, 2, question.edges) if why else None,
        STRENGTH_NAMES.get(raised.strength or "") if unit is not None else None,
        told,
    ]  # fmt: skip


def work(question: Question) -> Table:
    """One row a piece of work for the whole, gravest first, then one for each unit that has some of it."""
    found, ages = question.flags, question.work_ages
    past = "Quá ngày hẹn trả"
    columns = [
        Column("TT", "count"), Column("Việc"), Column("Mức"), *unit_columns(), Column("Số lượng", "count"),
        Column("Đếm theo"), *(Column(name, "count", past) for name in AGE_NAMES),
        Column("Hẹn trả sớm nhất", "day", past),
    ]  # fmt: skip
    overdue = question.on_time.district.tally[OVERDUE]
    told = [(LEVELS.index("red"), -overdue, OVERDUE)] if overdue else []
    told += [
        (LEVELS.index(one.rule.level), -one.district.count, one.rule.id)
        for one in found.flags if one.rule.id in DO and one.is_raised
    ]  # fmt: skip
    rows: list[list[Cell]] = []
    for _, count, word in sorted(told):
        flag = None if word == OVERDUE else found.of(word)
        of = "hồ sơ" if flag is None else _OF[flag.rule.of]
        head: list[Cell] = [DO[word], LEVEL_NAMES["red" if flag is None else flag.rule.level]]
        aged = ages.of.get(word)
        by_age: list[Cell] = [None] * (len(AGE_NAMES) + 1) if aged is None else [*aged.by_age, aged.oldest]
        rows.append([len(rows) + 1, *head, None, "Cả phạm vi đang xem", None, -count, of, *by_age])
        units = found.overdue if flag is None else {code: one.count for code, one in flag.units.items()}
        named = [(unit, n) for code, unit in units_by_code(question).items() if (n := units.get(code, 0))]
        rows += [
            [len(rows) + place, *head, *unit_cells(unit), n, of, *[None] * (len(AGE_NAMES) + 1)]
            for place, (unit, n) in enumerate(sorted(named, key=lambda one: (-one[1], by_name(one[0]))), 1)
        ]
    return Table("Việc phải làm", columns, rows, sheet="Việc phải làm", freezes=2)


def inspected(question: Question) -> Table:
    """One row a unit worth an inspection, first to last."""
    found = question.flags
    over, few = "Vượt ngưỡng", "Ít hồ sơ"
    columns = [
        Column("TT", "count"), *unit_columns(), *rate_columns(over, late_metric(found.view.basis).id),
        Column("Hồ sơ mức đỏ", "count"), Column("Hồ sơ quá hạn", "count", "", OVERDUE),
        Column("Hồ sơ phải giải quyết", "count", "", "to_resolve"), Column(few),
    ]  # fmt: skip
    rows: list[list[Cell]] = []
    for one in found.inspected:
        why = None if one.late is None else one.late.why
        rate: list[Cell] = [None] * 3 if why is None else rate_cells(why, 2, question.edges)
        red = NO_DATA if one.red is None else one.red
        rows.append([len(rows) + 1, *unit_cells(one.unit), *rate, red, one.overdue, one.to_resolve,
                     few.lower() if one.is_few else None])  # fmt: skip
    return Table("Đơn vị nên kiểm tra", columns, rows, sheet="Nên kiểm tra")


def complaints(question: Question) -> Table:
    """One row a complaint that waits past its day, longest waiting first: all of them."""
    view, units = question.flags.view, units_by_code(question)
    judged = min(view.judged_on or view.end, view.end)
    frame = question.source.ask(question.known, overdue_complaints, question.counted, most=_WHOLE_LIST)
    rows: list[list[Cell]] = []
    for code, unit_code, field, received, due in frame.itertuples(index=False, name=None):
        unit, due_on = units.get(unit_code), pd.Timestamp(due).date()
        names: list[Cell] = [None, UNKNOWN_UNIT, None] if unit is None else unit_cells(unit)
        rows.append([
            len(rows) + 1, str(code), *names, field if isinstance(field, str) else None, _day(received),
            due_on, (judged - due_on).days,
        ])  # fmt: skip
    columns = [
        Column("TT", "count"), Column("Mã"), *unit_columns(), Column("Lĩnh vực"), Column("Tiếp nhận", "day"),
        Column("Hạn trả lời", "day"), Column("Số ngày quá hạn", "count"),
    ]  # fmt: skip
    one = question.flags.of("complaint_overdue")
    notes = () if one.state == "found" else (f"Phản ánh, kiến nghị: {why_not(one)}.",)
    return Table("Phản ánh, kiến nghị quá hạn trả lời", columns, rows, sheet="Phản ánh quá hạn", freezes=2,
                 notes=notes)  # fmt: skip


def _day(value: object) -> date | None:
    moment = pd.Timestamp(value)  # type: ignore[arg-type]
    return None if pd.isna(moment) else moment.date()

"""Every flag of the period, of the district and of each unit it is on."""

from __future__ import annotations

from dashboard.figures.flags.wording import flag_sentence, unit_sentence
from dashboard.figures.shared.outcome import NO_DATA
from dashboard.question.question import Question
from dashboard.sheets.months import unit_cells, unit_columns
from dashboard.sheets.table import Cell, Column, Rate, Table
from queries.definitions.flag_rule import LEVEL_NAMES
from queries.definitions.metrics import STRENGTH_NAMES, Share
from queries.definitions.units import Unit
from queries.flags.dossiers import lists_dossiers
from queries.flags.found import Found, FoundFlags

_OF = {"units": "đơn vị", "dossiers": "hồ sơ", "officials": "công chức", "complaints": "phản ánh, kiến nghị"}


def flags(question: Question) -> Table:
    """One row a flag for the whole, then one for each unit it is on."""
    found = question.flags
    beside = "Tỷ lệ kèm theo"
    columns = [
        Column("TT", "count"), Column("Cảnh báo"), Column("Mức"), *unit_columns(),
        Column("Số lượng", "count"), Column("Đếm theo"), Column("Số hồ sơ", "count"),
        Column("Tử số", "count", beside), Column("Mẫu số", "count", beside), Column("Tỷ lệ", "rate", beside),
        Column("Độ chắc"), Column("Nội dung", width=60), Column("Quy định", width=60),
        Column("Căn cứ", width=30),
    ]  # fmt: skip
    rows: list[list[Cell]] = []
    for one in found.flags:
        for unit in (None, *(unit for unit in found.units if unit.code in one.units)):
            rows.append([len(rows) + 1, *_cells(one, unit, found, question)])
    return Table("Cảnh báo", columns, rows, sheet="Cảnh báo", freezes=2)


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
        told, rule.rule_text(found.view, found.parameters), rule.source_text(found.view),
    ]  # fmt: skip

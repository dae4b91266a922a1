"""How a question comes to its flags: the settings they depend on, and those of other subjects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pandas as pd

from dashboard.formats import count_text, join_names, points_text, rate_text, share_text
from dashboard.question.access import may_list
from queries.asked.periods import month_of
from queries.asked.view import View
from queries.courses.frames import rows_of
from queries.definitions.flag_rule import Parameters
from queries.definitions.flags import FLAGS
from queries.definitions.units import NO_UNIT, Unit, by_name
from queries.flags.dossiers import marked_by_unit
from queries.flags.found import Counted, Found, FoundFlags, Raised, find_flags
from queries.flags.judging import DROP_POINTS, dropped, satisfaction_changes
from queries.flags.officers import OFFICER_COLUMNS, contract_atoms, late_by_officer, officer_names
from queries.flags.units import UNIT_FLAGS
from queries.flags.withheld import LEAST, WITHHELD, blocks_of, is_asked_plainly, told_units

FLAGS_PATH, COMPLAINTS_ANCHOR = "/canh-bao", "phan-anh"
"""Where the complaints a flag is about are listed: they are no dossiers."""

NOBODY = pd.DataFrame(columns=list(OFFICER_COLUMNS))

if TYPE_CHECKING:
    from dashboard.question.question import Question


def parameters_of(question: Question, flag_id: str | None = None) -> Parameters:
    """Give what the rules depend on; for the list of a flag on units with the units it marks."""
    parameters = question.source.parameters(question.known)
    if flag_id is None or flag_id not in UNIT_FLAGS:
        return parameters
    marked = UNIT_FLAGS[flag_id](question.on_time)
    return replace(parameters, units=tuple(row.unit.code for row in marked if row.unit.code))


def flags_of(question: Question) -> FoundFlags:
    """Give every flag of the period."""
    parameters, known = parameters_of(question), question.known
    counted = Counted(
        marked=question.marked,
        slips=question.slips,
        # Of officials whoever may not see them is told other sums, or nothing (``_withheld``).
        officers=question.officers if question.rights.sees_officials else NOBODY,
        complaints=question.complaints,
        due_soon=question.due_soon if question.view.is_running else {},
    )
    return find_flags(
        question.on_time,
        counted,
        known.units,
        known.courses,
        parameters,
        extra={**extra_unit_flags(question), **_withheld(question)},
    )


def extra_unit_flags(question: Question) -> Mapping[str, Found]:
    """Give the flags on units that other subjects find; one that is not here is not shown."""
    return {"satisfaction_drop": _satisfaction_drop(question), "online_low": _online_low(question)}


def _withheld(question: Question) -> Mapping[str, Found]:
    """Give the flags on officials as they are told to whoever may not see them; nothing for who may.

    Of an ended calendar year the district's officials with late dossiers, where there are five or more;
    of ended periods the dossiers of contract officials where nobody's can be told apart (``withheld``).
    """
    if question.rights.sees_officials:
        return {}
    late, staff = FLAGS["officer_late"], FLAGS["contract_staff"]
    found = {one.id: Found(one, "idle", why_idle=WITHHELD) for one in (late, staff)}
    whole, known = question.counted.at(unit_code=None, units_seen=None), question.known
    if not question.view.has_started or not is_asked_plainly(question.view, question.context.as_of):
        return found
    unit, is_whole = question.view.unit_code, question.view.units_seen is None
    ask = question.source.ask
    if whole.period.kind == "year" and whole.period.basis == "calendar" and unit is None and is_whole:
        officers = ask(known, late_by_officer, whole)
        count = officers.officer_code.nunique()
        if count >= LEAST:
            found[late.id] = Found(late, "found", Raised(count), untold=WITHHELD)
    blocks = blocks_of(whole)
    atoms = ask(known, contract_atoms, _all_time(whole), blocks=blocks)
    told = told_units(atoms, blocks, whole.period)
    if told is None:
        return found
    marked = ask(known, marked_by_unit, whole, parameters=question.source.parameters(known))
    counts, bases = (_by_code(marked, word) for word in (staff.id, "inside"))
    units = {code: Raised(counts[code], counts[code], bases[code]) for code in told if counts.get(code)}
    if unit is not None:
        raised = units.get(unit)
        return found if raised is None else {
            **found, staff.id: Found(staff, "found", raised, {unit: raised}),
        }  # fmt: skip
    if is_whole:
        district = Raised(sum(counts.values()), sum(counts.values()), sum(bases.values()))
        rest = any(one.code not in units for one in known.units)
        found[staff.id] = Found(staff, "found", district, units, untold=WITHHELD if rest else "")
    return found


def _all_time(view: View) -> View:
    """Give the view with a period that all views of the same data share, for what is counted of all time."""
    return view.at(period=month_of(view.as_of.date()), days_seen=None)


def _by_code(frame: pd.DataFrame, word: str) -> dict[str | None, int]:
    found: dict[str | None, int] = {}
    for code, n in rows_of(frame, ("unit_code", word)):
        key = code if isinstance(code, str) else None
        found[key] = found.get(key, 0) + int(n)
    return found


def _satisfaction_drop(question: Question) -> Found:
    rule, view = FLAGS["satisfaction_drop"], question.view
    found, before = question.satisfaction, question.satisfaction_before
    if not found.has_data:
        return Found(rule, "no_data", missing=("ratings",))
    if view.field is not None or view.procedure_code is not None:
        return Found(rule, "idle", why_idle="phiếu đánh giá không ghi lĩnh vực, thủ tục")
    if before is None:
        return Found(rule, "idle", why_idle="không có mốc để so sánh")
    changes = satisfaction_changes(found, before)
    marked = {
        row.unit.code: Raised(1, 0, None, change.now, points_text(change.points, (Fraction(DROP_POINTS),)))
        for row, change in dropped(changes)
        if row.unit.code is not None
    }
    return Found(
        rule, "found", Raised(len(marked), 0, sum(change.is_enough for _, change in changes)), marked
    )


def _online_low(question: Question) -> Found:
    rule, target = FLAGS["online_low"], question.source.settings.online_target
    if not target:
        return Found(rule, "idle", why_idle="chưa đặt chỉ tiêu")
    found = question.online
    if not found.recorded.levels:
        return Found(rule, "no_data", missing=("dossiers.online_level", "procedures.online_level"))
    edges = (Fraction(target),)
    marked = {}
    for row in found.low:
        share = row.tally.rate
        if row.unit.code is not None:
            text = f"{rate_text(share, 1, edges)} ({share_text(share)})"
            marked[row.unit.code] = Raised(1, 0, None, share, text, strength="few" if row.is_few else None)
    return Found(rule, "found", Raised(len(marked), 0, len(found.judged)), marked)


def flag_link(question: Question, *, absolute: bool = False) -> Callable[[Found, str | None], str]:
    """Give the link to what is behind a flag, of a unit or of the whole view; "" for who may not see it.

    ``absolute``: with every word of the view, as in what is taken along.
    """
    elsewhere = {"satisfaction_drop": "/hai-long", "online_low": "/truc-tuyen"}

    def link(one: Found, code: str | None) -> str:
        rule = one.rule
        if not may_list(question.rights, rule.id):
            return ""
        narrower: dict[str, Any] = {"absolute": absolute}
        if code is not None:
            narrower["unit_code"] = code
        if rule.of == "complaints":
            here = code is None and question.path == FLAGS_PATH
            return f"{'' if here else question.link(FLAGS_PATH, **narrower)}#{COMPLAINTS_ANCHOR}"
        if rule.id in elsewhere:
            return question.link(elsewhere[rule.id], **narrower)
        if rule.is_now:
            narrower["sort"] = "due_at"  # what is promised today stands first
        return question.link("/ho-so", flag=rule.id, **narrower)

    return link


def units_by_code(question: Question) -> dict[str, Unit]:
    """Give every unit of the district by its code."""
    return {unit.code: unit for unit in question.known.units if unit.code is not None}


def officials_told(question: Question) -> dict[str, tuple[str, ...]]:
    """Give the officials behind officer_late, for who may see them; nothing for everybody else."""
    if not question.rights.sees_officials:
        return {}
    frame = question.officers
    seen = frame[frame.late_in_view > 0]
    codes = tuple(sorted(set(seen.officer_code)))
    names = question.source.ask(question.known, officer_names, question.counted, codes=codes)
    units = units_by_code(question)
    rows = []
    for code in codes:
        mine = frame[frame.officer_code == code]
        theirs = sorted({units.get(one, NO_UNIT) for one in mine.unit_code}, key=by_name)
        where = [unit.label for unit in theirs]
        name = f"{names[code]} ({code})" if code in names else code
        late = int(mine.late.sum())
        rows.append((-late, f"{name}, {join_names(where)}: {count_text(late)} hồ sơ trễ"))
    return {"officer_late": tuple(text for _, text in sorted(rows))}

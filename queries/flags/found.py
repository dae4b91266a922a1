"""What the flags found in a period: every flag, by unit; the one place where counts become flags."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

import pandas as pd

from queries.asked.view import View
from queries.courses.frames import rows_of
from queries.courses.stock import Courses
from queries.definitions.flag_rule import ODD_KINDS, FlagRule, Level, Parameters
from queries.definitions.flags import FLAGS
from queries.definitions.metrics import Share, over
from queries.definitions.units import Unit, by_name
from queries.flags.units import UNIT_FLAGS, dossiers_of, share_of
from queries.on_time.judging import OnTime, Row, taking_part

State = Literal["found", "no_data", "idle"]
"""Looked for; the source lacks what it needs; not asked now (another period, no target set)."""


@dataclass(frozen=True)
class Raised:
    """A flag on a unit, or on the district: how many, how many dossiers behind, out of how many.

    ``why``: the a/b that a unit is judged by, where that is the reason; ``text``: the
    reason in words, where another subject gives it; ``strength``: how sure a late rate over
    the threshold is ("few", "clear", "over").
    """

    count: int = 0
    dossiers: int = 0
    base: int | None = None
    why: Share | None = None
    text: str = ""
    strength: str | None = None

    @property
    def is_weak(self) -> bool:
        """Say whether so few dossiers are behind it that the unit is never named first."""
        return self.strength == "few"


@dataclass(frozen=True)
class Found:
    """One flag in a period: the district's number, and the units that have any.

    ``unknown``: how many of the district's are of no known unit. ``parts``: what the
    number is made of, in words; a dossier may stand in several parts. ``missing``: the
    tables and columns without which there are no data; ``why_idle``: why it is not asked.
    ``untold``: why a unit that is not among ``units`` may have some all the same; empty where it has none.
    """

    rule: FlagRule
    state: State
    district: Raised = Raised()
    units: Mapping[str, Raised] = field(default_factory=dict)
    unknown: int = 0
    parts: tuple[tuple[str, int], ...] = ()
    missing: tuple[str, ...] = ()
    why_idle: str = ""
    untold: str = ""

    @property
    def is_raised(self) -> bool:
        """Say whether there is anything to show for it."""
        return self.state == "found" and self.district.count > 0


FEW_TO_RESOLVE = 30
"""A unit with fewer dossiers to resolve than this comes last among those to inspect, whatever else."""


@dataclass(frozen=True)
class Inspected:
    """A unit that may be worth an inspection, and what says so.

    ``red``: its dossiers under a red flag on dossiers, each once; None where the source has no slips.
    ``late``: its flag over the threshold, None where it is not over.
    """

    unit: Unit
    late: Raised | None
    red: int | None
    to_resolve: int
    overdue: int

    @property
    def per_thousand(self) -> Fraction | None:
        """Give ``red`` per 1.000 dossiers to resolve; None for nothing to divide by, or no slips."""
        return (
            Fraction(1000 * self.red, self.to_resolve) if self.red is not None and self.to_resolve else None
        )

    @property
    def is_few(self) -> bool:
        """Say whether it has too few dossiers to resolve to be told from others."""
        return self.to_resolve < FEW_TO_RESOLVE

    @property
    def place(self) -> tuple[Any, ...]:
        """Give the sorting key of "Đơn vị nên kiểm tra"."""
        is_weak = self.late is not None and self.late.is_weak
        return (
            self.is_few, self.late is None, is_weak, -(self.per_thousand or 0), -self.overdue,
            by_name(self.unit),
        )  # fmt: skip


@dataclass(frozen=True)
class FoundFlags:
    """Every flag of a period, gravest first, and the units they can be on.

    By unit code: ``overdue`` and ``to_resolve`` dossiers, and ``red``, those under a red flag on
    dossiers; ``red`` is None where the source has no slips.
    """

    view: View
    parameters: Parameters
    flags: tuple[Found, ...]
    units: tuple[Unit, ...]
    overdue: Mapping[str, int]
    to_resolve: Mapping[str, int]
    red: Mapping[str, int] | None

    @property
    def active(self) -> tuple[Unit, ...]:
        """Give the units there are in the period: one merged away may still bear a flag of the year."""
        return tuple(one for one in self.units if one.is_active(self.view.period.start, self.view.end))

    def of(self, flag_id: str) -> Found:
        """Give one flag; KeyError where it is not asked."""
        return {one.rule.id: one for one in self.flags}[flag_id]

    def at(self, level: Level) -> tuple[Found, ...]:
        """Give the flags of a level."""
        return tuple(one for one in self.flags if one.rule.level == level)

    def on(self, code: str) -> tuple[Found, ...]:
        """Give the flags on a unit."""
        return tuple(one for one in self.flags if code in one.units)

    @property
    def alarmed(self) -> tuple[Unit, ...]:
        """Give "Đơn vị có cảnh báo đỏ": those that a red flag judges; lists of work are no alarm."""
        marked = {code for one in self.flags if one.rule.is_alarm for code in one.units}
        return tuple(unit for unit in self.active if unit.code in marked)

    @property
    def inspected(self) -> tuple[Inspected, ...]:
        """Give "Đơn vị nên kiểm tra", first to last.

        Units over the threshold come first, then those with most dossiers under red flags for what they
        have to resolve, then most overdue; without slips most overdue alone. Units with few dossiers to
        resolve are last. A unit without any of these is not among them.
        """
        rows = (self.inspected_as(unit) for unit in self.active)
        return tuple(
            sorted((row for row in rows if row.late or row.red or row.overdue), key=lambda row: row.place)
        )

    def inspected_as(self, unit: Unit) -> Inspected:
        """Give what would have a unit inspected."""
        code = unit.code or ""
        late = next((one.units[code] for one in self.flags if one.rule.is_alarm and code in one.units), None)
        red = None if self.red is None else self.red.get(code, 0)
        return Inspected(unit, late, red, self.to_resolve.get(code, 0), self.overdue.get(code, 0))


@dataclass(frozen=True)
class Counted:
    """What the queries gave: the frames of ``flags.dossiers`` and its kin."""

    marked: pd.DataFrame
    slips: pd.DataFrame
    officers: pd.DataFrame
    complaints: pd.DataFrame
    due_soon: Mapping[str | None, int]


def find_flags(
    found: OnTime, counted: Counted, units: Iterable[Unit], courses: Courses, parameters: Parameters, *,
    extra: Mapping[str, Found],
) -> FoundFlags:  # fmt: skip
    """Bring every flag together; ``extra``: those that other subjects find. One not in it is not asked."""
    view = found.view
    known = {unit.code: unit for unit in units if unit.code is not None}
    marked, slips = _Sums(counted.marked), _Sums(counted.slips)
    makers = _dossier_flags(marked, slips, set(known)) | {
        "officer_late": _officer_late(counted.officers, set(known)),
        "complaint_overdue": _complaints(counted.complaints, set(known)),
        "due_soon": _by_unit("due_soon", dict(counted.due_soon), None, set(known)),
        **{flag_id: _on_units(flag_id, found) for flag_id in UNIT_FLAGS},
        **extra,
    }
    flags = []
    for rule in FLAGS.values():
        if rule.id not in makers:
            continue
        missing, idle = missing_of(rule, courses, view), _why_idle(rule, view)
        if missing:
            flags.append(Found(rule, "no_data", missing=missing))
        elif idle:
            flags.append(Found(rule, "idle", why_idle=idle))
        else:
            flags.append(makers[rule.id])
    flagged = {code for one in flags for code in one.units}
    listed = {row.unit.code: row.unit for row in found.known} | {code: known[code] for code in flagged}

    def of_units(word: str) -> dict[str, int]:
        return {row.unit.code: row.tally[word] for row in found.rows if row.unit.code}

    red = {code: n for code, n in marked["red_dossiers"].items() if code is not None}
    return FoundFlags(
        view, parameters, tuple(flags), tuple(sorted(listed.values(), key=by_name)),
        of_units("open_overdue"), of_units("to_resolve"),
        None if missing_of(FLAGS["no_apology"], courses, view) else red,
    )  # fmt: skip


def _why_idle(rule: FlagRule, view: View) -> str:
    """Say why a flag is not asked of this view; empty where it is."""
    if rule.is_now and not view.is_running:
        return "chỉ xét khi kỳ đang chạy"
    if rule.of == "complaints" and view.procedure_code is not None:
        return "phản ánh, kiến nghị không ghi thủ tục"
    return ""


def missing_of(rule: FlagRule, courses: Courses, view: View) -> tuple[str, ...]:
    """Give the tables and columns a flag needs and the source lacks; a missing table by its name."""
    needs = rule.needs
    if rule.of == "complaints" and view.field is not None:
        needs = (*needs, "complaints.field")
    lacking = [name for name in needs if not courses.has(name)]
    tables = {name.split(".")[0] for name in lacking}
    gone = sorted(table for table in tables if not courses.has(table))
    return (*gone, *(name for name in lacking if name.split(".")[0] not in gone))


def _by_unit(
    flag_id: str, counts: Mapping[str | None, int], bases: Mapping[str | None, int] | None,
    known: set[str], parts: tuple[tuple[str, int], ...] = (),
) -> Found:  # fmt: skip
    """Give a flag that counts dossiers (or complaints), from counts and denominators by unit code."""

    def raised(n: int, base: int | None) -> Raised:
        return Raised(n, n, base)

    units = {
        code: raised(n, None if bases is None else bases.get(code, 0))
        for code, n in counts.items()
        if code is not None and code in known and n
    }
    every = sum(counts.values())
    whole = raised(every, None if bases is None else sum(bases.values()))
    return Found(
        FLAGS[flag_id], "found", whole, units, every - sum(one.count for one in units.values()), parts
    )


def _dossier_flags(m: _Sums, s: _Sums, known: set[str]) -> dict[str, Found]:
    empty = (
        ("không ghi lý do", s.total("no_reason")),
        ("không ghi ngày hẹn mới", s.total("no_date")),
        ("trong đó của hồ sơ bị từ chối, vốn không hẹn lại", s.total("no_date_refused")),
    )
    guessed = (("gần đúng", s.total("on_due_day_guessed")),)
    kinds = tuple((name, m.total(kind)) for kind, name in ODD_KINDS.items())

    def flag(
        flag_id: str,
        of: _Sums,
        base: Mapping[str | None, int] | None,
        parts: tuple[tuple[str, int], ...] = (),
    ) -> Found:
        return _by_unit(flag_id, of[flag_id], base, known, tuple(part for part in parts if part[1]))

    flags = (
        flag("no_apology", m, m["broken"]),
        flag("late_apology", s, s["apologised"]),
        flag("empty_apology", s, s["has_apology"], empty),
        flag("reappointed_twice", s, s["has_new_date"]),
        flag("supplement_twice", s, s["has_supplement"]),
        flag("supplement_on_due_day", s, s["has_supplement"], guessed),
        flag("nobody_answerable", m, m["late"]),
        flag("refused_no_apology", m, m["refused"]),
        flag("hidden_by_reappointment", m, m["late"]),
        flag("contract_staff", m, m["inside"]),
        flag("odd_record", m, None, kinds),
    )
    return {one.rule.id: one for one in flags}


class _Sums:
    """The counts of a frame by unit code, None for what is of no unit."""

    def __init__(self, frame: pd.DataFrame) -> None:
        words = [str(name) for name in frame.columns if name != "unit_code"]
        self._counts: dict[str, dict[str | None, int]] = {word: {} for word in words}
        for code, *numbers in rows_of(frame, ("unit_code", *words)):
            key = code if isinstance(code, str) else None
            for word, n in zip(words, numbers, strict=True):
                if n:
                    self._counts[word][key] = self._counts[word].get(key, 0) + int(n)

    def __getitem__(self, word: str) -> dict[str | None, int]:
        return self._counts[word]

    def total(self, word: str) -> int:
        """Give the count of all units."""
        return sum(self._counts[word].values())


def _officer_late(officers: pd.DataFrame, known: set[str]) -> Found:
    """Count officials, not dossiers: one who is late in two units is on both, and once in the district."""
    seen = [
        (official, code, int(n))
        for official, code, n in zip(
            officers.officer_code, officers.unit_code, officers.late_in_view, strict=True
        )
        if n > 0
    ]
    units = {
        code: Raised(len({row[0] for row in mine}), sum(row[2] for row in mine))
        for code in dict.fromkeys(row[1] for row in seen)
        if code in known and (mine := [row for row in seen if row[1] == code])
    }
    whole = Raised(len({row[0] for row in seen}), sum(row[2] for row in seen))
    return Found(FLAGS["officer_late"], "found", whole, units)


def _complaints(complaints: pd.DataFrame, known: set[str]) -> Found:
    overdue: dict[str | None, int] = {}
    waiting: dict[str | None, int] = {}
    for code, n, late in complaints.itertuples(index=False, name=None):
        overdue[code], waiting[code] = int(late), int(n)
    return _by_unit("complaint_overdue", overdue, waiting, known)


def _on_units(flag_id: str, found: OnTime) -> Found:
    rows = UNIT_FLAGS[flag_id](found)
    units = {row.unit.code: _unit(flag_id, row, found.view) for row in rows if row.unit.code is not None}
    base = len(found.judged) if FLAGS[flag_id].base else None
    whole = Raised(len(units), sum(one.dossiers for one in units.values()), base)
    parts = _ways(rows, found.view) if flag_id == "basis_matters" else ()
    return Found(FLAGS[flag_id], "found", whole, units, parts=parts)


def _ways(rows: Iterable[Row], view: View) -> tuple[tuple[str, int], ...]:
    """Say by which late rates how many of the units are over; a unit may be over by several."""
    threshold = view.rules.threshold_on(view.end).fraction
    ways = {basis: sum(over(row.tally.late(basis), threshold) for row in rows) for basis in taking_part(view)}
    return tuple((basis, n) for basis, n in ways.items() if n)


def _unit(flag_id: str, row: Row, view: View) -> Raised:
    strength = row.verdict.strength if flag_id == "unit_late" else None
    return Raised(1, dossiers_of(flag_id, row, view), None, share_of(flag_id, row), strength=strength)

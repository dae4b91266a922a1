"""The unit × flag matrix: how often each flag is on each unit, and the order a reader wants."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dashboard.figures.flags.wording import LEVEL_LOOKS, Link, alarm_sentence, unit_reason, why_not
from dashboard.figures.shared.markup import markup
from dashboard.figures.shared.wording import NOT_THERE, edges, total_name
from dashboard.formats import NOTHING, count_text, join_names, per_thousand_text, rate_text
from queries.definitions.flag_rule import LEVEL_NAMES, LEVELS
from queries.definitions.metrics import late_metric
from queries.definitions.units import UNKNOWN_UNIT, Unit, by_name
from queries.flags.found import Found, FoundFlags, Inspected, Raised

MOST_ROWS = 40
RED, OVERDUE, UNIT, FIRST = "red", "overdue", "unit", "inspect"
"""The sort words of the columns that are no flag; ``FIRST``: the order of inspection, which is usual."""

SHORT_NAMES = {
    "basis_matters": "Tùy cách tính", "officer_late": "Công chức trễ",
    "empty_apology": "Phiếu thiếu nội dung", "nobody_answerable": "Không rõ người",
    "refused_no_apology": "Từ chối, không xin lỗi",
    "hidden_by_reappointment": "Che bởi hẹn lại", "complaint_overdue": "Phản ánh quá hạn",
    "contract_staff": "Hợp đồng giải quyết", "online_low": "Trực tuyến thấp",
    "supplement_on_due_day": "Bổ sung ngày hẹn", "odd_record": "Bất thường",
}  # fmt: skip


@dataclass(frozen=True)
class Head:
    """A column: its name, what its "?" explains, the address that sorts by it."""

    name: str
    meaning: str
    href: str
    sorted: str = ""


@dataclass(frozen=True)
class Cell:
    """One unit and flag."""

    text: str = ""
    href: str = ""
    look: str = ""
    title: str = ""


@dataclass(frozen=True)
class Line:
    """One unit; ``look`` "stray" for dossiers of no known unit."""

    name: str
    href: str
    red: str
    overdue: str
    cells: tuple[Cell, ...]
    look: str = ""


def matrix(
    flags: FoundFlags, *, link: Link, unit_link: Callable[[str], str], sort: str | None, whole: bool,
    sort_link: Callable[[str], str], whole_link: str, links: Sequence[tuple[str, str]],
) -> str:  # fmt: skip
    """Draw the matrix; past 40 units the first 40, unless ``whole``."""
    columns = [one for level in LEVELS for one in flags.at(level) if one.state == "found"]
    word, descending = _order(sort, columns)
    units = _sorted(flags, word, descending)
    shown = units if whole else units[:MOST_ROWS]
    unknown = [count_text(one.unknown) if one.unknown else "" for one in columns]
    lines = [_line(unit, flags, columns, link, unit_link) for unit in shown]
    if any(unknown) and len(shown) == len(units):
        lines.append(
            Line(UNKNOWN_UNIT, "", "", "", tuple(Cell(text) for text in unknown), look="stray")
        )  # fmt: skip

    def head(name: str, column: str, meaning: str = "") -> Head:
        said = ("descending" if descending else "ascending") if word == column else ""
        return Head(name, meaning, sort_link(_next(column, word, descending)), said)

    absent = [one.rule.name for one in flags.flags if one.state == "no_data"]
    idle = [f"{one.rule.name} ({why_not(one)})" for one in flags.flags if one.state == "idle"]
    untold = next((one.untold for one in columns if one.untold), "")
    has_people = any(one.rule.is_restricted for one in columns)
    return markup(
        "flags_matrix.html",
        title=alarm_sentence(flags),
        subtitle="Số lần cảnh báo theo đơn vị; bấm vào số để xem hồ sơ, bấm vào tên cột để xếp theo cột đó.",
        groups=[
            (LEVEL_NAMES[level], LEVEL_LOOKS[level], sum(one.rule.level == level for one in columns))
            for level in LEVELS
            if any(one.rule.level == level for one in columns)
        ],
        unit=head("Đơn vị", UNIT),
        red=head("Hồ sơ mức đỏ /1.000", RED, "red_dossiers"),
        overdue=head("Hồ sơ quá hạn", OVERDUE, "open_overdue"),
        heads=[
            head(SHORT_NAMES.get(one.rule.id, one.rule.name), one.rule.id, one.rule.id) for one in columns
        ],
        firsts={i for i, one in enumerate(columns) if not i or columns[i - 1].rule.level != one.rule.level},
        rows=lines,
        total=[_total(one, link) for one in columns] if len(units) > 1 else [],
        total_name=total_name(flags.view),
        more=f"Xem cả {count_text(len(units))} đơn vị" if len(shown) < len(units) else "",
        more_href=whole_link,
        note=_note(absent, idle, untold, sort, word, has_people=has_people),
        links=links,
    )  # fmt: skip


def _note(
    absent: Sequence[str], idle: Sequence[str], untold: str, sort: str | None, word: str, *, has_people: bool
) -> str:  # fmt: skip
    parts = ["“·” là không có."]
    if has_people:
        parts.append("Cột công chức: mỗi người tính một lần ở toàn địa bàn.")
    if untold:
        parts.append(f"“{NOTHING}”: {untold}.")
    if idle:
        parts.append(f"Chưa xét được: {join_names(idle)}.")
    if absent:
        parts.append(f"Không có dữ liệu: {join_names(absent)}.")
    if sort is not None and word != sort.removeprefix("-"):
        parts.append(f"Không có cột “{sort.removeprefix('-')}” để xếp; đang xếp theo thứ tự nên kiểm tra.")
    return " ".join(parts)


def _order(sort: str | None, columns: Sequence[Found]) -> tuple[str, bool]:
    """Give the column to sort by, and whether from large to small."""
    known = {RED, OVERDUE, UNIT, *(one.rule.id for one in columns)}
    if sort is None or sort.removeprefix("-") not in known:
        return FIRST, True
    return sort.removeprefix("-"), sort.startswith("-")


def _next(column: str, word: str, descending: bool) -> str:
    """Give the sort word a click leads to: large numbers and the first names first, then the reverse."""
    if column == UNIT:
        return f"-{column}" if word == column and not descending else column
    return column if word == column and descending else f"-{column}"


def _sorted(flags: FoundFlags, word: str, descending: bool) -> tuple[Unit, ...]:
    if word == FIRST:
        first = [row.unit for row in flags.inspected]
        codes = {unit.code for unit in first}
        rest = [unit for unit in flags.units if unit.code not in codes]
        return (*first, *sorted(rest, key=by_name))
    sign = -1 if descending else 1
    if word == UNIT:
        return tuple(sorted(flags.units, key=by_name)[::sign])

    def size(unit: Unit) -> float:
        code = unit.code or ""
        if word == RED:
            return float(flags.inspected_as(unit).per_thousand or 0)
        if word == OVERDUE:
            return flags.overdue.get(code, 0)
        raised = flags.of(word).units.get(code)
        return 0 if raised is None else _size(raised)

    return tuple(sorted(flags.units, key=lambda unit: (sign * size(unit), by_name(unit))))


def _size(raised: Raised) -> float:
    return raised.count + (raised.why.percent or 0.0 if raised.why is not None else 0.0)


def _line(
    unit: Unit, flags: FoundFlags, columns: Sequence[Found], link: Link, unit_link: Callable[[str], str]
) -> Line:  # fmt: skip
    code = unit.code or ""
    red, overdue = _red(flags.inspected_as(unit)), flags.overdue.get(code, 0)
    label = unit.label if unit in flags.active else f"{unit.label} {NOT_THERE}"
    return Line(
        label, unit_link(code), red, count_text(overdue) if overdue else "",
        tuple(_cell(one, code, flags, link) for one in columns),
    )  # fmt: skip


def _red(row: Inspected) -> str:
    if row.red is None:
        return NOTHING
    return per_thousand_text(row.per_thousand) if row.per_thousand else ""


def _cell(one: Found, code: str, flags: FoundFlags, link: Link) -> Cell:
    raised = one.units.get(code)
    if raised is None:
        return Cell(NOTHING, title=f"{one.rule.name}: {one.untold}") if one.untold else Cell()
    reason = unit_reason(one, raised, flags)
    title = f"{one.rule.name}: {reason}{', ít hồ sơ' if raised.is_weak else ''}" if reason else one.rule.name
    look = LEVEL_LOOKS[one.rule.level] + (" few" if raised.is_weak else "")
    return Cell(_short(one, raised, flags), link(one, code), look, title)


def _short(one: Found, raised: Raised, flags: FoundFlags) -> str:
    if one.rule.of != "units":
        return count_text(raised.count)
    if raised.text.startswith("▼"):
        return raised.text.removesuffix(" điểm %")
    if raised.why is None or one.rule.id in ("basis_matters", "commended"):
        return "có"
    if one.rule.id == "online_low":
        return raised.text.partition(" (")[0]  # printed so that it does not cross the target
    return rate_text(raised.why, late_metric(flags.view.basis).decimals, edges(flags.view))


def _total(one: Found, link: Link) -> Cell:
    count = one.district.count
    return Cell(count_text(count), link(one, None)) if count else Cell()

"""One dossier's course: its days on a line, numbered, and the same in a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from dashboard.figures.listing.dossiers import CHANNEL_NAMES, STATE_NAMES, Names, moment_cell
from dashboard.figures.shared.markup import markup
from dashboard.formats import NOTHING, count_text, day_text, sentence
from queries.definitions.metrics import METRICS
from queries.definitions.units import UNKNOWN_UNIT
from queries.listing.course import Course, Slip, Step

CLOSED_NAMES = {"finished": "Có kết quả", "refused": "Từ chối", "withdrawn": "Công dân rút"}
SLIP_NAMES = {
    "apology": "Phiếu xin lỗi và hẹn lại", "supplement": "Phiếu yêu cầu bổ sung", "refusal": "Phiếu từ chối",
}  # fmt: skip
CLOSE = 3.0
"""Per cent of the line: marks nearer than this share one."""
LATE = ("late", "open_overdue")


@dataclass(frozen=True)
class Event:
    """One thing that happened, or was promised: when, what, a remark. ``look``: over, promise, or nothing."""

    at: datetime
    what: str
    note: str = ""
    look: str = ""
    is_bare: bool = False

    @property
    def when(self) -> str:
        """Give the moment; a bare day without a time."""
        return day_text(self.at.date()) if self.is_bare else moment_cell(self.at)


@dataclass(frozen=True)
class Mark:
    """A place on the line, in per cent of it, with the numbers of what happened there."""

    at: float
    numbers: str
    look: str


@dataclass(frozen=True)
class Stretch:
    """A part of the line: from, width, in per cent; ``look``: fine, over, ahead."""

    at: float
    width: float
    look: str


@dataclass(frozen=True)
class Fact:
    """One thing known of the dossier."""

    name: str
    text: str
    href: str = ""


def course(found: Course, names: Names, *, judged: date, as_of: str, links: Sequence[tuple[str, str]]) -> str:
    """Draw the course; ``judged``: the day up to which it is told; ``as_of``: the moment of the data."""
    events = sorted(_events(found, names), key=lambda one: one.at)
    end = _end(found, judged)
    first, last = min(one.at.date() for one in events), max(*(one.at.date() for one in events), end)
    begun = events[0].at.date() if found.dossier.received_at is None else found.dossier.received_at.date()
    return markup(
        "dossier.html",
        code=found.dossier.dossier_code,
        outcome=_outcome(found),
        subtitle=f"Đến hết {day_text(judged)} ({as_of}). Không có thông tin của công dân.",
        facts=_facts(found, names),
        stretches=_stretches(found, end, first, last),
        marks=_marks(events, first, last),
        first=day_text(first),
        last=day_text(last),
        events=[(i, one, count_text((one.at.date() - begun).days)) for i, one in enumerate(events, 1)],
        spoken=f"{sentence(_outcome(found))}; từ {day_text(first)} đến {day_text(last)}",
        note=_note(found),
        links=links,
    )


def _outcome(found: Course) -> str:
    row = found.dossier
    name = METRICS[row.outcome].name
    words = name[:1].lower() + name[1:]
    if not row.days:
        return words
    return f"{words}{'' if row.outcome == 'late' else ', đã'} {count_text(row.days)} ngày"


def _end(found: Course, judged: date) -> date:
    """Give the day it was closed, or the last day that counts."""
    row = found.dossier
    is_open = row.outcome in ("open_in_time", "open_overdue", "suspended")
    if is_open or row.finished_at is None or row.finished_at.date() > judged:
        return judged
    return max(row.finished_at.date(), row.received_at.date() if row.received_at else row.finished_at.date())


def _events(found: Course, names: Names) -> Iterable[Event]:
    row = found.dossier
    if found.submitted_at is not None and found.submitted_at != row.received_at:
        yield Event(found.submitted_at, "Nộp", CHANNEL_NAMES.get(row.channel or "", ""))
    if row.received_at is not None:
        there = row.receiving_unit_code or row.unit_code
        yield Event(row.received_at, "Tiếp nhận", _unit(there, names))
    if found.clock_start_at is not None and found.clock_start_at != row.received_at:
        yield Event(found.clock_start_at, "Bắt đầu tính thời hạn")
    if row.due_at is not None:
        yield _promise(row.due_at, "Hẹn trả đầu tiên")
    for slip in found.slips or ():
        yield _slip(slip, names)
    if row.current_due_at is not None and row.current_due_at != row.due_at:
        yield _promise(row.current_due_at, "Hẹn trả đang hiệu lực")
    for step in found.steps or ():
        if step.received_at is not None:
            yield _step(step, names)
    if row.outcome == "suspended" and found.suspended_since is not None:
        yield Event(found.suspended_since, "Tạm dừng")
    if row.outcome in (*LATE[:1], "early", "on_time", "undated", "refused", "withdrawn") and row.finished_at:
        name = CLOSED_NAMES.get(row.state or "", "Có kết quả")
        yield Event(row.finished_at, name, _late(found), "over" if row.outcome == "late" else "")
        if row.returned_at is not None:
            yield Event(
                row.returned_at, "Trả kết quả", "qua bưu chính công ích" if found.returned_by_post else ""
            )


def _late(found: Course) -> str:
    row = found.dossier
    return f"trễ {count_text(row.days)} ngày" if row.outcome == "late" and row.days else ""


def _promise(at: datetime, what: str) -> Event:
    """Tell a promise; a bare day is the end of that day."""
    is_bare = at.time() == time.min
    return Event(datetime.combine(at.date(), time(23, 59)) if is_bare else at, what, "", "promise", is_bare)


def _slip(slip: Slip, names: Names) -> Event:
    parts = []
    if slip.issuing_unit_code is not None:
        parts.append(_unit(slip.issuing_unit_code, names))
    if slip.kind == "apology":
        parts.append(
            f"hẹn lại {moment_cell(slip.new_due_at)}" if slip.new_due_at else "không ghi ngày hẹn mới"
        )
    if not slip.has_reason:
        parts.append("không ghi lý do")
    return Event(slip.issued_at, SLIP_NAMES.get(slip.kind, "Phiếu"), "; ".join(parts))


def _step(step: Step, names: Names) -> Event:
    assert step.received_at is not None
    parts = []
    if names.shows_officials and step.officer_code:
        parts.append(f"công chức {step.officer_code}")
    if step.due_at is not None:
        parts.append(f"phải chuyển trước {moment_cell(step.due_at)}")
    parts.append(f"chuyển {moment_cell(step.handed_at)}" if step.handed_at else "chưa chuyển")
    is_late = step.due_at is not None and step.handed_at is not None and step.handed_at > step.due_at
    what = f"Bước {count_text(step.step_no)}: {_unit(step.unit_code, names)}"
    return Event(step.received_at, what, "; ".join(parts), "over" if is_late else "")


def _unit(code: str | None, names: Names) -> str:
    return names.units.get(code or "", code or UNKNOWN_UNIT)


def _place(day: date, first: date, last: date) -> float:
    whole = (last - first).days
    return round(100 * (day - first).days / whole, 2) if whole else 0.0


def _stretches(found: Course, end: date, first: date, last: date) -> list[Stretch]:
    """Cut the line where the first promise is: blue up to it, orange past it, pale what is still ahead."""
    row = found.dossier
    begun = row.received_at.date() if row.received_at else first
    due = row.due_at.date() if row.due_at else None
    cut = end if due is None else min(max(due, begun), end)
    parts = [(begun, cut, "fine")]
    if due is not None and row.outcome in LATE:
        parts.append((cut, end, "over"))
    elif cut < end:
        parts.append((cut, end, "fine"))
    parts.append((end, max(last, end), "ahead"))
    return [
        Stretch(_place(a, first, last), round(_place(b, first, last) - _place(a, first, last), 2), look)
        for a, b, look in parts
        if b > a
    ]


def _marks(events: Sequence[Event], first: date, last: date) -> list[Mark]:
    """Put the numbers on the line; those too near share a mark, at the place of the first."""
    groups: list[tuple[float, list[int]]] = []
    for i, one in enumerate(events):
        at = _place(one.at.date(), first, last)
        if groups and at - groups[-1][0] < CLOSE:
            groups[-1][1].append(i)
        else:
            groups.append((at, [i]))
    marks = []
    for at, those in groups:
        looks = [events[i].look for i in those]
        look = "over" if "over" in looks else "promise" if "promise" in looks else ""
        numbers = str(those[0] + 1) if len(those) == 1 else f"{those[0] + 1}–{those[-1] + 1}"
        marks.append(Mark(at, numbers, look))
    return marks


def _facts(found: Course, names: Names) -> list[Fact]:
    row = found.dossier
    procedure, unit = row.procedure_code or "", row.unit_code or ""
    level = {True: "được hỗ trợ", False: "tự nộp"}.get(found.assisted) if row.channel == "online" else None  # type: ignore[arg-type]
    channel = CHANNEL_NAMES.get(row.channel or "", "không rõ")
    facts = [
        Fact("Đơn vị", _unit(row.unit_code, names), names.unit_link(unit) if unit in names.units else ""),
        Fact("Thủ tục", " · ".join(filter(None, (procedure, names.procedures.get(procedure)))) or NOTHING),
        Fact("Lĩnh vực", names.fields.get(procedure) or row.field or NOTHING),
        Fact("Cách nộp", f"{channel}, {level}" if level else channel),
        Fact("Trạng thái ở nguồn", STATE_NAMES.get(row.state or "", row.state or "không rõ trạng thái")),
    ]
    if row.receiving_unit_code and row.receiving_unit_code != row.unit_code:
        facts.append(Fact("Tiếp nhận hộ tại", _unit(row.receiving_unit_code, names)))
    if row.late_reason and row.outcome in LATE:
        facts.append(Fact("Lý do trễ", row.late_reason))
    if names.shows_officials:
        facts.append(Fact("Công chức", row.officer_code or NOTHING))
    return facts


def _note(found: Course) -> str:
    told = "Số ngày tính theo ngày lịch; trễ tính từ ngày hẹn trả đầu tiên."
    missing = [name for name, rows in (("phiếu", found.slips), ("luân chuyển", found.steps)) if rows is None]
    return f"{told} Nguồn không có dữ liệu {' và '.join(missing)}." if missing else told

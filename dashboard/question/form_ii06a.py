"""Biểu số II.06a: the figures of the state's form of received, resolved and open dossiers.

For the district by unit, for a unit by field. Columns, by the form's own numbers: (3) = (4) + (5) + (6)
received, (7) = (8) + (9) + (10) resolved, (11) = (12) + (13) open. What the form has no column for (refused,
withdrawn, without a promise, closed without a day) stands in a note, with which (3) = (7) + (11) + the rest.
"""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.figures.shared.wording import listed_name
from dashboard.formats import count_text, day_text, sentence
from dashboard.question.question import Question
from queries.asked.collation import CollationKey, collation_key
from queries.asked.view import View
from queries.definitions.units import UNKNOWN_FIELD
from queries.on_time.judging import Tally

REST = ("refused", "withdrawn", "undated", "closed_undated")
"""What is neither in (7) nor in (11)."""
_REST_NAMES = {
    "refused": "từ chối", "withdrawn": "công dân rút", "undated": "đã giải quyết, không có ngày hẹn trả",
    "closed_undated": "đã đóng, không rõ ngày",
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One line of the form: the columns that are entered, (4) (5) (6) (8) (9) (10) (12) (13)."""

    name: str
    online: int
    other: int
    carried_over: int
    early: int
    on_time: int
    late: int
    in_time: int
    overdue: int

    @property
    def received(self) -> int:
        """Column (3)."""
        return self.online + self.other + self.carried_over

    @property
    def resolved(self) -> int:
        """Column (7)."""
        return self.early + self.on_time + self.late

    @property
    def open(self) -> int:
        """Column (11)."""
        return self.in_time + self.overdue


@dataclass(frozen=True)
class Form:
    """The form of a view: its lines, and what it has no column for.

    ``by``: what a line is. ``adds_closed``: refused and withdrawn are in (9).
    """

    by: str
    lines: tuple[Line, ...]
    rest: dict[str, int]
    adds_closed: bool

    @property
    def total(self) -> Line:
        """The sum of the lines."""
        names = ("online", "other", "carried_over", "early", "on_time", "late", "in_time", "overdue")
        return Line("Tổng số", *(sum(getattr(line, name) for line in self.lines) for name in names))

    @property
    def note(self) -> str:
        """Say what the form has no column for, and that the sums agree."""
        told = "; ".join(f"{_REST_NAMES[word]} {count_text(self.rest[word])}" for word in REST)
        total, rest = self.total, sum(n for word, n in self.rest.items() if not self._is_added(word))
        added = " Từ chối và công dân rút đã cộng vào cột (9)." if self.adds_closed else ""
        sign = "=" if total.received == total.resolved + total.open + rest else "≠"
        return (
            f"Ngoài các cột trên: {told}.{added} Đối chiếu: (3) {count_text(total.received)} {sign} "
            f"(7) {count_text(total.resolved)} + (11) {count_text(total.open)} + còn lại {count_text(rest)}."
        )

    def _is_added(self, word: str) -> bool:
        return self.adds_closed and word in ("refused", "withdrawn")


def form_of(question: Question) -> Form:
    """Give the form of a view: by field where it is of one unit, else by unit."""
    adds = question.source.settings.closed_count_on_time
    if question.view.unit_code is None:
        online = {row.unit.code: row.tally["online"] for row in question.online.rows}
        lines = [
            _line(listed_name(row) if not row.is_ranked else row.unit.name, row.tally,
                  online.get(row.unit.code, 0), adds=adds)
            for row in question.on_time.rows
        ]  # fmt: skip
    else:
        by_field = {one.name: one.tally["online"] for one in question.online_fields}
        fields = sorted(question.by_field.items(), key=_by_field)
        lines = [_line(name, tally, by_field.get(name, 0), adds=adds) for name, tally in fields]
    whole = question.on_time.district.tally
    by = "Đơn vị" if question.view.unit_code is None else "Lĩnh vực"
    return Form(by, tuple(lines), {word: whole[word] for word in REST}, adds)


def _by_field(one: tuple[str, Tally]) -> tuple[bool, CollationKey]:
    """Order fields as Vietnamese does, Đ after D; what has no field comes last."""
    return one[0] == UNKNOWN_FIELD, collation_key(one[0])


def _line(name: str, tally: Tally, online: int, *, adds: bool) -> Line:
    closed = tally["refused"] + tally["withdrawn"] if adds else 0
    return Line(
        name, online, tally["received"] - online, tally["carried_over"], tally["early"],
        tally["on_time"] + closed, tally["late"], tally["open_in_time"] + tally["suspended"],
        tally["open_overdue"],
    )  # fmt: skip


def period_text(view: View) -> str:
    """Say the form's period: "Kỳ báo cáo: Quý IV/2026 (Từ ngày 15/9/2026 đến ngày 14/12/2026)"."""
    name = "" if view.period.kind == "custom" else view.period.label().split(" (")[0]
    name = sentence(name.removeprefix("kỳ báo cáo ").strip())
    days = f"Từ ngày {day_text(view.period.start)} đến ngày {day_text(view.period.end)}"
    told = f"Kỳ báo cáo: {name} ({days})" if name else f"Kỳ báo cáo: {days.lower()}"
    return f"{told}; kỳ chưa kết thúc, số liệu đến {day_text(view.end)}" if view.is_running else told

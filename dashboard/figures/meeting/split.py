"""Giao ban: the table of a change, split by field or procedure, and the sentence that explains it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from dashboard.figures.meeting.points import (
    METHOD,
    ON_TIME,
    Opens,
    Part,
    Piece,
    Point,
    a_of_b,
    counted,
    point,
)
from dashboard.formats import (
    MOST_DECIMALS,
    adding_up,
    decimals_for,
    half_up,
    join_names,
    sentence,
    signed_text,
)
from queries.asked.view import View
from queries.definitions.metrics import late_metric
from queries.definitions.units import UNKNOWN_FIELD, UNKNOWN_PROCEDURE
from queries.on_time.changes import Breakdown, Contribution
from queries.on_time.judging import OnTime

MOST_PARTS = 3
POINTS = "điểm\u00a0%"
FORMULA = (
    "Đóng góp = hồ sơ trễ của đơn vị (của lĩnh vực, thủ tục trong đơn vị) / toàn bộ mẫu số của phạm vi đang "
    "xem, kỳ này trừ mốc so sánh, tính bằng điểm %. Đóng góp của các đơn vị cộng lại đúng bằng thay đổi của "
    "toàn địa bàn, của các lĩnh vực cộng lại đúng bằng đóng góp của đơn vị, vì hồ sơ trễ cộng lại đúng như "
    "vậy; số in ra cũng cộng đúng, mỗi số lệch chưa đến một đơn vị ở chữ số cuối. Thay đổi tính từ tỷ lệ "
    "chưa làm tròn, nên có thể lệch 0,01 so với hiệu hai tỷ lệ đã in."
)
"""How a change is split, for the page's foot."""


@dataclass(frozen=True)
class Line:
    """One part of a change: its late dossiers now and then, its contribution as printed."""

    name: Part
    now: Part
    before: Part
    points: str
    look: str = ""


@dataclass(frozen=True)
class Total:
    """The unit's own line: a/b now and then, and its contribution."""

    name: Part
    now: tuple[Part, ...]
    before: tuple[Part, ...]
    points: str


@dataclass(frozen=True)
class Split:
    """The table of a change; the lines' printed points add up to the total's.

    ``meaning``: what the "?" of its late dossiers explains.
    """

    caption: str
    name: str
    now_name: str
    before_name: str
    rows: tuple[Line, ...]
    total: Total
    meaning: str = ""


@dataclass(frozen=True)
class Printed:
    """A part with its points as printed; ``of``: what narrows a list to it, None where nothing does."""

    name: str
    one: Contribution
    points: Fraction
    of: dict[str, Any] | None


@dataclass(frozen=True)
class Told:
    """A split made ready to be told: the parts shown, the leading one's own parts, decimals."""

    parts: tuple[Printed, ...]
    inner: tuple[Printed, ...]
    places: int
    by_field: bool

    @property
    def leading(self) -> tuple[Printed, ...]:
        """Give the part that explains most; two or three where they explain exactly alike."""
        most = self.parts[0].one.points
        return tuple(part for part in self.parts[:3] if part.one.points == most)


def told_of(split: Breakdown, opens: Opens) -> Told:
    """Choose the parts to show and print them so that they add up.

    A unit's fields and the procedures of the leading one; its procedures alone where it
    has one field, or the source records none.
    """
    by_field = opens.has_fields and (len(split.fields) > 1 or not opens.has_procedures)
    code = split.pair.row.unit.code
    sign = 1 if split.points >= 0 else -1
    if by_field:
        outer, rest = _shown(split.fields, sign), "lĩnh vực khác"
        leading = outer[0].name
        inner = _shown(split.procedures(leading), sign, 1) if opens.has_procedures else []
    else:
        outer, rest, inner = _shown(split.procedures(), sign), "thủ tục khác", []
        leading = ""
    places = _places(split.points, [*outer, *inner])
    total = half_up(split.points, places)
    points = adding_up([one.points for one in outer], total, places)
    parts = tuple(
        _printed(one, value, code, opens, rest=rest, by_field=by_field)
        for one, value in zip(outer, points, strict=True)
    )
    of_leading = adding_up([one.points for one in inner], points[0], places) if inner else ()
    return Told(
        parts,
        tuple(
            _printed(one, value, code, opens, rest="thủ tục khác của lĩnh vực này", by_field=False,
                     field=leading)
            for one, value in zip(inner, of_leading, strict=True)
        ),
        places, by_field,
    )  # fmt: skip


_REST = "\0"
"""The name of what is not shown by itself; no field or procedure has it."""


def _shown(parts: Sequence[Contribution], sign: int, most: int = MOST_PARTS) -> list[Contribution]:
    """Give the parts that explain most, at most so many, then the others joined into one."""
    some = [one for one in parts if one.now or one.before]
    leading = [one for one in some[:most] if sign * one.points > 0]
    others = some[len(leading) :]
    if len(others) == 1:
        return [*leading, others[0]]
    if not others:
        return leading
    joined = others[0]
    for one in others[1:]:
        joined += one
    return [*leading, Contribution(_REST, joined.now, joined.before, joined.points)]


def _places(total: Fraction, parts: Sequence[Contribution]) -> int:
    """Give how many decimals all are printed with: none that is something prints as nothing."""
    places = [decimals_for(abs(one), 2, ()) for one in (total, *(one.points for one in parts))]
    return min(max(places), MOST_DECIMALS)


def _printed(
    one: Contribution, points: Fraction, code: str | None, opens: Opens, *, rest: str, by_field: bool,
    field: str = "",
) -> Printed:  # fmt: skip
    if one.name == _REST:
        return Printed(f"các {rest}", one, points, None)
    of: dict[str, Any] | None = {"unit_code": code}
    if by_field:
        name = one.name
        of = {"unit_code": code, "field": name} if name in opens.fields else None
    else:
        name = opens.procedures.get(one.name, one.name) or UNKNOWN_PROCEDURE
        is_known = one.name in opens.procedures and (not field or field in opens.fields)
        narrowing = {"field": field} if field else {}
        of = {"unit_code": code, "procedure_code": one.name, **narrowing} if is_known else None
    return Printed(name, one, points, of)


def explained(told: Told, split: Breakdown, opens: Opens) -> Point:
    """Say which part explains most; that there are no data where the source records no parts."""
    if not opens.has_fields and not opens.has_procedures:
        words = "Lĩnh vực, thủ tục của hồ sơ: không có dữ liệu"
        return point(Part(words, opens.page(METHOD)), ", nên không rõ do đâu.")
    kind = "lĩnh vực " if told.by_field else "thủ tục "
    leading = told.leading
    told_as: list[Piece] = ["Góp nhiều nhất là " if len(leading) == 1 else "Cùng góp nhiều nhất là "]
    for i, one in enumerate(leading):
        joined = "" if not i else " và " if i == len(leading) - 1 else ", "
        told_as += [joined, *_name(one, kind, opens), f" {_size(one, told)} {POINTS}"]
    if told.inner and len(leading) == 1:
        inner = told.inner[0]
        told_as += ["; trong đó nhiều nhất là ", *_name(inner, "thủ tục ", opens),
                    f" {_size(inner, told)} {POINTS}"]  # fmt: skip
    told_as.append(others_words(told, split))
    return point(*told_as, ".")


def mostly(told: Told, split: Breakdown) -> str:
    """Say what a change comes from, behind it: ", chủ yếu do Đất đai; lĩnh vực khác giảm bớt"."""
    most = [plain_name(one.name) for one in told.leading]
    together = len(most) > 1
    if not together and 2 * abs(told.parts[0].one.points) > abs(split.points):
        return f", chủ yếu do {most[0]}{others_words(told, split)}"
    return f",{' cùng' if together else ''} góp nhiều nhất là {join_names(most, len(most))}"


def others_words(told: Told, split: Breakdown) -> str:
    """Say that the other parts went the other way, where the leading one alone is more than the whole."""
    if len(told.leading) > 1 or abs(told.parts[0].one.points) <= abs(split.points):
        return ""
    kind = "lĩnh vực" if told.by_field else "thủ tục"
    return f"; {kind} khác {'giảm bớt' if split.points > 0 else 'lại tăng'}"


def plain_name(name: str) -> str:
    """Name a part within a sentence: "(không rõ lĩnh vực)" is "hồ sơ không rõ lĩnh vực"."""
    return f"hồ sơ {name.strip('()')}" if name in (UNKNOWN_FIELD, UNKNOWN_PROCEDURE) else name


def _size(one: Printed, told: Told) -> str:
    return signed_text(one.points, told.places)


def _name(one: Printed, kind: str, opens: Opens) -> tuple[Part, ...]:
    name = plain_name(one.name)
    of = Part(name, opens.page(ON_TIME, **one.of) if one.of else "", is_strong=True)
    return (of,) if name != one.name else (Part(kind), of)


def split_table(told: Told, found: OnTime, split: Breakdown, opens: Opens) -> Split | None:
    """Make the table; None where the source records no parts."""
    if split.pair.row.unit.code is None or not (opens.has_fields or opens.has_procedures):
        return None
    metric = late_metric(found.view.basis)
    rows = []
    for i, one in enumerate(told.parts):
        rows.append(_line(one, metric.id, opens, told))
        rows += [_line(inner, metric.id, opens, told, "inner") for inner in told.inner if not i]
    unit = {"unit_code": split.pair.row.unit.code}
    bottom = metric.denominator
    return Split(
        caption=f"{split.pair.row.unit.label}: phần đóng góp của từng "
        f"{'lĩnh vực' if told.by_field else 'thủ tục'}, điểm %",
        name="Lĩnh vực" if told.by_field else "Thủ tục",
        now_name="Trễ kỳ này",
        before_name=_before_name(found.view),
        rows=tuple(rows),
        total=Total(
            Part("Cả đơn vị"),
            a_of_b(split.pair.now, opens.listed(metric.id, **unit), opens.listed(bottom, **unit)),
            a_of_b(split.pair.before, opens.then(metric.id, **unit), opens.then(bottom, **unit)),
            f"{signed_text(split.points, told.places)} {POINTS}",
        ),
        meaning=metric.id,
    )


def _before_name(view: View) -> str:
    if view.comparison.day is not None:
        return f"Trễ đến {view.comparison.day:%d/%m}"
    return "Trễ cùng kỳ" if view.comparison.kind == "last_year" else "Trễ kỳ trước"


def _line(one: Printed, word: str, opens: Opens, told: Told, look: str = "") -> Line:
    now = opens.listed(word, **one.of) if one.of else ""
    then = opens.then(word, **one.of) if one.of else ""
    href = opens.page(ON_TIME, **one.of) if one.of else ""
    name = sentence(one.name) if one.name not in (UNKNOWN_FIELD, UNKNOWN_PROCEDURE) else one.name
    return Line(
        Part(name, href), counted(one.one.now, now), counted(one.one.before, then), _size(one, told), look
    )

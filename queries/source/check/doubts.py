"""What makes a row of the contract odd: one SQL condition and one Vietnamese sentence each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, literal, or_, select

from queries.asked.periods import FIRST_YEAR, LAST_YEAR
from queries.contract import CLOSED_STATES, CONTRACT, Column, Kind
from queries.courses.bound import Bound
from queries.courses.constructs import day_of

ERROR, WARNING, NOTE = SEVERITIES = ("lỗi", "cảnh báo", "thông tin")

_HAPPENED = {
    "dossiers": ("received_at", "finished_at", "returned_at", "suspended_since", "updated_at"),
    "slips": ("issued_at",),
    "ratings": ("rated_on",),
    "complaints": ("received_on", "answered_on"),
    "receptions": ("held_on",),
    "loads": ("as_of", "loaded_at"),
}
"""Columns that tell what has happened, so that none may lie in the future."""

_ORDER = {
    "dossiers": (
        ("finished_before_received", "finished_at", "received_at",
         "xong trước ngày tiếp nhận; được tính là xong trong ngày tiếp nhận"),
        ("due_before_received", "due_at", "received_at",
         "hẹn trả trước ngày tiếp nhận; thường sẽ thành trễ hạn"),
    ),
    "complaints": (
        ("answered_before_received", "answered_on", "received_on", "trả lời trước ngày tiếp nhận"),
    ),
    "units": (("ended_before_begun", "active_to", "active_from", "hết hoạt động trước khi bắt đầu"),),
}  # fmt: skip
"""Pairs of which the first may not lie on an earlier day than the second."""

_REFERENCES = {
    "dossiers": (
        ("unit_code", "units", "unknown_unit", WARNING, "được gộp vào dòng “(không rõ đơn vị)”"),
        ("receiving_unit_code", "units", "unknown_receiving_unit", NOTE, "không tính được “tiếp nhận hộ”"),
        ("procedure_code", "procedures", "unknown_procedure", WARNING, "không có lĩnh vực và tên thủ tục"),
        ("officer_code", "officers", "unknown_officer", NOTE, "không biết công chức nào"),
    ),
    "slips": (("dossier_code", "dossiers", "unknown_dossier", WARNING, "không gắn được với hồ sơ nào"),),
    "ratings": (("unit_code", "units", "unknown_unit", WARNING, "không gắn được với đơn vị nào"),),
    "complaints": (("unit_code", "units", "unknown_unit", WARNING, "không gắn được với đơn vị nào"),),
    "receptions": (("unit_code", "units", "unknown_unit", WARNING, "không gắn được với đơn vị nào"),),
    "units": (("successor_code", "units", "unknown_successor", NOTE, "không nối được với đơn vị kế thừa"),),
}  # fmt: skip
"""Codes that should be found in another table: column, table, id, severity, consequence."""

_WHEN_UNKNOWN = {
    "dossiers.channel": "được tính là nộp trực tiếp (counter)",
    "dossiers.state": "được tính là đã giải quyết nếu có finished_at, còn lại là đang giải quyết",
    "ratings.level": "bị bỏ qua khi tính tỷ lệ hài lòng",
    "dossiers.online_level": "được tính là “không rõ mức độ”",
}

_MAY_BE_NULL = frozenset({"dossiers.due_at", "dossiers.finished_at", "dossiers.unit_code"})
"""Required columns with a check of their own, or whose null means something."""


@dataclass(frozen=True)
class Doubt:
    """A condition that makes a row odd; ``told`` follows the number of rows."""

    column: str
    id: str
    told: str
    condition: ColumnElement[bool]
    severity: str = WARNING


def doubts(name: str, bound: Bound, now: datetime) -> Iterator[Doubt]:
    """Give what can be doubted about the rows of a table, as far as its columns exist."""
    source = bound[name]

    def has(*columns: str) -> bool:
        return all(bound.has(f"{name}.{one}") for one in columns)

    for one in CONTRACT[name].columns:
        if has(one.name):
            yield from _of_column(name, one, source.c[one.name])
    for column in _HAPPENED.get(name, ()):
        if has(column):
            told = f"có {column} sau {now:%H:%M %d/%m/%Y}; kiểm tra đồng hồ và múi giờ của nguồn"
            yield Doubt(column, "future", told, source.c[column] > now)
    for identity, later, earlier, told in _ORDER.get(name, ()):
        if has(later, earlier):
            backwards = day_of(source.c[later]) < day_of(source.c[earlier])
            yield Doubt(later, identity, f"{told}. Kiểm tra {later} ở nguồn", backwards)
    for column, target, identity, severity, then in _REFERENCES.get(name, ()):
        if has(column) and bound.has(target) and bound.has(f"{target}.{_key_of(target)}"):
            code = source.c[column]
            there = bound[target].alias(f"{target}_there")
            known = exists(select(literal(1)).select_from(there).where(there.c[_key_of(target)] == code))
            unknown = and_(code.is_not(None), ~known)
            told = f"có {column} không nằm trong bảng {target}: {then}. Bổ sung bảng {target}"
            yield Doubt(column, identity, told, unknown, severity)
    if name == "dossiers":
        yield from _of_dossiers(bound)
    if name == "ratings" and has("votes"):
        yield Doubt("votes", "negative_votes", "có số phiếu âm", source.c.votes < 0)


def _key_of(target: str) -> str:
    """Give the key column of a contract table."""
    return next(one.name for one in CONTRACT[target].columns if one.key)


def strange(one: Column, column: ColumnElement[Any]) -> ColumnElement[bool]:
    """Give the condition that a column holds none of its words (null too, where required)."""
    wrong = column.not_in(one.words)
    return or_(column.is_(None), wrong) if one.required else wrong


def _of_column(name: str, one: Column, column: ColumnElement[Any]) -> Iterator[Doubt]:
    """Give the doubts that the contract's words on one column imply."""
    key = f"{name}.{one.name}"
    empty = or_(column.is_(None), column == "") if one.kind is Kind.TEXT else column.is_(None)
    if one.key:
        yield Doubt(one.name, "null_key", f"có khóa {one.name} trống; khóa phải có ở mọi dòng", empty)
    elif one.words:
        then = _WHEN_UNKNOWN.get(key, "không được tính ở phần dùng cột này")
        told = f"có {one.name} ngoài danh mục, {then}. Cho phép: {', '.join(one.words)}"
        yield Doubt(one.name, "unknown_word", told, strange(one, column))
    elif one.kind in (Kind.DAY, Kind.MOMENT) and name != "units":  # 9999-12-31 there means no end
        told = (f"có {one.name} ngoài các năm {FIRST_YEAR}–{LAST_YEAR} (như infinity): không phải ngày thật. "
                f"Đổi thành trống trong view, ví dụ NULLIF({one.name}, 'infinity')")  # fmt: skip
        outside = or_(column < datetime(FIRST_YEAR, 1, 1), column >= datetime(LAST_YEAR + 1, 1, 1))
        yield Doubt(one.name, "no_real_day", told, outside)
    if one.required and not one.key and not one.words and key not in _MAY_BE_NULL:
        then = "; hồ sơ này không được tính ở đâu" if key == "dossiers.received_at" else ""
        yield Doubt(one.name, "null_required", f"có {one.name} trống{then}. Bổ sung ở nguồn", empty)


def _of_dossiers(bound: Bound) -> Iterator[Doubt]:
    source = bound["dossiers"].c

    def has(*columns: str) -> bool:
        return all(bound.has(f"dossiers.{one}") for one in columns)

    if has("unit_code"):
        told = "không có unit_code, được gộp vào dòng “(không rõ đơn vị)”. Bổ sung mã đơn vị ở nguồn"
        yield Doubt("unit_code", "null_unit", told, source.unit_code.is_(None))
    if has("due_at"):
        told = "không có ngày hẹn trả (due_at): đứng riêng, không đúng hạn cũng không trễ. Bổ sung ở nguồn"
        yield Doubt("due_at", "null_due_at", told, source.due_at.is_(None))
    if has("state", "finished_at"):
        undated = and_(source.state.in_(CLOSED_STATES), source.finished_at.is_(None))
        told = "đã đóng nhưng không có finished_at, được tính là đóng vào ngày tiếp nhận. Bổ sung finished_at"
        yield Doubt("finished_at", "closed_without_finished_at", told, undated)
        reopened = and_(source.state.in_(("open", "suspended")), source.finished_at.is_not(None))
        told = "đang mở mà có finished_at, được tính là chưa xong. Nếu đã xong, sửa state thành finished"
        yield Doubt("finished_at", "open_with_finished_at", told, reopened)

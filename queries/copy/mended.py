"""How far the data can be trusted: what is in the copy, and what was mended or left out for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, select

from queries.contract import CONTRACT, MAIN_MOMENT, Kind
from queries.copy.tables import CLEAN, MENDED, PRESENT
from queries.source.clean import example_key
from queries.source.mended import EXAMPLES, SENTENCES, Mended, Reason

_SAID = "Lý do “{}”."


@dataclass(frozen=True)
class TableFound:
    """A table of the source: its rows, and the first and last of its days."""

    name: str
    rows: int
    first: date | None
    last: date | None


@dataclass(frozen=True)
class Quality:
    """What was found in the source. ``missing``: tables, and columns of tables that are there."""

    tables: tuple[TableFound, ...]
    mended: tuple[Mended, ...]
    missing: tuple[str, ...]


def read_quality(conn: Connection, courses: Any, _view: Any) -> Quality:
    """Give what the copy holds and what was mended for it, most first: read once for these data."""
    found: Quality = courses.of_all_time(("quality",), lambda: _quality(conn, courses))
    return found


def _quality(conn: Connection, courses: Any) -> Quality:
    present = set(conn.scalars(select(PRESENT.c.name)))
    m = MENDED.c
    rows = conn.execute(
        select(m.table_name, m.column_name, m.reason, m.count, m.examples).order_by(
            m.count.desc(), m.table_name, m.column_name, m.reason
        )
    )
    missing = [
        name
        for spec in CONTRACT.values()
        for name in (
            [f"{spec.name}.{one.name}" for one in spec.columns] if spec.name in present else [spec.name]
        )
        if name not in present
    ]
    return Quality(
        tuple(_found(conn, name) for name in CONTRACT if name in present),
        (*_of_no_use(conn, courses), *(Mended(*row) for row in rows)),
        tuple(missing),
    )


def _of_no_use(conn: Connection, courses: Any) -> list[Mended]:
    """Tell of rows that nothing counts, as they have no dossier's code or no day, and of required words that
    are empty: nothing where all have them.
    """
    told = []
    for name, spec in CONTRACT.items():
        columns = [one.name for one in spec.columns if courses.has(f"{name}.{one.name}")]
        lacking = [("dossier_code", Reason.NO_KEY), (MAIN_MOMENT.get(name, ""), Reason.NO_MOMENT)]
        lacking += [(one.name, Reason.NO_WORD) for one in spec.columns if one.words]
        for column, reason in lacking if name != "loads" else ():
            if column not in columns or not spec[column].required:
                continue
            of, key = CLEAN[name].c[column], CLEAN[name].c[example_key(spec, columns)]
            rows = conn.scalar(select(func.count()).where(of.is_(None))) or 0
            keys = select(key).where(of.is_(None), key.is_not(None)).distinct().order_by(key).limit(EXAMPLES)
            some = map(str, conn.scalars(keys).all()) if rows else ()
            told.append(Mended(name, column, reason.value, rows, "; ".join(some)))
    return [one for one in told if one.count]


def _found(conn: Connection, name: str) -> TableFound:
    table = CLEAN[name]
    days = MAIN_MOMENT.get(name)
    if days is None:
        return TableFound(name, conn.scalar(select(func.count()).select_from(table)) or 0, None, None)
    column = table.c[days]
    rows, first, last = conn.execute(
        select(func.count(), func.min(column), func.max(column)).select_from(table)
    ).one()
    return TableFound(name, int(rows), _day(first), _day(last))


def _day(value: Any) -> date | None:
    return value.date() if isinstance(value, datetime) else value


_BY_COLUMN = {
    ("dossiers", "channel", Reason.UNKNOWN_WORD): "{n} hồ sơ ghi kênh nộp lạ, tạm tính trực tiếp",
    ("dossiers", "state", Reason.UNKNOWN_WORD): "{n} hồ sơ ghi trạng thái lạ: có ngày xong thì tính là đã "
    "giải quyết, không có thì tính là đang giải quyết",
    ("dossiers", "channel", Reason.NO_WORD): "{n} hồ sơ không ghi kênh nộp, tạm tính trực tiếp",
    ("dossiers", "state", Reason.NO_WORD): "{n} hồ sơ không ghi trạng thái: có ngày xong thì tính là đã giải "
    "quyết, không có thì tính là đang giải quyết",
    ("ratings", "level", Reason.NO_WORD): "{n} dòng phiếu đánh giá không ghi mức, không tính",
    ("dossiers", "unit_code", Reason.UNKNOWN_CODE): "{n} hồ sơ ghi mã đơn vị lạ, xếp vào “(không rõ đơn vị)”",
    ("dossiers", "dossier_code", Reason.NO_KEY): "{n} hồ sơ không có mã, không thuộc kỳ nào",
    ("dossiers", "received_at", Reason.NO_MOMENT): "{n} hồ sơ không có ngày tiếp nhận, không thuộc kỳ nào",
    ("ratings", "level", Reason.UNKNOWN_WORD): "{n} dòng phiếu đánh giá ghi mức lạ, không tính",
    ("ratings", "unit_code", Reason.UNKNOWN_CODE): "{n} dòng phiếu đánh giá ghi mã đơn vị lạ",
}
_FOR_READERS = {
    Reason.NOT_NFC: "chữ Việt viết bằng dấu rời, đã đổi về dựng sẵn",
    Reason.FOLDED_WORD: "viết khác chữ hoa, chữ thường, đã hiểu đúng",
    Reason.UNKNOWN_WORD: "ghi từ lạ, tính là không rõ",
    Reason.OTHER_DAY_ORDER: "ngày viết trái thứ tự ngày, tháng, để trống",
    Reason.LEFT_OUT: "bỏ qua theo khai báo của đơn vị",
    Reason.UNDERSTOOD_WORD: "từ của hệ thống nguồn, hiểu theo bảng từ có sẵn",
    Reason.DERIVED: "nguồn không có danh sách đơn vị, suy ra từ hồ sơ",
    Reason.NO_KEY: "không có mã nên không dùng được",
    Reason.NO_MOMENT: "không có ngày nên không dùng được",
    Reason.NO_WORD: "để trống, tính là không rõ",
}
"""What a reader is told, where the words of ``SENTENCES`` are an administrator's."""


def told_of(one: Mended) -> str:
    """Say what was mended to a reader: how often, of what, without the names of tables and columns."""
    spec, count = CONTRACT[one.table], f"{one.count:,}".replace(",", ".")
    if one.reason not in set(Reason):
        return sentence_of(one)
    reason = Reason(one.reason)
    if (one.table, one.column, reason) in _BY_COLUMN:
        return f"{_BY_COLUMN[one.table, one.column, reason].format(n=count)}."
    meaning = next((column.meaning for column in spec.columns if column.name == one.column), "")
    # What follows a colon or a comma explains the words, not the column.
    of = meaning.partition(":")[0].partition(",")[0]
    why = _FOR_READERS.get(reason) or SENTENCES[reason][0].lower() + SENTENCES[reason][1:].rstrip(".")
    return f"{count} {spec.label}{f', {of}' if of else ''}: {why}."


def sentence_of(one: Mended, *, shows_officials: bool = True) -> str:
    """Say what was mended to an administrator: table and column, how often, where to look.

    ``shows_officials`` False: without examples of what names an official or leads to one.
    """
    spec, count = CONTRACT[one.table], f"{one.count:,}".replace(",", ".")
    kinds = {column.name: column.kind for column in spec.columns}
    why = SENTENCES[Reason(one.reason)] if one.reason in set(Reason) else _SAID.format(one.reason)
    where = f"{one.table}.{one.column}" if one.column in kinds else one.table
    is_personal = kinds.get(one.column) is Kind.TEXT and one.table == "officers"
    is_personal = is_personal or (not shows_officials and "officer" in f"{one.table}.{one.column}")
    examples = f" Ví dụ: {one.examples}." if one.examples and not is_personal else ""
    return f"{where}: {count} dòng. {why}{examples}"

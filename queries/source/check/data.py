"""What the rows hold and what looks wrong in them: one aggregate question a table, then a few more.

Every question goes to the bound contract, so a missing column only takes its own checks
away, and a question that the database refuses becomes a finding.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Engine,
    Executable,
    and_,
    case,
    cast,
    func,
    select,
    table,
)
from sqlalchemy import column as named

from queries.contract import CONTRACT, Column, Kind, Renames
from queries.courses.bound import Bound
from queries.courses.constructs import moment
from queries.source.check.doubts import ERROR, WARNING, doubts, strange
from queries.source.engine import DatabaseUnavailable, reading

MAIN_MOMENT = {
    "dossiers": "received_at", "slips": "issued_at", "ratings": "rated_on", "complaints": "received_on",
    "receptions": "held_on", "loads": "as_of",
}  # fmt: skip
"""The column whose first and last value tell what time a table covers."""


@dataclass(frozen=True)
class Finding:
    """One thing to know. ``count``: rows concerned, None where it is not about rows."""

    severity: str
    table: str
    column: str | None
    id: str
    count: int | None
    sentence: str


@dataclass
class Content:
    """What the rows of one table hold; ``rows`` is None where they could not be counted."""

    rows: int | None = None
    first: datetime | None = None
    last: datetime | None = None
    findings: list[Finding] = field(default_factory=list)


def counted(number: int) -> str:
    """Give a number the Vietnamese way: 25.684."""
    return f"{number:,}".replace(",", ".")


def reason_of(error: Exception) -> str:
    """Give why a question failed, in Vietnamese."""
    return str(error) if isinstance(error, DatabaseUnavailable) else "có giá trị không đọc được."


class Reader:
    """Reads one table of a bound contract and collects what it finds in ``content``."""

    def __init__(self, engine: Engine, bound: Bound, name: str) -> None:
        self.engine, self.bound, self.name = engine, bound, name
        self.source = bound[name]
        self.spec = CONTRACT[name]
        self.content = Content()

    def find(self, severity: str, column: str | None, identity: str, count: int | None, told: str) -> None:
        """Add a finding on this table."""
        self.content.findings.append(Finding(severity, self.name, column, identity, count, told))

    def ask(self, question: Executable) -> list[Any]:
        """Give the rows of an answer; a question that fails becomes a finding and no rows.

        Not only the driver's errors: a value outside Python's calendar fails in the fetch.
        """
        try:
            with reading(self.engine) as conn:
                return list(conn.execute(question).all())
        except (DatabaseUnavailable, ValueError, OverflowError, TypeError) as error:
            told = f"Không kiểm tra hết được bảng {self.name}: {reason_of(error)}"
            # What cannot be read here no page can read.
            severity = ERROR if self.spec.required else WARNING
            self.find(severity, None, "not_checked", None, told)
            return []

    def read(self, now: datetime, zoned: set[str]) -> Content:
        """Count the rows, their range and everything odd in them.

        ``zoned``: columns that carry an offset, brought to local time before they are fetched.
        """
        ends = self._ends(zoned)
        sought = list(doubts(self.name, self.bound, now))
        sums = [func.sum(case((one.condition, 1), else_=0)) for one in sought]
        answer = self.ask(select(func.count(), *sums, *ends).select_from(self.source))
        if not answer:
            return self.content
        values = answer[0]
        self.content.rows = int(values[0])
        if ends:
            self.content.first, self.content.last = _moment(values[-2]), _moment(values[-1])
        for one, value in zip(sought, values[1 : 1 + len(sought)], strict=True):
            if value:
                told = f"{counted(int(value))} dòng {self.spec.label} {one.told}."
                self.find(one.severity, one.column, one.id, int(value), told)
        if not self.content.rows and self.spec.required:
            told = f"Bảng {self.name} ({self.spec.label}) chưa có dòng nào; các trang sẽ trống."
            self.find(WARNING, None, "empty", 0, told)
        for column in self.spec.columns:
            if column.key and self.bound.has(f"{self.name}.{column.name}"):
                self._look_for_repeats(column)
        self._name_strange_words()
        return self.content

    def _ends(self, zoned: set[str]) -> list[ColumnElement[Any]]:
        main = MAIN_MOMENT.get(self.name)
        if not main or not self.bound.has(f"{self.name}.{main}"):
            return []
        ends: list[ColumnElement[Any]] = [func.min(self.source.c[main]), func.max(self.source.c[main])]
        return [cast(one, DateTime) for one in ends] if main in zoned else ends

    def _look_for_repeats(self, key: Column) -> None:
        column = self.source.c[key.name]
        repeated = (
            select(column.label("code"), func.count().label("times"))
            .where(column.is_not(None))
            .group_by(column)
            .having(func.count() > 1)
            .subquery("repeated")
        )
        answer = self.ask(select(func.count(), func.sum(repeated.c.times)).select_from(repeated))
        if not answer or not answer[0][0]:
            return
        codes, rows = (int(value) for value in answer[0])
        told = f"{counted(codes)} mã {key.name} bị lặp, ở {counted(rows)} dòng {self.spec.label}"
        if self.name != "officers":  # which officials they are is nobody's business here
            few = self.ask(select(repeated.c.code).order_by(repeated.c.code).limit(3))
            told += f" (ví dụ {', '.join(str(row[0]) for row in few)})"
        told += (
            ": mỗi dòng được tính một lần nên số liệu bị đội lên. Bỏ dòng trùng trong view."
            if self.name not in ("units", "procedures")
            else ": chỉ một dòng của mỗi mã được dùng. Bỏ dòng trùng trong view."
        )
        self.find(WARNING, key.name, "repeated_key", rows, told)

    def _name_strange_words(self) -> None:
        """Add to each finding on unknown words which they are, the most frequent first."""
        for place, found in enumerate(self.content.findings):
            if found.id != "unknown_word" or found.column is None:
                continue
            column = self.source.c[found.column]
            times = func.count().label("times")
            wrong = strange(self.spec[found.column], column)
            few = self.ask(
                select(column, times).where(wrong).group_by(column).order_by(times.desc()).limit(5)
            )
            words = ", ".join(
                f"{'trống' if word is None else f'“{word}”'} {counted(int(n))}" for word, n in few
            )
            self.content.findings[place] = replace(found, sentence=f"{found.sentence} Thấy: {words}.")

    def look_for_unreadable(self, renames: Renames) -> None:
        """Find SQLite texts that are no moment, and days 0000-00-00 of MariaDB: both are read as null."""
        at = {"schema": renames.schema} if renames.schema else {}
        rows = table(renames.table(self.name), **at)
        for one in self.spec.columns:
            if one.kind in (Kind.DAY, Kind.MOMENT) and self.bound.has(f"{self.name}.{one.name}"):
                raw: ColumnElement[Any] = named(renames.column(self.name, one.name))
                unreadable = and_(raw.is_not(None), moment(raw).is_(None))
                answer = self.ask(select(func.count()).select_from(rows).where(unreadable))
                if answer and answer[0][0]:
                    is_text = self.engine.dialect.name == "sqlite"
                    why = "không phải dạng 2026-11-21 10:15:00" if is_text else "là ngày 0000-00-00"
                    remedy = "Đổi dạng trong view" if is_text else f"Trong view: NULLIF({one.name}, 0)"
                    told = (
                        f"{counted(int(answer[0][0]))} dòng {self.spec.label} có {one.name} {why} "
                        f"nên bị coi là trống. {remedy}."
                    )
                    self.find(WARNING, one.name, "unreadable_moment", int(answer[0][0]), told)


def _moment(value: object) -> datetime | None:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    return datetime.combine(value, time()) if isinstance(value, date) else None

"""Dates that are text, told by looking at their values; and promises without a time."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from queries.check.findings import ERROR, NOTE, WARNING, Finding, counted, percent
from queries.check.trial import Trial
from queries.source.expressions import MARKS, Expressions
from queries.source.kinds import SourceKind
from queries.source.mended import Mended, Reason

LEAST_VALUES = 20
"""Of so many values some day is almost surely after the twelfth: 20 of them are not once in 100 million."""

_YEAR_FIRST = re.compile(r"\s*(\d{4}[-/]\d{1,2}[-/]\d{1,2}.*|\d{8}\s*)", re.DOTALL)


@dataclass(frozen=True)
class Read:
    """One value as it is written, and as it is read: None, and why, where it is not."""

    text: str
    moment: date | None
    reason: Reason | None


def text_dates(trial: Trial, mended: Sequence[Mended]) -> Iterator[Finding]:
    """Give what the values of each column of text dates say of the settings' formats."""
    counts = {(one.table, one.column, one.reason): one for one in mended}
    for name, values in trial.survey.texts.items():
        table, _, column = name.partition(".")
        read = reads(trial, table, column, values)
        against = counts.get((table, column, Reason.OTHER_DAY_ORDER.value))
        if against is not None:
            yield _contradicted(trial, name, read, against)
            continue
        other = [one for one in read if not _YEAR_FIRST.fullmatch(one.text) and one.moment is not None]
        if not other:
            continue
        shown = next((one for one in other if one.moment is not None and one.moment.day > 12), other[0])
        assert shown.moment is not None
        told = f"“{shown.text.strip()}” được đọc là {_shown(shown.moment)}"
        if not _telling(trial, name, read) and len(other) >= LEAST_VALUES:
            sentence = (
                f"{name} là ngày kiểu chữ, và không giá trị nào cho biết ngày hay tháng đứng trước (ngày nào "
                f"cũng từ 12 trở xuống); {told}. Nếu không đúng, đổi date_formats."
            )
            yield Finding(WARNING, table, column, "date_order_unsure", sentence)
        else:
            yield Finding(NOTE, table, column, "text_dates", f"{name} là ngày kiểu chữ: {told}.")


def reads(trial: Trial, table: str, column: str, values: Sequence[str]) -> list[Read]:
    """Read some values of a column as the copy does."""
    if not values:
        return []
    expressions = Expressions(trial.mapping, trial.zone)
    steps = expressions.steps_of(trial.column(table, column), raw="raw", text="text", parsed="parsed")
    rows = trial.rows(
        f"SELECT raw, {steps.value}, {steps.mark} FROM (SELECT *, {steps.parsed} AS parsed FROM"
        f" (SELECT *, {steps.text} AS text FROM (SELECT unnest(CAST($raws AS VARCHAR[])) AS raw)))",
        {**expressions.parameter.values, "raws": list(values)},
    )
    return [Read(raw, value, MARKS.get(mark)) for raw, value, mark in rows]


def _telling(trial: Trial, name: str, read: Sequence[Read]) -> int:
    """Count the values whose day is after the twelfth: then it was no month. A year first tells nothing.

    Of the whole column; but where some have the year first, of those looked at: which is which is not kept.
    """
    if any(_YEAR_FIRST.fullmatch(one.text) for one in read):
        other = [one.moment for one in read if not _YEAR_FIRST.fullmatch(one.text)]
        return sum(one is not None and one.day > 12 for one in other)
    table, _, column = name.partition(".")
    return int(trial.row(f'SELECT count(*) FROM "{table}" WHERE day("{column}") > 12')[0])  # names of ours


def _contradicted(trial: Trial, name: str, read: Sequence[Read], against: Mended) -> Finding:
    table, _, column = name.partition(".")
    seen = [one.text.strip() for one in read if one.reason is Reason.OTHER_DAY_ORDER]
    example = f" (ví dụ “{seen[0]}”)" if seen else f" (ví dụ ở {against.examples})"
    formats = ", ".join(f'"{one}"' for one in trial.mapping.date_formats)
    swapped = json.dumps([_swapped(one) for one in trial.mapping.date_formats])
    fitting = _telling(trial, name, read)
    rest = f", còn {counted(fitting)} giá trị chỉ đọc được theo khuôn đang khai" if fitting else ""
    sentence = (
        f"{name}: {counted(against.count)} giá trị{example} trái với date_formats ({formats}): đổi chỗ ngày "
        f"và tháng mới đọc được{rest}. "
    )
    if fitting:
        sentence += "Cột này viết theo hai cách; sửa ở nguồn hoặc trong view thành dạng 2026-11-21."
    else:
        sentence += f"Khai đúng cách viết của nguồn: date_formats = {swapped}."
    keys = () if table == "officers" else tuple(against.examples.split("; "))
    return Finding(ERROR, table, column, "date_order", sentence, against.count, keys)


def _swapped(pattern: str) -> str:
    return pattern.replace("%d", "\0").replace("%m", "%d").replace("\0", "%m")


def _shown(moment: date) -> str:
    if isinstance(moment, datetime):
        return f"{moment:%H:%M} ngày {moment.day} tháng {moment.month} năm {moment.year}"
    return f"ngày {moment.day} tháng {moment.month} năm {moment.year}"


def midnight_promises(trial: Trial) -> Iterator[Finding]:
    """Give how many promises have no time, where promises are compared by the minute."""
    for column in ("due_at", "current_due_at"):
        if not trial.has(f"dossiers.{column}"):
            continue
        total, bare = trial.row(
            f"SELECT count({column}), count(*) FILTER (CAST({column} AS TIME) = TIME '00:00') FROM dossiers"
        )
        if not bare:
            continue
        if trial.survey.kind("dossiers", column) is SourceKind.DAY or bare == total:
            sentence = (
                f"compare = moment, nhưng dossiers.{column} chỉ có ngày, không có giờ: mọi hẹn trả được hiểu "
                "là hết ngày đó, như khi compare = day."
            )
        else:
            sentence = (
                f"compare = moment: {counted(bare)} hồ sơ ({percent(bare, total)}) có dossiers.{column} lúc "
                "00:00; hẹn như vậy được hiểu là hết ngày đó, không phải lúc nửa đêm."
            )
        yield Finding(WARNING, "dossiers", column, "midnight_promise", sentence, bare)

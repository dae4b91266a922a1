"""Running the hand-written SQL: its values, its answer, and whether the application says the same."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as clock
from typing import Any

import pandas as pd
from sqlalchemy import Connection

from bench import bare_pages, bare_sql
from queries.asked.view import View
from queries.definitions.metrics import COUNTS
from queries.on_time.trend import MONTHS, trend_months

Answer = dict[tuple[Any, ...], tuple[Any, ...]]
"""The key of a row → its numbers; rows of nothing but zeros are left out."""


@dataclass(frozen=True)
class Bare:
    """One question in hand-written SQL: what it is called, its text, its values, how rows are read."""

    name: str
    text: str
    values: Mapping[str, Any]
    keys: int

    def run(self, connection: Connection, engine: str) -> tuple[float, Answer]:
        """Ask; give milliseconds and the answer. The driver is used as it is, without SQLAlchemy."""
        driver: Any = connection.connection.driver_connection
        used = {name: self.values[name] for name in re.findall(r"\$(\w+)", self.text)}
        text = self.text if engine == "DuckDB" else re.sub(r"\$(\w+)", r"%(\1)s", self.text)
        started = time.perf_counter()
        rows = driver.execute(text, used).fetchall()
        spent = 1000 * (time.perf_counter() - started)
        return spent, _answer((row[: self.keys], row[self.keys :]) for row in rows)


def bare_of(engine: str, query: str, view: View, keywords: Mapping[str, Any]) -> Bare | None:
    """Give the hand-written form of a question that a card has asked; None where there is none yet."""
    if view.period.basis != "calendar" or view.compare != "day" or _is_narrowed(view):
        raise NotImplementedError("the hand-written SQL is for whole calendar periods, by day")
    values = _values(view)
    period = view.period.code + (" as compared" if view.judged_on else "")
    if view.unit_code is not None:
        period, values["unit"] = f"{period}, one unit", view.unit_code
    if query in ("on_time_by_unit", "on_time_by_procedure"):
        by = "unit_code" if query == "on_time_by_unit" else "procedure_code, field"
        is_settled = values["cut"] == values["now_cut"] and values["judged"] == values["now_judged"]
        text = bare_sql.counts(engine, by, is_settled=is_settled)
        if view.unit_code is not None:
            text = re.sub(r"FROM dossiers\s+WHERE", "FROM dossiers WHERE unit_code = $unit AND", text)
        return Bare(f"{query} {period}", text, values, keys=len(by.split(",")))
    if query == "due_soon_by_unit" and view.unit_code is None:
        values["until"] = _midnight(keywords["until"] + timedelta(days=1))
        return Bare(query, bare_sql.DUE_SOON, values, keys=1)
    if query == "late_by_unit_month" and view.unit_code is None:
        return Bare(f"{query} {view.basis}", bare_sql.TREND[view.basis], _of_months(view, keywords), keys=2)
    if other := bare_pages.text_of(engine, query, view, keywords):
        text, keys, more = other
        own = _of_months(view, keywords) if query in bare_pages.MONTHLY else values
        return Bare(f"{query} {period}", text, {**own, **more}, keys)
    return None


def _of_months(view: View, keywords: Mapping[str, Any]) -> dict[str, Any]:
    months = trend_months(view, keywords.get("months", MONTHS))
    first = months[0].start
    values = _values(view.at(period=months[-1], judged_on=None))
    return {**values, "first": _midnight(first), "first_month": first.year * 12 + first.month}


def _is_narrowed(view: View) -> bool:
    return view.field is not None or view.procedure_code is not None


def _values(view: View) -> dict[str, Any]:
    last, today = min(view.period.end, view.as_of.date()), view.as_of.date()
    judged = min(view.judged_on, last) if view.judged_on else last
    now = min(view.judged_on, last) if view.judged_on else today
    return {
        "start": _midnight(view.period.start),
        "end": _midnight(last + timedelta(days=1)),
        "judged": _midnight(judged),
        "cut": _after(judged, view.as_of),
        "now_judged": _midnight(now),
        "now_cut": _after(now, view.as_of),
    }


def _midnight(day: date) -> datetime:
    return datetime.combine(day, clock())


def _after(day: date, as_of: datetime) -> datetime:
    return min(_midnight(day + timedelta(days=1)), as_of + timedelta(microseconds=1))


def _answer(rows: Any) -> Answer:
    found: Answer = {}
    for key, numbers in rows:
        plain = tuple(_plain(one) for one in numbers)
        if any(plain):
            found[tuple(None if pd.isna(one) else one for one in key)] = plain
    return found


def _plain(value: Any) -> Any:
    if value is None or pd.isna(value):
        return 0
    return pd.Timestamp(value).to_pydatetime() if isinstance(value, datetime) else int(value)


def answered(query: str, found: Any) -> Answer:
    """Give what the application answered, in the form of the hand-written SQL's answer."""
    if (rows := bare_pages.rows_of(query, found)) is not None:
        return _answer(rows)
    if isinstance(found, pd.DataFrame):
        keys = [one for one in found.columns if one in ("unit_code", "procedure_code", "field", "month")]
        numbers = [*COUNTS, "oldest_due"] if query.startswith("on_time") else ["late", "total"]
        lists = zip(found[keys].itertuples(index=False, name=None),
                    found[numbers].itertuples(index=False, name=None), strict=True)  # fmt: skip
        return _answer(lists)
    return _answer(((key,), (number,)) for key, number in found.items())

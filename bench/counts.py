"""Part "counts": one count by unit, late and total, through the project's own statement over ``courses``."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from statistics import median

import pandas as pd
from sqlalchemy import Connection

from bench.application import opened
from bench.data import AS_OF
from bench.machine import Machine
from bench.results import Aim, Result, Table, milliseconds
from bench.stage import Stage
from queries.asked.periods import Period, month_of, parse_period, year_of
from queries.asked.view import View
from queries.courses.stock import Courses
from queries.on_time.statements import on_time_by_procedure, on_time_by_unit
from queries.on_time.trend import late_by_unit, late_by_unit_month

MOST = {"month": 15.0, "year": 40.0}
_LARGE = 4_000_000
_MONTHS = 9

Query = Callable[[Connection, Courses, View], pd.DataFrame]


def _by_unit_and_month(conn: Connection, courses: Courses, view: View) -> pd.DataFrame:
    return late_by_unit_month(conn, courses, view, months=13)


QUESTIONS: dict[str, Query] = {
    "late and total by unit": late_by_unit,
    "all nineteen counts by unit": on_time_by_unit,
    "all nineteen counts by procedure": on_time_by_procedure,
    "late by unit, thirteen months": _by_unit_and_month,
}


def measure_counts(stage: Stage) -> Result:
    """Ask each question of months and of years, each period once after one that nobody times."""
    folder, _ = stage.copy()
    machine = Machine.now()
    copy = opened(folder)
    found: dict[tuple[str, str], float] = {}
    with copy.engine.connect() as conn:
        courses = copy.courses(conn)
        for name, query in QUESTIONS.items():
            for kind, periods in (("month", _months()), ("year", _years())):
                found[name, kind] = median(_asked(conn, courses, query, periods))
    copy.engine.dispose()
    first = next(iter(QUESTIONS))
    aims = [
        Aim(f"one count by unit (late and total) of a {kind} ≤ {most:g} ms",
            f"{milliseconds(found[first, kind])} ms", found[first, kind] <= most)
        for kind, most in MOST.items() if stage.sample.rows >= _LARGE
    ]  # fmt: skip
    table = Table.of(
        "Milliseconds from the question to its DataFrame, medians:",
        ("question", "month", "year"),
        ([name, *(milliseconds(found[name, kind]) for kind in MOST)] for name in QUESTIONS),
    )
    how = (
        f"{stage.copy_told()} The statements of `queries/` over `courses`, on one connection of the engine "
        f"readers use, without the cache of answers: {_MONTHS} months, and the last three years three times "
        "over, after one of each that nobody timed."
    )
    return Result("counts", stage.sample.rows, machine, how, tuple(aims), (table,))


def _asked(conn: Connection, courses: Courses, query: Query, periods: list[Period]) -> list[float]:
    times = []
    for period in periods:
        view = View(period, AS_OF)
        started = time.perf_counter()
        query(conn, courses, view)
        times.append(1000 * (time.perf_counter() - started))
    return times[1:]


def _months() -> list[Period]:
    found = [month_of(AS_OF.date())]
    for _ in range(_MONTHS):
        found.append(found[-1].previous)
    return found


def _years() -> list[Period]:
    return [year_of(date(2023, 6, 1)), *(parse_period(code) for code in ("2026", "2025", "2024") * 3)]

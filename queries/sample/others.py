"""The smaller tables of the sample district: units, procedures, officers, ratings, complaints, receptions."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

from queries.contract import RATING_LEVELS
from queries.sample.calendar import Calendar, Floats, Ints, day_of, month_start, number_of
from queries.sample.catalogue import PROCEDURES, RECEPTION_KINDS
from queries.sample.columns import OFFICERS_PER_UNIT, labels, officer_codes
from queries.sample.units import HIDING, ORDINARY, PERFECT, TINY, SampleUnit

_FALLEN = 0.12
"""By how much the share of satisfied votes has fallen this month in one unit."""


def units_frame(units: list[SampleUnit]) -> pd.DataFrame:
    """Give the units table, one row per unit."""
    return pd.DataFrame(
        {
            "unit_code": [unit.code for unit in units],
            "name": [unit.name for unit in units],
            "kind": [unit.kind for unit in units],
            "parent_code": [None] * len(units),
            "sort_order": np.arange(1, len(units) + 1),
            "active_from": pd.to_datetime(pd.Series([unit.active_from for unit in units])),
            "active_to": pd.to_datetime(pd.Series([unit.active_to for unit in units])),
            "successor_code": [
                None if unit.successor is None else units[unit.successor].code for unit in units
            ],
            "has_postal_contract": [unit.has_postal_contract for unit in units],
            "head_name": [f"Lãnh đạo {i + 1:02d}" for i in range(len(units))],
        }
    )


def procedures_frame() -> pd.DataFrame:
    """Give the procedures table, one row per procedure."""
    return pd.DataFrame(
        {
            "procedure_code": [one.code for one in PROCEDURES],
            "name": [one.name for one in PROCEDURES],
            "field": [one.field for one in PROCEDURES],
            "level": [one.level for one in PROCEDURES],
            "online_level": [one.online_level for one in PROCEDURES],
            "time_limit_days": [one.limit for one in PROCEDURES],
            "interlinked": [one.interlinked for one in PROCEDURES],
        }
    )


def officers_frame(units: list[SampleUnit]) -> pd.DataFrame:
    """Give the officers table, six to a unit; in every third unit one is on contract."""
    codes = officer_codes(units)
    return pd.DataFrame(
        {
            "officer_code": codes,
            "name": [f"Cán bộ {i + 1:02d}" for i in range(len(codes))],
            "unit_code": np.repeat([unit.code for unit in units], OFFICERS_PER_UNIT),
            "on_contract": [i % (3 * OFFICERS_PER_UNIT) == OFFICERS_PER_UNIT - 1 for i in range(len(codes))],
        }
    )


def _falling(units: list[SampleUnit]) -> int:
    """Give the unit whose votes turned bad this month: an ordinary ward with many votes."""
    ordinary = [i for i, unit in enumerate(units) if unit.part == ORDINARY and unit.kind == "ward"]
    return ordinary[0] if ordinary else 0


def _votes(rng: np.random.Generator, amounts: Floats, satisfied: Floats, very: float) -> Ints:
    """Give votes by level for each occasion, rounded so that the running sums keep the shares.

    Drawing them by chance instead would make small units fall by five points by itself.
    """
    counts = np.zeros((len(amounts), len(RATING_LEVELS)), dtype=np.int64)
    for levels, share in (((very, 1 - very), satisfied), ((0.62, 0.28, 0.10), 1 - satisfied)):
        running = np.floor(np.cumsum(amounts * share) + rng.random()).astype(np.int64)
        # multiples of the golden ratio spread the votes of each level evenly over the others
        turn = (np.arange(1, running[-1] + 1) * 0.6180339887) % 1
        level = np.searchsorted(np.cumsum(levels)[:-1], turn, side="right")
        first = 0 if len(levels) == 2 else 2
        for i in range(len(levels)):
            so_far = np.concatenate([[0], np.cumsum(level == i)])[running]
            counts[:, first + i] = np.diff(so_far, prepend=0)
    return counts


def _open_days(calendar: Calendar, unit: SampleUnit, last: int) -> Ints:
    """Give the working days of a unit up to the day ``last``."""
    days = calendar.working
    return days[(days >= unit.first) & (days <= min(last, unit.last))]


def _occasions(calendar: Calendar, unit: SampleUnit, last: int) -> dict[str, tuple[Ints, float]]:
    """Give per source the days on which votes arrive, and how many an average ward then has."""
    work = _open_days(calendar, unit, last)
    if not len(work):
        return {}
    month = calendar.month(work)
    # the boxes are emptied on the last working day of a month that is over
    closing = np.flatnonzero(np.diff(month))
    month_ends = work[closing]
    return {
        "tablet": (work, 5.6),
        "paper": (month_ends, 38.0),
        "front": (month_ends[month[closing] % 3 == 2], 30.0),
        "online": (work[::2], 1.1),
        "sipas": (month_ends[month[closing] % 12 == 9], 32.0),
    }


def ratings_frame(
    rng: np.random.Generator,
    calendar: Calendar,
    units: list[SampleUnit],
    *,
    until: date,
    finished: pd.DataFrame,
    size: float,
) -> pd.DataFrame:
    """Give the ratings, one row per unit, day, source and level that has votes.

    ``finished``: dossier_code, unit and day of finished online dossiers, of which online votes
    name one. ``size``: votes beside those of a district of ordinary size.
    """
    last, month = number_of(until), number_of(month_start(until))
    falling = _falling(units)
    parts: list[pd.DataFrame] = []
    for position, unit in enumerate(units):
        level = {HIDING: 0.925, PERFECT: 0.992}.get(unit.part, float(rng.uniform(0.938, 0.982)))
        very, drift = float(rng.uniform(0.48, 0.74)), float(rng.uniform(-0.008, 0.02))
        weight = 0.03 if unit.part == TINY else unit.share
        for source, (days, mean) in _occasions(calendar, unit, last).items():
            share = level + drift * (days - last) / 1095 + 0.006 * np.sin(days / 47 + position)
            if position == falling:
                share = np.where(days >= month, level - _FALLEN, 0.965)
            if source in ("front", "sipas"):
                share = share - 0.012
            if not len(days):
                continue
            amount = mean * weight * size * rng.uniform(0.75, 1.25, len(days))
            counts = _votes(rng, amount, np.clip(share, 0.5, 0.998), very)
            day, which = np.nonzero(counts)
            parts.append(
                pd.DataFrame(
                    {
                        "unit": position,
                        "day": days[day],
                        "source": source,
                        "level": which,
                        "votes": counts[day, which],
                    }
                )
            )
    frame = pd.concat(parts, ignore_index=True)
    online = frame["source"].eq("online")
    votes = frame[online]
    single = votes.loc[votes.index.repeat(votes["votes"])].assign(votes=1)
    single["turn"] = single.groupby(["unit", "day"]).cumcount()
    numbered = finished.assign(turn=finished.groupby(["unit", "day"]).cumcount())
    single = single.merge(numbered, on=["unit", "day", "turn"], how="left").drop(columns="turn")
    frame = pd.concat([frame[~online].assign(dossier_code=None), single], ignore_index=True)
    frame = frame.sort_values(["day", "unit", "source", "level"], kind="stable", ignore_index=True)
    return pd.DataFrame(
        {
            "unit_code": labels(frame["unit"].to_numpy(), [unit.code for unit in units]),
            "rated_on": frame["day"].to_numpy().astype("datetime64[D]").astype("datetime64[s]"),
            "source": frame["source"],
            "level": labels(frame["level"].to_numpy(), list(RATING_LEVELS)),
            "votes": frame["votes"],
            "dossier_code": frame["dossier_code"].astype(object),
        }
    )


def events_frame(units: list[SampleUnit], *, until: date) -> pd.DataFrame:
    """Give the events: the merger, and a pilot of all units from the first of the month four months ago."""
    merged = next((unit for unit in units if unit.successor is not None), None)
    months = 12 * until.year + until.month - 1 - 4
    rows = [(date(months // 12, months % 12 + 1, 1), "Thí điểm trả kết quả tại nhà", None, "văn bản mẫu")]
    if merged is not None and merged.active_to is not None and merged.successor is not None:
        day = date.fromordinal(merged.active_to.toordinal() + 1)
        heir = units[merged.successor].name
        rows.append((day, f"{merged.name} nhập vào {heir}", None, "văn bản mẫu"))
    return pd.DataFrame(rows, columns=["on_day", "title", "unit_code", "document"])


def duties_frame(units: list[SampleUnit], *, years: int, until: date) -> pd.DataFrame:
    """Give the duties: a plan and four reports a year for each unit, most done in time, a few late or not."""
    kinds = (
        ("Báo cáo quý I về giải quyết thủ tục hành chính", 3, 18),
        ("Báo cáo quý II về giải quyết thủ tục hành chính", 6, 18),
        ("Kế hoạch kiểm soát thủ tục hành chính năm sau", 8, 31),
        ("Báo cáo quý III về giải quyết thủ tục hành chính", 9, 18),
        ("Báo cáo năm về giải quyết thủ tục hành chính", 12, 18),
    )
    rows = []
    for year in range(until.year - years, until.year + 1):
        for place, (title, month, day) in enumerate(kinds):
            due = date(year, month, day)
            for number, unit in enumerate(units):
                first, last = unit.active_from or date.min, unit.active_to or date.max
                if not first <= due <= last:
                    continue
                turn = number + 3 * place + year
                is_never = turn % 17 == 5 and year == until.year
                done = due + timedelta(days=2 + turn % 6 if turn % 8 == 3 else -(turn % 7))
                done_on = None if is_never or done > until else done
                rows.append((f"VIEC-{year}-{place + 1}-{unit.code}", unit.code, title, due, done_on,
                             "văn bản mẫu"))  # fmt: skip
    columns = ["duty_id", "unit_code", "title", "due_on", "done_on", "document"]
    return pd.DataFrame(rows, columns=columns).astype({"due_on": object, "done_on": object})


def complaints_frame(
    rng: np.random.Generator, calendar: Calendar, units: list[SampleUnit], *, until: date
) -> pd.DataFrame:
    """Give the complaints: about seven a ward and year, due in ten working days, a few unanswered."""
    last = number_of(until)
    fields = list(dict.fromkeys(one.field for one in PROCEDURES))
    of_unit: list[Ints] = []
    days: list[Ints] = []
    for position, unit in enumerate(units):
        work = _open_days(calendar, unit, last)
        yearly = 1.0 if unit.part == TINY else 14.0 if unit.part == HIDING else 7.0 * (0.5 + unit.share / 2)
        came = work[rng.random(len(work)) < yearly / 250]
        days.append(came)
        of_unit.append(np.full(len(came), position, dtype=np.int64))
    day, unit_of = np.concatenate(days), np.concatenate(of_unit)
    order = np.lexsort((unit_of, day))
    day, unit_of = day[order], unit_of[order]
    size = len(day)
    came = calendar.order(day)
    due = calendar.at(came + 10)
    takes = np.where(rng.random(size) < 0.88, rng.integers(2, 11, size), rng.integers(11, 25, size))
    answered = calendar.at(came + takes)
    open_ones = (answered >= last) | (rng.random(size) < 0.012)
    answered_on = answered.astype("datetime64[D]").astype("datetime64[s]")
    answered_on[open_ones] = np.datetime64("NaT")
    return pd.DataFrame(
        {
            "complaint_id": [f"PAKN-{day_of(int(d)):%y%m}-{i + 1:04d}" for i, d in enumerate(day)],
            "unit_code": labels(unit_of, [unit.code for unit in units]),
            "received_on": day.astype("datetime64[D]").astype("datetime64[s]"),
            "field": labels(np.where(rng.random(size) < 0.1, -1, rng.integers(0, len(fields), size)), fields),
            "due_on": due.astype("datetime64[D]").astype("datetime64[s]"),
            "answered_on": answered_on,
        }
    )


def receptions_frame(
    rng: np.random.Generator, calendar: Calendar, units: list[SampleUnit], *, until: date
) -> pd.DataFrame:
    """Give the receptions: a fixed day each week, ordinary ones between, now and then one at need."""
    last = number_of(until)
    parts: list[pd.DataFrame] = []
    for position, unit in enumerate(units):
        work = _open_days(calendar, unit, last)
        if unit.kind == "department":
            work = work[::4]
        fixed = (work + 3) % 7 == position % 5
        drawn = rng.random(len(work))
        kind = np.where(fixed, 0, np.where(drawn < 0.35, 1, np.where(drawn < 0.37, 2, -1)))
        parts.append(pd.DataFrame({"unit": position, "day": work[kind >= 0], "kind": kind[kind >= 0]}))
    frame = pd.concat(parts, ignore_index=True).sort_values(["day", "unit"], ignore_index=True)
    return pd.DataFrame(
        {
            "unit_code": labels(frame["unit"].to_numpy(), [unit.code for unit in units]),
            "held_on": frame["day"].to_numpy().astype("datetime64[D]").astype("datetime64[s]"),
            "kind": labels(frame["kind"].to_numpy(), list(RECEPTION_KINDS)),
        }
    )

"""The remaining columns of the sample dossiers: channel, level, official, return, reasons."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from queries.contract import CHANNELS, ONLINE_LEVELS, STATES
from queries.sample.calendar import DAY, NONE, Calendar, Floats, Ints, Mask, month_start, number_of
from queries.sample.catalogue import LATE_REASONS, PROCEDURES
from queries.sample.dossiers import AS_OF_SECONDS, FINISHED, REFUSED, SUSPENDED, Dossiers
from queries.sample.slips import is_late
from queries.sample.units import SampleUnit

OFFICERS_PER_UNIT = 6
_COUNTER, _ONLINE, _POST, _KIOSK = range(4)
_ONLINE_CHANCE = {"1": 0.0, "2": 0.0, "3": 0.5, "4": 0.6, "partial": 0.66, "full": 0.86}
_STATE_NAMES = [*STATES, "cho_xu_ly"]


def moments(seconds: Ints) -> np.ndarray[tuple[int, ...], np.dtype[np.datetime64]]:
    """Give seconds as moments; NONE becomes NaT."""
    return seconds.astype("datetime64[s]")


def labels(codes: Ints, names: list[str]) -> pd.Categorical:
    """Give names for their positions; −1 is null."""
    return pd.Categorical.from_codes(codes, categories=pd.Index(names, dtype=object))


def _levels(rng: np.random.Generator, dossiers: Dossiers, until: date) -> Ints:
    """Give the level of each dossier's procedure when it was received: some were raised since."""
    now = np.array([ONLINE_LEVELS.index(one.online_level) for one in PROCEDURES])
    lower = {"full": "partial", "partial": "2", "4": "3", "3": "3", "2": "2", "1": "1"}
    before = np.array([ONLINE_LEVELS.index(lower[one.online_level]) for one in PROCEDURES])
    months_ago = np.where(rng.random(len(PROCEDURES)) < 0.35, rng.integers(5, 34, len(PROCEDURES)), 999)
    raised = np.array([number_of(month_start(until, int(back))) if back < 999 else 0 for back in months_ago])
    procedure = dossiers.procedure
    return np.where(dossiers.received // DAY < raised[procedure], before[procedure], now[procedure])


def _channels(
    rng: np.random.Generator, dossiers: Dossiers, units: list[SampleUnit], level: Ints, age: Floats
) -> Ints:
    """Give channels: online grows year by year and differs between units; post only under contract."""
    size = len(dossiers)
    zeal = np.append(rng.uniform(0.72, 1.1, len(units)), [0.9, 0.9])[dossiers.unit]
    postal = np.append([unit.has_postal_contract for unit in units], [False, False])[dossiers.unit]
    chance = np.array([_ONLINE_CHANCE[word] for word in ONLINE_LEVELS])[level] * zeal * (1.08 - 0.13 * age)
    drawn = rng.random(size)
    posted = postal & (rng.random(size) < 0.014)
    channel = np.where(drawn < np.clip(chance, 0, 0.97), _ONLINE, np.where(posted, _POST, _COUNTER))
    odd = rng.choice(size, min(10, size // 400), replace=False)
    channel[odd] = np.where(np.arange(len(odd)) % 2 == 0, _KIOSK, -1)
    return channel


def _officers(rng: np.random.Generator, dossiers: Dossiers, units: list[SampleUnit], late: Mask) -> Ints:
    """Give the official: by field, though late dossiers gather with one to three of a unit's six."""
    size = len(dossiers)
    usual = np.append([unit.usual_rate for unit in units], [0.0, 0.0])[dossiers.unit]
    desk = np.array([one.desk for one in PROCEDURES])[dossiers.procedure]
    slot = np.where(rng.random(size) < 0.2, rng.integers(0, OFFICERS_PER_UNIT, size), desk)
    first = rng.random(size) < np.where(usual > 0.02, 0.62, 1.0)
    slow = np.where(first, 2, np.where((usual > 0.045) & (rng.random(size) < 0.3), 5, 3))
    slot = np.where(late & (rng.random(size) < 0.999), slow, slot)
    nobody = rng.random(size) < np.where(late, 0.012, 0.004)
    return np.where(nobody | (dossiers.unit >= len(units)), -1, dossiers.unit * OFFICERS_PER_UNIT + slot)


def _receiving(rng: np.random.Generator, dossiers: Dossiers, units: list[SampleUnit]) -> Ints:
    """Give the ward where it was handed in, when another: linked procedures, and the departments'."""
    size = len(dossiers)
    wards = np.array([i for i, unit in enumerate(units) if unit.kind == "ward" and unit.successor is None])
    heir = {i: unit.successor for i, unit in enumerate(units) if unit.successor is not None}
    linked = np.array([one.interlinked for one in PROCEDURES])[dossiers.procedure]
    room = np.append([unit.kind == "department" for unit in units], [False, False])[dossiers.unit]
    elsewhere = rng.random(size) < np.where(room, 0.1, np.where(linked, 0.05, 0.004))
    where = wards[rng.integers(0, len(wards), size)]
    for old, new in heir.items():
        where = np.where((where == new) & (dossiers.received // DAY <= units[old].last), old, where)
    return np.where(elsewhere & (where != dossiers.unit), where, -1)


def _returned(
    rng: np.random.Generator, dossiers: Dossiers, calendar: Calendar, units: list[SampleUnit], as_of: int
) -> tuple[Ints, Mask]:
    """Give when the citizen had the result, and whether by post."""
    size = len(dossiers)
    postal = np.append([unit.has_postal_contract for unit in units], [False, False])[dossiers.unit]
    by_post = postal & (rng.random(size) < 0.065)
    wait = np.where(
        by_post,
        rng.integers(1, 4, size),
        np.where(rng.random(size) < 0.55, 0, 1 + rng.exponential(2.5, size).astype(np.int64)),
    )
    done = np.where(
        (dossiers.finished == NONE) | (dossiers.state < FINISHED) | (dossiers.state > REFUSED),
        as_of,
        np.maximum(dossiers.finished, dossiers.received),
    )
    day = calendar.at(calendar.order(done // DAY) + np.minimum(wait, 60))
    later = day * DAY + 8 * 3600 + (rng.random(size) * 8.5 * 3600).astype(np.int64)
    moment = np.where(day <= done // DAY, done + rng.integers(120, 1800, size), later)
    given = (done < as_of) & (moment <= as_of) & (rng.random(size) < 0.985)
    return np.where(given, moment, NONE), by_post & given


def frame(
    dossiers: Dossiers,
    rng: np.random.Generator,
    calendar: Calendar,
    units: list[SampleUnit],
    *,
    until: date,
    in_force: Ints,
    last_slip: Ints,
) -> pd.DataFrame:
    """Give the dossiers table without its codes, one row per dossier in the order given."""
    size = len(dossiers)
    as_of = number_of(until) * DAY + AS_OF_SECONDS
    late = is_late(dossiers, number_of(until))
    age = np.maximum((as_of - dossiers.received) / DAY / 365.25, 0.0)
    level = _levels(rng, dossiers, until)
    channel = _channels(rng, dossiers, units, level, age)
    returned, by_post = _returned(rng, dossiers, calendar, units, as_of)
    suspended = np.where(dossiers.state == SUSPENDED, dossiers.asked, NONE)
    officer = _officers(rng, dossiers, units, late)
    reasoned = late & (rng.random(size) < 0.86)
    reason = np.where(reasoned, rng.integers(0, len(LATE_REASONS), size), -1)
    changed = np.maximum.reduce([dossiers.received, dossiers.finished, returned, suspended, last_slip])
    changed = np.minimum(changed + rng.integers(0, 300, size), as_of)
    helped = np.where(rng.random(size) < 0.05, -1, rng.random(size) < 0.26 + 0.07 * age)
    helped = np.where(channel == _ONLINE, helped, -1)
    bare = rng.random(size) < 0.001
    fields = list(dict.fromkeys(one.field for one in PROCEDURES))
    of_field = np.array([fields.index(one.field) for one in PROCEDURES])
    unit_codes = [unit.code for unit in units]
    state = np.where((dossiers.state >= len(STATES)) & (np.arange(size) % 2 == 0), -1, dossiers.state)
    posted = np.where(returned == NONE, -1, by_post)
    return pd.DataFrame(
        {
            "unit_code": labels(np.where(dossiers.unit > len(units), -1, dossiers.unit), [*unit_codes, "XX"]),
            "receiving_unit_code": labels(_receiving(rng, dossiers, units), unit_codes),
            "procedure_code": labels(
                np.where(bare, -1, dossiers.procedure), [one.code for one in PROCEDURES]
            ),
            "field": labels(np.where(bare, of_field[dossiers.procedure], -1), fields),
            "channel": labels(channel, [*CHANNELS[:3], "fax"]),
            "online_level": labels(np.where(rng.random(size) < 0.025, -1, level), list(ONLINE_LEVELS)),
            "assisted": labels(helped, ["false", "true"]),
            "received_at": moments(dossiers.received),
            "due_at": moments(dossiers.due),
            "current_due_at": moments(in_force),
            "finished_at": moments(dossiers.finished),
            "returned_at": moments(returned),
            "returned_by_post": labels(posted, ["false", "true"]),
            "state": labels(state, _STATE_NAMES),
            "suspended_since": moments(suspended),
            "officer_code": labels(officer, officer_codes(units)),
            "late_reason": labels(reason, list(LATE_REASONS)),
            "updated_at": moments(changed),
        }
    )


def officer_codes(units: list[SampleUnit]) -> list[str]:
    """Give the codes of all officials, six to a unit, in the order of the units."""
    return [f"CB-{unit.code[3:]}-{k + 1}" for unit in units for k in range(OFFICERS_PER_UNIT)]

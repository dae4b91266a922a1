"""The dossiers of the sample district as they would come about by themselves.

What the demonstration needs beyond that is arranged afterwards, in sample_stories.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date

import numpy as np

from queries.sample.calendar import DAY, NONE, Calendar, Floats, Ints, Mask, month_start, number_of
from queries.sample.catalogue import DEPARTMENT_SHARES, PROCEDURES
from queries.sample.units import SampleUnit

AS_OF_SECONDS = (10 * 60 + 15) * 60
OPEN, SUSPENDED, FINISHED, REFUSED, WITHDRAWN, UNKNOWN_STATE = range(6)
TINY_A_YEAR = 105


@dataclass
class Dossiers:
    """The dossiers as columns of one length; moments in seconds, NONE where there is none."""

    unit: Ints
    procedure: Ints
    received: Ints
    due: Ints
    finished: Ints
    state: Ints
    asked: Ints
    """When a supplement was asked for; NONE when never."""
    asked_due: Ints
    """The promise in force when it was asked."""
    locked: Mask
    """Odd on purpose: not to be touched when the stories are arranged."""

    def __len__(self) -> int:
        return len(self.unit)

    def take(self, rows: Ints) -> Dossiers:
        """Give these rows, in this order."""
        return Dossiers(**{one.name: getattr(self, one.name)[rows] for one in fields(self)})

    @property
    def closed_on(self) -> Ints:
        """The closing day: the later of the days of finished and received; NONE while open."""
        day = np.maximum(self.finished, self.received) // DAY
        return np.where((self.finished == NONE) | (self.state <= SUSPENDED), NONE, day)

    @property
    def due_on(self) -> Ints:
        """The day promised; NONE where there is none."""
        return np.where(self.due == NONE, NONE, self.due // DAY)


def _moments(rng: np.random.Generator, days: Ints, saturday: Mask) -> Ints:
    """Give a moment within office hours of each day; mornings only on Saturdays."""
    size = len(days)
    spread = (rng.random(size) + rng.random(size)) / 2
    morning = saturday | (rng.random(size) < 0.56)
    start = np.where(morning, 7.5, 13.5)
    length = np.where(morning, np.where(saturday, 3.6, 4.0), 3.25)
    return days * DAY + ((start + spread * length) * 3600).astype(np.int64)


def office_moments(rng: np.random.Generator, days: Ints, not_before: Ints) -> Ints:
    """Give a moment on each day when a result may reach the desk, after ``not_before`` if that day."""
    moment = _moments(rng, days, np.zeros(len(days), dtype=bool)) + 1200
    same = (not_before // DAY == days) & (moment <= not_before)
    left = np.maximum(days * DAY + 17 * 3600 + 600 - not_before, 120)
    return np.where(same, not_before + 60 + (rng.random(len(days)) * (left - 60)).astype(np.int64), moment)


def days_late(rng: np.random.Generator, size: int) -> Ints:
    """Give by how many working days late ones are late: mostly 1 to 3, a tail to 25 (35 by the calendar)."""
    short = rng.integers(1, 4, size)
    middling = rng.integers(3, 9, size)
    long = 8 + (rng.exponential(6.0, size) % 18).astype(np.int64)
    kind = rng.random(size)
    return np.where(kind < 0.68, short, np.where(kind < 0.94, middling, long))


def _volumes(
    rng: np.random.Generator,
    calendar: Calendar,
    units: list[SampleUnit],
    *,
    first: int,
    last: int,
    per_unit_year: int,
) -> tuple[Ints, Ints]:
    """Give unit and day of every dossier received from ``first`` to ``last``."""
    inside = slice(first - calendar.first, last - calendar.first + 1)
    days, busy = calendar.days[inside], calendar.busyness[inside]
    a_day = busy / busy.sum() * (len(days) / 365.25)
    of_unit: list[Ints] = []
    of_day: list[Ints] = []
    weeks = (days - days[0]) // 7
    for position, unit in enumerate(units):
        yearly = min(TINY_A_YEAR, per_unit_year) if unit.is_tiny else per_unit_year * unit.share
        mood = np.exp(rng.normal(0, 0.06, int(weeks[-1]) + 1))[weeks]
        here = (days >= unit.first) & (days <= unit.last)
        counts = rng.poisson(np.where(here, a_day * yearly * mood, 0.0))
        of_day.append(np.repeat(days, counts))
        of_unit.append(np.full(int(counts.sum()), position, dtype=np.int64))
    return np.concatenate(of_unit), np.concatenate(of_day)


def _procedures(rng: np.random.Generator, units: list[SampleUnit], of_unit: Ints) -> Ints:
    """Give the procedure of every dossier: the ward's own, or those its department answers for."""
    chosen = np.zeros(len(of_unit), dtype=np.int64)
    position = np.array([_handled_by(unit) for unit in units])
    for handler in np.unique(position):
        able = np.array(
            [
                i
                for i, one in enumerate(PROCEDURES)
                if (one.level == "commune") == (handler < 0)
                and (handler < 0 or handler >= len(DEPARTMENT_SHARES) or one.department == handler)
            ]
        )
        weight = np.array([PROCEDURES[i].weight for i in able])
        rows = np.flatnonzero((position == handler)[of_unit])
        pick = np.searchsorted(np.cumsum(weight) / weight.sum(), rng.random(len(rows)), side="right")
        chosen[rows] = able[np.minimum(pick, len(able) - 1)]
    return chosen


def _handled_by(unit: SampleUnit) -> int:
    return unit.department if unit.kind == "department" else -1


def _late_chance(
    rng: np.random.Generator,
    calendar: Calendar,
    units: list[SampleUnit],
    *,
    of_unit: Ints,
    procedure: Ints,
    due_on: Ints,
    until: date,
) -> Floats:
    """Give every dossier's chance to be late: its unit's rate that month × what its field adds."""
    now = until.year * 12 + until.month - 1
    month = np.clip(calendar.month(due_on) - now + 121, 0, 121)
    rates = np.zeros((len(units), 122))
    wave = 1 + 0.12 * np.sin((np.arange(122) - 121 + now) * 2 * np.pi / 12 - 0.6)
    for position, unit in enumerate(units):
        noise = np.zeros(122)
        drawn = rng.normal(0, 0.15, 122)
        for i in range(1, 122):
            noise[i] = 0.55 * noise[i - 1] + drawn[i]
        rates[position] = unit.usual_rate * wave * np.exp(noise)
        for back, rate in enumerate(unit.recent_rates):
            rates[position, 121 - back] = rate
    proneness = np.array([one.proneness for one in PROCEDURES])[procedure]
    count = np.bincount(of_unit, minlength=len(units))
    mean = np.maximum(np.bincount(of_unit, proneness, len(units)) / np.maximum(count, 1), 0.1)
    chance: Floats = np.minimum(rates[of_unit, month] * proneness / mean[of_unit], 0.6)
    return chance


def draw(
    rng: np.random.Generator,
    calendar: Calendar,
    units: list[SampleUnit],
    *,
    until: date,
    years: int,
    per_unit_year: int,
) -> Dossiers:
    """Draw all dossiers received by ``until`` 10:15, sorted by received."""
    first, last = number_of(month_start(until, 12 * years)), number_of(until)
    as_of = last * DAY + AS_OF_SECONDS
    of_unit, received_on = _volumes(rng, calendar, units, first=first, last=last, per_unit_year=per_unit_year)
    received = _moments(rng, received_on, calendar.weekday[received_on - calendar.first] == 5)
    rows = np.argsort(received, kind="stable")
    rows = rows[received[rows] <= as_of]
    of_unit, received = of_unit[rows], received[rows]
    size = len(rows)
    procedure = _procedures(rng, units, of_unit)

    came = calendar.order(received // DAY)
    limit = np.array([one.limit for one in PROCEDURES])[procedure]
    due_order = came + limit
    promised = due_order.copy()

    # a supplement stops the clock: the promise moves by the days it was waited for
    asking = (limit >= 2) & (rng.random(size) < 0.045)
    asked_order = came + 1 + (rng.random(size) * np.maximum(limit - 1, 1)).astype(np.int64)
    asked_order = np.where(rng.random(size) < 0.03, due_order, np.minimum(asked_order, due_order))
    asked = np.where(asking, office_moments(rng, calendar.at(asked_order), received), NONE)
    asked = np.where(asked > as_of, NONE, asked)
    waited = np.where(rng.random(size) < 0.85, rng.integers(2, 9, size), rng.integers(10, 41, size))
    resumed = asked_order + waited
    waiting = (asked != NONE) & (calendar.at(resumed) > last)
    due_order = due_order + np.where((asked != NONE) & ~waiting, waited, 0)

    due_on = calendar.at(due_order)
    late = rng.random(size) < _late_chance(
        rng, calendar, units, of_unit=of_unit, procedure=procedure, due_on=due_on, until=until
    )
    early = rng.random(size) < np.where(limit <= 1, 0.62, 0.74)
    ahead = np.floor((due_order - came) * rng.random(size) ** 1.7).astype(np.int64)
    least = np.where(asked != NONE, resumed, came)
    done_order = np.where(early, np.maximum(due_order - np.maximum(ahead, 1), least), due_order)
    done_order = np.where(late, due_order + days_late(rng, size), done_order)
    # a Saturday's dossier counts from Friday, but nothing is finished before Monday
    done_order = np.maximum(done_order, calendar.order(calendar.next_work(received // DAY)))
    finished = office_moments(rng, calendar.at(done_order), received)

    ending = rng.random(size)
    state = np.where(ending < 0.006, REFUSED, np.where(ending < 0.011, WITHDRAWN, FINISHED))
    state = np.where(waiting, SUSPENDED, np.where(finished > as_of, OPEN, state))
    finished = np.where(state <= SUSPENDED, NONE, finished)

    # linked procedures come from another system, half of them with a bare date
    bare = np.array([one.interlinked for one in PROCEDURES])[procedure] & (rng.random(size) < 0.5)
    closing_time = np.where(bare, 0, 17 * 3600)
    first_promise = calendar.at(promised) * DAY + closing_time
    due = np.where(waiting, first_promise, due_on * DAY + closing_time)
    due = np.where(rng.random(size) < 0.003, NONE, due)
    dossiers = Dossiers(
        unit=of_unit,
        procedure=procedure,
        received=received,
        due=due,
        finished=finished,
        state=state.astype(np.int64),
        asked=asked,
        asked_due=first_promise,
        locked=np.zeros(size, dtype=bool),
    )
    _move_after_merger(dossiers, units)
    return dossiers


def _move_after_merger(dossiers: Dossiers, units: list[SampleUnit]) -> None:
    """Hand what a merged unit had not closed on its last day to its successor."""
    for position, unit in enumerate(units):
        if unit.successor is not None:
            closed = dossiers.closed_on
            left = (dossiers.unit == position) & ((closed == NONE) | (closed > unit.last))
            dossiers.unit[left] = unit.successor

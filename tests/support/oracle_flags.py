"""What docs/glossary.md says of flags on dossiers and officials, found a second time with plain loops.

As ``oracle``, on which it stands for where a dossier is at J, it knows nothing of the
project. Each flag gives the codes of its dossiers.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from oracle import Dossier, Judge, place, state_of, verdict

Slip = Mapping[str, Any]
ODD = ("finished_before_received", "future", "unknown_unit", "reopened", "closed_undated", "crowd", "day_off")


@dataclass(frozen=True)
class Asked:
    """A period, the rule of comparing, and what the rules depend on."""

    start: date
    end: date
    as_of: datetime
    compare: str
    judged_on: date | None
    latest: datetime
    units: Collection[str]
    is_working: Callable[[date], bool]
    due_soon_until: date
    late_apology_days: int = 1
    crowd: int = 20
    has_since: bool = True

    @property
    def last(self) -> date:
        return min(self.end, self.as_of.date())

    @property
    def judge(self) -> Judge:
        here = self.last if self.judged_on is None else min(self.judged_on, self.last)
        return Judge(here, self.as_of, self.compare, self.has_since)

    @property
    def is_running(self) -> bool:
        return self.start <= self.as_of.date() <= self.end


def blank(text: str | None) -> bool:
    return text is None or not text.strip()


def is_late(one: Dossier, asked: Asked) -> bool:
    where, closed_on = place(one, asked.judge)
    return where == "finished" and closed_on is not None and verdict(one, asked.compare) == "late"


def is_overdue(one: Dossier, asked: Asked) -> bool:
    return place(one, asked.judge)[0] == "open_overdue"


def is_inside(one: Dossier, asked: Asked) -> bool:
    """Of the period: received in it, or carried over into it."""
    where, closed_on = place(one, asked.judge)
    return where != "not received" and (closed_on is None or closed_on >= asked.start)


def find(
    dossiers: Sequence[Dossier], slips: Iterable[Slip], officers: Iterable[Mapping[str, Any]], asked: Asked
) -> dict[str, set[str]]:
    """The codes of the dossiers behind each flag; odd_record by kind too, as "odd_record.KIND"."""
    found: dict[str, set[str]] = defaultdict(set)
    of = defaultdict(list)
    for slip in slips:
        if asked.judge.has_happened(slip["issued_at"]):
            of[slip["dossier_code"]].append(slip)
    on_contract = {row["officer_code"] for row in officers if row["on_contract"]} - {None}
    for one in dossiers:
        for flag in (*_of_slips(one, of[one["dossier_code"]], asked), *_of_people(one, on_contract, asked)):
            found[flag].add(one["dossier_code"])
        for kind in _odd(one, dossiers, asked):
            found["odd_record"].add(one["dossier_code"])
            found[f"odd_record.{kind}"].add(one["dossier_code"])
        if _is_due_soon(one, asked):
            found["due_soon"].add(one["dossier_code"])
    for codes in late_of_officers(dossiers, asked).values():
        if len(codes) >= 3:
            found["officer_late"] |= set(codes)
    return found


def _of_slips(one: Dossier, slips: Sequence[Slip], asked: Asked) -> Iterable[str]:
    if not is_inside(one, asked):
        return
    apologies = [slip for slip in slips if slip["kind"] == "apology"]
    supplements = [slip for slip in slips if slip["kind"] == "supplement"]
    if is_late(one, asked) or is_overdue(one, asked):
        if not apologies:
            yield "no_apology"
        elif (min(slip["issued_at"] for slip in apologies).date() - one["due_at"].date()).days > (
            -asked.late_apology_days
        ):
            yield "late_apology"
    if any(blank(slip["reason"]) or slip["new_due_at"] is None for slip in apologies):
        yield "empty_apology"
    if sum(slip["new_due_at"] is not None for slip in apologies) > 1:
        yield "reappointed_twice"
    bodies = Counter(
        one["unit_code"] if blank(slip["issuing_unit_code"]) else slip["issuing_unit_code"]
        for slip in supplements
    )
    if any(n > 1 for n in bodies.values()):
        yield "supplement_twice"
    for slip in supplements:
        promise = slip["due_before"] or one["due_at"]
        if promise is not None and slip["issued_at"].date() >= promise.date():
            yield "supplement_on_due_day"
    if place(one, asked.judge)[0] == "refused" and not apologies:
        yield "refused_no_apology"


def _of_people(one: Dossier, on_contract: Collection[str], asked: Asked) -> Iterable[str]:
    if not is_inside(one, asked):
        return
    if is_late(one, asked):
        if blank(one["officer_code"]):
            yield "nobody_answerable"
        again = one["current_due_at"]
        if again is not None and verdict({**one, "due_at": again}, asked.compare) != "late":
            yield "hidden_by_reappointment"
    if one["officer_code"] in on_contract:
        yield "contract_staff"


def late_of_officers(dossiers: Sequence[Dossier], asked: Asked) -> dict[str, list[str]]:
    """Official → the late dossiers of theirs that were due in the calendar year of E."""
    late = defaultdict(list)
    for one in dossiers:
        due = one["due_at"]
        if blank(one["officer_code"]) or due is None or due.year != asked.last.year:
            continue
        if is_late(one, asked) or is_overdue(one, asked):
            late[one["officer_code"]].append(one["dossier_code"])
    return late


def _odd(one: Dossier, dossiers: Sequence[Dossier], asked: Asked) -> Iterable[str]:
    received, finished = one["received_at"], one["finished_at"]
    ahead = received is not None and received > asked.latest and asked.is_running
    inside = is_inside(one, asked)
    if not inside and not ahead:
        return
    if one["unit_code"] not in asked.units:
        yield "unknown_unit"
    events = (finished, one["returned_at"], one["suspended_since"] if asked.has_since else None)
    if ahead or any(event is not None and event > asked.latest for event in events):
        yield "future"
    if not inside:
        return
    is_day_only = finished is not None and finished.time() == time() and finished.date() == received.date()
    if finished is not None and finished < received and not is_day_only:
        yield "finished_before_received"
    closing = state_of(one) in ("finished", "refused", "withdrawn")
    if not closing and finished is not None:
        yield "reopened"
    if closing and finished is None:
        yield "closed_undated"
    if closing and asked.judge.has_happened(finished):
        if not asked.is_working(max(finished, received).date()):
            yield "day_off"
        if (
            _minute(one, asked) is not None
            and sum(_minute(other, asked) == _minute(one, asked) for other in dossiers) > asked.crowd
        ):
            yield "crowd"


def _minute(one: Dossier, asked: Asked) -> tuple[str, datetime] | None:
    """The unit and the minute in which a dossier was closed in the period; None for a day without a time."""
    finished, judge = one["finished_at"], asked.judge
    if finished is None or finished.time() == time() or one["unit_code"] is None:
        return None
    if state_of(one) not in ("finished", "refused", "withdrawn") or finished.date() < asked.start:
        return None
    if not judge.has_happened(finished) or not judge.has_happened(one["received_at"]):
        return None
    if one["received_at"].date() > finished.date():
        return None  # closed on the day it was received
    return one["unit_code"], finished.replace(second=0, microsecond=0)


def _is_due_soon(one: Dossier, asked: Asked) -> bool:
    today = asked.as_of.date()  # whatever the period, and whatever day it is judged on
    due = one["due_at"]
    where, _ = place(one, Judge(today, asked.as_of, asked.compare, asked.has_since))
    return where == "open_in_time" and due is not None and today <= due.date() <= asked.due_soon_until

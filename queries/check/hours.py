"""Which zone moments are read in, and whether the hours of counter receipts say that another one is right.

An office takes dossiers in from 07:00 to 17:30. A reading that is seven hours off puts half or more of a
day's receipts outside of that. So another reading fits **clearly** better where, of at least
``LEAST_RECEIPTS`` receipts at the counter that have a time, it puts at least ``FITTING_PERCENT`` within
office hours, and at least ``BETTER_POINTS`` points more than the reading in use does. Fewer receipts may be
a fair, an evening desk or a test. Below 80% the hours are those of an office under neither reading (a system
that works day and night, a load that stamps its own time). 25 points are half of what a wrong zone moves; a
few receipts typed in the evening move one or two. Exact midnight is a day without a time and says nothing,
and neither does what midnight becomes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from queries.check.findings import ERROR, NOTE, WARNING, Finding, counted, percent
from queries.check.trial import Trial
from queries.contract import CHANNELS, CONTRACT, Kind
from queries.source.kinds import SourceKind
from queries.source.mapping import SESSION

OPENS, CLOSES = "07:00", "17:30"
LEAST_RECEIPTS = 20
FITTING_PERCENT = 80
BETTER_POINTS = 25

_AT_THE_DESK = (("received_at", ERROR, "tiếp nhận"), ("finished_at", WARNING, "trả kết quả về"))
"""What happens at a counter in office hours. Results may be stamped by a program at night: a warning only."""


@dataclass(frozen=True)
class Reading:
    """One way to read a column: what the settings would say, the zone it means, receipts within hours."""

    setting: str
    zone: str
    within: int = 0


def zones_found(trial: Trial) -> Iterator[Finding]:
    """Give the zones used, and where the hours at the counter say that another is right."""
    told: dict[str, str] = {}
    for column, severity, happened in _AT_THE_DESK:
        if not trial.has(f"dossiers.{column}") or trial.survey.kind("dossiers", column) is SourceKind.DAY:
            continue
        total, used, others = readings(trial, column)
        best = max(others, key=lambda one: one.within, default=used)
        if _is_clearly_better(best, used, total):
            name = f"dossiers.{column}"
            sentence = (
                f"{name} đang được đọc theo giờ {used.zone}: chỉ {percent(used.within, total)} trong "
                f"{counted(total)} hồ sơ nộp trực tiếp được {happened} trong giờ làm việc "
                f"({OPENS}–{CLOSES}); "
                f"đọc theo giờ {best.zone} thì {percent(best.within, total)}. Khai múi giờ "
                f'đúng của cột trong mục [zones]: "{name}" = "{best.setting}".'
            )
            toml = ("zones", f'"{name}" = "{best.setting}"')
            yield Finding(
                severity, "dossiers", column, "zone_misfit", sentence, total - used.within, toml=toml
            )
        elif total:
            rest = "; ".join(f"theo giờ {one.zone}: {percent(one.within, total)}" for one in others)
            told[column] = (
                f" {percent(used.within, total)} trong {counted(total)} hồ sơ nộp trực tiếp được {happened} "
                f"trong giờ làm việc ({OPENS}–{CLOSES})" + (f" ({rest})." if rest else ".")
            )
    yield from _used(trial, told.get("received_at", ""))


def _is_clearly_better(other: Reading, used: Reading, total: int) -> bool:
    return (
        total >= LEAST_RECEIPTS
        and 100 * other.within >= FITTING_PERCENT * total
        and 100 * (other.within - used.within) >= BETTER_POINTS * total
    )


def readings(trial: Trial, column: str) -> tuple[int, Reading, list[Reading]]:
    """Give the counter receipts with a time, and how many are within office hours under each reading."""
    is_instant = trial.survey.kind("dossiers", column) is SourceKind.INSTANT
    used, others = _candidates(trial, column, is_instant=is_instant)
    moment = f'd."{column}"'
    walls = [moment, *(_read_again(moment, f"$other{i}", is_instant=is_instant) for i in range(len(others)))]
    given = {"zone": trial.zone, "used": used.zone, "opens": OPENS, "closes": CLOSES}
    given |= {f"other{i}": one.zone for i, one in enumerate(others)}
    known = ", ".join(f"'{one}'" for one in CHANNELS if one != "counter")  # words of ours
    chosen = ", ".join(f"{wall} AS wall{i}" for i, wall in enumerate(walls))
    has_time = " AND ".join(f"CAST(wall{i} AS TIME) <> TIME '00:00'" for i in range(len(walls)))
    within = ", ".join(
        f"count(*) FILTER (CAST(wall{i} AS TIME) BETWEEN CAST($opens AS TIME) AND CAST($closes AS TIME))"
        for i in range(len(walls))
    )
    statement = (
        f"SELECT count(*), {within} FROM (SELECT {chosen} FROM dossiers d WHERE {moment} IS NOT NULL"
        f" AND (d.channel IS NULL OR d.channel NOT IN ({known}))) WHERE {has_time}"
    )
    total, *counts = trial.row(
        statement, {name: one for name, one in given.items() if f"${name}" in statement}
    )
    found = [Reading(one.setting, one.zone, n) for one, n in zip([used, *others], counts, strict=True)]
    return total, found[0], found[1:]


def _candidates(trial: Trial, column: str, *, is_instant: bool) -> tuple[Reading, list[Reading]]:
    """Give the reading in use, and the others that a setting could ask for."""
    session = zone_of_session(trial.survey.session_zone)
    set_zone = trial.mapping.zone("dossiers", column)
    if set_zone == SESSION:
        used = Reading(SESSION, (session or trial.zone) if is_instant else trial.zone)
    else:
        used = Reading(set_zone or trial.zone, set_zone or trial.zone)
    possible = [Reading(trial.zone, trial.zone), Reading("UTC", "UTC")]
    if session is not None and is_instant:
        possible.append(Reading(SESSION, session))
    others: dict[str, Reading] = {}
    for one in possible:
        if one.zone != used.zone:
            others.setdefault(one.zone, one)
    return used, list(others.values())


def _read_again(moment: str, other: str, *, is_instant: bool) -> str:
    """Give a local moment as it would be had its column been read in another zone."""
    if is_instant:
        return f"timezone({other}, timezone($used, {moment}))"
    as_written = f"timezone($used, timezone($zone, {moment}))"
    return f"timezone($zone, timezone({other}, {as_written}))"


def zone_of_session(word: str) -> str | None:
    """Give the zone a source names as its session's; None of "SYSTEM" and whatever else is none."""
    if offset := re.fullmatch(r"([+-])0?(\d{1,2}):?00", word):
        hours = int(offset[2]) * (1 if offset[1] == "+" else -1)
        # POSIX writes what lies east of Greenwich with a minus.
        return "UTC" if hours == 0 else f"Etc/GMT{-hours:+d}"
    if word in ("UTC", "Etc/UTC", "GMT", "Z", "Etc/GMT"):
        return "UTC"
    try:
        ZoneInfo(word)
    except (KeyError, ValueError, OSError):
        return None
    return word or None


def _used(trial: Trial, receipts: str) -> Iterator[Finding]:
    """Say, a line a table, which columns have a zone of their own and in which they are read."""
    for name, spec in CONTRACT.items():
        by_zone: dict[str, list[str]] = {}
        for one in spec.columns:
            kind = trial.survey.kind(name, one.name)
            zone = trial.mapping.zone(name, one.name)
            if kind is None or one.kind not in (Kind.DAY, Kind.MOMENT):
                continue
            if kind is SourceKind.INSTANT or zone is not None:
                by_zone.setdefault(_zone_told(trial, zone), []).append(one.name)
        is_told = name == "dossiers" and bool(receipts)
        if by_zone:
            told = "; ".join(f"{', '.join(names)} đọc theo {zone}" for zone, names in by_zone.items())
            sentence = f"Bảng {name} có cột mang múi giờ: {told}.{receipts if is_told else ''}"
            yield Finding(NOTE, name, None, "zones_used", sentence)
        elif is_told:
            sentence = f"dossiers.received_at đọc như đã ghi, không kèm múi giờ:{receipts}"
            yield Finding(NOTE, name, "received_at", "zones_used", sentence)


def _zone_told(trial: Trial, zone: str | None) -> str:
    if zone == SESSION:
        return f"giờ của phiên ({trial.survey.session_zone or trial.zone})"
    return f"giờ {zone or trial.zone}"

"""/api/v1/on-time, /units and /meta."""

from __future__ import annotations

from typing import Any

from dashboard.api.head import Answer, head_of
from dashboard.figures.shared.wording import change
from dashboard.formats import rate_text
from dashboard.question.question import Question
from queries.asked.view import View
from queries.definitions.metrics import BASES, Share, over
from queries.on_time.judging import OnTime, Row, Tally
from queries.on_time.streak import Running

COUNTS = (
    "received", "carried_over", "finished", "early", "on_time", "late", "undated", "refused", "withdrawn",
    "closed_undated", "open_in_time", "open_overdue", "suspended",
)  # fmt: skip
DAYS_LATE = ("late_1_3", "late_4_10", "late_over_10")


def on_time(question: Question) -> Answer:
    """One row a unit: counts, the four late rates, the flag; the district beside them."""
    if not question.view.has_started:
        return Answer({**head_of(question), "comparison": None, "district": None}, [])
    found, trend, before = question.on_time, question.trend, question.compared
    rows = [
        {**_row(row, found, trend.running(row.unit.code) if row.is_ranked else Running()),
         "comparison": _compared(row, before.of(row.unit.code) if before else None, found.view)}
        for row in found.rows
    ]  # fmt: skip
    district = {
        **_row(found.district, found, trend.of_district),
        "comparison": _compared(found.district, before.district if before else None, found.view),
    }
    head = {**head_of(question), "comparison": _compared_with(question), "district": district}
    return Answer(head, rows)


def _compared_with(question: Question) -> dict[str, Any] | None:
    """Say what the rows are compared with: the days, and the judging day where it is an earlier one."""
    view = question.view.compared()
    if view is None:
        return None
    return {
        "kind": question.view.comparison.kind, "start": view.period.start.isoformat(),
        "end": view.end.isoformat(), "judged_on": view.judged_on.isoformat() if view.judged_on else None,
    }  # fmt: skip


def _compared(row: Row, before: Row | None, view: View) -> dict[str, Any]:
    """Give the late rate then, and the change in points; nothing divided is null."""
    then = before.tally.late(view.basis) if before else Share(0, 0)
    points = change(row.tally.late(view.basis), then)
    return {
        "numerator": then.a, "denominator": then.b, "late_rate": then.percent,
        "points": None if points is None else float(points),
    }  # fmt: skip


def _row(row: Row, found: OnTime, running: Running) -> dict[str, Any]:
    verdict = row.verdict
    return {
        "unit_code": row.unit.code,
        "unit": row.unit.name,
        "kind": row.unit.kind or None,
        **counts_and_rates(row.tally, found.view),
        "flag": verdict.flag,
        "basis_matters": verdict.basis_matters,
        "needed_on_time": verdict.needed,
        "affordable_late": verdict.affordable,
        "strength": verdict.strength,
        "since": running.since.code if running.since is not None else None,
        "since_is_earlier": running.from_before,
        "months_running": running.months,
    }


def counts_and_rates(tally: Tally, view: View) -> dict[str, Any]:
    """Give the counts of some dossiers, the view's late rate, the four late rates, and how late they are."""
    threshold = view.rules.threshold_on(view.end).fraction
    share, edges = tally.late(view.basis), (threshold, view.rules.near_on(view.end).fraction)
    oldest = tally.oldest_due
    return {
        **{word: tally[word] for word in COUNTS},
        "late_rate": share.percent,
        "late_rate_text": rate_text(share, 2, edges),
        "rates": {basis: _rate(tally.late(basis), threshold) for basis in BASES},
        **{word: tally[word] for word in DAYS_LATE},
        "oldest_due": oldest.isoformat() if oldest is not None else None,
    }


def _rate(share: Share, threshold: Any) -> dict[str, Any]:
    return {
        "numerator": share.a,
        "denominator": share.b,
        "rate": share.percent,
        "over": over(share, threshold) if share.b else None,
    }


def units(question: Question) -> Answer:
    """One row a unit of the district, active or not."""
    rows = [
        {
            "unit_code": unit.code,
            "unit": unit.name,
            "kind": unit.kind,
            "active_from": unit.active_from.isoformat() if unit.active_from else None,
            "active_to": unit.active_to.isoformat() if unit.active_to else None,
            "successor_code": unit.successor_code,
            "is_active": unit.is_active(question.view.period.start, question.view.end),
        }
        for unit in question.known.units
        if question.view.unit_code in (None, unit.code)
    ]
    return Answer(head_of(question), rows)


def meta(question: Question) -> Answer:
    """The data themselves: their moment, sources, engine, what the source has, the rules in force."""
    known, view, source = question.known, question.view, question.source
    threshold, near = view.rules.threshold_on(view.end), view.rules.near_on(view.end)
    head = {
        **head_of(question),
        "as_of_inferred": known.as_of.inferred,
        "is_old": source.is_old(known),
        "sources": [{"source": name, "as_of": moment.isoformat()} for name, moment in known.as_of.sources],
        "district": source.district_name(known),
        "compare": view.compare,
        "threshold_percent": threshold.percent,
        "threshold_document": threshold.document,
        "near_percent": near.percent,
        "fields": list(known.fields),
        "units": len(known.units),
        "procedures": len(known.procedures),
        "present": sorted(known.courses.present),
    }
    flat = {key: value for key, value in head.items() if not isinstance(value, list)}
    return Answer(head, [flat], lists_rows=False)

"""/api/v1/on-time, /online and /satisfaction by something else than units.

By fields, procedures, months, units and months, sources and months: what the cards of
the pages show, from the same functions. The word ``theo`` asks for one; without it a row
is a unit.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dashboard.api.head import Answer, head_of
from dashboard.api.on_time import counts_and_rates as on_time_figures
from dashboard.api.online import counts_and_rates as online_figures
from dashboard.api.satisfaction import votes_and_rates
from dashboard.formats import rate_text
from dashboard.question.months import unit_months
from dashboard.question.question import Question
from queries.asked.periods import Period
from queries.definitions.metrics import Share, over
from queries.definitions.units import Unit, is_ranked
from queries.online.judging import OnlineTally
from queries.satisfaction.statements import SOURCES
from queries.satisfaction.votes import NO_SOURCES

BY_UNIT = "don-vi"
Rows = list[dict[str, Any]]


def grouped(question: Question, rows_of: Callable[[Question], Rows]) -> Answer:
    """Answer with the rows of a group; with none of a period that has not begun."""
    return Answer(head_of(question), rows_of(question) if question.view.has_started else [])


def on_time_by_field(question: Question) -> Rows:
    """One row a field (lĩnh vực) with a dossier in the period, by name."""
    groups = sorted(question.by_field.items())
    return [{"field": name, **on_time_figures(tally, question.view)} for name, tally in groups]


def on_time_by_procedure(question: Question) -> Rows:
    """One row a procedure with a dossier in the period, by code; those without one last."""
    fields = {one.code: one.field for one in question.known.procedures}
    groups = sorted(question.by_procedure.items(), key=lambda one: (not one[0][0], one[0]))
    return [
        {"procedure_code": code or None, "procedure": name, "field": fields.get(code),
         **on_time_figures(tally, question.view)}
        for (code, name), tally in groups
    ]  # fmt: skip


def on_time_by_month(question: Question) -> Rows:
    """One row a month of the thirteen: the view's late rate of the district, or of what the view is of."""
    trend = question.trend
    return [
        {**_month(question, month), **_late(question, month, share)}
        for month, share in zip(trend.months, trend.district, strict=True)
        if question.view.sees(month)
    ]  # fmt: skip


def on_time_by_unit_month(question: Question) -> Rows:
    """One row a unit and month in which it was active or had a dossier to judge."""
    trend = question.trend
    nothing = (Share(0, 0),) * len(trend.months)
    found = unit_months(question, trend.months, trend.units, nothing, lambda one: one.b)
    return [
        {**_unit(unit), **_month(question, month),
         **_late(question, month, share, is_judged=trend.was_there(unit.code, month))}
        for unit, month, share in found
    ]  # fmt: skip


def on_time_by_unit_period(question: Question) -> Rows:
    """One row a unit that was active in the period or had a dossier to judge: its late rate alone.

    For programs that ask often: a tenth of the work of all counts, rates and months.
    """
    period = question.view.period
    series = {code: (share,) for code, share in question.late_shares.items()}
    found = unit_months(question, (period,), series, (Share(0, 0),), lambda one: one.b)
    return [
        {**_unit(unit), **_span(question, period),
         **_late(question, period, share, is_judged=is_ranked(unit, question.view))}
        for unit, _, share in found
    ]  # fmt: skip


def online_by_field(question: Question) -> Rows:
    """One row a field with a dossier received in the period, most received first."""
    return [
        {"field": one.name, **online_figures(one.tally, question.online)} for one in question.online_fields
    ]  # fmt: skip


def online_by_procedure(question: Question) -> Rows:
    """One row a procedure with a dossier received in the period, most received first."""
    return [
        {"procedure_code": one.code or None, "procedure": one.name, "field": one.field or None,
         "online_level": one.level, **online_figures(one.tally, question.online)}
        for one in question.online_procedures
    ]  # fmt: skip


def online_by_month(question: Question) -> Rows:
    """One row a month of the thirteen: how the dossiers received in it came."""
    trend = question.online_trend
    return [
        {**_month(question, month), **online_figures(tally, question.online)}
        for month, tally in zip(trend.months, trend.district, strict=True)
        if question.view.sees(month)
    ]  # fmt: skip


def online_by_unit_month(question: Question) -> Rows:
    """One row a unit and month in which it was active or received a dossier."""
    trend = question.online_trend
    nothing = (OnlineTally(),) * len(trend.months)
    found = unit_months(question, trend.months, trend.units, nothing, lambda one: one["received"])
    return [
        {**_unit(unit), **_month(question, month), **online_figures(tally, question.online)}
        for unit, month, tally in found
    ]  # fmt: skip


def satisfaction_by_source_month(question: Question) -> Rows:
    """One row a source of ratings and month with votes of it: of the district, or of the unit in view."""
    trend = question.satisfaction_trend
    return [
        {"source": source, **_month(question, month), **votes_and_rates(sources[source], has_data=True)}
        for source in SOURCES
        for month, sources in zip(trend.months, trend.district, strict=True)
        if sources[source]["votes"]
    ]  # fmt: skip


def satisfaction_by_unit_month(question: Question) -> Rows:
    """One row a unit and month in which it was active or had votes, of the sources that count."""
    trend, has_data = question.satisfaction_trend, question.satisfaction.has_data
    nothing = (NO_SOURCES,) * len(trend.months)
    found = unit_months(
        question, trend.months, trend.units, nothing, lambda one: one.pooled(trend.chosen)["votes"]
    )
    return [
        {**_unit(unit), **_month(question, month),
         **votes_and_rates(sources.pooled(trend.chosen), has_data=has_data)}
        for unit, month, sources in found
    ]  # fmt: skip


ON_TIME = {
    "linh-vuc": on_time_by_field, "thu-tuc": on_time_by_procedure,
    "thang": on_time_by_month, "don-vi-thang": on_time_by_unit_month, "don-vi-ky": on_time_by_unit_period,
}  # fmt: skip
ONLINE = {
    "linh-vuc": online_by_field, "thu-tuc": online_by_procedure,
    "thang": online_by_month, "don-vi-thang": online_by_unit_month,
}  # fmt: skip
SATISFACTION = {"nguon-thang": satisfaction_by_source_month, "don-vi-thang": satisfaction_by_unit_month}


def _unit(unit: Unit) -> dict[str, Any]:
    return {"unit_code": unit.code, "unit": unit.name, "kind": unit.kind or None}


def _month(question: Question, month: Period) -> dict[str, Any]:
    return {"month": month.code, **_span(question, month)}


def _span(question: Question, period: Period) -> dict[str, Any]:
    """Give a period's days; ``end`` is its last counted day."""
    today = question.view.as_of.date()
    return {
        "start": period.start.isoformat(),
        "end": min(period.end, today).isoformat(),
        "is_unfinished": period.end > today,
    }


def _late(question: Question, month: Period, share: Share, *, is_judged: bool = True) -> dict[str, Any]:
    """Judge a month's late rate by the rules of its own last day; not of a unit that was not there."""
    rules, day = question.view.rules, min(month.end, question.view.as_of.date())
    threshold, near = rules.threshold_on(day).fraction, rules.near_on(day).fraction
    return {
        "numerator": share.a,
        "denominator": share.b,
        "late_rate": share.percent,
        "late_rate_text": rate_text(share, 2, (threshold, near)),
        "over": over(share, threshold) if share.b and is_judged else None,
    }

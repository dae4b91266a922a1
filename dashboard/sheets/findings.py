"""What a meeting is told: one finding each, its sentence, its numbers; the words of the pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.figures.flags.wording import flag_sentence
from dashboard.figures.on_time.trend import trend_title
from dashboard.figures.online import wording as online_words
from dashboard.figures.satisfaction import wording as satisfaction_words
from dashboard.figures.shared.wording import (
    district_sentence,
    finding,
    listed_name,
    of_whom,
    threshold_text,
)
from dashboard.formats import rate_text
from dashboard.question.question import Question
from queries.definitions.metrics import Share

MOST_BARS = 16
"""So many units fit on a slide; where there are more, the first of the ranking."""


@dataclass(frozen=True)
class Chart:
    """Rates by name: percent, None for nothing; ``texts`` as printed; ``limit`` drawn beside them.

    ``kind``: "bar" for units, "line" for months. ``is_over``: which of them are at or over the limit.
    """

    kind: str
    name: str
    names: tuple[str, ...]
    values: tuple[float | None, ...]
    texts: tuple[str, ...]
    is_over: tuple[bool, ...] = ()
    limit: float | None = None


@dataclass(frozen=True)
class Finding:
    """One thing to say: a title that says it, sentences under it, and a chart."""

    title: str
    lines: tuple[str, ...]
    chart: Chart | None = None


def findings(question: Question) -> tuple[Finding, ...]:
    """Give what the meeting is told of a view, most urgent first."""
    return (
        _late(question), _months(question), *_flags(question), _satisfied(question), _online(question)
    )  # fmt: skip


def _late(question: Question) -> Finding:
    found, view = question.on_time, question.view
    rows = [row for row in found.ranked if row.verdict.share.b][:MOST_BARS]
    limit = view.rules.threshold_on(view.end)
    lines = [district_sentence(found, question.compared)]
    consequence = view.rules.threshold_consequence(view.end)
    if found.over and consequence:
        lines.append(f"Từ {threshold_text(view)}: {consequence}. Căn cứ: {limit.document}.")
    chart = Chart(
        "bar", f"Tỷ lệ trễ hẹn (cách tính {view.basis}), %",
        tuple(listed_name(row) for row in rows), tuple(row.verdict.share.percent for row in rows),
        tuple(rate_text(row.verdict.share, 2, question.edges) for row in rows),
        tuple(row.verdict.is_over for row in rows), float(limit.fraction),
    )  # fmt: skip
    return Finding(finding(found), tuple(lines), chart if rows else None)


def _months(question: Question) -> Finding:
    trend, view = question.trend, question.view
    limit = view.rules.threshold_on(view.end)
    chart = Chart(
        "line", f"Tỷ lệ trễ hẹn (cách tính {view.basis}), %",
        tuple(month.short_label() for month in trend.months), tuple(one.percent for one in trend.district),
        tuple(rate_text(one, 2, question.edges) for one in trend.district), (), float(limit.fraction),
    )  # fmt: skip
    is_running = trend.months[-1].end > view.as_of.date()
    lines = ("Tháng cuối chưa kết thúc.",) if is_running else ()
    if not any(one.b for one in trend.district):
        return Finding("Không có hồ sơ nào trong 13 tháng này", ())
    return Finding(trend_title(trend, of_whom(view)), lines, chart)


def _flags(question: Question) -> tuple[Finding, ...]:
    found = question.flags
    red = [one for one in found.at("red") if one.is_raised]
    told = tuple(f"{flag_sentence(one, found)}. Căn cứ: {one.rule.source_text(found.view)}." for one in red)
    if not told:
        return (Finding("Không có cảnh báo mức đỏ trong kỳ này", ()),)
    return (Finding(f"{len(told)} cảnh báo mức đỏ cần xử lý", told),)


def _rates(name: str, rows: Sequence[tuple[str, Share]], decimals: int) -> Chart | None:
    told = [(unit, share) for unit, share in rows if share.b][:MOST_BARS]
    if not told:
        return None
    return Chart(
        "bar", name, tuple(unit for unit, _ in told), tuple(share.percent for _, share in told),
        tuple(rate_text(share, decimals) for _, share in told),
    )  # fmt: skip


def _satisfied(question: Question) -> Finding:
    found, before = question.satisfaction, question.satisfaction_before
    rows = [(row.unit.label, row.share) for row in found.ranked]
    lines = (satisfaction_words.district_sentence(found, before),) if found.has_data else ()
    return Finding(satisfaction_words.finding(found, before), lines, _rates("Tỷ lệ hài lòng, %", rows, 2))


def _online(question: Question) -> Finding:
    found = question.online
    rows = [(row.unit.label, row.tally.rate) for row in found.ranked] if found.recorded.levels else []
    name = f"Tỷ lệ trực tuyến {online_words.levels(found.view)}, %"
    lines = (online_words.district_sentence(found, question.online_before),)
    return Finding(online_words.finding(found), lines, _rates(name, rows, 1))

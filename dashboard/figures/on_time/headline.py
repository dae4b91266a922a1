"""The headline of a page: the finding, the sentence under it, the four figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from dashboard.figures.shared.markup import markup
from dashboard.figures.shared.sparkline import NOTHING_MONTH, Sparkline, months_told, sparkline
from dashboard.figures.shared.wording import (
    backlog_sentence,
    by_rate_a,
    change,
    comparison_word,
    district_sentence,
    edges,
    finding,
    is_fair,
    is_over,
    months_note,
    needed_text,
    period_sentence,
    rate_of,
    running_text,
    silent_sentence,
    strength_text,
    threshold_text,
)
from dashboard.formats import (
    complement_text,
    count_text,
    join_names,
    points_text,
    rate_text,
    sentence,
    share_text,
)
from queries.asked.view import View
from queries.definitions.metrics import ENOUGH_DOSSIERS, METRICS, Share, late_metric
from queries.on_time.judging import OnTime
from queries.on_time.judging_trend import Trend


@dataclass(frozen=True)
class Tile:
    """One figure: its name, value, a/b, sparkline and the lines below; ``meaning``: what its "?" explains."""

    name: str
    value: str
    share: str = ""
    lines: tuple[str, ...] = ()
    spark: Sparkline | None = None
    flag: str | None = None
    href: str = ""
    meaning: str = ""


def headline(
    found: OnTime, before: OnTime | None, trend: Trend, year: Share | None, *,
    others: Sequence[Tile], listed: Callable[..., str],
) -> str:  # fmt: skip
    """Draw the overview's headline; ``year``: the late rate from the year's start, None to leave out.

    ``others``: the figures of other subjects, beside on time and the units over the
    threshold. The backlog stands in the sentence: a unit must not look good by leaving
    late dossiers open.
    """
    return markup(
        "headline.html",
        title=finding(found),
        lead=f"{district_sentence(found, before)} {backlog_sentence(found)}".strip(),
        period=f"{period_sentence(found.view)}. {_work(found)}{months_note(found.view)}",
        silent=silent_sentence(found),
        tiles=(_on_time(found, before, trend, year, listed), _units_over(found, before, trend), *others),
    )


def _work(found: OnTime) -> str:
    tally = found.district.tally
    resolved = tally.share("resolved_rate")
    return (
        f"Tiếp nhận {count_text(tally['received'])}, "
        f"kỳ trước chuyển sang {count_text(tally['carried_over'])}, "
        f"đã giải quyết {count_text(tally['finished'])} hồ sơ ({rate_text(resolved, 1)})."
    )


def _moved(points: Fraction | None, found: OnTime, fewest: int) -> str:
    if points is None:
        return f"so với {comparison_word(found.view)}: —"
    if fewest < ENOUGH_DOSSIERS:
        return f"so với {comparison_word(found.view)}: ít hồ sơ, chưa đủ để so sánh"
    return f"{points_text(points)} so với {comparison_word(found.view)}"


def _on_time(
    found: OnTime, before: OnTime | None, trend: Trend, year: Share | None, listed: Callable[..., str]
) -> Tile:
    late = found.district.tally.late("A")
    then = before.district.tally.late("A") if before else None
    points = change(late, then)
    lines = [_moved(None if points is None else -points, found, min(late.b, then.b if then else 0))]
    spark = None
    if found.view.basis == "A":
        values = [None if share.percent is None else 100 - share.percent for share in trend.district]
        texts = [_on_time_text(share, found.view) for share in trend.district]
        spark = sparkline(values, is_running=found.view.is_running, label="Tỷ lệ đúng hạn 13 tháng",
                          months=months_told(trend.months, texts))  # fmt: skip
        if year is not None and year.b:
            lines.append(
                f"Từ đầu năm: {complement_text(year, 2, edges(found.view))} "
                f"({share_text(Share(year.b - year.a, year.b))})"
            )
    return Tile(
        f"{METRICS['on_time_rate'].name}{by_rate_a(found.view)}",
        complement_text(late, 2, edges(found.view)),
        share_text(Share(late.b - late.a, late.b)) if late.b else "",
        tuple(lines),
        spark,
        href=listed("judged") if late.b else "",
        meaning="on_time_rate",
    )


def _over_text(count: float | None) -> str:
    """Tell how many units were over in a month; "—" for one that is not the reader's."""
    return "—" if count is None else f"{count:.0f} đơn vị vượt ngưỡng"


def _units_over(found: OnTime, before: OnTime | None, trend: Trend) -> Tile:
    if found.view.unit_code is not None:
        return _unit_late(found, before, trend)
    few = [row.unit.label for row in found.few]
    nobody = f"Không đơn vị nào từ {threshold_text(found.view)} trở lên"
    # The ranking's title names who is over.
    lines = [] if found.over else [nobody if found.judged else "Không có hồ sơ để tính"]
    if few:
        lines.append(f"Ít hồ sơ: {join_names(few, 3)}")
    near = f" · sát ngưỡng: {count_text(len(found.near))} đơn vị" if found.near else ""
    if before is not None and before.judged:
        then = f"{len(before.over)}/{len(before.judged)}"
        unfair = "" if is_fair(found.view) else " (chưa so ngang bằng được)"
        lines.append(f"{sentence(comparison_word(found.view))}: {then}{unfair}{near}")
    elif before is None:
        lines.append(f"{sentence(comparison_word(found.view))}: —{near}")
    elif near:
        lines.append(sentence(near.removeprefix(" · ")))
    counts: list[float | None] = [
        None
        if not found.view.sees(month)
        else float(
            sum(
                is_over(series[i], found.view, min(month.end, found.view.as_of.date()))
                for code, series in trend.units.items()
                if trend.was_there(code, month)
            )
        )
        for i, month in enumerate(trend.months)
    ]
    return Tile(
        f"Đơn vị vượt ngưỡng (từ {threshold_text(found.view)})",
        f"{len(found.over)}/{len(found.judged)}" if found.judged else "—",
        lines=tuple(lines),
        spark=sparkline(counts, is_running=found.view.is_running, label="Số đơn vị vượt ngưỡng 13 tháng",
                        months=months_told(trend.months, map(_over_text, counts)))
        if any(share.b for share in trend.district) else None,
        flag="over" if found.over else None, meaning="unit_late",
    )  # fmt: skip


def _on_time_text(share: Share, view: View) -> str:
    if not share.b:
        return NOTHING_MONTH
    rest = Share(share.b - share.a, share.b)
    return f"{complement_text(share, 2, edges(view))} ({share_text(rest)} hồ sơ)"


def _month_text(share: Share, view: View) -> str:
    return f"{rate_text(share, 2, edges(view))} ({share_text(share)} hồ sơ)" if share.b else NOTHING_MONTH


def _unit_late(found: OnTime, before: OnTime | None, trend: Trend) -> Tile:
    """Give one unit's late rate in place of how many units are over: of one there is nothing to count."""
    row, view = found.district, found.view
    unit = found.of(view.unit_code) or row
    share, verdict = unit.verdict.share, unit.verdict
    then = before.district.verdict.share if before else Share(0, 0)
    if is_fair(view):
        lines = [_moved(change(share, then), found, min(share.b, then.b))]
    else:
        lines = [f"so với {comparison_word(view)}: chưa so ngang bằng được"]
    since = running_text(trend.running(view.unit_code)) if verdict.is_over else ""
    told = " ".join(part for part in (strength_text(unit), since) if part)
    if told:
        lines.insert(0, sentence(told))
    if verdict.needed is not None and view.is_running:
        lines.append(needed_text(verdict.needed, view))
    elif verdict.affordable is not None and view.is_running:
        lines.append(f"Còn được thêm {count_text(verdict.affordable)} hồ sơ trễ trước khi chạm ngưỡng")
    values = [one.percent for one in trend.district]
    return Tile(
        f"Tỷ lệ trễ hẹn (cách tính {view.basis}, ngưỡng {threshold_text(view)})", rate_of(unit, found),
        share_text(share) if share.b else "", tuple(lines),
        spark=sparkline(values, is_running=view.is_running, label="Tỷ lệ trễ hẹn 13 tháng",
                        months=months_told(trend.months, [_month_text(one, view) for one in trend.district]))
        if any(one.b for one in trend.district) else None,
        flag=verdict.flag if verdict.flag != "fine" else None, meaning=late_metric(view.basis).id,
    )  # fmt: skip

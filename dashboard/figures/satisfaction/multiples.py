"""The small multiples of satisfaction: a panel a unit, or a source, thirteen months, one scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from dashboard.figures.satisfaction.panels import (
    Link,
    UnitPanels,
    district_panel,
    marks_note,
    month_title,
    moved_text,
    panel_label,
)
from dashboard.figures.satisfaction.wording import (
    SOURCE_NAMES,
    among,
    every_field,
    fall,
    lowest_title,
    moved_by,
    names_of,
    rate,
    source_suffix,
)
from dashboard.figures.shared.multiples import MOST_PANELS, Month, Panel, multiples, panel, scale_of
from dashboard.figures.shared.outcome import NO_DATA, nothing
from dashboard.figures.shared.wording import OTHERS, comparison_word, months_text
from dashboard.formats import count_text, join_names, points_text, sentence, share_text, within
from queries.definitions.metrics import ENOUGH_VOTES
from queries.definitions.units import LOCAL_KINDS, Unit
from queries.flags.judging import DROP_POINTS, is_drop, satisfaction_drop
from queries.satisfaction.judging import (
    Satisfaction,
    SatisfactionRow,
    SatisfactionTrend,
    contributions,
    movers,
)
from queries.satisfaction.statements import SIPAS, SOURCES
from queries.satisfaction.votes import NO_SOURCES, POOLED, changed

Links = Sequence[tuple[str, str]]
COMPACT = 9
LARGE = 3
"""So many units that moved the district most are drawn large."""
ENDED = "Đơn vị đã thôi hoạt động trong 13 tháng"


def by_unit(
    found: Satisfaction, before: Satisfaction | None, trend: SatisfactionTrend, units: Sequence[Unit], *,
    link: Link, links: Links,
) -> str:  # fmt: skip
    """Draw the district and who moved it, large; then every unit that voted in the months, small.

    Past 40 units those that fell or are lowest; the rest fold.

    ``units``: all the district has, so that one that was merged still shows where it ended.
    """
    current, ended = _rows(found, trend, units)
    rows = [*current, *ended]
    rates = [trend.district_shares(), *(trend.shares(row.unit.code) for row in rows)]
    scale = scale_of(rates, len(trend.months))
    fallen = {row.unit.code for row, _ in satisfaction_drop(found, before)}
    order = sorted(range(len(rows)), key=lambda i: (rows[i].unit.code not in fallen, i))
    first = set(order[:MOST_PANELS])
    panels = UnitPanels(found, before, trend, units, scale, link)
    # What stays folded says its months in short: in full they weigh too much.
    folded = replace(panels, in_full=False)
    parts = sorted(contributions(found, before), key=lambda one: -abs(one[1]))
    most = {row.unit.code: points for row, points, _ in parts[:LARGE] if points}
    drawn = [(panels if i in first else folded).draw(row) for i, row in enumerate(rows)]
    large = [
        replace(panels.draw(row), pulled=pulled_text(most[row.unit.code]))
        for row in sorted(rows, key=lambda row: -abs(most.get(row.unit.code, Fraction(0))))
        if row.unit.code in most
    ]
    shown = _headed([(rows[i], drawn[i]) for i in sorted(first) if rows[i].unit.code not in most])
    rest = _headed([(rows[i], drawn[i]) for i in range(len(rows)) if i not in first])
    is_one = found.view.unit_code is not None
    months = months_text(trend.months, found.view)
    title = lowest_title([(row, trend.shares(row.unit.code)) for row in current], months)
    if is_one:
        name = rows[0].unit.label if rows else "đơn vị"
        title = f"Tỷ lệ hài lòng của {name} trong {months}"
        large = []
    else:
        large.insert(0, district_panel(found, before, trend, scale))
        title = _pulls_title(parts, found) or title
    silent = [row.unit.label for row in found.silent if not _votes_in(trend, row.unit.code)]
    return multiples(
        shown, scale, meaning="satisfaction_rate",
        title=title,
        subtitle=f"Tỷ lệ hài lòng theo tháng, {_months_text(trend)}, chung một thang {scale.low:g}–100%"
        f"{source_suffix(found)}; số in đậm là của kỳ đang xem, nền xanh nhạt là khoảng tin cậy 95%."
        + (" Ô lớn: toàn địa bàn và các đơn vị kéo tỷ lệ ấy nhiều nhất." if most and not is_one else ""),
        note=marks_note(found.view, [*large, *shown, *rest], silent),
        lead=large,
        links=links,
        rest=rest,
        rest_name=f"Xem cả {count_text(len(rows))} đơn vị: còn {count_text(len(rest))} đơn vị nữa",
        kind="solo" if is_one else "",
    )  # fmt: skip


def by_source(
    found: Satisfaction, before: Satisfaction | None, trend: SatisfactionTrend, *, link: Link, links: Links
) -> str:
    """Draw the district, or the unit in view, source by source; SIPAS stands at the end, apart."""
    there = [one for one in (*(s for s in SOURCES if s != SIPAS), SIPAS)
             if any(month[one]["votes"] for month in trend.district)]  # fmt: skip
    by_source = {one: tuple(month[one].share() for month in trend.district) for one in there}
    scale = scale_of(by_source.values(), len(trend.months))
    now, then = found.district.sources, before.district.sources if before else NO_SOURCES
    panels = []
    for one in there:
        shares = by_source[one]
        change = changed(now, then, (one,)) if before else None
        panels.append(
            panel(
                SOURCE_NAMES[one],
                [Month(share, month_title(share, month, found.view, ""))
                 for share, month in zip(shares, trend.months, strict=True)],
                scale, is_running=found.view.is_running, href=link(one),
                value=rate(now[one].share()), change=moved_text(change),
                note=f"{count_text(now[one]['votes'])} phiếu" if now[one]["votes"] else "không có phiếu",
                look=" ".join(w for w in ("apart" if one == SIPAS else "",
                                          "drop" if is_drop(change) else "") if w),
                label=panel_label(SOURCE_NAMES[one], shares, trend),
            )
        )  # fmt: skip
    where = within(found.view.whole_name) if found.view.unit_code is None else "đơn vị đang xem"
    return multiples(
        panels, scale, meaning="satisfaction_rate", title=_sources_title(found), kind="by-source",
        subtitle=f"Tỷ lệ hài lòng theo tháng của {where}, mỗi nguồn một ô, chung một thang "
        f"{scale.low:g}–100%. Bấm vào nguồn để chỉ xem nguồn đó.",
        note="SIPAS là khảo sát riêng, đứng ngoài số gộp. " + marks_note(found.view, panels), links=links,
    )  # fmt: skip


def compact(
    found: Satisfaction, before: Satisfaction | None, trend: SatisfactionTrend, units: Sequence[Unit], *,
    link: Link, all_link: str, links: Sequence[tuple[str, str]] = (), most: int = COMPACT,
) -> str:  # fmt: skip
    """Draw the overview's card: those that fell, then the lowest, small, without the months' own hovers."""
    if not found.has_data:
        return nothing("Hài lòng", sentence(NO_DATA))
    if not any(one.b for one in trend.district_shares()):
        return nothing(
            "Hài lòng", f"Không có phiếu đánh giá nào trong {months_text(trend.months, found.view)} này"
        )
    fallen = satisfaction_drop(found, before)
    codes = [row.unit.code for row, _ in fallen]
    current, _ = _rows(found, trend, units)
    rows = sorted(current, key=lambda row: row.unit.code not in codes)[:most]
    scale = scale_of((trend.shares(row.unit.code) for row in rows), len(trend.months))
    share, total = found.district.share, len(current)
    which = "Mỗi đơn vị một ô"
    if total > len(rows):
        which = f"{count_text(len(rows))} đơn vị giảm mạnh hoặc thấp nhất" if fallen else (
            f"{count_text(len(rows))} đơn vị thấp nhất"
        )  # fmt: skip
    where = found.view.whole_name if found.view.unit_code is None else "Đơn vị"
    panels = UnitPanels(found, before, trend, units, scale, link, in_full=False)
    drawn = [panels.draw(row) for row in rows]
    return multiples(
        drawn, scale, meaning="satisfaction_rate", title=_drops_title(found, before),
        subtitle=f"{where} {rate(share)} ({share_text(share)} phiếu). {which}, "
        f"{months_text(trend.months, found.view)}, chung một thang {scale.low:g}–100%"
        f"{every_field(found.view)}.",
        note=marks_note(found.view, drawn), kind="compact",
        more=f"Xem cả {count_text(total)} đơn vị" if total > len(rows) else "Xem trang Hài lòng",
        more_href=all_link, links=links,
    )  # fmt: skip


def _rows(
    found: Satisfaction, trend: SatisfactionTrend, units: Sequence[Unit]
) -> tuple[list[SatisfactionRow], list[SatisfactionRow]]:
    """Give the units that have votes in the months, as ranked; and those that ended before the period."""
    current = [row for row in found.ranked if _votes_in(trend, row.unit.code)]
    listed = {row.unit.code for row in found.known}
    ended = [unit for unit in units if unit.code not in listed and _votes_in(trend, unit.code)]
    return current, [SatisfactionRow(unit, NO_SOURCES, NO_SOURCES.whole) for unit in ended]


def _votes_in(trend: SatisfactionTrend, code: str | None) -> bool:
    return any(share.b for share in trend.shares(code))


def _headed(drawn: Sequence[tuple[SatisfactionRow, Panel]]) -> list[Panel]:
    """Put a heading before the first department, and before the first unit that has ended."""
    panels, last = [], ""
    for row, one in drawn:
        is_local = row.unit.kind in LOCAL_KINDS
        heading = ENDED if "ended" in one.look.split() else "" if is_local else OTHERS
        panels.append(replace(one, group=heading) if heading != last else one)
        last = heading
    return panels


def _drops_title(found: Satisfaction, before: Satisfaction | None) -> str:
    """Say who moved the district, else who fell by 5 points; true also where votes are too few to tell."""
    moved_most = movers(found, before) if found.view.unit_code is None else None
    if moved_most is not None:
        return f"Hài lòng {moved_by(moved_most, found.view)}"
    changes = [found.change(row, before) for row in found.known]
    enough = sum(1 for one in changes if one is not None and one.points is not None and one.is_enough)
    is_narrow = found.view.unit_code is not None
    if not enough:
        who = "chưa" if is_narrow else "chưa đơn vị nào"
        return f"Hài lòng: {who} đủ {ENOUGH_VOTES} phiếu cùng nguồn để so"
    fallen = satisfaction_drop(found, before)
    whose = "" if is_narrow else f"{among(enough)}, "
    if len(fallen) == 1:
        ((row, drop),) = fallen
        assert drop.points is not None
        fell = f"{row.unit.label} giảm {points_text(abs(drop.points))[2:]}, còn {rate(row.share)}"
        return f"Hài lòng: {whose}{fell}"
    if fallen:
        names = join_names([row.unit.label for row, _ in fallen], 3)
        return f"Hài lòng: {whose}{names} giảm từ {DROP_POINTS} điểm % trở lên"
    who = "không" if is_narrow else "không đơn vị nào"
    return f"Hài lòng: {whose}{who} giảm đến {DROP_POINTS} điểm %"


def pulled_text(points: Fraction) -> str:
    """Say what a unit's part in the district's change is: "kéo toàn địa bàn giảm 0,54 điểm %"."""
    return f"kéo toàn địa bàn {'tăng' if points > 0 else 'giảm'} {fall(points)}"


def _pulls_title(parts: Sequence[tuple[SatisfactionRow, Fraction, bool]], found: Satisfaction) -> str:
    """Name who pulled the district down most and who up; empty where nobody did."""
    told = []
    for sign in (-1, 1):
        of = [(row, points) for row, points, _ in parts if sign * points > 0]
        if of:
            row, points = max(of, key=lambda one: sign * one[1])
            told.append(f"{row.unit.label} {pulled_text(points)}")
    if not told:
        return ""
    return f"{'; '.join(told)} so với {comparison_word(found.view)}{source_suffix(found)}"


def _months_text(trend: SatisfactionTrend) -> str:
    return f"{trend.months[0].short_label()}–{trend.months[-1].short_label()}"


def _sources_title(found: Satisfaction) -> str:
    now = found.district.sources
    rates = [(one, now[one].share()) for one in POOLED if now[one]["votes"] >= ENOUGH_VOTES]
    if len(rates) < 2:
        return "Từng nguồn phiếu, không gộp"
    low = min(rates, key=lambda one: one[1].exact or 0)
    high = max(rates, key=lambda one: one[1].exact or 0)
    if low[1].exact == high[1].exact:
        return f"Các nguồn cho cùng tỷ lệ hài lòng {rate(low[1])}"
    return (
        f"{_votes_of(low[0])} hài lòng thấp nhất: {rate(low[1])}; "
        f"{_votes_of(high[0]).lower()} cao nhất: {rate(high[1])}"
    )


def _votes_of(source: str) -> str:
    """Name a source's votes as they begin a sentence: "Phiếu trực tuyến"; paper ones are that already."""
    name = names_of([source])
    return sentence(name if name.startswith("phiếu") else f"phiếu {name}")

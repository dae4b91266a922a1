"""Hài lòng: the headline of the page and the overview's figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dashboard.figures.on_time.headline import Tile
from dashboard.figures.satisfaction.wording import (
    EVERY_FIELD,
    FEW,
    NO_VOTES,
    change_line,
    change_text,
    defect_sentence,
    district_sentence,
    every_field,
    finding,
    interval_text,
    rate,
    silent_sentence,
    sources_text,
)
from dashboard.figures.shared.markup import markup
from dashboard.figures.shared.outcome import NO_DATA
from dashboard.figures.shared.sparkline import months_told, sparkline
from dashboard.figures.shared.wording import comparison_word, months_note, period_sentence
from dashboard.formats import NOTHING, count_text, join_names, share_text
from queries.definitions.metrics import ENOUGH_VOTES, METRICS
from queries.flags.judging import DROP_POINTS, satisfaction_drop
from queries.satisfaction.judging import Satisfaction, SatisfactionTrend
from queries.satisfaction.statements import SIPAS


@dataclass(frozen=True)
class SourceChoice:
    """One source a reader may look at alone: its name, address, votes in the period."""

    name: str
    href: str
    votes: str
    current: bool


def satisfaction_tile(
    found: Satisfaction, before: Satisfaction | None, trend: SatisfactionTrend, href: str = ""
) -> Tile:
    """Make the overview's figure: the rate, its votes, its change, thirteen months."""
    return _rate_tile(found, before, trend, "satisfaction_rate", href)


def _rate_tile(
    found: Satisfaction, before: Satisfaction | None, trend: SatisfactionTrend, metric_id: str, href: str = ""
) -> Tile:
    name, share = METRICS[metric_id].name, found.district.votes.share(metric_id)
    if not found.has_data:
        return Tile(name, NOTHING, lines=(NO_DATA,), meaning=metric_id)
    if not share.b:
        return Tile(name, NOTHING, lines=(NO_VOTES,), href=href, meaning=metric_id)
    few = f" ({FEW})" if share.b < ENOUGH_VOTES else ""
    shares = trend.district_shares(metric_id)
    texts = [f"{rate(one)} ({share_text(one)} phiếu)" if one.b else "không có phiếu" for one in shares]
    spark = sparkline([one.percent for one in shares], is_running=found.view.is_running,
                      label=f"{name} 13 tháng", months=months_told(trend.months, texts))  # fmt: skip
    lines: tuple[str, ...] = (change_line(found, before, metric_id),)
    if every_field(found.view):
        lines += (EVERY_FIELD,)
    told = f"{share_text(share)} phiếu{few}"
    return Tile(name, rate(share), told, lines, spark, href=href, meaning=metric_id)


def headline(
    found: Satisfaction, before: Satisfaction | None, trend: SatisfactionTrend,
    choices: Sequence[SourceChoice], *, narrowed: bool,
) -> str:  # fmt: skip
    """Draw the finding and the four figures, and let the reader take one source alone.

    ``narrowed``: the address asks for a field or a procedure, which a rating does not have.
    """
    share = found.district.share
    interval = (f"Khoảng tin cậy 95%: {interval_text(share)}",) if share.b else ()
    pleased = _rate_tile(found, before, trend, "satisfaction_rate")
    very = _rate_tile(found, before, trend, "very_satisfied_rate")
    tiles = (
        replace(pleased, lines=(*pleased.lines, *interval)),
        very,
        _votes_tile(found),
        _fallen_tile(found, before),
    )
    return markup(
        "satisfaction_sources.html",
        choices=choices if found.has_data else (),
        warning="Phiếu đánh giá không ghi lĩnh vực hay thủ tục: trang này tính mọi phiếu, "
        "không theo bộ lọc đó."
        if narrowed else "",
    ) + markup(
        "headline.html", title=finding(found, before), lead=district_sentence(found, before),
        period=f"{period_sentence(found.view)}.{months_note(found.view)}",
        silent=silent_sentence(found), tiles=tiles,
    )  # fmt: skip


def _votes_tile(found: Satisfaction) -> Tile:
    row = found.district
    if not found.has_data:
        return Tile("Số phiếu", NOTHING, lines=(NO_DATA,), meaning="votes")
    lines = [sources_text(row.sources, found.chosen)] if row.share.b else []
    sipas = row.sources[SIPAS]
    if SIPAS not in found.chosen and sipas["votes"]:
        lines.append(f"SIPAS đứng riêng: {rate(sipas.share())} ({share_text(sipas.share())} phiếu)")
    lines += [one for one in (defect_sentence(found),) if one]
    return Tile("Số phiếu", count_text(row.share.b), "phiếu", tuple(lines), meaning="votes")


def _fallen_tile(found: Satisfaction, before: Satisfaction | None) -> Tile:
    name = f"Đơn vị giảm từ {DROP_POINTS} điểm % trở lên"
    enough = [
        row for row in found.known
        if (one := found.change(row, before)) is not None and one.points is not None and one.is_enough
    ]  # fmt: skip
    if not found.has_data:
        return Tile(name, NOTHING, lines=(NO_DATA,), meaning="satisfaction_drop")
    if not enough:
        who = "chưa đơn vị nào" if found.view.unit_code is None else "chưa"
        none = (f"{who} đủ {ENOUGH_VOTES} phiếu cùng nguồn để so",)
        return Tile(name, NOTHING, lines=none, meaning="satisfaction_drop")
    fallen = satisfaction_drop(found, before)
    if found.view.unit_code is not None:
        change = f"{change_text(found.change(found.district, before)).removeprefix('giảm ')}"
        return Tile(
            f"Giảm từ {DROP_POINTS} điểm % trở lên", "Có" if fallen else "Không",
            lines=(f"{'giảm ' if fallen else ''}{change} so với {comparison_word(found.view)}, cùng nguồn",),
            flag="near" if fallen else None, meaning="satisfaction_drop",
        )  # fmt: skip
    names = join_names([row.unit.label for row, _ in fallen], 4)
    return Tile(
        name,
        f"{len(fallen)}/{len(enough)}",
        lines=(
            names or f"Không đơn vị nào giảm đến {DROP_POINTS} điểm %",
            f"so với {comparison_word(found.view)}, cùng nguồn, từ {ENOUGH_VOTES} phiếu",
        ),
        flag="near" if fallen else None,
        meaning="satisfaction_drop",
    )

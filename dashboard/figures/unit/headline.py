"""What stands at the head of a unit's page: who it is, the finding, four figures, its merger."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dashboard.figures.shared.markup import markup
from dashboard.figures.shared.outcome import NO_DATA, UNTOLD
from dashboard.figures.shared.wording import (
    by_rate_a,
    change,
    comparison_name,
    edges,
    is_fair,
    needed_text,
    nothing_yet,
    over_text,
    period_sentence,
    threshold_text,
)
from dashboard.formats import (
    complement_text,
    count_text,
    day_text,
    points_text,
    rate_text,
    sentence,
    share_text,
)
from queries.asked.view import Comparison, View
from queries.definitions.metrics import (
    BASIS_NAMES,
    ENOUGH_DOSSIERS,
    ENOUGH_VOTES,
    METRICS,
    Share,
    late_metric,
    online_levels_on,
)
from queries.definitions.units import KIND_NAMES, Unit
from queries.on_time.judging import Row
from queries.on_time.streak import Running
from queries.unit_life.judging import UnitFigures


@dataclass(frozen=True)
class Fact:
    """One thing the units table says of a unit; ``links``: name and address of other units in it."""

    name: str
    text: str = ""
    links: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Tile:
    """One large figure with its a/b, and what stands beside it."""

    name: str
    value: str
    share: str
    lines: tuple[str, ...]
    flag: str | None = None
    meaning: str = ""


@dataclass(frozen=True)
class Told:
    """What the head of the page is made of."""

    row: Row
    running: Running
    figures: UnitFigures
    district_figures: UnitFigures
    last_year: UnitFigures | None


def unit_headline(told: Told, view: View, facts: Sequence[Fact]) -> str:
    """Draw the head of a unit's page."""
    return markup(
        "unit_headline.html",
        name=told.row.unit.name,
        finding=_finding(told, view),
        lead=_lead(told, view),
        period=f"{period_sentence(view)}.",
        facts=facts,
        tiles=_tiles(told, view),
    )


def _finding(told: Told, view: View) -> str:
    verdict, threshold = told.row.verdict, threshold_text(view)
    unit = told.row.unit
    if not told.row.is_ranked and unit.active_to is not None and unit.active_to < view.period.start:
        return f"đã thôi hoạt động sau ngày {day_text(unit.active_to)}"
    if not verdict.share.b:
        return f"{nothing_yet(view).lower()} hồ sơ nào để tính tỷ lệ trễ hẹn trong kỳ này"
    if not told.row.is_ranked:
        return f"trễ hẹn {rate_text(verdict.share, 2, edges(view))}; không hoạt động trong kỳ, không xếp hạng"
    words = {
        "clear": f"vượt rõ ngưỡng {threshold}",
        "over": f"vượt ngưỡng {threshold}",
        "few": f"vượt ngưỡng {threshold} nhưng ít hồ sơ",
    }
    state = words.get(verdict.strength or "") or (
        f"sát ngưỡng {threshold}" if verdict.flag == "near" else f"dưới ngưỡng {threshold}"
    )
    return f"trễ hẹn {rate_text(verdict.share, 2, edges(view))}, {state}"


def _lead(told: Told, view: View) -> str:
    verdict, share = told.row.verdict, told.row.verdict.share
    if not share.b:
        return "Không có hồ sơ nào để tính tỷ lệ trễ hẹn trong kỳ này."
    whole = told.district_figures.get(late_metric(view.basis).id)
    text = f"{share_text(share)} hồ sơ trễ (cách tính {view.basis}, {BASIS_NAMES[view.basis]})"
    if isinstance(whole, Share):
        text += f"; toàn địa bàn {rate_text(whole, 2, edges(view))} ({share_text(whole)})"
    text += "."
    # The page compares with last year throughout.
    yearly = view.at(comparison=Comparison("last_year"))
    tally = told.last_year.tally if told.last_year else None
    then = tally.late(view.basis) if tally else Share(0, 0)
    points = change(share, then)
    if points is not None and min(share.b, then.b) >= ENOUGH_DOSSIERS and is_fair(yearly):
        way = "Tăng" if points > 0 else "Giảm"
        moved = f"{way} {points_text(abs(points))[2:]} so với" if points else "Bằng"
        text += f" {moved} {comparison_name(yearly)}."
    if verdict.is_over and told.running.since is not None:
        text += f" {sentence(over_text(told.running))}."
    if verdict.needed:
        text += f" {needed_text(verdict.needed, view)}."
    return text if isinstance(whole, Share) else f"{text} {UNTOLD}"


def _tiles(told: Told, view: View) -> tuple[Tile, ...]:
    tally = told.row.tally
    late = tally.late("A")
    whole_late, whole_overdue = (told.district_figures.get(word) for word in ("late_rate_a", "open_overdue"))
    overdue = tally["open_overdue"]
    would = rate_text(tally.with_backlog_done, 2, edges(view))
    soon = (
        (f"nếu hôm nay giải quyết xong toàn bộ: trễ {would}{by_rate_a(view)}",)
        if overdue and view.is_running
        else ()
    )
    return (
        Tile(
            METRICS["on_time_rate"].name,
            complement_text(late, 2, edges(view)),
            share_text(Share(late.b - late.a, late.b)) if late.b else "",
            (*_beside(whole_late, view), *_then(told, "on_time_rate", view)),
            meaning="on_time_rate",
        ),
        Tile(
            METRICS["open_overdue"].name,
            count_text(overdue),
            "hồ sơ",
            (*_beside(whole_overdue, view), *soon),
            "over" if overdue else None,
            "open_overdue",
        ),
        _rate_tile(told, view, "online_rate", f"Trực tuyến {online_levels_on(view.end).name}"),
        _rate_tile(told, view, "satisfaction_rate", METRICS["satisfaction_rate"].name),
    )


def _beside(whole: int | Share | None, view: View) -> tuple[str, ...]:
    """Say the district's count, or of its late rate the rest; nothing where it is not told."""
    if whole is None:
        return ()
    text = count_text(whole) if isinstance(whole, int) else complement_text(whole, 2, edges(view))
    return (f"toàn địa bàn {text}",)


def _rate_tile(told: Told, view: View, word: str, name: str) -> Tile:
    share = told.figures.get(word)
    if not isinstance(share, Share):
        return Tile(name, NO_DATA, "", (), meaning=word)
    whole = told.district_figures.get(word)
    lines: list[str] = []
    if isinstance(whole, Share):
        told_whole = rate_text(whole, METRICS[word].decimals, told.figures.edges(word))
        lines.append(f"toàn địa bàn {told_whole}")
    if word == "satisfaction_rate" and 0 < share.b < ENOUGH_VOTES:
        lines.append("ít phiếu")
    told_share = share_text(share) + (" phiếu" if word == "satisfaction_rate" else "") if share.b else ""
    text = rate_text(share, METRICS[word].decimals, told.figures.edges(word))
    return Tile(name, text, told_share, (*lines, *_then(told, word, view)), meaning=word)


def _then(told: Told, word: str, view: View) -> tuple[str, ...]:
    if told.last_year is None or told.last_year.tally is None:
        return ()
    share = told.last_year.get(word)
    if not isinstance(share, Share) or not share.b:
        return ()
    limits = edges(view) if word == "on_time_rate" else told.figures.edges(word)
    if word == "on_time_rate":
        text = complement_text(Share(share.b - share.a, share.b), 2, limits)
    else:
        text = rate_text(share, METRICS[word].decimals, limits)
    return (f"cùng kỳ năm trước {text}",)


def facts_of(
    unit: Unit, predecessors: Sequence[Unit], successor: Unit | None, *, with_head: bool,
    link: Callable[[str], str],
) -> tuple[Fact, ...]:  # fmt: skip
    """Say what the units table tells: kind, code, head, when it was active, who came before and after."""
    facts = [Fact("Loại", KIND_NAMES.get(unit.kind, unit.kind)), Fact("Mã", unit.code or "")]
    if with_head and unit.head_name:
        facts.append(Fact("Người đứng đầu", unit.head_name))
    if unit.active_from:
        facts.append(Fact("Hoạt động từ", day_text(unit.active_from)))
    if unit.active_to:
        facts.append(Fact("Hoạt động đến hết", day_text(unit.active_to)))
    if predecessors:
        links = tuple((one.name, link(one.code or "")) for one in predecessors)
        facts.append(Fact("Sáp nhập từ", links=links))
    if successor is not None:
        facts.append(Fact("Sáp nhập vào", links=((successor.name, link(successor.code or "")),)))
    return tuple(facts)


def unknown_unit(code: str, index: str, search: str, *, is_part: bool = False) -> str:
    """Say kindly that there is no such unit, and where all of them are.

    ``is_part``: the reader sees some units only; whether there is one elsewhere is not said.
    """
    return markup("unit_unknown.html", code=code, index=index, search=search, is_part=is_part)

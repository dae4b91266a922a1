"""The wall's scenes of satisfaction and of what came online."""

from __future__ import annotations

from fractions import Fraction

from dashboard.figures.online import wording as online_words
from dashboard.figures.satisfaction import wording as satisfaction_words
from dashboard.figures.shared.outcome import why_no_figures
from dashboard.figures.shared.wording import comparison_word, sure_change
from dashboard.figures.wall.scenes import (
    NO_DATA,
    SCENE_NAMES,
    STRAY,
    Figure,
    Heads,
    Limit,
    Line,
    Scene,
    explained,
    grouped,
    stretched,
    word,
)
from dashboard.formats import NOTHING, count_text, points_text, rate_text, sentence, share_text
from dashboard.theme import MARKS
from queries.definitions.metrics import METRICS, online_levels_on
from queries.flags.judging import DROP_POINTS, is_drop
from queries.online.judging import Online, OnlineRow
from queries.satisfaction.judging import Satisfaction, SatisfactionRow


def satisfaction_scene(found: Satisfaction, before: Satisfaction | None) -> Scene:
    """Draw both rates by unit, lowest first, with how many votes each rests on."""
    if not found.view.has_started:
        return word(3, *why_no_figures(found.view))
    if not found.has_data:
        return word(3, NO_DATA, satisfaction_words.finding(found, before))
    if not found.district.share.b:
        return word(3, satisfaction_words.NO_VOTES)
    shown = [*found.ranked, *found.unranked]
    lines = grouped((row, _satisfaction_line(row, found, before)) for row in shown)
    return Scene(
        3, SCENE_NAMES[3], "board", satisfaction_words.finding(found, before),
        explained("Theo đơn vị, gộp các nguồn phiếu trừ SIPAS", lines, satisfaction_words.FEW),
        _satisfaction_figures(found, before),
        Heads("Hài lòng", ("Rất hài lòng", "Hài lòng"), "Phiếu", "Rất hài lòng"),
        lines=lines,
    )  # fmt: skip


def _satisfaction_line(row: SatisfactionRow, found: Satisfaction, before: Satisfaction | None) -> Line:
    share, votes = row.share, row.votes
    if not share.b:
        return Line(row.unit.label, NOTHING, none="không có phiếu")
    moved = found.change(row, before)
    is_fallen = is_drop(moved)
    look = "near" if is_fallen else "fine" if row.is_ranked else STRAY
    note = points_text(moved.points, (Fraction(DROP_POINTS),)) if is_fallen and moved else ""
    very = votes.share("very_satisfied_rate")
    return Line(
        row.unit.label, satisfaction_words.rate(share), look, MARKS.get(look, ""), not row.is_enough,
        stretched((votes["very_satisfied"], votes["satisfied"]), share.b),
        note or ("" if row.is_enough else satisfaction_words.FEW),
        share_text(share), rate_text(very, METRICS["very_satisfied_rate"].decimals),
    )  # fmt: skip


def _satisfaction_figures(found: Satisfaction, before: Satisfaction | None) -> tuple[Figure, ...]:
    row = found.district
    very = row.votes.share("very_satisfied_rate")
    return (
        Figure(
            METRICS["satisfaction_rate"].name, satisfaction_words.rate(row.share),
            f"{share_text(row.share)} phiếu", satisfaction_words.change_line(found, before),
        ),
        Figure(
            METRICS["very_satisfied_rate"].name, satisfaction_words.rate(very), f"{share_text(very)} phiếu",
            satisfaction_words.change_line(found, before, "very_satisfied_rate"),
        ),
        Figure(
            "Số phiếu", count_text(row.share.b),
            # A source and its number stay on one line.
            " · ".join(
                one.replace(" ", "\xa0")
                for one in satisfaction_words.sources_text(row.sources, found.chosen).split(" · ")
            ),
        ),
    )  # fmt: skip


def online_scene(found: Online, before: Online | None) -> Scene:
    """Draw the online share by unit, lowest first, the higher level apart."""
    view = found.view
    if not view.has_started:
        return word(4, *why_no_figures(view))
    if not found.district.tally["received"]:
        return word(4, online_words.NOTHING_RECEIVED)
    if not found.recorded.levels:
        return word(4, NO_DATA, online_words.NO_LEVELS)
    high = online_levels_on(view.end).words[-1]
    shown = [*found.ranked, *found.unranked]
    limit = None
    if found.target is not None:
        limit = Limit(float(found.target) / 100, f"Chỉ tiêu {online_words.target_text(found)}", "near")
    lines = grouped((row, _online_line(row, found, high)) for row in shown)
    return Scene(
        4, SCENE_NAMES[4], "board", online_words.finding(found),
        explained("Trên hồ sơ tiếp nhận, theo đơn vị", lines, online_words.FEW),
        _online_figures(found, before),
        Heads("Trực tuyến", (online_words.capital(high), _rest_name(found, high)), "Hồ sơ",
              online_words.capital(high)),
        limit,
        lines,
    )  # fmt: skip


def _rest_name(found: Online, high: str) -> str:
    """Name the rest of a bar; where old and new words of levels meet, it is several."""
    rest = [one for one in online_words.levels_shown([found.district.tally], found.view) if one != high]
    return online_words.capital(rest[0]) if len(rest) == 1 else "Mức khác"


def _online_line(row: OnlineRow, found: Online, high: str) -> Line:
    tally = row.tally
    share = tally.rate
    if not share.b:
        return Line(row.unit.label, NOTHING, none="không có hồ sơ")
    look = "near" if row.is_low else "fine" if row.is_ranked else STRAY
    return Line(
        row.unit.label, online_words.rate(share, found), look, MARKS.get(look, ""), row.is_few,
        stretched((tally[high], share.a - tally[high]), share.b),
        online_words.FEW if row.is_few else "",
        share_text(share), rate_text(tally.share(high), METRICS["online_rate"].decimals),
    )  # fmt: skip


def _online_figures(found: Online, before: Online | None) -> tuple[Figure, ...]:
    tally, view = found.district.tally, found.view
    share, typed, offered = tally.rate, tally.share("self_submitted"), tally.share("online_rate_eligible")
    points = sure_change(share, before.district.tally.rate if before else None)
    moved = "" if points is None else f"{points_text(points)} so với {comparison_word(view)}"
    return (
        Figure(
            f"Trực tuyến {online_words.levels(view)}", online_words.rate(share, found),
            f"{share_text(share)} hồ sơ", moved, "near" if found.district.is_low else "",
        ),
        Figure(
            sentence(online_words.OVER_OFFERED), online_words.rate(offered, found),
            f"{share_text(offered)} hồ sơ" if offered.b else "",
        ),
        Figure(
            METRICS["self_submitted"].name, online_words.self_text(tally, found),
            f"{share_text(typed)} hồ sơ trực tuyến" if found.recorded.assisted and typed.b else "",
        ),
    )  # fmt: skip

"""Trực tuyến: the overview's figure, and the headline of the page with its four figures."""

from __future__ import annotations

from dashboard.figures.on_time.headline import Tile
from dashboard.figures.online.wording import (
    DECIMALS,
    OVER_OFFERED,
    district_sentence,
    edges,
    finding,
    levels,
    levels_text,
    post_text,
    rate,
    self_text,
    silent_sentence,
    target_text,
)
from dashboard.figures.shared.markup import markup
from dashboard.figures.shared.outcome import NO_DATA
from dashboard.figures.shared.sparkline import NOTHING_MONTH, Sparkline, months_told, sparkline
from dashboard.figures.shared.wording import comparison_word, months_note, period_sentence, sure_change
from dashboard.formats import NOTHING, count_text, points_text, rate_text, sentence, share_text
from queries.definitions.metrics import METRICS, Share
from queries.online.judging import Online, OnlineTrend


def online_tile(
    found: Online, before: Online | None, trend: OnlineTrend, href: str = "", *, most: int | None = None
) -> Tile:
    """Make the overview's figure: the share over what was received, the levels apart, who typed it.

    ``most``: so many of the levels, the largest.
    """
    tally, name = found.district.tally, f"Trực tuyến {levels(found.view)}"
    if not found.recorded.levels:
        return Tile(name, NOTHING, lines=(NO_DATA,), href=href, meaning="online_rate")
    share = tally.rate
    if not share.b:
        none = ("không có hồ sơ tiếp nhận",)
        return Tile(name, NOTHING, lines=none, href=href, meaning="online_rate")
    lines = [_moved(found, before, "online_rate")]
    if share.a:
        # The page of online dossiers has a figure of its own for who sent them.
        self_sent = f" · tự\xa0nộp\xa0{self_text(tally, found)}" if most else ""
        lines.append(f"{levels_text(tally, found, most=most)}{self_sent}")
    if found.district.is_low:
        lines.append(f"Dưới chỉ tiêu {target_text(found)}: thiếu {count_text(found.district.missing)} hồ sơ")
    flag = "near" if found.district.is_low else None
    spark = _spark(trend, "online_rate", "Tỷ lệ trực tuyến 13 tháng", found)
    return Tile(name, rate(share, found), share_text(share), tuple(lines), spark, flag, href, "online_rate")


def _spark(trend: OnlineTrend, metric_id: str, label: str, found: Online) -> Sparkline:
    shares = [tally.share(metric_id) for tally in trend.district]
    texts = [f"{rate(one, found)} ({share_text(one)})" if one.b else NOTHING_MONTH for one in shares]
    return sparkline(trend.percents(metric_id), is_running=trend.view.is_running, label=label,
                     months=months_told(trend.months, texts))  # fmt: skip


def headline(found: Online, before: Online | None, trend: OnlineTrend) -> str:
    """Draw the finding and the four figures: over received, over what is offered, who typed, the post."""
    return markup(
        "headline.html",
        title=finding(found),
        lead=district_sentence(found, before),
        period=f"{period_sentence(found.view)}.{months_note(found.view)}",
        silent=silent_sentence(found),
        tiles=(
            online_tile(found, before, trend),
            _eligible_tile(found, before),
            _self_tile(found, before, trend),
            _post_tile(found),
        ),
    )


def _moved(found: Online, before: Online | None, metric_id: str) -> str:
    now = found.district.tally.share(metric_id)
    then = before.district.tally.share(metric_id) if before else None
    points, word = sure_change(now, then), comparison_word(found.view)
    if then is not None and then.b and points is None:
        return f"so với {word}: ít hồ sơ, chưa đủ để so sánh"
    if points == 0:
        return f"bằng {word}"
    return f"so với {word}: {NOTHING}" if points is None else f"{points_text(points)} so với {word}"


def _eligible_tile(found: Online, before: Online | None) -> Tile:
    name = f"{sentence(OVER_OFFERED)} trực tuyến"
    tally = found.district.tally
    share = tally.share("online_rate_eligible")
    if not found.recorded.levels:
        return Tile(name, NOTHING, lines=(NO_DATA,), meaning="online_rate_eligible")
    unknown = tally["eligible_unknown"]
    not_offered = tally["received"] - share.b - unknown
    left_out = [f"{count_text(not_offered)} hồ sơ của thủ tục chưa cung cấp"] if not_offered else []
    if unknown:
        left_out.append(f"{count_text(unknown)} không rõ mức độ")
    lines = [_moved(found, before, "online_rate_eligible")] if share.b else []
    if left_out:
        lines.append(f"Không tính {', '.join(left_out)}")
    text = share_text(share) if share.b else ""
    value = rate_text(share, DECIMALS, edges(found))
    return Tile(name, value, text, tuple(lines), meaning="online_rate_eligible")


def _self_tile(found: Online, before: Online | None, trend: OnlineTrend) -> Tile:
    name, tally = METRICS["self_submitted"].name, found.district.tally
    share = tally.share("self_submitted")
    if not (found.recorded.assisted and found.recorded.levels):
        return Tile(name, NOTHING, lines=(NO_DATA,), meaning="self_submitted")
    lines, told = [], []
    if share.b:
        helped = Share(tally["assisted"], share.b)
        lines = [_moved(found, before, "self_submitted")]
        told = [f"Được hỗ trợ {rate_text(helped, DECIMALS)} ({share_text(helped)})"]
    if tally["assisted_unknown"]:
        told.append(f"{count_text(tally['assisted_unknown'])} hồ sơ không ghi")
    if told:
        lines.append(" · ".join(told))
    spark = _spark(trend, "self_submitted", "Tỷ lệ tự nộp 13 tháng", found)
    text = share_text(share) if share.b else ""
    return Tile(name, rate_text(share, DECIMALS), text, tuple(lines), spark, meaning="self_submitted")


def _post_tile(found: Online) -> Tile:
    tally, contract = found.district.tally, found.has_contract
    into, out = tally.share("post_in"), tally.share("post_out")
    lines = []
    if not found.recorded.returns:
        lines.append(f"Trả kết quả qua bưu chính: {NO_DATA}")
    else:
        shares = f" ({share_text(out)})" if out.a else ""
        lines.append(f"Trả kết quả qua bưu chính: {post_text(out, contract)}{shares}")
    if found.recorded.contracts:
        signed = sum(row.unit.has_postal_contract is True for row in found.known)
        many = f"{signed}/{len(found.known)} đơn vị có"
        alone = {True: "Có", False: "Không có", None: "Không rõ"}[contract]
        lines.append(f"{many if len(found.known) != 1 else alone} hợp đồng bưu chính công ích")
    text = share_text(into) if into.a else ""
    return Tile(METRICS["post_in"].name, post_text(into, contract), text, tuple(lines), meaning="post_in")

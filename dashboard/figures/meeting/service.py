"""Giao ban: how content people were, and how many came online."""

from __future__ import annotations

from dashboard.figures.meeting.points import (
    METHOD,
    MOST_IN_LINE,
    ONLINE,
    SATISFACTION,
    Opens,
    Part,
    Piece,
    Point,
    Talk,
    a_of_b,
    named,
    names,
    point,
)
from dashboard.figures.online import wording as online_words
from dashboard.figures.satisfaction import wording as votes_words
from dashboard.figures.shared.outcome import NO_DATA
from dashboard.figures.shared.wording import comparison_word, sure_change, whose
from dashboard.formats import count_text, points_text, share_text
from queries.definitions.metrics import ENOUGH_VOTES
from queries.flags.judging import is_drop
from queries.online.judging import Online, OnlineRow
from queries.satisfaction.judging import Satisfaction, movers


def service(
    votes: Satisfaction, votes_before: Satisfaction | None, online: Online, online_before: Online | None,
    opens: Opens,
) -> Talk:  # fmt: skip
    """Tell the district's satisfaction and the largest fall, its online share and the ends of it."""
    points = [
        *_satisfaction(votes, votes_before, opens),
        *_online(online, online_before, opens),
    ]
    title = f"Hài lòng {_votes_title(votes)}; trực tuyến {_online_title(online)}"
    return Talk("Hài lòng, trực tuyến", title, points)


def _votes_title(found: Satisfaction) -> str:
    share = found.district.share
    if not found.has_data:
        return NO_DATA
    if not share.b:
        return "chưa có phiếu"
    few = "" if found.district.is_enough else f" ({votes_words.FEW})"
    return f"{votes_words.rate(share)}{few}"


def _online_title(found: Online) -> str:
    share = found.district.tally.rate
    if not share.b:
        return "chưa có hồ sơ"
    return online_words.rate(share, found) if found.recorded.levels else NO_DATA


def _satisfaction(found: Satisfaction, before: Satisfaction | None, opens: Opens) -> list[Point]:
    there = opens.page(SATISFACTION)
    if not found.has_data:
        return [point(Part(f"Phiếu đánh giá: {NO_DATA}", opens.page(METHOD)), ".", tag="Hài lòng")]
    points = [
        point(
            Part(_votes(found, before), there), ".", tag="Hài lòng", look="work", meaning="satisfaction_rate"
        )
    ]
    if found.view.field is not None or found.view.procedure_code is not None:
        note = "Phiếu đánh giá không ghi lĩnh vực, thủ tục: đây là số của mọi lĩnh vực"
        points.append(point(Part(note, there), ".", look="quiet"))
    if found.view.unit_code is None and found.district.share.b:
        points.append(_largest_drop(found, before, opens))
    return points


def _votes(found: Satisfaction, before: Satisfaction | None) -> str:
    """Say the district's two rates and the change of the first, over the sources that voted both times."""
    row, where = found.district, whose(found.view.at(field=None, procedure_code=None))
    if not row.share.b:
        return f"{where} không có phiếu đánh giá nào trong kỳ này"
    very = row.votes.share("very_satisfied_rate")
    text = (
        f"{where} hài lòng {votes_words.rate(row.share)} ({share_text(row.share)} phiếu), "
        f"rất hài lòng {votes_words.rate(very)} ({share_text(very)} phiếu)"
    )
    if not row.is_enough:
        return f"{text}, {votes_words.FEW}"
    change = found.change(row, before)
    if change is None or change.points is None or not change.is_enough:
        return text
    text += f"; tỷ lệ hài lòng {votes_words.moved(change.points)} {comparison_word(found.view)}"
    if votes_words.differs(change, row.sources, found):
        text += f", tính trên {votes_words.names_of(change.sources)}"
    return text


def _largest_drop(found: Satisfaction, before: Satisfaction | None, opens: Opens) -> Point:
    """Name who moved the district, else who fell most; say truly what is there instead."""
    word = comparison_word(found.view)
    there = opens.page(SATISFACTION)
    if before is None:
        return point(Part("Hài lòng của từng đơn vị: không có mốc để so sánh", there), ".")
    moved_most = movers(found, before)
    if moved_most is not None:
        return point(Part(f"Hài lòng {votes_words.moved_by(moved_most, found.view)}", there), ".")
    changes = [(row, found.change(row, before)) for row in found.known]
    enough = [
        (row, one, one.points) for row, one in changes if one and one.is_enough and one.points is not None
    ]
    if not enough:
        text = f"Chưa đơn vị nào có từ {ENOUGH_VOTES} phiếu cùng nguồn ở cả kỳ này và {word}"
        return point(Part(text, there), ".")
    lowest = min(points for _, _, points in enough)
    among = f" {votes_words.among(len(enough))}"
    if lowest >= 0:
        return point(Part(f"Không đơn vị nào{among} giảm hài lòng so với {word}", there), ".")
    most = [(row, one) for row, one, points in enough if points == lowest]
    if len(most) > 1:
        units = [row.unit for row, _ in most]
        return point(*names(units, opens, MOST_IN_LINE, SATISFACTION), f" cùng giảm nhiều nhất{among}: ",
                     Part(votes_words.fall(lowest), there), f" so với {word}.")  # fmt: skip
    row, one = most[0]
    evidence = (
        f"từ {votes_words.rate(one.before)} ({share_text(one.before)}) xuống {votes_words.rate(one.now)} "
        f"({share_text(one.now)} phiếu), giảm {votes_words.fall(lowest)}"
    )
    tag = {"tag": "Hài lòng giảm", "look": "near", "meaning": "satisfaction_drop"} if is_drop(one) else {}
    return point(
        named(row.unit, opens), " giảm nhiều nhất", among, ": ",
        Part(evidence, opens.page(SATISFACTION, unit_code=row.unit.code)), ".", **tag,
    )  # fmt: skip


def _online(found: Online, before: Online | None, opens: Opens) -> list[Point]:
    share, name = found.district.tally.rate, online_words.levels(found.view)
    tag = {"tag": "Trực tuyến", "look": "work", "meaning": "online_rate"}
    if not share.b:
        return [point(Part(online_words.NOTHING_RECEIVED, opens.page(ONLINE)), ".", **tag)]
    if not found.recorded.levels:
        return [point(Part(f"Mức độ trực tuyến: {NO_DATA}", opens.page(METHOD)), ".", **tag)]
    words: list[Piece] = [
        f"{whose(found.view)} nộp trực tuyến {name} {online_words.rate(share, found)} (",
        *a_of_b(share, opens.listed("online_rate"), opens.listed("received")),
        " hồ sơ tiếp nhận)",
    ]
    points = sure_change(share, before.district.tally.rate if before else None)
    if points is not None:
        word = "tăng" if points > 0 else "giảm"
        moved = f"{word} {points_text(abs(points))[2:]} so với" if points else "bằng"
        words.append(f", {moved} {comparison_word(found.view)}")
    told = [point(*words, ".", **tag)]
    if found.view.unit_code is None:
        told += _ends(found, opens)
    return told


def _ends(found: Online, opens: Opens) -> list[Point]:
    """Say who is below the target, who came lowest and who highest; few dossiers are never named."""
    points = []
    if found.target is not None and found.judged:
        low, target = len(found.low), online_words.target_text(found)
        few = sum(row.is_few for row in found.low)
        weak = f" ({count_text(few)} đơn vị ít hồ sơ)" if few else ""
        text = f"{count_text(low)}/{count_text(len(found.judged))} đơn vị dưới chỉ tiêu {target}{weak}"
        if not low:
            text = f"Không đơn vị nào dưới chỉ tiêu {target}"
        points.append(point(Part(text, opens.page(ONLINE)), "."))
    sure = [row for row in found.judged if not row.is_few]
    if len(sure) > 1:
        rates = [row.tally.rate.exact or 0 for row in sure]
        lowest, highest = sure[rates.index(min(rates))], sure[rates.index(max(rates))]
        if min(rates) < max(rates):
            points.append(
                point("Thấp nhất ", *_of_unit(lowest, found, opens), "; cao nhất ",
                      *_of_unit(highest, found, opens), ".")
            )  # fmt: skip
    return points


def _of_unit(row: OnlineRow, found: Online, opens: Opens) -> list[Piece]:
    of, share = {"unit_code": row.unit.code}, row.tally.rate
    shown = a_of_b(share, opens.listed("online_rate", **of), opens.listed("received", **of))
    return [named(row.unit, opens), f" {online_words.rate(share, found)} (", *shown, ")"]

"""Giao ban: the finding of the meeting, who is over the threshold, who crossed it since the last one."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.figures.meeting.points import (
    FLAGS,
    METHOD,
    MOST_IN_LINE,
    MOST_UNITS,
    ON_TIME,
    Opens,
    Part,
    Piece,
    Point,
    Talk,
    basis_note,
    late_now,
    late_then,
    named,
    names,
    point,
    then_word,
)
from dashboard.figures.shared.markup import markup
from dashboard.figures.shared.wording import (
    comparison_name,
    comparison_word,
    district_sentence,
    finding,
    no_base,
    period_sentence,
    running_text,
    strength_text,
    threshold_text,
)
from dashboard.formats import count_text, join_names, sentence
from queries.asked.view import View
from queries.definitions.flags import FLAGS as FLAG_RULES
from queries.definitions.metrics import FEW, late_metric
from queries.on_time.changes import Crossings, Pair
from queries.on_time.judging import OnTime, Row
from queries.on_time.judging_trend import Trend

MOST_TITLE = 3
NONE_THEN = "chưa có hồ sơ khi đó"
NOTHING_JUDGED = "Chưa có hồ sơ nào để tính tỷ lệ trễ hẹn trong kỳ này"


def meeting_headline(found: OnTime, before: OnTime | None, crossed: Crossings | None, opens: Opens) -> str:
    """Draw the finding, the district's rate and what it is compared with."""
    view = found.view
    return markup(
        "meeting_headline.html",
        meaning=late_metric(view.basis).id,
        title=f"{finding(found)}{_crossed_words(found, crossed)}",
        lead=(Part(district_sentence(found, before), opens.page(ON_TIME)),),
        period=f"{period_sentence(view)}. {_compared(view)}",
    )


def _compared(view: View) -> str:
    if view.compared() is None:
        return f"{no_base(view)}."
    return f"So với {comparison_name(view)}."


def _crossed_words(found: OnTime, crossed: Crossings | None) -> str:
    if crossed is None or not found.judged:
        return ""
    word, over, back = comparison_word(found.view), len(crossed.over), len(crossed.back)
    new = len(crossed.new)
    if len(found.judged) == 1:
        told = f", mới vượt so với {word}" if over else f", {word} vượt ngưỡng" if back else ""
    elif over and back:
        told = f"; so với {word}, {over} đơn vị mới vượt, {back} đơn vị đã xuống dưới ngưỡng"
    elif over:
        told = f"; {over} đơn vị mới vượt so với {word}"
    elif back:
        told = f"; {back} đơn vị đã xuống dưới ngưỡng so với {word}"
    else:
        told = f"; không đơn vị nào mới vượt so với {word}" if found.over else ""
    if new and len(found.judged) > 1:
        told += f"; {count_text(new)} đơn vị vượt {NONE_THEN}"
    return told


def over_now(
    found: OnTime, before: OnTime | None, crossed: Crossings | None, trend: Trend, opens: Opens
) -> Talk:
    """Tell who is over the threshold now (a/b, how sure, since when, and then), and who is no more."""
    over, near = found.over, found.near
    points = [_over(row, found, before, crossed, trend, opens=opens) for row in over[:MOST_UNITS]]
    if len(over) > MOST_UNITS:
        rest = f"và {count_text(len(over) - MOST_UNITS)} đơn vị vượt ngưỡng khác"
        points.append(point(Part(rest, opens.page(ON_TIME)), "."))
    if not found.judged:
        points = [point(Part(NOTHING_JUDGED, opens.page(ON_TIME)), ".")]
    elif not over:
        points = [_none_over(found, opens)]
    points += _since_then(found, before, crossed, opens)
    if near:
        points.append(_near(near, found, opens))
    if over:
        points += _consequence(found, opens)
    if found.silent and found.judged:
        units = [row.unit for row in found.silent]
        points.append(
            point("Không có hồ sơ để tính: ", *names(units, opens, MOST_IN_LINE), ".", look="quiet")
        )
    more = "" if crossed is None or not found.judged else f"{_crossed_title(crossed, found)}."
    return Talk(
        f"Vượt ngưỡng, so với {comparison_word(found.view)}", _over_title(found), points, more=more,
        meaning="unit_late",
    )  # fmt: skip


def _since_then(found: OnTime, before: OnTime | None, crossed: Crossings | None, opens: Opens) -> list[Point]:
    """Say who is back below or has no dossiers any more, and how many were over then; or why nothing is."""
    if not found.judged:
        return []
    if crossed is None or before is None:
        why = _why_not_crossed(before, found)
        return [point(Part(why, opens.page(ON_TIME)), ".", look="quiet")]
    points = _limited([_newly_back(pair, found, before, opens) for pair in crossed.back], "Đã xuống", opens)
    word = then_word(found.view)
    if crossed.gone:
        units = [row.unit for row in crossed.gone]
        points.append(
            point(f"{word} vượt ngưỡng, kỳ này không có hồ sơ để tính: ", *names(units, opens, MOST_IN_LINE),
                  ".", look="quiet")
        )  # fmt: skip
    points.append(_then_too(found, before, crossed, opens))
    then, now = threshold_text(before.view), threshold_text(found.view)
    if then != now:
        points.append(
            point(Part(f"Ngưỡng khi đó là {then}, nay là {now}", opens.page(METHOD)),
                  "; mỗi kỳ xét theo ngưỡng của mình.", look="quiet")
        )  # fmt: skip
    return points


def _consequence(found: OnTime, opens: Opens) -> list[Point]:
    """Say what follows for a unit over the threshold; nothing where no document in force says it."""
    follows = FLAG_RULES["unit_late"].consequence(found.view)
    return [point(Part(sentence(follows), opens.page(METHOD)), ".", look="quiet")] if follows else []


def _over_title(found: OnTime) -> str:
    threshold, basis = threshold_text(found.view), basis_note(found.view)
    sure = [row.unit.label for row in found.over if row.verdict.is_sure]
    few = len(found.few)
    if not found.judged:
        return NOTHING_JUDGED
    if found.view.unit_code is not None and not sure:
        state = f"vượt ngưỡng {threshold} nhưng ít hồ sơ" if few else f"dưới ngưỡng {threshold}"
        return f"{found.judged[0].unit.label} {state}{basis}"
    if not found.over:
        return f"Không đơn vị nào vượt ngưỡng {threshold}{basis}"
    if not sure:
        return f"{count_text(few)} đơn vị vượt ngưỡng {threshold} nhưng ít hồ sơ{basis}"
    weak = f"; {count_text(few)} đơn vị khác vượt nhưng ít hồ sơ" if few else ""
    return f"{join_names(sure, MOST_IN_LINE)} vượt ngưỡng {threshold}{weak}{basis}"


def _none_over(found: OnTime, opens: Opens) -> Point:
    judged = found.judged
    if len(judged) == 1:
        row = judged[0]
        return point(named(row.unit, opens), " dưới ngưỡng: ", *late_now(row, found, opens), ".")
    text = f"Cả {count_text(len(judged))} đơn vị có hồ sơ đều dưới ngưỡng"
    words: list[Piece] = [Part(text, opens.page(ON_TIME))]
    enough = [row for row in judged if row.verdict.share.b >= FEW and row.verdict.share.a]
    if enough:
        highest = max(enough, key=lambda row: row.verdict.share.exact or 0)
        words += ["; cao nhất là ", named(highest.unit, opens), " ", *late_now(highest, found, opens)]
    return point(*words, ".")


def _over(
    row: Row, found: OnTime, before: OnTime | None, crossed: Crossings | None, trend: Trend, *, opens: Opens
) -> Point:  # fmt: skip
    running = trend.running(row.unit.code)
    since = running_text(running)
    words: list[Piece] = [named(row.unit, opens), " ", *late_now(row, found, opens)]
    if since:
        words.append(f", {since}")
    if row.verdict.basis_matters:
        words.append(", phụ thuộc cách tính")
    if before is not None and crossed is not None:
        words += _crossing(row, found, before, crossed, opens, was_over=running.months > 1)
    look = "over" if row.verdict.is_sure else "few"
    return point(*words, ".", tag=sentence(strength_text(row)), look=look)


def _crossing(
    row: Row, found: OnTime, before: OnTime, crossed: Crossings, opens: Opens, *, was_over: bool
) -> list[Piece]:
    """Say of a unit over now how it stood then: below, over too, or without dossiers.

    ``was_over``: it was in the month before as a whole, so that "mới vượt" would contradict its months.
    """
    word = comparison_word(found.view)
    new = f"; cùng số ngày {word} chưa vượt: " if was_over and _is_part(before) else f"; mới vượt, {word}: "
    for pairs, told in ((crossed.over, new), (crossed.still, f"; {word} cũng vượt: ")):
        for pair in pairs:
            if pair.row.unit.code == row.unit.code:
                few = ", ít hồ sơ khi đó" if pair.before.b < FEW else ""
                return [told, *late_then(row.unit, pair.before, before, opens), few]
    return [f"; {NONE_THEN}"]


def _is_part(before: OnTime) -> bool:
    """Say whether the comparison is the first days of a period: a running one is compared with as many."""
    return before.view.judged_on is None and before.view.period.kind == "custom"


def _near(near: Sequence[Row], found: OnTime, opens: Opens) -> Point:
    words: list[Piece] = []
    for i, row in enumerate(near[:MOST_IN_LINE]):
        words += ["; " if i else "", named(row.unit, opens), " ", *late_now(row, found, opens)]
    if len(near) > MOST_IN_LINE:
        rest = f"{count_text(len(near) - MOST_IN_LINE)} đơn vị khác"
        words += [" và ", Part(rest, opens.page(FLAGS))]
    return point(*words, ".", tag="Sát ngưỡng", look="near", meaning="unit_near")


def _why_not_crossed(before: OnTime | None, found: OnTime) -> str:
    if before is None:
        return f"{no_base(found.view)}; xem diễn biến 13 tháng thay cho so sánh"
    return f"{then_word(found.view)} không có hồ sơ nào để so sánh"


def _crossed_title(crossed: Crossings, found: OnTime) -> str:
    told = [
        _who(pairs, what)
        for pairs, what in (
            (crossed.over, "mới vượt ngưỡng"),
            (crossed.back, "đã xuống dưới ngưỡng"),
            (crossed.new, f"vượt ngưỡng, {NONE_THEN}"),
        )
        if pairs
    ]
    if not told and found.view.unit_code is not None:
        state = "vẫn vượt ngưỡng" if crossed.still else "vẫn dưới ngưỡng"
        told = [f"{found.judged[0].unit.label} {state}"]
    return ("; ".join(told) or "Không đơn vị nào mới vượt hay mới xuống dưới ngưỡng") + basis_note(found.view)


def _who(pairs: Sequence[Pair], what: str) -> str:
    """Name three at most, and nobody whose rate rests on few dossiers."""
    sure = [pair.row.unit.label for pair in pairs if not pair.is_few]
    few = len(pairs) - len(sure)
    if not sure:
        return f"{count_text(few)} đơn vị ít hồ sơ {what}"
    whom = join_names(sure) if len(sure) <= MOST_TITLE else f"{count_text(len(sure))} đơn vị"
    return f"{whom} {what}" + (f" (thêm {count_text(few)} đơn vị ít hồ sơ)" if few else "")


def _newly_back(pair: Pair, found: OnTime, before: OnTime, opens: Opens) -> Point:
    look = "few" if pair.is_few else "fine"
    return point(*_from_to(pair, found, before, opens), ".", tag="Đã xuống", look=look)


def _from_to(pair: Pair, found: OnTime, before: OnTime, opens: Opens) -> list[Piece]:
    word = comparison_word(found.view)
    words: list[Piece] = [named(pair.row.unit, opens), " ", *late_now(pair.row, found, opens), f"; {word}: "]
    if pair.before.b:
        words += late_then(pair.row.unit, pair.before, before, opens)
    else:
        words.append("chưa có hồ sơ để tính")
    return [*words, ", ít hồ sơ"] if pair.is_few else words


def _limited(points: list[Point], what: str, opens: Opens) -> list[Point]:
    if len(points) <= MOST_UNITS:
        return points
    rest = Part(f"và {count_text(len(points) - MOST_UNITS)} đơn vị khác", opens.page(ON_TIME))
    return [*points[:MOST_UNITS], point(rest, ".", tag=what, look=points[0].look)]


def _so_many_then(before: OnTime) -> str:
    return f"{count_text(len(before.over))}/{count_text(len(before.judged))} đơn vị khi đó"


def _then_too(found: OnTime, before: OnTime, crossed: Crossings, opens: Opens) -> Point:
    """Say how many were over then; of one unit, or of none on either side, that it is as it was."""
    word, there = comparison_word(found.view), opens.page(ON_TIME)
    has_crossed = crossed.over or crossed.new or crossed.back or crossed.gone
    if found.view.unit_code is not None and not has_crossed:
        state = "vượt ngưỡng" if crossed.still else "dưới ngưỡng"
        return point(named(found.judged[0].unit, opens), f" {state} cả kỳ này và ", Part(word, there), ".")
    if not crossed.still and not has_crossed:
        text = f"Cả kỳ này và {word} đều không có đơn vị nào vượt ngưỡng"
        return point(Part(text, there), f" ({_so_many_then(before)}).")
    text = f"{sentence(word)} có {_so_many_then(before).removesuffix(' khi đó')} vượt ngưỡng"
    return point(Part(text, there), ".", look="quiet")

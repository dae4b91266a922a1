"""Giao ban: who moved the district's late rate most each way, by which fields and procedures."""

from __future__ import annotations

from dashboard.figures.meeting.points import (
    MOST_IN_LINE,
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
)
from dashboard.figures.meeting.split import POINTS, explained, mostly, split_table, told_of
from dashboard.figures.shared.wording import comparison_word, of_whom
from dashboard.formats import count_text, decimals_for, join_names, sentence, signed_text
from queries.definitions.metrics import ENOUGH_DOSSIERS
from queries.on_time.changes import Breakdown, Moves
from queries.on_time.judging import OnTime


def biggest_change(
    found: OnTime, before: OnTime | None, moves: Moves | None, split: Breakdown | None, opens: Opens, *,
    rise: bool,
) -> Talk:  # fmt: skip
    """Tell who raised (or lowered) the rate of what is in view most, and what explains most of it."""
    kicker = "Góp tăng nhiều nhất" if rise else "Góp giảm nhiều nhất"
    direction = "tăng" if rise else "giảm"
    pairs = () if moves is None else moves.rise if rise else moves.fall
    if before is None or moves is None or split is None or not pairs:
        title, more = _nobody(found, before, moves, direction)
        return Talk(kicker, title, [point(Part(more, opens.page(ON_TIME)), ".")], meaning="contribution")
    told = told_of(split, opens)
    size = signed_text(abs(split.points), told.places).lstrip("+")
    units = [pair.row.unit for pair in pairs]
    does = f"{direction} {size} {POINTS}"
    if found.view.unit_code is None:
        each = " mỗi đơn vị" if len(units) > 1 else ""
        does = f"làm tỷ lệ trễ hẹn của {of_whom(found.view)} {direction}{each} {size} {POINTS}"
    title = f"{join_names([one.label for one in units], MOST_IN_LINE)} {does}"
    points = [_moved(found, before, moves, split, opens, does=does)]
    if len(units) > 1:
        points.insert(0, point(*names(units, opens, MOST_IN_LINE), " góp như nhau. "
                               "Dưới đây là đơn vị đứng đầu theo tên."))  # fmt: skip
    points.append(explained(told, split, opens))
    table = split_table(told, found, split, opens)
    if table is not None:
        title += mostly(told, split)
    return Talk(
        kicker, title + basis_note(found.view), points, table=table, note=_too_few(moves),
        meaning="contribution",
    )  # fmt: skip


def nobody_moved(found: OnTime, before: OnTime | None, moves: Moves | None, opens: Opens) -> Talk:
    """Tell once that nobody moved either way, or that nothing can be compared."""
    title, more = _nobody(found, before, moves, "tăng hay giảm")
    return Talk(
        "Góp tăng, góp giảm nhiều nhất", title, [point(Part(more, opens.page(ON_TIME)), ".")],
        meaning="contribution",
    )  # fmt: skip


def _nobody(found: OnTime, before: OnTime | None, moves: Moves | None, direction: str) -> tuple[str, str]:
    """Give the title and the sentence where nobody moved this way, or nothing can be compared."""
    word = comparison_word(found.view)
    if not found.judged:
        return "Chưa có hồ sơ nào để tính tỷ lệ trễ hẹn trong kỳ này", "Xem số hồ sơ của từng đơn vị"
    if before is None:
        return "Không có mốc để so sánh", "Xem diễn biến 13 tháng thay cho so sánh"
    if moves is None:
        return f"{sentence(word)} không có hồ sơ nào để so sánh", "Xem số hồ sơ của từng đơn vị"
    if not moves.compared:
        who = "Chưa đơn vị nào" if found.view.unit_code is None else "Đơn vị không"
        return (
            "Chưa đủ hồ sơ để so sánh",
            f"{who} có từ {ENOUGH_DOSSIERS} hồ sơ ở cả kỳ này và {word}",
        )
    among = f" trong {count_text(len(moves.compared))} đơn vị đủ hồ sơ để so" if moves.others else ""
    if found.view.unit_code is not None:
        return f"Tỷ lệ trễ hẹn không {direction}", f"Tỷ lệ trễ hẹn của đơn vị không {direction} so với {word}"
    whom = of_whom(found.view)
    return (
        f"Không đơn vị nào làm tỷ lệ trễ hẹn của {whom} {direction}",
        f"Không đơn vị nào{among} làm tỷ lệ trễ hẹn của {whom} {direction} so với {word}",
    )


def _moved(
    found: OnTime, before: OnTime, moves: Moves, split: Breakdown, opens: Opens, *, does: str
) -> Point:  # fmt: skip
    """Say what the unit did to the whole, how the whole moved, and the unit's own rate then and now."""
    pair, view = split.pair, found.view
    then = late_then(pair.row.unit, pair.before, before, opens)
    own: list[Piece]
    if not pair.before.b:
        own = ["chưa có hồ sơ khi đó, nay ", *late_now(pair.row, found, opens)]
    elif not pair.now.b:
        own = ["từ ", *then, ", kỳ này không có hồ sơ để tính"]
    else:
        way = "lên" if (pair.points or 0) > 0 else "xuống" if pair.points else "vẫn"
        own = ["từ ", *then, f" {way} ", *late_now(pair.row, found, opens)]
    words: list[Piece] = [named(pair.row.unit, opens), f" {does} so với {comparison_word(view)}"]
    if view.unit_code is None:
        moved = signed_text(moves.points, decimals_for(abs(moves.points), 2, ()))
        words += [f" (tất cả các đơn vị cộng lại: {moved} {POINTS}); riêng đơn vị "]
    else:
        words.append(": ")
    return point(*words, *own, ".")


def _too_few(moves: Moves) -> str:
    if not moves.others:
        return ""
    units = f"{count_text(moves.others)} đơn vị"
    return f"Không so {units} có từ 1 đến {ENOUGH_DOSSIERS - 1} hồ sơ ở một trong hai kỳ."

"""Giao ban: whose late rate moved most each way, and the fields and procedures that moved it."""

from __future__ import annotations

from dashboard.figures.meeting.points import (
    MOST_IN_LINE,
    ON_TIME,
    Opens,
    Part,
    Point,
    basis_note,
    late_now,
    late_then,
    named,
    names,
    point,
    talk,
)
from dashboard.figures.meeting.split import POINTS, explained, plain_name, split_table, told_of
from dashboard.figures.shared.wording import comparison_word
from dashboard.formats import count_text, join_names, sentence, signed_text
from queries.definitions.metrics import ENOUGH_DOSSIERS
from queries.on_time.changes import Breakdown, Moves
from queries.on_time.judging import OnTime


def biggest_change(
    found: OnTime, before: OnTime | None, moves: Moves | None, split: Breakdown | None, opens: Opens, *,
    rise: bool,
) -> str:  # fmt: skip
    """Draw who rose (or fell) most, and what explains most of it."""
    kicker = "Tăng nhiều nhất" if rise else "Giảm nhiều nhất"
    direction = "tăng" if rise else "giảm"
    pairs = () if moves is None else moves.rise if rise else moves.fall
    if before is None or moves is None or split is None or not pairs:
        title, more = _nobody(found, before, moves, direction)
        return talk(kicker, title, [point(Part(more, opens.page(ON_TIME)), ".")])
    told = told_of(split, opens)
    size = signed_text(abs(split.points), told.places).lstrip("+")
    units = [pair.row.unit for pair in pairs]
    together = " cùng" if len(units) > 1 else ""
    title = f"{join_names([one.label for one in units], MOST_IN_LINE)}{together} {direction} {size} {POINTS}"
    points = [_moved(found, before, split, opens, direction=direction, size=size)]
    if len(units) > 1:
        points.insert(0, point(*names(units, opens, MOST_IN_LINE), f" cùng {direction} {size} {POINTS}. "
                               "Dưới đây là đơn vị đứng đầu theo tên."))  # fmt: skip
    points.append(explained(told, split, opens))
    table = split_table(told, found, split, opens)
    if table is not None:
        most = [plain_name(one.name) for one in told.leading]
        title += f",{' cùng' if len(most) > 1 else ''} góp nhiều nhất là {join_names(most, len(most))}"
    return talk(kicker, title + basis_note(found.view), points, table=table, note=_too_few(moves))


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
        return (
            "Chưa đủ hồ sơ để so sánh",
            f"Chưa đơn vị nào có từ {ENOUGH_DOSSIERS} hồ sơ ở cả kỳ này và {word}",
        )
    among = f" trong {count_text(len(moves.compared))} đơn vị đủ hồ sơ để so" if moves.others else ""
    if len(moves.compared) == 1 and not moves.others:
        return f"Tỷ lệ trễ hẹn không {direction}", f"Tỷ lệ trễ hẹn của đơn vị không {direction} so với {word}"
    return (
        f"Không đơn vị nào {direction} tỷ lệ trễ hẹn",
        f"Không đơn vị nào{among} {direction} tỷ lệ trễ hẹn so với {word}",
    )


def _moved(
    found: OnTime, before: OnTime, split: Breakdown, opens: Opens, *, direction: str, size: str
) -> Point:
    row, way = split.pair.row, "lên" if direction == "tăng" else "xuống"
    return point(
        named(row.unit, opens), f" {direction} {size} {POINTS} so với {comparison_word(found.view)}: từ ",
        *late_then(row.unit, split.pair.before, before, opens), f" {way} ", *late_now(row, found, opens), ".",
    )  # fmt: skip


def _too_few(moves: Moves) -> str:
    if not moves.others:
        return ""
    units = f"{count_text(moves.others)} đơn vị"
    return f"Không so {units} có dưới {ENOUGH_DOSSIERS} hồ sơ ở một trong hai kỳ."

"""Giao ban: the backlog and what falls due, apologies not given, and the units to praise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from dashboard.figures.flags.wording import flag_sentence, why_not
from dashboard.figures.meeting.points import (
    FLAGS,
    METHOD,
    MOST_UNITS,
    ON_TIME,
    Opens,
    Part,
    Piece,
    Point,
    Talk,
    a_of_b,
    counted,
    named,
    point,
)
from dashboard.figures.shared.wording import by_rate_a, edges, whose
from dashboard.formats import count_text, day_text, join_names, rate_text, sentence, share_text
from queries.definitions.flag_rule import COMMENDED_FROM
from queries.definitions.metrics import FEW, Share, over
from queries.definitions.units import Unit, by_name
from queries.flags.found import Found, FoundFlags
from queries.flags.judging import backlog, commended
from queries.on_time.judging import OnTime, Row

DOSSIERS = "/ho-so"
MOST_TOP = 3
IN_TITLE = 3


def top(counts: Sequence[tuple[Unit, int, str]], opens: Opens, rest: str) -> list[Piece]:
    """Give "; nhiều nhất: Mỹ An (12), An Lạc (8) và 3 đơn vị khác", each number with its link.

    Nothing where there is only the view's one unit, or none.
    """
    some = sorted((one for one in counts if one[1]), key=lambda one: (-one[1], by_name(one[0])))
    if not some:
        return []
    more = len(some) - MOST_TOP
    is_even = more <= 0 and len({one[1] for one in some}) == 1
    pieces: list[Piece] = ["; đều ở " if len(some) == 1 else "; ở " if is_even else "; nhiều nhất: "]
    for i, (unit, count, href) in enumerate(some[:MOST_TOP]):
        is_last = i == len(some) - 1
        pieces.append((" và " if is_last else ", ") if i else "")
        pieces += [named(unit, opens), " (", counted(count, href), ")"]
    if more > 0:
        pieces += [" và ", Part(f"{count_text(more)} đơn vị khác", opens.page(rest))]
    return pieces


def backlog_now(
    found: OnTime, due_soon: Mapping[str | None, int], until: date, units: Mapping[str, Unit], opens: Opens
) -> Talk:
    """Tell whom the backlog will push over, how large it is, what falls due next."""
    tips = backlog(found)
    points = [_tips(row, found, opens) for row in tips[:MOST_UNITS]]
    if len(tips) > MOST_UNITS:
        rest = Part(f"và {count_text(len(tips) - MOST_UNITS)} đơn vị khác", opens.page(FLAGS))
        points.append(point(rest, ".", tag="Sẽ vượt", look="near", meaning="unit_backlog"))
    points.append(_overdue(found, opens))
    if found.view.is_running:
        points.append(_due_soon(due_soon, until, units, found, opens))
    return Talk("Hồ sơ quá hạn", _backlog_title(tips, found), points, meaning="open_overdue")


def _backlog_title(tips: Sequence[Row], found: OnTime) -> str:
    overdue = found.district.tally["open_overdue"]
    if not found.view.is_running:
        left = f"còn {count_text(overdue)}" if overdue else "không còn"
        return f"Hết kỳ {left} hồ sơ quá hạn chưa giải quyết xong"
    if not overdue:
        return "Không có hồ sơ quá hạn nào chưa giải quyết xong"
    if not tips and found.view.unit_code is not None and found.known:
        return _tipped_alone(found.known[0], found)
    if not tips and found.judged and all(_is_over_by_a(row, found) for row in found.judged):
        return f"{_all_over(found)} đã vượt ngưỡng, chưa kể hồ sơ quá hạn{by_rate_a(found.view)}"
    if not tips:
        more = "thêm " if found.over else ""
        return f"Không {more}đơn vị nào sẽ vượt ngưỡng vì hồ sơ quá hạn"
    sure = [row.unit.label for row in tips if row.tally.with_backlog_done.b >= FEW]
    whom = join_names(sure, IN_TITLE) if len(sure) == len(tips) else f"{count_text(len(tips))} đơn vị"
    weak = f" ({count_text(len(tips) - len(sure))} đơn vị ít hồ sơ)" if len(sure) < len(tips) else ""
    return f"{whom} sẽ vượt ngưỡng nếu giải quyết xong hồ sơ quá hạn{weak}"


def _is_over_by_a(row: Row, found: OnTime) -> bool:
    return over(row.tally.late("A"), edges(found.view)[0])


def _all_over(found: OnTime) -> str:
    judged = found.judged
    return judged[0].unit.label if len(judged) == 1 else f"Cả {count_text(len(judged))} đơn vị có hồ sơ"


def _tipped_alone(row: Row, found: OnTime) -> str:
    """Say of the one unit in view what its backlog does to it, where it does not push it over."""
    threshold = found.view.rules.threshold_on(found.view.end).fraction
    if over(row.tally.with_backlog_done, threshold):
        return f"{row.unit.label} đã vượt ngưỡng, chưa kể hồ sơ quá hạn{by_rate_a(found.view)}"
    return f"Giải quyết xong hồ sơ quá hạn thì {row.unit.label} vẫn dưới ngưỡng{by_rate_a(found.view)}"


def _tips(row: Row, found: OnTime, opens: Opens) -> Point:
    of, late, would = {"unit_code": row.unit.code}, row.tally.late("A"), row.tally.with_backlog_done
    words: list[Piece] = [named(row.unit, opens), " "]
    if late.b:
        shown = a_of_b(late, opens.listed("late_rate_a", **of), opens.listed("judged", **of))
        words += [f"{rate_text(late, 2, edges(found.view))} (", *shown, ")"]
    else:
        words.append("chưa có hồ sơ giải quyết xong")
    basis = "" if found.view.basis == "A" else ", cách tính A"
    words += [
        ", còn ", counted(row.tally["open_overdue"], opens.listed("open_overdue", **of)),
        " hồ sơ quá hạn: nếu hôm nay giải quyết xong toàn bộ thì tỷ lệ trễ hẹn thành "
        f"{rate_text(would, 2, edges(found.view))} (",
        counted(would.a, opens.listed("c_late", **of)), f"/{count_text(would.b)}{basis}).",
    ]  # fmt: skip
    is_few = would.b < FEW
    name, look = ("Sẽ vượt, ít hồ sơ", "few") if is_few else ("Sẽ vượt", "near")
    return point(*words, tag=name, look=look, meaning="unit_backlog")


def _overdue(found: OnTime, opens: Opens) -> Point:
    tally, view = found.district.tally, found.view
    overdue = tally["open_overdue"]
    still = "đang" if view.is_running else "hết kỳ"
    if not overdue:
        ended = "" if view.is_running else "hết kỳ "
        text = f"{whose(view)} {ended}không còn hồ sơ quá hạn nào chưa giải quyết xong"
        return point(Part(text, opens.page(ON_TIME)), ".")
    words: list[Piece] = [
        f"{whose(view)} {still} còn ", counted(overdue, opens.listed("open_overdue")),
        " hồ sơ quá hạn chưa giải quyết xong",
    ]  # fmt: skip
    if tally.oldest_due is not None:
        words.append(f", lâu nhất hẹn trả ngày {day_text(tally.oldest_due)}")
    if view.unit_code is None:
        words += top(
            [
                (row.unit, row.tally["open_overdue"],
                 opens.listed("open_overdue", unit_code=row.unit.code) if row.unit.code else "")
                for row in found.rows
            ],
            opens, ON_TIME,
        )  # fmt: skip
    return point(*words, ".")


def _due_soon(
    due_soon: Mapping[str | None, int], until: date, units: Mapping[str, Unit], found: OnTime, opens: Opens
) -> Point:
    total, when = sum(due_soon.values()), f"đến hạn từ nay đến hết {day_text(until)}"
    tag = {"tag": "Sắp đến hạn", "look": "work", "meaning": "due_soon"}
    if not total:
        return point(Part(f"Không hồ sơ nào {when}", opens.page(FLAGS)), ".", **tag)
    words: list[Piece] = [counted(total, opens.page(DOSSIERS, flag="due_soon")), f" hồ sơ {when}"]
    if found.view.unit_code is None:
        of_units = [
            (units[code], count, opens.page(DOSSIERS, flag="due_soon", unit_code=code))
            for code, count in due_soon.items()
            if code is not None and code in units
        ]
        # Of one unit alone "đều ở" would be untrue where others have no known unit.
        words += top(of_units, opens, FLAGS) if sum(one[1] for one in of_units) == total else []
    return point(*words, ".", **tag)


def apologies(flags: FoundFlags, units: Mapping[str, Unit], opens: Opens) -> Talk:
    """Tell the late dossiers without an apology, and the apologies that came late, by unit."""
    gap, late = flags.of("no_apology"), flags.of("late_apology")
    points = [
        _apology(gap, flags, units, opens, "over"),
        _apology(late, flags, units, opens, "near"),
    ]
    if gap.state == "no_data":
        return Talk("Xin lỗi, hẹn lại", "Phiếu xin lỗi: không có dữ liệu", points[:1])
    return Talk("Xin lỗi, hẹn lại", flag_sentence(gap, flags), points, meaning="no_apology")


def _apology(one: Found, flags: FoundFlags, units: Mapping[str, Unit], opens: Opens, look: str) -> Point:
    if one.state != "found":
        text = "Phiếu xin lỗi và hẹn lại" if one.rule.id == "no_apology" else one.rule.name
        return point(Part(f"{text}: {why_not(one)}", opens.page(METHOD)), ".")
    raised = one.district
    text = flag_sentence(one, flags)
    if not raised.count:
        return point(Part(text, opens.page(FLAGS)), ".", tag=one.rule.name, look="fine", meaning=one.rule.id)
    words: list[Piece] = [
        counted(raised.count, opens.flagged(one, None)), text.removeprefix(count_text(raised.count)),
    ]  # fmt: skip
    if raised.base:
        share = Share(raised.count, raised.base)
        words.append(f" ({rate_text(share, 1)}, {share_text(share)} {one.rule.base})")
    if flags.view.unit_code is None:
        of_units = [
            (units[code], of.count, opens.flagged(one, code))
            for code, of in one.units.items()
            if code in units
        ]
        words += top(of_units, opens, FLAGS) if not one.unknown or len(of_units) > 1 else []
    return point(*words, ".", tag=one.rule.name, look=look, meaning=one.rule.id)


def _not_praised(row: Row, opens: Opens) -> tuple[str, list[Point]]:
    """Say why the one unit in view is not commended; nothing of the others, which are not in view."""
    tally, of = row.tally, {"unit_code": row.unit.code}
    words: list[Piece] = [named(row.unit, opens), " có "]
    found = [
        (tally[word], name, opens.listed(word, **of))
        for word, name in (("late", "trễ hạn"), ("open_overdue", "quá hạn chưa giải quyết xong"))
        if tally[word]
    ]
    if not found and tally["judged"]:
        found = [(tally["judged"], "đã giải quyết", opens.listed("judged", **of))]
    if not found:
        words = [named(row.unit, opens), " chưa có hồ sơ đã giải quyết"]
    for i, (count, name, href) in enumerate(found):
        words += [", " if i else "", counted(count, href), f" hồ sơ {name}"]
    needs = f"; biểu dương cần từ {COMMENDED_FROM} hồ sơ đã giải quyết, không trễ hạn, không quá hạn."
    return f"{row.unit.label} chưa đủ điều kiện biểu dương", [point(*words, needs)]


def praise(found: OnTime, opens: Opens) -> Talk:
    """Tell the units without a late or an overdue dossier."""
    rows = sorted(commended(found), key=lambda row: (-row.tally["judged"], by_name(row.unit)))
    if not rows and found.view.unit_code is not None and found.known:
        return Talk("Biểu dương", *_not_praised(found.known[0], opens), meaning="commended")
    if not rows:
        title = "Chưa đơn vị nào đủ điều kiện biểu dương"
        why = f"Chưa đơn vị nào có từ {COMMENDED_FROM} hồ sơ đã giải quyết mà không trễ hạn, không quá hạn"
        return Talk("Biểu dương", title, [point(Part(why, opens.page(FLAGS)), ".")], meaning="commended")
    words: list[Piece] = [
        f"Không hồ sơ nào trễ hạn hay quá hạn, từ {COMMENDED_FROM} hồ sơ đã giải quyết trở lên: "
    ]
    for i, row in enumerate(rows[:MOST_UNITS]):
        is_last = i == len(rows) - 1
        judged = opens.page(DOSSIERS, flag="commended", unit_code=row.unit.code)
        words.append((" và " if is_last else ", ") if i else "")
        words += [named(row.unit, opens), " (", counted(row.tally["judged"], judged), " hồ sơ)"]
    if len(rows) > MOST_UNITS:
        words += [" và ", Part(f"{count_text(len(rows) - MOST_UNITS)} đơn vị khác", opens.page(FLAGS))]
    title = join_names([row.unit.label for row in rows], IN_TITLE)
    return Talk(
        "Biểu dương", f"{sentence(title)} không để hồ sơ nào trễ hạn",
        [point(*words, ".", tag="Biểu dương", look="fine", meaning="commended")],
        meaning="commended",
    )  # fmt: skip

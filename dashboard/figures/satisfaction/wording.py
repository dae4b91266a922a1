"""Sentences about satisfaction that several cards say in the same words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from dashboard.figures.shared.outcome import NO_DATA
from dashboard.figures.shared.wording import comparison_name, comparison_word
from dashboard.formats import NOTHING, count_text, join_names, points_text, rate_text, share_text
from queries.asked.view import View
from queries.definitions.metrics import ENOUGH_VOTES, METRICS, Share, wilson
from queries.flags.judging import DROP_POINTS, is_drop
from queries.satisfaction.judging import Movers, Satisfaction, SatisfactionRow, movers
from queries.satisfaction.statements import SIPAS, UNKNOWN_SOURCE
from queries.satisfaction.votes import Change, Sources

NO_VOTES = "Không có phiếu đánh giá nào trong kỳ này"
FEW = "ít phiếu"
SOURCE_NAMES = {
    "tablet": "Máy tính bảng", "paper": "Phiếu giấy", "front": "Mặt trận Tổ quốc", "online": "Trực tuyến",
    SIPAS: "SIPAS", UNKNOWN_SOURCE: "Không rõ nguồn",
}  # fmt: skip
POOLED_NAME = "Gộp các nguồn (trừ SIPAS)"
LEVEL_NAMES = {
    "very_satisfied": "Rất hài lòng", "satisfied": "Hài lòng", "neutral": "Bình thường",
    "dissatisfied": "Không hài lòng", "very_dissatisfied": "Rất không hài lòng",
}  # fmt: skip
_DROP = (Fraction(DROP_POINTS),)


def finding(found: Satisfaction, before: Satisfaction | None) -> str:
    """Name the unit that moved the district, else the one that fell most: the title of the page."""
    of = source_suffix(found)
    if not found.has_data:
        return "Nguồn dữ liệu không có phiếu đánh giá"
    if not found.district.share.b:
        return f"{NO_VOTES}{of}"
    if found.view.unit_code is not None and len(found.known) == 1:
        return _of_one(found, before, of)
    return _of_all(found, before, of)


def _of_all(found: Satisfaction, before: Satisfaction | None, of: str) -> str:
    share, word = found.district.share, comparison_word(found.view)
    changes = [(row, found.change(row, before)) for row in found.known]
    enough = [
        (row, one, one.points) for row, one in changes if one and one.is_enough and one.points is not None
    ]
    if before is None:
        return f"{rate(share)} hài lòng trên {count_text(share.b)} phiếu{of}; không có mốc để so sánh"
    moved_most = movers(found, before)
    if moved_most is not None:
        return f"Hài lòng {moved_by(moved_most, found.view)}{of}"
    if not enough:
        which = f"chưa đơn vị nào có từ {ENOUGH_VOTES} phiếu cùng nguồn ở cả kỳ này và {word}"
        return f"{rate(share)} hài lòng{of}; {which}"
    lowest = min(points for _, _, points in enough)
    most = [(row, one) for row, one, points in enough if points == lowest]
    if lowest >= 0:
        return f"Không đơn vị nào {among(len(enough))} giảm tỷ lệ hài lòng so với {word}{of}"
    if len(most) > 1:
        names = join_names([row.unit.label for row, _ in most], 4)
        fell = f"{fall(lowest)} so với {word}{of}"
        return f"{names} cùng giảm hài lòng nhiều nhất {among(len(enough))}: {fell}"
    row, one = most[0]
    fell = f"{fall(lowest)} so với {word}, còn {rate(one.now)}{of}"
    return f"{row.unit.label} giảm hài lòng nhiều nhất {among(len(enough))}: {fell}"


def among(count: int) -> str:
    """Say among how many units someone is the first."""
    return f"trong {count_text(count)} đơn vị đủ phiếu để so"


def moved_by(moved_most: Movers, view: View) -> str:
    """Say how the district moved and who moved it most: "giảm 45,68 điểm % …, góp nhiều nhất là …"."""
    rows, points = moved_most.rows, moved_most.change.points or Fraction(0)
    if len(rows) == 1:
        new = ", mới có phiếu" if rows[0].unit.code in moved_most.new else ""
        whom = f"{rows[0].unit.label} ({fall(moved_most.points)}{new})"
    else:
        names = join_names([row.unit.label for row in rows], 4)
        whom = f"{names} (mỗi đơn vị {fall(moved_most.points)})"
    there = f"góp nhiều nhất {among(moved_most.compared)} là {whom}"
    return f"{moved(points)} {comparison_word(view)}, {there}"


def _of_one(found: Satisfaction, before: Satisfaction | None, of: str) -> str:
    row = found.known[0]
    text = f"{row.unit.label}: {rate(row.share)} hài lòng trên {count_text(row.share.b)} phiếu{of}"
    change = found.change(row, before)
    if not row.is_enough:
        return f"{text} ({FEW})"
    if change is None or change.points is None or not change.is_enough:
        return text
    return f"{text}, {moved(change.points)} {comparison_word(found.view)}"


def moved(points: Fraction) -> str:
    """Say a change in words: "giảm 5,20 điểm % so với", "tăng … so với", "bằng"."""
    if not points:
        return "bằng"
    return f"{'tăng' if points > 0 else 'giảm'} {fall(points)} so với"


def fall(points: Fraction) -> str:
    """Print the size of a change, without its arrow."""
    return points_text(abs(points), _DROP)[2:]


def rate(share: Share) -> str:
    """Print a satisfaction rate by the printing rule."""
    return rate_text(share, METRICS["satisfaction_rate"].decimals)


def source_suffix(found: Satisfaction) -> str:
    """Say which source the figures are of; nothing where they pool all but SIPAS."""
    return f" (nguồn {SOURCE_NAMES[found.chosen[0]]})" if len(found.chosen) == 1 else ""


def district_sentence(found: Satisfaction, before: Satisfaction | None) -> str:
    """Say both rates with a/b and the change over the same sources: under the title."""
    row = found.district
    if not found.has_data:
        return f"Bảng phiếu đánh giá: {NO_DATA}."
    where = found.view.whole_name if found.view.unit_code is None else "Đơn vị"
    if not row.share.b:
        return f"{where}: {NO_VOTES.lower()}."
    very = row.votes.share("very_satisfied_rate")
    text = (
        f"{where}: hài lòng {rate(row.share)} ({share_text(row.share)} phiếu), "
        f"rất hài lòng {rate(very)} ({share_text(very)} phiếu)"
    )
    change = found.change(row, before)
    if change is not None and change.points is not None and change.is_enough:
        text += f"; tỷ lệ hài lòng {moved(change.points)} {comparison_name(found.view)}"
        if differs(change, row.sources, found):
            text += f", tính trên {names_of(change.sources)}"
    return f"{text}."


def differs(change: Change, sources: Sources, found: Satisfaction) -> bool:
    """Say whether a change rests on fewer sources than the rate beside it."""
    return change.sources != sources.voting(found.chosen)


def names_of(sources: Iterable[str]) -> str:
    """Give "máy tính bảng và trực tuyến"."""
    return join_names([SOURCE_NAMES[one] if one == SIPAS else SOURCE_NAMES[one].lower() for one in sources])


def change_text(change: Change | None) -> str:
    """Print a change with its arrow; "ít phiếu" and no arrow where one side has too few votes."""
    if change is None or change.points is None:
        return NOTHING
    if not change.is_enough:
        return FEW
    if is_drop(change):
        return f"giảm {fall(change.points)}"
    return points_text(change.points, _DROP)


def change_line(
    found: Satisfaction, before: Satisfaction | None, metric_id: str = "satisfaction_rate"
) -> str:
    """Say the district's change under a tile."""
    word = comparison_word(found.view)
    change = found.change(found.district, before, metric_id)
    if change is None or change.points is None:
        return f"so với {word}: —"
    if not change.is_enough:
        return f"so với {word}: {FEW}"
    text = points_text(change.points, _DROP)
    return f"bằng {word}" if not change.points else f"{text} so với {word}"


def sources_text(sources: Sources, chosen: Sequence[str]) -> str:
    """Give each source's number of votes: "Máy tính bảng 1.393 · Trực tuyến 126"."""
    return " · ".join(
        f"{SOURCE_NAMES[one]} {count_text(sources[one]['votes'])}" for one in sources.voting(chosen)
    )


def interval_text(share: Share) -> str:
    """Give the 95% Wilson interval as "94,7–96,7%"; "—" for nothing."""
    interval = wilson(share)
    if interval is None:
        return NOTHING
    low, high = (_end(value) for value in interval)
    return f"{low}–{high}%"


def _end(value: float) -> str:
    if value in (0, 100):
        return f"{value:.0f}"
    for places in range(1, 9):
        text = f"{value:.{places}f}"
        if 0 < float(text) < 100:
            return text.replace(".", ",")
    return f"{value:.0f}"


def silent_sentence(found: Satisfaction) -> str:
    """Name the units without votes; empty where there are none."""
    names = [row.unit.label for row in found.silent]
    return f"Không có phiếu: {join_names(names, 6)}." if names and found.has_data else ""


def defect_sentence(found: Satisfaction) -> str:
    """Tell what could not be counted; empty where all could."""
    whole = found.district.sources.whole
    unknown = found.district.sources[UNKNOWN_SOURCE]["votes"]
    parts = []
    if whole.unknown_level:
        parts.append(f"Không tính {count_text(whole.unknown_level)} phiếu không rõ mức đánh giá.")
    if whole.uncountable:
        parts.append(f"Không tính {count_text(whole.uncountable)} dòng có số phiếu trống hoặc âm.")
    if unknown:
        parts.append(f"{count_text(unknown)} phiếu không rõ nguồn.")
    return " ".join(parts)


def lowest_title(rows: Sequence[tuple[SatisfactionRow, Sequence[Share]]], months: str) -> str:
    """Say which units stand at their own lowest in the months that have votes enough."""
    names, compared = [], 0
    for row, shares in rows:
        enough = [share.exact for share in shares[:-1] if share.b >= ENOUGH_VOTES and share.exact is not None]
        last = shares[-1]
        if len(enough) < 2 or last.exact is None or last.b < ENOUGH_VOTES:
            continue
        compared += 1
        if last.exact < min(enough):
            names.append(row.unit.label)
    if not compared:
        return f"Hài lòng theo đơn vị, {months}"
    if not names:
        return f"Không đơn vị nào đang ở mức thấp nhất của mình trong {months}"
    if len(names) == compared and compared > 1:
        return f"Cả {compared} đơn vị đủ phiếu đang ở mức thấp nhất của mình trong {months}"
    return f"{join_names(names, 4)} đang ở mức thấp nhất của mình trong {months}"


EVERY_FIELD = "phiếu đánh giá không ghi lĩnh vực, thủ tục: đây là số của mọi lĩnh vực"
"""What must stand beside votes where the view is narrowed by what a rating does not say."""


def every_field(view: View) -> str:
    """Give that sentence after "; "; empty for a view that ratings can be narrowed by."""
    is_narrowed = view.field is not None or view.procedure_code is not None
    return f"; {EVERY_FIELD}" if is_narrowed else ""

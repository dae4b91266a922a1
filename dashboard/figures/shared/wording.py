"""Sentences about a judged period that several cards say in the same words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from dashboard.formats import (
    NOTHING,
    count_text,
    day_text,
    join_names,
    points_text,
    rate_text,
    sentence,
    share_text,
)
from queries.asked.periods import Period
from queries.asked.view import View
from queries.definitions.metrics import BASIS_NAMES, ENOUGH_DOSSIERS, FEW, STRENGTH_NAMES, Share, over
from queries.definitions.units import Unit
from queries.on_time.judging import OnTime, Row, taking_part
from queries.on_time.judging_trend import Trend
from queries.on_time.streak import Running
from queries.online.judging import OnlineRow
from queries.satisfaction.judging import SatisfactionRow

MOST_NAMES = 4
NOT_THERE = "(không hoạt động trong kỳ)"
OTHERS = "Phòng chuyên môn và bộ phận cấp huyện"
UNFINISHED = "*"
UNFAIR = "chưa so ngang bằng được vì hồ sơ của kỳ ấy đã có nhiều thời gian hơn để phát sinh trễ hạn"
UNFINISHED_NOTE = "* Kể cả tháng chưa hết."


def threshold_text(view: View) -> str:
    """Give the threshold in force as "5%" or "4,5%"."""
    return f"{view.rules.threshold_on(view.end).percent.replace('.', ',')}%"


def finding(found: OnTime) -> str:
    """Say how many units are at or over the threshold: the title of the overview."""
    threshold, judged, over, few = threshold_text(found.view), found.judged, found.over, found.few
    if not judged:
        if found.view.unit_code is not None and found.unranked:
            return f"{listed_name(found.unranked[0])}: không xếp hạng"
        return f"{nothing_yet(found.view)} hồ sơ nào để tính tỷ lệ trễ hẹn trong kỳ này"
    basis = "" if found.view.basis == "A" else f" (cách tính {found.view.basis})"
    if len(judged) == 1 and (found.view.unit_code is not None or len(found.known) == 1):
        row = judged[0]
        state = {"over": "vượt ngưỡng", "near": "sát ngưỡng", "fine": "dưới ngưỡng"}[
            row.verdict.flag or "fine"
        ]
        weak = " nhưng ít hồ sơ" if row.verdict.strength == "few" else ""
        return f"{row.unit.label} {state}{weak}: trễ hẹn {rate_of(row, found)}{basis}"
    if not over:
        return f"Không đơn vị nào có tỷ lệ trễ hẹn từ {threshold} trở lên{basis}"
    weak = f" ({count_text(len(few))} đơn vị ít hồ sơ)" if few else ""
    if len(over) == len(judged):
        with_some = " có hồ sơ đều" if found.silent else ""
        return f"Cả {len(judged)} đơn vị{with_some} có tỷ lệ trễ hẹn từ {threshold} trở lên{weak}{basis}"
    return f"{len(over)}/{len(judged)} đơn vị có tỷ lệ trễ hẹn từ {threshold} trở lên{weak}{basis}"


def nothing_yet(view: View) -> str:
    """Begin a sentence about nothing: a running period may still get some, a past one never will."""
    return "Chưa có" if view.is_running else "Không có"


def by_rate_a(view: View) -> str:
    """Name rate A behind a figure that is always of it, where the page shows another."""
    return "" if view.basis == "A" else " (cách tính A)"


def edges(view: View) -> tuple[Fraction, Fraction]:
    """Give the threshold and the near band of a view's last day."""
    return view.rules.threshold_on(view.end).fraction, view.rules.near_on(view.end).fraction


def rate_of(row: Row, found: OnTime) -> str:
    """Print a row's late rate."""
    return rate_text(row.verdict.share, 2, edges(found.view))


def ranking_title(found: OnTime) -> str:
    """Name the units over the threshold and those near it; few dossiers are never named worst."""
    sure = [row.unit.label for row in found.over if row.verdict.is_sure]
    near = [row.unit.label for row in found.near]
    if not found.judged:
        return f"{nothing_yet(found.view)} hồ sơ nào để xếp hạng"
    parts = []
    if sure:
        parts.append(f"{join_names(sure, MOST_NAMES)} vượt ngưỡng")
    elif found.few:
        parts.append(f"{count_text(len(found.few))} đơn vị vượt ngưỡng nhưng ít hồ sơ")
    if near:
        parts.append(f"{join_names(near, MOST_NAMES)} sát ngưỡng")
    if parts:
        return "; ".join(parts)
    if len(found.judged) == 1:
        return f"{found.judged[0].unit.label} dưới ngưỡng và ngoài vùng sát ngưỡng"
    who = f"Cả {count_text(len(found.judged))} đơn vị có hồ sơ" if found.silent else "Mọi đơn vị"
    return f"{who} đều dưới ngưỡng và ngoài vùng sát ngưỡng"


def change(now: Share, before: Share | None) -> Fraction | None:
    """Give the change of a rate in percentage points; None where either has nothing to divide by."""
    if before is None or now.exact is None or before.exact is None:
        return None
    return now.exact - before.exact


def sure_change(now: Share, before: Share | None) -> Fraction | None:
    """Give the same where both have dossiers enough; None too where it would be chance."""
    return None if before is None or min(now.b, before.b) < ENOUGH_DOSSIERS else change(now, before)


def change_name(view: View) -> str:
    """Name the column of changes by what they are compared with."""
    return f"So với {comparison_word(view)}"


def change_text(row: Row, before: OnTime | None, view: View) -> str:
    """Print how a row's late rate moved, in points; words where a number would say what nobody knows."""
    then = before.of(row.unit.code) if before and row.unit.code else before.district if before else None
    share, share_then = row.verdict.share, then.verdict.share if then else Share(0, 0)
    if before is None or not share.b or not is_fair(view):
        return NOTHING
    if not share_then.b:
        return "chưa có khi đó"
    if min(share.b, share_then.b) < ENOUGH_DOSSIERS:
        return "ít hồ sơ"
    points = change(share, share_then)
    return points_text(points)


def listed_name(row: Row | OnlineRow | SatisfactionRow) -> str:
    """Name a row of a table; a unit that is listed for its dossiers alone says why it is not ranked."""
    is_gone = row.unit.is_known and not row.is_ranked
    return f"{row.unit.label} {NOT_THERE}" if is_gone else row.unit.label


def whose(view: View) -> str:
    """Say whose the sums are: the district's, a unit's, a field's or a procedure's, of all or of the unit."""
    of = "" if view.unit_code is None else " của đơn vị"
    if view.procedure_code is not None:
        return f"Thủ tục {view.procedure_code}{of}"
    if view.field is not None:
        return f"Lĩnh vực {view.field}{of}"
    return view.whole_name if view.unit_code is None else "Đơn vị"


def of_whom(view: View) -> str:
    """Say the same within a sentence: "toàn địa bàn", "lĩnh vực Đất đai"."""
    name = whose(view)
    return name[0].lower() + name[1:]


def total_name(view: View) -> str:
    """Name the line of sums of a table."""
    return "Cộng" if view.unit_code is not None or view.is_narrowed else view.whole_name


def district_sentence(found: OnTime, before: OnTime | None) -> str:
    """Say the district's late rate, a/b and its change: the subtitle of the overview."""
    share = found.district.verdict.share
    where = whose(found.view)
    basis = f"cách tính {found.view.basis}, {BASIS_NAMES[found.view.basis]}"
    if not share.b:
        return f"{where}: không có hồ sơ nào để tính tỷ lệ trễ hẹn ({basis})."
    text = f"{where} trễ {rate_text(share, 2, edges(found.view))} ({share_text(share)} hồ sơ; {basis})"
    then = before.district.verdict.share if before else Share(0, 0)
    points = change(share, then)
    if points is not None and min(share.b, then.b) >= ENOUGH_DOSSIERS:
        if not is_fair(found.view):
            return f"{text}; {comparison_name(found.view)} {rate_text(then, 2, edges(found.view))}, {UNFAIR}."
        moved = (
            "bằng" if points == 0 else f"{'tăng' if points > 0 else 'giảm'} {points_text(abs(points))[2:]}"
        )
        joined = "" if points == 0 else " so với"
        text += f", {moved}{joined} {comparison_name(found.view)}"
    elif found.view.compared() is None:
        text += f"; so với {comparison_word(found.view)}: —"
    return f"{text}."


def backlog_sentence(found: OnTime) -> str:
    """Say how many overdue dossiers are still open, the late rate once they are done; empty for none."""
    tally = found.district.tally
    overdue = tally["open_overdue"]
    when = "Đang còn" if found.view.is_running else "Hết kỳ còn"
    if tally.is_empty:
        return ""
    if not overdue:
        return "Không còn hồ sơ quá hạn nào chưa giải quyết xong."
    text = f"{when} {count_text(overdue)} hồ sơ quá hạn chưa giải quyết xong"
    if tally.oldest_due is not None:
        text += f", lâu nhất hẹn trả ngày {day_text(tally.oldest_due)}"
    if found.view.is_running:
        rate = rate_text(tally.with_backlog_done, 2, edges(found.view))
        text += f"; nếu hôm nay giải quyết xong toàn bộ thì trễ {rate}{by_rate_a(found.view)}"
    return f"{text}."


def is_fair(view: View) -> bool:
    """Say whether both sides of the comparison had as long to turn late.

    Rate D judges by the moment of the data: what came in this month may still turn late,
    what came in a month or a year ago has had its time. A period and the same period as
    of an earlier day are judged by that day, and are fair.
    """
    return view.basis != "D" or not view.is_running or view.comparison.kind == "day"


def comparison_name(view: View) -> str:
    """Name what the view is compared with, with its days."""
    other = view.compared()
    if other is None:
        return "mốc so sánh (—)"
    if view.comparison.kind == "day":
        assert other.judged_on is not None
        return f"chính kỳ này, tính đến {day_text(other.judged_on)} (tính lại từ dữ liệu hiện có)"
    days = days_text(other.period.start, other.end)
    return f"cùng kỳ năm trước ({days})" if view.comparison.kind == "last_year" else f"kỳ trước ({days})"


def comparison_word(view: View) -> str:
    """Name the comparison in two words, where its days already stand on the screen."""
    day = view.comparison.day
    if day is not None:
        other = view.compared()
        if other is not None and other.judged_on is not None:
            day = other.judged_on  # no later than the last day that counts
        return f"ngày {day:%d/%m}" if day.year == view.as_of.year else f"ngày {day_text(day)}"
    return "cùng kỳ năm trước" if view.comparison.kind == "last_year" else "kỳ trước"


def no_base(view: View) -> str:
    """Say why there is nothing to compare with; without a full stop."""
    if view.comparison.day is not None:
        start = day_text(view.period.start)
        return f"Ngày {day_text(view.comparison.day)} ở trước kỳ này (từ {start}): không có mốc để so sánh"
    return "Không có mốc để so sánh"


def days_text(start: date, end: date) -> str:
    """Give "01/10–21/10/2026", with the first year where it differs."""
    if start == end:
        return day_text(start)
    first = f"{start:%d/%m}" if start.year == end.year else day_text(start)
    return f"{first}–{day_text(end)}"


def running_text(running: Running) -> str:
    """Say for how many months in a row a unit has been over, and since when.

    "11 tháng liền, từ tháng 01/2026"; what began before the months shown is "ít nhất" so many;
    a running month that is counted is marked.
    """
    since = _streak(running)
    return f"xét từng tháng, {since}" if since and running.by_month else since


def over_text(running: Running) -> str:
    """Say the same as a sentence would: "vượt 11 tháng liền, từ tháng 01/2026"."""
    since = _streak(running)
    if not since:
        return ""
    return f"xét từng tháng thì vượt {since}" if running.by_month else f"vượt {since}"


def _streak(running: Running) -> str:
    if running.since is None:
        return ""
    basis = "kỳ báo cáo " if running.since.basis == "reporting" else ""
    since = f"từ {basis}{running.since.name()}"
    if running.from_before:
        since = f"ít nhất {running.months} {basis}tháng liền"
    elif running.months > 1:
        since = f"{running.months} {basis}tháng liền, {since}"
    if running.is_unfinished:
        since += " (kể cả tháng chưa hết)" if running.months > 1 else " (tháng chưa hết)"
    return since


def needed_text(needed: int, view: View) -> str:
    """Say how many on-time dossiers bring a unit below the threshold."""
    more = (
        f"{count_text(needed)} hồ sơ đúng hạn"
        if needed == 1
        else f"{count_text(needed)} hồ sơ đúng hạn liên tiếp"
    )
    return f"Phải có thêm {more} mới xuống dưới {threshold_text(view)}"


def running_note(running: Running) -> str:
    """Say the same in the space beside a bar; ``UNFINISHED`` marks a running month that is counted."""
    if running.since is None:
        return ""
    since = f"từ {'trước ' if running.from_before else ''}{running.since.short_label()}"
    if running.by_month:
        since = f"theo tháng: {since}"
    mark = UNFINISHED if running.is_unfinished else ""
    return f"{since}{mark}" if running.months == 1 else f"{since}, {running.months} tháng{mark}"


def strength_text(row: Row) -> str:
    """Say how sure a flag is: "vượt rõ", "vượt ngưỡng", "ít hồ sơ"; empty where not over."""
    return STRENGTH_NAMES.get(row.verdict.strength or "", "")


def basis_sentence(found: OnTime) -> str:
    """Name the units that are over or not as one counts, and how each is over; empty where there are none."""
    rows = [row for row in found.known if row.verdict.basis_matters]
    if not rows:
        return ""
    names = [
        f"{row.unit.label} (vượt theo "
        f"{', '.join(basis for basis in taking_part(found.view) if is_over_by(row, basis, found.view))})"
        for row in rows
    ]
    return f"Vượt hay không vượt {threshold_text(found.view)} tùy cách tính: {join_names(names, 6)}."


def basis_title(found: OnTime) -> str:
    """Count the units that are over or not as one counts, by the ways they are over; empty for none."""
    rows = [row for row in found.known if row.verdict.basis_matters]
    ways = [
        (basis, sum(is_over_by(row, basis, found.view) for row in rows)) for basis in taking_part(found.view)
    ]
    told = ", ".join(f"{count_text(count)} theo {basis}" for basis, count in ways if count)
    if not rows:
        return ""
    many, threshold = count_text(len(rows)), threshold_text(found.view)
    return f"{many} đơn vị vượt hay không vượt {threshold} tùy cách tính: {told}"


def is_over_by(row: Row, basis: str, view: View) -> bool:
    """Say whether a unit is over by one of the late rates."""
    return over(row.tally.late(basis), edges(view)[0])


def silent_sentence(found: OnTime) -> str:
    """Name the units without anything to judge; empty where there are none."""
    names = [row.unit.label for row in found.silent]
    return f"Không có hồ sơ để tính: {join_names(names, 6)}." if names else ""


def period_sentence(view: View) -> str:
    """Say the period, its basis and days, and whether it is still running."""
    until = f" (kỳ chưa kết thúc, số liệu đến {view.end:%d/%m})" if view.is_running else ""
    return period_days(view) + until


def period_days(view: View) -> str:
    """Say the period, its basis and days."""
    # A reporting period's name says what it is, and its days, which follow.
    kind = "" if view.period.basis == "reporting" else ", dương lịch"
    days = days_text(view.period.start, view.end)
    # Days of one's own choice have no name but themselves.
    named = "" if view.period.kind == "custom" else f"{sentence(view.period.label()).split(' (')[0]}{kind}, "
    return f"{named}{days}"


def months_note(view: View) -> str:
    """Say behind a sentence that the small lines go by months, where the period is not one; else nothing."""
    if view.period.kind == "month":
        return ""
    months = view.months()
    return f" Đường nhỏ vẽ theo tháng: {len(months)} tháng đến {months[-1].short_label()}."


def months_text(months: Sequence[Period], view: View) -> str:
    """Count months shown: "13 tháng"; where some may not be seen, only those that may: "2 tháng được xem"."""
    seen = sum(view.sees(month) for month in months)
    return f"{len(months)} tháng" if seen == len(months) else f"{seen} tháng được xem"


def heat_title(trend: Trend, rows: Sequence[Row]) -> str:
    """Say who was over most often in the months shown."""
    view, counts, weak = trend.view, [], 0
    shown = months_text(trend.months, view)
    for row in rows:
        times, few = _times_over(trend, row.unit.code)
        # A month of few dossiers names nobody.
        counts.append((times, row.unit.label))
        weak += few
    most = max((count for count, _ in counts), default=0)
    if not most:
        if weak:
            return f"Trong {shown} chỉ vượt ngưỡng ở tháng dưới {FEW} hồ sơ ({count_text(weak)} lần)"
        if view.unit_code is not None and len(rows) == 1:
            return f"{rows[0].unit.label} không vượt ngưỡng tháng nào trong {shown}"
        return f"Không đơn vị nào vượt ngưỡng trong {shown}"
    names = [name for count, name in counts if count == most]
    return f"{join_names(names, 3)} vượt ngưỡng {most} trong {shown}"


def unit_heat_title(trend: Trend, unit: Unit) -> str:
    """Say how often one unit was over in the months shown that it has dossiers in."""
    with_any = sum(share.b > 0 for share in trend.units.get(unit.code, ()))
    shown = months_text(trend.months, trend.view)
    times, few = _times_over(trend, unit.code)
    if not with_any:
        return f"{unit.label} không có hồ sơ trong {shown}"
    if with_any == 1:
        over_it = "vượt ngưỡng, nhưng ít hồ sơ," if few else "vượt ngưỡng" if times else "không vượt ngưỡng"
        return f"{unit.label} {over_it} trong tháng duy nhất có hồ sơ"
    if with_any < len(trend.months):
        shown = f"{count_text(with_any)} tháng có hồ sơ"
    if times:
        also = f", thêm {count_text(few)} tháng ít hồ sơ" if few else ""
        return f"{unit.label} vượt ngưỡng {count_text(times)} trong {shown}{also}"
    if few:
        return f"{unit.label} chỉ vượt ngưỡng ở tháng dưới {FEW} hồ sơ: {count_text(few)} trong {shown}"
    return f"{unit.label} không vượt ngưỡng tháng nào trong {shown}"


def _times_over(trend: Trend, code: str | None) -> tuple[int, int]:
    """Count the months a unit was over: of dossiers enough, and of fewer than FEW."""
    view = trend.view
    totals = [
        share.b
        for share, month in zip(trend.units.get(code, ()), trend.months, strict=False)
        if trend.was_there(code, month) and is_over(share, view, min(month.end, view.as_of.date()))
    ]
    return sum(total >= FEW for total in totals), sum(total < FEW for total in totals)


def is_over(share: Share, view: View, day: date) -> bool:
    """Say whether a month's share is at or over the threshold in force on a day."""
    return over(share, view.rules.threshold_on(day).fraction)

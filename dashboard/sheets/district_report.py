"""Báo cáo định kỳ and the one page of a meeting, as Word documents, from the blocks of the pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import IO

from dashboard.figures.flags.wording import flag_sentence, missing_words
from dashboard.figures.shared.outcome import NO_DATA
from dashboard.figures.shared.wording import (
    change_name,
    change_text,
    district_sentence,
    edges,
    finding,
    period_sentence,
    running_text,
    strength_text,
    threshold_text,
    total_name,
)
from dashboard.formats import (
    NOTHING,
    count_text,
    day_text,
    join_names,
    moment_text,
    rate_text,
    sentence,
    share_text,
)
from dashboard.question.question import Question
from dashboard.sheets import about
from dashboard.sheets.charts import late_by_month
from dashboard.sheets.document import Paper
from dashboard.sheets.figures import defined, full_name, rate_cells
from dashboard.sheets.findings import findings
from dashboard.sheets.unit_report import months_drawn, stated
from dashboard.sheets.yearly_appendix import write_yearly_appendix
from queries.copy.mended import told_of
from queries.definitions.flag_rule import LEVEL_NAMES
from queries.definitions.metrics import late_metric
from queries.definitions.units import UNKNOWN_UNIT
from queries.on_time.judging import OnTime, Row
from queries.unit_life.duties import Duty, DutyState

MOST_DUTIES, MOST_MENDED = 60, 5
"""So many duties, and kinds of what was mended, are printed; where there are more, it is said."""
_ELSEWHERE = ("data", "positive")
"""Levels of flags that have parts of their own."""


def district_report(question: Question, *, address: str) -> Paper:
    """Give the periodic report of a district, or of what the view is narrowed to, not yet saved."""
    view, found = question.view, question.on_time
    name = question.source.district_name(question.known)
    paper = Paper(
        title="Báo cáo định kỳ", foot=about.foot(question), is_sample=question.known.as_of.is_sample
    )
    paper.national_head(above="Ủy ban nhân dân", office=name, is_one=True)
    paper.title(
        "Báo cáo", "Tình hình giải quyết thủ tục hành chính tại bộ phận một cửa", period_sentence(view)
    )
    told = findings(question)
    paper.heading("1. Kết quả chung")
    paper.text(stated(about.scope(question), found.district.tally, view))
    paper.text(district_sentence(found, question.compared))
    _months(paper, question)
    paper.heading(f"2. {finding(found)}")
    _over(paper, question)
    paper.heading("3. Kết quả theo đơn vị")
    rows = [_row(row, question.compared, found) for row in (*found.ranked, *found.unranked)]
    paper.table(
        ("Đơn vị", "Phải giải quyết", "Đã giải quyết", "Trễ hạn", "Quá hạn chưa xong", "Tỷ lệ trễ hẹn", "a/b",
         f"{change_name(view)}, điểm %"),
        rows, (36, 17, 17, 14, 15, 15, 28, 18),
        total=(total_name(view), *_row(found.district, question.compared, found)[1:]),
    )  # fmt: skip
    _flags(paper, question)
    _duties(paper, question)
    for place, one in enumerate(told[-2:], 6):
        paper.heading(f"{place}. {one.title}")
        for line in one.lines:
            paper.text(line)
    _quality(paper, question)
    _rest(paper, question, address)
    if view.period.kind == "year":
        write_yearly_appendix(paper, question)
    return paper


def _months(paper: Paper, question: Question) -> None:
    trend, view, today = question.trend, question.view, question.view.as_of.date()
    if any(one.b for one in trend.district):
        limits = [view.rules.threshold_on(min(one.end, today)).fraction for one in trend.months]
        image = late_by_month(
            [one.short_label().replace("/20", "/") for one in trend.months], trend.district, limits,
            last_is_running=trend.months[-1].end > today,
        )  # fmt: skip
        paper.picture(
            image, f"Tỷ lệ trễ hẹn 13 tháng (cách tính {view.basis}).", ("Tháng", "Tỷ lệ trễ hẹn", "a/b"),
            months_drawn(trend, trend.district, limits),
        )  # fmt: skip


def _row(row: Row, before: OnTime | None, found: OnTime) -> tuple[str, ...]:
    tally = row.tally
    return (
        full_name(row), count_text(tally["to_resolve"]), count_text(tally["finished"]),
        count_text(tally["late"]), count_text(tally["open_overdue"]), *rate_cells(found.view, tally),
        change_text(row, before, found.view).removesuffix(" điểm %"),
    )  # fmt: skip


def _over(paper: Paper, question: Question) -> None:
    found, view = question.on_time, question.view
    limit = view.rules.threshold_on(view.end)
    if not found.over:
        paper.text(f"Ngưỡng: từ {threshold_text(view)} là vượt ({limit.document}).")
        return
    consequence = view.rules.threshold_consequence(view.end)
    rule = f"{limit.document}: từ {threshold_text(view)} là vượt"
    paper.text(f"{rule}; {consequence}." if consequence else f"{rule}.")
    rows = [
        (row.unit.name, rate_text(row.verdict.share, 2, edges(view)), share_text(row.verdict.share),
         strength_text(row), running_text(question.trend.running(row.unit.code)) or NOTHING)
        for row in found.over
    ]  # fmt: skip
    paper.table(("Đơn vị", "Tỷ lệ trễ hẹn", "a/b", "Mức", "Từ khi nào"), rows, (38, 18, 28, 26, 50))


def _flags(paper: Paper, question: Question) -> None:
    found = question.flags
    paper.heading("4. Cảnh báo")
    rows = [
        (LEVEL_NAMES[level], flag_sentence(one, found), one.rule.source_text(found.view))
        for level in LEVEL_NAMES
        for one in found.at(level)
        if one.is_raised and level not in _ELSEWHERE
    ]
    if rows:
        paper.table(("Mức", "Nội dung", "Căn cứ"), rows, (22, 74, 64))
    else:
        paper.text("Không có cảnh báo nào trong kỳ.")


def _duties(paper: Paper, question: Question) -> None:
    paper.heading("5. Việc phải làm theo văn bản")
    duties, judged = question.duties, question.view.judged
    if duties is None:
        paper.text(f"{sentence(NO_DATA)}: nguồn không ghi việc phải làm và thời hạn.")
        return
    if not duties:
        paper.text("Không có việc nào đến hạn trong kỳ hoặc còn tồn từ kỳ trước.")
        return
    told = Counter(one.state for one in duties)
    named: dict[DutyState, str] = {
        "done": "làm đúng hạn", "done_late": "làm muộn", "overdue": "quá hạn chưa làm",
        "waiting": "chưa đến hạn",
    }  # fmt: skip
    counts = ", ".join(f"{count_text(told[state])} {name}" for state, name in named.items() if told[state])
    paper.text(
        f"{count_text(len(duties))} việc đến hạn trong kỳ hoặc còn tồn từ kỳ trước: {counts}; tính đến hết "
        f"ngày {day_text(judged)}."
    )
    shown = [one for one in duties if one.state != "done"][:MOST_DUTIES]
    if not shown:
        return
    names = {unit.code: unit.name for unit in question.known.units}
    paper.table(
        ("Việc", "Đơn vị", "Hạn", "Làm xong", "Tình trạng", "Văn bản"),
        [(one.title, _of_units([names.get(code, code or UNKNOWN_UNIT) for code in codes]),
          day_text(one.due_on), day_text(one.done_on) if one.done_on else "chưa", _state_text(one),
          one.document or NOTHING) for one, codes in _alike(shown)],
        (40, 40, 21, 21, 20, 18),
    )  # fmt: skip
    rest = len(duties) - told["done"] - len(shown)
    more = f"Còn {count_text(rest)} việc muộn, quá hạn hoặc chưa đến hạn không in. " if rest else ""
    paper.text(f"{more}Việc đã làm đúng hạn không nêu ở bảng.", small=True)


def _alike(duties: Iterable[Duty]) -> Iterator[tuple[Duty, list[str | None]]]:
    """Join the duties that differ in nothing but the unit: the first of them, and whose they are."""
    found: dict[Duty, list[str | None]] = {}
    for one in duties:
        found.setdefault(replace(one, id="", unit_code=None), []).append(one.unit_code)
    yield from found.items()


def _of_units(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{count_text(len(names))} đơn vị: {', '.join(names)}"


def _state_text(duty: Duty) -> str:
    return {
        "done": "đúng hạn", "done_late": f"muộn {count_text(duty.days)} ngày",
        "overdue": f"quá hạn {count_text(duty.days)} ngày", "waiting": "chưa đến hạn",
    }[duty.state]  # fmt: skip


def _quality(paper: Paper, question: Question) -> None:
    paper.heading("8. Chất lượng dữ liệu")
    odd, found = question.flags.of("odd_record"), question.quality
    kinds = ", ".join(f"{name} {count_text(count)}" for name, count in odd.parts if count)
    count = odd.district.count
    paper.text(
        f"{count_text(count)} hồ sơ trong kỳ có dấu hiệu ghi sai" + (f": {kinds}." if kinds else ".") if count
        else "Không hồ sơ nào trong kỳ có dấu hiệu ghi sai."
    )  # fmt: skip
    if found is None:  # of all units and of all time: not for a reader of some
        return
    total = sum(one.count for one in found.mended)
    first = [told_of(one).rstrip(".") for one in found.mended[:MOST_MENDED]]
    paper.text(
        f"Khi đọc dữ liệu nguồn, {count_text(total)} giá trị được sửa hoặc bỏ qua và được đếm: "
        f"{'; '.join(first)}{'; …' if len(found.mended) > MOST_MENDED else ''}." if total
        else "Dữ liệu đọc vào không phải sửa giá trị nào."
    )  # fmt: skip
    missing = missing_words(found.missing)
    if missing:
        paper.text(f"Nguồn chưa có: {join_names(missing, MOST_MENDED)}.")


def _rest(paper: Paper, question: Question, address: str) -> None:
    view, found = question.view, question.flags
    commended = [unit.name for unit in found.units if unit.code in found.of("commended").units]
    paper.heading("9. Đơn vị đề nghị biểu dương")
    paper.text(
        f"{join_names(commended)}: không có hồ sơ trễ hạn, quá hạn." if commended
        else "Chưa đơn vị nào đủ điều kiện biểu dương trong kỳ."
    )  # fmt: skip
    for head in ("10. Khó khăn, vướng mắc", "11. Phương hướng, kiến nghị"):
        paper.heading(head)
        paper.room(is_last=head.startswith("11."))
    paper.closing("Thủ trưởng đơn vị")
    paper.heading("Định nghĩa, căn cứ, nguồn số liệu")
    words = ("finished", "late", "open_overdue", late_metric(view.basis).id, "satisfaction_rate")
    for line in defined(view, (*words, "online_rate")):
        paper.text(line, small=True)
    paper.text(f"Số liệu đến {moment_text(view.as_of)}.", small=True)
    paper.reopened_at(address)


def write_meeting(file: IO[bytes], question: Question, *, address: str) -> None:
    """Write the talking points of a meeting on one page."""
    view = question.view
    paper = Paper(title="Giao ban", foot=about.foot(question), is_sample=question.known.as_of.is_sample)
    paper.title("Nội dung giao ban", about.scope(question), period_sentence(view))
    for place, one in enumerate(findings(question), 1):
        paper.heading(f"{place}. {one.title}")
        for line in one.lines:
            paper.text(line)
    paper.text(f"Số liệu đến {moment_text(view.as_of)}. Mở lại đúng số liệu này: {address}", small=True)
    paper.save(file)

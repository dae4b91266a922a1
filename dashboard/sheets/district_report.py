"""Báo cáo định kỳ and the one page of a meeting, as Word documents, from the blocks of the pages."""

from __future__ import annotations

from typing import IO

from dashboard.figures.flags.wording import flag_sentence
from dashboard.figures.shared.wording import (
    change_name,
    change_text,
    edges,
    finding,
    listed_name,
    period_sentence,
    running_text,
    strength_text,
    threshold_text,
    total_name,
)
from dashboard.formats import NOTHING, count_text, join_names, moment_text, rate_text, share_text
from dashboard.question.question import Question
from dashboard.sheets import about
from dashboard.sheets.charts import late_by_month
from dashboard.sheets.document import Paper
from dashboard.sheets.findings import findings
from dashboard.sheets.unit_report import stated
from queries.definitions.flag_rule import LEVEL_NAMES
from queries.definitions.metrics import METRICS, late_metric
from queries.on_time.judging import OnTime, Row


def write_district_report(file: IO[bytes], question: Question, *, address: str) -> None:
    """Write the periodic report of a district, or of what the view is narrowed to."""
    view, found = question.view, question.on_time
    name = question.source.district_name(question.known)
    paper = Paper(
        title="Báo cáo định kỳ", foot=about.foot(question), is_sample=question.known.as_of.is_sample
    )
    paper.national_head(above="Ủy ban nhân dân", office=name)
    paper.title(
        "Báo cáo", "Tình hình giải quyết thủ tục hành chính tại bộ phận một cửa", period_sentence(view)
    )
    told = findings(question)
    paper.heading("1. Kết quả chung")
    paper.text(stated(about.scope(question), found.district.tally, view))
    for line in told[0].lines:
        paper.text(line)
    _months(paper, question)
    paper.heading(f"2. {finding(found)}")
    _over(paper, question)
    paper.heading("3. Kết quả theo đơn vị")
    rows = [_row(row, question.compared, found) for row in (*found.ranked, *found.unranked)]
    paper.table(
        ("Đơn vị", "Phải giải quyết", "Đã giải quyết", "Trễ hạn", "Quá hạn chưa xong", "Tỷ lệ trễ hẹn",
         change_name(view)),
        rows, (42, 20, 20, 16, 18, 28, 22),
        total=(total_name(view), *_row(found.district, question.compared, found)[1:]),
    )  # fmt: skip
    _flags(paper, question)
    for place, one in enumerate(told[-2:], 5):
        paper.heading(f"{place}. {one.title}")
        for line in one.lines:
            paper.text(line)
    _rest(paper, question, address)
    paper.save(file)


def _months(paper: Paper, question: Question) -> None:
    trend, view, today = question.trend, question.view, question.view.as_of.date()
    if any(one.b for one in trend.district):
        limits = [view.rules.threshold_on(min(one.end, today)).fraction for one in trend.months]
        image = late_by_month(
            [one.short_label().replace("/20", "/") for one in trend.months], trend.district, limits,
            last_is_running=trend.months[-1].end > today,
        )  # fmt: skip
        paper.picture(image, f"Tỷ lệ trễ hẹn 13 tháng (cách tính {view.basis}).")


def _row(row: Row, before: OnTime | None, found: OnTime) -> tuple[str, ...]:
    tally, share = row.tally, row.verdict.share
    rate = f"{rate_text(share, 2, edges(found.view))} ({share_text(share)})" if share.b else NOTHING
    return (
        listed_name(row), count_text(tally["to_resolve"]), count_text(tally["finished"]),
        count_text(tally["late"]), count_text(tally["open_overdue"]), rate,
        change_text(row, before, found.view),
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
    paper.table(("Đơn vị", "Tỷ lệ trễ hẹn", "a/b", "Mức", "Từ khi nào"), rows, (46, 24, 28, 24, 40))


def _flags(paper: Paper, question: Question) -> None:
    found = question.flags
    paper.heading("4. Cảnh báo")
    rows = [
        (LEVEL_NAMES[one.rule.level], flag_sentence(one, found), one.rule.source_text(found.view))
        for one in found.flags
        if one.is_raised
    ]
    if rows:
        paper.table(("Mức", "Nội dung", "Căn cứ"), rows, (26, 88, 48))
    else:
        paper.text("Không có cảnh báo nào trong kỳ.")


def _rest(paper: Paper, question: Question, address: str) -> None:
    view, found = question.view, question.flags
    commended = [unit.name for unit in found.units if unit.code in found.of("commended").units]
    paper.heading("7. Đơn vị đề nghị biểu dương")
    paper.text(
        f"{join_names(commended)}: không có hồ sơ trễ hạn, quá hạn." if commended
        else "Chưa đơn vị nào đủ điều kiện biểu dương trong kỳ."
    )  # fmt: skip
    for head in ("8. Khó khăn, vướng mắc", "9. Phương hướng, kiến nghị"):
        paper.heading(head)
        paper.room()
    paper.heading("Định nghĩa, căn cứ, nguồn số liệu")
    words = ("finished", "late", "open_overdue", late_metric(view.basis).id, "satisfaction_rate")
    for word in (*words, "online_rate"):
        one = METRICS[word]
        source = one.source_text(view)
        paper.text(f"{one.name}: {one.definition}" + (f" Căn cứ: {source}." if source else ""), small=True)
    paper.text(f"Số liệu đến {moment_text(view.as_of)}. Mở lại đúng số liệu này: {address}", small=True)
    paper.signatures("Người lập", "Thủ trưởng đơn vị")


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

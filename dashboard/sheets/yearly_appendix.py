"""The appendix of a yearly report to the Department of Home Affairs (Sở Nội vụ): a year in two tables.

The ministry prescribes no form for it: whoever receives it may ask for another order of the same figures.
"""

from __future__ import annotations

from dashboard.figures.online.wording import post_text
from dashboard.figures.shared.wording import edges, threshold_text, total_name
from dashboard.formats import NOTHING, complement_text, count_text, day_text, moment_text, rate_text
from dashboard.question.question import Question
from dashboard.question.unit import whole_figures
from dashboard.sheets.document import Paper
from dashboard.sheets.figures import change_text, figure_text, full_name, metric_name, parts_text
from queries.asked.view import View
from queries.definitions.metrics import METRICS, ONLINE_LEVELS_SINCE, Share, late_metric, online_levels_on
from queries.definitions.units import Unit
from queries.on_time.judging import Tally
from queries.online.judging import OnlineTally
from queries.unit_life.judging import UNKNOWN_THEN, UnitFigures

_PARTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Thủ tục hành chính", ("procedures", "fields", "procedures_used", "fields_used")),
    ("Tiếp nhận", ("received", "online", "carried_over")),
    ("Giải quyết", (
        "finished", "early", "on_time", "late", "undated", "refused", "withdrawn", "closed_undated",
        "open_in_time", "open_overdue", "suspended", "resolved_rate", "on_time_rate", "late_rate",
    )),
    ("Xin lỗi", ("apology_rate",)),
    ("Trực tuyến, bưu chính công ích", (
        "online_rate", "online_rate_eligible", "partial", "full", "level_3", "level_4", "self_submitted",
        "post_in", "post_out",
    )),
    ("Ý kiến của tổ chức, cá nhân", (
        "satisfaction_rate", "very_satisfied_rate", "complaints", "complaints_answered", "complaints_overdue",
        "receptions",
    )),
)  # fmt: skip
"""What the year is told by: parts, each of metrics; "late_rate" is that of the view's basis."""
_NUMERALS = ("I", "II", "III", "IV", "V", "VI")


def write_yearly_appendix(paper: Paper, question: Question) -> None:
    """Write the appendix: every indicator beside the year before, then the units."""
    view = question.view
    year = view.period.label().split(" (")[0]
    until = f" (số liệu đến {day_text(view.end)}, năm chưa kết thúc)" if view.is_running else ""
    paper.appendix(
        "Phụ lục", f"Số liệu thực hiện cơ chế một cửa, một cửa liên thông trong giải quyết thủ tục hành "
        f"chính {year}{until}",
        "(Kèm theo Báo cáo số …………/………… ngày …… tháng …… năm …………)",
    )  # fmt: skip
    paper.heading("Biểu 1. Các chỉ tiêu")
    paper.table(
        ("TT", "Chỉ tiêu", "Đơn vị tính", "Kỳ báo cáo", "a/b", "Cùng kỳ năm trước", "Tăng, giảm"),
        _indicators(question), (12, 100, 22, 30, 38, 30, 25),
    )  # fmt: skip
    paper.text(
        "Tăng, giảm so với cùng kỳ năm trước; với tỷ lệ là điểm phần trăm (▲ tăng, ▼ giảm). Ô ghi “không có "
        "dữ liệu”: nguồn không ghi chỉ tiêu ấy.", small=True,
    )  # fmt: skip
    if view.unit_code is None:
        paper.heading("Biểu 2. Kết quả của từng đơn vị", on_new_page=True)
        rows = _units(question)
        paper.table(
            ("TT", "Đơn vị", "Tiếp nhận trong kỳ", "Kỳ trước chuyển sang", "Đã giải quyết", "Trước hạn",
             "Đúng hạn", "Trễ hạn", "Quá hạn chưa xong", "Tỷ lệ đúng hạn", "Trực tuyến", "Hài lòng"),
            rows[:-1], (10, 49, 21, 21, 20, 18, 18, 16, 20, 21, 21, 21), total=rows[-1],
        )  # fmt: skip
        paper.text(
            f"Tỷ lệ đúng hạn = 100% − tỷ lệ trễ hẹn (cách tính A), ngưỡng trễ hẹn {threshold_text(view)}. "
            f"Trực tuyến: {online_levels_on(view.end).name}, trên hồ sơ tiếp nhận. Hài lòng: mọi "
            f"nguồn phiếu trừ SIPAS. Số liệu đến {moment_text(view.as_of)}.", small=True,
        )  # fmt: skip


def _indicators(question: Question) -> list[tuple[str, ...]]:
    view, (now, then) = question.view, whole_figures(question)
    basis = late_metric(view.basis).id
    rows: list[tuple[str, ...]] = []
    for numeral, (part, words) in zip(_NUMERALS, _PARTS, strict=True):
        rows.append((numeral, part))
        shown = [basis if word == "late_rate" else word for word in words if word not in _other_levels(view)]
        for place, word in enumerate(shown, 1):
            is_known_then = then is not None and then.tally is not None and word not in UNKNOWN_THEN
            before = then if is_known_then else None
            rows.append((
                str(place), metric_name(view, word), METRICS[word].unit, _text(question, now, word),
                parts_text(now, word), NOTHING if before is None else _text(question, before, word),
                change_text(now, before, word),
            ))  # fmt: skip
    return rows


def _other_levels(view: View) -> tuple[str, ...]:
    """Give the levels of online services that are not counted by that name in the year."""
    named = online_levels_on(view.end).words
    return tuple(word for one in ONLINE_LEVELS_SINCE for word in one.words if word not in named)


def _text(question: Question, figures: UnitFigures, word: str) -> str:
    value = figures.get(word)
    if word not in ("post_in", "post_out") or not isinstance(value, Share):
        return figure_text(question.view, figures, word)
    return post_text(value, any(unit.has_postal_contract for unit in question.known.units))


def _units(question: Question) -> list[tuple[str, ...]]:
    """Give one row a unit and, last, the sums of all."""
    found, online, rated = question.on_time, question.online, question.satisfaction
    by_code = {row.unit.code: row.tally for row in online.rows}

    def row(place: str, name: str, unit: Unit | None, tally: Tally) -> tuple[str, ...]:
        view, late = question.view, tally.late("A")
        votes = rated.district if unit is None else rated.of(unit.code) if unit.code else None
        way = online.district.tally if unit is None else by_code.get(unit.code, OnlineTally())
        return (
            place, name,
            *(count_text(tally[word]) for word in ("received", "carried_over", "finished", "early", "on_time",
                                                   "late", "open_overdue")),
            complement_text(late, 2, edges(view)) if late.b else NOTHING,
            rate_text(way.rate, 1) if way.rate.b and online.recorded.levels else NOTHING,
            rate_text(votes.share, 2) if votes is not None and votes.share.b else NOTHING,
        )  # fmt: skip

    units = [row(str(place), full_name(one), one.unit, one.tally)
             for place, one in enumerate((*found.ranked, *found.unranked), 1)]  # fmt: skip
    return [*units, row("", total_name(question.view), None, found.district.tally)]

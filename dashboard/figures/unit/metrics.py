"""Every metric of one unit with a/b, beside the district and the same period last year."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from dashboard.figures.shared.markup import markup
from dashboard.figures.shared.outcome import NO_DATA, UNTOLD
from dashboard.figures.shared.sparkline import Sparkline, months_told, row_sparkline
from dashboard.figures.shared.wording import edges
from dashboard.formats import (
    NOTHING,
    complement_text,
    count_text,
    day_text,
    points_text,
    rate_text,
    share_text,
)
from queries.asked.view import View
from queries.definitions.metrics import BASES, METRICS, Share, late_metric, online_levels_on, over
from queries.definitions.units import Unit
from queries.unit_life.judging import UNKNOWN_THEN, UnitFigures
from queries.unit_life.months import UnitMonths

NEVER = "chưa phát sinh"
ENOUGH = 30
"""Below so many dossiers or votes on either side a change is chance: none is told."""

_LATE = tuple(late_metric(basis).id for basis in BASES)
JUDGED = {*_LATE, "on_time_rate"}
_POST = ("post_in", "post_out")
_RARE = ("undated", "closed_undated", "level_3", "level_4", "partial", "full")
"""Shown only where there are any, here or beside."""

GROUPS = (
    ("Tiếp nhận và giải quyết", (
        "received", "carried_over", "finished", "early", "on_time", "late", "undated", "refused", "withdrawn",
        "closed_undated", "open_in_time", "open_overdue", "suspended",
    )),
    ("Tỷ lệ giải quyết và trễ hẹn", ("on_time_rate", *_LATE, "resolved_rate")),
    ("Trễ bao lâu, xin lỗi", ("late_1_3", "late_4_10", "late_over_10", "apology_rate")),
    ("Trực tuyến, bưu chính công ích", (
        "online", "online_rate", "level_3", "level_4", "partial", "full", "online_rate_eligible",
        "self_submitted", *_POST,
    )),
    ("Hài lòng", ("satisfaction_rate", "very_satisfied_rate")),
    ("Phản ánh kiến nghị, tiếp công dân", (
        "complaints", "complaints_answered", "complaints_overdue", "receptions",
    )),
    ("Thủ tục, lĩnh vực", ("procedures", "procedures_used", "fields", "fields_used")),
)  # fmt: skip


@dataclass(frozen=True)
class Value:
    """One figure of a line: its text, a/b under it, its mark."""

    text: str
    note: str = ""
    flag: str | None = None
    href: str = ""
    is_missing: bool = False


@dataclass(frozen=True)
class Line:
    """One metric: the unit, the district, last year, how it moved, its months.

    ``source``: the place of its source in the list under the tables, 0 for none.
    """

    id: str
    name: str
    unit: Value
    district: Value
    before: Value
    change: str
    spark: Sparkline | None = None
    source: int = 0
    is_chosen: bool = False


@dataclass(frozen=True)
class Group:
    """The metrics of one subject."""

    name: str
    lines: tuple[Line, ...]


def unit_metrics(
    unit: Unit, view: View, now: UnitFigures, district: UnitFigures, before: UnitFigures | None, *,
    last_year: View | None, months: UnitMonths, listed: Callable[[str], str],
    links: Sequence[tuple[str, str]],
) -> str:  # fmt: skip
    """Draw the tables of a unit's page.

    ``last_year`` is the view that ``before`` is of; ``listed`` gives the address of the
    unit's dossiers behind a count, empty where they cannot be listed.
    """
    made = _Maker(unit, view, now, district, before=before, last_year=last_year, months=months, listed=listed)
    groups = [made.group(name, words) for name, words in GROUPS]
    span = f"{months.months[0].short_label()}–{months.months[-1].short_label()}"
    is_filtered = view.field is not None or view.procedure_code is not None
    return markup(
        "unit_metrics.html",
        title="Các chỉ số của đơn vị",
        subtitle="Mỗi tỷ lệ in kèm tử số/mẫu số. Toàn địa bàn và cùng kỳ năm trước đứng bên cạnh"
        + (f" ({_days(last_year)})." if last_year else "."),
        groups=groups,
        months=len(months.months),
        sources=made.sources,
        oldest=day_text(now.tally.oldest_due) if now.tally and now.tally.oldest_due else "",
        outside=now.life.outside,
        note="Thay đổi so với cùng kỳ năm trước; dưới 30 hồ sơ hoặc 30 phiếu không nêu thay đổi của tỷ lệ. "
        "Tỷ lệ hài lòng gộp mọi nguồn trừ SIPAS. Không so sánh số tạm dừng: nguồn chỉ lưu lần tạm dừng "
        f"hiện tại. Đường nhỏ: từng tháng, {span}; chấm rỗng là tháng chưa hết. "
        "Phản ánh, kiến nghị: tiếp nhận trong kỳ; còn quá hạn từ kỳ trước thì xem ở cảnh báo."
        + (" Hài lòng và tiếp công dân không lọc theo lĩnh vực hay thủ tục." if is_filtered else "")
        + ("" if last_year and before and before.tally else " Năm trước: đơn vị chưa hoạt động.")
        + (f" {UNTOLD}" if district.untold else ""),
        links=links,
    )


def _days(view: View) -> str:
    return f"{view.period.start:%d/%m/%Y}–{view.end:%d/%m/%Y}"


class _Maker:
    """Makes the lines of one unit."""

    def __init__(
        self, unit: Unit, view: View, now: UnitFigures, district: UnitFigures, *,
        before: UnitFigures | None, last_year: View | None, months: UnitMonths,
        listed: Callable[[str], str],
    ) -> None:  # fmt: skip
        self.unit, self.view, self.last_year, self.months = unit, view, last_year, months
        self.sources: list[str] = []
        self.now, self.district, self.listed = now, district, listed
        self.before = before if before is not None and before.tally is not None else None
        self.now_existed = unit.is_active(view.period.start, view.end)

    def group(self, name: str, words: Sequence[str]) -> Group:
        """Give the lines of a subject; rare metrics only where there are any."""
        columns = [one for one in (self.now, self.district, self.before) if one is not None]
        shown = [word for word in words if word not in _RARE or any(_any(one.get(word)) for one in columns)]
        return Group(name, tuple(self.line(word) for word in shown))

    def line(self, word: str) -> Line:
        """Give one metric's line."""
        metric = METRICS[word]
        name = metric.name
        if word == "online_rate":
            name = f"Tỷ lệ trực tuyến {online_levels_on(self.view.end).name}"
        elif word == "online_rate_eligible":
            name = f"Trên hồ sơ của thủ tục có cung cấp {online_levels_on(self.view.end).name}"
        elif word in _LATE:
            name = f"{late_metric(word[-1].upper()).name} ({word[-1].upper()})"
        return Line(
            id=word,
            name=name,
            unit=self.linked(word),
            district=self.value(word, self.district, self.view, is_unit=False),
            before=Value(NOTHING)
            if self.before is None or self.last_year is None or word in UNKNOWN_THEN
            else self.value(word, self.before, self.last_year, is_unit=True),
            change=self.change(word),
            spark=self.spark(word, name),
            source=self.sourced(metric.source_text(self.view)),
            is_chosen=word == late_metric(self.view.basis).id,
        )

    def sourced(self, text: str) -> int:
        """Give the place of a metric's source in the list of all, from 1; 0 for none."""
        if not text:
            return 0
        if text not in self.sources:
            self.sources.append(text)
        return self.sources.index(text) + 1

    def spark(self, word: str, name: str) -> Sparkline | None:
        """Draw a metric's months; None where no month tells it, or only one."""
        series = self.months.of.get(word, ())
        values = [one.percent if isinstance(one, Share) else one for one in series]
        if sum(value is not None for value in values) < 2:
            return None
        printed = [
            None if one is None or (isinstance(one, Share) and not one.b) else self.month_text(word, one)
            for one in series
        ]
        told = [
            f"{month.short_label()}: {text}"
            for month, text in zip(self.months.months, printed, strict=True)
            if text is not None
        ]
        texts = [
            "chưa có số" if text is None
            else f"{text} ({share_text(one)})" if isinstance(one, Share) else text
            for text, one in zip(printed, series, strict=True)
        ]  # fmt: skip
        return row_sparkline(
            values, is_running=self.months.is_running, label=f"{name}, từng tháng. {'; '.join(told)}",
            months=months_told(self.months.months, texts),
        )  # fmt: skip

    def month_text(self, word: str, value: int | Share) -> str:
        """Print one month."""
        if isinstance(value, int):
            return count_text(value)
        if word == "on_time_rate":
            return complement_text(
                Share(value.b - value.a, value.b), METRICS[word].decimals, edges(self.view)
            )
        limits = edges(self.view) if word in JUDGED else self.now.edges(word)
        return rate_text(value, METRICS[word].decimals, limits)

    def linked(self, word: str) -> Value:
        """Print the unit's figure; the number opens its dossiers."""
        value, found = self.value(word, self.now, self.view, is_unit=True), self.now.get(word)
        href = self.listed(METRICS[word].numerator) if _any(found) else ""
        return replace(value, href=href)

    def value(self, word: str, figures: UnitFigures, view: View, *, is_unit: bool) -> Value:
        """Print one figure."""
        if figures.is_untold(word):
            return Value(NOTHING)
        found = figures.get(word)
        if found is None:
            return Value(NO_DATA, is_missing=True)
        if isinstance(found, int):
            return Value(count_text(found))
        metric = METRICS[word]
        if word in _POST and not found.a and found.b and not (is_unit and self.unit.has_postal_contract):
            return Value(NEVER, share_text(found))
        if word == "on_time_rate":
            late = figures.get("late_rate_a")
            assert isinstance(late, Share)
            return Value(complement_text(late, metric.decimals, edges(view)), _note(found))
        limits = edges(view) if word in JUDGED else figures.edges(word)
        flag = _flag(found, view) if word in _LATE else None
        return Value(rate_text(found, metric.decimals, limits), _note(found), flag)

    def change(self, word: str) -> str:
        """Say how a figure moved since last year; nothing where chance would speak."""
        now, before = self.now.get(word), self.before.get(word) if self.before else None
        is_told = self.now_existed and word not in ("procedures", "fields", *UNKNOWN_THEN)
        if now is None or before is None or not is_told:
            return ""
        if isinstance(now, int) and isinstance(before, int):
            return _difference(now - before, METRICS[word].unit)
        if not isinstance(now, Share) or not isinstance(before, Share):
            return ""
        if min(now.b, before.b) < ENOUGH and not word.startswith(("procedures", "fields")):
            few = "ít phiếu" if METRICS[word].denominator == "votes" else "ít hồ sơ"
            return few if now.b and before.b and not word.startswith("complaints") else ""
        if now.exact is None or before.exact is None:
            return ""
        return points_text(Fraction(now.exact - before.exact))


def _note(share: Share) -> str:
    return share_text(share) if share.b else ""


def _any(found: int | Share | None) -> bool:
    return bool(found.a if isinstance(found, Share) else found)


def _flag(share: Share, view: View) -> str | None:
    if not share.b:
        return None
    threshold, near = edges(view)
    return "over" if over(share, threshold) else "near" if over(share, near) else "fine"


def _difference(moved: int, of: str) -> str:
    if not moved:
        return "không đổi"
    return f"{'▲' if moved > 0 else '▼'} {count_text(abs(moved))} {of}"

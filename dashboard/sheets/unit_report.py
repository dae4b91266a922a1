"""Phiếu số liệu giám sát: what a delegation takes along of one unit and period, as a Word document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from dashboard.address.words import Extras
from dashboard.figures.satisfaction.wording import SOURCE_NAMES
from dashboard.figures.shared.outcome import NO_DATA, UNTOLD
from dashboard.figures.shared.wording import days_text, edges, period_sentence, threshold_text
from dashboard.formats import (
    NOTHING,
    complement_text,
    count_text,
    day_text,
    moment_text,
    rate_text,
    sentence,
    share_text,
)
from dashboard.question.listing import whole_rows, whole_size
from dashboard.question.question import Question
from dashboard.question.unit import UnitQuestion
from dashboard.sheets import about
from dashboard.sheets.charts import late_by_month, outcomes_by_group
from dashboard.sheets.document import TOGETHER, Paper
from dashboard.sheets.figures import defined, figure_text, lines_of, rate_cells
from queries.contract import RATING_SOURCES
from queries.definitions.flags import FLAGS
from queries.definitions.metrics import METRICS, Share, late_metric, online_levels_on, over
from queries.definitions.units import UNKNOWN_FIELD
from queries.flags.found import missing_of
from queries.on_time.judging import Tally
from queries.on_time.judging_trend import Trend
from queries.unit_life.judging import unit_life
from queries.unit_life.statements import complaints_received_by_unit

MOST_LISTED = 100
"""So many late dossiers are printed; where there are more, the worst."""
_MOST_BARS = 12
_ROOMS = ("8. Vướng mắc, khó khăn", "9. Đề xuất, kiến nghị của đơn vị", "10. Kết luận của đoàn giám sát")


def unit_report(unit: UnitQuestion, *, address: str) -> Paper:
    """Give the document, not yet saved."""
    return _Report(unit, address).written()


class _Report:
    def __init__(self, unit: UnitQuestion, address: str) -> None:
        self.unit, self.view, self.address = unit, unit.view, address
        self.figures, self.district, self.last_year = unit.figures(whole=True)
        self.tally = self.figures.tally or Tally()
        known = unit.known
        self.paper = Paper(
            title=f"Phiếu số liệu giám sát: {unit.unit.name}", foot=about.foot(unit),
            is_sample=known.as_of.is_sample,
        )  # fmt: skip

    def written(self) -> Paper:
        paper, unit = self.paper, self.unit
        paper.national_head(above=unit.source.district_name(unit.known), office="Đoàn giám sát")
        paper.title(
            "Phiếu số liệu giám sát", f"Giải quyết thủ tục hành chính tại {unit.unit.name}",
            f"{period_sentence(self.view)}",
        )  # fmt: skip
        self._resolving()
        self._fields()
        self._late()
        self._online()
        self._votes()
        self._complaints()
        for head in _ROOMS:
            paper.heading(head)
            paper.room(is_last=head == _ROOMS[-1])
        paper.signatures("Đại diện đơn vị", "Đoàn giám sát")
        self._appendix()
        self._about()
        return paper

    def _resolving(self) -> None:
        paper, tally, view = self.paper, self.tally, self.view
        paper.heading("1. Tiếp nhận và giải quyết")
        paper.text(stated(self.unit.unit.name, tally, view))
        ended = self.unit.unit.active_to
        if ended is not None and ended < view.end:
            after = self.unit.successor
            where = f", sáp nhập vào {after.name}" if after is not None else ""
            paper.text(f"Đơn vị hoạt động đến hết ngày {day_text(ended)}{where}.")
        rows = lines_of(
            (
                ("Tiếp nhận trong kỳ", "received"), ("Kỳ trước chuyển sang", "carried_over"),
                ("Đã giải quyết", "finished"), ("– Trước hạn", "early"), ("– Đúng hạn", "on_time"),
                ("– Trễ hạn", "late"), ("– Không có ngày hẹn trả", "undated"), ("Từ chối", "refused"),
                ("Công dân rút", "withdrawn"), ("Đã đóng, không rõ ngày", "closed_undated"),
                ("Đang giải quyết trong hạn", "open_in_time"),
                ("Quá hạn chưa giải quyết xong", "open_overdue"),
                ("Tạm dừng", "suspended"), ("Tỷ lệ giải quyết", "resolved_rate"),
                ("Tỷ lệ đúng hạn", "on_time_rate"),
                (f"Tỷ lệ trễ hẹn (cách tính {view.basis})", late_metric(view.basis).id),
            ),
            view, self.figures, self.district, self.last_year,
        )  # fmt: skip
        paper.table(
            ("Chỉ tiêu", "Tại đơn vị", "a/b", "Toàn địa bàn", "Cùng kỳ năm trước"), rows, (62, 26, 28, 22, 22)
        )
        if self.district.untold:
            paper.text(UNTOLD, small=True)
        trend = self.unit.district.trend
        shares = trend.units.get(self.unit.unit.code, ())
        if any(one.b for one in shares):
            today = view.as_of.date()
            limits = [view.rules.threshold_on(min(one.end, today)).fraction for one in trend.months]
            image = late_by_month(
                [one.short_label().replace("/20", "/") for one in trend.months], shares, limits,
                last_is_running=trend.months[-1].end > today,
            )  # fmt: skip
            told = sum(over(one, limit) for one, limit in zip(shares, limits, strict=True))
            paper.picture(
                image,
                f"Tỷ lệ trễ hẹn (cách tính {view.basis}) 13 tháng đến {trend.months[-1].short_label()}: "
                f"{f'{count_text(told)} tháng' if told else 'không tháng nào'} từ {threshold_text(view)} "
                "trở lên.",
                ("Tháng", "Tỷ lệ trễ hẹn", "a/b"), months_drawn(trend, shares, limits),
            )  # fmt: skip

    def _fields(self) -> None:
        paper = self.paper
        paper.heading("2. Kết quả theo lĩnh vực")
        groups = sorted(self.unit.by_field.items(), key=lambda one: (-one[1]["to_resolve"], one[0]))
        if not groups:
            paper.text("Không có hồ sơ nào trong kỳ này.")
            return
        rows = [(name, *self._counts(tally)) for name, tally in groups]
        paper.table(
            ("Lĩnh vực", "Phải giải quyết", "Trước, đúng hạn", "Trễ hạn", "Quá hạn chưa xong",
             "Tỷ lệ trễ hẹn", "a/b"), rows, (44, 20, 20, 15, 20, 16, 25),
            total=("Cộng", *self._counts(self.tally)),
        )  # fmt: skip
        largest = [one for one in groups if one[1]["judged"]][:_MOST_BARS]
        if largest:
            image = outcomes_by_group(
                [name for name, _ in largest],
                [(one["early"], one["on_time"], one["late"]) for _, one in largest],
            )
            paper.picture(
                image,
                "Đã giải quyết theo lĩnh vực: trước hạn (xanh đậm), đúng hạn (xanh nhạt), trễ hạn (cam).",
                ("Lĩnh vực", "Trước hạn", "Đúng hạn", "Trễ hạn"),
                [(name, *(count_text(one[word]) for word in ("early", "on_time", "late")))
                 for name, one in largest],
            )  # fmt: skip

    def _counts(self, tally: Tally) -> tuple[str, ...]:
        return (
            count_text(tally["to_resolve"]), count_text(tally["not_late"]), count_text(tally["late"]),
            count_text(tally["open_overdue"]), *rate_cells(self.view, tally),
        )  # fmt: skip

    def _late(self) -> None:
        paper, tally = self.paper, self.tally
        paper.heading("3. Hồ sơ trễ hạn, quá hạn và việc xin lỗi")
        late = tally["c_late"]
        if not late:
            paper.text("Không có hồ sơ trễ hạn hay quá hạn trong kỳ.")
            return
        apology = self.figures.get("apology_rate")
        decimals = METRICS["apology_rate"].decimals
        told = (
            f"{share_text(apology)} hồ sơ có phiếu xin lỗi ({rate_text(apology, decimals)})"
            if isinstance(apology, Share) else f"phiếu xin lỗi: {NO_DATA}"
        )  # fmt: skip
        oldest = f" Hẹn trả sớm nhất còn quá hạn: {day_text(tally.oldest_due)}." if tally.oldest_due else ""
        paper.text(
            f"{count_text(late)} hồ sơ trễ hạn hoặc quá hạn chưa giải quyết xong: trễ 1–3 ngày "
            f"{count_text(tally['late_1_3'])}, 4–10 ngày {count_text(tally['late_4_10'])}, trên 10 ngày "
            f"{count_text(tally['late_over_10'])}; {told}.{oldest}"
        )
        paper.text("Danh sách ở phụ lục.", small=True)

    def _appendix(self) -> None:
        paper, late = self.paper, self.tally["c_late"]
        if not late:
            return
        rows = list(self._late_rows())
        listed = count_text(late) if late == len(rows) else f"{count_text(len(rows))}/{count_text(late)}"
        paper.heading(
            f"Phụ lục. Danh sách {listed} hồ sơ trễ hạn, quá hạn, trễ nhiều xếp trước",
            on_new_page=len(rows) > TOGETHER,
        )
        paper.table(
            ("TT", "Mã hồ sơ", "Thủ tục", "Hẹn trả", "Có kết quả", "Ngày trễ", "Phiếu xin lỗi"), rows,
            (10, 34, 45, 22, 22, 12, 15),
        )  # fmt: skip
        if late > len(rows):
            paper.text(
                "Các hồ sơ còn lại: tải Excel danh sách hồ sơ trễ hạn, quá hạn của đơn vị.", small=True
            )

    def _late_rows(self) -> Iterator[tuple[str, ...]]:
        unit = self.unit
        without = missing_of(FLAGS["no_apology"], unit.known.courses, self.view)
        unapologised = (
            set() if without else {row.dossier_code for row in self._listed(Extras(flag="no_apology"))}
        )
        names = unit.context.procedures
        for place, row in enumerate(self._listed(Extras(metric="c_late")), 1):
            if place > MOST_LISTED:
                return
            state = NO_DATA if without else "chưa" if row.dossier_code in unapologised else "có"
            yield (
                str(place), row.dossier_code,
                names.get(row.procedure_code or "", row.procedure_code or NOTHING),
                day_text(row.due_at) if row.due_at else NOTHING,
                day_text(row.finished_at) if row.finished_at and row.outcome == "late" else "chưa xong",
                count_text(row.days), state,
            )  # fmt: skip

    def _listed(self, extras: Extras) -> list[Any]:
        asked: Question = replace(self.unit, parsed=replace(self.unit.parsed, extras=extras))
        if not whole_size(asked):
            return []
        with asked.source.reading(asked.known) as conn:
            return list(whole_rows(asked, conn))

    def _online(self) -> None:
        paper, recorded = self.paper, self.figures.recorded
        name = online_levels_on(self.view.end).name
        paper.heading(f"4. Hồ sơ trực tuyến {name}")
        share = self.figures.get("online_rate")
        if not isinstance(share, Share) or not recorded.levels:
            paper.text(f"Mức độ trực tuyến: {NO_DATA}.")
            return
        paper.text(
            f"{share_text(share)} hồ sơ tiếp nhận trong kỳ nộp trực tuyến {name}, đạt "
            f"{rate_text(share, 1, self.figures.edges('online_rate'))}." if share.b
            else "Không có hồ sơ tiếp nhận trong kỳ."
        )  # fmt: skip
        rows = [
            (one.name, count_text(one.tally["received"]), count_text(one.tally["online_high"]),
             rate_text(one.tally.rate, 1), share_text(one.tally.rate))
            for one in self.unit.online_fields
        ]  # fmt: skip
        if rows:
            paper.table(
                ("Lĩnh vực", "Tiếp nhận", f"Trực tuyến {name}", "Tỷ lệ", "a/b"), rows, (56, 24, 28, 20, 32)
            )

    def _votes(self) -> None:
        paper, found = self.paper, self.unit.district.satisfaction
        paper.heading("5. Mức độ hài lòng")
        row = found.of(self.unit.unit.code)
        if not found.has_data:
            paper.text(f"Phiếu đánh giá: {NO_DATA}.")
            return
        if row is None or not row.share.b:
            paper.text("Không có phiếu đánh giá nào trong kỳ này.")
            return
        very = row.votes.share("very_satisfied_rate")
        paper.text(
            f"Tỷ lệ hài lòng {rate_text(row.share, 2)} ({share_text(row.share)} phiếu), rất hài lòng "
            f"{rate_text(very, 2)} ({share_text(very)}); gộp mọi nguồn trừ SIPAS."
        )
        rows = [
            (SOURCE_NAMES[one], count_text(row.sources[one]["votes"]), rate_text(row.sources[one].share(), 2),
             share_text(row.sources[one].share()))
            for one in RATING_SOURCES if row.sources[one]["votes"]
        ]  # fmt: skip
        paper.table(("Nguồn phiếu", "Số phiếu", "Tỷ lệ hài lòng", "a/b"), rows, (60, 30, 35, 35))

    def _complaints(self) -> None:
        paper = self.paper
        paper.heading("6. Phản ánh, kiến nghị")
        n = self.figures.get("complaints")
        if not isinstance(n, int):
            paper.text(f"Phản ánh, kiến nghị: {NO_DATA}.")
        else:
            life = self.figures.life
            more = [
                f"{name} {count_text(value)}"
                for name, word in (("đã trả lời", "complaints_answered"), ("quá hạn", "complaints_overdue"))
                if (value := life.get(word)) is not None
            ]
            paper.text(
                f"Tiếp nhận {count_text(n)} phản ánh, kiến nghị{''.join(f'; {one}' for one in more)}." if n
                else "Không tiếp nhận phản ánh, kiến nghị nào trong kỳ."
            )  # fmt: skip
            rows = list(self._complaints_by_field())
            if rows:
                paper.table(("Lĩnh vực", "Tiếp nhận", "Đã trả lời", "Quá hạn"), rows, (80, 26, 28, 26))
        paper.heading("7. Tiếp công dân")
        receptions = self.figures.get("receptions")
        paper.text(
            f"Tiếp công dân: {NO_DATA}." if receptions is None
            else f"{figure_text(self.view, self.figures, 'receptions')} buổi tiếp công dân trong kỳ."
            if receptions else "Không có buổi tiếp công dân nào trong kỳ."
        )  # fmt: skip

    def _complaints_by_field(self) -> Iterator[tuple[str, ...]]:
        unit = self.unit
        if not unit.known.courses.has("complaints.field") or self.view.field is not None:
            return
        for name in unit.known.fields:
            view = unit.counted.at(field=name, procedure_code=None)
            frame = unit.source.ask(unit.known, complaints_received_by_unit, view)
            if len(frame):
                told = unit_life(
                    unit.unit, view, unit.known.courses, complaints=frame, receptions=unit.receptions,
                    used=unit.procedures_used, procedures=(),
                )  # fmt: skip
                n = told.get("complaints")
                if n:
                    rest = (told.get("complaints_answered"), told.get("complaints_overdue"))
                    yield name or UNKNOWN_FIELD, count_text(n), *(count_text(one) for one in rest)

    def _about(self) -> None:
        paper, view, known = self.paper, self.view, self.unit.known
        paper.heading("Định nghĩa, căn cứ, nguồn số liệu")
        words = (
            "received", "carried_over", "finished", "late", "open_overdue", "resolved_rate", "on_time_rate",
            late_metric(view.basis).id, "online_rate", "satisfaction_rate", "apology_rate",
        )  # fmt: skip
        for line in defined(view, words):
            paper.text(line, small=True)
        threshold = view.rules.threshold_on(view.end)
        paper.text(f"Ngưỡng: từ {threshold_text(view)} là vượt ({threshold.document}).", small=True)
        sources = "; ".join(f"{name}, nạp đến {moment_text(moment)}" for name, moment in known.as_of.sources)
        paper.text(
            f"Số liệu đến {moment_text(view.as_of)}, kỳ {days_text(view.period.start, view.end)}. "
            f"{sentence(f'nguồn: {sources}.') if sources else ''}".rstrip(),
            small=True,
        )
        paper.reopened_at(self.address)


def stated(name: str, tally: Tally, view: Any) -> str:
    """State a period as such reports do: "đã tiếp nhận và giải quyết 25.684/25.684 hồ sơ, đạt tỷ lệ 100%"."""
    share = tally.share("resolved_rate")
    if not share.b:
        return f"{name} không có hồ sơ nào phải giải quyết trong kỳ."
    until = f" (đến {day_text(view.end)}, kỳ chưa kết thúc)" if view.is_running else ""
    late = tally.late("A")
    text = (
        f"Trong kỳ{until}, {name} đã tiếp nhận và giải quyết {share_text(share)} hồ sơ, đạt tỷ lệ "
        f"{rate_text(share, METRICS['resolved_rate'].decimals)}"
    )
    if tally["carried_over"]:
        text += f", trong đó {count_text(tally['carried_over'])} hồ sơ từ kỳ trước chuyển sang"
    if late.b:
        text += (
            f". Trước hạn và đúng hạn {share_text(Share(late.b - late.a, late.b))} hồ sơ, tỷ lệ "
            f"{complement_text(late, 2, edges(view))}; {_so_many(late.a)} trễ hạn"
        )
    return f"{text}; {_so_many(tally['open_overdue'])} quá hạn chưa giải quyết xong."


def _so_many(count: int) -> str:
    return f"{count_text(count)} hồ sơ" if count else "không có hồ sơ"


def months_drawn(
    trend: Trend, shares: Sequence[Share], limits: Sequence[Fraction]
) -> Iterator[tuple[str, str, str]]:
    """Give the values of a line of months: the month, its rate as printed, a/b."""
    for month, share, limit in zip(trend.months, shares, limits, strict=True):
        told = share_text(share) if share.b else NOTHING
        yield month.short_label(), rate_text(share, 1, (limit,)), told

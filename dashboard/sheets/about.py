"""What every file begins with: whose figures these are, of which period, by which rule, until when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from dashboard.address.words import slugs
from dashboard.figures.shared.wording import (
    comparison_name,
    period_days,
    period_sentence,
    threshold_text,
)
from dashboard.formats import day_text, moment_text, sentence
from dashboard.question.question import Question
from dashboard.sheets.table import Column
from dashboard.sheets.workbook import Fact
from queries.asked.view import View
from queries.definitions.metrics import BASIS_NAMES, METRICS, late_metric

_COMPARES = {
    "day": "theo ngày: xong đúng ngày hẹn trả là đúng hạn", "moment": "theo giờ phút hẹn trả",
}  # fmt: skip


def scope(question: Question) -> str:
    """Name whose figures these are: the district, and what they are narrowed to."""
    view = question.view
    told = [question.source.district_name(question.known)]
    if view.unit_code is not None:
        told.append(question.context.units.get(view.unit_code, view.unit_code))
    if view.field is not None:
        told.append(f"lĩnh vực {view.field}")
    if view.procedure_code is not None:
        told.append(f"thủ tục {question.context.procedures.get(view.procedure_code, view.procedure_code)}")
    return ", ".join(told)


def subtitle(question: Question) -> str:
    """Say under a title whose figures these are, of which period, until when."""
    return f"{scope(question)}. {_days(question.view)}. {_until('Số liệu đến', question.view)}."


def foot(question: Question) -> str:
    """Say at the foot of a printed page what it is of."""
    return f"{scope(question)} · {_days(question.view)} · {_until('số liệu đến', question.view)}"


def _until(words: str, view: View) -> str:
    """Say until when the data go, on one line: a day by itself under a line of others reads as a slip."""
    return f"{words} {moment_text(view.as_of)}".replace(" ", "\u00a0")


def _days(view: View) -> str:
    return period_days(view) + (" (kỳ chưa kết thúc)" if view.is_running else "")


def facts(question: Question, *, title: str, address: str, made_at: datetime) -> list[Fact]:
    """Give the lines of "Về số liệu"; ``address`` opens the same view."""
    view, known = question.view, question.known
    limit = threshold_text(view)
    threshold = view.rules.threshold_on(view.end)
    inferred = " (suy ra từ hồ sơ, nguồn không ghi lần nạp)" if known.as_of.inferred else ""
    comparison = sentence(comparison_name(view)) if view.compared() is not None else "—"
    told = [
        Fact("Bảng", title), Fact("Của", scope(question)), Fact("Kỳ", period_sentence(view)),
        Fact("Từ ngày", day_text(view.period.start)), Fact("Đến ngày", day_text(view.end)),
        Fact("Số liệu đến", moment_text(view.as_of) + inferred), Fact("So với", comparison),
        Fact("Cách tính tỷ lệ trễ hẹn", f"{view.basis}, {BASIS_NAMES[view.basis]}"),
        Fact("So hạn", _COMPARES[view.compare]),
        Fact("Ngưỡng", f"{limit} (từ {limit} là vượt). Căn cứ: {threshold.document}"),
        *(Fact("Nguồn", f"{name}, nạp đến {moment_text(moment)}") for name, moment in known.as_of.sources),
        Fact("Địa chỉ mở lại đúng số liệu này", address, address if address.startswith("http") else ""),
        Fact("Tệp tạo lúc", moment_text(made_at)),
    ]  # fmt: skip
    if question.source.is_old(known):
        told.append(Fact("Chú ý", "Dữ liệu cũ hơn mức mong đợi."))
    return told


def definitions(columns: Iterable[Column], view: View) -> list[Sequence[str]]:
    """Give the definition of each column that is a metric, once: name, definition, days, source."""
    ids = dict.fromkeys(column.metric for column in columns if column.metric in METRICS)
    if any(column.kind == "rate" for column in columns):
        ids.setdefault(late_metric(view.basis).id)
    metrics = [METRICS[one] for one in ids]
    return [(one.name, one.definition, sentence(one.days), one.source_text(view) or "—") for one in metrics]


def file_name(question: Question, what: str, ending: str) -> str:
    """Give the name of a file: what it is, of which unit, of which period, until when."""
    view = question.view
    unit = "toan-dia-ban"
    if view.unit_code is not None:
        name = question.context.units.get(view.unit_code, view.unit_code)
        unit = slugs([name])[name]
    narrowed = [question.context.slug_of.get(view.field, "linh-vuc")] if view.field is not None else []
    if view.procedure_code is not None:
        narrowed.append(
            "".join(one if one.isalnum() and one.isascii() else "-" for one in view.procedure_code)
        )
    told = "_".join([what, unit, *narrowed, view.period.code.replace("..", "--")])
    return f"{told}_den-{view.as_of:%Y-%m-%d-%Hh%M}.{ending}"

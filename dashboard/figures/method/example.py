"""The four late rates worked out step by step on the district's own numbers."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.figures.shared.markup import markup
from dashboard.figures.shared.wording import edges, threshold_text
from dashboard.formats import count_text, day_text, rate_text, share_text
from queries.asked.view import View
from queries.definitions.metrics import BASES, BASIS_NAMES, METRICS, late_metric, over
from queries.on_time.judging import Tally


@dataclass(frozen=True)
class Step:
    """A line of a calculation: what is counted, from what, how many."""

    name: str
    sum: str
    total: str


@dataclass(frozen=True)
class Example:
    """One late rate: its steps, its division, and how it stands to the threshold."""

    basis: str
    name: str
    source: str
    days: str
    steps: tuple[Step, ...]
    division: str
    rate: str
    flag: str | None
    test: str
    is_chosen: bool


def worked_example(tally: Tally, view: View, name: str) -> str:
    """Draw rates A to D on one tally: ``name`` says whose."""
    return markup(
        "method_example.html",
        title=f"Bốn cách tính tỷ lệ trễ hẹn, làm từng bước trên số liệu của {name}",
        subtitle="Tử số và mẫu số đúng bằng số trên các trang khác với cùng kỳ và bộ lọc.",
        examples=[_example(basis, tally, view) for basis in BASES],
        note="So ngưỡng bằng số nguyên, không qua làm tròn: p/q là ngưỡng, vượt khi 100 × q × tử số ≥ p × "
        "mẫu số.",
        links=(),
    )


def _count(tally: Tally, word: str) -> str:
    return f"{METRICS[word].name} {count_text(tally[word])}"


def steps_of(basis: str, tally: Tally, view: View) -> tuple[Step, Step]:
    """Say what the numerator and the denominator of a late rate are made of."""
    now = day_text(view.as_of.date())
    if basis == "A":
        parts = " + ".join(_count(tally, word) for word in ("early", "on_time", "late"))
        return (
            Step("Tử số", METRICS["late"].name, count_text(tally["late"])),
            Step("Mẫu số", parts, count_text(tally["judged"])),
        )
    if basis == "B":
        return (
            Step("Tử số", f"trong mẫu số: xong trễ, hoặc đến hết {now} quá hạn chưa giải quyết xong",
                 count_text(tally["b_late"])),
            Step("Mẫu số", f"hẹn trả từ {day_text(view.period.start)} đến {day_text(view.end)}, đã xong "
                 f"hoặc đã quá hạn đến hết {now}; bỏ từ chối, công dân rút, tạm dừng",
                 count_text(tally["b_due"])),
        )  # fmt: skip
    if basis == "C":
        return (
            Step("Tử số", f"{_count(tally, 'late')} + {_count(tally, 'open_overdue')}",
                 count_text(tally["c_late"])),
            Step("Mẫu số", f"{_count(tally, 'received')} + {_count(tally, 'carried_over')}",
                 count_text(tally["to_resolve"])),
        )  # fmt: skip
    return (
        Step("Tử số", f"tiếp nhận trong kỳ và xong trễ, hoặc quá hạn chưa giải quyết xong, đến hết {now}",
             count_text(tally["d_late"])),
        Step("Mẫu số", METRICS["received"].name, count_text(tally["received"])),
    )  # fmt: skip


def _example(basis: str, tally: Tally, view: View) -> Example:
    metric, share = late_metric(basis), tally.late(basis)
    threshold, near = edges(view)
    flag = None
    test = "Mẫu số 0: không có tỷ lệ, không có cảnh báo."
    if share.b:
        is_over = over(share, threshold)
        flag = "over" if is_over else "near" if over(share, near) else "fine"
        p, q = threshold.numerator, threshold.denominator
        left, right = 100 * q * share.a, p * share.b
        test = (
            f"{count_text(100 * q)} × {count_text(share.a)} = {count_text(left)} {'≥' if is_over else '<'} "
            f"{count_text(right)} = {count_text(p)} × {count_text(share.b)}: "
            f"{'vượt' if is_over else 'không vượt'} ngưỡng {threshold_text(view)}."
        )
    return Example(
        basis=basis,
        name=BASIS_NAMES[basis],
        source=metric.source_text(view),
        days=metric.days,
        steps=steps_of(basis, tally, view),
        division=share_text(share),
        rate=rate_text(share, metric.decimals, edges(view)),
        flag=flag,
        test=test,
        is_chosen=basis == view.basis,
    )

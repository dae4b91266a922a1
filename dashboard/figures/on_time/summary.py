"""The ledger of a period: what came in, and what became of it; the two sides are equal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dashboard.figures.shared.markup import markup
from dashboard.figures.shared.wording import (
    backlog_sentence,
    by_rate_a,
    comparison_name,
    district_sentence,
    edges,
    finding,
    period_sentence,
    silent_sentence,
)
from dashboard.formats import NOTHING, complement_text, count_text, rate_text, share_text
from queries.definitions.metrics import METRICS, Share, late_metric
from queries.on_time.judging import OnTime


@dataclass(frozen=True)
class Item:
    """One figure of the ledger; ``meaning``: what its "?" explains."""

    name: str
    value: str
    note: str = ""
    look: str = ""
    href: str = ""
    meaning: str = ""


@dataclass(frozen=True)
class Group:
    """One side of the ledger."""

    name: str
    items: tuple[Item, ...]


def headline(found: OnTime, before: OnTime | None) -> str:
    """Draw the finding of the page: the district's late rate, its backlog, the period."""
    return markup(
        "headline.html",
        title=finding(found),
        lead=f"{district_sentence(found, before)} {backlog_sentence(found)}".strip(),
        period=f"{period_sentence(found.view)}.",
        silent=silent_sentence(found),
        meaning=late_metric(found.view.basis).id,
        tiles=(),
    )


def summary(
    found: OnTime, before: OnTime | None, listed: Callable[..., str], links: Sequence[tuple[str, str]]
) -> str:
    """Draw the ledger of the district, or of what the view is narrowed to."""
    tally = found.district.tally

    def item(word: str, look: str = "") -> Item:
        note = ""
        if before is not None:
            # Of a suspension that has ended the source keeps nothing: what was suspended then is not known.
            note = NOTHING if word == "suspended" else count_text(before.district.tally[word])
        href = listed(word) if tally[word] else ""
        return Item(METRICS[word].name, count_text(tally[word]), note, look, href, word)

    late = tally.late("A")
    rates: tuple[Item, ...] = (
        Item(
            f"{METRICS['on_time_rate'].name}{by_rate_a(found.view)}",
            complement_text(late, 2, edges(found.view)),
            f"{share_text(Share(late.b - late.a, late.b))} hồ sơ" if late.b else "",
            meaning="on_time_rate",
        ),
        Item(
            METRICS["resolved_rate"].name,
            rate_text(tally.share("resolved_rate"), 1),
            share_text(tally.share("resolved_rate")) if tally["to_resolve"] else "",
            meaning="resolved_rate",
        ),
    )
    if found.view.is_running:
        rates += (
            Item(
                f"Tỷ lệ trễ nếu xử lý hết hồ sơ quá hạn{by_rate_a(found.view)}",
                rate_text(tally.with_backlog_done, 2, edges(found.view)),
                share_text(tally.with_backlog_done) if tally.with_backlog_done.b else "",
                meaning="late_rate_backlog",
            ),
        )
    rare = tuple(item(word) for word in ("undated", "refused", "withdrawn", "closed_undated") if tally[word])
    gap = (Item("Chênh lệch với nguồn", count_text(tally.gap), meaning="gap"),) if tally.gap else ()
    to_resolve = count_text(tally["to_resolve"])
    return markup(
        "summary.html",
        title=f"{to_resolve} hồ sơ phải giải quyết, {count_text(tally['finished'])} đã giải quyết",
        subtitle=f"Số nhỏ dưới số đếm là của {comparison_name(found.view)}." if before is not None else "",
        note="Không so sánh số tạm dừng: nguồn chỉ lưu lần tạm dừng hiện tại."
        if before is not None and tally["suspended"]
        else "",
        links=links,
        groups=(
            Group("Phải giải quyết", (item("received"), item("carried_over"))),
            Group(
                "Đã giải quyết",
                (
                    item("finished"),
                    item("early"),
                    item("on_time"),
                    item("late", "over" if tally["late"] else ""),
                ),
            ),
            Group(
                "Chưa giải quyết xong",
                (
                    item("open_in_time"),
                    item("open_overdue", "over" if tally["open_overdue"] else ""),
                    item("suspended"),
                ),
            ),
            *((Group("Khác", (*rare, *gap)),) if rare or gap else ()),
            Group("Tỷ lệ", rates),
        ),
    )

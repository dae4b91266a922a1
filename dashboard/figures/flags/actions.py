"""Việc cần xử lý: what to decide today, from the flags, gravest first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from dashboard.figures.shared.markup import markup
from dashboard.figures.shared.wording import (
    by_rate_a,
    edges,
    needed_text,
    over_text,
    rate_of,
    strength_text,
)
from dashboard.formats import count_text, join_names, rate_text, sentence, share_text
from queries.asked.view import View
from queries.definitions.flags import FLAGS
from queries.flags.judging import backlog, commended
from queries.on_time.judging import OnTime, Row
from queries.on_time.judging_trend import Trend

MOST_EACH = 6


@dataclass(frozen=True)
class Item:
    """One line: a tag with its level, the unit it is about, what to know.

    ``meaning``: what the tag's "?" explains.
    """

    tag: str
    level: str
    text: str
    name: str = ""
    href: str = ""
    meaning: str = ""


def actions(
    found: OnTime, trend: Trend, due_soon: Mapping[str | None, int], until: date, *,
    others: Sequence[Item] = (), link: Callable[[str], str], links: Sequence[tuple[str, str]],
) -> str:  # fmt: skip
    """Draw the list; every sentence holds for 0, 1 and many."""
    items = [
        *_limited([_over(row, found, trend, link) for row in found.over], "đơn vị vượt ngưỡng khác"),
        *_limited([_near(row, found, link) for row in found.near], "đơn vị sát ngưỡng khác"),
        *_limited(
            [_backlog(row, found, link) for row in backlog(found) if row.verdict.flag != "near"],
            "đơn vị khác như vậy",
        ),
        *others,
        *_due_soon(due_soon, until),
        *_commended(found),
    ]
    return markup(
        "actions.html",
        title="Việc cần xử lý",
        subtitle="",
        items=items,
        calm="Không có việc nào cần xử lý trong kỳ này.",
        note=_note(found.view) if found.over else "",
        links=links,
    )


def _note(view: View) -> str:
    """Say what follows for units over the threshold, else which document sets it."""
    follows = FLAGS["unit_late"].consequence(view)
    return f"{sentence(follows)}." if follows else f"Căn cứ: {view.rules.threshold_cited(view.end)}."


def _limited(items: list[Item], others: str) -> list[Item]:
    if len(items) <= MOST_EACH:
        return items
    rest = len(items) - MOST_EACH
    # The rest may be less sure than the first: it is called what they all are.
    tag = "Vượt ngưỡng" if items[0].level == "over" else items[0].tag
    more = Item(tag, items[0].level, f"và {count_text(rest)} {others}.", meaning=items[0].meaning)
    return [*items[:MOST_EACH], more]


def _over(row: Row, found: OnTime, trend: Trend, link: Callable[[str], str]) -> Item:
    verdict = row.verdict
    since = over_text(trend.running(row.unit.code))
    text = f"{rate_of(row, found)} ({share_text(verdict.share)}){f', {since}' if since else ''}"
    if verdict.needed is not None and found.view.is_running:
        told = needed_text(verdict.needed, found.view)
        text += f"; {told[0].lower()}{told[1:]}"
    where = link(row.unit.code or "")
    return Item(sentence(strength_text(row)), "over", f"{text}.", row.unit.label, where, "unit_late")


def _near(row: Row, found: OnTime, link: Callable[[str], str]) -> Item:
    verdict = row.verdict
    text = f"{rate_of(row, found)} ({share_text(verdict.share)})"
    if verdict.affordable is not None and found.view.is_running:
        more = count_text(verdict.affordable)
        text += (
            ": thêm 1 hồ sơ trễ là vượt ngưỡng"
            if verdict.affordable == 0
            else f": chỉ còn được trễ thêm {more} hồ sơ"
        )
    overdue = row.tally["open_overdue"]
    if overdue:
        still = "đang có" if found.view.is_running else "hết kỳ còn"
        text += f"; {still} {count_text(overdue)} hồ sơ quá hạn"
    if row.verdict.backlog_tips:
        would = row.tally.with_backlog_done
        then = rate_text(would, 2, edges(found.view))
        text += f", giải quyết xong hôm nay thì thành {then}{by_rate_a(found.view)}"
    where = link(row.unit.code or "")
    return Item(FLAGS["unit_near"].name, "near", f"{text}.", row.unit.label, where, "unit_near")


def _backlog(row: Row, found: OnTime, link: Callable[[str], str]) -> Item:
    would = row.tally.with_backlog_done
    text = (
        f"{rate_text(row.tally.late('A'), 2, edges(found.view))}{by_rate_a(found.view)}, nhưng có "
        f"{count_text(row.tally['open_overdue'])} hồ sơ quá hạn: giải quyết xong hôm nay thì tỷ lệ trễ thành "
        f"{rate_text(would, 2, edges(found.view))} ({share_text(would)})."
    )
    where = link(row.unit.code or "")
    return Item(FLAGS["unit_backlog"].name, "near", text, row.unit.label, where, "unit_backlog")


def _due_soon(due_soon: Mapping[str | None, int], until: date) -> list[Item]:
    total = sum(due_soon.values())
    if not total:
        return []
    return [
        Item(
            FLAGS["due_soon"].name,
            "work",
            f"{count_text(total)} hồ sơ đến hạn từ nay đến hết {until:%d/%m}.",
            meaning="due_soon",
        )
    ]


def _commended(found: OnTime) -> list[Item]:
    names = [row.unit.label for row in commended(found)]
    if not names:
        return []
    return [
        Item(
            FLAGS["commended"].name,
            "fine",
            f"{join_names(names, 5)}: không hồ sơ nào trễ hạn hay quá hạn trong kỳ.",
            meaning="commended",
        )
    ]

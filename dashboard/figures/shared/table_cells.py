"""What tables are made of: heads, cells, lines, and the cells every table of groups shares."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.figures.shared.markup import markup
from dashboard.figures.shared.wording import by_rate_a, edges
from dashboard.formats import NOTHING, complement_text, count_text, rate_text, share_text
from queries.asked.view import View
from queries.definitions.metrics import METRICS, late_metric
from queries.on_time.judging import Tally, Verdict, judge

Listed = Callable[..., str]
"""Gives the address of the dossiers behind a count: listed("late", unit_code="P01")."""


@dataclass(frozen=True)
class Column:
    """A column's head; ``meaning``: what its "?" explains (a word of ``definitions.meanings``).

    ``help``: what is told on hover of a column that has none. ``swatch``: its part of the stacked bar.
    """

    name: str
    is_number: bool = True
    help: str = ""
    swatch: str = ""
    look: str = ""
    meaning: str = ""


@dataclass(frozen=True)
class Cell:
    """One cell: text, a flag with its mark, or the parts of a stacked bar (class, percent).

    ``note`` stands below the text and opens the same; ``remark`` after it, and not while
    presenting; ``title`` is told on hover.
    """

    text: str
    flag: str | None = None
    note: str = ""
    remark: str = ""
    parts: tuple[tuple[str, float], ...] = ()
    href: str = ""
    title: str = ""


@dataclass(frozen=True)
class Line:
    """One row of a table."""

    cells: tuple[Cell, ...]
    href: str = ""
    look: str = ""


def table_of(
    title: str, subtitle: str, columns: Sequence[Column], rows: Sequence[Line], *,
    total: Sequence[Cell] = (), note: str = "", links: Sequence[tuple[str, str]] = (), more: str = "",
    more_href: str = "",
) -> str:  # fmt: skip
    """Draw a table; what it says is escaped by the template."""
    return markup(
        "table.html", title=title, subtitle=subtitle, columns=columns, rows=rows, total=total, note=note,
        links=links, more=more, more_href=more_href,
    )  # fmt: skip


def metric_column(metric_id: str, name: str | None = None, *, swatch: str = "") -> Column:
    """Give a metric's column: its name, its definition behind "?"."""
    return Column(name or METRICS[metric_id].name, meaning=metric_id, swatch=swatch)


def stack_cell(tally: Tally) -> Cell:
    """Give early, on time and late as the parts of one bar."""
    n = tally["judged"]
    if not n:
        return Cell(NOTHING)
    parts = tuple((word, round(100 * tally[word] / n, 2)) for word in ("early", "on_time", "late"))
    text = (
        f"trước hạn {count_text(tally['early'])}, đúng hạn {count_text(tally['on_time'])}, "
        f"trễ hạn {count_text(tally['late'])}"
    )
    return Cell(text, parts=parts)


def rate_cell(
    verdict: Verdict, view: View, listed: Listed, narrow: Mapping[str, Any] | None, remark: str = ""
) -> Cell:
    """Give the late rate with its mark, a/b and remarks; a opens its dossiers."""
    share = verdict.share
    word = late_metric(view.basis).numerator
    href = listed(word, **narrow) if narrow is not None and share.a else ""
    text = rate_text(share, 2, edges(view))
    notes = [share_text(share)] if share.b else []
    if verdict.strength == "few":
        notes.append("ít hồ sơ")
    return Cell(text, flag=verdict.flag, note=", ".join(notes), remark=remark, href=href)


def count_cell(tally: Tally, word: str, listed: Listed, narrow: Mapping[str, Any] | None) -> Cell:
    """Give a count that opens its dossiers; ``narrow`` None where no address can say which they are."""
    number = tally[word]
    href = listed(word, **narrow) if narrow is not None and number else ""
    return Cell(count_text(number), href=href)


def judged_cells(
    tally: Tally, view: View, listed: Listed, narrow: Mapping[str, Any] | None
) -> tuple[Cell, ...]:
    """Give ``group_cells`` of what is no unit."""
    return group_cells(tally, judge(tally, view), view, listed, narrow)


def group_cells(
    tally: Tally, verdict: Verdict, view: View, listed: Listed, narrow: Mapping[str, Any] | None, *,
    remark: str = "",
) -> tuple[Cell, ...]:  # fmt: skip
    """Give what every table of groups shows of one group."""
    return (
        rate_cell(verdict, view, listed, narrow, remark),
        Cell(complement_text(tally.late("A"), 2, edges(view))),
        stack_cell(tally),
        count_cell(tally, "early", listed, narrow),
        count_cell(tally, "on_time", listed, narrow),
        count_cell(tally, "late", listed, narrow),
        count_cell(tally, "open_overdue", listed, narrow),
    )


def group_columns(first: str, view: View) -> tuple[Column, ...]:
    """Give the heads of ``group_cells``, after the name of the group."""
    return (
        Column(first, is_number=False),
        Column(f"Tỷ lệ trễ hẹn ({view.basis})", meaning=late_metric(view.basis).id),
        metric_column("on_time_rate", f"{METRICS['on_time_rate'].name}{by_rate_a(view)}"),
        Column(
            "Cơ cấu",
            is_number=False,
            look="parts",
            meaning="parts",
        ),
        metric_column("early", swatch="early"),
        metric_column("on_time", swatch="on_time"),
        metric_column("late", swatch="late"),
        metric_column("open_overdue"),
    )

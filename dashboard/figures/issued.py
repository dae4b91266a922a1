"""A numbered sheet on screen: what it is, its figures as they are kept, and what differs by now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dashboard.figures.shared.markup import markup
from dashboard.figures.shared.table_cells import Cell, Column, Line, table_of
from dashboard.formats import count_text
from dashboard.issued.differences import Change, Differences
from dashboard.issued.record import Block

UNCHANGED = "Số liệu nguồn chưa thay đổi kể từ khi lập phiếu"


@dataclass(frozen=True)
class Fact:
    """One line of what a sheet is; ``is_code``: it is compared sign by sign."""

    name: str
    text: str
    is_code: bool = False


def headline(
    title: str, number: str, lead: str, facts: Sequence[Fact], links: Sequence[tuple[str, str]], *,
    broken: str, is_sample: bool,
) -> str:  # fmt: skip
    """Draw what sheet this is; ``broken``: why it is no evidence, empty where it is as it was issued."""
    return markup(
        "issued_headline.html", title=title, number=number, lead=lead, facts=facts, links=links,
        broken=broken, is_sample=is_sample,
    )  # fmt: skip


def missing(title: str, text: str, reports: str) -> str:
    """Say why there is no sheet to see; ``reports``: where sheets are made."""
    return markup("issued_missing.html", title=title, text=text, reports=reports)


def changes(
    found: Differences, *, until: str, read_at: str, dossier_link: Callable[[str], str],
    programs: tuple[str, str] | None = None,
) -> str:  # fmt: skip
    """Draw what differs, figures before dossiers; ``until``: the moment that both are of.

    ``programs``: the one that wrote the sheet (empty where that was not kept) and the one that runs, where
    they are two.
    """
    subtitle = (
        f"Hỏi lại nguồn đúng câu hỏi của phiếu, vẫn tính đến {until}; bản đọc nguồn gần nhất: {read_at}."
    )
    note = (
        "Chỉ so số liệu, không so định nghĩa và tên nguồn. Nguồn chỉ giữ trạng thái hiện nay của hồ sơ: "
        "hồ sơ khi ấy tạm dừng mà nay đã giải quyết tiếp cũng hiện ở đây."
    )
    if programs is not None:
        subtitle += f" {_reworded(found.reworded, *programs)}"
    if found.is_none:
        return markup("issued_same.html", title=UNCHANGED, subtitle=subtitle, note=note)
    n, m = len(found.figures), len(found.dossiers)
    told = [f"{count_text(n)} số liệu"] if n else []
    told += [f"{count_text(m)} hồ sơ"] if m else []
    heads = (Column("Số liệu, hồ sơ", is_number=False), Column("Khi lập phiếu", is_number=False),
             Column("Hiện nay", is_number=False), Column("Mục của phiếu", is_number=False))  # fmt: skip
    rows = [_line(one, dossier_link(one.what)) for one in found.dossiers]
    return table_of(
        f"{' và '.join(told)} nay khác khi lập phiếu", subtitle, heads,
        [*rows, *(_line(one) for one in found.figures)], note=note,
    )  # fmt: skip


def _reworded(count: int, then: str, now: str) -> str:
    """Say that another program wrote the sheet, and what of its words was not taken for a difference."""
    by = (
        f"bản chương trình {then}, nay là {now}"
        if then
        else f"bản chương trình trước khi có ghi, nay là {now}"
    )
    if not count:
        return f"Phiếu lập bằng {by}; câu chữ vẫn như cũ."
    return f"Phiếu lập bằng {by}: {count_text(count)} câu, tên viết khác mà số như cũ không kể là khác."


def _line(change: Change, href: str = "") -> Line:
    return Line((Cell(change.what), Cell(change.then), Cell(change.now), Cell(change.part)), href=href)


def figures(blocks: Sequence[Block], *, until: str) -> str:
    """Draw everything a sheet says, in its order."""
    shown = [
        (one.kind, one.text,
         [(head, any(is_number(row[i]) for row in one.rows)) for i, head in enumerate(one.heads)],
         [[(cell, is_number(cell)) for cell in row] for row in one.rows])
        for one in blocks
    ]  # fmt: skip
    return markup("issued.html", title="Số liệu của phiếu", subtitle=f"Nguyên như khi lập, đến {until}.",
                  blocks=shown)  # fmt: skip


def is_number(text: str) -> bool:
    """Say whether a cell holds a number, so that it stands on the right."""
    return text == "—" or (
        text[:1].isdigit() and text.count("/") < 2 and not set(text) - set("0123456789.,%/() ")
    )

"""Tables people read and print: units, fields, procedures, the four late rates, days late."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dashboard.figures.shared.table_cells import (
    Cell,
    Column,
    Line,
    Listed,
    count_cell,
    group_cells,
    group_columns,
    judged_cells,
    metric_column,
    table_of,
)
from dashboard.figures.shared.wording import (
    basis_title,
    change_name,
    change_text,
    edges,
    listed_name,
    strength_text,
    total_name,
)
from dashboard.formats import NOTHING, count_text, day_text, join_names, rate_text, share_text
from queries.asked.collation import collation_key
from queries.asked.view import View
from queries.definitions.metrics import BASES, BASIS_NAMES, FEW, METRICS, Share, late_metric, over
from queries.on_time.judging import OnTime, Row, Tally, taking_part

MOST_PROCEDURES = 20
POINTS = " điểm %"
"""What every number of a column of changes is in: said once, in its head."""
MOST_UNITS = 200


def by_unit(
    found: OnTime, before: OnTime | None, *, link: Callable[[str], str], listed: Listed,
    links: Sequence[tuple[str, str]],
) -> str:  # fmt: skip
    """Draw every unit's counts and rates with the change, worst first, the district at the foot."""
    view = found.view

    def cells(row: Row, narrow: dict[str, Any] | None, remark: str = "") -> tuple[Cell, ...]:
        rate, *others = group_cells(row.tally, row.verdict, view, listed, narrow, remark=remark)
        moved = Cell(change_text(row, before, view).removesuffix(POINTS) if row.is_ranked else NOTHING)
        more = ("received", "carried_over", "finished", "open_in_time", "suspended")
        return rate, moved, *others, *(count_cell(row.tally, word, listed, narrow) for word in more)

    first, rate, *others = group_columns("Đơn vị", view)
    lines = [
        Line(
            (
                Cell(listed_name(row)),
                *cells(row, _of_unit(row), _remarks(row)),
            ),
            href=link(row.unit.code) if row.unit.code else "",
            look="" if row.is_ranked else "stray",
        )
        for row in (*found.ranked, *found.unranked)
    ]
    total = found.district
    return table_of(
        _units_title(found),
        "Trước hạn, đúng hạn, trễ hạn của từng đơn vị; hồ sơ quá hạn chưa giải quyết xong đứng bên cạnh.",
        (
            first, rate, Column(f"{change_name(view)},{POINTS}", meaning="change"), *others,
            metric_column("received", "Tiếp nhận"), metric_column("carried_over", "Kỳ trước chuyển sang"),
            metric_column("finished"), metric_column("open_in_time", "Còn trong hạn"),
            metric_column("suspended"),
        ),
        lines,
        total=() if len(lines) == 1 else (
            Cell(total_name(view)),
            *cells(total, {}),
        ),
        note="Trễ hẹn so với ngày hẹn trả đầu tiên; hẹn lại không xóa trễ hẹn. "
        "Đã giải quyết gồm cả hồ sơ không có ngày hẹn trả.",
        links=links,
    )  # fmt: skip


def _of_unit(row: Row) -> dict[str, Any] | None:
    return {"unit_code": row.unit.code} if row.unit.code is not None else None


def _remarks(row: Row) -> str:
    remarks = [strength_text(row)] if row.verdict.strength == "clear" else []
    if row.verdict.basis_matters:
        remarks.append("phụ thuộc cách tính")
    return ", ".join(remarks)


def _units_title(found: OnTime) -> str:
    late, overdue = found.district.tally["late"], found.district.tally["open_overdue"]
    if not late and not overdue:
        return "Không có hồ sơ nào trễ hạn hay quá hạn"
    left = f"{count_text(overdue)} hồ sơ" if overdue else "không còn hồ sơ nào"
    return f"{count_text(late) if late else 'Không'} hồ sơ trễ hạn, {left} quá hạn chưa giải quyết xong"


def _worst_first(tally: Tally, name: str) -> tuple[Any, ...]:
    return -tally["c_late"], -tally["judged"], collation_key(name)


def by_field(
    groups: Mapping[str, Tally], view: View, *, link: Callable[[str], str], listed: Listed,
    links: Sequence[tuple[str, str]],
) -> str:  # fmt: skip
    """Draw the fields (lĩnh vực), the largest number of late and overdue dossiers first."""
    order = sorted(groups.items(), key=lambda one: _worst_first(one[1], one[0]))
    lines = [
        Line(
            (Cell(name), *judged_cells(tally, view, listed, {"field": name} if link(name) else None)),
            href=link(name),
        )
        for name, tally in order
    ]
    return table_of(
        _concentration_title(order, "lĩnh vực"),
        "Xếp theo số hồ sơ trễ hạn và quá hạn. Bấm vào lĩnh vực để chỉ xem lĩnh vực đó.",
        group_columns("Lĩnh vực", view),
        lines,
        note="Lĩnh vực theo danh mục thủ tục; hồ sơ không có thủ tục theo lĩnh vực ghi ở hồ sơ.",
        links=links,
    )


def by_procedure(
    groups: Mapping[tuple[str, str], Tally], fields: Mapping[str, str], view: View, *,
    link: Callable[[str], str], listed: Listed, links: Sequence[tuple[str, str]],
) -> str:  # fmt: skip
    """Draw the procedures with the most late and overdue dossiers; key: (code, name)."""
    order = sorted(groups.items(), key=lambda one: _worst_first(one[1], one[0][1]))
    lines = [
        Line(
            (
                Cell(name, note=" · ".join(part for part in (code, fields.get(code, "")) if part)),
                *judged_cells(tally, view, listed, {"procedure_code": code} if link(code) else None),
            ),
            href=link(code) if code else "",
        )
        for (code, name), tally in order[:MOST_PROCEDURES]
    ]
    rest = len(order) - len(lines)
    return table_of(
        _concentration_title([(name, tally) for (_, name), tally in order], "thủ tục"),
        f"{len(lines)} thủ tục có nhiều hồ sơ trễ hạn và quá hạn nhất."
        if rest > 0
        else "Xếp theo số hồ sơ trễ hạn và quá hạn.",
        group_columns("Thủ tục", view),
        lines,
        note="Bấm vào thủ tục để chỉ xem thủ tục đó.",
        links=links,
        more=f"Còn {count_text(rest)} thủ tục khác: lọc theo lĩnh vực để xem." if rest > 0 else "",
    )


def _concentration_title(order: Sequence[tuple[str, Tally]], what: str) -> str:
    """Say where most of the late and overdue dossiers are: a part of them, not a late rate."""
    total = sum(tally["c_late"] for _, tally in order)
    if not total:
        return f"Không {what} nào có hồ sơ trễ hạn hay quá hạn"
    names, got = [], 0
    for name, tally in order[:3]:
        if 2 * got >= total:
            break
        got += tally["c_late"]
        names.append(name)
    of = f"{what} {names[0]}" if len(names) == 1 else f"{count_text(len(names))} {what}: {join_names(names)}"
    if got == total:
        return f"Mọi hồ sơ trễ hạn, quá hạn ({count_text(total)}) thuộc {of}"
    share = Share(got, total)
    return f"{rate_text(share, 1)} số hồ sơ trễ hạn, quá hạn ({share_text(share)}) thuộc {of}"


def four_rates(
    found: OnTime, *, link: Callable[[str], str], listed: Listed, links: Sequence[tuple[str, str]]
) -> str:
    """Draw the four late rates side by side: the district, and the units where they disagree."""
    view = found.view
    matter = [row for row in found.known if row.verdict.basis_matters]
    rows = [found.district, *matter[:MOST_UNITS]]
    lines = [
        Line(
            (
                Cell(row.unit.label if row.unit.code else (total_name(view))),
                *(_basis_cell(row, basis, view, listed) for basis in BASES),
            ),
            href=link(row.unit.code) if row.unit.code else "",
        )
        for row in rows
    ]
    asked = taking_part(view)
    several = "Bốn cách tính" if len(asked) == len(BASES) else f"Ba cách tính {', '.join(asked)}"
    title = f"{several} cho cùng một kết luận ở mọi đơn vị có hồ sơ"
    if matter:
        title = basis_title(found)
    elif view.unit_code is not None:
        title = f"{several} cho cùng một kết luận"
    return table_of(
        title,
        "Bốn tỷ lệ trễ hẹn đang dùng ở Việt Nam; dưới toàn địa bàn là các đơn vị "
        "mà kết luận phụ thuộc cách tính.",
        (
            Column("Đơn vị", is_number=False),
            *(metric_column(late_metric(basis).id, f"{basis}: {BASIS_NAMES[basis]}") for basis in BASES),
        ),
        lines,
        note="A: Biểu II.06 và phần lớn các tỉnh; B: Vĩnh Phúc; C: Gia Lai; D: gần đúng theo QĐ 766/QĐ-TTg. "
        "B và D tính đến ngày số liệu."
        + (
            ""
            if len(asked) == len(BASES)
            else " Kỳ chưa hết thì kết luận chưa xét D: hồ sơ mới tiếp nhận phần lớn chưa đến hạn."
        ),
        links=links,
    )


def _basis_cell(row: Row, basis: str, view: View, listed: Listed) -> Cell:
    share = row.tally.late(basis)
    narrow = {} if row.unit.code is None else {"unit_code": row.unit.code}
    href = listed(late_metric(basis).numerator, **narrow) if share.a else ""
    threshold, near = edges(view)
    flag = None
    if share.b:
        flag = "over" if over(share, threshold) else "near" if over(share, near) else "fine"
    notes = [share_text(share)] if share.b else []
    if flag == "over" and share.b < FEW:
        notes.append("ít hồ sơ")
    return Cell(rate_text(share, 2, edges(view)), flag=flag, note=", ".join(notes), href=href)


def how_late(found: OnTime, *, listed: Listed, links: Sequence[tuple[str, str]]) -> str:
    """Draw how late: 1–3, 4–10, over 10 days, and the oldest open one, by unit."""
    rows = [row for row in found.rows if row.tally["c_late"]]
    rows.sort(key=lambda row: (-row.tally["late_over_10"], *_worst_first(row.tally, row.unit.label)))
    words = ("late_1_3", "late_4_10", "late_over_10")
    total = found.district.tally

    def cells(name: str, tally: Tally, narrow: Mapping[str, Any] | None) -> tuple[Cell, ...]:
        n = tally["c_late"]
        parts = tuple((word, round(100 * tally[word] / n, 2)) for word in words) if n else ()
        due = tally.oldest_due
        return (
            Cell(name),
            *(count_cell(tally, word, listed, narrow) for word in words),
            Cell(
                ", ".join(f"{METRICS[word].name}: {count_text(tally[word])}" for word in words), parts=parts
            ),
            Cell(day_text(due) if due else "—"),
        )

    share = Share(total["late_over_10"], total["c_late"])
    title = "Không có hồ sơ nào trễ hạn hay quá hạn"
    if share.b:
        most = f"{rate_text(share, 1)} hồ sơ trễ đã" if share.a else "Không hồ sơ trễ nào"
        title = f"{most} trễ trên 10 ngày ({share_text(share)})"
    return table_of(
        title,
        "Hồ sơ trễ hạn và quá hạn chưa giải quyết xong, theo số ngày sau ngày hẹn trả đầu tiên.",
        (
            Column("Đơn vị", is_number=False),
            *(metric_column(word, swatch=word) for word in words),
            Column("Cơ cấu", is_number=False, look="parts"),
            Column("Quá hạn lâu nhất", meaning="oldest"),
        ),
        [Line(cells(row.unit.label, row.tally, _of_unit(row))) for row in rows],
        total=() if len(rows) == 1 else cells(total_name(found.view), total, {}),
        note="Số ngày là ngày lịch.",
        links=links,
    )

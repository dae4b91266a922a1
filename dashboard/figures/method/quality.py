"""How far the data can be trusted: the check's findings, odd records by unit, identities with their gaps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from dashboard.figures.shared.markup import markup
from dashboard.figures.shared.table_cells import Cell, Column, Line
from dashboard.formats import count_text, join_names
from queries.flags.found import FoundFlags
from queries.on_time.judging import OnTime, Row, Tally

MOST_FINDINGS = 40


@dataclass(frozen=True)
class Mend:
    """One thing that was mended or left out: how often, and in words."""

    count: int
    sentence: str


def findings_card(
    tables: Sequence[tuple[str, int, date | None, date | None]],
    mended: Sequence[Mend],
    missing: Sequence[str],
) -> str:
    """Draw what the source holds and what was mended or left out when it was read.

    ``tables``: label, rows, first and last day of each. ``missing``: what the source does not have,
    in a reader's words.
    """
    rows = sum(one.count for one in mended)
    return markup(
        "method_findings.html",
        title=f"{count_text(rows)} giá trị được sửa hoặc bỏ qua khi đọc dữ liệu"
        if rows
        else "Dữ liệu đọc vào không phải sửa giá trị nào",
        subtitle="Mỗi lần đọc, dữ liệu nguồn được làm sạch một lần theo quy ước; nguồn không bị sửa. "
        "Không dòng nào bị bỏ mà không đếm.",
        tables=[
            (label, count_text(n), f"{first:%d/%m/%Y}–{last:%d/%m/%Y}" if first and last else "")
            for label, n, first, last in tables
        ],
        findings=list(mended[:MOST_FINDINGS]),
        missing=list(missing),
        more=max(0, len(mended) - MOST_FINDINGS),
    )


def odd_records(
    found: FoundFlags, judged: OnTime, *, link: Callable[[str | None], str], labels: Callable[[str], str],
    links: Sequence[tuple[str, str]] = (),
) -> str:  # fmt: skip
    """Draw the odd records of the period by unit, most first; ``link`` leads to a unit's, or to all."""
    odd = found.of("odd_record")
    rows = sorted(odd.units.items(), key=lambda one: (-one[1].count, labels(one[0])))
    total = odd.district.count
    kinds = ", ".join(f"{name} {count_text(count)}" for name, count in odd.parts)
    lines = [
        Line(
            (
                Cell(labels(code)),
                Cell(count_text(raised.count)),
                Cell(count_text(row.tally["to_resolve"]) if (row := judged.of(code)) else ""),
            ),
            href=link(code),
        )
        for code, raised in rows
    ]
    if odd.unknown:
        lines.append(Line((Cell("(không rõ đơn vị)"), Cell(count_text(odd.unknown)), Cell("")), look="stray"))
    return markup(
        "table.html",
        title=f"{count_text(total)} hồ sơ trong kỳ có dấu hiệu ghi sai" if total
        else "Không hồ sơ nào trong kỳ có dấu hiệu ghi sai",
        subtitle=f"Theo loại, một hồ sơ có thể thuộc nhiều loại: {kinds}." if kinds else "",
        columns=(
            Column("Đơn vị", is_number=False), Column("Hồ sơ có dấu hiệu ghi sai"),
            Column("Hồ sơ phải giải quyết"),
        ),
        rows=lines, total=(), note=odd.rule.rule_text(found.view, found.parameters), links=links, more="",
        more_href="",
    )  # fmt: skip


@dataclass(frozen=True)
class Identity:
    """Two sums that must be equal, for the district, and the units where they are not."""

    name: str
    left: str
    right: str
    gap: str
    units: str
    holds: bool


def identities_card(
    now: OnTime, before: OnTime | None, *, before_name: str, links: Sequence[tuple[str, str]] = ()
) -> str:
    """Draw the identities of the counts with their gaps; ``before``: the whole period before."""
    found = [
        _identity(
            now, "Tiếp nhận + kỳ trước chuyển sang = mọi kết cục (đã giải quyết, từ chối, rút, đóng không rõ "
            "ngày, trong hạn, quá hạn, tạm dừng)",
            lambda row: (row.tally["to_resolve"], row.tally["to_resolve"] - row.tally.gap),
        ),
        _identity(
            now, "Đã giải quyết = trước hạn + đúng hạn + trễ hạn + không có ngày hẹn trả",
            lambda row: (row.tally["finished"], row.tally["judged"] + row.tally["undated"]),
        ),
    ]  # fmt: skip
    if before is not None:
        found.append(
            _identity(
                now, f"Chưa xong cuối kỳ trước ({before_name}) = kỳ trước chuyển sang của kỳ này",
                lambda row: (_open(before.of(row.unit.code)), row.tally["carried_over"]),
            )
        )  # fmt: skip
    count = sum(not one.holds for one in found)
    return markup(
        "method_identities.html",
        title="Các đẳng thức đều khớp ở mọi đơn vị" if not count else f"{count} đẳng thức không khớp",
        subtitle="Chênh lệch nói lên dữ liệu bị sửa hoặc ghi sai; không bao giờ bị ép cho khớp.",
        identities=found,
        links=links,
    )


def _open(row: Row | None) -> int:
    tally = row.tally if row else Tally()
    return tally["open_in_time"] + tally["open_overdue"] + tally["suspended"]


def _identity(found: OnTime, name: str, sides: Callable[[Row], tuple[int, int]]) -> Identity:
    parts = [(row, *sides(row)) for row in found.rows]
    left, right = sum(a for _, a, _ in parts), sum(b for _, _, b in parts)
    broken = [(row, a - b) for row, a, b in parts if a != b]
    return Identity(
        name, count_text(left), count_text(right), count_text(left - right),
        _named(broken) if broken else "khớp", not broken,
    )  # fmt: skip


def _named(broken: Iterable[tuple[Row, int]]) -> str:
    return join_names([f"{row.unit.label} ({gap:+d})" for row, gap in broken], 8)

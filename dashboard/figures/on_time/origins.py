"""Where late dossiers come from: a matrix of units and fields, each number opening its dossiers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.figures.shared.markup import markup
from dashboard.figures.shared.outcome import nothing
from dashboard.figures.shared.table_cells import Listed
from dashboard.figures.shared.wording import total_name
from dashboard.formats import count_text, join_names, rate_text, share_text
from queries.asked.view import View
from queries.definitions.metrics import Share
from queries.definitions.units import Unit
from queries.on_time.origins import Group, Origins

MOST_GROUPS, MOST_UNITS = 8, 25
NAMED = 3
_STEPS = (0.6, 0.3, 0.1)
"""From which part of the largest number a cell is how dark."""


@dataclass(frozen=True)
class Cell:
    """One number: how dark it is (a class), its address, what a pointer is told."""

    text: str
    look: str = ""
    href: str = ""
    title: str = ""


@dataclass(frozen=True)
class Line:
    """One unit's numbers, its sum last."""

    name: str
    href: str
    cells: tuple[Cell, ...]


def origins(
    found: Origins, view: View, *, link: Any, listed: Listed, fields: Collection[str],
    procedures: Collection[str], links: Sequence[tuple[str, str]],
) -> str:  # fmt: skip
    """Draw the units and fields with the most late and overdue dossiers; the rest are summed.

    ``fields``, ``procedures``: those an address can name, so that their numbers can be opened.
    """
    if not found.total:
        return nothing("Hồ sơ trễ ở đâu", "Không có hồ sơ nào trễ hạn hay quá hạn trong kỳ này")
    units, groups = found.units[:MOST_UNITS], found.groups[:MOST_GROUPS]
    # One more column costs less than a column of the rest.
    groups = found.groups if len(found.groups) == MOST_GROUPS + 1 else groups
    units = found.units if len(found.units) == MOST_UNITS + 1 else units
    word = "procedure_code" if found.is_by_procedure else "field"
    nameable = procedures if found.is_by_procedure else fields
    most = max(found.of(unit, group) for unit, _ in units for group, _ in groups)

    def cell(unit: Unit | None, group: Group | None, late: int) -> Cell:
        narrow: dict[str, Any] = {}
        can_open = bool(late) and (group is None or group.code in nameable)
        if unit is not None:
            can_open = can_open and unit.code is not None
            narrow["unit_code"] = unit.code
        if group is not None:
            narrow[word] = group.code
        is_sum = unit is None or group is None
        return Cell(
            count_text(late) if late else "·",
            "sum" if is_sum else _look(late, most),
            listed("c_late", **narrow) if can_open else "",
            ""
            if is_sum or not late
            else f"{unit.label}, {group.name}: "  # type: ignore[union-attr]
            f"{count_text(late)} hồ sơ, {rate_text(Share(late, found.total), 1)} số hồ sơ trễ",
        )

    def cells(unit: Unit | None, total: int) -> tuple[Cell, ...]:
        of = [found.of(unit, group) if unit is not None else late for group, late in groups]
        row = [cell(unit, group, late) for (group, _), late in zip(groups, of, strict=True)]
        if len(groups) < len(found.groups):
            row.append(Cell(count_text(total - sum(of)) if total > sum(of) else "·", "rest"))
        return (*row, cell(unit, None, total))

    lines = [
        Line(unit.label, link(unit.code) if unit.code else "", cells(unit, late)) for unit, late in units
    ]
    others = found.units[len(units) :]
    if others:
        sums = [sum(found.of(unit, group) for unit, _ in others) for group, _ in groups]
        total = sum(late for _, late in others)
        rest = [Cell(count_text(one) if one else "·", "rest") for one in sums]
        if len(groups) < len(found.groups):
            left = total - sum(sums)
            rest.append(Cell(count_text(left) if left else "·", "rest"))
        lines.append(
            Line(f"{count_text(len(others))} đơn vị khác", "", (*rest, Cell(count_text(total), "sum")))
        )
    heads = [group.name for group, _ in groups]
    if len(groups) < len(found.groups):
        what = "thủ tục" if found.is_by_procedure else "lĩnh vực"
        heads.append(f"{count_text(len(found.groups) - len(groups))} {what} khác")
    return markup(
        "origins.html",
        meaning="c_late",
        title=_title(found),
        subtitle=_subtitle(found),
        heads=[*heads, "Cộng"],
        rows=lines,
        total_name=total_name(view),
        total=cells(None, found.total) if len(lines) > 1 else (),
        note="Ô càng đậm càng nhiều hồ sơ; “·” là không có. Bấm vào số để mở các hồ sơ ấy, "
        "bấm vào đơn vị để xem trang của đơn vị.",
        links=links,
    )


def _look(late: int, most: int) -> str:
    if not late:
        return "none"
    return f"heavy-{next((3 - i for i, step in enumerate(_STEPS) if late >= step * most), 0)}"


def _title(found: Origins) -> str:
    """Name the cells with the most."""
    names = {unit.code: unit.label for unit, _ in found.units}
    groups = {group.code: group.name for group, _ in found.groups}
    order = sorted(found.cells.items(), key=lambda one: (-one[1], names[one[0][0]], groups[one[0][1]]))
    if len(found.units) == 1:
        told = [f"{groups[key]} {count_text(late)}" for (_, key), late in order[:NAMED]]
    else:
        told = [f"{groups[key]} ở {names[code]} {count_text(late)}" for (code, key), late in order[:NAMED]]
    return f"Hồ sơ trễ nhiều nhất: {', '.join(told)}"


def _subtitle(found: Origins) -> str:
    by = "thủ tục" if found.is_by_procedure else "lĩnh vực"
    text = f"Số hồ sơ trễ hạn và quá hạn chưa giải quyết xong, theo đơn vị và {by}"
    if len(found.groups) <= NAMED:
        return f"{text}."
    share = Share(sum(late for _, late in found.groups[:NAMED]), found.total)
    names = join_names([group.name for group, _ in found.groups[:NAMED]])
    return f"{text}. {names} chiếm {rate_text(share, 1)} ({share_text(share)})."

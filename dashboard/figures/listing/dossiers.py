"""The list of dossiers behind a number, as a table a delegation can take along."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from dashboard.figures.shared.markup import markup
from dashboard.formats import count_text, day_text
from queries.definitions.metrics import METRICS
from queries.definitions.units import UNKNOWN_UNIT
from queries.listing.statements import PAGE_SIZE, Dossier, Listing

OUTCOME_LOOKS = {"late": "over", "open_overdue": "over"}
STATE_NAMES = {
    "open": "đang giải quyết", "suspended": "tạm dừng", "finished": "đã giải quyết", "refused": "từ chối",
    "withdrawn": "công dân rút",
}  # fmt: skip
CHANNEL_NAMES = {"counter": "trực tiếp", "online": "trực tuyến", "post": "bưu chính công ích"}


@dataclass(frozen=True)
class Head:
    """A column's head; ``href`` sorts by it, ``sorted`` as aria-sort says it.

    ``meaning``: what its "?" explains.
    """

    name: str
    href: str = ""
    sorted: str = ""
    is_number: bool = False
    meaning: str = ""


@dataclass(frozen=True)
class Cell:
    """One cell."""

    text: str
    note: str = ""
    look: str = ""
    href: str = ""


@dataclass(frozen=True)
class Line:
    """One dossier."""

    code: str
    href: str
    received_for: str
    cells: tuple[Cell, ...]
    position: int | None = None


@dataclass(frozen=True)
class Names:
    """What codes are called, and where a unit's own page is: units, procedures, fields of procedures."""

    units: Mapping[str, str]
    procedures: Mapping[str, str]
    fields: Mapping[str, str]
    shows_officials: bool
    unit_link: Callable[[str], str]
    dossier_link: Callable[[str], str]


def dossiers(
    found: Listing, names: Names, *, title: str, meaning: str, subtitle: str, sort: str | None,
    code: str | None, drawn: tuple[int, int] | None, seed: int, link: Callable[..., str],
    elsewhere: tuple[date, str] | None, links: Sequence[tuple[str, str]],
) -> str:  # fmt: skip
    """Draw a page of the list; ``drawn``: size and seed of a random sample; ``link`` changes the address.

    ``meaning``: what the "?" of its count explains. ``elsewhere``: the day the dossier looked for was
    received and the address that shows it, where it is not in this list.
    """
    far = "KYHIEU"
    positions: Sequence[int | None] = found.positions or [None] * len(found.rows)
    return markup(
        "dossiers.html",
        title=title,
        meaning=meaning,
        subtitle=subtitle,
        find_template=link(code=far, sample_size=None, seed=None).replace(f"ma={far}", "ma=__MA__"),
        sample_template=link(code=None, sample_size=999, seed=987654321).replace(
            "mau=999&hat_giong=987654321", "mau=__SO__&hat_giong=__HAT__"
        ),
        all_href=link(code=None, sample_size=None, seed=None),
        code=code,
        size=drawn[0] if drawn else None,
        seed=drawn[1] if drawn else seed,
        is_sample_drawn=bool(found.positions),
        columns=_heads(sort, link, names, is_sorted=not found.positions),
        rows=[_line(row, names, position) for row, position in zip(found.rows, positions, strict=True)],
        page=found.page,
        pages=found.pages if not found.positions else 1,
        first=link(page=1) if found.page > 1 else "",
        before=link(page=found.page - 1) if found.page > 1 else "",
        after=link(page=found.page + 1) if found.page < found.pages else "",
        last=link(page=found.pages) if found.page < found.pages else "",
        empty=_empty(code, elsewhere),
        empty_href=elsewhere[1] if elsewhere else "",
        note=f"{PAGE_SIZE} hồ sơ mỗi trang. Không có thông tin của công dân. Số ngày trễ tính theo ngày lịch "
        "từ ngày hẹn trả đầu tiên."
        + (
            f" Mẫu ngẫu nhiên: {count_text(len(found.rows))}/{count_text(found.total)} hồ sơ, mã rút "
            f"{drawn[1]}; rút lại cùng mã trên cùng số liệu cho đúng các hồ sơ này." if drawn else ""
        ),
        links=links,
    )  # fmt: skip


def _empty(code: str | None, elsewhere: tuple[date, str] | None) -> str:
    if code is None:
        return "Không có hồ sơ nào trong kỳ này"
    if elsewhere is None:
        return f"Không có hồ sơ nào mang mã {code}"
    return f"Hồ sơ {code} không thuộc danh sách này: tiếp nhận ngày {day_text(elsewhere[0])}"


_COLUMNS = (
    ("Mã hồ sơ", "dossier_code", ""),
    ("Đơn vị", "unit_code", ""),
    ("Thủ tục", "procedure_code", ""),
    ("Tiếp nhận", "received_at", ""),
    ("Hẹn trả đầu tiên", "due_at", ""),
    ("Có kết quả", "finished_at", ""),
    ("Kết quả theo kỳ", "", ""),
    ("Số ngày trễ", "days", "days_late"),
)


def _heads(sort: str | None, link: Callable[..., str], names: Names, *, is_sorted: bool) -> list[Head]:
    by = sort or "-days"
    heads = []
    for name, column, meaning in _COLUMNS:
        here = by.lstrip("-") == column and is_sorted
        direction = ("descending" if by.startswith("-") else "ascending") if here else ""
        other = column if here and by.startswith("-") else f"-{column}"
        heads.append(
            Head(name, link(sort=other) if column and is_sorted else "", direction, column == "days", meaning)
        )
    if names.shows_officials:
        heads.append(Head("Công chức"))
    return heads


def _line(row: Dossier, names: Names, position: int | None) -> Line:
    procedure = row.procedure_code or ""
    field = names.fields.get(procedure) or row.field or ""
    moved = row.current_due_at is not None and row.due_at is not None and row.current_due_at > row.due_at
    cells = [
        Cell(names.units.get(row.unit_code or "", row.unit_code or UNKNOWN_UNIT),
             href=names.unit_link(row.unit_code) if row.unit_code and row.unit_code in names.units else ""),
        Cell(names.procedures.get(procedure, procedure) or "—",
             " · ".join(part for part in (procedure, field) if part)),
        Cell(moment_cell(row.received_at), CHANNEL_NAMES.get(row.channel or "", "")),
        Cell(moment_cell(row.due_at), f"hẹn lại {moment_cell(row.current_due_at)}" if moved else ""),
        Cell(moment_cell(row.finished_at),
             STATE_NAMES.get(row.state or "", row.state or "không rõ trạng thái")),
        Cell(METRICS[row.outcome].name, row.late_reason or "", OUTCOME_LOOKS.get(row.outcome, "")),
        Cell(count_text(row.days) if row.days is not None else "", look="number"),
    ]  # fmt: skip
    if names.shows_officials:
        cells.append(Cell(row.officer_code or "—"))
    there = row.receiving_unit_code
    received_for = ""
    if there and there != row.unit_code:
        received_for = f"tiếp nhận hộ tại {names.units.get(there, there)}"
    return Line(row.dossier_code, names.dossier_link(row.dossier_code), received_for, tuple(cells), position)


def moment_cell(value: date | None) -> str:
    """Give a moment as a cell shows it; a midnight is a bare day, nothing is "—"."""
    if value is None:
        return "—"
    if not isinstance(value, datetime):  # the source keeps a bare date
        return f"{value:%d/%m/%Y}"
    return f"{value:%d/%m/%Y}" if value.hour == value.minute == 0 else f"{value:%d/%m/%Y %H:%M}"

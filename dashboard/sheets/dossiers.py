"""The whole list of dossiers behind a number, and a random sample to tick at the shelf."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime

from dashboard.figures.listing.dossiers import CHANNEL_NAMES, STATE_NAMES
from dashboard.formats import count_text, sentence
from dashboard.question.listing import counted_subject, listing_of, subject_of
from dashboard.question.question import Question
from dashboard.sheets.table import Cell, Column, Table
from queries.definitions.metrics import METRICS
from queries.definitions.units import UNKNOWN_UNIT
from queries.listing.statements import Dossier, Listing

_CHANNELS = {**CHANNEL_NAMES, "kiosk": "ki-ốt"}


def whole_list(question: Question, rows: Iterable[Dossier], count: int) -> Table:
    """One row a dossier of the list, in its order; officials only where they may be seen."""
    columns = [
        Column("TT", "count", width=9), Column("Mã hồ sơ", width=22), Column("Mã đơn vị", width=11),
        Column("Đơn vị", width=26), Column("Tiếp nhận hộ tại", width=20), Column("Mã thủ tục", width=14),
        Column("Thủ tục", width=40), Column("Lĩnh vực", width=20), Column("Kênh nộp", width=14),
        Column("Tiếp nhận", "day", "Ngày", width=16), Column("Hẹn trả đầu tiên", "day", "Ngày", width=16),
        Column("Hẹn lại", "day", "Ngày", width=16), Column("Có kết quả", "day", "Ngày", width=16),
        Column("Trả công dân", "day", "Ngày", width=16), Column("Trạng thái", width=15),
        Column("Kết quả theo kỳ", width=18), Column("Số ngày trễ", "count", width=9),
        Column("Lý do trễ", width=28),
    ]  # fmt: skip
    shows_officials = question.rights.sees_officials
    if shows_officials:
        columns.append(Column("Mã công chức", width=14))
    cells = _cells_of(question)
    told = (
        [place, *cells(row), *([row.officer_code] if shows_officials else ())]
        for place, row in enumerate(rows, 1)
    )
    title = f"{count_text(count)} hồ sơ: {sentence(counted_subject(question))}"
    return Table(title, columns, told, count=count, sheet="Hồ sơ", freezes=2)


def sample(question: Question) -> Table:
    """One row a dossier drawn at random, with room for what is found at the shelf."""
    found = listing_of(question)
    return sample_of(question, found, drawn=len(found.rows))


def sample_of(question: Question, found: Listing, *, drawn: int) -> Table:
    """Give the same of dossiers that have been drawn, ``drawn`` of them at the time."""
    seed = question.parsed.extras.seed or 0
    columns = [
        Column("TT", "count", width=5), Column("Số thứ tự trong danh sách", "count", width=11),
        Column("Mã hồ sơ", width=22), Column("Đơn vị", width=20), Column("Thủ tục", width=32),
        Column("Tiếp nhận", "day", width=11), Column("Hẹn trả", "day", width=11),
        Column("Có kết quả", "day", width=11), Column("Kết quả theo kỳ", width=14),
        Column("Đạt", group="Kiểm tra tại đơn vị", width=7),
        Column("Không đạt", group="Kiểm tra tại đơn vị", width=7),
        Column("Ghi chú", group="Kiểm tra tại đơn vị", width=26),
    ]  # fmt: skip
    cells = _cells_of(question)
    rows: list[list[Cell]] = []
    for place, (position, dossier) in enumerate(zip(found.positions, found.rows, strict=True), 1):
        told = dict(zip(_CELLS, cells(dossier), strict=True))
        rows.append([
            place, position, dossier.dossier_code, told["unit"], told["procedure"], _day(dossier.received_at),
            _day(dossier.due_at), _day(dossier.finished_at), told["outcome"], "", "", "",
        ])  # fmt: skip
    title = f"Phiếu kiểm tra hồ sơ: {count_text(drawn)}/{count_text(found.total)} hồ sơ rút ngẫu nhiên"
    notes = (
        f"Danh sách được rút: {subject_of(question)}. Mã rút {seed}: rút lại cùng mã rút trên cùng số "
        "liệu cho đúng các hồ sơ này.",
        "Đánh dấu × vào cột Đạt hoặc Không đạt; nêu lý do ở cột Ghi chú.",
    )
    return Table(title, columns, rows, sheet="Phiếu kiểm tra", notes=notes, is_form=True)


_CELLS = (
    "code", "unit_code", "unit", "there", "procedure_code", "procedure", "field", "channel", "received",
    "due", "again", "finished", "returned", "state", "outcome", "days", "reason",
)  # fmt: skip


def _cells_of(question: Question) -> Callable[[Dossier], list[Cell]]:
    units = {unit.code: unit.name for unit in question.known.units if unit.code is not None}
    procedures, fields = (
        question.context.procedures,
        {one.code: one.field for one in question.known.procedures},
    )

    def cells(row: Dossier) -> list[Cell]:
        code = row.procedure_code or ""
        there = row.receiving_unit_code
        elsewhere = units.get(there, there) if there and there != row.unit_code else None
        again = row.current_due_at
        moved = again is not None and row.due_at is not None and again > row.due_at
        channel = row.channel or ""
        return [
            row.dossier_code, row.unit_code,
            units.get(row.unit_code or "", row.unit_code or UNKNOWN_UNIT), elsewhere,
            row.procedure_code, procedures.get(code, code) or None, fields.get(code) or row.field,
            _CHANNELS.get(channel, channel) or None, row.received_at, row.due_at,
            again if moved else None, row.finished_at, row.returned_at,
            STATE_NAMES.get(row.state or "", row.state or "không rõ trạng thái"),
            METRICS[row.outcome].name, row.days, row.late_reason,
        ]  # fmt: skip

    return cells


def _day(moment: date | None) -> date | None:
    return moment.date() if isinstance(moment, datetime) else moment

"""A record of a numbered sheet, made by hand."""

from __future__ import annotations

from dashboard.issued.record import Block, Record, Taken, rows_block
from dashboard.question.access import Rights
from queries.asked.periods import parse_period


def record(number: str, text: str = "3 hồ sơ trễ hạn") -> Record:
    taken = Taken(
        "phieu-giam-sat", "Phiếu", "Phường 1", "Năm 2026", "/bao-cao", {"ky": "2026"}, "2026-11-21T10:15:00",
        "A", False, ("CV 2307",), (Block("text", text), rows_block(("Chỉ tiêu", "n"), [("Trễ hạn", "3")])),
    )  # fmt: skip
    rights = Rights("don_vi", ("P01",), (parse_period("2026-01-01..2026-12-31"),))
    return Record(
        number, "2026-11-21T10:20:00", "an", "v1", taken.checksum, rights, rights, "a.docx", "x", taken
    )

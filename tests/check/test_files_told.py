"""What a check says of files: what each was understood as, and what could not be."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from workbooks import HEADS, STYLES, save, table_of

from dashboard.command.check import show
from queries.check.findings import ERROR, Report
from queries.check.report import Terms, check
from queries.source.files.given import GivenFile
from queries.source.from_files import Files
from queries.source.mapping import SourceMapping

NOW = datetime(2026, 4, 21, 10, 15)


def dossier(code: str, **more: Any) -> dict[str, Any]:
    return {
        "dossier_code": code, "unit_code": "P1", "procedure_code": "1", "channel": "counter",
        "online_level": None, "received_at": datetime(2026, 1, 5, 8, 30), "due_at": date(2026, 1, 12),
        "finished_at": None, "state": "open", "late_reason": None,
    } | more  # fmt: skip


UNITS = [{"unit_code": "P1", "name": "Phường 1", "kind": "ward"}]


def checked(folder: Path, *given: str, mapping: SourceMapping | None = None) -> Report:
    files = Files(tuple(map(GivenFile, given or ("*.*",))), folder, 0)
    terms = Terms(clock=NOW, folder=folder / "copy")
    return check(None, mapping or SourceMapping(), terms, files=files)


def shown(report: Report, folder: Path) -> str:
    path = folder / "shown.txt"
    with path.open("w", encoding="utf-8") as file:
        show(report, Console(file=file, width=80))
    text = path.read_text("utf-8")
    path.unlink()
    return text


def test_each_sheet_is_told_with_its_heads_and_the_rows_that_are_none(tmp_path: Path) -> None:
    rows = [dossier("A", unit_code="Phường 1"), dossier("B")]
    STYLES["report xlsx"]({"units": UNITS, "dossiers": rows}, tmp_path)
    report = checked(tmp_path)
    assert report.ok
    line = next(one for one in report.sheets if one.table == "dossiers")
    assert (line.file, line.sheet, line.header_row, line.rows) == ("ho-so.xlsx", "Báo cáo", 6, 2)
    assert line.columns["received_at"].endswith("Ngày tiếp nhận")
    assert line.by_name == ("unit_code",)
    assert line.personal == 1
    assert sum(line.skipped.values()) >= 2
    text = shown(report, tmp_path)
    assert "Tệp «ho-so.xlsx», trang «Báo cáo»: bảng dossiers (hồ sơ), đầu cột ở dòng 6, 2 dòng." in text
    assert "unit_code ← «Đơn vị xử lý» (hiểu theo tên)" in text
    assert "1 cột dữ liệu cá nhân của công dân: không đọc." in text
    assert "Họ và tên" not in text
    assert "Nguyễn Văn A" not in text
    assert "“Đang giải quyết” → “open”" in text
    assert not (tmp_path / "copy" / "tra-lai").exists()


def test_a_file_that_is_not_understood_is_an_error_and_the_others_are_told(tmp_path: Path) -> None:
    save(tmp_path / "don-vi.xlsx", {"T": table_of(UNITS, HEADS["units"])})
    heads = {**HEADS["dossiers"], "received_at": "Cột lạ"}
    save(tmp_path / "ho-so.xlsx", {"T": table_of([dossier("A")], heads)})
    report = checked(tmp_path)
    assert not report.ok
    assert [one.table for one in report.sheets] == ["units"]
    # The file that was not understood holds a table: none is said to be missing.
    assert [one.name for one in report.tables] == ["units"]
    (error,) = (one for one in report.findings if one.severity == ERROR)
    assert "«ho-so.xlsx»" in error.sentence
    assert '[columns.dossiers]: received_at = "…"' in error.sentence
    mapping = SourceMapping(columns={"dossiers.received_at": "Cột lạ"})
    assert checked(tmp_path, mapping=mapping).ok


def test_units_that_are_derived_are_told_and_are_no_missing_table(tmp_path: Path) -> None:
    save(tmp_path / "ho-so.xlsx", {"T": table_of([dossier("A", unit_code="Phường 1")], HEADS["dossiers"])})
    report = checked(tmp_path)
    assert report.ok
    assert "derived" in [one.id for one in report.findings]
    assert "units (đơn vị, ở nguồn: không có, suy ra từ hồ sơ): 1 dòng" in shown(report, tmp_path)


def test_a_file_that_may_lack_its_state_and_channel_is_read_all_the_same(tmp_path: Path) -> None:
    heads = {name: head for name, head in HEADS["dossiers"].items() if name not in ("state", "channel")}
    save(tmp_path / "ho-so.csv.xlsx", {"T": table_of([dossier("A")], heads)})
    report = checked(tmp_path)
    assert report.ok
    assert any("(channel): mọi hồ sơ tính là nộp trực tiếp" in one for one in report.sheets[0].notes)


def test_no_files_is_told(tmp_path: Path) -> None:
    report = checked(tmp_path, "ho-so-*.xlsx")
    assert [one.id for one in report.findings] == ["not_read"]
    assert "ho-so-*.xlsx" in report.findings[0].sentence

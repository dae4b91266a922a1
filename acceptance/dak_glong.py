"""(d) Biểu II.06a of Đắk Glong 2020, whose table is public, through the file and a second reader.

Its figures are public; the dossiers behind them are made up here, as many as each figure says.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
from datetime import date
from pathlib import Path

from openpyxl import load_workbook

from acceptance.checks import Checks
from acceptance.database import Database
from acceptance.district import Lot, district, on_time

CODE, YEAR, AS_OF = "DG", "2020", "2020-12-31"
PUBLIC = {
    "(3) tiếp nhận": 59_010, "(4)+(5) trong kỳ": 57_028, "(6) từ kỳ trước": 1_982,
    "(7) đã giải quyết": 57_689, "(8)+(9) trước và đúng hạn": 57_502, "(10) quá hạn": 187,
    "(11) đang giải quyết": 1_321, "(12) trong hạn": 1_246, "(13) quá hạn": 75,
}  # fmt: skip


def check(checks: Checks, database: Database) -> None:
    """Read the form as saved and as LibreOffice recalculates it."""
    with checks.section("(d) Biểu II.06a: huyện Đắk Glong 2020"):
        lots = [
            Lot(CODE, 1_982, 90, 80, date(2019, 11, 1), 60),
            on_time(CODE, 55_520, date(2020, 1, 2), 340),
            Lot(CODE, 187, 10, 12, date(2020, 1, 2), 340),
            Lot(CODE, 1_246, 40, 60, date(2020, 12, 10), 15),
            Lot(CODE, 75, 10, 400, date(2020, 6, 1), 30),
        ]
        there = district(database, "golden_dak_glong", {CODE: "department"}, lots, as_of=AS_OF)
        for kind, words in (("theo đơn vị", {}), ("theo lĩnh vực", {"don_vi": CODE})):
            content = there.file("bieu-ii06a.xlsx", ky=YEAR, **words)
            checks.same(f"{kind}, như đã ghi", _figures(content), PUBLIC)
            checks.same(f"{kind}, LibreOffice tính lại", _figures(_recalculated(content)), PUBLIC)
        row = there.ask("on-time", ky=YEAR)["district"]
        api = {
            "(3) tiếp nhận": row["received"] + row["carried_over"], "(4)+(5) trong kỳ": row["received"],
            "(6) từ kỳ trước": row["carried_over"], "(7) đã giải quyết": row["finished"],
            "(8)+(9) trước và đúng hạn": row["early"] + row["on_time"], "(10) quá hạn": row["late"],
            "(11) đang giải quyết": row["open_in_time"] + row["open_overdue"] + row["suspended"],
            "(12) trong hạn": row["open_in_time"] + row["suspended"], "(13) quá hạn": row["open_overdue"],
        }  # fmt: skip
        checks.same("API cho cùng số", api, PUBLIC)


def _figures(content: bytes) -> dict[str, int]:
    """Read the row of sums by what its cells hold, formulas as last calculated."""
    sheet = load_workbook(io.BytesIO(content), data_only=True).worksheets[0]
    row = next(row for row in sheet.iter_rows(values_only=True) if row[0] == "Tổng số")
    n = {column: int(str(value)) for column, value in zip(range(3, 14), row[2:13], strict=True)}
    return dict(zip(PUBLIC, (
        n[3], n[4] + n[5], n[6], n[7], n[8] + n[9], n[10], n[11], n[12], n[13]
    ), strict=True))  # fmt: skip


def _recalculated(content: bytes) -> bytes:
    office = shutil.which("soffice")
    if office is None:
        raise RuntimeError("cần LibreOffice (soffice) để tính lại")
    with tempfile.TemporaryDirectory(prefix="motcua-accept-") as name:
        folder = Path(name)
        (folder / "in.xlsx").write_bytes(content)
        subprocess.run(
            [office, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "xlsx",
             "--outdir", str(folder / "out"), str(folder / "in.xlsx")],
            check=True, capture_output=True, timeout=180,
        )  # fmt: skip
        return (folder / "out" / "in.xlsx").read_bytes()

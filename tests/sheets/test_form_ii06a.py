"""Biểu II.06a: its columns, its formulas recalculated by LibreOffice, its note, its dated head."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from apps import SAMPLE, Site, dossiers, unit, write
from offices import recalculated
from openpyxl import load_workbook

from dashboard.settings.values import FormRow
from queries.asked.periods import parse_period

NUMBERS = tuple(range(3, 14))
KY = "ky=bc-2026-Q4"


def path_of(folder: Path) -> Path:
    rows = [
        *dossiers("P01", early=3, on_time=4, late=2, overdue=1, open_in_time=2, suspended=1, procedure_code="A"),
        *dossiers("P01", early=2, channel="online", procedure_code="B"),
        *dossiers("P01", early=1, channel="kiosk", month=date(2026, 8, 1), due_at=None),
        *dossiers("P01", overdue=4, month=date(2026, 8, 1), procedure_code="A"),
        *dossiers("P02", early=5, channel="post"),
    ]  # fmt: skip
    for i, state in enumerate(("refused", "withdrawn", "withdrawn")):
        rows.append({**rows[0], "state": state, "unit_code": f"P0{1 + i % 2}"})
    rows.append({**rows[0], "due_at": None})
    procedures = [{"procedure_code": code, "name": code, "field": field, "level": "commune"}
                  for code, field in (("A", "Đất đai"), ("B", "=Hộ tịch"))]  # fmt: skip
    return write(folder, [unit(1), unit(2)], rows, load=SAMPLE, procedures=procedures)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return Site(path_of(tmp_path_factory.mktemp("ii06a")))


def content(site: Site, words: str) -> bytes:
    answer = site.get(f"/tai/bieu-ii06a.xlsx?{words}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_data()


def read(content: bytes) -> tuple[dict[str, dict[int, int]], str]:
    """Its lines by name, column number → figure; and all its other text."""
    sheet = load_workbook(io.BytesIO(content), data_only=True).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True, max_col=13))
    start = next(i for i, row in enumerate(rows) if row[0] == "(1)") + 1
    lines: dict[str, dict[int, int]] = {}
    for row in rows[start:]:
        name = row[1] if isinstance(row[0], int) else row[0]
        lines[str(name)] = {n: int(str(value)) for n, value in zip(NUMBERS, row[2:], strict=True)}
        if row[0] == "Tổng số":
            break
    return lines, " ".join(str(one) for row in rows for one in row if one is not None)


@pytest.mark.parametrize("words", [KY, f"{KY}&don_vi=P01"])
@pytest.mark.parametrize("again", [False, True])
def test_the_form_equals_the_api(site: Site, words: str, again: bool) -> None:
    made = content(site, words)
    lines, text = read(recalculated(made) if again else made)
    by = "&theo=linh-vuc" if "don_vi" in words else ""
    answer = site.json(f"/api/v1/on-time?{words}{by}")
    rows = {row["field" if by else "unit"]: row for row in answer["rows"]}
    online = {row["field" if by else "unit"]: row["online"]
              for row in site.json(f"/api/v1/online?{words}{by}")["rows"]}  # fmt: skip
    assert lines.keys() == {*rows, "Tổng số"}
    for name, row in rows.items():
        came = online.get(name, 0)
        received = row["received"] + row["carried_over"]
        n = row["early"] + row["on_time"] + row["late"]
        expected = {
            3: received, 4: came, 5: row["received"] - came, 6: row["carried_over"], 7: n,
            8: row["early"], 9: row["on_time"], 10: row["late"],
            11: row["open_in_time"] + row["suspended"] + row["open_overdue"],
            12: row["open_in_time"] + row["suspended"], 13: row["open_overdue"],
        }  # fmt: skip
        assert lines[name] == expected, name
    total = lines["Tổng số"]
    assert total == {n: sum(lines[name][n] for name in rows) for n in NUMBERS}
    rest = sum(
        row[word] for row in rows.values() for word in ("refused", "withdrawn", "undated", "closed_undated")
    )
    assert total[3] == total[7] + total[11] + rest
    assert rest > 0
    assert f"còn lại {rest}." in text
    assert "≠" not in text


def test_fields_stand_in_the_vietnamese_order(tmp_path: Path) -> None:
    names = ("Văn hóa", "Đất đai", "Dân tộc", "Chứng thực", "Ô tô")
    catalogue = [{"procedure_code": str(i), "name": one, "field": one} for i, one in enumerate(names)]
    rows = [row for i in range(len(names)) for row in dossiers("P01", early=1, procedure_code=str(i))]
    district = Site(write(tmp_path, [unit(1)], [*rows, *dossiers("P01", early=1)], procedures=catalogue))
    lines, _ = read(content(district, "ky=2026-11&don_vi=P01"))
    assert list(lines)[:5] == ["Chứng thực", "Dân tộc", "Đất đai", "Ô tô", "Văn hóa"]
    assert list(lines)[5].startswith("(")  # of no known field


def test_sums_are_formulas(site: Site) -> None:
    sheet = load_workbook(io.BytesIO(content(site, KY))).worksheets[0]
    formulas = {one.coordinate: one.value for row in sheet.iter_rows() for one in row if one.data_type == "f"}
    assert formulas["C14"] == "=SUM(D14:F14)"
    assert formulas["G15"] == "=SUM(H15:J15)"
    assert formulas["M16"] == "=SUM(M14:M15)"
    assert len(formulas) == 2 * 3 + 11  # and no name from the data is one


def test_refused_and_withdrawn_may_be_counted_on_time(site: Site, tmp_path: Path) -> None:
    added = Site(path_of(tmp_path), closed_count_on_time=True)
    before, after = read(content(site, KY))[0]["Tổng số"], read(content(added, KY))
    assert after[0]["Tổng số"][9] == before[9] + 3
    assert after[0]["Tổng số"][7] == before[7] + 3
    assert "đã cộng vào cột (9)" in after[1]
    assert "≠" not in after[1]


def test_the_last_ended_reporting_quarter_is_the_default(site: Site) -> None:
    quarter = parse_period("bc-2026-Q3")
    text = read(content(site, ""))[1]
    assert f"(Từ ngày {quarter.start:%d/%m/%Y} đến ngày {quarter.end:%d/%m/%Y})" in text
    assert "Kỳ báo cáo: Quý III/2026" in text


def test_the_head_is_the_one_in_force(tmp_path: Path) -> None:
    def row(code: str, since: date | None) -> FormRow:
        return FormRow(
            since=since, code=code, title=f"TÊN {code}", recipient=f"Nơi {code}", document=f"VB {code}"
        )

    site = Site(path_of(tmp_path), form_ii06a=(row("MỚI", date(2026, 10, 1)), row("CŨ", None)))
    for ky, code, other in (("bc-2026-Q3", "CŨ", "MỚI"), ("bc-2026-Q4", "MỚI", "CŨ")):
        text = read(content(site, f"ky={ky}"))[1]
        assert all(f"{word} {code}" in text for word in ("TÊN", "Nơi", "VB"))
        assert other not in text


def test_a_sample_and_a_running_period_are_told(site: Site) -> None:
    text = read(content(site, KY))[1]
    assert "DỮ LIỆU MẪU" in text
    assert "kỳ chưa kết thúc, số liệu đến 21/11/2026" in text
    # Who signs is on the same page as the last line.
    assert load_workbook(io.BytesIO(content(site, KY))).worksheets[0].page_setup.fitToHeight in (1, None)
    name: Any = site.get(f"/tai/bieu-ii06a.xlsx?{KY}&don_vi=P01").headers["Content-Disposition"]
    assert "bieu-ii06a_phuong-1_bc-2026-Q4_den-2026-11-21-10h15_BM-2026-" in name

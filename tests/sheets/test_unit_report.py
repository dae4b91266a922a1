"""Phiếu số liệu giám sát: read by LibreOffice and from the raw XML, compared with the API."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from pathlib import Path

import pytest
from apps import SAMPLE, Site, dossiers, unit, write
from offices import converted

from dashboard.question.access import Rights
from dashboard.sheets.issuing import DOCX

KY = "ky=2026&don_vi=P01"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    rows = [
        *dossiers("P01", early=30, on_time=4, late=2, overdue=1, open_in_time=2, procedure_code="A",
                  online_level="4", officer_code="CB-9"),
        *dossiers("P01", early=3, channel="online", procedure_code="B", online_level="4"),
        *dossiers("P02", early=5),
    ]  # fmt: skip
    slips = [{"slip_id": "1", "dossier_code": "HS-00034", "kind": "apology", "issued_at": date(2026, 11, 9),
              "new_due_at": date(2026, 11, 20), "reason": "x"}]  # fmt: skip
    procedures = [{"procedure_code": code, "name": f"Thủ tục {code}", "field": field, "level": "commune"}
                  for code, field in (("A", "Đất đai"), ("B", "Hộ tịch"))]  # fmt: skip
    path = write(
        tmp_path_factory.mktemp("phieu"), [unit(1), unit(2)], rows, load=SAMPLE, procedures=procedures,
        slips=slips,
        ratings=[{"unit_code": "P01", "rated_on": date(2026, 11, 3), "source": "paper", "level": "satisfied",
                  "votes": 31}],
        complaints=[{"complaint_id": "c1", "unit_code": "P01", "received_on": date(2026, 3, 1), "field": "Đất đai",
                     "due_on": date(2026, 4, 1), "answered_on": date(2026, 3, 5)}],
        receptions=[{"unit_code": "P01", "held_on": date(2026, 5, 5), "kind": "định kỳ"}],
    )  # fmt: skip
    return Site(path)


def content(site: Site, words: str = KY) -> bytes:
    answer = site.get(f"/tai/phieu-giam-sat.docx?{words}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert answer.mimetype == DOCX
    return answer.get_data()


def xml(made: bytes, part: str = "word/document.xml") -> str:
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        return archive.read(part).decode()


def text(made: bytes) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", re.sub(r"</w:p>", "\n", xml(made))))


def test_libreoffice_reads_what_the_api_says(site: Site) -> None:
    read = re.sub(r"\s+", " ", converted(content(site), "docx", "txt:Text (encoded):UTF8").decode())
    row = next(one for one in site.json("/api/v1/on-time?ky=2026")["rows"] if one["unit_code"] == "P01")
    to_resolve = row["received"] + row["carried_over"]
    assert f"đã tiếp nhận và giải quyết {row['finished']}/{to_resolve} hồ sơ" in read
    assert f"{row['late']} hồ sơ trễ hạn" in read
    assert row["late_rate_text"] in read
    assert "Tỷ lệ hài lòng 100% (31/31 phiếu)" in read
    assert "1/3 hồ sơ có phiếu xin lỗi" in read


def test_late_dossiers_are_listed_with_their_apology(site: Site) -> None:
    read = text(content(site))
    listed = site.json("/api/v1/dossiers?ky=2026&don_vi=P01&chi_so=c_late")["rows"]
    missing = {one["dossier_code"] for one in
               site.json("/api/v1/dossiers?ky=2026&don_vi=P01&canh_bao=no_apology")["rows"]}  # fmt: skip
    assert len(listed) == 3
    assert len(missing) == 2
    for one in listed:
        state = "chưa" if one["dossier_code"] in missing else "có"
        row = re.search(rf"{one['dossier_code']} Thủ tục A 10/11/2026 (\S+ ?\S*) {one['days']} {state}", read)
        assert row, (one["dossier_code"], state)


def test_it_is_set_as_offices_set_it(site: Site) -> None:
    made = content(site)
    body, styles = xml(made), xml(made, "word/styles.xml")
    assert 'w:w="11906" w:h="16838"' in body or re.search(r'w:w="1190\d" w:h="1683\d"', body)
    assert re.search(r'w:left="170\d"', body)  # 30 mm
    assert "Times New Roman" in styles
    assert 'w:sz w:val="26"' in styles
    read = text(made)
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in read
    assert "Số: ………/………" in read  # no invented number
    for head in ("Vướng mắc", "Đề xuất", "Kết luận", "Định nghĩa, căn cứ", "SHA-256"):
        assert head in read
    assert "den=2026-11-21T10:15" in read
    assert body.count("<pic:pic") == 2
    assert "DỮ LIỆU MẪU" in re.sub(r"<[^>]*>", "", xml(made, "word/header1.xml"))
    assert "CB-9" not in read


def test_the_checksum_changes_with_a_figure_and_with_nothing_else(site: Site) -> None:
    def sum_of(words: str) -> str:
        found = re.search(r"SHA-256\): ([0-9a-f]{64})", text(content(site, words)))
        assert found
        return found.group(1)

    assert sum_of(KY) == sum_of(KY)
    assert sum_of(KY) != sum_of("ky=2026-11&don_vi=P01")


def test_it_is_of_one_unit_that_its_reader_may_see(site: Site) -> None:
    assert site.get("/tai/phieu-giam-sat.docx?ky=2026").status_code == 400
    theirs = site.seen_by(Rights("don_vi", units=("P02",)))
    assert "Phường 1" not in text(content(theirs, "ky=2026&don_vi=P02"))
    other = theirs.get(f"/tai/phieu-giam-sat.docx?{KY}")
    assert other.status_code != 200 or "Phường 1" not in text(other.get_data())
    assert "Năm 2026" in text(content(site, "don_vi=P01"))  # the year, where nobody says


def test_nothing_is_said_as_nothing(site: Site, tmp_path: Path) -> None:
    bare = Site(write(tmp_path, [unit(1)], []))
    read = text(content(bare, KY))
    assert "không có hồ sơ nào phải giải quyết" in read
    assert "Không có hồ sơ trễ hạn hay quá hạn" in read
    assert "Không tiếp nhận phản ánh, kiến nghị nào" in read or "kiến nghị: không có dữ liệu" in read
    assert "0%" not in read.replace("100%", "")


def test_a_clean_month_is_told_in_words(tmp_path: Path) -> None:
    """An official writes "không có", not "0 hồ sơ"; a unit that is no more is said to have ended."""
    complaint = {"complaint_id": "c1", "unit_code": "P02", "received_on": date(2026, 3, 1)}
    held = {"unit_code": "P02", "held_on": date(2026, 3, 1), "kind": "định kỳ"}
    gone = {**unit(1), "active_to": date(2026, 9, 30), "successor_code": "P02"}
    path = write(tmp_path, [gone, unit(2)], dossiers("P02", early=9), load=SAMPLE, complaints=[complaint],
                 receptions=[held])  # fmt: skip
    site = Site(path)
    read = text(content(site, "ky=2026-11&don_vi=P02"))
    assert "; không có hồ sơ trễ hạn; không có hồ sơ quá hạn chưa giải quyết xong." in read
    assert "Không tiếp nhận phản ánh, kiến nghị nào trong kỳ." in read
    assert "Không có buổi tiếp công dân nào trong kỳ." in read
    assert "không tháng nào từ 5% trở lên" in read
    assert "hoạt động đến hết" not in read
    ended = text(content(site, "ky=2026-11&don_vi=P01"))
    assert "Đơn vị hoạt động đến hết ngày 30/09/2026, sáp nhập vào Phường 2." in ended


def test_definitions_name_a_shared_document_once(site: Site) -> None:
    read = text(content(site))
    assert read.count("Thông tư 01/2020/TT-VPCP") == 1
    assert "Theo Biểu II.06a, Thông tư 01/2020/TT-VPCP:" in read
    assert "Tỷ lệ trực tuyến một phần / toàn trình: " in read
    assert "Tỷ lệ trực tuyến mức độ 3, 4:" not in read

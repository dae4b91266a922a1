"""Báo cáo định kỳ and Giao ban: read without the libraries that write them, compared with the API."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest
from apps import SAMPLE, Site, dossiers, unit, write
from openpyxl import load_workbook

from dashboard.question.access import Rights

KY = "ky=2026-11"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    rows = [
        *dossiers("P01", early=90, late=10), *dossiers("P02", early=40), *dossiers("P03", on_time=97, late=3),
        *dossiers("P01", early=50, late=1, month=date(2026, 10, 1)),
    ]  # fmt: skip
    return Site(write(tmp_path_factory.mktemp("bao-cao"), [unit(1), unit(2), unit(3)], rows, load=SAMPLE))


def parts(site: Site, name: str, words: str = KY) -> dict[str, bytes]:
    answer = site.get(f"/tai/{name}?{words}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert (
        f"{name.partition('.')[0]}_toan-dia-ban_2026-11_den-2026-11-21-10h15"
        in answer.headers["Content-Disposition"]
    )
    with zipfile.ZipFile(io.BytesIO(answer.get_data())) as archive:
        return {one: archive.read(one) for one in archive.namelist()}


def text(part: bytes) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", part.decode()))


def test_the_periodic_report_says_what_the_api_says(site: Site) -> None:
    read = text(parts(site, "bao-cao-dinh-ky.docx")["word/document.xml"])
    answer = site.json(f"/api/v1/on-time?{KY}")
    for row in answer["rows"]:
        rate = row["rates"]["A"]
        told = f"{row['late_rate_text']} {rate['numerator']}/{rate['denominator']}"
        name = row["unit"]
        figures = (
            f"{row['received'] + row['carried_over']} {row['finished']} {row['late']} {row['open_overdue']}"
        )
        assert f"{name} {figures} {told}" in read, name
    assert "1/3 đơn vị có tỷ lệ trễ hẹn từ 5% trở lên" in read
    assert "xem xét xử lý kỷ luật người đứng đầu" in read  # what the circular says of it
    assert "Số: ………/………" in read
    commended = [row["unit"] for row in site.json(f"/api/v1/flags?{KY}")["rows"]
                 if row["id"] == "commended" and row["unit_code"]]  # fmt: skip
    assert commended == ["Phường 2"]
    assert "Phường 2: không có hồ sơ trễ hạn, quá hạn." in read


def test_the_report_ends_as_a_report_does_with_no_number_or_name_made_up(site: Site) -> None:
    made = parts(site, "bao-cao-dinh-ky.docx")
    read = text(made["word/document.xml"])
    for told in ("Nơi nhận:", "- Lưu: VT, ………", "THỦ TRƯỞNG ĐƠN VỊ", "ngày …… tháng …… năm ………"):
        assert told in read
    assert "Phụ lục".upper() not in read  # of a year alone
    headers = {name: one.decode() for name, one in made.items() if re.search(r"header\d\.xml$", name)}
    assert len(headers) == 2
    assert sum("PAGE" in one for one in headers.values()) == 1, "no number on the first page"
    assert all("DỮ LIỆU MẪU" in one for one in headers.values())


def test_duties_stand_with_their_days(tmp_path: Path) -> None:
    rows = [*dossiers("P01", early=40), *dossiers("P02", early=40)]
    duty = {"document": "Kế hoạch 12/KH-UBND", "done_on": None}
    duties = [
        {**duty, "duty_id": "1", "unit_code": "P01", "title": "Kế hoạch năm", "due_on": date(2026, 8, 31)},
        {**duty, "duty_id": "2", "unit_code": "P02", "title": "Báo cáo quý", "due_on": date(2026, 11, 10),
         "done_on": date(2026, 11, 13)},
        {**duty, "duty_id": "3", "unit_code": "P02", "title": "Niêm yết", "due_on": date(2026, 11, 30)},
        {**duty, "duty_id": "4", "unit_code": "P02", "title": "Công khai", "due_on": date(2026, 11, 4),
         "done_on": date(2026, 11, 3)},
        {**duty, "duty_id": "5", "unit_code": "P01", "title": "Niêm yết", "due_on": date(2026, 11, 30)},
    ]  # fmt: skip
    site = Site(write(tmp_path, [unit(1), unit(2)], rows, duties=duties))
    read = text(parts(site, "bao-cao-dinh-ky.docx")["word/document.xml"])
    assert "5 việc đến hạn trong kỳ hoặc còn tồn từ kỳ trước: 1 làm đúng hạn, 1 làm muộn, 1 quá hạn chưa làm, " \
        "2 chưa đến hạn; tính đến hết ngày 21/11/2026." in read  # fmt: skip
    for row in (
        "Kế hoạch năm Phường 1 31/08/2026 chưa quá hạn 82 ngày Kế hoạch 12/KH-UBND",
        "Niêm yết 2 đơn vị: Phường 1, Phường 2 30/11/2026 chưa chưa đến hạn Kế hoạch 12/KH-UBND",
        "Báo cáo quý Phường 2 10/11/2026 13/11/2026 muộn 3 ngày Kế hoạch 12/KH-UBND",
    ):
        assert row in read
    assert "Công khai" not in read  # done in time: counted, not listed
    theirs = text(parts_of_unit(site.seen_by(Rights("don_vi", units=("P01",)))))
    assert "2 việc đến hạn" in theirs
    assert "Niêm yết Phường 1 30/11/2026" in theirs
    assert "Báo cáo quý" not in theirs


def parts_of_unit(site: Site) -> bytes:
    with zipfile.ZipFile(io.BytesIO(site.get(f"/tai/bao-cao-dinh-ky.docx?{KY}").get_data())) as archive:
        return archive.read("word/document.xml")


def test_without_duties_that_is_said(site: Site, tmp_path: Path) -> None:
    read = text(parts(site, "bao-cao-dinh-ky.docx")["word/document.xml"])
    assert "5. Việc phải làm theo văn bản Không có việc nào đến hạn trong kỳ" in read
    path = write(tmp_path, [unit(1)], dossiers("P01", early=40))
    with duckdb.connect(str(path)) as connection:
        connection.execute("DROP TABLE duties")
    read = text(parts(Site(path), "bao-cao-dinh-ky.docx")["word/document.xml"])
    assert "5. Việc phải làm theo văn bản Không có dữ liệu: nguồn không ghi việc phải làm" in read


def test_the_quality_of_the_data_is_told(tmp_path: Path) -> None:
    odd = [
        {
            "unit_code": "P01",
            "state": "finished",
            "received_at": datetime(2026, 11, 6, 9),
            "due_at": datetime(2026, 11, 9, 9),
            "finished_at": datetime(2026, 11, 5, 9),
            "channel": "counter",
        }
    ]
    site = Site(write(tmp_path, [unit(1)], [*dossiers("P01", early=40), *odd]))
    read = text(parts(site, "bao-cao-dinh-ky.docx")["word/document.xml"])
    rows = site.json(f"/api/v1/flags?{KY}")["rows"]
    [count] = [one["count"] for one in rows if one["id"] == "odd_record" and one["unit_code"]]
    assert f"8. Chất lượng dữ liệu {count} hồ sơ trong kỳ có dấu hiệu ghi sai: " in read
    assert "xong trước khi tiếp nhận 1" in read
    assert "Dữ liệu đọc vào không phải sửa giá trị nào." in read


def test_a_year_has_the_appendix_with_the_figures_of_the_api(site: Site) -> None:
    answer = site.get("/tai/bao-cao-dinh-ky.docx?ky=2026")
    with zipfile.ZipFile(io.BytesIO(answer.get_data())) as archive:
        document = archive.read("word/document.xml")
    read = text(document)
    assert "PHỤ LỤC Số liệu thực hiện cơ chế một cửa, một cửa liên thông" in read
    assert b'w:orient="landscape"' in document
    of_api = site.json("/api/v1/on-time?ky=2026")
    for row in of_api["rows"]:
        told = " ".join(str(row[word]) for word in ("received", "carried_over", "finished", "early", "on_time",
                                                    "late", "open_overdue"))  # fmt: skip
        assert f"{row['unit']} {told}" in read, row["unit"]
    district = of_api["district"]
    assert f"Đã giải quyết hồ sơ {district['finished']} 0 +{district['finished']}" in read
    assert "Tỷ lệ hài lòng % — —" in read
    assert "mức độ 3, 4 %" not in read  # in 2026 they are called otherwise
    assert "Tỷ lệ trực tuyến một phần / toàn trình" in read


@pytest.mark.parametrize("words", ["ky=2026", "ky=2026-11"])
def test_no_table_is_wider_than_the_text_and_no_page_empty(site: Site, words: str) -> None:
    with zipfile.ZipFile(io.BytesIO(site.get(f"/tai/bao-cao-dinh-ky.docx?{words}").get_data())) as archive:
        document, foot = archive.read("word/document.xml").decode(), archive.read("word/footer1.xml")
    assert text(foot).count("số liệu đến") == 1
    upright, *across = re.split(r"<w:sectPr", document)[:2] if "landscape" in document else [document]
    for part, most in ((upright, 160), *((one, 257) for one in across)):
        for table in re.findall(r"<w:tblGrid>.*?</w:tblGrid>", part, re.DOTALL)[1:]:
            width = sum(int(one) for one in re.findall(r'gridCol w:w="(\d+)"', table)) * 25.4 / 1440
            assert width <= most + 0.5, (table, width)
    # A section's end on an empty line of its own goes over to an empty page where the last page is full.
    assert not re.search(r"<w:p><w:pPr><w:sectPr", document)


def test_every_red_flag_of_the_api_is_told(site: Site) -> None:
    red = [row["sentence"] for row in site.json(f"/api/v1/flags?{KY}")["rows"]
           if row["level"] == "red" and row["unit_code"] is None and row["count"]]  # fmt: skip
    assert red
    for name, part in (("bao-cao-dinh-ky.docx", "word/document.xml"), ("giao-ban.docx", "word/document.xml")):
        read = text(parts(site, name)[part])
        assert all(one in read for one in red), name


def test_slides_have_charts_of_numbers_that_can_be_edited(site: Site) -> None:
    found = parts(site, "giao-ban.pptx")
    slides = sorted(one for one in found if re.fullmatch(r"ppt/slides/slide\d+\.xml", one))
    assert len(slides) == 6
    books = [
        load_workbook(io.BytesIO(found[one])).worksheets[0] for one in sorted(found) if one.endswith(".xlsx")
    ]
    assert len(books) == len([one for one in found if re.fullmatch(r"ppt/charts/chart[^/]*\.xml", one)]) == 3
    bars = next(one for one in books if "Phường 1" in [row[0].value for row in one.iter_rows()])
    told = {str(row[0]): row[1] for row in bars.iter_rows(min_row=2, values_only=True)}
    api = {row["unit"]: row["late_rate"] for row in site.json(f"/api/v1/on-time?{KY}")["rows"]}
    assert told == pytest.approx(api)
    chart = next(
        found[one].decode() for one in found if "charts/chart" in one and "Phường 1" in found[one].decode()
    )
    assert "▲ 10,00%" in chart  # over, by its mark too


def test_the_sample_is_marked_on_every_slide_and_page(site: Site) -> None:
    found = parts(site, "giao-ban.pptx")
    for name, part in found.items():
        if re.fullmatch(r"ppt/slides/slide\d+\.xml", name):
            assert "DỮ LIỆU MẪU" in part.decode(), name
    for name in ("bao-cao-dinh-ky.docx", "giao-ban.docx"):
        assert "DỮ LIỆU MẪU" in text(parts(site, name)["word/header1.xml"])


def test_a_reader_of_one_unit_gets_no_other_by_name(site: Site) -> None:
    theirs = site.seen_by(Rights("don_vi", units=("P02",)))
    for name in ("bao-cao-dinh-ky.docx", "giao-ban.docx", "giao-ban.pptx"):
        answer = theirs.get(f"/tai/{name}?{KY}")
        if answer.status_code != 200:
            continue
        with zipfile.ZipFile(io.BytesIO(answer.get_data())) as archive:
            whole = " ".join(archive.read(one).decode("utf-8", "ignore") for one in archive.namelist())
        assert "Phường 1" not in whole, name
        assert "Phường 3" not in whole, name


def test_a_period_that_has_not_begun_has_no_report(site: Site) -> None:
    for name in ("bao-cao-dinh-ky.docx", "giao-ban.docx", "giao-ban.pptx"):
        assert site.get(f"/tai/{name}?ky=2027-01").status_code == 409
